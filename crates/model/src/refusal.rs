//! Refusals: every expected "no" of the product. A full sentence with what, why and what next, and a stable code.
//!
//! The file is long because every sentence stands beside the others: so they are read, and kept, as one voice.

use crate::approval::Verdict;
use crate::authentication_context::ContextUse;
use crate::catalog::Effect;
use crate::draft::Step;
use crate::proof::{Demand, Strength};
use crate::provisioning::ScimFault;
use crate::review::StaysClosed;
use crate::separation::{Conflict, Incompatible};
use crate::target::NotAdopted;
use crate::time::count;
use crate::{CatalogId, DraftId, GroupId, PackageAssignmentId, PackageId, PolicyId, RequestId, Ts, UserId};
use serde::{Deserialize, Serialize};

/// Why something was not done. Nothing changed when one of these is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not signed in, or the session ended.
    SignInNeeded,
    /// A form came when its session had ended by itself, and is back after signing in again.
    SessionHadEnded,
    /// One sentence for an unknown user, a wrong password and a disabled account.
    SignInFailed,
    SignInMustWait {
        until: Ts,
        now: Ts,
    },
    SetupLinkInvalid,
    /// It does not exist, or not for this person: both answers are the same.
    NotFound {
        what: &'static str,
    },
    /// `what` completes "You may not …"; `who` completes "… may."
    NotAllowed {
        what: &'static str,
        who: &'static str,
    },
    /// A form field without its answer.
    Required {
        field: String,
        label: String,
    },
    TooLong {
        field: String,
        label: String,
        limit: usize,
        length: usize,
    },
    TooShort {
        field: String,
        label: String,
        limit: usize,
        length: usize,
    },
    /// The answer has the wrong form; `message` says what is expected, in full.
    Malformed {
        field: String,
        message: String,
    },
    NameTaken {
        field: &'static str,
        label: &'static str,
        name: String,
    },
    /// Somebody else changed it meanwhile.
    Stale,
    OwnRequest,
    NotAnApprover,
    /// Nobody else is left for a later stage, while others could approve this one. Stages count from 1.
    NeededLater {
        stage: usize,
        later: usize,
    },
    AlreadyDecided {
        by: String,
        mine: bool,
        verdict: Verdict,
        stage: usize,
        at: Ts,
    },
    /// `outcome` is the state's word.
    AlreadySettled {
        outcome: &'static str,
        by: Option<String>,
        at: Ts,
    },
    /// The stage that the page showed is over; another one is open.
    StageMovedOn {
        stage: usize,
    },
    /// A request is asked back once. `by` is whoever did.
    AlreadyAskedBack {
        by: String,
        mine: bool,
        at: Ts,
    },
    /// What was proposed is no shorter time; `asked` is what the request asks for.
    NotShorter {
        field: &'static str,
        asked: String,
    },
    /// Nobody asked the requestor anything.
    NothingAsked,
    AlreadyAnswered {
        at: Ts,
    },
    /// Several were to be changed together, and none was selected. `one` is what one of them is called.
    NothingSelected {
        one: String,
    },
    TooManySelected {
        one: String,
        limit: usize,
        selected: usize,
    },
    AlreadyRequested {
        request: RequestId,
        package: String,
        since: Ts,
    },
    /// Somebody of those who were to get a package cannot, so nobody got it. Some of the `count` people with why.
    NotAssigned {
        package: String,
        people: Vec<(String, Refusal)>,
        count: usize,
    },
    /// The policy is not for this person.
    OutOfScope {
        policy: String,
    },
    PolicyDisabled {
        policy: String,
    },
    /// The end that the policy gives all its access is over.
    PolicyOver {
        policy: String,
        at: Ts,
    },
    /// Somebody has to do with the package, and from its catalog nothing is given for now.
    CatalogDisabled {
        package: String,
    },
    /// Nobody assigns anything to themselves.
    OwnAssignment,
    /// Each would answer the policy's questions differently.
    OnePersonAtATime {
        policy: String,
    },
    TooManyPeople {
        limit: usize,
        chosen: usize,
    },
    /// It is held, and may be extended later on.
    ExtensionTooEarly {
        package: String,
        until: Ts,
        from: Ts,
    },
    /// It has ended already, or never began.
    NotHeld {
        name: String,
    },
    AlreadyHeld {
        assignment: PackageAssignmentId,
        package: String,
        until: Option<Ts>,
    },
    /// What somebody holds already is not asked for in their place.
    ReportHolds {
        report: UserId,
        name: String,
        package: String,
        until: Option<Ts>,
    },
    /// A stage that nobody could decide. `stage` counts from 1.
    NoApprover {
        stage: usize,
        needed: u32,
        found: usize,
    },
    PolicyChoiceNeeded,
    NotOpen {
        outcome: &'static str,
    },
    /// Only what failed is delivered again.
    NotFailed {
        outcome: &'static str,
    },
    /// The access was given, and is over since: that is no failure to put right.
    EndedSinceGiven {
        name: String,
    },
    /// Reprocessing would give the access to whoever asks for it.
    OwnReprocessing,
    OwnDelegate,
    /// `guest` or `disabled`.
    NoDelegate {
        name: String,
        why: &'static str,
    },
    DelegationTooLong {
        days: i64,
    },
    TooManyDelegations {
        limit: usize,
    },
    TooManyProfiles {
        limit: usize,
    },
    TooManyDrafts {
        limit: usize,
    },
    /// A draft is not a package yet: `missing` steps were never filled in.
    DraftUnfinished {
        draft: DraftId,
        missing: Vec<Step>,
    },
    DelegationOver,
    LastAdministrator {
        role: &'static str,
    },
    /// Only a break-glass account goes without approval.
    NoEmergencyAccount {
        role: String,
    },
    /// The account was used, and nobody looked at that yet.
    EmergencyUnreviewed {
        used_at: Ts,
    },
    OwnEmergencyUse,
    EmergencyReviewed {
        at: Ts,
    },
    /// Nobody decides in it any more, or not yet.
    ReviewNotOpen {
        name: String,
        phase: crate::review::Phase,
    },
    /// So many of the rows are privileged, or against what is recommended.
    ReviewNeedsConfirmation {
        rows: usize,
        of: usize,
    },
    /// It can only be done while `when`.
    ReviewNotThen {
        what: &'static str,
        when: &'static str,
    },
    /// It cannot be opened again.
    ReviewStaysClosed {
        why: StaysClosed,
    },
    /// A policy requires it, and it is set there.
    ReviewSetByPolicy {
        package: PackageId,
        policy: PolicyId,
    },
    /// Rows of a review are not handed to this person, because …
    RowsNotHandedOn {
        name: String,
        why: &'static str,
    },
    /// Its results are applied by themselves.
    ReviewAppliesItself,
    NothingDecided,
    /// Everything that was denied is gone.
    NothingToTryAgain,
    NoRecommendationsLeft,
    /// Somebody was faster.
    AlertDismissed {
        at: Ts,
    },
    /// Somebody is eligible, and nobody could approve that they activate.
    NobodyCouldActivate {
        role: &'static str,
    },
    /// The last who could ask for it or approve it would have no way to sign in.
    NobodyCouldReach {
        role: &'static str,
    },
    /// Membership is decided by the group's rule.
    DynamicMembership {
        group: String,
    },
    RuleInvalid {
        position: usize,
        message: String,
    },
    RoleAssignableMustBeAssigned,
    RoleAssignableHoldsNoGroups {
        group: String,
    },
    NestingLoop {
        group: String,
    },
    NestingTooDeep {
        limit: usize,
    },
    AlreadyMember {
        name: String,
        group: String,
    },
    LastOwner {
        group: String,
    },
    ManagerLoop {
        name: String,
    },
    OwnAccount,
    Disabled {
        name: String,
    },
    AlreadyInCatalog {
        resource: String,
        catalog: String,
    },
    /// `packages` are some of the `count` packages that give the resource.
    ResourceInUse {
        resource: String,
        packages: Vec<(PackageId, String)>,
        count: usize,
    },
    AlreadyInPackage {
        role: String,
        package: String,
    },
    /// The catalog has no such thing, or it cannot be given in this way.
    RoleNotOffered {
        role: String,
        catalog: String,
    },
    TooManyRoles {
        limit: usize,
    },
    HasCatalogRole {
        name: String,
        role: &'static str,
    },
    /// A policy under which nobody could ever decide this stage, which counts from 1.
    PolicyNeverDecided {
        stage: usize,
        needed: u32,
        found: usize,
    },
    /// Separation of duties. `held` is what stands in the way, as far as whoever reads this may know it, and `more` whether
    /// there is more; `holder` is who has it, when it is somebody else.
    Incompatible {
        package: String,
        held: Vec<Conflict>,
        more: bool,
        holder: Option<String>,
    },
    OwnIncompatible,
    AlreadyIncompatible {
        name: String,
        package: String,
    },
    TooManyIncompatible {
        name: String,
        limit: usize,
    },
    /// `packages` are some of the `count` packages that it holds.
    CatalogInUse {
        catalog: CatalogId,
        name: String,
        packages: Vec<String>,
        count: usize,
    },
    PackageInUse {
        package: PackageId,
        name: String,
        held: i64,
        open: i64,
    },
    /// Settings name it: some of the `count`, the first ones.
    ContextInUse {
        name: String,
        uses: Vec<(ContextUse, String)>,
        count: usize,
    },
    PolicyInUse {
        package: PackageId,
        name: String,
        held: i64,
        open: i64,
    },
    /// A package has one policy whose rule assigns it; `name` is that one.
    SecondAutomaticPolicy {
        package: PackageId,
        policy: PolicyId,
        name: String,
    },
    /// Whether people ask under a policy or a rule assigns cannot change while it is in use.
    PolicyKeepsKind {
        package: PackageId,
        name: String,
        held: i64,
        open: i64,
    },
    /// Saving would give the package to people and take it from people, and who saves was not shown to how many.
    PreviewNeeded {
        effect: Effect,
        seen: Option<Effect>,
    },
    /// A role demands terms of use in this version, and they are not accepted; `earlier`: the form accepted a version that was
    /// replaced meanwhile.
    TermsNotAccepted {
        name: String,
        version: i64,
        earlier: bool,
    },
    /// An extension that was asked for would end before what is held ends now; nothing for what has no end.
    LastsLonger {
        name: String,
        until: Option<Ts>,
    },
    /// So many assignments would be outside of the new settings, and who saves was not shown them.
    SettingsBreak {
        count: u32,
    },
    /// `matching` people are more than one rule may give a package to.
    TooManyMatch {
        limit: usize,
        matching: usize,
    },
    /// The rule of this policy gives the package, and so nobody takes it away or gives it back.
    GivenByRule {
        package: String,
        policy: String,
    },
    /// The settings of a role do not let it last as long as was asked. `setting` is the label of the setting that says so.
    OutsideSettings {
        field: &'static str,
        setting: &'static str,
        limit: String,
        asked: String,
    },
    /// The group is not under privileged access management.
    NotPrivileged {
        group: GroupId,
        name: String,
    },
    /// Why a group cannot be brought under privileged access management.
    NeverPrivileged {
        group: String,
    },
    /// The same, for a group to which another system gives members.
    FedNeverPrivileged {
        group: String,
    },
    /// Why a group under privileged access management gets no rule.
    PrivilegedMustBeAssigned {
        group: GroupId,
        name: String,
    },
    /// It has eligible assignments, which would mean nothing then.
    StillEligible {
        group: GroupId,
        name: String,
        count: i64,
    },
    /// `packages` are some of the `count` packages that make people eligible for the group, or none where they are not for the reader.
    GivenAsEligible {
        name: String,
        packages: Vec<(PackageId, String)>,
        count: usize,
    },
    NotRoleAssignable {
        group: String,
    },
    /// Service principals cannot activate anything.
    OnlyActive {
        name: String,
    },
    AlreadyAssigned {
        holder: String,
        role: String,
        eligible: bool,
        until: Option<Ts>,
    },
    AlreadyActive {
        role: String,
        until: Option<Ts>,
    },
    /// The assignment of a role may be extended later on.
    RoleExtensionTooEarly {
        role: String,
        until: Ts,
        from: Ts,
    },
    /// It ended too long ago to be renewed.
    RoleRenewalTooLate {
        role: String,
        ended: Ts,
    },
    /// Somebody took it away, and it did not end by itself.
    RoleTakenAway {
        role: String,
    },
    /// It is permanent.
    RoleWithoutEnd {
        role: String,
    },
    /// It came with a package, by a rule or by activating something.
    RoleExtendedElsewhere {
        role: String,
    },
    /// Whoever stands in for somebody who manages the role gives what was asked for, or denies.
    StandInGivesAsAsked,
    /// The eligible assignment ends before the activation would.
    EligibilityEndsFirst {
        role: String,
        ends_at: Ts,
    },
    /// It needs a proof of a certain strength, given in this session not too long ago. `what` is what is done:
    /// `Activating “Global Administrator”`.
    ProofNeeded {
        what: String,
        demand: Demand,
    },
    /// These roles ask whoever holds them for more than a password, in every session.
    VerificationNeeded {
        roles: Vec<String>,
    },
    /// Wrong, too old, too new, or of another account: all the same.
    CodeWrong,
    CodeUsed,
    RecoveryCodeUsed {
        left: u32,
    },
    NoAuthenticator,
    HasAuthenticator,
    /// What was begun is over, belongs to another session, or was used.
    CeremonyOver,
    PasskeyRefused,
    PasskeysImpossible,
    TooManyPasskeys {
        limit: usize,
    },
    /// A provider was switched off, or is gone.
    ProviderDisabled {
        name: String,
    },
    /// What came back belongs to no sign-in that this browser began and that still waits.
    ProviderSignInOver,
    /// The provider says that nobody signed in; `why` is a word of the standard.
    ProviderSaidNo {
        name: String,
        why: String,
    },
    /// It could not be asked; `why` is a sentence.
    ProviderFails {
        name: String,
        why: String,
    },
    /// Its answer does not count; `why` completes "because …".
    ProviderAnswerWrong {
        name: String,
        why: String,
    },
    /// Somebody whom the provider knows and who is nobody here; `called` is their name there.
    NotKnownHere {
        name: String,
        called: String,
    },
    /// The person with this address is linked to another account at the provider.
    LinkedOtherwise {
        name: String,
        called: String,
    },
    /// Somebody would be created whose user name another person has.
    UserNameOfAnother {
        name: String,
        user_name: String,
    },
    /// The provider says nothing that could be a user name.
    NoUserName {
        name: String,
    },
    /// Somebody signed in at a provider whose account here is disabled.
    AccountDisabled,
    /// Whoever should prove themselves at a provider is somebody else there than here; `called` is their name there.
    ProviderOtherAccount {
        name: String,
        called: String,
    },
    /// A provider did not say that so much was proved as was asked for.
    ProviderProvedLess {
        name: String,
        strength: Strength,
    },
    /// An account at a provider is linked to another person already.
    LinkedToAnother {
        name: String,
        called: String,
    },
    /// Whoever links an account at a provider has one there already.
    HasLink {
        name: String,
    },
    /// Whoever takes away one of their own ways to sign in has no other.
    LastWayIn,
    /// Nobody of those who administrate everything could sign in any more.
    NobodyCouldSignIn {
        role: &'static str,
    },
    ProviderKeepsIssuer {
        name: String,
        people: usize,
    },
    /// An answer of a webhook comes too late, or is not the first.
    NotWaitingForAnswer {
        outcome: &'static str,
    },
    /// The webhook was asked and said that it answers later, which it can say once.
    HeldAlready {
        at: Ts,
    },
    /// An answer that does not prove who sends it; `why` is a full sentence.
    AnswerNotSigned {
        why: &'static str,
    },
    /// Whoever disabled a webhook takes no answers of it.
    WebhookDisabled {
        name: String,
    },
    /// An application or one of its roles; `by` says where it is in use.
    ApplicationInUse {
        name: String,
        by: Vec<String>,
    },
    /// Policies or settings of roles ask the webhook and wait for it.
    WebhookIsAsked {
        name: String,
        /// `Package · Policy`, `the settings of Global Administrator`
        by: Vec<String>,
        more: usize,
    },
    /// How letters leave is not for administrators to set; `why` says what decides it, as a full sentence.
    MailIsFixed {
        why: &'static str,
    },
    /// More messages wait than whoever deletes the webhook was shown.
    WebhookHasMessages {
        name: String,
        waiting: u64,
    },
    ProviderHasPeople {
        name: String,
        people: usize,
    },
    /// A token that is unknown, over or revoked; one sentence for all.
    TokenRefused,
    TooManyTokens {
        limit: usize,
    },
    /// A message that cannot be done as it is; `message` says what is expected, in full.
    ScimWrong {
        fault: ScimFault,
        message: String,
    },
    /// Another system must not change this about somebody who holds directory roles; `what` completes "another system must not …".
    ProvisionedPersonProtected {
        name: String,
        what: &'static str,
    },
    /// Another system must not say who belongs to this group.
    ProvisionedGroupProtected {
        group: String,
    },
    /// More people came from an import than whoever deletes it was shown.
    ImportHasPeople {
        name: String,
        people: usize,
    },
    ImportDisabled {
        name: String,
    },
    /// Another server runs this import, or it was changed since the run began.
    ImportRunOver {
        name: String,
    },
    /// An import must not change this account.
    ImportedPersonKept {
        name: String,
    },
    /// Letters wait for the mail server that nobody would get.
    LettersWait {
        letters: u64,
    },
    TargetHasPeople {
        name: String,
        people: usize,
    },
    /// What was found at a target cannot be made an assignment of this person.
    NotAdopted {
        name: String,
        why: NotAdopted,
    },
    PasswordWrong,
    OwnMethods,
    NothingToReset {
        name: String,
    },
    /// What should be taken away from them is not there.
    MethodGone {
        name: String,
    },
    /// The catalog hands out directory roles, and whoever manages this group could take them.
    CatalogGivesRoles {
        catalog: String,
        group: String,
    },
    /// Only what was activated is deactivated.
    NotActivated {
        role: String,
    },
}

/// A refusal as it travels and is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Stable, for programs and for search.
    pub code: String,
    pub sentence: String,
    /// The form field that the sentence is about.
    pub field: Option<String>,
    /// Where to go on: address and words.
    pub link: Option<(String, String)>,
}

impl Refused {
    /// [`Refusal::NotFound`], for pages that see by themselves that an address means nothing: a browser that says no other
    /// sentence need not carry all of them.
    pub fn not_found(what: &str) -> Self {
        Self { code: NOT_FOUND.to_owned(), sentence: no_such(what), field: None, link: None }
    }
}

const NOT_FOUND: &str = "not_found";

fn no_such(what: &str) -> String {
    format!("There is no such {what}, or it is not for you. Check the address, or ask the person who gave it to you.")
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code().to_owned(),
            sentence: refusal.sentence_for_pages(),
            field: refusal.field().map(str::to_owned),
            link: refusal.link(),
        }
    }
}

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignInNeeded => "sign_in_needed",
            Self::SessionHadEnded => "session_had_ended",
            Self::SignInFailed => "sign_in_failed",
            Self::SignInMustWait { .. } => "sign_in_must_wait",
            Self::SetupLinkInvalid => "setup_link_invalid",
            Self::NotFound { .. } => NOT_FOUND,
            Self::NotAllowed { .. } => "not_allowed",
            Self::Required { .. } => "required",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::Malformed { .. } => "malformed",
            Self::NameTaken { .. } => "name_taken",
            Self::Stale => "stale",
            Self::OwnRequest => "own_request",
            Self::NotAnApprover => "not_an_approver",
            Self::NeededLater { .. } => "needed_later",
            Self::AlreadyDecided { .. } => "already_decided",
            Self::AlreadySettled { .. } => "already_settled",
            Self::StageMovedOn { .. } => "stage_moved_on",
            Self::AlreadyAskedBack { .. } => "already_asked_back",
            Self::NotShorter { .. } => "not_shorter",
            Self::NothingAsked => "nothing_asked",
            Self::AlreadyAnswered { .. } => "already_answered",
            Self::NothingSelected { .. } => "nothing_selected",
            Self::TooManySelected { .. } => "too_many_selected",
            Self::AlreadyRequested { .. } => "already_requested",
            Self::NotAssigned { .. } => "not_assigned",
            Self::OutOfScope { .. } => "out_of_scope",
            Self::PolicyDisabled { .. } => "policy_disabled",
            Self::PolicyOver { .. } => "policy_over",
            Self::CatalogDisabled { .. } => "catalog_disabled",
            Self::OwnAssignment => "own_assignment",
            Self::OnePersonAtATime { .. } => "one_person_at_a_time",
            Self::TooManyPeople { .. } => "too_many_people",
            Self::AlreadyHeld { .. } => "already_held",
            Self::ReportHolds { .. } => "report_holds",
            Self::ExtensionTooEarly { .. } => "extension_too_early",
            Self::NotHeld { .. } => "not_held",
            Self::NoApprover { .. } => "no_approver",
            Self::PolicyChoiceNeeded => "policy_choice_needed",
            Self::NotOpen { .. } => "not_open",
            Self::NotFailed { .. } => "not_failed",
            Self::EndedSinceGiven { .. } => "ended_since_given",
            Self::OwnReprocessing => "own_reprocessing",
            Self::OwnDelegate => "own_delegate",
            Self::NoDelegate { .. } => "no_delegate",
            Self::DelegationTooLong { .. } => "delegation_too_long",
            Self::TooManyDelegations { .. } => "too_many_delegations",
            Self::TooManyProfiles { .. } => "too_many_profiles",
            Self::TooManyDrafts { .. } => "too_many_drafts",
            Self::DraftUnfinished { .. } => "draft_unfinished",
            Self::DelegationOver => "delegation_over",
            Self::LastAdministrator { .. } => "last_administrator",
            Self::NoEmergencyAccount { .. } => "no_emergency_account",
            Self::EmergencyUnreviewed { .. } => "emergency_unreviewed",
            Self::OwnEmergencyUse => "own_emergency_use",
            Self::EmergencyReviewed { .. } => "emergency_reviewed",
            Self::ReviewNotOpen { .. } => "review_not_open",
            Self::ReviewNeedsConfirmation { .. } => "review_needs_confirmation",
            Self::ReviewNotThen { .. } => "review_not_then",
            Self::ReviewStaysClosed { .. } => "review_stays_closed",
            Self::ReviewSetByPolicy { .. } => "review_set_by_policy",
            Self::RowsNotHandedOn { .. } => "rows_not_handed_on",
            Self::ReviewAppliesItself => "review_applies_itself",
            Self::NothingDecided => "nothing_decided",
            Self::NothingToTryAgain => "nothing_to_try_again",
            Self::NoRecommendationsLeft => "no_recommendations_left",
            Self::AlertDismissed { .. } => "alert_dismissed",
            Self::NobodyCouldActivate { .. } => "nobody_could_activate",
            Self::NobodyCouldReach { .. } => "nobody_could_reach",
            Self::DynamicMembership { .. } => "dynamic_membership",
            Self::RuleInvalid { .. } => "rule_invalid",
            Self::RoleAssignableMustBeAssigned => "role_assignable_must_be_assigned",
            Self::RoleAssignableHoldsNoGroups { .. } => "role_assignable_holds_no_groups",
            Self::NestingLoop { .. } => "nesting_loop",
            Self::NestingTooDeep { .. } => "nesting_too_deep",
            Self::AlreadyMember { .. } => "already_member",
            Self::LastOwner { .. } => "last_owner",
            Self::ManagerLoop { .. } => "manager_loop",
            Self::OwnAccount => "own_account",
            Self::Disabled { .. } => "disabled",
            Self::AlreadyInCatalog { .. } => "already_in_catalog",
            Self::ResourceInUse { .. } => "resource_in_use",
            Self::AlreadyInPackage { .. } => "already_in_package",
            Self::RoleNotOffered { .. } => "role_not_offered",
            Self::TooManyRoles { .. } => "too_many_roles",
            Self::HasCatalogRole { .. } => "has_catalog_role",
            Self::PolicyNeverDecided { .. } => "policy_never_decided",
            Self::OutsideSettings { .. } => "outside_settings",
            Self::NotPrivileged { .. } => "not_privileged",
            Self::NeverPrivileged { .. } => "never_privileged",
            Self::FedNeverPrivileged { .. } => "fed_never_privileged",
            Self::PrivilegedMustBeAssigned { .. } => "privileged_must_be_assigned",
            Self::StillEligible { .. } => "still_eligible",
            Self::GivenAsEligible { .. } => "given_as_eligible",
            Self::NotRoleAssignable { .. } => "not_role_assignable",
            Self::OnlyActive { .. } => "only_active",
            Self::AlreadyAssigned { .. } => "already_assigned",
            Self::AlreadyActive { .. } => "already_active",
            Self::RoleExtensionTooEarly { .. } => "role_extension_too_early",
            Self::RoleRenewalTooLate { .. } => "role_renewal_too_late",
            Self::RoleTakenAway { .. } => "role_taken_away",
            Self::RoleWithoutEnd { .. } => "role_without_end",
            Self::RoleExtendedElsewhere { .. } => "role_extended_elsewhere",
            Self::StandInGivesAsAsked => "stand_in_gives_as_asked",
            Self::EligibilityEndsFirst { .. } => "eligibility_ends_first",
            Self::ProofNeeded { demand: Demand { strength: Strength::SignIn, .. }, .. } => "sign_in_again",
            Self::ProofNeeded { demand: Demand { strength: Strength::Multifactor, .. }, .. } => "proof_needed",
            Self::ProofNeeded { demand: Demand { strength: Strength::Passkey, .. }, .. } => "passkey_needed",
            Self::VerificationNeeded { .. } => "verification_needed",
            Self::CodeWrong => "code_wrong",
            Self::CodeUsed => "code_used",
            Self::RecoveryCodeUsed { .. } => "recovery_code_used",
            Self::NoAuthenticator => "no_authenticator",
            Self::HasAuthenticator => "has_authenticator",
            Self::CeremonyOver => "ceremony_over",
            Self::PasskeyRefused => "passkey_refused",
            Self::PasskeysImpossible => "passkeys_impossible",
            Self::TooManyPasskeys { .. } => "too_many_passkeys",
            Self::ProviderDisabled { .. } => "provider_disabled",
            Self::ProviderSignInOver => "provider_sign_in_over",
            Self::ProviderSaidNo { .. } => "provider_said_no",
            Self::ProviderFails { .. } => "provider_fails",
            Self::ProviderAnswerWrong { .. } => "provider_answer_wrong",
            Self::NotKnownHere { .. } => "not_known_here",
            Self::LinkedOtherwise { .. } => "linked_otherwise",
            Self::UserNameOfAnother { .. } => "user_name_of_another",
            Self::NoUserName { .. } => "no_user_name",
            Self::AccountDisabled => "account_disabled",
            Self::ProviderOtherAccount { .. } => "provider_other_account",
            Self::ProviderProvedLess { .. } => "provider_proved_less",
            Self::LinkedToAnother { .. } => "linked_to_another",
            Self::HasLink { .. } => "has_link",
            Self::LastWayIn => "last_way_in",
            Self::NobodyCouldSignIn { .. } => "nobody_could_sign_in",
            Self::ProviderKeepsIssuer { .. } => "provider_keeps_issuer",
            Self::NotWaitingForAnswer { .. } => "not_waiting_for_answer",
            Self::ApplicationInUse { .. } => "application_in_use",
            Self::HeldAlready { .. } => "held_already",
            Self::AnswerNotSigned { .. } => "answer_not_signed",
            Self::WebhookDisabled { .. } => "webhook_disabled",
            Self::WebhookIsAsked { .. } => "webhook_is_asked",
            Self::MailIsFixed { .. } => "mail_is_fixed",
            Self::WebhookHasMessages { .. } => "webhook_has_messages",
            Self::ProviderHasPeople { .. } => "provider_has_people",
            Self::TokenRefused => "token_refused",
            Self::TooManyTokens { .. } => "too_many_tokens",
            Self::ScimWrong { .. } => "scim_wrong",
            Self::ProvisionedPersonProtected { .. } => "provisioned_person_protected",
            Self::ProvisionedGroupProtected { .. } => "provisioned_group_protected",
            Self::ImportHasPeople { .. } => "import_has_people",
            Self::ImportDisabled { .. } => "import_disabled",
            Self::ImportRunOver { .. } => "import_run_over",
            Self::ImportedPersonKept { .. } => "imported_person_kept",
            Self::LettersWait { .. } => "letters_wait",
            Self::TargetHasPeople { .. } => "target_has_people",
            Self::NotAdopted { .. } => "not_adopted",
            Self::PasswordWrong => "password_wrong",
            Self::OwnMethods => "own_methods",
            Self::NothingToReset { .. } => "nothing_to_reset",
            Self::MethodGone { .. } => "method_gone",
            Self::CatalogGivesRoles { .. } => "catalog_gives_roles",
            Self::NotActivated { .. } => "not_activated",
            Self::Incompatible { .. } => "incompatible",
            Self::OwnIncompatible => "own_incompatible",
            Self::AlreadyIncompatible { .. } => "already_incompatible",
            Self::TooManyIncompatible { .. } => "too_many_incompatible",
            Self::CatalogInUse { .. } => "catalog_in_use",
            Self::PackageInUse { .. } => "package_in_use",
            Self::ContextInUse { .. } => "context_in_use",
            Self::PolicyInUse { .. } => "policy_in_use",
            Self::SecondAutomaticPolicy { .. } => "second_automatic_policy",
            Self::PolicyKeepsKind { .. } => "policy_keeps_kind",
            Self::PreviewNeeded { .. } => "preview_needed",
            Self::TermsNotAccepted { .. } => "terms_not_accepted",
            Self::LastsLonger { .. } => "lasts_longer",
            Self::SettingsBreak { .. } => "settings_break",
            Self::TooManyMatch { .. } => "too_many_match",
            Self::GivenByRule { .. } => "given_by_rule",
        }
    }

    /// What, why, and what to do next, with times in UTC.
    pub fn sentence(&self) -> String {
        crate::time::spelled(&self.sentence_for_pages())
    }

    /// The same with instants that a page says in the reader's zone.
    pub fn sentence_for_pages(&self) -> String {
        match self {
            Self::SignInNeeded => "Your session has ended. Sign in again; what you typed is kept.".to_owned(),
            Self::SessionHadEnded => {
                "Your session had ended before this arrived, so nothing of it was done. Look at what you typed, and submit it again.".to_owned()
            }
            Self::SignInFailed => {
                "The user name or the password is not right, or the account is disabled. Try again, or ask an administrator for help.".to_owned()
            }
            Self::SignInMustWait { until, now } => format!(
                "There were too many failed sign-ins. Wait {} and try again; the account is not locked.",
                count((until.since(*now).0 / 1000).max(1), "second")
            ),
            Self::SetupLinkInvalid => {
                "This set-up link was used or is too old. Restart the server for a new one, or run “vestibule admin create”.".to_owned()
            }
            Self::NotFound { what } => no_such(what),
            Self::NotAllowed { what, who } => format!("You may not {what}. {who} may; ask one of them."),
            Self::Required { label, .. } => format!("“{label}” is needed. Fill it in and submit again."),
            Self::TooLong { label, limit, length, .. } => {
                format!("“{label}” may have {limit} characters and has {length}. Shorten it and submit again.")
            }
            Self::TooShort { label, limit, length, .. } => {
                format!("“{label}” needs at least {} and has {length}.", count(i64::try_from(*limit).unwrap_or(i64::MAX), "character"))
            }
            Self::Malformed { message, .. } => message.clone(),
            Self::NameTaken { label, name, .. } => {
                format!("There is already something with the {label} “{name}”. Choose another one.", label = label.to_lowercase())
            }
            Self::Stale => {
                "Somebody else changed this while you were looking at it. Read the current state below and decide again; nothing you typed was saved.".to_owned()
            }
            Self::OwnRequest => {
                "You cannot decide about a request that you made or that gives access to you. The other approvers were asked.".to_owned()
            }
            Self::NotAnApprover => {
                "You are not an approver of this stage now. Whoever is asked later finds it in their inbox when it is their turn. If you should be asked, ask an administrator to add you to the policy or to the approver group.".to_owned()
            }
            Self::NeededLater { stage, later } => format!(
                "Stage {later} cannot be decided without you, and one person’s approval counts for one stage only. Leave stage {stage} to its other approvers, who were asked as well; you may still deny."
            ),
            Self::AlreadyDecided { by, mine, verdict, stage, at } => {
                let verdict = match verdict {
                    Verdict::Approve => "approved",
                    Verdict::Deny => "denied",
                };
                let who = if *mine { "You" } else { by.as_str() };
                format!("{who} already {verdict} stage {stage} on {}. Nothing more is needed from you here.", at.in_sentence())
            }
            Self::AlreadySettled { outcome, by, at } => match by {
                Some(by) => format!("This request is settled: {outcome} by {by} on {}. It can no longer be changed.", at.in_sentence()),
                None => format!("This request is settled: {outcome} on {}. It can no longer be changed.", at.in_sentence()),
            },
            Self::StageMovedOn { stage } => {
                format!("This page showed an earlier stage; the request now waits in stage {stage}. Read what was said and decide again.")
            }
            Self::AlreadyAskedBack { by, mine, at } => format!(
                "{} asked back on {}, and a request is asked back once. Wait for the answer, or decide about what was asked.",
                if *mine { "You already" } else { by.as_str() },
                at.in_sentence()
            ),
            Self::NotShorter { asked, .. } => format!(
                "This is not shorter than what was asked: {asked}. Propose a shorter time, or approve what was asked."
            ),
            Self::NothingAsked => "Nobody asked you anything about this request. There is nothing to answer.".to_owned(),
            Self::AlreadyAnswered { at } => {
                format!("You answered this on {}. The approvers were told; there is nothing more to answer.", at.in_sentence())
            }
            Self::NothingSelected { one } => {
                format!("No {one} was selected, so nothing was changed. Tick the {one}s that you mean, then press the button again.")
            }
            Self::TooManySelected { one, limit, selected } => format!(
                "{selected} {one}s were selected, and {limit} can be changed together. Select fewer, and the others afterwards."
            ),
            Self::AlreadyRequested { package, since, .. } => {
                format!("“{package}” was already requested on {} and that request is still open. Follow it, or cancel it to ask anew.", since.in_sentence())
            }
            Self::AlreadyHeld { package, until, .. } => match until {
                Some(until) => format!("“{package}” is already held, until {}. Ask again after it has ended.", until.in_sentence()),
                None => format!("“{package}” is already held, without an end date. There is nothing to request."),
            },
            Self::ReportHolds { name, package, until, .. } => match until {
                Some(until) => format!(
                    "{name} already holds “{package}”, until {}. Holding it for longer is for {name} to ask for.",
                    until.in_sentence()
                ),
                None => format!("{name} already holds “{package}”, without an end date. There is nothing to request."),
            },
            Self::NotAssigned { package, people, count } => {
                let said: Vec<String> = people.iter().map(|(name, why)| format!("{name}: {}", why.sentence_for_pages())).collect();
                let more = count.saturating_sub(people.len());
                let more = if more > 0 { format!(" {more} more cannot get it either.") } else { String::new() };
                format!(
                    "Nobody was assigned “{package}”, because not everybody can get it. {}{more} Leave them out, or mend it first.",
                    said.join(" ")
                )
            }
            Self::OutOfScope { policy } => {
                format!("The policy “{policy}” is not for this person. Choose another policy, or have the policy changed.")
            }
            Self::PolicyDisabled { policy } => {
                format!("The policy “{policy}” is disabled. Choose another one, or have it enabled.")
            }
            Self::PolicyOver { policy, at } => format!(
                "All access under the policy “{policy}” ended on {}, so there is nothing left to give. Choose another policy if there is one, or have its end changed.",
                at.in_sentence()
            ),
            Self::CatalogDisabled { package } => format!(
                "“{package}” can be neither requested nor extended now, because its catalog is disabled. What is held stays until its end. Ask an administrator to enable the catalog if you need it for longer."
            ),
            Self::OwnAssignment => {
                "Nobody assigns an access package to themselves. Request it, or ask another administrator to assign it.".to_owned()
            }
            Self::OnePersonAtATime { policy } => {
                format!("The policy “{policy}” asks questions, so it is assigned to one person at a time. Choose one person.")
            }
            Self::TooManyPeople { limit, chosen } => format!(
                "{chosen} people were chosen, and {limit} can be assigned together. Choose fewer, and assign the others afterwards."
            ),
            Self::ExtensionTooEarly { package, until, from } => format!(
                "“{package}” is already held, until {}. It can be extended from {} on.",
                until.in_sentence(),
                from.in_sentence()
            ),
            Self::NotHeld { name } => format!("“{name}” is no longer held, so there is nothing to end. It may have ended by itself meanwhile."),
            Self::NoApprover { stage, needed, found } => format!(
                "Nobody could decide stage {stage}: it needs {} and {} can be asked, you and disabled people left out. Ask an administrator to name approvers in the policy.",
                count(i64::from(*needed), "approver"),
                if *found == 0 { "nobody".to_owned() } else { format!("only {found}") }
            ),
            Self::PolicyChoiceNeeded => "Several policies fit. Choose under which one you request.".to_owned(),
            Self::NotOpen { outcome } => format!("Only an open request can be canceled; this one is {}.", outcome.to_lowercase()),
            Self::NotFailed { outcome } => format!(
                "Only a request whose delivery failed can be reprocessed; this one is {}. There is nothing to do.",
                outcome.to_lowercase()
            ),
            Self::EndedSinceGiven { name } => format!(
                "“{name}” was given and ended before every target had confirmed it, so nothing is left to deliver. Whoever needs it requests it again, or is assigned it."
            ),
            Self::OwnReprocessing => {
                "Reprocessing would give you this access, and nobody gives themselves access. Ask another administrator to reprocess it, or request it again.".to_owned()
            }
            Self::OwnDelegate => "You decide for yourself anyway. Choose somebody else as your delegate.".to_owned(),
            Self::NoDelegate { name, why } => {
                format!("{name} is {why} and cannot decide in your place. Choose a member who is enabled.")
            }
            Self::DelegationTooLong { days } => format!(
                "A delegation may last {days} days. Choose an earlier end, or ask an administrator to name another approver."
            ),
            Self::TooManyDelegations { limit } => {
                format!("You have given {limit} delegations that are not over. End one of them first.")
            }
            Self::TooManyProfiles { limit } => {
                format!("You keep {limit} activation profiles. Delete one of them first, or save under a name that you use already.")
            }
            Self::TooManyDrafts { limit } => {
                format!("You keep {limit} drafts of access packages. Create or delete one of them first.")
            }
            Self::DraftUnfinished { missing, .. } => {
                let steps = missing.iter().map(|step| format!("“{}”", step.name())).collect::<Vec<_>>().join(", ");
                format!("Not every step was filled in: {steps}. Go through what is missing, then create the package.")
            }
            Self::DelegationOver => "This delegation is over already. There is nothing to end.".to_owned(),
            Self::LastAdministrator { role } => format!(
                "This would take away the last active {role}, and nobody could undo it. Make somebody else an active {role} first."
            ),
            Self::NoEmergencyAccount { role } => format!(
                "Your account is not marked for emergency access, so “{role}” is not activated without approval. Ask for approval, or have somebody use a break-glass account."
            ),
            Self::EmergencyUnreviewed { used_at } => format!(
                "Nobody has reviewed yet that this account was used on {}. Have that review closed, or another administrator allow the next use.",
                used_at.in_sentence()
            ),
            Self::OwnEmergencyUse => {
                "This is your own use of emergency access, and others look at it. Your reviewer or another administrator has to do that."
                    .to_owned()
            }
            Self::EmergencyReviewed { at } => {
                format!("This use was reviewed on {}. There is nothing left to do about it.", at.in_sentence())
            }
            Self::ReviewNotOpen { name, phase } => match phase {
                crate::review::Phase::NotStarted | crate::review::Phase::Starting => {
                    format!("“{name}” has not begun: it is still being found out who holds what. Open it again in a minute.")
                }
                crate::review::Phase::InProgress => format!(
                    "“{name}” takes no decision about this now: it is being reset or opened again, or others decide in a later stage. Open it again to see where it stands."
                ),
                _ => format!(
                    "“{name}” is over, and decisions can no longer be made or changed. Ask whoever manages the review if something has to be put right."
                ),
            },
            Self::ReviewNeedsConfirmation { rows, of } => format!(
                "{} of these {of} would be decided together although {} power over others, the recommendation is to deny, or an earlier stage denied. Decide {} one by one, or confirm that you looked at each of them.",
                if rows == of { "All".to_owned() } else { rows.to_string() },
                if *rows == 1 { "it gives" } else { "they give" },
                if *rows == 1 { "it" } else { "them" },
            ),
            Self::ReviewNotThen { what, when } => {
                format!("You can {what} only while {when}. Open the review again to see where it stands.")
            }
            Self::ReviewStaysClosed { why } => why.sentence().to_owned(),
            Self::ReviewSetByPolicy { .. } => {
                "A policy of the access package requires this review, and it is set there. Open the policy to change it or to end it.".to_owned()
            }
            Self::RowsNotHandedOn { name, why } => {
                format!("Nothing was handed to {name}: {why}. Choose somebody else, or select other rows.")
            }
            Self::ReviewAppliesItself => {
                "The results of this review are applied by themselves as soon as it is completed. There is nothing to do.".to_owned()
            }
            Self::NothingToTryAgain => {
                "Nothing that was denied is left to be removed. Open the results to see what became of each row.".to_owned()
            }
            Self::NothingDecided => "Nothing was decided in this review yet, so there is nothing to set back.".to_owned(),
            Self::NoRecommendationsLeft => {
                "None of your open rows has a recommendation. Decide the others one by one.".to_owned()
            }
            Self::AlertDismissed { at } => {
                format!("This was dismissed already, on {}. Open the page again to see by whom and why.", at.in_sentence())
            }
            Self::NobodyCouldActivate { role } => format!(
                "With this nobody who is eligible for {role} could activate it: nobody besides themselves would be there to approve, without needing a role first. Name other approvers, or require no approval."
            ),
            Self::NobodyCouldReach { role } => format!(
                "With this {role} could be activated by nobody: of those who are eligible for it, or of those who approve it, nobody would have a way to sign in, or to prove what its settings demand. Give somebody else of them a way first, such as a password or a passkey, or change the settings of the role."
            ),
            Self::OutsideSettings { setting, limit, asked, .. } => format!(
                "The setting “{setting}” of this role allows {limit}, and you asked for {asked}. Ask for less, or have the settings changed."
            ),
            Self::NotPrivileged { name, .. } => format!(
                "“{name}” is not under privileged access management, so nobody can be eligible for it. Enable that on the group first."
            ),
            Self::NeverPrivileged { group } => format!(
                "The rule of “{group}” decides who is a member, so membership cannot be activated for a while. Use a group with assigned membership."
            ),
            Self::FedNeverPrivileged { group } => format!(
                "Another system gives “{group}” its members, and could take nobody out any more once the group is under privileged access management. Use a group whose members are assigned here."
            ),
            Self::PrivilegedMustBeAssigned { name, .. } => format!(
                "“{name}” is under privileged access management, where members are assigned or activate their membership; a rule would decide past all of that. Choose “Assigned”, or take the group out of privileged access management first."
            ),
            Self::StillEligible { name, count: n, .. } => format!(
                "“{name}” has {}, which would mean nothing any more. Remove these first.",
                count(*n, "eligible assignment")
            ),
            Self::GivenAsEligible { name, packages, count: n } => {
                let several = i64::try_from(*n).unwrap_or(i64::MAX);
                let which = match packages.as_slice() {
                    [] => count(several, "access package"),
                    named => some(named.iter().map(|(_, name)| name), *n),
                };
                let (make, these) = if *n == 1 { ("makes", "that package") } else { ("make", "these packages") };
                format!(
                    "“{name}” stays under privileged access management while {which} {make} people eligible for it. Take it out of {these} first."
                )
            }
            Self::NotRoleAssignable { group } => format!(
                "Roles cannot be assigned to “{group}”: whoever manages such a group could take the role. Choose a group that was created with “Roles can be assigned to this group”."
            ),
            Self::OnlyActive { name } => {
                format!("“{name}” is a service principal, and nobody is there to activate anything. Make the assignment active.")
            }
            Self::AlreadyAssigned { holder, role, eligible, until } => {
                let how = if *eligible { "eligible for" } else { "active in" };
                let until = until.map_or_else(|| "with no end".to_owned(), |at| format!("until {}", at.in_sentence()));
                format!("{holder} is {how} “{role}” already, {until}. Change that assignment instead.")
            }
            Self::AlreadyActive { role, until } => {
                let until = until.map_or_else(|| "with no end".to_owned(), |at| format!("until {}", at.in_sentence()));
                format!("“{role}” is active for you already, {until}. Deactivate it first if you want to begin anew.")
            }
            Self::RoleExtensionTooEarly { role, until, from } => format!(
                "Your assignment of “{role}” lasts until {}. It can be extended from {} on.",
                until.in_sentence(),
                from.in_sentence()
            ),
            Self::RoleRenewalTooLate { role, ended } => format!(
                "Your assignment of “{role}” ended on {}, which is more than {} ago. Ask whoever manages it to assign it anew.",
                ended.in_sentence(),
                count(crate::limits::RENEWAL_DAYS, "day")
            ),
            Self::RoleTakenAway { role } => format!(
                "Your assignment of “{role}” was taken away before its time was over, so there is nothing to renew. Ask whoever manages it to assign it anew."
            ),
            Self::RoleWithoutEnd { role } => format!("Your assignment of “{role}” is permanent, so there is nothing to extend."),
            Self::RoleExtendedElsewhere { role } => format!(
                "“{role}” is yours through an access package, a rule or an activation, and lasts as long as that does. Extend the access package, or activate the role again."
            ),
            Self::StandInGivesAsAsked => "You decide in somebody’s place, so you approve what was asked for or deny it. Another start, end or type is set by whoever manages the role themselves.".to_owned(),
            Self::EligibilityEndsFirst { role, ends_at } => format!(
                "Your eligible assignment of “{role}” ends on {}, before this activation would. Ask for a shorter time.",
                ends_at.in_sentence()
            ),
            Self::VerificationNeeded { roles } => format!(
                "You hold or can activate {}, which asks for more than a password at every sign-in. Verify with a code of your authenticator app or a passkey, then go on.",
                some(roles, roles.len())
            ),
            Self::ProofNeeded { what, demand: Demand { strength, minutes } } => {
                let within = count(i64::from(*minutes), "minute");
                match strength {
                    Strength::SignIn => {
                        format!("{what} needs a sign-in within the last {within}. Sign in again; what you typed is kept.")
                    }
                    Strength::Multifactor => format!(
                        "{what} needs a code of your authenticator app or a passkey, given here within the last {within}. Choose “Continue”; what you typed is kept."
                    ),
                    Strength::Passkey => format!(
                        "{what} needs a passkey, used here within the last {within}. Choose “Continue”; what you typed is kept."
                    ),
                }
            }
            Self::CodeWrong => {
                "The code is not right, or its time is over. Look at your authenticator app again and type the code that it shows now.".to_owned()
            }
            Self::CodeUsed => {
                "This code was used already, and each counts once. Wait until your authenticator app shows the next one.".to_owned()
            }
            Self::RecoveryCodeUsed { left: 0 } => {
                "This recovery code was used already, and each works once. You have none left; ask an administrator to reset what you prove yourself with.".to_owned()
            }
            Self::RecoveryCodeUsed { left } => {
                let left = if *left == 1 { "There is one left.".to_owned() } else { format!("There are {left} left.") };
                format!("This recovery code was used already, and each works once. {left} Type another one.")
            }
            Self::NoAuthenticator => {
                "You have no authenticator app here. Set one up under “Security” first.".to_owned()
            }
            Self::HasAuthenticator => {
                "You have an authenticator app already. Remove it under “Security” before you set another one up.".to_owned()
            }
            Self::CeremonyOver => {
                "What you began is over: it took too long, was done already, or was begun in another session. Begin again.".to_owned()
            }
            Self::PasskeyRefused => {
                "The passkey was not accepted, or it was not asked for your finger, face or PIN. Try again, or use another way.".to_owned()
            }
            Self::PasskeysImpossible => {
                "Passkeys need a server that is reached by a name, over TLS. Use an authenticator app, or ask an administrator about the address.".to_owned()
            }
            Self::TooManyPasskeys { limit } => {
                format!("You have {limit} passkeys, and more are not kept. Remove one that you no longer use.")
            }
            Self::ProviderDisabled { name } => {
                format!("Signing in with “{name}” is switched off. Use another way, or ask an administrator.")
            }
            Self::ProviderSignInOver => {
                "This sign-in took too long, was finished already, or was begun in another browser. Begin again below.".to_owned()
            }
            Self::ProviderSaidNo { name, why } => match why.as_str() {
                "access_denied" => format!("“{name}” did not let you in, or you stopped there. Try again, or use another way."),
                "login_required" | "interaction_required" | "account_selection_required" | "consent_required" => {
                    format!("“{name}” wants to ask you something first. Try again.")
                }
                "temporarily_unavailable" | "server_error" => {
                    format!("“{name}” has trouble of its own right now. Try again in a while, or use another way.")
                }
                why => format!("“{name}” refused the sign-in and said “{why}”. Tell an administrator, or use another way."),
            },
            Self::ProviderFails { name, why } => {
                format!("“{name}” could not be asked. {why} Nothing changed; try again, or use another way.")
            }
            Self::ProviderAnswerWrong { name, why } => {
                format!(
                    "The answer of “{name}” does not count, because {why}. Nothing changed; try again, and tell an administrator if it stays so."
                )
            }
            Self::NotKnownHere { name, called } => {
                format!(
                    "“{name}” knows you as “{called}”, and nobody here is linked to that account. Ask an administrator, or use another way."
                )
            }
            Self::LinkedOtherwise { name, called } => {
                format!(
                    "The person with the address “{called}” is linked to another account at “{name}”. Ask an administrator to look whether that link is still right."
                )
            }
            Self::UserNameOfAnother { name, user_name } => {
                format!(
                    "There is already a person with the user name “{user_name}”, who is not linked to your account at “{name}”. Ask an administrator."
                )
            }
            Self::NoUserName { name } => {
                format!(
                    "“{name}” said neither a verified e-mail address nor a user name without blanks, so that you cannot be called anything here. Ask an administrator."
                )
            }
            Self::AccountDisabled => {
                "Your account here is disabled, so that nobody signs in with it. Ask an administrator if it should be enabled again.".to_owned()
            }
            Self::ProviderOtherAccount { name, called } => format!(
                "You are “{called}” at “{name}”, and that is not an account of yours here, so that it proves nothing about you. Nothing changed; sign out there, and verify with your own account."
            ),
            Self::ProviderProvedLess { name, strength } => {
                let asked = match strength {
                    Strength::SignIn => "a sign-in",
                    Strength::Multifactor => "more than a password",
                    Strength::Passkey => "a passkey",
                };
                format!(
                    "“{name}” did not say that {asked} was asked for, so that what you did there does not suffice. Nothing changed; try again, or use another way."
                )
            }
            Self::LinkedToAnother { name, called } => format!(
                "The account “{called}” at “{name}” is linked to another person here, and an account is of one person. Nothing changed; connect your own, or ask an administrator."
            ),
            Self::HasLink { name } => {
                format!("You have an account at “{name}” already, and one is enough. Remove it before you connect another one.")
            }
            Self::LastWayIn => {
                "This is the only way for you to sign in, so that you would be locked out without it. Connect an account or add a passkey first, then remove this.".to_owned()
            }
            Self::NobodyCouldSignIn { role } => format!(
                "With this nobody who holds {role} for good could sign in any more: none of them has a password, a passkey or an account at a provider that stays enabled. Give one of them another way to sign in first."
            ),
            Self::ProviderKeepsIssuer { name, people } => {
                let people = count(i64::try_from(*people).unwrap_or(i64::MAX), "link");
                format!(
                    "“{name}” has {people} to people, who are bound by its issuer, so that it stays as it is. Make a new provider, or remove the links first."
                )
            }
            Self::NotWaitingForAnswer { outcome } => format!(
                "This request waits for no answer any more; it is {}. The first answer counts, and one that comes too late changes nothing.",
                outcome.to_lowercase()
            ),
            Self::HeldAlready { at } => format!(
                "It was said on {} already that the answer comes later. Answer with allow or deny.",
                at.in_sentence()
            ),
            Self::ApplicationInUse { name, by } => {
                format!("“{name}” is in use: {}. End or take away what uses it, then delete it.", by.join(", "))
            }
            Self::AnswerNotSigned { why } => {
                format!("This answer is not taken, because it does not prove who sends it. {why}")
            }
            Self::WebhookDisabled { name } => {
                format!("“{name}” is disabled, and no answer of it is taken. An administrator can enable it again.")
            }
            Self::WebhookIsAsked { name, by, more } => {
                let more = if *more > 0 { format!(", and {more} more") } else { String::new() };
                format!("“{name}” is asked by policies and settings of roles: {}{more}. Take it out of these first.", by.join(", "))
            }
            Self::MailIsFixed { why } => format!("How letters leave cannot be set here. {why}"),
            Self::WebhookHasMessages { name, waiting } => {
                let waiting = crate::time::count(i64::try_from(*waiting).unwrap_or(i64::MAX), "message");
                format!("“{name}” has {waiting} by now that nobody was told. Look at them, then delete it again.")
            }
            Self::ProviderHasPeople { name, people } => {
                let people = count(i64::try_from(*people).unwrap_or(i64::MAX), "link");
                format!("“{name}” has {people} to people by now. Look at the number again before you delete it with them.")
            }
            Self::TokenRefused => {
                "This token is not known, has expired, or was revoked. Make a new one under Settings, and give it to the system that asks.".to_owned()
            }
            Self::TooManyTokens { limit } => {
                format!("There can be {limit} access tokens at a time. Revoke one that is no longer used.")
            }
            Self::ScimWrong { message, .. } => message.clone(),
            Self::ProvisionedPersonProtected { name, what } => format!(
                "{name} holds directory roles, and another system must not {what}: whoever rules that system could take the roles. A Global Administrator can do it in Vestibule."
            ),
            Self::ProvisionedGroupProtected { group } => format!(
                "“{group}” can hold directory roles, is under privileged access, or belongs to a group that is, so that another system must not change it. Its owners can do it in Vestibule."
            ),
            Self::ImportHasPeople { name, people } => {
                let people = match people {
                    1 => "1 person comes".to_owned(),
                    people => format!("{people} people come"),
                };
                format!("{people} from “{name}” by now. Look at the number again before you leave them to themselves.")
            }
            Self::ImportDisabled { name } => format!("“{name}” is disabled, so that it does not run. Enable it first."),
            Self::ImportRunOver { name } => format!(
                "“{name}” was changed, or runs elsewhere, since this run began, so that the run ended. The next one goes on with what is left."
            ),
            Self::ImportedPersonKept { name } => format!(
                "{name} is an account for emergencies, which no other system changes or disables. A Global Administrator can change it under “Users”."
            ),
            Self::LettersWait { letters } => format!(
                "{} for a mail server. Nobody would get them: they would become files and count as sent. Set a mail server that takes \
                 them, or load the page again and choose to write them into files.",
                crate::mail::waiting(*letters)
            ),
            Self::TargetHasPeople { name, people } => {
                let people = match people {
                    1 => "1 person has".to_owned(),
                    people => format!("{people} people have"),
                };
                format!("{people} access at “{name}” by now. Look at the number again before you leave it there.")
            }
            Self::NotAdopted { name, why } => format!("It cannot be adopted. {}", why.words(name)),
            Self::PasswordWrong => "The present password is not right. Type the one that you sign in with.".to_owned(),
            Self::OwnMethods => {
                "You cannot reset what you prove yourself with. Remove it under “Security”, or ask another administrator.".to_owned()
            }
            Self::NothingToReset { name } => {
                format!("{name} has neither an authenticator app nor a passkey, so there is nothing to reset.")
            }
            Self::MethodGone { name } => {
                format!("{name} no longer has this: it was removed meanwhile. Look at what is there now, and choose again.")
            }
            Self::CatalogGivesRoles { catalog, group } => format!(
                "“{catalog}” hands out directory roles, and whoever manages “{group}” could take them with a role in the catalog. In such a catalog only people, and groups to which roles can be assigned, are more than readers."
            ),
            Self::NotActivated { role } => {
                format!("“{role}” is assigned to you and not activated, so there is nothing to deactivate. An administrator can end it.")
            }
            Self::DynamicMembership { group } => {
                format!("The rule of “{group}” decides who is a member. Change the rule or the person’s attributes instead.")
            }
            Self::RuleInvalid { position, message } => format!("The rule has an error at character {}: {message}", position + 1),
            Self::RoleAssignableMustBeAssigned => {
                "A group to which roles can be assigned must have assigned membership: a rule over attributes would let anyone who edits attributes hand out roles. Choose “Assigned”.".to_owned()
            }
            Self::RoleAssignableHoldsNoGroups { group } => {
                format!("Roles can be assigned to “{group}”, so it holds people only, not groups. Add the people themselves.")
            }
            Self::NestingLoop { group } => format!("This would make “{group}” a member of itself. Choose another group."),
            Self::NestingTooDeep { limit } => format!("Groups may be nested {limit} levels deep, and this would be deeper. Add the people to a group further up."),
            Self::AlreadyMember { name, group } => format!("{name} is already in “{group}”. There is nothing to add."),
            Self::LastOwner { group } => format!("This is the last owner of “{group}”. Name another owner first."),
            Self::ManagerLoop { name } => format!("{name} reports, directly or further down, to this person. Choose another manager."),
            Self::OwnAccount => "You cannot disable your own account: nobody might be left to undo it. Ask another administrator.".to_owned(),
            Self::Disabled { name } => format!("{name} is disabled. Enable the account first."),
            Self::AlreadyInCatalog { resource, catalog } => {
                format!("“{resource}” is already a resource of the catalog “{catalog}”. There is nothing to add.")
            }
            Self::ResourceInUse { resource, packages, count } => {
                format!(
                    "“{resource}” is given by {}. Take it out of {} first, then remove it from the catalog.",
                    some(packages.iter().map(|(_, name)| name), *count),
                    if *count == 1 { "that package" } else { "these packages" }
                )
            }
            Self::AlreadyInPackage { role, package } => format!("“{package}” gives “{role}” already. There is nothing to add."),
            Self::RoleNotOffered { role, catalog } => format!(
                "“{role}” cannot be given in this way by a package of the catalog “{catalog}”. Choose one of the roles that are offered, or add the resource to the catalog first."
            ),
            Self::TooManyRoles { limit } => {
                format!("A package may give {limit} roles. Make a second package, or put roles together in a group.")
            }
            Self::HasCatalogRole { name, role } => format!("{name} is {role} here already. There is nothing to add."),
            Self::PolicyNeverDecided { stage, needed, found } => format!(
                "Nobody could ever decide stage {stage}: it needs {} and {} can be asked. Disabled people never count, and one person counts for one stage only. Name more approvers, or fallback approvers.",
                count(i64::from(*needed), "approver"),
                if *found == 0 { "nobody".to_owned() } else { format!("only {found}") }
            ),
            Self::Incompatible { package, held, more, holder } => incompatible(package, held, *more, holder.as_deref()),
            Self::OwnIncompatible => "A package is not incompatible with itself: it is held once. Choose something else.".to_owned(),
            Self::AlreadyIncompatible { name, package } => {
                format!("“{name}” and “{package}” are incompatible already, in both directions. There is nothing to add.")
            }
            Self::TooManyIncompatible { name, limit } => format!(
                "“{name}” is incompatible with {limit} others already, and more cannot be looked at with every request. Remove one first, or put people into one group."
            ),
            Self::CatalogInUse { name, packages, count, .. } => format!(
                "The catalog “{name}” cannot be deleted: it holds {}. Delete {} first, or disable the catalog: then nobody can request from it any more.",
                some(packages, *count),
                if *count == 1 { "that package" } else { "these packages" }
            ),
            Self::PackageInUse { name, held, open, .. } => format!(
                "“{name}” cannot be deleted: {}. Take it away from them and settle the requests first, or hide the package and disable its policies.",
                in_use(*held, *open)
            ),
            Self::ContextInUse { name, uses, count } => format!(
                "The authentication context “{name}” cannot be deleted: it is demanded by {}. Choose something else in {} first.",
                some(uses.iter().map(|(_, name)| name), *count),
                if *count == 1 { "these settings" } else { "the settings of all of them" }
            ),
            Self::PolicyInUse { name, held, open, .. } => format!(
                "The policy “{name}” cannot be deleted: {} under it. Disable it instead: then nobody can request under it any more.",
                in_use(*held, *open)
            ),
            Self::SecondAutomaticPolicy { name, .. } => format!(
                "The rule of the policy “{name}” assigns this package already, and only one may. Change that rule, or disable that policy first."
            ),
            Self::PolicyKeepsKind { name, held, open, .. } => format!(
                "Whether people ask under “{name}” or a rule assigns cannot change now: {} under it. Disable it, and make another policy.",
                in_use(*held, *open)
            ),
            Self::PreviewNeeded { effect, seen } => format!(
                "{} {}. Look at who they are below, then save again.",
                if seen.is_some() {
                    "What it does is no longer what you were shown, and nothing was saved. Saving now:"
                } else {
                    "Nothing was saved yet. Saving:"
                },
                effect.words()
            ),
            Self::TermsNotAccepted { name, version, earlier: false } => {
                format!("This role asks you to accept the terms of use “{name}”, version {version}. Read them, and accept them below.")
            }
            Self::TermsNotAccepted { name, version, earlier: true } => format!(
                "The terms of use “{name}” were changed while you filled in the form. Open it again, read version {version}, and accept it."
            ),
            Self::LastsLonger { name, until } => format!(
                "“{name}” was given for longer meanwhile, {}, so approving what was asked for would shorten it. Deny the request, or open it and choose another end.",
                until.map_or("permanently".to_owned(), |until| format!("until {}", until.in_sentence()))
            ),
            Self::SettingsBreak { count } => format!(
                "Nothing was saved yet. {} outside of these settings: what is assigned stays as it is, and cannot be assigned so again. Look at the list above the button, then press it once more.",
                match count {
                    1 => "1 assignment is".to_owned(),
                    n => format!("{n} assignments are"),
                }
            ),
            Self::TooManyMatch { limit, matching } => format!(
                "The rule matches {matching} people, and a rule may give a package to {limit}. Narrow the rule, or let people ask."
            ),
            Self::GivenByRule { package, policy } => format!(
                "“{package}” is given by the rule of the policy “{policy}”, and so it is neither given back nor taken away. Change the rule or the person’s attributes instead."
            ),
        }
    }

    /// The form field to mark.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Required { field, .. }
            | Self::TooLong { field, .. }
            | Self::TooShort { field, .. }
            | Self::Malformed { field, .. } => Some(field),
            Self::NameTaken { field, .. } | Self::NotShorter { field, .. } | Self::OutsideSettings { field, .. } => Some(field),
            Self::NotRoleAssignable { .. } | Self::OnlyActive { .. } | Self::AlreadyAssigned { .. } => Some("holder"),
            Self::EligibilityEndsFirst { .. } => Some("duration"),
            Self::CodeWrong | Self::CodeUsed | Self::RecoveryCodeUsed { .. } => Some("code"),
            Self::PasswordWrong => Some("current_password"),
            Self::LettersWait { .. } => Some("into_files"),
            Self::ProviderKeepsIssuer { .. } => Some("issuer"),
            Self::RuleInvalid { .. } | Self::TooManyMatch { .. } => Some("rule"),
            Self::PolicyKeepsKind { .. } => Some("scope"),
            Self::PolicyChoiceNeeded => Some("policy"),
            Self::NotAssigned { .. } | Self::OwnAssignment | Self::OnePersonAtATime { .. } | Self::TooManyPeople { .. } => {
                Some("people")
            }
            Self::ManagerLoop { .. } => Some("manager"),
            Self::AlreadyInCatalog { .. } => Some("resource"),
            Self::OwnIncompatible | Self::AlreadyIncompatible { .. } | Self::TooManyIncompatible { .. } => Some("with"),
            Self::AlreadyInPackage { .. } | Self::RoleNotOffered { .. } => Some("role"),
            Self::HasCatalogRole { .. } => Some("holder"),
            Self::OwnDelegate | Self::NoDelegate { .. } => Some("delegate"),
            Self::DelegationTooLong { .. } => Some("ends"),
            Self::RowsNotHandedOn { .. } => Some("to"),
            _ => None,
        }
    }

    /// Where to go on.
    pub fn link(&self) -> Option<(String, String)> {
        match self {
            Self::AlreadyRequested { request, .. } => {
                Some((format!("/my-access/requests/{request}"), "Open the request".to_owned()))
            }
            Self::ResourceInUse { packages, .. } | Self::GivenAsEligible { packages, .. } => {
                packages.first().map(|(package, name)| (format!("/admin/packages/{package}?tab=roles"), format!("Open “{name}”")))
            }
            Self::SecondAutomaticPolicy { package, policy, name } => {
                Some((format!("/admin/packages/{package}/policies/{policy}"), format!("Open “{name}”")))
            }
            Self::ReviewSetByPolicy { package, policy } => {
                Some((format!("/admin/packages/{package}/policies/{policy}"), "Open the policy".to_owned()))
            }
            Self::VerificationNeeded { .. } => Some(("/my-security/prove".to_owned(), "Verify".to_owned())),
            Self::ContextInUse { uses, .. } => uses.first().map(|(of, name)| (of.path(), format!("Open the settings of {name}"))),
            Self::CatalogInUse { catalog, .. } => Some((format!("/admin/catalogs/{catalog}"), "Open its packages".to_owned())),
            Self::PackageInUse { package, .. } | Self::PolicyInUse { package, .. } | Self::PolicyKeepsKind { package, .. } => {
                Some((format!("/admin/packages/{package}?tab=policies"), "Open its policies".to_owned()))
            }
            Self::NotPrivileged { group, .. }
            | Self::StillEligible { group, .. }
            | Self::PrivilegedMustBeAssigned { group, .. } => {
                Some((format!("/admin/groups/{group}/privileged"), "Open its privileged access".to_owned()))
            }
            Self::TooManyDrafts { .. } => Some(("/admin/packages".to_owned(), "See your drafts".to_owned())),
            Self::DraftUnfinished { draft, missing } => missing
                .first()
                .map(|step| (format!("/admin/packages/new/{draft}/{}", step.key()), format!("Go to “{}”", step.name()))),
            // A group is left by other ways, and what somebody else has is not on one's own page.
            Self::Incompatible { held, holder: None, .. }
                if held.iter().any(|conflict| matches!(conflict.with, Incompatible::Package(_))) =>
            {
                Some(("/my-access/packages?tab=active".to_owned(), "See what you hold".to_owned()))
            }
            Self::ReportHolds { report, name, .. } => Some((format!("/my-team/{report}"), format!("See what {name} holds"))),
            Self::RoleExtensionTooEarly { .. } | Self::RoleWithoutEnd { .. } | Self::RoleExtendedElsewhere { .. } => {
                Some(("/my-roles".to_owned(), "My roles".to_owned()))
            }
            Self::AlreadyHeld { .. } | Self::ExtensionTooEarly { .. } => {
                Some(("/my-access/packages?tab=active".to_owned(), "See what you hold".to_owned()))
            }
            _ => None,
        }
    }
}

/// `“Desk”, “Phone” and 2 more`: the names of some, and how many there are.
fn some<'a>(names: impl IntoIterator<Item = &'a String>, count: usize) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("“{name}”")).collect();
    let more = count.saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.join(", ") + &more
}

/// What is held, that it is incompatible, and what to do about it.
fn incompatible(package: &str, held: &[Conflict], more: bool, holder: Option<&str>) -> String {
    let named = |group: bool| -> String {
        let of_kind = held.iter().filter(|conflict| matches!(conflict.with, Incompatible::Group(_)) == group);
        of_kind.map(|conflict| format!("“{}”", conflict.name)).collect::<Vec<_>>().join(", ")
    };
    let (packages, groups) = (named(false), named(true));
    let (who, hold, are, have) = match holder {
        None => ("You", "hold", "are", "have"),
        Some(name) => (name, "holds", "is", "has"),
    };
    let mut has = Vec::new();
    if !packages.is_empty() {
        has.push(format!("{hold} {packages}"));
    }
    if !groups.is_empty() {
        has.push(format!("{are} a member of {groups}"));
    }
    if more {
        has.push(format!("{have} other access"));
    }
    let verb = if held.len() + usize::from(more) > 1 { "are" } else { "is" };
    let first = format!("{who} {}, which {verb} incompatible with “{package}”: nobody may have both.", has.join(" and "));
    let next = match (packages.as_str(), groups.as_str(), holder) {
        (_, _, Some(_)) if groups.is_empty() => "It has to be given back or taken away first.".to_owned(),
        (_, _, Some(_)) => "The membership has to end first, and what is held has to be given back or taken away.".to_owned(),
        ("", "", None) => "It has to be taken away first; ask whoever manages the package what it is.".to_owned(),
        (packages, "", None) => format!("Give {packages} back first, then request “{package}”."),
        ("", groups, None) => {
            format!("Ask an owner of {groups} or an administrator to take you out first, then request “{package}”.")
        }
        (packages, groups, None) => format!(
            "Give {packages} back and ask an owner of {groups} or an administrator to take you out first, then request “{package}”."
        ),
    };
    format!("{first} {next}")
}

/// `3 people hold it and 1 request is open`.
fn in_use(held: i64, open: i64) -> String {
    let held = match held {
        0 => None,
        1 => Some("1 person holds it".to_owned()),
        n => Some(format!("{n} people hold it")),
    };
    let open = match open {
        0 => None,
        1 => Some("1 request is open".to_owned()),
        n => Some(format!("{n} requests are open")),
    };
    [held, open].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
