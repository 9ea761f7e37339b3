//! The service as its callers meet it: the program itself, started on a port of its own, asked over HTTP, and killed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it goes wrong"
)]

mod bad_input;
mod database;
mod deciding;
mod described;
mod encrypted;
mod full_disk;
mod kept;
mod killed;
mod ofrep;
mod page;
mod policies;
mod running;
