//! Texts in pieces. A text that is joined or made from a number is not built but walked: its pieces lie in a small fixed
//! structure on the stack. How many there can be is computed when the condition is checked.

use std::fmt::{self, Write};

/// The most pieces of one text. INVARIANT: no text of a checked condition has more, upheld by the checker.
pub(super) const MAX_PIECES: usize = 32;
/// The longest text that a number, a time or a length of time has.
const MADE: usize = 40;

#[derive(Clone, Copy)]
pub(super) enum Piece<'a> {
    Borrowed(&'a str),
    Made(Made),
}

/// A short text made at evaluation.
#[derive(Clone, Copy)]
pub(super) struct Made {
    bytes: [u8; MADE],
    length: u8,
}

impl Made {
    /// What `value` prints; nothing beyond the length that such values have.
    pub(super) fn of(value: impl fmt::Display) -> Self {
        let mut made = Self { bytes: [0; MADE], length: 0 };
        // Writing fails only when the piece is full, which the longest value does not reach.
        let _ = write!(made, "{value}");
        made
    }
    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl Write for Made {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let start = usize::from(self.length);
        let end = start + text.len();
        self.bytes.get_mut(start..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end as u8;
        Ok(())
    }
}

impl Piece<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Made(made) => made.as_str(),
        }
    }
}

/// A text as the pieces that it is joined from.
pub(super) struct Pieces<'a> {
    list: [Piece<'a>; MAX_PIECES],
    count: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new() -> Self {
        Self { list: [Piece::Borrowed(""); MAX_PIECES], count: 0 }
    }
    /// Adds a piece; `None` if there is no room, which a checked condition does not reach.
    pub(super) fn push(&mut self, piece: Piece<'a>) -> Option<()> {
        *self.list.get_mut(self.count)? = piece;
        self.count += 1;
        Some(())
    }
    fn all(&self) -> &[Piece<'a>] {
        self.list.get(..self.count).unwrap_or_default()
    }
    /// The whole, where it is of one piece.
    pub(super) fn single(&self) -> Option<&str> {
        match self.all() {
            [] => Some(""),
            [one] => Some(one.as_str()),
            _ => None,
        }
    }
    pub(super) fn bytes(&self) -> impl Iterator<Item = u8> + Clone {
        self.all().iter().flat_map(|piece| piece.as_str().bytes())
    }
    fn length(&self) -> usize {
        self.all().iter().map(|piece| piece.as_str().len()).sum()
    }
    /// The number of characters.
    pub(super) fn characters(&self) -> usize {
        self.all().iter().map(|piece| piece.as_str().chars().count()).sum()
    }
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        match (self.single(), other.single()) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => self.bytes().cmp(other.bytes()),
        }
    }
    pub(super) fn is(&self, other: &str) -> bool {
        match self.single() {
            Some(text) => text == other,
            None => self.length() == other.len() && self.bytes().eq(other.bytes()),
        }
    }
    pub(super) fn starts_with(&self, other: &Self) -> bool {
        self.length() >= other.length() && self.bytes().zip(other.bytes()).all(|(a, b)| a == b)
    }
    pub(super) fn ends_with(&self, other: &Self) -> bool {
        let Some(before) = self.length().checked_sub(other.length()) else { return false };
        self.bytes().skip(before).eq(other.bytes())
    }
    pub(super) fn contains(&self, other: &Self) -> bool {
        if let (Some(text), Some(part)) = (self.single(), other.single()) {
            return text.contains(part);
        }
        let Some(last) = self.length().checked_sub(other.length()) else { return false };
        let mut rest = self.bytes();
        for _ in 0..=last {
            if rest.clone().zip(other.bytes()).all(|(a, b)| a == b) {
                return true;
            }
            rest.next();
        }
        false
    }
    /// Does `with` on the whole as one text; joined texts beyond what a number or time needs do not fit.
    pub(super) fn with_whole<T>(&self, with: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if let Some(text) = self.single() {
            return with(text);
        }
        let mut whole = [0_u8; 512];
        let length = self.length();
        for (place, byte) in whole.get_mut(..length)?.iter_mut().zip(self.bytes()) {
            *place = byte;
        }
        with(std::str::from_utf8(whole.get(..length)?).ok()?)
    }
}

/// A float as text: the shortest that reads back the same, with an exponent only far from 1.
pub(super) struct FloatText(pub(super) f64);
impl fmt::Display for FloatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, size) = (self.0, self.0.abs());
        if value.is_nan() {
            f.write_str("NaN")
        } else if value.is_infinite() {
            f.write_str(if value > 0.0 { "Infinity" } else { "-Infinity" })
        } else if size != 0.0 && !(1e-6..1e21).contains(&size) {
            let mut made = Made { bytes: [0; MADE], length: 0 };
            write!(made, "{value:e}")?;
            let (digits, exponent) = made.as_str().split_once('e').unwrap_or((made.as_str(), "0"));
            write!(f, "{digits}e{}{exponent}", if exponent.starts_with('-') { "" } else { "+" })
        } else {
            write!(f, "{value}")
        }
    }
}
