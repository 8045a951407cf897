//! What other programs would keep from readers is not published here either.
//!
//! In: the keys that kisah did not ask for. Out: whether and how long they withhold the document,
//! and, for what has no exact counterpart here, a mistake that says what to write. The setting
//! `unknown_keys` decides only about names: no setting makes a private story public.

use super::foreign::{self, Does, Means, normal};
use super::read::{FieldReader, Of};
use super::values::{self, is_blank, truth, words};
use crate::base::fields::UnknownKeys;
use crate::base::suggest::closest;
use crate::base::{Date, Key, Node, Value, codes};

/// What keys of other programs say about a document.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    /// Whether it is a draft; `published: true` says that it is not.
    pub(crate) draft: Option<bool>,
    /// The day on which it appears.
    pub(crate) from: Option<Date>,
    /// The day on which it is withdrawn.
    pub(crate) until: Option<Date>,
}

/// Keys that stop the build when misspelt, even where unknown keys are let through.
const NEAR: [&str; 5] = ["draft", "expires", "private", "published", "unlisted"];

/// A key and its value, perhaps inside a table of another program.
struct Entry<'a> {
    /// The full name as written: `build.render`.
    written: String,
    key: &'a Key,
    node: &'a Node,
}

/// What a value amounts to.
enum Verdict {
    /// The row of the table has nothing to say about it.
    Pass,
    Does(Does),
    From(Date),
    Until(Date),
    /// It was reported.
    Wrong,
}

impl FieldReader<'_> {
    /// Reads the keys of other programs, and reports those that have another name here.
    pub(super) fn elsewhere(&mut self) -> Elsewhere {
        let mut result = Elsewhere::default();
        for (key, node) in self.fields.unasked() {
            let mut is_known = false;
            for entry in entries(key, node) {
                is_known |= self.entry(&entry, &mut result);
            }
            // With `extra`, `page.extra` holds them as well.
            if is_known && self.config.unknown_keys != UnknownKeys::Extra {
                self.fields.dynamic(&key.name);
            }
        }
        result
    }

    /// Whether the key is known.
    fn entry(&mut self, entry: &Entry<'_>, result: &mut Elsewhere) -> bool {
        let name = normal(&entry.written);
        let mut is_known = false;
        for row in foreign::rows(&name) {
            is_known = true;
            if let Some(ours) = row.ours
                && self.renamed(entry, ours)
            {
                return true;
            }
            match self.verdict(entry, row.means) {
                Verdict::Pass => continue,
                Verdict::Wrong => {}
                Verdict::From(day) => result.from = result.from.max(Some(day)),
                Verdict::Until(day) => {
                    result.until = Some(result.until.map_or(day, |old| old.min(day)));
                }
                Verdict::Does(Does::Nothing) => {
                    let is_said = name == "published" && truth(entry.node) == Some(true);
                    if is_said && result.draft.is_none() {
                        result.draft = Some(false);
                    }
                }
                Verdict::Does(does) => self.does(entry, does, result),
            }
            return true;
        }
        is_known || self.misspelt(entry, &name)
    }

    /// Reports a key that has another name here; returns whether there is nothing more to say.
    fn renamed(&mut self, entry: &Entry<'_>, ours: &'static str) -> bool {
        let message = format!("unknown key `{}` in the front matter", entry.written);
        let help = if ours == "date" && self.table.get(ours).is_some() {
            "here a story appears on its `date`: keep the later of the two days".to_owned()
        } else {
            format!("here it is called `{ours}`")
        };
        self.unknown(entry.key, message, help);
        self.config.unknown_keys == UnknownKeys::Error
    }

    /// Reports what looks like a misspelt withholding key, if its value would withhold the story.
    /// Where every unknown key is a mistake, it is reported with them instead.
    fn misspelt(&mut self, entry: &Entry<'_>, name: &str) -> bool {
        if self.config.unknown_keys == UnknownKeys::Error {
            return false;
        }
        let Some(near) = closest(name, NEAR) else { return false };
        let until = near == "expires" && self.day(entry.node).is_some();
        if !until && !withholds(near, entry.node) {
            return false;
        }
        let message = format!("unknown key `{}` in the front matter", entry.written);
        let help = format!("did you mean `{near}`?");
        self.fields.error(&codes::UNKNOWN_KEY, message, entry.key.span, Some(help));
        true
    }

    fn verdict(&mut self, entry: &Entry<'_>, means: Means) -> Verdict {
        if is_blank(entry.node) {
            return Verdict::Does(Does::Nothing);
        }
        let wrong = Verdict::Wrong;
        match means {
            Means::From => self.date_of(&entry.written, entry.node).map_or(wrong, Verdict::From),
            Means::Until => self.date_of(&entry.written, entry.node).map_or(wrong, Verdict::Until),
            _ => match (does(means, entry.node), self.day(entry.node), means) {
                (Some(does), ..) => Verdict::Does(does),
                (None, Some(day), Means::IfOrFrom(..)) => self.day_for_truth(entry, day),
                _ => self.not_understood(entry, means),
            },
        }
    }

    /// A day given where only a truth value is allowed.
    fn day_for_truth(&mut self, entry: &Entry<'_>, day: Date) -> Verdict {
        let message = format!("`{}` must be `true` or `false` here, not a day", entry.written);
        let help = "the day on which a story appears is called `date`".to_owned();
        self.by_policy(&codes::WRONG_VALUE, entry.node.span, message, help);
        Verdict::From(day)
    }

    /// Reports a value that a key cannot have, unless the key is about something else.
    fn not_understood(&mut self, entry: &Entry<'_>, means: Means) -> Verdict {
        let (written, node) = (&entry.written, entry.node);
        let said = match values::scalar(node) {
            Some(text) => format!("`{}`", text.trim()),
            None => node.value.kind().to_owned(),
        };
        let draft = self.set("draft", "true");
        let (message, help) = match means {
            // `hide: [toc]` is about something else.
            Means::If(_, Does::Unlists)
                if matches!(node.value, Value::Array(_) | Value::Table(_)) =>
            {
                return Verdict::Pass;
            }
            Means::If(..) | Means::IfOrFrom(..) => (
                format!("`{written}` must be `true` or `false`, not {said}"),
                format!("write {draft} if it must not be published; otherwise remove the key"),
            ),
            Means::Words(known) => {
                let unknown = |word: &&String| !known.iter().any(|(name, _)| name == word);
                let list = words(node).unwrap_or_default();
                let near = list
                    .iter()
                    .find(unknown)
                    .and_then(|word| closest(word, known.iter().map(|(name, _)| *name)));
                let extra = self.extra();
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!(
                        "write {draft} if it must not be published; otherwise move the key below {extra}"
                    ),
                };
                (format!("`{written}` cannot be {said}"), help)
            }
            _ => return Verdict::Pass,
        };
        self.fields.error(&codes::WRONG_VALUE, message, node.span, Some(help));
        Verdict::Wrong
    }

    fn does(&mut self, entry: &Entry<'_>, does: Does, result: &mut Elsewhere) {
        let written = &entry.written;
        let draft = self.set("draft", "true");
        let (message, help) = match does {
            Does::Nothing => return,
            Does::NoPage if self.of == Of::Index => (
                format!("elsewhere, `{written}` leaves out only the page of the section"),
                format!("remove it, or write {draft} to withhold all that is in the section"),
            ),
            Does::Withholds | Does::NoPage => {
                result.draft = Some(true);
                return;
            }
            Does::Waits if self.table.get("date").is_some_and(|node| !is_blank(node)) => return,
            Does::Waits => (
                format!("`{written}` says that the story waits for a day, but it has no `date`"),
                format!("write the day, such as {}, or {draft}", self.set("date", "2030-01-31")),
            ),
            Does::Unlists => (
                format!("`{written}` keeps a page out of lists elsewhere, and does nothing here"),
                format!(
                    "write {} to keep it out of lists and feeds, or {draft} to withhold it",
                    self.set("unlisted", "true")
                ),
            ),
            Does::Unclear => (
                format!(
                    "`{written}` may keep a page from readers elsewhere, and does nothing here"
                ),
                format!(
                    "write {draft} to withhold it, or move the key below {} to publish it",
                    self.extra()
                ),
            ),
        };
        self.fields.error(&codes::UNCLEAR_VISIBILITY, message, entry.key.span, Some(help));
    }

    /// A key with a value, as it would be written here.
    pub(super) fn set(&self, key: &str, value: &str) -> String {
        if self.yaml { format!("`{key}: {value}`") } else { format!("`{key} = {value}`") }
    }

    /// The table for the author's own keys, as it would be written here.
    pub(super) fn extra(&self) -> &'static str {
        if self.yaml { "`extra`" } else { "`[extra]`" }
    }

    /// The value as a date, if all of it is one.
    pub(super) fn day(&self, node: &Node) -> Option<Date> {
        match &node.value {
            Value::Date(text) | Value::String(text) | Value::Scalar(_, text) => {
                Date::parse(text, &self.config.timezone)
            }
            _ => None,
        }
    }
}

/// What a value does by itself; `None` if the key cannot have it.
fn does(means: Means, node: &Node) -> Option<Does> {
    let truth = truth(node);
    let if_is = |is: bool, does| Some(if is { does } else { Does::Nothing });
    match means {
        Means::Name | Means::From | Means::Until => None,
        Means::If(when, does) | Means::IfOrFrom(when, does) => if_is(truth? == when, does),
        Means::IfOff(does) => (truth == Some(false)).then_some(does),
        Means::IfAny(does) => if_is(truth != Some(false), does),
        Means::Words(known) => {
            let find = |word: String| known.iter().find(|(name, _)| *name == word);
            let all: Option<Vec<_>> = words(node)?.into_iter().map(find).collect();
            all?.into_iter().map(|(_, does)| *does).max()
        }
        Means::SomeWords(known) => {
            let list = words(node).unwrap_or_default();
            let named = known.iter().filter(|(name, _)| list.iter().any(|word| word == name));
            Some(named.map(|(_, does)| *does).max().unwrap_or(Does::Nothing))
        }
    }
}

/// Whether a key of that [`normal`] name, with that value, keeps a story from readers.
pub(super) fn withholds(name: &str, node: &Node) -> bool {
    !is_blank(node)
        && foreign::rows(name)
            .any(|row| does(row.means, node).is_some_and(|does| does != Does::Nothing))
}

/// A key; or, for a table whose keys are known one by one, the keys in it.
fn entries<'a>(key: &'a Key, node: &'a Node) -> Vec<Entry<'a>> {
    match &node.value {
        Value::Table(table) if foreign::is_table(&normal(&key.name)) => {
            let entry = |(inner, node): &'a (Key, Node)| Entry {
                written: format!("{}.{}", key.name, inner.name),
                key: inner,
                node,
            };
            table.entries.iter().map(entry).collect()
        }
        _ => vec![Entry { written: key.name.clone(), key, node }],
    }
}
