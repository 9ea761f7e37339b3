//! From a policy's conditions to a grid and formulas over it. What cannot be cut becomes a part that is evaluated as it is
//! written; what would blow up, one that is worked out by the cells.

mod parts;
mod trees;

use std::sync::Arc;

use ahash::AHashMap;

use super::cut::{Limits, Names, Steps};
use super::formula::{Formula, Want};
use super::leaf::{Leaf, Literals};
use super::set::{CellSet, UNKNOWN};
use super::{Asked, Axis, AxisId, Cut, Form, Grid, Measure, Part, WhyDerived};
use crate::attribute::{AttributeId, AttributeType};
use crate::condition::{Condition, Node, Operand, Relation, SegmentId, Used};
use crate::policy::Checked;

/// The most terms of a product; beyond, a factor is worked out by itself.
const MOST_OF_PRODUCT: usize = 128;
/// The most factors of a product that are worked out by themselves; beyond, the whole is.
const MOST_APART: usize = 8;
/// The most terms of a segment that is taken in where it is used. Every use repeats them: a larger one is worked out once.
const MOST_TAKEN_IN: usize = 16;

/// Where a leaf is true.
struct Cells {
    axis: AxisId,
    holds: CellSet,
    never_unknown: bool,
}

/// Makes a grid, and formulas or trees over it.
pub(crate) struct Builder<'p> {
    checked: &'p Checked,
    now: Option<AttributeId>,
    grid: Grid,
    by_measure: AHashMap<Measure, AxisId>,
    /// By segment and [`Want`], for segments that others use.
    known: AHashMap<(SegmentId, u8), Arc<Formula>>,
    /// The segments that something speaks of that is worked out, each with the cells in which it holds.
    on_axes: AHashMap<SegmentId, (AxisId, CellSet)>,
    /// By what is written there: conditions that say the same share what is worked out.
    parts: AHashMap<String, u32>,
}

impl<'p> Builder<'p> {
    /// The grid of all conditions of a policy that decide or are asked for.
    pub(crate) fn new(checked: &'p Checked, conditions: &[&Condition]) -> Self {
        let mut builder = Self::for_trees(checked, conditions, |_| {});
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
                    let want_inside = behind(want, segment.include_unknown);
                    let mut formula = self.whole(&segment.when, want_inside);
                    if formula.terms.len() > MOST_TAKEN_IN {
                        formula = self.part(&segment.when, &[], want_inside, WhyDerived::TooManyTerms);
                    }
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
                    Want::True | Want::False => {
                        count(&test_true) * count(&yes) + count(&test_false) * count(&no)
                    }
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
            _ => match Leaf::of(self.checked, self.now, node) {
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
        let places = parts.iter().zip(0..);
        if !all {
            let mut made = Formula::never();
            for (part, place) in places {
                made = made.or(self.inside(place, part, want, home, path));
                if made.is_large() {
                    return self.part(home, path, want, WhyDerived::TooManyTerms);
                }
            }
            return made;
        }
        let (mut made, mut counts) = (Vec::with_capacity(parts.len()), Vec::with_capacity(parts.len()));
        for (part, place) in places {
            let factor = self.inside(place, part, want, home, path);
            counts.push(factor.terms.len());
            // What is too large whatever the others are is not kept until its turn comes.
            made.push(if factor.terms.len() > MOST_OF_PRODUCT { Formula::always() } else { factor });
        }
        // A factor that is never met makes a product of none, but only after all others were multiplied.
        if counts.contains(&0) {
            return Formula::never();
        }
        // The factors of most terms are worked out by themselves; those that need no segments before those that do.
        let mut largest: Vec<usize> = (0..parts.len()).collect();
        largest.sort_by_cached_key(|&place| {
            let terms = counts.get(place).copied().unwrap_or(0);
            let needs_segments = parts.get(place).is_some_and(Node::uses_segments);
            std::cmp::Reverse((terms > MOST_OF_PRODUCT, terms > 1, !needs_segments, terms))
        });
        let mut apart = 0;
        while counts.iter().fold(1, |product: usize, &count| product.saturating_mul(count)) > MOST_OF_PRODUCT
            && let Some(count) = largest.get(apart).and_then(|&place| counts.get_mut(place))
        {
            *count = 1;
            apart += 1;
        }
        if apart > MOST_APART {
            // For those who meet what has one term.
            let whole = self.part(home, path, want, WhyDerived::TooManyTerms);
            return made.iter().filter(|factor| factor.terms.len() == 1).fold(whole, |all, one| all.and(one));
        }
        for &place in largest.iter().take(apart) {
            if let Some(slot) = made.get_mut(place) {
                path.push(place as u16);
                *slot = self.part(home, path, want, WhyDerived::TooManyTerms);
                path.pop();
            }
        }
        let mut factors = made.into_iter();
        let first = factors.next().unwrap_or_else(Formula::always);
        factors.fold(first, |all, factor| all.and(&factor))
    }

    /// The part of `home` at `path`, worked out by itself.
    fn part(&mut self, home: &Condition, path: &[u16], want: Want, why: WhyDerived) -> Formula {
        let Some(axis) = self.part_axis(home, path, Some(why)) else { return Formula::never() };
        let cells = self.grid.cells(axis);
        let holds = CellSet::range(UNKNOWN + 2, UNKNOWN + 3);
        Formula::one(axis, want.of(&holds, cells), cells)
    }

    /// The axis of the part of `home` at `path`.
    fn part_axis(&mut self, home: &Condition, path: &[u16], why: Option<WhyDerived>) -> Option<AxisId> {
        let written = home.part(path)?;
        let key = format!("{written:?}");
        let number = match self.parts.get(&key) {
            Some(&number) => number,
            None => {
                let number = self.grid.parts.len() as u32;
                let form = Form::Written(Box::default());
                self.grid.parts.push(Part {
                    condition: home.clone(),
                    path: path.into(),
                    why,
                    form,
                    after: 0,
                });
                self.parts.insert(key, number);
                number
            }
        };
        Some(self.axis(Measure::Part(number), || Cut::Truth))
    }

    fn cells_of(&self, leaf: &Leaf<'_>, want: Want) -> Formula {
        let Some(Cells { axis, holds, never_unknown }) = self.cells(leaf) else { return Formula::never() };
        let cells = self.grid.cells(axis);
        let set = match want {
            // Not to be known is to be false.
            Want::False | Want::NotTrue if never_unknown => holds.complement(cells),
            Want::True | Want::NotFalse if never_unknown => holds,
            want => want.of(&holds, cells),
        };
        Formula::one(axis, set, cells)
    }

    /// The cells in which a leaf is true.
    fn cells(&self, leaf: &Leaf<'_>) -> Option<Cells> {
        let measure = match leaf {
            Leaf::Compare { measure, .. } | Leaf::Known { measure } => measure.clone(),
            Leaf::Has { set, position } => {
                Measure::Members(*set, (self.place(*set, *position) / Asked::GROUP) as u16)
            }
        };
        let &id = self.by_measure.get(&measure)?;
        let axis = self.grid.axis(id)?;
        let holds = match leaf {
            Leaf::Known { .. } => CellSet::range(UNKNOWN + 1, axis.cells),
            Leaf::Has { set, position } => {
                let bit = self.place(*set, *position) % Asked::GROUP;
                CellSet::of(axis.cells, |cell| cell > UNKNOWN && (cell - 1) >> bit & 1 == 1)
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
                operands.all().iter().map(one).reduce(|all, one| all.union(&one)).unwrap_or_default()
            }
        };
        Some(Cells { axis: id, holds, never_unknown: matches!(leaf, Leaf::Known { .. }) })
    }

    /// The place of a member among those that are asked for.
    fn place(&self, set: AttributeId, position: u16) -> usize {
        let asked = self.grid.asked(set);
        asked
            .and_then(|asked| asked.members.binary_search_by_key(&position, |member| member.0).ok())
            .unwrap_or(0)
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
