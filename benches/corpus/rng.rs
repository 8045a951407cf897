//! A small seeded generator of random numbers, and draws by Zipf's law.
//!
//! Only integer arithmetic and the four IEEE operations are used, so that one seed gives one corpus
//! on every machine. Not suitable for secrets.

/// The splitmix64 generator: a counter and a mixing function.
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator for one purpose: the same seed gives unrelated numbers to each `stream`.
    pub fn new(seed: u64, stream: u64) -> Rng {
        let mut rng = Rng { state: seed };
        let start = rng.next() ^ stream.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        Rng { state: start }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n`, excluding `n`; 0 if `n` is 0.
    #[expect(clippy::cast_possible_truncation, reason = "the result is below `n`")]
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of `items`, which must not be empty.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Draws a rank in constant time (Vose's alias method), rank `r` with weight `1 / (r + shift)`: the
/// Zipf-Mandelbrot law, which word counts and tags follow.
pub struct Zipf {
    columns: Vec<Column>,
}

struct Column {
    /// The share of this column that belongs to its own rank, in units of 2⁻³².
    own: u64,
    /// The rank that has the rest.
    other: usize,
}

impl Zipf {
    /// The law over `ranks` ranks. A larger `shift` makes the head flatter.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ranks are few, and a share is from 0 to 1"
    )]
    pub fn new(ranks: usize, shift: f64) -> Zipf {
        let mut weights: Vec<f64> = (0..ranks).map(|rank| 1.0 / (rank as f64 + shift)).collect();
        let mean = weights.iter().sum::<f64>() / ranks as f64;
        let mut columns = Vec::with_capacity(ranks);
        columns.resize_with(ranks, || Column { own: 1 << 32, other: 0 });
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..ranks).partition(|&rank| weights[rank] < mean);
        while let (Some(poor), Some(&rich)) = (small.pop(), large.last()) {
            let share = weights[poor] / mean;
            columns[poor] = Column { own: (share * 4_294_967_296.0) as u64, other: rich };
            weights[rich] -= mean - weights[poor];
            if weights[rich] < mean {
                large.pop();
                small.push(rich);
            }
        }
        Zipf { columns }
    }

    /// A rank, from 0.
    pub fn draw(&self, rng: &mut Rng) -> usize {
        let column = rng.below(self.columns.len());
        let Column { own, other } = self.columns[column];
        if rng.next() >> 32 < own { column } else { other }
    }
}
