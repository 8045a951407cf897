//! The command lines of the benches, and their exit codes.
//!
//! In: the arguments of the program. Out: names and values, one by one, and an exit code: 0 if
//! everything went well, 1 if not, 2 for arguments that are not understood.

use std::env;
use std::io;
use std::process::ExitCode;
use std::str::FromStr;

use crate::corpus::HugoLinks;
use crate::tools::HUGO_RELATED;

/// Runs a whole bench: reads the arguments, then does what they ask for. `parse` returns nothing if
/// it was asked for help.
pub fn run<O>(
    help: &str,
    parse: impl FnOnce(Arguments) -> Result<Option<O>, String>,
    bench: impl FnOnce(O) -> io::Result<()>,
) -> ExitCode {
    // `cargo test --all-targets` runs benchmarks too, without `--bench`.
    if env::args().len() == 1 {
        eprint!("{help}");
        return ExitCode::SUCCESS;
    }
    let options = match parse(Arguments::new()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{help}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}; see --help");
            return ExitCode::from(2);
        }
    };
    match bench(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads arguments one after the other: `--name`, `--name value` or `--name=value`.
pub struct Arguments {
    rest: env::Args,
    name: String,
    joined: Option<String>,
}

impl Arguments {
    fn new() -> Arguments {
        let mut rest = env::args();
        // The program's name.
        rest.next();
        Arguments { rest, name: String::new(), joined: None }
    }

    /// The next name, until there are no more. An error if the last one had a value that nobody
    /// took.
    pub fn name(&mut self) -> Result<Option<String>, String> {
        if self.joined.is_some() {
            return Err(format!("{} takes no value", self.name));
        }
        // Cargo adds `--bench`.
        let Some(arg) = self.rest.find(|arg| arg != "--bench") else { return Ok(None) };
        (self.name, self.joined) = match arg.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        Ok(Some(self.name.clone()))
    }

    /// The value of the last name.
    pub fn value(&mut self) -> Result<String, String> {
        let value = self.joined.take().or_else(|| self.rest.next());
        value.ok_or_else(|| format!("{} needs a value", self.name))
    }

    /// A number.
    pub fn number<T: FromStr>(&mut self) -> Result<T, String> {
        let text = self.value()?;
        number(&self.name, &text)
    }

    /// Numbers, separated by commas.
    pub fn numbers(&mut self) -> Result<Vec<usize>, String> {
        let text = self.value()?;
        text.split(',').map(|part| number(&self.name, part.trim())).collect()
    }

    /// How the Hugo twin links to posts.
    pub fn links(&mut self) -> Result<HugoLinks, String> {
        match self.value()?.as_str() {
            "plain" => Ok(HugoLinks::Plain),
            "relref" => Ok(HugoLinks::Relref),
            text => Err(format!("{}: `{text}` is neither plain nor relref", self.name)),
        }
    }

    /// How Hugo finds related posts: settings, separated by commas.
    pub fn related(&mut self) -> Result<Vec<&'static str>, String> {
        let text = self.value()?;
        let known = |part: &str| HUGO_RELATED.into_iter().find(|&kind| kind == part);
        text.split(',')
            .map(|part| known(part.trim()).ok_or_else(|| format!("{}: no `{part}`", self.name)))
            .collect()
    }
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    let plain = text.replace('_', "");
    plain.parse().map_err(|_| format!("{name}: `{text}` is not a number that fits"))
}
