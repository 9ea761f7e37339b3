//! Which instructions of the processor are used: found out when a policy is compiled, so that one program runs everywhere
//! and is fast where it can be. What is decided is the same with all of them.

use fearless_simd::Level;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use fearless_simd::Simd;
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use fearless_simd::{Avx2, Avx512};

/// A set of instructions, from what every processor of the target has to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Instructions {
    /// What every processor of the target has.
    Baseline,
    /// 256 bits at once, on x86.
    Avx2,
    /// 512 bits at once, on x86.
    Avx512,
}

impl Instructions {
    /// Those that this processor has, the widest last.
    ///
    /// # Example
    /// ```
    /// let all: Vec<_> = maitre::Instructions::available().collect();
    /// assert_eq!(all.first(), Some(&maitre::Instructions::Baseline));
    /// ```
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Baseline, Self::Avx2, Self::Avx512].into_iter().filter(|&one| Isa::of(one).is_some())
    }
}

/// Words of 64 bits that the instructions of AVX2 take at once.
const AVX2_WORDS: usize = 4;

/// Proof that the processor has the instructions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Isa {
    Baseline,
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    Avx2(Avx2),
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    Avx512(Avx512),
}

impl Isa {
    /// The best that this processor has for rows of at most so many words: wider instructions than the rows only cost.
    pub(crate) fn best_for(words: usize) -> Self {
        let widest = if words > AVX2_WORDS { Self::of(Instructions::Avx512) } else { None };
        widest.or_else(|| Self::of(Instructions::Avx2)).unwrap_or(Self::Baseline)
    }
    /// These, if the processor has them.
    pub(crate) fn of(instructions: Instructions) -> Option<Self> {
        match instructions {
            Instructions::Baseline => Some(Self::Baseline),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Instructions::Avx2 => Level::new().as_avx2().map(Self::Avx2),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Instructions::Avx512 => Level::new().as_avx512().map(Self::Avx512),
            #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
            Instructions::Avx2 | Instructions::Avx512 => None,
        }
    }
    /// The same, as the crate of vectors calls it.
    pub(crate) const fn level(self) -> Level {
        match self {
            Self::Baseline => Level::baseline(),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx2(avx2) => Level::Avx2(avx2),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx512(avx512) => Level::Avx512(avx512),
        }
    }
    pub(crate) const fn instructions(self) -> Instructions {
        match self {
            Self::Baseline => Instructions::Baseline,
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx2(_) => Instructions::Avx2,
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx512(_) => Instructions::Avx512,
        }
    }
    /// Does `work` with these instructions, as far as it is made of what the compiler puts in line.
    #[inline(always)]
    pub(crate) fn run<T>(self, work: impl FnOnce() -> T) -> T {
        match self {
            Self::Baseline => work(),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx2(avx2) => avx2.vectorize(work),
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            Self::Avx512(avx512) => avx512.vectorize(work),
        }
    }
}
