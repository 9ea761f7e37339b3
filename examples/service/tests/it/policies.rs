//! The policy's file: followed when it changes, and not where it is wrong.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::running::{POLICY, Service};

/// Asks `/health` until it says so.
fn until(service: &Service, so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let health = service.get("/health").json();
        if so(&health) {
            return health;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{health}\n{}", service.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_wrong_with_a_policy_is_told_to_who_has_the_token() {
    let service = Service::with(&["--token", "open sesame"]);
    std::fs::write(service.policy(), "format = 2").unwrap();
    let open = until(&service, |health| health["status"] == "policy_refused");
    assert!(open["refused"].is_null(), "{open}");
    let own = service.send("GET", "/health", &[("x-api-key", "open sesame")], "").json();
    assert!(own["refused"].as_str().is_some_and(|why| why.contains("format")), "{own}");
}

#[test]
fn a_new_policy_takes_over_and_a_bad_one_is_refused_while_the_old_one_serves_on() {
    let service = Service::start();
    let layout = || {
        let ask = json!({ "visit": { "at": "2026-11-23T10:00:00-03:00", "channel": "web" } });
        service.post("/v1/decide", &ask).json()["digest"].clone()
    };
    let first = layout();
    let begun = until(&service, |health| health["status"] == "ok");
    assert_eq!(begun["digest"], first);
    assert!(service.get("/metrics").text.contains("maitre_policies_refused_total 0"));

    std::fs::write(service.policy(), POLICY.replace("layout = \"standard\"", "layout = \"standrad\""))
        .unwrap();
    let refused = until(&service, |health| health["status"] == "policy_refused");
    assert!(refused["refused"].as_str().unwrap().contains("did you mean `standard`?"), "{refused}");
    assert_eq!((layout(), service.get("/health").status), (first.clone(), 200));
    service.log_with("the policy is refused, the old one serves on");
    assert!(
        service.get("/metrics").text.contains("maitre_policy_refused 1"),
        "{}",
        service.get("/metrics").text
    );

    // As editors and deployments do: a file put in place of the other.
    let next = include_str!("../../../policies/harbour_mobile_next.toml");
    let beside = service.folder.path().join("next.toml");
    std::fs::write(&beside, next).unwrap();
    std::fs::rename(beside, service.policy()).unwrap();
    let taken = until(&service, |health| health["status"] == "ok" && health["digest"] != first);
    assert_eq!(layout(), taken["digest"]);
    assert!(service.get("/metrics").text.contains("maitre_policy_refused 0"));

    std::fs::remove_file(service.policy()).unwrap();
    until(&service, |health| health["status"] == "policy_refused");
    assert_eq!(layout(), taken["digest"]);
    std::fs::write(service.policy(), next).unwrap();
    service.log_with("the file is again that of the policy that serves");
    std::fs::remove_file(service.policy()).unwrap();
    until(&service, |health| health["status"] == "policy_refused");
    // What is no file is not waited for.
    let made = std::process::Command::new("mkfifo").arg(service.policy()).status().unwrap();
    assert!(made.success());
    until(&service, |health| health["refused"].as_str().is_some_and(|why| why.ends_with("it is no file")));
    std::fs::remove_file(service.policy()).unwrap();
    std::fs::write(service.policy(), POLICY).unwrap();
    until(&service, |health| health["digest"] == first);
}

#[test]
fn a_policy_behind_links_is_followed_and_what_stands_beside_it_is_not() {
    let service = Service::start();
    let folder = service.folder.path();
    let link = |to: &str| {
        let beside = folder.join("link");
        std::os::unix::fs::symlink(to, &beside).unwrap();
        std::fs::rename(beside, folder.join("policy.toml")).unwrap();
    };
    let next = include_str!("../../../policies/harbour_mobile_next.toml");
    for (release, text) in [("one", POLICY), ("two", next)] {
        std::fs::create_dir(folder.join(release)).unwrap();
        std::fs::write(folder.join(release).join("p.toml"), text).unwrap();
    }
    std::os::unix::fs::symlink("one", folder.join("current")).unwrap();
    link("current/p.toml");
    let first = until(&service, |health| health["status"] == "ok")["digest"].clone();
    // The link to the folder is another one, which nobody says of the folder that is watched.
    std::os::unix::fs::symlink("two", folder.join("current.new")).unwrap();
    std::fs::rename(folder.join("current.new"), folder.join("current")).unwrap();
    let second = until(&service, |health| health["digest"] != first)["digest"].clone();
    // The file that the links lead to.
    std::fs::write(folder.join("two").join("p.toml"), "nonsense = [").unwrap();
    until(&service, |health| health["status"] == "policy_refused" && health["digest"] == second);
    // Whatever else is written there changes nothing: it is told once.
    for n in 0..5 {
        std::fs::write(folder.join("beside"), n.to_string()).unwrap();
        std::thread::sleep(Duration::from_millis(250));
    }
    let refused = service.get("/metrics").text;
    assert!(refused.contains("maitre_policies_refused_total 1"), "{refused}");
}
