//! The nodes of a graph, as they are written in JSON-LD: in the order of their fields, without those
//! that a page does not have.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

/// The whole script.
#[derive(Serialize)]
pub(super) struct Graph<'a> {
    #[serde(rename = "@context")]
    pub(crate) context: &'static str,
    #[serde(rename = "@graph")]
    pub(crate) nodes: Vec<Node<'a>>,
}

/// A node of the graph.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Node<'a> {
    Article(Box<Article<'a>>),
    Page(Box<Page<'a>>),
    Breadcrumbs(List<'a>),
    Website(Box<Website<'a>>),
}

/// <https://developers.google.com/search/docs/appearance/structured-data/article>
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Article<'a> {
    #[serde(rename = "@type")]
    pub(crate) kind: &'static str,
    #[serde(rename = "@id")]
    pub(crate) id: String,
    pub(crate) headline: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    pub(crate) url: &'a str,
    pub(crate) main_entity_of_page: &'a str,
    pub(crate) in_language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<[Image; 1]>,
    pub(crate) author: Vec<Named<'a>>,
    pub(crate) publisher: Thing<'a>,
    pub(crate) is_part_of: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) about: Vec<Thing<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) keywords: Vec<&'a str>,
    #[serde(rename = "articleSection", skip_serializing_if = "Option::is_none")]
    pub(crate) section: Option<&'a str>,
    pub(crate) word_count: usize,
}

/// Any other page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<'a> {
    #[serde(rename = "@type")]
    pub(crate) kind: &'static str,
    #[serde(rename = "@id")]
    pub(crate) id: &'a str,
    pub(crate) url: &'a str,
    pub(crate) name: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    pub(crate) in_language: &'a str,
    pub(crate) is_part_of: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) main_entity: Option<MainEntity<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) about: Option<Thing<'a>>,
}

/// What a page is there for.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum MainEntity<'a> {
    List(List<'a>),
    Profile(Thing<'a>),
}

/// The site.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Website<'a> {
    #[serde(rename = "@type")]
    pub(crate) kind: &'static str,
    #[serde(rename = "@id")]
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) name: &'a str,
    pub(crate) in_language: &'a str,
    pub(crate) publisher: Named<'a>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
}

/// A thing, or the name of one that is described elsewhere.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Named<'a> {
    Here(Thing<'a>),
    Elsewhere(Reference),
}

/// The name of another node.
#[derive(Serialize)]
pub(super) struct Reference {
    #[serde(rename = "@id")]
    pub(crate) id: String,
}

/// Whatever has a name and an address: a person, an organisation, a series.
#[derive(Serialize)]
pub(super) struct Thing<'a> {
    #[serde(rename = "@type")]
    pub(crate) kind: &'static str,
    #[serde(rename = "@id", skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    pub(crate) name: &'a str,
    pub(crate) url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image: Option<Image>,
}

impl<'a> Thing<'a> {
    /// A thing whose name among nodes is its address and a fragment.
    pub(super) fn new(kind: &'static str, fragment: &str, name: &'a str, url: String) -> Self {
        let id = Some(format!("{url}#{fragment}"));
        Thing { kind, id, name, url, description: String::new(), image: None }
    }
}

/// A picture, and its size where known.
#[derive(Serialize)]
pub(super) struct Image {
    #[serde(rename = "@type")]
    pub(crate) kind: &'static str,
    pub(crate) url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) height: Option<u32>,
}

/// Links in an order that matters.
#[derive(Serialize)]
pub(super) struct List<'a> {
    #[serde(rename = "@type")]
    pub(crate) kind: &'static str,
    #[serde(rename = "itemListElement")]
    pub(crate) items: Vec<ListItem<'a>>,
}

/// A link of a list.
#[derive(Serialize)]
pub(super) struct ListItem<'a> {
    #[serde(rename = "@type")]
    pub(crate) kind: &'static str,
    pub(crate) position: usize,
    pub(crate) name: &'a str,
    #[serde(flatten)]
    pub(crate) target: Target,
}

/// Where a link leads: lists and breadcrumbs have different words for it.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Target {
    Url(String),
    Item(String),
}

/// JSON that is safe in a `<script>`: it has no `<` that could end it or begin a comment.
pub(super) fn script(graph: &Graph<'_>) -> String {
    let mut bytes = Vec::with_capacity(2048);
    let written = graph.serialize(&mut Serializer::with_formatter(&mut bytes, InScript));
    // Nothing here can fail: all keys are strings, and writing to memory does not fail.
    debug_assert!(written.is_ok());
    String::from_utf8(bytes).unwrap_or_default()
}

struct InScript;

impl Formatter for InScript {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '\u{2028}']) {
            let (before, found) = rest.split_at(at);
            CompactFormatter.write_string_fragment(writer, before)?;
            let (escape, length) =
                if found.starts_with('<') { ("\\u003c", 1) } else { ("\\u2028", 3) };
            writer.write_all(escape.as_bytes())?;
            rest = &found[length..];
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}
