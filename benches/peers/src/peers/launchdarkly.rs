//! LaunchDarkly's evaluation: one flag for each segment, whose rules are conjunctions of clauses. Flags are read once and
//! held by us, so that no store is asked; one context for each visitor.

use launchdarkly_server_sdk_evaluation::{
    AttributeValue, Context, ContextBuilder, Flag, FlagValue, Segment, Store, evaluate,
};
use serde_json::{Value as Json, json};

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Value;
use crate::workload::visitor::Visitor;

pub struct Flags {
    /// By attribute.
    names: Vec<Box<str>>,
    flags: Vec<Flag>,
}

/// Flags that use neither other flags nor segments never ask it.
struct Nothing;

impl Store for Nothing {
    fn flag(&self, _: &str) -> Option<Flag> {
        None
    }
    fn segment(&self, _: &str) -> Option<Segment> {
        None
    }
}

impl Peer for Flags {
    const NAME: &'static str = "launchdarkly evaluation";
    const PACKAGE: Option<&'static str> = Some("launchdarkly-server-sdk-evaluation");
    type Input = Context;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let flag = |segment: &crate::workload::condition::Segment| -> Result<Flag, Failure> {
            Ok(serde_json::from_value(flag(workload, &segment.name, &Form::of(&segment.when)?))?)
        };
        let flags = workload.segments.iter().map(flag).collect::<Result<_, _>>()?;
        Ok(Self { names: workload.schema.iter().map(|attribute| attribute.name.clone()).collect(), flags })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Context, Failure> {
        let mut context = ContextBuilder::new("person");
        for (name, value) in self.names.iter().zip(&visitor.values) {
            match value {
                Some(Value::Int(value)) => context.set_float(name, *value as f64),
                Some(Value::Float(value)) => context.set_float(name, *value),
                Some(Value::Bool(value)) => context.set_bool(name, *value),
                Some(Value::Text(value)) => context.set_string(name, &**value),
                None => continue,
            };
        }
        Ok(context.build()?)
    }

    fn matches(&mut self, context: &Context, found: &mut Bits) {
        for (position, flag) in self.flags.iter().enumerate() {
            let given = evaluate(&Nothing, flag, context, None);
            found.put(position, matches!(given.value, Some(FlagValue::Bool(true))));
        }
    }
}

fn flag(workload: &Workload, key: &str, form: &Form) -> Json {
    let rule = |asks: &Vec<(usize, &Asks)>| {
        let clauses = asks.iter().map(|(attribute, asks)| clause(&workload.schema[*attribute].name, asks));
        json!({ "variation": 1, "clauses": clauses.collect::<Json>(), "trackEvents": false })
    };
    json!({
        "key": key, "on": true, "salt": "", "targets": [], "prerequisites": [],
        "variations": [false, true], "fallthrough": { "variation": 0 }, "offVariation": 0,
        "rules": form.alternatives().iter().map(rule).collect::<Json>(),
    })
}

fn clause(attribute: &str, asks: &Asks) -> Json {
    let literal = |value: &Value| match value {
        Value::Int(value) => AttributeValue::from(*value),
        Value::Float(value) => AttributeValue::from(*value),
        Value::Bool(value) => AttributeValue::from(*value),
        Value::Text(value) => AttributeValue::from(&**value),
    };
    let (op, negate, values) = match asks {
        Asks::Less(value) => ("lessThan", false, vec![literal(value)]),
        Asks::AtLeast(value) => ("greaterThanOrEqual", false, vec![literal(value)]),
        Asks::OneOf(values) => ("in", false, values.iter().map(literal).collect()),
        Asks::NoneOf(values) => ("in", true, values.iter().map(literal).collect()),
        Asks::IsTrue => ("in", false, vec![AttributeValue::from(true)]),
        Asks::IsFalse => ("in", false, vec![AttributeValue::from(false)]),
    };
    json!({ "attribute": attribute, "op": op, "negate": negate, "values": values })
}
