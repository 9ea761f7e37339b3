//! A report in words: its summary, small tables, the gate.

use std::fmt::{self, Display};

use super::examples::ImpactExample;
use super::group::{ImpactGroup, Transition};
use super::harm::{Gain, Harm};
use super::report::{HarmGroup, ImpactReport, LossCause, RuleImpact};
use super::rules::RuleTurn;
use super::summary::{thousands, visitors};
use crate::decision::WayOut;
use crate::explanation::listed;
use crate::served::Served;

/// So many rules, segments and rows of a table are named at most.
const NAMED: usize = 8;

/// A part of a whole in percent, of nobody a dash; what is not nothing is not called nothing.
fn share(part: u64, whole: u64) -> String {
    match u128::from(part) * 1_000 {
        _ if whole == 0 => "\u{2013}".to_owned(),
        0 => "0 %".to_owned(),
        parts => match (parts + u128::from(whole) / 2) / u128::from(whole) {
            0 => "< 0.1 %".to_owned(),
            rounded => format!("{}.{} %", rounded / 10, rounded % 10),
        },
    }
}

impl Display for ImpactReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.summary())?;
        if self.everyone.changed == 0 {
            return Ok(());
        }
        let Self { old, new, .. } = self;
        writeln!(f, "\n`{}` ({}) against `{}` ({})", new.name, new.digest, old.name, old.digest)?;
        self.who(f)?;
        self.axes(f)?;
        if !self.harms.is_empty() {
            writeln!(f, "\nWho is served worse")?;
            self.harms.iter().try_for_each(|group| group.fmt(f))?;
        }
        if !self.everyone.gains.is_empty() {
            writeln!(f, "\nWho is served better, or better in this")?;
            for (gain, n) in &self.everyone.gains {
                writeln!(f, "  {:>11}  {}", thousands(*n), Gain::spoken(*gain))?;
            }
        }
        writeln!(
            f,
            "\nRules that begin to hold, no longer hold or do something else for those who are served otherwise"
        )?;
        rules(&self.rules, self.without_rule, f)?;
        self.segments(f)?;
        writeln!(f, "\nThe gate: nobody who requires something may be served worse")?;
        self.gate(f)
    }
}

impl ImpactReport {
    /// The groups by need, one line each.
    fn who(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["visitors", "otherwise", "better", "worse"].map(|head| format!("{head:>11}")).concat();
        writeln!(f, "\n{:28}{head}", "")?;
        let groups = [
            ("everyone", &self.everyone),
            ("with a required need", &self.required),
            ("with preferred needs only", &self.preferred),
            ("without known needs", &self.without_needs),
        ];
        groups.iter().try_for_each(|(name, group)| line(name, group, f))?;
        self.needs
            .iter()
            .filter(|one| one.group.changed > 0)
            .try_for_each(|one| line(&format!("  {}, {}", one.need, one.strength), &one.group, f))
    }

    fn axes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = &self.everyone.transitions;
        axis("Channel", &tables.channel, f)?;
        axis("Layout", &tables.layout, f)?;
        if tables.layout_in_use != tables.layout {
            axis("Layout on the channel in use", &tables.layout_in_use, f)?;
        }
        axis("Assistance", &tables.assistance, f)?;
        let ways = tables.way_out.iter().map(|one| Transition {
            from: Way(one.from),
            to: Way(one.to),
            visitors: one.visitors,
        });
        axis("Way out", &ways.collect::<Vec<_>>(), f)?;
        if !self.everyone.adaptations.is_empty() {
            writeln!(f, "\nAdaptations")?;
        }
        self.everyone.adaptations.iter().try_for_each(|one| {
            writeln!(
                f,
                "  {:>11} lose and {} gain {}",
                thousands(one.lost),
                thousands(one.gained),
                one.adaptation
            )
        })
    }

    fn segments(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut changed: Vec<_> = self.segments.iter().filter(|one| one.group.changed > 0).collect();
        if changed.is_empty() {
            return Ok(());
        }
        changed.sort_by_key(|one| std::cmp::Reverse((one.group.worse, one.group.changed)));
        writeln!(f, "\nSegments, those with the most who are served worse first")?;
        let head = ["visitors", "otherwise", "better", "worse"].map(|head| format!("{head:>11}")).concat();
        writeln!(f, "{:28}{head}", "")?;
        changed.iter().take(NAMED).try_for_each(|one| line(&one.name, &one.group, f))?;
        further(changed.len(), "segment", f)
    }

    fn gate(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gate = &self.gate;
        if !gate.tolerated.is_empty() {
            let names: Vec<String> = gate.tolerated.iter().map(|harm| format!("`{harm}`")).collect();
            writeln!(f, "  tolerated: {}", listed(&names))?;
        }
        if gate.passes {
            return writeln!(f, "  It passes.");
        }
        writeln!(f, "  It does not pass: {} with a required need.", visitors(gate.worse))?;
        for (harm, n) in &gate.harms {
            writeln!(f, "  {:>11}  {}", thousands(*n), harm.spoken())?;
        }
        rules(&gate.rules, gate.without_rule, f)?;
        gate.examples.iter().try_for_each(|example| write!(f, "\n{example}"))
    }
}

/// One group: how many there are, and how many are served otherwise, better and worse.
fn line(name: &str, group: &ImpactGroup, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let figures = [group.visitors, group.changed, group.better, group.worse];
    let figures = figures.map(|n| format!("{:>11}", thousands(n))).concat();
    // A longer name takes a line of its own.
    if name.chars().count() > 28 {
        writeln!(f, "{name}\n{:28}{figures}", "")
    } else {
        writeln!(f, "{name:28}{figures}")
    }
}

/// From what to what, where it is not the same.
fn axis<T: Display + PartialEq>(
    name: &str,
    table: &[Transition<T>],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut moved: Vec<_> = table.iter().filter(|one| one.from != one.to).collect();
    let sum = |table: &[&Transition<T>]| table.iter().map(|one| one.visitors).sum::<u64>();
    let all = sum(&table.iter().collect::<Vec<_>>());
    if moved.is_empty() {
        return writeln!(f, "\n{name}: the same for everyone");
    }
    let otherwise = sum(&moved);
    writeln!(f, "\n{name}: otherwise for {}, {}", thousands(otherwise), share(otherwise, all))?;
    moved.sort_by_key(|one| std::cmp::Reverse(one.visitors));
    for one in moved.iter().take(NAMED) {
        writeln!(f, "  {:>11}  {} \u{2192} {}", thousands(one.visitors), one.from, one.to)?;
    }
    further(moved.len(), "row", f)
}

fn further(all: usize, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match all.saturating_sub(NAMED) {
        0 => Ok(()),
        1 => writeln!(f, "  and 1 {what} more"),
        n => writeln!(f, "  and {n} {what}s more"),
    }
}

fn rules(rules: &[RuleImpact], without: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for one in rules.iter().take(NAMED) {
        let turns =
            [(one.begins, RuleTurn::Begins), (one.ends, RuleTurn::Ends), (one.differs, RuleTurn::Differs)];
        let turns: Vec<&(u64, RuleTurn)> = turns.iter().filter(|(n, _)| *n > 0).collect();
        let turns: Vec<String> = match turns.as_slice() {
            [(_, turn)] => vec![turn.spoken().to_owned()],
            several => {
                several.iter().map(|(n, turn)| format!("{} for {}", turn.spoken(), thousands(*n))).collect()
            }
        };
        writeln!(f, "  {:>11}  `{}` {}", thousands(one.visitors()), one.rule, listed(&turns))?;
    }
    further(rules.len(), "rule", f)?;
    match without {
        0 => Ok(()),
        n => writeln!(
            f,
            "  {:>11}  no rule: it is channels, defaults, weights, attributes or experiments",
            thousands(n)
        ),
    }
}

impl Display for HarmGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.harm.spoken();
        let required = if self.required == 0 { "none".to_owned() } else { thousands(self.required) };
        writeln!(f, "  {:>11}  {what}; {required} of them with a required need", thousands(self.visitors))?;
        self.causes.iter().take(NAMED).try_for_each(|cause| writeln!(f, "{:15}{cause}", ""))
    }
}

impl Display for LossCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, channel) = (thousands(self.visitors), self.channel);
        match self.by {
            Some(by) => write!(f, "{n} lose {channel}: {}", by.spoken()),
            None => write!(f, "{n} lose {channel}: the new policy does not have it"),
        }
    }
}

/// A way out in few words.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Way(Option<WayOut>);

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("none"),
            Some(WayOut { channel, open: true }) => write!(f, "{channel}"),
            Some(WayOut { channel, open: false }) => write!(f, "{channel} (nobody there)"),
        }
    }
}

impl Display for Served {
    /// In one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let experience = &self.experience;
        write!(f, "{}", experience.channel)?;
        if self.last_resort {
            f.write_str(" (last resort)")?;
        }
        write!(f, ", {}", experience.layout)?;
        if self.layout_in_use != experience.layout {
            write!(f, " ({} on the channel in use)", self.layout_in_use)?;
        }
        write!(f, ", {}; way out: {}", experience.assistance, Way(self.way_out))
    }
}

impl Display for ImpactExample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let harms: Vec<String> =
            self.harms.iter().map(|harm| Harm::as_str(*harm).replace('_', " ")).collect();
        let others = match self.alike.saturating_sub(1) {
            0 => String::new(),
            n => format!(" and {} more like them", thousands(n)),
        };
        writeln!(f, "number {}{others}: {}", thousands(self.number), listed(&harms))?;
        writeln!(f, "  before: {}\n  now:    {}", self.old, self.new)?;
        if !self.rules.is_empty() {
            let rules: Vec<String> =
                self.rules.iter().map(|(rule, turn)| format!("`{rule}` {}", turn.spoken())).collect();
            writeln!(f, "  rules:  {}", listed(&rules))?;
        }
        self.witness.to_string().lines().try_for_each(|line| writeln!(f, "  {line}"))
    }
}
