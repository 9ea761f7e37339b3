//! A document to the text of a policy, and small readable forms of visitors for messages.

use std::fmt::Write;

use crate::oracle::document::*;

/// In which order the tables are written: nothing may depend on it (Law 5).
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    Forward,
    Backward,
}

pub fn toml(document: &Document) -> String {
    toml_in(document, Order::Forward)
}

pub fn toml_in(document: &Document, order: Order) -> String {
    let mut out = String::from("format = 1\nname = \"generated\"\n");
    let turn = |mut list: Vec<String>| {
        if order == Order::Backward {
            list.reverse();
        }
        list
    };
    let put = |out: &mut String, lines: Vec<String>| {
        for line in turn(lines) {
            out.push_str(&line);
            out.push('\n');
        }
    };
    let mut top = Vec::new();
    if !document.purposes.is_empty() {
        top.push(format!("purposes = {}", list(&turn(document.purposes.clone()))));
        top.push(format!("gpc = {}", list(&turn(document.gpc.clone()))));
    }
    let Weights { habit, continuity, need, margin } = document.weights;
    top.push(format!(
        "defaults = {{ layout = \"{}\", assistance = \"{}\" }}",
        LAYOUTS[document.layout], ASSISTANCE[document.assistance]
    ));
    top.push(format!(
        "weights = {{ habit = {habit}, continuity = {continuity}, need = {need}, margin = {margin} }}"
    ));
    if let Some(Holdout { unit, percent, salt }) = &document.holdout {
        top.push(format!("holdout = {{ unit = \"{unit}\", percent = {percent}, salt = \"{salt}\" }}"));
    }
    if !document.people {
        top.push("people = false".to_owned());
    }
    top.push(format!("last_resort = {}", list(&document.last_resort)));
    put(&mut out, top);
    out.push_str("channels = [\n");
    for c in &document.channels {
        writeln!(out, "  {},", channel(c)).expect("a text grows");
    }
    out.push_str("]\n\n[attributes]\n");
    let mut lines: Vec<String> = document
        .attributes
        .iter()
        .map(|(name, attribute)| own(name, attribute, document.limits.get(name)))
        .collect();
    let built_in = document.limits.iter().filter(|(name, _)| name.contains('.'));
    lines.extend(built_in.map(|(name, limit)| format!("{name} = {{ {} }}", limited(limit).join(", "))));
    put(&mut out, lines);
    out.push_str("\n[segments]\n");
    let lines = document.segments.iter().map(|(name, Segment { when, include_unknown })| {
        let when = literal(&when.print());
        if *include_unknown {
            format!("{name} = {{ when = {when}, on_unknown = \"include\" }}")
        } else {
            format!("{name} = {when}")
        }
    });
    put(&mut out, lines.collect());
    out.push_str("\n[rules]\n");
    let lines = document.rules.iter().map(|(name, rule)| {
        let mut keys = vec![format!("when = {}", literal(&rule.when.print()))];
        keys.extend(effects(&rule.effects));
        keys.push("because = \"why not\"".to_owned());
        format!("{name} = {{ {} }}", keys.join(", "))
    });
    put(&mut out, lines.collect());
    out.push_str("\n[experiments]\n");
    let lines = document.experiments.iter().map(|(name, experiment)| {
        let mut keys = Vec::new();
        keys.extend(experiment.when.as_ref().map(|when| format!("when = {}", literal(&when.print()))));
        keys.push(format!("unit = \"{}\"", experiment.unit));
        keys.extend(experiment.salt.as_ref().map(|salt| format!("salt = \"{salt}\"")));
        let arm = |arm: &Arm| {
            let mut keys = vec![format!("name = \"{}\"", arm.name), format!("weight = {}", arm.weight)];
            keys.extend(effects(&arm.effects));
            format!("{{ {} }}", keys.join(", "))
        };
        keys.push(format!("arms = [{}]", experiment.arms.iter().map(arm).collect::<Vec<_>>().join(", ")));
        format!("{name} = {{ {} }}", keys.join(", "))
    });
    put(&mut out, lines.collect());
    out
}

/// A TOML literal text of a condition, which has no single quote in it.
fn literal(condition: &str) -> String {
    format!("'{condition}'")
}
fn list(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "))
}

fn channel(c: &Channel) -> String {
    let mut keys = vec![format!("name = \"{}\"", c.name)];
    if c.own {
        keys.push("own = true".to_owned());
    }
    keys.push(format!("base = {}", c.base));
    if c.reach != 1 {
        keys.push(format!("reach = \"{}\"", REACH[c.reach]));
    }
    keys.extend(c.consent.as_ref().map(|purpose| format!("consent = \"{purpose}\"")));
    keys.extend(c.quiet.as_ref().map(|hours| format!("quiet = \"{hours}\"")));
    keys.extend(c.open.as_ref().map(|spans| format!("open = {}", list(spans))));
    keys.extend(c.contacts_at_most.map(|most| format!("contacts_at_most = {most}")));
    keys.extend(c.layout_at_most.map(|level| format!("layout_at_most = \"{}\"", LAYOUTS[level])));
    if c.staffed {
        keys.push("staffed = true".to_owned());
    }
    if !c.conflicts.is_empty() {
        keys.push(format!("conflicts = {}", list(&c.conflicts)));
    }
    format!("{{ {} }}", keys.join(", "))
}

fn limited(limit: &Limit) -> Vec<String> {
    let mut keys = Vec::new();
    if limit.min_source > 0 {
        keys.push(format!("min_source = \"{}\"", SOURCES[limit.min_source]));
    }
    keys.extend(limit.max_age_days.map(|days| format!("max_age_days = {days}")));
    keys.extend(limit.consent.as_ref().map(|purpose| format!("consent = \"{purpose}\"")));
    keys
}

fn own(name: &str, attribute: &Attribute, limit: Option<&Limit>) -> String {
    let mut keys = match &attribute.kind {
        Kind::Bool => vec!["type = \"bool\"".to_owned()],
        Kind::Int(i64::MIN, i64::MAX) => vec!["type = \"int\"".to_owned()],
        Kind::Int(min, max) => {
            vec!["type = \"int\"".to_owned(), format!("min = {min}"), format!("max = {max}")]
        }
        Kind::Float => vec!["type = \"float\"".to_owned()],
        Kind::Text => vec!["type = \"string\"".to_owned()],
        Kind::Time => vec!["type = \"timestamp\"".to_owned()],
        Kind::Enum(values) => vec!["type = \"enum\"".to_owned(), format!("values = {}", list(values))],
        Kind::Set(members) => vec!["type = \"set\"".to_owned(), format!("members = {}", list(members))],
    };
    if attribute.on_visit {
        keys.push("on = \"visit\"".to_owned());
    }
    keys.extend(limit.into_iter().flat_map(limited));
    // The short forms of what is short.
    match (&attribute.kind, keys.len()) {
        (Kind::Enum(values), 2) => format!("{name} = {}", list(values)),
        (_, 1) => format!("{name} = {}", keys[0].trim_start_matches("type = ")),
        _ => format!("{name} = {{ {} }}", keys.join(", ")),
    }
}

fn effects(effects: &Effects) -> Vec<String> {
    let mut keys = Vec::new();
    if effects.layout != 0 {
        keys.push(format!("layout = {}", effects.layout));
    }
    if effects.assistance != 0 {
        keys.push(format!("assistance = {}", effects.assistance));
    }
    if !effects.channels.is_empty() {
        let points: Vec<String> =
            effects.channels.iter().map(|(name, points)| format!("{name} = {points}")).collect();
        keys.push(format!("channels = {{ {} }}", points.join(", ")));
    }
    keys.extend(effects.layout_at_most.map(|level| format!("layout_at_most = \"{}\"", LAYOUTS[level])));
    keys.extend(
        effects.assistance_at_least.map(|level| format!("assistance_at_least = \"{}\"", ASSISTANCE[level])),
    );
    if !effects.adapt.is_empty() {
        keys.push(format!("adapt = {}", list(&effects.adapt)));
    }
    if !effects.never.is_empty() {
        keys.push(format!("never = {}", list(&effects.never)));
    }
    keys
}
