//! `exists` and `all`, and the macros of CEL that have no use here.

use super::super::Code;
use super::super::syntax::{Call, Kind as Written, Syntax};
use super::super::tree::Node;
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker, Variable};

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
        let (list, body) = (Box::new(list.node), Box::new(body_checked.node));
        let node = Node::Quantifier { all: &*call.name == "all", list, body };
        self.finish(syntax, Checked { node, kind: Type::Bool, measure })
    }
}
