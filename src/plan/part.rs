//! Values that templates see, each with its digest.
//!
//! A part is made once and shared: a card is in many lists, the configuration is on every page.
//! Its digest is computed when it is made, so that the key of a page costs a few hashes of
//! digests, and never a walk over what the page shows.
//!
//! A [`Part`] is any value. `Text`, `Html`, `List` and `Made` are parts of which more is known: the
//! fields in `super::shapes` are declared with them.

use std::fmt;
use std::marker::PhantomData;

use serde_json::Value as Json;
use tera::Value;
use tera::value::Key;

use super::shapes::Shape;
use crate::base::{Digest, Hasher};

/// A value and the digest of all that is in it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// What the template sees.
    pub(crate) value: Value,
    /// Digest of the value; equal digests mean equal values.
    pub(crate) digest: Digest,
}

impl Part {
    /// An empty value.
    pub(crate) fn none() -> Self {
        Part { value: Value::none(), digest: Digest(0) }
    }

    /// A list.
    pub(crate) fn list<T: Into<Part>>(items: impl IntoIterator<Item = T>) -> Self {
        let mut hasher = Hasher::new();
        hasher.number(3);
        let items: Vec<Value> = items
            .into_iter()
            .map(|item| {
                let part = item.into();
                hasher.digest(part.digest);
                part.value
            })
            .collect();
        Part { value: Value::from(items), digest: hasher.finish() }
    }

    /// Any JSON value.
    pub(crate) fn json(json: &Json) -> Self {
        match json {
            Json::Null => Part::none(),
            Json::Bool(b) => (*b).into(),
            Json::Number(n) => match (n.as_i64(), n.as_u64(), n.as_f64()) {
                (Some(i), ..) => i.into(),
                (None, Some(u), _) => {
                    let digest = Digest::tagged(9, &u.to_le_bytes());
                    Part { value: Value::from(u), digest }
                }
                (None, None, Some(f)) => {
                    let digest = Digest::tagged(5, &f.to_bits().to_le_bytes());
                    Part { value: Value::from(f), digest }
                }
                (None, None, None) => Part::none(),
            },
            Json::String(s) => s.as_str().into(),
            Json::Array(list) => Part::list(list.iter().map(Part::json)),
            Json::Object(map) => {
                let mut object = Object::new(map.len());
                for (key, value) in map {
                    object.insert(key, Part::json(value));
                }
                object.done()
            }
        }
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Part { value: Value::normal_string(text), digest: Digest::tagged(1, text.as_bytes()) }
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Part {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<bool> for Part {
    fn from(value: bool) -> Self {
        Part { value: Value::from(value), digest: Digest::tagged(6, &[u8::from(value)]) }
    }
}

impl From<i64> for Part {
    fn from(value: i64) -> Self {
        Part { value: Value::from(value), digest: Digest::tagged(7, &value.to_le_bytes()) }
    }
}

impl From<usize> for Part {
    fn from(value: usize) -> Self {
        i64::try_from(value).unwrap_or(i64::MAX).into()
    }
}

impl From<u32> for Part {
    fn from(value: u32) -> Self {
        i64::from(value).into()
    }
}

impl<T: Into<Part>> From<Option<T>> for Part {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Part::none, Into::into)
    }
}

/// A text, which templates escape.
#[derive(Clone, Debug)]
pub(crate) struct Text(Part);

impl<T: AsRef<str>> From<T> for Text {
    fn from(text: T) -> Self {
        Text(text.as_ref().into())
    }
}

impl From<Text> for Part {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// HTML, which templates do not escape again.
#[derive(Clone, Debug)]
pub(crate) struct Html(Part);

impl Html {
    /// No HTML: where there is none, or where a body is filled in when the page is rendered.
    pub(crate) fn empty() -> Self {
        "".into()
    }
}

impl<T: AsRef<str>> From<T> for Html {
    fn from(html: T) -> Self {
        let html = html.as_ref();
        let digest = Digest::tagged(2, html.as_bytes());
        Html(Part { value: Value::safe_string(html), digest })
    }
}

impl From<Html> for Part {
    fn from(html: Html) -> Self {
        html.0
    }
}

/// A list of values of one type.
pub(crate) struct List<T>(Part, PhantomData<fn() -> T>);

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        List(self.0.clone(), PhantomData)
    }
}

impl<T: Into<Part>> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        List(Part::list(items), PhantomData)
    }
}

impl<T: Into<Part>> Default for List<T> {
    fn default() -> Self {
        std::iter::empty().collect()
    }
}

impl<T> From<List<T>> for Part {
    fn from(list: List<T>) -> Self {
        list.0
    }
}

/// A value of some shape, made once and then shared: cloning it copies no field.
pub(crate) struct Made<T>(Part, PhantomData<fn() -> T>);

impl<T> Made<T> {
    /// The value.
    pub(crate) fn part(&self) -> &Part {
        &self.0
    }
}

impl<T> fmt::Debug for Made<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Clone for Made<T> {
    fn clone(&self) -> Self {
        Made(self.0.clone(), PhantomData)
    }
}

impl<T: Shape> From<T> for Made<T> {
    fn from(shape: T) -> Self {
        Made(shape.into(), PhantomData)
    }
}

impl<T> From<Made<T>> for Part {
    fn from(made: Made<T>) -> Self {
        made.0
    }
}

impl<T: Shape> From<T> for Part {
    fn from(shape: T) -> Self {
        shape.object(T::SIZE).done()
    }
}

/// A map in the making.
pub(crate) struct Object {
    fields: tera::value::Map,
    hasher: Hasher,
}

impl Object {
    /// An empty map with room for so many fields.
    pub(crate) fn new(room: usize) -> Self {
        let mut hasher = Hasher::new();
        hasher.number(4);
        Object { fields: tera::value::Map::with_capacity(room), hasher }
    }

    /// A map that begins with the fields of another. They are not hashed again: its digest stands
    /// for them.
    pub(crate) fn extending(base: &Part, room: usize) -> Self {
        let mut hasher = Hasher::new();
        hasher.number(8).digest(base.digest);
        // Copied as a whole: putting the fields in one by one would hash each key again.
        let mut fields = base.value.as_map().cloned().unwrap_or_default();
        fields.reserve(room.saturating_sub(fields.len()));
        Object { fields, hasher }
    }

    /// Adds a field of a shape.
    pub(super) fn field(&mut self, key: &'static str, part: impl Into<Part>) {
        self.push(key, Key::Str(key), part.into());
    }

    /// Adds a field whose name is only known at run time.
    pub(crate) fn insert(&mut self, key: &str, part: impl Into<Part>) {
        self.push(key, Key::String(key.into()), part.into());
    }

    fn push(&mut self, name: &str, key: Key<'static>, part: Part) {
        self.hasher.str(name).digest(part.digest);
        self.fields.insert(key, part.value);
    }

    /// The map as a value.
    pub(crate) fn done(self) -> Part {
        Part { value: Value::from(self.fields), digest: self.hasher.finish() }
    }
}
