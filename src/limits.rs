//! How much a document may hold. Documents are untrusted: all of this is checked before anything is built from them, and
//! every error names the limit and what was found.

/// The limits of loading: generous, and adjustable through [`PolicyLoader::limits`](crate::PolicyLoader::limits).
///
/// A few counts are fixed by how decisions are stored, whatever stands here: 1,000,000 segments, 65,535 rules and rules written
/// in Rust, 64 purposes, 28 channels (16 of a policy's own), 32 experiments, 255 arms, 4,096 attributes.
///
/// # Example
/// ```
/// let mut limits = maitre::Limits::default();
/// limits.rules = 500;
/// assert!(maitre::Policy::loader().limits(limits).toml("format = 1").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a document; in formats that are not text, of its texts and 16 for every other value.
    pub document_bytes: usize,
    /// Tables and lists within each other.
    pub depth: usize,
    /// Segments, at most 1,000,000.
    pub segments: usize,
    /// Rules, at most 65,535.
    pub rules: usize,
    /// Guarantees.
    pub guarantees: usize,
    /// Tests.
    pub tests: usize,
    /// Attributes of a policy's own, at most 4,096.
    pub attributes: usize,
    /// Values of an enum, or members of a set.
    pub names: usize,
    /// Entries of any other list.
    pub list: usize,
    /// Bytes of a name, a `because` and other short texts.
    pub text_bytes: usize,
    /// Bytes of one condition.
    pub condition_bytes: usize,
    /// Levels of one condition.
    pub condition_depth: usize,
    /// Bytes of all compiled patterns of `matches` together; one condition has at most 1 MiB of them.
    pub pattern_bytes: usize,
    /// Problems that are reported in full.
    pub problems: usize,
}

impl Limits {
    pub(crate) const SEGMENTS: usize = 1_000_000;
    pub(crate) const RULES: usize = 65_535;
    pub(crate) const PURPOSES: usize = 64;
    /// Contacts that a profile keeps for each channel, the latest: more cannot be asked about.
    pub(crate) const CONTACTS: u16 = 1_000;
    pub(crate) const OWN_CHANNELS: usize = 16;
    /// All that there can be: the built-in ones and a policy's own.
    pub(crate) const CHANNELS: usize = 28;
    pub(crate) const EXPERIMENTS: usize = 32;
    pub(crate) const ARMS: usize = 255;
    pub(crate) const NAME_BYTES: usize = 64;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 16 << 20,
            depth: 32,
            segments: Self::SEGMENTS,
            rules: Self::RULES,
            guarantees: 1_000,
            tests: 100_000,
            attributes: crate::attribute::Attributes::MAX_OWN,
            names: 10_000,
            list: 1_000,
            text_bytes: 4_096,
            condition_bytes: 65_536,
            condition_depth: 64,
            pattern_bytes: 32 << 20,
            problems: 1_000,
        }
    }
}
