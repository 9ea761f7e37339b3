//! The facts of a request, and the requests for facts: headers come in and become facts of a [`Visit`], a policy comes in
//! and the header lines that ask for what it reads go out. Both are fed from one table of headers, [`table`]. A pure
//! adapter, called by hosts: it sends, stores and remembers nothing, and no header can make it fail or panic. What is
//! absent, malformed, too long or contradicted is unknown, which is never the same as "no".

mod device;
mod fields;
mod hints;
mod reads;
mod table;
#[cfg(test)]
mod tests;
mod user_agent;

use std::borrow::Cow;

use http::HeaderMap;

pub use self::hints::ClientHints;

use self::device::Clues;
use self::table::{Lines, Read, Row};
use crate::fact::{Fact, Source};
use crate::value::Value;
use crate::visit::{Visit, VisitFact};

/// The longest value that is read, in bytes: what servers commonly allow for a line.
const LONGEST: usize = 8 * 1024;

impl Visit {
    #[doc = include_str!("docs/headers.md")]
    #[must_use]
    pub fn with_headers(mut self, headers: &HeaderMap) -> Self {
        let mut clues = Clues::default();
        let mut said: [Said; VisitFact::ALL.len()] = [const { Said::Nothing }; VisitFact::ALL.len()];
        for row in table::ROWS {
            match (row.read, text_of(row, headers)) {
                (Read::Fact(fact, read), Line::This(text)) => {
                    if let (Some(value), Some(said)) = (read(&text), said.get_mut(fact as usize)) {
                        said.hear(value);
                    }
                }
                // Another name of the same hint must not decide between the two.
                (Read::Fact(fact, _), Line::Twice) => {
                    if let Some(said) = said.get_mut(fact as usize) {
                        *said = Said::Contradiction;
                    }
                }
                (Read::Clue(read), Line::This(text)) => read(&text, &mut clues),
                (Read::Clue(_), Line::Twice) | (_, Line::Nothing) => {}
            }
        }
        for (&fact, said) in VisitFact::ALL.iter().zip(said) {
            let Said::This(value) = said else { continue };
            // What stands for a need is asked for by whoever knows of it: a device that does not ask takes nothing away.
            let is_yes = self.get(fact).is_some_and(|known| known.value == Value::Bool(true));
            if !(is_yes && value == Value::Bool(false)) {
                self.put(fact, Fact::request(value));
            }
        }
        if let Some((device, source)) = clues.device() {
            self.put(VisitFact::Device, Fact::new(device.into(), source));
        }
        if let Some(platform) = clues.user_agent.platform {
            self.put(VisitFact::Platform, Fact::new(Value::Text(platform.into()), Source::Inferred));
        }
        self
    }
}

/// What the headers that speak of one fact say together.
enum Said {
    Nothing,
    This(Value),
    /// Two of them contradict each other, and none is better than the other.
    Contradiction,
}

impl Said {
    fn hear(&mut self, value: Value) {
        *self = match std::mem::replace(self, Self::Contradiction) {
            Self::Nothing => Self::This(value),
            Self::This(known) if known == value => Self::This(known),
            Self::This(_) | Self::Contradiction => Self::Contradiction,
        }
    }
}

/// What stands in the lines of one header.
enum Line<'h> {
    /// It is absent, too long or not printable ASCII.
    Nothing,
    This(Cow<'h, str>),
    /// Several lines of a header that may have one only.
    Twice,
}

/// The value of `row`'s header; several lines of a list are one.
fn text_of<'h>(row: &Row, headers: &'h HeaderMap) -> Line<'h> {
    let mut lines =
        headers.get_all(row.name).iter().map(|line| line.to_str().ok().filter(|l| l.len() <= LONGEST));
    let Some(first) = lines.next() else { return Line::Nothing };
    if row.lines == Lines::One && lines.next().is_some() {
        return Line::Twice;
    }
    let Some(first) = first else { return Line::Nothing };
    let mut text = Cow::Borrowed(first);
    for line in lines {
        let Some(line) = line.filter(|line| text.len() + line.len() + 2 <= LONGEST) else {
            return Line::Nothing;
        };
        let joined = text.to_mut();
        joined.push_str(", ");
        joined.push_str(line);
    }
    Line::This(text)
}
