//! A field for an instant. Browsers ask for it in local time; which zone that is only they know, so they send it along.

use super::field::{FieldError, Hint, Ids, Optional, aria_invalid, is_refused};
use super::form::use_form;
use leptos::prelude::*;
use model::Ts;

/// Sends `name`, as `2026-01-05T08:00`, and `name_zone`: the minutes by which that time is ahead of UTC, or nothing
/// when it is in UTC, as it is without script.
#[component]
pub fn InstantField(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(default = true)] optional: bool,
    /// One of several that narrow something down: neither needed nor marked as optional.
    #[prop(optional)]
    extra: bool,
    /// What it is now, to the minute.
    #[prop(optional_no_strip)]
    value: Option<Ts>,
) -> impl IntoView {
    let form = use_form();
    let ids = Ids::new(form, name, &hint);
    let zone_name = [name, "_zone"].concat();
    let is_new = form.typed(name).is_none();
    let typed = form.typed(name).or(value.map(in_utc)).unwrap_or_default();
    let zone = RwSignal::new(form.typed(&zone_name).unwrap_or_default());
    let local = RwSignal::new(false);
    let fresh = typed.is_empty();
    // What was typed without script was typed as UTC, and stays so until it is changed.
    // Once the field is in the page: where it is made while the page stays, that is later than this part.
    let field = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        let Some(field) = field.get() else { return };
        if let Some(ahead) = value.filter(|_| is_new).and_then(|at| make_local(&field, at)) {
            zone.set(ahead);
        }
        local.set(fresh || zone.with_untracked(|zone| !zone.is_empty()));
    });
    let changed = move |event| {
        zone.set(minutes_ahead(&event_target_value(&event)));
        local.set(true);
    };
    let refused = is_refused(form, name);
    let in_zone = move || if local.get() { "" } else { " (UTC)" };
    view! {
        <div class="field">
            <label for=ids.control.clone()>{label}{in_zone}<Optional optional=optional && !extra/></label>
            <Hint ids=ids.clone() text=hint/>
            <input
                node_ref=field
                class="input"
                id=ids.control.clone()
                name=name
                type="datetime-local"
                value=typed
                required=!optional
                on:input=changed
                aria-invalid=aria_invalid(refused)
                aria-describedby=ids.described_by(refused)
            />
            <input type="hidden" name=zone_name value=move || zone.get()/>
            <FieldError ids form name=name.to_owned()/>
        </div>
    }
    .into_any()
}

/// Reads what the field and its zone have sent; empty means none. What does not read comes back.
pub fn read(text: &str, zone: &str) -> Result<Option<Ts>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let ahead: i64 = zone.trim().parse().unwrap_or(0);
    let seconds = if text.len() == "2026-01-05T08:00".len() { ":00Z" } else { "Z" };
    let instant = Ts::parse(&[text, seconds].concat()).filter(|_| ahead.abs() <= 24 * 60);
    instant.map(|at| Some(at - model::Span::minutes(ahead))).ok_or_else(|| text.to_owned())
}

/// As the field has it.
fn in_utc(at: Ts) -> String {
    at.iso().chars().take("2026-01-05T08:00".len()).collect()
}

/// Writes an instant that stands in the field in UTC in the browser's zone; the minutes by which that is ahead. Nothing when
/// somebody was faster and typed already.
#[cfg(feature = "hydrate")]
fn make_local(field: &web_sys::HtmlInputElement, at: Ts) -> Option<String> {
    if field.value() != in_utc(at) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit")]
    let behind = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64)).get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "zones are within a day")]
    let ahead = -behind as i64;
    let local = in_utc(at + model::Span::minutes(ahead));
    field.set_value(&local);
    field.set_default_value(&local);
    Some(ahead.to_string())
}

#[cfg(not(feature = "hydrate"))]
fn make_local<T>(_field: &T, _at: Ts) -> Option<String> {
    None
}

/// The minutes by which the browser's zone is ahead of UTC at this local time.
#[cfg(feature = "hydrate")]
fn minutes_ahead(local: &str) -> String {
    let behind = js_sys::Date::new(&wasm_bindgen::JsValue::from_str(local)).get_timezone_offset();
    #[expect(clippy::cast_possible_truncation, reason = "zones are within a day")]
    let ahead = -behind as i64;
    if behind.is_finite() { ahead.to_string() } else { String::new() }
}

#[cfg(not(feature = "hydrate"))]
fn minutes_ahead(_local: &str) -> String {
    String::new()
}
