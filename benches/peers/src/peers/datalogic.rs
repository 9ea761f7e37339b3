//! datalogic-rs: compiled logic for each segment; the visitor stands in an arena already and is passed by reference,
//! which its documentation calls the path without any cost; one arena for results, reset after each visitor.

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, Logic, ParsedData};
use serde_json::{Value as Json, json};

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form, flat};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Value;
use crate::workload::visitor::Visitor;

pub struct Rules {
    /// By attribute.
    names: Vec<String>,
    engine: Engine,
    rules: Vec<Logic>,
    arena: Bump,
}

impl Peer for Rules {
    const NAME: &'static str = "datalogic-rs";
    const PACKAGE: Option<&'static str> = Some("datalogic-rs");
    type Input = ParsedData;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let (engine, names) = (Engine::new(), workload.schema.iter().map(flat).collect::<Vec<_>>());
        let rule = |segment: &crate::workload::condition::Segment| -> Result<Logic, Failure> {
            let text = json(&names, &Form::of(&segment.when)?).to_string();
            engine.compile(text.as_str()).map_err(|error| error.to_string().into())
        };
        let rules = workload.segments.iter().map(rule).collect::<Result<_, _>>()?;
        Ok(Self { names, engine, rules, arena: Bump::new() })
    }

    fn convert(&self, visitor: &Visitor) -> Result<ParsedData, Failure> {
        let facts = self.names.iter().zip(&visitor.values);
        let facts = facts.filter_map(|(name, value)| Some((name.clone(), literal(value.as_ref()?))));
        let text = Json::Object(facts.collect()).to_string();
        ParsedData::from_json(&text).map_err(|error| error.to_string().into())
    }

    fn matches(&mut self, visitor: &ParsedData, found: &mut Bits) {
        let Self { engine, rules, arena, .. } = self;
        evaluate(engine, rules, visitor.value(), arena, found);
        arena.reset();
    }

    /// Without JSON: the facts are laid into the arena as they are.
    fn convert_and_match(&mut self, visitor: &Visitor, found: &mut Bits) -> Result<(), Failure> {
        let Self { names, engine, rules, arena } = self;
        let facts = names.iter().zip(&visitor.values).filter_map(|(name, value)| {
            let value = match value.as_ref()? {
                Value::Int(value) => DataValue::from_i64(*value),
                Value::Float(value) => DataValue::from_f64(*value),
                Value::Bool(value) => DataValue::Bool(*value),
                Value::Text(value) => DataValue::String(value),
            };
            Some((name.as_str(), value))
        });
        let facts = arena.alloc_slice_fill_iter(facts.collect::<Vec<_>>());
        let visitor = arena.alloc(DataValue::Object(facts));
        evaluate(engine, rules, visitor, arena, found);
        arena.reset();
        Ok(())
    }

    /// What is missing is null, null is 0 where numbers are compared, and is not equal to any text.
    fn agrees_where_missing(asks: &Asks) -> bool {
        matches!(asks, Asks::OneOf(_) | Asks::IsTrue)
    }
}

fn evaluate<'a>(
    engine: &Engine,
    rules: &[Logic],
    visitor: &'a DataValue<'a>,
    arena: &'a Bump,
    found: &mut Bits,
) {
    for (position, rule) in rules.iter().enumerate() {
        let holds = engine.evaluate(rule, visitor, arena).is_ok_and(|value| value.as_bool() == Some(true));
        found.put(position, holds);
    }
}

fn literal(value: &Value) -> Json {
    match value {
        Value::Int(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Bool(value) => json!(value),
        Value::Text(value) => json!(value),
    }
}

fn json(names: &[String], form: &Form) -> Json {
    let parts = |parts: &[Form]| parts.iter().map(|part| json(names, part)).collect::<Json>();
    match form {
        Form::All(all) => json!({ "and": parts(all) }),
        Form::Any(any) => json!({ "or": parts(any) }),
        Form::Asks(attribute, asks) => {
            let fact = json!({ "var": names[*attribute] });
            match asks {
                Asks::Less(value) => json!({ "<": [fact, literal(value)] }),
                Asks::AtLeast(value) => json!({ ">=": [fact, literal(value)] }),
                Asks::OneOf(values) => match &values[..] {
                    [value] => json!({ "===": [fact, literal(value)] }),
                    _ => json!({ "in": [fact, values.iter().map(literal).collect::<Json>()] }),
                },
                Asks::NoneOf(values) => match &values[..] {
                    [value] => json!({ "!==": [fact, literal(value)] }),
                    _ => json!({ "!": [{ "in": [fact, values.iter().map(literal).collect::<Json>()] }] }),
                },
                Asks::IsTrue => json!({ "===": [fact, true] }),
                Asks::IsFalse => json!({ "===": [fact, false] }),
            }
        }
    }
}
