//! What loading has to say about a policy, a condition or a profile: one [`Diagnostic`] for each problem, with a
//! stable code, a place, a message and, where there is one, a way out. Everything that loads reports through here.

use std::fmt;

/// How much a [`Diagnostic`] weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; never blocks.
    Warning,
    /// What carries it is refused.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Where in a text: line and column count from 1, columns in characters; `start` and `end` are byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Place {
    /// Byte offset of the first byte.
    pub start: usize,
    /// Byte offset behind the last byte.
    pub end: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The place of the bytes `span` in `text`. Offsets outside the text or inside a character are moved down to
    /// the nearest place that exists.
    #[must_use]
    pub fn of(text: &str, span: std::ops::Range<usize>) -> Self {
        let floor = |offset: usize| {
            let mut at = offset.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (floor(span.start), floor(span.end.max(span.start)));
        let before = text.get(..start).unwrap_or_default();
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { start, end, line, column }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What kind of problem a [`Diagnostic`] names. The text of a code never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum DiagnosticCode { $($(#[$doc])* $variant,)* }
        impl DiagnosticCode {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The code as it is printed and serialised.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}
codes! {
    /// The text is not TOML (or not the format it claims to be), or a condition is not an expression.
    Syntax = "syntax",
    /// A key or field that the format does not have.
    UnknownField = "unknown_field",
    /// A required key is missing.
    MissingField = "missing_field",
    /// A value of the wrong kind.
    WrongType = "wrong_type",
    /// A value outside what is allowed there.
    OutOfRange = "out_of_range",
    /// `format` is not one that this version reads.
    UnknownFormat = "unknown_format",
    /// A name is not a valid name, or is taken.
    BadName = "bad_name",
    /// The same name twice.
    Duplicate = "duplicate",
    /// An attribute that is neither built in nor declared.
    UnknownAttribute = "unknown_attribute",
    /// A segment that the policy does not have.
    UnknownSegment = "unknown_segment",
    /// A channel that the policy does not have.
    UnknownChannel = "unknown_channel",
    /// A purpose that the policy does not list.
    UnknownPurpose = "unknown_purpose",
    /// A value that an enum or set does not have.
    UnknownValue = "unknown_value",
    /// A rule written in Rust that was not registered.
    UnknownRule = "unknown_rule",
    /// A function, method or macro that the rule language does not have.
    UnknownFunction = "unknown_function",
    /// An operand of the wrong type in a condition.
    TypeMismatch = "type_mismatch",
    /// A construct of CEL that has no use here.
    Refused = "refused",
    /// A slip that is common enough to be known by name (`=` for `==`, `and` for `&&` …).
    Slip = "slip",
    /// Segments that need each other (L4).
    Cycle = "cycle",
    /// A need that would count against the person who has it (L8).
    NeedPunished = "need_punished",
    /// No last resort that always works (D4), or an end of the road without people (Law 3).
    DeadEnd = "dead_end",
    /// An attribute that may not be limited (D1).
    NotLimitable = "not_limitable",
    /// More than a limit allows.
    Limit = "limit",
    /// Opening hours, quiet hours, dates that do not make sense.
    BadTime = "bad_time",
    /// A pattern that is not a regular expression or too large.
    BadPattern = "bad_pattern",
    /// A rule or arm that has no effect.
    NoEffect = "no_effect",
}

impl fmt::Display for DiagnosticCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl serde::Serialize for DiagnosticCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One problem: what is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Diagnostic {
    pub(crate) code: DiagnosticCode,
    pub(crate) severity: Severity,
    pub(crate) path: String,
    pub(crate) place: Option<Place>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Diagnostic {
    pub(crate) fn error(code: DiagnosticCode, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            path: path.into(),
            place: None,
            message: one_line(message.into()),
            help: None,
        }
    }
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    pub(crate) fn with_place(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }
    /// The kind of problem, stable.
    #[must_use]
    pub fn code(&self) -> DiagnosticCode {
        self.code
    }
    /// How much it weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }
    /// The path in the document, as `rules.calm.when`; empty for a condition on its own.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
    /// The place in the text, where there is a text.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }
    /// What was found, then what was expected: one line, lower case, no final stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
    /// Advice.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{}:{}: ", place.line, place.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        write!(f, "{} [{}]", self.message, self.code)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// The text without line breaks and other controls: what somebody wrote in a document must not break a log into lines.
pub(crate) fn one_line(text: String) -> String {
    if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text }
}

/// How many names are compared letter by letter for one suggestion. Documents are untrusted: thousands of mistakes in one
/// that holds ten thousands of names would be hours of comparing.
const MOST_COMPARED: usize = 64;

/// The name in `known` that `found` most probably meant, if one is near enough. Of very many names those are compared
/// that begin and end most like it.
pub(crate) fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found: String = found.chars().take(80).collect::<String>().to_lowercase();
    let length = found.chars().count();
    // Of two letters one is half the word: `5g` is not a slip for `2g`.
    let allowed = match length {
        0..=2 => 0,
        _ => (length / 3).max(1),
    };
    let mut candidates: Vec<&str> =
        known.into_iter().filter(|name| name.chars().count().abs_diff(length) <= allowed).collect();
    if candidates.len() > MOST_COMPARED {
        let mut ranked: Vec<(usize, &str)> =
            candidates.into_iter().map(|name| (ends_alike(&found, name), name)).collect();
        ranked.select_nth_unstable_by(MOST_COMPARED - 1, |a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        ranked.truncate(MOST_COMPARED);
        candidates = ranked.into_iter().map(|(_, name)| name).collect();
    }
    candidates
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&found, &name.to_lowercase()), name))
        .filter(|&(distance, _)| distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// How many bytes the two have in common at the beginning and at the end.
fn ends_alike(found: &str, name: &str) -> usize {
    let alike = |(a, b): &(u8, u8)| a.eq_ignore_ascii_case(b);
    let first = found.bytes().zip(name.bytes()).take_while(alike).count();
    first + found.bytes().rev().zip(name.bytes().rev()).take_while(alike).count()
}

/// ``did you mean `x`?`` for the nearest of `known`, else the list of them where it is short.
pub(crate) fn did_you_mean<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(name) = nearest(found, known.iter().copied()) {
        return Some(format!("did you mean `{name}`?"));
    }
    known_here(known)
}

/// The list of `known`, where it is short.
pub(crate) fn known_here<'a>(known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<String> = known.into_iter().take(18).map(|name| format!("`{name}`")).collect();
    (!known.is_empty() && known.len() <= 17).then(|| format!("known here: {}", known.join(", ")))
}
