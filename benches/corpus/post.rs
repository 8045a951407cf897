//! What is known about each post before its text is written: title, date, topics, people, tags.
//!
//! All of it is drawn in one pass, so that texts can link to any other post.

use super::rng::{Rng, Zipf};
use super::words;

/// The streams of random numbers, one for each purpose.
const VOCABULARY: u64 = 1;
const TOPICS: u64 = 2;
const NAMES: u64 = 3;
const POSTS: u64 = 1 << 32;

const VOCABULARY_SIZE: usize = 30_000;
const TOPIC_WORDS: usize = 120;
/// Topics draw their words from below this rank: the words above are "the", "of", "and".
const FUNCTION_WORDS: usize = 200;
const FIRST_YEAR: usize = 2010;
const YEARS: usize = 15;
pub const CATEGORIES: usize = 12;

/// A subject that posts are about: its words, tags and people are over-represented in them.
pub struct Topic {
    pub words: Vec<usize>,
    tags: Vec<usize>,
    category: usize,
    /// The posts about it.
    pub posts: Vec<usize>,
}

/// One post, without its text. Numbers point into the lists of [`World`].
pub struct Post {
    pub slug: String,
    pub title: String,
    pub date: String,
    pub topics: Vec<usize>,
    pub tags: Vec<usize>,
    pub people: Vec<usize>,
    pub category: usize,
    pub keywords: Vec<usize>,
}

/// Everything that texts draw from.
pub struct World {
    pub words: Vec<String>,
    pub word_law: Zipf,
    pub topics: Vec<Topic>,
    pub topic_law: Zipf,
    pub tags: Vec<String>,
    pub people: Vec<String>,
    pub categories: Vec<String>,
    pub posts: Vec<Post>,
}

impl World {
    /// The world of a site of `count` posts.
    pub fn new(seed: u64, count: usize) -> World {
        let names = &mut Rng::new(seed, NAMES);
        let tags = words::labels(names, 2 * count.isqrt().max(5));
        let mut world = World {
            words: words::vocabulary(&mut Rng::new(seed, VOCABULARY), VOCABULARY_SIZE),
            word_law: Zipf::new(VOCABULARY_SIZE, 2.7),
            topics: topics(&mut Rng::new(seed, TOPICS), count, tags.len()),
            topic_law: Zipf::new(TOPIC_WORDS, 5.0),
            people: words::people(names, (count / 5).max(5)),
            categories: words::labels(names, CATEGORIES),
            tags,
            posts: Vec::with_capacity(count),
        };
        let laws = Laws::new(&world);
        for index in 0..count {
            let rng = &mut Rng::new(seed, POSTS + index as u64);
            let post = world.post(rng, &laws, index);
            for &topic in &post.topics {
                world.topics[topic].posts.push(index);
            }
            world.posts.push(post);
        }
        world
    }

    fn post(&self, rng: &mut Rng, laws: &Laws, index: usize) -> Post {
        let mut topics = vec![laws.topics.draw(rng)];
        if rng.one_in(2) {
            push_new(&mut topics, laws.topics.draw(rng));
        }
        let people = self.draw_people(rng, &topics);
        let title = self.title(rng, &topics, &people);
        let own_category = self.topics[topics[0]].category;
        Post {
            slug: format!("{}-{}", words::slug(&title), index + 1),
            date: date(rng),
            tags: self.draw_tags(rng, laws, &topics),
            category: if rng.one_in(4) { rng.below(CATEGORIES) } else { own_category },
            keywords: self.draw_keywords(rng, &topics),
            title,
            topics,
            people,
        }
    }

    /// Two to four tags, half of them from the topics.
    fn draw_tags(&self, rng: &mut Rng, laws: &Laws, topics: &[usize]) -> Vec<usize> {
        let mut tags = Vec::new();
        for _ in 0..rng.between(2, 4) {
            let tag = if rng.one_in(2) {
                laws.tags.draw(rng)
            } else {
                let topic = rng.pick(topics);
                rng.pick(&self.topics[topic].tags)
            };
            push_new(&mut tags, tag);
        }
        tags
    }

    /// One to three people. Person `p` belongs to topic `p % topics`.
    fn draw_people(&self, rng: &mut Rng, topics: &[usize]) -> Vec<usize> {
        let mut people = Vec::new();
        for _ in 0..rng.between(1, 3) {
            let mut person = rng.below(self.people.len());
            if !rng.one_in(4) {
                person -= person % self.topics.len();
                person = (person + rng.pick(topics)) % self.people.len();
            }
            push_new(&mut people, person);
        }
        people
    }

    /// Three to five words that a careful author would give as keywords.
    fn draw_keywords(&self, rng: &mut Rng, topics: &[usize]) -> Vec<usize> {
        let mut keywords = Vec::new();
        for _ in 0..rng.between(3, 5) {
            push_new(&mut keywords, self.topic_word(rng, topics));
        }
        keywords
    }

    fn title(&self, rng: &mut Rng, topics: &[usize], people: &[usize]) -> String {
        let mut title = words::capital(&self.words[self.topic_word(rng, topics)]);
        for _ in 0..rng.between(2, 4) {
            title.push(' ');
            title.push_str(self.word(rng, topics));
        }
        if rng.one_in(3) {
            title.push(' ');
            title.push_str(&self.people[people[0]]);
        }
        title
    }

    fn topic_word(&self, rng: &mut Rng, topics: &[usize]) -> usize {
        let topic = &self.topics[rng.pick(topics)];
        topic.words[self.topic_law.draw(rng)]
    }

    /// A word of running text: one in four comes from a topic.
    pub fn word(&self, rng: &mut Rng, topics: &[usize]) -> &str {
        let word =
            if rng.one_in(4) { self.topic_word(rng, topics) } else { self.word_law.draw(rng) };
        &self.words[word]
    }
}

/// The laws that only the first pass needs.
struct Laws {
    topics: Zipf,
    tags: Zipf,
}

impl Laws {
    fn new(world: &World) -> Laws {
        Laws { topics: Zipf::new(world.topics.len(), 20.0), tags: Zipf::new(world.tags.len(), 4.0) }
    }
}

/// About a hundred topics; fewer on small sites, so that each has some posts.
fn topics(rng: &mut Rng, posts: usize, tags: usize) -> Vec<Topic> {
    let topic = |rng: &mut Rng| Topic {
        words: (0..TOPIC_WORDS).map(|_| rng.between(FUNCTION_WORDS, VOCABULARY_SIZE - 1)).collect(),
        tags: (0..5).map(|_| rng.below(tags)).collect(),
        category: rng.below(CATEGORIES),
        posts: Vec::new(),
    };
    let count = (posts / 20).clamp(10, 100);
    (0..count).map(|_| topic(rng)).collect()
}

/// A moment in one of the fifteen years, as TOML writes it.
fn date(rng: &mut Rng) -> String {
    let (year, month, day) =
        (FIRST_YEAR + rng.below(YEARS), rng.between(1, 12), rng.between(1, 28));
    let (hour, minute, second) = (rng.below(24), rng.below(60), rng.below(60));
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
