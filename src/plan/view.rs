//! What one template sees: its variables by name.

use std::borrow::Cow;

use super::part::Part;
use super::templates::Reach;
use super::variables::Variable;
use crate::base::{Digest, Hasher};

/// Everything that one template sees, by name.
#[derive(Clone, Debug, Default)]
pub struct View {
    vars: Vec<(Cow<'static, str>, Part)>,
    /// Names of variables that exist, but that the template does not name.
    left_out: Vec<Cow<'static, str>>,
}

impl View {
    /// Adds a variable, if the template can name it.
    pub(super) fn set<T: Into<Part>>(
        &mut self,
        reach: &Reach,
        variable: Variable<T>,
        make: impl FnOnce() -> T,
    ) {
        self.add(reach, Cow::Borrowed(variable.name()), || make().into());
    }

    /// Adds a variable whose name the site has chosen, if the template can name it.
    pub(super) fn set_named(&mut self, reach: &Reach, name: &str, part: &Part) {
        self.add(reach, Cow::Owned(name.to_owned()), || part.clone());
    }

    fn add(&mut self, reach: &Reach, name: Cow<'static, str>, make: impl FnOnce() -> Part) {
        if reach.can_name(&name) {
            self.vars.push((name, make()));
        } else {
            self.left_out.push(name);
        }
    }

    /// The names of all variables that a template in this place could use.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.vars.iter().map(|(name, _)| &**name).chain(self.left_out.iter().map(|name| &**name))
    }

    /// The variables, in the order they were added.
    pub(crate) fn vars(&self) -> &[(Cow<'static, str>, Part)] {
        &self.vars
    }

    /// The digest of all names and values.
    pub(crate) fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        for (name, part) in &self.vars {
            hasher.str(name).digest(part.digest);
        }
        hasher.finish()
    }
}
