//! The body of a request, read as JSON: too large, not JSON, or not of the shape that is asked for is told apart and placed.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use serde::Deserialize;

use crate::refusal::Refusal;

/// The bytes of a body that says that it is JSON. One that says nothing is refused: a page that somebody happens to look at may send
/// such a body anywhere.
#[derive(Debug)]
pub struct Body(Vec<u8>);

/// How large a body may be, in bytes, and how long it may take to come: an extension of every request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub most: usize,
    pub patience: Duration,
}

/// How much more is read and thrown away, times what is kept: whoever still sends does not hear an answer.
const HEARD_OUT: usize = 8;

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;
    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            let told = "the body must be JSON, with `content-type: application/json`";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, told));
        }
        if request
            .headers()
            .get(header::CONTENT_ENCODING)
            .is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
        {
            let told = "the body must be sent as it is, without `content-encoding`";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, told));
        }
        let Limits { most, patience } = request
            .extensions()
            .get()
            .copied()
            .ok_or_else(|| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "this door has no limits"))?;
        match tokio::time::timeout(patience, Self::heard_out(request.into_body(), most)).await {
            Ok(body) => body,
            Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the body took too long to come")),
        }
    }
}

impl Body {
    async fn heard_out(mut body: axum::body::Body, most: usize) -> Result<Self, Refusal> {
        let (mut kept, mut all) = (Vec::new(), 0_usize);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Refusal::bad_request("the body ended before it was whole"))?;
            let Ok(data) = frame.into_data() else { continue };
            all = all.saturating_add(data.len());
            if all <= most {
                kept.extend_from_slice(&data);
            } else if all / HEARD_OUT > most {
                break;
            }
        }
        if all > most {
            let told = format!("the body is larger than the {} KiB that this service reads", most / 1_024);
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, told));
        }
        Ok(Self(kept))
    }

    /// What it says.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Refusal> {
        read(&self.0).map_err(|error| {
            let place = match error.line() {
                0 => String::new(),
                line => format!(" (line {line}, column {})", error.column()),
            };
            let told = without_place(&error);
            let status = match error.classify() {
                serde_json::error::Category::Data => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::BAD_REQUEST,
            };
            let what = if status == StatusCode::BAD_REQUEST { "the body is no JSON: " } else { "" };
            Refusal::new(status, format!("{what}{told}{place}"))
        })
    }
}

/// What is wrong; serde_json names the place behind it, and the value, which may be of somebody.
pub fn without_place(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let told = told.rsplit_once(" at line ").map_or(&*told, |(told, _)| told);
    let Some((found, expected)) = told.rsplit_once(", expected ") else { return told.to_owned() };
    let is_value = found.starts_with("invalid type: ") || found.starts_with("invalid value: ");
    let end = found.find(['"', '`']).filter(|_| is_value).unwrap_or(found.len());
    format!("{}, expected {expected}", found.split_at(end).0.trim_end())
}

/// What a JSON object says. A list of its fields without their names, which serde takes as well, is none.
pub fn read<'a, T: Deserialize<'a>>(text: &'a [u8]) -> serde_json::Result<T> {
    match serde_json::from_slice(text) {
        Ok(_) if text.trim_ascii_start().first() == Some(&b'[') => {
            Err(serde::de::Error::custom("found a list, expected an object"))
        }
        read => read,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return false };
    let kind =
        kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}
