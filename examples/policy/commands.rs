//! The commands.

use std::io::Write;

use maitre::{
    Channel, CompileError, DiagnosticCode, ExperienceSelector, Hurts, Policy, PolicyError, Severity, Visitor,
    built_in_attributes,
};
use serde_json::{Value, json};

use super::input::{Source, of_test, read};
use super::report::{count, problems};
use super::testing::with_tests;
use super::{Attributes, End, Explain, Listing, guarantees};

/// How it is told what keeps a command from its work.
#[derive(Clone, Copy)]
pub enum Form {
    Words,
    /// For machines.
    Json,
    /// The same where a line is read at a time.
    JsonLine,
}

impl From<bool> for Form {
    fn from(json: bool) -> Self {
        if json { Self::Json } else { Self::Words }
    }
}

impl Form {
    /// Prints the data; `false` where it is to be said in words.
    fn print(self, data: impl FnOnce() -> Value, out: &mut dyn Write) -> std::io::Result<bool> {
        match self {
            Self::Words => return Ok(false),
            Self::Json => print_json(&data(), out)?,
            Self::JsonLine => writeln!(out, "{}", data())?,
        }
        Ok(true)
    }
    /// Says what keeps a command from its answer: in words beside what it prints, which may go into a file; as data in its place.
    pub fn aside(
        self,
        out: &mut dyn Write,
        say: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> std::io::Result<()> {
        match self {
            Self::Words => say(&mut anstream::stderr()),
            Self::Json | Self::JsonLine => say(out),
        }
    }
}

/// Prints what keeps a command from its work.
pub fn nothing(why: &str, form: impl Into<Form>, out: &mut dyn Write) -> std::io::Result<End> {
    if !form.into().print(|| json!({ "error": why }), out)? {
        writeln!(anstream::stderr(), "{why}")?;
    }
    Ok(End::Nothing)
}

pub fn print_json(value: &impl serde::Serialize, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", serde_json::to_string_pretty(value)?)
}

/// The policy of a file; or how the command ends, when all has been said.
fn load_policy(
    path: &str,
    form: Form,
    out: &mut dyn Write,
) -> std::io::Result<Result<(Source, Policy), End>> {
    let source = match read(path) {
        Ok(source) => source,
        Err(why) => return nothing(&why, form, out).map(Err),
    };
    match source.policy() {
        Ok(policy) => Ok(Ok((source, policy))),
        Err(error) => {
            form.aside(out, |out| refused(&source, &error, form, out))?;
            Ok(Err(End::Nothing))
        }
    }
}

/// The policy of a file, compiled to be looked at, even if a guarantee of it does not hold: whom it does not hold for, one wants to
/// look at.
fn load_unproven(
    path: &str,
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<Result<ExperienceSelector, End>> {
    let (source, policy) = match load_policy(path, json.into(), out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(Err(end)),
    };
    match ExperienceSelector::compile(&policy) {
        Ok(selector) => Ok(Ok(selector)),
        Err(error) => match ExperienceSelector::compile_unproven(&policy) {
            Ok(selector) => {
                writeln!(
                    anstream::stderr(),
                    "{} does not serve as it is, since a guarantee is not proven; `policy check` says which. This is how it would:\n",
                    source.name
                )?;
                Ok(Ok(selector))
            }
            Err(_) => {
                Form::from(json).aside(out, |out| not_compiled(&source, &policy, &error, json, out))?;
                Ok(Err(End::Nothing))
            }
        },
    }
}

/// The policy of a file, compiled; or how the command ends, when all has been said.
pub fn load(
    path: &str,
    form: impl Into<Form>,
    out: &mut dyn Write,
) -> std::io::Result<Result<(Source, ExperienceSelector), End>> {
    let form = form.into();
    let (source, policy) = match load_policy(path, form, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(Err(end)),
    };
    match ExperienceSelector::compile(&policy) {
        Ok(selector) => Ok(Ok((source, selector))),
        Err(error) => {
            form.aside(out, |out| not_compiled(&source, &policy, &error, form, out))?;
            Ok(Err(End::Nothing))
        }
    }
}

/// How many regions of cells are looked at for somebody whom a refused policy would hurt.
pub const STEPS: u64 = 20_000;

/// Says what keeps a policy, or what else `source` is, from being one.
pub fn refused(
    source: &Source,
    error: &PolicyError,
    form: impl Into<Form>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let (all, hurt) = (error.diagnostics(), error.punished(STEPS));
    if form.into().print(|| json!({ "accepted": false, "problems": all, "punished": hurt }), out)? {
        return Ok(());
    }
    problems(source, all, out)?;
    for one in &hurt {
        match one.hurts {
            // The pair is told as tests are, to be pasted.
            Hurts::Somebody(_) => writeln!(out, "{one}\n")?,
            _ => {
                write_wrapped(&one.to_string(), "", out)?;
                writeln!(out)?;
            }
        }
    }
    let refusals = all.iter().filter(|problem| problem.code() == DiagnosticCode::NeedPunished).count();
    if !hurt.is_empty() && refusals > PolicyError::MOST_PUNISHED {
        let first = PolicyError::MOST_PUNISHED;
        writeln!(
            out,
            "Only of the first {first} effects that are refused it was asked whom they would hurt.\n"
        )?;
    }
    let of = |severity: Severity| all.iter().filter(|problem| problem.severity() == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let warnings = if warnings == 0 { String::new() } else { format!(" and {}", count(warnings, "warning")) };
    writeln!(out, "{} is refused: {}{warnings}.", source.name, count(errors, "error"))
}

/// Says what keeps a policy that is right by itself from being compiled.
pub fn not_compiled(
    source: &Source,
    policy: &Policy,
    error: &CompileError,
    form: impl Into<Form>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let all = error.guarantees();
    let data = || {
        let (problems, guarantees) = (policy.warnings(), guarantees::placed(source, all));
        let error = error.to_string();
        json!({ "accepted": false, "problems": problems, "guarantees": guarantees, "error": error })
    };
    if form.into().print(data, out)? {
        return Ok(());
    }
    problems(source, policy.warnings(), out)?;
    if all.is_empty() {
        writeln!(out, "error: {error}\n")?;
    }
    guarantees::open(source, policy, all, out)?;
    writeln!(out, "{} is refused.", source.name)
}

/// Says why a visitor is served so.
pub fn explain(asked: &Explain, out: &mut dyn Write) -> std::io::Result<End> {
    if asked.policy == "-" && asked.who.visitor.as_deref() == Some("-") {
        return nothing("only one of policy and visitor can come from standard input", asked.json, out);
    }
    let selector = match load_unproven(&asked.policy, asked.json, out)? {
        Ok(selector) => selector,
        Err(end) => return Ok(end),
    };
    let with = match with_tests(selector.policy(), &asked.with, asked.json, out)? {
        Ok(with) => with,
        Err(end) => return Ok(end),
    };
    let (about, Visitor { profile, visit, .. }) = match &asked.who.visitor {
        None => match of_test(&with.document().tests, asked.who.test.as_deref().unwrap_or_default()) {
            Ok(test) => (Some(&*test.name), Visitor::new(test.profile.clone(), test.visit.clone())),
            Err(why) => return nothing(&why, asked.json, out),
        },
        Some(path) => match read(path) {
            Err(why) => return nothing(&why, asked.json, out),
            Ok(source) => match source.visitor(selector.policy()) {
                Ok(visitor) => (None, visitor),
                Err(error) => {
                    let form = Form::from(asked.json);
                    form.aside(out, |out| refused(&source, &error, form, out))?;
                    return Ok(End::Nothing);
                }
            },
        },
    };
    let (profile, visit) = (&profile, &visit);
    let explanation = selector.explain(profile, visit);
    let (explanation, nearest) = if asked.reveal {
        (explanation.revealing(), selector.counterfactual_revealing(profile, visit))
    } else {
        (explanation, selector.counterfactual(profile, visit))
    };
    if asked.json {
        print_json(&json!({ "test": about, "explanation": explanation, "counterfactual": nearest }), out)?;
        return Ok(End::Well);
    }
    if let Some(name) = about {
        write_wrapped(&format!("{name}.\n"), "", out)?;
    }
    write_wrapped(&explanation.to_string(), "", out)?;
    if let Some(nearest) = nearest {
        write_wrapped(&nearest.to_string(), "", out)?;
    }
    Ok(End::Well)
}

/// What conditions can speak of.
pub fn attributes(asked: &Attributes, out: &mut dyn Write) -> std::io::Result<End> {
    let (own, channels) = match &asked.policy {
        None => (Vec::new(), Vec::new()),
        Some(path) => match load(path, asked.json, out)? {
            Err(end) => return Ok(end),
            Ok((_, selector)) => (own_attributes(selector.policy()), own_channels(selector.policy())),
        },
    };
    let about = asked.about.as_deref().unwrap_or_default().to_lowercase();
    // What is counted by channel is listed once, for all channels.
    let by_channel = |name: &str| {
        let family = name.strip_suffix("CHANNEL");
        family.is_some_and(|family| about.strip_prefix(family).is_some_and(|channel| !channel.is_empty()))
    };
    let is_asked = |texts: [&str; 2]| {
        by_channel(texts[0]) || texts.iter().any(|text| text.to_lowercase().contains(&about))
    };
    let built_in: Vec<_> =
        built_in_attributes().into_iter().filter(|one| is_asked([one.name, one.meaning])).collect();
    let own: Vec<_> = own.into_iter().filter(|(name, ..)| is_asked([name, ""])).collect();
    if built_in.is_empty() && own.is_empty() {
        let own = if asked.policy.is_some() {
            ""
        } else {
            "; those of a policy's own are told with `--policy FILE`"
        };
        nothing(&format!("no attribute has \u{201c}{about}\u{201d} in it{own}"), asked.json, out)?;
        return Ok(End::Refused);
    }
    if asked.json {
        let own =
            own.iter().map(|(name, kind, values)| json!({ "name": name, "kind": kind, "values": values }));
        let own: Vec<_> = own.collect();
        print_json(&json!({ "built_in": built_in, "own": own, "own_channels": channels }), out)?;
        return Ok(End::Well);
    }
    for one in &built_in {
        let unit = if one.unit.is_empty() { String::new() } else { format!(", in {}", one.unit) };
        writeln!(out, "{}  {}{unit}", one.name, one.kind)?;
        let mut values = one.values.clone();
        // What names a channel names those of the policy's own too.
        if one.values == Channel::NAMES.join(", ") {
            channels.iter().for_each(|own| values += &format!(", {own}"));
        }
        let values = if values.is_empty() { values } else { format!(" ({values})") };
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

/// The names of the channels of the policy's own.
fn own_channels(policy: &Policy) -> Vec<String> {
    let channels = policy.document().channels.iter();
    let names = channels.filter(|one| one.own).map(|one| one.name.clone());
    names.collect()
}

/// The compiled form.
pub fn listing(asked: &Listing, out: &mut dyn Write) -> std::io::Result<End> {
    match load(&asked.policy, false, out)? {
        Ok((_, selector)) => write!(out, "{}", selector.listing()).map(|()| End::Well),
        Err(end) => Ok(end),
    }
}
