//! Reviewers who cannot decide any more, and what looks for their rows.

use crate::given::{NOW, id, person};
use model::review::{Review, Reviewed};
use model::role_settings::PrivilegedKind;
use model::{AnyId, ReviewId};
use store::review_leavers::Leaver;
use store::{Fault, Link, groups, requests, review_leavers, review_rows, reviews, role_assignments};

/// Somebody with open rows in this review is disabled, goes row by row, and comes back.
pub async fn leavers(link: &mut Link, me: u128, runs: &Review, of: Reviewed) -> Result<(), Fault> {
    review_leavers::disabled(link, person(me)).await?;
    assert_eq!(review_leavers::due(link, 25).await?, [runs.id]);
    let leaver = |after_id| Leaver { user_id: person(me), removed: false, after_id };
    assert_eq!(review_leavers::first(link, runs.id).await?, Some(leaver(None)));
    let open = review_rows::open_rows_of(link, runs.id, person(me), None, 25).await?;
    assert!(!open.is_empty(), "what waits for them");
    let last = open.last().map(|row| row.id.0);
    assert!(review_rows::open_rows_of(link, runs.id, person(me), last, 25).await?.is_empty());
    review_rows::shared_about(link, runs.id, person(me), 0).await?;
    review_leavers::went(link, runs.id, person(me), last).await?;
    assert_eq!(review_leavers::first(link, runs.id).await?, Some(leaver(last)), "it goes on after the last row");
    review_leavers::went(link, runs.id, person(me), None).await?;
    assert_eq!(review_leavers::first(link, runs.id).await?, None);
    assert!(review_leavers::due(link, 25).await?.is_empty());
    review_leavers::removed(link, runs.id, &[person(me)]).await?;
    assert_eq!(review_leavers::first(link, runs.id).await?, Some(Leaver { removed: true, ..leaver(None) }));
    review_leavers::went(link, runs.id, person(me), None).await?;
    review_leavers::again(link, runs.id).await?;
    assert_eq!(review_leavers::first(link, runs.id).await?, None, "nobody of them is disabled");
    assert!(review_leavers::first(link, ReviewId(id(1))).await?.is_none());
    assert!(reviews::of_thing(link, of).await?.iter().any(|series| series.of == of));
    Ok(())
}

/// What templates and the weekly letter ask of many roles at once.
pub async fn many_roles(link: &mut Link, roles: &[AnyId]) -> Result<(), Fault> {
    for kind in [PrivilegedKind::DirectoryRole, PrivilegedKind::GroupMember, PrivilegedKind::GroupOwner] {
        requests::open_of_roles(link, kind, roles).await?;
        role_assignments::direct_of_several(link, kind, roles, 25).await?;
    }
    role_assignments::made_outside(link, NOW, NOW).await?;
    groups::privileged(link, 25).await?;
    Ok(())
}
