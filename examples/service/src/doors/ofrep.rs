//! The OpenFeature Remote Evaluation Protocol, 0.3: the decision as flags, for code that already asks for flags. The context
//! names attributes as conditions do, flat or nested; its targeting key is the person's id, by which what is kept of them is
//! found. What stands in the context beside attributes is nobody's business here, and is passed over.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as From};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitre::{DecisionFlag, ExperienceSelector, FlagDetails, FlagReason, Unit, Visit};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::ask::{Asked, Known};
use crate::body::{self, Body};
use crate::id::check_id;
use crate::refusal::Refusal;
use crate::state::State;
use crate::tags;

/// The codes by which a question fails; a flag that there is not has its own.
pub const CODES: [&str; 4] = ["PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "GENERAL"];
pub const NO_SUCH_FLAG: &str = "FLAG_NOT_FOUND";
/// Why a flag is as it is: the protocol has no word for a default.
pub const REASONS: [&str; 3] = ["TARGETING_MATCH", "SPLIT", "UNKNOWN"];

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object with `context`")]
struct Evaluation<'a> {
    #[serde(borrow)]
    context: Option<&'a RawValue>,
}

/// What of a context is no attribute.
#[derive(Debug, Deserialize)]
struct Whose {
    #[serde(rename = "targetingKey")]
    key: Option<Value>,
}

/// An error by the protocol's code.
#[derive(Debug)]
struct Failure {
    status: StatusCode,
    code: &'static str,
    details: String,
}

impl Failure {
    fn bad(code: &'static str, details: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, details: details.into() }
    }
    fn of(refusal: &Refusal) -> Self {
        match refusal.status() {
            StatusCode::UNPROCESSABLE_ENTITY => Self::bad("INVALID_CONTEXT", refusal.in_a_line()),
            status if status.is_client_error() => {
                Self { status, code: "PARSE_ERROR", details: refusal.in_a_line() }
            }
            status => Self { status, code: "GENERAL", details: refusal.in_a_line() },
        }
    }
    fn told(self, key: Option<&str>) -> Response {
        let mut body = json!({ "errorCode": self.code, "errorDetails": self.details });
        if let (Some(key), Some(body)) = (key, body.as_object_mut()) {
            body.insert("key".to_owned(), key.into());
        }
        (self.status, Json(body)).into_response()
    }
}

type OneKey = Result<Path<String>, PathRejection>;

pub async fn one(From(state): From<State>, key: OneKey, body: Result<Body, Refusal>) -> Response {
    // What is no text is the key of no flag.
    let key = key.map_or_else(|_| "\u{fffd}".to_owned(), |Path(key)| key);
    let Some(flag) = DecisionFlag::parse(&key) else {
        let known = DecisionFlag::NAMES.join("`, `");
        let status = StatusCode::NOT_FOUND;
        let details = format!("there is no such flag; known here: `{known}`");
        return Failure { status, code: NO_SUCH_FLAG, details }.told(Some(&key));
    };
    let current = state.house.current();
    let asked = match asked(&state, &current, body).await {
        Ok(asked) => asked,
        Err(failure) => return failure.told(Some(&key)),
    };
    let decision = asked.decide(&current);
    (state.house.lines(&current), Json(evaluated(flag, &flag.of(&current, &decision)))).into_response()
}

pub async fn all(From(state): From<State>, headers: HeaderMap, body: Result<Body, Refusal>) -> Response {
    let current = state.house.current();
    let asked = match asked(&state, &current, body).await {
        Ok(asked) => asked,
        Err(failure) => return failure.told(None),
    };
    let decision = asked.decide(&current);
    let all = DecisionFlag::ALL.iter();
    let flags: Vec<Value> = all.map(|flag| evaluated(*flag, &flag.of(&current, &decision))).collect();
    let body = json!({ "flags": flags, "metadata": { "policy": decision.policy().to_string() } }).to_string();
    let tag = tags::of_text(&body);
    let lines = (state.house.lines(&current), tags::ASKED_FOR_AGAIN);
    if tags::named(&headers, header::IF_NONE_MATCH).has(&tag) {
        return (StatusCode::NOT_MODIFIED, lines, [(header::ETAG, tag)]).into_response();
    }
    let kind = HeaderValue::from_static("application/json");
    (lines, [(header::ETAG, tag), (header::CONTENT_TYPE, kind)], body).into_response()
}

/// The visitor of a context.
async fn asked(
    state: &State,
    by: &ExperienceSelector,
    body: Result<Body, Refusal>,
) -> Result<Asked, Failure> {
    let body = body.map_err(|refusal| Failure::of(&refusal))?;
    let Evaluation { context } = body.read().map_err(|refusal| Failure::of(&refusal))?;
    let context = context.ok_or_else(|| Failure::bad("INVALID_CONTEXT", "`context` is missing"))?;
    let Whose { key } = body::read(context.get().as_bytes()).map_err(|_| {
        Failure::bad("INVALID_CONTEXT", "`context` is no object, or has `targetingKey` twice")
    })?;
    let key = match key {
        Some(Value::String(key)) => key,
        Some(_) => return Err(Failure::bad("INVALID_CONTEXT", "`targetingKey` is no string")),
        None => return Err(Failure::bad("TARGETING_KEY_MISSING", "`context` has no `targetingKey`")),
    };
    check_id(&key).map_err(|refusal| Failure::of(&refusal))?;
    let kept = state.profiles.of(&key).await.map_err(|error| Failure::of(&error.into()))?;
    let now = state.house.now().map_err(|refusal| Failure::of(&refusal))?;
    let read = by
        .policy()
        .visitor_from_attributes_json(context.get(), now)
        // What a client is told it logs.
        .map_err(|error| Failure::bad("INVALID_CONTEXT", error.without_values(by.policy())))?;
    let visit: Visit = read.visitor.visit.with_id(Unit::Person, key);
    let given = read.visitor.profile;
    Ok(Asked { known: Known::of(Some(kept), given), visit })
}

/// A flag as the protocol tells it.
fn evaluated(flag: DecisionFlag, told: &FlagDetails) -> Value {
    let reason = match told.reason {
        FlagReason::Default => FlagReason::TargetingMatch,
        reason => reason,
    };
    let mut metadata = Map::from_iter([("policy".to_owned(), told.policy.to_string().into())]);
    metadata.extend(told.reasons.iter().map(|(name, why)| ((*name).to_owned(), (&**why).into())));
    json!({
        "key": flag, "value": told.value, "variant": told.variant, "reason": reason, "metadata": metadata,
    })
}
