//! What stands between two things of a document: comments, which stay, and empty lines, of which one stays.

/// Whether there is a comment in what stands between two things.
pub fn has_comment(gap: &str) -> bool {
    gap.contains('#')
}

/// The lines above a key or a header: comments from the first column on, at most one empty line in a row, and none at the top
/// if `first`.
pub fn above(gap: &str, first: bool) -> String {
    let mut lines: Vec<&str> = gap.split('\n').map(str::trim).collect();
    // Behind the last line break stands the key itself.
    lines.pop();
    let mut text = String::new();
    let mut was_empty = first;
    for line in lines {
        if !line.is_empty() || !was_empty {
            text += line;
            text.push('\n');
        }
        was_empty = line.is_empty();
    }
    text
}

/// The same above a part, which stands apart from what is before it.
pub fn apart(gap: &str, first: bool) -> String {
    let text = above(gap, true);
    if first { text } else { format!("\n{text}") }
}

/// What stands before an entry of a list of several lines: a comment behind the entry before it, comments on lines of their own,
/// and the line break.
pub fn between(gap: &str, indent: &str) -> String {
    let (behind, below) = gap.split_once('\n').unwrap_or((gap, ""));
    let mut text = beside(behind);
    let mut was_empty = true;
    for line in below.split('\n').map(str::trim) {
        match line {
            "" if was_empty => {}
            "" => was_empty = true,
            comment => {
                text += &format!("\n{indent}{comment}");
                was_empty = false;
            }
        }
    }
    text
}

/// A comment on the same line, with the room before it as it is written.
pub fn beside(gap: &str) -> String {
    let text = gap.trim_end();
    match text.trim_start() {
        "" => String::new(),
        _ if text.starts_with([' ', '\t']) => text.to_owned(),
        comment => format!("  {comment}"),
    }
}
