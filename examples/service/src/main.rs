//! The decisions of a policy over HTTP.

use std::process::ExitCode;

use clap::Parser as _;
use maitre_service::{Options, run};

#[tokio::main]
async fn main() -> ExitCode {
    run(Options::parse(), axum::Router::new()).await
}
