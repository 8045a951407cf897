//! Documents → [`Site`]: the only step that sees everything at once.
//!
//! In: parsed documents, the assets, the configuration and today's date. Out: one immutable value
//! in which every document has its address, every list its order, every link its target.
//! It builds no lists of output files (`routes`) and no views (`plan`), and is made in one go:
//! nothing in it is filled in later.

mod address;
mod assets;
mod classify;
mod collections;
mod gathering;
mod links;
mod making;
mod menus;
mod names;
mod order;
mod people;
mod sections;
mod terms;
mod translations;
mod waiting;
mod withheld;

use std::sync::Arc;

use jiff::civil;

use crate::base::{Addresses, Date, Diagnostics, Map, Place, UrlPath};
use crate::config::{BuiltIn, Config, Language, LanguageId, PerLanguage, TaxonomyId};
use crate::keys::FrontMatter;
use crate::parse::Doc;
use crate::source::Asset;

use making::{Addressed, Relations};

pub(crate) use assets::{AssetId, SiteAsset};
pub(crate) use collections::{Collected, CollectedItems};
pub(crate) use gathering::Gathering;
pub(crate) use links::{HiddenTarget, LinkTarget, Resolved};
pub(crate) use menus::{MenuLink, MenuLinkTarget, Menus, leads_to_hidden};
pub(crate) use order::newest_first;
pub(crate) use people::Person;
pub use people::PersonId;
pub(crate) use sections::{Section, SectionId};
pub(crate) use terms::{Taxonomy, Term, TermId};
pub(crate) use translations::Translation;
pub(crate) use waiting::Waiting;
pub(crate) use withheld::{By, Withheld, WithheldReason, WithheldState};

/// Index into [`Site::documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId(pub usize);

/// A whole site.
#[derive(Debug)]
pub struct Site {
    /// The configuration.
    pub(crate) config: Arc<Config>,
    /// Every document that is part of this build, by source path.
    pub documents: Vec<Document>,
    /// The listed posts of each language, newest first.
    pub(crate) posts: PerLanguage<Vec<DocId>>,
    /// Sections of all languages, by language and folder. The home of each language is the
    /// section whose folder is empty.
    pub(crate) sections: Vec<Section>,
    /// Taxonomies in the order of the configuration, then series.
    pub(crate) taxonomies: Map<TaxonomyId, Taxonomy>,
    /// Terms of all taxonomies and languages, by taxonomy, language and alphabet.
    pub terms: Vec<Term>,
    /// The people whom stories are about, across languages.
    pub people: Vec<Person>,
    /// Files that are copied.
    pub(crate) assets: Vec<SiteAsset>,
    /// For each document, the others that link to it, in the order of documents.
    pub(crate) backlinks: Vec<Vec<DocId>>,
    /// Documents by address, aliases included.
    pub(crate) by_url: Addresses<DocId>,
    /// Documents that are not part of this build, by source path.
    pub(crate) withheld: Vec<Withheld>,
    /// Documents and files that are not part of this build, by the addresses they would have.
    pub(crate) hidden_by_url: Addresses<HiddenTarget>,
    /// The menus of each language.
    pub(crate) menus: PerLanguage<Menus>,
    /// The lists that kisah.toml declares, for each language.
    pub(crate) collections: PerLanguage<Collected>,
    /// The next day on which another set of documents is visible, by `expires` and future dates.
    pub(crate) next_change: Option<civil::Date>,
}

/// What a document is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DocumentRole {
    /// A story.
    Post,
    /// A page beside the stories.
    Page,
    /// The page of a section (`_index.md`).
    Section,
    /// The page of a term of this taxonomy.
    Term(TaxonomyId),
    /// The page of a taxonomy (`content/tags/_index.md`).
    Taxonomy(TaxonomyId),
}

/// A document that is part of this build.
#[derive(Debug, Clone)]
pub struct Document {
    /// The parsed file.
    pub doc: Arc<Doc>,
    /// Its front matter, including what the sections above it cascade.
    pub(crate) front: Arc<FrontMatter>,
    /// What it is for.
    pub(crate) role: DocumentRole,
    /// Index of its language.
    pub(crate) language: LanguageId,
    /// Its path below `content/`, without language suffix, `index` or extension: `posts/x`.
    /// Language versions of one page share it.
    pub(crate) key: String,
    /// The folder of its section; empty for a document directly in `content/`.
    pub(crate) folder: String,
    /// Never empty.
    pub(crate) title: String,
    /// Last part of its address.
    pub(crate) slug: String,
    /// Its address.
    pub(crate) url: UrlPath,
    /// Addresses that redirect to it.
    pub(crate) aliases: Vec<(UrlPath, Place)>,
    /// Date of publication.
    pub(crate) date: Option<Date>,
    /// The template that its front matter, or a section above it, asks for.
    pub(crate) template: Option<(String, Place)>,
    /// Its terms, in the order written.
    pub(crate) terms: Vec<TermId>,
    /// The section that it belongs to.
    pub(crate) section: Option<SectionId>,
    /// The targets of the links in its body, in the same order.
    pub(crate) links: Vec<Resolved>,
    /// Its picture.
    pub(crate) image: Option<Picture>,
    /// `related`: chosen by hand, shown first.
    pub(crate) related: Vec<DocId>,
    /// `related.block`: never shown there.
    pub(crate) blocked: Vec<DocId>,
    /// `read_also`.
    pub(crate) read_also: Vec<DocId>,
    /// The versions of this page in all languages, itself included; empty if there is only one.
    pub(crate) translations: Arc<[Translation]>,
    /// What would keep it from readers, in a build with `--drafts` or `--future`.
    pub(crate) withheld: Option<WithheldState>,
}

/// The picture of a document.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    /// As written.
    pub(crate) written: String,
    /// A file of this site; `None` for a picture on another site.
    pub(crate) target: Option<LinkTarget>,
    /// Where it is named.
    pub(crate) place: Place,
}

impl Document {
    /// Whether it is a story.
    pub(crate) fn is_post(&self) -> bool {
        self.role == DocumentRole::Post
    }

    /// When its content changed: `updated`, or the date where that is later.
    pub(crate) fn changed(&self) -> Option<Date> {
        self.front.updated.max(self.date)
    }

    /// The place that messages give for it: the file.
    pub(crate) fn file(&self) -> Place {
        Place::file(self.doc.source.path.as_str())
    }
}

/// What a site is made from.
pub(crate) struct SiteInput<'a> {
    /// Parsed documents, by source path.
    pub(crate) docs: Vec<Arc<Doc>>,
    /// Files that are copied.
    pub(crate) assets: &'a [Asset],
    /// The configuration.
    pub(crate) config: Arc<Config>,
    /// The calendar date in the site's time zone.
    pub(crate) today: civil::Date,
}

/// Puts a site together. Mistakes go to `out`; the site is complete all the same, so that later
/// stages can find more of them.
pub(crate) fn assemble(input: SiteInput<'_>, out: &mut Diagnostics) -> Site {
    let config = input.config;
    names::check(&input.docs, &config, out);
    let classified = classify::classify(&input.docs, &config, input.today);
    if classified.documents.is_empty() {
        out.extend(classified.withholding.of_home());
    }
    let (documents, hidden) =
        address::assign(classified.documents, classified.hidden, &config, out);
    let (sections, own_sections) = sections::gather(&documents, &config);
    let terms::Gathered { taxonomies, terms, people, of_documents: own_terms } =
        terms::gather(&documents, &config, out);
    let (assets, hidden_assets) =
        assets::place(input.assets, &documents, &hidden, &classified.withholding, &config, out);
    let made = made(&sections, &taxonomies, &terms, &config);
    let index = links::LinkIndex::new(&documents, &hidden, &assets, &hidden_assets, made, &config);
    let (targets, backlinks) = index.resolve(&documents, out);
    let translations = translations::of_documents(&documents, out);
    let states = classify::states(&input.docs, &config, input.today);
    let related = own_terms.into_iter().zip(own_sections).zip(targets).zip(translations);
    let whole = |(document, (((terms, section), targets), translations)): (Addressed, _)| {
        let withheld = states.get(&document.doc.source.path).copied();
        document.with(Relations { terms, section, targets, translations, withheld })
    };
    let documents: Vec<Document> = documents.into_iter().zip(related).map(whole).collect();
    let posts = posts(&documents, &config);
    let menus = menus::resolve(&documents, &index, &config, out);
    let (by_url, hidden_by_url) = index.into_addresses();
    let withheld: Vec<Withheld> = hidden.into_iter().map(address::HiddenDoc::withheld).collect();
    let next_change = classified.next_change;
    let parts = collections::Parts {
        config: &config,
        documents: &documents,
        posts: &posts,
        sections: &sections,
        taxonomies: &taxonomies,
        terms: &terms,
        withheld: &withheld,
    };
    let collections = collections::collect(parts, out);
    Site {
        config,
        documents,
        posts,
        sections,
        taxonomies,
        terms,
        people,
        assets,
        backlinks,
        by_url,
        withheld,
        hidden_by_url,
        menus,
        collections,
        next_change,
    }
}

/// The addresses of all lists, whether or not a document is their page.
fn made<'a>(
    sections: &'a [Section],
    taxonomies: &'a Map<TaxonomyId, Taxonomy>,
    terms: &'a [Term],
    config: &'a Config,
) -> impl Iterator<Item = UrlPath> {
    let languages = config.languages.ids();
    let roots = languages.flat_map(|l| taxonomies.values().map(move |t| (l, &t.name)));
    let sections = sections.iter().map(|section| section.url.clone());
    let terms = terms.iter().map(|term| term.url.clone());
    sections.chain(terms).chain(roots.map(|(l, name)| address::taxonomy(name, l, config)))
}

/// The posts of each language, newest first.
fn posts(documents: &[Document], config: &Config) -> PerLanguage<Vec<DocId>> {
    let mut posts = config.languages.map(|_, _| Vec::new());
    for (id, document) in documents.iter().enumerate() {
        if document.is_post() && document.stands_in(Gathering::Lists) {
            posts[document.language].push(DocId(id));
        }
    }
    for list in posts.values_mut() {
        newest_first(list, |id| &documents[id.0].front);
    }
    posts
}

impl Site {
    /// The document of an id.
    pub fn document(&self, id: DocId) -> &Document {
        &self.documents[id.0]
    }

    /// The home section of a language.
    pub(crate) fn home(&self, language: LanguageId) -> Option<&Section> {
        // Sections are sorted by language and folder, and the home's folder is empty.
        let at = self.sections.partition_point(|s| s.language < language);
        self.sections.get(at).filter(|s| s.language == language && s.folder.is_empty())
    }

    /// The terms of a document in the given built-in taxonomies, in the order written.
    pub(crate) fn terms_of<'a>(
        &'a self,
        document: &'a Document,
        taxonomies: &'static [BuiltIn],
    ) -> impl Iterator<Item = &'a Term> {
        let terms = document.terms.iter().map(|id| &self.terms[id.0]);
        terms.filter(|t| self.built_in(t).is_some_and(|built_in| taxonomies.contains(&built_in)))
    }

    /// What the taxonomy of a term means.
    pub(crate) fn built_in(&self, term: &Term) -> Option<BuiltIn> {
        self.config.taxonomies[term.taxonomy].built_in
    }

    /// The series that a post is in, and its place there, from 0.
    pub(crate) fn place_in_series(&self, id: DocId) -> Option<(TermId, usize)> {
        let is_series =
            |term: &&TermId| self.built_in(&self.terms[term.0]) == Some(BuiltIn::Series);
        let term = *self.document(id).terms.iter().find(is_series)?;
        let at = self.terms[term.0].pages.iter().position(|page| *page == id)?;
        Some((term, at))
    }

    /// The part of its series that comes after a post.
    pub(crate) fn next_part(&self, id: DocId) -> Option<DocId> {
        let (term, at) = self.place_in_series(id)?;
        self.terms[term.0].pages.get(at + 1).copied()
    }

    /// A language.
    pub(crate) fn language(&self, id: LanguageId) -> &Language {
        &self.config.languages[id]
    }

    /// `/` or `/id/`.
    pub(crate) fn language_root(&self, language: LanguageId) -> UrlPath {
        address::language_root(&self.config, language)
    }
}
