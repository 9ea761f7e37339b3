//! What a host sees of the crate.

mod profile;
