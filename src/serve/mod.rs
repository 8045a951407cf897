//! `kisah serve`: shows the site in a browser while it is being written.
//!
//! In: a site's folder, and where to listen. Out: responses, and news of what happened. It writes
//! nothing, anywhere; and what it serves equals what `build` writes, byte for byte, except for live
//! reload, which is added to responses.
//!
//! One thread ([`driver`]) watches the inputs ([`watch`]), reads and compiles them ([`session`])
//! and hands out a [`live::ServerState`]: an immutable value with the last good site ([`snapshot`])
//! and what is wrong with a newer one. Requests ([`http`]) are answered from such a value by a
//! function ([`respond`]): no request becomes a path of the file system. Open pages compare what
//! they know with the newest state ([`live`]). No client can hold the server up, or hold more of it
//! than [`connections::Limits`] says. Afterwards the driver looks at all other pages ([`settle`]).

pub mod address;
pub(crate) mod connections;
pub(crate) mod driver;
pub(crate) mod gate;
pub mod http;
pub(crate) mod live;
pub mod policy;
pub(crate) mod problems;
pub mod redirects;
pub(crate) mod respond;
pub mod session;
pub(crate) mod settle;
pub mod snapshot;
pub(crate) mod socket;
pub(crate) mod types;
pub(crate) mod watch;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{oneshot, watch as channel};

use crate::base::STACK;
use crate::build::Request;
use crate::store::RealDisk;

pub use connections::Limits;
pub(crate) use connections::Load;
pub(crate) use driver::Reporter;
pub use driver::{Days, News, Watching};
pub(crate) use session::Change;
pub(crate) use watch::Signal;

/// How many threads answer requests. A thread holds on to memory it has used in case it needs it
/// again: with as many threads as tokio would start, and restart after every pause, the server of
/// 10,000 posts held 30 MB more after each edit.
const ANSWERING: usize = 2;

/// How long one of them waits for the next request before it ends: for as long as anyone would
/// write.
const LASTING: Duration = Duration::from_secs(24 * 60 * 60);

/// What to serve, and where.
pub struct Options {
    /// The site.
    pub request: Request,
    /// What day it is; takes precedence over that of the request.
    pub days: Days,
    /// Whether and how changes are detected.
    pub watching: Watching,
    /// A name or an address of this machine.
    pub host: String,
    /// If it is taken, the next free one is used; 0 for any.
    pub port: u16,
    /// What clients are allowed.
    pub limits: Limits,
}

/// A running server. Dropping it ends it.
pub struct Server {
    address: SocketAddr,
    origin: String,
    bell: watch::Bell,
    state: channel::Receiver<Arc<live::ServerState>>,
    counters: Arc<connections::Counters>,
    stop: Option<oneshot::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts listening, then reading the site. The error says why that is not possible.
    pub fn start(options: Options, reporter: Reporter) -> Result<Self, String> {
        let Options { request, days, watching, host, port, limits } = options;
        let listener = http::listen(&host, port)?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let token = token()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(ANSWERING)
            .thread_keep_alive(LASTING)
            .thread_stack_size(STACK)
            .build()
            .map_err(|error| format!("cannot begin to serve: {error}"))?;
        let (states, state) = channel::channel(Arc::default());
        let (bell, ear) = watch::Bell::new();
        let (stop, stopped) = oneshot::channel();
        let counters = Arc::<connections::Counters>::default();
        let shared = http::ServerContext {
            gate: Arc::new(gate::Gate::new(&host)),
            live: Arc::new(live::Live::new(token)),
            state: state.clone(),
            limits,
            counters: Arc::clone(&counters),
        };
        let web = std::thread::spawn(move || {
            // An error here means that the listener is gone; nobody can send requests any more.
            let _ = runtime.block_on(http::serve(listener, shared, stopped));
            // Event streams never end by themselves.
            runtime.shutdown_background();
        });
        let session = session::Session::new(&RealDisk, request);
        let parts = driver::Parts {
            session,
            watching,
            days,
            reporter,
            state: states,
            ear,
            bell: bell.clone(),
        };
        let driver = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || driver::Driver::new(parts).run())
            .map_err(|error| format!("cannot begin to serve: {error}"))?;
        let origin = http::origin(&host, address);
        let threads = vec![web, driver];
        Ok(Server { address, origin, bell, state, counters, stop: Some(stop), threads })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the home page, once the site has been looked at: `http://127.0.0.1:1111/`.
    pub fn url(&self) -> String {
        let state = self.state.borrow();
        let home = state.snapshot.as_ref().map_or_else(|| "/".to_owned(), |site| site.home());
        format!("{}{home}", self.origin)
    }

    /// What is connected at the moment.
    pub fn load(&self) -> Load {
        self.counters.load()
    }

    /// Makes the server check whether there is something to do.
    pub fn poke(&self) {
        self.bell.ring(Signal::Tick);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.bell.ring(Signal::Stop);
        self.stop = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A number that nobody can guess.
fn token() -> Result<u128, String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("the system has no random numbers: {error}"))?;
    Ok(u128::from_le_bytes(bytes))
}
