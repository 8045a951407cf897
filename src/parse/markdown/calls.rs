//! Component calls in Markdown: `{{<name …/>}}` and `{% <name …> %} … {% </name> %}`.
//!
//! Markdown knows nothing of them and would tear them apart. So they are found first, and each is
//! masked by a word of the same length that Markdown leaves alone; where a mask turns up in the
//! parser's events, the call is looked up. Only then is it known whether the call is inside code,
//! where it is text. That is why mistakes are only kept here, and reported when a call turns up
//! outside of code.
//!
//! Where components are turned off, what looks like a call is masked as well, so that it is shown
//! as written: Markdown would take part of it for an HTML tag.

use std::borrow::Cow;
use std::ops::Range;

use super::literal::{self, CallProblem};

/// The first of the characters that masks begin with, in Unicode's private use area. Each stands
/// for one token.
const FIRST: u32 = 0xe000;
/// How many of them there are.
const MOST: usize = 0xf900 - 0xe000;

/// What was found in a text.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// The text with every token masked, of the same length.
    pub(crate) masked: String,
    tokens: Vec<CallToken>,
}

/// More calls than there are masks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// One masked piece of the text.
#[derive(Debug)]
pub(super) struct CallToken {
    /// Where it is in the text.
    pub(crate) span: Range<usize>,
    /// What it is.
    pub(crate) kind: CallKind,
    /// What was masked.
    written: Box<str>,
    /// Whether it is masked as `<?…?>`, which is an HTML block of its own.
    block: bool,
}

/// What a token is.
#[derive(Debug)]
pub(super) enum CallKind {
    /// `{{<name/>}}`.
    Whole(Call),
    /// `{% <name> %}`.
    Open(Call),
    /// `{% </name> %}`.
    Close(Box<str>),
    /// `{% raw %}` and `{% endraw %}`.
    Nothing,
    /// The beginning of a call that is malformed.
    Bad(CallProblem),
    /// Text that must be shown as written.
    Literal,
    /// A character in the text that masks use as well.
    Character,
}

/// A component's name and arguments.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// Its name.
    pub(crate) name: Box<str>,
    /// Its arguments, in the order written.
    pub(crate) arguments: Vec<(Box<str>, serde_json::Value)>,
}

/// A piece of a text with masks.
pub(super) enum Segment<'t, 'c> {
    /// Text without masks.
    Text(&'t str),
    /// What a mask stands for.
    Token(&'c CallToken),
}

impl Calls {
    /// Finds the calls; `None` if there are none.
    pub(super) fn find(text: &str, enabled: bool) -> Result<Option<Calls>, TooMany> {
        let mut scanner = Scanner { text, tokens: Vec::new(), literal: !enabled, no_endraw: false };
        scanner.scan(0..text.len());
        if scanner.tokens.is_empty() {
            return Ok(None);
        }
        let mut calls = Calls { masked: String::with_capacity(text.len()), tokens: Vec::new() };
        let mut last = 0;
        let found = scanner.tokens;
        // The masks of the text's own characters come after those of calls.
        let mut characters = Vec::new();
        for (index, token) in found.iter().enumerate() {
            calls.mask_characters(&text[last..token.span.start], found.len(), &mut characters)?;
            calls.mask(index, token)?;
            last = token.span.end;
        }
        calls.mask_characters(&text[last..], found.len(), &mut characters)?;
        calls.tokens = found;
        calls.tokens.extend(characters.into_iter().map(|c| CallToken {
            span: 0..c.len_utf8(),
            kind: CallKind::Character,
            written: c.to_string().into(),
            block: false,
        }));
        Ok(Some(calls))
    }

    fn mask(&mut self, index: usize, token: &CallToken) -> Result<(), TooMany> {
        let (open, close) = if token.block { ("<?", "?>") } else { ("", "") };
        let mask = mask_of(index)?;
        let fill = token.span.len() - mask.len_utf8() - open.len() - close.len();
        self.masked.push_str(open);
        self.masked.push(mask);
        self.masked.extend(std::iter::repeat_n('x', fill));
        self.masked.push_str(close);
        Ok(())
    }

    /// Copies text; characters that masks use are masked themselves.
    fn mask_characters(
        &mut self,
        text: &str,
        before: usize,
        characters: &mut Vec<char>,
    ) -> Result<(), TooMany> {
        if find_mask(text).is_none() {
            self.masked.push_str(text);
            return Ok(());
        }
        for c in text.chars() {
            if is_mask(c) {
                let at = characters.iter().position(|known| *known == c).unwrap_or_else(|| {
                    characters.push(c);
                    characters.len() - 1
                });
                self.masked.push(mask_of(before + at)?);
            } else {
                self.masked.push(c);
            }
        }
        Ok(())
    }

    /// Cuts a text at its masks.
    pub(super) fn segments<'t, 'c>(
        &'c self,
        text: &'t str,
    ) -> impl Iterator<Item = Segment<'t, 'c>> {
        let mut rest = text;
        let mut pending = None;
        std::iter::from_fn(move || {
            if let Some(token) = pending.take() {
                return Some(Segment::Token(token));
            }
            let Some((at, token)) = find_mask(rest).and_then(|(at, c)| Some((at, self.token(c)?)))
            else {
                return (!rest.is_empty()).then(|| Segment::Text(std::mem::take(&mut rest)));
            };
            let start = if token.block { at.saturating_sub(2) } else { at };
            let text = rest.get(..start).unwrap_or("");
            rest = rest.get(start + token.span.len()..).unwrap_or("");
            if text.is_empty() {
                return Some(Segment::Token(token));
            }
            pending = Some(token);
            Some(Segment::Text(text))
        })
    }

    /// Whether a text begins with a mask.
    pub(super) fn begins_with_token(&self, text: &str) -> bool {
        text.chars().next().filter(|c| is_mask(*c)).and_then(|c| self.token(c)).is_some()
    }

    /// The text as the author wrote it.
    pub(super) fn unmask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if find_mask(text).is_none() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        for segment in self.segments(text) {
            out.push_str(match segment {
                Segment::Text(text) => text,
                Segment::Token(token) => &token.written,
            });
        }
        Cow::Owned(out)
    }

    /// Whether part of the masked text consists of nothing but calls and their bodies.
    pub(super) fn fill(&self, range: Range<usize>) -> bool {
        let first = self.tokens.partition_point(|t| t.is_call() && t.span.end <= range.start);
        let mut level = 0_usize;
        let mut at = range.start;
        let mut any = false;
        let blank = |range: Range<usize>| {
            self.masked.get(range).is_some_and(|gap| gap.trim_start().is_empty())
        };
        for token in self.tokens[first..].iter().take_while(|t| t.is_call()) {
            if token.span.start >= range.end {
                break;
            }
            if level == 0 && !blank(at..token.span.start) {
                return false;
            }
            match &token.kind {
                CallKind::Open(_) => level += 1,
                CallKind::Close(_) if level == 0 => return false,
                CallKind::Close(_) => level -= 1,
                CallKind::Bad(_) | CallKind::Literal => return false,
                CallKind::Whole(_) | CallKind::Nothing | CallKind::Character => {}
            }
            any = true;
            at = token.span.end;
        }
        any && level == 0 && blank(at..range.end.max(at))
    }

    fn token(&self, mask: char) -> Option<&CallToken> {
        self.tokens.get((u32::from(mask) - FIRST) as usize)
    }
}

impl CallToken {
    /// What was masked.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    fn is_call(&self) -> bool {
        !matches!(self.kind, CallKind::Character)
    }
}

/// The first character that masks, or could mask, something.
fn find_mask(text: &str) -> Option<(usize, char)> {
    if text.is_ascii() {
        return None;
    }
    let mut at = 0;
    // In UTF-8 they all begin with one of these two bytes.
    while let Some(i) = text.as_bytes()[at..].iter().position(|b| matches!(b, 0xee | 0xef)) {
        at += i;
        let c = text[at..].chars().next()?;
        if is_mask(c) {
            return Some((at, c));
        }
        at += c.len_utf8();
    }
    None
}

fn is_mask(c: char) -> bool {
    (0xe000..0xf900).contains(&u32::from(c))
}

fn mask_of(index: usize) -> Result<char, TooMany> {
    if index >= MOST {
        return Err(TooMany);
    }
    u32::try_from(index).ok().and_then(|index| char::from_u32(FIRST + index)).ok_or(TooMany)
}

struct Scanner<'a> {
    text: &'a str,
    tokens: Vec<CallToken>,
    /// What looks like a call is shown as written.
    literal: bool,
    /// A search for `{% endraw %}` has failed, and would fail again.
    no_endraw: bool,
}

impl Scanner<'_> {
    fn scan(&mut self, range: Range<usize>) {
        let bytes = self.text.as_bytes();
        let mut at = range.start;
        while let Some(i) = self.text[at..range.end].find('{') {
            at += i;
            let end = match bytes.get(at + 1) {
                Some(b'{') => self.whole(at),
                Some(b'%') => self.tag(at),
                _ => None,
            };
            // A call inside `{% raw %}` may appear to reach beyond it.
            at = end.unwrap_or(at + 1).min(range.end);
        }
    }

    /// `{{<name …/>}}`. Returns where the call ends, if it is one.
    fn whole(&mut self, start: usize) -> Option<usize> {
        let mut reader = literal::Cursor::new(self.text, start + 2);
        reader.eat("-");
        reader.blanks();
        if !reader.eat("<") {
            return None;
        }
        reader.blanks();
        if !reader.at_name() {
            return None;
        }
        let read = reader.call().and_then(|(call, empty)| {
            if !empty {
                return Err(CallProblem {
                    at: start..reader.at(),
                    message: format!("the call of `{}` does not end with `/>`", call.name),
                    help: format!(
                        "write `{{{{<{0} …/>}}}}`, or with a body `{{% <{0} …> %}} … {{% </{0}> %}}`",
                        call.name
                    ),
                });
            }
            reader.end("}}", &call.name, start)?;
            Ok(CallKind::Whole(call))
        });
        Some(self.push(start..reader.at(), read, false))
    }

    /// `{% <name …> %}`, `{% </name> %}` or `{% raw %}`.
    fn tag(&mut self, start: usize) -> Option<usize> {
        let mut reader = literal::Cursor::new(self.text, start + 2);
        reader.eat("-");
        reader.blanks();
        if reader.eat("raw") {
            return self.raw(start, reader);
        }
        if !reader.eat("<") {
            return None;
        }
        reader.blanks();
        let closing = reader.eat("/");
        reader.blanks();
        if !reader.at_name() {
            return None;
        }
        let read = if closing {
            let name = reader.name();
            reader.blanks();
            reader.expect(">", &name, start).and_then(|()| {
                reader.end("%}", &name, start)?;
                Ok(CallKind::Close(name))
            })
        } else {
            reader.call().and_then(|(call, empty)| {
                if empty {
                    return Err(CallProblem {
                        at: start..reader.at(),
                        message: format!("`{}` has no body between `{{%` and `%}}`", call.name),
                        help: format!(
                            "write `{{{{<{} …/>}}}}` for a call without a body",
                            call.name
                        ),
                    });
                }
                reader.end("%}", &call.name, start)?;
                Ok(CallKind::Open(call))
            })
        };
        let block = read.is_ok() && alone(self.text, start..reader.at());
        Some(self.push(start..reader.at(), read, block))
    }

    /// `{% raw %} … {% endraw %}`: masks the two tags and passes over what is between.
    fn raw(&mut self, start: usize, mut reader: literal::Cursor<'_>) -> Option<usize> {
        reader.blanks();
        reader.eat("-");
        if !reader.eat("%}") || self.literal || self.no_endraw {
            return None;
        }
        let open = start..reader.at();
        let mut at = open.end;
        while let Some(i) = self.text[at..].find("{%") {
            at += i;
            let mut reader = literal::Cursor::new(self.text, at + 2);
            reader.eat("-");
            reader.blanks();
            if reader.eat("endraw") {
                reader.blanks();
                reader.eat("-");
                if reader.eat("%}") {
                    let close = at..reader.at();
                    self.push(open.clone(), Ok(CallKind::Nothing), alone(self.text, open.clone()));
                    self.literal = true;
                    self.scan(open.end..close.start);
                    self.literal = false;
                    self.push(
                        close.clone(),
                        Ok(CallKind::Nothing),
                        alone(self.text, close.clone()),
                    );
                    return Some(close.end);
                }
            }
            at += 2;
        }
        self.no_endraw = true;
        None
    }

    /// Keeps a token and returns where it ends. If it cannot be read, only its first bytes are masked.
    fn push(
        &mut self,
        span: Range<usize>,
        read: Result<CallKind, CallProblem>,
        block: bool,
    ) -> usize {
        let start = span.start;
        let (kind, end) = match read {
            Ok(kind) => (kind, span.end),
            Err(problem) => (CallKind::Bad(problem), start + 3),
        };
        let (kind, block) = if self.literal { (CallKind::Literal, false) } else { (kind, block) };
        let written = self.text[start..end].into();
        self.tokens.push(CallToken { span: start..end, kind, written, block });
        end
    }
}

/// If more bytes than this precede a call on its line, they are not just the markers of quotes and
/// lists. Scanning all of a long line for each call in it would be slow.
const MOST_SIGNS: usize = 100;

/// Whether something is alone on its line, apart from the markers of quotes and lists before it.
fn alone(text: &str, span: Range<usize>) -> bool {
    let before = &text.as_bytes()[..span.start];
    let len = before.iter().rev().take(MOST_SIGNS + 1).take_while(|b| !matches!(b, b'\n' | b'\r'));
    let len = len.count();
    if len > MOST_SIGNS {
        return false;
    }
    let line = text.get(span.start - len..span.start).unwrap_or("");
    let line = line.trim_start_matches([' ', '\t', '>']);
    let item = line.trim_end();
    let number = item.trim_end_matches(['.', ')']);
    let marker = matches!(item, "" | "-" | "*" | "+")
        || (number.len() + 1 == item.len() && number.bytes().all(|b| b.is_ascii_digit()));
    let after = text[span.end..].trim_start_matches([' ', '\t']);
    marker && (after.is_empty() || after.starts_with(['\n', '\r']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_have_the_length_of_what_they_mask() {
        let text =
            "\u{e000} {{<a/>}} `\u{e001}`\n{%<a>%}\nx\n{% </a> %}\n{%raw%}{{<a/>}}{%endraw%} {{<a";
        let calls = Calls::find(text, true).unwrap().unwrap();
        assert_eq!(calls.masked.len(), text.len());
        assert_eq!(calls.unmask(&calls.masked), text);
        let kinds: Vec<_> = calls.tokens.iter().map(|t| std::mem::discriminant(&t.kind)).collect();
        assert_eq!(kinds.len(), 9);
        assert!(calls.tokens[1].block && calls.tokens[2].block);
    }

    #[test]
    fn what_is_no_call_is_left_alone() {
        for text in ["{{ page.title }}", "{% if x %}", "{{ < 5 }}", "{{", "{% raw %} {{", "{", "{%"]
        {
            assert!(matches!(Calls::find(text, true), Ok(None)), "{text}");
        }
    }

    #[test]
    fn alone_on_a_line() {
        for (text, want) in [
            ("@", true),
            ("a\n  @ \t\r\nb", true),
            ("> - @\n", true),
            ("12. @", true),
            ("a @", false),
            ("@ b", false),
            ("2020 @", false),
        ] {
            let at = text.find('@').unwrap();
            assert_eq!(alone(text, at..at + 1), want, "{text}");
        }
    }

    #[test]
    fn a_thousand_calls_and_one_too_many() {
        let text = "{{<a/>}}".repeat(MOST);
        assert!(Calls::find(&text, true).is_ok());
        let text = "{{<a/>}}".repeat(MOST + 1);
        assert!(matches!(Calls::find(&text, true), Err(TooMany)));
    }
}
