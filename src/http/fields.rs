//! How the value of a header is read: Structured Fields (RFC 9651), lists with weights (RFC 9110), language tags
//! (BCP 47) and addresses. What does not parse as a whole is `None`.

use oxilangtag::LanguageTag;
use sfv::{BareItem, Item, List, ListEntry, Parser};

use crate::value::Value;
use crate::visit::Device;

use super::device::FormFactors;

/// The longest name of a host (RFC 1035).
const LONGEST_HOST: usize = 253;

fn item(text: &str) -> Option<BareItem> {
    Some(Parser::new(text).parse::<Item>().ok()?.bare_item)
}

/// A token or a string: browsers send both where the drafts ask for a string.
pub(super) fn word(text: &str) -> Option<String> {
    match item(text)? {
        BareItem::Token(token) => Some(token.as_str().to_owned()),
        BareItem::String(string) => Some(string.as_str().to_owned()),
        _ => None,
    }
}

/// A boolean, `?1` or `?0`.
pub(super) fn flag(text: &str) -> Option<bool> {
    item(text)?.as_boolean()
}

/// A number from 0.
pub(super) fn number(text: &str) -> Option<f64> {
    let number = match item(text)? {
        BareItem::Integer(number) => i64::from(number) as f64,
        BareItem::Decimal(number) => number.into(),
        _ => return None,
    };
    (number >= 0.0).then_some(number)
}

/// A width in CSS pixels, from 1.
pub(super) fn pixels(text: &str) -> Option<Value> {
    let width = i64::from(item(text)?.as_integer()?);
    (width > 0).then_some(Value::Int(width))
}

/// What `word` stands for.
pub(super) fn one_of<T: Into<Value>, const N: usize>(word: &str, meanings: [(&str, T); N]) -> Option<Value> {
    meanings.into_iter().find(|(text, _)| *text == word).map(|(_, meaning)| meaning.into())
}

/// The kinds of device in a list of strings; those that are no kind of ours (`"EInk"`) say nothing.
pub(super) fn form_factors(text: &str) -> Option<FormFactors> {
    let list = Parser::new(text).parse::<List>().ok()?;
    let mut listed = FormFactors::default();
    for entry in list {
        let ListEntry::Item(Item { bare_item: BareItem::String(name), .. }) = entry else { return None };
        match name.as_str() {
            "Desktop" => listed.add(Device::Desktop),
            "Mobile" => listed.add(Device::Mobile),
            "Tablet" => listed.add(Device::Tablet),
            "Watch" => listed.add(Device::Watch),
            "Automotive" => listed.add(Device::Car),
            "XR" => listed.add(Device::Xr),
            _ => {}
        }
    }
    Some(listed)
}

/// The language with the greatest weight, of equal ones the first, in the case that BCP 47 recommends.
pub(super) fn first_language(text: &str) -> Option<String> {
    let mut best: Option<(u16, Option<LanguageTag<&str>>)> = None;
    for element in text.split(',').map(trim).filter(|element| !element.is_empty()) {
        let (range, weight) = match element.split_once(';') {
            Some((range, weight)) => (trim(range), thousandths(trim(weight))?),
            None => (element, 1000),
        };
        let tag = if range == "*" { None } else { Some(LanguageTag::parse(range).ok()?) };
        if weight > best.as_ref().map_or(0, |(weight, _)| *weight) {
            best = Some((weight, tag));
        }
    }
    let tag = LanguageTag::parse_and_normalize(&best?.1?).ok()?;
    // A private tag and `und` are well-formed and name no language.
    let named = tag.private_use() != Some(tag.as_str()) && tag.primary_language() != "und";
    named.then(|| tag.into_inner())
}

/// The weight `q=0.5`, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let text = text.strip_prefix("q=").or_else(|| text.strip_prefix("Q="))?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let weight = format!("{whole}{fraction:0<3}").parse().ok()?;
    (weight <= 1000).then_some(weight)
}

/// Blanks as headers have them.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// The host name of a web address, and nothing else of it: a path or a query can name the person.
pub(super) fn host(text: &str) -> Option<String> {
    let address: http::Uri = text.parse().ok()?;
    if !matches!(address.scheme_str(), Some("http" | "https")) {
        return None;
    }
    let host = address.host()?;
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b':' | b'[' | b']');
    (!host.is_empty() && host.len() <= LONGEST_HOST && host.bytes().all(is_name))
        .then(|| host.to_ascii_lowercase())
}
