//! What the effects of a rule mean for people: whether they help, and what they restrict.

use crate::explanation::listed;
use crate::policy::{Checked, Effects};

/// Whether a rule simplifies or helps in a way that is no restriction.
pub(super) fn eases(effects: &Effects) -> bool {
    effects.layout < 0 || effects.assistance > 0 || effects.assistance_at_least.is_some()
}

/// Whether a rule simplifies or helps.
pub(super) fn helps(effects: &Effects) -> bool {
    eases(effects) || effects.layout_at_most.is_some() || !effects.adapt.is_empty()
}

/// What a rule restricts, in words.
pub(super) fn restricts(effects: &Effects, checked: &Checked) -> Option<String> {
    let channels = |is: &dyn Fn(usize) -> bool| {
        let all = checked.channels.iter().enumerate().filter(|(place, _)| is(*place));
        all.map(|(_, channel)| format!("`{}`", channel.channel)).collect::<Vec<_>>()
    };
    let never = channels(&|place| effects.never >> place & 1 == 1);
    let against = channels(&|place| {
        effects.channels.iter().any(|(id, points)| usize::from(id.0) == place && *points < 0)
    });
    let says = [
        (!never.is_empty()).then(|| format!("keeps them from {}", listed(&never))),
        effects.layout_at_most.map(|level| format!("gives them at most layout `{level}`")),
        (effects.assistance < 0).then(|| "takes help away from them".to_owned()),
        (!against.is_empty()).then(|| format!("speaks against {}", listed(&against))),
    ];
    let says: Vec<String> = says.into_iter().flatten().collect();
    (!says.is_empty()).then(|| listed(&says))
}
