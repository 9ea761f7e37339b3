//! A witness: somebody of whom a finding is true. Whoever doubts it can run it: it is written as a policy's test is.

use std::fmt;

use super::{Person, Space};
use crate::profile::CustomerProfile;
use crate::visit::Visit;

/// Somebody of whom a finding is true, with nothing said of them that could be left out. `Display` writes them as the `profile`
/// and the `visit` of a policy's test.
#[derive(Clone, PartialEq, serde::Serialize)]
pub struct Witness {
    /// What is known of the person.
    pub profile: CustomerProfile,
    /// The visit.
    pub visit: Visit,
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // They are made up, and can be shown.
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profile = serde_json::to_value(&self.profile).unwrap_or_default();
        let visit = serde_json::to_value(&self.visit).unwrap_or_default();
        if profile.as_object().is_some_and(|profile| !profile.is_empty()) {
            writeln!(f, "profile = {}", inline(&profile))?;
        }
        write!(f, "visit = {}", inline(&visit))
    }
}

/// A value as TOML writes it within one line.
pub(crate) fn inline(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            let is_bare = |key: &str| {
                !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            };
            let key = |key: &str| if is_bare(key) { key.to_owned() } else { quoted(key) };
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value))).collect();
            if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
        }
        Value::Array(all) => format!("[{}]", all.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::String(text) if is_time(text) => text.clone(),
        Value::String(text) => quoted(text),
        // TOML has no null; nothing that is kept is one.
        Value::Null => "\"\"".to_owned(),
        other => other.to_string(),
    }
}

/// Whether a text is a time as TOML writes it too.
fn is_time(text: &str) -> bool {
    text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && crate::time::Moment::parse(text).is_some()
}

fn quoted(text: &str) -> String {
    // The escapes of JSON are among those of TOML.
    serde_json::Value::from(text).to_string()
}

impl Space<'_> {
    /// The person with nothing said of them that can be left out, `really` still being so.
    pub(crate) fn least(&self, mut person: Person, really: impl Fn(&Person) -> bool) -> Person {
        // From the last to the first, and again while something goes: what hangs on another goes after it.
        let mut place = person.said.len();
        while place > 0 {
            place -= 1;
            let mut less = person.clone();
            less.said.remove(place);
            if really(&less) {
                person = less;
                place = person.said.len();
            }
        }
        person
    }

    /// The witness that somebody is.
    pub(crate) fn witness(&self, person: &Person) -> Witness {
        let (profile, visit) = self.visitor(person);
        Witness { profile, visit }
    }
}
