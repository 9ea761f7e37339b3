//! Which segments name which, themselves or through others.

use crate::analysis::bits::{has, join, none, set};
use crate::condition::Used;
use crate::policy::Checked;

/// By segment, those that it names itself, and those that name it.
pub(super) struct Names {
    named: Vec<Vec<usize>>,
    naming: Vec<Vec<usize>>,
}

impl Names {
    pub(super) fn of(checked: &Checked) -> Self {
        let mut naming = vec![Vec::new(); checked.segments.len()];
        let named = checked.segments.iter().enumerate().map(|(number, segment)| {
            let used = segment.when.uses().iter().filter_map(|used| match used.what {
                Used::Segment(id) => Some(id.0 as usize),
                _ => None,
            });
            let mut used: Vec<usize> = used.collect();
            used.sort_unstable();
            used.dedup();
            for &id in &used {
                if let Some(naming) = naming.get_mut(id) {
                    naming.push(number);
                }
            }
            used
        });
        let named = named.collect();
        Self { named, naming }
    }

    /// The segments that some of these name, or that name one of them, themselves or through others.
    pub(super) fn related(&self, these: impl Iterator<Item = usize> + Clone) -> Vec<u64> {
        let mut found = self.reached(&self.named, these.clone());
        join(&mut found, &self.reached(&self.naming, these));
        found
    }

    fn reached(&self, by: &[Vec<usize>], from: impl Iterator<Item = usize>) -> Vec<u64> {
        let mut found = none(self.named.len());
        let mut waiting: Vec<usize> = from.collect();
        while let Some(place) = waiting.pop() {
            for &next in by.get(place).map(Vec::as_slice).unwrap_or_default() {
                if !has(&found, next) {
                    set(&mut found, next);
                    waiting.push(next);
                }
            }
        }
        found
    }
}
