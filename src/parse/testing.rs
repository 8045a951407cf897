//! What the tests of this module share.

use crate::base::{Diagnostics, SourcePath, SourceText};
use crate::config::{self, Config, Overrides};

/// A configuration in the time zone `Asia/Jakarta`, in English and Indonesian, with raw HTML and
/// every other option of `[markdown]` off.
pub(crate) fn config() -> Config {
    config_with("")
}

/// The same, with more tables.
pub(crate) fn config_with(tables: &str) -> Config {
    let kisah_toml = format!(
        "timezone = \"Asia/Jakarta\"\n\
         [markdown]\n\
         smart_punctuation = false\nhtml = true\ncomponents = false\nhighlight = false\n\
         [languages.id]\n\
         {tables}"
    );
    let file = SourceText::new(SourcePath::new("kisah.toml"), kisah_toml);
    let mut out = Diagnostics::new();
    let config = config::load(&[file], &[], &Overrides::default(), &mut out);
    assert!(out.is_empty(), "{out:?}");
    config
}

/// A document at `content/posts/x.md`.
pub(crate) fn source(text: &str) -> SourceText {
    SourceText::new(SourcePath::new("content/posts/x.md"), text)
}
