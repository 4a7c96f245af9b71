//! Rows that a reviewer hands to somebody else, because they know better.

use super::{Asked, Changed, Reader, asked_as, decides, reviews_themselves, selected};
use crate::form::justification;
use model::directory::{Principal, UserKind};
use model::review::{Decided, HandOnRows, Handed, How, Review, ReviewRow};
use model::{Refusal, Ts, UserId};

/// Who shall decide.
pub struct Other<'a> {
    pub user: UserId,
    pub name: &'a str,
    pub kind: UserKind,
    pub enabled: bool,
    /// They share the rows of the stage that are nobody's alone.
    pub shares: bool,
}

/// Hands rows to somebody else. Whoever hands them on may still decide them.
pub fn hand_on(
    review: &Review,
    rows: Vec<ReviewRow>,
    by: &Reader,
    to: &Other<'_>,
    asked: &HandOnRows,
    now: Ts,
) -> Result<Vec<Changed>, Refusal> {
    let rows = selected(review, rows, asked.rows.len(), by)?;
    let no = |why: &'static str| Err(Refusal::RowsNotHandedOn { name: to.name.to_owned(), why });
    if to.user == by.me {
        return Err(Refusal::Malformed {
            field: "to".to_owned(),
            message: "You decide these rows already. Choose somebody else.".to_owned(),
        });
    }
    // A guest decides for nobody else, as with delegations.
    if to.kind == UserKind::Guest {
        return no("they are a guest");
    }
    if !to.enabled {
        return no("they cannot sign in");
    }
    let reason = justification("words", "Reason", &asked.words, true)?;
    let mut changed = Vec::new();
    for (row, other) in rows {
        let everybody = reviews_themselves(review, row.stage);
        if !row.open {
            return no("one of these rows is decided, and only what is still to be decided is handed on");
        }
        if row.reviewer.is_some_and(|reviewer| row.principal == Principal::User(reviewer)) {
            return no("everybody says for themselves whether they still need it");
        }
        if row.principal == Principal::User(to.user) && !everybody {
            return no("one of these rows is about them");
        }
        if decides(&row, to.user, to.shares, false) {
            return no("they decide one of these rows already");
        }
        if row.handed.is_some_and(|handed| handed.to == by.me) {
            return no("one of these rows was handed to you, and goes back to whoever gave it and to nobody else");
        }
        let handed = Some(Handed { to: to.user, by: other.unwrap_or(by.me) });
        changed.push(said(ReviewRow { handed, ..row }, by.me, to.user, How::HandedOn, reason.clone(), now));
    }
    Ok(changed)
}

/// Takes back what was handed on; whoever was handed it gives it back so too.
pub fn take_back(review: &Review, rows: Vec<ReviewRow>, by: &Reader, wanted: usize, now: Ts) -> Result<Vec<Changed>, Refusal> {
    let rows = selected(review, rows, wanted, by)?;
    let mut changed = Vec::new();
    for (row, _) in rows {
        let Some(handed) = row.handed else { continue };
        changed.push(said(ReviewRow { handed: None, ..row }, by.me, handed.to, How::TakenBack, String::new(), now));
    }
    if changed.is_empty() {
        let message = "None of these rows is handed on. Select others.".to_owned();
        return Err(Refusal::Malformed { field: "rows".to_owned(), message });
    }
    Ok(changed)
}

/// What the row's history keeps of it; what was decided about the row stays as it is.
fn said(row: ReviewRow, by: UserId, other: UserId, how: How, reason: String, now: Ts) -> Changed {
    Changed { row, decided: Decided { by: Some(by), other: Some(other), how, at: now, waited: None, reason } }
}

/// Whether the reader may hand this row to somebody else.
pub fn may_hand_on(review: &Review, row: &ReviewRow, reader: &Reader) -> bool {
    let of_their_own = row.reviewer.is_some_and(|reviewer| row.principal == Principal::User(reviewer));
    row.open
        && !of_their_own
        && row.handed.is_none_or(|handed| handed.to != reader.me)
        && asked_as(review, row, reader) != Asked::No
}
