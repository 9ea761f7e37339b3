//! Where visitors can be, as far as it decides: the axes that conditions cut, and beside them one for everything else that
//! choosing reads (D2 to D10). A policy comes in; the search asks for regions of the space.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use ahash::AHashMap;

use super::clock::Times;
use super::ties::{Axes, Tie};
use super::visitor::Fails;
use crate::attribute::read::{Comes, Read};
use crate::attribute::{Attribute, AttributeId, AttributeType, Origin};
use crate::cells::{
    AxisId, Beside, Builder, Cell, CellSet, Cut, Grid, Inside, Literals, Measure, Region, Tree, Truths,
    UNKNOWN,
};
use crate::channel::Reach;
use crate::condition::{Condition, SegmentId};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::Source;
use crate::key::Key;
use crate::limits::Limits;
use crate::need::AccessNeed;
use crate::policy::{Checked, PolicyChannel};

/// Something that is so or not: an axis, and the cells in which it is.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) axis: AxisId,
    pub(super) there: CellSet,
}

/// An axis of names, with the cells of those that count: of channels by their place in the policy, of levels in order.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) axis: AxisId,
    pub(super) cells: Vec<CellSet>,
}

/// A preference: what it is, and whether it was declared.
#[derive(Debug, Clone)]
pub(super) struct Preference {
    pub(super) value: Choice,
    pub(super) declared: AxisId,
}

/// What rules a channel of the policy out, each as cells of an axis, and what its habit is.
#[derive(Debug, Clone)]
pub(super) struct OfChannel {
    /// Conflicts with required needs.
    pub(super) conflicts: Vec<Member>,
    /// The cells of the house's clock in which it is closed.
    pub(super) closed: CellSet,
    pub(super) blocked: Member,
    /// What limits only the contacts that we begin, but for being blocked: reach, consent, quiet hours, contacts.
    pub(super) limits: Vec<Member>,
    pub(super) habit: AxisId,
}

/// The axes that choosing reads whatever the conditions say.
#[derive(Debug, Clone)]
pub(super) struct Inputs {
    /// By need.
    pub(super) needs: Vec<Member>,
    pub(super) required: Vec<Member>,
    pub(super) channel: Preference,
    pub(super) layout: Preference,
    pub(super) assistance: Preference,
    pub(super) open_cases: Member,
    pub(super) in_use: Choice,
    pub(super) journey_channel: Choice,
    /// The hints of a device, each with the need that it puts in force.
    pub(super) hints: Vec<(Member, AccessNeed)>,
    /// By channel of the policy.
    pub(super) channels: Vec<OfChannel>,
    pub(super) house: AxisId,
    pub(super) prior_layout: AxisId,
    pub(super) prior_assistance: AxisId,
    /// By experiment.
    pub(super) arms: Vec<AxisId>,
}

/// Where visitors can be, and the policy's conditions there.
pub(crate) struct Space<'p> {
    pub(crate) checked: &'p Checked,
    pub(crate) grid: Grid,
    pub(super) inputs: Inputs,
    /// Each with whether it counts unknown as true.
    pub(super) segments: Vec<(Tree, bool)>,
    pub(super) rules: Vec<Tree>,
    /// `None`: always.
    pub(super) experiments: Vec<Option<Tree>>,
    /// Conditions that the policy does not decide by.
    pub(super) others: Vec<Tree>,
    /// Everything that a single attribute allows.
    everywhere: Region,
    pub(super) axes: BTreeMap<AttributeId, Axes>,
    /// By axis.
    pub(super) ties: Vec<Tie>,
    pub(super) time_axes: Vec<AxisId>,
    /// Whether the visit carries Sec-GPC, and the consents.
    pub(super) by_consent: (Option<AttributeId>, Option<AttributeId>),
    /// The times that fit, if any do, by the cells of the time axes: they are asked for again and again.
    pub(super) times_known: RefCell<AHashMap<Vec<CellSet>, Result<Times, Fails>>>,
}

const PREFERENCES: [&str; 3] =
    ["profile.preferred_channel", "profile.preferred_layout", "profile.preferred_assistance"];
pub(super) const HINTS: [(&str, AccessNeed); 4] = [
    ("visit.reduced_motion", AccessNeed::ReducedMotion),
    ("visit.more_contrast", AccessNeed::MoreContrast),
    ("visit.forced_colors", AccessNeed::MoreContrast),
    ("visit.save_data", AccessNeed::LowData),
];

impl<'p> Space<'p> {
    /// The space of a policy and some conditions `beside` it; `None` if a built-in attribute is missing, which none is.
    pub(crate) fn of(checked: &'p Checked, beside: &[&Condition]) -> Option<Self> {
        Self::cut(checked, beside, &[], None)
    }

    /// The same with parts of the policy's conditions, which are numbered behind those `beside` it.
    pub(crate) fn with_parts(
        checked: &'p Checked,
        beside: &[&Condition],
        parts: &[(&Condition, &[u16])],
    ) -> Option<Self> {
        Self::cut(checked, beside, parts, None)
    }

    /// The space of a policy, its axes cut where another policy cuts them too.
    pub(super) fn cut_alike(checked: &'p Checked, other: &Checked) -> Option<Self> {
        Self::cut(checked, &[], &[], Some(other))
    }

    fn cut(
        checked: &'p Checked,
        beside: &[&Condition],
        parts: &[(&Condition, &[u16])],
        other: Option<&Checked>,
    ) -> Option<Self> {
        let conditions: Vec<&Condition> = conditions_of(checked).chain(beside.iter().copied()).collect();
        let mut builder = Builder::for_trees(checked, &conditions, |literals| {
            decided_by(checked, literals);
            if let Some(other) = other {
                let mut theirs = Literals::of_conditions(other, &conditions_of(other).collect::<Vec<_>>());
                decided_by(other, &mut theirs);
                literals.take_in(&checked.attributes, &theirs, &other.attributes);
            }
        });
        let segments =
            checked.segments.iter().map(|one| (builder.tree(&one.when), one.include_unknown)).collect();
        let rules = checked.rules.iter().map(|rule| builder.tree(&rule.when)).collect();
        let of_experiment = |when: &Option<Condition>| when.as_ref().map(|when| builder.tree(when));
        let experiments = checked.experiments.iter().map(|one| &one.when).map(of_experiment).collect();
        let mut others: Vec<Tree> = beside.iter().map(|condition| builder.tree(condition)).collect();
        others.extend(parts.iter().map(|(condition, path)| builder.tree_at(condition, path)));
        let inputs = Finder { checked, builder: &builder }.inputs()?;
        let grid = builder.finish();
        let everywhere = Region::new(grid.axes.iter().map(|axis| possible(checked, axis)).collect());
        let axes = Axes::of(&grid);
        let ties = Tie::all(checked, &grid, &axes);
        let timed = ties.iter().zip((0..).map(AxisId)).filter(|(tie, _)| **tie == Tie::Times);
        let time_axes = timed.map(|(_, axis)| axis).collect();
        let times_known = RefCell::default();
        Some(Self {
            checked,
            grid,
            inputs,
            segments,
            rules,
            experiments,
            others,
            everywhere,
            axes,
            ties,
            time_axes,
            by_consent: (checked.attributes.find("visit.gpc"), checked.attributes.find("profile.consents")),
            times_known,
        })
    }

    /// The condition beside the policy of that number.
    pub(crate) fn other(&self, number: usize) -> Option<&Tree> {
        self.others.get(number)
    }

    /// The condition of a rule.
    pub(crate) fn rule(&self, number: usize) -> Option<&Tree> {
        self.rules.get(number)
    }
    /// The condition of a segment, and whether it counts unknown as true.
    pub(crate) fn segment(&self, number: usize) -> Option<(&Tree, bool)> {
        self.segments.get(number).map(|(tree, include_unknown)| (tree, *include_unknown))
    }
    /// The condition of an experiment; `None`: always.
    pub(crate) fn experiment(&self, number: usize) -> Option<&Tree> {
        self.experiments.get(number)?.as_ref()
    }

    /// All that there can be.
    pub(crate) fn everywhere(&self) -> Region {
        self.everywhere.clone()
    }

    /// Those who draw an arm of an experiment, both by number.
    pub(crate) fn in_arm(&self, experiment: usize, arm: usize) -> Region {
        let Some(&axis) = self.inputs.arms.get(experiment) else { return self.everywhere() };
        // Behind the unknown and the one of who draws none.
        let cell = UNKNOWN + 2 + arm as Cell;
        let [inside, _] = self.everywhere.parted(axis, &CellSet::range(cell, cell + 1));
        inside.unwrap_or_else(|| self.everywhere())
    }

    /// The segments that these trees speak of, themselves or through others, in the order in which they are found.
    pub(super) fn needed<'t>(&self, trees: impl IntoIterator<Item = &'t Tree>) -> Vec<SegmentId> {
        let mut needed = vec![false; self.segments.len()];
        trees.into_iter().for_each(|tree| mark(tree, &mut needed));
        // What uses a segment comes behind it, so that one pass from the end reaches everything.
        for id in self.checked.segment_order.iter().rev() {
            if needed.get(id.0 as usize) == Some(&true)
                && let Some((tree, _)) = self.segments.get(id.0 as usize)
            {
                mark(tree, &mut needed);
            }
        }
        let order = self.checked.segment_order.iter().copied();
        order.filter(|id| needed.get(id.0 as usize) == Some(&true)).collect()
    }

    /// The values that these segments may have in a region; all others are left open.
    pub(super) fn truths(&self, region: &Region, needed: &[SegmentId]) -> Vec<Truths> {
        let mut truths = vec![Truths::ALL; self.segments.len()];
        for id in needed {
            let Some((tree, include_unknown)) = self.segments.get(id.0 as usize) else { continue };
            let inside = Inside { region, segments: &truths, trees: &self.segments };
            let found = inside.truths(tree).counted(*include_unknown);
            if let Some(slot) = truths.get_mut(id.0 as usize) {
                *slot = found;
            }
        }
        truths
    }
}

impl Space<'_> {
    /// The numbers of the parts that a tree itself speaks of.
    pub(super) fn parts_in(&self, tree: &Tree, parts: &mut BTreeSet<u32>) {
        match tree {
            Tree::Constant(_) | Tree::Segment(_) => {}
            Tree::Leaf { axis, .. } => {
                if let Some(Measure::Part(part)) = self.grid.axis(*axis).map(|axis| &axis.measure) {
                    parts.insert(*part);
                }
            }
            Tree::Not(part) => self.parts_in(part, parts),
            Tree::And(all) | Tree::Or(all) => all.iter().for_each(|part| self.parts_in(part, parts)),
            Tree::If(all) => all.iter().for_each(|part| self.parts_in(part, parts)),
        }
    }
}

fn mark(tree: &Tree, needed: &mut [bool]) {
    match tree {
        Tree::Constant(_) | Tree::Leaf { .. } => {}
        Tree::Not(part) => mark(part, needed),
        Tree::And(parts) | Tree::Or(parts) => parts.iter().for_each(|part| mark(part, needed)),
        Tree::If(parts) => parts.iter().for_each(|part| mark(part, needed)),
        Tree::Segment(id) => {
            if let Some(flag) = needed.get_mut(id.0 as usize) {
                *flag = true;
            }
        }
    }
}

/// Every condition that a policy decides by.
fn conditions_of(checked: &Checked) -> impl Iterator<Item = &Condition> {
    let segments = checked.segments.iter().map(|segment| &segment.when);
    let rules = checked.rules.iter().map(|rule| &rule.when);
    let experiments = checked.experiments.iter().filter_map(|experiment| experiment.when.as_ref());
    segments.chain(rules).chain(experiments)
}

/// Cuts the axes where choosing does.
fn decided_by(checked: &Checked, literals: &mut Literals) {
    let find = |name: &str| checked.attributes.find(name);
    let channels: Vec<&str> = checked.channels.iter().map(|channel| channel.channel.as_str()).collect();
    let named = [
        ("profile.preferred_channel", channels.as_slice()),
        ("visit.channel", &channels),
        ("journey.channel", &channels),
        ("profile.preferred_layout", LayoutComplexity::NAMES),
        ("profile.preferred_assistance", AssistanceLevel::NAMES),
    ];
    let of_reach = channels.iter().map(|channel| (format!("profile.reach.{channel}"), Reach::NAMES));
    for (name, texts) in named.iter().map(|&(name, texts)| (name.to_owned(), texts)).chain(of_reach) {
        if let Some(id) = find(&name) {
            literals.of(Measure::Value(id)).texts.extend(texts.iter().map(|&text| text.into()));
        }
    }
    for id in PREFERENCES.iter().filter_map(|name| find(name)) {
        literals.of(Measure::Declared(id)).bounds.push(1);
    }
    let mut value = |name: &str, bounds: std::ops::RangeInclusive<Key>| {
        if let Some(id) = find(name) {
            literals.of(Measure::Value(id)).bounds.extend(bounds);
        }
    };
    value("profile.open_cases", 1..=1);
    HINTS.iter().for_each(|(name, _)| value(name, 1..=1));
    for channel in &checked.channels {
        value(&format!("profile.habit.{}", channel.channel), 1..=4);
        if let Some(most) = channel.contacts_at_most.filter(|&most| most > 0) {
            value(&format!("profile.contacts_30d.{}", channel.channel), most.into()..=most.into());
        }
    }
    let mut beside = |beside: Beside, bounds: &mut dyn Iterator<Item = Key>| {
        // Below the least key there is nothing to part.
        literals.of(Measure::Beside(beside)).bounds.extend(bounds.filter(|&bound| bound > 0));
    };
    let open = checked.channels.iter().flat_map(|channel| channel.open.iter().flatten());
    beside(Beside::HouseMinute, &mut open.flat_map(|span| [span.start, span.end]).map(Key::from));
    let quiet = checked.channels.iter().filter_map(|channel| channel.quiet);
    beside(Beside::VisitorMinute, &mut quiet.flat_map(|quiet| [quiet.start, quiet.end]).map(Key::from));
    beside(Beside::PriorLayout, &mut (1..=LayoutComplexity::ALL.len() as Key));
    beside(Beside::PriorAssistance, &mut (1..=AssistanceLevel::ALL.len() as Key));
    for (number, experiment) in checked.experiments.iter().enumerate() {
        beside(Beside::Arm(number as u8), &mut (1..=experiment.arms.len() as Key));
    }
    let needs: Vec<Box<str>> = AccessNeed::NAMES.iter().map(|&name| name.into()).collect();
    for (set, members) in [
        ("profile.needs", &needs),
        ("profile.required_needs", &needs),
        ("profile.consents", &checked.purposes),
    ] {
        let Some(set) = find(set) else { continue };
        literals.members.extend(members.iter().zip(0..).map(|(name, place)| (set, place, name.clone())));
    }
}

/// Finds axes by what they measure.
struct Finder<'a, 'p> {
    checked: &'a Checked,
    builder: &'a Builder<'p>,
}

impl Finder<'_, '_> {
    fn axis(&self, measure: Measure) -> Option<AxisId> {
        self.builder.axis_of(&measure)
    }
    fn value(&self, name: &str) -> Option<AxisId> {
        self.axis(Measure::Value(self.checked.attributes.find(name)?))
    }
    fn beside(&self, beside: Beside) -> Option<AxisId> {
        self.axis(Measure::Beside(beside))
    }
    /// The cells of an axis of numbers, known to be there, of which every key is `least` or more.
    fn from(&self, name: &str, least: Key) -> Option<Member> {
        let axis = self.value(name)?;
        let Cut::Steps(steps) = &self.builder.grid().axis(axis)?.cut else { return None };
        let there = CellSet::of(steps.cells(), |cell| cell > UNKNOWN && steps.keys(cell).0 >= least);
        Some(Member { axis, there })
    }
    fn choice(&self, name: &str, names: &[&str]) -> Option<Choice> {
        let axis = self.value(name)?;
        let Cut::Names(cut) = &self.builder.grid().axis(axis)?.cut else { return None };
        Some(Choice { axis, cells: names.iter().map(|name| cut.one(name)).collect() })
    }
    fn preference(&self, name: &str, names: &[&str]) -> Option<Preference> {
        let declared = self.axis(Measure::Declared(self.checked.attributes.find(name)?))?;
        Some(Preference { value: self.choice(name, names)?, declared })
    }
    fn members(&self, name: &str, count: usize) -> Option<Vec<Member>> {
        let set = self.checked.attributes.find(name)?;
        let one = |place| self.builder.member(set, place).map(|(axis, there)| Member { axis, there });
        (0..count as u16).map(one).collect()
    }
    /// The cells of a clock in which `is_so` at their first minute.
    fn minutes(&self, axis: AxisId, is_so: impl Fn(u16) -> bool) -> Option<CellSet> {
        let Cut::Steps(steps) = &self.builder.grid().axis(axis)?.cut else { return None };
        let first = |cell: Cell| u16::try_from(steps.keys(cell).0.max(0)).unwrap_or(u16::MAX);
        Some(CellSet::of(steps.cells(), |cell| cell > UNKNOWN && is_so(first(cell))))
    }

    fn inputs(&self) -> Option<Inputs> {
        let checked = self.checked;
        let channels: Vec<&str> = checked.channels.iter().map(|channel| channel.channel.as_str()).collect();
        let required = self.members("profile.required_needs", AccessNeed::ALL.len())?;
        let consents = self.members("profile.consents", checked.purposes.len())?;
        let (house, clock) = (self.beside(Beside::HouseMinute)?, self.beside(Beside::VisitorMinute)?);
        let of_channel = |channel: &PolicyChannel| {
            let name = channel.channel;
            let reach = self.choice(&format!("profile.reach.{name}"), Reach::NAMES)?;
            let of_reach = |is_so: &dyn Fn(Reach) -> bool| {
                let found = Reach::ALL.iter().zip(&reach.cells).filter(|(reach, _)| is_so(**reach));
                let there = found.fold(CellSet::empty(), |all, (_, cells)| all.union(cells));
                Member { axis: reach.axis, there }
            };
            let mut limits = vec![of_reach(&|reach| reach != Reach::Blocked && reach < channel.reach)];
            for (place, member) in consents.iter().enumerate() {
                if channel.consent >> place & 1 == 1 {
                    let there = member.there.complement(self.builder.grid().cells(member.axis));
                    limits.push(Member { axis: member.axis, there });
                }
            }
            if let Some(quiet) = channel.quiet {
                limits.push(Member { axis: clock, there: self.minutes(clock, |minute| quiet.has(minute))? });
            }
            match channel.contacts_at_most {
                None => {}
                // Reached by everybody.
                Some(0) => {
                    let there = CellSet::range(UNKNOWN, self.builder.grid().cells(house));
                    limits.push(Member { axis: house, there });
                }
                Some(most) => {
                    limits.push(self.from(&format!("profile.contacts_30d.{name}"), most.into())?);
                }
            }
            limits.retain(|limit| !limit.there.is_empty());
            Some(OfChannel {
                conflicts: channel
                    .conflicts
                    .iter()
                    .filter_map(|need| required.get(need as usize).cloned())
                    .collect(),
                closed: self.minutes(house, |minute| !channel.is_open(minute))?,
                blocked: of_reach(&|reach| reach == Reach::Blocked),
                limits,
                habit: self.value(&format!("profile.habit.{name}"))?,
            })
        };
        let hint = |&(name, need): &(&str, AccessNeed)| Some((self.from(name, 1)?, need));
        Some(Inputs {
            needs: self.members("profile.needs", AccessNeed::ALL.len())?,
            channel: self.preference("profile.preferred_channel", &channels)?,
            layout: self.preference("profile.preferred_layout", LayoutComplexity::NAMES)?,
            assistance: self.preference("profile.preferred_assistance", AssistanceLevel::NAMES)?,
            open_cases: self.from("profile.open_cases", 1)?,
            in_use: self.choice("visit.channel", &channels)?,
            journey_channel: self.choice("journey.channel", &channels)?,
            hints: HINTS.iter().map(hint).collect::<Option<_>>()?,
            channels: checked.channels.iter().map(of_channel).collect::<Option<_>>()?,
            house,
            prior_layout: self.beside(Beside::PriorLayout)?,
            prior_assistance: self.beside(Beside::PriorAssistance)?,
            arms: (0..checked.experiments.len())
                .map(|number| self.beside(Beside::Arm(number as u8)))
                .collect::<Option<_>>()?,
            required,
        })
    }
}

/// Whether the source of an attribute's value can be the person, and whether it can be anyone else.
pub(super) fn sources(attribute: &Attribute) -> (bool, bool) {
    let Origin::BuiltIn { row, .. } = attribute.origin else { return (true, true) };
    match row.read {
        Read::Profile(_) | Read::Visit(_) | Read::By(_, Comes::WithPreference | Comes::WithMood) => {
            (true, true)
        }
        Read::Needs { .. } | Read::By(_, Comes::Declared) => (true, false),
        Read::ProfileCount(_)
        | Read::VisitCount(_)
        | Read::Clock(_)
        | Read::By(_, Comes::AtVisit | Comes::OnChannel) => (false, true),
    }
}

/// Whether D1 hides every value of an attribute, whoever says so.
fn is_always_hidden(checked: &Checked, id: AttributeId) -> bool {
    let limit = checked.limits.get(usize::from(id.0)).copied().flatten();
    let (by_person, _) = sources(checked.attributes.get(id));
    limit.is_some_and(|limit| limit.min_source > Source::Observed && !by_person)
}

/// The greatest number that an attribute can be, where its type allows more.
fn most(attribute: &Attribute) -> Key {
    match &attribute.kind {
        // The latest contacts are kept.
        _ if attribute.name.starts_with("profile.contacts_30d.") => Key::from(Limits::CONTACTS),
        AttributeType::Set(domain) => domain.len() as Key,
        _ => Key::MAX,
    }
}

/// The cells of an axis that some visitor is in, as far as the axis alone says so.
fn possible(checked: &Checked, axis: &crate::cells::Axis) -> CellSet {
    let attribute = axis.measure.attribute();
    let attribute = attribute.map(|id| (id, checked.attributes.get(id)));
    let hidden = attribute.is_some_and(|(id, _)| is_always_hidden(checked, id));
    let can_be_unknown = match axis.measure {
        Measure::Declared(_) | Measure::Beside(_) => false,
        Measure::Bucket(_) | Measure::Part(_) => true,
        _ => attribute.is_some_and(|(_, attribute)| attribute.can_be_unknown()),
    };
    let is_possible = |cell: Cell| {
        if cell == UNKNOWN {
            return can_be_unknown;
        }
        match &axis.cut {
            Cut::Steps(steps) => {
                let (least, greatest) = steps.keys(cell);
                let range = axis.measure.range(&checked.attributes);
                let mut last = *range.end();
                if let Some((_, attribute)) = attribute {
                    last = last.min(most(attribute));
                }
                if let (Measure::Declared(_), Some((_, attribute))) = (&axis.measure, attribute) {
                    let (by_person, by_others) = sources(attribute);
                    let away = by_others || hidden || attribute.can_be_unknown();
                    return if greatest >= 1 { by_person && !hidden } else { away };
                }
                if let Measure::Beside(beside) = axis.measure {
                    last = match beside {
                        Beside::HouseMinute => 10_079,
                        Beside::VisitorMinute => 1_439,
                        Beside::PriorLayout | Beside::PriorAssistance | Beside::Arm(_) => Key::MAX,
                    };
                }
                if hidden {
                    // What is hidden was never counted.
                    return !can_be_unknown && least <= 0 && greatest >= 0;
                }
                least <= last && greatest >= *range.start()
            }
            Cut::Names(names) => !hidden && (cell > UNKNOWN + 1 || names.has_others()),
            Cut::Bits(_) | Cut::Truth => true,
        }
    };
    CellSet::of(axis.cells, is_possible)
}
