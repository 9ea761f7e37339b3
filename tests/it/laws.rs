//! The laws of the semantics, each as a property over generated policies and visitors, cited by its number. Law 8 is
//! `oracle`'s.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

pub mod people;
mod policies;
mod refused;

use maitre::ExperienceSelector;

use crate::generate::{self, print::toml};
use crate::oracle::document::Document;
use crate::oracle::library;
use crate::oracle::visitor::Visitor;

/// Generated policies `from..to`, each with its selector and `visitors` visitors. Other policies than `oracle`'s.
fn each(
    from: u64,
    to: u64,
    visitors: usize,
    mut check: impl FnMut(&Document, &ExperienceSelector, &[Visitor]),
) {
    for n in from..to {
        let document = generate::policy(n);
        let selector = loaded(&document);
        check(&document, &selector, &generate::visitors(&document, n, visitors));
    }
}

fn loaded(document: &Document) -> ExperienceSelector {
    let text = toml(document);
    library::load(&text).unwrap_or_else(|problem| panic!("{problem}\n{text}"))
}

/// A policy and a visitor, for messages.
fn shown(document: &Document, visitor: &Visitor) -> String {
    format!("{}\n{visitor:#?}", toml(document))
}
