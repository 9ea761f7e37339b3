//! The decisions of a policy over HTTP, as a service: [`run`], which the program calls.

mod app;
mod ask;
mod body;
mod description;
mod doorman;
mod doors;
mod house;
mod id;
mod options;
mod paths;
mod profiles;
mod refusal;
mod state;
mod store;
mod tags;

use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::signal::unix::{SignalKind, signal};
use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::prelude::*;

pub use options::Options;

use doorman::Doorman;
use house::House;
use profiles::Profiles;
use state::Shared;

/// How long requests under way may still take when the service is told to end.
const TO_END: Duration = Duration::from_secs(20);
/// How long the head of a request may take, from the time that the connection is there or the last answer went out.
const HEAD: Duration = Duration::from_secs(10);
const LAID_TOGETHER: Duration = Duration::from_secs(5);

/// Serves until it is told to end, or cannot begin, which it says on standard error. `more` are doors of one's own beside those of
/// the service, open to everybody, with the same limits, log and metrics.
pub async fn run(options: Options, more: Router) -> ExitCode {
    log(&options);
    match serve(options, more).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn log(options: &Options) {
    let wished = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Whatever is wished for: the one logs questions with their values, the other each line that is logged beside the policy.
    let allowed = filter_fn(|metadata| {
        let is_of = |name: &str| metadata.target().starts_with(name);
        *metadata.level() <= Level::WARN || !(is_of("tokio_postgres") || is_of("notify"))
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    // In a file colours are noise.
    let lines = if std::io::stderr().is_terminal() { lines } else { lines.with_ansi(false) };
    let lines = if options.log_json { lines.json().boxed() } else { lines.boxed() };
    tracing_subscriber::registry().with(lines.with_filter(wished).with_filter(allowed)).init();
}

async fn serve(options: Options, more: Router) -> Result<(), Box<dyn Error>> {
    const SECONDS: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0];
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("maitre_request_seconds".to_owned()), &SECONDS)?
        .install_recorder()?;
    let house = Arc::new(House::open(&options)?);
    let profiles = Profiles::open(&options).await?;
    let token = options.token.clone().map(Into::into);
    if token.is_none() && !options.listen.ip().is_loopback() {
        tracing::warn!("everybody who reaches {} may read and write profiles: set `--token`", options.listen);
    }
    let state = Arc::new(Shared { house: Arc::clone(&house), profiles, metrics, token });

    tokio::spawn(Arc::clone(&house).watch());
    tokio::spawn({
        let metrics = state.metrics.clone();
        async move {
            // What was measured is laid together, whether or not somebody looks at it.
            loop {
                tokio::time::sleep(LAID_TOGETHER).await;
                metrics.run_upkeep();
            }
        }
    });
    let handle = axum_server::Handle::new();
    tokio::spawn(signals(Arc::clone(&house), handle.clone())?);
    tokio::spawn({
        let handle = handle.clone();
        async move {
            if let Some(address) = handle.listening().await {
                let (policy, digest) =
                    (house.current().policy().name().to_owned(), house.current().policy().digest());
                tracing::info!(policy, %digest, "serving on http://{address}");
            }
        }
    });
    let app = app::app(Arc::clone(&state), &options, more).into_make_service();
    let mut server =
        axum_server::bind(options.listen).handle(handle).acceptor(Doorman::new(options.connections, HEAD));
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    *server.http_builder() = http;
    let served = server.serve(app).await.map_err(|error| format!("{}: {error}", options.listen));
    state.profiles.close().await;
    served?;
    tracing::info!("ended");
    Ok(())
}

/// SIGTERM and SIGINT: no new connections, those under way are answered; once more, and they are not. SIGHUP: the policy is read
/// again.
fn signals(
    house: Arc<House>,
    handle: axum_server::Handle<std::net::SocketAddr>,
) -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt, mut hang_up) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?);
    Ok(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hang_up.recv() => {
                    let house = Arc::clone(&house);
                    let _ = tokio::task::spawn_blocking(move || house.reload()).await;
                }
            }
        }
        tracing::info!("ending: requests under way are answered");
        handle.graceful_shutdown(Some(TO_END));
        tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} }
        handle.shutdown();
    })
}
