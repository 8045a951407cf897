//! Data with spans: what TOML and YAML files say, and where each part of it is.

use std::ops::Range;

use super::Map;

/// A byte range in one of the files a value was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Which file, if several are read into one value (kisah.toml and its overlays); otherwise 0.
    pub(crate) file: u16,
    /// First byte.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
}

impl Span {
    /// A span in file 0.
    pub(crate) fn new(range: Range<usize>) -> Self {
        Self::in_file(0, range)
    }

    /// A span in a numbered file.
    pub(crate) fn in_file(file: u16, range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clamp(range.start), end: clamp(range.end) }
    }

    /// The byte range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// Its place.
    pub(crate) span: Span,
    /// The value.
    pub(crate) value: Value,
}

/// What TOML and YAML have in common.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// YAML's `null`, `~` or nothing at all.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// An integer too large for `i64`.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(String),
    /// A TOML date or date-time, as written. In YAML dates are strings.
    Date(String),
    /// A plain YAML scalar that is not a string (`2001`, `yes`): the value and how it was written,
    /// so that a title `2001` can be read as a string.
    Scalar(Box<Value>, String),
    /// A list.
    Array(Vec<Node>),
    /// A table.
    Table(Table),
}

impl Value {
    /// The name of the value's type in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Unsigned(_) => "a very large number",
            Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Date(_) => "a date",
            Value::Scalar(inner, _) => inner.kind(),
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The value, without the record of how it was written.
    pub(crate) fn plain(&self) -> &Value {
        match self {
            Value::Scalar(inner, _) => inner,
            other => other,
        }
    }

    /// Converts to JSON; dates become strings, numbers that JSON lacks become null.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self.plain() {
            Value::Null | Value::Scalar(..) => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Integer(i) => Json::from(*i),
            Value::Unsigned(u) => Json::from(*u),
            Value::Float(f) => Json::from(*f),
            Value::String(s) | Value::Date(s) => Json::String(s.clone()),
            Value::Array(list) => list.iter().map(|n| n.value.to_json()).collect(),
            Value::Table(table) => Json::Object(table.to_json()),
        }
    }
}

/// A key of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: String,
    /// Its place.
    pub(crate) span: Span,
}

/// Entries in the order of the file. Keys are unique.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Table {
    /// In the order of the file.
    pub(crate) entries: Vec<(Key, Node)>,
}

impl Table {
    /// The value of a key, if there is one.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// Lays `over` on top: its keys win, tables are merged key by key, lists are replaced.
    pub(crate) fn overlay(&mut self, over: Table) {
        let names = self.entries.iter().map(|(key, _)| key.name.clone());
        let mut places: Map<String, usize> = names.zip(0..).collect();
        for (key, node) in over.entries {
            let Some(at) = places.get(&key.name).copied() else {
                places.insert(key.name.clone(), self.entries.len());
                self.entries.push((key, node));
                continue;
            };
            match (&mut self.entries[at].1.value, node.value) {
                (Value::Table(old), Value::Table(new)) => old.overlay(new),
                (_, value) => self.entries[at] = (key, Node { span: node.span, value }),
            }
        }
    }

    /// Converts to a JSON object, in the order of the file.
    pub(crate) fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
        self.entries.iter().map(|(k, n)| (k.name.clone(), n.value.to_json())).collect()
    }
}
