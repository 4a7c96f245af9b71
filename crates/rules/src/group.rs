//! Groups: what one may look like, and who may be put in.

use crate::directory_rule::Rule;
use crate::form::text;
use model::command::GroupFields;
use model::directory::{Membership, Principal};
use model::event::Change;
use model::limits::{DESCRIPTION_MAX_CHARS, GROUP_NESTING_MAX, NAME_MAX_CHARS};
use model::{GroupId, Refusal, Ts};

/// A group as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub description: String,
    pub membership: Membership,
    pub role_assignable: bool,
    /// Under privileged access management: membership and ownership can be eligible.
    pub privileged: bool,
    pub created_at: Ts,
    pub version: i64,
}

/// Reads a membership rule; the position of an error counts from 0.
pub fn rule(text: &str) -> Result<Rule, Refusal> {
    Rule::parse(text).map_err(|error| Refusal::RuleInvalid { position: error.position, message: error.message })
}

/// Checks and cleans the form of a new group.
pub fn check_new(fields: &GroupFields) -> Result<GroupFields, Refusal> {
    let clean = clean(fields)?;
    if clean.role_assignable && clean.membership.is_dynamic() {
        return Err(Refusal::RoleAssignableMustBeAssigned);
    }
    Ok(clean)
}

/// Checks and cleans the form of an existing one. Whether roles can be assigned to it never changes, and one whose membership
/// is activated gets no rule.
pub fn check_edit(before: &Group, fields: &GroupFields) -> Result<GroupFields, Refusal> {
    let fields = check_new(&GroupFields { role_assignable: before.role_assignable, ..fields.clone() })?;
    if before.privileged && fields.membership.is_dynamic() && !before.membership.is_dynamic() {
        return Err(Refusal::PrivilegedMustBeAssigned { group: before.id, name: before.name.clone() });
    }
    Ok(fields)
}

fn clean(fields: &GroupFields) -> Result<GroupFields, Refusal> {
    let membership = match &fields.membership {
        Membership::Assigned => Membership::Assigned,
        Membership::Dynamic { rule: text } => {
            // How long a rule may be is said by its reader, with the position.
            let text = crate::form::text("rule", "Rule", text, true, usize::MAX)?;
            rule(&text)?;
            Membership::Dynamic { rule: text }
        }
    };
    Ok(GroupFields {
        name: text("name", "Name", &fields.name, true, NAME_MAX_CHARS)?,
        description: text("description", "Description", &fields.description, false, DESCRIPTION_MAX_CHARS)?,
        membership,
        role_assignable: fields.role_assignable,
    })
}

/// The facts about adding a principal.
#[derive(Clone, Debug, Default)]
pub struct Adding {
    /// The principal's name, for the sentence.
    pub name: String,
    /// Already directly assigned.
    pub there: bool,
    /// Groups above the group, itself included: adding one of these would make a loop.
    pub above: Vec<GroupId>,
    /// Levels of groups below the principal and above the group, together.
    pub depth: usize,
    pub enabled: bool,
}

/// Whether a principal may become a member or an owner.
pub fn may_add(group: &Group, principal: Principal, as_owner: bool, adding: &Adding) -> Result<(), Refusal> {
    if group.membership.is_dynamic() && !as_owner {
        return Err(Refusal::DynamicMembership { group: group.name.clone() });
    }
    if adding.there {
        return Err(Refusal::AlreadyMember { name: adding.name.clone(), group: group.name.clone() });
    }
    match principal {
        Principal::User(_) => {
            if !adding.enabled {
                return Err(Refusal::Disabled { name: adding.name.clone() });
            }
        }
        Principal::Group(inner) => {
            if group.role_assignable || as_owner {
                return Err(Refusal::RoleAssignableHoldsNoGroups { group: group.name.clone() });
            }
            if adding.above.contains(&inner) {
                return Err(Refusal::NestingLoop { group: group.name.clone() });
            }
            if adding.depth > GROUP_NESTING_MAX {
                return Err(Refusal::NestingTooDeep { limit: GROUP_NESTING_MAX });
            }
        }
        Principal::ServicePrincipal(_) => {}
    }
    Ok(())
}

/// Whether a directly assigned member or owner may be taken out.
pub fn may_remove(group: &Group, as_owner: bool) -> Result<(), Refusal> {
    if group.membership.is_dynamic() && !as_owner {
        return Err(Refusal::DynamicMembership { group: group.name.clone() });
    }
    Ok(())
}

/// A group that may hold directory roles keeps an owner: of those who own it without an end, `before` and `after` are there. Who
/// owns it for an hour is none.
pub fn keeps_an_owner(group: &Group, before: usize, after: usize) -> Result<(), Refusal> {
    if group.role_assignable && before > 0 && after == 0 {
        return Err(Refusal::LastOwner { group: group.name.clone() });
    }
    Ok(())
}

/// What saving the form changes, for the history.
pub fn changes(before: &Group, after: &GroupFields) -> Vec<Change> {
    let membership = |membership: &Membership| match membership {
        Membership::Assigned => "Assigned".to_owned(),
        Membership::Dynamic { rule } => format!("Dynamic: {rule}"),
    };
    [
        ("Name", before.name.clone(), after.name.clone()),
        ("Description", before.description.clone(), after.description.clone()),
        ("Membership", membership(&before.membership), membership(&after.membership)),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};

    fn group(membership: Membership, role_assignable: bool) -> Group {
        Group {
            id: GroupId(id(1)),
            name: "Operators".into(),
            description: String::new(),
            membership,
            role_assignable,
            privileged: false,
            created_at: Ts(0),
            version: 0,
        }
    }

    fn dynamic() -> Membership {
        Membership::Dynamic { rule: "user.department -eq \"IT\"".into() }
    }

    fn fields(membership: Membership, role_assignable: bool) -> GroupFields {
        GroupFields { name: "Operators".into(), description: String::new(), membership, role_assignable }
    }

    #[test]
    fn a_group_that_may_hold_roles_keeps_an_owner_and_one_without_any_may_be_worked_on() {
        let group = |role_assignable| group(Membership::Assigned, role_assignable);
        assert!(keeps_an_owner(&group(true), 1, 0).is_err());
        assert!(keeps_an_owner(&group(true), 2, 1).is_ok());
        assert!(keeps_an_owner(&group(true), 0, 0).is_ok(), "it had none");
        assert!(keeps_an_owner(&group(false), 1, 0).is_ok());
    }

    #[test]
    fn a_role_assignable_group_is_never_dynamic_and_never_changes_its_flag() {
        assert_eq!(check_new(&fields(dynamic(), true)), Err(Refusal::RoleAssignableMustBeAssigned));
        let before = group(Membership::Assigned, true);
        assert_eq!(check_edit(&before, &fields(dynamic(), false)), Err(Refusal::RoleAssignableMustBeAssigned));
        assert!(check_edit(&before, &fields(Membership::Assigned, false)).unwrap().role_assignable);
    }

    #[test]
    fn a_group_under_privileged_access_management_gets_no_rule() {
        let before = Group { privileged: true, ..group(Membership::Assigned, false) };
        let refused = check_edit(&before, &fields(dynamic(), false)).unwrap_err();
        assert_eq!(refused.code(), "privileged_must_be_assigned");
        assert!(refused.sentence().contains("“Operators”") && refused.link().is_some(), "{}", refused.sentence());
        assert!(check_edit(&before, &fields(Membership::Assigned, false)).is_ok());
        assert!(check_edit(&group(Membership::Assigned, false), &fields(dynamic(), false)).is_ok());
    }

    #[test]
    fn a_wrong_rule_is_refused_with_its_position() {
        let wrong = Membership::Dynamic { rule: "user.departmnt -eq \"IT\"".into() };
        assert!(matches!(check_new(&fields(wrong, false)), Err(Refusal::RuleInvalid { .. })));
        assert!(check_new(&fields(dynamic(), false)).is_ok());
    }

    #[test]
    fn nobody_puts_members_into_a_dynamic_group_or_groups_into_a_role_assignable_one() {
        let adding = Adding { enabled: true, ..Adding::default() };
        let person = Principal::User(user(2));
        assert!(matches!(may_add(&group(dynamic(), false), person, false, &adding), Err(Refusal::DynamicMembership { .. })));
        assert_eq!(may_add(&group(dynamic(), false), person, true, &adding), Ok(()), "owners are assigned by hand");
        let inner = Principal::Group(GroupId(id(9)));
        let assignable = group(Membership::Assigned, true);
        assert!(matches!(may_add(&assignable, inner, false, &adding), Err(Refusal::RoleAssignableHoldsNoGroups { .. })));
        assert_eq!(may_add(&assignable, person, false, &adding), Ok(()));
    }

    #[test]
    fn nesting_makes_no_loops_and_has_a_depth() {
        let inner = Principal::Group(GroupId(id(9)));
        let plain = group(Membership::Assigned, false);
        let looping = Adding { enabled: true, above: vec![GroupId(id(1)), GroupId(id(9))], ..Adding::default() };
        assert!(matches!(may_add(&plain, inner, false, &looping), Err(Refusal::NestingLoop { .. })));
        let deep = Adding { enabled: true, depth: GROUP_NESTING_MAX + 1, ..Adding::default() };
        assert!(matches!(may_add(&plain, inner, false, &deep), Err(Refusal::NestingTooDeep { .. })));
    }

    #[test]
    fn disabled_people_are_not_added() {
        let adding = Adding { name: "Lee".into(), ..Adding::default() };
        let refused = may_add(&group(Membership::Assigned, false), Principal::User(user(2)), false, &adding);
        assert_eq!(refused, Err(Refusal::Disabled { name: "Lee".into() }));
    }
}
