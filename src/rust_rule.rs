//! Rules written in Rust (L7): what the language cannot say. A rule names the attributes it reads and sees only those.

mod check;

use crate::need::AccessNeed;
use crate::time::Timestamp;
use crate::truth::Truth;
use crate::value::Given;

pub use check::{ImpureRule, check_rust_rule};

/// A rule written in Rust, used in a policy as `rule("NAME")`. It must be pure: the same facts give the same answer, in
/// every process and at any time. [`check_rust_rule`] tests that.
pub trait RustRule: Send + Sync {
    /// The name, snake case, by which conditions use it and explanations speak of it.
    fn name(&self) -> &str;
    /// The attributes that it reads, as in conditions; it sees no others.
    fn reads(&self) -> &[&str];
    /// Whether it holds of these facts. A panic in here is the host's.
    fn holds(&self, facts: &RuleFacts<'_>) -> Truth;
}

/// Attribute and type that a rule asks for.
type Ask<'a> = dyn Fn(&str, &'static str) + 'a;

/// The facts that a rule in Rust has named, after D1. An attribute that it has not named is unknown to it.
pub struct RuleFacts<'a> {
    pub(crate) names: &'a [&'a str],
    pub(crate) read: &'a dyn Fn(usize) -> Given<'a>,
    /// Told what the rule asks for, and as what type: how the test kit watches it.
    asked: Option<&'a Ask<'a>>,
}

impl std::fmt::Debug for RuleFacts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RuleFacts").field("names", &self.names).finish_non_exhaustive()
    }
}

impl<'a> RuleFacts<'a> {
    /// `read` is asked by position in `names`.
    pub(crate) fn new(names: &'a [&'a str], read: &'a dyn Fn(usize) -> Given<'a>) -> Self {
        Self { names, read, asked: None }
    }
    fn given(&self, attribute: &str, kind: &'static str) -> Given<'a> {
        if let Some(asked) = self.asked {
            asked(attribute, kind);
        }
        self.names.iter().position(|&name| name == attribute).map_or(Given::Unknown, self.read)
    }
    /// A `bool`, if known.
    #[must_use]
    pub fn flag(&self, attribute: &str) -> Option<bool> {
        if let Given::Bool(value) = self.given(attribute, "bool") { Some(value) } else { None }
    }
    /// An `int`, if known.
    #[must_use]
    pub fn int(&self, attribute: &str) -> Option<i64> {
        if let Given::Int(value) = self.given(attribute, "int") { Some(value) } else { None }
    }
    /// A `float`, if known; never NaN.
    #[must_use]
    pub fn float(&self, attribute: &str) -> Option<f64> {
        if let Given::Float(value) = self.given(attribute, "float") { Some(value) } else { None }
    }
    /// A `string` or the name of an enum's value, if known.
    #[must_use]
    pub fn text(&self, attribute: &str) -> Option<&'a str> {
        if let Given::Text(value) = self.given(attribute, "string") { Some(value) } else { None }
    }
    /// A `timestamp`, if known.
    #[must_use]
    pub fn timestamp(&self, attribute: &str) -> Option<Timestamp> {
        if let Given::Time(value) = self.given(attribute, "timestamp") { Some(value) } else { None }
    }
    /// Whether the set `attribute` has `member`, if the set is known.
    #[must_use]
    pub fn has(&self, attribute: &str, member: &str) -> Option<bool> {
        if let Given::Set(members) = self.given(attribute, "set") {
            Some(members.contains(member))
        } else {
            None
        }
    }
    /// Whether the person has `need` on record; false where the rule does not read `profile.needs`.
    #[must_use]
    pub fn needs(&self, need: AccessNeed) -> bool {
        self.has("profile.needs", need.as_str()).unwrap_or(false)
    }
}
