//! HTTP: sockets in, responses out. [`super::respond`] decides what the response is.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::{self, Either};
use futures_util::stream::{self, Stream, StreamExt as _};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request as HttpRequest, Response, StatusCode};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::connections::{Answering, Connections, Counters, Limits};
use super::gate::Gate;
use super::live::{Event, Live, ServerState, Subscriber};
use super::respond::{Asked, RequestHead, refusal, respond};
use super::socket::Socket;

/// The start of an event stream: a browser that loses it tries again after half a second.
const FIRST_WORDS: &[u8] = b"retry: 500\n: kisah\n\n";

/// A comment, which browsers ignore.
const HEARTBEAT: &[u8] = b":\n\n";

/// How long to wait when the system accepts no more connections.
const PAUSE: Duration = Duration::from_millis(100);

/// How many ports are tried, starting with the requested one.
const MOST_PORTS: u16 = 100;

/// What all requests share.
#[derive(Clone)]
pub(crate) struct ServerContext {
    /// Who may ask.
    pub(crate) gate: Arc<Gate>,
    /// Live reload.
    pub(crate) live: Arc<Live>,
    /// What is served.
    pub(crate) state: watch::Receiver<Arc<ServerState>>,
    /// What clients are allowed.
    pub(crate) limits: Limits,
    /// What is connected.
    pub(crate) counters: Arc<Counters>,
}

/// Listens on a port, or on the next free one. The error says why there is none.
pub fn listen(host: &str, port: u16) -> Result<TcpListener, String> {
    let bare = host.trim_matches(['[', ']']);
    let addresses: Vec<SocketAddr> = (bare, port)
        .to_socket_addrs()
        .map_err(|error| format!("there is no host `{host}` to serve on: {error}"))?
        .collect();
    let last = port.saturating_add(MOST_PORTS);
    let mut taken = None;
    // Port 0 means any free one.
    for try_port in port..=if port == 0 { 0 } else { last } {
        for address in &addresses {
            match TcpListener::bind(SocketAddr::new(address.ip(), try_port)) {
                Ok(listener) => return Ok(listener),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken = Some(error),
                Err(error) => {
                    let why = match error.kind() {
                        io::ErrorKind::PermissionDenied => {
                            "permission denied; take a `--port` above 1023".to_owned()
                        }
                        io::ErrorKind::AddrNotAvailable => {
                            "this machine has no such address".to_owned()
                        }
                        _ => error.to_string(),
                    };
                    return Err(format!("cannot serve on {host}, port {try_port}: {why}"));
                }
            }
        }
    }
    let why = taken.map_or_else(|| "it has no address".to_owned(), |error| error.to_string());
    Err(format!("cannot serve on {host}, ports {port} to {last}: {why}"))
}

/// Address at which a browser on this machine finds a listener, without a path.
pub(crate) fn origin(host: &str, address: SocketAddr) -> String {
    let ip = address.ip();
    let host = if host.parse::<IpAddr>().is_err() && !host.contains(':') {
        host.to_owned()
    } else if ip.is_unspecified() {
        Ipv4Addr::LOCALHOST.to_string()
    } else if ip.is_ipv6() {
        format!("[{ip}]")
    } else {
        ip.to_string()
    };
    format!("http://{host}:{}", address.port())
}

/// Serves until `stop` is sent or dropped. Then every connection ends.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: ServerContext,
    stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let here = tokio::task::LocalSet::new();
    let accepting = std::pin::pin!(accept(listener, shared));
    match here.run_until(future::select(accepting, stop)).await {
        Either::Left((never, _)) => match never {},
        Either::Right(_) => Ok(()),
    }
}

async fn accept(listener: tokio::net::TcpListener, shared: ServerContext) -> Infallible {
    let connections = Connections::new(shared.limits, Arc::clone(&shared.counters));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.room().await;
                admit(&connections, stream, &shared);
            }
            // The client hung up first.
            Err(error) if is_of_client(&error) => {}
            // The program has as many open files as it is allowed.
            Err(_) => {
                connections.dismiss();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn admit(connections: &Connections, stream: TcpStream, shared: &ServerContext) {
    // An event is a few bytes, which must not wait for more.
    let _ = stream.set_nodelay(true);
    let local = stream.local_addr();
    let local = local.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip());
    connections.admit(|pace| {
        let socket = Socket::new(stream, std::rc::Rc::clone(&pace));
        let (shared, head_bytes) = (shared.clone(), shared.limits.head_bytes);
        let service = service_fn(move |request| {
            let answer = answer(shared.clone(), local, request, pace.answer());
            async { Ok::<_, Infallible>(answer.await) }
        });
        // A client that has finished sending may still want to read.
        http1::Builder::new()
            .half_close(true)
            .max_buf_size(head_bytes)
            .serve_connection(socket, service)
    });
}

async fn answer(
    mut shared: ServerContext,
    local: IpAddr,
    request: HttpRequest<Incoming>,
    turn: Answering,
) -> Response<Answer> {
    // Nothing here needs a body. hyper closes the connection if one comes nevertheless.
    let (parts, _) = request.into_parts();
    let request = RequestHead {
        method: parts.method,
        target: parts.uri.to_string(),
        headers: parts.headers,
        local,
    };
    let Ok(state) =
        shared.state.wait_for(|state| state.ready).await.map(|state| Arc::clone(&state))
    else {
        return whole(refusal(StatusCode::SERVICE_UNAVAILABLE), turn);
    };
    let (gate, live) = (Arc::clone(&shared.gate), Arc::clone(&shared.live));
    // A page may have to be rendered, or a picture read.
    let asked = tokio::task::spawn_blocking(move || respond(&gate, &live, &state, &request)).await;
    match asked {
        Ok(Asked::Answer(response)) => whole(response, turn),
        Ok(Asked::Events(subscriber)) => events(shared, subscriber, turn),
        Err(_) => whole(refusal(StatusCode::INTERNAL_SERVER_ERROR), turn),
    }
}

/// A response on its way out.
struct Answer {
    content: AnswerBody,
    _turn: Answering,
}

enum AnswerBody {
    Whole(Bytes),
    Events(Pin<Box<dyn Stream<Item = Bytes>>>),
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.content {
            AnswerBody::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            AnswerBody::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            AnswerBody::Events(events) => {
                events.poll_next_unpin(cx).map(|event| event.map(|text| Ok(Frame::data(text))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, AnswerBody::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            AnswerBody::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            AnswerBody::Events(_) => SizeHint::default(),
        }
    }
}

fn whole(response: Response<Bytes>, turn: Answering) -> Response<Answer> {
    response.map(|bytes| Answer { content: AnswerBody::Whole(bytes), _turn: turn })
}

/// The events for one page, for as long as it is open.
fn events(shared: ServerContext, subscriber: Subscriber, mut turn: Answering) -> Response<Answer> {
    if !turn.listen() {
        return whole(refusal(StatusCode::SERVICE_UNAVAILABLE), turn);
    }
    let mut response = refusal(StatusCode::OK);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    let told = Told {
        subscriber,
        state: shared.state,
        heartbeat: shared.limits.heartbeat,
        queue: Vec::new(),
        is_new: true,
    };
    let rest = stream::unfold(told, |mut told| async move {
        let text = told.next().await?;
        Some((text, told))
    });
    let all = stream::iter([Bytes::from_static(FIRST_WORDS)]).chain(rest);
    response.map(|_| Answer { content: AnswerBody::Events(all.boxed_local()), _turn: turn })
}

/// What a page has been told.
struct Told {
    subscriber: Subscriber,
    state: watch::Receiver<Arc<ServerState>>,
    /// After this long without an event it is told that the server is still there.
    heartbeat: Duration,
    /// What to tell it next, in reverse order.
    queue: Vec<Event>,
    /// Whether it has been told nothing yet.
    is_new: bool,
}

impl Told {
    /// The next thing to send; `None` when the server ends.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(event) = self.queue.pop() {
                return Some(event.text().into());
            }
            if !self.is_new {
                // Only the wait may be interrupted: what is looked at below counts as told.
                match timeout(self.heartbeat, self.state.changed()).await {
                    Ok(changed) => changed.ok()?,
                    Err(_) => return Some(Bytes::from_static(HEARTBEAT)),
                }
            }
            let state = Arc::clone(&self.state.borrow_and_update());
            self.is_new = false;
            let mut subscriber = self.subscriber.clone();
            let step = move || {
                let events = subscriber.step(&state);
                (subscriber, events)
            };
            let (subscriber, mut events) = tokio::task::spawn_blocking(step).await.ok()?;
            events.reverse();
            self.subscriber = subscriber;
            self.queue = events;
        }
    }
}
