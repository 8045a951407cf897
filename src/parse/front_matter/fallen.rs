//! Keys meant for the document that ended up in a table, where they do nothing.
//!
//! In TOML, everything below a line `[extra]` belongs to that table, including a key that was added
//! later. A key that decides whether a story is public is an error there, in every table and
//! whatever `unknown_keys` says. Other keys are reported only if hardly anybody puts them below
//! `[extra]` on purpose: themes do keep `image`, `summary` or `title` there.

use super::elsewhere::withholds;
use super::foreign::{is_table, normal};
use super::read::{FieldReader, Of};
use super::values::{is_blank, truth, words};
use crate::base::{Key, Node, Table, Value, codes};
use crate::keys::{FRONT_MATTER, Field};

/// Tables in which any key may be the author's own.
const OWN_TABLES: [&str; 3] = ["extra", "params", "person"];

/// A table in which a key stands.
struct Inside<'a> {
    /// Its name as written: `extra`, `extra.links`.
    name: String,
    /// The first part of the name, as [`normal`] makes it.
    top: &'a str,
    /// It begins with a line `[…]`, so that keys below the line belong to it.
    has_line: bool,
    /// It is an item of a list, `[[…]]`.
    in_list: bool,
}

impl FieldReader<'_> {
    /// Reports keys that have fallen into a table.
    pub(super) fn fallen(&mut self) {
        for (key, node) in &self.table.entries {
            let top = normal(&key.name);
            if top == "cascade" || is_table(&top) {
                continue;
            }
            let (items, in_list) = match &node.value {
                Value::Array(items) => (items.as_slice(), true),
                _ => (std::slice::from_ref(node), false),
            };
            for item in items {
                let Value::Table(table) = &item.value else { continue };
                let above = if self.of == Of::Cascade { "cascade." } else { "" };
                let (name, has_line) = (format!("{above}{}", key.name), self.has_line(item));
                // A list in any other spelling is the author's own data.
                if has_line || !in_list {
                    self.fallen_into(&Inside { name, top: &top, has_line, in_list }, table);
                }
            }
        }
    }

    fn fallen_into(&mut self, inside: &Inside<'_>, table: &Table) {
        for (key, node) in &table.entries {
            let decides = self.decides(inside, &normal(&key.name), node);
            if decides || self.is_ours(inside, &key.name, node) {
                self.report_fallen(inside, key, decides);
            }
            if let Value::Table(table) = &node.value {
                let name = format!("{}.{}", inside.name, key.name);
                // This far down, only keys that decide who sees the story matter.
                let inside = Inside { name, top: "", has_line: self.has_line(node), ..*inside };
                self.fallen_into(&inside, table);
            }
        }
    }

    /// Whether a key decides who sees the story.
    fn decides(&self, inside: &Inside<'_>, name: &str, node: &Node) -> bool {
        let is_own = OWN_TABLES.contains(&inside.top) || inside.top == "taxonomies";
        match name {
            "draft" | "unlisted" | "published" => truth(node).is_some(),
            "expires" => self.day(node).is_some(),
            // Sources and events have dates of their own, and a story with a date may have a
            // second one in a table.
            "date" => {
                is_own
                    && !inside.in_list
                    && self.day(node).is_some()
                    && self.table.get("date").is_none_or(is_blank)
            }
            // Only in these tables: a person has a status, too.
            _ => {
                inside.has_line
                    && ["extra", "params", "taxonomies"].contains(&inside.top)
                    && ["private", "status", "visibility"].contains(&name)
                    && withholds(name, node)
            }
        }
    }

    /// Whether a key is one of ours that the document lacks and that is hardly the author's own.
    fn is_ours(&self, inside: &Inside<'_>, name: &str, node: &Node) -> bool {
        let is_taxonomy = self.config.taxonomies.is_list(name);
        let ours = FRONT_MATTER.iter().find(|key| key.spec.name == name);
        if inside.top == "taxonomies" {
            return !is_taxonomy && ours.is_some();
        }
        let zola = self.table.get("taxonomies").and_then(|node| match &node.value {
            Value::Table(table) => table.get(name),
            _ => None,
        });
        let fits = match ours.map(|key| key.field) {
            Some(Field::Truth(_)) => truth(node).is_some(),
            Some(Field::Date(_) | Field::Latest(_)) => self.day(node).is_some(),
            Some(Field::Text(_) | Field::Placed(_)) => matches!(&node.value, Value::String(_)),
            _ => matches!(&node.value, Value::String(_) | Value::Array(_)) && words(node).is_some(),
        };
        inside.has_line
            && !inside.in_list
            && OWN_TABLES.contains(&inside.top)
            && (is_taxonomy || ours.is_some_and(|key| key.is_ours))
            && self.table.get(name).is_none()
            && zola.is_none()
            && fits
    }

    fn report_fallen(&mut self, inside: &Inside<'_>, key: &Key, decides: bool) {
        let (code, written) = (&codes::MISPLACED_KEY, &key.name);
        let Inside { name, has_line, in_list, .. } = inside;
        let (message, help) = if *has_line {
            let line = if *in_list { format!("[[{name}]]") } else { format!("[{name}]") };
            let first = self.first_line().unwrap_or_else(|| line.clone());
            (
                format!("`{written}` is below `{line}`, where it does nothing"),
                format!("move it above the line `{first}`"),
            )
        } else {
            (
                format!("`{written}` is in `{name}`, where it does nothing"),
                format!("move it out of `{name}`, and above it"),
            )
        };
        if decides {
            self.fields.error(code, message, key.span, Some(help));
        } else {
            self.by_policy(code, key.span, message, help);
        }
    }

    /// The line with which the first table begins.
    fn first_line(&self) -> Option<String> {
        let items = |(_, node): &(Key, Node)| match &node.value {
            Value::Array(items) => items.first().map(|item| item.span),
            _ => Some(node.span),
        };
        let source = self.fields.sources().first()?;
        let first = self.table.entries.iter().filter_map(items);
        let first = first.filter(|span| source.slice(*span).starts_with('[')).min()?;
        Some(source.slice(first).lines().next()?.trim_end().to_owned())
    }

    /// Whether a table begins with a line of its own in TOML.
    fn has_line(&self, node: &Node) -> bool {
        let source = self.fields.sources().get(usize::from(node.span.file));
        !self.yaml && source.is_some_and(|source| source.slice(node.span).starts_with('['))
    }
}
