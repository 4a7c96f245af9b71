//! Activating what one is eligible for.

use crate::privileged::{eligible, finds, of, sets};
use model::access::{AssignmentType, EndReason};
use model::activation_profile::SaveActivationProfile;
use model::approval::Approver;
use model::command::{Command, Done};
use model::directory::{PortalRole, Principal};
use model::event::Action;
use model::request::Phase;
use model::role_assignment::{ActivateRole, AssignRole};
use model::role_settings::{Privileged, Proof, RoleSettings, Ticket};
use model::view::my_roles::{Kind, MyRoles, Tab};
use model::{AssignmentId, Refusal, RequestId, Span, Ts, query};
use testkit::{Offer, Person, World, both, refused};

const USERS: &str = "User Administrator";

pub fn asks(eligible: AssignmentId, minutes: u32) -> ActivateRole {
    ActivateRole {
        eligible,
        minutes,
        starts_at: None,
        justification: "The incident.".into(),
        ticket: Ticket::default(),
        accepted: Vec::new(),
        emergency: false,
    }
}

pub async fn activates(who: &Person, asked: ActivateRole) -> Result<(RequestId, Option<Ts>), engine::Problem> {
    match who.submits(Command::ActivateRole(asked)).await? {
        Done::RoleActivated { request, active, .. } => Ok((request, active)),
        other => panic!("{other:?}"),
    }
}

async fn mine(who: &Person, kind: Kind, tab: Tab) -> MyRoles {
    who.asks(query::MyRoles { kind, tab, after: None }).await.unwrap()
}

/// Lee is eligible for *User Administrator* in the demo company.
async fn lees(world: &World) -> (Person, Person, AssignmentId) {
    let [lee, morgan] = world.people(["lee", "morgan"]).await;
    let assignment = finds(&morgan, of(PortalRole::UserAdministrator), Tab::Eligible, &lee).await;
    (lee, morgan, assignment)
}

fn of_users() -> model::role_settings::Privileged {
    crate::privileged::of(model::directory::PortalRole::UserAdministrator)
}

both! {
    async fn terms_of_use_are_accepted_before_a_role_and_again_when_they_change(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee] = world.people(["morgan", "alex", "lee"]).await;
        let save = |terms, version, text: &str| {
            Command::SaveTerms(model::terms::SaveTerms { terms, version, name: "House rules".into(), text: text.into() })
        };
        assert_eq!(refused(alex.submits(save(None, 0, "Mine.")).await).code(), "not_found");
        assert_eq!(refused(alex.asks(query::AllTerms {}).await).code(), "not_found");
        morgan.submits(save(None, 0, "Lock the door.")).await.unwrap();
        assert_eq!(refused(morgan.submits(save(None, 0, "Twice.")).await).code(), "name_taken");
        let terms = morgan.asks(query::AllTerms {}).await.unwrap().rows[0].terms.id;
        crate::privileged::sets(&morgan, of_users(), |settings| settings.terms = Some(terms)).await.unwrap();
        let unknown = crate::privileged::sets(&morgan, of_users(), |settings| settings.terms = Some(model::TermsId::default())).await;
        assert_eq!(refused(unknown).field(), Some("terms"));

        let assignments = vec![crate::privileged::eligible(&morgan, &alex, of_users(), None).await];
        let asked = |said: &[(model::TermsId, i64)]| {
            Command::ActivateRole(ActivateRole { accepted: said.to_vec(), ..asks(assignments[0], 60) })
        };
        let form = async || alex.asks(query::Activating { assignments: assignments.clone() }).await.unwrap().terms;
        assert_eq!(form().await.iter().map(|one| (one.text.as_str(), one.version, one.again)).collect::<Vec<_>>(), [("Lock the door.", 1, false)]);
        assert_eq!(refused(alex.submits(asked(&[])).await).code(), "terms_not_accepted");
        // They change while Alex reads.
        morgan.submits(save(Some(terms), 1, "Lock both doors.")).await.unwrap();
        assert_eq!(refused(morgan.submits(save(Some(terms), 1, "Slower.")).await), Refusal::Stale);
        let late = refused(alex.submits(asked(&[(terms, 1)])).await);
        assert!(late.sentence().contains("read version 2"), "{}", late.sentence());
        alex.submits(asked(&[(terms, 2)])).await.unwrap();
        assert!(alex.holds("User Administrator").await);
        assert!(form().await.is_empty(), "accepted");
        let one = morgan.asks(query::Terms { terms }).await.unwrap();
        assert_eq!((one.row.accepted, one.earlier.len()), (1, 1));
        let told = world.history_about(terms.0).await;
        let codes: Vec<&str> = told.iter().map(|event| event.action.code()).collect();
        assert_eq!(codes, ["terms_accepted", "terms_changed", "terms_created"], "the latest first");

        // What was accepted before does not count for what they say now.
        morgan.submits(save(Some(terms), 2, "Lock all doors.")).await.unwrap();
        let again = form().await;
        assert!(again.len() == 1 && again[0].again, "{again:?}");
        let other = crate::privileged::eligible(&morgan, &lee, crate::privileged::of(model::directory::PortalRole::SecurityReader), None).await;
        lee.submits(Command::ActivateRole(asks(other, 60))).await.unwrap();
        world.history_is_sound().await;
    }

    async fn what_is_over_is_activated_again_before_any_worker_has_said_so(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, _, assignment) = lees(&world).await;
        let (first, end) = activates(&lee, asks(assignment, 30)).await.unwrap();
        world.time_goes_by(Span::minutes(30));
        assert!(!lee.holds(USERS).await);
        let (second, later) = activates(&lee, asks(assignment, 30)).await.unwrap();
        assert!(lee.holds(USERS).await && later > end);
        world.settle().await;
        for request in [first, second] {
            world.request_is_whole(request).await;
        }
        let ended = world.story_of(first).await.into_iter().filter(|code| *code == "assignment_ended").count();
        assert_eq!(ended, 1, "it ends once");
        world.history_is_sound().await;
    }

    async fn nobody_activates_what_is_not_theirs(test: TestDb) {
        let world = World::demo(test).await;
        let (_, _, assignment) = lees(&world).await;
        let alex = world.person("alex").await;
        assert_eq!(refused(activates(&alex, asks(assignment, 60)).await).code(), "not_found");
        let form = query::Activating { assignments: vec![assignment] };
        assert_eq!(refused(alex.asks(form).await).code(), "not_found");
        assert_eq!(refused(activates(&alex, asks(AssignmentId::default(), 60)).await).code(), "not_found");
    }

    async fn without_approval_it_is_in_force_when_the_call_returns_and_ends_by_the_clock(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, _, assignment) = lees(&world).await;
        assert_eq!(refused(activates(&lee, asks(assignment, 9 * 60)).await).code(), "outside_settings");
        let silent = ActivateRole { justification: " ".into(), ..asks(assignment, 60) };
        assert_eq!(refused(activates(&lee, silent).await).code(), "required");
        assert!(!lee.holds(USERS).await);
        let (request, active) = activates(&lee, asks(assignment, 60)).await.unwrap();
        assert_eq!(active, Some(world.now() + Span::hours(1)));
        assert!(lee.holds(USERS).await, "no worker ran");
        assert_eq!(refused(activates(&lee, asks(assignment, 60)).await).code(), "already_active");
        let rows = mine(&lee, Kind::DirectoryRoles, Tab::Active).await.rows;
        assert!(rows.iter().any(|row| row.name == USERS && row.badge.word == "Activated" && row.deactivate));
        assert!(mine(&lee, Kind::Groups, Tab::Active).await.rows.iter().all(|row| row.name != USERS));
        world.request_is_whole(request).await;
        world.time_goes_by(Span::hours(1));
        assert!(!lee.holds(USERS).await, "no worker ran");
        world.settle().await;
        world.is_whole(&[&lee]).await;
        let rows = mine(&lee, Kind::DirectoryRoles, Tab::Expired).await.rows;
        assert_eq!(rows.first().map(|row| row.badge.word.as_str()), Some("Expired"));
        activates(&lee, asks(assignment, 30)).await.unwrap();
    }

    async fn a_profile_keeps_what_one_activates_together_and_is_ones_own(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        let alex = world.person("alex").await;
        let all: Vec<AssignmentId> =
            mine(&lee, Kind::DirectoryRoles, Tab::Eligible).await.rows.iter().map(|row| row.assignment).collect();
        let save = |name: &str, eligible: Vec<AssignmentId>| {
            Command::SaveActivationProfile(SaveActivationProfile { name: name.into(), eligible })
        };
        assert_eq!(refused(alex.submits(save("Mine", all.clone())).await).code(), "not_found");
        assert_eq!(refused(lee.submits(save(" ", all.clone())).await).field(), Some("profile"));
        lee.submits(save("Incident", all.clone())).await.unwrap();
        lee.submits(save("INCIDENT", all.clone())).await.unwrap();
        let profiles = mine(&lee, Kind::Groups, Tab::Eligible).await.profiles;
        let [profile] = profiles.as_slice() else { panic!("{profiles:?}") };
        assert_eq!((profile.name.as_str(), profile.lost, profile.assignments.len()), ("INCIDENT", 0, all.len()));
        assert!(mine(&alex, Kind::DirectoryRoles, Tab::Eligible).await.profiles.is_empty());
        let delete = Command::DeleteActivationProfile { profile: profile.profile };
        assert_eq!(refused(alex.submits(delete.clone()).await).code(), "not_found");

        // Eligible anew is another assignment, and the same role.
        let end = Command::EndRoleAssignment { assignment, words: "Not needed.".into() };
        morgan.submits(end).await.unwrap();
        assert_eq!(mine(&lee, Kind::DirectoryRoles, Tab::Eligible).await.profiles[0].lost, 1);
        eligible(&morgan, &lee, of(PortalRole::UserAdministrator), None).await;
        assert_eq!(mine(&lee, Kind::DirectoryRoles, Tab::Eligible).await.profiles[0].lost, 0);
        lee.submits(delete).await.unwrap();
        assert!(mine(&lee, Kind::DirectoryRoles, Tab::Eligible).await.profiles.is_empty());
    }

    async fn one_deactivates_at_once_and_only_ones_own(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        activates(&lee, asks(assignment, 60)).await.unwrap();
        let active = mine(&lee, Kind::DirectoryRoles, Tab::Active).await.rows.into_iter().find(|row| row.name == USERS).unwrap();
        let deactivate = Command::DeactivateRole { assignment: active.assignment };
        assert_eq!(refused(morgan.submits(deactivate.clone()).await), Refusal::NotFound { what: "assignment" });
        lee.submits(deactivate.clone()).await.unwrap();
        assert!(!lee.holds(USERS).await);
        assert_eq!(refused(lee.submits(deactivate).await).code(), "not_held");
        let assigned = finds(&morgan, of(PortalRole::GlobalAdministrator), Tab::Active, &morgan).await;
        assert_eq!(refused(morgan.submits(Command::DeactivateRole { assignment: assigned }).await).code(), "not_activated");
        world.is_whole(&[&lee]).await;
    }

    async fn the_default_approvers_are_those_who_administrate_roles_now_and_never_oneself(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        let bianca = world.person("bianca").await;
        sets(&morgan, of(PortalRole::UserAdministrator), |settings| settings.approval_required = true).await.unwrap();
        let (request, active) = activates(&lee, asks(assignment, 60)).await.unwrap();
        assert_eq!(active, None);
        assert!(!lee.holds(USERS).await);
        assert_eq!(refused(activates(&lee, asks(assignment, 60)).await).code(), "already_requested");
        let waits = mine(&lee, Kind::DirectoryRoles, Tab::Eligible).await.rows.into_iter().find(|row| row.name == USERS).unwrap();
        assert_eq!((waits.activate, waits.request), (false, Some(request)));
        assert!(morgan.sees_in_inbox(request).await);
        assert!(!bianca.sees_in_inbox(request).await);
        // Whoever becomes an administrator meanwhile is asked too.
        let administrator = AssignRole {
            role: of(PortalRole::PrivilegedRoleAdministrator),
            holder: Principal::User(bianca.id),
            assignment_type: AssignmentType::Active,
            starts_at: None,
            ends_at: None,
            justification: "Deputy.".into(),
            ticket: Ticket::default(),
        };
        morgan.submits(Command::AssignRole(administrator)).await.unwrap();
        assert!(bianca.sees_in_inbox(request).await);
        assert_eq!(refused(lee.approves(request, "Mine.").await), Refusal::OwnRequest);
        bianca.approves(request, "Known.").await.unwrap();
        world.settle().await;
        assert!(lee.holds(USERS).await);
        world.is_whole(&[&lee]).await;
        assert!(world.subjects_to("morgan").await.iter().any(|subject| subject == "Decide"), "{:?}", world.subjects_to("morgan").await);
    }

    async fn stages_quorum_and_denial_work_as_for_packages(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        let [miriam, bianca] = world.people(["miriam", "bianca"]).await;
        let stages = [&miriam, &bianca].map(|person| RoleSettings::default_stage(vec![Approver::from(person)]));
        sets(&morgan, of(PortalRole::UserAdministrator), |settings| {
            settings.approval_required = true;
            settings.stages = stages.to_vec();
        }).await.unwrap();
        let form = lee.asks(query::Activating { assignments: vec![assignment] }).await.unwrap();
        assert_eq!(form.items[0].plan.len(), 2);
        let (denied, _) = activates(&lee, asks(assignment, 60)).await.unwrap();
        miriam.denies(denied, "Not today.").await.unwrap();
        assert!(!lee.holds(USERS).await);
        let (request, _) = activates(&lee, asks(assignment, 60)).await.unwrap();
        miriam.approves(request, "Yes.").await.unwrap();
        assert!(!lee.holds(USERS).await, "one stage of two");
        bianca.approves(request, "Yes.").await.unwrap();
        world.settle().await;
        assert!(lee.holds(USERS).await);
        world.is_whole(&[&lee]).await;
        // Nobody answers: it runs out, and is no denial.
        let (late, _) = {
            world.passes(Span::hours(2)).await;
            activates(&lee, asks(assignment, 60)).await.unwrap()
        };
        world.passes(Span::days(1)).await;
        assert_eq!(lee.sees_request(late).await.unwrap().badge.word, "Expired");
    }

    async fn an_activation_ends_in_the_same_moment_as_what_it_rests_on(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        activates(&lee, asks(assignment, 60)).await.unwrap();
        morgan.submits(Command::EndRoleAssignment { assignment, words: "Left the team.".into() }).await.unwrap();
        assert!(!lee.holds(USERS).await, "no worker ran");
        let told = world.history_about(lee.id.0).await;
        assert!(told.iter().any(|event| matches!(&event.action, Action::AssignmentEnded { reason: EndReason::EligibilityEnded, .. })));
        world.is_whole(&[&lee]).await;
        // One that ends sooner than it did lets the activation end sooner.
        let role = of(PortalRole::UserAdministrator);
        let long = eligible(&morgan, &lee, role, None).await;
        activates(&lee, asks(long, 120)).await.unwrap();
        let sooner = world.now() + Span::hours(1);
        let alter = model::role_assignment::ChangeRoleAssignment {
            assignment: long,
            seen: (world.now(), None),
            starts_at: None,
            ends_at: Some(sooner),
            justification: "Sooner.".into(),
        };
        morgan.submits(Command::ChangeRoleAssignment(alter)).await.unwrap();
        world.time_goes_by(Span::hours(1));
        assert!(!lee.holds(USERS).await, "no worker ran");
        world.settle().await;
        world.is_whole(&[&lee]).await;
        // A shorter eligible assignment takes the activation with it as well.
        let end = world.now() + Span::hours(3);
        let short = eligible(&morgan, &lee, role, Some(end)).await;
        assert_eq!(refused(activates(&lee, asks(short, 240)).await).code(), "eligibility_ends_first");
        activates(&lee, asks(short, 180)).await.unwrap();
        world.time_goes_by(Span::hours(3));
        assert!(!lee.holds(USERS).await);
        world.settle().await;
        world.is_whole(&[&lee]).await;
    }

    async fn who_leaves_the_group_through_which_they_are_eligible_is_out_of_the_role(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, morgan] = world.people(["emma", "morgan"]).await;
        let group = world.makes_role_assignable("On call").await;
        morgan.adds(group, &emma).await.unwrap();
        let role = of(PortalRole::UserAdministrator);
        let asked = AssignRole {
            role,
            holder: Principal::Group(group),
            assignment_type: AssignmentType::Eligible,
            starts_at: None,
            ends_at: None,
            justification: "Rota.".into(),
            ticket: Ticket::default(),
        };
        morgan.submits(Command::AssignRole(asked)).await.unwrap();
        let row = mine(&emma, Kind::DirectoryRoles, Tab::Eligible).await.rows.into_iter().find(|row| row.name == USERS).unwrap();
        assert_eq!(row.membership, "On call");
        activates(&emma, asks(row.assignment, 60)).await.unwrap();
        assert!(emma.holds(USERS).await);
        let other = world.person("hugo").await;
        morgan.adds(group, &other).await.unwrap();
        assert!(!other.holds(USERS).await, "she activated for herself alone");
        morgan.removes(group, &emma).await.unwrap();
        assert!(!emma.holds(USERS).await, "no worker ran");
        assert!(mine(&emma, Kind::DirectoryRoles, Tab::Eligible).await.rows.iter().all(|row| row.name != USERS));
        world.is_whole(&[&emma]).await;
    }

    async fn activating_a_membership_gives_the_roles_of_the_group_and_takes_them_at_the_same_instant(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, morgan] = world.people(["emma", "morgan"]).await;
        let group = world.group("Global Admins JIT").await;
        let assignment = eligible(&morgan, &emma, Privileged::GroupMember(group), None).await;
        assert!(!emma.holds("Global Admins JIT").await);
        activates(&emma, asks(assignment, 30)).await.unwrap();
        assert!(emma.holds("Global Admins JIT").await && emma.holds("Global Administrator").await);
        world.time_goes_by(Span::minutes(30));
        assert!(!emma.holds("Global Admins JIT").await && !emma.holds("Global Administrator").await);
        world.settle().await;
        world.is_whole(&[&emma]).await;
    }

    async fn a_later_start_waits_for_it_and_can_be_canceled_by_who_administrates(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        let later = || ActivateRole { starts_at: Some(world.now() + Span::hours(5)), ..asks(assignment, 60) };
        let past = ActivateRole { starts_at: Some(world.now() - Span::hours(5)), ..asks(assignment, 60) };
        assert_eq!(refused(activates(&lee, past).await).code(), "malformed");
        let (request, active) = activates(&lee, later()).await.unwrap();
        assert_eq!(active, None);
        assert!(!lee.holds(USERS).await);
        let bianca = world.person("bianca").await;
        assert_eq!(refused(bianca.cancels(request, "No.").await).code(), "not_found");
        morgan.cancels(request, "Not this week.").await.unwrap();
        let (request, _) = activates(&lee, later()).await.unwrap();
        world.passes(Span::hours(5)).await;
        assert!(lee.holds(USERS).await);
        world.request_is_whole(request).await;
        world.passes(Span::hours(1)).await;
        assert!(!lee.holds(USERS).await);
    }

    async fn an_old_sign_in_is_not_enough_where_a_fresh_one_is_demanded(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        let fresh = Proof::FreshSignIn { minutes: 15 };
        sets(&morgan, of(PortalRole::UserAdministrator), |settings| settings.activation_proof = fresh).await.unwrap();
        lee.signs_in().await.unwrap();
        world.time_goes_by(Span::minutes(16));
        let form = lee.asks(query::Activating { assignments: vec![assignment] }).await.unwrap();
        assert_eq!(form.proof.map(|refused| refused.code), Some("sign_in_again".to_owned()));
        assert_eq!(refused(activates(&lee, asks(assignment, 60)).await).code(), "sign_in_again");
        lee.signs_in().await.unwrap();
        activates(&lee, asks(assignment, 60)).await.unwrap();
        assert!(lee.holds(USERS).await);
    }

    async fn what_a_package_gives_as_eligible_is_activated_and_goes_with_the_package(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, morgan] = world.people(["emma", "morgan"]).await;
        let group = world.makes_group("Door").await;
        let package = world.offers(Offer::new("Night shift", group, [])).await;
        let role = model::package::PackageRole {
            role: of(PortalRole::UserAdministrator).role(),
            assignment_type: AssignmentType::Eligible,
        };
        let catalog = morgan.asks(query::AdminPackage { package }).await.unwrap().catalog;
        let resource = model::directory::Resource::DirectoryRole(PortalRole::UserAdministrator.id());
        morgan.submits(Command::AddCatalogResource { catalog, resource }).await.unwrap();
        morgan.submits(Command::AddPackageRole { package, role }).await.unwrap();
        emma.requests("Night shift").because("Tonight.").await.unwrap();
        world.settle().await;
        assert!(!emma.holds(USERS).await, "eligible gives nothing yet");
        let row = mine(&emma, Kind::DirectoryRoles, Tab::Eligible).await.rows.into_iter().find(|row| row.name == USERS).unwrap();
        activates(&emma, asks(row.assignment, 30)).await.unwrap();
        assert!(emma.holds(USERS).await);
        let held = emma.packages(model::view::package::Tab::Active).await;
        assert_eq!(held.len(), 1);
        let assignment = morgan.finds_assignment("Night shift", &emma).await;
        morgan.ends(assignment, "Enough.").await.unwrap();
        assert!(!emma.holds(USERS).await, "the activation went with the package");
        world.is_whole(&[&emma]).await;
    }

    async fn regression_10_twice_at_the_same_moment_leaves_one_activation(test: TestDb) {
        let world = World::demo(test).await;
        let (lee, morgan, assignment) = lees(&world).await;
        sets(&morgan, of(PortalRole::UserAdministrator), |settings| settings.approval_required = true).await.unwrap();
        let (one, two) = tokio::join!(activates(&lee, asks(assignment, 60)), activates(&lee, asks(assignment, 60)));
        assert_eq!([&one, &two].iter().filter(|result| result.is_ok()).count(), 1, "{one:?} {two:?}");
        let open = lee.asks(query::Requests { phase: Some(Phase::PendingApproval), after: None }).await.unwrap();
        assert_eq!(open.rows.len(), 1);
    }
}
