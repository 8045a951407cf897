//! The taxonomies of a site, and which of them mean something to kisah.

use super::load::NO_TABLE;
use crate::base::{Diagnostics, Fields, Map};
use crate::keys::TAXONOMY;

/// A taxonomy of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TaxonomyId(usize);

/// `[taxonomies.NAME]`.
#[derive(Debug, Clone)]
pub(crate) struct TaxonomyConfig {
    /// Its name, a plural, which is also its key in front matter: `tags`.
    pub(crate) name: String,
    /// What it means, if it is one that kisah knows.
    pub(crate) built_in: Option<BuiltIn>,
    /// Posts on one page of a term; 0 for all on one.
    pub(crate) paginate_by: usize,
    /// Whether each term has a feed.
    pub(crate) feed: bool,
}

/// A taxonomy that every site has, and that means something to kisah.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum BuiltIn {
    /// What a story is about, in one word.
    Tags,
    /// What kind of story it is.
    Categories,
    /// Whom a story is about.
    People,
    /// Who wrote it.
    Authors,
    /// Stories to be read one after another, oldest first.
    Series,
}

impl BuiltIn {
    const ALL: [BuiltIn; 5] =
        [BuiltIn::Tags, BuiltIn::Categories, BuiltIn::People, BuiltIn::Authors, BuiltIn::Series];

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            BuiltIn::Tags => "tags",
            BuiltIn::Categories => "categories",
            BuiltIn::People => "people",
            BuiltIn::Authors => "authors",
            BuiltIn::Series => "series",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|built_in| built_in.name() == name)
    }
}

impl TaxonomyConfig {
    /// A taxonomy with only defaults.
    pub(super) fn new(name: &str) -> Self {
        let mut out = Diagnostics::new();
        TaxonomyConfig::read(name, &mut Fields::new(&NO_TABLE, &[], name, TAXONOMY, &mut out))
    }

    /// Reads `[taxonomies.NAME]`.
    pub(super) fn read(name: &str, fields: &mut Fields<'_>) -> Self {
        TaxonomyConfig {
            name: name.to_owned(),
            built_in: BuiltIn::named(name),
            paginate_by: fields.number("paginate_by"),
            feed: fields.truth("feed"),
        }
    }
}

/// The taxonomies of a site: those that front matter lists, followed by series.
#[derive(Debug, Clone)]
pub(crate) struct Taxonomies(Map<String, TaxonomyConfig>);

impl Taxonomies {
    /// The built-in ones, with what kisah.toml says about them, and the site's own.
    pub(super) fn new(written: Map<String, TaxonomyConfig>) -> Self {
        let built_in = |one: &BuiltIn| (one.name().to_owned(), TaxonomyConfig::new(one.name()));
        let (series, lists) =
            (BuiltIn::Series, BuiltIn::ALL.iter().filter(|b| **b != BuiltIn::Series));
        let mut all: Map<String, TaxonomyConfig> = lists.map(built_in).collect();
        all.extend(written);
        all.extend([built_in(&series)]);
        Taxonomies(all)
    }

    /// All taxonomies, in the order of the configuration.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TaxonomyId, &TaxonomyConfig)> {
        self.0.values().enumerate().map(|(index, taxonomy)| (TaxonomyId(index), taxonomy))
    }

    /// The taxonomy of that name.
    pub(crate) fn find(&self, name: &str) -> Option<TaxonomyId> {
        self.0.get_index_of(name).map(TaxonomyId)
    }

    /// Names of those that are lists in the front matter.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &str> {
        let lists = self.0.values().filter(|taxonomy| taxonomy.built_in != Some(BuiltIn::Series));
        lists.map(|taxonomy| taxonomy.name.as_str())
    }

    /// Whether the front matter has a list of that name.
    pub(crate) fn is_list(&self, name: &str) -> bool {
        self.lists().any(|list| list == name)
    }
}

impl std::ops::Index<TaxonomyId> for Taxonomies {
    type Output = TaxonomyConfig;

    fn index(&self, id: TaxonomyId) -> &TaxonomyConfig {
        &self.0[id.0]
    }
}
