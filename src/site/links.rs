//! Links → targets: by source path, by file beside the document, or by address.

use std::cell::Cell;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::address::HiddenDoc;
use super::assets::{AssetId, SiteAsset};
use super::making::Addressed;
use super::sections::section_url;
use super::withheld::{self, WithheldReason, below_content};
use super::{DocId, Gathering, Picture};
use crate::base::fields::Spanned;
use crate::base::suggest::Names;
use crate::base::text::nfc;
use crate::base::{
    Addresses, Diagnostic, Diagnostics, Map, Place, Set, Severity, SourcePath, UrlPath, codes,
    path, url as address,
};
use crate::config::{Config, LanguageId};
use crate::keys::FrontMatter;

/// What a link in a body becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// A page or file of this site.
    Site(LinkTarget),
    /// `#part` of the page itself.
    Fragment(String),
    /// As written: another site, `mailto:`, or something that leads nowhere.
    Verbatim,
}

/// A page or file of this site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkTarget {
    /// Its address.
    pub(crate) url: UrlPath,
    /// Query and fragment, as written: `?a=b#part`.
    pub(crate) suffix: String,
    /// The document, if it is the page of one.
    pub(crate) doc: Option<DocId>,
    /// The file, if it is copied.
    pub(crate) asset: Option<AssetId>,
    /// Whether it was named by source path; then it is known to exist.
    pub(crate) by_source: bool,
}

impl LinkTarget {
    /// The fragment without its `#`, decoded; empty if there is none.
    pub(crate) fn fragment(&self) -> String {
        self.suffix.split_once('#').map_or_else(String::new, |(_, f)| address::decode(f))
    }
}

/// What a document refers to.
pub(super) struct Targets {
    /// The targets of the links in its body, in the same order.
    pub(crate) links: Vec<Resolved>,
    /// Its picture.
    pub(crate) image: Option<Picture>,
    /// `related`.
    pub(crate) related: Vec<DocId>,
    /// `related.block`.
    pub(crate) blocked: Vec<DocId>,
    /// `read_also`.
    pub(crate) read_also: Vec<DocId>,
}

/// The names of documents in a key, if there is one.
type Listed = Option<Vec<Spanned<String>>>;

/// Everything that links can lead to.
pub(super) struct LinkIndex<'a> {
    config: &'a Config,
    docs: Map<String, DocId>,
    hidden: Map<String, HiddenTarget>,
    hidden_by_url: Addresses<HiddenTarget>,
    by_url: Addresses<DocId>,
    /// Pages that kisah makes without a document: they are in none of the other maps.
    made: Addresses<UrlPath>,
    assets: Map<String, AssetId>,
    assets_by_url: Addresses<AssetId>,
    urls: Vec<UrlPath>,
    /// For each document, whether lists may contain it.
    listed: Vec<bool>,
    asset_urls: Vec<UrlPath>,
    /// What to suggest for a missing name; built when the first is found.
    names: OnceLock<Names>,
}

impl<'a> LinkIndex<'a> {
    pub(super) fn new(
        documents: &[Addressed],
        hidden: &[HiddenDoc],
        assets: &[SiteAsset],
        hidden_assets: &[HiddenTarget],
        made: impl Iterator<Item = UrlPath>,
        config: &'a Config,
    ) -> Self {
        let mut index = LinkIndex {
            config,
            docs: Map::default(),
            hidden: Map::default(),
            hidden_by_url: Addresses::default(),
            by_url: Addresses::default(),
            made: Addresses::default(),
            assets: Map::default(),
            assets_by_url: Addresses::default(),
            urls: documents.iter().map(|d| d.url.clone()).collect(),
            listed: documents.iter().map(|d| d.stands_in(Gathering::Lists)).collect(),
            asset_urls: assets.iter().map(|a| a.linked.clone()).collect(),
            names: OnceLock::new(),
        };
        for (id, document) in documents.iter().enumerate() {
            index.docs.insert(nfc(document.doc.source.path.as_str()), DocId(id));
            index.by_url.insert(&document.url, DocId(id));
        }
        for (id, document) in documents.iter().enumerate() {
            for (alias, _) in &document.aliases {
                index.by_url.add(alias, DocId(id));
            }
        }
        for HiddenDoc { document, why } in hidden {
            let (path, url) = (document.doc.source.path.clone(), document.url.clone());
            let target = HiddenTarget { path, url, why: why.clone() };
            for (alias, _) in &document.aliases {
                index.hidden_by_url.insert(alias, target.clone());
            }
            index.hidden_by_url.insert(&target.url, target.clone());
            index.hidden.insert(nfc(target.path.as_str()), target);
        }
        for target in hidden_assets {
            index.hidden_by_url.add(&target.url, target.clone());
            index.hidden.insert(nfc(target.path.as_str()), target.clone());
        }
        index.hide_lists(documents, hidden);
        for (id, asset) in assets.iter().enumerate() {
            index.assets.insert(nfc(asset.asset.path.as_str()), AssetId(id));
            index.assets_by_url.insert(&asset.url, AssetId(id));
        }
        for url in made {
            index.made.insert(&url, url.clone());
        }
        index
    }

    /// Adds the lists that do not exist because everything in them is withheld.
    fn hide_lists(&mut self, documents: &[Addressed], hidden: &[HiddenDoc]) {
        if hidden.is_empty() {
            return;
        }
        let public: Set<(LanguageId, &str)> = documents.iter().flat_map(lists_of).collect();
        for HiddenDoc { document, why } in hidden {
            for (language, folder) in lists_of(document) {
                if !public.contains(&(language, folder)) {
                    let path = document.doc.source.path.clone();
                    let url = section_url(self.config, language, folder);
                    let target = HiddenTarget { path, url: url.clone(), why: why.clone() };
                    self.hidden_by_url.add(&url, target);
                }
            }
        }
    }

    /// Resolves every link, picture and hand-picked relation; returns them and the backlinks.
    pub(super) fn resolve(
        &self,
        documents: &[Addressed],
        out: &mut Diagnostics,
    ) -> (Vec<Targets>, Vec<Vec<DocId>>) {
        let found = documents.par_iter().map(|document| self.resolve_one(document));
        let mut all = Vec::with_capacity(documents.len());
        for (links, problems) in found.collect::<Vec<_>>() {
            out.extend(problems);
            all.push(links);
        }
        let mut backlinks = vec![Vec::new(); documents.len()];
        for (id, document) in documents.iter().enumerate() {
            if !document.stands_in(Gathering::Lists) {
                continue;
            }
            for target in &all[id].links {
                if let Resolved::Site(LinkTarget { doc: Some(doc), .. }) = target {
                    note_backlink(&mut backlinks, *doc, DocId(id));
                }
            }
            for doc in &all[id].read_also {
                note_backlink(&mut backlinks, *doc, DocId(id));
            }
        }
        (all, backlinks)
    }

    fn resolve_one(&self, document: &Addressed) -> (Targets, Diagnostics) {
        let mut out = Diagnostics::new();
        let from = From { document, guesses: Cell::new(0) };
        let doc = &from.document.doc;
        let links = &doc.body.links;
        let links: Vec<Resolved> = links
            .iter()
            .map(|link| self.target(&link.dest, &from, &|| from.place(link.span), &mut out))
            .collect();
        // The front matter comes before the links of the body, and so do its messages: count
        // guesses anew.
        from.guesses.set(0);
        let image = from.front_image().map(|(written, place)| {
            let target = match self.target(&written, &from, &|| place.clone(), &mut out) {
                Resolved::Site(target) => Some(target),
                _ => None,
            };
            Picture { written, target, place }
        });
        let mut pick = |key, of: fn(&FrontMatter) -> &Listed| self.chosen(key, of, &from, &mut out);
        let related = pick("related", |front| &front.related.first);
        let blocked = pick("block", |front| &front.related.block);
        let read_also = pick("read_also", |front| &front.read_also.stories);
        (Targets { links, image, related, blocked, read_also }, out)
    }

    /// The documents that a key names, in its own front matter or in that of a section.
    fn chosen(
        &self,
        key: &str,
        of: fn(&FrontMatter) -> &Listed,
        from: &From<'_>,
        out: &mut Diagnostics,
    ) -> Vec<DocId> {
        let document = from.document;
        // What a section hands down is reported there, once.
        if let Some(names) =
            document.doc.front.section.cascade.as_deref().and_then(|f| of(f).as_ref())
        {
            self.picked(key, names, from, out);
        }
        match (of(&document.doc.front), of(&document.front)) {
            (Some(names), _) => self.picked(key, names, from, out),
            (None, Some(names)) => self.picked(key, names, from, &mut Diagnostics::new()),
            (None, None) => Vec::new(),
        }
    }

    /// What an address in a body leads to.
    fn target(
        &self,
        dest: &str,
        from: &From<'_>,
        place: &dyn Fn() -> Place,
        out: &mut Diagnostics,
    ) -> Resolved {
        let dest = dest.trim();
        if let Some(fragment) = dest.strip_prefix('#') {
            return Resolved::Fragment(fragment.to_owned());
        }
        let (path, suffix) = address::split_suffix(dest);
        if let Some(source) = path.strip_prefix("@/") {
            let source = format!("content/{}", address::decode(source));
            return self.by_source(&source, suffix, dest, (from, place), out);
        }
        if let Some(target) = self.within(dest) {
            return Resolved::Site(target);
        }
        if has_scheme(path) || path.starts_with("//") || path.is_empty() {
            return Resolved::Verbatim;
        }
        self.relative(&address::decode(path), suffix, dest, from, place, out)
    }

    /// A path without a leading slash: a file beside the document, or an address beside its own.
    fn relative(
        &self,
        path: &str,
        suffix: &str,
        dest: &str,
        from: &From<'_>,
        place: &dyn Fn() -> Place,
        out: &mut Diagnostics,
    ) -> Resolved {
        let folder = from.document.doc.source.path.folder();
        let beside = path::join(folder, path);
        let extension = path.rsplit_once('.').map_or("", |(_, e)| e);
        if ["md", "markdown"].contains(&extension) {
            let source = beside.unwrap_or_else(|| path.to_owned());
            return self.by_source(&source, suffix, dest, (from, place), out);
        }
        match beside.and_then(|path| self.source(&path)) {
            Some(NamedSource::Asset(id)) => return self.asset(id, suffix),
            Some(NamedSource::Hidden(hidden)) => return hidden.resolved(suffix, place, out),
            Some(NamedSource::Document(_)) | None => {}
        }
        let own = from.document.url.as_str();
        let base = &own[..own.rfind('/').unwrap_or(0)];
        match path::join(base, path) {
            Some(joined) => {
                let slash = if path.ends_with('/') && !joined.is_empty() { "/" } else { "" };
                let url = UrlPath::new(&format!("/{joined}{slash}"));
                Resolved::Site(self.by_address(&url, suffix))
            }
            None => Resolved::Verbatim,
        }
    }

    /// What an address within this site leads to; `None` for any other.
    pub(super) fn within(&self, address: &str) -> Option<LinkTarget> {
        let (url, suffix) = self.config.base_url.within(address)?;
        Some(self.by_address(&url, suffix))
    }

    /// What a source path names, withheld or not.
    pub(super) fn source(&self, path: &str) -> Option<NamedSource<'_>> {
        let path = nfc(path);
        let document = self.docs.get(&path).map(|id| NamedSource::Document(*id));
        let hidden = || self.hidden.get(&path).map(NamedSource::Hidden);
        let asset = || self.assets.get(&path).map(|id| NamedSource::Asset(*id));
        document.or_else(hidden).or_else(asset)
    }

    fn by_source(
        &self,
        source: &str,
        suffix: &str,
        dest: &str,
        (from, place): (&From<'_>, &dyn Fn() -> Place),
        out: &mut Diagnostics,
    ) -> Resolved {
        match self.source(source) {
            Some(NamedSource::Document(id)) => by_source(&self.urls[id.0], suffix, Some(id)),
            Some(NamedSource::Hidden(hidden)) => hidden.resolved(suffix, place, out),
            Some(NamedSource::Asset(id)) => self.asset(id, suffix),
            None => {
                out.push(self.no_source(&nfc(source), dest, from).at(place()));
                Resolved::Verbatim
            }
        }
    }

    /// A copied file that was named by source path.
    fn asset(&self, id: AssetId, suffix: &str) -> Resolved {
        Resolved::Site(LinkTarget {
            url: self.asset_urls[id.0].clone(),
            suffix: suffix.to_owned(),
            doc: None,
            asset: Some(id),
            by_source: true,
        })
    }

    fn no_source(&self, source: &str, dest: &str, from: &From<'_>) -> Diagnostic {
        let message = match source.strip_prefix("content/").unwrap_or(source) {
            "" => format!("`{dest}` names no file"),
            name => format!("there is no `{name}`"),
        };
        let guess = if from.may_guess() { self.guess(source, dest) } else { None };
        let help = match guess {
            Some(near) => {
                let near = near.strip_prefix("content/").unwrap_or(near);
                format!("did you mean `@/{near}`?")
            }
            None => "links such as `@/posts/x.md` name a file below `content/`".to_owned(),
        };
        Diagnostic::error(&codes::BROKEN_LINK, message)
            .note(format!("linked as `{dest}`"))
            .help(help)
    }

    /// What the author of a link may have meant: first what needs no guess, then a file of the same
    /// name elsewhere, then one with a similar spelling.
    fn guess(&self, source: &str, dest: &str) -> Option<&str> {
        let folder = source.trim_end_matches('/');
        let mut whole: Vec<String> =
            [".md", "/index.md", "/_index.md"].map(|rest| format!("{folder}{rest}")).into();
        // Perhaps the path starts at `content/`, not at the folder of the document.
        let (from_root, _) = address::split_suffix(dest);
        whole.push(format!("content/{}", address::decode(from_root)));
        if let Some((path, _)) = whole.iter().find_map(|path| self.docs.get_key_value(path)) {
            return Some(path);
        }
        let names = self.names.get_or_init(|| {
            let known = self.docs.keys().chain(self.assets.keys()).map(String::as_str);
            Names::new(known.filter(|path| path.starts_with("content/")))
        });
        names.moved(source).or_else(|| names.closest(source))
    }

    /// The target of an address: a document, a file, or something that is checked once all
    /// addresses are known.
    fn by_address(&self, url: &UrlPath, suffix: &str) -> LinkTarget {
        let doc = self.by_url.find(url).copied();
        let asset = self.assets_by_url.find(url).copied();
        let url = match (doc, asset) {
            (Some(id), _) => &self.urls[id.0],
            (None, Some(id)) => &self.asset_urls[id.0],
            (None, None) => self.made.find(url).unwrap_or(url),
        };
        let (url, suffix) = (url.clone(), suffix.to_owned());
        LinkTarget { url, suffix, doc, asset, by_source: false }
    }

    /// Resolves the names in `related`, its `block`, or `read_also`. Leaves out the document itself,
    /// and repeated ones.
    fn picked(
        &self,
        key: &str,
        names: &[Spanned<String>],
        from: &From<'_>,
        out: &mut Diagnostics,
    ) -> Vec<DocId> {
        let own = self.docs.get(&nfc(from.document.doc.source.path.as_str()));
        let mut ids: Set<DocId> = Set::default();
        for Spanned { value, span } in names {
            let place = || from.place(*span);
            let mut problems = Diagnostics::new();
            let found = self.target(value, from, &place, &mut problems);
            match found {
                Resolved::Site(LinkTarget { doc: Some(id), .. }) if own == Some(&id) => {
                    let message = format!("`{value}` in `{key}` is this document itself");
                    out.push(without_effect(message, place()));
                }
                Resolved::Site(LinkTarget { doc: Some(id), .. }) if ids.contains(&id) => {
                    let message = format!("`{value}` is already in `{key}`");
                    out.push(without_effect(message, place()));
                }
                Resolved::Site(LinkTarget { doc: Some(id), .. })
                    if key == "related" && !self.listed[id.0] =>
                {
                    let message =
                        format!("`{value}` in `related` is unlisted, so no list shows it");
                    let help = "link it in the text or in `read_also`, or remove it";
                    out.push(without_effect(message, place()).help(help));
                }
                Resolved::Site(LinkTarget { doc: Some(id), .. }) => {
                    ids.insert(id);
                }
                _ if !problems.is_empty() => {}
                found => {
                    let url =
                        if let Resolved::Site(target) = found { Some(target.url) } else { None };
                    let hidden = url.and_then(|url| self.hidden_by_url.find(&url));
                    let problem =
                        hidden.map_or_else(|| no_document(value), HiddenTarget::of_source);
                    out.push(problem.at(place()));
                }
            }
            out.extend(problems);
        }
        ids.into_iter().collect()
    }

    /// Documents by address: those of this build, and those that are not part of it.
    pub(super) fn into_addresses(self) -> (Addresses<DocId>, Addresses<HiddenTarget>) {
        (self.by_url, self.hidden_by_url)
    }
}

/// The lists that a document belongs to, by language and folder.
fn lists_of(document: &Addressed) -> impl Iterator<Item = (LanguageId, &str)> {
    let folders = withheld::sections_of(&document.doc.source.path);
    folders.map(|folder| (document.language, folder))
}

/// What a source path names.
pub(super) enum NamedSource<'a> {
    Document(DocId),
    /// A document or file that is not part of this build.
    Hidden(&'a HiddenTarget),
    Asset(AssetId),
}

/// A document whose links are being resolved.
struct From<'a> {
    document: &'a Addressed,
    /// For how many names a guess was asked for.
    guesses: Cell<usize>,
}

impl From<'_> {
    fn place(&self, span: crate::base::Span) -> Place {
        self.document.doc.place(span)
    }

    /// Whether to guess what another link of it means. Beyond the number of messages shown for one
    /// file, guessing is wasted.
    fn may_guess(&self) -> bool {
        self.guesses.set(self.guesses.get() + 1);
        self.guesses.get() <= Diagnostics::SHOWN_OF_FILE
    }

    fn front_image(&self) -> Option<(String, Place)> {
        let document = self.document;
        match (&document.doc.front.image, &document.front.image) {
            (Some(own), _) => Some((own.value.clone(), self.place(own.span))),
            // A cascaded value stands in the section's file, so there is no place for it in this
            // one.
            (None, Some(image)) => Some((image.value.clone(), document.file())),
            (None, None) => None,
        }
    }
}

/// Documents come in order, so a second link from the same one is recognised by the last entry.
fn note_backlink(backlinks: &mut [Vec<DocId>], to: DocId, from: DocId) {
    if to != from && backlinks[to.0].last() != Some(&from) {
        backlinks[to.0].push(from);
    }
}

fn no_document(name: &str) -> Diagnostic {
    Diagnostic::error(&codes::RELATED_TARGET, format!("there is no document `{name}`"))
        .help("name a file below `content/`: `@/posts/x.md`")
}

fn without_effect(message: String, place: Place) -> Diagnostic {
    Diagnostic::warning(&codes::UNUSED, message).at(place).help("remove it")
}

/// The target of a link by source path.
fn by_source(url: &UrlPath, suffix: &str, doc: Option<DocId>) -> Resolved {
    let (url, suffix) = (url.clone(), suffix.to_owned());
    Resolved::Site(LinkTarget { url, suffix, doc, asset: None, by_source: true })
}

/// A document or file that is not part of this build, but that links may lead to.
#[derive(Debug, Clone)]
pub(crate) struct HiddenTarget {
    /// Its file.
    pub(super) path: SourcePath,
    /// The address it would have.
    pub(super) url: UrlPath,
    pub(super) why: WithheldReason,
}

impl HiddenTarget {
    /// Reports that a link to it leads nowhere.
    pub(crate) fn diagnostic(&self, severity: Severity) -> Diagnostic {
        self.why.diagnostic(below_content(&self.path), severity)
    }

    /// Like [`HiddenTarget::diagnostic`], as severe as for a link by source path.
    pub(super) fn of_source(&self) -> Diagnostic {
        self.diagnostic(self.why.severity())
    }

    /// Reports a link to it by source path, and gives what the link becomes.
    fn resolved(&self, suffix: &str, place: &dyn Fn() -> Place, out: &mut Diagnostics) -> Resolved {
        out.push(self.of_source().at(place()));
        by_source(&self.url, suffix, None)
    }
}

/// Whether a link begins with a scheme (RFC 3986, section 3.1).
fn has_scheme(dest: &str) -> bool {
    dest.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}
