//! The judgement as Markdown.

use std::fmt::Write as _;

use crate::judge::collection::Collection;
use crate::judge::metrics::{Figure, NAMES, Scores, column, difference, mean};

/// A way to rank, and how good it is for each asked post, in their order.
pub struct Row {
    pub name: String,
    pub scores: Vec<Scores>,
}

/// One table for a collection. The first row is ours: the last column says how far it is ahead.
pub fn table(collection: &Collection, rows: &[Row]) -> String {
    let mut text = format!(
        "\n{}: {} posts, {} asked, {} links to find\n\n| | {} | ahead, {} |\n|---|{}\n",
        collection.name,
        collection.posts.len(),
        collection.asked.len(),
        collection.targets(),
        NAMES.join(" | "),
        NAMES[0],
        "--:|".repeat(NAMES.len() + 1),
    );
    for (at, row) in rows.iter().enumerate() {
        let _ = write!(text, "| {} |", row.name);
        for figure in 0..NAMES.len() {
            let _ = write!(text, " {} |", cell(mean(&column(&row.scores, figure)), false));
        }
        let ahead = difference(&column(&rows[0].scores, 0), &column(&row.scores, 0));
        let ahead = if at == 0 { String::new() } else { cell(ahead, true) };
        let _ = writeln!(text, " {ahead} |");
    }
    text
}

/// All differences between the first two rows, one for each figure.
pub fn comparison(rows: &[Row]) -> String {
    let [first, second, ..] = rows else { return String::new() };
    let mut text = format!("\n{}, ahead of {}:\n\n", first.name, second.name);
    for (figure, name) in NAMES.iter().enumerate() {
        let (a, b) = (column(&first.scores, figure), column(&second.scores, figure));
        let better = a.iter().zip(&b).filter(|(a, b)| a > b).count();
        let worse = a.iter().zip(&b).filter(|(a, b)| a < b).count();
        let by = cell(difference(&a, &b), true);
        let _ = writeln!(text, "- {name}: {by}; {better} posts better, {worse} worse");
    }
    text
}

fn cell(value: Figure, signed: bool) -> String {
    let Figure { mean, low, high } = value;
    if signed {
        format!("{mean:+.3} ({low:+.3} to {high:+.3})")
    } else {
        format!("{mean:.3} ({low:.3}–{high:.3})")
    }
}
