//! Templates as they are compiled: with calls to the [`super::meter`] inserted.
//!
//! In: the source of a template that Tera has accepted. Out: the same with calls wherever something
//! is repeated (loops, blocks, components, the template itself), turned into text (`{{ … }}`, `~`,
//! filters), compared, or collected in lists and maps. It shows the same bytes. Insertions contain
//! no line breaks, so line numbers stay the same; the column of an error is looked up in the
//! original ([`Metered::original`]).
//!
//! Filters bind more tightly than every operator except the signs, so `| filter` after an operand
//! counts this operand and leaves the rest of the expression as it was.

use std::ops::Range;

use super::meter::{COMPARED, KEPT, MADE, SHOWN, STEP, TICK};

/// Filters whose result is not counted: it is no larger than the input, or small.
const QUIET: [&str; 24] = [
    "abs",
    "capitalize",
    "date",
    "default",
    "first",
    "float",
    "get",
    "int",
    "last",
    "length",
    "lower",
    "nth",
    "plural",
    "round",
    "safe",
    "shorten",
    "slugify",
    "strip_tags",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "upper",
    "wordcount",
];
/// Filters that do their own counting before they make something.
const COUNTING: [&str; 6] = ["fill", "indent", "join", "replace", "split", "unique"];
/// How many bytes of text are included in a step.
const SMALL: usize = 16;

/// A template with calls inserted.
pub(super) struct Metered {
    pub(super) text: String,
    /// Where in the original something was inserted, and how much, in order.
    added: Vec<(usize, usize)>,
}

impl Metered {
    /// The place in the original of a place in the metered text.
    pub(super) fn original(&self, at: usize) -> usize {
        let mut before = 0;
        for (place, length) in &self.added {
            if place + before + length > at {
                return (at - before).min(*place);
            }
            before += length;
        }
        at - before
    }
}

/// Inserts the calls.
pub(super) fn meter(source: &str) -> Metered {
    let mut scan = Scan { source, added: Vec::new(), open: Vec::new() };
    scan.run();
    let Scan { mut added, .. } = scan;
    added.sort_by_key(|(at, _)| *at);
    let mut text = String::with_capacity(source.len() * 2);
    let mut last = 0;
    for (at, piece) in &added {
        text.push_str(&source[last..*at]);
        text.push_str(piece);
        last = *at;
    }
    text.push_str(&source[last..]);
    let added = added.into_iter().map(|(at, piece)| (at, piece.len())).collect();
    Metered { text, added }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    Text,
    Number,
    Name,
    Sign,
}

#[derive(Debug, Clone)]
struct Token {
    kind: TokenKind,
    at: Range<usize>,
}

/// A part of a template that is repeated as a whole.
struct Region {
    /// The tag that opened it: `for`, `block`, `component`; empty for the template.
    tag: &'static str,
    /// The call at its beginning, among those added.
    call: usize,
    /// Bytes of text in it that are not in a nested region.
    text: usize,
}

struct Scan<'a> {
    source: &'a str,
    added: Vec<(usize, String)>,
    open: Vec<Region>,
}

impl Scan<'_> {
    fn run(&mut self) {
        let source = self.source;
        // In a template that extends another, only blocks are shown, and `extends` comes first.
        let mut first = source.trim_start();
        while let Some((_, rest)) = first.strip_prefix("{#").and_then(|c| c.split_once("#}")) {
            first = rest.trim_start();
        }
        let first = first.strip_prefix("{%").map(|tag| tag.trim_start_matches('-').trim_start());
        if first.is_none_or(|tag| !tag.starts_with("extends")) {
            self.begin("", 0, false);
        }
        let mut at = 0;
        while let Some(found) = source[at..].find('{') {
            let start = at + found;
            let next = match source.as_bytes().get(start + 1) {
                Some(b'{') => self.tag(start, "}}"),
                Some(b'%') => self.tag(start, "%}"),
                Some(b'#') => source[start..].find("#}").map(|end| start + end + 2),
                _ => {
                    self.text(found + 1);
                    at = start + 1;
                    continue;
                }
            };
            self.text(found);
            let Some(next) = next else { break };
            at = next;
        }
        self.text(source.len() - at);
        while let Some(region) = self.open.pop() {
            self.finish(&region);
        }
    }

    fn text(&mut self, bytes: usize) {
        if let Some(region) = self.open.last_mut() {
            region.text += bytes;
        }
    }

    /// Handles one tag; returns where it ends.
    fn tag(&mut self, start: usize, end: &str) -> Option<usize> {
        let (tokens, close) = tokens(self.source, start + 2, end)?;
        let after = close.end;
        if end == "}}" {
            self.expression(&tokens, 0..tokens.len());
            self.shown(&tokens);
            return Some(after);
        }
        let trims = close.len() == 3;
        let word = tokens.first().map_or("", |token| self.word(token));
        match word {
            "raw" => {
                let rest = &self.source[after..];
                let end = rest.find("endraw").and_then(|i| {
                    let tag = rest[..i].rfind("{%")?;
                    Some((tag, i + rest[i..].find("%}")? + 2))
                });
                let (text, end) = end?;
                self.text(text);
                return Some(after + end);
            }
            "for" => {
                let header = tokens.iter().position(|token| self.word(token) == "in");
                self.expression(&tokens, header.map_or(0, |i| i + 1)..tokens.len());
                self.begin("for", after, trims);
            }
            "block" => self.begin("block", after, trims),
            "component" => self.begin("component", after, trims),
            "endfor" | "endblock" | "endcomponent" => {
                if self.open.last().is_some_and(|region| region.tag == &word[3..])
                    && let Some(region) = self.open.pop()
                {
                    self.finish(&region);
                }
            }
            // The `else` of a loop belongs to what is around the loop; counting it in the loop is
            // enough.
            "filter" if tokens.len() > 1 => {
                self.filter(&tokens, 1);
                self.expression(&tokens, 2..tokens.len());
            }
            "set" | "set_global" | "if" | "elif" => self.expression(&tokens, 1..tokens.len()),
            _ if self.source[start..].starts_with("{%") && word == "<" => {
                self.expression(&tokens, 0..tokens.len());
            }
            _ => {}
        }
        Some(after)
    }

    fn begin(&mut self, tag: &'static str, at: usize, trims: bool) {
        let close = if trims { "-}}" } else { "}}" };
        self.added.push((at, close.to_owned()));
        self.open.push(Region { tag, call: self.added.len() - 1, text: 0 });
    }

    fn finish(&mut self, region: &Region) {
        let Some((_, piece)) = self.added.get_mut(region.call) else { return };
        let arguments =
            if region.text < SMALL { String::new() } else { format!("b={}", region.text) };
        *piece = format!("{{{{ {STEP}({arguments}) {piece}");
    }

    fn word(&self, token: &Token) -> &str {
        &self.source[token.at.clone()]
    }

    fn is(&self, tokens: &[Token], index: usize, sign: &str) -> bool {
        tokens.get(index).is_some_and(|t| t.kind != TokenKind::Text && self.word(t) == sign)
    }

    fn add(&mut self, at: usize, piece: impl Into<String>) {
        self.added.push((at, piece.into()));
    }

    /// Counts an operand that ends there, once.
    fn count(&mut self, at: usize, filter: &str) {
        let piece = format!("|{filter}");
        if !self.added.iter().rev().take(8).any(|(a, p)| *a == at && *p == piece) {
            self.add(at, piece);
        }
    }

    /// Counts what `{{ … }}` shows.
    fn shown(&mut self, tokens: &[Token]) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let is_literal = tokens.len() == 1 && first.kind != TokenKind::Name;
        if is_literal || self.word(first) == "<" {
            return;
        }
        let (from, to) = (first.at.start, last.at.end);
        self.add(from, "(");
        self.add(to, format!(")|{SHOWN}"));
    }

    /// The expressions among some tokens.
    fn expression(&mut self, tokens: &[Token], range: Range<usize>) {
        let mut brackets: Vec<Bracket> = Vec::new();
        for i in range.clone() {
            let token = &tokens[i];
            let operand_before = i > range.start && self.ends_operand(tokens, i - 1);
            let is_named =
                i > range.start && (self.is(tokens, i - 1, ".") || self.is(tokens, i - 1, "|"));
            match token.kind {
                // A name, whatever the field or filter is called.
                TokenKind::Name if is_named => {}
                TokenKind::Name => self.name(tokens, i, &mut brackets),
                TokenKind::Sign => self.sign(tokens, i, operand_before, &mut brackets),
                TokenKind::Text | TokenKind::Number => {}
            }
        }
    }

    fn sign(
        &mut self,
        tokens: &[Token],
        at: usize,
        operand_before: bool,
        brackets: &mut Vec<Bracket>,
    ) {
        let in_call = brackets.last().is_some_and(|b| b.role == BracketKind::Call);
        match &self.source[tokens[at].at.clone()] {
            "(" => brackets.push(Bracket::new(at, BracketKind::Group)),
            "[" | "?[" if operand_before => brackets.push(Bracket::new(at, BracketKind::Subscript)),
            "[" => brackets.push(Bracket::new(at, BracketKind::Literal)),
            "{" if in_call => brackets.push(Bracket::new(at, BracketKind::Group)),
            "{" => brackets.push(Bracket::new(at, BracketKind::Literal)),
            "<" if !operand_before => brackets.push(Bracket::new(at, BracketKind::Call)),
            ">" if in_call => _ = brackets.pop(),
            ")" | "]" | "}" => {
                if let Some(bracket) = brackets.pop() {
                    self.close(tokens, at, &bracket);
                }
            }
            "," if brackets.last_mut().is_some_and(|b| std::mem::take(&mut b.spread)) => {
                self.add(tokens[at - 1].at.end, format!(")|{MADE}"));
            }
            "..." => {
                if let Some(bracket) = brackets.last_mut() {
                    (bracket.spread, bracket.varies) = (true, true);
                }
                self.add(tokens[at].at.end, "(");
            }
            "~" => {
                self.count_before(tokens, at, SHOWN);
                self.count_after(tokens, at, SHOWN);
            }
            "==" | "!=" | "<" | ">" | "<=" | ">=" => {
                self.count_before(tokens, at, COMPARED);
                self.count_after(tokens, at, COMPARED);
            }
            "|" => self.filter(tokens, at + 1),
            _ => {}
        }
    }

    fn name(&mut self, tokens: &[Token], at: usize, brackets: &mut [Bracket]) {
        match &self.source[tokens[at].at.clone()] {
            "for" if brackets.last().is_some_and(|b| b.role == BracketKind::Literal) => {
                self.comprehension(tokens, at, brackets);
            }
            "if" => {
                if let Some(bracket) = brackets.last_mut().filter(|b| b.loops && !b.condition) {
                    bracket.condition = true;
                    self.add(tokens[at].at.end, " (");
                }
            }
            // The first `in` of a list comprehension belongs to its `for`.
            "in" if brackets.last_mut().is_some_and(|b| std::mem::take(&mut b.header)) => {}
            "in" => self.count_before(tokens, at, COMPARED),
            "true" | "false" | "True" | "False" | "none" | "None" | "null" => {}
            _ => {
                if let Some(bracket) = brackets.last_mut() {
                    bracket.varies = true;
                }
            }
        }
    }

    /// `[value for name in list if condition]`: counts each value, and each condition.
    fn comprehension(&mut self, tokens: &[Token], at: usize, brackets: &mut [Bracket]) {
        let Some(bracket) = brackets.last_mut() else { return };
        if bracket.loops {
            return;
        }
        (bracket.loops, bracket.header, bracket.varies) = (true, true, true);
        self.add(tokens[bracket.open].at.end, "(");
        self.add(tokens[at - 1].at.end, format!(")|{KEPT}"));
    }

    fn close(&mut self, tokens: &[Token], at: usize, bracket: &Bracket) {
        let before = tokens[at - 1].at.end;
        if bracket.spread {
            self.add(before, format!(")|{MADE}"));
        }
        if bracket.condition {
            self.add(before, format!(")|{TICK}"));
        }
        if bracket.role == BracketKind::Literal && bracket.varies {
            self.add(tokens[at].at.end, format!("|{MADE}"));
        }
    }

    /// Handles the filter that a token names: counts its result, and for some filters the input,
    /// too.
    fn filter(&mut self, tokens: &[Token], name: usize) {
        let Some(token) = tokens.get(name) else { return };
        let word = self.word(token).to_owned();
        if QUIET.contains(&word.as_str()) || COUNTING.contains(&word.as_str()) {
            if word == "unique" {
                self.count_filter_input(tokens, name, COMPARED);
            }
            return;
        }
        match word.as_str() {
            "sort" => self.count_filter_input(tokens, name, COMPARED),
            "str" | "json" => self.count_filter_input(tokens, name, SHOWN),
            _ => {}
        }
        let end =
            if self.is(tokens, name + 1, "(") { matching(self, tokens, name + 1) } else { name };
        let makes_list = ["keys", "pairs", "values", "sort", "reverse", "group_by"];
        let filter = if makes_list.contains(&word.as_str()) { MADE } else { SHOWN };
        self.count(tokens[end].at.end, filter);
    }

    /// Counts a filter's input. A filter section has nothing before it, so nothing is counted.
    fn count_filter_input(&mut self, tokens: &[Token], name: usize, filter: &str) {
        if name > 1 && self.is(tokens, name - 1, "|") && self.ends_operand(tokens, name - 2) {
            self.count(tokens[name - 2].at.end, filter);
        }
    }

    fn count_before(&mut self, tokens: &[Token], operator: usize, filter: &str) {
        let Some(before) = operator.checked_sub(1) else { return };
        // `not in`
        let before = if self.is(tokens, before, "not") { before.saturating_sub(1) } else { before };
        let token = &tokens[before];
        if !matches!(token.kind, TokenKind::Text | TokenKind::Number)
            && self.ends_operand(tokens, before)
        {
            self.count(token.at.end, filter);
        }
    }

    fn count_after(&mut self, tokens: &[Token], operator: usize, filter: &str) {
        let Some(end) = self.operand(tokens, operator + 1) else { return };
        let is_one = end == operator + 1;
        if !is_one || tokens[end].kind == TokenKind::Name {
            self.count(tokens[end].at.end, filter);
        }
    }

    /// The last token of the operand that begins at a token.
    fn operand(&self, tokens: &[Token], mut at: usize) -> Option<usize> {
        if self.is(tokens, at, "-") || self.is(tokens, at, "not") {
            at += 1;
        }
        let first = tokens.get(at)?;
        let mut end = at;
        match (first.kind, self.word(first)) {
            (TokenKind::Sign, "(" | "[" | "{") => end = matching(self, tokens, at),
            (TokenKind::Sign, "<") => {
                while !(self.is(tokens, end, "/") && self.is(tokens, end + 1, ">")) {
                    end = if self.is(tokens, end, "{") { matching(self, tokens, end) } else { end };
                    end += 1;
                    tokens.get(end)?;
                }
                end += 1;
            }
            (TokenKind::Sign, _) => return None,
            _ => {}
        }
        loop {
            let next = end + 1;
            end = if self.is(tokens, next, ".") || self.is(tokens, next, "?.") {
                next + 1
            } else if self.is(tokens, next, "[")
                || self.is(tokens, next, "?[")
                || (self.is(tokens, next, "(") && tokens[end].kind == TokenKind::Name)
            {
                matching(self, tokens, next)
            } else if self.is(tokens, next, "|") {
                next + 1
            } else {
                return (end < tokens.len()).then_some(end);
            };
            tokens.get(end)?;
        }
    }

    /// Whether an operand can end with a token.
    fn ends_operand(&self, tokens: &[Token], at: usize) -> bool {
        const WORDS: [&str; 9] = ["and", "or", "not", "in", "is", "if", "else", "elif", "for"];
        let token = &tokens[at];
        let word = self.word(token);
        match token.kind {
            TokenKind::Text | TokenKind::Number => true,
            // A field may have any name.
            TokenKind::Name => !WORDS.contains(&word) || (at > 0 && self.is(tokens, at - 1, ".")),
            TokenKind::Sign => {
                matches!(word, ")" | "]" | "}")
                    || (word == ">" && at > 0 && self.is(tokens, at - 1, "/"))
            }
        }
    }
}

/// An open bracket.
#[allow(clippy::struct_excessive_bools)]
struct Bracket {
    open: usize,
    role: BracketKind,
    /// Whether it holds more than literals.
    varies: bool,
    /// Whether an element with `...` has begun.
    spread: bool,
    /// Whether it is a list comprehension whose `in` is still to come.
    header: bool,
    loops: bool,
    condition: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BracketKind {
    /// Parentheses, whether of a call or not; braces around a component's argument.
    Group,
    Subscript,
    /// A list or a map.
    Literal,
    /// `<component …/>`.
    Call,
}

impl Bracket {
    fn new(open: usize, role: BracketKind) -> Self {
        let (varies, spread, header, loops, condition) = (false, false, false, false, false);
        Bracket { open, role, varies, spread, header, loops, condition }
    }
}

/// The bracket that closes the one at a token.
fn matching(scan: &Scan<'_>, tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        if token.kind == TokenKind::Sign {
            match scan.word(token) {
                "(" | "[" | "?[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len() - 1
}

/// The tokens of a tag from `at` on, and where its end is, including the `-` before it.
fn tokens(source: &str, mut at: usize, end: &str) -> Option<(Vec<Token>, Range<usize>)> {
    const LONG: [&str; 10] = ["...", "?.", "?[", "**", "//", "==", "!=", "<=", ">=", "</"];
    let mut tokens = Vec::new();
    if source[at..].starts_with('-') {
        at += 1;
    }
    loop {
        let rest = &source[at..];
        let c = rest.chars().next()?;
        if c.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if rest.starts_with(end) {
            return Some((tokens, at..at + 2));
        }
        if c == '-' && rest[1..].starts_with(end) {
            return Some((tokens, at..at + 3));
        }
        let (kind, length) = if matches!(c, '"' | '\'' | '`') {
            (TokenKind::Text, text_length(rest, c)?)
        } else if c.is_ascii_digit() {
            let mut dots = 0;
            let digits = rest.bytes().take_while(|b| {
                dots += usize::from(*b == b'.');
                b.is_ascii_digit() || (*b == b'.' && dots == 1)
            });
            (TokenKind::Number, digits.count())
        } else if c.is_alphabetic() || c == '_' {
            let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            (TokenKind::Name, name.unwrap_or(rest.len()))
        } else {
            let long = LONG.iter().find(|sign| rest.starts_with(**sign));
            (TokenKind::Sign, long.map_or(c.len_utf8(), |sign| sign.len()))
        };
        tokens.push(Token { kind, at: at..at + length });
        at += length;
    }
}

/// The length of a quoted text, including the quotes.
fn text_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(i + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
