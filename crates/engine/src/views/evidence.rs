//! The evidence of a finished review, as a file that `vestibule audit verify` reads.

use super::Asking;
use super::review::seen_instance;
use super::review_form::find;
use crate::Problem;
use crate::evidence::{head, named, rows, written};
use model::limits::EXPORT_ROWS;
use model::review::{Evidence, EvidenceLine, EvidenceSeal, Review};
use model::view::review::ExportedEvidence;
use model::{AnyId, GroupId, Refusal, ReviewId, ServicePrincipalId, UserId, query};
use store::{groups, resources, review_lists, review_rows, users};

const NOT_SEALED: Refusal = Refusal::ReviewNotThen { what: "download the evidence", when: "the review is completed and sealed" };

pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedEvidence) -> Result<ExportedEvidence, Problem> {
    let (review, may_change) = found(asking, query.review).await?;
    rules::review::may_read_evidence(&review, may_change)?;
    let Some(Evidence::Sealed { rows: sealed, digest, .. }) = review.evidence.clone() else { return Err(NOT_SEALED.into()) };
    let (page, next) = review_rows::step(&mut asking.link, review.id, query.after, EXPORT_ROWS).await?;
    let mut lines = Vec::with_capacity(page.len() * 2);
    if query.after.is_none() {
        lines.push(head(&mut asking.link, &review).await?);
    }
    lines.extend(rows(&mut asking.link, page).await?);
    let names = names(asking, named(&lines)).await?;
    lines.extend(names);
    if next.is_none() {
        lines.push(EvidenceLine::Seal(EvidenceSeal { review: review.id, rows: sealed, digest }));
    }
    let lines = lines.iter().map(written).collect::<Result<_, _>>()?;
    Ok(ExportedEvidence { lines, next })
}

/// The instance with whether the reader manages it. Of a review that was deleted, whoever reads the whole history still finds out
/// who decided what and why: that is what the history keeps of it.
async fn found(asking: &mut Asking<'_>, id: ReviewId) -> Result<(Review, bool), Problem> {
    let deleted = review_lists::deleted(&mut asking.link, id).await?;
    let Some(review) = deleted.filter(|_| rules::audit::sees_all(asking.visitor)) else {
        return seen_instance(asking, id).await;
    };
    let about = find(asking, review.of).await?.map(|found| found.about);
    let about = about.unwrap_or(rules::access::About { reviewed: Some(review.of), ..Default::default() });
    let manages = rules::review::manages(asking.visitor, review.of, about);
    Ok((review, manages))
}

async fn names(asking: &mut Asking<'_>, ids: Vec<AnyId>) -> Result<Vec<EvidenceLine>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let link = &mut asking.link;
    let people = users::names(link, &ids.iter().copied().map(UserId).collect::<Vec<_>>()).await?;
    let teams = groups::names(link, &ids.iter().copied().map(GroupId).collect::<Vec<_>>()).await?;
    let services =
        resources::service_principal_names(link, &ids.iter().copied().map(ServicePrincipalId).collect::<Vec<_>>()).await?;
    let called = people.into_iter().map(|(id, name)| (id.0, name));
    let called = called.chain(teams.into_iter().map(|(id, name)| (id.0, name)));
    let called = called.chain(services.into_iter().map(|(id, name)| (id.0, name)));
    Ok(called.map(|(id, name)| EvidenceLine::Name { id, name }).collect())
}
