//! Automatic assignment: the rule of a policy gives a package and takes it away, in the transaction of the change that
//! made it so.

use super::package_assignment::{Ending, save_ends};
use super::separation::Looks;
use super::{allowed, due, guarded, membership, request, separation};
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

/// Assignments of packages ended: to whom a rule assigns one of these, they get it in the same moment.
pub async fn came_free(change: &mut Change<'_>, freed: &[(UserId, PackageId)]) -> Result<(), Problem> {
    let mut all = automatic::all(&mut change.link).await?;
    all.retain(|assigning| freed.iter().any(|(_, package)| *package == assigning.package));
    if all.is_empty() {
        return Ok(());
    }
    let ids: Vec<UserId> = freed.iter().map(|(user, _)| *user).collect();
    let people: BTreeMap<UserId, _> =
        users::several(&mut change.link, &ids).await?.into_iter().map(|user| (user.id, users::person(&user))).collect();
    for assigning in all {
        let Some(rule) = Automatic::of(&assigning.policy) else { continue };
        let of_it = freed.iter().filter(|(_, package)| *package == assigning.package);
        let matching = of_it.filter(|(user, _)| people.get(user).is_some_and(|person| rule.matches(person, change.now)));
        for user in matching.map(|(user, _)| *user).collect::<Vec<_>>() {
            matched(change, &assigning, &rule, user, true).await?;
        }
    }
    Ok(())
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
        matched(change, &assigning, &rule, user, matches).await?;
    }
    Ok(())
}

/// Somebody matches the rule or not: what follows from that.
async fn matched(
    change: &mut Change<'_>,
    assigning: &Assigning,
    rule: &Automatic,
    user: UserId,
    matches: bool,
) -> Result<(), Problem> {
    // A delivery that is under way must not give a second one; what is decided is read again behind it.
    package_editing::guard(&mut change.link, assigning.package).await?;
    let held = packages::held(&mut change.link, user, assigning.package).await?;
    match rule.act(matches, held.as_ref(), change.now) {
        Some(act) => apply(change, assigning, vec![(user, act, held)]).await,
        None => Ok(()),
    }
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
    if let Some(assigning) = automatic::get(&mut change.link, policy.id).await? {
        apply(change, &assigning, acts).await?;
    }
    let again = policy.enabled.then(|| change.now + Span::minutes(RULE_AGAIN_MINUTES));
    Ok(automatic::set_evaluation(&mut change.link, policy.id, again).await?)
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
    give.extend(over.iter().map(|held| held.holder));
    // People are guarded in one order.
    give.sort();
    due::end_packages(change, over).await?;
    let matching = give.len();
    let give = separation::without_conflict(&mut change.link, assigning.package, give, change.now, Looks::ToAct).await?;
    if give.len() < matching {
        // Whoever has something that excludes the package gets it once they no longer have: the rule is asked again then.
        let again = change.now + Span::minutes(RULE_OF_TIME_MINUTES);
        automatic::set_evaluation(&mut change.link, assigning.policy.id, Some(again)).await?;
    }
    if !give.is_empty() {
        given(change, assigning, &give).await?;
    }
    set_ends(change, assigning, &keep, None).await?;
    for (at, held) in leave {
        set_ends(change, assigning, &held, Some(at)).await?;
    }
    ended(change, end).await?;
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

async fn ended(change: &mut Change<'_>, held: Vec<PackageAssignment>) -> Result<(), Problem> {
    let (reason, at) = (EndReason::RuleNoLongerMatches, change.now);
    let mut came_with = due::came_with(change, &held).await?;
    let ending = held.into_iter().map(|held| {
        let came = came_with.remove(&held.id).unwrap_or_default();
        Ending { actions: rules::request::end_by_rule(&held, &came), held, reason, at }
    });
    if save_ends(change, ending.collect(), "").await? { Ok(()) } else { Err(Refusal::Stale.into()) }
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
