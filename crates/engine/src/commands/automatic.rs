//! Automatic assignment: the rule of a policy gives a package and takes it away, in the transaction of the change that
//! made it so.

use super::{allowed, due, guarded, membership, request};
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, EndReason, ResourceRole, Source};
use model::catalog::Effect;
use model::command::{Command, Done};
use model::directory::Principal;
use model::event::{Action, Actor};
use model::limits::{RULE_AGAIN_MINUTES, RULE_OF_TIME_MINUTES};
use model::notice::ByRule;
use model::package::PackageRole;
use model::request::PackageAssignment;
use model::{AssignmentId, PackageAssignmentId, PackageId, PolicyId, Refusal, Span, Ts, UserId};
use rules::automatic::{Act, Automatic};
use rules::package::Policy;
use std::collections::BTreeMap;
use store::automatic::Assigning;
use store::{Link, assignments, automatic, package_editing, packages, users};

/// Users that are looked at together when a rule is evaluated over everybody.
const PAGE: usize = 500;

/// What follows for people, each with what they hold of the package.
type Acts = Vec<(UserId, Act, Option<PackageAssignment>)>;

/// Somebody's attributes changed: every rule is asked anew.
pub async fn attributes_changed(change: &mut Change<'_>, user: UserId) -> Result<(), Problem> {
    let all = automatic::all(&mut change.link).await?;
    one_person(change, user, all).await
}

/// Somebody's assignment of a package ended: where a rule assigns it to them, they get it in the same moment.
pub async fn came_free(change: &mut Change<'_>, user: UserId, package: PackageId) -> Result<(), Problem> {
    let found = automatic::of_package(&mut change.link, package).await?;
    one_person(change, user, found.into_iter().collect()).await
}

async fn one_person(change: &mut Change<'_>, user: UserId, all: Vec<Assigning>) -> Result<(), Problem> {
    if all.is_empty() {
        return Ok(());
    }
    let Some(stored) = users::get(&mut change.link, user).await? else { return Ok(()) };
    let person = users::person(&stored);
    let before = packages::held_by(&mut change.link, user).await?;
    for assigning in all {
        let Some(rule) = Automatic::of(&assigning.policy) else { continue };
        let matches = rule.matches(&person, change.now);
        let held = before.iter().find(|held| held.package == assigning.package);
        if rule.act(matches, held, change.now).is_none() {
            continue;
        }
        // A delivery that is under way must not give a second one; what is decided is read again behind it.
        package_editing::guard(&mut change.link, assigning.package).await?;
        let held = packages::held(&mut change.link, user, assigning.package).await?;
        if let Some(act) = rule.act(matches, held.as_ref(), change.now) {
            apply(change, &assigning, vec![(user, act, held)]).await?;
        }
    }
    Ok(())
}

/// A policy was made or changed: whom its rule matches now gets the package, and who no longer matches leaves.
pub async fn policy_saved(
    change: &mut Change<'_>,
    package: PackageId,
    policy: &Policy,
    seen: Option<Effect>,
) -> Result<(), Problem> {
    let Some(rule) = Automatic::of(policy) else {
        return Ok(automatic::set_evaluation(&mut change.link, policy.id, None).await?);
    };
    let (matching, acts) = evaluated(&mut change.link, package, &rule, change.now).await?;
    let effect = rules::automatic::effect(acts.iter().map(|(_, act, _)| *act));
    rules::automatic::may_save(matching, effect, seen)?;
    let again = policy.enabled.then(|| change.now + Span::minutes(RULE_AGAIN_MINUTES));
    automatic::set_evaluation(&mut change.link, policy.id, again).await?;
    let Some(assigning) = automatic::get(&mut change.link, policy.id).await? else { return Ok(()) };
    apply(change, &assigning, acts).await
}

/// Asks a rule again: because it names the time, or because it was saved a moment ago.
pub async fn due(change: &mut Change<'_>, command: &Command, id: PolicyId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let found = automatic::get(&mut change.link, id).await?;
    let rule = found.as_ref().and_then(|found| Automatic::of(&found.policy));
    let again = rule.as_ref().filter(|rule| rule.depends_on_time()).map(|_| change.now + Span::minutes(RULE_OF_TIME_MINUTES));
    automatic::set_evaluation(&mut change.link, id, again).await?;
    let (Some(assigning), Some(rule)) = (found, rule) else { return Ok(Done::Advanced) };
    package_editing::guard(&mut change.link, assigning.package).await?;
    let (_, acts) = evaluated(&mut change.link, assigning.package, &rule, change.now).await?;
    apply(change, &assigning, acts).await?;
    Ok(Done::Advanced)
}

/// How many people a rule matches, and what follows from that. The preview asks the same.
pub async fn evaluated(link: &mut Link, package: PackageId, rule: &Automatic, now: Ts) -> Result<(usize, Acts), Problem> {
    let mut held: BTreeMap<UserId, PackageAssignment> =
        automatic::holdings(link, package).await?.into_iter().map(|held| (held.holder, held)).collect();
    let (mut matching, mut acts) = (0, Acts::new());
    let mut after = UserId(model::AnyId::nil());
    loop {
        let page = users::page_by_id(link, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for user in &page {
            let matches = rule.matches(&users::person(user), now);
            matching += usize::from(matches);
            let held = held.remove(&user.id);
            if let Some(act) = rule.act(matches, held.as_ref(), now) {
                acts.push((user.id, act, held));
            }
        }
    }
    Ok((matching, acts))
}

/// Saves what follows. The people of one act are written together.
async fn apply(change: &mut Change<'_>, assigning: &Assigning, acts: Acts) -> Result<(), Problem> {
    let (mut give, mut over, mut keep, mut end) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut leave: BTreeMap<Ts, Vec<PackageAssignment>> = BTreeMap::new();
    for (user, act, held) in acts {
        match (act, held) {
            (Act::Give, _) => give.push(user),
            (Act::GiveAnew, Some(held)) => over.push(held),
            (Act::Keep, Some(held)) => keep.push(held),
            (Act::LeaveAt(at), Some(held)) => leave.entry(at).or_default().push(held),
            (Act::End, Some(held)) => end.push(held),
            (Act::GiveAnew | Act::Keep | Act::LeaveAt(_) | Act::End, None) => {}
        }
    }
    // Somebody who takes access away has to leave somebody who could give it back; time passes for everybody.
    let takes = !(leave.is_empty() && end.is_empty()) && change.actor != Actor::System;
    let guarded = if takes { Some(guarded::before(change).await?) } else { None };
    for held in over {
        due::end_package(change, &held).await?;
        give.push(held.holder);
    }
    if !give.is_empty() {
        given(change, assigning, &give).await?;
    }
    set_ends(change, assigning, &keep, None).await?;
    for (at, held) in leave {
        set_ends(change, assigning, &held, Some(at)).await?;
    }
    if !end.is_empty() {
        ended(change, assigning, &end).await?;
    }
    match guarded {
        Some(guarded) => guarded.and_after(change).await,
        None => Ok(()),
    }
}

async fn given(change: &mut Change<'_>, assigning: &Assigning, people: &[UserId]) -> Result<(), Problem> {
    let roles = request::roles(&mut change.link, assigning.package).await?;
    let held: Vec<PackageAssignment> = people
        .iter()
        .map(|holder| PackageAssignment {
            id: PackageAssignmentId(change.id()),
            package: assigning.package,
            policy: assigning.policy.id,
            holder: *holder,
            request: None,
            starts_at: change.now,
            ends_at: None,
            ended_at: None,
            version: 0,
        })
        .collect();
    automatic::give(&mut change.link, &held).await?;
    let mut all = Vec::with_capacity(held.len() * roles.len());
    for held in &held {
        for PackageRole { role, assignment_type } in &roles {
            all.push(Assignment {
                id: AssignmentId(change.id()),
                principal: Principal::User(held.holder),
                role: *role,
                assignment_type: *assignment_type,
                source: Source::Package(held.id),
                starts_at: change.now,
                ends_at: None,
                ended_at: None,
            });
        }
    }
    assignments::insert_all(&mut change.link, &all, change.now).await?;
    change.record(None, all.iter().map(rules::request::started));
    change.record(None, held.iter().map(|held| given_action(assigning, held)));
    tell(change, assigning, &held, ByRule::Given);
    regrouped(change, &all).await
}

fn given_action(assigning: &Assigning, held: &PackageAssignment) -> Action {
    let (package, policy) = (assigning.package, assigning.policy.id);
    Action::PackageAssignedByRule { assignment: held.id, package, policy, holder: held.holder }
}

async fn set_ends(
    change: &mut Change<'_>,
    assigning: &Assigning,
    held: &[PackageAssignment],
    ends_at: Option<Ts>,
) -> Result<(), Problem> {
    if held.is_empty() {
        return Ok(());
    }
    all_saved(automatic::set_ends(&mut change.link, held, ends_at).await?, held)?;
    let (package, policy) = (assigning.package, assigning.policy.id);
    change.record(
        None,
        held.iter().map(|held| Action::PackageAssignmentEndSet {
            assignment: held.id,
            package,
            policy,
            holder: held.holder,
            ends_at,
        }),
    );
    tell(change, assigning, held, ends_at.map_or(ByRule::Kept, |at| ByRule::EndsAt { at }));
    Ok(())
}

async fn ended(change: &mut Change<'_>, assigning: &Assigning, held: &[PackageAssignment]) -> Result<(), Problem> {
    let ids: Vec<PackageAssignmentId> = held.iter().map(|held| held.id).collect();
    let came = automatic::came_with(&mut change.link, &ids).await?;
    let reason = EndReason::RuleNoLongerMatches;
    all_saved(automatic::end(&mut change.link, held, reason, change.now).await?, held)?;
    let mut by_source: BTreeMap<model::AnyId, Vec<Assignment>> = BTreeMap::new();
    for assignment in &came {
        if let Source::Package(id) = assignment.source {
            by_source.entry(id.0).or_default().push(assignment.clone());
        }
    }
    for held in held {
        let came = by_source.remove(&held.id.0).unwrap_or_default();
        change.record(None, rules::request::end_by_rule(held, &came));
    }
    tell(change, assigning, held, ByRule::Ended { at: change.now });
    regrouped(change, &came).await
}

fn tell(change: &mut Change<'_>, assigning: &Assigning, held: &[PackageAssignment], what: ByRule) {
    change.tell(held.iter().map(|held| rules::notice::by_rule(held.holder, &assigning.package_name, what)));
}

/// Somebody was faster with one of them: nothing is done, and whoever asked tries again.
fn all_saved(saved: u64, held: &[PackageAssignment]) -> Result<(), Refusal> {
    if usize::try_from(saved) == Ok(held.len()) { Ok(()) } else { Err(Refusal::Stale) }
}

/// Rules over other groups are asked anew about everybody who came into a group or left one.
async fn regrouped(change: &mut Change<'_>, all: &[Assignment]) -> Result<(), Problem> {
    let moved = all.iter().filter_map(|assignment| match (assignment.role, assignment.principal) {
        (ResourceRole::GroupMember(_), Principal::User(user)) => Some(user),
        _ => None,
    });
    let mut people: Vec<UserId> = moved.collect();
    people.sort();
    people.dedup();
    if people.is_empty() { Ok(()) } else { membership::all_changed(change, &people).await }
}
