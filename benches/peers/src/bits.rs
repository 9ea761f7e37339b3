//! Which segments hold: one bit each.

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    pub fn new(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }
    pub fn clear(&mut self) {
        self.0.fill(0);
    }
    pub fn set(&mut self, position: usize) {
        self.0[position / 64] |= 1 << (position % 64);
    }
    /// Sets the bit if `holds`, without a branch.
    pub fn put(&mut self, position: usize, holds: bool) {
        self.0[position / 64] |= u64::from(holds) << (position % 64);
    }
    pub fn get(&self, position: usize) -> bool {
        self.0[position / 64] >> (position % 64) & 1 == 1
    }
}
