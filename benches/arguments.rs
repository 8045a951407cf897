//! The command lines of the benches, and their exit codes.
//!
//! In: the arguments of the program. Out: names and values, one by one, and an exit code: 0 if
//! everything went well, 1 if not, 2 for arguments that are not understood.

use std::env;
use std::io;
use std::process::ExitCode;
use std::str::FromStr;

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

    /// One of these values, by its name.
    pub fn choice<T: Copy>(&mut self, known: &[(&str, T)]) -> Result<T, String> {
        let text = self.value()?;
        self.one(known, &text)
    }

    /// Some of these names, separated by commas.
    pub fn names(&mut self, known: &[&'static str]) -> Result<Vec<&'static str>, String> {
        let text = self.value()?;
        let known: Vec<_> = known.iter().map(|&name| (name, name)).collect();
        text.split(',').map(|part| self.one(&known, part.trim())).collect()
    }

    fn one<T: Copy>(&self, known: &[(&str, T)], text: &str) -> Result<T, String> {
        let found = known.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
        found.ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|&(name, _)| name).collect();
            format!("{}: `{text}` is none of {}", self.name, names.join(", "))
        })
    }
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    let plain = text.replace('_', "");
    plain.parse().map_err(|_| format!("{name}: `{text}` is not a number that fits"))
}
