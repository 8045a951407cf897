//! Highlighted code: spans with one of a few short classes, which a style sheet can colour as it
//! likes.
//!
//! The classes are `c` comment, `k` keyword, `s` string, `n` number or constant, `f` function or
//! attribute, `t` type or tag, `i` inserted and `d` deleted in a diff. (syntect's own output names
//! every scope, and is eight times larger.)

use std::sync::LazyLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxSet};

use super::sink::push_text;

/// Longer blocks are not highlighted: they are more likely data than code.
const MOST_BYTES: usize = 50_000;
/// Nor are blocks with longer lines.
const MOST_IN_LINE: usize = 2_000;

/// What one document may cost: the sum of the squares of its lines' lengths, since the expressions
/// for some languages take quadratic time. With this budget the worst case that could be found takes
/// a second, and 3,000 lines of 50 characters are still highlighted.
pub(super) const BUDGET: usize = 8_000_000;

/// All languages. They are loaded at the first block that needs them, since that takes milliseconds.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Which class a scope gets: the first that fits. A scope not listed keeps the class around it.
static CLASSES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    [
        ("comment", "c"),
        ("meta.interpolation", ""),
        ("meta.embedded", ""),
        ("source", ""),
        ("text", ""),
        ("string", "s"),
        ("constant.character", "s"),
        ("constant.language", "k"),
        ("constant", "n"),
        ("keyword.operator.word", "k"),
        ("keyword.operator", ""),
        ("keyword", "k"),
        ("storage", "k"),
        ("variable.language", "k"),
        ("variable.function", "f"),
        ("support.function", "f"),
        ("support.macro", "f"),
        ("support.type.property-name", "f"),
        ("support.type", "t"),
        ("support.class", "t"),
        ("support.constant", "n"),
        ("entity.name.function", "f"),
        ("entity.name.macro", "f"),
        ("entity.name.section", "k"),
        ("entity.name", "t"),
        ("entity.other.inherited-class", "t"),
        ("entity.other.attribute-name", "f"),
        ("markup.heading", "k"),
        ("markup.inserted", "i"),
        ("markup.deleted", "d"),
        ("meta.diff.header", "c"),
        ("meta.diff.range", "k"),
    ]
    .into_iter()
    .filter_map(|(name, class)| Some((Scope::new(name).ok()?, class)))
    .collect()
});

/// Appends highlighted code. Returns `false`, with nothing appended, if it cannot be highlighted.
pub(super) fn push(out: &mut String, code: &str, language: &str, budget: &mut usize) -> bool {
    if language.is_empty()
        || code.len() > MOST_BYTES
        || code.split('\n').any(|line| line.len() > MOST_IN_LINE)
    {
        return false;
    }
    let cost = code.split('\n').map(|line| line.len() * line.len()).sum();
    let Some(left) = budget.checked_sub(cost) else { return false };
    *budget = left;
    let Some(syntax) = SYNTAXES.find_syntax_by_token(language) else { return false };
    let start = out.len();
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    // The class in force at each depth of the stack.
    let mut classes: Vec<&'static str> = Vec::new();
    let mut spans = Spans { out, class: "", blanks: String::new() };
    for line in code.split_inclusive('\n') {
        let Ok(operations) = state.parse_line(line, &SYNTAXES) else {
            spans.out.truncate(start);
            return false;
        };
        let mut last = 0;
        for (at, operation) in operations {
            let at = at.min(line.len());
            spans.push(line.get(last..at).unwrap_or(""), classes.last().copied().unwrap_or(""));
            last = at;
            let applied = stack.apply_with_hook(&operation, |change, _| match change {
                BasicScopeStackOp::Push(scope) => {
                    let outer = classes.last().copied().unwrap_or("");
                    classes.push(class_of(scope).unwrap_or(outer));
                }
                BasicScopeStackOp::Pop => {
                    classes.pop();
                }
            });
            if applied.is_err() {
                spans.out.truncate(start);
                return false;
            }
        }
        spans.push(line.get(last..).unwrap_or(""), classes.last().copied().unwrap_or(""));
    }
    spans.end();
    true
}

fn class_of(scope: Scope) -> Option<&'static str> {
    CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class)
}

/// Writes spans. Neighbours of the same class become one span, blanks between them included.
struct Spans<'a> {
    out: &'a mut String,
    class: &'static str,
    /// Blanks not written yet: they belong inside the span only if it continues.
    blanks: String,
}

impl Spans<'_> {
    fn push(&mut self, text: &str, class: &'static str) {
        if text.trim().is_empty() {
            self.blanks.push_str(text);
            return;
        }
        if class != self.class {
            self.close();
        }
        self.out.push_str(&self.blanks);
        self.blanks.clear();
        if class != self.class {
            self.out.push_str("<span class=\"");
            self.out.push_str(class);
            self.out.push_str("\">");
            self.class = class;
        }
        let end = text.trim_end().len();
        push_text(self.out, &text[..end]);
        self.blanks.push_str(&text[end..]);
    }

    fn close(&mut self) {
        if !self.class.is_empty() {
            self.out.push_str("</span>");
            self.class = "";
        }
    }

    fn end(&mut self) {
        self.close();
        self.out.push_str(&self.blanks);
    }
}
