//! Why a story stands beside another, in the language of the page.
//!
//! In: the [`Reason`]s. Out: what readers are shown, and where a word has a page
//! its address. That the author chose a story needs no words, and gives none.

use super::part::{List, Made};
use super::shapes::ReasonView;
use crate::config::LanguageId;
use crate::related::{Reason, Related};
use crate::site::{Site, TermId};

/// The reasons for a story that is shown on a page of this language, the strongest first.
pub(super) fn reasons(
    site: &Site,
    language: LanguageId,
    related: &Related,
) -> List<Made<ReasonView>> {
    let seen = related.reasons.iter().filter_map(|reason| view(site, language, reason));
    seen.map(Made::from).collect()
}

/// That a story is the next part of a series.
pub(super) fn next_part(site: &Site, series: TermId) -> List<Made<ReasonView>> {
    std::iter::once(Made::from(of_term(site, "next_part", series))).collect()
}

fn view(site: &Site, language: LanguageId, reason: &Reason) -> Option<ReasonView> {
    match reason {
        Reason::Chosen => None,
        Reason::Word(text) => {
            Some(ReasonView { kind: reason.kind().into(), text: (&**text).into(), url: None })
        }
        Reason::Cited => {
            let text = site.language(language).text("reason_cited")?;
            Some(ReasonView { kind: reason.kind().into(), text: text.into(), url: None })
        }
        Reason::Person(id) | Reason::Series(id) | Reason::Term(id) | Reason::Author(id) => {
            Some(of_term(site, reason.kind(), *id))
        }
    }
}

fn of_term(site: &Site, kind: &str, id: TermId) -> ReasonView {
    let term = &site.terms[id.0];
    let url = site.config.base_url.relative(&term.url);
    ReasonView { kind: kind.into(), text: term.name.as_str().into(), url: Some(url.into()) }
}
