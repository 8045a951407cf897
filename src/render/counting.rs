//! Tera's filters that can make a lot out of little, rewritten to count the result before making
//! it: a text in which every letter is replaced by a text can be larger than any memory.

use std::borrow::Cow;

use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value};

use super::meter;

/// What each part of a split text takes up, besides its bytes.
const PART: usize = 48;

pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("replace", replace);
    tera.register_filter("indent", indent);
    tera.register_filter("join", join);
    tera.register_filter("split", split);
    tera.register_filter("unique", unique);
}

/// Text made from some inputs, marked safe if one of them is safe HTML and the others may not be.
fn made(text: String, is_safe: bool) -> Value {
    if is_safe { Value::safe_string(&text) } else { Value::from(text) }
}

#[allow(clippy::needless_pass_by_value)]
fn replace(value: StringInput, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    let from = kwargs.must_get::<&str>("from")?;
    let to = kwargs.must_get::<StringInput>("to")?;
    let is_safe = state.autoescaping_enabled() && (value.is_safe() || to.is_safe());
    let (text, to) = if is_safe {
        (value.rendered(state)?, to.rendered(state)?)
    } else {
        (Cow::Borrowed(value.as_str()), Cow::Borrowed(to.as_str()))
    };
    let found = if to.len() > from.len() { text.matches(from).count() } else { 0 };
    meter::length(text.len().saturating_add(found.saturating_mul(to.len())))?;
    Ok(made(text.replace(from, &to), is_safe))
}

#[allow(clippy::needless_pass_by_value)]
fn indent(value: StringInput, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    let width = kwargs.get::<usize>("width")?.unwrap_or(4).min(1000);
    let with = kwargs.get::<StringInput>("indentation")?;
    let first = kwargs.get::<bool>("first")?.unwrap_or(false);
    let blank = kwargs.get::<bool>("blank")?.unwrap_or(false);
    if with.as_ref().is_some_and(|with| with.as_str().chars().count() != 1) {
        let message = "The `indentation` argument must contain exactly one character";
        return Err(Error::message(message));
    }
    let is_safe = state.autoescaping_enabled()
        && (value.is_safe() || with.as_ref().is_some_and(StringInput::is_safe));
    let text = if is_safe { value.rendered(state)? } else { Cow::Borrowed(value.as_str()) };
    let indent = match &with {
        Some(with) if is_safe => with.rendered(state)?.repeat(width),
        Some(with) => with.as_str().repeat(width),
        None => " ".repeat(width),
    };
    meter::length(text.len().saturating_add(text.lines().count().saturating_mul(indent.len())))?;
    let mut out = String::with_capacity(text.len() + indent.len());
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let wanted = if number == 0 { first } else { blank || !line.is_empty() };
        if wanted {
            out.push_str(&indent);
        }
        out.push_str(line);
    }
    if text.ends_with('\n') {
        out.push('\n');
    }
    Ok(made(out, is_safe))
}

#[allow(clippy::needless_pass_by_value)]
fn join(list: &[Value], kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    let between = kwargs.get::<StringInput>("sep")?;
    let is_safe = state.autoescaping_enabled()
        && (list.iter().any(|one| one.is_string() && one.is_safe())
            || between.as_ref().is_some_and(StringInput::is_safe));
    for one in list {
        meter::shown(one)?;
    }
    let length = between.as_ref().map_or(0, |between| between.as_str().len());
    meter::length(list.len().saturating_mul(length))?;
    if !is_safe {
        let texts: Vec<String> = list.iter().map(ToString::to_string).collect();
        return Ok(Value::from(texts.join(between.as_ref().map_or("", StringInput::as_str))));
    }
    let mut texts = Vec::with_capacity(list.len());
    for one in list {
        texts.push(if one.is_undefined() { String::new() } else { state.escape_if_needed(one)? });
    }
    let between = match &between {
        Some(between) => between.rendered(state)?,
        None => Cow::Borrowed(""),
    };
    Ok(Value::safe_string(&texts.join(&*between)))
}

#[allow(clippy::needless_pass_by_value)]
fn split(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    let at = kwargs.must_get::<&str>("pat")?;
    let parts = text.matches(at).count() + 1;
    meter::length(text.len().saturating_add(parts.saturating_mul(PART)))?;
    Ok(text.split(at).map(Into::into).collect::<Vec<Value>>().into())
}

#[allow(clippy::needless_pass_by_value)]
fn unique(list: &[Value], _: Kwargs, _: &State) -> TeraResult<Vec<Value>> {
    let mut found: Vec<Value> = Vec::with_capacity(list.len());
    for one in list {
        meter::steps(found.len() as u64 / 16)?;
        if !found.contains(one) {
            found.push(one.clone());
        }
    }
    Ok(found)
}
