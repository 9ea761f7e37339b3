//! What all doors share.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;

use crate::house::House;
use crate::profiles::Profiles;

// No `Debug`: it would print the token.
pub struct Shared {
    pub house: Arc<House>,
    pub profiles: Profiles,
    pub metrics: PrometheusHandle,
    pub token: Option<Box<str>>,
}

pub type State = Arc<Shared>;
