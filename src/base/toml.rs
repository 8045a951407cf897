//! TOML → [`Table`] with spans. All syntax errors of a text are reported, not just the first; what
//! the parser made up to read on after one is left out, so that nobody complains about it again.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::codes;
use super::diag::{Diagnostic, Diagnostics};
use super::node::{Key, Node, Span, Table, Value};
use super::text::SourceText;

/// Reads `text`, which begins at byte `offset` of `source` (front matter is a part of its file;
/// other files are read whole, with offset 0). Spans are those of the whole file.
///
/// Returns what could be read; mistakes go to `out`. A value that could not be read is there as
/// [`Value::Null`].
pub fn parse(
    text: &str,
    offset: usize,
    file: u16,
    source: &SourceText,
    out: &mut Diagnostics,
) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { offset, file, source, out };
    let mut table = reader.table(table.get_ref());
    let problems = errors.iter().map(|error| {
        let at = error.span().unwrap_or(0..0);
        let mut message = error.message().lines().next().unwrap_or("");
        let next = text.get(at.start..).and_then(|rest| rest.chars().next());
        let ends = |marks: &[char]| next.is_none_or(|c| marks.contains(&c));
        if message.starts_with("invalid multi-line") && ends(&[]) {
            message = UNCLOSED_LINES;
        } else if (message.starts_with("invalid basic") || message.starts_with("invalid literal"))
            && ends(&['\r', '\n'])
        {
            message = UNCLOSED_TEXT;
        }
        // The parser would have it in single quotes.
        let message = message.trim_end_matches(", expected literal string").to_owned();
        Problem { at: offset + at.start..offset + at.end, message }
    });
    let mut problems: Vec<Problem> = problems.collect();
    problems.sort_by_key(|problem| (problem.at.start, problem.at.end));
    forget_guesses(&mut table, &mut problems, source);
    let mut last_line = None;
    for problem in &problems {
        let line = source.text.get(..problem.at.start).map(|before| before.matches('\n').count());
        // Behind what does not fit, the rest of the line does not fit either.
        if line != last_line || problem.is_independent() {
            reader.report(problem, &table);
        }
        last_line = line;
    }
    table
}

/// A text that goes on behind its line.
const UNCLOSED_TEXT: &str = "the text is not closed on its line";

/// A text of several lines that goes on to the end.
const UNCLOSED_LINES: &str = "the text is not closed";

/// A mistake as the parser tells it, by its place in the file.
struct Problem {
    at: Range<usize>,
    message: String,
}

impl Problem {
    fn is_duplicate(&self) -> bool {
        self.message == "duplicate key"
    }

    /// Whether it does not follow from another one before it.
    fn is_independent(&self) -> bool {
        self.is_duplicate() || self.is_date() || self.message.starts_with("string values must be")
    }

    fn is_date(&self) -> bool {
        let kinds = ["invalid date", "invalid time", "invalid offset", "invalid datetime"];
        kinds.iter().any(|kind| self.message.starts_with(kind))
    }

    fn is_unclosed(&self) -> bool {
        self.message.starts_with("unclosed") || self.message == UNCLOSED_LINES
    }

    fn help(&self) -> &'static str {
        let message = self.message.as_str();
        if message == UNCLOSED_TEXT {
            "end it with the quote that it begins with; a text of several lines stands in `\"\"\"`"
        } else if message == UNCLOSED_LINES {
            "end it with the three quotes that it begins with"
        } else if message.starts_with("invalid boolean") {
            "write `true` or `false`"
        } else if message.starts_with("key with no value") || message.contains("unquoted key") {
            "write `key = value`; the form `key: value` is YAML, which stands between lines of `---`"
        } else if message.contains("leading zero") {
            "leave the zero out, or put the number in quotes"
        } else if message.starts_with("unclosed table") || message.starts_with("unclosed array t") {
            "close it on its line: `[extra]`"
        } else if message.starts_with("unclosed inline") {
            "close it: `{ name = \"Ada\", born = 1815 }`"
        } else {
            "texts stand in quotes: `title = \"A life\"`; lists in brackets: `tags = [\"a\", \"b\"]`"
        }
    }
}

/// Takes out what the parser guessed where it found a mistake; where something was not closed, so
/// that all after it was read as a part of it, leaves the one mistake, at its beginning.
fn forget_guesses(table: &mut Table, problems: &mut Vec<Problem>, source: &SourceText) {
    // Behind `[extra` the next key is taken for the name of the table.
    table.entries.retain(|(key, node)| {
        let (header, name) = (node.span.range().start, key.span.range().start);
        !problems.iter().any(|p| p.is_unclosed() && (header..=name).contains(&p.at.start))
    });
    for (_, node) in &mut table.entries {
        forget_guess(node, problems, source);
    }
}

fn forget_guess(node: &mut Node, problems: &mut Vec<Problem>, source: &SourceText) {
    let span = node.span.range();
    if let Some(at) = problems.iter().position(|p| p.is_unclosed() && p.at.start == span.end)
        && source.slice(node.span).starts_with(['[', '{', '"', '\''])
    {
        let mut first = problems.remove(at);
        first.at = span.start..span.start + 1;
        problems.retain(|p| !span.contains(&p.at.start) && p.at.start != span.end);
        problems.push(first);
        problems.sort_by_key(|problem| (problem.at.start, problem.at.end));
        node.value = Value::Null;
        return;
    }
    match &mut node.value {
        Value::Table(table) => forget_guesses(table, problems, source),
        Value::Array(items) => {
            for item in items {
                forget_guess(item, problems, source);
            }
        }
        value => {
            let touches = |p: &Problem| (span.start..=span.end).contains(&p.at.start);
            if problems.iter().any(|p| touches(p) && !p.is_duplicate()) {
                *value = Value::Null;
            }
        }
    }
}

struct Reader<'a> {
    offset: usize,
    file: u16,
    source: &'a SourceText,
    out: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::in_file(self.file, self.offset + range.start..self.offset + range.end)
    }

    fn table(&mut self, table: &DeTable<'_>) -> Table {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let name = key.get_ref().to_string();
            let span = self.span(value.span());
            let value = self.value(value.get_ref(), span);
            entries.push((Key { name, span: self.span(key.span()) }, Node { span, value }));
        }
        Table { entries }
    }

    fn value(&mut self, value: &DeValue<'_>, span: Span) -> Value {
        match value {
            DeValue::String(s) => Value::String(s.to_string()),
            DeValue::Integer(i) => self.integer(i.as_str(), i.radix(), span),
            DeValue::Float(f) => f.as_str().parse().map_or(Value::Float(f64::NAN), Value::Float),
            DeValue::Boolean(b) => Value::Bool(*b),
            DeValue::Datetime(d) => Value::Date(d.to_string()),
            DeValue::Array(list) => Value::Array(
                list.iter()
                    .map(|item| {
                        let span = self.span(item.span());
                        Node { span, value: self.value(item.get_ref(), span) }
                    })
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.table(table)),
        }
    }

    fn integer(&mut self, digits: &str, radix: u32, span: Span) -> Value {
        if let Ok(value) = i64::from_str_radix(digits, radix) {
            return Value::Integer(value);
        }
        if let Ok(value) = u64::from_str_radix(digits, radix) {
            return Value::Unsigned(value);
        }
        // Without digits it is a mistake that has been reported as such.
        if digits.contains(|c: char| c.is_ascii_hexdigit()) {
            let message = format!("the number `{digits}` is too large");
            self.out.push(
                Diagnostic::error(&codes::WRONG_VALUE, message)
                    .at(self.source.place(span))
                    .help("put it in quotes, as a text, if it is no amount"),
            );
        }
        Value::Null
    }

    fn report(&mut self, problem: &Problem, table: &Table) {
        let span = Span::in_file(self.file, problem.at.clone());
        let place = self.source.place(span);
        let written = self.source.slice(span);
        let diagnostic = if problem.is_duplicate() {
            let message = format!("duplicate key `{written}`");
            let diagnostic = Diagnostic::error(&codes::SYNTAX, message).help("keep one of the two");
            match earlier(table, written, problem.at.start) {
                Some(first) => diagnostic.also(self.source.place(first), "first written here"),
                None => diagnostic,
            }
        } else if problem.is_date() {
            let is_shaped = problem.message.contains("between 01 and");
            let message = match written.split(['T', 't', ' ']).next() {
                Some(day) if is_shaped => format!("`{day}` is no day of the calendar"),
                _ => format!("`{written}` cannot be read as a date"),
            };
            let help = "write `2017-07-14`, or with a time `2017-07-14 09:30`";
            Diagnostic::error(&codes::BAD_DATE, message).help(help)
        } else {
            let message = format!("this is not valid TOML: {}", problem.message);
            Diagnostic::error(&codes::SYNTAX, message).help(problem.help())
        };
        self.out.push(diagnostic.at(place));
    }
}

/// The only key of that name before a place, if there is just one.
fn earlier(table: &Table, name: &str, before: usize) -> Option<Span> {
    fn collect(table: &Table, name: &str, before: usize, found: &mut Vec<Span>) {
        for (key, node) in &table.entries {
            if key.name == name && key.span.range().start < before {
                found.push(key.span);
            }
            if let Value::Table(inner) = &node.value {
                collect(inner, name, before, found);
            }
        }
    }
    let mut found = Vec::new();
    collect(table, name, before, &mut found);
    found.first().filter(|_| found.len() == 1).copied()
}
