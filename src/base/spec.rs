//! How a key that people write is declared: its name, what its value must be, its default, and its
//! line in the guide.
//!
//! In: nothing. Out: the types of declarations; the declarations themselves are in [`crate::keys`],
//! and [`super::Fields`] reads tables by them.

/// The declaration of a key.
#[derive(Debug)]
pub struct KeySpec {
    /// Its name, as users write it.
    pub name: &'static str,
    /// What its value must be.
    pub shape: Shape,
    /// What applies if it is missing.
    pub absent: Absent,
    /// What it is, in Markdown: the text that the guide and editors show.
    pub about: &'static str,
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// `true` or `false`.
    Truth,
    /// A whole number.
    Integer,
    /// A whole number, at least this large.
    Count(usize),
    /// A number that may have a fraction.
    Decimal,
    /// A text.
    Text,
    /// A list of texts, or a single text.
    Texts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these words.
    Words(&'static [&'static str]),
    /// A date.
    Date,
    /// A date, or a list of dates.
    Dates,
    /// A colour, or a table with one for each scheme.
    Colour,
    /// A list of colours.
    Colours,
    /// One of these.
    Either(&'static [Shape]),
    /// A table with the user's own keys.
    Own,
    /// A table with these keys.
    Table(&'static [KeySpec]),
    /// A table of numbers with these keys, and with names that the user has made.
    Decimals(&'static [KeySpec]),
    /// A table of tables with these keys: `[NAME.of-theirs]`.
    Named(&'static [KeySpec]),
    /// A table of lists of tables with these keys: `[[NAME.of-theirs]]`.
    Lists(&'static [KeySpec]),
}

impl Shape {
    /// The keys of the table, or of the tables in it.
    pub(crate) fn keys(self) -> &'static [KeySpec] {
        match self {
            Shape::Table(keys)
            | Shape::Decimals(keys)
            | Shape::Named(keys)
            | Shape::Lists(keys) => keys,
            Shape::Either(shapes) => {
                shapes.iter().map(|shape| shape.keys()).find(|keys| !keys.is_empty()).unwrap_or(&[])
            }
            _ => &[],
        }
    }
}

/// What applies if a key is missing.
#[derive(Debug, Clone, Copy)]
pub enum Absent {
    /// What these words say, in Markdown; they may be empty.
    Said(&'static str),
    /// This truth value.
    Truth(bool),
    /// This number.
    Number(usize),
    /// This number, which may have a fraction.
    Decimal(f64),
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
    /// The text in the guide.
    pub fn to_markdown(self) -> String {
        match self {
            Absent::Said(words) => words.to_owned(),
            Absent::Truth(value) => format!("`{value}`"),
            Absent::Number(value) => value.to_string(),
            Absent::Decimal(value) => value.to_string(),
            Absent::Text(value) => format!("`\"{value}\"`"),
            Absent::Texts(values) => format!("`[\"{}\"]`", values.join("\", \"")),
        }
    }
}
