//! Profiles and touchpoints, in either store.

use serde_json::{Value, json};

use crate::database::Database;
use crate::running::{Service, send};

fn touchpoint(outcome: &str) -> Value {
    json!({ "at": "2026-11-23T10:00:00-03:00", "channel": "web", "outcome": outcome })
}

fn a_profile_is_written_read_and_forgotten_by_its_version(service: &Service) {
    let path = "/v1/profiles/ana%2F17";
    let put = |headers: &[(&str, &str)], body: Value| service.send("PUT", path, headers, &body.to_string());
    assert_eq!(service.get(path).status, 404);
    assert_eq!(put(&[("if-match", "*")], json!({})).status, 412);
    let made = put(&[("if-none-match", "*")], json!({ "age": 74 }));
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(put(&[("if-none-match", "*")], json!({})).status, 412);
    let read = service.get(path);
    assert_eq!((read.json(), read.header("etag")), (json!({ "age": 74 }), made.header("etag")));
    assert_eq!(service.send("GET", path, &[("if-none-match", made.header("etag"))], "").status, 304);
    let weak = format!("\"0\", , W/{}", made.header("etag"));
    assert_eq!(service.send("GET", path, &[("if-none-match", &weak)], "").status, 304);
    let changed = put(&[("if-match", made.header("etag"))], json!({ "age": 75 }));
    assert_eq!(changed.status, 204);
    assert_ne!(changed.header("etag"), made.header("etag"));
    assert_eq!(put(&[("if-match", made.header("etag"))], json!({ "age": 76 })).status, 412);
    assert_eq!(service.get(path).json(), json!({ "age": 75 }));
    assert_eq!(service.send("DELETE", path, &[], "").status, 204);
    assert_eq!((service.get(path).status, service.send("DELETE", path, &[], "").status), (404, 404));
}

fn what_happened_counts_in_the_next_decision(service: &Service) {
    let decide = || {
        let ask = json!({ "id": "ana", "visit": { "at": "2026-11-23T10:05:00-03:00", "channel": "web" } });
        service.post("/v1/decide", &ask).json()["assistance"].clone()
    };
    assert_eq!(
        service.send("PUT", "/v1/profiles/ana", &[], r#"{"attributes":{"tenure_months":24}}"#).status,
        201
    );
    assert_eq!(decide(), "hints");
    let mut failed = vec![touchpoint("started")];
    failed[0]["journey"] = json!("billing");
    failed.extend([touchpoint("failed"), touchpoint("failed"), touchpoint("failed")]);
    let report = json!({ "id": "ana", "touchpoints": failed, "key": "r-1" });
    let answer = service.post("/v1/touchpoints", &report);
    assert_eq!((answer.status, answer.json()["touchpoints"].clone()), (200, json!(4)), "{answer:?}");
    assert_eq!(decide(), "guided");
    // Sent again, since the answer was not heard.
    let again = service.post("/v1/touchpoints", &report);
    assert_eq!((again.status, again.json()["touchpoints"].clone()), (200, json!(0)));
    assert_eq!(service.get("/v1/profiles/ana").json()["uses"]["web"], 4);
}

fn touchpoints_of_one_customer_that_come_at_once_are_all_kept(service: &Service) {
    let url = &service.url;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(move || {
                for _ in 0..25 {
                    let report = json!({ "id": "ana", "touchpoints": [touchpoint("visited")] });
                    let answer = send(url, "POST", "/v1/touchpoints", &[], &report.to_string()).unwrap();
                    assert_eq!(answer.status, 200, "{answer:?}");
                }
            });
        }
    });
    assert_eq!(service.get("/v1/profiles/ana").json()["uses"]["web"], 200);
}

fn nobody_is_decided_by_what_was_true_before_a_confirmed_change(service: &Service) {
    let url = &service.url;
    std::thread::scope(|scope| {
        for customer in 0..4 {
            scope.spawn(move || {
                for round in 0..40 {
                    let need = round % 2 == 0;
                    let needs = if need { json!({ "human_contact": "required" }) } else { json!({}) };
                    let put = json!({ "needs": needs }).to_string();
                    let path = format!("/v1/profiles/c{customer}");
                    assert!(send(url, "PUT", &path, &[], &put).unwrap().status < 300);
                    let visit = json!({ "at": "2026-11-23T10:00:00-03:00", "channel": "web" });
                    for _ in 0..2 {
                        let ask = json!({ "id": format!("c{customer}"), "visit": visit }).to_string();
                        let answer = send(url, "POST", "/v1/decide", &[], &ask).unwrap().json();
                        assert_eq!(answer["assistance"] == "human", need, "round {round}: {answer}");
                    }
                }
            });
        }
    });
}

const ALL: [fn(&Service); 4] = [
    a_profile_is_written_read_and_forgotten_by_its_version,
    what_happened_counts_in_the_next_decision,
    touchpoints_of_one_customer_that_come_at_once_are_all_kept,
    nobody_is_decided_by_what_was_true_before_a_confirmed_change,
];

#[test]
fn what_is_kept_in_the_file() {
    ALL.iter().for_each(|one| one(&Service::start()));
}

#[test]
#[ignore = "needs PostgreSQL"]
fn what_is_kept_in_the_database() {
    let database = Database::start();
    let service = Service::with(&["--database", &database.url()]);
    for one in ALL {
        ["ana", "ana%2F17", "c0", "c1", "c2", "c3"].iter().for_each(|id| {
            service.send("DELETE", &format!("/v1/profiles/{id}"), &[], "");
        });
        one(&service);
    }
}

#[test]
#[ignore = "needs PostgreSQL"]
fn what_one_service_keeps_another_decides_by() {
    let database = Database::start();
    let (one, other) =
        (Service::with(&["--database", &database.url()]), Service::with(&["--database", &database.url()]));
    let ask = json!({ "id": "ana", "visit": { "at": "2026-11-23T10:00:00-03:00", "channel": "web" } });
    let is_human = || other.post("/v1/decide", &ask).json()["assistance"] == "human";
    let until = |so: bool| {
        let begun = std::time::Instant::now();
        while is_human() != so {
            assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{}", other.log());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    };
    assert!(!is_human());
    for round in 0..10 {
        let needs = if round % 2 == 0 { json!({ "human_contact": "required" }) } else { json!({}) };
        let put = json!({ "needs": needs }).to_string();
        assert!(one.send("PUT", "/v1/profiles/ana", &[], &put).status < 300);
        until(round % 2 == 0);
        if round == 4 {
            // The server dies and comes back: nobody is decided by what was read before.
            database.down();
            assert_eq!(other.get("/health").status, 503);
            assert_eq!(other.post("/v1/decide", &json!({ "id": "boris" })).status, 503);
            database.up();
            let begun = std::time::Instant::now();
            while one.get("/health").status != 200 || other.get("/health").status != 200 {
                assert!(begun.elapsed() < std::time::Duration::from_secs(20));
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
    }
    // What nobody says twice is counted once, whoever is told.
    std::thread::scope(|scope| {
        for service in [&one, &other, &one, &other] {
            scope.spawn(move || {
                for _ in 0..10 {
                    let report = json!({ "id": "boris", "touchpoints": [touchpoint("visited")] });
                    let answer = send(&service.url, "POST", "/v1/touchpoints", &[], &report.to_string());
                    assert_eq!(answer.unwrap().status, 200);
                }
            });
        }
    });
    assert_eq!(one.get("/v1/profiles/boris").json()["uses"]["web"], 40);
}
