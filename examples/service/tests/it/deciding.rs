//! `/v1/decide` and `/v1/explain`.

use serde_json::json;

use crate::running::Service;

/// On a Monday morning.
const MONDAY: &str = "2026-11-23T10:00:00-03:00";

#[test]
fn a_visitor_who_comes_with_the_request_is_decided_as_by_the_library() {
    let service = Service::start();
    let visitor = json!({
        "profile": { "age": 74, "fluency": 20, "needs": { "large_text": "required" }, "habit": { "phone": 3 } },
        "visit": { "at": MONDAY, "channel": "web" },
        "journey": { "name": "billing", "failed_steps": 3 },
    });
    let answer = service.post("/v1/decide", &visitor);
    assert_eq!(answer.status, 200, "{answer:?}");
    let policy = maitre::Policy::from_toml(crate::running::POLICY).unwrap();
    let selector = maitre::ExperienceSelector::compile(&policy).unwrap();
    let ana = policy.visitor_from_json(&visitor.to_string()).unwrap();
    let decision = selector.select(&ana.profile, &ana.visit);
    let wanted = serde_json::to_value(maitre::RecordedDecision::of(&selector, &decision)).unwrap();
    let mut told = answer.json();
    let (policy_name, digest) = (told["policy"].take(), told["digest"].take());
    assert_eq!((policy_name, digest), (json!("harbour_mobile"), json!(policy.digest().to_string())));
    let told = told.as_object_mut().unwrap();
    told.retain(|name, _| name != "policy" && name != "digest");
    assert_eq!(json!(told), wanted);
    assert!(answer.header("accept-ch").contains("Sec-CH-Prefers-Reduced-Motion"), "{answer:?}");
    assert!(answer.header("vary").contains("User-Agent"), "{answer:?}");
}

#[test]
fn who_says_nothing_is_decided_for_as_well_now() {
    let service = Service::start();
    let answer = service.post("/v1/decide", &json!({}));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json()["way_out"]["channel"].is_string(), "{answer:?}");
    // What is null is as if it were not there.
    let answer =
        service.post("/v1/decide", &json!({ "visit": { "channel": "web", "at": null }, "profile": null }));
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn what_is_kept_counts_and_what_the_caller_knows_is_laid_over_it() {
    let service = Service::start();
    let kept = json!({ "needs": { "human_contact": "required" } });
    assert_eq!(service.send("PUT", "/v1/profiles/ana", &[], &kept.to_string()).status, 201);
    let ask = |body: serde_json::Value| service.post("/v1/decide", &body).json()["assistance"].clone();
    let visit = json!({ "at": MONDAY, "channel": "web" });
    assert_eq!(ask(json!({ "id": "ana", "visit": visit })), "human");
    assert_eq!(ask(json!({ "id": "ana", "visit": visit, "profile": { "age": 40 } })), "human");
    assert_ne!(ask(json!({ "id": "boris", "visit": visit })), "human");
}

#[test]
fn headers_tell_of_the_device_where_the_caller_says_that_they_are_the_visitor_s() {
    let service = Service::start();
    let ask = |body: &serde_json::Value, headers: &[(&str, &str)]| {
        let answer = service.send("POST", "/v1/decide", headers, &body.to_string());
        answer.json()["adapt"].to_string().contains("reduced_motion")
    };
    let own = [("sec-ch-prefers-reduced-motion", "\"reduce\"")];
    let handed_on = json!({ "headers": { "Sec-CH-Prefers-Reduced-Motion": "\"reduce\"" } });
    assert!(ask(&handed_on, &[]));
    assert!(ask(&json!({ "direct": true }), &own));
    assert!(!ask(&json!({}), &own), "a backend's headers are not its visitor's");
}

#[test]
fn many_are_decided_in_their_order_and_who_cannot_be_is_told_so_among_them() {
    let service = Service::start();
    let visitors = json!([
        { "visit": { "at": MONDAY, "channel": "web" } },
        { "visit": { "at": MONDAY, "chanel": "web" } },
        { "profile": { "needs": { "human_contact": "required" } }, "visit": { "at": MONDAY } },
        17,
    ]);
    let answer = service.post("/v1/decide/batch", &json!({ "visitors": visitors }));
    let told = answer.json();
    let decisions = told["decisions"].as_array().unwrap();
    assert_eq!((answer.status, decisions.len()), (200, 4), "{answer:?}");
    assert_eq!(
        (decisions[2]["assistance"].clone(), decisions[1]["status"].clone()),
        (json!("human"), json!(422))
    );
    assert!(
        decisions[1]["error"]
            .as_str()
            .unwrap()
            .contains("visit.chanel: unknown key `chanel` (did you mean `channel`?)")
    );
    assert_eq!(decisions[3]["status"], 422);
    let many = json!({ "visitors": vec![json!({}); 1_001] });
    assert_eq!(service.post("/v1/decide/batch", &many).status, 422);
}

#[test]
fn an_explanation_can_be_read_aloud_and_names_needs_only_if_asked() {
    let service = Service::start();
    let ask = json!({
        "profile": { "fluency": 20, "needs": { "large_text": "required" } },
        "visit": { "at": MONDAY, "channel": "web" },
        "journey": { "name": "billing", "failed_steps": 3 },
    });
    let answer = service.post("/v1/explain?counterfactual=true", &ask);
    let told = answer.json();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(told["text"].as_str().unwrap().contains("this step has given you trouble"), "{answer:?}");
    assert_eq!(told["experience"]["assistance"], "guided");
    assert!(told["counterfactual"]["text"].as_str().unwrap().starts_with("If "), "{answer:?}");
    assert!(told.get("adaptations").is_none());
    let revealed = service.post("/v1/explain?reveal=true", &ask).json();
    assert!(revealed["adaptations"].to_string().contains("large_text"), "{revealed}");
    let needs = json!({ "profile": { "needs": { "human_contact": "required" } }, "visit": { "at": MONDAY } });
    let nearest = |query: &str| {
        let told = service.post(&format!("/v1/explain?counterfactual=true{query}"), &needs).json();
        told["counterfactual"]["text"].as_str().unwrap_or_default().to_owned()
    };
    assert!(!nearest("").contains("profile.needs"), "{}", nearest(""));
    assert!(nearest("&reveal=true").contains("profile.needs."), "{}", nearest("&reveal=true"));
}
