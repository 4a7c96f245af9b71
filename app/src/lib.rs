//! The portal: pages, parts and server functions, compiled for the server and for the browser.
//!
//! It knows `model` and nothing else of the product: what it shows comes from [`calls`], what it does goes there.

#![recursion_limit = "256"]

pub mod calls;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod door;
pub mod flash;
pub mod pages;
pub mod parts;
pub mod surroundings;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};
use pages::admin::{
    access_tokens, alert, alerts, application, applications, assignment_form, authentication_contexts, catalog, catalog_form,
    catalogs, discovery, discovery_change, group, group_form, groups, groups_discover, holders, import_preview, imports,
    mail_settings, package as admin_package, package_draft, package_form, packages as admin_packages, policy_form,
    review_campaign, review_form, review_history, role_assign, role_assignments, role_settings, roles, settings, targets, terms,
    user, user_form, users, webhooks,
};
use pages::admin::{
    emergency as emergency_accounts, request as any_request, requests as all_requests, review as admin_review,
    reviews as admin_reviews,
};
use pages::my_access::{
    approval, approvals, emergency, overview, package, packages, report, report_packages, request, requests, review, reviews,
    team,
};
use pages::{audit, mail, my_roles as roles_of_mine, not_found};
use parts::shell::Shell;

/// The three areas of the portal. Each has a script of its own, so that nobody fetches pages they may not see or do not come
/// to on a first visit; from one to another the browser loads a new document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Where everybody begins: packages, requests, and deciding about them.
    MyAccess,
    /// What comes with more than that: roles, a team, reviews, one's own history.
    MyRoles,
    Administration,
}

/// What is below these paths is of [`Area::MyRoles`].
const MY_ROLES: [&str; 6] = ["/my-roles", "/my-team", "/my-audit", "/my-access/reviews", "/my-access/emergency", "/demo/mail"];

impl Area {
    /// The area that has the page at this path.
    pub fn of(path: &str) -> Self {
        let below = |above: &str| path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if below("/admin") {
            Self::Administration
        } else if MY_ROLES.into_iter().any(below) {
            Self::MyRoles
        } else {
            Self::MyAccess
        }
    }
}

/// Everything inside `<body>` of the pages where everybody begins.
#[component]
pub fn MyAccess() -> impl IntoView {
    around(my_access)
}

/// Everything inside `<body>` of the pages about roles, teams and reviews.
#[component]
pub fn MyRoles() -> impl IntoView {
    around(my_roles)
}

/// Everything inside `<body>` of the pages of administrators.
#[component]
pub fn Administration() -> impl IntoView {
    around(administration)
}

fn around(routes: fn() -> AnyView) -> AnyView {
    provide_meta_context();
    parts::icon::provide_icons();
    let (routing, set_routing) = signal(false);
    view! {
        <Title formatter=|text: String| text + " · Vestibule"/>
        <Router set_is_routing=set_routing><Routed routing=routing.into() routes/></Router>
    }
    .into_any()
}

#[component]
fn Routed(routing: Signal<bool>, routes: fn() -> AnyView) -> impl IntoView {
    let landing = parts::landing::provide_landing();
    #[cfg(feature = "hydrate")]
    {
        landing.start_clock();
        landing.say_what_was_left();
        parts::live::listen(landing);
    }
    let _ = landing;
    view! { <Shell routing>{routes()}</Shell> }
}

/// Every page is complete before it is sent, so that it needs no script.
const WHOLE: SsrMode = SsrMode::Async;

fn my_access() -> AnyView {
    view! {
        <FlatRoutes fallback=|| no_page(Area::MyAccess)>
            <Route path=path!("/my-access") ssr=WHOLE view=|| overview::OverviewPage().into_any()/>
            <Route path=path!("/my-access/packages") ssr=WHOLE view=|| packages::PackagesPage().into_any()/>
            <Route path=path!("/my-access/packages/:id") ssr=WHOLE view=|| package::PackagePage().into_any()/>
            <Route path=path!("/my-access/requests") ssr=WHOLE view=|| requests::RequestsPage().into_any()/>
            <Route path=path!("/my-access/requests/:id") ssr=WHOLE view=|| request::RequestPage().into_any()/>
            <Route path=path!("/my-access/approvals") ssr=WHOLE view=|| approvals::ApprovalsPage().into_any()/>
            <Route path=path!("/my-access/approvals/:id") ssr=WHOLE view=|| approval::ApprovalPage().into_any()/>
            <Route path=path!("/signin") ssr=WHOLE view=|| plain(Plain::SignIn)/>
            <Route path=path!("/setup") ssr=WHOLE view=|| plain(Plain::Setup)/>
            <Route path=path!("/my-security") ssr=WHOLE view=|| plain(Plain::Security)/>
            <Route path=path!("/my-security/prove") ssr=WHOLE view=|| plain(Plain::Prove)/>
            <Route path=path!("/my-security/authenticator") ssr=WHOLE view=|| plain(Plain::Authenticator)/>
            <Route path=path!("/my-security/codes") ssr=WHOLE view=|| plain(Plain::Codes)/>
            <Route path=path!("/my-security/connect") ssr=WHOLE view=|| plain(Plain::Connect)/>
            <Route path=path!("/my-security/token") ssr=WHOLE view=|| plain(Plain::Token)/>
        </FlatRoutes>
    }
    .into_any()
}

fn my_roles() -> AnyView {
    view! {
        <FlatRoutes fallback=|| no_page(Area::MyRoles)>
            <Route path=path!("/my-access/reviews") ssr=WHOLE view=|| reviews::ReviewsPage().into_any()/>
            <Route path=path!("/my-access/reviews/:id") ssr=WHOLE view=|| review::ReviewPage().into_any()/>
            <Route path=path!("/my-audit") ssr=WHOLE view=|| audit::MyAuditPage().into_any()/>
            <Route path=path!("/my-access/emergency/:id") ssr=WHOLE view=|| emergency::EmergencyUsePage().into_any()/>
            <Route path=path!("/my-roles") ssr=WHOLE view=|| roles_of_mine::list::MyRolesPage().into_any()/>
            <Route path=path!("/my-roles/activate") ssr=WHOLE view=|| roles_of_mine::activate::ActivatePage().into_any()/>
            <Route path=path!("/my-roles/extend") ssr=WHOLE view=|| roles_of_mine::extend::ExtendPage().into_any()/>
            <Route path=path!("/my-roles/requests") ssr=WHOLE view=|| roles_of_mine::requests::ActivationsPage().into_any()/>
            <Route path=path!("/my-team") ssr=WHOLE view=|| team::TeamPage().into_any()/>
            <Route path=path!("/my-team/:id") ssr=WHOLE view=|| report::ReportPage().into_any()/>
            <Route path=path!("/my-team/:id/packages") ssr=WHOLE view=|| report_packages::ReportPackagesPage().into_any()/>
            <Route path=path!("/my-team/:id/packages/:package") ssr=WHOLE view=|| package::ReportPackagePage().into_any()/>
            <Route path=path!("/demo/mail") ssr=WHOLE view=|| mail::MailPage().into_any()/>
        </FlatRoutes>
    }
    .into_any()
}

fn administration() -> AnyView {
    view! {
        <FlatRoutes fallback=|| no_page(Area::Administration)>
            <Route path=path!("/admin/users") ssr=WHOLE view=|| users::UsersPage().into_any()/>
            <Route path=path!("/admin/users/new") ssr=WHOLE view=|| user_form::NewUserPage().into_any()/>
            <Route path=path!("/admin/users/:id") ssr=WHOLE view=|| user::UserPage().into_any()/>
            <Route path=path!("/admin/users/:id/edit") ssr=WHOLE view=|| user_form::EditUserPage().into_any()/>
            <Route path=path!("/admin/applications") ssr=WHOLE view=|| applications::ApplicationsPage().into_any()/>
            <Route path=path!("/admin/applications/new") ssr=WHOLE view=|| applications::NewApplicationPage().into_any()/>
            <Route path=path!("/admin/applications/:id") ssr=WHOLE view=|| application::ApplicationPage().into_any()/>
            <Route path=path!("/admin/applications/:id/edit") ssr=WHOLE view=|| applications::EditApplicationPage().into_any()/>
            <Route path=path!("/admin/groups") ssr=WHOLE view=|| groups::GroupsPage().into_any()/>
            <Route path=path!("/admin/groups/new") ssr=WHOLE view=|| group_form::NewGroupPage().into_any()/>
            <Route path=path!("/admin/groups/discover") ssr=WHOLE view=|| groups_discover::GroupsDiscoverPage().into_any()/>
            <Route path=path!("/admin/groups/:id") ssr=WHOLE view=|| group::GroupPage().into_any()/>
            <Route path=path!("/admin/groups/:id/edit") ssr=WHOLE view=|| group_form::EditGroupPage().into_any()/>
            <Route path=path!("/admin/groups/:id/privileged") ssr=WHOLE view=|| role_assignments::GroupAssignmentsPage().into_any()/>
            <Route path=path!("/admin/groups/:id/privileged/new") ssr=WHOLE view=|| role_assign::AssignGroupPage().into_any()/>
            <Route path=path!("/admin/groups/:id/privileged/settings") ssr=WHOLE view=|| role_settings::GroupSettingsPage().into_any()/>
            <Route path=path!("/admin/roles") ssr=WHOLE view=|| roles::RolesPage().into_any()/>
            <Route path=path!("/admin/roles/emergency") ssr=WHOLE view=|| emergency_accounts::EmergencyPage().into_any()/>
            <Route path=path!("/admin/roles/contexts") ssr=WHOLE view=|| authentication_contexts::AuthenticationContextsPage().into_any()/>
            <Route path=path!("/admin/roles/contexts/new") ssr=WHOLE view=|| authentication_contexts::NewAuthenticationContextPage().into_any()/>
            <Route path=path!("/admin/roles/contexts/:id") ssr=WHOLE view=|| authentication_contexts::AuthenticationContextPage().into_any()/>
            <Route path=path!("/admin/roles/terms") ssr=WHOLE view=|| terms::AllTermsPage().into_any()/>
            <Route path=path!("/admin/roles/terms/new") ssr=WHOLE view=|| terms::NewTermsPage().into_any()/>
            <Route path=path!("/admin/roles/terms/:id") ssr=WHOLE view=|| terms::TermsPage().into_any()/>
            <Route path=path!("/admin/roles/template") ssr=WHOLE view=|| role_settings::RoleTemplatePage().into_any()/>
            <Route path=path!("/admin/roles/discovery") ssr=WHOLE view=|| discovery::DiscoveryPage().into_any()/>
            <Route path=path!("/admin/roles/discovery/change") ssr=WHOLE view=|| discovery_change::DiscoveryChangePage().into_any()/>
            <Route path=path!("/admin/roles/:id/assignments") ssr=WHOLE view=|| role_assignments::RoleAssignmentsPage().into_any()/>
            <Route path=path!("/admin/roles/:id/assignments/new") ssr=WHOLE view=|| role_assign::AssignRolePage().into_any()/>
            <Route path=path!("/admin/roles/:id/settings") ssr=WHOLE view=|| role_settings::RoleSettingsPage().into_any()/>
            <Route path=path!("/admin/alerts") ssr=WHOLE view=|| alerts::AlertsPage().into_any()/>
            <Route path=path!("/admin/alerts/:id") ssr=WHOLE view=|| alert::AlertPage().into_any()/>
            <Route path=path!("/admin/groups/:id/holders") ssr=WHOLE view=|| holders::GroupHoldersPage().into_any()/>
            <Route path=path!("/admin/roles/:id/holders") ssr=WHOLE view=|| holders::RoleHoldersPage().into_any()/>
            <Route path=path!("/admin/roles/:id/audit") ssr=WHOLE view=|| audit::RoleAuditPage().into_any()/>
            <Route path=path!("/admin/catalogs") ssr=WHOLE view=|| catalogs::CatalogsPage().into_any()/>
            <Route path=path!("/admin/catalogs/new") ssr=WHOLE view=|| catalog_form::NewCatalogPage().into_any()/>
            <Route path=path!("/admin/catalogs/:id") ssr=WHOLE view=|| catalog::CatalogPage().into_any()/>
            <Route path=path!("/admin/catalogs/:id/edit") ssr=WHOLE view=|| catalog_form::EditCatalogPage().into_any()/>
            <Route path=path!("/admin/packages") ssr=WHOLE view=|| admin_packages::AdminPackagesPage().into_any()/>
            <Route path=path!("/admin/packages/new") ssr=WHOLE view=|| package_draft::NewPackagePage().into_any()/>
            <Route path=path!("/admin/packages/new/:draft/:step") ssr=WHOLE view=|| package_draft::PackageDraftPage().into_any()/>
            <Route path=path!("/admin/packages/:id") ssr=WHOLE view=|| admin_package::AdminPackagePage().into_any()/>
            <Route path=path!("/admin/packages/:id/edit") ssr=WHOLE view=|| package_form::EditPackagePage().into_any()/>
            <Route path=path!("/admin/packages/:id/assignments/new") ssr=WHOLE view=|| assignment_form::NewAssignmentPage().into_any()/>
            <Route path=path!("/admin/packages/:id/policies/new") ssr=WHOLE view=|| policy_form::NewPolicyPage().into_any()/>
            <Route path=path!("/admin/packages/:id/policies/:policy") ssr=WHOLE view=|| policy_form::PolicyPage().into_any()/>
            <Route path=path!("/admin/reviews") ssr=WHOLE view=|| admin_reviews::AdminReviewsPage().into_any()/>
            <Route path=path!("/admin/reviews/new") ssr=WHOLE view=|| review_form::NewReviewPage().into_any()/>
            <Route path=path!("/admin/reviews/history") ssr=WHOLE view=|| review_history::ReviewHistoryPage().into_any()/>
            <Route path=path!("/admin/reviews/campaigns/:id") ssr=WHOLE view=|| review_campaign::ReviewCampaignPage().into_any()/>
            <Route path=path!("/admin/reviews/:id") ssr=WHOLE view=|| admin_review::AdminReviewPage().into_any()/>
            <Route path=path!("/admin/requests") ssr=WHOLE view=|| all_requests::AllRequestsPage().into_any()/>
            <Route path=path!("/admin/requests/:id") ssr=WHOLE view=|| any_request::AnyRequestPage().into_any()/>
            <Route path=path!("/admin/settings") ssr=WHOLE view=|| settings::SettingsPage().into_any()/>
            <Route path=path!("/admin/settings/tokens") ssr=WHOLE view=|| access_tokens::AccessTokensPage().into_any()/>
            <Route path=path!("/admin/settings/tokens/new") ssr=WHOLE view=|| access_tokens::NewAccessTokenPage().into_any()/>
            <Route path=path!("/admin/settings/sign-in/new") ssr=WHOLE view=|| settings::NewProviderPage().into_any()/>
            <Route path=path!("/admin/settings/sign-in/:id") ssr=WHOLE view=|| settings::ProviderPage().into_any()/>
            <Route path=path!("/admin/settings/sign-in/:id/test") ssr=WHOLE view=|| settings::ProviderTestPage().into_any()/>
            <Route path=path!("/admin/settings/targets/new") ssr=WHOLE view=|| targets::NewTargetPage().into_any()/>
            <Route path=path!("/admin/settings/targets/new-ldap") ssr=WHOLE view=|| targets::NewLdapTargetPage().into_any()/>
            <Route path=path!("/admin/settings/targets/:id") ssr=WHOLE view=|| targets::TargetPage().into_any()/>
            <Route path=path!("/admin/settings/targets/:id/test") ssr=WHOLE view=|| targets::TargetTestPage().into_any()/>
            <Route path=path!("/admin/settings/targets/:id/trial") ssr=WHOLE view=|| targets::TargetTrialPage().into_any()/>
            <Route path=path!("/admin/settings/imports/new") ssr=WHOLE view=|| imports::NewImportPage().into_any()/>
            <Route path=path!("/admin/settings/imports/:id") ssr=WHOLE view=|| imports::ImportPage().into_any()/>
            <Route path=path!("/admin/settings/imports/:id/test") ssr=WHOLE view=|| import_preview::ImportTestPage().into_any()/>
            <Route path=path!("/admin/settings/imports/:id/preview") ssr=WHOLE view=|| import_preview::ImportPreviewPage().into_any()/>
            <Route path=path!("/admin/settings/mail") ssr=WHOLE view=|| mail_settings::MailSettingsPage().into_any()/>
            <Route path=path!("/admin/settings/mail/test") ssr=WHOLE view=|| mail_settings::MailTestPage().into_any()/>
            <Route path=path!("/admin/settings/webhooks/new") ssr=WHOLE view=|| webhooks::NewWebhookPage().into_any()/>
            <Route path=path!("/admin/settings/webhooks/:id") ssr=WHOLE view=|| webhooks::WebhookPage().into_any()/>
            <Route path=path!("/admin/settings/webhooks/:id/secret") ssr=WHOLE view=|| webhooks::WebhookSecretPage().into_any()/>
            <Route path=path!("/admin/settings/webhooks/:id/test") ssr=WHOLE view=|| webhooks::WebhookTestPage().into_any()/>
            <Route path=path!("/admin/audit") ssr=WHOLE view=|| audit::AuditPage().into_any()/>
        </FlatRoutes>
    }
    .into_any()
}

/// Pages that are plain forms and need no script, so no script carries them: for whoever is not signed in, and for secrets.
#[derive(Clone, Copy)]
enum Plain {
    SignIn,
    Setup,
    Security,
    Prove,
    Authenticator,
    Codes,
    Connect,
    Token,
}

#[cfg(feature = "ssr")]
fn plain(page: Plain) -> AnyView {
    match page {
        Plain::SignIn => pages::signin::SignInPage().into_any(),
        Plain::Setup => pages::setup::SetupPage().into_any(),
        Plain::Security => pages::security::SecurityPage().into_any(),
        Plain::Prove => pages::security::prove::ProvePage().into_any(),
        Plain::Authenticator => pages::security::authenticator::AuthenticatorPage().into_any(),
        Plain::Codes => pages::security::authenticator::CodesPage().into_any(),
        Plain::Connect => pages::security::connect::ConnectPage().into_any(),
        Plain::Token => pages::security::token::TokenPage().into_any(),
    }
}

/// Somebody came here by a link of another page: the page is loaded from the server, where alone it is made.
#[cfg(not(feature = "ssr"))]
fn plain(_: Plain) -> AnyView {
    drop(window().location().reload());
    view! { <parts::skeleton::Skeleton/> }.into_any()
}

/// What is shown where this area has no page: another has it, or nobody.
fn no_page(area: Area) -> AnyView {
    #[cfg(feature = "hydrate")]
    {
        let location = leptos_router::hooks::use_location();
        let path = location.pathname.get_untracked();
        if Area::of(&path) != area {
            // In place of the entry that going here made in the history. Without the part after `#`: with it the browser
            // might only scroll.
            let search = location.search.get_untracked();
            let mark = if search.is_empty() { "" } else { "?" };
            drop(window().location().replace(&[&path, mark, search.trim_start_matches('?')].concat()));
            return view! { <parts::skeleton::Skeleton/> }.into_any();
        }
    }
    let _ = area;
    not_found::NotFoundPage().into_any()
}

#[cfg(test)]
mod tests {
    use super::Area;

    #[test]
    fn every_path_is_of_one_area_by_what_it_is_below() {
        for path in
            ["/", "/my-access", "/administrator", "/my-access/admin", "", "/my-access/reviewsome", "/my-access/requests/1"]
        {
            assert_eq!(Area::of(path), Area::MyAccess, "{path}");
        }
        for path in ["/my-roles", "/my-roles/activate", "/my-access/reviews/1", "/my-team/1/packages", "/my-audit"] {
            assert_eq!(Area::of(path), Area::MyRoles, "{path}");
        }
        for path in ["/admin", "/admin/", "/admin/users/1"] {
            assert_eq!(Area::of(path), Area::Administration, "{path}");
        }
    }
}
