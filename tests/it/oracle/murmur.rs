//! MurmurHash3 x86 32 with seed 0 (D8), after its description: blocks of four bytes, the tail, the finish.

pub fn hash(bytes: &[u8]) -> u32 {
    let scramble = |k: u32| k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let mut h = 0_u32;
    for block in bytes.chunks(4) {
        let k = block.iter().rev().fold(0_u32, |k, byte| (k << 8) | u32::from(*byte));
        h ^= scramble(k);
        if block.len() == 4 {
            h = h.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
        }
    }
    h ^= bytes.len() as u32;
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// Where `salt` and `id` fall among `total` parts.
pub fn part_of(salt: &str, id: &str, total: u64) -> u64 {
    (u64::from(hash(format!("{salt}{id}").as_bytes())) * total) >> 32
}

#[test]
fn the_hash_of_the_tests_gives_published_values() {
    // The usual verification values of MurmurHash3_x86_32 with seed 0.
    assert_eq!(hash(b""), 0);
    assert_eq!(hash(b"test"), 0xba6b_d213);
    assert_eq!(hash(b"Hello, world!"), 0xc036_3e43);
    assert_eq!(hash(b"The quick brown fox jumps over the lazy dog"), 0x2e4f_f723);
}
