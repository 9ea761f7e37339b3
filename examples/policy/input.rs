//! What comes in: files or standard input, TOML or JSON.

use std::io::Read;

use maitre::{CustomerProfile, ExperienceSelector, Journey, Policy, PolicyError, TestEntry, Visit};

/// A text and what it is called.
pub struct Source {
    pub name: String,
    pub text: String,
}

/// The text of a file, or of standard input.
pub fn read(path: &str) -> Result<Source, String> {
    let read = if path == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let name = if path == "-" { "standard input".to_owned() } else { path.to_owned() };
    match read {
        Ok(text) => Ok(Source { name, text }),
        Err(error) => Err(format!("cannot read {name}: {error}")),
    }
}

impl Source {
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
    pub fn visitor(&self, policy: &Policy) -> Result<maitre::Visitor, PolicyError> {
        match self.is_json() {
            true => policy.visitor_from_json(&self.text),
            false => policy.visitor_from_toml(&self.text),
        }
    }
}

/// Somebody, written as in a policy's test.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visitor {
    #[serde(default)]
    pub profile: CustomerProfile,
    pub visit: Visit,
    journey: Option<Journey>,
}

impl Visitor {
    /// The visitor that a line of JSON says. Which line it is, whoever reads the lines knows.
    pub fn of_json(line: &[u8]) -> Result<Self, String> {
        let read: Result<Self, _> = serde_json::from_slice(line);
        read.map(Self::with_journey).map_err(|error| wrong_in_line(line, &error))
    }
    /// The same with the journey in the visit, where it belongs.
    pub fn with_journey(mut self) -> Self {
        if let Some(journey) = self.journey.take() {
            self.visit = self.visit.with_journey(journey);
        }
        self
    }
}

/// What is wrong with a line of JSON, in the words in which the library says what is wrong with a document: its column, and
/// what was found there.
pub fn wrong_in_line(line: &[u8], error: &serde_json::Error) -> String {
    let Ok(text) = std::str::from_utf8(line) else { return "it is no text in UTF-8".to_owned() };
    let column = text.get(..error.column()).map_or(error.column(), |before| before.chars().count());
    if !error.is_data()
        && let Err(refused) = Policy::from_json(text)
        && let Some(problem) = refused.diagnostics().first()
    {
        // What is no JSON is none whatever it was to be.
        let column = problem.place().map_or(column, |place| place.column);
        let help = problem.help().map_or_else(String::new, |help| format!("; {help}"));
        return format!("column {column}: {}{help}", problem.message());
    }
    let told = error.to_string();
    let told = told.rfind(" at line ").and_then(|end| told.get(..end)).unwrap_or(&told);
    let types = told.strip_prefix("invalid type: ").and_then(|types| types.split_once(", expected "));
    let told = match types {
        Some((found, expected)) => format!("found {}, expected {expected}", kind(found)),
        None => told.replacen("unknown field `", "unknown key `", 1),
    };
    format!("column {column}: {told}")
}

/// A type as documents call it.
fn kind(found: &str) -> &str {
    const KINDS: [(&str, &str); 7] = [
        ("integer", "an int"),
        ("floating point", "a float"),
        ("string", "a string"),
        ("boolean", "a bool"),
        ("sequence", "a list"),
        ("map", "a table"),
        ("null", "nothing (null)"),
    ];
    KINDS.iter().find(|(theirs, _)| found.starts_with(theirs)).map_or(found, |(_, ours)| ours)
}

/// The visitor of a policy's test: of that name, or the only one with that in its name.
pub fn of_test(selector: &ExperienceSelector, name: &str) -> Result<(CustomerProfile, Visit), String> {
    let tests = &selector.policy().document().tests;
    let asked = name.to_lowercase();
    let found: Vec<_> = match tests.iter().find(|test| test.name == name) {
        Some(test) => vec![test],
        None => tests.iter().filter(|test| test.name.to_lowercase().contains(&asked)).collect(),
    };
    match found.as_slice() {
        [test] => Ok((test.profile.clone(), test.visit.clone())),
        [] if tests.is_empty() => Err("the policy has no tests".to_owned()),
        several => {
            let (what, of) = match several {
                [] => ("no test has", tests.iter().collect()),
                _ => ("several tests have", several.to_vec()),
            };
            let names: Vec<String> = of.iter().map(|test| format!("\n  {}", test.name)).collect();
            Err(format!("{what} \u{201c}{name}\u{201d} in the name:{}", names.concat()))
        }
    }
}
