//! Conditions in a policy: every text is checked in one scope; segments are put into the order in which they need each
//! other, and cycles are named (L4).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Segment;
use super::check::Work;
use crate::attribute::{AttributeId, Attributes};
use crate::condition::{self, Condition, ConditionLimits, PatternRoom, RustRuleId, SegmentId, Used};
use crate::diagnostic::DiagnosticCode as Code;
use crate::document::{Aim, Path, Problem, bad_name, snake_case_of};
use crate::rust_rule::RustRule;

/// What conditions may speak of.
pub(super) struct Scope<'a> {
    pub(super) work: &'a Work<'a>,
    pub(super) attributes: &'a Attributes,
    pub(super) rust_rules: &'a [(Arc<dyn RustRule>, Vec<AttributeId>)],
    segment_ids: BTreeMap<&'a str, SegmentId>,
    segment_names: Vec<&'a str>,
    /// How names of segments that are no names would have to be written, and were probably meant.
    misnamed: BTreeSet<String>,
    rule_names: Vec<&'a str>,
    patterns: PatternRoom,
}

/// The segments, by name, and the order in which they are evaluated.
pub(super) struct Segments {
    /// `None`: its condition is wrong.
    pub(super) list: Vec<Option<Segment>>,
    pub(super) order: Vec<SegmentId>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        work: &'a Work<'a>,
        attributes: &'a Attributes,
        rust_rules: &'a [(Arc<dyn RustRule>, Vec<AttributeId>)],
    ) -> Self {
        let segment_names: Vec<&str> = work.document.segments.keys().map(String::as_str).collect();
        let ids = segment_names.iter().zip(0..).map(|(&name, n)| (name, SegmentId(n)));
        let segment_ids = ids.collect();
        let rule_names = rust_rules.iter().map(|(rule, _)| rule.name()).collect();
        let misnamed = misnamed(work.document.segments.keys());
        let patterns = PatternRoom::new(work.limits.pattern_bytes);
        Self { work, attributes, rust_rules, segment_ids, segment_names, misnamed, rule_names, patterns }
    }

    /// A condition at `path`, or `None` where something is wrong with it, all of which is reported.
    pub(super) fn condition(&self, text: &str, path: impl FnOnce() -> Path) -> Option<Condition> {
        self.read(text, path).ok()
    }

    /// The same, or what a condition that is wrong reads all the same.
    fn read(&self, text: &str, path: impl FnOnce() -> Path) -> Result<Condition, Vec<condition::Use>> {
        // An empty one stands for one that the reader has reported.
        if text.is_empty() || self.work.problems.is_full() {
            return Err(Vec::new());
        }
        let rule = |name: &str| {
            let position = self.rule_names.binary_search(&name).ok()?;
            u16::try_from(position).ok().map(RustRuleId)
        };
        let scope = condition::Scope {
            attributes: self.attributes,
            segments: &|name| self.segment_ids.get(name).copied(),
            // Suggested below, where they are counted over all conditions: there may be very many.
            segment_names: &[],
            rules: &rule,
            rule_names: &[],
            limits: ConditionLimits {
                length: self.work.limits.condition_bytes,
                depth: self.work.limits.condition_depth,
                list: self.work.limits.list,
                ..ConditionLimits::default()
            },
            patterns: &self.patterns,
        };
        let condition::Faulty { problems, uses } = match Condition::check(text, &scope) {
            Ok(condition) => return Ok(condition),
            Err(faulty) => faulty,
        };
        let path = path();
        for problem in problems {
            // What is declared but could not be read is not unknown; the reader has spoken of it.
            let unread = |name: &String| problem.message.contains(&format!("`{name}`"));
            if self.work.unread.iter().any(unread) {
                continue;
            }
            let name = name_in(&problem.message);
            if problem.code == Code::UnknownSegment
                && (self.work.is_unread("segments") || self.misnamed.contains(name))
                || problem.code == Code::UnknownAttribute
                    && !name.contains('.')
                    && self.work.is_unread("attributes")
            {
                continue;
            }
            let help = match problem.code {
                Code::UnknownAttribute => self.segment_meant(name),
                Code::UnknownSegment => self.work.suggest(name, self.segment_names.iter().copied()),
                Code::UnknownRule => self.work.suggest(name, self.rule_names.iter().copied()),
                _ => None,
            };
            let declare = problem.code == Code::UnknownAttribute && !name.contains('.');
            let declare = declare.then(|| "a fact of your own is declared in `[attributes]`".to_owned());
            let help = help.or(problem.help).or(declare);
            let found = Problem::new(problem.code, path.clone(), problem.message);
            self.work.problems.add(found.aimed(Aim::Inside(problem.span)).with_help(help));
        }
        Err(uses)
    }

    /// `stuck` and `segments.stuck` for `segment.stuck`.
    fn segment_meant(&self, name: &str) -> Option<String> {
        let bare = match name.split_once('.') {
            None => name,
            Some(("segments" | "Segment" | "Segments" | "seg", bare)) => bare,
            Some(_) => return None,
        };
        let known = self.segment_ids.contains_key(bare);
        known.then(|| format!("did you mean `segment.{bare}`?"))
    }
}

/// The names that are none, as they would have to be written.
pub(super) fn misnamed<'n>(names: impl Iterator<Item = &'n String>) -> BTreeSet<String> {
    names.filter(|name| bad_name(name).is_some()).filter_map(|name| snake_case_of(name)).collect()
}

/// What a message has in backticks.
fn name_in(message: &str) -> &str {
    message.split('`').nth(1).unwrap_or_default()
}

/// Checks all segments.
pub(super) fn segments(scope: &Scope<'_>) -> Segments {
    let mut list = Vec::new();
    let mut needs: Vec<Vec<usize>> = Vec::new();
    for (name, entry) in &scope.work.document.segments {
        let when = scope.read(&entry.when, || Path::of(&["segments", name, "when"]));
        let uses = match &when {
            Ok(when) => when.uses(),
            Err(uses) => uses,
        };
        let used: BTreeSet<usize> = uses.iter().filter_map(segment_of).collect();
        needs.push(used.into_iter().collect());
        let include_unknown = entry.include_unknown;
        list.push(when.ok().map(|when| Segment { name: name.as_str().into(), when, include_unknown }));
    }
    let (order, cycles) = order(&needs);
    let names: Vec<&String> = scope.work.document.segments.keys().collect();
    for cycle in cycles {
        let name = |n: &usize| names.get(*n).map_or("", |name| name.as_str());
        let Some(first) = cycle.first() else { continue };
        let chain: Vec<String> = cycle.iter().take(MOST_MEMBERS).map(|n| format!("`{}`", name(n))).collect();
        let message = match cycle.len() {
            1 => format!("segment `{}` needs itself", name(first)),
            2..=MOST_MEMBERS => {
                format!("segments need each other: {} → `{}`", chain.join(" → "), name(first))
            }
            more => format!("{more} segments need each other: {} → …", chain.join(" → ")),
        };
        let path = Path::of(&["segments", name(first), "when"]);
        let help = "what a segment says cannot hang on itself: take one of these uses out".to_owned();
        scope.work.problems.add(Problem::new(Code::Cycle, path, message).with_help(help));
    }
    Segments { list, order: order.into_iter().filter_map(|n| u32::try_from(n).ok()).map(SegmentId).collect() }
}

fn segment_of(used: &condition::Use) -> Option<usize> {
    match used.what {
        Used::Segment(id) => Some(id.0 as usize),
        _ => None,
    }
}

/// How many cycles are told, and how many members of one.
const MOST_CYCLES: usize = 50;
const MOST_MEMBERS: usize = 20;

/// Every number behind those that it needs, and the cycles found on the way. Depth first, with a stack of its own:
/// a chain of segments may be as long as there are segments.
fn order(needs: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; needs.len()];
    let (mut order, mut cycles) = (Vec::new(), Vec::new());
    let set = |state: &mut [State], n: usize, to| {
        if let Some(slot) = state.get_mut(n) {
            *slot = to;
        }
    };
    for start in 0..needs.len() {
        if state.get(start) != Some(&State::New) {
            continue;
        }
        // Number, and how many of its needs have been looked at.
        let mut stack = vec![(start, 0)];
        set(&mut state, start, State::Open);
        while let Some((n, next)) = stack.last_mut() {
            let n = *n;
            let need = needs.get(n).and_then(|needs| needs.get(*next)).copied();
            *next += 1;
            match need {
                None => {
                    stack.pop();
                    set(&mut state, n, State::Done);
                    order.push(n);
                }
                Some(need) => match state.get(need) {
                    Some(State::New) => {
                        set(&mut state, need, State::Open);
                        stack.push((need, 0));
                    }
                    // Each may be as long as there are segments: some are enough.
                    Some(State::Open) if cycles.len() < MOST_CYCLES => {
                        let from = stack.iter().position(|(open, _)| *open == need).unwrap_or(0);
                        cycles.push(stack.iter().skip(from).map(|(open, _)| *open).collect());
                    }
                    _ => {}
                },
            }
        }
    }
    (order, cycles)
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn what_is_needed_comes_first() {
        let (order, cycles) = order(&[vec![2], vec![], vec![1]]);
        assert_eq!((order, cycles.len()), (vec![1, 2, 0], 0));
    }

    #[test]
    fn cycles_are_named_once_each_and_from_their_first_member() {
        let (_, cycles) = order(&[vec![1], vec![2], vec![0], vec![3], vec![0]]);
        assert_eq!(cycles, [vec![0, 1, 2], vec![3]]);
    }

    #[test]
    fn a_chain_of_all_segments_does_not_use_up_the_stack() {
        let needs: Vec<Vec<usize>> =
            (0..65_535).map(|n| if n == 65_534 { vec![] } else { vec![n + 1] }).collect();
        assert_eq!(order(&needs).0.first(), Some(&65_534));
    }
}
