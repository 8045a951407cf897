//! Tables of Markdown and what becomes of it, through one helper that fills the holes as simply
//! as can be.

mod calls;
mod facts;
mod html;
mod random;
mod text;

use std::fmt::Write;

use super::parse;
use crate::base::text::escape;
use crate::base::{Diagnostics, SourceText};
use crate::config::Config;
use crate::parse::testing::{config, source};
use crate::parse::{Arg, Body, Chunk, Cut};

/// Parses a body, which must be without mistakes.
fn body(markdown: &str, config: &Config) -> Body {
    let (body, out) = parsed(&source(markdown), config);
    assert!(!out.has_errors(), "{markdown:?}: {out:#?}");
    body
}

fn parsed(source: &SourceText, config: &Config) -> (Body, Diagnostics) {
    let mut out = Diagnostics::new();
    let (body, _) = parse(source, 0, config, &mut out);
    (body, out)
}

/// The words of a body.
fn plain(markdown: &str, config: &Config) -> String {
    parse(&source(markdown), 0, config, &mut Diagnostics::new()).1
}

/// Fills the holes: addresses as written, sizes as `+size`, calls as `{name arguments|body}`.
fn fill(chunks: &[Chunk], body: &Body) -> String {
    let mut html = String::new();
    for chunk in chunks {
        match chunk {
            Chunk::Html(text) => html += text,
            Chunk::Url(i) => html += &escape(&body.links[*i as usize].dest),
            Chunk::Size(_) => html += "+size",
            Chunk::Id(id) => write!(html, " id=\"{id}\"").unwrap(),
            Chunk::Note(_) => {}
            Chunk::Component(i) => {
                let call = &body.components[*i as usize];
                write!(html, "{{{}", call.name).unwrap();
                for (name, value) in &call.args {
                    match value {
                        Arg::Value(value) => write!(html, " {name}={value}").unwrap(),
                        Arg::Url(i) => {
                            let link = &body.links[*i as usize];
                            write!(html, " {name}={:?}:{}", link.kind, link.dest).unwrap();
                        }
                    }
                }
                if let Some(inner) = &call.body {
                    write!(html, "|{}", fill(&inner.chunks, body)).unwrap();
                }
                html += "}";
            }
        }
    }
    html
}

fn check(config: &Config, cases: &[(&str, &str)]) {
    for (markdown, want) in cases {
        let body = body(markdown, config);
        assert_eq!(fill(&body.content.chunks, &body), *want, "{markdown:?}");
    }
}
