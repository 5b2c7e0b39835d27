//! The room: where it is, and the code without which nobody gets in.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, UdpSocket},
    sync::Mutex,
    time::{Duration, Instant},
};

use qrcode::{
    QrCode,
    render::{svg, unicode},
};
use rand::RngExt;
use subtle::ConstantTimeEq;

use crate::{lock::lock, seat::Seats};

/// Characters of a code, none of which looks like another: 32 of them, 5 bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 80 bits.
const LENGTH: usize = 16;
/// Wrong codes of one address before it has to wait.
const GUESSES: u32 = 20;
/// How long it waits.
const WAIT: Duration = Duration::from_secs(60);
/// Addresses of which wrong codes are remembered.
const REMEMBERED: usize = 4096;

/// Who may come in, and where the room is.
pub struct Room {
    /// None where the room is this machine alone.
    code: Option<String>,
    address: IpAddr,
    /// The port on which it listens.
    pub port: u16,
    /// Wrong codes of each address, and when the first of them came.
    wrong: Mutex<HashMap<IpAddr, (u32, Instant)>>,
    /// Who is in.
    pub seats: Seats,
}

/// Whether somebody may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Granted,
    /// No code was shown.
    NoCode,
    /// A wrong one was.
    WrongCode,
    /// Too many wrong ones were.
    Wait,
}

impl Room {
    /// For whoever sits at this machine.
    pub fn of_one(port: u16) -> Self {
        let (wrong, seats) = (Mutex::default(), Seats::default());
        Self { code: None, address: Ipv4Addr::LOCALHOST.into(), port, wrong, seats }
    }

    /// For everybody with the link, which has a fresh code in it.
    pub fn with_code(address: IpAddr, port: u16) -> Self {
        Self { code: Some(random_word()), address, ..Self::of_one(port) }
    }

    /// The address that lets people in.
    pub fn link(&self) -> String {
        let Self { code, address, port, .. } = self;
        let code = code.as_ref().map(|code| format!("?code={code}")).unwrap_or_default();
        format!("http://{address}:{port}/{code}")
    }

    /// Whether the link is for others than who sits here.
    pub fn is_shared(&self) -> bool {
        self.code.is_some()
    }

    /// Whether this is the teacher: whoever asks from the laptop itself, or, where the room is this
    /// machine alone, whoever asks. (The laptop's browser asks from 127.0.0.1 or from the address of
    /// the link; behind a tunnel or a proxy on the laptop everybody would be the teacher.)
    pub fn is_teacher(&self, client: IpAddr) -> bool {
        !self.is_shared() || client == Ipv4Addr::LOCALHOST || client == self.address
    }

    /// A seat for somebody who comes in: the one of the cookie, or a new one while there are any.
    pub fn seat(&self, client: IpAddr, cookie: Option<&str>) -> Option<String> {
        self.seats.of(cookie).or_else(|| self.seats.take(random_word(), client))
    }

    /// Checks the code that a client shows, if it shows one.
    pub fn entry(&self, client: IpAddr, shown: Option<&str>) -> Entry {
        let Some(code) = &self.code else { return Entry::Granted };
        let Some(shown) = shown else { return Entry::NoCode };
        let mut wrong = lock(&self.wrong);
        wrong.retain(|_, (_, first)| first.elapsed() < WAIT);
        if wrong.get(&client).is_some_and(|(count, _)| *count >= GUESSES) {
            return Entry::Wait;
        }
        // Compared in a time that does not tell how much of it is right.
        if bool::from(code.as_bytes().ct_eq(shown.as_bytes())) {
            return Entry::Granted;
        }
        if wrong.len() < REMEMBERED || wrong.contains_key(&client) {
            wrong.entry(client).or_insert((0, Instant::now())).0 += 1;
            return Entry::WrongCode;
        }
        Entry::Wait
    }

    /// The link as a QR code for a terminal, most of which are dark: what is light is drawn.
    pub fn qr_in_text(&self) -> String {
        use unicode::Dense1x2::{Dark, Light};
        let text = |qr: QrCode| {
            qr.render::<unicode::Dense1x2>().dark_color(Light).light_color(Dark).build()
        };
        QrCode::new(self.link()).map(text).unwrap_or_default()
    }

    /// The same as a picture for the page.
    pub fn qr_as_svg(&self) -> String {
        let picture = |qr: QrCode| qr.render::<svg::Color>().min_dimensions(240, 240).build();
        QrCode::new(self.link()).map(picture).unwrap_or_default()
    }
}

/// 16 letters that nobody can guess.
fn random_word() -> String {
    let mut rng = rand::rng();
    (0..LENGTH).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}

/// The address of this machine in its network. Nothing is sent: a UDP socket that is only connected
/// says which way it would go. (192.0.2.1 belongs to nobody, RFC 5737.)
pub fn own_address() -> IpAddr {
    let address = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    address().unwrap_or(Ipv4Addr::LOCALHOST.into())
}
