//! Views of the archive: the years, and the posts of one year.

use super::card::Form;
use super::lists::ListHead;
use super::shapes::{Archive, YearCount};
use super::structured::PageContent;
use super::view::View;
use super::{Plan, Planned, trail, variables};
use crate::base::Diagnostic;
use crate::config::LanguageId;
use crate::routes::{Pager, Route, archives_title, archives_url};

impl Plan {
    /// The years that have posts.
    pub(super) fn archives(
        &self,
        language: LanguageId,
        route: &Route,
    ) -> Result<Planned, Box<Diagnostic>> {
        let title = archives_title(&self.site, language);
        let list = ListHead {
            thing: Some(PageContent::Page),
            trail: trail::down_to(&self.site, language, None, true),
            ..archive_head(language, &title, 1)
        };
        self.archive_page(list, route, |view, reach| {
            view.set(reach, variables::ARCHIVE, || Archive {
                year: None,
                url: self.url(&route.url).into(),
                title: title.as_str().into(),
            });
            view.set(reach, variables::PAGINATOR, || None);
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
        let list = ListHead {
            thing: Some(PageContent::Posts(&archive.pages[pager.from..pager.to], pager.from + 1)),
            trail: self.below_home(
                language,
                archives_title(&self.site, language),
                archives_url(&self.site, language),
            ),
            ..archive_head(language, &title, pager.number)
        };
        self.archive_page(list, route, |view, reach| {
            view.set(reach, variables::ARCHIVE, || Archive {
                year: Some(archive.year.into()),
                url: self.url(&archive.url).into(),
                title: title.as_str().into(),
            });
            view.set(reach, variables::PAGINATOR, || {
                let form = Form::of(reach, Form::Short);
                Some(self.paginator(&archive.pages, pager, &archive.url, form))
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
        view.set(reach, variables::YEARS, || {
            let years = self.routes.archives.iter().filter(|a| a.language == language);
            let year = |a: &crate::routes::Archive| YearCount {
                year: a.year.into(),
                count: a.pages.len(),
                url: self.url(&a.url).into(),
            };
            years.map(year).collect()
        });
        Ok(Planned { template, view, content: None, is_list: true })
    }
}

fn archive_head(language: LanguageId, title: &str, number: usize) -> ListHead<'_> {
    ListHead {
        kind: "archive",
        language,
        title,
        description: "",
        document: None,
        number,
        thing: None,
        trail: Vec::new(),
        og_type: "website",
        feed: None,
    }
}
