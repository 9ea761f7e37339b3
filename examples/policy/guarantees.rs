//! How the guarantees of a policy fared: those that are not proven under their lines, each with whom it does not hold for.

use std::io::Write;

use annotate_snippets::Level;
use maitre::{Guaranteed, Policy, Proof, ReasonCode};
use serde_json::Value;

use super::commands::write_wrapped;
use super::input::Source;
use super::report::under_its_line;

/// Writes those that are not proven.
pub fn open(
    source: &Source,
    policy: &Policy,
    all: &[Guaranteed],
    out: &mut dyn Write,
) -> std::io::Result<()> {
    for one in all {
        let last = last_promised_away(policy, one);
        let (id, help) = match one.proof {
            Proof::Proven => continue,
            Proof::Refuted(ref found) if found.reason == ReasonCode::NobodyThere => ("refuted", NOBODY_THERE),
            Proof::Refuted(_) if last.is_some() => ("refuted", last.as_deref().unwrap_or_default()),
            Proof::Refuted(_) => ("refuted", REFUTED),
            _ if one.warns => (
                "inconclusive",
                "the policy serves all the same, as it says; if it is made simpler, it may be told",
            ),
            _ => ("inconclusive", INCONCLUSIVE),
        };
        let level = if one.refuses() { Level::ERROR } else { Level::WARNING };
        let told = one.to_string();
        let (message, visitor) = told.split_once('\n').unwrap_or((&told, ""));
        under_its_line(
            source,
            level.primary_title(message).id(id),
            one.place(&source.text),
            Some(help),
            out,
        )?;
        if !visitor.is_empty() {
            writeln!(out, "  for one, this visitor:")?;
            write_wrapped(visitor, "    ", out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

const REFUTED: &str = "what holds a guarantee up is a bound in a rule with the same condition, as `layout_at_most`, \
                       `assistance_at_least` or `never`; points do not, since a declared preference replaces them";
const NOBODY_THERE: &str = "promise `callback`, which holds at every hour, or staff a channel around the clock; \
                            who asks for a person while none is there is called back";
const INCONCLUSIVE: &str =
    "make it simpler, or say `inconclusive = \"warn\"` in it if the policy may serve all the same";

/// What to do where the last of the last resort is promised never to serve: no rule can exclude it.
fn last_promised_away(policy: &Policy, one: &Guaranteed) -> Option<String> {
    let document = policy.document();
    let last = document.last_resort.last()?;
    let promised =
        document.guarantees.get(&*one.name).is_some_and(|guarantee| guarantee.never.contains(last));
    promised.then(|| {
        format!(
            "`{last}` is the last of `last_resort`, which serves whenever nothing else is left, so that no rule may exclude it: \
             take it out of `never`, or let `last_resort` end with another channel"
        )
    })
}

/// The same as data: all of them, each with its place.
pub fn placed(source: &Source, all: &[Guaranteed]) -> Vec<Value> {
    let of = |one: &Guaranteed| {
        let mut data = serde_json::to_value(one).unwrap_or_default();
        if let (Value::Object(fields), Ok(place)) = (&mut data, serde_json::to_value(one.place(&source.text)))
        {
            fields.insert("place".to_owned(), place);
        }
        data
    };
    all.iter().map(of).collect()
}
