//! Dates, order, letters, plurals and directions of many languages.

use proptest::prelude::*;

use super::*;

fn locale(code: &str) -> Locale {
    Locale::new(code).unwrap_or_else(|| panic!("{code}"))
}

fn day(year: i16, month: i8, day: i8) -> civil::Date {
    civil::date(year, month, day)
}

const LENGTHS: [DateLength; 6] = [
    DateLength::Full,
    DateLength::Long,
    DateLength::Medium,
    DateLength::Short,
    DateLength::Month,
    DateLength::Year,
];

#[test]
fn codes() {
    for code in [
        "en",
        "id",
        "ms",
        "jv",
        "su",
        "ar",
        "fa",
        "he",
        "ru",
        "zh",
        "zh-Hant",
        "km",
        "ja",
        "pt-BR",
        "de",
        "fr",
        "nb",
        "iw",
        "in",
        "min",
        "sr-Latn",
        "en-ID",
        "EN",
        "pt-br",
        "fa-u-ca-persian",
    ] {
        assert_eq!(locale(code).0.code, code);
    }
    for code in [
        "xx",
        "english",
        "",
        "e",
        "en_US",
        "und",
        "root",
        "en-",
        " en",
        "x-foo",
        "i-klingon",
        "tlh",
        "en us",
        "en/../",
        "é",
    ] {
        assert!(Locale::new(code).is_none(), "{code}");
    }
}

#[test]
fn dates() {
    let independence = day(1945, 8, 17);
    for (code, expected) in [
        (
            "id",
            [
                "Jumat, 17 Agustus 1945",
                "17 Agustus 1945",
                "17 Agu 1945",
                "17/08/1945",
                "Agustus 1945",
                "1945",
            ],
        ),
        (
            "en",
            [
                "Friday, August 17, 1945",
                "August 17, 1945",
                "Aug 17, 1945",
                "8/17/1945",
                "August 1945",
                "1945",
            ],
        ),
        (
            "en-GB",
            [
                "Friday, 17 August 1945",
                "17 August 1945",
                "17 Aug 1945",
                "17/08/1945",
                "August 1945",
                "1945",
            ],
        ),
        (
            "pt-BR",
            [
                "sexta-feira, 17 de agosto de 1945",
                "17 de agosto de 1945",
                "17 de ago. de 1945",
                "17/08/1945",
                "agosto de 1945",
                "1945",
            ],
        ),
        (
            "zh-TW",
            [
                "1945年8月17日星期五",
                "1945年8月17日",
                "1945年8月17日",
                "1945/8/17",
                "1945年8月",
                "1945年",
            ],
        ),
        (
            "fa-u-ca-persian",
            ["جمعه ۱۷ اوت ۱۹۴۵", "۱۷ اوت ۱۹۴۵", "۱۷ اوت ۱۹۴۵", "۱۹۴۵/۸/۱۷", "اوت ۱۹۴۵", "۱۹۴۵"],
        ),
    ] {
        let locale = locale(code);
        for (length, expected) in LENGTHS.into_iter().zip(expected) {
            assert_eq!(locale.date(independence, length), expected, "{code} {length:?}");
        }
    }
    for (code, date, expected) in [
        ("jv", independence, "17 Agustus 1945"),
        ("min", independence, "17 Agustus 1945"),
        ("ms-Arab", independence, "17 Ogos 1945"),
        ("sr-Latn", independence, "17. avgust 1945."),
        ("ru", independence, "17 августа 1945\u{202f}г."),
        ("km", independence, "17 សីហា 1945"),
        ("id", day(632, 6, 8), "8 Juni 632"),
        ("ar", day(632, 6, 8), "8 يونيو 632"),
        ("id", day(-43, 3, 15), "15 Maret 44 SM"),
        ("en", day(79, 10, 24), "October 24, 79 AD"),
    ] {
        assert_eq!(locale(code).date(date, DateLength::Long), expected);
    }
    assert_eq!(locale("id").date(day(2017, 3, 5), DateLength::Short), "05/03/2017");
}

/// ICU accepts any code; a language without data gets the root's "1945 M08 17".
#[test]
fn every_language_has_data_and_its_script() {
    let is_rtl = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fefc}');
    for code in tables::LANGUAGES.split_ascii_whitespace() {
        let locale = locale(code);
        for date in
            [day(-43, 3, 15), day(81, 9, 13), day(632, 6, 8), day(1945, 8, 17), day(2017, 12, 31)]
        {
            for length in LENGTHS {
                let text = locale.date(date, length);
                assert!(!text.is_empty() && !text.contains("M08"), "{code} {text}");
            }
        }
        let text = locale.date(day(1945, 8, 17), DateLength::Full);
        let letter = text.chars().find(|c| c.is_alphabetic()).unwrap();
        let expected = match letter {
            c if is_rtl(c) => Script::RightToLeft,
            c if c < '\u{250}' || ('\u{1e00}'..='\u{1eff}').contains(&c) => Script::Latin,
            _ => Script::Other,
        };
        assert_eq!(locale.0.script, expected, "{code} {text}");
    }
}

#[test]
fn directions() {
    for (code, expected) in [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("fa-AF", "rtl"),
        ("he", "rtl"),
        ("ur", "rtl"),
        ("ms-Arab", "rtl"),
        ("pa", "ltr"),
        ("pa-PK", "rtl"),
        ("uz-Cyrl-AF", "ltr"),
        ("ar-Latn", "ltr"),
        ("zh", "ltr"),
    ] {
        assert_eq!(locale(code).direction(), expected, "{code}");
    }
}

#[test]
fn order() {
    for (code, expected) in [
        ("id", &["Bab 2", "Bab 10", "élan", "hujan", "“Hujan”", "Ibu", "Zaman", "Дуров"][..]),
        ("sv", &["Adam", "Zorn", "Åsa", "Ärla", "Öberg"]),
        ("de", &["Arger", "Ärger", "Öl", "Zorn"]),
        ("cs", &["Cyril", "Hus", "Charvát", "Ivan"]),
        ("zh", &["北京", "上海", "中国"]),
        ("ru", &["Анна", "Ёлка", "Ель", "Яна", "Adam"]),
    ] {
        let locale = locale(code);
        let mut sorted = expected.to_vec();
        sorted.reverse();
        sorted.sort_by(|a, b| locale.compare(a, b));
        assert_eq!(sorted, expected, "{code}");
        sorted.reverse();
        sorted.sort_by_key(|text| locale.sort_key(text));
        assert_eq!(sorted, expected, "{code}");
    }
}

#[test]
fn index_letters() {
    for (code, name, expected) in [
        ("id", "Émile", "E"),
        ("fr", "émile", "E"),
        ("en", "E\u{301}mile", "E"),
        ("en", "Åsa", "A"),
        ("sv", "Åsa", "Å"),
        ("sv", "a\u{30a}sa", "Å"),
        ("sv", "Über", "Y"),
        ("sv", "Ørsted", "Ö"),
        ("da", "Östberg", "Ø"),
        ("da", "Aagaard", "Å"),
        ("da", "Ærø", "Æ"),
        ("en", "Ærø", "A"),
        ("en", "Łukasz", "L"),
        ("pl", "łukasz", "Ł"),
        ("en", "Þór", "Þ"),
        ("de", "Ökonom", "O"),
        ("de", "ßa", "S"),
        ("es", "Ñandú", "Ñ"),
        ("vi", "Ấn", "Â"),
        ("vi", "Đỗ", "Đ"),
        ("tr", "istanbul", "İ"),
        ("tr", "ılgaz", "I"),
        ("en", "İstanbul", "I"),
        ("cs", "Charvát", "Ch"),
        ("hu", "Csaba", "Cs"),
        ("hr", "Ljubav", "Lj"),
        ("id", "“Weird Al” Yankovic", "W"),
        ("id", "'Abdullah", "A"),
        ("id", "ʿAlī", "A"),
        ("id", "¡Olé!", "O"),
        ("id", "50 Cent", "#"),
        ("id", "…", "#"),
        ("id", "", "#"),
        ("id", "Дуров", "#"),
        ("id", "北京", "#"),
        ("id", "Ａda", "A"),
        ("ru", "дуров", "Д"),
        ("ru", "Ёлка", "Е"),
        ("ru", "Йод", "Й"),
        ("ru", "Adam", "A"),
        ("uk", "Їжак", "Ї"),
        ("el", "Άννα", "Α"),
        ("ar", "أحمد", "ا"),
        ("ar", "«محمد»", "م"),
        ("fa", "پروین", "پ"),
        ("he", "שלום", "ש"),
        ("hi", "गांधी", "ग"),
        ("th", "เชียงใหม่", "ช"),
        ("km", "កម្ពុជា", "ក"),
        ("ko", "김구", "ㄱ"),
        ("ja", "ガンジー", "か"),
        ("ja", "夏目漱石", "夏"),
        ("zh", "北京", "北"),
        ("zh", "٣", "#"),
        ("ka", "თბილისი", "თ"),
    ] {
        assert_eq!(locale(code).index_letter(name), expected, "{code} {name}");
    }
}

#[test]
fn plurals() {
    for (code, counts) in [
        ("id", &[(0, "other"), (1, "other"), (5, "other")][..]),
        ("en", &[(0, "other"), (1, "one"), (2, "other")]),
        ("fr", &[(0, "one"), (1, "one"), (2, "other"), (1_000_000, "many")]),
        ("ru", &[(1, "one"), (2, "few"), (5, "many"), (21, "one"), (111, "many")]),
        ("ar", &[(0, "zero"), (1, "one"), (2, "two"), (3, "few"), (11, "many"), (100, "other")]),
    ] {
        for (count, expected) in counts {
            assert_eq!(locale(code).plural(*count), *expected, "{code} {count}");
        }
    }
}

#[test]
fn territories() {
    for (code, expected) in [
        ("en", Some("en_US")),
        ("id", Some("id_ID")),
        ("pt-PT", Some("pt_PT")),
        ("zh-Hant-TW", Some("zh_TW")),
        ("zh-Hans", Some("zh_CN")),
        ("mad", None),
    ] {
        assert_eq!(locale(code).with_territory().as_deref(), expected, "{code}");
    }
}

#[test]
fn locales_are_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + std::fmt::Debug>() {}
    shared::<Locale>();
}

proptest! {
    /// Any two texts: one order, the same by comparison and by key, and no panic.
    #[test]
    fn order_is_total(a in ".{0,12}", b in ".{0,12}", code in prop::sample::select(vec!["id", "sv", "cs", "ar", "zh", "th"])) {
        let locale = locale(code);
        let order = locale.compare(&a, &b);
        prop_assert_eq!(order, locale.sort_key(&a).cmp(&locale.sort_key(&b)));
        prop_assert_eq!(order.reverse(), locale.compare(&b, &a));
        prop_assert_eq!(order.is_eq(), a == b);
        prop_assert!(!locale.index_letter(&a).is_empty());
    }
}

#[test]
fn codes_in_the_names_of_files() {
    for code in ["id", "fr", "pt-BR", "zh-Hant", "jv", "fil", "no"] {
        assert!(is_code(code), "{code}");
    }
    for word in ["", "2", "js", "md", "ts", "petersburg", "R", "FR", "en-", "pt_BR", "x-y", "jr"] {
        assert!(!is_code(word), "{word}");
    }
    for code in tables::AMBIGUOUS.split_ascii_whitespace() {
        assert!(is_code(code), "{code}");
    }
    assert!(is_ambiguous("no") && !is_ambiguous("id"));
}
