//! Turns Tera's errors into diagnostics.

use std::borrow::Cow;

use tera::{Error, ErrorKind, ReportError};

use super::meter::Exceeded;
use super::unclosed;
use crate::base::{Code, Diagnostic, Map, Place, SourceText, codes, suggest};
use crate::config::LimitsConfig;
use crate::plan::templates::BUILTIN_PREFIX;
use crate::plan::view::View;

/// A syntax error of one template. Problems that need the other templates (an unknown parent)
/// are left for the real instance to report.
pub(super) fn of_syntax(error: &Error, source: &SourceText) -> Option<Diagnostic> {
    match error.kind() {
        ErrorKind::SyntaxError(report) => {
            let found = located(report, source, &codes::TEMPLATE_SYNTAX, None);
            Some(unclosed_tag(report, source, &found).unwrap_or_else(|| unknown_tag(found)))
        }
        _ => None,
    }
}

/// Tags that do not end another one.
const TAGS: [&str; 13] = [
    "block",
    "break",
    "component",
    "continue",
    "elif",
    "else",
    "extends",
    "filter",
    "for",
    "if",
    "include",
    "raw",
    "set",
];

/// Names a tag that Tera does not know, or does not accept in that place.
fn unknown_tag(mut diagnostic: Diagnostic) -> Diagnostic {
    let tag = diagnostic.place.as_ref().and_then(Place::marked).map(str::to_owned);
    let Some(tag) = tag.filter(|_| diagnostic.message == "unknown tag") else { return diagnostic };
    if ["else", "elif"].contains(&tag.as_str()) {
        diagnostic.message = format!("`{{% {tag} %}}` belongs to no `if`");
        return diagnostic.help("put it between `{% if … %}` and its `{% endif %}`");
    }
    diagnostic.message = format!("there is no tag `{tag}`");
    diagnostic.help(match suggest::closest(&tag, TAGS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("tags are `{}`; to show a value, write `{{{{ … }}}}`", TAGS.join("`, `"))
        }
    })
}

/// What is not closed, where Tera says only that something does not fit.
fn unclosed_tag(
    report: &ReportError,
    source: &SourceText,
    found: &Diagnostic,
) -> Option<Diagnostic> {
    let text = &*source.text;
    let marked = found.place.as_ref().and_then(Place::marked).unwrap_or("");
    let before = match report.message() {
        "Unexpected end of input" | "Unexpected end of raw block" => text,
        "Unknown tag" if marked.starts_with("end") => {
            let span = report.span();
            let lines = text.split_inclusive('\n').take(span.start_line.saturating_sub(1));
            let line_start: usize = lines.map(str::len).sum();
            let (column, _) = text[line_start..].char_indices().nth(span.start_col)?;
            &text[..text[..line_start + column].rfind("{%")?]
        }
        _ => return None,
    };
    Some(match unclosed::find(before) {
        Some(open) => {
            let message = format!("`{}` is not closed", open.what);
            let diagnostic = Diagnostic::error(&codes::TEMPLATE_SYNTAX, message)
                .at(Place::in_text(source.path.as_str(), text, open.at))
                .help(format!("write `{}` where it ends", open.close));
            match &found.place {
                Some(place) if before.len() < text.len() => {
                    diagnostic.also(place.clone(), "what is around it ends here")
                }
                _ => diagnostic,
            }
        }
        None if before.len() == text.len() => return None,
        None => {
            let mut diagnostic = found.clone();
            diagnostic.message = format!("`{{% {marked} %}}` closes nothing");
            diagnostic.help(format!("delete it, or write `{{% {} … %}}` before it", &marked[3..]))
        }
    })
}

/// Problems between templates.
pub(super) fn of_compilation(error: &Error, sources: &[(String, SourceText)]) -> Vec<Diagnostic> {
    let place = |name: &str| find(sources, name).map(|s| Place::file(s.path.as_str()));
    let plain = |message: String, name: &str| {
        let mut diagnostic = Diagnostic::error(&codes::TEMPLATE_SYNTAX, message);
        diagnostic.place = place(name);
        vec![diagnostic]
    };
    match error.kind() {
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("`{current}` extends `{parent}`, which does not exist");
            let mut list = plain(message, current);
            if let (Some(source), Some(d)) = (find(sources, current), list.first_mut()) {
                if let Some(at) = source.text.find(parent.as_str()) {
                    let span = at..at + parent.len();
                    d.place = Some(Place::in_text(source.path.as_str(), &source.text, span));
                }
                *d = d
                    .clone()
                    .help(format!("write `templates/{parent}`, or extend one that exists"));
            }
            list
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            let all = std::iter::once(tpl).chain(inheritance_chain).collect();
            vec![circle("extends", all, sources)]
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let all = include_chain.iter().chain([tpl]).collect();
            vec![circle("includes", all, sources)]
        }
        ErrorKind::Msg(text) => missing_blocks(reports(text, sources), sources),
        other => vec![Diagnostic::error(&codes::TEMPLATE_SYNTAX, lower_first(&other.to_string()))],
    }
}

/// Templates that lead back to themselves. `chain` ends where the circle closes; templates before
/// the circle are not to blame.
fn circle(verb: &str, chain: Vec<&String>, sources: &[(String, SourceText)]) -> Diagnostic {
    let closing = chain.last().map_or("", |name| name.as_str());
    let mut circle: Vec<&str> = chain.into_iter().map(String::as_str).collect();
    circle.drain(..circle.iter().position(|name| *name == closing).unwrap_or(0));
    circle.dedup();
    if circle.len() > 1 {
        circle.pop();
    }
    let is_own = |name: &&str| !name.starts_with(BUILTIN_PREFIX);
    let name = circle.iter().copied().find(is_own).unwrap_or(closing);
    let others: Vec<String> =
        circle.iter().filter(|n| **n != name).map(|n| format!("`{n}`")).collect();
    let message = match others.as_slice() {
        [] => format!("`{name}` {verb} itself"),
        others => format!("`{name}` {verb} itself, by way of {}", others.join(" and ")),
    };
    let mut diagnostic = Diagnostic::error(&codes::TEMPLATE_SYNTAX, message);
    diagnostic.place = find(sources, name).map(|s| Place::file(s.path.as_str()));
    let original = format!("{BUILTIN_PREFIX}{}", name.rsplit('/').next().unwrap_or(name));
    diagnostic.help(if sources.iter().any(|(n, _)| *n == original) && verb == "extends" {
        format!("the built-in template of that name is `{{% extends \"{original}\" %}}`")
    } else {
        "take one of them out of the circle".to_owned()
    })
}

/// Reports a block that built-in templates fill but the site's template lacks once, as a mistake
/// of the site's template.
fn missing_blocks(list: Vec<Diagnostic>, sources: &[(String, SourceText)]) -> Vec<Diagnostic> {
    let mut missing: Map<(String, String), Vec<String>> = Map::default();
    let mut rest = Vec::new();
    for diagnostic in list {
        let block = (diagnostic.message.strip_prefix("block `"))
            .and_then(|m| m.strip_suffix("` is not defined in any parent template"));
        let path = diagnostic.place.as_ref().map_or("", |place| &*place.path);
        let parent = find(sources, path)
            .filter(|_| path.starts_with(BUILTIN_PREFIX))
            .and_then(|source| source.text.split_once("{% extends \""))
            .and_then(|(_, name)| find(sources, name.split('"').next()?));
        match (block, parent) {
            (Some(block), Some(parent)) => {
                let key = (parent.path.as_str().to_owned(), block.to_owned());
                missing.entry(key).or_default().push(path.to_owned());
            }
            _ => rest.push(diagnostic),
        }
    }
    rest.extend(missing.into_iter().map(|((path, block), users)| {
        let more = match users.len() {
            1 => " fills".to_owned(),
            n => format!(" and {} more templates fill", n - 1),
        };
        let message = format!("there is no block `{block}`, which `{}`{more}", users[0]);
        Diagnostic::error(&codes::TEMPLATE_SYNTAX, message)
            .at(Place::file(path))
            .help(format!("write `{{% block {block} %}}{{% endblock {block} %}}` where it belongs"))
    }));
    rest
}

/// Tera joins several reports into one text: `error: …` then ` --> file:line:column`.
fn reports(text: &str, sources: &[(String, SourceText)]) -> Vec<Diagnostic> {
    let mut list = Vec::new();
    for report in text.split("\n\n").filter(|r| !r.trim().is_empty()) {
        let mut lines = report.lines();
        let message = lines.next().unwrap_or("").trim_start_matches("error: ");
        let mut diagnostic = Diagnostic::error(&codes::TEMPLATE_SYNTAX, lower_first(message));
        // "Component `x` is defined in both `a.html` and `b.html`": Tera names no line.
        if let (true, Some(name)) =
            (message.contains("is defined in both"), message.split('`').nth(5))
        {
            diagnostic.place = find(sources, name).map(|s| Place::file(s.path.as_str()));
            diagnostic.help = Some("rename one of the two".to_owned());
        }
        if let Some(name) =
            message.strip_prefix("Unknown template `").map(|m| m.trim_end_matches('`'))
        {
            let names = sources.iter().map(|(name, _)| name.as_str());
            diagnostic = diagnostic.help(match suggest::closest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write its path below `templates/`: `partials/card.html`".to_owned(),
            });
        }
        if let Some((name, line, column)) = lines.next().and_then(position) {
            diagnostic.place =
                find(sources, name).map(|s| Place::at(s.path.as_str(), &s.text, line, column));
        }
        list.push(diagnostic);
    }
    list
}

/// Parses ` --> base.html:3:7`.
fn position(line: &str) -> Option<(&str, usize, usize)> {
    let rest = line.trim().strip_prefix("-->")?.trim();
    let mut parts = rest.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((parts.next()?, line, column))
}

/// A failure while rendering a page.
pub(super) fn of_rendering(
    error: &Error,
    sources: &[(String, SourceText)],
    template: &str,
    view: &View,
) -> Diagnostic {
    match error.kind() {
        ErrorKind::RenderingError(report) => match find(sources, report.filename()) {
            Some(source) => undefined(located(report, source, &codes::TEMPLATE_ERROR, Some(view))),
            None => Diagnostic::error(&codes::TEMPLATE_ERROR, lower_first(report.message())),
        },
        other => {
            let text = other.to_string();
            let message = lower_first(text.lines().next().unwrap_or("rendering failed"));
            let mut diagnostic = Diagnostic::error(&codes::TEMPLATE_ERROR, message);
            diagnostic.place = find(sources, template).map(|s| Place::file(s.path.as_str()));
            diagnostic
        }
    }
}

/// A page that exceeds a limit.
pub(super) fn of_limit(
    exceeded: Exceeded,
    limits: LimitsConfig,
    place: Option<Place>,
) -> Diagnostic {
    let raise = |key| {
        format!(
            "make it repeat less; if a page needs more, raise `{key}` in `[limits]` of kisah.toml"
        )
    };
    let (message, help) = match exceeded {
        Exceeded::Steps => {
            let message =
                format!("templates take more than {} steps for one page", limits.page_steps);
            (message, raise("page_steps"))
        }
        Exceeded::Bytes => {
            let most = limits.page_megabytes;
            (
                format!("templates make more than {most} MB of text for one page"),
                raise("page_megabytes"),
            )
        }
        Exceeded::Depth => (
            "templates or values are nested too deeply in each other".to_owned(),
            "check which of them calls or contains itself".to_owned(),
        ),
    };
    let mut diagnostic = Diagnostic::error(&codes::TOO_MUCH, message);
    diagnostic.place = place;
    diagnostic.help(help)
}

/// Adds what to do about an undefined name, if there is no better advice.
fn undefined(mut diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.message.ends_with("is not defined") || diagnostic.message.contains("undefined") {
        let help = "`{{ x or \"\" }}` gives a default, `{% if x is defined %}` asks first";
        diagnostic.help.get_or_insert_with(|| help.to_owned());
    }
    diagnostic
}

/// A failure in a component that Markdown calls; the caller knows where.
pub(super) fn of_component(error: &Error, name: &str) -> Diagnostic {
    let text = match error.kind() {
        ErrorKind::RenderingError(report) => report.message().to_owned(),
        other => other.to_string(),
    };
    let first = lower_first(text.lines().next().unwrap_or(""));
    let help = if first.contains("recursion") {
        "a component must not call itself without end"
    } else {
        "its arguments are those of `{% component … %}` in the templates"
    };
    Diagnostic::error(&codes::COMPONENT, format!("component `{name}` failed: {first}")).help(help)
}

/// `view` is what the template sees, if there is one.
fn located(
    report: &ReportError,
    source: &SourceText,
    code: &'static Code,
    view: Option<&View>,
) -> Diagnostic {
    let span = report.span();
    let mut place =
        Place::at(source.path.as_str(), &source.text, span.start_line, span.start_col + 1);
    if let Some(line) = place.line.as_mut().filter(|_| span.end_line == span.start_line) {
        let end = line.text.char_indices().nth(span.end_col).map_or(line.text.len(), |(i, _)| i);
        line.mark.1 = line.mark.1.max(u32::try_from(end).unwrap_or(line.mark.1));
    }
    let full = report.message();
    let listed = [". Available fields: ", ". Available variables: "];
    let (message, fields) = listed.iter().find_map(|l| full.split_once(l)).unwrap_or((full, ""));
    // Tera gives the place, but not the name.
    let written = place.marked().map(str::to_owned);
    let message = match written {
        Some(written) if message == "Tried to render a variable that is undefined" => {
            // Its span ends before the last bracket.
            let is_open = written.matches('[').count() > written.matches(']').count();
            let bracket = if is_open { "]" } else { "" };
            Cow::Owned(format!("`{written}{bracket}` is not defined"))
        }
        _ => arguments(message).map_or_else(|| kinds(message), Cow::Owned),
    };
    let diagnostic = Diagnostic::error(code, lower_first(&message)).at(place);
    let named = message.split('`').nth(1).unwrap_or("");
    let mut fields: Vec<&str> = fields.split(", ").filter(|f| !f.is_empty()).collect();
    if let Some(view) = view.filter(|view| message.starts_with("Variable") && sees(&fields, view)) {
        fields.extend(view.names());
        fields.sort_unstable();
        fields.dedup();
    }
    match suggest::closest(named, fields.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if fields.is_empty() => diagnostic,
        None if fields.len() == 1 => diagnostic.note(format!("there is {}", fields[0])),
        None => diagnostic.note(format!("there are {}", fields.join(", "))),
    }
}

/// Tera lists the arguments that a component does not take in no fixed order.
fn arguments(message: &str) -> Option<String> {
    let (unknown, known) = message.strip_prefix("Unknown argument(s) ")?.split_once(" in ")?;
    let mut unknown: Vec<&str> = unknown.split(", ").collect();
    unknown.sort_unstable();
    let known = known.split_once(": ").map(|(_, known)| known.split(", ").collect::<Vec<_>>());
    let takes = match known {
        Some(mut known) => {
            known.sort_unstable();
            format!(", only {}", known.join(", "))
        }
        None => String::new(),
    };
    Some(format!("the component takes no {}{takes}", unknown.join(", ")))
}

/// Tera names types as Rust does.
fn kinds(message: &str) -> Cow<'_, str> {
    const KINDS: [(&str, &str); 10] = [
        ("`&str`", "a text"),
        ("`string`", "a text"),
        ("`i64`", "a whole number"),
        ("`u64`", "a whole number from 0"),
        ("`usize`", "a whole number from 0"),
        ("`f64`", "a number"),
        ("`bool`", "true or false"),
        ("`array`", "a list"),
        ("`map/struct`", "a map"),
        ("`none`", "none"),
    ];
    if !message.starts_with("Invalid type") && !message.starts_with("Iteration not") {
        return Cow::Borrowed(message);
    }
    let message = message.replace("Iteration not possible on type", "Cannot loop over");
    let text = KINDS.iter().fold(message, |text, (kind, word)| text.replace(kind, word));
    Cow::Owned(text)
}

/// Whether the names that Tera lists are the whole view, of which a template has only what it names
/// itself: components see only their arguments.
fn sees(fields: &[&str], view: &View) -> bool {
    view.vars().iter().all(|(name, _)| fields.contains(&&**name))
}

fn find<'a>(sources: &'a [(String, SourceText)], name: &str) -> Option<&'a SourceText> {
    let exact = sources.iter().find(|(n, _)| n == name);
    let ending =
        || sources.iter().find(|(n, _)| n.rsplit_once('/').is_some_and(|(_, n)| n == name));
    exact.or_else(ending).map(|(_, source)| source)
}

/// Makes the first letter lower case, as messages begin.
fn lower_first(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
