//! Tera, set up so that the same view gives the same bytes.

use tera::value::Key;
use tera::{Context, Tera, Value};

use super::errors;
use super::filters;
use crate::base::{Diagnostic, Place, SourceText, codes, suggest};
use crate::config::Config;
use crate::parse::ComponentCall;
use crate::plan::body::Components;
use crate::plan::part::View;
use crate::plan::templates::Templates;
use crate::site::Document;

/// Endings of templates whose output is escaped.
const ESCAPED: [&str; 4] = [".html", ".htm", ".xml", ".svg"];

/// Tera's variable that dumps everything that a template sees: its order is not fixed.
const DUMP: &str = "__tera_context";

/// The compiled templates.
pub struct Engine {
    tera: Tera,
    sources: Vec<(String, SourceText)>,
    /// Code and direction of each language, for components.
    languages: Vec<(String, &'static str)>,
}

impl Engine {
    /// Compiles all templates; on failure every problem that can be told apart.
    pub fn new(templates: &Templates, config: &Config) -> Result<Self, Vec<Diagnostic>> {
        let sources: Vec<(String, SourceText)> =
            templates.sources().map(|(name, source)| (name.to_owned(), source.clone())).collect();
        let mut problems: Vec<Diagnostic> = sources.iter().filter_map(|(_, s)| dump(s)).collect();
        problems.extend(syntax(&sources, config));
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut tera = Tera::default();
        filters::register(&mut tera, config);
        tera.autoescape_on(ESCAPED);
        let languages =
            config.languages.iter().map(|l| (l.code.clone(), l.locale.direction())).collect();
        let added = tera
            .set_fallback_prefixes(templates.prefixes().to_vec())
            .and_then(|()| tera.add_raw_templates(sources.iter().map(|(n, s)| (n, &**s.text))));
        match added {
            Ok(()) => Ok(Engine { tera, sources, languages }),
            Err(error) => Err(errors::of_compilation(&error, &sources)),
        }
    }

    /// Renders a page. `content` is the body and the variable it goes into.
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
        match self.tera.render_to(template, &context, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => {
                Err(Box::new(errors::of_rendering(&error, &self.sources, template, view)))
            }
        }
    }
}

/// A map with the body in its place.
fn with_content(value: &Value, html: &str) -> Value {
    let Some(map) = value.as_map() else { return value.clone() };
    let mut map = map.clone();
    map.insert(Key::Str("content"), Value::safe_string(html));
    Value::from(map)
}

/// Adds each template to an instance of its own: Tera stops at the first syntax error.
fn syntax(sources: &[(String, SourceText)], config: &Config) -> Vec<Diagnostic> {
    let mut scratch = Tera::default();
    filters::register(&mut scratch, config);
    let mut problems = Vec::new();
    for (name, source) in sources {
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
        let mut context = Context::new();
        for (name, value) in args {
            context.insert_value((*name).to_owned(), value.clone());
        }
        let mut constants = Context::new();
        if let Some((code, direction)) = self.languages.get(document.language) {
            constants.insert("lang", code);
            constants.insert("dir", direction);
        }
        self.tera
            .render_component_with_implicits(&call.name, &context, &constants, body, true)
            .map_err(|error| errors::of_component(&error, &call.name).at(place()))
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
