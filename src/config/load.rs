//! Reading kisah.toml and its overlays.

use jiff::tz::TimeZone;

use super::{
    Collection, Config, Language, Markdown, MenuItem, MenuTarget, Overrides, POLICY, PerLanguage,
    Taxonomies, TaxonomyConfig, appearance, feed, limits, related, strings,
};
use crate::base::fields::{Fields, UnknownKeys};
use crate::base::locale::Locale;
use crate::base::slug::SlugStyle;
use crate::base::{
    BaseUrl, Diagnostic, Diagnostics, Map, Node, Place, Severity, SourceText, Span, Table, Value,
    codes, toml,
};
use crate::keys::{KISAH_TOML, SORT_KEYS, SortKey, is_reserved};

/// The most addresses that a sitemap may contain, by <https://www.sitemaps.org/protocol.html>.
const SITEMAP_LIMIT: usize = 50_000;
/// Stands for a table that is missing.
pub(super) static NO_TABLE: Table = Table { entries: Vec::new() };

/// Reads the configuration. `files` are kisah.toml (if there is one) and the overlays in order, of
/// which the last wins; `i18n` are the site's own interface texts.
///
/// Always returns a usable configuration; `out` tells whether it is the one that was meant.
pub fn load(
    files: &[SourceText],
    i18n: &[SourceText],
    overrides: &Overrides,
    out: &mut Diagnostics,
) -> Config {
    let mut table = Table::default();
    for (number, source) in files.iter().enumerate() {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        let (text, offset) = source.unmarked();
        table.overlay(toml::parse(text, offset, number, source, out));
    }
    let mut fields = Fields::new(&table, files, "kisah.toml", KISAH_TOML, out);
    let config = read(&mut fields, i18n, overrides);
    fields.finish(UnknownKeys::Error);
    config
}

fn read(fields: &mut Fields<'_>, i18n: &[SourceText], overrides: &Overrides) -> Config {
    let title = fields.text("title").value;
    let description = fields.text("description").value;
    let base_url = base_url(fields, overrides);
    let timezone = timezone(fields);
    let menus = menus(fields);
    let languages = languages(fields, &title, &description, i18n);
    let taxonomies = taxonomies(fields);
    let related = related::read(fields, &taxonomies);
    Config {
        base_url,
        timezone,
        languages,
        title,
        menus,
        author: fields.string("author").map(|a| a.value),
        output_dir: fields.text("output_dir").value,
        symlinks: fields.strings("symlinks").into_iter().map(|s| s.value).collect(),
        slugs: fields
            .choice("slugs", &[("ascii", SlugStyle::Ascii), ("unicode", SlugStyle::Unicode)])
            .unwrap_or_default(),
        theme: theme(fields),
        unknown_keys: unknown_keys(fields),
        markdown: markdown(fields),
        taxonomies,
        collections: collections(fields),
        related,
        read_also: related::read_also(fields),
        feed: feed::read(fields),
        policy: policy(fields),
        sitemap_limit: section(fields, "sitemap", |f| f.number("limit")).min(SITEMAP_LIMIT),
        fingerprint: section(fields, "assets", |f| f.truth("fingerprint")),
        broken_links: section(fields, "links", |f| {
            f.choice("broken", &[("error", Severity::Error), ("warn", Severity::Warning)])
        })
        .unwrap_or(Severity::Warning),
        appearance: appearance::read(fields),
        limits: limits::read(fields),
        drafts: overrides.drafts,
        future: overrides.future,
        extra: fields.table("extra").map(|(table, _)| table.to_json()).unwrap_or_default(),
    }
}

/// Reads a table of kisah.toml; a missing one is read as an empty one.
pub(super) fn section<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    read: impl FnOnce(&mut Fields<'_>) -> T,
) -> T {
    section_at(fields, name, &format!("`[{name}]`"), read)
}

/// Like [`section`], for a table that is not at the top: messages call it by its title.
pub(super) fn section_at<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    title: &str,
    read: impl FnOnce(&mut Fields<'_>) -> T,
) -> T {
    let table = fields.table(name).map_or(&NO_TABLE, |(table, _)| table);
    let (sources, known) = (fields.sources(), fields.inner(name));
    let mut inner = Fields::new(table, sources, title, known, fields.out());
    let value = read(&mut inner);
    inner.finish(UnknownKeys::Error);
    value
}

fn base_url(fields: &mut Fields<'_>, overrides: &Overrides) -> BaseUrl {
    let help = "write it in full: `base_url = \"https://example.org\"`";
    let is_written = fields.is_written("base_url");
    let written = fields.string("base_url");
    if let Some(text) = &overrides.base_url {
        return BaseUrl::parse(text).unwrap_or_else(|why| {
            let message = format!("`--base-url {text}` is not a base URL: {why}");
            let help = "write it in full: `--base-url https://example.org`";
            fields.out().push(Diagnostic::error(&codes::WRONG_VALUE, message).help(help));
            stand_in()
        });
    }
    match written {
        Some(text) if text.value.is_empty() => BaseUrl::default(),
        Some(text) => BaseUrl::parse(&text.value).unwrap_or_else(|why| {
            let message = format!("`base_url` is not usable: {why}");
            fields.error(&codes::WRONG_VALUE, message, text.span, Some(help.to_owned()));
            stand_in()
        }),
        // It has been reported as not being a text.
        None if is_written => stand_in(),
        None => BaseUrl::default(),
    }
}

/// Stands in for a base URL that was reported as unusable, so that what needs one is still checked,
/// and no message says that there is none. Nothing is written with it.
fn stand_in() -> BaseUrl {
    BaseUrl::parse("https://example.invalid").unwrap_or_default()
}

fn timezone(fields: &mut Fields<'_>) -> TimeZone {
    let Some(name) = fields.string("timezone") else { return TimeZone::UTC };
    let found = jiff::tz::TimeZoneDatabase::bundled().get(&name.value);
    found.unwrap_or_else(|_| {
        let message = format!("there is no time zone `{}`", name.value);
        let help = "use a name of the IANA database, such as `Asia/Jakarta`".to_owned();
        fields.error(&codes::UNKNOWN_TIMEZONE, message, name.span, Some(help));
        TimeZone::UTC
    })
}

fn policy(fields: &mut Fields<'_>) -> String {
    let Some(policy) = fields.string("policy") else { return POLICY.to_owned() };
    // It is written into an attribute and onto a line of `_headers`.
    if policy.value.contains(|c: char| c.is_control() || "\"<>&".contains(c)) {
        let message = "`policy` contains a line break, `\"`, `<`, `>` or `&`".to_owned();
        let help =
            "write it on one line, with spaces between words and `;` between directives".to_owned();
        fields.error(&codes::WRONG_VALUE, message, policy.span, Some(help));
    }
    policy.value
}

fn theme(fields: &mut Fields<'_>) -> Option<String> {
    let theme = fields.string("theme")?;
    if theme.value.is_empty() || theme.value == "kisah" || theme.value.contains(['/', '\\', '.']) {
        let message = format!("`{}` cannot be a theme", theme.value);
        let help = "name a folder below `themes/`; leave the key out for the built-in theme";
        fields.error(&codes::WRONG_VALUE, message, theme.span, Some(help.to_owned()));
        return None;
    }
    Some(theme.value)
}

fn unknown_keys(fields: &mut Fields<'_>) -> UnknownKeys {
    let choices =
        [("error", UnknownKeys::Error), ("warn", UnknownKeys::Warn), ("extra", UnknownKeys::Extra)];
    section(fields, "front_matter", |f| f.choice("unknown_keys", &choices)).unwrap_or_default()
}

fn markdown(fields: &mut Fields<'_>) -> Markdown {
    section(fields, "markdown", |f| Markdown {
        smart_punctuation: f.truth("smart_punctuation"),
        html: f.truth("html"),
        components: f.truth("components"),
        highlight: f.truth("highlight"),
    })
}

/// Reads a table of tables, `[name.KEY]`.
fn each<T>(
    fields: &mut Fields<'_>,
    name: &'static str,
    mut read: impl FnMut(&str, Span, &mut Fields<'_>) -> Option<T>,
) -> Map<String, T> {
    let mut map = Map::default();
    let Some((table, _)) = fields.table(name) else { return map };
    let (sources, known) = (fields.sources(), fields.inner(name));
    for (key, node) in &table.entries {
        let title = format!("`[{name}.{}]`", key.name);
        let inner = match &node.value {
            Value::Table(inner) => inner,
            Value::Null => continue,
            _ => {
                fields.wrong::<()>(&key.name, node, "a table");
                continue;
            }
        };
        let mut inner = Fields::new(inner, sources, &title, known, fields.out());
        let value = read(&key.name, key.span, &mut inner);
        inner.finish(UnknownKeys::Error);
        if let Some(value) = value {
            map.insert(key.name.clone(), value);
        }
    }
    map
}

fn taxonomies(fields: &mut Fields<'_>) -> Taxonomies {
    let written = each(fields, "taxonomies", |name, span, f| {
        if !is_identifier(name) || is_reserved(name) {
            let message = format!("a taxonomy cannot be named `{name}`");
            let help = "use letters, digits and `_`, and a name that front matter and addresses do not use already";
            f.error(&codes::WRONG_VALUE, message, span, Some(help.to_owned()));
            return None;
        }
        Some(TaxonomyConfig::read(name, f))
    });
    Taxonomies::new(written)
}

/// Whether it can be the name of a variable in Tera.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn collections(fields: &mut Fields<'_>) -> Map<String, Collection> {
    each(fields, "collections", |name, span, f| {
        let place = f.place(span);
        if !is_identifier(name) {
            let message = format!("templates cannot name a collection `{name}`");
            let help = "use letters, digits and `_`".to_owned();
            f.error(&codes::BAD_COLLECTION, message, span, Some(help));
            return None;
        }
        let filter = f.table("where").map_or_else(Vec::new, |(table, _)| {
            table.entries.iter().map(|(k, n)| (k.name.clone(), n.value.to_json())).collect()
        });
        let keys = [SORT_KEYS[0], SORT_KEYS[1], SORT_KEYS[2], ("count", SortKey::Count)];
        Some(Collection {
            place,
            from: f.text("from").value,
            filter,
            sort: f.choice("sort", &keys).unwrap_or_default(),
            reverse: f.truth("reverse"),
            limit: f.number("limit"),
        })
    })
}

fn menus(fields: &mut Fields<'_>) -> Map<String, Vec<MenuItem>> {
    let mut menus = Map::default();
    let Some((table, _)) = fields.table("menus") else { return menus };
    for (key, node) in &table.entries {
        if node.value == Value::Null {
            continue;
        }
        let Value::Array(items) = &node.value else {
            let wanted = &format!("a list of tables: `[[menus.{}]]`", key.name);
            fields.wrong::<()>(&key.name, node, wanted);
            continue;
        };
        let items = items.iter().filter(|item| item.value != Value::Null);
        let mut list: Vec<MenuItem> = items.filter_map(|n| menu_item(fields, n)).collect();
        list.sort_by_key(|item| item.weight);
        menus.insert(key.name.clone(), list);
    }
    menus
}

fn menu_item(fields: &mut Fields<'_>, node: &Node) -> Option<MenuItem> {
    let Value::Table(table) = &node.value else {
        return fields.wrong("menus", node, "a list of tables");
    };
    let (sources, known) = (fields.sources(), fields.inner("menus"));
    let mut inner = Fields::new(table, sources, "a menu entry", known, fields.out());
    let (name, url, page) = (inner.string("name"), inner.string("url"), inner.string("page"));
    let weight = inner.integer("weight").map_or(0, |w| w.value);
    let place = inner.place(node.span);
    inner.finish(UnknownKeys::Error);
    let target = match (url, page) {
        (Some(url), None) => MenuTarget::Url(url.value),
        (None, Some(page)) => MenuTarget::Page(page.value),
        (url, _) => {
            let message = "a menu entry needs either a `url` or a `page`".to_owned();
            let help = match url {
                Some(_) => "remove one of the two",
                None => "say where it leads: `page = \"@/about.md\"` or `url = \"/about/\"`",
            };
            fields.error(&codes::BAD_MENU, message, node.span, Some(help.to_owned()));
            return None;
        }
    };
    let Some(name) = name else {
        let message = "a menu entry needs a `name`".to_owned();
        let help = "say what the link is called: `name = \"About\"`".to_owned();
        fields.error(&codes::BAD_MENU, message, node.span, Some(help));
        return None;
    };
    Some(MenuItem { name: name.value, target, weight, place })
}

/// What `[languages.CODE]` says.
struct LanguageKeys {
    span: Span,
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
    footer: Option<String>,
    menus: Map<String, Vec<MenuItem>>,
}

fn languages(
    fields: &mut Fields<'_>,
    title: &str,
    description: &str,
    i18n: &[SourceText],
) -> PerLanguage<Language> {
    let default = fields.text("language");
    let mut written = each(fields, "languages", |_, span, f| {
        Some(LanguageKeys {
            span,
            name: f.string("name").map(|t| t.value),
            title: f.string("title").map(|t| t.value),
            description: f.string("description").map(|t| t.value),
            footer: f.string("footer").map(|t| t.value),
            menus: menus(f),
        })
    });
    let first = written.shift_remove(&default.value).unwrap_or(LanguageKeys {
        span: default.span,
        name: None,
        title: None,
        description: None,
        footer: None,
        menus: Map::default(),
    });
    let mut languages: Vec<Language> = Vec::new();
    for (code, keys) in std::iter::once((default.value, first)).chain(written) {
        let Some(locale) = Locale::new(&code) else {
            let message = format!("`{code}` is not a language that kisah knows");
            let help = "use a BCP 47 code such as `en`, `id` or `pt-BR`".to_owned();
            fields.error(&codes::UNKNOWN_LANGUAGE, message, keys.span, Some(help));
            continue;
        };
        if languages.iter().any(|l| l.code.eq_ignore_ascii_case(&code)) {
            let message = format!("language `{code}` is configured twice");
            let help = "keep one, and write its code the same way in `language`".to_owned();
            fields.error(&codes::UNKNOWN_LANGUAGE, message, keys.span, Some(help));
            continue;
        }
        languages.push(Language {
            strings: strings::builtin(&code),
            name: keys.name.unwrap_or_else(|| own_name(&code)),
            title: keys.title.unwrap_or_else(|| title.to_owned()),
            description: keys.description.unwrap_or_else(|| description.to_owned()),
            footer: keys.footer,
            menus: keys.menus,
            code,
            locale,
        });
    }
    if languages.is_empty() {
        languages.extend(english(title, description));
    }
    overlay_strings(&mut languages, i18n, fields.out());
    languages.into_iter().collect()
}

/// The fallback for a site whose only language is unusable, so that the rest can be checked.
fn english(title: &str, description: &str) -> Option<Language> {
    Some(Language {
        code: "en".to_owned(),
        locale: Locale::new("en")?,
        name: own_name("en"),
        title: title.to_owned(),
        description: description.to_owned(),
        footer: None,
        strings: strings::builtin("en"),
        menus: Map::default(),
    })
}

fn overlay_strings(languages: &mut [Language], i18n: &[SourceText], out: &mut Diagnostics) {
    for source in i18n {
        let code = source.path.stem();
        match languages.iter_mut().find(|l| l.code.eq_ignore_ascii_case(code)) {
            Some(language) => strings::overlay(&mut language.strings, source, out),
            None => out.push(
                Diagnostic::warning(
                    &codes::UNUSED,
                    format!("`{code}` is not a language of this site, so these texts are unused"),
                )
                .at(Place::file(source.path.as_str()))
                .help(format!("add `[languages.{code}]` to kisah.toml, or remove the file")),
            ),
        }
    }
}

/// The name of a language in that language, or its code if it is not in this list; `name` in
/// kisah.toml overrides both.
fn own_name(code: &str) -> String {
    let names = [
        ("ar", "العربية"),
        ("de", "Deutsch"),
        ("en", "English"),
        ("es", "Español"),
        ("fa", "فارسی"),
        ("fr", "Français"),
        ("he", "עברית"),
        ("hi", "हिन्दी"),
        ("id", "Bahasa Indonesia"),
        ("it", "Italiano"),
        ("ja", "日本語"),
        ("jv", "Basa Jawa"),
        ("km", "ខ្មែរ"),
        ("ko", "한국어"),
        ("ms", "Bahasa Melayu"),
        ("nl", "Nederlands"),
        ("pt", "Português"),
        ("ru", "Русский"),
        ("su", "Basa Sunda"),
        ("th", "ไทย"),
        ("tr", "Türkçe"),
        ("uk", "Українська"),
        ("vi", "Tiếng Việt"),
        ("zh", "中文"),
    ];
    names
        .iter()
        .find(|(c, _)| code.eq_ignore_ascii_case(c))
        .map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}
