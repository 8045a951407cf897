//! Markdown tables of builds.

use std::fmt::Write as _;
use std::time::Duration;

use crate::figures::{float, median, mib, unit};
use crate::measure::{Run, Tree};

/// The runs of one program, and what it made.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub runs: Vec<Run>,
    pub made: Tree,
}

impl Series {
    pub fn new(name: &str) -> Series {
        Series { name: name.to_owned(), runs: Vec::new(), made: Tree::default() }
    }

    fn wall(&self) -> Option<f64> {
        median(self.runs.iter().map(|run| Some(run.wall.as_secs_f64())))
    }

    fn cpu(&self) -> Option<f64> {
        median(self.runs.iter().map(|run| Some(run.cpu?.as_secs_f64())))
    }

    fn peak_mib(&self) -> Option<f64> {
        median(self.runs.iter().map(|run| Some(float(run.peak_kib?) / 1024.0)))
    }

    fn range(&self) -> String {
        let walls = || self.runs.iter().map(|run| run.wall);
        let (low, high) = (walls().min(), walls().max());
        let text = |wall: Option<Duration>| seconds(wall.map(|wall| wall.as_secs_f64()));
        format!("{}–{}", text(low), text(high))
    }

    fn row(&self, first: &str) -> String {
        format!(
            "| {first} | {} | {} | {} | {} | {} | {} |\n",
            seconds(self.wall()),
            self.range(),
            seconds(self.cpu()),
            unit(self.peak_mib(), "MiB"),
            self.made.files,
            unit(Some(mib(self.made.bytes)), "MiB"),
        )
    }
}

const COLUMNS: &str = "time, median | fastest–slowest | processor time | peak memory | files | \
    size |\n|---|--:|--:|--:|--:|--:|--:|\n";

/// One row for each program, then the ratio of the first to each other.
pub fn side_by_side(series: &[&Series]) -> String {
    let mut text = format!("| | {COLUMNS}");
    for one in series {
        text.push_str(&one.row(&one.name));
    }
    if let Some((first, others)) = series.split_first() {
        for other in others {
            text.push_str(&ratio_row(first, other));
        }
    }
    text
}

/// One row for each size of site.
pub fn scaling(rows: &[(usize, Series)]) -> String {
    let mut text = format!("| posts | {COLUMNS}");
    for (posts, series) in rows {
        text.push_str(&series.row(&posts.to_string()));
    }
    text.push('\n');
    for (posts, series) in rows {
        if let Some(wall) = series.wall() {
            let each = 1e6 * wall / float(*posts as u64);
            let _ = writeln!(text, "- {posts} posts: {each:.0} µs a post");
        }
    }
    text
}

fn ratio_row(first: &Series, other: &Series) -> String {
    format!(
        "| {} : {} | {} | | {} | {} | {} | {} |\n",
        first.name,
        other.name,
        ratio(first.wall(), other.wall()),
        ratio(first.cpu(), other.cpu()),
        ratio(first.peak_mib(), other.peak_mib()),
        ratio(Some(float(first.made.files)), Some(float(other.made.files))),
        ratio(Some(float(first.made.bytes)), Some(float(other.made.bytes))),
    )
}

fn seconds(value: Option<f64>) -> String {
    value.map_or("?".to_owned(), |value| format!("{value:.3} s"))
}

fn ratio(first: Option<f64>, other: Option<f64>) -> String {
    match (first, other) {
        (Some(first), Some(other)) if other > 0.0 => format!("{:.3}", first / other),
        _ => "?".to_owned(),
    }
}
