//! Laws that must hold for any text that somebody may put into a site. `README.md` says how to run
//! it.
//!
//! In: bytes. Out: nothing, or a panic that says which law is broken. Every target is a function of
//! its bytes alone, so that libFuzzer and `replay` find the same.

pub mod corpus;
pub mod html;
pub mod laws;
pub mod mutate;
pub mod site;
pub mod targets;

/// One kind of input that people write.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, and that of the folder of its seeds.
    pub name: &'static str,
    /// Panics if a law is broken.
    pub run: fn(&[u8]),
    /// Words that mean something to its parsers.
    pub words: &'static [&'static str],
}

/// All targets.
pub const TARGETS: [Target; 6] = [
    targets::front_matter::TARGET,
    targets::markdown::TARGET,
    targets::templates::TARGET,
    targets::config::TARGET,
    targets::data::TARGET,
    targets::redirects::TARGET,
];
