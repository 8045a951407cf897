//! What one file tells of its place in the site: where it stands, its language, its title.

use super::date_prefix;
use crate::base::locale::Locale;
use crate::base::text::capitalised;
use crate::base::{Diagnostic, Diagnostics, SourcePath, SourceText, codes, suggest};
use crate::config::{Config, LanguageId};
use crate::keys::FrontMatter;

/// Where a file stands, seen apart from its language.
pub struct Placed<'a> {
    /// Folder below `content/`; for a bundle, the folder that the bundle is in.
    pub folder: &'a str,
    /// Below `content/`, without suffix: `posts/x`; for a section its folder.
    pub key: String,
    /// The suffix `id` of `x.id.md`, if it is a configured language.
    pub suffix: Option<LanguageId>,
    /// Whether it is a section's `_index.md`.
    pub is_index: bool,
}

impl<'a> Placed<'a> {
    /// By the path of the file.
    pub fn of(path: &'a SourcePath, config: &Config) -> Self {
        let path = path.as_str();
        let below = path.strip_prefix("content/").unwrap_or(path);
        let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (stem, suffix) = match stem.rsplit_once('.') {
            Some((rest, code)) if config.language_id(code).is_some() => {
                (rest, config.language_id(code))
            }
            _ => (stem, None),
        };
        let is_index = stem == "_index";
        let (folder, key) = if is_index {
            (folder, folder.to_owned())
        } else if stem == "index" && !folder.is_empty() {
            (folder.rsplit_once('/').map_or("", |(parent, _)| parent), folder.to_owned())
        } else if folder.is_empty() {
            (folder, stem.to_owned())
        } else {
            (folder, format!("{folder}/{stem}"))
        };
        Placed { folder, key, suffix, is_index }
    }
}

/// The index of a document's language: that of its front matter, else of its file name.
pub(super) fn language(
    front: &FrontMatter,
    place: &Placed<'_>,
    source: &SourceText,
    config: &Config,
    out: &mut Diagnostics,
) -> LanguageId {
    let Some(lang) = &front.lang else { return place.suffix.unwrap_or(LanguageId::DEFAULT) };
    if let Some(index) = config.language_id(&lang.value) {
        return index;
    }
    let codes: Vec<&str> = config.languages.values().map(|l| l.code.as_str()).collect();
    let named = config.languages.values().find(|l| l.name.eq_ignore_ascii_case(&lang.value));
    let near = named.map(|l| l.code.as_str());
    let help = match near.or_else(|| suggest::closest(&lang.value, codes.iter().copied())) {
        Some(code) => format!("did you mean `{code}`?"),
        None if Locale::new(&lang.value).is_some() => {
            format!("add `[languages.{}]` to kisah.toml", lang.value)
        }
        None => format!(
            "use one of `{}`; others are added to kisah.toml by their codes, such as `[languages.fr]`",
            codes.join("`, `")
        ),
    };
    out.push(
        Diagnostic::error(
            &codes::UNKNOWN_LANGUAGE,
            format!("`{}` is not a language of this site", lang.value),
        )
        .at(source.place(lang.span))
        .help(help),
    );
    place.suffix.unwrap_or(LanguageId::DEFAULT)
}

/// The title of a document: that of its front matter, else its first heading, else the words of
/// its file name. Never empty.
pub(super) fn title(
    front: &FrontMatter,
    heading: Option<&str>,
    place: &Placed<'_>,
    path: &SourcePath,
    config: &Config,
) -> String {
    let written = front.title.as_deref().or(heading).unwrap_or("").trim();
    if !written.is_empty() {
        return written.to_owned();
    }
    title_from_name(place.key.rsplit('/').next().unwrap_or(""), path, config)
}

/// A title for a document that has none: the words of its file name.
fn title_from_name(stem: &str, path: &SourcePath, config: &Config) -> String {
    let words = strip_date(stem).replace(['-', '_', '.'], " ");
    match words.trim() {
        "" if path.stem().starts_with("_index") => config.title.clone(),
        "" => path.file_name().to_owned(),
        words => capitalised(words),
    }
}

/// A file name without its `YYYY-MM-DD-`.
pub fn strip_date(stem: &str) -> &str {
    date_prefix(stem).map_or(stem, |(_, rest)| rest)
}
