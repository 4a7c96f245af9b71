//! Whether those who are eligible for a role could prove what its settings demand, before anybody needs it.

use model::proof::Strength;

/// What somebody could prove at most: with what they set up here, and with what an identity provider vouches for.
pub fn strongest(app: bool, passkey: bool, vouched: Option<Strength>) -> Strength {
    let own = match (app, passkey) {
        (_, true) => Strength::Passkey,
        (true, false) => Strength::Multifactor,
        (false, false) => Strength::SignIn,
    };
    vouched.map_or(own, |vouched| own.max(vouched))
}

/// How many of those who are eligible cannot prove so much yet; nothing when all can. `people` are what each of them could prove;
/// there are `more` than were looked at.
pub fn lacking(people: &[Strength], more: bool, demanded: Strength) -> Option<String> {
    let without = people.iter().filter(|strongest| **strongest < demanded).count();
    if without == 0 {
        return None;
    }
    let has = if without == 1 { "has" } else { "have" };
    let what = match demanded {
        Strength::SignIn => return None,
        Strength::Multifactor => "neither an authenticator app nor a passkey",
        Strength::Passkey => "no passkey",
    };
    let of = if more { "the first " } else { "" };
    let people = people.len();
    let them = if without == 1 { "That person" } else { "They" };
    Some(format!("{without} of {of}{people} eligible people {has} {what}. {them} could not activate before setting one up."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_less_than_is_demanded_is_counted_and_whoever_has_more_is_not() {
        use Strength::{Multifactor, Passkey, SignIn};
        let people = [SignIn, Multifactor, SignIn, Passkey, SignIn];
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
            lacking(&[SignIn, Passkey], true, Passkey)
                .unwrap()
                .starts_with("1 of the first 2 eligible people has no passkey. That person")
        );
        assert_eq!(lacking(&[Passkey], false, Passkey), None);
        assert_eq!(lacking(&[], false, Passkey), None, "nobody is eligible");
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
