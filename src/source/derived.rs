//! What is computed from the bytes of a file: a copy or a checksum.
//!
//! In: an asset, an [`Operation`], and a [`Supply`] that has the asset's bytes. Out: a [`Payload`],
//! which depends on nothing else: equal keys mean equal bytes, so what was computed once need not
//! be computed again. Builds, the server and `--verify` know no operation by name, so they need no
//! change for a new one.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Asset, AssetBytes};
use crate::base::digest::integrity;
use crate::base::{Diagnostic, Digest, Hasher};

/// What to make from a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The bytes unchanged.
    Copy,
    /// The checksum that browsers compare a style sheet or script with before they use it.
    Integrity,
}

/// Provides the bytes of files.
pub trait Supply: Sync {
    /// The bytes of a file on disk, matching its digest.
    fn read(&self, asset: &Asset) -> Result<Vec<u8>, Box<Diagnostic>>;

    /// What was computed before, by [`Operation::key`]; never a result that could be wrong.
    fn known(&self, _key: Digest) -> Option<Vec<u8>> {
        None
    }

    /// Records a result.
    fn keep(&self, _key: Digest, _made: &[u8]) {}
}

/// The bytes of an output file.
#[derive(Debug, Clone)]
pub enum Payload {
    /// Made for it.
    Made(Vec<u8>),
    /// Those of a source, which need not be read to be copied.
    Source(Arc<Asset>),
}

/// Performs an operation, unless its result is known.
pub(crate) fn derive(
    asset: &Arc<Asset>,
    operation: Operation,
    supply: &dyn Supply,
) -> Result<Payload, Box<Diagnostic>> {
    let apply: fn(&[u8]) -> Vec<u8> = match operation {
        Operation::Copy => return Ok(Payload::Source(Arc::clone(asset))),
        Operation::Integrity => |bytes| integrity(bytes).into_bytes(),
    };
    let key = operation.key(asset.digest);
    if let Some(known) = supply.known(key) {
        return Ok(Payload::Made(known));
    }
    let made = apply(&asset.bytes(supply)?);
    supply.keep(key, &made);
    Ok(Payload::Made(made))
}

impl Operation {
    /// The key of the result for a file with that digest. It must change whenever the result does.
    pub(crate) fn key(self, source: Digest) -> Digest {
        let name = match self {
            Operation::Copy => "copy",
            Operation::Integrity => "integrity",
        };
        Hasher::new().str(name).digest(source).finish()
    }
}

impl Asset {
    /// Its bytes.
    pub(crate) fn bytes(&self, supply: &dyn Supply) -> Result<Cow<'_, [u8]>, Box<Diagnostic>> {
        match &self.bytes {
            AssetBytes::Here(bytes) => Ok(Cow::Borrowed(bytes)),
            AssetBytes::OnDisk => supply.read(self).map(Cow::Owned),
        }
    }
}

impl Payload {
    /// Digest of the bytes.
    pub(crate) fn digest(&self) -> Digest {
        match self {
            Payload::Made(bytes) => Digest::of(bytes),
            Payload::Source(asset) => asset.digest,
        }
    }

    /// Whether the bytes were made.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self, Payload::Made(_))
    }

    /// The bytes.
    pub fn bytes(&self, supply: &dyn Supply) -> Result<Cow<'_, [u8]>, Box<Diagnostic>> {
        match self {
            Payload::Made(bytes) => Ok(Cow::Borrowed(bytes)),
            Payload::Source(asset) => asset.bytes(supply),
        }
    }

    /// The bytes as text.
    pub(crate) fn text(&self, supply: &dyn Supply) -> Result<String, Box<Diagnostic>> {
        Ok(String::from_utf8_lossy(&self.bytes(supply)?).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::base::{Map, Set, SourcePath};
    use crate::source::Layer;

    /// Bytes on a disk that counts its reads.
    #[derive(Default)]
    struct Counting {
        reads: AtomicUsize,
        known: Mutex<Map<Digest, Vec<u8>>>,
    }

    const BYTES: &[u8] = b"body {}";

    impl Supply for Counting {
        fn read(&self, _asset: &Asset) -> Result<Vec<u8>, Box<Diagnostic>> {
            self.reads.fetch_add(1, Ordering::Relaxed);
            Ok(BYTES.to_vec())
        }

        fn known(&self, key: Digest) -> Option<Vec<u8>> {
            self.known.lock().unwrap().get(&key).cloned()
        }

        fn keep(&self, key: Digest, made: &[u8]) {
            self.known.lock().unwrap().insert(key, made.to_vec());
        }
    }

    #[test]
    fn files_are_read_once_for_each_operation_and_never_to_be_copied() {
        let asset = Arc::new(Asset {
            layer: Layer::Site,
            path: SourcePath::new("static/a.css"),
            size: BYTES.len() as u64,
            digest: Digest::of(BYTES),
            dimensions: None,
            bytes: AssetBytes::OnDisk,
        });
        let supply = Counting::default();
        let reads = || supply.reads.load(Ordering::Relaxed);
        let copy = derive(&asset, Operation::Copy, &supply).unwrap();
        assert_eq!((copy.digest(), copy.is_made(), reads()), (asset.digest, false, 0));
        assert_eq!((&*copy.bytes(&supply).unwrap(), reads()), (BYTES, 1));
        for _ in 0..2 {
            let made = derive(&asset, Operation::Integrity, &supply).unwrap();
            assert_eq!(&*made.bytes(&supply).unwrap(), integrity(BYTES).as_bytes());
            assert_eq!((made.is_made(), reads()), (true, 2));
        }
    }

    #[test]
    fn each_result_has_a_key_of_its_own() {
        let operations = [Operation::Copy, Operation::Integrity];
        let mut keys = Set::default();
        for operation in operations {
            match operation {
                // A new one belongs into the list above, too.
                Operation::Copy | Operation::Integrity => {}
            }
            for digest in [BYTES, b"other"].map(Digest::of) {
                assert!(keys.insert(operation.key(digest)), "{operation:?}");
            }
        }
    }
}
