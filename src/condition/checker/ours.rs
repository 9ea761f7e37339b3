//! The functions that are ours, not CEL's: what is known, who said so, the bucket of a person, rules written in Rust; and
//! `has`, which is CEL's word for the first.

use super::super::Code;
use super::super::syntax::{Call, Kind as Written, Syntax};
use super::super::tree::Node;
use super::types::Type;
use super::{Checked, Checker};
use crate::attribute::AttributeId;

impl Checker<'_, '_> {
    /// The attribute that `known`, `declared` or `has` asks about.
    fn asked(&mut self, call: &Call) -> Option<AttributeId> {
        let [argument] = &*call.arguments else { return None };
        if let Some(id) = self.attribute(argument) {
            return Some(id);
        }
        let name = &call.name;
        if let Some(text) = argument.text()
            && self.scope.attributes.find(text).is_some()
        {
            let message =
                format!("`{name}` asks about an attribute, but `{}` is a string", self.written(argument));
            self.problem(
                Code::Slip,
                argument,
                message,
                Some(format!("leave the quotes out: `{name}({text})`")),
            );
            return None;
        }
        if let Some(path) = argument.path()
            && let Some(segment) = path.strip_prefix("segment.")
        {
            let message = format!("`{name}` asks about an attribute, but `{path}` is a segment");
            let help = (self.scope.segments)(segment)
                .map(|_| format!("write `{name}(…)` of an attribute that the segment reads"));
            self.problem(Code::TypeMismatch, argument, message, help);
            return None;
        }
        let before = self.problems.len();
        self.check(argument);
        if self.problems.len() == before {
            let message =
                format!("`{name}` asks about an attribute, but `{}` is none", self.written(argument));
            self.problem(Code::TypeMismatch, argument, message, None);
        }
        None
    }

    pub(super) fn known(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        if call.arguments.len() != 1 {
            self.usage(syntax, call, &format!("{}(attribute)", call.name));
            return Checked::bad_of(Type::Bool);
        }
        let Some(id) = self.asked(call) else { return Checked::bad_of(Type::Bool) };
        let node = if &*call.name == "known" { Node::Known(id) } else { Node::Declared(id) };
        Checked::one(node, Type::Bool)
    }

    /// CEL's own way to ask for presence, of names with a dot.
    pub(super) fn has(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let bad = Checked::bad_of(Type::Bool);
        let [argument] = &*call.arguments else {
            self.usage(syntax, call, "has(group.attribute)");
            return bad;
        };
        if !matches!(argument.kind, Written::Select(..)) && self.attribute(argument).is_some() {
            let shown = self.written(argument);
            let message = format!("`has` asks about a name with a dot, but `{shown}` has none");
            self.problem(Code::TypeMismatch, argument, message, Some(format!("write `known({shown})`")));
            return bad;
        }
        self.asked(call).map_or(bad, |id| Checked::one(Node::Known(id), Type::Bool))
    }

    pub(super) fn bucket(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        match call.arguments.first().and_then(Syntax::text) {
            Some(salt) if call.arguments.len() == 1 => Checked::one(Node::Bucket(salt.into()), Type::Int),
            _ => {
                self.usage(syntax, call, "bucket(\"salt\")");
                Checked::bad_of(Type::Int)
            }
        }
    }

    pub(super) fn rust_rule(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let [argument] = &*call.arguments else {
            self.usage(syntax, call, "rule(\"name\")");
            return Checked::bad_of(Type::Bool);
        };
        let Some(name) = argument.text() else {
            self.usage(syntax, call, "rule(\"name\")");
            return Checked::bad_of(Type::Bool);
        };
        match (self.scope.rules)(name) {
            Some(id) => Checked::one(Node::RustRule(id), Type::Bool),
            None => {
                let help = self.suggest(name, |checker| checker.scope.rule_names.to_vec());
                let help = help.unwrap_or_else(|| "register it with the policy before loading".to_owned());
                self.problem(
                    Code::UnknownRule,
                    argument,
                    format!("no rule in Rust is named `{name}`"),
                    Some(help),
                );
                Checked::bad_of(Type::Bool)
            }
        }
    }
}
