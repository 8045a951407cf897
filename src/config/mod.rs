//! kisah.toml → a validated [`Config`].
//!
//! In: the texts of kisah.toml and of every `--config` overlay, and what the command line sets.
//! Out: one immutable value with every default filled in, and all mistakes at once. It never looks
//! at content: what depends on the site (a menu's page, a collection's section) is checked where
//! the site is known.

mod appearance;
mod colour;
mod feed;
mod languages;
mod limits;
mod load;
mod related;
pub mod strings;
mod taxonomies;
#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;

use crate::base::fields::UnknownKeys;
use crate::base::locale::Locale;
use crate::base::slug::SlugStyle;
use crate::base::{BaseUrl, Map, Place, Severity};
use crate::keys::SortKey;

pub(crate) use appearance::Appearance;
pub(crate) use feed::{FeedConfig, FeedFormat};
pub(crate) use languages::{LanguageId, PerLanguage};
pub(crate) use limits::LimitsConfig;
pub use load::load;
pub(crate) use related::SignalWeights;
pub(crate) use strings::Strings;
pub(crate) use taxonomies::{BuiltIn, Taxonomies, TaxonomyConfig, TaxonomyId};

/// What the pages of the built-in theme may load: only files of the site itself, styles and scripts
/// included. No page needs `connect-src`, but tools that audit pages, such as Lighthouse, read
/// robots.txt from within the page.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; media-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
    connect-src 'self'";

/// What the command line sets in place of kisah.toml.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--base-url`.
    pub base_url: Option<String>,
    /// `--drafts`: drafts are part of the build.
    pub drafts: bool,
    /// `--future`: documents dated after today are part of the build.
    pub future: bool,
}

/// Everything that kisah.toml says, with defaults.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name of the site.
    pub(crate) title: String,
    /// The URL at which it will be published.
    pub(crate) base_url: BaseUrl,
    /// All languages, the default one first.
    pub(crate) languages: PerLanguage<Language>,
    /// The time zone of dates, and of times without an offset.
    pub(crate) timezone: TimeZone,
    /// Who publishes the site.
    pub(crate) author: Option<String>,
    /// As written in kisah.toml; relative to the root.
    pub output_dir: String,
    /// Symbolic links that may lead out of the project, by their paths below the root.
    pub(crate) symlinks: Vec<String>,
    /// How slugs are spelt.
    pub(crate) slugs: SlugStyle,
    /// Folder below `themes/`.
    pub(crate) theme: Option<String>,
    /// What to do about unknown keys in front matter.
    pub(crate) unknown_keys: UnknownKeys,
    /// How Markdown is read.
    pub(crate) markdown: Markdown,
    /// Taxonomies, the built-in ones first.
    pub(crate) taxonomies: Taxonomies,
    /// By name.
    pub(crate) collections: Map<String, Collection>,
    /// By name.
    pub(crate) menus: Map<String, Vec<MenuItem>>,
    /// Related posts.
    pub(crate) related: related::RelatedConfig,
    /// Links to other stories in texts.
    pub(crate) read_also: related::ReadAlsoConfig,
    /// Feeds.
    pub(crate) feed: FeedConfig,
    /// The most addresses that one sitemap file contains.
    pub(crate) sitemap_limit: usize,
    /// What pages may load, as a content security policy; empty for none.
    pub(crate) policy: String,
    /// Whether the addresses of assets contain a digest of their content.
    pub(crate) fingerprint: bool,
    /// The severity of an internal link that leads nowhere.
    pub(crate) broken_links: Severity,
    /// Where kisah stops.
    pub(crate) limits: LimitsConfig,
    /// Whether drafts are part of the build.
    pub(crate) drafts: bool,
    /// Whether documents dated after today are part of the build.
    pub(crate) future: bool,
    /// Colours, fonts, logo and footer.
    pub(crate) appearance: Appearance,
    /// The user's own values, as templates see them.
    pub(crate) extra: serde_json::Map<String, serde_json::Value>,
}

impl Config {
    /// The language without a prefix in addresses.
    pub(crate) fn default_language(&self) -> &Language {
        &self.languages[LanguageId::DEFAULT]
    }

    /// The JSON Schema of front matter on this site.
    pub fn front_matter_schema(&self) -> serde_json::Value {
        let is_strict = self.unknown_keys == UnknownKeys::Error;
        crate::keys::front_matter_schema(self.taxonomies.lists(), is_strict)
    }

    /// A language by its code.
    pub(crate) fn language_id(&self, code: &str) -> Option<LanguageId> {
        self.languages.iter().find(|(_, l)| l.code.eq_ignore_ascii_case(code)).map(|(id, _)| id)
    }
}

/// A language of the site.
#[derive(Debug, Clone)]
pub(crate) struct Language {
    /// BCP 47, as configured: `en`, `pt-BR`.
    pub(crate) code: String,
    /// For dates, order and direction.
    pub(crate) locale: Locale,
    /// Its own name for itself ("Bahasa Indonesia"), for the language switch.
    pub(crate) name: String,
    /// Title of the site in this language.
    pub(crate) title: String,
    /// Description in this language.
    pub(crate) description: String,
    /// The line in the footer, in this language.
    pub(crate) footer: Option<String>,
    /// Interface texts: built in, then the site's `i18n/<code>.toml`.
    pub(crate) strings: Strings,
    /// Its own menus, which replace those of the site.
    pub(crate) menus: Map<String, Vec<MenuItem>>,
}

impl Language {
    /// An interface text; `None` if it is missing or has plural forms.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.strings.get(key)?.as_str()
    }
}

/// `[markdown]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Markdown {
    /// Straight quotes, `--` and `...` become typographic.
    pub(crate) smart_punctuation: bool,
    /// Raw HTML is passed through; otherwise it is shown as text.
    pub(crate) html: bool,
    /// Calls of Tera components are recognised.
    pub(crate) components: bool,
    /// Fenced code is highlighted.
    pub(crate) highlight: bool,
}

/// `[collections.NAME]`: a list of posts or pages that every template may name.
#[derive(Debug, Clone)]
pub(crate) struct Collection {
    /// Where kisah.toml declares it.
    pub(crate) place: Place,
    /// `posts`, `pages`, a section's folder, or a taxonomy (`people`).
    pub(crate) from: String,
    /// Conditions that must all hold: a key (`tags`, `extra.featured`, …) and its value.
    pub(crate) filter: Vec<(String, serde_json::Value)>,
    /// Order.
    pub(crate) sort: SortKey,
    /// Whether the order is reversed.
    pub(crate) reverse: bool,
    /// The most items it has; 0 for all.
    pub(crate) limit: usize,
}

/// An entry of a menu.
#[derive(Debug, Clone)]
pub(crate) struct MenuItem {
    /// Its text.
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) target: MenuTarget,
    /// Its position: entries are sorted by weight, then as written.
    pub(crate) weight: i64,
    /// Where kisah.toml declares it.
    pub(crate) place: Place,
}

/// Where a menu entry leads.
#[derive(Debug, Clone)]
pub(crate) enum MenuTarget {
    /// An address, on this site (`/about/`) or another.
    Url(String),
    /// A document by source path (`@/about.md`).
    Page(String),
}
