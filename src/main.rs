//! Arguments in, exit code out.

use std::process::ExitCode;

// Building a site is mostly making and dropping small values on all cores at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    kisah::cli::run()
}
