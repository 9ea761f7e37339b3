//! a-tree: all expressions in one graph that shares what they have in common. Its own benches build the event beforehand
//! and call `search`; floats are decimals.

use a_tree::{ATree, AttributeDefinition, Event};

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form, flat, list, thousandths};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::{Attribute, Kind, Value};
use crate::workload::visitor::Visitor;

pub struct Tree {
    /// By attribute.
    names: Vec<String>,
    tree: ATree<usize>,
}

impl Peer for Tree {
    const NAME: &'static str = "a-tree";
    const PACKAGE: Option<&'static str> = Some("a-tree");
    type Input = Event;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let names: Vec<String> = workload.schema.iter().map(flat).collect();
        let definitions: Vec<AttributeDefinition> =
            workload.schema.iter().zip(&names).map(|(attribute, name)| definition(attribute, name)).collect();
        let mut tree = ATree::new(&definitions).map_err(|error| error.to_string())?;
        for (position, segment) in workload.segments.iter().enumerate() {
            let text = Form::of(&segment.when)?
                .text(" and ", " or ", &|attribute, asks| ask(&names[attribute], asks));
            tree.insert(&position, &text).map_err(|error| error.to_string())?;
        }
        Ok(Self { names, tree })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Event, Failure> {
        let mut event = self.tree.make_event();
        for (name, value) in self.names.iter().zip(&visitor.values) {
            match value {
                Some(Value::Int(value)) => event.with_integer(name, *value)?,
                Some(Value::Float(value)) => event.with_float(name, thousandths(*value), 3)?,
                Some(Value::Bool(value)) => event.with_boolean(name, *value)?,
                Some(Value::Text(value)) => event.with_string(name, value)?,
                None => {}
            }
        }
        Ok(event.build()?)
    }

    fn matches(&mut self, event: &Event, found: &mut Bits) {
        if let Ok(report) = self.tree.search(event) {
            report.matches().iter().for_each(|&&position| found.set(position));
        }
    }
}

fn definition(attribute: &Attribute, name: &str) -> AttributeDefinition {
    match attribute.kind {
        Kind::Int(_) => AttributeDefinition::integer(name),
        Kind::Float(_) => AttributeDefinition::float(name),
        Kind::Bool(_) => AttributeDefinition::boolean(name),
        Kind::Enum(_) | Kind::Text(_) => AttributeDefinition::string(name),
    }
}

fn ask(name: &str, asks: &Asks) -> String {
    match asks {
        Asks::Less(literal) => format!("{name} < {literal}"),
        Asks::AtLeast(literal) => format!("{name} >= {literal}"),
        Asks::OneOf(literals) if literals.len() == 1 => {
            format!("{name} = {}", list(literals, Value::to_string))
        }
        Asks::NoneOf(literals) if literals.len() == 1 => {
            format!("{name} <> {}", list(literals, Value::to_string))
        }
        Asks::OneOf(literals) => format!("{name} in [{}]", list(literals, Value::to_string)),
        Asks::NoneOf(literals) => format!("{name} not in [{}]", list(literals, Value::to_string)),
        Asks::IsTrue => name.to_owned(),
        Asks::IsFalse => format!("not {name}"),
    }
}
