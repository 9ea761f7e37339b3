//! What all doors share.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use metrics_exporter_prometheus::PrometheusHandle;
use subtle::ConstantTimeEq;

use crate::house::House;
use crate::profiles::Profiles;

// No `Debug`: it would print the token.
pub struct Shared {
    pub house: Arc<House>,
    pub profiles: Profiles,
    pub metrics: PrometheusHandle,
    pub token: Option<Box<str>>,
}

impl Shared {
    /// Whether a request has the token, if there is one.
    pub fn lets_in(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        let bearer =
            headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().split_first_chunk::<7>());
        let bearer =
            bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"bearer ")).map(|(_, token)| token);
        // The name that OFREP has for it.
        let given = bearer.or_else(|| headers.get("x-api-key").map(HeaderValue::as_bytes));
        given.is_some_and(|given| given.ct_eq(token.as_bytes()).into())
    }
}

pub type State = Arc<Shared>;
