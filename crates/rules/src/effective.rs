//! What somebody holds right now, and by which path.
//!
//! Time ends access by itself: every answer here compares with `now` and waits for no worker. What was held at a moment of the
//! past is the same answer with that instant.

use model::access::{Assignment, AssignmentType, ResourceRole};
use model::directory::Principal;
use model::{GroupId, UserId};
use model::{Refusal, Ts};
use std::collections::BTreeSet;

/// Whether an assignment is in force at `now`: the start is inside the window, the end is not.
pub fn in_force(assignment: &Assignment, now: Ts) -> bool {
    assignment.assignment_type == AssignmentType::Active && in_window(assignment, now)
}

/// The same for an eligible one, which is not in force by that.
pub fn in_window(assignment: &Assignment, now: Ts) -> bool {
    assignment.ended_at.is_none_or(|ended| now < ended)
        && assignment.starts_at <= now
        && assignment.ends_at.is_none_or(|end| now < end)
}

/// Whether it begins later.
pub fn is_to_come(assignment: &Assignment, now: Ts) -> bool {
    assignment.ended_at.is_none() && assignment.starts_at > now
}

/// The moment that is asked about, if it is past. What is to come is decided by what happens until then, and what lies before
/// the history of something began is not known: `since` is when that was, and of what.
pub fn moment(at: Option<Ts>, since: Option<(Ts, &str)>, now: Ts) -> Result<Option<Ts>, Refusal> {
    let Some(at) = at else { return Ok(None) };
    let message = match since {
        _ if at > now => "That moment is still to come. Choose one that has passed, or leave the field empty for now.".to_owned(),
        Some((since, of)) if at < since => format!(
            "Nothing is known of that moment, because the history of “{of}” begins on {}. Choose a later one, or leave the field \
             empty for now.",
            since.in_sentence()
        ),
        _ => return Ok(Some(at)),
    };
    Err(Refusal::Malformed { field: "at".to_owned(), message })
}

/// Whether somebody was enabled at a moment: `next` is what they became first after it, if anything, and until then they were
/// the opposite; otherwise they were what they are `now`.
pub fn was_enabled(now: bool, next: Option<bool>) -> bool {
    next.map_or(now, |became| !became)
}

/// Something held, with the assignments that lead to it, nearest to the person first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<'a> {
    pub role: ResourceRole,
    pub path: Vec<&'a Assignment>,
}

impl Held<'_> {
    /// When this path ends: the earliest end on it.
    pub fn ends_at(&self) -> Option<Ts> {
        self.path.iter().filter_map(|assignment| assignment.ends_at).min()
    }
}

/// Everything that a user holds at `now`, by every path, from the assignments of the user and of the groups above.
///
/// A membership gives what the group holds. Directory roles and application roles come through direct
/// membership only, as in the reference system; nested groups count for membership itself.
pub fn held(user: UserId, enabled: bool, assignments: &[Assignment], now: Ts) -> Vec<Held<'_>> {
    let mut found = Vec::new();
    if !enabled {
        return found;
    }
    let of = |principal: Principal| assignments.iter().filter(move |a| a.principal == principal && in_force(a, now));
    let mut reached: Vec<(GroupId, Vec<&Assignment>)> = Vec::new();
    for assignment in of(Principal::User(user)) {
        found.push(Held { role: assignment.role, path: vec![assignment] });
        if let ResourceRole::GroupMember(group) = assignment.role {
            reached.push((group, vec![assignment]));
        }
    }
    let mut next = 0;
    while let Some((group, path)) = reached.get(next).cloned() {
        next += 1;
        for assignment in of(Principal::Group(group)) {
            let mut longer = path.clone();
            longer.push(assignment);
            match assignment.role {
                ResourceRole::GroupMember(above) => {
                    let loops = path.iter().any(|step| step.role == assignment.role);
                    if !loops {
                        found.push(Held { role: assignment.role, path: longer.clone() });
                        reached.push((above, longer));
                    }
                }
                ResourceRole::DirectoryRole(_) | ResourceRole::ApplicationRole(..) if path.len() == 1 => {
                    found.push(Held { role: assignment.role, path: longer });
                }
                ResourceRole::DirectoryRole(_) | ResourceRole::ApplicationRole(..) | ResourceRole::GroupOwner(_) => {}
            }
        }
    }
    found
}

/// The groups whose membership these assignments give at `now`.
pub fn groups_given(assignments: &[Assignment], now: Ts) -> impl Iterator<Item = GroupId> {
    assignments.iter().filter(move |one| in_force(one, now)).filter_map(|one| match one.role {
        ResourceRole::GroupMember(group) => Some(group),
        ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
    })
}

/// All groups of which the user is a member at `now`, directly or through groups.
pub fn groups(user: UserId, enabled: bool, assignments: &[Assignment], now: Ts) -> BTreeSet<GroupId> {
    held(user, enabled, assignments, now)
        .into_iter()
        .filter_map(|held| match held.role {
            ResourceRole::GroupMember(group) => Some(group),
            ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{assignment, id};
    use model::access::Source;
    use model::{AssignmentId, RoleId};

    const NOW: Ts = Ts(1_000_000);

    fn member(user: u128, group: u128) -> Assignment {
        assignment(user * 100 + group, Principal::User(UserId(id(user))), ResourceRole::GroupMember(GroupId(id(group))))
    }

    fn nested(inner: u128, outer: u128) -> Assignment {
        assignment(inner * 1000 + outer, Principal::Group(GroupId(id(inner))), ResourceRole::GroupMember(GroupId(id(outer))))
    }

    fn role_of(group: u128, role: u128) -> Assignment {
        assignment(group * 10_000 + role, Principal::Group(GroupId(id(group))), ResourceRole::DirectoryRole(RoleId(id(role))))
    }

    fn roles(assignments: &[Assignment], now: Ts) -> Vec<ResourceRole> {
        held(UserId(id(1)), true, assignments, now).into_iter().map(|held| held.role).collect()
    }

    #[test]
    fn a_moment_to_come_or_before_anything_is_known_is_refused_and_one_between_is_answered() {
        let since = Some((Ts(500), "Harbour keys"));
        let asked = |at: i64, since| moment(Some(Ts(at)), since, NOW);
        for (refused, says) in [
            (asked(NOW.0 + 1, since), "still to come"),
            (asked(NOW.0 + 1, None), "still to come"),
            (asked(499, since), "“Harbour keys” begins on"),
        ] {
            let refused = refused.unwrap_err();
            assert_eq!((refused.code(), refused.field()), ("malformed", Some("at")));
            assert!(refused.sentence_for_pages().contains(says), "{}", refused.sentence_for_pages());
        }
        for at in [500, NOW.0] {
            assert_eq!(asked(at, since), Ok(Some(Ts(at))));
        }
        assert_eq!(asked(0, None), Ok(Some(Ts(0))));
        assert_eq!(moment(None, since, NOW), Ok(None));
    }

    #[test]
    fn somebody_was_what_they_are_unless_they_became_something_since() {
        for now in [true, false] {
            assert_eq!(was_enabled(now, None), now);
            assert!(was_enabled(now, Some(false)) && !was_enabled(now, Some(true)));
        }
    }

    #[test]
    fn a_disabled_person_holds_nothing() {
        assert!(held(UserId(id(1)), false, &[member(1, 2)], NOW).is_empty());
    }

    #[test]
    fn nothing_is_held_before_its_start_at_its_end_or_while_only_eligible() {
        let mut later = member(1, 2);
        later.starts_at = NOW + model::Span(1);
        let mut over = member(1, 3);
        over.ends_at = Some(NOW);
        let mut eligible = member(1, 4);
        eligible.assignment_type = AssignmentType::Eligible;
        let mut taken = member(1, 5);
        taken.ended_at = Some(NOW);
        assert!(roles(&[later.clone(), over.clone(), eligible, taken], NOW).is_empty());
        assert_eq!(roles(&[later], NOW + model::Span(1)).len(), 1);
        assert_eq!(roles(&[over], NOW - model::Span(1)).len(), 1);
    }

    #[test]
    fn a_membership_gives_the_roles_of_the_group_and_the_path_ends_with_its_first_end() {
        let mut membership = member(1, 2);
        membership.ends_at = Some(NOW + model::Span(5));
        membership.source = Source::Package(model::PackageAssignmentId(id(9)));
        let assignments = [membership, role_of(2, 7)];
        let held = held(UserId(id(1)), true, &assignments, NOW);
        assert_eq!(held.len(), 2);
        assert_eq!(held[1].role, ResourceRole::DirectoryRole(RoleId(id(7))));
        assert_eq!(held[1].ends_at(), Some(NOW + model::Span(5)));
        assert!(roles(&assignments, NOW + model::Span(5)).is_empty(), "the role goes with the membership, at the same instant");
    }

    #[test]
    fn nested_groups_give_membership_but_no_directory_role() {
        let assignments = [member(1, 2), nested(2, 3), role_of(3, 7)];
        assert_eq!(groups(UserId(id(1)), true, &assignments, NOW).len(), 2);
        assert!(!roles(&assignments, NOW).contains(&ResourceRole::DirectoryRole(RoleId(id(7)))));
    }

    #[test]
    fn groups_that_contain_each_other_do_not_hang_the_answer() {
        let assignments = [member(1, 2), nested(2, 3), nested(3, 2), nested(3, 3)];
        assert_eq!(groups(UserId(id(1)), true, &assignments, NOW).len(), 2);
    }

    #[test]
    fn the_same_thing_by_two_paths_is_said_twice() {
        let mut package = member(1, 2);
        package.id = AssignmentId(id(77));
        package.source = Source::Package(model::PackageAssignmentId(id(9)));
        assert_eq!(roles(&[member(1, 2), package], NOW).len(), 2);
    }
}
