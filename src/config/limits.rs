//! `[limits]`: where kisah stops, so that a mistake does not use up all time and memory.

use super::load::{NO_TABLE, section};
use crate::base::{Diagnostics, Fields};
use crate::keys::LIMITS;

/// What one page and one document may cost. The defaults are far above what sites need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitsConfig {
    /// How many times the templates of one page may repeat something.
    pub(crate) page_steps: u64,
    /// How much text the templates of one page may produce, in millions of bytes.
    pub(crate) page_megabytes: u64,
    /// How many marks (line ends, and characters that can be Markdown) one document may have.
    pub(crate) document_marks: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        of(&mut Fields::new(&NO_TABLE, &[], "`[limits]`", LIMITS, &mut Diagnostics::new()))
    }
}

impl LimitsConfig {
    /// [`LimitsConfig::page_megabytes`] in bytes.
    pub(crate) fn page_bytes(&self) -> u64 {
        self.page_megabytes.saturating_mul(1_000_000)
    }
}

pub(super) fn read(fields: &mut Fields<'_>) -> LimitsConfig {
    section(fields, "limits", of)
}

fn of(fields: &mut Fields<'_>) -> LimitsConfig {
    let mut number = |name| u64::try_from(fields.number(name)).unwrap_or(u64::MAX);
    LimitsConfig {
        page_steps: number("page_steps"),
        page_megabytes: number("page_megabytes"),
        document_marks: fields.number("document_marks"),
    }
}
