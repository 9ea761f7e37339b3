//! What a caller is told whose request cannot be answered: RFC 9457, `application/problem+json`. It names the place and what
//! would do, and repeats no value of the request but the ones that messages of the library name.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maitre::{Diagnostic, DiagnosticCode, PolicyError};

use crate::store::StoreError;

/// A request that is not answered, and why.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    detail: String,
    problems: Vec<Misfit>,
    more: Vec<(HeaderName, HeaderValue)>,
}

#[derive(serde::Serialize)]
struct Body<'a> {
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    problems: &'a [Misfit],
}

/// One problem of what was sent. It has a path and no place in a text: what is read is put together from parts of the body.
#[derive(Debug, Clone, serde::Serialize)]
struct Misfit {
    code: DiagnosticCode,
    path: Box<str>,
    message: Box<str>,
    help: Option<Box<str>>,
}

impl Misfit {
    fn of(problem: &Diagnostic) -> Self {
        Self {
            code: problem.code(),
            path: problem.path().into(),
            message: problem.message().into(),
            help: problem.help().map(Into::into),
        }
    }
}

impl Refusal {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), problems: Vec::new(), more: Vec::new() }
    }
    /// What may be answered in a moment.
    pub fn later(detail: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
    }
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }
    /// What was sent is JSON, and no visitor that this policy can decide for.
    pub fn misfit(what: &str, error: &PolicyError) -> Self {
        Self {
            problems: error.diagnostics().iter().map(Misfit::of).collect(),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, format!("{what} makes no sense to this policy"))
        }
    }
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more.push((name, value));
        self
    }
    pub const fn status(&self) -> StatusCode {
        self.status
    }
    /// All of it in one line, for protocols that have room for no more.
    pub fn in_a_line(&self) -> String {
        let mut line = self.detail.clone();
        for (number, problem) in self.problems.iter().enumerate() {
            line += if number == 0 { ": " } else { "; " };
            let Misfit { path, message, help, .. } = problem;
            let colon = if path.is_empty() { "" } else { ": " };
            line += &format!("{path}{colon}{message}");
            if let Some(help) = help {
                line += &format!(" ({help})");
            }
        }
        line
    }
}

impl From<StoreError> for Refusal {
    /// The cause is for the log of who runs the service.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Silent(_) => {
                tracing::error!(%error, "the store does not answer");
                Self::later("profiles cannot be read or written now; try again")
            }
            StoreError::Unreadable(_) => {
                tracing::error!(%error, "what is kept of a customer is none of what is kept here");
                let told = "what is kept of this customer cannot be read; replace it with PUT or forget it with DELETE";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, told)
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Body {
            title: self.status.canonical_reason().unwrap_or("refused"),
            status: self.status.as_u16(),
            detail: &self.detail,
            problems: &self.problems,
        };
        let mut response = (self.status, Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response.headers_mut().extend(self.more);
        response
    }
}
