//! The service as one router: every door with its limits, and what is logged and counted of each request. Neither paths nor
//! bodies are logged: ids stand in them.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State as From};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::body::Limits;
use crate::doors::{decide, health, ofrep, openapi, page, profiles, touchpoints};
use crate::options::Options;
use crate::paths;
use crate::refusal::Refusal;
use crate::state::State;

/// The doors for who has the token, if there is one.
fn guarded() -> [(&'static str, MethodRouter<State>); 6] {
    [
        (paths::DECIDE, post(decide::decide)),
        (paths::BATCH, post(decide::batch)),
        (paths::EXPLAIN, post(decide::explain)),
        (paths::TOUCHPOINTS, post(touchpoints::report)),
        (paths::PROFILE, get(profiles::get).put(profiles::put).delete(profiles::delete)),
        (paths::METRICS, get(health::metrics)),
    ]
}

/// Of these the ones that browsers ask of their own.
fn flags() -> [(&'static str, MethodRouter<State>); 2] {
    [(paths::FLAGS, post(ofrep::all)), (paths::FLAG, post(ofrep::one))]
}

/// The doors for everybody.
fn open() -> [(&'static str, MethodRouter<State>); 2] {
    [(paths::HEALTH, get(health::health)), (paths::DESCRIPTION, get(openapi::openapi))]
}

/// The page, and what it asks: it knows nobody, so that it needs no token.
fn page() -> Router<State> {
    router([
        ("/", get(page::index)),
        ("/page/explain", post(page::explain)),
        ("/page/{part}", get(page::part)),
    ])
}

fn router(doors: impl IntoIterator<Item = (&'static str, MethodRouter<State>)>) -> Router<State> {
    let router = doors.into_iter().fold(Router::new(), |router, (path, door)| router.route(path, door));
    // To be said before there are layers, which hold for other methods too.
    router.method_not_allowed_fallback(|| async {
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "this path does not know that method")
    })
}

/// `more` are doors beside these.
pub fn app(state: State, options: &Options, more: Router) -> Router {
    let only_with_token = || middleware::from_fn_with_state(state.clone(), only_with_token);
    let flags = router(flags()).layer(only_with_token()).layer(from_elsewhere(&options.allow_origin));
    let asked = router(guarded()).layer(only_with_token()).merge(flags);
    let patience = Duration::from_secs(options.seconds.into());
    let all = asked.merge(router(open())).merge(more.with_state(()));
    let all = if options.without_page { all } else { all.merge(page()) };
    all.fallback(|| async { Refusal::new(StatusCode::NOT_FOUND, "there is no such path") })
        .layer(Extension(Limits { most: options.most_kib as usize * 1_024, patience }))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a request ended in a panic");
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here").into_response()
        }))
        .layer(middleware::from_fn(move |request, next| within(2 * patience, request, next)))
        // What is answered is of one visitor and of this moment, but where it says otherwise.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(middleware::from_fn(told))
        .with_state(state)
}

/// Lets browsers ask from pages of these origins.
fn from_elsewhere(origins: &[HeaderValue]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_methods([Method::POST])
        .allow_headers([
            header::CONTENT_TYPE,
            header::AUTHORIZATION,
            HeaderName::from_static("x-api-key"),
            header::IF_NONE_MATCH,
        ])
        .expose_headers([header::ETAG])
}

/// Lets in who has the token, if there is one.
async fn only_with_token(From(state): From<State>, request: Request, next: Next) -> Response {
    if state.lets_in(request.headers()) {
        return next.run(request).await;
    }
    Refusal::new(StatusCode::UNAUTHORIZED, "send the token of this service, as `authorization: Bearer …`")
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
        .into_response()
}

/// Ends what takes too long, after the body has come.
async fn within(patience: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::later("the answer takes too long; try again").into_response(),
    }
}

/// The methods that are logged by their names.
const KNOWN: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS];

/// Logs and counts.
async fn told(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let path = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    // Callers may send whatever they like as one.
    let method = KNOWN.iter().find(|known| *known == request.method()).map_or("other", Method::as_str);
    let response = next.run(request).await;
    let (status, seconds) = (response.status().as_u16(), begun.elapsed().as_secs_f64());
    metrics::histogram!("maitre_request_seconds", "path" => path.clone()).record(seconds);
    metrics::counter!("maitre_requests_total", "path" => path.clone(), "status" => status.to_string())
        .increment(1);
    tracing::debug!(method, path, status, seconds, "answered");
    response
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Which methods each knows, a test against the running service holds.
    #[test]
    fn every_door_is_described_and_nothing_else() {
        let text = include_str!("../../policies/harbour_mobile.toml");
        let policy = maitre::Policy::from_toml(text).unwrap_or_else(|error| panic!("{error}"));
        let described = crate::description::description(&policy, true);
        let told =
            |path: &str| described["paths"][path].as_object().map(|path| path.values()).into_iter().flatten();
        let is_open = |path: &str| told(path).any(|method| method["security"].is_array());
        let paths = described["paths"].as_object().into_iter().flatten();
        let (for_all, for_some): (BTreeSet<&str>, BTreeSet<&str>) =
            paths.map(|(path, _)| &**path).partition(|path| is_open(path));
        assert_eq!(for_all, open().iter().map(|(path, _)| *path).collect());
        assert_eq!(for_some, guarded().iter().chain(&flags()).map(|(path, _)| *path).collect());
    }
}
