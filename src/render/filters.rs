//! kisah's filters. They see only their arguments, never the site.

use std::borrow::Cow;

use jiff::civil;
use tera::value::Key;
use tera::{Error, Kwargs, Map, State, Tera, TeraResult, Value};

use super::meter;
use crate::base::locale::{DateLength, Locale};
use crate::base::slug::slugify;
use crate::base::text::shorten;
use crate::base::{Map as OrderedMap, date};
use crate::config::Config;

/// Adds the filters. `group_by` replaces Tera's, whose order varies between runs; those in
/// [`super::counting`] replace Tera's, which can make any amount of text out of little.
pub(super) fn register(tera: &mut Tera, config: &Config) {
    let locales: OrderedMap<String, Locale> =
        config.languages.values().map(|l| (l.code.clone(), l.locale.clone())).collect();
    let for_dates = locales.clone();
    tera.register_filter("date", move |value: &str, kwargs: Kwargs, _: &State| {
        format_date(value, &kwargs, &for_dates)
    });
    tera.register_filter("plural", move |value: &Value, kwargs: Kwargs, _: &State| {
        plural(value, &kwargs, &locales)
    });
    tera.register_filter("fill", |value: &str, kwargs: Kwargs, _: &State| fill(value, &kwargs));
    tera.register_filter("json", |value: &Value, _: Kwargs, _: &State| json(value));
    let style = config.slugs;
    tera.register_filter("slugify", move |value: &str, _: Kwargs, _: &State| slugify(value, style));
    tera.register_filter("strip_tags", |value: &str, _: Kwargs, _: &State| strip_tags(value));
    tera.register_filter("shorten", |value: &str, kwargs: Kwargs, _: &State| {
        Ok::<_, Error>(shorten(value, kwargs.must_get("length")?))
    });
    tera.register_filter("group_by", |value: &[Value], kwargs: Kwargs, _: &State| {
        group_by(value, &kwargs)
    });
    super::counting::register(tera);
}

fn locale<'l>(
    kwargs: &Kwargs,
    locales: &'l OrderedMap<String, Locale>,
) -> TeraResult<Cow<'l, Locale>> {
    let code: &str = kwargs.must_get("lang")?;
    if let Some(locale) = locales.get(code) {
        return Ok(Cow::Borrowed(locale));
    }
    Locale::new(code)
        .map(Cow::Owned)
        .ok_or_else(|| Error::message(format!("`{code}` is not a language")))
}

/// `{{ page.date | date(lang=lang, length="long") }}` or `date(lang=lang, format="%Y")`.
fn format_date(
    text: &str,
    kwargs: &Kwargs,
    locales: &OrderedMap<String, Locale>,
) -> TeraResult<String> {
    let day: civil::Date = text
        .get(..10)
        .and_then(date::parse_date)
        .ok_or_else(|| Error::message(format!("`{text}` is not a date such as `2017-07-14`")))?;
    if let Some(format) = kwargs.get::<&str>("format")? {
        let time = text.get(11..19).and_then(|t| t.parse::<civil::Time>().ok());
        let moment = day.to_datetime(time.unwrap_or_default());
        return jiff::fmt::strtime::format(format, moment)
            .map_err(|e| Error::message(format!("`{format}` is not a date format: {e}")));
    }
    let length = match kwargs.get::<&str>("length")?.unwrap_or("long") {
        "full" => DateLength::Full,
        "long" => DateLength::Long,
        "medium" => DateLength::Medium,
        "short" => DateLength::Short,
        "month" => DateLength::Month,
        "year" => DateLength::Year,
        other => {
            let known = "full, long, medium, short, month or year";
            return Err(Error::message(format!("`length` must be one of {known}, not `{other}`")));
        }
    };
    Ok(locale(kwargs, locales)?.date(day, length))
}

/// `{{ strings.stories_count | plural(count=n, lang=lang) }}`.
fn plural(
    value: &Value,
    kwargs: &Kwargs,
    locales: &OrderedMap<String, Locale>,
) -> TeraResult<String> {
    let count: u64 = kwargs.must_get("count")?;
    let text = match value.as_map() {
        None => value.as_str(),
        Some(forms) => {
            let category = locale(kwargs, locales)?.plural(count);
            let form = forms.get(&Key::Str(category)).or_else(|| forms.get(&Key::Str("other")));
            form.and_then(Value::as_str)
        }
    };
    let text =
        text.ok_or_else(|| Error::message("`plural` needs a text or a table with `other`"))?;
    Ok(text.replace("{n}", &count.to_string()))
}

/// `{{ strings.page_of | fill(page=1, pages=3) }}`, in one pass, so that braces in a value are not
/// filled in turn.
fn fill(text: &str, kwargs: &Kwargs) -> TeraResult<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + close];
        out.push_str(&rest[..open]);
        match kwargs.get::<&Value>(name)? {
            Some(value) => {
                meter::shown(value)?;
                out.push_str(&value.to_string());
            }
            None => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn json(value: &Value) -> TeraResult<String> {
    serde_json::to_string(value).map_err(|e| Error::message(format!("not JSON: {e}")))
}

/// The text of some HTML without its tags; entities stay as they are.
fn strip_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    out
}

/// `list | group_by(attribute="year")` → list of `{key, items}`, in the order in which the keys
/// first appear.
fn group_by(list: &[Value], kwargs: &Kwargs) -> TeraResult<Value> {
    let attribute: &str = kwargs.must_get("attribute")?;
    let mut groups: OrderedMap<String, (Value, Vec<Value>)> = OrderedMap::default();
    for item in list {
        let Some(key) = item.get_from_path(attribute).filter(|k| !k.is_none()) else { continue };
        let group = groups.entry(key.to_string()).or_insert_with(|| (key.clone(), Vec::new()));
        group.1.push(item.clone());
    }
    let groups = groups.into_values().map(|(key, items)| {
        let mut map = Map::default();
        map.insert(Key::Str("key"), key);
        map.insert(Key::Str("items"), Value::from(items));
        Value::from(map)
    });
    Ok(Value::from(groups.collect::<Vec<_>>()))
}
