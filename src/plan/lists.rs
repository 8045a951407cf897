//! Views of lists: sections, terms, taxonomies, archives; and of 404 and redirect pages.

use super::card::{Form, description, image, withheld};
use super::meta::Meta;
use super::monogram;
use super::pages::{Head, headings, toc};
use super::part::{Html, List, Made, Part, Text};
use super::shapes::{self, Group, Pagination, Paginator, Section, Subsection, Taxonomy, TermRow};
use super::structured::PageContent;
use super::trail::{self, Step};
use super::view::View;
use super::{Content, Plan, Planned, variables};
use crate::base::{Diagnostic, Map, UrlPath};
use crate::config::{BuiltIn, LanguageId, TaxonomyId};
use crate::routes::{
    Feed, Pager, Route, has_feed, has_taxonomy_page, page_url, section_items, taxonomy_title,
    taxonomy_url,
};
use crate::site::{DocId, Document, Gathering, SectionId, Term, TermId};

/// What the view of a list needs besides the items.
pub(super) struct ListHead<'a> {
    pub(crate) kind: &'static str,
    pub(crate) language: LanguageId,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) document: Option<&'a Document>,
    pub(crate) number: usize,
    pub(crate) thing: Option<PageContent<'a>>,
    pub(crate) trail: Vec<Step>,
    pub(crate) og_type: &'static str,
    pub(crate) feed: Option<(String, UrlPath)>,
}

impl Plan {
    pub(super) fn list_view(&self, template: &str, list: ListHead<'_>, route: &Route) -> View {
        let first = list.number == 1;
        let head = Head {
            kind: list.kind,
            language: list.language,
            url: &route.url,
            translations: route.facts.versions(),
            meta: Meta {
                title: list.title,
                description: list.description,
                og_type: list.og_type,
                document: list.document,
                language: list.language,
                number: list.number,
                has_address: list.kind != "404",
            },
            thing: list.thing,
            trail: list.trail,
            feed: list.feed.filter(|_| first),
        };
        self.view(self.reach(template), &head)
    }

    /// A section, or the home page of a language.
    pub(super) fn section(
        &self,
        id: SectionId,
        pager: Pager,
        route: &Route,
    ) -> Result<Planned, Box<Diagnostic>> {
        let section = &self.site.sections[id.0];
        let document = section.doc.map(|doc| self.site.document(doc));
        let is_home = section.folder.is_empty();
        let usual = if is_home { "index.html" } else { "section.html" };
        let template = self.template(document.and_then(|d| d.template.as_ref()), usual)?;
        let about = document.map_or("", description);
        let language = self.site.language(section.language);
        let items = section_items(&self.site, id);
        let has_feed = !is_home && has_feed(&self.site, Feed::Section(id));
        let is_listed = self.site.stands_in(section.doc, Gathering::Lists);
        let list = ListHead {
            kind: if is_home { "index" } else { "section" },
            language: section.language,
            title: &section.title,
            description: if is_home && about.is_empty() { &language.description } else { about },
            document,
            number: pager.number,
            thing: Some(PageContent::Posts(&items[pager.from..pager.to], pager.from + 1)),
            trail: if is_home {
                Vec::new()
            } else {
                trail::down_to(&self.site, section.language, section.parent, is_listed)
            },
            og_type: "website",
            feed: has_feed.then(|| (section.title.clone(), section.url.clone())),
        };
        let mut view = self.list_view(&template, list, route);
        let reach = self.reach(&template);
        view.set(reach, variables::SECTION, || self.section_shape(id));
        view.set(reach, variables::PAGINATOR, || {
            Some(self.paginator(items, pager, &section.url, Form::of(reach, Form::Listed)))
        });
        let variable = variables::SECTION.name();
        let content = section.doc.map(|doc| Content { doc, variable });
        Ok(Planned { template, view, content, is_list: true })
    }

    fn section_shape(&self, id: SectionId) -> Section {
        let section = &self.site.sections[id.0];
        let document = section.doc.map(|doc| self.site.document(doc));
        let children = section.children.iter().map(|child| {
            let child = &self.site.sections[child.0];
            let about = child.doc.map_or("", |doc| own_description(self.site.document(doc)));
            Subsection {
                title: child.title.as_str().into(),
                url: self.url(&child.url).into(),
                description: about.into(),
                count: child.pages.len(),
                withheld: withheld(child.doc.map(|doc| self.site.document(doc))),
            }
        });
        let headings = document.map_or(&[][..], headings);
        let above = match section.parent.filter(|_| !section.folder.is_empty()) {
            Some(parent) => {
                let is_listed = self.site.stands_in(section.doc, Gathering::Lists);
                let way = trail::down_to(&self.site, section.language, Some(parent), is_listed);
                trail::links(&self.site, &way)
            }
            None => List::default(),
        };
        Section {
            title: section.title.as_str().into(),
            description: document.map_or("", own_description).into(),
            content: Html::empty(),
            toc: toc(headings),
            url: self.url(&section.url).into(),
            permalink: self.site.config.base_url.absolute(&section.url).into(),
            path: section.url.as_str().into(),
            extra: extra(document),
            image: image(&self.site, document.and_then(|d| d.image.as_ref())),
            ancestors: above,
            subsections: children.collect(),
            withheld: withheld(document),
        }
    }

    /// The value of `paginator`.
    pub(super) fn paginator(
        &self,
        items: &[DocId],
        pager: Pager,
        list: &UrlPath,
        form: Form,
    ) -> Paginator {
        Paginator {
            pages: self.cards.list(&items[pager.from..pager.to], form),
            current_index: pager.number,
            number_pagers: pager.count,
            total_pages: items.len(),
            first: self.url(list).into(),
            previous: self.pager_url(list, pager, -1),
            next: self.pager_url(list, pager, 1),
            last: self.url(&page_url(list, pager.count)).into(),
            pagers: self.pagers(list, pager),
        }
    }

    fn pager_url(&self, list: &UrlPath, pager: Pager, step: isize) -> Option<Text> {
        let number = pager.number.checked_add_signed(step)?;
        (1..=pager.count).contains(&number).then(|| self.url(&page_url(list, number)).into())
    }

    /// The first page, the last, and those around this one: a list of ten thousand pages has no
    /// room for all.
    fn pagers(&self, list: &UrlPath, pager: Pager) -> List<shapes::Pager> {
        let near = pager.number.saturating_sub(2)..=pager.number + 2;
        let numbers = std::iter::once(1).chain(near).chain([pager.count]);
        let mut last = 0;
        let rising = numbers.filter(|n| {
            let rises = *n > last && *n <= pager.count;
            last = last.max(if rises { *n } else { 0 });
            rises
        });
        let link = |index| shapes::Pager {
            index,
            url: self.url(&page_url(list, index)).into(),
            current: index == pager.number,
        };
        rising.map(link).collect()
    }

    /// A term, a person, an author or a series.
    pub(super) fn term(
        &self,
        id: TermId,
        pager: Pager,
        route: &Route,
    ) -> Result<Planned, Box<Diagnostic>> {
        let term = &self.site.terms[id.0];
        let taxonomy = self.site.built_in(term);
        let document = term.doc.map(|doc| self.site.document(doc));
        let is_person = taxonomy == Some(BuiltIn::People);
        let usual = if is_person { "person.html" } else { "term.html" };
        let template = self.template(document.and_then(|d| d.template.as_ref()), usual)?;
        let items = &term.pages[pager.from..pager.to];
        let thing = match taxonomy {
            Some(BuiltIn::Authors) if pager.number == 1 => PageContent::Author(term),
            Some(BuiltIn::People | BuiltIn::Authors) => {
                PageContent::Person(term, items, pager.from + 1)
            }
            _ => PageContent::Posts(items, pager.from + 1),
        };
        let is_profile = !matches!(thing, PageContent::Posts(..));
        let way = self.way_to_term(term);
        let ancestors = trail::links(&self.site, &way);
        let list = ListHead {
            kind: "term",
            language: term.language,
            title: &term.name,
            description: document.map_or("", description),
            document,
            number: pager.number,
            thing: Some(thing),
            trail: way,
            og_type: if is_profile { "profile" } else { "website" },
            feed: has_feed(&self.site, Feed::Term(id))
                .then(|| (term.name.clone(), term.url.clone())),
        };
        let mut view = self.list_view(&template, list, route);
        let reach = self.reach(&template);
        view.set(reach, variables::TAXONOMY, || self.taxonomy_shape(term.taxonomy, term.language));
        view.set(reach, variables::TERM, || shapes::Term {
            name: term.name.as_str().into(),
            slug: term.slug.as_str().into(),
            url: self.url(&term.url).into(),
            permalink: self.site.config.base_url.absolute(&term.url).into(),
            count: term.pages.len(),
            description: document.map_or("", own_description).into(),
            content: Html::empty(),
            extra: extra(document),
            image: image(&self.site, document.and_then(|d| d.image.as_ref())),
            monogram: monogram::of_name(&term.name, &term.slug),
            ancestors,
            withheld: withheld(document),
        });
        view.set(reach, variables::PAGINATOR, || {
            Some(self.paginator(&term.pages, pager, &term.url, Form::of(reach, Form::Listed)))
        });
        let variable = variables::TERM.name();
        let content = term.doc.map(|doc| Content { doc, variable });
        Ok(Planned { template, view, content, is_list: true })
    }

    fn way_to_term(&self, term: &Term) -> Vec<Step> {
        let Term { taxonomy, language, .. } = *term;
        let list = self.site.taxonomies[&taxonomy].docs[language];
        let is_listed = self.site.stands_in(term.doc, Gathering::Lists);
        let is_step =
            has_taxonomy_page(&self.site, taxonomy, language) && self.site.is_step(list, is_listed);
        if !is_step {
            return trail::down_to(&self.site, language, None, is_listed);
        }
        let title = taxonomy_title(&self.site, taxonomy, language);
        self.below_home(language, title, taxonomy_url(&self.site, taxonomy, language))
    }

    /// The way to a page below a list that is itself below the home page.
    pub(super) fn below_home(
        &self,
        language: LanguageId,
        title: String,
        url: UrlPath,
    ) -> Vec<Step> {
        let mut steps = trail::down_to(&self.site, language, None, true);
        steps.push(Step { title, url });
        steps
    }

    fn taxonomy_shape(&self, taxonomy: TaxonomyId, language: LanguageId) -> Taxonomy {
        let url = taxonomy_url(&self.site, taxonomy, language);
        let document = self.site.taxonomies[&taxonomy].docs[language];
        let document = document.map(|doc| self.site.document(doc));
        Taxonomy {
            description: document.map_or("", own_description).into(),
            content: Html::empty(),
            extra: extra(document),
            image: image(&self.site, document.and_then(|d| d.image.as_ref())),
            withheld: withheld(document),
            name: self.site.taxonomies[&taxonomy].name.as_str().into(),
            title: taxonomy_title(&self.site, taxonomy, language).into(),
            url: self.url(&url).into(),
            permalink: self.site.config.base_url.absolute(&url).into(),
        }
    }

    /// All terms of a taxonomy.
    pub(super) fn taxonomy(
        &self,
        taxonomy: TaxonomyId,
        language: LanguageId,
        pager: Pager,
        route: &Route,
    ) -> Result<Planned, Box<Diagnostic>> {
        let document = self.site.taxonomies[&taxonomy].docs[language];
        let document = document.map(|doc| self.site.document(doc));
        let template =
            self.template(document.and_then(|d| d.template.as_ref()), "taxonomy.html")?;
        let title = taxonomy_title(&self.site, taxonomy, language);
        let terms = &self.site.taxonomies[&taxonomy].terms[language][pager.from..pager.to];
        let list = ListHead {
            kind: "taxonomy",
            language,
            title: &title,
            description: document.map_or("", description),
            document,
            number: pager.number,
            thing: Some(PageContent::Terms(terms, pager.from + 1)),
            trail: trail::down_to(&self.site, language, None, true),
            og_type: "website",
            feed: None,
        };
        let mut view = self.list_view(&template, list, route);
        let reach = self.reach(&template);
        let url = taxonomy_url(&self.site, taxonomy, language);
        let rows = || terms.iter().map(|id| self.term_row(*id));
        view.set(reach, variables::TAXONOMY, || self.taxonomy_shape(taxonomy, language));
        view.set(reach, variables::TERMS, || rows().map(|(_, row)| row).collect());
        view.set(reach, variables::GROUPS, || groups(rows()));
        view.set(reach, variables::PAGINATION, || {
            (pager.count > 1).then(|| Pagination {
                current_index: pager.number,
                number_pagers: pager.count,
                first: self.url(&url).into(),
                previous: self.pager_url(&url, pager, -1),
                next: self.pager_url(&url, pager, 1),
                last: self.url(&page_url(&url, pager.count)).into(),
            })
        });
        let variable = variables::TAXONOMY.name();
        let content = self.site.taxonomies[&taxonomy].docs[language];
        let content = content.map(|doc| Content { doc, variable });
        Ok(Planned { template, view, content, is_list: true })
    }

    /// The letter that a term is listed under, and its line.
    fn term_row(&self, id: TermId) -> (String, Made<TermRow>) {
        let term = &self.site.terms[id.0];
        let letter = self.site.language(term.language).locale.index_letter(&term.name);
        let row = TermRow {
            name: term.name.as_str().into(),
            slug: term.slug.as_str().into(),
            url: self.url(&term.url).into(),
            count: term.pages.len(),
            letter: letter.as_str().into(),
            monogram: monogram::of_name(&term.name, &term.slug),
        };
        (letter, row.into())
    }

    /// The page for addresses that do not exist.
    pub(super) fn not_found(
        &self,
        language: LanguageId,
        route: &Route,
    ) -> Result<Planned, Box<Diagnostic>> {
        let template = self.template(None, "404.html")?;
        let title = self.site.language(language).text("not_found").unwrap_or("Page not found");
        let list = ListHead {
            kind: "404",
            language,
            title,
            description: "",
            document: None,
            number: 1,
            thing: None,
            trail: Vec::new(),
            og_type: "website",
            feed: None,
        };
        let view = self.list_view(&template, list, route);
        Ok(Planned { template, view, content: None, is_list: true })
    }

    /// A page that leads readers on to another address.
    pub(super) fn redirect(&self, to: DocId) -> Result<Planned, Box<Diagnostic>> {
        let Document { url: to, language, .. } = self.site.document(to);
        let template = self.template(None, "redirect.html")?;
        let reach = self.reach(&template);
        let mut view = View::default();
        self.globals[*language].add(&mut view, reach);
        view.set(reach, variables::TARGET, || self.url(to).into());
        view.set(reach, variables::PERMALINK, || self.site.config.base_url.absolute(to).into());
        Ok(Planned { template, view, content: None, is_list: true })
    }
}

/// What the author wrote about a document; not the first words of its body, which are shown below
/// this anyway.
pub(super) fn own_description(document: &Document) -> &str {
    document.front.description.as_deref().or(document.front.summary.as_deref()).unwrap_or("")
}

fn extra(document: Option<&Document>) -> Part {
    let extra = document.map(|d| d.front.extra.clone()).unwrap_or_default();
    Part::json(&serde_json::Value::Object(extra))
}

/// Terms under their letters, in the order in which the letters first appear.
fn groups(rows: impl Iterator<Item = (String, Made<TermRow>)>) -> List<Group> {
    let mut groups: Map<String, Vec<Made<TermRow>>> = Map::default();
    for (letter, row) in rows {
        groups.entry(letter).or_default().push(row);
    }
    let group = |(letter, terms): (String, Vec<_>)| Group {
        letter: letter.into(),
        terms: terms.into_iter().collect(),
    };
    groups.into_iter().map(group).collect()
}
