//! What the last build left for this one, and what this one leaves for the next.
//!
//! In: the request and the memo of the last build. Out: the last build's report again, if another
//! build would do nothing; otherwise stamps, if only some files need checking. It only saves work:
//! a build without it makes the same bytes.

use std::path::PathBuf;

use jiff::civil;

use super::{Report, Request, UrlChanges, Written};
use crate::base::{Digest, Hasher, SourceText};
use crate::config::Config;
use crate::source::AssetBytes;
use crate::source::builtin;
use crate::store::Output;
use crate::store::disk::Disk;
use crate::store::memo::{Known, LastBuild, Memo};
use crate::store::read::{self, Scope, StampedSource};
use crate::store::supply::Results;

/// Where and how a build takes place.
pub(super) struct BuildContext<'a> {
    pub(super) disk: &'a dyn Disk,
    pub(super) request: &'a Request,
    pub(super) config_files: &'a [SourceText],
    /// The configuration, as far as it is known before the sources are read.
    pub(super) config: &'a Config,
    pub(super) output_dir: PathBuf,
}

/// The memo of this build, and the last build if there was a matching one.
pub(super) struct Last<'d> {
    memo: Memo<'d>,
    build: Option<LastBuild>,
    /// Locked, until it is taken to be written to.
    output: Option<Output<'d>>,
}

impl<'a> BuildContext<'a> {
    /// Locks and reads the memo; `None` if this build does without it.
    pub(super) fn last(&self) -> Option<Last<'a>> {
        let Request { memo, check_only, verify, .. } = *self.request;
        if !memo || check_only || verify {
            return None;
        }
        // A directory that is refused is refused before anything is written, even a memo.
        let mut output = Output::open(self.disk, &self.request.root, &self.output_dir).ok()?;
        let (memo, build) = Memo::open(self.disk, &self.request.root)?;
        let request = self.digest();
        let mut build = build.filter(|build| build.request == request);
        if let Some(build) = &mut build {
            output.trust(std::mem::take(&mut build.output));
        }
        Some(Last { memo, build, output: Some(output) })
    }

    /// Which sources belong to the site.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::new(&self.request.root, self.config, &self.output_dir)
    }

    /// Digest of everything except the sources and the day.
    fn digest(&self) -> Digest {
        let Request { program, overrides, .. } = self.request;
        let mut hasher = Hasher::new();
        hasher.str(program).str(&self.output_dir.to_string_lossy());
        hasher.str(overrides.base_url.as_deref().unwrap_or(""));
        hasher.number(u64::from(overrides.drafts)).number(u64::from(overrides.future));
        for file in self.config_files {
            hasher.str(file.path.as_str()).str(&file.text);
        }
        for template in builtin::templates() {
            hasher.str(&template.name).str(&template.source.text);
        }
        for asset in builtin::assets() {
            hasher.str(asset.path.as_str());
            if let AssetBytes::Here(bytes) = &asset.bytes {
                hasher.bytes(bytes);
            }
        }
        hasher.finish()
    }

    fn today(&self) -> civil::Date {
        self.request.today.in_zone(&self.config.timezone)
    }
}

impl<'d> Last<'d> {
    /// The report of the last build, if another one would do nothing: none of its inputs has
    /// changed, no post has appeared or expired since, and every file of the output is as it was
    /// written.
    pub(super) fn still_stands(&self, place: &BuildContext<'_>) -> Option<Report> {
        let build = self.build.as_ref()?;
        let today = place.today().to_string();
        // Days are written so that their text sorts by date.
        let (built, until) = &build.days;
        if today < *built || until.as_ref().is_some_and(|until| today >= *until) {
            return None;
        }
        let seen = read::unchanged(place.disk, &place.scope(), &build.sources)?;
        let output = self.output.as_ref()?;
        if output.manifest_digest() != Some(build.manifest) || !output.is_untouched() {
            return None;
        }
        let mut report = Report::new(place.output_dir.clone(), place.today());
        report.diagnostics = build.warnings.iter().cloned().collect();
        report.waiting = build.waiting;
        report.unchanged = output.manifest().entries.len();
        report.up_to_date = true;
        report.changes = Some(UrlChanges::default());
        if seen != build.sources.files {
            // Some had to be read to see that they are the same; this spares the next build that.
            let (taken, problems) = (self.memo.now(), build.sources.problems);
            let sources = Known { taken, problems, files: seen, ..Known::default() };
            let output = output.kept().clone();
            self.memo.save(LastBuild { sources, output, ..build.clone() });
        }
        Some(report)
    }

    /// What builds have computed from files.
    pub(super) fn results(&self) -> Results<'d> {
        self.memo.results()
    }

    /// What is known of the sources.
    pub(super) fn sources(&self) -> Known {
        self.build.as_ref().map(|build| build.sources.clone()).unwrap_or_default()
    }

    /// The output directory, with what is known about it.
    pub(super) fn output(&mut self) -> Option<Output<'d>> {
        self.output.take()
    }

    /// Keeps this build for the next.
    pub(super) fn save(
        &self,
        place: &BuildContext<'_>,
        next_change: Option<civil::Date>,
        tree: &mut StampedSource,
        written: Written,
        report: &Report,
    ) {
        self.memo.save(LastBuild {
            request: place.digest(),
            days: (place.today().to_string(), next_change.map(|day| day.to_string())),
            manifest: Digest::of(written.manifest.to_text().as_bytes()),
            sources: Known {
                taken: self.memo.now(),
                problems: tree.listed,
                files: std::mem::take(&mut tree.seen),
                ..Known::default()
            },
            output: written.kept,
            warnings: report.diagnostics.iter().cloned().collect(),
            waiting: report.waiting,
        });
    }
}
