//! Big buffers that outlive the step that asked for them.
//!
//! Memory that comes fresh from the operating system is zeroed page by page when it is first
//! touched, which at these sizes costs as much as the arithmetic on it. A training step needs the
//! same buffers as the one before, so they wait here for it.

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
        let mut buffer =
            waiting.iter().position(fits).map(|at| waiting.swap_remove(at)).unwrap_or_default();
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

/// Asks the C library's allocator to keep what is freed instead of handing it back to the operating
/// system.
///
/// The tensors that Burn makes and drops in every step are as big as our buffers, and by default
/// the top of the heap goes back whenever two of them are free. Every lesson calls this first; it
/// does nothing where the allocator is not that of GNU.
#[allow(unsafe_code)]
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const MIB: i32 = 1 << 20;
        // SAFETY: mallopt takes two numbers and changes settings of the allocator under its own
        // lock; a value that it does not like it refuses by returning 0, and then everything stays
        // as it was.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, 32 * MIB);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 512 * MIB);
            libc::mallopt(libc::M_TOP_PAD, 16 * MIB);
        }
    }
}
