//! Regular expressions in the syntax and meaning of RE2, compiled when a condition is checked to automata of limited size.
//! Searching is stepping through a table, one byte at a time: linear, without allocation, and over texts in pieces.

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
    /// Compiles `written` to at most `bytes` bytes.
    pub(super) fn compile(written: &str, bytes: usize) -> Result<Self, PatternError> {
        let too_large = || {
            let help = "shorten repetitions such as `{1,100}`, or test for a part of it with `contains`";
            PatternError {
                too_large: true,
                ..PatternError::new("the pattern is too large when compiled", Some(help))
            }
        };
        if written.contains('\u{8}') {
            let help = "`\\b` in plain quotes is a backspace: write `r\"\\b…\"` for a boundary of words";
            return Err(PatternError::new("the pattern has a backspace in it", Some(help)));
        }
        let translated = from_re2(written)?;
        let config = syntax::Config::new().utf8(false).nest_limit(50);
        syntax::parse_with(&translated, &config).map_err(|error| {
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
            .syntax(config)
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

/// RE2 knows `\d`, `\w`, `\s` and `\b` of ASCII only, `\Q…\E`, and no nested classes; the engine knows them otherwise. The
/// rest is alike.
fn from_re2(written: &str) -> Result<String, PatternError> {
    let mut out = String::with_capacity(written.len() + 16);
    let mut rest = written.chars().peekable();
    // Characters of the class so far; none outside of one.
    let mut class: Option<usize> = None;
    while let Some(c) = rest.next() {
        let place = class;
        if let Some(count) = &mut class {
            *count += 1;
        }
        match (c, place) {
            ('\\', _) => {
                let Some(next) = rest.next() else {
                    return Err(PatternError::new(
                        "this is no regular expression: it ends with a `\\`",
                        None,
                    ));
                };
                escape(next, &mut rest, place.is_some(), &mut out)?;
            }
            ('[', None) => {
                out.push('[');
                if rest.peek() == Some(&'^') {
                    out.push('^');
                    rest.next();
                }
                // A bracket right at the beginning stands for itself.
                if rest.peek() == Some(&']') {
                    out.push_str("\\]");
                    rest.next();
                }
                class = Some(0);
            }
            ('[', Some(_)) if rest.peek() == Some(&':') => {
                // `[:alpha:]`, to its end.
                out.push('[');
                for c in rest.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            ('[' | '&' | '~', Some(_)) => out.extend(['\\', c]),
            (']', Some(_)) => {
                out.push(']');
                class = None;
            }
            ('(', None) if rest.peek() == Some(&'?') => {
                out.push_str("(?");
                rest.next();
                flags(&mut rest, &mut out)?;
            }
            (c, _) => out.push(c),
        }
    }
    Ok(out)
}

type Rest<'p> = std::iter::Peekable<std::str::Chars<'p>>;

fn escape(next: char, rest: &mut Rest<'_>, in_class: bool, out: &mut String) -> Result<(), PatternError> {
    match next {
        'd' => out.push_str("[0-9]"),
        'D' => out.push_str("[^0-9]"),
        'w' => out.push_str("[0-9A-Za-z_]"),
        'W' => out.push_str("[^0-9A-Za-z_]"),
        's' => out.push_str("[\\t\\n\\f\\r ]"),
        'S' => out.push_str("[^\\t\\n\\f\\r ]"),
        'b' | 'B' if !in_class => {
            if rest.peek() == Some(&'{') {
                return Err(PatternError::new(
                    "`\\b{…}` is not of RE2",
                    Some("write `\\b`: a boundary of ASCII words"),
                ));
            }
            out.push_str(if next == 'b' { "(?-u:\\b)" } else { "(?-u:\\B)" });
        }
        'Q' => {
            let mut quoted = String::new();
            while let Some(c) = rest.next() {
                if c == '\\' && rest.peek() == Some(&'E') {
                    rest.next();
                    break;
                }
                quoted.push(c);
            }
            for c in quoted.chars() {
                if c.is_ascii_punctuation() {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        'C' => {
            let help = Some("write `.` for any character but the end of a line");
            return Err(PatternError::new("`\\C` (any byte) has no use here: texts are characters", help));
        }
        '<' | '>' | 'u' | 'U' => {
            return Err(PatternError::new(
                format!("`\\{next}` is not of RE2"),
                Some("RE2 has `\\b` and `\\x{10FFFF}`"),
            ));
        }
        '1'..='9' => {
            return Err(PatternError::new(format!("`\\{next}`: there are no back-references"), None));
        }
        _ => out.extend(['\\', next]),
    }
    Ok(())
}

/// What follows `(?`: RE2 has the flags i, m, s and U, and names; it has no look-around.
fn flags(rest: &mut Rest<'_>, out: &mut String) -> Result<(), PatternError> {
    let refused = |what: &str| {
        Err(PatternError::new(format!("`(?{what}` is not of RE2"), Some("RE2 has the flags i, m, s and U")))
    };
    while let Some(&c) = rest.peek() {
        match c {
            'i' | 'm' | 's' | 'U' | '-' => {}
            'P' | '<' => {
                let mut ahead = rest.clone();
                ahead.next();
                if c == 'P' && ahead.peek() != Some(&'<') {
                    return refused("P");
                }
                if c == '<' && matches!(ahead.peek(), Some('=' | '!')) {
                    return Err(PatternError::new("there is no look-behind in RE2", None));
                }
                return Ok(());
            }
            '=' | '!' => return Err(PatternError::new("there is no look-ahead in RE2", None)),
            ':' | ')' => return Ok(()),
            other => return refused(&other.to_string()),
        }
        out.push(c);
        rest.next();
    }
    Ok(())
}
