//! `data/*.toml|json|yaml` → the variable `data`, one key for each file.

use serde_json::{Map, Value as Json};

use super::part::Part;
use crate::base::{Diagnostic, Diagnostics, Place, SourceText, Span, codes, toml, yaml};

/// Reads the data files. A file that cannot be read is reported and left out.
pub(crate) fn data(files: &[SourceText], out: &mut Diagnostics) -> Part {
    let mut map = Map::new();
    for source in files {
        let name = source.path.stem();
        let place = || Place::file(source.path.as_str());
        if !is_identifier(name) {
            let message = format!("templates cannot name data `{name}`");
            let help = "use letters, digits and `_` in the file's name";
            out.push(Diagnostic::warning(&codes::UNUSED, message).at(place()).help(help));
            continue;
        }
        if map.contains_key(name) {
            let message = format!("there are two data files named `{name}`");
            let help = "rename one: templates see them by name, without extension";
            out.push(Diagnostic::error(&codes::COLLISION, message).at(place()).help(help));
            continue;
        }
        if let Some(value) = read(source, out) {
            map.insert(name.to_owned(), value);
        }
    }
    Part::json(&Json::Object(map))
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Where an error in JSON is. Columns are bytes, and column 0 is the end of the line before.
fn byte_of(text: &str, error: &serde_json::Error) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(error.line().saturating_sub(1)).map(str::len).sum();
    match error.column() {
        0 if text[..before].ends_with("\r\n") => before - 2,
        column => (before + column).saturating_sub(1),
    }
}

fn read(source: &SourceText, out: &mut Diagnostics) -> Option<Json> {
    let (text, offset) = source.unmarked();
    match source.path.extension() {
        "toml" => {
            let mut problems = Diagnostics::new();
            let table = toml::parse(text, offset, 0, source, &mut problems);
            let failed = problems.has_errors();
            out.extend(problems);
            (!failed).then(|| Json::Object(table.to_json()))
        }
        "json" => match serde_json::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let at = offset + byte_of(text, &error);
                let at = source.place(Span::new(at..at + 1));
                let message = error.to_string();
                let (message, help) = match message.split(" at line ").next().unwrap_or("") {
                    _ if text.trim().is_empty() => {
                        ("the file is empty", "write `{}`, or remove it")
                    }
                    text if text.starts_with("EOF") => {
                        ("it ends too early", "close every `{`, `[` and quote")
                    }
                    "number out of range" => ("the number is too large", "put it in quotes"),
                    text => (
                        text,
                        "put texts and keys in double quotes, and no comma at the end of a list",
                    ),
                };
                let message = format!("this is not valid JSON: {message}");
                out.push(Diagnostic::error(&codes::SYNTAX, message).at(at).help(help));
                None
            }
        },
        _ => yaml::parse_any(text, offset, source, out).map(|node| node.value.to_json()),
    }
}
