//! Every key that people write, declared once: front matter and kisah.toml.
//!
//! In: nothing. Out: two tables. What is read, what sections hand down, which names are taken,
//! what `kisah schema` prints and what the guide must say follow from them. What a value *means*
//! is decided elsewhere: kisah.toml becomes a `Config` in `config`, a document's keys become a
//! [`FrontMatter`] in `parse`.

mod front_matter;
mod kisah_toml;
mod schema;
mod signals;

pub use front_matter::{Cascades, FRONT_MATTER, Field, FrontKey, ReadAlsoKeys, RelatedKeys};
pub(crate) use front_matter::{
    FrontMatter, KINDS, Kind, PAGINATE_BY, READ_ALSO, RELATED, SORT_KEYS, SortKey, Stands,
    is_reserved,
};
pub use kisah_toml::KISAH_TOML;
pub(crate) use kisah_toml::{COLOUR, LIMITS, TAXONOMY};
pub(crate) use schema::front_matter as front_matter_schema;
pub use schema::kisah_toml as kisah_toml_schema;
pub(crate) use signals::Signal;
