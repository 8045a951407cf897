//! Posts that nothing leads to but lists: whoever reads another story never comes to them.
//!
//! In: the [`Plan`]. Out: the posts. Links, menus, the series and what pages offer beside and in
//! their texts count. Lists do not, since every listed post stands in some: sections, terms,
//! archives, collections, and the neighbours in time. Nor does what only an unlisted page has.

use super::Plan;
use crate::base::Set;
use crate::site::{DocId, Gathering, LinkTarget, MenuLinkTarget};

impl Plan {
    /// The listed posts that nothing leads to, by path.
    pub(crate) fn unlinked(&self) -> Vec<DocId> {
        let site = self.site();
        let listed = || {
            let ids = (0..site.documents.len()).map(DocId);
            ids.filter(|id| site.document(*id).stands_in(Gathering::Lists))
        };
        let mut led_to: Set<DocId> = Set::default();
        for id in listed() {
            let offered = self.offered(id, site.document(id));
            led_to.extend(offered.read_next);
            led_to.extend(offered.related.into_iter().chain(offered.in_text));
        }
        let menus = site.config.languages.ids().flat_map(|language| site.menus[language].values());
        led_to.extend(menus.flatten().filter_map(|entry| match &entry.target {
            MenuLinkTarget::Site(LinkTarget { doc, .. }) => *doc,
            MenuLinkTarget::Elsewhere(_) => None,
        }));
        // The box of a series leads from each part to all others.
        let has_parts = |id: &DocId| {
            let series = site.place_in_series(*id);
            series.is_some_and(|(term, _)| site.terms[term.0].pages.len() > 1)
        };
        let mut posts: Vec<DocId> = listed().filter(|id| site.document(*id).is_post()).collect();
        posts
            .retain(|id| site.backlinks[id.0].is_empty() && !led_to.contains(id) && !has_parts(id));
        posts.sort_by_key(|id| &site.document(*id).doc.source.path);
        posts
    }
}
