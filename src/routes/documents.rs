//! Posts and pages, and their aliases.

use std::sync::Arc;

use super::List;
use super::route::{Nature, Owner, RouteKind};
use crate::site::{DocId, Document, Gathering, Role, Site};

pub(super) fn add(site: &Site, list: &mut List<'_>) {
    for (id, document) in site.documents.iter().enumerate() {
        if matches!(document.role, Role::Post | Role::Page) {
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
