//! Limits what a page may cost: how often its templates repeat something, how much text they make,
//! and how deeply they call each other.
//!
//! In: what the metered templates ([`super::metered`]) and filters report while a page is rendered.
//! Out: an error for Tera, which ends the page, once a limit is passed. Costs are counted, never
//! timed, so that the same page costs the same everywhere. Counts are kept per thread: Tera passes
//! none of our state to filters and functions.

use std::cell::Cell;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::config::LimitsConfig;

/// How much of a thread's stack templates may use by calling each other: half of
/// [`crate::base::STACK`]. Parsers, escaping and the like need far less than the other half.
const DEEPEST: usize = crate::base::STACK / 2;
/// How many levels of lists in lists may be shown or compared as a whole.
const LEVELS: u32 = 200;
/// The most lists and maps containing other lists and maps that one page may make: each could be
/// inside the next, and a value nested deeper than the stack could not be freed.
const NESTED: u64 = 10_000;
/// What an element of a list takes up besides its text.
const ELEMENT: u64 = 32;
/// A step costs one more for every this many bytes of the longest text that the page has made: a
/// single operation may run over all of it.
const LONG: u64 = 4096;

/// Which limit was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exceeded {
    /// `limits.page_steps`.
    Steps,
    /// `limits.page_megabytes`.
    Bytes,
    /// Templates, components or values nested in each other.
    Depth,
}

#[derive(Clone, Copy)]
struct Meter {
    limits: LimitsConfig,
    steps: u64,
    bytes: u64,
    longest: u64,
    /// Where the stack was when the page began.
    stack: usize,
    exceeded: Option<Exceeded>,
}

thread_local! {
    static METER: Cell<Option<Meter>> = const { Cell::new(None) };
}

/// Runs something within the limits, and says which one it passed. A run inside another counts
/// towards the outer one.
pub(super) fn within<T>(limits: LimitsConfig, work: impl FnOnce() -> T) -> (T, Option<Exceeded>) {
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            if self.0 {
                METER.set(None);
            }
        }
    }
    let is_outermost = METER.get().is_none();
    let reset = Reset(is_outermost);
    if is_outermost {
        let stack = stack();
        let meter = Meter { limits, steps: 0, bytes: 0, longest: 0, stack, exceeded: None };
        METER.set(Some(meter));
    }
    let result = work();
    let exceeded = exceeded();
    drop(reset);
    (result, exceeded)
}

/// The limit that was already passed, if any.
pub(super) fn exceeded() -> Option<Exceeded> {
    METER.get().and_then(|meter| meter.exceeded)
}

/// Roughly where the stack is now: the address of a local variable.
#[inline(never)]
fn stack() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&here)).addr()
}

fn count(change: impl FnOnce(&mut Meter) -> Option<Exceeded>) -> TeraResult<()> {
    let Some(mut meter) = METER.get() else { return Ok(()) };
    meter.exceeded = meter.exceeded.or_else(|| change(&mut meter));
    METER.set(Some(meter));
    match meter.exceeded {
        Some(_) => Err(Error::message("a limit was passed")),
        None => Ok(()),
    }
}

/// Counts repetitions.
pub(super) fn steps(steps: u64) -> TeraResult<()> {
    count(|meter| {
        meter.steps = meter.steps.saturating_add(steps).saturating_add(meter.longest / LONG);
        (meter.steps > meter.limits.page_steps).then_some(Exceeded::Steps)
    })
}

/// Counts text that is made, preferably before it is.
pub(super) fn bytes(bytes: u64) -> TeraResult<()> {
    count(|meter| {
        meter.bytes = meter.bytes.saturating_add(bytes);
        meter.longest = meter.longest.max(bytes);
        (meter.bytes > meter.limits.page_bytes()).then_some(Exceeded::Bytes)
    })
}

/// Like [`bytes`], for lengths.
pub(super) fn length(length: usize) -> TeraResult<()> {
    bytes(length as u64)
}

fn too_deep() -> TeraResult<()> {
    count(|_| Some(Exceeded::Depth))
}

/// Roughly how long a value is as text; at most a little more than `most`. `None` if it is nested
/// too deeply to be shown.
pub(super) fn size(value: &Value, most: u64) -> Option<u64> {
    fn add(value: &Value, level: u32, most: u64, sum: &mut u64) -> bool {
        if level > LEVELS {
            return false;
        }
        if let Some(text) = value.as_str() {
            *sum += text.len() as u64 + 4;
        } else if let Some(list) = value.as_array() {
            *sum += 2;
            return list.iter().all(|one| *sum > most || add(one, level + 1, most, sum));
        } else if let Some(map) = value.as_map() {
            *sum += 2;
            return map.iter().all(|(key, one)| {
                *sum += key.as_str().map_or(8, str::len) as u64 + 4;
                *sum > most || add(one, level + 1, most, sum)
            });
        } else {
            *sum += value.as_bytes().map_or(8, <[u8]>::len) as u64;
        }
        true
    }
    let mut sum = 0;
    add(value, 0, most, &mut sum).then_some(sum)
}

fn left() -> u64 {
    METER.get().map_or(u64::MAX, |meter| meter.limits.page_bytes().saturating_sub(meter.bytes))
}

/// Counts a value that is turned into text.
pub(super) fn shown(value: &Value) -> TeraResult<()> {
    if let Some(text) = value.as_str() {
        return length(text.len());
    }
    if value.as_array().is_none() && value.as_map().is_none() {
        return Ok(());
    }
    match size(value, left()) {
        Some(size) => bytes(size),
        None => too_deep(),
    }
}

/// Counts a value that is compared as a whole.
fn compared(value: &Value) -> TeraResult<()> {
    if value.as_array().is_none() && value.as_map().is_none() {
        return Ok(());
    }
    match size(value, left()) {
        Some(size) => steps(size / 64),
        None => too_deep(),
    }
}

/// Counts a list or map that was made, including the texts in it.
fn made(value: &Value) -> TeraResult<()> {
    let mut size = 0;
    let mut nests = false;
    let mut add = |one: &Value| {
        size += ELEMENT + one.as_str().map_or(0, |text| text.len() as u64);
        nests |= one.is_array() || one.is_map();
    };
    if let Some(list) = value.as_array() {
        list.iter().for_each(&mut add);
    } else if let Some(map) = value.as_map() {
        map.values().for_each(&mut add);
    }
    bytes(size)?;
    if nests {
        count(|meter| {
            let cost = meter.limits.page_steps / NESTED;
            meter.steps = meter.steps.saturating_add(cost + 1);
            (meter.steps > meter.limits.page_steps).then_some(Exceeded::Steps)
        })?;
    }
    Ok(())
}

/// Counts a step, the text in it, and the depth of the stack.
fn begin(kwargs: &Kwargs) -> TeraResult<Value> {
    let text = kwargs.get::<u64>("b")?.unwrap_or(0);
    count(|meter| {
        meter.bytes = meter.bytes.saturating_add(text);
        if meter.stack.abs_diff(stack()) > DEEPEST {
            return Some(Exceeded::Depth);
        }
        (meter.bytes > meter.limits.page_bytes()).then_some(Exceeded::Bytes)
    })?;
    steps(1)?;
    Ok(Value::none())
}

/// Registers what metered templates call.
pub(super) fn register(tera: &mut Tera) {
    tera.register_function(STEP, |kwargs: Kwargs, _: &State| begin(&kwargs));
    pass(tera, SHOWN, shown);
    pass(tera, COMPARED, compared);
    pass(tera, MADE, made);
    pass(tera, TICK, |_| steps(1));
    pass(tera, KEPT, |value| {
        steps(1)?;
        bytes(ELEMENT + value.as_str().map_or(0, |text| text.len() as u64))
    });
}

/// A filter that counts a value and passes it on unchanged.
fn pass(
    tera: &mut Tera,
    name: &'static str,
    counts: impl Fn(&Value) -> TeraResult<()> + Send + Sync + 'static,
) {
    tera.register_filter(name, move |value: Value, _: Kwargs, _: &State| {
        counts(&value).map(|()| value)
    });
}

/// The function that begins each repetition.
pub(super) const STEP: &str = "__kisah_step";
/// The filter for values that are shown, or joined to text.
pub(super) const SHOWN: &str = "__kisah_shown";
/// The filter for values that are compared or sorted.
pub(super) const COMPARED: &str = "__kisah_compared";
/// The filter for lists and maps.
pub(super) const MADE: &str = "__kisah_made";
/// The filter for conditions of list comprehensions.
pub(super) const TICK: &str = "__kisah_tick";
/// The filter for elements of list comprehensions.
pub(super) const KEPT: &str = "__kisah_kept";

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(page_steps: u64, page_megabytes: u64) -> LimitsConfig {
        LimitsConfig { page_steps, page_megabytes, ..LimitsConfig::default() }
    }

    #[test]
    fn a_run_inside_of_another_counts_towards_it() {
        let (inner, outer) = within(limits(10, 1), || {
            steps(6).unwrap();
            within(limits(10, 1), || steps(6).is_err()).1
        });
        assert_eq!((inner, outer), (Some(Exceeded::Steps), Some(Exceeded::Steps)));
        assert_eq!(within(limits(10, 1), || steps(10)).1, None);
        assert_eq!(exceeded(), None);
    }

    #[test]
    fn long_texts_make_steps_dearer() {
        let (_, exceeded) = within(limits(1000, 8), || {
            bytes(4_096_000).unwrap();
            steps(1)
        });
        assert_eq!(exceeded, Some(Exceeded::Steps));
    }

    #[test]
    fn sizes_are_those_of_text_and_end_where_they_are_large_enough() {
        let pair = Value::from(vec![Value::from("abc"), Value::from("é")]);
        assert_eq!(size(&pair, 1000), Some(2 + 7 + 6));
        let mut doubled = pair;
        for _ in 0..60 {
            doubled = Value::from(vec![doubled.clone(), doubled]);
        }
        assert!(size(&doubled, 1000).is_some_and(|size| (1000..1100).contains(&size)));
        let mut deep = Value::from("x");
        for _ in 0..300 {
            deep = Value::from(vec![deep]);
        }
        assert_eq!(size(&deep, 1000), None);
    }
}
