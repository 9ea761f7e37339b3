//! The tests of a policy and those that stand beside it: run them, or write those that are missing.

use std::io::Write;

use clap::Args;
use maitre::{ExperienceSelector, Policy, TestEntry};
use serde_json::json;

use super::OfPolicy;
use super::commands::{Form, STEPS, load, nothing, print_json, refused, write_wrapped};
use super::end::{End, exit_codes};
use super::input::read;

#[derive(Args)]
#[command(after_help = exit_codes!("every test passes, or the proposals are written", "a test fails"))]
pub struct Test {
    #[command(flatten)]
    pub of: OfPolicy,
    /// Tests that stand beside the policy: a file with `[[tests]]` and nothing else; may be given more than once
    #[arg(long, value_name = "TESTS")]
    pub with: Vec<String>,
    /// Write tests for what none of these touches, ready to be pasted
    #[arg(long)]
    propose: bool,
}

/// Writes tests for what none of these touches.
fn propose(
    selector: &ExperienceSelector,
    tests: &[TestEntry],
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<End> {
    let proposals = selector.propose_tests(tests, STEPS);
    if json {
        let all: Vec<_> =
            proposals.iter().map(|one| json!({ "touches": one.touches, "test": one.test })).collect();
        print_json(&all, out)?;
        return Ok(End::Well);
    }
    if proposals.is_empty() {
        writeln!(
            out,
            "# Within {STEPS} steps for each thing, nobody was found who touches what no test touches; perhaps nobody can."
        )?;
        return Ok(End::Well);
    }
    writeln!(out, "# Each expects what is decided now: read it before you keep it.")?;
    proposals.iter().try_for_each(|proposal| write!(out, "\n{proposal}"))?;
    let all: Vec<TestEntry> =
        tests.iter().cloned().chain(proposals.into_iter().map(|proposal| proposal.test)).collect();
    let left = selector.run_these_tests(&all).coverage.to_string();
    writeln!(out, "\n# With these tests beside those that there are:")?;
    left.lines().try_for_each(|line| write_wrapped(line, "# ", out))?;
    Ok(End::Well)
}

/// How it is asked why a test comes out so: not of standard input, which can be read only once.
pub fn how_to_ask(policy: &str, with: &[String], test: &str) -> Option<String> {
    let files = || std::iter::once(policy).chain(with.iter().map(String::as_str));
    if files().any(|path| path == "-") {
        return None;
    }
    // What a shell would read otherwise stands between single quotes; in double ones some of it would still be done.
    let is_plain = |word: &str| {
        !word.is_empty()
            && word.chars().all(|c| c.is_alphanumeric() || "._-/:".contains(c) || cfg!(windows) && c == '\\')
    };
    let quoted = |word: &str| match is_plain(word) {
        true => word.to_owned(),
        false if !word.contains(['$', '`', '"', '\\', '!']) => format!("\"{word}\""),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    };
    let files: Vec<String> = files().map(quoted).collect();
    // What begins like an option is none behind a `=`.
    let is = if test.starts_with('-') { '=' } else { ' ' };
    Some(format!("policy explain {} --test{is}{}", files.join(" --with "), quoted(test)))
}

/// A policy with the tests of files that stand beside it; or how the command ends, when all has been said.
pub fn with_tests(
    policy: &Policy,
    beside: &[String],
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<Result<Policy, End>> {
    let mut with = policy.clone();
    for path in beside {
        let source = match read(path) {
            Ok(source) => source,
            Err(why) => return nothing(&why, json, out).map(Err),
        };
        // Those of one file are held against those of the files before it, as if they all stood in the policy.
        let mut document = with.document().clone();
        with = match source.tests(&with).and_then(|tests| {
            document.tests.extend(tests);
            Policy::from_document(document)
        }) {
            Ok(with) => with,
            Err(error) => {
                let form = Form::from(json);
                form.aside(out, |out| refused(&source, &error, form, out))?;
                return Ok(Err(End::Nothing));
            }
        };
    }
    Ok(Ok(with))
}

/// Runs the policy's own tests, and those that stand beside it.
pub fn test(asked: &Test, out: &mut dyn Write) -> std::io::Result<End> {
    let of = &asked.of;
    let (_, selector) = match load(&of.policy, of.json, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let with = match with_tests(selector.policy(), &asked.with, of.json, out)? {
        Ok(with) => with,
        Err(end) => return Ok(end),
    };
    let tests = &with.document().tests;
    if asked.propose {
        return propose(&selector, tests, of.json, out);
    }
    let run = selector.run_these_tests(tests);
    if of.json {
        let all = json!({ "passed": run.passed(), "tests": run.tests, "coverage": run.coverage });
        print_json(&all, out)?;
    } else if run.tests.is_empty() {
        let how = "[[tests]]\nname = \"three errors on a Monday\"\nvisit = { at = 2026-11-23T10:00:00-03:00, errors = 3 }\n\
                   expect = { assistance = \"guided\" }";
        writeln!(out, "The policy has no tests. One is written like this:\n\n{how}")?;
    } else {
        write_wrapped(&run.to_string(), "", out)?;
        let failed = run.tests.iter().find(|test| !test.passed());
        if let Some(how) = failed.and_then(|failed| how_to_ask(&of.policy, &asked.with, &failed.name)) {
            writeln!(out, "Why it is so: {how}")?;
        }
    }
    Ok(match run.passed() {
        _ if run.tests.is_empty() => End::Nothing,
        true => End::Well,
        false => End::Refused,
    })
}
