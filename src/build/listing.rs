//! Lists what a site consists of, without building it: the beginning of a compilation.
//!
//! In: the request. Out: the site, as far as it can be understood, and what is wrong with it so
//! far. Nothing is written.

use super::{Inputs, Memory, Request, assemble, first_look};
use crate::base::Diagnostics;
use crate::site::Site;
use crate::store::disk::Disk;
use crate::store::{SourceFiles, read};

/// The documents of a site, public and withheld.
pub(crate) struct Listing {
    /// The site; none if its configuration cannot be read.
    pub(crate) site: Option<Site>,
    /// Sorted. They do not include what only planning or rendering finds.
    pub(crate) diagnostics: Diagnostics,
}

/// Lists the documents of a site.
pub(crate) fn list(disk: &dyn Disk, request: &Request) -> Listing {
    let mut diagnostics = Diagnostics::new();
    let config_files = match read::config_files(disk, &request.root, &request.config_files) {
        Ok(files) => files,
        Err(problem) => {
            diagnostics.push(problem);
            return Listing { site: None, diagnostics };
        }
    };
    let (config, output_dir) = first_look(&config_files, request);
    let source = read::tree(disk, &read::Scope::new(&request.root, &config, &output_dir));
    let inputs = Inputs {
        config_files: &config_files,
        source: &source,
        supply: &SourceFiles::new(disk, &request.root, None),
        overrides: &request.overrides,
        today: request.today,
        whole_views: false,
    };
    let site = assemble(&inputs, &mut Memory::default(), &mut diagnostics);
    diagnostics.sort();
    Listing { site: Some(site), diagnostics }
}
