//! The text of a policy to a document: TOML by the `toml` crate, conditions by the parser of the `cel` crate. A text
//! that is not a policy panics: loading is the library's, the interpreter only reads what was loaded.

use std::collections::BTreeMap;

use cel::common::ast::{Expr as Cel, IdedExpr, LiteralValue};
use toml::{Table, Value as Toml};

use super::document::*;
use super::expression::{Expr, call, each, pair};

/// The document that `text` writes.
pub fn read(text: &str) -> Document {
    let table: Table = text.parse().expect("a TOML document");
    let mut document = Document {
        purposes: names(table.get("purposes")),
        gpc: names(table.get("gpc")),
        layout: 2,
        assistance: 1,
        weights: Weights::default(),
        holdout: None,
        people: table.get("people").is_none_or(|people| people.as_bool() == Some(true)),
        last_resort: names(table.get("last_resort")),
        channels: entries(table.get("channels")).iter().map(channel).collect(),
        attributes: BTreeMap::new(),
        limits: BTreeMap::new(),
        segments: BTreeMap::new(),
        rules: BTreeMap::new(),
        experiments: BTreeMap::new(),
    };
    if let Some(defaults) = table.get("defaults") {
        document.layout = level(&LAYOUTS, defaults.get("layout")).unwrap_or(document.layout);
        document.assistance = level(&ASSISTANCE, defaults.get("assistance")).unwrap_or(document.assistance);
    }
    if let Some(weights) = table.get("weights") {
        let or = |key: &str, default: i64| {
            weights.get(key).map_or(default, |value| value.as_integer().expect("a number"))
        };
        let usual = document.weights;
        document.weights = Weights {
            habit: or("habit", usual.habit),
            continuity: or("continuity", usual.continuity),
            need: or("need", usual.need),
            margin: or("margin", usual.margin),
        };
    }
    document.holdout = table.get("holdout").map(|holdout| Holdout {
        unit: string(holdout.get("unit")).unwrap_or_else(|| "person".to_owned()),
        percent: holdout.get("percent").and_then(Toml::as_integer).unwrap_or(0) as u64,
        salt: string(holdout.get("salt")).unwrap_or_else(|| "holdout".to_owned()),
    });
    for (name, value) in section(&table, "attributes") {
        attribute(&mut document, name, value);
    }
    for (name, value) in section(&table, "segments") {
        let (when, include_unknown) = match value {
            Toml::String(when) => (when.clone(), false),
            other => {
                let include = string(other.get("on_unknown")).is_some_and(|word| word == "include");
                (string(other.get("when")).expect("a condition"), include)
            }
        };
        document.segments.insert(name.clone(), Segment { when: condition(&when), include_unknown });
    }
    for (name, value) in section(&table, "rules") {
        let when = string(value.get("when")).map_or(Expr::Bool(true), |when| condition(&when));
        document.rules.insert(name.clone(), Rule { when, effects: effects(value) });
    }
    for (name, value) in section(&table, "experiments") {
        let arm = |arm: &Toml| Arm {
            name: string(arm.get("name")).expect("an arm's name"),
            weight: arm.get("weight").and_then(Toml::as_integer).unwrap_or(1) as u64,
            effects: effects(arm),
        };
        let experiment = Experiment {
            when: string(value.get("when")).map(|when| condition(&when)),
            unit: string(value.get("unit")).unwrap_or_else(|| "person".to_owned()),
            salt: string(value.get("salt")),
            arms: entries(value.get("arms")).iter().map(arm).collect(),
        };
        document.experiments.insert(name.clone(), experiment);
    }
    document
}

fn section<'t>(table: &'t Table, name: &str) -> Vec<(&'t String, &'t Toml)> {
    table.get(name).and_then(Toml::as_table).into_iter().flatten().collect()
}
fn entries(list: Option<&Toml>) -> Vec<Toml> {
    list.and_then(Toml::as_array).cloned().unwrap_or_default()
}
fn string(value: Option<&Toml>) -> Option<String> {
    value.map(|value| value.as_str().expect("a text").to_owned())
}
fn names(list: Option<&Toml>) -> Vec<String> {
    entries(list).iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}
fn level(levels: &[&str], value: Option<&Toml>) -> Option<usize> {
    let name = string(value)?;
    Some(levels.iter().position(|level| *level == name).expect("a level"))
}

fn channel(value: &Toml) -> Channel {
    let flag = |key: &str| value.get(key).and_then(Toml::as_bool).unwrap_or(false);
    Channel {
        name: string(value.get("name")).expect("a channel's name"),
        own: flag("own"),
        base: value.get("base").and_then(Toml::as_integer).unwrap_or(0),
        reach: level(&REACH, value.get("reach")).unwrap_or(1),
        consent: string(value.get("consent")),
        quiet: string(value.get("quiet")),
        open: value.get("open").map(|spans| names(Some(spans))),
        contacts_at_most: value.get("contacts_at_most").and_then(Toml::as_integer),
        layout_at_most: level(&LAYOUTS, value.get("layout_at_most")),
        staffed: flag("staffed"),
        conflicts: names(value.get("conflicts")),
    }
}

/// An own attribute, or limits on a built-in one (`profile.fluency`).
fn attribute(document: &mut Document, name: &str, value: &Toml) {
    if ["profile", "visit", "journey"].contains(&name) {
        for (field, limits) in value.as_table().into_iter().flatten() {
            document.limits.insert(format!("{name}.{field}"), limit(limits));
        }
        return;
    }
    let values = |list: &Toml| names(Some(list));
    let of_type = |word: &str, members: Option<&Toml>| match word {
        "bool" => Kind::Bool,
        "int" => {
            let end =
                |key: &str, otherwise: i64| value.get(key).and_then(Toml::as_integer).unwrap_or(otherwise);
            Kind::Int(end("min", i64::MIN), end("max", i64::MAX))
        }
        "float" => Kind::Float,
        "string" => Kind::Text,
        "timestamp" => Kind::Time,
        "enum" => Kind::Enum(members.map(values).unwrap_or_default()),
        "set" => Kind::Set(members.map(values).unwrap_or_default()),
        other => panic!("no type {other}"),
    };
    let (kind, on) = match value {
        Toml::Array(_) => (Kind::Enum(values(value)), None),
        Toml::String(word) => (of_type(word, None), None),
        other => {
            let members = other.get("values").or(other.get("members"));
            document.limits.insert(name.to_owned(), limit(other));
            (of_type(&string(other.get("type")).expect("a type"), members), string(other.get("on")))
        }
    };
    let on_visit = on.is_some_and(|on| on == "visit");
    document.attributes.insert(name.to_owned(), Attribute { kind, on_visit });
}

fn limit(value: &Toml) -> Limit {
    Limit {
        min_source: level(&SOURCES, value.get("min_source")).unwrap_or(0),
        max_age_days: value.get("max_age_days").and_then(Toml::as_integer),
        consent: string(value.get("consent")),
    }
}

fn effects(value: &Toml) -> Effects {
    let points = |key: &str| value.get(key).and_then(Toml::as_integer).unwrap_or(0);
    let channels = value.get("channels").and_then(Toml::as_table).into_iter().flatten();
    Effects {
        layout: points("layout"),
        assistance: points("assistance"),
        channels: channels
            .map(|(name, points)| (name.clone(), points.as_integer().expect("points")))
            .collect(),
        layout_at_most: level(&LAYOUTS, value.get("layout_at_most")),
        assistance_at_least: level(&ASSISTANCE, value.get("assistance_at_least")),
        adapt: names(value.get("adapt")),
        never: names(value.get("never")),
    }
}

/// The tree of a condition, by the parser of the `cel` crate.
pub fn condition(text: &str) -> Expr {
    let parsed = cel::parser::Parser::new().parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    tree(&parsed, &mut Vec::new())
}

fn tree(node: &IdedExpr, bound: &mut Vec<String>) -> Expr {
    match &node.expr {
        Cel::Literal(LiteralValue::Boolean(value)) => Expr::Bool(*value.inner()),
        Cel::Literal(LiteralValue::Int(value)) => Expr::Int(*value.inner()),
        Cel::Literal(LiteralValue::Double(value)) => Expr::Float(*value.inner()),
        Cel::Literal(LiteralValue::String(value)) => Expr::Text(value.inner().to_owned()),
        Cel::List(list) => Expr::List(list.elements.iter().map(|item| tree(item, bound)).collect()),
        Cel::Ident(name) if bound.contains(name) => Expr::Variable(name.clone()),
        Cel::Ident(name) => Expr::Attribute(name.clone()),
        Cel::Select(select) => {
            let path = format!("{}.{}", dotted(&select.operand), select.field);
            if select.test {
                return call("has", vec![Expr::Attribute(path)]);
            }
            match path.strip_prefix("segment.") {
                Some(name) => Expr::Segment(name.to_owned()),
                None => Expr::Attribute(path),
            }
        }
        Cel::Call(function) => {
            let operands = function.target.iter().map(|target| &**target).chain(&function.args);
            let mut args: Vec<Expr> = operands.map(|arg| tree(arg, bound)).collect();
            let name = function.func_name.as_str();
            if let Some(sign) = SIGNS.iter().find(|(operator, _)| *operator == name).map(|(_, sign)| *sign) {
                let b = args.pop().expect("two operands");
                return pair(sign, args.pop().expect("two operands"), b);
            }
            match name {
                "!_" => Expr::Not(Box::new(args.remove(0))),
                "-_" => Expr::Negative(Box::new(args.remove(0))),
                "_?_:_" => {
                    let mut next = || Box::new(args.remove(0));
                    Expr::If(next(), next(), next())
                }
                _ => call(name, args),
            }
        }
        Cel::Comprehension(loops) => {
            let over = tree(&loops.iter_range, bound);
            bound.push(loops.iter_var.clone());
            // The macros make `result || BODY` from false and `result && BODY` from true.
            let Cel::Call(step) = &loops.loop_step.expr else { panic!("not exists or all") };
            let body = tree(&step.args[1], bound);
            bound.pop();
            each(step.func_name == "_&&_", over, &loops.iter_var, body)
        }
        other => panic!("the interpreter does not read {other:?}"),
    }
}

fn dotted(node: &IdedExpr) -> String {
    match &node.expr {
        Cel::Ident(name) => name.clone(),
        Cel::Select(select) => format!("{}.{}", dotted(&select.operand), select.field),
        other => panic!("not a name: {other:?}"),
    }
}

const SIGNS: [(&str, &str); 15] = [
    ("_&&_", "&&"),
    ("_||_", "||"),
    ("_==_", "=="),
    ("_!=_", "!="),
    ("_<_", "<"),
    ("_<=_", "<="),
    ("_>_", ">"),
    ("_>=_", ">="),
    ("_+_", "+"),
    ("_-_", "-"),
    ("_*_", "*"),
    ("_/_", "/"),
    ("_%_", "%"),
    ("@in", "in"),
    ("_[_]", "[]"),
];
