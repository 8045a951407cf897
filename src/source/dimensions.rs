//! Finds the size of an image from its header.
//!
//! In: the bytes of a file and its extension. Out: width and height as a browser shows them, in
//! pixels. It never decodes an image, and an image that it cannot read has no size: that is not a
//! mistake.

use std::io::{BufRead, Read, Seek, SeekFrom};

/// Extensions of images that browsers show.
const RASTER: [&str; 10] =
    ["jpg", "jpeg", "jfif", "png", "apng", "gif", "webp", "avif", "bmp", "ico"];

/// How far to look for a JPEG's orientation or an SVG's root element.
const HEAD: u64 = 256 * 1024;

/// Width and height of an image; `None` if it is not one, or does not say.
pub(crate) fn of(extension: &str, reader: &mut (impl BufRead + Seek)) -> Option<(u32, u32)> {
    let extension = extension.to_ascii_lowercase();
    if extension == "svg" {
        return svg(&String::from_utf8_lossy(&head(reader)?));
    }
    if !RASTER.contains(&extension.as_str()) {
        return None;
    }
    let head = head(reader)?;
    let size = imagesize::reader_size(&mut *reader).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    if width == 0 || height == 0 {
        return None;
    }
    // Cameras store portrait pictures on their side, and browsers turn them.
    if exif_orientation(&head).is_some_and(|o| o >= 5) {
        Some((height, width))
    } else {
        Some((width, height))
    }
}

/// The first bytes; the reader is back at the start afterwards.
fn head(reader: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(HEAD).read_to_end(&mut bytes).ok()?;
    reader.seek(SeekFrom::Start(0)).ok()?;
    Some(bytes)
}

/// The orientation (1 to 8) in the EXIF part of a JPEG.
fn exif_orientation(bytes: &[u8]) -> Option<u16> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let (marker, after) = rest.split_at_checked(2)?;
        // The picture itself begins, and no EXIF came before it.
        if marker[0] != 0xFF || marker[1] == 0xDA || marker[1] == 0xD9 {
            return None;
        }
        let length = usize::from(u16::from_be_bytes([*after.first()?, *after.get(1)?]));
        let segment = after.get(2..length)?;
        if marker[1] == 0xE1
            && let Some(tiff) = segment.strip_prefix(b"Exif\0\0")
        {
            return tiff_orientation(tiff);
        }
        rest = after.get(length..)?;
    }
}

fn tiff_orientation(tiff: &[u8]) -> Option<u16> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = long(4)? as usize;
    let entries = usize::from(short(directory)?);
    (0..entries)
        .map(|i| directory + 2 + i * 12)
        .take_while(|at| at + 12 <= tiff.len())
        .find(|&at| short(at) == Some(0x0112))
        .and_then(|at| short(at + 8))
        .filter(|o| (1..=8).contains(o))
}

/// Size of an SVG: `width` and `height` of its root, otherwise those of its `viewBox`.
fn svg(text: &str) -> Option<(u32, u32)> {
    let root = root_element(text)?;
    let length = |name| attribute(root, name).and_then(pixels);
    let view = attribute(root, "viewBox").and_then(|list| {
        let mut numbers = list.split([' ', ',', '\t', '\n', '\r']).filter(|n| !n.is_empty());
        let width: f64 = numbers.nth(2)?.parse().ok()?;
        let height: f64 = numbers.next()?.parse().ok()?;
        (width > 0.0 && height > 0.0).then_some((width, height))
    });
    let (width, height) = match (length("width"), length("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        // With one side given, the other follows from the view box, as in browsers.
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(size)) => size,
        _ => return None,
    };
    Some((whole(width)?, whole(height)?))
}

fn whole(pixels: f64) -> Option<u32> {
    let rounded = pixels.round();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    (rounded >= 1.0 && rounded <= f64::from(u32::MAX)).then_some(rounded as u32)
}

/// The text between `<svg` and its `>`, skipping comments, the prologue and a DTD.
fn root_element(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = &rest[rest.find('<')?..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = &comment[comment.find("-->")? + 3..];
        } else if rest.starts_with("<?") {
            rest = &rest[rest.find("?>")? + 2..];
        } else if rest.starts_with("<!") {
            // A DTD may contain declarations in brackets, which end with `]>`.
            let end = rest.find('>')?;
            let end = if rest[..end].contains('[') { rest.find("]>")? + 1 } else { end };
            rest = &rest[end + 1..];
        } else {
            let name = rest[1..].split(|c: char| c.is_whitespace() || "/>".contains(c)).next()?;
            let local = name.rsplit(':').next()?;
            return (local == "svg").then(|| &rest[1 + name.len()..]);
        }
    }
}

/// The value of an attribute of the element that `text` continues.
fn attribute<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.starts_with(['>', '/']) {
            return None;
        }
        let equals = rest.find('=')?;
        let name = rest[..equals].trim_end();
        if name.contains(['<', '>']) {
            return None;
        }
        rest = rest[equals + 1..].trim_start();
        let quote = rest.chars().next().filter(|c| "\"'".contains(*c))?;
        let end = 1 + rest[1..].find(quote)?;
        if name == wanted {
            return Some(&rest[1..end]);
        }
        rest = &rest[end + 1..];
    }
}

/// An absolute CSS length in pixels; `None` for `100%`, `auto` and lengths relative to a font.
fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit_at = text
        .find(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E') || c == '%')
        .unwrap_or(text.len());
    // `1em` and `1ex` begin with what could be an exponent.
    let unit_at = if text.ends_with("em") || text.ends_with("ex") { return None } else { unit_at };
    let factor = match &text[unit_at..] {
        "" | "px" => 1.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        _ => return None,
    };
    let number: f64 = text[..unit_at].trim_end().parse().ok()?;
    (number > 0.0 && number.is_finite()).then_some(number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn size(extension: &str, bytes: &[u8]) -> Option<(u32, u32)> {
        of(extension, &mut Cursor::new(bytes))
    }

    #[test]
    fn svg_sizes() {
        for (text, want) in [
            ("<svg width='40' height=\"30px\"/>", Some((40, 30))),
            (
                "<?xml version='1.0'?><!-- <svg width='1' height='1'> -->\n<svg viewBox='0 0 64 32'>",
                Some((64, 32)),
            ),
            ("<!DOCTYPE svg [<!ENTITY a \"<svg>\">]><svg:svg viewBox='0,0,2.6,3'>", Some((3, 3))),
            ("<svg width='100%' height='100%' viewBox='0 0 10 20'>", Some((10, 20))),
            ("<svg width='50' viewBox='0 0 10 20'>", Some((50, 100))),
            ("<svg height='2in' viewBox='0 0 10 20'>", Some((96, 192))),
            ("<svg width='1e2' height='1.5E1'>", Some((100, 15))),
            ("<svg width='2em' height='2em'>", None),
            ("<svg width='0' height='5'>", None),
            ("<svg width='40' height='30", None),
            ("<svgx width='40' height='30'>", None),
            ("<svg><rect width='40' height='30'/></svg>", None),
            ("<svg width=40 height=30>", None),
            ("<svg width='nan' height='inf' viewBox='0 0 -1 1'>", None),
            ("", None),
        ] {
            assert_eq!(size("SVG", text.as_bytes()), want, "{text}");
        }
    }

    /// A JPEG's header, 3 wide and 2 high, with an EXIF orientation.
    fn jpeg(orientation: u16) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
        exif.extend(orientation.to_be_bytes());
        exif.extend([0; 6]);
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1];
        bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        bytes.extend(exif);
        bytes.extend([0xFF, 0xC0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0, 0xFF, 0xD9]);
        bytes
    }

    #[test]
    fn turned_jpeg() {
        assert_eq!(size("jpg", &jpeg(1)), Some((3, 2)));
        assert_eq!(size("jpeg", &jpeg(6)), Some((2, 3)));
        assert_eq!(size("jpeg", &jpeg(9)), Some((3, 2)));
    }

    #[test]
    fn only_known_extensions() {
        let gif = b"GIF89a\x05\0\x06\0";
        assert_eq!(size("gif", gif), None, "shorter than any image");
        let gif = b"GIF89a\x05\0\x06\0\0\0\0,\0\0\0\0\x05\0\x06\0\0";
        assert_eq!(size("GIF", gif), Some((5, 6)));
        assert_eq!(size("pdf", gif), None);
        assert_eq!(size("png", b"not an image at all"), None);
    }

    proptest::proptest! {
        /// No bytes, however broken, make the readers panic.
        #[test]
        fn any_bytes(
            start in 0..7_usize,
            tail in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        ) {
            let heads: [&[u8]; 7] = [
                b"", b"\xFF\xD8\xFF\xE1\0\x40Exif\0\0II*\0\x08\0\0\0", b"\x89PNG\r\n\x1a\n",
                b"GIF89a", b"RIFF\0\0\0\0WEBPVP8", b"\0\0\0\x14ftypavif\0\0\0\0avif\0\0\0\x40meta",
                b"\0\0\x01\0",
            ];
            let mut bytes = heads[start].to_vec();
            bytes.extend(tail);
            for extension in ["jpg", "svg"] {
                let _ = size(extension, &bytes);
            }
            if let Some(tiff) = bytes.get(12..) {
                let _ = tiff_orientation(tiff);
            }
            let _ = svg(&format!("<svg {}", String::from_utf8_lossy(&bytes)));
        }
    }
}
