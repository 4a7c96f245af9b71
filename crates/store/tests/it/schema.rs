//! The schema: the same on both engines, however it came to be.

use crate::given::{NOW, Raw, TestDb, attempt, force};
use model::directory::BUILT_IN_ROLES;
use model::review::{ReviewState, Reviewed};
use std::collections::BTreeSet;
use store::{Db, MigrateProblem, SchemaState, resources, review_rows, reviews, users};
use testkit::both;
use testkit::databases::{empty_postgres, empty_sqlite, postgres, sqlite, tell};

/// Everything about a schema that both engines can tell, a line each.
async fn lines(test: &TestDb) -> BTreeSet<String> {
    let queries: &[&str] = if test.engine == "SQLite" { &SQLITE } else { &POSTGRES };
    let mut raw = Raw::open(&test.location).await;
    let mut lines = BTreeSet::new();
    for query in queries {
        let found = raw.texts(query).await;
        assert!(!found.is_empty(), "{query}");
        lines.extend(found);
    }
    if test.engine == "SQLite" {
        // The names of constraints are in the text of the tables only.
        for text in raw.texts("select name || ' ' || sql from sqlite_master where type = 'table'").await {
            let table = text.split(' ').next().unwrap();
            let words: Vec<&str> = text.split_whitespace().collect();
            for at in words.windows(3).filter(|at| at[0] == "constraint" && at[2] == "check") {
                lines.insert(format!("check {table} {}", at[1]));
            }
        }
    }
    lines
}

/// Columns, primary keys, foreign keys, indexes.
const SQLITE: [&str; 4] = [
    "select 'column ' || t.name || '.' || c.name || ' ' || lower(c.type) || case c.\"notnull\" when 1 then ' not null' else '' end
     from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table'",
    "select 'primary key ' || t.name || ' (' || (select group_concat(name, ', ') from (select c.name from pragma_table_info(t.name) c
        where c.pk > 0 order by c.pk)) || ')' from sqlite_master t where t.type = 'table'",
    "select 'foreign key ' || t.name || '.' || f.\"from\" || ' to ' || f.\"table\"
     from sqlite_master t join pragma_foreign_key_list(t.name) f where t.type = 'table'",
    "select case i.\"unique\" when 1 then 'unique ' else '' end || 'index ' || i.name || ' on ' || t.name || ' (' || (select group_concat(name, ', ')
        from (select c.name from pragma_index_info(i.name) c order by c.seqno)) || ')' || case i.partial when 1 then ' partial' else '' end
     from sqlite_master t join pragma_index_list(t.name) i where t.type = 'table' and i.origin = 'c'",
];

const POSTGRES: [&str; 5] = [
    "select 'column ' || table_name || '.' || column_name || ' ' || case data_type when 'uuid' then 'blob' when 'bytea' then 'blob'
        when 'bigint' then 'integer' when 'boolean' then 'integer' else data_type end
        || case is_nullable when 'NO' then ' not null' else '' end
     from information_schema.columns where table_schema = current_schema()",
    "select 'primary key ' || c.conrelid::regclass || ' (' || (select string_agg(a.attname, ', ' order by k.place)
        from unnest(c.conkey) with ordinality k(number, place) join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number) || ')'
     from pg_constraint c where c.contype = 'p' and c.connamespace = current_schema()::regnamespace",
    "select 'foreign key ' || c.conrelid::regclass || '.' || (select a.attname from pg_attribute a
        where a.attrelid = c.conrelid and a.attnum = c.conkey[1]) || ' to ' || c.confrelid::regclass
     from pg_constraint c where c.contype = 'f' and c.connamespace = current_schema()::regnamespace",
    "select case when x.indisunique then 'unique ' else '' end || 'index ' || i.relname || ' on ' || x.indrelid::regclass || ' (' ||
        (select string_agg(a.attname, ', ' order by k.place) from unnest(x.indkey::smallint[]) with ordinality k(number, place)
         join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number) || ')'
        || case when x.indpred is not null then ' partial' else '' end
     from pg_index x join pg_class i on i.oid = x.indexrelid
     where i.relnamespace = current_schema()::regnamespace and not x.indisprimary",
    "select 'check ' || c.conrelid::regclass || ' ' || c.conname from pg_constraint c
     where c.contype = 'c' and c.connamespace = current_schema()::regnamespace",
];

fn assert_same(left: &BTreeSet<String>, right: &BTreeSet<String>) {
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!((only(left, right), only(right, left)), (Vec::new(), Vec::new()));
}

fn newest() -> i64 {
    store::migrations().last().unwrap().0
}

#[test]
fn both_engines_have_the_same_tables_columns_keys_indexes_and_constraints() {
    tell(async {
        let (sqlite, postgres) = (sqlite().await, postgres().await);
        let lines = lines(&sqlite).await;
        for known in [
            "column users.manager_id blob",
            "column users.enabled integer not null",
            "primary key decisions (request_id, approver_id)",
            "foreign key users.manager_id to users",
            "unique index one_open_request_per_person_and_package on requests (beneficiary_id, package_id) partial",
            "check role_assignments every_end_has_a_reason",
        ] {
            assert!(lines.contains(known), "{known} is not in {lines:#?}");
        }
        assert_same(&lines, &self::lines(&postgres).await);
    });
}

/// A database that any older program left, brought up to date, is the same as a new one.
async fn migrated_from_any_age(empty: impl AsyncFn() -> TestDb) {
    let fresh = empty().await;
    assert_eq!(fresh.db.schema().await.unwrap(), SchemaState::Empty);
    fresh.db.migrate().await.unwrap();
    assert_eq!(fresh.db.schema().await.unwrap(), SchemaState::Current);
    let expected = lines(&fresh).await;
    for (number, _) in store::migrations() {
        let old = empty().await;
        old.db.migrate_until(*number).await.unwrap();
        let state =
            if *number == newest() { SchemaState::Current } else { SchemaState::Behind { found: *number, known: newest() } };
        assert_eq!(old.db.schema().await.unwrap(), state);
        old.db.migrate().await.unwrap();
        assert_eq!(old.db.schema().await.unwrap(), SchemaState::Current);
        assert_same(&expected, &lines(&old).await);
    }
}

#[test]
fn a_migrated_sqlite_database_is_the_same_as_a_new_one() {
    tell(migrated_from_any_age(async || empty_sqlite().await));
}

#[test]
fn a_migrated_postgres_database_is_the_same_as_a_new_one() {
    tell(migrated_from_any_age(async || empty_postgres().await));
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let numbers: Vec<i64> = store::migrations().iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>());
}

both! {
    async fn a_database_of_a_newer_program_is_left_alone(test: TestDb) {
        let found = newest() + 7;
        force(&test.db, &format!("insert into migrations (number) values ({found})")).await.unwrap();
        let before = lines(&test).await;
        assert_eq!(test.db.schema().await.unwrap(), SchemaState::Newer { found, known: newest() });
        let problem = test.db.migrate().await.unwrap_err();
        assert!(matches!(problem, MigrateProblem::NewerSchema { found: f, known } if f == found && known == newest()));
        assert!(problem.to_string().contains("a newer Vestibule was here"), "{problem}");
        assert_same(&before, &lines(&test).await);
    }

    async fn migrating_again_changes_nothing(test: TestDb) {
        let before = lines(&test).await;
        let statements = test.db.statements();
        test.db.migrate().await.unwrap();
        assert!(test.db.statements() - statements <= 5, "looking costs little");
        assert_same(&before, &lines(&test).await);
    }

    async fn servers_that_start_at_the_same_time_on_a_new_database_take_turns(test: EmptyDb) {
        let mut starting = Vec::new();
        for _ in 0..6 {
            let location = test.location.clone();
            starting.push(tokio::spawn(async move {
                let db = Db::open(&location).await.unwrap();
                db.migrate().await.unwrap();
                let state = db.schema().await.unwrap();
                db.close().await;
                state
            }));
        }
        for server in starting {
            assert_eq!(server.await.unwrap(), SchemaState::Current);
        }
        let mut raw = Raw::open(&test.location).await;
        let numbers = raw.texts("select cast(m.number as text) from migrations m order by m.number").await;
        assert_eq!(numbers, store::migrations().iter().map(|(number, _)| number.to_string()).collect::<Vec<_>>());
    }

    async fn addresses_of_people_who_were_there_before_are_folded_as_all_others(test: EmptyDb) {
        test.db.migrate_until(17).await.unwrap();
        let mail = "JÖRG@Harbour.example".to_owned();
        let before = rules::user::User { mail, ..crate::given::user(1) };
        attempt(&test.db, async |link| users::insert(link, &before, None).await).await.unwrap();
        // As SQL folds it, which knows English letters only.
        force(&test.db, "update users set mail_key = 'jÖrg@harbour.example'").await.unwrap();
        test.db.migrate().await.unwrap();
        let found = users::of_mails(&mut test.db.read().await.unwrap(), &["jörg@harbour.example".to_owned()]).await.unwrap();
        assert_eq!(found.len(), 1);
    }

    async fn rows_of_reviews_that_were_applied_before_name_whom_their_instance_does(test: EmptyDb) {
        test.db.migrate_until(24).await.unwrap();
        let made = crate::reviews::series(1, 1, Reviewed::Group(crate::given::team(1)));
        let mut ran = crate::reviews::review(&made);
        let by = crate::given::person(1);
        ran.state = ReviewState::Applied { at: NOW, by: Some(by), stopped: None, ended: None };
        let rows = [crate::reviews::row(11, 3), crate::reviews::row(13, 5)];
        let named: Vec<_> = rows.iter().map(|row| (row.clone(), "Alex".to_owned())).collect();
        attempt(&test.db, async |link| {
            users::insert(link, &crate::given::user(1), None).await?;
            reviews::insert_series(link, &made).await?;
            reviews::insert(link, &ran, None).await?;
            review_rows::insert_all(link, ran.id, &named).await
        })
        .await
        .unwrap();
        let first = "update review_rows set applied_at = 5 where id = (select r.id from review_rows r order by r.id limit 1)";
        force(&test.db, first).await.unwrap();
        test.db.migrate().await.unwrap();
        let mut found = review_rows::by_id(&mut test.db.read().await.unwrap(), ran.id, &rows.map(|row| row.id)).await.unwrap();
        found.sort_by_key(|row| row.id);
        assert_eq!(found.iter().map(|row| row.applied_by).collect::<Vec<_>>(), [Some(by), None]);
    }

    async fn the_built_in_roles_are_there_and_follow_the_program(test: TestDb) {
        force(&test.db, "update directory_roles set description = 'old' where name like 'G%'").await.unwrap();
        force(&test.db, "delete from directory_roles where name = 'Guest Inviter'").await.unwrap();
        test.db.migrate().await.unwrap();
        let ids: Vec<_> = BUILT_IN_ROLES.iter().map(|role| role.id).collect();
        let names = resources::role_names(&mut test.db.read().await.unwrap(), &ids).await.unwrap();
        let expected = BUILT_IN_ROLES.iter().map(|role| (role.id, (role.name.to_owned(), role.privileged)));
        assert_eq!(names, expected.collect());
        let mut raw = Raw::open(&test.location).await;
        assert!(raw.texts("select name from directory_roles where description = 'old'").await.is_empty());
    }

    async fn an_open_database_answers_and_a_closed_one_does_not(test: TestDb) {
        test.db.ping().await.unwrap();
        assert_eq!(test.db.engine(), test.engine);
        let second = test.second().await;
        second.close().await;
        assert!(second.ping().await.is_err());
        test.db.ping().await.unwrap();
    }

    async fn what_was_begun_and_not_made_durable_never_was(test: TestDb) {
        {
            let mut link = test.db.begin().await.unwrap();
            store::sessions::set_fact(&mut link, "a", "b").await.unwrap();
        }
        let mut link = test.db.begin().await.unwrap();
        assert_eq!(store::sessions::fact(&mut link, "a").await.unwrap(), None);
        store::sessions::set_fact(&mut link, "a", "b").await.unwrap();
        let reader = &mut test.db.read().await.unwrap();
        assert_eq!(store::sessions::fact(reader, "a").await.unwrap(), None, "nobody sees it before");
        link.commit().await.unwrap();
        assert_eq!(store::sessions::fact(reader, "a").await.unwrap().as_deref(), Some("b"));
    }
}
