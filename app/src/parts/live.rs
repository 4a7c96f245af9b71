//! An open page hears from the server when something changed for whoever looks at it. What waits is counted at once; a page that
//! shows one's own things looks what is different, unless somebody is in the middle of it.

use super::landing::{Json, Landing};
use crate::calls::Call;
use crate::calls::asking::{Gathered, Shown, shown_by_itself};
use leptos::prelude::*;
use model::view::frame::Live;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, HtmlInputElement, HtmlTextAreaElement, MessageEvent};

/// The server's address for it.
const ADDRESS: &str = "/live";

/// So often it is looked whether to listen, and whether a page that has to be read again may be.
const EVERY_MS: u32 = 500;

/// After this many looks a line that the server closed is tried again, and after twice as many the next time, up to a quarter of
/// an hour.
const CLOSED_LOOKS: u32 = 40;
const CLOSED_LOOKS_MOST: u32 = 1_800;

/// Pages that are read again by themselves. The others have forms in them, or are lists that somebody works through.
const READ_AGAIN: &[&str] = &["/my-access", "/my-access/requests", "/my-roles", "/my-roles/requests"];

/// A part of the page that waits for an answer.
#[derive(Clone)]
struct Part {
    number: u32,
    ask: Ask,
    shown: Resource<Call<Vec<Shown>>, Json>,
}

/// What a part asks as the page stands.
type Ask = Arc<dyn Fn() -> Call<Gathered> + Send + Sync>;

/// What parts asked, with the answers.
type Read = Vec<(Gathered, Vec<Shown>)>;

/// The parts of the page, and what was read for them by itself. They are shown it as after a change, and find it here instead of
/// asking for it: nothing can happen on the page between the moment at which nobody uses it and the one at which it is new.
#[derive(Clone, Copy)]
pub struct Again {
    parts: StoredValue<Vec<Part>>,
    made: StoredValue<u32>,
    /// With the number of the change of the page as which it is shown.
    read: StoredValue<(u32, Read)>,
    hears: StoredValue<bool>,
}

impl Default for Again {
    fn default() -> Self {
        let (parts, read) = (StoredValue::new(Vec::new()), StoredValue::new((0, Vec::new())));
        Self { parts, made: StoredValue::new(0), read, hears: StoredValue::new(false) }
    }
}

impl Again {
    /// The page has this part, until its owner is gone.
    pub fn part(self, ask: Ask, shown: Resource<Call<Vec<Shown>>, Json>) {
        let number = self.made.get_value();
        self.made.set_value(number + 1);
        self.parts.update_value(|parts| parts.push(Part { number, ask, shown }));
        Owner::on_cleanup(move || {
            let _ = self.parts.try_update_value(|parts| parts.retain(|part| part.number != number));
        });
    }

    /// Reads all parts that are still there, and says whether one shows something else. Nothing when one cannot be read: the page
    /// stays as it is, and whoever uses it is told why.
    pub async fn read(self) -> Option<(Read, bool)> {
        let (mut read, mut differs) = (Vec::new(), false);
        for part in self.parts.get_value() {
            let is_there = || self.parts.with_value(|parts| parts.iter().any(|one| one.number == part.number));
            if !is_there() {
                continue;
            }
            let what = untrack(|| (part.ask)()).ok()?;
            if what.is_empty() {
                continue;
            }
            let new = shown_by_itself(what.clone()).await.ok()?;
            if is_there() {
                // As it stands, and not as a part of a page reads it, which would wait for it.
                let same = (*part.shown).with_untracked(|old| matches!(old, Some(Ok(old)) if *old == new));
                differs = differs || !same;
                read.push((what, new));
            }
        }
        Some((read, differs))
    }

    pub fn keep(self, number: u32, read: Read) {
        self.read.set_value((number, read));
    }

    /// What was read for a part that is shown as of this change.
    pub fn take(self, number: u32, what: &Gathered) -> Option<Vec<Shown>> {
        let take = |(of, read): &mut (u32, Read)| {
            let at = read.iter().position(|(asked, _)| *of == number && asked == what)?;
            Some(read.swap_remove(at).1)
        };
        self.read.try_update_value(take).flatten()
    }

    /// Whether the server says what changes.
    pub fn hears(self) -> bool {
        self.hears.get_value()
    }

    pub fn set_hears(self, hears: bool) {
        self.hears.set_value(hears);
    }
}

#[derive(Clone, Copy)]
struct Ear {
    landing: Landing,
    line: StoredValue<Option<EventSource>, LocalStorage>,
    /// The page may show what is no longer so.
    stale: StoredValue<bool>,
    reading: StoredValue<bool>,
    /// Looks since the server closed the line, and after how many it is tried again.
    closed: StoredValue<(u32, u32)>,
}

/// Listens as long as the page is seen: a hidden one hears everything when it is seen again.
pub fn listen(landing: Landing) {
    let ear = Ear {
        landing,
        line: StoredValue::new_local(None),
        stale: StoredValue::new(false),
        reading: StoredValue::new(false),
        closed: StoredValue::new((0, CLOSED_LOOKS)),
    };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let live = message.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
        if let Some(live) = live {
            ear.hear(live);
        }
    });
    let heard: js_sys::Function = heard.into_js_value().unchecked_into();
    let look = move || {
        ear.keep_line(&heard);
        ear.read_again();
    };
    Effect::new(move |_| gloo_timers::callback::Interval::new(EVERY_MS, look.clone()).forget());
}

impl Ear {
    fn keep_line(self, heard: &js_sys::Function) {
        let listens = self.landing.is_somebodys() && !document().hidden();
        match self.line.get_value() {
            Some(line) if !listens => {
                line.close();
                self.hang_up();
            }
            Some(line) if line.ready_state() == EventSource::CLOSED => {
                self.landing.is_deaf();
                let (looks, most) = self.closed.get_value();
                if looks < most {
                    self.closed.set_value((looks + 1, most));
                } else {
                    self.closed.set_value((0, CLOSED_LOOKS_MOST.min(most * 2)));
                    self.hang_up();
                }
            }
            Some(line) if line.ready_state() != EventSource::OPEN => self.landing.is_deaf(),
            None if listens => {
                if let Ok(line) = EventSource::new(ADDRESS) {
                    line.set_onmessage(Some(heard));
                    self.line.set_value(Some(line));
                }
            }
            Some(_) | None => {}
        }
    }

    fn hang_up(self) {
        self.line.set_value(None);
        self.landing.is_deaf();
    }

    /// The first that is heard may be later than the page, and so may be what is heard after the line was away.
    fn hear(self, live: Live) {
        self.closed.set_value((0, CLOSED_LOOKS));
        self.landing.waits(live.approvals);
        self.stale.set_value(true);
        self.read_again();
    }

    fn read_again(self) {
        if !self.stale.get_value() || self.reading.get_value() {
            return;
        }
        let path = window().location().pathname().unwrap_or_default();
        if !READ_AGAIN.contains(&path.as_str()) && !path.starts_with("/my-access/requests/") {
            self.stale.set_value(false);
        } else if !in_use() {
            self.stale.set_value(false);
            self.reading.set_value(true);
            leptos::task::spawn_local(async move {
                let done = self.landing.look_again(in_use).await;
                self.reading.set_value(false);
                if !done {
                    self.stale.set_value(true);
                }
            });
        }
    }
}

/// Whether somebody is in the middle of something on this page: a dialog is open, a field is being filled in or was, something is
/// being sent, or was refused and is being read. What was left in a dialog that is closed does not count.
fn in_use() -> bool {
    const NOW: &str =
        "dialog[open], main :is(input, textarea, select):focus, main [aria-busy=\"true\"], main form [role=\"alert\"]";
    const FIELDS: &str = "main :is(input, textarea):not(dialog:not([open]) *)";
    let document = document();
    if document.query_selector(NOW).ok().flatten().is_some() {
        return true;
    }
    let Ok(fields) = document.query_selector_all(FIELDS) else { return false };
    (0..fields.length()).filter_map(|at| fields.get(at)).any(|field| {
        if let Some(field) = field.dyn_ref::<HtmlInputElement>() {
            field.checked() != field.default_checked() || field.value() != field.default_value()
        } else {
            field.dyn_ref::<HtmlTextAreaElement>().is_some_and(|field| Ok(field.value()) != field.default_value())
        }
    })
}
