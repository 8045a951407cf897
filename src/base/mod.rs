//! The foundation of all modules: diagnostics, paths, digests, dates, slugs, spanned data.
//!
//! In: nothing. Out: small value types that know nothing of sites.
//! It never touches the disk, the clock, the environment or the network, and uses no other module.

pub mod codes;
pub mod date;
pub(crate) mod diag;
pub(crate) mod digest;
pub(crate) mod fields;
mod lines;
pub(crate) mod locale;
pub(crate) mod node;
pub(crate) mod path;
pub(crate) mod policy;
pub mod slug;
pub mod spec;
pub(crate) mod suggest;
pub(crate) mod text;
pub(crate) mod toml;
pub mod url;
pub(crate) mod yaml;

pub(crate) use codes::Code;
pub(crate) use date::Date;
pub use diag::{Diagnostic, Diagnostics, Place, Severity};
pub(crate) use digest::{Digest, Hasher};
pub(crate) use fields::Fields;
pub(crate) use node::{Key, Node, Span, Table, Value};
pub use path::{OutputPath, SourcePath};
pub use text::SourceText;
pub(crate) use url::{Addresses, BaseUrl, UrlPath};

/// Stack size, in bytes, of the threads that read documents and render pages: what people nest
/// (quotes, lists, components, templates) is followed by recursion, and its limits leave plenty of
/// room. Memory is only taken when it is touched.
pub(crate) const STACK: usize = 32 * 1024 * 1024;

/// A hash map with a fixed hash function: fast, and iterated in insertion order.
pub(crate) type Map<K, V> = indexmap::IndexMap<K, V, rustc_hash::FxBuildHasher>;
/// A hash set with a fixed hash function, iterated in insertion order.
pub(crate) type Set<T> = indexmap::IndexSet<T, rustc_hash::FxBuildHasher>;
