//! Events: the history. Written in the transaction of the change they tell about, never changed, never deleted.
//!
//! The stored form is the JSON of [`Event`]; the sealing worker hashes exactly that text.
//!
//! The file is long because everything that can happen stands in one enum, with its targets beside it. Its codes and words
//! are in `event/kind.rs`.

mod kind;

pub use kind::{Area, Kind, Outcome};

use crate::access::{AssignmentType, EndReason, ResourceRole, Source};
use crate::access_token::Scope;
use crate::alert::{AlertKind, Found};
use crate::answering::{Question, Said, Silence};
use crate::approval::{Part, Verdict};
use crate::ask_back::{AskedTime, ShorterTime};
use crate::audit::{Filter, Format, Place};
use crate::catalog::{CatalogRole, Holder};
use crate::delegation::Delegated;
use crate::directory::{Principal, Resource};
use crate::import::{Ended, Numbers};
use crate::notice::Value;
use crate::proof::{Method, ProvedBy, SignInMethod};
use crate::request::Undelivered;
use crate::review::{Counts, Decision, Reviewed};
use crate::role_settings::{Privileged, PrivilegedKind, Ticket};
use crate::separation::Incompatible;
use crate::webhook::Replayed;
use crate::{
    AccessTokenId, AlertIncidentId, AnyId, ApplicationId, AssignmentId, AuthenticationContextId, CatalogId, DelegationId,
    EmergencyUseId, EventId, GroupId, ImportId, PackageAssignmentId, PackageId, PolicyId, ProviderId, RequestId, ReviewId,
    ReviewSeriesId, TargetId, TermsId, Ts, UserId, WebhookId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    User(UserId),
    /// Time passed, or delivery went on: nobody clicked.
    System,
    /// Somebody on the server's own command line.
    Console,
    /// Another system that came in with a token.
    Token(AccessTokenId),
    /// What an import found in another directory.
    Import(ImportId),
}

/// One attribute, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// What happened. Names are past: the thing is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "action")]
pub enum Action {
    RequestSubmitted {
        name: String,
        beneficiary: UserId,
    },
    /// An administrator gives it to somebody who did not ask.
    PackageAssigned {
        name: String,
        beneficiary: UserId,
    },
    StageOpened {
        stage: usize,
        part: Part,
        asked: Vec<UserId>,
        decide_by: Ts,
    },
    StageEscalated {
        stage: usize,
        asked: Vec<UserId>,
    },
    ApproversReminded {
        stage: usize,
        asked: Vec<UserId>,
    },
    StageDecided {
        stage: usize,
        verdict: Verdict,
        words: String,
        settles_stage: bool,
        /// In whose place, when it was a delegate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stood_in_for: Option<UserId>,
    },
    /// An approver asked the requestor; the window stands still.
    RequestAskedBack {
        stage: usize,
        words: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposed: Option<ShorterTime>,
        pauses_until: Ts,
        /// In whose place, when it was a delegate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stood_in_for: Option<UserId>,
    },
    QuestionAnswered {
        words: String,
    },
    /// The requestor asks for less now.
    ShorterTimeAccepted {
        before: AskedTime,
        after: AskedTime,
        words: String,
    },
    ShorterTimeDeclined {
        words: String,
    },
    /// Nobody answered in time: the window goes on, until `decide_by`.
    StageResumed {
        stage: usize,
        decide_by: Ts,
    },
    StageExpired {
        stage: usize,
    },
    /// A webhook is asked about the request, which waits for its answer.
    WebhookAsked {
        webhook: WebhookId,
        name: String,
        answer_by: Ts,
    },
    WebhookAnswered {
        webhook: WebhookId,
        name: String,
        said: Said,
        words: String,
    },
    /// It did not answer in time. `silence` is what follows.
    WebhookSilent {
        webhook: WebhookId,
        name: String,
        silence: Silence,
        #[serde(default)]
        question: Question,
    },
    RequestApproved,
    RequestScheduled {
        starts_at: Ts,
    },
    RequestCanceled {
        words: String,
    },
    DeliveryStarted,
    DeliveryFailed {
        reason: Value<Undelivered>,
    },
    RequestReprocessed,
    /// Some of it was confirmed by targets, and the rest is overdue.
    RequestPartlyDelivered,
    RequestDelivered {
        assignment: PackageAssignmentId,
        ends_at: Option<Ts>,
    },
    PackageAssignmentEnded {
        assignment: PackageAssignmentId,
        package: PackageId,
        #[serde(default)]
        holder: Option<UserId>,
        reason: EndReason,
        /// What whoever ended it before its time said.
        #[serde(default)]
        words: String,
    },
    /// The rule of a policy gave the package to somebody who did not ask.
    PackageAssignedByRule {
        assignment: PackageAssignmentId,
        package: PackageId,
        policy: PolicyId,
        holder: UserId,
    },
    /// The rule no longer matches, and it is held until then; without an end, it matches again.
    PackageAssignmentEndSet {
        assignment: PackageAssignmentId,
        package: PackageId,
        policy: PolicyId,
        holder: UserId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends_at: Option<Ts>,
    },
    /// It ends later than it would have.
    PackageAssignmentExtended {
        assignment: PackageAssignmentId,
        package: PackageId,
        from: Option<Ts>,
        to: Option<Ts>,
    },
    AssignmentExtended {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        from: Option<Ts>,
        to: Option<Ts>,
    },
    AssignmentStarted {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        assignment_type: AssignmentType,
        source: Source,
        starts_at: Ts,
        ends_at: Option<Ts>,
        /// What whoever assigned it said.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
        #[serde(default, skip_serializing_if = "Ticket::is_empty")]
        ticket: Ticket,
    },
    /// Somebody set another start or end.
    AssignmentChanged {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        from: (Ts, Option<Ts>),
        to: (Ts, Option<Ts>),
        words: String,
    },
    AssignmentEnded {
        assignment: AssignmentId,
        principal: Principal,
        role: ResourceRole,
        reason: EndReason,
        /// What whoever ended it before its time said.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// An activation was put into effect.
    RoleActivated {
        assignment: AssignmentId,
        ends_at: Ts,
    },
    /// Activated without approval. `told` learned of it at once, whoever reviews it first.
    EmergencyUsed {
        used: EmergencyUseId,
        user: UserId,
        told: Vec<UserId>,
        /// Those of them who review it because the reviewer is disabled; nobody where the reviewer is there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        instead: Vec<UserId>,
        review_by: Ts,
    },
    EmergencyReviewed {
        used: EmergencyUseId,
        user: UserId,
        words: String,
    },
    /// The account may be used once more before its use was reviewed.
    EmergencyUseAllowed {
        used: EmergencyUseId,
        user: UserId,
        words: String,
    },
    EmergencyAccountMarked {
        user: UserId,
        reviewer: UserId,
    },
    EmergencyAccountUnmarked {
        user: UserId,
    },
    AlertTriggered {
        incident: AlertIncidentId,
        what: Found,
    },
    /// It is no longer so.
    AlertResolved {
        incident: AlertIncidentId,
        what: Found,
    },
    AlertDismissed {
        incident: AlertIncidentId,
        what: Found,
        words: String,
    },
    AlertReopened {
        incident: AlertIncidentId,
        what: Found,
    },
    AlertSettingChanged {
        kind: AlertKind,
        changes: Vec<Change>,
    },
    /// What was asked for was given: an assignment lasts longer or, with `renews`, is there again.
    RoleExtended {
        assignment: AssignmentId,
        assignment_type: AssignmentType,
        renews: bool,
        ends_at: Option<Ts>,
    },
    TermsCreated {
        terms: TermsId,
        name: String,
    },
    /// Whoever accepted an earlier version is asked again.
    TermsChanged {
        terms: TermsId,
        name: String,
        version: i64,
    },
    /// By whoever did it.
    TermsAccepted {
        terms: TermsId,
        name: String,
        version: i64,
    },
    /// `changes` holds everything that it began with.
    AuthenticationContextCreated {
        context: AuthenticationContextId,
        name: String,
        changes: Vec<Change>,
    },
    /// What names it demands this from now on.
    AuthenticationContextChanged {
        context: AuthenticationContextId,
        name: String,
        changes: Vec<Change>,
    },
    AuthenticationContextDeleted {
        context: AuthenticationContextId,
        name: String,
    },
    /// What roles and groups of this kind inherit.
    RoleTemplateChanged {
        kind: PrivilegedKind,
        changes: Vec<Change>,
    },
    RoleSettingsChanged {
        role: Privileged,
        changes: Vec<Change>,
    },
    /// Membership and ownership of a group can be eligible from now on.
    PrivilegedAccessEnabled {
        group: GroupId,
    },
    PrivilegedAccessDisabled {
        group: GroupId,
    },
    ApprovalsDelegated {
        delegation: DelegationId,
        from: UserId,
        to: UserId,
        starts_at: Ts,
        ends_at: Ts,
        delegated: Delegated,
    },
    DelegationEnded {
        delegation: DelegationId,
        from: UserId,
        to: UserId,
    },
    UserCreated {
        user: UserId,
        name: String,
    },
    UserChanged {
        user: UserId,
        changes: Vec<Change>,
    },
    UserDisabled {
        user: UserId,
    },
    UserEnabled {
        user: UserId,
    },
    PasswordChanged {
        user: UserId,
    },
    /// Somebody can prove themselves with this from now on.
    MethodAdded {
        user: UserId,
        method: Method,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
    },
    MethodRemoved {
        user: UserId,
        method: Method,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
    },
    PasskeyRenamed {
        user: UserId,
        from: String,
        to: String,
    },
    /// New ones; the old ones no longer work.
    RecoveryCodesMade {
        user: UserId,
    },
    /// An administrator took one thing away that they signed in or proved themselves with.
    MethodTakenAway {
        user: UserId,
        method: SignInMethod,
        /// What a passkey was called.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
        words: String,
    },
    /// An administrator took away whatever they proved themselves with.
    MethodsReset {
        user: UserId,
        words: String,
    },
    IdentityProved {
        user: UserId,
        by: ProvedBy,
        address: String,
    },
    ProofFailed {
        user: UserId,
        address: String,
    },
    /// Everywhere but in one session.
    SessionsEnded {
        user: UserId,
        count: u64,
    },
    /// `changes` holds every setting that it began with; of its secret only that there is one.
    ProviderCreated {
        provider: ProviderId,
        name: String,
        changes: Vec<Change>,
    },
    ProviderChanged {
        provider: ProviderId,
        name: String,
        changes: Vec<Change>,
    },
    /// With the links of so many people.
    ProviderDeleted {
        provider: ProviderId,
        name: String,
        people: usize,
    },
    /// Somebody signs in with an account at a provider from now on.
    ProviderLinked {
        user: UserId,
        provider: ProviderId,
        name: String,
        /// What the account is called there.
        called: String,
    },
    ProviderUnlinked {
        user: UserId,
        provider: ProviderId,
        name: String,
        called: String,
    },
    AccessTokenMade {
        token: AccessTokenId,
        name: String,
        scope: Scope,
        expires_at: Ts,
    },
    AccessTokenRevoked {
        token: AccessTokenId,
        name: String,
    },
    /// `changes` holds every setting that it began with; of its token only that there is one.
    TargetCreated {
        target: TargetId,
        name: String,
        changes: Vec<Change>,
    },
    TargetChanged {
        target: TargetId,
        name: String,
        changes: Vec<Change>,
    },
    /// So many people have access there, and keep it.
    TargetDeleted {
        target: TargetId,
        name: String,
        people: usize,
    },
    /// The target confirmed what somebody has there from now on.
    TargetConfirmed {
        target: TargetId,
        name: String,
        user: UserId,
        /// Names of roles.
        given: Vec<String>,
        taken: Vec<String>,
    },
    /// Membership at the target that nobody was given here was taken away.
    TargetDriftRemoved {
        target: TargetId,
        name: String,
        /// Who it is there, and in which group.
        called: String,
        group: String,
    },
    /// Membership at the target that nobody was given here became an assignment.
    TargetAccessAdopted {
        target: TargetId,
        name: String,
        user: UserId,
        assignment: AssignmentId,
        /// The name of the role.
        role: String,
        /// Who it is there, and in which group.
        called: String,
        group: String,
        ends_at: Ts,
        words: String,
    },
    /// Somebody wants membership at the target taken away that nobody was given here.
    TargetRemovalAsked {
        target: TargetId,
        name: String,
        called: String,
        group: String,
        words: String,
    },
    /// `changes` holds every setting that it began with; of its password only that there is one.
    ImportCreated {
        import: ImportId,
        name: String,
        changes: Vec<Change>,
    },
    ImportChanged {
        import: ImportId,
        name: String,
        changes: Vec<Change>,
    },
    /// So many people came from it, and stay as they are.
    ImportDeleted {
        import: ImportId,
        name: String,
        people: usize,
    },
    ImportRan {
        import: ImportId,
        name: String,
        ended: Ended,
        numbers: Numbers,
        /// Why it failed or asks.
        why: String,
    },
    /// How letters leave; of the password only that it is another one.
    MailChanged {
        changes: Vec<Change>,
    },
    /// `changes` holds everything that it began with; of its secret only that there is one.
    WebhookCreated {
        webhook: WebhookId,
        name: String,
        changes: Vec<Change>,
    },
    WebhookChanged {
        webhook: WebhookId,
        name: String,
        changes: Vec<Change>,
    },
    /// With so many messages that were not told.
    WebhookDeleted {
        webhook: WebhookId,
        name: String,
        untold: u64,
    },
    WebhookReplayed {
        webhook: WebhookId,
        name: String,
        what: Replayed,
    },
    MessageGivenUp {
        webhook: WebhookId,
        name: String,
        event: EventId,
    },
    ApplicationCreated {
        application: ApplicationId,
        name: String,
    },
    /// Its roles stand among the changes.
    ApplicationChanged {
        application: ApplicationId,
        name: String,
        changes: Vec<Change>,
    },
    ApplicationDeleted {
        application: ApplicationId,
        name: String,
    },
    GroupCreated {
        group: GroupId,
        name: String,
    },
    GroupChanged {
        group: GroupId,
        changes: Vec<Change>,
    },
    PackageCreated {
        package: PackageId,
        name: String,
    },
    CatalogCreated {
        catalog: CatalogId,
        name: String,
    },
    CatalogChanged {
        catalog: CatalogId,
        changes: Vec<Change>,
    },
    CatalogDeleted {
        catalog: CatalogId,
        name: String,
    },
    CatalogResourceAdded {
        catalog: CatalogId,
        resource: Resource,
        name: String,
    },
    CatalogResourceRemoved {
        catalog: CatalogId,
        resource: Resource,
        name: String,
    },
    CatalogRoleGiven {
        catalog: CatalogId,
        #[serde(alias = "user")]
        holder: Holder,
        role: CatalogRole,
    },
    CatalogRoleTaken {
        catalog: CatalogId,
        #[serde(alias = "user")]
        holder: Holder,
        role: CatalogRole,
    },
    PackageChanged {
        package: PackageId,
        changes: Vec<Change>,
    },
    PackageDeleted {
        package: PackageId,
        name: String,
    },
    /// `people` got it in the same moment, each with an event of their own.
    PackageRoleAdded {
        package: PackageId,
        role: ResourceRole,
        assignment_type: AssignmentType,
        people: usize,
    },
    /// `people` lost it in the same moment, each with an event of their own.
    PackageRoleRemoved {
        package: PackageId,
        role: ResourceRole,
        assignment_type: AssignmentType,
        people: usize,
    },
    /// The package and this exclude each other from now on.
    IncompatibilityAdded {
        package: PackageId,
        with: Incompatible,
        name: String,
    },
    IncompatibilityRemoved {
        package: PackageId,
        with: Incompatible,
        name: String,
    },
    /// `changes` holds every setting that the policy began with.
    PolicyCreated {
        package: PackageId,
        policy: PolicyId,
        name: String,
        changes: Vec<Change>,
    },
    PolicyChanged {
        package: PackageId,
        policy: PolicyId,
        changes: Vec<Change>,
    },
    PolicyDeleted {
        package: PackageId,
        policy: PolicyId,
        name: String,
    },
    /// Somebody made an access review.
    ReviewCreated {
        series: ReviewSeriesId,
        of: Reviewed,
        name: String,
    },
    /// Its settings for later instances, or those of the one that runs.
    ReviewChanged {
        series: ReviewSeriesId,
        of: Reviewed,
        name: String,
        changes: Vec<Change>,
    },
    ReviewDeleted {
        series: ReviewSeriesId,
        of: Reviewed,
        name: String,
    },
    /// Everybody who holds it was found: so many rows.
    ReviewStarted {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        rows: u64,
    },
    /// A later stage began with so many rows.
    ReviewStageStarted {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        stage: usize,
        rows: u64,
    },
    /// A reviewer decided so many rows; each row keeps what was said about it.
    ReviewRowsDecided {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        decision: Decision,
        rows: u64,
        /// They accepted what was recommended.
        accepted: bool,
    },
    /// Rows were handed to somebody else to decide; to nobody: they were taken back.
    ReviewRowsHandedOn {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        to: Option<UserId>,
        rows: u64,
        words: String,
    },
    /// Somebody decides no more, and what was theirs is with others.
    ReviewRowsPassedOn {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        from: UserId,
        to: Vec<UserId>,
        rows: u64,
    },
    /// Nothing had changed since the instance before: nobody was asked.
    ReviewSkipped {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        rows: u64,
    },
    ReviewersReminded {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        people: u64,
    },
    /// Every decision was taken back.
    ReviewReset {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        rows: u64,
    },
    /// The stage that was open, or all of it, ended before its time.
    ReviewStopped {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        stage_only: bool,
    },
    /// An instance that was stopped goes on until its time is over.
    ReviewReopened {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        until: Ts,
    },
    /// No further instance starts.
    ReviewSeriesStopped {
        series: ReviewSeriesId,
        of: Reviewed,
        name: String,
    },
    ReviewCompleted {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        counts: Counts,
    },
    /// What could not be removed is tried again.
    ReviewTriedAgain {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        rows: u64,
    },
    ReviewApplied {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        removed: u64,
        not_removed: u64,
    },
    /// What was found cannot be altered any more without being noticed: this is the digest of its evidence.
    ReviewSealed {
        series: ReviewSeriesId,
        review: ReviewId,
        of: Reviewed,
        name: String,
        rows: u64,
        digest: String,
    },
    SignedIn {
        user: UserId,
        how: String,
        address: String,
    },
    SignInFailed {
        user: UserId,
        address: String,
    },
    SignedOut {
        user: UserId,
    },
    /// A provider said that somebody signed out there: what they began with it here ended.
    SignedOutByProvider {
        user: UserId,
        provider: ProviderId,
        name: String,
        sessions: u64,
    },
    /// Somebody took the history, or a part of it, away as a file.
    AuditExported {
        place: Place,
        format: Format,
        filter: Filter,
    },
}

/// A thing that an event is about; events are found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Target(pub AnyId);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub at: Ts,
    pub actor: Actor,
    pub request: Option<RequestId>,
    /// Whom and what its request is about: the history of a person, a role or a package has everything that happened to
    /// requests for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<AnyId>,
    #[serde(flatten)]
    pub action: Action,
}

impl Event {
    /// Everything it is found by, each once.
    pub fn targets(&self) -> BTreeSet<AnyId> {
        self.action.targets().into_iter().map(|target| target.0).chain(self.about.iter().copied()).collect()
    }
}

/// Everything that happens to access reviews, as a pattern: who looks at actions of another kind has one arm for them.
#[macro_export]
macro_rules! review_actions {
    () => {
        ($crate::event::Action::ReviewCreated { .. }
            | $crate::event::Action::ReviewChanged { .. }
            | $crate::event::Action::ReviewDeleted { .. }
            | $crate::event::Action::ReviewStarted { .. }
            | $crate::event::Action::ReviewStageStarted { .. }
            | $crate::event::Action::ReviewRowsDecided { .. }
            | $crate::event::Action::ReviewRowsHandedOn { .. }
            | $crate::event::Action::ReviewRowsPassedOn { .. }
            | $crate::event::Action::ReviewSkipped { .. }
            | $crate::event::Action::ReviewersReminded { .. }
            | $crate::event::Action::ReviewReset { .. }
            | $crate::event::Action::ReviewStopped { .. }
            | $crate::event::Action::ReviewReopened { .. }
            | $crate::event::Action::ReviewSeriesStopped { .. }
            | $crate::event::Action::ReviewCompleted { .. }
            | $crate::event::Action::ReviewTriedAgain { .. }
            | $crate::event::Action::ReviewApplied { .. }
            | $crate::event::Action::ReviewSealed { .. })
    };
}

impl Action {
    /// The things the event is about, the request itself left out (it has a column of its own).
    pub fn targets(&self) -> Vec<Target> {
        let principal = |principal: &Principal| principal.id();
        let role = |role: &ResourceRole| match role {
            ResourceRole::GroupMember(id) | ResourceRole::GroupOwner(id) => id.0,
            ResourceRole::ApplicationRole(id, _) => id.0,
            ResourceRole::DirectoryRole(id) => id.0,
        };
        let ids: Vec<AnyId> = match self {
            Self::RequestSubmitted { beneficiary, .. } | Self::PackageAssigned { beneficiary, .. } => vec![beneficiary.0],
            Self::PackageAssignmentEnded { package, holder, .. } => {
                std::iter::once(package.0).chain(holder.map(|holder| holder.0)).collect()
            }
            Self::PackageAssignedByRule { package, policy, holder, .. }
            | Self::PackageAssignmentEndSet { package, policy, holder, .. } => vec![package.0, policy.0, holder.0],
            Self::PackageAssignmentExtended { package, .. } => vec![package.0],
            // Who assigned it and why is looked up by the assignment itself.
            Self::AssignmentStarted { assignment, principal: p, role: r, source: Source::Direct, .. }
            | Self::AssignmentChanged { assignment, principal: p, role: r, .. } => vec![principal(p), role(r), assignment.0],
            Self::AssignmentStarted { principal: p, role: r, .. }
            | Self::AssignmentExtended { principal: p, role: r, .. }
            | Self::AssignmentEnded { principal: p, role: r, .. } => vec![principal(p), role(r)],
            Self::ApprovalsDelegated { from, to, .. } | Self::DelegationEnded { from, to, .. } => vec![from.0, to.0],
            Self::UserCreated { user, .. }
            | Self::UserChanged { user, .. }
            | Self::UserDisabled { user }
            | Self::UserEnabled { user }
            | Self::PasswordChanged { user }
            | Self::MethodAdded { user, .. }
            | Self::MethodRemoved { user, .. }
            | Self::PasskeyRenamed { user, .. }
            | Self::RecoveryCodesMade { user }
            | Self::MethodTakenAway { user, .. }
            | Self::MethodsReset { user, .. }
            | Self::IdentityProved { user, .. }
            | Self::ProofFailed { user, .. }
            | Self::SessionsEnded { user, .. }
            | Self::SignedIn { user, .. }
            | Self::SignInFailed { user, .. }
            | Self::SignedOut { user } => vec![user.0],
            Self::ProviderCreated { provider, .. }
            | Self::ProviderChanged { provider, .. }
            | Self::ProviderDeleted { provider, .. } => vec![provider.0],
            Self::ProviderLinked { user, provider, .. }
            | Self::ProviderUnlinked { user, provider, .. }
            | Self::SignedOutByProvider { user, provider, .. } => vec![user.0, provider.0],
            Self::AccessTokenMade { token, .. } | Self::AccessTokenRevoked { token, .. } => vec![token.0],
            Self::TargetCreated { target, .. }
            | Self::TargetChanged { target, .. }
            | Self::TargetDeleted { target, .. }
            | Self::TargetDriftRemoved { target, .. }
            | Self::TargetRemovalAsked { target, .. } => vec![target.0],
            Self::TargetAccessAdopted { target, user, .. } => vec![target.0, user.0],
            Self::TargetConfirmed { target, user, .. } => vec![target.0, user.0],
            Self::ImportCreated { import, .. }
            | Self::ImportChanged { import, .. }
            | Self::ImportDeleted { import, .. }
            | Self::ImportRan { import, .. } => vec![import.0],
            Self::WebhookCreated { webhook, .. }
            | Self::WebhookChanged { webhook, .. }
            | Self::WebhookDeleted { webhook, .. }
            | Self::WebhookReplayed { webhook, .. }
            | Self::WebhookAsked { webhook, .. }
            | Self::WebhookAnswered { webhook, .. }
            | Self::WebhookSilent { webhook, .. }
            | Self::MessageGivenUp { webhook, .. } => vec![webhook.0],
            Self::EmergencyUsed { user, .. }
            | Self::EmergencyReviewed { user, .. }
            | Self::EmergencyUseAllowed { user, .. }
            | Self::EmergencyAccountUnmarked { user } => vec![user.0],
            Self::EmergencyAccountMarked { user, reviewer } => vec![user.0, reviewer.0],
            Self::AlertTriggered { what, .. }
            | Self::AlertResolved { what, .. }
            | Self::AlertDismissed { what, .. }
            | Self::AlertReopened { what, .. } => {
                // Not whom it is about: what others make of somebody is not part of their own history.
                let target = what.at_target().map(|(target, ..)| target.0);
                let policy = what.policy().into_iter().flat_map(|(package, policy)| [package.0, policy.0]);
                what.role().iter().map(role).chain(target).chain(policy).collect()
            }
            Self::AlertSettingChanged { .. } | Self::MailChanged { .. } => Vec::new(),
            Self::RoleTemplateChanged { .. } => Vec::new(),
            Self::TermsCreated { terms, .. } | Self::TermsChanged { terms, .. } | Self::TermsAccepted { terms, .. } => {
                vec![terms.0]
            }
            Self::AuthenticationContextCreated { context, .. }
            | Self::AuthenticationContextChanged { context, .. }
            | Self::AuthenticationContextDeleted { context, .. } => vec![context.0],
            Self::RoleSettingsChanged { role, .. } => vec![role.resource()],
            Self::ApplicationCreated { application, .. }
            | Self::ApplicationChanged { application, .. }
            | Self::ApplicationDeleted { application, .. } => vec![application.0],
            Self::GroupCreated { group, .. }
            | Self::GroupChanged { group, .. }
            | Self::PrivilegedAccessEnabled { group }
            | Self::PrivilegedAccessDisabled { group } => vec![group.0],
            Self::PackageCreated { package, .. }
            | Self::PackageChanged { package, .. }
            | Self::PackageDeleted { package, .. } => {
                vec![package.0]
            }
            Self::CatalogCreated { catalog, .. }
            | Self::CatalogChanged { catalog, .. }
            | Self::CatalogDeleted { catalog, .. } => {
                vec![catalog.0]
            }
            Self::CatalogResourceAdded { catalog, resource, .. } | Self::CatalogResourceRemoved { catalog, resource, .. } => {
                vec![catalog.0, resource.id()]
            }
            Self::CatalogRoleGiven { catalog, holder, .. } | Self::CatalogRoleTaken { catalog, holder, .. } => {
                vec![catalog.0, holder.id()]
            }
            Self::PackageRoleAdded { package, role: r, .. } | Self::PackageRoleRemoved { package, role: r, .. } => {
                vec![package.0, role(r)]
            }
            Self::IncompatibilityAdded { package, with, .. } | Self::IncompatibilityRemoved { package, with, .. } => {
                vec![package.0, with.id()]
            }
            Self::PolicyCreated { package, policy, .. }
            | Self::PolicyChanged { package, policy, .. }
            | Self::PolicyDeleted { package, policy, .. } => vec![package.0, policy.0],
            Self::StageOpened { .. }
            | Self::StageEscalated { .. }
            | Self::ApproversReminded { .. }
            | Self::StageDecided { .. }
            | Self::RequestAskedBack { .. }
            | Self::QuestionAnswered { .. }
            | Self::ShorterTimeAccepted { .. }
            | Self::ShorterTimeDeclined { .. }
            | Self::StageResumed { .. }
            | Self::StageExpired { .. }
            | Self::RequestApproved
            | Self::RequestScheduled { .. }
            | Self::RequestCanceled { .. }
            | Self::DeliveryStarted
            | Self::DeliveryFailed { .. }
            | Self::RequestReprocessed
            | Self::RequestPartlyDelivered
            | Self::RequestDelivered { .. }
            | Self::RoleActivated { .. }
            | Self::RoleExtended { .. } => Vec::new(),
            Self::ReviewCreated { series, of, .. }
            | Self::ReviewChanged { series, of, .. }
            | Self::ReviewDeleted { series, of, .. }
            | Self::ReviewStarted { series, of, .. }
            | Self::ReviewStageStarted { series, of, .. }
            | Self::ReviewRowsDecided { series, of, .. }
            | Self::ReviewersReminded { series, of, .. }
            | Self::ReviewSkipped { series, of, .. }
            | Self::ReviewReset { series, of, .. }
            | Self::ReviewStopped { series, of, .. }
            | Self::ReviewReopened { series, of, .. }
            | Self::ReviewSeriesStopped { series, of, .. }
            | Self::ReviewCompleted { series, of, .. }
            | Self::ReviewTriedAgain { series, of, .. }
            | Self::ReviewApplied { series, of, .. }
            | Self::ReviewSealed { series, of, .. } => vec![series.0, of.id()],
            Self::ReviewRowsHandedOn { series, of, to, .. } => {
                [Some(series.0), Some(of.id()), to.map(|to| to.0)].into_iter().flatten().collect()
            }
            Self::ReviewRowsPassedOn { series, of, from, to, .. } => {
                [series.0, of.id(), from.0].into_iter().chain(to.iter().map(|to| to.0)).collect()
            }
            Self::AuditExported { place, .. } => place.target().into_iter().collect(),
        };
        ids.into_iter().map(Target).collect()
    }
}
