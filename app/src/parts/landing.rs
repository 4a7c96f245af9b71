//! What every page stands on: the frame, what the page before left to say, the clock, and the news that
//! something changed.
//!
//! The frame is read once with the first page and again after every change. Values that arrived with it are
//! kept where parts can read them without waiting ([`Known`]): by then [`super::loaded`] has waited, or a server
//! has read the frame before it began the page.

use crate::calls::Call;
use crate::calls::asking::{Gathered, Shown, shown, views};
use crate::calls::frame::frame;
use crate::flash::Flash;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::server::codee::{Decoder, Encoder};
use leptos_router::hooks::use_location;
use model::query::Asked;
use model::view::Persona;
use model::view::frame::Frame;
use model::{Refused, Ts};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::{Future, IntoFuture};
use std::sync::Arc;

/// What a page shows, on its way to the browser and there.
pub struct PageResource<V: 'static> {
    shown: Resource<Call<Vec<Shown>>, Json>,
    open: fn(Vec<Shown>) -> Call<V>,
}

impl<V> Clone for PageResource<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for PageResource<V> {}

impl<V> PageResource<V> {
    /// Waits for what is shown. It is taken hold of at once: by the time somebody waits for it, the part of the page that it
    /// was made for may have been made anew.
    pub fn wait(self) -> impl Future<Output = Call<Vec<Shown>>> + Send {
        self.shown.into_future()
    }

    /// Takes the views out of it.
    pub fn open(self, shown: Call<Vec<Shown>>) -> Call<V> {
        shown.and_then(self.open)
    }
}

/// Values in the page as JSON, read as the answers of server functions are: the browser then has one reader for
/// each view, not two.
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;
    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;
    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// The answer of [`read_frame`]; nothing on pages without a frame.
pub type FrameAnswer = Option<Call<(Frame, Option<Flash>)>>;

#[derive(Clone, Copy)]
pub struct Landing {
    pub frame: Resource<FrameAnswer, Json>,
    /// What the status region says, first from the page before, then from this one.
    said: RwSignal<Said>,
    /// The server's time as the browser knows it, every second. Not set before the page is hydrated.
    ticks: RwSignal<Option<Ts>>,
    /// How many requests wait for a decision, as the server says whenever it changes. Not set before the page is hydrated.
    waiting: RwSignal<Option<u32>>,
    known: StoredValue<Known>,
    frame_changes: RwSignal<u32>,
    page_changes: RwSignal<u32>,
    #[cfg(feature = "hydrate")]
    again: super::live::Again,
}

/// What stands in the status region.
#[derive(Clone, Default, PartialEq)]
enum Said {
    /// What the page before left, if anything.
    #[default]
    Left,
    Now(String),
    Nothing,
}

#[derive(Default)]
struct Known {
    now: Option<Ts>,
    me: Option<Persona>,
    flash: Option<Flash>,
    /// The page that the flash was for was left.
    flash_is_old: bool,
    /// What this page leaves for itself, when it is read again after a form that was not wholly done.
    own: Option<Flash>,
}

impl Known {
    /// On a server the frame was read before. Its parts are made side by side there, and what one of them wrote the
    /// others could not read at that moment: a value that is being written or read is not to be had, and nobody says so.
    #[cfg(feature = "ssr")]
    fn at_first() -> Self {
        let mut known = Self::default();
        if let Some(prepared) = use_context::<crate::calls::asking::Prepared>() {
            known.keep(&prepared.frame());
        }
        known
    }

    /// A browser has read nothing yet.
    #[cfg(not(feature = "ssr"))]
    fn at_first() -> Self {
        Self::default()
    }

    fn keep(&mut self, answer: &FrameAnswer) {
        if let Some(Ok((frame, flash))) = answer {
            self.now = Some(frame.now);
            self.me = Some(frame.me.clone());
            self.flash.clone_from(flash);
        }
    }
}

pub fn use_landing() -> Landing {
    expect_context()
}

/// Pages that stand outside the frame: nobody is signed in there, or somebody proves who they are. What a page left for the
/// next one is not for them, and waits.
pub fn is_outside(path: &str) -> bool {
    path == "/signin" || path == "/setup" || path.starts_with("/my-security/")
}

/// Pages that the server alone makes, and that no script carries: they are plain forms.
pub fn is_plain(path: &str) -> bool {
    is_outside(path) || path == "/my-security"
}

/// Makes the landing and puts it into the context. To be called once, inside the router.
pub fn provide_landing() -> Landing {
    let path = use_location().pathname;
    let outside = Memo::new(move |_| path.with(|path| is_outside(path)));
    let frame_changes = RwSignal::new(0);
    let landing = Landing {
        frame: Resource::new_with_options(
            move || (outside.get(), frame_changes.get()),
            |(outside, _)| async move { if outside { None } else { frame().await } },
            false,
        ),
        said: RwSignal::default(),
        ticks: RwSignal::new(None),
        waiting: RwSignal::new(None),
        known: StoredValue::new(Known::at_first()),
        frame_changes,
        page_changes: RwSignal::new(0),
        #[cfg(feature = "hydrate")]
        again: super::live::Again::default(),
    };
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            landing.known.update_value(|known| {
                known.flash_is_old = true;
                known.own = None;
            });
        }
        path
    });
    provide_context(landing);
    landing
}

impl Landing {
    /// Waits for the frame without being made again when it changes: a form must not lose its state for a count.
    pub fn frame_once(self) -> impl Future<Output = FrameAnswer> + Send {
        ScopedFuture::new_untracked(async move { self.frame.await })
    }

    /// Keeps what arrived with the frame. Said again after every read, of which a server has one, before the page is begun.
    pub fn settle(&self, answer: &FrameAnswer) {
        if !cfg!(feature = "ssr") {
            // A rendering that was given up has nothing left to keep it in.
            let _ = self.known.try_update_value(|known| known.keep(answer));
        }
    }

    /// The server's time: of the frame at first, running once the page is hydrated.
    pub fn now(&self) -> Option<Ts> {
        self.ticks.try_get().flatten().or_else(|| self.known.try_with_value(|known| known.now).flatten())
    }

    /// Who is signed in; nothing where there is no frame.
    pub fn me(&self) -> Option<Persona> {
        self.known.try_with_value(|known| known.me.clone()).flatten()
    }

    /// What the page before left for this one.
    pub fn flash(&self) -> Option<Flash> {
        let flash = |known: &Known| known.own.clone().or_else(|| known.flash.clone().filter(|_| !known.flash_is_old));
        self.known.try_with_value(flash).flatten()
    }

    /// What the page before left for the form named `form`, if `about` finds that it is for this one of several.
    pub fn flash_for(&self, form: &str, about: impl FnOnce(&Flash) -> bool) -> Option<Flash> {
        let flash = self.flash().filter(|flash| flash.form == form && about(flash))?;
        #[cfg(feature = "ssr")]
        if let Some(prepared) = use_context::<crate::calls::asking::Prepared>() {
            prepared.claim();
        }
        Some(flash)
    }

    /// What was refused of a form that is on the page no more.
    pub fn refused_alone(&self) -> Option<Refused> {
        self.flash().filter(|flash| flash.alone)?.refused
    }

    /// Keeps what a form leaves for the same page when that is read again; nothing once it is sent anew.
    pub fn leave(&self, own: Option<Flash>) {
        self.known.update_value(|known| {
            known.own = own;
            known.flash_is_old = true;
        });
    }

    /// What the status region says. `left` is what the page before left.
    pub fn said(&self, left: Option<String>) -> Option<String> {
        match self.said.get() {
            Said::Left => left,
            Said::Now(message) => Some(message),
            Said::Nothing => None,
        }
    }

    /// Says in the status region what was done, until it has been there long enough to be read twice.
    pub fn say(&self, message: String) {
        self.said.set(Said::Now(message.clone()));
        let said = self.said;
        set_timeout(
            move || {
                // Something else may be said by then.
                if said.try_with_untracked(|now| *now == Said::Now(message)).unwrap_or(false) {
                    said.set(Said::Nothing);
                }
            },
            std::time::Duration::from_secs(12),
        );
    }

    /// Takes back what the status region says, because it is no longer news.
    pub fn hush(&self) {
        self.said.set(Said::Nothing);
    }

    /// Something was changed: the frame is read again, and the page when it stays.
    pub fn changed(&self, page_stays: bool) {
        self.frame_changes.update(|n| *n += 1);
        if page_stays {
            self.page_changes.update(|n| *n += 1);
        }
    }

    /// How many requests wait for this visitor's decision, as far as this page has heard; `first` is what it began with.
    pub fn waiting(&self, first: u32) -> u32 {
        self.heard_waiting().unwrap_or(first)
    }

    /// The same; nothing when this page has heard nothing yet.
    pub fn heard_waiting(&self) -> Option<u32> {
        self.waiting.try_get().flatten()
    }

    /// Reads frame and page again.
    pub fn again(&self) {
        self.changed(true);
    }

    /// Lets the clock run from the frame's time on. The browser's own clock may be wrong.
    #[cfg(feature = "hydrate")]
    pub fn start_clock(self) {
        let offset = StoredValue::new(None::<i64>);
        Effect::new(move |_| {
            if let Some(Some(Ok((frame, _)))) = self.frame.get() {
                offset.set_value(Some(frame.now.0 - browser_now()));
                // What is heard is newer than what arrives with a frame.
                if !self.again.hears() || self.waiting.get_untracked().is_none() {
                    self.waiting.set(Some(frame.approvals));
                }
            }
        });
        let tick = move || {
            if let Some(offset) = offset.get_value() {
                self.ticks.set(Some(Ts(browser_now() + offset)));
            }
        };
        Effect::new(move |_| {
            tick();
            gloo_timers::callback::Interval::new(1000, tick).forget();
        });
    }
}

#[cfg(feature = "hydrate")]
impl Landing {
    /// Whether somebody is signed in on this page.
    pub fn is_somebodys(&self) -> bool {
        self.waiting.try_get_untracked().flatten().is_some()
    }

    /// The server says how many requests wait now.
    pub fn waits(&self, count: u32) {
        self.again.set_hears(true);
        let _ = self.waiting.try_set(Some(count));
    }

    /// The server says nothing any more.
    pub fn is_deaf(&self) {
        self.again.set_hears(false);
    }

    /// Reads what this page shows by itself, and shows what is different if nobody is in the middle of something by then, as
    /// `in_use` says. The answer is whether that was done, or there was nothing to do.
    pub async fn look_again(self, in_use: fn() -> bool) -> bool {
        let number = self.page_changes.get_untracked();
        let Some((read, differs)) = self.again.read().await else { return true };
        if in_use() || self.page_changes.get_untracked() != number {
            return false;
        }
        if differs {
            self.again.keep(number + 1, read);
            self.page_changes.set(number + 1);
        }
        true
    }
}

/// Where what was done is kept for the document that is loaded next.
#[cfg(feature = "hydrate")]
const SAID: &str = "said";

/// Keeps what was done for a page of another area, which is loaded anew.
#[cfg(feature = "hydrate")]
pub fn leave_for_another_area(message: &str) {
    // Where the browser keeps nothing the page says nothing, and shows what was done.
    if let Ok(Some(storage)) = window().session_storage() {
        drop(storage.set_item(SAID, message));
    }
}

impl Landing {
    /// Says what was done on the page of another area that led here.
    #[cfg(feature = "hydrate")]
    pub fn say_what_was_left(self) {
        Effect::new(move |_| {
            if let Ok(Some(storage)) = window().session_storage()
                && let Ok(Some(message)) = storage.get_item(SAID)
            {
                drop(storage.remove_item(SAID));
                self.say(message);
            }
        });
    }
}

/// The browser's clock, in milliseconds.
#[cfg(feature = "hydrate")]
fn browser_now() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of this era fit")]
    let now = js_sys::Date::now() as i64;
    now
}

/// What a page shows: asked again when what `ask` reads changes, and after every change made on the page.
pub fn page_resource<A: Asked>(ask: impl Fn() -> Call<A> + Send + Sync + 'static) -> PageResource<A::Views> {
    PageResource { shown: resource(Box::new(move || ask().map(Gathered::of))), open: views::<A> }
}

/// The same for all pages, so that it exists once.
fn resource(ask: Box<dyn Fn() -> Call<Gathered> + Send + Sync>) -> Resource<Call<Vec<Shown>>, Json> {
    let landing = use_landing();
    let ask: Arc<dyn Fn() -> Call<Gathered> + Send + Sync> = ask.into();
    let asks = Arc::clone(&ask);
    let resource = Resource::new_with_options(
        move || (asks(), landing.page_changes.get()),
        move |(what, number)| async move {
            let _ = number;
            match what {
                Ok(what) if what.is_empty() => Ok(Vec::new()),
                Ok(what) => {
                    #[cfg(feature = "hydrate")]
                    if let Some(read) = landing.again.take(number, &what) {
                        return Ok(read);
                    }
                    shown(what).await
                }
                Err(error) => Err(error),
            }
        },
        false,
    );
    #[cfg(feature = "hydrate")]
    landing.again.part(ask, resource);
    resource
}

#[cfg(all(test, feature = "ssr"))]
mod tests;
