//! What a new version of a policy changes: in the document, and for visitors.

use std::io::Write;

use clap::Args;

use super::End;
use super::commands::{load, nothing, print_json, write_wrapped};

#[derive(Args)]
#[command(after_help = "\
Every change that is named comes with a visitor to whom it happens, written as in a policy's test; what is proven holds for \
every visitor that there can be. Reasons, alternatives and arms of experiments are not compared.

Exit codes: 0, every visitor is proven to be served alike; 1, somebody is not, or it could not be told; 2, it could not be \
asked: a policy cannot be read or is refused.")]
pub struct Diff {
    /// The policy as it was
    #[arg(value_name = "OLD")]
    old: String,
    /// The policy as it is to be
    #[arg(value_name = "NEW")]
    new: String,
    /// How far each change is searched for, at most
    #[arg(long, value_name = "STEPS", default_value_t = 20_000)]
    steps: u64,
    /// Print JSON, for machines
    #[arg(long)]
    json: bool,
}

/// Compares two policies.
pub fn diff(asked: &Diff, out: &mut dyn Write) -> std::io::Result<End> {
    if asked.old == "-" && asked.new == "-" {
        return nothing("only one of the policies can come from standard input", asked.json, out);
    }
    let Ok((_, old)) = load(&asked.old, asked.json, out)? else { return Ok(End::Nothing) };
    let Ok((_, new)) = load(&asked.new, asked.json, out)? else { return Ok(End::Nothing) };
    let comparison = old.compare(&new, asked.steps);
    if asked.json {
        let same = comparison.is_same();
        print_json(&serde_json::json!({ "same": same, "comparison": comparison }), out)?;
    } else {
        for line in comparison.to_string().lines() {
            // A visitor is to be copied as a whole.
            let told = line.trim_start();
            if told.starts_with("profile = ") || told.starts_with("visit = ") {
                writeln!(out, "{line}")?;
            } else {
                let indent = line.get(..line.len() - told.len()).unwrap_or_default();
                write_wrapped(told, indent, out)?;
            }
        }
    }
    Ok(if comparison.is_same() { End::Well } else { End::Refused })
}
