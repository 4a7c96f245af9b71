//! Proofs: whether a session showed who is there, strongly and lately enough; and which codes count.

use crate::effective::held;
use crate::request::eligible;
use model::access::{Assignment, ResourceRole};
use model::command::Command;
use model::limits::{PASSKEYS_MAX, PROOF_MINUTES};
use model::proof::{Demand, Proofs, Strength, Vouched};
use model::query::Query;
use model::request::Request;
use model::{Refusal, RoleId, Ts, UserId};
use std::collections::BTreeSet;

/// Whether a session proved so much. A proof counts in the session in which it was given and in no other, up to and
/// including the last millisecond of its time. What is stronger counts as well.
pub fn proved(proofs: &Proofs, demand: Demand, now: Ts) -> bool {
    let fresh = |at: Option<Ts>| at.is_some_and(|at| now.since(at) <= demand.span());
    let vouched = proofs.vouched;
    let passkey = fresh(proofs.passkey_at) || fresh(vouched.passkey_at);
    let multifactor = fresh(proofs.code_at) || fresh(vouched.multifactor_at) || passkey;
    match demand.strength {
        Strength::SignIn => fresh(proofs.signed_in_at) || multifactor,
        Strength::Multifactor => multifactor,
        Strength::Passkey => passkey,
    }
}

/// What a session has proved after a provider vouched for something in it. Each strength has a time of its own and the later
/// one counts, so that no proof takes anything from another, neither a weaker one nor an older one.
pub fn with_word(before: Proofs, word: Proofs) -> Proofs {
    Proofs {
        signed_in_at: before.signed_in_at.max(word.signed_in_at),
        code_at: before.code_at.max(word.code_at),
        passkey_at: before.passkey_at.max(word.passkey_at),
        vouched: Vouched {
            multifactor_at: before.vouched.multifactor_at.max(word.vouched.multifactor_at),
            passkey_at: before.vouched.passkey_at.max(word.vouched.passkey_at),
        },
    }
}

/// The same of one provider, which calls the sign-ins there so. What was proved with another sign-in there does not outlive that
/// one as a part of this one.
pub fn with_word_of(before: Proofs, before_sid: Option<&str>, word: Proofs, sid: Option<&str>) -> Proofs {
    with_word(if before_sid == sid { before } else { Proofs::default() }, word)
}

/// Whether what is demanded was proved, as a refusal. `what` is what is done: `Activating “Global Administrator”`.
pub fn require(proofs: &Proofs, demand: Option<Demand>, what: impl FnOnce() -> String, now: Ts) -> Result<(), Refusal> {
    match demand {
        Some(demand) if !proved(proofs, demand, now) => Err(Refusal::ProofNeeded { what: what(), demand }),
        _ => Ok(()),
    }
}

/// The directory roles that somebody holds at `now`, directly, activated or through groups, or is eligible for. `reach` is
/// what they and the groups above them have.
pub fn directory_roles(user: UserId, reach: &[Assignment], now: Ts) -> BTreeSet<RoleId> {
    let held = held(user, true, reach, now).into_iter().map(|held| held.role);
    let eligible = eligible(user, true, reach, now).into_iter().map(|eligible| eligible.assignment.role);
    held.chain(eligible)
        .filter_map(|role| match role {
            ResourceRole::DirectoryRole(role) => Some(role),
            ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) => None,
        })
        .collect()
}

/// Whether a session may do nothing yet when some role asks its holder: until more than a password was proved in it, however
/// long ago.
pub fn is_held_back(proofs: &Proofs) -> bool {
    let Vouched { multifactor_at, passkey_at } = proofs.vouched;
    [proofs.code_at, proofs.passkey_at, multifactor_at, passkey_at].iter().all(Option::is_none)
}

/// Whether a session that is held back by these roles may ask this: only what it takes to verify, so that nobody is locked out.
pub fn may_ask(asked_by: &[String], query: &Query) -> Result<(), Refusal> {
    passes(asked_by, matches!(query, Query::Frame(_) | Query::Security(_)))
}

/// The same for what it changes: what one proves oneself with.
pub fn may_submit(asked_by: &[String], command: &Command) -> Result<(), Refusal> {
    let is_open = matches!(
        command,
        Command::RemoveAuthenticator | Command::RemovePasskey { .. } | Command::RenamePasskey { .. } | Command::EndOtherSessions
    );
    passes(asked_by, is_open)
}

fn passes(asked_by: &[String], is_open: bool) -> Result<(), Refusal> {
    if is_open || asked_by.is_empty() { Ok(()) } else { Err(Refusal::VerificationNeeded { roles: asked_by.to_vec() }) }
}

/// Of what several things demand and was not proved, what is to be proved first: with the strictest the others are proved
/// too, as far as they are as old.
pub fn strictest(unproved: Vec<(Demand, Refusal)>) -> Option<Refusal> {
    let strict = |(demand, _): &(Demand, Refusal)| (demand.strength, std::cmp::Reverse(demand.minutes));
    unproved.into_iter().rev().max_by_key(strict).map(|(_, refusal)| refusal)
}

/// Whether a session proved enough to decide about a stage; the page asks the same, to say it before anything is typed.
pub fn to_decide(request: &Request, proofs: &Proofs, stage: usize, now: Ts) -> Result<(), Refusal> {
    let demanded = request.terms.stages.get(stage).is_some_and(|stage| stage.multifactor);
    let demand = demanded.then_some(Demand { strength: Strength::Multifactor, minutes: PROOF_MINUTES });
    require(proofs, demand, || format!("Deciding about “{}”", request.terms.name), now)
}

/// What it takes to change what one proves oneself with: the methods that are there protect themselves, and the first one
/// is added by whoever knows the password.
pub fn to_change_methods(has_method: bool) -> Demand {
    let strength = if has_method { Strength::Multifactor } else { Strength::SignIn };
    Demand { strength, minutes: PROOF_MINUTES }
}

/// What somebody typed as a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Six digits of an authenticator app.
    Code(String),
    /// A recovery code, as it is hashed.
    Recovery(String),
}

/// Characters of a recovery code without its hyphens: 80 bits.
pub const RECOVERY_CODE_CHARS: usize = 16;

/// Reads a code. Blanks and hyphens, which people type as they see them, do not matter; nor does case.
pub fn read_code(text: &str) -> Option<Typed> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_uppercase();
    let digits = |c: char| c.is_ascii_digit();
    if plain.len() == 6 && plain.chars().all(digits) {
        return Some(Typed::Code(plain));
    }
    let base32 = |c: char| c.is_ascii_uppercase() || ('2'..='7').contains(&c);
    (plain.len() == RECOVERY_CODE_CHARS && plain.chars().all(base32)).then_some(Typed::Recovery(plain))
}

/// A code counts once: its time has to be after that of the last one.
pub fn counts_once(step: u64, last: Option<u64>) -> Result<u64, Refusal> {
    if last.is_some_and(|last| step <= last) { Err(Refusal::CodeUsed) } else { Ok(step) }
}

/// Whether one more passkey is kept.
pub fn may_add_passkey(have: usize) -> Result<(), Refusal> {
    if have < PASSKEYS_MAX { Ok(()) } else { Err(Refusal::TooManyPasskeys { limit: PASSKEYS_MAX }) }
}

/// Whether an administrator may reset what somebody proves themselves with: not their own, which a stolen session could
/// use to get past it.
pub fn may_reset(actor: Option<UserId>, user: UserId, name: &str, has_method: bool) -> Result<(), Refusal> {
    if actor == Some(user) {
        return Err(Refusal::OwnMethods);
    }
    if has_method { Ok(()) } else { Err(Refusal::NothingToReset { name: name.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::user;
    use model::Span;

    const NOW: Ts = Ts(1_000_000_000);

    fn proofs(sign_in: i64, code: Option<i64>, passkey: Option<i64>) -> Proofs {
        let ago = |minutes: i64| NOW - Span::minutes(minutes);
        let vouched = Vouched::default();
        Proofs { signed_in_at: Some(ago(sign_in)), code_at: code.map(ago), passkey_at: passkey.map(ago), vouched }
    }

    #[test]
    fn nothing_weaker_or_older_than_demanded_counts() {
        let enough = |strength, of| proved(&of, Demand { strength, minutes: 15 }, NOW);
        assert!(!enough(Strength::SignIn, proofs(16, None, None)));
        assert!(!enough(Strength::Multifactor, proofs(0, None, None)), "a password alone");
        assert!(!enough(Strength::Multifactor, proofs(0, Some(16), Some(16))));
        assert!(!enough(Strength::Passkey, proofs(0, Some(0), None)), "a code can be typed into another site");
        assert!(!enough(Strength::Passkey, proofs(0, Some(0), Some(16))));
        assert!(enough(Strength::SignIn, proofs(15, None, None)), "its last minute counts");
        assert!(enough(Strength::SignIn, proofs(60, Some(1), None)), "what is stronger counts as well");
        assert!(enough(Strength::Multifactor, proofs(60, Some(15), None)));
        assert!(enough(Strength::Multifactor, proofs(60, None, Some(1))));
        assert!(enough(Strength::Passkey, proofs(60, None, Some(1))));
        let late = Proofs { code_at: Some(NOW - Span::minutes(15) - Span(1)), ..proofs(60, None, None) };
        assert!(!enough(Strength::Multifactor, late), "and not a millisecond more");
    }

    #[test]
    fn a_session_is_held_back_until_it_proved_more_than_a_password_once() {
        assert!(is_held_back(&proofs(0, None, None)), "a password alone");
        assert!(!is_held_back(&proofs(600, Some(599), None)), "however long ago");
        assert!(!is_held_back(&proofs(0, None, Some(0))));
        let vouched = Vouched { multifactor_at: Some(NOW), passkey_at: None };
        assert!(!is_held_back(&Proofs { vouched, ..proofs(0, None, None) }), "where they signed in");
    }

    #[test]
    fn who_is_held_back_reaches_what_it_takes_to_verify_and_nothing_else() {
        let by = ["User Administrator".to_owned()];
        assert!(may_ask(&by, &model::query::Security {}.into()).is_ok());
        assert!(may_ask(&by, &model::query::Frame {}.into()).is_ok());
        let refusal = may_ask(&by, &model::query::Overview {}.into()).unwrap_err();
        assert_eq!(refusal.code(), "verification_needed");
        assert!(refusal.sentence().contains("“User Administrator”"), "{}", refusal.sentence());
        assert!(may_submit(&by, &Command::EndOtherSessions).is_ok());
        assert!(may_submit(&by, &Command::ScanAlerts).is_err());
        assert!(may_ask(&[], &model::query::Overview {}.into()).is_ok());
        assert!(may_submit(&[], &Command::ScanAlerts).is_ok());
    }

    #[test]
    fn asked_are_those_who_hold_a_role_in_any_way_or_could_activate_it_and_only_while_they_do() {
        use crate::tests::{assignment, id};
        use model::access::AssignmentType;
        use model::directory::Principal;
        let (role, group) = (ResourceRole::DirectoryRole(RoleId(id(7))), model::GroupId(id(8)));
        let me = Principal::User(user(1));
        let one = |principal, of| assignment(1, principal, of);
        let waits = |principal| Assignment { assignment_type: AssignmentType::Eligible, ..assignment(2, principal, role) };
        let member = assignment(3, me, ResourceRole::GroupMember(group));
        let asked = |reach: &[Assignment]| !directory_roles(user(1), reach, NOW).is_empty();
        assert!(asked(&[one(me, role)]));
        assert!(asked(&[waits(me)]), "eligible");
        assert!(asked(&[one(Principal::Group(group), role), member.clone()]), "through a group");
        assert!(asked(&[waits(Principal::Group(group)), member.clone()]), "eligible through a group");
        assert!(!asked(&[one(Principal::Group(group), role)]), "in that group no longer");
        assert!(!asked(&[Assignment { ends_at: Some(NOW), ..one(me, role) }]), "it has ended");
        assert!(!asked(&[Assignment { starts_at: NOW + Span(1), ..waits(me) }]), "it has not begun");
        assert!(!asked(&[member]));
    }

    #[test]
    fn of_several_demands_the_strongest_is_met_first_and_of_the_same_the_freshest() {
        let asks = |strength, minutes| {
            let demand = Demand { strength, minutes };
            (demand, Refusal::ProofNeeded { what: format!("{minutes}"), demand })
        };
        let first = |all: &[(Strength, u32)]| {
            let all = all.iter().map(|(strength, minutes)| asks(*strength, *minutes)).collect();
            match strictest(all) {
                Some(Refusal::ProofNeeded { demand, .. }) => Some((demand.strength, demand.minutes)),
                _ => None,
            }
        };
        let (weak, strong) = ((Strength::SignIn, 1), (Strength::Passkey, 60));
        assert_eq!(first(&[weak, strong, (Strength::Multifactor, 5)]), Some(strong));
        assert_eq!(first(&[(Strength::Multifactor, 15), (Strength::Multifactor, 5), weak]), Some((Strength::Multifactor, 5)));
        assert_eq!(first(&[]), None);
    }

    #[test]
    fn a_providers_word_counts_as_what_it_vouched_for_and_takes_nothing_away() {
        let enough = |strength, of| proved(&of, Demand { strength, minutes: 15 }, NOW);
        let ago = |minutes: i64| Some(NOW - Span::minutes(minutes));
        let with = |multifactor_at, passkey_at| Proofs { vouched: Vouched { multifactor_at, passkey_at }, ..Proofs::default() };
        assert!(!enough(Strength::SignIn, Proofs::default()), "nobody said when");
        assert!(!enough(Strength::Passkey, with(ago(0), ago(16))));
        assert!(!enough(Strength::Multifactor, with(ago(16), None)));
        assert!(enough(Strength::SignIn, with(ago(15), None)));
        assert!(enough(Strength::Multifactor, with(ago(15), None)));
        assert!(enough(Strength::Multifactor, with(None, ago(1))));
        assert!(enough(Strength::Passkey, with(None, ago(1))));
        let own = Proofs { passkey_at: ago(1), ..with(ago(0), None) };
        assert!(enough(Strength::Passkey, own), "a later weaker proof does not hide it");
    }

    #[test]
    fn the_weaker_or_older_of_two_proofs_never_replaces_the_other() {
        let ago = |minutes: i64| Some(NOW - Span::minutes(minutes));
        let word = |signed_in_at, multifactor_at, passkey_at| Proofs {
            signed_in_at,
            vouched: Vouched { multifactor_at, passkey_at },
            ..Proofs::default()
        };
        let own = proofs(60, Some(5), Some(7));
        let table = [
            (own, word(None, None, None), own),
            (own, word(ago(0), None, None), Proofs { signed_in_at: ago(0), ..own }),
            (own, word(ago(90), None, None), own),
            (word(ago(3), None, ago(3)), word(ago(0), ago(0), None), word(ago(0), ago(0), ago(3))),
            (word(ago(0), ago(0), None), word(ago(3), None, ago(3)), word(ago(0), ago(0), ago(3))),
            (word(ago(3), ago(3), None), word(None, ago(9), None), word(ago(3), ago(3), None)),
        ];
        for (before, said, after) in table {
            assert_eq!(with_word(before, said), after, "{before:?} and {said:?}");
            assert_eq!(with_word(said, before), after, "in whatever order");
        }
        let demand = Demand { strength: Strength::Passkey, minutes: 15 };
        assert!(proved(&with_word(own, word(ago(0), ago(0), None)), demand, NOW), "the passkey still counts");
        assert!(!proved(&with_word(proofs(0, None, None), word(ago(0), ago(0), None)), demand, NOW));
    }

    #[test]
    fn what_was_proved_with_another_sign_in_at_a_provider_does_not_outlive_it() {
        let before = Proofs { signed_in_at: Some(NOW - Span::minutes(3)), ..proofs(60, Some(5), Some(7)) };
        let said = Proofs { signed_in_at: Some(NOW), ..Proofs::default() };
        let both = Proofs { signed_in_at: Some(NOW), ..before };
        for (before_sid, sid, after) in [
            (Some("a"), Some("b"), said),
            (Some("a"), None, said),
            (None, Some("b"), said),
            (Some("a"), Some("a"), both),
            (None, None, both),
        ] {
            assert_eq!(with_word_of(before, before_sid, said, sid), after, "{before_sid:?} and {sid:?}");
        }
    }

    #[test]
    fn a_code_counts_once_and_never_after_a_later_one() {
        assert_eq!(counts_once(7, Some(7)), Err(Refusal::CodeUsed));
        assert_eq!(counts_once(6, Some(7)), Err(Refusal::CodeUsed));
        assert_eq!(counts_once(8, Some(7)), Ok(8));
        assert_eq!(counts_once(0, None), Ok(0));
    }

    #[test]
    fn codes_are_read_as_people_type_them_and_nothing_else_is_one() {
        for wrong in
            ["", "12345", "1234567", "12345a", "１２３４５６", "ABCD-EFGH-IJKL-MNO", "ABCD-EFGH-IJKL-MNO1", "ABCD-EFGH-IJKL-MNÖP"]
        {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        assert_eq!(read_code(" 123 456 "), Some(Typed::Code("123456".into())));
        assert_eq!(read_code("abcd-efgh-ijkl-mnop"), Some(Typed::Recovery("ABCDEFGHIJKLMNOP".into())));
    }

    #[test]
    fn whoever_has_a_method_needs_it_to_change_methods() {
        assert_eq!(to_change_methods(true).strength, Strength::Multifactor);
        assert_eq!(to_change_methods(false).strength, Strength::SignIn);
    }

    #[test]
    fn nobody_resets_their_own_methods_and_nothing_is_reset_where_nothing_is() {
        assert_eq!(may_reset(Some(user(1)), user(1), "Alex", true), Err(Refusal::OwnMethods));
        assert!(matches!(may_reset(Some(user(2)), user(1), "Alex", false), Err(Refusal::NothingToReset { .. })));
        assert_eq!(may_reset(Some(user(2)), user(1), "Alex", true), Ok(()));
    }
}
