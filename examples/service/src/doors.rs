//! The doors of the service: what can be asked, and under which path.

pub mod decide;
pub mod health;
pub mod ofrep;
pub mod openapi;
pub mod page;
pub mod profiles;
pub mod touchpoints;
