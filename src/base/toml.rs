//! Parses TOML into a [`Table`] with spans. Reports all syntax errors of a text, not just the
//! first. What the parser made up in order to read on after an error is left out, so that nobody
//! complains about it again.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::Map;
use super::codes;
use super::diag::{Diagnostic, Diagnostics};
use super::node::{Key, Node, Span, Table, Value};
use super::text::SourceText;

/// Parses `text`, which begins at byte `offset` of `source` (front matter is a part of its file;
/// other files are read whole, with offset 0). Spans refer to the whole file.
///
/// Returns what could be read; mistakes go to `out`. A value that could not be read is present as
/// [`Value::Null`].
pub(crate) fn parse(
    text: &str,
    offset: usize,
    file: u16,
    source: &SourceText,
    out: &mut Diagnostics,
) -> Table {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = TomlReader { offset, file, source, out };
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
        // The parser would insist on single quotes.
        let message = message.trim_end_matches(", expected literal string").to_owned();
        ParseError { at: offset + at.start..offset + at.end, message }
    });
    let mut problems = ParseErrors::new(source, problems);
    problems.forget_guesses(&mut table);
    let problems: Vec<ParseError> = problems.by_place.into_values().collect();
    let keys = KeyPlaces { table: &table, starts: OnceCell::new() };
    let mut last_line = None;
    for problem in &problems {
        let line = Some(source.line_of(problem.at.start));
        // After something that does not fit, the rest of the line does not fit either.
        if line != last_line || problem.is_independent() {
            reader.report(problem, &keys);
        }
        last_line = line;
    }
    drop(keys);
    table
}

/// A string that goes on past its line.
const UNCLOSED_TEXT: &str = "the text is not closed on its line";

/// A multi-line string that goes on to the end.
const UNCLOSED_LINES: &str = "the text is not closed";

/// A mistake as the parser reports it, by its place in the file.
struct ParseError {
    at: Range<usize>,
    message: String,
}

impl ParseError {
    fn is_duplicate(&self) -> bool {
        self.message == "duplicate key"
    }

    /// Whether it is not a consequence of an earlier one.
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
            "end it with the quote that it begins with; a text of several lines goes in `\"\"\"`"
        } else if message == UNCLOSED_LINES {
            "end it with the three quotes that it begins with"
        } else if message.starts_with("invalid boolean") {
            "write `true` or `false`"
        } else if message.starts_with("key with no value") || message.contains("unquoted key") {
            "write `key = value`; the form `key: value` is YAML, which goes between lines of `---`"
        } else if message.contains("leading zero") {
            "leave out the zero, or put the number in quotes"
        } else if message.starts_with("unclosed table") || message.starts_with("unclosed array t") {
            "close it on its line: `[extra]`"
        } else if message.starts_with("unclosed inline") {
            "close it: `{ name = \"Ada\", born = 1815 }`"
        } else {
            "put a text in quotes, `title = \"A life\"`, and a list in brackets, `tags = [\"a\", \"b\"]`"
        }
    }
}

/// All mistakes, in the order of the file.
struct ParseErrors<'a> {
    source: &'a SourceText,
    /// By start, end, and the order in which the parser reported them.
    by_place: BTreeMap<(usize, usize, usize), ParseError>,
}

impl<'a> ParseErrors<'a> {
    fn new(source: &'a SourceText, problems: impl Iterator<Item = ParseError>) -> Self {
        let by_place = problems.enumerate().map(|(i, p)| ((p.at.start, p.at.end, i), p)).collect();
        ParseErrors { source, by_place }
    }

    /// Those that begin within a range.
    fn within(&self, range: Range<usize>) -> impl Iterator<Item = &ParseError> {
        // An empty range would be refused if its end came before its start.
        let end = range.end.max(range.start);
        self.by_place.range((range.start, 0, 0)..(end, 0, 0)).map(|(_, problem)| problem)
    }

    /// Removes what the parser guessed where it found a mistake. If something was not closed, so
    /// that everything after it was read as part of it, leaves only that mistake, at its beginning.
    fn forget_guesses(&mut self, table: &mut Table) {
        // After `[extra` the next key is taken for the name of the table.
        table.entries.retain(|(key, node)| {
            let (header, name) = (node.span.range().start, key.span.range().start);
            !self.within(header..name + 1).any(ParseError::is_unclosed)
        });
        for (_, node) in &mut table.entries {
            self.forget_guess(node);
        }
    }

    fn forget_guess(&mut self, node: &mut Node) {
        let span = node.span.range();
        if self.within(span.end..span.end + 1).any(ParseError::is_unclosed)
            && self.source.slice(node.span).starts_with(['[', '{', '"', '\''])
        {
            self.move_to_start(span);
            node.value = Value::Null;
            return;
        }
        match &mut node.value {
            Value::Table(table) => self.forget_guesses(table),
            Value::Array(items) => {
                for item in items {
                    self.forget_guess(item);
                }
            }
            value => {
                if self.within(span.start..span.end + 1).any(|p| !p.is_duplicate()) {
                    *value = Value::Null;
                }
            }
        }
    }

    /// Reduces all mistakes in a span to one, that it is not closed, and moves that to its start.
    fn move_to_start(&mut self, span: Range<usize>) {
        let inside = self.by_place.range((span.start, 0, 0)..(span.end + 1, 0, 0));
        let (here, unclosed): (Vec<_>, Vec<bool>) =
            inside.map(|(at, p)| (*at, at.0 == span.end && p.is_unclosed())).unzip();
        let first = unclosed.iter().position(|unclosed| *unclosed);
        for (i, at) in here.into_iter().enumerate() {
            if let Some(mut problem) = self.by_place.remove(&at).filter(|_| Some(i) == first) {
                problem.at = span.start..span.start + 1;
                self.by_place.insert((span.start, span.start + 1, usize::MAX), problem);
            }
        }
    }
}

/// Where the keys of a table and of the tables in it are, by name.
struct KeyPlaces<'a> {
    table: &'a Table,
    /// In the order of the file; computed on first use.
    starts: OnceCell<Map<&'a str, Vec<Span>>>,
}

impl<'a> KeyPlaces<'a> {
    /// The only key of that name before a place; `None` if there are none or several.
    fn earlier(&self, name: &str, before: usize) -> Option<Span> {
        let all = self.starts.get_or_init(|| {
            let mut all = Map::default();
            Self::collect(self.table, &mut all);
            for starts in all.values_mut() {
                starts.sort_unstable();
            }
            all
        });
        let starts = all.get(name)?;
        let count = starts.partition_point(|span| span.range().start < before);
        starts.first().filter(|_| count == 1).copied()
    }

    fn collect(table: &'a Table, all: &mut Map<&'a str, Vec<Span>>) {
        for (key, node) in &table.entries {
            all.entry(key.name.as_str()).or_default().push(key.span);
            if let Value::Table(inner) = &node.value {
                Self::collect(inner, all);
            }
        }
    }
}

struct TomlReader<'a> {
    offset: usize,
    file: u16,
    source: &'a SourceText,
    out: &'a mut Diagnostics,
}

impl TomlReader<'_> {
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
        // Without digits it is a mistake that has already been reported.
        if digits.contains(|c: char| c.is_ascii_hexdigit()) {
            let message = format!("the number `{digits}` is too large");
            self.out.push(
                Diagnostic::error(&codes::WRONG_VALUE, message)
                    .at(self.source.place(span))
                    .help("if it is not a quantity, put it in quotes"),
            );
        }
        Value::Null
    }

    fn report(&mut self, problem: &ParseError, keys: &KeyPlaces<'_>) {
        let span = Span::in_file(self.file, problem.at.clone());
        let place = self.source.place(span);
        let written = self.source.slice(span);
        let diagnostic = if problem.is_duplicate() {
            let message = format!("duplicate key `{written}`");
            let diagnostic = Diagnostic::error(&codes::SYNTAX, message).help("keep one of the two");
            match keys.earlier(written, problem.at.start) {
                Some(first) => diagnostic.also(self.source.place(first), "first written here"),
                None => diagnostic,
            }
        } else if problem.is_date() {
            let is_shaped = problem.message.contains("between 01 and");
            let message = match written.split(['T', 't', ' ']).next() {
                Some(day) if is_shaped => format!("`{day}` is not a day in the calendar"),
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
