//! `[limits]`: where kisah stops, so that a mistake does not take all time and all memory.

use super::load::section;
use crate::base::fields::Fields;

/// What one page and one document may cost. Far above what sites need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How often the templates of one page may repeat something.
    pub page_steps: u64,
    /// How much text the templates of one page may make, in millions of bytes.
    pub page_megabytes: u64,
    /// How many marks (line ends, and characters that can be Markdown) one document may have.
    pub document_marks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { page_steps: 10_000_000, page_megabytes: 256, document_marks: 1_000_000 }
    }
}

impl Limits {
    /// [`Limits::page_megabytes`] in bytes.
    pub fn page_bytes(&self) -> u64 {
        self.page_megabytes.saturating_mul(1_000_000)
    }
}

pub(super) fn read(fields: &mut Fields<'_>) -> Limits {
    let defaults = Limits::default();
    section(fields, "limits", |f| {
        let mut count = |name, default: u64| {
            f.count(name, 1).and_then(|n| u64::try_from(n).ok()).unwrap_or(default)
        };
        Some(Limits {
            page_steps: count("page_steps", defaults.page_steps),
            page_megabytes: count("page_megabytes", defaults.page_megabytes),
            document_marks: f.count("document_marks", 1).unwrap_or(defaults.document_marks),
        })
    })
    .unwrap_or(defaults)
}
