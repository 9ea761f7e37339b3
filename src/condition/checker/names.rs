//! What names mean: variables, segments, attributes; and what was probably meant where they mean nothing.

use super::super::Code;
use super::super::syntax::{Kind as Written, Syntax};
use super::super::tree::Node;
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker, MAX_SUGGESTIONS};
use crate::attribute::AttributeId;
use crate::diagnostic::nearest;
use crate::wire::short;

impl Checker<'_, '_> {
    pub(super) fn name(&mut self, syntax: &Syntax) -> Checked {
        let Some(path) = syntax.path() else { return self.part_of_something(syntax) };
        let (first, rest) = path.split_once('.').map_or((&*path, None), |(first, rest)| (first, Some(rest)));
        if !syntax.starts_at_root()
            && let Some(place) = self.variables.iter().rposition(|variable| &*variable.name == first)
        {
            return self.variable(syntax, place, rest);
        }
        if let ("segment", Some(name)) = (first, rest) {
            return match (self.scope.segments)(name) {
                Some(id) => Checked::one(Node::Segment(id), Type::Bool),
                None => {
                    let help = self.suggest(name, |checker| checker.scope.segment_names.to_vec());
                    let help = help.or_else(|| {
                        self.scope.segment_names.is_empty().then(|| "there are no segments here".to_owned())
                    });
                    self.problem(
                        Code::UnknownSegment,
                        syntax,
                        format!("unknown segment `{}`", short(name)),
                        help,
                    );
                    Checked::bad_of(Type::Bool)
                }
            };
        }
        if let Some(id) = self.scope.attributes.find(&path) {
            let kind = Type::from(&self.scope.attributes.get(id).kind);
            let measure = if let Type::Set(names) = &kind { Measure::set(names.len()) } else { Measure::ONE };
            return Checked { node: Node::Attribute(id), kind, measure };
        }
        self.unknown_name(syntax, &path);
        Checked::bad()
    }

    fn variable(&mut self, syntax: &Syntax, place: usize, rest: Option<&str>) -> Checked {
        let levels = self.variables.len() - 1 - place;
        let Some(variable) = self.variables.get(place) else { return Checked::bad() };
        if let Some(rest) = rest {
            let message = format!("`{}` is {}, and has no part `{rest}`", variable.name, variable.kind);
            self.problem(Code::TypeMismatch, syntax, message, None);
            return Checked::bad();
        }
        // INVARIANT: fewer levels than the depth limit.
        let node = Node::Variable(levels as u16);
        Checked { node, kind: variable.kind.clone(), measure: variable.measure.behind() }
    }

    /// `.name` behind something that is no name.
    fn part_of_something(&mut self, syntax: &Syntax) -> Checked {
        if let Written::Select(target, name) = &syntax.kind {
            let checked = self.check(target);
            if !checked.is_bad() {
                let message =
                    format!("`{}` is {}, and has no part `{name}`", self.written(target), checked.kind);
                self.problem(Code::TypeMismatch, syntax, message, None);
            }
        }
        Checked::bad()
    }

    fn unknown_name(&mut self, syntax: &Syntax, path: &str) {
        if let Some(word) = bool_word(path) {
            let help = Some(format!("write `{word}`"));
            return self.problem(
                Code::Slip,
                syntax,
                format!("`{path}` is no bool: expected `true` or `false`"),
                help,
            );
        }
        if is_null_word(path) {
            let help = Some("ask `known(x)` or `!known(x)`".to_owned());
            return self.problem(Code::Slip, syntax, format!("`{path}` is no value here"), help);
        }
        if matches!(path, "now" | "today") {
            let help = Some("the time of the visit is `visit.at`".to_owned());
            return self.problem(Code::UnknownAttribute, syntax, format!("unknown attribute `{path}`"), help);
        }
        // A part of an attribute, which has none.
        if let Some((owner, part)) = path.rsplit_once('.')
            && let Some(id) = self.scope.attributes.find(owner)
        {
            let kind = Type::from(&self.scope.attributes.get(id).kind);
            let help = match part {
                "size" | "length" | "len" | "count" => Some(format!("write `size({owner})`")),
                "hour" | "hours" if kind == Type::Time => Some(format!("write `{owner}.getHours()`")),
                _ => match &kind {
                    Type::Set(members) if members.iter().any(|member| &**member == part) => {
                        Some(format!("write `\"{part}\" in {owner}`"))
                    }
                    _ => None,
                },
            };
            let message = format!("`{owner}` is {kind}, and has no part `{}`", short(part));
            return self.problem(Code::TypeMismatch, syntax, message, help);
        }
        let help = self.suggest_attribute(path);
        self.problem(Code::UnknownAttribute, syntax, format!("unknown attribute `{}`", short(path)), help);
    }

    fn suggest_attribute(&mut self, path: &str) -> Option<String> {
        let attributes = self.scope.attributes;
        let segment =
            |name: &str| self.scope.segment_names.contains(&name).then(|| format!("segment.{name}"));
        let last = path.rsplit('.').next().unwrap_or(path);
        let exact = segment(path).or_else(|| {
            // The right name in the wrong group, or without one.
            let mut names = attributes.names().filter(|name| name.rsplit('.').next() == Some(last));
            names.next().map(str::to_owned)
        });
        // The name of a group, as `profile.habit`, of which there is one for each channel.
        let mut parts = attributes.names().filter(|name| {
            name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.') && path.contains('.'))
        });
        if let Some(part) = parts.next() {
            return Some(format!("it is one for each channel, as `{part}`"));
        }
        if let Some(name) = exact {
            return Some(format!("did you mean `{name}`?"));
        }
        self.suggest(path, |checker| checker.scope.attributes.names().collect())
    }

    /// ``did you mean `x`?``, unless too many were asked for already: the search reads every name.
    pub(super) fn suggest<'n>(
        &mut self,
        found: &str,
        known: impl FnOnce(&Self) -> Vec<&'n str>,
    ) -> Option<String>
    where
        Self: 'n,
    {
        self.suggestions += 1;
        if self.suggestions > MAX_SUGGESTIONS {
            return None;
        }
        let known = known(self);
        nearest(found, known).map(|name| format!("did you mean `{name}`?"))
    }

    /// The attribute that a name names, variables aside.
    pub(super) fn attribute(&self, syntax: &Syntax) -> Option<AttributeId> {
        let path = syntax.path()?;
        let first = path.split('.').next().unwrap_or_default();
        let shadowed =
            !syntax.starts_at_root() && self.variables.iter().any(|variable| &*variable.name == first);
        if shadowed { None } else { self.scope.attributes.find(&path) }
    }

    /// A bare name that means nothing, as an enum's value without its quotes is.
    pub(super) fn bare_word<'w>(&self, syntax: &'w Syntax) -> Option<&'w str> {
        let Written::Name { root: false, name } = &syntax.kind else { return None };
        let known = self.variables.iter().any(|variable| variable.name == *name)
            || self.scope.attributes.find(name).is_some()
            || bool_word(name).is_some()
            || is_null_word(name);
        (!known).then_some(name)
    }
}

fn bool_word(word: &str) -> Option<&'static str> {
    match word {
        "True" | "TRUE" | "yes" => Some("true"),
        "False" | "FALSE" | "no" => Some("false"),
        _ => None,
    }
}

pub(super) fn is_null_word(word: &str) -> bool {
    matches!(word, "null" | "nil" | "None" | "NULL" | "undefined")
}
