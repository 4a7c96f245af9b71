//! Everything that a browser reaches. The order of the layers is the order in which a request meets them:
//!
//! 1. `rim`: an id, a line in the log; then the headers of every answer, an end to panics and to endless work
//! 2. the limit of a body, and the forgery check: a form of another site ends here
//! 3. `session`: who is there; strangers end here unless the address is public
//! 4. the routes
//!
//! `/scim/v2` and `/hooks/answers` are beside 2 and 3: other systems come in there with tokens, and cookies are not looked at.

mod access_token;
pub mod address;
mod answering;
pub mod apology;
mod assets;
mod calls;
mod cookies;
pub mod demo;
mod door;
mod export;
mod export_audit;
mod headers;
mod health;
mod hooks;
mod languages;
pub mod live;
mod logout;
pub mod pages;
mod provider;
pub mod rim;
pub mod scim;
mod security;
pub mod session;
mod signin;
mod step_up;

pub use assets::Files;

use crate::config::BaseUrl;
use app::surroundings::{Assets, DemoAccount};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use connect::Folder;
use engine::Engine;
use model::limits::FORM_MAX_BYTES;
use std::ops::Deref;
use std::sync::Arc;
use store::Db;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

/// What every handler may use. Clones share it.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

/// The parts of a [`Site`].
pub struct Parts {
    pub engine: Engine,
    pub db: Db,
    pub assets: Files,
    /// The addresses of the built files, for the shell of every page.
    pub shell: Arc<Assets>,
    pub base_url: BaseUrl,
    pub trusted_proxy: bool,
    /// Whom a visitor may be without a password; empty when this is no demo.
    pub demo: Vec<DemoAccount>,
    /// Where letters are kept when they are not sent.
    pub letters: Option<Folder>,
    pub test_hooks: bool,
    pub listeners: live::Listeners,
}

impl Site {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    fn is_demo(&self) -> bool {
        !self.demo.is_empty()
    }

    fn has_hooks(&self) -> bool {
        self.test_hooks
    }
}

impl Deref for Site {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A route of the server itself: path, method, handler.
pub struct Route {
    pub path: &'static str,
    pub method: Method,
    handler: MethodRouter<Site>,
}

impl Route {
    fn get<H, T>(path: &'static str, handler: H) -> Self
    where
        H: axum::handler::Handler<T, Site>,
        T: 'static,
    {
        Self { path, method: Method::GET, handler: get(handler) }
    }

    fn post<H, T>(path: &'static str, handler: H) -> Self
    where
        H: axum::handler::Handler<T, Site>,
        T: 'static,
    {
        Self { path, method: Method::POST, handler: post(handler) }
    }
}

/// Where other systems come in, beside the session and the forgery check: a path with the methods that it takes.
pub struct Beside {
    pub path: &'static str,
    pub methods: &'static [Method],
    handler: MethodRouter<Site>,
}

/// All of these.
pub fn beside() -> Vec<Beside> {
    let mut all = scim::routes();
    all.push(answering::route());
    all
}

/// All routes that are neither pages nor built files. Routes of the demo and of tests are only there on such a server.
pub fn routes(site: &Site) -> Vec<Route> {
    let mut routes = vec![
        Route::get("/", || async { Redirect::to(address::HOME) }),
        Route::get("/healthz", health::live),
        Route::get("/readyz", health::ready),
        Route::post("/signin", signin::sign_in),
        Route::post("/signout", signin::sign_out),
        Route::post("/setup", signin::set_up),
        Route::post("/theme", signin::theme),
        Route::get(live::PATH, live::live),
        Route::get("/signin/with/{id}", provider::begin),
        Route::get("/signin/callback", provider::finish),
        Route::post("/signin/backchannel/{id}", logout::back_channel),
        Route::get("/signin/frontchannel/{id}", logout::front_channel),
        Route::post("/signin/passkey", security::sign_in_with_passkey),
        Route::post("/signin/passkey/begin", security::begin_passkey_sign_in),
        Route::post("/my-security/authenticator", security::begin_authenticator),
        Route::post("/my-security/authenticator/confirm", security::confirm_authenticator),
        Route::post("/my-security/codes", security::renew_codes),
        Route::post("/my-security/password", security::change_password),
        Route::post("/my-security/passkey", security::add_passkey),
        Route::post("/my-security/passkey/begin", security::begin_passkey),
        Route::post("/my-security/connect", step_up::begin_link),
        Route::post("/my-security/prove", security::prove),
        Route::get("/my-security/prove/with/{id}", step_up::begin_proof),
        Route::post("/my-security/prove/begin", security::begin_passkey_proof),
        Route::post("/my-security/prove/passkey", security::prove_with_passkey),
        Route::post("/admin/settings/tokens", access_token::make),
        Route::post("/api/{*name}", calls::call),
        Route::get("/admin/requests.csv", export::requests),
        Route::get("/admin/audit.csv", export_audit::csv),
        Route::get("/admin/audit.jsonl", export_audit::json_lines),
        Route::get("/admin/packages/{id}/assignments.csv", export::assignments),
        Route::get("/admin/packages/{id}/overlaps.csv", export::overlaps),
        Route::get("/admin/reviews/history.csv", export::history),
        Route::get("/admin/reviews/{series}/{review}/results.csv", export::results),
        Route::get("/admin/reviews/{series}/{review}/evidence.jsonl", export::evidence),
    ];
    if site.is_demo() {
        routes.push(Route::post("/demo/signin", demo::sign_in));
        routes.push(Route::get("/demo/mail/{id}", demo::letter));
    }
    if site.has_hooks() {
        routes.push(Route::post("/test/clock", hooks::clock));
        routes.push(Route::post("/test/settle", hooks::settle));
        routes.push(Route::get("/test/mail", hooks::mail));
    }
    routes
}

/// The whole server, ready to be served.
pub fn router(site: Site) -> Router {
    let own = routes(&site);
    let mut router: Router<Site> = Router::new();
    for listing in pages::listings() {
        let is_own = own.iter().any(|route| route.method == Method::GET && route.path == listing.path());
        if is_own || listing.path().starts_with("/demo/") && !site.is_demo() {
            continue;
        }
        let page = |State(site): State<Site>, request: Request| pages::page(site, request);
        router = router.route(listing.path(), get(page));
    }
    for route in own {
        router = router.route(route.path, route.handler);
    }
    router = router
        .fallback(file_or_nothing)
        .layer(from_fn_with_state(site.clone(), session::known))
        .layer(forgery_check(&site))
        .layer(RequestBodyLimitLayer::new(FORM_MAX_BYTES));
    // Other systems show a token: neither a session nor a form of another site is of any use there.
    for Beside { path, handler, .. } in beside() {
        router = router.route(path, handler);
    }
    router
        .layer(from_fn_with_state(site.clone(), rim::guard))
        .layer(from_fn_with_state(site.clone(), headers::add))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(rim::span).on_request(()).on_response(rim::answered).on_failure(()))
        .layer(SetRequestIdLayer::x_request_id(rim::ShortId))
        .layer(from_fn(rim::forget_foreign_id))
        .with_state(site)
}

/// A built file; otherwise the page that says that there is nothing.
async fn file_or_nothing(State(site): State<Site>, request: Request) -> Response {
    let path = request.uri().path();
    if matches!(*request.method(), Method::GET | Method::HEAD)
        && let Some(file) = site.assets.answer(path, request.headers())
    {
        return (Extension(rim::Quiet), file).into_response();
    }
    if path.starts_with("/pkg/") || !apology::wants_page(request.headers()) {
        return (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response();
    }
    pages::not_found(site, request).await
}

/// Refuses what another site sends with this visitor's cookies. Browsers say where a request comes from.
fn forgery_check(site: &Site) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let with_hooks = site.has_hooks();
    let answer = site.clone();
    let layer = CsrfLayer::new();
    // Behind a proxy that changes the Host header, the origin that browsers name is still this one.
    let layer = layer.clone().add_trusted_origin(site.base_url.as_str()).unwrap_or(layer);
    layer.with_insecure_bypass(move |_, uri| with_hooks && uri.path().starts_with("/test/")).with_rejection_response(
        move |error: ProtectionError| {
            tracing::warn!("a form of another site was refused: {error}");
            apology::page(
                &answer,
                StatusCode::FORBIDDEN,
                "This form came from another site",
                "Vestibule only takes forms of its own pages. Go back to My Access and do it there.",
            )
        },
    )
}
