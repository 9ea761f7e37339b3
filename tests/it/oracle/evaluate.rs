//! Three values, slowly (L1, L2, L6): `None` is unknown.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::expression::Expr;
use super::facts::Facts;
use super::value::{Value, equal, order};
use super::visitor::SECOND;
use super::{murmur, pattern, rust, time};

/// What a condition is evaluated in.
pub struct Scope<'a> {
    pub facts: &'a Facts<'a>,
    pub variables: BTreeMap<String, Value>,
}

/// CEL's range of timestamps: the years 1 to 9999.
const FIRST: i128 = -62_135_596_800 * SECOND;
const LAST: i128 = 253_402_300_800 * SECOND - 1;

impl<'a> Scope<'a> {
    pub fn new(facts: &'a Facts<'a>) -> Self {
        Self { facts, variables: BTreeMap::new() }
    }
    /// Whether the condition `expr` is true, false or unknown.
    pub fn truth(&mut self, expr: &Expr) -> Option<bool> {
        match self.value(expr)? {
            Value::Bool(value) => Some(value),
            other => panic!("a condition gives {other:?}"),
        }
    }
    /// `segment.NAME` (L2).
    pub fn segment(&mut self, name: &str) -> Option<bool> {
        if let Some(truth) = self.facts.segments.borrow().get(name) {
            return *truth;
        }
        let segment = self.facts.document.segments.get(name).expect("a segment of the document");
        let outer = std::mem::take(&mut self.variables);
        let truth = self.truth(&segment.when);
        self.variables = outer;
        let truth = if segment.include_unknown { Some(truth.unwrap_or(true)) } else { truth };
        self.facts.segments.borrow_mut().insert(name.to_owned(), truth);
        truth
    }

    pub fn value(&mut self, expr: &Expr) -> Option<Value> {
        Some(match expr {
            Expr::Bool(value) => Value::Bool(*value),
            Expr::Int(value) => Value::Int(*value),
            Expr::Float(value) => Value::Float(*value),
            Expr::Text(value) => Value::Text(value.clone()),
            Expr::List(items) => {
                let values: Vec<Option<Value>> = items.iter().map(|item| self.value(item)).collect();
                Value::List(values.into_iter().collect::<Option<_>>()?)
            }
            Expr::Attribute(name) => return self.facts.value(name),
            Expr::Variable(name) => self.variables.get(name).expect("a bound name").clone(),
            Expr::Segment(name) => Value::Bool(self.segment(name)?),
            Expr::Not(a) => Value::Bool(!self.truth(a)?),
            Expr::Negative(a) => match self.value(a)? {
                Value::Int(value) => Value::Int(value.checked_neg()?),
                Value::Float(value) => Value::Float(-value),
                other => panic!("-{other:?}"),
            },
            Expr::Pair("&&", a, b) => match (self.truth(a), self.truth(b)) {
                (Some(false), _) | (_, Some(false)) => Value::Bool(false),
                (Some(true), Some(true)) => Value::Bool(true),
                _ => return None,
            },
            Expr::Pair("||", a, b) => match (self.truth(a), self.truth(b)) {
                (Some(true), _) | (_, Some(true)) => Value::Bool(true),
                (Some(false), Some(false)) => Value::Bool(false),
                _ => return None,
            },
            Expr::Pair(sign, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                return operator(sign, a?, b?);
            }
            Expr::If(test, yes, no) => {
                let branch = if self.truth(test)? { yes } else { no };
                return self.value(branch);
            }
            Expr::Each { all, over, name, body } => return self.each(*all, over, name, body),
            Expr::Call(name, args) => return self.call(name, args),
        })
    }

    fn each(&mut self, all: bool, over: &Expr, name: &str, body: &Expr) -> Option<Value> {
        let members: Vec<Value> = match self.value(over)? {
            Value::List(items) => items,
            Value::Set(names) => names.into_iter().map(Value::Text).collect(),
            other => panic!("each of {other:?}"),
        };
        let hidden = self.variables.remove(name);
        let mut truths = Vec::new();
        for member in members {
            self.variables.insert(name.to_owned(), member);
            truths.push(self.truth(body));
        }
        self.variables.remove(name);
        if let Some(hidden) = hidden {
            self.variables.insert(name.to_owned(), hidden);
        }
        // `exists` is the `||` of its elements and `all` the `&&`: one decides, else all must be known.
        let decides = !all;
        if truths.contains(&Some(decides)) {
            Some(Value::Bool(decides))
        } else if truths.contains(&None) {
            None
        } else {
            Some(Value::Bool(all))
        }
    }

    fn call(&mut self, name: &str, args: &[Expr]) -> Option<Value> {
        let attribute = |arg: &Expr| match arg {
            Expr::Attribute(name) => name.clone(),
            other => panic!("{name}({other:?})"),
        };
        match name {
            "known" | "has" => return Some(Value::Bool(self.facts.value(&attribute(&args[0])).is_some())),
            "declared" => return Some(Value::Bool(self.facts.declared(&attribute(&args[0])))),
            "rule" => {
                let Expr::Text(rule) = &args[0] else { panic!("rule({:?})", args[0]) };
                return rust::holds(rule, self.facts).map(Value::Bool);
            }
            _ => {}
        }
        let values: Vec<Option<Value>> = args.iter().map(|arg| self.value(arg)).collect();
        let values: Vec<Value> = values.into_iter().collect::<Option<_>>()?;
        function(name, &values, self.facts)
    }
}

fn operator(sign: &str, a: Value, b: Value) -> Option<Value> {
    use Value::{Duration, Float, Int, List, Set, Text, Time};
    let holds =
        |wanted: &[Ordering]| Some(Value::Bool(order(&a, &b).is_some_and(|found| wanted.contains(&found))));
    match sign {
        "==" => return Some(Value::Bool(equal(&a, &b))),
        "!=" => return Some(Value::Bool(!equal(&a, &b))),
        "<" => return holds(&[Ordering::Less]),
        "<=" => return holds(&[Ordering::Less, Ordering::Equal]),
        ">" => return holds(&[Ordering::Greater]),
        ">=" => return holds(&[Ordering::Greater, Ordering::Equal]),
        _ => {}
    }
    // CEL keeps a duration in 64 bits of nanoseconds, about 292 years.
    let length = |of: i128| i64::try_from(of).ok().map(|_| Duration(of));
    let time = |at: i128| (FIRST..=LAST).contains(&at).then_some(Time(at));
    match (sign, a, b) {
        ("in", a, List(items)) => Some(Value::Bool(items.iter().any(|item| equal(&a, item)))),
        ("in", Text(name), Set(names)) => Some(Value::Bool(names.contains(&name))),
        ("[]", List(items), Int(n)) => items.get(usize::try_from(n).ok()?).cloned(),
        ("+", Int(a), Int(b)) => a.checked_add(b).map(Int),
        ("-", Int(a), Int(b)) => a.checked_sub(b).map(Int),
        ("*", Int(a), Int(b)) => a.checked_mul(b).map(Int),
        ("/", Int(a), Int(b)) => a.checked_div(b).map(Int),
        ("%", Int(a), Int(b)) => a.checked_rem(b).map(Int),
        ("+", Float(a), Float(b)) => Some(Float(a + b)),
        ("-", Float(a), Float(b)) => Some(Float(a - b)),
        ("*", Float(a), Float(b)) => Some(Float(a * b)),
        ("/", Float(a), Float(b)) => Some(Float(a / b)),
        ("+", Text(a), Text(b)) => Some(Text(a + &b)),
        ("+", List(mut a), List(b)) => {
            a.extend(b);
            Some(List(a))
        }
        ("-", Time(a), Time(b)) => length(a - b),
        ("+", Time(a), Duration(b)) | ("+", Duration(b), Time(a)) => time(a + b),
        ("-", Time(a), Duration(b)) => time(a - b),
        ("+", Duration(a), Duration(b)) => length(a + b),
        ("-", Duration(a), Duration(b)) => length(a - b),
        (sign, a, b) => panic!("{a:?} {sign} {b:?}"),
    }
}

fn function(name: &str, args: &[Value], facts: &Facts<'_>) -> Option<Value> {
    use Value::{Bool, Duration, Float, Int, List, Set, Text, Time};
    Some(match (name, args) {
        ("size", [Text(text)]) => Int(text.chars().count() as i64),
        ("size", [List(items)]) => Int(items.len() as i64),
        ("size", [Set(names)]) => Int(names.len() as i64),
        ("bucket", [Text(salt)]) => {
            Int(murmur::part_of(salt, facts.visitor.ids.get("person")?, 10_000) as i64)
        }
        ("duration", [Text(text)]) => Duration(time::parse_duration(text)),
        ("timestamp", [Text(text)]) => Time(time::parse_time(text)),
        ("int", [Int(value)]) => Int(*value),
        ("int", [Float(value)]) => {
            // Cut towards zero; what an int cannot hold fails.
            let (low, high) = (-9_223_372_036_854_775_808.0, 9_223_372_036_854_775_808.0);
            if *value > low && *value < high { Int(value.trunc() as i64) } else { return None }
        }
        ("int", [Time(at)]) => Int(at.div_euclid(SECOND) as i64),
        ("double", [Int(value)]) => Float(*value as f64),
        ("double", [Float(value)]) => Float(*value),
        ("string", [Int(value)]) => Text(value.to_string()),
        ("string", [Text(value)]) => Text(value.clone()),
        ("string", [Bool(value)]) => Text(value.to_string()),
        ("contains", [Text(text), Text(part)]) => Bool(text.contains(part.as_str())),
        ("startsWith", [Text(text), Text(part)]) => Bool(text.starts_with(part.as_str())),
        ("endsWith", [Text(text), Text(part)]) => Bool(text.ends_with(part.as_str())),
        ("matches", [Text(text), Text(wanted)]) => Bool(pattern::found(wanted, text)),
        ("getHours", [Time(at)]) => Int(time::minute_of_day(*at, 0) / 60),
        ("getMinutes", [Time(at)]) => Int(time::minute_of_day(*at, 0) % 60),
        // CEL's week begins on Sunday, 0.
        ("getDayOfWeek", [Time(at)]) => Int((time::weekday(*at, 0) as i64 + 1) % 7),
        ("getHours", [Duration(length)]) => Int((length / (3600 * SECOND)) as i64),
        ("getMinutes", [Duration(length)]) => Int((length / (60 * SECOND)) as i64),
        (name, args) => panic!("the test has no {name}({args:?})"),
    })
}
