//! Advice about the last resort: whoever follows it is not refused again.

use maitre::Policy;

#[test]
fn advice_about_the_last_resort_is_accepted_when_it_is_followed() {
    const WEB: &str = "{ name = \"web\" }";
    const PHONE: &str = "{ name = \"phone\", staffed = true }";
    const DESK: &str = "{ name = \"desk\", own = true, staffed = true }";
    const IN_PERSON: &str = "{ name = \"in_person\", staffed = true }";
    let policy = |last_resort: &str, channels: &[&str], more: &str| {
        let last_resort =
            if last_resort.is_empty() { String::new() } else { format!("last_resort = [{last_resort}]\n") };
        format!("format = 1\nname = \"shop\"\n{last_resort}channels = [{}]\n{more}", channels.join(", "))
    };
    let never = "rules.a = { when = 'visit.errors > 1', layout = -10, never = [\"desk\"] }\n";
    // Last resort, channels, and what else is written: first the refused, then after its advice, which is quoted.
    let cases = [
        (("", vec![WEB, DESK], ""), "as `last_resort = [\"desk\"]`", ("'desk'", vec![WEB, DESK], "")),
        (
            ("", vec![WEB, PHONE], ""),
            "as `last_resort = [\"in_person\"]` with `{ name = \"in_person\", staffed = true }` among the channels",
            ("'in_person'", vec![WEB, PHONE, IN_PERSON], ""),
        ),
        (
            ("'in_person'", vec![WEB], ""),
            "add `{ name = \"in_person\", staffed = true }` to the channels and let it be the last of `last_resort`",
            ("'in_person'", vec![WEB, IN_PERSON], ""),
        ),
        (
            ("'phone', 'desk'", vec![WEB, DESK], ""),
            "add `{ name = \"phone\", staffed = true }` to them, or take it out",
            ("'phone', 'desk'", vec![WEB, DESK, PHONE], ""),
        ),
        (
            ("'phone'", vec![PHONE, DESK], ""),
            "let the last of `last_resort` be `desk`",
            ("'phone', 'desk'", vec![PHONE, DESK], ""),
        ),
        (
            ("'phone'", vec![PHONE], ""),
            "add `{ name = \"in_person\", staffed = true }` to the channels and let it be the last of `last_resort`",
            ("'phone', 'in_person'", vec![PHONE, IN_PERSON], ""),
        ),
        // Where somebody is there, nobody is told to say that nobody is.
        (
            ("'web'", vec![WEB, PHONE], ""),
            "help: add `{ name = \"in_person\", staffed = true }` to the channels and let it be the last of `last_resort`",
            ("'web', 'in_person'", vec![WEB, PHONE, IN_PERSON], ""),
        ),
        (
            ("'web'", vec![WEB], ""),
            "or say `people = false` if there is nobody to reach",
            ("'web'", vec![WEB], "people = false\n"),
        ),
        (
            ("'in_person'", vec!["{ name = \"in_person\" }"], ""),
            "say `staffed = true` of it if somebody is there, or add `{ name = \"desk\", own = true, staffed = true }`",
            ("'in_person'", vec![IN_PERSON], ""),
        ),
        (
            ("'desk'", vec![DESK], never),
            "take it out of `never`, or add `{ name = \"in_person\", staffed = true }` to the channels",
            ("'desk', 'in_person'", vec![DESK, IN_PERSON], never),
        ),
        (
            ("'phone'", vec!["{ name = \"phone\" }"], "people = false\n"),
            "add `{ name = \"web\" }` to the channels and let it be the last of `last_resort`",
            ("'phone', 'web'", vec!["{ name = \"phone\" }", WEB], "people = false\n"),
        ),
    ];
    for ((last_resort, channels, more), advice, after) in &cases {
        let refused = policy(last_resort, channels, more);
        let error = Policy::from_toml(&refused).unwrap_err().to_string();
        assert!(error.contains(advice) && !error.contains("(D"), "{refused}\n{error}");
        let followed = policy(after.0, &after.1, after.2);
        assert!(Policy::from_toml(&followed).is_ok(), "{followed}\n{error}");
    }
}
