//! Whether anybody could still activate the roles that administrate all others, with people to approve that who do not need
//! such a role themselves. That somebody always holds one for good is guarded besides (`user::somebody_is_left`).

use crate::approval::{StagePeople, barred, can_be_decided};
use crate::provider::vouches_for;
use crate::user::Holders;
use model::approval::{Approver, Stage};
use model::directory::PortalRole;
use model::proof::{Demand, Strength};
use model::provider::Provider;
use model::{Refusal, RoleId, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// People who may activate the role in the same way, and what that demands.
#[derive(Clone, Debug, Default)]
pub struct Way {
    pub people: BTreeSet<UserId>,
    /// Those of them who are eligible without an end. The others open nothing tomorrow.
    pub lasting: BTreeSet<UserId>,
    /// In turn: membership of a group, and then the role for which the group is eligible. Each is a request of its own, so the
    /// same person may decide about all.
    pub hurdles: Vec<Hurdle>,
}

/// What one activation demands.
#[derive(Clone, Debug, Default)]
pub struct Hurdle {
    pub stages: Vec<Stage>,
    pub approvers: Vec<StagePeople>,
    /// Another server is asked, and its silence denies: one that is gone would keep everybody out.
    pub rests_on_a_server: bool,
    /// What is demanded can be proved by nobody here.
    pub proof_impossible: bool,
}

impl Way {
    fn is_open(&self, people: &BTreeSet<UserId>) -> bool {
        people.iter().any(|person| self.hurdles.iter().all(|hurdle| hurdle.lets(*person)))
    }
}

impl Hurdle {
    fn lets(&self, person: UserId) -> bool {
        let decided = can_be_decided(&self.stages, &self.approvers, &barred(person, person)).is_ok();
        !self.rests_on_a_server && !self.proof_impossible && decided
    }
}

/// Which of a way's people are looked at.
type Of = fn(&Way) -> &BTreeSet<UserId>;

/// All who are eligible, and those who are for good: neither may be locked out.
const EITHER: [Of; 2] = [|way| &way.people, |way| &way.lasting];

fn is_open(ways: &[Way], of: Of) -> bool {
    ways.iter().any(|way| way.is_open(of(way)))
}

/// Whether anybody here could give what is demanded: passkeys need an address that browsers take them for, or a provider that
/// is in use and vouches for them.
pub fn can_be_proved(demand: Option<Demand>, has_passkeys: bool, providers: &[Provider]) -> bool {
    has_passkeys
        || demand.is_none_or(|demand| demand.strength != Strength::Passkey)
        || providers.iter().any(|one| one.enabled && vouches_for(&one.strengths) == Strength::Passkey)
}

/// The stages with the holders of roles replaced by those who hold them without an end: whoever has to activate first cannot
/// be counted on to approve.
pub fn counted_on(stages: &[Stage], lasting: &BTreeMap<RoleId, BTreeSet<UserId>>) -> Vec<Stage> {
    let people = |approvers: &[Approver]| -> Vec<Approver> {
        let mut all = Vec::new();
        for approver in approvers {
            match approver {
                Approver::RoleHolders { id } => {
                    all.extend(lasting.get(id).into_iter().flatten().map(|holder| Approver::User { id: *holder }));
                }
                other => all.push(*other),
            }
        }
        all
    };
    let of = |stage: &Stage| {
        let mut stage = Stage { approvers: people(&stage.approvers), fallback: people(&stage.fallback), ..stage.clone() };
        if let Some(escalation) = &mut stage.escalation {
            escalation.approvers = people(&escalation.approvers);
        }
        stage
    };
    stages.iter().map(of).collect()
}

/// Somebody is eligible, and nobody of them could ever activate the role; or nobody of those could who are eligible for good, and
/// soon nobody else will be.
pub fn is_closed(ways: &[Way]) -> bool {
    EITHER.iter().any(|of| ways.iter().any(|way| !of(way).is_empty()) && !is_open(ways, *of))
}

/// Refuses a change after which nobody of those who are eligible could ever activate the role, be it that the last way closed
/// or that the first who is eligible finds none. What was closed before is nobody's doing now.
pub fn stays_open(role: PortalRole, before: &[Way], after: &[Way]) -> Result<(), Refusal> {
    if is_closed(after) && !is_closed(before) {
        return Err(Refusal::NobodyCouldActivate { role: role.name() });
    }
    Ok(())
}

/// The same ways with only these people in them: those who can sign in.
pub fn only(ways: &[Way], able: &BTreeSet<UserId>) -> Vec<Way> {
    let kept = |people: &[UserId]| people.iter().copied().filter(|person| able.contains(person)).collect();
    let of = |people: &StagePeople| StagePeople {
        approvers: kept(&people.approvers),
        fallback: kept(&people.fallback),
        ..people.clone()
    };
    let hurdle = |hurdle: &Hurdle| Hurdle { approvers: hurdle.approvers.iter().map(of).collect(), ..hurdle.clone() };
    let way = |way: &Way| Way {
        people: way.people.intersection(able).copied().collect(),
        lasting: way.lasting.intersection(able).copied().collect(),
        hurdles: way.hurdles.iter().map(hurdle).collect(),
    };
    ways.iter().map(way).collect()
}

/// Everybody who is counted on in these ways.
pub fn everybody(ways: &[Way]) -> BTreeSet<UserId> {
    let mut all = BTreeSet::new();
    for way in ways {
        all.extend(&way.people);
        for asked in way.hurdles.iter().flat_map(|hurdle| &hurdle.approvers) {
            all.extend(asked.approvers.iter().chain(&asked.fallback));
        }
    }
    all
}

/// Refuses to take ways to sign in away when somebody could activate the role before, with people to approve it who all can
/// sign in, and nobody could after it; the same of those who are eligible for good. `before` and `after` hold only those who
/// can (`only`).
pub fn reaches(role: PortalRole, before: &[Way], after: &[Way]) -> Result<(), Refusal> {
    let closes = EITHER.iter().any(|of| is_open(before, *of) && !is_open(after, *of));
    if closes { Err(Refusal::NobodyCouldReach { role: role.name() }) } else { Ok(()) }
}

/// Whether it has to be looked at who of them can sign in: somebody goes who held the first role for good. Whoever is left with
/// it may have no password, which was in order as long as somebody else had one.
pub fn asks_who_comes_in(role: PortalRole, before: &Holders, after: &Holders) -> bool {
    role == PortalRole::GlobalAdministrator && !before.lasting.is_subset(&after.lasting)
}

/// Refuses a change after which nobody who holds the role for good could sign in any more. What was closed before is nobody's
/// doing now.
pub fn comes_in(role: PortalRole, before: &BTreeSet<UserId>, after: &BTreeSet<UserId>) -> Result<(), Refusal> {
    if !before.is_empty() && after.is_empty() { Err(Refusal::NobodyCouldSignIn { role: role.name() }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{stage, user};
    use model::provider::{Joining, Strengths};
    use model::{AnyId, ProviderId, Ts};

    const ROLE: PortalRole = PortalRole::PrivilegedRoleAdministrator;

    fn people(all: &[u128]) -> BTreeSet<UserId> {
        all.iter().map(|n| user(*n)).collect()
    }

    fn way(eligible: &[u128], approvers: Option<&[u128]>) -> Way {
        let named = |all: &[u128]| StagePeople { approvers: all.iter().map(|n| user(*n)).collect(), ..StagePeople::default() };
        let stages = approvers.map(|_| Stage { fallback: Vec::new(), ..stage(1) }).into_iter().collect();
        let approvers = approvers.map(named).into_iter().collect();
        let all = people(eligible);
        Way { people: all.clone(), lasting: all, hurdles: vec![Hurdle { stages, approvers, ..Hurdle::default() }] }
    }

    /// The same people, who have to take this hurdle as well.
    fn and_then(way: Way, hurdle: Hurdle) -> Way {
        Way { hurdles: way.hurdles.into_iter().chain([hurdle]).collect(), ..way }
    }

    /// The same people, eligible for a while.
    fn for_a_while(way: Way) -> Way {
        Way { lasting: BTreeSet::new(), ..way }
    }

    fn refused(before: Way, after: &[Way]) -> bool {
        stays_open(ROLE, &[before], after).is_err()
    }

    #[test]
    fn a_change_after_which_nobody_eligible_could_activate_is_refused() {
        assert!(refused(way(&[1], None), &[way(&[1], Some(&[1]))]), "nobody approves their own");
        assert!(refused(way(&[1], None), &[way(&[1], Some(&[]))]), "nobody is there to approve");
        assert!(refused(way(&[1, 2], Some(&[1])), &[way(&[1], Some(&[1]))]), "the only one goes who could ask");
        assert!(!refused(way(&[1], None), &[way(&[1], Some(&[2]))]));
        assert!(!refused(way(&[1, 2], None), &[way(&[1, 2], Some(&[1]))]), "the other one could");
        assert!(!refused(way(&[1], None), &[way(&[1], Some(&[1])), way(&[3], None)]), "a group leads there too");
    }

    #[test]
    fn the_first_who_is_eligible_must_find_somebody_to_approve() {
        for nobody in [Vec::new(), vec![way(&[], Some(&[1]))]] {
            assert!(stays_open(ROLE, &nobody, &[way(&[1], Some(&[1]))]).is_err(), "only themselves");
            assert!(stays_open(ROLE, &nobody, &[way(&[1], Some(&[2]))]).is_ok());
            assert!(stays_open(ROLE, &nobody, &[way(&[1], None)]).is_ok());
        }
        assert!(!refused(way(&[1], Some(&[1])), &[way(&[1, 3], Some(&[3]))]), "the second opens it");
    }

    #[test]
    fn a_server_whose_silence_denies_is_no_way_in() {
        let asks = |eligible: &[u128]| and_then(way(eligible, None), Hurdle { rests_on_a_server: true, ..Hurdle::default() });
        assert!(refused(way(&[1], None), &[asks(&[1])]), "a server that is gone would keep everybody out");
        assert!(!refused(way(&[1], None), &[asks(&[1]), way(&[2], None)]), "somebody comes in without it");
        assert!(!refused(asks(&[1]), &[asks(&[1])]));
    }

    #[test]
    fn whoever_is_eligible_for_a_while_is_locked_out_as_well_and_opens_nothing_for_good() {
        let alone = |approvers| for_a_while(way(&[1], approvers));
        assert!(refused(alone(None), &[alone(Some(&[1]))]), "nobody approves their own, for a year or for good");
        assert!(refused(alone(None), &[alone(Some(&[]))]));
        assert!(!refused(alone(None), &[alone(Some(&[2]))]));
        let both = |approver| vec![way(&[1], Some(&[approver])), for_a_while(way(&[2], Some(&[1])))];
        assert!(is_closed(&both(1)), "when the second is no longer eligible, the first finds nobody");
        assert!(!is_closed(&both(3)));
    }

    #[test]
    fn what_nobody_here_can_prove_is_no_way_in() {
        let unprovable =
            |eligible: &[u128]| and_then(way(eligible, None), Hurdle { proof_impossible: true, ..Hurdle::default() });
        assert!(refused(way(&[1], None), &[unprovable(&[1])]));
        assert!(!refused(way(&[1], None), &[unprovable(&[1]), way(&[2], None)]), "somebody proves something else");
    }

    #[test]
    fn who_activates_membership_first_and_then_the_role_needs_both_to_be_possible() {
        let second = |approvers: &[u128]| way(&[], Some(approvers)).hurdles.remove(0);
        let both = |first: Option<&[u128]>, then: &[u128]| and_then(way(&[1], first), second(then));
        assert!(refused(way(&[1], None), &[both(None, &[])]), "nobody approves the role");
        assert!(refused(way(&[1], None), &[both(Some(&[]), &[2])]), "nobody approves the membership");
        assert!(refused(way(&[1], None), &[both(Some(&[1]), &[2])]), "only themselves");
        assert!(!refused(way(&[1], None), &[both(Some(&[2]), &[2])]), "one person approves both");
        let reached = |able: &[u128]| only(&[both(Some(&[2]), &[3])], &people(able));
        assert!(reaches(ROLE, &reached(&[1, 2, 3]), &reached(&[1, 3])).is_err());
        assert!(reaches(ROLE, &reached(&[1, 2, 3]), &reached(&[1, 2])).is_err());
        assert_eq!(everybody(&[both(Some(&[2]), &[3])]), people(&[1, 2, 3]));
    }

    #[test]
    fn a_passkey_can_be_given_here_or_through_a_provider_that_is_in_use() {
        let provider = |enabled, passkey: &[&str]| Provider {
            id: ProviderId(AnyId::nil()),
            name: String::new(),
            issuer: String::new(),
            client_id: String::new(),
            scopes: String::new(),
            joining: Joining::Bound,
            strengths: Strengths { multifactor: Vec::new(), passkey: passkey.iter().map(|word| (*word).to_owned()).collect() },
            enabled,
            created_at: Ts(0),
            version: 1,
        };
        let passkey = Some(Demand { strength: Strength::Passkey, minutes: 60 });
        assert!(!can_be_proved(passkey, false, &[]));
        assert!(!can_be_proved(passkey, false, &[provider(false, &["phr"])]), "nobody signs in with what is switched off");
        assert!(!can_be_proved(passkey, false, &[provider(true, &[])]));
        assert!(can_be_proved(passkey, false, &[provider(true, &["phr"])]));
        assert!(can_be_proved(passkey, true, &[]));
        for demand in [None, Some(Demand { strength: Strength::Multifactor, minutes: 60 })] {
            assert!(can_be_proved(demand, false, &[]), "a code can be set up by everybody");
        }
    }

    #[test]
    fn what_was_closed_before_may_be_worked_on_and_eligibility_may_go_altogether() {
        assert!(!refused(way(&[1], Some(&[1])), &[way(&[1], Some(&[1]))]));
        assert!(!refused(way(&[1], None), &[way(&[], None)]), "those who administrate for good are guarded elsewhere");
        assert!(!refused(way(&[1], None), &[]));
    }

    #[test]
    fn the_last_way_in_of_those_who_administrate_stays() {
        let refused = |before: &[u128], after: &[u128]| comes_in(ROLE, &people(before), &people(after)).is_err();
        assert!(refused(&[1, 2], &[]));
        assert!(!refused(&[1, 2], &[2]));
        assert!(!refused(&[1], &[1]));
        assert!(!refused(&[], &[]), "it was closed before");
    }

    #[test]
    fn who_comes_in_is_asked_when_somebody_goes_who_administrates_for_good() {
        let held = |active: &[u128], lasting: &[u128]| Holders { active: people(active), lasting: people(lasting) };
        let asks = |role, after: &Holders| asks_who_comes_in(role, &held(&[1, 2, 3], &[1, 2]), after);
        assert!(asks(PortalRole::GlobalAdministrator, &held(&[2, 3], &[2])));
        assert!(asks(PortalRole::GlobalAdministrator, &held(&[1, 2, 3], &[2])), "from now on for a while");
        assert!(!asks(PortalRole::GlobalAdministrator, &held(&[1, 2], &[1, 2])), "they held it for a while");
        assert!(!asks(ROLE, &held(&[2, 3], &[2])), "whoever administrates everything gives it again");
    }

    #[test]
    fn the_last_who_could_ask_for_a_role_or_approve_it_keeps_a_way_to_sign_in() {
        let refused = |ways: &[Way], before: &[u128], after: &[u128]| {
            reaches(ROLE, &only(ways, &people(before)), &only(ways, &people(after))).is_err()
        };
        let approved = [way(&[1], Some(&[2, 3]))];
        assert!(refused(&approved, &[1, 2, 3], &[2, 3]), "nobody is left who could ask");
        assert!(refused(&approved, &[1, 2], &[1]), "nobody is left who could approve");
        assert!(!refused(&approved, &[1, 2, 3], &[1, 3]), "another one approves");
        assert!(!refused(&[way(&[1], None), way(&[2], None)], &[1, 2], &[2]), "another one asks");
        let one_for_good = [way(&[1], None), for_a_while(way(&[2], None))];
        assert!(refused(&one_for_good, &[1, 2], &[2]), "nobody is left for good");
        assert!(!refused(&one_for_good, &[1, 2], &[1]));
        assert!(!refused(&approved, &[1], &[]), "it was closed before");
        assert!(!refused(&[], &[1], &[]), "nobody is eligible");
        assert_eq!(everybody(&approved), people(&[1, 2, 3]));
    }

    #[test]
    fn only_those_are_counted_on_who_hold_the_role_without_an_end() {
        let holders = Stage { approvers: crate::role_settings::default_approvers(), fallback: Vec::new(), ..stage(1) };
        let lasting = BTreeMap::from([(ROLE.id(), people(&[4]))]);
        let counted = counted_on(&[holders], &lasting);
        assert_eq!(counted[0].approvers, [Approver::User { id: user(4) }]);
    }
}
