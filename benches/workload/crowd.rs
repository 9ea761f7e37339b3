//! Many visitors as columns of facts, as a warehouse keeps them.

use std::error::Error;

use maitre::{Column, Columns, CustomerProfile, ExperienceSelector, Fact, Visit};

use super::Workload;
use super::schema::Value;
use super::visitor::{Visitor, now};

/// Of each attribute the values of all visitors, of whom nothing is missing.
pub struct Crowd {
    facts: Vec<(Box<str>, Facts)>,
    profile: CustomerProfile,
    visit: Visit,
}

enum Facts {
    Bools(Vec<bool>),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Coded(Vec<u32>, Vec<Box<str>>),
}

impl Crowd {
    /// # Errors
    /// There is nobody, or of somebody something is missing.
    pub fn of(workload: &Workload, visitors: &[Visitor]) -> Result<Self, Box<dyn Error>> {
        let column = |place: usize| -> Option<Facts> {
            let values = visitors.iter().map(|visitor| visitor.values[place].as_ref());
            Facts::of(&values.collect::<Option<Vec<_>>>()?)
        };
        let named = workload.schema.iter().enumerate().map(|(place, attribute)| {
            Ok((attribute.name.clone(), column(place).ok_or("a column with something missing")?))
        });
        Ok(Self {
            facts: named.collect::<Result<_, Box<dyn Error>>>()?,
            profile: CustomerProfile::new(),
            visit: Visit::new(now().ok_or("no time")?),
        })
    }

    /// What comes out of `then` with the columns in the library's form.
    ///
    /// # Errors
    /// The policy does not know a column.
    pub fn lend<R>(
        &self,
        selector: &ExperienceSelector,
        then: impl FnOnce(&Columns<'_>) -> R,
    ) -> Result<R, Box<dyn Error>> {
        fn few(facts: &Facts) -> Vec<&str> {
            if let Facts::Coded(_, texts) = facts {
                texts.iter().map(|text| &**text).collect()
            } else {
                vec![]
            }
        }
        let texts: Vec<Vec<&str>> = self.facts.iter().map(|(_, facts)| few(facts)).collect();
        let mut columns = Columns::new(selector, &self.profile, &self.visit);
        for ((name, facts), texts) in self.facts.iter().zip(&texts) {
            let column = match facts {
                Facts::Bools(values) => Column::bools(values),
                Facts::Ints(values) => Column::ints(values),
                Facts::Floats(values) => Column::floats(values),
                Facts::Coded(codes, _) => Column::coded(codes, texts),
            };
            columns = columns.with(name, Fact::declared(column))?;
        }
        Ok(then(&columns))
    }
}

impl Facts {
    fn of(values: &[&Value]) -> Option<Self> {
        let text = |value: &Value| if let Value::Text(text) = value { Some(text.clone()) } else { None };
        Some(match values.first()? {
            Value::Bool(_) => Self::Bools(
                values
                    .iter()
                    .map(|value| if let Value::Bool(value) = value { Some(*value) } else { None })
                    .collect::<Option<_>>()?,
            ),
            Value::Int(_) => Self::Ints(
                values
                    .iter()
                    .map(|value| if let Value::Int(value) = value { Some(*value) } else { None })
                    .collect::<Option<_>>()?,
            ),
            Value::Float(_) => Self::Floats(
                values
                    .iter()
                    .map(|value| if let Value::Float(value) = value { Some(*value) } else { None })
                    .collect::<Option<_>>()?,
            ),
            Value::Text(_) => {
                let mut texts = values.iter().map(|value| text(value)).collect::<Option<Vec<_>>>()?;
                texts.sort_unstable();
                texts.dedup();
                let code = |value: &Value| Some(texts.binary_search(&text(value)?).ok()? as u32);
                let codes = values.iter().map(|value| code(value)).collect::<Option<_>>()?;
                Self::Coded(codes, texts)
            }
        })
    }
}
