//! Delivering again what could not be delivered.

use super::{catalog, naming, request};
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::{Refusal, RequestId};
use rules::access::About;
use rules::catalog::Standing;
use rules::reprocess::InTheWay;
use store::{packages, requests};

pub async fn reprocess(change: &mut Change<'_>, command: &Command, id: RequestId) -> Result<Done, Problem> {
    let before = requests::get_to_change(&mut change.link, id).await?;
    let catalog = match &before {
        Some(before) => catalog::standing_at(change, request::package_of(before)).await?,
        None => Standing::default(),
    };
    rules::access::may_submit(&change.visitor, command, About { catalog, ..About::default() })?;
    let before = before.ok_or(Refusal::NotFound { what: "request" })?;
    let decisions = requests::decisions(&mut change.link, id).await?;
    let package = request::package_of(&before);
    let open = request::open(change, before.beneficiary, package).await?;
    let held = packages::held(&mut change.link, before.beneficiary, package).await?;
    let administrates = rules::catalog::manages_assignments(&change.visitor, catalog);
    let names = change.names([before.beneficiary]).await?.clone();
    let called = naming(&names)(before.beneficiary);
    let named = (package, before.terms.name.as_str());
    let incompatible = request::in_the_way(change, named, (before.beneficiary, Some(&called))).await?;
    let in_the_way = InTheWay { open, held: held.as_ref(), incompatible: incompatible.as_ref() };
    let step = rules::reprocess::reprocess(&before, administrates, &decisions, in_the_way, change.now)?;
    let name = before.terms.name.clone();
    request::save(change, &before, step, &decisions, &[]).await?;
    Ok(Done::RequestReprocessed { request: id, name })
}
