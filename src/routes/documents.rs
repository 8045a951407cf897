//! Posts and pages, and their aliases.

use std::sync::Arc;

use super::RouteList;
use super::route::{Nature, Owner, RouteKind};
use crate::site::{DocId, Document, DocumentRole, Gathering, Site};

pub(super) fn add(site: &Site, list: &mut RouteList<'_>) {
    for (id, document) in site.documents.iter().enumerate() {
        if matches!(document.role, DocumentRole::Post | DocumentRole::Page) {
            list.add(document.url.clone(), RouteKind::Document(DocId(id)), owner(document));
        }
        for (alias, place) in &document.aliases {
            // Sites from Hugo and Jekyll list the page's own address among its aliases.
            if *alias != document.url {
                let owner = Owner::new(Nature::Alias(DocId(id)), place.clone());
                list.add(alias.clone(), RouteKind::Redirect(DocId(id)), owner);
            }
        }
    }
}

fn owner(document: &Document) -> Owner {
    Owner {
        is_listed: document.stands_in(Gathering::Sitemap),
        changed: document.changed(),
        versions: Arc::clone(&document.translations),
        ..Owner::new(Nature::Document, document.file())
    }
}
