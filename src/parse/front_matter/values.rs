//! Values as other programs spell them.

use crate::base::{Node, Value};

/// Whether the value says nothing.
pub(super) fn is_blank(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.iter().all(is_blank),
        _ => false,
    }
}

/// A truth value, also as a text or a number.
pub(super) fn truth(node: &Node) -> Option<bool> {
    match scalar(node)?.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// One or several words, in lower case and with hyphens; `None` if the value is not text.
pub(super) fn words(node: &Node) -> Option<Vec<String>> {
    let items = match &node.value {
        Value::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut all = Vec::new();
    for item in items.iter().filter(|item| !is_blank(item)) {
        let text = scalar(item)?.to_lowercase();
        let parts = text.split(',').map(|word| word.trim().replace([' ', '_'], "-"));
        all.extend(parts.filter(|word| !word.is_empty()));
    }
    Some(all)
}

/// The text as written, of a value that is a single one.
pub(super) fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Date(text) | Value::Scalar(_, text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Integer(value) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    fn node(value: Value) -> Node {
        Node { span: Span::default(), value }
    }

    #[test]
    fn spellings() {
        let text = |text: &str| node(Value::String(text.into()));
        for yes in ["true", "True", " YES ", "on", "1", "y"] {
            assert_eq!(truth(&text(yes)), Some(true), "{yes}");
        }
        for no in ["false", "False", "no", "Off", "0", "N"] {
            assert_eq!(truth(&text(no)), Some(false), "{no}");
        }
        assert_eq!(truth(&node(Value::Integer(0))), Some(false));
        assert_eq!(truth(&node(Value::Bool(true))), Some(true));
        assert_eq!(truth(&text("soon")), None);
        assert_eq!(truth(&node(Value::Null)), None);
        assert_eq!(words(&text("Auto_Draft, in review")).unwrap(), ["auto-draft", "in-review"]);
        let list = node(Value::Array(vec![text("A"), node(Value::Null), text("b")]));
        assert_eq!(words(&list).unwrap(), ["a", "b"]);
        assert!(is_blank(&text(" ")) && is_blank(&node(Value::Array(Vec::new()))));
        assert!(!is_blank(&node(Value::Bool(false))));
    }
}
