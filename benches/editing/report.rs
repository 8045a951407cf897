//! The table for one size of site.

use std::fmt::Write as _;
use std::time::Duration;

use crate::figures::{float, median, unit};

/// How long after a save something happened.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    /// The page, requested again and again, has the new words.
    pub shown: Duration,
    /// The browser is told to reload the page; not measured for Hugo.
    pub told: Option<Duration>,
    /// The server says that it is done with the whole site.
    pub settled: Duration,
}

/// What was measured for one server.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    /// From the start of the program until it answers.
    pub served: Duration,
    /// From the start until it is done with the whole site.
    pub settled: Duration,
    /// Edits of texts.
    pub edits: Vec<Edit>,
    /// Edits of titles, until the list of all posts shows them.
    pub titles: Vec<Edit>,
    /// Memory after the last edit.
    pub resident_kib: Option<u64>,
    pub peak_kib: Option<u64>,
}

/// One row for each server.
pub fn table(posts: usize, series: &[Series]) -> String {
    let mut text = format!(
        "| {posts} posts | start: answers | start: settled | new words shown | browser told | \
         settled | new title listed | browser told | memory | peak memory |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    );
    for one in series {
        let edits = |of: fn(&Edit) -> Option<Duration>| spread(&one.edits.iter().map(of));
        let titles = |of: fn(&Edit) -> Option<Duration>| spread(&one.titles.iter().map(of));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            one.name,
            time(one.served),
            time(one.settled),
            edits(|edit| Some(edit.shown)),
            edits(|edit| edit.told),
            edits(|edit| Some(edit.settled)),
            titles(|edit| Some(edit.shown)),
            titles(|edit| edit.told),
            memory(one.resident_kib),
            memory(one.peak_kib),
        );
    }
    text
}

/// The median, with the shortest and the longest; empty if nothing was measured.
fn spread(times: &(impl Iterator<Item = Option<Duration>> + Clone)) -> String {
    let middle = median(times.clone().map(|time| Some(time?.as_secs_f64())));
    let all = || times.clone().flatten();
    match (middle, all().min(), all().max()) {
        (Some(middle), Some(low), Some(high)) => {
            let middle = Duration::from_secs_f64(middle);
            format!("{} ({}–{})", time(middle), time(low), time(high))
        }
        _ => "–".to_owned(),
    }
}

/// For people: milliseconds, or seconds.
pub fn time(time: Duration) -> String {
    match time.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

fn memory(kib: Option<u64>) -> String {
    unit(kib.map(|kib| float(kib) / 1024.0), "MiB")
}
