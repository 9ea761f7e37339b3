//! A report in a few sentences.

use super::report::ImpactReport;
use crate::explanation::listed;

/// `12,345`
pub(super) fn thousands(number: u64) -> String {
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

/// `1 visitor`, `12,345 visitors`.
pub(super) fn visitors(number: u64) -> String {
    format!("{} visitor{}", thousands(number), if number == 1 { "" } else { "s" })
}

impl ImpactReport {
    /// The answer in a few sentences that somebody who has never seen a policy understands: how many are served otherwise, how many
    /// of them worse, whether anybody who requires something is among these, and what follows.
    #[must_use]
    pub fn summary(&self) -> String {
        let all = &self.everyone;
        match (all.visitors, all.changed) {
            (0, _) => return "There are no visitors, so nothing can be said.".to_owned(),
            (1, 0) => return "The one visitor is served as before: the change can go live.".to_owned(),
            (n, 0) => return format!("All {} are served as before: the change can go live.", visitors(n)),
            _ => {}
        }
        let is = |n: u64| if n == 1 { "is" } else { "are" };
        let parts = [
            (all.better, "better"),
            (all.worse, "worse in some way"),
            (all.neither(), "neither better nor worse"),
        ];
        let parts = parts.iter().filter(|(n, _)| *n > 0);
        let parts: Vec<String> = match all.changed {
            1 => parts.map(|(_, how)| (*how).to_owned()).collect(),
            _ => parts
                .map(|(n, how)| {
                    if *n == all.changed {
                        format!("all of them {how}")
                    } else {
                        format!("{} {how}", thousands(*n))
                    }
                })
                .collect(),
        };
        let first = format!(
            "Of {}, {} {} served otherwise: {}.",
            visitors(all.visitors),
            thousands(all.changed),
            is(all.changed),
            listed(&parts)
        );
        let required = self.required.changed;
        let has = if required == 1 { "has" } else { "have" };
        let who = match required {
            0 => {
                return format!(
                    "{first} None of them requires anything of the page or the channel: the change can go live."
                );
            }
            n if n == all.changed && n == 1 => "That one has a required need".to_owned(),
            n if n == all.changed => "All of them have a required need".to_owned(),
            n => format!("{} of the {} {has} a required need", thousands(n), thousands(all.changed)),
        };
        let passed_over = if self.gate.tolerated.is_empty() { "" } else { ", but for what is tolerated" };
        let them = match required {
            1 => "and is not worse off",
            _ => "and none of these is worse off",
        };
        match self.gate.worse {
            0 => format!("{first} {who}, {them}{passed_over}: the change can go live."),
            n => {
                let worse = match (n, required) {
                    (1, 1) => "and is worse off".to_owned(),
                    (n, all) if n == all => "and all of these are worse off".to_owned(),
                    (n, _) => format!("and {} of these {} worse off", thousands(n), is(n)),
                };
                format!("{first} {who}, {worse}: the change should not go live as it is.")
            }
        }
    }
}
