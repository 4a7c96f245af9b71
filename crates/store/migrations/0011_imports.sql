-- Other directories whose people and groups are known here, too.
create table imports (
    id uuid not null primary key,
    name text not null,
    name_key text collate "C" not null,
    -- where people and groups come from, and what they become
    settings text not null,
    -- sealed with the key that is not in the database
    password bytea not null,
    enabled boolean not null,
    created_at bigint not null,
    version bigint not null,
    -- not set: it runs when somebody says so
    due_at bigint,
    -- who said so, and how much may be taken away because they looked at it
    asked_by uuid references users (id),
    confirmed text,
    -- runs that failed, one after the other
    tries bigint not null,
    -- the run that goes on now, and until when it is believed to
    run_id uuid,
    leased_until bigint,
    constraint a_run_has_its_time check ((run_id is null) = (leased_until is null))
) strict;
create unique index import_names_are_unique on imports (name_key);

-- Who and what comes from an import, by what stays the same there.
create table import_links (
    import_id uuid not null references imports (id),
    kind text not null constraint imported_kind_is_known check (kind in ('user', 'group')),
    external_id text collate "C" not null,
    id uuid not null,
    -- the import disabled them, and nobody changed that since
    disabled boolean not null,
    primary key (import_id, kind, external_id)
) strict;
create unique index what_is_here_comes_from_one_import on import_links (id);

-- Each time that an import ran.
create table import_runs (
    id uuid not null primary key,
    import_id uuid not null references imports (id),
    began_at bigint not null,
    -- not set: it was time
    asked_by uuid references users (id),
    -- not set: it goes on, or its server stopped
    ended text constraint run_ended_is_known check (ended in ('done', 'failed', 'asks')),
    numbers text not null,
    why text not null,
    lines text not null,
    -- so many lines more than are kept
    more bigint not null
) strict;
create index import_runs_in_order on import_runs (import_id, began_at, id);
