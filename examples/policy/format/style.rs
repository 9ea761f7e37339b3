//! The house style: the parts in the order of the design with one empty line between them; a channel to a line; a short rule on
//! one line and a long one as a table.

use maitre::PolicyDocument;
use toml_edit::{Array, DocumentMut, InlineTable, Item, RawString, Table, Value};

use super::gaps::{above, apart, beside, between, has_comment};

/// Those that are tables of named things.
const NAMED: [&str; 6] = ["attributes", "segments", "rules", "experiments", "guarantees", "findings"];
/// A table becomes a line of up to so many characters, and a line of more than so many a table: in between the author chooses.
const SHORT: usize = 120;
const LONG: usize = 300;

/// The text in the house style.
pub fn formatted(text: &str) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let header = take_header(&mut document);
    let root = document.as_table_mut();
    for name in NAMED {
        if let Some(item) = root.get_mut(name) {
            open(item);
        }
        if let Some(table) = root.get_mut(name).and_then(Item::as_table_mut) {
            table.set_dotted(false);
            entries(table);
            // What has lines of its own has a header of its own.
            let has_lines = |item: &Item| item.is_value() || item.as_table().is_some_and(Table::is_dotted);
            if table.iter().any(|(_, item)| has_lines(item)) {
                table.set_implicit(false);
            }
        }
    }
    let parts = PolicyDocument::PARTS;
    let place = |key: &str| parts.iter().position(|part| *part == key).unwrap_or(parts.len());
    root.sort_values_by(|one, _, other, _| place(one.get()).cmp(&place(other.get())));
    let mut place = Places { next: 0, first: true };
    values(root, &mut place.first, true);
    place.tables(root, &parts);
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    let trailing = above(&format!("{trailing}\n"), false);
    document.set_trailing(if has_comment(&trailing) {
        trailing.trim_end().to_owned() + "\n"
    } else {
        String::new()
    });
    let made = format!("{header}{document}");
    let made = made.trim_start_matches('\n').to_owned();
    // Whatever happens, the policy stays what it is, and no comment is lost.
    let same = toml::from_str::<toml::Table>(text).ok() == toml::from_str::<toml::Table>(&made).ok();
    let comments = |text: &str| text.matches('#').count();
    match same && comments(text) == comments(&made) {
        true => Ok(made),
        false => {
            Err("it is written in a way that the house style does not know; nothing was changed".to_owned())
        }
    }
}

/// Takes out the comment at the top that speaks of the whole file: what an empty line parts from the rest, and what begins with `#:`.
fn take_header(document: &mut DocumentMut) -> String {
    let root = document.as_table_mut();
    let Some(first) = root.iter().next().map(|(key, _)| key.to_owned()) else { return String::new() };
    let Some((mut key, item)) = root.get_key_value_mut(&first) else { return String::new() };
    let is_header = matches!(item, Item::Table(table) if !table.is_dotted());
    let decor = match item {
        Item::Table(table) if is_header => table.decor_mut(),
        _ => key.leaf_decor_mut(),
    };
    let gap = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
    let lines: Vec<&str> = gap.split('\n').collect();
    let lead = lines.iter().take_while(|line| line.trim().is_empty()).count();
    let until_empty = lines.iter().skip(lead).position(|line| line.trim().is_empty()).map(|n| n + lead);
    let behind_pragmas =
        lead + lines.iter().skip(lead).take_while(|line| line.trim().starts_with("#:")).count();
    // The last is what stands before the key itself.
    let end = match until_empty {
        Some(end) if end + 1 < lines.len() => end,
        _ => behind_pragmas,
    };
    let (header, rest) = lines.split_at(end.min(lines.len().saturating_sub(1)));
    let empty =
        rest.iter().take_while(|line| line.trim().is_empty()).count().min(rest.len().saturating_sub(1));
    decor.set_prefix(rest.split_at(empty).1.join("\n"));
    let header = above(&(header.join("\n") + "\n"), true);
    if has_comment(&header) { format!("{}\n\n", header.trim_end()) } else { String::new() }
}

/// Makes a table of its own of a part that is written within one line, if no comment is in it.
fn open(item: &mut Item) {
    if let Item::Value(Value::InlineTable(inline)) = item
        && !has_comment(&inline.to_string())
    {
        *item = Item::Table(table_of(inline));
    }
}

fn table_of(inline: &InlineTable) -> Table {
    let mut table = Table::new();
    for (key, value) in inline.iter() {
        let mut value = value.clone();
        value.decor_mut().clear();
        table.insert(key, Item::Value(value));
    }
    table
}

/// Named things: short ones on a line, long ones as tables.
fn entries(table: &mut Table) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for name in keys {
        let Some((mut key, item)) = table.get_key_value_mut(&name) else { continue };
        match item {
            Item::Table(entry) if !entry.is_dotted() && !entry.is_implicit() => {
                let beside =
                    entry.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default().to_owned();
                let gap =
                    entry.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
                if has_comment(&entry.to_string()) || entry.iter().any(|(_, item)| item.is_array_of_tables())
                {
                    continue;
                }
                let mut line = entry.clone().into_inline_table();
                line.decor_mut().clear();
                let mut value = Value::InlineTable(line);
                tidy(&mut value);
                let text = value.to_string();
                if name.chars().count() + 3 + text.trim().chars().count() <= SHORT && !text.contains('\n') {
                    value.decor_mut().set_suffix(beside);
                    *item = Item::Value(value);
                    key.leaf_decor_mut().clear();
                    key.leaf_decor_mut().set_prefix(gap.trim_start_matches('\n'));
                }
            }
            Item::Value(value @ Value::InlineTable(_)) => {
                if has_comment(&within(value)) {
                    continue;
                }
                let mut line = value.clone();
                line.decor_mut().clear();
                tidy(&mut line);
                let text = line.to_string();
                if name.chars().count() + 3 + text.trim().chars().count() <= LONG && !text.contains('\n') {
                    continue;
                }
                let Value::InlineTable(inline) = value else { continue };
                if inline
                    .iter()
                    .any(|(_, value)| matches!(value, Value::InlineTable(inner) if inner.is_dotted()))
                {
                    continue;
                }
                let beside =
                    inline.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default().to_owned();
                let gap = key
                    .leaf_decor()
                    .prefix()
                    .and_then(|prefix| prefix.as_str())
                    .unwrap_or_default()
                    .to_owned();
                let mut entry = table_of(inline);
                entry.decor_mut().set_prefix(gap);
                entry.decor_mut().set_suffix(beside);
                *item = Item::Table(entry);
                key.leaf_decor_mut().clear();
            }
            _ => {}
        }
    }
}

/// A value without what stands around it.
fn within(value: &Value) -> String {
    let mut value = value.clone();
    value.decor_mut().clear();
    value.to_string()
}

/// The lines of a table, those of its dotted tables among them.
fn values(table: &mut Table, first: &mut bool, is_root: bool) {
    for (mut key, item) in table.iter_mut() {
        match item {
            Item::Table(dotted) if dotted.is_dotted() => values(dotted, first, is_root),
            Item::Value(value) => {
                let decor = key.leaf_decor_mut();
                let gap = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                decor.set_prefix(above(gap, *first));
                decor.set_suffix(" ");
                *first = false;
                let name = key.get().to_owned();
                let width = name.chars().count() + 3;
                let beside =
                    beside(value.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default());
                value.decor_mut().set_suffix("");
                tidy(value);
                if let Value::Array(array) = value {
                    let is_listed = is_root && name == "channels" && !array.is_empty();
                    let is_long = width + array.to_string().trim().chars().count() > LONG;
                    if is_listed || is_long || has_comment(&array.to_string()) {
                        in_lines(array);
                    }
                }
                value.decor_mut().set_prefix(" ");
                value.decor_mut().set_suffix(beside);
            }
            _ => {}
        }
    }
}

/// One entry to a line.
fn in_lines(array: &mut Array) {
    const INNER: &str = "  ";
    // A comment between an entry and its comma goes behind the comma.
    let mut before_comma = String::new();
    for value in array.iter_mut() {
        let text = |raw: Option<&RawString>| raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned();
        let gap = std::mem::take(&mut before_comma) + &text(value.decor().prefix());
        let behind = text(value.decor().suffix());
        if has_comment(&behind) {
            before_comma = behind;
        }
        value.decor_mut().set_prefix(format!("{}\n{INNER}", between(&gap, INNER)));
        value.decor_mut().set_suffix("");
    }
    let trailing = between(&(before_comma + array.trailing().as_str().unwrap_or_default()), INNER);
    array.set_trailing(format!("{trailing}\n"));
    array.set_trailing_comma(!array.is_empty());
}

/// One space where a space belongs. What has a comment in it keeps its lines.
fn tidy(value: &mut Value) {
    // What stands before an entry of a list is the list's.
    let commented = has_comment(&within(value));
    match value {
        Value::Array(array) => {
            array.iter_mut().for_each(tidy);
            if !commented {
                for (place, value) in array.iter_mut().enumerate() {
                    value.decor_mut().set_prefix(if place == 0 { "" } else { " " });
                    value.decor_mut().set_suffix("");
                }
                array.set_trailing("");
                array.set_trailing_comma(false);
            }
        }
        Value::InlineTable(table) => {
            let has_dots = table
                .iter()
                .any(|(_, value)| matches!(value, Value::InlineTable(inner) if inner.is_dotted()));
            if !commented && !has_dots {
                table.iter_mut().for_each(|(_, value)| tidy(value));
                let (prefix, suffix) = around(table);
                table.fmt();
                table.set_trailing("");
                table.set_trailing_comma(false);
                table.decor_mut().set_prefix(prefix);
                table.decor_mut().set_suffix(suffix);
            }
        }
        _ => {}
    }
}

fn around(table: &InlineTable) -> (String, String) {
    let text = |raw: Option<&RawString>| raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned();
    (text(table.decor().prefix()), text(table.decor().suffix()))
}

/// The places of tables in the document.
struct Places {
    next: isize,
    /// Whether nothing stands before.
    first: bool,
}

impl Places {
    /// Gives the tables within a table their places: those that are named in that order, the others behind them.
    fn tables(&mut self, table: &mut Table, order: &[&str]) {
        let mut keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
        // As they were written, but for the order of the parts.
        let written = |key: &String| match table.get(key) {
            Some(Item::Table(table)) => table.position(),
            Some(Item::ArrayOfTables(all)) => all.iter().next().and_then(Table::position),
            _ => None,
        };
        let place = |key: &String| order.iter().position(|part| *part == key.as_str()).unwrap_or(order.len());
        keys.sort_by_key(|key| (place(key), written(key).is_none(), written(key)));
        for key in keys {
            match table.get_mut(&key) {
                Some(Item::Table(inner)) => self.table(inner),
                Some(Item::ArrayOfTables(all)) => all.iter_mut().for_each(|inner| self.table(inner)),
                _ => {}
            }
        }
    }

    fn table(&mut self, table: &mut Table) {
        if !table.is_dotted() {
            table.set_position(Some(self.next));
            self.next += 1;
            if !table.is_implicit() {
                let gap = table.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                let gap = apart(gap, self.first);
                let beside =
                    beside(table.decor().suffix().and_then(|suffix| suffix.as_str()).unwrap_or_default());
                table.decor_mut().set_prefix(gap);
                table.decor_mut().set_suffix(beside);
                self.first = false;
            }
            values(table, &mut true, false);
        }
        self.tables(table, &[]);
    }
}
