//! Writing terms of use, and accepting them.

use super::allowed;
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done};
use model::terms::SaveTerms;
use model::{Refusal, TermsId, UserId};
use rules::terms::Demanded;
use store::{Link, Saved, terms};

const NO_TERMS: Refusal = Refusal::NotFound { what: "terms of use" };

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveTerms) -> Result<Done, Problem> {
    allowed(change, command)?;
    let by = change.person().ok_or(Refusal::SignInNeeded)?;
    let all = terms::list(&mut change.link).await?;
    let before = match asked.terms {
        Some(id) => Some(all.iter().find(|one| one.id == id).ok_or(NO_TERMS)?),
        None => None,
    };
    let new = TermsId(change.id());
    let saved = rules::terms::save(new, before, asked, &all, change.now)?;
    let Some((after, action)) = saved else {
        let name = before.map(|before| before.name.clone()).unwrap_or_default();
        return Ok(Done::TermsSaved { name });
    };
    match before {
        None => match terms::insert(&mut change.link, &after, by).await {
            Ok(()) => {}
            Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
            Err(fault) => return Err(fault.into()),
        },
        Some(before) => {
            if terms::update(&mut change.link, &after, before.version, by).await? == Saved::Stale {
                return Err(Refusal::Stale.into());
            }
        }
    }
    change.record(None, [action]);
    Ok(Done::TermsSaved { name: after.name })
}

/// These terms, each once, with what somebody accepted of them.
pub async fn demanded(link: &mut Link, user: UserId, ids: &[TermsId]) -> Result<Vec<Demanded>, Problem> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = terms::several(link, &ids).await?;
    let accepted = terms::accepted(link, user, &ids).await?;
    Ok(found.into_iter().map(|terms| Demanded { accepted: accepted.get(&terms.id).copied(), terms }).collect())
}
