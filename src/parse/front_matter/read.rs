//! The keys of the front matter → [`FrontMatter`].

use serde_json::Map as JsonMap;

use super::split::Split;
use super::values::truth;
use super::{FrontMatter, KEYS, Kind, SectionKeys};
use crate::base::fields::{Spanned, UnknownKeys};
use crate::base::{
    Code, Date, Diagnostic, Diagnostics, Fields, Key, Node, Severity, SourcePath, SourceText, Span,
    Table, Value, codes, date, toml, yaml,
};
use crate::config::{Config, SortKey};
use crate::parse::date_prefix;

/// Keys that only an `_index.md` has.
const SECTION_KEYS: [&str; 5] = ["sort_by", "paginate_by", "page_template", "permalink", "cascade"];

/// Keys that name one document, and so cannot be handed down to many.
const OWN_KEYS: [&str; 8] =
    ["title", "slug", "path", "aliases", "id", "lang", "related", "read_also"];

/// What table is read: it decides which keys fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The front matter of a post or page.
    Document,
    /// The front matter of an `_index.md`.
    Index,
    /// `[cascade]` in an `_index.md`.
    Cascade,
}

/// Reads the keys; `None` if the text is not even YAML. (Of TOML with mistakes, what could be
/// read is read, so that all mistakes come at once.)
pub(in crate::parse) fn read(
    split: &Split,
    source: &SourceText,
    is_index: bool,
    config: &Config,
    out: &mut Diagnostics,
) -> Option<FrontMatter> {
    let (from, to) = split.front;
    let text = source.text.get(from..to)?;
    let table = if split.yaml {
        yaml::parse(text, from, source, out)?
    } else {
        toml::parse(text, from, 0, source, out)
    };
    let of = if is_index { Of::Index } else { Of::Document };
    let place = Place { sources: std::slice::from_ref(source), yaml: split.yaml, of };
    let mut front = table_of(&table, place, config, out);
    if front.date.is_none() && !is_index && table.get("date").is_none() {
        front.date = dated_name(&source.path).and_then(|day| Date::of_day(day, &config.timezone));
        front.date = front.date.or(front.not_before);
    }
    if is_in_drafts(source.path.folder()) {
        front.draft = Some(true);
    }
    Some(front)
}

/// Whether a folder is or lies below one named `_drafts`, which is Jekyll's and holds drafts.
pub fn is_in_drafts(folder: &str) -> bool {
    folder.split('/').any(|part| part.eq_ignore_ascii_case("_drafts"))
}

/// The date in `2014-01-02-x.md` or `2014-01-02-x/index.md`.
fn dated_name(path: &SourcePath) -> Option<jiff::civil::Date> {
    let stem = path.stem();
    let name = match stem.split('.').next() {
        Some("index") => path.folder().rsplit('/').next()?,
        _ => stem,
    };
    date_prefix(name).map(|(day, _)| day)
}

/// Where a table stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    sources: &'a [SourceText],
    yaml: bool,
    of: Of,
}

fn table_of(
    table: &Table,
    place: Place<'_>,
    config: &Config,
    out: &mut Diagnostics,
) -> FrontMatter {
    let Place { sources, yaml, of } = place;
    let name = if of == Of::Cascade { "`[cascade]`" } else { "the front matter" };
    let fields = Fields::new(table, sources, name, out);
    let mut reader = Reader { fields, config, table, of, yaml, kept: Vec::new() };
    let mut front = FrontMatter {
        title: reader.own("title").map(|title| title.value),
        date: reader.date("date"),
        updated: reader.latest("updated"),
        not_before: None,
        expires: reader.date("expires"),
        draft: reader.fields.bool("draft"),
        slug: reader.own("slug"),
        path: reader.own("path"),
        aliases: reader.own_list("aliases"),
        summary: reader.text("summary"),
        description: reader.text("description"),
        taxonomies: reader.taxonomies(),
        series: reader.string("series"),
        weight: reader.fields.integer("weight").map(|n| n.value),
        template: reader.string("template"),
        image: reader.string("image"),
        lang: reader.own("lang"),
        kind: reader.fields.choice("kind", &[("post", Kind::Post), ("page", Kind::Page)]),
        id: reader.own("id").map(|id| id.value),
        related: reader.own_list("related"),
        read_also: reader.own_list("read_also"),
        unlisted: reader.fields.bool("unlisted"),
        feed: reader.fields.bool("feed"),
        sitemap: reader.fields.bool("sitemap"),
        extra: JsonMap::new(),
        section: reader.section(),
    };
    // `[person]` belongs to a later version; until then it may stand there.
    reader.fields.node("person");
    reader.fallen();
    let elsewhere = reader.elsewhere();
    if front.draft.is_none() || elsewhere.draft == Some(true) {
        front.draft = elsewhere.draft;
    }
    front.not_before = elsewhere.from;
    front.expires = front.expires.into_iter().chain(elsewhere.until).min();
    front.extra = reader.finish();
    front
}

pub(super) struct Reader<'a> {
    pub(super) fields: Fields<'a>,
    pub(super) config: &'a Config,
    pub(super) table: &'a Table,
    pub(super) of: Of,
    pub(super) yaml: bool,
    /// Parts of known keys that go to `extra` with the unknown ones.
    kept: Vec<&'a (Key, Node)>,
}

impl Reader<'_> {
    /// A text; an empty one counts as absent.
    fn string(&mut self, name: &'static str) -> Option<Spanned<String>> {
        let text = self.fields.string(name)?;
        let value = trimmed(text.value)?;
        Some(Spanned { value, span: text.span })
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        self.string(name).map(|text| text.value)
    }

    /// A text that names this one document.
    fn own(&mut self, name: &'static str) -> Option<Spanned<String>> {
        (self.of != Of::Cascade).then(|| self.string(name))?
    }

    /// A list that is about this one document.
    fn own_list(&mut self, name: &'static str) -> Vec<Spanned<String>> {
        if self.of == Of::Cascade { Vec::new() } else { self.list(name) }
    }

    fn list(&mut self, name: &'static str) -> Vec<Spanned<String>> {
        filled(self.fields.strings(name))
    }

    fn date(&mut self, name: &'static str) -> Option<Date> {
        let node = self.fields.node(name)?;
        self.date_of(name, node)
    }

    /// A date, or a list of them of which the latest counts: some note each time they update.
    fn latest(&mut self, name: &'static str) -> Option<Date> {
        let node = self.fields.node(name)?;
        match &node.value {
            Value::Array(list) => list.iter().filter_map(|item| self.date_of(name, item)).max(),
            _ => self.date_of(name, node),
        }
    }

    pub(super) fn date_of(&mut self, name: &str, node: &Node) -> Option<Date> {
        let text = match &node.value {
            Value::Null => return None,
            Value::Date(text) | Value::String(text) | Value::Scalar(_, text) => text.trim(),
            _ => return self.fields.wrong(name, node, "a date"),
        };
        if text.is_empty() {
            return None;
        }
        let date = Date::parse(text, &self.config.timezone);
        if date.is_none() {
            let day = text.split(['T', 't', ' ']).next().unwrap_or(text);
            let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
            let shaped = day.split('-').count() == 3 && day.split('-').all(digits);
            let message = if shaped && date::parse_date(day).is_none() {
                format!("`{name}` is no day of the calendar: `{day}`")
            } else {
                format!("`{name}` cannot be read as a date: `{text}`")
            };
            let help = "write `2017-07-14`, or with a time `2017-07-14 09:30`";
            self.fields.error(&codes::BAD_DATE, message, node.span, Some(help.into()));
        }
        date
    }

    /// Terms: a key for each configured taxonomy, and Zola's table of them.
    fn taxonomies(&mut self) -> Vec<(String, Vec<Spanned<String>>)> {
        // Asked for by name, so that a misspelt one gets its suggestion.
        for name in ["people", "authors", "tags", "categories"] {
            self.fields.node(name);
        }
        let zola = self.fields.table("taxonomies").map(|(table, _)| table);
        let mut all = Vec::new();
        for name in self.config.taxonomies.lists() {
            let nodes = [self.table.get(name), zola.and_then(|table| table.get(name))];
            self.fields.dynamic(name);
            let mut terms = Vec::new();
            let mut named = false;
            for node in nodes.into_iter().flatten().filter(|node| node.value != Value::Null) {
                named = true;
                terms.append(&mut filled(self.fields.strings_of(name, node)));
            }
            if named {
                all.push((name.to_owned(), terms));
            }
        }
        for entry in zola.into_iter().flat_map(|table| &table.entries) {
            let key = &entry.0;
            // Our own keys were reported as misplaced.
            if !self.config.taxonomies.is_list(&key.name) && !KEYS.contains(&key.name.as_str()) {
                let message = format!("unknown taxonomy `{}`", key.name);
                let help = format!("declare it in kisah.toml: `[taxonomies.{}]`", key.name);
                self.unknown(key, message, help);
                self.kept.push(entry);
            }
        }
        all
    }

    fn section(&mut self) -> SectionKeys {
        match self.of {
            Of::Index => {}
            Of::Document | Of::Cascade => {
                self.misplaced();
                return SectionKeys::default();
            }
        }
        let sort =
            [("date", SortKey::Date), ("weight", SortKey::Weight), ("title", SortKey::Title)];
        SectionKeys {
            sort_by: self.fields.choice("sort_by", &sort),
            paginate_by: self.fields.count("paginate_by", 0),
            page_template: self.string("page_template"),
            permalink: if self.is_off("permalink") { None } else { self.string("permalink") },
            cascade: self.cascade(),
        }
    }

    fn cascade(&mut self) -> Option<Box<FrontMatter>> {
        if let Some(node) = self.fields.node("cascade")
            && matches!(node.value, Value::Array(_))
        {
            let help =
                "a section has one; what is for a part of it belongs in the `_index.md` there";
            let message = "`cascade` must be a table, not a list".to_owned();
            self.fields.error(&codes::WRONG_TYPE, message, node.span, Some(help.to_owned()));
            return None;
        }
        let (table, _) = self.fields.table("cascade")?;
        let place = Place { sources: self.fields.sources(), yaml: self.yaml, of: Of::Cascade };
        Some(Box::new(table_of(table, place, self.config, self.fields.out())))
    }

    /// Eleventy's `permalink: false`, which is no pattern.
    fn is_off(&self, name: &str) -> bool {
        self.table.get(name).is_some_and(|node| truth(node) == Some(false))
    }

    /// Keys that exist, but not here.
    fn misplaced(&mut self) {
        if self.config.unknown_keys == UnknownKeys::Extra {
            return;
        }
        for (key, _) in &self.table.entries {
            let name = key.name.as_str();
            if name == "permalink" && self.is_off(name) {
                continue;
            }
            if SECTION_KEYS.contains(&name) {
                self.fields.dynamic(name);
                let (message, help) = if self.of == Of::Cascade {
                    (format!("`{name}` cannot be handed down"), "move it out of `[cascade]`")
                } else {
                    (
                        format!("`{name}` is not a key of a post or page"),
                        match name {
                            "permalink" => {
                                "here it is called `path`; a pattern for all posts belongs in the `_index.md` of their section"
                            }
                            _ => "it belongs in the `_index.md` of the section",
                        },
                    )
                };
                self.unknown(key, message, help.to_owned());
            } else if self.of == Of::Cascade && OWN_KEYS.contains(&name) {
                self.fields.dynamic(name);
                let help = "set it in the documents themselves".to_owned();
                self.unknown(key, format!("`{name}` cannot be handed down"), help);
            }
        }
    }

    /// Reports a key that does not fit, as severely as the site wants.
    pub(super) fn unknown(&mut self, key: &Key, message: String, help: String) {
        self.by_policy(&codes::UNKNOWN_KEY, key.span, message, help);
    }

    /// Reports something as severely as the site wants unknown keys to be.
    pub(super) fn by_policy(
        &mut self,
        code: &'static Code,
        span: Span,
        message: String,
        help: String,
    ) {
        let severity = match self.config.unknown_keys {
            UnknownKeys::Error => Severity::Error,
            UnknownKeys::Warn => Severity::Warning,
            UnknownKeys::Extra => return,
        };
        let place = self.fields.place(span);
        self.fields.out().push(Diagnostic::new(severity, code, message).at(place).help(help));
    }

    /// `[extra]`, and what else is kept.
    fn finish(mut self) -> JsonMap<String, serde_json::Value> {
        let own = self.fields.table("extra").map(|(table, _)| table);
        let policy = self.config.unknown_keys;
        let rest = self.fields.finish(policy);
        let mut extra = JsonMap::new();
        if policy == UnknownKeys::Extra {
            let rest = self.kept.into_iter().chain(rest);
            extra.extend(rest.map(|(key, node)| (key.name.clone(), json(node))));
        }
        // What stands below `[extra]` was meant for it, and wins.
        let own = own.iter().flat_map(|table| &table.entries);
        extra.extend(own.map(|(key, node)| (key.name.clone(), json(node))));
        extra
    }
}

/// A value as templates see it; line ends do not depend on the editor it was written with.
fn json(node: &Node) -> serde_json::Value {
    let mut value = node.value.to_json();
    line_ends(&mut value);
    value
}

fn line_ends(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if text.contains('\r') => {
            *text = text.replace("\r\n", "\n");
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(line_ends),
        serde_json::Value::Object(map) => map.values_mut().for_each(line_ends),
        _ => {}
    }
}

/// A text without blanks around it; `None` if nothing is left.
fn trimmed(mut text: String) -> Option<String> {
    if text.contains('\r') {
        text = text.replace("\r\n", "\n");
    }
    let inner = text.trim();
    if inner.len() != text.len() {
        text = inner.into();
    }
    (!text.is_empty()).then_some(text)
}

/// Without the empty ones.
fn filled(list: Vec<Spanned<String>>) -> Vec<Spanned<String>> {
    list.into_iter()
        .filter_map(|item| Some(Spanned { value: trimmed(item.value)?, span: item.span }))
        .collect()
}
