//! The decisions of a policy over HTTP.

use std::process::ExitCode;

use clap::Parser as _;
use maitre_service::{Options, run};

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run(options, axum::Router::new()));
    // What still reads, as from a disk that is gone, is not waited for.
    runtime.shutdown_background();
    code
}
