//! What makes two stories belong together: every signal, with its weight and where it comes from.
//!
//! The weights were found by comparing the lists with the links that authors had written by hand;
//! `benches/related` measures them. A new signal is a variant and a row here, and an arm in
//! `related/score.rs`.

use crate::base::spec::{Absent, KeySpec, Shape};

/// A signal: something that two stories share, or that other stories say about one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Signal {
    Words,
    Hub,
    Title,
    Cited,
    Called,
    Linked,
    Terms,
    People,
    Series,
    Authors,
    Sources,
    NearInTime,
}

const fn row(name: &'static str, weight: f64, about: &'static str) -> KeySpec {
    KeySpec::new(name, Shape::Decimal, Absent::Decimal(weight), about)
}

/// `[related.weights]`: a row for each signal, in the order of the variants.
#[rustfmt::skip]
pub(crate) const WEIGHTS: &[KeySpec] = &[
    row("words", 1.0, "words and pairs of words that both texts have, above all rare ones and those of titles and headings"),
    row("hub", -0.4, "how near the other story is to everything: what is near to all says little about any"),
    row("title", 0.05, "words of the other story's title that this one has"),
    row("cited", 0.25, "stories like this one link to the other"),
    row("called", 0.05, "words in which others link to the other story, and that this one has"),
    row("linked", 0.025, "how many stories link to the other"),
    row("terms", 0.02, "tags, categories, and the terms of your own taxonomies that have no weight of their own"),
    row("people", 0.15, "people whom both are about"),
    row("series", 0.05, "both are parts of one series"),
    row("authors", 0.005, "both are by one author"),
    row("sources", 0.05, "pages of other sites that both link to"),
    row("near_in_time", 0.05, "both were published at about the same time"),
];

impl Signal {
    /// All of them.
    pub(crate) const ALL: [Signal; 12] = [
        Signal::Words,
        Signal::Hub,
        Signal::Title,
        Signal::Cited,
        Signal::Called,
        Signal::Linked,
        Signal::Terms,
        Signal::People,
        Signal::Series,
        Signal::Authors,
        Signal::Sources,
        Signal::NearInTime,
    ];

    /// Its name in `[related.weights]`.
    pub(crate) fn name(self) -> &'static str {
        WEIGHTS[self as usize].name
    }

    /// How much it counts where kisah.toml says nothing.
    #[cfg(test)]
    #[allow(clippy::cast_possible_truncation)]
    pub(crate) fn weight(self) -> f32 {
        match WEIGHTS[self as usize].absent {
            Absent::Decimal(weight) => weight as f32,
            _ => 0.0,
        }
    }
}
