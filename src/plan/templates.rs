//! What a template can reach: other templates, names of variables, names of static files.
//!
//! This scans the sources, not what Tera compiled: every word counts as a name. It may find too
//! much (a word in a text), but never too little, so at worst a page is rendered when it need not
//! be. Tera's own `get_template_variables` is documented as best effort and misses names.

use std::sync::{Arc, OnceLock};

use crate::base::{Digest, Hasher, Map, Set, SourceText};
use crate::config::LimitsConfig;
use crate::source::{Layer, Template};

/// The prefix of the built-in templates.
pub(crate) const BUILTIN_PREFIX: &str = "kisah/";

/// Longer literals cannot name a file, on any system.
const LONGEST: usize = 4096;

/// All templates of a site.
#[derive(Debug)]
pub(crate) struct Templates {
    by_name: Map<String, Info>,
    prefixes: Vec<String>,
    limits: LimitsConfig,
}

#[derive(Debug)]
struct Info {
    source: SourceText,
    digest: Digest,
    /// Whether it is not built in.
    own: bool,
    refers: Vec<String>,
    defines_components: bool,
    /// Found once, however many templates reach this one.
    names: OnceLock<Names>,
    reach: OnceLock<Reach>,
}

/// What the source of one template names.
#[derive(Debug, Default)]
struct Names {
    words: Set<Arc<str>>,
    literals: Set<Arc<str>>,
}

/// What one template and all that it reaches can name.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// Digest of the names and sources of all reachable templates, and of where names are looked
    /// up.
    pub(crate) digest: Digest,
    words: Set<Arc<str>>,
    literals: Set<Arc<str>>,
    everything: bool,
    /// Whether a template that is not built in is among them.
    own: bool,
}

impl Reach {
    /// A reach that names everything: the whole view, for comparison.
    pub(crate) fn everything() -> Self {
        Reach { everything: true, own: true, ..Reach::default() }
    }

    /// Whether all reachable templates are built in: it is known what those show.
    pub(crate) fn is_builtin(&self) -> bool {
        !self.own
    }

    /// Whether they may use a variable of that name.
    pub(crate) fn can_name(&self, name: &str) -> bool {
        self.everything || self.words.contains(name)
    }

    /// The string literals in their sources.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &str> {
        self.literals.iter().map(|literal| &**literal)
    }
}

impl Templates {
    /// Takes the templates of all layers.
    pub(crate) fn new(templates: &[Template], theme: Option<&str>) -> Self {
        let mut by_name = Map::default();
        for template in templates {
            let name = full_name(template.layer, &template.name, theme);
            // A byte order mark would end up in the page, and `extends` must come first.
            let source = match template.source.unmarked() {
                (_, 0) => template.source.clone(),
                (text, _) => SourceText::new(template.source.path.clone(), text),
            };
            let text = &*source.text;
            let info = Info {
                source: source.clone(),
                digest: Hasher::new().str(&name).str(text).finish(),
                own: template.layer != Layer::Builtin,
                refers: references(text),
                defines_components: defines_components(text),
                names: OnceLock::new(),
                reach: OnceLock::new(),
            };
            by_name.insert(name, info);
        }
        let theme = theme.map(|name| format!("{name}/"));
        let prefixes = theme.into_iter().chain([BUILTIN_PREFIX.to_owned()]).collect();
        Templates { by_name, prefixes, limits: LimitsConfig::default() }
    }

    /// Sets what a page may cost. It belongs to the reach, because it decides whether there is a
    /// page.
    #[must_use]
    pub(crate) fn limited(mut self, limits: LimitsConfig) -> Self {
        self.limits = limits;
        self
    }

    /// Whether the template with this full name is not built in.
    pub(crate) fn is_own(&self, full_name: &str) -> bool {
        self.by_name.get(full_name).is_some_and(|info| info.own)
    }

    /// The full names of the templates that one includes or extends.
    pub(crate) fn refers(&self, full_name: &str) -> impl Iterator<Item = &str> {
        let info = self.by_name.get(full_name);
        info.into_iter().flat_map(|info| &info.refers).filter_map(|name| self.resolve(name))
    }

    /// Whether any template is not built in.
    pub(crate) fn has_own(&self) -> bool {
        self.by_name.values().any(|info| info.own)
    }

    /// Prefixes under which a name is looked up when the site has no such template.
    pub(crate) fn prefixes(&self) -> &[String] {
        &self.prefixes
    }

    /// Full names with their sources: `post.html`, `mytheme/post.html`, `kisah/post.html`.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&str, &SourceText)> {
        self.by_name.iter().map(|(name, info)| (name.as_str(), &info.source))
    }

    /// The source of the template with this full name.
    pub(crate) fn source(&self, full_name: &str) -> Option<&SourceText> {
        self.by_name.get(full_name).map(|info| &info.source)
    }

    /// The full name of the template that `name` means: the site's, the theme's or the built-in one.
    pub(crate) fn resolve(&self, name: &str) -> Option<&str> {
        let exact = self.by_name.get_key_value(name);
        let with_prefix =
            || self.prefixes.iter().find_map(|p| self.by_name.get_key_value(&format!("{p}{name}")));
        exact.or_else(with_prefix).map(|(name, _)| name.as_str())
    }

    /// Names that pages may ask for; for suggestions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(|name| {
            self.prefixes.iter().find_map(|p| name.strip_prefix(p.as_str())).unwrap_or(name)
        })
    }

    /// What the template with this full name reaches.
    pub(crate) fn reach(&self, full_name: &str) -> &Reach {
        static NOTHING: OnceLock<Reach> = OnceLock::new();
        match self.by_name.get(full_name) {
            Some(info) => info.reach.get_or_init(|| self.follow(full_name)),
            None => NOTHING.get_or_init(Reach::default),
        }
    }

    /// The digest of every template that defines components: what a body with component calls
    /// depends on.
    pub(crate) fn components_digest(&self) -> Digest {
        self.follow("").digest
    }

    fn follow(&self, full_name: &str) -> Reach {
        let components = self.by_name.iter().filter(|(_, info)| info.defines_components);
        let mut todo: Vec<&str> = components.map(|(name, _)| name.as_str()).collect();
        todo.push(full_name);
        let mut seen: Set<&str> = Set::default();
        let mut reach = Reach::default();
        while let Some(name) = todo.pop() {
            let Some((name, info)) = self.by_name.get_key_value(name) else { continue };
            if seen.insert(name) {
                reach.own |= info.own;
                let names = info.names.get_or_init(|| scan(&info.source.text));
                reach.words.extend(names.words.iter().cloned());
                reach.literals.extend(names.literals.iter().cloned());
                todo.extend(info.refers.iter().filter_map(|r| self.resolve(r)));
            }
        }
        seen.sort_unstable();
        let mut hasher = Hasher::new();
        for name in &seen {
            hasher.digest(self.by_name[*name].digest);
        }
        // With the same templates, a name means another one when another theme comes first.
        for prefix in &self.prefixes {
            hasher.str(prefix);
        }
        let LimitsConfig { page_steps, page_megabytes, document_marks: _ } = self.limits;
        hasher.number(page_steps).number(page_megabytes);
        reach.digest = hasher.finish();
        reach
    }
}

/// The name under which Tera knows a template.
pub(crate) fn full_name(layer: Layer, name: &str, theme: Option<&str>) -> String {
    match (layer, theme) {
        (Layer::Site, _) | (Layer::Theme, None) => name.to_owned(),
        (Layer::Theme, Some(theme)) => format!("{theme}/{name}"),
        (Layer::Builtin, _) => format!("{BUILTIN_PREFIX}{name}"),
    }
}

/// The string literals after the words `extends` and `include`.
fn references(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in ["extends", "include"] {
        for (at, _) in text.match_indices(word) {
            found.extend(literal(text[at + word.len()..].trim_start()));
        }
    }
    found
}

/// The value of the string literal at the beginning of a text.
fn literal(text: &str) -> Option<String> {
    let mut rest = text.chars();
    let quote = rest.next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut said = String::new();
    loop {
        match rest.next()? {
            // Of all that Tera reads after a backslash, only quotes, `/` and `\` can be in a name.
            '\\' => said.push(rest.next()?),
            c if c == quote => return Some(said),
            c => said.push(c),
        }
    }
}

/// Whether there is a `{% component`, with any white space, or with the `-` that removes it.
fn defines_components(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices("{%").any(|(at, _)| {
        let tag = text[at + 2..].trim_start_matches('-').trim_start();
        tag.strip_prefix("component").is_some_and(|rest| !rest.starts_with(is_word))
    })
}

fn scan(text: &str) -> Names {
    let mut names = Names::default();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && !names.words.contains(word)
        {
            names.words.insert(word.into());
        }
    }
    for (at, _) in text.match_indices(['"', '\'', '`']) {
        if let Some(said) = literal(&text[at..]).filter(|said| (1..=LONGEST).contains(&said.len()))
            && !names.literals.contains(&*said)
        {
            names.literals.insert(said.into());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourcePath;

    fn template(layer: Layer, name: &str, text: &str) -> Template {
        let source = SourceText::new(SourcePath::new(name), text);
        Template { layer, name: name.into(), source }
    }

    #[test]
    fn reach_follows_extends_includes_and_components() {
        let templates = Templates::new(
            &[
                template(Layer::Site, "post.html", "{%- extends \"kisah/post.html\" %}{{ one }}"),
                template(Layer::Builtin, "post.html", "{% extends 'base.html' %}{{ two }}"),
                template(Layer::Builtin, "base.html", "{% include \"foot.html\" %}"),
                template(Layer::Builtin, "foot.html", "{{ assets[\"a/b.css\"] }}"),
                template(
                    Layer::Builtin,
                    "c.html",
                    "{%- component c(x) %}{{ four }}{% endcomponent %}",
                ),
                template(Layer::Builtin, "other.html", "{{ five }}"),
            ],
            None,
        );
        assert_eq!(templates.resolve("base.html"), Some("kisah/base.html"));
        let reach = templates.reach(templates.resolve("post.html").unwrap());
        for (name, can) in
            [("one", true), ("two", true), ("assets", true), ("four", true), ("five", false)]
        {
            assert_eq!(reach.can_name(name), can, "{name}");
        }
        assert!(reach.literals().any(|l| l == "a/b.css"));
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let reach = |text: &str| {
            let templates = [
                template(Layer::Site, "post.html", text),
                template(Layer::Site, "a/b.html", "{{ far }}"),
            ];
            Templates::new(&templates, None).reach("post.html").can_name("far")
        };
        for text in ["{% include 'a/b.html' %}", "{% include\n`a/b.html` %}"] {
            assert!(reach(text), "{text}");
        }
        assert!(reach(r#"{% include "a\/b.html" %}"#));
        assert!(!reach("{% include 'a/c.html' %}"));
        for tag in ["{% component c()", "{%-component\n\tc()", "{%\tcomponent\tc()"] {
            assert!(defines_components(tag), "{tag}");
        }
        for tag in ["{% components %}", "{% endcomponent c %}", "component c()"] {
            assert!(!defines_components(tag), "{tag}");
        }
        let long = "x".repeat(300);
        let names = scan(&format!("{{{{ assets[\"{long}\"] }}}} it's"));
        assert!(names.literals.contains(&*long));
    }
}
