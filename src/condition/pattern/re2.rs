//! A pattern of RE2 as the library that compiles it has it. Its own syntax is near to RE2's but not the same: classes
//! within classes, `\d` beyond ASCII, other properties, no octal numbers. So every piece is read as RE2 reads it, and written
//! in a form that the library cannot take for anything else. Groups, alternatives and anchors are alike in both and pass
//! through. Called by `Pattern::compile` alone.

mod class;

use std::iter::Peekable;
use std::str::Chars;

use super::PatternError;

/// The most repetitions that RE2 counts.
const MAX_REPEAT: u32 = 1_000;

/// The pattern, translated.
///
/// # Errors
/// What RE2 does not have. What is wrong in both is left to the library.
pub(super) fn translate(written: &str) -> Result<String, PatternError> {
    let mut translator =
        Translator { rest: written.chars().peekable(), out: String::with_capacity(written.len() + 16) };
    // Whether what stands before is a repetition, which no other may follow.
    let mut repeated = false;
    while let Some(c) = translator.rest.next() {
        repeated = translator.piece(c, repeated)?;
    }
    Ok(translator.out)
}

struct Translator<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
}

fn no_pattern(why: impl std::fmt::Display) -> PatternError {
    PatternError::new(format!("this is no regular expression: {why}"), None)
}

impl Translator<'_> {
    fn take(&mut self, c: char) -> bool {
        self.rest.next_if_eq(&c).is_some()
    }

    /// One piece outside of classes; whether it is a repetition.
    fn piece(&mut self, c: char, repeated: bool) -> Result<bool, PatternError> {
        match c {
            '\\' => self.escape()?,
            '[' => self.class()?,
            '(' => {
                self.out.push('(');
                if self.take('?') {
                    self.out.push('?');
                    self.flags()?;
                }
            }
            '*' | '+' | '?' => return self.repetition(c.to_string(), repeated),
            '{' => match self.count()? {
                Some(count) => return self.repetition(count, repeated),
                None => self.literal('{'),
            },
            '}' | ']' => self.literal(c),
            c => self.out.push(c),
        }
        Ok(false)
    }

    fn repetition(&mut self, sign: String, repeated: bool) -> Result<bool, PatternError> {
        if repeated {
            let help = "put what is repeated in a group: `(?:a*)*`";
            return Err(PatternError::new(format!("`{sign}` repeats a repetition"), Some(help)));
        }
        self.out.push_str(&sign);
        if self.take('?') {
            self.out.push('?');
        }
        Ok(true)
    }

    /// `{2}`, `{2,}` or `{2,3}` behind its bracket; `None`, and nothing read, if the bracket stands for itself.
    fn count(&mut self) -> Result<Option<String>, PatternError> {
        let mut ahead = self.rest.clone();
        let mut inside = String::new();
        loop {
            match ahead.next() {
                Some('}') => break,
                Some(c) if c.is_ascii_digit() || c == ',' => inside.push(c),
                _ => return Ok(None),
            }
        }
        let (least, most) = inside.split_once(',').map_or((&*inside, None), |(a, b)| (a, Some(b)));
        let is_number = |digits: &str| {
            !digits.is_empty() && !digits.contains(',') && (digits == "0" || !digits.starts_with('0'))
        };
        if !is_number(least) || !most.is_none_or(|most| most.is_empty() || is_number(most)) {
            return Ok(None);
        }
        let too_many =
            |digits: &str| !digits.is_empty() && !digits.parse().is_ok_and(|n: u32| n <= MAX_REPEAT);
        if too_many(least) || most.is_some_and(too_many) {
            return Err(no_pattern(format_args!("`{{{inside}}}` repeats more than {MAX_REPEAT} times")));
        }
        self.rest = ahead;
        Ok(Some(format!("{{{inside}}}")))
    }

    /// A character that stands for itself.
    fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            self.out.push(c);
        } else {
            self.out.push_str(&format!("\\x{{{:X}}}", u32::from(c)));
        }
    }

    /// What follows a backslash outside of classes.
    fn escape(&mut self) -> Result<(), PatternError> {
        match self.rest.peek().copied() {
            Some(c @ ('b' | 'B')) => {
                self.rest.next();
                self.out.push_str(&format!("(?-u:\\{c})"));
            }
            Some(c @ ('A' | 'z')) => {
                self.rest.next();
                self.out.extend(['\\', c]);
            }
            Some('Q') => {
                self.rest.next();
                self.quoted();
            }
            Some('C') => {
                let help = Some("write `.` for any character but the end of a line");
                return Err(PatternError::new(
                    "`\\C` (any byte) has no use here: texts are characters",
                    help,
                ));
            }
            _ if self.class_escape()? => {}
            _ => {
                let c = self.character()?;
                self.literal(c);
            }
        }
        Ok(())
    }

    /// The rest of `\Q…\E`.
    fn quoted(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.take('E') {
                return;
            }
            self.literal(c);
        }
    }

    /// What follows a backslash and stands for a class of characters, within brackets or not; `false`, and nothing
    /// read, if it is none.
    fn class_escape(&mut self) -> Result<bool, PatternError> {
        let class = match self.rest.peek() {
            Some('d') => "[0-9]",
            Some('D') => "[^0-9]",
            Some('w') => "[0-9A-Za-z_]",
            Some('W') => "[^0-9A-Za-z_]",
            Some('s') => "[\\t\\n\\f\\r ]",
            Some('S') => "[^\\t\\n\\f\\r ]",
            Some('p' | 'P') => {
                self.property()?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.rest.next();
        self.out.push_str(class);
        Ok(true)
    }

    /// `pL`, `p{Lu}`, `p{^Greek}` and their opposites with `P`: general categories by one or two letters, scripts by
    /// name, and `Any`.
    fn property(&mut self) -> Result<(), PatternError> {
        let mut not = self.rest.next() == Some('P');
        let mut name = String::new();
        if self.take('{') {
            not ^= self.take('^');
            while let Some(c) = self.rest.next_if(|&c| c != '}') {
                name.push(c);
            }
            if !self.take('}') {
                return Err(no_pattern("`\\p{` is not closed"));
            }
        } else {
            name.extend(self.rest.next());
        }
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.chars().skip(1).all(|c| c.is_ascii_alphabetic())
        };
        let category = name.len() <= 2 && !name.get(1..).is_some_and(|c| c.contains(char::is_uppercase));
        if !name.split('_').all(is_word) {
            return Err(no_pattern(format_args!("RE2 knows no property `{name}`")));
        }
        // Named as a script, nothing else is found under the name.
        let kind = if category || name == "Any" { "" } else { "Script=" };
        self.out.push_str(&format!("\\{}{{{kind}{name}}}", if not { 'P' } else { 'p' }));
        Ok(())
    }

    /// What follows a backslash and stands for one character.
    fn character(&mut self) -> Result<char, PatternError> {
        let Some(c) = self.rest.next() else {
            return Err(no_pattern("it ends with a `\\`"));
        };
        Ok(match c {
            'a' => '\x07',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            'x' => return self.hexadecimal(),
            '0'..='7' => return self.octal(c),
            '8' | '9' => return Err(no_back_reference(c)),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
            c => {
                let help = Some("RE2 has `\\b` and `\\x{10FFFF}`");
                return Err(PatternError::new(format!("`\\{c}` is not of RE2"), help));
            }
        })
    }

    /// Up to three digits, of which `first` is one; a digit alone that is not 0 would be a back-reference.
    fn octal(&mut self, first: char) -> Result<char, PatternError> {
        let mut number = first.to_digit(8).unwrap_or_default();
        let mut digits = 1;
        while digits < 3
            && let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(8))
        {
            self.rest.next();
            number = number * 8 + digit;
            digits += 1;
        }
        if digits == 1 && first != '0' {
            return Err(no_back_reference(first));
        }
        char::from_u32(number).ok_or_else(|| no_back_reference(first))
    }

    /// Two digits, or any number of them in braces.
    fn hexadecimal(&mut self) -> Result<char, PatternError> {
        let mut digits = String::new();
        if self.take('{') {
            while let Some(digit) = self.rest.next_if(char::is_ascii_hexdigit) {
                digits.push(digit);
            }
            if !self.take('}') {
                digits.clear();
            }
        } else {
            digits.extend(std::iter::from_fn(|| self.rest.next_if(char::is_ascii_hexdigit)).take(2));
            if digits.len() < 2 {
                digits.clear();
            }
        }
        let number = u32::from_str_radix(&digits, 16).ok();
        number.and_then(char::from_u32).ok_or_else(|| no_pattern("`\\x` without a character's number"))
    }

    /// What follows `(?`: RE2 has the flags i, m, s and U, and names; it has no look-around.
    fn flags(&mut self) -> Result<(), PatternError> {
        let refused = |what: &str| {
            let help = Some("RE2 has the flags i, m, s and U");
            Err(PatternError::new(format!("`(?{what}` is not of RE2"), help))
        };
        while let Some(&c) = self.rest.peek() {
            match c {
                'i' | 'm' | 's' | 'U' | '-' => {}
                '=' | '!' => return Err(PatternError::new("there is no look-ahead in RE2", None)),
                ':' | ')' => return Ok(()),
                'P' | '<' => {
                    self.rest.next();
                    if c == 'P' && !self.take('<') {
                        return refused("P");
                    }
                    if matches!(self.rest.peek(), Some('=' | '!')) && c == '<' {
                        return Err(PatternError::new("there is no look-behind in RE2", None));
                    }
                    return self.group_name();
                }
                other => return refused(&other.to_string()),
            }
            self.out.push(c);
            self.rest.next();
        }
        Ok(())
    }

    /// The name of a group and its `>`. The library wants no digit first, which an underscore sees to.
    fn group_name(&mut self) -> Result<(), PatternError> {
        self.out.push_str("P<_");
        let mut length = 0;
        while let Some(c) = self.rest.next_if(|&c| c.is_ascii_alphanumeric() || c == '_') {
            self.out.push(c);
            length += 1;
        }
        if length == 0 || !self.take('>') {
            return Err(no_pattern("the name of a group has letters, digits and `_`, and then a `>`"));
        }
        self.out.push('>');
        Ok(())
    }
}

fn no_back_reference(digit: char) -> PatternError {
    PatternError::new(format!("`\\{digit}`: there are no back-references"), None)
}
