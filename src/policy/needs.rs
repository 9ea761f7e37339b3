//! L8, needs count one way: what simplifies or helps may hang on a need being there, its opposite only on a need not
//! being there; what a device asks for is such a need. Every condition says in which direction it uses what; through segments
//! and negations directions are composed, and what offends is shown with the path to it.

use std::ops::Range;

use super::conditions::{Scope, Segments};
use super::{Effects, Experiment, Rule};
use crate::attribute::AttributeId;
use crate::condition::{Condition, Direction, RustRuleId, SegmentId, Use, Used};
use crate::diagnostic::DiagnosticCode as Code;
use crate::document::{Path, Problem, SegmentEntry};
use crate::need::ASKED_BY_DEVICE;

/// The attributes whose use counts, beside what a device asks for.
const NEEDS: [&str; 2] = ["profile.needs", "profile.required_needs"];

/// How many segments of a chain are told.
const MOST_STEPS: usize = 6;

/// One way on which a condition depends on a need.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    /// The use in the condition's own text.
    span: Range<usize>,
    /// The segment that it goes through, and in which of its directions.
    through: Option<(SegmentId, Direction)>,
    /// The segment in whose text it ends, and where there; `None`: in the condition's own.
    end: Option<(SegmentId, Range<usize>)>,
    /// It counts both ways somewhere.
    both: bool,
    end_is: End,
}

/// What is read at the end of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Needs,
    /// What a device asks for.
    Device(AttributeId),
    RustRule,
}

impl Way {
    /// What to do about it, where an effect may hang on the absence of needs only. `asked` is what a device asks for, where it is
    /// that.
    fn help_for_absence(&self, asked: &str) -> String {
        match (self.end_is, self.both) {
            (End::Needs, true) => both_ways(
                "ask only whether a need is not there, as `!(\"large_text\" in profile.needs)` or `!(size(profile.needs) > 0)`; what \
                 else is asked of needs counts both ways, and so does what stands in",
            ),
            (End::Device(_), true) => both_ways(&format!(
                "a device asks for it because of a need: ask only whether `{asked}` is not true, as `!{asked}`; `declared({asked})` counts both ways, and so does what stands in"
            )),
            (End::Needs, false) => {
                "let it hold only where the need is not there, as behind `!` (a second one takes it back), or leave needs out of its condition".to_owned()
            }
            (End::Device(_), false) => format!(
                "a device asks for it because of a need: leave `{asked}` out, or ask whether it is not true, as `!{asked}`, or, where \
                 nothing may be said of it, `!(known({asked}) && {asked})`"
            ),
            (End::RustRule, _) => BY_RUST.to_owned(),
        }
    }
    /// The same where it may hang on their presence only.
    fn help_for_presence(&self, asked: &str) -> String {
        match (self.end_is, self.both) {
            (End::Needs, true) => both_ways(
                "ask only whether a need is there, as `\"large_text\" in profile.needs` or `size(profile.needs) > 0`; what else is \
                 asked of needs counts both ways, and so does what stands in",
            ),
            (End::Device(_), true) => both_ways(&format!(
                "a device asks for it because of a need: ask only whether `{asked}` is true; `declared({asked})` counts both ways, and so does what stands in"
            )),
            (End::Needs, false) => {
                "let it hold where the need is there, or whatever the needs are".to_owned()
            }
            (End::Device(_), false) => format!(
                "a device asks for it because of a need: leave `{asked}` out, or ask whether it is true"
            ),
            (End::RustRule, _) => BY_RUST.to_owned(),
        }
    }
}

/// Advice that ends with where everything counts both ways.
fn both_ways(begun: &str) -> String {
    format!(
        "{begun} the test of `? :`, in a list, or on a side of `==` or `!=` of which the other is not `true` or `false` (L8)"
    )
}

/// What to do about a rule in Rust, whichever way an effect may hang on needs.
const BY_RUST: &str = "a rule in Rust that reads needs, or what a device asks for, counts both ways (L8): leave it out here, or let it read \
                       something else and ask for the need in the condition itself";

/// The first way by which a condition may become true because a need is there, and because it is not.
#[derive(Debug, Clone, Default)]
struct Ways {
    presence: Option<Way>,
    absence: Option<Way>,
}

impl Ways {
    fn get(&self, direction: Direction) -> Option<&Way> {
        match direction {
            Direction::Absence => self.absence.as_ref(),
            _ => self.presence.as_ref(),
        }
    }
}

struct Needs<'a> {
    scope: &'a Scope<'a>,
    needs: Vec<AttributeId>,
    device: Vec<AttributeId>,
    /// By segment: as it is written.
    entries: Vec<(&'a String, &'a SegmentEntry)>,
    /// By segment.
    segments: Vec<Ways>,
}

/// Reports every effect that would count a need against the person who has it.
pub(super) fn check(
    scope: &Scope<'_>,
    segments: &Segments,
    rules: &[Option<Rule>],
    experiments: &[Option<Experiment>],
) {
    let needs = NEEDS.iter().filter_map(|name| scope.attributes.find(name)).collect();
    let device = ASKED_BY_DEVICE.iter().filter_map(|(name, _)| scope.attributes.find(name)).collect();
    let entries = scope.work.document.segments.iter().collect();
    let mut needs =
        Needs { scope, needs, device, entries, segments: vec![Ways::default(); segments.list.len()] };
    for id in &segments.order {
        let position = id.0 as usize;
        let Some(Some(segment)) = segments.list.get(position) else { continue };
        let ways = needs.ways(&segment.when);
        if let Some(slot) = needs.segments.get_mut(position) {
            *slot = ways;
        }
    }
    let document = scope.work.document;
    let told = |_: &&Rule| !scope.work.problems.is_full();
    for rule in rules.iter().flatten().take_while(told) {
        let text = document.rules.get(&*rule.name).map_or("", |entry| &entry.when);
        let path = Path::of(&["rules", &rule.name]);
        needs.check(&format!("rule `{}`", rule.name), &rule.effects, (&rule.when, text), &path);
    }
    for experiment in experiments.iter().flatten() {
        let Some(when) = &experiment.when else { continue };
        let text =
            document.experiments.get(&*experiment.name).and_then(|entry| entry.when.as_deref()).unwrap_or("");
        for (n, arm) in experiment.arms.iter().enumerate() {
            let path = Path::of(&["experiments", &experiment.name, "arms"]).index(n);
            needs.check(&format!("arm `{}`", arm.name), &arm.effects, (when, text), &path);
        }
    }
}

impl Needs<'_> {
    fn ways(&self, condition: &Condition) -> Ways {
        let mut ways = Ways::default();
        for used in condition.uses() {
            for (direction, way) in self.ways_of(used) {
                let slot =
                    if direction == Direction::Absence { &mut ways.absence } else { &mut ways.presence };
                if slot.is_none() {
                    *slot = Some(way);
                }
            }
        }
        ways
    }

    /// The ways of one use, each with the direction in which it counts for the whole condition.
    fn ways_of(&self, used: &Use) -> Vec<(Direction, Way)> {
        let (end_is, direction) = match used.what {
            Used::Attribute(id) if self.needs.contains(&id) => (End::Needs, used.direction),
            Used::Attribute(id) if self.device.contains(&id) => (End::Device(id), used.direction),
            Used::Segment(id) => return self.through(used, id),
            Used::RustRule(id) if self.rust_rule_reads_needs(id) => (End::RustRule, Direction::Both),
            Used::Attribute(_) | Used::RustRule(_) => return Vec::new(),
        };
        let both = direction == Direction::Both;
        let way = Way { span: used.span.clone(), through: None, end: None, both, end_is };
        if both {
            vec![(Direction::Presence, way.clone()), (Direction::Absence, way)]
        } else {
            vec![(direction, way)]
        }
    }

    fn rust_rule_reads_needs(&self, id: RustRuleId) -> bool {
        let reads = self.scope.rust_rules.get(usize::from(id.0)).map(|(_, reads)| reads);
        reads.into_iter().flatten().any(|read| self.needs.contains(read) || self.device.contains(read))
    }

    fn through(&self, used: &Use, id: SegmentId) -> Vec<(Direction, Way)> {
        let Some(inner) = self.segments.get(id.0 as usize) else { return Vec::new() };
        let mut ways = Vec::new();
        for (direction, turned) in
            [(Direction::Presence, Direction::Absence), (Direction::Absence, Direction::Presence)]
        {
            let Some(way) = inner.get(direction) else { continue };
            let found = Way {
                span: used.span.clone(),
                through: Some((id, direction)),
                end: way.end.clone().or_else(|| Some((id, way.span.clone()))),
                ..way.clone()
            };
            match used.direction {
                Direction::Presence => ways.push((direction, found)),
                Direction::Absence => ways.push((turned, found)),
                Direction::Both => {
                    let found = Way { both: true, ..found };
                    ways.push((direction, found.clone()));
                    ways.push((turned, found));
                }
            }
        }
        ways
    }

    fn check(&self, who: &str, effects: &Effects, (when, text): (&Condition, &str), path: &Path) {
        let ways = self.ways(when);
        let listed = |key: &str, level: Option<String>| {
            level.map(|level| (key.to_owned(), format!("{key} = {level}")))
        };
        let quoted = |word: &str| format!("\"{word}\"");
        let opposing = [
            (effects.layout > 0)
                .then(|| ("layout", format!("layout = {}", effects.layout), "adds complexity")),
            (effects.assistance < 0)
                .then(|| ("assistance", format!("assistance = {}", effects.assistance), "takes help away")),
        ];
        for (key, effect, does) in opposing.into_iter().flatten() {
            if let Some(way) = &ways.presence {
                let is = if way.both { "decides" } else { "is true" };
                let path_to = self.describe(way, text);
                let message = format!(
                    "{who} {does} ({effect}) where {path_to} {is}, so that a need could count against a person"
                );
                let help = way.help_for_absence(self.asked(way));
                self.report(path.clone().key(key), message, help);
            }
        }
        let helping = [
            (effects.layout < 0).then(|| ("layout".to_owned(), format!("layout = {}", effects.layout))),
            listed("layout_at_most", effects.layout_at_most.map(|level| quoted(level.as_str()))),
            (effects.assistance > 0)
                .then(|| ("assistance".to_owned(), format!("assistance = {}", effects.assistance))),
            listed("assistance_at_least", effects.assistance_at_least.map(|level| quoted(level.as_str()))),
            (!effects.adapt.is_empty()).then(|| {
                let needs: Vec<String> = effects.adapt.iter().map(|need| quoted(need.as_str())).collect();
                ("adapt".to_owned(), format!("adapt = [{}]", needs.join(", ")))
            }),
        ];
        for (key, effect) in helping.into_iter().flatten() {
            if let Some(way) = &ways.absence {
                let is = if way.both { "decides" } else { "is not true" };
                let path_to = self.describe(way, text);
                let message = format!(
                    "{who} simplifies or helps ({effect}) where {path_to} {is}, so that a need could take that from a person"
                );
                let help = way.help_for_presence(self.asked(way));
                self.report(path.clone().key(&key), message, help);
            }
        }
    }

    /// The name of what a device asks for, at the end of a way.
    fn asked(&self, way: &Way) -> &str {
        match way.end_is {
            End::Device(id) => &self.scope.attributes.get(id).name,
            End::Needs | End::RustRule => "",
        }
    }

    fn report(&self, path: Path, message: String, help: String) {
        self.scope.work.problems.add(Problem::new(Code::NeedPunished, path, message).with_help(help));
    }

    /// ``segment.assisted → `size(profile.needs) > 0` ``
    fn describe(&self, way: &Way, text: &str) -> String {
        let mut steps = Vec::new();
        let mut next = way.through;
        while let Some((id, direction)) = next {
            let position = id.0 as usize;
            // A chain may be as long as there are segments; its ends say most.
            if steps.len() == MOST_STEPS {
                steps.push("…".to_owned());
                break;
            }
            steps.extend(self.entries.get(position).map(|(name, _)| format!("`segment.{name}`")));
            next =
                self.segments.get(position).and_then(|ways| ways.get(direction)).and_then(|way| way.through);
        }
        let part = match &way.end {
            Some((id, span)) => {
                self.entries.get(id.0 as usize).and_then(|(_, entry)| entry.when.get(span.clone()))
            }
            None => text.get(way.span.clone()),
        };
        steps.push(format!("`{}`", crate::document::cut(part.unwrap_or_default())));
        steps.join(" → ")
    }
}
