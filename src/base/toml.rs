//! TOML → [`Table`] with spans. All syntax errors of a text are reported, not just the first.

use toml::de::{DeTable, DeValue};

use super::codes;
use super::diag::{Diagnostic, Diagnostics};
use super::node::{Key, Node, Span, Table, Value};
use super::text::SourceText;

/// Reads `text`, which begins at byte `offset` of `source` (front matter is a part of its file;
/// other files are read whole, with offset 0). Spans are those of the whole file.
///
/// Returns what could be read; syntax errors go to `out`.
pub fn parse(
    text: &str,
    offset: usize,
    file: u16,
    source: &SourceText,
    out: &mut Diagnostics,
) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let span = Span::in_file(file, offset + span.start..offset + span.end);
        let message = error.message().lines().next().unwrap_or("invalid TOML");
        out.push(
            Diagnostic::error(&codes::SYNTAX, format!("this is not valid TOML: {message}"))
                .at(source.place(span))
                .help("texts stand in quotes: `title = \"A life\"`; lists in brackets: `tags = [\"a\", \"b\"]`"),
        );
    }
    table_of(table.get_ref(), offset, file)
}

fn table_of(table: &DeTable<'_>, offset: usize, file: u16) -> Table {
    let entries = table
        .iter()
        .map(|(key, value)| {
            let span =
                |s: std::ops::Range<usize>| Span::in_file(file, offset + s.start..offset + s.end);
            let key = Key { name: key.get_ref().to_string(), span: span(key.span()) };
            let value =
                Node { span: span(value.span()), value: value_of(value.get_ref(), offset, file) };
            (key, value)
        })
        .collect();
    Table { entries }
}

fn value_of(value: &DeValue<'_>, offset: usize, file: u16) -> Value {
    match value {
        DeValue::String(s) => Value::String(s.to_string()),
        DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix())
            .map_or_else(|_| Value::String(i.as_str().into()), Value::Integer),
        DeValue::Float(f) => f.as_str().parse().map_or(Value::Float(f64::NAN), Value::Float),
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(d) => Value::Date(d.to_string()),
        DeValue::Array(list) => Value::Array(
            list.iter()
                .map(|item| Node {
                    span: Span::in_file(file, offset + item.span().start..offset + item.span().end),
                    value: value_of(item.get_ref(), offset, file),
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(table_of(table, offset, file)),
    }
}
