//! Commands: one file a topic. Each loads the facts, lets `rules` decide, and saves.

mod access_token;
pub mod activation;
mod activation_profile;
pub mod adoption;
mod alert;
pub mod answering;
mod application;
mod approval;
mod assigning;
mod audit;
pub mod authentication_context;
pub mod automatic;
pub mod catalog;
mod delegation;
mod draft;
mod due;
pub mod emergency;
mod given_again;
mod group;
mod guarded;
mod import;
mod import_steps;
pub mod lock_out;
mod mail;
mod membership;
mod package;
mod package_assignment;
mod policy;
mod proof;
mod provider;
mod provisioning;
mod provisioning_group;
mod reprocess;
pub mod request;
pub mod review;
mod review_apply;
pub mod review_begin;
pub mod review_facts;
pub mod review_gone;
mod review_hand_on;
pub mod review_later;
pub mod review_leaving;
mod review_letters;
mod review_named;
pub mod review_of;
mod review_policy;
mod review_reopen;
mod review_reset;
mod review_run;
mod review_seal;
mod review_series;
mod role_assignment;
pub mod role_digest;
pub mod role_extension;
pub mod role_news;
pub mod role_settings;
pub mod role_template;
pub mod separation;
mod standing_access;
pub mod subject;
pub mod target;
pub mod team;
pub mod terms;
mod user;
mod webhook;

use crate::change::Change;
use crate::views::words::Named;
use crate::{Engine, Fault, Problem};
pub use activation::follow_ends;
pub use membership::{attributes_changed, rule_changed};
use model::access::ResourceRole;
use model::command::{Command, Done};
use model::{Refusal, UserId};
use std::collections::BTreeMap;
use store::Link;
pub use user::is_protected;

/// A command whose slow part, hashing a password, is done before the transaction begins.
pub enum Prepared {
    Plain(Command),
    Password {
        user: UserId,
        hash: String,
    },
    /// A token that nobody has seen, which is what a command that makes one is about.
    Token(Command, auth::Token),
}

pub async fn prepare(engine: &Engine, command: Command) -> Result<Prepared, Problem> {
    match command {
        Command::SetPassword { user, password } => {
            rules::user::check_password(&password.0)?;
            Ok(Prepared::Password { user, hash: engine.inner.hashing.hash(password).await? })
        }
        command @ Command::MakeAccessToken(_) => {
            let token = auth::Token::new().map_err(|error| Fault::new("making an access token", error))?;
            Ok(Prepared::Token(command, token))
        }
        other => Ok(Prepared::Plain(other)),
    }
}

pub async fn run(change: &mut Change<'_>, command: &Prepared) -> Result<Done, Problem> {
    match command {
        Prepared::Password { user, hash } => user::set_password(change, *user, hash).await,
        Prepared::Token(command, token) => access_token::make(change, command, token).await,
        Prepared::Plain(command) => match *command {
            Command::SubmitRequest(ref asked) => request::submit(change, command, asked).await,
            Command::RequestForReport(ref asked) => team::request(change, command, asked).await,
            Command::AssignPackage(ref asked) => assigning::assign(change, command, asked).await,
            Command::DecideRequest(ref asked) => approval::decide(change, command, asked).await,
            Command::AskBack(ref asked) => approval::ask_back(change, command, asked).await,
            Command::AnswerBack(ref asked) => request::answer_back(change, command, asked).await,
            Command::CancelRequest { request, ref words } => request::cancel(change, command, request, words).await,
            Command::EndPackageAssignment { assignment, ref words } => {
                package_assignment::end(change, command, assignment, words).await
            }
            Command::ReprocessRequest { request } => reprocess::reprocess(change, command, request).await,
            Command::Delegate(ref asked) => delegation::delegate(change, command, asked).await,
            Command::EndDelegation { delegation } => delegation::end(change, command, delegation).await,
            Command::CreateUser(ref fields) => user::create(change, command, fields).await,
            Command::EditUser { user, version, ref fields } => user::edit(change, command, user, version, fields).await,
            Command::SetUserEnabled { user, enabled } => user::set_enabled(change, command, user, enabled).await,
            Command::SetPassword { .. } => Err(Fault::new("running a command", "a password that was not prepared").into()),
            Command::RemoveAuthenticator => proof::remove_authenticator(change, command).await,
            Command::RemovePasskey { passkey } => proof::remove_passkey(change, command, passkey).await,
            Command::RenamePasskey { passkey, ref name } => proof::rename_passkey(change, command, passkey, name).await,
            Command::TakeMethodAway { user, method, passkey, ref words } => {
                proof::take_away(change, command, user, (method, passkey), words).await
            }
            Command::ResetMethods { user, ref words } => proof::reset(change, command, user, words).await,
            Command::SaveProvider(ref asked) => provider::save(change, command, asked).await,
            Command::SetProviderEnabled { provider, enabled } => provider::set_enabled(change, command, provider, enabled).await,
            Command::DeleteProvider { provider, seen } => provider::delete(change, command, provider, seen).await,
            Command::JoinFromProvider { provider, ref newcomer } => provider::join(change, command, provider, newcomer).await,
            Command::UnlinkProvider { provider, user } => provider::unlink(change, command, provider, user).await,
            Command::MakeAccessToken(_) => Err(Fault::new("running a command", "a token that was not prepared").into()),
            Command::RevokeAccessToken { token } => access_token::revoke(change, command, token).await,
            Command::Provision(ref asked) => provisioning::provision(change, command, asked).await,
            Command::SaveTarget(ref asked) => target::save(change, command, asked).await,
            Command::SetTargetEnabled { target, enabled } => target::set_enabled(change, command, target, enabled).await,
            Command::DeleteTarget { target, seen } => target::delete(change, command, target, seen).await,
            Command::ReconcileTarget { target } => target::reconcile(change, command, target).await,
            Command::RetryTarget { target, user } => target::retry(change, command, target, user).await,
            Command::AdoptAccess { ref found, ref words } => adoption::adopt(change, command, found, words).await,
            Command::RemoveUnknownAccess { ref found, ref words } => adoption::remove(change, command, found, words).await,
            Command::EndApplicationAssignment { assignment, ref words } => {
                adoption::end(change, command, assignment, words).await
            }
            Command::SaveImport(ref asked) => import::save(change, command, asked).await,
            Command::SetImportEnabled { import, enabled } => import::set_enabled(change, command, import, enabled).await,
            Command::DeleteImport { import, seen } => import::delete(change, command, import, seen).await,
            Command::RunImport { import, confirmed } => import::run(change, command, import, confirmed).await,
            Command::CarryOutImport { import, run, ref steps } => {
                import_steps::carry_out(change, command, (import, run), steps).await
            }
            Command::ImportEnded(ref outcome) => import::ended(change, command, outcome).await,
            Command::SaveMail(ref asked) => mail::save(change, command, asked).await,
            Command::SaveWebhook(ref asked) => webhook::save(change, command, asked).await,
            Command::SetWebhookEnabled { webhook, enabled } => webhook::set_enabled(change, command, webhook, enabled).await,
            Command::DeleteWebhook { webhook, seen } => webhook::delete(change, command, webhook, seen).await,
            Command::ReplayWebhook { webhook, what } => webhook::replay(change, command, webhook, what).await,
            Command::GiveUpMessage { webhook, event } => webhook::give_up(change, command, webhook, event).await,
            Command::WebhookGone { webhook } => webhook::gone(change, command, webhook).await,
            Command::AnswerForRequest { request, webhook, ref answered } => {
                answering::answer(change, command, request, (webhook, answered)).await
            }
            Command::EndOtherSessions => proof::end_other_sessions(change, command).await,
            Command::SaveApplication(ref asked) => application::save(change, command, asked).await,
            Command::DeleteApplication { application } => application::delete(change, command, application).await,
            Command::SaveApplicationRole(ref asked) => application::save_role(change, command, asked).await,
            Command::DeleteApplicationRole { application, role } => {
                application::delete_role(change, command, application, role).await
            }
            Command::CreateGroup(ref fields) => group::create(change, command, fields).await,
            Command::EditGroup { group, version, ref fields } => group::edit(change, command, group, version, fields).await,
            Command::AddMember { group, principal, as_owner } => group::add(change, command, group, principal, as_owner).await,
            Command::RemoveMember { group, principal, as_owner } => {
                group::remove(change, command, group, principal, as_owner).await
            }
            Command::AssignRole(ref asked) => role_assignment::assign(change, command, asked).await,
            Command::ChangeRoleAssignment(ref asked) => role_assignment::alter(change, command, asked).await,
            Command::EndRoleAssignment { assignment, ref words } => {
                role_assignment::end(change, command, assignment, words).await
            }
            Command::ScanAlerts => alert::scan(change, command).await,
            Command::EditAlert { kind, version, ref settings } => alert::edit(change, command, kind, version, settings).await,
            Command::DismissAlert { incident, ref words } => alert::dismiss(change, command, incident, words).await,
            Command::ReopenAlert { incident } => alert::reopen(change, command, incident).await,
            Command::MakeEligible(ref asked) => standing_access::make_eligible(change, command, asked).await,
            Command::SaveTerms(ref asked) => terms::save(change, command, asked).await,
            Command::SaveAuthenticationContext(ref asked) => authentication_context::save(change, command, asked).await,
            Command::DeleteAuthenticationContext { context } => authentication_context::delete(change, command, context).await,
            Command::ActivateRole(ref asked) => activation::activate(change, command, asked).await,
            Command::SaveActivationProfile(ref asked) => activation_profile::save(change, command, asked).await,
            Command::DeleteActivationProfile { profile } => activation_profile::delete(change, command, profile).await,
            Command::ExtendRole(ref asked) => role_extension::ask(change, command, asked).await,
            Command::DeactivateRole { assignment } => activation::deactivate(change, command, assignment).await,
            Command::EditRoleSettings { role, version, ref settings, seen_breaking } => {
                role_settings::edit(change, command, (role, version), settings, seen_breaking).await
            }
            Command::EditRoleTemplate { kind, version, ref settings, seen_breaking } => {
                role_settings::edit_template(change, command, (kind, version), settings, seen_breaking).await
            }
            Command::MarkEmergencyAccount { user, reviewer } => emergency::mark(change, command, user, reviewer).await,
            Command::UnmarkEmergencyAccount { user } => emergency::unmark(change, command, user).await,
            Command::CloseEmergencyReview { used, ref words } => emergency::close(change, command, used, words).await,
            Command::AllowEmergencyUse { used, ref words } => emergency::allow(change, command, used, words).await,
            Command::SetPrivilegedAccess { group, enabled } => {
                role_assignment::set_privileged(change, command, group, enabled).await
            }
            Command::CreateCatalog(ref fields) => catalog::create(change, command, fields).await,
            Command::EditCatalog { catalog, version, ref fields } => {
                catalog::edit(change, command, catalog, version, fields).await
            }
            Command::DeleteCatalog { catalog } => catalog::delete(change, command, catalog).await,
            Command::AddCatalogResource { catalog, resource } => catalog::add_resource(change, command, catalog, resource).await,
            Command::RemoveCatalogResource { catalog, resource } => {
                catalog::remove_resource(change, command, catalog, resource).await
            }
            Command::GiveCatalogRole { catalog, holder, role } => {
                catalog::give_role(change, command, catalog, holder, role).await
            }
            Command::TakeCatalogRole { catalog, holder, role } => {
                catalog::take_role(change, command, catalog, holder, role).await
            }
            Command::ExportAudit { place, ref filter, format } => audit::export(change, command, place, filter, format).await,
            Command::CreatePackage { ref fields, ref roles } => package::create(change, command, fields, roles).await,
            Command::StartPackageDraft(ref fields) => draft::start(change, command, fields).await,
            Command::SavePackageDraft { draft, version, ref filled } => {
                draft::save(change, command, draft, version, filled).await
            }
            Command::KeepPackageDraft { draft, version, step, ref typed } => {
                draft::keep(change, command, draft, version, step, typed).await
            }
            Command::DeletePackageDraft { draft } => draft::delete(change, command, draft).await,
            Command::CreateDraftedPackage { draft, version, seen } => draft::create(change, command, draft, version, seen).await,
            Command::EditPackage { package, version, ref fields } => {
                package::edit(change, command, package, version, fields).await
            }
            Command::DeletePackage { package } => package::delete(change, command, package).await,
            Command::AddPackageRole { package, role } => package::add_role(change, command, package, role).await,
            Command::RemovePackageRole { package, role } => package::remove_role(change, command, package, role).await,
            Command::AddIncompatible { package, with } => separation::add(change, command, package, with).await,
            Command::RemoveIncompatible { package, with } => separation::remove(change, command, package, with).await,
            Command::CreatePolicy { package, ref fields } => policy::create(change, command, package, fields).await,
            Command::EditPolicy { package, policy, version, ref fields } => {
                policy::edit(change, command, package, policy, version, fields).await
            }
            Command::DeletePolicy { package, policy } => policy::delete(change, command, package, policy).await,
            Command::RequestDue { request } => due::request(change, command, request).await,
            Command::PackageAssignmentEnding { assignment } => package_assignment::ending(change, command, assignment).await,
            Command::PackageAssignmentsDue { ref assignments } => due::package_assignments(change, command, assignments).await,
            Command::GroupDue { group } => due::group(change, command, group).await,
            Command::PolicyDue { policy } => automatic::due(change, command, policy).await,
            Command::AssignmentsDue { ref assignments } => due::assignments(change, command, assignments).await,
            Command::AssignmentEnding { assignment } => role_assignment::ending(change, command, assignment).await,
            Command::CreateReviews { ref of, ref settings } => review::create(change, command, of, settings).await,
            Command::EditReviewSeries { series, version, ref settings } => {
                review::edit_series(change, command, series, version, settings).await
            }
            Command::EditReview(ref asked) => review::edit(change, command, asked).await,
            Command::StopReviewSeries { series } => review::stop_series(change, command, series).await,
            Command::DeleteReviewSeries { series } => review::delete(change, command, series).await,
            Command::ReopenReview { review } => review_reopen::reopen(change, command, review).await,
            Command::StopReview { review, stage_only } => review::stop(change, command, review, stage_only).await,
            Command::ResetReview { review } => review_reset::reset(change, command, review).await,
            Command::ApplyReview { review } => review::apply(change, command, review).await,
            Command::TryReviewAgain { review } => review_apply::try_again(change, command, review).await,
            Command::HandOnRows(ref given) => review_hand_on::hand_on(change, command, given).await,
            Command::RemindReviewers { review } => review::remind(change, command, review).await,
            Command::DecideRows(ref asked) => review::decide(change, command, asked).await,
            Command::AcceptRecommendations { review, confirmed } => review::accept(change, command, review, confirmed).await,
            Command::ReviewSeriesDue { series } => review_run::series_due(change, command, series).await,
            Command::ReviewDue { review } => review_run::due(change, command, review).await,
            Command::ReviewApplyFailed { review, cause } => review_apply::failed(change, command, review, cause).await,
            Command::DigestDue => role_digest::due(change, command).await,
        },
    }
}

/// Whether the visitor may submit the command, when nothing about the thing matters.
fn allowed(change: &Change<'_>, command: &Command) -> Result<(), Refusal> {
    rules::access::may_submit(&change.visitor, command, rules::access::About::default())
}

/// What a resource role is called.
async fn said(link: &mut Link, role: ResourceRole) -> Result<String, Problem> {
    Ok(Named::of(link, vec![role]).await?.said(role))
}

/// Names of people for sentences; unknown ones are called so.
fn naming(names: &BTreeMap<UserId, String>) -> impl Fn(UserId) -> String + '_ {
    |id| names.get(&id).cloned().unwrap_or_else(|| "somebody who is no longer here".to_owned())
}

/// The field of most names, and its label.
const NAME: (&str, &str) = ("name", "Name");

/// A duplicate name, said as a refusal.
pub fn taken<T>(saved: Result<T, store::Fault>, (field, label): (&'static str, &'static str), name: &str) -> Result<T, Problem> {
    saved.map_err(|fault| {
        if fault.is_duplicate() { Refusal::NameTaken { field, label, name: name.to_owned() }.into() } else { fault.into() }
    })
}
