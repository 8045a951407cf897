//! What a page offers to read after it: each story once.
//!
//! In: the lists that a page could show of other stories. Out: the same lists, without those that
//! an earlier one offers. It knows nothing of titles, reasons or templates. Links that the author
//! wrote into the text and the box of the series are not offers: the one is the story itself, the other shows where in the
//! series the reader is, and both stay whole.
//!
//! # Who comes first, and why
//! 1. **The next part of the series** is what to read next: the story is not over.
//! 2. **`read_also`** is the author's word. It gives way to nothing that kisah finds by itself.
//! 3. **The best related story** is what to read next where there is no next part.
//! 4. **Related stories** are the others of them: they say why they are there.
//! 5. **Stories in the text** are those that come after them.
//! 6. **Previous and next** are the neighbours in time. The archive and the section have all of
//!    them, so nobody loses the way if one is offered above for a better reason.
//! 7. **Backlinks** are what is left of those that link here.

use crate::base::Set;
use crate::site::DocId;

/// Lists of stories beside and below a page.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Offered {
    /// The next part of the series; once offered, also the best related story.
    pub(super) read_next: Option<DocId>,
    /// The best first.
    pub(super) related: Vec<DocId>,
    /// How many of them stand beside the page, at most; one more where the best is read next.
    pub(super) beside: usize,
    /// In the order of the text.
    pub(super) in_text: Vec<DocId>,
    /// As the author wrote them.
    pub(super) read_also: Vec<DocId>,
    /// The one before it in its section.
    pub(super) previous: Option<DocId>,
    /// The one after it.
    pub(super) next: Option<DocId>,
    /// Those that link to it.
    pub(super) backlinks: Vec<DocId>,
}

impl Offered {
    /// Leaves each story in the first list that offers it.
    pub(super) fn once(self, page: DocId) -> Self {
        let mut known: Set<DocId> = [page].into_iter().collect();
        let mut is_new = |id: &DocId| known.insert(*id);
        let part = self.read_next.filter(&mut is_new);
        let read_also: Vec<DocId> = self.read_also.into_iter().filter(&mut is_new).collect();
        // What is not shown may be offered further below.
        let shown = self.beside + usize::from(part.is_none());
        let mut related: Vec<DocId> =
            self.related.into_iter().filter(&mut is_new).take(shown).collect();
        let best =
            if part.is_none() && !related.is_empty() { Some(related.remove(0)) } else { None };
        Offered {
            read_next: part.or(best),
            related,
            beside: self.beside,
            in_text: self.in_text.into_iter().filter(&mut is_new).collect(),
            read_also,
            previous: self.previous.filter(&mut is_new),
            next: self.next.filter(&mut is_new),
            backlinks: self.backlinks.into_iter().filter(&mut is_new).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[usize]) -> Vec<DocId> {
        ids.iter().map(|id| DocId(*id)).collect()
    }

    #[test]
    fn each_story_stands_in_the_first_list_that_offers_it() {
        let lists = Offered {
            read_next: None,
            related: ids(&[1, 2, 3, 4, 8]),
            beside: 2,
            in_text: ids(&[9]),
            read_also: ids(&[1, 5]),
            previous: Some(DocId(3)),
            next: Some(DocId(6)),
            backlinks: ids(&[6, 2, 7, 8, 9, 0]),
        };
        let expected = Offered {
            read_next: Some(DocId(2)),
            related: ids(&[3, 4]),
            beside: 2,
            in_text: ids(&[9]),
            read_also: ids(&[1, 5]),
            previous: None,
            next: Some(DocId(6)),
            backlinks: ids(&[7, 8]),
        };
        assert_eq!(lists.clone().once(DocId(0)), expected);

        // The next part comes before all else, and then no related story is taken from the others.
        let part = Offered { read_next: Some(DocId(5)), ..lists };
        let expected = Offered {
            read_next: Some(DocId(5)),
            related: ids(&[2, 3]),
            read_also: ids(&[1]),
            ..expected
        };
        assert_eq!(part.once(DocId(0)), expected);
    }

    #[test]
    fn there_may_be_nothing() {
        assert_eq!(Offered::default().once(DocId(0)), Offered::default());
        let only = Offered { read_also: ids(&[1]), related: ids(&[1]), ..Offered::default() };
        let expected = Offered { read_also: ids(&[1]), ..Offered::default() };
        assert_eq!(only.once(DocId(0)), expected);
    }
}
