//! Interface texts ("Read also", "Older") by language: built in for English and Indonesian,
//! extended and overridden by the site's `i18n/<lang>.toml`.

use crate::base::Map;

/// The interface texts of one language: key → text, or plural category → text.
pub type Strings = Map<String, serde_json::Value>;

pub fn builtin(_code: &str) -> Strings { Map::default() }
pub fn overlay(_strings: &mut Strings, _source: &crate::base::SourceText, _out: &mut crate::base::Diagnostics) {}
