//! Rules without a reason: whoever is served by one can be told nothing.

use super::desk::{Desk, Told};
use super::{Subject, SubjectKind};
use crate::finding::FindingKind as Kind;

pub(super) fn all(desk: &mut Desk<'_, '_>) {
    for rule in desk.checked.rules.iter().filter(|rule| rule.because.is_none()) {
        let name = &rule.name;
        let about = Subject { what: SubjectKind::Rule, name: (&**name).into() };
        if !desk.tells(Kind::Unexplained, &about) {
            continue;
        }
        desk.tell(Told {
            kind: Kind::Unexplained,
            about: vec![about],
            message: format!("rule `{name}` gives no reason to those for whom it holds"),
            help: "say why, in words that can be read to them: `because = \"your screen is small\"`"
                .to_owned(),
            witness: None,
            steps: 0,
        });
    }
}
