//! The OpenFeature Remote Evaluation Protocol, 0.3: the decision as flags, for code that already asks for flags. The context
//! names attributes as conditions do, flat or nested; its targeting key is the person's id, by which what is kept of them is
//! found. What stands in the context beside attributes is nobody's business here, and is passed over.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as From};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitre::{Decision, ExperienceSelector, Reason, ReasonCode, RecordedDecision, Unit, Visit};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::ask::{Asked, Known, check_id};
use crate::body::Body;
use crate::refusal::Refusal;
use crate::state::State;

/// The codes by which a question fails; a flag that there is not has its own.
pub const CODES: [&str; 4] = ["PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "GENERAL"];
pub const NO_SUCH_FLAG: &str = "FLAG_NOT_FOUND";
/// Why a flag is as it is, as far as the protocol tells.
pub const REASONS: [&str; 3] = ["STATIC", "TARGETING_MATCH", "SPLIT"];

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    Experience,
    Channel,
    Layout,
    Assistance,
}

impl Flag {
    pub const ALL: [Self; 4] = [Self::Experience, Self::Channel, Self::Layout, Self::Assistance];
    pub const fn key(self) -> &'static str {
        match self {
            Self::Experience => "experience",
            Self::Channel => "experience.channel",
            Self::Layout => "experience.layout",
            Self::Assistance => "experience.assistance",
        }
    }
}

#[derive(Debug, Deserialize)]
struct Evaluation {
    #[serde(default)]
    context: Option<Map<String, Value>>,
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
    let Some(flag) = Flag::ALL.into_iter().find(|flag| flag.key() == key) else {
        let known = Flag::ALL.map(Flag::key).join("`, `");
        let status = StatusCode::NOT_FOUND;
        let details = format!("there is no such flag; known here: `{known}`");
        return Failure { status, code: NO_SUCH_FLAG, details }.told(Some(&key));
    };
    let asked = match asked(&state, body).await {
        Ok(asked) => asked,
        Err(failure) => return failure.told(Some(&key)),
    };
    let current = state.house.current();
    let decision = asked.decide(&current);
    (state.house.lines(), Json(evaluated(flag, &current, &decision))).into_response()
}

pub async fn all(From(state): From<State>, headers: HeaderMap, body: Result<Body, Refusal>) -> Response {
    let asked = match asked(&state, body).await {
        Ok(asked) => asked,
        Err(failure) => return failure.told(None),
    };
    let current = state.house.current();
    let decision = asked.decide(&current);
    let flags = Flag::ALL.map(|flag| evaluated(flag, &current, &decision));
    let policy = current.policy();
    let body = json!({
        "flags": flags,
        "metadata": { "policy": policy.name(), "digest": policy.digest().to_string() },
    })
    .to_string();
    let tag = format!("\"{}\"", hex(&Sha256::digest(&body)));
    let tag = HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
    if has(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let kind = HeaderValue::from_static("application/json");
    (state.house.lines(), [(header::ETAG, tag), (header::CONTENT_TYPE, kind)], body).into_response()
}

/// Whether the caller has what bears `tag`, which caches on the way may have weakened (RFC 9110).
fn has(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == tag.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The visitor of a context.
async fn asked(state: &State, body: Result<Body, Refusal>) -> Result<Asked, Failure> {
    let body = body.map_err(|refusal| Failure::of(&refusal))?;
    let Evaluation { context } = body.read().map_err(|refusal: Refusal| match refusal.status() {
        StatusCode::UNPROCESSABLE_ENTITY => Failure::bad("INVALID_CONTEXT", refusal.in_a_line()),
        _ => Failure::bad("PARSE_ERROR", refusal.in_a_line()),
    })?;
    let mut context = context.ok_or_else(|| Failure::bad("INVALID_CONTEXT", "`context` is missing"))?;
    let key = match context.remove("targetingKey") {
        Some(Value::String(key)) => key,
        Some(_) => return Err(Failure::bad("INVALID_CONTEXT", "`targetingKey` is no string")),
        None => return Err(Failure::bad("TARGETING_KEY_MISSING", "`context` has no `targetingKey`")),
    };
    check_id(&key).map_err(|refusal| Failure::of(&refusal))?;
    let kept = state.profiles.of(&key).await.map_err(|error| Failure::of(&error.into()))?;
    let now =
        state.house.now().ok_or_else(|| Failure::bad("GENERAL", "the clock is beyond all calendars"))?;
    let current = state.house.current();
    let text = Value::Object(context).to_string();
    let read = current
        .policy()
        .visitor_from_attributes_json(&text, now)
        .map_err(|error| Failure::of(&Refusal::misfit("the context", &error)))?;
    let visit: Visit = read.visitor.visit.with_id(Unit::Person, key);
    let given = read.visitor.profile;
    Ok(Asked { known: Known::of(Some(kept), given), visit })
}

/// A flag as the protocol tells it.
fn evaluated(flag: Flag, selector: &ExperienceSelector, decision: &Decision) -> Value {
    let told = RecordedDecision::of(selector, decision);
    let axes = [
        ("channel", decision.channel_reason()),
        ("layout", decision.layout_reason()),
        ("assistance", decision.assistance_reason()),
    ];
    let (value, variant, asked): (Value, String, &[(&str, Reason)]) = match flag {
        Flag::Experience => (
            json!({
                "channel": told.channel, "layout": told.layout, "layout_in_use": told.layout_in_use,
                "assistance": told.assistance, "adapt": told.adapt, "way_out": told.way_out,
                "alternatives": told.alternatives,
            }),
            format!("{}/{}/{}", told.channel, told.layout, told.assistance),
            &axes,
        ),
        Flag::Channel => (json!(told.channel), told.channel.to_string(), &axes[..1]),
        Flag::Layout => (json!(told.layout_in_use), told.layout_in_use.to_string(), &axes[1..2]),
        Flag::Assistance => (json!(told.assistance), told.assistance.to_string(), &axes[2..]),
    };
    let mut metadata = Map::new();
    metadata.insert("policy".to_owned(), selector.policy().name().into());
    metadata.insert("digest".to_owned(), decision.policy().to_string().into());
    for (axis, reason) in asked {
        let name = if asked.len() == 1 { "reason".to_owned() } else { format!("{axis}_reason") };
        metadata.insert(name, said(selector, *reason).into());
    }
    json!({
        "key": flag.key(), "value": value, "variant": variant,
        "reason": protocol_reason(selector, asked), "metadata": metadata,
    })
}

/// The reason in one word, with who gave it; but of needs only that it was one, since what is told about flags ends up in logs.
fn said(selector: &ExperienceSelector, reason: Reason) -> String {
    match selector.giver(reason) {
        Some(giver) if reason.code() != ReasonCode::Need => format!("{}:{giver}", reason.code()),
        _ => reason.code().to_string(),
    }
}

/// Never `STATIC`: what is static may be held for everybody.
fn protocol_reason(selector: &ExperienceSelector, asked: &[(&str, Reason)]) -> &'static str {
    // `experiment/arm`: names have no slash.
    let is_arm = |reason: Reason| selector.giver(reason).is_some_and(|giver| giver.contains('/'));
    if asked.iter().any(|(_, reason)| is_arm(*reason)) { "SPLIT" } else { "TARGETING_MATCH" }
}
