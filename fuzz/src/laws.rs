//! What is true of every diagnostic.

use std::collections::BTreeMap;

use kisah::base::{Diagnostic, Place};

/// It is legible, and what it points at exists.
pub fn readable(diagnostic: &Diagnostic, texts: &BTreeMap<String, String>) {
    let Diagnostic { message, place, also, notes, help, .. } = diagnostic;
    for text in [message].into_iter().chain(notes).chain(help) {
        assert!(!text.trim().is_empty(), "it says nothing: {diagnostic:?}");
        assert!(!text.contains(char::is_control), "not one line: {diagnostic:?}");
    }
    assert!(!message.ends_with('.'), "a message ends without a full stop: {diagnostic:?}");
    for place in place.iter().chain(also.iter().map(|(place, _)| place)) {
        if let Err(why) = inside(place, texts) {
            panic!("{why}: {diagnostic:#?}");
        }
    }
}

/// A place is in its text, and shows the line exactly as it is there.
fn inside(place: &Place, texts: &BTreeMap<String, String>) -> Result<(), &'static str> {
    let Some(line) = &place.line else { return Ok(()) };
    let text = texts.get(&*place.path).ok_or("there is no such file")?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let number = line.number.checked_sub(1).ok_or("lines are counted from 1")?;
    let there = lines(text).nth(number as usize).ok_or("the file has no such line")?;
    let (from, to) = (line.mark.0 as usize, line.mark.1 as usize);
    let marked = line.text.get(from..to).ok_or("the mark is not in the line")?;
    // Only part of a long line is shown.
    if there.len() > 1000 && there.contains(marked) {
        return Ok(());
    }
    if there != &*line.text {
        return Err("the line is another one");
    }
    if marked.is_empty() && from < line.text.len() {
        return Err("nothing is marked");
    }
    if line.text[..from].chars().count() + 1 != line.column as usize {
        return Err("the column is another one");
    }
    Ok(())
}

/// The lines of a text, whatever its line breaks.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.find(['\n', '\r']);
        rest = end.map(|end| {
            let skip = if text[end..].starts_with("\r\n") { 2 } else { 1 };
            &text[end + skip..]
        });
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// Diagnostics are in the order of files, lines and columns. One about a whole file comes before
/// those about its lines or, if it sums up those not shown, after them.
pub fn sorted<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) {
    let places: Vec<_> = diagnostics.map(place).collect();
    let files = places.iter().map(|place| place.map(|(path, ..)| path));
    assert!(files.is_sorted(), "files are not in order: {places:?}");
    let lines = places.iter().filter(|place| place.is_some_and(|(_, line, _)| line > 0));
    assert!(lines.is_sorted(), "lines are not in order: {places:?}");
}

fn place(diagnostic: &Diagnostic) -> Option<(&str, u32, u32)> {
    let place = diagnostic.place.as_ref()?;
    let (line, column) = place.line.as_ref().map_or((0, 0), |l| (l.number, l.column));
    Some((&place.path, line, column))
}

/// What is wrong and where, which must be the same for two texts that differ only in line breaks.
pub fn gist(diagnostics: &[Diagnostic]) -> Vec<String> {
    let gist = |d: &Diagnostic| format!("{}[{}] {:?}", d.severity.as_str(), d.code.name, place(d));
    diagnostics.iter().map(gist).collect()
}
