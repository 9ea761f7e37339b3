use http::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::table::ROWS;
use super::user_agent;
use crate::fact::{Fact, Source};
use crate::time::Moment;
use crate::value::Value;
use crate::visit::{Visit, VisitFact};

const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Mobile Safari/537.36";
const ANDROID_TABLET: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36";
const PC: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36";

fn bare() -> Visit {
    Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").unwrap())
}

fn visit(lines: &[(&str, &str)]) -> Visit {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers
            .append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    bare().with_headers(&headers)
}

/// What the request says of `fact`; asserts that it is sent by the device.
fn said(lines: &[(&str, &str)], fact: VisitFact) -> Option<Value> {
    let visit = visit(lines);
    let found = visit.get(fact)?;
    assert_eq!(found.source, Source::Request);
    Some(found.value.clone())
}

fn device(lines: &[(&str, &str)]) -> Option<(String, Source)> {
    let visit = visit(lines);
    let Fact { value: Value::Text(name), source, .. } = visit.get(VisitFact::Device)? else {
        panic!("no name")
    };
    Some((name.to_string(), *source))
}

fn sent(name: &str) -> Option<(String, Source)> {
    Some((name.to_owned(), Source::Request))
}
fn inferred(name: &str) -> Option<(String, Source)> {
    Some((name.to_owned(), Source::Inferred))
}

#[test]
fn each_header_says_its_fact_or_nothing() {
    use VisitFact::*;
    let yes = || Some(Value::Bool(true));
    let no = || Some(Value::Bool(false));
    let text = |text: &str| Some(Value::from(text));
    let cases = [
        ("Sec-CH-Prefers-Reduced-Motion", "\"reduce\"", ReducedMotion, yes()),
        ("Sec-CH-Prefers-Reduced-Motion", "reduce", ReducedMotion, yes()),
        ("sec-ch-prefers-reduced-motion", "no-preference", ReducedMotion, no()),
        ("Sec-CH-Prefers-Reduced-Motion", "REDUCE", ReducedMotion, None),
        ("Sec-CH-Prefers-Reduced-Motion", "", ReducedMotion, None),
        ("Sec-CH-Prefers-Contrast", "\"more\"", MoreContrast, yes()),
        ("Sec-CH-Prefers-Contrast", "\"less\"", MoreContrast, no()),
        ("Sec-CH-Prefers-Contrast", "no-preference", MoreContrast, no()),
        ("Sec-CH-Prefers-Contrast", "\"custom\"", MoreContrast, None),
        ("Sec-CH-Prefers-Contrast", "\"more", MoreContrast, None),
        ("Sec-CH-Forced-Colors", "active", ForcedColors, yes()),
        ("Sec-CH-Forced-Colors", "\"none\"", ForcedColors, no()),
        ("Sec-CH-Forced-Colors", "?1", ForcedColors, None),
        ("Sec-CH-Prefers-Color-Scheme", "dark", ColorScheme, text("dark")),
        ("Sec-CH-Prefers-Color-Scheme", "\"light\"", ColorScheme, text("light")),
        ("Sec-CH-Prefers-Color-Scheme", "sepia", ColorScheme, None),
        ("Save-Data", "on", SaveData, yes()),
        ("Save-Data", "on;q=1", SaveData, yes()),
        ("Save-Data", "off", SaveData, None),
        ("Save-Data", "1", SaveData, None),
        ("Sec-CH-UA-Platform", "\"Chrome OS\"", Platform, text("Chrome OS")),
        ("Sec-CH-UA-Platform", "\"Unknown\"", Platform, None),
        ("Sec-CH-UA-Platform", "\"\"", Platform, None),
        ("Sec-CH-UA-Platform", "\"Win", Platform, None),
        ("Sec-CH-Viewport-Width", "412", ViewportWidth, Some(Value::Int(412))),
        ("Viewport-Width", "412", ViewportWidth, Some(Value::Int(412))),
        ("Sec-CH-Viewport-Width", "412.5", ViewportWidth, None),
        ("Sec-CH-Viewport-Width", "0", ViewportWidth, None),
        ("Sec-CH-Viewport-Width", "-412", ViewportWidth, None),
        ("Sec-CH-Viewport-Width", "999999999999999", ViewportWidth, None),
        ("Sec-CH-Viewport-Width", "9999999999999999999999", ViewportWidth, None),
        ("Sec-CH-Device-Memory", "0.25", DeviceMemory, Some(Value::Float(0.25))),
        ("Device-Memory", "8", DeviceMemory, Some(Value::Float(8.0))),
        ("Device-Memory", "0", DeviceMemory, None),
        ("Device-Memory", "NaN", DeviceMemory, None),
        ("ECT", "slow-2g", Connection, text("slow_2g")),
        ("ECT", "4g", Connection, text("4g")),
        ("ECT", "5g", Connection, None),
        ("Downlink", "1.45", Downlink, Some(Value::Float(1.45))),
        ("Downlink", "0", Downlink, Some(Value::Float(0.0))),
        ("Downlink", "-1", Downlink, None),
        ("Downlink", "1e9", Downlink, None),
        ("Accept-Language", "de", Language, text("de")),
        ("Accept-Language", "en;q=0.5, PT-br;q=0.75, fr;q=0.75", Language, text("pt-BR")),
        ("Accept-Language", "en;q=0.5 , de ; q=0.501,,", Language, text("de")),
        ("Accept-Language", "*", Language, None),
        ("Accept-Language", "*, de;q=0.5", Language, None),
        ("Accept-Language", "de, *;q=0.5", Language, text("de")),
        ("Accept-Language", "de;q=0", Language, None),
        ("Accept-Language", "de;q=2", Language, None),
        ("Accept-Language", "de;q=1.001", Language, None),
        ("Accept-Language", "de;q=0.5000", Language, None),
        ("Accept-Language", "de;level=1", Language, None),
        ("Accept-Language", "en_US", Language, None),
        ("Accept-Language", "en-US, x y", Language, None),
        ("Accept-Language", "und", Language, None),
        ("Accept-Language", "x-klingon", Language, None),
        ("Referer", "https://Shop.Example:8443/a/b?name=ana#c", Referrer, text("shop.example")),
        ("Referer", "http://ana:secret@shop.example./", Referrer, text("shop.example")),
        ("Referer", "HTTPS://[2001:DB8::1]/", Referrer, text("[2001:db8::1]")),
        ("Referer", "/only/a/path", Referrer, None),
        ("Referer", "about:blank", Referrer, None),
        ("Referer", "https:///path", Referrer, None),
        ("Referer", "android-app://com.example/", Referrer, None),
        ("Referer", "https://a b/", Referrer, None),
        ("Sec-GPC", "1", Gpc, yes()),
        ("Sec-GPC", "0", Gpc, None),
        ("Sec-GPC", "?1", Gpc, None),
        ("Sec-GPC", "true", Gpc, None),
    ];
    for (header, value, fact, expected) in cases {
        assert_eq!(said(&[(header, value)], fact), expected, "{header}: {value}");
    }
}

#[test]
fn an_absent_header_is_unknown() {
    let visit = visit(&[]);
    assert!(VisitFact::ALL.iter().all(|&fact| visit.get(fact).is_none()));
}

#[test]
fn one_request_gives_all_its_facts() {
    let visit = visit(&[
        ("Save-Data", "on"),
        ("ECT", "3g"),
        ("RTT", "300"),
        ("Sec-CH-UA-Mobile", "?1"),
        ("Sec-CH-UA-Platform", "\"Android\""),
        ("User-Agent", PC),
    ]);
    let known: Vec<_> = VisitFact::ALL.iter().filter(|&&fact| visit.get(fact).is_some()).collect();
    let expected = [VisitFact::Device, VisitFact::Platform, VisitFact::Connection, VisitFact::SaveData];
    assert_eq!(known, expected.iter().collect::<Vec<_>>());
    assert_eq!(visit.get(VisitFact::Platform), Some(&Fact::request("Android".into())));
}

#[test]
fn lines_that_may_be_one_only_leave_the_fact_unknown_whatever_another_name_says() {
    use VisitFact::{DeviceMemory, Gpc, Language, SaveData, ViewportWidth};
    let of = |header: &'static str, lines: &[&'static str], other, fact| {
        let mut all: Vec<_> = lines.iter().map(|&line| (header, line)).collect();
        all.extend(other);
        said(&all, fact)
    };
    assert_eq!(of("Save-Data", &["on", "on"], None, SaveData), None);
    let old = Some(("Viewport-Width", "1280"));
    assert_eq!(of("Sec-CH-Viewport-Width", &["412", "1280"], old, ViewportWidth), None);
    assert_eq!(of("Sec-CH-Viewport-Width", &["1280", "1280"], old, ViewportWidth), None);
    assert_eq!(of("Sec-CH-Viewport-Width", &[], old, ViewportWidth), Some(1280.into()));
    let present = Some(("Sec-CH-Device-Memory", "8"));
    assert_eq!(of("Device-Memory", &["8", "\t"], present, DeviceMemory), None);
    assert_eq!(of("Sec-GPC", &["1", "1", "1"], None, Gpc), Some(true.into()));
    assert_eq!(of("Sec-GPC", &["1", "1", "0"], None, Gpc), None);
    assert_eq!(of("Accept-Language", &["de;q=0.5", "fr", "pt"], None, Language), Some("fr".into()));

    let mobile = |first, second| {
        device(&[("Sec-CH-UA-Mobile", first), ("Sec-CH-UA-Mobile", second), ("User-Agent", ANDROID_TABLET)])
    };
    assert_eq!(mobile("?1", "?0"), inferred("tablet"));
    assert_eq!(device(&[("Sec-CH-UA-Mobile", "?1"), ("Sec-CH-UA-Mobile", "?0")]), None);
}

#[test]
fn a_header_said_twice_is_unknown_and_a_list_may_come_in_lines() {
    assert_eq!(said(&[("Save-Data", "on"), ("Save-Data", "on")], VisitFact::SaveData), None);
    let twice = [("Sec-CH-Forced-Colors", "active"), ("Sec-CH-Forced-Colors", "none")];
    assert_eq!(said(&twice, VisitFact::ForcedColors), None);
    let languages = [("Accept-Language", "en;q=0.5"), ("Accept-Language", "de")];
    assert_eq!(said(&languages, VisitFact::Language), Some("de".into()));
    assert_eq!(said(&[("Sec-GPC", "1"), ("Sec-GPC", "1")], VisitFact::Gpc), Some(true.into()));
    assert_eq!(said(&[("Sec-GPC", "1"), ("Sec-GPC", "0")], VisitFact::Gpc), None);
}

#[test]
fn the_two_names_of_a_hint_must_agree() {
    let width =
        |new, old| said(&[("Sec-CH-Viewport-Width", new), ("Viewport-Width", old)], VisitFact::ViewportWidth);
    assert_eq!(width("412", "412"), Some(Value::Int(412)));
    assert_eq!(width("412", "1280"), None);
    assert_eq!(width("412", "wide"), Some(Value::Int(412)));
}

#[test]
fn what_is_not_ascii_or_too_long_is_unknown() {
    let mut headers = HeaderMap::new();
    headers.insert("save-data", HeaderValue::from_bytes(b"on\xff").unwrap());
    headers.insert("accept-language", HeaderValue::from_str(&"de,".repeat(3_000)).unwrap());
    headers
        .insert("referer", HeaderValue::from_str(&format!("https://{}.example/", "a".repeat(300))).unwrap());
    headers.insert("user-agent", HeaderValue::from_bytes("Mozilla/5.0 (iPhone; é)".as_bytes()).unwrap());
    let visit = bare().with_headers(&headers);
    assert!(VisitFact::ALL.iter().all(|&fact| visit.get(fact).is_none()));

    let mut lines = HeaderMap::new();
    for _ in 0..3_000 {
        lines.append("accept-language", HeaderValue::from_static("de"));
    }
    assert_eq!(bare().with_headers(&lines).get(VisitFact::Language), None);
}

#[test]
fn form_factors_say_what_the_device_is() {
    let listed =
        |list| device(&[("Sec-CH-UA-Form-Factors", list), ("Sec-CH-UA-Mobile", "?1"), ("User-Agent", PHONE)]);
    assert_eq!(listed("\"Tablet\""), sent("tablet"));
    assert_eq!(listed("\"Desktop\""), sent("desktop"));
    assert_eq!(listed("\"Mobile\", \"XR\""), sent("xr"));
    assert_eq!(listed("\"Automotive\", \"Tablet\""), sent("car"));
    assert_eq!(listed("\"EInk\""), sent("mobile"), "no kind of device");
    assert_eq!(listed("\"EInk\", \"Tablet\""), sent("tablet"));
    assert_eq!(listed("Tablet"), sent("mobile"), "not a string");
    assert_eq!(listed("\"Tablet"), sent("mobile"), "malformed");
}

#[test]
fn of_several_form_factors_a_weaker_source_chooses_one_and_never_another() {
    let listed = |mobile, agent| {
        device(&[
            ("Sec-CH-UA-Form-Factors", "\"Desktop\""),
            ("Sec-CH-UA-Form-Factors", "\"Tablet\""),
            ("Sec-CH-UA-Mobile", mobile),
            ("User-Agent", agent),
        ])
    };
    assert_eq!(listed("?0", PC), inferred("desktop"));
    assert_eq!(listed("?0", ANDROID_TABLET), inferred("tablet"));
    assert_eq!(listed("?1", PC), None);
    assert_eq!(listed("malformed", PHONE), None);
}

#[test]
fn not_mobile_does_not_make_a_desktop() {
    assert_eq!(device(&[("Sec-CH-UA-Mobile", "?1")]), sent("mobile"));
    assert_eq!(device(&[("Sec-CH-UA-Mobile", "?0")]), None);
    assert_eq!(device(&[("Sec-CH-UA-Mobile", "0")]), None);
    assert_eq!(device(&[("Sec-CH-UA-Mobile", "?0"), ("User-Agent", ANDROID_TABLET)]), inferred("tablet"));
    assert_eq!(device(&[("Sec-CH-UA-Mobile", "?0"), ("User-Agent", PC)]), inferred("desktop"));
    assert_eq!(
        device(&[("Sec-CH-UA-Mobile", "?0"), ("User-Agent", PHONE)]),
        None,
        "they contradict each other"
    );
    assert_eq!(device(&[("Sec-CH-UA-Mobile", "0"), ("User-Agent", PHONE)]), inferred("mobile"));
}

#[test]
fn a_user_agent_tells_device_and_platform_and_nothing_more() {
    let cases = [
        (PHONE, "mobile", "Android"),
        (ANDROID_TABLET, "tablet", "Android"),
        (PC, "desktop", "Windows"),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "tablet",
            "iOS",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) Mobile/15E148", "mobile", "iOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari/605.1.15", "desktop", "macOS"),
        ("Mozilla/5.0 (Android 14; Tablet; rv:140.0) Gecko/140.0 Firefox/140.0", "tablet", "Android"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "mobile", "Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/150.0.0.0 Safari/537.36", "desktop", "Chrome OS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "desktop", "Linux"),
        (
            "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; Tablet PC 2.0)",
            "desktop",
            "Windows",
        ),
        ("Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.5) Version/6.5 TV Safari/537.36", "tv", "Tizen"),
        ("Mozilla/5.0 (Linux; Android 9; AFTMM) Chrome/120.0.0.0 Mobile Safari/537.36", "tv", "Android"),
        (
            "Mozilla/5.0 (Linux; Android 12; Quest 3) OculusBrowser/33.0 Mobile VR Safari/537.36",
            "xr",
            "Android",
        ),
        (
            "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1) Mobile Safari/537.36 Edge/15",
            "mobile",
            "Windows Phone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) Edge/18", "other", "Windows"),
    ];
    for (agent, kind, platform) in cases {
        let visit = visit(&[("User-Agent", agent)]);
        let known: Vec<_> = VisitFact::ALL.iter().filter_map(|&fact| visit.get(fact).cloned()).collect();
        assert_eq!(known, [Fact::inferred(kind.into()), Fact::inferred(platform.into())], "{agent}");
    }
    for unknown in [
        "",
        "curl/8.10.1",
        "Mozilla/5.0 (Linux; Android 6.0.1) Mobile (compatible; Googlebot/2.1; +http://example)",
    ] {
        let visit = visit(&[("User-Agent", unknown)]);
        assert_eq!((visit.get(VisitFact::Device), visit.get(VisitFact::Platform)), (None, None), "{unknown}");
    }
}

/// 10,000 visits of one day, bots filtered out; the category is their publisher's.
#[test]
fn the_user_agents_of_real_visitors_tell_their_device() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/visitors.csv");
    let mut rows = csv::Reader::from_path(path).unwrap();
    let headers = rows.headers().unwrap().clone();
    let column = |name| headers.iter().position(|header| header == name).unwrap();
    let (category, agent) = (column("device_category"), column("user_agent"));
    let (mut all, mut agreed, mut tablets) = (0, 0, 0);
    for row in rows.records() {
        let row = row.unwrap();
        let found = user_agent::read(&row[agent]).device.map(|device| device.as_str());
        all += 1;
        agreed += usize::from(found == Some(&row[category]));
        tablets += usize::from(found == Some("tablet") && &row[category] == "tablet");
    }
    println!("{agreed} of {all} agree, {tablets} tablets among them");
    assert_eq!(all, 10_000);
    assert!(agreed >= 9_990, "{agreed}");
    assert!(tablets >= 23, "{tablets}");
}

#[test]
fn a_hint_that_adds_a_need_replaces_what_is_inferred_and_not_what_is_declared() {
    let with = |fact: Fact<Value>| {
        let mut visit = bare();
        visit.put(VisitFact::SaveData, fact);
        let mut headers = HeaderMap::new();
        headers.insert("save-data", HeaderValue::from_static("on"));
        visit.with_headers(&headers).get(VisitFact::SaveData).cloned()
    };
    assert_eq!(with(Fact::inferred(false.into())), Some(Fact::request(true.into())));
    assert_eq!(with(Fact::declared(false.into())), Some(Fact::declared(false.into())));
}

#[test]
fn a_no_leaves_alone_what_stands_for_a_need() {
    let cases = [
        (VisitFact::ReducedMotion, "Sec-CH-Prefers-Reduced-Motion", "reduce", "no-preference"),
        (VisitFact::MoreContrast, "Sec-CH-Prefers-Contrast", "more", "no-preference"),
        (VisitFact::MoreContrast, "Sec-CH-Prefers-Contrast", "more", "less"),
        (VisitFact::ForcedColors, "Sec-CH-Forced-Colors", "active", "none"),
    ];
    for (fact, header, yes, no) in cases {
        let with = |known: Fact<Value>, value: &'static str| {
            let mut visit = bare();
            visit.put(fact, known);
            let mut headers = HeaderMap::new();
            headers
                .insert(HeaderName::from_bytes(header.as_bytes()).unwrap(), HeaderValue::from_static(value));
            visit.with_headers(&headers).get(fact).cloned().unwrap()
        };
        for &source in Source::ALL {
            let needed = Fact::new(Value::Bool(true), source);
            assert_eq!(with(needed.clone(), no), needed, "{header}: {no}");
        }
        let sent = |value: bool| Fact::request(Value::Bool(value));
        assert_eq!(with(Fact::inferred(true.into()), yes), sent(true), "{header}");
        assert_eq!(with(Fact::inferred(false.into()), yes), sent(true), "{header}");
        assert_eq!(with(Fact::inferred(false.into()), no), sent(false), "{header}");
    }
}

#[test]
fn every_row_is_in_the_docs_with_its_facts() {
    let docs = include_str!("../docs/headers.md");
    for row in ROWS {
        let line =
            docs.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{}`", row.name)));
        let line = line.unwrap_or_else(|| panic!("{} is not in the docs", row.name));
        for fact in row.facts {
            assert!(line.contains(&format!("`visit.{fact}`")), "{line}");
        }
    }
    let documented =
        docs.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').nth(1).unwrap());
    let names: usize = documented.map(|names| names.split(", ").count()).sum();
    assert_eq!(names, ROWS.len());
}

proptest! {
    #[test]
    fn no_header_panics_and_every_fact_comes_from_a_header_that_can_tell_it(
        lines in prop::collection::vec((0..ROWS.len(), prop_oneof![
            prop::collection::vec(any::<u8>(), 0..64),
            "[ -~]{0,40}".prop_map(String::into_bytes),
            "(https?://)?[a-z@:\\[\\].%/]{0,20}".prop_map(String::into_bytes),
            "([a-zA-Z*]{1,3}(-[a-zA-Z0-9]{1,9}){0,3}(;q=[01](\\.[0-9]{0,4})?)?,? ?){0,4}".prop_map(String::into_bytes),
            "-?[0-9]{1,18}(\\.[0-9]{0,4})?".prop_map(String::into_bytes),
        ]), 0..8)
    ) {
        let mut headers = HeaderMap::new();
        for (row, value) in &lines {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.append(HeaderName::from_bytes(ROWS[*row].name.as_bytes()).unwrap(), value);
            }
        }
        let visit = bare().with_headers(&headers);
        for &fact in VisitFact::ALL {
            if let Some(kept) = visit.get(fact) {
                let mut from = ROWS.iter().filter(|row| row.facts.contains(&fact));
                prop_assert!(from.any(|row| row.source == kept.source), "{} from nowhere", fact);
            }
        }
        if let Some(Value::Text(host)) = visit.get(VisitFact::Referrer).map(|fact| &fact.value) {
            prop_assert!(!host.contains(['/', '?', '#', '@']));
        }
    }
}
