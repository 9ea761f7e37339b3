//! Where profiles are kept between visits. Whoever is told that something was kept finds it again, whatever happens to the
//! process; what several callers report of one customer at once is all there in the end.

mod embedded;
mod postgres;
mod tls;

use std::collections::VecDeque;
use std::path::Path;

use maitre::{CustomerProfile, Touchpoint};
use sha2::{Digest as _, Sha256};

use embedded::Embedded;
use postgres::Postgres;

/// A place where profiles are kept.
#[derive(Debug)]
pub enum Store {
    Embedded(Embedded),
    Postgres(Postgres),
}

/// Of whom something was committed.
#[derive(Debug, Clone, Copy)]
pub enum Whom<'a> {
    One(&'a str),
    /// Of anybody: what others committed was not heard for a while.
    All,
}

/// Called for what was committed, before whoever asked for it is told.
pub type Told = Box<dyn Fn(Whom<'_>) + Send + Sync>;

impl Store {
    /// In a file of this machine, made if it is not there.
    pub fn embedded(path: &Path, told: Told) -> Result<Self, StoreError> {
        Embedded::open(path, told).map(Self::Embedded)
    }
    /// In a PostgreSQL database that others may write to as well; the table is made if it is not there. `signed_by`: certificates
    /// of who signed the database's own.
    pub async fn postgres(url: &str, signed_by: Option<&Path>, told: Told) -> Result<Self, StoreError> {
        Postgres::open(url, signed_by, told).await.map(Self::Postgres)
    }
    pub async fn get(&self, id: &str) -> Result<Option<Record>, StoreError> {
        match self {
            Self::Embedded(store) => store.get(id).await,
            Self::Postgres(store) => store.get(id).await,
        }
    }
    pub async fn change(&self, id: &str, change: Change, only_if: OnlyIf) -> Result<Changed, StoreError> {
        match self {
            Self::Embedded(store) => store.change(id, change, only_if).await,
            Self::Postgres(store) => store.change(id, change, only_if).await,
        }
    }
    /// Whether what is to be kept can be kept, as far as is known.
    pub fn writes(&self) -> bool {
        match self {
            Self::Embedded(store) => store.writes(),
            // Whoever reads it writes it.
            Self::Postgres(_) => true,
        }
    }
    /// Leaves everything as it must be for the next start. Nothing is read or written after it.
    pub async fn close(&self) {
        if let Self::Embedded(store) = self {
            store.close().await;
        }
    }
    /// Whether every commit is heard of, so that what was read may be held.
    pub fn hears(&self) -> bool {
        match self {
            Self::Embedded(_) => true,
            Self::Postgres(store) => store.hears(),
        }
    }
}

/// How many keys of reports are remembered of a customer, to know a report that is sent again.
const KEYS: usize = 64;
/// How large the record of a customer may become, in bytes: each change reads and writes all of it.
const MOST: usize = 256 * 1_024;

/// What is kept of a customer.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Record {
    /// Grows with each change, and is never the same for two states of a customer; of one who was forgotten, as long as clocks do
    /// not go back.
    pub version: u64,
    /// Of the last reports, the oldest first.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    keys: VecDeque<Key>,
    pub profile: CustomerProfile,
    /// How many bytes it had when it was read.
    #[serde(skip)]
    pub bytes: usize,
}

/// By which a report is known that is sent again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Key {
    key: Box<str>,
    /// Of what was reported: another report by the same key is a slip, and must not be lost unseen.
    digest: u64,
}

impl Key {
    fn of(key: Box<str>, touchpoints: &[Touchpoint]) -> Result<Self, StoreError> {
        let written = serde_json::to_vec(touchpoints).map_err(StoreError::new)?;
        let digest = Sha256::digest(&written);
        let first = digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        Ok(Self { key, digest: first })
    }
}

/// What is to be done to a customer's record.
#[derive(Debug, Clone)]
pub enum Change {
    /// The profile is this from now on; `None` forgets it.
    Put(Option<Box<CustomerProfile>>),
    /// This has happened, in this order; reports with a key that was seen before change nothing.
    Record { touchpoints: Vec<Touchpoint>, key: Option<Box<str>> },
}

/// On which condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnlyIf {
    Always,
    /// Nothing is kept.
    Absent,
    /// Something is kept.
    Present,
    /// One of these versions is kept.
    Version(Vec<u64>),
}

impl OnlyIf {
    pub fn allows(&self, version: Option<u64>) -> bool {
        match self {
            Self::Always => true,
            Self::Absent => version.is_none(),
            Self::Present => version.is_some(),
            Self::Version(versions) => version.is_some_and(|version| versions.contains(&version)),
        }
    }
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Changed {
    /// It is kept, in this version; `None` if it is forgotten.
    Kept { before: Option<u64>, now: Option<u64> },
    /// It was reported before, and is in this version.
    Known(u64),
    /// The condition does not hold.
    Refused,
    /// The key is that of another report.
    OtherReport,
    /// More would be kept of one customer than may be.
    TooLarge,
}

impl Changed {
    /// How much may be kept of a customer, in KiB.
    pub const MOST_KIB: usize = MOST / 1_024;
}

/// What the store cannot do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// It does not answer now.
    #[error("{0}")]
    Silent(String),
    /// What it has of a customer is none of what is kept here.
    #[error("a kept profile cannot be read: {0}")]
    Unreadable(String),
}

impl StoreError {
    pub fn new(error: impl std::fmt::Display) -> Self {
        Self::Silent(error.to_string())
    }
}

impl Record {
    /// What is kept of a customer, as bytes, after a change; `None` if nothing is then. And what came of it: nothing is to be written
    /// but where it is `Kept`. The version is `now` in microseconds, or one more than before where clocks go back.
    pub fn after(
        before: Option<&[u8]>,
        change: Change,
        only_if: &OnlyIf,
        now: u64,
    ) -> Result<(Option<Vec<u8>>, Changed), StoreError> {
        let before = match (before.map(Self::from_json).transpose(), &change) {
            // Whoever replaces or forgets it need not be able to read it.
            (Err(_), Change::Put(_)) => Some(Self::default()),
            (read, _) => read?,
        };
        let old = before.as_ref().map(|record| record.version);
        if !only_if.allows(old) {
            return Ok((None, Changed::Refused));
        }
        let version = now.max(old.map_or(0, |version| version + 1));
        let record = match change {
            Change::Put(None) => return Ok((None, Changed::Kept { before: old, now: None })),
            Change::Put(Some(profile)) => {
                let keys = before.map(|record| record.keys).unwrap_or_default();
                Self { version, keys, profile: *profile, bytes: 0 }
            }
            Change::Record { touchpoints, key } => {
                let mut record = before.unwrap_or_default();
                if let Some(key) = key {
                    let key = Key::of(key, &touchpoints)?;
                    if let Some(known) = record.keys.iter().find(|known| known.key == key.key) {
                        let is_again = *known == key;
                        let known =
                            if is_again { Changed::Known(record.version) } else { Changed::OtherReport };
                        return Ok((None, known));
                    }
                    record.keys.push_back(key);
                    while record.keys.len() > KEYS {
                        record.keys.pop_front();
                    }
                }
                record.version = version;
                touchpoints.iter().for_each(|touchpoint| record.profile.record(touchpoint));
                record
            }
        };
        let bytes = serde_json::to_vec(&record).map_err(StoreError::new)?;
        if bytes.len() > MOST {
            return Ok((None, Changed::TooLarge));
        }
        Ok((Some(bytes), Changed::Kept { before: old, now: Some(version) }))
    }
    /// An error names no value: it ends up in the log.
    fn from_json(bytes: &[u8]) -> Result<Self, StoreError> {
        let record: Self = serde_json::from_slice(bytes).map_err(|error| {
            let what = format!("{:?} error", error.classify()).to_lowercase();
            StoreError::Unreadable(format!("{what} at line {}, column {}", error.line(), error.column()))
        })?;
        Ok(Self { bytes: bytes.len(), ..record })
    }
}

/// Microseconds since 1970.
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}
