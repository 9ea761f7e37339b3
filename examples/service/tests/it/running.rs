//! A service that runs, in a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::described;

pub const POLICY: &str = include_str!("../../../policies/harbour_mobile.toml");

pub struct Service {
    pub folder: TempDir,
    pub url: String,
    child: Child,
    log: Arc<Mutex<String>>,
    more: Vec<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Service {
    pub fn start() -> Self {
        Self::with(&[])
    }
    /// With more arguments.
    pub fn with(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
        let more: Vec<String> = more.iter().map(|&one| one.to_owned()).collect();
        let (child, url, log) = run(&folder, &more);
        Self { folder, url, child, log, more }
    }
    pub fn policy(&self) -> PathBuf {
        self.folder.path().join("policy.toml")
    }
    /// All that was logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
    /// The same once something is in it: what was logged comes a little later than what was answered.
    pub fn log_with(&self, part: &str) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log();
            if log.contains(part) {
                return log;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{part} is not in\n{log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
    /// Without any warning.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
    /// Once more in the same folder.
    pub fn start_again(&mut self) {
        (self.child, self.url, self.log) = run(&self.folder, &self.more);
    }
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status();
        assert!(sent.unwrap().success());
    }
    /// Waits for the end, and gives its code.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], &body.to_string())
    }
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        send(&self.url, method, path, headers, body).unwrap()
    }
}

pub fn send(
    url: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Answer, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(format!("{url}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if method != "GET" && !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", "application/json");
    }
    let mut response = if body.is_empty() {
        agent.run(request.body(()).unwrap())?
    } else {
        agent.run(request.body(body.to_owned()).unwrap())?
    };
    let text = response.body_mut().read_to_string()?;
    let answer = Answer { status: response.status().as_u16(), headers: response.headers().clone(), text };
    described::hold(method, path, &answer);
    Ok(answer)
}

/// What a service says that does not start.
pub fn does_not_start(more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
    let more: Vec<String> = more.iter().map(|&one| one.to_owned()).collect();
    let output = program(&folder, &more).output().unwrap();
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn program(folder: &TempDir, more: &[String]) -> Command {
    // A limit on the size of files stands for a disk that is full, and must not end it.
    let mut program = Command::new("sh");
    program
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_maitre-service")])
        .current_dir(folder.path())
        .args(["policy.toml", "--listen", "127.0.0.1:0", "--time-zone", "America/Sao_Paulo"])
        .args(more)
        .env("RUST_LOG", "maitre_service=debug,tokio_postgres::query=trace,info")
        .env("NO_COLOR", "1")
        .stderr(Stdio::piped());
    program
}

fn run(folder: &TempDir, more: &[String]) -> (Child, String, Arc<Mutex<String>>) {
    let mut child = program(folder, more).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut begun = String::new();
    let url = loop {
        let Some(line) = lines.next() else { panic!("it did not start:\n{begun}") };
        let line = line.unwrap();
        begun += &format!("{line}\n");
        if let Some((_, address)) = line.split_once("serving on ") {
            break address.split_whitespace().next().unwrap().to_owned();
        }
    };
    described::learn(&url);
    let log = Arc::new(Mutex::new(begun));
    let all = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            *all.lock().unwrap() += &format!("{line}\n");
        }
    });
    (child, url, log)
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
