//! What is asked of every engine: which of the segments hold for this visitor.

use crate::Failure;
use crate::bits::Bits;
use crate::form::Asks;
use crate::workload::Workload;
use crate::workload::visitor::Visitor;

/// An engine, and how it is driven fastest.
pub trait Peer: Sized {
    /// What it is called in the table.
    const NAME: &'static str;
    /// Its package, whose version the lock file knows; none if it is no package.
    const PACKAGE: Option<&'static str>;
    /// A visitor in its own form.
    type Input;

    /// Everything that can be done before the first visitor comes.
    ///
    /// # Errors
    /// It refuses a segment.
    fn load(workload: &Workload) -> Result<Self, Failure>;

    /// # Errors
    /// It refuses a fact.
    fn convert(&self, visitor: &Visitor) -> Result<Self::Input, Failure>;

    /// Sets the bits of the segments that hold, among bits that are clear; or finds them in a form of its own, kept until
    /// it is asked to [`show`](Self::show) them.
    fn matches(&mut self, input: &Self::Input, found: &mut Bits);

    /// Sets the bits of what it found last, if it has not done so: for whoever checks, not timed.
    ///
    /// # Errors
    /// It found what is no segment.
    fn show(&self, _found: &mut Bits) -> Result<(), Failure> {
        Ok(())
    }

    /// Both in one, for those that need not own what they convert.
    ///
    /// # Errors
    /// It refuses a fact.
    fn convert_and_match(&mut self, visitor: &Visitor, found: &mut Bits) -> Result<(), Failure> {
        let input = self.convert(visitor)?;
        self.matches(&input, found);
        Ok(())
    }

    /// Whether what is asked of a fact that is missing holds for it as little as for L1.
    fn agrees_where_missing(_asks: &Asks) -> bool {
        true
    }
}
