//! What a host sees: the integration tests, in one binary.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod cel;
mod choosing;
mod documents;
mod examples;
mod http;
mod profile;
mod rejects;
