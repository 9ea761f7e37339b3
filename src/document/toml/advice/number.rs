//! Numbers as people write them, and as TOML has them.

use super::word;

/// Whether it is a number as TOML has it.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let is_zero = digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    text.len() - digits.len() < 2
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && !is_zero
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.parse::<f64>().is_ok()
}

/// A number that spaces part, `- 10` or `1 000 000`: where it ends, and what is meant, if nothing else stands behind it.
pub(super) fn parted_number(after: &str) -> Option<(usize, String)> {
    let first = word(after);
    let (mut meant, mut end) = (first.to_owned(), first.len());
    loop {
        let behind = after.get(end..)?;
        let rest = behind.trim_start_matches(' ');
        if rest.is_empty() || rest.starts_with([',', '}', '#']) {
            return (end > first.len() && is_number(&meant)).then_some((end, meant));
        }
        let next = word(rest);
        let is_group = next.len() == 3 && next.chars().all(|c| c.is_ascii_digit()) && meant.len() <= 32;
        let is_whole = is_number(&meant) && !meant.contains('.');
        let is_sign = ["-", "+"].contains(&&*meant);
        if !(is_sign || is_group && is_whole) {
            return None;
        }
        meant.push_str(next);
        end += behind.len() - rest.len() + next.len();
    }
}

/// A number without the zeros before it.
pub(super) fn without_zeros(number: &str) -> String {
    let digits = number.trim_start_matches(['+', '-']);
    let sign = number.strip_suffix(digits).unwrap_or_default();
    let digits = digits.trim_start_matches(['0', '_']);
    let zero = if digits.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    format!("{sign}{zero}{digits}")
}

/// The number that a word begins with, as in `-6x` or `50px`; what goes on like a date or a time is none.
pub(super) fn number_before(word: &str) -> Option<&str> {
    let unsigned = word.trim_start_matches(['+', '-']);
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let digits = unsigned.find(|c| !is_part(c)).and_then(|end| unsigned.get(..end))?;
    let digits = digits.trim_end_matches('.');
    let number = word.get(..word.len() - unsigned.len() + digits.len())?;
    let behind = word.get(number.len()..).unwrap_or_default();
    let is_one = number.parse::<f64>().is_ok() && !behind.starts_with(['-', ':', '_', 'T']);
    is_one.then_some(number)
}

/// A number with commas in it that is the value of a key, and where it begins: `base = 1,5`, `base = 1,000,000`.
pub(super) fn comma_number(line: &str) -> Option<(usize, &str)> {
    line.match_indices('=').find_map(|(equals, _)| {
        let behind = line.get(equals + 1..)?;
        let value = behind.trim_start();
        let is_part = |c: char| c.is_ascii_digit() || c == ',';
        let unsigned = value.trim_start_matches(['+', '-']);
        let end = unsigned.find(|c| !is_part(c)).unwrap_or(unsigned.len());
        let found = unsigned.get(..end)?.trim_end_matches(',');
        let mut parts = found.split(',');
        let is_number = parts.clone().count() > 1 && parts.all(|part| !part.is_empty());
        let number = value.get(..value.len() - unsigned.len() + found.len())?;
        let rest = value.get(number.len()..)?.trim_start();
        let is_value = is_number && (rest.is_empty() || rest.starts_with([',', '}', '#']));
        is_value.then_some((equals + 1 + behind.len() - value.len(), number))
    })
}

/// What is meant by a number with commas: thousands, or a part behind a point; `None` if neither.
pub(super) fn without_commas(number: &str) -> Option<(String, &'static str)> {
    let (whole, groups) = number.trim_start_matches(['+', '-']).split_once(',')?;
    let is_grouped = (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    if is_grouped && groups.split(',').all(|group| group.len() == 3) {
        return Some((number.replace(',', ""), "thousands are written without a comma"));
    }
    (!groups.contains(',')).then(|| (number.replace(',', "."), "a number that need not be whole has a point"))
}

/// Whether it is three numbers, as a date is written in many places.
pub(super) fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['.', '/']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number) && parts.iter().any(|part| part.len() == 4)
}
