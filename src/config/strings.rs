//! Interface texts ("Read also", "Older") by language: built in for English, Indonesian and Arabic,
//! and extended and overridden by the site's `i18n/<lang>.toml`.
//!
//! A text may contain `{name}`s, which templates fill in. A text that depends on a count is a table
//! with one text per plural category of the language; `other` is always among them, and is used for
//! those that are missing.

use serde_json::Value as Json;

use crate::base::suggest::closest;
use crate::base::{
    Diagnostic, Diagnostics, Map, SourcePath, SourceText, Table, Value, codes, toml,
};

/// The interface texts of one language: key → text, or plural category → text.
pub(crate) type Strings = Map<String, Json>;

/// CLDR's names for what a count does to the words around it.
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The languages with built-in texts, beginning with English, which has every key.
const BUILTIN: [(&str, &str); 3] = [
    ("en", include_str!("strings/en.toml")),
    ("id", include_str!("strings/id.toml")),
    ("ar", include_str!("strings/ar.toml")),
];

/// The built-in texts for a language: its own if there are any, then those of the language without
/// region and script (`pt-BR` → `pt`), then English. Every key of English is present.
pub fn builtin(code: &str) -> Strings {
    let mut strings = Strings::default();
    // A region's texts, should there ever be any, override those of its language.
    let prefixes = code.match_indices('-').map(|(at, _)| &code[..at]).chain([code]);
    for code in ["en"].into_iter().chain(prefixes) {
        for (_, text) in BUILTIN.iter().filter(|(name, _)| name.eq_ignore_ascii_case(code)) {
            let source = SourceText::new(SourcePath::new("strings.toml"), *text);
            // A test checks that the built-in files have no mistakes.
            overlay(&mut strings, &source, &mut Diagnostics::new());
        }
    }
    strings
}

/// Overlays a site's `i18n/<lang>.toml` on the texts of its language. Other keys are welcome: the
/// site's templates may need texts that ours do not.
pub(crate) fn overlay(strings: &mut Strings, source: &SourceText, out: &mut Diagnostics) {
    let table = toml::parse(&source.text, 0, 0, source, out);
    for (key, node) in table.entries {
        let is_plural = matches!(strings.get(&key.name), Some(Json::Object(_)));
        let is_text = matches!(strings.get(&key.name), Some(Json::String(_)));
        let wrong = |wanted: &str| {
            let message = format!("`{}` must be {wanted}, not {}", key.name, node.value.kind());
            Diagnostic::error(&codes::WRONG_TYPE, message).at(source.place(node.span))
        };
        let text = match &node.value {
            // Many languages have one form for all counts.
            Value::String(text) if is_plural => serde_json::json!({ "other": text }),
            Value::String(text) => Json::String(text.clone()),
            Value::Table(_) if is_text => {
                out.push(wrong("a string"));
                continue;
            }
            Value::Table(forms) => match plural_forms(&key.name, forms, source, out) {
                Some(forms) => forms,
                None => continue,
            },
            _ => {
                out.push(wrong("a string, or a table of plural forms").help(example(&key.name)));
                continue;
            }
        };
        strings.insert(key.name, text);
    }
}

/// Reads a table of plural forms; `None`, with the reasons in `out`, if it is not one.
fn plural_forms(
    name: &str,
    table: &Table,
    source: &SourceText,
    out: &mut Diagnostics,
) -> Option<Json> {
    let mut wrong = false;
    let mut forms = serde_json::Map::new();
    for (key, node) in &table.entries {
        if !CATEGORIES.contains(&key.name.as_str()) {
            wrong = true;
            let message = format!("unknown plural form `{}` of `{name}`", key.name);
            let help = match closest(&key.name, CATEGORIES) {
                Some(category) => format!("did you mean `{category}`?"),
                None => format!("plural forms are `{}`", CATEGORIES.join("`, `")),
            };
            out.push(
                Diagnostic::error(&codes::UNKNOWN_KEY, message)
                    .at(source.place(key.span))
                    .help(help),
            );
            continue;
        }
        if let Value::String(text) = &node.value {
            forms.insert(key.name.clone(), Json::String(text.clone()));
        } else {
            wrong = true;
            let kind = node.value.kind();
            let message = format!("`{name}.{}` must be a string, not {kind}", key.name);
            out.push(Diagnostic::error(&codes::WRONG_TYPE, message).at(source.place(node.span)));
        }
    }
    if wrong {
        return None;
    }
    if !forms.contains_key("other") {
        let place = table.entries.first().map(|(key, _)| source.place(key.span));
        let mut diagnostic = Diagnostic::error(
            &codes::WRONG_VALUE,
            format!("`{name}` lacks the plural form `other`"),
        )
        .help(example(name));
        diagnostic.place = place.or_else(|| Some(crate::base::Place::file(source.path.as_str())));
        out.push(diagnostic);
        return None;
    }
    Some(Json::Object(forms))
}

fn example(name: &str) -> String {
    format!("write `{name} = \"…\"`, or `{name} = {{ one = \"…\", other = \"…\" }}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(strings: &mut Strings, text: &str) -> Vec<String> {
        let source = SourceText::new(SourcePath::new("i18n/id.toml"), text);
        let mut out = Diagnostics::new();
        overlay(strings, &source, &mut out);
        out.iter()
            .map(|d| format!("{} {} {}", d.place.as_ref().unwrap(), d.code.name, d.message))
            .collect()
    }

    /// The `{name}`s of a text, sorted.
    fn names(text: &Json) -> Vec<String> {
        let text = match text {
            Json::Object(forms) => forms["other"].as_str().unwrap(),
            text => text.as_str().unwrap(),
        };
        let mut names: Vec<String> =
            text.split('{').skip(1).map(|s| s.split('}').next().unwrap().to_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn every_file_of_texts_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/strings");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let codes = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
        let mut codes: Vec<String> = codes.collect();
        let mut listed = BUILTIN.map(|(code, _)| code);
        codes.sort();
        listed.sort_unstable();
        assert_eq!(listed.as_slice(), codes);
    }

    #[test]
    fn builtin_languages_have_the_same_keys_and_names() {
        let english = builtin("en");
        for (code, text) in BUILTIN {
            let mut own = Strings::default();
            assert_eq!(read(&mut own, text), [""; 0], "{code}");
            assert_eq!(
                own.keys().collect::<Vec<_>>(),
                english.keys().collect::<Vec<_>>(),
                "{code}"
            );
            for (key, text) in &own {
                assert_eq!(names(text), names(&english[key]), "{code} {key}");
                assert_eq!(text.is_object(), english[key].is_object(), "{code} {key}");
            }
        }
    }

    /// Arabic has all six of CLDR's forms. None of them may fall back to `other`, which is only for
    /// hundreds.
    #[test]
    fn plural_forms_are_complete() {
        use crate::base::locale::Locale;
        for (code, _) in BUILTIN {
            let locale = Locale::new(code).unwrap();
            let wanted: crate::base::Set<&str> = (0..=120).map(|n| locale.plural(n)).collect();
            for (key, text) in builtin(code) {
                let Json::Object(forms) = text else { continue };
                for category in &wanted {
                    assert!(forms.contains_key(*category), "{code} {key} {category}");
                }
            }
        }
    }

    #[test]
    fn languages_fall_back() {
        for (code, expected) in [
            ("en", "Home"),
            ("id", "Beranda"),
            ("ID", "Beranda"),
            ("id-ID", "Beranda"),
            ("ar-EG", "الرئيسية"),
            ("pt-BR", "Home"),
            ("idx", "Home"),
            ("", "Home"),
        ] {
            assert_eq!(builtin(code)["home"], expected, "{code}");
        }
    }

    #[test]
    fn the_sites_texts_win() {
        let mut strings = builtin("id");
        let text = "home = \"Depan\"\nmine = \"Punyaku\"\nstories_count = \"{n} cerita\"\n\
                    [reading_time]\none = \"semenit\"\nother = \"{n} menit\"\n";
        assert_eq!(read(&mut strings, text), [""; 0]);
        assert_eq!(strings["home"], "Depan");
        assert_eq!(strings["mine"], "Punyaku");
        assert_eq!(strings["stories_count"], serde_json::json!({ "other": "{n} cerita" }));
        assert_eq!(strings["reading_time"]["one"], "semenit");
        assert_eq!(strings["by"], "Oleh");
    }

    #[test]
    fn mistakes_are_explained() {
        for (text, expected) in [
            (
                "home = 1",
                "i18n/id.toml:1:8 wrong-type `home` must be a string, or a table of plural forms, not an integer",
            ),
            (
                "home = { other = \"x\" }",
                "i18n/id.toml:1:8 wrong-type `home` must be a string, not a table",
            ),
            (
                "n = { others = \"x\" }",
                "i18n/id.toml:1:7 unknown-key unknown plural form `others` of `n`",
            ),
            (
                "n = { other = 1 }",
                "i18n/id.toml:1:15 wrong-type `n.other` must be a string, not an integer",
            ),
            (
                "n = { one = \"x\" }",
                "i18n/id.toml:1:7 wrong-value `n` lacks the plural form `other`",
            ),
            ("n = {}", "i18n/id.toml wrong-value `n` lacks the plural form `other`"),
        ] {
            let mut strings = builtin("id");
            assert_eq!(read(&mut strings, text), [expected], "{text}");
            assert_eq!(strings, builtin("id"), "{text}");
        }
    }
}
