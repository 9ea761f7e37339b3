//! Values as words of 64 bits, so that finding a value's cell is arithmetic on one word. Within one kind of value the
//! order of the keys is the order of the values, but for texts, where only equality counts. Kept beside every fact when it
//! comes in; made on the spot for what is computed at the visit.

use crate::hash::murmur3;
use crate::time::{Duration, Timestamp};
use crate::value::{Given, Value};

/// A value as one word.
pub(crate) type Key = i64;

/// Longest text that a key holds byte by byte.
const WHOLE: usize = 7;
/// Longest text that a key holds as one number, each letter a digit.
const PACKED: u32 = 11;
/// One more than there are letters that are packed: no letter is 0, so that the number says how many there are.
const BASE: i64 = 41;
/// Tells what is packed from what is held byte by byte, whose last byte is its length.
const IS_PACKED: i64 = 8 << 56;
const _: () = assert!(BASE.pow(PACKED) < IS_PACKED);

/// The digits of letters; 0 for what is not packed. Names are written so, in documents and in data.
const DIGITS: [u8; 256] = {
    let letters = b"abcdefghijklmnopqrstuvwxyz0123456789_-. ";
    let mut digits = [0; 256];
    let mut n = 0;
    while n < letters.len() {
        #[expect(clippy::indexing_slicing, reason = "a constant")]
        {
            digits[letters[n] as usize] = n as u8 + 1;
        }
        n += 1;
    }
    digits
};

#[inline]
pub(crate) fn of_float(value: f64) -> Key {
    // Adding zero makes one zero of the two. The order of the bits is that of the numbers once the negative ones are
    // turned round.
    let bits = (value + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The float of a key.
pub(crate) fn to_float(key: Key) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

/// Twice the seconds, and one more behind a whole second: exact against whole seconds.
pub(crate) fn of_time(time: Timestamp) -> Key {
    time.unix_seconds() * 2 + i64::from(time.nanoseconds() % 1_000_000_000 != 0)
}

/// The same for a length of time.
pub(crate) fn of_duration(duration: Duration) -> Key {
    let nanoseconds = duration.nanoseconds();
    // At most about 10,000 years either way, so that twice the seconds fit.
    (nanoseconds.div_euclid(1_000_000_000) as i64) * 2 + i64::from(nanoseconds.rem_euclid(1_000_000_000) != 0)
}

/// A text: itself if it is short, else its hash and length. The key of a hash is negative: two texts may share it. No key
/// is the greatest number.
pub(crate) fn of_text(text: &str) -> Key {
    let bytes = text.as_bytes();
    let length = bytes.len() as i64;
    if bytes.len() > WHOLE {
        if let Some(packed) = packed(bytes) {
            return packed;
        }
        return i64::MIN | (length & 0xff_ffff) << 32 | i64::from(murmur3(&[text]));
    }
    // Two blocks that may overlap, rather than byte by byte.
    let word = match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            i64::from(first) | i64::from(last) << (8 * (bytes.len() - 4))
        }
        _ => bytes.iter().rev().fold(0, |word, &byte| word << 8 | i64::from(byte)),
    };
    word | length << 56
}

/// The letters as one number, if they are few enough, and all are letters that are packed.
fn packed(bytes: &[u8]) -> Option<Key> {
    if bytes.len() > PACKED as usize {
        return None;
    }
    let digits = bytes.iter().map(|&byte| DIGITS.get(usize::from(byte)).copied().unwrap_or(0));
    let number =
        digits.into_iter().try_fold(0, |number, digit| (digit > 0).then(|| number * BASE + i64::from(digit)));
    Some(number? | IS_PACKED)
}

/// Whether the key of a text says all of it.
pub(crate) const fn is_whole(key: Key) -> bool {
    key >= 0
}

/// The key of a value as it is kept; sets have none.
pub(crate) fn of_value(value: &Value) -> Key {
    of(value.as_given()).unwrap_or(0)
}

/// The key of a value as it is seen; `None` for what is unknown and for sets.
pub(crate) fn of(given: Given<'_>) -> Option<Key> {
    Some(match given {
        Given::Unknown | Given::Set(_) => return None,
        Given::Bool(value) => value.into(),
        Given::Int(value) => value,
        Given::Float(value) => of_float(value),
        Given::Text(value) => of_text(value),
        Given::Time(value) => of_time(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_is_the_order_of_values() {
        let floats = [f64::NEG_INFINITY, -1e300, -1.5, -1e-300, 0.0, 1e-300, 1.0, 1.5, 1e300, f64::INFINITY];
        assert!(floats.windows(2).all(|pair| of_float(pair[0]) < of_float(pair[1])));
        assert!(floats.iter().all(|&value| to_float(of_float(value)) == value));
        assert_eq!(of_float(-0.0), of_float(0.0));
        let at = |seconds, nanoseconds| of_time(Timestamp::from_unix(seconds, nanoseconds).unwrap());
        assert!(
            at(-2, 999) < at(-1, 0)
                && at(-1, 0) < at(-1, 1)
                && at(-1, 1) == at(-1, 2)
                && at(-1, 2) < at(0, 0)
        );
        let long = |nanoseconds| of_duration(Duration::from_nanoseconds(nanoseconds).unwrap());
        assert!(
            long(-1_000_000_001) < long(-1_000_000_000)
                && long(-1_000_000_000) < long(-1)
                && long(-1) < long(0)
        );
    }

    #[test]
    fn short_texts_are_their_keys_and_long_ones_have_negative_keys() {
        let short = ["", "a", "b", "ab", "ba", "\0", "\0\0", "contrac", "zzzzzzz"];
        let packed = [
            "contract",
            "contracu",
            "contract ",
            "aaaaaaaa",
            "aaaaaaaaa",
            "           ",
            "fiber_optic",
            "2026-11-2.x",
        ];
        let texts = [&short[..], &packed].concat();
        for (n, text) in texts.iter().enumerate() {
            assert!(is_whole(of_text(text)) && of_text(text) != Key::MAX);
            assert!(texts[..n].iter().all(|other| of_text(other) != of_text(text)), "{text:?}");
        }
        for long in ["twelve_bytes", "Contract", "contract\0", "caf\u{e9}_preto"] {
            assert!(!is_whole(of_text(long)), "{long:?}");
        }
        assert_ne!(of_text("twelve_bytes"), of_text("twelve_bytes "));
    }
}
