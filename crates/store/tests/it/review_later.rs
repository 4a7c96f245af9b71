//! What came after the start of an instance of an access review, and what is found again of it.

use crate::given::{NOW, person};
use model::review::{Review, ReviewedKind};
use model::{Span, UserId};
use std::collections::BTreeSet;
use store::review_lists::Visible;
use store::{Fault, Link, review_later, review_lists, review_rows, reviews};

/// Nothing came after the only instance; every statement is asked once, for the planner.
pub async fn later(link: &mut Link, runs: &Review, me: UserId) -> Result<(), Fault> {
    let about: BTreeSet<UserId> = [me, person(5)].into();
    let sharing = review_rows::open_about(link, runs.id, None, &about).await?;
    assert!(sharing.keys().all(|user| about.contains(user)));
    review_rows::open_about(link, runs.id, Some(me), &about).await?;
    assert!(review_later::said(link, runs.id, &[person(5).0]).await?.is_empty());
    assert!(review_later::said_of_denied(link, runs.id, 25).await?.is_empty());
    assert!(review_later::anew(link, runs.id, &[person(5).0]).await?.is_empty());
    assert!(review_later::package_anew(link, runs.id, &[person(5).0]).await?.is_empty());
    let all = review_lists::instances_before(link, runs.series, None, 25).await?;
    assert_eq!(all, reviews::instances(link, runs.series, 25).await?);
    assert!(review_lists::instances_before(link, runs.series, Some(1), 25).await?.is_empty());
    assert_eq!(review_lists::deleted(link, runs.id).await?, None);
    Ok(())
}

/// What is found again for the history.
pub async fn ran(link: &mut Link, visible: Visible, runs: &Review) -> Result<(), Fault> {
    let start = (runs.started_at, runs.id);
    let later = runs.started_at + Span(1);
    let found = async |link: &mut Link, visible, kinds: &[ReviewedKind], until| {
        review_lists::history(link, visible, kinds, start, until, NOW, 25)
            .await
            .map(|all| all.iter().any(|(id, at, ..)| (*id, *at) == (runs.id, runs.started_at)))
    };
    assert!(found(link, visible, &[], later).await? && found(link, visible, &[ReviewedKind::DirectoryRole], later).await?);
    assert!(!found(link, visible, &[ReviewedKind::Group, ReviewedKind::Package], later).await?);
    assert!(!found(link, visible, &[], runs.started_at).await?, "it is not from before");
    assert!(!found(link, Visible { roles: false, ..visible }, &[], later).await?);
    assert_eq!(review_lists::instances(link, &[runs.id]).await?.get(&runs.id).map(|one| one.number), Some(1));
    Ok(())
}
