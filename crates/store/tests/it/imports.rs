//! Imports: as they are set, who comes from them, and each time that they ran.

use crate::given::{HOUR, NOW, attempt, id, person, team, users as given_users};
use model::import::{
    Confirmed, Ended, Every, Existing, GroupsMapping, Import, Leavers, Line, Numbers, PeopleMapping, Settings, What,
};
use model::provisioning::Provisioned;
use model::{ImportId, ImportRunId};
use store::imports::Run;
use store::{Fault, Link, Saved, assignments, groups, import_links, imports, users};
use testkit::both;

pub fn import(n: u128) -> Import {
    Import {
        id: ImportId(id(910_000 + n)),
        name: format!("Directory {n}"),
        settings: Settings {
            address: "ldaps://ldap.example.com".to_owned(),
            bind_dn: "cn=reader".to_owned(),
            people: PeopleMapping { base: "ou=people".to_owned(), user_name: vec!["uid".to_owned()], ..PeopleMapping::default() },
            groups: Some(GroupsMapping::default()),
            every: Every::Hour,
            leavers: Leavers::Disable,
            existing: Existing::Skip,
            percent: 20,
        },
        enabled: true,
        created_at: NOW,
        version: 1,
    }
}

pub fn run(n: u128) -> ImportRunId {
    ImportRunId(id(920_000 + n))
}

fn over(n: u128) -> Run {
    let line = Line {
        what: What::Refuse,
        who: "Anna".to_owned(),
        under: String::new(),
        why: "Not exactly one id.".to_owned(),
        changes: Vec::new(),
    };
    Run {
        id: run(n),
        began_at: NOW,
        asked_by: None,
        ended: Some(Ended::Done),
        numbers: Numbers { created: 3, ..Numbers::default() },
        why: String::new(),
        lines: vec![line],
        more: 7,
    }
}

/// Every function of the topic once; this person is there.
pub async fn all(link: &mut Link) -> Result<(), Fault> {
    let (n, who) = (100_001, person(100_001));
    let one = import(n);
    imports::insert(link, &one, b"sealed", Some(NOW)).await?;
    imports::list(link).await?;
    imports::get(link, one.id).await?;
    imports::names(link).await?;
    imports::last_runs(link).await?;
    imports::set_password(link, one.id, b"sealed").await?;
    imports::ask(link, one.id, who, Some(Confirmed::default()), NOW).await?;
    imports::due(link, NOW).await?;
    let claimed = imports::claim(link, one.id, run(n), NOW, NOW + HOUR).await?.unwrap();
    imports::goes_on(link, one.id, run(n), NOW + HOUR).await?;
    imports::asked_of(link, run(n)).await?;
    imports::give_back(link, &claimed, run(n), NOW).await?;
    imports::end_run(link, &over(n)).await?;
    imports::release(link, one.id, run(n), 1, Some(NOW)).await?;
    imports::runs(link, one.id, None, 10).await?;
    assert_eq!(imports::update(link, &one, 1, None).await?, Saved::Yes);
    import_links::bind(link, one.id, Provisioned::User, "a", who.0).await?;
    import_links::of_import(link, one.id, Provisioned::User).await?;
    import_links::several(link, &[who.0]).await?;
    import_links::get(link, one.id, Provisioned::User, "a").await?;
    import_links::count(link, one.id, Provisioned::User).await?;
    import_links::switched(link, who.0, true).await?;
    users::of_names(link, &["Person".to_owned()]).await?;
    groups::named(link, &["Team".to_owned()]).await?;
    groups::leading_to_roles(link).await?;
    assignments::imported_members_of(link, &[team(1)]).await?;
    imports::delete(link, one.id).await
}

both! {
    async fn an_import_comes_back_as_it_was_saved_and_a_stale_one_changes_nothing(test: TestDb) {
        attempt(&test.db, async |link| imports::insert(link, &import(1), b"sealed", Some(NOW)).await).await.unwrap();
        let again = attempt(&test.db, async |link| {
            let same = Import { name: " DIRECTORY 1".to_owned(), ..import(2) };
            imports::insert(link, &same, b"sealed", None).await
        });
        assert!(again.await.unwrap_err().is_duplicate());
        let link = &mut test.db.begin().await.unwrap();
        let stored = imports::get(link, import(1).id).await.unwrap().unwrap();
        assert_eq!((stored.import, stored.password.as_slice(), stored.due_at), (import(1), b"sealed".as_slice(), Some(NOW)));
        let after = Import { enabled: false, version: 2, ..import(1) };
        assert_eq!(imports::update(link, &after, 7, None).await.unwrap(), Saved::Stale);
        assert_eq!(imports::update(link, &after, 1, None).await.unwrap(), Saved::Yes);
        assert_eq!(imports::get(link, after.id).await.unwrap().unwrap().import, after);
    }

    async fn one_server_runs_an_import_and_another_only_when_it_was_not_heard_of_for_long(test: TestDb) {
        given_users(&test.db, 1).await;
        attempt(&test.db, async |link| imports::insert(link, &import(1), b"sealed", None).await).await.unwrap();
        let link = &mut test.db.begin().await.unwrap();
        let one = import(1).id;
        assert!(imports::due(link, NOW).await.unwrap().is_empty(), "nobody asked for it");
        assert!(imports::claim(link, one, run(1), NOW, NOW + HOUR).await.unwrap().is_none());
        imports::ask(link, one, person(1), Some(Confirmed { disabled: 2, removed: 1 }), NOW).await.unwrap();
        assert_eq!(imports::due(link, NOW).await.unwrap(), [one]);
        assert!(imports::claim(link, one, run(1), NOW, NOW + HOUR).await.unwrap().is_some());
        assert!(imports::claim(link, one, run(2), NOW, NOW + HOUR).await.unwrap().is_none(), "it runs");
        assert!(imports::due(link, NOW).await.unwrap().is_empty());
        assert!(imports::goes_on(link, one, run(1), NOW + HOUR).await.unwrap());
        assert_eq!(imports::due(link, NOW + HOUR).await.unwrap(), [one], "its server stopped");
        let again = imports::claim(link, one, run(2), NOW + HOUR, NOW + HOUR + HOUR).await.unwrap().unwrap();
        let asked = (Some(person(1)), Some(Confirmed { disabled: 2, removed: 1 }));
        assert_eq!((again.asked_by, again.confirmed), asked, "it is still asked for");
        assert!(!imports::goes_on(link, one, run(1), NOW + HOUR).await.unwrap(), "it is no longer its run");
        assert!(!imports::release(link, one, run(1), 0, None).await.unwrap());
        let runs = imports::runs(link, one, None, 10).await.unwrap();
        assert_eq!(runs.iter().map(|run| (run.id, run.ended)).collect::<Vec<_>>(), [(run(2), None), (run(1), Some(Ended::Failed))]);
        assert_eq!(runs[0].asked_by, Some(person(1)));
        assert_eq!(imports::last_runs(link).await.unwrap()[&one], NOW + HOUR);
        imports::end_run(link, &over(2)).await.unwrap();
        imports::end_run(link, &Run { ended: Some(Ended::Failed), ..over(2) }).await.unwrap();
        let last = imports::runs(link, one, None, 1).await.unwrap().remove(0);
        assert_eq!(last, Run { began_at: NOW + HOUR, asked_by: Some(person(1)), ..over(2) }, "what ended stays so");
        assert_eq!(imports::runs(link, one, Some((last.began_at, last.id)), 9).await.unwrap().len(), 1);
        assert!(imports::release(link, one, run(2), 0, Some(NOW + HOUR)).await.unwrap());
        let stored = imports::get(link, one).await.unwrap().unwrap();
        assert_eq!((stored.asked_by, stored.confirmed, stored.running), (None, None, None));
    }

    async fn what_is_asked_for_while_an_import_runs_is_about_the_next_run(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| imports::insert(link, &import(1), b"sealed", Some(NOW)).await).await.unwrap();
        let link = &mut test.db.begin().await.unwrap();
        let (one, seen) = (import(1).id, Some(Confirmed { disabled: 2, removed: 1 }));
        let claimed = imports::claim(link, one, run(1), NOW, NOW + HOUR).await.unwrap().unwrap();
        assert_eq!((claimed.asked_by, claimed.confirmed, claimed.due_at), (None, None, Some(NOW)));
        assert_eq!(imports::get(link, one).await.unwrap().unwrap().due_at, None, "this run is what was due");
        imports::ask(link, one, person(1), seen, NOW).await.unwrap();
        assert!(imports::due(link, NOW).await.unwrap().is_empty(), "it runs");
        assert!(imports::release(link, one, run(1), 0, Some(NOW + HOUR)).await.unwrap());
        assert_eq!(imports::due(link, NOW).await.unwrap(), [one]);
        let claimed = imports::claim(link, one, run(2), NOW, NOW + HOUR).await.unwrap().unwrap();
        assert_eq!((claimed.asked_by, claimed.confirmed), (Some(person(1)), seen));
        assert_eq!(imports::asked_of(link, run(2)).await.unwrap(), (Some(person(1)), seen));
        // The server stops; nobody has to look at it again.
        imports::give_back(link, &claimed, run(2), NOW).await.unwrap();
        let stored = imports::get(link, one).await.unwrap().unwrap();
        assert_eq!((stored.due_at, stored.asked_by, stored.confirmed, stored.running), (Some(NOW), Some(person(1)), seen, None));
        let claimed = imports::claim(link, one, run(3), NOW, NOW + HOUR).await.unwrap().unwrap();
        imports::ask(link, one, person(2), None, NOW + HOUR).await.unwrap();
        imports::give_back(link, &claimed, run(2), NOW).await.unwrap();
        assert!(imports::get(link, one).await.unwrap().unwrap().running.is_some(), "another run is not given back");
        imports::give_back(link, &claimed, run(3), NOW).await.unwrap();
        let stored = imports::get(link, one).await.unwrap().unwrap();
        assert_eq!((stored.due_at, stored.asked_by, stored.confirmed), (Some(NOW + HOUR), Some(person(2)), seen));
    }

    async fn whoever_comes_from_an_import_comes_from_no_other(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            imports::insert(link, &import(1), b"sealed", None).await?;
            imports::insert(link, &import(2), b"sealed", None).await?;
            import_links::bind(link, import(1).id, Provisioned::User, "Anna", person(1).0).await?;
            import_links::switched(link, person(1).0, true).await
        })
        .await
        .unwrap();
        let stolen = attempt(&test.db, async |link| {
            import_links::bind(link, import(2).id, Provisioned::User, "x", person(1).0).await
        });
        assert!(stolen.await.unwrap_err().is_duplicate());
        let link = &mut test.db.begin().await.unwrap();
        let found = import_links::get(link, import(1).id, Provisioned::User, "Anna").await.unwrap().unwrap();
        assert!(found.id == person(1).0 && found.disabled);
        assert_eq!(import_links::get(link, import(1).id, Provisioned::User, "anna").await.unwrap(), None, "ids are not folded");
        assert_eq!(import_links::several(link, &[person(1).0, person(2).0]).await.unwrap().len(), 1);
        // Under another entry from now on.
        import_links::bind(link, import(1).id, Provisioned::User, "b", person(1).0).await.unwrap();
        let all = import_links::of_import(link, import(1).id, Provisioned::User).await.unwrap();
        assert_eq!(all.iter().map(|one| (one.external_id.as_str(), one.disabled)).collect::<Vec<_>>(), [("b", false)]);
        assert_eq!(import_links::count(link, import(1).id, Provisioned::User).await.unwrap(), 1);
        imports::delete(link, import(1).id).await.unwrap();
        assert!(import_links::several(link, &[person(1).0]).await.unwrap().is_empty());
    }
}
