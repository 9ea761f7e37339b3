//! The ways by which a person and a service meet.

use std::fmt;

macro_rules! channels {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)+) => {
        /// A way by which a person is served. Twelve are built in; a policy may name up to 16 of its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Channel {
            $($(#[$doc])* $variant,)+
            /// A channel that the policy itself names (`own = true`).
            Own(ChannelName),
        }
        impl Channel {
            /// The built-in channels.
            pub const BUILT_IN: [Self; 12] = [$(Self::$variant,)+];
            /// Their names, in the same order.
            pub const NAMES: [&'static str; 12] = [$($text,)+];
            /// The name in documents, conditions and JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $text,)+ Self::Own(name) => name.as_str() }
            }
            /// The place among the built-in channels; `None` for one of a policy's own.
            pub(crate) const fn position(self) -> Option<usize> {
                // The places are counted by an enum that knows no channels of a policy's own.
                enum Place { $($variant,)+ }
                match self { $(Self::$variant => Some(Place::$variant as usize),)+ Self::Own(_) => None }
            }
            /// The channel that `name` names: a built-in one, else one of a policy's own; `None` if it cannot be a name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => ChannelName::parse(name).map(Self::Own) }
            }
        }
    };
}
channels! {
    /// The web site.
    Web = "web",
    /// The app on a phone or tablet.
    App = "app",
    /// E-mail.
    Email = "email",
    /// Text message.
    Sms = "sms",
    /// A notification of the app.
    Push = "push",
    /// Chat on the site or in the app.
    Chat = "chat",
    /// A messaging service.
    Messaging = "messaging",
    /// Social media.
    Social = "social",
    /// A call by voice.
    Phone = "phone",
    /// A call by video.
    Video = "video",
    /// A shop, branch or visit.
    InPerson = "in_person",
    /// A letter.
    Post = "post",
}

/// The name of a channel of a policy's own: 1 to 15 characters of snake case, kept in place so that it can be copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
// INVARIANT: ASCII snake case, then zeros; upheld by `parse`, the only constructor.
pub struct ChannelName([u8; 15]);

impl ChannelName {
    /// The longest name, in characters.
    pub const MAX: usize = 15;
    fn parse(name: &str) -> Option<Self> {
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
        is_snake_case(name).then_some(Self(bytes))
    }
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|&b| b == 0).unwrap_or(self.0.len());
        self.0.get(..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}
impl fmt::Debug for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Whether `name` is a lower-case letter, then lower-case letters, digits and `_`: what every name in a policy is.
pub(crate) fn is_snake_case(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl std::str::FromStr for Channel {
    type Err = crate::diagnostic::Diagnostic;
    /// As [`Channel::parse`]; what cannot be a name is refused with a suggestion.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name).ok_or_else(|| {
            let problem = crate::words::no_such("channel", name, &Self::NAMES);
            match is_snake_case(name) {
                // It could be one of a policy's own, were it shorter.
                true => problem.with_help(format!(
                    "the name of a channel of a policy's own has at most {} characters",
                    ChannelName::MAX
                )),
                false => problem,
            }
        })
    }
}
impl serde::Serialize for Channel {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> serde::Deserialize<'de> for Channel {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| crate::words::unknown("channel", &name, &Self::NAMES))
    }
}

crate::words::words! {
    /// How surely a person can be reached by a channel.
    #[derive(PartialOrd, Ord, Default)]
    #[non_exhaustive]
    pub enum Reach ("reach") {
        /// Not to be used: unsubscribed, bounced, no device for it, or blocked by hand.
        Blocked = "blocked",
        /// Nothing is known.
        #[default]
        Unknown = "unknown",
        /// The person gave an address or has the device; nobody checked.
        Claimed = "claimed",
        /// Checked.
        Verified = "verified",
    }
}
