//! Random conditions: the cells give what the trees give. An explanation evaluates conditions as they are written, a set
//! of segments goes by the cells; the interpreter is not asked, so that there is time for many.

use std::collections::BTreeMap;

use super::loaded;
use crate::generate::print::toml;
use crate::generate::{self, large};
use crate::oracle::library;
use crate::oracle::murmur;
use crate::oracle::paths::Paths;

const POLICIES: u64 = 100;

#[test]
fn cells_give_what_trees_give() {
    let mut seen: BTreeMap<Option<bool>, usize> = BTreeMap::new();
    for n in 0..POLICIES {
        let document = large::policy(12, 3, 40_000 + n);
        let selector = loaded(&document);
        let mut paths = Paths::of(&selector);
        for visitor in generate::visitors(&document, n, 40) {
            let (profile, visit) = library::people(&visitor);
            let explanation = selector.explain(&profile, &visit);
            let trees = library::answer(&selector, &explanation).segments;
            let lines = paths.differences(&profile, &visit, explanation.decision(), &trees);
            assert!(lines.is_empty(), "{}\n{}\n{visitor:#?}", lines.join("\n"), toml(&document));
            trees.values().for_each(|truth| *seen.entry(*truth).or_default() += 1);
        }
    }
    // Each of the three values often enough for the comparison to mean something.
    for truth in [Some(true), Some(false), None] {
        assert!(seen.get(&truth) > Some(&4_000), "{seen:?}");
    }
}

/// Long texts are looked for by hash and length; these have both in common.
const TWINS: [(&str, &str); 2] =
    [("catalogue/147926", "catalogue/221142"), ("catalogue/147135", "catalogue/221933")];

#[test]
fn texts_of_one_hash_are_told_apart_wherever_they_are_kept() {
    // Of the first two, conditions name one only; of the others both.
    let (alone, both) = (TWINS[0], TWINS[1]);
    for (one, other) in TWINS {
        assert_eq!(murmur::hash(one.as_bytes()), murmur::hash(other.as_bytes()));
    }
    let names = ["shelf", "sign", "strict", "profile.tier", "visit.campaign", "journey.name"];
    let mut segments = String::new();
    for (n, name) in names.iter().enumerate() {
        for (what, text) in [("alone", alone.0), ("one", both.0), ("other", both.1)] {
            segments += &format!("{what}_{n} = '{name} == \"{text}\"'\n");
        }
    }
    let text = format!(
        "format = 1\nname = \"twins\"\nlast_resort = [\"in_person\"]\n\
         channels = [{{ name = \"in_person\", staffed = true }}]\n[attributes]\nshelf = \"string\"\n\
         sign = {{ type = \"string\", on = \"visit\" }}\nstrict = {{ type = \"string\", min_source = \"observed\" }}\n\
         [segments]\n{segments}"
    );
    let selector = library::load(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut paths = Paths::of(&selector);
    let at = maitre::Moment::parse("2026-11-23T12:00:00Z").expect("a time");
    for (value, holding) in [
        (alone.0, Some("alone")),
        (alone.1, None),
        (both.0, Some("one")),
        (both.1, Some("other")),
        ("catalogue/147927", None),
    ] {
        let mut profile = maitre::CustomerProfile::new();
        for name in ["shelf", "strict", "profile.tier"] {
            profile = profile.with_fact(name, value).expect("a fact of a profile");
        }
        let mut visit = maitre::Visit::new(at);
        for name in ["sign", "visit.campaign"] {
            visit = visit.with_fact(name, value).expect("a fact of a visit");
        }
        let visit = visit.with_journey(maitre::Journey { name: Some(value.into()), ..Default::default() });
        let trees: BTreeMap<String, Option<bool>> = (0..names.len())
            .flat_map(|n| {
                ["alone", "one", "other"].map(|what| (format!("{what}_{n}"), Some(Some(what) == holding)))
            })
            .collect();
        let explanation = selector.explain(&profile, &visit);
        assert_eq!(library::answer(&selector, &explanation).segments, trees, "{value}");
        let lines = paths.differences(&profile, &visit, explanation.decision(), &trees);
        assert!(lines.is_empty(), "{value}: {}", lines.join("\n"));
    }
}

/// Where the literals of a policy end, and beside it: every comparison of every relation, by value.
#[test]
fn the_ends_of_ranges_are_in_the_cells_they_belong_to() {
    const INTS: [i64; 13] = [
        i64::MIN,
        i64::MIN + 1,
        -9_007_199_254_740_993,
        -9_007_199_254_740_992,
        -1,
        0,
        1,
        9_007_199_254_740_991,
        9_007_199_254_740_992,
        9_007_199_254_740_993,
        9_007_199_254_740_994,
        i64::MAX - 1,
        i64::MAX,
    ];
    const FLOATS: [f64; 15] = [
        f64::NEG_INFINITY,
        f64::MIN,
        -9_007_199_254_740_992.0,
        -1.0,
        -5e-324,
        -0.0,
        0.0,
        5e-324,
        f64::MIN_POSITIVE,
        0.5,
        9_007_199_254_740_992.0,
        9_007_199_254_740_994.0,
        9.3e18,
        f64::MAX,
        f64::INFINITY,
    ];
    let mut segments = String::new();
    let mut count = 0;
    let mut add = |when: String| {
        segments += &format!("s{count:03} = '{when}'\n");
        count += 1;
    };
    for sign in ["==", "!=", "<", "<=", ">", ">="] {
        for int in INTS {
            add(format!("whole {sign} {int}"));
            add(format!("{int} {sign} real"));
        }
        for float in FLOATS.into_iter().filter(|float| float.is_finite()) {
            add(format!("real {sign} {float:?}"));
            // Beyond the range of an int, a literal is refused.
            if float.abs() < 9e18 {
                add(format!("{float:?} {sign} whole"));
            }
        }
    }
    let text = format!(
        "format = 1\nname = \"ends\"\nlast_resort = [\"in_person\"]\n\
         channels = [{{ name = \"in_person\", staffed = true }}]\n\
         attributes.whole = \"int\"\nattributes.real = {{ type = \"float\", on = \"visit\" }}\n[segments]\n{segments}"
    );
    let selector = library::load(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut paths = Paths::of(&selector);
    let at = maitre::Moment::parse("2026-11-23T12:00:00Z").expect("a time");
    for whole in INTS {
        for real in FLOATS {
            let profile = maitre::CustomerProfile::new().with_attribute("whole", whole);
            let visit = maitre::Visit::new(at).with_fact("real", real).expect("a fact of a visit");
            let explanation = selector.explain(&profile, &visit);
            let trees = library::answer(&selector, &explanation).segments;
            let lines = paths.differences(&profile, &visit, explanation.decision(), &trees);
            assert!(lines.is_empty(), "{whole} and {real:?}: {}", lines.join("\n"));
        }
    }
}
