//! What templates see of lists: sections, terms, taxonomies and archives.

use super::super::contract::{FieldDoc, ShapeDoc};
use super::super::part::{Html, List, Made, Object, Part, Text};
use super::documents::{Heading, Image, Link, Monogram, Withheld};
use super::{Shape, shapes};

shapes! {
    /// A section.
    struct Section {
        /// Title.
        title: Text,
        /// What its author wrote about it, or an empty text.
        description: Text,
        /// The text of its `_index.md` as HTML, filled in when the page is rendered.
        content: Html,
        /// The headings of that text.
        toc: List<Heading>,
        /// Its address.
        url: Text,
        /// Its full address.
        permalink: Text,
        /// Its address without the path of the base URL.
        path: Text,
        /// The front matter below `[extra]`.
        extra: Part,
        /// Its picture, or none.
        image: Option<Made<Image>>,
        /// The path from the home page.
        ancestors: List<Link>,
        /// The sections in it.
        subsections: List<Subsection>,
        /// What keeps it from readers of the public site, or none.
        withheld: Option<Made<Withheld>>,
    }

    /// A section in a section.
    struct Subsection {
        /// Title.
        title: Text,
        /// Its address.
        url: Text,
        /// What its author wrote about it, or an empty text.
        description: Text,
        /// How many documents are in it.
        count: usize,
        /// What keeps it from readers of the public site, or none.
        withheld: Option<Made<Withheld>>,
    }

    /// One page of a list of posts.
    struct Paginator {
        /// The cards on it, in the form that its template shows.
        pages: List<Part>,
        /// Which page of the list it is, from 1.
        current_index: usize,
        /// How many pages the list has.
        number_pagers: usize,
        /// How many posts the whole list has.
        total_pages: usize,
        /// Address of the first page.
        first: Text,
        /// Address of the page before, or none.
        previous: Option<Text>,
        /// Address of the page after, or none.
        next: Option<Text>,
        /// Address of the last page.
        last: Text,
        /// The first page, the last, and those around this one.
        pagers: List<Pager>,
    }

    /// A link to a page of a list.
    struct Pager {
        /// Which page it is, from 1.
        index: usize,
        /// Its address.
        url: Text,
        /// Whether it is this one.
        current: bool,
    }

    /// One page of a list of terms.
    struct Pagination {
        /// Which page of the list it is, from 1.
        current_index: usize,
        /// How many pages the list has.
        number_pagers: usize,
        /// Address of the first page.
        first: Text,
        /// Address of the page before, or none.
        previous: Option<Text>,
        /// Address of the page after, or none.
        next: Option<Text>,
        /// Address of the last page.
        last: Text,
    }

    /// A term on its own page.
    struct Term {
        /// The term.
        name: Text,
        /// Last part of its address.
        slug: Text,
        /// Its address.
        url: Text,
        /// Its full address.
        permalink: Text,
        /// How many stories it has.
        count: usize,
        /// What the author of its document wrote about it, or an empty text.
        description: Text,
        /// The text of its document as HTML, filled in when the page is rendered.
        content: Html,
        /// The front matter of its document below `[extra]`.
        extra: Part,
        /// The picture of its document, or none.
        image: Option<Made<Image>>,
        /// What is shown where there is no picture.
        monogram: Made<Monogram>,
        /// The path from the home page.
        ancestors: List<Link>,
        /// What keeps its document from readers of the public site, or none.
        withheld: Option<Made<Withheld>>,
    }

    /// A taxonomy.
    struct Taxonomy {
        /// What the author of its document wrote about it, or an empty text.
        description: Text,
        /// The text of its document as HTML, filled in when the page is rendered.
        content: Html,
        /// The front matter of its document below `[extra]`.
        extra: Part,
        /// The picture of its document, or none.
        image: Option<Made<Image>>,
        /// What keeps its document from readers of the public site, or none.
        withheld: Option<Made<Withheld>>,
        /// Its name in front matter.
        name: Text,
        /// Its title.
        title: Text,
        /// Its address.
        url: Text,
        /// Its full address.
        permalink: Text,
    }

    /// A term in the list of its taxonomy.
    struct TermRow {
        /// The term.
        name: Text,
        /// Last part of its address.
        slug: Text,
        /// Its address.
        url: Text,
        /// How many stories it has.
        count: usize,
        /// The letter that it is listed under.
        letter: Text,
        /// What is shown of it.
        monogram: Made<Monogram>,
    }

    /// A term in a collection.
    struct TermCount {
        /// The term.
        name: Text,
        /// Last part of its address.
        slug: Text,
        /// Its address.
        url: Text,
        /// How many stories it has.
        count: usize,
    }

    /// The terms under one letter.
    struct Group {
        /// The letter.
        letter: Text,
        /// The terms.
        terms: List<Made<TermRow>>,
    }

    /// The page of a year, or of all years.
    struct Archive {
        /// The year; none in the list of years.
        year: Option<i64>,
        /// Its address.
        url: Text,
        /// Its title.
        title: Text,
    }

    /// A year that has posts.
    struct YearCount {
        /// The year.
        year: i64,
        /// How many posts it has.
        count: usize,
        /// Its address.
        url: Text,
    }
}
