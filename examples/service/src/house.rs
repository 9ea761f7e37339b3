//! The policy that serves. Its file is watched: a new version that is whole takes over between two requests, one that is
//! refused is told in the log, in the metrics and by `/health`, and the old one serves on.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::http::{HeaderMap, StatusCode};
use jiff::tz::TimeZone;
use maitre::{
    AnalysisOptions, ClientHints, CurrentSelector, Digest, ExperienceSelector, Limits, Moment, Offset,
    Policy, SharedSelector, Timestamp,
};
use notify::{RecursiveMode, Watcher};
use tokio::sync::mpsc;

use crate::options::Options;
use crate::refusal::Refusal;

/// How long a file is left alone after it has changed: editors write in several steps.
const SETTLES: Duration = Duration::from_millis(150);
/// How often to look at it where nobody says that it has changed.
const LOOKS: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub struct House {
    path: PathBuf,
    selector: SharedSelector,
    /// The header lines for the policy that serves.
    lines: ArcSwap<Lines>,
    zone: TimeZone,
    /// Why the file as it stands does not serve, if so.
    refused: Mutex<Option<String>>,
    /// What the file said when it was last read, or why it could not be. Whoever reads it again holds this until it is decided, so
    /// that the last word is the file's.
    last: Mutex<Result<String, String>>,
}

/// Which hints of the device a policy asks for, as header lines.
#[derive(Debug)]
struct Lines {
    of: Digest,
    lines: HeaderMap,
}

impl Lines {
    fn of(selector: &ExperienceSelector) -> Self {
        let lines = ClientHints::of(selector).lines().collect();
        Self { of: selector.policy().digest(), lines }
    }
}

/// Why there is no house.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoHouse(String);

impl House {
    pub fn open(options: &Options) -> Result<Self, NoHouse> {
        let zone = match &options.time_zone {
            None => TimeZone::system(),
            Some(name) => TimeZone::get(name)
                .map_err(|error| NoHouse(format!("there is no time zone `{name}`: {error}")))?,
        };
        let path = options.policy.clone();
        let text = text(&path);
        let policy = read(&path, &text).map_err(NoHouse)?;
        let selector = ExperienceSelector::compile(&policy)
            .map_err(|error| NoHouse(format!("{}: {error}", path.display())))?;
        let analysis = selector.analyse(&as_of_now());
        if analysis.is_denied() {
            return Err(NoHouse(format!("{} has denied findings:\n{analysis}", path.display())));
        }
        let lines = ArcSwap::from_pointee(Lines::of(&selector));
        count(selector.policy(), true);
        metrics::gauge!("maitre_policy_refused").set(0.0);
        metrics::counter!("maitre_policies_refused_total").increment(0);
        let (selector, last) = (SharedSelector::new(selector), Mutex::new(text));
        Ok(Self { path, selector, lines, zone, refused: Mutex::default(), last })
    }

    /// The policy that serves now: to be held for one request.
    pub fn current(&self) -> CurrentSelector {
        self.selector.current()
    }

    /// The lines that every answer by this policy carries.
    pub fn lines(&self, by: &ExperienceSelector) -> HeaderMap {
        let held = self.lines.load();
        // Between the two that are swapped when a policy takes over.
        if held.of == by.policy().digest() { held.lines.clone() } else { Lines::of(by).lines }
    }

    /// Now, with the offset that the house has now; refused if the clock is beyond all calendars.
    pub fn now(&self) -> Result<Moment, Refusal> {
        let now = || {
            let now = jiff::Timestamp::now();
            let at = Timestamp::from_unix(now.as_second(), u32::try_from(now.subsec_nanosecond()).ok()?)?;
            let minutes = i16::try_from(self.zone.to_offset(now).seconds() / 60).ok()?;
            Some(Moment::new(at, Offset::from_minutes(minutes)?))
        };
        let told = "the clock of this service is beyond all calendars";
        now().ok_or_else(|| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, told))
    }

    /// Why the file as it stands does not serve, if so.
    pub fn refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file again, if it says anything else than before.
    fn look(&self) {
        self.read_again(true);
    }

    /// Reads the file again. Takes as long as proving its guarantees does: not for threads that answer requests.
    pub fn reload(&self) {
        self.read_again(false);
    }

    fn read_again(&self, only_if_changed: bool) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let text = text(&self.path);
        if only_if_changed && text == *last {
            return;
        }
        last.clone_from(&text);
        let adopted = read(&self.path, &text).and_then(|policy| {
            let before = self.current().policy().digest();
            if policy.digest() == before {
                return Ok(None);
            }
            self.selector.adopt(&policy, &as_of_now()).map_err(|error| error.to_string())?;
            Ok(Some(before))
        });
        let refused = match adopted {
            Ok(None) => {
                if self.refused().is_some() {
                    tracing::info!(policy = %self.path.display(), "the file is again that of the policy that serves");
                }
                None
            }
            Ok(Some(before)) => {
                self.took_over(before);
                None
            }
            Err(problem) => {
                tracing::error!(policy = %self.path.display(), "the policy is refused, the old one serves on:\n{problem}");
                metrics::counter!("maitre_policies_refused_total").increment(1);
                Some(problem)
            }
        };
        metrics::gauge!("maitre_policy_refused").set(if refused.is_some() { 1.0 } else { 0.0 });
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
    }

    fn took_over(&self, before: Digest) {
        let current = self.current();
        self.lines.store(Arc::new(Lines::of(&current)));
        metrics::gauge!("maitre_policy", "digest" => before.to_string()).set(0.0);
        count(current.policy(), false);
        tracing::info!(policy = current.policy().name(), digest = %current.policy().digest(), "a new policy serves");
    }

    /// Reads the file again whenever it changes, until the task is dropped: at once where its folder is seen to change, and else,
    /// as where the way to it leads over links, within seconds.
    pub async fn watch(self: Arc<Self>) {
        let (changed, mut changes) = mpsc::channel(1);
        // Whoever does not hear of changes looks.
        let _watcher = self
            .watcher(changed.clone())
            .inspect_err(|error| tracing::warn!(%error, "the policy's folder is not watched; its file is read every few seconds"));
        loop {
            let house = Arc::clone(&self);
            let _ = tokio::task::spawn_blocking(move || house.look()).await;
            if tokio::time::timeout(LOOKS, changes.recv()).await.is_ok() {
                tokio::time::sleep(SETTLES).await;
                while changes.try_recv().is_ok() {}
            }
        }
    }

    fn watcher(&self, changed: mpsc::Sender<()>) -> Result<impl Watcher + use<>, notify::Error> {
        let mut watcher = notify::recommended_watcher(move |event: Result<notify::Event, notify::Error>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // One that waits already stands for this one.
                let _ = changed.try_send(());
            }
        })?;
        // The folder, since a file that is put in place of another is another one.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        watcher.watch(folder.unwrap_or(Path::new(".")), RecursiveMode::NonRecursive)?;
        Ok(watcher)
    }
}

fn count(policy: &Policy, first: bool) {
    metrics::gauge!("maitre_policy", "digest" => policy.digest().to_string()).set(1.0);
    let taken = metrics::counter!("maitre_policies_taken_over_total");
    taken.increment(u64::from(!first));
}

/// As of today, so that what is over is found.
fn as_of_now() -> AnalysisOptions {
    match Timestamp::from_system_time(std::time::SystemTime::now()) {
        Some(now) => AnalysisOptions::new().at(now),
        None => AnalysisOptions::new(),
    }
}

fn text(path: &Path) -> Result<String, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    // Reading what is no file may never end.
    let metadata = std::fs::metadata(path).map_err(told)?;
    if !metadata.is_file() {
        return Err(format!("{}: it is no file", path.display()));
    }
    let most = Limits::default().document_bytes;
    if metadata.len() > most as u64 {
        return Err(format!("{}: it is larger than the {most} bytes that are read", path.display()));
    }
    std::fs::read_to_string(path).map_err(told)
}

fn read(path: &Path, text: &Result<String, String>) -> Result<Policy, String> {
    let text = text.as_ref().map_err(String::clone)?;
    let json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let policy = if json { Policy::from_json(text) } else { Policy::from_toml(text) };
    policy.map_err(|error| {
        let told: Vec<String> =
            error.diagnostics().iter().map(|problem| format!("{}:{problem}", path.display())).collect();
        told.join("\n")
    })
}
