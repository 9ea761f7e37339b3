//! What comes in: files or standard input, TOML or JSON.

use std::io::Read;

use maitre::{CustomerProfile, ExperienceSelector, Journey, Policy, PolicyError, Visit};

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
    /// The visitor that the text says.
    pub fn visitor(&self) -> Result<Visitor, String> {
        let read: Result<Visitor, String> = if self.is_json() {
            serde_json::from_str(&self.text).map_err(|error| error.to_string())
        } else {
            toml::from_str(&self.text).map_err(|error| error.to_string())
        };
        let mut visitor =
            read.map_err(|error| format!("{} is no visitor: {}", self.name, error.trim_end()))?;
        if let Some(journey) = visitor.journey.take() {
            visitor.visit = visitor.visit.with_journey(journey);
        }
        Ok(visitor)
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

/// The visitor of a policy's test: of that name, or the only one whose name begins so.
pub fn of_test(selector: &ExperienceSelector, name: &str) -> Result<Visitor, String> {
    let tests = &selector.policy().document().tests;
    let found: Vec<_> = match tests.iter().find(|test| test.name == name) {
        Some(test) => vec![test],
        None => tests.iter().filter(|test| test.name.starts_with(name)).collect(),
    };
    match found.as_slice() {
        [test] => Ok(Visitor { profile: test.profile.clone(), visit: test.visit.clone(), journey: None }),
        several => {
            let (what, of) = match several {
                [] => (format!("no test is called so: \u{201c}{name}\u{201d}"), tests.iter().collect()),
                _ => (format!("several tests begin so: \u{201c}{name}\u{201d}"), several.to_vec()),
            };
            let names: Vec<String> = of.iter().map(|test| format!("\n  {}", test.name)).collect();
            Err(format!("{what}{}", names.concat()))
        }
    }
}
