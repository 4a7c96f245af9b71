//! Emergency access: which accounts are marked, how they were used, and the review of one use.

use super::words::People;
use super::{Asking, cursor, page, read_time_cursor, user};
use crate::Problem;
use crate::commands::emergency::standing;
use crate::commands::subject;
use model::emergency::{EmergencyUse, Word};
use model::event::Action;
use model::limits::PAGE_ROWS;
use model::view::Badge;
use model::view::emergency::{Account, EmergencyAccess, EmergencyUse as UseView, Row, Word as WordView};
use model::view::my_roles::Emergency;
use model::{EmergencyUseId, Refusal, RequestId, UserId, query};
use std::collections::BTreeMap;
use store::{emergency, events, requests};

/// Reviews that the overview shows.
const SHOWN: usize = 5;

pub async fn list(asking: &mut Asking<'_>, query: query::EmergencyAccess) -> Result<EmergencyAccess, Problem> {
    let accounts = emergency::accounts(&mut asking.link).await?;
    let after = read_time_cursor::<EmergencyUseId>(query.after.as_deref());
    let mut uses = emergency::list(&mut asking.link, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut uses, PAGE_ROWS, after.is_some(), |used| cursor(used.used_at.0, used.id));
    let ids: Vec<UserId> = accounts.iter().flat_map(|account| [account.user, account.reviewer]).collect();
    let people = People::load(asking, &ids).await?;
    let uses = rows(asking, &uses).await?;
    let may_change = rules::access::marks_emergency_accounts(asking.visitor);
    let offered = if may_change { user::choices(asking, &query.person).await? } else { Vec::new() };
    let accounts = accounts
        .iter()
        .map(|account| Account {
            user: account.user,
            who: people.persona(account.user),
            reviewer: people.persona(account.reviewer),
            since: account.since,
        })
        .collect();
    Ok(EmergencyAccess { accounts, uses, paging, may_change, people: offered })
}

/// What the reader has to review.
pub async fn mine(asking: &mut Asking<'_>) -> Result<Vec<Row>, Problem> {
    let uses = emergency::to_review(&mut asking.link, asking.who.user, SHOWN).await?;
    rows(asking, &uses).await
}

async fn rows(asking: &mut Asking<'_>, uses: &[EmergencyUse]) -> Result<Vec<Row>, Problem> {
    if uses.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<RequestId> = uses.iter().map(|used| used.request).collect();
    let names: BTreeMap<RequestId, String> =
        requests::several(&mut asking.link, &ids).await?.into_iter().map(|request| (request.id, request.terms.name)).collect();
    let ids: Vec<UserId> = uses.iter().flat_map(|used| [used.user, used.reviewer]).collect();
    let people = People::load(asking, &ids).await?;
    let row = |used: &EmergencyUse| Row {
        of: used.id,
        who: people.persona(used.user),
        reviewer: people.persona(used.reviewer),
        name: names.get(&used.request).cloned().unwrap_or_default(),
        used_at: used.used_at,
        review_by: used.review_by,
        badge: match &used.closed {
            Some(_) => Badge::new("Reviewed", "good"),
            None if used.review_by < asking.now => Badge::new("Overdue", "bad"),
            None => Badge::new("Waits for review", "warn"),
        },
    };
    Ok(uses.iter().map(row).collect())
}

pub async fn one(asking: &mut Asking<'_>, id: EmergencyUseId) -> Result<UseView, Problem> {
    let me = asking.who.user;
    let not_found = Refusal::NotFound { what: "emergency use" };
    let used = emergency::get(&mut asking.link, id).await?.ok_or_else(|| not_found.clone())?;
    let administers = rules::access::manages_roles(asking.visitor);
    if me != used.user && me != used.reviewer && !rules::access::sees_roles(asking.visitor) {
        return Err(not_found.into());
    }
    let request = requests::get(&mut asking.link, used.request).await?.ok_or(not_found)?;
    let events = events::of_request(&mut asking.link, used.request).await?;
    let told = events.iter().find_map(|event| match &event.action {
        Action::EmergencyUsed { told, .. } => Some(told.clone()),
        _ => None,
    });
    let told = told.unwrap_or_default();
    let words = [&used.closed, &used.allowed];
    let ids: Vec<UserId> = told.iter().copied().chain(words.into_iter().flatten().map(|word| word.by)).collect();
    let people = People::load(asking, &ids).await?;
    let said = |word: &Word| WordView { by: people.persona(word.by), at: word.at, words: word.words.clone() };
    let sees = subject::administers(&mut asking.link, asking.visitor, Some(me), &request, asking.now).await?.sees;
    let row = rows(asking, std::slice::from_ref(&used)).await?.pop().ok_or(Refusal::NotFound { what: "emergency use" })?;
    let may_close = rules::emergency::may_close(&used, me, administers);
    let may_allow = rules::emergency::may_allow(&used, me, administers).is_ok()
        && standing(&mut asking.link, used.user, asking.now).await?.is_in_the_way(&used, asking.now);
    let note = match &may_close {
        Err(refusal @ Refusal::OwnEmergencyUse) if used.closed.is_none() => Some(refusal.sentence()),
        _ => None,
    };
    Ok(UseView {
        row,
        request: if me == used.user {
            Some(format!("/my-access/requests/{}", request.id))
        } else {
            sees.then(|| format!("/admin/requests/{}", request.id))
        },
        reason: request.terms.justification.clone(),
        ticket: request.terms.ticket.clone(),
        lasts: request.how_long().in_sentence(),
        told: told.iter().map(|id| people.persona(*id)).collect(),
        closed: used.closed.as_ref().map(said),
        allowed: used.allowed.as_ref().map(said),
        may_close: may_close.is_ok(),
        may_allow,
        note,
    })
}

/// Whether the reader may activate this without approval.
pub async fn offered(asking: &mut Asking<'_>) -> Result<Emergency, Problem> {
    let standing = standing(&mut asking.link, asking.who.user, asking.now).await?;
    let Some(account) = &standing.account else { return Ok(Emergency::No) };
    if let Err(refusal) = standing.may_use("", asking.now) {
        return Ok(Emergency::NotNow(refusal.into()));
    }
    let people = People::load(asking, &[account.reviewer]).await?;
    Ok(Emergency::Yes { reviewer: people.name(account.reviewer) })
}
