//! The `cel` crate: one compiled program for each segment, one context for each visitor. Names are flat, since a name
//! with a dot is looked up in parts.

use std::sync::Arc;

use cel::{Context, Env, Program, Value as CelValue};

use crate::Failure;
use crate::bits::Bits;
use crate::form::flat;
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::{Attribute, Value};
use crate::workload::visitor::Visitor;

pub struct Programs {
    /// By attribute.
    names: Vec<String>,
    env: Arc<Env>,
    programs: Vec<Program>,
}

impl Peer for Programs {
    const NAME: &'static str = "cel";
    const PACKAGE: Option<&'static str> = Some("cel");
    type Input = Context<'static, 'static>;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let flat_names =
            |attribute: &Attribute| Attribute { name: flat(attribute).into(), ..attribute.clone() };
        let schema: Vec<Attribute> = workload.schema.iter().map(flat_names).collect();
        let env = Arc::new(Env::stdlib());
        let program = |segment: &crate::workload::condition::Segment| {
            let text = segment.when.cel(&schema, &workload.segments).to_string();
            env.compile(&text).map_err(|error| Failure::from(error.to_string()))
        };
        let programs = workload.segments.iter().map(program).collect::<Result<_, _>>()?;
        Ok(Self { names: workload.schema.iter().map(flat).collect(), env, programs })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Self::Input, Failure> {
        let mut context = Context::with_env(self.env.clone());
        for (name, value) in self.names.iter().zip(&visitor.values) {
            let value = match value {
                Some(Value::Int(value)) => CelValue::Int(*value),
                Some(Value::Float(value)) => CelValue::Float(*value),
                Some(Value::Bool(value)) => CelValue::Bool(*value),
                Some(Value::Text(value)) => CelValue::from(&**value),
                None => continue,
            };
            context.add_variable_from_value(name, value);
        }
        Ok(context)
    }

    fn matches(&mut self, context: &Self::Input, found: &mut Bits) {
        for (position, program) in self.programs.iter().enumerate() {
            found.put(position, matches!(program.execute(context), Ok(CelValue::Bool(true))));
        }
    }
}
