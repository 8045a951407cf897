//! Documents in the making: what is known about them before they have an address, and before they
//! have relations. A [`Document`] is made once everything is known.

use std::ops::Deref;
use std::sync::Arc;

use super::links::Targets;
use super::{Document, DocumentRole, Gathering, SectionId, TermId, Translation, WithheldState};
use crate::base::{Date, Place, UrlPath};
use crate::config::LanguageId;
use crate::keys::FrontMatter;
use crate::parse::Doc;

/// A document, as far as its file and the sections above it describe it.
pub(super) struct Candidate {
    pub(crate) doc: Arc<Doc>,
    pub(crate) front: Arc<FrontMatter>,
    pub(crate) role: DocumentRole,
    pub(crate) language: LanguageId,
    pub(crate) key: String,
    pub(crate) folder: String,
    pub(crate) title: String,
    pub(crate) date: Option<Date>,
    pub(crate) template: Option<(String, Place)>,
}

/// A document that has an address.
pub(super) struct Addressed {
    pub(crate) candidate: Candidate,
    pub(crate) slug: String,
    pub(crate) url: UrlPath,
    pub(crate) aliases: Vec<(UrlPath, Place)>,
}

/// What connects a document to others.
pub(super) struct Relations {
    pub(crate) terms: Vec<TermId>,
    pub(crate) section: Option<SectionId>,
    pub(crate) targets: Targets,
    pub(crate) translations: Arc<[Translation]>,
    pub(crate) withheld: Option<WithheldState>,
}

impl Candidate {
    pub(super) fn is_post(&self) -> bool {
        self.role == DocumentRole::Post
    }

    pub(super) fn file(&self) -> Place {
        Place::file(self.doc.source.path.as_str())
    }

    pub(super) fn stands_in(&self, gathering: Gathering) -> bool {
        gathering.holds(&self.front)
    }
}

/// It still is what it was, with an address; nobody outside of `site` sees it.
impl Deref for Addressed {
    type Target = Candidate;

    fn deref(&self) -> &Candidate {
        &self.candidate
    }
}

impl Addressed {
    /// The whole document.
    pub(super) fn with(self, relations: Relations) -> Document {
        let Addressed { candidate, slug, url, aliases } = self;
        let Candidate { doc, front, role, language, key, folder, title, date, template } =
            candidate;
        let Relations { terms, section, targets, translations, withheld } = relations;
        let Targets { links, image, related, blocked, read_also } = targets;
        Document {
            doc,
            front,
            role,
            language,
            key,
            folder,
            title,
            slug,
            url,
            aliases,
            date,
            template,
            terms,
            section,
            links,
            image,
            related,
            blocked,
            read_also,
            translations,
            withheld,
        }
    }
}
