//! Languages: dates in words, alphabetical order, plurals and direction, using ICU.
//!
//! ICU data is compiled in, so that the result does not depend on the machine, its locale or its
//! time zone. Formatters and collators are built once per [`Locale`], when first needed, and shared
//! by its clones.

mod dates;
mod letters;
mod tables;

use std::fmt;
use std::sync::{Arc, OnceLock};

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::{LanguageIdentifier, Locale as IcuLocale};
use icu_plurals::{PluralCategory, PluralRules};
use jiff::civil;

use dates::Dates;
use letters::Alphabet;
use tables::Script;

/// A language that ICU has data for. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Locale(Arc<Inner>);

struct Inner {
    code: String,
    icu: IcuLocale,
    script: Script,
    dates: Dates,
    collator: CollatorBorrowed<'static>,
    /// Compares letters, ignoring case and diacritics.
    primary: CollatorBorrowed<'static>,
    plurals: PluralRules,
    alphabet: OnceLock<Alphabet>,
}

/// The form in which a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DateLength {
    /// "Friday, 17 August 1945".
    Full,
    /// "17 August 1945".
    #[default]
    Long,
    /// "17 Aug 1945".
    Medium,
    /// "17/08/1945".
    Short,
    /// "August 1945".
    Month,
    /// "1945".
    Year,
}

/// Whether a text is the code of a language that there is data for, as people write it: `id`,
/// `pt-BR`.
pub(crate) fn is_code(text: &str) -> bool {
    let language = text.split('-').next().unwrap_or("");
    language.bytes().all(|b| b.is_ascii_lowercase())
        && text
            .parse::<LanguageIdentifier>()
            .is_ok_and(|id| tables::data_language(id.language).is_some())
}

/// Whether the code of a language also means something else: a word, a Roman numeral, a file
/// extension.
pub(crate) fn is_ambiguous(code: &str) -> bool {
    tables::is_ambiguous(code)
}

impl Locale {
    /// The language of a BCP 47 code; `None` if the code is malformed or names a language without
    /// data.
    ///
    /// Regions and scripts without data of their own are accepted and use those of the language
    /// (`en-ID` → `en`). The languages of Indonesia that CLDR lacks use Indonesian dates.
    pub(crate) fn new(code: &str) -> Option<Self> {
        let mut icu: IcuLocale = code.parse().ok()?;
        icu.id.language = tables::data_language(icu.id.language)?;
        let script = tables::script(&icu.id);
        let mut dates = Dates::default();
        if !dates.have_months(&icu) {
            icu.id = icu.id.language.into();
            dates = Dates::default();
        }
        let mut prefs = CollatorPreferences::from(&icu);
        // "Part 2" comes before "Part 10".
        prefs.numeric_ordering = Some(CollationNumericOrdering::True);
        let mut letters_only = CollatorOptions::default();
        letters_only.strength = Some(Strength::Primary);
        let inner = Inner {
            code: code.to_owned(),
            script,
            dates,
            collator: Collator::try_new(prefs, CollatorOptions::default()).ok()?,
            primary: Collator::try_new(prefs, letters_only).ok()?,
            plurals: PluralRules::try_new_cardinal((&icu).into()).ok()?,
            alphabet: OnceLock::new(),
            icu,
        };
        Some(Locale(Arc::new(inner)))
    }

    /// `ltr` or `rtl`.
    pub(crate) fn direction(&self) -> &'static str {
        if self.0.script == Script::RightToLeft { "rtl" } else { "ltr" }
    }

    /// Language and territory as Open Graph writes them: `id_ID`, `pt_BR`. If the code names no
    /// territory, it is the one with the most readers; `None` if that is not known.
    pub(crate) fn with_territory(&self) -> Option<String> {
        let mut parts = self.0.code.split('-');
        let language = parts.next()?.to_ascii_lowercase();
        let is_territory = |p: &&str| p.len() == 2 && p.bytes().all(|b| b.is_ascii_alphabetic());
        match parts.find(is_territory) {
            Some(territory) => Some(format!("{language}_{}", territory.to_ascii_uppercase())),
            None => tables::most_used(&language).map(str::to_owned),
        }
    }

    /// A date in words, always in the Gregorian calendar. Years have all their digits; those before
    /// 100 have their era.
    pub(crate) fn date(&self, date: civil::Date, length: DateLength) -> String {
        self.0.dates.format(&self.0.icu, date, length)
    }

    /// What the bytes of [`Locale::sort_key`] must say.
    #[cfg(test)]
    pub(crate) fn compare(&self, a: &str, b: &str) -> std::cmp::Ordering {
        let collator = &self.0.collator;
        collator.compare(letters::skip_marks(a), letters::skip_marks(b)).then_with(|| a.cmp(b))
    }

    /// A key whose byte order is the alphabetical order in this language; equal only if the texts
    /// are the same.
    ///
    /// Leading punctuation does not count (“Hujan” is under H), and numbers are compared by value.
    pub(crate) fn sort_key(&self, text: &str) -> Vec<u8> {
        let mut key = Vec::with_capacity(text.len() * 3);
        let Ok(()) = self.0.collator.write_sort_key_to(letters::skip_marks(text), &mut key);
        // ICU's keys contain no zero byte, so a shorter key still comes before those that begin
        // with it.
        key.push(0);
        key.extend_from_slice(text.as_bytes());
        key
    }

    /// The heading for a name in an A–Z index: its first letter, without diacritics unless this
    /// language counts them as separate letters; `#` for a name without a letter and, in a language
    /// of Latin script, for names in other scripts.
    ///
    /// To keep names with one heading together, sort by the heading, then by the name: in some
    /// languages they are not neighbours in alphabetical order (Czech names with Ch, names in other
    /// scripts).
    pub(crate) fn index_letter(&self, name: &str) -> String {
        letters::heading(self, name)
    }

    /// The plural category of a count: `zero`, `one`, `two`, `few`, `many` or `other`.
    pub(crate) fn plural(&self, count: u64) -> &'static str {
        match self.0.plurals.category_for(count) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Locale").field(&self.0.code).finish()
    }
}

#[cfg(test)]
mod tests;
