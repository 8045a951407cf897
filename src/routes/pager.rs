//! Pages of lists.

use crate::base::UrlPath;

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pager {
    /// 1-based.
    pub(crate) number: usize,
    /// How many pages the list has; at least 1.
    pub(crate) count: usize,
    /// Index of its first item.
    pub(crate) from: usize,
    /// Index one past its last item.
    pub(crate) to: usize,
}

/// The address of a page of a list: `/tags/x/`, `/tags/x/page/2/`.
pub(crate) fn page_url(list: &UrlPath, number: usize) -> UrlPath {
    if number == 1 { list.clone() } else { list.join(&format!("page/{number}/")) }
}

/// The pages of a list of `items`, `by` at a time (0: all on one).
pub(super) fn pagers(items: usize, by: usize) -> impl Iterator<Item = Pager> {
    let by = if by == 0 { items.max(1) } else { by };
    let count = items.div_ceil(by).max(1);
    (0..count).map(move |i| Pager {
        number: i + 1,
        count,
        from: i * by,
        to: ((i + 1) * by).min(items),
    })
}
