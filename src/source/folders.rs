//! The folders of the root that hold sources.

/// Documents, and files beside them.
pub(crate) const CONTENT: &str = "content";
/// The site's own templates; a theme has a folder of that name, too.
pub(crate) const TEMPLATES: &str = "templates";
/// Files that are copied as they are; a theme has a folder of that name, too.
pub(crate) const STATIC: &str = "static";
/// Data files.
pub(crate) const DATA: &str = "data";
/// Interface texts.
pub(crate) const I18N: &str = "i18n";
/// Themes.
pub(crate) const THEMES: &str = "themes";

/// All of them.
pub(crate) const ALL: [&str; 6] = [CONTENT, TEMPLATES, STATIC, DATA, I18N, THEMES];
