//! Figures for people: medians, and units.

/// The middle value; none if one is missing or there are none.
pub fn median(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect::<Option<_>>()?;
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values.get(middle).copied()
    } else {
        Some((values.get(middle.checked_sub(1)?)? + values.get(middle)?) / 2.0)
    }
}

/// Mebibytes.
pub fn mib(bytes: u64) -> f64 {
    float(bytes) / f64::from(1 << 20)
}

/// A count, for calculating.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2⁵³")]
pub fn float(count: u64) -> f64 {
    count as f64
}

/// A figure with one decimal; a question mark if it is not known.
pub fn unit(value: Option<f64>, unit: &str) -> String {
    value.map_or("?".to_owned(), |value| format!("{value:.1} {unit}"))
}
