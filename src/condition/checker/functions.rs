//! Functions and methods: which there are, what they take, and which of CEL's have no use here.

use super::super::Code;
use super::super::pattern::Pattern;
use super::super::syntax::{Call, Syntax};
use super::super::tree::{Convert, Kind, Node, Operand, TextTest};
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker};

/// Every function and method there is, for suggestions.
const NAMES: &[&str] = &[
    "size",
    "startsWith",
    "endsWith",
    "contains",
    "matches",
    "int",
    "double",
    "string",
    "bool",
    "timestamp",
    "duration",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
    "has",
    "known",
    "declared",
    "bucket",
    "rule",
    "exists",
    "all",
];

impl Checker<'_, '_> {
    pub(super) fn call(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let method = call.target.is_some();
        match (&*call.name, method) {
            ("exists" | "all", true) => self.quantifier(syntax, call),
            ("has", false) => self.has(syntax, call),
            ("known" | "declared", false) => self.known(syntax, call),
            ("bucket", false) => self.bucket(syntax, call),
            ("rule", false) => self.rust_rule(syntax, call),
            ("size", _) => self.size(syntax, call),
            ("startsWith", true) => self.text_test(syntax, call, TextTest::StartsWith),
            ("endsWith", true) => self.text_test(syntax, call, TextTest::EndsWith),
            ("contains", true) => self.text_test(syntax, call, TextTest::Contains),
            ("matches", _) => self.matches(syntax, call),
            ("int", false) => self.convert(syntax, call, Convert::Int),
            ("double", false) => self.convert(syntax, call, Convert::Float),
            ("string", false) => self.convert(syntax, call, Convert::Text),
            ("bool", false) => self.convert(syntax, call, Convert::Bool),
            ("timestamp", false) => self.convert(syntax, call, Convert::Time),
            ("duration", false) => self.convert(syntax, call, Convert::Duration),
            (name, true) => match super::conversions::part(name) {
                Some(part) => self.part(syntax, call, part),
                None => self.unknown_function(syntax, call),
            },
            _ => self.unknown_function(syntax, call),
        }
    }

    /// The problem of a call with the wrong number of arguments.
    pub(super) fn usage(&mut self, syntax: &Syntax, call: &Call, usage: &str) -> Checked {
        let message = format!("`{}` does not take these arguments: expected `{usage}`", call.name);
        self.problem(Code::TypeMismatch, syntax, message, None);
        Checked::bad()
    }

    fn unknown_function(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let name = &*call.name;
        let group = call.target.as_ref().and_then(Syntax::path);
        let method = call.target.is_some();
        let refused = match (name, group.as_deref()) {
            (
                "map" | "filter" | "exists_one" | "existsOne" | "transformList" | "transformMap"
                | "transformMapEntry",
                _,
            ) if method => {
                Some(("has no use here", Some("`exists` and `all` ask a condition of the elements")))
            }
            ("dyn" | "type", _) if !method => {
                Some(("has no use here: every part of a condition has one type", None))
            }
            ("uint", _) if !method => {
                Some(("has no use here: there are no unsigned numbers", Some("write `int(…)`")))
            }
            ("bytes", _) if !method => Some(("has no use here: there are no bytes", None)),
            (
                _,
                Some(
                    "math" | "strings" | "base64" | "sets" | "cel" | "optional" | "lists" | "regex" | "proto"
                    | "net",
                ),
            ) => Some(("is of an extension of CEL that has no use here", None)),
            (name, _) if EXTENSIONS.contains(&name) => {
                Some(("is of an extension of CEL that has no use here", extension_help(name)))
            }
            _ => None,
        };
        if let Some((why, help)) = refused {
            let shown = group.filter(|group| !group.contains('.') && EXTENDED.contains(&&**group));
            let shown = shown.map_or(name.to_owned(), |group| format!("{group}.{name}"));
            self.problem(Code::Refused, syntax, format!("`{shown}` {why}"), help.map(str::to_owned));
            return Checked::bad();
        }
        let slip = match name {
            "not" | "NOT" if !method => Some("write `!(…)`"),
            "len" | "length" | "count" => Some("write `size(x)`"),
            "now" | "today" => Some("the time of the visit is `visit.at`"),
            "float" => Some("write `double(x)`"),
            "str" => Some("write `string(x)`"),
            "is_known" | "defined" | "exists" if !method => Some("write `known(x)`"),
            "any" => Some("write `list.exists(x, …)`"),
            "includes" | "has" if method => Some("write `\"member\" in set`, or `text.contains(\"…\")`"),
            _ => None,
        };
        if let Some(help) = slip {
            self.problem(Code::Slip, syntax, format!("there is no function `{name}`"), Some(help.to_owned()));
            return Checked::bad();
        }
        // What stands in it is looked at all the same, unless its variables would be unknown.
        let help = self.suggest(name, |_| NAMES.to_vec());
        self.problem_at(
            Code::UnknownFunction,
            call.name_span.clone(),
            format!("unknown function `{}`", crate::wire::short(name)),
            help,
        );
        if let Some(target) = &call.target {
            self.check(target);
        }
        for argument in &call.arguments {
            self.check(argument);
        }
        Checked::bad()
    }

    fn size(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let (Some(of), None) = (
            call.target.as_ref().or(call.arguments.first()),
            call.arguments.get(usize::from(call.target.is_none())),
        ) else {
            self.usage(syntax, call, "size(x)");
            return Checked::bad_of(Type::Int);
        };
        let checked = self.check(of);
        if checked.is_bad() {
            return Checked::bad_of(Type::Int);
        }
        if !matches!(checked.kind, Type::Text(_) | Type::List(_) | Type::Set(_) | Type::Any) {
            let message = format!(
                "`size` needs a string, a list or a set, but `{}` is {}",
                self.written(of),
                checked.kind
            );
            self.problem(Code::TypeMismatch, of, message, None);
            return Checked::bad_of(Type::Int);
        }
        let (kind, is_constant) = (Kind::from(&checked.kind), checked.node.is_constant());
        let failed = super::failure(&checked.node).is_some();
        let measure = Measure::over([&checked.measure, &checked.measure]);
        let node = match &checked.node {
            Node::List(nodes) if is_constant && !failed => Node::Constant(Operand::Int(nodes.len() as i64)),
            _ => Node::Size { kind, of: Box::new(checked.node) },
        };
        self.finish(syntax, Checked { node, kind: Type::Int, measure })
    }

    /// A part that must be a string.
    fn text_operand(&mut self, part: &Syntax, name: &str) -> Option<Checked> {
        let checked = self.check(part);
        if checked.is_bad() {
            return None;
        }
        if !checked.kind.is_text() && checked.kind != Type::Any {
            let message =
                format!("`{name}` needs a string, but `{}` is {}", self.written(part), checked.kind);
            let help = match &checked.kind {
                Type::Set(_) => Some(format!("write `\"member\" in {}`", self.written(part))),
                Type::List(_) => Some(format!("write `x in {}`", self.written(part))),
                Type::Int | Type::Float | Type::Bool => {
                    Some(format!("write `string({})`", self.written(part)))
                }
                _ => None,
            };
            self.problem(Code::TypeMismatch, part, message, help);
            return None;
        }
        Some(checked)
    }

    fn text_test(&mut self, syntax: &Syntax, call: &Call, test: TextTest) -> Checked {
        let (Some(target), [argument]) = (&call.target, &*call.arguments) else {
            self.usage(syntax, call, &format!("text.{}(other)", call.name));
            return Checked::bad_of(Type::Bool);
        };
        let (text, part) = (self.text_operand(target, &call.name), self.text_operand(argument, &call.name));
        let (Some(text), Some(part)) = (text, part) else { return Checked::bad_of(Type::Bool) };
        let measure = Measure::over([&text.measure, &part.measure]);
        let node = Node::Test { test, sides: Box::new([text.node, part.node]) };
        self.finish(syntax, Checked { node, kind: Type::Bool, measure })
    }

    fn matches(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let bad = Checked::bad_of(Type::Bool);
        let (text, pattern) = match (&call.target, &*call.arguments) {
            (Some(text), [pattern]) => (text, pattern),
            (None, [text, pattern]) => (text, pattern),
            _ => {
                self.usage(syntax, call, "text.matches(\"pattern\")");
                return bad;
            }
        };
        let text = self.text_operand(text, "matches");
        let Some(compiled) = self.text_operand(pattern, "matches") else { return bad };
        let Node::Constant(Operand::Text(written)) = compiled.node else {
            let message = "a pattern must be a constant: it is compiled when the condition is loaded";
            self.problem(Code::BadPattern, pattern, message, None);
            return bad;
        };
        let room = self.scope.patterns;
        let (of_all, bytes) = (room.left.get() < self.pattern_bytes, self.pattern_bytes.min(room.left.get()));
        if bytes == 0 {
            self.no_room(pattern, of_all);
            return bad;
        }
        match Pattern::compile(&written, bytes) {
            Ok(compiled) => {
                self.pattern_bytes = self.pattern_bytes.saturating_sub(compiled.size().max(1));
                room.take(compiled.size());
                let Some(text) = text else { return bad };
                let measure = Measure::over([&text.measure]);
                let node = Node::Matches { text: Box::new(text.node), pattern: compiled };
                self.finish(syntax, Checked { node, kind: Type::Bool, measure })
            }
            Err(error) => {
                if error.too_large {
                    self.pattern_bytes = 0;
                    // It took the work, though nothing came of it.
                    room.take(bytes);
                    self.no_room(pattern, of_all);
                } else {
                    self.problem(Code::BadPattern, pattern, error.message, error.help);
                }
                bad
            }
        }
    }

    /// Says once that there is no room for a pattern, in this condition or in all of them together.
    fn no_room(&mut self, pattern: &Syntax, of_all: bool) {
        let room = self.scope.patterns;
        let told =
            if of_all { room.told.replace(true) } else { std::mem::replace(&mut self.patterns_told, true) };
        if told {
            return;
        }
        let help = Some(Pattern::SHORTEN.to_owned());
        if of_all {
            let most = room.most;
            let message = format!(
                "all patterns together take more than {most} bytes when compiled, the limit `pattern_bytes`"
            );
            self.problem(Code::Limit, pattern, message, help);
        } else {
            self.problem(Code::BadPattern, pattern, Pattern::TOO_LARGE.to_owned(), help);
        }
    }
}

/// Groups of functions that extensions of CEL bring.
const EXTENDED: [&str; 10] =
    ["math", "strings", "base64", "sets", "cel", "optional", "lists", "regex", "proto", "net"];

/// Functions that extensions of CEL bring.
const EXTENSIONS: &[&str] = &[
    "charAt",
    "indexOf",
    "lastIndexOf",
    "join",
    "lowerAscii",
    "upperAscii",
    "replace",
    "split",
    "substring",
    "trim",
    "format",
    "quote",
    "reverse",
    "flatten",
    "slice",
    "sort",
    "sortBy",
    "distinct",
    "first",
    "last",
    "range",
    "orValue",
    "hasValue",
    "or",
    "optMap",
    "optFlatMap",
    "ip",
    "cidr",
    "isIP",
    "isCIDR",
    "find",
    "findAll",
];

fn extension_help(name: &str) -> Option<&'static str> {
    match name {
        "lowerAscii" | "upperAscii" => Some("write `text.matches(\"(?i)…\")` to leave case aside"),
        "indexOf" | "find" => Some("write `text.contains(\"…\")`"),
        "substring" | "charAt" => Some("write `text.startsWith(\"…\")` or `text.matches(\"…\")`"),
        _ => None,
    }
}
