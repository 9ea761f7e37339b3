//! The house style: what it is, and that nothing is lost in it.

use super::super::format::{formatted, syntax};
use super::super::input::Source;
use super::{End, HARBOUR, REJECTS, Scratch, typed};

/// Documents, and how they are written in the house style.
const STYLES: [(&str, &str); 4] = [
    (
        "# for the shop\n\nname='shop'\nformat = 1 # the first\n[rules.b]\nwhen='true'   # b\nlayout=1\n\n\n\n# c comes here\n[rules.c]\nwhen = 'true'\nlayout = 2\n",
        "# for the shop\n\nformat = 1 # the first\nname = 'shop'\n\n[rules]\n# c comes here\nc = { when = 'true', layout = 2 }\n\n[rules.b]\nwhen = 'true'   # b\nlayout = 1\n",
    ),
    (
        "#:schema ./maitre.schema.json\nformat=1\nchannels=[{name=\"web\",base=1},# first\n # the last\n  { name = \"post\" }]\n[tests]\n[segments]\nb='x'\n\n\na = \"y\"\n# the end",
        "#:schema ./maitre.schema.json\n\nformat = 1\nchannels = [\n  { name = \"web\", base = 1 },  # first\n  # the last\n  { name = \"post\" },\n]\n\n[segments]\nb = 'x'\n\na = \"y\"\n\n[tests]\n# the end\n",
    ),
    (
        "rules.long = { when = '''a\nb''', layout = 1 }\nsegments.s.when = 'x'\nname = \"x\"\n",
        "name = \"x\"\n\n[segments]\ns.when = 'x'\n\n[rules.long]\nwhen = '''a\nb'''\nlayout = 1\n",
    ),
    // What stands above an entry, or behind the one before it, is no part of it.
    (
        "channels = [\n  # the web\n  {name=\"web\",base=40}, # by far\n  {name=\"post\",open=[\"mon-fri 08:00-20:00\" ,\"sat 09:00-10:00\"]}\n]\nlast_resort=[ # one\n'post' ]\n",
        "last_resort = [ # one\n  'post',\n]\nchannels = [\n  # the web\n  { name = \"web\", base = 40 }, # by far\n  { name = \"post\", open = [\"mon-fri 08:00-20:00\", \"sat 09:00-10:00\"] },\n]\n",
    ),
];

#[test]
fn the_house_style_is_this() {
    for (text, styled) in STYLES {
        assert_eq!(formatted(text).as_deref(), Ok(styled));
        assert_eq!(formatted(styled).as_deref(), Ok(styled));
    }
}

#[test]
fn a_file_is_checked_and_written_in_the_house_style() {
    let (text, styled) = STYLES[0];
    let file = Scratch::new("style.toml", text);
    assert_eq!(typed(&["format", file.path()]), (End::Well, styled.to_owned()));
    assert_eq!(typed(&["format", "--check", file.path()]).0, End::Refused);
    assert_eq!(file.text(), text);
    assert_eq!(typed(&["format", "--write", file.path()]).0, End::Well);
    assert_eq!(file.text(), styled);
    assert_eq!(typed(&["format", "--check", file.path()]).0, End::Well);
    let broken = Scratch::new("broken.toml", "format = = 1");
    assert_eq!(typed(&["format", broken.path()]).0, End::Nothing);
}

#[test]
fn what_somebody_keeps_beside_a_file_is_not_touched_when_it_is_written() {
    let (text, styled) = STYLES[0];
    let file = Scratch::new("kept.toml", text);
    let beside = ["kept.toml.new", "kept.toml.new1"].map(|name| Scratch::new(name, name));
    let here = || {
        let name = file.path().rsplit('/').next().unwrap_or_default();
        let all = std::fs::read_dir(std::env::temp_dir()).unwrap_or_else(|error| panic!("{error}"));
        all.flatten().filter(|one| one.file_name().to_string_lossy().starts_with(name)).count()
    };
    assert_eq!(typed(&["format", "--write", file.path()]).0, End::Well);
    assert_eq!(file.text(), styled);
    assert_eq!(beside.each_ref().map(Scratch::text), ["kept.toml.new", "kept.toml.new1"]);
    // Nor is anything left there that was not.
    assert_eq!(here(), 3);
}

#[test]
fn a_byte_order_mark_is_not_in_the_house_style() {
    let (_, styled) = STYLES[0];
    let file = Scratch::new("marked_style.toml", format!("\u{feff}{styled}"));
    assert_eq!(typed(&["format", "--check", file.path()]).0, End::Refused);
    assert_eq!(typed(&["format", "--write", file.path()]).0, End::Well);
    assert_eq!(file.text(), styled);
}

#[test]
fn a_policy_is_written_in_the_house_style_and_stays_the_same() {
    let policy = std::fs::read_to_string(HARBOUR).unwrap_or_default();
    let digest = |text: &str| {
        let policy = Source::new("", text).policy();
        policy.map(|policy| policy.digest()).ok()
    };
    let mut seen = 0;
    let mut all =
        vec![policy.clone(), include_str!("../../../tests/policies/harbour_mobile.toml").to_owned()];
    let files = std::fs::read_dir(REJECTS).unwrap_or_else(|error| panic!("{error}"));
    all.extend(files.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok()));
    for text in &all {
        let Ok(once) = formatted(text) else { continue };
        assert_eq!(formatted(&once).as_deref(), Ok(&*once), "{text}");
        assert_eq!(digest(text), digest(&once), "{once}");
        let comments = |text: &str| text.matches('#').count();
        assert_eq!(comments(text), comments(&once), "{once}");
        assert!(once.is_empty() || once.ends_with('\n') && !once.contains("\n\n\n"), "{once}");
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn what_is_no_toml_is_told_in_our_words_with_its_place() {
    let told = |text: &str| {
        let found = syntax(&Source::new("it", text));
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(told("format = = 1"), "1:10: extra `=` [syntax]");
    assert!(told("name = \"x").starts_with("1:8: a string that is not closed, expected `\"` [syntax]"));
    // What is wrong with the policy is none of the style's business.
    assert_eq!(told("format = 2"), "");
    let json = Scratch::new("style.json", "{}");
    assert_eq!(typed(&["format", json.path()]), (End::Nothing, String::new()));
}

#[test]
fn proposed_tests_are_in_the_house_style() {
    let policy = std::fs::read_to_string(HARBOUR).unwrap_or_default();
    let end = policy.find("\n[[tests]]").unwrap_or(policy.len());
    let policy = policy.get(..end).unwrap_or_default();
    let bare = Scratch::new("bare.toml", policy);
    let (end, proposals) = typed(&["test", bare.path(), "--propose"]);
    assert_eq!(end, End::Well);
    assert!(proposals.matches("[[tests]]").count() > 10, "{proposals}");
    let pasted = Scratch::new("pasted.toml", format!("{}\n\n{proposals}", policy.trim_end()));
    assert_eq!(typed(&["format", "--check", pasted.path()]).0, End::Well, "{}", pasted.text());
    let (end, told) = typed(&["test", pasted.path()]);
    assert_eq!(end, End::Well, "{told}");
}
