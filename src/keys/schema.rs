//! The tables of keys as JSON Schemas of draft 7, which editors read to complete and check what is
//! written.
//!
//! In: the tables, and what else the front matter of a site may hold. Out: JSON.

use serde_json::{Map, Value as Json, json};

use super::{Cascades, FRONT_MATTER, Field, FrontKey, KISAH_TOML, Stands};
use crate::base::spec::{Absent, KeySpec, Shape};

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of kisah.toml.
pub fn kisah_toml() -> Json {
    let mut schema = json!({ "$schema": DRAFT, "title": "kisah.toml" });
    extend(&mut schema, table(KISAH_TOML));
    schema
}

/// The schema of front matter, with the taxonomies of a site. `is_strict`: an unknown key is a
/// mistake.
pub(crate) fn front_matter<'a>(taxonomies: impl Iterator<Item = &'a str>, is_strict: bool) -> Json {
    let taxonomies: Vec<&str> = taxonomies.collect();
    let mut schema = json!({ "$schema": DRAFT, "title": "front matter" });
    extend(&mut schema, front_table(&taxonomies, is_strict, |_| true));
    schema
}

/// The schema of a table with the keys that `has` chooses.
fn front_table(taxonomies: &[&str], is_strict: bool, has: fn(&FrontKey) -> bool) -> Json {
    let mut properties = Map::new();
    for key in FRONT_MATTER.iter().filter(|key| has(key)) {
        let mut schema = described(&key.spec);
        match key.field {
            Field::Cascade => {
                let inner = front_table(taxonomies, is_strict, |key| key.cascades != Cascades::No);
                extend(&mut schema, inner);
            }
            Field::Taxonomies => {
                let all = taxonomies.iter().map(|name| ((*name).to_owned(), value(Shape::Texts)));
                extend(&mut schema, object(all.collect(), is_strict));
            }
            _ => {}
        }
        if key.stands == Stands::InSections
            && let Some(Json::String(about)) = schema.get_mut("description")
        {
            about.push_str(" (in the `_index.md` of a section)");
        }
        properties.insert(key.spec.name.to_owned(), schema);
    }
    for name in taxonomies {
        properties.entry(*name).or_insert_with(|| value(Shape::Texts));
    }
    object(properties, is_strict)
}

fn table(keys: &[KeySpec]) -> Json {
    object(keys.iter().map(|key| (key.name.to_owned(), described(key))).collect(), true)
}

fn object(properties: Map<String, Json>, is_strict: bool) -> Json {
    let properties = Json::Object(properties);
    json!({ "type": "object", "properties": properties, "additionalProperties": !is_strict })
}

/// The schema of a key's value, with its description and default.
fn described(key: &KeySpec) -> Json {
    let mut about = plain(key.about);
    let mut schema = Map::new();
    let default = match key.absent {
        Absent::Said("") => None,
        Absent::Said(words) => {
            about = format!("{about}; where there is none: {}", plain(words));
            None
        }
        Absent::Truth(value) => Some(Json::from(value)),
        Absent::Number(value) => Some(Json::from(value)),
        Absent::Decimal(value) => Some(Json::from(value)),
        Absent::Text(value) => Some(Json::from(value)),
        Absent::Texts(values) => Some(Json::from(values)),
    };
    schema.insert("description".to_owned(), Json::String(about));
    schema.extend(default.map(|default| ("default".to_owned(), default)));
    let mut schema = Json::Object(schema);
    extend(&mut schema, value(key.shape));
    schema
}

fn value(shape: Shape) -> Json {
    let one_or_more = |one: Json| json!({ "anyOf": [one, { "type": "array", "items": one }] });
    let words = |words: &[&str]| json!({ "type": "string", "enum": words });
    let colour = json!({ "type": "string", "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$" });
    let sides = json!({ "light": colour, "dark": colour });
    let tone = json!({
        "anyOf": [colour, { "type": "object", "properties": sides, "additionalProperties": false }],
    });
    match shape {
        Shape::Truth => json!({ "type": "boolean" }),
        Shape::Decimal => json!({ "type": "number" }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Count(least) => json!({ "type": "integer", "minimum": least }),
        // To validators, TOML dates are strings.
        Shape::Text | Shape::Date => json!({ "type": "string" }),
        Shape::Texts | Shape::Dates => one_or_more(json!({ "type": "string" })),
        Shape::Word(list) => words(list),
        Shape::Words(list) => one_or_more(words(list)),
        Shape::Colour => tone,
        Shape::Colours => json!({ "type": "array", "items": tone }),
        Shape::Either(shapes) => {
            let any: Vec<Json> = shapes.iter().map(|shape| value(*shape)).collect();
            json!({ "anyOf": any })
        }
        Shape::Own => json!({ "type": "object" }),
        Shape::Table(keys) => table(keys),
        Shape::Decimals(keys) => {
            let mut schema = table(keys);
            extend(&mut schema, json!({ "additionalProperties": { "type": "number" } }));
            schema
        }
        Shape::Named(keys) => json!({ "type": "object", "additionalProperties": table(keys) }),
        Shape::Lists(keys) => {
            let list = json!({ "type": "array", "items": table(keys) });
            json!({ "type": "object", "additionalProperties": list })
        }
    }
}

fn extend(schema: &mut Json, with: Json) {
    if let (Json::Object(schema), Json::Object(with)) = (schema, with) {
        schema.extend(with);
    }
}

/// Markdown without its links, for editors that show the text as it is.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, at)) = rest.split_once("](") {
        let (_, after) = at.split_once(')').unwrap_or((at, ""));
        match before.rsplit_once('[') {
            Some((before, name)) => text.extend([before, name]),
            None => text.push_str(before),
        }
        rest = after;
    }
    text + rest
}
