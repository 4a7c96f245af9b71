//! The form that activates one or several of what one is eligible for.

use super::my_roles::waiting;
use super::words::Named;
use super::{Asking, plan};
use crate::Problem;
use crate::commands::activation::{active, reach};
use crate::commands::answering::to_ask;
use model::access::AssignmentType;
use model::limits::ACTIVATED_TOGETHER_MAX;
use model::package::PackageRole;
use model::proof::Demand;
use model::request::Wish;
use model::role_settings::Privileged;
use model::view::my_roles::{Activating, Emergency, Item};
use model::view::terms::ToAccept;
use model::{AssignmentId, Refusal, Span, TermsId, Ts};
use rules::approval::barred;
use rules::authentication_context::{Required, required};
use rules::request::{Activation, Eligible, eligible, may_activate, proved};
use rules::terms::Demanded;
use store::approvals::{self, Thing};
use store::role_settings;

/// The form that activates one or several.
pub async fn activating(asking: &mut Asking<'_>, assignments: &[AssignmentId]) -> Result<Activating, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let not_found = Refusal::NotFound { what: "eligible assignment" };
    if assignments.is_empty() {
        return Err(Refusal::NothingSelected { one: "role".to_owned() }.into());
    }
    if assignments.len() > ACTIVATED_TOGETHER_MAX {
        return Err(Refusal::TooManySelected {
            one: "role".to_owned(),
            limit: ACTIVATED_TOGETHER_MAX,
            selected: assignments.len(),
        }
        .into());
    }
    let (enabled, reach) = reach(&mut asking.link, me, now).await?;
    let all = eligible(me, enabled, &reach, now);
    let found: Option<Vec<&Eligible<'_>>> =
        assignments.iter().map(|id| all.iter().find(|one| one.assignment.id == *id)).collect();
    let found = found.ok_or(not_found.clone())?;
    let roles: Option<Vec<Privileged>> = found.iter().map(|one| Privileged::of(one.assignment.role)).collect();
    let roles = roles.ok_or(not_found)?;
    let settings = role_settings::several(&mut asking.link, &roles).await?;
    let named = Named::load(asking, found.iter().map(|one| one.assignment.role).collect()).await?;
    let waiting = waiting(asking).await?;
    let mut form = Activating {
        items: Vec::new(),
        max_minutes: 0,
        minutes: 0,
        strictest: None,
        justification_required: false,
        ticket_required: false,
        proof: None,
        terms: Vec::new(),
        emergency: Emergency::No,
    };
    let all: Vec<&model::role_settings::RoleSettings> =
        roles.iter().filter_map(|role| settings.get(role)).map(|stored| &stored.settings).collect();
    let contexts = crate::commands::authentication_context::named(&mut asking.link, &all).await?;
    let demands: Vec<Required> = all.iter().map(|settings| required(settings, &contexts)).collect::<Result<_, _>>()?;
    let terms: Vec<_> = demands.iter().flat_map(|required| required.terms.iter().copied()).collect();
    let demanded = crate::commands::terms::demanded(&mut asking.link, me, &terms).await?;
    // Those about which nobody could decide now.
    let mut undecided: Vec<usize> = Vec::new();
    let mut asked: Vec<Asked> = Vec::new();
    for ((one, role), required) in found.into_iter().zip(roles).zip(&demands) {
        let Some(stored) = settings.get(&role) else { continue };
        let (icon, name, via) = named.describe(role.role());
        let stages = rules::role_settings::stages(role.kind(), &stored.settings);
        let gives = [PackageRole { role: role.role(), assignment_type: AssignmentType::Active }];
        let people = approvals::people(&mut asking.link, &stages, me, (Thing::Role, &gives), now).await?;
        let on = one.assignment.id;
        let open = waiting.iter().find(|request| matches!(request.wish, Wish::Activation { eligible, .. } if eligible == on));
        let asks = to_ask(&mut asking.link, stored.settings.asks).await?;
        let facts = Activation {
            asks: asks.as_ref(),
            eligible: one.clone(),
            name: &name,
            settings: &stored.settings,
            stages: &stages,
            people: &people,
            open: open.map(|request| (request.id, request.submitted_at)),
            active: active(&reach, me, on, now),
            proofs: asking.who.proofs,
            required,
            terms: &demanded,
            emergency: None,
        };
        let undecidable = || rules::approval::can_be_decided(&stages, &people, &barred(me, me));
        let undecidable = undecidable().err();
        if undecidable.is_some() {
            undecided.push(form.items.len());
        }
        let refused = may_activate(&facts).err().or(undecidable).map(Into::into);
        let most = stored.settings.activation_max_minutes;
        asked.push(Asked {
            most,
            justification: stored.settings.activation_justification,
            ticket: stored.settings.activation_ticket,
            unproved: required.demand.zip(proved(&facts, now).err()),
            terms: required.terms.clone(),
        });
        let mut plan = plan::plan(asking, &stages, &people, &barred(me, me), &[]).await?;
        plan::add_webhook(&mut plan, asks.as_ref());
        let at_most = format!("{} at most", Span::minutes(i64::from(most)).words());
        let until: Option<Ts> = one.until();
        form.items.push(Item { assignment: on, icon, name, via, at_most, proof: required.words(), until, plan, refused });
    }
    let decided = form.items.iter().any(|item| item.refused.is_none() && !item.plan.is_empty());
    if decided || !undecided.is_empty() {
        form.emergency = super::emergency::offered(asking).await?;
    }
    if matches!(form.emergency, Emergency::Yes { .. }) {
        // In an emergency nobody has to.
        for number in undecided {
            let item =
                form.items.get_mut(number).filter(|item| item.refused.as_ref().is_some_and(|why| why.code == "no_approver"));
            if let Some(item) = item {
                item.refused = None;
            }
        }
    }
    together(&mut form, asked, &demanded, now);
    Ok(form)
}

/// What one item of the form asks for.
struct Asked {
    /// Minutes.
    most: u32,
    justification: bool,
    ticket: bool,
    unproved: Option<(Demand, Refusal)>,
    terms: Vec<TermsId>,
}

/// What all items together ask for. One that is left out asks for nothing, unless all are.
fn together(form: &mut Activating, asked: Vec<Asked>, demanded: &[Demanded], now: Ts) {
    let all_out = form.items.iter().all(|item| item.refused.is_some());
    let counted: Vec<(&Item, Asked)> =
        form.items.iter().zip(asked).filter(|(item, _)| all_out || item.refused.is_none()).collect();
    let strictest = counted.iter().min_by_key(|(_, asked)| asked.most).filter(|_| counted.len() > 1);
    form.strictest = strictest.map(|(item, _)| item.name.clone());
    form.max_minutes = counted.iter().map(|(_, asked)| asked.most).min().unwrap_or(0);
    form.justification_required = counted.iter().any(|(_, asked)| asked.justification);
    form.ticket_required = counted.iter().any(|(_, asked)| asked.ticket);
    let until = counted.iter().filter_map(|(item, _)| item.until).min();
    form.minutes = rules::request::longest(form.max_minutes, until, now);
    let read = |one: &&Demanded| !one.is_accepted() && counted.iter().any(|(_, asked)| asked.terms.contains(&one.terms.id));
    form.terms = demanded
        .iter()
        .filter(read)
        .map(|one| ToAccept {
            terms: one.terms.id,
            name: one.terms.name.clone(),
            version: one.terms.version,
            text: one.terms.text.clone(),
            again: one.accepted.is_some(),
        })
        .collect();
    form.proof = rules::proof::strictest(counted.into_iter().filter_map(|(_, asked)| asked.unproved).collect()).map(Into::into);
}
