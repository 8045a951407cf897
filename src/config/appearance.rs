//! `[appearance]`: colours, fonts, logo and footer of the built-in theme.
//!
//! In: the table of kisah.toml. Out: an [`Appearance`], with the custom properties that are
//! appended to `style.css` for what was set. Whether the colours are readable is computed here;
//! whether the logo exists can only be checked once the site is known.

use std::fmt::Write;

use super::colour::Colour;
use super::load::section;
use crate::base::fields::{Fields, Spanned, UnknownKeys};
use crate::base::{Diagnostic, Node, Place, Span, Value, codes};
use crate::keys::COLOUR;

/// The number of subject colours in the style sheet.
const SUBJECTS: usize = 8;
/// The contrast that text needs, by WCAG 2 at level AA.
const READABLE: f64 = 4.5;
/// The contrast that body text needs: muted text is mixed from its colour and the background.
const BODY: f64 = 8.0;
/// The contrast that derived colours get: they are also used on tinted backgrounds.
const DERIVED: f64 = 5.5;
/// The colours of the built-in style sheet, light and dark.
const BACKGROUND: [&str; 2] = ["#fdfbf7", "#161513"];
const TEXT: [&str; 2] = ["#1f1b16", "#e8e3da"];
const ACCENT: [&str; 2] = ["#8d2d1a", "#f0a58b"];

/// What a site says about its looks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Appearance {
    /// The address of a picture to show instead of the site's name, and where it is written.
    pub(crate) logo: Option<(String, Place)>,
    /// A line of text in the footer.
    pub(crate) footer: Option<String>,
    /// What is appended to the style sheet; empty if nothing was set.
    pub(crate) css: String,
}

/// A colour for the light scheme and one for the dark, and where they are written. A missing one is
/// derived from the other.
#[derive(Clone, Copy)]
struct Tone {
    colours: [Colour; 2],
    written: [Option<Span>; 2],
}

pub(super) fn read(fields: &mut Fields<'_>) -> Appearance {
    section(fields, "appearance", |f| Appearance {
        logo: f.string("logo").and_then(|logo| address(f, logo)),
        footer: f.string("footer").map(|t| t.value).filter(|t| !t.trim().is_empty()),
        css: properties(f),
    })
}

fn address(f: &mut Fields<'_>, logo: Spanned<String>) -> Option<(String, Place)> {
    if !logo.value.starts_with('/') || logo.value.starts_with("//") {
        let message = format!("`logo` cannot be `{}`", logo.value);
        let help = "put the picture into `static/`, and name its address: `logo = \"/logo.svg\"`";
        f.error(&codes::WRONG_VALUE, message, logo.span, Some(help.to_owned()));
        return None;
    }
    let place = f.place(logo.span);
    Some((logo.value, place))
}

/// The custom properties for what is set, as CSS.
fn properties(f: &mut Fields<'_>) -> String {
    let background = tone(f, "background", BACKGROUND);
    let behind = background.map_or(BACKGROUND.map(known), |tone| tone.colours);
    let mut root = String::new();
    let mut set = |name: &str, value: &str| {
        let _ = writeln!(root, "  --{name}: {value};");
    };
    if let Some(tone) = background {
        set("background", &tone.css());
    }
    for (name, usual) in [("text", TEXT), ("accent", ACCENT)] {
        let mut own = tone(f, name, usual);
        if let Some(tone) = &mut own {
            // For text, the other scheme needs far more contrast than a derived colour has.
            if name == "accent" {
                tone.derive(behind);
            }
            set(name, &tone.css());
        }
        readable(f, name, own, usual, background, behind);
    }
    for name in ["font_body", "font_headings", "font_interface", "font_code"] {
        if let Some(font) = f.string(name).and_then(|font| families(f, name, &font)) {
            set(&name.replace('_', "-"), &font);
        }
    }
    let subjects = subjects(f, behind);
    if root.is_empty() && subjects.is_empty() {
        return String::new();
    }
    let root = if root.is_empty() { root } else { format!(":root {{\n{root}}}\n") };
    format!("\n/* From [appearance] in kisah.toml. */\n{root}{subjects}")
}

fn known(colour: &str) -> Colour {
    Colour::parse(colour).unwrap_or_default()
}

/// Reads `"#97301c"`, or `{ light = "#97301c", dark = "#f0a58b" }`. A missing side keeps its usual
/// colour.
fn tone(f: &mut Fields<'_>, name: &'static str, usual: [&str; 2]) -> Option<Tone> {
    let node = f.node(name)?;
    let mut tone = tone_of(f, name, node)?;
    for (side, usual) in usual.into_iter().enumerate() {
        if tone.written[side].is_none() {
            tone.colours[side] = known(usual);
        }
    }
    Some(tone)
}

fn tone_of(f: &mut Fields<'_>, name: &str, node: &Node) -> Option<Tone> {
    let mut tone = Tone { colours: [Colour::default(); 2], written: [None; 2] };
    match &node.value {
        Value::Table(table) => {
            let sources = f.sources();
            let title = format!("`{name}`");
            let mut inner = Fields::new(table, sources, &title, COLOUR, f.out());
            let sides = ["light", "dark"].map(|side| inner.string(side));
            inner.finish(UnknownKeys::Error);
            for (side, text) in sides.into_iter().enumerate() {
                let Some(text) = text else { continue };
                tone.colours[side] = colour(f, name, &text.value, text.span)?;
                tone.written[side] = Some(text.span);
            }
        }
        Value::String(text) => {
            let one = colour(f, name, text, node.span)?;
            tone = Tone { colours: [one; 2], written: [Some(node.span), None] };
        }
        _ => return f.wrong(name, node, "a colour, or a table of `light` and `dark`"),
    }
    tone.written.iter().any(Option::is_some).then_some(tone)
}

fn colour(f: &mut Fields<'_>, name: &str, text: &str, span: Span) -> Option<Colour> {
    let colour = Colour::parse(text);
    if colour.is_none() {
        let message = format!("`{name}` cannot be the colour `{text}`");
        let help = "write it with `#` and six hexadecimal digits: `\"#97301c\"`".to_owned();
        f.error(&codes::WRONG_VALUE, message, span, Some(help));
    }
    colour
}

impl Tone {
    /// Derives a missing side: the other one, made as much darker or lighter as needed.
    fn derive(&mut self, behind: [Colour; 2]) {
        for side in [0, 1] {
            if self.written[side].is_none() && self.written[1 - side].is_some() {
                self.colours[side] = self.colours[1 - side].readable_on(behind[side], DERIVED);
            }
        }
    }

    fn css(&self) -> String {
        let [light, dark] = self.colours;
        if light == dark { light.to_string() } else { format!("light-dark({light}, {dark})") }
    }
}

/// Warns about a colour in which text is hard to read.
fn readable(
    f: &mut Fields<'_>,
    name: &str,
    own: Option<Tone>,
    usual: [&str; 2],
    background: Option<Tone>,
    behind: [Colour; 2],
) {
    for (side, scheme) in ["light", "dark"].into_iter().enumerate() {
        let written = |tone: Option<Tone>| tone.and_then(|t| t.written[side]);
        let Some(span) = written(own).or(written(background)) else { continue };
        let colour = own.map_or(known(usual[side]), |tone| tone.colours[side]);
        warn(f, name, colour, behind[side], scheme, span);
    }
}

fn warn(f: &mut Fields<'_>, name: &str, is: Colour, behind: Colour, scheme: &str, span: Span) {
    let least = if name == "text" { BODY } else { READABLE };
    let contrast = is.contrast(behind);
    if contrast >= least {
        return;
    }
    let near = is.readable_on(behind, least);
    let message = format!(
        "`{name}` ({is}) is hard to read on {behind}: its contrast is {contrast:.1}, but it needs {least}"
    );
    let help = format!("use `{near}` in the {scheme} scheme, or another background");
    let place = f.place(span);
    f.out().push(Diagnostic::warning(&codes::LOW_CONTRAST, message).at(place).help(help));
}

/// The CSS classes of subjects, which repeat the colours that are set.
fn subjects(f: &mut Fields<'_>, behind: [Colour; 2]) -> String {
    let Some(node) = f.node("subjects") else { return String::new() };
    let Value::Array(items) = &node.value else {
        f.wrong::<()>("subjects", node, "a list of colours");
        return String::new();
    };
    let mut tones = Vec::with_capacity(items.len());
    for item in items {
        let Some(mut tone) = tone_of(f, "subjects", item) else { continue };
        tone.derive(behind);
        for (side, scheme) in ["light", "dark"].into_iter().enumerate() {
            if let Some(span) = tone.written[side] {
                warn(f, "subjects", tone.colours[side], behind[side], scheme, span);
            }
        }
        tones.push(tone);
    }
    let mut css = String::new();
    for (number, tone) in tones.iter().cycle().take(SUBJECTS).enumerate() {
        let _ = writeln!(css, ".subject-{number} {{ --subject: {} }}", tone.css());
    }
    css
}

/// A list of font families, as CSS wants it.
fn families(f: &mut Fields<'_>, name: &str, font: &Spanned<String>) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || " ,-_.'\"".contains(c);
    let whole = |quote: char| font.value.matches(quote).count().is_multiple_of(2);
    if !font.value.trim().is_empty() && font.value.chars().all(allowed) && whole('"') && whole('\'')
    {
        return Some(font.value.trim().to_owned());
    }
    let message = format!("`{name}` is not a list of fonts");
    let help = format!("write names with commas between them: `{name} = \"Georgia, serif\"`");
    f.error(&codes::WRONG_VALUE, message, font.span, Some(help));
    None
}
