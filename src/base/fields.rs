//! Typed reading of a [`Table`] whose keys are declared: those that are not are unknown and get a
//! suggestion; every wrong type is reported with its place. kisah.toml and front matter are both
//! read with it.

use super::codes;
use super::diag::{Diagnostic, Diagnostics, Place};
use super::node::{Key, Node, Span, Table, Value};
use super::spec::{Absent, KeySpec, Shape};
use super::suggest::closest;
use super::text::SourceText;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub(crate) value: T,
    /// Its place.
    pub(crate) span: Span,
}

/// A table being read.
pub(crate) struct Fields<'a> {
    table: &'a Table,
    sources: &'a [SourceText],
    /// Names the table in messages: "kisah.toml", "`[markdown]`", "the front matter".
    name: &'a str,
    known: Vec<&'static KeySpec>,
    taken: Vec<bool>,
    out: &'a mut Diagnostics,
}

/// What to do with keys that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum UnknownKeys {
    /// An error each.
    #[default]
    Error,
    /// A warning each.
    Warn,
    /// They are returned silently.
    Extra,
}

impl<'a> Fields<'a> {
    /// Begins to read `table`, whose spans point into `sources` by file number. Only keys of
    /// `known` can be asked for.
    pub(crate) fn new(
        table: &'a Table,
        sources: &'a [SourceText],
        name: &'a str,
        known: impl IntoIterator<Item = &'static KeySpec>,
        out: &'a mut Diagnostics,
    ) -> Self {
        let known = known.into_iter().collect();
        Fields { table, sources, name, known, taken: vec![false; table.entries.len()], out }
    }

    fn spec(&self, name: &str) -> Option<&'static KeySpec> {
        self.known.iter().copied().find(|spec| spec.name == name)
    }

    /// The value of a key, of any type. YAML's empty values count as absent.
    pub(crate) fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        debug_assert!(self.spec(name).is_some(), "`{name}` is asked for, but not declared");
        let at = self.table.entries.iter().position(|(key, _)| key.name == name)?;
        self.taken[at] = true;
        let node = &self.table.entries[at].1;
        (node.value != Value::Null).then_some(node)
    }

    /// Whether the table contains a key, whatever its value.
    pub(crate) fn is_written(&self, name: &str) -> bool {
        self.table.entries.iter().any(|(key, _)| key.name == name)
    }

    /// The value of a key whose name is only known at run time (a custom taxonomy).
    pub(crate) fn dynamic(&mut self, name: &str) -> Option<&'a Node> {
        let at = self.table.entries.iter().position(|(key, _)| key.name == name)?;
        self.taken[at] = true;
        let node = &self.table.entries[at].1;
        (node.value != Value::Null).then_some(node)
    }

    /// A string.
    pub(crate) fn string(&mut self, name: &'static str) -> Option<Spanned<String>> {
        let node = self.node(name)?;
        match text_of(node) {
            Some(value) => Some(Spanned { value, span: node.span }),
            None => self.wrong(name, node, "a string"),
        }
    }

    /// A boolean.
    pub(crate) fn bool(&mut self, name: &'static str) -> Option<bool> {
        let node = self.node(name)?;
        match node.value.plain() {
            Value::Bool(value) => Some(*value),
            _ => self.wrong(name, node, "`true` or `false`"),
        }
    }

    /// An integer.
    pub(crate) fn integer(&mut self, name: &'static str) -> Option<Spanned<i64>> {
        let node = self.node(name)?;
        match node.value.plain() {
            Value::Integer(value) => Some(Spanned { value: *value, span: node.span }),
            _ => self.wrong(name, node, "an integer"),
        }
    }

    /// A number that may have a fraction, from a given node.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    pub(crate) fn decimal_of(&mut self, name: &str, node: &Node) -> Option<f32> {
        match node.value.plain() {
            Value::Integer(value) => Some(*value as f32),
            Value::Float(value) if value.is_finite() => Some(*value as f32),
            _ => self.wrong(name, node, "a number"),
        }
    }

    /// A number that may have a fraction, or its declared default.
    #[allow(clippy::cast_possible_truncation)]
    pub(crate) fn decimal(&mut self, name: &'static str) -> f32 {
        let absent = match self.spec(name).map(|spec| spec.absent) {
            Some(Absent::Decimal(number)) => number as f32,
            _ => 0.0,
        };
        let node = self.node(name);
        node.and_then(|node| self.decimal_of(name, node)).unwrap_or(absent)
    }

    /// The same for a number that must not be negative.
    pub(crate) fn share(&mut self, name: &'static str) -> f32 {
        let value = self.decimal(name);
        if value < 0.0
            && let Some(node) = self.node(name)
        {
            let message = format!("`{name}` must not be negative, but is {value}");
            self.error(&codes::WRONG_VALUE, message, node.span, None);
        }
        value.max(0.0)
    }

    /// A whole number that counts something, at least as large as declared.
    pub(crate) fn count(&mut self, name: &'static str) -> Option<usize> {
        let least = match self.spec(name)?.shape {
            Shape::Count(least) => least,
            _ => 0,
        };
        let number = self.integer(name)?;
        match usize::try_from(number.value) {
            Ok(value) if value >= least => Some(value),
            _ => {
                let message = format!("`{name}` must be at least {least}, not {}", number.value);
                self.error(&codes::WRONG_VALUE, message, number.span, None);
                None
            }
        }
    }

    /// A boolean, or its declared default.
    pub(crate) fn truth(&mut self, name: &'static str) -> bool {
        let absent = self.spec(name).map(|spec| spec.absent);
        self.bool(name).unwrap_or(matches!(absent, Some(Absent::Truth(true))))
    }

    /// A number that counts something, or its declared default.
    pub(crate) fn number(&mut self, name: &'static str) -> usize {
        let absent = match self.spec(name).map(|spec| spec.absent) {
            Some(Absent::Number(number)) => number,
            _ => 0,
        };
        self.count(name).unwrap_or(absent)
    }

    /// A text, or its declared default.
    pub(crate) fn text(&mut self, name: &'static str) -> Spanned<String> {
        let absent = match self.spec(name).map(|spec| spec.absent) {
            Some(Absent::Text(text)) => text,
            _ => "",
        };
        let absent = || Spanned { value: absent.to_owned(), span: Span::default() };
        self.string(name).unwrap_or_else(absent)
    }

    /// The keys that are declared for the table, or tables, at a key.
    pub(crate) fn inner(&self, name: &str) -> &'static [KeySpec] {
        match self.spec(name).map(|spec| spec.shape) {
            Some(shape) => shape.keys(),
            None => &[],
        }
    }

    /// A list of texts; a single text is a list of one.
    pub(crate) fn strings(&mut self, name: &'static str) -> Vec<Spanned<String>> {
        self.node(name).map_or_else(Vec::new, |node| self.strings_of(name, node))
    }

    /// Like [`Fields::strings`], for a given node.
    pub(crate) fn strings_of(&mut self, name: &str, node: &Node) -> Vec<Spanned<String>> {
        let items = match &node.value {
            Value::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            match text_of(item) {
                Some(value) => list.push(Spanned { value, span: item.span }),
                None if item.value == Value::Null => {}
                None => {
                    self.wrong::<()>(name, item, "a string, or a list of strings");
                }
            }
        }
        list
    }

    /// A table.
    pub(crate) fn table(&mut self, name: &'static str) -> Option<(&'a Table, Span)> {
        let node = self.node(name)?;
        match &node.value {
            Value::Table(table) => Some((table, node.span)),
            _ => self.wrong(name, node, "a table"),
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        debug_assert!(
            matches!(self.spec(name)?.shape, Shape::Word(words)
                if words.iter().copied().eq(choices.iter().map(|(word, _)| *word))),
            "`{name}` is declared with other words"
        );
        let text = self.string(name)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text.value) {
            return Some(*value);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let help = match closest(&text.value, words.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("use one of `{}`", words.join("`, `")),
        };
        let message = format!("`{name}` cannot be `{}`", text.value);
        self.error(&codes::WRONG_VALUE, message, text.span, Some(help));
        None
    }

    /// Reports that a node is not of the wanted type.
    pub(crate) fn wrong<T>(&mut self, name: &str, node: &Node, wanted: &str) -> Option<T> {
        let message = format!("`{name}` must be {wanted}, not {}", node.value.kind());
        let help = (wanted == "a string"
            && !matches!(node.value, Value::Array(_) | Value::Table(_)))
        .then(|| {
            let written =
                self.sources.get(usize::from(node.span.file)).map_or("", |s| s.slice(node.span));
            format!("put it in quotes: `{name} = \"{written}\"`")
        });
        self.error(&codes::WRONG_TYPE, message, node.span, help);
        None
    }

    /// Reports an error at a span of this table's files.
    pub(crate) fn error(
        &mut self,
        code: &'static codes::Code,
        message: String,
        span: Span,
        help: Option<String>,
    ) {
        let diagnostic = Diagnostic::error(code, message).at(self.place(span));
        self.out.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }

    /// The place of a span, in whichever file it is.
    pub(crate) fn place(&self, span: Span) -> Place {
        place(self.sources, span)
    }

    /// Where diagnostics go.
    pub(crate) fn out(&mut self) -> &mut Diagnostics {
        self.out
    }

    /// The files that spans point into.
    pub(crate) fn sources(&self) -> &'a [SourceText] {
        self.sources
    }

    /// Entries that have not been asked for yet.
    pub(crate) fn unasked(&self) -> Vec<&'a (Key, Node)> {
        let rest = self.table.entries.iter().zip(&self.taken).filter(|(_, taken)| !**taken);
        rest.map(|(entry, _)| entry).collect()
    }

    /// Entries that have not been asked for yet; from now on they count as asked for.
    pub(crate) fn rest(&mut self) -> Vec<&'a (Key, Node)> {
        let rest = self.unasked();
        self.taken.fill(true);
        rest
    }

    /// Finishes reading: reports what was not asked for, or returns it as `extra`.
    pub(crate) fn finish(mut self, policy: UnknownKeys) -> Vec<&'a (Key, Node)> {
        let rest = self.rest();
        if policy == UnknownKeys::Extra {
            return rest;
        }
        for (index, (key, _)) in rest.iter().enumerate() {
            let message = format!("unknown key `{}` in {}", key.name, self.name);
            let diagnostic = match policy {
                UnknownKeys::Warn => Diagnostic::warning(&codes::UNKNOWN_KEY, message),
                _ => Diagnostic::error(&codes::UNKNOWN_KEY, message),
            };
            // Suggestions for more than these would not be shown.
            let known = || self.known.iter().map(|spec| spec.name);
            let near = known().filter(|_| index < Diagnostics::SHOWN_OF_FILE);
            let help = match closest(&key.name, near) {
                Some(name) => format!("did you mean `{name}`?"),
                None if known().any(|name| name == "extra") => {
                    "move it below `[extra]`, where any key is allowed".to_owned()
                }
                None => format!("known keys: {}", known().collect::<Vec<_>>().join(", ")),
            };
            self.out.push(diagnostic.at(self.place(key.span)).help(help));
        }
        rest
    }
}

/// The place of a span in one of several files.
pub(crate) fn place(sources: &[SourceText], span: Span) -> Place {
    match sources.get(usize::from(span.file)) {
        Some(source) => source.place(span),
        None => Place::file("?"),
    }
}

/// A string, or a plain YAML scalar read as a string (`title: 2001`).
pub(crate) fn text_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Scalar(_, written) => Some(written.clone()),
        _ => None,
    }
}
