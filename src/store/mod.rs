//! The only module that touches the disk.
//!
//! In: paths. Out: the sources as a value ([`read`]); an output directory that is either the old
//! site or the new one ([`output`], [`staging`], `commit`, `recover`); and what the last build saw
//! ([`memo`]) and computed ([`supply`]). It knows nothing of pages, only files and digests.
//!
//! Every operation goes through a [`disk::Disk`], so that tests can make any of them fail, or make
//! the process die there (`fault`).

// A diagnostic is 160 bytes; errors are rare and are moved a few times at most.
#![allow(clippy::result_large_err)]

mod commit;
pub mod disk;
mod folders;
mod foreign;
mod guard;
mod journal;
mod lock;
pub mod memo;
pub(crate) mod output;
mod problem;
pub mod read;
mod recover;
pub(crate) mod scaffold;
pub(crate) mod stamp;
pub(crate) mod staging;
pub(crate) mod supply;
pub(crate) mod survey;
mod walk;

#[cfg(test)]
mod fault;
#[cfg(test)]
mod tests;

pub use disk::{Disk, RealDisk};
pub use memo::Memo;
pub(crate) use output::Output;
pub(crate) use staging::Staging;
pub use staging::Standing;
pub use supply::SourceFiles;
