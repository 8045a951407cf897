//! A document's language and title: from its front matter, else from its name.

use super::Placed;
use crate::base::locale::Locale;
use crate::base::text::capitalised;
use crate::base::{Diagnostic, Diagnostics, SourcePath, SourceText, codes, suggest};
use crate::config::{Config, LanguageId};
use crate::keys::FrontMatter;

/// A document's language: that of its front matter, else that of its file name.
pub(super) fn language(
    front: &FrontMatter,
    placed: &Placed,
    source: &SourceText,
    config: &Config,
    out: &mut Diagnostics,
) -> LanguageId {
    let Some(lang) = &front.lang else { return placed.suffix.unwrap_or(LanguageId::DEFAULT) };
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
    placed.suffix.unwrap_or(LanguageId::DEFAULT)
}

/// The title of a document: that of its front matter, else its first heading, else the words of
/// its file name. Never empty.
pub(super) fn title(
    front: &FrontMatter,
    heading: Option<&str>,
    placed: &Placed,
    path: &SourcePath,
    config: &Config,
) -> String {
    let written = front.title.as_deref().or(heading).unwrap_or("").trim();
    if !written.is_empty() {
        return written.to_owned();
    }
    title_from_name(placed, path, config)
}

/// A title for a document that has none: the words of its file name.
fn title_from_name(placed: &Placed, path: &SourcePath, config: &Config) -> String {
    let words = placed.name().replace(['-', '_', '.'], " ");
    match words.trim() {
        "" if placed.is_section() => config.title.clone(),
        "" => path.file_name().to_owned(),
        words => capitalised(words),
    }
}
