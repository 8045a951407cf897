//! Front matter: TOML between `+++` lines or YAML between `---` lines, strict.

mod elsewhere;
mod fallen;
mod foreign;
mod formats;
mod read;
mod split;
mod unseen;
mod values;
#[cfg(test)]
mod tests;

use crate::base::Date;
use crate::base::fields::Spanned;
use crate::config::SortKey;

pub use formats::{MOST_HEAD, is_html, may_be_story, unread};
pub use read::is_in_drafts;
pub(super) use read::read;
pub(super) use split::split;

/// Every key of a document or a section, but for taxonomies that a site declares.
const KEYS: [&str; 34] = [
    "title",
    "date",
    "updated",
    "expires",
    "draft",
    "published",
    "slug",
    "path",
    "aliases",
    "summary",
    "description",
    "people",
    "authors",
    "tags",
    "categories",
    "taxonomies",
    "series",
    "weight",
    "template",
    "image",
    "lang",
    "kind",
    "id",
    "related",
    "read_also",
    "unlisted",
    "feed",
    "sitemap",
    "extra",
    "sort_by",
    "paginate_by",
    "page_template",
    "permalink",
    "cascade",
];

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A story: has a date or stands in a section.
    Post,
    /// Anything else: "about".
    Page,
}

/// The keys of a document. Texts carry their place where a later stage may have to complain.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// `title`.
    pub title: Option<String>,
    /// `date`, else the file name's `YYYY-MM-DD-`.
    pub date: Option<Date>,
    /// A later day on which it appears, from a key of another program such as `publishDate`.
    pub not_before: Option<Date>,
    /// `updated`.
    pub updated: Option<Date>,
    /// `expires`.
    pub expires: Option<Date>,
    /// `draft`, or `published: false`.
    pub draft: Option<bool>,
    /// `slug`.
    pub slug: Option<Spanned<String>>,
    /// `path`: the whole address.
    pub path: Option<Spanned<String>>,
    /// `aliases`: addresses that redirect here.
    pub aliases: Vec<Spanned<String>>,
    /// `summary`: shown in lists.
    pub summary: Option<String>,
    /// `description`: for search engines and cards.
    pub description: Option<String>,
    /// Terms by taxonomy, in the order of the configuration; only taxonomies that were named.
    pub taxonomies: Vec<(String, Vec<Spanned<String>>)>,
    /// `series`.
    pub series: Option<Spanned<String>>,
    /// `weight`.
    pub weight: Option<i64>,
    /// `template`.
    pub template: Option<Spanned<String>>,
    /// `image`: a picture beside the document, or an address.
    pub image: Option<Spanned<String>>,
    /// `lang`.
    pub lang: Option<Spanned<String>>,
    /// `kind`.
    pub kind: Option<Kind>,
    /// `id`: for feeds.
    pub id: Option<String>,
    /// `related`: documents that are shown first among the related posts.
    pub related: Vec<Spanned<String>>,
    /// `read_also`: documents that the story links inline.
    pub read_also: Vec<Spanned<String>>,
    /// `unlisted`: reached by links alone.
    pub unlisted: Option<bool>,
    /// `feed`: whether it stands in feeds, or has one.
    pub feed: Option<bool>,
    /// `sitemap`: whether it stands there.
    pub sitemap: Option<bool>,
    /// `extra`, and with `unknown_keys = "extra"` every unknown key.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Keys that only an `_index.md` has.
    pub section: SectionKeys,
}

impl FrontMatter {
    /// The day on which it appears.
    pub fn appears(&self) -> Option<Date> {
        self.date.max(self.not_before)
    }
}

/// Keys of an `_index.md`.
#[derive(Debug, Clone, Default)]
pub struct SectionKeys {
    /// `sort_by`.
    pub sort_by: Option<SortKey>,
    /// `paginate_by`.
    pub paginate_by: Option<usize>,
    /// `page_template`.
    pub page_template: Option<Spanned<String>>,
    /// `permalink`: the pattern of the addresses of its posts.
    pub permalink: Option<Spanned<String>>,
    /// `[cascade]`: what documents below have where they do not say otherwise.
    pub cascade: Option<Box<FrontMatter>>,
}
