//! The comparisons that can be cut, and where they cut: what the builder asks of the leaves of a condition.

use ahash::AHashMap;

use super::Measure;
use super::cut::{Limits, Scale};
use crate::attribute::{AttributeId, AttributeType};
use crate::condition::{Node, NodeKind, Operand, Relation};
use crate::key::Key;
use crate::policy::Checked;

/// A comparison that can be cut.
pub(super) enum Leaf<'n> {
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
pub(super) enum Operands<'n> {
    Written(&'n [Operand]),
    Length(Operand),
}

impl Operands<'_> {
    pub(super) fn all(&self) -> &[Operand] {
        match self {
            Self::Written(operands) => operands,
            Self::Length(operand) => std::slice::from_ref(operand),
        }
    }
}

impl<'n> Leaf<'n> {
    /// The comparison that `node` is, if it can be cut.
    pub(super) fn of(checked: &Checked, now: Option<AttributeId>, node: &'n Node) -> Option<Self> {
        let kind = |id: AttributeId| &checked.attributes.get(id).kind;
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
            Node::Age { later, earlier, relation, than } if Some(*later) == now => {
                let than = Operands::Length(Operand::Duration(*than));
                (Measure::Age(*earlier), Some(Scale::Time), *relation, than)
            }
            Node::Has { set, position, .. } => return Some(Leaf::Has { set: *set, position: *position }),
            Node::Declared(id) => {
                const YES: &[Operand] = &[Operand::Bool(true)];
                (Measure::Declared(*id), Some(Scale::Whole), Relation::Equal, Operands::Written(YES))
            }
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
}

/// Where axes are cut, in the order in which they are met.
#[derive(Default)]
pub(crate) struct Literals {
    pub(super) measures: Vec<(Measure, Entry)>,
    places: AHashMap<Measure, usize>,
    pub(crate) members: Vec<(AttributeId, u16, Box<str>)>,
}

/// Where one axis is cut: below these keys, or at these texts.
pub(crate) struct Entry {
    pub(crate) bounds: Vec<Key>,
    pub(crate) texts: Vec<Box<str>>,
}

impl Literals {
    /// Notes where `node` cuts which axis.
    pub(super) fn collect(&mut self, checked: &Checked, now: Option<AttributeId>, node: &Node) {
        match node {
            Node::And(parts) | Node::Or(parts) => {
                parts.iter().for_each(|part| self.collect(checked, now, part))
            }
            Node::Not(part) => self.collect(checked, now, part),
            Node::If(parts) => parts.iter().for_each(|part| self.collect(checked, now, part)),
            _ => match Leaf::of(checked, now, node) {
                Some(Leaf::Compare { measure, scale, relation, operands }) => {
                    let entry = self.of(measure);
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
                    self.of(measure);
                }
                Some(Leaf::Has { set, position }) => {
                    let Node::Has { member, .. } = node else { return };
                    self.members.push((set, position, member.clone()));
                }
                None => {}
            },
        }
    }
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a place is that of an entry, none of which is ever removed"
    )]
    pub(crate) fn of(&mut self, measure: Measure) -> &mut Entry {
        let place = *self.places.entry(measure.clone()).or_insert_with(|| {
            self.measures.push((measure, Entry { bounds: Vec::new(), texts: Vec::new() }));
            self.measures.len() - 1
        });
        &mut self.measures[place].1
    }
}
