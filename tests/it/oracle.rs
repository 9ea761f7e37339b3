//! The slow, plain interpreter of policies (Law 8): written from the rules alone, sharing no code with the library.

mod agree;
pub mod choose;
pub mod document;
pub mod evaluate;
pub mod expression;
pub mod facts;
pub mod library;
pub mod murmur;
pub mod pattern;
pub mod read;
pub mod time;
pub mod value;
pub mod visitor;
