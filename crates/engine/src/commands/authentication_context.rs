//! Authentication contexts: making, changing and deleting them, and what settings that name one demand.

use super::role_template::{inheriting, with_its_proof};
use super::{allowed, lock_out};
use crate::Problem;
use crate::change::Change;
use crate::views::words::Named;
use model::authentication_context::{AuthenticationContext, ContextUse, SaveAuthenticationContext};
use model::command::{Command, Done};
use model::limits::INHERITING_LOOKED_MAX;
use model::role_settings::{Privileged, RoleSettings};
use model::{AuthenticationContextId, Refusal, TermsId};
use store::{Link, Saved, authentication_contexts, terms};

const NO_CONTEXT: Refusal = Refusal::NotFound { what: "authentication context" };

/// Of what uses a context, so much is named when it cannot be deleted.
const NAMED: usize = 3;

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveAuthenticationContext) -> Result<Done, Problem> {
    allowed(change, command)?;
    let all = authentication_contexts::list(&mut change.link).await?;
    let before = match asked.context {
        Some(id) => Some(all.iter().find(|one| one.id == id).ok_or(NO_CONTEXT)?),
        None => None,
    };
    let named: Vec<TermsId> = before.and_then(|before| before.terms).into_iter().chain(asked.terms).collect();
    let named = terms::several(&mut change.link, &named).await?;
    let called = |id: TermsId| named.iter().find(|one| one.id == id).map(|one| one.name.clone());
    let new = AuthenticationContextId(change.id());
    let Some((after, action)) = rules::authentication_context::save(new, before, asked, &all, called)? else {
        let name = before.map(|before| before.name.clone()).unwrap_or_default();
        return Ok(Done::AuthenticationContextSaved { name });
    };
    let open = match before {
        // A new one is named by nothing yet.
        None => None,
        Some(_) => Some(lock_out::before_all(change).await?),
    };
    let saved = match before {
        None => authentication_contexts::insert(&mut change.link, &after).await.map(|()| Saved::Yes),
        Some(before) => authentication_contexts::update(&mut change.link, &after, before.version).await,
    };
    match super::taken(saved, super::NAME, &after.name)? {
        Saved::Yes => {}
        Saved::Stale => return Err(Refusal::Stale.into()),
    }
    if let Some(open) = open {
        open.and_after_all(change).await?;
    }
    change.record(None, [action]);
    Ok(Done::AuthenticationContextSaved { name: after.name })
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: AuthenticationContextId) -> Result<Done, Problem> {
    allowed(change, command)?;
    // Nobody begins to name it meanwhile.
    let context = authentication_contexts::get_to_change(&mut change.link, id).await?.ok_or(NO_CONTEXT)?;
    let (uses, count) = uses(&mut change.link, id, NAMED).await?;
    let action = rules::authentication_context::may_delete(&context, uses, count)?;
    authentication_contexts::delete(&mut change.link, id).await?;
    change.record(None, [action]);
    Ok(Done::AuthenticationContextDeleted { name: context.name })
}

/// The first of what names a context, with what each is called, and how many there are.
pub async fn uses(
    link: &mut Link,
    id: AuthenticationContextId,
    limit: usize,
) -> Result<(Vec<(ContextUse, String)>, usize), Problem> {
    let uses = authentication_contexts::uses(link, id, limit).await?;
    let counts = authentication_contexts::counts(link).await?;
    let count = counts.get(&id).copied().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
    let roles = uses.iter().filter_map(|one| match one {
        ContextUse::Settings(role) => Some(role.role()),
        ContextUse::Template(_) => None,
    });
    let named = Named::of(link, roles.collect()).await?;
    let called = |of: ContextUse| match of {
        ContextUse::Settings(role) => named.said(role.role()),
        ContextUse::Template(kind) => format!("the template of {}", kind.of_what()),
    };
    Ok((uses.into_iter().map(|one| (one, called(one))).collect(), count))
}

/// The roles that demand a context of whoever activates, by settings of their own or by their template; and whether these are all.
pub async fn demanding(link: &mut Link, id: AuthenticationContextId) -> Result<(Vec<Privileged>, bool), Problem> {
    let uses = authentication_contexts::uses(link, id, INHERITING_LOOKED_MAX + 1).await?;
    let mut all = uses.len() <= INHERITING_LOOKED_MAX;
    let mut roles = Vec::new();
    for one in uses.into_iter().take(INHERITING_LOOKED_MAX) {
        match one {
            ContextUse::Settings(role) => roles.push(role),
            ContextUse::Template(kind) => {
                let (inheriting, every) = inheriting(link, kind).await?;
                all &= every;
                roles.extend(with_its_proof(link, &inheriting).await?);
            }
        }
    }
    Ok((roles, all))
}

/// The contexts that settings name, as they are now.
pub async fn named(link: &mut Link, all: &[&RoleSettings]) -> Result<Vec<AuthenticationContext>, Problem> {
    let mut ids: Vec<AuthenticationContextId> = all.iter().filter_map(|settings| settings.activation_proof.context()).collect();
    ids.sort();
    ids.dedup();
    if ids.is_empty() { Ok(Vec::new()) } else { Ok(authentication_contexts::several(link, &ids).await?) }
}
