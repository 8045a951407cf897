//! What the operating system reports about files, taken as hints.
//!
//! In: the folders of the inputs. Out: signals that something may have changed, and where. No event
//! is believed: after a signal the inputs are looked at. The only promise is that every change is
//! followed by a signal.
//!
//! Each folder is watched by itself, and *before* it is looked into: whatever happens in it later
//! sends an event. A folder named by an event may have been replaced by now, so it is watched anew.
//! (Where watches are recursive by nature, on macOS and Windows, the folders of the inputs are
//! watched as a whole.)

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::event::{EventKind, Flag};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher, WatcherKind};

use crate::source::folders;
use crate::store::disk::FileType;
use crate::store::survey::{Survey, concerns};

/// What the server's driver waits for.
#[derive(Debug)]
pub(crate) enum Signal {
    /// Something may have changed at these paths.
    Touched(Vec<PathBuf>),
    /// Events were lost: anything may have changed.
    Lost,
    /// No more folders can be watched.
    Exhausted(String),
    /// Midnight may have passed.
    Tick,
    /// The server must end.
    Stop,
}

/// Watches folders.
pub(crate) struct Watch {
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

/// Where signals go, and how many are waiting there.
#[derive(Clone)]
pub(crate) struct Bell {
    signals: Sender<Signal>,
    waiting: Arc<AtomicUsize>,
}

impl Bell {
    /// Both ends: for sending signals, and for receiving them.
    pub(crate) fn new() -> (Self, Ear) {
        let (signals, ear) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        (Bell { signals, waiting: Arc::clone(&waiting) }, Ear { signals: ear, waiting })
    }

    /// Sends a signal. Nobody receives it when the server is ending.
    pub(crate) fn ring(&self, signal: Signal) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _ = self.signals.send(signal);
    }
}

/// Where signals come from.
pub(crate) struct Ear {
    signals: Receiver<Signal>,
    waiting: Arc<AtomicUsize>,
}

impl Ear {
    /// The next signal, if one comes in time. [`Signal::Stop`] once all bells are gone.
    pub(crate) fn hear(&self, within: Duration) -> Option<Signal> {
        match self.signals.recv_timeout(within) {
            Ok(signal) => {
                self.waiting.fetch_sub(1, Ordering::SeqCst);
                Some(signal)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Signal::Stop),
        }
    }

    /// A test, for any thread, of whether a signal is waiting.
    pub(crate) fn is_called(&self) -> impl Fn() -> bool + Sync + use<> {
        let waiting = Arc::clone(&self.waiting);
        move || waiting.load(Ordering::SeqCst) > 0
    }
}

impl Watch {
    /// Watches nothing yet. The error says why watching is not possible here.
    pub(crate) fn new(bell: Bell, root: PathBuf) -> Result<Self, String> {
        let hear = move |event: notify::Result<Event>| {
            if let Some(signal) = signal(event, &root) {
                bell.ring(signal);
            }
        };
        let watcher = notify::recommended_watcher(hear).map_err(|error| reason(&error))?;
        Ok(Watch { watcher, watched: BTreeSet::new() })
    }

    /// Watches every folder of the inputs, and re-watches those named by an event. From then on no
    /// change goes unnoticed.
    pub(crate) fn cover(
        &mut self,
        survey: &Survey<'_>,
        touched: &BTreeSet<PathBuf>,
    ) -> Result<(), String> {
        if RecommendedWatcher::kind() != WatcherKind::Inotify {
            return self.cover_whole(survey);
        }
        // A new folder has an event of its own; most saves only touch files.
        let is_file = |path: &PathBuf| {
            let kind = survey.disk.symlink_metadata(path).map(|meta| meta.kind);
            !self.watched.contains(path) && matches!(kind, Ok(FileType::File) | Err(_))
        };
        if !touched.is_empty() && touched.iter().all(is_file) {
            return Ok(());
        }
        let is_touched = |folder: &Path| folder.ancestors().any(|above| touched.contains(above));
        self.watched.retain(|folder| !is_touched(folder));
        loop {
            let folders = survey.folders();
            self.watched.retain(|folder| folders.contains(folder));
            let new: Vec<_> = folders.difference(&self.watched).cloned().collect();
            if new.is_empty() {
                return Ok(());
            }
            for folder in new {
                self.add(&folder, RecursiveMode::NonRecursive)?;
                // Even if it is gone again: an event in its parent will report the next one.
                self.watched.insert(folder);
            }
        }
    }

    fn cover_whole(&mut self, survey: &Survey<'_>) -> Result<(), String> {
        let root = survey.disk.canonicalize(survey.root).unwrap_or(survey.root.to_owned());
        let tops: Vec<PathBuf> = folders::ALL.iter().map(|folder| root.join(folder)).collect();
        let below = |path: &Path| tops.iter().any(|top| path.starts_with(top));
        let others = survey.folders().into_iter().filter(|folder| !below(folder));
        let others = others.map(|folder| (folder, RecursiveMode::NonRecursive));
        let there = tops.iter().filter(|top| survey.disk.metadata(top).is_ok()).cloned();
        let there: Vec<_> = there.map(|top| (top, RecursiveMode::Recursive)).collect();
        let wanted: BTreeSet<PathBuf> = self.watched.clone();
        for (folder, mode) in others.chain(there) {
            if !wanted.contains(&folder) {
                self.add(&folder, mode)?;
                self.watched.insert(folder);
            }
        }
        Ok(())
    }

    fn add(&mut self, folder: &Path, mode: RecursiveMode) -> Result<(), String> {
        match self.watcher.watch(folder, mode) {
            Ok(()) => Ok(()),
            // It has gone since it was found; its parent will report that.
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(reason(&error)),
        }
    }
}

fn signal(event: notify::Result<Event>, root: &Path) -> Option<Signal> {
    match event {
        Ok(event) if event.attrs.flag() == Some(Flag::Rescan) => Some(Signal::Lost),
        // Reading a file is an event, too: without this, each look would cause the next.
        Ok(Event { kind: EventKind::Access(_), .. }) => None,
        Ok(event) => {
            let mut paths = event.paths;
            paths.retain(|path| concerns(root, path));
            (!paths.is_empty()).then_some(Signal::Touched(paths))
        }
        Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => {
            Some(Signal::Exhausted(reason(&error)))
        }
        Err(_) => Some(Signal::Lost),
    }
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => {
            matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
        }
        _ => false,
    }
}

fn reason(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "the system's limit of watched folders is reached \
             (fs.inotify.max_user_watches)"
            .to_owned(),
        ErrorKind::Io(error) if error.raw_os_error() == Some(EMFILE) => {
            "the system's limit of watchers is reached (fs.inotify.max_user_instances)".to_owned()
        }
        ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}

/// "Too many open files" on Unix; inotify also returns it when there are too many watchers.
const EMFILE: i32 = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, CreateKind, DataChange, ModifyKind};

    #[test]
    fn reading_and_litter_are_no_signals() {
        let root = Path::new("/site");
        let heard = |kind, path: &str| {
            let event = Event::new(kind).add_path(path.into());
            signal(Ok(event), root).is_some()
        };
        let write = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        for (path, expected) in [
            ("/site/content/a.md", true),
            ("/site/content/.a.md.swp", false),
            ("/site/content/4913", false),
            ("/site/content/a.md~", false),
            ("/site/static/.well-known", true),
            ("/site/kisah.toml", true),
            ("/site/staging.toml", true),
            ("/site/content", true),
            ("/site/.kisah", false),
            ("/site/.git", false),
        ] {
            assert_eq!(heard(write, path), expected, "{path}");
            assert!(!heard(EventKind::Access(AccessKind::Any), path), "{path}");
        }
        assert!(heard(EventKind::Create(CreateKind::Folder), "/site/i18n"));
        let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert!(matches!(signal(Ok(lost), root), Some(Signal::Lost)));
    }
}
