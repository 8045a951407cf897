//! The keys of kisah.toml, table by table, as the guide shows them.

use crate::base::spec::{Absent, KeySpec, Shape};

use super::front_matter::PAGINATE_BY;
use super::signals::WEIGHTS;
use Absent::{Number, Said, Truth};
use Shape::{Colour, Colours, Count, Decimals, Integer, Lists, Named, Own, Table, Word, Words};

const fn key(name: &'static str, shape: Shape, absent: Absent, about: &'static str) -> KeySpec {
    KeySpec::new(name, shape, absent, about)
}

/// Every key of kisah.toml.
#[rustfmt::skip]
pub const KISAH_TOML: &[KeySpec] = &[
    key("title", Shape::Text, Absent::Text("Kisah"),
        "the name of the site"),
    key("description", Shape::Text, Said("nothing"),
        "one or two sentences about it, for search engines and the feed"),
    key("base_url", Shape::Text, Said("nothing"),
        "the whole address where the site will stand: `\"https://example.org\"` or `\"https://example.org/stories\"`"),
    key("language", Shape::Text, Absent::Text("en"),
        "the first language of the site, a code such as `\"id\"` or `\"pt-BR\"`"),
    key("timezone", Shape::Text, Absent::Text("UTC"),
        "whose calendar counts, a name such as `\"Asia/Jakarta\"` of the [IANA database](https://www.iana.org/time-zones)"),
    key("author", Shape::Text, Said("nothing"),
        "who publishes the site: in the footer, in feeds, and, for search engines, as the author of stories that name none; \"By …\" stands under these, too"),
    key("output_dir", Shape::Text, Absent::Text("public"),
        "where the site is written, seen from the folder of the site"),
    key("symlinks", Shape::Texts, Said("none"),
        "symbolic links that may lead out of the folder of the site: `[\"content/photos\"]`; all others that do are refused. `kisah.toml` itself stands in the folder, or is named with `--config`"),
    key("slugs", Word(&["ascii", "unicode"]), Absent::Text("ascii"),
        "how addresses are spelt: `\"ascii\"` (`Дуров` becomes `durov`) or `\"unicode\"` (it stays `дуров`)"),
    key("policy", Shape::Text, Said("the site itself"),
        "what pages may load, as a [content security policy](https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP); stands in every page and in `_headers`. By default, style sheets, scripts, pictures, fonts, sound and video come from the site itself. A site that shows pictures of other hosts needs one of its own, and so does one with videos of others in an `<iframe>`; `\"\"` is none. In `_headers`, `frame-ancestors 'none'` is added to it"),
    key("theme", Shape::Text, Said("nothing"),
        "a folder below `themes`, see [Templates](@/guide/templates.md#themes)"),

    key("front_matter", Table(FRONT_MATTER), Said(""), "how front matter is read"),
    key("markdown", Table(MARKDOWN), Said(""), "how Markdown is read"),
    key("links", Table(LINKS), Said(""), "how links are checked"),
    key("related", Table(RELATED), Said(""), "related stories"),
    key("read_also", Table(READ_ALSO), Said(""), "links to other stories in the text"),
    key("feed", Table(FEED), Said(""), "feeds"),
    key("sitemap", Table(SITEMAP), Said(""), "the sitemap"),
    key("assets", Table(ASSETS), Said(""), "files that are copied"),
    key("limits", Table(LIMITS), Said(""), "where kisah stops, so that a mistake ends in a message"),
    key("taxonomies", Named(TAXONOMY), Said(""), "what stories are sorted by, besides `tags`, `categories`, `people` and `authors`: `[taxonomies.places]`"),
    key("collections", Named(COLLECTION), Said(""), "lists that templates can name: `[collections.newest]`"),
    key("menus", Lists(MENUS), Said(""), "menus: `[[menus.main]]`"),
    key("appearance", Table(APPEARANCE), Said(""), "colours, fonts, logo and footer of the built-in theme"),
    key("languages", Named(LANGUAGE), Said(""), "the languages of the site besides the first one, by their codes: `[languages.id]`"),
    key("extra", Own, Said(""), "a table of your own; templates see it as `config.extra`"),
];

/// `[front_matter]`.
#[rustfmt::skip]
const FRONT_MATTER: &[KeySpec] = &[
    key("unknown_keys", Word(&["error", "warn", "extra"]), Absent::Text("error"),
        "what a key is that kisah does not know: an `\"error\"`, a warning (`\"warn\"`), or a value that templates see in `page.extra` (`\"extra\"`)"),
];

/// `[markdown]`.
#[rustfmt::skip]
const MARKDOWN: &[KeySpec] = &[
    key("smart_punctuation", Shape::Truth, Truth(true),
        "straight quotes become “curly”, `--` and `---` become dashes, `...` becomes …"),
    key("html", Shape::Truth, Truth(true),
        "HTML in Markdown passes; `false` shows it as text"),
    key("components", Shape::Truth, Truth(false),
        "[components](@/guide/content.md#components) can be called"),
    key("highlight", Shape::Truth, Truth(true),
        "code in fences is coloured"),
];

/// `[links]`.
#[rustfmt::skip]
const LINKS: &[KeySpec] = &[
    key("broken", Word(&["error", "warn"]), Absent::Text("warn"),
        "what a link to an address is that this site does not have: a warning (`\"warn\"`) or an `\"error\"`"),
];

/// `[related]`.
#[rustfmt::skip]
const RELATED: &[KeySpec] = &[
    key("limit", Count(0), Number(3),
        "how many related stories stand beside each post, at most; 0 for none"),
    key("floor", Shape::Decimal, Absent::Decimal(0.1),
        "how much two stories must have in common to be shown beside each other: a list may be short or empty rather than filled. `kisah why` shows the scores"),
    key("diversity", Shape::Decimal, Absent::Decimal(0.2),
        "how much it counts against a story that it is like one that the list has already; 0 for not at all"),
    key("exclude_series", Shape::Truth, Truth(true),
        "whether the other parts of its series are left out, since the page lists them anyway"),
    key("exclude_linked", Shape::Truth, Truth(true),
        "whether stories are left out that the text links"),
    key("weights", Decimals(WEIGHTS), Said("as told there"),
        "what counts how much: see [Related stories](@/guide/related.md#weights)"),
];

/// `[read_also]`.
#[rustfmt::skip]
const READ_ALSO: &[KeySpec] = &[
    key("auto", Shape::Truth, Truth(false),
        "whether up to two links to [other stories](@/guide/related.md#read-also) stand between the paragraphs of a longer story"),
];

/// `[feed]`.
#[rustfmt::skip]
const FEED: &[KeySpec] = &[
    key("limit", Count(1), Number(20),
        "how many posts a feed holds, the newest ones"),
    key("full", Shape::Truth, Truth(true),
        "whether it holds their whole text, or only the summaries"),
    key("full_terms", Shape::Truth, Truth(false),
        "whether the feeds of terms do so, too; on a site with thousands of them, most of what is written would be the same texts again"),
    key("formats", Words(&["atom", "rss", "json"]), Absent::Texts(&["atom", "rss", "json"]),
        "which files there are: `atom.xml` (Atom), `rss.xml` (RSS 2.0), `feed.json` (JSON Feed 1.1); none with `[]`. Where only one can be shown, it is the first"),
];

/// `[sitemap]`.
#[rustfmt::skip]
const SITEMAP: &[KeySpec] = &[
    key("limit", Count(1), Number(50_000),
        "how many addresses one file holds; the default is also the most that search engines take"),
];

/// `[assets]`.
#[rustfmt::skip]
const ASSETS: &[KeySpec] = &[
    key("fingerprint", Shape::Truth, Truth(false),
        "addresses of pictures, style sheets and other copied files get a mark that changes with their content, so that browsers may keep them for good, and style sheets a checksum that browsers compare them with"),
];

/// `[limits]`.
#[rustfmt::skip]
pub(crate) const LIMITS: &[KeySpec] = &[
    key("page_steps", Count(1), Number(10_000_000),
        "how often the templates of one page may repeat something: each turn of a loop, each include, block and component is a step, and with texts of many kilobytes a few more"),
    key("page_megabytes", Count(1), Number(256),
        "how much text the templates of one page may make, in millions of bytes: what is shown, joined with `~`, captured or filtered"),
    key("document_marks", Count(1), Number(1_000_000),
        "how many marks one document may have: line ends count twice, characters that can be Markdown once, and headings and references to footnotes a few more times"),
];

/// `[taxonomies.NAME]`.
#[rustfmt::skip]
pub(crate) const TAXONOMY: &[KeySpec] = &[
    key("paginate_by", Count(0), Number(PAGINATE_BY),
        "how many stories stand on one page of a term; 0 for all"),
    key("feed", Shape::Truth, Truth(true),
        "whether each term has a feed"),
];

/// `[collections.NAME]`.
#[rustfmt::skip]
const COLLECTION: &[KeySpec] = &[
    key("from", Shape::Text, Absent::Text("posts"),
        "`\"posts\"` (all of them), `\"pages\"`, the folder of a section (`\"interviews\"`), a taxonomy (`\"people\"`), or `\"series\"`"),
    key("where", Own, Said("no condition"),
        "conditions that must all hold"),
    key("sort", Word(&["date", "weight", "title", "count"]), Absent::Text("date"),
        "`\"date\"` (newest first), `\"weight\"` (lightest first), `\"title\"`; the terms of a taxonomy stand in alphabetical order, or by `\"count\"` (most stories first)"),
    key("reverse", Shape::Truth, Truth(false),
        "turns the order round"),
    key("limit", Count(0), Number(0),
        "at most so many; 0 for all"),
];

/// `[[menus.NAME]]`.
#[rustfmt::skip]
const MENUS: &[KeySpec] = &[
    key("name", Shape::Text, Said(""),
        "what it says"),
    key("url", Shape::Text, Said(""),
        "an address on this site, from the root (`/posts/`), which is checked like a [link](@/guide/links.md#what-is-checked); or elsewhere"),
    key("page", Shape::Text, Said(""),
        "instead of `url`: the source path of a document; in another language, it leads to that version where there is one"),
    key("weight", Integer, Said(""),
        "its place: the lightest first, then as written; 0 if it is missing"),
];

/// `[appearance]`.
#[rustfmt::skip]
const APPEARANCE: &[KeySpec] = &[
    key("logo", Shape::Text, Said("the name of the site"),
        "the address of a picture in `static` that stands in place of the name"),
    key("footer", Shape::Text, Said("`author`"),
        "a line in the footer"),
    key("background", Colour, Said("paper"),
        "the colour of the paper"),
    key("text", Colour, Said("ink"),
        "the colour of the words on it"),
    key("accent", Colour, Said("a brick red"),
        "the colour of the site: links, marks, what belongs to no subject"),
    key("font_body", Shape::Text, Said("a font of the reader's system"),
        "the font of the text: a list of families, as in CSS"),
    key("font_headings", Shape::Text, Said("a font of the reader's system"),
        "that of headings"),
    key("font_interface", Shape::Text, Said("a font of the reader's system"),
        "that of menus and dates"),
    key("font_code", Shape::Text, Said("a font of the reader's system"),
        "that of code"),
    key("subjects", Colours, Said("eight hues"),
        "up to eight colours; each person, and a story about them, always has the same one"),
];

/// `[languages.CODE]`.
#[rustfmt::skip]
const LANGUAGE: &[KeySpec] = &[
    key("name", Shape::Text, Said("its own name for itself, where kisah knows it"),
        "for the language switch"),
    key("title", Shape::Text, Said("that of the site"),
        "the name of the site in this language"),
    key("description", Shape::Text, Said("that of the site"),
        "about the site in this language"),
    key("footer", Shape::Text, Said("that of `[appearance]`"),
        "the line in the footer in this language"),
    key("menus", Lists(MENUS), Said("those of the site"),
        "`[[languages.CODE.menus.NAME]]`, written as above"),
];

/// The two sides of a colour.
pub(crate) const COLOUR: &[KeySpec] = &[
    key("light", Shape::Text, Said(""), "the colour for readers whose system is light"),
    key("dark", Shape::Text, Said(""), "the colour for readers whose system is dark"),
];
