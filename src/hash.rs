//! The hash by which experiments and holdouts part people (D8): MurmurHash3 x86 32 with seed 0, and flagd's way from a
//! hash to a share.

/// MurmurHash3 x86 32, seed 0, of what has been added so far. Copied, it goes on from there: a salt is hashed once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Murmur {
    hash: u32,
    length: u32,
    /// Bytes that are not yet a block of four, the first lowest.
    waiting: u64,
    /// How many: fewer than four between two steps.
    filled: u32,
}

const fn mix(block: u32) -> u32 {
    block.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593)
}

/// A hash with a block added.
const fn add(hash: u32, block: u32) -> u32 {
    (hash ^ mix(block)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
}

impl Murmur {
    /// With `part` added.
    #[must_use]
    #[inline]
    pub(crate) fn with(mut self, part: &str) -> Self {
        self.length = self.length.wrapping_add(part.len() as u32);
        let (blocks, rest) = part.as_bytes().as_chunks::<4>();
        let blocks = blocks.iter().map(|block| u32::from_le_bytes(*block));
        if self.filled == 0 {
            // Most parts begin where a block does.
            self.hash = blocks.fold(self.hash, add);
        } else {
            for block in blocks {
                self.waiting |= u64::from(block) << (8 * self.filled);
                self.block();
            }
        }
        let end = rest.iter().rev().fold(0, |end, &byte| end << 8 | u64::from(byte));
        self.waiting |= end << (8 * self.filled);
        self.filled += rest.len() as u32;
        if self.filled >= 4 {
            self.block();
            self.filled -= 4;
        }
        self
    }
    /// Takes four of the bytes that wait.
    #[inline(always)]
    const fn block(&mut self) {
        self.hash = add(self.hash, self.waiting as u32);
        self.waiting >>= 32;
    }
    /// The hash.
    #[inline]
    pub(crate) const fn finish(self) -> u32 {
        let mut hash = self.hash;
        if self.filled > 0 {
            hash ^= mix(self.waiting as u32);
        }
        hash ^= self.length;
        hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
        hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
        hash ^ (hash >> 16)
    }
}

/// MurmurHash3 x86 32, seed 0, of `parts` laid end to end.
pub(crate) fn murmur3(parts: &[&str]) -> u32 {
    parts.iter().fold(Murmur::default(), |hash, part| hash.with(part)).finish()
}

/// The share of `total` that `hash` falls into: `(hash × total) >> 32`, less than `total` (0 where that is 0).
pub(crate) const fn share(hash: u32, total: u32) -> u32 {
    ((hash as u64 * total as u64) >> 32) as u32
}

/// What `bucket("salt")` is for `id`: 0 to 9,999.
pub(crate) fn bucket(salt: &str, id: &str) -> u16 {
    share(murmur3(&[salt, id]), 10_000) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors published with seed 0 (SMHasher's authors and the usual lists of them).
    #[test]
    fn the_hash_agrees_with_published_vectors() {
        for (text, expected) in [
            ("", 0),
            ("test", 0xba6b_d213),
            ("Hello, world!", 0xc036_3e43),
            ("The quick brown fox jumps over the lazy dog", 0x2e4f_f723),
            ("a", 0x3c25_69b2),
        ] {
            assert_eq!(murmur3(&[text]), expected, "{text:?}");
        }
    }

    #[test]
    fn parts_hash_as_their_concatenation() {
        assert_eq!(murmur3(&["short", "_bill", "user-1"]), murmur3(&["short_billuser-1"]));
    }

    #[test]
    fn a_share_stays_below_its_total() {
        assert_eq!((share(0, 7), share(u32::MAX, 7), share(u32::MAX, 0)), (0, 6, 0));
    }
}
