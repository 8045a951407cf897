//! Monograms: what is shown where there is no picture, and the colour of a subject.
//!
//! In: a name and the slug that it goes by. Out: letters, the number of a colour, and the few
//! numbers that a template draws a shape from. The slug decides all but the letters, so that a
//! person has one look in every list and in every language. It draws nothing: the SVG is a
//! component of the templates.

use unicode_normalization::UnicodeNormalization;

use super::part::Made;
use super::shapes::Monogram;
use crate::base::Digest;

/// How many colours of subjects the style sheet has.
pub(crate) const SUBJECTS: u128 = 8;

/// How many shapes the component `kisah.monogram` knows.
const SHAPES: u128 = 4;

/// The monogram of a person or another term: the first letters of the first and the last name.
pub(crate) fn of_name(name: &str, slug: &str) -> Made<Monogram> {
    let mut words = name.split_whitespace().filter_map(first_letter);
    let mut letters = words.next().unwrap_or_default();
    // Letters without case (Arabic, Chinese …) join, or are words of their own: one is enough.
    if letters.to_lowercase() != letters {
        letters.push_str(&words.next_back().unwrap_or_default());
    }
    of_letters(&letters, slug)
}

/// The monogram of a story about nobody in particular: one letter.
pub(crate) fn of_title(title: &str, slug: &str) -> Made<Monogram> {
    of_letters(&title.split_whitespace().find_map(first_letter).unwrap_or_default(), slug)
}

/// The first letter or digit of a word, as a capital.
fn first_letter(word: &str) -> Option<String> {
    let letter = word.nfc().find(|c| c.is_alphanumeric())?;
    // "ß" and its like become two capitals, of which one is enough.
    Some(letter.to_uppercase().take(1).collect())
}

fn of_letters(letters: &str, slug: &str) -> Made<Monogram> {
    let seed = Digest::of(slug.as_bytes()).0;
    let pick = |byte: u32, from: u128, count: u128| {
        u32::try_from(from + (seed >> (byte * 8)) % count).unwrap_or_default()
    };
    let monogram = Monogram {
        letters: letters.into(),
        subject: pick(0, 0, SUBJECTS),
        shape: pick(1, 0, SHAPES),
        x: pick(2, 20, 81),
        y: pick(4, 15, 61),
        r: pick(6, 26, 25),
    };
    monogram.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(monogram: &Made<Monogram>, name: &str) -> String {
        monogram.part().value.get_from_path(name).map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn letters_are_those_of_the_first_and_the_last_name() {
        for (name, letters) in [
            ("Ada Lovelace", "AL"),
            ("Kartini", "K"),
            ("B. J. Habibie", "BH"),
            ("\u{201c}Bung\u{201d} Hatta", "BH"),
            ("e\u{301}milie du Châtelet", "ÉC"),
            ("ибн Сина", "ИС"),
            ("فاطمة الفهرية", "ف"),
            ("李清照", "李"),
            ("50 Cent", "5"),
            ("\u{2013}", ""),
        ] {
            assert_eq!(field(&of_name(name, "slug"), "letters"), letters, "{name}");
        }
        assert_eq!(field(&of_title("“The arrest” of a prince", "slug"), "letters"), "T");
    }

    #[test]
    fn the_slug_decides_the_look() {
        let (one, two) = (of_name("Kartini", "kartini"), of_name("كارتيني", "kartini"));
        for name in ["subject", "shape", "x", "y", "r"] {
            assert_eq!(field(&one, name), field(&two, name), "{name}");
        }
        let subjects: std::collections::BTreeSet<String> =
            (0..64).map(|n| field(&of_title("x", &format!("story-{n}")), "subject")).collect();
        assert_eq!(subjects.len(), 8, "{subjects:?}");
    }
}
