//! The visitors of tests: what a profile, a visit and a journey hold, from the table of attributes.

use serde_json::{Map, Value, json};

use super::{flag, int, list, said, table, text, with, word};
use crate::attribute::table::{Kind, row_of};
use crate::channel::{Channel, Reach};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::Source;
use crate::journey::Journey;
use crate::need::{AccessNeed, NeedStrength};
use crate::profile::ProfileFact;
use crate::visit::{Unit, VisitFact};

/// A time with an offset.
const TIME: &str = r"^\d{4}-\d{2}-\d{2}.*([Zz]|[+-]\d{2}:?\d{2})$";

pub(super) fn definitions() -> Value {
    json!({
        "profile": profile(),
        "visit": visit(),
        "journey": journey(),
        "own_fact": own_fact(),
    })
}

fn time(about: &str) -> Value {
    json!({ "type": "string", "pattern": TIME, "description": about })
}

/// The values of a row of the table of attributes.
fn value(kind: Kind) -> Value {
    match kind {
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Int(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Float => json!({ "type": "number" }),
        Kind::Text => json!({ "type": "string" }),
        Kind::Channel => json!({ "anyOf": [{ "enum": Channel::NAMES }, channel_name()] }),
        Kind::Timestamp => json!({ "type": "string", "pattern": TIME }),
        Kind::Enum(names) => json!({ "type": "string", "enum": names }),
        Kind::Set(names) => json!({ "type": "array", "items": { "enum": names } }),
        Kind::Purposes => json!({ "type": "array", "items": { "type": "string" } }),
    }
}

fn channel_name() -> Value {
    json!({ "type": "string", "pattern": super::NAME, "maxLength": crate::channel::ChannelName::MAX })
}

/// A bare value, or one with its source and date.
fn fact(about: &str, value: Value) -> Value {
    let source = || ("source", word("Who says so.", Source::NAMES));
    let learnt = || ("learnt", time("When it was learnt."));
    let long = |name: &'static str, value: Value| table("", &[name], [(name, value), source(), learnt()]);
    let float = json!({ "type": ["number", "string"] });
    let long = [("value", value.clone()), ("timestamp", time("")), ("float", float)].map(|(n, v)| long(n, v));
    let any: Vec<Value> = std::iter::once(value).chain(long).collect();
    json!({ "description": about, "anyOf": any })
}

/// A fact of the host's own, of whatever type.
fn own_fact() -> Value {
    let any = json!({ "anyOf": [
        { "type": ["boolean", "number", "string"] },
        { "type": "array", "items": { "type": "string" } },
    ] });
    fact("The value of a fact of our own.", any)
}

/// The kept facts of a side, by name.
fn facts(side: &str, names: &'static [&'static str]) -> Vec<(&'static str, Value)> {
    let one = |&name: &&'static str| {
        let row = row_of(side, name);
        let unit = if row.unit.is_empty() { String::new() } else { format!(", in {}", row.unit) };
        (name, fact(&format!("{}{unit}.", row.meaning), value(row.kind)))
    };
    names.iter().map(one).collect()
}

fn own() -> (&'static str, Value) {
    let fact = json!({ "$ref": "#/definitions/own_fact" });
    let about = "The policy's own facts, by name.";
    ("attributes", json!({ "type": "object", "description": about, "additionalProperties": fact }))
}

fn by_channel(about: &str, entry: Value) -> Value {
    let mut names = channel_name();
    with(&mut names, "description", json!("A channel."));
    json!({ "type": "object", "description": about, "propertyNames": names, "additionalProperties": entry })
}

fn profile() -> Value {
    let strength = json!({ "type": "string", "enum": NeedStrength::NAMES });
    let needs: Map<String, Value> =
        AccessNeed::NAMES.iter().map(|need| ((*need).to_owned(), strength.clone())).collect();
    let needs = json!({
        "type": "object",
        "description": "What the person needs: `{ large_text = \"required\" }`.",
        "properties": needs,
        "additionalProperties": false,
    });
    let until = table("", &["until"], [("until", time("When it ends."))]);
    let consents = json!({
        "type": "object",
        "description": "What the person has consented to, by purpose.",
        "additionalProperties": { "anyOf": [{ "type": "boolean" }, until] },
    });
    let count = |row: &str, about: &str| by_channel(about, value(row_of("profile", row).kind));
    let preferred = row_of("profile", "preferred_channel");
    let fields = [
        ("preferred_channel", fact(preferred.meaning, value(preferred.kind))),
        ("needs", needs),
        ("reach", by_channel("How surely they can be reached.", word("", Reach::NAMES))),
        ("consents", consents),
        ("contacts", by_channel("When we began contacts.", list("", time("")))),
        ("uses", count("uses.CHANNEL", "How often they have used a channel.")),
        ("success", count("success.CHANNEL", "How often they succeeded there.")),
        ("habit", count("habit.CHANNEL", "The steps of their habit, up to 4.")),
        ("last", by_channel("When they were last there.", time(""))),
        ("journey", json!({ "$ref": "#/definitions/journey" })),
        own(),
    ];
    table("What is known of the person.", &[], facts("profile", ProfileFact::NAMES).into_iter().chain(fields))
}

fn visit() -> Value {
    let ids = Unit::NAMES.iter().map(|&unit| (unit, text("An id: what arms are drawn by.")));
    let prior = table(
        "The two levels of the decision before.",
        &["layout", "assistance"],
        [
            ("layout", word("The layout that was shown.", LayoutComplexity::NAMES)),
            ("assistance", word("The assistance that was given.", AssistanceLevel::NAMES)),
        ],
    );
    let fields = [
        ("at", time("When: the house's clock goes by its offset.")),
        ("channel", said("The channel in use.", value(Kind::Channel))),
        ("journey", json!({ "$ref": "#/definitions/journey" })),
        ("ids", table("Who it is, for draws alone.", &[], ids)),
        ("prior", prior),
        own(),
    ];
    table("The request.", &["at"], facts("visit", VisitFact::NAMES).into_iter().chain(fields))
}

fn journey() -> Value {
    let one = |&name: &&'static str| match name {
        "started_at" => (name, time("When it began.")),
        name => {
            let row = row_of("journey", name);
            let value = match row.kind {
                Kind::Bool => flag(row.meaning),
                Kind::Int(min, max) => int(row.meaning, min, max),
                kind => said(row.meaning, value(kind)),
            };
            (name, value)
        }
    };
    table("What the person is trying to do, and how it goes.", &[], Journey::FIELDS.iter().map(one))
}
