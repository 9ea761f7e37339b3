//! The service with one more door, `POST /constant`: it takes a question as `/v1/decide` does and gives always the same answer, of
//! the usual size. Between the two lies what asking the policy costs, JSON included.

use std::process::ExitCode;

use axum::body::Bytes;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use axum::routing::post;
use clap::Parser as _;
use maitre_service::{Options, run};

const ANSWER: &str = concat!(
    r#"{"policy":"harbour_mobile","digest":"f14439dd8e847879e01f9a4adce0f9f1","channel":"web","layout":"simple","#,
    r#""layout_in_use":"simple","assistance":"guided","adapt":[],"way_out":{"channel":"chat","open":true},"#,
    r#""alternatives":["chat","phone","video"],"reasons":{"assistance":"rules:begin_simply","channel":"score","#,
    r#""layout":"rules:begin_simply"},"arms":{"first_hello":"quiet"}}"#,
);

/// The question is taken whole, and not read.
async fn constant(_: Bytes) -> impl IntoResponse {
    const LINES: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];
    (LINES, ANSWER)
}

#[tokio::main]
async fn main() -> ExitCode {
    run(Options::parse(), axum::Router::new().route("/constant", post(constant))).await
}
