//! What is asked and what is answered, but for the flags.

use maitre::{DiagnosticCode, JourneyStage, ReasonCode, RuledOut};
use serde_json::{Map, Value, json};

use super::{closed, fields, list, object, or_null, schema, text};
use crate::ask::MOST_HEADERS;
use crate::doors::{decide, touchpoints};
use crate::id::{LONGEST_ID, NO_ZERO};

pub(super) fn schemas() -> Map<String, Value> {
    fields(json!({
        "Id": id("Of the customer, as the caller calls them."),
        "Stage": { "type": "string", "enum": JourneyStage::NAMES, "description": "Where in the life with the company." },
        "Ask": ask(),
        "Batch": closed("Questions about many visitors.", &["visitors"], json!({
            "visitors": {
                "type": "array", "items": schema("Ask"), "maxItems": decide::MOST,
                "description": "What is wrong with one of them is told in its place, and the others are answered.",
            },
        })),
        "Decided": decided(),
        "Refused": object("Why one of many is not decided for.", &["status", "error"], json!({
            "status": { "type": "integer", "description": "The status that it would have alone." },
            "error": text("All that is wrong with it."),
        })),
        "AllDecided": object("In the order of the visitors.", &["decisions"], json!({
            "decisions": list("For each a decision, or why there is none.",
                json!({ "oneOf": [schema("Decided"), schema("Refused")] })),
        })),
        "WayOut": object("By which channel a person is reached.", &["channel", "open"], json!({
            "channel": schema("Channel"),
            "open": { "type": "boolean", "description": "Whether somebody is there now." },
        })),
        "Experience": object("How somebody is served.", &["channel", "layout", "assistance"], json!({
            "channel": schema("Channel"), "layout": schema("Layout"), "assistance": schema("Assistance"),
        })),
        "Explained": explained(),
        "Report": closed("What happened with a customer.", &["id", "touchpoints"], json!({
            "id": schema("Id"),
            "touchpoints": {
                "type": "array", "items": schema("Touchpoint"), "minItems": 1, "maxItems": touchpoints::MOST,
                "description": "In the order in which they were.",
            },
            "lenient": { "type": "boolean", "default": false,
                "description": "What makes no sense to the policy is kept as far as it can be, where without it it is an error." },
            "key": or_null(id("A report that is sent again with the same key changes nothing. The last 64 of a customer are known.")),
        })),
        "Kept": object("It is kept.", &["version", "touchpoints"], json!({
            "version": { "type": "integer", "minimum": 0, "description": "The version of the profile in which it is." },
            "touchpoints": { "type": "integer", "minimum": 0, "description": "How many were kept; 0 for a report that was known." },
        })),
        "Health": object("How the service is.", &["status", "policy", "digest"], json!({
            "status": {
                "type": "string", "enum": ["ok", "policy_refused", "no_writes", "no_profiles"],
                "description": "`policy_refused`: an older version of the policy serves; `no_writes`: nothing can be kept; `no_profiles`: they cannot be read.",
            },
            "policy": text("The name of the policy that serves."),
            "digest": digest(),
            "refused": text("What is wrong with the policy's file, for who has the token."),
        })),
        "Problem": object("Why a request is not answered (RFC 9457).", &["title", "status", "detail"], json!({
            "title": text("The status in words."),
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": text("What is wrong."),
            "problems": list("What is wrong with a visitor or a profile, one by one.", schema("Diagnostic")),
        })),
        "Diagnostic": diagnostic(),
    }))
}

/// Limits count bytes, and lengths in schemas characters: what is not ASCII is at its limit sooner.
fn id(about: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_ID, "pattern": NO_ZERO, "description": format!("{about} At most {LONGEST_ID} bytes.") })
}
fn digest() -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-f]{32}$", "description": "Of the policy by which it was decided." })
}

fn ask() -> Value {
    let header = json!({
        "type": "object",
        "maxProperties": MOST_HEADERS,
        "propertyNames": { "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
        "additionalProperties": { "type": "string", "pattern": "^[^\\x00-\\x08\\x0a-\\x1f\\x7f]*$" },
    });
    let flag = |about: &str| json!({ "type": "boolean", "default": false, "description": about });
    let mut ask = closed(
        "A question about one visitor. All of it may be left out.",
        &[],
        json!({
            "id": or_null(schema("Id")),
            "profile": or_null(schema("Profile")),
            "visit": or_null(schema("Visit")),
            "journey": or_null(schema("Journey")),
            "headers": or_null(header),
            "direct": flag("The visitor's own browser asks: the headers of this request are theirs."),
            "lenient": flag("Facts that make no sense are left out and named, where without it they are an error. Unknown fields and needs, and times that are none, stay errors."),
        }),
    );
    for (name, about) in [
        ("profile", "What the caller knows of the person, beside what is kept."),
        ("visit", "Without a time it is now."),
        ("headers", "Of the visitor's own request, as far as the caller hands them on."),
    ] {
        super::put(&mut ask["properties"][name], "description", json!(about));
    }
    ask
}

fn decided() -> Value {
    let reason =
        || json!({ "type": "string", "description": "A code, or with who gave it: `rules:rescue`." });
    object(
        "How a visitor is served.",
        &[
            "policy",
            "digest",
            "channel",
            "layout",
            "layout_in_use",
            "assistance",
            "adapt",
            "way_out",
            "alternatives",
            "reasons",
            "arms",
        ],
        json!({
            "policy": text("The name of the policy."),
            "digest": digest(),
            "channel": schema("Channel"),
            "layout": schema("Layout"),
            "layout_in_use": schema("Layout"),
            "assistance": schema("Assistance"),
            "adapt": list("What the page must do.", schema("Need")),
            "way_out": or_null(schema("WayOut")),
            "alternatives": list("The next channels, the best first.", schema("Channel")),
            "reasons": object("Why, by axis.", &["channel", "layout", "assistance"],
                json!({ "channel": reason(), "layout": reason(), "assistance": reason() })),
            "arms": { "type": "object", "additionalProperties": { "type": "string" }, "description": "The arm of each experiment." },
            "left_out": list("The facts that were left out of account, since they make no sense to the policy.", json!({ "type": "string" })),
        }),
    )
}

fn explained() -> Value {
    let contribution = object(
        "Points, and who gave them.",
        &["from", "points"],
        json!({
            "from": text("`policy`, `rule`, `arm`, `preference`, `habit`, `continuity`, `need`, `prior` or `channel`."),
            "name": text("Of the rule, the arm or the channel; of a need only where needs may be named."),
            "points": { "type": "integer" },
        }),
    );
    let contributions = |about: &str| list(about, contribution.clone());
    let unknown = object(
        "An attribute that was unknown, and why.",
        &["attribute", "why"],
        json!({
            "attribute": text("Its name."),
            "why": { "anyOf": [
                { "enum": ["missing", "source", "age", "consent", "rust_rule"] },
                { "type": "object", "properties": { "unreadable": { "type": "string" }, "failed": { "type": "string" } } },
            ] },
        }),
    );
    let reason = object(
        "Why an axis came out so.",
        &["code"],
        json!({
            "code": { "type": "string", "enum": ReasonCode::NAMES },
            "by": text("The rule, arm or need behind it; a need only where needs may be named."),
            "because": text("What the policy gives as the reason, to be read to a customer."),
        }),
    );
    let truth = json!({ "enum": ["false", "unknown", "true"] });
    object(
        "Why a visitor is served so.",
        &[
            "text",
            "policy",
            "digest",
            "experience",
            "layout_in_use",
            "way_out",
            "alternatives",
            "reasons",
            "rules",
            "undecided",
            "segments",
            "arms",
            "channels",
            "layout",
            "assistance",
            "bounds",
            "unreadable",
        ],
        json!({
            "text": text("All of it, to be read aloud."),
            "policy": text("The name of the policy."),
            "digest": digest(),
            "experience": schema("Experience"),
            "layout_in_use": schema("Layout"),
            "way_out": or_null(schema("WayOut")),
            "alternatives": list("The next channels, the best first.", schema("Channel")),
            "adaptations": list("What the page must do; only where needs may be named.", schema("Need")),
            "reasons": object("Why, by axis.", &["channel", "layout", "assistance"],
                json!({ "channel": reason, "layout": reason, "assistance": reason })),
            "rules": list("The rules that hold.", object("A rule.", &["name"], json!({
                "name": text("Its name."), "because": text("Its reason, in plain words."), "rust_rules": list("What it asks that is written in Rust.", json!({ "type": "string" })),
            }))),
            "undecided": list("Rules that something unknown left undecided.", object("A rule.", &["rule", "unknown"], json!({
                "rule": text("Its name."), "unknown": list("What was unknown.", unknown.clone()),
            }))),
            "segments": list("How each segment stands.", object("A segment.", &["name", "truth"], json!({ "name": text("Its name."), "truth": truth }))),
            "arms": list("The arm of each experiment.", object("An arm.", &["experiment", "arm"], json!({ "experiment": text("Of which experiment."), "arm": text("Its name.") }))),
            "channels": list("How each channel stood.", object("A channel.", &["channel", "score", "points"], json!({
                "channel": schema("Channel"),
                "score": { "type": "integer" },
                "ruled_out": { "type": "string", "enum": RuledOut::NAMES },
                "rule": text("The rule that excluded it."),
                "points": contributions("Where the score comes from."),
            }))),
            "layout": contributions("Where the points of the layout come from."),
            "assistance": contributions("Where the points of the assistance come from."),
            "bounds": list("What bounds the two levels.", object("A bound.", &["from"], json!({
                "layout_at_most": schema("Layout"), "assistance_at_least": schema("Assistance"),
                "from": text("Who set it."), "name": text("Its name."),
            }))),
            "unreadable": list("What is on record and makes no sense.", unknown.clone()),
            "hidden": list("What is on record and does not count: too old for the policy, or of too weak a source.", unknown),
            "counterfactual": object("The nearest change of one fact that changes the answer.", &["text", "attribute", "from", "to", "experience"], json!({
                "text": text("To be read aloud."),
                "attribute": text("The fact to change."),
                "from": or_null(text("What it is now.")),
                "to": text("What it would have to be."),
                "experience": schema("Experience"),
            })),
        }),
    )
}

fn diagnostic() -> Value {
    let codes: Vec<&str> = DiagnosticCode::ALL.iter().map(|code| code.as_str()).collect();
    object(
        "One thing that is wrong.",
        &["code", "path", "message"],
        json!({
            "code": { "type": "string", "enum": codes },
            "path": text("Where it stands, as `visit.chanel`."),
            "message": text("What was found, then what was expected."),
            "help": or_null(text("What would do.")),
        }),
    )
}
