//! Content security policies (<https://www.w3.org/TR/CSP3/>): directives and their sources.
//!
//! In: a policy as written in a header. Out: what it says about a kind of file, and the policy
//! again with such a rule changed.

use std::fmt;

/// The directive for everything that has none of its own.
const DEFAULT: &str = "default-src";

/// A policy, with its directives in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy<'a>(Vec<Directive<'a>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Directive<'a> {
    name: &'a str,
    sources: Vec<&'a str>,
}

impl<'a> Policy<'a> {
    /// Reads a policy.
    pub(crate) fn new(text: &'a str) -> Self {
        let directives = text.split(';').filter_map(|directive| {
            let mut words = directive.split_ascii_whitespace();
            Some(Directive { name: words.next()?, sources: words.collect() })
        });
        Policy(directives.collect())
    }

    /// Where files of a kind (`style-src`) may come from, by the directive for them or else by the
    /// default one. `None` if there is neither: then they may come from anywhere.
    pub(crate) fn sources(&self, kind: &str) -> Option<&[&'a str]> {
        let at = self.position(kind).or_else(|| self.position(DEFAULT))?;
        Some(&self.0[at].sources)
    }

    /// Sets where files of a kind may come from.
    pub(crate) fn set(&mut self, kind: &'a str, sources: Vec<&'a str>) {
        match self.position(kind) {
            Some(at) => self.0[at].sources = sources,
            None => self.0.push(Directive { name: kind, sources }),
        }
    }

    /// The position of a directive. If a name occurs twice, browsers obey the first.
    fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|directive| directive.name.eq_ignore_ascii_case(name))
    }
}

/// Whether a source is one of the words that policies know, such as `'self'`.
pub(crate) fn is_keyword(source: &str, keyword: &str) -> bool {
    source.eq_ignore_ascii_case(keyword)
}

impl fmt::Display for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Directive { name, sources }) in self.0.iter().enumerate() {
            f.write_str(if number > 0 { "; " } else { "" })?;
            f.write_str(name)?;
            for source in sources {
                write!(f, " {source}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives() {
        let policy = Policy::new(" Default-SRC 'self';; style-src  a  b ; style-src c;img-src;");
        for (kind, sources) in [
            ("style-src", Some(&["a", "b"][..])),
            ("script-src", Some(&["'self'"])),
            ("img-src", Some(&[])),
        ] {
            assert_eq!(policy.sources(kind), sources, "{kind}");
        }
        assert_eq!(Policy::new("frame-ancestors 'none'").sources("style-src"), None);
        let mut policy = Policy::new("a b;c");
        policy.set("a", vec!["d", "e"]);
        policy.set("f", Vec::new());
        assert_eq!(policy.to_string(), "a d e; c; f");
    }
}
