//! Seats: who is who in the room. Several phones may come from one address (a school's network), so
//! each gets a cookie of its own when it is let in.

use std::{collections::HashMap, net::IpAddr, sync::Mutex};

use crate::lock::lock;

/// Seats that one address may take.
const OF_ONE: usize = 60;
/// Seats in the room.
const OF_ALL: usize = 500;

/// The seats that are taken, and from where.
#[derive(Default)]
pub struct Seats(Mutex<HashMap<String, IpAddr>>);

impl Seats {
    /// Gives this seat to somebody at `client`, if one is free.
    pub fn take(&self, seat: String, client: IpAddr) -> Option<String> {
        let mut taken = lock(&self.0);
        let own = taken.values().filter(|&&address| address == client).count();
        if own >= OF_ONE || taken.len() >= OF_ALL {
            return None;
        }
        taken.insert(seat.clone(), client);
        Some(seat)
    }

    /// The seat that this cookie is of.
    pub fn of(&self, cookie: Option<&str>) -> Option<String> {
        let taken = lock(&self.0);
        cookie.filter(|seat| taken.contains_key(*seat)).map(String::from)
    }

    /// How many are taken.
    pub fn count(&self) -> usize {
        lock(&self.0).len()
    }
}
