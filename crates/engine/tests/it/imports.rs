//! Imports from a real directory: who is there is here, and nobody gets more than that.

use engine::{By, Engine};
use model::access::AssignmentType;
use model::command::{Command, Done, Secret};
use model::directory::{PortalRole, Principal};
use model::event::{Action, Actor};
use model::import::{Confirmed, Every, Existing, Leavers, SaveImport, Typed, What};
use model::query::Question;
use model::view::import::{ImportPreview, OneImport, Run};
use model::{GroupId, ImportId, Refusal, Span, UserId, query};
use rules::user::User;
use testkit::slapd::{ADMIN, GROUPS, PASSWORD, PEOPLE};
use testkit::{Certificates, Person, Slapd, TestDb, World, both};

/// Harbour, with a directory beside it, and an import of it.
pub struct Stage {
    pub world: World,
    pub morgan: Person,
    pub slapd: Slapd,
    pub import: ImportId,
}

pub fn settings(address: String) -> SaveImport {
    SaveImport {
        import: None,
        version: 0,
        name: "Harbour LDAP".into(),
        password: Some(Secret(PASSWORD.into())),
        typed: Typed {
            address,
            bind_dn: ADMIN.into(),
            people_base: PEOPLE.into(),
            groups_base: GROUPS.into(),
            disabled_filter: "(employeeType=left)".into(),
            profile: "Job title = title\nDepartment = departmentNumber".into(),
            ..rules::import::beginning()
        },
        takes_groups: true,
        every: Every::Never,
        leavers: Leavers::Disable,
        existing: Existing::Skip,
    }
}

impl Stage {
    pub async fn new(test: TestDb) -> Self {
        Self::with(test, |_| ()).await
    }

    pub async fn with(test: TestDb, change: impl FnOnce(&mut SaveImport)) -> Self {
        let slapd = Slapd::start();
        let world = World::demo_that_trusts(test, &slapd.certificates).await;
        let morgan = world.person("morgan").await;
        let mut asked = settings(slapd.url());
        change(&mut asked);
        let done = morgan.submits(Command::SaveImport(Box::new(asked))).await;
        let Ok(Done::ImportSaved { import, .. }) = done else { panic!("{done:?}") };
        Self { world, morgan, slapd, import }
    }

    pub async fn page(&self) -> OneImport {
        self.morgan.asks(query::Import { import: self.import, after: None }).await.unwrap()
    }

    pub async fn preview(&self) -> ImportPreview {
        self.morgan.asks(query::ImportPreview { import: self.import, what: String::new(), after: None }).await.unwrap()
    }

    /// The preview as another server of the same world shows it.
    async fn previewed_by(&self, engine: &Engine) -> ImportPreview {
        let asked = query::ImportPreview { import: self.import, what: String::new(), after: None };
        let who = self.morgan.who().await.unwrap();
        let answer = Box::pin(engine.ask(&who, asked.into())).await.unwrap();
        query::ImportPreview::view(answer).unwrap()
    }

    /// That server runs it, a moment after every run before: what two servers do in the same one has no order.
    async fn run_by(&self, engine: &Engine) -> Run {
        self.world.time_goes_by(Span::seconds(1));
        self.morgan.submits(Command::RunImport { import: self.import, confirmed: None }).await.unwrap();
        engine.settle().await.unwrap();
        self.page().await.runs.remove(0)
    }

    /// They sign in with a password from now on; which one matters to nobody.
    async fn gets_password(&self, user: UserId) {
        let mut link = self.world.db().begin().await.unwrap();
        store::users::set_password_hash(&mut link, user, "the hash of a password").await.unwrap();
        link.commit().await.unwrap();
    }

    /// Runs it; the word and the sentence of how it ended.
    pub async fn runs(&self) -> (String, String) {
        self.runs_with(None).await
    }

    pub async fn runs_with(&self, confirmed: Option<Confirmed>) -> (String, String) {
        self.morgan.submits(Command::RunImport { import: self.import, confirmed }).await.unwrap();
        self.world.settle().await;
        let run = self.page().await.runs.remove(0);
        (run.badge.word, run.why)
    }

    pub async fn done(&self) {
        assert_eq!(self.runs().await, ("Done".to_owned(), String::new()));
    }

    pub async fn user(&self, name: &str) -> Option<User> {
        let mut link = self.world.db().read().await.unwrap();
        store::users::by_name(&mut link, name).await.unwrap().map(|(user, _)| user)
    }

    pub async fn id(&self, name: &str) -> UserId {
        self.user(name).await.unwrap_or_else(|| panic!("there is no {name}")).id
    }

    pub async fn group(&self, name: &str) -> Option<GroupId> {
        let mut link = self.world.db().read().await.unwrap();
        store::groups::named(&mut link, &[name.to_owned()]).await.unwrap().pop().map(|group| group.id)
    }

    /// The user names of those who belong to a group because of an import.
    pub async fn members(&self, name: &str) -> Vec<String> {
        let group = self.group(name).await.unwrap();
        let mut link = self.world.db().read().await.unwrap();
        let all = store::assignments::imported_members(&mut link, group).await.unwrap();
        let ids: Vec<UserId> = all.iter().filter_map(|one| one.principal.user()).collect();
        let mut names: Vec<String> =
            store::users::several(&mut link, &ids).await.unwrap().into_iter().map(|user| user.user_name).collect();
        names.sort();
        names
    }

    /// Somebody there, as LDIF with what else they have.
    pub fn there(&self, uid: &str, more: &str) -> String {
        let dn = format!("uid={uid},{PEOPLE}");
        self.slapd.changes(&format!(
            "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\nmail: {uid}@harbour.example\n{more}"
        ));
        dn
    }

    pub fn changes(&self, uid: &str, how: &str) {
        self.slapd.changes(&format!("dn: uid={uid},{PEOPLE}\nchangetype: modify\n{how}\n"));
    }

    pub fn leaves(&self, uid: &str) {
        self.slapd.changes(&format!("dn: uid={uid},{PEOPLE}\nchangetype: delete\n"));
    }

    pub async fn sets(&self, change: impl FnOnce(&mut SaveImport)) {
        let page = self.page().await;
        let mut asked = SaveImport { import: Some(self.import), version: page.row.import.version, ..settings(String::new()) };
        (asked.password, asked.typed) = (None, page.typed);
        change(&mut asked);
        self.morgan.submits(Command::SaveImport(Box::new(asked))).await.unwrap();
    }
}

fn said(preview: &ImportPreview) -> Vec<(What, &str)> {
    preview.lines.iter().map(|line| (line.what, line.who.as_str())).collect()
}

pub fn code(done: Result<Done, engine::Problem>) -> &'static str {
    match done {
        Err(engine::Problem::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

both! {
    async fn nobody_but_global_administrators_sets_or_runs_imports_and_others_find_no_page(test: TestDb) {
        let stage = Stage::new(test).await;
        let import = stage.import;
        let tomas = stage.world.person("tomas").await;
        for command in [
            Command::SaveImport(Box::new(settings(stage.slapd.url()))),
            Command::SetImportEnabled { import, enabled: false },
            Command::DeleteImport { import, seen: 9 },
            Command::RunImport { import, confirmed: None },
        ] {
            assert_eq!(code(tomas.submits(command).await), "not_found");
        }
        let of_machines = Command::CarryOutImport { import, run: model::ImportRunId(import.0), steps: Vec::new() };
        assert_eq!(code(stage.morgan.submits(of_machines).await), "not_found");
        assert!(tomas.asks(query::Import { import, after: None }).await.is_err());
        assert!(tomas.asks(query::ImportTest { import }).await.is_err());
        assert!(tomas.asks(query::ImportPreview { import, what: String::new(), after: None }).await.is_err());
    }

    async fn a_preview_says_what_a_run_does_and_does_nothing(test: TestDb) {
        let stage = Stage::new(test).await;
        let anna = stage.there("anna", "title: Pilot\n");
        let ben = stage.there("ben", &format!("manager: {anna}\n"));
        stage.slapd.group("Pilots", &[&anna, &ben]);
        let preview = stage.preview().await;
        assert_eq!(
            said(&preview),
            [
                (What::Create, "anna"),
                (What::Create, "ben"),
                (What::CreateGroup, "Pilots"),
                (What::Add, "anna"),
                (What::Add, "ben"),
            ]
        );
        assert!(preview.lines[1].changes.iter().any(|change| change.field == "Manager" && change.after == "anna"));
        assert!(stage.user("anna").await.is_none());
        stage.done().await;
        let (anna, ben) = (stage.user("anna").await.unwrap(), stage.user("ben").await.unwrap());
        assert_eq!((anna.mail.as_str(), anna.profile.get("jobTitle")), ("anna@harbour.example", Some("Pilot")));
        assert_eq!(ben.manager, Some(anna.id));
        assert_eq!(stage.members("Pilots").await, ["anna", "ben"]);
        let numbers = stage.page().await.runs[0].numbers;
        assert_eq!((numbers.created, numbers.changed, numbers.groups_created, numbers.added), (2, 0, 1, 2));
        let again = stage.preview().await;
        assert!(again.lines.is_empty(), "{:?}", again.lines);
        let test = stage.morgan.asks(query::ImportTest { import: stage.import }).await.unwrap();
        assert!(test.good, "{:?}", test.steps);
        assert_eq!((test.people.len(), test.groups.len()), (2, 1));
        let told = stage.world.history_about(anna.id.0).await;
        assert!(told.iter().any(|event| event.actor == Actor::Import(stage.import)), "{told:?}");
        let runs = stage.world.history_about(stage.import.0).await;
        assert!(runs.iter().any(|event| matches!(&event.action, Action::ImportRan { numbers, .. } if numbers.created == 2)));
    }

    async fn whoever_changes_or_is_renamed_there_does_so_here_and_what_was_typed_here_stays(test: TestDb) {
        let stage = Stage::new(test).await;
        let anna = stage.there("anna", "title: Pilot\n");
        stage.slapd.group("Pilots", &[&anna]);
        stage.done().await;
        let id = stage.id("anna").await;
        stage.changes("anna", "replace: title\ntitle: Captain\n-\nreplace: cn\ncn: Anna Meyer");
        let preview = stage.preview().await;
        assert_eq!(said(&preview), [(What::Change, "anna")]);
        let changed = |field: &str, before: &str, after: &str| model::event::Change {
            field: field.into(),
            before: before.into(),
            after: after.into(),
        };
        assert_eq!(preview.lines[0].changes, [changed("Name", "anna", "Anna Meyer"), changed("Job title", "Pilot", "Captain")]);
        stage.slapd.changes(&format!("dn: {anna}\nchangetype: modrdn\nnewrdn: uid=anna.meyer\ndeleteoldrdn: 1\n"));
        stage.slapd.changes(&format!(
            "dn: cn=Pilots,{GROUPS}\nchangetype: modify\nreplace: member\nmember: uid=anna.meyer,{PEOPLE}\n-\n"
        ));
        stage.slapd.changes(&format!("dn: cn=Pilots,{GROUPS}\nchangetype: modrdn\nnewrdn: cn=Captains\ndeleteoldrdn: 1\n"));
        stage.done().await;
        let after = stage.user("anna.meyer").await.unwrap();
        assert_eq!((after.id, after.display_name.as_str(), after.profile.get("jobTitle")), (id, "Anna Meyer", Some("Captain")));
        assert!(stage.user("anna").await.is_none() && stage.group("Pilots").await.is_none());
        assert_eq!(stage.members("Captains").await, ["anna.meyer"]);
    }

    async fn whoever_is_disabled_or_gone_there_is_disabled_here_and_comes_back_with_their_entry(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.typed.percent = "100".into()).await;
        let (anna, _) = (stage.there("anna", ""), stage.there("ben", ""));
        stage.slapd.group("Pilots", &[&anna]);
        stage.done().await;
        stage.changes("anna", "add: employeeType\nemployeeType: left");
        stage.leaves("ben");
        stage.done().await;
        assert!(!stage.user("anna").await.unwrap().enabled && !stage.user("ben").await.unwrap().enabled);
        stage.changes("anna", "delete: employeeType");
        stage.done().await;
        assert!(stage.user("anna").await.unwrap().enabled);
        // Whoever was disabled by hand stays so.
        let id = stage.id("anna").await;
        stage.morgan.submits(Command::SetUserEnabled { user: id, enabled: false }).await.unwrap();
        stage.done().await;
        assert!(!stage.user("anna").await.unwrap().enabled);
        assert!(stage.page().await.runs[0].lines.iter().any(|line| line.why.contains("disabled here")));
    }

    async fn whoever_is_the_last_to_approve_for_administrators_is_not_disabled_by_a_directory_and_the_run_says_so(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.typed.percent = "100".into()).await;
        stage.there("anna", "");
        stage.done().await;
        let (anna, role) = (stage.id("anna").await, crate::privileged::of(model::directory::PortalRole::PrivilegedRoleAdministrator));
        let lee = stage.world.person("lee").await;
        crate::privileged::eligible(&stage.morgan, &lee, role, None).await;
        crate::privileged::sets(&stage.morgan, role, |settings| {
            settings.approval_required = true;
            let approvers = vec![model::approval::Approver::User { id: anna }];
            settings.stages = vec![model::role_settings::RoleSettings::default_stage(approvers)];
        })
        .await
        .unwrap();
        stage.changes("anna", "add: employeeType\nemployeeType: left");
        stage.done().await;
        assert!(stage.user("anna").await.unwrap().enabled);
        let run = stage.page().await.runs.remove(0);
        assert_eq!((run.numbers.refused, run.numbers.disabled), (1, 0));
        assert!(run.lines.iter().any(|line| line.why.contains("could activate it: nobody besides themselves")), "{:?}", run.lines);
        // Once somebody else approves, the next run disables her.
        crate::privileged::sets(&stage.morgan, role, |settings| settings.approval_required = false).await.unwrap();
        stage.done().await;
        assert!(!stage.user("anna").await.unwrap().enabled);
    }

    async fn a_preview_keeps_the_last_administrator_who_can_sign_in_and_the_run_does_the_same(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.typed.percent = "100".into()).await;
        stage.there("anna", "");
        stage.there("ben", "");
        stage.done().await;
        // Morgan administrates everything as well, and has no way to sign in.
        let (anna, ben) = (stage.id("anna").await, stage.id("ben").await);
        for user in [anna, ben] {
            let role = crate::privileged::of(PortalRole::GlobalAdministrator);
            let asked = crate::privileged::asks(role, Principal::User(user), AssignmentType::Active, None);
            stage.world.console(Command::AssignRole(asked)).await;
            stage.gets_password(user).await;
        }
        stage.changes("anna", "add: employeeType\nemployeeType: left");
        stage.leaves("ben");
        // Both would go, one after the other: the first does, and the second is the last who comes in.
        let engine = stage.world.server_that_is_no_demo();
        let refusal = Refusal::NobodyCouldSignIn { role: PortalRole::GlobalAdministrator.name() };
        let preview = stage.previewed_by(&engine).await;
        assert_eq!(said(&preview), [(What::Disable, "anna"), (What::Refuse, "ben")]);
        assert_eq!(preview.lines[1].why, refusal.sentence());
        let run = stage.run_by(&engine).await;
        assert_eq!(run.badge.word, "Done", "{}", run.why);
        assert_eq!((run.lines.as_slice(), run.numbers), (&preview.lines[1..], preview.numbers));
        assert!(!stage.user("anna").await.unwrap().enabled && stage.user("ben").await.unwrap().enabled);
        // Asked without a plan, the command says the same.
        let by_hand = engine.submit(&By::Console, Command::SetUserEnabled { user: ben, enabled: false }).await;
        assert!(matches!(&by_hand, Err(engine::Problem::Refused(why)) if *why == refusal), "{by_hand:?}");

        // Once another one can sign in, he goes.
        stage.gets_password(stage.morgan.id).await;
        let preview = stage.previewed_by(&engine).await;
        assert_eq!(said(&preview), [(What::Disable, "ben")]);
        let run = stage.run_by(&engine).await;
        assert_eq!((run.lines.len(), run.numbers), (0, preview.numbers));
        assert!(!stage.user("ben").await.unwrap().enabled);
        assert!(stage.previewed_by(&engine).await.lines.is_empty());
    }

    async fn accounts_that_are_here_are_left_alone_or_taken_over_as_it_is_set_and_administrators_never(test: TestDb) {
        let stage = Stage::new(test).await;
        let fields = model::command::UserFields {
            user_name: "plain.person".into(),
            display_name: "Plain Person".into(),
            mail: String::new(),
            kind: model::directory::UserKind::Member,
            manager: None,
            sponsors: Vec::new(),
            profile: model::directory::Profile::default(),
        };
        stage.morgan.submits(Command::CreateUser(fields)).await.unwrap();
        for uid in ["plain.person", "morgan"] {
            stage.there(uid, "title: Somebody else\n");
        }
        let before = stage.user("plain.person").await.unwrap();
        stage.done().await;
        assert_eq!(stage.user("plain.person").await.unwrap(), before);
        assert_eq!(stage.page().await.runs[0].numbers.refused, 2);
        stage.sets(|asked| asked.existing = Existing::TakeOver).await;
        stage.done().await;
        let after = stage.user("plain.person").await.unwrap();
        assert_eq!((after.id, after.profile.get("jobTitle")), (before.id, Some("Somebody else")));
        let morgan = stage.user("morgan").await.unwrap();
        assert_ne!(morgan.profile.get("jobTitle"), Some("Somebody else"), "she holds roles");
        assert_eq!(stage.page().await.runs[0].numbers.taken_over, 1);
    }

    async fn no_group_that_gives_roles_gets_members_from_a_directory(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.existing = Existing::TakeOver).await;
        let anna = stage.there("anna", "");
        let fields = |name: &str, role_assignable| model::command::GroupFields {
            name: name.into(),
            description: String::new(),
            membership: model::directory::Membership::Assigned,
            role_assignable,
        };
        let mut ids = Vec::new();
        for (name, role_assignable) in [("Guarded", true), ("Inner", false)] {
            let done = stage.morgan.submits(Command::CreateGroup(fields(name, role_assignable))).await.unwrap();
            let Done::GroupCreated { group, .. } = done else { panic!("{done:?}") };
            ids.push(group);
        }
        stage.slapd.group("Guarded", &[&anna]);
        let inner = stage.slapd.group("Inner", &[&anna]);
        stage.slapd.group("Outer", &[&inner]);
        stage.done().await;
        assert!(stage.members("Guarded").await.is_empty());
        assert_eq!(stage.members("Inner").await, ["anna"]);
        let outer = stage.group("Outer").await.unwrap();
        let mut link = stage.world.db().read().await.unwrap();
        let nested = store::assignments::imported_members(&mut link, outer).await.unwrap();
        assert_eq!(nested.iter().map(|one| one.principal).collect::<Vec<_>>(), [Principal::Group(ids[1])]);
        drop(link);
        let lines = stage.page().await.runs.remove(0).lines;
        assert!(lines.iter().any(|line| line.who == "Guarded" && line.why.contains("directory roles")), "{lines:?}");
    }

    async fn a_member_that_is_no_text_takes_nobody_out_of_a_group(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.typed.member = "audio".into()).await;
        let anna = stage.there("anna", "");
        stage.there("ben", "");
        stage.slapd.changes(&format!(
            "dn: cn=Pilots,{GROUPS}\nchangetype: add\nobjectClass: groupOfNames\nobjectClass: extensibleObject\ncn: Pilots\n\
             member: {anna}\naudio: anna\naudio: ben\n"
        ));
        stage.done().await;
        assert_eq!(stage.members("Pilots").await, ["anna", "ben"]);
        let says = |values: &str| {
            stage.slapd.changes(&format!("dn: cn=Pilots,{GROUPS}\nchangetype: modify\nreplace: audio\n{values}"));
        };
        // A letter of another alphabet than that of all others.
        says("audio: ben\naudio:: 6Q==\n");
        stage.done().await;
        assert_eq!(stage.members("Pilots").await, ["anna", "ben"]);
        let lines = stage.page().await.runs.remove(0).lines;
        assert!(lines.iter().any(|line| line.who == "Pilots" && line.why.contains("no text")), "{lines:?}");
        let test = stage.morgan.asks(query::ImportTest { import: stage.import }).await.unwrap();
        assert!(!test.good, "{:?}", test.steps);
        says("audio: ben\n");
        stage.done().await;
        assert_eq!(stage.members("Pilots").await, ["ben"]);
    }

    async fn a_directory_that_is_not_who_it_says_or_refuses_changes_nothing(test: TestDb) {
        let mut stage = Stage::new(test).await;
        stage.there("anna", "");
        stage.done().await;
        stage.sets(|asked| asked.password = Some(Secret("wrong".into()))).await;
        let (word, why) = stage.runs().await;
        assert_eq!(word, "Failed", "{why}");
        let test = stage.morgan.asks(query::ImportTest { import: stage.import }).await.unwrap();
        assert!(!test.good && !format!("{:?}", test.steps).contains("wrong"), "{:?}", test.steps);
        let foreign = Slapd::with(Certificates::make());
        let (url, home) = (foreign.url(), stage.slapd.url());
        stage.sets(|asked| (asked.typed.address, asked.password) = (url, Some(Secret(PASSWORD.into())))).await;
        assert_eq!(stage.runs().await.0, "Failed", "nobody vouches for its certificate");
        stage.sets(|asked| (asked.typed.address, asked.password) = (home, Some(Secret(PASSWORD.into())))).await;
        stage.slapd.stop();
        assert_eq!(stage.runs().await.0, "Failed");
        assert!(stage.preview().await.failed.is_some());
        assert!(stage.user("anna").await.unwrap().enabled, "nobody left because nobody answered");
        stage.slapd.start_again();
        stage.done().await;
    }
}
