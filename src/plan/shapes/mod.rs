//! The maps with fixed fields that templates see, each declared once, as a struct.
//!
//! From the declaration follow the value, its digest, and the entry in [`super::contract()`], to
//! which a test holds `content/guide/templates.md`. Maps whose keys are only known at
//! run time (texts, menus, taxonomies, `extra` …) are not shapes: see [`Object::insert`].

mod documents;
mod lists;
mod site;

pub(super) use documents::{
    Facts, Heading, Image, Link, Listed, Monogram, Offers, Page, ReasonView, RelatedStory,
    SeriesNav, Short, Teaser, TermLink, Whole, Withheld,
};
pub(super) use lists::{
    Archive, Group, Pager, Pagination, Paginator, Section, Subsection, Taxonomy, Term, TermCount,
    TermRow, YearCount,
};
pub(super) use site::{Config, Feed, Language, Logo, MenuLink, Meta, SocialTag, Version};

use super::contract::ShapeDoc;
use super::part::Object;

/// What templates see as a map with fixed fields.
pub(super) trait Shape: Sized {
    /// How many fields it has.
    const SIZE: usize;

    /// Its fields, in a map with room for so many.
    fn object(self, room: usize) -> Object;
}

/// A shape that extends a map in the making does not ask what is in it.
impl Shape for Object {
    const SIZE: usize = 0;

    fn object(self, _: usize) -> Object {
        self
    }
}

/// Every shape.
pub(super) fn all() -> impl Iterator<Item = &'static ShapeDoc> {
    [site::SHAPES, documents::SHAPES, lists::SHAPES].into_iter().flatten()
}

/// Makes each declaration a struct that is a [`Shape`], and `SHAPES`, which lists them.
///
/// The order of the fields shows, in loops and as JSON. `struct Longer(Shorter)` has the fields of
/// `Shorter` before its own: they are in its field `base`. `name as "type"` is for names that Rust
/// does not allow.
macro_rules! shapes {
    ($(
        $(#[doc = $about:literal])+ $(#[derive($Derived:ident)])?
        struct $Name:ident $(($Base:ty))? {
            $($(#[doc = $line:literal])+ $field:ident $(as $key:literal)?: $Type:ty,)+
        }
    )+) => {
        $(
            $(#[doc = $about])+
            $(#[derive($Derived)])?
            pub(in crate::plan) struct $Name {
                $(
                    /// The fields that come first.
                    pub(in crate::plan) base: $Base,
                )?
                $($(#[doc = $line])+ pub(in crate::plan) $field: $Type,)+
            }

            impl Shape for $Name {
                const SIZE: usize =
                    [$(shapes!(@key $field $($key)?)),+].len() $(+ <$Base as Shape>::SIZE)?;

                fn object(self, room: usize) -> Object {
                    let shape = self;
                    let mut object = shapes!(@begin shape room $(($Base))?);
                    $(object.field(shapes!(@key $field $($key)?), shape.$field);)+
                    object
                }
            }
        )+

        /// The shapes of this file.
        pub(super) static SHAPES: &[ShapeDoc] = &[$(ShapeDoc {
            name: stringify!($Name),
            about: concat!($($about),+).trim_ascii(),
            fields: &[$(FieldDoc {
                name: shapes!(@key $field $($key)?),
                about: concat!($($line),+).trim_ascii(),
            }),+],
        }),+];
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@begin $shape:ident $room:ident) => { Object::new($room) };
    (@begin $shape:ident $room:ident ($Base:ty)) => { $shape.base.object($room) };
}
use shapes;
