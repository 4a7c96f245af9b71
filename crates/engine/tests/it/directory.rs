//! Users and groups: rules over attributes, role-assignable groups, names, and the last administrator.

use crate::given::{ADMIN, GROUP, ROLE, TICKET, asks_for_admin, gets_admin};
use model::access::{AssignmentType, ResourceRole};
use model::command::{Command, Done, GroupFields};
use model::directory::{Membership, PortalRole, Principal};
use model::package::{Lasts, PackageRole};
use model::view::package::Tab;
use model::{GroupId, Refusal, Span, query};
use testkit::{Offer, Person, World, both, refused, stage};

const LEVEL_3: &str = "Level 3 IT Support";

fn fields(name: &str, membership: Membership, role_assignable: bool) -> GroupFields {
    GroupFields { name: name.into(), description: String::new(), membership, role_assignable }
}

fn rule(text: &str) -> Membership {
    Membership::Dynamic { rule: text.into() }
}

async fn makes(who: &Person, fields: GroupFields) -> GroupId {
    match who.submits(Command::CreateGroup(fields)).await.unwrap() {
        Done::GroupCreated { group, .. } => group,
        other => panic!("{other:?}"),
    }
}

both! {
    async fn the_last_global_administrator_cannot_be_disabled_or_removed(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, noor, brandon] = world.people(["morgan", "alex", "noor", "brandon"]).await;
        let group = world.group(GROUP).await;
        assert_eq!(refused(morgan.disables(&morgan).await), Refusal::OwnAccount);

        // Somebody whose role runs out in four hours cannot undo it tomorrow, so does not count.
        gets_admin(&world, &alex).await;
        assert_eq!(refused(alex.disables(&morgan).await), Refusal::LastAdministrator { role: ROLE });
        assert!(morgan.holds(ROLE).await, "nothing changed");
        world.passes(Span::hours(4)).await;

        brandon.adds(group, &noor).await.unwrap();
        noor.disables(&morgan).await.unwrap();
        assert_eq!(refused(brandon.removes(group, &noor).await), Refusal::LastAdministrator { role: ROLE });
        assert!(noor.holds(ROLE).await, "the removal was taken back as a whole");
        noor.enables(&morgan).await.unwrap();
        brandon.removes(group, &noor).await.unwrap();
        assert!(!noor.holds(ROLE).await);
        world.settle().await;
        world.history_is_sound().await;
    }

    async fn the_last_administrator_goes_by_no_command_that_takes_access_away(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, noor] = world.people(["morgan", "alex", "noor"]).await;
        // The role comes from a package now, for good, and from nowhere else.
        let admins = world.group(GROUP).await;
        world.offers(Offer::new("Steady", admins, [stage([(&morgan).into()])]).lasting(Lasts::Forever)).await;
        let request = noor.requests("Steady").because("Somebody has to.").await.unwrap();
        morgan.approves(request, "She does.").await.unwrap();
        world.settle().await;
        noor.disables(&morgan).await.unwrap();
        gets_admin(&world, &alex).await;
        let last = Refusal::LastAdministrator { role: ROLE };
        let held = alex.finds_assignment("Steady", &noor).await;
        let package = world.package("Steady");
        let role = PackageRole { role: ResourceRole::GroupMember(admins), assignment_type: AssignmentType::Active };
        assert_eq!(refused(noor.ends(held, "").await), last, "given back");
        assert_eq!(refused(alex.ends(held, "Enough.").await), last, "taken away");
        assert_eq!(refused(alex.submits(Command::RemovePackageRole { package, role }).await), last);
        assert_eq!(refused(alex.disables(&noor).await), last);
        assert!(noor.holds(ROLE).await, "nothing changed");
        assert_eq!(noor.packages(Tab::Active).await.len(), 1);

        noor.enables(&morgan).await.unwrap();
        noor.ends(held, "").await.unwrap();
        assert!(!noor.holds(ROLE).await && morgan.holds(ROLE).await);
        world.settle().await;
        world.is_whole(&[&noor, &alex]).await;
        world.history_is_sound().await;
    }

    async fn the_last_privileged_role_administrator_cannot_be_disabled(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, brandon, noor] = world.people(["morgan", "brandon", "noor"]).await;
        assert_eq!(
            refused(morgan.disables(&brandon).await),
            Refusal::LastAdministrator { role: "Privileged Role Administrator" }
        );
        world.appoints(&noor, PortalRole::PrivilegedRoleAdministrator).await;
        morgan.disables(&brandon).await.unwrap();
    }

    async fn two_administrators_cannot_take_each_other_away_at_the_same_moment(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, noor, brandon] = world.people(["morgan", "noor", "brandon"]).await;
        brandon.adds(world.group(GROUP).await, &noor).await.unwrap();
        for _ in 0..5 {
            morgan.signs_in().await.unwrap();
            noor.signs_in().await.unwrap();
            let one = {
                let (morgan, noor) = (morgan.clone(), noor.clone());
                tokio::spawn(async move { morgan.disables(&noor).await.is_ok() })
            };
            let two = {
                let (morgan, noor) = (morgan.clone(), noor.clone());
                tokio::spawn(async move { noor.disables(&morgan).await.is_ok() })
            };
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert!(one != two, "one of them is left: {one} {two}");
            let disabled = if one { &noor } else { &morgan };
            world.console(Command::SetUserEnabled { user: disabled.id, enabled: true }).await;
        }
    }

    async fn a_role_assignable_group_has_no_rule_holds_no_groups_and_keeps_its_flag(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, brandon, tomas] = world.people(["morgan", "brandon", "tomas"]).await;
        let dynamic = fields("Dynamic roles", rule("user.city -eq \"Oslo\""), true);
        assert_eq!(refused(morgan.submits(Command::CreateGroup(dynamic)).await), Refusal::RoleAssignableMustBeAssigned);
        assert_eq!(
            refused(tomas.submits(Command::CreateGroup(fields("Roles", Membership::Assigned, true))).await).code(),
            "not_allowed"
        );
        let group = makes(&brandon, fields("Roles", Membership::Assigned, true)).await;
        let made_dynamic = brandon.edits_group(group, |form| form.membership = rule("user.city -eq \"Oslo\"")).await;
        assert_eq!(refused(made_dynamic), Refusal::RoleAssignableMustBeAssigned);
        let desk = world.group("Service desk operators").await;
        let nested = Command::AddMember { group, principal: Principal::Group(desk), as_owner: false };
        assert_eq!(refused(brandon.submits(nested).await).code(), "role_assignable_holds_no_groups");
        brandon.edits_group(group, |form| form.role_assignable = false).await.unwrap();
        assert!(brandon.sees_group(group).await.unwrap().role_assignable, "the flag never changes");
        morgan.edits_group(desk, |form| form.role_assignable = true).await.unwrap();
        assert!(!morgan.sees_group(desk).await.unwrap().role_assignable);
    }

    async fn membership_by_rule_follows_attributes_at_once(test: TestDb) {
        let world = World::demo(test).await;
        let [tomas, jonas, alex] = world.people(["tomas", "jonas", "alex"]).await;
        assert!(!jonas.holds(LEVEL_3).await && alex.holds(LEVEL_3).await);
        assert!(jonas.packages(Tab::Available).await.iter().all(|row| row.name != ADMIN));
        let title = |title: &'static str| {
            move |form: &mut model::command::UserFields| drop(form.profile.attributes.insert("jobTitle".into(), title.into()))
        };
        tomas.edits(&jonas, title("Level 3 IT support engineer")).await.unwrap();
        assert!(jonas.holds(LEVEL_3).await, "no worker ran");
        let request = asks_for_admin(&jonas).await;
        tomas.edits(&jonas, title("Level 2 IT support engineer")).await.unwrap();
        assert!(!jonas.holds(LEVEL_3).await);
        jonas.cancels(request, "No longer mine.").await.unwrap();
        let form = jonas.requests(ADMIN).because("Once more.").answering(TICKET, "CHG1");
        assert_eq!(refused(form.await), Refusal::NotFound { what: "access package" });
        world.settle().await;
        let about: Vec<&str> = world.history_about(jonas.id.0).await.iter().map(|event| event.action.code()).collect();
        let told = |code: &str| about.iter().filter(|seen| **seen == code).count();
        assert_eq!((told("user_changed"), told("assignment_ended")), (2, 1));
    }

    async fn a_new_rule_takes_in_and_lets_go_at_once_and_people_cannot(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma, nils] = world.people(["morgan", "emma", "nils.partner"]).await;
        let group = makes(&morgan, fields("Sales", rule("user.department -eq \"Sales\""), false)).await;
        assert!(emma.holds("Sales").await);
        let before = morgan.sees_group(group).await.unwrap().member_count;
        assert_eq!(refused(morgan.adds(group, &nils).await).code(), "dynamic_membership");
        assert_eq!(refused(morgan.removes(group, &emma).await).code(), "dynamic_membership");
        let preview = morgan.asks(query::RulePreview { rule: "user.userType -eq \"Guest\"".into() }).await.unwrap();
        morgan.edits_group(group, |form| form.membership = rule("user.userType -eq \"Guest\"")).await.unwrap();
        assert!(!emma.holds("Sales").await && nils.holds("Sales").await);
        let after = morgan.sees_group(group).await.unwrap().member_count;
        assert_eq!((after, preview.matching), (5, 5), "as many as the preview said, instead of {before}");
        let wrong = morgan.edits_group(group, |form| form.membership = rule("user.shoeSize -eq 43")).await;
        assert!(matches!(refused(wrong), Refusal::RuleInvalid { .. }));
        morgan.edits_group(group, |form| form.membership = Membership::Assigned).await.unwrap();
        assert!(!nils.holds("Sales").await, "without a rule nobody is in by rule");
        morgan.adds(group, &emma).await.unwrap();
        morgan.edits_group(group, |form| form.membership = rule("user.city -eq \"Hamburg\"")).await.unwrap();
        assert!(!emma.holds("Sales").await, "and with a rule nobody is in by hand");
        world.settle().await;
        world.history_is_sound().await;
    }

    async fn new_people_are_in_the_groups_of_their_attributes_from_the_start(test: TestDb) {
        let world = World::demo(test).await;
        let tomas = world.person("tomas").await;
        let (_, mut form) = world.form_of(world.person("alex").await.id).await;
        form.user_name = "robin".into();
        form.display_name = "Robin".into();
        tomas.submits(Command::CreateUser(form)).await.unwrap();
        let robin = world.person("robin").await;
        assert!(robin.holds(LEVEL_3).await && robin.holds("Oslo office").await);
        assert!(robin.packages(Tab::Available).await.iter().any(|row| row.name == ADMIN));
    }

    async fn regression_19_renaming_a_group_keeps_its_members_and_everything_that_names_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, tomas, emma, helga] = world.people(["morgan", "tomas", "emma", "helga"]).await;
        let (desk, finance) = (world.group("Service desk operators").await, world.group("Finance approvers").await);
        let before = morgan.sees_group(desk).await.unwrap();
        morgan.edits_group(desk, |form| form.name = "First line".into()).await.unwrap();
        let after = morgan.sees_group(desk).await.unwrap();
        assert_eq!((after.members, after.owners), (before.members, before.owners));
        assert!(tomas.holds("First line").await && !tomas.holds("Service desk operators").await);
        let request = emma.requests("Finance reporting").because("Numbers.").await.unwrap();
        morgan.edits_group(finance, |form| form.name = "Money".into()).await.unwrap();
        helga.approves(request, "Renamed, still an approver.").await.unwrap();
        let level_3 = world.group(LEVEL_3).await;
        morgan.edits_group(level_3, |form| form.name = "Engineers".into()).await.unwrap();
        let alex = world.person("alex").await;
        assert!(alex.holds("Engineers").await);
        asks_for_admin(&alex).await;
    }

    async fn regression_16_the_second_of_two_tabs_is_told_and_overwrites_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, tomas, emma] = world.people(["morgan", "tomas", "emma"]).await;
        let (version, form) = world.form_of(emma.id).await;
        let first = model::command::UserFields { mail: "first@harbour.example".into(), ..form.clone() };
        let second = model::command::UserFields { mail: "second@harbour.example".into(), ..form };
        tomas.submits(Command::EditUser { user: emma.id, version, fields: first }).await.unwrap();
        assert_eq!(refused(morgan.submits(Command::EditUser { user: emma.id, version, fields: second }).await), Refusal::Stale);
        assert_eq!(world.form_of(emma.id).await.1.mail, "first@harbour.example");
        let group = world.group("Service desk operators").await;
        let (version, form) = world.form_of_group(group).await;
        let named = |name: &str| GroupFields { name: name.into(), ..form.clone() };
        tomas.submits(Command::EditGroup { group, version, fields: named("One") }).await.unwrap();
        assert_eq!(refused(morgan.submits(Command::EditGroup { group, version, fields: named("Two") }).await), Refusal::Stale);
    }

    async fn names_are_taken_once_whatever_their_case(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let taken = morgan.edits(&emma, |form| form.user_name = "ALEX".into()).await;
        assert_eq!(refused(taken).field(), Some("user_name"));
        let again = morgan.submits(Command::CreateGroup(fields("oslo OFFICE", Membership::Assigned, false))).await;
        assert_eq!(refused(again).code(), "name_taken");
        assert_eq!(world.form_of(emma.id).await.1.user_name, "emma");
    }

    async fn managers_make_no_circles_and_groups_make_none(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, ingrid] = world.people(["morgan", "alex", "ingrid"]).await;
        assert_eq!(refused(morgan.edits(&ingrid, |form| form.manager = Some(alex.id)).await).code(), "manager_loop");
        assert_eq!(refused(morgan.edits(&alex, |form| form.manager = Some(alex.id)).await).code(), "manager_loop");
        let [one, two] = [world.makes_group("One").await, world.makes_group("Two").await];
        world.adds(one, two).await;
        let back = Command::AddMember { group: two, principal: Principal::Group(one), as_owner: false };
        assert_eq!(refused(morgan.submits(back).await).code(), "nesting_loop");
        let itself = Command::AddMember { group: one, principal: Principal::Group(one), as_owner: false };
        assert_eq!(refused(morgan.submits(itself).await).code(), "nesting_loop");
    }

    async fn a_rule_that_names_the_time_lets_people_in_and_out_as_time_passes(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        let hired = world.now() + model::Span::days(1);
        let hired: String = hired.iso().chars().take(10).collect();
        morgan.edits(&emma, |form| drop(form.profile.attributes.insert("employeeHireDate".into(), hired))).await.unwrap();
        let text = "(user.employeeHireDate -le system.now) and (user.employeeHireDate -ge system.now -minus p3d)";
        morgan.submits(Command::CreateGroup(fields("New here", rule(text), false))).await.unwrap();
        let group = world.group("New here").await;
        let members = async || morgan.sees_group(group).await.unwrap().member_count;
        assert_eq!(members().await, 0);
        world.passes(model::Span::hours(25)).await;
        assert_eq!(members().await, 1, "nobody changed anything but the time");
        world.passes(model::Span::days(4)).await;
        assert_eq!(members().await, 0);
        world.history_is_sound().await;
    }
}
