//! Views of the archive: the years, and the posts of one year.

use super::card::Form;
use super::lists::ListHead;
use super::part::{Object, Part, View};
use super::structured::Kind;
use super::trail;
use super::{Plan, Planned};
use crate::base::{Diagnostic, UrlPath};
use crate::routes::{Pager, Route, archives_url};
use crate::site::Translation;

impl Plan {
    /// The years that have posts.
    pub(super) fn archives(
        &self,
        language: usize,
        route: &Route,
    ) -> Result<Planned, Box<Diagnostic>> {
        let title = self.archive_title(language);
        let versions = self.archive_versions(None);
        let list = ListHead {
            thing: Some(Kind::Page),
            trail: trail::down_to(&self.site, language, None, true),
            ..archive_head(language, &title, &versions, 1)
        };
        self.archive_page(list, route, |view, reach| {
            view.set(reach, "archive", || archive_part(None, &self.url(&route.url), &title));
            view.set(reach, "paginator", Part::none);
        })
    }

    /// One year.
    pub(super) fn archive(
        &self,
        index: usize,
        pager: Pager,
        route: &Route,
    ) -> Result<Planned, Box<Diagnostic>> {
        let archive = &self.routes.archives[index];
        let language = archive.language;
        let title = archive.year.to_string();
        let versions = self.archive_versions(Some(archive.year));
        let url = self.url(&archive.url);
        let list = ListHead {
            thing: Some(Kind::Posts(&archive.pages[pager.from..pager.to], pager.from + 1)),
            trail: self.below_home(
                language,
                self.archive_title(language),
                archives_url(&self.site, language),
            ),
            ..archive_head(language, &title, &versions, pager.number)
        };
        self.archive_page(list, route, |view, reach| {
            view.set(reach, "archive", || archive_part(Some(archive.year), &url, &title));
            view.set(reach, "paginator", || {
                let form = Form::of(reach, Form::Short);
                self.paginator(&archive.pages, pager, &archive.url, form)
            });
        })
    }

    fn archive_page(
        &self,
        list: ListHead<'_>,
        route: &Route,
        fill: impl FnOnce(&mut View, &super::templates::Reach),
    ) -> Result<Planned, Box<Diagnostic>> {
        let template = self.template(None, "archive.html")?;
        let language = list.language;
        let mut view = self.list_view(&template, list, route);
        let reach = self.reach(&template);
        fill(&mut view, reach);
        view.set(reach, "years", || {
            let years = self.routes.archives.iter().filter(|a| a.language == language);
            Part::list(years.map(|a| {
                Object::new()
                    .set("year", i64::from(a.year))
                    .set("count", a.pages.len())
                    .set("url", self.url(&a.url))
                    .done()
            }))
        });
        Ok(Planned { template, view, content: None, is_list: true })
    }

    fn archive_title(&self, language: usize) -> String {
        self.string(language, "archive", "Archive")
    }

    /// The list of years, or one year, in the languages that have it.
    pub(super) fn archive_versions(&self, year: Option<i16>) -> Vec<Translation> {
        let mut versions: Vec<Translation> = Vec::new();
        for archive in self.routes.archives.iter().filter(|a| year.is_none_or(|y| y == a.year)) {
            let language = archive.language;
            if versions.iter().any(|v| v.language == language) {
                continue;
            }
            let (url, title): (UrlPath, String) = match year {
                Some(year) => (archive.url.clone(), year.to_string()),
                None => (archives_url(&self.site, language), self.archive_title(language)),
            };
            versions.push(Translation { language, url, title });
        }
        if versions.len() > 1 { versions } else { Vec::new() }
    }
}

fn archive_head<'a>(
    language: usize,
    title: &'a str,
    translations: &'a [Translation],
    number: usize,
) -> ListHead<'a> {
    ListHead {
        kind: "archive",
        language,
        title,
        description: "",
        document: None,
        translations,
        number,
        thing: None,
        trail: Vec::new(),
        og_type: "website",
        feed: None,
    }
}

fn archive_part(year: Option<i16>, url: &str, title: &str) -> Part {
    Object::new().set("year", year.map(i64::from)).set("url", url).set("title", title).done()
}
