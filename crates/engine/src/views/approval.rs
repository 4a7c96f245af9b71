//! One approval: who asks, what for, why, what earlier stages said, and whether the reader may decide.

use super::approvals::removable;
use super::request::answers;
use super::words::{People, contents_of, either, made_by, persona};
use super::{Asking, ask_back, plan, role_extension};
use crate::Problem;
use crate::commands::separation::{self, Reader};
use crate::commands::subject::thing;
use model::answering::Moment;
use model::approval::Verdict;
use model::request::{Decision, Request, State, Wish};
use model::time::count;
use model::view::approval::{Approval, Earlier, Offered};
use model::view::{Badge, Countdown, Fact};
use model::{Refusal, RequestId, UserId};
use rules::approval::{StagePeople, barred, without};
use rules::delegation::{both_names, used_up};
use rules::request::{Decider, excluded, may_ask_back, may_decide_now};
use store::{approvals, packages, requests};

/// So many packages that the requestor holds are named.
const HELD_NAMED: usize = 6;

/// So many of those who can decide too have names in the sentence ([`either`]); of more it says how many.
const OTHERS_NAMED: usize = 2;

pub async fn one(asking: &mut Asking<'_>, id: RequestId) -> Result<Approval, Problem> {
    let me = asking.who.user;
    let not_found = Refusal::NotFound { what: "request" };
    let request = requests::get(&mut asking.link, id).await?.ok_or(not_found.clone())?;
    let decisions = requests::decisions(&mut asking.link, id).await?;
    let contents = contents_of(asking, &request).await?;
    let people = approvals::people(
        &mut asking.link,
        &request.terms.stages,
        request.beneficiary,
        (thing(&request), &contents.direct),
        asking.now,
    )
    .await?;
    if !concerned(&request, &decisions, &people, me) && !rules::access::sees_all_requests(asking.visitor) {
        return Err(not_found.into());
    }
    let barred = barred(request.requestor, request.beneficiary);
    let mut steps = plan::plan(asking, &request.terms.stages, &people, &barred, &decisions).await?;
    let mut ids: Vec<UserId> = decisions.iter().flat_map(used_up).collect();
    ids.extend([request.requestor, request.beneficiary]);
    ids.extend(ask_back::people(&request));
    if let State::Denied { by, .. } | State::Canceled { by, .. } = &request.state {
        ids.push(*by);
    }
    let open = request.state.open_stage();
    let here = open.and_then(|stage| people.get(stage)).cloned().unwrap_or_default();
    let stood_in_for = {
        // Names are for refusals, and nobody is known yet.
        let decider = Decider { person: me, people: &here, name: &|_| String::new(), proofs: asking.who.proofs };
        may_decide_now(&request, &decisions, &decider, asking.now).ok().and_then(|(_, stood_in_for)| stood_in_for)
    };
    let others = others(&request, &decisions, &here, [Some(me), stood_in_for]);
    ids.extend(others.iter().take(OTHERS_NAMED));
    ids.extend(here.stand_ins.iter().filter(|(delegate, _)| *delegate == me).map(|(_, of)| *of));
    let known = People::load(asking, &ids).await?;
    let ended = match &request.state {
        State::Denied { stage, .. } => Some((*stage, Badge::new("Denied", "bad"))),
        State::Expired { stage, .. } => Some((*stage, Badge::new("Expired", "plain"))),
        // Nobody was asked, or everybody approved.
        State::TurnedDown { .. } => {
            let approved = decisions.iter().map(|decision| decision.stage + 1).max().unwrap_or(0);
            Some((approved, Badge::new("Not asked", "plain")))
        }
        // Canceled in some stage: those that were decided are known, the others were not reached.
        State::Canceled { .. } => {
            let stage = decisions.iter().map(|decision| decision.stage + 1).max().unwrap_or(0);
            Some((stage, Badge::new("Canceled", "plain")))
        }
        State::PendingApproval { .. }
        | State::Answering { .. }
        | State::Scheduled { .. }
        | State::Delivering { .. }
        | State::Confirming { .. }
        | State::Delivered { .. }
        | State::DeliveryFailed { .. } => None,
    };
    let hints: Vec<Option<String>> = (0..steps.len())
        .map(|stage| {
            let said: Vec<String> = decisions
                .iter()
                .filter(|decision| decision.stage == stage)
                .map(|decision| format!("{} on {}", both_names(decision, &|id| known.name(id)), decision.at.in_sentence()))
                .collect();
            (!said.is_empty() && open != Some(stage)).then(|| said.join(", "))
        })
        .collect();
    plan::mark(&mut steps, open, ended, &hints);
    // One that is asked before was asked already, and the timeline says what it said.
    plan::add_webhook(&mut steps, request.terms.asks.as_ref().filter(|asks| asks.moment == Moment::Approved));
    let name = |id: UserId| known.name(id);
    let decision = offered(asking, &request, &decisions, &here, &others, &name);
    let in_the_way = match (&decision, request.package()) {
        (Offered::Yes { .. }, Some(package)) => {
            let reader = Reader { visitor: asking.visitor, person: Some(me) };
            let of = request.beneficiary;
            let called = known.name(of);
            let named = (package, request.terms.name.as_str());
            separation::in_the_way(&mut asking.link, reader, named, (of, Some(&called)), asking.now).await?
        }
        (Offered::Yes { .. } | Offered::No { .. }, _) => None,
    };
    let gives_role = match decision {
        Offered::Yes { .. } if stood_in_for.is_none() => role_extension::gives_form(asking, &request).await?,
        Offered::Yes { .. } | Offered::No { .. } => None,
    };
    let requestor = known.persona(request.beneficiary);
    let earlier = decisions
        .iter()
        .filter(|decision| decision.verdict == Verdict::Approve && open.is_none_or(|open| decision.stage <= open))
        .map(|decision| {
            let mut by = known.persona(decision.approver);
            let place = decision.stood_in_for.map(|of| format!(" for {}", known.name(of))).unwrap_or_default();
            by.under = format!("approved stage {}{place}", decision.stage + 1);
            Earlier { by, at: decision.at, words: decision.words.clone() }
        })
        .collect();
    let asked_back = ask_back::view(&request, &known, false, asking.now);
    let mine = |decision: &Decision| decision.verdict == Verdict::Approve && used_up(decision).any(|used| used == me);
    let approved = decisions.iter().any(mine);
    let given: Vec<_> = request.package_given().filter(|_| approved).into_iter().collect();
    let held = packages::several_held(&mut asking.link, &given).await?;
    let removable = removable(asking, &request, &held, approved);
    let paths = contents.paths(&requestor.name);
    let requestor_facts = facts(asking, &known, request.beneficiary).await?;
    Ok(Approval {
        request: id,
        summary: summary(&request),
        badge: request.state.phase().into(),
        requestor,
        made_by: made_by(&request, &known),
        requestor_facts,
        submitted: request.submitted_at,
        justification: request.terms.justification.clone(),
        answers: answers(&request),
        earlier,
        gives: paths,
        plan: steps,
        asked_back,
        in_the_way: in_the_way.map(|refusal| refusal.sentence_for_pages()),
        decision,
        gives_role,
        removable,
        name: request.terms.name,
    })
}

/// What kind of request it is, how long it lasts, and from when, if that was asked for.
fn summary(request: &Request) -> String {
    let kind = match request.wish {
        Wish::Package { .. } => "Access package",
        Wish::Activation { .. } => "Activation",
        Wish::Extension { renews, .. } => super::request::extension(renews),
    };
    let from = request.terms.starts_at.map(|at| format!(", from {}", at.in_sentence())).unwrap_or_default();
    format!("{kind} · {}{from}", request.how_long().in_sentence())
}

/// Whether the reader has anything to do with the request.
fn concerned(request: &Request, decisions: &[Decision], people: &[StagePeople], me: UserId) -> bool {
    let on_list = |people: &StagePeople| {
        people.approvers.contains(&me)
            || people.escalation.contains(&me)
            || people.fallback.contains(&me)
            || people
                .stand_ins
                .iter()
                .any(|(delegate, of)| *delegate == me && ![request.requestor, request.beneficiary].contains(of))
    };
    people.iter().any(on_list)
        || decisions.iter().flat_map(used_up).any(|used| used == me)
        || [request.requestor, request.beneficiary].contains(&me)
        || matches!(&request.state, State::PendingApproval { asked, .. } if asked.contains(&me))
}

/// Who can decide the open stage besides these: its approvers, without whoever the request is about and whom a decision, in any
/// stage, used up.
fn others(request: &Request, decisions: &[Decision], here: &StagePeople, besides: [Option<UserId>; 2]) -> Vec<UserId> {
    let mut out = excluded(request, decisions);
    out.extend(besides.into_iter().flatten());
    without(&here.approvers, &out)
}

fn offered(
    asking: &Asking<'_>,
    request: &Request,
    decisions: &[Decision],
    here: &StagePeople,
    others: &[UserId],
    name: &(dyn Fn(UserId) -> String + Sync),
) -> Offered {
    let me = asking.who.user;
    let decider = Decider { person: me, people: here, name, proofs: asking.who.proofs };
    let may = may_decide_now(request, decisions, &decider, asking.now);
    match (may, &request.state) {
        (Ok((stage, stood_in_for)), State::PendingApproval { opened_at, decide_by, .. }) => {
            let settings = request.terms.stages.get(stage);
            let others: Vec<String> = others.iter().map(|id| name(*id)).collect();
            let needed = settings.map_or(1, |stage| stage.quorum);
            let enough = match (needed, rules::approval::approvals(decisions, stage)) {
                (1, _) => "One approval is enough".to_owned(),
                (needed, 0) => format!("{needed} approvals are needed"),
                (needed, there) => {
                    format!("{there} of {needed} approvals that are needed {} there", if there == 1 { "is" } else { "are" })
                }
            };
            let place = stood_in_for.map(|of| format!(" in place of {}", name(of))).unwrap_or_default();
            let hint = if others.is_empty() {
                format!("You decide for stage {}{place}. {enough}.", stage + 1)
            } else {
                format!("You decide for stage {}{place}. {enough}; {} can decide too.", stage + 1, either(&others))
            };
            let still = rules::request::standing_still(request, asking.now).is_some();
            let proof = rules::proof::to_decide(request, &decider.proofs, stage, asking.now);
            let ask_back = may_ask_back(request, decisions, &decider, asking.now).is_ok();
            Offered::Yes {
                stage,
                decide_by: (!still).then_some(Countdown { from: *opened_at, until: *decide_by }),
                words_required: settings.is_some_and(|stage| stage.justification_required),
                hint,
                ask_back: ask_back.then(|| ask_back::form(request, stage)),
                proof: proof.err().map(Into::into),
            }
        }
        (Ok(_), _) => Offered::No { why: Refusal::Stale.into() },
        (Err(refusal), _) => Offered::No { why: refusal.into() },
    }
}

async fn facts(asking: &mut Asking<'_>, people: &People, requestor: UserId) -> Result<Vec<Fact>, Problem> {
    let Some(user) = people.get(requestor) else { return Ok(Vec::new()) };
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push(Fact { name: name.to_owned(), value });
        }
    };
    fact("Department", user.profile.get("department").unwrap_or_default().to_owned());
    if let Some(manager) = user.manager {
        let manager = People::load(asking, &[manager]).await?.get(manager).map(persona);
        fact("Manager", manager.map(|persona| persona.name).unwrap_or_default());
    }
    fact("Last sign-in", user.last_sign_in_at.map(model::Ts::in_sentence).unwrap_or_default());
    fact("Holds", holds(asking, requestor).await?);
    Ok(facts)
}

/// The packages that somebody holds now, by name. Hidden ones count and have no name: whoever decides may not know of them.
async fn holds(asking: &mut Asking<'_>, person: UserId) -> Result<String, Problem> {
    let now = asking.now;
    let mut held = packages::held_by(&mut asking.link, person).await?;
    held.retain(|held| rules::request::holds(held, now));
    let ids: Vec<_> = held.iter().map(|held| held.package).collect();
    let mut names = packages::shown_names(&mut asking.link, &ids).await?;
    names.sort();
    let more = ids.len() - names.len().min(HELD_NAMED);
    names.truncate(HELD_NAMED);
    Ok(match (names.is_empty(), more) {
        (true, 0) => "No access package".to_owned(),
        (true, more) => count(i64::try_from(more).unwrap_or(i64::MAX), "access package"),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    })
}
