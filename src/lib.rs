//! kisah: from Markdown to a finished site.
pub mod base;
pub mod config;
pub mod source;
pub mod parse;
pub mod site;
pub mod related;
pub mod routes;
pub mod plan;
pub mod render;
pub mod check;
pub mod store;
pub mod build;
pub mod cli;
