//! Who may ask: no page of another site, nobody without the code.

use std::net::IpAddr;

use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, COOKIE, HOST, HeaderValue, LOCATION, ORIGIN, SET_COOKIE},
};
use lstm_lessons::say;

use crate::{
    reply::{Content, Refusal, Reply},
    room::{Entry, Room},
};

/// The cookie that holds the code.
const CODE: &str = "classroom";
/// The cookie that holds the seat.
const SEAT: &str = "seat";

/// Headers of every reply. Only files of this server may run, style or be asked; nobody may frame
/// the page.
const HEADERS: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// Who asks.
pub struct Visitor {
    pub client: IpAddr,
    /// Whether it is whoever sits at the laptop.
    pub is_teacher: bool,
    /// None where the room has no more seats, or is not shared.
    pub seat: Option<String>,
}

impl Visitor {
    /// Refuses everybody but whoever sits at the laptop.
    pub fn must_teach(&self) -> Result<(), Refusal> {
        match self.is_teacher {
            true => Ok(()),
            false => Err(Refusal::new(StatusCode::FORBIDDEN, || {
                say!("Only the teacher's laptop can do this.", "只有在老师的电脑上才能这样做。")
            })),
        }
    }
}

/// Adds the headers of every reply.
pub fn sealed(mut reply: Reply) -> Reply {
    for (name, value) in HEADERS {
        reply.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    reply
}

/// Refuses what no page of ours would ask; lets somebody in who brings the code.
///
/// # Errors
/// The reply that ends the request: a refusal, or the way in.
pub fn checked(
    request: &Request<Incoming>,
    room: &Room,
    client: IpAddr,
) -> Result<Visitor, Box<Reply>> {
    let refused = |refusal: Refusal| Box::new(refusal.reply());
    let host = host(request.headers(), room.port).map_err(refused)?;
    of_this_page(request, host).map_err(refused)?;
    let seat = cookie(request.headers(), SEAT);
    let query = request.uri().query().unwrap_or_default();
    let brought = query.split('&').find_map(|pair| pair.strip_prefix("code="));
    if request.uri().path() == "/"
        && room.is_shared()
        && let Some(code) = brought
    {
        entry(room.entry(client, Some(code))).map_err(refused)?;
        return Err(Box::new(let_in(code, room.seat(client, seat))));
    }
    entry(room.entry(client, cookie(request.headers(), CODE))).map_err(refused)?;
    Ok(Visitor { client, is_teacher: room.is_teacher(client), seat: room.seats.of(seat) })
}

/// The host that is asked for. A page of another site whose name was made to point here (DNS
/// rebinding) asks for that name; ours has an address, or is called localhost.
fn host(headers: &HeaderMap, port: u16) -> Result<&str, Refusal> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (name, its_port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let is_ours = name == "localhost" || name.parse::<std::net::Ipv4Addr>().is_ok();
    match is_ours && its_port.parse() == Ok(port) {
        true => Ok(host),
        false => Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, || {
            say!(
                "This is not the address of the classroom; open the one that it printed.",
                "这不是课堂的地址；请打开程序打印出的地址。"
            )
        })),
    }
}

/// Whether it is our page that asks: a browser says where a page comes from that sends something,
/// and a form of another site cannot send JSON.
fn of_this_page(request: &Request<Incoming>, host: &str) -> Result<(), Refusal> {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    let foreign = header(ORIGIN.as_str())
        .is_some_and(|origin| origin != format!("http://{host}").as_bytes())
        || header("sec-fetch-site") == Some(b"cross-site") && request.uri().path() != "/";
    if foreign {
        return Err(Refusal::new(StatusCode::FORBIDDEN, || {
            say!("Another site may not ask here.", "其他网站不能访问此处。")
        }));
    }
    let is_json = header(CONTENT_TYPE.as_str()).is_some_and(|kind| kind == b"application/json");
    if request.method() == Method::POST && !is_json {
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, || {
            say!("Send JSON.", "请发送 JSON。")
        }));
    }
    Ok(())
}

fn entry(entry: Entry) -> Result<(), Refusal> {
    match entry {
        Entry::Granted => Ok(()),
        Entry::NoCode => Err(Refusal::new(StatusCode::UNAUTHORIZED, || {
            say!(
                "Ask the teacher for the link or the QR code of the classroom.",
                "请向老师索取课堂的链接或二维码。"
            )
        })),
        Entry::WrongCode => Err(Refusal::new(StatusCode::FORBIDDEN, || {
            say!(
                "This code is not that of the classroom; ask the teacher for the link.",
                "课堂码不对；请向老师索取链接。"
            )
        })),
        Entry::Wait => Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, || {
            say!("Too many wrong codes; wait a minute.", "错误的课堂码太多；请等一分钟。")
        })),
    }
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    let pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(its_name, _)| *its_name == name).map(|(_, value)| value).next()
}

/// Gives the cookies and goes on to the page, so that the code is out of the address.
fn let_in(code: &str, seat: Option<String>) -> Reply {
    let mut reply = Response::new(Content::Whole(None));
    *reply.status_mut() = StatusCode::SEE_OTHER;
    reply.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
    let cookies = [Some((CODE, code)), seat.as_deref().map(|seat| (SEAT, seat))];
    for (name, value) in cookies.into_iter().flatten() {
        let cookie = format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/");
        let cookie = cookie.parse().expect("codes and seats are ASCII letters");
        reply.headers_mut().append(SET_COOKIE, cookie);
    }
    reply
}
