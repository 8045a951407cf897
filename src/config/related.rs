//! `[related]` and `[read_also]` of kisah.toml.

use super::Taxonomies;
use super::load::{section, section_at};
use crate::base::Fields;
use crate::keys::Signal;

/// A weight for each of [`Signal::ALL`].
pub(crate) type SignalWeights = [f32; Signal::ALL.len()];

/// `[related]`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RelatedConfig {
    /// How many related posts each post has, at most; with 0 there are none, not even chosen ones.
    pub(crate) limit: usize,
    /// How near a post must be to be shown.
    pub(crate) floor: f32,
    /// How much likeness among the posts of one list counts against them.
    pub(crate) diversity: f32,
    /// Whether the other parts of its series are left out.
    pub(crate) exclude_series: bool,
    /// Whether posts that its text links are left out.
    pub(crate) exclude_linked: bool,
    /// How much each signal counts.
    pub(crate) weights: SignalWeights,
    /// The weights of taxonomies that count apart from the others.
    pub(crate) taxonomies: Vec<(String, f32)>,
}

/// `[read_also]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadAlsoConfig {
    /// Whether kisah puts them there, unless a story says otherwise.
    pub(crate) auto: bool,
}

pub(super) fn read_also(fields: &mut Fields<'_>) -> ReadAlsoConfig {
    section(fields, "read_also", |f| ReadAlsoConfig { auto: f.truth("auto") })
}

pub(super) fn read(fields: &mut Fields<'_>, taxonomies: &Taxonomies) -> RelatedConfig {
    section(fields, "related", |f| {
        let mut own = Vec::new();
        let weights = section_at(f, "weights", "`[related.weights]`", |w| {
            let is_signal = |name: &str| Signal::ALL.iter().any(|signal| signal.name() == name);
            for name in taxonomies.lists().filter(|name| !is_signal(name)) {
                if let Some(node) = w.dynamic(name) {
                    own.extend(w.decimal_of(name, node).map(|weight| (name.to_owned(), weight)));
                }
            }
            Signal::ALL.map(|signal| w.decimal(signal.name()))
        });
        RelatedConfig {
            limit: f.number("limit"),
            floor: f.share("floor"),
            diversity: f.share("diversity"),
            exclude_series: f.truth("exclude_series"),
            exclude_linked: f.truth("exclude_linked"),
            weights,
            taxonomies: own,
        }
    })
}
