//! Operators between two parts: comparisons, `in`, arithmetic, joining of strings and lists.

use super::super::Code;
use super::super::syntax::{Arithmetic, Operator, Relation, Syntax};
use super::super::tree::{Kind, Node, Operand};
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker};
use crate::attribute::{AttributeId, AttributeType};
use crate::diagnostic::did_you_mean;
use crate::wire::short;

impl Checker<'_, '_> {
    pub(super) fn binary(&mut self, syntax: &Syntax, operator: Operator, sides: &[Syntax; 2]) -> Checked {
        match operator {
            Operator::Compare(relation) => self.comparison(syntax, relation, sides),
            Operator::In => self.membership(syntax, sides),
            Operator::Arithmetic(operator) => self.arithmetic(syntax, operator, sides),
        }
    }

    fn comparison(&mut self, syntax: &Syntax, relation: Relation, sides: &[Syntax; 2]) -> Checked {
        let Some((left, right)) = self.sides_of_comparison(syntax, relation, sides) else {
            return Checked::bad();
        };
        let [left_written, right_written] = sides;
        if left.is_bad() || right.is_bad() {
            return Checked::bad();
        }
        let sign = Operator::Compare(relation).sign();
        if matches!(left.kind, Type::Set(_)) || matches!(right.kind, Type::Set(_)) {
            let (set, other) = match left.kind {
                Type::Set(_) => (left_written, right_written),
                _ => (right_written, left_written),
            };
            let member = other.text().map_or_else(|| "\"member\"".to_owned(), |_| self.written(other));
            let set = self.written(set);
            let help = format!("ask for members, `{member} in {set}`, or for their number, `size({set})`");
            self.problem(Code::Refused, syntax, format!("`{sign}` on sets has no use here"), Some(help));
            return Checked::bad();
        }
        if !left.kind.comparable(&right.kind) {
            self.not_comparable(syntax, relation, sides, [&left.kind, &right.kind]);
            return Checked::bad();
        }
        if !relation.is_equality() && !self.is_ordered(syntax, sign, &left.kind, &right.kind) {
            return Checked::bad();
        }
        self.constant_in_range(&left, &right, right_written);
        self.constant_in_range(&right, &left, left_written);
        let measure = match (&left.kind, &left.node, &right.node) {
            (Type::List(_), a, b) => {
                let at_once = matches!(a, Node::List(_)) && matches!(b, Node::List(_));
                Measure::equality(&left.measure, &right.measure, at_once)
            }
            _ => Measure::over([&left.measure, &right.measure]),
        };
        let kind = Kind::from(if left.kind == Type::Any { &right.kind } else { &left.kind });
        let node = compare(kind, relation, left.node, right.node);
        self.finish(syntax, Checked { node, kind: Type::Bool, measure })
    }

    /// Lists have no order; an enum's values have none either, but those of their letters.
    fn is_ordered(&mut self, syntax: &Syntax, sign: &str, left: &Type, right: &Type) -> bool {
        let message = match (left, right) {
            (Type::List(_), _) | (_, Type::List(_)) => {
                format!("`{sign}` needs an order, and lists have none")
            }
            (Type::Text(Some(_)), _) | (_, Type::Text(Some(_))) => {
                format!("`{sign}` needs an order, and the values of an enum have none")
            }
            _ => return true,
        };
        let help = match (left.domain().or(right.domain()), left) {
            (Some(_), _) => Some("list the values that you mean: `x in [\"…\", \"…\"]`".to_owned()),
            _ => None,
        };
        self.problem(Code::TypeMismatch, syntax, message, help);
        false
    }

    /// Reports a constant that the attribute it is compared with cannot have (L3).
    pub(super) fn constant_in_range(&mut self, compared: &Checked, constant: &Checked, written: &Syntax) {
        if let (Some(domain), Node::Constant(Operand::Text(text))) = (compared.kind.domain(), &constant.node)
            && !domain.contains(text)
        {
            let help = did_you_mean(text, domain.iter().map(|name| &**name));
            let whose = match &compared.node {
                Node::Attribute(id) => {
                    format!("`{}` has no value `{}`", self.scope.attributes.get(*id).name, short(text))
                }
                _ => format!("there is no value `{}` to compare with here", short(text)),
            };
            return self.problem(Code::UnknownValue, written, whose, help);
        }
        let Node::Attribute(id) = compared.node else { return };
        let attribute = self.scope.attributes.get(id);
        let AttributeType::Int { min, max } = attribute.kind else { return };
        let outside = match constant.node {
            Node::Constant(Operand::Int(value)) => value < min || value > max,
            Node::Constant(Operand::Float(value)) => {
                (min > i64::MIN && value < min as f64) || (max < i64::MAX && value > max as f64)
            }
            _ => false,
        };
        if outside {
            let message =
                format!("`{}` is never {}: expected {min} to {max}", attribute.name, self.written(written));
            let message = if max == i64::MAX {
                message.replace(&format!("{min} to {max}"), &format!("{min} or more"))
            } else {
                message
            };
            self.problem(Code::OutOfRange, written, message, None);
        }
    }

    fn membership(&mut self, syntax: &Syntax, sides: &[Syntax; 2]) -> Checked {
        let [element_written, list_written] = sides;
        let Some((element, list)) = self.sides_of_membership(sides) else {
            return Checked::bad();
        };
        if list.is_bad() {
            return Checked::bad();
        }
        match &list.kind {
            Type::Set(domain) => {
                let Node::Attribute(set) = list.node else { return Checked::bad() };
                if element.is_bad() {
                    return Checked::bad();
                }
                if !element.kind.is_text() && element.kind != Type::Any {
                    let name = &self.scope.attributes.get(set).name;
                    let message = format!(
                        "the members of `{name}` are strings, but `{}` is {}",
                        self.written(element_written),
                        element.kind
                    );
                    self.problem(Code::TypeMismatch, element_written, message, None);
                    return Checked::bad();
                }
                let measure = Measure::over([&element.measure, &list.measure]);
                let node = match element.node {
                    Node::Constant(Operand::Text(member)) => {
                        let Some(position) = domain.iter().position(|name| *name == member) else {
                            self.no_such_member(element_written, set, &member);
                            return Checked::bad();
                        };
                        Node::Has { set, member, position: u16::try_from(position).unwrap_or(u16::MAX) }
                    }
                    node => Node::InSet { member: Box::new(node), set },
                };
                self.finish(syntax, Checked { node, kind: Type::Bool, measure })
            }
            Type::List(of) => {
                if element.is_bad() {
                    return Checked::bad();
                }
                if !element.kind.comparable(of) {
                    let message = format!(
                        "`{}` is {}, but the list is of {}",
                        self.written(element_written),
                        element.kind,
                        of.plural()
                    );
                    let help = self.quotes_help(list_written, of, &element.kind);
                    let code = if help.is_some() { Code::Slip } else { Code::TypeMismatch };
                    self.problem(code, syntax, message, help);
                    return Checked::bad();
                }
                self.elements_in_range(&element, &list, list_written);
                let measure = Measure::membership(&element.measure, &list.measure);
                let kind = Kind::from(if element.kind == Type::Any { &**of } else { &element.kind });
                let node = one_of(kind, element.node, list.node);
                self.finish(syntax, Checked { node, kind: Type::Bool, measure })
            }
            other => {
                let message =
                    format!("`in` needs a list or a set, but `{}` is {other}", self.written(list_written));
                let help = self.in_help((element_written, &element.kind), (list_written, other));
                self.problem(Code::TypeMismatch, list_written, message, help);
                Checked::bad()
            }
        }
    }

    fn elements_in_range(&mut self, element: &Checked, list: &Checked, written: &Syntax) {
        let Node::List(nodes) = &list.node else { return };
        let parts: &[Syntax] = if let super::Written::List(parts) = &written.kind { parts } else { &[] };
        for (n, node) in nodes.iter().enumerate() {
            let constant = Checked::one(node.clone(), Type::Any);
            if matches!(node, Node::Constant(_)) {
                self.constant_in_range(element, &constant, parts.get(n).unwrap_or(written));
            }
        }
    }

    fn no_such_member(&mut self, written: &Syntax, set: AttributeId, member: &str) {
        let attribute = self.scope.attributes.get(set);
        let help = match &attribute.kind {
            AttributeType::Set(names) => did_you_mean(member, names.iter().map(|name| &**name)),
            _ => None,
        };
        self.problem(
            Code::UnknownValue,
            written,
            format!("`{}` has no member `{}`", attribute.name, short(member)),
            help,
        );
    }
}

/// The comparison in its most direct form.
fn compare(kind: Kind, relation: Relation, left: Node, right: Node) -> Node {
    match (left, right) {
        (Node::Attribute(attribute), Node::Constant(operand)) => Node::Is { attribute, relation, operand },
        (Node::Constant(operand), Node::Attribute(attribute)) => {
            Node::Is { attribute, relation: relation.mirrored(), operand }
        }
        (left, Node::Constant(Operand::Duration(than))) if ages(&left).is_some() => age(left, relation, than),
        (Node::Constant(Operand::Duration(than)), right) if ages(&right).is_some() => {
            age(right, relation.mirrored(), than)
        }
        (left, Node::Constant(Operand::Bool(value))) if is_or_not(relation) => as_said(left, relation, value),
        (Node::Constant(Operand::Bool(value)), right) if is_or_not(relation) => {
            as_said(right, relation, value)
        }
        (left, right) => Node::Compare { kind, relation, sides: Box::new([left, right]) },
    }
}

const fn is_or_not(relation: Relation) -> bool {
    matches!(relation, Relation::Equal | Relation::NotEqual)
}

/// `segment.stuck == true` is `segment.stuck`, `segment.stuck == false` its negation: also where it is unknown.
fn as_said(condition: Node, relation: Relation, value: bool) -> Node {
    if (relation == Relation::Equal) == value { condition } else { Node::Not(Box::new(condition)) }
}

/// The two attributes of `later - earlier`.
fn ages(node: &Node) -> Option<(AttributeId, AttributeId)> {
    match node {
        Node::Arithmetic { operator: Arithmetic::Subtract, sides } => match &**sides {
            [Node::Attribute(later), Node::Attribute(earlier)] => Some((*later, *earlier)),
            _ => None,
        },
        _ => None,
    }
}

fn age(difference: Node, relation: Relation, than: crate::time::Duration) -> Node {
    match ages(&difference) {
        Some((later, earlier)) => Node::Age { later, earlier, relation, than },
        None => {
            let sides = Box::new([difference, Node::Constant(Operand::Duration(than))]);
            Node::Compare { kind: Kind::Scalar, relation, sides }
        }
    }
}

fn one_of(kind: Kind, element: Node, list: Node) -> Node {
    match (element, list) {
        (Node::Attribute(attribute), Node::List(nodes))
            if nodes.iter().all(|n| matches!(n, Node::Constant(_))) =>
        {
            let operands = nodes
                .into_iter()
                .filter_map(|node| if let Node::Constant(operand) = node { Some(operand) } else { None })
                .collect();
            Node::IsOneOf { attribute, operands }
        }
        (element, list) => Node::In { kind, sides: Box::new([element, list]) },
    }
}
