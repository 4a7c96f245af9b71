//! Every reason of a plan, and what holds for all plans.
//!
//! The file is long because its tables and its random walks share one small world.

use super::*;
use crate::group::Group;
use crate::tests::{id, user};
use crate::user::{Holders, User};
use model::command::Secret;
use model::directory::{Membership, PortalRole, Principal, Profile, UserKind};
use model::import::{Entry, Existing, Leavers, Step, What};
use model::limits::{IMPORT_MANAGERS_MAX, SCIM_MEMBERS_MAX};
use model::{GroupId, UserId};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn asked() -> SaveImport {
    SaveImport {
        import: None,
        version: 0,
        name: "Harbour".into(),
        password: Some(Secret("geheim".into())),
        typed: Typed {
            address: "ldaps://ldap.harbour.example".into(),
            bind_dn: "cn=reader,dc=harbour".into(),
            people_base: "ou=people,dc=harbour".into(),
            groups_base: "ou=groups,dc=harbour".into(),
            ..beginning()
        },
        takes_groups: true,
        every: Every::Hour,
        leavers: Leavers::Disable,
        existing: Existing::Skip,
    }
}

fn saved(change: impl FnOnce(&mut SaveImport)) -> Result<Import, Refusal> {
    let mut asked = asked();
    change(&mut asked);
    save(ImportId(id(1)), None, &[], &asked, Ts(0)).map(|saved| saved.unwrap().0)
}

fn settings() -> Settings {
    saved(|_| ()).unwrap().settings
}

fn entry(dn: &str, attributes: &[(&str, &[&str])]) -> Entry {
    let all = attributes.iter();
    let one = |(name, values): &(&str, &[&str])| ((*name).to_lowercase(), values.iter().map(|v| (*v).to_owned()).collect());
    Entry { dn: dn.to_owned(), attributes: all.map(one).collect(), ..Entry::default() }
}

fn person(uid: &str, more: &[(&str, &[&str])]) -> Mapped {
    let id = format!("id-{uid}");
    let mail = format!("{uid}@harbour.example");
    let mut attributes: Vec<(&str, &[&str])> = more.to_vec();
    let (uids, ids, mails) = ([uid], [id.as_str()], [mail.as_str()]);
    for (name, values) in [("uid", &uids), ("cn", &uids), ("entryUUID", &ids), ("mail", &mails)] {
        if !more.iter().any(|(other, _)| *other == name) {
            attributes.push((name, values));
        }
    }
    map_person(&settings().people, &entry(&dn(uid), &attributes), false)
}

fn dn(uid: &str) -> String {
    format!("uid={uid},ou=people,dc=harbour")
}

fn disabled(uid: &str) -> Mapped {
    let mut one = person(uid, &[]);
    one.wanted.enabled = false;
    one
}

fn group_entry(cn: &str, members: &[&str]) -> Mapped {
    let id = format!("id-{cn}");
    let names = GroupsMapping { member: "member".into(), ..settings().groups.unwrap() };
    map_group(
        &names,
        &entry(&format!("cn={cn},ou=groups,dc=harbour"), &[("cn", &[cn]), ("entryUUID", &[&id]), ("member", members)]),
    )
}

/// Somebody as the import made them.
fn here_user(n: u128, uid: &str) -> User {
    let fields = fields(None, &person(uid, &[]).wanted);
    User {
        id: user(n),
        user_name: fields.user_name,
        display_name: fields.display_name,
        mail: fields.mail,
        kind: UserKind::Member,
        manager: None,
        enabled: true,
        profile: Profile::default(),
        created_at: Ts(0),
        last_sign_in_at: None,
        version: 0,
    }
}

fn group(n: u128, name: &str) -> Group {
    Group {
        id: GroupId(id(n)),
        name: name.into(),
        description: String::new(),
        membership: Membership::Assigned,
        role_assignable: false,
        privileged: false,
        created_at: Ts(0),
        version: 0,
    }
}

impl Here {
    fn with(mut self, n: u128, uid: &str) -> Self {
        let user = here_user(n, uid);
        self.names.insert(uid.to_owned(), (user.clone(), Owner::ThisImport(format!("id-{uid}"))));
        self.people.insert(format!("id-{uid}"), Linked { user, disabled: false });
        self
    }

    fn with_group(mut self, n: u128, name: &str, members: &[u128]) -> Self {
        let members = members.iter().map(|n| Principal::User(user(*n))).collect();
        let here = GroupHere { group: group(n, name), members };
        self.group_names.insert(name.to_owned(), (here.clone(), Owner::ThisImport(format!("id-{name}"))));
        self.groups.insert(format!("id-{name}"), here);
        self
    }
}

fn people(all: Vec<Mapped>) -> Found {
    Found { people: all, groups: Vec::new() }
}

/// What is said of it, as `word who: why`.
fn said(plan: &Plan) -> Vec<String> {
    plan.lines.iter().map(|line| format!("{} {}: {}", line.what.word(), line.who, line.why)).collect()
}

fn only_refused(plan: &Plan, words: &str) {
    assert!(plan.is_empty(), "{:?}", said(plan));
    assert!(plan.lines.iter().all(|line| line.what == What::Refuse), "{:?}", said(plan));
    assert!(said(plan).iter().any(|line| line.contains(words)), "{:?} lacks “{words}”", said(plan));
}

#[test]
fn nothing_that_reads_without_tls_or_names_nothing_is_saved() {
    let field = |change: &dyn Fn(&mut SaveImport)| saved(|asked| change(asked)).unwrap_err().field().map(str::to_owned);
    for wrong in
        ["", "http://ldap.harbour.example", "ldapi://x", "ldap://", "ldaps://a b", "ldaps://host:0", "ldaps://host:99999"]
    {
        assert_eq!(field(&|asked| asked.typed.address = wrong.into()).as_deref(), Some("address"), "{wrong}");
    }
    for wrong in ["", "uid=x", "(uid=x", "(uid=x))", "(a=1)(b=2)"] {
        assert_eq!(field(&|asked| asked.typed.people_filter = wrong.into()).as_deref(), Some("people_filter"), "{wrong}");
    }
    assert_eq!(field(&|asked| asked.password = None).as_deref(), Some("secret"));
    assert_eq!(field(&|asked| asked.typed.bind_dn = " ".into()).as_deref(), Some("bind_dn"));
    assert_eq!(field(&|asked| asked.typed.people_base = String::new()).as_deref(), Some("people_base"));
    assert_eq!(field(&|asked| asked.typed.groups_base = String::new()).as_deref(), Some("groups_base"));
    assert_eq!(field(&|asked| asked.typed.id_attribute = "two words".into()).as_deref(), Some("id_attribute"));
    assert_eq!(field(&|asked| asked.typed.user_name = ", ".into()).as_deref(), Some("user_name"));
    for wrong in ["Job title", "Rank = title", "Job title = title\njobTitle = rank"] {
        assert_eq!(field(&|asked| asked.typed.profile = wrong.into()).as_deref(), Some("profile"), "{wrong}");
    }
    for wrong in ["", "101", "-1", "many"] {
        assert_eq!(field(&|asked| asked.typed.percent = wrong.into()).as_deref(), Some("percent"), "{wrong}");
    }
    assert!(
        saved(|asked| (asked.takes_groups, asked.typed.groups_base) = (false, String::new())).unwrap().settings.groups.is_none()
    );
    assert!(saved(|asked| asked.typed.address = "ldap://[::1]:1389".into()).is_ok());
}

#[test]
fn a_kept_password_goes_to_no_other_server_and_the_form_shows_what_is_kept() {
    let import = saved(|_| ()).unwrap();
    let again = SaveImport { import: Some(import.id), version: 1, password: None, typed: typed(&import.settings), ..asked() };
    assert_eq!(save(import.id, Some(&import), &[], &again, Ts(0)), Ok(None), "nothing was changed");
    let mut moved = again.clone();
    moved.typed.address = "ldaps://ldap.evil.example".into();
    assert_eq!(save(import.id, Some(&import), &[], &moved, Ts(0)).unwrap_err().field(), Some("secret"));
    moved.version = 7;
    assert_eq!(save(import.id, Some(&import), &[], &moved, Ts(0)), Err(Refusal::Stale));
    let other = SaveImport { name: " HARBOUR".into(), ..asked() };
    assert_eq!(save(ImportId(id(2)), None, &[import], &other, Ts(0)).unwrap_err().code(), "name_taken");
}

#[test]
fn entries_that_cannot_be_told_apart_are_left_alone() {
    let plan = |all| plan(&settings(), &people(all), &Here::default());
    only_refused(&plan(vec![person("anna", &[("entryUUID", &[])])]), "not exactly one “entryUUID”");
    only_refused(&plan(vec![person("anna", &[("entryUUID", &["a", "b"])])]), "not exactly one “entryUUID”");
    only_refused(
        &plan(vec![person("anna", &[("entryUUID", &["a"])]), person("ben", &[("entryUUID", &["a"])])]),
        "same “entryUUID”",
    );
    only_refused(&plan(vec![person("anna", &[]), person("ben", &[("uid", &["Anna"])])]), "has the user name");
    only_refused(&plan(vec![person("anna", &[("uid", &[])])]), "no user name");
    only_refused(&plan(vec![person("anna", &[("uid", &["two words"])])]), "no blanks");
    only_refused(&plan(vec![disabled("anna")]), "nobody is created");
}

#[test]
fn accounts_of_others_are_never_taken_over_silently_and_those_with_roles_never() {
    let found = people(vec![person("anna", &[])]);
    let with = |owner: Owner| Here { names: [("anna".to_owned(), (here_user(7, "anna"), owner))].into(), ..Here::default() };
    let skip = settings();
    let takes = Settings { existing: Existing::TakeOver, ..settings() };
    for settings in [&skip, &takes] {
        only_refused(&plan(settings, &found, &with(Owner::OtherImport)), "another import");
        only_refused(&plan(settings, &found, &with(Owner::Provider)), "identity provider");
    }
    only_refused(&plan(&skip, &found, &with(Owner::Nobody)), "does not come from this import");
    let left = Here { names: with(Owner::ThisImport("gone".into())).names, ..Here::default() };
    only_refused(&plan(&skip, &found, &left), "somebody else of the same name");
    let protected = Here { protected: [user(7)].into(), ..with(Owner::Nobody) };
    only_refused(&plan(&takes, &found, &protected), "holds directory roles");
    let emergency = Here { emergency: [user(7)].into(), ..with(Owner::Nobody) };
    only_refused(&plan(&takes, &found, &emergency), "emergencies");
    let taken = plan(&takes, &found, &with(Owner::Nobody));
    assert_eq!((taken.numbers.taken_over, taken.numbers.refused), (1, 0), "{:?}", said(&taken));
}

#[test]
fn no_entry_makes_an_administrator_of_anybody_or_touches_an_account_for_emergencies() {
    let here = Here { protected: [user(1)].into(), ..Here::default().with(1, "anna") };
    let renamed = people(vec![person("mallory", &[("entryUUID", &["id-anna"])])]);
    only_refused(&plan(&settings(), &renamed, &here), "holds directory roles");
    let mut off = here.clone();
    off.people.get_mut("id-anna").unwrap().user.enabled = false;
    off.people.get_mut("id-anna").unwrap().disabled = true;
    only_refused(&plan(&settings(), &people(vec![person("anna", &[])]), &off), "enable them");
    let emergency = Here { emergency: [user(1)].into(), ..Here::default().with(1, "anna") };
    for found in [people(vec![person("anna", &[("cn", &["Another"])])]), people(vec![disabled("anna")]), people(Vec::new())] {
        only_refused(&plan(&settings(), &found, &emergency), "emergencies");
    }
}

#[test]
fn the_last_administrators_stay_whoever_left() {
    let mut here = Here::default().with(1, "anna").with(2, "ben");
    let both: BTreeSet<UserId> = [user(1), user(2)].into();
    here.holders = vec![(PortalRole::GlobalAdministrator, Holders { active: both.clone(), lasting: both })];
    let plan = plan(&settings(), &people(Vec::new()), &here);
    assert_eq!((plan.numbers.disabled, plan.numbers.refused), (1, 1), "{:?}", said(&plan));
    assert_eq!(plan.people, [Step::Disable { user: user(1) }]);
}

#[test]
fn of_those_who_administrate_the_last_who_can_sign_in_stays() {
    let mut here = Here::default().with(1, "anna").with(2, "ben");
    // The third does not come from the directory and has no way to sign in.
    let all: BTreeSet<UserId> = [user(1), user(2), user(3)].into();
    here.holders = vec![(PortalRole::GlobalAdministrator, Holders { active: all.clone(), lasting: all })];
    here.come_in = [user(1), user(2)].into();
    let refusal = Refusal::NobodyCouldSignIn { role: PortalRole::GlobalAdministrator.name() };
    let (ends, gone) = (people(vec![disabled("anna"), disabled("ben")]), people(Vec::new()));
    for found in [&ends, &gone] {
        let kept = plan(&settings(), found, &here);
        assert_eq!((kept.people.len(), kept.numbers.disabled, kept.numbers.refused), (1, 1, 1), "{:?}", said(&kept));
        assert_eq!(said(&kept)[1], format!("{} ben: {}", What::Refuse.word(), refusal.sentence()));
    }
    // The third can sign in as well; or nobody could, which is no doing of the directory.
    for come_in in [BTreeSet::from([user(1), user(2), user(3)]), BTreeSet::new()] {
        here.come_in = come_in;
        assert_eq!(plan(&settings(), &gone, &here).numbers.disabled, 2);
    }
}

#[test]
fn whoever_was_disabled_here_stays_so_and_whom_the_import_disabled_comes_back() {
    let off = |by_import| {
        let mut here = Here::default().with(1, "anna");
        let anna = here.people.get_mut("id-anna").unwrap();
        (anna.user.enabled, anna.disabled) = (false, by_import);
        here
    };
    let found = people(vec![person("anna", &[])]);
    only_refused(&plan(&settings(), &found, &off(false)), "disabled here");
    assert_eq!(plan(&settings(), &found, &off(true)).numbers.enabled, 1);
    assert!(plan(&settings(), &people(vec![disabled("anna")]), &off(true)).is_empty());
}

#[test]
fn whoever_left_is_disabled_or_stays_as_it_is_set() {
    let here = Here::default().with(1, "anna");
    let gone = plan(&settings(), &people(Vec::new()), &here);
    assert_eq!(gone.people, [Step::Disable { user: user(1) }]);
    assert!(plan(&Settings { leavers: Leavers::Keep, ..settings() }, &people(Vec::new()), &here).is_empty());
    // Whatever else is wrong with an entry: that it is disabled counts.
    let mut wrong = disabled("anna");
    wrong.wrong = Some("No name.".into());
    let plan = plan(&settings(), &people(vec![wrong]), &here);
    assert_eq!(plan.people, [Step::Disable { user: user(1) }], "{:?}", said(&plan));
}

#[test]
fn an_account_whose_entry_is_still_found_goes_to_no_other_entry() {
    let takes = Settings { existing: Existing::TakeOver, ..settings() };
    // Ben is to be called like somebody who has gone and still has that name here; a new entry has Ben's name.
    let here = Here::default().with(1, "gone").with(2, "ben");
    let found = people(vec![person("ben", &[("entryUUID", &["id-new"])]), person("gone", &[("entryUUID", &["id-ben"])])]);
    let planned = plan(&takes, &found, &here);
    assert_eq!((planned.numbers.taken_over, planned.numbers.created), (0, 0), "{:?}", said(&planned));
    assert!(said(&planned).iter().any(|line| line.contains("still found")), "{:?}", said(&planned));
}

#[test]
fn a_group_whose_entry_is_still_found_goes_to_no_other_entry() {
    let takes = Settings { existing: Existing::TakeOver, ..settings() };
    // The entry of “Finance” is called “Finance-old” now, which is the name of a group that was made here.
    let mut here = Here::default().with(1, "anna").with(2, "ben").with_group(50, "finance", &[1]);
    let local = GroupHere { group: group(60, "finance-old"), members: BTreeSet::new() };
    here.group_names.insert("finance-old".into(), (local, Owner::Nobody));
    let (mut renamed, mut new) = (group_entry("finance-old", &[&dn("anna")]), group_entry("finance", &[&dn("ben")]));
    (renamed.external_id, new.external_id) = (Some("id-finance".into()), Some("id-new".into()));
    let found = Found { people: vec![person("anna", &[]), person("ben", &[])], groups: vec![renamed, new.clone()] };
    let planned = plan(&takes, &found, &here);
    assert!(planned.groups.is_empty() && planned.members.is_empty(), "{:?}", said(&planned));
    assert!(said(&planned).iter().any(|line| line.contains("still found")), "{:?}", said(&planned));
    // Once the first entry is gone, the group may be taken over, and Anna leaves it.
    let gone = plan(&takes, &Found { groups: vec![new], ..found }, &here);
    assert_eq!((gone.numbers.groups_changed, gone.numbers.added, gone.numbers.removed), (1, 1, 1), "{:?}", said(&gone));
}

#[test]
fn a_name_that_is_taken_is_refused_unless_whoever_has_it_is_renamed_too() {
    let here = Here::default().with(1, "anna").with(2, "ben");
    let taken =
        people(vec![person("ben", &[("entryUUID", &["id-anna"])]), person("ben", &[("uid", &["carl"]), ("cn", &["carl"])])]);
    let moved = plan(&settings(), &taken, &here);
    assert_eq!((moved.numbers.changed, moved.numbers.refused), (2, 0), "{:?}", said(&moved));
    let mut local = Here::default().with(1, "anna");
    local.names.insert("ben".into(), (here_user(9, "ben"), Owner::Nobody));
    only_refused(&plan(&settings(), &people(vec![person("ben", &[("entryUUID", &["id-anna"])])]), &local), "ben");
}

#[test]
fn whoever_waits_for_a_name_is_renamed_after_whoever_has_it() {
    let here = Here::default().with(1, "a").with(2, "b").with(3, "c").with_group(50, "x", &[]).with_group(51, "y", &[]);
    let to = |id: &str, name: &str| person(name, &[("entryUUID", &[id])]);
    let group_to = |id: &str, name: &str| Mapped { external_id: Some(id.into()), ..group_entry(name, &[]) };
    let found = Found {
        people: vec![to("id-new", "a"), to("id-a", "b"), to("id-b", "c"), to("id-c", "d")],
        groups: vec![group_to("id-x", "y"), group_to("id-y", "z")],
    };
    let moved = plan(&settings(), &found, &here);
    let of = |step: &Step| match step {
        Step::Person { external_id, .. } | Step::Group { external_id, .. } => external_id.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(moved.people.iter().map(of).collect::<Vec<_>>(), ["id-c", "id-b", "id-a", "id-new"], "{:?}", said(&moved));
    assert_eq!(moved.groups.iter().map(of).collect::<Vec<_>>(), ["id-y", "id-x"]);
}

#[test]
fn what_cannot_be_taken_of_an_entry_is_left_out_and_said() {
    let found = people(vec![person("anna", &[("mail", &["no address"]), ("title", &["x".repeat(9_999).as_str()])])]);
    let plan = plan(&settings(), &found, &Here::default());
    assert_eq!((plan.numbers.created, plan.numbers.refused), (1, 2), "{:?}", said(&plan));
    let Step::Person { wanted, .. } = &plan.people[0] else { panic!() };
    assert_eq!((wanted.mail.as_deref(), wanted.profile["jobTitle"].as_str()), (Some(""), ""));
}

#[test]
fn the_first_attribute_that_has_a_value_counts_and_what_is_not_mapped_stays() {
    let one = person("anna", &[("ou", &["Sea"]), ("title", &["Pilot"])]);
    assert_eq!((one.wanted.profile["department"].as_str(), one.wanted.profile["jobTitle"].as_str()), ("Sea", "Pilot"));
    let mut before = here_user(1, "anna");
    before.profile.attributes.insert("city".into(), "Kiel".into());
    before.profile.attributes.insert("jobTitle".into(), "Mate".into());
    let after = fields(Some(&before), &person("anna", &[]).wanted);
    assert_eq!(after.profile.attributes.keys().collect::<Vec<_>>(), ["city"], "there is no title any more");
    let unmapped = PeopleMapping { mail: Vec::new(), ..settings().people };
    let one = map_person(&unmapped, &entry(&dn("anna"), &[("uid", &["anna"]), ("mail", &["x@y.example"])]), false);
    assert_eq!(fields(Some(&before), &one.wanted).mail, before.mail);
}

#[test]
fn managers_come_from_the_top_down_and_a_circle_is_left_as_it_is() {
    let reports = |uid: &str, to: &str| person(uid, &[("manager", &[dn(to).to_uppercase().as_str()])]);
    let chain = plan(&settings(), &people(vec![reports("a", "b"), reports("b", "c"), reports("c", "c")]), &Here::default());
    let order: Vec<(&str, Option<&str>)> =
        chain.managers.iter().map(|one| (one.external_id.as_str(), one.manager.as_deref())).collect();
    assert_eq!(order, [("id-b", Some("id-c")), ("id-a", Some("id-b"))]);
    assert_eq!(chain.numbers.changed, 0, "they are told with those who are created");
    let circle = plan(&settings(), &people(vec![reports("a", "b"), reports("b", "a")]), &Here::default());
    assert_eq!((circle.managers.len(), circle.numbers.refused), (0, 2));
    let line = |n: usize| reports(&format!("p{n}"), &format!("p{}", n.saturating_sub(1)));
    let long = plan(&settings(), &people((0..=IMPORT_MANAGERS_MAX + 2).map(line).collect()), &Here::default());
    assert_eq!((long.managers.len(), long.numbers.refused), (IMPORT_MANAGERS_MAX, 2), "whether it goes round is not known");
    let stranger = plan(&settings(), &people(vec![reports("a", "nobody")]), &Here::default());
    assert_eq!((stranger.managers.len(), stranger.numbers.refused), (0, 1));
    let mut here = Here::default().with(1, "a").with(2, "b");
    here.people.get_mut("id-a").unwrap().user.manager = Some(user(2));
    let ended = plan(&settings(), &people(vec![person("a", &[]), person("b", &[])]), &here);
    assert_eq!(ended.managers, [PlannedPerson { external_id: "id-a".into(), manager: None }]);
}

#[test]
fn groups_that_lead_to_roles_or_have_a_rule_are_not_touched() {
    let found = Found { people: vec![person("anna", &[])], groups: vec![group_entry("ops", &[&dn("anna")])] };
    let here = || Here::default().with(1, "anna").with_group(50, "ops", &[]);
    let guarded = Here { guarded: [GroupId(id(50))].into(), ..here() };
    only_refused(&plan(&settings(), &found, &guarded), "can hold directory roles");
    let mut dynamic = here();
    dynamic.groups.get_mut("id-ops").unwrap().group.membership = Membership::Dynamic { rule: "true".into() };
    only_refused(&plan(&settings(), &found, &dynamic), "rule");
    let takes = Settings { existing: Existing::TakeOver, ..settings() };
    for (owner, words) in [(Owner::OtherImport, "another import"), (Owner::Provider, "identity provider")] {
        let mut others = Here::default().with(1, "anna");
        others.group_names.insert("ops".into(), (GroupHere { group: group(50, "ops"), members: BTreeSet::new() }, owner));
        only_refused(&plan(&takes, &found, &others), words);
    }
    let mut local = Here::default().with(1, "anna");
    local.group_names.insert("ops".into(), (GroupHere { group: group(50, "ops"), members: BTreeSet::new() }, Owner::Nobody));
    only_refused(&plan(&settings(), &found, &local), "is here already");
    assert_eq!(plan(&takes, &found, &local).numbers.added, 1);
    local.guarded.insert(GroupId(id(50)));
    only_refused(&plan(&takes, &found, &local), "can hold directory roles");
}

#[test]
fn members_come_by_name_or_by_entry_and_whoever_is_no_longer_named_leaves() {
    let all = vec![person("anna", &[]), person("ben", &[])];
    let here = Here::default().with(1, "anna").with(2, "ben").with_group(50, "ops", &[2]);
    let groups = vec![group_entry("ops", &["ANNA", "uid=nobody,dc=x"]), group_entry("crew", &["cn=ops,ou=groups,dc=harbour"])];
    let plan = plan(&settings(), &Found { people: all, groups }, &here);
    assert_eq!((plan.numbers.added, plan.numbers.removed, plan.numbers.refused), (2, 1, 1), "{:?}", said(&plan));
    assert_eq!(plan.members[0].wanted, [Planned::Here(Principal::User(user(1)))].into());
    assert_eq!(plan.members[1].nests, [Planned::Here(Principal::Group(GroupId(id(50))))].into());
}

#[test]
fn a_user_name_that_several_entries_have_puts_nobody_into_a_group_and_takes_nobody_out() {
    let here = || Here::default().with(1, "anna").with(2, "zoe").with_group(50, "ops", &[1]);
    let zoe = || person("anna", &[("entryUUID", &["id-zoe"])]);
    let mut elsewhere = zoe();
    elsewhere.dn = "uid=anna,ou=other,dc=harbour".into();
    elsewhere.key = dn_key(&elsewhere.dn);
    for all in [vec![person("anna", &[]), elsewhere.clone()], vec![elsewhere.clone(), person("anna", &[])]] {
        let found = Found { people: all, groups: vec![group_entry("ops", &["anna"])] };
        only_refused(&plan(&settings(), &found, &here()), "Several entries have this user name");
    }
    // One that is not known again has the name as well.
    let nameless = person("anna", &[("entryUUID", &["id-other"]), ("cn", &["x".repeat(9_999).as_str()])]);
    for wrong in [person("anna", &[("entryUUID", &[])]), nameless] {
        let found = Found { people: vec![person("anna", &[]), wrong], groups: vec![group_entry("ops", &["anna"])] };
        only_refused(&plan(&settings(), &found, &Here::default().with(1, "anna").with_group(50, "ops", &[])), "Several entries");
    }
    // By their entries they are told apart, and whoever is no longer meant by any name leaves.
    let by_entry = Found {
        people: vec![person("anna", &[]), elsewhere],
        groups: vec![group_entry("ops", &["uid=anna,ou=other,dc=harbour"])],
    };
    let moved = plan(&settings(), &by_entry, &here());
    assert_eq!((moved.numbers.added, moved.numbers.removed), (1, 1), "{:?}", said(&moved));
    // A name that one entry has means that entry, whoever has it here.
    let renamed = Found { people: vec![zoe()], groups: vec![group_entry("ops", &["anna"])] };
    let renamed = plan(&settings(), &renamed, &here());
    assert_eq!(renamed.members[0].wanted, [Planned::Here(Principal::User(user(2)))].into(), "{:?}", said(&renamed));
}

#[test]
fn a_group_that_grows_too_large_gets_nobody_more_and_still_loses_whoever_leaves() {
    let mut here = Here::default().with_group(50, "all", &[0, 1, 2, 900_000]);
    let (like, user_like) = (person("p", &[]), here_user(0, "p"));
    let mut all = Vec::new();
    for n in 0..=SCIM_MEMBERS_MAX as u128 {
        let (name, external_id) = (format!("p{n}"), format!("id-p{n}"));
        // The last ones are made in the very run, and count as well.
        if n < SCIM_MEMBERS_MAX as u128 - 100 {
            let linked = User { id: user(n), user_name: name.clone(), ..user_like.clone() };
            here.people.insert(external_id.clone(), Linked { user: linked, disabled: false });
        }
        let wanted = model::import::Wanted { user_name: name.clone(), ..like.wanted.clone() };
        all.push(Mapped { key: name, external_id: Some(external_id), wanted, ..like.clone() });
    }
    let mut group = group_entry("all", &[]);
    group.members = Some(all.iter().map(|one| one.wanted.user_name.clone()).collect());
    let mut found = Found { people: all, groups: vec![group] };
    let many = plan(&settings(), &found, &here);
    assert_eq!((many.numbers.added, many.numbers.removed, many.numbers.refused), (0, 1, 1));
    assert_eq!(many.members[0].wanted, [0, 1, 2].map(|n| Planned::Here(Principal::User(user(n)))).into());
    found.groups[0].members.as_mut().unwrap().pop();
    let fits = plan(&settings(), &found, &here);
    assert_eq!((fits.numbers.added, fits.numbers.removed), (SCIM_MEMBERS_MAX - 3, 1));
}

#[test]
fn members_that_cannot_all_be_read_stay_as_they_are_and_it_is_said() {
    let here = Here::default().with(1, "anna").with(2, "ben").with_group(50, "ops", &[1]).with_group(51, "crew", &[1]);
    let unread = |name: &str| {
        let one = entry(&format!("cn={name},ou=groups,dc=harbour"), &[("cn", &[name]), ("entryUUID", &[&format!("id-{name}")])]);
        map_group(&settings().groups.unwrap(), &Entry { unread: ["member".to_owned()].into(), ..one })
    };
    let all = || vec![person("anna", &[]), person("ben", &[])];
    only_refused(
        &plan(&settings(), &Found { people: all(), groups: vec![unread("ops"), group_entry("crew", &[&dn("anna")])] }, &here),
        "stays in it",
    );
    // One that is new is not made as if nobody belonged to it; one that is known is still itself in others.
    only_refused(
        &plan(
            &settings(),
            &Found { people: all(), groups: vec![unread("new")] },
            &Here::default().with(1, "anna").with(2, "ben"),
        ),
        "skipped until",
    );
    let takes = Settings { existing: Existing::TakeOver, ..settings() };
    let mut local = Here::default().with(1, "anna").with(2, "ben");
    local.group_names.insert("ops".into(), (GroupHere { group: group(50, "ops"), members: BTreeSet::new() }, Owner::Nobody));
    only_refused(&plan(&takes, &Found { people: all(), groups: vec![unread("ops")] }, &local), "skipped until");
    let nested = vec![unread("ops"), group_entry("crew", &[&dn("anna"), "cn=ops,ou=groups,dc=harbour"])];
    let nested = plan(&settings(), &Found { people: all(), groups: nested }, &here);
    assert_eq!((nested.numbers.added, nested.numbers.removed), (1, 0), "{:?}", said(&nested));
}

#[test]
fn what_cannot_be_read_of_a_person_is_neither_guessed_nor_taken_for_nothing() {
    let unread = |attribute: &str| {
        let whole: &[(&str, &[&str])] =
            &[("uid", &["anna"]), ("cn", &["anna"]), ("mail", &["anna@harbour.example"]), ("entryUUID", &["id-anna"])];
        let left: Vec<_> = whole.iter().copied().filter(|(name, _)| *name != attribute).collect();
        let people = PeopleMapping { user_name: vec!["uid".into(), "mail".into()], ..settings().people };
        map_person(&people, &Entry { unread: [attribute.to_owned()].into(), ..entry(&dn("anna"), &left) }, false)
    };
    let here = Here::default().with(1, "anna").with(2, "boss");
    let with = |one: Mapped, here: &Here| plan(&settings(), &people(vec![one, person("boss", &[])]), here);
    only_refused(&with(unread("uid"), &here), "“uid” has a value that is no text");
    let mut managed = here.clone();
    managed.people.get_mut("id-anna").unwrap().user.manager = Some(user(2));
    only_refused(&with(unread("manager"), &managed), "“manager” has a value that is no text");
    let mail = with(unread("mail"), &here);
    assert!(said(&mail).iter().any(|line| line.contains("The rest is taken. “mail”")), "{:?}", said(&mail));
}

#[test]
fn whoever_is_disabled_is_not_added_and_a_group_that_is_gone_loses_its_members() {
    let mut here = Here::default().with(1, "anna").with_group(50, "ops", &[]).with_group(51, "old", &[1]);
    here.people.get_mut("id-anna").unwrap().user.enabled = false;
    let found = Found { people: vec![disabled("anna")], groups: vec![group_entry("ops", &[&dn("anna")])] };
    let gone = plan(&settings(), &found, &here);
    assert_eq!((gone.numbers.added, gone.numbers.removed, gone.numbers.refused), (0, 1, 1), "{:?}", said(&gone));
    assert_eq!(gone.members.len(), 1);
    assert!(plan(&Settings { leavers: Leavers::Keep, ..settings() }, &found, &here).members.is_empty());
}

#[test]
fn a_run_that_takes_much_away_asks_and_does_no_more_than_was_seen() {
    let taking = |disabled, removed| Numbers { disabled, removed, ..Numbers::default() };
    assert!(asks(20, &taking(20, 0), 100, 0, None).is_none());
    assert!(asks(20, &taking(21, 0), 100, 0, None).is_some_and(|why| why.contains("disable 21 of 100 people")));
    assert!(asks(0, &taking(1, 0), 1000, 0, None).is_some());
    assert!(asks(100, &taking(5, 500), 5, 500, None).is_none());
    assert!(asks(20, &taking(0, 10), 5, 10, None).is_none(), "so few are taken away without asking");
    assert!(asks(20, &taking(0, 11), 5, 11, None).is_some());
    assert!(asks(20, &taking(21, 0), 100, 0, Some(Confirmed { disabled: 21, removed: 0 })).is_none());
    assert!(asks(20, &taking(22, 0), 100, 0, Some(Confirmed { disabled: 21, removed: 0 })).is_some());
    assert!(asks(20, &taking(1, 0), 0, 0, None).is_some());
}

#[test]
fn an_import_that_fails_is_tried_again_sooner_and_later_but_never_later_than_it_would_run() {
    let after = |ended, tries| next_run(Every::Hour, ended, tries, Ts(0)).map(|at| at.0 / 1000);
    assert_eq!(after(Ended::Done, 0), Some(3600));
    assert_eq!(after(Ended::Asks, 0), Some(3600));
    assert!(after(Ended::Failed, 1) < Some(60));
    assert!(after(Ended::Failed, 3) > after(Ended::Failed, 1));
    assert_eq!(after(Ended::Failed, 99), Some(3600));
    assert_eq!(next_run(Every::Never, Ended::Failed, 1, Ts(0)), None);
}

/// What is here after a run did all of this. `made` counts who and what was made so far.
fn carried_out(settings: &Settings, found: &Found, mut here: Here, made: &mut u128) -> Here {
    let done = plan(settings, found, &here);
    for step in done.people {
        match step {
            Step::Person { external_id, user: who, wanted } => {
                let bound = here.people.get(&external_id).cloned();
                let there = here.people.values().find(|one| Some(one.user.id) == who).map(|one| one.user.clone());
                let there =
                    there.or_else(|| here.names.values().find(|(one, _)| Some(one.id) == who).map(|(one, _)| one.clone()));
                here.people.retain(|_, one| Some(one.user.id) != who);
                let mut after = there.clone().unwrap_or_else(|| here_user(*made, &wanted.user_name));
                *made += 1;
                let of = fields(there.as_ref(), &wanted);
                let was = there.is_none_or(|one| one.enabled);
                after.enabled = enabled_after(wanted.enabled, was, bound.as_ref().is_some_and(|one| one.disabled));
                (after.user_name, after.display_name, after.mail, after.profile) =
                    (of.user_name, of.display_name, of.mail, of.profile);
                let disabled = !after.enabled && (was || bound.is_some_and(|one| one.disabled));
                here.people.insert(external_id, Linked { user: after, disabled });
            }
            Step::Disable { user } => {
                let one = here.people.values_mut().find(|one| one.user.id == user).unwrap();
                (one.user.enabled, one.disabled) = (false, true);
            }
            other => panic!("{other:?}"),
        }
    }
    here.names.retain(|_, (one, owner)| *owner == Owner::Nobody && !here.people.values().any(|linked| linked.user.id == one.id));
    for (id, linked) in &here.people {
        here.names.insert(folded(&linked.user.user_name), (linked.user.clone(), Owner::ThisImport(id.clone())));
    }
    for one in done.managers {
        let manager = one.manager.and_then(|id| here.people.get(&id)).map(|linked| linked.user.id);
        here.people.get_mut(&one.external_id).unwrap().user.manager = manager;
    }
    for step in done.groups {
        let Step::Group { external_id, group: there, name } = step else { panic!() };
        *made += 1;
        let new = GroupHere { group: group(*made, &name), members: BTreeSet::new() };
        let mut known = here.groups.remove(&external_id).or(there.map(|_| new.clone())).unwrap_or(new);
        known.group.name = name;
        here.groups.insert(external_id, known);
    }
    let principal = |here: &Here, planned: &Planned| match planned {
        Planned::Here(principal) => *principal,
        Planned::NewPerson(id) => Principal::User(here.people[id].user.id),
        Planned::NewGroup(id) => Principal::Group(here.groups[id].group.id),
    };
    for one in done.members {
        let members = one.wanted.iter().chain(&one.nests).map(|planned| principal(&here, planned)).collect();
        here.groups.get_mut(&one.external_id).unwrap().members = members;
    }
    here.group_names.clear();
    for (id, known) in &here.groups {
        here.group_names.insert(folded(&known.group.name), (known.clone(), Owner::ThisImport(id.clone())));
    }
    here
}

/// An entry of a small world, so that ids, names and references meet one another.
fn small_entry() -> impl Strategy<Value = (u8, u8, u8, bool, u8)> {
    (0_u8..6, 0_u8..6, 0_u8..8, any::<bool>(), 0_u8..3)
}

fn small_found(all: &[(u8, u8, u8, bool, u8)], groups: &[(u8, u8, Vec<u8>)]) -> Found {
    let person = |(id, name, manager, disabled, title): &(u8, u8, u8, bool, u8)| {
        let (uid, id, title) = (format!("u{name}"), format!("i{id}"), format!("t{title}"));
        let manager = dn(&format!("u{manager}"));
        let attributes: &[(&str, &[&str])] = &[("entryUUID", &[&id]), ("title", &[&title]), ("manager", &[&manager])];
        let mut one = person(&uid, attributes);
        one.wanted.enabled = !disabled;
        one
    };
    let group = |(id, name, members): &(u8, u8, Vec<u8>)| {
        let members: Vec<String> =
            members.iter().map(|n| if *n < 6 { dn(&format!("u{n}")) } else { format!("cn=g{n},ou=groups,dc=harbour") }).collect();
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        let mut one = group_entry(&format!("g{name}"), &members);
        one.external_id = Some(format!("g{id}"));
        one
    };
    Found { people: all.iter().map(person).collect(), groups: groups.iter().map(group).collect() }
}

proptest! {
    #[test]
    fn what_was_carried_out_is_not_planned_again(
        runs in proptest::collection::vec(
            (
                proptest::collection::vec(small_entry(), 0..6),
                proptest::collection::vec((0_u8..4, 6_u8..10, proptest::collection::vec(0_u8..10, 0..4)), 0..3),
            ),
            1..4,
        ),
        local in 0_u8..6,
        takes in any::<bool>(),
    ) {
        let existing = if takes { Existing::TakeOver } else { Existing::Skip };
        let settings = Settings { existing, ..settings() };
        let (mut here, mut made) = (Here::default(), 1_000);
        here.names.insert(format!("u{local}"), (here_user(900, &format!("u{local}")), Owner::Nobody));
        for (people, groups) in runs {
            let found = small_found(&people, &groups);
            here = carried_out(&settings, &found, here, &mut made);
            let again = plan(&settings, &found, &here);
            // Whoever keeps their name only because another one has it may have it now.
            let here_too = carried_out(&settings, &found, here.clone(), &mut made);
            let third = plan(&settings, &found, &here_too);
            prop_assert!(again.is_empty() || third.is_empty(), "{:?}", said(&again));
            let names: BTreeSet<String> = here.people.values().map(|one| folded(&one.user.user_name)).collect();
            prop_assert_eq!(names.len(), here.people.len(), "nobody shares a name");
        }
    }

    #[test]
    fn nothing_in_an_entry_makes_it_fall_over(
        dns in proptest::collection::vec(any::<String>(), 0..4),
        values in proptest::collection::vec(any::<String>(), 0..12),
        disabled in any::<bool>(),
    ) {
        let names = ["uid", "cn", "entryuuid", "mail", "manager", "title", "member", "sn"];
        let mut found = Found::default();
        for (at, dn) in dns.iter().enumerate() {
            let mut attributes: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (n, value) in values.iter().enumerate() {
                attributes.entry(names[(n + at) % names.len()].to_owned()).or_default().push(value.clone());
            }
            let unread = values.iter().take(1).cloned().collect();
            let entry = Entry { dn: dn.clone(), attributes, unread };
            found.people.push(map_person(&settings().people, &entry, disabled));
            found.groups.push(map_group(&settings().groups.unwrap(), &entry));
        }
        let plan = plan(&settings(), &found, &Here::default().with(1, "anna").with_group(50, "ops", &[1]));
        prop_assert!(plan.numbers.created <= dns.len());
    }
}

#[test]
fn an_import_reaches_its_own_steps_and_nothing_else_and_nobody_else_reaches_those() {
    use crate::access::{About, Visitor, may_ask, may_submit};
    use model::command::Command;
    let (own, other) = (ImportId(id(1)), ImportId(id(2)));
    let carry = |import| Command::CarryOutImport { import, run: model::ImportRunId(id(3)), steps: Vec::new() };
    let may = |visitor: &Visitor, command: &Command| may_submit(visitor, command, About::default()).map_err(|no| no.code());
    let import = Visitor::Import(own);
    let everywhere = About { owns_group: true, ..About::default() };
    let enable = Command::SetUserEnabled { user: user(1), enabled: true };
    for command in [carry(other), enable, Command::ScanAlerts, Command::RunImport { import: own, confirmed: None }] {
        assert_eq!(may_submit(&import, &command, everywhere).map_err(|no| no.code()), Err("not_found"), "{command:?}");
    }
    assert_eq!(may(&import, &carry(own)), Ok(()));
    assert!(may_ask(&import, &model::query::Query::Imports(model::query::Imports {})).is_err());
    let all = Visitor::User { id: user(1), roles: PortalRole::ALL.into() };
    for visitor in [all, Visitor::System, Visitor::Console] {
        assert_eq!(may(&visitor, &carry(own)), Err("not_found"), "{visitor:?}");
    }
    for role in PortalRole::ALL {
        let with = Visitor::User { id: user(1), roles: [role].into() };
        let run = may(&with, &Command::RunImport { import: own, confirmed: None });
        assert_eq!(run.is_ok(), role == PortalRole::GlobalAdministrator, "{role:?}");
    }
}
