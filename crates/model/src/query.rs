//! Queries: everything that can be asked, each with the view it is answered by.

use crate::audit::{Filter, Place};
use crate::catalog::PolicyOf;
use crate::draft::Step;
use crate::review::{ReviewSettings, Reviewed};
use crate::role_settings::{Longest, Privileged, PrivilegedKind};
use crate::view::{
    access_token, admin, alert, application, approval, assignment, audit as audit_view, authentication_context, catalog,
    delegation, draft, emergency, frame, import, mail, my_roles, overview, package, provider, request, review, role, security,
    separation, standing_access, target, team, terms, webhook, who_could, why,
};
use crate::{
    ApplicationId, ApplicationRoleId, AuthenticationContextId, CampaignId, CatalogId, DraftId, EmergencyUseId, GroupId, ImportId,
    PackageId, PolicyId, ProviderId, RequestId, ReviewId, ReviewSeriesId, TargetId, TermsId, Ts, UserId, WebhookId,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A query whose answer is a `View`.
pub trait Question: Into<Query> + Serialize {
    const NAME: &'static str;
    type View: DeserializeOwned + Send + Sync + 'static;
    /// Takes the view out of the answer; nothing when the answer belongs to another query.
    fn view(answer: Answer) -> Option<Self::View>;

    /// The query as [`Query`] is written. Whoever asks this alone need not carry how all others are written.
    fn text(&self) -> serde_json::Result<String> {
        Ok(format!("{{\"{}\":{}}}", Self::NAME, serde_json::to_string(self)?))
    }
}

/// Takes queries one after another.
pub trait Questions {
    fn put(&mut self, question: impl Question);
}

impl Questions for Vec<Query> {
    fn put(&mut self, question: impl Question) {
        self.push(question.into());
    }
}

/// Answers in the order of their queries, each taken once.
pub trait Answers {
    fn next<Q: Question>(&mut self) -> Option<Q::View>;
}

/// What a page asks in one go: one query, or several together.
pub trait Asked {
    type Views: 'static;
    fn ask(self, questions: &mut impl Questions);
    fn views(answers: &mut impl Answers) -> Option<Self::Views>;
}

impl<Q: Question> Asked for Q {
    type Views = Q::View;
    fn ask(self, questions: &mut impl Questions) {
        questions.put(self);
    }
    fn views(answers: &mut impl Answers) -> Option<Q::View> {
        answers.next::<Q>()
    }
}

impl<A: Asked, B: Asked> Asked for (A, B) {
    type Views = (A::Views, B::Views);
    fn ask(self, questions: &mut impl Questions) {
        self.0.ask(questions);
        self.1.ask(questions);
    }
    fn views(answers: &mut impl Answers) -> Option<Self::Views> {
        Some((A::views(answers)?, B::views(answers)?))
    }
}

/// What a page does not always need.
impl<A: Asked> Asked for Option<A> {
    type Views = Option<A::Views>;
    fn ask(self, questions: &mut impl Questions) {
        if let Some(asked) = self {
            asked.ask(questions);
        }
    }
    fn views(answers: &mut impl Answers) -> Option<Self::Views> {
        Some(A::views(answers))
    }
}

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $kind:ty),* $(,)? } -> $view:ty;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
            pub struct $name { $(pub $field: $kind),* }

            impl From<$name> for Query {
                fn from(query: $name) -> Self { Self::$name(query) }
            }

            impl Question for $name {
                const NAME: &'static str = stringify!($name);
                type View = $view;
                fn view(answer: Answer) -> Option<$view> {
                    match answer { Answer::$name(view) => Some(view), _ => None }
                }
            }
        )+

        /// Any query.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Query { $($name($name)),+ }

        /// The answer to the query of the same name. Written as the view alone: who asked knows which.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Answer { $($name($view)),+ }

        impl Query {
            /// The query's name, for logs.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => $name::NAME),+ }
            }
        }
    };
}

queries! {
    /// Who is signed in, what they may see, and what waits for them.
    Frame {} -> frame::Frame;
    /// `/live`: what an open page is told when it changes.
    Live {} -> frame::Live;
    /// `/my-access`
    Overview {} -> overview::Overview;
    /// `/my-access/packages`. `after` is the cursor of the page before.
    Packages { tab: package::Tab, search: String, after: Option<String> } -> package::Packages;
    /// `/my-access/packages/{id}`: the package and its request form, filled in as in an earlier request of one's own.
    Package { package: PackageId, again: Option<RequestId> } -> package::Package;
    /// `/my-access/requests`
    Requests { phase: Option<crate::request::Phase>, after: Option<String> } -> request::Requests;
    /// `/my-access/requests/{id}`
    Request { request: RequestId } -> request::Request;
    /// `/my-access/approvals`
    Approvals { tab: approval::Tab, filter: approval::Filter, after: Option<String> } -> approval::Approvals;
    /// `/my-access/approvals/{id}`
    Approval { request: RequestId } -> approval::Approval;
    /// The tab *Delegation* of `/my-access/approvals`. `person` is whom the reader looks for.
    Delegations { person: String } -> delegation::Delegations;
    /// `/my-team`
    Team { after: Option<String> } -> team::Team;
    /// `/my-team/{id}`
    Report { report: UserId } -> team::Report;
    /// `/my-team/{id}/packages`
    ReportPackages { report: UserId, search: String, after: Option<String> } -> team::ReportPackages;
    /// `/my-team/{id}/packages/{package}`
    ReportPackage { report: UserId, package: PackageId } -> team::ReportPackage;
    /// `/admin/requests`: everybody's, or those for one package.
    AllRequests { package: Option<PackageId>, search: String, phase: Option<crate::request::Phase>, after: Option<String> } -> request::AllRequests;
    /// `/admin/requests/{id}`
    AnyRequest { request: RequestId } -> request::Request;
    /// `/admin/requests.csv`, piece by piece.
    ExportedRequests { package: Option<PackageId>, search: String, phase: Option<crate::request::Phase>, after: Option<String> } -> request::ExportedRequests;
    /// `/my-roles`
    MyRoles { kind: my_roles::Kind, tab: my_roles::Tab, after: Option<String> } -> my_roles::MyRoles;
    /// `/my-roles/activate`: the form for what one is eligible for by these assignments.
    Activating { assignments: Vec<crate::AssignmentId> } -> my_roles::Activating;
    /// `/my-roles/extend`: the form that asks to keep an assignment for longer, or to have it again.
    Extending { assignment: crate::AssignmentId } -> my_roles::Extending;
    /// `/my-roles/requests`: one's own activations, extensions and renewals that wait.
    MyActivations {} -> Vec<request::Row>;
    /// `/my-security`
    Security {} -> security::Security;
    /// `/admin/roles/emergency`. `person` is whom somebody who may change it looks for.
    EmergencyAccess { person: String, after: Option<String> } -> emergency::EmergencyAccess;
    /// `/my-access/emergency/{id}`: one use, for whoever reviews it and for those who see roles.
    EmergencyUse { used: EmergencyUseId } -> emergency::EmergencyUse;
    /// `/admin/roles`
    Roles { search: String } -> role::Roles;
    /// `/admin/alerts`
    Alerts {} -> alert::Alerts;
    /// `/admin/alerts/{kind}`
    Alert { kind: crate::alert::AlertKind, after: Option<String> } -> alert::Alert;
    /// `/admin/roles/discovery`: who holds directory roles for good.
    StandingAccess { after: Option<String> } -> standing_access::StandingAccess;
    /// `/admin/roles/discovery/change`: what would come of doing that to these assignments.
    StandingChange { assignments: Vec<crate::AssignmentId>, act: standing_access::Act } -> standing_access::StandingChange;
    /// `/admin/groups/discover`
    DiscoveredGroups { search: String, after: Option<String> } -> standing_access::DiscoveredGroups;
    /// `/admin/roles/{id}`, `/admin/groups/{id}/privileged`. `person` is whom somebody who may assign looks for.
    RoleAssignments { role: Privileged, tab: my_roles::Tab, person: String, after: Option<String> } -> role::Assignments;
    /// People and groups by name to whom a role could be assigned.
    RoleHolders { role: Privileged, search: String } -> Vec<crate::view::Choice>;
    /// `/admin/roles/{id}/settings`
    RoleSettings { role: Privileged } -> role::Settings;
    /// Which assignments would be outside of such settings.
    RoleSettingsEffect { role: Privileged, eligible: Longest, active: Longest } -> role::Breaking;
    /// The same of a template, for all roles or groups that inherit it.
    RoleTemplateEffect { kind: PrivilegedKind, eligible: Longest, active: Longest } -> role::Breaking;
    /// `/admin/settings/sign-in`
    Providers {} -> provider::Providers;
    Provider { provider: ProviderId } -> provider::OneProvider;
    /// Asks the provider anew, and says what came back.
    ProviderTest { provider: ProviderId } -> provider::ProviderTest;
    /// `/admin/settings/tokens`
    AccessTokens {} -> access_token::AccessTokens;
    /// `/admin/settings`
    Targets {} -> target::Targets;
    /// `/admin/settings/targets/{id}`
    Target { target: TargetId, after: Option<String> } -> target::OneTarget;
    /// Asks the target anew, and says what came back.
    TargetTest { target: TargetId } -> target::TargetTest;
    /// Compares with the target, and changes nothing.
    TargetTrial { target: TargetId } -> target::TargetTrial;
    /// `/admin/settings`
    Imports {} -> import::Imports;
    /// `/admin/settings/imports/{id}`
    Import { import: ImportId, after: Option<String> } -> import::OneImport;
    /// Asks the directory anew, and says what came back.
    ImportTest { import: ImportId } -> import::ImportTest;
    /// What a run would do. `what` is the kind of line that is shown alone.
    ImportPreview { import: ImportId, what: String, after: Option<String> } -> import::ImportPreview;
    /// `/admin/settings/mail`
    Mail {} -> mail::MailPage;
    /// Sends a letter to whoever asks, and says what was tried and what came back.
    MailTest {} -> mail::MailTest;
    /// `/admin/settings/webhooks`
    Webhooks {} -> webhook::Webhooks;
    Webhook { webhook: WebhookId, after: Option<String> } -> webhook::OneWebhook;
    /// Asks it to take a message that tells nothing, and says what came back.
    WebhookTest { webhook: WebhookId } -> webhook::WebhookTest;
    /// `/admin/settings/webhooks/new`
    OfferedSecret {} -> webhook::OfferedSecret;
    /// `/admin/roles/terms`
    AllTerms {} -> terms::AllTerms;
    Terms { terms: TermsId } -> terms::Terms;
    /// `/admin/roles/contexts`
    AuthenticationContexts {} -> authentication_context::AuthenticationContexts;
    /// `/admin/roles/contexts/{id}`; without one, the form of a new context.
    AuthenticationContext { context: Option<AuthenticationContextId> } -> authentication_context::One;
    /// `/admin/roles/template`
    RoleTemplate { kind: PrivilegedKind } -> role::Template;
    /// `/admin/audit`, `/my-audit`, and the history of one person, role or group.
    Audit { place: Place, filter: Filter, after: Option<String> } -> audit_view::Audit;
    /// The same as a file, piece by piece.
    ExportedAudit { place: Place, filter: Filter, after: Option<String> } -> audit_view::ExportedEvents;
    /// `/admin/users`
    Users { search: String, filter: admin::UserFilter, after: Option<String> } -> admin::Users;
    /// `/admin/users/{id}?tab=roles`
    UserRoles { user: UserId, tab: my_roles::Tab, after: Option<String> } -> my_roles::UserRoles;
    /// `/admin/users/{id}`
    User { user: UserId } -> admin::User;
    /// What somebody holds, by which paths and why: now, or at a moment of the past.
    Held { user: UserId, at: Option<Ts> } -> why::Held;
    /// `/admin/roles/{id}/holders`, `/admin/groups/{id}/holders`: the same of one role. `person` is about whom it is asked.
    Holders { role: Privileged, at: Option<Ts>, person: String, after: Option<String> } -> why::Holders;
    /// The same with `?list=people`: everybody, through groups too.
    EverybodyHolding { role: Privileged, at: Option<Ts>, after: Option<String> } -> why::Everybody;
    /// `/admin/applications`
    Applications { search: String, after: Option<String> } -> application::Applications;
    /// `/admin/applications/{id}`. `role` is whose holders are listed.
    Application { application: ApplicationId, role: Option<ApplicationRoleId>, after: Option<String> } -> application::OneApplication;
    /// `/admin/groups`
    Groups { search: String, filter: admin::GroupFilter, after: Option<String> } -> admin::Groups;
    /// `/admin/groups/{id}`. `person` is whom somebody who may add people looks for.
    Group { group: GroupId, after: Option<String>, person: String } -> admin::Group;
    /// People and groups by name that could be given a role within a catalog.
    CatalogHolders { catalog: CatalogId, search: String } -> Vec<crate::view::Choice>;
    /// People by name, for pickers. Who does not see the directory may look for people to add to a group of their own, and
    /// to assign a package to.
    People { search: String, group: Option<GroupId>, package: Option<PackageId> } -> Vec<crate::view::Choice>;
    /// Enabled members by name, for whoever looks for a delegate.
    Delegates { search: String } -> Vec<crate::view::Choice>;
    /// Who a membership rule would match.
    RulePreview { rule: String } -> admin::RulePreview;
    /// `/admin/catalogs`
    Catalogs { search: String, after: Option<String> } -> catalog::Catalogs;
    /// `/admin/catalogs/{id}`: what one tab shows. `search` is which resource or person to add is looked for.
    Catalog { catalog: CatalogId, tab: catalog::Tab, search: String, after: Option<String> } -> catalog::Catalog;
    /// `/admin/packages`, over all catalogs that one may see.
    AdminPackages { search: String, after: Option<String> } -> catalog::Packages;
    /// `/admin/packages/{id}`
    AdminPackage { package: PackageId } -> catalog::Package;
    /// The dialog that takes a role out of a package: whom that concerns.
    PackageRoleRemoval { package: PackageId, role: crate::package::PackageRole } -> Option<catalog::RoleRemoval>;
    /// Whether somebody could request a package, by the rules that decide it. `search` is whom the reader looks for.
    WhoCould { package: PackageId, search: String, person: Option<UserId> } -> who_could::WhoCould;
    /// The tab *Separation of duties* of a package. `search` is what to add is looked for.
    Separation { package: PackageId, search: String, after: Option<String> } -> separation::Separation;
    /// `/admin/packages/{id}/overlaps.csv`, piece by piece.
    ExportedOverlaps { package: PackageId, after: Option<String> } -> separation::Exported;
    /// The tab *Assignments* of a package: who holds it, or held it.
    PackageAssignments { package: PackageId, search: String, filter: assignment::Filter, after: Option<String> } -> assignment::Assignments;
    /// `/admin/packages/{id}/assignments.csv`, piece by piece.
    ExportedAssignments { package: PackageId, search: String, filter: assignment::Filter, after: Option<String> } -> assignment::Exported;
    /// `/admin/packages/{id}/assignments/new`. `person` is whom the reader looks for.
    NewAssignment { package: PackageId, person: String } -> assignment::NewAssignment;
    /// `/admin/packages/new`: where packages may be made. `catalog` is the one that is chosen at first, `search` which one the
    /// reader looks for.
    NewPackage { catalog: Option<CatalogId>, search: String } -> catalog::NewPackage;
    /// `/admin/packages/new/{draft}/{step}`, for whoever describes the package.
    PackageDraft { draft: DraftId, step: Step } -> draft::Draft;
    /// The packages that the visitor is still describing.
    PackageDrafts {} -> Vec<draft::DraftRow>;
    /// A policy of a package with its form; without `policy` the form of a new one.
    Policy { package: PackageId, policy: Option<PolicyId> } -> catalog::Policy;
    /// What saving a policy with such a rule would do at once.
    PolicyPreview { of: PolicyOf, policy: Option<PolicyId>, enabled: bool, rule: String } -> catalog::PolicyPreview;
    /// What is to be said about a policy that names these people, before it is saved.
    PolicyCheck { of: PolicyOf, sketch: crate::catalog::PolicySketch } -> catalog::PolicyCheck;
    /// The policies of a package about which there is something to say, on its tab *Policies*.
    FlaggedPolicies { package: PackageId } -> Vec<catalog::FlaggedPolicy>;
    /// Who is meant by names as somebody wrote them into the form of a policy, in their order.
    PolicyNames { of: PolicyOf, users: Vec<String>, groups: Vec<String> } -> catalog::PolicyNames;
    /// People, or groups, that the form of a policy can name, by name or address. The id of each is how the form writes it.
    PolicySubjects { of: PolicyOf, groups: bool, search: String } -> Vec<crate::view::Choice>;
    /// `/my-access/reviews`
    MyReviews { past: bool, after: Option<String> } -> review::MyReviews;
    /// `/my-access/reviews/{id}`
    Reviewing { review: ReviewId, filter: review::RowFilter, search: String, after: Option<String> } -> review::Reviewing;
    /// `/admin/reviews`
    Reviews { search: String, phase: Option<crate::review::Phase>, after: Option<String> } -> review::AllReviews;
    /// `/admin/reviews/campaigns/{campaign}`
    ReviewCampaign { campaign: CampaignId, after: Option<String> } -> review::Campaign;
    /// The tab *Access reviews* of what is reviewed.
    ReviewsOf { of: Reviewed, after: Option<String> } -> review::Reviews;
    /// `/admin/reviews/history.csv`, piece by piece: what was decided in instances that started in a period.
    ReviewHistory { sought: review::HistorySought, after: Option<String> } -> review::ExportedHistory;
    /// `/admin/reviews/new`: what may be reviewed. `of` is what is chosen already.
    NewReview { of: Vec<Reviewed> } -> review::NewReview;
    /// What can be reviewed, by name.
    ReviewSubjects { search: String } -> Vec<crate::view::Choice>;
    /// People, or groups, that may be reviewers, by name.
    ReviewPeople { groups: bool, search: String } -> Vec<crate::view::Choice>;
    /// What a review with such settings would ask, if it started now. Of a series: the next instance, of what that is of.
    ReviewPreview { of: Vec<Reviewed>, settings: Box<ReviewSettings>, series: Option<ReviewSeriesId> } -> review::Preview;
    /// `/admin/reviews/{series}`: with one of its instances, the last one if none is named; `before`: instances older than this
    /// number are listed.
    Review { series: ReviewSeriesId, review: Option<ReviewId>, before: Option<u32> } -> review::Review;
    /// The tab *Results*.
    ReviewResults { review: ReviewId, filter: review::RowFilter, search: String, after: Option<String> } -> review::Results;
    /// `/admin/reviews/{series}/{review}/results.csv`, piece by piece.
    ExportedReview { review: ReviewId, after: Option<String> } -> review::Exported;
    /// `/admin/reviews/{series}/{review}/evidence.jsonl`, piece by piece.
    ExportedEvidence { review: ReviewId, after: Option<crate::AnyId> } -> review::ExportedEvidence;
    /// `/demo/mail`: only a demo server has it.
    DemoMail {} -> Vec<mail::DemoLetter>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_written_alone_is_read_as_any_query() {
        let queries: [(serde_json::Result<String>, Query); 3] = [
            (Frame {}.text(), Frame {}.into()),
            (Team { after: Some("“a\"b”".into()) }.text(), Team { after: Some("“a\"b”".into()) }.into()),
            (ReviewSubjects { search: "\\".into() }.text(), ReviewSubjects { search: "\\".into() }.into()),
        ];
        for (text, query) in queries {
            let text = text.unwrap();
            assert_eq!(text, serde_json::to_string(&query).unwrap());
            assert_eq!(serde_json::from_str::<Query>(&text).unwrap(), query);
        }
    }
}
