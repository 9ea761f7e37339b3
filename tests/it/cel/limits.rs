//! Hostile conditions: as large, deep and repetitive as the limits let them be, on a small stack.

use maitre::{Condition, Truth};

/// Parses and evaluates on a stack of one MiB, which is less than any thread has by default.
fn on_a_small_stack(text: String) -> Result<Truth, String> {
    let run = move || {
        let condition = Condition::parse(&text, &super::attributes()).map_err(|e| e.to_string())?;
        let printed = condition.to_string();
        if printed.len() <= 16 * 1024 {
            let again = Condition::parse(&printed, &super::attributes()).map_err(|e| e.to_string())?;
            assert_eq!(again, condition);
        }
        Ok(condition.evaluate(&super::values()))
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap()
}

fn nested(open: &str, middle: &str, close: &str, times: usize) -> String {
    format!("{}{middle}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn a_chain_of_any_length_needs_no_depth() {
    let chain = vec!["no_flag"; 1_400].join(" || ");
    assert_eq!(on_a_small_stack(format!("{chain} || my_flag")), Ok(Truth::True));
    let chain = vec!["my_flag"; 1_700].join("&&");
    assert_eq!(on_a_small_stack(format!("{chain}&&!my_flag")), Ok(Truth::False));
    // Pairs of parentheses around parts of a chain are no depth either.
    assert_eq!(on_a_small_stack(nested("(my_flag && ", "my_flag", ")", 60)), Ok(Truth::True));
}

#[test]
fn what_cel_asks_of_every_implementation_is_within_the_limits() {
    assert_eq!(on_a_small_stack(nested("(", "my_flag", ")", 32)), Ok(Truth::True));
    assert_eq!(on_a_small_stack(format!("{}my_flag", "!".repeat(32))), Ok(Truth::True));
    assert_eq!(on_a_small_stack(format!("{}my_int == 7", "-".repeat(32))), Ok(Truth::True));
    assert_eq!(on_a_small_stack(format!("my_int{} == 7", " - 1 + 1".repeat(24))), Ok(Truth::True));
    assert_eq!(
        on_a_small_stack(format!("{}my_flag", "no_int == 1 || my_flag ? my_flag : ".repeat(24))),
        Ok(Truth::True)
    );
    assert_eq!(
        on_a_small_stack(format!("(my_text{}).size() > 50", " + \"ab\" + my_text".repeat(15))),
        Ok(Truth::True)
    );
    let list = (0..1_000).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(on_a_small_stack(format!("my_int in [{list}]")), Ok(Truth::True));
    assert_eq!(on_a_small_stack(nested("[", "1", "]", 12) + &"[0]".repeat(12) + " == 1"), Ok(Truth::True));
}

#[test]
fn what_is_nested_as_deep_as_allowed_is_evaluated() {
    assert_eq!(on_a_small_stack(format!("{}my_flag", "!".repeat(62))), Ok(Truth::True));
    assert_eq!(on_a_small_stack(nested("!(my_flag && ", "my_flag", ")", 30)), Ok(Truth::True));
    assert_eq!(
        on_a_small_stack(nested(
            "(my_text == (my_flag ? my_text : \"x\") ? my_flag && ",
            "my_flag",
            " : no_flag)",
            20
        )),
        Ok(Truth::True)
    );
    // Through variables an evaluation goes deeper than the text.
    let mut deep = "[my_int].all(v0, ".to_owned();
    for n in 1..16 {
        deep += &format!("[-(-(-(-(-v{}))))].all(v{n}, ", n - 1);
    }
    assert_eq!(on_a_small_stack(format!("{deep}v15 < 0{}", ")".repeat(16))), Ok(Truth::True));
    let mut deep = "[my_text].all(v0, ".to_owned();
    for n in 1..20 {
        deep += &format!("[v{} == \"\" + my_text ? v{} : \"\"].all(v{n}, ", n - 1, n - 1);
    }
    let _ = on_a_small_stack(format!("{deep}true{}", ")".repeat(20)));
    assert_eq!(on_a_small_stack(format!("{} == 7", nested("[", "my_int", "][0]", 14))), Ok(Truth::True));
}

/// Each is refused for its size, not by a crash.
#[test]
fn what_is_larger_than_the_limits_is_refused_by_name() {
    let refused = |text: String, why: &str| {
        let error = on_a_small_stack(text).expect_err(why);
        assert!(error.contains("[limit]") && error.contains(why), "{why}: {error}");
        assert!(error.lines().count() < 8, "{error}");
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("!", ""),
        ("-", ""),
        ("f(", ")"),
        ("p ? p : ", ""),
        ("a[", "]"),
        ("s.f(", ")"),
        ("- ! ", ""),
    ] {
        let times = 16_000 / (open.len() + close.len());
        refused(nested(open, "a", close, times), "levels deep");
        // Without what closes.
        refused(nested(open, "", "", 16_000 / open.len()), "levels deep");
    }
    refused(format!("a{}", " + 1".repeat(3_000)), "levels deep");
    refused(format!("a{}", ".b".repeat(3_000)), "levels deep");
    refused(format!("a{}", "[0]".repeat(3_000)), "levels deep");
    refused("a".repeat(17_000), "bytes long");
    refused(format!("[{}] == []", "1,".repeat(2_000)), "elements");
    refused("!!!!!!!!p||".repeat(1_400) + "p", "parts");
    let joined = vec!["my_text + s"; 20].join(" + ");
    refused(format!("{joined} == \"\""), "pieces");
}

/// Work that multiplies is refused, however short the text is.
#[test]
fn an_evaluation_that_could_take_long_is_refused() {
    let list = format!("[{}]", vec!["my_int"; 200].join(","));
    let cubed = format!("{list}.all(i, {list}.all(j, {list}.all(k, i + j + k > 0)))");
    assert!(on_a_small_stack(cubed).unwrap_err().contains("steps"));
    // Each variable stands for twice the one before.
    let mut doubled = "[my_int].all(v0, ".to_owned();
    for n in 1..30 {
        doubled += &format!("[v{} + v{}].all(v{n}, ", n - 1, n - 1);
    }
    let doubled = format!("{doubled}true{}", ")".repeat(30));
    assert!(on_a_small_stack(doubled).unwrap_err().contains("[limit]"));
    let mut texts = "[my_text].all(v0, ".to_owned();
    for n in 1..30 {
        texts += &format!("[v{} + v{}].all(v{n}, ", n - 1, n - 1);
    }
    assert!(on_a_small_stack(format!("{texts}true{}", ")".repeat(30))).unwrap_err().contains("[limit]"));
    // Elements behind elements: short to write, deep to follow.
    let mut deep = "[my_int].all(v0, ".to_owned();
    for n in 1..28 {
        deep += &format!("[-(-(-(-(-v{}))))].all(v{n}, ", n - 1);
    }
    let deep = format!("{deep}v27 > 0{}", ")".repeat(28));
    assert!(on_a_small_stack(deep).unwrap_err().contains("[limit]"));
}

/// Patterns, names to suggest and constants to compute cost at load; many of them must not cost too much.
#[test]
fn a_condition_that_is_costly_to_check_is_checked_in_time() {
    let started = std::time::Instant::now();
    let pattern = "my_text.matches(\"(a|b)*a(a|b){9}\")||";
    assert!(on_a_small_stack(format!("{}p", pattern.repeat(300))).is_err());
    assert!(on_a_small_stack("my_text.matches(\"[a-z]{100}{100}{100}\")".into()).is_err());
    assert!(on_a_small_stack("visit.errrs>1||".repeat(1_000) + "p").is_err());
    let list = format!("[{}]", vec!["1"; 60].join(","));
    let constant = format!("{list}.all(a,{list}.all(b,a==b))&&");
    let _ = on_a_small_stack(constant.repeat(16_000 / constant.len()) + "p");
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
