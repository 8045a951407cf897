//! Slugs: the part of an address that names a page or a term.

use std::borrow::Cow;

use super::text::nfc;

/// How slugs are spelt (`slugs` in kisah.toml).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SlugStyle {
    /// Transliterated to `a-z`, `0-9` and `-`.
    #[default]
    Ascii,
    /// Letters and digits of any script, lower-cased, and `-`.
    Unicode,
}

/// Longest slug in bytes: with `index.html` and a page number it still fits on any file system.
const MAX_BYTES: usize = 200;

/// The slug of a text; empty if nothing in the text can be part of one (`"!!!"`): the caller then
/// falls back on the file name, or on [`fallback`].
pub fn slugify(text: &str, style: SlugStyle) -> String {
    let source: Cow<'_, str> = if text.is_ascii() {
        text.into()
    } else {
        let nfc = nfc(text);
        match style {
            SlugStyle::Ascii => deunicode::deunicode_with_tofu(&nfc, "-").into(),
            SlugStyle::Unicode => nfc.into(),
        }
    };
    let mut slug = String::with_capacity(source.len());
    for c in source.chars().flat_map(char::to_lowercase) {
        // Apostrophes join ("Qur'an" → quran); everything else that is not a letter separates.
        if matches!(c, '\'' | '’' | 'ʼ') {
            continue;
        }
        let keep = match style {
            SlugStyle::Ascii => c.is_ascii_alphanumeric(),
            SlugStyle::Unicode => c.is_alphanumeric() || is_mark(c),
        };
        if keep {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let mut end = slug.len().min(MAX_BYTES);
    while !slug.is_char_boundary(end) {
        end -= 1;
    }
    slug.truncate(end);
    // Lower-casing can leave letters decomposed ("İ"); a slug is NFC.
    let slug = slug.trim_matches('-');
    nfc(slug)
}

/// A slug for a text that yields none: short, stable, made from the text's digest.
pub fn fallback(text: &str) -> String {
    format!("x{:08x}", super::Digest::of(text.as_bytes()).0 >> 96)
}

/// Combining marks carry vowels in many scripts (Devanagari, Khmer, Thai, vowelled Arabic).
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts() {
        for (text, ascii, unicode) in [
            ("Pavel Durov", "pavel-durov", "pavel-durov"),
            ("Дуров", "durov", "дуров"),
            ("Père Noël & Co.", "pere-noel-co", "père-noël-co"),
            ("Qur'an", "quran", "quran"),
            ("हिन्दी", "hindii", "हिन्दी"),
            ("  --  ", "", ""),
            ("C++", "c", "c"),
            ("北京", "bei-jing", "北京"),
        ] {
            assert_eq!(slugify(text, SlugStyle::Unicode), unicode);
            assert_eq!(slugify(text, SlugStyle::Ascii), ascii);
        }
    }

    /// A long title still makes a name that file systems take.
    #[test]
    fn long_texts_are_cut() {
        let a = |letters| "a".repeat(letters);
        for (text, cut) in [
            (a(200), a(200)),
            (a(201), a(200)),
            // Neither within a letter, nor behind a hyphen.
            (a(199) + "éa", a(199)),
            (a(198) + "éa", a(198) + "é"),
            (a(199) + " a", a(199)),
        ] {
            assert_eq!(slugify(&text, SlugStyle::Unicode), cut);
        }
    }
}
