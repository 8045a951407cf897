//! How good rankings are, and how sure that is.
//!
//! In: rankings, and what should be found. Out: figures from 0 to 1, means, and intervals that the
//! true mean is in 95 times of 100. The intervals are found by resampling, with a fixed seed: the
//! same rankings give the same figures on every machine.

use std::collections::BTreeSet;

use super::baselines::Ranking;
use super::collection::Collection;
use super::rng::Rng;

/// The figures, in this order everywhere.
pub const NAMES: [&str; 5] = ["nDCG@10", "nDCG@5", "hit@5", "recall@5", "MRR"];

/// One figure for each name.
pub type Scores = [f64; NAMES.len()];

const RESAMPLES: usize = 1000;

/// A mean, and the interval around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// How good a ranking is for each asked post, in their order.
pub fn judged(ranking: &Ranking, of: &Collection) -> Vec<Scores> {
    let found = |asked: &usize| ranking.get(asked).map_or(&[][..], Vec::as_slice);
    of.asked.iter().map(|(asked, targets)| scores(found(asked), targets)).collect()
}

/// One figure for each post.
pub fn column(scores: &[Scores], figure: usize) -> Vec<f64> {
    scores.iter().map(|scores| scores[figure]).collect()
}

/// How good the ranking of one post is.
pub fn scores(ranking: &[usize], targets: &BTreeSet<usize>) -> Scores {
    let hits: Vec<bool> = ranking.iter().map(|post| targets.contains(post)).collect();
    let of_five = count(hits.iter().take(5).filter(|&&hit| hit).count());
    let first = hits.iter().position(|&hit| hit);
    [
        ndcg(&hits, targets.len(), 10),
        ndcg(&hits, targets.len(), 5),
        if of_five > 0.0 { 1.0 } else { 0.0 },
        of_five / count(targets.len()),
        first.map_or(0.0, |place| 1.0 / count(place + 1)),
    ]
}

/// The gain of the first `depth`, less for later ones, divided by the most that is possible.
fn ndcg(hits: &[bool], targets: usize, depth: usize) -> f64 {
    let gain = |place: usize| 1.0 / count(place + 2).log2();
    let got: f64 = (0..depth.min(hits.len())).filter(|&place| hits[place]).map(gain).sum();
    let best: f64 = (0..depth.min(targets)).map(gain).sum();
    (got + 0.0) / best
}

/// The mean of a figure over posts.
pub fn mean(values: &[f64]) -> Figure {
    // Nothing adds up to -0 otherwise.
    let average = |sum: f64| (sum + 0.0) / count(values.len().max(1));
    let mut rng = Rng::new(1, 0);
    let mut resampled: Vec<f64> = (0..RESAMPLES)
        .map(|_| average((0..values.len()).map(|_| values[rng.below(values.len())]).sum()))
        .collect();
    resampled.sort_by(f64::total_cmp);
    // 2.5 % are below, as many above.
    let rim = RESAMPLES / 40;
    Figure {
        mean: average(values.iter().sum()),
        low: resampled[rim],
        high: resampled[RESAMPLES - 1 - rim],
    }
}

/// By how much the first are ahead of the second, post by post: surer than the difference of two
/// means, since some posts are hard for all.
pub fn difference(first: &[f64], second: &[f64]) -> Figure {
    let pairs: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    mean(&pairs)
}

#[expect(clippy::cast_precision_loss, reason = "posts are few")]
fn count(count: usize) -> f64 {
    count as f64
}
