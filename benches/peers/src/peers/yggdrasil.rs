//! Unleash Yggdrasil: a compiled rule for each segment, called as it is (without the look-up of a toggle by name), with
//! the enriched context that it takes made once for each visitor.

use std::borrow::Cow;

use unleash_yggdrasil::state::{EnrichedContext, PropertiesCow, PropertiesRef};
use unleash_yggdrasil::strategy_parsing::{RuleFragment, compile_rule};

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form, list};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Value;
use crate::workload::visitor::Visitor;

pub struct Rules {
    /// By attribute.
    names: Vec<Box<str>>,
    rules: Vec<RuleFragment>,
}

impl Peer for Rules {
    const NAME: &'static str = "unleash-yggdrasil";
    const PACKAGE: Option<&'static str> = Some("unleash-yggdrasil");
    type Input = PropertiesCow<'static>;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let names: Vec<Box<str>> = workload.schema.iter().map(|attribute| attribute.name.clone()).collect();
        let rule = |segment: &crate::workload::condition::Segment| -> Result<RuleFragment, Failure> {
            let text = Form::of(&segment.when)?
                .text(" and ", " or ", &|attribute, asks| ask(&names[attribute], asks));
            compile_rule(&text).map_err(|error| format!("{error:?}").into())
        };
        let rules = workload.segments.iter().map(rule).collect::<Result<_, _>>()?;
        Ok(Self { names, rules })
    }

    fn convert(&self, visitor: &Visitor) -> Result<PropertiesCow<'static>, Failure> {
        Ok(properties(&self.names, visitor)
            .map(|(name, value)| (Cow::Owned(name.to_owned()), Cow::Owned(value.into_owned())))
            .collect())
    }

    fn matches(&mut self, visitor: &PropertiesCow<'static>, found: &mut Bits) {
        evaluate(&self.rules, visitor, found);
    }

    fn convert_and_match(&mut self, visitor: &Visitor, found: &mut Bits) -> Result<(), Failure> {
        let visitor: PropertiesCow<'_> =
            properties(&self.names, visitor).map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        evaluate(&self.rules, &visitor, found);
        Ok(())
    }

    /// What is missing is in no list.
    fn agrees_where_missing(asks: &Asks) -> bool {
        !matches!(asks, Asks::NoneOf(_))
    }
}

fn evaluate(rules: &[RuleFragment], visitor: &PropertiesCow<'_>, found: &mut Bits) {
    let context = EnrichedContext {
        user_id: None,
        session_id: None,
        environment: None,
        app_name: None,
        current_time: None,
        remote_address: None,
        properties: Some(PropertiesRef::Cows(visitor)),
        external_results: None,
        toggle_name: "segment",
        runtime_hostname: None,
    };
    for (position, rule) in rules.iter().enumerate() {
        found.put(position, rule(&context));
    }
}

/// Properties are texts.
fn properties<'a>(
    names: &'a [Box<str>],
    visitor: &'a Visitor,
) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
    names.iter().zip(&visitor.values).filter_map(|(name, value)| {
        let value = match value.as_ref()? {
            Value::Text(value) => Cow::Borrowed(&**value),
            Value::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            other => Cow::Owned(other.to_string()),
        };
        Some((&**name, value))
    })
}

fn ask(name: &str, asks: &Asks) -> String {
    let fact = format!("context[\"{name}\"]");
    match asks {
        Asks::Less(literal) => format!("{fact} < {literal}"),
        Asks::AtLeast(literal) => format!("{fact} >= {literal}"),
        Asks::OneOf(literals) => match &literals[..] {
            [number @ Value::Int(_)] => format!("{fact} == {number}"),
            _ => format!("{fact} in [{}]", list(literals, Value::to_string)),
        },
        Asks::NoneOf(literals) => format!("{fact} not_in [{}]", list(literals, Value::to_string)),
        Asks::IsTrue => format!("{fact} in [\"true\"]"),
        Asks::IsFalse => format!("{fact} in [\"false\"]"),
    }
}
