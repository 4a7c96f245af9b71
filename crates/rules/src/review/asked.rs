//! Who decides a row: whose it is, with whom they share it, who was handed it, and who stands in for somebody absent.

use model::UserId;
use model::directory::Principal;
use model::review::{Review, ReviewRow, ReviewSettings, Reviewers};

/// Whoever looks at a review.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    pub me: UserId,
    /// They share the rows of the stage that are nobody's alone.
    pub shares: bool,
    /// In whose place they decide for a while, and whether that person shares the rows.
    pub stands_in: Vec<(UserId, bool)>,
}

/// As whom somebody decides a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    No,
    Themselves,
    InPlaceOf(UserId),
}

/// As whom the reader decides this row in the stage that is open.
pub fn asked_as(review: &Review, row: &ReviewRow, reader: &Reader) -> Asked {
    match review.state.open_stage() {
        Some(stage) if stage == row.stage => {}
        _ => return Asked::No,
    }
    let everybody = reviews_themselves(review, row.stage);
    if decides(row, reader.me, reader.shares, everybody) {
        return Asked::Themselves;
    }
    let about_me = row.principal == Principal::User(reader.me);
    if let Some(handed) = row.handed
        && handed.to == reader.me
        && (!about_me || everybody)
    {
        return Asked::InPlaceOf(handed.by);
    }
    if about_me {
        return Asked::No;
    }
    // Nobody says in somebody's place whether that person still needs it themselves.
    let stands_in = |(of, shares): &&(UserId, bool)| decides(row, *of, *shares, false);
    reader.stands_in.iter().find(stands_in).map_or(Asked::No, |(of, _)| Asked::InPlaceOf(*of))
}

/// Whether a person is asked about a row in their own name.
pub(super) fn decides(row: &ReviewRow, person: UserId, shares: bool, about_themselves: bool) -> bool {
    let themselves = row.principal == Principal::User(person);
    match row.reviewer {
        Some(reviewer) => reviewer == person && (!themselves || about_themselves),
        None => shares && !themselves,
    }
}

/// Whether everybody says for themselves in this stage whether they still need it.
pub fn reviews_themselves(review: &Review, stage: usize) -> bool {
    review.settings.stages.get(stage).is_some_and(|stage| stage.reviewers == Reviewers::Members)
}

/// The first of the stages that somebody shared in which everything was shared by whoever was asked: what went on from there
/// they were asked about.
pub fn shared_all(settings: &ReviewSettings, shared: impl IntoIterator<Item = usize>) -> Option<usize> {
    let all_shared = |stage: &usize| {
        let reviewers = settings.stages.get(*stage).map(|stage| &stage.reviewers);
        matches!(reviewers, Some(Reviewers::Selected { .. } | Reviewers::Owners))
    };
    shared.into_iter().filter(all_shared).min()
}

/// Whether in no stage anybody else looks at what people say about themselves.
pub fn only_themselves(settings: &ReviewSettings) -> bool {
    settings.stages.iter().all(|stage| stage.reviewers == Reviewers::Members)
}

/// Whether the row is one of which the reader knows, because they decide it now or would.
pub(super) fn knows(review: &Review, row: &ReviewRow, reader: &Reader) -> bool {
    let known = |person: UserId, shares: bool| match row.reviewer {
        Some(reviewer) => reviewer == person,
        None => shares && (row.principal != Principal::User(person) || review.state.open_stage().is_none()),
    };
    known(reader.me, reader.shares)
        || row.handed.is_some_and(|handed| handed.to == reader.me)
        || reader.stands_in.iter().any(|(of, shares)| known(*of, *shares))
}

/// Of the rows that are shared, about whom the reader decides none: themselves, and whom they stand in for when they decide
/// for nobody else who shares them.
pub fn shared_but_about(reader: &Reader) -> Option<UserId> {
    let mut sharing = reader.stands_in.iter().filter(|(_, shares)| *shares);
    match (reader.shares, sharing.next(), sharing.next()) {
        (false, Some((of, _)), None) => Some(*of),
        _ => None,
    }
}

/// Whether the reader decides shared rows in somebody's name.
pub fn has_shared(reader: &Reader) -> bool {
    reader.shares || reader.stands_in.iter().any(|(_, shares)| *shares)
}
