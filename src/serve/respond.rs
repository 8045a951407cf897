//! Turns a request into its response. Pure except for copied files, whose bytes are read from the
//! sources.
//!
//! In: the state of the site and a request that the [`super::gate`] let in. Out: a whole response.
//! Nothing in a request becomes a path of the file system.

use std::borrow::Cow;
use std::net::IpAddr;

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{HeaderMap, Method, Response, StatusCode};

use super::address::{self, Refusal};
use super::gate::Gate;
use super::live::{Live, ServerState};
use super::problems;
use super::snapshot::{Failure, Found, Snapshot};
use super::{policy, types};
use crate::base::Digest;
use crate::base::url::encode_path;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The policy of pages that are not part of the site.
const OWN_POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

/// The parts of a request that matter.
#[derive(Debug, Clone)]
pub(crate) struct RequestHead {
    /// For example `GET`.
    pub(crate) method: Method,
    /// What follows the method: `/posts/x/?a=b`.
    pub(crate) target: String,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// The address of this machine that it reached.
    pub(crate) local: IpAddr,
}

/// What is asked for.
#[derive(Debug)]
pub(crate) enum Asked {
    /// The events for the page at a path.
    Events(super::live::Subscriber),
    /// Anything else, answered.
    Answer(Response<Bytes>),
}

/// Answers a request.
pub(crate) fn respond(
    gate: &Gate,
    live: &Live,
    state: &ServerState,
    request: &RequestHead,
) -> Asked {
    let RequestHead { method, target, headers, local } = request;
    if let Err(status) = gate.admit(method, headers, *local) {
        return Asked::Answer(refusal(status));
    }
    let (path, query) = match address::parse(target) {
        Ok(parsed) => parsed,
        Err(Refusal::TooLong) => return Asked::Answer(refusal(StatusCode::URI_TOO_LONG)),
        Err(_) => return Asked::Answer(refusal(StatusCode::BAD_REQUEST)),
    };
    let response = if let Some(name) = live.own(&path) {
        if name == "events" {
            return match super::gate::admit_to_events(headers) {
                Ok(()) if *method == Method::GET => {
                    Asked::Events(Live::subscriber(query.unwrap_or_default()))
                }
                Ok(()) => Asked::Answer(refusal(StatusCode::METHOD_NOT_ALLOWED)),
                Err(status) => Asked::Answer(refusal(status)),
            };
        }
        own_file(name, request)
    } else if path.starts_with(super::live::RESERVED) {
        refusal(StatusCode::NOT_FOUND)
    } else {
        match &state.snapshot {
            Some(snapshot) => of_site(snapshot, live, state, request, (&path, query)),
            None => mistakes(live, state, &state.problems, request),
        }
    };
    Asked::Answer(response)
}

fn of_site(
    snapshot: &Snapshot,
    live: &Live,
    state: &ServerState,
    request: &RequestHead,
    (path, query): (&str, Option<&str>),
) -> Response<Bytes> {
    let (index, status) = match snapshot.find(path) {
        Found::File(index, status) => (index, status),
        Found::Redirect(to, status) => return redirect(&to, query, status),
        Found::Missing(Some(index)) => (index, StatusCode::NOT_FOUND),
        Found::Missing(None) => {
            let page = problems::notice("404", "There is nothing at this address.");
            let seen = snapshot.look(path).unwrap_or_default();
            return own_page(live, state, (StatusCode::NOT_FOUND, seen), &page, request);
        }
    };
    match snapshot.file(index) {
        Ok(file) => {
            let content_type = snapshot.content_type(index);
            if !types::is_html(&content_type) {
                let body =
                    ResponseBody { status, content_type, bytes: file.bytes, digest: file.digest };
                return deliver(body, None, request);
            }
            let seen = snapshot.look(path).unwrap_or_default();
            let html = String::from_utf8_lossy(&file.bytes);
            let html = live.inject(&policy::page_with_room(&html), seen, state);
            let header = snapshot.policy().map(policy::with_room);
            let digest = Digest::of(html.as_bytes());
            let body = ResponseBody { status, content_type, bytes: html.into(), digest };
            deliver(body, header.as_deref(), request)
        }
        Err(Failure::Mistake(found)) => {
            mistakes(live, state, &problems::problems(found.iter()), request)
        }
        Err(Failure::Changed(file)) => {
            let why = format!("`{file}` has changed since the site was read.");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let mut response = if types::is_html(&snapshot.content_type(index)) {
                // This page waits for the next site, as the one it replaces would have.
                let seen = snapshot.look(path).unwrap_or_default();
                own_page(
                    live,
                    state,
                    (status, seen),
                    &problems::notice("One moment", &why),
                    request,
                )
            } else {
                plain(status, &why)
            };
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
    }
}

/// A page that says what is wrong, in place of one that cannot be made.
fn mistakes(
    live: &Live,
    state: &ServerState,
    found: &[problems::Problem],
    request: &RequestHead,
) -> Response<Bytes> {
    let page = problems::page(found);
    own_page(live, state, (StatusCode::INTERNAL_SERVER_ERROR, Digest(0)), &page, request)
}

/// A page that is not part of the site. It is reloaded once the site has one for its address.
fn own_page(
    live: &Live,
    state: &ServerState,
    (status, seen): (StatusCode, Digest),
    html: &str,
    request: &RequestHead,
) -> Response<Bytes> {
    let html = live.inject(html, seen, state);
    let content_type = "text/html; charset=utf-8".to_owned();
    let digest = Digest::of(html.as_bytes());
    deliver(
        ResponseBody { status, content_type, bytes: html.into(), digest },
        Some(OWN_POLICY),
        request,
    )
}

/// The script and style sheet of live reload.
fn own_file(name: &str, request: &RequestHead) -> Response<Bytes> {
    let Some((path, text)) = Live::file(name) else { return refusal(StatusCode::NOT_FOUND) };
    let bytes = Bytes::from_static(text.as_bytes());
    let (content_type, digest) = (types::content_type(path), Digest::of(&bytes));
    deliver(ResponseBody { status: StatusCode::OK, content_type, bytes, digest }, None, request)
}

struct ResponseBody {
    status: StatusCode,
    content_type: String,
    bytes: Bytes,
    digest: Digest,
}

/// A response with a body, or with the part of it that is wanted.
fn deliver(body: ResponseBody, policy: Option<&str>, request: &RequestHead) -> Response<Bytes> {
    let tag = format!("\"{}\"", body.digest);
    let mut response = empty(body.status);
    set(&mut response, ETAG, &tag);
    if let Some(policy) = policy {
        set(&mut response, CONTENT_SECURITY_POLICY, policy);
    }
    let mut bytes = body.bytes;
    if body.status == StatusCode::OK {
        if has_already(&request.headers, &tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        match range(request, &tag, bytes.len()) {
            Wanted::All => {}
            Wanted::Part(from, to) => {
                let all = bytes.len();
                set(&mut response, CONTENT_RANGE, &format!("bytes {from}-{}/{all}", to - 1));
                *response.status_mut() = StatusCode::PARTIAL_CONTENT;
                bytes = bytes.slice(from..to);
            }
            Wanted::Nothing => {
                let mut response = refusal(StatusCode::RANGE_NOT_SATISFIABLE);
                set(&mut response, CONTENT_RANGE, &format!("bytes */{}", bytes.len()));
                return response;
            }
        }
    }
    set(&mut response, CONTENT_TYPE, &body.content_type);
    set(&mut response, CONTENT_LENGTH, &bytes.len().to_string());
    if request.method != Method::HEAD {
        *response.body_mut() = bytes;
    }
    response
}

/// Whether `If-None-Match` names what would be sent.
fn has_already(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    /// Start, and one past the end.
    Part(usize, usize),
    Nothing,
}

/// What `Range` asks for. A request for several ranges gets everything, as RFC 9110 allows.
fn range(request: &RequestHead, tag: &str, length: usize) -> Wanted {
    let header =
        |name| request.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(range) = header(RANGE) else { return Wanted::All };
    // A part of an older file is of no use. There are no dates here, so a date cannot match.
    if request.method != Method::GET || header(IF_RANGE).is_some_and(|known| known != tag) {
        return Wanted::All;
    }
    let Some(spec) = range.strip_prefix("bytes=").filter(|spec| !spec.contains(',')) else {
        return Wanted::All;
    };
    let Some((from, to)) = spec.trim().split_once('-') else { return Wanted::All };
    let number = |text: &str| text.parse::<usize>().ok().filter(|_| !text.starts_with('+'));
    let (from, to) = match (from, to) {
        ("", last) => match number(last) {
            Some(last) => (length - last.min(length), length),
            None => return Wanted::All,
        },
        (from, "") => match number(from) {
            Some(from) => (from, length),
            None => return Wanted::All,
        },
        (from, to) => match (number(from), number(to)) {
            (Some(from), Some(to)) if from <= to => (from, to.saturating_add(1).min(length)),
            _ => return Wanted::All,
        },
    };
    if from < to { Wanted::Part(from, to) } else { Wanted::Nothing }
}

fn redirect(to: &str, query: Option<&str>, status: StatusCode) -> Response<Bytes> {
    let to = match query {
        Some(query) if !to.contains('?') => format!("{to}?{query}"),
        _ => to.to_owned(),
    };
    let to: Cow<'_, str> = if to.is_ascii() { to.into() } else { encode_path(&to).into() };
    let mut response = empty(status);
    set(&mut response, LOCATION, &to);
    set(&mut response, CONTENT_LENGTH, "0");
    response
}

/// A refusal: its status, in words.
pub(crate) fn refusal(status: StatusCode) -> Response<Bytes> {
    let mut response = plain(status, status.canonical_reason().unwrap_or("refused"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

fn plain(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut response = empty(status);
    set(&mut response, CONTENT_TYPE, "text/plain; charset=utf-8");
    *response.body_mut() = format!("{text}\n").into();
    response
}

/// What every response contains. No header lets other origins in.
fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Sets a header, unless the value is not allowed in one: a line break in a policy, say.
fn set(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (range_value, if_range, expected) in [
            ("bytes=0-3", None, Wanted::Part(0, 4)),
            ("bytes=2-", None, Wanted::Part(2, 10)),
            ("bytes=-3", None, Wanted::Part(7, 10)),
            ("bytes=-99", None, Wanted::Part(0, 10)),
            ("bytes=5-99", None, Wanted::Part(5, 10)),
            ("bytes=0-0", Some("\"t\""), Wanted::Part(0, 1)),
            ("bytes=0-0", Some("\"old\""), Wanted::All),
            ("bytes=0-0", Some("Wed, 21 Oct 2015 07:28:00 GMT"), Wanted::All),
            ("bytes=10-", None, Wanted::Nothing),
            ("bytes=-0", None, Wanted::Nothing),
            ("bytes=3-2", None, Wanted::All),
            ("bytes=0-1,3-4", None, Wanted::All),
            ("lines=0-1", None, Wanted::All),
            ("bytes=x-", None, Wanted::All),
            ("bytes=+1-2", None, Wanted::All),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, range_value.parse().unwrap());
            if let Some(value) = if_range {
                headers.insert(IF_RANGE, value.parse().unwrap());
            }
            let local = IpAddr::from([127, 0, 0, 1]);
            let request = RequestHead { method: Method::GET, target: "/".into(), headers, local };
            assert_eq!(range(&request, "\"t\"", 10), expected, "{range_value} {if_range:?}");
        }
    }
}
