//! The cells: whatever a policy asks, and however much of it, the compiled form says what the conditions say as they are
//! written, on every path and with every set of instructions.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod blow_up;
mod boundaries;
mod large;
mod texts;
mod trees;

use maitre::ExperienceSelector;

use crate::generate::print::toml;
use crate::oracle::document::Document;
use crate::oracle::library;

fn loaded(document: &Document) -> ExperienceSelector {
    let text = toml(document);
    library::load(&text).unwrap_or_else(|problem| panic!("{problem}"))
}
