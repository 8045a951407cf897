//! Images, and figures with captions.

use std::iter::Peekable;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::sink::{push_attribute, push_text};
use super::writer::{Item, Writer};
use crate::parse::{Chunk, LinkKind, Within};

impl<'a> Writer<'a> {
    /// `![alt](dest "title")`.
    pub(super) fn image(
        &mut self,
        dest: &str,
        title: &str,
        range: Range<usize>,
        events: &mut Peekable<impl Iterator<Item = Item<'a>>>,
    ) {
        let dest = self.unmask(dest);
        let span = self.place.span(&range);
        let index = self.link(&dest, LinkKind::Image, span);
        let refused = self.was_refused(&dest);
        let alt = alternative(events);
        let alt = self.unmask(&alt).into_owned();
        if refused {
            push_text(self.sink.html(), &alt);
            return;
        }
        self.sink.push("<img src=\"");
        self.sink.hole(Chunk::Url(index));
        self.sink.push("\" alt=\"");
        let start = self.sink.html().len();
        push_attribute(self.sink.html(), &alt);
        // A heading may be a picture alone, and needs words for its id.
        if self.in_heading() {
            self.note_text(start, Within::ALT);
        }
        self.sink.push("\"");
        self.sink.hole(Chunk::Size(index));
        self.title_attribute(title);
        self.sink.push(" loading=\"lazy\" decoding=\"async\">");
    }

    /// An image that is a paragraph, with its title as caption.
    pub(super) fn figure(
        &mut self,
        dest: &str,
        title: &str,
        range: Range<usize>,
        events: &mut Peekable<impl Iterator<Item = Item<'a>>>,
    ) {
        self.sink.push("<figure>");
        self.image(dest, "", range, events);
        let title = self.unmask(title);
        self.sink.push("<figcaption>");
        self.text(&title, Within::CAPTION);
        self.sink.push("</figcaption></figure>\n");
    }
}

/// The words between the brackets, without markup. Reads events up to the end of the image.
fn alternative<'a>(events: &mut Peekable<impl Iterator<Item = Item<'a>>>) -> String {
    let mut alt = String::new();
    let mut inside = 1;
    for (event, _) in events.by_ref() {
        match event {
            Event::Start(Tag::Image { .. }) => inside += 1,
            Event::End(TagEnd::Image) => {
                inside -= 1;
                if inside == 0 {
                    break;
                }
            }
            Event::Text(text) | Event::Code(text) => alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => alt.push(' '),
            _ => {}
        }
    }
    alt
}
