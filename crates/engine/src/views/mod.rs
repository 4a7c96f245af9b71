//! Views: one file a topic. Each loads with few statements and returns what the page shows, ready to show.

mod access_token;
mod activating;
mod admin_package;
mod alert;
mod all_requests;
mod answering;
mod application;
mod approval;
mod approvals;
mod ask_back;
mod assignment;
mod authentication_context;
mod catalog;
pub mod delegation;
mod draft;
mod emergency;
mod enrolled;
mod evidence;
mod frame;
mod group;
pub mod history;
mod import;
mod mail;
mod my_roles;
mod overview;
mod package;
mod packages;
mod plan;
mod policy;
mod policy_check;
pub mod provider;
mod request;
mod review;
mod review_campaign;
mod review_form;
mod review_help;
mod review_history;
mod review_notes;
mod review_preview;
mod review_results;
mod review_rows;
mod reviewing;
mod role;
mod role_extension;
mod role_template;
mod security;
mod separation;
mod standing_access;
mod target;
mod team;
mod terms;
mod timeline;
mod user;
mod webhook;
mod who_could;
mod why;
pub mod words;

use crate::{Engine, Problem, Who};
use model::query::{Answer, Query};
use model::view::Paging;
use model::{Refusal, Ts};
use rules::access::Visitor;
use store::Link;

/// What every view needs.
pub struct Asking<'a> {
    pub link: Link,
    pub now: Ts,
    pub who: &'a Who,
    pub visitor: &'a Visitor,
    pub settings: &'a crate::Settings,
}

pub async fn answer(engine: &Engine, who: &Who, visitor: &Visitor, query: Query) -> Result<Answer, Problem> {
    let link = engine.inner.db.read().await?;
    let mut asking = Asking { link, now: engine.inner.clock.now(), who, visitor, settings: &engine.inner.settings };
    let asking = &mut asking;
    Ok(match query {
        Query::Frame(_) => Answer::Frame(frame::frame(asking).await?),
        Query::Live(_) => Answer::Live(frame::live(asking).await?),
        Query::Overview(_) => Answer::Overview(overview::overview(asking).await?),
        Query::Packages(query) => Answer::Packages(packages::list(asking, query).await?),
        Query::Package(query) => Answer::Package(package::one(asking, query).await?),
        Query::Requests(query) => Answer::Requests(request::list(asking, query).await?),
        Query::Request(query) => Answer::Request(request::one(asking, query.request, false).await?),
        Query::Approvals(query) => Answer::Approvals(approvals::list(asking, query).await?),
        Query::Approval(query) => Answer::Approval(approval::one(asking, query.request).await?),
        Query::Delegations(query) => Answer::Delegations(delegation::list(asking, &query.person).await?),
        Query::Delegates(query) => Answer::Delegates(delegation::delegates(asking, &query.search).await?),
        Query::Team(query) => Answer::Team(team::list(asking, query).await?),
        Query::Report(query) => Answer::Report(team::one(asking, query.report).await?),
        Query::ReportPackages(query) => Answer::ReportPackages(team::packages(asking, query).await?),
        Query::ReportPackage(query) => Answer::ReportPackage(team::package(asking, query).await?),
        Query::AllRequests(query) => Answer::AllRequests(all_requests::list(asking, query).await?),
        Query::AnyRequest(query) => Answer::AnyRequest(request::one(asking, query.request, true).await?),
        Query::ExportedRequests(query) => Answer::ExportedRequests(all_requests::exported(asking, query).await?),
        Query::MyRoles(query) => Answer::MyRoles(my_roles::list(asking, query).await?),
        Query::Activating(query) => Answer::Activating(activating::activating(asking, &query.assignments).await?),
        Query::Extending(query) => Answer::Extending(role_extension::asking_form(asking, query.assignment).await?),
        Query::MyActivations(_) => Answer::MyActivations(my_roles::mine_waiting(asking).await?),
        Query::Security(_) => Answer::Security(security::security(asking, engine.has_passkeys()).await?),
        Query::EmergencyAccess(query) => Answer::EmergencyAccess(emergency::list(asking, query).await?),
        Query::EmergencyUse(query) => Answer::EmergencyUse(emergency::one(asking, query.used).await?),
        Query::Roles(query) => Answer::Roles(role::list(asking, query).await?),
        Query::Alerts(_) => Answer::Alerts(alert::list(asking).await?),
        Query::Alert(query) => Answer::Alert(alert::one(asking, query).await?),
        Query::StandingAccess(query) => Answer::StandingAccess(standing_access::list(asking, query).await?),
        Query::StandingChange(query) => Answer::StandingChange(standing_access::change(engine, asking, query).await?),
        Query::DiscoveredGroups(query) => Answer::DiscoveredGroups(group::discover(asking, query).await?),
        Query::RoleAssignments(query) => Answer::RoleAssignments(role::assignments_of(asking, query).await?),
        Query::RoleHolders(query) => Answer::RoleHolders(role::holders(asking, query.role, &query.search).await?),
        Query::RoleSettings(query) => Answer::RoleSettings(role::settings(asking, query.role).await?),
        Query::RoleSettingsEffect(query) => Answer::RoleSettingsEffect(role::settings_effect(asking, query).await?),
        Query::RoleTemplateEffect(query) => Answer::RoleTemplateEffect(role_template::effect(asking, query).await?),
        Query::AllTerms(_) => Answer::AllTerms(terms::list(asking).await?),
        Query::Terms(query) => Answer::Terms(terms::one(asking, query.terms).await?),
        Query::AuthenticationContexts(_) => Answer::AuthenticationContexts(authentication_context::list(asking).await?),
        Query::AuthenticationContext(query) => {
            Answer::AuthenticationContext(authentication_context::one(asking, query.context).await?)
        }
        Query::AccessTokens(_) => Answer::AccessTokens(access_token::list(asking).await?),
        Query::Providers(_) => Answer::Providers(provider::list(asking).await?),
        Query::Provider(query) => Answer::Provider(provider::one(asking, query.provider).await?),
        // Answered before a connection to the database is taken: it asks somebody outside.
        Query::ProviderTest(_)
        | Query::TargetTest(_)
        | Query::TargetTrial(_)
        | Query::ImportTest(_)
        | Query::ImportPreview(_)
        | Query::WebhookTest(_)
        | Query::MailTest(_) => {
            return Err(Refusal::NotFound { what: "page" }.into());
        }
        Query::Targets(_) => Answer::Targets(target::list(asking).await?),
        Query::Target(query) => Answer::Target(target::one(asking, query).await?),
        Query::Imports(_) => Answer::Imports(import::list(asking).await?),
        Query::Import(query) => Answer::Import(import::one(asking, query).await?),
        Query::Mail(_) => Answer::Mail(mail::page(asking).await?),
        Query::Webhooks(_) => Answer::Webhooks(webhook::list(asking).await?),
        Query::Webhook(query) => Answer::Webhook(webhook::one(asking, query).await?),
        Query::OfferedSecret(_) => Answer::OfferedSecret(webhook::offered()?),
        Query::RoleTemplate(query) => Answer::RoleTemplate(role_template::template(asking, query.kind).await?),
        Query::Audit(query) => Answer::Audit(history::list(asking, query).await?),
        Query::ExportedAudit(query) => Answer::ExportedAudit(history::exported(asking, query).await?),
        Query::Applications(query) => Answer::Applications(application::list(asking, query).await?),
        Query::Application(query) => Answer::Application(application::one(asking, query).await?),
        Query::Users(query) => Answer::Users(user::list(asking, query).await?),
        Query::User(query) => Answer::User(user::one(asking, query.user).await?),
        Query::UserRoles(query) => Answer::UserRoles(my_roles::of_user(asking, query).await?),
        Query::Held(query) => Answer::Held(why::held(asking, query).await?),
        Query::EverybodyHolding(query) => Answer::EverybodyHolding(why::everybody(asking, query).await?),
        Query::Holders(query) => Answer::Holders(why::holders(asking, query).await?),
        Query::Groups(query) => Answer::Groups(group::list(asking, query).await?),
        Query::Group(query) => Answer::Group(group::one(asking, query).await?),
        Query::People(query) => Answer::People(user::people(asking, query).await?),
        Query::Catalogs(query) => Answer::Catalogs(catalog::list(asking, query).await?),
        Query::Catalog(query) => Answer::Catalog(catalog::one(asking, query).await?),
        Query::CatalogHolders(query) => Answer::CatalogHolders(catalog::holders(asking, query).await?),
        Query::AdminPackages(query) => Answer::AdminPackages(admin_package::list(asking, query).await?),
        Query::AdminPackage(query) => Answer::AdminPackage(admin_package::one(asking, query.package).await?),
        Query::PackageRoleRemoval(query) => Answer::PackageRoleRemoval(admin_package::removal(asking, query).await?),
        Query::WhoCould(query) => Answer::WhoCould(who_could::who_could(asking, query).await?),
        Query::Separation(query) => Answer::Separation(separation::one(asking, query).await?),
        Query::ExportedOverlaps(query) => Answer::ExportedOverlaps(separation::exported(asking, query).await?),
        Query::PackageAssignments(query) => Answer::PackageAssignments(assignment::list(asking, query).await?),
        Query::ExportedAssignments(query) => Answer::ExportedAssignments(assignment::exported(asking, query).await?),
        Query::NewAssignment(query) => Answer::NewAssignment(assignment::new(asking, query).await?),
        Query::NewPackage(query) => Answer::NewPackage(admin_package::new(asking, query).await?),
        Query::PackageDraft(query) => Answer::PackageDraft(draft::one(asking, query.draft, query.step).await?),
        Query::PackageDrafts(_) => Answer::PackageDrafts(draft::list(asking).await?),
        Query::Policy(query) => Answer::Policy(policy::one(asking, query.package, query.policy).await?),
        Query::PolicyPreview(query) => Answer::PolicyPreview(policy::preview(asking, query).await?),
        Query::PolicySubjects(query) => Answer::PolicySubjects(policy::subjects(asking, query).await?),
        Query::PolicyCheck(query) => Answer::PolicyCheck(policy_check::typed(asking, query).await?),
        Query::FlaggedPolicies(query) => Answer::FlaggedPolicies(policy_check::flagged(asking, query.package).await?),
        Query::PolicyNames(query) => Answer::PolicyNames(policy::names(asking, query).await?),
        // The server answers it where letters are kept.
        Query::DemoMail(_) => return Err(Refusal::NotFound { what: "page" }.into()),
        Query::MyReviews(query) => Answer::MyReviews(reviewing::list(asking, query).await?),
        Query::Reviewing(query) => Answer::Reviewing(reviewing::one(asking, query).await?),
        Query::Reviews(query) => Answer::Reviews(review_campaign::list(asking, query).await?),
        Query::ReviewCampaign(query) => Answer::ReviewCampaign(review_campaign::one(asking, query).await?),
        Query::ReviewsOf(query) => Answer::ReviewsOf(review::of(asking, query).await?),
        Query::ReviewHistory(query) => Answer::ReviewHistory(review_history::exported(asking, query).await?),
        Query::NewReview(query) => Answer::NewReview(review_form::new(asking, query).await?),
        Query::ReviewSubjects(query) => Answer::ReviewSubjects(review_form::subjects(asking, &query.search).await?),
        Query::ReviewPeople(query) => Answer::ReviewPeople(review_form::people(asking, query).await?),
        Query::ReviewPreview(query) => Answer::ReviewPreview(review_preview::preview(asking, query).await?),
        Query::Review(query) => Answer::Review(review::one(asking, query).await?),
        Query::ReviewResults(query) => Answer::ReviewResults(review_results::results(asking, query).await?),
        Query::ExportedEvidence(query) => Answer::ExportedEvidence(evidence::exported(asking, query).await?),
        Query::ExportedReview(query) => Answer::ExportedReview(review_results::exported(asking, query).await?),
        Query::RulePreview(query) => Answer::RulePreview(group::preview(asking, &query.rule).await?),
    })
}

/// A cursor is the sort key and the id of the last row, separated by a blank: keys are folded names or numbers.
pub fn cursor(key: impl std::fmt::Display, id: impl std::fmt::Display) -> String {
    format!("{id} {key}")
}

/// Reads a cursor; one that does not read begins at the start.
pub fn read_cursor<K: std::str::FromStr, I: std::str::FromStr>(cursor: Option<&str>) -> Option<(K, I)> {
    let (id, key) = cursor?.split_once(' ')?;
    Some((key.parse().ok()?, id.parse().ok()?))
}

/// The same with an instant as the key.
pub fn read_time_cursor<I: std::str::FromStr>(cursor: Option<&str>) -> Option<(Ts, I)> {
    read_cursor::<i64, I>(cursor).map(|(at, id)| (Ts(at), id))
}

/// Cuts the one row off that was read to know whether there is a next page.
pub fn page<T>(rows: &mut Vec<T>, limit: usize, further: bool, cursor: impl Fn(&T) -> String) -> Paging {
    let more = rows.len() > limit;
    rows.truncate(limit);
    Paging { next: rows.last().filter(|_| more).map(cursor), further }
}
