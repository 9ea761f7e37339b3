//! Visitors, one to a line: who stands there, and what somebody must know of lines that say it badly.

use maitre::Policy;

use super::input::Visitor;
use super::kinds::{Kinds, Spot};
use super::report::count;

/// What must be known of the lines that were read.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub struct Notes {
    /// Those that cannot be read; nobody is decided for there.
    pub unreadable: Kinds,
    /// Those with facts that decisions pass over: they make no sense, or no policy knows them.
    pub odd: Kinds,
}

impl Notes {
    /// Who stands in a line, if it can be read, held against the policies that are to decide. Nobody stands in an empty one.
    pub fn read(
        &mut self,
        number: u64,
        line: Result<&str, std::str::Utf8Error>,
        policies: &[&Policy],
    ) -> Option<Visitor> {
        let line =
            line.map(|line| if number == 1 { line.trim_start_matches('\u{feff}') } else { line }.trim());
        if line == Ok("") {
            return None;
        }
        let read = line.map_err(|_| (None, "it is no text in UTF-8".to_owned())).and_then(Visitor::of_json);
        let visitor = match read {
            Ok(visitor) => visitor,
            Err((column, problem)) => {
                self.unreadable.add(Spot { line: number, column }, [problem]);
                return None;
            }
        };
        let odd = odd(&visitor, policies);
        if !odd.is_empty() {
            self.odd.add(Spot { line: number, column: None }, odd);
        }
        Some(visitor)
    }

    pub fn merge(&mut self, other: Self) {
        self.unreadable.merge(other.unreadable);
        self.odd.merge(other.odd);
    }

    /// The same in sentences.
    pub fn told(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Self { unreadable, odd } = self;
        if unreadable.lines > 0 {
            let are = if unreadable.lines == 1 { "is" } else { "are" };
            let lines = count(unreadable.lines as usize, "line");
            notes.push(format!("{lines} cannot be read and {are} left out:{}", unreadable.told()));
        }
        if odd.lines > 0 {
            let have = if odd.lines == 1 { "visitor has" } else { "visitors have" };
            let what = "facts that count as unknown, since they make no sense here";
            notes.push(format!("{} {have} {what}:{}", odd.lines, odd.told()));
        }
        notes
    }
}

/// What is wrong with somebody's facts under every one of the policies. Without what was found there: it may be sensitive.
fn odd(visitor: &Visitor, policies: &[&Policy]) -> Vec<String> {
    let (profile, visit) = (&visitor.profile, &visitor.visit);
    let unreadable = profile.unreadable().chain(visit.unreadable()).map(|(name, _)| format!("`{name}`"));
    let _ = policies;
    unreadable.collect()
}
