//! What the name of a file means, decided once: whether it is a section, a bundle or a single file,
//! its language, its date, and the name that remains.
//!
//! In: the path of a document, and the languages of the site. Out: a [`Placed`], which the document
//! keeps. The front matter is not looked at.

use jiff::civil;

use crate::base::{SourcePath, date, locale};
use crate::config::{Config, LanguageId};

/// Where a document is, regardless of its language, and what its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Below `content/`, without suffix, `index` and extension: `posts/x`; for a section its
    /// folder. Language versions of one page share it.
    pub(crate) key: String,
    /// What kind of file it is.
    pub(crate) kind: FileKind,
    /// The language `id` of `x.id.md`, if the site has it.
    pub(crate) suffix: Option<LanguageId>,
    /// The `id` of `x.id.md`, if it is the code of a language that the site does not have. Then it is
    /// part of the key, like any other word.
    pub(crate) stranger: Option<Box<str>>,
    /// The day of `2014-01-02-x.md`.
    pub(crate) day: Option<civil::Date>,
}

/// What kind of file a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// `_index.md`: the page of its folder.
    Section,
    /// `index.md`: a page with a folder of its own.
    Bundle,
    /// Any other file.
    Leaf,
}

impl Placed {
    /// What the path of a file says.
    pub(crate) fn of(path: &SourcePath, config: &Config) -> Self {
        let folder = path.folder();
        let folder = folder.strip_prefix("content").unwrap_or(folder).trim_start_matches('/');
        let ending = path.stem().rsplit_once('.');
        let suffix = ending.and_then(|(_, code)| config.language_id(code));
        let (stem, stranger) = match ending {
            Some((rest, _)) if suffix.is_some() => (rest, None),
            Some((_, code)) if locale::is_code(code) => (path.stem(), Some(code.into())),
            _ => (path.stem(), None),
        };
        let kind = match stem {
            "_index" => FileKind::Section,
            "index" => FileKind::Bundle,
            _ => FileKind::Leaf,
        };
        let key = match kind {
            FileKind::Section => folder.to_owned(),
            FileKind::Bundle if !folder.is_empty() => folder.to_owned(),
            // `content/index.md` has no folder to be named after.
            FileKind::Bundle | FileKind::Leaf if folder.is_empty() => stem.to_owned(),
            FileKind::Bundle | FileKind::Leaf => format!("{folder}/{stem}"),
        };
        let day = date_prefix(last_part(&key)).map(|(day, _)| day);
        Placed { key, kind, suffix, stranger, day }
    }

    /// Whether it is a section's `_index.md`.
    pub(crate) fn is_section(&self) -> bool {
        self.kind == FileKind::Section
    }

    /// Folder below `content/`; for a bundle, the folder that the bundle is in.
    pub(crate) fn folder(&self) -> &str {
        match self.kind {
            FileKind::Section => &self.key,
            FileKind::Bundle | FileKind::Leaf => {
                self.key.rsplit_once('/').map_or("", |(above, _)| above)
            }
        }
    }

    /// What it is called, without its date.
    pub(crate) fn name(&self) -> &str {
        let name = last_part(&self.key);
        date_prefix(name).map_or(name, |(_, rest)| rest)
    }
}

fn last_part(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or("")
}

/// Splits `2014-01-02-rest`, the name of a file or folder, into the date and the rest.
fn date_prefix(name: &str) -> Option<(civil::Date, &str)> {
    let (day, rest) = name.split_at_checked("YYYY-MM-DD".len())?;
    let rest = rest.strip_prefix('-').filter(|rest| !rest.is_empty())?;
    Some((date::parse_date(day)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Diagnostics, SourceText};
    use crate::config::{Overrides, load};

    #[test]
    fn names() {
        let kisah_toml = SourceText::new(SourcePath::new("kisah.toml"), "[languages.id]");
        let config = load(&[kisah_toml], &[], &Overrides::default(), &mut Diagnostics::new());
        for (path, want) in [
            ("about.md", "Leaf about in , called about"),
            ("about.id.md", "Leaf about in , called about, language id"),
            ("about.ID.markdown", "Leaf about in , called about, language id"),
            ("posts/x.md", "Leaf posts/x in posts, called x"),
            ("posts/x.en.md", "Leaf posts/x in posts, called x, language en"),
            ("posts/x.fr.md", "Leaf posts/x.fr in posts, called x.fr, stranger fr"),
            ("posts/x.pt-BR.md", "Leaf posts/x.pt-BR in posts, called x.pt-BR, stranger pt-BR"),
            ("posts/v1.2.md", "Leaf posts/v1.2 in posts, called v1.2"),
            ("posts/node.js.md", "Leaf posts/node.js in posts, called node.js"),
            ("posts/st.petersburg.md", "Leaf posts/st.petersburg in posts, called st.petersburg"),
            ("posts/J.R.R.md", "Leaf posts/J.R.R in posts, called J.R.R"),
            (
                "posts/2014-01-02-x.id.md",
                "Leaf posts/2014-01-02-x in posts, called x, language id, 2014-01-02",
            ),
            ("posts/2014-13-02-x.md", "Leaf posts/2014-13-02-x in posts, called 2014-13-02-x"),
            ("posts/2014-01-02-.md", "Leaf posts/2014-01-02- in posts, called 2014-01-02-"),
            ("posts/x/index.md", "Bundle posts/x in posts, called x"),
            (
                "posts/2014-01-02-x/index.id.md",
                "Bundle posts/2014-01-02-x in posts, called x, language id, 2014-01-02",
            ),
            (
                "posts/x/index.fr.md",
                "Leaf posts/x/index.fr in posts/x, called index.fr, stranger fr",
            ),
            ("index.md", "Bundle index in , called index"),
            ("_index.md", "Section  in , called "),
            ("posts/_index.id.md", "Section posts in posts, called posts, language id"),
            ("posts/_index.fr.md", "Leaf posts/_index.fr in posts, called _index.fr, stranger fr"),
        ] {
            let placed = Placed::of(&SourcePath::new(format!("content/{path}")), &config);
            let Placed { key, kind, suffix, stranger, day } = &placed;
            let mut got =
                format!("{kind:?} {key} in {}, called {}", placed.folder(), placed.name());
            got += &suffix
                .map_or_else(String::new, |id| format!(", language {}", config.languages[id].code));
            got += &stranger.as_ref().map_or_else(String::new, |code| format!(", stranger {code}"));
            got += &day.map_or_else(String::new, |day| format!(", {day}"));
            assert_eq!(got, want, "{path}");
        }
    }
}
