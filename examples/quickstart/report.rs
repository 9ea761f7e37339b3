//! Counting and printing: decisions in, plain text of about 100 columns out. Nothing here decides anything.

use maitre::{AssistanceLevel, Decision, Experience, LayoutComplexity};

use crate::crowd::Guest;
use crate::print::say;

/// A name, and who belongs.
pub type Group = (&'static str, fn(&Guest) -> bool);

/// The groups that every table compares.
pub const GROUPS: [Group; 6] = [
    ("everyone", |_| true),
    ("<65, no d.", |guest| guest.age < 65 && !guest.difficulty),
    ("65+, no d.", |guest| guest.age >= 65 && !guest.difficulty),
    ("difficulty", |guest| guest.difficulty),
    ("small page", |guest| guest.small_screen),
    ("slow line", |guest| guest.slow_line),
];

const LABEL: usize = 26;
const COLUMN: usize = 12;

/// How many of each group, and of these how many had each outcome, in the order in which rows are asked for.
pub struct Tally<'a> {
    served: Vec<(&'a Guest, Decision)>,
}

impl<'a> Tally<'a> {
    pub fn new(served: Vec<(&'a Guest, Decision)>) -> Self {
        Self { served }
    }
    pub fn count(&self, holds: impl Fn(&Decision) -> bool) -> usize {
        self.served.iter().filter(|(_, decision)| holds(decision)).count()
    }
    pub fn len(&self) -> usize {
        self.served.len()
    }
    pub fn experiences(&self) -> impl Iterator<Item = Experience> {
        self.served.iter().map(|(_, decision)| decision.experience())
    }

    /// The head of a table: what to look at, the groups and their sizes.
    pub fn head(&self, title: &str, look: &str) {
        say!("\n{title}\n{look}\n");
        let names: String = GROUPS.iter().map(|(name, _)| format!("{name:>COLUMN$}")).collect();
        let sizes: String = GROUPS
            .iter()
            .map(|(_, belongs)| {
                let size = self.served.iter().filter(|(guest, _)| belongs(guest)).count();
                format!("{:>COLUMN$}", thousands(size))
            })
            .collect();
        say!("  {:LABEL$}{names}\n  {:LABEL$}{sizes}", "", "visitors");
    }

    /// One row: the share of each group for whom `holds`. Left out where it is nobody, unless `always`.
    pub fn row(&self, label: &str, always: bool, holds: impl Fn(&Decision) -> bool) {
        if !always && self.count(&holds) == 0 {
            return;
        }
        let shares: String = GROUPS
            .iter()
            .map(|(_, belongs)| {
                let group = || self.served.iter().filter(|(guest, _)| belongs(guest));
                let hits = group().filter(|(_, decision)| holds(decision)).count();
                format!("{:>COLUMN$}", share(hits, group().count()))
            })
            .collect();
        say!("  {label:LABEL$}{shares}");
    }
}

/// What a host would call the levels.
pub fn layout_in_words(layout: LayoutComplexity) -> &'static str {
    match layout {
        LayoutComplexity::Essential => "one thing",
        LayoutComplexity::Simple => "few choices",
        LayoutComplexity::Standard => "full page",
        LayoutComplexity::Rich => "everything",
    }
}

pub fn assistance_in_words(assistance: AssistanceLevel) -> &'static str {
    match assistance {
        AssistanceLevel::SelfService => "when asked",
        AssistanceLevel::Hints => "on the way",
        AssistanceLevel::Guided => "each step",
        AssistanceLevel::Callback => "later",
        AssistanceLevel::Human => "now",
    }
}

/// `41.7 %`; of nobody it is a dash.
pub fn share(part: usize, whole: usize) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

/// `12,345`
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
