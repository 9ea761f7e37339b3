//! D5 to D7: points, preference, the prior level, then caps or floors; each with its reason.

use std::cmp::Reverse;

use super::choose::{Choice, Reason, greatest};
use super::document::{ASSISTANCE, Channel, Effects, LAYOUTS};

impl Choice<'_> {
    /// Points, level before caps or floors, and the reason so far, on an axis of `levels` with default `default`.
    fn level(
        &self,
        levels: &[&str],
        default: usize,
        preference: &str,
        points: fn(&Effects) -> i64,
    ) -> (i64, usize, Reason) {
        let nearest = |points: i64| (points + 50).div_euclid(100).clamp(0, levels.len() as i64 - 1) as usize;
        if let Some(wanted) = self.facts.declared_text(preference) {
            let level = levels.iter().position(|level| *level == wanted).expect("a level");
            return (100 * level as i64, level, ("preferred".to_owned(), None));
        }
        let sum = 100 * default as i64 + self.givers.iter().map(|(_, effects)| points(effects)).sum::<i64>();
        let level = nearest(sum);
        let reason = if level == default {
            ("default".to_owned(), None)
        } else {
            let direction = if level > default { 1 } else { -1 };
            ("rules".to_owned(), greatest(&self.givers, |effects| points(effects) * direction))
        };
        (sum, level, reason)
    }

    /// D5 and D7, on `channel` (none: one that the policy does not have).
    pub fn layout(&self, channel: Option<&Channel>) -> (usize, Reason) {
        let (points, nearest, mut reason) =
            self.level(&LAYOUTS, self.document.layout, "profile.preferred_layout", |effects| effects.layout);
        let mut level = nearest;
        if let Some((prior, _)) = self.visitor.prior {
            let (l, margin) = (prior as i64, self.document.weights.margin);
            let above = prior == 0 || 100 * l - 50 - margin <= points;
            let below = prior == LAYOUTS.len() - 1 || points <= 100 * l + 49 + margin;
            if above && below && level != prior {
                level = prior;
                if reason.0 != "preferred" {
                    reason = ("prior".to_owned(), None);
                }
            }
        }
        let mut caps: Vec<(usize, usize, Reason)> = Vec::new();
        if self.required.contains("fewer_choices") {
            caps.push((1, 0, ("need".to_owned(), Some("fewer_choices".to_owned()))));
        }
        for (name, effects) in &self.givers {
            caps.extend(effects.layout_at_most.map(|cap| (cap, 1, ("bound".to_owned(), Some(name.clone())))));
        }
        caps.extend(channel.and_then(|c| c.layout_at_most).map(|cap| (cap, 2, ("channel".to_owned(), None))));
        match caps.into_iter().min() {
            Some((cap, _, reason)) if cap < level => (cap, reason),
            _ => (level, reason),
        }
    }

    /// D6.
    pub fn assistance(&self) -> (usize, Reason) {
        let (_, mut level, mut reason) =
            self.level(&ASSISTANCE, self.document.assistance, "profile.preferred_assistance", |effects| {
                effects.assistance
            });
        let mut floors: Vec<(usize, Reverse<(usize, Reason)>)> = Vec::new();
        let mut floor = |level: usize, place: usize, code: &str, giver: Option<&str>| {
            floors.push((level, Reverse((place, (code.to_owned(), giver.map(str::to_owned))))));
        };
        if self.required.contains("human_contact") {
            floor(4, 0, "need", Some("human_contact"));
        }
        for (name, effects) in &self.givers {
            if let Some(least) = effects.assistance_at_least {
                floor(least, 1, "bound", Some(name));
            }
        }
        if let Some((_, prior)) = self.visitor.prior.filter(|_| self.facts.count("profile.open_cases") > 0) {
            floor(prior, 2, "open_case", None);
        }
        if let Some((least, Reverse((_, cause)))) = floors.into_iter().max()
            && least > level
        {
            (level, reason) = (least, cause);
        }
        let nobody = || ("nobody_there".to_owned(), None);
        if level == 4 && !self.document.channels.iter().any(|c| c.staffed && self.is_open(c)) {
            (level, reason) = (3, nobody());
        }
        if !self.document.people && level > 2 {
            (level, reason) = (2, nobody());
        }
        (level, reason)
    }
}
