//! Authentication contexts, as administrators make them.

use super::{Asking, enrolled};
use crate::Problem;
use crate::commands::authentication_context::uses;
use model::limits::CONTEXT_USES_SHOWN;
use model::view::authentication_context::{AuthenticationContexts, One, Row, Use};
use model::view::role::Lacking;
use model::{AuthenticationContextId, Refusal};
use rules::role_settings::demand_words;
use store::{authentication_contexts, terms};

pub async fn list(asking: &mut Asking<'_>) -> Result<AuthenticationContexts, Problem> {
    let all = authentication_contexts::list(&mut asking.link).await?;
    let counts = authentication_contexts::counts(&mut asking.link).await?;
    let named: Vec<_> = all.iter().filter_map(|context| context.terms).collect();
    let named = terms::several(&mut asking.link, &named).await?;
    let row = |context: model::authentication_context::AuthenticationContext| Row {
        demands: demand_words(context.demand),
        terms: named.iter().find(|one| Some(one.id) == context.terms).map(|one| one.name.clone()).unwrap_or_default(),
        used: counts.get(&context.id).copied().and_then(|count| u32::try_from(count).ok()).unwrap_or_default(),
        context,
    };
    let rows = all.into_iter().map(row).collect();
    Ok(AuthenticationContexts { rows, may_write: rules::access::manages_roles(asking.visitor) })
}

pub async fn one(asking: &mut Asking<'_>, id: Option<AuthenticationContextId>) -> Result<One, Problem> {
    let may_write = rules::access::manages_roles(asking.visitor);
    let terms = super::role::offered_terms(asking).await?;
    let Some(id) = id else {
        return Ok(One { row: None, uses: Vec::new(), terms, lacking: Lacking::default(), may_write });
    };
    let found = authentication_contexts::several(&mut asking.link, &[id]).await?.pop();
    let context = found.ok_or(Refusal::NotFound { what: "authentication context" })?;
    let (uses, count) = uses(&mut asking.link, id, CONTEXT_USES_SHOWN).await?;
    let lacking = if may_write { enrolled::of_context(asking, &context).await? } else { Lacking::default() };
    let row = Row {
        demands: demand_words(context.demand),
        terms: terms
            .iter()
            .find(|(id, _)| context.terms.is_some_and(|of| of.to_string() == *id))
            .map(|(_, name)| name.clone())
            .unwrap_or_default(),
        used: u32::try_from(count).unwrap_or(u32::MAX),
        context,
    };
    let uses = uses.into_iter().map(|(of, name)| Use { name, href: of.path() }).collect();
    Ok(One { row: Some(row), uses, terms, lacking, may_write })
}
