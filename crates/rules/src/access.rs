//! Who may do and see what. The whole matrix is one match for commands and one for queries.
//!
//! What somebody may not see does not exist for them: queries answer *not found*, never *forbidden*.
//!
//! The file is long because the matrix is read as one, with the table that its tests print.

use crate::access_token;
use crate::catalog::{self, Standing};
use crate::review;
use model::access_token::Scope;
use model::command::Command;
use model::directory::PortalRole::{self, *};
use model::query::{self, Query};
use model::review::Reviewed;
use model::{AccessTokenId, ImportId, Refusal, UserId};
use std::collections::BTreeSet;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visitor {
    User {
        id: UserId,
        roles: BTreeSet<PortalRole>,
    },
    /// Time, or a worker.
    System,
    /// Somebody with a shell on the server.
    Console,
    /// Another system with an access token.
    Token {
        id: AccessTokenId,
        scope: Scope,
    },
    /// What was read from another directory.
    Import(ImportId),
}

impl Visitor {
    pub(crate) fn has(&self, any: &[PortalRole]) -> bool {
        match self {
            Self::User { roles, .. } => any.iter().any(|role| roles.contains(role)),
            Self::System | Self::Console => true,
            Self::Token { .. } | Self::Import(_) => false,
        }
    }

    fn is_person(&self) -> bool {
        matches!(self, Self::User { .. })
    }
}

/// The facts about the thing a command is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// A user who holds a directory role or belongs to a role-assignable group: whoever resets such a
    /// password could take the role.
    pub protected_user: bool,
    pub role_assignable_group: bool,
    pub owns_group: bool,
    /// A directory role, and not membership or ownership of a group.
    pub directory_role: bool,
    /// What the visitor was given within the catalog.
    pub catalog: Standing,
    /// What the access review is about.
    pub reviewed: Option<Reviewed>,
}

/// Roles that may change users.
pub const USER_ADMINISTRATORS: &[PortalRole] = &[GlobalAdministrator, UserAdministrator];
/// Roles that may change groups to which no roles can be assigned.
pub const GROUP_ADMINISTRATORS: &[PortalRole] = &[GlobalAdministrator, UserAdministrator, GroupsAdministrator];
/// Roles that may change applications and their roles.
pub const APPLICATION_ADMINISTRATORS: &[PortalRole] = &[GlobalAdministrator, ApplicationAdministrator];
/// Roles that may change role-assignable groups.
pub const ROLE_ADMINISTRATORS: &[PortalRole] = &[GlobalAdministrator, PrivilegedRoleAdministrator];
/// Roles that see who is assigned which directory role, and their settings.
pub const ROLE_READERS: &[PortalRole] =
    &[GlobalAdministrator, PrivilegedRoleAdministrator, SecurityAdministrator, GlobalReader, SecurityReader];
/// Roles that dismiss alerts, and have it looked for them again.
pub const ALERT_KEEPERS: &[PortalRole] = &[GlobalAdministrator, PrivilegedRoleAdministrator, SecurityAdministrator];
/// Roles that see how the server is set up for everybody.
pub const SETTINGS_READERS: &[PortalRole] = &[GlobalAdministrator, SecurityAdministrator, GlobalReader, SecurityReader];
/// Roles that see the directory.
pub const DIRECTORY_READERS: &[PortalRole] = &[
    GlobalAdministrator,
    PrivilegedRoleAdministrator,
    IdentityGovernanceAdministrator,
    UserAdministrator,
    GroupsAdministrator,
    ApplicationAdministrator,
    SecurityAdministrator,
    GlobalReader,
    SecurityReader,
];

/// Whether the visitor may submit the command at all; the topic's own rules come after.
pub fn may_submit(visitor: &Visitor, command: &Command, about: About) -> Result<(), Refusal> {
    // Whatever else there is or will be: a token reaches what it is for.
    if matches!(visitor, Visitor::Token { .. }) && !matches!(command, Command::Provision(_)) {
        return Err(Refusal::NotFound { what: "command" });
    }
    if matches!(visitor, Visitor::Import(_)) && !matches!(command, Command::CarryOutImport { .. }) {
        return Err(Refusal::NotFound { what: "command" });
    }
    match command {
        // Everyone, for themselves; whose request it is and who approves is decided by the request's rules.
        Command::SubmitRequest(_)
        | Command::RequestForReport(_)
        | Command::DecideRequest(_)
        | Command::AskBack(_)
        | Command::AnswerBack(_)
        | Command::CancelRequest { .. }
        | Command::EndPackageAssignment { .. }
        | Command::Delegate(_)
        | Command::EndDelegation { .. }
        | Command::ActivateRole(_)
        | Command::DeactivateRole { .. }
        // Whether they may read that part of the history is asked where it is known whose group it is.
        | Command::ExportAudit { .. }
        | Command::SaveActivationProfile(_)
        | Command::DeleteActivationProfile { .. }
        // Who reviews a use is asked where it is loaded.
        | Command::CloseEmergencyReview { .. }
        | Command::AllowEmergencyUse { .. }
        | Command::ExtendRole(_)
        // Whose draft it is, is asked where it is loaded; whoever may not make packages any more may still clear up.
        | Command::DeletePackageDraft { .. } => {
            if visitor.is_person() {
                Ok(())
            } else {
                Err(Refusal::SignInNeeded)
            }
        }
        Command::ReprocessRequest { .. } | Command::AssignPackage(_) => {
            let (seen, nothing, what) = match command {
                Command::AssignPackage(_) => (catalog::sees(visitor, about.catalog), "access package", "assign this package"),
                _ => (sees_requests(visitor, about.catalog), "request", "reprocess this request"),
            };
            if !seen {
                return Err(Refusal::NotFound { what: nothing });
            }
            allowed(
                catalog::manages_assignments(visitor, about.catalog),
                what,
                "The owners, access package managers and assignment managers of its catalog, Global Administrators and Identity Governance Administrators",
            )
        }
        Command::RemoveAuthenticator
        | Command::RemovePasskey { .. }
        | Command::RenamePasskey { .. }
        | Command::EndOtherSessions => {
            if visitor.is_person() {
                Ok(())
            } else {
                Err(Refusal::SignInNeeded)
            }
        }
        // Whoever says who vouches for people can become anybody.
        Command::SaveProvider(_) | Command::SetProviderEnabled { .. } | Command::DeleteProvider { .. } => sets(visitor, "change how people sign in"),
        // A token makes, changes and disables people, and puts them into groups.
        Command::MakeAccessToken(_) | Command::RevokeAccessToken { .. } => sets(visitor, "make or revoke access tokens"),
        Command::Provision(_) => match visitor {
            Visitor::Token { scope, .. } => allowed(
                access_token::writes(*scope),
                "change anything with this token",
                "Tokens for reading and writing",
            ),
            Visitor::User { .. } | Visitor::System | Visitor::Console | Visitor::Import(_) => Err(Refusal::NotFound { what: "command" }),
        },
        Command::CarryOutImport { import, .. } => match visitor {
            Visitor::Import(id) if id == import => Ok(()),
            Visitor::Import(_) | Visitor::User { .. } | Visitor::System | Visitor::Console | Visitor::Token { .. } => {
                Err(Refusal::NotFound { what: "command" })
            }
        },
        // Whoever says where people come from says who they are.
        Command::SaveImport(_)
        | Command::SetImportEnabled { .. }
        | Command::DeleteImport { .. }
        | Command::RunImport { .. } => sets(visitor, "change or run imports"),
        Command::SaveTarget(_)
        | Command::SetTargetEnabled { .. }
        | Command::DeleteTarget { .. }
        | Command::ReconcileTarget { .. }
        | Command::RetryTarget { .. }
        | Command::RemoveUnknownAccess { .. } => sets(visitor, "change targets"),
        Command::AdoptAccess { .. } => sets(visitor, "adopt what is found at targets"),
        Command::SaveMail(_) => sets(visitor, "change how letters leave"),
        Command::SaveWebhook(_)
        | Command::SetWebhookEnabled { .. }
        | Command::DeleteWebhook { .. }
        | Command::ReplayWebhook { .. }
        | Command::GiveUpMessage { .. } => sets(visitor, "change who is told of what happens here"),
        Command::UnlinkProvider { user, .. } if matches!(visitor, Visitor::User { id, .. } if id == user) => Ok(()),
        Command::UnlinkProvider { .. } | Command::ResetMethods { .. } | Command::TakeMethodAway { .. } => {
            if !sees_directory(visitor) {
                Err(Refusal::NotFound { what: "user" })
            } else if about.protected_user {
                allowed(
                    visitor.has(ROLE_ADMINISTRATORS),
                    "reset what people who hold directory roles prove themselves with",
                    "Global Administrators and Privileged Role Administrators",
                )
            } else {
                allowed(
                    visitor.has(USER_ADMINISTRATORS),
                    "reset what people prove themselves with",
                    "Global Administrators and User Administrators",
                )
            }
        }
        Command::CreateUser(_) => {
            allowed(visitor.has(USER_ADMINISTRATORS), "create users", "Global Administrators and User Administrators")
        }
        Command::EditUser { .. } | Command::SetUserEnabled { .. } | Command::SetPassword { .. } => {
            if !sees_directory(visitor) {
                // One sentence for people who are there, who hold roles, and who never were.
                Err(Refusal::NotFound { what: "user" })
            } else if about.protected_user {
                allowed(visitor.has(&[GlobalAdministrator]), "change people who hold directory roles", "Global Administrators")
            } else {
                allowed(visitor.has(USER_ADMINISTRATORS), "change users", "Global Administrators and User Administrators")
            }
        }
        Command::SaveApplication(_)
        | Command::DeleteApplication { .. }
        | Command::SaveApplicationRole(_)
        | Command::DeleteApplicationRole { .. }
        | Command::EndApplicationAssignment { .. } => {
            if !sees_directory(visitor) {
                return Err(Refusal::NotFound { what: "application" });
            }
            let who = "Global Administrators and Application Administrators";
            allowed(changes_applications(visitor), "change applications", who)
        }
        Command::CreateGroup(fields) if fields.role_assignable => allowed(
            visitor.has(ROLE_ADMINISTRATORS),
            "create groups to which roles can be assigned",
            "Global Administrators and Privileged Role Administrators",
        ),
        Command::CreateGroup(_) => allowed(
            visitor.has(GROUP_ADMINISTRATORS),
            "create groups",
            "Global Administrators, User Administrators and Groups Administrators",
        ),
        Command::EditGroup { .. } | Command::AddMember { .. } | Command::RemoveMember { .. } => {
            if !about.owns_group && !sees_directory(visitor) {
                Err(Refusal::NotFound { what: "group" })
            } else if about.role_assignable_group {
                allowed(
                    about.owns_group || visitor.has(ROLE_ADMINISTRATORS),
                    "change a group to which roles can be assigned",
                    "Its owners, Global Administrators and Privileged Role Administrators",
                )
            } else {
                allowed(
                    about.owns_group || visitor.has(GROUP_ADMINISTRATORS),
                    "change this group",
                    "Its owners, Global Administrators, User Administrators and Groups Administrators",
                )
            }
        }
        // It reaches groups that no owner of theirs may change.
        Command::EditRoleTemplate { .. }
        | Command::SaveTerms(_)
        | Command::SaveAuthenticationContext(_)
        | Command::DeleteAuthenticationContext { .. } => {
            if !visitor.has(ROLE_READERS) {
                return Err(Refusal::NotFound { what: "page" });
            }
            allowed(
                visitor.has(ROLE_ADMINISTRATORS),
                "change what roles and groups inherit, authentication contexts and terms of use",
                "Global Administrators and Privileged Role Administrators",
            )
        }
        Command::AssignRole(_)
        | Command::ChangeRoleAssignment(_)
        | Command::EndRoleAssignment { .. }
        | Command::MakeEligible(_)
        | Command::EditRoleSettings { .. }
        | Command::SetPrivilegedAccess { .. } => {
            if about.directory_role {
                if !visitor.has(ROLE_READERS) {
                    return Err(Refusal::NotFound { what: "role" });
                }
                allowed(
                    visitor.has(ROLE_ADMINISTRATORS),
                    "assign directory roles or change their settings",
                    "Global Administrators and Privileged Role Administrators",
                )
            } else if !about.owns_group && !sees_directory(visitor) {
                Err(Refusal::NotFound { what: "group" })
            } else {
                allowed(
                    may_change_group(visitor, about.role_assignable_group, about.owns_group),
                    "manage the privileged access of this group",
                    "Its owners and those who may change the group",
                )
            }
        }
        Command::EditAlert { .. } => {
            if !visitor.has(ROLE_READERS) {
                return Err(Refusal::NotFound { what: "page" });
            }
            allowed(
                visitor.has(ROLE_ADMINISTRATORS),
                "change what alerts look for",
                "Global Administrators and Privileged Role Administrators",
            )
        }
        Command::ScanAlerts | Command::DismissAlert { .. } | Command::ReopenAlert { .. } => {
            if !visitor.has(ROLE_READERS) {
                return Err(Refusal::NotFound { what: "page" });
            }
            allowed(
                keeps_alerts(visitor),
                "look for alerts or dismiss them",
                "Global Administrators, Privileged Role Administrators and Security Administrators",
            )
        }
        Command::MarkEmergencyAccount { .. } | Command::UnmarkEmergencyAccount { .. } => {
            if !visitor.has(ROLE_READERS) {
                return Err(Refusal::NotFound { what: "page" });
            }
            allowed(marks_emergency_accounts(visitor), "say which accounts are for emergencies", "Global Administrators")
        }
        Command::CreateCatalog(_) => allowed(
            catalog::may_create(visitor),
            "create catalogs",
            "Global Administrators, Identity Governance Administrators and Catalog Creators",
        ),
        Command::EditCatalog { .. }
        | Command::DeleteCatalog { .. }
        | Command::AddCatalogResource { .. }
        | Command::RemoveCatalogResource { .. }
        | Command::GiveCatalogRole { .. }
        | Command::TakeCatalogRole { .. } => {
            if !catalog::sees(visitor, about.catalog) {
                return Err(Refusal::NotFound { what: "catalog" });
            }
            allowed(
                catalog::manages(visitor, about.catalog),
                "change this catalog",
                "Its owners, Global Administrators and Identity Governance Administrators",
            )?;
            match command {
                Command::AddCatalogResource { resource, .. } => {
                    catalog::may_bring_in(visitor, *resource, about.role_assignable_group, about.owns_group)
                }
                _ => Ok(()),
            }
        }
        Command::CreatePackage { .. }
        | Command::StartPackageDraft(_)
        | Command::SavePackageDraft { .. }
        | Command::KeepPackageDraft { .. }
        | Command::CreateDraftedPackage { .. }
        | Command::EditPackage { .. }
        | Command::DeletePackage { .. }
        | Command::AddPackageRole { .. }
        | Command::RemovePackageRole { .. }
        // The other side is looked at by the rules of the topic.
        | Command::AddIncompatible { .. }
        | Command::RemoveIncompatible { .. }
        | Command::CreatePolicy { .. }
        | Command::EditPolicy { .. }
        | Command::DeletePolicy { .. } => {
            if !catalog::sees(visitor, about.catalog) {
                let what = match command {
                    Command::CreatePackage { .. } | Command::StartPackageDraft(_) => "catalog",
                    Command::SavePackageDraft { .. }
                    | Command::KeepPackageDraft { .. }
                    | Command::CreateDraftedPackage { .. } => "draft",
                    _ => "access package",
                };
                return Err(Refusal::NotFound { what });
            }
            allowed(
                catalog::manages_packages(visitor, about.catalog),
                "change packages of this catalog",
                "Its owners, its access package managers, Global Administrators and Identity Governance Administrators",
            )
        }
        // Whose rows they are is asked where they are loaded.
        Command::DecideRows(_) | Command::HandOnRows(_) | Command::AcceptRecommendations { .. } => {
            if visitor.is_person() {
                Ok(())
            } else {
                Err(Refusal::SignInNeeded)
            }
        }
        Command::CreateReviews { .. }
        | Command::EditReviewSeries { .. }
        | Command::EditReview(_)
        | Command::StopReviewSeries { .. }
        | Command::DeleteReviewSeries { .. }
        | Command::StopReview { .. }
        | Command::ReopenReview { .. }
        | Command::ResetReview { .. }
        | Command::ApplyReview { .. }
        | Command::TryReviewAgain { .. }
        | Command::RemindReviewers { .. } => {
            let Some(of) = about.reviewed.filter(|of| review::sees(visitor, *of, about)) else {
                return Err(Refusal::NotFound { what: "access review" });
            };
            allowed(review::manages(visitor, of, about), "manage access reviews of this", review::who_manages(of, about))
        }
        Command::JoinFromProvider { .. }
        | Command::WebhookGone { .. }
        | Command::ImportEnded(_)
        | Command::AnswerForRequest { .. }
        | Command::RequestDue { .. }
        | Command::ReviewSeriesDue { .. }
        | Command::ReviewDue { .. }
        | Command::ReviewApplyFailed { .. }
        | Command::PackageAssignmentsDue { .. }
        | Command::PackageAssignmentEnding { .. }
        | Command::AssignmentsDue { .. }
        | Command::AssignmentEnding { .. }
        | Command::DigestDue
        | Command::PolicyDue { .. }
        | Command::GroupDue { .. } => match visitor {
            Visitor::System => Ok(()),
            Visitor::User { .. } | Visitor::Console | Visitor::Token { .. } | Visitor::Import(_) => {
                Err(Refusal::NotFound { what: "command" })
            }
        },
    }
}

/// Whether the visitor may ask the query at all.
pub fn may_ask(visitor: &Visitor, query: &Query) -> Result<(), Refusal> {
    let seen = |yes: bool, what: &'static str| if yes { Ok(()) } else { Err(Refusal::NotFound { what }) };
    // Pages are for people.
    if matches!(visitor, Visitor::Token { .. } | Visitor::Import(_)) {
        return Err(Refusal::NotFound { what: "page" });
    }
    match query {
        // Own things: the query itself is bound to the visitor.
        Query::Frame(_)
        | Query::Live(_)
        | Query::Overview(_)
        | Query::Packages(_)
        | Query::Package(_)
        | Query::Requests(_)
        | Query::Request(_)
        | Query::Approvals(_)
        | Query::Approval(_)
        | Query::Delegations(_)
        | Query::Delegates(_)
        | Query::PackageDraft(_)
        | Query::PackageDrafts(_)
        | Query::MyRoles(_)
        | Query::Activating(_)
        | Query::Extending(_)
        | Query::Security(_)
        | Query::MyActivations(_)
        // Whoever reviews a use sees it; the view asks who that is.
        | Query::EmergencyUse(_)
        // Owners see the privileged access of their groups; the views ask who owns it.
        | Query::RoleAssignments(_)
        | Query::RoleHolders(_)
        | Query::RoleSettings(_)
        | Query::RoleSettingsEffect(_)
        | Query::RoleTemplateEffect(_)
        | Query::Holders(_)
        | Query::EverybodyHolding(_)
        // Everybody reads their own; the views ask about the other parts of the history, owners about that of their groups.
        | Query::Audit(_)
        | Query::ExportedAudit(_)
        // Whoever is asked sees their rows; reviews of what one may see, the views ask thing by thing.
        | Query::MyReviews(_)
        | Query::Reviewing(_)
        | Query::Reviews(_)
        | Query::ReviewCampaign(_)
        | Query::ReviewsOf(_)
        | Query::ReviewHistory(_)
        | Query::NewReview(_)
        | Query::ReviewSubjects(_)
        | Query::ReviewPeople(_)
        | Query::ReviewPreview(_)
        | Query::Review(_)
        | Query::ReviewResults(_)
        | Query::ExportedReview(_)
        | Query::ExportedEvidence(_)
        // Who reports to the visitor; the views ask the directory.
        | Query::Team(_)
        | Query::Report(_)
        | Query::ReportPackages(_)
        | Query::ReportPackage(_) => Ok(()),
        // Whoever sees a catalog sees the requests for its packages; the views ask which catalog that is.
        Query::AllRequests(query::AllRequests { package, .. })
        | Query::ExportedRequests(query::ExportedRequests { package, .. }) => {
            seen(package.is_some() || sees_all_requests(visitor), "page")
        }
        Query::Users(_) | Query::User(_) | Query::UserRoles(_) | Query::Held(_) => seen(visitor.has(DIRECTORY_READERS), "page"),
        Query::Roles(_) | Query::RoleTemplate(_) | Query::AllTerms(_) | Query::Terms(_) | Query::AuthenticationContexts(_) | Query::AuthenticationContext(_) | Query::EmergencyAccess(_) | Query::StandingAccess(_) | Query::Alerts(_) | Query::Alert(_) => seen(sees_roles(visitor), "page"),
        Query::Providers(_)
        | Query::Provider(_)
        | Query::Targets(_)
        | Query::Target(_)
        | Query::Imports(_)
        | Query::Import(_)
        | Query::Mail(_)
        | Query::Webhooks(_)
        | Query::Webhook(_) => seen(sees_settings(visitor), "page"),
        Query::ProviderTest(_)
        | Query::AccessTokens(_)
        | Query::TargetTest(_)
        | Query::TargetTrial(_)
        | Query::WebhookTest(_)
        | Query::MailTest(_)
        | Query::ImportTest(_)
        | Query::ImportPreview(_)
        | Query::OfferedSecret(_) => seen(changes_settings(visitor), "page"),
        Query::StandingChange(_) => seen(manages_roles(visitor), "page"),
        Query::Groups(_) | Query::DiscoveredGroups(_) | Query::Applications(_) | Query::Application(_) => seen(visitor.has(DIRECTORY_READERS), "page"),
        // Whoever has a role within a catalog sees that catalog; the views ask which.
        Query::Catalogs(_)
        | Query::Catalog(_)
        | Query::CatalogHolders(_)
        | Query::AdminPackages(_)
        | Query::AdminPackage(_)
        | Query::PackageRoleRemoval(_)
        | Query::WhoCould(_)
        | Query::Separation(_)
        | Query::ExportedOverlaps(_)
        | Query::AnyRequest(_)
        | Query::PackageAssignments(_)
        | Query::ExportedAssignments(_)
        | Query::NewAssignment(_)
        | Query::NewPackage(_)
        | Query::Policy(_)
        | Query::PolicyPreview(_)
        | Query::PolicyNames(_)
        | Query::PolicyCheck(_)
        | Query::FlaggedPolicies(_)
        | Query::PolicySubjects(_) => Ok(()),
        // Owners see their own groups, and look for people to add; the views ask who owns it.
        Query::Group(_) | Query::People(_) => Ok(()),
        Query::RulePreview(_) => seen(visitor.has(GROUP_ADMINISTRATORS), "page"),
        // Whoever is signed in, as on any page of the demo; other servers have no such thing.
        Query::DemoMail(_) => Ok(()),
    }
}

/// Whether the visitor sees every request.
pub fn sees_all_requests(visitor: &Visitor) -> bool {
    visitor.has(&[GlobalAdministrator, IdentityGovernanceAdministrator, GlobalReader, SecurityReader, SecurityAdministrator])
}

/// Whether the visitor sees the requests for packages of a catalog in which they have this standing.
pub fn sees_requests(visitor: &Visitor, standing: Standing) -> bool {
    sees_all_requests(visitor) || catalog::sees(visitor, standing)
}

/// Whether the visitor may change users in general; people who hold directory roles only a Global Administrator may.
pub fn may_change_users(visitor: &Visitor) -> bool {
    visitor.has(USER_ADMINISTRATORS)
}

pub fn may_create_groups(visitor: &Visitor, role_assignable: bool) -> bool {
    visitor.has(if role_assignable { ROLE_ADMINISTRATORS } else { GROUP_ADMINISTRATORS })
}

pub fn may_change_group(visitor: &Visitor, role_assignable: bool, owns: bool) -> bool {
    owns || may_create_groups(visitor, role_assignable)
}

/// Whether the visitor may look people up by name: who sees the directory, who may add people to a group, and who may
/// assign a package to them.
pub fn may_look_up(visitor: &Visitor, adds_people: bool) -> Result<(), Refusal> {
    if adds_people || sees_directory(visitor) { Ok(()) } else { Err(Refusal::NotFound { what: "page" }) }
}

/// Whether the visitor sees the directory's lists.
pub fn sees_directory(visitor: &Visitor) -> bool {
    visitor.has(DIRECTORY_READERS)
}

/// Whether the visitor may change applications and their roles.
pub fn changes_applications(visitor: &Visitor) -> bool {
    visitor.has(APPLICATION_ADMINISTRATORS)
}

/// Whether the visitor sees who is assigned which directory role, and the settings of the roles.
pub fn sees_roles(visitor: &Visitor) -> bool {
    visitor.has(ROLE_READERS)
}

/// Whether the visitor sees how the server is set up: how people sign in, and which targets there are.
pub fn sees_settings(visitor: &Visitor) -> bool {
    visitor.has(SETTINGS_READERS)
}

fn allowed(yes: bool, what: &'static str, who: &'static str) -> Result<(), Refusal> {
    if yes { Ok(()) } else { Err(Refusal::NotAllowed { what, who }) }
}

/// Who does not see the settings finds no such page.
fn sets(visitor: &Visitor, what: &'static str) -> Result<(), Refusal> {
    if !sees_settings(visitor) {
        return Err(Refusal::NotFound { what: "page" });
    }
    allowed(changes_settings(visitor), what, "Global Administrators")
}

/// Whether the visitor may change that.
pub fn changes_settings(visitor: &Visitor) -> bool {
    visitor.has(&[GlobalAdministrator])
}

/// Whether the visitor may read the people and groups of the directory as another system does.
pub fn may_read_provisioned(visitor: &Visitor) -> Result<(), Refusal> {
    match visitor {
        Visitor::Token { scope: Scope::Scim | Scope::ScimRead, .. } => Ok(()),
        Visitor::User { .. } | Visitor::System | Visitor::Console | Visitor::Import(_) => Err(Refusal::NotFound { what: "page" }),
    }
}

/// Whether the visitor may say which accounts are for emergencies.
pub fn marks_emergency_accounts(visitor: &Visitor) -> bool {
    visitor.has(&[GlobalAdministrator])
}

/// Whether the visitor may dismiss alerts, and have it looked for them again.
pub fn keeps_alerts(visitor: &Visitor) -> bool {
    visitor.has(ALERT_KEEPERS)
}

/// Whether the visitor may assign directory roles and change their settings.
pub fn manages_roles(visitor: &Visitor) -> bool {
    visitor.has(ROLE_ADMINISTRATORS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::user;
    use model::command::{GroupFields, UserFields};
    use model::directory::{Membership, Profile, UserKind};
    use model::provisioning::{Provision, ProvisionAct, Provisioned};

    fn with(roles: &[PortalRole]) -> Visitor {
        Visitor::User { id: user(1), roles: roles.iter().copied().collect() }
    }

    fn token(scope: Scope) -> Visitor {
        Visitor::Token { id: AccessTokenId(crate::tests::id(9)), scope }
    }

    fn provision() -> Command {
        let act = ProvisionAct::Remove { id: user(2).0 };
        Command::Provision(Provision { kind: Provisioned::User, act, if_match: Vec::new() })
    }

    fn edit_user() -> Command {
        let fields = UserFields {
            user_name: "x".into(),
            display_name: "X".into(),
            mail: String::new(),
            kind: UserKind::Member,
            manager: None,
            sponsors: Vec::new(),
            profile: Profile::default(),
        };
        Command::EditUser { user: user(2), version: 0, fields }
    }

    fn create_group(role_assignable: bool) -> Command {
        Command::CreateGroup(GroupFields {
            name: "G".into(),
            description: String::new(),
            membership: Membership::Assigned,
            role_assignable,
        })
    }

    /// One line a role: what it may do. Read it as the table of `decisions.md` 6.
    #[test]
    fn the_matrix_is_as_printed() {
        let plain = About::default();
        let protected = About { protected_user: true, ..plain };
        let privileged = About { role_assignable_group: true, ..plain };
        let member = |group| Command::AddMember { group, principal: model::directory::Principal::User(user(3)), as_owner: false };
        let group = model::GroupId(crate::tests::id(5));
        let mut printed = String::new();
        let row = |name: &str, visitor: &Visitor| {
            let mark = |yes: bool| if yes { "x" } else { "." };
            let cells = [
                may_submit(visitor, &edit_user(), plain).is_ok(),
                may_submit(visitor, &edit_user(), protected).is_ok(),
                may_submit(visitor, &create_group(false), plain).is_ok(),
                may_submit(visitor, &create_group(true), plain).is_ok(),
                may_submit(visitor, &member(group), plain).is_ok(),
                may_submit(visitor, &member(group), privileged).is_ok(),
                sees_directory(visitor),
                sees_all_requests(visitor),
                catalog::manages_assignments(visitor, Standing::default()),
                may_read_provisioned(visitor).is_ok(),
                may_submit(visitor, &provision(), plain).is_ok(),
            ];
            format!("{name:<36}{}\n", cells.map(mark).join(" "))
        };
        printed.push_str(&row("nobody special", &with(&[])));
        for role in PortalRole::ALL {
            printed.push_str(&row(role.name(), &with(&[role])));
        }
        for scope in Scope::ALL {
            printed.push_str(&row(scope.name(), &token(scope)));
        }
        // user, protected user, create group, create role-assignable, members, members of role-assignable,
        // sees directory, sees all requests, cancels all requests, reads by SCIM, provisions
        let expected = "\
nobody special                      . . . . . . . . . . .
Global Administrator                x x x x x x x x x . .
Privileged Role Administrator       . . . x . x x . . . .
Identity Governance Administrator   . . . . . . x x x . .
User Administrator                  x . x . x . x . . . .
Groups Administrator                . . x . x . x . . . .
Application Administrator           . . . . . . x . . . .
Security Administrator              . . . . . . x x . . .
Global Reader                       . . . . . . x x . . .
Security Reader                     . . . . . . x x . . .
Catalog Creator                     . . . . . . . . . . .
SCIM, read and write                . . . . . . . . . x x
SCIM, read only                     . . . . . . . . . x .
";
        assert_eq!(printed, expected);
    }

    #[test]
    fn owners_change_their_own_groups_and_no_others() {
        let owner = About { owns_group: true, role_assignable_group: true, ..About::default() };
        let group = model::GroupId(crate::tests::id(5));
        let remove = Command::RemoveMember { group, principal: model::directory::Principal::User(user(3)), as_owner: false };
        assert!(may_submit(&with(&[]), &remove, owner).is_ok());
        assert!(may_submit(&with(&[]), &remove, About { owns_group: false, ..owner }).is_err());
    }

    #[test]
    fn who_reads_requests_is_told_who_reprocesses_them_and_others_that_there_are_none() {
        let reprocess = Command::ReprocessRequest { request: model::RequestId(crate::tests::id(1)) };
        let may = |roles: &[PortalRole]| may_submit(&with(roles), &reprocess, About::default()).map_err(|refusal| refusal.code());
        assert_eq!(may(&[]), Err("not_found"));
        assert_eq!(may(&[UserAdministrator, PrivilegedRoleAdministrator]), Err("not_found"));
        assert_eq!(may(&[GlobalReader]), Err("not_allowed"));
        assert_eq!(may(&[IdentityGovernanceAdministrator]), Ok(()));
        assert_eq!(may(&[GlobalAdministrator]), Ok(()));
    }

    #[test]
    fn only_global_administrators_say_who_vouches_for_people_and_only_the_server_lets_them_in() {
        let provider = model::ProviderId(crate::tests::id(1));
        let delete = Command::DeleteProvider { provider, seen: 0 };
        let join = Command::JoinFromProvider { provider, newcomer: model::provider::Newcomer::default() };
        let may = |visitor: &Visitor, command: &Command| may_submit(visitor, command, About::default()).map_err(|no| no.code());
        for role in PortalRole::ALL {
            let expected = match role {
                GlobalAdministrator => Ok(()),
                SecurityAdministrator | GlobalReader | SecurityReader => Err("not_allowed"),
                _ => Err("not_found"),
            };
            assert_eq!(may(&with(&[role]), &delete), expected, "{role:?}");
            assert_eq!(may(&with(&[role]), &join), Err("not_found"), "{role:?}");
        }
        assert_eq!(may(&Visitor::System, &join), Ok(()));
        let unlink = |n| Command::UnlinkProvider { provider, user: user(n) };
        assert_eq!(may(&with(&[]), &unlink(2)), Err("not_found"));
        assert_eq!(may(&with(&[]), &unlink(1)), Ok(()), "one's own");
        assert_eq!(may(&with(&[UserAdministrator]), &unlink(2)), Ok(()));
        let protected = About { protected_user: true, ..About::default() };
        assert!(may_submit(&with(&[UserAdministrator]), &unlink(2), protected).is_err());
    }

    #[test]
    fn a_token_reaches_nothing_but_what_it_is_for_and_nobody_else_reaches_that() {
        let full = token(Scope::Scim);
        let protected = About { protected_user: true, role_assignable_group: true, owns_group: true, ..About::default() };
        let due = Command::RequestDue { request: model::RequestId(crate::tests::id(1)) };
        let revoke = Command::RevokeAccessToken { token: AccessTokenId(crate::tests::id(9)) };
        for command in [edit_user(), create_group(false), due, revoke.clone(), Command::ScanAlerts, Command::EndOtherSessions] {
            let refused = may_submit(&full, &command, protected).map_err(|no| no.code());
            assert_eq!(refused, Err("not_found"), "{command:?}");
        }
        assert!(may_ask(&full, &Query::AccessTokens(query::AccessTokens {})).is_err());
        for other in [with(&PortalRole::ALL), Visitor::System, Visitor::Console] {
            assert!(may_submit(&other, &provision(), About::default()).is_err());
            assert!(may_read_provisioned(&other).is_err());
        }
        for role in PortalRole::ALL {
            let may = may_submit(&with(&[role]), &revoke, About::default()).is_ok();
            assert_eq!(may, role == GlobalAdministrator, "{role:?}");
        }
    }

    #[test]
    fn nobody_but_the_clock_says_that_time_is_over() {
        let due = Command::RequestDue { request: model::RequestId(crate::tests::id(1)) };
        assert!(may_submit(&with(&PortalRole::ALL), &due, About::default()).is_err());
        assert!(may_submit(&Visitor::System, &due, About::default()).is_ok());
    }
}
