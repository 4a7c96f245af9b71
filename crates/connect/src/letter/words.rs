//! What people typed, made harmless for a line of text.

/// Characters that turn the direction of others around or take no room at all: they could make a name read as
/// another one. The two joiners (U+200C, U+200D) stay, because names and emoji are written with them.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Text as one line: unseen characters go, and each run of white space and control characters is one space.
pub fn one_line(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_unseen(*c)).collect();
    let words = seen.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Longer text as its lines, each free of control and unseen characters, without empty ones at both ends.
pub(super) fn lines(text: &str) -> Vec<String> {
    let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    let mut lines: Vec<String> = text.replace("\r\n", "\n").split(breaks).map(clean).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let empty = lines.iter().take_while(|line| line.is_empty()).count();
    lines.split_off(empty)
}

fn clean(line: &str) -> String {
    let tabs_as_spaces = line.replace('\t', "    ");
    tabs_as_spaces.chars().filter(|c| !c.is_control() && !is_unseen(*c)).collect::<String>().trim_end().to_owned()
}

/// At most so many characters; `…` stands for what is left out.
pub(crate) fn shorten(text: &str, max_chars: usize) -> String {
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A filled-in text template without the gaps that its unused parts leave: never two empty lines in a row,
/// no space at the end of a line, one line end at the end.
pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut gap = false;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            gap = !tidied.is_empty();
            continue;
        }
        if gap {
            tidied.push('\n');
            gap = false;
        }
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied
}
