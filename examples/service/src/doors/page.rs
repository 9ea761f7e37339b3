//! `GET /`, `GET /page/…` and `POST /page/explain`: a page that shows what the decisions are. Out go the parts of the page, as
//! they were when the service was built, and for the visitor that the page describes the explanation with needs named. Nothing
//! that is kept is read here, so that whoever opens the page needs no token: a question that names somebody is refused.

use std::sync::LazyLock;

use axum::extract::{Path, State as From};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::ask::Ask;
use crate::body::Body;
use crate::doors::decide::{self, Wishes};
use crate::refusal::Refusal;
use crate::state::State;
use crate::tags;

/// One file of the page.
#[derive(Debug)]
struct Part {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const INDEX: usize = 0;
const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! parts {
    ($($name:literal: $kind:expr),+ $(,)?) => {
        &[$(Part { name: $name, kind: $kind, text: include_str!(concat!("../../page/", $name)) }),+]
    };
}

const PARTS: &[Part] = parts![
    "index.html": HTML,
    "page.css": STYLE,
    "site.css": STYLE,
    "page.js": SCRIPT,
    "personas.js": SCRIPT,
    "task.js": SCRIPT,
    "words.js": SCRIPT,
    "why.js": SCRIPT,
    "icon.svg": "image/svg+xml",
];

/// The name that caches keep a part by, in the order of `PARTS`: its content and nothing else.
static TAGS: LazyLock<Vec<HeaderValue>> =
    LazyLock::new(|| PARTS.iter().map(|part| tags::of_text(part.text)).collect());

/// All that the page may do: load its own parts and ask its own door.
const ALLOWED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                       base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const GUARDS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, ALLOWED),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Asked for again each time, and sent only if it is another one.
    (header::CACHE_CONTROL, "no-cache"),
];

/// The page. Its answer asks the browser for the hints of the device that the policy reads.
pub async fn index(From(state): From<State>, own: HeaderMap) -> Result<Response, Refusal> {
    Ok((state.house.lines(&state.house.current()), sent(INDEX, &own)?).into_response())
}

/// What the page is made of. The same for every device, hence without the policy's lines.
pub async fn part(Path(name): Path<String>, own: HeaderMap) -> Result<Response, Refusal> {
    let place = PARTS.iter().position(|part| part.name == name && part.name != "index.html");
    sent(place.ok_or_else(no_such_part)?, &own)
}

/// Why the visitor whom the page describes is served so.
pub async fn explain(From(state): From<State>, own: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let ask: Ask<'_> = body.read()?;
    if ask.names_somebody() {
        let told = "`id`: this door knows nobody; describe the visitor with `profile`, `visit` and `journey`";
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told));
    }
    let wishes = Wishes { reveal: true, counterfactual: false };
    decide::explained(&state, ask, &own, &wishes).await
}

fn sent(place: usize, own: &HeaderMap) -> Result<Response, Refusal> {
    let (Some(part), Some(tag)) = (PARTS.get(place), TAGS.get(place)) else { return Err(no_such_part()) };
    let mut response = if tags::named(own, header::IF_NONE_MATCH).has(tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, part.kind)], part.text).into_response()
    };
    let headers = response.headers_mut();
    headers.extend(GUARDS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    headers.insert(header::ETAG, tag.clone());
    Ok(response)
}

fn no_such_part() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "the page has no such part")
}
