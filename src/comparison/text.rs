//! A comparison as sentences.

use std::fmt;

use super::{Aspect, Change, ChangeKind, Changed, Comparison, Edit, EditKind, Happens};
use crate::decision::WayOut;
use crate::explanation::listed;
use crate::guarantee::{WhyInconclusive, counted_steps};
use crate::search::inline;
use crate::served::Served;
use crate::value::Text;

impl Aspect {
    const fn spoken(self) -> &'static str {
        match self {
            Self::Channel => "The channel",
            Self::Layout => "The layout",
            Self::LayoutInUse => "The layout on the channel in use",
            Self::Assistance => "The assistance",
            Self::Adaptations => "What the page does for needs",
            Self::WayOut => "The way to a person",
        }
    }
    /// What somebody gets of it.
    fn of(self, served: &Served) -> String {
        let experience = &served.experience;
        match self {
            Self::Channel => format!("`{}`", experience.channel),
            Self::Layout => format!("`{}` on `{}`", experience.layout, experience.channel),
            Self::LayoutInUse => format!("`{}`", served.layout_in_use),
            Self::Assistance => format!("`{}`", experience.assistance),
            Self::Adaptations => match names(served.adapts().iter().map(|need| need.as_str())).as_slice() {
                [] => "nothing".to_owned(),
                all => listed(all),
            },
            Self::WayOut => served.way_out.map_or_else(|| "none".to_owned(), WayOut::spoken),
        }
    }
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    all.map(|name| format!("`{name}`")).collect()
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = match &*self.part {
            "segments" => "segment",
            "rules" => "rule",
            "channels" => "channel",
            "experiments" => "experiment",
            "guarantees" => "guarantee",
            "attributes" => "attribute",
            "tests" => "test",
            "findings" => "level of the finding",
            part => part,
        };
        match &self.name {
            Some(name) => write!(f, "{part} `{name}` is {}", self.kind)?,
            None => write!(f, "`{}` is {}", self.part, self.kind)?,
        }
        if self.kind != EditKind::Changed {
            return Ok(());
        }
        // Only some keys of visitors are times; a text that looks like one is quoted as any.
        let is_time = |name: &str| {
            let is_of_visitor = name.starts_with("visit") || name.starts_with("profile");
            let key = name.rsplit('.').next().unwrap_or_default();
            is_of_visitor && ["at", "started_at", "learnt", "timestamp", "until"].contains(&key)
        };
        let written = |name: &str, json: &Text| match serde_json::from_str(json) {
            Ok(serde_json::Value::String(_)) if !is_time(name) => json.to_string(),
            Ok(json) => inline(&json),
            Err(_) => json.to_string(),
        };
        for (number, field) in self.fields.iter().enumerate() {
            let [before, after] =
                [&field.before, &field.after].map(|one| one.as_ref().map(|json| written(&field.name, json)));
            let name = if field.name.is_empty() { "it".to_owned() } else { format!("`{}`", field.name) };
            write!(f, "{} {name} ", if number == 0 { ":" } else { ";" })?;
            match (before, after) {
                (Some(before), Some(after)) => write!(f, "was {before} and is {after}")?,
                (Some(before), None) => write!(f, "was {before} and is not there")?,
                (None, Some(after)) => write!(f, "was not there and is {after}")?,
                (None, None) => write!(f, "is as it was")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Change {
    /// The change as one sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = if self.required { " with a required need" } else { "" };
        let what = self.what();
        match &self.happens {
            Happens::Never => write!(f, "Nobody{who} {what}: proven."),
            Happens::To(_) => write!(f, "Somebody{who} {what}."),
            Happens::Inconclusive(WhyInconclusive::Budget | WhyInconclusive::TooManyWays) => {
                write!(
                    f,
                    "Whether anybody{who} {what} could not be told within {}.",
                    counted_steps(self.steps)
                )
            }
            Happens::Inconclusive(WhyInconclusive::NobodyFound) => {
                write!(
                    f,
                    "Whether anybody{who} {what} could not be told: the search leaves room for somebody, but nobody was found."
                )
            }
        }
    }
}

impl Change {
    /// What happens to them, behind a subject.
    fn what(&self) -> String {
        let of = self.of.as_ref().map_or_else(|| "an adaptation".to_owned(), |name| format!("`{name}`"));
        let is_on_none =
            matches!(&self.happens, Happens::To(changed) if changed.witness.visit.channel().is_none());
        let on = match self.aspect {
            Aspect::LayoutInUse if is_on_none => " on the channel that serves, since none is in use",
            Aspect::LayoutInUse => " on the channel in use",
            _ => "",
        };
        match self.kind {
            ChangeKind::MoreComplex => format!("gets a more complex layout{on}"),
            ChangeKind::Simpler => format!("gets a simpler layout{on}"),
            ChangeKind::LessAssistance => "gets less assistance".to_owned(),
            ChangeKind::MoreAssistance => "gets more assistance".to_owned(),
            ChangeKind::Replaced if self.aspect == Aspect::WayOut => {
                format!("whose way to a person was {of} has another")
            }
            ChangeKind::Replaced => format!("whom {of} served is served through another channel"),
            ChangeKind::Lost => format!("loses {of}"),
            ChangeKind::Gained => format!("gains {of}"),
            ChangeKind::Closes => "finds a way to a person closed that was open".to_owned(),
            ChangeKind::Opens => "finds a way to a person open that was closed".to_owned(),
        }
    }
}

impl Changed {
    fn write(&self, aspect: Aspect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.witness.to_string().lines() {
            writeln!(f, "    {line}")?;
        }
        writeln!(
            f,
            "    before: {}; after: {}",
            aspect.of(&self.before.served),
            aspect.of(&self.after.served)
        )?;
        let only = |one: &[Text], other: &[Text]| -> Vec<String> {
            names(one.iter().filter(|name| !other.contains(name)).map(|name| &**name))
        };
        let before = only(&self.before.rules, &self.after.rules);
        let after = only(&self.after.rules, &self.before.rules);
        let both: Vec<String> = names(
            self.before.rules.iter().filter(|name| self.after.rules.contains(name)).map(|name| &**name),
        );
        let held = [(both, "under both"), (before, "before only"), (after, "after only")];
        let told: Vec<String> = held
            .iter()
            .filter(|(rules, _)| !rules.is_empty())
            .map(|(rules, how)| format!("{} {how}", listed(rules)))
            .collect();
        match told.as_slice() {
            [] => writeln!(f, "    no rule holds for them"),
            told => writeln!(f, "    rules that hold: {}", told.join("; ")),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.edits.as_slice() {
            [] => writeln!(f, "The documents say the same.")?,
            edits => {
                writeln!(f, "The new document says otherwise:")?;
                edits.iter().try_for_each(|edit| writeln!(f, "  {edit}"))?;
            }
        }
        let mut told_of = false;
        for &aspect in Aspect::ALL {
            let of = |required: bool| {
                self.changes.iter().filter(move |one| one.aspect == aspect && one.required == required)
            };
            if self.is_same_in(aspect) {
                writeln!(f, "\n{} is the same for every visitor: proven.", aspect.spoken())?;
                continue;
            }
            let differs = of(false).any(|one| matches!(one.happens, Happens::To(_)));
            let how = if differs {
                "is not the same for every visitor"
            } else {
                "could not be told to be the same for every visitor"
            };
            writeln!(f, "\n{} {how}:", aspect.spoken())?;
            for change in of(false).filter(|change| change.happens != Happens::Never) {
                told_of |= matches!(change.happens, Happens::Inconclusive(_));
                writeln!(f, "  {change}")?;
                if let Happens::To(changed) = &change.happens {
                    changed.write(aspect, f)?;
                }
            }
            for change in of(true) {
                // Of what happens to nobody at all it was said.
                let at_all = of(false).any(|one| one.kind == change.kind && one.happens != Happens::Never);
                if !at_all {
                    continue;
                }
                writeln!(f, "  {change}")?;
                let known = of(false).any(|one| one.happens == change.happens);
                match &change.happens {
                    Happens::To(_) if known => writeln!(f, "    the same visitor as above")?,
                    Happens::To(changed) => changed.write(aspect, f)?,
                    Happens::Never | Happens::Inconclusive(_) => {}
                }
            }
        }
        if told_of && !self.free.is_empty() {
            let free = names(self.free.iter().map(|part| &**part));
            writeln!(f, "\nTaken as able to have any value: {}.", listed(&free))?;
        }
        writeln!(f, "\nReasons, alternatives and arms of experiments are not compared.")
    }
}
