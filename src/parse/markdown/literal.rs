//! What is inside a component call: its name and arguments, which are literals.

use std::ops::Range;

use serde_json::Value;

use super::calls::Call;
use crate::base::Set;

/// Why a call cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallProblem {
    /// Where in the text the problem is.
    pub(crate) at: Range<usize>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: String,
}

/// Reads a text from some byte on.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Cursor { text, at }
    }

    /// The next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn eat(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    pub(super) fn blanks(&mut self) {
        let blanks = self.rest().bytes().take_while(u8::is_ascii_whitespace).count();
        self.at += blanks;
    }

    /// Whether a name comes next.
    pub(super) fn at_name(&self) -> bool {
        self.rest().starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }

    /// A name: `figure`, `blog.card`.
    pub(super) fn name(&mut self) -> Box<str> {
        let bytes = self.rest().as_bytes();
        let mut len = 0;
        loop {
            let word = bytes[len..].iter().take_while(|b| is_word(**b)).count();
            len += word;
            // A dot belongs to the name if a name follows it.
            let more = bytes.get(len) == Some(&b'.')
                && bytes.get(len + 1).is_some_and(|b| is_word(*b) && !b.is_ascii_digit());
            if word == 0 || !more {
                break;
            }
            len += 1;
        }
        let name = self.rest()[..len].into();
        self.at += len;
        name
    }

    /// `name argument="…" other={5}/>`, and whether it ended with `/`.
    pub(super) fn call(&mut self) -> Result<(Call, bool), CallProblem> {
        let mut call = Call { name: self.name(), arguments: Vec::new() };
        let mut names = Set::default();
        loop {
            self.blanks();
            if self.eat("/>") {
                return Ok((call, true));
            }
            if self.eat(">") {
                return Ok((call, false));
            }
            let start = self.at;
            if !self.at_name() {
                return Err(self.unexpected(&call.name, "an argument or `/>`"));
            }
            let name = self.argument_name();
            if !names.insert(name.clone()) {
                return Err(CallProblem {
                    at: start..self.at,
                    message: format!(
                        "the argument `{name}` appears twice in the call of `{}`",
                        call.name
                    ),
                    help: "keep one of the two".to_owned(),
                });
            }
            self.blanks();
            if !self.eat("=") {
                return Err(CallProblem {
                    at: start..self.at,
                    message: format!("the argument `{name}` of `{}` has no value", call.name),
                    help: format!("write `{name}=\"…\"` or `{name}={{true}}`"),
                });
            }
            self.blanks();
            let value = self.value(&name, &call.name)?;
            call.arguments.push((name, value));
        }
    }

    fn argument_name(&mut self) -> Box<str> {
        let rest = self.rest();
        let len = rest.bytes().take_while(|b| is_word(*b)).count();
        self.at += len;
        rest[..len].into()
    }

    fn value(&mut self, name: &str, call: &str) -> Result<Value, CallProblem> {
        match self.rest().as_bytes().first() {
            Some(quote @ (b'"' | b'\'' | b'`')) => self.string(*quote, name),
            Some(b'{') => self.json(name),
            _ => {
                Err(self
                    .unexpected(call, &format!("a value for `{name}`, in quotes or in `{{…}}`")))
            }
        }
    }

    /// A text in quotes, with the escapes that Tera has.
    fn string(&mut self, quote: u8, name: &str) -> Result<Value, CallProblem> {
        let start = self.at;
        let mut value = String::new();
        let mut escaped = false;
        for (i, c) in self.rest().char_indices().skip(1) {
            if escaped {
                escaped = false;
                value.push(match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '"' | '\'' | '`' | '/' | '\\' => c,
                    _ => {
                        return Err(CallProblem {
                            at: start + i - 1..start + i + c.len_utf8(),
                            message: format!("`\\{c}` is not a valid escape in a text"),
                            help: "write `\\\\` for a backslash".to_owned(),
                        });
                    }
                });
            } else if c == '\\' {
                escaped = true;
            } else if c == char::from(quote) {
                self.at = start + i + 1;
                return Ok(Value::String(value));
            } else {
                value.push(c);
            }
        }
        let quote = char::from(quote);
        Err(CallProblem {
            at: start..start + 1,
            message: format!("the text of `{name}` has no closing `{quote}`"),
            help: format!("end the text with `{quote}`"),
        })
    }

    /// `{…}` with JSON in it.
    fn json(&mut self, name: &str) -> Result<Value, CallProblem> {
        let start = self.at;
        let inside = &self.rest()[1..];
        let mut values = serde_json::Deserializer::from_str(inside).into_iter::<Value>();
        let read = values.next();
        let end = start + 1 + values.byte_offset();
        match read {
            Some(Ok(value)) => {
                self.at = end;
                self.blanks();
                if self.eat("}") {
                    return Ok(value);
                }
                Err(self.unexpected(name, "`}` after the value"))
            }
            _ => Err(CallProblem {
                at: start..start + 1,
                message: format!("the value of `{name}` is not valid JSON"),
                help: "between `{` and `}` goes a number, `true`, `false`, `null`, a text in `\"…\"`, a list `[…]` or a map `{…}`".to_owned(),
            }),
        }
    }

    /// Expects a word that ends or continues a call.
    pub(super) fn expect(
        &mut self,
        word: &str,
        name: &str,
        start: usize,
    ) -> Result<(), CallProblem> {
        if self.eat(word) {
            return Ok(());
        }
        Err(CallProblem {
            at: start..self.at,
            message: format!("the call of `{name}` is not closed"),
            help: format!("`{word}` is missing here"),
        })
    }

    /// Expects the end of a call.
    pub(super) fn end(
        &mut self,
        braces: &str,
        name: &str,
        start: usize,
    ) -> Result<(), CallProblem> {
        self.blanks();
        self.eat("-");
        self.expect(braces, name, start)
    }

    fn unexpected(&self, call: &str, wanted: &str) -> CallProblem {
        let next = self.rest().chars().next();
        CallProblem {
            at: self.at..self.at + next.map_or(0, char::len_utf8),
            message: match next {
                None => format!("the call of `{call}` is not closed"),
                Some(c) => format!("expected {wanted} in the call of `{call}`, found `{c}`"),
            },
            help: format!("a call is written `{{{{<{call} name=\"text\" other={{5}}/>}}}}`"),
        }
    }
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, String, usize), String> {
        let mut reader = Cursor::new(text, 0);
        let (call, _) = reader.call().map_err(|problem| problem.message)?;
        let arguments = call.arguments.into_iter().map(|(k, v)| (k.into(), v)).collect();
        Ok((call.name.into(), Value::Object(arguments).to_string(), reader.at()))
    }

    #[test]
    fn calls() {
        for (text, name, arguments) in [
            ("a/>", "a", "{}"),
            ("a.b_1 >", "a.b_1", "{}"),
            ("a x=\"1\" y='2' z=`3`/>", "a", r#"{"x":"1","y":"2","z":"3"}"#),
            ("a x = {5} y={ -1.5 }z={true}/>", "a", r#"{"x":5,"y":-1.5,"z":true}"#),
            ("a x={[\"}\", {\"k\": null}]}\n/>", "a", r#"{"x":["}",{"k":null}]}"#),
            ("a x={{\"k\":1}} y=\"\\\"\\n\"/>", "a", r#"{"x":{"k":1},"y":"\"\n"}"#),
        ] {
            assert_eq!(read(text), Ok((name.into(), arguments.into(), text.len())), "{text}");
        }
        for (text, message) in [
            ("a x=\"", "the text of `x` has no closing `\"`"),
            ("a x={5", "expected `}` after the value"),
            ("a x={'5'}/>", "the value of `x` is not valid JSON"),
            ("a x={}/>", "the value of `x` is not valid JSON"),
            (
                "a x=5/>",
                "expected a value for `x`, in quotes or in `{…}` in the call of `a`, found `5`",
            ),
            ("a x/>", "the argument `x` of `a` has no value"),
            ("a x=\"\" x=\"\"/>", "the argument `x` appears twice in the call of `a`"),
            ("a x=\"\\d\"/>", "`\\d` is not a valid escape in a text"),
            ("a 5/>", "expected an argument or `/>` in the call of `a`, found `5`"),
            ("a ", "the call of `a` is not closed"),
        ] {
            let problem = read(text).unwrap_err();
            assert!(problem.starts_with(message) || problem.contains("not closed"), "{problem}");
        }
    }
}
