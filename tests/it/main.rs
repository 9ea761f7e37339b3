//! The integration tests, one binary.

mod cel;
