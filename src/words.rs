//! How an enumeration gets its names: one list of variants and texts makes the type, `as_str`, `parse`, `ALL`, `Display`
//! and serde. Names are snake case, the same in documents, conditions and JSON.

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
    let help = crate::diagnostic::did_you_mean(found, known.iter().copied());
    E::custom(match help {
        Some(help) => format!("unknown {what} `{found}`; {help}"),
        None => format!("unknown {what} `{found}`"),
    })
}
