//! A program and its arguments, as a value: benches say what they ran when it fails.

use std::ffi::{OsStr, OsString};
use std::process::Command;

/// A program and its arguments.
#[derive(Clone, Debug)]
pub struct Job {
    pub program: OsString,
    pub args: Vec<OsString>,
}

impl Job {
    pub fn new(program: impl AsRef<OsStr>) -> Job {
        Job { program: program.as_ref().to_owned(), args: Vec::new() }
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Job {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// An option and its value.
    pub fn with(self, name: &str, value: impl AsRef<OsStr>) -> Job {
        self.arg(name).arg(value)
    }

    pub fn text(&self) -> String {
        let mut text = self.program.to_string_lossy().into_owned();
        for arg in &self.args {
            text.push(' ');
            text.push_str(&arg.to_string_lossy());
        }
        text
    }

    /// The command, ready to run, ignoring what the environment says about Hugo.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        // Settings from outside would make runs differ between machines.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HUGO_") {
                command.env_remove(name);
            }
        }
        command
    }
}

/// What a program prints, trimmed; `None` if it cannot be run or fails.
pub fn ask(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}
