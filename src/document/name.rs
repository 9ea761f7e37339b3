//! Names as authors write them, and texts from outside as messages show them.

use crate::attribute::table::NEVER_A_NAME;
use crate::channel::is_snake_case;
use crate::limits::Limits;

pub(crate) use crate::wire::short as cut;

/// What is wrong with a name, if anything is.
pub(crate) fn bad_name(name: &str) -> Option<String> {
    if is_snake_case(name) && name.len() <= Limits::NAME_BYTES {
        return None;
    }
    let most = Limits::NAME_BYTES;
    Some(format!(
        "`{}` is not a name, expected up to {most} of a-z, 0-9 and _, beginning with a letter",
        cut(name)
    ))
}

/// A name as it would have to be written, where that is plain: `in-person` and `InPerson` as `in_person`. Not `In` as
/// `in`, which not everything may be called.
pub(crate) fn snake_case_of(name: &str) -> Option<String> {
    let mut snake = String::new();
    for char in name.trim().chars() {
        match char {
            '-' | ' ' | '.' => snake.push('_'),
            _ if char.is_ascii_uppercase() => {
                if snake.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) {
                    snake.push('_');
                }
                snake.push(char.to_ascii_lowercase());
            }
            _ => snake.push(char),
        }
    }
    (bad_name(&snake).is_none() && !NEVER_A_NAME.contains(&&*snake)).then_some(snake)
}

/// The advice to write it so.
pub(super) fn write_it(meant: Option<&str>) -> Option<String> {
    meant.map(|meant| format!("write `{meant}`"))
}
