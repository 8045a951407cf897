//! What every output file is made of.

pub mod manifest;
