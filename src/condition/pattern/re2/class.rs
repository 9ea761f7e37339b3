//! Classes in brackets, as RE2 reads them: written member by member, each so that it means nothing but itself.

use super::super::PatternError;
use super::{Translator, no_pattern};

/// The classes of POSIX that RE2 knows.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];
impl Translator<'_> {
    /// A class in brackets, the first of which has been read.
    pub(super) fn class(&mut self) -> Result<(), PatternError> {
        self.out.push('[');
        if self.take('^') {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            // A bracket right at the beginning stands for itself.
            if !first && self.take(']') {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            if self.posix()? {
                continue;
            }
            let Some(low) = self.member()? else { continue };
            let high = if self.range_follows() {
                self.rest.next();
                self.member()?.ok_or_else(|| no_pattern("a range of a class ends with a class"))?
            } else {
                low
            };
            if high < low {
                return Err(no_pattern("a range of a class ends before it starts"));
            }
            self.literal(low);
            if high != low {
                self.out.push('-');
                self.literal(high);
            }
        }
    }

    /// A character of a class; `None` if it was a class of its own, now written.
    fn member(&mut self) -> Result<Option<char>, PatternError> {
        match self.rest.next() {
            None => Err(no_pattern("unclosed character class")),
            Some('\\') if self.class_escape()? => Ok(None),
            Some('\\') => self.character().map(Some),
            Some(c) => Ok(Some(c)),
        }
    }

    /// Whether a `-` comes that does not close the class.
    fn range_follows(&self) -> bool {
        let mut ahead = self.rest.clone();
        ahead.next() == Some('-') && !matches!(ahead.next(), None | Some(']'))
    }

    /// `[:alpha:]` and its like within a class; `false`, and nothing read, if there is none.
    fn posix(&mut self) -> Result<bool, PatternError> {
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('[') || ahead.next() != Some(':') {
            return Ok(false);
        }
        let mut name = String::new();
        loop {
            match ahead.next() {
                Some(':') if ahead.peek() == Some(&']') => break,
                Some(c) => name.push(c),
                None => return Ok(false),
            }
        }
        if !POSIX.contains(&name.trim_start_matches('^')) {
            return Err(no_pattern(format_args!("RE2 knows no class `[:{name}:]`")));
        }
        ahead.next();
        self.rest = ahead;
        self.out.push_str(&format!("[:{name}:]"));
        Ok(true)
    }
}
