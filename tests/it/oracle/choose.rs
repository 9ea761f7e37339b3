//! D2 to D10 and the reasons, step by step as the rules tell them.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{ASKED_BY_DEVICE, ASSISTANCE, Channel, Document, Effects, LAYOUTS, REACH};
use super::evaluate::Scope;
use super::facts::Facts;
use super::visitor::Visitor;
use super::{murmur, time};

/// A reason: its code and, where it names one, the rule, `experiment/arm` or need that gave it.
pub type Reason = (String, Option<String>);

/// What the interpreter decides, by names.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub channel: String,
    pub layout: String,
    pub layout_in_use: String,
    pub assistance: String,
    pub adaptations: BTreeSet<String>,
    pub way_out: Option<(String, bool)>,
    pub alternatives: Vec<String>,
    pub channel_reason: Reason,
    pub layout_reason: Reason,
    pub assistance_reason: Reason,
    /// Experiment → arm.
    pub arms: BTreeMap<String, String>,
    /// The rules that hold, and those that an unknown leaves undecided.
    pub rules: BTreeSet<String>,
    pub undecided: BTreeSet<String>,
    pub segments: BTreeMap<String, Option<bool>>,
    /// Channel → the constraint that removed it.
    pub ruled_out: BTreeMap<String, String>,
    /// The scores of the candidates.
    pub scores: BTreeMap<String, i64>,
}

/// The steps of D2, in their order.
const STEPS: [&str; 8] = ["conflict", "never", "closed", "blocked", "reach", "consent", "quiet", "contacts"];

/// Which parts of a score count.
#[derive(Clone, Copy)]
struct Parts {
    points: bool,
    habit: bool,
    continuity: bool,
}
const ALL_PARTS: Parts = Parts { points: true, habit: true, continuity: true };

/// Everything that the axes are decided from.
pub struct Choice<'a> {
    pub document: &'a Document,
    pub visitor: &'a Visitor,
    pub facts: &'a Facts<'a>,
    pub required: BTreeSet<String>,
    preferred: BTreeSet<String>,
    /// The rules that hold and the arms that were given: who gives what.
    pub givers: Vec<(String, &'a Effects)>,
}

/// The decision for `visitor` under `document`.
pub fn decide(document: &Document, visitor: &Visitor) -> Answer {
    let facts = Facts::new(document, visitor);
    let mut scope = Scope::new(&facts);
    let segments: BTreeMap<_, _> =
        document.segments.keys().map(|name| (name.clone(), scope.segment(name))).collect();
    let (mut rules, mut undecided, mut givers) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (name, rule) in &document.rules {
        match scope.truth(&rule.when) {
            Some(true) => {
                rules.insert(name.clone());
                givers.push((name.clone(), &rule.effects));
            }
            Some(false) => {}
            None => {
                undecided.insert(name.clone());
            }
        }
    }
    let arms = arms(document, visitor, &mut scope);
    for (experiment, arm) in &arms {
        let arm =
            document.experiments[experiment].arms.iter().find(|a| a.name == *arm).expect("an arm of it");
        givers.push((format!("{experiment}/{}", arm.name), &arm.effects));
    }
    let required: BTreeSet<String> =
        visitor.needs.iter().filter(|(_, required)| *required).map(|(n, _)| n.clone()).collect();
    let mut preferred: BTreeSet<String> = visitor.needs.iter().map(|(need, _)| need.clone()).collect();
    for (asked, need) in ASKED_BY_DEVICE {
        if facts.is_true(asked) {
            preferred.insert(need.to_owned());
        }
    }
    preferred.retain(|need| !required.contains(need));
    let choice = Choice { document, visitor, facts: &facts, required, preferred, givers };

    let ruled_out: BTreeMap<String, String> = document
        .channels
        .iter()
        .filter_map(|channel| Some((channel.name.clone(), choice.ruled_out(channel)?.to_owned())))
        .collect();
    let candidates: Vec<&Channel> =
        document.channels.iter().filter(|c| !ruled_out.contains_key(&c.name)).collect();
    let (channel, channel_reason, alternatives) = choice.channel(&candidates);
    let (layout, layout_reason) = choice.layout(document.channel(&channel));
    let layout_in_use = match &visitor.channel {
        Some(in_use) => choice.layout(document.channel(in_use)).0,
        None => layout,
    };
    let (assistance, assistance_reason) = choice.assistance();
    let mut adaptations: BTreeSet<String> = choice.required.union(&choice.preferred).cloned().collect();
    adaptations.extend(choice.givers.iter().flat_map(|(_, effects)| effects.adapt.iter().cloned()));
    Answer {
        way_out: choice.way_out(),
        layout: LAYOUTS[layout].to_owned(),
        layout_in_use: LAYOUTS[layout_in_use].to_owned(),
        assistance: ASSISTANCE[assistance].to_owned(),
        scores: candidates.iter().map(|c| (c.name.clone(), choice.score(c, ALL_PARTS))).collect(),
        channel,
        adaptations,
        alternatives,
        channel_reason,
        layout_reason,
        assistance_reason,
        arms,
        rules,
        undecided,
        segments,
        ruled_out,
    }
}

/// D8.
fn arms(document: &Document, visitor: &Visitor, scope: &mut Scope<'_>) -> BTreeMap<String, String> {
    let held_out = document.holdout.as_ref().is_some_and(|holdout| {
        visitor
            .ids
            .get(&holdout.unit)
            .is_some_and(|id| murmur::part_of(&holdout.salt, id, 100) < holdout.percent)
    });
    let mut arms = BTreeMap::new();
    for (name, experiment) in document.experiments.iter().filter(|_| !held_out) {
        let applies = experiment.when.as_ref().is_none_or(|when| scope.truth(when) == Some(true));
        let Some(id) = visitor.ids.get(&experiment.unit).filter(|_| applies) else { continue };
        let total = experiment.arms.iter().map(|arm| arm.weight).sum();
        let mut part = murmur::part_of(experiment.salt.as_ref().unwrap_or(name), id, total);
        for arm in &experiment.arms {
            if part < arm.weight {
                arms.insert(name.clone(), arm.name.clone());
                break;
            }
            part -= arm.weight;
        }
    }
    arms
}

fn conflicts_with(channel: &Channel, need: &str) -> bool {
    channel.conflicts.iter().any(|n| n == need)
        || (channel.name == "phone" && need == "no_voice_calls")
        || (channel.name == "video" && need == "no_video")
}

/// The giver of most by `amount`, ties by name; only those that give more than nothing.
pub fn greatest<'e>(givers: &[(String, &'e Effects)], amount: impl Fn(&'e Effects) -> i64) -> Option<String> {
    let most = givers.iter().map(|(_, effects)| amount(effects)).max().filter(|most| *most > 0)?;
    givers.iter().filter(|(_, effects)| amount(effects) == most).map(|(name, _)| name.clone()).min()
}

impl Choice<'_> {
    fn is_in_use(&self, channel: &Channel) -> bool {
        self.visitor.channel.as_ref() == Some(&channel.name)
    }
    pub fn is_open(&self, channel: &Channel) -> bool {
        let now = |span: &String| time::within_week(span, self.visitor.at, self.visitor.house);
        channel.open.as_ref().is_none_or(|spans| spans.iter().any(now))
    }
    /// Whether the step of D2 named `step` removes `channel`.
    fn removes(&self, step: &str, channel: &Channel) -> bool {
        let reach = self.facts.record(&channel.name).map_or(1, |record| record.reach);
        match step {
            "conflict" => self.required.iter().any(|need| conflicts_with(channel, need)),
            "never" => self.givers.iter().any(|(_, effects)| effects.never.contains(&channel.name)),
            "closed" => !self.is_open(channel),
            "blocked" => REACH[reach] == "blocked",
            "reach" => reach < channel.reach,
            "consent" => channel.consent.as_ref().is_some_and(|purpose| !self.facts.granted(purpose)),
            "quiet" => channel
                .quiet
                .as_ref()
                .is_some_and(|hours| time::within_hours(hours, self.visitor.at, self.facts.offset())),
            "contacts" => {
                channel.contacts_at_most.is_some_and(|most| self.facts.contacts(&channel.name) >= most)
            }
            other => panic!("no step {other}"),
        }
    }
    /// The first step of D2 that removes `channel` as a candidate.
    fn ruled_out(&self, channel: &Channel) -> Option<&'static str> {
        let asked = if self.is_in_use(channel) { 3 } else { STEPS.len() };
        STEPS[..asked].iter().find(|step| self.removes(step, channel)).copied()
    }
    /// D3's score, of some of its parts.
    fn score(&self, channel: &Channel, parts: Parts) -> i64 {
        let weights = self.document.weights;
        let mut score = channel.base;
        if parts.points {
            score += self
                .givers
                .iter()
                .filter_map(|(_, effects)| effects.channels.get(&channel.name))
                .sum::<i64>();
        }
        if parts.habit {
            score += weights.habit * self.facts.count(&format!("profile.habit.{}", channel.name));
        }
        // A channel that the policy does not have is unknown, and so none.
        let last = self.facts.text("visit.channel").or_else(|| self.facts.text("journey.channel"));
        if parts.continuity && last.as_ref() == Some(&channel.name) {
            score += weights.continuity;
        }
        score
            - weights.need * self.preferred.iter().filter(|need| conflicts_with(channel, need)).count() as i64
    }
    /// `channels` by score, then policy order.
    fn ranked<'c>(&self, channels: &[&'c Channel], parts: Parts) -> Vec<&'c Channel> {
        let mut ranked = channels.to_vec();
        ranked.sort_by_key(|channel| -self.score(channel, parts)); // stable: ties stay in policy order
        ranked
    }

    /// D3 and D4.
    fn channel(&self, candidates: &[&Channel]) -> (String, Reason, Vec<String>) {
        let because = |code: &str| (code.to_owned(), None);
        let ranked = self.ranked(candidates, ALL_PARTS);
        let Some(best) = ranked.first() else {
            let list: Vec<&Channel> = self.last_resort();
            return (self.last_resort_of(&list).name.clone(), because("last_resort"), Vec::new());
        };
        let preferred = self.facts.declared_text("profile.preferred_channel");
        let wanted = preferred.and_then(|name| ranked.iter().find(|channel| channel.name == name));
        let winner = *wanted.unwrap_or(best);
        let reason = if wanted.is_some() {
            because("preferred")
        } else if candidates.len() == 1 {
            because("only_one")
        } else {
            let wins_by = |parts: Parts| self.ranked(candidates, parts)[0].name == winner.name;
            let points = |effects: &Effects| effects.channels.get(&winner.name).copied().unwrap_or(0);
            let sum: i64 = self.givers.iter().map(|(_, effects)| points(effects)).sum();
            if sum > 0 && !wins_by(Parts { points: false, ..ALL_PARTS }) {
                ("rules".to_owned(), greatest(&self.givers, points))
            } else if !wins_by(Parts { habit: false, ..ALL_PARTS }) {
                because("habit")
            } else if !wins_by(Parts { continuity: false, ..ALL_PARTS }) {
                because("continuity")
            } else {
                because("score")
            }
        };
        let others = ranked.iter().filter(|channel| channel.name != winner.name).take(3);
        (winner.name.clone(), reason, others.map(|channel| channel.name.clone()).collect())
    }
    fn last_resort(&self) -> Vec<&Channel> {
        self.document.last_resort.iter().filter_map(|name| self.document.channel(name)).collect()
    }
    /// The first of `list` that is in no conflict, not excluded and not blocked, else its last.
    fn last_resort_of<'c>(&self, list: &[&'c Channel]) -> &'c Channel {
        let serves =
            |c: &&&Channel| !["conflict", "never", "blocked"].iter().any(|step| self.removes(step, c));
        list.iter().find(serves).or(list.last()).expect("a last resort")
    }
    /// D10.
    fn way_out(&self) -> Option<(String, bool)> {
        if !self.document.people {
            return None;
        }
        let near = |c: &&Channel| c.staffed && !STEPS[..4].iter().any(|step| self.removes(step, c));
        let staffed: Vec<&Channel> = self.document.channels.iter().filter(near).collect();
        let channel = match self.ranked(&staffed, ALL_PARTS).first() {
            Some(best) => *best,
            None => {
                let list: Vec<&Channel> = self.last_resort().into_iter().filter(|c| c.staffed).collect();
                self.last_resort_of(&list)
            }
        };
        Some((channel.name.clone(), self.is_open(channel)))
    }
}
