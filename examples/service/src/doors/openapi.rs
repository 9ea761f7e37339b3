//! `GET /openapi.json`: what can be asked here, for tools and for whoever writes a client. It tells of the policy that serves
//! the facts and channels of its own, and nothing of anybody; so it asks for no token.

use axum::Json;
use axum::extract::State as From;
use axum::http::header;
use axum::response::IntoResponse;

use crate::description::description;
use crate::state::State;

pub async fn openapi(From(state): From<State>) -> impl IntoResponse {
    let current = state.house.current();
    let described = description(current.policy(), state.token.is_some());
    ([(header::CACHE_CONTROL, "no-cache")], Json(described))
}
