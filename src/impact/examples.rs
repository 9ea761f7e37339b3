//! Visitors as examples: how they were served and how they are, by which rules, and who they are, without ids and, unless asked for,
//! without what is sensitive.

use std::collections::BTreeSet;

use super::harm::Harm;
use super::pair::Pair;
use super::rules::{RuleTurn, Rules};
use crate::attribute::AttributeType;
use crate::need::{NeedSet, NeedStrength};
use crate::policy::Policy;
use crate::profile::{CustomerProfile, ProfileFact};
use crate::search::Witness;
use crate::served::Served;
use crate::value::Text;
use crate::visit::{Visit, VisitFact};

/// A visitor who is served worse, standing for all who are served so and so.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct ImpactExample {
    /// Their number in the population; of those who are alike the first.
    pub number: u64,
    /// How many are served just so by both policies, with the same harms and a need as strong, this one included.
    pub alike: u64,
    /// Whether some need of theirs is required.
    pub required: bool,
    /// In which ways they are served worse.
    pub harms: Vec<Harm>,
    /// How the old policy serves them.
    pub old: Served,
    /// How the new policy serves them.
    pub new: Served,
    /// The rules that stand otherwise to them, by name.
    pub rules: Vec<(Text, RuleTurn)>,
    /// Who they are, as a policy's test would say it: never with ids. Unless they are asked for, needs, age and mood are left out,
    /// and the host's own facts and the texts by which neither policy goes. Without them it tells of the visitor, and does not
    /// decide the same.
    pub witness: Witness,
}

/// A visitor who is kept to be an example.
#[derive(Clone)]
pub(super) struct Example {
    pub(super) number: u64,
    pub(super) profile: CustomerProfile,
    pub(super) visit: Visit,
    pub(super) turns: Vec<(usize, RuleTurn)>,
}

impl Example {
    pub(super) fn shown(
        &self,
        pair: &Pair,
        alike: u64,
        rules: &Rules,
        policies: [&Policy; 2],
        reveals: bool,
    ) -> ImpactExample {
        let turns =
            self.turns.iter().filter_map(|&(rule, turn)| Some((rules.names.get(rule)?.clone(), turn)));
        ImpactExample {
            number: self.number,
            alike,
            required: pair.strength == Some(NeedStrength::Required),
            harms: Harm::among(pair.harms()).collect(),
            old: pair.old.revealing(reveals),
            new: pair.new.revealing(reveals),
            rules: turns.collect(),
            witness: self.witness(policies, reveals),
        }
    }

    fn witness(&self, policies: [&Policy; 2], reveals: bool) -> Witness {
        let (mut profile, mut visit) = (self.profile.clone(), self.visit.clone());
        visit.ids = std::array::from_fn(|_| None);
        if !reveals {
            self.leave_out_unread(&mut profile, &mut visit, policies);
            (profile.required, profile.preferred) = (NeedSet::EMPTY, NeedSet::EMPTY);
            let built_in = policies[1].attributes();
            for (_, attribute) in built_in.all().filter(|(_, attribute)| attribute.is_sensitive()) {
                let fact = attribute.name.strip_prefix("profile.").and_then(ProfileFact::parse);
                if let Some(fact) = fact {
                    profile.facts.edit(fact as usize, |_| None);
                }
            }
            // What was found there may be what is left out here.
            profile.unreadable.clear();
            visit.unreadable.clear();
        }
        Witness { profile, visit }
    }

    /// Leaves out the host's own facts and the texts by which neither policy goes: they say nothing of the change, and may be
    /// anything, an account or an address.
    fn leave_out_unread(&self, profile: &mut CustomerProfile, visit: &mut Visit, policies: [&Policy; 2]) {
        let read: BTreeSet<&str> = policies.iter().flat_map(|policy| policy.reads()).collect();
        for (own, facts) in [(&self.profile.own, &mut profile.own), (&self.visit.own, &mut visit.own)] {
            let unread = own.iter().map(|(name, _)| name).filter(|name| !read.contains(name));
            unread.for_each(|name| facts.edit(name, |_| None));
        }
        for (_, attribute) in policies[1].attributes().all() {
            let is_unread_text = attribute.kind == AttributeType::Text && !read.contains(&*attribute.name);
            match attribute.name.split_once('.').filter(|_| is_unread_text) {
                Some(("profile", name)) => ProfileFact::parse(name)
                    .into_iter()
                    .for_each(|fact| profile.facts.edit(fact as usize, |_| None)),
                Some(("visit", name)) => VisitFact::parse(name)
                    .into_iter()
                    .for_each(|fact| visit.facts.edit(fact as usize, |_| None)),
                _ => {}
            }
        }
    }
}
