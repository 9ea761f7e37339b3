//! Cedar: a policy for each segment in one set; the answer names all that are satisfied. Facts are optional attributes
//! of the context, each asked with `has` first, as its documentation says. It has no floats: they are thousandths.

use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, Policy, PolicyId, PolicySet, Request, RestrictedExpression,
};

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form, flat, list, thousandths};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Value;
use crate::workload::visitor::Visitor;

pub struct Policies {
    /// By attribute.
    names: Vec<String>,
    /// Everybody who acts, what they do and to what: the same for all.
    scope: [EntityUid; 3],
    entities: Entities,
    authorizer: Authorizer,
    policies: PolicySet,
}

impl Peer for Policies {
    const NAME: &'static str = "cedar-policy";
    const PACKAGE: Option<&'static str> = Some("cedar-policy");
    type Input = Request;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let names: Vec<String> = workload.schema.iter().map(flat).collect();
        let mut policies = PolicySet::new();
        for (position, segment) in workload.segments.iter().enumerate() {
            let when = Form::of(&segment.when)?
                .text(" && ", " || ", &|attribute, asks| ask(&names[attribute], asks));
            let text = format!("permit(principal, action, resource) when {{ {when} }};");
            policies.add(Policy::parse(Some(PolicyId::new(position.to_string())), text)?)?;
        }
        let [person, find, segments] = [r#"Person::"visitor""#, r#"Action::"find""#, r#"House::"segments""#];
        Ok(Self {
            names,
            scope: [EntityUid::from_str(person)?, EntityUid::from_str(find)?, EntityUid::from_str(segments)?],
            entities: Entities::empty(),
            authorizer: Authorizer::new(),
            policies,
        })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Request, Failure> {
        let facts = self.names.iter().zip(&visitor.values);
        let facts = facts.filter_map(|(name, value)| {
            let value = match value.as_ref()? {
                Value::Int(value) => RestrictedExpression::new_long(*value),
                Value::Float(value) => RestrictedExpression::new_long(thousandths(*value)),
                Value::Bool(value) => RestrictedExpression::new_bool(*value),
                Value::Text(value) => RestrictedExpression::new_string(value.to_string()),
            };
            Some((name.clone(), value))
        });
        let [person, find, segments] = self.scope.clone();
        Ok(Request::new(person, find, segments, Context::from_pairs(facts)?, None)?)
    }

    fn matches(&mut self, request: &Request, found: &mut Bits) {
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        for id in response.diagnostics().reason() {
            let id: &str = id.as_ref();
            if let Ok(position) = id.parse() {
                found.set(position);
            }
        }
    }
}

fn ask(name: &str, asks: &Asks) -> String {
    let literal = |value: &Value| match value {
        Value::Float(value) => thousandths(*value).to_string(),
        other => other.to_string(),
    };
    let fact = format!("context.{name}");
    let asked = match asks {
        Asks::Less(value) => format!("{fact} < {}", literal(value)),
        Asks::AtLeast(value) => format!("{fact} >= {}", literal(value)),
        Asks::OneOf(values) if values.len() == 1 => format!("{fact} == {}", list(values, literal)),
        Asks::NoneOf(values) if values.len() == 1 => format!("{fact} != {}", list(values, literal)),
        Asks::OneOf(values) => format!("[{}].contains({fact})", list(values, literal)),
        Asks::NoneOf(values) => format!("!([{}].contains({fact}))", list(values, literal)),
        Asks::IsTrue => fact,
        Asks::IsFalse => format!("!{fact}"),
    };
    format!("(context has {name} && {asked})")
}
