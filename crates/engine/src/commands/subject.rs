//! What a request is about, for everything that is the same for packages and roles: who is asked, who stands in, and who
//! administrates it.

use crate::Problem;
use model::access::{AssignmentType, ResourceRole};
use model::approval::{Approver, Stage};
use model::package::PackageRole;
use model::request::{Request, Wish};
use model::{GroupId, PackageId, Ts, UserId};
use rules::access::{Visitor, manages_roles, may_change_group, sees_all_requests, sees_directory, sees_requests, sees_roles};
use rules::catalog::Standing;
use store::approvals::Thing;
use store::{Link, assignments, catalogs, groups};

/// What somebody gets, and as what delegations know it.
pub struct Subject {
    pub thing: Thing,
    pub roles: Vec<PackageRole>,
}

impl Subject {
    pub fn about(&self) -> (Thing, &[PackageRole]) {
        (self.thing, &self.roles)
    }
}

/// What a request is about, as far as delegations tell it apart.
pub fn thing(request: &Request) -> Thing {
    request.package().map_or(Thing::Role, Thing::Package)
}

/// What a package gives, as far as these stages ask its owners; nothing when none does.
pub async fn roles_for(link: &mut Link, package: PackageId, stages: &[Stage]) -> Result<Vec<PackageRole>, Problem> {
    if stages.iter().flat_map(Stage::named).any(|approver| approver == Approver::Owners) {
        super::request::roles(link, package).await
    } else {
        Ok(Vec::new())
    }
}

/// What a request is about, as far as those who decide it depend on that.
pub async fn to_decide(link: &mut Link, request: &Request) -> Result<Subject, Problem> {
    match request.wish {
        Wish::Package { package, .. } => {
            Ok(Subject { thing: thing(request), roles: roles_for(link, package, &request.terms.stages).await? })
        }
        Wish::Activation { .. } | Wish::Extension { .. } => of(link, request).await,
    }
}

pub async fn of(link: &mut Link, request: &Request) -> Result<Subject, Problem> {
    Ok(match request.wish {
        Wish::Package { package, .. } => Subject { thing: thing(request), roles: super::request::roles(link, package).await? },
        Wish::Activation { role, .. } => {
            Subject { thing: thing(request), roles: vec![PackageRole { role, assignment_type: AssignmentType::Active }] }
        }
        Wish::Extension { assignment, role, .. } => {
            let held = assignments::get(link, assignment).await?;
            let assignment_type = held.map_or(AssignmentType::Eligible, |held| held.assignment_type);
            Subject { thing: thing(request), roles: vec![PackageRole { role, assignment_type }] }
        }
    })
}

/// How somebody who administrates stands to a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Administers {
    pub sees: bool,
    /// May cancel it, and reprocess it.
    pub manages: bool,
    /// Within the catalog of the package.
    pub standing: Standing,
}

/// What `visitor` may do with the request besides what is their own.
pub async fn administers(
    link: &mut Link,
    visitor: &Visitor,
    person: Option<UserId>,
    request: &Request,
    now: Ts,
) -> Result<Administers, Problem> {
    match request.wish {
        Wish::Package { package, .. } => {
            let standing: Standing = match person {
                Some(person) => catalogs::roles_at(link, package, person, now).await?.into_iter().collect(),
                None => Standing::default(),
            };
            let manages = rules::catalog::manages_assignments(visitor, standing);
            Ok(Administers { sees: sees_requests(visitor, standing), manages, standing })
        }
        Wish::Activation { role: ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group), .. }
        | Wish::Extension { role: ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group), .. } => {
            let manages = manages_group(link, visitor, person, group, now).await?;
            let sees = manages || sees_directory(visitor);
            Ok(Administers { sees, manages, standing: Standing::default() })
        }
        Wish::Activation { .. } | Wish::Extension { .. } => Ok(Administers {
            sees: sees_roles(visitor) || sees_all_requests(visitor),
            manages: manages_roles(visitor),
            standing: Standing::default(),
        }),
    }
}

/// Whether the visitor manages who is in a group.
pub async fn manages_group(
    link: &mut Link,
    visitor: &Visitor,
    person: Option<UserId>,
    id: GroupId,
    now: Ts,
) -> Result<bool, Problem> {
    let Some(group) = groups::get(link, id).await? else { return Ok(false) };
    let owns = match person {
        Some(person) => assignments::owners(link, id, now).await?.contains(&person),
        None => false,
    };
    Ok(may_change_group(visitor, group.role_assignable, owns))
}
