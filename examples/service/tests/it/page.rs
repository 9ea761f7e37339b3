//! `/`, `/page/…` and `/page/explain`.

use serde_json::{Value, json};

use crate::running::Service;

const PARTS: [(&str, &str); 9] = [
    ("/", "text/html; charset=utf-8"),
    ("/page/page.css", "text/css; charset=utf-8"),
    ("/page/site.css", "text/css; charset=utf-8"),
    ("/page/page.js", "text/javascript; charset=utf-8"),
    ("/page/personas.js", "text/javascript; charset=utf-8"),
    ("/page/task.js", "text/javascript; charset=utf-8"),
    ("/page/words.js", "text/javascript; charset=utf-8"),
    ("/page/why.js", "text/javascript; charset=utf-8"),
    ("/page/icon.svg", "image/svg+xml"),
];

fn ana() -> Value {
    json!({
        "profile": { "needs": { "large_text": "required" }, "attributes": { "tenure_months": 40 } },
        "visit": { "at": "2026-11-23T10:00:00-08:00", "channel": "web" },
        "journey": { "name": "billing", "failed_steps": 3 },
    })
}

#[test]
fn every_part_of_the_page_says_what_it_is_and_what_it_may_do() {
    let service = Service::start();
    for (path, kind) in PARTS {
        let answer = service.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{path}");
        let allowed = answer.header("content-security-policy");
        assert!(
            allowed.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}: {allowed}"
        );
        assert!(!allowed.contains("unsafe") && !allowed.contains("http"), "{path}: {allowed}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
    }
}

#[test]
fn the_page_takes_nothing_from_elsewhere_and_keeps_script_and_style_apart() {
    let service = Service::start();
    for (path, _) in PARTS {
        let text = service.get(path).text.replace("http://www.w3.org/2000/svg", "");
        for foreign in ["http://", "https://", "url(//", "src=\"//"] {
            assert!(!text.contains(foreign), "{path} names {foreign}");
        }
    }
    let index = service.get("/").text;
    for inline in ["style=", "<style", "onclick=", "<script>"] {
        assert!(!index.contains(inline), "{inline}");
    }
    // Each part that the page names is there.
    for name in index.split("\"/page/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert_eq!(service.get(&format!("/page/{name}")).status, 200, "{name}");
    }
}

#[test]
fn a_browser_that_has_a_part_is_not_sent_it_again() {
    let service = Service::start();
    for (path, _) in PARTS {
        let tag = service.get(path).header("etag").to_owned();
        let again = |held: &str| service.send("GET", path, &[("if-none-match", held)], "");
        let (same, other) = (again(&format!("\"other\", W/{tag}")), again("\"other\""));
        assert_eq!((same.status, &*same.text, same.header("etag")), (304, "", &*tag), "{path}");
        assert_eq!((other.status, other.text.is_empty()), (200, false), "{path}");
    }
}

#[test]
fn the_page_asks_for_the_hints_that_the_policy_reads() {
    let service = Service::start();
    let answer = service.get("/");
    assert!(answer.header("accept-ch").contains("Sec-CH-Prefers-Reduced-Motion"), "{answer:?}");
    assert!(answer.header("vary").contains("User-Agent"), "{answer:?}");
}

#[test]
fn what_the_page_has_not_is_not_found() {
    let service = Service::start();
    for path in ["/page/other.js", "/page/index.html", "/page/..%2Fpage.js", "/page/"] {
        assert_eq!(service.get(path).status, 404, "{path}");
    }
    assert_eq!(service.get("/page/explain").status, 405);
    assert_eq!(service.send("POST", "/", &[], "{}").status, 405);
}

#[test]
fn the_page_s_door_explains_as_the_other_does_with_needs_named() {
    let service = Service::start();
    let (here, there) =
        (service.post("/page/explain", &ana()), service.post("/v1/explain?reveal=true", &ana()));
    assert_eq!((here.status, here.json()), (200, there.json()));
    assert!(here.json()["adaptations"].to_string().contains("large_text"), "{here:?}");
    let wished = service.post("/page/explain?counterfactual=true", &ana());
    assert!(wished.json().get("counterfactual").is_none(), "it costs more than a page may ask for");
}

#[test]
fn who_opens_the_page_needs_no_token_and_learns_of_nobody() {
    let service = Service::with(&["--token", "secret"]);
    assert_eq!(service.post("/v1/explain", &ana()).status, 401);
    assert_eq!(service.get("/").status, 200);
    assert_eq!(service.post("/page/explain", &ana()).status, 200);
    let mut named = ana();
    named["id"] = json!("ana");
    let answer = service.post("/page/explain", &named);
    assert_eq!((answer.status, answer.header("content-type")), (422, "application/problem+json"));
    assert!(
        answer.json()["detail"].as_str().unwrap().starts_with("`id`: this door knows nobody"),
        "{answer:?}"
    );
}

#[test]
fn a_service_can_do_without_the_page() {
    let service = Service::with(&["--without-page"]);
    for path in ["/", "/page/page.js", "/page/explain"] {
        assert_eq!(service.get(path).status, 404, "{path}");
    }
    assert_eq!(service.get("/health").status, 200);
}
