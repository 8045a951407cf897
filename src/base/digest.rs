//! 128-bit content digests (XXH3, <https://xxhash.com>): they tell contents apart, and are not
//! meant to resist someone who makes collisions on purpose.

use std::fmt;

/// A 128-bit digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub(crate) u128);

impl Digest {
    /// The digest of some bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Digest(xxhash_rust::xxh3::xxh3_128(bytes))
    }

    /// The digest of bytes of some kind: the same bytes of another kind have another digest.
    pub(crate) fn tagged(kind: u64, bytes: &[u8]) -> Self {
        Digest(xxhash_rust::xxh3::xxh3_128_with_seed(bytes, kind))
    }

    /// Reads 32 hexadecimal digits, as [`fmt::Display`] writes them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        (text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| u128::from_str_radix(text, 16).ok().map(Digest))
            .flatten()
    }
}

/// The digest against which browsers check a style sheet or script before they use it ([Subresource
/// Integrity](https://www.w3.org/TR/SRI/)).
pub(crate) fn integrity(bytes: &[u8]) -> String {
    use base64::Engine;
    use sha2::Digest;
    let hash = sha2::Sha384::digest(bytes);
    format!("sha384-{}", base64::engine::general_purpose::STANDARD.encode(hash))
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Builds the digest of a structured value: parts are written with their lengths, so that
/// ("ab", "c") and ("a", "bc") differ.
pub(crate) struct Hasher {
    buffer: Vec<u8>,
}

/// Enough room for most values, so that the buffer need not grow.
const ROOM: usize = 512;

impl Hasher {
    /// A hasher with nothing written yet.
    pub(crate) fn new() -> Self {
        Hasher { buffer: Vec::with_capacity(ROOM) }
    }

    /// Adds bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.buffer.extend_from_slice(bytes);
        self
    }

    /// Adds a string.
    pub(crate) fn str(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.buffer.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// Adds a digest.
    pub(crate) fn digest(&mut self, digest: Digest) -> &mut Self {
        self.buffer.extend_from_slice(&digest.0.to_le_bytes());
        self
    }

    /// The digest of everything added.
    pub(crate) fn finish(&self) -> Digest {
        Digest::of(&self.buffer)
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let d = |a: &str, b: &str| Hasher::new().str(a).str(b).finish();
        assert_ne!(d("ab", "c"), d("a", "bc"));
    }

    #[test]
    fn integrity_of_a_file() {
        // printf '' | openssl dgst -sha384 -binary | base64
        let empty = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert_eq!(integrity(b""), empty);
    }

    #[test]
    fn text_form_round_trips() {
        let d = Digest::of(b"kisah");
        assert_eq!(Digest::parse(&d.to_string()), Some(d));
        assert_eq!(Digest::parse("+0"), None);
    }
}
