//! Guarantees: what is proven holds for everybody, what is refuted really does not, and nothing is left open that the cells can
//! tell. Small policies are held against all their visitors, generated ones against visitors near their literals.
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod by_hand;
pub mod universe;

use maitre::{
    AssistanceLevel, CustomerProfile, ExperienceSelector, LayoutComplexity, Policy, Proof, RuleEntry, Visit,
};

use crate::generate::{self, print::toml, random::Random};
use crate::oracle::{library, rust};

/// What a guarantee asks for.
#[derive(Debug, Clone)]
pub struct Promise {
    when: String,
    layout: Option<LayoutComplexity>,
    assistance: Option<AssistanceLevel>,
    never: Option<String>,
}

impl Promise {
    fn any(when: String, people: bool, channels: &[String], random: &mut Random) -> Self {
        let mut promise = Self { when, layout: None, assistance: None, never: None };
        match random.below(3) {
            0 => promise.layout = Some(LayoutComplexity::ALL[random.below(3)]),
            1 => {
                promise.assistance = Some(AssistanceLevel::ALL[1 + random.below(if people { 4 } else { 2 })])
            }
            _ => promise.never = Some(random.pick(channels).clone()),
        }
        promise
    }
    /// Promises what some rule of the policy sees to, if one does.
    fn follow(&mut self, policy: &Policy, random: &mut Random) {
        let document = policy.document();
        let bounds = |rule: &RuleEntry| {
            let layout = rule.layout_at_most.filter(|level| *level < LayoutComplexity::Rich);
            (layout, rule.assistance_at_least.map(|level| level.min(AssistanceLevel::Callback)))
        };
        let bounding =
            document.rules.values().filter(|rule| bounds(rule) != (None, None)).collect::<Vec<_>>();
        if !bounding.is_empty() {
            let rule = random.pick(&bounding);
            (self.layout, self.assistance) = bounds(rule);
            (self.when, self.never) = (rule.when.clone(), None);
        }
    }
    fn toml(&self) -> String {
        let mut text = format!("[guarantees.promise]\nwhen = '''{}'''\ninconclusive = \"warn\"\n", self.when);
        text.extend(self.layout.map(|level| format!("layout_at_most = \"{level}\"\n")));
        text.extend(self.assistance.map(|level| format!("assistance_at_least = \"{level}\"\n")));
        text.extend(self.never.iter().map(|channel| format!("never = [\"{channel}\"]\n")));
        text
    }
    /// Whether the decision for a visitor to whom it applies breaks it.
    fn is_broken(&self, selector: &ExperienceSelector, profile: &CustomerProfile, visit: &Visit) -> bool {
        let decision = selector.select(profile, visit);
        let experience = decision.experience();
        self.layout.is_some_and(|most| experience.layout.max(decision.layout_in_use()) > most)
            || self.assistance.is_some_and(|least| experience.assistance < least)
            || self.never.as_ref().is_some_and(|channel| experience.channel.as_str() == channel)
    }
}

fn policy(text: &str) -> Policy {
    let loader = Policy::loader().rule(rust::Loyal).rule(rust::Alike);
    loader.toml(text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// How the promise of a policy fares, and a selector of the policy without it but with a segment for whom it is.
fn outcome(text: &str, promise: &Promise) -> (Proof, ExperienceSelector) {
    const STEPS: u64 = 5_000;
    let promised = policy(&format!("{text}\n{}", promise.toml()));
    let proof = match ExperienceSelector::compile_within(&promised, STEPS) {
        Ok(selector) => selector.guarantees()[0].proof.clone(),
        Err(error) => error.guarantees()[0].proof.clone(),
    };
    let segment = format!("{text}\n[segments.promised]\nwhen = '''{}'''\n", promise.when);
    (proof, ExperienceSelector::compile(&policy(&segment)).unwrap())
}

fn applies(selector: &ExperienceSelector, profile: &CustomerProfile, visit: &Visit) -> bool {
    selector.explain(profile, visit).segments().any(|(name, truth)| name == "promised" && truth.holds())
}

/// Fails unless what was found is so of these visitors; gives 0 for proven, 1 for refuted, 2 for neither.
fn hold(text: &str, promise: &Promise, visitors: impl Iterator<Item = (CustomerProfile, Visit)>) -> usize {
    let (proof, selector) = outcome(text, promise);
    match &proof {
        Proof::Refuted(found) => {
            let (profile, visit) = (&found.witness.profile, &found.witness.visit);
            assert!(applies(&selector, profile, visit), "{text}\n{}\n{}", promise.toml(), found.witness);
            assert!(
                promise.is_broken(&selector, profile, visit),
                "{text}\n{}\n{}",
                promise.toml(),
                found.witness
            );
            1
        }
        Proof::Proven => {
            for (profile, visit) in visitors {
                let broken =
                    promise.is_broken(&selector, &profile, &visit) && applies(&selector, &profile, &visit);
                let told = || {
                    let test = serde_json::json!({ "profile": profile, "visit": visit });
                    format!(
                        "{text}\n{}\nbroken for {test}\n{}",
                        promise.toml(),
                        selector.explain(&profile, &visit)
                    )
                };
                assert!(!broken, "{}", told());
            }
            0
        }
        _ => 2,
    }
}

#[test]
fn guarantees_of_small_policies_fare_as_all_their_visitors_do() {
    let mut counts = [0; 3];
    for n in crate::generate::numbers(400) {
        let mut random = Random::new(70_000 + n);
        let policy = universe::policy(&mut random);
        let mut promise =
            Promise::any(universe::condition(&mut random), true, &universe::channels(), &mut random);
        // What is promised of anybody at random hardly ever holds: two in three go by a bound of the policy.
        if random.chance(66) {
            universe::promised(&policy, &mut promise, &mut random);
        }
        let found = hold(&policy, &promise, universe::visitors());
        assert!(found < 2, "left open:\n{policy}\n{}", promise.toml());
        counts[found] += 1;
    }
    assert!(counts[0] >= 60 && counts[1] >= 60, "{counts:?}");
}

#[test]
fn what_is_proven_of_generated_policies_holds_for_generated_visitors() {
    let mut counts = [0; 3];
    for n in crate::generate::numbers(500) {
        let document = generate::policy(90_000 + n);
        let mut random = Random::new(n);
        let text = toml(&document);
        if library::load(&text).is_err() {
            continue;
        }
        let names: Vec<String> = document.segments.keys().map(|name| format!("segment.{name}")).collect();
        let when = match random.below(3) {
            _ if names.is_empty() => "profile.visits >= 0".to_owned(),
            0 => format!("!{}", random.pick(&names)),
            1 => format!("{} || {}", random.pick(&names), random.pick(&names)),
            _ => random.pick(&names).clone(),
        };
        let channels: Vec<String> = document.channels.iter().map(|channel| channel.name.clone()).collect();
        let mut promise = Promise::any(when, document.people, &channels, &mut random);
        // What is promised of anybody at random hardly ever holds: half go by a bound of the policy.
        if random.chance(50) {
            promise.follow(&policy(&text), &mut random);
        }
        let visitors = generate::visitors(&document, n, 60);
        counts[hold(&text, &promise, visitors.iter().map(library::people))] += 1;
    }
    assert!(
        counts[0] >= 60 && counts[1] >= 100 && counts[2] * 6 <= counts.iter().sum::<usize>(),
        "{counts:?}"
    );
}
