//! What a host sees: the integration tests, in one binary.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod cel;
mod cells;
mod choosing;
mod comparison;
mod contract;
mod counterfactual;
mod documents;
mod edges;
mod examples;
mod experiments;
mod explaining;
mod generate;
mod guarantees;
mod http;
mod laws;
mod oracle;
mod policy_tests;
mod profile;
mod rejects;
mod sharing;
