//! Reading kisah.toml.
