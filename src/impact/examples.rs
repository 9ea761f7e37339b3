//! Visitors as examples: how they were served and how they are, by which rules, and who they are, without ids and, unless asked for,
//! without what is sensitive.

use super::harm::Harm;
use super::pair::{Outcome, Pair};
use super::rules::{RuleTurn, Rules};
use crate::decision::WayOut;
use crate::experience::{Experience, LayoutComplexity};
use crate::need::{Adaptations, NeedSet, NeedStrength};
use crate::policy::Checked;
use crate::profile::{CustomerProfile, ProfileFact};
use crate::search::Witness;
use crate::value::Text;
use crate::visit::Visit;

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
    /// Who they are, as a policy's test would say it: never with ids; needs, age and mood are left out unless they are asked for.
    /// Without them it tells of the visitor, and does not decide the same.
    pub witness: Witness,
}

/// How somebody is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Served {
    /// Channel, layout, assistance.
    pub experience: Experience,
    /// Whether the channel serves only as the last resort (D4).
    pub last_resort: bool,
    /// The layout on the channel in use.
    pub layout_in_use: LayoutComplexity,
    /// What the page does for needs; left out unless what is sensitive is asked for, since it tells them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adaptations: Option<Adaptations>,
    /// The way out.
    pub way_out: Option<WayOut>,
}

impl Served {
    fn of(outcome: &Outcome, reveals: bool) -> Self {
        Self {
            experience: outcome.experience(),
            last_resort: outcome.last_resort,
            layout_in_use: outcome.layout_in_use,
            adaptations: reveals.then_some(outcome.adaptations),
            way_out: outcome.way_out,
        }
    }
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
        checked: &Checked,
        reveals: bool,
    ) -> ImpactExample {
        let turns =
            self.turns.iter().filter_map(|&(rule, turn)| Some((rules.names.get(rule)?.clone(), turn)));
        ImpactExample {
            number: self.number,
            alike,
            required: pair.strength == Some(NeedStrength::Required),
            harms: Harm::among(pair.harms()).collect(),
            old: Served::of(&pair.old, reveals),
            new: Served::of(&pair.new, reveals),
            rules: turns.collect(),
            witness: self.witness(checked, reveals),
        }
    }

    fn witness(&self, checked: &Checked, reveals: bool) -> Witness {
        let (mut profile, mut visit) = (self.profile.clone(), self.visit.clone());
        visit.ids = std::array::from_fn(|_| None);
        if !reveals {
            (profile.required, profile.preferred) = (NeedSet::EMPTY, NeedSet::EMPTY);
            for (_, attribute) in checked.attributes.all().filter(|(_, attribute)| attribute.is_sensitive()) {
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
}
