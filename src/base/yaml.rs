//! Parses YAML into a [`Table`] with spans. Duplicate keys are errors; the parser limits anchors.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Location, Spanned};

use super::Map;
use super::codes;
use super::diag::{Diagnostic, Diagnostics, Place};
use super::node::{Key, Node, Span, Table, Value};
use super::text::SourceText;

/// Parses `text`, which begins at byte `offset` of `source`. Spans refer to the whole file.
///
/// Returns `None`, with the reason in `out`, if the text is not valid YAML or not a mapping. An
/// empty text is an empty table. A duplicate key is an error, and its first value counts, so that
/// the rest of the text can be read.
pub(crate) fn parse(
    text: &str,
    offset: usize,
    source: &SourceText,
    out: &mut Diagnostics,
) -> Option<Table> {
    if text.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
        return Some(Table::default());
    }
    match parse_any(text, offset, source, out)?.value {
        Value::Table(table) => Some(table),
        other => {
            let place = source.place(Span::new(offset..offset + 1));
            let message = format!("expected keys and values, found {}", other.kind());
            out.push(
                Diagnostic::error(&codes::SYNTAX, message)
                    .at(place)
                    .help("write one `key: value` per line, such as `title: A life`"),
            );
            None
        }
    }
}

/// Like [`parse`], for a text that may have any value at its top level.
pub(crate) fn parse_any(
    text: &str,
    offset: usize,
    source: &SourceText,
    out: &mut Diagnostics,
) -> Option<Node> {
    // The parser would stop at the first duplicate key, and name its own options.
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        with_snippet: false,
    };
    let read =
        |text: &str| serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options.clone());
    let mut reader = YamlReader { text, offset, source, out };
    match read(text) {
        Ok(raw) => Some(reader.node(raw)),
        Err(error) => {
            // With `\r\n` the parser reads ahead differently, and reports the other of two
            // mistakes.
            let same = text.contains('\r').then(|| text.replace("\r\n", "\n"));
            let same = same.and_then(|text| read(&text).err());
            let diagnostic = reader.syntax_error(&same.unwrap_or(error));
            out.push(diagnostic);
            None
        }
    }
}

struct YamlReader<'a> {
    text: &'a str,
    offset: usize,
    source: &'a SourceText,
    out: &'a mut Diagnostics,
}

impl YamlReader<'_> {
    fn node(&mut self, raw: Spanned<Raw>) -> Node {
        let span = self.span(raw.referenced);
        let value = match raw.value {
            Raw::Plain(value) => {
                let written = self
                    .text
                    .get(span.start as usize - self.offset..span.end as usize - self.offset);
                match written {
                    Some(written) if !written.is_empty() => {
                        Value::Scalar(Box::new(value), written.trim().to_owned())
                    }
                    _ => value,
                }
            }
            Raw::Null => Value::Null,
            Raw::String(text) => Value::String(text),
            Raw::List(list) => Value::Array(list.into_iter().map(|n| self.node(n)).collect()),
            Raw::Map(entries) => Value::Table(self.table(entries)),
        };
        Node { span, value }
    }

    fn table(&mut self, entries: Vec<(Spanned<String>, Spanned<Raw>)>) -> Table {
        let mut known: Map<String, Span> = Map::default();
        let mut table = Table { entries: Vec::with_capacity(entries.len()) };
        for (key, value) in entries {
            let key = Key { span: self.span(key.referenced), name: key.value };
            if let Some(first) = known.get(&key.name) {
                self.out.push(
                    Diagnostic::error(&codes::SYNTAX, format!("duplicate key `{}`", key.name))
                        .at(self.source.place(key.span))
                        .also(self.source.place(*first), "first written here")
                        .help("keep one of the two"),
                );
                continue;
            }
            known.insert(key.name.clone(), key.span);
            let value = self.node(value);
            table.entries.push((key, value));
        }
        table
    }

    fn span(&self, at: Location) -> Span {
        let span = at.span();
        let start = span
            .byte_offset()
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(0)
            .min(self.text.len());
        let len = span
            .byte_len()
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(0)
            .min(self.text.len() - start);
        Span::new(self.offset + start..self.offset + start + len)
    }

    fn syntax_error(&self, error: &serde_saphyr::Error) -> Diagnostic {
        let source = self.source;
        let text = error.without_snippet().to_string();
        let mut message = text.lines().next().unwrap_or("").trim().to_owned();
        // The parser appends its own position, which counts from the start of the front matter.
        if let Some(i) = message.find(" at line ") {
            message.truncate(i);
        }
        let place = match error.location() {
            Some(at) if at.line() > 0 => {
                let lines_before = source.text[..self.offset].matches('\n').count();
                let column = usize::try_from(at.column()).unwrap_or(1);
                let line = usize::try_from(at.line()).unwrap_or(1);
                Place::at(source.path.as_str(), &source.text, lines_before + line, column)
            }
            _ => source.place(Span::new(self.offset..self.offset + 1)),
        };
        let (message, help) = advice(&message);
        Diagnostic::error(&codes::SYNTAX, format!("this is not valid YAML: {message}"))
            .at(place)
            .help(help)
    }
}

/// The parser's message, reworded where that helps, and what to do.
fn advice(message: &str) -> (&str, &'static str) {
    let known = [
        (
            "multiple YAML documents",
            "it contains several documents",
            "remove the line `---` in it, or make two files",
        ),
        ("recursive references", "a value contains itself", "write it out, without `&` and `*`"),
        (
            "budget breached",
            "it is too large, or refers to itself too often",
            "write its values out, without `&` and `*`",
        ),
        (
            "deserialize null into string",
            "a key is empty",
            "give it a name, in quotes: `\"null\": 1`",
        ),
        ("expected string scalar", "a key is not a text", "write each key as a word: `born: 1879`"),
        (
            "non-finite float",
            "the number is too large, or not a number",
            "put it in quotes, as a text",
        ),
    ];
    let found = known.iter().find(|(part, ..)| message.contains(part));
    found.map_or(
        (message, "a text with `: `, `#` or a leading quote must be in quotes: `title: \"Life: a story\"`"),
        |(_, message, help)| (*message, *help),
    )
}

/// What serde sees of a YAML node.
enum Raw {
    Null,
    Plain(Value),
    String(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Plain(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Plain(Value::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Plain(i64::try_from(value).map_or(Value::Unsigned(value), Value::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Plain(Value::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = seq.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    fn read(text: &str) -> (Option<Table>, Diagnostics) {
        let source = SourceText::new(SourcePath::new("x.md"), format!("---\n{text}"));
        let mut out = Diagnostics::new();
        let table = parse(text, 4, &source, &mut out);
        (table, out)
    }

    #[test]
    fn spans_are_those_of_the_file() {
        let (table, out) = read("title: é x\nyear: 2001\ntags:\n- a\n- b: c\n");
        assert!(out.is_empty(), "{out:?}");
        let table = table.unwrap();
        let source = "---\ntitle: é x\nyear: 2001\ntags:\n- a\n- b: c\n";
        let slice = |name: &str| &source[table.get(name).unwrap().span.range()];
        assert_eq!(slice("title"), "é x");
        assert_eq!(slice("year"), "2001");
        assert_eq!(table.get("year").unwrap().value.plain(), &Value::Integer(2001));
        let key = &table.entries[2].0;
        assert_eq!(&source[key.span.range()], "tags");
    }

    #[test]
    fn duplicates_name_both_lines() {
        let (table, out) = read("title: a\ndate: 2020-01-01\ntitle: b\nx: {y: 1, y: 2}\n");
        assert_eq!(table.unwrap().get("title").unwrap().value, Value::String("a".into()));
        let line = |place: &Place| place.line.as_ref().unwrap().number;
        let said: Vec<_> = out
            .iter()
            .map(|d| (d.message.as_str(), line(d.place.as_ref().unwrap()), line(&d.also[0].0)))
            .collect();
        assert_eq!(said, [("duplicate key `title`", 4, 2), ("duplicate key `y`", 5, 5)]);
    }
}
