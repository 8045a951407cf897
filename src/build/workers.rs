//! The threads on which sites are compiled and rendered.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::base::STACK;

/// Runs something on threads with [`STACK`] bytes of stack each, and waits for it. A caller that is
/// already on a thread pool of its own stays there.
pub(crate) fn in_workers<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    if rayon::current_thread_index().is_some() {
        return work();
    }
    let pool = POOL.get_or_init(|| {
        let named = |number| format!("worker-{number}");
        ThreadPoolBuilder::new().stack_size(STACK).thread_name(named).build().ok()
    });
    match pool {
        Some(pool) => pool.install(work),
        // The system allows no more threads: the pool that every program has will do.
        None => work(),
    }
}
