//! The evaluation: a checked tree and some facts in, a [`Truth`] out. Total: no panic, no allocation, no error. A part that
//! is unknown or fails makes everything unknown that needs it (L1); only `&&`, `||`, `exists`, `all` and the branch of
//! `? :` that is not taken absorb it. The depth of the recursion was measured by the checker, variables included.

mod convert;
mod lists;
mod numbers;
mod texts;

pub(super) use self::convert::parse_duration;
pub(crate) use self::numbers::{between, int_with_float};

use super::syntax::Relation;
use super::tree::{Kind, Node, Operand};
use super::{Facts, Failure};
use crate::attribute::AttributeId;
use crate::time::{Duration, Timestamp};
use crate::truth::Truth;
use crate::value::Given;

pub(super) fn truth<F: Facts>(tree: &Node, facts: &F) -> Truth {
    Run { facts }.truth(tree, None)
}

/// The value of a constant expression; what reads facts is unknown.
pub(super) fn constant(tree: &Node) -> Node {
    let noted = NoFacts(std::cell::Cell::new(Failure::BadConversion));
    let run = Run { facts: &noted };
    let operand = match run.datum(tree, None) {
        Datum::Unknown => None,
        Datum::Bool(value) => Some(Operand::Bool(value)),
        Datum::Int(value) => Some(Operand::Int(value)),
        Datum::Float(value) => Some(Operand::Float(value)),
        Datum::Text(value) => Some(Operand::Text(value.into())),
        Datum::Time(value) => Some(Operand::Time(value)),
        Datum::Duration(value) => Some(Operand::Duration(value)),
    };
    operand.map_or(Node::Failure(noted.0.get()), Node::Constant)
}

/// The text of a constant text in pieces.
pub(super) fn constant_text(tree: &Node) -> Node {
    let noted = NoFacts(std::cell::Cell::new(Failure::BadConversion));
    let mut pieces = super::text::Pieces::new();
    match (Run { facts: &noted }).pieces(tree, None, &mut pieces) {
        Some(()) => {
            let bytes: Vec<u8> = pieces.bytes().collect();
            Node::Constant(Operand::Text(String::from_utf8_lossy(&bytes).into()))
        }
        None => Node::Failure(noted.0.get()),
    }
}

/// For constants: nothing is known, and the last failure is kept.
struct NoFacts(std::cell::Cell<Failure>);
impl Facts for NoFacts {
    fn given(&self, _: AttributeId) -> Given<'_> {
        Given::Unknown
    }
    fn is_declared(&self, _: AttributeId) -> bool {
        false
    }
    fn segment(&self, _: super::SegmentId) -> Truth {
        Truth::Unknown
    }
    fn rust_rule(&self, _: super::RustRuleId) -> Truth {
        Truth::Unknown
    }
    fn bucket(&self, _: &str) -> Option<u16> {
        None
    }
    fn failed(&self, what: Failure) {
        self.0.set(what);
    }
}

struct Run<'r, F> {
    facts: &'r F,
}

/// A value that is neither a list, a set nor a text in pieces.
#[derive(Debug, Clone, Copy)]
enum Datum<'r> {
    Unknown,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'r str),
    Time(Timestamp),
    Duration(Duration),
}

impl<'r> From<&'r Operand> for Datum<'r> {
    fn from(operand: &'r Operand) -> Self {
        match operand {
            Operand::Bool(value) => Self::Bool(*value),
            Operand::Int(value) => Self::Int(*value),
            Operand::Float(value) => Self::Float(*value),
            Operand::Text(value) => Self::Text(value),
            Operand::Time(value) => Self::Time(*value),
            Operand::Duration(value) => Self::Duration(*value),
        }
    }
}
impl<'r> From<Given<'r>> for Datum<'r> {
    fn from(given: Given<'r>) -> Self {
        match given {
            Given::Unknown | Given::Set(_) => Self::Unknown,
            Given::Bool(value) => Self::Bool(value),
            Given::Int(value) => Self::Int(value),
            Given::Float(value) => Self::Float(value),
            Given::Text(value) => Self::Text(value),
            Given::Time(value) => Self::Time(value),
        }
    }
}
impl From<Truth> for Datum<'_> {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::Bool(true),
            Truth::False => Self::Bool(false),
            Truth::Unknown => Self::Unknown,
        }
    }
}

/// What a variable stands for: an element of a list, where it is written, or a member of a set.
#[derive(Clone, Copy)]
enum Bound<'e, 'r> {
    Node(&'r Node, Variables<'e, 'r>),
    Member(&'r str),
}

/// The variables of the quantifiers around, innermost first.
type Variables<'e, 'r> = Option<&'e Frame<'e, 'r>>;
struct Frame<'e, 'r> {
    value: Bound<'e, 'r>,
    outer: Variables<'e, 'r>,
}

fn bound<'e, 'r>(mut variables: Variables<'e, 'r>, levels: u16) -> Option<Bound<'e, 'r>> {
    for _ in 0..levels {
        variables = variables?.outer;
    }
    Some(variables?.value)
}

impl<'r, F: Facts> Run<'r, F> {
    fn truth(&self, node: &'r Node, variables: Variables<'_, 'r>) -> Truth {
        match node {
            Node::Is { attribute, relation, operand } => self.is(*attribute, *relation, operand),
            Node::And(parts) => self.absorbing(|| {
                let mut whole = Truth::True;
                for part in parts {
                    whole = whole.and(self.truth(part, variables));
                    if whole == Truth::False {
                        break;
                    }
                }
                whole
            }),
            Node::Or(parts) => self.absorbing(|| {
                let mut whole = Truth::False;
                for part in parts {
                    whole = whole.or(self.truth(part, variables));
                    if whole == Truth::True {
                        break;
                    }
                }
                whole
            }),
            Node::Not(part) => !self.truth(part, variables),
            Node::Has { set, member, position } => match self.facts.given(*set) {
                Given::Set(members) => members.contains_at(*position, member).into(),
                _ => Truth::Unknown,
            },
            Node::Segment(id) => self.facts.segment(*id),
            // It may read what is unknown, and say all the same.
            Node::RustRule(id) => self.absorbing(|| self.facts.rust_rule(*id)),
            Node::Known(id) => self.absorbing(|| (self.facts.given(*id) != Given::Unknown).into()),
            Node::Declared(id) => self.facts.is_declared(*id).into(),
            Node::Age { later, earlier, relation, than } => {
                let (Given::Time(later), Given::Time(earlier)) =
                    (self.facts.given(*later), self.facts.given(*earlier))
                else {
                    return Truth::Unknown;
                };
                match numbers::between(later, earlier) {
                    Ok(age) => relation.holds(Some(age.cmp(than))).into(),
                    Err(failure) => self.fail(failure).into_truth(),
                }
            }
            Node::IsOneOf { attribute, operands } => {
                let value = Datum::from(self.facts.given(*attribute));
                if matches!(value, Datum::Unknown) {
                    return Truth::Unknown;
                }
                operands
                    .iter()
                    .any(|operand| compare(Relation::Equal, value, operand.into()) == Some(true))
                    .into()
            }
            Node::Compare { kind: Kind::Scalar | Kind::Set, relation, sides } => {
                let [left, right] = &**sides;
                compare(*relation, self.datum(left, variables), self.datum(right, variables)).into()
            }
            Node::Compare { kind: Kind::Text, relation, sides } => {
                let [left, right] = &**sides;
                self.order_of_texts(left, right, variables).map(|order| relation.holds(Some(order))).into()
            }
            Node::Compare { kind, relation, sides } => {
                let [left, right] = &**sides;
                let equal = self.lists_equal(*kind, left, right, variables);
                equal.map(|equal| equal == (*relation == Relation::Equal)).into()
            }
            Node::In { kind, sides } => {
                let [element, list] = &**sides;
                self.is_element(*kind, element, list, variables).into()
            }
            Node::InSet { member, set } => self.is_member(member, *set, variables).into(),
            Node::Quantifier { all, list, body } => {
                self.absorbing(|| self.quantifier(*all, list, body, variables))
            }
            Node::Test { test, sides } => self.test(*test, sides, variables).into(),
            Node::Matches { text, pattern } => self.matches(text, pattern, variables).into(),
            _ => self.datum(node, variables).into_truth(),
        }
    }

    /// The value of a part that is no list, no set and no joined text.
    fn datum(&self, node: &'r Node, variables: Variables<'_, 'r>) -> Datum<'r> {
        match node {
            Node::Constant(operand) => operand.into(),
            Node::Failure(failure) => self.fail(*failure),
            Node::Attribute(id) => self.facts.given(*id).into(),
            Node::Variable(levels) => match bound(variables, *levels) {
                Some(Bound::Member(member)) => Datum::Text(member),
                Some(Bound::Node(node, variables)) => self.datum(node, variables),
                None => Datum::Unknown,
            },
            Node::If(parts) => {
                self.branch(parts, variables).map_or(Datum::Unknown, |node| self.datum(node, variables))
            }
            Node::Element(sides) => match self.element(sides, variables) {
                Some(Bound::Member(member)) => Datum::Text(member),
                Some(Bound::Node(node, variables)) => self.datum(node, variables),
                None => Datum::Unknown,
            },
            Node::Negate(of) => self.settle(numbers::negate(self.datum(of, variables))),
            Node::Arithmetic { operator, sides } => {
                let [left, right] = &**sides;
                let (left, right) = (self.datum(left, variables), self.datum(right, variables));
                self.settle(numbers::arithmetic(*operator, left, right))
            }
            Node::Size { kind, of } => self.size(*kind, of, variables).map_or(Datum::Unknown, Datum::Int),
            Node::Bucket(salt) => self.facts.bucket(salt).map_or(Datum::Unknown, |n| Datum::Int(n.into())),
            Node::Part { part, offset, of } => numbers::part(*part, *offset, self.datum(of, variables)),
            Node::Convert { to, from, of } => self.convert(*to, *from, of, variables),
            // These are walked where they are used.
            Node::Join(_) | Node::List(_) | Node::Concatenate(_) => Datum::Unknown,
            _ => self.truth(node, variables).into(),
        }
    }

    /// The branch that is taken.
    fn branch(&self, parts: &'r [Node; 3], variables: Variables<'_, 'r>) -> Option<&'r Node> {
        let [test, yes, no] = parts;
        match self.truth(test, variables) {
            Truth::True => Some(yes),
            Truth::False => Some(no),
            Truth::Unknown => None,
        }
    }

    #[inline(always)]
    fn is(&self, attribute: AttributeId, relation: Relation, operand: &'r Operand) -> Truth {
        match (self.facts.given(attribute), operand) {
            (Given::Unknown, _) => Truth::Unknown,
            (Given::Int(value), Operand::Int(operand)) => relation.holds(Some(value.cmp(operand))).into(),
            (Given::Text(value), Operand::Text(operand)) => match relation {
                Relation::Equal => (value == &**operand).into(),
                Relation::NotEqual => (value != &**operand).into(),
                _ => relation.holds(Some(value.cmp(operand))).into(),
            },
            (Given::Bool(value), Operand::Bool(operand)) => relation.holds(Some(value.cmp(operand))).into(),
            (given, operand) => compare(relation, given.into(), operand.into()).into(),
        }
    }

    /// What may be decided although a part is unknown; such a part has then left nothing undecided.
    #[inline(always)]
    fn absorbing(&self, work: impl FnOnce() -> Truth) -> Truth {
        let noted = self.facts.noted();
        let truth = work();
        if truth != Truth::Unknown {
            self.facts.take_back(noted);
        }
        truth
    }
    fn fail(&self, failure: Failure) -> Datum<'r> {
        self.facts.failed(failure);
        Datum::Unknown
    }
    fn settle(&self, outcome: Result<Datum<'r>, Failure>) -> Datum<'r> {
        outcome.unwrap_or_else(|failure| self.fail(failure))
    }
}

impl Datum<'_> {
    const fn into_truth(self) -> Truth {
        match self {
            Self::Bool(true) => Truth::True,
            Self::Bool(false) => Truth::False,
            _ => Truth::Unknown,
        }
    }
}

/// Whether the relation holds; `None` if a side is unknown.
fn compare(relation: Relation, left: Datum<'_>, right: Datum<'_>) -> Option<bool> {
    let order = match (left, right) {
        (Datum::Int(a), Datum::Int(b)) => Some(a.cmp(&b)),
        (Datum::Float(a), Datum::Float(b)) => a.partial_cmp(&b),
        (Datum::Int(a), Datum::Float(b)) => numbers::int_with_float(a, b),
        (Datum::Float(a), Datum::Int(b)) => numbers::int_with_float(b, a).map(std::cmp::Ordering::reverse),
        (Datum::Bool(a), Datum::Bool(b)) => Some(a.cmp(&b)),
        (Datum::Text(a), Datum::Text(b)) => Some(a.cmp(b)),
        (Datum::Time(a), Datum::Time(b)) => Some(a.cmp(&b)),
        (Datum::Duration(a), Datum::Duration(b)) => Some(a.cmp(&b)),
        _ => return None,
    };
    Some(relation.holds(order))
}
