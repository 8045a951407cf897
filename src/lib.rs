//! kisah: from Markdown to a finished site.
pub mod base;
pub mod config;
pub mod parse;
pub mod plan;
pub mod related;
pub mod source;
pub mod store;
