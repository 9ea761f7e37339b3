//! What a backend team writes by hand: a struct with a field for each fact, and a boxed closure for each question.

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::{Attribute, Value};
use crate::workload::visitor::Visitor;

/// A visitor. What has few names is a number, as an enum would be.
#[derive(Debug, Default)]
pub struct Plain {
    age: Option<i64>,
    fluency: Option<i64>,
    visits: Option<i64>,
    orders: Option<i64>,
    tenure_days: Option<i64>,
    nps: Option<i64>,
    lines: Option<i64>,
    calls_to_us: Option<i64>,
    days_overdue: Option<i64>,
    downlink: Option<f64>,
    monthly_charge: Option<f64>,
    data_used_gb: Option<f64>,
    balance: Option<f64>,
    save_data: Option<bool>,
    returning: Option<bool>,
    paperless: Option<bool>,
    autopay: Option<bool>,
    roaming: Option<bool>,
    device: Option<u8>,
    connection: Option<u8>,
    region: Option<Box<str>>,
    tier: Option<Box<str>>,
    contract: Option<u8>,
    internet: Option<u8>,
}

type Question = Box<dyn Fn(&Plain) -> bool>;

pub struct Closures {
    schema: Vec<Attribute>,
    segments: Vec<Question>,
}

impl Peer for Closures {
    const NAME: &'static str = "boxed closures, by hand";
    const PACKAGE: Option<&'static str> = None;
    type Input = Plain;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let segment = |when| question(&workload.schema, &Form::of(when)?);
        let segments = workload.segments.iter().map(|it| segment(&it.when)).collect::<Result<_, _>>()?;
        Ok(Self { schema: workload.schema.clone(), segments })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Plain, Failure> {
        let mut plain = Plain::default();
        for (attribute, value) in self.schema.iter().zip(&visitor.values) {
            let Some(value) = value else { continue };
            put(&mut plain, attribute, value)?;
        }
        Ok(plain)
    }

    fn matches(&mut self, visitor: &Plain, found: &mut Bits) {
        for (position, holds) in self.segments.iter().enumerate() {
            found.put(position, holds(visitor));
        }
    }
}

fn question(schema: &[Attribute], form: &Form) -> Result<Question, Failure> {
    let parts =
        |parts: &[Form]| parts.iter().map(|part| question(schema, part)).collect::<Result<Vec<_>, _>>();
    Ok(match form {
        Form::All(all) => {
            let all = parts(all)?;
            Box::new(move |visitor| all.iter().all(|holds| holds(visitor)))
        }
        Form::Any(any) => {
            let any = parts(any)?;
            Box::new(move |visitor| any.iter().any(|holds| holds(visitor)))
        }
        Form::Asks(attribute, asks) => about(&schema[*attribute], asks)?,
    })
}

/// The name of the field for an attribute.
fn field(attribute: &Attribute) -> &str {
    attribute.name.rsplit('.').next().unwrap_or_default()
}

fn put(plain: &mut Plain, attribute: &Attribute, value: &Value) -> Result<(), Failure> {
    match (field(attribute), value) {
        ("age", Value::Int(value)) => plain.age = Some(*value),
        ("fluency", Value::Int(value)) => plain.fluency = Some(*value),
        ("visits", Value::Int(value)) => plain.visits = Some(*value),
        ("orders", Value::Int(value)) => plain.orders = Some(*value),
        ("tenure_days", Value::Int(value)) => plain.tenure_days = Some(*value),
        ("nps", Value::Int(value)) => plain.nps = Some(*value),
        ("lines", Value::Int(value)) => plain.lines = Some(*value),
        ("calls_to_us", Value::Int(value)) => plain.calls_to_us = Some(*value),
        ("days_overdue", Value::Int(value)) => plain.days_overdue = Some(*value),
        ("downlink", Value::Float(value)) => plain.downlink = Some(*value),
        ("monthly_charge", Value::Float(value)) => plain.monthly_charge = Some(*value),
        ("data_used_gb", Value::Float(value)) => plain.data_used_gb = Some(*value),
        ("balance", Value::Float(value)) => plain.balance = Some(*value),
        ("save_data", Value::Bool(value)) => plain.save_data = Some(*value),
        ("returning", Value::Bool(value)) => plain.returning = Some(*value),
        ("paperless", Value::Bool(value)) => plain.paperless = Some(*value),
        ("autopay", Value::Bool(value)) => plain.autopay = Some(*value),
        ("roaming", Value::Bool(value)) => plain.roaming = Some(*value),
        ("region", Value::Text(value)) => plain.region = Some(value.clone()),
        ("tier", Value::Text(value)) => plain.tier = Some(value.clone()),
        ("device", value) => plain.device = Some(code(attribute, value)?),
        ("connection", value) => plain.connection = Some(code(attribute, value)?),
        ("contract", value) => plain.contract = Some(code(attribute, value)?),
        ("internet", value) => plain.internet = Some(code(attribute, value)?),
        (name, _) => return Err(format!("there is no field for `{name}`").into()),
    }
    Ok(())
}

fn about(attribute: &Attribute, asks: &Asks) -> Result<Question, Failure> {
    Ok(match field(attribute) {
        "age" => about_int(|visitor| visitor.age, asks)?,
        "fluency" => about_int(|visitor| visitor.fluency, asks)?,
        "visits" => about_int(|visitor| visitor.visits, asks)?,
        "orders" => about_int(|visitor| visitor.orders, asks)?,
        "tenure_days" => about_int(|visitor| visitor.tenure_days, asks)?,
        "nps" => about_int(|visitor| visitor.nps, asks)?,
        "lines" => about_int(|visitor| visitor.lines, asks)?,
        "calls_to_us" => about_int(|visitor| visitor.calls_to_us, asks)?,
        "days_overdue" => about_int(|visitor| visitor.days_overdue, asks)?,
        "downlink" => about_float(|visitor| visitor.downlink, asks)?,
        "monthly_charge" => about_float(|visitor| visitor.monthly_charge, asks)?,
        "data_used_gb" => about_float(|visitor| visitor.data_used_gb, asks)?,
        "balance" => about_float(|visitor| visitor.balance, asks)?,
        "save_data" => about_bool(|visitor| visitor.save_data, asks)?,
        "returning" => about_bool(|visitor| visitor.returning, asks)?,
        "paperless" => about_bool(|visitor| visitor.paperless, asks)?,
        "autopay" => about_bool(|visitor| visitor.autopay, asks)?,
        "roaming" => about_bool(|visitor| visitor.roaming, asks)?,
        "region" => about_text(|visitor| visitor.region.as_deref(), asks)?,
        "tier" => about_text(|visitor| visitor.tier.as_deref(), asks)?,
        "device" => about_code(|visitor| visitor.device, attribute, asks)?,
        "connection" => about_code(|visitor| visitor.connection, attribute, asks)?,
        "contract" => about_code(|visitor| visitor.contract, attribute, asks)?,
        "internet" => about_code(|visitor| visitor.internet, attribute, asks)?,
        name => return Err(format!("there is no field for `{name}`").into()),
    })
}

fn about_int(get: impl Fn(&Plain) -> Option<i64> + 'static, asks: &Asks) -> Result<Question, Failure> {
    Ok(match asks {
        Asks::Less(Value::Int(v)) => {
            let v = *v;
            Box::new(move |visitor| get(visitor).is_some_and(|value| value < v))
        }
        Asks::AtLeast(Value::Int(v)) => {
            let v = *v;
            Box::new(move |visitor| get(visitor).is_some_and(|value| value >= v))
        }
        Asks::OneOf(literals) => match &literals[..] {
            [Value::Int(v)] => {
                let v = *v;
                Box::new(move |visitor| get(visitor) == Some(v))
            }
            _ => return Err(unfit(asks)),
        },
        Asks::NoneOf(literals) => match &literals[..] {
            [Value::Int(v)] => {
                let v = *v;
                Box::new(move |visitor| get(visitor).is_some_and(|value| value != v))
            }
            _ => return Err(unfit(asks)),
        },
        _ => return Err(unfit(asks)),
    })
}

fn about_float(get: impl Fn(&Plain) -> Option<f64> + 'static, asks: &Asks) -> Result<Question, Failure> {
    Ok(match asks {
        Asks::Less(Value::Float(v)) => {
            let v = *v;
            Box::new(move |visitor| get(visitor).is_some_and(|value| value < v))
        }
        Asks::AtLeast(Value::Float(v)) => {
            let v = *v;
            Box::new(move |visitor| get(visitor).is_some_and(|value| value >= v))
        }
        _ => return Err(unfit(asks)),
    })
}

fn about_bool(get: impl Fn(&Plain) -> Option<bool> + 'static, asks: &Asks) -> Result<Question, Failure> {
    Ok(match asks {
        Asks::IsTrue => Box::new(move |visitor| get(visitor) == Some(true)),
        Asks::IsFalse => Box::new(move |visitor| get(visitor) == Some(false)),
        _ => return Err(unfit(asks)),
    })
}

fn about_text(get: impl Fn(&Plain) -> Option<&str> + 'static, asks: &Asks) -> Result<Question, Failure> {
    let texts = |literals: &[Value]| {
        let text = |literal: &Value| match literal {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(unfit(asks)),
        };
        literals.iter().map(text).collect::<Result<Vec<_>, _>>()
    };
    Ok(match asks {
        Asks::OneOf(literals) => {
            let texts = texts(literals)?;
            Box::new(move |visitor| {
                get(visitor).is_some_and(|value| texts.iter().any(|text| **text == *value))
            })
        }
        Asks::NoneOf(literals) => {
            let texts = texts(literals)?;
            Box::new(move |visitor| {
                get(visitor).is_some_and(|value| texts.iter().all(|text| **text != *value))
            })
        }
        _ => return Err(unfit(asks)),
    })
}

/// A list of a few names is a mask.
fn about_code(
    get: impl Fn(&Plain) -> Option<u8> + 'static,
    attribute: &Attribute,
    asks: &Asks,
) -> Result<Question, Failure> {
    let mask = |literals: &[Value]| -> Result<u32, Failure> {
        literals.iter().try_fold(0, |mask, literal| Ok(mask | 1 << code(attribute, literal)?))
    };
    Ok(match asks {
        Asks::OneOf(literals) => {
            let mask = mask(literals)?;
            Box::new(move |visitor| get(visitor).is_some_and(|value| mask >> value & 1 == 1))
        }
        Asks::NoneOf(literals) => {
            let mask = mask(literals)?;
            Box::new(move |visitor| get(visitor).is_some_and(|value| mask >> value & 1 == 0))
        }
        _ => return Err(unfit(asks)),
    })
}

/// The place of a name among the names of its attribute.
fn code(attribute: &Attribute, value: &Value) -> Result<u8, Failure> {
    let Value::Text(text) = value else { return Err(format!("{value} is no name").into()) };
    let place = attribute.kind.names().iter().position(|(name, _)| name == text);
    Ok(u8::try_from(place.ok_or_else(|| format!("`{text}` is not in the schema"))?)?)
}

fn unfit(asks: &Asks) -> Failure {
    format!("{asks:?} is nothing to ask here").into()
}
