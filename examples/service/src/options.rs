//! How the service is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::HeaderValue;
use clap::builder::{FalseyValueParser, NonEmptyStringValueParser};

/// Serves the decisions of a policy over HTTP and the OpenFeature Remote Evaluation Protocol, and keeps the profiles of those
/// who are served.
#[derive(Clone, clap::Parser)]
#[command(name = "maitre-service", version)]
pub struct Options {
    /// The policy, as TOML or, with the ending `.json`, as JSON. It is read again whenever it changes.
    #[arg(env = "MAITRE_POLICY")]
    pub policy: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080", env = "MAITRE_LISTEN")]
    pub listen: SocketAddr,
    /// The file in which profiles are kept; it is made if it is not there.
    #[arg(long, default_value = "profiles.redb", env = "MAITRE_PROFILES")]
    pub profiles: PathBuf,
    /// Keeps profiles in this PostgreSQL database instead, as `postgres://name@host/database`: for several services that
    /// serve the same customers.
    #[arg(long, env = "MAITRE_DATABASE", hide_env_values = true, conflicts_with = "profiles")]
    pub database: Option<String>,
    /// A file with the certificates, as PEM, of who signed that of the database. The connection is then encrypted, and the
    /// database must prove who it is; so it is as well with `?sslmode=require` behind its address, by the certificates that this
    /// machine trusts.
    #[arg(long, requires = "database", env = "MAITRE_DATABASE_CA")]
    pub database_ca: Option<PathBuf>,
    /// The time zone of the house, as `Europe/Lisbon`; without it that of this machine. Opening hours are in it, and visits
    /// that come without a time.
    #[arg(long, env = "MAITRE_TIME_ZONE")]
    pub time_zone: Option<String>,
    /// The token that callers must send (`authorization: Bearer …`); without it everybody may call.
    #[arg(long, env = "MAITRE_TOKEN", hide_env_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub token: Option<String>,
    /// How many profiles are held in memory, ready to be decided by; one of more than 4 KiB counts as several.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..), env = "MAITRE_CACHED")]
    pub cached: u32,
    /// The largest body that is read, in KiB.
    #[arg(long, default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(1..=65_536), env = "MAITRE_MOST_KIB")]
    pub most_kib: u32,
    /// How long the body of a request may take to come, in seconds, and how long its answer.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..), env = "MAITRE_SECONDS")]
    pub seconds: u16,
    /// How many connections are open at most; further ones are closed at once. To be less than what this machine allows (`ulimit -n`).
    #[arg(long, default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..), env = "MAITRE_CONNECTIONS")]
    pub connections: u32,
    /// Whose pages may ask for flags from a browser, as `https://shop.example`; without it only those that this service sends. May
    /// be given several times, or with commas between.
    #[arg(long, value_delimiter = ',', value_parser = origin, env = "MAITRE_ALLOW_ORIGIN")]
    pub allow_origin: Vec<HeaderValue>,
    /// Leave out the page that shows at `/` what the policy decides, reasons included, to everybody who reaches this service.
    #[arg(long, env = "MAITRE_WITHOUT_PAGE", value_parser = FalseyValueParser::new())]
    pub without_page: bool,
    /// Log lines as JSON. What is logged is set by `RUST_LOG`, as in `RUST_LOG=debug`.
    #[arg(long, env = "MAITRE_LOG_JSON", value_parser = FalseyValueParser::new())]
    pub log_json: bool,
}

/// An origin as browsers send it: scheme, host, and port where it is another than usual.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let is_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    match HeaderValue::from_str(text) {
        Ok(value) if !host.is_empty() && host.bytes().all(is_host) => Ok(value),
        _ => Err(
            "an origin is `https://shop.example`, in small letters and without a path; there is none for all"
                .to_owned(),
        ),
    }
}

impl std::fmt::Debug for Options {
    /// Without what is secret: the token, and the password in the database's address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { policy, listen, .. } = self;
        f.debug_struct("Options").field("policy", policy).field("listen", listen).finish_non_exhaustive()
    }
}
