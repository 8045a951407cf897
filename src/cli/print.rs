//! Prints diagnostics for people and for programs.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write, stderr, stdout};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use jiff::civil;
use serde_json::{Value as Json, json};

use crate::base::{Diagnostic, Diagnostics, Place, Severity};
use crate::site::Waiting;

/// Warnings that `build` shows in full; `check` shows more.
const WARNINGS_SHOWN: usize = 20;

/// Prints one line to stderr.
pub(crate) fn line(text: &str) {
    // When stderr is closed there is nobody left to tell.
    let _ = writeln!(stderr(), "{text}");
}

/// Prints data to stdout. A reader that went away (`| head`) is not an error.
pub(crate) fn data(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}

/// Prints `error: …` to stderr, in colour where that is wanted.
pub(crate) fn message(level: &str, text: &str) {
    if colour() {
        line(&format!("\u{1b}[1;31m{level}\u{1b}[0m: {text}"));
    } else {
        line(&format!("{level}: {text}"));
    }
}

/// A path without the `./` that the default root leaves in front of it.
pub(crate) fn path(path: &std::path::Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// "3 files", "1 file".
pub(crate) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}

/// "2 errors, 1 warning"; "no warnings".
pub(crate) fn counts(diagnostics: &Diagnostics) -> String {
    let errors = diagnostics.count(Severity::Error);
    let warnings = diagnostics.count(Severity::Warning);
    let warnings = match warnings {
        0 => "no warnings".to_owned(),
        n => plural(n, "warning"),
    };
    if errors == 0 { warnings } else { format!("{}, {warnings}", plural(errors, "error")) }
}

/// "; 3 waiting: 2 drafts, 1 on 25 December; 1 expired", for a closing line; empty if everything is
/// public.
pub fn waiting(waiting: &Waiting, today: civil::Date) -> String {
    let drafts = (waiting.drafts > 0).then(|| plural(waiting.drafts, "draft"));
    let future = waiting.next.map(|day| {
        let day = named_day(day, today);
        match waiting.future {
            1 => format!("1 on {day}"),
            many => format!("{many} from {day} on"),
        }
    });
    let mut text = match (drafts, future) {
        (None, None) => String::new(),
        (Some(drafts), None) => format!("; {drafts} waiting"),
        (None, Some(future)) => format!("; waiting: {future}"),
        (Some(drafts), Some(future)) => {
            format!("; {} waiting: {drafts}, {future}", waiting.drafts + waiting.future)
        }
    };
    if waiting.expired > 0 {
        let _ = write!(text, "; {} expired", waiting.expired);
    }
    text
}

/// "25 December", with the year if it is not this year.
fn named_day(day: civil::Date, today: civil::Date) -> String {
    let format = if day.year() == today.year() { "%-d %B" } else { "%-d %B %Y" };
    day.strftime(format).to_string()
}

/// A command as it can be typed into a shell.
pub(crate) fn command<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    let quoted = words.into_iter().map(|word| match word {
        "" => "''".to_owned(),
        word if word.chars().all(is_plain) => word.to_owned(),
        word => format!("'{}'", word.replace('\'', "'\\''")),
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Prints every diagnostic to stderr.
pub(crate) fn all_diagnostics(diagnostics: &Diagnostics) {
    print(diagnostics.iter());
}

/// Prints every error to stderr.
pub(crate) fn errors(diagnostics: &Diagnostics) {
    print(diagnostics.iter().filter(|d| d.severity == Severity::Error));
}

/// Prints every error, and the first warnings, to stderr.
pub(crate) fn some_diagnostics(diagnostics: &Diagnostics) {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let warnings = || diagnostics.iter().filter(|d| d.severity == Severity::Warning);
    print(warnings().take(WARNINGS_SHOWN).chain(errors));
    let hidden: usize = warnings().skip(WARNINGS_SHOWN).map(|d| d.more.max(1)).sum();
    if hidden > 0 {
        let all = if warnings().any(|d| d.more > 0) { "more of them" } else { "all" };
        line(&format!("… and {}; `kisah check` shows {all}\n", plural(hidden, "more warning")));
    }
}

fn print<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) {
    let colour = colour();
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&render(diagnostic, colour));
        text.push_str("\n\n");
    }
    let _ = stderr().write_all(text.as_bytes());
}

/// Whether stderr is a terminal that wants colour (<https://no-color.org>).
fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    stderr().is_terminal() && !set("NO_COLOR") && !dumb
}

/// A diagnostic as people read it, and as tests pin it.
pub fn render(diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.name);
    let mut group = match &diagnostic.place {
        // A diagnostic that sums others up names its file itself.
        Some(place) if diagnostic.more == 0 => {
            with_place(Group::with_title(title), place, None, true)
        }
        _ => Group::with_title(title),
    };
    for (place, label) in &diagnostic.also {
        group = with_place(group, place, Some(label), diagnostic.place.is_none());
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let also = diagnostic.also.iter().map(|(place, _)| place);
    let places = diagnostic.place.iter().chain(also);
    places.fold(renderer.render(&[group]), with_column)
}

/// The renderer counts columns in the line it is given, and very long lines are cut.
fn with_column(text: String, place: &Place) -> String {
    let Some(line) = &place.line else { return text };
    let before = line.text.get(..line.mark.0 as usize).unwrap_or_default();
    let counted = before.chars().count() + 1;
    if counted == line.column as usize {
        return text;
    }
    let written = format!("{}:{}:{counted}", place.path, line.number);
    text.replacen(&written, &place.to_string(), 1)
}

fn with_place<'a>(
    group: Group<'a>,
    place: &'a Place,
    label: Option<&'a str>,
    primary: bool,
) -> Group<'a> {
    let Some(line) = &place.line else {
        let origin = annotate_snippets::Origin::path(&*place.path);
        let group = group.element(origin);
        return match label {
            Some(label) => group.element(Level::NOTE.message(format!("{}: {label}", place.path))),
            None => group,
        };
    };
    let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let mark = kind.span(line.mark.0 as usize..line.mark.1 as usize).label(label);
    let snippet = Snippet::source(&*line.text)
        .line_start(line.number as usize)
        .path(&*place.path)
        .annotation(mark);
    group.element(snippet)
}

/// Prints all diagnostics to stdout as JSON, and suggestions if they were asked for.
pub(crate) fn json(diagnostics: &Diagnostics, suggestions: Option<Json>) {
    let list: Vec<Json> = diagnostics.iter().map(one_json).collect();
    let mut value = json!({
        "errors": diagnostics.count(Severity::Error),
        "warnings": diagnostics.count(Severity::Warning),
        "diagnostics": list,
    });
    if let Some(suggestions) = suggestions {
        value["suggestions"] = suggestions;
    }
    let mut text = String::new();
    let _ = writeln!(text, "{value:#}");
    data(&text);
}

fn one_json(diagnostic: &Diagnostic) -> Json {
    let place = |place: &Place| {
        json!({
            "path": &*place.path,
            "line": place.line.as_ref().map(|l| l.number),
            "column": place.line.as_ref().map(|l| l.column),
        })
    };
    let mut value = json!({
        "severity": diagnostic.severity.as_str(),
        "code": diagnostic.code.name,
        "message": diagnostic.message,
        "path": null,
        "line": null,
        "column": null,
        "notes": diagnostic.notes,
        "help": diagnostic.help,
        "more": diagnostic.more,
    });
    if let Some(at) = &diagnostic.place {
        let at = place(at);
        for key in ["path", "line", "column"] {
            value[key] = at[key].clone();
        }
    }
    let also = diagnostic.also.iter().map(|(at, label)| {
        let mut at = place(at);
        at["label"] = json!(label);
        at
    });
    value["also"] = also.collect();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_waiting_is_said_briefly() {
        let day = |year, month, day| Some(civil::date(year, month, day));
        let today = civil::date(2025, 6, 1);
        for (drafts, future, next, expired, said) in [
            (0, 0, None, 0, ""),
            (1, 0, None, 0, "; 1 draft waiting"),
            (2, 0, None, 3, "; 2 drafts waiting; 3 expired"),
            (0, 1, day(2025, 12, 25), 0, "; waiting: 1 on 25 December"),
            (0, 2, day(2026, 1, 2), 0, "; waiting: 2 from 2 January 2026 on"),
            (2, 1, day(2025, 12, 25), 0, "; 3 waiting: 2 drafts, 1 on 25 December"),
            (1, 2, day(2025, 7, 4), 1, "; 3 waiting: 1 draft, 2 from 4 July on; 1 expired"),
            (0, 0, None, 1, "; 1 expired"),
        ] {
            assert_eq!(waiting(&Waiting { drafts, future, next, expired }, today), said);
        }
    }

    #[test]
    fn commands_can_be_typed() {
        assert_eq!(
            command(["kisah", "--root", "a b", "it's", ""]),
            r"kisah --root 'a b' 'it'\''s' ''"
        );
        assert_eq!(command(["kisah", "--today=2025-01-01", "$x"]), "kisah --today=2025-01-01 '$x'");
    }
}
