//! `GET /health` and `GET /metrics`: for whoever runs the service.

use axum::Json;
use axum::extract::State as From;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::state::State;

#[derive(serde::Serialize)]
struct Health {
    /// `ok`; `policy_refused`: an older version of the policy serves; `no_writes`: nothing can be kept; `no_profiles`: they cannot
    /// be read.
    status: &'static str,
    policy: String,
    digest: maitre::Digest,
    /// What is wrong with the policy's file, for who has the token: it tells of what stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

pub async fn health(From(state): From<State>, own: HeaderMap) -> Response {
    let refused = state.house.refused();
    // Nobody has an id without bytes.
    let reads = state.profiles.kept("").await.is_ok();
    let (status, serves) = match (reads, state.profiles.writes(), &refused) {
        (false, _, _) => ("no_profiles", false),
        // Whoever comes is served all the same.
        (_, false, _) => ("no_writes", true),
        (_, _, Some(_)) => ("policy_refused", true),
        (_, _, None) => ("ok", true),
    };
    let code = if serves { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let current = state.house.current();
    let policy = current.policy();
    let refused = refused.filter(|_| state.lets_in(&own));
    let health = Health { status, policy: policy.name().to_owned(), digest: policy.digest(), refused };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(health)).into_response()
}

pub async fn metrics(From(state): From<State>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render())
}
