//! What comes in: files or standard input, TOML or JSON.

use std::io::Read;

use maitre::{
    CustomerProfile, Expectation, ExperienceSelector, Journey, Policy, PolicyError, Severity, TestEntry,
    Visit,
};

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
    fn is_json(&self) -> bool {
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
    /// The visitor that the text says, if everything about them means something under `policy`.
    pub fn visitor(&self, policy: &Policy) -> Result<Visitor, String> {
        let read: Result<Visitor, String> = if self.is_json() {
            serde_json::from_str(&self.text).map_err(|error| error.to_string())
        } else {
            toml::from_str(&self.text).map_err(|error| error.to_string())
        };
        let refused = |why: &str| format!("{} cannot be read as a visitor:{}", self.name, why.trim_end());
        let visitor = read.map_err(|error| {
            let hint = "`visit = { at = 2026-11-23T10:00:00-03:00 }`, and what you know as `profile = { \u{2026} }`, the policy's own \
                        facts in it as `attributes = { \u{2026} }`";
            format!("{}\n  help: write {hint}", refused(&format!(" {error}")))
        })?;
        let visitor = visitor.with_journey();
        // A decision passes over what makes no sense; in a test, and here, it is more likely a slip.
        let mut document = policy.document().clone();
        let (profile, visit) = (visitor.profile.clone(), visitor.visit.clone());
        let test = TestEntry { name: String::new(), profile, visit, expect: Expectation::default() };
        document.tests = vec![test];
        let all =
            Policy::from_document(document).map_or_else(|error| error.diagnostics().to_vec(), |_| Vec::new());
        let errors = all.iter().filter(|problem| problem.severity() == Severity::Error);
        let problems: Vec<String> = errors
            .map(|problem| {
                let path = problem.path().trim_start_matches("tests[0].");
                let help = problem.help().map_or_else(String::new, |help| format!("; {help}"));
                format!("\n  {path}: {}{help}", problem.message())
            })
            .collect();
        if problems.is_empty() { Ok(visitor) } else { Err(refused(&problems.concat())) }
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
    /// The visitor that a line of JSON says.
    pub fn of_json(line: &str) -> Result<Self, (Option<usize>, String)> {
        let visitor: Self = serde_json::from_str(line).map_err(|error| {
            // There is only one line, and which it is the reader knows.
            let text = error.to_string();
            let told = text.rfind(" at line ").and_then(|end| text.get(..end)).unwrap_or(&text);
            (Some(error.column()), told.to_owned())
        })?;
        Ok(visitor.with_journey())
    }
    /// The same with the journey in the visit, where it belongs.
    pub fn with_journey(mut self) -> Self {
        if let Some(journey) = self.journey.take() {
            self.visit = self.visit.with_journey(journey);
        }
        self
    }
}

/// The visitor of a policy's test: of that name, or the only one with that in its name.
pub fn of_test(selector: &ExperienceSelector, name: &str) -> Result<Visitor, String> {
    let tests = &selector.policy().document().tests;
    let asked = name.to_lowercase();
    let found: Vec<_> = match tests.iter().find(|test| test.name == name) {
        Some(test) => vec![test],
        None => tests.iter().filter(|test| test.name.to_lowercase().contains(&asked)).collect(),
    };
    match found.as_slice() {
        [test] => Ok(Visitor { profile: test.profile.clone(), visit: test.visit.clone(), journey: None }),
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
