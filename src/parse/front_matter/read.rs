//! The keys of the front matter → [`FrontMatter`].

use serde_json::Map as JsonMap;

use super::split::Split;
use super::{FrontMatter, Kind, SectionKeys};
use crate::base::fields::{Spanned, UnknownKeys};
use crate::base::{
    Code, Date, Diagnostic, Diagnostics, Fields, Key, Node, Severity, SourcePath, SourceText,
    Table, Value, codes, date, toml, yaml,
};
use crate::config::{Config, SortKey};
use crate::parse::date_prefix;

/// Keys that only an `_index.md` has.
const SECTION_KEYS: [&str; 5] = ["sort_by", "paginate_by", "page_template", "permalink", "cascade"];

/// Keys that name one document, and so cannot be handed down to many.
const OWN_KEYS: [&str; 8] =
    ["title", "slug", "path", "aliases", "id", "lang", "related", "read_also"];

/// Keys of other programs, and ours of the same meaning.
const FOREIGN: [(&str, &str); 21] = [
    ("category", "categories"),
    ("cover", "image"),
    ("excerpt", "summary"),
    ("expirydate", "expires"),
    ("featured_image", "image"),
    ("keywords", "tags"),
    ("language", "lang"),
    ("last_modified_at", "updated"),
    ("lastmod", "updated"),
    ("layout", "template"),
    ("modified", "updated"),
    ("permalink", "path"),
    ("pubdate", "date"),
    ("publishdate", "date"),
    ("redirect_from", "aliases"),
    ("subtitle", "description"),
    ("tag", "tags"),
    ("teaser", "summary"),
    ("thumbnail", "image"),
    ("type", "kind"),
    ("url", "path"),
];

/// What table is read: it decides which keys fit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
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
    let mut front = table_of(&table, std::slice::from_ref(source), of, config, out);
    if front.date.is_none() && !is_index && table.get("date").is_none() {
        front.date = dated_name(&source.path).and_then(|day| Date::of_day(day, &config.timezone));
    }
    Some(front)
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

fn table_of(
    table: &Table,
    sources: &[SourceText],
    of: Of,
    config: &Config,
    out: &mut Diagnostics,
) -> FrontMatter {
    let name = if of == Of::Cascade { "`[cascade]`" } else { "the front matter" };
    let fields = Fields::new(table, sources, name, out);
    let mut reader = Reader { fields, config, table, of, kept: Vec::new() };
    let mut front = FrontMatter {
        title: reader.own("title").map(|title| title.value),
        date: reader.date("date"),
        updated: reader.latest("updated"),
        expires: reader.date("expires"),
        draft: reader.draft(),
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
    front.extra = reader.finish();
    front
}

struct Reader<'a> {
    fields: Fields<'a>,
    config: &'a Config,
    table: &'a Table,
    of: Of,
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

    fn date_of(&mut self, name: &'static str, node: &Node) -> Option<Date> {
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

    /// `draft`, or Jekyll's `published`, which other programs use for a date.
    fn draft(&mut self) -> Option<bool> {
        let published = match self.table.get("published").map(|node| node.value.plain()) {
            Some(Value::Bool(published)) => {
                self.fields.node("published");
                Some(*published)
            }
            _ => None,
        };
        self.fields.bool("draft").or(published.map(|published| !published))
    }

    /// Terms: a key for each configured taxonomy, and Zola's table of them.
    fn taxonomies(&mut self) -> Vec<(String, Vec<Spanned<String>>)> {
        // Asked for by name, so that a misspelt one gets its suggestion.
        for name in ["people", "authors", "tags", "categories"] {
            self.fields.node(name);
        }
        let zola = self.fields.table("taxonomies").map(|(table, _)| table);
        let mut all = Vec::new();
        for name in self.config.taxonomies.keys() {
            let nodes = [self.table.get(name), zola.and_then(|table| table.get(name))];
            self.fields.dynamic(name);
            let mut terms = Vec::new();
            let mut named = false;
            for node in nodes.into_iter().flatten().filter(|node| node.value != Value::Null) {
                named = true;
                terms.append(&mut filled(self.fields.strings_of(name, node)));
            }
            if named {
                all.push((name.clone(), terms));
            }
        }
        for entry in zola.into_iter().flat_map(|table| &table.entries) {
            let key = &entry.0;
            if !self.config.taxonomies.contains_key(&key.name) {
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
            permalink: self.string("permalink"),
            cascade: self.fields.table("cascade").map(|(table, _)| {
                let sources = self.fields.sources();
                Box::new(table_of(table, sources, Of::Cascade, self.config, self.fields.out()))
            }),
        }
    }

    /// Keys that exist, but not here.
    fn misplaced(&mut self) {
        if self.config.unknown_keys == UnknownKeys::Extra {
            return;
        }
        for (key, _) in &self.table.entries {
            let name = key.name.as_str();
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

    /// Unknown keys that have another name here.
    fn foreign(&mut self) {
        if self.config.unknown_keys == UnknownKeys::Extra {
            return;
        }
        for (key, _) in self.fields.unasked() {
            let name = key.name.to_ascii_lowercase();
            let Some((_, ours)) = FOREIGN.iter().find(|(theirs, _)| *theirs == name) else {
                continue;
            };
            self.fields.dynamic(&key.name);
            let message = format!("unknown key `{}` in the front matter", key.name);
            self.unknown(key, message, format!("here it is called `{ours}`"));
        }
    }

    /// Reports a key that does not fit, as severely as the site wants.
    fn unknown(&mut self, key: &Key, message: String, help: String) {
        let severity = match self.config.unknown_keys {
            UnknownKeys::Error => Severity::Error,
            UnknownKeys::Warn => Severity::Warning,
            UnknownKeys::Extra => return,
        };
        let code: &'static Code = &codes::UNKNOWN_KEY;
        let place = self.fields.place(key.span);
        self.fields.out().push(Diagnostic::new(severity, code, message).at(place).help(help));
    }

    /// `[extra]`, and what else is kept.
    fn finish(mut self) -> JsonMap<String, serde_json::Value> {
        self.foreign();
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
