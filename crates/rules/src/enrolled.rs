//! Whether those who are eligible for a role could prove what its settings demand, before anybody needs it.

use model::proof::Strength;

/// So many names are said; the others are counted.
const NAMED_MAX: usize = 5;

/// Somebody who is eligible: what they could prove at most, and their name where whoever reads it may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    pub strongest: Strength,
    pub name: Option<String>,
}

/// What somebody could prove at most: with what they set up here, and with what an identity provider vouches for.
pub fn strongest(app: bool, passkey: bool, vouched: Option<Strength>) -> Strength {
    let own = match (app, passkey) {
        (_, true) => Strength::Passkey,
        (true, false) => Strength::Multifactor,
        (false, false) => Strength::SignIn,
    };
    vouched.map_or(own, |vouched| own.max(vouched))
}

/// How many of those who are eligible cannot prove so much yet, and who; nothing when all can. There are `more` than `people`.
pub fn lacking(people: &[Enrolled], more: bool, demanded: Strength) -> Option<String> {
    let unable: Vec<&Enrolled> = people.iter().filter(|one| one.strongest < demanded).collect();
    let without = unable.len();
    if without == 0 {
        return None;
    }
    let mut named: Vec<&str> = unable.iter().filter_map(|one| one.name.as_deref()).collect();
    named.sort_unstable();
    named.truncate(NAMED_MAX);
    let names = match (named.as_slice(), without - named.len()) {
        ([], _) => String::new(),
        ([first], 0) => format!(": {first}"),
        ([first @ .., last], 0) => format!(": {} and {last}", first.join(", ")),
        (named, more) => format!(": {} and {more} more", named.join(", ")),
    };
    let has = if without == 1 { "has" } else { "have" };
    let what = match demanded {
        Strength::SignIn => return None,
        Strength::Multifactor => "neither an authenticator app nor a passkey",
        Strength::Passkey => "no passkey",
    };
    let of = if more { "the first " } else { "" };
    let people = people.len();
    if people == 1 && !more {
        return Some(format!("The only eligible person has {what}{names}. They could not activate before setting one up."));
    }
    let them = if without == 1 { "That person" } else { "They" };
    Some(format!(
        "{without} of {of}{people} eligible people {has} {what}{names}. {them} could not activate before setting one up."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_less_than_is_demanded_is_counted_and_whoever_has_more_is_not() {
        use Strength::{Multifactor, Passkey, SignIn};
        let unnamed = |all: &[Strength]| -> Vec<Enrolled> {
            all.iter().map(|strongest| Enrolled { strongest: *strongest, name: None }).collect()
        };
        let people = unnamed(&[SignIn, Multifactor, SignIn, Passkey, SignIn]);
        let said = |demanded| lacking(&people, false, demanded);
        assert_eq!(
            said(Multifactor).as_deref(),
            Some(
                "3 of 5 eligible people have neither an authenticator app nor a passkey. They could not activate before setting one up."
            )
        );
        assert!(said(Passkey).unwrap().starts_with("4 of 5 eligible people have no passkey."));
        assert_eq!(said(SignIn), None, "everybody signs in");
        assert!(
            lacking(&unnamed(&[SignIn, Passkey]), true, Passkey)
                .unwrap()
                .starts_with("1 of the first 2 eligible people has no passkey. That person")
        );
        assert_eq!(lacking(&unnamed(&[Passkey]), false, Passkey), None);
        assert_eq!(lacking(&[], false, Passkey), None, "nobody is eligible");
    }

    #[test]
    fn those_who_lack_it_are_named_and_beyond_five_counted() {
        let people = |names: &[&str]| -> Vec<Enrolled> {
            let one = |name: &&str| Enrolled { strongest: Strength::SignIn, name: Some((*name).to_owned()) };
            names.iter().map(one).chain([Enrolled { strongest: Strength::Passkey, name: Some("Noor".into()) }]).collect()
        };
        let said = |names: &[&str]| lacking(&people(names), false, Strength::Passkey).unwrap();
        let only = lacking(&people(&["Lee"])[..1], false, Strength::Passkey).unwrap();
        assert_eq!(only, "The only eligible person has no passkey: Lee. They could not activate before setting one up.");
        assert!(said(&["Lee"]).starts_with("1 of 2 eligible people has no passkey: Lee. That person"));
        assert!(said(&["Lee", "Alex", "Emma"]).contains("no passkey: Alex, Emma and Lee. They"));
        assert!(
            said(&["Lee", "Alex", "Emma", "Tomas", "Hana", "Bea", "Carl"])
                .contains(": Alex, Bea, Carl, Emma, Hana and 2 more. They")
        );
    }

    #[test]
    fn what_a_provider_vouches_for_counts_as_what_is_set_up_here() {
        use Strength::{Multifactor, Passkey, SignIn};
        for (app, passkey, vouched, strength) in [
            (false, false, None, SignIn),
            (false, false, Some(SignIn), SignIn),
            (false, false, Some(Multifactor), Multifactor),
            (true, false, Some(Passkey), Passkey),
            (true, false, None, Multifactor),
            (true, true, Some(SignIn), Passkey),
        ] {
            assert_eq!(strongest(app, passkey, vouched), strength);
        }
    }
}
