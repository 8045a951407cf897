//! Where finished HTML, holes and runs of text are collected.

use crate::parse::{Chunk, ComponentCall, Cut, Passage, Run, TextSource, Within};

/// A passage in the making. Adjacent HTML becomes one chunk.
#[derive(Default)]
pub(super) struct Sink {
    chunks: Vec<Chunk>,
    html: String,
    runs: Vec<Run>,
}

impl Sink {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Sink { html: String::with_capacity(bytes), ..Sink::default() }
    }

    /// The HTML since the last hole, to be appended to.
    pub(super) fn html(&mut self) -> &mut String {
        &mut self.html
    }

    /// Appends HTML.
    pub(super) fn push(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Appends a hole.
    pub(super) fn hole(&mut self, hole: Chunk) {
        self.flush();
        self.chunks.push(hole);
    }

    /// Notes that the HTML since byte `start` is text; returns it.
    pub(super) fn run(&mut self, start: usize, within: Within, apart: bool) -> &str {
        let (from, end) = (Cut::new(self.chunks.len(), start), self.here());
        match self.runs.last_mut() {
            Some(last)
                if !apart
                    && (last.chunk, last.end, last.within) == (from.chunk, from.byte, within) =>
            {
                last.end = end.byte;
            }
            _ => self.runs.push(Run {
                chunk: from.chunk,
                start: from.byte,
                end: end.byte,
                within,
                apart,
            }),
        }
        &self.html[start..]
    }

    /// Ends the current chunk of HTML.
    fn flush(&mut self) {
        if !self.html.is_empty() {
            self.chunks.push(Chunk::Html(self.html.as_str().into()));
            self.html.clear();
        }
    }

    /// The place that was reached.
    pub(super) fn here(&self) -> Cut {
        Cut::new(self.chunks.len(), self.html.len())
    }

    /// The text since a place.
    pub(super) fn text_since(&self, from: Cut, components: &[ComponentCall]) -> String {
        let mut text = String::new();
        TextSource { chunks: &self.chunks, rest: &self.html, runs: &self.runs, components }
            .push_text(from, &mut text);
        text
    }

    /// Begins a new line of HTML, unless one has just begun.
    pub(super) fn fresh_line(&mut self) {
        let ended = match (self.html.is_empty(), self.chunks.last()) {
            (false, _) => self.html.ends_with('\n'),
            (true, None) => true,
            (true, Some(Chunk::Html(html))) => html.ends_with('\n'),
            (true, Some(_)) => false,
        };
        if !ended {
            self.html.push('\n');
        }
    }

    /// Appends all of another sink.
    pub(super) fn append(&mut self, other: Sink) {
        let mut runs = other.runs.into_iter().peekable();
        let rest = Chunk::Html(other.html.into());
        for (index, chunk) in (0..).zip(other.chunks.into_iter().chain([rest])) {
            let place = self.here();
            match chunk {
                Chunk::Html(html) => self.html.push_str(&html),
                hole => self.hole(hole),
            }
            while let Some(run) = runs.next_if(|run| run.chunk == index) {
                self.runs.push(run.moved(place, 0));
            }
        }
    }

    /// The content of the one paragraph that was written and not closed, without ids; `None` if
    /// there is more than a paragraph of text.
    pub(super) fn paragraph(&mut self) -> Option<Passage> {
        const OPENING: &str = "<p>";
        let is_text = |chunk: &Chunk| match chunk {
            Chunk::Html(html) => !html.contains("</p>"),
            Chunk::Component(_) => false,
            _ => true,
        };
        self.flush();
        let Some((Chunk::Html(first), rest)) = self.chunks.split_first() else { return None };
        let first = first.strip_prefix(OPENING)?;
        if first.contains("</p>") || !rest.iter().all(is_text) {
            return None;
        }
        let mut passage = Passage::default();
        let mut runs = self.runs.iter().peekable();
        for (index, chunk) in (0..).zip(&self.chunks) {
            let place = passage.end();
            match chunk {
                _ if index == 0 => passage.chunks.push(Chunk::Html(first.into())),
                Chunk::Id(_) => {}
                chunk => passage.chunks.push(chunk.clone()),
            }
            let dropped = if index == 0 { OPENING.len() } else { 0 };
            while let Some(run) = runs.next_if(|run| run.chunk == index) {
                passage.runs.push(run.moved(place, dropped));
            }
        }
        Some(passage)
    }

    pub(super) fn finish(mut self) -> Passage {
        self.flush();
        // Passages are kept, thousands of them: what they had room for to grow is given back.
        self.chunks.shrink_to_fit();
        self.runs.shrink_to_fit();
        Passage { chunks: self.chunks, runs: self.runs }
    }
}

/// Appends text for element content: `&`, `<` and `>` escaped.
pub(super) fn push_text(out: &mut String, text: &str) {
    push_escaped(out, text, false);
}

/// Appends text for a double-quoted attribute.
pub(super) fn push_attribute(out: &mut String, text: &str) {
    push_escaped(out, text, true);
}

fn push_escaped(out: &mut String, text: &str, quotes: bool) {
    let mut last = 0;
    for (i, b) in text.bytes().enumerate() {
        let entity = match b {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' if quotes => "&quot;",
            _ => continue,
        };
        out.push_str(&text[last..i]);
        out.push_str(entity);
        last = i + 1;
    }
    out.push_str(&text[last..]);
}
