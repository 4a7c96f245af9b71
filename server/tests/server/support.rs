//! A server in a temporary folder, and a visitor with a browser's memory for cookies.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use engine::{Clock, Engine, FirstAdministrator};
use model::Ts;
use model::command::Secret;
use std::collections::BTreeMap;
use tempfile::TempDir;
use tower::ServiceExt;
use vestibule::config::{BaseUrl, Settings, from_text};
use vestibule::http::{Site, router};
use vestibule::{assemble, config, key};

/// When the clocks of tests stand.
pub const NOW: &str = "2026-01-05T08:00:00Z";
/// Long enough for the rules about passwords.
pub const PASSWORD: &str = "a quiet harbour at dawn";

/// A server without a socket.
pub struct Server {
    pub router: Router,
    pub engine: Engine,
    pub site: Site,
    _folder: TempDir,
}

/// A server with these changes to its settings.
pub async fn server(change: impl FnOnce(&mut Settings)) -> Server {
    let folder = TempDir::new().unwrap();
    let mut settings = from_text("").unwrap();
    settings.data = folder.path().to_path_buf();
    change(&mut settings);
    let base_url = settings.base_url.clone().unwrap_or_else(|| BaseUrl::of(settings.listen));
    let db = assemble::database(&settings).await.unwrap();
    let clock = Clock::frozen(Ts::parse(NOW).unwrap());
    let keys = key::keys(&settings, &db).await.unwrap();
    let engine = assemble::engine_with(&settings, db.clone(), Some(&base_url), clock, keys).unwrap();
    if settings.demo {
        engine.make_demo().await.unwrap();
    }
    let site = assemble::site(&settings, db, engine.clone(), base_url).unwrap();
    Server { router: router(site.clone()), engine, site, _folder: folder }
}

/// A server with the usual settings and one administrator, `morgan`.
pub async fn server_with_morgan(change: impl FnOnce(&mut Settings)) -> Server {
    let server = server(change).await;
    let first = FirstAdministrator {
        token: None,
        user_name: "morgan".to_owned(),
        display_name: "Morgan Reed".to_owned(),
        mail: "morgan@example.com".to_owned(),
        password: Secret(PASSWORD.to_owned()),
    };
    server.engine.create_first_administrator(first).await.unwrap();
    server
}

/// The address that people type.
pub fn reached_as(url: &str) -> impl FnOnce(&mut Settings) {
    let url = config::BaseUrl::parse(url).unwrap();
    move |settings| settings.base_url = Some(url)
}

impl Server {
    /// Somebody with a browser.
    pub fn visitor(&self) -> Visitor {
        Visitor { router: self.router.clone(), cookies: BTreeMap::new(), headers: HeaderMap::new() }
    }

    /// A browser in which `morgan` is signed in.
    pub async fn morgan(&self) -> Visitor {
        let mut visitor = self.visitor();
        let answer = visitor.post("/signin", &[("user_name", "morgan"), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        visitor
    }
}

/// A browser: keeps cookies and sends them, says where it comes from as browsers do.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub headers: HeaderMap,
}

/// An answer with its body read.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn goes_to(&self) -> &str {
        self.header("location")
    }
}

impl Visitor {
    pub fn says(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }

    /// A plain form of a page of ours.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::post(path)
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A call of a page with script.
    pub async fn call(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::post(path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn json(&mut self, path: &str, body: &str) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// An answer whose body is not read.
    pub async fn opens(&mut self, path: &str) -> Response<Body> {
        self.sends(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let (parts, body) = self.sends(request).await.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn sends(&mut self, mut request: Request<Body>) -> Response<Body> {
        let headers = request.headers_mut();
        headers.entry(header::HOST).or_insert("127.0.0.1:8080".parse().unwrap());
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert(header::COOKIE, all.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.remember(&response);
        response
    }

    fn remember(&mut self, response: &Response<Body>) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                let value = rest.split(';').next().unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
