//! Distinguished names of directories (RFC 4514), as far as two of them have to be compared.

/// The one way to write a name here: types and values in lower case, without blanks around them and with one blank between
/// words, parts that stand together in order. Two names with the same form name the same entry, unless a directory tells
/// capitals apart, which the usual attributes of names do not. Nothing when it is no distinguished name.
pub fn normal(dn: &str) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for rdn in split(dn, ',')? {
        let mut parts = split(rdn, '+')?.into_iter().map(part).collect::<Option<Vec<String>>>()?;
        parts.sort();
        names.push(parts.join("+"));
    }
    Some(names.join(","))
}

/// Whether both name the same entry. What cannot be read is compared as it is.
pub fn same(one: &str, other: &str) -> bool {
    one == other || matches!((normal(one), normal(other)), (Some(one), Some(other)) if one == other)
}

/// Whether this is the whole name of an entry rather than what a group is called: it has more than one part.
pub fn is_whole(text: &str) -> bool {
    normal(text).is_some() && split(text, ',').is_some_and(|parts| parts.len() > 1)
}

/// The pieces between separators that are not escaped; nothing when there is no text.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut pieces, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == separator => {
                pieces.push(text.get(from..at)?);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(text.get(from..)?);
    (!escaped && !text.trim().is_empty()).then_some(pieces)
}

/// `type=value` in its one form.
fn part(part: &str) -> Option<String> {
    let (kind, value) = part.split_once('=')?;
    let kind = kind.trim().to_lowercase();
    let named = kind.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !named || !kind.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')) {
        return None;
    }
    let value = value.trim_start();
    if let Some(hex) = value.strip_prefix('#') {
        let hex = hex.trim_end().to_lowercase();
        let whole = !hex.is_empty() && hex.len() % 2 == 0 && hex.chars().all(|c| c.is_ascii_hexdigit());
        return whole.then(|| format!("{kind}=#{hex}"));
    }
    let value = unescaped(value)?.to_lowercase();
    let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
    let mut written = String::new();
    for (n, c) in words.join(" ").chars().enumerate() {
        if matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '=' | '\\') || (n == 0 && c == '#') {
            written.push('\\');
        }
        written.push(c);
    }
    (!written.is_empty()).then(|| format!("{kind}={written}"))
}

/// The text of a value; nothing when an escape or a special character stands where none may.
fn unescaped(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let next = rest.next()?;
                match next.to_digit(16) {
                    Some(high) => bytes.push(u8::try_from(high * 16 + rest.next()?.to_digit(16)?).ok()?),
                    None if matches!(next, '"' | '+' | ',' | ';' | '<' | '>' | '=' | '\\' | '#' | ' ') => {
                        bytes.extend(next.to_string().into_bytes());
                    }
                    None => return None,
                }
            }
            '"' | ';' | '<' | '>' | '\0' => return None,
            c => bytes.extend(c.to_string().into_bytes()),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_has_no_form() {
        for wrong in [
            "",
            " ",
            "Anna",
            "cn",
            "=Anna",
            "cn=",
            "cn=a,",
            ",cn=a",
            "c n=a",
            "cn=a\\",
            "cn=a\\zz",
            "cn=\"a\"",
            "cn=#0",
            "cn=a;ou=b",
            "cn=\\ff",
        ] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_of_one_entry_are_the_same_however_they_are_written() {
        let same_ones = [
            ("CN=Anna,DC=Harbour,DC=example", "cn=anna, dc=harbour ,dc = example"),
            ("cn=Anna  Maria,o=x", "cn=anna maria,o=x"),
            ("cn=a\\2cb", "cn=a\\,b"),
            ("cn=a+uid=B", "UID=b+CN=A"),
            ("cn=\\20a\\20", "cn=a"),
            ("cn=M\\c3\\bcller", "CN=MÜLLER"),
            ("cn=#0403616263", "CN=#0403616263 "),
        ];
        for (one, other) in same_ones {
            assert!(same(one, other), "{one} and {other}: {:?} {:?}", normal(one), normal(other));
        }
    }

    #[test]
    fn names_of_two_entries_differ() {
        for (one, other) in [
            ("cn=a,o=x", "cn=a"),
            ("cn=a\\,o=x", "cn=a,o=x"),
            ("cn=a,o=x", "o=x,cn=a"),
            ("cn=#61", "cn=\\#61"),
            ("uid=a", "cn=a"),
        ] {
            assert!(!same(one, other), "{one} and {other}");
        }
        assert!(same("no name", "no name"));
        assert!(is_whole("cn=a,o=x") && !is_whole("Tier=1") && !is_whole("Agents, all"));
    }
}
