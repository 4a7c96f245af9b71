//! Fields: label, hint, control, error, in this order.
//!
//! A field shows what was typed when its form was refused without script, and otherwise its `value`.

use super::form::{FormState, use_form};
use super::icon::Icon;
use leptos::prelude::*;

/// The ids around one control.
#[derive(Clone)]
pub struct Ids {
    pub control: String,
    pub hint: Option<String>,
    pub error: String,
}

impl Ids {
    pub fn new(form: FormState, name: &str, hint: &str) -> Self {
        let control = form.field_id(name);
        Self { hint: (!hint.is_empty()).then(|| [&control, "-hint"].concat()), error: [&control, "-error"].concat(), control }
    }

    /// For `aria-describedby`.
    pub fn described_by(&self, invalid: Signal<bool>) -> Signal<Option<String>> {
        let (hint, error) = (self.hint.clone(), self.error.clone());
        Signal::derive(move || match (&hint, invalid.get()) {
            (Some(hint), true) => Some([hint, " ", &error].concat()),
            (None, true) => Some(error.clone()),
            (hint, false) => hint.clone(),
        })
    }
}

/// Whether the value of `name` was refused. A signal, so that all fields share one kind of effect.
pub fn is_refused(form: FormState, name: &str) -> Signal<bool> {
    let name = name.to_owned();
    Signal::derive(move || form.error(&name).is_some())
}

/// For `aria-invalid`.
pub fn aria_invalid(refused: Signal<bool>) -> Signal<Option<&'static str>> {
    Signal::derive(move || refused.get().then_some("true"))
}

#[component]
pub fn Hint(ids: Ids, text: String) -> impl IntoView {
    (!text.is_empty()).then(|| view! { <p class="hint" id=ids.hint>{text}</p> })
}

#[component]
pub fn FieldError(ids: Ids, form: FormState, name: String) -> impl IntoView {
    move || {
        let id = ids.error.clone();
        form.error(&name).map(|error| view! { <p class="error" id=id><Icon name="alert"/>{error}</p> })
    }
}

#[component]
pub fn Optional(optional: bool) -> impl IntoView {
    optional.then(|| view! { " "<span class="opt">"(optional)"</span> })
}

/// A hidden field.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: String) -> impl IntoView {
    view! { <input type="hidden" name=name value=value/> }
}

/// What the page showed when the form was opened. It stays when the form comes back as it was typed: what has changed since
/// must not look as if it had been seen.
#[component]
pub fn Seen(name: &'static str, #[prop(into)] value: String) -> impl IntoView {
    let value = use_form().typed(name).unwrap_or(value);
    view! { <input type="hidden" name=name value=value/> }
}

/// One line. Passwords are never refilled.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] value: String,
    /// `text`, `password`, `email`, `search`, …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] optional: bool,
    /// One of many that may all stay empty: neither needed nor marked as optional.
    #[prop(optional)]
    extra: bool,
    #[prop(optional)] readonly: bool,
    /// The label is heard and not seen: in a table, where the column says it.
    #[prop(optional)]
    bare: bool,
    /// Of a number: by how much it goes up and down.
    #[prop(optional)]
    step: &'static str,
    /// What belongs to the label and may change.
    #[prop(default = None, into)]
    of: Option<AnyView>,
) -> impl IntoView {
    let form = use_form();
    let ids = Ids::new(form, &name, &hint);
    let value = if kind == "password" { String::new() } else { form.typed(&name).unwrap_or(value) };
    let refused = is_refused(form, &name);
    view! {
        <div class="field">
            <label for=ids.control.clone() class:sr=bare>{label}{of}<Optional optional/></label>
            <Hint ids=ids.clone() text=hint/>
            <input
                class="input"
                id=ids.control.clone()
                name=name.clone()
                type=kind
                value=value
                autocomplete=autocomplete
                required=!(optional || extra)
                readonly=readonly
                step=(!step.is_empty()).then_some(step)
                aria-invalid=aria_invalid(refused)
                aria-describedby=ids.described_by(refused)
            />
            <FieldError ids form name/>
        </div>
    }
    .into_any()
}

/// The ticket that explains an assignment or activation.
#[component]
pub fn TicketFields() -> impl IntoView {
    view! {
        <div class="row-of-fields">
            <TextField name="ticket_system" label="Ticket system"/>
            <TextField name="ticket_number" label="Ticket number"/>
        </div>
    }
    .into_any()
}

/// Several lines.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] value: String,
    #[prop(default = 3)] rows: u32,
    #[prop(optional)] optional: bool,
    /// One of several of which not all may stay empty: not needed itself, and not marked as optional.
    #[prop(optional)]
    extra: bool,
) -> impl IntoView {
    let form = use_form();
    let ids = Ids::new(form, &name, &hint);
    let value = form.typed(&name).unwrap_or(value);
    let refused = is_refused(form, &name);
    view! {
        <div class="field">
            <label for=ids.control.clone()>{label}<Optional optional/></label>
            <Hint ids=ids.clone() text=hint/>
            // A text child would be a blank when there is none, so the value is set as escaped HTML.
            <textarea
                class="input"
                id=ids.control.clone()
                name=name.clone()
                rows=rows.to_string()
                required=!(optional || extra)
                aria-invalid=aria_invalid(refused)
                aria-describedby=ids.described_by(refused)
                inner_html=escaped(&value)
            ></textarea>
            <FieldError ids form name/>
        </div>
    }
    .into_any()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One of a list, as `(value, words)`.
#[component]
pub fn Pick(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] value: String,
    options: Vec<(String, String)>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let form = use_form();
    let ids = Ids::new(form, &name, &hint);
    let chosen = form.typed(&name).unwrap_or(value);
    let refused = is_refused(form, &name);
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=ids.control.clone()>{label}<Optional optional/></label>
            <Hint ids=ids.clone() text=hint/>
            <select
                class="input"
                id=ids.control.clone()
                name=name.clone()
                aria-invalid=aria_invalid(refused)
                aria-describedby=ids.described_by(refused)
            >
                {options}
            </select>
            <FieldError ids form name/>
        </div>
    }
    .into_any()
}
