//! What a condition reads, and in which direction (L8): whether it can only become truer by a member's being there or something's
//! being true, only by its not being so, or either. Found on the tree as written, so that every use has its span.

use std::ops::Range;

use super::syntax::{Kind, Operator, Relation, Syntax};
use super::{RustRuleId, Scope, SegmentId};
use crate::attribute::{AttributeId, AttributeType};

/// Something that a condition reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Used {
    Attribute(AttributeId),
    Segment(SegmentId),
    RustRule(RustRuleId),
}

/// How what is read counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Direction {
    /// More members (or truth of what is true or false) can only make the condition true.
    Presence,
    /// More members (or truth of what is true or false) can only make it untrue.
    Absence,
    /// Either.
    Both,
}

impl Direction {
    /// The same behind a `!`.
    #[must_use]
    pub(crate) const fn turned(self) -> Self {
        match self {
            Self::Presence => Self::Absence,
            Self::Absence => Self::Presence,
            Self::Both => Self::Both,
        }
    }
}

/// One place where something is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) what: Used,
    pub(crate) direction: Direction,
    pub(crate) span: Range<usize>,
}

/// Every use, in the order of the text.
pub(super) fn uses(syntax: &Syntax, scope: &Scope<'_>) -> Vec<Use> {
    let mut finder = Finder { scope, variables: Vec::new(), uses: Vec::new() };
    finder.walk(syntax, Direction::Presence);
    finder.uses.sort_by_key(|one| (one.span.start, one.span.end));
    finder.uses
}

/// What is compared with `true` or `false`, and whether that asks for its truth.
fn compared_with_truth<'s>(
    relation: Relation,
    left: &'s Syntax,
    right: &'s Syntax,
) -> Option<(&'s Syntax, bool)> {
    let is_same = match relation {
        Relation::Equal => true,
        Relation::NotEqual => false,
        _ => return None,
    };
    match (&left.kind, &right.kind) {
        (_, Kind::Bool(truth)) => Some((left, *truth == is_same)),
        (Kind::Bool(truth), _) => Some((right, *truth == is_same)),
        _ => None,
    }
}

struct Finder<'s> {
    scope: &'s Scope<'s>,
    /// Of the quantifiers around: these names mean no attribute there.
    variables: Vec<String>,
    uses: Vec<Use>,
}

impl Finder<'_> {
    /// The name of an attribute or segment; `None` if it is a variable's, or no name at all.
    fn path(&self, syntax: &Syntax) -> Option<String> {
        let path = syntax.path()?;
        let first = path.split('.').next().unwrap_or_default();
        let hidden = !syntax.starts_at_root() && self.variables.iter().any(|name| name == first);
        (!hidden).then_some(path)
    }
    fn add(&mut self, what: Used, direction: Direction, at: &Syntax) {
        self.uses.push(Use { what, direction, span: at.span.clone() });
    }

    /// What is found in it is told as all of it: `size(colors) < 2`, not `colors`.
    fn whole(&mut self, syntax: &Syntax, find: impl FnOnce(&mut Self)) {
        let before = self.uses.len();
        find(self);
        self.uses.iter_mut().skip(before).for_each(|one| one.span = syntax.span.clone());
    }

    fn walk(&mut self, syntax: &Syntax, direction: Direction) {
        match &syntax.kind {
            Kind::And(parts) | Kind::Or(parts) => parts.iter().for_each(|part| self.walk(part, direction)),
            Kind::Not(part) => self.walk(part, direction.turned()),
            Kind::If(parts) => {
                let [test, yes, no] = &**parts;
                self.walk(test, Direction::Both);
                self.walk(yes, direction);
                self.walk(no, direction);
            }
            Kind::Binary(Operator::In, sides) => {
                let [element, set] = &**sides;
                self.walk(element, Direction::Both);
                self.set(set, direction, syntax);
            }
            Kind::Binary(Operator::Compare(relation), sides) => {
                let [left, right] = &**sides;
                if let Some((part, is_so)) = compared_with_truth(*relation, left, right) {
                    return self.walk(part, if is_so { direction } else { direction.turned() });
                }
                self.whole(syntax, |me| {
                    match relation {
                        Relation::Greater | Relation::GreaterOrEqual => me.size(left, direction, syntax),
                        _ => me.walk(left, Direction::Both),
                    }
                    match relation {
                        Relation::Less | Relation::LessOrEqual => me.size(right, direction, syntax),
                        _ => me.walk(right, Direction::Both),
                    }
                });
            }
            Kind::Call(call) if matches!(&*call.name, "exists" | "all") && call.target.is_some() => {
                if let (Some(list), [variable, body]) = (&call.target, &*call.arguments) {
                    if &*call.name == "exists" {
                        self.set(list, direction, syntax);
                    } else {
                        self.walk(list, Direction::Both);
                    }
                    let around = self.variables.len();
                    self.variables.extend(variable.path());
                    self.walk(body, direction);
                    self.variables.truncate(around);
                }
            }
            Kind::Call(call) if &*call.name == "rule" && call.target.is_none() => {
                let name = call.arguments.first().and_then(Syntax::text);
                if let Some(id) = name.and_then(|name| (self.scope.rules)(name)) {
                    self.add(Used::RustRule(id), direction, syntax);
                }
            }
            // It is known wherever it is true.
            Kind::Call(call) if matches!(&*call.name, "known" | "has") && call.target.is_none() => {
                self.whole(syntax, |me| call.arguments.iter().for_each(|part| me.walk(part, direction)));
            }
            Kind::Call(call) => {
                let parts = call.target.iter().chain(&call.arguments);
                self.whole(syntax, |me| parts.for_each(|part| me.walk(part, Direction::Both)));
            }
            Kind::Name { .. } | Kind::Select(..) => self.name(syntax, direction),
            Kind::Negate(part) => self.walk(part, Direction::Both),
            Kind::Binary(Operator::Arithmetic(_), sides) => {
                sides.iter().for_each(|side| self.walk(side, Direction::Both));
            }
            Kind::Index(sides) => sides.iter().for_each(|side| self.walk(side, Direction::Both)),
            Kind::List(elements) => elements.iter().for_each(|element| self.walk(element, Direction::Both)),
            Kind::Bad
            | Kind::Pieces(_)
            | Kind::Null
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::Float(_)
            | Kind::Text(_) => {}
        }
    }

    /// A name, as a condition of its own.
    fn name(&mut self, syntax: &Syntax, direction: Direction) {
        let Some(path) = self.path(syntax) else { return };
        if let Some(id) = path.strip_prefix("segment.").and_then(|name| (self.scope.segments)(name)) {
            self.add(Used::Segment(id), direction, syntax);
        } else if let Some(id) = self.scope.attributes.find(&path) {
            let is_bool = matches!(self.scope.attributes.get(id).kind, AttributeType::Bool);
            self.add(Used::Attribute(id), if is_bool { direction } else { Direction::Both }, syntax);
        }
    }

    /// What stands where `whole` asks presence of it, if it is a set.
    fn set(&mut self, syntax: &Syntax, direction: Direction, whole: &Syntax) {
        let id = self.path(syntax).and_then(|path| self.scope.attributes.find(&path));
        match id.filter(|&id| matches!(self.scope.attributes.get(id).kind, AttributeType::Set(_))) {
            Some(id) => self.add(Used::Attribute(id), direction, whole),
            None => self.walk(syntax, Direction::Both),
        }
    }

    /// The greater side of a comparison: `size(set)` speaks of presence.
    fn size(&mut self, syntax: &Syntax, direction: Direction, whole: &Syntax) {
        if let Kind::Call(call) = &syntax.kind
            && &*call.name == "size"
            && let Some(of) = call.target.as_ref().or(call.arguments.first())
        {
            return self.set(of, direction, whole);
        }
        self.walk(syntax, Direction::Both);
    }
}
