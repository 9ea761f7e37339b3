//! Sets of members that are asked for in groups and counted as a whole: needs and their strength, consents, a policy's own sets.

use std::collections::BTreeMap;

/// One set of bits for each group, and so many members beside, of at most `beside`; the fewest of which the size is allowed.
pub(super) fn choose(
    groups: &[Vec<u16>],
    beside: usize,
    is_size: impl Fn(usize) -> bool,
) -> Option<(Vec<u16>, usize)> {
    let pairs: Vec<Vec<(u16, u16)>> =
        groups.iter().map(|group| group.iter().map(|&bits| (bits, 0)).collect()).collect();
    let all = sums(&pairs);
    let fewest = all.into_iter().find_map(|((size, _), chosen)| {
        let more = (0..=beside).find(|more| is_size(size + more))?;
        Some((chosen, more))
    });
    fewest.map(|(chosen, more)| (chosen.into_iter().map(|(bits, _)| bits).collect(), more))
}

/// The same for pairs of sets, each with its size.
pub(super) fn choose_pairs(
    groups: &[Vec<(u16, u16)>],
    is_size: impl Fn(usize, usize) -> bool,
) -> Option<Vec<(u16, u16)>> {
    sums(groups).into_iter().find_map(|((left, right), chosen)| is_size(left, right).then_some(chosen))
}

/// The sizes that there can be, each with one way to it.
fn sums(groups: &[Vec<(u16, u16)>]) -> BTreeMap<(usize, usize), Vec<(u16, u16)>> {
    let mut all = BTreeMap::from([((0, 0), Vec::new())]);
    for group in groups {
        let mut next = BTreeMap::new();
        for ((left, right), chosen) in &all {
            for &(a, b) in group {
                let size = (left + a.count_ones() as usize, right + b.count_ones() as usize);
                next.entry(size).or_insert_with(|| {
                    let mut chosen: Vec<(u16, u16)> = chosen.clone();
                    chosen.push((a, b));
                    chosen
                });
            }
        }
        all = next;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_members_are_chosen_whose_number_is_allowed() {
        let groups = [vec![0b00, 0b11], vec![0b01, 0b10]];
        assert_eq!(choose(&groups, 0, |_| true), Some((vec![0b00, 0b01], 0)));
        assert_eq!(choose(&groups, 0, |size| size == 3), Some((vec![0b11, 0b01], 0)));
        assert_eq!(choose(&groups, 1, |size| size == 2), Some((vec![0b00, 0b01], 1)));
        assert_eq!(choose(&groups, 0, |size| size == 2), None);
    }
}
