//! Segments, rules and guarantees, and the points that rules and arms share.

use std::collections::BTreeMap;

use super::at::At;
use super::fields::Fields;
use super::node::Kind;
use super::read::{assistance, layout, names, needs, points};
use super::source::Aim;
use super::{GuaranteeEntry, RuleEntry, SegmentEntry};
use crate::attribute::table::NEVER_A_NAME;
use crate::diagnostic::DiagnosticCode as Code;

pub(super) const WHEN: &str = "for whom, as `when = 'visit.errors > 2'`";

pub(super) fn segment(name: &str, at: &At<'_>) -> Option<SegmentEntry> {
    if NEVER_A_NAME.contains(&name) {
        let message = format!("`{name}` has a meaning in conditions, and cannot name a segment");
        let help = format!("choose another name: `segment.{name}` cannot be written");
        at.add(at.problem(Code::BadName, message).aimed(Aim::Key).with_help(Some(help)));
    }
    // An unreadable condition leaves a segment that has a name, so that nobody calls it unknown.
    if !at.is_table() {
        return Some(SegmentEntry { when: at.condition().unwrap_or_default(), ..SegmentEntry::default() });
    }
    let mut fields = at.fields("a condition or a table")?;
    let unknown = |word: &str| match word {
        "include" => Some(true),
        "exclude" => Some(false),
        _ => None,
    };
    let read = SegmentEntry {
        when: fields.required("when", WHEN, |at| at.condition()).unwrap_or_default(),
        include_unknown: fields
            .optional("on_unknown", |at| at.word("value", &["include", "exclude"], unknown))
            .unwrap_or_default(),
        because: fields.optional("because", because),
    };
    fields.refuse(&EFFECTS, |key| {
        let message = format!("`{key}` in a segment, expected only `when`, `on_unknown` and `because`");
        (message, "a segment is a name for a condition; effects belong to a rule that uses it".to_owned())
    });
    fields.done();
    Some(read)
}

fn because(at: &At<'_>) -> Option<String> {
    at.words("why, in plain words")
}

const EFFECTS: [&str; 7] =
    ["layout", "assistance", "channels", "layout_at_most", "assistance_at_least", "adapt", "never"];

/// The points of a rule or an arm.
pub(super) struct Points {
    pub(super) layout: i64,
    pub(super) assistance: i64,
    pub(super) channels: BTreeMap<String, i64>,
}

pub(super) fn read_points(fields: &mut Fields<'_>) -> Points {
    // The level itself where points are asked for is the commonest slip: say what to write.
    let axis = |at: &At<'_>, bound: &str| match at.node.kind {
        Kind::Text(_) => at.wrong(&format!("points, as `-100`; a level is a bound, as `{bound}`")),
        _ => points(at),
    };
    Points {
        layout: fields.optional("layout", |at| axis(at, "layout_at_most = \"simple\"")).unwrap_or_default(),
        assistance: fields
            .optional("assistance", |at| axis(at, "assistance_at_least = \"guided\""))
            .unwrap_or_default(),
        channels: fields
            .optional("channels", |at| at.named(("list", at.shared.limits.list), |_, at| points(at)))
            .unwrap_or_default(),
    }
}

pub(super) fn rule(_: &str, at: &At<'_>) -> Option<RuleEntry> {
    let mut fields = at.fields("a table, as `{ when = '…', layout = -100 }`")?;
    let when = fields.required("when", WHEN, |at| at.condition()).unwrap_or_default();
    fields.refuse(&["layout_at_least", "assistance_at_most"], one_way);
    let Points { layout: layout_points, assistance: assistance_points, channels } = read_points(&mut fields);
    let read = RuleEntry {
        when,
        layout: layout_points,
        assistance: assistance_points,
        channels,
        layout_at_most: fields.optional("layout_at_most", layout),
        assistance_at_least: fields.optional("assistance_at_least", assistance),
        adapt: fields.optional("adapt", needs).unwrap_or_default(),
        never: fields.optional("never", names).unwrap_or_default(),
        because: fields.optional("because", because),
    };
    fields.done();
    Some(read)
}

fn one_way(key: &str) -> (String, String) {
    let help = match key {
        "layout_at_least" => {
            "layout has caps and no floor; say it in points, as `layout = 100`, which may not hang on a need being there"
        }
        _ => {
            "assistance has floors and no cap; say it in points, as `assistance = -100`, which may not hang on a need being there"
        }
    };
    (format!("`{key}` is no bound"), help.to_owned())
}

pub(super) fn guarantee(_: &str, at: &At<'_>) -> Option<GuaranteeEntry> {
    let mut fields = at.fields("a table, as `{ when = '…', layout_at_most = \"simple\" }`")?;
    let warn = |word: &str| match word {
        "warn" => Some(true),
        "refuse" => Some(false),
        _ => None,
    };
    let read = GuaranteeEntry {
        when: fields.required("when", WHEN, |at| at.condition()).unwrap_or_default(),
        layout_at_most: fields.optional("layout_at_most", layout),
        assistance_at_least: fields.optional("assistance_at_least", assistance),
        never: fields.optional("never", names).unwrap_or_default(),
        inconclusive_warns: fields
            .optional("inconclusive", |at| at.word("value", &["warn", "refuse"], warn))
            .unwrap_or_default(),
        because: fields.optional("because", because),
    };
    fields.refuse(&["layout_at_least", "assistance_at_most"], |key| {
        let (message, _) = one_way(key);
        (message, "a guarantee says `layout_at_most`, `assistance_at_least` or `never`".to_owned())
    });
    fields.refuse(&["layout", "assistance", "channels", "adapt"], |key| {
        let message =
            format!("`{key}` in a guarantee, expected `layout_at_most`, `assistance_at_least` or `never`");
        let why = match key {
            "adapt" => "what the page does for a need follows from the need itself, and cannot be taken away",
            "channels" => {
                "points come out otherwise for each visitor: `never` says which channel shall not serve"
            }
            _ => "only bounds can be guaranteed: points are replaced by a declared preference",
        };
        (message, why.to_owned())
    });
    fields.done();
    Some(read)
}
