//! How many tests passed, read from what their runners print at the end.

use std::fmt;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Count {
    pub fn add(&mut self, other: Self) {
        let Self { passed, failed, skipped } = other;
        self.passed += passed;
        self.failed += failed;
        self.skipped += skipped;
    }

    /// A run without any test is no success: something did not find what it should have run.
    pub fn is_success(self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// `Summary [ 1.2s] 5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
    pub fn of_nextest(output: &str) -> Option<Self> {
        let plain = without_colours(output);
        let line = plain.lines().rev().map(str::trim).find(|line| line.starts_with("Summary ["))?;
        let (_, parts) = line.split_once("run:")?;
        Some(Self::of_parts(parts))
    }

    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once for each test program.
    pub fn of_cargo_test(output: &str) -> Option<Self> {
        let plain = without_colours(output);
        let mut sum = None;
        for line in plain.lines().filter(|line| line.starts_with("test result:")) {
            let parts = line.split_once(". ").map_or("", |(_, parts)| parts).replace(';', ",");
            sum.get_or_insert_with(Self::default).add(Self::of_parts(&parts));
        }
        sum
    }

    /// `browser: 3 passed, 0 failed, 1 skipped`.
    pub fn of_journeys(output: &str) -> Option<Self> {
        let plain = without_colours(output);
        let parts = plain.lines().rev().find_map(|line| line.trim().strip_prefix("browser:"))?;
        Some(Self::of_parts(parts))
    }

    /// The tests that did not pass, each once, by the lines in which runners name them: `FAIL [ 1.2s] engine::it a::b`,
    /// `✗ sign in (1.2 s)`, `test a::b ... FAILED`.
    pub fn names_of_failed(output: &str) -> Vec<String> {
        let plain = without_colours(output);
        let mut names: Vec<String> = Vec::new();
        for name in plain.lines().filter_map(name_of_failed) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn of_parts(parts: &str) -> Self {
        let mut count = Self::default();
        for part in parts.split(',') {
            let Some((number, words)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            if words.starts_with("passed") {
                count.passed += number;
            } else if words.starts_with("skipped") || words.starts_with("ignored") {
                count.skipped += number;
            } else if ["failed", "timed out", "exec failed"].iter().any(|start| words.starts_with(start)) {
                count.failed += number;
            }
        }
        count
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// What did not pass, when this line names it.
fn name_of_failed(line: &str) -> Option<String> {
    let line = line.trim();
    if let Some(journey) = line.strip_prefix("✗ ") {
        let sentence =
            journey.rsplit_once(" (").filter(|(_, time)| time.ends_with(" s)")).map_or(journey, |(sentence, _)| sentence);
        return Some(sentence.to_owned());
    }
    if let Some(test) = line.strip_prefix("test ").and_then(|test| test.strip_suffix(" ... FAILED")) {
        return Some(test.to_owned());
    }
    let (word, rest) = line.split_once(" [")?;
    let (_, test) = rest.split_once("] ")?;
    let failed = ["FAIL", "TIMEOUT", "ABORT", "LEAK-FAIL", "XFAIL"].contains(&word) || word.starts_with("SIG");
    // Runners number their tests before the name: `( 7/60) engine::it a::b`.
    let name = test.trim().strip_prefix('(').and_then(|numbered| numbered.split_once(") ")).map_or(test, |(_, name)| name);
    failed.then(|| name.trim().to_owned())
}

/// Runners colour their lines when they are told to, even into a pipe.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // A colour ends with its letter m.
            letters.by_ref().find(|&letter| letter == 'm');
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: u64, failed: u64, skipped: u64) -> Option<Count> {
        Some(Count { passed, failed, skipped })
    }

    #[test]
    fn nextest_is_read_with_all_its_extras() {
        let line = "------------\n     Summary [   0.104s] 12 tests run: 12 passed, 0 skipped\n";
        assert_eq!(Count::of_nextest(line), count(12, 0, 0));
        let line = "\u{1b}[31m     Summary\u{1b}[0m [   9.1s] 5/9 tests run: 2 passed (1 slow, 1 flaky), 1 failed, 1 timed out, 1 exec failed, 4 skipped\n  FAIL x";
        assert_eq!(Count::of_nextest(line), count(2, 3, 4));
        assert_eq!(Count::of_nextest("error: could not compile"), None);
    }

    #[test]
    fn cargo_test_is_summed_over_its_programs() {
        let lines = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                     test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.00s\n";
        assert_eq!(Count::of_cargo_test(lines), count(5, 1, 1));
        assert_eq!(Count::of_cargo_test("error"), None);
    }

    #[test]
    fn journeys_are_read() {
        assert_eq!(Count::of_journeys("✓ sign in\nbrowser: 7 passed, 1 failed, 2 skipped\n"), count(7, 1, 2));
    }

    #[test]
    fn what_failed_is_named_once() {
        let output = "        FAIL [   0.010s] (  3/60) engine::it providers::two_windows\n\
                      \u{1b}[31m     TIMEOUT\u{1b}[0m [ 120.0s] store::it everything\n        PASS [   0.010s] rules::it all\n\
                      ✗ b live · an open page (2.3 s)\n    It is not there (yet)\n✗ b live · an open page\n    It is not\n\
                      test a::b ... FAILED\ntest a::c ... ok\n        FAIL [   0.010s] (  3/60) engine::it providers::two_windows\n";
        let names = ["engine::it providers::two_windows", "store::it everything", "b live · an open page", "a::b"];
        assert_eq!(Count::names_of_failed(output), names);
        assert!(Count::names_of_failed("error[E0308]: mismatched types").is_empty());
    }

    #[test]
    fn a_run_of_nothing_is_no_success() {
        assert!(!Count::default().is_success());
        assert!(Count { passed: 1, ..Count::default() }.is_success());
    }
}
