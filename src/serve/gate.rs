//! Checks every request before it is answered.
//!
//! In: the method and headers of a request, and the address of this machine that it reached. Out:
//! permission to go on, or the status of the refusal. A page of another site must neither read this
//! one (DNS rebinding: its name would be in `Host`) nor listen to its events.

use std::net::IpAddr;

use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::{HeaderMap, Method, StatusCode};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Knows the names under which the server may be addressed.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    /// `--host`: a name or an address.
    host: String,
}

impl Gate {
    /// For a server told to listen on `host`.
    pub(crate) fn new(host: &str) -> Self {
        Gate { host: host.trim_matches(['[', ']']).to_ascii_lowercase() }
    }

    /// Admits any request. `local` is the address of this machine that it reached.
    pub(crate) fn admit(
        &self,
        method: &Method,
        headers: &HeaderMap,
        local: IpAddr,
    ) -> Result<(), StatusCode> {
        if method != Method::GET && method != Method::HEAD {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        let host = only(headers, &HOST).ok_or(StatusCode::BAD_REQUEST)?;
        let name = host_name(host).ok_or(StatusCode::BAD_REQUEST)?;
        if self.is_known(&name, local) { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }

    fn is_known(&self, name: &str, local: IpAddr) -> bool {
        if name == "localhost" || name.ends_with(".localhost") || name == self.host {
            return true;
        }
        // An address, unlike a name, cannot be made to lead here by somebody else.
        let Ok(address) = name.parse::<IpAddr>() else { return false };
        let address = address.to_canonical();
        address.is_loopback() || address == local.to_canonical()
    }
}

/// Admits a request for the event stream: only from pages of this server.
pub(crate) fn admit_to_events(headers: &HeaderMap) -> Result<(), StatusCode> {
    let refused = Err(StatusCode::FORBIDDEN);
    // Browsers send no `Origin` with a same-origin GET, but always with a cross-origin one.
    if headers.contains_key(ORIGIN) {
        let own = only(headers, &HOST).map(|host| format!("http://{host}"));
        if only(headers, &ORIGIN) != own.as_deref() {
            return refused;
        }
    }
    if headers.contains_key(SEC_FETCH_SITE) && only(headers, &SEC_FETCH_SITE) != Some("same-origin")
    {
        return refused;
    }
    Ok(())
}

/// The value of a header that must occur exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The name of `name:port`, in lower case, without the brackets of an IPv6 address.
fn host_name(host: &str) -> Option<String> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (name, rest) = rest.split_once(']')?;
            (name, rest.strip_prefix(':').or(rest.is_empty().then_some("")))
        }
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, Some("")),
        },
    };
    let is_good = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    if !port?.bytes().all(|b| b.is_ascii_digit()) || name.is_empty() || !name.chars().all(is_good) {
        return None;
    }
    Some(name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let local: IpAddr = "192.168.1.5".parse().unwrap();
        let gate = Gate::new("blog.test");
        for (host, status) in [
            ("localhost", 200),
            ("LOCALHOST:1111", 200),
            ("localhost.:80", 200),
            ("kisah.localhost:1111", 200),
            ("127.0.0.1:1111", 200),
            ("127.8.9.1", 200),
            ("[::1]:1111", 200),
            ("[::ffff:127.0.0.1]", 200),
            ("192.168.1.5:1111", 200),
            ("blog.test:9", 200),
            ("192.168.1.6:1111", 403),
            ("evil.example", 403),
            ("localhost.evil.example", 403),
            ("notlocalhost", 403),
            ("127.0.0.1.nip.io", 403),
            ("2130706433", 403),
            ("localhost:x", 400),
            ("localhost:1:2", 400),
            ("a@localhost", 400),
            ("localhost/x", 400),
            ("", 400),
            ("[::1", 400),
            ("[::1]x", 400),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            let got = gate.admit(&Method::GET, &headers, local);
            assert_eq!(got.map_or_else(|s| s.as_u16(), |()| 200), status, "{host:?}");
        }
    }
}
