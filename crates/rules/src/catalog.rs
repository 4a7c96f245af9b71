//! Catalogs and packages as administrators see them: who may what within a catalog, and what a form may say.
//!
//! The file is long because the rules of one right stand beside those of the others, and their printed matrices below them.

use crate::access::{self, Visitor};
use crate::form::text;
use model::access::{AssignmentType, ResourceRole};
use model::catalog::{CatalogFields, CatalogRole, PackageFields};
use model::directory::PortalRole::{
    ApplicationAdministrator, CatalogCreator, GlobalAdministrator, GlobalReader, IdentityGovernanceAdministrator,
    PrivilegedRoleAdministrator, SecurityReader,
};
use model::directory::{PortalRole, Resource};
use model::event::Change;
use model::limits::{DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS, PACKAGE_ROLES_MAX};
use model::package::{PackageRole, Scope};
use model::{ApplicationId, ApplicationRoleId, CatalogId, GroupId, PackageId, Refusal, RoleId, Ts};

/// Roles that may do everything in every catalog.
pub const GOVERNANCE_ADMINISTRATORS: &[PortalRole] = &[GlobalAdministrator, IdentityGovernanceAdministrator];
/// Roles that see every catalog.
pub const CATALOG_READERS: &[PortalRole] = &[GlobalAdministrator, IdentityGovernanceAdministrator, GlobalReader, SecurityReader];

/// A catalog as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    pub id: CatalogId,
    pub name: String,
    pub description: String,
    pub enabled: bool,
    pub created_at: Ts,
    pub version: i64,
}

/// A package as stored, as its form knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub id: PackageId,
    pub catalog: CatalogId,
    pub catalog_name: String,
    pub name: String,
    pub description: String,
    pub hidden: bool,
    pub created_at: Ts,
    pub version: i64,
}

/// The roles that somebody was given within one catalog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing(u8);

impl Standing {
    fn bit(role: CatalogRole) -> u8 {
        match role {
            CatalogRole::Owner => 1,
            CatalogRole::Reader => 2,
            CatalogRole::PackageManager => 4,
            CatalogRole::AssignmentManager => 8,
        }
    }

    pub fn has(self, role: CatalogRole) -> bool {
        self.0 & Self::bit(role) != 0
    }
}

impl FromIterator<CatalogRole> for Standing {
    fn from_iter<I: IntoIterator<Item = CatalogRole>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | Self::bit(role)))
    }
}

/// Whether the visitor sees every catalog.
pub fn sees_all(visitor: &Visitor) -> bool {
    visitor.has(CATALOG_READERS)
}

/// Whether the visitor sees this catalog. Each role within it is enough.
pub fn sees(visitor: &Visitor, standing: Standing) -> bool {
    sees_all(visitor) || standing != Standing::default()
}

/// Whether the visitor may change every catalog.
fn manages_all(visitor: &Visitor) -> bool {
    visitor.has(GOVERNANCE_ADMINISTRATORS)
}

/// Whether the visitor may make catalogs.
pub fn may_create(visitor: &Visitor) -> bool {
    manages_all(visitor) || visitor.has(&[CatalogCreator])
}

/// Whether whoever makes a catalog is made its owner with that: those who manage every catalog need no role in one.
pub fn owns_what_it_creates(visitor: &Visitor) -> bool {
    !manages_all(visitor)
}

/// Whether there is a list of catalogs for this visitor: of all of them, of those in which they have a role, or one to which
/// they may add the first.
pub fn sees_list(visitor: &Visitor, any_role: bool) -> bool {
    sees_all(visitor) || any_role || may_create(visitor)
}

/// Whether the visitor may change this catalog, its resources and who has roles in it.
pub fn manages(visitor: &Visitor, standing: Standing) -> bool {
    manages_all(visitor) || standing.has(CatalogRole::Owner)
}

/// Whether the visitor may make and change packages and policies of this catalog.
pub fn manages_packages(visitor: &Visitor, standing: Standing) -> bool {
    manages(visitor, standing) || standing.has(CatalogRole::PackageManager)
}

/// Whether the visitor may write rules that assign packages, and see beforehand whom one matches. A rule reads everybody's
/// attributes and gives without anybody being asked: more than a role in one catalog is for.
pub fn writes_rules(visitor: &Visitor) -> bool {
    manages_all(visitor)
}

/// Whether the visitor may write a policy with this scope, or change one that has it.
pub fn may_write_scope(visitor: &Visitor, scope: &Scope) -> Result<(), Refusal> {
    match scope {
        Scope::Automatic { .. } if !writes_rules(visitor) => Err(Refusal::NotAllowed {
            what: "write rules that assign access packages",
            who: "Global Administrators and Identity Governance Administrators",
        }),
        Scope::Automatic { .. } | Scope::Specific { .. } | Scope::AllMembers | Scope::AllUsers | Scope::Nobody => Ok(()),
    }
}

/// Whether the visitor may assign packages of this catalog directly, end what people hold through them, and cancel and
/// reprocess the requests for them.
pub fn manages_assignments(visitor: &Visitor, standing: Standing) -> bool {
    manages_packages(visitor, standing) || standing.has(CatalogRole::AssignmentManager)
}

/// Whether the visitor may look who could request a package: whoever may look people up, because the answer tells of
/// somebody else what they belong to and who decides about them. Seeing the catalog is not enough.
pub fn may_ask_who_could(visitor: &Visitor, standing: Standing) -> Result<(), Refusal> {
    access::may_look_up(visitor, manages_assignments(visitor, standing))
}

/// Whether the visitor may hand out this resource by himself, which bringing it into a catalog lets others do.
pub fn may_bring_in(visitor: &Visitor, resource: Resource, role_assignable: bool, owns: bool) -> Result<(), Refusal> {
    let (yes, what, who) = match resource {
        Resource::Group(_) if role_assignable => (
            access::may_change_group(visitor, true, owns),
            "bring a group to which roles can be assigned into a catalog",
            "Its owners, Global Administrators and Privileged Role Administrators",
        ),
        Resource::Group(_) => (
            access::may_change_group(visitor, false, owns),
            "bring this group into a catalog",
            "Its owners, Global Administrators, User Administrators and Groups Administrators",
        ),
        Resource::Application(_) => (
            visitor.has(&[GlobalAdministrator, ApplicationAdministrator]),
            "bring applications into a catalog",
            "Global Administrators and Application Administrators",
        ),
        Resource::DirectoryRole(_) => (
            visitor.has(&[GlobalAdministrator, PrivilegedRoleAdministrator]),
            "bring directory roles into a catalog",
            "Global Administrators and Privileged Role Administrators",
        ),
    };
    match (yes, owns || access::sees_directory(visitor)) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::NotAllowed { what, who }),
        // Whoever does not see the directory does not learn what is in it.
        (false, false) => Err(Refusal::NotFound { what: "resource" }),
    }
}

/// Whether a resource is power over directory roles: one of these, or a group to which they can be assigned.
pub fn gives_roles(resource: Resource, role_assignable: bool) -> bool {
    match resource {
        Resource::DirectoryRole(_) => true,
        Resource::Group(_) => role_assignable,
        Resource::Application(_) => false,
    }
}

/// Whether a group may have a role in a catalog. Whoever has more than a reader's role where directory roles are handed out
/// can give these to anybody, and who is in a group to which no roles can be assigned is decided by people with less power.
pub fn may_hold(
    catalog: &str,
    gives_roles: bool,
    (group, role_assignable): (&str, bool),
    role: CatalogRole,
) -> Result<(), Refusal> {
    if gives_roles && !role_assignable && role != CatalogRole::Reader {
        return Err(Refusal::CatalogGivesRoles { catalog: catalog.to_owned(), group: group.to_owned() });
    }
    Ok(())
}

/// A resource with the facts on which depends how packages can give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// The rule of a dynamic group alone decides who is a member.
    Group {
        id: GroupId,
        dynamic: bool,
        /// It is under privileged access management, where one may be eligible for it.
        privileged: bool,
    },
    Application {
        id: ApplicationId,
        roles: Vec<ApplicationRoleId>,
    },
    DirectoryRole {
        id: RoleId,
        privileged: bool,
    },
}

/// The ways in which a package can give a resource.
pub fn ways(facts: &Facts) -> Vec<PackageRole> {
    let active = |role| PackageRole { role, assignment_type: AssignmentType::Active };
    let eligible = |role| PackageRole { role, assignment_type: AssignmentType::Eligible };
    match facts {
        Facts::Group { id, dynamic: true, .. } => vec![active(ResourceRole::GroupOwner(*id))],
        Facts::Group { id, dynamic: false, privileged } => {
            let both = [ResourceRole::GroupMember(*id), ResourceRole::GroupOwner(*id)];
            let activated = both.into_iter().filter(|_| *privileged).map(eligible);
            both.into_iter().map(active).chain(activated).collect()
        }
        Facts::Application { id, roles } => roles.iter().map(|role| active(ResourceRole::ApplicationRole(*id, *role))).collect(),
        Facts::DirectoryRole { id, privileged } => {
            let role = ResourceRole::DirectoryRole(*id);
            // A highly privileged role is activated each time it is needed, with its own checks.
            if *privileged { vec![eligible(role)] } else { vec![eligible(role), active(role)] }
        }
    }
}

/// Whether a package may give one more role. `there` is what it gives, `offered` how the catalog's resource can be given.
pub fn may_give(
    role: PackageRole,
    there: &[PackageRole],
    offered: &[PackageRole],
    said: &str,
    package: &str,
    catalog: &str,
) -> Result<(), Refusal> {
    if there.contains(&role) {
        return Err(Refusal::AlreadyInPackage { role: said.to_owned(), package: package.to_owned() });
    }
    if !offered.contains(&role) {
        return Err(Refusal::RoleNotOffered { role: said.to_owned(), catalog: catalog.to_owned() });
    }
    if there.len() >= PACKAGE_ROLES_MAX {
        return Err(Refusal::TooManyRoles { limit: PACKAGE_ROLES_MAX });
    }
    Ok(())
}

/// Whether a resource may leave its catalog: no package gives it any more. `packages` are some of `count`.
pub fn may_take_out(resource: &str, packages: &[(PackageId, String)], count: usize) -> Result<(), Refusal> {
    if count == 0 {
        return Ok(());
    }
    Err(Refusal::ResourceInUse { resource: resource.to_owned(), packages: packages.to_vec(), count })
}

/// Whether a catalog may be deleted: no package is in it. `packages` are some of `count`.
pub fn may_delete_catalog(catalog: &Catalog, packages: &[String], count: usize) -> Result<(), Refusal> {
    if count == 0 {
        return Ok(());
    }
    Err(Refusal::CatalogInUse { catalog: catalog.id, name: catalog.name.clone(), packages: packages.to_vec(), count })
}

/// Whether a package may be deleted: nobody holds it and nobody waits for it.
pub fn may_delete(package: &Package, held: i64, open: i64) -> Result<(), Refusal> {
    if held == 0 && open == 0 {
        return Ok(());
    }
    Err(Refusal::PackageInUse { package: package.id, name: package.name.clone(), held, open })
}

/// Whether a policy may be deleted; one that is in use can only be disabled.
pub fn may_delete_policy(package: PackageId, name: &str, held: i64, open: i64) -> Result<(), Refusal> {
    if held == 0 && open == 0 {
        return Ok(());
    }
    Err(Refusal::PolicyInUse { package, name: name.to_owned(), held, open })
}

/// Checks and cleans the form of a catalog.
pub fn check_catalog(fields: &CatalogFields) -> Result<CatalogFields, Refusal> {
    Ok(CatalogFields {
        name: text("name", "Name", &fields.name, true, NAME_MAX_CHARS)?,
        description: text("description", "Description", &fields.description, false, DESCRIPTION_MAX_CHARS)?,
        enabled: fields.enabled,
    })
}

/// Checks and cleans the form of a package.
pub fn check_package(fields: &PackageFields) -> Result<PackageFields, Refusal> {
    Ok(PackageFields {
        catalog: fields.catalog,
        name: text("name", "Name", &fields.name, true, NAME_MAX_CHARS)?,
        description: text("description", "Description", &fields.description, false, DESCRIPTION_MAX_CHARS)?,
        hidden: fields.hidden,
    })
}

fn yes_no(yes: bool) -> String {
    if yes { "Yes" } else { "No" }.to_owned()
}

/// Those of the attributes that differ, for the history.
pub fn differing(all: impl IntoIterator<Item = (&'static str, String, String)>) -> Vec<Change> {
    all.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect()
}

/// What saving the form of a catalog changes.
pub fn catalog_changes(before: &Catalog, after: &CatalogFields) -> Vec<Change> {
    differing([
        ("Name", before.name.clone(), after.name.clone()),
        ("Description", before.description.clone(), after.description.clone()),
        ("Enabled", yes_no(before.enabled), yes_no(after.enabled)),
    ])
}

/// What saving the form of a package changes.
pub fn package_changes(before: &Package, after: &PackageFields) -> Vec<Change> {
    differing([
        ("Name", before.name.clone(), after.name.clone()),
        ("Description", before.description.clone(), after.description.clone()),
        ("Hidden", yes_no(before.hidden), yes_no(after.hidden)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};

    fn with(roles: &[PortalRole]) -> Visitor {
        Visitor::User { id: user(1), roles: roles.iter().copied().collect() }
    }

    fn standing(role: CatalogRole) -> Standing {
        [role].into_iter().collect()
    }

    /// One line a role: sees the catalog, manages it, manages its packages; looks who could request; writes rules; creates others.
    #[test]
    fn the_matrix_of_a_catalog_is_as_printed() {
        let row = |name: &str, visitor: &Visitor, standing: Standing| {
            let by_rule = Scope::Automatic { rule: String::new(), grace_minutes: 0 };
            let cells = [
                sees(visitor, standing),
                manages(visitor, standing),
                manages_packages(visitor, standing),
                may_ask_who_could(visitor, standing).is_ok(),
                may_write_scope(visitor, &by_rule).is_ok(),
                may_create(visitor),
            ];
            format!("{name:<36}{}\n", cells.map(|yes| if yes { "x" } else { "." }).join(" "))
        };
        let mut printed = row("nobody special", &with(&[]), Standing::default());
        for role in CatalogRole::ALL {
            printed.push_str(&row(role.name(), &with(&[]), standing(role)));
        }
        for role in PortalRole::ALL {
            printed.push_str(&row(role.name(), &with(&[role]), Standing::default()));
        }
        let expected = "\
nobody special                      . . . . . .
Catalog owner                       x x x x . .
Catalog reader                      x . . . . .
Access package manager              x . x x . .
Access package assignment manager   x . . x . .
Global Administrator                x x x x x x
Privileged Role Administrator       . . . x . .
Identity Governance Administrator   x x x x x x
User Administrator                  . . . x . .
Groups Administrator                . . . x . .
Application Administrator           . . . x . .
Security Administrator              . . . x . .
Global Reader                       x . . x . .
Security Reader                     x . . x . .
Catalog Creator                     . . . . . x
";
        assert_eq!(printed, expected);
    }

    /// One line a role: group, role-assignable group, application, directory role.
    #[test]
    fn who_may_bring_what_in_is_as_printed() {
        let group = Resource::Group(GroupId(id(1)));
        let row = |name: &str, visitor: &Visitor, owns: bool| {
            let cells = [
                may_bring_in(visitor, group, false, owns),
                may_bring_in(visitor, group, true, owns),
                may_bring_in(visitor, Resource::Application(ApplicationId(id(2))), false, false),
                may_bring_in(visitor, Resource::DirectoryRole(RoleId(id(3))), false, false),
            ];
            format!("{name:<36}{}\n", cells.map(|done| if done.is_ok() { "x" } else { "." }).join(" "))
        };
        let mut printed = row("nobody special", &with(&[]), false);
        printed.push_str(&row("owner of the group", &with(&[]), true));
        for role in PortalRole::ALL {
            printed.push_str(&row(role.name(), &with(&[role]), false));
        }
        let expected = "\
nobody special                      . . . .
owner of the group                  x x . .
Global Administrator                x x x x
Privileged Role Administrator       . x . x
Identity Governance Administrator   . . . .
User Administrator                  x . . .
Groups Administrator                x . . .
Application Administrator           . . x .
Security Administrator              . . . .
Global Reader                       . . . .
Security Reader                     . . . .
Catalog Creator                     . . . .
";
        assert_eq!(printed, expected);
        let outsider = may_bring_in(&with(&[]), group, false, false);
        assert_eq!(outsider, Err(Refusal::NotFound { what: "resource" }), "a guessed id tells nothing");
    }

    #[test]
    fn a_privileged_role_is_given_to_be_activated_and_a_dynamic_group_only_to_be_owned() {
        let role = RoleId(id(3));
        let privileged = ways(&Facts::DirectoryRole { id: role, privileged: true });
        assert!(privileged.iter().all(|way| way.assignment_type == AssignmentType::Eligible));
        assert_eq!(ways(&Facts::DirectoryRole { id: role, privileged: false }).len(), 2);
        let group = GroupId(id(1));
        let owner = PackageRole { role: ResourceRole::GroupOwner(group), assignment_type: AssignmentType::Active };
        assert_eq!(ways(&Facts::Group { id: group, dynamic: true, privileged: false }), [owner]);
        let eligible = |privileged| {
            let all = ways(&Facts::Group { id: group, dynamic: false, privileged });
            all.iter().filter(|way| way.assignment_type == AssignmentType::Eligible).count()
        };
        assert_eq!((eligible(false), eligible(true)), (0, 2), "nobody is eligible for a group that nobody activates");
        let member = PackageRole { role: ResourceRole::GroupMember(group), ..owner };
        let refused = may_give(member, &[], &[owner], "Sales · Member", "Package", "Catalog");
        assert!(matches!(refused, Err(Refusal::RoleNotOffered { .. })));
        assert!(matches!(may_give(owner, &[owner], &[owner], "", "", ""), Err(Refusal::AlreadyInPackage { .. })));
        assert!(matches!(may_give(owner, &[member; PACKAGE_ROLES_MAX], &[owner], "", "", ""), Err(Refusal::TooManyRoles { .. })));
        assert_eq!(may_give(owner, &[member], &[owner], "", "", ""), Ok(()));
    }

    #[test]
    fn what_is_in_use_stays_and_the_refusal_says_where() {
        let package = PackageId(id(7));
        let refused = may_take_out("Sales", &[(package, "Desk".into())], 3).unwrap_err();
        assert!(refused.sentence().contains("“Desk” and 2 more"), "{}", refused.sentence());
        assert_eq!(refused.link().unwrap().0, format!("/admin/packages/{package}?tab=roles"));
        assert_eq!(may_take_out("Sales", &[], 0), Ok(()));
        let catalog = Catalog {
            id: CatalogId(id(8)),
            name: "Sales".into(),
            description: String::new(),
            enabled: true,
            created_at: Ts(0),
            version: 0,
        };
        let refused = may_delete_catalog(&catalog, &["Desk".into(), "Phone".into()], 3).unwrap_err();
        assert!(
            refused.sentence().contains("“Sales” cannot be deleted: it holds “Desk”, “Phone” and 1 more"),
            "{}",
            refused.sentence()
        );
        assert_eq!(refused.link().unwrap().0, format!("/admin/catalogs/{}", catalog.id));
        assert_eq!(may_delete_catalog(&catalog, &[], 0), Ok(()));
        let refused = may_delete_policy(package, "Everybody", 2, 1).unwrap_err();
        assert!(refused.sentence().contains("2 people hold it and 1 request is open"), "{}", refused.sentence());
        assert_eq!(may_delete_policy(package, "Everybody", 0, 0), Ok(()));
    }
}
