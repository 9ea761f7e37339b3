//! What a new policy changes for real visitors. In come two selectors and one visitor after the other, out comes an
//! [`ImpactReport`]: who is served otherwise, who of them worse, by which rules, and whether the change passes the gate. Nothing
//! is read and nothing printed here. Visitors of whom nothing changes cost little more than their two decisions.

mod examples;
mod finish;
mod group;
mod harm;
mod merge;
mod pair;
mod report;
mod rules;
mod summary;
mod text;

pub use examples::ImpactExample;
pub use group::{Adapted, ImpactGroup, Transition, Transitions};
pub use harm::{Gain, Harm};
pub use merge::ImpactMismatch;
pub use report::{Compared, Gate, HarmGroup, ImpactReport, LossCause, NeedImpact, RuleImpact, SegmentImpact};
pub use rules::RuleTurn;

use ahash::AHashMap;

use crate::need::{AccessNeed, NeedSet, NeedStrength};
use crate::profile::CustomerProfile;
use crate::selector::{ExperienceSelector, SegmentSet};
use crate::value::Text;
use crate::visit::Visit;
use examples::Example;
use pair::Pair;
use rules::Rules;

/// What a comparison counts and shows beside its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpactOptions {
    examples: usize,
    reveals: bool,
    tolerates: u16,
}

impl Default for ImpactOptions {
    /// Three examples of each kind, nothing sensitive in them, and a gate that tolerates no harm.
    fn default() -> Self {
        Self { examples: 3, reveals: false, tolerates: 0 }
    }
}

impl ImpactOptions {
    /// As [`default`](Self::default).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Up to so many examples of each way of being served worse.
    #[must_use]
    pub const fn with_examples(mut self, most: usize) -> Self {
        self.examples = most;
        self
    }
    /// Everything that is known of them stays in the examples, needs, age and mood too. Ids never do.
    #[must_use]
    pub const fn revealing(mut self) -> Self {
        self.reveals = true;
        self
    }
    /// The gate passes over this harm.
    #[must_use]
    pub const fn tolerating(mut self, harm: Harm) -> Self {
        self.tolerates |= harm.bit();
        self
    }
}

/// A comparison of two policies over a population, being counted.
///
/// Visitors are told apart by a number, say that of their line; of those who are alike the first by number becomes the example. So
/// the report hangs neither on the order of visitors nor on how they were shared out among several comparisons that are
/// [merged](Self::merge).
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use maitre::{
///     AccessNeed, CustomerProfile, ExperienceSelector, Impact, ImpactOptions, Moment, NeedStrength, Policy, Visit,
/// };
///
/// let policy = |assistance: &str| {
///     let text = format!(
///         r#"
///         format = 1
///         name = "corner_shop"
///         defaults = {{ layout = "standard", assistance = "{assistance}" }}
///         last_resort = ["in_person"]
///         channels = [{{ name = "in_person", staffed = true }}]
///         "#
///     );
///     ExperienceSelector::compile(&Policy::from_toml(&text)?).map_err(Box::<dyn std::error::Error>::from)
/// };
/// let mut impact = Impact::new(&policy("guided")?, &policy("hints")?, ImpactOptions::new());
/// let visit = Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?);
/// impact.add(1, &CustomerProfile::new(), &visit);
/// impact.add(2, &CustomerProfile::new().with_need(AccessNeed::Captions, NeedStrength::Required), &visit);
/// let report = impact.finish();
/// assert_eq!((report.everyone.visitors, report.everyone.worse, report.gate.worse), (2, 2, 1));
/// assert!(!report.gate.passes);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Impact {
    selectors: [ExperienceSelector; 2],
    options: ImpactOptions,
    rules: Rules,
    segments: Segments,
    /// Every pair that was met, with its number.
    numbers: AHashMap<Pair, u32>,
    /// By that number.
    pairs: Vec<(Pair, Option<Box<Example>>)>,
    /// How many visitors of a group have a pair.
    counts: AHashMap<(Group, u32), u64>,
    /// By rule and turn: how many of those who are served otherwise, of those whom the gate counts, and of each harm.
    turned: Vec<[[u64; SCOPES]; RuleTurn::ALL.len()]>,
    /// The same of those for whom no rule stands otherwise.
    without_turn: [u64; SCOPES],
    room: Room,
}

/// Served otherwise, counted by the gate, and each harm.
const SCOPES: usize = HARMS + Harm::ALL.len();
const CHANGED: usize = 0;
const GATE: usize = 1;
const HARMS: usize = 2;

/// Whose visitors are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Group {
    Everyone,
    Need(AccessNeed, NeedStrength),
    /// By its place among the segments of both policies.
    Segment(u32),
}

/// The segments of two policies by name, and how many visitors each policy sees in them.
#[derive(Clone)]
struct Segments {
    names: Vec<Text>,
    /// By number in the old policy and in the new one: the place here.
    places: [Vec<usize>; 2],
    seen: Vec<[u64; 2]>,
}

/// Room that is used for one visitor after the other.
#[derive(Clone)]
struct Room {
    segments: [SegmentSet; 2],
    holding: [Vec<usize>; 2],
    /// Places of the segments of a visitor in either policy.
    inside: Vec<usize>,
}

impl Segments {
    fn of(selectors: &[ExperienceSelector; 2]) -> Self {
        let [old, new] = selectors.each_ref().map(|selector| &selector.checked().segments);
        let mut names: Vec<Text> = old.iter().chain(new).map(|segment| (&*segment.name).into()).collect();
        names.sort_unstable();
        names.dedup();
        let place = |name: &str| names.binary_search_by(|known| (**known).cmp(name)).unwrap_or(0);
        let places = [old, new].map(|segments| segments.iter().map(|segment| place(&segment.name)).collect());
        let seen = vec![[0; 2]; names.len()];
        Self { names, places, seen }
    }
}

impl Impact {
    /// A comparison of `old` and `new`, nobody being counted yet.
    #[must_use]
    pub fn new(old: &ExperienceSelector, new: &ExperienceSelector, options: ImpactOptions) -> Self {
        let selectors = [old.clone(), new.clone()];
        let rules = Rules::of([old.checked(), new.checked()]);
        let segments = Segments::of(&selectors);
        Self {
            options,
            segments,
            numbers: AHashMap::new(),
            pairs: Vec::new(),
            counts: AHashMap::new(),
            turned: vec![[[0; SCOPES]; RuleTurn::ALL.len()]; rules.names.len()],
            without_turn: [0; SCOPES],
            room: Room {
                segments: [SegmentSet::of(old), SegmentSet::of(new)],
                holding: [Vec::new(), Vec::new()],
                inside: Vec::new(),
            },
            rules,
            selectors,
        }
    }

    /// Counts a visitor, who is number `number`.
    ///
    /// # Cost
    /// Two decisions and the segments of two policies; and for those who are served otherwise the rules that hold in both. Where a
    /// channel is lost, or may be, a decision is explained. Allocates for what was not met before.
    pub fn add(&mut self, number: u64, profile: &CustomerProfile, visit: &Visit) {
        let [old, new] = &self.selectors;
        let ((required, all), (also_required, also)) = (old.needs(profile, visit), new.needs(profile, visit));
        let required = required.union(also_required);
        let preferred = all.union(also).minus(required);
        let pair = Pair::of([old, new], profile, visit, (required, preferred.union(required)));
        let known = self.pairs.len() as u32;
        let place = *self.numbers.entry(pair).or_insert(known);
        if place == known {
            self.pairs.push((pair, None));
        }
        self.count(place, required, preferred, profile, visit);
        if pair.is_changed() {
            self.turn(place, &pair, number, profile, visit);
        }
    }

    /// Counts a visitor's pair in all their groups.
    fn count(
        &mut self,
        place: u32,
        required: NeedSet,
        preferred: NeedSet,
        profile: &CustomerProfile,
        visit: &Visit,
    ) {
        let Room { segments, inside, .. } = &mut self.room;
        inside.clear();
        let sides = self.selectors.iter().zip(segments).zip(&self.segments.places);
        for (side, ((selector, found), places)) in sides.enumerate() {
            selector.segments(profile, visit, found);
            for place in found.numbers().filter_map(|number| places.get(number).copied()) {
                if let Some(seen) = self.segments.seen.get_mut(place).and_then(|seen| seen.get_mut(side)) {
                    *seen += 1;
                }
                inside.push(place);
            }
        }
        inside.sort_unstable();
        inside.dedup();
        let of = |strength| move |need| Group::Need(need, strength);
        let groups = std::iter::once(Group::Everyone)
            .chain(required.iter().map(of(NeedStrength::Required)))
            .chain(preferred.iter().map(of(NeedStrength::Preferred)))
            .chain(inside.iter().map(|&place| Group::Segment(place as u32)));
        for group in groups {
            *self.counts.entry((group, place)).or_insert(0) += 1;
        }
    }

    /// Looks at the rules of a visitor who is served otherwise, and keeps them if they are an example.
    fn turn(&mut self, place: u32, pair: &Pair, number: u64, profile: &CustomerProfile, visit: &Visit) {
        let [old, new] = &self.selectors;
        let [was, is] = &mut self.room.holding;
        old.rules_that_hold(profile, visit, was);
        new.rules_that_hold(profile, visit, is);
        let turns = self.rules.turns([was, is]);
        let scopes = scopes(pair, self.options.tolerates);
        let add = |counts: &mut [u64; SCOPES]| {
            counts.iter_mut().zip(scopes).for_each(|(count, counts)| *count += u64::from(counts));
        };
        if turns.is_empty() {
            add(&mut self.without_turn);
        }
        for &(rule, turn) in &turns {
            if let Some(counts) = self.turned.get_mut(rule).and_then(|turned| turned.get_mut(turn as usize)) {
                add(counts);
            }
        }
        if pair.harms() == 0 {
            return;
        }
        let Some((_, slot)) = self.pairs.get_mut(place as usize) else { return };
        if slot.as_ref().is_none_or(|kept| number < kept.number) {
            *slot = Some(Box::new(Example { number, profile: profile.clone(), visit: visit.clone(), turns }));
        }
    }

    /// An empty comparison of the same selectors with the same options, to be merged later.
    #[must_use]
    pub fn fork(&self) -> Self {
        let [old, new] = &self.selectors;
        Self::new(old, new, self.options.clone())
    }
}

/// Whom a visitor who is served otherwise is counted among.
fn scopes(pair: &Pair, tolerates: u16) -> [bool; SCOPES] {
    let harms = pair.harms();
    let mut scopes = [false; SCOPES];
    let gate = harms & !tolerates != 0 && pair.strength == Some(NeedStrength::Required);
    let of_harms = Harm::among(harms).map(|harm| (HARMS + harm as usize, true));
    for (scope, is_in) in [(CHANGED, true), (GATE, gate)].into_iter().chain(of_harms) {
        if let Some(slot) = scopes.get_mut(scope) {
            *slot = is_in;
        }
    }
    scopes
}

impl std::fmt::Debug for Impact {
    /// Says how much was counted, and of nobody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Impact")
            .field("options", &self.options)
            .field("pairs", &self.pairs.len())
            .finish_non_exhaustive()
    }
}
