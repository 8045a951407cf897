//! Prints diagnostics as GitHub Actions annotations, which appear beside the changed line that they
//! are about.
//!
//! They are [commands to the runner](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands),
//! which reads them from stdout and from stderr alike. They go to stderr: stdout is for data.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::print;
use crate::base::{Diagnostic, Diagnostics};

/// Prints the annotations, if this process runs in GitHub Actions. `root` is the site's folder.
pub(crate) fn diagnostics(diagnostics: &Diagnostics, root: &Path) {
    if std::env::var_os("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
        return;
    }
    let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
    let mut text = String::new();
    for diagnostic in diagnostics {
        let file = file(diagnostic, root, workspace.as_deref());
        let _ = writeln!(text, "{}", command(diagnostic, file.as_deref()));
    }
    if !text.is_empty() {
        print::line(text.trim_end());
    }
}

/// The file that a diagnostic is about, relative to the root of the repository; `None` if there is
/// no such file, as for one that is built into kisah.
fn file(diagnostic: &Diagnostic, root: &Path, workspace: Option<&Path>) -> Option<String> {
    let place = diagnostic.place.as_ref()?;
    let path = std::path::absolute(root.join(&*place.path)).ok()?;
    let path = path.is_file().then_some(path)?;
    let workspace = workspace.map_or_else(|| std::env::current_dir().ok(), |w| Some(w.to_owned()));
    let below = path.strip_prefix(workspace?).ok()?;
    Some(below.display().to_string().replace('\\', "/"))
}

/// `::error file=content/a.md,line=2,col=1,title=unknown-key::what is wrong`
fn command(diagnostic: &Diagnostic, file: Option<&str>) -> String {
    let mut out = format!("::{} ", diagnostic.severity.as_str());
    let line = diagnostic.place.as_ref().and_then(|place| place.line.as_ref());
    if let Some(file) = file {
        let _ = write!(out, "file={},", property(file));
        if let Some(line) = line {
            let _ = write!(out, "line={},col={},", line.number, line.column);
        }
    }
    let _ = write!(out, "title={}::{}", diagnostic.code.name, escape(&diagnostic.message));
    if let Some(help) = &diagnostic.help {
        let _ = write!(out, "%0Ahelp: {}", escape(help));
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Place, codes};

    #[test]
    fn what_the_runner_would_misread_is_escaped() {
        let at = |text: &str| Place::in_text("content/a.md", text, 4..5);
        for (diagnostic, file, expected) in [
            (
                Diagnostic::error(&codes::IO, "50 % :: of\r\nit").help("do, this: now"),
                None,
                "::error title=io::50 %25 :: of\\r\\nit%0Ahelp: do, this: now",
            ),
            (
                Diagnostic::warning(&codes::UNUSED, "x").at(at("ab\ncd")),
                Some("a,b:c/content/a.md"),
                "::warning file=a%2Cb%3Ac/content/a.md,line=2,col=2,title=unused::x",
            ),
            (
                Diagnostic::error(&codes::IO, "x").at(Place::file("kisah itself")),
                None,
                "::error title=io::x",
            ),
        ] {
            assert_eq!(command(&diagnostic, file), expected);
        }
    }
}
