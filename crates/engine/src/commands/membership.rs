//! Dynamic membership: rules put people in and take them out, in the transaction of the change that made it so.

use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, AssignmentType, EndReason, ResourceRole, Source};
use model::directory::{Membership, Principal};
use model::limits::RULE_OF_TIME_MINUTES;
use model::{AssignmentId, GroupId, Span, UserId};
use rules::directory_rule::Rule;
use rules::group::Group;
use std::collections::{BTreeMap, BTreeSet};
use store::{assignments, groups, users};

/// Users that are looked at together when a rule is evaluated over everybody.
const PAGE: usize = 500;

/// Somebody's attributes changed: every rule is asked anew.
pub async fn attributes_changed(change: &mut Change<'_>, user: UserId) -> Result<(), Problem> {
    let rules = dynamic(change).await?;
    apply_to(change, user, &rules).await?;
    super::automatic::attributes_changed(change, user).await
}

/// Somebody's memberships changed: rules that look at other groups are asked anew. Such a group feeds no other,
/// so one round is enough.
pub async fn changed(change: &mut Change<'_>, user: UserId) -> Result<(), Problem> {
    let rules: Vec<_> = dynamic(change).await?.into_iter().filter(|(_, rule)| !rule.source_groups().is_empty()).collect();
    if rules.is_empty() {
        return Ok(());
    }
    apply_to(change, user, &rules).await
}

/// The same for many people at once.
pub async fn all_changed(change: &mut Change<'_>, users: &[UserId]) -> Result<(), Problem> {
    let rules: Vec<_> = dynamic(change).await?.into_iter().filter(|(_, rule)| !rule.source_groups().is_empty()).collect();
    if !rules.is_empty() {
        for user in users {
            apply_to(change, *user, &rules).await?;
        }
    }
    Ok(())
}

/// The groups with a rule. A stored rule was checked when it was saved; one that no longer reads matches nobody.
async fn dynamic(change: &mut Change<'_>) -> Result<Vec<(Group, Rule)>, Problem> {
    if !change.follows().await?.rules {
        return Ok(Vec::new());
    }
    let groups = groups::dynamic(&mut change.link).await?;
    Ok(groups
        .into_iter()
        .filter_map(|group| match &group.membership {
            Membership::Dynamic { rule } => Rule::parse(rule).ok().map(|rule| (group, rule)),
            Membership::Assigned => None,
        })
        .collect())
}

async fn apply_to(change: &mut Change<'_>, user: UserId, rules: &[(Group, Rule)]) -> Result<(), Problem> {
    let Some(stored) = users::get(&mut change.link, user).await? else { return Ok(()) };
    let mut person = users::person(&stored);
    // Attributes first: what they put into a group counts for rules over groups in the same moment.
    for over_groups in [false, true] {
        if over_groups {
            person.member_of = groups_that_count(change, user).await?;
        }
        let reach = assignments::reach(&mut change.link, user, change.now).await?;
        for (group, rule) in rules {
            if rule.source_groups().is_empty() == over_groups {
                continue;
            }
            let given = reach.iter().find(|a| a.source == Source::Rule(group.id) && a.principal == Principal::User(user));
            match (rule.matches(&person, change.now), given) {
                (true, None) => start(change, user, group.id).await?,
                (false, Some(assignment)) => end(change, assignment).await?,
                (true, Some(_)) | (false, None) => {}
            }
        }
    }
    Ok(())
}

/// Direct memberships now, without those that a rule over groups gave.
async fn groups_that_count(change: &mut Change<'_>, user: UserId) -> Result<Vec<GroupId>, Problem> {
    let direct = groups::direct_of(&mut change.link, user, change.now).await?;
    Ok(direct
        .into_iter()
        .filter(|(_, rule)| rule.as_ref().is_none_or(|rule| Rule::parse(rule).is_ok_and(|rule| rule.source_groups().is_empty())))
        .map(|(group, _)| group)
        .collect())
}

async fn start(change: &mut Change<'_>, user: UserId, group: GroupId) -> Result<(), Problem> {
    let assignment = Assignment {
        id: AssignmentId(change.id()),
        principal: Principal::User(user),
        role: ResourceRole::GroupMember(group),
        assignment_type: AssignmentType::Active,
        source: Source::Rule(group),
        starts_at: change.now,
        ends_at: None,
        ended_at: None,
    };
    assignments::insert(&mut change.link, &assignment, change.now).await?;
    change.record(None, [rules::request::started(&assignment)]);
    Ok(())
}

async fn end(change: &mut Change<'_>, assignment: &Assignment) -> Result<(), Problem> {
    if assignments::end(&mut change.link, assignment.id, EndReason::RuleNoLongerMatches, change.now).await? {
        change.record(None, [rules::request::ended(assignment, EndReason::RuleNoLongerMatches)]);
    }
    Ok(())
}

/// A group's rule is new or changed, or gone, or time has passed over it: its members by rule are those it matches now.
/// Returns how many.
pub async fn rule_changed(change: &mut Change<'_>, group: &Group) -> Result<usize, Problem> {
    let rule = match &group.membership {
        Membership::Dynamic { rule } => Some(rules::group::rule(rule)?),
        Membership::Assigned => None,
    };
    let again = rule.as_ref().filter(|rule| rule.depends_on_time()).map(|_| change.now + Span::minutes(RULE_OF_TIME_MINUTES));
    groups::set_evaluation(&mut change.link, group.id, again).await?;
    let given: BTreeMap<UserId, Assignment> = assignments::of_source(&mut change.link, group.id.0)
        .await?
        .into_iter()
        .filter_map(|assignment| Some((assignment.principal.user()?, assignment)))
        .collect();
    let mut matching = BTreeSet::new();
    if let Some(rule) = &rule {
        let over_groups = !rule.source_groups().is_empty();
        let mut after = UserId(model::AnyId::nil());
        loop {
            let page = users::page_by_id(&mut change.link, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for user in &page {
                let mut person = users::person(user);
                if over_groups {
                    person.member_of = groups_that_count(change, user.id).await?;
                }
                if rule.matches(&person, change.now) {
                    matching.insert(user.id);
                }
            }
        }
    }
    for (user, assignment) in &given {
        if !matching.contains(user) {
            end(change, assignment).await?;
        }
    }
    for user in &matching {
        if !given.contains_key(user) {
            start(change, *user, group.id).await?;
        }
    }
    Ok(matching.len())
}
