//! The order of documents in lists.
//!
//! In: ids, and what a document says of itself: its front matter and title. Out: the ids, sorted.
//! It works alike for documents in the making and for whole ones.

use std::cmp::Reverse;

use super::DocId;
use crate::base::locale::Locale;
use crate::keys::{FrontMatter, SortKey};

/// Sorts by date, newest first, undated last; equal dates by source path.
pub(crate) fn newest_first<'d>(list: &mut [DocId], front: impl Fn(DocId) -> &'d FrontMatter) {
    list.sort_by_cached_key(|id| (Reverse(front(*id).date.map(|date| date.instant())), *id));
}

/// Sorts in the order that a section or a collection asks for; `keys` gives front matter and title.
pub(super) fn sort<'d>(
    list: &mut [DocId],
    by: SortKey,
    keys: impl Fn(DocId) -> (&'d FrontMatter, &'d str),
    locale: &Locale,
) {
    newest_first(list, |id| keys(id).0);
    match by {
        SortKey::Date | SortKey::Count => {}
        SortKey::Weight => list.sort_by_key(|id| {
            let weight = keys(*id).0.weight;
            (weight.is_none(), weight)
        }),
        SortKey::Title => list.sort_by_cached_key(|id| locale.sort_key(keys(*id).1)),
    }
}
