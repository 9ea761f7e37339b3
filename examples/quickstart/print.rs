//! Lines that fit a terminal.

/// `println!`, but a reader who has seen enough (`| head`) ends the program quietly.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        if writeln!(std::io::stdout(), $($text)*).is_err() {
            std::process::exit(0);
        }
    }};
}
pub(crate) use say;

/// `text`, broken between words so that no line is longer than `width`, each line behind `indent`;
/// what is indented hangs.
pub fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let hang = if indent.is_empty() { "" } else { "  " };
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let own: String = paragraph.chars().take_while(|c| *c == ' ').collect();
        let mut line = format!("{indent}{own}");
        let mut empty = true;
        for word in paragraph.split_whitespace() {
            if !empty && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::replace(&mut line, format!("{indent}{own}{hang}")));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}
