//! Conditions as terms. A condition in three values is asked four ways (is it true, is it false, is it not true, is it not
//! false), and each answer is an *or* of *ands* of sets of cells: negation is gone. What cannot be cut becomes a part that
//! is evaluated as it is written; so does what would blow up.

use std::collections::BTreeSet;
use std::sync::Arc;

use ahash::AHashMap;
use smallvec::SmallVec;

use super::cut::{Limits, Names, Scale, Steps};
use super::set::{Cell, CellSet, UNKNOWN};
use super::{Asked, Axis, AxisId, Cut, Grid, Measure, Part, WhyDerived, now};
use crate::attribute::{AttributeId, AttributeType};
use crate::condition::{Condition, Node, NodeKind, Operand, Relation, SegmentId, Used};
use crate::key::Key;
use crate::policy::Checked;

/// Sets of cells that must all be met; an axis that is not here may be anywhere.
// INVARIANT: by axis, each once, no set empty; upheld by `meet` and `join`, the only ways to make one of two.
pub(crate) type Term = SmallVec<[(AxisId, CellSet); 4]>;

/// Terms of which one must be met: none is false, an empty one is true.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Formula {
    pub(crate) terms: Vec<Term>,
}

/// The most terms of a product; beyond, a factor is worked out by itself.
const MOST_OF_PRODUCT: usize = 128;
/// The most terms and sets of one condition.
const MOST_TERMS: usize = 512;
const MOST_SETS: usize = 2_048;
/// Up to so many terms, those that differ in one set are joined.
const JOINED: usize = 24;

impl Formula {
    fn never() -> Self {
        Self::default()
    }
    pub(crate) fn always() -> Self {
        Self { terms: vec![Term::new()] }
    }
    fn one(axis: AxisId, set: CellSet, cells: Cell) -> Self {
        match () {
            () if set.is_empty() => Self::never(),
            () if set.is_all(cells) => Self::always(),
            () => Self { terms: vec![SmallVec::from_iter([(axis, set)])] },
        }
    }
    fn sets(&self) -> usize {
        self.terms.iter().map(|term| term.len() + 1).sum()
    }
    fn is_large(&self) -> bool {
        self.terms.len() > MOST_TERMS || self.sets() > MOST_SETS
    }
    fn and(&self, other: &Self) -> Self {
        let mut made = Self::never();
        for left in &self.terms {
            for right in &other.terms {
                if let Some(term) = meet(left, right) {
                    made.add(term);
                }
            }
        }
        made
    }
    /// Adds a term; where it differs from another in one set only, the two become one.
    fn add(&mut self, mut term: Term) {
        if term.is_empty() {
            *self = Self::always();
            return;
        }
        if self.terms.len() <= JOINED {
            // What was joined may join another.
            while let Some((place, joined)) =
                self.terms.iter().enumerate().find_map(|(n, t)| Some((n, join(t, &term)?)))
            {
                self.terms.remove(place);
                term = joined;
            }
        }
        self.terms.push(term);
    }
    fn or(mut self, other: Self) -> Self {
        if self.terms.first().is_some_and(SmallVec::is_empty) {
            return self;
        }
        other.terms.into_iter().for_each(|term| self.add(term));
        self
    }
}

/// Both terms at once; `None` if no visitor can meet them.
fn meet(left: &Term, right: &Term) -> Option<Term> {
    let mut made = Term::new();
    let (mut a, mut b) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x.0 == y.0 => {
                let both = x.1.intersection(&y.1);
                if both.is_empty() {
                    return None;
                }
                made.push((x.0, both));
                (a.next(), b.next());
                continue;
            }
            (Some(x), Some(y)) if x.0 < y.0 => a.next(),
            (Some(_), None) => a.next(),
            _ => b.next(),
        };
        let Some(next) = next else { return Some(made) };
        made.push(next.clone());
    }
}

/// The two as one term, if they differ in one set only. A union that is everything is left for the table to see.
fn join(left: &Term, right: &Term) -> Option<Term> {
    if left.len() != right.len() || left.iter().zip(right).any(|(a, b)| a.0 != b.0) {
        return None;
    }
    let mut differing = left.iter().zip(right).enumerate().filter(|(_, (a, b))| a.1 != b.1);
    let Some((place, (a, b))) = differing.next() else { return Some(left.clone()) };
    if differing.next().is_some() {
        return None;
    }
    let mut made = left.clone();
    made.get_mut(place)?.1 = a.1.union(&b.1);
    Some(made)
}

/// What is asked of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    True,
    False,
    NotTrue,
    NotFalse,
}

impl Want {
    const ALL: [Self; 4] = [Self::True, Self::False, Self::NotTrue, Self::NotFalse];
    /// The same behind a `!`.
    const fn turned(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::NotTrue => Self::NotFalse,
            Self::NotFalse => Self::NotTrue,
        }
    }
    /// Whether an *and* is wanted of all its parts, rather than of any.
    const fn all_of_and(self) -> bool {
        matches!(self, Self::True | Self::NotFalse)
    }
    /// Of an axis of `cells` cells that says yes in `holds`, the cells that are wanted.
    fn of(self, holds: &CellSet, cells: Cell) -> CellSet {
        match self {
            Self::True => holds.clone(),
            Self::NotTrue => holds.complement(cells),
            Self::False => holds.complement(cells).intersection(&CellSet::range(UNKNOWN + 1, cells)),
            Self::NotFalse => holds.union(&CellSet::range(UNKNOWN, UNKNOWN + 1)),
        }
    }
}

/// A comparison that can be cut.
enum Leaf<'n> {
    Compare {
        measure: Measure,
        scale: Option<Scale>,
        relation: Relation,
        operands: Operands<'n>,
    },
    Has {
        set: AttributeId,
        position: u16,
    },
    /// Never unknown.
    Known {
        measure: Measure,
    },
}

/// What an axis is compared with.
enum Operands<'n> {
    Written(&'n [Operand]),
    Length(Operand),
}

impl Operands<'_> {
    fn all(&self) -> &[Operand] {
        match self {
            Self::Written(operands) => operands,
            Self::Length(operand) => std::slice::from_ref(operand),
        }
    }
}

/// Makes a grid, and formulas over it.
pub(crate) struct Builder<'p> {
    checked: &'p Checked,
    now: Option<AttributeId>,
    grid: Grid,
    by_measure: AHashMap<Measure, AxisId>,
    /// By segment and [`Want`], for segments that others use.
    known: AHashMap<(SegmentId, u8), Arc<Formula>>,
    /// Segments that something needs that is worked out.
    needed: BTreeSet<SegmentId>,
    /// By what is written there: conditions that say the same share what is worked out.
    parts: AHashMap<String, u32>,
}

impl<'p> Builder<'p> {
    /// The grid of all conditions of a policy that decide or are asked for.
    pub(crate) fn new(checked: &'p Checked, conditions: &[&Condition]) -> Self {
        let mut builder = Self {
            checked,
            now: now(&checked.attributes),
            grid: Grid::default(),
            by_measure: AHashMap::new(),
            known: AHashMap::new(),
            needed: BTreeSet::new(),
            parts: AHashMap::new(),
        };
        let mut literals = Literals::default();
        for condition in conditions {
            builder.collect(condition.tree(), &mut literals);
        }
        builder.cut(literals);
        builder.segments();
        builder
    }

    /// The formulas of all segments that others use, in an order in which each finds those it uses.
    fn segments(&mut self) {
        let checked = self.checked;
        let mut used = vec![false; checked.segments.len()];
        let conditions = checked.segments.iter().map(|segment| &segment.when);
        let conditions = conditions.chain(checked.rules.iter().map(|rule| &rule.when));
        let conditions =
            conditions.chain(checked.experiments.iter().filter_map(|experiment| experiment.when.as_ref()));
        for one in conditions.flat_map(|condition| condition.uses()) {
            if let Used::Segment(id) = one.what
                && let Some(flag) = used.get_mut(id.0 as usize)
            {
                *flag = true;
            }
        }
        for &id in &checked.segment_order {
            if used.get(id.0 as usize) == Some(&true)
                && let Some(segment) = checked.segments.get(id.0 as usize)
            {
                for want in Want::ALL {
                    let formula = self.whole(&segment.when, behind(want, segment.include_unknown));
                    self.known.insert((id, want as u8), Arc::new(formula));
                }
            }
        }
    }

    /// The formula of a condition being true.
    pub(crate) fn formula(&mut self, condition: &Condition) -> Formula {
        self.whole(condition, Want::True)
    }

    /// The formula of a segment holding.
    pub(crate) fn segment(&mut self, id: SegmentId) -> Formula {
        match (self.known.get(&(id, Want::True as u8)), self.checked.segments.get(id.0 as usize)) {
            (Some(formula), _) => (**formula).clone(),
            (None, Some(segment)) => self.whole(&segment.when, behind(Want::True, segment.include_unknown)),
            (None, None) => Formula::never(),
        }
    }

    /// The grid, when all formulas are made.
    pub(crate) fn finish(mut self) -> Grid {
        // What uses a segment comes behind it, so that one pass from the end reaches everything.
        for id in self.checked.segment_order.iter().rev() {
            if self.needed.contains(id)
                && let Some(segment) = self.checked.segments.get(id.0 as usize)
            {
                self.need_segments(&segment.when);
            }
        }
        let order = self.checked.segment_order.iter();
        self.grid.segments = order.filter(|id| self.needed.contains(id)).copied().collect();
        self.grid.places = self.grid.segments.iter().copied().zip(0..).collect();
        self.grid.places.sort_unstable();
        self.grid
    }

    fn need_segments(&mut self, condition: &Condition) {
        self.needed.extend(condition.uses().iter().filter_map(|one| match one.what {
            Used::Segment(id) => Some(id),
            _ => None,
        }));
    }

    fn whole(&mut self, condition: &Condition, want: Want) -> Formula {
        let mut path = Vec::new();
        let made = self.node(condition.tree(), want, condition, &mut path);
        if made.is_large() { self.part(condition, &path, want, WhyDerived::TooManyTerms) } else { made }
    }

    fn node(&mut self, node: &Node, want: Want, home: &Condition, path: &mut Vec<u16>) -> Formula {
        let constant = |truth: Option<bool>| {
            let is_wanted = match want {
                Want::True => truth == Some(true),
                Want::False => truth == Some(false),
                Want::NotTrue => truth != Some(true),
                Want::NotFalse => truth != Some(false),
            };
            if is_wanted { Formula::always() } else { Formula::never() }
        };
        match node {
            Node::Constant(Operand::Bool(value)) => constant(Some(*value)),
            Node::Failure(_) => constant(None),
            Node::Not(part) => self.inside(0, part, want.turned(), home, path),
            Node::And(parts) => self.parts(parts, want, want.all_of_and(), home, path),
            Node::Or(parts) => self.parts(parts, want, !want.all_of_and(), home, path),
            Node::If(parts) => {
                let [test, yes, no] = &**parts;
                // The test is asked twice: choices within tests would double with every level.
                if test.has_choices() {
                    return self.part(home, path, want, WhyDerived::TooManyTerms);
                }
                let mut of = |n: u16, part: &Node, want: Want| self.inside(n, part, want, home, path);
                // Taken apart by what the test says; what is not so is both branches not so.
                let (if_true, if_false) = match want {
                    Want::True | Want::False => (Want::True, Want::False),
                    Want::NotTrue | Want::NotFalse => (Want::NotTrue, Want::NotFalse),
                };
                let (test_true, test_false) = (of(0, test, if_true), of(0, test, if_false));
                let (yes, no) = (of(1, yes, want), of(2, no, want));
                let count = |formula: &Formula| formula.terms.len();
                let product = match want {
                    Want::True | Want::False => count(&test_true) * count(&yes) + count(&test_false) * count(&no),
                    _ => (count(&test_true) + count(&yes)) * (count(&test_false) + count(&no)),
                };
                if product > MOST_OF_PRODUCT {
                    return self.part(home, path, want, WhyDerived::TooManyTerms);
                }
                match want {
                    Want::True | Want::False => test_true.and(&yes).or(test_false.and(&no)),
                    _ => test_true.or(yes).and(&test_false.or(no)),
                }
            }
            Node::Segment(id) => match self.known.get(&(*id, want as u8)) {
                Some(formula) => (**formula).clone(),
                None => Formula::never(),
            },
            _ => match self.leaf(node) {
                Some(leaf) => self.cells_of(&leaf, want),
                None => {
                    let rust = matches!(node, Node::RustRule(_));
                    let why = if rust { WhyDerived::RustRule } else { WhyDerived::Calculated };
                    self.part(home, path, want, why)
                }
            },
        }
    }

    fn inside(
        &mut self,
        place: u16,
        node: &Node,
        want: Want,
        home: &Condition,
        path: &mut Vec<u16>,
    ) -> Formula {
        path.push(place);
        let made = self.node(node, want, home, path);
        path.pop();
        made
    }

    /// All of the parts, or any.
    fn parts(
        &mut self,
        parts: &[Node],
        want: Want,
        all: bool,
        home: &Condition,
        path: &mut Vec<u16>,
    ) -> Formula {
        // A condition has at most 10,000 nodes.
        let mut made: Vec<Formula> = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            made.push(self.inside(place as u16, part, want, home, path));
        }
        if !all {
            return made.into_iter().fold(Formula::never(), Formula::or);
        }
        // A factor that is never met makes a product of none, but only after all others were multiplied.
        if made.iter().any(|factor| factor.terms.is_empty()) {
            return Formula::never();
        }
        let product =
            |made: &[Formula]| made.iter().fold(1_usize, |n, formula| n.saturating_mul(formula.terms.len()));
        while product(&made) > MOST_OF_PRODUCT {
            // The factor of most terms is worked out by itself; one that needs no segments rather than one that does.
            let uses = |part: &Node| part.uses_segments();
            let largest = made.iter().zip(parts).enumerate();
            let largest = largest.max_by_key(|(_, (formula, part))| {
                (formula.terms.len() > 1, !uses(part), formula.terms.len())
            });
            let Some((place, _)) = largest else { break };
            path.push(place as u16);
            let part = self.part(home, path, want, WhyDerived::TooManyTerms);
            path.pop();
            if let Some(slot) = made.get_mut(place) {
                *slot = part;
            }
        }
        let mut factors = made.into_iter();
        let first = factors.next().unwrap_or_else(Formula::always);
        factors.fold(first, |all, factor| all.and(&factor))
    }

    /// The part of `home` at `path`, worked out by itself.
    fn part(&mut self, home: &Condition, path: &[u16], want: Want, why: WhyDerived) -> Formula {
        let Some(written) = home.part(path) else { return Formula::never() };
        let key = format!("{written:?}");
        let number = match self.parts.get(&key) {
            Some(&number) => number,
            None => {
                let number = self.grid.parts.len() as u32;
                self.grid.parts.push(Part { condition: home.clone(), path: path.into(), why });
                self.parts.insert(key, number);
                if written.uses_segments() {
                    self.need_segments(home);
                }
                number
            }
        };
        let axis = self.axis(Measure::Part(number), || Cut::Truth);
        let cells = self.grid.cells(axis);
        let holds = CellSet::range(UNKNOWN + 2, UNKNOWN + 3);
        Formula::one(axis, want.of(&holds, cells), cells)
    }

    fn cells_of(&mut self, leaf: &Leaf<'_>, want: Want) -> Formula {
        let axis = match leaf {
            Leaf::Compare { measure, .. } | Leaf::Known { measure } => measure.clone(),
            Leaf::Has { set, position } => {
                let place = self
                    .grid
                    .asked(*set)
                    .and_then(|asked| asked.members.iter().position(|m| m.0 == *position));
                Measure::Members(*set, (place.unwrap_or(0) / Asked::GROUP) as u16)
            }
        };
        let Some(&id) = self.by_measure.get(&axis) else { return Formula::never() };
        let Some(axis) = self.grid.axis(id) else { return Formula::never() };
        let set = match leaf {
            Leaf::Known { .. } => {
                let known = CellSet::range(UNKNOWN + 1, axis.cells);
                // Never unknown: not to be known is to be false.
                match want {
                    Want::True | Want::NotFalse => known,
                    Want::False | Want::NotTrue => known.complement(axis.cells),
                }
            }
            Leaf::Has { set, position } => {
                let place = self
                    .grid
                    .asked(*set)
                    .and_then(|asked| asked.members.iter().position(|m| m.0 == *position));
                let bit = place.unwrap_or(0) % Asked::GROUP;
                let holds = CellSet::of(axis.cells, |cell| cell > UNKNOWN && (cell - 1) >> bit & 1 == 1);
                want.of(&holds, axis.cells)
            }
            Leaf::Compare { scale, relation, operands, .. } => {
                let one = |operand: &Operand| match (&axis.cut, scale, operand) {
                    (Cut::Steps(steps), Some(scale), operand) => Limits::of(*scale, operand)
                        .map_or(CellSet::empty(), |limits| steps.those(*relation, limits)),
                    (Cut::Names(names), None, Operand::Text(text)) => match relation {
                        Relation::NotEqual => Want::False.of(&names.one(text), axis.cells),
                        _ => names.one(text),
                    },
                    _ => CellSet::empty(),
                };
                let holds =
                    operands.all().iter().map(one).reduce(|all, one| all.union(&one)).unwrap_or_default();
                want.of(&holds, axis.cells)
            }
        };
        Formula::one(id, set, axis.cells)
    }

    fn axis(&mut self, measure: Measure, cut: impl FnOnce() -> Cut) -> AxisId {
        if let Some(&id) = self.by_measure.get(&measure) {
            return id;
        }
        let id = AxisId(self.grid.axes.len() as u32);
        let cut = cut();
        self.grid.axes.push(Axis { measure: measure.clone(), cells: cut.cells(), cut });
        self.by_measure.insert(measure, id);
        id
    }

    /// The comparison that `node` is, if it can be cut.
    fn leaf<'n>(&self, node: &'n Node) -> Option<Leaf<'n>> {
        let kind = |id: AttributeId| &self.checked.attributes.get(id).kind;
        let scale = |id: AttributeId| match kind(id) {
            AttributeType::Bool | AttributeType::Int { .. } => Some(Some(Scale::Whole)),
            AttributeType::Float => Some(Some(Scale::Float)),
            AttributeType::Timestamp => Some(Some(Scale::Time)),
            AttributeType::Text | AttributeType::Enum(_) => Some(None),
            AttributeType::Set(_) => None,
        };
        let (measure, scale, relation, operands) = match node {
            Node::Attribute(id) if *kind(*id) == AttributeType::Bool => {
                const YES: &[Operand] = &[Operand::Bool(true)];
                (Measure::Value(*id), Some(Scale::Whole), Relation::Equal, Operands::Written(YES))
            }
            Node::Is { attribute, relation, operand } => {
                let operands = Operands::Written(std::slice::from_ref(operand));
                (Measure::Value(*attribute), scale(*attribute)?, *relation, operands)
            }
            Node::IsOneOf { attribute, operands } => {
                (Measure::Value(*attribute), scale(*attribute)?, Relation::Equal, Operands::Written(operands))
            }
            Node::Age { later, earlier, relation, than } if Some(*later) == self.now => {
                let than = Operands::Length(Operand::Duration(*than));
                (Measure::Age(*earlier), Some(Scale::Time), *relation, than)
            }
            Node::Has { set, position, .. } => return Some(Leaf::Has { set: *set, position: *position }),
            Node::Known(id) => {
                let is_set = matches!(kind(*id), AttributeType::Set(_));
                let measure = if is_set { Measure::Size(*id) } else { Measure::Value(*id) };
                return Some(Leaf::Known { measure });
            }
            Node::Compare { kind: NodeKind::Scalar, relation, sides } => {
                let (measured, relation, operand) = match &**sides {
                    [measured, Node::Constant(operand)] => (measured, *relation, operand),
                    [Node::Constant(operand), measured] => (measured, relation.mirrored(), operand),
                    _ => return None,
                };
                let measure = match measured {
                    Node::Bucket(salt) => Measure::Bucket(salt.clone()),
                    Node::Size { kind: NodeKind::Set, of } => match &**of {
                        Node::Attribute(id) => Measure::Size(*id),
                        _ => return None,
                    },
                    _ => return None,
                };
                (measure, Some(Scale::Whole), relation, Operands::Written(std::slice::from_ref(operand)))
            }
            _ => return None,
        };
        let can_be_cut = |operand: &Operand| match scale {
            Some(scale) => Limits::of(scale, operand).is_some(),
            None => matches!(operand, Operand::Text(_)) && relation.is_equality(),
        };
        operands.all().iter().all(can_be_cut).then_some(Leaf::Compare { measure, scale, relation, operands })
    }

    /// Notes where `node` cuts which axis.
    fn collect(&self, node: &Node, literals: &mut Literals) {
        match node {
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| self.collect(part, literals)),
            Node::Not(part) => self.collect(part, literals),
            Node::If(parts) => parts.iter().for_each(|part| self.collect(part, literals)),
            _ => match self.leaf(node) {
                Some(Leaf::Compare { measure, scale, relation, operands }) => {
                    let entry = literals.of(measure);
                    for operand in operands.all() {
                        match (scale, operand) {
                            (Some(scale), operand) => {
                                let limits = Limits::of(scale, operand).into_iter();
                                entry.bounds.extend(limits.flat_map(|limits| limits.bounds(relation)));
                            }
                            (None, Operand::Text(text)) => entry.texts.push(text.clone()),
                            _ => {}
                        }
                    }
                }
                Some(Leaf::Known { measure }) => {
                    literals.of(measure);
                }
                Some(Leaf::Has { set, position }) => {
                    let Node::Has { member, .. } = node else { return };
                    literals.members.push((set, position, member.clone()));
                }
                None => {}
            },
        }
    }

    /// Cuts the axes where the literals are.
    fn cut(&mut self, mut literals: Literals) {
        for (measure, entry) in literals.measures {
            let checked = self.checked;
            let kind =
                if let Measure::Value(id) = measure { Some(&checked.attributes.get(id).kind) } else { None };
            self.axis(measure, || match kind {
                Some(AttributeType::Text) => Cut::Names(Names::new(entry.texts, None)),
                Some(AttributeType::Enum(domain)) => Cut::Names(Names::new(entry.texts, Some(domain))),
                _ => Cut::Steps(Steps::new(entry.bounds)),
            });
        }
        literals.members.sort_unstable();
        literals.members.dedup();
        for same_set in literals.members.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(set, ..)) = same_set.first() else { continue };
            let members: Vec<_> =
                same_set.iter().map(|(_, position, name)| (*position, name.clone())).collect();
            for (number, group) in members.chunks(Asked::GROUP).enumerate() {
                self.axis(Measure::Members(set, number as u16), || Cut::Bits(group.len() as u32));
            }
            self.grid.asked.push(Asked { set, members });
        }
    }
}

/// What is asked of the condition of a segment that counts unknown as true, if it does.
const fn behind(want: Want, include_unknown: bool) -> Want {
    match want {
        want if !include_unknown => want,
        Want::True | Want::NotFalse => Want::NotFalse,
        Want::False | Want::NotTrue => Want::False,
    }
}

/// Where axes are cut, in the order in which they are met.
#[derive(Default)]
struct Literals {
    measures: Vec<(Measure, Entry)>,
    places: AHashMap<Measure, usize>,
    members: Vec<(AttributeId, u16, Box<str>)>,
}

struct Entry {
    bounds: Vec<Key>,
    texts: Vec<Box<str>>,
}

impl Literals {
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a place is that of an entry, none of which is ever removed"
    )]
    fn of(&mut self, measure: Measure) -> &mut Entry {
        let place = *self.places.entry(measure.clone()).or_insert_with(|| {
            self.measures.push((measure, Entry { bounds: Vec::new(), texts: Vec::new() }));
            self.measures.len() - 1
        });
        &mut self.measures[place].1
    }
}
