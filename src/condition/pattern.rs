//! Regular expressions in the syntax and meaning of RE2, compiled when a condition is checked to automata of limited size.
//! Searching is stepping through a table, one byte at a time: linear, without allocation, and over texts in pieces.

mod re2;

use std::fmt;
use std::sync::Arc;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, nfa::thompson};

/// A compiled pattern.
#[derive(Clone)]
pub(crate) struct Pattern {
    written: Box<str>,
    automaton: Arc<dense::DFA<Vec<u32>>>,
    start: StateID,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.written).finish()
    }
}

/// Why a text is no pattern: what is wrong, and advice.
#[derive(Debug, PartialEq)]
pub(super) struct PatternError {
    /// Whether more room would help.
    pub(super) too_large: bool,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl PatternError {
    fn new(message: impl Into<String>, help: Option<&str>) -> Self {
        Self { too_large: false, message: message.into(), help: help.map(str::to_owned) }
    }
}

impl Pattern {
    pub(super) const TOO_LARGE: &str = "the pattern is too large when compiled";
    pub(super) const SHORTEN: &str =
        "shorten repetitions such as `{1,100}`, or test for a part of it with `contains`";

    /// Compiles `written` to at most `bytes` bytes.
    pub(super) fn compile(written: &str, bytes: usize) -> Result<Self, PatternError> {
        let too_large =
            || PatternError { too_large: true, ..PatternError::new(Self::TOO_LARGE, Some(Self::SHORTEN)) };
        if written.contains('\u{8}') {
            let help = "`\\b` in plain quotes is a backspace: write `r\"\\b…\"` for a boundary of words";
            return Err(PatternError::new("the pattern has a backspace in it", Some(help)));
        }
        let translated = re2::translate(written)?;
        let reading = syntax::Config::new().utf8(false).nest_limit(50);
        syntax::parse_with(&translated, &reading).map_err(|error| {
            // The parser draws the pattern over several lines; its last one says what is wrong.
            let said = error.to_string();
            let said = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            PatternError::new(format!("this is no regular expression: {said}"), None)
        })?;
        let automaton = dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Unanchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(bytes))
                    .determinize_size_limit(Some(bytes)),
            )
            .syntax(reading)
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(bytes)))
            .build(&translated)
            .map_err(|_| too_large())?;
        let start =
            automaton.start_state(&start::Config::new().anchored(Anchored::No)).map_err(|_| too_large())?;
        Ok(Self { written: written.into(), automaton: Arc::new(automaton), start })
    }

    pub(super) fn size(&self) -> usize {
        self.automaton.memory_usage()
    }

    /// Whether a part of the text matches.
    pub(super) fn matches(&self, bytes: impl Iterator<Item = u8>) -> bool {
        let mut state = self.start;
        for byte in bytes {
            state = self.automaton.next_state(state, byte);
            if self.automaton.is_special_state(state) {
                // A match shows one byte late, and then stays one for this question.
                if self.automaton.is_match_state(state) {
                    return true;
                }
                if self.automaton.is_dead_state(state) {
                    return false;
                }
            }
        }
        self.automaton.is_match_state(self.automaton.next_eoi_state(state))
    }
}
