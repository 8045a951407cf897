//! The only module that touches the disk.
//!
//! In: paths. Out: the sources as a value ([`read`]); an output directory that is either the old
//! site or the new one ([`output`], [`staging`], `commit`, `recover`); and what the last build saw
//! ([`memo`]) and computed ([`supply`]). It knows nothing of pages, only files and digests.
//!
//! Every operation goes through a [`disk::Disk`], so that tests can make any of them fail, or make
//! the process die there ([`fault`]).

// A diagnostic is 160 bytes; errors are rare and are moved a few times at most.
#![allow(clippy::result_large_err)]

mod commit;
pub mod disk;
pub mod fault;
mod folders;
mod foreign;
mod guard;
mod journal;
mod lock;
pub mod memo;
pub mod output;
mod problem;
pub mod read;
mod recover;
pub mod scaffold;
pub mod stamp;
pub mod staging;
pub mod supply;
pub mod survey;
mod walk;

#[cfg(test)]
mod tests;

pub use disk::{Disk, RealDisk};
pub use fault::FaultyDisk;
pub use memo::Memo;
pub use output::Output;
pub use staging::{Broken, Outcome, Staging, Standing, Summary};
pub use supply::SourceFiles;
pub use survey::Survey;
