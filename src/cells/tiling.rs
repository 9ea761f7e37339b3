//! Which conditions stand together. A tile is a few hundred conditions whose rows are read together; those that ask for the
//! same rare cells go into one tile, so that a visitor who is elsewhere passes it by without reading its rows.

use super::formula::Formula;
use super::kernel::{MOST_WORDS, WORDS};
use super::set::Cell;
use super::table::Layout;
use super::{AxisId, Grid};

/// From so many conditions on a tile is large enough to stand alone.
const ENOUGH: usize = 700;

/// Along so many axes conditions are parted at most; what is left has little in common.
const AXES: usize = 6;

/// A condition as tiling sees it: what all its terms have in common.
struct Item {
    condition: u32,
    terms: usize,
    /// By axis: the cells between which every term lies.
    hulls: Vec<(AxisId, (Cell, Cell))>,
    /// All axes that some term asks for, once or more.
    axes: Vec<AxisId>,
}

impl Item {
    fn hull(&self, axis: AxisId) -> Option<(Cell, Cell)> {
        let place = self.hulls.binary_search_by_key(&axis, |hull| hull.0).ok()?;
        self.hulls.get(place).map(|hull| hull.1)
    }
}

/// What is common to all terms of `formula`.
fn hulls(formula: &Formula) -> Vec<(AxisId, (Cell, Cell))> {
    let Some((first, rest)) = formula.terms.split_first() else { return Vec::new() };
    let mut common: Vec<_> = first.iter().map(|(axis, set)| (*axis, set.hull())).collect();
    for term in rest {
        common.retain_mut(|(axis, (start, end))| {
            let Ok(place) = term.binary_search_by_key(axis, |one| one.0) else { return false };
            let Some((_, set)) = term.get(place) else { return false };
            let other = set.hull();
            (*start, *end) = ((*start).min(other.0), (*end).max(other.1));
            true
        });
    }
    common
}

/// All axes of `formula`.
fn axes(formula: &Formula) -> Vec<AxisId> {
    let mut axes: Vec<AxisId> = formula.terms.iter().flatten().map(|one| one.0).collect();
    axes.sort_unstable();
    axes.dedup();
    axes
}

/// Parts the conditions that can hold at all into tiles, each with the conditions it has.
pub(super) fn tiles(grid: &Grid, formulas: &[Formula]) -> Vec<Vec<u32>> {
    let possible = formulas.iter().enumerate().filter(|(_, formula)| !formula.terms.is_empty());
    let items: Vec<Item> = possible
        .map(|(number, formula)| Item {
            condition: number as u32,
            terms: formula.terms.len(),
            hulls: hulls(formula),
            axes: axes(formula),
        })
        .collect();
    let mut tiles = Vec::new();
    part(grid, items, &mut Vec::new(), &mut tiles);
    tiles
}

/// Beyond so many axes the rows of a tile are short: each says little, and there are many.
const WIDE: usize = 128;

fn fits(items: &[Item]) -> bool {
    // Every condition has a term.
    items.len() <= MOST_WORDS * 64 && {
        let mut axes: Vec<AxisId> = items.iter().flat_map(|item| &item.axes).copied().collect();
        axes.sort_unstable();
        axes.dedup();
        let most = if axes.len() > WIDE { WORDS } else { MOST_WORDS };
        let mut counts: Vec<usize> = items.iter().map(|item| item.terms).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        Layout::of(&counts).words <= most
    }
}

/// Parts along the axis that tells most, again and again, until what is left fits.
fn part(grid: &Grid, items: Vec<Item>, used: &mut Vec<AxisId>, tiles: &mut Vec<Vec<u32>>) {
    if items.is_empty() {
        return;
    }
    if fits(&items) || items.len() <= 1 {
        tiles.push(items.into_iter().map(|item| item.condition).collect());
        return;
    }
    let axis = most_telling(grid, &items, used).filter(|_| used.len() < AXES);
    let Some(axis) = axis else { return emit(items, tiles) };
    let (mut told, rest): (Vec<Item>, Vec<Item>) =
        items.into_iter().partition(|item| item.hull(axis).is_some());
    used.push(axis);
    part(grid, rest, used, tiles);
    told.sort_by_key(|item| item.hull(axis));
    // Groups with one hull, together while they are small; a large one is parted further.
    let mut waiting: Vec<Item> = Vec::new();
    let mut told = told.into_iter().peekable();
    while let Some(first) = told.next() {
        let hull = first.hull(axis);
        let mut group = vec![first];
        while let Some(next) = told.next_if(|next| next.hull(axis) == hull) {
            group.push(next);
        }
        if group.len() > ENOUGH {
            part(grid, group, used, tiles);
            continue;
        }
        waiting.extend(group);
        if waiting.len() >= ENOUGH {
            emit(std::mem::take(&mut waiting), tiles);
        }
    }
    emit(waiting, tiles);
    used.pop();
}

/// In as many tiles as it takes; those that read the same axes side by side.
fn emit(mut items: Vec<Item>, tiles: &mut Vec<Vec<u32>>) {
    if !fits(&items) {
        items.sort_by(|a, b| a.hulls.iter().map(|hull| hull.0).cmp(b.hulls.iter().map(|hull| hull.0)));
    }
    if fits(&items) || items.len() <= 1 {
        if !items.is_empty() {
            tiles.push(items.into_iter().map(|item| item.condition).collect());
        }
        return;
    }
    let rest = items.split_off(items.len() / 2);
    emit(items, tiles);
    emit(rest, tiles);
}

/// The axis on which most visitors can be told to be elsewhere; all cells count alike. Ties go to the first axis.
fn most_telling(grid: &Grid, items: &[Item], used: &[AxisId]) -> Option<AxisId> {
    let mut gains = vec![0.0_f64; grid.axes.len()];
    for (axis, (start, end)) in items.iter().flat_map(|item| &item.hulls) {
        if let Some(gain) = gains.get_mut(axis.0 as usize) {
            *gain += 1.0 - f64::from(end - start) / f64::from(grid.cells(*axis).max(1));
        }
    }
    let mut best = None;
    for (axis, gain) in (0..).map(AxisId).zip(gains) {
        if gain > best.map_or(0.0, |(_, most)| most) && !used.contains(&axis) {
            best = Some((axis, gain));
        }
    }
    best.map(|(axis, _)| axis)
}
