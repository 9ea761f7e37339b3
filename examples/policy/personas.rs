//! How the visitors of a policy's tests are served, and for whom of them a save has changed it.

use std::collections::BTreeMap;
use std::io::Write;

use maitre::{
    AccessNeed, Channel, Decision, Experience, ExperienceSelector, LayoutComplexity, TestEntry, WayOut,
};

use super::commands::write_wrapped;
use super::input::read;
use super::report::count;

/// Those of the policy and of the files beside it, by the names of their tests.
pub struct Personas(BTreeMap<String, Persona>);

#[derive(PartialEq)]
struct Persona {
    experience: Experience,
    in_use: LayoutComplexity,
    adapt: Vec<AccessNeed>,
    way_out: Option<WayOut>,
    passes: bool,
}

impl Persona {
    fn of(decision: &Decision, passes: bool) -> Self {
        Self {
            experience: decision.experience(),
            in_use: decision.layout_in_use(),
            adapt: decision.adaptations().iter().collect(),
            way_out: decision.way_out(),
            passes,
        }
    }

    /// What is not as it was.
    fn changes(&self, now: &Self) -> Vec<String> {
        let (was, is) = (&self.experience, &now.experience);
        let needs = |needs: &[AccessNeed]| match needs {
            [] => "none".to_owned(),
            needs => needs.iter().map(|need| need.as_str()).collect::<Vec<_>>().join(", "),
        };
        let way_out = |way: Option<WayOut>| match way {
            None => "nobody".to_owned(),
            Some(WayOut { channel, open }) => format!("{channel} ({})", if open { "open" } else { "closed" }),
        };
        let named = |channel: Channel| channel.to_string();
        let all = [
            ("channel", named(was.channel), named(is.channel)),
            ("layout", was.layout.to_string(), is.layout.to_string()),
            ("layout on the channel in use", self.in_use.to_string(), now.in_use.to_string()),
            ("assistance", was.assistance.to_string(), is.assistance.to_string()),
            ("adaptations", needs(&self.adapt), needs(&now.adapt)),
            ("way out", way_out(self.way_out), way_out(now.way_out)),
        ];
        // Where both layouts are the same it is told once.
        let is_one = self.in_use == was.layout && now.in_use == is.layout;
        let changed = all
            .into_iter()
            .filter(|(what, was, is)| was != is && !(is_one && *what == "layout on the channel in use"));
        let mut changed: Vec<String> =
            changed.map(|(what, was, is)| format!("{what} {was} → {is}")).collect();
        match (self.passes, now.passes) {
            (true, false) => changed.push("the test fails now".to_owned()),
            (false, true) => changed.push("the test passes now".to_owned()),
            _ => {}
        }
        changed
    }
}

impl Personas {
    /// Those of a policy file and of files of tests; `None` while one of them is none. A guarantee need not hold: the visitors show
    /// what a policy does that is still being written.
    pub fn of(files: &[&str]) -> Option<Self> {
        let (first, beside) = files.split_first()?;
        let policy = read(first).ok()?.policy().ok()?;
        let mut tests: Vec<TestEntry> = policy.document().tests.clone();
        for path in beside {
            tests.extend(read(path).ok()?.tests(&policy).ok()?);
        }
        let selector = ExperienceSelector::compile_unproven(&policy).ok()?;
        let run = selector.run_these_tests(&tests);
        let personas = tests.iter().zip(&run.tests).map(|(test, outcome)| {
            let decision = selector.select(&test.profile, &test.visit);
            (test.name.clone(), Persona::of(&decision, outcome.passed()))
        });
        Some(Self(personas.collect()))
    }

    /// Tells which tests come out otherwise than before.
    pub fn write_since(&self, before: &Self, out: &mut dyn Write) -> std::io::Result<()> {
        let both = self.0.iter().filter_map(|(name, now)| Some((name, before.0.get(name)?.changes(now))));
        let changed: Vec<_> = both.filter(|(_, changes)| !changes.is_empty()).collect();
        let all = count(self.0.len(), "test");
        if changed.is_empty() {
            return match self.0.len() {
                0 => Ok(()),
                1 => writeln!(out, "\nThe visitor of the one test is served as before."),
                _ => writeln!(out, "\nThe visitors of all {all} are served as before."),
            };
        }
        // What is expected of a visitor may have changed as well as how they are served.
        let whom = match (changed.len(), self.0.len()) {
            (_, 1) => "the one test comes".to_owned(),
            (1, _) => format!("one of the {all} comes"),
            (n, _) => format!("{n} of the {all} come"),
        };
        writeln!(out, "\nSince the last save {whom} out otherwise:")?;
        changed.iter().try_for_each(|(name, changes)| {
            write_wrapped(&format!("{name}: {}", changes.join("; ")), "  ", out)
        })
    }
}
