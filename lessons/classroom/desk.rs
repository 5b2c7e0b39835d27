//! Who computes when: as many at once as there are cores, the others in the order in which they
//! came.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    sync::Semaphore,
    task::{self, JoinHandle},
};

use crate::{lock::lock, reply::Refusal};

/// How many requests of one address may wait or be computed; no address fills the queue alone.
const OF_ONE: usize = 64;
/// How many may in all.
const OF_ALL: usize = 256;

/// How long something takes. What a slider asks for must not wait behind thirty poems.
#[derive(Clone, Copy)]
pub enum Work {
    /// Some milliseconds.
    Short,
    /// Some tens of them: a poem.
    Long,
}

/// The queues in front of the cores, one for each kind of work.
#[derive(Clone)]
pub struct Desk {
    /// Semaphores are fair: who waits longest is next.
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
    there: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A place in a queue, given back when dropped.
pub struct Place {
    work: Work,
    desk: Desk,
    client: IpAddr,
}

impl Desk {
    /// For this machine's cores.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let queue = || Arc::new(Semaphore::new(cores));
        Self { short: queue(), long: queue(), there: Arc::default() }
    }

    /// A place for a request of this client.
    ///
    /// # Errors
    /// Too many wait already, of this client or in all.
    pub fn place(&self, client: IpAddr, work: Work) -> Result<Arc<Place>, Refusal> {
        let mut there = lock(&self.there);
        let all: usize = there.values().sum();
        let own = there.entry(client).or_default();
        if *own >= OF_ONE || all >= OF_ALL {
            return Err(Refusal::busy());
        }
        *own += 1;
        Ok(Arc::new(Place { work, desk: self.clone(), client }))
    }
}

impl Place {
    /// Computes on a thread that may block, when it is this request's turn.
    pub async fn compute<T: Send + 'static>(
        self: Arc<Self>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        let queue = match self.work {
            Work::Short => &self.desk.short,
            Work::Long => &self.desk.long,
        };
        let turn = queue.clone().acquire_owned().await;
        task::spawn_blocking(move || {
            let done = work();
            drop((turn, self));
            done
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut there = lock(&self.desk.there);
        if let Some(own) = there.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                there.remove(&self.client);
            }
        }
    }
}
