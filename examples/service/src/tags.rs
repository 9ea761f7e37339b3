//! Entity tags (RFC 9110): what a caller says that it has, and what an answer bears.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};

/// The tags of a conditional header, as far as they can be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Whether the header is there.
    pub is_there: bool,
    /// `*`.
    pub any: bool,
    /// What stands between the quotes, and whether the tag is weak.
    these: Vec<(Box<str>, bool)>,
    /// Whether there is something else.
    pub is_odd: bool,
}

impl Tags {
    /// Whether a tag is among them: for reading, where it makes no difference whether caches on the way have weakened it.
    pub fn has(&self, tag: &HeaderValue) -> bool {
        let bare = tag.to_str().unwrap_or_default().trim_matches('"');
        self.any || self.these.iter().any(|(one, _)| **one == *bare)
    }
    /// The strong ones, for writing.
    pub fn strong(self) -> impl Iterator<Item = Box<str>> {
        self.these.into_iter().filter(|(_, is_weak)| !is_weak).map(|(bare, _)| bare)
    }
}

/// The tags that a conditional header names. Lists may have holes.
pub fn named(headers: &HeaderMap, name: HeaderName) -> Tags {
    let mut tags = Tags::default();
    for line in headers.get_all(name) {
        tags.is_there = true;
        let Ok(line) = line.to_str() else {
            tags.is_odd = true;
            continue;
        };
        let mut rest = line;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let weak = rest.strip_prefix("W/");
            let quoted = weak.unwrap_or(rest).strip_prefix('"').and_then(|rest| rest.split_once('"'));
            // Commas may stand in a tag.
            let behind = match (quoted, rest.strip_prefix('*')) {
                (Some((bare, behind)), _) => {
                    tags.these.push((bare.into(), weak.is_some()));
                    behind
                }
                (None, Some(behind)) => {
                    tags.any = true;
                    behind
                }
                (None, None) => rest,
            };
            rest = behind.trim_start();
            if !rest.is_empty() && !rest.starts_with(',') {
                tags.is_odd = true;
                break;
            }
        }
    }
    tags
}

/// Beside a tag: whoever has the answer asks again each time whether it still is so, and no cache on the way has it.
pub const ASKED_FOR_AGAIN: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "private, no-cache")];

/// A tag of letters and digits.
pub fn tag(bare: &str) -> HeaderValue {
    // INVARIANT: letters and digits in quotes are a header value.
    HeaderValue::try_from(format!("\"{bare}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// The tag of a text: the same for the same text.
pub fn of_text(text: &str) -> HeaderValue {
    let digest = Sha256::digest(text);
    tag(&digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>())
}
