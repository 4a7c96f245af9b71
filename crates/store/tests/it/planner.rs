//! Asks the planner about every statement: none may read the whole of a table that grows.

use crate::everything::everything;
use crate::given::{Raw, TestDb, force};
use crate::planner_world::fill;
use serde_json::Value;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use store::statements;
use testkit::both;

/// Tables that grow with people, with time, or with use.
const GROWING: [&str; 40] = [
    "users",
    "role_assignments",
    "requests",
    "request_asks",
    "decisions",
    "events",
    "event_targets",
    "letters",
    "sessions",
    "session_words",
    "logout_tokens",
    "sign_in_places",
    "package_assignments",
    "packages",
    "policy_scopes",
    "search_words",
    "package_roles",
    "package_incompatibilities",
    "catalog_resources",
    "catalog_roles",
    "delegations",
    "delegation_packages",
    "package_drafts",
    "authenticators",
    "recovery_codes",
    "passkeys",
    "provider_links",
    "webhook_messages",
    "answer_addresses",
    "ceremonies",
    "target_marks",
    "target_people",
    "target_items",
    "reviews",
    "review_rows",
    "review_panel",
    "review_decisions",
    "provisioned",
    "import_links",
    "import_runs",
];

/// A statement that may read a table from end to end, and why that is right.
struct Allowed {
    /// The beginning of the statement.
    statement: &'static str,
    table: &'static str,
    engines: &'static [&'static str],
    reason: &'static str,
}

const ALLOWED: [Allowed; 14] = [
    Allowed {
        statement: "select u.id from users u where not exists (select 1 from provisioned",
        table: "users",
        engines: &["SQLite", "PostgreSQL"],
        reason: "in the order of the ids, and it stops at the end of the page",
    },
    Allowed {
        statement: "select (select count(*) from users) - (select count(*) from provisioned",
        table: "users",
        engines: &["SQLite", "PostgreSQL"],
        reason: "a provider that lists all people is told how many there are, and no index knows that",
    },
    Allowed {
        statement: "select cast(1 as bigint) from users limit 1",
        table: "users",
        engines: &["SQLite", "PostgreSQL"],
        reason: "stops at the first row",
    },
    Allowed {
        statement: "select e.at from events e order by e.at, e.id limit 1",
        table: "events",
        engines: &["SQLite", "PostgreSQL"],
        reason: "stops at the first entry of the index by time",
    },
    Allowed {
        statement: "select id, at, actor_id, action, request_id, document from events where chain is null order by at, id limit",
        table: "events",
        engines: &["SQLite", "PostgreSQL"],
        reason: "reads the beginning of an index that holds the unsealed events only",
    },
    Allowed {
        statement: "select held.assignment_id, held.user_id, held.role_id",
        table: "role_assignments",
        engines: &["PostgreSQL"],
        reason: "reads an index that holds assignments of directory roles only, and alerts look at all of these",
    },
    Allowed {
        statement: "select held.held_by, held.member, held.since",
        table: "role_assignments",
        engines: &["PostgreSQL"],
        reason: "reads the same index: standing access is sorted by since when it is held, directly or through a group",
    },
    Allowed {
        statement: "insert into review_leavers (review_id, user_id, removed) select $1, u.id, false from",
        table: "review_rows",
        engines: &["PostgreSQL"],
        reason: "a review that is reset or opened again looks once whom of all its rows it asks, by the index of its own rows",
    },
    next_due("requests"),
    next_due("package_assignments"),
    next_due("role_assignments"),
    next_due("reviews"),
    Allowed {
        statement: "select count(*), max(fault) from ( select fault from letters",
        table: "letters",
        engines: &["PostgreSQL"],
        reason: "reads at most a thousand entries of an index that holds only what is still due",
    },
    Allowed {
        statement: "select min(due_at) from letters",
        table: "letters",
        engines: &["PostgreSQL"],
        reason: "reads the first entry of an index that holds only what is still due",
    },
];

const fn next_due(table: &'static str) -> Allowed {
    Allowed {
        statement: "select min(at) from ( select min(wakes_at)",
        table,
        engines: &["PostgreSQL"],
        reason: "reads the first entry of an index that holds only what is still due",
    }
}

/// A table that a statement reads from end to end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Scan {
    statement: String,
    table: String,
    plan: String,
}

both! {
    async fn no_statement_reads_the_whole_of_a_table_that_grows(test: TestDb) {
        everything(&test).await;
        fill(&test.db).await;
        // SQLite plans without statistics until somebody analyzes, so both have to be good. PostgreSQL analyzes by itself.
        let mut scans = if test.engine == "SQLite" { explain(&test).await } else { BTreeSet::new() };
        force(&test.db, "analyze").await.unwrap();
        scans.extend(explain(&test).await);
        let mut used = BTreeSet::new();
        scans.retain(|scan| {
            let allowed = ALLOWED.iter().position(|allowed| {
                allowed.engines.contains(&test.engine) && allowed.table == scan.table && scan.statement.starts_with(allowed.statement)
            });
            used.extend(allowed);
            allowed.is_none()
        });
        let report: Vec<String> = scans.iter().map(|scan| format!("{}\n  {}\n    reads all of {}", scan.statement, scan.plan, scan.table)).collect();
        assert!(report.is_empty(), "{}", report.join("\n\n"));
        for (number, allowed) in ALLOWED.iter().enumerate().filter(|(_, allowed)| allowed.engines.contains(&test.engine)) {
            assert!(used.contains(&number), "`{}` no longer needs to be allowed ({})", allowed.statement, allowed.reason);
        }
    }
}

both! {
    async fn sqlite_plans_a_statement_once_and_not_for_every_value(test: TestDb) {
        if test.engine == "SQLite" {
            let options = Raw::open(&test.location).await.texts("select compile_options from pragma_compile_options").await;
            // Otherwise each list is planned anew whenever its limit is bound, and not as it is explained here.
            assert!(options.contains(&"ENABLE_QPSG".to_owned()), "see .cargo/config.toml: {options:?}");
        }
    }
}

both! {
    async fn what_somebody_was_asked_about_is_not_looked_for_among_all_rows_of_the_review(test: TestDb) {
        if test.engine == "SQLite" {
            everything(&test).await;
            let mut raw = Raw::open(&test.location).await;
            let mut asked = statements(&test.db);
            asked.retain(|sql| sql.contains("with theirs (id, review_id, name_key"));
            assert_eq!(asked.len(), 2, "all of them, and those that are searched");
            for sql in asked {
                let plan = sqlite_plan(&mut raw, sql).await.join("\n");
                for index in ["review_rows_of_a_reviewer", "review_rows_handed_on", "review_decisions_by"] {
                    assert!(plan.contains(index), "{index} is of no use in\n{plan}");
                }
                // Only what went on from a stage that they shared whole is read in the order of the list.
                assert!(plan.matches("review_rows_in_order").count() <= 1, "{plan}");
            }
        }
    }
}

async fn explain(test: &TestDb) -> BTreeSet<Scan> {
    let mut raw = Raw::open(&test.location).await;
    if test.engine == "PostgreSQL" {
        raw.run("set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set plan_cache_mode = force_generic_plan").await.unwrap();
    }
    let mut scans = BTreeSet::new();
    let all = statements(&test.db);
    assert!(all.len() > 100, "only {} statements were seen", all.len());
    for sql in all {
        // What stands before a list is of other types.
        let before = (1..).take_while(|n| sql.contains(&format!("${n}"))).count();
        let sql = sql.replace("{ids}", &format!("${}", before + 1)).split_whitespace().collect::<Vec<_>>().join(" ");
        if ["sqlite_master", "information_schema"].iter().any(|catalogue| sql.contains(catalogue)) {
            continue;
        }
        let found = if test.engine == "SQLite" { sqlite(&mut raw, &sql).await } else { postgres(&mut raw, &sql).await };
        scans.extend(found);
    }
    scans
}

async fn sqlite_plan(raw: &mut Raw, sql: &str) -> Vec<String> {
    let Raw::Sqlite(connection) = raw else { unreachable!() };
    let rows: Result<Vec<(i64, i64, i64, String)>, _> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(connection).await;
    rows.unwrap_or_else(|error| panic!("{error}: {sql}")).into_iter().map(|(_, _, _, detail)| detail).collect()
}

/// `SCAN x` reads all of x, by an index or not; x is the table or its other name in the statement.
async fn sqlite(raw: &mut Raw, sql: &str) -> Vec<Scan> {
    let plan = sqlite_plan(raw, sql).await;
    if std::env::var_os("VESTIBULE_TEST_PLANS").is_some() {
        eprintln!("{sql}\n  {}\n", plan.join("\n  "));
    }
    let scanned = plan.iter().filter_map(|detail| detail.strip_prefix("SCAN ")).filter_map(|rest| rest.split(' ').next());
    scanned
        .flat_map(|name| tables_called(sql, name))
        .map(|table| Scan { statement: sql.to_owned(), table: table.to_owned(), plan: plan.join("\n  ") })
        .collect()
}

/// The growing tables that a name stands for somewhere in a statement.
fn tables_called(sql: &str, name: &str) -> Vec<&'static str> {
    let words: Vec<&str> = sql.split([' ', ',', '(', ')']).filter(|word| !word.is_empty()).collect();
    let called = |table: &str| name == table || words.windows(2).any(|pair| pair == [table, name]);
    GROWING.into_iter().filter(|table| called(table)).collect()
}

/// The planner may not read tables from end to end, neither for themselves nor to join them by hash or by order, so
/// that the few rows here are planned as many are; what it still reads so has no index. An index that is read
/// without a condition on its first column is a scan too.
async fn postgres(raw: &mut Raw, sql: &str) -> Vec<Scan> {
    let Raw::Postgres(connection) = raw else { unreachable!() };
    let parameters = (1..).take_while(|n| sql.contains(&format!("${n}"))).count();
    let types = types(sql);
    let arguments = if parameters == 0 { String::new() } else { format!("({})", vec!["null"; parameters].join(", ")) };
    let prepared = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("prepare asked {types} as {sql}"))).execute(&mut *connection).await;
    prepared.unwrap_or_else(|error| panic!("{error}: {sql}"));
    let explain = format!("explain (format json, costs off) execute asked {arguments}");
    let plan: Result<(Value,), _> =
        sqlx::query_as(sqlx::AssertSqlSafe(explain)).persistent(false).fetch_one(&mut *connection).await;
    let (plan,) = plan.unwrap_or_else(|error| panic!("{error}: {sql}"));
    sqlx::raw_sql("deallocate asked").execute(&mut *connection).await.unwrap();
    let mut lines = Vec::new();
    let mut tables = BTreeSet::new();
    let first: BTreeMap<String, String> = first_columns(connection).await;
    walk(&plan[0]["Plan"], 1, &first, &mut lines, &mut tables, None);
    if std::env::var_os("VESTIBULE_TEST_PLANS").is_some() {
        eprintln!("{sql}\n{}\n", lines.join("\n"));
    }
    let growing = tables.into_iter().filter(|table| GROWING.contains(&table.as_str()));
    growing.map(|table| Scan { statement: sql.to_owned(), table, plan: lines.join("\n") }).collect()
}

/// What PostgreSQL cannot see from the text of a statement: the driver sends the types along.
fn types(sql: &str) -> &'static str {
    let untyped = [
        ("with sealed (id, chain, seal)", "(uuid, bigint, bytea)"),
        ("with recursive beneath (id)", "(uuid, bigint, text, uuid, bigint)"),
        ("with settled (id, outcome, fault)", "(uuid, text, text)"),
        ("with done (id)", "(uuid)"),
        ("with back (id, due_at, fault)", "(uuid, bigint, text)"),
        ("with unlike (target_id, user_id)", "(uuid, uuid)"),
        ("with gone (target_id, user_id, role_id)", "(uuid, uuid, uuid)"),
        ("with gone (target_id, user_id, generation)", "(uuid, uuid, bigint)"),
        ("with gone (target_id, role_id, remote_id)", "(uuid, uuid, text)"),
        ("with made (target_id, user_id, made)", "(uuid, uuid, boolean)"),
        ("with found (target_id, user_id, remote_id)", "(uuid, uuid, text)"),
        (
            "with seen (target_id, user_id, generation,",
            "(uuid, uuid, bigint, text, boolean, text, bigint, bigint, boolean, text)",
        ),
        ("with told (webhook_id, event_id, answer, told_at)", "(uuid, uuid, text, bigint)"),
        ("with moved (id, version, ends_at)", "(uuid, bigint, bigint)"),
        ("with moved (id, ends_at)", "(uuid, bigint)"),
        ("with over (id, version, ended_at, reason)", "(uuid, bigint, bigint, text)"),
        ("with over (source_id, ended_at, reason)", "(uuid, bigint, text)"),
        ("with over (id, ended_at, reason)", "(uuid, bigint, text)"),
        (
            "with v (id, stage, reviewer_id, is_open,",
            "(uuid, bigint, uuid, boolean, text, text, uuid, text, bigint, text, text, text, bigint, uuid, bigint, uuid, uuid, bigint, text, bigint, uuid)",
        ),
        ("with recursive above (id, level)", "(uuid)"),
        ("with recursive below (id, level) as ( select $1", "(uuid)"),
        ("with recursive below (id) as ( select $1", "(uuid, bigint, bigint)"),
    ];
    untyped.into_iter().find(|(beginning, _)| sql.starts_with(beginning)).map_or("", |(_, types)| types)
}

/// Each index with its first column.
async fn first_columns(connection: &mut PgConnection) -> BTreeMap<String, String> {
    let sql = "select i.relname::text, a.attname::text from pg_index x join pg_class i on i.oid = x.indexrelid
        join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]";
    let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(connection).await.unwrap();
    rows.into_iter().collect()
}

fn walk(
    node: &Value,
    depth: usize,
    first: &BTreeMap<String, String>,
    lines: &mut Vec<String>,
    tables: &mut BTreeSet<String>,
    outer: Option<&str>,
) {
    let text = |key: &str| node[key].as_str();
    let kind = text("Node Type").unwrap_or_default();
    let table = text("Relation Name").or(outer);
    let condition = text("Index Cond").or(text("Recheck Cond"));
    lines.push(format!(
        "{}{kind} {} {} [{}] filter {}",
        "  ".repeat(depth),
        table.unwrap_or_default(),
        text("Index Name").unwrap_or_default(),
        condition.unwrap_or_default(),
        text("Filter").unwrap_or_default(),
    ));
    let scans_all = match kind {
        "Seq Scan" => true,
        "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => {
            let column = text("Index Name").and_then(|name| first.get(name)).unwrap();
            let words =
                |condition: &'_ str| condition.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == column);
            !text("Index Cond").is_some_and(words)
        }
        _ => false,
    };
    if let (true, Some(table)) = (scans_all, table) {
        tables.insert(table.to_owned());
    }
    let inner = if kind == "Bitmap Heap Scan" { table } else { None };
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, depth + 1, first, lines, tables, inner);
    }
}
