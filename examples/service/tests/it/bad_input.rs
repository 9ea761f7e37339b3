//! What is wrong is told by its place, lets nothing through and leaks nothing.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use serde_json::json;

use crate::running::{Service, send};

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
        (r#"{"profile":{"needs":{"large_txt":"required"}}}"#, 422, r#""path":"profile.needs.large_txt""#),
        (r#"{"id":""}"#, 422, "an id or key has 1 to 256 bytes"),
        (r#"{"headers":{"a b":"c"}}"#, 422, "`headers`"),
        (r#"[]"#, 422, "expected an object"),
        (r#"["ana",null,null,null,null,false,false]"#, 422, "found a list, expected an object"),
        (r#"{"journey":{"channel":"fax"}}"#, 422, "unknown channel `fax`"),
        (r#"{"headers":{"save-data":"off","save-data":"on"}}"#, 422, "stands twice in `headers`"),
        (r#"{"headers":{"save-data":"off","Save-Data":"on"}}"#, 422, "stands twice in `headers`"),
        (r#"{"direct":"Ana, who is blind"}"#, 422, "invalid type: string, expected a boolean"),
        (r#""Ana, who is blind""#, 422, "expected an object"),
    ] {
        let (found, text) = told("POST", "/v1/decide", &[], body);
        assert!(found == status && text.contains(said), "{body}: {found} {text}");
        assert!(!text.contains("who is blind"), "{text}");
    }
    let (status, coded) = told("POST", "/v1/decide", &[("content-encoding", "gzip")], "{}");
    assert!(status == 415 && coded.contains("content-encoding"), "{coded}");
    assert_eq!(told("POST", "/v1/decide", &[("content-type", "text/plain")], "{}").0, 415);
    assert_eq!(told("GET", "/v1/decide", &[], "").0, 405);
    assert_eq!(told("GET", "/v2/decide", &[], "").0, 404);
    assert_eq!(told("PUT", "/v1/profiles/a", &[("if-match", "17")], "{}").0, 400);
    service.send("PUT", "/v1/profiles/a", &[], "{}");
    assert_eq!(told("GET", "/v1/profiles/a", &[("if-none-match", "17")], "").0, 400);
    let many: serde_json::Map<String, serde_json::Value> =
        (0..30_000).map(|n| (format!("x-{n}"), json!(""))).collect();
    let (status, many) = told("POST", "/v1/decide", &[], &json!({ "headers": many }).to_string());
    assert!(status == 422 && many.contains("at most 200"), "{many}");
    assert_eq!(told("PUT", "/v1/profiles/a", &[], "null").0, 422);
    // A time that is null is none, and hides nothing.
    let visit = r#"{ "visit": { "at": null, "channel": "phone", "viewport_width": 1e999 } }"#;
    assert_ne!(told("POST", "/v1/decide", &[], visit).0, 200);
    let long = "x".repeat(257);
    assert_eq!(told("GET", &format!("/v1/profiles/{long}"), &[], "").0, 422);
    let none = json!({ "id": "a", "touchpoints": [] }).to_string();
    assert_eq!(told("POST", "/v1/touchpoints", &[], &none).0, 422);
    let odd = json!({ "id": "a", "touchpoints": [{ "at": "2026-11-23T10:00:00Z", "channel": "web", "outcome": "faild" }] });
    let (status, text) = told("POST", "/v1/touchpoints", &[], &odd.to_string());
    let two = json!({ "id": "a", "touchpoints": [{ "channel": "web" }, { "at": null, "outcom": "x" }] });
    let (_, both) = told("POST", "/v1/touchpoints", &[], &two.to_string());
    assert!(both.contains("`touchpoints[0]`: missing field `at`"), "{both}");
    assert!(both.contains("`touchpoints[1]`: "), "{both}");
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
        assert!(status == 422 && text.contains("`touchpoints[1]`") && text.contains(said), "{text}");
        assert_eq!(service.send("POST", "/v1/touchpoints", &[], &report("lenient")).status, 200);
    }
    // What was kept all the same is told as it is described.
    let kept = service.get("/v1/profiles/a");
    assert!(kept.json()["unreadable"]["profile.nps"].is_string());
    // So that it can be read, changed and written back.
    assert_eq!(told("PUT", "/v1/profiles/a", &[], &kept.text).0, 422);
    assert_eq!(service.send("PUT", "/v1/profiles/a?lenient=true", &[], &kept.text).status, 204);
    assert_eq!(service.get("/v1/profiles/a").json(), kept.json());
    assert_eq!(told("PUT", "/v1/profiles/a?lenent=true", &[], "{}").0, 400);
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
    // Wherever the journey stands.
    let odd = json!({ "name": "billing", "failed_steps": "many" });
    for ask in
        [json!({ "lenient": true, "journey": odd }), json!({ "lenient": true, "visit": { "journey": odd } })]
    {
        let answer = service.post("/v1/decide", &ask);
        assert_eq!(
            (answer.status, answer.json()["left_out"].clone()),
            (200, json!(["journey.failed_steps"])),
            "{answer:?}"
        );
    }
}

#[test]
fn a_journey_that_is_told_twice_is_an_error() {
    let service = Service::start();
    for lenient in [false, true] {
        let ask = json!({ "lenient": lenient, "journey": {}, "visit": { "journey": { "attempts": 2 } } });
        let answer = service.post("/v1/decide", &ask);
        assert_eq!(answer.status, 422, "{answer:?}");
        assert_eq!(
            answer.json()["problems"][0]["message"],
            "`journey` stands here and in `visit`",
            "{answer:?}"
        );
    }
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
fn who_says_nothing_is_shown_out() {
    let service = Service::start();
    let service = &service;
    std::thread::scope(|scope| {
        for sent in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /health HT"] {
            scope.spawn(move || {
                let address = service.url.trim_start_matches("http://");
                let mut silent = std::net::TcpStream::connect(address).unwrap();
                silent.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                silent.write_all(sent).unwrap();
                // Closed well before it would be given up.
                match silent.read(&mut [0]) {
                    Ok(read) => assert_eq!(read, 0),
                    Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
                }
            });
        }
    });
}

#[test]
fn who_asks_and_does_not_listen_is_shown_out() {
    let service = Service::with(&["--connections", "2"]);
    let address = service.url.trim_start_matches("http://");
    let asks = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200);
    let deaf: Vec<_> = (0..2)
        .map(|_| {
            let mut deaf = std::net::TcpStream::connect(address).unwrap();
            deaf.write_all(&asks).unwrap();
            deaf
        })
        .collect();
    let begun = std::time::Instant::now();
    while !send(&service.url, "GET", "/health", &[], "").is_ok_and(|answer| answer.status == 200) {
        assert!(begun.elapsed() < Duration::from_secs(40), "{}", service.log());
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(deaf);
}

#[test]
fn an_origin_that_can_never_come_is_refused_at_once() {
    for odd in ["*", "shop.example", "https://shop.example/", "https://Shop.example", "https://", "null"] {
        let told = crate::running::does_not_start(&["--allow-origin", odd]);
        assert!(
            told.contains("an origin is `https://shop.example`") && !told.contains("panicked"),
            "{odd}: {told}"
        );
    }
}

#[test]
fn no_more_come_in_than_there_is_room_for() {
    let service = Service::with(&["--connections", "4"]);
    let address = service.url.trim_start_matches("http://");
    let silent: Vec<_> = (0..12).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    // Those in front keep their places, the others are gone; once they leave there is room.
    std::thread::sleep(Duration::from_millis(200));
    drop(silent);
    let begun = std::time::Instant::now();
    while !send(&service.url, "GET", "/health", &[], "").is_ok_and(|answer| answer.status == 200) {
        assert!(begun.elapsed() < Duration::from_secs(5), "{}", service.log());
        std::thread::sleep(Duration::from_millis(20));
    }
    let metrics = service.get("/metrics").text;
    let refused = metrics
        .lines()
        .find_map(|line| line.strip_prefix("maitre_connections_refused_total ")?.parse::<u32>().ok());
    assert!(refused.is_some_and(|refused| refused >= 8), "{metrics}");
}

#[test]
fn a_page_of_somebody_else_asks_for_flags_where_it_may_and_writes_nothing() {
    let service = Service::with(&["--allow-origin", "https://shop.example", "--token", "open sesame"]);
    let ask = |path: &str, origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let answer = service.send("OPTIONS", path, &headers, "");
        (answer.status, answer.header("access-control-allow-origin").to_owned())
    };
    let flags = "/ofrep/v1/evaluate/flags";
    assert_eq!(ask(flags, "https://shop.example"), (200, "https://shop.example".to_owned()));
    assert_eq!(ask(flags, "https://evil.example").1, "");
    assert_eq!(ask("/v1/touchpoints", "https://shop.example"), (401, String::new()));
    // What needs no leave of the browser has no type, or one that is not JSON.
    let service = Service::start();
    for kind in ["", "text/plain"] {
        let answer = service.send("POST", "/v1/touchpoints", &[("content-type", kind)], "{}");
        assert_eq!(answer.status, 415, "{answer:?}");
    }
}

#[test]
fn what_is_told_of_a_person_is_kept_by_nobody_on_the_way() {
    let service = Service::start();
    service.send("PUT", "/v1/profiles/ana", &[], "{}");
    assert_eq!(service.get("/v1/profiles/ana").header("cache-control"), "private, no-cache");
    assert_eq!(service.post("/v1/decide", &json!({ "id": "ana" })).header("cache-control"), "no-store");
    assert_eq!(service.get("/v1/profiles/boris").header("cache-control"), "no-store");
    let context = json!({ "context": { "targetingKey": "ana" } });
    let first = service.post("/ofrep/v1/evaluate/flags", &context);
    let tag = [("if-none-match", first.header("etag"))];
    let again = service.send("POST", "/ofrep/v1/evaluate/flags", &tag, &context.to_string());
    assert_eq!((again.status, again.header("vary")), (304, first.header("vary")));
    assert!(!again.header("vary").is_empty() && again.header("cache-control") == "private, no-cache");
}

#[test]
fn without_the_token_nobody_gets_in() {
    assert!(crate::running::does_not_start(&["--token", ""]).contains("a value is required for '--token"));

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
    service.log_with("status=422");
    std::thread::sleep(Duration::from_millis(200));
    let log = service.log_with("/v1/profiles/{id}");
    assert!(log.contains("/v1/decide"), "{log}");
    for secret in ["4711", "screen_reader", "secret", "74,"] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    let metrics = service.get("/metrics").text;
    assert!(metrics.contains("maitre_decisions_total{"), "{metrics}");
    assert!(!metrics.contains("4711"), "{metrics}");
}
