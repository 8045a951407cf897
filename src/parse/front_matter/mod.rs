//! Front matter: TOML between `+++` lines or YAML between `---` lines, strict.

mod elsewhere;
mod fallen;
mod foreign;
mod formats;
mod read;
mod split;
mod unseen;
mod values;
#[cfg(test)]
mod tests;

pub(crate) use formats::{MOST_HEAD, is_html, may_be_story, unread};
pub(crate) use read::is_in_drafts;
pub(super) use read::read;
pub(super) use split::split;
