//! The only module that touches the disk.
//!
//! In: paths. Out: the sources as a value ([`read`]), and an output directory that is either the
//! old site or the new one ([`output`]). It knows nothing of pages: only of files and digests.
