//! Headings of an A–Z index.
//!
//! The letters of a language are derived from its collation: two letters that differ at the primary
//! level each have a heading ("Å" and "A" in Swedish), others share the plainest one ("É" and "E"
//! in French). CLDR's own lists of index letters are not among ICU4X's compiled data.

use icu_collator::CollatorBorrowed;
use unicode_normalization::UnicodeNormalization;

use super::tables::Script;
use super::{Inner, Locale};

/// The heading for names without a letter, and for other scripts in a Latin index.
const OTHER: &str = "#";

/// Groups of letters that count as one, for languages whose dictionaries give them a heading.
const GROUPS: [(&str, &[(&str, &str)]); 13] = [
    ("bs", &[("dž", "Dž"), ("lj", "Lj"), ("nj", "Nj")]),
    ("cs", &[("ch", "Ch")]),
    (
        "cy",
        &[
            ("ch", "Ch"),
            ("dd", "Dd"),
            ("ff", "Ff"),
            ("ll", "Ll"),
            ("ph", "Ph"),
            ("rh", "Rh"),
            ("th", "Th"),
        ],
    ),
    ("da", &[("aa", "Å")]),
    ("hr", &[("dž", "Dž"), ("lj", "Lj"), ("nj", "Nj")]),
    (
        "hu",
        &[
            ("cs", "Cs"),
            ("dzs", "Dzs"),
            ("dz", "Dz"),
            ("gy", "Gy"),
            ("ly", "Ly"),
            ("ny", "Ny"),
            ("sz", "Sz"),
            ("ty", "Ty"),
            ("zs", "Zs"),
        ],
    ),
    ("mt", &[("għ", "Għ")]),
    ("nb", &[("aa", "Å")]),
    ("nn", &[("aa", "Å")]),
    ("no", &[("aa", "Å")]),
    (
        "sq",
        &[
            ("dh", "Dh"),
            ("gj", "Gj"),
            ("ll", "Ll"),
            ("nj", "Nj"),
            ("rr", "Rr"),
            ("sh", "Sh"),
            ("th", "Th"),
            ("xh", "Xh"),
            ("zh", "Zh"),
        ],
    ),
    ("sr", &[("dž", "Dž"), ("lj", "Lj"), ("nj", "Nj")]),
    ("sk", &[("ch", "Ch")]),
];

/// The text from its first letter or digit; all of it if it has none.
pub(super) fn skip_marks(text: &str) -> &str {
    let rest = text.trim_start_matches(|c| !counts(c));
    if rest.is_empty() { text } else { rest }
}

/// Letters and digits, but not modifier letters: the ʿ of "ʿAlī" is written like a quotation mark.
fn counts(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{2b0}'..='\u{2ff}' | '\u{640}')
}

pub(super) fn heading(locale: &Locale, name: &str) -> String {
    let inner = &*locale.0;
    let language = inner.icu.id.language.as_str();
    let start: String = name.nfkc().skip_while(|c| !counts(*c)).take(4).collect();
    let mut chars = start.chars();
    let Some(mut first) = chars.next().filter(|c| !c.is_numeric()) else {
        return OTHER.to_owned();
    };
    if inner.script == Script::Latin && !is_latin(first) {
        return OTHER.to_owned();
    }
    if let Some(group) = group(language, &start) {
        return group.to_owned();
    }
    // Thai and Lao write some vowels before the consonant under which names are looked up.
    if matches!(first, '\u{e40}'..='\u{e44}' | '\u{ec0}'..='\u{ec4}') {
        first = chars.next().unwrap_or(first);
    }
    let capital = capital(first, language);
    if capital.is_ascii() {
        return capital.to_string();
    }
    if let Some(initial) = hangul_initial(capital) {
        return initial.to_string();
    }
    let alphabet = inner.alphabet.get_or_init(|| Alphabet::new(inner));
    alphabet.heading(&inner.primary, capital).to_string()
}

fn group(language: &str, start: &str) -> Option<&'static str> {
    let (_, groups) = GROUPS.iter().find(|(code, _)| *code == language)?;
    let lower = start.to_lowercase();
    groups.iter().find(|(letters, _)| lower.starts_with(letters)).map(|(_, heading)| *heading)
}

fn capital(c: char, language: &str) -> char {
    match c {
        'i' if matches!(language, "tr" | "az") => 'İ',
        // Georgian capitals are only for text all in capitals.
        '\u{10d0}'..='\u{10ff}' => c,
        _ => c.to_uppercase().next().unwrap_or(c),
    }
}

/// The first letter of a Hangul syllable; doubled letters are listed under the single ones.
fn hangul_initial(c: char) -> Option<char> {
    let syllable = u32::from(c).checked_sub(0xAC00).filter(|n| *n < 11_172)?;
    "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ".chars().nth((syllable / 588) as usize)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{2af}' | '\u{1d00}'..='\u{1dbf}'
            | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}'
            | '\u{ab30}'..='\u{ab6f}')
}

/// For letters that a language sorts as one: the primary sort key and the plainest letter that has
/// it, sorted by key.
pub(super) struct Alphabet(Vec<(Vec<u8>, char)>);

impl Alphabet {
    fn new(inner: &Inner) -> Self {
        let collator = &inner.primary;
        let mut letters: Vec<(Vec<u8>, char)> = candidates()
            .filter(|c| base(collator, *c) == *c)
            .map(|c| (primary(collator, c), c))
            .collect();
        let order = |a: char, b: char| {
            inner.collator.compare(a.encode_utf8(&mut [0; 4]), b.encode_utf8(&mut [0; 4]))
        };
        letters.sort_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| order(a.1, b.1)).then_with(|| a.1.cmp(&b.1))
        });
        letters.dedup_by(|later, first| later.0 == first.0);
        Alphabet(letters)
    }

    fn heading(&self, collator: &CollatorBorrowed<'static>, c: char) -> char {
        let c = base(collator, c);
        let key = primary(collator, c);
        match self.0.binary_search_by(|(known, _)| known.cmp(&key)) {
            Ok(at) => self.0[at].1,
            Err(_) => c,
        }
    }
}

/// The letter without its diacritics if the language sorts it there ("É" as "E"), or the first of
/// the letters that spell it ("Æ" as "AE"); otherwise the letter itself.
fn base(collator: &CollatorBorrowed<'static>, c: char) -> char {
    let key = primary(collator, c);
    let spelt = deunicode::deunicode_char(c).and_then(|spelt| spelt.chars().next());
    [c.nfd().next(), spelt]
        .into_iter()
        .flatten()
        .find(|base| *base != c && key.starts_with(&primary(collator, *base)))
        .map_or(c, |base| capital(base, ""))
}

/// Letters that may represent others. The scripts left out have no case or diacritics for headings
/// to hide.
fn candidates() -> impl Iterator<Item = char> {
    let cased = ['A'..='Z', 'À'..='\u{24f}', '\u{370}'..='\u{556}', '\u{1e00}'..='\u{1fff}'];
    let hebrew_and_arabic = ['א'..='ת', 'ا'..='ي', 'ٹ'..='\u{6d3}'];
    let kana = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん";
    cased
        .into_iter()
        .flatten()
        .filter(|c| c.is_uppercase())
        .chain(hebrew_and_arabic.into_iter().flatten())
        .chain(kana.chars())
}

fn primary(collator: &CollatorBorrowed<'static>, c: char) -> Vec<u8> {
    let mut key = Vec::new();
    let Ok(()) = collator.write_sort_key_to(c.encode_utf8(&mut [0; 4]), &mut key);
    key
}
