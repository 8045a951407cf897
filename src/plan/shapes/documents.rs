//! What templates see of posts and pages: on their own page, in lists and in links.

use super::super::contract::{FieldDoc, ShapeDoc};
use super::super::part::{Html, List, Made, Object, Part, Text};
use super::{Shape, shapes};

shapes! {
    /// A link to a page.
    struct Link {
        /// Title of the page.
        title: Text,
        /// Its address.
        url: Text,
    }

    /// A link to the page of a term.
    struct TermLink {
        /// The term.
        name: Text,
        /// Last part of its address.
        slug: Text,
        /// Its address.
        url: Text,
    }

    /// A picture.
    struct Image {
        /// Its address.
        url: Text,
        /// Its full address.
        permalink: Text,
        /// Width in pixels, where it is known.
        width: Option<u32>,
        /// Height in pixels, where it is known.
        height: Option<u32>,
        /// An empty text: the title beside it says what it shows.
        alt: Text,
    }

    /// What is shown where there is no picture.
    struct Monogram {
        /// One letter, or two.
        letters: Text,
        /// Number of the colour.
        subject: u32,
        /// Number of the shape.
        shape: u32,
        /// Where the shape is, from the left.
        x: u32,
        /// Where the shape is, from above.
        y: u32,
        /// How large the shape is.
        r: u32,
    }

    /// What keeps a page from readers of the public site.
    struct Withheld {
        /// `draft`, `future` or `expired`.
        state: Text,
        /// The day on which it appears or has expired; none for drafts.
        day: Option<Text>,
    }

    /// The shortest form of a post or page.
    #[derive(Clone)]
    struct Short {
        /// Title.
        title: Text,
        /// Its address.
        url: Text,
        /// Date, or none.
        date: Option<Text>,
        /// What keeps it from readers of the public site, or none.
        withheld: Option<Made<Withheld>>,
    }

    /// A post or page among related ones.
    #[derive(Clone)]
    struct Teaser(Short) {
        /// One or two sentences.
        summary: Text,
        /// Its picture, or none.
        image: Option<Made<Image>>,
        /// What is shown where there is no picture.
        monogram: Made<Monogram>,
    }

    /// A post or page in the lists of the built-in templates.
    struct Listed(Teaser) {
        /// Language code.
        lang: Text,
        /// Whether it is a draft.
        draft: bool,
        /// Its categories.
        categories: Option<List<Made<TermLink>>>,
    }

    /// What lists and its own page both tell of a post or page.
    struct Facts(Teaser) {
        /// One or two sentences, for search engines.
        description: Text,
        /// Its full address.
        permalink: Text,
        /// Its address without the path of the base URL.
        path: Text,
        /// Last part of its address.
        slug: Text,
        /// `post` or `page`.
        kind: Text,
        /// Language code.
        lang: Text,
        /// Date of the last change, or none.
        updated: Option<Text>,
        /// How many words it has.
        word_count: usize,
        /// Minutes to read them.
        reading_time: usize,
        /// Whether it is a draft.
        draft: bool,
        /// Number by which it is sorted, or none.
        weight: Option<i64>,
        /// The front matter below `[extra]`.
        extra: Part,
        /// Its section, or none.
        section: Option<Link>,
        /// Name of its series, or none.
        series: Option<Text>,
        /// Its terms by taxonomy.
        taxonomies: Part,
        /// Its authors.
        authors: Option<List<Made<TermLink>>>,
        /// The people it is about.
        people: Option<List<Made<TermLink>>>,
        /// Its tags.
        tags: Option<List<Made<TermLink>>>,
        /// Its categories.
        categories: Option<List<Made<TermLink>>>,
    }

    /// A post or page in the lists of a site's own templates.
    struct Whole(Facts) {
        /// Its beginning as HTML.
        summary_html: Html,
    }

    /// A post or page on its own page: all that its cards have, and this.
    struct Page(Object) {
        /// Its `description` or `summary`, or an empty text if nobody wrote one.
        lede: Text,
        /// Its headings.
        toc: List<Heading>,
        /// The path from the home page.
        ancestors: List<Link>,
        /// The one before it in its section, or none.
        previous: Option<Made<Short>>,
        /// The one after it in its section, or none.
        next: Option<Made<Short>>,
        /// Its place in its series, or none.
        series_nav: Option<SeriesNav>,
        /// The stories that its author recommends.
        read_also: List<Made<Short>>,
        /// The documents that link to it.
        backlinks: List<Made<Short>>,
        /// Its file.
        source_path: Text,
        /// Its old addresses.
        aliases: List<Text>,
        /// Its text as HTML, filled in when the page is rendered.
        content: Html,
    }

    /// Why a story is related.
    struct ReasonView {
        /// `person`, `series`, `term`, `author`, `link` or `next_part`.
        kind: Text,
        /// What readers are shown.
        text: Text,
        /// Where it leads, or none.
        url: Option<Text>,
    }

    /// A related story: all that a teaser has, and this.
    struct RelatedStory(Object) {
        /// Why it is one, the strongest reason first.
        reasons: List<Made<ReasonView>>,
    }

    /// What a page offers to read after it, each story once.
    struct Offers {
        /// The next part of its series, else the best related story, or none.
        read_next: Option<Made<RelatedStory>>,
        /// Related posts, the nearest first.
        related: List<Made<RelatedStory>>,
        /// The stories that its author recommends.
        read_also: List<Made<Short>>,
        /// The one before it in its section, or none.
        previous: Option<Made<Short>>,
        /// The one after it in its section, or none.
        next: Option<Made<Short>>,
        /// The documents that link to it.
        backlinks: List<Made<Short>>,
    }

    /// A heading, with those below it.
    struct Heading {
        /// 1 to 6.
        level: u32,
        /// Its id, for links.
        id: Text,
        /// Its words.
        title: Text,
        /// The headings below it.
        children: List<Heading>,
    }

    /// The place of a post in its series.
    struct SeriesNav {
        /// Name of the series.
        name: Text,
        /// Its address.
        url: Text,
        /// Which part the post is, from 1.
        index: usize,
        /// How many parts there are.
        total: usize,
        /// The part before it, or none.
        previous: Option<Made<Short>>,
        /// The part after it, or none.
        next: Option<Made<Short>>,
        /// All parts.
        pages: List<Made<Short>>,
    }
}
