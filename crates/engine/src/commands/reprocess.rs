//! Delivering again what could not be delivered.

use super::{naming, request, subject};
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::request::{State, Wish};
use model::{Refusal, RequestId};
use rules::access::About;
use rules::reprocess::InTheWay;
use store::{delivered, delivery, packages, requests, targets};

pub async fn reprocess(change: &mut Change<'_>, command: &Command, id: RequestId) -> Result<Done, Problem> {
    let before = requests::get_to_change(&mut change.link, id).await?;
    let person = change.person();
    let administers = match &before {
        Some(before) => subject::administers(&mut change.link, &change.visitor, person, before, change.now).await?,
        None => subject::Administers::default(),
    };
    rules::access::may_submit(&change.visitor, command, About { catalog: administers.standing, ..About::default() })?;
    let before = before.ok_or(Refusal::NotFound { what: "request" })?;
    rules::reprocess::may_reprocess(&before, person, administers.manages)?;
    let Wish::Package { package, .. } = before.wish else { return Err(Refusal::NotFound { what: "request" }.into()) };
    let decisions = requests::decisions(&mut change.link, id).await?;
    let open = request::open(change, before.beneficiary, package).await?;
    let held = packages::held(&mut change.link, before.beneficiary, package).await?;
    let names = change.names([before.beneficiary]).await?.clone();
    let called = naming(&names)(before.beneficiary);
    let named = (package, before.terms.name.as_str());
    let incompatible = request::in_the_way(change, named, (before.beneficiary, Some(&called))).await?;
    let in_the_way = InTheWay { open, held: held.as_ref(), incompatible: incompatible.as_ref() };
    let step = rules::reprocess::reprocess(&before, person, administers.manages, &decisions, in_the_way, change.now)?;
    let name = before.terms.name.clone();
    if let State::Confirming { .. } = before.state {
        for stands in delivered::stands(&mut change.link, before.beneficiary).await? {
            targets::ask_again(&mut change.link, stands.target_id, change.now).await?;
            delivery::try_again(&mut change.link, stands.target_id, before.beneficiary, change.now).await?;
        }
    }
    request::save(change, &before, step, &decisions, &[]).await?;
    Ok(Done::RequestReprocessed { request: id, name })
}
