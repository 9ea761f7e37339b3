//! What a host sees: the integration tests, in one binary.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod analysis;
mod attributes_json;
mod batches;
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
mod false_proofs;
mod generate;
mod guarantees;
mod guests;
mod guide;
mod house_style;
mod http;
mod impact;
mod last_resort;
mod laws;
mod open_feature;
mod oracle;
mod policy_tests;
mod profile;
mod punished;
mod records;
mod rejects;
mod schema;
mod sharing;
