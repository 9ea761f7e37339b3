//! `GET`, `PUT` and `DELETE /v1/profiles/{id}`: what is kept of a customer, with its version as `ETag`.

use axum::Json;
use axum::extract::State as From;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitre::Visitor;
use serde_json::value::RawValue;

use crate::ask::Id;
use crate::body::Body;
use crate::refusal::Refusal;
use crate::state::State;
use crate::store::{Change, Changed, OnlyIf};

pub async fn get(From(state): From<State>, Id(id): Id, headers: HeaderMap) -> Result<Response, Refusal> {
    let Some(record) = state.profiles.kept(&id).await? else { return Err(nothing()) };
    let tag = tag(record.version);
    if tags(&headers, header::IF_NONE_MATCH)?.is_some_and(|tags| tags.has(record.version)) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], Json(record.profile)).into_response())
}

pub async fn put(
    From(state): From<State>,
    Id(id): Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let only_if = only_if(&headers)?;
    let written: Box<RawValue> = body.read()?;
    // A profile is read as that of a visitor, so that what is wrong with it is told as everywhere.
    let text = format!("{{\"visit\":{{\"at\":\"2000-01-01T00:00:00Z\"}},\"profile\":{}}}", written.get());
    let profile = {
        let current = state.house.current();
        let policy = current.policy();
        match serde_json::from_str::<Visitor>(&text) {
            Ok(visitor) if policy.passed_over(&visitor.profile, &visitor.visit).is_empty() => visitor.profile,
            _ => {
                policy
                    .visitor_from_json(&text)
                    .map_err(|error| Refusal::misfit("the profile", &error))?
                    .profile
            }
        }
    };
    let changed = state.profiles.change(&id, Change::Put(Some(Box::new(profile))), only_if).await?;
    answer(&changed)
}

pub async fn delete(From(state): From<State>, Id(id): Id, headers: HeaderMap) -> Result<Response, Refusal> {
    let only_if = match only_if(&headers)? {
        OnlyIf::Always => OnlyIf::Present,
        only_if => only_if,
    };
    let is_bare = only_if == OnlyIf::Present;
    match state.profiles.change(&id, Change::Put(None), only_if).await? {
        Changed::Refused if is_bare => Err(nothing()),
        changed => answer(&changed),
    }
}

fn nothing() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "nothing is kept of this customer")
}

fn answer(changed: &Changed) -> Result<Response, Refusal> {
    Ok(match *changed {
        Changed::Kept { before: None, now: Some(now) } => {
            (StatusCode::CREATED, [(header::ETAG, tag(now))]).into_response()
        }
        Changed::Kept { now: Some(now), .. } | Changed::Known(now) => {
            (StatusCode::NO_CONTENT, [(header::ETAG, tag(now))]).into_response()
        }
        Changed::Kept { now: None, .. } => StatusCode::NO_CONTENT.into_response(),
        Changed::Refused => {
            let told = "the profile is in another version than the request asks for; read it again";
            return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, told));
        }
    })
}

/// The version as an entity tag (RFC 9110).
pub fn tag(version: u64) -> HeaderValue {
    // INVARIANT: digits in quotes are a header value.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// The tags of a conditional header.
enum Tags {
    Any,
    These(Vec<u64>),
}

impl Tags {
    fn has(&self, version: u64) -> bool {
        match self {
            Self::Any => true,
            Self::These(versions) => versions.contains(&version),
        }
    }
}

fn tags(headers: &HeaderMap, name: header::HeaderName) -> Result<Option<Tags>, Refusal> {
    let mut all = Vec::new();
    let mut is_there = false;
    for line in headers.get_all(&name) {
        is_there = true;
        let told = || Refusal::bad_request(format!("`{name}` is no list of entity tags, as `\"17\"`"));
        for one in line.to_str().map_err(|_| told())?.split(',').map(str::trim) {
            // Lists may have holes.
            if one.is_empty() {
                continue;
            }
            if one == "*" {
                return Ok(Some(Tags::Any));
            }
            let bare = one.strip_prefix("W/").unwrap_or(one);
            let bare = bare.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(told)?;
            // A tag that is none of ours matches nothing.
            all.extend(bare.parse::<u64>().ok());
        }
    }
    Ok(is_there.then_some(Tags::These(all)))
}

fn only_if(headers: &HeaderMap) -> Result<OnlyIf, Refusal> {
    match (tags(headers, header::IF_MATCH)?, tags(headers, header::IF_NONE_MATCH)?) {
        (None, None) => Ok(OnlyIf::Always),
        (Some(Tags::Any), None) => Ok(OnlyIf::Present),
        (Some(Tags::These(versions)), None) => Ok(OnlyIf::Version(versions)),
        (None, Some(Tags::Any)) => Ok(OnlyIf::Absent),
        _ => Err(Refusal::bad_request(
            "to write, `if-match` with tags or `*`, or `if-none-match: *`, and not both",
        )),
    }
}
