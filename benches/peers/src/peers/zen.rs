//! zen-expression: bytecode for each segment, run by one isolate, which keeps its memory from run to run as its
//! documentation asks; the visitor is its environment. Numbers are decimals.

use rust_decimal::Decimal;
use zen_expression::compiler::Opcode;
use zen_expression::variable::{Symbol, VariableMap};
use zen_expression::{Isolate, Variable};

use std::sync::Arc;

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form, flat, list, thousandths};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Value;
use crate::workload::visitor::Visitor;

pub struct Expressions {
    /// By attribute.
    names: Vec<Symbol>,
    isolate: Isolate,
    segments: Vec<Arc<[Opcode]>>,
}

impl Peer for Expressions {
    const NAME: &'static str = "zen-expression";
    const PACKAGE: Option<&'static str> = Some("zen-expression");
    type Input = Variable;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let names: Vec<String> = workload.schema.iter().map(flat).collect();
        let mut isolate = Isolate::new();
        let segments = workload.segments.iter().map(|segment| -> Result<_, Failure> {
            let text = Form::of(&segment.when)?
                .text(" and ", " or ", &|attribute, asks| ask(&names[attribute], asks));
            Ok(isolate.compile_standard(&text)?.bytecode().clone())
        });
        let segments = segments.collect::<Result<_, _>>()?;
        Ok(Self { names: names.into_iter().map(Symbol::from).collect(), isolate, segments })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Variable, Failure> {
        let facts = self.names.iter().zip(&visitor.values);
        let facts = facts.filter_map(|(name, value)| {
            let value = match value.as_ref()? {
                Value::Int(value) => Variable::Number(Decimal::from(*value)),
                Value::Float(value) => Variable::Number(Decimal::new(thousandths(*value), 3)),
                Value::Bool(value) => Variable::Bool(*value),
                Value::Text(value) => Variable::String(Symbol::from(&**value)),
            };
            Some((name.clone(), value))
        });
        Ok(Variable::from_object(facts.collect::<VariableMap>()))
    }

    fn matches(&mut self, visitor: &Variable, found: &mut Bits) {
        self.isolate.set_environment(visitor.shallow_clone());
        for (position, segment) in self.segments.iter().enumerate() {
            let value = self.isolate.run_compiled(segment);
            found.put(position, matches!(value, Ok(Variable::Bool(true))));
        }
    }

    /// What is missing is null; null cannot be compared by order, which ends the evaluation, and is not equal to any text.
    fn agrees_where_missing(asks: &Asks) -> bool {
        matches!(asks, Asks::OneOf(_))
    }
}

fn ask(name: &str, asks: &Asks) -> String {
    let text = |value: &Value| match value {
        Value::Text(text) => format!("'{text}'"),
        other => other.to_string(),
    };
    match asks {
        Asks::Less(literal) => format!("{name} < {literal}"),
        Asks::AtLeast(literal) => format!("{name} >= {literal}"),
        Asks::OneOf(literals) if literals.len() == 1 => format!("{name} == {}", list(literals, text)),
        Asks::NoneOf(literals) if literals.len() == 1 => format!("{name} != {}", list(literals, text)),
        Asks::OneOf(literals) => format!("{name} in [{}]", list(literals, text)),
        Asks::NoneOf(literals) => format!("{name} not in [{}]", list(literals, text)),
        Asks::IsTrue => format!("{name} == true"),
        Asks::IsFalse => format!("{name} == false"),
    }
}
