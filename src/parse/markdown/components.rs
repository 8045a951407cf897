//! Component calls → holes: the name and arguments are kept, and the body becomes a passage of its
//! own.

use std::ops::Range;

use super::calls::{Call, CallKind, CallToken};
use super::literal::CallProblem;
use super::sink::Sink;
use super::writer::Writer;
use crate::base::{Diagnostic, codes};
use crate::parse::{Arg, BlockKind, Chunk, ComponentCall, LinkKind, Within};

/// A component whose body is being written.
pub(super) struct Frame {
    /// Its number among the calls.
    index: u32,
    /// What was being written before it began.
    outer: Sink,
    /// How many elements were open then.
    depth: usize,
    /// Where its opening tag is in the text.
    opening: Range<usize>,
}

/// How deep components may be nested: each is rendered inside the one around it, on the stack.
const DEEPEST: usize = 50;

/// Extensions of pictures; anything else that is loaded counts as other media.
const PICTURES: [&str; 12] =
    ["jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "jxl", "bmp", "ico", "tif", "tiff"];

impl<'a> Writer<'a> {
    /// Writes what a mask stands for.
    pub(super) fn token(&mut self, token: &'a CallToken) {
        match &token.kind {
            CallKind::Whole(call) => {
                let index = self.call(call, token);
                self.sink.hole(Chunk::Component(index));
            }
            CallKind::Open(call) if self.frames.len() >= DEEPEST => {
                let problem = CallProblem {
                    at: token.span.clone(),
                    message: format!("`{}` is nested in {DEEPEST} other components", call.name),
                    help: "close those that are not meant to contain it".to_owned(),
                };
                self.problem(problem, None);
                self.too_deep += 1;
            }
            CallKind::Close(_) if self.too_deep > 0 => self.too_deep -= 1,
            CallKind::Open(call) => {
                let index = self.call(call, token);
                let outer = std::mem::take(&mut self.sink);
                let opening = token.span.clone();
                self.frames.push(Frame { index, outer, depth: self.depth(), opening });
            }
            CallKind::Close(name) => self.close(name, token),
            CallKind::Nothing => {}
            CallKind::Bad(problem) => {
                self.problem(problem.clone(), None);
                self.text(token.written(), Within::PROSE);
            }
            CallKind::Literal | CallKind::Character => {
                self.text(token.written(), Within::PROSE);
            }
        }
    }

    fn call(&mut self, call: &Call, token: &CallToken) -> u32 {
        let span = self.place.span(&token.span);
        let mut args = Vec::with_capacity(call.arguments.len());
        for (name, value) in &call.arguments {
            let value = match (link_kind(&call.name, name, value), value.as_str()) {
                (Some(kind), Some(dest)) => Arg::Url(self.link(dest, kind, span)),
                _ => Arg::Value(value.clone()),
            };
            args.push((name.clone(), value));
        }
        let index = u32::try_from(self.body.components.len()).unwrap_or(u32::MAX);
        self.body.components.push(ComponentCall {
            name: call.name.clone(),
            args,
            body: None,
            span,
        });
        index
    }

    fn close(&mut self, name: &str, token: &CallToken) {
        let Some(at) = self.frames.iter().rposition(|frame| self.name(frame) == name) else {
            let problem = CallProblem {
                at: token.span.clone(),
                message: format!("`{}` closes nothing", token.written()),
                help: match self.frames.last() {
                    Some(frame) => format!("close `{0}` first: `{{% </{0}> %}}`", self.name(frame)),
                    None => format!("delete it, or open it with `{{% <{name}> %}}`"),
                },
            };
            return self.problem(problem, None);
        };
        while self.frames.len() > at + 1 {
            self.unclosed();
        }
        let Some(frame) = self.frames.pop() else { return };
        if frame.depth != self.depth() {
            let problem = CallProblem {
                at: token.span.clone(),
                message: format!(
                    "`{}` is not in the same paragraph, list item or quote as its opening",
                    token.written()
                ),
                help: "put both on lines of their own, at the same indentation".to_owned(),
            };
            self.problem(problem, Some(&frame.opening));
        }
        self.end_frame(frame);
        self.end_of_block(BlockKind::Other);
    }

    /// Ends components that are still open when an element, or the text, ends.
    pub(super) fn close_frames(&mut self, depth: usize) {
        while self.frames.last().is_some_and(|frame| frame.depth >= depth) {
            self.unclosed();
        }
    }

    /// Ends the innermost component, whose closing tag is missing.
    fn unclosed(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(call) = self.body.components.get(frame.index as usize) {
            let problem = CallProblem {
                at: frame.opening.clone(),
                message: format!("`{}` is not closed", call.name),
                help: format!(
                    "write `{{% </{0}> %}}` after its body, both on lines of their own; or `{{{{<{0} …/>}}}}` if it has none",
                    call.name
                ),
            };
            self.problem(problem, None);
        }
        self.end_frame(frame);
    }

    fn end_frame(&mut self, frame: Frame) {
        let body = std::mem::replace(&mut self.sink, frame.outer).finish();
        if let Some(call) = self.body.components.get_mut(frame.index as usize) {
            call.body = Some(body);
        }
        self.sink.hole(Chunk::Component(frame.index));
    }

    fn name(&self, frame: &Frame) -> &str {
        self.body.components.get(frame.index as usize).map_or("", |call| &call.name)
    }

    fn problem(&mut self, problem: CallProblem, opening: Option<&Range<usize>>) {
        let place = self.place.source.place(self.place.span(&problem.at));
        let mut diagnostic =
            Diagnostic::error(&codes::COMPONENT, problem.message).at(place).help(problem.help);
        if let Some(opening) = opening {
            diagnostic =
                diagnostic.also(self.place.source.place(self.place.span(opening)), "opened here");
        }
        self.out.push(diagnostic);
    }
}

/// What an argument is for, if it is an address.
fn link_kind(call: &str, argument: &str, value: &serde_json::Value) -> Option<LinkKind> {
    match argument {
        "href" => Some(LinkKind::Link),
        "poster" => Some(LinkKind::Image),
        "src" if matches!(call, "figure" | "img" | "image") => Some(LinkKind::Image),
        "src" => {
            let path = value.as_str()?.split(['?', '#']).next()?;
            let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
            let picture = PICTURES.iter().any(|known| known.eq_ignore_ascii_case(extension));
            Some(if picture { LinkKind::Image } else { LinkKind::Media })
        }
        _ => None,
    }
}
