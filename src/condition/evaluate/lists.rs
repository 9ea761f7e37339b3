//! Walking lists and sets. A list is never built: its elements are evaluated where they are written, when they are asked
//! for. A list with one unknown element is unknown whole (L1), so that all are looked at first.

use super::super::syntax::Relation;
use super::super::text::Pieces;
use super::super::tree::{Convert, Kind, Node};
use super::super::{Facts, Failure};
use super::{Bound, Datum, Frame, Run, Variables, bound, compare};
use crate::truth::Truth;
use crate::value::Given;

impl<'r, F: Facts> Run<'r, F> {
    /// Whether a part of any type has a value.
    fn known(&self, node: &'r Node, variables: Variables<'_, 'r>) -> bool {
        match node {
            Node::Constant(_) => true,
            Node::List(parts) | Node::Concatenate(parts) | Node::Join(parts) => {
                parts.iter().all(|part| self.known(part, variables))
            }
            Node::Attribute(id) => self.facts.given(*id) != Given::Unknown,
            Node::If(parts) => self.branch(parts, variables).is_some_and(|node| self.known(node, variables)),
            Node::Variable(levels) => {
                bound(variables, *levels).is_some_and(|value| self.bound_is_known(value))
            }
            Node::Element(sides) => {
                self.element(sides, variables).is_some_and(|value| self.bound_is_known(value))
            }
            Node::Convert { to: Convert::Text, of, .. } => self.known(of, variables),
            _ => !matches!(self.datum(node, variables), Datum::Unknown),
        }
    }

    fn bound_is_known(&self, value: Bound<'_, 'r>) -> bool {
        match value {
            Bound::Member(_) => true,
            Bound::Node(node, variables) => self.known(node, variables),
        }
    }

    /// Gives each element to `visit` until that says no; `None` if the list itself is unknown.
    fn each<'e>(
        &self,
        list: &'r Node,
        variables: Variables<'e, 'r>,
        visit: &mut dyn FnMut(Bound<'e, 'r>) -> bool,
    ) -> Option<bool> {
        match list {
            Node::List(elements) => {
                Some(elements.iter().all(|element| visit(Bound::Node(element, variables))))
            }
            Node::Concatenate(lists) => {
                for list in lists {
                    if !self.each(list, variables, visit)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            Node::If(parts) => self.each(self.branch(parts, variables)?, variables, visit),
            Node::Variable(levels) => self.each_of(bound(variables, *levels)?, visit),
            Node::Element(sides) => self.each_of(self.element(sides, variables)?, visit),
            Node::Attribute(id) => match self.facts.given(*id) {
                Given::Set(members) => Some(members.iter().all(|member| visit(Bound::Member(member)))),
                _ => None,
            },
            _ => None,
        }
    }

    fn each_of<'e>(&self, list: Bound<'e, 'r>, visit: &mut dyn FnMut(Bound<'e, 'r>) -> bool) -> Option<bool> {
        match list {
            Bound::Member(_) => None,
            Bound::Node(list, variables) => self.each(list, variables, visit),
        }
    }

    fn length(&self, list: &'r Node, variables: Variables<'_, 'r>) -> Option<usize> {
        match list {
            Node::List(elements) => Some(elements.len()),
            Node::Attribute(id) => match self.facts.given(*id) {
                Given::Set(members) => Some(members.len()),
                _ => None,
            },
            _ => {
                let mut count = 0;
                self.each(list, variables, &mut |_| {
                    count += 1;
                    true
                })?;
                Some(count)
            }
        }
    }

    /// The element of that number, in the variables of the place where it is written. The list may hold unknowns.
    fn at<'e>(&self, list: &'r Node, variables: Variables<'e, 'r>, index: usize) -> Option<Bound<'e, 'r>> {
        match list {
            Node::List(elements) => elements.get(index).map(|element| Bound::Node(element, variables)),
            Node::Concatenate(lists) => {
                let mut index = index;
                for list in lists {
                    let length = self.length(list, variables)?;
                    match index.checked_sub(length) {
                        Some(rest) => index = rest,
                        None => return self.at(list, variables, index),
                    }
                }
                None
            }
            Node::If(parts) => self.at(self.branch(parts, variables)?, variables, index),
            Node::Variable(levels) => match bound(variables, *levels)? {
                Bound::Node(list, variables) => self.at(list, variables, index),
                Bound::Member(_) => None,
            },
            Node::Element(sides) => match self.element(sides, variables)? {
                Bound::Node(list, variables) => self.at(list, variables, index),
                Bound::Member(_) => None,
            },
            _ => None,
        }
    }

    /// `list[index]`: the element, if the list is long enough and all others are known. Whether it is known itself is
    /// seen by who asked for it: nothing is evaluated twice, or lists in lists would double the work at each level.
    pub(super) fn element<'e>(
        &self,
        sides: &'r [Node; 2],
        variables: Variables<'e, 'r>,
    ) -> Option<Bound<'e, 'r>> {
        let [list, index] = sides;
        let Datum::Int(wanted) = self.datum(index, variables) else { return None };
        let (mut found, mut place) = (None, 0_i64);
        let all_known = self.each(list, variables, &mut |value| {
            let is_wanted = place == wanted;
            place += 1;
            if is_wanted {
                found = Some(value);
            }
            is_wanted || self.bound_is_known(value)
        })?;
        if all_known && found.is_none() {
            self.facts.failed(Failure::NoSuchElement);
        }
        found.filter(|_| all_known)
    }

    pub(super) fn size(&self, kind: Kind, of: &'r Node, variables: Variables<'_, 'r>) -> Option<i64> {
        let size = match kind {
            Kind::Text => {
                let mut pieces = Pieces::new();
                self.pieces(of, variables, &mut pieces)?;
                pieces.characters()
            }
            _ if !self.known(of, variables) => return None,
            _ => self.length(of, variables)?,
        };
        i64::try_from(size).ok()
    }

    /// `exists` and `all`: `||` and `&&` over the elements.
    pub(super) fn quantifier(
        &self,
        all: bool,
        list: &'r Node,
        body: &'r Node,
        variables: Variables<'_, 'r>,
    ) -> Truth {
        if !self.known(list, variables) {
            return Truth::Unknown;
        }
        let mut whole = Truth::from(all);
        let walked = self.each(list, variables, &mut |value| {
            let part = self.truth(body, Some(&Frame { value, outer: variables }));
            whole = if all { whole.and(part) } else { whole.or(part) };
            whole != Truth::from(!all)
        });
        if walked.is_some() { whole } else { Truth::Unknown }
    }

    pub(super) fn is_element(
        &self,
        kind: Kind,
        element: &'r Node,
        list: &'r Node,
        variables: Variables<'_, 'r>,
    ) -> Option<bool> {
        if !self.known(element, variables) || !self.known(list, variables) {
            return None;
        }
        let wanted = Bound::Node(element, variables);
        let mut found = Some(false);
        self.each(list, variables, &mut |value| {
            found = self.equal(kind, wanted, value);
            found == Some(false)
        })?;
        found
    }

    pub(super) fn lists_equal(
        &self,
        kind: Kind,
        left: &'r Node,
        right: &'r Node,
        variables: Variables<'_, 'r>,
    ) -> Option<bool> {
        if !self.known(left, variables) || !self.known(right, variables) {
            return None;
        }
        self.equal(kind, Bound::Node(left, variables), Bound::Node(right, variables))
    }

    /// Whether two known values of one kind are equal.
    fn equal(&self, kind: Kind, left: Bound<'_, 'r>, right: Bound<'_, 'r>) -> Option<bool> {
        match kind {
            Kind::Text => {
                let (mut a, mut b) = (Pieces::new(), Pieces::new());
                self.pieces_of(left, &mut a)?;
                self.pieces_of(right, &mut b)?;
                Some(a.order(&b).is_eq())
            }
            Kind::Scalar | Kind::Set => compare(Relation::Equal, self.datum_of(left), self.datum_of(right)),
            Kind::List { .. } => {
                let (Bound::Node(left, left_variables), Bound::Node(right, right_variables)) = (left, right)
                else {
                    return None;
                };
                let length = self.length(left, left_variables)?;
                if length != self.length(right, right_variables)? {
                    return Some(false);
                }
                for index in 0..length {
                    let a = self.at(left, left_variables, index)?;
                    let b = self.at(right, right_variables, index)?;
                    if !self.equal(kind.element(), a, b)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
        }
    }

    fn datum_of(&self, value: Bound<'_, 'r>) -> Datum<'r> {
        match value {
            Bound::Member(member) => Datum::Text(member),
            Bound::Node(node, variables) => self.datum(node, variables),
        }
    }
}
