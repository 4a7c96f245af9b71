//! Ids. Each is a UUID; those made while running are version 7, so that they sort by time.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sql", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::from_str(text).map(Self) }
        }
    )+ };
}

ids! {
    /// A person who can sign in.
    UserId,
    /// A group of principals.
    GroupId,
    /// A directory role, built in or custom.
    RoleId,
    /// An application.
    ApplicationId,
    /// One role that an application declares.
    ApplicationRoleId,
    /// A service principal.
    ServicePrincipalId,
    /// A catalog.
    CatalogId,
    /// An access package.
    PackageId,
    /// A policy of an access package.
    PolicyId,
    /// An access package that somebody is still describing.
    DraftId,
    /// A question of a policy.
    QuestionId,
    /// A request.
    RequestId,
    /// A package assignment: somebody holds a package.
    PackageAssignmentId,
    /// A role assignment: a principal holds a resource role.
    AssignmentId,
    /// A delegation: somebody decides in place of somebody else.
    DelegationId,
    /// A passkey: a key pair on a device of somebody's.
    PasskeyId,
    /// An identity provider that people sign in with.
    ProviderId,
    /// An access token: with it another system comes in.
    AccessTokenId,
    /// A target: an application that is told who holds its roles.
    TargetId,
    /// An import: another directory whose people and groups are known here, too.
    ImportId,
    /// One time that an import ran.
    ImportRunId,
    /// A server that is told what is given and taken away.
    WebhookId,
    /// Terms of use that people accept.
    TermsId,
    /// An authentication context that settings name.
    AuthenticationContextId,
    /// What somebody activates together.
    ActivationProfileId,
    /// A use of emergency access.
    EmergencyUseId,
    /// Access reviews that one form made of several things.
    CampaignId,
    /// An access review with its settings.
    ReviewSeriesId,
    /// One time that an access review runs.
    ReviewId,
    /// One thing that somebody holds, in a review.
    ReviewRowId,
    /// Something that an alert found.
    AlertIncidentId,
    /// An event of the history.
    EventId,
    /// A letter in the outbox.
    LetterId,
}

/// The id that any typed id wraps, for tables that point at several kinds of things.
pub type AnyId = Uuid;
