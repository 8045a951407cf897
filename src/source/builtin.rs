//! The default theme, embedded in the binary.
