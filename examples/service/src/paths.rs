//! Where the doors are: what the router opens, and what the description tells of.

pub const DECIDE: &str = "/v1/decide";
pub const BATCH: &str = "/v1/decide/batch";
pub const EXPLAIN: &str = "/v1/explain";
pub const TOUCHPOINTS: &str = "/v1/touchpoints";
pub const PROFILE: &str = "/v1/profiles/{id}";
pub const FLAGS: &str = "/ofrep/v1/evaluate/flags";
pub const FLAG: &str = "/ofrep/v1/evaluate/flags/{key}";
pub const METRICS: &str = "/metrics";
pub const HEALTH: &str = "/health";
pub const DESCRIPTION: &str = "/openapi.json";
