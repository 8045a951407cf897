//! Posts without tags → tags that the site has already, and words that could be tags.
//!
//! In: what each listed post is about, and the tags of the others. Out: suggestions, made only when
//! they are asked for. A word must say something about this post that it does not say about most;
//! none at all is better than a bad one.

use rayon::prelude::*;

use super::languages;
use super::nearest::{Index, Near};
use super::posts::{entries, terms_in};
use super::reasons::{STANDS_OUT, Words};
use super::statistics::Statistics;
use crate::analysis::{Features, Spelling};
use crate::base::{Map, Set};
use crate::config::{BuiltIn, LanguageId};
use crate::site::{DocId, Gathering, Site, TermId};

/// The most that is suggested for a post: nobody wants more tags.
const MOST: usize = 5;

/// Of how many of the nearest posts the tags are counted. On the demo, without the tags of one post
/// at a time, five of them propose 54 of 93 tags again and 29 wrong ones, eight 46 and 24.
const NEAREST: usize = 5;

/// How many of these must have a tag: one says nothing about what is usual.
const LEAST_VOTERS: usize = 2;

/// A tag whose words a text has less often is not what it is about.
const LEAST_USES: u32 = 3;

/// The idf of what half of all posts have: the logarithm of 2.
const HALF: f32 = std::f32::consts::LN_2;

/// A word that no other post has cannot gather any, and counts so much less.
const ALONE: f32 = 0.5;

/// What counts so much less than the first is left out.
const LEAST: f32 = 0.4;

/// What suits a post that has no tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keywords {
    pub(crate) post: DocId,
    /// Tags that the site has, the best first.
    pub(crate) tags: Vec<TermId>,
    /// Words and phrases as the post writes them.
    pub(crate) words: Vec<String>,
}

/// What is known about the posts of one language.
struct Texts<'a> {
    site: &'a Site,
    words: &'a Words<'a>,
    posts: Vec<DocId>,
    statistics: Statistics,
    near: Vec<Vec<Near>>,
    /// The tags of each post.
    tags: Vec<Vec<TermId>>,
    /// Tags by one of the words of their names.
    named: Map<u64, Vec<TermId>>,
    /// Words that say nothing.
    empty: Option<&'a Set<u64>>,
}

/// Keywords for each listed post without tags, by path.
pub(crate) fn keywords(site: &Site) -> Vec<Keywords> {
    let posts = listed(site);
    let entries = entries(site, &posts);
    let words = Words::of(site, &posts);
    let mut found: Vec<Keywords> = Vec::new();
    for members in languages(&entries) {
        let here: Vec<_> = members.iter().map(|at| &entries[*at]).collect();
        let posts: Vec<DocId> = members.iter().map(|at| posts[*at]).collect();
        let tags: Vec<Vec<TermId>> = posts.iter().map(|id| tags(site, *id)).collect();
        let bare: Vec<usize> = (0..posts.len()).filter(|at| tags[*at].is_empty()).collect();
        if bare.is_empty() {
            continue;
        }
        let statistics = Statistics::of(&here);
        let near = Index::of(&here, &statistics).nearest();
        let language = entries[members[0]].language;
        let named = named(site, &words, language);
        let empty = words.empty(language);
        let texts = Texts { site, words: &words, posts, statistics, near, tags, named, empty };
        found.par_extend(bare.into_par_iter().map(|at| texts.keywords(at)));
    }
    found.sort_by_key(|keywords| &site.document(keywords.post).doc.source.path);
    found
}

fn listed(site: &Site) -> Vec<DocId> {
    let ids = (0..site.documents.len()).map(DocId);
    ids.filter(|id| {
        let document = site.document(*id);
        document.is_post() && document.stands_in(Gathering::Lists)
    })
    .collect()
}

fn tags(site: &Site, id: DocId) -> Vec<TermId> {
    terms_in(site, id, BuiltIn::Tags).collect()
}

fn named(site: &Site, words: &Words<'_>, language: LanguageId) -> Map<u64, Vec<TermId>> {
    let mut named: Map<u64, Vec<TermId>> = Map::default();
    for (at, term) in site.terms.iter().enumerate() {
        let is_tag = site.built_in(term) == Some(BuiltIn::Tags);
        if is_tag
            && term.language == language
            && !term.pages.is_empty()
            && let Some(first) = words.name(TermId(at)).first()
        {
            named.entry(*first).or_default().push(TermId(at));
        }
    }
    named
}

impl Texts<'_> {
    fn keywords(&self, at: usize) -> Keywords {
        let post = self.posts[at];
        let tags = self.known(at);
        let own = &self.site.document(post).terms;
        let said = own.iter().chain(&tags).flat_map(|id| self.words.name(*id));
        let words = self.characteristic(post, said.copied().collect(), MOST - tags.len());
        Keywords { post, tags, words }
    }

    /// Tags of the site that the text has, or that most of the nearest posts have.
    fn known(&self, at: usize) -> Vec<TermId> {
        let features = &self.site.document(self.posts[at]).doc.features;
        let mut worth: Map<TermId, f32> = Map::default();
        let mut voters: Map<TermId, usize> = Map::default();
        let mut all = 0.0;
        let tagged = self.near[at].iter().filter(|near| !self.tags[near.post as usize].is_empty());
        for near in tagged.take(NEAREST) {
            let vote = near.cosine * near.cosine;
            all += vote;
            for tag in &self.tags[near.post as usize] {
                *worth.entry(*tag).or_default() += vote;
                *voters.entry(*tag).or_default() += 1;
            }
        }
        worth.retain(|tag, votes| voters[tag] >= LEAST_VOTERS && *votes * 2.0 > all);
        for votes in worth.values_mut() {
            *votes /= all;
        }
        for word in &features.words {
            for tag in self.named.get(&word.key()).into_iter().flatten() {
                let says = self.says(features, *tag);
                if says > 0.0 {
                    *worth.entry(*tag).or_default() += says;
                }
            }
        }
        let mut found: Vec<(TermId, f32)> = worth.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(MOST);
        found.into_iter().map(|(tag, _)| tag).collect()
    }

    /// How much a text is about a tag by its words, from 0 to 1: whether they are in the title, or
    /// how often they occur. Words that many texts have may be in any of them by chance.
    fn says(&self, features: &Features, tag: TermId) -> f32 {
        let name = self.words.name(tag);
        if let [only] = name
            && let Some(spelling) = features.spellings.word(*only)
            && !is_alike(spelling.text, &self.site.terms[tag.0].name)
        {
            return 0.0;
        }
        if name.iter().all(|word| features.title.binary_search(word).is_ok()) {
            return 1.0;
        }
        let uses = match name {
            [one, two] => {
                let uses = |a: u64, b: u64| features.uses_of_pair(a, b).unwrap_or(0);
                uses(*one, *two).max(uses(*two, *one))
            }
            _ => name.iter().map(|word| uses(features, *word)).min().unwrap_or(0),
        };
        let is_rare = name.iter().any(|word| self.is_rare(self.statistics.word(*word)));
        #[allow(clippy::cast_precision_loss)]
        let share = uses as f32 / (uses + LEAST_USES) as f32;
        if uses >= LEAST_USES && is_rare { share } else { 0.0 }
    }

    /// Words and phrases that are characteristic of a post, without those whose words were `said`.
    fn characteristic(&self, post: DocId, mut said: Vec<u64>, limit: usize) -> Vec<String> {
        let features = &self.site.document(post).doc.features;
        let spellings = &features.spellings;
        let mut found: Vec<(f32, u64, Spelling<'_>)> = spellings
            .words()
            .filter(|(key, _)| !self.says_nothing(*key))
            .filter_map(|(key, spelling)| Some((self.weight(key, spelling)?, key, spelling)))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut words: Vec<String> = Vec::new();
        let mut first = None;
        for (weight, key, spelling) in found {
            if words.len() >= limit || weight < *first.get_or_insert(weight) * LEAST {
                break;
            }
            if said.contains(&key) {
                continue;
            }
            let grown = self.phrase(features, key, spelling.uses);
            let grown = grown.filter(|(keys, _)| !keys.iter().any(|key| said.contains(key)));
            let (keys, text) = grown.unwrap_or(([key; 2], spelling.text));
            said.extend(keys);
            words.push(text.to_owned());
        }
        words
    }

    /// Two words side by side that hold at least half of a word's uses, if the other one says
    /// something as well.
    fn phrase<'a>(
        &self,
        features: &'a Features,
        key: u64,
        uses: u32,
    ) -> Option<([u64; 2], &'a str)> {
        let mut best: Option<(u32, [u64; 2], &str)> = None;
        let with = features.spellings.phrases().filter(|(a, b)| *a == key || *b == key);
        for (first, second) in with {
            let other = if first == key { second } else { first };
            if let Some(phrase) = features.spellings.phrase(first, second)
                && phrase.uses > 1
                && phrase.uses * 2 >= uses
                && best.is_none_or(|best| phrase.uses > best.0)
                && !phrase.text.contains(char::is_numeric)
                && !self.says_nothing(other)
                && self.statistics.idf(self.statistics.word(other)) >= HALF
            {
                best = Some((phrase.uses, [first, second], phrase.text));
            }
        }
        best.map(|(_, keys, text)| (keys, text))
    }

    /// Whether at most a fifth of the posts have a word; `None` is one that no other post has.
    fn is_rare(&self, word: Option<u32>) -> bool {
        word.is_none_or(|word| self.statistics.rare_words().contains(&word))
    }

    /// Whether a word says nothing in any text.
    fn says_nothing(&self, key: u64) -> bool {
        self.empty.is_some_and(|empty| empty.contains(&key))
    }

    /// How characteristic a word is; `None` if it is no keyword: of a script without spaces only
    /// pairs of characters are known, which may be halves of two words.
    fn weight(&self, key: u64, spelling: Spelling<'_>) -> Option<f32> {
        let word = self.statistics.word(key);
        if !self.is_rare(word)
            || spelling.is_unspaced
            || spelling.uses < 2
            || spelling.text.contains(char::is_numeric)
        {
            return None;
        }
        #[allow(clippy::cast_precision_loss)]
        let tf = 1.0 + libm::logf(spelling.uses as f32);
        let name = if spelling.is_name { STANDS_OUT } else { 1.0 };
        let head = if spelling.in_head { STANDS_OUT } else { 1.0 };
        let alone = if word.is_none() { ALONE } else { 1.0 };
        Some(tf * self.statistics.idf(word) * name * head * alone)
    }
}

/// How often a text has a word, about: one of the title counts several times.
fn uses(features: &Features, key: u64) -> u32 {
    let at = features.words.binary_search_by_key(&key, |word| word.key());
    at.map_or(0, |at| features.words[at].count() / 5)
}

/// Whether a word and a name of the same stem are forms of one word: `schools`, `school`, but not
/// `engine`, `engineering`.
fn is_alike(word: &str, name: &str) -> bool {
    word.chars().count().abs_diff(name.chars().count()) <= 2
}
