//! The table `[attributes]`: the host's own facts with their types, and limits on built-in ones (D1).

use std::collections::BTreeSet;

use super::at::At;
use super::fields::Fields;
use super::node::Kind;
use super::source::{Aim, Problem};
use super::{AttributeEntry, LimitEntry, PolicyDocument};
use crate::attribute::{AttributeType, Names};
use crate::diagnostic::DiagnosticCode as Code;
use crate::fact::Source;

/// What stands before the dot in the name of a built-in attribute.
const BUILT_IN: [&str; 3] = ["profile", "visit", "journey"];
const TYPES: [&str; 7] = ["bool", "int", "float", "string", "enum", "set", "timestamp"];

pub(super) fn read(at: &At<'_>, document: &mut PolicyDocument, unread: &mut BTreeSet<String>) -> Option<()> {
    let allowed = at.shared.limits.attributes;
    let most = allowed + BUILT_IN.len();
    let found = match &at.node.kind {
        Kind::Table(entries) => entries.iter().filter(|(key, _)| !BUILT_IN.contains(&&*key.text)).count(),
        _ => 0,
    };
    if found > allowed {
        let message =
            format!("{found} attributes of your own, expected at most {allowed}, the limit `attributes`");
        at.report(Code::Limit, message);
        return None;
    }
    at.named(("attributes", most), |name, at| {
        if BUILT_IN.contains(&name) && at.is_table() {
            for (key, limit) in at.named(("attributes", most), |_, at| built_in(at))? {
                document.limits.insert(format!("{name}.{key}"), limit);
            }
            return Some(());
        }
        match own(at) {
            Some(entry) => drop(document.attributes.insert(name.to_owned(), entry)),
            None => drop(unread.insert(name.to_owned())),
        }
        Some(())
    })?;
    Some(())
}

fn built_in(at: &At<'_>) -> Option<LimitEntry> {
    const OWN: &str = "only an attribute of your own has a type to declare, and a name without a dot, \
                       as `stock = { type = \"int\", on = \"visit\" }`";
    let table = "a table, as `{ max_age_days = 90 }`";
    if matches!(at.node.kind, Kind::Text(_) | Kind::List(_)) {
        return at.wrong_but(table, Some(OWN.to_owned()));
    }
    let mut fields = at.fields(table)?;
    fields.refuse(&["type", "values", "members", "min", "max", "on"], |key| {
        let message =
            format!("`{key}` on a built-in attribute, expected `min_source`, `max_age_days` or `consent`");
        (message, OWN.to_owned())
    });
    let limit = limit(&mut fields);
    fields.done();
    Some(limit)
}

fn limit(fields: &mut Fields<'_>) -> LimitEntry {
    let source = fields.optional("min_source", |at| at.word("source", Source::NAMES, Source::parse));
    LimitEntry {
        min_source: source.unwrap_or(Source::Inferred),
        max_age_days: fields.optional("max_age_days", |at| at.count(u32::MAX)),
        consent: fields.optional("consent", |at| at.owned()),
    }
}

fn own(at: &At<'_>) -> Option<AttributeEntry> {
    let short = |kind| AttributeEntry { kind, on_visit: false, limit: LimitEntry::default() };
    let mut declared = Declared::default();
    match &at.node.kind {
        Kind::List(_) => return names(at).map(|names| short(AttributeType::Enum(names))),
        Kind::Text(_) => {
            declared.kind = Some(type_name(at)?);
            return declared.resolve(at).map(short);
        }
        Kind::Table(_) => {}
        _ => return at.wrong("a type, a list of values or a table"),
    }
    let mut fields = at.fields("a table")?;
    // Whatever is there and cannot be read has been reported, and a type guessed without it would lead astray.
    let (kind, values) =
        (fields.optional("type", |at| Some(type_name(at))), fields.optional("values", |at| Some(names(at))));
    let members = fields.optional("members", |at| Some(names(at)));
    let whole = kind != Some(None) && values != Some(None) && members != Some(None);
    let any = |at: &At<'_>| at.int(i64::MIN..=i64::MAX);
    let (min, max) = (fields.optional("min", any), fields.optional("max", any));
    declared =
        Declared { kind: kind.flatten(), values: values.flatten(), members: members.flatten(), min, max };
    let home = |word: &str| match word {
        "profile" => Some(false),
        "visit" => Some(true),
        _ => None,
    };
    let on_visit = fields.optional("on", |at| at.word("value", &["profile", "visit"], home));
    let limit = limit(&mut fields);
    fields.done();
    let kind = if whole { declared.resolve(at)? } else { return None };
    Some(AttributeEntry { kind, on_visit: on_visit.unwrap_or_default(), limit })
}

fn type_name(at: &At<'_>) -> Option<&'static str> {
    let known = |word: &str| TYPES.into_iter().find(|name| *name == word);
    if let Kind::Text(text) = &at.node.kind {
        let usual = match &**text {
            "text" | "str" => "string",
            "integer" | "number" | "i64" => "int",
            "double" | "decimal" | "f64" => "float",
            "boolean" | "flag" => "bool",
            "date" | "datetime" | "time" => "timestamp",
            "list" => "set",
            _ => "",
        };
        if !usual.is_empty() {
            let problem = at.problem(Code::UnknownValue, format!("unknown type `{text}`"));
            at.add(problem.with_help(format!("did you mean `{usual}`?")));
            return None;
        }
    }
    at.word("type", &TYPES, known)
}

/// The values of an enum or the members of a set.
fn names(at: &At<'_>) -> Option<Names> {
    let names = at.set(("names", at.shared.limits.names), |at| {
        let text = at.owned()?;
        if text.is_empty() {
            at.report(Code::BadName, "an empty value");
        }
        Some(text)
    })?;
    if names.is_empty() {
        if matches!(&at.node.kind, Kind::List(entries) if entries.is_empty()) {
            at.report(Code::MissingField, "an empty list of values, expected at least one");
        }
        return None;
    }
    Some(names.into_iter().map(Into::into).collect())
}

/// What a table says of a type.
#[derive(Default)]
struct Declared {
    kind: Option<&'static str>,
    values: Option<Names>,
    members: Option<Names>,
    min: Option<i64>,
    max: Option<i64>,
}

impl Declared {
    fn resolve(self, at: &At<'_>) -> Option<AttributeType> {
        let say = |code, key: &str, message: String, help: Option<&str>| {
            let problem = Problem::new(code, at.path().key(key), message).aimed(Aim::Key);
            at.add(problem.with_help(help.map(str::to_owned)));
            None
        };
        let kind = match (self.kind, &self.values, &self.members) {
            (Some(kind), _, _) => kind,
            // A list says by its name what it is.
            (None, Some(_), _) => "enum",
            (None, None, Some(_)) => "set",
            (None, None, None) => {
                let types = TYPES.map(|name| format!("`{name}`")).join(", ");
                at.add(
                    at.problem(Code::MissingField, "`type` is missing").with_help(format!("one of {types}")),
                );
                return None;
            }
        };
        for (key, there, of) in [
            ("values", self.values.is_some(), "enum"),
            ("members", self.members.is_some(), "set"),
            ("min", self.min.is_some(), "int"),
            ("max", self.max.is_some(), "int"),
        ] {
            if there && kind != of {
                let message =
                    format!("`{key}` on an attribute of type `{kind}`, expected it only on type `{of}`");
                let help = match (key, kind) {
                    ("values", "set") => Some("the names of a set are its `members`"),
                    ("members", "enum") => Some("the names of an enum are its `values`"),
                    _ => None,
                };
                return say(Code::UnknownField, key, message, help);
            }
        }
        let missing = |key: &str| {
            let problem =
                at.problem(Code::MissingField, format!("`{key}` is missing, the names of the {kind}"));
            at.add(problem.with_help(format!("as `{{ {key} = [\"one\", \"other\"] }}`")));
            None
        };
        Some(match kind {
            "bool" => AttributeType::Bool,
            "float" => AttributeType::Float,
            "string" => AttributeType::Text,
            "timestamp" => AttributeType::Timestamp,
            "enum" => match self.values {
                Some(names) => AttributeType::Enum(names),
                None => return missing("values"),
            },
            "set" => match self.members {
                Some(names) => AttributeType::Set(names),
                None => return missing("members"),
            },
            _ => {
                let (min, max) = (self.min.unwrap_or(i64::MIN), self.max.unwrap_or(i64::MAX));
                if min > max {
                    return say(
                        Code::OutOfRange,
                        "max",
                        format!("`max` is {max}, expected at least `min`, {min}"),
                        None,
                    );
                }
                AttributeType::Int { min, max }
            }
        })
    }
}
