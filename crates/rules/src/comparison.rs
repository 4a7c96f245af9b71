//! Several choices side by side: what they say about the same things, and where they differ.

use model::view::Fact;
use model::view::package::Compared;

/// What each choice says, one entry for each thing, in the order in which things are first named. A choice that says nothing
/// about a thing says so by an empty text, which differs from any word.
pub fn compared(choices: &[Vec<Fact>]) -> Vec<Compared> {
    let mut names: Vec<&str> = Vec::new();
    for fact in choices.iter().flatten() {
        if !names.contains(&fact.name.as_str()) {
            names.push(&fact.name);
        }
    }
    let said = |choice: &Vec<Fact>, name: &str| {
        choice.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone()).unwrap_or_default()
    };
    let one = |name: &str| {
        let values: Vec<String> = choices.iter().map(|choice| said(choice, name)).collect();
        let differs = values.windows(2).any(|pair| matches!(pair, [one, next] if one != next));
        Compared { name: name.to_owned(), values, differs }
    };
    names.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(all: &[(&str, &str)]) -> Vec<Fact> {
        all.iter().map(|(name, value)| Fact { name: (*name).to_owned(), value: (*value).to_owned() }).collect()
    }

    fn differing(choices: &[Vec<Fact>]) -> Vec<(String, bool)> {
        compared(choices).into_iter().map(|compared| (compared.name, compared.differs)).collect()
    }

    #[test]
    fn what_all_say_alike_does_not_differ_and_one_that_says_otherwise_makes_it_differ() {
        let alike = facts(&[("Lasts", "4 hours"), ("Start and end", "Cannot be chosen")]);
        let other = facts(&[("Lasts", "8 hours"), ("Start and end", "Cannot be chosen")]);
        let expected = [("Lasts".to_owned(), true), ("Start and end".to_owned(), false)];
        assert_eq!(differing(&[alike.clone(), alike.clone(), other]), expected);
        assert!(differing(&[alike.clone(), alike]).iter().all(|(_, differs)| !differs));
    }

    #[test]
    fn what_one_does_not_mention_differs_and_every_choice_has_a_value_for_everything() {
        let choices = [facts(&[("Lasts", "4 hours")]), facts(&[("Lasts", "4 hours"), ("Approval", "1 stage")])];
        let all = compared(&choices);
        assert!(all.iter().all(|compared| compared.values.len() == 2));
        assert_eq!(differing(&choices), [("Lasts".to_owned(), false), ("Approval".to_owned(), true)]);
    }

    #[test]
    fn nothing_and_one_alone_differ_from_nothing() {
        assert!(compared(&[]).is_empty());
        assert_eq!(differing(&[facts(&[("Lasts", "4 hours")])]), [("Lasts".to_owned(), false)]);
    }
}
