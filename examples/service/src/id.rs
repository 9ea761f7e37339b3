//! The ids by which customers are kept, and the keys by which reports are known.

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;

use crate::refusal::Refusal;

/// The longest id, in bytes.
pub const LONGEST_ID: usize = 256;
/// What an id is, as a pattern: a database keeps no zero byte in a text.
pub const NO_ZERO: &str = r"^[^\u0000]*$";

/// An id that this service keeps people by.
pub fn check_id(id: &str) -> Result<(), Refusal> {
    if id.is_empty() || id.len() > LONGEST_ID {
        let told = format!("an id or key has 1 to {LONGEST_ID} bytes; this one has {}", id.len());
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told));
    }
    if id.contains('\0') {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "an id or key has no zero byte"));
    }
    Ok(())
}

/// The id in a path.
#[derive(Debug)]
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Refusal::bad_request("the id in the path is no text in UTF-8"))?;
        check_id(&id).map(|()| Self(id))
    }
}
