//! Who reads which part of the history, and what of it is not for everybody whom it is about.

use crate::access::{Visitor, sees_roles};
use model::UserId;
use model::audit::Place;
use model::directory::PortalRole::{self, *};
use model::event::{Action, Actor, Event};

/// Roles that read the whole history.
pub const AUDIT_READERS: &[PortalRole] = &[GlobalAdministrator, SecurityAdministrator, GlobalReader, SecurityReader];

/// Whether the visitor reads the whole history.
pub fn sees_all(visitor: &Visitor) -> bool {
    visitor.has(AUDIT_READERS)
}

/// Whether the visitor reads this part of it. `manages` is whether they manage the group that it is about.
pub fn may_read(visitor: &Visitor, place: Place, manages: bool) -> bool {
    match place {
        // What it shows is bound to whoever asks.
        Place::Mine => true,
        Place::Everything | Place::User(_) => sees_all(visitor),
        Place::Role(_) => sees_roles(visitor) || sees_all(visitor),
        Place::Group(_) => manages || sees_all(visitor),
    }
}

/// Whether the visitor may take it away as a file: as long as they read it, and it is not their own.
pub fn may_export(visitor: &Visitor, place: Place, manages: bool) -> bool {
    place != Place::Mine && may_read(visitor, place, manages)
}

/// Whether what somebody said when they did it is for `me` as well, who finds the event among their own. What is said about
/// an assignment stays between administrators; why something was taken away is told to whoever loses it, and what is said
/// about a request stands on its timeline.
pub fn shows_reason(event: &Event, me: UserId) -> bool {
    let between_administrators = matches!(
        event.action,
        Action::AssignmentStarted { .. } | Action::AssignmentChanged { .. } | Action::TargetAccessAdopted { .. }
    );
    event.actor == Actor::User(me) || !between_administrators
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};
    use model::access::{AssignmentType, EndReason, ResourceRole, Source};
    use model::directory::Principal;
    use model::role_settings::Ticket;
    use model::{AssignmentId, EventId, GroupId, RoleId, Ts};

    fn with(roles: &[PortalRole]) -> Visitor {
        Visitor::User { id: user(1), roles: roles.iter().copied().collect() }
    }

    /// One line a role: the whole history, of a person, of a directory role, of a group, one's own.
    #[test]
    fn the_matrix_is_as_printed() {
        let places =
            [Place::Everything, Place::User(user(2)), Place::Role(RoleId(id(3))), Place::Group(GroupId(id(4))), Place::Mine];
        let row = |name: &str, visitor: &Visitor, manages| {
            let marks = places.map(|place| if may_read(visitor, place, manages) { "x" } else { "." });
            format!("{name:<36}{}\n", marks.join(" "))
        };
        let mut printed = row("nobody special", &with(&[]), false) + &row("owner of the group", &with(&[]), true);
        for role in PortalRole::ALL {
            printed.push_str(&row(role.name(), &with(&[role]), false));
        }
        let expected = "\
nobody special                      . . . . x
owner of the group                  . . . x x
Global Administrator                x x x x x
Privileged Role Administrator       . . x . x
Identity Governance Administrator   . . . . x
User Administrator                  . . . . x
Groups Administrator                . . . . x
Application Administrator           . . . . x
Security Administrator              x x x x x
Global Reader                       x x x x x
Security Reader                     x x x x x
Catalog Creator                     . . . . x
";
        assert_eq!(printed, expected);
        assert!(!may_export(&with(&[GlobalAdministrator]), Place::Mine, false));
        assert!(may_export(&with(&[PrivilegedRoleAdministrator]), Place::Role(RoleId(id(3))), false));
    }

    #[test]
    fn what_is_said_about_an_assignment_is_not_for_whoever_gets_it_and_why_it_is_taken_away_is() {
        let (principal, role) = (Principal::User(user(1)), ResourceRole::DirectoryRole(RoleId(id(3))));
        let event = |actor, action| Event { id: EventId(id(1)), at: Ts(0), actor, request: None, about: Vec::new(), action };
        let started = Action::AssignmentStarted {
            assignment: AssignmentId(id(9)),
            principal,
            role,
            assignment_type: AssignmentType::Eligible,
            source: Source::Direct,
            starts_at: Ts(0),
            ends_at: None,
            words: "We do not trust them yet.".into(),
            ticket: Ticket::default(),
        };
        assert!(!shows_reason(&event(Actor::User(user(2)), started.clone()), user(1)));
        assert!(shows_reason(&event(Actor::User(user(1)), started), user(1)), "whoever said it may read it");
        let ended = Action::AssignmentEnded {
            assignment: AssignmentId(id(9)),
            principal,
            role,
            reason: EndReason::Removed,
            words: "The project is over.".into(),
        };
        assert!(shows_reason(&event(Actor::User(user(2)), ended), user(1)));
    }
}
