//! Terms of use, as administrators write them.

use super::Asking;
use crate::Problem;
use model::view::terms::{AllTerms, Row, Terms};
use model::{Refusal, TermsId};
use store::terms;

async fn rows(asking: &mut Asking<'_>) -> Result<Vec<Row>, Problem> {
    let all = terms::list(&mut asking.link).await?;
    let counts = terms::acceptances(&mut asking.link).await?;
    let accepted = |id| counts.get(&id).copied().and_then(|count| u32::try_from(count).ok()).unwrap_or_default();
    Ok(all.into_iter().map(|terms| Row { accepted: accepted(terms.id), terms }).collect())
}

pub async fn list(asking: &mut Asking<'_>) -> Result<AllTerms, Problem> {
    let may_write = rules::access::manages_roles(asking.visitor);
    Ok(AllTerms { rows: rows(asking).await?, may_write })
}

pub async fn one(asking: &mut Asking<'_>, id: TermsId) -> Result<Terms, Problem> {
    let row = rows(asking).await?.into_iter().find(|row| row.terms.id == id);
    let row = row.ok_or(Refusal::NotFound { what: "terms of use" })?;
    let mut earlier = terms::versions(&mut asking.link, id).await?;
    earlier.retain(|(version, ..)| *version != row.terms.version);
    Ok(Terms { row, earlier, may_write: rules::access::manages_roles(asking.visitor) })
}
