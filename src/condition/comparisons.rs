//! The constants that attributes are compared with: what a search for the nearest change tries.

use super::syntax::Arithmetic;
use super::tree::{Kind, Node, Operand};
use crate::attribute::AttributeId;

pub(super) fn comparisons(tree: &Node) -> Vec<(AttributeId, Operand)> {
    let mut finder = Finder { found: Vec::new(), lists: Vec::new() };
    finder.walk(tree);
    finder.found
}

struct Finder<'t> {
    found: Vec<(AttributeId, Operand)>,
    /// What the variables around range over, outermost first.
    lists: Vec<&'t Node>,
}

impl<'t> Finder<'t> {
    fn add(&mut self, attribute: AttributeId, operand: Operand) {
        let pair = (attribute, operand);
        if !self.found.contains(&pair) {
            self.found.push(pair);
        }
    }

    fn walk(&mut self, node: &'t Node) {
        match node {
            Node::Is { attribute, operand, .. } => self.add(*attribute, operand.clone()),
            Node::Age { later, earlier, than, .. } => {
                self.add(*earlier, Operand::Duration(*than));
                self.add(*later, Operand::Duration(*than));
            }
            Node::Has { set, member, .. } => self.add(*set, Operand::Text(member.clone())),
            Node::IsOneOf { attribute, operands } => {
                operands.iter().for_each(|operand| self.add(*attribute, operand.clone()));
            }
            Node::Compare { sides, .. } | Node::Test { sides, .. } | Node::In { sides, .. } => {
                let [left, right] = &**sides;
                self.pair(left, right);
                self.pair(right, left);
            }
            Node::InSet { member, set } => {
                self.constants_of(member).for_each(|operand| self.add(*set, operand))
            }
            _ => {}
        }
        node.parts().iter().for_each(|part| self.walk(part));
        if let Node::Quantifier { list, body, .. } = node {
            self.walk(list);
            self.lists.push(list);
            self.walk(body);
            self.lists.pop();
        }
    }

    /// The constants of one side for the attribute of the other.
    fn pair(&mut self, attribute: &'t Node, constants: &'t Node) {
        for id in self.attributes_of(attribute) {
            for operand in self.constants_of(constants) {
                self.add(id, operand);
            }
        }
    }

    /// What a variable ranges over.
    fn list(&self, levels: u16) -> Option<&'t Node> {
        let place = self.lists.len().checked_sub(usize::from(levels) + 1)?;
        self.lists.get(place).copied()
    }

    fn attributes_of(&self, node: &Node) -> Vec<AttributeId> {
        match node {
            Node::Attribute(id) => vec![*id],
            Node::Variable(levels) => match self.list(*levels) {
                Some(Node::Attribute(set)) => vec![*set],
                _ => Vec::new(),
            },
            Node::Size { kind: Kind::Text | Kind::Set, of } => match &**of {
                Node::Attribute(id) => vec![*id],
                _ => Vec::new(),
            },
            Node::Arithmetic { operator: Arithmetic::Add | Arithmetic::Subtract, sides } => sides
                .iter()
                .filter_map(|side| if let Node::Attribute(id) = side { Some(*id) } else { None })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn constants_of(&self, node: &Node) -> std::vec::IntoIter<Operand> {
        let of_list = |list: &Node| match list {
            Node::List(nodes) => nodes
                .iter()
                .filter_map(
                    |node| if let Node::Constant(operand) = node { Some(operand.clone()) } else { None },
                )
                .collect(),
            _ => Vec::new(),
        };
        let found: Vec<Operand> = match node {
            Node::Constant(operand) => vec![operand.clone()],
            Node::Variable(levels) => self.list(*levels).map(of_list).unwrap_or_default(),
            list => of_list(list),
        };
        found.into_iter()
    }
}
