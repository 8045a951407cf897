//! Views of posts and pages, and what all views have in common.

use std::iter::Peekable;
use std::slice::Iter;

use super::lists::own_description;
use super::meta::Meta;
use super::offered::Offered;
use super::part::{Html, List, Made, Object};
use super::reasons;
use super::shapes::{
    self, Feed, Offers, Page, ReasonView, RelatedStory, SeriesNav, Shape, Short, Teaser, Version,
};
use super::structured::{PageContent, Subject};
use super::templates::Reach;
use super::trail::{self, Step};
use super::view::View;
use super::{Content, Plan, Planned, variables};
use crate::base::{Diagnostic, UrlPath};
use crate::config::{FeedFormat, LanguageId};
use crate::keys::SortKey;
use crate::parse::Heading;
use crate::related::Related;
use crate::routes::Route;
use crate::site::{DocId, Document, DocumentRole, Gathering, Site, TermId, Translation};

/// What the views of all templates have in common.
pub(super) struct Head<'a> {
    pub(crate) kind: &'static str,
    pub(crate) language: LanguageId,
    pub(crate) url: &'a UrlPath,
    pub(crate) translations: &'a [Translation],
    pub(crate) meta: Meta<'a>,
    /// What the page is, for structured data, where there is anything to tell.
    pub(crate) thing: Option<PageContent<'a>>,
    /// The way from the home page to the page, itself not included; empty for home pages.
    pub(crate) trail: Vec<Step>,
    /// Title and address of the list, if it has feeds of its own, besides those of the language.
    pub(crate) feed: Option<(String, UrlPath)>,
}

/// For each document, the ones before and after it in its section.
pub(super) struct Neighbours {
    around: Vec<(Option<DocId>, Option<DocId>)>,
}

impl Neighbours {
    /// Walks every section once.
    pub(super) fn new(site: &Site) -> Self {
        let mut around = vec![(None, None); site.documents.len()];
        for section in &site.sections {
            for (at, id) in section.pages.iter().enumerate() {
                let before = at.checked_sub(1).map(|i| section.pages[i]);
                let after = section.pages.get(at + 1).copied();
                // The newest is first, so the document before this one is newer: the next to read.
                around[id.0] = if section.sort_by == SortKey::Date {
                    (after, before)
                } else {
                    (before, after)
                };
            }
        }
        Neighbours { around }
    }
}

impl Plan {
    /// The variables that every page has.
    pub(super) fn view(&self, reach: &Reach, head: &Head<'_>) -> View {
        let base = &self.site.config.base_url;
        let mut view = View::default();
        self.globals[head.language].add(&mut view, reach);
        view.set(reach, variables::KIND, || head.kind.into());
        view.set(reach, variables::CURRENT_PATH, || head.url.as_str().into());
        view.set(reach, variables::CURRENT_URL, || self.url(head.url).into());
        view.set(reach, variables::CANONICAL, || {
            (base.is_set() && head.kind != "404").then(|| base.absolute(head.url).into())
        });
        view.set(reach, variables::FEEDS, || self.feeds(head));
        view.set(reach, variables::TRANSLATIONS, || self.translations(head));
        view.set(reach, variables::X_DEFAULT, || {
            let default = head.translations.iter().find(|t| t.language.is_default());
            default.filter(|_| base.is_set()).map(|t| base.absolute(&t.url).into())
        });
        view.set(reach, variables::META, || {
            head.meta.shape(&self.site, head.url, head.translations)
        });
        view.set(reach, variables::JSON_LD, || self.json_ld(head));
        view
    }

    fn json_ld(&self, head: &Head<'_>) -> Html {
        let Some(thing) = &head.thing else { return Html::empty() };
        let subject = Subject {
            site: &self.site,
            language: head.language,
            url: head.url,
            title: &format!("{}{}", head.meta.title, head.meta.suffix()),
            description: head.meta.description,
            trail: &head.trail,
        };
        subject.graph(thing)
    }

    /// The feeds of the language and of the page, by format: the preferred one first.
    fn feeds(&self, head: &Head<'_>) -> List<Feed> {
        if !self.site.config.base_url.is_set() {
            return List::default();
        }
        let site_title = &self.site.language(head.language).title;
        let home = self.site.language_root(head.language);
        let page = self.site.home(head.language).and_then(|section| section.doc);
        let all = self.site.stands_in(page, Gathering::Feeds);
        let all = all.then(|| (site_title.clone(), &home));
        let own = head.feed.as_ref().filter(|(_, list)| *list != home);
        let own = own.map(|(title, list)| (format!("{title} · {site_title}"), list));
        let lists: Vec<(String, &UrlPath)> = all.into_iter().chain(own).collect();
        let feed = |format: FeedFormat, (title, list): &(String, &UrlPath)| Feed {
            url: self.url(&list.join(format.file())).into(),
            title: title.into(),
            media_type: format.media_type().into(),
            format: format.name().into(),
        };
        let formats = self.site.config.feed.formats.iter();
        formats.flat_map(|format| lists.iter().map(|list| feed(*format, list))).collect()
    }

    fn translations(&self, head: &Head<'_>) -> List<Version> {
        let version = |t: &Translation| {
            let language = self.site.language(t.language);
            Version {
                code: language.code.as_str().into(),
                name: language.name.as_str().into(),
                dir: language.locale.direction().into(),
                title: t.title.as_str().into(),
                url: self.url(&t.url).into(),
                permalink: self.site.config.base_url.absolute(&t.url).into(),
                current: t.language == head.language,
            }
        };
        head.translations.iter().map(version).collect()
    }

    /// A post or page.
    pub(super) fn document(&self, id: DocId, route: &Route) -> Result<Planned, Box<Diagnostic>> {
        let document = self.edition(id);
        let is_post = document.role == DocumentRole::Post;
        let usual = if is_post { "post.html" } else { "page.html" };
        let template = self.template(document.template.as_ref(), usual)?;
        let reach = self.reach(&template);
        let head = Head {
            kind: if is_post { "post" } else { "page" },
            language: document.language,
            url: &route.url,
            translations: route.facts.versions(),
            meta: Meta {
                title: &document.title,
                description: super::card::description(document),
                og_type: if is_post { "article" } else { "website" },
                document: Some(document),
                language: document.language,
                number: 1,
                has_address: true,
            },
            thing: Some(if is_post { PageContent::Article(document) } else { PageContent::Page }),
            trail: self.way_to(document),
            feed: None,
        };
        let mut view = self.view(reach, &head);
        view.set(reach, variables::PAGE, || self.page_shape(id, document));
        view.set(reach, variables::RELATED, || {
            let stories = self.related(id).iter().take(self.beside(document));
            stories.filter_map(|related| self.related_story(related, document.language)).collect()
        });
        view.set(reach, variables::OFFERS, || self.offers(id, document));
        let content = Some(Content { doc: id, variable: variables::PAGE.name() });
        Ok(Planned { template, view, content, is_list: false })
    }

    /// The value of `page`.
    fn page_shape(&self, id: DocId, document: &Document) -> Page {
        let (previous, next) = self.neighbours.around[id.0];
        let backlinks = self.backlinks(id);
        Page {
            base: match self.card(id) {
                Some(card) => self.cards.page(&self.site, document, card),
                None => Object::new(0),
            },
            lede: own_description(document).into(),
            toc: toc(headings(document)),
            ancestors: trail::links(&self.site, &self.way_to(document)),
            previous: self.cards.one_short(previous),
            next: self.cards.one_short(next),
            series_nav: self.series(id),
            read_also: self.cards.short(&document.read_also),
            backlinks: self.cards.short(&backlinks),
            source_path: document.doc.source.path.as_str().into(),
            aliases: document.aliases.iter().map(|(url, _)| self.url(url).into()).collect(),
            content: Html::empty(),
        }
    }

    /// What a page offers, each story once.
    pub(super) fn offered(&self, id: DocId, document: &Document) -> Offered {
        let has_card = |id: &DocId| self.cards.get(*id).is_some();
        let with_cards =
            |ids: &[DocId]| ids.iter().copied().filter(has_card).collect::<Vec<DocId>>();
        let related = self.related(id);
        let (previous, next) = self.neighbours.around[id.0];
        let offered = Offered {
            read_next: self.site.next_part(id).filter(has_card),
            related: with_cards(&related.iter().map(|related| related.doc).collect::<Vec<_>>()),
            beside: self.beside(document),
            in_text: self.in_text(id).into_iter().map(|(_, doc)| doc).collect(),
            read_also: with_cards(&document.read_also),
            previous: previous.filter(has_card),
            next: next.filter(has_card),
            backlinks: with_cards(&self.backlinks(id)),
        };
        offered.once(id)
    }

    /// The value of `offers`.
    fn offers(&self, id: DocId, document: &Document) -> Offers {
        let offered = self.offered(id, document);
        let related = self.related(id);
        let story = |id: DocId| {
            let related = related.iter().find(|related| related.doc == id)?;
            self.related_story(related, document.language)
        };
        let (series, next_part) = (self.site.place_in_series(id), self.site.next_part(id));
        let read_next = offered.read_next.and_then(|id| match series {
            Some((term, _)) if next_part == Some(id) => {
                self.story(id, reasons::next_part(&self.site, term))
            }
            _ => story(id),
        });
        Offers {
            read_next,
            related: offered.related.iter().filter_map(|id| story(*id)).collect(),
            read_also: self.cards.short(&offered.read_also),
            previous: self.cards.one_short(offered.previous),
            next: self.cards.one_short(offered.next),
            backlinks: self.cards.short(&offered.backlinks),
        }
    }

    /// How many related stories stand beside a post, at most: all that its author chose, in any case.
    fn beside(&self, document: &Document) -> usize {
        self.site.config.related.limit.max(document.related.len())
    }

    /// The documents that link to one, the newest first.
    fn backlinks(&self, id: DocId) -> Vec<DocId> {
        let mut backlinks = self.site.backlinks[id.0].clone();
        backlinks.sort_by_key(|d| (std::cmp::Reverse(self.site.document(*d).date), *d));
        backlinks
    }

    fn related_story(&self, related: &Related, language: LanguageId) -> Option<Made<RelatedStory>> {
        self.story(related.doc, reasons::reasons(&self.site, language, related))
    }

    /// A story with the reasons why it is shown; only posts and pages can be.
    fn story(&self, id: DocId, reasons: List<Made<ReasonView>>) -> Option<Made<RelatedStory>> {
        let teaser = self.cards.get(id)?.teaser.part();
        let base = Object::extending(teaser, Teaser::SIZE + RelatedStory::SIZE);
        Some(RelatedStory { base, reasons }.into())
    }

    /// The way from the home page down to the section of a post or page.
    fn way_to(&self, document: &Document) -> Vec<Step> {
        let is_listed = document.stands_in(Gathering::Lists);
        trail::down_to(&self.site, document.language, document.section, is_listed)
    }

    /// The place of a post in its series, if it is in one.
    fn series(&self, id: DocId) -> Option<SeriesNav> {
        let (id_of_term, at) = self.site.place_in_series(id)?;
        let term = &self.site.terms[id_of_term.0];
        let before = at.checked_sub(1).map(|i| term.pages[i]);
        Some(SeriesNav {
            name: term.name.as_str().into(),
            url: self.url(&term.url).into(),
            index: at + 1,
            total: term.pages.len(),
            previous: self.cards.one_short(before),
            next: self.cards.one_short(term.pages.get(at + 1).copied()),
            pages: self.series_pages(id_of_term, &term.pages),
        })
    }

    /// The parts of a series, made once for all of them.
    fn series_pages(&self, id: TermId, pages: &[DocId]) -> List<Made<Short>> {
        match self.series.get(id.0) {
            Some(cell) => cell.get_or_init(|| self.cards.short(pages)).clone(),
            None => self.cards.short(pages),
        }
    }
}

/// The headings of a body, without the one that became the page's title.
pub(super) fn headings(document: &Document) -> &[Heading] {
    let body = &document.doc.body;
    body.headings.get(usize::from(body.begins_with_title())..).unwrap_or(&[])
}

/// Headings as a tree: each is below the nearest one before it that is of a higher level.
pub(super) fn toc(headings: &[Heading]) -> List<shapes::Heading> {
    fn below(level: u8, rest: &mut Peekable<Iter<'_, Heading>>) -> List<shapes::Heading> {
        let next = || {
            let heading = rest.next_if(|heading| heading.level > level)?;
            Some(shapes::Heading {
                level: heading.level.into(),
                id: (&*heading.id).into(),
                title: (&*heading.text).into(),
                children: below(heading.level, rest),
            })
        };
        std::iter::from_fn(next).collect()
    }
    below(0, &mut headings.iter().peekable())
}
