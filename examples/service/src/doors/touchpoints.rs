//! `POST /v1/touchpoints`: what happened with a customer. Once it is confirmed it is kept.

use axum::Json;
use axum::extract::State as From;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitre::{CustomerProfile, Policy, Touchpoint, Visit};
use serde::Deserialize;

use super::profiles::{tag, too_large};
use crate::ask::check_id;
use crate::body::Body;
use crate::refusal::Refusal;
use crate::state::State;
use crate::store::{Change, Changed, OnlyIf};

/// How many touchpoints may be reported at once.
pub const MOST: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `id` and `touchpoints`")]
struct Report {
    id: String,
    /// In the order in which they were.
    touchpoints: Vec<Touchpoint>,
    /// A report that is sent again with the same key changes nothing: for callers that did not hear the answer. The last 64
    /// of a customer are known.
    key: Option<String>,
    /// What makes no sense to the policy is kept as far as it can be, where without it it is an error.
    #[serde(default)]
    lenient: bool,
}

#[derive(Debug, serde::Serialize)]
struct Kept {
    /// The version of the profile in which it is.
    version: u64,
    /// How many were kept; 0 for a report that was known.
    touchpoints: usize,
}

pub async fn report(From(state): From<State>, body: Body) -> Result<Response, Refusal> {
    let Report { id, touchpoints, key, lenient } = body.read()?;
    check_id(&id)?;
    let misfit = |told: String| Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told));
    let count = touchpoints.len();
    if count == 0 || count > MOST {
        return misfit(format!("a report has 1 to {MOST} touchpoints; this one has {count}"));
    }
    if let Some(key) = &key {
        check_id(key)?;
    }
    if !lenient {
        makes_sense(&touchpoints, state.house.current().policy())?;
    }
    let change = Change::Record { touchpoints, key: key.map(Into::into) };
    let (version, touchpoints) = match state.profiles.change(&id, change, OnlyIf::Always).await? {
        Changed::Kept { now: Some(version), .. } => (version, count),
        Changed::Known(version) => (version, 0),
        Changed::OtherReport => {
            let told = "`key` is that of another report; each report has a key of its own";
            return Err(Refusal::new(StatusCode::CONFLICT, told));
        }
        Changed::TooLarge => return Err(too_large()),
        Changed::Kept { now: None, .. } | Changed::Refused => {
            return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the report was not kept"));
        }
    };
    metrics::counter!("maitre_touchpoints_total").increment(touchpoints as u64);
    Ok(([(header::ETAG, tag(version))], Json(Kept { version, touchpoints })).into_response())
}

/// A channel that nobody knows or an answer beyond its scale is a slip, which nobody would see once it is kept.
fn makes_sense(touchpoints: &[Touchpoint], policy: &Policy) -> Result<(), Refusal> {
    for (number, touchpoint) in touchpoints.iter().enumerate() {
        let visit = Visit::new(touchpoint.at());
        let mut person = CustomerProfile::new();
        person.record(touchpoint);
        if let Some(odd) = policy.passed_over(&person, &visit).first() {
            let told = format!(
                "touchpoint {number}, counted from 0, makes no sense to this policy: it says of `{odd}` what cannot be"
            );
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told));
        }
    }
    Ok(())
}
