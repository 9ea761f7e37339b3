//! The tree that is evaluated: typed, with every name resolved and every constant part computed. Made by the checker,
//! read by the evaluation, by the cells and by the analysis.
//!
//! The common comparisons (`Is`, `Age`, `Has`, `IsOneOf`) have variants of their own, so that a walk meets them at once;
//! the general ones mean the same for any operands.
// INVARIANT: types agree as the checker found them; depth, steps and pieces lie within the limits.

use super::pattern::Pattern;
use super::syntax::{Arithmetic, Relation};
use super::{Failure, RustRuleId, SegmentId};
use crate::attribute::AttributeId;
use crate::time::{Duration, Offset, Timestamp};

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Bool(bool),
    Int(i64),
    /// May be NaN or infinite, if arithmetic made it.
    Float(f64),
    Text(Box<str>),
    Time(Timestamp),
    /// INVARIANT: within 64 bits of nanoseconds, as CEL has it.
    Duration(Duration),
}

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Constant(Operand),
    /// A constant part that failed: unknown.
    Failure(Failure),
    /// A bool, number, text or time; a set only where one may stand.
    Attribute(AttributeId),
    /// The variable of the quantifier that many levels outward, 0 being the nearest.
    Variable(u16),

    /// INVARIANT: two or more, none of them an `And` or a constant `true` or `false`.
    And(Box<[Node]>),
    Or(Box<[Node]>),
    Not(Box<Node>),
    /// Test, then, else; of any one type.
    If(Box<[Node; 3]>),
    Segment(SegmentId),
    RustRule(RustRuleId),
    Known(AttributeId),
    Declared(AttributeId),

    /// `attribute relation operand`; numbers may be of different types.
    Is {
        attribute: AttributeId,
        relation: Relation,
        operand: Operand,
    },
    /// `later - earlier relation than`.
    Age {
        later: AttributeId,
        earlier: AttributeId,
        relation: Relation,
        than: Duration,
    },
    /// `"member" in set`; the position of the member in the set's domain.
    Has {
        set: AttributeId,
        member: Box<str>,
        position: u16,
    },
    /// `attribute in [operands]`, all of them constants.
    IsOneOf {
        attribute: AttributeId,
        operands: Box<[Operand]>,
    },
    Compare {
        kind: Kind,
        relation: Relation,
        sides: Box<[Node; 2]>,
    },
    /// `element in list`.
    In {
        kind: Kind,
        sides: Box<[Node; 2]>,
    },
    /// `text in set`.
    InSet {
        member: Box<Node>,
        set: AttributeId,
    },
    /// `list.exists(x, body)`, or `all`; the list may be a set.
    Quantifier {
        all: bool,
        list: Box<Node>,
        body: Box<Node>,
    },
    /// `text.startsWith(other)` and its like.
    Test {
        test: TextTest,
        sides: Box<[Node; 2]>,
    },
    Matches {
        text: Box<Node>,
        pattern: Pattern,
    },

    Negate(Box<Node>),
    Arithmetic {
        operator: Arithmetic,
        sides: Box<[Node; 2]>,
    },
    /// The number of characters, elements or members.
    Size {
        kind: Kind,
        of: Box<Node>,
    },
    Bucket(Box<str>),
    /// A field of a time or length of time.
    Part {
        part: TimePart,
        offset: Offset,
        of: Box<Node>,
    },
    Convert {
        to: Convert,
        from: Kind,
        of: Box<Node>,
    },

    /// Texts joined. INVARIANT: two or more.
    Join(Box<[Node]>),
    List(Box<[Node]>),
    /// Lists joined. INVARIANT: two or more, not all of them `List`.
    Concatenate(Box<[Node]>),
    Element(Box<[Node; 2]>),
}

/// What decides how a value is walked: a text may be in pieces, a list is never built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A bool, number, time or length of time.
    Scalar,
    Text,
    Set,
    /// So many lists in each other, of texts or of scalars.
    List {
        levels: u8,
        texts: bool,
    },
}

impl Kind {
    /// What the elements of such a list are.
    pub(super) const fn element(self) -> Self {
        match self {
            Self::List { levels, texts } if levels > 1 => Self::List { levels: levels - 1, texts },
            Self::List { texts: true, .. } => Self::Text,
            _ => Self::Scalar,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimePart {
    FullYear,
    Month,
    Date,
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

/// The type a value is converted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Convert {
    Bool,
    Int,
    Float,
    Text,
    Time,
    Duration,
}

impl Node {
    pub(super) const fn of_bool(value: bool) -> Self {
        Self::Constant(Operand::Bool(value))
    }
    /// Whether it depends on nothing: a constant, a failure or a list of such.
    pub(super) fn is_constant(&self) -> bool {
        match self {
            Self::Constant(_) | Self::Failure(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_constant),
            _ => false,
        }
    }
    /// About how much it costs to evaluate, in steps of a comparison's tenth.
    pub(super) fn cost(&self) -> u32 {
        let own = match self {
            Self::Constant(_) | Self::Failure(_) => 0,
            Self::Segment(_) => 2,
            Self::Is { .. } | Self::Has { .. } | Self::Known(_) => 10,
            Self::IsOneOf { .. } | Self::Declared(_) | Self::Age { .. } => 15,
            Self::Matches { .. } => 200,
            Self::RustRule(_) => 400,
            _ => 10,
        };
        self.parts().iter().fold(own, |all, part| all.saturating_add(part.cost()))
    }
    /// The segments that it asks for, each as often as it does.
    pub(crate) fn segments(&self) -> Vec<SegmentId> {
        let (mut found, mut open) = (Vec::new(), vec![self]);
        while let Some(node) = open.pop() {
            match node {
                Self::Segment(id) => found.push(*id),
                Self::Quantifier { list, body, .. } => open.extend([&**list, &**body]),
                node => open.extend(node.parts()),
            }
        }
        found
    }
    /// Whether it asks for any.
    pub(crate) fn uses_segments(&self) -> bool {
        !self.segments().is_empty()
    }
    /// Whether some part of it, or it itself, is a choice by a test.
    pub(crate) fn has_choices(&self) -> bool {
        matches!(self, Self::If(_)) || self.parts().iter().any(Self::has_choices)
    }
    /// The parts, in order.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::And(parts)
            | Self::Or(parts)
            | Self::Join(parts)
            | Self::List(parts)
            | Self::Concatenate(parts) => parts,
            Self::Not(part) | Self::Negate(part) => std::slice::from_ref(part),
            Self::If(parts) => &parts[..],
            Self::Compare { sides, .. }
            | Self::In { sides, .. }
            | Self::Test { sides, .. }
            | Self::Arithmetic { sides, .. }
            | Self::Element(sides) => &sides[..],
            Self::InSet { member: part, .. }
            | Self::Matches { text: part, .. }
            | Self::Size { of: part, .. }
            | Self::Part { of: part, .. }
            | Self::Convert { of: part, .. } => std::slice::from_ref(part),
            _ => &[],
        }
    }
}
