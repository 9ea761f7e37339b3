//! What was confirmed is found again, whenever the process dies.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::running::{Service, send};

#[test]
fn every_confirmed_touchpoint_is_found_again_in_the_file_however_often_the_service_is_killed() {
    kill_again_and_again(Service::start());
}

#[test]
#[ignore = "needs PostgreSQL"]
fn every_confirmed_touchpoint_is_found_again_in_the_database_however_often_the_service_is_killed() {
    let database = crate::database::Database::start();
    kill_again_and_again(Service::with(&["--database", &database.url()]));
}

fn kill_again_and_again(mut service: Service) {
    const TIMES: usize = 10;
    const CALLERS: usize = 4;
    // By caller: how many were confirmed, and how many were sent and not refused.
    let confirmed: Vec<AtomicU64> = (0..CALLERS).map(|_| AtomicU64::new(0)).collect();
    let sent: Vec<AtomicU64> = (0..CALLERS).map(|_| AtomicU64::new(0)).collect();
    for round in 0..TIMES {
        let url = service.url.clone();
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for caller in 0..CALLERS {
                let (url, ended, confirmed, sent) = (&url, &ended, &confirmed[caller], &sent[caller]);
                scope.spawn(move || {
                    while !ended.load(Ordering::Relaxed) {
                        let touchpoint =
                            json!({ "at": "2026-11-23T10:00:00Z", "channel": "web", "outcome": "visited" });
                        let report = json!({ "id": format!("c{caller}"), "touchpoints": [touchpoint] });
                        sent.fetch_add(1, Ordering::Relaxed);
                        let answer = send(url, "POST", "/v1/touchpoints", &[], &report.to_string());
                        if answer.is_ok_and(|answer| answer.status == 200) {
                            confirmed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(150 + 60 * round as u64));
            service.kill();
            ended.store(true, Ordering::Relaxed);
        });
        service.start_again();
        for caller in 0..CALLERS {
            let kept =
                service.get(&format!("/v1/profiles/c{caller}")).json()["uses"]["web"].as_u64().unwrap_or(0);
            let (confirmed, sent) =
                (confirmed[caller].load(Ordering::Relaxed), sent[caller].load(Ordering::Relaxed));
            // What died between being kept and being confirmed may be there as well.
            assert!(kept >= confirmed && kept <= sent, "round {round}: {confirmed} confirmed, {kept} kept");
        }
    }
    let all: u64 = confirmed.iter().map(|one| one.load(Ordering::Relaxed)).sum();
    assert!(all > TIMES as u64, "{all} were confirmed at all");
    println!("{all} touchpoints confirmed over {TIMES} kills, and every one found again");
}

#[test]
fn a_service_that_is_told_to_end_answers_what_it_was_asked() {
    use std::io::{Read as _, Write as _};
    let mut service = Service::start();
    let address = service.url.trim_start_matches("http://").to_owned();
    let mut slow = std::net::TcpStream::connect(address).unwrap();
    let body = r#"{"visit":{"channel":"web"}}"#;
    let head = format!(
        "POST /v1/decide HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(5);
    slow.write_all(head.as_bytes()).unwrap();
    slow.write_all(first.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    service.signal("TERM");
    std::thread::sleep(Duration::from_millis(200));
    slow.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(service.ended(), Some(0));
}
