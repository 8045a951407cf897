//! What templates see on every page: the site, its menus, and what the head of the page says.

use super::super::contract::{FieldDoc, ShapeDoc};
use super::super::part::{List, Made, Object, Part, Text};
use super::{Shape, shapes};

shapes! {
    /// The site.
    struct Config {
        /// Title in the language of the page.
        title: Text,
        /// Description in the language of the page.
        description: Text,
        /// The base URL as it is written, or an empty text.
        base_url: Text,
        /// Code of the first language.
        default_language: Text,
        /// Who writes where no author is named, or none.
        author: Option<Text>,
        /// All languages.
        languages: List<Language>,
        /// The picture in place of the site's name, or none.
        logo: Option<Logo>,
        /// Text of the footer, or none.
        footer: Option<Text>,
        /// Whatever is below `[extra]`.
        extra: Part,
    }

    /// A language of the site.
    struct Language {
        /// Language code.
        code: Text,
        /// Its name in itself.
        name: Text,
        /// Title of the site in it.
        title: Text,
        /// Address of its home page.
        url: Text,
        /// `ltr` or `rtl`.
        dir: Text,
    }

    /// The picture in place of the site's name.
    struct Logo {
        /// Its address.
        url: Text,
        /// Width in pixels, where it is known.
        width: Option<u32>,
        /// Height in pixels, where it is known.
        height: Option<u32>,
        /// The site's name.
        alt: Text,
    }

    /// A link of a menu.
    struct MenuLink {
        /// Its words.
        name: Text,
        /// Where it leads.
        url: Text,
        /// The address without the path of the base URL; empty for other sites.
        path: Text,
        /// Whether it leads to another site.
        external: bool,
    }

    /// A feed.
    struct Feed {
        /// Its address.
        url: Text,
        /// Its title.
        title: Text,
        /// Its media type.
        media_type as "type": Text,
        /// `atom`, `rss` or `json`.
        format: Text,
    }

    /// The page in one of its languages.
    struct Version {
        /// Language code.
        code: Text,
        /// Name of the language in itself.
        name: Text,
        /// `ltr` or `rtl`.
        dir: Text,
        /// Title of this version.
        title: Text,
        /// Its address.
        url: Text,
        /// Its full address.
        permalink: Text,
        /// Whether it is this page.
        current: bool,
    }

    /// What the head of a page says.
    struct Meta {
        /// Title of the page with the name of the site.
        title: Text,
        /// One sentence, or an empty text.
        description: Text,
        /// `article`, `website` or `profile`.
        og_type: Text,
        /// Full address of its picture, or none.
        image: Option<Text>,
        /// Width of the picture, where it is known.
        image_width: Option<u32>,
        /// Height of the picture, where it is known.
        image_height: Option<u32>,
        /// Date of a post with its time, or none.
        published: Option<Text>,
        /// Date of the last change of a post with its time, or none.
        updated: Option<Text>,
        /// `noindex`, or mostly an empty text.
        robots: Text,
        /// Open Graph, and what X reads.
        social: List<Made<SocialTag>>,
    }

    /// A `<meta>` tag for social networks.
    struct SocialTag {
        /// `property` or `name`.
        attribute: Text,
        /// What the attribute says.
        key: Text,
        /// What the tag says.
        content: Text,
    }
}
