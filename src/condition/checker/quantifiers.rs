//! `exists` and `all`, and the macros of CEL that have no use here. Where only the member of a set decides, they are worked out here:
//! what is left is which members are in the set.

use super::super::Code;
use super::super::syntax::{Call, Kind as Written, Syntax};
use super::super::tree::{Node, Operand};
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker, Variable, evaluate, is_closed};
use crate::attribute::{AttributeId, Names};

impl Checker<'_, '_> {
    pub(super) fn quantifier(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let bad = Checked::bad_of(Type::Bool);
        let (Some(target), [variable, body]) = (&call.target, &*call.arguments) else {
            let (message, code) = if call.target.is_some() && call.arguments.len() == 3 {
                (format!("`{}` with two variables has no use here", call.name), Code::Refused)
            } else {
                (
                    format!("`{}` needs a list or set before it, a variable and a condition", call.name),
                    Code::TypeMismatch,
                )
            };
            let help = Some(format!("write `list.{}(x, x == …)`", call.name));
            self.problem(code, syntax, message, help);
            return bad;
        };
        let list = self.check(target);
        let (kind, measure) = match &list.kind {
            Type::Set(domain) => (Type::Text(Some(domain.clone())), Measure::ONE),
            Type::List(element) => ((**element).clone(), list.measure.elements()),
            Type::Any => (Type::Any, Measure::ONE),
            other => {
                let message = format!(
                    "`{}` needs a list or a set, but `{}` is {other}",
                    call.name,
                    self.written(target)
                );
                self.problem(Code::TypeMismatch, target, message, None);
                (Type::Any, Measure::ONE)
            }
        };
        let Written::Name { root: false, name } = &variable.kind else {
            if !variable.is_bad() {
                let message = format!("`{}` is no variable: expected a plain name", self.written(variable));
                self.problem(Code::Syntax, variable, message, None);
            }
            return bad;
        };
        self.variables.push(Variable { name: name.clone(), kind, measure });
        let body_checked = self.bool_operand(body, &call.name);
        self.variables.pop();
        if list.is_bad() || body_checked.is_bad() {
            return bad;
        }
        let measure = Measure::quantifier(&list.measure, &body_checked.measure);
        let all = &*call.name == "all";
        let steps = body_checked.measure.steps;
        let node = match (&list.node, &list.kind) {
            (Node::Attribute(set), Type::Set(domain)) => {
                self.by_members(all, (*set, domain), &body_checked.node, steps)
            }
            _ => None,
        };
        let node = node.unwrap_or_else(|| {
            let (list, body) = (Box::new(list.node), Box::new(body_checked.node));
            Node::Quantifier { all, list, body }
        });
        self.finish(syntax, Checked { node, kind: Type::Bool, measure })
    }

    /// A quantifier over a set whose body hangs on the member alone: some of these members are in the set, or none of those of
    /// which the body is false is. `None` where it says something else, or nothing of any member.
    fn by_members(
        &mut self,
        all: bool,
        (set, domain): (AttributeId, &Names),
        body: &Node,
        steps: u64,
    ) -> Option<Node> {
        const MOST: usize = 64;
        let steps = steps.saturating_add(2).saturating_mul(domain.len() as u64);
        let folded = self.folded_steps.saturating_add(steps);
        if domain.len() > MOST || folded > self.scope.limits.steps.saturating_mul(16) || !is_closed(body, 1) {
            return None;
        }
        self.folded_steps = folded;
        let mut parts = Vec::new();
        for (position, member) in (0..).zip(domain.iter()) {
            let one = Node::List(Box::new([Node::Constant(Operand::Text(member.clone()))]));
            let of_one = Node::Quantifier { all, list: Box::new(one), body: Box::new(body.clone()) };
            match evaluate::constant(&of_one) {
                Node::Constant(Operand::Bool(value)) if value == all => {}
                Node::Constant(Operand::Bool(_)) => {
                    let has = Node::Has { set, member: member.clone(), position };
                    parts.push(if all { Node::Not(Box::new(has)) } else { has });
                }
                _ => return None,
            }
        }
        match parts.len() {
            0 => None,
            1 => parts.pop(),
            _ if all => Some(Node::And(parts.into())),
            _ => Some(Node::Or(parts.into())),
        }
    }
}
