//! What templates can rely on, as data: each variable, and the fields of each map among the
//! variables and their fields.
//!
//! Views are made from the same declarations ([`super::variables`], [`super::shapes`]), so this
//! cannot say anything else than they do. It is public for the test that holds
//! `content/guide/templates.md` to it.

use super::{shapes, variables};

/// Everything that templates see under a name that kisah gives.
#[derive(Debug)]
pub struct Contract {
    /// Every variable.
    pub variables: &'static [VariableDoc],
    /// Every map with fixed fields.
    pub shapes: Vec<&'static ShapeDoc>,
}

/// A variable of templates.
#[derive(Debug)]
pub struct VariableDoc {
    /// Its name.
    pub name: &'static str,
    /// Which templates see it.
    pub seen: Seen,
    /// What it is.
    pub about: &'static str,
}

/// Which templates see a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// All of them.
    Everywhere,
    /// All but `redirect.html`, which makes no page that anybody reads.
    OnPages,
    /// These, and whatever a site selects in their place.
    In(&'static [&'static str]),
}

/// A map with fixed fields.
#[derive(Debug)]
pub struct ShapeDoc {
    /// Its name in the code.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its fields, without those of the shape that it extends.
    pub fields: &'static [FieldDoc],
}

/// A field of a map.
#[derive(Debug)]
pub struct FieldDoc {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
}

/// What templates can rely on.
pub fn contract() -> Contract {
    Contract { variables: variables::ALL, shapes: shapes::all().collect() }
}
