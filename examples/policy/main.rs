//! A policy at the command line: is it right, do its own tests hold, why is this visitor served so?
//!
//! `cargo run --release --example policy -- --help`

mod check;
mod commands;
mod diff;
mod end;
mod format;
mod guarantees;
mod impact;
mod input;
mod kinds;
mod lines;
mod personas;
#[allow(unused_macros, unused_imports, reason = "only lines are wrapped here")]
#[path = "../quickstart/print.rs"]
mod print;
mod record;
mod replay;
mod report;
mod testing;
#[cfg(test)]
mod tests;
mod visitors;
mod watch;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use end::{End, exit_codes};

/// Checks, tests and explains a policy of `maitre`.
#[derive(Parser)]
#[command(name = "policy", max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
A FILE is TOML, or JSON if it begins with `{`; `-` is standard input.

Exit codes of all commands: 0, all is well; 1, the answer is no; 2, it could not be asked, as where a file cannot be read or a \
policy is refused by a command that needs one. What no means, the help of each command says.

  policy check examples/policies/harbour_mobile.toml
  policy test --watch my.toml
  policy explain my.toml --test \"Ana, 74\"
  policy diff my.toml my_next.toml")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything that is wrong with a policy and what the analysis finds of it, each with its place and what to do
    Check(check::Check),
    /// Run the policy's own tests, and name what none of them touches
    Test(testing::Test),
    /// Why a visitor is served so, and the nearest change that would change it
    #[command(after_help = exit_codes!("it is told"))]
    Explain(Explain),
    /// What conditions can speak of, with type, unit and meaning
    #[command(after_help = exit_codes!("they are told", "no attribute has TEXT in it"))]
    Attributes(Attributes),
    /// Whom a new version of a policy serves otherwise, out of real visitors, and whom worse
    Impact(impact::Impact),
    /// Write a policy in the house style: comments stay, and the policy is the same
    Format(format::Format),
    /// The shape of policies as a JSON Schema, for editors
    #[command(after_help = "Exit codes: 0, it is written.")]
    Schema,
    /// Decide for visitors, and write what was decided and by what, without who it was
    Record(record::Record),
    /// Decide anew by what records say, and tell what is decided otherwise
    Replay(replay::Replay),
    /// What a new version of a policy changes, and for whom
    Diff(diff::Diff),
    /// The compiled form: where attributes are cut, and what each condition asks
    #[command(after_help = exit_codes!("it is written"))]
    Listing(Listing),
}

#[derive(Args)]
struct OfPolicy {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    policy: String,
    /// Print JSON, for machines
    #[arg(long)]
    json: bool,
    /// Look again whenever the file is saved; not with `--json`
    #[arg(long, conflicts_with = "json")]
    watch: bool,
}

#[derive(Args)]
struct Explain {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    policy: String,
    #[command(flatten)]
    who: Who,
    /// Tests that stand beside the policy, among which the one of that name may be; may be given more than once
    #[arg(long, value_name = "TESTS", conflicts_with = "visitor")]
    with: Vec<String>,
    /// Do not leave out what is sensitive: needs, age, mood, ids; reasons and the names of rules are told in any case
    #[arg(long)]
    reveal: bool,
    /// Print JSON, for machines
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// A file with a `visit`, and if there is one a `profile` and a `journey`, written as in a test
    #[arg(long, value_name = "FILE")]
    visitor: Option<String>,
    /// The visitor of the test of that name, or the only one with that in its name: as words of its own, else anywhere
    #[arg(long, value_name = "NAME")]
    test: Option<String>,
}

#[derive(Args)]
struct Attributes {
    /// Only those whose name or meaning has this in it
    #[arg(value_name = "TEXT")]
    about: Option<String>,
    /// With the attributes that this policy declares
    #[arg(long, value_name = "FILE")]
    policy: Option<String>,
    /// Print JSON, for machines
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Listing {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    policy: String,
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let mut out = anstream::stdout();
    let ended = match &command {
        Command::Check(check::Check { of, .. }) if of.watch => {
            watch::watch(&[&of.policy], &command, &mut out)
        }
        Command::Test(asked) if asked.of.watch => {
            let files: Vec<&str> =
                std::iter::once(&asked.of.policy).chain(&asked.with).map(String::as_str).collect();
            watch::watch(&files, &command, &mut out)
        }
        // Whoever reads may have read enough; what the answer is, the exit code says all the same.
        _ => run(&command, &mut Unheard(out)),
    };
    match ended {
        Ok(end) => end.into(),
        Err(error) => {
            drop(writeln!(anstream::stderr(), "cannot write: {error}"));
            End::Nothing.into()
        }
    }
}

/// What nobody reads any more is not written, and no error.
struct Unheard<W>(W);

impl<W: Write> Write for Unheard<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }
    fn flush(&mut self) -> std::io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// Does what is asked once.
fn run(command: &Command, out: &mut dyn Write) -> std::io::Result<End> {
    match command {
        Command::Check(asked) => check::check(asked, out),
        Command::Test(asked) => testing::test(asked, out),
        Command::Explain(asked) => commands::explain(asked, out),
        Command::Attributes(asked) => commands::attributes(asked, out),
        Command::Impact(asked) => impact::impact(asked, out),
        Command::Format(asked) => format::format(asked, out),
        Command::Schema => write!(out, "{}", maitre::PolicyDocument::json_schema()).map(|()| End::Well),
        Command::Record(asked) => record::record(asked, out),
        Command::Replay(asked) => replay::replay(asked, out),
        Command::Diff(asked) => diff::diff(asked, out),
        Command::Listing(asked) => commands::listing(asked, out),
    }
}

/// Columns of the terminal; 100 where there is none.
fn width() -> usize {
    let terminal = std::io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    terminal.map_or(100, |(width, _)| usize::from(width.0)).clamp(60, 120)
}
