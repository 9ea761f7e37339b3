//! A fact: a value, where it comes from and when it was learnt; and the one that is kept where there are several.

mod convert;
pub(crate) mod kept;

use crate::time::Timestamp;
use crate::value::Value;
use crate::words::words;

words! {
    /// Where a fact comes from, the weakest first.
    #[derive(PartialOrd, Ord)]
    pub enum Source ("source") {
        /// Concluded from something else.
        Inferred = "inferred",
        /// Sent by the device.
        Request = "request",
        /// Seen by the service.
        Observed = "observed",
        /// Said by the person.
        Declared = "declared",
    }
}

/// A value, its [`Source`], and when it was learnt. A bare value is a declared fact without a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fact<T> {
    /// What is known.
    pub value: T,
    /// Where it comes from.
    pub source: Source,
    /// When it was learnt; a fact without a date is hidden by any `max_age_days` (D1).
    pub learnt: Option<Timestamp>,
}

impl<T> Fact<T> {
    /// A fact from `source`, without a date.
    pub const fn new(value: T, source: Source) -> Self {
        Self { value, source, learnt: None }
    }
    /// What the person said.
    pub const fn declared(value: T) -> Self {
        Self::new(value, Source::Declared)
    }
    /// What the service saw.
    pub const fn observed(value: T) -> Self {
        Self::new(value, Source::Observed)
    }
    /// What the device sent.
    pub const fn request(value: T) -> Self {
        Self::new(value, Source::Request)
    }
    /// What was concluded.
    pub const fn inferred(value: T) -> Self {
        Self::new(value, Source::Inferred)
    }
    /// The same fact, learnt at `at`.
    #[must_use]
    pub fn learnt(mut self, at: Timestamp) -> Self {
        self.learnt = Some(at);
        self
    }
    /// The same fact about `to(value)`.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Fact<U> {
        Fact { value: to(self.value), source: self.source, learnt: self.learnt }
    }
}

impl<T> From<T> for Fact<T> {
    fn from(value: T) -> Self {
        Self::declared(value)
    }
}

/// Values that have an order, so that of two equally good facts the greater is kept, whichever came first.
pub(crate) trait Greater {
    fn is_greater(&self, other: &Self) -> bool;
}
impl Greater for Value {
    fn is_greater(&self, other: &Self) -> bool {
        use Value::{Bool, Float, Int, Set, Text, Timestamp};
        match (self, other) {
            (Bool(a), Bool(b)) => a > b,
            (Int(a), Int(b)) => a > b,
            (Float(a), Float(b)) => a.total_cmp(b).is_gt(),
            (Text(a), Text(b)) => a > b,
            (Timestamp(a), Timestamp(b)) => a > b,
            (Set(a), Set(b)) => a > b,
            // Of values of two types the type decides: any fixed order will do.
            (a, b) => a.type_name() > b.type_name(),
        }
    }
}
impl Greater for crate::channel::Channel {
    // By name, like every other value that is a name.
    fn is_greater(&self, other: &Self) -> bool {
        self.as_str() > other.as_str()
    }
}

/// Whether `new` is kept rather than `old`: the stronger source, then the later, then the greater value.
fn is_better<T: Greater>(new: &Fact<T>, old: &Fact<T>) -> bool {
    let (by_new, by_old) = ((new.source, new.learnt), (old.source, old.learnt));
    by_new > by_old || by_new == by_old && new.value.is_greater(&old.value)
}

/// Keeps the better of the fact in `slot` and `fact`.
pub(crate) fn keep<T: Greater>(slot: &mut Option<Fact<T>>, fact: Fact<T>) {
    if slot.as_ref().is_none_or(|kept| is_better(&fact, kept)) {
        *slot = Some(fact);
    }
}
