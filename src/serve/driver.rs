//! The server's loop: wait, look, compile, tell.
//!
//! In: signals, and the passing of days. Out: states of the site, for those who answer requests,
//! and news, for whoever prints it. One thread runs it; a change that comes while it is busy is
//! looked at afterwards, so the last state is always that of the last save.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use jiff::{Timestamp, Zoned, civil};
use tokio::sync::watch;

use super::live::{ServerState, SiteStatus, digest_of_assets};
use super::problems;
use super::session::{Change, RACY, Refreshed, Session};
use super::settle::{Settled, settle};
use super::snapshot::Snapshot;
use super::watch::{Bell, Ear, Signal, Watch};
use crate::base::Diagnostics;
use crate::build::Today;
use crate::config::Config;
use crate::site::Waiting;
use crate::store::survey::{Survey, SurveyStamp};
use crate::store::{Disk, RealDisk};

/// How long things must be quiet before the inputs are looked at: editors save in several steps.
const QUIET: Duration = Duration::from_millis(30);

/// After this long they are looked at, however much is going on.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often the inputs are looked at if nothing reports changes.
const POLL: Duration = Duration::from_millis(500);

/// Timers may stand still while a computer sleeps, so the date is checked this often.
const NAP: Duration = Duration::from_secs(30);

/// What day it is.
#[derive(Clone)]
pub enum Days {
    /// A fixed day.
    Fixed(Today),
    /// The day according to a clock.
    Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl Days {
    fn today(&self) -> Today {
        match self {
            Days::Fixed(today) => *today,
            Days::Clock(now) => Today::Moment(now()),
        }
    }
}

/// How changes are detected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watching {
    /// Not at all.
    No,
    /// By events of the operating system.
    Events,
    /// By looking at regular intervals.
    Poll,
}

/// What happened, for whoever wants to know.
pub enum News {
    /// Events cannot be used, for this reason; the inputs are looked at twice a second.
    Polling(String),
    /// A new site is served.
    Served {
        /// What changed; empty at the start, and when only the day changed.
        changes: Vec<Change>,
        /// How many files it has.
        files: usize,
        /// What there is to report about it: no errors.
        diagnostics: Diagnostics,
        /// How many documents are not part of the site.
        waiting: Waiting,
        /// The day that it is for.
        today: civil::Date,
        /// Measured from the look at the inputs.
        took: Duration,
    },
    /// A site has errors; the last good one is still served.
    Refused {
        /// What changed.
        changes: Vec<Change>,
        /// What is wrong.
        diagnostics: Diagnostics,
        /// Whether there is a last good site.
        is_served: bool,
        /// Measured from the look at the inputs.
        took: Duration,
    },
    /// All pages of the site being served have been looked at.
    Settled(Settled, Duration),
}

/// Receives the news. Called from the driver's thread.
pub(crate) type Reporter = Arc<dyn Fn(News) + Send + Sync>;

/// The loop's state.
pub(crate) struct Driver {
    session: Session,
    disk: &'static dyn Disk,
    watching: Watching,
    watch: Option<Watch>,
    bell: Bell,
    ear: Ear,
    days: Days,
    reporter: Reporter,
    state: watch::Sender<Arc<ServerState>>,
    /// The last good site, fully compiled.
    compiled: Option<Arc<Snapshot>>,
    stamp: Option<(SurveyStamp, SystemTime)>,
    config: Option<Arc<Config>>,
    day: Option<civil::Date>,
    settled: Settled,
    /// Whether pages are still to be looked at.
    unsettled: bool,
    /// What was served before, until there is time to free it.
    replaced: Vec<Arc<Snapshot>>,
}

/// What a driver is made from.
pub(crate) struct Parts {
    /// Reads the site.
    pub(crate) session: Session,
    /// Whether and how changes are detected.
    pub(crate) watching: Watching,
    /// What day it is.
    pub(crate) days: Days,
    /// Receives the news.
    pub(crate) reporter: Reporter,
    /// Where states go.
    pub(crate) state: watch::Sender<Arc<ServerState>>,
    /// Where signals come from.
    pub(crate) ear: Ear,
    /// Where they are sent.
    pub(crate) bell: Bell,
}

impl Driver {
    /// Ready to run.
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { session, watching, days, reporter, state, ear, bell } = parts;
        Driver {
            session,
            disk: &RealDisk,
            watching,
            watch: None,
            bell,
            ear,
            days,
            reporter,
            state,
            compiled: None,
            stamp: None,
            config: None,
            day: None,
            settled: Settled::default(),
            unsettled: false,
            replaced: Vec::new(),
        }
    }

    /// Runs until told to stop.
    pub(crate) fn run(mut self) {
        if self.watching == Watching::Events {
            self.begin_to_watch();
        }
        self.look(&BTreeSet::new());
        loop {
            let heard = self.listen();
            match heard {
                Heard::Stop => return,
                Heard::Touched(paths) => self.look(&paths),
                Heard::Anything => {
                    // Everything may have been replaced: watch it all anew.
                    let all = BTreeSet::from([PathBuf::from("/")]);
                    self.cover(&all);
                    self.poll();
                }
                Heard::Nothing => {
                    if self.watching == Watching::Poll {
                        self.poll();
                    }
                }
            }
            if self.is_another_day() {
                self.refresh();
            }
        }
    }

    fn root(&self) -> PathBuf {
        self.disk.canonicalize(self.session.root()).unwrap_or(self.session.root().to_owned())
    }

    fn begin_to_watch(&mut self) {
        match Watch::new(self.bell.clone(), self.root()) {
            Ok(watch) => self.watch = Some(watch),
            Err(why) => self.fall_back(why),
        }
    }

    fn fall_back(&mut self, why: String) {
        self.watch = None;
        self.watching = Watching::Poll;
        (self.reporter)(News::Polling(why));
    }

    /// Waits for a signal and then for quiet.
    fn listen(&mut self) -> Heard {
        if self.unsettled {
            self.settle();
        }
        self.let_go();
        let mut next = self.ear.hear(self.nap());
        let start = Instant::now();
        let (mut paths, mut lost) = (BTreeSet::new(), false);
        loop {
            match next {
                Some(Signal::Stop) => return Heard::Stop,
                Some(Signal::Touched(touched)) => paths.extend(touched),
                Some(Signal::Lost) => lost = true,
                Some(Signal::Exhausted(why)) => {
                    self.fall_back(why);
                    lost = true;
                }
                Some(Signal::Tick) => {}
                None => break,
            }
            let only_tick = paths.is_empty() && !lost;
            if only_tick || start.elapsed() > PATIENCE {
                break;
            }
            next = self.ear.hear(QUIET);
        }
        match (lost, paths.is_empty()) {
            (true, _) => Heard::Anything,
            (false, true) => Heard::Nothing,
            (false, false) => Heard::Touched(paths),
        }
    }

    /// How long to wait for a signal before there is something to do without one.
    fn nap(&self) -> Duration {
        let most = if self.watching == Watching::Poll { POLL } else { NAP };
        let until = self.zoned().and_then(|now| {
            let midnight = now.tomorrow().ok()?.start_of_day().ok()?;
            Duration::try_from(now.until(&midnight).ok()?.to_duration(&now).ok()?).ok()
        });
        until.map_or(most, |until| most.min(until + Duration::from_millis(5)))
    }

    /// The time in the site's zone, if its time passes.
    fn zoned(&self) -> Option<Zoned> {
        let Days::Clock(now) = &self.days else { return None };
        Some(now().to_zoned(self.config.as_ref()?.timezone.clone()))
    }

    fn is_another_day(&self) -> bool {
        self.zoned().is_some_and(|now| Some(now.date()) != self.day)
    }

    fn cover(&mut self, touched: &BTreeSet<PathBuf>) {
        let Some(mut watch) = self.watch.take() else { return };
        match watch.cover(&self.survey(), touched) {
            Ok(()) => self.watch = Some(watch),
            Err(why) => self.fall_back(why),
        }
    }

    fn survey(&self) -> Survey<'_> {
        Survey {
            disk: self.disk,
            root: self.session.root(),
            config_files: self.session.config_files(),
            exclude: self.session.output_dir(),
            symlinks: self.session.symlinks(),
        }
    }

    /// Looks at the inputs, once they are all watched.
    fn look(&mut self, touched: &BTreeSet<PathBuf>) {
        self.look_ahead(touched);
        self.cover(touched);
        self.refresh();
        // If nothing came of it (the file is what it was before, or there is a mistake), the look
        // ahead is discarded.
        let state = self.state.borrow().clone();
        let shown = state.snapshot.as_ref().map(Arc::as_ptr);
        if shown != self.compiled.as_ref().map(Arc::as_ptr) {
            let snapshot = self.compiled.clone();
            self.state.send_replace(Arc::new(ServerState { snapshot, ..(*state).clone() }));
        }
    }

    /// Shows a page whose body was edited at once, before everything is compiled again.
    fn look_ahead(&mut self, touched: &BTreeSet<PathBuf>) {
        let state = self.state.borrow().clone();
        let Some(snapshot) =
            state.snapshot.as_ref().filter(|_| state.standing == SiteStatus::Settled)
        else {
            return;
        };
        let ahead = touched.iter().find_map(|path| self.session.look_ahead(path, snapshot));
        if let Some(ahead) = ahead {
            let snapshot = Some(Arc::new(ahead));
            self.state.send_replace(Arc::new(ServerState { snapshot, ..(*state).clone() }));
        }
    }

    /// Looks at the inputs only if their stamp says that it is worthwhile.
    fn poll(&mut self) {
        let now = SystemTime::now();
        let stamp = self.survey().stamp();
        if let Some((known, at)) = self.stamp
            && known == stamp
            && !is_racy(stamp, at)
        {
            return;
        }
        self.stamp = Some((stamp, now));
        self.refresh();
    }

    /// Reads the inputs, and serves the result if they are new.
    fn refresh(&mut self) {
        let start = Instant::now();
        let today = self.days.today();
        let refreshed = self.session.refresh(today);
        let Some(Refreshed { compiled, changes }) = refreshed else { return };
        let (today, waiting) = (today.in_zone(&compiled.config.timezone), compiled.waiting);
        self.day = Some(today);
        self.config = Some(Arc::clone(&compiled.config));
        let diagnostics = compiled.diagnostics;
        let Some((plan, engine)) = compiled.plan.filter(|_| !diagnostics.has_errors()) else {
            self.refuse(&diagnostics);
            let took = start.elapsed();
            let is_served = self.state.borrow().snapshot.is_some();
            (self.reporter)(News::Refused { changes, diagnostics, is_served, took });
            return;
        };
        let files = plan.routes().len();
        let snapshot = Snapshot::new(plan, engine, self.disk, &self.root());
        self.publish(Arc::new(snapshot));
        self.unsettled = true;
        let took = start.elapsed();
        (self.reporter)(News::Served { changes, files, diagnostics, waiting, today, took });
    }

    fn publish(&mut self, snapshot: Arc<Snapshot>) {
        let old = self.state.borrow().clone();
        let assets = snapshot.assets();
        self.replaced.extend(self.compiled.replace(Arc::clone(&snapshot)));
        self.replaced.extend(old.snapshot.clone());
        let before = old.snapshot.as_ref().map(|old| old.assets()).unwrap_or_default();
        let changed = assets.iter().filter(|(url, digest)| before.get(*url) != Some(digest));
        let gone = before.keys().filter(|url| !assets.contains_key(*url));
        let changed: Vec<String> = changed.map(|(url, _)| url).chain(gone).cloned().collect();
        let log = old.assets.and(&changed, digest_of_assets(assets.iter()));
        let is_good = self.settled.is_good();
        let standing = if is_good { SiteStatus::Settled } else { SiteStatus::Unsettled };
        let (snapshot, problems) = (Some(snapshot), Arc::default());
        let state = ServerState { ready: true, snapshot, standing, problems, assets: log };
        self.state.send_replace(Arc::new(state));
    }

    /// Frees what was served before, if no request still holds it, on the threads that allocated
    /// most of it. Memory that one thread frees for another is available again only when the other
    /// asks for more: freed on this thread, 10,000 posts held 400 MB after 24 edits; this way they
    /// hold 370.
    fn let_go(&mut self) {
        let replaced = std::mem::take(&mut self.replaced);
        if !replaced.is_empty() {
            rayon::spawn(move || drop(replaced));
        }
    }

    fn refuse(&mut self, diagnostics: &Diagnostics) {
        let old = self.state.borrow().clone();
        let problems = problems::problems(diagnostics).into();
        let standing = SiteStatus::Refused;
        let state = ServerState { ready: true, standing, problems, ..(*old).clone() };
        // What is served may still be unsettled, but these errors must be mended first.
        self.unsettled = false;
        self.state.send_replace(Arc::new(state));
    }

    /// Looks at every page that differs, for the mistakes that only rendering finds, until there is
    /// something else to do.
    fn settle(&mut self) {
        let start = Instant::now();
        let state = self.state.borrow().clone();
        let Some(snapshot) = &state.snapshot else { return };
        let is_called = self.ear.is_called();
        let Some(settled) = settle(snapshot, &self.settled, &is_called) else { return };
        self.unsettled = false;
        let problems = problems::problems(&settled.diagnostics);
        if !problems.is_empty() || state.standing == SiteStatus::Unsettled {
            let (standing, problems) = (SiteStatus::Settled, problems.into());
            self.state.send_replace(Arc::new(ServerState {
                standing,
                problems,
                ..(*state).clone()
            }));
        }
        self.settled = settled.clone();
        (self.reporter)(News::Settled(settled, start.elapsed()));
    }
}

enum Heard {
    /// Something changed at these paths.
    Touched(BTreeSet<PathBuf>),
    /// Something changed, nobody knows where.
    Anything,
    /// Time has passed.
    Nothing,
    Stop,
}

/// Whether a file may have been written again, unnoticed, since the look at `at`.
fn is_racy(stamp: SurveyStamp, at: SystemTime) -> bool {
    stamp.newest.is_some_and(|newest| match at.duration_since(newest) {
        Ok(age) => age < RACY,
        // It lies in the future, so it does not come from a clock that could write the same time
        // again.
        Err(error) => error.duration() < RACY,
    })
}
