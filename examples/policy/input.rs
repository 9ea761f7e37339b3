//! What comes in: files or standard input, TOML or JSON.

use std::io::Read;

use maitre::{DiagnosticCode, Limits, Policy, PolicyError, TestEntry, Visitor};

/// A text and what it is called.
pub struct Source {
    pub name: String,
    pub text: String,
    /// Whether a byte order mark stood before the text. It is no part of it, and places do not count it: editors do not show it.
    pub is_marked: bool,
}

/// What a file is called in messages.
pub fn named(path: &str) -> &str {
    if path == "-" { "standard input" } else { path }
}

/// The text of a file, or of standard input.
pub fn read(path: &str) -> Result<Source, String> {
    let name = named(path).to_owned();
    // No document may be larger; of what is, no more is read than shows it.
    let most = Limits::default().document_bytes;
    let mut bytes = Vec::new();
    let mut up_to = |from: &mut dyn Read| from.take(most as u64 + 1).read_to_end(&mut bytes);
    let read = if path == "-" {
        up_to(&mut std::io::stdin())
    } else {
        std::fs::File::open(path).and_then(|mut file| up_to(&mut file))
    };
    read.map_err(|error| format!("cannot read {name}: {error}"))?;
    if bytes.len() > most {
        return Err(format!("{name} is larger than the {most} bytes that are read"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes().iter().take(good).filter(|&&byte| byte == b'\n').count();
            Err(format!("{name}:{line}: the text is not UTF-8 from here on; save the file as UTF-8"))
        }
    }
}

impl Source {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, mut text) = (name.into(), text.into());
        let is_marked = text.starts_with('\u{feff}');
        if is_marked {
            text.remove(0);
        }
        Self { name, text, is_marked }
    }
    pub fn is_json(&self) -> bool {
        self.text.trim_start().starts_with('{')
    }
    /// The policy that the text says.
    pub fn policy(&self) -> Result<Policy, PolicyError> {
        if self.is_json() { Policy::from_json(&self.text) } else { Policy::from_toml(&self.text) }
    }
    /// The tests that the text says, if everything about them means something under `policy`.
    pub fn tests(&self, policy: &Policy) -> Result<Vec<TestEntry>, PolicyError> {
        if self.is_json() { policy.tests_from_json(&self.text) } else { policy.tests_from_toml(&self.text) }
    }
    /// The visitor that the text says, if everything about them means something under `policy`: a decision passes over what
    /// makes no sense; in a test, and here, it is more likely a slip.
    pub fn visitor(&self, policy: &Policy) -> Result<Visitor, PolicyError> {
        match self.is_json() {
            true => policy.visitor_from_json(&self.text),
            false => policy.visitor_from_toml(&self.text),
        }
    }
}

/// What is wrong with a line that is no JSON, whatever it was to be: in the words in which the library says what is wrong with a
/// document, and the column where.
pub fn no_json(line: &str) -> Option<(usize, String)> {
    let refused = Policy::from_json(line).err()?;
    let problem = refused.diagnostics().first().filter(|one| one.code() == DiagnosticCode::Syntax)?;
    let help = problem.help().map_or_else(String::new, |help| format!("; {help}"));
    Some((problem.place().map_or(1, |place| place.column), format!("{}{help}", problem.message())))
}

/// A test out of several: that of the name, or the only one with that in its name, as words of their own or else anywhere.
pub fn of_test<'a>(tests: &'a [TestEntry], name: &str) -> Result<&'a TestEntry, String> {
    let asked = name.to_lowercase();
    let with = |fits: &dyn Fn(&str) -> bool| {
        tests.iter().filter(|test| fits(&test.name.to_lowercase())).collect::<Vec<_>>()
    };
    let as_words = |text: &str| {
        let joins = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
        !asked.is_empty()
            && text.match_indices(&asked).any(|(at, found)| {
                let (before, behind) = (text.get(..at), text.get(at + found.len()..));
                !joins(before.and_then(|before| before.chars().next_back()))
                    && !joins(behind.and_then(|behind| behind.chars().next()))
            })
    };
    let exact = tests.iter().filter(|test| test.name == name).take(1).collect();
    let all = [exact, with(&as_words), with(&|text| text.contains(&asked))];
    let found = all.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    match found.as_slice() {
        [test] => Ok(test),
        [] if tests.is_empty() => {
            Err("there are no tests; a file of tests beside the policy is told with `--with`".to_owned())
        }
        several => {
            let (what, of) = match several {
                [] => ("no test has", tests.iter().collect()),
                _ => ("several tests have", several.to_vec()),
            };
            let there_are = if several.is_empty() { "; there are" } else { "" };
            let names: Vec<String> = of.iter().map(|test| format!("\n  {}", test.name)).collect();
            Err(format!("{what} \u{201c}{name}\u{201d} in the name{there_are}:{}", names.concat()))
        }
    }
}
