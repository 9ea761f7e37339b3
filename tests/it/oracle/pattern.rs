//! As much of regular expressions as the generated policies use: letters, `.`, `[a-z]`, `^`, `$`, and `*`, `+`, `?` behind
//! one letter. By plain backtracking.

/// Whether `pattern` is found anywhere in `text`.
pub fn found(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    match pattern.split_first() {
        Some(('^', rest)) => here(rest, &text),
        _ => (0..=text.len()).any(|from| here(&pattern, &text[from..])),
    }
}

/// Whether `pattern` matches at the very beginning of `text`.
fn here(pattern: &[char], text: &[char]) -> bool {
    if pattern.is_empty() {
        return true;
    }
    if pattern == ['$'] {
        return text.is_empty();
    }
    let width = if pattern[0] == '[' {
        1 + pattern.iter().position(|c| *c == ']').expect("a closed class")
    } else {
        1
    };
    let (one, rest) = pattern.split_at(width);
    let fits = |c: char| match one {
        ['.'] => c != '\n',
        ['[', from, '-', to, ']'] => *from <= c && c <= *to,
        [letter] => *letter == c,
        other => panic!("the test does not read {other:?}"),
    };
    let run = text.iter().take_while(|c| fits(**c)).count();
    match rest.first() {
        Some('*') => (0..=run).any(|n| here(&rest[1..], &text[n..])),
        Some('+') => (1..=run).any(|n| here(&rest[1..], &text[n..])),
        Some('?') => (0..=run.min(1)).any(|n| here(&rest[1..], &text[n..])),
        _ => run >= 1 && here(rest, &text[1..]),
    }
}

#[test]
fn the_patterns_of_the_tests_match_what_they_say() {
    assert!(
        found("^a.*c$", "abc") && !found("^a.*c$", "abcd") && found("b", "abc") && found("[0-9]+", "a12")
    );
    assert!(found("ab?c", "ac") && !found("^b", "ab") && found("", "") && !found("[a-c]$", "abcd"));
}
