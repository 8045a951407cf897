//! The text form of a case: see `tests/README.md`.

use std::fmt::Write as _;

/// A site and what is expected of it.
pub(super) struct Case {
    /// What the case shows.
    about: String,
    /// In the order of the file.
    pub sections: Vec<Section>,
}

/// `-- HEADER --` and what follows, up to the next one.
pub(super) struct Section {
    /// Line of the header in the file, from 1.
    pub line: usize,
    header: String,
    pub kind: Kind,
    /// The lines, without trailing blank lines and without the last line's line break.
    pub body: String,
    raw: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Args,
    Step,
    File(String, Form),
    Delete(String),
    Expect(Expect),
}

/// Something that must be true after a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    /// The file is exactly this.
    File(String, Form),
    /// The file contains these lines, in this order.
    Contains(String),
    /// The file contains none of these lines.
    Lacks(String),
    /// The output consists of these files; `all` includes the theme's static files.
    Files { all: bool },
    /// These are the diagnostics.
    Diagnostics,
    /// The diagnostics contain these lines, in this order, and perhaps more.
    ContainsDiagnostics,
    /// This many files were rendered.
    Rendered,
    /// This is reported about documents that are not part of the build.
    Waiting,
    /// This is what `check --suggest` prints.
    Suggestions,
    /// This is the JSON Schema of the site's front matter, or of kisah.toml.
    Schema { of_front_matter: bool },
    /// These files are new (`+`), have other bytes (`~`) or are gone (`-`).
    Changes,
}

impl Expect {
    /// Whether a step that expects this may have diagnostics.
    pub(super) fn is_about_diagnostics(&self) -> bool {
        matches!(self, Expect::Diagnostics | Expect::ContainsDiagnostics)
    }
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Literally, with a final line break.
    Plain,
    /// `\n`, `\r`, `\t`, `\\`, `\xNN` and `\u{N}` are escapes for characters; no final line break.
    Escaped,
    /// Two digits for each byte.
    Hex,
    /// The target of a symbolic link.
    Symlink,
}

/// What a site file may be called or be inside; a misspelt name must not go unnoticed.
const PLACES: [&str; 8] =
    ["content/", "templates/", "static/", "themes/", "data/", "i18n/", "public/", "out/"];

impl Case {
    pub(super) fn parse(text: &str) -> Result<Case, String> {
        let mut case = Case { about: String::new(), sections: Vec::new() };
        for (i, line) in text.lines().enumerate() {
            if let Some(header) = header(line) {
                let kind = kind(header).map_err(|why| format!("line {}: {why}", i + 1))?;
                case.sections.push(Section {
                    line: i + 1,
                    header: line.to_owned(),
                    kind,
                    body: String::new(),
                    raw: String::new(),
                });
                continue;
            }
            let to = case.sections.last_mut().map_or(&mut case.about, |section| &mut section.raw);
            to.push_str(line);
            to.push('\n');
        }
        for section in &mut case.sections {
            section.body = section.raw.trim_end_matches('\n').to_owned();
        }
        case.check()?;
        Ok(case)
    }

    fn check(&self) -> Result<(), String> {
        if self.about.trim().is_empty() {
            return Err("its first lines must say what it shows".to_owned());
        }
        if !self.sections.iter().any(|s| matches!(s.kind, Kind::Expect(_))) {
            return Err("it expects nothing".to_owned());
        }
        for (i, section) in self.sections.iter().enumerate() {
            let is_step = |s: &&Section| s.kind == Kind::Step;
            let step = self.sections[..i].iter().filter(is_step).count();
            let since = self.sections[..i].iter().rposition(|s| s.kind == Kind::Step).unwrap_or(0);
            let twin = self.sections[since..i].iter().find(|s| s.kind == section.kind);
            if let Some(twin) = twin.filter(|_| section.kind != Kind::Step) {
                let step = step + 1;
                return Err(format!(
                    "line {}: `{}` stands in line {} already (step {step})",
                    section.line, section.header, twin.line
                ));
            }
        }
        Ok(())
    }

    /// The file again, with the current bodies.
    pub(super) fn to_text(&self) -> String {
        let mut text = self.about.clone();
        for (i, section) in self.sections.iter().enumerate() {
            _ = writeln!(text, "{}", section.header);
            if section.raw.trim_end_matches('\n') == section.body {
                text.push_str(&section.raw);
                continue;
            }
            text.push_str(&section.body);
            if !section.body.is_empty() {
                text.push('\n');
            }
            if i + 1 < self.sections.len() {
                text.push('\n');
            }
        }
        text
    }
}

fn header(line: &str) -> Option<&str> {
    line.strip_prefix("-- ")?.strip_suffix(" --").map(str::trim)
}

fn kind(header: &str) -> Result<Kind, String> {
    let (path, form) = match header.rsplit_once(' ') {
        Some((path, "escaped")) => (path, Form::Escaped),
        Some((path, "hex")) => (path, Form::Hex),
        Some((path, "symlink")) => (path, Form::Symlink),
        _ => (header, Form::Plain),
    };
    let kind = match path.split_once(' ') {
        None if path == "args" => Kind::Args,
        None if path == "step" => Kind::Step,
        Some(("delete", path)) => Kind::Delete(site_path(path)?),
        Some(("contains", "diagnostics")) => Kind::Expect(Expect::ContainsDiagnostics),
        Some(("contains", path)) => Kind::Expect(Expect::Contains(path.to_owned())),
        Some(("lacks", path)) => Kind::Expect(Expect::Lacks(path.to_owned())),
        Some(("expect", "files")) => Kind::Expect(Expect::Files { all: false }),
        Some(("expect", "files all")) => Kind::Expect(Expect::Files { all: true }),
        Some(("expect", "diagnostics")) => Kind::Expect(Expect::Diagnostics),
        Some(("expect", "rendered")) => Kind::Expect(Expect::Rendered),
        Some(("expect", "schema front-matter")) => {
            Kind::Expect(Expect::Schema { of_front_matter: true })
        }
        Some(("expect", "schema config")) => {
            Kind::Expect(Expect::Schema { of_front_matter: false })
        }
        Some(("expect", "waiting")) => Kind::Expect(Expect::Waiting),
        Some(("expect", "suggestions")) => Kind::Expect(Expect::Suggestions),
        Some(("expect", "changes")) => Kind::Expect(Expect::Changes),
        Some(("expect", path)) => Kind::Expect(Expect::File(path.to_owned(), form)),
        _ => Kind::File(site_path(path)?, form),
    };
    let takes_form = matches!(kind, Kind::File(..) | Kind::Expect(Expect::File(..)));
    if form != Form::Plain && !takes_form {
        return Err(format!("`{header}` takes no flag"));
    }
    Ok(kind)
}

/// A path of the sources; overlays of kisah.toml may be beside it.
fn site_path(path: &str) -> Result<String, String> {
    let at_root = path.split_once('.').is_some_and(|(name, e)| !name.contains('/') && e == "toml");
    if at_root || PLACES.iter().any(|place| path.starts_with(place)) {
        return Ok(path.to_owned());
    }
    Err(format!("`{path}` is neither a file of a site nor a word that cases know"))
}

/// Converts the text form to bytes.
pub(super) fn decode(body: &str, form: Form) -> Result<Vec<u8>, String> {
    match form {
        Form::Plain if body.is_empty() => Ok(Vec::new()),
        Form::Plain => Ok(format!("{body}\n").into_bytes()),
        Form::Symlink => Ok(body.trim().as_bytes().to_vec()),
        Form::Hex => {
            let digits: Vec<char> = body.chars().filter(|c| !c.is_whitespace()).collect();
            let byte = |pair: &[char]| {
                let text: String = pair.iter().collect();
                u8::from_str_radix(&text, 16).map_err(|_| format!("`{text}` is no byte"))
            };
            digits.chunks(2).map(byte).collect()
        }
        Form::Escaped => unescape(body),
    }
}

fn unescape(body: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let bad = || format!("unknown escape at `{}`", &rest[at..]);
        let escape = rest[at + 1..].chars().next().ok_or_else(bad)?;
        let mut used = at + 2;
        match escape {
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            '\\' => bytes.push(b'\\'),
            'x' => {
                let digits = rest.get(used..used + 2).ok_or_else(bad)?;
                bytes.push(u8::from_str_radix(digits, 16).map_err(|_| bad())?);
                used += 2;
            }
            'u' => {
                let code = rest[used..].strip_prefix('{').and_then(|r| r.split_once('}'));
                let (code, _) = code.ok_or_else(bad)?;
                let number = u32::from_str_radix(code, 16).map_err(|_| bad())?;
                let c = char::from_u32(number).ok_or_else(bad)?;
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                used += code.len() + 2;
            }
            _ => return Err(bad()),
        }
        rest = &rest[used..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// Converts bytes to the text form. The final line break of a plain text does not count.
pub(super) fn encode(bytes: &[u8], form: Form) -> String {
    match form {
        Form::Plain | Form::Symlink => {
            String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned()
        }
        Form::Hex => {
            let lines = bytes.chunks(32).map(|line| {
                let digits: Vec<String> = line.iter().map(|b| format!("{b:02x}")).collect();
                digits.join(" ")
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        Form::Escaped => {
            let text = String::from_utf8_lossy(bytes);
            let inner = text.strip_suffix('\n');
            let mut out = String::with_capacity(text.len());
            for c in inner.unwrap_or(&text).chars() {
                match c {
                    '\n' => out.push('\n'),
                    '\\' => out.push_str("\\\\"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    c if c.is_control() || c == '\u{feff}' => {
                        _ = write!(out, "\\u{{{:x}}}", u32::from(c));
                    }
                    c => out.push(c),
                }
            }
            if inner.is_some() {
                out.push_str("\\n");
            }
            out
        }
    }
}

#[test]
fn cases_are_read_strictly() {
    let errors = [
        ("-- content/x.md --\n-- expect files --\n", "its first lines must say what it shows"),
        ("About\n-- content/x.md --\n", "it expects nothing"),
        ("About\n-- conten/x.md --\n", "line 2: `conten/x.md` is neither"),
        ("About\n-- expects files --\n", "line 2: `expects files` is neither"),
        ("About\n-- expect files hex --\n", "line 2: `expect files hex` takes no flag"),
        (
            "About\n-- content/x.md --\n-- content/x.md --\n-- expect files --\n",
            "line 3: `-- content/x.md --` stands in line 2 already (step 1)",
        ),
    ];
    for (text, want) in errors {
        let why = Case::parse(text).err().unwrap_or_default();
        assert!(why.starts_with(want), "{text}: {why}");
    }
}

#[test]
fn cases_are_written_as_they_were_read() {
    let text = "About.\n\n-- content/a b.md --\none\n\ntwo\n\n-- content/e.md escaped --\na\\r\n\n\
                -- step --\n-- delete content/e.md --\n-- expect files --\nx\n";
    let case = Case::parse(text).expect("a case");
    assert_eq!(case.to_text(), text);
    assert_eq!(case.sections[0].body, "one\n\ntwo");
    assert_eq!(case.sections[0].kind, Kind::File("content/a b.md".to_owned(), Form::Plain));
    assert_eq!(
        decode("a\\r\nb\\xff\\u{feff}", Form::Escaped),
        Ok(b"a\r\nb\xff\xef\xbb\xbf".to_vec())
    );
    assert_eq!(encode(b"a\r\nb\n", Form::Escaped), "a\\r\nb\\n");
    assert_eq!(decode("00 fF\n10", Form::Hex), Ok(vec![0, 255, 16]));
}
