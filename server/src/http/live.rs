//! `GET /live`: tells an open page when something changed for whoever looks at it, as server-sent events.
//!
//! It is no use of the session. Each time before it tells something it looks whether the session is still there.

use super::{Site, cookies, rim};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::{News, Problem};
use futures_util::stream;
use model::query::{self, Question};
use model::view::frame::Live;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// The address. What comes there does not keep a session alive.
pub const PATH: &str = "/live";

/// Pages of one session that hear of changes at the same time: each costs a look after every change.
const OPEN_MAX: u32 = 12;

/// Looks at the same time, of all pages: whoever asks for something must not wait for those who only look.
const LOOKS_AT_ONCE: usize = 2;

/// Proxies give up connections on which nothing is said.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Who listens.
pub struct Listeners {
    open: Mutex<BTreeMap<[u8; 32], u32>>,
    looks: Semaphore,
    /// Cancelled when the server stops: these answers would never end.
    pub stop: CancellationToken,
}

impl Default for Listeners {
    fn default() -> Self {
        Self { open: Mutex::default(), looks: Semaphore::new(LOOKS_AT_ONCE), stop: CancellationToken::new() }
    }
}

/// One more page of this session, until it is dropped.
struct Place {
    site: Site,
    session: [u8; 32],
}

impl Place {
    fn take(site: &Site, session: [u8; 32]) -> Option<Self> {
        let mut open = site.listeners.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(session).or_default();
        (*count < OPEN_MAX).then(|| {
            *count += 1;
            Self { site: site.clone(), session }
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.site.listeners.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.session);
            }
        }
    }
}

/// A page that listens.
struct Listening {
    place: Place,
    token: String,
    news: News,
    told: Option<Live>,
}

pub async fn live(State(site): State<Site>, request: Request) -> Response {
    let who = request.extensions().get::<super::session::Visitor>().and_then(|visitor| visitor.0.clone());
    let token = cookies::read(request.headers(), cookies::session_name(&site));
    let (Some(who), Some(token)) = (who, token) else { return StatusCode::UNAUTHORIZED.into_response() };
    let Some(place) = Place::take(&site, who.session) else {
        return (StatusCode::TOO_MANY_REQUESTS, "Too many pages of this session are open at the same time.\n").into_response();
    };
    let news = site.engine.news();
    let events = stream::unfold(Listening { place, token, news, told: None }, Listening::next);
    let answer = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    (Extension(rim::Quiet), [("cache-control", "no-store"), ("x-accel-buffering", "no")], answer).into_response()
}

impl Listening {
    /// Waits for something to tell; nothing once the session or the server ends.
    async fn next(mut self) -> Option<(Result<Event, axum::Error>, Self)> {
        loop {
            let waits = async {
                if self.told.is_some() {
                    self.news.next().await?;
                }
                look(&self.place.site, &self.token).await
            };
            let live = tokio::select! {
                () = self.place.site.listeners.stop.cancelled() => return None,
                live = waits => live,
            };
            let live = live.unwrap_or_else(|problem| {
                // The page tries again.
                tracing::warn!("an open page is told no more: {problem}");
                None
            })?;
            if self.told != Some(live) {
                self.told = Some(live);
                return Some((Event::default().json_data(live), self));
            }
        }
    }
}

/// What there is to tell; nothing when the session is over.
async fn look(site: &Site, token: &str) -> Result<Option<Live>, Problem> {
    let _turn = site.listeners.looks.acquire().await;
    let Some(who) = site.engine.session_unused(token).await? else { return Ok(None) };
    let answer = site.engine.ask(&who, query::Live {}.into()).await?;
    let mismatched = || engine::Fault::new("telling an open page what changed", "mismatched answer");
    query::Live::view(answer).map(Some).ok_or_else(|| mismatched().into())
}
