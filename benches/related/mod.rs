//! What judging takes, without command lines and tables: the tests use it, too.

pub mod baselines;
pub mod collection;
pub mod front;
pub mod links;
pub mod metrics;
pub mod prepare;
pub mod ranking;
#[path = "../corpus/rng.rs"]
#[expect(dead_code, reason = "made-up words are drawn by Zipf's law, resamples are not")]
pub mod rng;
pub mod texts;
