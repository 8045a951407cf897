//! Code blocks: `<pre><code class="language-x" data-lang="x">`, with spans where highlighted.

use std::iter::Peekable;

use pulldown_cmark::{CodeBlockKind, Event, TagEnd};

use super::highlight;
use super::sink::{push_attribute, push_text};
use super::writer::{Item, Writer};
use crate::parse::BlockKind;

impl<'a> Writer<'a> {
    /// A code block, fenced or indented.
    pub(super) fn code_block(
        &mut self,
        kind: &CodeBlockKind<'a>,
        events: &mut Peekable<impl Iterator<Item = Item<'a>>>,
    ) {
        self.block();
        let mut code = std::mem::take(&mut self.scratch);
        for (event, _) in events.by_ref() {
            match event {
                Event::Text(text) => {
                    let text = self.unmask(&text);
                    code.push_str(&text);
                }
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => self.unmask(info),
            CodeBlockKind::Indented => "".into(),
        };
        let language = language(&info);
        let html = self.sink.html();
        html.push_str("<pre><code");
        if !language.is_empty() {
            html.push_str(" class=\"language-");
            html.extend(language.chars().flat_map(char::to_lowercase).map(class_character));
            html.push_str("\" data-lang=\"");
            push_attribute(html, language);
            html.push('"');
        }
        html.push('>');
        let highlight = self.config.markdown.highlight;
        if !(highlight && highlight::push(html, &code, language, &mut self.highlighting)) {
            push_text(html, &code);
        }
        html.push_str("</code></pre>\n");
        code.clear();
        self.scratch = code;
        self.end_of_block(BlockKind::Other);
    }
}

/// The language that an info string names: `rust` of `rust,ignore`, `{.rust}` or `rust {hl=1}`.
fn language(info: &str) -> &str {
    let info = info.trim_start_matches(['{', '.', ' ', '\t']);
    let end = info.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ':'));
    let language = &info[..end.unwrap_or(info.len())];
    language.strip_prefix("language-").unwrap_or(language)
}

/// Characters that a class name can have without escapes in style sheets stay.
fn class_character(c: char) -> char {
    if c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.') { c } else { '-' }
}
