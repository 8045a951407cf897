//! The way from the home page down to a page: for people as breadcrumbs, for machines as a
//! `BreadcrumbList`.

use super::card::link;
use super::part::List;
use super::shapes::Link;
use crate::base::UrlPath;
use crate::config::LanguageId;
use crate::site::{SectionId, Site};

/// One page on the way.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// What it is called.
    pub(crate) title: String,
    /// Its address.
    pub(crate) url: UrlPath,
}

/// The home page, then the sections down to this one, itself included: the way to a page. Whether
/// the page `is_listed` decides which sections are steps.
pub(crate) fn down_to(
    site: &Site,
    language: LanguageId,
    section: Option<SectionId>,
    is_listed: bool,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = section;
    while let Some(id) = at {
        let section = &site.sections[id.0];
        at = section.parent;
        if !section.folder.is_empty() && site.is_step(section.doc, is_listed) {
            steps.push(Step { title: section.title.clone(), url: section.url.clone() });
        }
    }
    if let Some(home) = site.home(language) {
        let strings = &site.language(language).strings;
        let title = strings.get("home").and_then(|v| v.as_str()).unwrap_or("Home");
        steps.push(Step { title: title.to_owned(), url: home.url.clone() });
    }
    steps.reverse();
    steps
}

/// The way as templates see it.
pub(crate) fn links(site: &Site, steps: &[Step]) -> List<Link> {
    steps.iter().map(|s| link(&s.title, site.config.base_url.relative(&s.url))).collect()
}
