//! Bad conditions, each with everything that is said of it, to the letter.

use maitre::Condition;

/// Blocks of `> condition` lines and the text of the error.
#[test]
fn every_bad_condition_says_all_that_is_wrong_and_what_to_do() {
    let attributes = super::attributes();
    let file = include_str!("../../cases/cel/rejects.txt");
    let mut found = String::new();
    let mut conditions = 0;
    for block in file.trim_end().split("\n\n") {
        if block.starts_with('#') {
            found.push_str(block);
        } else {
            let lines: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("> ")).collect();
            let said = match Condition::parse(&lines.join("\n"), &attributes) {
                Ok(condition) => format!("accepted: {condition}"),
                Err(error) => error.to_string(),
            };
            lines.iter().for_each(|line| found.push_str(&format!("> {line}\n")));
            found.push_str(&said);
            conditions += 1;
        }
        found.push_str("\n\n");
    }
    assert!(conditions > 80, "only {conditions} conditions were read");
    if found.trim_end() != file.trim_end() {
        // For a look at both: the file as it would be now.
        if let Some(path) = std::env::var_os("MAITRE_BLESS") {
            std::fs::write(path, found.trim_end().to_owned() + "\n").unwrap();
        }
        let line = found.lines().zip(file.lines()).position(|(a, b)| a != b).unwrap_or(0);
        let at =
            |text: &str| text.lines().skip(line.saturating_sub(3)).take(7).collect::<Vec<_>>().join("\n");
        panic!("line {}:\nfound\n{}\n\nexpected\n{}", line + 1, at(&found), at(file));
    }
}

/// What is to be written takes the place of what was wrong, and nothing is wrong then.
#[test]
fn what_is_advised_is_accepted_when_it_is_followed() {
    let (attributes, mut followed) = (super::attributes(), 0);
    let file = include_str!("../../cases/cel/rejects.txt");
    let (_, section) = file.split_once("# Advice that holds when it is followed").unwrap();
    for text in section.lines().filter_map(|line| line.strip_prefix("> ")) {
        let error = Condition::parse(text, &attributes).unwrap_err();
        let [diagnostic] = error.diagnostics() else { continue };
        let advice = diagnostic.help().and_then(|help| help.strip_prefix("write `"));
        let Some(advice) = advice.and_then(|advice| advice.strip_suffix('`')) else { continue };
        // Where something is left out, it stands for whatever the author means.
        if advice.contains(['…', '`']) {
            continue;
        }
        let place = diagnostic.place().unwrap();
        let better = format!("{}{advice}{}", &text[..place.start], &text[place.end..]);
        // The advice on `!` is for the sign and what stands behind it.
        let better = better.replace("!!", "!");
        assert!(Condition::parse(&better, &attributes).is_ok(), "{text}: {better}");
        followed += 1;
    }
    assert!(followed >= 15, "only {followed} were followed");
}
