//! The doors by which a document becomes a [`Policy`]: text, value or any format, all through the same reader and the
//! same checks, which report everything at once.

use std::sync::Arc;

use super::{Policy, check};
use crate::attribute::Origin;
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code, Severity};
use crate::document::{self, AttributesRead, Node, Path, PolicyDocument, Problem, TestEntry, Text, Visitor};
use crate::limits::Limits;
use crate::rust_rule::RustRule;
use crate::time::Moment;

impl Policy {
    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    ///
    /// # Example
    /// ```
    /// let error = maitre::Policy::from_toml("format = 1\nnmae = 'shop'").unwrap_err();
    /// assert!(error.to_string().starts_with("1:1: `last_resort` is missing [missing_field]"));
    /// assert!(error.to_string().contains("2:1: nmae: unknown key `nmae` [unknown_field]\n  help: did you mean `name`?"));
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        Self::loader().toml(text)
    }
    /// Reads a policy from JSON: the same document in other brackets.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its path.
    ///
    /// # Example
    /// ```
    /// let policy = maitre::Policy::from_json(
    ///     r#"{ "format": 1, "name": "smallest", "last_resort": ["in_person"], "channels": [{ "name": "in_person", "staffed": true }] }"#,
    /// )?;
    /// // What was read can be written, and read again.
    /// let text = serde_json::to_string(policy.document()).unwrap();
    /// assert_eq!(maitre::Policy::from_json(&text)?.digest(), policy.digest());
    /// # Ok::<(), maitre::PolicyError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, PolicyError> {
        Self::loader().json(text)
    }
    /// Makes a policy of a document.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its path.
    pub fn from_document(document: PolicyDocument) -> Result<Self, PolicyError> {
        Self::loader().document(&document)
    }
    /// Reads tests that stand beside this policy's document, in TOML: a list of `[[tests]]` and nothing else, each written and
    /// checked as in the document. [`run_these_tests`](crate::ExperienceSelector::run_these_tests) runs them.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place.
    ///
    /// # Example
    /// ```
    /// # let text = r#"format = 1
    /// # name = "smallest"
    /// # last_resort = ["in_person"]
    /// # channels = [{ name = "in_person", staffed = true }]"#;
    /// let policy = maitre::Policy::from_toml(text)?;
    /// let tests = policy.tests_from_toml(
    ///     r#"
    ///     [[tests]]
    ///     name = "somebody on a Monday"
    ///     visit = { at = 2026-11-23T10:00:00-03:00 }
    ///     expect = { channel = "in_person" }
    ///     "#,
    /// )?;
    /// let selector = maitre::ExperienceSelector::compile(&policy)?;
    /// assert!(selector.run_these_tests(&tests).passed());
    /// let error = policy.tests_from_toml("[[test]]").unwrap_err();
    /// assert!(error.to_string().contains("did you mean `tests`?"), "{error}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tests_from_toml(&self, text: &str) -> Result<Vec<TestEntry>, PolicyError> {
        let root = parsed(document::parse_toml, text, &Limits::default())?;
        self.tests_of(&root, Some(text))
    }
    /// The same from JSON: `{ "tests": […] }`.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its path; or that it is not JSON, or that more follows.
    pub fn tests_from_json(&self, text: &str) -> Result<Vec<TestEntry>, PolicyError> {
        let root = parsed(document::parse_json, text, &Limits::default())?;
        self.tests_of(&root, None)
    }
    /// Reads a visitor, in TOML: a `visit`, and if there is one a `profile` and a `journey`, each written and checked as in a
    /// test of this policy.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its place; facts that a decision would pass over are among it.
    ///
    /// # Example
    /// ```
    /// # let text = r#"format = 1
    /// # name = "smallest"
    /// # last_resort = ["in_person"]
    /// # channels = [{ name = "in_person", staffed = true }]"#;
    /// let policy = maitre::Policy::from_toml(text)?;
    /// let visitor = policy.visitor_from_toml("visit = { at = 2026-11-23T10:00:00-03:00, errors = 3 }\nprofile = { age = 74 }")?;
    /// let selector = maitre::ExperienceSelector::compile(&policy)?;
    /// println!("{}", selector.explain(&visitor.profile, &visitor.visit));
    /// let error = policy.visitor_from_toml("visit = { at = 2026-11-23T10:00:00-03:00, erors = 3 }").unwrap_err();
    /// assert!(error.to_string().starts_with("1:43: visit.erors: unknown key `erors`"), "{error}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn visitor_from_toml(&self, text: &str) -> Result<Visitor, PolicyError> {
        let root = parsed(document::parse_toml, text, &Limits::default())?;
        self.visitor_of(&root, Some(text))
    }
    /// The same from JSON.
    ///
    /// # Errors
    /// Everything that is wrong with them, each with its path; or that it is not JSON, or that more follows.
    pub fn visitor_from_json(&self, text: &str) -> Result<Visitor, PolicyError> {
        let root = parsed(document::parse_json, text, &Limits::default())?;
        self.visitor_of(&root, None)
    }
    /// The same for services that know that the visit is `now`, where it does not say when it is.
    ///
    /// # Errors
    /// As above, but that `visit` and its `at` may be missing.
    ///
    /// # Example
    /// ```
    /// # let text = r#"format = 1
    /// # name = "smallest"
    /// # last_resort = ["in_person"]
    /// # channels = [{ name = "in_person", staffed = true }]"#;
    /// # let policy = maitre::Policy::from_toml(text)?;
    /// let now = maitre::Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
    /// let visitor = policy.visitor_from_json_at(r#"{ "profile": { "age": 74 } }"#, now)?;
    /// assert_eq!(visitor.visit, maitre::Visit::new(now));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn visitor_from_json_at(&self, text: &str, now: Moment) -> Result<Visitor, PolicyError> {
        let root = parsed(document::parse_json, text, &Limits::default())?.dated(now);
        self.visitor_of(&root, None)
    }

    /// Reads a visitor from JSON that names attributes as conditions do, flat, nested or both: what a host has at hand as the
    /// context of a request, or gets from a client in another language. `profile.age` is `age` in `profile`; an attribute of the
    /// policy's own stands by its bare name, as in conditions, or in `profile.attributes` or `visit.attributes`. `profile`,
    /// `visit` and `journey` may stand there as tables, each written as in a test. A visit without `at` is at the time `at`.
    ///
    /// What is none of these is no error, since other things stand in such a context too: its keys are given back as
    /// [`others`](AttributesRead::others), among them an attribute of the policy's own that was misspelt.
    ///
    /// # Errors
    /// Everything that is wrong with the visitor, each with its path, as [`visitor_from_json`](Self::visitor_from_json) tells it: a
    /// name behind `profile.`, `visit.` or `journey.` that there is not, a value that does not fit. Also the same fact by two
    /// names; more than the default [`Limits`] allow; or that it is not JSON, or that more follows.
    ///
    /// # Cost
    /// That of reading the text, sorted by name, and of one look at the policy's channels. Allocates.
    ///
    /// # Example: a context, part of it flat
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use maitre::{Moment, Policy};
    /// # let policy = Policy::from_toml(
    /// #     r#"
    /// #     format = 1
    /// #     name = "smallest"
    /// #     last_resort = ["in_person"]
    /// #     channels = [{ name = "in_person", staffed = true }]
    /// #     attributes.plan = ["prepaid", "contract"]
    /// #     "#,
    /// # )?;
    /// let now = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
    /// let context = r#"{
    ///     "profile.age": 74,
    ///     "profile": { "needs": { "large_text": "required" } },
    ///     "journey.failed_steps": 3,
    ///     "plan": "contract",
    ///     "build": "2026.11"
    /// }"#;
    /// let read = policy.visitor_from_attributes_json(context, now)?;
    /// let the_same = r#"{
    ///     "profile": { "age": 74, "needs": { "large_text": "required" }, "attributes": { "plan": "contract" } },
    ///     "visit": { "at": "2026-11-23T10:00:00-03:00" },
    ///     "journey": { "failed_steps": 3 }
    /// }"#;
    /// assert_eq!(read.visitor, policy.visitor_from_json(the_same)?);
    /// assert_eq!(read.others, ["build"]);
    ///
    /// let error = policy.visitor_from_attributes_json(r#"{ "visit.erors": 3 }"#, now).unwrap_err();
    /// assert!(error.to_string().contains("visit.erors: unknown key `erors` [unknown_field]\n  help: did you mean `errors`?"));
    /// # Ok(()) }
    /// ```
    pub fn visitor_from_attributes_json(
        &self,
        text: &str,
        at: Moment,
    ) -> Result<AttributesRead, PolicyError> {
        self.visitor_by_name(parsed(document::parse_json, text, &Limits::default())?, at)
    }

    /// The same from a value of any format.
    #[cfg(feature = "open-feature")]
    pub(crate) fn visitor_from_attributes<'de, D: serde::Deserializer<'de>>(
        &self,
        from: D,
        at: Moment,
    ) -> Result<AttributesRead, PolicyError> {
        match document::from_format(from, &Limits::default()) {
            Ok(root) => self.visitor_by_name(root, at),
            Err((code, error)) => Err(PolicyError::whole(code, &error.to_string())),
        }
    }
    /// Whether a key is read there, and not one of the others.
    #[cfg(feature = "open-feature")]
    pub(crate) fn is_of_a_visitor(&self, name: &str) -> bool {
        self.home_of(name).is_some() || document::is_in_a_home(name)
    }

    fn visitor_by_name(&self, root: Node, at: Moment) -> Result<AttributesRead, PolicyError> {
        let limits = Limits::default();
        let home_of = |name: &str| self.home_of(name);
        let place = |problems, root: Option<&Node>| Text { text: None, root }.place(problems, &limits);
        let by_name = document::by_name(root, at, home_of, &limits)
            .map_err(|problem| PolicyError::of(place(vec![problem], None)))?;
        let (visitor, found) = self.read_visitor(&by_name.root, &limits);
        let others = by_name.others.clone();
        let diagnostics = place(by_name.told(found, home_of), None);
        good(AttributesRead { visitor, others }, diagnostics)
    }

    /// Where an attribute of the policy's own belongs.
    fn home_of(&self, name: &str) -> Option<&'static str> {
        let attributes = &self.inner.attributes;
        match attributes.get(attributes.find(name)?).origin {
            Origin::Profile => Some("profile"),
            Origin::Visit => Some("visit"),
            Origin::BuiltIn { .. } => None,
        }
    }

    fn visitor_of(&self, root: &Node, text: Option<&str>) -> Result<Visitor, PolicyError> {
        let limits = Limits::default();
        let (visitor, problems) = self.read_visitor(root, &limits);
        good(visitor, Text { text, root: Some(root) }.place(problems, &limits))
    }

    fn read_visitor(&self, root: &Node, limits: &Limits) -> (Visitor, Vec<Problem>) {
        let (visitor, reading) = document::read_visitor(root, &self.inner.document, limits);
        let problems = if reading.stopped {
            reading.problems
        } else {
            check::check_visitor(&visitor, &reading, &self.inner.attributes, limits)
        };
        (visitor, problems)
    }

    fn tests_of(&self, root: &Node, text: Option<&str>) -> Result<Vec<TestEntry>, PolicyError> {
        let limits = Limits::default();
        let reading = document::read_tests(root, &self.inner.document, &limits);
        let problems = if reading.stopped {
            reading.problems
        } else {
            check::check_tests(&reading, &self.inner.attributes, &limits)
        };
        good(reading.document.into_owned().tests, Text { text, root: Some(root) }.place(problems, &limits))
    }

    /// A loader, for rules written in Rust and for other limits.
    #[must_use]
    pub fn loader() -> PolicyLoader {
        PolicyLoader::default()
    }
    /// What loading had to say that did not block.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }
}

type Parse = fn(&str, &Limits) -> Result<Node, Vec<Problem>>;

/// What a text says, if it is of its format.
fn parsed(parse: Parse, text: &str, limits: &Limits) -> Result<Node, PolicyError> {
    let place = Text { text: Some(text), root: None };
    parse(text, limits).map_err(|problems| PolicyError::of(place.place(problems, limits)))
}

/// What was read, if no error was found in it.
fn good<T>(read: T, diagnostics: Vec<Diagnostic>) -> Result<T, PolicyError> {
    match diagnostics.iter().all(|diagnostic| diagnostic.severity() < Severity::Error) {
        true => Ok(read),
        false => Err(PolicyError::of(diagnostics)),
    }
}

/// Loads policies with rules written in Rust, or with limits of one's own. One loader may load many documents.
#[derive(Clone, Default)]
pub struct PolicyLoader {
    rules: Vec<Arc<dyn RustRule>>,
    limits: Limits,
}

impl PolicyLoader {
    /// Adds a rule written in Rust, which conditions use as `rule("NAME")` (L7).
    #[must_use]
    pub fn rule(mut self, rule: impl RustRule + 'static) -> Self {
        self.rules.push(Arc::new(rule));
        self
    }
    /// Loads within these limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn toml(&self, text: &str) -> Result<Policy, PolicyError> {
        self.load(&parsed(document::parse_toml, text, &self.limits)?, Some(text))
    }
    /// Reads a policy from JSON.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its path; or that it is not JSON, or that more follows.
    pub fn json(&self, text: &str) -> Result<Policy, PolicyError> {
        self.load(&parsed(document::parse_json, text, &self.limits)?, None)
    }
    /// Makes a policy of a document.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its path.
    pub fn document(&self, document: &PolicyDocument) -> Result<Policy, PolicyError> {
        // A document made in Rust is held against the same reader as a text: written out, and read again.
        match serde_json::to_string(document) {
            Ok(text) => self.json(&text),
            Err(error) => Err(PolicyError::whole(Code::Syntax, &error.to_string())),
        }
    }
    /// Reads a policy from any format that says of itself what its values are. One value is read: whether something
    /// follows it is the caller's to ask.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its path; or that it is not of that format.
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(
        &self,
        deserializer: D,
    ) -> Result<Policy, PolicyError> {
        match document::from_format(deserializer, &self.limits) {
            Ok(root) => self.load(&root, None),
            Err((code, error)) => Err(PolicyError::whole(code, &error.to_string())),
        }
    }

    fn load(&self, root: &Node, text: Option<&str>) -> Result<Policy, PolicyError> {
        let reading = document::read(root, &self.limits);
        let place = |problems: Vec<Problem>| Text { text, root: Some(root) }.place(problems, &self.limits);
        // A document of another format, or none: what it holds has not been read, and says nothing.
        if reading.stopped {
            return Err(PolicyError::of(place(reading.problems)));
        }
        let (checked, problems) = check::check(reading, &self.rules, &self.limits);
        let diagnostics = place(problems);
        let errors = || diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error);
        if let Some(mut checked) =
            checked.filter(|_| errors().all(|error| error.code() == Code::NeedPunished))
        {
            let is_refused = errors().next().is_some();
            checked.warnings = if is_refused { Vec::new() } else { diagnostics.clone() };
            let policy = Policy { inner: Arc::new(checked) };
            return if is_refused {
                Err(PolicyError { diagnostics: diagnostics.into(), unsound: Some(policy) })
            } else {
                Ok(policy)
            };
        }
        Err(PolicyError::of(diagnostics))
    }
}

impl std::fmt::Debug for PolicyLoader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rules: Vec<&str> = self.rules.iter().map(|rule| rule.name()).collect();
        f.debug_struct("PolicyLoader").field("rules", &rules).field("limits", &self.limits).finish()
    }
}

/// Why a document is no policy: everything that is wrong with it, ordered by place.
#[derive(Clone)]
pub struct PolicyError {
    diagnostics: Box<[Diagnostic]>,
    /// What it would be, if nothing is wrong but that a need counts against a person: to be asked, never to serve.
    unsound: Option<Policy>,
}

impl PartialEq for PolicyError {
    fn eq(&self, other: &Self) -> bool {
        self.diagnostics == other.diagnostics
    }
}
impl Eq for PolicyError {}

impl PolicyError {
    fn of(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics: diagnostics.into(), unsound: None }
    }
    /// The policy that is refused only because a need would count against a person.
    pub(crate) fn unsound(&self) -> Option<&Policy> {
        self.unsound.as_ref()
    }
    /// A problem of the document as a whole.
    fn whole(code: Code, message: &str) -> Self {
        let problem = Problem::new(code, Path::default(), message);
        Self::of(Text { text: None, root: None }.place(vec![problem], &Limits::default()))
    }
    /// What is wrong, ordered by place; warnings among it.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, diagnostic) in self.diagnostics.iter().enumerate() {
            write!(f, "{}{diagnostic}", if n == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}
impl std::fmt::Debug for PolicyError {
    /// As it prints: what `?` in a `main` shows must be readable.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
impl std::error::Error for PolicyError {}
