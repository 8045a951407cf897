//! A site in memory: made, compiled and rendered as `kisah build` would, without a disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use kisah::base::{Diagnostic, SourcePath, SourceText};
use kisah::build::{self, Compiled, Inputs, Memory, Today};
use kisah::config::Overrides;
use kisah::render::Renderer;
use kisah::source::derived::{Payload, Supply};
use kisah::source::{Asset, Layer, Source, Template, builtin};

use crate::laws;

/// The day on which everything happens.
const TODAY: Today = Today::Day(jiff::civil::date(2026, 1, 1));

/// Templates that show what they are given and little else.
const PLAIN: [(&str, &str); 11] = [
    ("404.html", include_str!("../../tests/plain/404.html")),
    ("archive.html", include_str!("../../tests/plain/archive.html")),
    ("index.html", include_str!("../../tests/plain/index.html")),
    ("list.html", include_str!("../../tests/plain/list.html")),
    ("page.html", include_str!("../../tests/plain/page.html")),
    ("person.html", include_str!("../../tests/plain/person.html")),
    ("post.html", include_str!("../../tests/plain/post.html")),
    ("redirect.html", include_str!("../../tests/plain/redirect.html")),
    ("section.html", include_str!("../../tests/plain/section.html")),
    ("taxonomy.html", include_str!("../../tests/plain/taxonomy.html")),
    ("term.html", include_str!("../../tests/plain/term.html")),
];

/// The templates of a site besides its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Those of the tests, and kisah's components.
    Plain,
    /// kisah's own.
    Builtin,
}

/// The texts of a site.
pub struct Site {
    pub config: String,
    pub theme: Theme,
    /// Path below the root, and text.
    pub files: Vec<(String, String)>,
}

/// The result of building it.
pub struct Made {
    pub diagnostics: Vec<Diagnostic>,
    /// The output, without pages that have mistakes.
    pub files: BTreeMap<String, Vec<u8>>,
    pub compiled: Compiled,
}

impl Made {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == kisah::base::Severity::Error)
    }

    /// A file of the output as text.
    pub fn text(&self, file: &str) -> Option<&str> {
        self.files.get(file).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
}

impl Site {
    /// A site with this kisah.toml and these files.
    pub fn new(config: &str, theme: Theme, files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
        Site { config: config.into(), theme, files }
    }

    /// Compiles and renders it twice, and checks the laws that are true of every site.
    pub fn make(&self) -> Made {
        let (config, source) = (self.config(), self.source());
        let made = made(&config, &source);
        let texts = texts(&config, &source);
        laws::sorted(made.compiled.diagnostics.iter());
        for diagnostic in &made.diagnostics {
            laws::readable(diagnostic, &texts);
        }
        let again = self::made(&config, &source);
        assert!(made.diagnostics == again.diagnostics, "the second build says something else");
        assert!(made.files == again.files, "the second build makes something else");
        made
    }

    fn config(&self) -> [SourceText; 1] {
        [SourceText::new(SourcePath::new("kisah.toml".to_owned()), self.config.as_str())]
    }

    fn source(&self) -> Source {
        let mut source = Source { templates: builtin::templates(), ..Source::default() };
        if self.theme == Theme::Plain {
            // Templates of kisah that the plain ones replace need not be read.
            source.templates.retain(|t| ["components.html", "markdown.html"].contains(&&*t.name));
            for (name, text) in PLAIN {
                source.template(name, text);
            }
        } else {
            source.assets = builtin::assets();
        }
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort();
        for (path, text) in files {
            match path.split_once('/') {
                Some(("templates", name)) => {
                    source.templates.retain(|t| t.layer != Layer::Site || *t.name != *name);
                    source.template(name, text);
                }
                Some((folder, _)) => {
                    let list = match folder {
                        "content" => &mut source.documents,
                        "data" => &mut source.data,
                        "i18n" => &mut source.i18n,
                        _ => panic!("no files in {folder}"),
                    };
                    list.push(SourceText::new(SourcePath::new(path.clone()), text.as_str()));
                }
                None => panic!("{path} stands nowhere"),
            }
        }
        source.templates.sort_by(|a, b| (a.layer, &a.name).cmp(&(b.layer, &b.name)));
        source
    }
}

/// Adds templates to a site.
trait AddTemplate {
    fn template(&mut self, name: &str, text: &str);
}

impl AddTemplate for Source {
    fn template(&mut self, name: &str, text: &str) {
        let path = SourcePath::new(format!("templates/{name}"));
        let source = SourceText::new(path, text);
        self.templates.push(Template { layer: Layer::Site, name: Arc::from(name), source });
    }
}

/// All files of these sites are in memory.
struct NoDisk;

impl Supply for NoDisk {
    fn read(&self, asset: &Asset) -> Result<Vec<u8>, Box<Diagnostic>> {
        panic!("{} is not at hand", asset.path);
    }
}

fn made(config: &[SourceText], source: &Source) -> Made {
    let inputs = Inputs {
        config_files: config,
        source,
        supply: &NoDisk,
        overrides: &Overrides::default(),
        today: TODAY,
        whole_views: false,
    };
    let compiled = build::compile(&inputs, &mut Memory::default());
    let mut diagnostics: Vec<Diagnostic> = compiled.diagnostics.iter().cloned().collect();
    let mut files = BTreeMap::new();
    // Pages of a site with mistakes are also rendered, so that all mistakes are found.
    if let Some((plan, engine)) = &compiled.plan {
        let renderer = Renderer::new(engine, plan, &NoDisk);
        for route in plan.routes() {
            match plan.artifact(route) {
                Ok(artifact) => match renderer.render(&artifact.recipe) {
                    Ok(Payload::Made(bytes)) => {
                        files.insert(artifact.file.as_str().to_owned(), bytes);
                    }
                    Ok(Payload::Source(_)) => {}
                    Err(problems) => diagnostics.extend(problems),
                },
                Err(problem) => diagnostics.push(*problem),
            }
        }
    }
    Made { diagnostics, files, compiled }
}

/// Every text that a diagnostic may be about, by its path.
fn texts(config: &[SourceText], source: &Source) -> BTreeMap<String, String> {
    let templates = source.templates.iter().map(|t| &t.source);
    let all = config.iter().chain(&source.documents).chain(&source.data).chain(&source.i18n);
    let all = all.chain(templates);
    all.map(|text| (text.path.as_str().to_owned(), text.text.to_string())).collect()
}
