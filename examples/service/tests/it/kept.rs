//! Profiles and touchpoints, in either store.

use serde_json::{Value, json};

use crate::database::Database;
use crate::running::{Service, does_not_start, send};

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
    // For writing a tag must be the same and strong.
    let version = made.header("etag").trim_matches('"');
    for other in [format!("W/\"{version}\""), format!("\"0{version}\""), "\"a,b\"".to_owned()] {
        assert_eq!(put(&[("if-match", &other)], json!({})).status, 412, "{other}");
    }
    let changed = put(&[("if-match", &format!("\"a,b\", \"{version}\""))], json!({ "age": 75 }));
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
    // Another report by the same key would be lost unseen.
    let other = json!({ "id": "ana", "touchpoints": [touchpoint("visited")], "key": "r-1" });
    let answer = service.post("/v1/touchpoints", &other);
    assert!(answer.status == 409 && answer.text.contains("that of another report"), "{answer:?}");
    // One customer has so much room.
    let long = json!({ "at": "2026-11-23T10:00:00-03:00", "channel": "web", "outcome": "started",
        "journey": "x".repeat(300_000) });
    let answer = service.post("/v1/touchpoints", &json!({ "id": "ana", "touchpoints": [long] }));
    assert!(answer.status == 422 && answer.text.contains("256 KiB"), "{answer:?}");
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
fn what_cannot_be_read_is_replaced_or_forgotten_and_its_values_are_not_logged() {
    let database = Database::start();
    let service = Service::with(&["--database", &database.url()]);
    let odd = r#"{"version":7,"profile":{"needs":{"large_text":"secret"}}}"#;
    let odd = |id: &str| database.does(&format!("INSERT INTO maitre_profiles VALUES ('{id}', 7, '{odd}')"));
    ["ana", "boris"].iter().for_each(|id| odd(id));
    let answer = service.get("/v1/profiles/ana");
    assert!(answer.status == 500 && answer.text.contains("replace it with PUT"), "{answer:?}");
    assert_eq!(service.post("/v1/decide", &json!({ "id": "ana" })).status, 500);
    assert_eq!(service.send("PUT", "/v1/profiles/ana", &[("if-match", "\"7\"")], "{}").status, 412);
    assert_eq!(service.send("PUT", "/v1/profiles/ana", &[("if-none-match", "*")], "{}").status, 412);
    assert_eq!(service.send("PUT", "/v1/profiles/ana", &[], "{}").status, 204);
    assert_eq!(service.get("/v1/profiles/ana").status, 200);
    assert_eq!(service.send("DELETE", "/v1/profiles/boris", &[], "").status, 204);
    // A row that the database refuses is shown in the details of its error.
    database.does("ALTER TABLE maitre_profiles ADD CHECK (version < 0) NOT VALID");
    assert_eq!(service.send("PUT", "/v1/profiles/secret", &[], r#"{"age":74}"#).status, 503);
    let log = service.log_with("violates check constraint");
    assert!(!log.contains("secret"), "{log}");
}

#[test]
#[ignore = "needs PostgreSQL"]
fn who_may_only_read_and_write_the_table_starts() {
    let database = Database::start();
    database.does("CREATE ROLE lowly LOGIN");
    let lowly = database.url().replace("maitre@", "lowly@");
    let told = does_not_start(&["--database", &lowly]);
    assert!(told.contains("permission denied") && told.contains("CREATE TABLE"), "{told}");
    drop(Service::with(&["--database", &database.url()]));
    database.does("GRANT SELECT, INSERT, UPDATE, DELETE ON maitre_profiles TO lowly");
    let service = Service::with(&["--database", &lowly]);
    assert_eq!(service.send("PUT", "/v1/profiles/ana", &[], "{}").status, 201);
}

/// A way to the database that can be cut without either side being told.
#[test]
#[ignore = "needs PostgreSQL"]
fn a_connection_that_died_unseen_is_not_used_again() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let database = Database::start();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let way = listener.local_addr().unwrap().port();
    let cut = std::sync::Arc::new(AtomicBool::new(false));
    let (ends, to) = (std::sync::Arc::clone(&cut), database.port());
    std::thread::spawn(move || {
        for one in listener.incoming() {
            let (one, other) = (one.unwrap(), std::net::TcpStream::connect(("127.0.0.1", to)).unwrap());
            // Those that begin after the cut work.
            let lives = ends.load(Ordering::Relaxed);
            let pairs = [(one.try_clone().unwrap(), other.try_clone().unwrap()), (other, one)];
            for (mut from, mut to) in pairs {
                let ends = std::sync::Arc::clone(&ends);
                std::thread::spawn(move || {
                    let mut bytes = [0; 4096];
                    while let Ok(count @ 1..) = std::io::Read::read(&mut from, &mut bytes) {
                        if lives || !ends.load(Ordering::Relaxed) {
                            std::io::Write::write_all(&mut to, &bytes[..count]).unwrap_or_default();
                        }
                    }
                });
            }
        }
    });
    let url = database.url().replace(&format!(":{}", database.port()), &format!(":{way}"));
    let service = Service::with(&["--database", &url, "--seconds", "2"]);
    let put = || service.send("PUT", "/v1/profiles/ana", &[], "{}").status;
    assert_eq!(put(), 201);
    cut.store(true, Ordering::Relaxed);
    // Whoever meets the dead one is told to come again; the next ones find another.
    assert_eq!(put(), 503);
    let again = std::iter::repeat_with(put).take(5).position(|status| status == 204);
    assert!(again.is_some(), "{}", service.log());
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
