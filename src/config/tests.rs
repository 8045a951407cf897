//! What is declared in [`KISAH_TOML`] is what is read.

use std::fmt::Write as _;

use super::{BuiltIn, Config, Overrides, load};
use crate::base::spec::{Absent, KeySpec, Shape};
use crate::base::{Diagnostics, SourcePath, SourceText, codes};
use crate::keys::{FRONT_MATTER, Field, KISAH_TOML};

fn read(text: &str) -> (Config, Diagnostics) {
    let mut out = Diagnostics::new();
    let file = SourceText::new(SourcePath::new("kisah.toml"), text);
    (load(&[file], &[], &Overrides::default(), &mut out), out)
}

/// Writes keys with whatever values, and tables with every key.
fn all(text: &mut String, head: &str, keys: &[KeySpec]) {
    let (tables, values): (Vec<&KeySpec>, Vec<&KeySpec>) =
        keys.iter().partition(|key| inner(key.shape).is_some());
    for key in values {
        _ = writeln!(text, "{} = 1", key.name);
    }
    for key in tables {
        let (begin, name, end, keys) = match key.shape {
            Shape::Lists(keys) => ("[[", ".x", "]]", keys),
            Shape::Named(keys) => ("[", ".x", "]", keys),
            shape => ("[", "", "]", inner(shape).unwrap()),
        };
        let path = format!("{head}{}{name}", key.name);
        _ = writeln!(text, "{begin}{path}{end}");
        all(text, &format!("{path}."), keys);
    }
}

fn inner(shape: Shape) -> Option<&'static [KeySpec]> {
    match shape {
        Shape::Table(keys) | Shape::Decimals(keys) | Shape::Named(keys) | Shape::Lists(keys) => {
            Some(keys)
        }
        _ => None,
    }
}

#[test]
fn declared_keys_are_read() {
    let mut text = String::new();
    all(&mut text, "", KISAH_TOML);
    assert!(text.contains("[[languages.x.menus.x]]\nname = 1\n"), "{text}");
    let (_, out) = read(&text);
    let unread: Vec<_> = out.iter().filter(|d| d.code == &codes::UNKNOWN_KEY).collect();
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn declared_defaults_are_those_that_count() {
    let mut text = String::new();
    let mut tables = String::new();
    for key in KISAH_TOML {
        write(&mut text, key);
        write_table(&mut tables, "", key);
    }
    text += &tables;
    assert!(text.contains("[feed]\nlimit = 20\n"), "{text}");
    let (written, out) = read(&text);
    assert!(out.is_empty(), "{out:?}");
    assert_eq!(format!("{written:?}"), format!("{:?}", read("").0));
    // Those of tables of tables.
    let (config, _) = read("[collections.x]\n[taxonomies.x]\n");
    let named = "[collections.x]\nfrom = \"posts\"\nsort = \"date\"\nreverse = false\nlimit = 0\n\
                 [taxonomies.x]\npaginate_by = 20\nfeed = true\n";
    let (written, _) = read(named);
    let lists = |config: &Config| {
        let Config { collections, taxonomies, .. } = config;
        let collection = &collections["x"];
        let sorted = (&collection.from, collection.sort, collection.reverse, collection.limit);
        format!("{sorted:?} {taxonomies:?}")
    };
    assert_eq!(lists(&written), lists(&config));
}

fn write_table(text: &mut String, above: &str, table: &KeySpec) {
    let (Shape::Table(keys) | Shape::Decimals(keys)) = table.shape else { return };
    let path = format!("{above}{}", table.name);
    _ = writeln!(text, "[{path}]");
    for key in keys {
        write(text, key);
    }
    for key in keys {
        write_table(text, &format!("{path}."), key);
    }
}

fn write(text: &mut String, key: &KeySpec) {
    _ = match key.absent {
        Absent::Said(_) => Ok(()),
        Absent::Truth(value) => writeln!(text, "{} = {value}", key.name),
        Absent::Number(value) => writeln!(text, "{} = {value}", key.name),
        Absent::Decimal(value) => writeln!(text, "{} = {value}", key.name),
        Absent::Text(value) => writeln!(text, "{} = {value:?}", key.name),
        Absent::Texts(values) => writeln!(text, "{} = {values:?}", key.name),
    };
}

/// The taxonomies that mean something are keys of the front matter.
#[test]
fn built_in_taxonomies_are_declared() {
    let terms = FRONT_MATTER.iter().filter(|key| matches!(key.field, Field::Terms));
    let terms: Vec<&str> = terms.map(|key| key.spec.name).collect();
    let (config, _) = read("");
    assert_eq!(terms, config.taxonomies.lists().collect::<Vec<_>>());
    assert!(FRONT_MATTER.iter().any(|key| key.spec.name == BuiltIn::Series.name()));
}
