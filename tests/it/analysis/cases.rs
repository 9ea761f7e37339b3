//! Every document in `tests/findings` is analysed with exactly the text beside it; near misses have an empty one. With
//! `REWRITE_FINDINGS=1` the texts are written anew, to be read aloud before they are committed.

use std::collections::BTreeSet;
use std::path::Path;

use maitre::{FindingKind, Policy};

use super::{hold_witnesses, options, selector};

#[test]
fn every_finding_prints_exactly_the_text_beside_its_policy() {
    let rewrite = std::env::var_os("REWRITE_FINDINGS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
    documents.sort();
    let (mut wrong, mut seen) = (String::new(), BTreeSet::new());
    for path in &documents {
        let text = std::fs::read_to_string(path).unwrap();
        let selector = selector(&text);
        let mut analysis = selector.analyse(&options());
        hold_witnesses(&text, &selector, &analysis);
        analysis.place(&text);
        let printed = if analysis.findings.is_empty() && analysis.is_complete() {
            String::new()
        } else {
            format!("{analysis}\n")
        };
        seen.extend(analysis.findings.iter().map(|finding| finding.kind));
        let twin = path.with_extension("txt");
        let near = path.file_stem().is_some_and(|name| name.to_string_lossy().ends_with("_near"));
        if near {
            if !printed.is_empty() {
                wrong += &format!("{} is not silent:\n{printed}\n", path.display());
            }
            continue;
        }
        if rewrite {
            std::fs::write(&twin, &printed).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&twin).unwrap_or_default();
        if printed != expected || printed.is_empty() {
            wrong += &format!("{}\n--- expected\n{expected}--- found\n{printed}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let missing: Vec<_> = FindingKind::ALL.iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(missing.is_empty(), "no document has {missing:?}");
    assert!(documents.len() >= 2 * FindingKind::ALL.len(), "{} documents", documents.len());
}

#[test]
fn the_policy_of_the_quickstart_is_clean() {
    let text = include_str!("../../../examples/policies/harbour_mobile.toml");
    let selector = selector(text);
    let analysis = selector.analyse(&options());
    assert!(analysis.findings.is_empty() && analysis.is_complete(), "{analysis}");
    // Not because nothing is looked for.
    let all = selector.analyse(&options().with_allowed());
    assert!(all.findings.len() > 3, "{all}");
    hold_witnesses(text, &selector, &all);
}

#[test]
fn levels_are_the_policy_s_to_set() {
    const POLICY: &str = r#"
        format = 1
        name = "shop"
        last_resort = ["desk"]
        channels = [{ name = "web", base = 40 }, { name = "desk", own = true, base = 20, staffed = true }]
        rules.a = { when = 'profile.age < 18 && profile.age > 65', layout = -10, because = "a" }
        rules.b = { when = 'visit.errors < 0 || visit.errors == 1 && visit.errors == 2', layout = -10, because = "b" }
    "#;
    let found = |findings: &str| {
        let analysis = selector(&format!("{POLICY}\n{findings}")).analyse(&options());
        let told: Vec<String> =
            analysis.findings.iter().map(|one| format!("{} {}", one.level, super::key(one))).collect();
        (told, analysis.is_denied())
    };
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(found(""), (texts(&["warn never_true a", "warn never_true b"]), false));
    assert_eq!(found("findings.never_true = \"allow\""), (vec![], false));
    assert_eq!(
        found("findings.never_true = { level = \"deny\", except = [\"a\"] }"),
        (texts(&["deny never_true b"]), true)
    );
    assert_eq!(found("findings.never_true.except = [\"b\"]"), (texts(&["warn never_true a"]), false));
}

#[test]
fn findings_are_part_of_the_document() {
    let load = |findings: &str| {
        let text = format!(
            "format = 1\nname = \"shop\"\nlast_resort = [\"desk\"]\nchannels = [{{ name = \"desk\", own = true, staffed = true }}]\n\
             rules.a = {{ when = 'visit.errors > 1', layout = -1 }}\n{findings}"
        );
        Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}"))
    };
    let plain = load("");
    let denied =
        load("[findings]\nsilenced = { except = [\"a\"], level = \"deny\" }\nopposing = \"allow\"\n");
    assert_ne!(plain.digest(), denied.digest());
    // What is as usual says nothing.
    assert_eq!(plain.digest(), load("findings.never_true = { level = \"warn\", except = [] }").digest());
    let text = serde_json::to_string(denied.document()).unwrap();
    assert!(
        text.contains(r#""findings":{"opposing":"allow","silenced":{"level":"deny","except":["a"]}}"#),
        "{text}"
    );
    assert_eq!(Policy::from_json(&text).unwrap().digest(), denied.digest());
    assert_eq!(Policy::from_document(denied.document().clone()).unwrap().digest(), denied.digest());
}

#[test]
fn a_condition_that_is_multiplied_out_says_the_same_of_people() {
    const LEAVES: [&str; 6] = [
        "profile.age >= 75",
        "profile.age < 70",
        "profile.region == \"AT\"",
        "!(profile.language == \"de\")",
        "visit.errors >= 3",
        "visit.pages > 4",
    ];
    let kinds = [FindingKind::NeedFromAge, FindingKind::DemographicsAlone];
    let (mut both, mut none) = (0, 0);
    for n in crate::generate::numbers(60) {
        let mut random = crate::generate::random::Random::new(530_000 + n);
        let [a, b, c, d] = [(); 4].map(|()| random.name(&LEAVES));
        let found = |when: &str| {
            let rule = |name: &str, effects: &str| {
                format!("rules.{name} = {{ when = '{when}', {effects}, because = \"x\" }}\n")
            };
            let text = format!(
                "format = 1\nname = \"n\"\nlast_resort = [\"desk\"]\n\
                 channels = [{{ name = \"web\", base = 50 }}, {{ name = \"desk\", own = true, staffed = true }}]\n\
                 segments.either = '{a} || {b}'\nsegments.or_else = '{c} || {d}'\n{}{}",
                rule("q", "never = [\"web\"]"),
                rule("r", "adapt = [\"large_text\"]")
            );
            let selector = selector(&text);
            let analysis = selector.analyse(&options());
            hold_witnesses(&text, &selector, &analysis);
            assert!(analysis.is_complete(), "{text}\n{analysis}");
            let found = analysis.findings.iter().filter(|finding| kinds.contains(&finding.kind));
            found.map(super::key).collect::<Vec<_>>()
        };
        let out = found(&format!("{a} && {c} || {a} && {d} || {b} && {c} || {b} && {d}"));
        for when in [
            format!("({a} || {b}) && ({c} || {d})"),
            "segment.either && segment.or_else".to_owned(),
            "!(!segment.either || !segment.or_else)".to_owned(),
            format!("!(!({a}) && !({b}) || !({c}) && !({d}))"),
        ] {
            assert_eq!(found(&when), out, "{when}: {a}, {b}, {c}, {d}");
        }
        both += usize::from(out.len() == 2);
        none += usize::from(out.is_empty());
    }
    assert!(both >= 10 && none >= 10, "{both} and {none}");
}

const HEAD: &str = r#"
format = 1
name = "hall"
last_resort = ["desk"]
channels = [{ name = "web", base = 40 }, { name = "desk", own = true, base = 20, staffed = true }]
attributes.vip = "bool"
attributes.b = "bool"
attributes.tier = ["a", "b"]
attributes.n = "int"
attributes.tags = { type = "set", members = ["red", "blue"] }
"#;

#[test]
fn what_a_rule_rests_on_is_told_by_its_condition_and_its_effects() {
    const HELPS: &str = "assistance_at_least = \"guided\"";
    let kinds = [FindingKind::NeedFromAge, FindingKind::DemographicsAlone, FindingKind::Silenced];
    for (when, effects, wanted) in [
        // One part is unknown, and another known and true.
        ("visit.errors > 2 && visit.pages > 4 && vip", HELPS, &["silenced r"][..]),
        ("visit.errors > 2 && vip", "layout_at_most = \"simple\"", &["silenced r"]),
        ("visit.errors > 2 && vip", "adapt = [\"plain_language\"]", &["silenced r"]),
        ("visit.errors > 2 && vip", "channels = { web = 5 }", &[]),
        // No value of what is missing would help.
        ("visit.errors > 2 && !known(tier) && tier == \"a\"", HELPS, &[]),
        ("visit.errors > 2 && (!known(tier) && tier == \"a\" && vip || b)", HELPS, &["silenced r"]),
        ("visit.errors > 2 && (n > 3 && n < 4 || visit.pages > 1000)", HELPS, &[]),
        ("visit.errors > 2 && (n > 3 && n < 5 || visit.pages > 1000)", HELPS, &["silenced r"]),
        // A value that only others could have.
        ("visit.errors > 2 && (visit.pages > 4 && n > 3 && vip || n > 3 && n < 4)", HELPS, &["silenced r"]),
        (
            "visit.errors > 2 && (visit.pages > 4 && n > 3 && n < 4 || visit.pages <= 4 && vip && !vip)",
            HELPS,
            &[],
        ),
        ("visit.errors > 2 && (n * 2 > 8 && n < 90 || visit.pages > 1000)", HELPS, &["silenced r"]),
        // Two that must be known together, and an id.
        ("visit.errors > 2 && n > 3 && (vip || tier == \"a\")", HELPS, &["silenced r"]),
        ("visit.errors > 2 && bucket(\"s\") < 5000", HELPS, &["silenced r"]),
        ("visit.errors > 2 && visit.hour >= 20 && vip", HELPS, &["silenced r"]),
        ("vip ? visit.errors > 3 : visit.pages > 3", HELPS, &[]),
        ("profile.region == \"north\"", "assistance = -50", &["demographics_alone r"]),
        ("profile.age < 18", "never = [\"web\"]", &["demographics_alone r"]),
        ("profile.age >= 80", "layout = -100, layout_at_most = \"simple\"", &["demographics_alone r"]),
        ("profile.age >= 80", "layout = -100", &["need_from_age r"]),
        // What reads more than who somebody is goes by more, in Rust too.
        ("profile.age >= 80 && !rule(\"alike\")", "layout = -100", &[]),
    ] {
        let text = format!("{HEAD}rules.r = {{ when = '{when}', {effects}, because = \"x\" }}\n");
        let selector = selector(&text);
        let analysis = selector.analyse(&options());
        hold_witnesses(&text, &selector, &analysis);
        let found = analysis.findings.iter().filter(|finding| kinds.contains(&finding.kind));
        assert_eq!(found.map(super::key).collect::<Vec<_>>(), wanted, "{when} {effects}\n{analysis}");
    }
}

/// A rule in Rust that reads the language and holds for everybody.
struct Spoken;
impl maitre::RustRule for Spoken {
    fn name(&self) -> &str {
        "spoken"
    }
    fn reads(&self) -> &[&str] {
        &["profile.language"]
    }
    fn holds(&self, _: &maitre::RuleFacts<'_>) -> maitre::Truth {
        maitre::Truth::True
    }
}

#[test]
fn what_a_rule_in_rust_reads_is_among_what_is_concluded_from() {
    let rule = r#"rules.r = { when = 'rule("spoken") && profile.age >= 80', adapt = ["large_text"], because = "x" }"#;
    let policy = Policy::loader().rule(Spoken).toml(&format!("{HEAD}{rule}")).unwrap();
    let analysis = maitre::ExperienceSelector::compile(&policy).unwrap().analyse(&options());
    let said: Vec<&str> = analysis
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::NeedFromAge)
        .map(|finding| &*finding.message)
        .collect();
    assert_eq!(said, ["rule `r` concludes `large_text` from age and language alone"], "{analysis}");
}

#[test]
fn the_advice_for_a_silenced_rule_goes_by_how_it_reads_what_is_missing() {
    const SEGMENT: &str = "make a segment of what may be unknown, with `on_unknown = \"include\"`";
    let apart = |facts: &[&str]| {
        let guards: Vec<String> = facts.iter().map(|fact| format!("`(known({fact}) && …)`")).collect();
        let each = if facts.len() == 1 { "it is" } else { "each is" };
        let guards = guards.join(" and ");
        format!(
            "if that is meant, say so: where {each} read, and not before the whole, {guards}; else {SEGMENT}"
        )
    };
    let whole = |known: &str| format!("if that is meant, say so: `{known} && …`; else {SEGMENT}");
    let turned = format!(
        "if that is meant, say so: where each is read, and not before the whole, `(!known(tags) || …)` and \
         `(known(vip) && …)`; else {SEGMENT}"
    );
    let segments =
        "segments.s = { when = 'vip', on_unknown = \"include\" }\nsegments.t = 'vip || tier == \"a\"'\n";
    for (when, wanted) in [
        ("visit.errors > 2 && [\"a\"].exists(t, t == tier || vip)", SEGMENT.to_owned()),
        ("visit.errors > 2 && (vip || !declared(vip) && tier == \"a\")", apart(&["tier", "vip"])),
        ("visit.errors > 2 && (vip || !known(vip) && tier == \"a\")", apart(&["tier", "vip"])),
        ("visit.errors > 2 && (known(vip) && b || vip || tier == \"a\")", apart(&["tier", "vip"])),
        // What all members must be is kept as what none may be, and not as it is written.
        ("visit.errors > 2 && (vip || tags.all(t, t == \"red\"))", apart(&["vip"])),
        ("visit.errors > 2 && (vip || !tags.exists(t, t == \"red\"))", turned),
        ("visit.errors > 2 && !segment.t", whole("known(tier) && known(vip)")),
        // Of a segment that counts the unknown as true nothing is missing.
        ("visit.errors > 2 && (segment.s && tier == \"a\" || vip && b)", apart(&["b", "tier"])),
        // Of what a device asks for, which may be asked one way only (L8).
        ("visit.errors > 2 && visit.save_data", whole("known(visit.save_data)")),
    ] {
        let rule = |when: &str| {
            format!("{HEAD}{segments}rules.r = {{ when = '{when}', layout = -100, because = \"x\" }}\n")
        };
        let analysis = selector(&rule(when)).analyse(&options());
        let silenced: Vec<_> =
            analysis.findings.iter().filter(|finding| finding.kind == FindingKind::Silenced).collect();
        let [only] = silenced.as_slice() else { panic!("{when}\n{analysis}") };
        assert_eq!(&*only.help, wanted, "{when}");
    }
    // And where it is followed, it is accepted.
    let followed = "known(visit.save_data) && visit.errors > 2 && visit.save_data";
    let text = format!("{HEAD}rules.r = {{ when = '{followed}', layout = -100, because = \"x\" }}\n");
    assert!(selector(&text).analyse(&options()).findings.iter().all(|one| one.kind != FindingKind::Silenced));
}
