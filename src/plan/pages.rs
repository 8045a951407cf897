//! Views of posts and pages, and what all views have in common.

use super::lists::own_description;
use super::meta::Meta;
use super::part::{Object, Part, View};
use super::structured::{Kind, Subject};
use super::templates::Reach;
use super::trail::{self, Step};
use super::{Content, Plan, Planned};
use crate::base::{Diagnostic, UrlPath};
use crate::config::{BuiltIn, FeedFormat, LanguageId};
use crate::keys::SortKey;
use crate::parse::Heading;
use crate::routes::Route;
use crate::site::{DocId, Document, Gathering, Role, Site, TermId, Translation};

/// What the views of all templates have in common.
pub(super) struct Head<'a> {
    pub(crate) kind: &'static str,
    pub(crate) language: LanguageId,
    pub(crate) url: &'a UrlPath,
    pub(crate) translations: &'a [Translation],
    pub(crate) meta: Meta<'a>,
    /// What it is, for structured data; nothing where there is nothing to tell.
    pub(crate) thing: Option<Kind<'a>>,
    /// The way from the home page to it, itself not included; empty for home pages.
    pub(crate) trail: Vec<Step>,
    /// The list that has feeds of its own, besides those of the language: its title and address.
    pub(crate) feed: Option<(String, UrlPath)>,
}

/// For each document those before and after it in its section.
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
                // Newest first: the one before is newer, so it is the next to read.
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
        view.set(reach, "kind", || head.kind.into());
        view.set(reach, "current_path", || head.url.as_str().into());
        view.set(reach, "current_url", || self.url(head.url).into());
        let canonical = (base.is_set() && head.kind != "404").then(|| base.absolute(head.url));
        view.set(reach, "canonical", || canonical.into());
        view.set(reach, "feeds", || self.feeds(head));
        view.set(reach, "translations", || self.translations(head));
        view.set(reach, "x_default", || {
            let default = head.translations.iter().find(|t| t.language.is_default());
            default.filter(|_| base.is_set()).map(|t| base.absolute(&t.url)).into()
        });
        view.set(reach, "meta", || head.meta.part(&self.site, head.url, head.translations));
        view.set(reach, "json_ld", || self.json_ld(head));
        view
    }

    fn json_ld(&self, head: &Head<'_>) -> Part {
        let Some(thing) = &head.thing else { return "".into() };
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
    fn feeds(&self, head: &Head<'_>) -> Part {
        if !self.site.config.base_url.is_set() {
            return Part::list([]);
        }
        let site_title = &self.site.language(head.language).title;
        let home = self.site.language_root(head.language);
        let page = self.site.home(head.language).and_then(|section| section.doc);
        let all = self.site.stands_in(page, Gathering::Feeds);
        let all = all.then(|| (site_title.clone(), &home));
        let own = head.feed.as_ref().filter(|(_, list)| *list != home);
        let own = own.map(|(title, list)| (format!("{title} · {site_title}"), list));
        let lists: Vec<(String, &UrlPath)> = all.into_iter().chain(own).collect();
        let feed = |format: FeedFormat, (title, list): &(String, &UrlPath)| {
            Object::new()
                .set("url", self.url(&list.join(format.file())))
                .set("title", title)
                .set("type", format.media_type())
                .set("format", format.name())
                .done()
        };
        let formats = self.site.config.feed.formats.iter();
        Part::list(formats.flat_map(|format| lists.iter().map(|list| feed(*format, list))))
    }

    fn translations(&self, head: &Head<'_>) -> Part {
        Part::list(head.translations.iter().map(|t| {
            let language = self.site.language(t.language);
            Object::new()
                .set("code", language.code.as_str())
                .set("name", language.name.as_str())
                .set("dir", language.locale.direction())
                .set("title", t.title.as_str())
                .set("url", self.url(&t.url))
                .set("permalink", self.site.config.base_url.absolute(&t.url))
                .set("current", t.language == head.language)
                .done()
        }))
    }

    /// A post or page.
    pub(super) fn document(&self, id: DocId, route: &Route) -> Result<Planned, Box<Diagnostic>> {
        let document = self.edition(id);
        let is_post = document.role == Role::Post;
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
            thing: Some(if is_post { Kind::Article(document) } else { Kind::Page }),
            trail: self.way_to(document),
            feed: None,
        };
        let mut view = self.view(reach, &head);
        view.set(reach, "page", || self.page_part(id, document));
        view.set(reach, "related", || {
            let cards = self.related(id).iter().filter_map(|related| self.cards.get(related.doc));
            Part::list(cards.map(|card| card.related.clone()))
        });
        let content = Some(Content { doc: id, variable: "page" });
        Ok(Planned { template, view, content, is_list: false })
    }

    /// The variable `page`, but for its content.
    fn page_part(&self, id: DocId, document: &Document) -> Part {
        let (previous, next) = self.neighbours.around[id.0];
        let mut backlinks = self.site.backlinks[id.0].clone();
        backlinks.sort_by_key(|d| (std::cmp::Reverse(self.site.document(*d).date), *d));
        let aliases = document.aliases.iter().map(|(url, _)| self.url(url).into());
        let object = match self.card(id) {
            Some(card) => self.cards.page(&self.site, document, card),
            None => Object::new(),
        };
        object
            .set("lede", own_description(document))
            .set("toc", toc(headings(document)))
            .set("ancestors", trail::part(&self.site, &self.way_to(document)))
            .set("previous", self.cards.one_short(previous))
            .set("next", self.cards.one_short(next))
            .set("series_nav", self.series(id, document))
            .set("read_also", self.cards.short(&document.read_also))
            .set("backlinks", self.cards.short(&backlinks))
            .set("source_path", document.doc.source.path.as_str())
            .set("aliases", Part::list(aliases))
            .done()
    }

    /// From the home page down to the section of a post or page.
    fn way_to(&self, document: &Document) -> Vec<Step> {
        let is_listed = document.stands_in(Gathering::Lists);
        trail::down_to(&self.site, document.language, document.section, is_listed)
    }

    /// Where a post stands in its series.
    fn series(&self, id: DocId, document: &Document) -> Part {
        let is_series =
            |t: &&TermId| self.site.built_in(&self.site.terms[t.0]) == Some(BuiltIn::Series);
        let Some(id_of_term) = document.terms.iter().find(is_series) else { return Part::none() };
        let term = &self.site.terms[id_of_term.0];
        let Some(at) = term.pages.iter().position(|d| *d == id) else { return Part::none() };
        let before = at.checked_sub(1).map(|i| term.pages[i]);
        Object::new()
            .set("name", term.name.as_str())
            .set("url", self.url(&term.url))
            .set("index", at + 1)
            .set("total", term.pages.len())
            .set("previous", self.cards.one_short(before))
            .set("next", self.cards.one_short(term.pages.get(at + 1).copied()))
            .set("pages", self.series_pages(*id_of_term, &term.pages))
            .done()
    }
}

impl Plan {
    /// The parts of a series, made once for all of them.
    fn series_pages(&self, id: TermId, pages: &[DocId]) -> Part {
        match self.series.get(id.0) {
            Some(cell) => cell.get_or_init(|| self.cards.short(pages)).clone(),
            None => self.cards.short(pages),
        }
    }
}

/// The headings of a body, without the one that became the page's title.
pub(super) fn headings(document: &Document) -> &[Heading] {
    let body = &document.doc.body;
    let is_title = body.title_parts > 0;
    body.headings.get(usize::from(is_title)..).unwrap_or(&[])
}

/// Headings as a tree: each under the nearest one before it that is of a higher level.
pub(super) fn toc(headings: &[Heading]) -> Part {
    fn level(headings: &mut std::iter::Peekable<std::slice::Iter<'_, Heading>>, above: u8) -> Part {
        let mut list = Vec::new();
        while let Some(heading) = headings.next_if(|h| h.level > above) {
            let children = level(headings, heading.level);
            list.push(
                Object::new()
                    .set("level", u32::from(heading.level))
                    .set("id", &*heading.id)
                    .set("title", &*heading.text)
                    .set("children", children)
                    .done(),
            );
        }
        Part::list(list)
    }
    level(&mut headings.iter().peekable(), 0)
}
