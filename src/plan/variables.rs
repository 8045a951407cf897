//! The variables of templates, each declared once: its name, what it holds, which templates see
//! it, and a line about it.

use std::marker::PhantomData;

use super::contract::{Seen, VariableDoc};
use super::part::{Html, List, Made, Part, Text};
use super::shapes::{
    Archive, Config, Feed, Group, Meta, Offers, Page, Pagination, Paginator, RelatedStory, Section,
    Taxonomy, Term, TermRow, Version, YearCount,
};

/// The name of a variable that holds a `T`.
#[derive(Debug)]
pub(super) struct Variable<T> {
    name: &'static str,
    holds: PhantomData<fn() -> T>,
}

impl<T> Variable<T> {
    /// As templates write it.
    pub(super) const fn name(self) -> &'static str {
        self.name
    }
}

/// Makes each row a constant, and [`ALL`], which lists them.
macro_rules! variables {
    ($($(#[doc = $about:literal])+ $id:ident $name:literal: $Type:ty, $seen:expr;)+) => {
        $(
            $(#[doc = $about])+
            pub(super) const $id: Variable<$Type> =
                Variable { name: $name, holds: PhantomData };
        )+

        /// Every variable, in the order of this file.
        pub(super) static ALL: &[VariableDoc] = &[$(VariableDoc {
            name: $name,
            seen: $seen,
            about: concat!($($about),+).trim_ascii(),
        }),+];
    };
}

variables! {
    /// The site, in the language of the page.
    CONFIG "config": Made<Config>, Seen::Everywhere;
    /// Code of the page's language.
    LANG "lang": Text, Seen::Everywhere;
    /// `ltr` or `rtl`.
    DIR "dir": Text, Seen::Everywhere;
    /// Interface texts by name.
    STRINGS "strings": Part, Seen::Everywhere;
    /// For each menu, a list of links.
    MENUS "menus": Part, Seen::Everywhere;
    /// Data files by name.
    DATA "data": Part, Seen::Everywhere;
    /// Address of the home page of this language.
    HOME_URL "home_url": Text, Seen::Everywhere;
    /// The content security policy of the site, or an empty text.
    POLICY "policy": Html, Seen::Everywhere;
    /// Addresses of the static files that the template names.
    ASSETS "assets": Part, Seen::Everywhere;
    /// Checksums of those of them that browsers can check.
    INTEGRITY "integrity": Part, Seen::Everywhere;

    /// What the page is: `post`, `section` and so on.
    KIND "kind": Text, Seen::OnPages;
    /// Address of the page without the path of the base URL.
    CURRENT_PATH "current_path": Text, Seen::OnPages;
    /// Address of the page.
    CURRENT_URL "current_url": Text, Seen::OnPages;
    /// Full address of the page, or none.
    CANONICAL "canonical": Option<Text>, Seen::OnPages;
    /// Feeds of the language and of the page.
    FEEDS "feeds": List<Feed>, Seen::OnPages;
    /// The page in all its languages.
    TRANSLATIONS "translations": List<Version>, Seen::OnPages;
    /// Full address of the version in the first language, or none.
    X_DEFAULT "x_default": Option<Text>, Seen::OnPages;
    /// What the head of the page says.
    META "meta": Meta, Seen::OnPages;
    /// Structured data, as a text that may stand in a `<script>`.
    JSON_LD "json_ld": Html, Seen::OnPages;

    /// The post or page.
    PAGE "page": Page, Seen::In(&["post.html", "page.html"]);
    /// Related posts, the nearest first.
    RELATED "related": List<Made<RelatedStory>>, Seen::In(&["post.html", "page.html"]);
    /// What the page offers to read after it, each story once.
    OFFERS "offers": Offers, Seen::In(&["post.html", "page.html"]);
    /// The section.
    SECTION "section": Section, Seen::In(&["index.html", "section.html"]);
    /// One page of a list of posts; none in the list of years.
    PAGINATOR "paginator": Option<Paginator>,
        Seen::In(&["index.html", "section.html", "term.html", "person.html", "archive.html"]);
    /// The taxonomy, or the one that the term belongs to.
    TAXONOMY "taxonomy": Taxonomy, Seen::In(&["taxonomy.html", "term.html", "person.html"]);
    /// The term.
    TERM "term": Term, Seen::In(&["term.html", "person.html"]);
    /// Terms of the taxonomy, from A to Z.
    TERMS "terms": List<Made<TermRow>>, Seen::In(&["taxonomy.html"]);
    /// The same terms under their letters.
    GROUPS "groups": List<Group>, Seen::In(&["taxonomy.html"]);
    /// One page of a long list of terms; none where one page has them all.
    PAGINATION "pagination": Option<Pagination>, Seen::In(&["taxonomy.html"]);
    /// The year, or the list of years.
    ARCHIVE "archive": Archive, Seen::In(&["archive.html"]);
    /// The years that have posts, the newest first.
    YEARS "years": List<YearCount>, Seen::In(&["archive.html"]);

    /// The new address.
    TARGET "target": Text, Seen::In(&["redirect.html"]);
    /// The new address in full.
    PERMALINK "permalink": Text, Seen::In(&["redirect.html"]);
}

/// Whether a site cannot give this name to a variable of its own: kisah has one of that name, or
/// Tera, whose loops set `loop`.
pub(super) fn is_reserved(name: &str) -> bool {
    name == "loop" || ALL.iter().any(|variable| variable.name == name)
}
