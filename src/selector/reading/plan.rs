//! How each axis is read: found out once, when the selector is compiled.

use super::super::lookup::{Access, Lookup, Quick};
use crate::attribute::read::Read;
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{Asked, AxisId, Cell, Cut, Grid, Joint, Measure, Names, Steps, Table, UNKNOWN};
use crate::channel::Channel;
use crate::named::{Kind, KnownName, Shape};
use crate::policy::FactLimit;

/// How the axes that a table reads are read: all of them, what the profile settles, and the visit's half.
#[derive(Debug, Clone, Default)]
pub(in crate::selector) struct Readings {
    pub(in crate::selector) all: ReadingPlan,
    pub(in crate::selector) of_profile: ReadingPlan,
    pub(in crate::selector) of_visit: ReadingPlan,
}

/// How some axes are read.
#[derive(Debug, Clone, Default)]
pub(in crate::selector) struct ReadingPlan {
    pub(super) profile: Side,
    pub(super) visit: Side,
    pub(super) needs: Vec<Reading<Needs, Cut>>,
    /// What is worked out by a row of the table of attributes, and cannot be of a wrong type.
    pub(super) computed: Vec<Reading<Computed, Cut>>,
    pub(super) limited: Vec<Limited>,
    /// Through the one door.
    pub(super) others: Vec<u32>,
    /// Those of them that are joined.
    pub(super) joints: Vec<Joint>,
}

/// The needs on record, all or the required ones: some of them in or out, or how many there are.
#[derive(Debug, Clone, Copy)]
pub(in crate::selector) struct Needs {
    pub(super) required: bool,
    /// The positions of up to four; behind the last, one that no need has. `None`: how many.
    pub(super) positions: Option<[u8; Asked::GROUP]>,
}

/// What D1 may hide. It is read like any other fact; this says what is read in its place where it is hidden.
#[derive(Debug, Clone)]
pub(in crate::selector) struct Limited {
    pub(super) axis: u32,
    pub(super) of_visit: bool,
    pub(super) kept: LimitedKept,
    pub(super) limit: FactLimit,
    pub(super) hidden: Cell,
}

#[derive(Debug, Clone)]
pub(in crate::selector) enum LimitedKept {
    Place(Place),
    Own(Own),
}

#[derive(Debug, Clone, Copy)]
pub(in crate::selector) struct Computed {
    pub(super) read: Read,
    pub(super) channel: Option<Channel>,
}

/// What a profile or a visit keeps and nothing limits: facts by place, which were held against their type when they were
/// kept, and facts of the host's own; numbers and texts apart.
#[derive(Debug, Clone, Default)]
pub(in crate::selector) struct Side {
    pub(super) flags: Vec<Reading<Place, Flag>>,
    pub(super) numbers: Vec<Reading<Place, Steps>>,
    pub(super) texts: Vec<Reading<Place, Names>>,
    pub(super) own_flags: Vec<Reading<Own, Flag>>,
    pub(super) own_numbers: Vec<Reading<Own, Steps>>,
    pub(super) own_texts: Vec<Reading<Own, Names>>,
    /// All of the host's own facts that the policy knows, limited or not; none where none is read.
    pub(super) shape: Shape,
}

#[derive(Debug, Clone)]
pub(in crate::selector) struct Reading<From, Cut> {
    pub(super) axis: u32,
    pub(super) from: From,
    pub(super) cut: Cut,
}

/// The cells of a bool.
#[derive(Debug, Clone, Copy)]
pub(in crate::selector) struct Flag {
    pub(super) no: Cell,
    pub(super) yes: Cell,
}

impl Flag {
    fn of(kind: &AttributeType, cut: &Steps) -> Option<Self> {
        matches!(kind, AttributeType::Bool).then(|| Self { no: cut.cell(0), yes: cut.cell(1) })
    }
}

#[derive(Debug, Clone, Copy)]
pub(in crate::selector) struct Place {
    pub(super) place: usize,
    /// What is not recorded is 0.
    pub(super) counts: bool,
}

#[derive(Debug, Clone)]
pub(in crate::selector) struct Own {
    /// The kind that its type asks for; another is looked at closely.
    pub(super) kind: Kind,
    pub(super) name: KnownName,
}

/// Whether the profile alone settles an axis, whatever the visit is, as long as D1 hides the same.
pub(in crate::selector) fn stays(grid: &Grid, lookups: &[Lookup], axis: AxisId) -> bool {
    let attribute = match grid.axis(axis).map(|axis| &axis.measure) {
        Some(Measure::Value(id) | Measure::Size(id) | Measure::Members(id, _)) => *id,
        // An age goes by the time of the visit, a bucket by its ids, a part by whatever it reads.
        // Whether something is declared goes by its source, which D1 and a change may touch.
        Some(
            Measure::Age(_)
            | Measure::Bucket(_)
            | Measure::Declared(_)
            | Measure::Part(_)
            | Measure::Beside(_),
        )
        | None => return false,
    };
    lookups.get(usize::from(attribute.0)).is_some_and(|lookup| lookup.stays)
}

impl Readings {
    pub(in crate::selector) fn of(grid: &Grid, table: &Table, lookups: &[Lookup]) -> Self {
        let axes = table.axes();
        let (kept, others): (Vec<AxisId>, Vec<AxisId>) =
            axes.iter().partition(|&&axis| stays(grid, lookups, axis));
        let joints = table.joints();
        let (joints_kept, joints_others): (Vec<&Joint>, Vec<&Joint>) =
            joints.iter().partition(|joint| joint.stays);
        let of = |axes: &[AxisId], joints: &[&Joint]| ReadingPlan {
            joints: joints.iter().map(|&joint| joint.clone()).collect(),
            ..ReadingPlan::of(grid, axes, lookups)
        };
        Self {
            all: of(axes, &joints.iter().collect::<Vec<_>>()),
            of_profile: of(&kept, &joints_kept),
            of_visit: of(&others, &joints_others),
        }
    }
}

impl ReadingPlan {
    fn of(grid: &Grid, axes: &[AxisId], lookups: &[Lookup]) -> Self {
        let mut made = Self::default();
        for &id in axes {
            let Some(axis) = grid.axis(id) else { continue };
            let lookup = |attribute: AttributeId| lookups.get(usize::from(attribute.0));
            let axis_id = id.0;
            let (attribute, positions) = match axis.measure {
                Measure::Value(attribute) => (attribute, None),
                Measure::Size(attribute) => (attribute, Some(None)),
                Measure::Members(attribute, group) => {
                    let asked = grid.asked(attribute).map(|asked| asked.group(group)).unwrap_or_default();
                    // No need has the last position of a byte; a need's own is less than 16.
                    let at = |n: usize| asked.get(n).map_or(63, |(position, _)| *position as u8);
                    (attribute, Some(Some(std::array::from_fn(at))))
                }
                // Worked out, and only if it matters.
                Measure::Part(_) => continue,
                Measure::Age(_) | Measure::Bucket(_) | Measure::Declared(_) | Measure::Beside(_) => {
                    made.others.push(axis_id);
                    continue;
                }
            };
            let Some(lookup) = lookup(attribute) else { continue };
            // What is limited is read like the rest, and then held against its limit.
            let quick = match lookup.access {
                Access::BuiltIn { read, .. } => Quick::of(read),
                Access::Profile(_) | Access::Visit(_) => None,
            };
            let mut limited = |of_visit: bool, kept: LimitedKept, hidden: Cell| {
                let of = |limit| Limited { axis: axis_id, of_visit, kept, limit, hidden };
                made.limited.extend(lookup.limit.map(of));
            };
            match (quick, &lookup.access, positions) {
                (Some(Quick::Needs { required }), _, Some(positions)) => {
                    let from = Needs { required, positions };
                    made.needs.push(Reading { axis: axis_id, from, cut: axis.cut.clone() });
                }
                (Some(Quick::Kept { of_visit, place, counts }), _, None) => {
                    let from = Place { place, counts };
                    let side = if of_visit { &mut made.visit } else { &mut made.profile };
                    match &axis.cut {
                        Cut::Steps(cut) => match Flag::of(&lookup.kind, cut) {
                            Some(cut) => side.flags.push(Reading { axis: axis_id, from, cut }),
                            None => side.numbers.push(Reading { axis: axis_id, from, cut: cut.clone() }),
                        },
                        Cut::Names(cut) => side.texts.push(Reading { axis: axis_id, from, cut: cut.clone() }),
                        Cut::Bits(_) | Cut::Truth => {
                            made.others.push(axis_id);
                            continue;
                        }
                    }
                    let hidden = if counts { axis.cut.cell(0, || None) } else { UNKNOWN };
                    limited(of_visit, LimitedKept::Place(from), hidden);
                }
                (None, access @ (Access::Profile(name) | Access::Visit(name)), None)
                    if let Some(kind) = kind_of(&lookup.kind) =>
                {
                    let of_visit = matches!(access, Access::Visit(_));
                    let side = if of_visit { &mut made.visit } else { &mut made.profile };
                    let from = Own { kind, name: name.clone() };
                    let limits = LimitedKept::Own(from.clone());
                    match &axis.cut {
                        Cut::Steps(cut) => match Flag::of(&lookup.kind, cut) {
                            Some(cut) => side.own_flags.push(Reading { axis: axis_id, from, cut }),
                            None => side.own_numbers.push(Reading { axis: axis_id, from, cut: cut.clone() }),
                        },
                        Cut::Names(cut) => {
                            side.own_texts.push(Reading { axis: axis_id, from, cut: cut.clone() })
                        }
                        Cut::Bits(_) | Cut::Truth => {
                            made.others.push(axis_id);
                            continue;
                        }
                    }
                    limited(of_visit, limits, UNKNOWN);
                }
                (None, Access::BuiltIn { read, channel }, None) if lookup.limit.is_none() => {
                    let from = Computed { read: *read, channel: *channel };
                    made.computed.push(Reading { axis: axis_id, from, cut: axis.cut.clone() });
                }
                _ => made.others.push(axis_id),
            }
        }
        // What is missing shifts what comes behind it.
        for side in [&mut made.profile, &mut made.visit] {
            side.own_flags.sort_by_key(|reading| reading.from.name.expected());
            side.own_numbers.sort_by_key(|reading| reading.from.name.expected());
            side.own_texts.sort_by_key(|reading| reading.from.name.expected());
        }
        for (side, of_visit) in [(&mut made.profile, false), (&mut made.visit, true)] {
            if side.reads_own() {
                side.shape = shape(lookups, of_visit);
            }
        }
        made
    }
    /// All axes.
    pub(super) fn axes(&self) -> impl Iterator<Item = u32> {
        fn axes<F, C>(readings: &[Reading<F, C>]) -> impl Iterator<Item = u32> {
            readings.iter().map(|reading| reading.axis)
        }
        let sides = [&self.profile, &self.visit].into_iter().flat_map(|side| {
            let kept = axes(&side.flags).chain(axes(&side.numbers)).chain(axes(&side.texts));
            kept.chain(axes(&side.own_flags)).chain(axes(&side.own_numbers)).chain(axes(&side.own_texts))
        });
        let needs = axes(&self.needs).chain(axes(&self.computed));
        sides.chain(needs).chain(self.others.iter().copied())
    }
}

impl Side {
    fn reads_own(&self) -> bool {
        !(self.own_flags.is_empty() && self.own_numbers.is_empty() && self.own_texts.is_empty())
    }
}

/// The host's own facts that a policy knows of a profile or a visit, as their types ask for them.
fn shape(lookups: &[Lookup], of_visit: bool) -> Shape {
    let name = |lookup: &'_ Lookup| match &lookup.access {
        Access::Profile(name) if !of_visit => Some((name.clone(), any_kind_of(&lookup.kind))),
        Access::Visit(name) if of_visit => Some((name.clone(), any_kind_of(&lookup.kind))),
        _ => None,
    };
    let mut names: Vec<(KnownName, Kind)> = lookups.iter().filter_map(name).collect();
    names.sort_unstable_by_key(|(name, _)| name.expected());
    Shape::of(names.iter().map(|(name, kind)| (name, *kind)))
}

/// The kind under which values of a type are kept.
pub(in crate::selector) fn any_kind_of(kind: &AttributeType) -> Kind {
    match kind {
        AttributeType::Int { .. } => Kind::Int,
        kind => kind_of(kind).unwrap_or(Kind::Other),
    }
}

/// The kind under which values of a type are kept, where the key of any such value says its cell.
pub(in crate::selector) fn kind_of(kind: &AttributeType) -> Option<Kind> {
    Some(match kind {
        AttributeType::Bool => Kind::Bool,
        AttributeType::Int { min: i64::MIN, max: i64::MAX } => Kind::Int,
        AttributeType::Float => Kind::Float,
        // A text that is none of an enum's names is in the cell of the unknown.
        AttributeType::Text | AttributeType::Enum(_) => Kind::Text,
        AttributeType::Timestamp => Kind::Time,
        // A value beyond the range is unknown.
        AttributeType::Int { .. } | AttributeType::Set(_) => return None,
    })
}
