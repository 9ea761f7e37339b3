//! Lists as they are written, and their elements by number.

use super::super::syntax::Syntax;
use super::super::tree::{Node, Operand};
use super::super::{Code, Failure};
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker, advice, failure};

impl Checker<'_, '_> {
    pub(super) fn list(&mut self, syntax: &Syntax, elements: &[Syntax]) -> Checked {
        let checked: Vec<Checked> = elements.iter().map(|element| self.check(element)).collect();
        let mut kind = Type::Any;
        for (element, written) in checked.iter().zip(elements) {
            if matches!(element.kind, Type::Set(_)) {
                let message =
                    format!("`{}` is a set, and cannot be an element of a list", self.written(written));
                self.problem(Code::Refused, written, message, None);
                return Checked::bad();
            }
            let Some(joined) = kind.join_element(&element.kind) else {
                let message = format!(
                    "a list of {} cannot hold `{}`, which is {}",
                    kind.plural(),
                    self.written(written),
                    element.kind
                );
                let help = advice::list_help(&kind, &element.kind);
                self.problem(Code::Refused, written, message, help);
                return Checked::bad();
            };
            kind = joined;
        }
        let measure = Measure::list(checked.iter().map(|element| &element.measure));
        let nodes = checked.into_iter().map(|element| element.node).collect();
        self.finish(syntax, Checked { node: Node::List(nodes), kind: Type::List(Box::new(kind)), measure })
    }

    pub(super) fn index(&mut self, syntax: &Syntax, sides: &[Syntax; 2]) -> Checked {
        let [list, index] = sides;
        let (list_checked, index_checked) = (self.check(list), self.check(index));
        let Type::List(element) = &list_checked.kind else {
            if list_checked.kind != Type::Any {
                let message = format!(
                    "only lists have elements by number, but `{}` is {}",
                    self.written(list),
                    list_checked.kind
                );
                let help = matches!(list_checked.kind, Type::Set(_))
                    .then(|| format!("ask `\"member\" in {}`", self.written(list)));
                self.problem(Code::TypeMismatch, syntax, message, help);
            }
            return Checked::bad();
        };
        let element = (**element).clone();
        if !index_checked.kind.fits(&Type::Int) {
            let message = format!(
                "elements are numbered by an int, but `{}` is {}",
                self.written(index),
                index_checked.kind
            );
            self.problem(Code::TypeMismatch, index, message, None);
            return Checked::bad_of(element);
        }
        let mut measure = Measure::element(&list_checked.measure, &index_checked.measure);
        let node = match (list_checked.node, index_checked.node) {
            // A constant list of lists is no scalar that could be computed: the element is taken here.
            (Node::List(elements), Node::Constant(Operand::Int(index)))
                if elements.iter().all(Node::is_constant) =>
            {
                measure = list_checked.measure.elements();
                let failed = elements.iter().find_map(failure).map(Node::Failure);
                let found = usize::try_from(index).ok().and_then(|index| elements.get(index).cloned());
                failed.or(found).unwrap_or(Node::Failure(Failure::NoSuchElement))
            }
            (list, index) => Node::Element(Box::new([list, index])),
        };
        self.finish(syntax, Checked { node, kind: element, measure })
    }
}
