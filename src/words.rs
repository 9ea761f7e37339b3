//! How an enumeration gets its names: one list of variants and texts makes the type, `as_str`, `parse`, `ALL`, `Display`
//! and serde. Names are snake case, the same in documents, conditions and JSON.

use crate::diagnostic::{Diagnostic, DiagnosticCode, did_you_mean};

macro_rules! words {
    (
        $(#[$meta:meta])* $vis:vis enum $name:ident ($what:literal) {
            $($(#[$doc:meta])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// All of them, in the order of the type.
            #[allow(dead_code, reason = "not every enumeration of the crate's own is gone through")]
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// All names, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($text,)+];
            /// The name in documents, conditions and JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
            /// The one that `name` names.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $name {
            type Err = crate::diagnostic::Diagnostic;
            /// As `parse`; what is no name is refused with a suggestion.
            fn from_str(name: &str) -> Result<Self, Self::Err> {
                Self::parse(name).ok_or_else(|| crate::words::no_such($what, name, Self::NAMES))
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&name).ok_or_else(|| crate::words::unknown($what, &name, Self::NAMES))
            }
        }
    };
}
pub(crate) use words;

/// ``unknown channel `sns`; did you mean `sms`?``
pub(crate) fn unknown<E: serde::de::Error>(what: &str, found: &str, known: &[&str]) -> E {
    let problem = no_such(what, found, known);
    E::custom(match problem.help() {
        Some(help) => format!("{}; {help}", problem.message()),
        None => problem.message().to_owned(),
    })
}

/// The same for who reads no data, but a word.
pub(crate) fn no_such(what: &str, found: &str, known: &[&str]) -> Diagnostic {
    let message = format!("unknown {what} `{}`", crate::wire::short(found));
    let problem = Diagnostic::error(DiagnosticCode::UnknownValue, "", message);
    match did_you_mean(found, known.iter().copied()) {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}
