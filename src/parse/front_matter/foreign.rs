//! Keys of other programs: what each is called here, and which of them keep a story from readers.
//!
//! In: a key as it is written. Out: what it means, from one table. What is done about it is
//! decided in [`super::elsewhere`]; `content/guide/front-matter.md` shows the same table to users.

/// A key of other programs.
pub(super) struct Theirs {
    /// Its spellings, as [`normal`] makes them. A key in a table is preceded by the table's name:
    /// `build.render`.
    pub(crate) names: &'static [&'static str],
    /// Our key, where this is just another name for it: strict front matter accepts only ours.
    pub(crate) ours: Option<&'static str>,
    /// Whether it can keep a story from readers.
    pub(crate) means: Means,
}

/// What the value of a key means for readers.
#[derive(Clone, Copy)]
pub(super) enum Means {
    /// Nothing.
    Name,
    /// The day on which the story appears.
    From,
    /// The day on which it is withdrawn.
    Until,
    /// This truth value does something. Any other kind of value is a mistake.
    If(bool, Does),
    /// Like `If`, but it can also be the day on which the story appears.
    IfOrFrom(bool, Does),
    /// `false` does something; any other value is about something else.
    IfOff(Does),
    /// Anything but `false` does something.
    IfAny(Does),
    /// Each of these words does something. Any other word is a mistake.
    Words(&'static [(&'static str, Does)]),
    /// These words do something; any other word is about something else.
    SomeWords(&'static [(&'static str, Does)]),
}

/// What happens to a story; if several apply, the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Does {
    /// It is published.
    Nothing,
    /// It has a page, but is in no list: the author must decide.
    Unlists,
    /// It depends on the program or the author's intent: the author must decide.
    Unclear,
    /// It is published when its day has come.
    Waits,
    /// It has no page of its own. (A section without a page may still have pages below it.)
    NoPage,
    /// It is a draft here.
    Withholds,
}

use Does::{NoPage, Nothing, Unclear, Unlists, Waits, Withholds};
use Means::{From, If, IfAny, IfOff, IfOrFrom, Name, SomeWords, Until, Words};

/// What a story's `status` can be.
const STATUS: &[(&str, Does)] = &[
    ("active", Nothing),
    ("complete", Nothing),
    ("completed", Nothing),
    ("done", Nothing),
    ("evergreen", Nothing),
    ("featured", Nothing),
    ("final", Nothing),
    ("finished", Nothing),
    ("live", Nothing),
    ("posted", Nothing),
    ("public", Nothing),
    ("publish", Nothing),
    ("published", Nothing),
    ("released", Nothing),
    ("sent", Nothing),
    ("stable", Nothing),
    ("auto-draft", Withholds),
    ("deleted", Withholds),
    ("draft", Withholds),
    ("inherit", Withholds),
    ("internal", Withholds),
    ("pending", Withholds),
    ("private", Withholds),
    ("skip", Withholds),
    ("trash", Withholds),
    ("trashed", Withholds),
    ("unpublished", Withholds),
    ("future", Waits),
    ("scheduled", Waits),
    ("hidden", Unlists),
    ("unlisted", Unlists),
];

/// Who may read it.
const VISIBILITY: &[(&str, Does)] = &[
    ("all", Nothing),
    ("everyone", Nothing),
    ("public", Nothing),
    ("published", Nothing),
    ("true", Nothing),
    ("visible", Nothing),
    ("draft", Withholds),
    ("internal", Withholds),
    ("members", Withholds),
    ("members-only", Withholds),
    ("none", Withholds),
    ("paid", Withholds),
    ("password", Withholds),
    ("private", Withholds),
    ("protected", Withholds),
    ("restricted", Withholds),
    ("subscribers", Withholds),
    ("tiers", Withholds),
    ("hidden", Unlists),
    ("unlisted", Unlists),
];

/// Those of them that say that a story is not for everybody.
const NOT_PUBLIC: &[(&str, Does)] = &[
    ("draft", Withholds),
    ("internal", Withholds),
    ("members", Withholds),
    ("members-only", Withholds),
    ("paid", Withholds),
    ("pending", Withholds),
    ("private", Withholds),
    ("protected", Withholds),
    ("unpublished", Withholds),
];

const NOT_FOR_ROBOTS: &[(&str, Does)] = &[("noindex", Unlists), ("none", Unlists)];

const BUILD_RENDER: &[(&str, Does)] = &[
    ("always", Nothing),
    ("true", Nothing),
    ("false", NoPage),
    ("link", NoPage),
    ("never", NoPage),
];

const BUILD_LIST: &[(&str, Does)] = &[
    ("always", Nothing),
    ("true", Nothing),
    ("false", Unlists),
    ("local", Unlists),
    ("never", Unlists),
];

const fn theirs(
    names: &'static [&'static str],
    ours: Option<&'static str>,
    means: Means,
) -> Theirs {
    Theirs { names, ours, means }
}

/// Every known key of other programs. If there are several rows for one name, the first that has
/// something to say counts.
#[rustfmt::skip]
pub(super) const TABLE: &[Theirs] = &[
    // Our own keys in other spellings, and what is called `draft`, `date` and `expires` here.
    theirs(&["draft", "drafts", "isdraft"], Some("draft"), If(true, Withholds)),
    theirs(&["date", "dateposted", "datepublished", "postdate", "pubdate", "pubdatetime",
        "publicationdate", "publishat", "publishdate", "publisheddate", "publishedat",
        "publishedon", "publishon", "releasedate", "scheduledat", "scheduledfor"],
        Some("date"), From),
    theirs(&["expires", "expirationdate", "expire", "expiredate", "expiresat", "expireson",
        "expirydate", "unpublishat", "unpublishdate", "unpublishon"],
        Some("expires"), Until),
    theirs(&["unlisted", "unlist"], Some("unlisted"), If(true, Unlists)),

    // Keys that keep a story from readers.
    theirs(&["published", "publish"], None, IfOrFrom(false, Withholds)),
    theirs(&["public"], None, If(false, Withholds)),
    theirs(&["confidential", "deleted", "encrypt", "encrypted", "expired", "loginrequired",
        "membersonly", "private", "protected", "restricted", "secret", "trashed", "unpublished"],
        None, If(true, Withholds)),
    theirs(&["embargo", "embargoed", "embargountil", "scheduled"], None, IfOrFrom(true, Withholds)),
    theirs(&["status", "poststatus", "publicationstatus", "publishstatus"], None, Words(STATUS)),
    theirs(&["visibility"], None, Words(VISIBILITY)),
    theirs(&["access", "audience", "stage", "state", "workflow", "workflowstate"],
        None, SomeWords(NOT_PUBLIC)),
    theirs(&["password", "postpassword"], None, IfAny(Withholds)),

    // Keys that only keep its page from being made.
    theirs(&["render", "routable"], None, IfOff(NoPage)),
    theirs(&["build.render"], None, Words(BUILD_RENDER)),
    theirs(&["headless"], None, If(true, NoPage)),
    theirs(&["permalink"], None, IfOff(NoPage)),

    // Keys that only keep it out of lists.
    theirs(&["excludefromcollections", "hidden", "hide", "invisible", "nolist", "noindex",
        "robotsnoindex"], None, If(true, Unlists)),
    theirs(&["discoverable", "listed", "visible"], None, If(false, Unlists)),
    theirs(&["eleventyexcludefromcollections"], None, IfAny(Unlists)),
    theirs(&["build.list"], None, Words(BUILD_LIST)),
    theirs(&["robots"], None, SomeWords(NOT_FOR_ROBOTS)),

    // Keys that mean different things in different programs.
    theirs(&["archived", "disabled", "exclude", "excluded", "ignore", "ignored", "incomplete",
        "paid", "premium", "skip", "unfinished", "wip"], None, If(true, Unclear)),
    theirs(&["build.publishresources", "enabled", "live", "ready"], None, If(false, Unclear)),
    theirs(&["eleventycomputed.draft", "eleventycomputed.eleventyexcludefromcollections",
        "eleventycomputed.permalink"], None, IfAny(Unclear)),

    // Other names, and nothing more.
    theirs(&["category"], Some("categories"), Name),
    theirs(&["cover", "featuredimage", "thumbnail"], Some("image"), Name),
    theirs(&["excerpt", "teaser"], Some("summary"), Name),
    theirs(&["keywords", "tag"], Some("tags"), Name),
    theirs(&["language"], Some("lang"), Name),
    theirs(&["lastmodifiedat", "lastmod", "modified"], Some("updated"), Name),
    theirs(&["layout"], Some("template"), Name),
    theirs(&["permalink", "url"], Some("path"), Name),
    theirs(&["redirectfrom"], Some("aliases"), Name),
    theirs(&["subtitle"], Some("description"), Name),
    theirs(&["type"], Some("kind"), Name),
];

/// The rows about a key, by its [`normal`] name.
pub(super) fn rows(normal: &str) -> impl Iterator<Item = &'static Theirs> {
    TABLE.iter().filter(move |row| row.names.contains(&normal))
}

/// Whether a table of that name holds keys of [`TABLE`].
pub(super) fn is_table(normal: &str) -> bool {
    let inside = |name: &&str| name.split_once('.').is_some_and(|(table, _)| table == normal);
    TABLE.iter().flat_map(|row| row.names).any(inside)
}

/// The name of a key without what differs between programs: case, `_` and `-`.
pub(super) fn normal(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}
