//! HTTP: sockets in, responses out. What is answered is decided in [`super::respond`].

use std::convert::Infallible;
use std::future::IntoFuture;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::{Request as HttpRequest, Response, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::serve::IncomingStream;
use futures_util::future::{self, Either};
use futures_util::stream;
use tokio::sync::{oneshot, watch};

use super::gate::Gate;
use super::live::{Event, Live, State, Subscriber};
use super::respond::{Asked, Request, refusal, respond};

/// After so long a browser that lost its connection tries again.
const RETRY: Duration = Duration::from_millis(500);

/// So many ports are tried, from the one that was wanted on.
const MOST_PORTS: u16 = 100;

/// What all requests share.
#[derive(Clone)]
pub struct Shared {
    /// Who may ask.
    pub gate: Arc<Gate>,
    /// Live reload.
    pub live: Arc<Live>,
    /// What is served.
    pub state: watch::Receiver<Arc<State>>,
}

/// Listens on a port, or on the next one that is free. The error says why there is none.
pub fn listen(host: &str, port: u16) -> Result<TcpListener, String> {
    let bare = host.trim_matches(['[', ']']);
    let addresses: Vec<SocketAddr> = (bare, port)
        .to_socket_addrs()
        .map_err(|error| format!("there is no host `{host}` to serve on: {error}"))?
        .collect();
    let last = port.saturating_add(MOST_PORTS);
    let mut taken = None;
    // Port 0 is whichever is free.
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

/// Where a browser on this machine finds a listener: without a path.
pub fn origin(host: &str, address: SocketAddr) -> String {
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

/// Serves until `stop` is sent or dropped.
pub async fn serve(
    listener: TcpListener,
    shared: Shared,
    stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let app = Router::new().fallback(move |ConnectInfo(Reached(local)), request| {
        let shared = shared.clone();
        async move { answer(shared, local, request).await }
    });
    let server = axum::serve(listener, app.into_make_service_with_connect_info::<Reached>());
    match future::select(server.into_future(), stop).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => Ok(()),
    }
}

/// The address of this machine that a connection reached.
#[derive(Clone, Copy)]
struct Reached(IpAddr);

impl Connected<IncomingStream<'_, tokio::net::TcpListener>> for Reached {
    fn connect_info(stream: IncomingStream<'_, tokio::net::TcpListener>) -> Self {
        let local = stream.io().local_addr();
        Reached(local.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip()))
    }
}

async fn answer(mut shared: Shared, local: IpAddr, request: HttpRequest<Body>) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let request = Request {
        method: parts.method,
        target: parts.uri.to_string(),
        headers: parts.headers,
        local,
    };
    let Ok(state) =
        shared.state.wait_for(|state| state.ready).await.map(|state| Arc::clone(&state))
    else {
        return into_body(StatusCode::SERVICE_UNAVAILABLE);
    };
    let (gate, live) = (Arc::clone(&shared.gate), Arc::clone(&shared.live));
    // A page may have to be rendered, a picture to be read.
    let asked = tokio::task::spawn_blocking(move || respond(&gate, &live, &state, &request)).await;
    match asked {
        Ok(Asked::Answer(response)) => response.map(Body::from),
        Ok(Asked::Events(subscriber)) => events(shared, subscriber),
        Err(_) => into_body(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn into_body(status: StatusCode) -> Response<Body> {
    refusal(status).map(Body::from)
}

/// The events for one page, as long as it is open.
fn events(shared: Shared, subscriber: Subscriber) -> Response<Body> {
    let first = sse::Event::default().retry(RETRY).comment("kisah");
    let told = Told { subscriber, state: shared.state, queue: Vec::new(), is_new: true };
    let rest = stream::unfold(told, |mut told| async move {
        let event = told.next().await?;
        let event = sse::Event::default().event(event.name).data(event.data);
        Some((Ok::<_, Infallible>(event), told))
    });
    let all = stream::StreamExt::chain(stream::iter([Ok(first)]), rest);
    let mut response = Sse::new(all).keep_alive(KeepAlive::default()).into_response();
    let plain = refusal(StatusCode::OK);
    for (name, value) in plain.headers() {
        if !response.headers().contains_key(name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// What a page was told.
struct Told {
    subscriber: Subscriber,
    state: watch::Receiver<Arc<State>>,
    /// What to tell it next, the last first.
    queue: Vec<Event>,
    /// Whether it was told nothing yet.
    is_new: bool,
}

impl Told {
    /// The next event; `None` when the server ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop() {
                return Some(event);
            }
            if !self.is_new {
                self.state.changed().await.ok()?;
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
