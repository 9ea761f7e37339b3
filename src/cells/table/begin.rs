//! What a profile settles of a table before any visit comes.

use super::super::kernel::{Line, WORDS};
use super::{Begun, FREE, InCells, THERE, Table, Tile};

impl Begun {
    /// Reads a little of the first lines: see `fetch` in `selector/walk.rs` for why.
    #[inline]
    pub(crate) fn touch(&self) -> u8 {
        let tiles = self.tiles.first().map_or(0, |tile| *tile as u8);
        self.lines.iter().take(16).fold(tiles, |all, line| all ^ line.0[0] as u8)
    }
}

impl Table {
    /// The half that stays with a profile in these cells. Tells `settled` the positions of the conditions that hold whatever
    /// the visit is; the search that goes on from here does not find them again.
    pub(crate) fn begin(&self, visitor: &impl InCells, mut settled: impl FnMut(usize)) -> Begun {
        let mut begun = Begun { lines: Vec::with_capacity(self.begun as usize), tiles: Vec::new() };
        for (tile, number) in self.tiles.iter().zip(0..) {
            let mut terms = tile.begun_terms(visitor);
            let free = tile.words_of(FREE);
            let mut held: Vec<u64> = terms.iter().zip(free).map(|(terms, free)| terms & free).collect();
            tile.fold(&mut held);
            held.truncate(tile.found as usize);
            tile.without(&mut terms, &held);
            for (word, bits) in held.iter().enumerate() {
                let first = (tile.first as usize + word) * 64;
                (0..64).filter(|bit| bits >> bit & 1 == 1).for_each(|bit| settled(first + bit));
            }
            if terms.iter().any(|&word| word != 0) {
                begun.tiles.push(number);
            }
            let lines = terms
                .chunks(WORDS)
                .map(|words| Line(std::array::from_fn(|n| words.get(n).copied().unwrap_or(0))));
            begun.lines.extend(lines);
        }
        begun
    }
}

impl Tile {
    /// The terms that the profile may still meet.
    fn begun_terms(&self, visitor: &impl InCells) -> Vec<u64> {
        let mut guards = self.guards.iter().filter(|guard| guard.stays);
        let mut terms: Vec<u64> = self.words_of(THERE).collect();
        if !guards.all(|guard| guard.lets_in(visitor)) {
            terms.fill(0);
            return terms;
        }
        let kept = self.places.iter().take(self.kept);
        let kept = kept.map(|place| place.first.wrapping_add(visitor.cell(place.axis)));
        let steps = self.stepped.iter().take(self.kept_steps);
        let steps = steps.map(|stepped| stepped.row(visitor.cell(stepped.rows.axis)));
        for number in kept.chain(steps) {
            terms.iter_mut().zip(self.words_of(number)).for_each(|(term, row)| *term &= row);
        }
        terms
    }

    /// The words of a row.
    fn words_of(&self, number: u32) -> impl Iterator<Item = u64> {
        let lines = (self.words as usize).div_ceil(WORDS);
        let row = self.rows.chunks(lines).nth(number as usize);
        row.unwrap_or_default().iter().flat_map(|line| line.0)
    }

    /// Takes all terms of the conditions in `held` out of `terms`.
    fn without(&self, terms: &mut [u64], held: &[u64]) {
        let further = self.further.iter().map(|&first| usize::from(first));
        for (terms, first) in terms.iter_mut().zip((0..self.found as usize).chain(further)) {
            *terms &= !held.get(first).copied().unwrap_or(0);
        }
        let is_held =
            |target: usize| held.get(target / 64).is_some_and(|word| word >> (target % 64) & 1 == 1);
        for (place, target) in self.targets.iter().enumerate() {
            if is_held(usize::from(*target))
                && let Some(word) = terms.get_mut(self.loose as usize + place / 64)
            {
                *word &= !(1 << (place % 64));
            }
        }
    }
}
