//! Targets, as administrators set them and see how they are.

use super::words::People;
use super::{Asking, cursor, page, read_cursor};
use crate::Problem;
use model::limits::{PAGE_ROWS, TARGET_ADOPTIONS_SHOWN};
use model::query;
use model::target::NotAdopted;
use model::view::target::{Adoption, Finding, OneTarget, PersonRow, Row, Targets};
use model::view::{Badge, Choice, Persona};
use model::{ApplicationRoleId, Refusal, Ts, UserId};
use rules::delivery as rule;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use store::delivered::{self, Shown};
use store::targets::{self, Stored};
use store::{assignments, delivery, findings, resources};

/// People whose access there is not as it should be, on one page.
const WAITING: usize = 100;

pub async fn list(asking: &mut Asking<'_>) -> Result<Targets, Problem> {
    let all = targets::list(&mut asking.link).await?;
    let taken: Vec<_> = all.iter().map(|stored| stored.target.application).collect();
    let applications = resources::applications(&mut asking.link).await?;
    let applications = applications
        .into_iter()
        .filter(|(id, _)| !taken.contains(id))
        .map(|(id, name)| Choice { id: id.to_string(), name, under: String::new() })
        .collect();
    let counts = delivered::counts(&mut asking.link).await?;
    let rows = all.iter().map(|stored| row(stored, waiting(&counts, stored), asking.now)).collect();
    Ok(Targets { rows, may_change: rules::access::changes_settings(asking.visitor), applications })
}

/// Short, and the same as long as it is found.
fn key(found: &findings::Finding) -> String {
    let mut hasher = DefaultHasher::new();
    (found.application_role_id, &found.remote_id).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn waiting(counts: &BTreeMap<model::TargetId, (usize, usize)>, stored: &Stored) -> usize {
    counts.get(&stored.target.id).map_or(0, |(_, waiting)| *waiting)
}

fn row(stored: &Stored, waiting: usize, now: Ts) -> Row {
    let badge = match (&stored.fault, waiting) {
        _ if !stored.target.enabled => Badge::new("Disabled", "bad"),
        (Some(_), _) if stored.next_try_at > now || stored.tries > 0 => Badge::new("Does not answer", "bad"),
        (_, 0) => Badge::new("Agrees", "good"),
        (..) => Badge::new("Pending", "work"),
    };
    let pending = u32::try_from(waiting).unwrap_or(u32::MAX);
    Row { target: stored.target.clone(), application: stored.application.clone(), badge, pending }
}

pub async fn one(asking: &mut Asking<'_>, query: query::Target) -> Result<OneTarget, Problem> {
    let stored = targets::get(&mut asking.link, query.target).await?.ok_or(Refusal::NotFound { what: "target" })?;
    let target = &stored.target;
    let roles = resources::roles_of(&mut asking.link, target.application).await?.unwrap_or_default();
    let counts = delivered::counts(&mut asking.link).await?;
    let waits = waiting(&counts, &stored);
    let after = read_cursor::<String, UserId>(query.after.as_deref());
    let further = after.is_some();
    let mut working = delivered::working(&mut asking.link, target.id, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut working, PAGE_ROWS, further, |shown| cursor(&shown.display_name_key, shown.user_id));
    let mut shown = if further { Vec::new() } else { delivered::waiting(&mut asking.link, target.id, WAITING).await? };
    let more_waiting = if further { 0 } else { waits.saturating_sub(shown.len()) };
    shown.extend(working);
    let ids: Vec<UserId> = shown.iter().map(|shown| shown.user_id).collect();
    let asked = delivery::asked(&mut asking.link, target.id, &ids).await?;
    let reach = assignments::reach_of(&mut asking.link, &ids, asking.now).await?;
    let called: BTreeMap<ApplicationRoleId, &str> = roles.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let person = |shown: Shown| {
        let confirmed = asked.get(&shown.user_id).into_iter().flatten().filter(|(_, confirmed)| **confirmed);
        let has: Vec<&str> = confirmed.filter_map(|(role, _)| called.get(role).copied()).collect();
        // Everybody is looked at again and again: only what is not as it shall be is pending or overdue.
        let desired = rule::desired(shown.user_id, shown.enabled, &reach, target.application, asking.now);
        let plan = rule::plan(&desired, &asked.get(&shown.user_id).cloned().unwrap_or_default());
        let off = crate::workers::is_off(&shown.account);
        let account_goes = rule::account_has_to_go(&plan, target.leavers, shown.made, off);
        let since = shown.since.filter(|_| rule::differs(&plan, shown.refused, account_goes));
        let standing = rule::standing(since, shown.refused, asking.now);
        PersonRow {
            person: Persona { id: shown.user_id, name: shown.display_name, under: shown.user_name },
            badge: Badge::new(standing.word(), standing.tone()),
            has: has.join(", "),
            why: match (since, shown.fault) {
                (None, _) => String::new(),
                (Some(_), Some(fault)) => fault,
                (Some(_), None) => "It has not been asked for yet.".to_owned(),
            },
            since,
            again: shown.due_at.filter(|at| since.is_some() && *at > asking.now),
        }
    };
    let people = shown.into_iter().map(person).collect();
    let findings = findings::of(&mut asking.link, target.id).await?;
    let mut adoptions = findings::adoptions(&mut asking.link, target.id, TARGET_ADOPTIONS_SHOWN + 1).await?;
    let more_adoptions = adoptions.len() > TARGET_ADOPTIONS_SHOWN;
    adoptions.truncate(TARGET_ADOPTIONS_SHOWN);
    let mut ids: Vec<UserId> = findings.iter().filter_map(|found| found.user_id).collect();
    ids.extend(adoptions.iter().flat_map(|one| std::iter::once(one.user_id).chain(one.adopted_by)));
    let known = if ids.is_empty() { People::default() } else { People::load(asking, &ids).await? };
    let role = |id: &ApplicationRoleId| called.get(id).copied().unwrap_or_default().to_owned();
    let me = asking.who.user;
    let findings = findings.into_iter().map(|found| Finding {
        key: key(&found),
        role: role(&found.application_role_id),
        role_id: found.application_role_id,
        remote_id: found.remote_id,
        called: found.called,
        found: found.found_at,
        person: found.user_id.map(|user| known.persona(user)),
        why: if found.adoptable && found.user_id == Some(me) { NotAdopted::OwnAccess.words("") } else { found.why },
        adopt: found.adoptable && found.user_id.is_some_and(|user| user != me),
        unwanted: found.unwanted,
    });
    let adoptions = adoptions.into_iter().map(|one| Adoption {
        person: known.persona(one.user_id),
        role: role(&one.application_role_id),
        role_id: one.application_role_id,
        called: one.called,
        adopted: one.adopted_at,
        by: one.adopted_by.map(|by| known.name(by)),
        badge: match (one.ended_at, one.ends_at) {
            (Some(_), _) => Badge::new("Ended", "plain"),
            (None, Some(at)) if at <= asking.now => Badge::new("Ended", "plain"),
            (None, _) => Badge::new("Held", "good"),
        },
        ends: one.ended_at.or(one.ends_at),
    });
    let (findings, adoptions) = (findings.collect(), adoptions.collect());
    Ok(OneTarget {
        row: row(&stored, waits, asking.now),
        may_change: rules::access::changes_settings(asking.visitor),
        groups: rules::target::group_lines(target, &roles),
        roles: roles.iter().map(|(id, name)| (name.clone(), target.group_of(*id, name).to_owned())).collect(),
        trouble: stored.fault.clone().filter(|_| target.enabled).map(|fault| (fault, stored.next_try_at)),
        reconciled: stored.reconciled_at,
        uncompared: stored.uncompared.clone(),
        there: counts.get(&target.id).map_or(0, |(there, _)| u32::try_from(*there).unwrap_or(u32::MAX)),
        people,
        more_waiting,
        paging,
        findings,
        adoptions,
        more_adoptions,
    })
}
