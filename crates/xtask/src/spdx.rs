//! Licence expressions as packages write them: `(MIT OR Apache-2.0) AND Unicode-3.0`, and the older `MIT/Apache-2.0`.

/// Whether somebody who accepts only `allowed` may use what is under this licence. An expression that makes no sense is
/// not allowed.
pub fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { rest: &words, allowed };
    let result = parser.any_of();
    result == Some(true) && parser.rest.is_empty()
}

struct Parser<'a> {
    rest: &'a [&'a str],
    allowed: &'a [String],
}

impl<'a> Parser<'a> {
    fn any_of(&mut self) -> Option<bool> {
        let mut result = self.all_of()?;
        while self.take("OR") {
            result |= self.all_of()?;
        }
        Some(result)
    }

    /// AND binds more tightly than OR.
    fn all_of(&mut self) -> Option<bool> {
        let mut result = self.one()?;
        while self.take("AND") {
            result &= self.one()?;
        }
        Some(result)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let result = self.any_of()?;
            return self.take(")").then_some(result);
        }
        let mut licence = self.next()?.to_owned();
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.next()?);
        }
        Some(self.allowed.contains(&licence))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.rest.first() == Some(&word);
        if found {
            self.next();
        }
        found
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(expression: &str) -> bool {
        is_allowed(expression, &["MIT".to_owned(), "ISC".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()])
    }

    #[test]
    fn one_side_of_or_is_enough() {
        assert!(allows("MIT OR GPL-3.0-only"));
        assert!(allows("GPL-3.0-only OR MIT"));
        assert!(allows("Apache-2.0/MIT"));
        assert!(!allows("GPL-3.0-only OR AGPL-3.0-only"));
    }

    #[test]
    fn both_sides_of_and_are_needed() {
        assert!(allows("MIT AND ISC"));
        assert!(!allows("MIT AND GPL-3.0-only"));
        assert!(!allows("MIT AND (GPL-3.0-only OR AGPL-3.0-only)"));
        assert!(allows("(MIT OR Apache-2.0) AND ISC"));
        assert!(allows("MIT OR GPL-3.0-only AND AGPL-3.0-only"));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert!(allows("Apache-2.0 WITH LLVM-exception"));
        assert!(!allows("Apache-2.0"));
        assert!(!allows("GPL-2.0-only WITH LLVM-exception"));
    }

    #[test]
    fn nonsense_is_not_allowed() {
        for nonsense in ["", "MIT OR", "(MIT", "MIT ISC", "MIT )", "OR MIT"] {
            assert!(!allows(nonsense), "{nonsense}");
        }
    }
}
