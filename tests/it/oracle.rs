//! The slow, plain interpreter of policies (Law 8): written from the rules alone, sharing no code with the library.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

pub mod agree;
pub mod attributes;
pub mod back;
pub mod choose;
pub mod document;
pub mod evaluate;
pub mod expression;
pub mod facts;
pub mod levels;
pub mod library;
pub mod murmur;
pub mod paths;
pub mod pattern;
pub mod read;
pub mod rust;
pub mod time;
pub mod value;
pub mod visitor;
