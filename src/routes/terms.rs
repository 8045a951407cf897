//! Terms, people, authors and series.

use std::sync::Arc;

use super::RouteList;
use super::feeds::{self, Feed};
use super::route::{Nature, Owner, RouteKind};
use crate::base::Place;
use crate::site::{Gathering, Site, Term, TermId};

pub(super) fn add(site: &Site, list: &mut RouteList<'_>) {
    for (id, term) in site.terms.iter().enumerate() {
        let id = TermId(id);
        let by = site.config.taxonomies[term.taxonomy].paginate_by;
        let owner = Arc::new(owner(site, term, list));
        list.add_pages(&term.url, term.pages.len(), by, &owner, |pager| RouteKind::Term(id, pager));
        feeds::add(site, Feed::Term(id), &term.url, &owner, list);
    }
}

fn owner(site: &Site, term: &Term, list: &RouteList<'_>) -> Owner {
    let origin = match term.doc.or(term.pages.first().copied()) {
        Some(doc) => site.document(doc).file(),
        None => Place::file(term.url.as_str()),
    };
    let nature = Nature::Term { taxonomy: term.taxonomy, language: term.language };
    Owner {
        is_listed: site.stands_in(term.doc, Gathering::Sitemap),
        changed: list.changed(term.doc, &term.pages),
        versions: Arc::clone(&term.translations),
        ..Owner::new(nature, origin)
    }
}
