//! Walking texts: to pieces, and what is asked of them.

use std::cmp::Ordering;

use super::super::Facts;
use super::super::pattern::Pattern;
use super::super::text::{FloatText, Made, Piece, Pieces};
use super::super::tree::{Convert, Kind, Node, Operand, TextTest};
use super::{Bound, Datum, Run, Variables, bound};
use crate::attribute::AttributeId;
use crate::value::Given;

impl<'r, F: Facts> Run<'r, F> {
    /// Adds the pieces of a text; `None` if it is unknown.
    pub(super) fn pieces(
        &self,
        node: &'r Node,
        variables: Variables<'_, 'r>,
        into: &mut Pieces<'r>,
    ) -> Option<()> {
        match node {
            Node::Join(parts) => parts.iter().try_for_each(|part| self.pieces(part, variables, into)),
            Node::If(parts) => self.pieces(self.branch(parts, variables)?, variables, into),
            Node::Variable(levels) => self.pieces_of(bound(variables, *levels)?, into),
            Node::Element(sides) => self.pieces_of(self.element(sides, variables)?, into),
            Node::Convert { to: Convert::Text, from: Kind::Text, of } => self.pieces(of, variables, into),
            Node::Convert { to: Convert::Text, of, .. } => {
                let piece = match self.datum(of, variables) {
                    Datum::Unknown => return None,
                    Datum::Bool(value) => Piece::Borrowed(if value { "true" } else { "false" }),
                    Datum::Int(value) => Piece::Made(Made::of(value)),
                    Datum::Float(value) => Piece::Made(Made::of(FloatText(value))),
                    Datum::Text(text) => Piece::Borrowed(text),
                    Datum::Time(value) => Piece::Made(Made::of(value)),
                    Datum::Duration(value) => Piece::Made(Made::of(value)),
                };
                into.push(piece)
            }
            _ => match self.datum(node, variables) {
                Datum::Text(text) => into.push(Piece::Borrowed(text)),
                _ => None,
            },
        }
    }

    pub(super) fn pieces_of(&self, bound: Bound<'_, 'r>, into: &mut Pieces<'r>) -> Option<()> {
        match bound {
            Bound::Member(member) => into.push(Piece::Borrowed(member)),
            Bound::Node(node, variables) => self.pieces(node, variables, into),
        }
    }

    /// The text in one piece, if that is plain without a walk; the inner `None`: it is unknown.
    fn plain(&self, node: &'r Node, variables: Variables<'_, 'r>) -> Option<Option<&'r str>> {
        match node {
            Node::Constant(Operand::Text(text)) => Some(Some(text)),
            Node::Attribute(id) => match self.facts.given(*id) {
                Given::Text(text) => Some(Some(text)),
                _ => Some(None),
            },
            Node::Variable(levels) => match bound(variables, *levels)? {
                Bound::Member(member) => Some(Some(member)),
                Bound::Node(Node::Constant(Operand::Text(text)), _) => Some(Some(text)),
                Bound::Node(..) => None,
            },
            _ => None,
        }
    }

    pub(super) fn order_of_texts(
        &self,
        left: &'r Node,
        right: &'r Node,
        variables: Variables<'_, 'r>,
    ) -> Option<Ordering> {
        if let (Some(left), Some(right)) = (self.plain(left, variables), self.plain(right, variables)) {
            return Some(left?.cmp(right?));
        }
        let (mut a, mut b) = (Pieces::new(), Pieces::new());
        self.pieces(left, variables, &mut a)?;
        self.pieces(right, variables, &mut b)?;
        Some(a.order(&b))
    }

    pub(super) fn test(
        &self,
        test: TextTest,
        sides: &'r [Node; 2],
        variables: Variables<'_, 'r>,
    ) -> Option<bool> {
        let [text, part] = sides;
        if let (Some(text), Some(part)) = (self.plain(text, variables), self.plain(part, variables)) {
            let (text, part) = (text?, part?);
            return Some(match test {
                TextTest::StartsWith => text.starts_with(part),
                TextTest::EndsWith => text.ends_with(part),
                TextTest::Contains => text.contains(part),
            });
        }
        let (mut a, mut b) = (Pieces::new(), Pieces::new());
        self.pieces(text, variables, &mut a)?;
        self.pieces(part, variables, &mut b)?;
        Some(match test {
            TextTest::StartsWith => a.starts_with(&b),
            TextTest::EndsWith => a.ends_with(&b),
            TextTest::Contains => a.contains(&b),
        })
    }

    pub(super) fn matches(
        &self,
        text: &'r Node,
        pattern: &Pattern,
        variables: Variables<'_, 'r>,
    ) -> Option<bool> {
        if let Some(text) = self.plain(text, variables) {
            return Some(pattern.matches(text?.bytes()));
        }
        let mut pieces = Pieces::new();
        self.pieces(text, variables, &mut pieces)?;
        Some(pattern.matches(pieces.bytes()))
    }

    pub(super) fn is_member(
        &self,
        member: &'r Node,
        set: AttributeId,
        variables: Variables<'_, 'r>,
    ) -> Option<bool> {
        let Given::Set(members) = self.facts.given(set) else { return None };
        if let Some(text) = self.plain(member, variables) {
            return Some(members.contains(text?));
        }
        let mut pieces = Pieces::new();
        self.pieces(member, variables, &mut pieces)?;
        Some(members.iter().any(|name| pieces.is(name)))
    }
}
