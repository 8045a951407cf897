//! The tests that see kisah from outside: whole sites, whole builds, the command line. What one
//! module promises is tested in that module.
//!
//! [`cases`] runs the sites of `tests/cases`; `tests/README.md` says how to write one.

// A table of cases is one function, however long; and tests build texts in the most readable way.
#![allow(
    clippy::too_many_lines,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::struct_excessive_bools,
    clippy::type_complexity,
    clippy::case_sensitive_file_extension_comparisons
)]

mod cases;
mod cli;
mod determinism;
mod guide;
mod incremental;
mod inputs;
mod judging;
mod kills;
mod limits;
mod memo;
mod prefix;
mod reasons;
mod safety;
mod serve;
mod support;
mod tidy;
mod views;
mod withheld;
