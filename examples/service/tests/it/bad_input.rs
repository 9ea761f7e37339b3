//! What is wrong is told by its place, lets nothing through and leaks nothing.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use serde_json::json;

use crate::running::Service;

#[test]
fn each_mistake_is_told_by_status_and_place() {
    let service = Service::start();
    let told = |method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        let answer = service.send(method, path, headers, body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
        let json = answer.json();
        assert_eq!(json["status"], answer.status);
        (answer.status, format!("{} {}", json["detail"].as_str().unwrap(), json["problems"]))
    };
    for (body, status, said) in [
        (r#"{"visit":"#, 400, "the body is no JSON: EOF while parsing"),
        (r#"{"visit":{"channel":"web"},"profil":{}}"#, 422, "unknown field `profil`"),
        (r#"{"visit":{"chanel":"web"}}"#, 422, "did you mean `channel`?"),
        (r#"{"profile":{"age":"old"}}"#, 422, "found a string, expected an int"),
        (r#"{"profile":{"needs":{"large_txt":"required"}}}"#, 422, "did you mean `large_text`?"),
        (r#"{"id":""}"#, 422, "an id or key has 1 to 256 bytes"),
        (r#"{"headers":{"a b":"c"}}"#, 422, "`headers`"),
        (r#"[]"#, 422, "line 1, column"),
        (r#"["ana",null,null,null,null,false,false]"#, 422, "invalid type: sequence, expected a map"),
        (r#"{"journey":{"channel":"fax"}}"#, 422, "unknown channel `fax`"),
    ] {
        let (found, text) = told("POST", "/v1/decide", &[], body);
        assert!(found == status && text.contains(said), "{body}: {found} {text}");
    }
    assert_eq!(told("POST", "/v1/decide", &[("content-type", "text/plain")], "{}").0, 415);
    assert_eq!(told("GET", "/v1/decide", &[], "").0, 405);
    assert_eq!(told("GET", "/v2/decide", &[], "").0, 404);
    assert_eq!(told("PUT", "/v1/profiles/a", &[("if-match", "17")], "{}").0, 400);
    service.send("PUT", "/v1/profiles/a", &[], "{}");
    assert_eq!(told("GET", "/v1/profiles/a", &[("if-none-match", "17")], "").0, 400);
    let long = "x".repeat(257);
    assert_eq!(told("GET", &format!("/v1/profiles/{long}"), &[], "").0, 422);
    let none = json!({ "id": "a", "touchpoints": [] }).to_string();
    assert_eq!(told("POST", "/v1/touchpoints", &[], &none).0, 422);
    let odd = json!({ "id": "a", "touchpoints": [{ "at": "2026-11-23T10:00:00Z", "channel": "web", "outcome": "faild" }] });
    let (status, text) = told("POST", "/v1/touchpoints", &[], &odd.to_string());
    assert!(status == 422 && text.contains("failed"), "{text}");
    for (wrong, said) in [
        (json!({ "at": "2026-11-23T10:00:00Z", "channel": "fax", "outcome": "visited" }), "profile.uses.fax"),
        (
            json!({ "at": "2026-11-23T10:00:00Z", "channel": "web", "outcome": "done", "feedback": { "nps": 11 } }),
            "profile.nps",
        ),
    ] {
        let report = |more: &str| {
            let fine = json!({ "at": "2026-11-23T10:00:00Z", "channel": "web", "outcome": "visited" });
            json!({ "id": "a", "touchpoints": [fine, wrong], more: true }).to_string()
        };
        let (status, text) =
            told("POST", "/v1/touchpoints", &[], &report("lenient").replace("true", "false"));
        assert!(status == 422 && text.contains("touchpoint 1") && text.contains(said), "{text}");
        assert_eq!(service.send("POST", "/v1/touchpoints", &[], &report("lenient")).status, 200);
    }
    // What was kept all the same is told as it is described.
    assert!(service.get("/v1/profiles/a").json()["unreadable"]["profile.nps"].is_string());
    assert_eq!(told("POST", "/v1/explain?reveal=yes", &[], "{}").0, 400);
    assert_eq!(told("POST", "/v1/explain?revael=true", &[], "{}").0, 400);
    assert_eq!(told("GET", "/v1/profiles/%ff", &[], "").0, 400);
    let large = format!(r#"{{"id":"{}"}}"#, "x".repeat(2_000_000));
    assert_eq!(told("POST", "/v1/decide", &[], &large).0, 413);
}

#[test]
fn facts_that_make_no_sense_are_left_out_and_named_where_the_caller_wants_it_so() {
    let service = Service::start();
    let ask = json!({ "lenient": true, "profile": { "age": "old" }, "visit": { "channel": "web" } });
    let answer = service.post("/v1/decide", &ask);
    assert_eq!(
        (answer.status, answer.json()["left_out"].clone()),
        (200, json!(["profile.age"])),
        "{answer:?}"
    );
}

#[test]
fn who_is_slow_is_not_waited_for() {
    let service = Service::with(&["--seconds", "1"]);
    let mut slow = std::net::TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    slow.write_all(b"POST /v1/decide HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{").unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[test]
fn without_the_token_nobody_gets_in() {
    let service = Service::with(&["--token", "open sesame"]);
    let status = |headers: &[(&str, &str)], path: &str| service.send("POST", path, headers, "{}").status;
    for path in ["/v1/decide", "/ofrep/v1/evaluate/flags"] {
        assert_eq!(status(&[], path), 401);
        assert_eq!(status(&[("authorization", "Bearer open")], path), 401);
        assert_ne!(status(&[("authorization", "Bearer open sesame")], path), 401);
        assert_ne!(status(&[("x-api-key", "open sesame")], path), 401);
    }
    assert_eq!(service.get("/v1/profiles/ana").status, 401);
    assert_eq!(service.get("/metrics").status, 401);
    assert_eq!(service.get("/health").status, 200);
}

#[test]
fn no_id_and_no_fact_is_logged() {
    let service = Service::start();
    let put = json!({ "age": 74, "needs": { "screen_reader": "required" } }).to_string();
    assert_eq!(service.send("PUT", "/v1/profiles/secret-id-4711", &[], &put).status, 201);
    service.post("/v1/decide", &json!({ "id": "secret-id-4711" }));
    service.post("/v1/explain", &json!({ "id": "secret-id-4711", "profile": { "age": "secret-fact" } }));
    service.post("/v1/decide", &json!({ "id": "secret-id-4711", "visit": { "secret": 1 } }));
    std::thread::sleep(Duration::from_millis(200));
    let log = service.log();
    assert!(log.contains("/v1/profiles/{id}") && log.contains("/v1/decide"), "{log}");
    for secret in ["4711", "screen_reader", "secret", "74,"] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    let metrics = service.get("/metrics").text;
    assert!(metrics.contains("maitre_decisions_total{"), "{metrics}");
    assert!(!metrics.contains("4711"), "{metrics}");
}
