//! Names of files and folders that look as if they gave a language, but do not.
//!
//! In: all documents. Out: one warning for each language, however many files there are.

use std::sync::Arc;

use crate::base::{Diagnostic, Diagnostics, Map, Place, codes, locale};
use crate::config::Config;
use crate::parse::Doc;

pub(super) fn check(docs: &[Arc<Doc>], config: &Config, out: &mut Diagnostics) {
    suffixes(docs, out);
    folders(docs, config, out);
}

/// `kartini.fr.md`, where the site has no `fr`.
fn suffixes(docs: &[Arc<Doc>], out: &mut Diagnostics) {
    let strangers = docs.iter().filter_map(|doc| Some((doc, doc.placed.stranger.as_deref()?)));
    if strangers.clone().next().is_none() {
        return;
    }
    let mut versions: Map<&str, usize> = Map::default();
    for doc in docs {
        *versions.entry(base(doc)).or_default() += 1;
    }
    // Where dots separate the words of names (`ellen.lo.md` among `amy.hart.md`), a suffix proves
    // nothing.
    let is_dotted = |doc: &&Arc<Doc>| doc.placed.stranger.is_none() && last(doc).contains('.');
    let dots_part_words = docs.iter().filter(is_dotted).count() > strangers.clone().count();
    let mut found: Map<&str, (&Doc, usize)> = Map::default();
    for (doc, code) in strangers {
        // "Dr. No" is a film; beside "Dr." it would be Norwegian.
        let is_unclear = dots_part_words || locale::is_ambiguous(code);
        let is_meant = is_index(doc) || !is_unclear || versions[base(doc)] > 1;
        // Whoever writes `lang` knows how to give a language.
        if is_meant && doc.front.lang.is_none() {
            found.entry(code).or_insert((doc, 0)).1 += 1;
        }
    }
    for (code, (doc, count)) in found {
        out.push(unconfigured(doc, code, count));
    }
}

/// The key without the suffix.
fn base(doc: &Doc) -> &str {
    let placed = &doc.placed;
    let code = placed.stranger.as_ref().map_or(0, |code| 1 + code.len());
    &placed.key[..placed.key.len() - code]
}

/// The last part of the key without the suffix.
fn last(doc: &Doc) -> &str {
    base(doc).rsplit('/').next().unwrap_or("")
}

/// Whether it would be an `index.md` or `_index.md` without the suffix.
fn is_index(doc: &Doc) -> bool {
    ["index", "_index"].contains(&last(doc))
}

fn unconfigured(doc: &Doc, code: &str, count: usize) -> Diagnostic {
    let path = &doc.source.path;
    let more = match count {
        1 => String::new(),
        2 => ", and so is another file".to_owned(),
        count => format!(", and so are {} other files", count - 1),
    };
    let name = path.file_name();
    let message = format!(
        "`{name}` is named like a file in the language `{code}`, which this site does not have{more}"
    );
    let add = format!("add `[languages.{code}]` to kisah.toml");
    let help = if is_index(doc) {
        add
    } else {
        let plain = name.replace(&format!(".{code}."), &format!("-{code}."));
        format!("{add}; if that is not a language, rename the file to `{plain}`")
    };
    Diagnostic::warning(&codes::UNCONFIGURED_LANGUAGE, message)
        .at(Place::file(path.as_str()))
        .help(help)
}

/// `content/id/`, where `id` is a language of the site and the files in it do not say so.
fn folders(docs: &[Arc<Doc>], config: &Config, out: &mut Diagnostics) {
    let mut found: Map<&str, &Doc> = Map::default();
    for doc in docs.iter().filter(|_| config.languages.values().len() > 1) {
        let top = doc.placed.folder().split('/').next().unwrap_or("");
        if let Some(language) = config.language_id(top)
            && language != doc.language
            && doc.placed.suffix.is_none()
            && doc.front.lang.is_none()
        {
            found.entry(top).or_insert(doc);
        }
    }
    for (top, doc) in found {
        let path = &doc.source.path;
        let written = &config.languages[doc.language].code;
        let message = format!(
            "`content/{top}/` is a folder like any other, and its documents are in the language `{written}`"
        );
        let below = path.below("content").and_then(|path| path.strip_prefix(top)).unwrap_or("");
        let (stem, extension) = below.rsplit_once('.').unwrap_or((below, "md"));
        let help = format!(
            "give the language at the end of a file's name, `content{stem}.{top}.{extension}`, or as `lang = \"{top}\"` in the front matter"
        );
        let place = Place::file(path.as_str());
        out.push(Diagnostic::warning(&codes::LANGUAGE_FOLDER, message).at(place).help(help));
    }
}
