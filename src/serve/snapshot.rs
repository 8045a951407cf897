//! A compiled site, as it is served.
//!
//! In: a plan and its templates. Out: what lives at an address, and the bytes of a file, which are
//! made when first asked for, and are those that `build` would write. A snapshot never changes:
//! after an edit there is a new one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use hyper::StatusCode;
use hyper::body::Bytes;

use super::redirects::{Redirects, Rewrite};
use super::types;
use crate::base::url::{decode, encode_path};
use crate::base::{Diagnostic, Digest, Hasher, Map, UrlPath};
use crate::parse::Doc;
use crate::plan::Plan;
use crate::render::{Engine, Renderer};
use crate::routes::Route;
use crate::site::DocId;
use crate::source::Asset;
use crate::source::derived::Payload;
use crate::store::{Disk, SourceFiles};

/// A site that can answer requests.
pub struct Snapshot {
    plan: Plan,
    engine: Arc<Engine>,
    sources: Arc<SourceFiles<'static>>,
    /// Index of the route of each file of the output.
    files: Arc<Map<Arc<str>, usize>>,
    /// The files made so far, by route. Copied files are not kept: they are read when asked for.
    made: Vec<OnceLock<FileResult>>,
    redirects: Arc<Redirects>,
    policy: Option<String>,
    /// Decoded path of the base URL, without trailing slash: `` or `/blog`.
    prefix: String,
}

/// The bytes of a file, and their digest.
#[derive(Debug, Clone)]
pub struct File {
    /// What `build` would write.
    pub bytes: Bytes,
    /// The digest of the bytes.
    pub(crate) digest: Digest,
}

/// What is known about a file, or why it cannot be made.
type FileResult = Result<ServedFile, Arc<[Diagnostic]>>;

/// A file that was made, or a copy of one of the sources.
enum ServedFile {
    Made(File),
    Source(Arc<Asset>),
}

/// Why there are no bytes.
#[derive(Debug)]
pub enum Failure {
    /// The page has a mistake.
    Mistake(Arc<[Diagnostic]>),
    /// The copied file at this path is no longer what it was when the site was read.
    Changed(String),
}

/// What lives at an address.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// A file: the index of its route.
    File(usize, StatusCode),
    /// Another address, encoded.
    Redirect(String, StatusCode),
    /// Nothing: the index of the page that says so, if the site has one.
    Missing(Option<usize>),
}

impl Snapshot {
    /// Makes a snapshot of a plan. Copied files are read from below `root`.
    pub fn new(plan: Plan, engine: Engine, disk: &'static dyn Disk, root: &Path) -> Self {
        let by_file = |(index, route): (usize, &Route)| (Arc::from(route.file.as_str()), index);
        let mut snapshot = Snapshot {
            files: Arc::new(plan.routes().iter().enumerate().map(by_file).collect()),
            made: plan.routes().iter().map(|_| OnceLock::new()).collect(),
            redirects: Arc::default(),
            policy: None,
            prefix: decode(plan.site().config.base_url.prefix()),
            plan,
            engine: engine.into(),
            sources: SourceFiles::new(disk, root, None).into(),
        };
        if let Some(text) = snapshot.text("_redirects") {
            snapshot.redirects = Redirects::parse(&text).into();
        }
        snapshot.policy =
            snapshot.text("_headers").and_then(|text| policy(&text, &snapshot.prefix));
        snapshot
    }

    /// The site with another body of one document, as far as that can be told without compiling
    /// it again. See [`Plan::with_body`].
    pub(crate) fn with_body(&self, id: DocId, doc: Arc<Doc>) -> Option<Self> {
        Some(Snapshot {
            plan: self.plan.with_body(id, doc, &*self.engine)?,
            made: self.routes().iter().map(|_| OnceLock::new()).collect(),
            engine: Arc::clone(&self.engine),
            files: Arc::clone(&self.files),
            redirects: Arc::clone(&self.redirects),
            policy: self.policy.clone(),
            prefix: self.prefix.clone(),
            sources: Arc::clone(&self.sources),
        })
    }

    fn text(&self, file: &str) -> Option<String> {
        let made = self.file(*self.files.get(file)?).ok()?;
        Some(String::from_utf8_lossy(&made.bytes).into_owned())
    }

    /// Every file of the output.
    pub(crate) fn routes(&self) -> &[Route] {
        self.plan.routes()
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A renderer for many pages of this site.
    pub(crate) fn renderer(&self) -> Renderer<'_> {
        Renderer::new(&self.engine, &self.plan, &*self.sources)
    }

    /// The address of the home page, encoded: `/` or `/blog/`.
    pub(crate) fn home(&self) -> String {
        format!("{}/", encode_path(&self.prefix))
    }

    /// The content security policy that `_headers` gives to every page.
    pub(crate) fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// The address of a route as pages link it.
    pub(crate) fn address(&self, route: &Route) -> String {
        self.plan.site().config.base_url.relative(&route.url)
    }

    /// The copied files: their addresses, as pages link them, and digests.
    pub(crate) fn assets(&self) -> BTreeMap<String, Digest> {
        let assets = self.routes().iter().filter_map(|route| {
            let id = route.asset()?;
            Some((self.address(route), self.plan.site().assets[id.0].asset.digest))
        });
        assets.collect()
    }

    /// What lives at a decoded path, which begins with `/`.
    pub fn find(&self, path: &str) -> Found {
        let below = match path.strip_prefix(self.prefix.as_str()) {
            Some("") if !self.prefix.is_empty() => {
                return Found::Redirect(self.home(), StatusCode::MOVED_PERMANENTLY);
            }
            Some(below) if below.starts_with('/') => below,
            _ if path == "/" => return Found::Redirect(self.home(), StatusCode::FOUND),
            _ => return Found::Missing(self.not_found("/")),
        };
        let own = self.own(below);
        let rule = self.redirects.find(path);
        let rule = rule.or_else(|| self.redirects.find(below).filter(|_| below.len() < path.len()));
        match rule {
            Some(rule) if rule.forced || self.gives_way(&own) => self.apply(&rule, path, own),
            _ => own,
        }
    }

    /// Whether a rule of `_redirects` takes precedence: hosts show a file before they look at the
    /// rules, but a rule does better what the page of an alias does.
    fn gives_way(&self, own: &Found) -> bool {
        match own {
            Found::File(index, _) => self.routes()[*index].leads_to(self.plan.site()).is_some(),
            Found::Redirect(..) => false,
            Found::Missing(_) => true,
        }
    }

    fn apply(&self, rule: &Rewrite, path: &str, own: Found) -> Found {
        if rule.status.is_redirection() {
            // A rule that leads to itself would loop for ever.
            return if decode(&rule.to) == path {
                own
            } else {
                Found::Redirect(rule.to.clone(), rule.status)
            };
        }
        let to = decode(&rule.to);
        match self.own(to.strip_prefix(self.prefix.as_str()).unwrap_or(&to)) {
            Found::File(index, _) => Found::File(index, rule.status),
            _ => own,
        }
    }

    /// What the output holds at a path below the prefix, as hosts of static files answer.
    fn own(&self, path: &str) -> Found {
        let found = |url: &UrlPath| self.files.get(url.file().as_str()).copied();
        for url in UrlPath::new(path).spellings() {
            let Some(index) = found(&url) else { continue };
            // Each page has only one address; redirect to it.
            if url.as_str() != path {
                let to = format!("{}{}", encode_path(&self.prefix), url.encoded());
                return Found::Redirect(to, StatusCode::MOVED_PERMANENTLY);
            }
            return Found::File(index, StatusCode::OK);
        }
        match found(&UrlPath::new(&format!("{path}.html"))) {
            Some(index) => Found::File(index, StatusCode::OK),
            None => Found::Missing(self.not_found(path)),
        }
    }

    /// The nearest `404.html` above a path: a language may have its own.
    fn not_found(&self, path: &str) -> Option<usize> {
        let mut folder = path.trim_start_matches('/');
        while let Some((above, _)) = folder.rsplit_once('/') {
            if let Some(index) = self.files.get(format!("{above}/404.html").as_str()) {
                return Some(*index);
            }
            folder = above;
        }
        self.files.get("404.html").copied()
    }

    /// The bytes of the file of a route.
    pub fn file(&self, index: usize) -> Result<File, Failure> {
        match self.made(index) {
            Ok(ServedFile::Made(file)) => Ok(file.clone()),
            Ok(ServedFile::Source(asset)) => match asset.bytes(&*self.sources) {
                Ok(bytes) => Ok(File { bytes: bytes.into_owned().into(), digest: asset.digest }),
                Err(_) => Err(Failure::Changed(asset.path.to_string())),
            },
            Err(problems) => Err(Failure::Mistake(Arc::clone(problems))),
        }
    }

    fn made(&self, index: usize) -> &FileResult {
        self.made[index].get_or_init(|| self.make(&self.routes()[index]))
    }

    fn make(&self, route: &Route) -> FileResult {
        let artifact = self.plan.artifact(route).map_err(|problem| Arc::from([*problem]))?;
        let made = self.renderer().render(&artifact.recipe).map_err(Arc::<[Diagnostic]>::from)?;
        Ok(match made {
            Payload::Made(bytes) => {
                ServedFile::Made(File { digest: Digest::of(&bytes), bytes: bytes.into() })
            }
            Payload::Source(asset) => ServedFile::Source(asset),
        })
    }

    /// The type of the file of a route.
    pub(crate) fn content_type(&self, index: usize) -> String {
        types::content_type(self.routes()[index].file.as_str())
    }

    /// The digest of what a visitor of a path sees: if it changes, the page must be reloaded. The
    /// error is the page's mistakes.
    pub(crate) fn look(&self, path: &str) -> Result<Digest, Arc<[Diagnostic]>> {
        let (index, status) = match self.find(path) {
            Found::File(index, status) => (index, status),
            Found::Missing(Some(index)) => (index, StatusCode::NOT_FOUND),
            Found::Missing(None) => return Ok(Digest(1)),
            Found::Redirect(to, _) => return Ok(Digest::of(to.as_bytes())),
        };
        let status = u64::from(status.as_u16());
        let digest = self.digest(index)?;
        Ok(Hasher::new().number(status).digest(digest).finish())
    }

    /// The digest of the file of a route. Copied files are not read for it.
    fn digest(&self, index: usize) -> Result<Digest, Arc<[Diagnostic]>> {
        match self.made(index) {
            Ok(ServedFile::Made(file)) => Ok(file.digest),
            Ok(ServedFile::Source(asset)) => Ok(asset.digest),
            Err(problems) => Err(Arc::clone(problems)),
        }
    }

    /// Whether a page was rendered already, because somebody asked for it.
    pub(crate) fn is_made(&self, index: usize) -> bool {
        matches!(self.made[index].get(), Some(Ok(ServedFile::Made(_))))
    }
}

/// The policy that a `_headers` file gives to all pages: `/*`, or `/blog/*` below a prefix.
fn policy(headers: &str, prefix: &str) -> Option<String> {
    let mut in_all = false;
    for line in headers.lines() {
        if !line.starts_with([' ', '\t']) {
            let folder = line.trim().strip_suffix("/*");
            in_all = folder.is_some_and(|folder| folder.is_empty() || decode(folder) == prefix);
        } else if in_all
            && let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-security-policy")
        {
            return Some(value.trim().to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_is_that_of_all_pages() {
        let line = "Content-Security-Policy: a";
        for (headers, prefix, found) in [
            (format!("/*\n  {line}\n"), "", true),
            (format!("/*\n  X: b\n\t{}\n", line.to_lowercase()), "", true),
            (format!("/my%20blog/*\n  {line}\n"), "/my blog", true),
            // Those of some pages are not.
            (format!("/about/*\n  {line}\n"), "", false),
            (format!("/about/\n  {line}\n"), "", false),
            (format!("/*\n  X: b\n/about/\n  {line}\n"), "", false),
            (format!("/other/*\n  {line}\n"), "/blog", false),
        ] {
            assert_eq!(policy(&headers, prefix).as_deref(), found.then_some("a"), "{headers}");
        }
    }
}
