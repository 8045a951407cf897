//! The stable name of every diagnostic, with the explanation that `kisah check --explain` prints.

/// A kind of diagnostic.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable, in lower case with hyphens.
    pub name: &'static str,
    /// What it means, why it matters and how to mend it, in a few sentences.
    pub explain: &'static str,
}

/// Makes each constant a code, and [`ALL`], which lists them.
macro_rules! codes {
    ($($id:ident $name:literal $explain:literal)*) => {
        $(
            #[doc = $explain]
            pub static $id: Code = Code { name: $name, explain: $explain };
        )*
        /// Every code, in the order of this file.
        pub static ALL: &[&Code] = &[$(&$id),*];
    };
}

codes! {
    SYNTAX "syntax"
    "The file is not valid TOML, YAML or JSON. The message names the first character that does not fit. In YAML, a text that contains `: ` or begins with a quote, `@`, `*`, `&`, `[` or `{` must be in quotes; a key may occur only once."
    UNCLOSED_FRONT_MATTER "unclosed-front-matter"
    "The front matter begins with `+++` or `---` but the closing line is missing. Put a line with the same three characters, and nothing else, after the last key."
    UNREAD_FRONT_MATTER "unread-front-matter"
    "Something looks like front matter, but is not read, so a draft would be published, with its keys as text. Front matter must be at the very beginning of a `.md` or `.markdown` file, in TOML between two lines of `+++`, or in YAML between two lines of `---`, with nothing else on these lines."
    MISPLACED_KEY "misplaced-key"
    "A key of the document is inside a table, where it does nothing. In TOML everything below a line such as `[extra]` belongs to that table, so keys of the document must come first."
    UNCLEAR_VISIBILITY "unclear-visibility"
    "In another program this key withholds a page or keeps it out of lists, but it has no exact counterpart here. So that nothing is published by mistake, the build stops, whatever `unknown_keys` says. Write `draft = true` to withhold the document, `unlisted = true` to keep it out of lists and feeds, or move a key that means something else below `[extra]`."
    UNKNOWN_KEY "unknown-key"
    "kisah does not know this key. Usually it is misspelt. Keys of your own belong below `[extra]`; to accept any key from other programs' front matter, set `front_matter.unknown_keys = \"extra\"` in kisah.toml."
    WRONG_TYPE "wrong-type"
    "The value is not of the kind that the key needs: a text where a list is expected, a number where a text is expected."
    WRONG_VALUE "wrong-value"
    "The value is of the right kind, but not one that the key can have."
    BAD_DATE "bad-date"
    "The date cannot be read. Write `2017-07-14`, or with a time `2017-07-14 09:30`, or with an offset `2017-07-14T09:30:00+07:00`."
    BAD_ENCODING "bad-encoding"
    "The file is not UTF-8. Open it in your editor, choose \"save with encoding\", and pick UTF-8."
    BAD_ADDRESS "bad-address"
    "A `slug`, `path`, `permalink` or alias gives an address that cannot be a file: it would leave the output directory, contains a character that file systems refuse, or is longer than they allow. A warning if the address is merely not the one that was probably meant."
    COLLISION "collision"
    "Two sources would be written to one output file. Addresses are compared without regard to case, as the file systems of macOS and Windows do. Give one of them another `slug` or `path`, or rename the file."
    BROKEN_LINK "broken-link"
    "A link leads to a page or file that this site does not have. Links by source path (`@/posts/x.md`, `x.md`) must be right; for other internal links this is a warning, unless `links.broken = \"error\"`."
    BROKEN_ANCHOR "broken-anchor"
    "The linked page exists, but it has no element with that id. Ids of headings are their words in lower case, joined with hyphens, or what `{#id}` after the heading says."
    HIDDEN_TARGET "hidden-target"
    "The linked page or file exists but is a draft, is dated in the future or has expired, so it is not part of this build; or its section is, and everything below it is withheld with it."
    EMPTY_SITE "empty-site"
    "The home page, `content/_index.md`, is a draft, is dated in the future or has expired. Like any section it withholds everything below it, so nothing is left of the site. To publish the stories, publish the home page. A warning if it has expired, which happens by itself."
    MERGED_TERMS "merged-terms"
    "Two spellings of one term (\"Indonesia\" and \"indonesia\") were merged. The more frequent spelling is shown. Use one spelling, or write a page for the term, whose title is then shown."
    SLUG_CLASH "slug-clash"
    "Two different terms of a taxonomy have the same slug and would share a page. Rename one, or give one a page with its own `slug`."
    NO_BASE_URL "no-base-url"
    "Feeds, sitemap, canonical links and social cards need absolute addresses. Set `base_url = \"https://…\"` in kisah.toml; until then they are left out."
    TEMPLATE_SYNTAX "template-syntax"
    "Tera cannot read the template. The message is Tera's own; the place is where it stopped."
    TEMPLATE_ERROR "template-error"
    "The template was read, but failed for the page named in the message, usually because of a variable that does not exist there. `{{ page.x or \"\" }}` gives a default; `{% if page.x is defined %}` asks first."
    TEMPLATE_MISSING "template-missing"
    "The page or section asks for a template that is neither in `templates/`, nor in the theme, nor built in."
    TEMPLATE_RESERVED "template-reserved"
    "Names that begin with `kisah/` mean the built-in templates, so that an override can extend the original: `{% extends \"kisah/post.html\" %}`. Keep your own templates elsewhere."
    COMPONENT "component"
    "A component call in Markdown does not fit its component: the name or an argument is unknown, one is missing, or the call is not closed."
    BAD_COLLECTION "bad-collection"
    "A collection of kisah.toml cannot be made: its name is taken by a variable that templates already see, or `from`, `where` or `sort` name something that does not exist."
    BAD_MENU "bad-menu"
    "A menu entry needs a `name` and either a `url` or a `page` (a source path such as `@/about.md`) that exists."
    UNKNOWN_LANGUAGE "unknown-language"
    "The language is not a valid BCP 47 code (`en`, `id`, `pt-BR`), or is not configured in `[languages]`."
    UNCONFIGURED_LANGUAGE "unconfigured-language"
    "The name of a file ends with the code of a language that the site does not have: `kartini.fr.md` where there is no `fr`. It is then a story of the first language, at an address of its own (`/kartini-fr/`), and not a version of `kartini.md`. Add `[languages.fr]` to kisah.toml. If the ending means something else, write it with a hyphen. Reported once for each language."
    LANGUAGE_FOLDER "language-folder"
    "A folder directly in `content/` is named like a language of the site, as other programs keep their translations. Here it is a section like any other, and its documents are in the first language. The language is given at the end of a file's name, `content/posts/kartini.id.md`, or by `lang` in the front matter; so all versions of a story are side by side. Reported once for each folder."
    UNKNOWN_TIMEZONE "unknown-timezone"
    "The time zone is not in the IANA database. Examples: `Asia/Jakarta`, `Europe/Berlin`, `UTC`."
    TRANSLATION_CLASH "translation-clash"
    "Two documents claim to be the same language version of one page."
    FOREIGN_FILE "foreign-file"
    "The build would write to a path where there is a file that kisah did not make. It is left alone and nothing is written. Move it to `static/`, or delete it."
    VERIFY "verify"
    "`--verify` found a file of the output that is not what a clean build makes. Something else wrote to the output directory, or kisah made a mistake. Delete the output directory and build again; if it was kisah, please report it."
    OUTPUT_DIR "output-dir"
    "The output directory is not safe to write to: it is not empty and not made by kisah, or it contains the site's sources or is inside them. Choose an empty or new folder. Or the list of kisah's files in it, `.kisah-manifest`, is damaged: then rename the folder, build again, and move your own files back."
    HALF_WRITTEN "half-written"
    "The operating system refused to put the new site in its place, and then to put the old one back, so that a part of it is new. The message names files of either kind. Remove the cause of the refusal, and build again: the next build finishes the work, or undoes it."
    IO "io"
    "The operating system refused to read or write a file. The message says which one and why."
    TOO_MUCH "too-much"
    "Something is far larger than a site needs, or would never end: a text file, a document with millions of marks, a template that repeats itself too often or nests too deeply. kisah stops before it uses up all memory. If the limit can be raised, the message names the key of `[limits]` in kisah.toml."
    LINK_OUTSIDE "link-outside"
    "A symbolic link in the sources leads outside the project. Copy the file into the project instead, or name the link in kisah.toml: `symlinks = [\"content/photos\"]`."
    UNSAFE_LINK "unsafe-link"
    "With `markdown.html = false`, texts cannot bring code into a page. A link such as `javascript:…` could, so its address is left out. The same goes for `vbscript:`, `file:`, and `data:` other than pictures."
    BLOCKED_BY_POLICY "blocked-by-policy"
    "HTML in Markdown contains a style (`style=\"…\"`, `<style>`) or a script (`<script>`, `onclick=\"…\"`). It is passed through unchanged, but the content security policy of the pages allows only files of the site, so browsers ignore it. Use classes and a style sheet, and files for scripts."
    LOW_CONTRAST "low-contrast"
    "A colour of `[appearance]` is too close to the background for people to read text in it. The contrast is that of WCAG 2, where links and small texts need 4.5, and the text itself 8, because quieter words are mixed from it. Choose a darker colour for the light scheme, and a lighter one for the dark scheme: `accent = { light = \"#97301c\", dark = \"#f0a58b\" }`."
    UNUSED "unused"
    "Something was written that has no effect: a data file whose name is not an identifier, or a document that `related` names twice."
    NEAR_DUPLICATE "near-duplicate"
    "The texts of two stories are nearly the same: most of their words, and of the pairs in which these follow each other, are in both. Often one is a copy that was forgotten, and search engines show only one of them. Remove one, with its address among the `aliases` of the other, or make one story of both. If both must stay, `unlisted = true` or `related.block` in one of them says so. Only `check` looks for this, since it takes time. Drafts, unlisted stories, those of fewer than 50 words, and versions in different languages are not compared; of several copies each is reported once."
    RELATED_TARGET "related-target"
    "`related` or `read_also` names a document that does not exist or is not published. Use paths such as `@/posts/x.md`."
}

/// The code of that name.
pub(crate) fn find(name: &str) -> Option<&'static Code> {
    ALL.iter().find(|code| code.name == name).copied()
}
