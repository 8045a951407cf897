//! The keys of front matter: [`FrontMatter`], and the table of them.

use crate::base::Date;
use crate::base::fields::Spanned;
use crate::base::spec::{Absent, KeySpec, Shape};

use Absent::{Number, Said, Text, Truth};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A story: it has a date or is in a section.
    Post,
    /// Anything else, such as "about".
    Page,
}

/// What `kind` may be.
pub(crate) const KINDS: [(&str, Kind); 2] = [("post", Kind::Post), ("page", Kind::Page)];

/// What lists are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// Newest first.
    #[default]
    Date,
    /// Lightest first.
    Weight,
    /// By the language's alphabet.
    Title,
    /// Most posts first (terms only).
    Count,
}

/// What `sort_by` may be.
pub(crate) const SORT_KEYS: [(&str, SortKey); 3] =
    [("date", SortKey::Date), ("weight", SortKey::Weight), ("title", SortKey::Title)];

/// Posts per page of a list, unless configured otherwise.
pub(crate) const PAGINATE_BY: usize = 20;

/// The keys of a document. A text carries its span where a later stage may have to report it.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// `title`.
    pub(crate) title: Option<String>,
    /// `date`, else the file name's `YYYY-MM-DD-`.
    pub(crate) date: Option<Date>,
    /// A later day on which it appears, from a key of another program such as `publishDate`.
    pub(crate) not_before: Option<Date>,
    /// `updated`.
    pub(crate) updated: Option<Date>,
    /// `expires`.
    pub(crate) expires: Option<Date>,
    /// `draft`, or `published: false`.
    pub draft: Option<bool>,
    /// `slug`.
    pub(crate) slug: Option<Spanned<String>>,
    /// `path`: the whole address.
    pub(crate) path: Option<Spanned<String>>,
    /// `aliases`: addresses that redirect here.
    pub(crate) aliases: Vec<Spanned<String>>,
    /// `summary`: shown in lists.
    pub(crate) summary: Option<String>,
    /// `description`: for search engines and cards.
    pub(crate) description: Option<String>,
    /// Terms by taxonomy, in the order of the configuration; only taxonomies that were named.
    pub(crate) taxonomies: Vec<(String, Vec<Spanned<String>>)>,
    /// `series`.
    pub(crate) series: Option<Spanned<String>>,
    /// `weight`.
    pub(crate) weight: Option<i64>,
    /// `template`.
    pub(crate) template: Option<Spanned<String>>,
    /// `image`: a picture beside the document, or an address.
    pub(crate) image: Option<Spanned<String>>,
    /// `lang`.
    pub(crate) lang: Option<Spanned<String>>,
    /// `kind`.
    pub(crate) kind: Option<Kind>,
    /// `id`: for feeds.
    pub(crate) id: Option<String>,
    /// `related`.
    pub(crate) related: RelatedKeys,
    /// `read_also`.
    pub(crate) read_also: ReadAlsoKeys,
    /// `unlisted`: reached by links alone.
    pub(crate) unlisted: Option<bool>,
    /// `feed`: whether it is in feeds; for a section, whether it has one.
    pub(crate) feed: Option<bool>,
    /// `sitemap`: whether it is listed there.
    pub(crate) sitemap: Option<bool>,
    /// `extra`, and with `unknown_keys = "extra"` every unknown key.
    pub(crate) extra: serde_json::Map<String, serde_json::Value>,
    /// Keys that only an `_index.md` has.
    pub(crate) section: SectionKeys,
}

/// `related`: `false`, a list, or a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RelatedKeys {
    /// Whether it has related posts and is one of others; with a list it does.
    pub(crate) takes_part: Option<bool>,
    /// Documents that are shown first among the related posts.
    pub(crate) first: Option<Vec<Spanned<String>>>,
    /// Documents that are not shown among them.
    pub(crate) block: Option<Vec<Spanned<String>>>,
}

/// The keys of `related` as a table.
#[rustfmt::skip]
pub(crate) const RELATED: &[KeySpec] = &[
    KeySpec::new("first", Shape::Texts, NOTHING, "stories that come before those that kisah finds"),
    KeySpec::new("block", Shape::Texts, NOTHING, "stories that are not shown"),
];

/// `read_also`: a truth value, a list, or a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadAlsoKeys {
    /// Whether kisah puts links to other stories into its text.
    pub(crate) auto: Option<bool>,
    /// Documents that are named below its text; with `false` none.
    pub(crate) stories: Option<Vec<Spanned<String>>>,
}

/// The keys of `read_also` as a table.
#[rustfmt::skip]
pub(crate) const READ_ALSO: &[KeySpec] = &[
    KeySpec::new("auto", Shape::Truth, Said("`auto` of `[read_also]` in `kisah.toml`"), "whether kisah puts \"Read also\" into the text"),
    KeySpec::new("stories", Shape::Texts, NOTHING, "stories that are named below the text"),
];

/// Keys of an `_index.md`.
#[derive(Debug, Clone, Default)]
pub(crate) struct SectionKeys {
    /// `sort_by`.
    pub(crate) sort_by: Option<SortKey>,
    /// `paginate_by`.
    pub(crate) paginate_by: Option<usize>,
    /// `page_template`.
    pub(crate) page_template: Option<Spanned<String>>,
    /// `permalink`: the pattern of the addresses of its posts.
    pub(crate) permalink: Option<Spanned<String>>,
    /// `[cascade]`: values for the documents below it that do not set them themselves.
    pub(crate) cascade: Option<Box<FrontMatter>>,
}

/// A key of front matter.
#[derive(Debug)]
pub struct FrontKey {
    /// What every declared key says about itself.
    pub spec: KeySpec,
    /// How it is read, and where its value is kept.
    pub field: Field,
    /// Which files may have it.
    pub(crate) stands: Stands,
    /// How far a section's `[cascade]` hands it down.
    pub cascades: Cascades,
    /// Whether hardly anybody would put a key of that name below `[extra]` on purpose.
    pub(crate) is_ours: bool,
}

/// Which files may have a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// All documents.
    Everywhere,
    /// Only the `_index.md` of a section.
    InSections,
}

/// How far a section's `[cascade]` hands a key down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cascades {
    /// Not at all: it names one document, or is about the section.
    No,
    /// To the documents of its language.
    InLanguage,
    /// Like `InLanguage`, but handed down by `site`, which needs to know where it was written.
    ByPlace,
    /// Also to documents in languages that have no `_index.md` there: it decides who sees them.
    Everywhere,
}

/// The field that holds the value of a key.
pub struct Slot<T> {
    get: fn(&FrontMatter) -> &T,
    get_mut: fn(&mut FrontMatter) -> &mut T,
}

impl<T> Slot<T> {
    /// The field in a front matter.
    pub(crate) fn of(self, front: &mut FrontMatter) -> &mut T {
        (self.get_mut)(front)
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slot<T> {}

impl<T> std::fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slot")
    }
}

macro_rules! slot {
    ($($field:ident).+) => {
        Slot { get: |front| &front.$($field).+, get_mut: |front| &mut front.$($field).+ }
    };
}

/// How a key is read, and where its value is kept.
#[derive(Debug, Clone, Copy)]
pub enum Field {
    /// A text.
    Text(Slot<Option<String>>),
    /// A text whose span is kept.
    Placed(Slot<Option<Spanned<String>>>),
    /// A text, or a list of them.
    Texts(Slot<Vec<Spanned<String>>>),
    /// A truth value, a list of texts, or a table: [`RelatedKeys`].
    Related(Slot<RelatedKeys>),
    /// A truth value, a list of texts, or a table: [`ReadAlsoKeys`].
    ReadAlso(Slot<ReadAlsoKeys>),
    /// A truth value.
    Truth(Slot<Option<bool>>),
    /// A whole number.
    Integer(Slot<Option<i64>>),
    /// A whole number that is not negative.
    Count(Slot<Option<usize>>),
    /// A date.
    Date(Slot<Option<Date>>),
    /// A date, or the latest of a list.
    Latest(Slot<Option<Date>>),
    /// One of [`KINDS`].
    Kind(Slot<Option<Kind>>),
    /// One of [`SORT_KEYS`].
    Sort(Slot<Option<SortKey>>),
    /// A pattern for addresses. `permalink: false` belongs to another program and is not a pattern.
    Pattern(Slot<Option<Spanned<String>>>),
    /// The terms of a taxonomy that every site has; kept in [`FrontMatter::taxonomies`].
    Terms,
    /// Zola's table of taxonomies; kept in [`FrontMatter::taxonomies`].
    Taxonomies,
    /// The author's own keys; kept in [`FrontMatter::extra`].
    Extra,
    /// What a section hands down; kept in [`SectionKeys::cascade`].
    Cascade,
    /// Read with the keys of other programs, since it is one of them.
    Foreign,
    /// Let through: it belongs to a later version.
    Later,
}

impl Field {
    const fn shape(self) -> Shape {
        match self {
            Field::Text(_) | Field::Placed(_) | Field::Pattern(_) => Shape::Text,
            Field::Texts(_) | Field::Terms => Shape::Texts,
            Field::Related(_) => {
                Shape::Either(&[Shape::Truth, Shape::Texts, Shape::Table(RELATED)])
            }
            Field::ReadAlso(_) => {
                Shape::Either(&[Shape::Truth, Shape::Texts, Shape::Table(READ_ALSO)])
            }
            Field::Truth(_) | Field::Foreign => Shape::Truth,
            Field::Integer(_) => Shape::Integer,
            Field::Count(_) => Shape::Count(0),
            Field::Date(_) => Shape::Date,
            Field::Latest(_) => Shape::Dates,
            Field::Kind(_) => Shape::Word(&[KINDS[0].0, KINDS[1].0]),
            Field::Sort(_) => Shape::Word(&[SORT_KEYS[0].0, SORT_KEYS[1].0, SORT_KEYS[2].0]),
            Field::Taxonomies | Field::Extra | Field::Cascade | Field::Later => Shape::Own,
        }
    }

    /// Takes the value from another front matter, if this one has none.
    fn inherit(self, to: &mut FrontMatter, from: &FrontMatter) {
        match self {
            Field::Text(slot) => fill(slot, to, from),
            Field::Placed(slot) | Field::Pattern(slot) => fill(slot, to, from),
            Field::Truth(slot) => fill(slot, to, from),
            Field::Integer(slot) => fill(slot, to, from),
            Field::Count(slot) => fill(slot, to, from),
            Field::Date(slot) | Field::Latest(slot) => fill(slot, to, from),
            Field::Kind(slot) => fill(slot, to, from),
            Field::Sort(slot) => fill(slot, to, from),
            Field::Texts(slot) => {
                if slot.of(to).is_empty() {
                    slot.of(to).clone_from((slot.get)(from));
                }
            }
            Field::Related(slot) => slot.of(to).inherit((slot.get)(from)),
            Field::ReadAlso(slot) => slot.of(to).inherit((slot.get)(from)),
            Field::Taxonomies => {
                for (name, terms) in &from.taxonomies {
                    if !to.taxonomies.iter().any(|(own, _)| own == name) {
                        to.taxonomies.push((name.clone(), terms.clone()));
                    }
                }
            }
            Field::Extra => {
                for (key, value) in &from.extra {
                    if !to.extra.contains_key(key) {
                        to.extra.insert(key.clone(), value.clone());
                    }
                }
            }
            // Terms are taken over with the taxonomies.
            Field::Terms | Field::Cascade | Field::Foreign | Field::Later => {}
        }
    }
}

impl RelatedKeys {
    /// Takes over what it does not say itself. Stories of its own mean that it takes part.
    fn inherit(&mut self, from: &RelatedKeys) {
        if self.first.is_none() && self.block.is_none() {
            self.takes_part = self.takes_part.or(from.takes_part);
        }
        if self.first.is_none() {
            self.first.clone_from(&from.first);
        }
        if self.block.is_none() {
            self.block.clone_from(&from.block);
        }
    }
}

impl ReadAlsoKeys {
    /// Takes over what it does not say itself.
    fn inherit(&mut self, from: &ReadAlsoKeys) {
        self.auto = self.auto.or(from.auto);
        if self.stories.is_none() {
            self.stories.clone_from(&from.stories);
        }
    }
}

fn fill<T: Clone>(slot: Slot<Option<T>>, to: &mut FrontMatter, from: &FrontMatter) {
    let to = slot.of(to);
    if to.is_none() {
        to.clone_from((slot.get)(from));
    }
}

impl FrontMatter {
    /// The day on which it appears.
    pub(crate) fn appears(&self) -> Option<Date> {
        self.date.max(self.not_before)
    }

    /// Takes over from a section's `[cascade]` the keys of this reach that it does not set itself.
    pub(crate) fn inherit(&mut self, from: &FrontMatter, so_far: Cascades) {
        for key in FRONT_MATTER.iter().filter(|key| key.cascades == so_far) {
            key.field.inherit(self, from);
        }
        if so_far == Cascades::Everywhere && self.not_before.is_none() {
            self.not_before = from.not_before;
        }
    }
}

/// The first parts of addresses that kisah itself makes.
const OUR_ADDRESSES: [&str; 4] = ["archive", "page", "pages", "posts"];

/// Whether a taxonomy of that name would hide a key of front matter, or addresses of our own.
pub(crate) fn is_reserved(name: &str) -> bool {
    let is_key = |key: &FrontKey| key.spec.name == name && !matches!(key.field, Field::Terms);
    FRONT_MATTER.iter().any(is_key) || OUR_ADDRESSES.contains(&name)
}

const fn key(name: &'static str, field: Field, absent: Absent, about: &'static str) -> FrontKey {
    FrontKey {
        spec: KeySpec::new(name, field.shape(), absent, about),
        field,
        stands: Stands::Everywhere,
        cascades: Cascades::No,
        is_ours: false,
    }
}

impl FrontKey {
    const fn cascades(mut self, cascades: Cascades) -> FrontKey {
        self.cascades = cascades;
        self
    }

    const fn of_sections(mut self) -> FrontKey {
        self.stands = Stands::InSections;
        self
    }

    const fn ours(mut self) -> FrontKey {
        self.is_ours = true;
        self
    }
}

const LANGUAGE: Cascades = Cascades::InLanguage;
const EVERYWHERE: Cascades = Cascades::Everywhere;
const NOTHING: Absent = Said("");

/// Every key of a document or a section, except taxonomies that a site declares. The keys are
/// grouped as in the tables of the guide.
#[rustfmt::skip]
pub const FRONT_MATTER: &[FrontKey] = &[
    key("title", Field::Text(slot!(title)),
        Said("the first heading of the text, else the words of the file's name"),
        "its title"),
    key("description", Field::Text(slot!(description)),
        Said("`summary`, else the first paragraph"),
        "one or two sentences for search engines and social networks").cascades(LANGUAGE),
    key("summary", Field::Text(slot!(summary)),
        Said("`description`, else the first paragraph"),
        "one or two sentences for lists and sidebars").cascades(LANGUAGE),
    key("image", Field::Placed(slot!(image)), Said("no picture"),
        "a picture: a file beside this one (`\"portrait.jpg\"`), an address on this site (`\"/img/portrait.jpg\"`), or a file below `content` (`\"@/posts/ada/portrait.jpg\"`)").cascades(LANGUAGE),
    key("lang", Field::Placed(slot!(lang)),
        Said("the language in the file's name (`ada.id.md`), else the first one of the site"),
        "its language, one that `kisah.toml` has"),
    key("extra", Field::Extra, Said("an empty table"),
        "a table of your own; templates see it as `page.extra`").cascades(LANGUAGE),

    key("date", Field::Date(slot!(date)),
        Said("the date that the file's name begins with: `2025-04-21-kartini.md`"),
        "the day of publication").cascades(EVERYWHERE),
    key("updated", Field::Latest(slot!(updated)), Said("not shown"),
        "the day of the last change that readers should know of; of several in a list, the latest").cascades(LANGUAGE).ours(),
    key("expires", Field::Date(slot!(expires)), Said("never"),
        "from this day on, it is no part of the site").cascades(EVERYWHERE),
    key("draft", Field::Truth(slot!(draft)), Truth(false),
        "`true`: it is no part of the site, unless you build with `--drafts`").cascades(EVERYWHERE),
    key("published", Field::Foreign, Truth(true),
        "`false`: Jekyll's way to write `draft = true`").cascades(EVERYWHERE),

    key("unlisted", Field::Truth(slot!(unlisted)), Truth(false),
        "`true`: it has its page, and links to it work, but no list shows it, nor any feed, nor the sitemap").cascades(EVERYWHERE),
    key("feed", Field::Truth(slot!(feed)), Truth(true),
        "`false`: it stands in no feed; of a section or a term: it has no feed").cascades(EVERYWHERE).ours(),
    key("sitemap", Field::Truth(slot!(sitemap)), Truth(true),
        "`false`: it does not stand in the sitemap").cascades(EVERYWHERE).ours(),

    key("tags", Field::Terms, NOTHING, "tags").cascades(LANGUAGE),
    key("categories", Field::Terms, NOTHING, "categories").cascades(LANGUAGE),
    key("people", Field::Terms, NOTHING, "the people whom it is about").cascades(LANGUAGE),
    key("authors", Field::Terms, NOTHING,
        "who wrote it; each author has a page").cascades(LANGUAGE),
    key("series", Field::Placed(slot!(series)), NOTHING,
        "the name of the series that it is a part of").cascades(LANGUAGE).ours(),
    key("taxonomies", Field::Taxonomies, NOTHING,
        "Zola's way to write the same: `[taxonomies]` with `tags`, `people`, … as its keys").cascades(LANGUAGE),
    key("related", Field::Related(slot!(related)), NOTHING,
        "stories that you choose for the sidebar; they come before those that kisah finds. `{ first = [\"ada.md\"], block = [\"alan.md\"] }` also keeps some out; `false`: it has none, and is none of others").cascades(LANGUAGE).ours(),
    key("read_also", Field::ReadAlso(slot!(read_also)), NOTHING,
        "stories that are named below the text, under \"Read also\". `{ auto = true, stories = [\"ada.md\"] }` also puts [links that kisah finds](@/guide/related.md#read-also) into the text; `false`: neither").cascades(LANGUAGE).ours(),

    key("slug", Field::Placed(slot!(slug)), NOTHING,
        "the last part of its address, instead of one made from the file's name").ours(),
    key("path", Field::Placed(slot!(path)), NOTHING,
        "its whole address: `path = \"/stories/ada/\"`").ours(),
    key("aliases", Field::Texts(slot!(aliases)), NOTHING,
        "addresses that lead here; each becomes a small page that sends readers on").ours(),
    key("id", Field::Text(slot!(id)), NOTHING,
        "its name in feeds; set it to the one that your old blog used, so that feed readers do not show the story again"),
    key("weight", Field::Integer(slot!(weight)), NOTHING,
        "its place in sections with `sort_by = \"weight\"`, in collections with that order, and in its series: the lightest first").cascades(LANGUAGE),
    key("template", Field::Placed(slot!(template)), NOTHING,
        "the template that shows it, such as `\"interview.html\"`").cascades(Cascades::ByPlace),
    key("kind", Field::Kind(slot!(kind)), NOTHING,
        "`\"post\"` or `\"page\"`, see below").cascades(LANGUAGE),

    key("sort_by", Field::Sort(slot!(section.sort_by)), Text("date"),
        "the order: `\"date\"` (newest first), `\"weight\"` (lightest first) or `\"title\"` (by the alphabet of the language)").of_sections(),
    key("paginate_by", Field::Count(slot!(section.paginate_by)), Number(PAGINATE_BY),
        "how many stand on one page; 0 for all").of_sections(),
    key("page_template", Field::Placed(slot!(section.page_template)),
        Said("`post.html` or `page.html`"),
        "the template of the posts and pages in this folder").of_sections(),
    key("permalink", Field::Pattern(slot!(section.permalink)), Said("folder and file name"),
        "the [pattern](@/guide/links.md#permalinks) of their addresses").of_sections(),
    key("cascade", Field::Cascade, Said("nothing"),
        "keys for everything below this folder").of_sections(),

    key("person", Field::Later, NOTHING,
        "about the person whom a page is about; not read yet").cascades(LANGUAGE),
];
