//! Values that templates see, each with its digest.
//!
//! A part is made once and shared: a card stands in many lists, the configuration in every page.
//! Its digest is computed when it is made, so that the key of a page costs a few hashes of
//! digests, and never a walk over what it shows.

use std::borrow::Cow;

use serde_json::Value as Json;
use tera::Value;
use tera::value::Key;

use crate::base::{Digest, Hasher};

/// A value and the digest of all that is in it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// What the template sees.
    pub(crate) value: Value,
    /// Of the value; equal digests mean equal values.
    pub(crate) digest: Digest,
}

impl Part {
    /// Nothing.
    pub(crate) fn none() -> Self {
        Part { value: Value::none(), digest: Digest(0) }
    }

    /// HTML that is not escaped again.
    pub(crate) fn safe(html: &str) -> Self {
        Part { value: Value::safe_string(html), digest: Digest::tagged(2, html.as_bytes()) }
    }

    /// A list.
    pub(crate) fn list(items: impl IntoIterator<Item = Part>) -> Self {
        let mut hasher = Hasher::new();
        hasher.number(3);
        let items: Vec<Value> = items
            .into_iter()
            .map(|part| {
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
                let mut object = Object::new();
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

impl From<&Part> for Part {
    fn from(part: &Part) -> Self {
        part.clone()
    }
}

/// Builds a map.
pub(crate) struct Object {
    fields: tera::value::Map,
    hasher: Hasher,
}

impl Object {
    /// An empty map.
    pub(crate) fn new() -> Self {
        let mut hasher = Hasher::new();
        hasher.number(4);
        Object { fields: tera::value::Map::with_capacity(8), hasher }
    }

    /// A map that begins with the fields of another; only the new fields are hashed again.
    pub(crate) fn extending(base: &Part) -> Self {
        let mut hasher = Hasher::new();
        hasher.number(8).digest(base.digest);
        let mut object = Object { fields: tera::value::Map::with_capacity(48), hasher };
        for (key, value) in base.value.as_map().into_iter().flatten() {
            object.push(key.clone(), value.clone());
        }
        object
    }

    /// Adds a field.
    #[must_use]
    pub(crate) fn set(mut self, key: &'static str, part: impl Into<Part>) -> Self {
        let part = part.into();
        self.hasher.str(key).digest(part.digest);
        self.push(Key::Str(key), part.value);
        self
    }

    /// Adds a field whose name is only known at run time.
    pub(crate) fn insert(&mut self, key: &str, part: Part) {
        self.hasher.str(key).digest(part.digest);
        self.push(Key::String(key.into()), part.value);
    }

    fn push(&mut self, key: Key<'static>, value: Value) {
        self.fields.insert(key, value);
    }

    /// The map as a value.
    pub(crate) fn done(self) -> Part {
        Part { value: Value::from(self.fields), digest: self.hasher.finish() }
    }
}

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

/// Everything that one template sees, by name.
#[derive(Clone, Debug, Default)]
pub struct View {
    vars: Vec<(Cow<'static, str>, Part)>,
    /// Names of variables that there are, but that the template does not name.
    left_out: Vec<Cow<'static, str>>,
}

impl View {
    /// Adds a variable, if the template can name it.
    pub(crate) fn set(
        &mut self,
        names: &super::templates::Reach,
        name: impl Into<Cow<'static, str>>,
        part: impl FnOnce() -> Part,
    ) {
        let name = name.into();
        if names.can_name(&name) {
            self.vars.push((name, part()));
        } else {
            self.left_out.push(name);
        }
    }

    /// The names of all variables that a template in this place could use.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.iter().map(|(name, _)| &**name).chain(self.left_out.iter().map(|name| &**name))
    }

    /// The variables, in the order they were added.
    pub(crate) fn vars(&self) -> &[(Cow<'static, str>, Part)] {
        &self.vars
    }

    /// The digest of all names and values.
    pub(crate) fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        for (name, part) in &self.vars {
            hasher.str(name).digest(part.digest);
        }
        hasher.finish()
    }
}
