//! Who may make reviews of what, and see them.

use crate::access::{self, About, ROLE_ADMINISTRATORS, ROLE_READERS, Visitor};
use crate::catalog::{self, Standing};
use model::Refusal;
use model::directory::PortalRole::{self, *};
use model::review::{Review, Reviewed};

/// Whether the visitor may make, change and end reviews of this.
pub fn manages(visitor: &Visitor, of: Reviewed, about: About) -> bool {
    match of {
        Reviewed::DirectoryRole(_) => visitor.has(ROLE_ADMINISTRATORS),
        Reviewed::Group(_) if about.role_assignable_group => visitor.has(ROLE_ADMINISTRATORS),
        Reviewed::Group(_) => visitor.has(&[GlobalAdministrator, UserAdministrator, IdentityGovernanceAdministrator]),
        Reviewed::Application(_) => {
            visitor.has(&[GlobalAdministrator, UserAdministrator, IdentityGovernanceAdministrator, ApplicationAdministrator])
        }
        Reviewed::Package(_) => catalog::manages_packages(visitor, about.catalog),
    }
}

/// Who may, for the sentence that says so.
pub fn who_manages(of: Reviewed, about: About) -> &'static str {
    match of {
        Reviewed::DirectoryRole(_) => "Global Administrators and Privileged Role Administrators",
        Reviewed::Group(_) if about.role_assignable_group => "Global Administrators and Privileged Role Administrators",
        Reviewed::Group(_) => "Global Administrators, User Administrators and Identity Governance Administrators",
        Reviewed::Application(_) => {
            "Global Administrators, User Administrators, Identity Governance Administrators and Application Administrators"
        }
        Reviewed::Package(_) => {
            "The owners and access package managers of its catalog, Global Administrators and Identity Governance Administrators"
        }
    }
}

/// Whether the visitor sees reviews of this and their results.
pub fn sees(visitor: &Visitor, of: Reviewed, about: About) -> bool {
    let (roles, directory, packages) = sees_all(visitor);
    let by_role = match of {
        Reviewed::DirectoryRole(_) => roles,
        Reviewed::Group(_) | Reviewed::Application(_) => directory,
        Reviewed::Package(_) => packages || catalog::sees(visitor, about.catalog),
    };
    by_role || manages(visitor, of, about)
}

/// Whether somebody who sees a review reads its evidence: that names its control rows, which are for whoever manages it.
pub fn may_read_evidence(review: &Review, manages: bool) -> Result<(), Refusal> {
    if manages || review.settings.controls.is_empty() {
        Ok(())
    } else {
        let who = "Whoever manages this review";
        Err(Refusal::NotAllowed { what: "download evidence that names control rows", who })
    }
}

/// Whose holders decide what nobody else is left to decide. Where nobody holds it, or only whom a row is about, Global
/// Administrators do.
pub fn last_administrators(of: Reviewed) -> PortalRole {
    match of {
        Reviewed::DirectoryRole(_) => PrivilegedRoleAdministrator,
        Reviewed::Group(_) | Reviewed::Application(_) | Reviewed::Package(_) => IdentityGovernanceAdministrator,
    }
}

/// Which kinds of reviews the visitor sees all of: of directory roles, of groups and applications, of packages.
pub fn sees_all(visitor: &Visitor) -> (bool, bool, bool) {
    (
        visitor.has(ROLE_READERS) || visitor.has(&[UserAdministrator]),
        access::sees_directory(visitor),
        catalog::sees_all(visitor) || visitor.has(&[UserAdministrator, SecurityReader]),
    )
}

/// Whether there is anything of which the visitor might make a review; of what, is asked thing by thing. `catalogs`: their roles
/// within each catalog where they have one.
pub fn may_create_some(visitor: &Visitor, catalogs: impl IntoIterator<Item = Standing>) -> bool {
    catalogs.into_iter().any(|standing| catalog::manages_packages(visitor, standing))
        || visitor.has(&[
            GlobalAdministrator,
            PrivilegedRoleAdministrator,
            UserAdministrator,
            IdentityGovernanceAdministrator,
            ApplicationAdministrator,
        ])
}
