//! What ICU does not say: which languages it has data for, and the script of each.

use icu_locale_core::LanguageIdentifier;
use icu_locale_core::subtags::Language;

/// What matters here about a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    RightToLeft,
    /// Everything else.
    Other,
}

/// Languages whose month names are in the compiled CLDR data. ICU also accepts any other code, and
/// answers "1945 M08 17"; a test checks that none here does.
pub(super) const LANGUAGES: &str = "ady af ak am ar as ast az ba be bg bgc bho blo bn br brx bs \
    bua ca ceb chr ckb cop cs csw cv cy da de doi dsb ee el en eo es et eu fa fi fil fo fr fy ga \
    gaa gd gl gu ha he hi hr hsb hu hy ia id ie ig ii is it ja jv ka kbd kea kek kgp ki kk km kn \
    ko kok ks ksh ku kxv ky lb lij lld lmo lo lt lv mai mi mk ml mn mni mr ms mt my nb nds ne nl \
    nn no nqo nso oc om or pa pcm pl pms prg ps pt qu quc raj rm ro ru rw sa sah sat sc scn sd \
    shn si sk sl so sq sr st su sv sw syr szl ta te tg th ti tk tn to tr tt tyv ug uk ur uz vec \
    vi vmw wo xh xnr yo yrl yue za zh zu";

/// Codes that use another language's data: superseded ones, and languages of Indonesia that CLDR
/// lacks, whose writers use Indonesian dates.
const BORROWED: [(&str, &str); 16] = [
    ("ace", "id"),
    ("ban", "id"),
    ("bbc", "id"),
    ("bew", "id"),
    ("bjn", "id"),
    ("bug", "id"),
    ("in", "id"),
    ("iw", "he"),
    ("jw", "jv"),
    ("mad", "id"),
    ("min", "id"),
    ("mo", "ro"),
    ("nij", "id"),
    ("sas", "id"),
    ("tl", "fil"),
    ("zsm", "ms"),
];

/// Codes that are also English words, Roman numerals, or file extensions (C#, Makefiles, OCaml,
/// Perl, PostScript, libraries).
pub(super) const AMBIGUOUS: &str = "ace am as ban be bug cs he ii in is it mad min mk ml mo my no or pl ps sat \
    so st to vi";

/// Languages written from right to left, where the code names no script.
const RIGHT_TO_LEFT: &str = "ar ckb fa he ks nqo ps sd syr ug ur";

/// Languages whose script is neither Latin nor right-to-left, if the code names no script.
const OTHER: &str = "ady am as ba be bg bgc bho bn brx bua chr cop csw cv doi el gu hi hy ii ja \
    ka kbd kk km kn ko kok ky lo mai mk ml mn mni mr my ne or pa raj ru sa sah sat shn si sr ta \
    te tg th ti tt tyv uk xnr yue zh";

/// Regions that use a different script from the rest of the language.
const BY_REGION: [(&str, &str, Script); 11] = [
    ("az", "IQ", Script::RightToLeft),
    ("az", "IR", Script::RightToLeft),
    ("az", "RU", Script::Other),
    ("kk", "CN", Script::RightToLeft),
    ("ku", "IQ", Script::RightToLeft),
    ("ku", "IR", Script::RightToLeft),
    ("ky", "CN", Script::RightToLeft),
    ("pa", "PK", Script::RightToLeft),
    ("sd", "IN", Script::Other),
    ("tg", "PK", Script::RightToLeft),
    ("uz", "AF", Script::RightToLeft),
];

/// The language whose data is used; `None` if there is none.
pub(super) fn data_language(language: Language) -> Option<Language> {
    let code = language.as_str();
    let code = BORROWED.iter().find(|(from, _)| *from == code).map_or(code, |(_, to)| to);
    has(LANGUAGES, code).then(|| code.parse().ok()).flatten()
}

/// The script in which a language is written.
pub(super) fn script(id: &LanguageIdentifier) -> Script {
    if let Some(script) = id.script {
        return match script.as_str() {
            "Latn" => Script::Latin,
            "Arab" | "Aran" | "Hebr" | "Syrc" | "Thaa" | "Nkoo" | "Adlm" | "Rohg" | "Mand"
            | "Samr" | "Yezi" => Script::RightToLeft,
            _ => Script::Other,
        };
    }
    let language = id.language.as_str();
    let region = id.region.as_ref().map_or("", |region| region.as_str());
    let by_region = BY_REGION.iter().find(|(l, r, _)| *l == language && *r == region);
    match by_region {
        Some((_, _, script)) => *script,
        None if has(RIGHT_TO_LEFT, language) => Script::RightToLeft,
        None if has(OTHER, language) => Script::Other,
        None => Script::Latin,
    }
}

/// Whether a code also means something else.
pub(super) fn is_ambiguous(code: &str) -> bool {
    has(AMBIGUOUS, code)
}

fn has(list: &str, code: &str) -> bool {
    list.split_ascii_whitespace().any(|item| item == code)
}

/// Where most readers of a language live, for Open Graph, whose locales need a territory.
const TERRITORIES: &str = "ar_AR be_BY bg_BG bn_IN ca_ES cs_CZ cy_GB da_DK de_DE el_GR en_US \
    es_ES et_EE eu_ES fa_IR fi_FI fr_FR ga_IE gl_ES gu_IN he_IL hi_IN hr_HR hu_HU hy_AM id_ID \
    is_IS it_IT ja_JP jv_ID ka_GE kk_KZ km_KH kn_IN ko_KR lo_LA lt_LT lv_LV mk_MK ml_IN mn_MN \
    mr_IN ms_MY mt_MT my_MM nb_NO ne_NP nl_NL nn_NO pa_IN pl_PL ps_AF pt_BR ro_RO ru_RU si_LK \
    sk_SK sl_SI so_SO sq_AL sr_RS su_ID sv_SE sw_KE ta_IN te_IN th_TH tr_TR uk_UA ur_PK uz_UZ \
    vi_VN zh_CN zu_ZA";

/// `en` → `en_US`.
pub(super) fn most_used(language: &str) -> Option<&'static str> {
    TERRITORIES.split_whitespace().find(|l| l.split_once('_').is_some_and(|(l, _)| l == language))
}
