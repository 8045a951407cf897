//! The foundation of all modules: diagnostics, paths, digests, dates, slugs, spanned data.
//!
//! In: nothing. Out: small value types that know nothing of sites.
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

/// Stack size, in bytes, of the threads that read documents and render pages: what people nest
/// (quotes, lists, components, templates) is followed by recursion, and its limits leave plenty of
/// room. Memory is only taken when it is touched.
pub const STACK: usize = 32 * 1024 * 1024;

/// A hash map with a fixed hash function: fast, and iterated in insertion order.
pub type Map<K, V> = indexmap::IndexMap<K, V, rustc_hash::FxBuildHasher>;
/// A hash set with a fixed hash function, iterated in insertion order.
pub type Set<T> = indexmap::IndexSet<T, rustc_hash::FxBuildHasher>;
