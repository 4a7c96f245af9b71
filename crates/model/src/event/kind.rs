//! What can happen, by name: the one list of codes and words of actions. Filters, exports and pages read it.

use super::Action;
use crate::approval::Verdict;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($area:ident { $($kind:ident $code:literal $words:literal;)+ })+) => {
        /// An action without what it was about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($($kind),+),+ }

        impl Kind {
            /// All of them, in the order in which they are offered.
            pub const ALL: &[Self] = &[$($(Self::$kind),+),+];

            /// The stable name, as filters and exports have it.
            pub fn code(self) -> &'static str {
                match self { $($(Self::$kind => $code),+),+ }
            }

            /// The name for people.
            pub fn words(self) -> &'static str {
                match self { $($(Self::$kind => $words),+),+ }
            }

            pub fn area(self) -> Area {
                match self { $($(Self::$kind => Area::$area),+),+ }
            }
        }

        impl Action {
            /// Which action it is.
            pub fn kind(&self) -> Kind {
                match self { $($(Self::$kind { .. } => Kind::$kind),+),+ }
            }
        }
    };
}

kinds! {
    Requests {
        RequestSubmitted "request_submitted" "Request submitted";
        StageOpened "stage_opened" "Approvers asked";
        StageEscalated "stage_escalated" "Stage escalated";
        ApproversReminded "approvers_reminded" "Approvers reminded";
        StageDecided "stage_decided" "Stage decided";
        RequestAskedBack "request_asked_back" "Requestor asked back";
        QuestionAnswered "question_answered" "Question answered";
        ShorterTimeAccepted "shorter_time_accepted" "Shorter time accepted";
        ShorterTimeDeclined "shorter_time_declined" "Shorter time declined";
        StageResumed "stage_resumed" "Time to decide resumed";
        StageExpired "stage_expired" "Request expired";
        WebhookAsked "webhook_asked" "Webhook asked";
        WebhookAnswered "webhook_answered" "Webhook answered";
        WebhookSilent "webhook_silent" "Webhook did not answer";
        RequestApproved "request_approved" "Request approved";
        RequestScheduled "request_scheduled" "Request scheduled";
        RequestCanceled "request_canceled" "Request canceled";
        DeliveryStarted "delivery_started" "Delivery started";
        DeliveryFailed "delivery_failed" "Delivery failed";
        RequestReprocessed "request_reprocessed" "Request reprocessed";
        RequestPartlyDelivered "request_partly_delivered" "Request partially delivered";
        RequestDelivered "request_delivered" "Request delivered";
    }
    Roles {
        AssignmentStarted "assignment_started" "Role assigned";
        AssignmentChanged "assignment_changed" "Role assignment updated";
        AssignmentExtended "assignment_extended" "Role assignment extended";
        AssignmentEnded "assignment_ended" "Role assignment ended";
        RoleActivated "role_activated" "Role activated";
        RoleExtended "role_extended" "Role extended or renewed";
        EmergencyUsed "emergency_used" "Emergency access used";
        EmergencyReviewed "emergency_reviewed" "Emergency use reviewed";
        EmergencyUseAllowed "emergency_use_allowed" "Further emergency use allowed";
        EmergencyAccountMarked "emergency_account_marked" "Emergency account named";
        EmergencyAccountUnmarked "emergency_account_unmarked" "Emergency account removed";
        AlertTriggered "alert_triggered" "Alert triggered";
        AlertResolved "alert_resolved" "Alert resolved";
        AlertDismissed "alert_dismissed" "Alert dismissed";
        AlertReopened "alert_reopened" "Alert reopened";
        AlertSettingChanged "alert_setting_changed" "Alert setting updated";
        RoleSettingsChanged "role_settings_changed" "Role settings updated";
        TermsCreated "terms_created" "Terms of use created";
        TermsChanged "terms_changed" "Terms of use changed";
        TermsAccepted "terms_accepted" "Terms of use accepted";
        AuthenticationContextCreated "authentication_context_created" "Authentication context created";
        AuthenticationContextChanged "authentication_context_changed" "Authentication context updated";
        AuthenticationContextDeleted "authentication_context_deleted" "Authentication context deleted";
        RoleTemplateChanged "role_template_changed" "Template of role settings updated";
        PrivilegedAccessEnabled "privileged_access_enabled" "Privileged access enabled";
        PrivilegedAccessDisabled "privileged_access_disabled" "Privileged access disabled";
    }
    Packages {
        PackageAssigned "package_assigned" "Access package assigned";
        PackageAssignedByRule "package_assigned_by_rule" "Access package assigned by rule";
        PackageAssignmentEndSet "package_assignment_end_set" "End of a package assignment set by rule";
        PackageAssignmentExtended "package_assignment_extended" "Package assignment extended";
        PackageAssignmentEnded "package_assignment_ended" "Package assignment ended";
        PackageCreated "package_created" "Access package created";
        PackageChanged "package_changed" "Access package updated";
        PackageDeleted "package_deleted" "Access package deleted";
        PackageRoleAdded "package_role_added" "Resource role added to a package";
        PackageRoleRemoved "package_role_removed" "Resource role removed from a package";
        IncompatibilityAdded "incompatibility_added" "Incompatibility added";
        IncompatibilityRemoved "incompatibility_removed" "Incompatibility removed";
        PolicyCreated "policy_created" "Policy created";
        PolicyChanged "policy_changed" "Policy updated";
        PolicyDeleted "policy_deleted" "Policy deleted";
    }
    Catalogs {
        CatalogCreated "catalog_created" "Catalog created";
        CatalogChanged "catalog_changed" "Catalog updated";
        CatalogDeleted "catalog_deleted" "Catalog deleted";
        CatalogResourceAdded "catalog_resource_added" "Resource added to a catalog";
        CatalogResourceRemoved "catalog_resource_removed" "Resource removed from a catalog";
        CatalogRoleGiven "catalog_role_given" "Catalog role given";
        CatalogRoleTaken "catalog_role_taken" "Catalog role taken";
    }
    Directory {
        UserCreated "user_created" "User created";
        UserChanged "user_changed" "User updated";
        UserDisabled "user_disabled" "User disabled";
        UserEnabled "user_enabled" "User enabled";
        PasswordChanged "password_changed" "Password set";
        ApplicationCreated "application_created" "Application created";
        ApplicationChanged "application_changed" "Application updated";
        ApplicationDeleted "application_deleted" "Application deleted";
        GroupCreated "group_created" "Group created";
        GroupChanged "group_changed" "Group updated";
    }
    Reviews {
        ReviewCreated "review_created" "Access review created";
        ReviewChanged "review_changed" "Access review updated";
        ReviewDeleted "review_deleted" "Access review deleted";
        ReviewStarted "review_started" "Access review started";
        ReviewStageStarted "review_stage_started" "Review stage started";
        ReviewRowsDecided "review_rows_decided" "Access reviewed";
        ReviewRowsHandedOn "review_rows_handed_on" "Review handed on";
        ReviewRowsPassedOn "review_rows_passed_on" "Review passed on";
        ReviewSkipped "review_skipped" "Access review skipped";
        ReviewersReminded "reviewers_reminded" "Reviewers reminded";
        ReviewReset "review_reset" "Access review reset";
        ReviewStopped "review_stopped" "Access review stopped";
        ReviewReopened "review_reopened" "Access review reopened";
        ReviewSeriesStopped "review_series_stopped" "Recurrence stopped";
        ReviewCompleted "review_completed" "Access review completed";
        ReviewTriedAgain "review_tried_again" "Review removals tried again";
        ReviewApplied "review_applied" "Results applied";
        ReviewSealed "review_sealed" "Review sealed";
    }
    Targets {
        TargetCreated "target_created" "Target created";
        TargetChanged "target_changed" "Target updated";
        TargetDeleted "target_deleted" "Target deleted";
        TargetConfirmed "target_confirmed" "Access confirmed by a target";
        TargetDriftRemoved "target_drift_removed" "Unknown access removed at a target";
        TargetAccessAdopted "target_access_adopted" "Unknown access adopted from a target";
        TargetRemovalAsked "target_removal_asked" "Removal of unknown access asked for";
    }
    Delegations {
        ApprovalsDelegated "approvals_delegated" "Approvals delegated";
        DelegationEnded "delegation_ended" "Delegation ended";
    }
    SignIn {
        MethodAdded "method_added" "Method added";
        MethodRemoved "method_removed" "Method removed";
        PasskeyRenamed "passkey_renamed" "Passkey renamed";
        RecoveryCodesMade "recovery_codes_made" "Recovery codes made";
        MethodTakenAway "method_taken_away" "Method taken away";
        MethodsReset "methods_reset" "Methods reset";
        ProviderCreated "provider_created" "Identity provider created";
        ProviderChanged "provider_changed" "Identity provider updated";
        ProviderDeleted "provider_deleted" "Identity provider deleted";
        ProviderLinked "provider_linked" "Account at a provider linked";
        ProviderUnlinked "provider_unlinked" "Account at a provider unlinked";
        AccessTokenMade "access_token_made" "Access token made";
        AccessTokenRevoked "access_token_revoked" "Access token revoked";
        IdentityProved "identity_proved" "Identity proved";
        ProofFailed "proof_failed" "Proof failed";
        SessionsEnded "sessions_ended" "Other sessions ended";
        SignedIn "signed_in" "Signed in";
        SignInFailed "sign_in_failed" "Sign-in failed";
        SignedOut "signed_out" "Signed out";
        SignedOutByProvider "signed_out_by_provider" "Signed out by a provider";
    }
    Systems {
        ImportCreated "import_created" "Import created";
        ImportChanged "import_changed" "Import updated";
        ImportDeleted "import_deleted" "Import deleted";
        ImportRan "import_ran" "Import ran";
        MailChanged "mail_changed" "Mail settings updated";
        WebhookCreated "webhook_created" "Webhook created";
        WebhookChanged "webhook_changed" "Webhook updated";
        WebhookDeleted "webhook_deleted" "Webhook deleted";
        WebhookReplayed "webhook_replayed" "Webhook told again";
        MessageGivenUp "message_given_up" "Message of a webhook given up";
    }
    History {
        AuditExported "audit_exported" "Audit log exported";
    }
}

impl Kind {
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

/// What actions are about, as lists of them are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    Requests,
    Roles,
    Packages,
    Catalogs,
    Directory,
    Reviews,
    Targets,
    Delegations,
    SignIn,
    Systems,
    History,
}

impl Area {
    pub const ALL: [Self; 11] = [
        Self::Requests,
        Self::Roles,
        Self::Packages,
        Self::Catalogs,
        Self::Directory,
        Self::Reviews,
        Self::Targets,
        Self::Delegations,
        Self::SignIn,
        Self::Systems,
        Self::History,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Self::Requests => "Requests and approvals",
            Self::Roles => "Roles and memberships",
            Self::Packages => "Access packages",
            Self::Catalogs => "Catalogs",
            Self::Directory => "Users and groups",
            Self::Reviews => "Access reviews",
            Self::Targets => "Targets",
            Self::Delegations => "Delegations",
            Self::SignIn => "Sign-in",
            Self::Systems => "Other systems",
            Self::History => "Audit log",
        }
    }
}

/// How it came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Success,
    /// Somebody said no.
    Denied,
    Failure,
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Success, Self::Denied, Self::Failure];

    /// The word in columns, addresses and exports.
    pub fn key(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Denied => "denied",
            Self::Failure => "failure",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::Denied => "Denied",
            Self::Failure => "Failure",
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            Self::Success => "good",
            Self::Denied => "warn",
            Self::Failure => "bad",
        }
    }
}

impl Action {
    /// The stable name of the action, as filters and exports show it.
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    pub fn outcome(&self) -> Outcome {
        if matches!(self, Self::StageDecided { verdict: Verdict::Deny, .. }) {
            Outcome::Denied
        } else if FAILURES.contains(&self.kind()) {
            Outcome::Failure
        } else {
            Outcome::Success
        }
    }
}

/// What did not come about.
const FAILURES: [Kind; 5] =
    [Kind::DeliveryFailed, Kind::SignInFailed, Kind::ProofFailed, Kind::StageExpired, Kind::WebhookSilent];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_action_has_a_code_and_words_of_its_own_and_is_found_by_the_code() {
        let words: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.words()).collect();
        assert_eq!(words.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code(), "addresses and documents say the same");
            assert!(Area::ALL.contains(&kind.area()));
        }
        assert_eq!(Kind::from_code("nothing"), None);
    }

    #[test]
    fn what_was_denied_or_went_wrong_is_no_success() {
        let failed = Action::SignInFailed { user: crate::UserId::default(), address: String::new() };
        assert_eq!(failed.outcome(), Outcome::Failure);
        let decided =
            |verdict| Action::StageDecided { stage: 0, verdict, words: String::new(), settles_stage: true, stood_in_for: None };
        assert_eq!(decided(Verdict::Deny).outcome(), Outcome::Denied);
        assert_eq!(decided(Verdict::Approve).outcome(), Outcome::Success);
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_key(outcome.key()), Some(outcome));
        }
    }
}
