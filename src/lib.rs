//! kisah turns a folder of Markdown life stories into a static site. This page is the map of the
//! code; what users rely on is in the guide (`content/guide/`).
//!
//! # The flow
//!
//! One direction, one driver. `build`, `check` and the tests all call [`build::build`]; `serve` calls
//! the same [`build::compile`], and renders with the same [`plan::Plan::artifact`].
//!
//! ```text
//! kisah.toml ─┐
//! content/    ├─ source ─ parse ─ site ─ related ─ routes ─ plan ─ diff ─ render ─ commit ─ public/
//! templates/  │  (read)  (per file, (posts,  (which  (what   (views, (what   (Tera,  (disk)
//! static/    ─┘           parallel)  terms,  belong  lives   keys)   changed) XML)
//!                                    links)  beside) where)
//! ```
//!
//! [`store`] reads the tree into a [`source::Source`] and commits the output. Everything between is
//! pure: no file system, clock, environment, network or global state. The current day comes in as a
//! value, [`build::Today`]. The bytes of pictures and other copied files stay on disk; what is
//! computed from them ([`source::derived`]) gets them from a [`source::derived::Supply`], which
//! guarantees that they match their digest.
//!
//! # The boundary types
//!
//! | from | to | type | what it is |
//! |---|---|---|---|
//! | `keys` | all | [`keys::FRONT_MATTER`], [`keys::KISAH_TOML`] | every key that people write, declared once |
//! | `store` | all | [`source::Source`] | the files, as they were when the build began |
//! | `config` | all | [`config::Config`] | kisah.toml with every default filled in |
//! | `parse` | `site` | [`parse::Doc`] | one file: front matter with spans, title, language, a body with typed holes, its words |
//! | `site` | `related`, `routes`, `plan` | [`site::Site`] | every address, order, term and link target; made in one go |
//! | `related` | `plan` | [`related::Related`] | for each post those that belong beside it, with the reasons |
//! | `routes` | `plan` | [`routes::Routes`] | one entry for each output file, free of collisions, with its facts |
//! | `plan` | `render` | [`plan::Artifact`] | a *recipe* and a *key* for each file |
//! | all | `cli` | [`base::Diagnostic`] | what is wrong, where, and what to do next |
//!
//! [`base::url`] decides which spellings are the same address: a [`base::UrlPath`] has one
//! spelling, and [`base::Addresses`] finds the targets that others name.
//!
//! Languages, taxonomies, terms and people go by ids, never by place or name: see
//! [`config::PerLanguage`]. What kisah knows of tags, categories, people, authors and series is said
//! once, in [`config::BuiltIn`]. A [`site::PersonId`] is the same in every language.
//!
//! A parsed body is HTML in [`parse::Chunk`]s: link targets, image sizes, ids and component calls
//! are holes, filled once it is known where the body is shown (on its page, in a list, in a feed).
//! HTML is never parsed again: [`parse::Run`]s say which bytes of it are text, and what that text
//! stands in; [`parse::Block`]s say where it can be cut. The document's stemmed words
//! ([`analysis::Features`]), which say what it is about, are counted at the same time, from the text
//! that the runs give; the text itself is not kept.
//!
//! A route carries its [`routes::Facts`]: what it belongs to, whether it is listed, its language
//! versions, when it changed. Collisions, the sitemap, redirects and the server rely on them; a
//! route's kind matters only where its artifact is made ([`plan::Plan::artifact`]).
//!
//! A page's recipe names a template and holds a [`plan::view::View`]: an owned value with
//! everything that the template may see. No filter reaches back into the site. So `bytes =
//! f(templates, view)`, and the key is a digest of the engine's version, the templates reachable
//! from this one, and the view. The variables and their fields are declared once, and listed by
//! [`plan::contract()`]. Parts of views are shared and carry a digest computed once
//! ([`plan::part::Part`]), so that a key only hashes digests. The body itself is not in the view:
//! only its digest is, and it is filled in when the page is rendered.
//!
//! The diff compares keys with the [`plan::manifest::Manifest`] of the last build. There is no
//! dependency graph; a full build is one with an empty manifest.
//!
//! Beside the manifest, the last build leaves a [`store::memo`] in `.kisah/`: stamps and digests of
//! what it read and wrote. If they show that nothing changed, the next build ends before it begins;
//! otherwise they save reading. Results computed from files are kept there by key
//! ([`store::supply`]), so that a clean build need not compute them again. Nothing there is trusted
//! where it could be wrong, and output bytes never depend on it.
//!
//! [`serve`] keeps the last good compilation as an immutable [`serve::snapshot::Snapshot`]. A
//! function answers requests from it, open pages are told what differs by comparing digests, and
//! after a change a new snapshot takes its place. An edited body is shown at once, from
//! [`plan::Plan::with_body`], until the compilation that follows replaces it; then
//! [`serve::settle`] renders what differs, for the mistakes that only rendering finds.
//!
//! # Invariants
//!
//! 1. Only `store` touches the disk; only `cli` prints and reads the day and the environment;
//!    `serve` reads the clock for the age of files (test: `tidy`).
//! 2. Same input, same bytes: across runs, threads, locales, zones, folder order (`determinism`).
//!    Hash maps are [`base::Map`], which is iterated in insertion order; Tera's `group_by` is
//!    replaced and `__tera_context` refused, because their order varies.
//! 3. Incremental equals clean (`incremental`), whatever the memo and the stamps say (`memo`).
//! 4. A user's mistake is a diagnostic, never a panic; all are reported together; while there is
//!    one, nothing is committed.
//! 5. A failure changes nothing: before the commit nothing is touched, during it the old site is
//!    put back. After a death at any moment the next build finishes the commit or undoes it
//!    ([`store`]'s `commit`).
//! 6. Only files that the manifest lists are deleted; sources are never written by a build.
//! 7. Two sources for one output path are an error that names both ([`routes`]).
//! 8. Live-reload code is put into responses, never into files; what is served is otherwise what
//!    `build` writes (`serve::same`). No request becomes a path of the file system.
//! 9. Whatever is withheld, by itself, with its section or by a cascade, leaves no word and no name
//!    in the output; it is decided once, in `site::withheld` (test: `withheld`).
//!
//! # Deliberately absent
//!
//! - A phase that fills in a domain object later: [`site::assemble`] returns a whole site.
//! - A god object: configuration, site, plan and engine are separate values.
//! - Queries in templates: the lists that a theme wants are `[collections]`.
//! - A second code path for rebuilds, or for `check`: it is the build without its last step, and
//!   with the checks that a build should not pay for (`check::check_more`).
//!   `serve` looks ahead only to show a page earlier: every change is also compiled like any other.
//! - Queues of events, from the disk or to the browser: an event says only that it is time to
//!   compare, so a lost or duplicate one does no harm.
//!
//! # Decisions and measurements
//!
//! - *Views are reduced by scanning for words* ([`plan::templates`]), not by Tera's
//!   `get_template_variables`, which is documented as best effort. A test renders every template
//!   with the reduced and the whole view and compares.
//! - *Bodies are filled in at rendering, not in the plan*: at 100,000 posts the plan would hold
//!   every body twice.
//! - *Terms with clashing slugs ("C", "C++") are an error*, not numbered slugs: a number would move
//!   when a third term is added.
//! - *Links by address are checked once all addresses are known*, by `check`, and are warnings;
//!   links by source path are errors of `site`.
//! - *Related posts read at most 8,192 postings for each post*, heaviest words first, and compare
//!   the best in full, up to a hundred and fewer where there are many posts; everything but texts is
//!   known of these alone. The weights are those
//!   at which the lists are nearest to the links that authors of three blogs had written by hand
//!   (`benches/related`). Words that only one post has count in the length of its vector: without
//!   them, short posts seem alike by chance, and lists were worse on all three.
//! - *A file is planned, rendered and staged in one go* ([`plan::Plan::artifact`]): at 10,000 posts
//!   all views together took 590 MB at the peak, one at a time 400 MB.
//! - *Every folder is watched by itself, before it is looked into* ([`serve::watch`]): recursive
//!   watches miss most files that are made together with their folders.
//! - *Feeds of terms contain summaries*, not whole texts, unless `feed.full_terms` says so: with
//!   three formats, copies of the same bodies would make up most of the output.
//! - *Ids of feed entries contain the year 2000*, the same for all, not the year of the post:
//!   correcting a date later must not turn an old story into a new one.
//! - *Lists in the built-in templates get only what those templates show* ([`plan`]'s cards): a
//!   card with all fields contains the number of words, so each edit of a body rendered eleven
//!   pages of 10,000 posts instead of one. Which fields the site's own templates ask for cannot be
//!   told for sure, so a site with its own templates gets whole cards.
//! - *A first build moves whole folders* ([`store::staging`]): renaming 17,500 files one by one
//!   took a tenth of its time.
//! - *Floods of mistakes are summed up where diagnostics are sorted* ([`base::Diagnostics::sort`]),
//!   so that the terminal, JSON, annotations and the overlay see the same. Guesses at what was
//!   meant stop where nothing more is shown, and compare a bounded number of names
//!   ([`base::suggest::Names`]): 2,000 links into a moved folder took 65 s, because each was
//!   compared with every document.
//! - *A new file and the old one change places*, and the old one is kept until the new site is in
//!   place ([`store`]'s `commit`): a second name would cost 0.2 s of processor time for 10,000
//!   replaced files in memory, and so would a move, which also leaves readers without the page for
//!   a moment.
//! - *The site's templates are metered in their source* ([`render`]): Tera has no budget, its `~`
//!   and its captures cannot be replaced, and a text that is doubled too often kills the process.
//!   Counting calls are inserted before Tera compiles the templates; a page's costs are counted,
//!   not timed.
//! - *Near duplicates are looked for by `check` only* ([`related`]): they need the candidates again,
//!   which is what takes longest in finding related posts.
//! - *Threads that read and render have 32 MB of stack* ([`base::STACK`]): nested input is handled
//!   by recursion, and is limited long before the stack is used up.
//! - *mimalloc*: with glibc's allocator, a fifth of a build's processor time was spent in it.
//!
//! # Where to begin
//!
//! Modules are listed below in the order of the flow; one may use those above it, not those below
//! (the tidy test reads the `use` lines).
//!
//! Items are `pub(crate)`, so that the compiler finds those that nothing uses. Only what `main`, the
//! tests in `tests/`, the benches and the fuzz targets need is `pub`; what only unit tests need is
//! not compiled into the program. This is not a library that others build on.
//!
//! # Where do I add …
//!
//! Each line names the files in the order in which to touch them (`guide/` is `content/guide/`,
//! `cases/` is `tests/cases/`), and in brackets what notices a forgotten one: the compiler, whose
//! warnings clippy denies, or tests by their module. Everything here also needs a case that shows
//! what it does; a test insists on that only for checks.
//!
//! - **A key of front matter**: a field and a row in `keys/front_matter.rs`; the stage that uses it;
//!   `guide/front-matter.md`; `cases/schema/front-matter.txt` (`guide`, `cases`). Nothing notices a
//!   key that no stage uses.
//! - **A key of kisah.toml**: a row in `keys/kisah_toml.rs`; a field in `config/mod.rs`; its reading
//!   in `config/load.rs`; the stage that uses it; `guide/configuration.md`;
//!   `cases/schema/config.txt` (compiler, `config::tests`, `guide`, `cases`).
//! - **A field that templates see**: a line of its struct in `plan/shapes/`; its value where the
//!   struct is made; `guide/templates.md` (compiler, `guide`).
//! - **A variable that templates see**: a row in `plan/variables.rs`; its `View::set` where the view
//!   is made (`plan/pages.rs` for all pages); `guide/templates.md`; the two cases in `cases/theme/`
//!   that list variables, if their pages see it (compiler, `views`, `guide`, `cases`).
//! - **A kind of page**: a variant in `routes/route.rs`; a file in `routes/`, called in
//!   `routes/mod.rs`; a file in `plan/`, and an arm of `Plan::artifact` in `plan/mod.rs`; a file in
//!   `templates/`, and a row in `source/builtin.rs`; its words in each `config/strings/*.toml`; in
//!   `guide/templates.md` the template and the value of `kind`, in `guide/configuration.md` the words
//!   (compiler, `store::tests`, `config::strings`, `views`, `guide`). Nothing asks whether its
//!   address must stand in `OUR_ADDRESSES` (`keys/front_matter.rs`), so that no taxonomy takes it.
//! - **A derived file**: a variant in `source/derived.rs`, with its arms in `derive` and
//!   `Operation::key`; then either a kind in `routes/` whose arm in `plan/mod.rs` is
//!   `self.derived(…)`, or a value that templates see, as `plan/globals.rs` has checksums (compiler,
//!   `source::derived`). Results outlive the program in `.kisah/`: an operation that makes other
//!   bytes than before needs another key, and nothing notices if it has none.
//! - **A signal of related posts**: a variant and a row in `keys/signals.rs`, from which its weight in
//!   kisah.toml and its line in `guide/related.md` follow; an arm in `related/score.rs`, another in
//!   `related/explain.rs`; a row in `each_signal_counts` of `related/tests.rs` (compiler, `guide`).
//!   Something that two posts may share is a `Group`, filled by `entry` in `related/posts.rs`. A reason
//!   that readers are told is a variant in `related/reason.rs`, with an arm in `plan/reasons.rs`, its
//!   kind in `guide/templates.md`, and an arm in `tests/suite/reasons.rs` (compiler, but for the guide).
//! - **A check**: a code in `base/codes.rs`; a rule in `check/`, called in `check/mod.rs`;
//!   `guide/messages.md`; a case (compiler, `guide`, `tidy`).
//! - **An importer** (there is none yet): `import/`, declared between `check` and `store`, would turn
//!   the text of an export into the files of a site, and `tidy` would keep it pure. The command
//!   would be a file in `cli/`, with a variant and an arm in `cli/mod.rs`; it would read the export
//!   through `store`, and write with `store::scaffold`, as `init` does. Then the guide (compiler,
//!   `tidy`, `cli`).
//! - **A language**: its dates, order, plurals and direction come from ICU, by [`base::locale`]; one
//!   that ICU lacks can borrow another's, in `base/locale/tables.rs`. Its words for the interface are
//!   a file in `config/strings/`; a row in `config/strings.rs`; `guide/configuration.md`
//!   (`config::strings`, `guide`). Nothing asks for its stop words (`analysis/stop.rs`), stemmer
//!   (`analysis/stem.rs`), own name (`config/load.rs`) or fonts (`static/style.css`), and it works
//!   without them. Curly quotes are pulldown-cmark's, the same in all languages.

// A `pub` that the outside cannot reach only hides dead code.
#![warn(unreachable_pub)]
// The documentation is for people who change the code: it is built with private items.
#![allow(rustdoc::private_intra_doc_links)]

pub mod base;
pub mod keys;
pub mod config;
pub mod source;
pub mod analysis;
pub mod parse;
pub mod site;
pub mod related;
pub mod routes;
pub mod plan;
pub mod render;
pub mod check;
pub mod store;
pub mod build;
pub mod serve;
pub mod cli;
