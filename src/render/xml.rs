//! How all XML files begin, and how text is written in them.

use std::fmt::Write;

use crate::base::text::escape;

pub(super) const PROLOGUE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

/// An element that contains only text, on a line of its own.
pub(super) fn element(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", text(value));
}

/// Escapes text, and drops the control characters that XML 1.0 does not allow even as references.
pub(super) fn text(value: &str) -> String {
    let illegal = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if value.contains(illegal) { escape(&value.replace(illegal, "")) } else { escape(value) }
}
