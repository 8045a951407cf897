//! Where finished HTML and holes are written to.

use crate::parse::Chunk;

/// Chunks in the making. Adjacent HTML becomes one chunk.
#[derive(Default)]
pub(super) struct Sink {
    chunks: Vec<Chunk>,
    html: String,
}

impl Sink {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Sink { chunks: Vec::new(), html: String::with_capacity(bytes) }
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

    /// Ends the current chunk of HTML, so that [`Sink::len`] is a place to cut at.
    pub(super) fn flush(&mut self) {
        if !self.html.is_empty() {
            self.chunks.push(Chunk::Html(self.html.as_str().into()));
            self.html.clear();
        }
    }

    /// How many chunks there are, without the one in the making.
    pub(super) fn len(&self) -> usize {
        self.chunks.len()
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
        let mut chunks = other.chunks.into_iter();
        // The first chunk may continue our HTML.
        if let Some(first) = chunks.next() {
            match first {
                Chunk::Html(html) => self.html.push_str(&html),
                hole => self.hole(hole),
            }
            if chunks.len() > 0 {
                self.flush();
                self.chunks.extend(chunks);
            }
        }
        self.html.push_str(&other.html);
    }

    /// What is inside of the one paragraph that was written and not closed, without ids; `None` if
    /// there is more than text in it.
    pub(super) fn paragraph(&mut self) -> Option<Vec<Chunk>> {
        self.flush();
        let is_text = |chunk: &Chunk| match chunk {
            Chunk::Html(html) => !html.contains("</p>"),
            Chunk::Component(_) => false,
            _ => true,
        };
        let Some((Chunk::Html(first), rest)) = self.chunks.split_first() else { return None };
        let first = first.strip_prefix("<p>")?;
        if first.contains("</p>") || !rest.iter().all(is_text) {
            return None;
        }
        let rest = rest.iter().filter(|chunk| !matches!(chunk, Chunk::Id(_))).cloned();
        Some(std::iter::once(Chunk::Html(first.into())).chain(rest).collect())
    }

    pub(super) fn finish(mut self) -> Vec<Chunk> {
        self.flush();
        self.chunks
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
