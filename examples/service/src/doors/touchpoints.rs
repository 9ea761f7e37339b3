//! `POST /v1/touchpoints`: what happened with a customer. Once it is confirmed it is kept.

use axum::Json;
use axum::extract::State as From;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitre::{CustomerProfile, Policy, Touchpoint, Visit};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::profiles::{tag, too_large};
use crate::body::{self, Body};
use crate::id::check_id;
use crate::refusal::Refusal;
use crate::state::State;
use crate::store::{Change, Changed, OnlyIf};

/// How many touchpoints may be reported at once.
pub const MOST: usize = 1_000;
/// Of how many it is told what is wrong with them.
const TOLD: usize = 10;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `id` and `touchpoints`")]
struct Report<'a> {
    id: String,
    /// In the order in which they were.
    #[serde(borrow)]
    touchpoints: Vec<&'a RawValue>,
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
    let touchpoints = all(&touchpoints, state.house.current().policy(), lenient)?;
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

/// Reads them all, or tells what is wrong with the first of those that cannot be. A channel that nobody knows or an answer beyond its
/// scale is a slip, which nobody would see once it is kept: it is told as well, but to who is lenient.
fn all(touchpoints: &[&RawValue], policy: &Policy, lenient: bool) -> Result<Vec<Touchpoint>, Refusal> {
    let (mut read, mut odd) = (Vec::with_capacity(touchpoints.len()), Vec::new());
    for (number, touchpoint) in touchpoints.iter().enumerate() {
        let touchpoint: Touchpoint = match body::read(touchpoint.get().as_bytes()) {
            Ok(touchpoint) => touchpoint,
            Err(error) => {
                odd.push(format!("`touchpoints[{number}]`: {}", body::without_place(&error)));
                continue;
            }
        };
        if !lenient {
            let mut person = CustomerProfile::new();
            person.record(&touchpoint);
            if let Some(fact) = policy.passed_over(&person, &Visit::new(touchpoint.at())).first() {
                odd.push(format!("`touchpoints[{number}]` says of `{fact}` what cannot be"));
            }
        }
        read.push(touchpoint);
    }
    if odd.is_empty() {
        return Ok(read);
    }
    let more = odd.len().saturating_sub(TOLD);
    odd.truncate(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let told = format!("what is reported makes no sense to this policy: {}{more}", odd.join("; "));
    Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told))
}
