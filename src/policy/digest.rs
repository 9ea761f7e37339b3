//! The digest of a policy: SHA-256 of its shortest form in JSON, cut to 16 bytes.

use sha2::Digest as _;

use super::Digest;
use crate::document::PolicyDocument;

/// `None` only if the document cannot be written, which no document that was read is.
pub(super) fn digest(document: &PolicyDocument) -> Option<Digest> {
    let text = serde_json::to_vec(document).ok()?;
    let hash = sha2::Sha256::digest(&text);
    hash.as_slice().first_chunk().copied().map(Digest)
}
