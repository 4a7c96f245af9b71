//! What happened since an instance of an access review began, as far as its results depend on it: a later instance approved the
//! same, the group through which it was held no longer gives it, or it is held anew.

use crate::Problem;
use crate::change::Change;
use model::access::ResourceRole;
use model::review::{Review, ReviewRow, Reviewed};
use model::{AnyId, GroupId, ReviewRowId, Ts, UserId};
use rules::review::{Meanwhile, approved_since};
use std::collections::{BTreeMap, BTreeSet};
use store::review_later::ByHeld;
use store::{Link, assignments, review_later, reviews};

/// Denied rows that are compared with later instances before somebody applies them: the count on the page goes no further. What
/// is applied is compared row by row.
const COMPARED: usize = 10_000;

/// Of these rows, by row; what is not there is as it was.
pub async fn meanwhile(
    change: &mut Change<'_>,
    review: &Review,
    rows: &[ReviewRow],
) -> Result<BTreeMap<ReviewRowId, Meanwhile>, Problem> {
    let people: BTreeSet<AnyId> = rows.iter().map(|row| row.principal.id()).collect();
    let people: Vec<AnyId> = people.into_iter().collect();
    let later = if is_followed(&mut change.link, review).await? {
        review_later::said(&mut change.link, review.id, &people).await?
    } else {
        ByHeld::new()
    };
    let through = given_through(&mut change.link, review.of, rows, change.now).await?;
    let (mut given, mut packages) = (BTreeMap::new(), BTreeMap::new());
    if let Reviewed::Package(_) = review.of {
        packages = review_later::package_anew(&mut change.link, review.id, &people).await?;
    } else {
        for (principal, role, assignment_type, since) in review_later::anew(&mut change.link, review.id, &people).await? {
            given.insert((principal.id(), role, assignment_type), since);
        }
    }
    let is_cut = |group: GroupId| through.get(&group).is_none_or(BTreeSet::is_empty);
    let of = |row: &ReviewRow| {
        let anew = match row.role {
            None => row.principal.user().and_then(|user: UserId| packages.get(&user)).copied(),
            Some(role) => {
                let role = reviewed_role(review.of, role);
                given.get(&(row.principal.id(), role, row.assignment_type)).copied()
            }
        };
        let approved = later.get(&(row.principal.id(), row.held)).and_then(|later| approved_since(later));
        (row.id, Meanwhile { cut: row.through.is_some_and(is_cut), anew, approved })
    };
    Ok(rows.iter().map(of).collect())
}

/// The role of what is reviewed: a row through a group has the membership of that group.
fn reviewed_role(of: Reviewed, role: ResourceRole) -> ResourceRole {
    match of {
        Reviewed::Group(group) => ResourceRole::GroupMember(group),
        Reviewed::DirectoryRole(_) | Reviewed::Application(_) | Reviewed::Package(_) => role,
    }
}

/// Whether an instance of the series has begun after this one.
async fn is_followed(link: &mut Link, review: &Review) -> Result<bool, Problem> {
    let last = reviews::instances(link, review.series, 1).await?.pop();
    Ok(last.is_some_and(|last| last.number > review.number))
}

/// How many denied rows a later instance approved, so that they stay.
pub async fn approved_later(link: &mut Link, review: &Review) -> Result<u64, Problem> {
    if !is_followed(link, review).await? {
        return Ok(0);
    }
    let later = review_later::said_of_denied(link, review.id, COMPARED).await?;
    Ok(later.values().filter(|later| approved_since(later).is_some()).count() as u64)
}

/// What the groups through which these rows are held give now of what is reviewed.
pub async fn given_through(
    link: &mut Link,
    of: Reviewed,
    rows: &[ReviewRow],
    now: Ts,
) -> Result<BTreeMap<GroupId, BTreeSet<ResourceRole>>, Problem> {
    let through: BTreeSet<GroupId> = rows.iter().filter_map(|row| row.through).collect();
    let given = assignments::reach_of_groups(link, &through, now).await?;
    Ok(through.into_iter().map(|group| (group, rules::review::given_through(of, group, &given, now))).collect())
}
