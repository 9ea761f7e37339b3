//! Where an analysis is done: the space that is searched, the budget, the visitors met so far, and what was found.

use super::parts::{PartId, Parts};
use super::pool::Pool;
use super::subjects::{Item, Term, items, segment_trees};
use super::{Analysis, AnalysisOptions, Finding, Inconclusive, Subject, SubjectKind};
use super::{conditions, opposing, people, reached, silenced, unexplained, unused};
use crate::cells::{Region, Truths};
use crate::condition::{Condition, SegmentId};
use crate::decision::Decision;
use crate::finding::{FindingKind, FindingLevel};
use crate::guarantee::WhyInconclusive;
use crate::policy::Checked;
use crate::search::{Aim, Budget, Found, Goal, Lacking, Person, Said, Space, Witness, steps_of};
use crate::selector::{Asked, ExperienceSelector};

/// How many parts are gone through for the alternatives of all rules: what comes of them is kept.
const MOST_PARTS_OF_ALL: usize = 1 << 20;

/// How many of what could not be told are listed.
const MOST_LISTED: usize = 1_000;

pub(super) fn analyse(
    selector: &ExperienceSelector,
    options: &AnalysisOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> Analysis {
    let checked = selector.checked();
    let later = options.at.and_then(|at| {
        let text = format!("visit.at >= timestamp(\"{at}\")");
        Condition::parse(&text, &checked.attributes).ok()
    });
    let mut parts = Parts::default();
    let mut room = MOST_PARTS_OF_ALL;
    let sites = silenced::sites(checked, &mut parts, &mut room);
    let alternatives = people::alternatives(checked, &mut parts, &mut room);
    let beside: Vec<&Condition> =
        checked.guarantees.iter().map(|guarantee| &guarantee.when).chain(&later).collect();
    // All built-in attributes are there, so that there is a space.
    let Some(space) = Space::with_parts(checked, &beside, &parts.places()) else {
        return Analysis::default();
    };
    let trees = segment_trees(checked);
    let items = items(checked, &space, &trees);
    let segment_order = checked.segment_order.clone();
    let total = items.len() * 3 + checked.channels.len() + 9 + checked.rules.len() * 3;
    let later_number = later.as_ref().map(|_| checked.guarantees.len());
    let later = later.as_ref().zip(later_number.and_then(|number| space.other(number)));
    let later = later.map(|(when, tree)| Term { tree, asked: Asked::Part(when, &[]), wanted: Truths::TRUE });
    let parts_from = beside.len();
    let mut desk = Desk {
        pool: Pool::new(items.len()),
        budget: Budget::new(options.steps),
        found: Analysis::default(),
        selector,
        checked,
        space: &space,
        items: &items,
        options,
        later,
        parts: &parts,
        parts_from,
        segment_order,
        progress,
        done: 0,
        total,
    };
    conditions::settle(&mut desk);
    reached::all(&mut desk);
    silenced::all(&mut desk, &sites);
    people::all(&mut desk, &alternatives);
    opposing::all(&mut desk);
    unused::all(&mut desk);
    unexplained::all(&mut desk);
    let Desk { mut found, budget, progress, .. } = desk;
    progress(total, total);
    found.steps = options.steps - budget.left();
    found.findings.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.path.cmp(&b.path)));
    found
}

/// What an analysis works with.
pub(super) struct Desk<'a, 'p> {
    pub(super) selector: &'a ExperienceSelector,
    pub(super) checked: &'a Checked,
    pub(super) space: &'a Space<'p>,
    pub(super) items: &'a [Item<'a>],
    pub(super) options: &'a AnalysisOptions,
    /// That the visit is not before the time of now.
    pub(super) later: Option<Term<'a>>,
    pub(super) pool: Pool,
    budget: Budget,
    found: Analysis,
    parts: &'a Parts<'a>,
    /// The number beside the policy of the first of its parts.
    parts_from: usize,
    segment_order: Vec<SegmentId>,
    progress: &'a mut dyn FnMut(usize, usize),
    done: usize,
    total: usize,
}

/// What a search found, and how many steps it took.
pub(super) struct Sought<T> {
    pub(super) found: Result<Option<T>, WhyInconclusive>,
    pub(super) steps: u64,
}

/// What a decision must be, beside the conditions.
pub(super) type So<'s> = &'s dyn Fn(&Decision) -> bool;

/// Where a finding is told.
pub(super) struct Told {
    pub(super) kind: FindingKind,
    pub(super) about: Vec<Subject>,
    pub(super) message: String,
    pub(super) help: String,
    pub(super) witness: Option<Witness>,
    pub(super) steps: u64,
}

impl<'a> Desk<'a, '_> {
    /// How such a finding about something is allowed, as the policy's findings are written.
    pub(super) fn allowing(&self, kind: FindingKind, name: &str) -> String {
        let findings = &self.checked.document.findings;
        match findings.get(&kind) {
            Some(entry) if !entry.except.is_empty() => {
                format!("allow it: add `\"{name}\"` to the `except` of `{kind}` in `findings`")
            }
            Some(entry) => format!(
                "allow it, as `{kind} = {{ level = \"{}\", except = [\"{name}\"] }}` in `findings`",
                entry.level.as_str()
            ),
            None if findings.is_empty() => {
                format!("allow it, as `findings.{kind} = {{ except = [\"{name}\"] }}`")
            }
            None => format!("allow it, as `{kind} = {{ except = [\"{name}\"] }}` in `findings`"),
        }
    }

    /// Whether findings of that kind are looked for.
    pub(super) fn looks_for(&self, kind: FindingKind) -> bool {
        self.options.with_allowed || self.level(kind, &[]) > FindingLevel::Allow
    }
    /// The level of a finding about these; `allow` if the policy excepts the first of them.
    pub(super) fn level(&self, kind: FindingKind, about: &[Subject]) -> FindingLevel {
        let Some(entry) = self.checked.document.findings.get(&kind) else { return kind.usual_level() };
        let excepted = about.first().is_some_and(|first| entry.except.contains(&*first.name));
        if excepted { FindingLevel::Allow } else { entry.level }
    }
    /// Whether a finding about that is told at all.
    pub(super) fn tells(&self, kind: FindingKind, about: &Subject) -> bool {
        self.options.with_allowed || self.level(kind, std::slice::from_ref(about)) > FindingLevel::Allow
    }

    /// That a part of a condition holds.
    pub(super) fn part(&self, id: PartId) -> Option<Term<'a>> {
        let tree = self.space.other(self.parts_from + id.0)?;
        let part = self.parts.get(id)?;
        Some(Term { tree, asked: part.asked(), wanted: part.wanted() })
    }

    /// One thing more is done.
    pub(super) fn tick(&mut self, things: usize) {
        self.done = (self.done + things).min(self.total);
        (self.progress)(self.done, self.total);
    }

    /// Takes some steps for what is no search.
    pub(super) fn charge(&mut self, steps: u64) -> bool {
        self.budget.take(steps)
    }

    /// Searches for somebody of whom all `terms` are so, whose decision lies in `aim` and is `so`.
    pub(super) fn seek(&mut self, terms: &[Term<'_>], aim: Aim, so: Option<So<'_>>) -> Sought<Person> {
        let (space, goal) = (self.space, self.goal(terms, aim));
        let needed = self.needed(terms);
        self.search(goal.cost(space), |me, budget| {
            let look = |region: &Region| goal.look(space, region);
            let really = |person: &Person| me.is_so(person, terms, &needed, so).then(|| person.clone());
            space.find(space.everywhere(), budget, look, really)
        })
    }

    /// Searches for somebody of whom the first terms are so, and of whom the others would be if what is missing were known.
    pub(super) fn seek_lacking(&mut self, terms: [&[Term<'_>]; 2]) -> Sought<Lacking> {
        let space = self.space;
        let [goal, known] = terms.map(|terms| self.goal(terms, Aim::Anything));
        let needed = terms.map(|terms| self.needed(terms));
        self.search(goal.cost(space).max(known.cost(space)), |me, budget| {
            let look = |region: &Region| goal.look(space, region);
            let look_known = |region: &Region| known.look(space, region);
            let really = |one: &Lacking| {
                let knowing = Space::if_known(&one.known, &one.person);
                me.is_lacking([&one.person, &knowing], terms, &needed)
            };
            space.find_lacking(budget, look, look_known, really)
        })
    }

    fn goal<'t>(&self, terms: &[Term<'t>], aim: Aim) -> Goal<'t>
    where
        'a: 't,
    {
        Goal::new(self.space, terms.iter().map(|term| (term.tree, term.wanted)).collect(), aim)
    }
    fn needed(&self, terms: &[Term<'_>]) -> Vec<SegmentId> {
        self.checked.needed_for(terms.iter().map(|term| term.asked))
    }

    /// Whether the first terms are so of somebody, and the others of who they may turn out to be.
    fn is_lacking(&self, both: [&Person; 2], terms: [&[Term<'_>]; 2], needed: &[Vec<SegmentId>; 2]) -> bool {
        both.into_iter()
            .zip(terms)
            .zip(needed)
            .all(|((person, terms), needed)| self.is_so(person, terms, needed, None))
    }

    /// Searches as far as the budget goes. What goes by many conditions takes several steps of the whole for each region, and
    /// some for being asked.
    fn search<T>(&mut self, cost: u64, find: impl FnOnce(&Self, &mut Budget) -> Found<T>) -> Sought<T> {
        if self.budget.left() == 0 {
            return Sought { found: Err(WhyInconclusive::Budget), steps: 0 };
        }
        let each = steps_of(cost);
        let most = self.options.steps_each.min((self.budget.left() / each).saturating_sub(1));
        let mut budget = Budget::new(most);
        let found = find(self, &mut budget);
        let steps = most - budget.left();
        let found = match found {
            Found::One(found) => Ok(Some(found)),
            Found::None => Ok(None),
            Found::Untold(why) => Err(why.into()),
        };
        self.budget.take((steps + 1).saturating_mul(each));
        Sought { found, steps }
    }

    /// Whether all of it is really so of somebody.
    fn is_so(&self, person: &Person, terms: &[Term<'_>], needed: &[SegmentId], so: Option<So<'_>>) -> bool {
        let (profile, visit) = self.space.visitor(person);
        let truths = self.selector.ask(&profile, &visit, needed, terms.iter().map(|term| term.asked));
        let fits = terms.iter().zip(truths).all(|(term, truth)| Truths::of(truth).within(term.wanted));
        fits && so.is_none_or(|so| so(&self.selector.select(&profile, &visit)))
    }

    /// Somebody, with nothing said of them that can be left out, as far as the budget goes.
    pub(super) fn witness(&mut self, person: &Person, terms: &[Term<'_>], so: Option<So<'_>>) -> Witness {
        let needed = self.needed(terms);
        let rules = so.map_or(0, |_| self.checked.rules.len());
        let least =
            self.least(person, needed.len() + rules, |me, person| me.is_so(person, terms, &needed, so));
        self.space.witness(&least)
    }

    /// The same of somebody of whom something is missing.
    pub(super) fn least_lacking(&mut self, found: Lacking, terms: [&[Term<'_>]; 2]) -> Lacking {
        let needed = terms.map(|terms| self.needed(terms));
        let asked = needed.iter().map(Vec::len).sum();
        let person = self.least(&found.person, asked, |me, person| {
            me.is_lacking([person, &Space::if_known(&found.known, person)], terms, &needed)
        });
        Lacking { person, ..found }
    }

    /// What is missing of somebody and must be known so that the terms are so of them, nothing of which can be left out; what was
    /// met is left out last.
    pub(super) fn needed_to_be_known(
        &mut self,
        found: &Lacking,
        terms: &[Term<'_>],
        is_met: &dyn Fn(&Said) -> bool,
    ) -> Vec<Said> {
        let needed = self.needed(terms);
        let mut missing: Vec<Said> = found.missing().cloned().collect();
        missing.sort_by_key(|said| !is_met(said));
        let mut place = missing.len();
        while place > 0 && self.budget.take(1 + needed.len() as u64 / 256) {
            place -= 1;
            let mut less = missing.clone();
            less.remove(place);
            if self.is_so(&Space::if_known(&less, &found.person), terms, &needed, None) {
                missing = less;
            }
        }
        missing
    }

    fn least(&mut self, person: &Person, asked: usize, is_so: impl Fn(&Self, &Person) -> bool) -> Person {
        let each = 1 + asked as u64 / 256;
        let budget = std::cell::Cell::new(self.budget);
        let least = self.space.least(person.clone(), |person| {
            let mut left = budget.get();
            let enough = left.take(each);
            budget.set(left);
            enough && is_so(self, person)
        });
        self.budget = budget.get();
        least
    }

    /// Takes somebody into the pool, if there is room.
    pub(super) fn meet(&mut self, person: &Person) {
        if self.pool.is_full() || !self.charge(1 + self.items.len() as u64 / 256) {
            return;
        }
        let (profile, visit) = self.space.visitor(person);
        let asked = self.items.iter().map(|item| item.holds.asked);
        let truths = self.selector.ask(&profile, &visit, &self.segment_order, asked);
        self.pool.add(person.clone(), &truths);
    }

    /// Whether somebody in the pool gets a decision that is so.
    pub(super) fn pool_decides(&mut self, is_so: So<'_>) -> bool {
        let each = 1 + self.checked.rules.len() as u64 / 1_024;
        let mut number = 0;
        while let Some(person) = self.pool.person(number) {
            if !self.budget.take(each) {
                return false;
            }
            let (profile, visit) = self.space.visitor(person);
            if is_so(&self.selector.select(&profile, &visit)) {
                return true;
            }
            number += 1;
        }
        false
    }

    /// Notes what could not be told.
    pub(super) fn untold(
        &mut self,
        kind: FindingKind,
        about: Vec<Subject>,
        why: WhyInconclusive,
        steps: u64,
    ) {
        if self.found.inconclusive.len() < MOST_LISTED {
            self.found.inconclusive.push(Inconclusive { kind, about, why, steps });
        } else {
            self.found.inconclusive_beyond += 1;
        }
    }

    /// Notes a finding.
    pub(super) fn tell(&mut self, told: Told) {
        let Told { kind, about, message, help, witness, steps } = told;
        let level = self.level(kind, &about);
        let path = about.first().map(|first| self.path(first)).unwrap_or_default();
        self.found.findings.push(Finding {
            kind,
            level,
            path: path.into(),
            about,
            place: None,
            message: message.into(),
            help: help.into(),
            witness: witness.map(Box::new),
            steps,
        });
    }

    fn path(&self, subject: &Subject) -> String {
        let name = &subject.name;
        match subject.what {
            SubjectKind::Layout | SubjectKind::Assistance => String::new(),
            SubjectKind::Channel => {
                let channels = self.checked.channels.iter();
                let number = channels.enumerate().find(|(_, one)| one.channel.as_str() == &**name);
                number.map(|(number, _)| format!("channels[{number}]")).unwrap_or_default()
            }
            what => format!("{what}s.{name}"),
        }
    }
}
