//! An open page of `kisah serve`, without a browser: does what its script does to hear of changes.

use std::net::SocketAddr;

use crate::client::{Events, ask};

/// Opens a page in its present state.
pub fn open(server: SocketAddr, page: &str) -> Events {
    let html = ask(server, "GET", page, &[]).text();
    let value = |name: &str| {
        let rest = html.split_once(name).map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split('"').next()).expect("live reload").to_owned()
    };
    let client = value("<script src=\"/.kisah/");
    let events = format!("/.kisah/{}", client.replace("client.js", "events"));
    let (seen, assets) = (value("data-page=\""), value("data-assets=\""));
    Events::open(server, &format!("{events}?path={page}&page={seen}&assets={assets}"))
}
