//! The targets.

pub mod config;
pub mod data;
pub mod front_matter;
pub mod markdown;
pub mod redirects;
pub mod templates;

/// Longer inputs find nothing that shorter ones do not, and take longer.
const MOST_BYTES: usize = 4096;

/// The bytes as a text, if they are one.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok().filter(|text| text.len() <= MOST_BYTES)
}

/// A first byte of choices, and the text behind it. It is a letter in seeds, to be read.
fn choices(data: &[u8]) -> Option<(u8, &str)> {
    let (first, rest) = data.split_first()?;
    Some((first.wrapping_sub(b'A'), text(rest)?))
}
