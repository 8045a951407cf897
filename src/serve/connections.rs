//! Connections: how many there may be at once, and how long each may keep the server waiting.
//!
//! In: what happens on each connection. Out: when it is closed. Anyone who can reach the server can
//! open connections and say nothing, or ask and never read the answer; that must cost neither
//! memory nor the next reader's page.
//!
//! All connections live on one thread, so nothing here is locked.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_util::future::poll_fn;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

/// What the server tolerates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a client may take to send the whole head of a request.
    pub head: Duration,
    /// How long it may do nothing between two requests, or read nothing of a response.
    pub idle: Duration,
    /// How long it may take to hang up after the last response.
    pub farewell: Duration,
    /// The longest an open page goes without hearing from the server. Only writing to a client that
    /// has vanished shows that it has.
    pub heartbeat: Duration,
    /// Size of the head of a request, in bytes.
    pub head_bytes: usize,
    /// Connections at once. To make room for one more, the one that has waited longest for its
    /// client is closed; if the server owes every one of them a response, the new one waits.
    pub connections: usize,
    /// How many of them may be open pages waiting for events.
    pub streams: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            farewell: Duration::from_secs(1),
            heartbeat: Duration::from_secs(15),
            // Browsers send the cookies of every server that ever ran on this host.
            head_bytes: 64 * 1024,
            // macOS allows a program 256 open files.
            connections: 200,
            streams: 100,
        }
    }
}

/// What is connected at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Connections.
    pub connections: usize,
    /// How many of them are open pages waiting for events.
    pub streams: usize,
}

/// Counts what is connected.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    connections: Arc<AtomicUsize>,
    streams: Arc<AtomicUsize>,
}

impl Counters {
    /// What is connected now.
    pub(crate) fn load(&self) -> Load {
        Load {
            connections: self.connections.load(Ordering::Relaxed),
            streams: self.streams.load(Ordering::Relaxed),
        }
    }
}

/// Counts as one for as long as it exists.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(counter: &Arc<AtomicUsize>) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Counted(Arc::clone(counter))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whose turn it is on a connection, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The client is sending the head of a request.
    Asking(Instant),
    /// The server is making a response.
    Answering,
    /// A page is open and waiting for events.
    Listening,
    /// The client may ask again.
    Idle(Instant),
    /// Nothing is left to say; the client hangs up.
    Parting(Instant),
}

/// The pace of one connection: what it is waiting for, and until when.
pub(crate) struct Pace {
    limits: Limits,
    turn: Cell<Turn>,
    /// When the client stopped reading what was written.
    stalled: Cell<Option<Instant>>,
    /// Notified when the connection begins to wait for its client.
    waits: Rc<Notify>,
    streams: Arc<AtomicUsize>,
}

impl Pace {
    /// Notes that the client sent something.
    pub(crate) fn heard(&self) {
        if let Turn::Idle(_) = self.turn.get() {
            self.turn.set(Turn::Asking(Instant::now()));
        }
    }

    /// Notes that the client took something that was written.
    pub(crate) fn written(&self) {
        self.stalled.set(None);
        // All bytes had been handed over, but only now has the whole response gone out.
        if let Turn::Idle(_) = self.turn.get() {
            self.turn.set(Turn::Idle(Instant::now()));
        }
    }

    /// Notes that the client takes nothing at the moment.
    pub(crate) fn held_up(&self) {
        if self.stalled.get().is_none() {
            self.stalled.set(Some(Instant::now()));
            self.waits.notify_one();
        }
    }

    /// Notes that nothing is left to say.
    pub(crate) fn parts(&self) {
        self.turn.set(Turn::Parting(Instant::now()));
        self.waits.notify_one();
    }

    /// Whether nothing is left to say.
    pub(crate) fn is_parting(&self) -> bool {
        matches!(self.turn.get(), Turn::Parting(_))
    }

    /// Whether an open page is waiting for events.
    pub(crate) fn is_listening(&self) -> bool {
        self.turn.get() == Turn::Listening
    }

    /// Notes that a whole request has arrived. The server's turn ends when the returned value is
    /// dropped.
    pub(crate) fn answer(self: &Rc<Self>) -> Answering {
        self.turn.set(Turn::Answering);
        Answering { pace: Rc::clone(self), stream: None }
    }

    /// When the connection began to wait for its client; `None` if the client is the one waiting.
    fn waiting_since(&self) -> Option<Instant> {
        let turn = match self.turn.get() {
            Turn::Asking(since) | Turn::Idle(since) | Turn::Parting(since) => Some(since),
            Turn::Answering | Turn::Listening => None,
        };
        [turn, self.stalled.get()].into_iter().flatten().min()
    }

    /// When the server will have waited long enough.
    fn deadline(&self) -> Option<Instant> {
        let Limits { head, idle, farewell, .. } = self.limits;
        let turn = match self.turn.get() {
            Turn::Asking(since) => Some(since + head),
            Turn::Idle(since) => Some(since + idle),
            Turn::Parting(since) => Some(since + farewell),
            Turn::Answering | Turn::Listening => None,
        };
        [turn, self.stalled.get().map(|since| since + idle)].into_iter().flatten().min()
    }
}

/// The server's turn. When it is dropped, it is the client's again.
pub(crate) struct Answering {
    pace: Rc<Pace>,
    stream: Option<Counted>,
}

impl Answering {
    /// Turns it into a page waiting for events; returns `false` if there are too many of them.
    pub(crate) fn listen(&mut self) -> bool {
        let streams = &self.pace.streams;
        if streams.load(Ordering::Relaxed) >= self.pace.limits.streams {
            return false;
        }
        self.stream = Some(Counted::new(streams));
        self.pace.turn.set(Turn::Listening);
        true
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.pace.turn.set(Turn::Idle(Instant::now()));
        self.pace.waits.notify_one();
    }
}

/// All connections.
#[derive(Clone)]
pub(crate) struct Connections {
    limits: Limits,
    open: Rc<RefCell<BTreeMap<u64, Open>>>,
    counters: Arc<Counters>,
    /// Notified when there may be room for another one.
    changed: Rc<Notify>,
}

struct Open {
    pace: Rc<Pace>,
    task: AbortHandle,
}

impl Connections {
    /// Starts without connections.
    pub(crate) fn new(limits: Limits, counters: Arc<Counters>) -> Self {
        Connections { limits, counters, open: Rc::default(), changed: Rc::default() }
    }

    /// Waits until there is room for another connection, and makes room if possible.
    pub(crate) async fn room(&self) {
        while self.open.borrow().len() >= self.limits.connections {
            self.dismiss();
            self.changed.notified().await;
        }
    }

    /// Closes the connection that has waited longest for its client, if there is one.
    pub(crate) fn dismiss(&self) {
        let longest = {
            let open = self.open.borrow();
            let waiting = open.values().filter_map(|one| Some((one.pace.waiting_since()?, one)));
            waiting.min_by_key(|(since, _)| *since).map(|(_, one)| one.task.clone())
        };
        if let Some(task) = longest {
            task.abort();
        }
    }

    /// Runs the future that `begin` makes of a new connection, until it ends or takes too long.
    pub(crate) fn admit<F: Future + 'static>(&self, begin: impl FnOnce(Rc<Pace>) -> F) {
        let pace = Rc::new(Pace {
            limits: self.limits,
            turn: Cell::new(Turn::Asking(Instant::now())),
            stalled: Cell::new(None),
            waits: Rc::clone(&self.changed),
            streams: Arc::clone(&self.counters.streams),
        });
        let connection = begin(Rc::clone(&pace));
        let id = self.open.borrow().last_key_value().map_or(0, |(last, _)| last + 1);
        let counted = Counted::new(&self.counters.connections);
        let left = Left { id, open: Rc::clone(&self.open), changed: Rc::clone(&self.changed) };
        let paced = Rc::clone(&pace);
        let task = tokio::task::spawn_local(async move {
            let _here = (left, counted);
            within_limits(connection, &paced).await;
        });
        self.open.borrow_mut().insert(id, Open { pace, task: task.abort_handle() });
    }
}

/// Takes a connection off the list when it ends, however it ends.
struct Left {
    id: u64,
    open: Rc<RefCell<BTreeMap<u64, Open>>>,
    changed: Rc<Notify>,
}

impl Drop for Left {
    fn drop(&mut self) {
        self.open.borrow_mut().remove(&self.id);
        self.changed.notify_one();
    }
}

/// Runs a connection until its end or its deadline. Its pace changes only while it runs, so the
/// deadline is checked then.
async fn within_limits(connection: impl Future, pace: &Pace) {
    let mut connection = pin!(connection);
    let mut alarm = pin!(sleep_until(Instant::now()));
    poll_fn(|cx| {
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let Some(deadline) = pace.deadline() else { return Poll::Pending };
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        alarm.as_mut().poll(cx)
    })
    .await;
}
