//! The keys of the front matter → [`FrontMatter`].

use serde_json::Map as JsonMap;

use super::split::Split;
use super::values::truth;
use crate::base::fields::{Spanned, UnknownKeys};
use crate::base::path;
use crate::base::{
    Code, Date, Diagnostic, Diagnostics, Fields, Key, Node, Severity, SourceText, Span, Table,
    Value, codes, date, toml, yaml,
};
use crate::config::Config;
use crate::keys::{
    Cascades, FRONT_MATTER, Field, FrontKey, FrontMatter, KINDS, READ_ALSO, RELATED, ReadAlsoKeys,
    RelatedKeys, SORT_KEYS, Stands,
};
use crate::parse::Placed;

/// Which table is read: it decides which keys fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The front matter of a post or page.
    Document,
    /// The front matter of an `_index.md`.
    Index,
    /// `[cascade]` in an `_index.md`.
    Cascade,
}

impl Of {
    /// Whether a key is allowed there.
    fn has(self, key: &FrontKey) -> bool {
        match self {
            Of::Document => key.stands == Stands::Everywhere,
            Of::Index => true,
            Of::Cascade => key.cascades != Cascades::No,
        }
    }
}

/// Reads the keys; `None` if the text is not even YAML. (From TOML with mistakes, whatever can be
/// read is read, so that all mistakes are reported at once.)
pub(in crate::parse) fn read(
    split: &Split,
    source: &SourceText,
    placed: &Placed,
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
    let of = if placed.is_section() { Of::Index } else { Of::Document };
    let place = TableContext { sources: std::slice::from_ref(source), yaml: split.yaml, of };
    let mut front = table_of(&table, place, config, out);
    if front.date.is_none() && of == Of::Document && table.get("date").is_none() {
        front.date = placed.day.and_then(|day| Date::of_day(day, &config.timezone));
        front.date = front.date.or(front.not_before);
    }
    if is_in_drafts(source.path.folder()) {
        front.draft = Some(true);
    }
    Some(front)
}

/// Whether a folder is named `_drafts` or lies below one: that is where Jekyll keeps drafts.
pub(crate) fn is_in_drafts(folder: &str) -> bool {
    folder.split('/').any(|part| part.eq_ignore_ascii_case("_drafts"))
}

/// The span of a table.
#[derive(Clone, Copy)]
struct TableContext<'a> {
    sources: &'a [SourceText],
    yaml: bool,
    of: Of,
}

fn table_of(
    table: &Table,
    place: TableContext<'_>,
    config: &Config,
    out: &mut Diagnostics,
) -> FrontMatter {
    let TableContext { sources, yaml, of } = place;
    let name = if of == Of::Cascade { "`[cascade]`" } else { "the front matter" };
    // Keys of other programs are handled by meaning, in `elsewhere`.
    let is_read = |key: &&FrontKey| of.has(key) && !matches!(key.field, Field::Foreign);
    let keys = || FRONT_MATTER.iter().filter(is_read);
    let fields = Fields::new(table, sources, name, keys().map(|key| &key.spec), out);
    let mut reader = FieldReader { fields, config, table, of, yaml, kept: Vec::new() };
    if of != Of::Index {
        reader.misplaced();
    }
    let mut front = FrontMatter::default();
    for key in keys() {
        reader.read(key, &mut front);
    }
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

pub(super) struct FieldReader<'a> {
    pub(super) fields: Fields<'a>,
    pub(super) config: &'a Config,
    pub(super) table: &'a Table,
    pub(super) of: Of,
    pub(super) yaml: bool,
    /// Parts of known keys that go to `extra` with the unknown ones.
    kept: Vec<&'a (Key, Node)>,
}

impl FieldReader<'_> {
    /// A text; an empty one counts as absent.
    fn string(&mut self, name: &'static str) -> Option<Spanned<String>> {
        let text = self.fields.string(name)?;
        let value = trimmed(text.value)?;
        Some(Spanned { value, span: text.span })
    }

    /// Reads one key.
    fn read(&mut self, key: &'static FrontKey, front: &mut FrontMatter) {
        let name = key.spec.name;
        match key.field {
            Field::Text(slot) => *slot.of(front) = self.string(name).map(|text| text.value),
            Field::Placed(slot) => *slot.of(front) = self.string(name),
            Field::Pattern(slot) if !self.is_off(name) => *slot.of(front) = self.string(name),
            Field::Texts(slot) => *slot.of(front) = filled(self.fields.strings(name)),
            Field::Related(slot) => *slot.of(front) = self.related(name),
            Field::ReadAlso(slot) => *slot.of(front) = self.read_also(name),
            Field::Truth(slot) => *slot.of(front) = self.fields.bool(name),
            Field::Integer(slot) => {
                *slot.of(front) = self.fields.integer(name).map(|number| number.value);
            }
            Field::Count(slot) => *slot.of(front) = self.fields.count(name),
            Field::Date(slot) => *slot.of(front) = self.date(name),
            Field::Latest(slot) => *slot.of(front) = self.latest(name),
            Field::Kind(slot) => *slot.of(front) = self.fields.choice(name, &KINDS),
            Field::Sort(slot) => *slot.of(front) = self.fields.choice(name, &SORT_KEYS),
            Field::Taxonomies => front.taxonomies = self.taxonomies(name),
            Field::Cascade => front.section.cascade = self.cascade(name),
            // Asking for them keeps them from being reported as unknown.
            Field::Terms | Field::Later => _ = self.fields.node(name),
            Field::Pattern(_) | Field::Extra | Field::Foreign => {}
        }
    }

    fn date(&mut self, name: &'static str) -> Option<Date> {
        let node = self.fields.node(name)?;
        self.date_of(name, node)
    }

    /// A date, or a list of dates, of which the latest counts: some authors note every update.
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
                format!("`{name}` is not a day in the calendar: `{day}`")
            } else {
                format!("`{name}` cannot be read as a date: `{text}`")
            };
            let help = "write `2017-07-14`, or with a time `2017-07-14 09:30`";
            self.fields.error(&codes::BAD_DATE, message, node.span, Some(help.into()));
        }
        date
    }

    /// `related`: a truth value, a list of stories, or a table of two.
    fn related(&mut self, name: &'static str) -> RelatedKeys {
        let mut keys = RelatedKeys::default();
        let Some(node) = self.fields.node(name) else { return keys };
        match node.value.plain() {
            Value::Bool(truth) => keys.takes_part = Some(*truth),
            Value::Table(table) => {
                let (sources, title) = (self.fields.sources(), format!("`{name}`"));
                let mut inner = Fields::new(table, sources, &title, RELATED, self.fields.out());
                let list = |inner: &mut Fields<'_>, key: &'static str| {
                    inner.is_written(key).then(|| filled(inner.strings(key)))
                };
                (keys.first, keys.block) = (list(&mut inner, "first"), list(&mut inner, "block"));
                inner.finish(UnknownKeys::Error);
            }
            _ => keys.first = Some(filled(self.fields.strings_of(name, node))),
        }
        self.seen_from_the_section(&mut keys.first);
        self.seen_from_the_section(&mut keys.block);
        keys
    }

    /// `read_also`: a truth value, a list of stories, or a table.
    fn read_also(&mut self, name: &'static str) -> ReadAlsoKeys {
        let mut keys = ReadAlsoKeys::default();
        let Some(node) = self.fields.node(name) else { return keys };
        match node.value.plain() {
            Value::Bool(truth) => {
                keys.auto = Some(*truth);
                // None, whatever a section hands down.
                keys.stories = (!truth).then(Vec::new);
            }
            Value::Table(table) => {
                let (sources, title) = (self.fields.sources(), format!("`{name}`"));
                let mut inner = Fields::new(table, sources, &title, READ_ALSO, self.fields.out());
                keys.auto = inner.bool("auto");
                let is_written = inner.is_written("stories");
                keys.stories = is_written.then(|| filled(inner.strings("stories")));
                inner.finish(UnknownKeys::Error);
            }
            _ => keys.stories = Some(filled(self.fields.strings_of(name, node))),
        }
        self.seen_from_the_section(&mut keys.stories);
        keys
    }

    /// In a cascade, makes names of stories whole: the documents that it is handed down to may be in
    /// other folders.
    fn seen_from_the_section(&self, names: &mut Option<Vec<Spanned<String>>>) {
        if self.of != Of::Cascade {
            return;
        }
        let folder = self.fields.sources().first().map_or("", |source| source.path.folder());
        let folder = folder.trim_start_matches("content").trim_start_matches('/');
        for named in names.iter_mut().flatten() {
            if !named.value.starts_with(['@', '/']) && !named.value.contains("://") {
                let beside = path::join(folder, &named.value);
                named.value = beside.map_or_else(|| named.value.clone(), |p| format!("@/{p}"));
            }
        }
    }

    /// Terms: a key for each configured taxonomy, and Zola's table of taxonomies.
    fn taxonomies(&mut self, name: &'static str) -> Vec<(String, Vec<Spanned<String>>)> {
        let zola = self.fields.table(name).map(|(table, _)| table);
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
            // Our own keys have already been reported as misplaced.
            let is_ours = FRONT_MATTER.iter().any(|ours| ours.spec.name == key.name);
            if !self.config.taxonomies.is_list(&key.name) && !is_ours {
                let message = format!("unknown taxonomy `{}`", key.name);
                let help = format!("declare it in kisah.toml: `[taxonomies.{}]`", key.name);
                self.unknown(key, message, help);
                self.kept.push(entry);
            }
        }
        all
    }

    fn cascade(&mut self, name: &'static str) -> Option<Box<FrontMatter>> {
        if let Some(node) = self.fields.node(name)
            && matches!(node.value, Value::Array(_))
        {
            let help = "a section has only one; what applies to a part of it belongs in the `_index.md` there";
            let message = format!("`{name}` must be a table, not a list");
            self.fields.error(&codes::WRONG_TYPE, message, node.span, Some(help.to_owned()));
            return None;
        }
        let (table, _) = self.fields.table(name)?;
        let place =
            TableContext { sources: self.fields.sources(), yaml: self.yaml, of: Of::Cascade };
        Some(Box::new(table_of(table, place, self.config, self.fields.out())))
    }

    /// Eleventy's `permalink: false`, which is not a pattern.
    fn is_off(&self, name: &str) -> bool {
        self.table.get(name).is_some_and(|node| truth(node) == Some(false))
    }

    /// Reports keys that exist, but not here.
    fn misplaced(&mut self) {
        if self.config.unknown_keys == UnknownKeys::Extra {
            return;
        }
        for (key, _) in &self.table.entries {
            let name = key.name.as_str();
            let is_misplaced = |known: &&FrontKey| !self.of.has(known) && known.spec.name == name;
            let Some(known) = FRONT_MATTER.iter().find(is_misplaced) else { continue };
            if matches!(known.field, Field::Pattern(_)) && self.is_off(name) {
                continue;
            }
            self.fields.dynamic(name);
            let (message, help) = match (self.of, known.stands == Stands::InSections) {
                (Of::Cascade, true) => {
                    (format!("`{name}` cannot be handed down"), "move it out of `[cascade]`")
                }
                (Of::Cascade, false) => (
                    format!("`{name}` cannot be handed down"),
                    "set it in the documents themselves",
                ),
                (Of::Document | Of::Index, _) => (
                    format!("`{name}` is not a key of a post or page"),
                    match name {
                        "permalink" => {
                            "here it is called `path`; a pattern for all posts belongs in the `_index.md` of their section"
                        }
                        _ => "it belongs in the `_index.md` of the section",
                    },
                ),
            };
            self.unknown(key, message, help.to_owned());
        }
    }

    /// Reports a key that does not fit, as severely as the site wants.
    pub(super) fn unknown(&mut self, key: &Key, message: String, help: String) {
        self.by_policy(&codes::UNKNOWN_KEY, key.span, message, help);
    }

    /// Reports something as severely as the site wants unknown keys to be reported.
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

    /// `[extra]`, and the unknown keys that are kept with it.
    fn finish(mut self) -> JsonMap<String, serde_json::Value> {
        let own = self.fields.table("extra").map(|(table, _)| table);
        let policy = self.config.unknown_keys;
        let rest = self.fields.finish(policy);
        let mut extra = JsonMap::new();
        if policy == UnknownKeys::Extra {
            let rest = self.kept.into_iter().chain(rest);
            extra.extend(rest.map(|(key, node)| (key.name.clone(), json(node))));
        }
        // What the author wrote below `[extra]` was meant for it, and wins.
        let own = own.iter().flat_map(|table| &table.entries);
        extra.extend(own.map(|(key, node)| (key.name.clone(), json(node))));
        extra
    }
}

/// A value as templates see it, with line ends that do not depend on the author's editor.
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
