//! The commands.

use std::io::Write;

use maitre::{CompileError, ExperienceSelector, Policy, PolicyError, Proof, Severity, built_in_attributes};
use serde_json::json;

use super::input::{Source, of_test, read};
use super::report::{count, problems};
use super::{Attributes, End, Explain, Listing, Test};

/// Prints what keeps a command from its work.
pub fn nothing(why: &str, json: bool, out: &mut dyn Write) -> std::io::Result<End> {
    if json {
        print_json(&json!({ "error": why }), out)?;
    } else {
        writeln!(anstream::stderr(), "{why}")?;
    }
    Ok(End::Nothing)
}

pub fn print_json(value: &impl serde::Serialize, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", serde_json::to_string_pretty(value)?)
}

/// The policy of a file, compiled; or how the command ends, when all has been said.
pub fn load(
    path: &str,
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<Result<(Source, ExperienceSelector), End>> {
    let source = match read(path) {
        Ok(source) => source,
        Err(why) => return nothing(&why, json, out).map(Err),
    };
    let policy = match source.policy() {
        Ok(policy) => policy,
        Err(error) => return refused(&source, &error, json, out).map(Err),
    };
    match ExperienceSelector::compile(&policy) {
        Ok(selector) => Ok(Ok((source, selector))),
        Err(error) => not_compiled(&source, &policy, &error, json, out).map(Err),
    }
}

/// A policy that is right by itself, and whose guarantees do not hold or that is too large.
fn not_compiled(
    source: &Source,
    policy: &Policy,
    error: &CompileError,
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<End> {
    if json {
        let (problems, guarantees) = (policy.warnings(), error.guarantees());
        print_json(
            &json!({ "accepted": false, "problems": problems, "guarantees": guarantees, "error": error.to_string() }),
            out,
        )?;
        return Ok(End::Refused);
    }
    problems(source, policy.warnings(), out)?;
    writeln!(out, "error: {error}\n")?;
    if error.guarantees().iter().any(|guarantee| matches!(guarantee.proof, Proof::Refuted(_))) {
        let help = "help: what holds a guarantee up is a bound in a rule with the same condition, as `layout_at_most`, \
                    `assistance_at_least` or `never`; points do not, since a declared preference replaces them";
        write_wrapped(help, "", out)?;
    }
    writeln!(out, "{} is refused.", source.name)?;
    Ok(End::Refused)
}

/// How many regions of cells are looked at for somebody whom a refused policy would hurt.
const STEPS: u64 = 5_000;

fn refused(source: &Source, error: &PolicyError, json: bool, out: &mut dyn Write) -> std::io::Result<End> {
    let (all, hurt) = (error.diagnostics(), error.punished(STEPS));
    if json {
        print_json(&json!({ "accepted": false, "problems": all, "punished": hurt }), out)?;
        return Ok(End::Refused);
    }
    problems(source, all, out)?;
    for one in &hurt {
        writeln!(out, "Whom {} would hurt: {one}\n", one.path)?;
    }
    let of = |severity: Severity| all.iter().filter(|problem| problem.severity() == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let warnings = if warnings == 0 { String::new() } else { format!(" and {}", count(warnings, "warning")) };
    writeln!(out, "{} is refused: {}{warnings}.", source.name, count(errors, "error"))?;
    Ok(End::Refused)
}

/// Writes tests for what none of these touches.
fn propose(
    selector: &ExperienceSelector,
    tests: &[maitre::TestEntry],
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
        writeln!(out, "# Nobody was found who touches what no test touches.")?;
        return Ok(End::Well);
    }
    writeln!(out, "# Each expects what is decided now: read it before you keep it.\n")?;
    proposals.iter().try_for_each(|proposal| writeln!(out, "{proposal}"))?;
    Ok(End::Well)
}

/// Runs the policy's own tests, and those that stand beside it.
pub fn test(asked: &Test, out: &mut dyn Write) -> std::io::Result<End> {
    let of = &asked.of;
    let (_, selector) = match load(&of.policy, of.json, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let mut tests = selector.policy().document().tests.clone();
    for path in &asked.with {
        let source = match read(path) {
            Ok(source) => source,
            Err(why) => return nothing(&why, of.json, out),
        };
        match source.tests(selector.policy()) {
            Ok(beside) => tests.extend(beside),
            Err(error) => return refused(&source, &error, of.json, out),
        }
    }
    if asked.propose {
        return propose(&selector, &tests, of.json, out);
    }
    let run = selector.run_these_tests(&tests);
    if of.json {
        let all = json!({ "passed": run.passed(), "tests": run.tests, "coverage": run.coverage });
        print_json(&all, out)?;
    } else if run.tests.is_empty() {
        let how = "[[tests]]\nname = \"three errors on a Monday\"\nvisit = { at = 2026-11-23T10:00:00-03:00, errors = 3 }\n\
                   expect = { assistance = \"guided\" }";
        writeln!(out, "The policy has no tests. One is written like this:\n\n{how}")?;
    } else {
        write_wrapped(&run.to_string(), "", out)?;
        let own = selector.policy().document().tests.len();
        if let Some(failed) = run.tests.iter().take(own).find(|test| !test.passed()) {
            writeln!(out, "Why it is so: policy explain {} --test {:?}", of.policy, failed.name)?;
        }
    }
    Ok(match run.passed() {
        _ if run.tests.is_empty() => End::Nothing,
        true => End::Well,
        false => End::Refused,
    })
}

/// Says why a visitor is served so.
pub fn explain(asked: &Explain, out: &mut dyn Write) -> std::io::Result<End> {
    if asked.policy == "-" && asked.who.visitor.as_deref() == Some("-") {
        return nothing("only one of policy and visitor can come from standard input", asked.json, out);
    }
    let (_, selector) = match load(&asked.policy, asked.json, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let visitor = match (&asked.who.visitor, &asked.who.test) {
        (Some(path), _) => read(path).and_then(|source| source.visitor(selector.policy())),
        (None, name) => of_test(&selector, name.as_deref().unwrap_or_default()),
    };
    let visitor = match visitor {
        Ok(visitor) => visitor,
        Err(why) => return nothing(&why, asked.json, out),
    };
    let (profile, visit) = (&visitor.profile, &visitor.visit);
    let mut explanation = selector.explain(profile, visit);
    let mut nearest = selector.counterfactual(profile, visit);
    if asked.reveal {
        explanation = explanation.revealing();
        nearest = selector.counterfactual_revealing(profile, visit);
    }
    if asked.json {
        print_json(&json!({ "explanation": explanation, "counterfactual": nearest }), out)?;
        return Ok(End::Well);
    }
    write_wrapped(&explanation.to_string(), "", out)?;
    if let Some(nearest) = nearest {
        write_wrapped(&nearest.to_string(), "", out)?;
    }
    Ok(End::Well)
}

/// What conditions can speak of.
pub fn attributes(asked: &Attributes, out: &mut dyn Write) -> std::io::Result<End> {
    let own = match &asked.policy {
        None => Vec::new(),
        Some(path) => match load(path, asked.json, out)? {
            Err(end) => return Ok(end),
            Ok((_, selector)) => own_attributes(selector.policy()),
        },
    };
    let about = asked.about.as_deref().unwrap_or_default().to_lowercase();
    let is_asked = |texts: [&str; 2]| texts.iter().any(|text| text.to_lowercase().contains(&about));
    let built_in: Vec<_> =
        built_in_attributes().into_iter().filter(|one| is_asked([one.name, one.meaning])).collect();
    let own: Vec<_> = own.into_iter().filter(|(name, ..)| is_asked([name, ""])).collect();
    if built_in.is_empty() && own.is_empty() {
        return nothing(&format!("no attribute has \u{201c}{about}\u{201d} in it"), asked.json, out);
    }
    if asked.json {
        let own =
            own.iter().map(|(name, kind, values)| json!({ "name": name, "kind": kind, "values": values }));
        print_json(&json!({ "built_in": built_in, "own": own.collect::<Vec<_>>() }), out)?;
        return Ok(End::Well);
    }
    for one in &built_in {
        let unit = if one.unit.is_empty() { String::new() } else { format!(", in {}", one.unit) };
        writeln!(out, "{}  {}{unit}", one.name, one.kind)?;
        let values = if one.values.is_empty() { String::new() } else { format!(" ({})", one.values) };
        write_wrapped(&format!("{}{values}", one.meaning), "    ", out)?;
    }
    for (name, kind, values) in &own {
        writeln!(out, "{name}  {kind}")?;
        let values = if values.is_empty() { String::new() } else { format!(" ({values})") };
        write_wrapped(&format!("the policy's own{values}"), "    ", out)?;
    }
    Ok(End::Well)
}

pub fn write_wrapped(text: &str, indent: &str, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", super::print::wrapped(text, indent, super::width()))
}

/// Name, type and values of what a policy declares.
fn own_attributes(policy: &Policy) -> Vec<(String, &'static str, String)> {
    let attributes = policy.attributes();
    let declared = policy.document().attributes.keys();
    let of = |name: &String| {
        let kind = attributes.kind(name)?;
        let values = match kind {
            maitre::AttributeType::Enum(names) | maitre::AttributeType::Set(names) => names.join(", "),
            _ => String::new(),
        };
        Some((name.clone(), kind.name(), values))
    };
    declared.filter_map(of).collect()
}

/// The compiled form.
pub fn listing(asked: &Listing, out: &mut dyn Write) -> std::io::Result<End> {
    match load(&asked.policy, false, out)? {
        Ok((_, selector)) => write!(out, "{}", selector.listing()).map(|()| End::Well),
        Err(end) => Ok(end),
    }
}
