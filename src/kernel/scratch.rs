//! Big buffers that outlive the step that asked for them.
//!
//! Memory that comes fresh from the operating system is zeroed page by page when it is first touched, which at these sizes costs as much
//! as the arithmetic on it. A training step needs the same buffers as the one before, so they wait here for it.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, PoisonError},
};

/// How many buffers may wait.
const KEPT: usize = 16;

static WAITING: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

/// A buffer whose numbers mean nothing until they are written; it goes back when it is dropped.
#[derive(Clone, Debug)]
pub struct Scratch(Vec<f32>);

impl Scratch {
    /// `len` numbers, left over from whoever had them before.
    pub fn take(len: usize) -> Self {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |buffer: &Vec<f32>| buffer.capacity() >= len && buffer.capacity() / 2 <= len;
        let mut buffer = waiting.iter().position(fits).map(|at| waiting.swap_remove(at)).unwrap_or_default();
        drop(waiting);
        buffer.resize(len, 0.0);
        Self(buffer)
    }

    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        let mut buffer = Self::take(len);
        buffer.fill(0.0);
        buffer
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() == KEPT {
            waiting.remove(0);
        }
        waiting.push(std::mem::take(&mut self.0));
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }
}
