//! `GET`, `PUT` and `DELETE /v1/profiles/{id}`: what is kept of a customer, with its version as `ETag`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as From};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::ask::Somebody;
use crate::body::Body;
use crate::id::Id;
use crate::refusal::Refusal;
use crate::state::State;
use crate::store::{Change, Changed, OnlyIf};
use crate::tags::{self, Tags};

pub async fn get(From(state): From<State>, Id(id): Id, headers: HeaderMap) -> Result<Response, Refusal> {
    let Some(record) = state.profiles.kept(&id).await? else { return Err(nothing()) };
    let tag = tag(record.version);
    if condition(&headers, header::IF_NONE_MATCH)?.has(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)], tags::ASKED_FOR_AGAIN).into_response());
    }
    Ok(([(header::ETAG, tag)], tags::ASKED_FOR_AGAIN, Json(record.profile)).into_response())
}

/// How a profile is to be read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// What makes no sense to the policy is kept as far as it can be, where without it it is an error.
    #[serde(default)]
    lenient: bool,
}

pub async fn put(
    From(state): From<State>,
    Id(id): Id,
    reading: Result<Query<Reading>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let only_if = only_if(&headers)?;
    let Query(Reading { lenient }) = reading.map_err(|_| {
        Refusal::bad_request("the query has `lenient`, which is `true` or `false`, and nothing else")
    })?;
    let written: &RawValue = body.read()?;
    if written.get() == "null" {
        let told = "`null` is no profile; an empty one is `{}`, and DELETE forgets a customer";
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told));
    }
    // A profile is read as that of a visitor, so that what is wrong with it is told as everywhere.
    let somebody = Somebody { profile: Some(written), ..Somebody::default() };
    let read = somebody.read(state.house.current().policy(), state.house.now()?, lenient);
    let profile = read.map_err(|error| Refusal::misfit("the profile", &error))?.profile;
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
        Changed::Kept { now: Some(now), .. } => {
            (StatusCode::NO_CONTENT, [(header::ETAG, tag(now))]).into_response()
        }
        Changed::Kept { now: None, .. } => StatusCode::NO_CONTENT.into_response(),
        Changed::TooLarge => return Err(too_large()),
        Changed::Known(_) | Changed::OtherReport => {
            return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "the profile was not kept"));
        }
        Changed::Refused => {
            let told = "the profile is in another version than the request asks for; read it again";
            return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, told));
        }
    })
}

/// More would be kept of one customer than may be.
pub fn too_large() -> Refusal {
    let told = format!("more would be kept of this customer than the {} KiB that may be", Changed::MOST_KIB);
    Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told)
}

/// The version as an entity tag.
pub fn tag(version: u64) -> HeaderValue {
    tags::tag(&version.to_string())
}

/// The tags of a condition, all of which must be some: a slip here could cost somebody what is kept.
fn condition(headers: &HeaderMap, name: HeaderName) -> Result<Tags, Refusal> {
    let tags = tags::named(headers, name.clone());
    match tags.is_odd {
        true => Err(Refusal::bad_request(format!("`{name}` is no list of entity tags, as `\"17\"`"))),
        false => Ok(tags),
    }
}

/// The condition under which to write: a tag that is none of ours is that of no version.
fn only_if(headers: &HeaderMap) -> Result<OnlyIf, Refusal> {
    match (condition(headers, header::IF_MATCH)?, condition(headers, header::IF_NONE_MATCH)?) {
        (Tags { is_there: false, .. }, Tags { is_there: false, .. }) => Ok(OnlyIf::Always),
        (Tags { any: true, .. }, Tags { is_there: false, .. }) => Ok(OnlyIf::Present),
        (tags, Tags { is_there: false, .. }) => {
            // Written as ours are, and no other way.
            let version =
                |bare: Box<str>| bare.parse().ok().filter(|version: &u64| *version.to_string() == *bare);
            Ok(OnlyIf::Version(tags.strong().filter_map(version).collect()))
        }
        (Tags { is_there: false, .. }, Tags { any: true, .. }) => Ok(OnlyIf::Absent),
        _ => Err(Refusal::bad_request(
            "to write, `if-match` with tags or `*`, or `if-none-match: *`, and not both",
        )),
    }
}
