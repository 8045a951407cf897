//! How many documents are withheld from readers: what a build says in one line.

use jiff::civil;

use super::withheld::{Withheld, WithheldState};

/// What is not part of a build, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Drafts.
    pub(crate) drafts: usize,
    /// Documents dated in the future.
    pub(crate) future: usize,
    /// The day on which the first of these appears.
    pub(crate) next: Option<civil::Date>,
    /// Documents that have expired.
    pub(crate) expired: usize,
}

impl Waiting {
    /// Counts documents. One that is withheld with its section counts in the same way as the
    /// section.
    pub(crate) fn of(withheld: &[Withheld]) -> Self {
        let mut waiting = Waiting::default();
        for document in withheld {
            match document.why.state {
                WithheldState::Draft => waiting.drafts += 1,
                WithheldState::Future(day) => {
                    waiting.future += 1;
                    waiting.next = Some(waiting.next.map_or(day, |next| next.min(day)));
                }
                WithheldState::Expired(_) => waiting.expired += 1,
            }
        }
        waiting
    }
}
