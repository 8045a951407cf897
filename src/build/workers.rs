//! The threads that sites are compiled and rendered on.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::base::STACK;

/// Does something on threads with [`STACK`] bytes of stack each, and waits for it. Who calls from
/// a thread pool of their own stays there.
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
        // The system gives no more threads: the pool that every program has will do.
        None => work(),
    }
}
