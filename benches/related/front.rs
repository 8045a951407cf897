//! Front matter as a list of fields, so that some can be left out and the rest stay as written.
//!
//! In: the text of a post. Out: its fields, each with its own lines, and its body. A field that
//! stands twice counts once, the first time: programs differ about the second, and kisah refuses it.

use serde_json::Value;

/// The fields of a post's front matter, in the order of the file.
#[derive(Debug, Default)]
pub struct Front {
    /// `---`, `+++`, or nothing if there is no front matter.
    fence: &'static str,
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    name: String,
    /// All its lines.
    text: String,
}

/// Splits a post into its front matter and its body.
pub fn split(text: &str) -> (Front, &str) {
    let text = text.trim_start_matches(['\u{feff}', '\n', '\r']);
    for fence in ["---", "+++"] {
        let mut lines = text.split_inclusive('\n');
        if lines.next().is_none_or(|line| line.trim_end() != fence) {
            continue;
        }
        let mut at = text.find('\n').map_or(text.len(), |end| end + 1);
        let start = at;
        for line in lines {
            if line.trim_end() == fence {
                return (Front::read(fence, &text[start..at]), &text[at + line.len()..]);
            }
            at += line.len();
        }
    }
    (Front::default(), text)
}

impl Front {
    fn read(fence: &'static str, text: &str) -> Front {
        let mut front = Front { fence, fields: Vec::new() };
        let mut in_table = false;
        for line in text.split_inclusive('\n') {
            // What stands below a table of TOML belongs to it.
            in_table |= fence == "+++" && line.starts_with('[');
            let sign = if fence == "+++" { '=' } else { ':' };
            let name = line.split_once(sign).map(|(name, _)| name.trim_end());
            match name.filter(|name| !in_table && is_name(name)) {
                Some(name) => {
                    front.fields.push(Field { name: name.to_owned(), text: line.to_owned() });
                }
                // What stands before the first field is a comment.
                None => {
                    if let Some(field) = front.fields.last_mut() {
                        field.text.push_str(line);
                    }
                }
            }
        }
        let mut seen: Vec<String> = Vec::new();
        front.fields.retain(|field| {
            let is_new = !seen.contains(&field.name);
            seen.push(field.name.clone());
            is_new
        });
        front
    }

    /// Keeps only the fields that `keep` wants.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.fields.retain(|field| keep(&field.name));
    }

    pub fn rename(&mut self, from: &str, to: &str) {
        for field in self.fields.iter_mut().filter(|field| field.name == from) {
            field.text.replace_range(..from.len(), to);
            to.clone_into(&mut field.name);
        }
    }

    /// Writes a list of names with hyphens instead of spaces: YAML only.
    pub fn hyphenate(&mut self, name: &str) {
        let values = self.texts(name);
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            let item = |value: &String| format!("  - {}\n", value.trim().replace(' ', "-"));
            field.text = format!("{name}:\n{}", values.iter().map(item).collect::<String>());
        }
    }

    /// The value of a field; nothing if there is none, or if it cannot be read.
    pub fn value(&self, name: &str) -> Option<Value> {
        let field = self.fields.iter().find(|field| field.name == name)?;
        let mut value: Value = if self.fence == "+++" {
            toml::from_str(&field.text).ok()?
        } else {
            serde_saphyr::from_str(&field.text).ok()?
        };
        value.get_mut(name).map(Value::take)
    }

    /// A text; empty if there is none.
    pub fn text(&self, name: &str) -> String {
        self.texts(name).join(" ")
    }

    /// A text, or a list of them.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            // A date of TOML arrives as a table with one text.
            Value::Object(parts) if parts.len() == 1 => {
                parts.values().next()?.as_str().map(str::to_owned)
            }
            _ => None,
        };
        match self.value(name) {
            Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
            Some(value) => text(&value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// The front matter as it stands in a file, with its fences.
    pub fn write(&self) -> String {
        if self.fence.is_empty() {
            return String::new();
        }
        let fields: String = self.fields.iter().map(|field| field.text.as_str()).collect();
        format!("{0}\n{fields}{0}\n", self.fence)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
