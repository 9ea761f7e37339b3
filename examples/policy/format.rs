//! One house style for policies, so that a change shows what was changed. Comments stay where they are, conditions as they are
//! written, and the policy the same: its digest is another one's if it is not.

mod gaps;
mod style;

use std::io::Write;

use clap::Args;

use super::End;
use super::commands::nothing;
use super::input::read;

#[derive(Args)]
pub struct Format {
    /// The policy, in TOML; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    policy: String,
    /// Only tell whether it is in the house style
    #[arg(long, conflicts_with = "write")]
    check: bool,
    /// Write it back into the file
    #[arg(long)]
    write: bool,
}

/// Writes a policy in the house style.
pub fn format(asked: &Format, out: &mut dyn Write) -> std::io::Result<End> {
    let source = match read(&asked.policy) {
        Ok(source) => source,
        Err(why) => return nothing(&why, false, out),
    };
    if asked.write && asked.policy == "-" {
        return nothing(
            "standard input cannot be written back: give a file, or leave out --write",
            false,
            out,
        );
    }
    let formatted = match style::formatted(&source.text) {
        Ok(formatted) => formatted,
        Err(why) => return nothing(&format!("{} cannot be formatted: {why}", source.name), false, out),
    };
    let is_so = formatted == source.text;
    if asked.check {
        let how = if is_so { "is" } else { "is not" };
        writeln!(out, "{} {how} in the house style.", source.name)?;
        return Ok(if is_so { End::Well } else { End::Refused });
    }
    if !asked.write {
        write!(out, "{formatted}")?;
    } else if is_so {
        writeln!(out, "{} is in the house style as it is.", source.name)?;
    } else {
        std::fs::write(&asked.policy, &formatted)?;
        writeln!(out, "{} is written in the house style.", source.name)?;
    }
    Ok(End::Well)
}

#[cfg(test)]
pub use style::formatted;
