//! A visitor by the names of attributes → the form in which a test writes one: `{ "profile.age": 74 }` becomes
//! `{ "profile": { "age": 74 } }`. In comes a table that is flat, nested or both, as hosts keep their contexts; out goes a tree
//! that is read like any other visitor, with the names that are nobody's and what stands there twice. Called by the policy,
//! which knows its own attributes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::name::cut;
use super::node::{Key, Kind, Node, too_deep};
use super::path::{Path, Step};
use super::source::{Problem, Problems};
use super::test_case::Visitor;
use crate::diagnostic::DiagnosticCode as Code;
use crate::limits::Limits;
use crate::time::Moment;

/// What stands at the top of a visitor.
const HOMES: [&str; 3] = ["profile", "visit", "journey"];

/// What a table of attributes says of a visitor, and what else stands in it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AttributesRead {
    /// Somebody at a visit.
    pub visitor: Visitor,
    /// The keys that are no attribute and were passed over, in the order of the alphabet: a host's own matters, or a slip in
    /// the name of an attribute that the policy declares.
    pub others: Vec<String>,
}

/// The form in which a test writes a visitor, made of names.
pub(crate) struct ByName {
    pub(crate) root: Node,
    pub(crate) others: Vec<String>,
    /// The policy's own attributes that were given by their bare names.
    bare: BTreeSet<Box<str>>,
    problems: Problems,
}

/// A part of that form while it is put together. `given` is the key of the outer table by which a value came.
enum Tree {
    Whole { node: Node, given: Rc<str> },
    Parts(BTreeMap<Box<str>, Tree>),
}

/// Whether a name is one of those or begins with one.
pub(crate) fn is_in_a_home(name: &str) -> bool {
    HOMES.contains(&name.split_once('.').map_or(name, |(home, _)| home))
}

/// Puts a table of names into that form. `home_of` says where an attribute of the policy's own belongs: `profile` or `visit`.
/// A visit without a time is at `at`.
pub(crate) fn by_name(
    root: Node,
    at: Moment,
    home_of: impl Fn(&str) -> Option<&'static str>,
    limits: &Limits,
) -> Result<ByName, Problem> {
    let Kind::Table(entries) = root.kind else {
        let message = format!("found {}, expected a table of attributes", root.describe());
        let help = "as `{ \"profile.age\": 74 }`".to_owned();
        return Err(Problem::new(Code::WrongType, Path::default(), message).with_help(help));
    };
    let problems = Problems::new(limits);
    let (mut tree, mut bare) = (Tree::Parts(BTreeMap::new()), BTreeSet::new());
    let (mut seen, mut others) = (BTreeSet::new(), BTreeSet::new());
    for (Key { text, .. }, node) in entries {
        let given: Rc<str> = text.into();
        let path: Vec<&str> = match home_of(&given) {
            Some(home) => {
                bare.insert((&*given).into());
                vec![home, "attributes", &given]
            }
            // One more than may be: a name may hold any number of points.
            None if is_in_a_home(&given) => given.split('.').take(limits.depth.saturating_add(1)).collect(),
            None => {
                others.insert(given.to_string());
                continue;
            }
        };
        if !seen.insert(Rc::clone(&given)) {
            let message = format!("`{}` stands here twice", cut(&given));
            problems.add(Problem::new(Code::Duplicate, Path::of(&[&given]), message));
        } else if path.len() + levels(&node) > limits.depth {
            problems.add(Problem::new(Code::Limit, Path::of(&[&given]), too_deep(limits)));
        } else if !(path.len() == 1 && node.kind == Kind::Null) {
            tree.put(Path::default(), &path, node, &given, &problems);
        }
    }
    Ok(ByName { root: tree.into_node().dated(at), others: others.into_iter().collect(), bare, problems })
}

impl Tree {
    fn of(rest: &[&str], node: Node, given: &Rc<str>) -> Self {
        let whole = Self::Whole { node, given: Rc::clone(given) };
        rest.iter().rev().fold(whole, |tree, &key| Self::Parts(BTreeMap::from([(key.into(), tree)])))
    }
    /// What is null is as if not there.
    const fn is_nothing(&self) -> bool {
        matches!(self, Self::Whole { node: Node { kind: Kind::Null, .. }, .. })
    }
    /// The key by which it came; of several the first by what they say.
    fn given(&self) -> Option<&Rc<str>> {
        match self {
            Self::Whole { given, .. } => Some(given),
            Self::Parts(parts) => parts.values().find_map(Self::given),
        }
    }
    /// What is in it, if it is a table; `here` is where it stands.
    fn parts(&mut self, here: &Path, problems: &Problems) -> Option<&mut BTreeMap<Box<str>, Self>> {
        if let Self::Whole { node: Node { kind: Kind::Table(entries), .. }, given } = self {
            let (entries, given) = (std::mem::take(entries), Rc::clone(given));
            let mut parts = BTreeMap::new();
            for (key, node) in entries {
                let whole = Self::Whole { node, given: Rc::clone(&given) };
                if parts.insert(key.text.clone(), whole).is_some() {
                    let message = format!("`{}` stands here twice", cut(&key.text));
                    problems.add(Problem::new(Code::Duplicate, here.clone().key(&key.text), message));
                }
            }
            *self = Self::Parts(parts);
        }
        if let Self::Parts(parts) = self { Some(parts) } else { None }
    }
    /// Puts `node` where `rest` leads from `here`. Two tables become one; the same fact by two keys is a problem.
    fn put(&mut self, here: Path, rest: &[&str], node: Node, given: &Rc<str>, problems: &Problems) {
        if self.is_nothing() {
            *self = Self::of(rest, node, given);
            return;
        }
        let Some((&key, rest)) = rest.split_first() else {
            return self.merge(here, node, given, problems);
        };
        match self.parts(&here, problems) {
            Some(parts) => match parts.get_mut(key) {
                Some(tree) => tree.put(here.key(key), rest, node, given, problems),
                None => drop(parts.insert(key.into(), Self::of(rest, node, given))),
            },
            None => self.refuse(here, given, problems),
        }
    }
    /// Puts `node` to what stands `here` already.
    fn merge(&mut self, here: Path, node: Node, given: &Rc<str>, problems: &Problems) {
        match node.kind {
            Kind::Null => {}
            Kind::Table(entries) if self.parts(&here, problems).is_some() => {
                for (key, node) in entries {
                    self.put(here.clone(), &[&key.text], node, given, problems);
                }
            }
            _ => self.refuse(here, given, problems),
        }
    }
    fn refuse(&self, here: Path, given: &Rc<str>, problems: &Problems) {
        let mut names = [self.given().unwrap_or(given), given];
        names.sort();
        let [one, other] = names;
        let message = format!("given twice, by `{}` and by `{}`", cut(one), cut(other));
        problems.add(Problem::new(Code::Duplicate, here, message));
    }
    fn into_node(self) -> Node {
        match self {
            Self::Whole { node, .. } => node,
            Self::Parts(parts) => {
                let key = |text| Key { text, span: None };
                let entries = parts.into_iter().map(|(text, tree)| (key(text), tree.into_node()));
                Node::new(Kind::Table(entries.collect()))
            }
        }
    }
}

/// How many lists and tables stand within each other.
fn levels(node: &Node) -> usize {
    match &node.kind {
        Kind::List(entries) => 1 + entries.iter().map(levels).max().unwrap_or_default(),
        Kind::Table(entries) => 1 + entries.iter().map(|(_, node)| levels(node)).max().unwrap_or_default(),
        _ => 0,
    }
}

impl ByName {
    /// What is wrong, told by the names that were given: what was found here, and what the reader of visitors has `found`.
    pub(crate) fn told(
        self,
        found: Vec<Problem>,
        home_of: impl Fn(&str) -> Option<&'static str>,
    ) -> Vec<Problem> {
        let mut all = self.problems.into_inner();
        all.extend(found);
        for problem in &mut all {
            let key = |step: Option<&Step>| match step {
                Some(Step::Key(key)) => key.clone(),
                _ => "".into(),
            };
            let steps = &problem.path.0;
            let [home, second, third] = [0, 1, 2].map(|n| key(steps.get(n)));
            if &*second == "attributes" && self.bare.contains(&third) {
                problem.path.0.drain(..2);
            } else if problem.code == Code::UnknownField && steps.len() == 2 && home_of(&second).is_some() {
                problem.help =
                    Some(format!("as `{second}`: an attribute of the policy's own stands without `{home}.`"));
            }
        }
        all
    }
}
