//! The ground everything stands on: diagnostics, paths, digests, dates, slugs, spanned data.
//!
//! In: nothing. Out: small value types without knowledge of sites.
//! It never touches the disk, the clock, the environment or the network, and uses no other module.

pub mod codes;
pub mod date;
pub mod diag;
pub mod digest;
pub mod fields;
mod lines;
pub mod locale;
pub mod node;
pub mod path;
pub mod policy;
pub mod slug;
pub mod spec;
pub mod suggest;
pub mod text;
pub mod toml;
pub mod url;
pub mod yaml;

pub use codes::Code;
pub use date::Date;
pub use diag::{Diagnostic, Diagnostics, Place, Severity};
pub use digest::{Digest, Hasher};
pub use fields::Fields;
pub use node::{Key, Node, Span, Table, Value};
pub use path::{OutputPath, SourcePath};
pub use text::SourceText;
pub use url::{Addresses, BaseUrl, UrlPath};

/// Bytes of stack that threads have that read documents and render pages: what people nest in
/// each other (quotes, lists, components, templates) is followed by recursion, and its limits
/// leave much room. Memory is taken only where it is touched.
pub const STACK: usize = 32 * 1024 * 1024;

/// A hash map with a fixed hash function: fast, and its order is the order of insertion.
pub type Map<K, V> = indexmap::IndexMap<K, V, rustc_hash::FxBuildHasher>;
/// A hash set with a fixed hash function, ordered by insertion.
pub type Set<T> = indexmap::IndexSet<T, rustc_hash::FxBuildHasher>;
