//! What the last build saw and made, kept in `.kisah/` below the root to save the next one work.
//!
//! In: the root. Out: stamps and digests of the sources that were read and of the files that were
//! written, and what the build reported. Nothing depends on it: it can be deleted at any time. One
//! that is damaged, or from another version or file system, counts as none, and where it cannot be
//! written the next build merely does more. It never holds the only copy of anything.
//!
//! While a build uses it, it is locked; another build of the same site then does without it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, FileType};
use super::lock::Lock;
use super::stamp::{self, Stamp};
use super::supply::Results;
use crate::base::{Diagnostic, Digest, Map, OutputPath, SourceText, date};
use crate::site::Waiting;

/// Its folder below the root.
pub(crate) const FOLDER: &str = ".kisah";
/// Its file in that folder.
const FILE: &str = "memo";
/// First line; it changes whenever the format does.
const HEADER: &str = "kisah memo 3";

/// A source as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What the file system said.
    pub(crate) stamp: Stamp,
    /// Digest of its bytes.
    pub(crate) digest: Digest,
    /// Width and height, for images whose header has them.
    pub(crate) dimensions: Option<(u32, u32)>,
}

/// The sources as they were read, by path below the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// A moment before the first of them was read, by the file system's clock.
    pub taken: i64,
    /// Digest of what was wrong with names and links, before any file was read.
    pub problems: Digest,
    /// All of them.
    pub files: Map<Arc<str>, Seen>,
    /// The texts of some, for callers that still have them in memory. Not kept on disk.
    pub texts: Map<Arc<str>, SourceText>,
}

impl Known {
    /// What a file with that stamp is known to contain.
    pub(crate) fn get(&self, path: &str, stamp: &Stamp) -> Option<&Seen> {
        let seen = self.files.get(path)?;
        (seen.stamp == *stamp && stamp.is_before(self.taken)).then_some(seen)
    }

    /// The text of a file with that stamp, if it is in memory.
    pub(crate) fn text(&self, path: &str, stamp: &Stamp) -> Option<(SourceText, Seen)> {
        let seen = self.get(path, stamp)?;
        Some((self.texts.get(path)?.clone(), *seen))
    }

    /// The text of a file that was read again, if it is in memory and still the same: what was made
    /// from it already holds that text, so a second copy need not stay in memory.
    pub(crate) fn same_text(&self, path: &str, bytes: &[u8]) -> Option<SourceText> {
        self.texts.get(path).filter(|known| known.text.as_bytes() == bytes).cloned()
    }
}

/// The files of an output directory as they were written, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// A moment after the last of them was written, by the file system's clock.
    pub(crate) taken: i64,
    /// All of them.
    pub(crate) files: Map<OutputPath, (Stamp, Digest)>,
}

impl Kept {
    /// Digest of the file with that stamp.
    pub(crate) fn get(&self, path: &OutputPath, stamp: &Stamp) -> Option<Digest> {
        let (seen, digest) = self.files.get(path)?;
        (seen == stamp && stamp.is_before(self.taken)).then_some(*digest)
    }
}

/// A build that wrote its site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastBuild {
    /// Digest of everything it was made from except the sources: the program, the command line,
    /// kisah.toml, the output directory.
    pub(crate) request: Digest,
    /// The day that it was built for, and the next one on which a different set of posts is
    /// visible.
    pub(crate) days: (String, Option<String>),
    /// Digest of its manifest.
    pub(crate) manifest: Digest,
    /// The sources.
    pub sources: Known,
    /// The output.
    pub(crate) output: Kept,
    /// What it reported.
    pub(crate) warnings: Vec<Diagnostic>,
    /// What was not part of it.
    pub(crate) waiting: Waiting,
}

/// The memo of a site, locked.
pub struct Memo<'d> {
    disk: &'d dyn Disk,
    dir: PathBuf,
    /// When it was locked, by the file system's clock.
    now: i64,
    _lock: Lock<'d>,
}

impl<'d> Memo<'d> {
    /// Locks the memo of the site at `root`, and reads what the last build left. `None` where there
    /// can be no memo: another build uses it, or the folder cannot be written.
    pub fn open(disk: &'d dyn Disk, root: &Path) -> Option<(Self, Option<LastBuild>)> {
        let dir = root.join(FOLDER);
        match disk.create_dir(&dir) {
            // The sources are under version control; this is not.
            Ok(()) => disk.write_new(&dir.join(".gitignore"), b"*\n").ok()?,
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(_) => return None,
        }
        // It is somebody else's file, or a link out of the site.
        if disk.symlink_metadata(&dir).ok()?.kind != FileType::Dir {
            return None;
        }
        let lock = Lock::take(disk, &dir, FOLDER).ok()?;
        let memo = Memo { disk, now: now(disk, &dir)?, dir, _lock: lock };
        let last = disk.read(&memo.dir.join(FILE)).ok();
        let last = last.and_then(|bytes| parse(std::str::from_utf8(&bytes).ok()?));
        Some((memo, last))
    }

    /// What builds have computed from files.
    pub(crate) fn results(&self) -> Results<'d> {
        Results::new(self.disk, self.dir.join("derived"))
    }

    /// When it was locked, by the file system's clock.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Keeps a build for the next one. A failure only costs time later.
    pub(crate) fn save(&self, mut build: LastBuild) {
        let newest = build.output.files.values().map(|(s, _)| s.modified.max(s.changed)).max();
        // The clock ticks every few milliseconds; files written in the same tick as the moment that
        // is kept would not be believed.
        for _ in 0..20 {
            match now(self.disk, &self.dir) {
                Some(moment) => build.output.taken = moment,
                None => return,
            }
            if newest.is_none_or(|newest| newest < build.output.taken) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        if build.sources.files.keys().any(|path| path.contains('\n')) {
            return self.forget();
        }
        let (new, file) = (self.dir.join("memo.new"), self.dir.join(FILE));
        let _ = self.disk.remove_file(&new);
        if self.disk.write_new(&new, to_text(&build).as_bytes()).is_ok() {
            let _ = self.disk.rename(&new, &file);
        }
    }

    /// Forgets the last build.
    pub(crate) fn forget(&self) {
        let _ = self.disk.remove_file(&self.dir.join(FILE));
    }
}

/// The time on the clock that stamps files.
fn now(disk: &dyn Disk, dir: &Path) -> Option<i64> {
    let probe = dir.join("now");
    let _ = disk.remove_file(&probe);
    disk.write_new(&probe, b"").ok()?;
    let stamp = stamp::of_path(disk, &probe);
    disk.remove_file(&probe).ok()?;
    Some(stamp?.modified)
}

fn to_text(build: &LastBuild) -> String {
    use std::fmt::Write;
    let lines = build.sources.files.len() + build.output.files.len();
    let mut text = String::with_capacity(256 + lines * 160);
    let LastBuild { request, days, manifest, sources, output, warnings, waiting } = build;
    let until = days.1.as_deref().unwrap_or("-");
    let _ = writeln!(text, "{HEADER}\nbuild {request} {} {until} {manifest}", days.0);
    let _ = writeln!(text, "taken {} {} {}", sources.taken, output.taken, sources.problems);
    let next = waiting.next.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let _ =
        writeln!(text, "waiting {} {} {} {next}", waiting.drafts, waiting.future, waiting.expired);
    let stamp = |s: &Stamp| format!("{} {} {} {} {}", s.len, s.modified, s.changed, s.id.0, s.id.1);
    for (path, seen) in &sources.files {
        let (width, height) = seen.dimensions.unwrap_or_default();
        let _ = writeln!(text, "in {} {} {width} {height} {path}", stamp(&seen.stamp), seen.digest);
    }
    for (path, (seen, digest)) in &output.files {
        let _ = writeln!(text, "out {} {digest} {path}", stamp(seen));
    }
    for warning in warnings {
        // No line breaks: JSON escapes them.
        let Ok(json) = serde_json::to_string(warning) else { return String::new() };
        let _ = writeln!(text, "warning {json}");
    }
    let _ = writeln!(text, "end {}", Digest::of(text.as_bytes()));
    text
}

fn parse(text: &str) -> Option<LastBuild> {
    let body_len = text.trim_end_matches('\n').rfind('\n')? + 1;
    let (body, end) = text.split_at(body_len);
    if Digest::parse(end.strip_prefix("end ")?.strip_suffix('\n')?)? != Digest::of(body.as_bytes())
    {
        return None;
    }
    let mut lines = body.strip_suffix('\n')?.split('\n');
    if lines.next() != Some(HEADER) {
        return None;
    }
    let mut build = LastBuild::default();
    for line in lines {
        parse_line(line, &mut build)?;
    }
    Some(build)
}

fn parse_line(line: &str, build: &mut LastBuild) -> Option<()> {
    let (kind, rest) = line.split_once(' ')?;
    match kind {
        "build" => {
            let mut fields = rest.splitn(4, ' ');
            build.request = Digest::parse(fields.next()?)?;
            let today = fields.next()?.to_owned();
            let until = fields.next().filter(|day| *day != "-").map(str::to_owned);
            build.days = (today, until);
            build.manifest = Digest::parse(fields.next()?)?;
        }
        "taken" => {
            let mut fields = rest.splitn(3, ' ');
            build.sources.taken = fields.next()?.parse().ok()?;
            build.output.taken = fields.next()?.parse().ok()?;
            build.sources.problems = Digest::parse(fields.next()?)?;
        }
        "waiting" => {
            let mut fields = rest.splitn(4, ' ');
            let mut number = || fields.next()?.parse().ok();
            let (drafts, future, expired) = (number()?, number()?, number()?);
            let next = match fields.next()? {
                "-" => None,
                day => Some(date::parse_date(day)?),
            };
            build.waiting = Waiting { drafts, future, next, expired };
        }
        "in" => {
            let mut fields = rest.splitn(9, ' ');
            let stamp = parse_stamp(&mut fields)?;
            let digest = Digest::parse(fields.next()?)?;
            let size = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
            let dimensions = Some(size).filter(|size| *size != (0, 0));
            build.sources.files.insert(fields.next()?.into(), Seen { stamp, digest, dimensions });
        }
        "out" => {
            let mut fields = rest.splitn(7, ' ');
            let stamp = parse_stamp(&mut fields)?;
            let digest = Digest::parse(fields.next()?)?;
            build.output.files.insert(OutputPath::new(fields.next()?).ok()?, (stamp, digest));
        }
        "warning" => build.warnings.push(serde_json::from_str(rest).ok()?),
        _ => return None,
    }
    Some(())
}

fn parse_stamp<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Option<Stamp> {
    let mut number = || fields.next()?.parse::<i128>().ok();
    Some(Stamp {
        len: number()?.try_into().ok()?,
        modified: number()?.try_into().ok()?,
        changed: number()?.try_into().ok()?,
        id: (number()?.try_into().ok()?, number()?.try_into().ok()?),
    })
}
