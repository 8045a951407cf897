//! What is not part of a build, and why: decided here, once, for documents and for files.
//!
//! A document is withheld by its own keys, by what it inherits, or together with a section that is
//! withheld. A file goes with the page of its bundle, or with its section. Addresses, lists and
//! links only read the verdict.

use jiff::civil;

use super::classify::{SectionIndexes, parent};
use crate::base::{Diagnostic, Map, Place, Severity, SourcePath, UrlPath, codes};
use crate::config::{Config, LanguageId};
use crate::keys::{Cascades, FrontMatter};
use crate::parse::{Doc, is_in_drafts};
use crate::source::folders;

/// A document that is not part of this build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withheld {
    /// Its file.
    pub(crate) path: SourcePath,
    /// Never empty.
    pub(crate) title: String,
    /// Index of its language.
    pub(crate) language: LanguageId,
    /// The address it would have.
    pub(crate) url: UrlPath,
    /// Why.
    pub(crate) why: WithheldReason,
}

/// Why something is not part of this build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WithheldReason {
    /// What keeps it from readers.
    pub(crate) state: WithheldState,
    /// Which file says so.
    pub(crate) by: By,
}

/// What keeps something from readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithheldState {
    /// `draft = true`.
    Draft,
    /// It appears on this day, which lies after today: its `date`, or a later day that another
    /// program's key gives.
    Future(civil::Date),
    /// It expired on this day, which is today or earlier.
    Expired(civil::Date),
}

/// Which file withholds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum By {
    /// The document itself.
    Itself,
    /// The page of its bundle, if it is a file.
    Page(SourcePath),
    /// The `_index.md` of a section above it, which is withheld itself.
    Section(SourcePath),
    /// The `[cascade]` in the `_index.md` of a section above it.
    Cascade(SourcePath),
}

impl WithheldState {
    /// The state that front matter, inherited keys included, puts a document into.
    pub(super) fn of(
        front: &FrontMatter,
        config: &Config,
        today: civil::Date,
    ) -> Option<WithheldState> {
        let date = front.appears().map(|d| d.day()).filter(|day| *day > today);
        let expired = front.expires.map(|d| d.day()).filter(|day| *day <= today);
        if front.draft == Some(true) && !config.drafts {
            Some(WithheldState::Draft)
        } else if let Some(day) = expired {
            Some(WithheldState::Expired(day))
        } else {
            date.filter(|_| !config.future).map(WithheldState::Future)
        }
    }

    /// Whether front matter has the key that leads to this state.
    pub(super) fn is_said_by(self, front: &FrontMatter) -> bool {
        match self {
            WithheldState::Draft => front.draft.is_some(),
            WithheldState::Future(_) => front.appears().is_some(),
            WithheldState::Expired(_) => front.expires.is_some(),
        }
    }
}

impl WithheldReason {
    /// How severe it is to link to it by source path.
    pub(crate) fn severity(&self) -> Severity {
        match self.state {
            // A page expires by itself, which must not stop the build of a site that nobody has
            // touched.
            WithheldState::Expired(_) => Severity::Warning,
            WithheldState::Draft | WithheldState::Future(_) => Severity::Error,
        }
    }

    /// Reports a link to it; `name` is its path below `content/`.
    pub(crate) fn diagnostic(&self, name: &str, severity: Severity) -> Diagnostic {
        let state = match self.state {
            WithheldState::Draft => "is a draft",
            WithheldState::Future(_) => "is dated in the future",
            WithheldState::Expired(_) => "has expired",
        };
        let why = match &self.by {
            By::Itself => state.to_owned(),
            By::Page(page) => {
                format!("is withheld with its page `{}`, which {state}", below_content(page))
            }
            By::Section(index) => {
                format!("is withheld with its section `{}`, which {state}", below_content(index))
            }
            By::Cascade(index) => {
                format!("{state} because of the cascade in `{}`", below_content(index))
            }
        };
        let message = format!("`{name}` {why}, so this link leads nowhere");
        Diagnostic::new(severity, &codes::HIDDEN_TARGET, message).help(self.help())
    }

    fn help(&self) -> &'static str {
        match (self.state, &self.by) {
            (WithheldState::Draft, By::Itself | By::Page(_)) => {
                "publish it, remove the link, or build with `--drafts`"
            }
            (WithheldState::Draft, By::Section(_)) => {
                "publish the section, remove the link, or build with `--drafts`"
            }
            (WithheldState::Draft, By::Cascade(_)) => {
                "change the cascade, remove the link, or build with `--drafts`"
            }
            (WithheldState::Future(_), By::Itself | By::Page(_)) => {
                "date it earlier, remove the link, or build with `--future`"
            }
            (WithheldState::Future(_), By::Section(_)) => {
                "date the section earlier, remove the link, or build with `--future`"
            }
            (WithheldState::Future(_), By::Cascade(_)) => {
                "change the cascade, remove the link, or build with `--future`"
            }
            (WithheldState::Expired(_), By::Itself | By::Page(_)) => {
                "remove the link, or its `expires`"
            }
            (WithheldState::Expired(_), By::Section(_)) => {
                "remove the link, or the section's `expires`"
            }
            (WithheldState::Expired(_), By::Cascade(_)) => "remove the link, or change the cascade",
        }
    }
}

impl Withheld {
    /// The folders that could be its section: its own, and the top-level one.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        sections_of(&self.path)
    }
}

/// The folders that list a document: its own, and the top-level one.
pub(super) fn sections_of(path: &SourcePath) -> impl Iterator<Item = &str> {
    let own = folder_of(path);
    let top = own.split('/').next().unwrap_or(own);
    [own, top].into_iter().filter(|folder| !folder.is_empty())
}

/// A path as messages show it.
pub(super) fn below_content(path: &SourcePath) -> &str {
    path.below(folders::CONTENT).unwrap_or(path.as_str())
}

/// What withholds other things: cascades, and sections that are withheld themselves.
pub(super) struct Withholding<'a> {
    folders: SectionIndexes<'a>,
    config: &'a Config,
    today: civil::Date,
    /// The state of each `_index.md` that is withheld by its own keys or by what it inherits.
    sections: Map<SourcePath, WithheldState>,
    /// For each folder, the languages of the documents below it; empty if nothing can be withheld.
    languages: Map<&'a str, Vec<LanguageId>>,
}

impl<'a> Withholding<'a> {
    pub(super) fn new(
        folders: SectionIndexes<'a>,
        sections: Map<SourcePath, WithheldState>,
        docs: &'a [std::sync::Arc<Doc>],
        config: &'a Config,
        today: civil::Date,
    ) -> Self {
        let mut languages: Map<&str, Vec<LanguageId>> = Map::default();
        if !sections.is_empty() || folders.cascades_visibility() {
            for doc in docs {
                let mut folder = Some(folder_of(&doc.source.path));
                while let Some(name) = folder {
                    let known = languages.entry(name).or_default();
                    if !known.contains(&doc.language) {
                        known.push(doc.language);
                    }
                    folder = parent(name);
                }
            }
            languages.values_mut().for_each(|list| list.sort_unstable());
        }
        Withholding { folders, config, today, sections, languages }
    }

    /// Why everything in a folder is withheld in a language: because of the nearest section, at or
    /// above it, that is itself withheld. Where a language has no `_index.md` of its own, the
    /// default language's counts.
    pub(super) fn of_folder(&self, language: LanguageId, folder: &str) -> Option<WithheldReason> {
        if self.sections.is_empty() {
            return None;
        }
        let mut folder = Some(folder);
        while let Some(name) = folder {
            if let Some(index) = self.folders.governing(language, name)
                && let Some(state) = self.sections.get(&index.source.path)
            {
                let by = By::Section(index.source.path.clone());
                return Some(WithheldReason { state: *state, by });
            }
            folder = parent(name);
        }
        None
    }

    /// Reports that the whole site is withheld, if its home page is the reason.
    pub(super) fn of_home(&self) -> Option<Diagnostic> {
        let why = self.of_folder(LanguageId::DEFAULT, "")?;
        let By::Section(home) = &why.by else { return None };
        let (state, help) = match why.state {
            WithheldState::Draft => ("is a draft", "remove its `draft`, or build with `--drafts`"),
            WithheldState::Future(_) => {
                ("is dated in the future", "date it earlier, or build with `--future`")
            }
            WithheldState::Expired(_) => ("has expired", "remove its `expires`"),
        };
        let message = format!("`{home}` {state}, and the whole site is withheld with it");
        let diagnostic = Diagnostic::new(why.severity(), &codes::EMPTY_SITE, message);
        Some(diagnostic.at(Place::file(home.as_str())).help(help))
    }

    /// Why a file outside any bundle is withheld. It belongs to all language versions of its
    /// section, and is published as long as one of them is public.
    pub(super) fn of_file(&self, folder: &str) -> Option<WithheldReason> {
        if is_in_drafts(folder) && !self.config.drafts {
            return Some(WithheldReason { state: WithheldState::Draft, by: By::Itself });
        }
        if self.languages.is_empty() {
            return None;
        }
        let mut first = None;
        for language in self.versions(folder) {
            let reason = self.of_folder(*language, folder);
            let reason = reason.or_else(|| self.of_cascade(*language, folder))?;
            first.get_or_insert(reason);
        }
        first
    }

    /// The languages of the section that a folder belongs to: those of the documents below the
    /// nearest folder that is a section with documents.
    fn versions(&self, folder: &str) -> &[LanguageId] {
        let mut at = folder;
        loop {
            let is_section = !at.contains('/') || self.folders.has_index(at);
            let above = parent(at);
            match self.languages.get(at) {
                Some(languages) if is_section => return languages,
                _ => match above {
                    Some(above) => at = above,
                    None => return &[LanguageId::DEFAULT],
                },
            }
        }
    }

    /// Why cascades would withhold a document in a folder that says nothing itself.
    fn of_cascade(&self, language: LanguageId, folder: &str) -> Option<WithheldReason> {
        let mut front = FrontMatter::default();
        for cascade in self.folders.cascades(language, folder) {
            front.inherit(cascade.keys, Cascades::Everywhere);
        }
        let state = WithheldState::of(&front, self.config, self.today)?;
        let by = self.folders.giver(language, folder, state)?;
        Some(WithheldReason { state, by: By::Cascade(by) })
    }
}

/// The folder of a document below `content/`.
pub(super) fn folder_of(path: &SourcePath) -> &str {
    path.folder().strip_prefix("content/").unwrap_or("")
}
