//! The folders of the root that hold sources.

/// Documents, and files beside them.
pub const CONTENT: &str = "content";
/// The site's own templates; a theme has a folder of that name, too.
pub const TEMPLATES: &str = "templates";
/// Files that are copied as they are; a theme has a folder of that name, too.
pub const STATIC: &str = "static";
/// Data files.
pub const DATA: &str = "data";
/// Interface texts.
pub const I18N: &str = "i18n";
/// Themes.
pub const THEMES: &str = "themes";

/// All of them.
pub const ALL: [&str; 6] = [CONTENT, TEMPLATES, STATIC, DATA, I18N, THEMES];
