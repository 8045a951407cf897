//! The tests that see kisah from outside: whole sites, whole builds, the command line. What one
//! module promises is tested in that module.
//!
//! [`cases`] runs the sites of `tests/cases`; `tests/README.md` tells how to write one.

mod cases;
mod cli;
mod determinism;
mod guide;
mod incremental;
mod inputs;
mod safety;
mod support;
mod tidy;
mod views;
