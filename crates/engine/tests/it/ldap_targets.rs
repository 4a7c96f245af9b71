//! Targets that are directories: whoever holds a role is in its group there, in a real OpenLDAP, and nobody stays in it.

use engine::Problem;
use model::access::ResourceRole;
use model::application::SaveApplicationRole;
use model::command::{Command, Done, Secret};
use model::limits::TARGET_LEASE_SECONDS;
use model::target::{Directory, Drift, Kind, Leavers, MemberAttribute, PersonBy, SaveTarget};
use model::view::target::OneTarget;
use model::{ApplicationId, ApplicationRoleId, GroupId, Span, TargetId, query};
use testkit::slapd::{ADMIN, GROUPS, PASSWORD, PEOPLE};
use testkit::{Certificates, Offer, Person, Slapd, TestDb, World, both};

/// Who stands in groups that nobody is in.
const NOBODY: &str = "cn=nobody,dc=harbour,dc=example";

/// A company with one application, and its directory.
struct Stage {
    world: World,
    morgan: Person,
    application: ApplicationId,
    target: TargetId,
    slapd: Slapd,
}

fn directory() -> Directory {
    Directory {
        bind_dn: ADMIN.into(),
        people: PEOPLE.into(),
        person_attribute: "uid".into(),
        person_by: PersonBy::UserName,
        groups: GROUPS.into(),
        member_attribute: MemberAttribute::Member,
        placeholder: NOBODY.into(),
    }
}

pub fn settings(application: ApplicationId, url: String) -> SaveTarget {
    SaveTarget {
        target: None,
        version: 0,
        application: Some(application),
        name: "Ledger".into(),
        base_url: url,
        kind: Kind::Ldap(directory()),
        token: Some(Secret(PASSWORD.into())),
        drift: Drift::Report,
        adopted_days: "30".into(),
        leavers: Leavers::Keep,
        creates_groups: true,
        groups: "Agent = Agents".into(),
        per_second: "1000".into(),
    }
}

impl Stage {
    async fn new(test: TestDb) -> Self {
        Self::with(test, |_| {}).await
    }

    async fn with(test: TestDb, change: impl FnOnce(&mut SaveTarget)) -> Self {
        let slapd = Slapd::start();
        let world = World::demo_that_trusts(test, &slapd.certificates).await;
        Self::on(world, slapd, change).await
    }

    async fn on(world: World, slapd: Slapd, change: impl FnOnce(&mut SaveTarget)) -> Self {
        let morgan = world.person("morgan").await;
        let (application, agent, lead) =
            (ApplicationId(world.new_id()), ApplicationRoleId(world.new_id()), ApplicationRoleId(world.new_id()));
        let mut link = world.db().begin().await.unwrap();
        let roles = [(agent, "Agent"), (lead, "Lead")];
        store::resources::insert_application(&mut link, application, "Ledger", "", &roles, world.now()).await.unwrap();
        link.commit().await.unwrap();
        let mut asked = settings(application, slapd.url());
        change(&mut asked);
        let done = morgan.submits(Command::SaveTarget(asked)).await;
        let Ok(Done::TargetSaved { target, .. }) = done else { panic!("{done:?}") };
        world.settle().await;
        let mut offer = Offer::new("Ledger", GroupId::default(), []);
        offer.gives = vec![ResourceRole::ApplicationRole(application, agent)];
        world.offers(offer).await;
        Self { world, morgan, application, target, slapd }
    }

    async fn page(&self) -> OneTarget {
        self.morgan.asks(query::Target { target: self.target, after: None }).await.unwrap()
    }

    /// The state, the reason and what is there, of somebody on the target's page.
    async fn stands(&self, name: &str) -> Option<(String, String, String)> {
        let found = self.page().await.people.into_iter().find(|row| row.person.under == name);
        found.map(|row| (row.badge.word, row.why, row.has))
    }

    fn works() -> Option<(String, String, String)> {
        Some(("Works now".to_owned(), String::new(), "Agent".to_owned()))
    }

    fn group() -> String {
        format!("cn=Agents,{GROUPS}")
    }

    fn there(&self) -> Vec<String> {
        self.slapd.values(&Self::group(), "member").unwrap_or_default()
    }

    /// Somebody new has the role for four hours.
    async fn gets(&self, user_name: &str) -> Person {
        let person = self.world.hires(user_name).await;
        person.requests("Ledger").because("Month end.").await.unwrap();
        self.world.settle().await;
        person
    }

    /// Somebody who is in the directory has it; their name there.
    async fn gets_there(&self, user_name: &str) -> String {
        let dn = self.slapd.person(user_name, &format!("{user_name}@harbour.example"));
        self.gets(user_name).await;
        dn
    }

    async fn reconciles(&self) {
        self.morgan.submits(Command::ReconcileTarget { target: self.target }).await.unwrap();
        self.world.settle().await;
    }

    async fn sets(&self, change: impl FnOnce(&mut SaveTarget)) {
        let version = self.page().await.row.target.version;
        let settings = settings(self.application, self.slapd.url());
        let mut asked = SaveTarget { target: Some(self.target), version, token: None, ..settings };
        change(&mut asked);
        self.morgan.submits(Command::SaveTarget(asked)).await.unwrap();
        self.world.settle().await;
    }
}

both! {
    async fn who_gets_a_role_is_in_its_group_and_is_out_when_it_ends_also_as_the_last_one(test: TestDb) {
        let stage = Stage::new(test).await;
        let alex = stage.gets_there("alex.new").await;
        assert_eq!(stage.there(), std::slice::from_ref(&alex), "the group was made with its first member");
        assert_eq!(stage.stands("alex.new").await, Stage::works());
        let zoe = stage.gets_there("zoe.new").await;
        assert_eq!(stage.there(), [alex, zoe]);
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.there(), [NOBODY], "a group must have a member, and it is nobody");
        let page = stage.page().await;
        assert!(page.people.is_empty() && page.there == 0, "{page:?}");
        stage.reconciles().await;
        assert!(stage.page().await.findings.is_empty(), "nobody is not unknown access");
        let maria = stage.gets_there("maria.new").await;
        assert_eq!(stage.there(), [maria], "nobody went when somebody came");
    }

    async fn members_whom_others_put_in_are_reported_and_stay_or_are_removed_as_it_is_set(test: TestDb) {
        let stage = Stage::new(test).await;
        let (old, boss) = (stage.slapd.person("old.temp", "o@harbour.example"), format!("CN=Boss, {PEOPLE}"));
        stage.slapd.group("Agents", &[&old, &boss]);
        stage.reconciles().await;
        let alex = stage.gets_there("alex.new").await;
        assert_eq!(stage.there().len(), 3);
        stage.reconciles().await;
        assert_eq!(stage.page().await.findings.len(), 2);
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.there().len(), 2, "others stay when somebody's access ends");
        stage.gets("alex.next").await;
        let trial = stage.morgan.asks(query::TargetTrial { target: stage.target }).await.unwrap();
        assert!(trial.failed.is_none(), "{trial:?}");
        let lines: Vec<&str> = trial.lines.iter().map(|line| line.what.as_str()).collect();
        assert_eq!(lines, ["Add", "Report, unknown here", "Report, unknown here"], "{trial:?}");
        stage.sets(|asked| asked.drift = Drift::Remove).await;
        assert_eq!(stage.there(), [NOBODY]);
        assert!(!stage.there().contains(&alex) && stage.page().await.findings.is_empty());
        let told = stage.world.history_about(stage.target.0).await;
        assert_eq!(told.iter().filter(|event| event.action.code() == "target_drift_removed").count(), 2);
    }

    async fn a_directory_that_is_set_so_adopts_whom_it_finds_by_the_one_attribute_and_nobody_in_doubt(test: TestDb) {
        let stage = Stage::new(test).await;
        let lee = stage.world.hires("lee.new").await;
        stage.world.hires("outside.new").await;
        let known = stage.slapd.person("lee.new", "lee.new@harbour.example");
        let stranger = stage.slapd.person("old.temp", "o@harbour.example");
        let outside = format!("uid=outside.new,{GROUPS}");
        let entry = "objectClass: inetOrgPerson\nuid: outside.new\ncn: Outside\nsn: Outside\n";
        stage.slapd.changes(&format!("dn: {outside}\nchangetype: add\n{entry}"));
        stage.slapd.group("Agents", &[&known, &stranger, &outside]);
        stage.sets(|asked| asked.drift = Drift::Adopt).await;
        let page = stage.page().await;
        assert_eq!((page.adoptions.len(), page.adoptions[0].person.id), (1, lee.id), "{page:?}");
        assert_eq!(stage.stands("lee.new").await, Stage::works());
        let whys: Vec<(String, String)> = page.findings.into_iter().map(|one| (one.remote_id, one.why)).collect();
        let why = |dn: &str| whys.iter().find(|(id, _)| id == dn).map(|(_, why)| why.as_str()).unwrap();
        assert_eq!(why(&stranger), "Nobody here is known as “old.temp”.");
        assert!(why(&outside).contains("does not say who this is"), "an entry elsewhere is nobody: {}", why(&outside));
        assert_eq!(stage.there().len(), 3, "nobody lost anything");
        stage.world.passes(Span::days(30)).await;
        assert_eq!(stage.there(), [stranger, outside], "it ends as any other");
    }

    async fn what_somebody_took_away_there_comes_back(test: TestDb) {
        let stage = Stage::new(test).await;
        let (alex, zoe) = (stage.gets_there("alex.new").await, stage.gets_there("zoe.new").await);
        stage.slapd.changes(&format!("dn: {}\nchangetype: modify\ndelete: member\nmember: {alex}\n", Stage::group()));
        stage.reconciles().await;
        assert_eq!(stage.there(), [alex.clone(), zoe.clone()]);
        stage.slapd.changes(&format!("dn: {}\nchangetype: delete\n", Stage::group()));
        stage.reconciles().await;
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.there(), [alex, zoe], "the group is made anew");
    }

    async fn a_directory_that_is_down_is_asked_again_and_what_ended_meanwhile_is_taken_away(test: TestDb) {
        let mut stage = Stage::new(test).await;
        stage.slapd.person("alex.new", "alex.new@harbour.example");
        stage.slapd.stop();
        stage.gets("alex.new").await;
        let (word, why, _) = stage.stands("alex.new").await.unwrap();
        assert!(word == "Pending" && why.contains("cannot be reached: nothing listens there"), "{word} {why}");
        assert!(stage.page().await.trouble.is_some());
        stage.slapd.start_again();
        stage.world.passes(Span::seconds(30)).await;
        assert_eq!(stage.stands("alex.new").await, Stage::works());
        stage.slapd.stop();
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.page().await.row.pending, 1);
        stage.slapd.start_again();
        assert_eq!(stage.there().len(), 1, "it is there until the directory is back");
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.there(), [NOBODY]);
    }

    async fn a_wrong_password_is_said_and_mended_on_the_page(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.token = Some(Secret("swordfish".into()))).await;
        stage.gets_there("alex.new").await;
        stage.world.passes(Span::seconds(30)).await;
        let (_, why, _) = stage.stands("alex.new").await.unwrap();
        assert_eq!(why, "Signing in was refused: the directory does not take the name and password (code 49).");
        let test = stage.morgan.asks(query::TargetTest { target: stage.target }).await.unwrap();
        assert!(!test.good && test.steps.iter().any(|step| step.said.contains("code 49")), "{test:?}");
        assert!(!format!("{test:?}").contains("swordfish"));
        stage.sets(|asked| asked.token = Some(Secret(PASSWORD.into()))).await;
        assert_eq!(stage.stands("alex.new").await, Stage::works());
        let test = stage.morgan.asks(query::TargetTest { target: stage.target }).await.unwrap();
        let said: Vec<&str> = test.steps.iter().map(|step| step.said.as_str()).collect();
        assert!(test.good, "{test:?}");
        assert_eq!(said[1..], ["It has 1 entry.", "It is there.", "It is not there, and is made when it is needed."]);
    }

    async fn who_is_not_in_the_directory_waits_and_keeps_nobody_else_waiting(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.drift = Drift::Remove).await;
        stage.gets("missing.new").await;
        let alex = stage.gets_there("alex.new").await;
        assert_eq!(stage.there(), std::slice::from_ref(&alex));
        let (word, why, _) = stage.stands("missing.new").await.unwrap();
        assert_eq!(word, "Overdue");
        assert_eq!(
            why,
            format!("Below {PEOPLE} is nobody with uid “missing.new”. People are never made in a directory: add this one there.")
        );
        let missing = stage.slapd.person("missing.new", "m@harbour.example");
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.there(), [alex, missing]);
        assert_eq!(stage.stands("missing.new").await, Stage::works());
    }

    async fn two_entries_that_fit_are_nobodys_and_a_mail_address_can_be_what_fits(test: TestDb) {
        let stage = Stage::with(test, |asked| {
            let directory = Directory { person_attribute: "mail".into(), person_by: PersonBy::Mail, ..directory() };
            asked.kind = Kind::Ldap(directory);
        })
        .await;
        let person = stage.world.hires("alex.new").await;
        let mut link = stage.world.db().read().await.unwrap();
        let (user, _) = store::users::by_name(&mut link, "alex.new").await.unwrap().unwrap();
        drop(link);
        let first = stage.slapd.person("a1", &user.mail);
        let second = stage.slapd.person("a2", &user.mail);
        person.requests("Ledger").because("Month end.").await.unwrap();
        stage.world.settle().await;
        let (_, why, _) = stage.stands("alex.new").await.unwrap();
        assert!(why.contains("found several entries with (mail="), "{why}");
        assert_eq!(stage.there(), Vec::<String>::new());
        stage.slapd.changes(&format!("dn: {second}\nchangetype: delete\n"));
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.there(), [first]);
    }

    async fn somebody_who_is_renamed_in_the_directory_keeps_and_loses_access_under_the_new_name(test: TestDb) {
        let stage = Stage::new(test).await;
        let alex = stage.gets_there("alex.new").await;
        let renames = |to: &str| format!("dn: {alex}\nchangetype: modrdn\nnewrdn: uid={to}\ndeleteoldrdn: 1\n");
        stage.slapd.changes(&renames("alex.wed"));
        let renamed = format!("uid=alex.wed,{PEOPLE}");
        // Some directories rename members, too: the group has the new name, and nobody told us.
        let group = Stage::group();
        stage.slapd.changes(&format!("dn: {group}\nchangetype: modify\nadd: member\nmember: {renamed}\n-\ndelete: member\nmember: {alex}\n"));
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.there(), [NOBODY]);
        assert_eq!(stage.page().await.row.pending, 0);
    }

    async fn who_is_renamed_in_a_directory_that_leaves_groups_as_they_are_is_put_in_anew_within_the_hour(test: TestDb) {
        let stage = Stage::new(test).await;
        let (alex, zoe) = (stage.gets_there("alex.new").await, stage.gets_there("zoe.new").await);
        stage.slapd.changes(&format!("dn: {alex}\nchangetype: modrdn\nnewrdn: uid=alex.wed\ndeleteoldrdn: 1\n"));
        assert_eq!(stage.there(), [alex, zoe.clone()]);
        stage.world.passes(Span::hours(1)).await;
        let mut there = stage.there();
        there.sort();
        assert_eq!(there, [format!("uid=alex.wed,{PEOPLE}"), zoe]);
        assert_eq!(stage.stands("alex.new").await, Stage::works());
    }

    async fn one_group_or_person_that_cannot_be_told_keeps_no_other_from_being_compared(test: TestDb) {
        let stage = Stage::new(test).await;
        let stranger = format!("cn=boss,{PEOPLE}");
        stage.slapd.group("Agents", &[&stranger]);
        for (unit, base) in [("more", GROUPS), ("temps", PEOPLE)] {
            stage.slapd.changes(&format!("dn: ou={unit},{base}\nchangetype: add\nobjectClass: organizationalUnit\nou: {unit}\n"));
        }
        stage.slapd.group("Lead", &[&stranger]);
        let second = format!("dn: cn=Lead,ou=more,{GROUPS}\nchangetype: add\nobjectClass: groupOfNames\ncn: Lead\nmember: {stranger}\n");
        stage.slapd.changes(&second);
        stage.slapd.person("alex.new", "a@harbour.example");
        let second = format!("dn: uid=alex.new,ou=temps,{PEOPLE}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: alex.new\ncn: Alex\nsn: New\n");
        stage.slapd.changes(&second);
        stage.gets("alex.new").await;
        let trial = stage.morgan.asks(query::TargetTrial { target: stage.target }).await.unwrap();
        assert_eq!(trial.failed, None);
        let said: Vec<(&str, &str)> = trial.lines.iter().map(|line| (line.what.as_str(), line.group.as_str())).collect();
        assert_eq!(said, [("Cannot be told", "Agents"), ("Report, unknown here", "Agents"), ("Cannot be told", "Lead")], "{trial:?}");
        stage.world.passes(Span::minutes(2)).await;
        stage.reconciles().await;
        let page = stage.page().await;
        assert!(page.trouble.is_none() && page.findings.len() == 1, "{page:?}");
        let uncompared = page.uncompared.unwrap();
        assert!(uncompared.starts_with("“Lead” was not compared. Looking the group up found several"), "{uncompared}");
        stage.slapd.changes(&format!("dn: cn=Lead,ou=more,{GROUPS}\nchangetype: delete\n"));
        stage.reconciles().await;
        assert_eq!(stage.page().await.uncompared, None);
    }

    async fn a_role_that_is_renamed_keeps_its_group_and_no_other_role_gets_into_it(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.groups = String::new()).await;
        let alex = stage.gets_there("alex.new").await;
        let group = format!("cn=Agent,{GROUPS}");
        assert_eq!(stage.slapd.values(&group, "member").unwrap(), [alex]);
        let mut link = stage.world.db().read().await.unwrap();
        let roles = store::resources::roles_of(&mut link, stage.application).await.unwrap().unwrap();
        drop(link);
        let (agent, _) = roles.into_iter().find(|(_, name)| name == "Agent").unwrap();
        let named = |role: Option<ApplicationRoleId>, name: &str| {
            Command::SaveApplicationRole(SaveApplicationRole { application: stage.application, role, name: name.into() })
        };
        stage.morgan.submits(named(Some(agent), "Support")).await.unwrap();
        assert_eq!(stage.page().await.groups, "Support = Agent");
        for name in ["Agent", "cn=domain-admins,ou=it,dc=harbour,dc=example"] {
            let refused = stage.morgan.submits(named(None, name)).await;
            assert!(matches!(&refused, Err(Problem::Refused(refusal)) if refusal.field() == Some("name")), "{refused:?}");
        }
        let other = SaveTarget {
            target: Some(stage.target),
            version: stage.page().await.row.target.version,
            token: None,
            groups: "Support = Support".into(),
            ..settings(stage.application, stage.slapd.url())
        };
        let refused = stage.morgan.submits(Command::SaveTarget(other)).await;
        assert!(matches!(&refused, Err(Problem::Refused(refusal)) if refusal.field() == Some("groups")), "{refused:?}");
        for enabled in [false, true] {
            stage.morgan.submits(Command::SetTargetEnabled { target: stage.target, enabled }).await.unwrap();
            stage.world.settle().await;
        }
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.slapd.values(&group, "member").unwrap(), [NOBODY], "nobody stays in the group of a role that was renamed");
        assert_eq!(stage.slapd.values(&format!("cn=Support,{GROUPS}"), "member"), None);
    }

    async fn a_group_of_uids_needs_no_stand_in_and_is_not_made(test: TestDb) {
        let stage = Stage::with(test, |asked| {
            asked.kind = Kind::Ldap(Directory { member_attribute: MemberAttribute::MemberUid, ..directory() });
            asked.creates_groups = false;
            asked.groups = format!("Agent = cn=desk,{GROUPS}");
        })
        .await;
        stage.gets_there("alex.new").await;
        let (_, why, _) = stage.stands("alex.new").await.unwrap();
        assert!(why.contains(&format!("There is no group “cn=desk,{GROUPS}”")), "{why}");
        let group = format!("cn=desk,{GROUPS}");
        stage.slapd.changes(&format!("dn: {group}\nchangetype: add\nobjectClass: posixGroup\ncn: desk\ngidNumber: 700\n"));
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.slapd.values(&group, "memberUid").unwrap(), ["alex.new"]);
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.slapd.values(&group, "memberUid").unwrap(), Vec::<String>::new());
    }

    async fn a_directory_with_a_foreign_certificate_or_at_an_inner_address_gets_nothing(test: TestDb) {
        let slapd = Slapd::start();
        let world = World::demo_that_trusts(test, &Certificates::make()).await;
        let stage = Stage::on(world, slapd, |_| {}).await;
        stage.gets_there("alex.new").await;
        stage.world.passes(Span::seconds(30)).await;
        let (_, why, _) = stage.stands("alex.new").await.unwrap();
        assert!(why.contains("has no certificate that counts here"), "{why}");
        let inside = stage.slapd.url().replace("127.0.0.1", "127.0.0.2");
        stage.sets(|asked| (asked.base_url, asked.token) = (inside, Some(Secret(PASSWORD.into())))).await;
        let (_, why, _) = stage.stands("alex.new").await.unwrap();
        assert!(why.contains("not on the public internet"), "{why}");
        assert_eq!(stage.slapd.values(&Stage::group(), "member"), None);
    }

    async fn killed_anywhere_directory_and_assignments_agree_in_the_end(test: TestDb) {
        let stage = Stage::new(test).await;
        for statements in (0..80).step_by(5) {
            let name = format!("person.{statements}");
            let dn = stage.slapd.person(&name, &format!("{name}@harbour.example"));
            let person = stage.world.hires(&name).await;
            person.requests("Ledger").because("Month end.").await.unwrap();
            stage.world.db().fail_after(Some(statements));
            let _ = stage.world.engine().settle().await;
            stage.world.restart();
            // On PostgreSQL the one that was killed has the target for itself until its time is over.
            stage.world.time_goes_by(Span::seconds(TARGET_LEASE_SECONDS));
            if statements % 2 == 0 {
                // It ends before anybody learned how far it had come, and meanwhile the person left the directory.
                let held = {
                    let mut link = stage.world.db().begin().await.unwrap();
                    store::packages::held(&mut link, person.id, stage.world.package("Ledger")).await.unwrap()
                };
                if let Some(held) = held {
                    stage.slapd.changes(&format!("dn: {dn}\nchangetype: delete\n"));
                    let end = Command::EndPackageAssignment { assignment: held.id, words: String::new() };
                    person.submits(end).await.unwrap();
                    stage.world.settle().await;
                    assert!(!stage.there().contains(&dn), "killed after {statements} statements, it stayed");
                    continue;
                }
            }
            stage.world.settle().await;
            assert!(stage.there().contains(&dn), "killed after {statements} statements, it is missing");
            assert_eq!(stage.stands(&name).await, Stage::works(), "killed after {statements} statements");
        }
        stage.world.passes(Span::hours(4)).await;
        assert_eq!(stage.there(), [NOBODY]);
        stage.world.history_is_sound().await;
    }
}
