//! Sections, and the home page of each language.

use std::sync::Arc;

use super::RouteList;
use super::feeds::{self, Feed};
use super::route::{Made, Nature, OwnPage, Owner, RouteKind};
use crate::base::Place;
use crate::site::{DocId, Gathering, Section, SectionId, Site};

pub(super) fn add(site: &Site, list: &mut RouteList<'_>) {
    for (id, section) in site.sections.iter().enumerate() {
        let id = SectionId(id);
        let owner = Arc::new(owner(site, id, list));
        let items = section_items(site, id).len();
        let kind = |pager| RouteKind::Section(id, pager);
        list.add_pages(&section.url, items, section.paginate_by, &owner, kind);
        feeds::add(site, Feed::Section(id), &section.url, &owner, list);
    }
}

fn owner(site: &Site, id: SectionId, list: &RouteList<'_>) -> Owner {
    let section = &site.sections[id.0];
    let owner = match section.doc {
        Some(doc) => Owner::new(Nature::Folder, site.document(doc).file()),
        None => without_document(section, site),
    };
    Owner {
        is_listed: site.stands_in(section.doc, Gathering::Sitemap),
        changed: list.changed(section.doc, section_items(site, id)),
        versions: Arc::clone(&section.translations),
        ..owner
    }
}

fn without_document(section: &Section, site: &Site) -> Owner {
    let is_home = section.folder.is_empty();
    let path = if is_home { "content".to_owned() } else { format!("content/{}", section.folder) };
    let language = section.language;
    let what = match (is_home, language.is_default()) {
        (false, _) => format!("the list of `{path}`"),
        (true, true) => "the home page".to_owned(),
        (true, false) => format!("the home page of `{}`", site.language(language).code),
    };
    let help = format!("write it as `{path}/_index.md`, or give it another address");
    let page = OwnPage {
        // In other languages, the folder alone does not tell where the file would be.
        help: language.is_default().then_some(help),
        mistaken: Some(format!("{path}/index.md")),
    };
    // Two folders with one slug are equals, but the home of a language is not a folder that could
    // be renamed.
    let folder = is_home.then_some("rename the folder");
    let origin = Place::file(format!("content/{}", section.folder));
    let made = Made { what, page: Some(page), folder, ..Made::default() };
    Owner { made: Some(Box::new(made)), ..Owner::new(Nature::Folder, origin) }
}

/// What a section lists: the home shows all posts of its language.
pub(crate) fn section_items(site: &Site, id: SectionId) -> &[DocId] {
    let section = &site.sections[id.0];
    if section.folder.is_empty() { &site.posts[section.language] } else { &section.pages }
}
