//! Commands: everything that can be asked to happen. All go through `engine::submit`.
//!
//! The file is long because it is the list: whoever wants to know what Vestibule does reads it in one place.

use crate::access_token::MakeAccessToken;
use crate::activation_profile::SaveActivationProfile;
use crate::alert::{AlertKind, AlertSettings};
use crate::answering::Answered;
use crate::application::{SaveApplication, SaveApplicationRole};
use crate::approval::Verdict;
use crate::ask_back::{Reply, ShorterTime};
use crate::audit::{Filter, Format, Place};
use crate::authentication_context::SaveAuthenticationContext;
use crate::catalog::{CatalogFields, CatalogRole, Effect, Holder, PackageFields, PolicyFields};
use crate::delegation::Delegated;
use crate::directory::{Membership, Principal, Profile, Resource, UserKind};
use crate::draft::{Filled, Step, Typed};
use crate::import::{Confirmed, Numbers, Outcome, SaveImport, Step as ImportStep};
use crate::mail::SaveMail;
use crate::package::PackageRole;
use crate::proof::SignInMethod;
use crate::provider::{Newcomer, SaveProvider};
use crate::provisioning::{Provided, Provision};
use crate::review::{Counts, DecideRows, Decision, EditReview, Failure, HandOnRows, ReviewSettings, Reviewed};
use crate::role_assignment::{ActivateRole, AssignRole, ChangeRoleAssignment, ExtendRole, MakeEligible, RoleTerms};
use crate::role_settings::{Privileged, PrivilegedKind, RoleSettings};
use crate::separation::Incompatible;
use crate::target::{SaveTarget, Unknown};
use crate::terms::SaveTerms;
use crate::webhook::{Replayed, SaveWebhook};
use crate::{
    AccessTokenId, ActivationProfileId, AlertIncidentId, ApplicationId, ApplicationRoleId, AssignmentId, AuthenticationContextId,
    CampaignId, CatalogId, DelegationId, DraftId, EmergencyUseId, EventId, GroupId, ImportId, ImportRunId, PackageAssignmentId,
    PackageId, PasskeyId, PolicyId, ProviderId, QuestionId, RequestId, ReviewId, ReviewSeriesId, TargetId, Ts, UserId, WebhookId,
};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    SubmitRequest(SubmitRequest),
    /// Whoever somebody reports to asks for a package in their place.
    RequestForReport(RequestForReport),
    /// An administrator gives people a package, without their asking.
    AssignPackage(AssignPackage),
    DecideRequest(DecideRequest),
    /// An approver asks the requestor, or proposes a shorter time.
    AskBack(AskBack),
    /// The requestor answers.
    AnswerBack(AnswerBack),
    CancelRequest {
        request: RequestId,
        words: String,
    },
    /// Delivers again what could not be delivered.
    ReprocessRequest {
        request: RequestId,
    },
    /// Somebody else decides in one's place for a while.
    Delegate(Delegate),
    EndDelegation {
        delegation: DelegationId,
    },
    CreateUser(UserFields),
    EditUser {
        user: UserId,
        version: i64,
        fields: UserFields,
    },
    SetUserEnabled {
        user: UserId,
        enabled: bool,
    },
    SetPassword {
        user: UserId,
        password: Secret,
    },
    /// One's own authenticator app, with its recovery codes.
    RemoveAuthenticator,
    RemovePasskey {
        passkey: PasskeyId,
    },
    RenamePasskey {
        passkey: PasskeyId,
        name: String,
    },
    /// Takes away whatever somebody else proves themselves with, who cannot use it any more.
    ResetMethods {
        user: UserId,
        words: String,
    },
    /// Takes one thing away that somebody else signs in or proves themselves with. `passkey` says which, of passkeys.
    TakeMethodAway {
        user: UserId,
        method: SignInMethod,
        passkey: Option<PasskeyId>,
        words: String,
    },
    /// Signs oneself out everywhere but here.
    EndOtherSessions,
    /// An administrator says at which identity provider people may sign in.
    SaveProvider(SaveProvider),
    SetProviderEnabled {
        provider: ProviderId,
        enabled: bool,
    },
    /// With the links of those whom whoever deletes was shown.
    DeleteProvider {
        provider: ProviderId,
        seen: usize,
    },
    /// A provider vouched for somebody who was never seen from there: they become a person, or are found to be one.
    JoinFromProvider {
        provider: ProviderId,
        newcomer: Newcomer,
    },
    /// An administrator says which application is told who holds its roles.
    SaveTarget(SaveTarget),
    SetTargetEnabled {
        target: TargetId,
        enabled: bool,
    },
    /// What is there stays there; whoever deletes was shown for how many people.
    DeleteTarget {
        target: TargetId,
        seen: usize,
    },
    /// Compares everything with the target as soon as possible.
    ReconcileTarget {
        target: TargetId,
    },
    /// Tries somebody's access at a target again at once.
    RetryTarget {
        target: TargetId,
        user: UserId,
    },
    /// What was found at a target and nobody was given here becomes an assignment; by an administrator, or as the target is set.
    AdoptAccess {
        found: Unknown,
        words: String,
    },
    /// An administrator has it taken away there.
    RemoveUnknownAccess {
        found: Unknown,
        words: String,
    },
    /// An administrator ends a role of an application that somebody holds directly.
    EndApplicationAssignment {
        assignment: AssignmentId,
        words: String,
    },
    /// An administrator says from which directory people and groups come.
    SaveImport(Box<SaveImport>),
    SetImportEnabled {
        import: ImportId,
        enabled: bool,
    },
    /// Whoever came from it stays; whoever deletes was shown how many that are.
    DeleteImport {
        import: ImportId,
        seen: usize,
    },
    /// Runs as soon as possible. `confirmed` is how much it may take away because somebody looked at it.
    RunImport {
        import: ImportId,
        confirmed: Option<Confirmed>,
    },
    /// A part of a run. Each step is done wholly or not at all, and one that is refused keeps no other.
    CarryOutImport {
        import: ImportId,
        run: ImportRunId,
        steps: Vec<ImportStep>,
    },
    ImportEnded(Box<Outcome>),
    /// An account at a provider no longer signs in; one's own, or somebody else's.
    UnlinkProvider {
        provider: ProviderId,
        user: UserId,
    },
    /// An administrator makes a token with which another system comes in.
    MakeAccessToken(MakeAccessToken),
    RevokeAccessToken {
        token: AccessTokenId,
    },
    /// An identity provider changes a person or a group with its token.
    Provision(Provision),
    /// An administrator says how letters leave.
    SaveMail(SaveMail),
    /// An administrator says who is told of what is given and taken away.
    SaveWebhook(SaveWebhook),
    SetWebhookEnabled {
        webhook: WebhookId,
        enabled: bool,
    },
    /// With so many messages that whoever deletes was shown as waiting.
    DeleteWebhook {
        webhook: WebhookId,
        seen: u64,
    },
    /// Tells one message, or everything since an instant, once more.
    ReplayWebhook {
        webhook: WebhookId,
        what: Replayed,
    },
    /// A message is not told any more, so that later ones about the same thing are.
    GiveUpMessage {
        webhook: WebhookId,
        event: EventId,
    },
    /// Its server says that it wants no messages any more.
    WebhookGone {
        webhook: WebhookId,
    },
    /// A webhook that was asked about a request answered; who it is was checked.
    AnswerForRequest {
        request: RequestId,
        webhook: WebhookId,
        answered: Answered,
    },
    SaveApplication(SaveApplication),
    DeleteApplication {
        application: ApplicationId,
    },
    SaveApplicationRole(SaveApplicationRole),
    DeleteApplicationRole {
        application: ApplicationId,
        role: ApplicationRoleId,
    },
    CreateGroup(GroupFields),
    EditGroup {
        group: GroupId,
        version: i64,
        fields: GroupFields,
    },
    AddMember {
        group: GroupId,
        principal: Principal,
        as_owner: bool,
    },
    RemoveMember {
        group: GroupId,
        principal: Principal,
        as_owner: bool,
    },
    /// Ends an access package before its time: its holder gives it back, or who approved it or an administrator takes it
    /// away.
    EndPackageAssignment {
        assignment: PackageAssignmentId,
        words: String,
    },
    /// Makes somebody eligible for a directory role or a group, or active in it.
    AssignRole(AssignRole),
    /// Sets another start and end.
    ChangeRoleAssignment(ChangeRoleAssignment),
    /// Ends an assignment or an activation before its time.
    EndRoleAssignment {
        assignment: AssignmentId,
        words: String,
    },
    /// Ends an active assignment and makes an eligible one instead.
    MakeEligible(MakeEligible),
    /// Makes a review of each of these.
    CreateReviews {
        of: Vec<Reviewed>,
        settings: ReviewSettings,
    },
    /// What is set for later instances.
    EditReviewSeries {
        series: ReviewSeriesId,
        version: i64,
        settings: ReviewSettings,
    },
    /// What is set for the instance that runs.
    EditReview(EditReview),
    /// No further instance starts.
    StopReviewSeries {
        series: ReviewSeriesId,
    },
    /// Takes the series and all its instances out of the lists; the history keeps them.
    DeleteReviewSeries {
        series: ReviewSeriesId,
    },
    /// Ends the open stage, or the whole instance, before its time.
    StopReview {
        review: ReviewId,
        stage_only: bool,
    },
    /// Opens an instance again that was stopped before its time and of which nothing was applied.
    ReopenReview {
        review: ReviewId,
    },
    /// Takes back every decision.
    ResetReview {
        review: ReviewId,
    },
    /// Takes away what was denied.
    ApplyReview {
        review: ReviewId,
    },
    /// Tries again to take away what could not be removed.
    TryReviewAgain {
        review: ReviewId,
    },
    /// Tells reviewers with open rows again.
    RemindReviewers {
        review: ReviewId,
    },
    DecideRows(DecideRows),
    HandOnRows(HandOnRows),
    /// Decides the visitor's open rows as recommended.
    AcceptRecommendations {
        review: ReviewId,
        /// They looked at those that give power or are to be denied, and mean all.
        confirmed: bool,
    },
    /// Looks for what alerts are about.
    ScanAlerts,
    EditAlert {
        kind: AlertKind,
        version: i64,
        settings: AlertSettings,
    },
    /// What was found may be so.
    DismissAlert {
        incident: AlertIncidentId,
        words: String,
    },
    ReopenAlert {
        incident: AlertIncidentId,
    },
    /// Turns an eligible assignment into an active one for a while.
    ActivateRole(ActivateRole),
    /// Saves what one activates together, under a name.
    SaveActivationProfile(SaveActivationProfile),
    DeleteActivationProfile {
        profile: ActivationProfileId,
    },
    /// The holder of an assignment asks to keep it for longer, or to have it again.
    ExtendRole(ExtendRole),
    /// Ends one's own activation.
    DeactivateRole {
        assignment: AssignmentId,
    },
    /// The account may activate without approval from now on; `reviewer` looks at each use.
    MarkEmergencyAccount {
        user: UserId,
        reviewer: UserId,
    },
    UnmarkEmergencyAccount {
        user: UserId,
    },
    CloseEmergencyReview {
        used: EmergencyUseId,
        words: String,
    },
    /// The account may be used once more before its last use was reviewed.
    AllowEmergencyUse {
        used: EmergencyUseId,
        words: String,
    },
    /// `seen_breaking` is how many assignments that would be outside of the new settings whoever saves was shown.
    EditRoleSettings {
        role: Privileged,
        version: i64,
        settings: Box<RoleSettings>,
        seen_breaking: u32,
    },
    /// An administrator writes terms of use, or changes them.
    SaveTerms(SaveTerms),
    /// An administrator makes an authentication context, or changes one.
    SaveAuthenticationContext(SaveAuthenticationContext),
    DeleteAuthenticationContext {
        context: AuthenticationContextId,
    },
    /// What roles and groups of a kind inherit that say nothing else. `seen_breaking` as with the settings of one.
    EditRoleTemplate {
        kind: PrivilegedKind,
        version: i64,
        settings: Box<RoleSettings>,
        seen_breaking: u32,
    },
    /// Membership and ownership of a group can be eligible, or no longer.
    SetPrivilegedAccess {
        group: GroupId,
        enabled: bool,
    },
    CreateCatalog(CatalogFields),
    EditCatalog {
        catalog: CatalogId,
        version: i64,
        fields: CatalogFields,
    },
    DeleteCatalog {
        catalog: CatalogId,
    },
    AddCatalogResource {
        catalog: CatalogId,
        resource: Resource,
    },
    RemoveCatalogResource {
        catalog: CatalogId,
        resource: Resource,
    },
    GiveCatalogRole {
        catalog: CatalogId,
        holder: Holder,
        role: CatalogRole,
    },
    TakeCatalogRole {
        catalog: CatalogId,
        holder: Holder,
        role: CatalogRole,
    },
    /// Somebody is about to take the history away as a file: that is part of it, too.
    ExportAudit {
        place: Place,
        filter: Filter,
        format: Format,
    },
    CreatePackage {
        fields: PackageFields,
        roles: Vec<PackageRole>,
    },
    /// The first step of describing a new package, kept until it is made.
    StartPackageDraft(PackageFields),
    /// One step of it, filled in.
    SavePackageDraft {
        draft: DraftId,
        version: i64,
        filled: Filled,
    },
    /// One step of it as it was typed, when something in it is wrong and its writer goes back all the same.
    KeepPackageDraft {
        draft: DraftId,
        version: i64,
        step: Step,
        typed: Typed,
    },
    DeletePackageDraft {
        draft: DraftId,
    },
    /// Package, roles and first policy, all or nothing; the draft is gone afterwards.
    CreateDraftedPackage {
        draft: DraftId,
        version: i64,
        /// What whoever makes it was shown that it does, when a rule assigns.
        seen: Option<Effect>,
    },
    /// The catalog in the fields is not looked at: a package stays where it was made.
    EditPackage {
        package: PackageId,
        version: i64,
        fields: PackageFields,
    },
    DeletePackage {
        package: PackageId,
    },
    AddPackageRole {
        package: PackageId,
        role: PackageRole,
    },
    RemovePackageRole {
        package: PackageId,
        role: PackageRole,
    },
    /// Nobody may get the package who has this, nor the other way round.
    AddIncompatible {
        package: PackageId,
        with: Incompatible,
    },
    RemoveIncompatible {
        package: PackageId,
        with: Incompatible,
    },
    CreatePolicy {
        package: PackageId,
        fields: PolicyFields,
    },
    EditPolicy {
        package: PackageId,
        policy: PolicyId,
        version: i64,
        fields: PolicyFields,
    },
    DeletePolicy {
        package: PackageId,
        policy: PolicyId,
    },
    /// Time passed: whatever is due on this request happens.
    RequestDue {
        request: RequestId,
    },
    /// Time passed: the package assignments are over. Those that are not stay as they are.
    PackageAssignmentsDue {
        assignments: Vec<PackageAssignmentId>,
    },
    /// Time passed: whoever holds the package is told that it ends before long.
    PackageAssignmentEnding {
        assignment: PackageAssignmentId,
    },
    /// Time passed: a rule that names the time is asked again.
    GroupDue {
        group: GroupId,
    },
    /// Time passed: the rule of an automatic policy is asked again.
    PolicyDue {
        policy: PolicyId,
    },
    /// Time passed: the role assignments are over. Those that are not stay as they are.
    AssignmentsDue {
        assignments: Vec<AssignmentId>,
    },
    /// Time passed: whoever holds the role and who looks after it are told that the assignment ends before long.
    AssignmentEnding {
        assignment: AssignmentId,
    },
    /// Time passed: the next instance of a review starts.
    ReviewSeriesDue {
        series: ReviewSeriesId,
    },
    /// Time passed: the next step of an instance.
    ReviewDue {
        review: ReviewId,
    },
    /// Applying the next rows of an instance failed as a whole, and nothing of it was kept.
    ReviewApplyFailed {
        review: ReviewId,
        cause: Failure,
    },
    /// Time passed: the administrators of roles are told what happened in a week.
    DigestDue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitRequest {
    pub package: PackageId,
    /// Needed when several policies fit equally well.
    pub policy: Option<PolicyId>,
    pub justification: String,
    pub answers: BTreeMap<QuestionId, Vec<String>>,
    /// Where the policy lets requestors name them. Without a start, access begins when it is delivered.
    pub starts_at: Option<Ts>,
    pub ends_at: Option<Ts>,
}

/// As if `report` had asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestForReport {
    pub report: UserId,
    pub asked: SubmitRequest,
}

/// A direct assignment: everybody in `people` gets it, or nobody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignPackage {
    pub people: Vec<UserId>,
    /// As if each of them had asked, except that the policy is always named.
    pub asked: SubmitRequest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecideRequest {
    pub request: RequestId,
    /// The stage that the page showed, counted from 0.
    pub stage: usize,
    pub verdict: Verdict,
    pub words: String,
    /// Approving the extension or renewal of a role: what is given. Not set: what was asked for.
    pub gives: Option<RoleTerms>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskBack {
    pub request: RequestId,
    /// The stage that the page showed, counted from 0.
    pub stage: usize,
    pub words: String,
    /// A shorter time; without one it is a question.
    pub proposed: Option<ShorterTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerBack {
    pub request: RequestId,
    pub reply: Reply,
    pub words: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegate {
    pub to: UserId,
    pub starts_at: Ts,
    pub ends_at: Ts,
    pub delegated: Delegated,
}

/// A user as the form has it. User names are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFields {
    pub user_name: String,
    pub display_name: String,
    pub mail: String,
    pub kind: UserKind,
    pub manager: Option<UserId>,
    /// Who vouches for this person, each once.
    pub sponsors: Vec<UserId>,
    pub profile: Profile,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFields {
    pub name: String,
    pub description: String,
    pub membership: Membership,
    /// Set when the group is made, never changed.
    pub role_assignable: bool,
}

/// Text that must never be shown, logged or stored as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What is still missing before something that was just assigned is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// People have to approve.
    pub approval: bool,
    /// The webhook of this name has to let it go on.
    pub webhook: Option<String>,
}

impl Waits {
    /// After `as soon as`.
    pub fn words(&self) -> String {
        match (&self.webhook, self.approval) {
            (None, _) => "it is approved".to_owned(),
            (Some(name), false) => format!("{name} lets it go on"),
            (Some(name), true) => format!("{name} lets it go on and it is approved"),
        }
    }
}

/// What a command did: where the page goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    AuditExported,
    RequestSubmitted {
        request: RequestId,
        name: String,
    },
    /// `people` are those who get it, by name.
    PackageAssigned {
        package: PackageId,
        name: String,
        people: Vec<String>,
        waits: Option<Waits>,
    },
    RequestDecided {
        request: RequestId,
        verdict: Verdict,
        requestor: String,
        name: String,
    },
    AskedBack {
        request: RequestId,
        requestor: String,
        name: String,
        proposed: bool,
    },
    AnsweredBack {
        request: RequestId,
        name: String,
        reply: Reply,
    },
    RequestCanceled {
        request: RequestId,
        name: String,
    },
    /// `mine`: the holder did it.
    PackageAssignmentEnded {
        package: PackageId,
        name: String,
        who: UserId,
        holder: String,
        mine: bool,
    },
    RequestReprocessed {
        request: RequestId,
        name: String,
    },
    Delegated {
        name: String,
    },
    DelegationEnded {
        name: String,
    },
    UserCreated {
        user: UserId,
        name: String,
    },
    UserChanged {
        user: UserId,
        name: String,
    },
    UserEnabled {
        user: UserId,
        name: String,
    },
    UserDisabled {
        user: UserId,
        name: String,
        sessions_ended: usize,
    },
    PasswordChanged {
        user: UserId,
        name: String,
    },
    AuthenticatorRemoved,
    PasskeyRemoved {
        name: String,
    },
    PasskeyRenamed {
        name: String,
    },
    MethodsReset {
        user: UserId,
        name: String,
    },
    MethodTakenAway {
        user: UserId,
        name: String,
        method: SignInMethod,
    },
    SessionsEnded {
        count: u64,
    },
    ProviderSaved {
        provider: ProviderId,
        name: String,
    },
    ProviderEnabled {
        provider: ProviderId,
        name: String,
        enabled: bool,
        sessions_ended: u64,
    },
    ProviderDeleted {
        name: String,
    },
    /// The token itself is shown in this one answer.
    AccessTokenMade {
        token: AccessTokenId,
        name: String,
        secret: Secret,
    },
    AccessTokenRevoked {
        name: String,
    },
    Provisioned(Provided),
    /// It is no more, for whoever provisions it.
    ProvisioningEnded,
    JoinedFromProvider {
        user: UserId,
    },
    TargetSaved {
        target: TargetId,
        name: String,
    },
    TargetEnabled {
        target: TargetId,
        name: String,
        enabled: bool,
    },
    TargetDeleted {
        name: String,
    },
    /// It is compared or tried again as soon as possible.
    TargetAsked {
        target: TargetId,
        name: String,
    },
    AccessAdopted {
        target: TargetId,
        /// Who holds what from now on, and until when.
        holder: String,
        role: String,
        until: Ts,
    },
    /// It is taken away there as soon as possible.
    AccessRemovalAsked {
        target: TargetId,
        name: String,
        called: String,
    },
    ApplicationAssignmentEnded {
        application: ApplicationId,
        role: ApplicationRoleId,
        name: String,
        holder: String,
    },
    ImportSaved {
        import: ImportId,
        name: String,
    },
    ImportEnabled {
        import: ImportId,
        name: String,
        enabled: bool,
    },
    ImportDeleted {
        name: String,
    },
    /// It runs as soon as possible.
    ImportAsked {
        import: ImportId,
        name: String,
    },
    /// The steps that were not done, by their place, and why.
    ImportCarriedOut {
        refused: Vec<(usize, String)>,
        numbers: Numbers,
    },
    ImportEnded,
    /// `mine`: whose it was did it.
    ProviderUnlinked {
        user: UserId,
        name: String,
        mine: bool,
    },
    /// Whether letters go to a mail server from now on.
    MailSaved {
        sends: bool,
    },
    WebhookSaved {
        webhook: WebhookId,
        name: String,
    },
    WebhookEnabled {
        webhook: WebhookId,
        name: String,
        enabled: bool,
    },
    WebhookDeleted {
        name: String,
    },
    WebhookReplayed {
        webhook: WebhookId,
        what: Replayed,
    },
    MessageGivenUp {
        webhook: WebhookId,
    },
    ApplicationSaved {
        application: ApplicationId,
        name: String,
    },
    ApplicationDeleted {
        name: String,
    },
    ApplicationRoleSaved {
        application: ApplicationId,
        name: String,
    },
    ApplicationRoleDeleted {
        application: ApplicationId,
        name: String,
    },
    GroupCreated {
        group: GroupId,
        name: String,
    },
    GroupChanged {
        group: GroupId,
        name: String,
        members: usize,
    },
    MemberAdded {
        group: GroupId,
        name: String,
    },
    MemberRemoved {
        group: GroupId,
        name: String,
    },
    CatalogSaved {
        catalog: CatalogId,
        name: String,
    },
    CatalogDeleted {
        name: String,
        /// The list of catalogs is still there for whoever deleted it.
        sees_list: bool,
    },
    CatalogResourceAdded {
        catalog: CatalogId,
        name: String,
    },
    CatalogResourceRemoved {
        catalog: CatalogId,
        name: String,
    },
    CatalogRoleGiven {
        catalog: CatalogId,
        name: String,
        role: CatalogRole,
    },
    CatalogRoleTaken {
        catalog: CatalogId,
        name: String,
        role: CatalogRole,
    },
    /// `step` was saved.
    PackageDraftSaved {
        draft: DraftId,
        step: Step,
    },
    /// `step` is kept as it was typed, and not filled in yet.
    PackageDraftKept {
        draft: DraftId,
        step: Step,
    },
    PackageDraftDeleted {
        name: String,
    },
    PackageSaved {
        package: PackageId,
        name: String,
    },
    PackageDeleted {
        catalog: CatalogId,
        name: String,
    },
    PackageRoleAdded {
        package: PackageId,
        name: String,
        /// How many people got it with that.
        people: usize,
    },
    PackageRoleRemoved {
        package: PackageId,
        name: String,
        /// From how many people it was taken.
        people: usize,
    },
    IncompatibleAdded {
        package: PackageId,
        name: String,
    },
    IncompatibleRemoved {
        package: PackageId,
        name: String,
    },
    PolicySaved {
        package: PackageId,
        policy: PolicyId,
        name: String,
    },
    PolicyDeleted {
        package: PackageId,
        name: String,
    },
    /// `holder` by name.
    RoleAssigned {
        role: Privileged,
        name: String,
        holder: String,
        eligible: bool,
    },
    RoleAssignmentChanged {
        role: Privileged,
        name: String,
        holder: String,
    },
    RoleAssignmentEnded {
        role: Privileged,
        name: String,
        holder: String,
    },
    MadeEligible {
        name: String,
        holder: String,
    },
    /// The first of so many reviews that were made, by name.
    ReviewsCreated {
        first: ReviewSeriesId,
        /// In which they are together, where they are several.
        campaign: Option<CampaignId>,
        name: String,
        count: usize,
    },
    ReviewSaved {
        series: ReviewSeriesId,
        name: String,
    },
    ReviewSeriesStopped {
        series: ReviewSeriesId,
        name: String,
    },
    ReviewDeleted {
        name: String,
    },
    ReviewStopped {
        review: ReviewId,
        name: String,
        stage_only: bool,
    },
    ReviewReopened {
        review: ReviewId,
        name: String,
    },
    ReviewReset {
        review: ReviewId,
        name: String,
        rows: u64,
    },
    ReviewApplying {
        review: ReviewId,
        name: String,
    },
    ReviewersReminded {
        review: ReviewId,
        name: String,
        people: u64,
    },
    /// `who` by name when it is one.
    RowsDecided {
        review: ReviewId,
        decision: Decision,
        rows: usize,
        who: Option<String>,
    },
    /// `to` by name; nobody: they were taken back.
    RowsHandedOn {
        review: ReviewId,
        rows: usize,
        to: Option<String>,
    },
    RecommendationsAccepted {
        review: ReviewId,
        counts: Counts,
    },
    /// `new` of the `open` incidents were found just now.
    AlertsScanned {
        open: usize,
        new: usize,
    },
    AlertSaved {
        kind: AlertKind,
    },
    AlertDismissed {
        kind: AlertKind,
    },
    AlertReopened {
        kind: AlertKind,
    },
    /// `active` is set when it is in force already, until then.
    RoleActivated {
        request: RequestId,
        name: String,
        active: Option<Ts>,
    },
    RoleDeactivated {
        name: String,
    },
    ActivationProfileSaved {
        name: String,
    },
    ActivationProfileDeleted {
        name: String,
    },
    EmergencyAccountMarked {
        name: String,
    },
    EmergencyAccountUnmarked {
        name: String,
    },
    EmergencyReviewClosed {
        name: String,
    },
    EmergencyUseAllowed {
        name: String,
    },
    /// Somebody asked to keep it for longer, or to have it again.
    RoleExtensionAsked {
        request: RequestId,
        name: String,
        renews: bool,
    },
    TermsSaved {
        name: String,
    },
    AuthenticationContextSaved {
        name: String,
    },
    AuthenticationContextDeleted {
        name: String,
    },
    RoleTemplateSaved {
        kind: PrivilegedKind,
    },
    RoleSettingsSaved {
        role: Privileged,
        name: String,
    },
    PrivilegedAccessSet {
        group: GroupId,
        name: String,
        enabled: bool,
    },
    /// A worker's command; nobody reads it.
    Advanced,
}
