//! Conditions written in Rust: they mean what they say, print as canonical text, and say whatever a text can.

use maitre::when::{self, Expression, Term};
use maitre::{Condition, Duration, Timestamp, Truth};
use proptest::prelude::*;

/// A number that is an int in any case.
fn int() -> impl Strategy<Value = Term> {
    let leaf = prop_oneof![
        Just(when::attribute("my_int")),
        any::<i64>().prop_map(Term::from),
        (-9_i64..9).prop_map(Term::from),
        Just(when::bucket("a \"salt\"")),
        Just(when::attribute("my_text").size()),
        Just(when::attribute("my_set").size()),
        Just(when::attribute("my_float").int()),
        Just(when::attribute("my_time").int()),
        time_part(),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.plus(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.minus(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.times(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.divided_by(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.remainder(b)),
            inner.clone().prop_map(Term::negated),
            inner.clone().prop_map(|a| a.string().int()),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| when::attribute("my_flag").holds().choose_value(a, b)),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| a.clone().below(b.clone()).choose_value(b, c.plus(a))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| when::list([a, b.clone()]).element(b)),
            (inner.clone(), inner).prop_map(|(a, b)| when::list([
                when::list([a.clone()]).plus(when::list([b]))
            ])
            .element(0)
            .element(a)),
        ]
    })
}

fn time_part() -> impl Strategy<Value = Term> {
    let plain: Vec<fn(Term) -> Term> = vec![
        Term::full_year,
        Term::month,
        Term::date,
        Term::day_of_month,
        Term::day_of_week,
        Term::day_of_year,
        Term::hours,
        Term::minutes,
        Term::seconds,
        Term::milliseconds,
    ];
    let zoned: Vec<fn(Term, &str) -> Term> = vec![
        Term::full_year_in,
        Term::month_in,
        Term::date_in,
        Term::day_of_month_in,
        Term::day_of_week_in,
        Term::day_of_year_in,
        Term::hours_in,
        Term::minutes_in,
        Term::seconds_in,
        Term::milliseconds_in,
    ];
    let time = || {
        prop::sample::select(vec![
            when::attribute("my_time"),
            when::attribute("visit.at").plus(Duration::from_days(3)),
            when::attribute("my_int").timestamp(),
            when::attribute("my_text").timestamp(),
        ])
    };
    prop_oneof![
        (prop::sample::select(plain), time()).prop_map(|(part, of)| part(of)),
        (prop::sample::select(zoned), time(), prop::sample::select(vec!["UTC", "+02:00", "-03:30"]))
            .prop_map(|(part, of, zone)| part(of, zone)),
        Just(when::attribute("visit.at").minus(when::attribute("my_time")).hours()),
    ]
}

/// A condition from the builder, with every method that it has.
fn expression() -> impl Strategy<Value = Expression> {
    let text = "[ -~é\n]{0,5}".prop_map(Term::from);
    let leaf = prop_oneof![
        (int(), int()).prop_map(|(a, b)| a.at_least(b)),
        (int(), any::<i32>()).prop_map(|(a, b)| a.is_not(b)),
        (any::<f64>(), any::<f64>()).prop_map(|(a, b)| when::value(a).negated().below(b)),
        (int(), any::<f64>()).prop_map(|(a, b)| a.float().times(b).above(1)),
        (int(), any::<Vec<i32>>()).prop_map(|(a, b)| a.one_of(b)),
        (int(), int()).prop_map(|(a, b)| a.is_in(when::list([b, when::value(1)]))),
        (int(), int()).prop_map(|(a, b)| when::list([a]).some("v", |v| v.plus(1).above(b))),
        (int(), int()).prop_map(|(a, b)| {
            when::list([a, b])
                .every("v", |v| when::list([1]).some("w", |w| w.is_not(v).or(!when::known("my_int"))))
        }),
        text.clone().prop_map(|text| when::attribute("my_set").every("v", |v| v.contains(text))),
        text.clone().prop_map(|text| when::attribute("my_text").plus(text.clone()).is(text)),
        (text.clone(), text).prop_map(|(a, b)| a.ends_with(b)),
        Just(when::attribute("my_set").has("red")),
        Just(when::attribute("my_set").has_any(["red", "blue"])),
        Just(when::attribute("my_text").is_in(when::attribute("my_set"))),
        Just(when::attribute("my_flag").holds()),
        Just(when::attribute("my_text").bool().holds()),
        Just(when::known("profile.age")),
        Just(when::declared("my_int")),
        Just(when::attribute("my_text").matches("^Z\"?")),
        Just(when::attribute("my_text").duration().above(Duration::from_days(1))),
        Just(when::attribute("visit.at").minus(when::attribute("my_time")).below(Duration::from_days(3))),
        Just(when::attribute("my_time").at_most(Timestamp::from_unix(1_000_000, 5).unwrap())),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.or(b)),
            inner.clone().prop_map(|a| !a),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| when::value(a).is(b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| when::list([a]).some("x", |x| x.is(b))),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| a.choose(b, c)),
        ]
    })
}

/// Canonical is not enough: the parentheses must be where they are meant.
#[test]
fn an_expression_from_rust_means_what_it_says() {
    let (a, b, c) =
        (|| when::attribute("my_flag").holds(), || when::known("my_int"), || when::known("no_int"));
    for (expression, text, truth) in [
        (when::value(10).minus(when::value(3).minus(2)).is(9), "10 - (3 - 2) == 9", Truth::True),
        (when::value(10).minus(3).minus(2).is(5), "10 - 3 - 2 == 5", Truth::True),
        (c().or(a()).and(c()), "(known(no_int) || my_flag) && known(no_int)", Truth::False),
        (c().and(c()).or(a()), "known(no_int) && known(no_int) || my_flag", Truth::True),
        (a().and(b().and(c())), "my_flag && known(my_int) && known(no_int)", Truth::False),
        (!a().and(c()), "!(my_flag && known(no_int))", Truth::True),
        (!!a(), "!!my_flag", Truth::True),
        (
            a().choose(b(), c()).choose(c(), b()),
            "(my_flag ? known(my_int) : known(no_int)) ? known(no_int) : known(my_int)",
            Truth::False,
        ),
        (
            a().choose(c(), b().choose(b(), c())),
            "my_flag ? known(no_int) : known(my_int) ? known(my_int) : known(no_int)",
            Truth::False,
        ),
        (
            c().choose(c(), b()).and(a()),
            "(known(no_int) ? known(no_int) : known(my_int)) && my_flag",
            Truth::True,
        ),
        (
            when::attribute("my_text").plus("!").ends_with("ë!"),
            "(my_text + \"!\").endsWith(\"ë!\")",
            Truth::True,
        ),
        (
            when::attribute("my_set").has_any(["green", "red"]),
            "\"green\" in my_set || \"red\" in my_set",
            Truth::True,
        ),
        (when::attribute("plan").one_of(["prepaid"]), "plan in [\"prepaid\"]", Truth::False),
        (when::attribute("my_int").is_not(7), "my_int != 7", Truth::False),
        (when::value(-7).plus(when::attribute("my_int")).at_most(0), "-7 + my_int <= 0", Truth::True),
        (
            when::value(2).times(when::attribute("my_int").plus(3)).is(20),
            "2 * (my_int + 3) == 20",
            Truth::True,
        ),
        (when::value(2).times(3).plus(1).is(7), "2 * 3 + 1 == 7", Truth::True),
        (when::value(7).divided_by(when::value(4).divided_by(2)).is(3), "7 / (4 / 2) == 3", Truth::True),
        (when::value(7).divided_by(4).times(2).is(2), "7 / 4 * 2 == 2", Truth::True),
        (when::value(-7).remainder(4).is(-3), "-7 % 4 == -3", Truth::True),
        (when::attribute("my_int").remainder(0).is(0), "my_int % 0 == 0", Truth::Unknown),
        (when::attribute("my_int").negated().is(-7), "-my_int == -7", Truth::True),
        (when::value(7).negated().is(-7), "-(7) == -7", Truth::True),
        (when::value(-7).negated().is(7), "--7 == 7", Truth::True),
        (when::value(2).plus(3).negated().times(2).is(-10), "-(2 + 3) * 2 == -10", Truth::True),
        (when::value(2).minus(when::value(3).negated()).is(5), "2 - -(3) == 5", Truth::True),
        (a().choose_value(1, 2).plus(1).is(2), "(my_flag ? 1 : 2) + 1 == 2", Truth::True),
        (
            a().choose_value(a().choose_value(1, 2), b().choose_value(3, 4)).is(1),
            "(my_flag ? (my_flag ? 1 : 2) : known(my_int) ? 3 : 4) == 1",
            Truth::True,
        ),
        (when::value(a()).is(c()), "my_flag == known(no_int)", Truth::False),
        (when::value(a()).is(c().or(b())), "my_flag == (known(no_int) || known(my_int))", Truth::True),
        (when::list([4, 5]).element(1).is(5), "[4, 5][1] == 5", Truth::True),
        (
            when::list([4]).plus(when::list([5, 6])).element(when::attribute("my_int").minus(5)).is(6),
            "([4] + [5, 6])[my_int - 5] == 6",
            Truth::True,
        ),
        (when::list([4, 5]).element(2).is(5), "[4, 5][2] == 5", Truth::Unknown),
        (when::list([when::value(1), when::value(2.5)]).size().is(2), "size([1, 2.5]) == 2", Truth::True),
        (
            when::attribute("my_int").is_in(when::list([1]).plus(when::list([7]))),
            "my_int in [1] + [7]",
            Truth::True,
        ),
        (when::attribute("my_text").is_in(when::attribute("my_set")), "my_text in my_set", Truth::False),
        (
            when::attribute("my_set").some("c", |c| c.starts_with("bl")),
            "my_set.exists(c, c.startsWith(\"bl\"))",
            Truth::True,
        ),
        (when::attribute("my_set").every("c", |c| c.is("red")), "my_set.all(c, c == \"red\")", Truth::False),
        (
            when::list([1, 2]).every("v", |v| when::list([2, 3]).some("w", |w| w.is(v.plus(1)))),
            "[1, 2].all(v, [2, 3].exists(w, w == v + 1))",
            Truth::True,
        ),
        (
            when::list([1]).plus(when::list([8])).some("v", |v| v.above(when::attribute("my_int"))),
            "([1] + [8]).exists(v, v > my_int)",
            Truth::True,
        ),
        (when::attribute("my_float").int().is(2), "int(my_float) == 2", Truth::True),
        (when::attribute("my_int").float().is(7.0), "double(my_int) == 7.0", Truth::True),
        (
            when::attribute("my_int").string().plus("!").is("7!"),
            "string(my_int) + \"!\" == \"7!\"",
            Truth::True,
        ),
        (when::attribute("my_text").bool().holds(), "bool(my_text)", Truth::Unknown),
        (when::value(0).timestamp().below(when::attribute("my_time")), "timestamp(0) < my_time", Truth::True),
        (
            when::value("1h30m").duration().is(Duration::from_seconds(5400)),
            "duration(\"1h30m\") == duration(\"5400s\")",
            Truth::True,
        ),
        (when::all([]), "true", Truth::True),
        (when::any([]), "false", Truth::False),
        (when::all([a(), c().or(b())]), "my_flag && (known(no_int) || known(my_int))", Truth::True),
    ] {
        let condition = Condition::build(expression, &super::attributes()).unwrap();
        assert_eq!((condition.to_string().as_str(), condition.evaluate(&super::values())), (text, truth));
    }
}

/// `my_time` is 2026-11-23T10:20:30.450Z, a Monday.
#[test]
fn each_part_of_a_time_is_the_one_that_is_asked_for() {
    let time = || when::attribute("my_time");
    let (east, length) = ("+14:00", || when::attribute("visit.at").minus(when::attribute("my_time")));
    for (part, text, value) in [
        (time().full_year(), "my_time.getFullYear()", 2026),
        (time().month(), "my_time.getMonth()", 10),
        (time().date(), "my_time.getDate()", 23),
        (time().day_of_month(), "my_time.getDayOfMonth()", 22),
        (time().day_of_week(), "my_time.getDayOfWeek()", 1),
        (time().day_of_year(), "my_time.getDayOfYear()", 326),
        (time().hours(), "my_time.getHours()", 10),
        (time().minutes(), "my_time.getMinutes()", 20),
        (time().seconds(), "my_time.getSeconds()", 30),
        (time().milliseconds(), "my_time.getMilliseconds()", 450),
        (time().full_year_in(east), "my_time.getFullYear(\"+14:00\")", 2026),
        (time().month_in(east), "my_time.getMonth(\"+14:00\")", 10),
        (time().date_in(east), "my_time.getDate(\"+14:00\")", 24),
        (time().day_of_month_in(east), "my_time.getDayOfMonth(\"+14:00\")", 23),
        (time().day_of_week_in(east), "my_time.getDayOfWeek(\"+14:00\")", 2),
        (time().day_of_year_in(east), "my_time.getDayOfYear(\"+14:00\")", 327),
        (time().hours_in(east), "my_time.getHours(\"+14:00\")", 0),
        (time().minutes_in("-03:30"), "my_time.getMinutes(\"-03:30\")", 50),
        (time().seconds_in("UTC"), "my_time.getSeconds(\"UTC\")", 30),
        (time().milliseconds_in("UTC"), "my_time.getMilliseconds(\"UTC\")", 450),
        (length().hours(), "(visit.at - my_time).getHours()", 23),
        (length().minutes(), "(visit.at - my_time).getMinutes()", 1439),
        (length().milliseconds(), "(visit.at - my_time).getMilliseconds()", 550),
    ] {
        let condition = Condition::build(part.is(value), &super::attributes()).unwrap();
        assert_eq!(condition.to_string(), format!("{text} == {value}"));
        assert_eq!(condition.evaluate(&super::values()), Truth::True, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// What the builder prints is canonical, and is accepted.
    #[test]
    fn an_expression_from_rust_is_canonical(expression in expression()) {
        let condition = Condition::build(expression.clone(), &super::attributes());
        prop_assert_eq!(condition.map(|c| c.to_string()), Ok(expression.to_string()));
    }
}
