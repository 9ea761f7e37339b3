//! Why a text is no record.

use crate::policy::Digest;

/// Why a text is no record that can be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct RecordError(#[from] Why);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Why {
    #[error("it is no record: {0}")]
    Shape(Box<str>),
    #[error("unknown format `{0}` of a record, expected {expected}", expected = super::FORMAT)]
    Format(Box<str>),
    #[error(
        "the record was changed since it was made: its cells have the digest {found}, and it names {said}"
    )]
    Input { said: Digest, found: Digest },
}

impl RecordError {
    /// Whether it is a record whose cells were changed since it was made.
    #[must_use]
    pub const fn is_changed(&self) -> bool {
        matches!(self.0, Why::Input { .. })
    }
}
