//! Naming somebody who decides in one's place, and taking that back.

use super::allowed;
use crate::Problem;
use crate::change::Change;
use crate::views::delegation::choosable;
use model::command::{Command, Delegate, Done};
use model::delegation::{Delegated, Delegation};
use model::event::Action;
use model::limits::DELEGATIONS_MAX;
use model::notice::{Letter, Notice};
use model::{DelegationId, Refusal, UserId};
use rules::delegation::Named;
use rules::user::User;
use std::collections::BTreeMap;
use store::{Saved, delegations, packages, users};

pub async fn delegate(change: &mut Change<'_>, command: &Command, asked: &Delegate) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let mut known: BTreeMap<UserId, User> =
        users::several(&mut change.link, &[person, asked.to]).await?.into_iter().map(|user| (user.id, user)).collect();
    let from = known.remove(&person).ok_or(Refusal::SignInNeeded)?;
    let to =
        if asked.to == person { from.clone() } else { known.remove(&asked.to).ok_or(Refusal::NotFound { what: "person" })? };
    let given = delegations::given(&mut change.link, person, change.now, DELEGATIONS_MAX).await?.len();
    let named = Named { user: to.id, name: &to.display_name, kind: to.kind, enabled: to.enabled };
    let id = DelegationId(change.id());
    let made = rules::delegation::delegate(id, (person, from.kind), &named, asked, given, change.now)?;
    let mut names = Vec::new();
    if let Delegated::Packages(chosen) = &made.delegated {
        let known = choosable(&mut change.link, person, change.now).await?;
        if chosen.iter().any(|package| !known.contains(package)) {
            return Err(Refusal::NotFound { what: "access package" }.into());
        }
        names = packages::several(&mut change.link, chosen).await?.into_iter().map(|package| package.name).collect();
        names.sort();
    }
    delegations::insert(&mut change.link, &made).await?;
    let Delegation { id, from: by, to: delegate, starts_at, ends_at, delegated, ended_at: _ } = made;
    let notice = Notice::Delegated { from: from.display_name, starts_at, ends_at, packages: names };
    change.tell([Letter { to: delegate.into(), notice }]);
    change.record(None, [Action::ApprovalsDelegated { delegation: id, from: by, to: delegate, starts_at, ends_at, delegated }]);
    Ok(Done::Delegated { name: to.display_name })
}

pub async fn end(change: &mut Change<'_>, command: &Command, id: DelegationId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let found = delegations::get_to_change(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "delegation" })?;
    rules::delegation::end(&found, person, change.now)?;
    if delegations::end(&mut change.link, id, change.now).await? == Saved::Stale {
        return Err(Refusal::DelegationOver.into());
    }
    let name = change.names([found.to]).await?.get(&found.to).cloned().unwrap_or_default();
    change.record(None, [Action::DelegationEnded { delegation: id, from: found.from, to: found.to }]);
    Ok(Done::DelegationEnded { name })
}
