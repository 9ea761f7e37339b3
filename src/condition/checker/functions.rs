//! Functions and methods: which there are, what they take, and which of CEL's have no use here.

use super::super::Code;
use super::super::evaluate::parse_duration;
use super::super::pattern::Pattern;
use super::super::syntax::{Call, Kind as Written, Syntax};
use super::super::tree::{Convert, Kind, Node, Operand, TextTest, TimePart};
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker};
use crate::attribute::AttributeId;
use crate::time::{Offset, Timestamp};

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
            (name, true) => match part(name) {
                Some(part) => self.part(syntax, call, part),
                None => self.unknown_function(syntax, call),
            },
            _ => self.unknown_function(syntax, call),
        }
    }

    /// The problem of a call with the wrong number of arguments.
    fn usage(&mut self, syntax: &Syntax, call: &Call, usage: &str) -> Checked {
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
            format!("unknown function `{name}`"),
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

    /// The attribute that `known`, `declared` or `has` asks about.
    fn asked(&mut self, call: &Call) -> Option<AttributeId> {
        let [argument] = &*call.arguments else { return None };
        if let Some(id) = self.attribute(argument) {
            return Some(id);
        }
        let name = &call.name;
        if let Some(text) = argument.text()
            && self.scope.attributes.find(text).is_some()
        {
            let message =
                format!("`{name}` asks about an attribute, but `{}` is a string", self.written(argument));
            self.problem(
                Code::Slip,
                argument,
                message,
                Some(format!("leave the quotes out: `{name}({text})`")),
            );
            return None;
        }
        if let Some(path) = argument.path()
            && let Some(segment) = path.strip_prefix("segment.")
        {
            let message = format!("`{name}` asks about an attribute, but `{path}` is a segment");
            let help = (self.scope.segments)(segment)
                .map(|_| format!("write `{path} || !{path}` for whether it is decided"));
            self.problem(Code::TypeMismatch, argument, message, help);
            return None;
        }
        let before = self.problems.len();
        self.check(argument);
        if self.problems.len() == before {
            let message =
                format!("`{name}` asks about an attribute, but `{}` is none", self.written(argument));
            self.problem(Code::TypeMismatch, argument, message, None);
        }
        None
    }

    fn known(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        if call.arguments.len() != 1 {
            self.usage(syntax, call, &format!("{}(attribute)", call.name));
            return Checked::bad_of(Type::Bool);
        }
        let Some(id) = self.asked(call) else { return Checked::bad_of(Type::Bool) };
        let node = if &*call.name == "known" { Node::Known(id) } else { Node::Declared(id) };
        Checked::one(node, Type::Bool)
    }

    /// CEL's own way to ask for presence, of names with a dot.
    fn has(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let bad = Checked::bad_of(Type::Bool);
        let [argument] = &*call.arguments else {
            self.usage(syntax, call, "has(group.attribute)");
            return bad;
        };
        if !matches!(argument.kind, Written::Select(..)) && self.attribute(argument).is_some() {
            let shown = self.written(argument);
            let message = format!("`has` asks about a name with a dot, but `{shown}` has none");
            self.problem(Code::TypeMismatch, argument, message, Some(format!("write `known({shown})`")));
            return bad;
        }
        self.asked(call).map_or(bad, |id| Checked::one(Node::Known(id), Type::Bool))
    }

    fn bucket(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        match call.arguments.first().and_then(Syntax::text) {
            Some(salt) if call.arguments.len() == 1 => Checked::one(Node::Bucket(salt.into()), Type::Int),
            _ => {
                self.usage(syntax, call, "bucket(\"salt\")");
                Checked::bad_of(Type::Int)
            }
        }
    }

    fn rust_rule(&mut self, syntax: &Syntax, call: &Call) -> Checked {
        let [argument] = &*call.arguments else {
            self.usage(syntax, call, "rule(\"name\")");
            return Checked::bad_of(Type::Bool);
        };
        let Some(name) = argument.text() else {
            self.usage(syntax, call, "rule(\"name\")");
            return Checked::bad_of(Type::Bool);
        };
        match (self.scope.rules)(name) {
            Some(id) => Checked::one(Node::RustRule(id), Type::Bool),
            None => {
                let help = self.suggest(name, |checker| checker.scope.rule_names.to_vec());
                let help = help.unwrap_or_else(|| "register it with the policy before loading".to_owned());
                self.problem(
                    Code::UnknownRule,
                    argument,
                    format!("no rule in Rust is named `{name}`"),
                    Some(help),
                );
                Checked::bad_of(Type::Bool)
            }
        }
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
        if self.pattern_bytes == 0 {
            // The limit was reported.
            return bad;
        }
        match Pattern::compile(&written, self.pattern_bytes) {
            Ok(compiled) => {
                self.pattern_bytes = self.pattern_bytes.saturating_sub(compiled.size().max(1));
                let Some(text) = text else { return bad };
                let measure = Measure::over([&text.measure]);
                let node = Node::Matches { text: Box::new(text.node), pattern: compiled };
                self.finish(syntax, Checked { node, kind: Type::Bool, measure })
            }
            Err(error) => {
                if error.too_large {
                    self.pattern_bytes = 0;
                }
                self.problem(Code::BadPattern, pattern, error.message, error.help);
                bad
            }
        }
    }

    fn convert(&mut self, syntax: &Syntax, call: &Call, to: Convert) -> Checked {
        let kind = match to {
            Convert::Bool => Type::Bool,
            Convert::Int => Type::Int,
            Convert::Float => Type::Float,
            Convert::Text => Type::Text(None),
            Convert::Time => Type::Time,
            Convert::Duration => Type::Duration,
        };
        let [argument] = &*call.arguments else {
            self.usage(syntax, call, &format!("{}(x)", call.name));
            return Checked::bad_of(kind);
        };
        let checked = self.check(argument);
        if checked.is_bad() {
            return Checked::bad_of(kind);
        }
        let possible = match (&checked.kind, to) {
            (Type::Any | Type::Text(_), _) => true,
            (Type::Bool, to) => matches!(to, Convert::Bool | Convert::Text),
            (Type::Int, to) => matches!(to, Convert::Int | Convert::Float | Convert::Text | Convert::Time),
            (Type::Float | Type::Number, to) => matches!(to, Convert::Int | Convert::Float | Convert::Text),
            (Type::Time, to) => matches!(to, Convert::Int | Convert::Text | Convert::Time),
            (Type::Duration, to) => matches!(to, Convert::Text | Convert::Duration),
            (Type::List(_) | Type::Set(_), _) => false,
        };
        if !possible {
            let message = format!(
                "`{}` cannot convert `{}`, which is {}",
                call.name,
                self.written(argument),
                checked.kind
            );
            let help = match (&checked.kind, to) {
                (Type::Duration, Convert::Int) => {
                    Some("write `x.getSeconds()`, `x.getMinutes()` or `x.getHours()`".to_owned())
                }
                (Type::Int, Convert::Duration) => Some("write `duration(\"…s\")`".to_owned()),
                (Type::Int, Convert::Bool) => Some("write `x != 0`".to_owned()),
                _ => None,
            };
            self.problem(Code::TypeMismatch, syntax, message, help);
            return Checked::bad_of(kind);
        }
        if let Some(text) = argument.text() {
            self.time_literal(argument, to, text);
        }
        let from = Kind::from(&checked.kind);
        let pieces = if to == Convert::Text && from == Kind::Text { checked.measure.pieces } else { 1 };
        let measure = Measure { pieces, ..Measure::over([&checked.measure]) };
        let node = Node::Convert { to, from, of: Box::new(checked.node) };
        self.finish(syntax, Checked { node, kind, measure })
    }

    /// A time that is written out and wrong could never be anything but unknown.
    fn time_literal(&mut self, written: &Syntax, to: Convert, text: &str) {
        match to {
            Convert::Time if Timestamp::parse(text).is_none() => {
                let help = "write it like `2026-11-23T10:00:00-03:00`, from year 1 to 9999";
                let message = format!("`{}` is no time of RFC 3339", super::shorten(text));
                self.problem(Code::BadTime, written, message, Some(help.to_owned()));
            }
            Convert::Duration if parse_duration(text).is_none() => {
                let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                let unit = text.trim_start_matches(|c: char| c.is_ascii_digit()).trim();
                let help = match (digits.parse::<i64>().ok(), unit) {
                    (Some(days), "d" | "day" | "days") => format!("write `\"{}h\"`", days.saturating_mul(24)),
                    (Some(weeks), "w" | "week" | "weeks") => {
                        format!("write `\"{}h\"`", weeks.saturating_mul(168))
                    }
                    _ => "write it like `72h`, `90m` or `1h30m`, at most about 290 years".to_owned(),
                };
                let message = format!("`{}` is no length of time", super::shorten(text));
                self.problem(Code::BadTime, written, message, Some(help));
            }
            _ => {}
        }
    }

    fn part(&mut self, syntax: &Syntax, call: &Call, part: TimePart) -> Checked {
        let bad = Checked::bad_of(Type::Int);
        let Some(target) = &call.target else { return bad };
        let of = self.check(target);
        let lengths =
            matches!(part, TimePart::Hours | TimePart::Minutes | TimePart::Seconds | TimePart::Milliseconds);
        let offset = match &*call.arguments {
            [] => Some(Offset::UTC),
            [zone] if of.kind != Type::Duration => self.zone(zone),
            _ => {
                self.usage(syntax, call, &format!("x.{}()", call.name));
                None
            }
        };
        if of.is_bad() {
            return bad;
        }
        if !(matches!(of.kind, Type::Time | Type::Any) || (lengths && of.kind == Type::Duration)) {
            let what = if lengths { "a timestamp or a duration" } else { "a timestamp" };
            let message =
                format!("`{}` needs {what}, but `{}` is {}", call.name, self.written(target), of.kind);
            self.problem(Code::TypeMismatch, target, message, None);
            return bad;
        }
        let Some(offset) = offset else { return bad };
        let measure = Measure::over([&of.measure]);
        let node = Node::Part { part, offset, of: Box::new(of.node) };
        self.finish(syntax, Checked { node, kind: Type::Int, measure })
    }

    /// A zone that is the same for ever: `UTC` or a fixed offset.
    fn zone(&mut self, written: &Syntax) -> Option<Offset> {
        let Some(name) = written.text() else {
            let message = "a time zone must be a constant: `\"UTC\"` or an offset like `\"+02:00\"`";
            self.problem(Code::Refused, written, message, None);
            return None;
        };
        if name == "UTC" {
            return Some(Offset::UTC);
        }
        let (sign, clock) = match name.split_at_checked(1) {
            Some(("-", clock)) => (-1, clock),
            Some(("+", clock)) => (1, clock),
            _ => (1, name),
        };
        let fixed = clock.split_once(':').filter(|(hours, minutes)| {
            hours.len() == 2
                && minutes.len() == 2
                && (hours.bytes().chain(minutes.bytes())).all(|b| b.is_ascii_digit())
        });
        let Some((hours, minutes)) = fixed else {
            let help = "write a fixed offset like `\"+02:00\"`: the tables of named zones change with time, and the same \
                        inputs must give the same answer for ever";
            let message = format!("the named time zone `{}` has no use here", super::shorten(name));
            self.problem(Code::Refused, written, message, Some(help.to_owned()));
            return None;
        };
        let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
        let offset = if minutes < 60 { Offset::from_minutes(sign * (hours * 60 + minutes)) } else { None };
        if offset.is_none() {
            self.problem(
                Code::BadTime,
                written,
                format!("`{name}` is no offset: expected -18:00 to +18:00"),
                None,
            );
        }
        offset
    }
}

fn part(name: &str) -> Option<TimePart> {
    Some(match name {
        "getFullYear" => TimePart::FullYear,
        "getMonth" => TimePart::Month,
        "getDate" => TimePart::Date,
        "getDayOfMonth" => TimePart::DayOfMonth,
        "getDayOfWeek" => TimePart::DayOfWeek,
        "getDayOfYear" => TimePart::DayOfYear,
        "getHours" => TimePart::Hours,
        "getMinutes" => TimePart::Minutes,
        "getSeconds" => TimePart::Seconds,
        "getMilliseconds" => TimePart::Milliseconds,
        _ => return None,
    })
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
