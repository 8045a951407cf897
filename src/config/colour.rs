//! Screen colours, and how readable one is on another.
//!
//! In: hexadecimal notation, and no other. Out: the same, and contrast as WCAG 2 defines it,
//! <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.

use std::fmt;

/// An sRGB colour without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Colour([u8; 3]);

impl Colour {
    /// Reads `#1a2b3c` or `#abc`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .strip_prefix('#')?
            .chars()
            .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
            .collect::<Option<_>>()?;
        match digits.as_slice() {
            [r, g, b] => Some(Colour([r * 17, g * 17, b * 17])),
            [r, rr, g, gg, b, bb] => Some(Colour([r * 16 + rr, g * 16 + gg, b * 16 + bb])),
            _ => None,
        }
    }

    /// The contrast between two colours, from 1 to 21.
    pub(super) fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let c = f64::from(channel) / 255.0;
            // `libm` gives the same result on every machine, unlike the system's library.
            if c <= 0.040_45 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// This colour, made as much darker or lighter as it must be to have the contrast `least` to
    /// the background.
    pub(super) fn readable_on(self, background: Colour, least: f64) -> Colour {
        let is_light = Colour([255; 3]).contrast(background) < Colour([0; 3]).contrast(background);
        let towards = if is_light { 0 } else { 255 };
        let mixed = |step: i32| {
            Colour(self.0.map(|from| {
                let from = i32::from(from);
                u8::try_from(from + (towards - from) * step / 64).unwrap_or_default()
            }))
        };
        (0..64).map(mixed).find(|c| c.contrast(background) >= least).unwrap_or(mixed(64))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation() {
        for (text, colour) in [("#97301c", "#97301c"), ("#AbC", "#aabbcc"), ("#000000", "#000000")]
        {
            assert_eq!(Colour::parse(text).unwrap().to_string(), colour);
        }
        for text in ["", "red", "97301c", "#97301", "#97301cff", "#97301g", "#é1234"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let contrast = |a, b| Colour::parse(a).unwrap().contrast(Colour::parse(b).unwrap());
        assert!((contrast("#000", "#fff") - 21.0).abs() < 1e-9);
        assert!((contrast("#777", "#fff") - 4.478).abs() < 1e-3);
        assert!((contrast("#fff", "#fff") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn readable_colours_are_readable_and_near() {
        for background in ["#fdfbf7", "#161513", "#808080"].map(|c| Colour::parse(c).unwrap()) {
            for colour in ["#97301c", "#ff6600", "#000", "#fff"].map(|c| Colour::parse(c).unwrap())
            {
                let near = colour.readable_on(background, 4.5);
                assert!(near.contrast(background) >= 4.5, "{colour} on {background}: {near}");
                if colour.contrast(background) >= 4.5 {
                    assert_eq!(near, colour);
                }
            }
        }
    }
}
