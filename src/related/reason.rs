//! Why two posts belong together.

use crate::base::UrlPath;
use crate::site::{Site, TermId};

/// What connects a post with one that is shown beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Its author named the other one in `related`.
    Chosen,
    /// Both are parts of the same series.
    Series(TermId),
    /// Both are about the same person.
    Person(TermId),
    /// Both have the same term of another taxonomy.
    Term(TermId),
    /// Both use the same word or phrase, which is given as they write it.
    Word(Box<str>),
    /// Both are by the same author. Given only where there is nothing else.
    Author(TermId),
    /// Stories like the first one link to the other. Given only where there is nothing else.
    Cited,
}

impl Reason {
    /// Its name in views and listings.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Reason::Chosen => "chosen",
            Reason::Series(_) => "series",
            Reason::Person(_) => "person",
            Reason::Term(_) => "term",
            Reason::Word(_) => "word",
            Reason::Author(_) => "author",
            Reason::Cited => "cited",
        }
    }

    /// What both share, in their language; empty where it is nothing that has a name.
    pub(crate) fn text<'a>(&'a self, site: &'a Site) -> &'a str {
        match self {
            Reason::Word(text) => text,
            Reason::Chosen | Reason::Cited => "",
            Reason::Series(id) | Reason::Person(id) | Reason::Term(id) | Reason::Author(id) => {
                &site.terms[id.0].name
            }
        }
    }

    /// The page of what both share, if it has one.
    pub(crate) fn url<'a>(&self, site: &'a Site) -> Option<&'a UrlPath> {
        match self {
            Reason::Word(_) | Reason::Chosen | Reason::Cited => None,
            Reason::Series(id) | Reason::Person(id) | Reason::Term(id) | Reason::Author(id) => {
                Some(&site.terms[id.0].url)
            }
        }
    }
}
