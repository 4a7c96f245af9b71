//! Each statement is written once; these expand it for both drivers.

/// Runs a query and returns its rows as the type that the context asks for.
macro_rules! rows {
    ($link:expr, $sql:expr $(, $argument:expr)* $(,)?) => {{
        let sql: &'static str = $sql;
        $crate::dialect::remember(&$link, sql);
        match $link.half()? {
            $crate::link::Half::Sqlite(connection) => sqlx::query_as(sql)$(.bind($argument))*.fetch_all(connection).await,
            $crate::link::Half::Postgres(connection) => sqlx::query_as(sql)$(.bind($argument))*.fetch_all(connection).await,
        }
        .map_err(|error| $crate::Fault::sql(sql, error))
    }};
}

/// Runs a query that has one row or none.
macro_rules! row {
    ($link:expr, $sql:expr $(, $argument:expr)* $(,)?) => {{
        let sql: &'static str = $sql;
        $crate::dialect::remember(&$link, sql);
        match $link.half()? {
            $crate::link::Half::Sqlite(connection) => sqlx::query_as(sql)$(.bind($argument))*.fetch_optional(connection).await,
            $crate::link::Half::Postgres(connection) => sqlx::query_as(sql)$(.bind($argument))*.fetch_optional(connection).await,
        }
        .map_err(|error| $crate::Fault::sql(sql, error))
    }};
}

/// Like `row!`, and nobody else may change the row until the transaction ends. SQLite has one writer anyway.
macro_rules! row_to_change {
    ($link:expr, $sql:literal $(, $argument:expr)* $(,)?) => { row_locked!($link, $sql, " for update" $(, $argument)*) };
}

/// The same for several at once who want it to stay as it is.
macro_rules! row_to_keep {
    ($link:expr, $sql:literal $(, $argument:expr)* $(,)?) => { row_locked!($link, $sql, " for share" $(, $argument)*) };
}

macro_rules! row_locked {
    ($link:expr, $sql:literal, $lock:literal $(, $argument:expr)* $(,)?) => {{
        $crate::dialect::remember(&$link, $sql);
        match $link.half()? {
            $crate::link::Half::Sqlite(connection) => sqlx::query_as($sql)$(.bind($argument))*.fetch_optional(connection).await,
            $crate::link::Half::Postgres(connection) => {
                sqlx::query_as(concat!($sql, $lock))$(.bind($argument))*.fetch_optional(connection).await
            }
        }
        .map_err(|error| $crate::Fault::sql($sql, error))
    }};
}

/// Runs a statement and returns how many rows it changed.
macro_rules! run {
    ($link:expr, $sql:expr $(, $argument:expr)* $(,)?) => {{
        let sql: &'static str = $sql;
        $crate::dialect::remember(&$link, sql);
        match $link.half()? {
            $crate::link::Half::Sqlite(connection) => {
                sqlx::query(sql)$(.bind($argument))*.execute(connection).await.map(|done| done.rows_affected())
            }
            $crate::link::Half::Postgres(connection) => {
                sqlx::query(sql)$(.bind($argument))*.execute(connection).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|error| $crate::Fault::sql(sql, error))
    }};
}

/// Runs a statement over many rows in few round trips. It is written for one row: the list that begins with `($1` is
/// repeated for the others. Returns how many rows it changed; without rows it runs nothing.
macro_rules! run_many {
    ($link:expr, $sql:expr, $rows:expr, |$row:pat_param| $($argument:expr),+ $(,)?) => {{
        let sql: &'static str = $sql;
        $crate::dialect::remember(&$link, sql);
        let mut changed = 0;
        for chunk in $rows.chunks($crate::dialect::ROWS_AT_ONCE) {
            let text = sqlx::AssertSqlSafe($crate::dialect::repeated(sql, chunk.len(), $link.is_sqlite()));
            changed += match $link.half()? {
                $crate::link::Half::Sqlite(connection) => {
                    let mut query = sqlx::query(text);
                    for $row in chunk {
                        query = query$(.bind($argument))+;
                    }
                    query.execute(connection).await.map(|done| done.rows_affected())
                }
                $crate::link::Half::Postgres(connection) => {
                    let mut query = sqlx::query(text);
                    for $row in chunk {
                        query = query$(.bind($argument))+;
                    }
                    query.execute(connection).await.map(|done| done.rows_affected())
                }
            }
            .map_err(|error| $crate::Fault::sql(sql, error))?;
        }
        Ok::<u64, $crate::Fault>(changed)
    }};
}

/// The beginning of a statement: `mine` are the groups to which the person `$1` belongs at `$2`, through other groups too.
macro_rules! mine_sql {
    () => {
        "with recursive mine (id) as (
            select m.resource_id from role_assignments m
            where m.principal_id = $1 and m.role = 'group_member' and m.assignment_type = 'active' and m.ended_at is null
                and m.starts_at <= $2 and (m.ends_at is null or m.ends_at > $2)
            union
            select n.resource_id from mine cross join role_assignments n
            where n.principal_id = mine.id and n.role = 'group_member' and n.assignment_type = 'active' and n.ended_at is null
                and n.starts_at <= $2 and (n.ends_at is null or n.ends_at > $2)
        )"
    };
}

/// The same with `standing`: the roles within catalogs that the person has, alone or as a member of a group.
macro_rules! standing_sql {
    () => {
        concat!(
            mine_sql!(),
            ", standing (catalog_id, role) as materialized (
                select m.catalog_id, m.role from catalog_roles m where m.holder_id = $1
                union
                select m.catalog_id, m.role from mine cross join catalog_roles m where m.holder_id = mine.id
            ) "
        )
    };
}

/// A statement with the columns of an assignment between its pieces, as one static text.
macro_rules! const_sql {
    ($first:expr $(, $piece:expr)+) => {
        concat!($first $(,
            "a.id, a.principal_kind, a.principal_id, a.role, a.resource_id, a.application_role_id, \
             a.assignment_type, a.source, a.source_id, a.starts_at, a.ends_at, a.ended_at", $piece)+)
    };
}

/// Whoever is eligible at `$1` or later for one of these roles of a kind, themselves or through a group: `$2` people at most.
macro_rules! eligible_sql {
    ($kind:literal) => {
        concat!(
            "select a.principal_id as id from role_assignments a
            where a.resource_id in ({ids}) and a.role = '",
            $kind,
            "' and a.principal_kind = 'user' and a.assignment_type = 'eligible'
                and a.ended_at is null and (a.ends_at is null or a.ends_at > $1)
            union
            select m.principal_id from role_assignments a cross join role_assignments m
            where a.resource_id in ({ids}) and a.role = '",
            $kind,
            "' and a.principal_kind = 'group' and a.assignment_type = 'eligible'
                and a.ended_at is null and (a.ends_at is null or a.ends_at > $1)
                and m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.ended_at is null and (m.ends_at is null or m.ends_at > $1)
            order by 1 limit $2"
        )
    };
}

/// The list of available packages, with a further condition.
macro_rules! available_sql {
    // `$from` is where the packages `p` come from, `$test` and `$scopes` are the beginning and the end of the look for a policy of the package.
    ($from:expr, $test:literal, $scopes:literal, $condition:expr) => {
        concat!(
            mine_sql!(),
            " select p.id, p.name, p.name_key, p.description from ",
            $from,
            " join catalogs c on c.id = p.catalog_id
            where p.deleted_at is null and (p.name_key, p.id) > ($4, $5) and not p.hidden and c.enabled and ",
            $test,
            " from policy_scopes s join policies y on y.id = s.policy_id
                where s.package_id = p.id and y.enabled and (
                    s.kind = 'everyone' or (s.kind = 'members' and $3) or (s.kind = 'user' and s.subject_id = $1)
                    or (s.kind = 'group' and s.subject_id in (select id from mine)))",
            $scopes,
            $condition,
            " order by p.name_key, p.id limit $6"
        )
    };
}

/// Whether a thing of a kind has a word that begins as somebody searches: one in the range `$from` to `$to`.
macro_rules! begins_sql {
    ($subject:literal, $kind:literal, $from:literal, $to:literal) => {
        concat!(
            "exists (select 1 from search_words v where v.subject_id = ",
            $subject,
            " and v.kind = '",
            $kind,
            "' and v.word >= ",
            $from,
            " and v.word < ",
            $to,
            ")"
        )
    };
}

/// The same for both ranges of a [`crate::search::Reading`], whose values follow one another.
macro_rules! both_begin_sql {
    ($subject:literal, $kind:literal, $from:literal, $to:literal, $second_from:literal, $second_to:literal) => {
        concat!(
            " and ",
            begins_sql!($subject, $kind, $from, $to),
            " and ",
            begins_sql!($subject, $kind, $second_from, $second_to)
        )
    };
}

/// The things of a kind that have a word in each of two ranges, each once, as `found`.
macro_rules! found_sql {
    ($kind:literal, $from:literal, $to:literal, $second_from:literal, $second_to:literal) => {
        concat!(
            "(select distinct w.subject_id from search_words w where w.kind = '",
            $kind,
            "' and w.word >= ",
            $from,
            " and w.word < ",
            $to,
            " and ",
            begins_sql!("w.subject_id", $kind, $second_from, $second_to),
            ") found"
        )
    };
}

/// Somebody, and those in whose place they decide everything now. `$me` and `$now` are parameters.
macro_rules! whose_sql {
    ($me:literal, $now:literal) => {
        concat!(
            "(select u.id from users u where u.id = ",
            $me,
            " union select d.from_id from delegations d where d.to_id = ",
            $me,
            " and d.all_packages and d.ended_at is null and d.starts_at <= ",
            $now,
            " and d.ends_at > ",
            $now,
            ") as whose"
        )
    };
}

/// Rows `m` of access reviews about which somebody decided in their own name, with the condition for that: whose rows they were stays
/// known after they went on to others. Who only decided in somebody's place, or reset the review, was not asked.
macro_rules! decided_themselves_sql {
    ($me:literal) => {
        concat!(
            "review_decisions said cross join review_rows m where said.decided_by = ",
            $me,
            " and said.how in ('reviewer', 'accepted') and said.other_id is null and m.id = said.row_id"
        )
    };
}

/// Everybody who may hold a role of the application `$2`, or is known at its target `$1`, as `id`.
macro_rules! concerned_sql {
    () => {
        "select a.principal_id as id from role_assignments a
            where a.resource_id = $2 and a.role = 'application_role' and a.principal_kind = 'user' and a.assignment_type = 'active'
                and a.ended_at is null
            union
            select m.principal_id from role_assignments a cross join role_assignments m
            where a.resource_id = $2 and a.role = 'application_role' and a.principal_kind = 'group' and a.assignment_type = 'active'
                and a.ended_at is null and m.resource_id = a.principal_id and m.role = 'group_member' and m.principal_kind = 'user'
                and m.assignment_type = 'active' and m.ended_at is null
            union
            select d.user_id from target_people d where d.target_id = $1"
    };
}
