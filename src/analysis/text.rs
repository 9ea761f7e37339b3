//! An analysis for people: one thing below the other, each with its witness.

use std::fmt;

use super::{Analysis, Finding, Inconclusive, Subject};
use crate::guarantee::{WhyInconclusive, counted_steps};

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.what, self.name)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{}:{}: ", place.line, place.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}: {} [{}]", self.level, self.message, self.kind)?;
        if let Some(witness) = &self.witness {
            write!(f, "\n  {}:", self.kind.of_whom())?;
            witness.to_string().lines().try_for_each(|line| write!(f, "\n    {line}"))?;
        }
        write!(f, "\n  help: {}", self.help)
    }
}

impl fmt::Display for Inconclusive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about: Vec<String> = self.about.iter().map(ToString::to_string).collect();
        let about = crate::explanation::listed(&about);
        let (kind, steps) = (self.kind, self.steps);
        match self.why {
            WhyInconclusive::NobodyFound => write!(
                f,
                "whether `{kind}` is to be said of {about} cannot be told: the search leaves room for somebody who would show it, but nobody \
                 was found, since what is calculated, compared with another fact or drawn by ids cannot be chosen at will"
            ),
            WhyInconclusive::TooManyWays => write!(
                f,
                "whether `{kind}` is to be said of {about} was not told for all: it can hold in more ways than are looked at one by one, of one rule or of all together"
            ),
            WhyInconclusive::Budget if steps == 0 => {
                write!(
                    f,
                    "whether `{kind}` is to be said of {about} was not told: the steps for all questions had run out"
                )
            }
            WhyInconclusive::Budget => {
                let within = counted_steps(steps);
                write!(f, "whether `{kind}` is to be said of {about} was not told within {within}")
            }
        }
    }
}

impl fmt::Display for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings = self.findings.iter().map(|finding| finding as &dyn fmt::Display);
        let open = self.inconclusive.iter().map(|open| open as &dyn fmt::Display);
        for (number, one) in findings.chain(open).enumerate() {
            write!(f, "{}{one}", if number == 0 { "" } else { "\n" })?;
        }
        match self.inconclusive_beyond {
            0 => Ok(()),
            more => write!(f, "\nand {more} more questions could not be told"),
        }
    }
}
