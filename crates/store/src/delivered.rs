//! How people stand at targets, as pages, requests and alerts ask it.

use crate::{Fault, Link, assignments};
use model::access::Assignment;
use model::target::Leavers;
use model::{AnyId, ApplicationId, ApplicationRoleId, GroupId, TargetId, Ts, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody at a target, for its page.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Shown {
    pub user_id: UserId,
    pub display_name: String,
    pub display_name_key: String,
    pub user_name: String,
    pub due_at: Option<Ts>,
    pub since: Option<Ts>,
    pub refused: bool,
    pub fault: Option<String>,
    pub made: bool,
    /// What the account there is like.
    pub account: String,
    /// Here.
    pub enabled: bool,
}

/// Those whose access there is not as it should be, the longest waiting first.
pub async fn waiting(link: &mut Link, target: TargetId, limit: usize) -> Result<Vec<Shown>, Fault> {
    rows!(
        link,
        "select p.user_id, u.display_name, u.display_name_key, u.user_name, p.due_at, p.since, p.refused, p.fault,
            p.made, p.account, u.enabled
         from (select d.user_id from target_people d where d.target_id = $1 and d.due_at is not null
            order by d.due_at, d.user_id limit $2) f
         cross join target_people p cross join users u
         where p.target_id = $1 and p.user_id = f.user_id and u.id = f.user_id order by p.since, p.user_id",
        target,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// Those who have there what they should, by name.
pub async fn working(
    link: &mut Link,
    target: TargetId,
    after: Option<(String, UserId)>,
    limit: usize,
) -> Result<Vec<Shown>, Fault> {
    let (name, id) = crate::dialect::after_name(after);
    rows!(
        link,
        "select p.user_id, u.display_name, u.display_name_key, u.user_name, p.due_at, p.since, p.refused, p.fault,
            p.made, p.account, u.enabled
         from target_people p cross join users u
         where p.target_id = $1 and p.due_at is null and u.id = p.user_id and (u.display_name_key, u.id) > ($2, $3)
            and exists (select 1 from target_items i where i.target_id = p.target_id and i.user_id = p.user_id)
         order by u.display_name_key, u.id limit $4",
        target,
        name,
        id,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// The roles in whose groups at a target somebody is, or may be.
pub async fn roles_there(link: &mut Link, target: TargetId) -> Result<BTreeSet<ApplicationRoleId>, Fault> {
    let sql = "select distinct application_role_id from target_items where target_id = $1";
    let rows: Vec<(ApplicationRoleId,)> = rows!(link, sql, target)?;
    Ok(rows.into_iter().map(|(role,)| role).collect())
}

/// For each target: how many people have, or may have, something there, and how many are not as they should be.
pub async fn counts(link: &mut Link) -> Result<BTreeMap<TargetId, (usize, usize)>, Fault> {
    let there: Vec<(TargetId, i64)> = rows!(
        link,
        "select t.id, (select count(distinct i.user_id) from target_items i where i.target_id = t.id) from targets t"
    )?;
    let waiting: Vec<(TargetId, i64)> = rows!(
        link,
        "select t.id, (select count(*) from target_people p where p.target_id = t.id and p.due_at is not null) from targets t"
    )?;
    let number = |count: i64| usize::try_from(count).unwrap_or(0);
    let mut counts: BTreeMap<TargetId, (usize, usize)> = there.into_iter().map(|(id, count)| (id, (number(count), 0))).collect();
    for (id, count) in waiting {
        counts.entry(id).or_default().1 = number(count);
    }
    Ok(counts)
}

/// How somebody stands at the targets: since when it differs, whether it was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Stands {
    pub target_id: TargetId,
    pub since: Option<Ts>,
    pub refused: bool,
    pub fault: Option<String>,
}

pub async fn stands(link: &mut Link, user: UserId) -> Result<Vec<Stands>, Fault> {
    rows!(link, "select target_id, since, refused, fault from target_people where user_id = $1", user)
}

/// How something that somebody was given stands at the target that has to confirm it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct At {
    /// What the target is called.
    pub target_name: String,
    pub confirmed_at: Option<Ts>,
    /// Since when the person's access there differs, whether it was refused, and why.
    pub since: Option<Ts>,
    pub refused: Option<bool>,
    pub fault: Option<String>,
    /// When the person is tried again.
    pub due_at: Option<Ts>,
    /// Why the target as a whole could not be asked last, and when it is asked again.
    pub target_fault: Option<String>,
    pub next_try_at: Ts,
}

macro_rules! at_sql {
    () => {
        "t.name as target_name, i.confirmed_at, p.since, p.refused, p.fault, p.due_at, t.fault as target_fault,
            t.next_try_at"
    };
}

/// The roles of applications with enabled targets that these groups have, and how somebody in the groups stands there.
pub async fn through_groups(link: &mut Link, user: UserId, groups: &[GroupId]) -> Result<Vec<(Assignment, At)>, Fault> {
    #[derive(sqlx::FromRow)]
    struct Through {
        #[sqlx(flatten)]
        row: assignments::Row,
        #[sqlx(flatten)]
        at: At,
    }
    let ids: Vec<AnyId> = groups.iter().map(|group| group.0).collect();
    let sql = const_sql!(
        concat!("select ", at_sql!(), ", "),
        " from role_assignments a cross join targets t
         left join target_items i on i.target_id = t.id and i.user_id = $1 and i.application_role_id = a.application_role_id
         left join target_people p on p.target_id = t.id and p.user_id = $1
         where a.principal_id in ({ids}) and a.role = 'application_role' and a.ended_at is null
            and t.application_id = a.resource_id and t.enabled"
    );
    let rows: Vec<Through> = crate::dialect::in_ids_of(link, sql, Some(user.0), &ids).await?;
    rows.into_iter().map(|one| Ok((one.row.assignment()?, one.at))).collect()
}

/// The roles of these applications, as far as they have enabled targets, and how somebody stands there who has them.
pub async fn in_applications(
    link: &mut Link,
    user: UserId,
    applications: &[ApplicationId],
) -> Result<Vec<(ApplicationRoleId, At)>, Fault> {
    #[derive(sqlx::FromRow)]
    struct Role {
        application_role_id: ApplicationRoleId,
        #[sqlx(flatten)]
        at: At,
    }
    let ids: Vec<AnyId> = applications.iter().map(|application| application.0).collect();
    let sql = concat!(
        "select r.id as application_role_id, ",
        at_sql!(),
        " from targets t cross join application_roles r
         left join target_items i on i.target_id = t.id and i.user_id = $1 and i.application_role_id = r.id
         left join target_people p on p.target_id = t.id and p.user_id = $1
         where t.application_id in ({ids}) and t.enabled and r.application_id = t.application_id"
    );
    let rows: Vec<Role> = crate::dialect::in_ids_of(link, sql, Some(user.0), &ids).await?;
    Ok(rows.into_iter().map(|one| (one.application_role_id, one.at)).collect())
}

/// Somebody whose access at an enabled target has differed for long.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Overdue {
    pub target_id: TargetId,
    pub name: String,
    pub application_id: ApplicationId,
    pub user_id: UserId,
    pub since: Ts,
    /// What becomes of accounts there without access.
    leavers: String,
    /// We made the account there, or may have.
    pub made: bool,
    /// What it is like there.
    pub account: String,
}

impl Overdue {
    pub fn leavers(&self) -> Result<Leavers, Fault> {
        Leavers::from_key(&self.leavers)
            .ok_or_else(|| Fault::impossible("targets", self.target_id, format!("leavers {}", self.leavers)))
    }

    /// Where the next page goes on.
    pub fn place(&self) -> (Ts, UserId, TargetId) {
        (self.since, self.user_id, self.target_id)
    }
}

/// Those who have been looked at in vain since `before` or longer, the longest first, page by page.
pub async fn overdue(
    link: &mut Link,
    before: Ts,
    after: Option<(Ts, UserId, TargetId)>,
    limit: usize,
) -> Result<Vec<Overdue>, Fault> {
    let (since, user, target) = after.unwrap_or((Ts(i64::MIN), UserId(AnyId::nil()), TargetId(AnyId::nil())));
    rows!(
        link,
        "select t.id as target_id, t.name, t.application_id, p.user_id, p.since, t.leavers, p.made, p.account
         from target_people p cross join targets t
         where p.since is not null and p.since <= $1 and (p.since, p.user_id, p.target_id) > ($2, $3, $4) and t.id = p.target_id
            and t.enabled order by p.since, p.user_id, p.target_id limit $5",
        before,
        since,
        user,
        target,
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
}

/// Whether anybody's access differs since a moment after `after`, up to `until`.
pub async fn is_overdue_since(link: &mut Link, after: Ts, until: Ts) -> Result<bool, Fault> {
    let row: Option<(UserId,)> = row!(
        link,
        "select p.user_id from target_people p where p.since is not null and p.since > $1 and p.since <= $2 limit 1",
        after,
        until,
    )?;
    Ok(row.is_some())
}

/// Everybody who may hold a role of the application, or is known at its target, with the account there.
pub async fn accounts(
    link: &mut Link,
    target: TargetId,
    application: ApplicationId,
) -> Result<Vec<(UserId, Option<String>)>, Fault> {
    rows!(
        link,
        concat!(
            "select h.id, p.remote_id from (",
            concerned_sql!(),
            ") h left join target_people p on p.target_id = $1 and p.user_id = h.id order by h.id"
        ),
        target,
        application,
    )
}
