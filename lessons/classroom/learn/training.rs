//! A training that was started from the page: on a thread of its own, with one core, in a folder
//! that goes with it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use burn::prelude::Device;
use lstm_lessons::shell::{
    Shown, Watch,
    error::{Error, Result},
};
use rayon::ThreadPoolBuilder;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{From, digits, extra::Extra, poems, row, run::Rows, standing};
use crate::{
    lock::lock,
    reply::{Refusal, both},
};

/// How it stands.
enum State {
    Running,
    Done,
    Stopped,
    Failed(Value),
}

/// A training, running or over.
pub struct Training {
    from: From,
    /// Where it stands, and what stops it. It is kept for as long as the program runs: a hundred
    /// bytes a training.
    pub watch: &'static Watch,
    rows: Rows,
    /// What a folder does not hold, as the trainings give it.
    extra: Arc<Extra>,
    state: Mutex<State>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Training {
    /// Starts it.
    ///
    /// # Errors
    /// A system that gives no folder or no thread.
    pub fn start(from: From, device: &Device) -> std::result::Result<Arc<Self>, Refusal> {
        let folder = TempDir::with_prefix("classroom-").map_err(|_| Refusal::failed())?;
        let training = Arc::new(Self {
            from,
            watch: Box::leak(Box::default()),
            rows: Rows::of(folder.path()),
            extra: Arc::default(),
            state: Mutex::new(State::Running),
            thread: Mutex::default(),
        });
        let (learner, device) = (training.clone(), device.clone());
        let learn = move || learner.run(folder, &device);
        let thread = thread::Builder::new().name("training".into()).spawn(learn);
        *lock(&training.thread) = Some(thread.map_err(|_| Refusal::failed())?);
        Ok(training)
    }

    /// Trains to the end. All its arithmetic is done in a pool of one thread, so that the other
    /// cores are left to those who ask for poems.
    fn run(self: Arc<Self>, folder: TempDir, device: &Device) {
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        let learned = catch_unwind(AssertUnwindSafe(|| match pool {
            Ok(pool) => pool.install(|| self.learn(folder.path(), device)),
            Err(error) => Err(Error::ours(error.to_string())),
        }));
        self.rows.now(); // before the folder goes
        drop(folder);
        *lock(&self.state) = match learned {
            Ok(Ok(())) if self.watch.was_stopped() => State::Stopped,
            Ok(Ok(())) => State::Done,
            Ok(Err(error)) => State::Failed(both(|| error.message())),
            Err(_) => State::Failed(Refusal::failed().said()),
        };
    }

    fn learn(self: &Arc<Self>, folder: &Path, device: &Device) -> Result<()> {
        let shown = Shown::Watched(self.watch);
        match self.from {
            From::Digits => digits::learn(&self.extra, folder, shown, device),
            From::Poems => poems::learn(&self.extra, folder, shown, device),
        }
    }

    /// Whether it is not over.
    pub fn is_running(&self) -> bool {
        matches!(*lock(&self.state), State::Running)
    }

    /// Waits for its end.
    pub fn wait(&self) {
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join(); // it has caught its own panic
        }
    }

    /// All that there is to see.
    pub fn told(&self) -> Value {
        let (state, error) = match &*lock(&self.state) {
            State::Running if self.watch.was_stopped() => ("stopping", Value::Null),
            State::Running => ("running", Value::Null),
            State::Done => ("done", Value::Null),
            State::Stopped => ("stopped", Value::Null),
            State::Failed(why) => ("failed", why.clone()),
        };
        let epochs = match self.from {
            From::Digits => digits::EPOCHS,
            From::Poems => poems::EPOCHS,
        };
        json!({
            "from": self.from.name(),
            "state": state,
            "error": error,
            "epochs": epochs,
            "standing": self.watch.standing().map(standing),
            "landmarks": self.extra.landmarks.get(),
            "rows": self.rows.now().iter().map(row).collect::<Vec<_>>(),
            "readings": *lock(&self.extra.readings),
        })
    }
}
