//! A disk that takes nothing: nothing is confirmed, it is told, and once there is room all goes on by itself.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::running::Service;

/// How large the files of a service may become, in bytes.
fn limit(service: &Service, bytes: &str) {
    let mut limit = Command::new("prlimit");
    limit.arg(format!("--pid={}", service.pid())).arg(format!("--fsize={bytes}:unlimited"));
    assert!(limit.status().unwrap().success(), "{limit:?}");
}

#[test]
fn while_the_disk_is_full_nothing_is_confirmed_and_afterwards_everything_that_was_is_there() {
    let service = Service::start();
    let put = |id: &str| {
        let profile = json!({ "journey": { "name": "x".repeat(60_000) } });
        service.send("PUT", &format!("/v1/profiles/{id}"), &[], &profile.to_string()).status
    };
    let health = || {
        let answer = service.get("/health");
        (answer.status, answer.json()["status"].as_str().unwrap().to_owned())
    };
    assert!((0..30).all(|n| put(&format!("before-{n}")) == 201));
    // Less than there is already, so that no write goes through.
    limit(&service, "100000");
    assert_eq!(put("during"), 503);
    assert_eq!(health(), (200, "no_writes".to_owned()));
    assert_eq!(put("during"), 503);
    assert_eq!(service.get("/v1/profiles/before-0").status, 200);
    limit(&service, "unlimited");
    let begun = Instant::now();
    while health() != (200, "ok".to_owned()) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", service.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(put("after"), 201);
    assert!((0..30).all(|n| service.get(&format!("/v1/profiles/before-{n}")).status == 200));
    assert_eq!(service.get("/v1/profiles/during").status, 404);
}
