use super::*;
use crate::tests::{id, user};
use model::access::{AssignmentType, Source};
use model::directory::Principal;
use model::role_settings::Proof;

const NOW: Ts = Ts(400 * 86_400_000);

fn ago(days: i64) -> Ts {
    NOW - Span::days(days)
}

fn role(role: PortalRole) -> RoleId {
    role.id()
}

fn holding(n: u128, of: PortalRole) -> Holding {
    Holding {
        assignment: AssignmentId(id(n)),
        user: user(n),
        role: role(of),
        through: None,
        eligible: true,
        role_eligible: true,
        since: ago(300),
        created_at: ago(300),
        last_sign_in: Some(ago(1)),
        last_activation: Some(ago(1)),
    }
}

fn kinds(facts: &Facts, saved: &Settings) -> Vec<AlertKind> {
    found(facts, saved, NOW).iter().map(Found::kind).collect()
}

fn with(holdings: Vec<Holding>) -> Facts {
    Facts { holdings, ..Facts::default() }
}

fn saved(kind: AlertKind, thresholds: Thresholds) -> Settings {
    BTreeMap::from([(kind, AlertSettings { enabled: true, mail: true, thresholds })])
}

#[test]
fn a_role_is_unused_from_the_day_on_that_is_set_and_never_before_it_was_given_so_long_ago() {
    let last = |days| with(vec![Holding { last_activation: Some(ago(days)), ..holding(1, PortalRole::UserAdministrator) }]);
    assert_eq!(kinds(&last(29), &Settings::new()), []);
    assert_eq!(kinds(&last(30), &Settings::new()), [AlertKind::UnusedRoles]);
    let never = Holding { last_activation: None, ..holding(1, PortalRole::UserAdministrator) };
    assert_eq!(kinds(&with(vec![never.clone()]), &Settings::new()), [AlertKind::UnusedRoles]);
    assert_eq!(kinds(&with(vec![Holding { since: ago(29), ..never.clone() }]), &Settings::new()), [], "it is new");
    assert_eq!(kinds(&with(vec![Holding { eligible: false, ..never.clone() }]), &Settings::new()), [], "it needs no activation");
    let at_once = saved(AlertKind::UnusedRoles, Thresholds::Days { days: 0 });
    assert_eq!(kinds(&with(vec![Holding { since: NOW, ..never.clone() }]), &at_once), [AlertKind::UnusedRoles]);
    let off = BTreeMap::from([(AlertKind::UnusedRoles, AlertSettings { enabled: false, ..AlertKind::UnusedRoles.defaults() })]);
    assert_eq!(kinds(&with(vec![never]), &off), [], "nobody looks for it");
}

#[test]
fn an_account_that_never_signed_in_is_stale_counted_from_when_it_was_made() {
    let of =
        |last_sign_in, created_at| with(vec![Holding { last_sign_in, created_at, ..holding(1, PortalRole::UserAdministrator) }]);
    assert_eq!(kinds(&of(Some(ago(90)), ago(300)), &Settings::new()), []);
    assert_eq!(kinds(&of(Some(ago(91)), ago(300)), &Settings::new()), [AlertKind::StaleAccounts]);
    assert_eq!(kinds(&of(None, ago(300)), &Settings::new()), [AlertKind::StaleAccounts]);
    assert_eq!(kinds(&of(None, ago(5)), &Settings::new()), [], "it is new");
}

#[test]
fn there_are_too_many_administrators_when_both_thresholds_are_reached() {
    let admins = |n: u128, others: u128| {
        let admins = (1..=n).map(|n| holding(n, PortalRole::GlobalAdministrator));
        with(admins.chain((100..100 + others).map(|n| holding(n, PortalRole::UserAdministrator))).collect())
    };
    assert_eq!(kinds(&admins(4, 0), &Settings::new()), [], "four of four");
    assert_eq!(kinds(&admins(5, 46), &Settings::new()), [], "five of 51 are less than a tenth");
    assert_eq!(kinds(&admins(5, 45), &Settings::new()), [AlertKind::TooManyGlobalAdministrators; 5], "each of them is listed");
    let mut twice = admins(4, 0);
    twice.holdings.push(Holding { assignment: AssignmentId(id(50)), ..holding(1, PortalRole::GlobalAdministrator) });
    assert_eq!(kinds(&twice, &Settings::new()), [], "one person with two assignments is one");
}

#[test]
fn activations_are_too_many_from_the_number_on_that_is_set() {
    let often = |n| Facts { activations: vec![(user(1), role(PortalRole::UserAdministrator), n)], ..Facts::default() };
    assert_eq!(kinds(&often(4), &Settings::new()), []);
    assert_eq!(kinds(&often(5), &Settings::new()), [AlertKind::ActivatedTooOften]);
}

#[test]
fn a_session_or_a_password_alone_is_too_little_to_activate_with() {
    let asks = |activation_proof| Facts {
        settings: BTreeMap::from([(
            role(PortalRole::UserAdministrator),
            RoleSettings { activation_proof, ..RoleSettings::default() },
        )]),
        ..Facts::default()
    };
    for strong in [Proof::Multifactor { minutes: 15 }, Proof::Passkey { minutes: 15 }] {
        assert_eq!(kinds(&asks(strong), &Settings::new()), []);
    }
    for weak in [Proof::Session, Proof::FreshSignIn { minutes: 15 }] {
        assert_eq!(kinds(&asks(weak), &Settings::new()), [AlertKind::NoMultifactor]);
    }
    let context = model::AuthenticationContextId(id(4));
    let named = |strength| {
        let demand = model::proof::Demand { strength, minutes: 15 };
        let (name, description) = ("Desk".to_owned(), String::new());
        let contexts = vec![AuthenticationContext { id: context, name, description, demand, terms: None, version: 1 }];
        Facts { contexts, ..asks(Proof::Context { context }) }
    };
    assert_eq!(kinds(&named(Strength::Multifactor), &Settings::new()), []);
    assert_eq!(kinds(&named(Strength::SignIn), &Settings::new()), [AlertKind::NoMultifactor], "what it says counts");
}

#[test]
fn only_what_is_in_force_was_assigned_outside() {
    let one = Assignment {
        id: AssignmentId(id(1)),
        principal: Principal::User(user(1)),
        role: ResourceRole::DirectoryRole(role(PortalRole::UserAdministrator)),
        assignment_type: AssignmentType::Active,
        source: Source::Import,
        starts_at: ago(1),
        ends_at: None,
        ended_at: None,
    };
    let of = |one: Assignment| Facts { outside: vec![one], ..Facts::default() };
    assert_eq!(kinds(&of(Assignment { ended_at: Some(NOW), ..one.clone() }), &Settings::new()), []);
    assert_eq!(kinds(&of(Assignment { ends_at: Some(NOW), ..one.clone() }), &Settings::new()), []);
    assert_eq!(kinds(&of(one), &Settings::new()), [AlertKind::AssignedOutside]);
}

#[test]
fn access_that_lasts_too_long_at_a_target_is_found_from_five_minutes_on_and_what_stays_is_graver_than_what_is_missing() {
    let minutes = |n| NOW - Span::minutes(n);
    let one = Differs {
        target: model::TargetId(id(7)),
        name: "Ledger".into(),
        user: user(1),
        since: minutes(5),
        keeps: vec!["Agent".into()],
        lacks: Vec::new(),
        leaves: false,
    };
    let of = |one: &Differs| kinds(&Facts { differs: vec![one.clone()], ..Facts::default() }, &Settings::new());
    assert_eq!(of(&Differs { since: minutes(5) + Span(1), ..one.clone() }), []);
    assert_eq!(of(&one), [AlertKind::RemovalOverdue]);
    let (keeps, lacks) = (Vec::new(), vec!["Lead".to_owned()]);
    assert_eq!(of(&Differs { keeps: keeps.clone(), lacks: lacks.clone(), ..one.clone() }), [AlertKind::DeliveryOverdue]);
    assert_eq!(of(&Differs { lacks, ..one.clone() }), [AlertKind::RemovalOverdue, AlertKind::DeliveryOverdue]);
    assert_eq!(of(&Differs { keeps: keeps.clone(), leaves: true, ..one.clone() }), [AlertKind::RemovalOverdue], "an account");
    assert_eq!(of(&Differs { keeps, ..one }), [], "a name that is to change is no access");
    assert!(AlertKind::RemovalOverdue.severity() < AlertKind::DeliveryOverdue.severity(), "the gravest first");
    assert!(AlertKind::ALL.is_sorted_by_key(|kind| kind.severity()));
}

fn incident(found: Found) -> Incident {
    Incident { id: AlertIncidentId(id(9)), found, found_at: ago(1), dismissed: None }
}

#[test]
fn a_scan_opens_what_is_new_keeps_what_is_the_same_and_resolves_what_is_gone() {
    let often = |times| Found::TooOften { user: user(1), role: role(PortalRole::UserAdministrator), times };
    assert_eq!(scan(&[], vec![often(5)]).new, [often(5)]);
    assert_eq!(scan(&[incident(often(5))], vec![often(5)]), Scan::default());
    let more = scan(&[incident(often(5))], vec![often(6)]);
    assert_eq!((more.new, more.changed.len(), more.gone), (Vec::new(), 1, Vec::new()), "the same with another number");
    assert_eq!(scan(&[incident(often(5))], Vec::new()).gone.len(), 1);
}

#[test]
fn thresholds_outside_of_their_bounds_or_of_another_kind_are_refused() {
    let refused = |kind, thresholds| {
        let asked = AlertSettings { enabled: true, mail: false, thresholds };
        check(kind, &asked).err().and_then(|refusal| refusal.field().map(str::to_owned))
    };
    let field = |name: &str| Some(name.to_owned());
    assert_eq!(refused(AlertKind::StaleAccounts, Thresholds::Days { days: 0 }), field("days"));
    assert_eq!(refused(AlertKind::StaleAccounts, Thresholds::Days { days: 366 }), field("days"));
    assert_eq!(refused(AlertKind::UnusedRoles, Thresholds::Days { days: 101 }), field("days"));
    assert_eq!(refused(AlertKind::UnusedRoles, Thresholds::Days { days: 0 }), None);
    let administrators =
        |count, percent| refused(AlertKind::TooManyGlobalAdministrators, Thresholds::Administrators { count, percent });
    assert_eq!(administrators(1, 10), field("count"));
    assert_eq!(administrators(101, 10), field("count"));
    assert_eq!(administrators(2, 101), field("percent"));
    assert_eq!(administrators(100, 0), None);
    let times = |times, minutes| refused(AlertKind::ActivatedTooOften, Thresholds::Times { times, minutes });
    assert_eq!(times(1, 60), field("times"));
    assert_eq!(times(5, 0), field("minutes"));
    assert_eq!(times(100, 60), None);
    assert_eq!(refused(AlertKind::AssignedOutside, Thresholds::Days { days: 3 }), field("kind"));
    assert_eq!(refused(AlertKind::StaleAccounts, Thresholds::None), field("kind"));
}

#[test]
fn an_incident_is_dismissed_once_with_a_reason_and_reopened() {
    let mut one = incident(Found::NoMultifactor { role: role(PortalRole::UserAdministrator) });
    assert_eq!(dismiss(&one, user(1), " ", NOW).unwrap_err().code(), "required");
    assert_eq!(reopen(&one).unwrap_err().code(), "not_found");
    let (word, _) = dismiss(&one, user(1), "A test system.", NOW).unwrap();
    one.dismissed = Some(word);
    assert_eq!(dismiss(&one, user(2), "Me too.", NOW).unwrap_err().code(), "alert_dismissed");
    assert!(reopen(&one).is_ok());
}

#[test]
fn it_is_looked_again_when_policies_come_or_go_with_their_package_or_their_catalog() {
    assert!(matters(&Action::CatalogChanged { catalog: model::CatalogId(id(1)), changes: Vec::new() }));
    assert!(matters(&Action::PackageDeleted { package: PackageId(id(2)), name: "Payroll".into() }));
    assert!(!matters(&Action::PackageCreated { package: PackageId(id(2)), name: "Payroll".into() }), "it has no policy yet");
}

#[test]
fn letters_go_out_once_a_kind_and_only_where_they_are_wanted() {
    let new = [
        Found::NoMultifactor { role: role(PortalRole::UserAdministrator) },
        Found::Unreviewed { used: model::EmergencyUseId(id(1)), user: user(1), review_by: NOW },
        Found::Unreviewed { used: model::EmergencyUseId(id(2)), user: user(1), review_by: NOW },
    ];
    let sent = letters(&new, &Settings::new(), |_| vec!["Lee".into()], &[user(7), user(8)]);
    let said: Vec<_> = sent.iter().map(|letter| (letter.to.clone(), &letter.notice)).collect();
    let notice = Notice::AlertRaised { kind: AlertKind::EmergencyUnreviewed, count: 2, names: vec!["Lee".into()] };
    assert_eq!(said, [(Addressee::User(user(7)), &notice), (Addressee::User(user(8)), &notice)]);
}

#[test]
fn a_stage_lacks_people_when_fewer_are_left_than_approvals_are_missing() {
    use model::approval::Verdict;
    let waits = |quorum| {
        let mut request = crate::tests::request(State::PendingApproval {
            stage: 0,
            opened_at: NOW,
            decide_by: NOW + Span::hours(1),
            asked: Vec::new(),
            fallback: false,
            escalated_at: None,
            reminded_at: None,
        });
        request.terms.stages = vec![crate::tests::stage(quorum)];
        request
    };
    let people = |all: &[u128]| StagePeople { approvers: all.iter().map(|n| user(*n)).collect(), ..StagePeople::default() };
    let approved = |by| Decision {
        stage: 0,
        approver: user(by),
        stood_in_for: None,
        verdict: Verdict::Approve,
        words: String::new(),
        at: NOW,
    };
    let counts = |quorum, all: &[u128], decided: &[Decision]| match nobody_decides(&waits(quorum), &people(all), decided, NOW) {
        Some(Found::NobodyDecides { missing, left, .. }) => Some((missing, left)),
        _ => None,
    };
    assert_eq!(counts(1, &[], &[]), Some((1, 0)));
    assert_eq!(counts(2, &[5], &[]), Some((2, 1)), "one is left for two");
    assert_eq!(counts(2, &[5, 6, 5], &[]), None);
    assert_eq!(counts(2, &[5, 6], &[approved(5)]), None, "one is missing and one is left");
    assert_eq!(counts(3, &[5, 6], &[approved(5)]), Some((2, 1)));
    let later = Decision { stage: 1, ..approved(5) };
    assert_eq!(counts(2, &[6, 7], &[later]), None, "approvals of another stage are none of this");
    assert_eq!(counts(2, &[6], &[]), Some((2, 1)));
}

#[test]
fn a_policy_is_found_when_nobody_could_ever_decide_under_it() {
    use crate::tests::stage;
    use model::approval::{Approver, Stage};
    use model::package::Scope;
    let of = |stages: Vec<Stage>, people: Vec<StagePeople>| {
        let settings = model::package::PolicySettings { scope: Scope::AllUsers, stages, ..crate::draft::beginning() };
        let policy = Policy { id: model::PolicyId(id(3)), name: "Everybody".into(), enabled: true, settings };
        let approved = Approved { package: PackageId(id(2)), package_name: "Payroll".into(), policy, people };
        nobody_approves(&approved).map(|found| match found {
            Found::NobodyApproves { stage, .. } => stage,
            _ => usize::MAX,
        })
    };
    let named = |all: &[u128]| StagePeople { approvers: all.iter().map(|n| user(*n)).collect(), ..StagePeople::default() };
    let person = |n| Stage { approvers: vec![Approver::User { id: user(n) }], ..stage(1) };
    assert_eq!(of(vec![], vec![]), None);
    assert_eq!(of(vec![person(5)], vec![named(&[5])]), None);
    assert_eq!(of(vec![person(5)], vec![named(&[])]), Some(0));
    assert_eq!(of(vec![person(5), person(6)], vec![named(&[5]), named(&[])]), Some(1));
    let manager = Stage { approvers: vec![Approver::Manager { level: 1 }], ..stage(1) };
    assert_eq!(of(vec![manager], vec![named(&[])]), None, "who that is depends on who asks");
}
