//! The cells (section 2 of the design): a policy's conditions come in, a [`Grid`] of cut axes and, over it, conditions as
//! rows of bits go out. Two visitors in the same cells get the same answers. `set` and `cut` are about one axis, `tree` is a
//! condition over cells, `formula` makes terms of it, `table` makes rows of terms and finds what holds, `tiling` says which
//! conditions stand together; `turned` finds what holds for many visitors at once.
//! Made when a selector is compiled; the selector finds a visitor's cells and asks the tables.

mod alike;
mod builder;
mod cut;
mod formula;
mod kernel;
mod leaf;
mod listing;
mod set;
mod table;
mod texts;
mod tiling;
mod tree;
mod turned;
mod written;

use std::ops::RangeInclusive;

use crate::attribute::{AttributeId, AttributeType, Attributes};
use crate::condition::{Condition, SegmentId};
use crate::key::Key;

pub(crate) use alike::counterpart;
pub(crate) use builder::Builder;
pub(crate) use cut::{Cut, Names, Steps};
pub(crate) use formula::Formula;
pub(crate) use kernel::Line;
pub(crate) use leaf::Literals;
pub(crate) use listing::{Named as Listed, OTHERS};
pub(crate) use set::{Cell, CellSet, UNKNOWN};
pub use table::TableStats;
pub(crate) use table::{Begun, InCells, Joint, PENDING, Table};
use texts::Texts;
pub(crate) use tree::{Inside, Region, Split, Tree, Truths};
pub(crate) use turned::{BLOCK, Block, CellColumn, Turned};

/// The number of an axis in its grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AxisId(pub(crate) u32);

/// What an axis measures of a visitor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Measure {
    /// The value of an attribute that is no set.
    Value(AttributeId),
    /// How long before the visit a timestamp lies.
    Age(AttributeId),
    /// How many members a set has.
    Size(AttributeId),
    /// Some members of a set, each in or out: the n-th group of those that are asked for.
    Members(AttributeId, u16),
    /// Whether the person said so themselves.
    Declared(AttributeId),
    /// The bucket of the person under a salt.
    Bucket(Box<str>),
    /// A part of a condition that is worked out by itself, by its number in the grid.
    Part(u32),
    /// What no condition speaks of and decides all the same: only searches ask for it.
    Beside(Beside),
}

/// What decides beside what conditions can speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Beside {
    /// The minute of the week by the house's clock.
    HouseMinute,
    /// The minute of the day by the visitor's.
    VisitorMinute,
    /// The layout of the prior decision, from 1 on; 0: there is none.
    PriorLayout,
    /// The assistance of the prior decision, from 1 on; 0: there is none.
    PriorAssistance,
    /// The arm that the visitor's id draws in the experiment of that number, from 1 on; 0: none.
    Arm(u8),
}

impl Measure {
    /// The attribute that is measured; `None` for a bucket and what is worked out.
    pub(crate) fn attribute(&self) -> Option<AttributeId> {
        match self {
            Self::Value(id) | Self::Age(id) | Self::Size(id) | Self::Members(id, _) | Self::Declared(id) => {
                Some(*id)
            }
            Self::Bucket(_) | Self::Part(_) | Self::Beside(_) => None,
        }
    }
    /// The keys that there can be.
    pub(crate) fn range(&self, attributes: &Attributes) -> RangeInclusive<Key> {
        match self {
            Self::Value(id) => match attributes.get(*id).kind {
                AttributeType::Bool => 0..=1,
                AttributeType::Int { min, max } => min..=max,
                _ => Key::MIN..=Key::MAX,
            },
            Self::Size(_) => 0..=Key::MAX,
            Self::Bucket(_) => 0..=9_999,
            Self::Declared(_) => 0..=1,
            Self::Beside(_) => 0..=Key::MAX,
            Self::Age(_) | Self::Members(..) | Self::Part(_) => Key::MIN..=Key::MAX,
        }
    }
}

/// One attribute, or what is made of it, cut into cells.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub(crate) measure: Measure,
    pub(crate) cut: Cut,
    pub(crate) cells: Cell,
}

/// A part of a condition that is worked out by itself.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) condition: Condition,
    /// The way to it from the top of the condition.
    pub(crate) path: Box<[u16]>,
    /// Nothing, where it could be cut: other parts speak of it.
    pub(crate) why: Option<WhyDerived>,
    pub(crate) form: Form,
    /// How many [stages](Grid::stages) are worked out before it.
    pub(crate) after: u32,
}

impl Part {
    /// The axes that it is worked out by.
    pub(crate) fn axes(&self) -> impl Iterator<Item = AxisId> + use<> {
        let mut axes = Vec::new();
        match &self.form {
            Form::Written(segments) => axes.extend_from_slice(segments),
            Form::Text(_) => {}
            Form::Cells(tree) => tree.each_leaf(&mut |leaf| {
                if let Tree::Leaf { axis, .. } = leaf {
                    axes.push(*axis);
                }
            }),
        }
        axes.into_iter()
    }
    /// How many levels it has itself.
    fn height(&self) -> u32 {
        match &self.form {
            Form::Written(_) | Form::Text(_) => 1,
            Form::Cells(tree) => tree.height(),
        }
    }
}

/// How a part is worked out.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// As it is written: it cannot be cut. It speaks of segments that are on these axes.
    Written(Box<[AxisId]>),
    /// With all else that is asked of the same text, by the number in [`Grid::texts`].
    Text(u32),
    /// By the cells: it would blow up, or others speak of it.
    Cells(Tree),
}

/// Why something is worked out for each visitor rather than cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhyDerived {
    /// It is a calculation, a comparison of two attributes, a text method or the like.
    Calculated,
    /// A rule written in Rust.
    RustRule,
    /// Cut, it would have more terms than are allowed for one condition.
    TooManyTerms,
}

/// The members of a set that are asked for: positions in its domain, and names.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) set: AttributeId,
    /// By position.
    pub(crate) members: Vec<(u16, Box<str>)>,
}

impl Asked {
    /// How many members share an axis.
    pub(crate) const GROUP: usize = 4;
    pub(crate) fn group(&self, number: u16) -> &[(u16, Box<str>)] {
        self.members.chunks(Self::GROUP).nth(number.into()).unwrap_or_default()
    }
}

/// All axes of a policy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    pub(crate) axes: Vec<Axis>,
    /// What is worked out.
    // INVARIANT: each has an axis, in the same order; but for those of searches, these are behind all others.
    pub(crate) parts: Vec<Part>,
    /// By set.
    pub(crate) asked: Vec<Asked>,
    /// The segments that parts speak of, by number: each with its axis, and the cells in which it holds, after `on_unknown`.
    pub(crate) segments: Vec<(SegmentId, AxisId, CellSet)>,
    /// Parts that are worked out in this order, before what goes by them, because it would go too deep to do so where they are met.
    pub(crate) stages: Vec<AxisId>,
    /// What parts ask of texts, by attribute.
    pub(crate) texts: Vec<Texts>,
    /// The axes that parts are worked out by, parts themselves apart: looked at only then.
    pub(crate) waiting: Vec<AxisId>,
}

impl Grid {
    pub(crate) fn axis(&self, id: AxisId) -> Option<&Axis> {
        self.axes.get(id.0 as usize)
    }
    pub(crate) fn cells(&self, id: AxisId) -> Cell {
        self.axis(id).map_or(1, |axis| axis.cells)
    }
    /// The part on an axis.
    pub(crate) fn part(&self, id: AxisId) -> Option<&Part> {
        match self.axis(id)?.measure {
            Measure::Part(number) => self.parts.get(number as usize),
            _ => None,
        }
    }
    fn part_mut(&mut self, id: AxisId) -> Option<&mut Part> {
        match self.axes.get(id.0 as usize)?.measure {
            Measure::Part(number) => self.parts.get_mut(number as usize),
            _ => None,
        }
    }
    /// Bytes of the cuts, and of what is worked out by them.
    pub(crate) fn bytes(&self) -> usize {
        let cuts = self.axes.iter().map(|axis| size_of::<Axis>() + axis.cut.bytes()).sum::<usize>();
        let trees = self.parts.iter().map(|part| match &part.form {
            Form::Cells(tree) => tree.size() as usize * size_of::<Tree>(),
            Form::Written(_) | Form::Text(_) => 0,
        });
        cuts + trees.sum::<usize>() + self.texts.iter().map(Texts::bytes).sum::<usize>()
    }
    /// Whether some part is worked out by what is found out of others or of facts, and kept.
    pub(crate) fn keeps(&self) -> bool {
        self.parts.iter().any(|part| !matches!(&part.form, Form::Written(segments) if segments.is_empty()))
    }
    pub(crate) fn asked(&self, set: AttributeId) -> Option<&Asked> {
        let place = self.asked.binary_search_by_key(&set, |asked| asked.set).ok()?;
        self.asked.get(place)
    }
}

/// The attribute whose age conditions speak of as `visit.at - …`.
pub(crate) fn now(attributes: &Attributes) -> Option<AttributeId> {
    attributes.find("visit.at").filter(|&id| attributes.get(id).kind == AttributeType::Timestamp)
}
