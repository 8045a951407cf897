//! How a key that people write is declared: its name, what its value must be, what counts where
//! it is not written, and its line in the guide.
//!
//! In: nothing. Out: the types of declarations; the declarations themselves are in
//! [`crate::keys`]. [`super::Fields`] reads by them.

/// A key, declared.
#[derive(Debug)]
pub struct KeySpec {
    /// As it is written.
    pub name: &'static str,
    /// What its value must be.
    pub shape: Shape,
    /// What counts where it is not written.
    pub absent: Absent,
    /// What it is, in Markdown: the words of the guide, and of editors.
    pub about: &'static str,
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `true` or `false`.
    Truth,
    /// A whole number.
    Integer,
    /// A whole number that is at least so large.
    Count(usize),
    /// A text.
    Text,
    /// A list of texts, or one.
    Texts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these words.
    Words(&'static [&'static str]),
    /// A date.
    Date,
    /// A date, or a list of them.
    Dates,
    /// A colour, or a table of one for each scheme.
    Colour,
    /// A list of colours.
    Colours,
    /// A table of somebody's own.
    Own,
    /// A table with these keys.
    Table(&'static [KeySpec]),
    /// A table of tables with these keys: `[NAME.of-theirs]`.
    Named(&'static [KeySpec]),
    /// A table of lists of tables with these keys: `[[NAME.of-theirs]]`.
    Lists(&'static [KeySpec]),
}

/// What counts where a key is not written.
#[derive(Debug, Clone, Copy)]
pub enum Absent {
    /// What these words say, in Markdown; perhaps none.
    Said(&'static str),
    /// This truth value.
    Truth(bool),
    /// This number.
    Number(usize),
    /// This text.
    Text(&'static str),
    /// These texts.
    Texts(&'static [&'static str]),
}

impl KeySpec {
    /// Declares a key.
    pub(crate) const fn new(
        name: &'static str,
        shape: Shape,
        absent: Absent,
        about: &'static str,
    ) -> KeySpec {
        KeySpec { name, shape, absent, about }
    }
}

impl Absent {
    /// As the guide says it.
    pub fn to_markdown(self) -> String {
        match self {
            Absent::Said(words) => words.to_owned(),
            Absent::Truth(value) => format!("`{value}`"),
            Absent::Number(value) => value.to_string(),
            Absent::Text(value) => format!("`\"{value}\"`"),
            Absent::Texts(values) => format!("`[\"{}\"]`", values.join("\", \"")),
        }
    }
}
