//! The Markdown of a post: about 600 words in paragraphs, under three to five headings.
//!
//! Links to other posts are written in kisah's form, `@/posts/….md`.

use std::fmt::Write as _;

use super::post::{Post, World};
use super::rng::Rng;
use super::words::capital;

const TEXTS: u64 = 1 << 40;

/// Writes the text of one post.
pub struct Writer<'a> {
    world: &'a World,
    post: &'a Post,
    index: usize,
    rng: Rng,
    out: String,
    words: usize,
}

impl<'a> Writer<'a> {
    pub fn new(world: &'a World, seed: u64, index: usize) -> Writer<'a> {
        Writer {
            world,
            post: &world.posts[index],
            index,
            rng: Rng::new(seed, TEXTS + index as u64),
            out: String::with_capacity(6_000),
            words: 0,
        }
    }

    /// One sentence for the front matter.
    pub fn description(&mut self) -> String {
        self.sentence(14);
        let description = self.out.trim_end().replace(['*', '"'], "");
        self.out.clear();
        self.words = 0;
        description
    }

    /// The whole text, and how many words it has.
    pub fn body(mut self) -> (String, usize) {
        let target = self.rng.between(450, 700);
        let headings = self.rng.between(3, 5);
        let extra = self.rng.below(headings);
        self.paragraph();
        for heading in 0..headings {
            self.heading(heading);
            if heading == extra {
                self.extra();
            }
            self.paragraph();
            while self.words * headings < target * (heading + 1) {
                self.paragraph();
            }
        }
        (self.out, self.words)
    }

    fn heading(&mut self, number: usize) {
        let level = if number > 0 && self.rng.one_in(3) { "###" } else { "##" };
        let first = capital(self.word());
        self.out.push_str(level);
        self.out.push(' ');
        self.out.push_str(&first);
        for _ in 0..self.rng.between(1, 4) {
            self.push_word();
        }
        self.out.push_str("\n\n");
    }

    fn paragraph(&mut self) {
        let linked = self.rng.one_in(3);
        let sentences = self.rng.between(3, 6);
        for number in 0..sentences {
            let length = self.rng.between(6, 20);
            if linked && number == 1 {
                self.link();
            }
            self.sentence(length);
        }
        self.end_block();
    }

    /// A list in every second post, a quotation in every tenth, a table in every fortieth, and
    /// a fenced block of code in every fortieth.
    fn extra(&mut self) {
        match self.rng.below(40) {
            0..20 => self.list(),
            20..24 => {
                self.out.push_str("> ");
                self.sentence(18);
                self.end_block();
            }
            24 => self.table(),
            25 => self.code(),
            _ => {}
        }
    }

    fn list(&mut self) {
        let ordered = self.rng.one_in(3);
        for number in 1..=self.rng.between(3, 6) {
            if ordered {
                let _ = write!(self.out, "{number}. ");
            } else {
                self.out.push_str("- ");
            }
            let length = self.rng.between(4, 12);
            self.sentence(length);
            self.end_line();
        }
        self.out.push('\n');
    }

    fn table(&mut self) {
        self.row(3);
        self.out.push_str("|---|---|---|\n");
        for _ in 0..self.rng.between(3, 8) {
            self.row(3);
        }
        self.out.push('\n');
    }

    fn row(&mut self, cells: usize) {
        self.out.push('|');
        for _ in 0..cells {
            self.push_word();
            self.out.push_str(" |");
        }
        self.out.push('\n');
    }

    fn code(&mut self) {
        self.out.push_str("```rust\nfn main() {\n");
        for number in 0..self.rng.between(4, 10) {
            let (name, text) = (self.word(), self.word());
            let line = format!("    let {name}_{number} = greet(\"{text}\", {number});\n");
            self.out.push_str(&line);
        }
        self.out.push_str("}\n```\n\n");
    }

    /// A sentence that points to another post, more often than not one about the same topic.
    fn link(&mut self) {
        let total = self.world.posts.len();
        let topic = &self.world.topics[self.post.topics[0]].posts;
        let mut target =
            if self.rng.one_in(3) { self.rng.below(total) } else { self.rng.pick(topic) };
        if target == self.index {
            target = (target + 1) % total;
        }
        let first = capital(self.word());
        self.out.push_str(&first);
        self.push_word();
        self.out.push_str(" [");
        let second = self.word();
        self.out.push_str(second);
        self.push_word();
        self.push_word();
        let slug = &self.world.posts[target].slug;
        let _ = write!(self.out, "](@/posts/{slug}.md). ");
        self.words += 2;
    }

    fn sentence(&mut self, length: usize) {
        let first = capital(self.word());
        let quoted = self.rng.one_in(25);
        if quoted {
            self.out.push('"');
        }
        self.out.push_str(&first);
        self.words += 1;
        for left in (1..length).rev() {
            if left > 2 && self.rng.one_in(9) {
                self.out.push(',');
            }
            if self.rng.one_in(70) {
                self.emphasis();
            } else {
                self.push_word();
            }
        }
        self.out.push_str(if quoted { ".\" " } else { ". " });
    }

    fn emphasis(&mut self) {
        let mark = if self.rng.one_in(2) { "*" } else { "**" };
        self.out.push(' ');
        self.out.push_str(mark);
        let word = self.word();
        self.out.push_str(word);
        self.out.push_str(mark);
        self.words += 1;
    }

    fn push_word(&mut self) {
        let word = self.word();
        self.out.push(' ');
        self.out.push_str(word);
        self.words += 1;
    }

    fn word(&mut self) -> &'a str {
        self.world.word(&mut self.rng, &self.post.topics)
    }

    /// The end of a line, without the space after its last sentence.
    fn end_line(&mut self) {
        self.out.truncate(self.out.trim_end().len());
        self.out.push('\n');
    }

    fn end_block(&mut self) {
        self.end_line();
        self.out.push('\n');
    }
}
