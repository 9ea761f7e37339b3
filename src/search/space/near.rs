//! What segments may be in a region, kept for the regions near it: a part of a region differs from it on few axes, few segments
//! read those, and most of them may be what they might before. What is found is what would be found without.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

use smallvec::SmallVec;

use super::Space;
use crate::cells::{AxisId, Inside, Region, Tree, Truths};
use crate::condition::SegmentId;

/// What is kept of the regions that were last looked at.
#[derive(Default)]
pub(super) struct Near {
    known: RefCell<SmallVec<[Known; MOST_KEPT]>>,
    readers: OnceCell<Readers>,
}

/// A visitor may be looked at twice, each time with a region and with the least that is said in it.
const MOST_KEPT: usize = 4;

/// The segments whose conditions read something, by its number.
struct Readers {
    of_axes: Vec<Vec<SegmentId>>,
    of_segments: Vec<Vec<SegmentId>>,
}

struct Known {
    region: Region,
    /// By segment, where it was asked for.
    truths: Vec<Option<Truths>>,
    /// By segment, whether something that it reads is otherwise since then.
    is_old: Vec<bool>,
}

impl Known {
    fn of(region: &Region, segments: usize) -> Self {
        Self { region: region.clone(), truths: vec![None; segments], is_old: vec![false; segments] }
    }

    /// How many segments read what is otherwise in a region.
    fn distance(&self, region: &Region, readers: &Readers) -> usize {
        self.region.apart(region).filter_map(|axis| readers.of_axes.get(axis.0 as usize)).map(Vec::len).sum()
    }

    fn go_to(&mut self, region: &Region, readers: &Readers) {
        for axis in self.region.apart(region) {
            mark(&mut self.is_old, readers.of_axes.get(axis.0 as usize));
        }
        self.region = region.clone();
    }
}

fn mark(all: &mut [bool], ids: Option<&Vec<SegmentId>>) {
    for id in ids.into_iter().flatten() {
        all.get_mut(id.0 as usize).into_iter().for_each(|slot| *slot = true);
    }
}

impl Space<'_> {
    /// The values that these segments, in the order in which they are found, may have in a region; all others are left open.
    pub(in crate::search) fn truths(&self, region: &Region, needed: &[SegmentId]) -> Vec<Truths> {
        let mut truths = vec![Truths::ALL; self.segments.len()];
        if needed.is_empty() {
            return truths;
        }
        let readers = self.near.readers.get_or_init(|| self.readers());
        let mut all = self.near.known.borrow_mut();
        let nearest = all.iter().enumerate().min_by_key(|(_, known)| known.distance(region, readers));
        let place = match nearest {
            Some((place, known)) if known.distance(region, readers) <= needed.len() => place,
            _ => {
                all.truncate(MOST_KEPT - 1);
                all.push(Known::of(region, self.segments.len()));
                all.len() - 1
            }
        };
        // Those that were not asked for long stand last.
        all.get_mut(..=place).into_iter().for_each(|some| some.rotate_right(1));
        let Some(known) = all.first_mut() else { return truths };
        known.go_to(region, readers);
        for &id in needed {
            let place = id.0 as usize;
            let Some((tree, include_unknown)) = self.segments.get(place) else { continue };
            let Some((kept, is_old)) = known.truths.get_mut(place).zip(known.is_old.get_mut(place)) else {
                continue;
            };
            let inside = Inside { region, segments: &truths, trees: &self.segments };
            let found = match *kept {
                Some(kept) if !*is_old => kept,
                _ => inside.truths(tree).counted(*include_unknown),
            };
            *is_old = false;
            if kept.replace(found) != Some(found) {
                mark(&mut known.is_old, readers.of_segments.get(place));
            }
            if let Some(slot) = truths.get_mut(place) {
                *slot = found;
            }
        }
        truths
    }

    fn readers(&self) -> Readers {
        let mut readers = Readers {
            of_axes: vec![Vec::new(); self.grid.axes.len()],
            of_segments: vec![Vec::new(); self.segments.len()],
        };
        for (id, (tree, _)) in (0..).map(SegmentId).zip(&self.segments) {
            let (mut axes, mut used) = (BTreeSet::new(), BTreeSet::new());
            tree.each_leaf(&mut |leaf| match leaf {
                Tree::Leaf { axis: AxisId(axis), .. } => {
                    axes.insert(*axis);
                }
                Tree::Segment(SegmentId(segment)) => {
                    used.insert(*segment);
                }
                _ => {}
            });
            for axis in axes {
                readers.of_axes.get_mut(axis as usize).into_iter().for_each(|all| all.push(id));
            }
            for segment in used {
                readers.of_segments.get_mut(segment as usize).into_iter().for_each(|all| all.push(id));
            }
        }
        readers
    }
}
