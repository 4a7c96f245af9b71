//! An instant: in UTC until the browser knows its own zone, then local, with zone and exact time on hover.

use leptos::prelude::*;
use model::Ts;

#[component]
pub fn When(at: Ts) -> impl IntoView {
    let local = RwSignal::new(None::<(String, String)>);
    Effect::new(move |_| local.set(local_words(at)));
    let words = move || local.with(|local| local.as_ref().map_or_else(|| at.words(), |(words, _)| words.clone()));
    let title = move || local.with(|local| local.as_ref().map_or_else(|| at.exact(), |(_, title)| title.clone()));
    view! { <time datetime=at.iso() title=title>{words}</time> }.into_any()
}

/// `24 Nov 2026, 10:30`, and the same with seconds and the zone's name.
#[cfg(not(feature = "hydrate"))]
fn local_words(_at: Ts) -> Option<(String, String)> {
    None
}

#[cfg(feature = "hydrate")]
fn local_words(at: Ts) -> Option<(String, String)> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    let say = |options: &[(&str, &str)]| {
        let object = js_sys::Object::new();
        for (name, value) in options {
            js_sys::Reflect::set(&object, &(*name).into(), &(*value).into()).ok()?;
        }
        // The page is in English, so its dates are as well; the zone is the browser's.
        String::from(date.to_locale_string("en-GB", &object)).into()
    };
    const DAY: [(&str, &str); 5] =
        [("day", "numeric"), ("month", "short"), ("year", "numeric"), ("hour", "2-digit"), ("minute", "2-digit")];
    let words: Option<String> = say(&DAY);
    let mut exact = DAY.to_vec();
    exact.extend([("second", "2-digit"), ("timeZoneName", "long")]);
    let title: Option<String> = say(&exact);
    Some((words?, [title?, " · ".to_owned(), at.exact()].concat()))
}
