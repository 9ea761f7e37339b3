//! A stand-in until the rule language is merged: it accepts any condition.
use crate::attribute::{AttributeId, Attributes};
use crate::diagnostic::DiagnosticCode as Code;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SegmentId(pub(crate) u16);
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RustRuleId(pub(crate) u16);
pub(crate) struct Scope<'a> {
    pub(crate) attributes: &'a Attributes,
    pub(crate) segments: &'a dyn Fn(&str) -> Option<SegmentId>,
    pub(crate) segment_names: &'a [&'a str],
    pub(crate) rules: &'a dyn Fn(&str) -> Option<RustRuleId>,
    pub(crate) rule_names: &'a [&'a str],
    pub(crate) limits: ConditionLimits,
}
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ConditionLimits {
    pub(crate) length: usize,
    pub(crate) depth: usize,
}
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) span: std::ops::Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}
#[derive(Clone)]
pub struct Condition;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Presence,
    Absence,
    Both,
}
pub(crate) enum Used {
    Attribute(AttributeId),
    Segment(SegmentId),
    RustRule(RustRuleId),
}
pub(crate) struct Use {
    pub(crate) what: Used,
    pub(crate) direction: Direction,
    pub(crate) span: std::ops::Range<usize>,
}
impl Condition {
    pub(crate) fn check(_: &str, _: &Scope<'_>) -> Result<Self, Vec<Problem>> {
        Ok(Self)
    }
    pub(crate) fn uses(&self) -> &[Use] {
        &[]
    }
}
