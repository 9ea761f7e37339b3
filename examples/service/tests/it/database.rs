//! A PostgreSQL server of a test's own, in a folder of its own, on a socket and a port of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub struct Database {
    folder: TempDir,
    port: u16,
    more: String,
}

/// A program of the server, where distributions put it.
fn program(name: &str) -> PathBuf {
    let in_path = std::env::var_os("PATH")
        .into_iter()
        .flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = versions.map(|version| version.path().join("bin"));
    let mut all = packaged.chain(in_path).map(|folder| folder.join(name));
    all.find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed: Debian has it in `postgresql`"))
}

/// The server does not run as root.
fn command(name: &str) -> Command {
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let program = program(name);
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn succeed(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Database {
    pub fn start() -> Self {
        let database = Self::new();
        database.up();
        database
    }
    /// One that hears nobody who does not encrypt, with the certificate and its key as PEM.
    pub fn encrypted(certificate: &str, key: &str) -> Self {
        let mut database = Self::new();
        let file = |name: &str, text: &str| {
            let path = database.folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            succeed(Command::new("chmod").arg("600").arg(&path));
            let _ = Command::new("chown").arg("postgres").arg(&path).output();
            path
        };
        let (certificate, key) = (file("certificate.pem", certificate), file("key.pem", key));
        let who = file("who", "local all all trust\nhostssl all all 127.0.0.1/32 trust\n");
        database.more = format!(
            " -c ssl=on -c ssl_cert_file={} -c ssl_key_file={} -c hba_file={}",
            certificate.display(),
            key.display(),
            who.display()
        );
        database.up();
        database
    }
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let _ = Command::new("chown").arg("postgres").arg(folder.path()).output();
        succeed(
            command("initdb")
                .args(["-A", "trust", "-U", "maitre", "-E", "UTF8", "--no-sync", "-D"])
                .arg(data(folder.path())),
        );
        Self { folder, port, more: String::new() }
    }
    pub fn up(&self) {
        let Self { folder, port, more } = self;
        let how = format!("-p {port} -k {} -c listen_addresses=127.0.0.1{more}", folder.path().display());
        let mut start = command("pg_ctl");
        start.args(["start", "-w", "-o", &how, "-D"]).arg(data(self.folder.path()));
        // What the server inherits must not keep this test waiting.
        start.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        assert!(start.status().unwrap().success(), "{start:?}");
    }
    pub fn down(&self) {
        succeed(
            command("pg_ctl").args(["stop", "-m", "immediate", "-w", "-D"]).arg(data(self.folder.path())),
        );
    }
    pub fn port(&self) -> u16 {
        self.port
    }
    /// What the owner of the database does in it.
    pub fn does(&self, statement: &str) {
        let mut psql = command("psql");
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-h"]).arg(self.folder.path());
        succeed(psql.args(["-p", &self.port.to_string(), "-U", "maitre", "-d", "postgres", "-c", statement]));
    }
    pub fn url(&self) -> String {
        format!("postgres://maitre@127.0.0.1:{}/postgres", self.port)
    }
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ =
            command("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(data(self.folder.path())).output();
    }
}
