//! Sets of places as bits.

pub(super) fn has(bits: &[u64], place: usize) -> bool {
    bits.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}
pub(super) fn set(bits: &mut [u64], place: usize) {
    if let Some(word) = bits.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}
/// No places, of so many.
pub(super) fn none(places: usize) -> Vec<u64> {
    vec![0; places.div_ceil(64)]
}
/// Adds the places of another set.
pub(super) fn join(bits: &mut [u64], others: &[u64]) {
    bits.iter_mut().zip(others).for_each(|(word, other)| *word |= other);
}
