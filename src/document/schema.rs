//! The shape of a policy document as a JSON Schema, for editors: what stands where, with help for every key. It says what the
//! reader in `read.rs` accepts of each value by itself, from the same tables of names; what a document means, only loading
//! tells. A test holds the two against each other.

mod people;

use serde_json::{Map, Value, json};

use super::PolicyDocument;
use super::at::POINTS;
use crate::attribute::table::{CHANNEL, NEVER_A_NAME, ROWS};
use crate::channel::Channel;
use crate::decision::ReasonCode;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::Source;
use crate::finding::{FindingKind, FindingLevel};
use crate::limits::Limits;
use crate::need::AccessNeed;
use crate::visit::Unit;

/// A name of the author's own.
const NAME: &str = "^[a-z][a-z0-9_]*$";

impl PolicyDocument {
    /// The shape of a policy document as a JSON Schema (draft 7), for editors: completion, help for every key, and a wrong shape
    /// underlined while it is typed. In TOML too, where the editor knows schemas for it: Taplo, and Even Better TOML with it, ask
    /// for a first line `#:schema ./maitre.schema.json`.
    ///
    /// What the schema refuses, loading refuses. Loading refuses more: conditions are checked there, names are looked up, limits
    /// are held, and the policy as a whole is judged.
    #[must_use]
    pub fn json_schema() -> String {
        // Only texts, numbers and lists and tables of them: they can always be written.
        serde_json::to_string_pretty(&document()).unwrap_or_default() + "\n"
    }
}

/// A table of the format's own keys, of which some must be there.
fn table(about: &str, required: &[&str], fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let fields: Map<String, Value> = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut table = json!({ "type": "object", "properties": fields, "additionalProperties": false });
    if !about.is_empty() {
        with(&mut table, "description", json!(about));
    }
    if !required.is_empty() {
        with(&mut table, "required", json!(required));
    }
    table
}

/// A table of what the author names.
fn named(about: &str, entry: Value) -> Value {
    json!({ "type": "object", "description": about, "propertyNames": name(), "additionalProperties": entry })
}

fn with(value: &mut Value, key: &str, what: Value) {
    if let Value::Object(fields) = value {
        fields.insert(key.to_owned(), what);
    }
}

fn said(about: &str, mut value: Value) -> Value {
    with(&mut value, "description", json!(about));
    value
}

fn name() -> Value {
    json!({ "type": "string", "pattern": NAME, "maxLength": Limits::NAME_BYTES })
}
fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}
fn flag(about: &str) -> Value {
    json!({ "type": "boolean", "description": about })
}
fn int(about: &str, least: i64, most: i64) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most, "description": about })
}
fn points(about: &str) -> Value {
    int(about, *POINTS.start(), *POINTS.end())
}
fn word(about: &str, names: &[&str]) -> Value {
    json!({ "type": "string", "enum": names, "description": about })
}
fn list(about: &str, entry: Value) -> Value {
    json!({ "type": "array", "items": entry, "description": about })
}
fn set(about: &str, entry: Value) -> Value {
    json!({ "type": "array", "items": entry, "uniqueItems": true, "description": about })
}
fn needs(about: &str) -> Value {
    set(about, json!({ "type": "string", "enum": AccessNeed::NAMES }))
}
fn names(about: &str) -> Value {
    set(about, json!({ "type": "string" }))
}
/// A text that says something.
fn filled(about: &str) -> Value {
    json!({ "type": "string", "pattern": "\\S", "description": about })
}
fn channel_points() -> Value {
    named("Points for channels: `{ chat = 40, phone = 30 }`.", points("Points for this channel."))
}
fn layout_at_most() -> Value {
    word("The layout is never more complex than this.", LayoutComplexity::NAMES)
}
fn assistance_at_least() -> Value {
    word("The assistance is never less than this.", AssistanceLevel::NAMES)
}
fn unit() -> Value {
    word("What is drawn: by login nobody moves from arm to arm.", Unit::NAMES)
}
fn because() -> Value {
    filled("Why, in plain words that can be read to the person it is about.")
}

fn when() -> Value {
    filled("For whom: a condition in CEL, as `'segment.stuck || visit.errors > 2'`.")
}

fn document() -> Value {
    let mut schema = table(
        "Through which channel, with how complex a layout and with how much assistance people are served.",
        &["format", "name", "last_resort", "channels"],
        [
            ("format", json!({ "const": 1, "description": "The format of this document: 1." })),
            ("name", said("The name of the policy.", name())),
            ("purposes", most(set("What a person can consent to.", name()), Limits::PURPOSES)),
            ("gpc", most(names("Of these, what Sec-GPC withholds."), Limits::PURPOSES)),
            ("defaults", defaults()),
            ("weights", weights()),
            ("holdout", holdout()),
            ("people", flag("Whether there are people to reach: true unless said otherwise.")),
            (
                "last_resort",
                at_least_one(list(
                    "The channels that serve where no other is left, the best first.",
                    json!({ "type": "string" }),
                )),
            ),
            (
                "channels",
                at_least_one(most(
                    list("The channels, in the order that decides ties.", channel()),
                    Limits::CHANNELS,
                )),
            ),
            ("attributes", attributes()),
            ("segments", segments()),
            ("rules", named("Conditions and what they bring.", rule())),
            ("experiments", most_fields(named("Experiments.", experiment()), Limits::EXPERIMENTS)),
            ("guarantees", named("What must hold for all visitors.", guarantee())),
            ("findings", findings()),
            ("tests", list("Visitors, and what is expected for them.", test())),
        ],
    );
    with(&mut schema, "$schema", json!("http://json-schema.org/draft-07/schema#"));
    with(&mut schema, "title", json!("A policy of maitre"));
    with(&mut schema, "definitions", people::definitions());
    schema
}

fn most(mut list: Value, most: usize) -> Value {
    with(&mut list, "maxItems", json!(most));
    list
}
fn most_fields(mut table: Value, most: usize) -> Value {
    with(&mut table, "maxProperties", json!(most));
    table
}
fn at_least_one(mut list: Value) -> Value {
    with(&mut list, "minItems", json!(1));
    list
}

fn defaults() -> Value {
    table(
        "Where points begin: `standard` and `hints` unless said otherwise.",
        &[],
        [
            ("layout", word("The layout.", LayoutComplexity::NAMES)),
            ("assistance", word("The assistance.", AssistanceLevel::NAMES)),
        ],
    )
}

fn weights() -> Value {
    let most = *POINTS.end();
    table(
        "What habit, continuity and needs count, and how steady the layout is.",
        &[],
        [
            ("habit", int("Points for each step of habit on a channel.", 0, most)),
            ("continuity", int("Points for the channel in use.", 0, most)),
            ("need", int("Points against a channel for each preferred need it conflicts with.", 0, most)),
            ("margin", int("By how many points a level is widened for those who have it.", 0, 49)),
        ],
    )
}

fn holdout() -> Value {
    table(
        "Who is kept out of all experiments.",
        &["unit", "percent"],
        [
            ("unit", unit()),
            ("percent", int("How many of a hundred.", 0, 100)),
            ("salt", text("What the draw is salted with: `holdout` unless said otherwise.")),
        ],
    )
}

fn channel() -> Value {
    let about = "The name: of a built-in channel, or with `own = true` another, up to 15 characters.";
    let any = json!({ "anyOf": [{ "enum": Channel::NAMES }, name()], "description": about });
    table(
        "A channel.",
        &["name"],
        [
            ("name", any),
            ("base", points("Where its score begins.")),
            ("own", flag("Whether it is one of the policy's own.")),
            ("staffed", flag("Whether a person serves there.")),
            (
                "reach",
                word("How surely a person must be reachable there.", &["unknown", "claimed", "verified"]),
            ),
            ("consent", text("The purpose that a person must have granted.")),
            ("quiet", text("When we begin no contact, by the visitor's clock: `21:00-08:00`.")),
            (
                "open",
                at_least_one(list(
                    "When it serves, by the house's clock: `mon-fri 08:00-20:00`. Without it, always.",
                    json!({ "type": "string" }),
                )),
            ),
            (
                "contacts_at_most",
                int("How many contacts we begin there in 30 days.", 0, Limits::CONTACTS.into()),
            ),
            ("layout_at_most", word("The most complex layout it can carry.", LayoutComplexity::NAMES)),
            ("conflicts", needs("Needs that it cannot serve, beside those built in.")),
        ],
    )
}

fn limit() -> [(&'static str, Value); 3] {
    [
        ("min_source", word("The weakest source that will do.", Source::NAMES)),
        ("max_age_days", int("The greatest age, in days.", 0, u32::MAX.into())),
        ("consent", text("The purpose that a person must have granted.")),
    ]
}

/// The host's own facts, and limits on built-in ones, nested by their dots.
fn attributes() -> Value {
    let mut table = named("Facts of our own, and limits on built-in ones.", own());
    let home = |home: &str| {
        let rows = ROWS.iter().filter(|row| row.limitable);
        let of_home = rows.filter_map(|row| Some((row.name.strip_prefix(home)?.strip_prefix('.')?, row)));
        let fields = of_home.map(|(name, row)| {
            let name = name.strip_suffix(CHANNEL).map_or(name, |family| family.trim_end_matches('.'));
            (name.to_owned(), self::table(row.meaning, &[], limit()))
        });
        let fields: Map<String, Value> = fields.collect();
        json!({
            "type": "object",
            "description": "Limits on built-in facts: what hides them.",
            "properties": fields,
            "additionalProperties": false,
        })
    };
    let homes: Map<String, Value> =
        ["profile", "visit", "journey"].into_iter().map(|name| (name.to_owned(), home(name))).collect();
    with(&mut table, "properties", Value::Object(homes));
    table
}

/// An attribute of the host's own: a type, the values of an enum, or a table.
fn own() -> Value {
    const PLAIN: [&str; 4] = ["bool", "float", "string", "timestamp"];
    let kind = |names: &[&str]| ("type", word("What kind of value it has.", names));
    let on = || ("on", word("Whether the profile keeps it or each visit brings it.", &["profile", "visit"]));
    let values = || at_least_one(set("Its names.", json!({ "type": "string", "minLength": 1 })));
    let of = |required: &[&str], fields: Vec<(&'static str, Value)>| {
        table("", required, fields.into_iter().chain([on()]).chain(limit()))
    };
    let bound = |about: &str| int(about, i64::MIN, i64::MAX);
    let min_and_max = [("min", bound("The least value.")), ("max", bound("The greatest value."))];
    json!({
        "description": "A fact of our own: its type, the list of its values, or a table.",
        "anyOf": [
            { "type": "string", "enum": ["bool", "int", "float", "string", "timestamp"] },
            values(),
            of(&["type"], vec![kind(&PLAIN)]),
            of(&["type"], std::iter::once(kind(&["int"])).chain(min_and_max).collect()),
            of(&["values"], vec![kind(&["enum"]), ("values", values())]),
            of(&["members"], vec![kind(&["set"]), ("members", values())]),
        ],
    })
}

fn segments() -> Value {
    let unknown = word("Whether an unknown value counts as true.", &["include", "exclude"]);
    let long = table("", &["when"], [("when", when()), ("on_unknown", unknown), ("because", because())]);
    let mut table = named("Named conditions.", json!({ "anyOf": [when(), long] }));
    let mut names = name();
    // What has a meaning in conditions cannot name a segment.
    with(&mut names, "not", json!({ "enum": NEVER_A_NAME }));
    with(&mut table, "propertyNames", names);
    table
}

fn rule() -> Value {
    table(
        "For whom, and what it brings.",
        &["when"],
        [
            ("when", when()),
            ("layout", points("Points for the layout, 100 to a level: `-100` makes it simpler.")),
            ("assistance", points("Points for the assistance, 100 to a level: `100` brings more help.")),
            ("channels", channel_points()),
            ("layout_at_most", layout_at_most()),
            ("assistance_at_least", assistance_at_least()),
            ("adapt", needs("What the page must do.")),
            ("never", names("Channels that are excluded.")),
            ("because", because()),
        ],
    )
}

fn experiment() -> Value {
    let arm = table(
        "An arm: points and nothing else.",
        &["name", "weight"],
        [
            ("name", said("Its name.", name())),
            ("weight", int("Its share.", 0, *POINTS.end())),
            ("layout", points("Points for the layout.")),
            ("assistance", points("Points for the assistance.")),
            ("channels", channel_points()),
        ],
    );
    table(
        "An experiment: whoever it is for draws an arm.",
        &["unit", "arms"],
        [
            ("when", filled("For whom; without it for everybody.")),
            ("unit", unit()),
            ("salt", text("What the draw is salted with: the name of the experiment unless said otherwise.")),
            ("arms", at_least_one(most(list("The arms, in order.", arm), Limits::ARMS))),
        ],
    )
}

fn guarantee() -> Value {
    let inconclusive =
        "Whether it refuses the policy, or only warns, where it is neither proven nor refuted.";
    table(
        "What must hold for all visitors of whom the condition is true.",
        &["when"],
        [
            ("when", when()),
            ("layout_at_most", layout_at_most()),
            ("assistance_at_least", assistance_at_least()),
            ("never", names("Channels that are never chosen.")),
            ("inconclusive", word(inconclusive, &["warn", "refuse"])),
            ("because", because()),
        ],
    )
}

fn findings() -> Value {
    let level = || word("How much it weighs.", FindingLevel::NAMES);
    let entry = |kind: &FindingKind| {
        let long = table("", &[], [("level", level()), ("except", names("Who is left out, by name."))]);
        (kind.as_str(), said(kind.about(), json!({ "anyOf": [level(), long] })))
    };
    let kinds = FindingKind::ALL.iter().map(entry);
    table("How much each kind of finding of the analysis weighs.", &[], kinds)
}

fn test() -> Value {
    let refer = |to: &str| json!({ "$ref": format!("#/definitions/{to}") });
    table(
        "A visitor, and what is expected for them.",
        &["name", "visit", "expect"],
        [
            ("name", filled("What it tells, in plain words.")),
            ("profile", refer("profile")),
            ("visit", refer("visit")),
            ("journey", refer("journey")),
            ("expect", expect()),
        ],
    )
}

fn expect() -> Value {
    let reasons = ReasonCode::BY_AXIS.map(|(axis, codes)| {
        let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let about = "A code, or with who gave it: `rules:rescue`.";
        let pattern = format!("^({})(:|$)", codes.join("|"));
        (axis, json!({ "type": "string", "pattern": pattern, "description": about }))
    });
    let arm = json!({ "type": "string" });
    table(
        "What is expected; what is not named may be anything.",
        &[],
        [
            ("channel", text("The channel.")),
            ("layout", word("The layout on it.", LayoutComplexity::NAMES)),
            ("layout_in_use", word("The layout on the channel in use.", LayoutComplexity::NAMES)),
            ("assistance", word("The assistance.", AssistanceLevel::NAMES)),
            ("adapt", needs("All adaptations.")),
            ("way_out", text("The channel by which a person is reached.")),
            ("open", flag("Whether somebody is there now, on the way out.")),
            ("reasons", table("Why, by axis.", &[], reasons)),
            (
                "alternatives",
                most(list("The next channels, the best first.", json!({ "type": "string" })), 3),
            ),
            ("segments", names("All segments that hold.")),
            ("rules", names("All rules that hold.")),
            ("arms", named("The arm of each experiment named.", arm)),
        ],
    )
}
