//! What is withheld leaves no trace. Makes random trees of sections, languages, cascades, bundles
//! and files, in which everything contains words of its own. An oracle says what is public, and the
//! words found anywhere in the output, names of files and the manifest included, must be exactly
//! those of what is public: no other, and all of them. After edits, too.
//!
//! The oracle knows paths, keys and the rules of the guide ("What is withheld"), applies them anew
//! to each document and file, and shares nothing with the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use kisah::build::{Request, Today};
use proptest::prelude::*;

use crate::support::{self, Tree};

const LANGUAGES: [&str; 3] = ["en", "id", "ar"];

const CONFIG: &str = "base_url = \"https://example.org\"\n[languages.id]\n[languages.ar]\n\
    [collections.latest]\nlimit = 3\n[collections.all]\nfrom = \"pages\"\n\
    [[menus.main]]\nname = \"Home\"\nurl = \"/\"\n";

/// Shows values that the built-in templates may leave out.
const TEMPLATE: &str = "{% extends \"kisah/post.html\" %}{% block head %}{{ page | json }}\
    {{ section | json }}{{ related | json }}{{ latest | json }}{{ all | json }}\
    {{ translations | json }}{{ menus | json }}{{ assets | json }}{% endblock head %}";

/// What stories link to.
const LINKED: &str = "content/linked.md";

/// A word that occurs nowhere by chance: no digest has its letters, and no slug changes it.
fn word(number: usize) -> String {
    const LETTERS: &[u8; 15] = b"ghjklmnprstvwxy";
    let letter = |n: usize| char::from(LETTERS[n % LETTERS.len()]);
    format!("zq{}{}{}qz", letter(number / 225), letter(number / 15), letter(number))
}

/// All such words in a text.
fn words_of(text: &[u8], found: &mut BTreeSet<String>) {
    let text = String::from_utf8_lossy(text).to_lowercase();
    for (at, _) in text.match_indices("zq") {
        if let Some(word) = text.get(at..at + 7).filter(|word| word.ends_with("qz")) {
            found.insert(word.to_owned());
        }
    }
}

/// Folders of documents. Names that are not words belong to bundles and taxonomies, and to a folder
/// that contains only a file.
fn folders() -> Vec<String> {
    let (a, b, c) = (word(3000), word(3001), word(3002));
    vec![
        String::new(),
        a.clone(),
        format!("{a}/{b}"),
        format!("{a}/{b}/deep"),
        format!("{a}/story"),
        format!("{a}/story/inner"),
        format!("{a}/media"),
        c.clone(),
        format!("{c}/story"),
        "people".to_owned(),
    ]
}

/// Where a document or file may be. Its words follow from the order.
fn places() -> Vec<String> {
    let mut places = vec![LINKED.to_owned()];
    for folder in folders() {
        let at = |name: &str| format!("content/{folder}/{name}").replace("//", "/");
        let mut names = vec!["_index"];
        match folder.rsplit('/').next().unwrap_or("") {
            "media" => names.clear(),
            "people" => names.push("ada"),
            "story" => names.extend(["index", "beside"]),
            _ => names.push("page"),
        }
        for name in names {
            places.push(at(&format!("{name}.md")));
            places.extend(LANGUAGES[1..].iter().map(|code| at(&format!("{name}.{code}.md"))));
        }
        places.push(at(&format!("{}.txt", word(3100 + places.len()))));
    }
    places
}

/// When something is public, in terms of its keys.
#[derive(Clone, Copy, Debug, Default)]
struct Keys {
    draft: Option<bool>,
    date: Option<Date>,
    expires: Option<Date>,
}

impl Keys {
    /// Keys from dice: the higher, the more keys are set.
    fn of(dice: [u8; 3], often: u8) -> Keys {
        let pick = |dice: u8, said: [Date; 2]| match dice {
            d if d >= 100 - often => Some(said[1]),
            d if d >= 70 => Some(said[0]),
            _ => None,
        };
        Keys {
            draft: match dice[0] {
                d if d >= 100 - often => Some(true),
                d if d >= 75 => Some(false),
                _ => None,
            },
            date: pick(dice[1], [date(2020, 2, 3), date(2026, 3, 1)]),
            expires: pick(dice[2], [date(2026, 4, 1), date(2025, 12, 31)]),
        }
    }

    fn or(self, other: Keys) -> Keys {
        Keys {
            draft: self.draft.or(other.draft),
            date: self.date.or(other.date),
            expires: self.expires.or(other.expires),
        }
    }

    fn text(self) -> String {
        let mut text = String::new();
        if let Some(draft) = self.draft {
            _ = writeln!(text, "draft = {draft}");
        }
        if let Some(date) = self.date {
            _ = writeln!(text, "date = {date}");
        }
        if let Some(expires) = self.expires {
            _ = writeln!(text, "expires = {expires}");
        }
        text
    }
}

/// One document or file.
#[derive(Clone, Copy, Debug)]
struct Entry {
    keys: Keys,
    cascade: Option<Keys>,
    links: bool,
}

impl Entry {
    fn of(place: &str, dice: [u8; 8]) -> Option<Entry> {
        let is_index = place.contains("/_index.");
        let is_home = place.starts_with("content/_index.");
        // If sections were withheld as often as stories, little would be left below them.
        let often = if is_index { 6 } else { 15 };
        let says = !is_home || dice[7] > 80;
        let keys = Keys::of([dice[0], dice[1], dice[2]], often);
        let cascade = Keys::of([dice[3], dice[4], dice[5]], often);
        (dice[6] >= 45 || place == LINKED).then(|| Entry {
            keys: if says && place != LINKED { keys } else { Keys::default() },
            cascade: (says && is_index && dice[7] > 60).then_some(cascade),
            links: dice[7].is_multiple_of(4),
        })
    }
}

/// A site, and what it is asked to show.
#[derive(Clone)]
struct Model {
    places: Vec<String>,
    entries: BTreeMap<String, Entry>,
    today: Date,
    drafts: bool,
    future: bool,
}

/// The name without language and extension, and the language.
fn name_of(place: &str) -> (&str, usize) {
    let name = place.rsplit('/').next().unwrap_or(place).trim_end_matches(".md");
    for (language, code) in LANGUAGES.iter().enumerate() {
        if let Some(name) = name.strip_suffix(code).and_then(|name| name.strip_suffix('.')) {
            return (name, language);
        }
    }
    (name, 0)
}

fn folder_of(place: &str) -> &str {
    let below = place.trim_start_matches("content/");
    below.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_document(place: &str) -> bool {
    place.ends_with(".md")
}

/// A folder and those around it, the root last.
fn upwards(folder: &str) -> Vec<&str> {
    let ends = folder.match_indices('/').map(|(at, _)| &folder[..at]);
    let mut list: Vec<&str> = ends.chain([folder]).filter(|f| !f.is_empty()).collect();
    list.reverse();
    list.push("");
    list
}

/// The oracle.
impl Model {
    fn hides(&self, keys: Keys) -> bool {
        keys.draft == Some(true) && !self.drafts
            || keys.date.is_some_and(|day| day > self.today) && !self.future
            || keys.expires.is_some_and(|day| day <= self.today)
    }

    /// The `_index.md` that decides for a folder in a language: its own, otherwise the default
    /// language's.
    fn speaker(&self, folder: &str, language: usize) -> Option<(&Entry, usize)> {
        [language, 0].into_iter().find_map(|language| {
            let found = self.entries.iter().find(|(place, _)| {
                folder_of(place) == folder && name_of(place) == ("_index", language)
            });
            found.map(|(_, entry)| (entry, language))
        })
    }

    /// Keys, with those that the folders from one on upwards pass down.
    fn with_cascades(&self, keys: Keys, folder: &str, language: usize) -> Keys {
        let cascades = upwards(folder).into_iter().filter_map(|folder| {
            self.speaker(folder, language).and_then(|(index, _)| index.cascade)
        });
        cascades.fold(keys, Keys::or)
    }

    /// Whether a section at or above a folder is itself withheld.
    fn is_closed(&self, folder: &str, language: usize) -> bool {
        upwards(folder).into_iter().any(|folder| {
            self.speaker(folder, language).is_some_and(|(index, language)| {
                let keys = match upwards(folder).get(1) {
                    Some(above) => self.with_cascades(index.keys, above, language),
                    None => index.keys,
                };
                self.hides(keys)
            })
        })
    }

    fn is_public(&self, place: &str) -> bool {
        if !is_document(place) {
            return self.is_public_file(folder_of(place));
        }
        let ((name, language), folder) = (name_of(place), folder_of(place));
        // Neither a section nor the page of a bundle inherits from its own folder.
        let from = usize::from(["_index", "index"].contains(&name));
        let keys = self.entries[place].keys;
        let keys = match upwards(folder).get(from) {
            Some(folder) => self.with_cascades(keys, folder, language),
            None => keys,
        };
        !self.hides(keys) && !self.is_closed(folder, language)
    }

    fn documents(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str).filter(|place| is_document(place))
    }

    fn is_public_file(&self, folder: &str) -> bool {
        for bundle in upwards(folder) {
            let is_page = |place: &&str| folder_of(place) == bundle && name_of(place).0 == "index";
            let mut pages = self.documents().filter(is_page).peekable();
            if pages.peek().is_some() {
                return pages.any(|p| self.is_public(p) && !self.is_closed(folder, name_of(p).1));
            }
        }
        let mut languages = BTreeSet::new();
        for section in upwards(folder) {
            let is_section = !section.contains('/')
                || self.documents().any(|p| folder_of(p) == section && name_of(p).0 == "_index");
            let below = |place: &&str| upwards(folder_of(place)).contains(&section);
            if is_section && languages.is_empty() {
                languages = self.documents().filter(below).map(|p| name_of(p).1).collect();
            }
        }
        languages.into_iter().any(|language| {
            !self.is_closed(folder, language)
                && !self.hides(self.with_cascades(Keys::default(), folder, language))
        })
    }

    /// The words that must occur in the output.
    fn public_words(&self) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        for place in self.entries.keys().filter(|place| self.is_public(place)) {
            words_of(place.as_bytes(), &mut words);
            words_of(self.text(place).as_bytes(), &mut words);
        }
        words
    }
}

impl Model {
    fn new(dice: &[[u8; 8]]) -> Model {
        let places = places();
        let entries = places.iter().zip(dice).filter_map(|(place, dice)| {
            Entry::of(place, *dice).map(|entry| (place.clone(), entry))
        });
        let entries = entries.collect();
        Model { places, entries, today: date(2026, 1, 1), drafts: false, future: false }
    }

    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Set(at, dice) => {
                let place = self.places[at % self.places.len()].clone();
                match Entry::of(&place, *dice) {
                    Some(entry) => _ = self.entries.insert(place, entry),
                    None => _ = self.entries.remove(&place),
                }
            }
            Edit::Day(days) => self.today = date(2026, 1, 1) + days.days(),
            Edit::Drafts(drafts) => self.drafts = *drafts,
            Edit::Future(future) => self.future = *future,
        }
    }

    /// The content of a document or file.
    fn text(&self, place: &str) -> String {
        let number = self.places.iter().position(|p| p == place).expect("a place") * 8;
        let word = |n: usize| word(number + n);
        if !is_document(place) {
            return format!("A file: {}.\n", word(0));
        }
        let entry = &self.entries[place];
        let is_index = name_of(place).0 == "_index";
        let is_term = folder_of(place) == "people";
        let mut text = format!(
            "+++\ntitle = \"{}\"\ndescription = \"{}\"\naliases = [\"/old/{}/\"]\n",
            word(0),
            word(1),
            word(2)
        );
        if !is_index && !is_term {
            _ = writeln!(text, "tags = [\"{}\", \"shared\"]", word(3));
            _ = writeln!(text, "series = \"{}\"\npeople = [\"Ada\"]", word(4));
            if place != LINKED {
                _ = writeln!(text, "slug = \"{}\"", word(5));
            }
        }
        text.push_str(&entry.keys.text());
        if let Some(cascade) = entry.cascade {
            _ = write!(text, "[cascade]\n{}", cascade.text());
        }
        _ = writeln!(text, "+++\nThe text: {}.", word(6));
        if entry.links {
            text.push_str("[This](@/linked.md) was before.\n");
        }
        text
    }

    fn sources(&self) -> Tree {
        let mut tree = Tree::new();
        tree.insert("kisah.toml".to_owned(), CONFIG.as_bytes().to_vec());
        tree.insert("templates/post.html".to_owned(), TEMPLATE.as_bytes().to_vec());
        for place in self.entries.keys() {
            tree.insert(place.clone(), self.text(place).into_bytes());
        }
        tree
    }

    /// Whether a build may fail: a public document links to something withheld, or nothing is left.
    fn may_fail(&self) -> bool {
        let links = |place: &str| self.entries[place].links && self.is_public(place);
        let mut documents = self.documents();
        !self.is_public(LINKED) && documents.any(links)
            || !self.documents().any(|place| self.is_public(place))
    }
}

#[derive(Clone, Debug)]
enum Edit {
    Set(usize, [u8; 8]),
    Day(i64),
    Drafts(bool),
    Future(bool),
}

fn dice() -> impl Strategy<Value = [u8; 8]> {
    prop::array::uniform8(0..100_u8)
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => (0..1000_usize, dice()).prop_map(|(at, dice)| Edit::Set(at, dice)),
        2 => (0..120_i64).prop_map(Edit::Day),
        1 => any::<bool>().prop_map(Edit::Drafts),
        1 => any::<bool>().prop_map(Edit::Future),
    ]
}

/// A site on disk.
struct Site {
    _folder: tempfile::TempDir,
    request: Request,
    written: Tree,
}

impl Site {
    fn new() -> Site {
        let folder = support::temp();
        let root = folder.path().join("site");
        fs::create_dir_all(&root).expect("a folder");
        Site { _folder: folder, request: support::request(&root), written: Tree::new() }
    }

    /// Makes the sources those of a model, and builds. Returns whether there were no errors.
    fn build(&mut self, model: &Model, what: &str) -> bool {
        let root = self.request.root.clone();
        let sources = model.sources();
        for place in self.written.keys().filter(|place| !sources.contains_key(*place)) {
            fs::remove_file(root.join(place)).expect("a file to remove");
        }
        let changed = sources.iter().filter(|(place, text)| self.written.get(*place) != Some(text));
        support::write(&root, changed.map(|(place, text)| (place.as_str(), text.as_slice())));
        self.written = sources;
        self.request.today = Today::Day(model.today);
        self.request.overrides.drafts = model.drafts;
        self.request.overrides.future = model.future;
        let before = self.output();
        let report = support::build(&self.request);
        if report.diagnostics.has_errors() {
            let messages = support::messages(&report.diagnostics);
            assert!(model.may_fail(), "{what}: an error where nothing is wrong\n{messages}");
            assert!(before == self.output(), "{what}: an error, and another output");
            return false;
        }
        let mut found = BTreeSet::new();
        for (path, bytes) in &self.output() {
            words_of(path.as_bytes(), &mut found);
            words_of(bytes, &mut found);
        }
        let wanted = model.public_words();
        let (leaked, lost) = (found.difference(&wanted), wanted.difference(&found));
        let whose = |word: &String| {
            let holds = |(place, text): &(&String, &Vec<u8>)| {
                place.contains(word) || String::from_utf8_lossy(text).contains(word)
            };
            self.written.iter().find(holds).map_or_else(
                || word.clone(),
                |(place, text)| format!("{word} of {place}:\n{}", String::from_utf8_lossy(text)),
            )
        };
        let leaked: Vec<String> = leaked.map(whose).collect();
        let lost: Vec<String> = lost.map(whose).collect();
        assert!(leaked.is_empty(), "{what}: withheld, but in the output: {}", leaked.join("\n"));
        assert!(lost.is_empty(), "{what}: public, but not in the output: {}", lost.join("\n"));
        true
    }

    fn output(&self) -> Tree {
        support::read_tree(&self.request.root.join("public"))
    }
}

/// How many sites are tried: enough for everyday use, or as many as `SEQUENCES` says.
fn sequences() -> u32 {
    std::env::var("SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: sequences(),
        max_shrink_iters: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_withheld_leaves_no_trace(
        first in prop::collection::vec(dice(), places().len()),
        edits in prop::collection::vec(prop::collection::vec(edit(), 1..4), 0..4),
    ) {
        let mut model = Model::new(&first);
        let mut site = Site::new();
        let mut good = site.build(&model, "the first build");
        for edits in &edits {
            for edit in edits {
                model.apply(edit);
            }
            good = site.build(&model, &format!("after {edits:?}"));
        }
        if good && !edits.is_empty() {
            let mut clean = Site::new();
            prop_assert!(clean.build(&model, "a clean build"));
            let difference = support::difference(&clean.output(), &site.output());
            prop_assert!(difference.is_empty(), "- clean, + after edits\n{}", difference);
        }
    }
}
