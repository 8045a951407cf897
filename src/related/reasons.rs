//! What two posts share → why they belong together, in words that both use.
//!
//! In: the words that make two texts alike ([`SharedWord`]), how each text writes its words
//! ([`crate::analysis::Spellings`]), and their front matter. Out: at most three [`Reason`]s. Most
//! shared words make no good reason, so a word must stand out: in a title or heading, or repeatedly
//! in both texts. None at all is better than a bad one.

use super::posts::terms_in;
use super::{Neighbour, Reason, SharedWord};
use crate::analysis::{Analysers, Features, Spelling};
use crate::base::locale::DateLength;
use crate::base::{Map, Set};
use crate::config::{BuiltIn, LanguageId};
use crate::site::{DocId, Site, TermId};

/// The most reasons for a pair of posts: nobody would read more.
pub(crate) const MOST_REASONS: usize = 3;

/// A word that is a name, or that stands in a title or heading, counts so much more.
pub(super) const STANDS_OUT: f32 = 1.5;

/// What counts so much less than the first is left out.
const LEAST: f32 = 0.2;

/// The longest run of characters that is shown of a script without spaces between words.
const LONGEST_RUN: usize = 16;

/// Why a post is shown beside another.
pub(super) struct Why {
    pub(super) reasons: Vec<Reason>,
    /// Whether they share something that could be named; the title of the other may say it already.
    pub(super) is_named: bool,
}

/// What is known about the words of a site.
pub(super) struct Words<'a> {
    site: &'a Site,
    /// For each term the words of its name.
    names: Vec<Vec<u64>>,
    /// For each language the words that say nothing: stop words, and the names of days and months.
    empty: Map<LanguageId, Set<u64>>,
    /// For each language how many posts it has.
    posts: Map<LanguageId, usize>,
}

impl<'a> Words<'a> {
    /// `posts` are those that are compared.
    pub(super) fn of(site: &'a Site, posts: &[DocId]) -> Self {
        let mut counts: Map<LanguageId, usize> = Map::default();
        for id in posts {
            *counts.entry(site.document(*id).language).or_default() += 1;
        }
        let mut analysers = Analysers::default();
        let mut keys = |language: LanguageId, text: &str| {
            analysers.of(&site.config.languages[language].code).title(text)
        };
        let empty = counts.keys().map(|language| {
            let of_site = &site.config.languages[*language];
            let locale = &of_site.locale;
            let base = of_site.code.split('-').next().unwrap_or_default();
            let stop = stop_words::lookup(base).unwrap_or_default().iter().copied();
            let days = (1..=12).map(|month| jiff::civil::date(2023, month, 15));
            let week = (1..=7).map(|day| jiff::civil::date(2023, 1, day));
            let words = days.chain(week).flat_map(|day| {
                [DateLength::Full, DateLength::Medium].map(|length| locale.date(day, length))
            });
            let words: Vec<String> = words.collect();
            let words = words.iter().map(String::as_str).chain(stop);
            (*language, words.flat_map(|words| keys(*language, words)).collect())
        });
        let empty = empty.collect();
        let names = site.terms.iter().map(|term| keys(term.language, &term.name)).collect();
        Words { site, names, empty, posts: counts }
    }

    /// The words of a term's name.
    pub(super) fn name(&self, term: TermId) -> &[u64] {
        &self.names[term.0]
    }

    /// The words of a language that say nothing: stop words, and the names of days and months.
    pub(super) fn empty(&self, language: LanguageId) -> Option<&Set<u64>> {
        self.empty.get(&language)
    }

    /// Why one post is shown beside another.
    pub(super) fn reasons(&self, post: DocId, other: DocId, found: &Neighbour) -> Why {
        let mut reasons: Vec<Reason> = Vec::new();
        let mut said: Vec<u64> = self.features(other).title.clone();
        for id in self.terms(post, other) {
            let term = &self.site.terms[id.0];
            // A tag and a category may have the same name.
            let names = &self.names[id.0];
            if !names.is_empty()
                && !reasons.is_empty()
                && names.iter().all(|key| said.contains(key))
            {
                continue;
            }
            reasons.push(match self.site.built_in(term) {
                Some(BuiltIn::Series) => Reason::Series(id),
                Some(BuiltIn::People) => Reason::Person(id),
                _ => Reason::Term(id),
            });
            said.extend(&self.names[id.0]);
        }
        reasons.truncate(MOST_REASONS);
        let is_said = self.words(post, other, &found.words, said, &mut reasons);
        let is_named = is_said || !reasons.is_empty();
        if reasons.is_empty() {
            let author = terms_in(self.site, post, BuiltIn::Authors);
            let mut author = author.filter(|id| {
                self.site.document(other).terms.contains(id) && !self.is_common(post, *id)
            });
            reasons.extend(author.next().map(Reason::Author));
            reasons.extend(found.is_cited.then_some(Reason::Cited));
            reasons.truncate(1);
        }
        Why { reasons, is_named }
    }

    fn features(&self, post: DocId) -> &'a Features {
        &self.site.document(post).doc.features
    }

    /// Whether more than half of the posts have a term: then it says nothing. On a site of eight
    /// posts or fewer, four may have it.
    fn is_common(&self, post: DocId, term: TermId) -> bool {
        let all = self.posts.get(&self.site.document(post).language).copied().unwrap_or(0);
        self.site.terms[term.0].pages.len() * 2 > all.max(8)
    }

    /// The terms that both have, if they say something: series, then people, then others, of each
    /// the rarest first.
    fn terms(&self, post: DocId, other: DocId) -> Vec<TermId> {
        let says = |id: &TermId| {
            let term = &self.site.terms[id.0];
            let rank = match self.site.built_in(term) {
                Some(BuiltIn::Series) => 0,
                Some(BuiltIn::People) => 1,
                Some(BuiltIn::Authors) => return None,
                _ if self.is_common(post, *id) => return None,
                _ => 2,
            };
            Some((rank, term.pages.len(), *id))
        };
        let theirs = &self.site.document(other).terms;
        let shared = self.site.document(post).terms.iter().filter(|id| theirs.contains(id));
        let mut shared: Vec<(u8, usize, TermId)> = shared.filter_map(says).collect();
        shared.sort_unstable();
        shared.into_iter().map(|(_, _, id)| id).collect()
    }

    /// Adds words and phrases that both texts have, without those whose words were `said`; returns
    /// whether there were such.
    fn words(
        &self,
        post: DocId,
        other: DocId,
        shared: &[SharedWord],
        mut said: Vec<u64>,
        reasons: &mut Vec<Reason>,
    ) -> bool {
        let language = self.site.document(post).language;
        let empty = self.empty.get(&language);
        let (one, two) = (self.features(post), self.features(other));
        let mut found: Vec<(f32, SharedWord, Spelling<'_>)> = shared
            .iter()
            .filter(|word| empty.is_none_or(|empty| !empty.contains(&word.key)))
            .filter_map(|word| {
                let spelling = spelling(one, two, word.key)?;
                let name = if spelling.is_name { STANDS_OUT } else { 1.0 };
                let head = if spelling.in_head { STANDS_OUT } else { 1.0 };
                Some((word.part * name * head, *word, spelling))
            })
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.key.cmp(&b.1.key)));
        let mut is_named = false;
        let mut first = None;
        for (weight, word, spelling) in found {
            if reasons.len() >= MOST_REASONS || weight < *first.get_or_insert(weight) * LEAST {
                break;
            }
            if said.contains(&word.key) {
                is_named = true;
                continue;
            }
            if spelling.is_unspaced {
                if let Some(run) = self.run(post, other, spelling.text) {
                    said.extend(pairs_of(&run, language, self.site));
                    reasons.push(Reason::Word(run.into()));
                }
                continue;
            }
            let grown = phrase(one, two, word.key);
            let grown = grown.filter(|(keys, _)| !keys.iter().any(|key| said.contains(key)));
            let (keys, text) = grown.unwrap_or(([word.key; 2], spelling.text));
            said.extend(keys);
            reasons.push(Reason::Word(text.into()));
        }
        is_named
    }

    /// The longest run of characters around two of them that both texts have, if the title of the
    /// other does not have it.
    fn run(&self, post: DocId, other: DocId, pair: &str) -> Option<String> {
        let text = |id: DocId| {
            let document = self.site.document(id);
            format!("{}\n{}", document.title, document.doc.body.text())
        };
        let (one, two) = (text(post), text(other));
        let places = |text: &str| -> Vec<usize> {
            text.match_indices(pair).take(8).map(|(at, _)| at).collect()
        };
        let (ours, theirs) = (places(&one), places(&two));
        let mut longest = "";
        for a in &ours {
            for b in &theirs {
                let run = common_run(&one, *a, &two, *b, pair.len());
                if run.chars().count() > longest.chars().count() {
                    longest = run;
                }
            }
        }
        let title = &self.site.document(other).title;
        let length = longest.chars().count();
        ((2..=LONGEST_RUN).contains(&length) && !title.contains(longest))
            .then(|| longest.to_owned())
    }
}

/// How a word that two posts share is written, if it stands out: in the title or a heading of one
/// of them, or more than once in both.
fn spelling<'a>(one: &'a Features, two: &'a Features, key: u64) -> Option<Spelling<'a>> {
    let (a, b) = (one.spellings.word(key), two.spellings.word(key));
    let (best, in_head, is_name) = match (a, b) {
        (Some(a), Some(b)) => {
            let best = if b.uses > a.uses { b } else { a };
            (best, a.in_head || b.in_head, a.is_name || b.is_name)
        }
        (Some(only), None) | (None, Some(only)) if only.in_head => (only, true, only.is_name),
        _ => return None,
    };
    let uses = a.map_or(1, |a| a.uses).min(b.map_or(1, |b| b.uses));
    (in_head || uses > 1).then_some(Spelling { in_head, is_name, ..best })
}

/// Two words side by side that hold at least half of a word's uses in both posts: three together, or
/// in a title or heading.
fn phrase<'a>(one: &'a Features, two: &'a Features, key: u64) -> Option<([u64; 2], &'a str)> {
    let mut best: Option<(u32, [u64; 2], &str)> = None;
    let all = one.spellings.phrases().chain(two.spellings.phrases());
    for (first, second) in all.filter(|(a, b)| *a == key || *b == key) {
        let found = [one, two].map(|features| features.spellings.phrase(first, second));
        let [Some(ours), Some(theirs)] = [0, 1].map(|at| {
            let features = [one, two][at];
            found[at].map(|phrase| phrase.uses).or_else(|| features.uses_of_pair(first, second))
        }) else {
            continue;
        };
        let half = |features: &Features, uses: u32| {
            features.spellings.word(key).is_none_or(|word| uses * 2 >= word.uses)
        };
        let in_head = found.iter().flatten().any(|phrase| phrase.in_head);
        let uses = ours + theirs;
        if half(one, ours)
            && half(two, theirs)
            && (uses > 2 || in_head)
            && best.is_none_or(|best| uses > best.0)
            && let Some(usual) = found.iter().flatten().max_by_key(|phrase| phrase.uses)
        {
            best = Some((uses, [first, second], usual.text));
        }
    }
    best.map(|(_, keys, text)| (keys, text))
}

/// The run of letters around a common part that two texts share.
fn common_run<'a>(one: &'a str, a: usize, two: &str, b: usize, common: usize) -> &'a str {
    let letter = |c: &char| c.is_alphabetic() && crate::base::text::is_unspaced(*c);
    let before = one[..a].chars().rev().zip(two[..b].chars().rev());
    let before = before.take_while(|(x, y)| x == y && letter(x)).map(|(x, _)| x.len_utf8());
    let (end, other_end) = (a + common, b + common);
    let after = one[end..].chars().zip(two[other_end..].chars());
    let after = after.take_while(|(x, y)| x == y && letter(x)).map(|(x, _)| x.len_utf8());
    &one[a - before.sum::<usize>()..end + after.sum::<usize>()]
}

/// The keys of the pairs of characters in a run.
fn pairs_of(run: &str, language: LanguageId, site: &Site) -> Vec<u64> {
    Analysers::default().of(&site.config.languages[language].code).title(run)
}
