//! The targets.

pub mod config;
pub mod data;
pub mod front_matter;
pub mod markdown;
pub mod redirects;
pub mod templates;

/// Longer inputs find nothing that shorter ones do not, and take longer.
const MOST_BYTES: usize = 4096;

/// The bytes as a text, if they are valid UTF-8.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok().filter(|text| text.len() <= MOST_BYTES)
}

/// A first byte that makes choices, and the text after it. In seeds it is a letter, to be legible.
fn choices(data: &[u8]) -> Option<(u8, &str)> {
    let (first, rest) = data.split_first()?;
    Some((first.wrapping_sub(b'A'), text(rest)?))
}
