//! Which conditions stand together. A tile is some hundred conditions whose rows are read together; those that ask for the
//! same rare cells go into one tile, so that a visitor who is elsewhere passes it by without reading its rows.

use super::formula::Formula;
use super::kernel::{MOST_WORDS, WORDS};
use super::set::{Cell, CellSet};
use super::table::Layout;
use super::{AxisId, Grid};

/// Along so many axes conditions are parted at most; what is left has little in common.
const AXES: usize = 6;

/// What a tile costs a visitor, in about instructions: the look at whether it may be passed by, what is done once for it, and
/// for each axis what finds a row, and each of its lines, which is waited for.
const GLANCE: f64 = 8.0;
/// What a wrong guess whether it is passed by takes, twice.
const GUESS: f64 = 160.0;
const TILE: f64 = 150.0;
const ROW: f64 = 7.0;
const LINE: f64 = 9.0;

/// Sets of cells of an axis that are held against each other, at most.
const SETS: usize = 64;

/// So many sets are held against others when a policy is compiled; what is not parted then stays as it is. A count, so that the
/// same policy has the same tiles everywhere.
const STEPS: u64 = 1 << 25;

/// To pass conditions by pays where it costs so much of what they cost otherwise.
const PAYS: f64 = 0.9;

/// A condition as tiling sees it: what all its terms have in common.
struct Item {
    condition: u32,
    terms: usize,
    /// By axis: the cells in which every term lies.
    sets: Vec<(AxisId, CellSet)>,
    /// All axes that some term asks for, once or more.
    axes: Vec<AxisId>,
}

impl Item {
    fn new(condition: u32, formula: &Formula) -> Self {
        let mut axes: Vec<AxisId> = formula.terms.iter().flatten().map(|one| one.0).collect();
        axes.sort_unstable();
        axes.dedup();
        Self { condition, terms: formula.terms.len(), sets: common(formula), axes }
    }
}

/// What is common to all terms of `formula`.
fn common(formula: &Formula) -> Vec<(AxisId, CellSet)> {
    let Some((first, rest)) = formula.terms.split_first() else { return Vec::new() };
    let mut common = first.to_vec();
    for term in rest {
        common.retain_mut(|(axis, all)| {
            let Ok(place) = term.binary_search_by_key(axis, |one| one.0) else { return false };
            let Some((_, set)) = term.get(place) else { return false };
            *all = all.union(set);
            true
        });
    }
    common
}

/// Parts the conditions that can hold at all into tiles, each with the conditions it has.
pub(super) fn tiles(grid: &Grid, formulas: &[Formula]) -> Vec<Vec<u32>> {
    let possible = formulas.iter().zip(0..).filter(|(formula, _)| !formula.terms.is_empty());
    let items: Vec<Item> = possible.map(|(formula, condition)| Item::new(condition, formula)).collect();
    let (mut steps, mut tiles) = (STEPS, Vec::new());
    part(grid, items, &mut Vec::new(), &mut steps, &mut tiles);
    tiles
}

/// Beyond so many axes the rows of a tile are short: each says little, and there are many.
const WIDE: usize = 128;

fn axes_of(items: &[Item]) -> usize {
    let mut axes: Vec<AxisId> = items.iter().flat_map(|item| &item.axes).copied().collect();
    axes.sort_unstable();
    axes.dedup();
    axes.len()
}

fn fits(items: &[Item]) -> bool {
    // Every condition has a term.
    items.len() <= MOST_WORDS * 64 && {
        let most = if axes_of(items) > WIDE { WORDS } else { MOST_WORDS };
        let mut counts: Vec<usize> = items.iter().map(|item| item.terms).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        Layout::of(&counts).words <= most
    }
}

/// Parts by what conditions ask rarely, again and again, until what is left fits.
fn part(grid: &Grid, items: Vec<Item>, used: &mut Vec<AxisId>, steps: &mut u64, tiles: &mut Vec<Vec<u32>>) {
    if fits(&items) || used.len() >= AXES {
        return emit(items, tiles);
    }
    let mut choices = Choices::of(grid, &items, used);
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    while let Some((axis, chosen)) = choices.take(steps) {
        let group = chosen.into_iter().filter_map(|place| items.get_mut(place)?.take()).collect();
        used.push(axis);
        part(grid, group, used, steps, tiles);
        used.pop();
    }
    emit(items.into_iter().flatten().collect(), tiles);
}

/// What can be asked of a visitor so that those who are elsewhere pass some conditions by.
struct Choices {
    axes: Vec<Vec<Choice>>,
    costs: Costs,
    /// By item: its choices, each an axis and a place there; none, once it is taken.
    of_items: Vec<Vec<(usize, usize)>>,
    terms: Vec<usize>,
}

/// The items whose terms are all in some cells of an axis.
struct Choice {
    axis: AxisId,
    mask: Mask,
    /// Terms of those that are not taken.
    terms: usize,
    items: Vec<usize>,
}

impl Choices {
    fn of(grid: &Grid, items: &[Item], used: &[AxisId]) -> Self {
        let mut all: Vec<(AxisId, &CellSet, usize)> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let sets = item.sets.iter().filter(|(axis, _)| !used.contains(axis));
            all.extend(sets.map(|(axis, set)| (*axis, set, place)));
        }
        all.sort_by(|a, b| (a.0, a.1.ranges(), a.2).cmp(&(b.0, b.1.ranges(), b.2)));
        let terms: Vec<usize> = items.iter().map(|item| item.terms).collect();
        let mut axes: Vec<Vec<Choice>> = Vec::new();
        for one_axis in all.chunk_by(|a, b| a.0 == b.0) {
            let mut choices: Vec<Choice> = Vec::new();
            let sets = one_axis.chunk_by(|a, b| a.1 == b.1).count();
            // Where there are many sets, neighbours are one choice.
            let together = sets.div_ceil(SETS);
            let mut set_number = 0;
            for (number, same) in one_axis.chunk_by(|a, b| a.1 == b.1).enumerate() {
                let Some(&(axis, set, _)) = same.first() else { continue };
                let mask = Mask::of(set, grid.cells(axis));
                if choices.is_empty() || number / together != set_number {
                    set_number = number / together;
                    choices.push(Choice { axis, mask, terms: 0, items: Vec::new() });
                }
                if let Some(choice) = choices.last_mut() {
                    choice.mask = choice.mask.union(mask);
                    choice.items.extend(same.iter().map(|one| one.2));
                    choice.terms += same.iter().filter_map(|one| terms.get(one.2)).sum::<usize>();
                }
            }
            axes.push(choices);
        }
        let mut of_items = vec![Vec::new(); items.len()];
        for (n, choices) in axes.iter().enumerate() {
            for (place, choice) in choices.iter().enumerate() {
                for &item in &choice.items {
                    if let Some(of_item) = of_items.get_mut(item) {
                        let of_item: &mut Vec<(usize, usize)> = of_item;
                        of_item.push((n, place));
                    }
                }
            }
        }
        Self { axes, costs: Costs { axes: axes_of(items) as f64 }, of_items, terms }
    }

    /// Takes the items that it pays most to pass by together, if there are any.
    fn take(&mut self, steps: &mut u64) -> Option<(AxisId, Vec<usize>)> {
        let axes = self.axes.iter().enumerate();
        let best = axes.filter_map(|(n, choices)| Some((self.best(choices, steps)?, n)));
        let ((_, mask), n) = best.min_by(|a, b| a.0.0.total_cmp(&b.0.0))?;
        let choices = self.axes.get(n)?;
        let axis = choices.first()?.axis;
        let within = choices.iter().filter(|choice| mask.has(choice.mask));
        let mut taken: Vec<usize> = within.flat_map(|choice| &choice.items).copied().collect();
        taken.retain(|&item| self.of_items.get(item).is_some_and(|choices| !choices.is_empty()));
        for &item in &taken {
            let terms = self.terms.get(item).copied().unwrap_or(0);
            for (n, place) in self.of_items.get_mut(item).map(std::mem::take).unwrap_or_default() {
                if let Some(choice) = self.axes.get_mut(n).and_then(|choices| choices.get_mut(place)) {
                    choice.terms -= terms;
                }
            }
        }
        Some((axis, taken))
    }

    /// What it costs at best to pass by some of what is asked on an axis, as a part of what it costs otherwise; and the cells.
    fn best(&self, choices: &[Choice], steps: &mut u64) -> Option<(f64, Mask)> {
        let mut best: Option<(f64, Mask)> = None;
        let mut consider = |mask: Mask, terms: usize| {
            let cost = self.costs.of(mask, terms) / self.costs.beside(terms);
            if cost < best.map_or(PAYS, |(least, _)| least) {
                best = Some((cost, mask));
            }
            cost
        };
        for seed in choices.iter().filter(|choice| choice.terms > 0) {
            let (mut mask, mut terms) = (seed.mask, 0);
            loop {
                *steps = steps.checked_sub(choices.len() as u64)?;
                let within = choices.iter().filter(|choice| mask.has(choice.mask));
                terms = within.map(|choice| choice.terms).sum::<usize>().max(terms);
                let so_far = consider(mask, terms);
                if terms >= MOST_WORDS * 64 {
                    break;
                }
                let others = choices.iter().filter(|choice| choice.terms > 0 && !mask.has(choice.mask));
                let with = others.map(|choice| {
                    let (mask, terms) = (mask.union(choice.mask), terms + choice.terms);
                    (self.costs.of(mask, terms) / self.costs.beside(terms), mask)
                });
                match with.min_by(|a, b| a.0.total_cmp(&b.0)) {
                    Some((cost, with)) if cost < so_far => mask = with,
                    _ => break,
                }
            }
        }
        best
    }
}

/// What tiles cost where terms ask for so many axes.
struct Costs {
    axes: f64,
}

impl Costs {
    /// Of tiles for so many terms, for a visitor who may be anywhere.
    fn of(&self, mask: Mask, terms: usize) -> f64 {
        let words = terms.div_ceil(64) + 1;
        let tiles = words.div_ceil(MOST_WORDS);
        let lines = words.div_ceil(tiles).div_ceil(WORDS);
        let one = TILE + self.axes * (ROW + LINE * lines as f64);
        let share = mask.share();
        tiles as f64 * (GLANCE + GUESS * share * (1.0 - share) + share * one)
    }
    /// Of so many terms in full tiles that nobody passes by.
    fn beside(&self, terms: usize) -> f64 {
        let lines = MOST_WORDS / WORDS;
        let full = TILE + self.axes * (ROW + LINE * lines as f64);
        full * terms as f64 / (MOST_WORDS * 64) as f64
    }
}

/// A set of cells, as far as 64 bits can tell: where there are more cells, those side by side share a bit.
#[derive(Clone, Copy)]
struct Mask {
    bits: u64,
    of: u32,
}

impl Mask {
    fn of(set: &CellSet, cells: Cell) -> Self {
        let of = cells.clamp(1, 64);
        let bit = |cell: Cell| (u64::from(cell) * u64::from(of) / u64::from(cells.max(1))).min(63);
        let all = set.ranges().iter().filter(|(start, end)| start < end);
        let bits =
            all.flat_map(|&(start, end)| bit(start)..=bit(end - 1)).fold(0, |bits, bit| bits | 1 << bit);
        Self { bits, of }
    }
    const fn union(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, of: self.of }
    }
    const fn has(self, other: Self) -> bool {
        other.bits & !self.bits == 0
    }
    fn share(self) -> f64 {
        f64::from(self.bits.count_ones()) / f64::from(self.of)
    }
}

/// In as few tiles as will do; those that read the same axes side by side.
fn emit(mut items: Vec<Item>, tiles: &mut Vec<Vec<u32>>) {
    if !fits(&items) {
        items.sort_by(|a, b| a.sets.iter().map(|one| one.0).cmp(b.sets.iter().map(|one| one.0)));
    }
    emit_sorted(&items, tiles);
}

fn emit_sorted(items: &[Item], tiles: &mut Vec<Vec<u32>>) {
    if items.is_empty() {
        return;
    }
    if fits(items) || items.len() == 1 {
        tiles.push(items.iter().map(|item| item.condition).collect());
        return;
    }
    // Alike, if that makes them fit.
    let terms: usize = items.iter().map(|item| item.terms).sum();
    let fewest = terms.div_ceil(MOST_WORDS * 64).max(2);
    let size = |pieces: usize| items.len().div_ceil(pieces);
    let alike = (fewest..fewest + 2).find(|&pieces| items.chunks(size(pieces)).all(fits));
    items.chunks(size(alike.unwrap_or(2))).for_each(|piece| emit_sorted(piece, tiles));
}
