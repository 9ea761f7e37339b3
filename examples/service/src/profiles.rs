//! The profiles of customers: kept in the store, and those who come often held in memory, prepared for the policy that serves.
//! Nobody is decided by what was true before a change that was already confirmed.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use maitre::{CustomerProfile, Decision, ExperienceSelector, Prepared, Visit};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::options::Options;
use crate::store::{Change, Changed, OnlyIf, Record, Store, StoreError, Whom};

/// Customers in groups, each with a count of its changes: what was read before a change is told by the count.
const GROUPS: usize = 4_096;

#[derive(Debug)]
struct Counts {
    by_group: Box<[AtomicU64]>,
    hashes: RandomState,
}

impl Counts {
    fn new() -> Self {
        Self { by_group: (0..GROUPS).map(|_| AtomicU64::new(0)).collect(), hashes: RandomState::new() }
    }
    fn of(&self, id: &str) -> Option<&AtomicU64> {
        self.by_group.get(self.hashes.hash_one(id) as usize % GROUPS)
    }
    fn now(&self, id: &str) -> u64 {
        self.of(id).map_or(0, |count| count.load(Ordering::Acquire))
    }
    fn all_changed(&self) {
        for count in &self.by_group {
            count.fetch_add(1, Ordering::AcqRel);
        }
    }
    fn changed(&self, id: &str) {
        if let Some(count) = self.of(id) {
            count.fetch_add(1, Ordering::AcqRel);
        }
    }
}

/// A profile in memory.
#[derive(Debug)]
pub struct Held {
    pub profile: Arc<CustomerProfile>,
    prepared: ArcSwapOption<Prepared<Arc<CustomerProfile>>>,
    /// The count of its group when it was read.
    count: u64,
    /// How large it is where it is kept.
    bytes: usize,
}

impl Held {
    /// How they are served at a visit. What their profile settles is settled once for each policy.
    pub fn decide(&self, selector: &ExperienceSelector, visit: &Visit) -> Decision {
        if let Some(prepared) = &*self.prepared.load()
            && prepared.is_by(selector)
        {
            return selector.select_prepared(prepared, visit);
        }
        let prepared = Arc::new(selector.prepare(Arc::clone(&self.profile), visit));
        let decision = selector.select_prepared(&prepared, visit);
        self.prepared.store(Some(prepared));
        decision
    }
}

/// What profiles weigh in memory.
#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Box<str>, Arc<Held>> for Weight {
    fn weight(&self, _: &Box<str>, held: &Arc<Held>) -> u64 {
        1 + held.bytes as u64 / USUAL
    }
}

/// How large a record usually is at most, in bytes; a larger one counts as several.
const USUAL: u64 = 4_096;

pub struct Profiles {
    store: Store,
    held: Cache<Box<str>, Arc<Held>, Weight>,
    counts: Arc<Counts>,
}

impl Profiles {
    pub async fn open(options: &Options) -> Result<Self, StoreError> {
        let counts = Arc::new(Counts::new());
        let told = Arc::clone(&counts);
        let told = Box::new(move |whom: Whom<'_>| match whom {
            Whom::One(id) => told.changed(id),
            Whom::All => told.all_changed(),
        });
        let store = match &options.database {
            Some(url) => Store::postgres(url, options.database_ca.as_deref(), told).await?,
            None => Store::embedded(&options.profiles, told)?,
        };
        Ok(Self {
            store,
            held: Cache::with_weighter(options.cached as usize, options.cached.into(), Weight),
            counts,
        })
    }

    /// What is known of a customer; of one who was never seen, nothing.
    pub async fn of(&self, id: &str) -> Result<Arc<Held>, StoreError> {
        let count = self.counts.now(id);
        if let Some(held) = self.held.get(id)
            && held.count == count
            && self.store.hears()
        {
            metrics::counter!("maitre_profiles_held_total").increment(1);
            return Ok(held);
        }
        metrics::counter!("maitre_profiles_read_total").increment(1);
        let record = self.store.get(id).await?;
        let Record { profile, bytes, .. } = record.unwrap_or_default();
        let held =
            Arc::new(Held { profile: Arc::new(profile), prepared: ArcSwapOption::empty(), count, bytes });
        self.held.insert(id.into(), Arc::clone(&held));
        Ok(held)
    }

    /// As it is kept, past the memory.
    pub async fn kept(&self, id: &str) -> Result<Option<Record>, StoreError> {
        self.store.get(id).await
    }

    /// Whether what is to be kept can be kept, as far as is known.
    pub fn writes(&self) -> bool {
        self.store.writes()
    }

    /// Leaves everything as it must be for the next start.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Changes what is kept of a customer; once this is told, it stays.
    pub async fn change(&self, id: &str, change: Change, only_if: OnlyIf) -> Result<Changed, StoreError> {
        self.store.change(id, change, only_if).await
    }
}

impl std::fmt::Debug for Profiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profiles").finish_non_exhaustive()
    }
}
