//! One house style for policies, so that a change shows what was changed. Comments stay where they are, conditions as they are
//! written, and the policy the same: its digest is another one's if it is not.

mod gaps;
mod style;

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use maitre::{Diagnostic, DiagnosticCode};

use super::commands::nothing;
use super::end::{End, exit_codes};
use super::input::{Source, read};
use super::report::problems;

#[derive(Args)]
#[command(after_help = exit_codes!("it is in the house style, or is written in it", "with --check, it is not in the house style"))]
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
    if source.is_json() {
        let why = format!("{} is JSON: the house style is one of TOML", source.name);
        return nothing(&why, false, out);
    }
    let wrong = syntax(&source);
    if !wrong.is_empty() {
        // Beside what is written, which may go into a file.
        problems(&source, &wrong, &mut anstream::stderr())?;
        return nothing(&format!("{} cannot be formatted: it is no TOML", source.name), false, out);
    }
    let formatted = match style::formatted(&source.text) {
        Ok(formatted) => formatted,
        Err(why) => return nothing(&format!("{} cannot be formatted: {why}", source.name), false, out),
    };
    let is_so = formatted == source.text && !source.is_marked;
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
        if let Err(error) = put_in_place(&asked.policy, &formatted) {
            return nothing(&format!("cannot write {}: {error}", asked.policy), false, out);
        }
        writeln!(out, "{} is written in the house style.", source.name)?;
    }
    Ok(End::Well)
}

/// Writes a file as a whole: whoever is interrupted has the old one or the new one.
fn put_in_place(path: &str, text: &str) -> std::io::Result<()> {
    // A link stays one: what it leads to is written.
    let path = std::fs::canonicalize(path)?;
    let (beside, mut file) = new_beside(&path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.set_permissions(std::fs::metadata(&path)?.permissions()))
        .and_then(|()| file.sync_all());
    let put = written.and_then(|()| std::fs::rename(&beside, &path));
    if put.is_err() {
        // What is half written is of no use to anybody.
        std::fs::remove_file(&beside).ok();
    }
    put
}

/// A new file beside another, under a name that is not taken: what has it is somebody's own.
fn new_beside(path: &Path) -> std::io::Result<(PathBuf, File)> {
    let mut number = 0;
    loop {
        let mut beside = path.as_os_str().to_owned();
        beside.push(if number == 0 { ".new".to_owned() } else { format!(".new{number}") });
        match File::create_new(&beside) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && number < 1_000 => number += 1,
            made => return made.map(|file| (beside.into(), file)),
        }
    }
}

/// What keeps a text from being TOML.
pub fn syntax(source: &Source) -> Vec<Diagnostic> {
    let refused = source.policy().map_or_else(|error| error.diagnostics().to_vec(), |_| Vec::new());
    let is_syntax =
        |problem: &Diagnostic| matches!(problem.code(), DiagnosticCode::Syntax) && problem.path().is_empty();
    refused.into_iter().filter(is_syntax).collect()
}

#[cfg(test)]
pub use style::formatted;
