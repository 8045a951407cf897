//! Sets up Tera so that the same view gives the same bytes.

use std::sync::OnceLock;

use tera::value::Key;
use tera::{Context, Tera, Value};

use super::metered::{self, Metered};
use super::{errors, filters, meter, nesting};
use crate::base::{Diagnostic, Map, Place, SourceText, codes, suggest};
use crate::config::{Config, LimitsConfig, PerLanguage};
use crate::parse::ComponentCall;
use crate::plan::body::Components;
use crate::plan::templates::Templates;
use crate::plan::view::View;
use crate::site::Document;

/// Extensions of templates whose output is escaped.
const ESCAPED: [&str; 4] = [".html", ".htm", ".xml", ".svg"];

/// Tera's variable that dumps everything a template sees, in no fixed order.
const DUMP: &str = "__tera_context";

/// The compiled templates.
///
/// Templates of the site and its theme are metered (see `metered.rs`). The built-in ones need not
/// be: they repeat only what the site contains, and call nothing that calls them.
pub struct Engine {
    tera: Tera,
    /// Without templates: filters, functions and settings.
    base: Tera,
    /// Holds the templates as written, to find out what is wrong with them; made when first needed.
    plain: OnceLock<Option<Tera>>,
    sources: Vec<(String, SourceText)>,
    /// By full name.
    metered: Map<String, Metered>,
    limits: LimitsConfig,
    /// Components that passed a limit when called from Markdown: reported once, not tried again.
    runaway: Map<String, OnceLock<()>>,
    /// Code and direction of each language, for components.
    languages: PerLanguage<(String, &'static str)>,
}

impl Engine {
    /// Compiles all templates. On failure, returns every problem that can be told apart.
    pub(crate) fn new(templates: &Templates, config: &Config) -> Result<Self, Vec<Diagnostic>> {
        let sources: Vec<(String, SourceText)> =
            templates.sources().map(|(name, source)| (name.to_owned(), source.clone())).collect();
        let mut problems: Vec<Diagnostic> = sources.iter().filter_map(|(_, s)| dump(s)).collect();
        problems.extend(nesting::chain(templates));
        problems.extend(syntax(&sources, config));
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut base = Tera::default();
        filters::register(&mut base, config);
        meter::register(&mut base);
        base.autoescape_on(ESCAPED);
        if let Err(error) = base.set_fallback_prefixes(templates.prefixes().to_vec()) {
            return Err(errors::of_compilation(&error, &sources));
        }
        let own = sources.iter().filter(|(name, _)| templates.is_own(name));
        let metered: Map<String, Metered> =
            own.map(|(name, source)| (name.clone(), metered::meter(&source.text))).collect();
        let mut tera = base.clone();
        let texts = sources.iter().map(|(name, source)| {
            (name, metered.get(name).map_or(&**source.text, |metered| metered.text.as_str()))
        });
        if let Err(error) = tera.add_raw_templates(texts) {
            return Err(match with_sources(&base, &sources) {
                Err(error) => errors::of_compilation(&error, &sources),
                Ok(_) => too_complex(&base, &sources, &metered, &error),
            });
        }
        let languages = config.languages.map(|_, l| (l.code.clone(), l.locale.direction()));
        let components = tera.get_component_names();
        let runaway = components.map(|name| (name.to_owned(), OnceLock::new())).collect();
        let (plain, limits) = (OnceLock::new(), config.limits);
        Ok(Engine { tera, base, plain, sources, metered, limits, runaway, languages })
    }

    /// Renders a page. `content` is the body and the variable that receives it.
    pub(super) fn page(
        &self,
        template: &str,
        view: &View,
        content: Option<&(&'static str, String)>,
    ) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut context = Context::new();
        for (name, part) in view.vars() {
            let value = match content {
                Some((variable, html)) if variable == name => with_content(&part.value, html),
                _ => part.value.clone(),
            };
            context.insert_value(name.clone(), value);
        }
        let body = content.map_or(0, |(_, html)| html.len());
        let mut bytes = Vec::with_capacity(16 * 1024 + body);
        let render = || self.tera.render_to(template, &context, &mut bytes);
        let (rendered, exceeded) = meter::within(self.limits, render);
        let Err(error) = rendered else { return Ok(bytes) };
        if let Some(exceeded) = exceeded {
            let place = self.place_of(&error);
            return Err(Box::new(errors::of_limit(exceeded, self.limits, place)));
        }
        // The wording and the place of a mistake come from the template as written.
        let again = self
            .plain()
            .and_then(|plain| plain.render_to(template, &context, &mut std::io::sink()).err());
        let error = again.unwrap_or(error);
        Err(Box::new(errors::of_rendering(&error, &self.sources, template, view)))
    }

    /// The number of a template, by its full name.
    pub(super) fn number_of(&self, template: &str) -> Option<usize> {
        self.sources.iter().position(|(name, _)| name == template)
    }

    /// How many templates there are.
    pub(super) fn templates(&self) -> usize {
        self.sources.len()
    }

    /// The templates without meters, if they have any.
    fn plain(&self) -> Option<&Tera> {
        if self.metered.is_empty() {
            return None;
        }
        self.plain.get_or_init(|| with_sources(&self.base, &self.sources).ok()).as_ref()
    }

    /// Where a limit was passed.
    fn place_of(&self, error: &tera::Error) -> Option<Place> {
        let tera::ErrorKind::RenderingError(report) = error.kind() else { return None };
        let (name, source) = self.sources.iter().find(|(name, _)| name == report.filename())?;
        let at = report.span().range.start;
        let at = self.metered.get(name).map_or(at, |metered| metered.original(at));
        Some(Place::in_text(source.path.as_str(), &source.text, tag_at(&source.text, at)))
    }
}

/// The tag that a place is in or just after; the first line if there is none.
fn tag_at(text: &str, at: usize) -> std::ops::Range<usize> {
    let before = text.get(..at).unwrap_or(text);
    // The call at the beginning of a tag's expression comes before what it counts.
    let start = before.rfind("{{").max(before.rfind("{%")).unwrap_or(0);
    let rest = &text[start..];
    let ends = [rest.find("}}"), rest.find("%}")].into_iter().flatten();
    let end = ends.min().filter(|_| rest.starts_with('{')).map_or(rest.len(), |end| end + 2);
    start..start + end
}

fn with_sources(base: &Tera, sources: &[(String, SourceText)]) -> Result<Tera, tera::Error> {
    let mut tera = base.clone();
    tera.add_raw_templates(sources.iter().map(|(n, s)| (n, &**s.text)))?;
    Ok(tera)
}

/// Finds expressions that Tera accepts as written, but not with the counting calls: they have more
/// than a hundred operators.
fn too_complex(
    base: &Tera,
    sources: &[(String, SourceText)],
    metered: &Map<String, Metered>,
    error: &tera::Error,
) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (name, source) in sources {
        let Some(metered) = metered.get(name) else { continue };
        if let Err(error) = base.clone().add_raw_template(name, &metered.text)
            && let tera::ErrorKind::SyntaxError(report) = error.kind()
            && report.message().contains("too complex")
        {
            let at = tag_at(&source.text, metered.original(report.span().range.start));
            problems.push(
                Diagnostic::error(&codes::TOO_MUCH, "the expression has too many parts")
                    .at(Place::in_text(source.path.as_str(), &source.text, at))
                    .help("move parts of it into variables: `{% set part = … %}`"),
            );
        }
    }
    if problems.is_empty() { errors::of_compilation(error, sources) } else { problems }
}

/// A map with the body in its place.
fn with_content(value: &Value, html: &str) -> Value {
    let Some(map) = value.as_map() else { return value.clone() };
    let mut map = map.clone();
    map.insert(Key::Str("content"), Value::safe_string(html));
    Value::from(map)
}

/// Adds each template to an instance of its own, because Tera stops at the first syntax error.
fn syntax(sources: &[(String, SourceText)], config: &Config) -> Vec<Diagnostic> {
    let mut scratch = Tera::default();
    filters::register(&mut scratch, config);
    let mut problems = Vec::new();
    for (name, source) in sources {
        if let Some(problem) = nesting::branches(source) {
            problems.push(problem);
            continue;
        }
        if let Err(error) = scratch.clone().add_raw_template(name, &source.text) {
            problems.extend(errors::of_syntax(&error, source));
        }
    }
    problems
}

fn dump(source: &SourceText) -> Option<Diagnostic> {
    let at = source.text.find(DUMP)?;
    let place = Place::in_text(source.path.as_str(), &source.text, at..at + DUMP.len());
    Some(
        Diagnostic::error(&codes::TEMPLATE_SYNTAX, format!("`{DUMP}` is not available"))
            .at(place)
            .help("show one variable at a time: `{{ page | json }}`"),
    )
}

impl Components for Engine {
    fn render(
        &self,
        call: &ComponentCall,
        args: &[(&str, Value)],
        body: Option<&str>,
        document: &Document,
    ) -> Result<String, Diagnostic> {
        let place = || document.doc.place(call.span);
        let Some(info) = self.tera.get_component_definition(&call.name) else {
            return Err(unknown_component(&self.tera, &call.name).at(place()));
        };
        for (name, _) in args {
            let known = info.args().iter().map(tera::ComponentArg::name);
            if info.rest_param().is_none() && !known.clone().any(|k| k == *name) {
                let message = format!("component `{}` takes no `{name}`", call.name);
                let mut names: Vec<&str> = known.collect();
                names.sort_unstable();
                let help = match suggest::closest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => "it takes no arguments".to_owned(),
                    None => format!("it takes `{}`", names.join("`, `")),
                };
                return Err(Diagnostic::error(&codes::COMPONENT, message).at(place()).help(help));
            }
        }
        let runaway = self.runaway.get(&*call.name);
        if meter::exceeded().is_some() || runaway.is_some_and(|cell| cell.get().is_some()) {
            return Ok(String::new());
        }
        let mut context = Context::new();
        for (name, value) in args {
            context.insert_value((*name).to_owned(), value.clone());
        }
        let mut constants = Context::new();
        let (code, direction) = &self.languages[document.language];
        constants.insert("lang", code);
        constants.insert("dir", direction);
        let (rendered, exceeded) = meter::within(self.limits, || {
            self.tera.render_component_with_implicits(&call.name, &context, &constants, body, true)
        });
        rendered.map_err(|error| match exceeded {
            Some(exceeded) => {
                if let Some(cell) = runaway {
                    cell.get_or_init(|| ());
                }
                let diagnostic = errors::of_limit(exceeded, self.limits, Some(place()));
                match self.place_of(&error) {
                    Some(inside) => diagnostic.also(inside, "the limit is passed here"),
                    None => diagnostic,
                }
            }
            None => errors::of_component(&error, &call.name).at(place()),
        })
    }

    fn together(&self, fill: &mut dyn FnMut()) {
        meter::within(self.limits, fill);
    }

    fn takes(&self, component: &str, argument: &str) -> bool {
        self.tera
            .get_component_definition(component)
            .is_some_and(|info| info.args().iter().any(|a| a.name() == argument))
    }
}

fn unknown_component(tera: &Tera, name: &str) -> Diagnostic {
    let mut names: Vec<&str> = tera.get_component_names().collect();
    names.sort_unstable();
    let help = match suggest::closest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "define it in a template: `{% component name(arg) %}…{% endcomponent name %}`"
            .to_owned(),
    };
    Diagnostic::error(&codes::COMPONENT, format!("there is no component `{name}`")).help(help)
}
