//! Forms in one place. Without script a form is a plain post that the server answers with a redirect; what was
//! refused comes back through the flash. With script the same form is sent in the background: success leads to
//! the next page and is said in the status region, refusal is said above the form, and nothing typed is lost.

use super::landing::{Landing, use_landing};
use super::message::{MessageBar, RefusedBar};
use crate::calls::CallError;
#[cfg(feature = "hydrate")]
use crate::calls::{Call, Reply};
#[cfg(feature = "hydrate")]
use crate::flash::Flash;
use leptos::context::Provider;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use model::Refused;
use model::draft::Typed;

/// The state of the form around a field. Fields look their first value and their error up here.
#[derive(Clone, Copy)]
pub struct FormState {
    id: StoredValue<String>,
    refused: RwSignal<Option<Refused>>,
    failed: RwSignal<Option<CallError>>,
    /// What was typed before the page was made again; nothing when it was not.
    typed: StoredValue<Option<Vec<(String, String)>>>,
    /// What was sent when it was refused last, with script.
    sent: RwSignal<Vec<(String, String)>>,
    /// While it is being sent: the value of the pressed button.
    sending: RwSignal<Option<String>>,
}

impl FormState {
    fn new(id: &str, refused: Option<Refused>, typed: Option<Vec<(String, String)>>) -> Self {
        Self {
            id: StoredValue::new(id.to_owned()),
            refused: RwSignal::new(refused),
            failed: RwSignal::new(None),
            typed: StoredValue::new(typed),
            sent: RwSignal::new(Vec::new()),
            sending: RwSignal::new(None),
        }
    }

    /// The id of the control for `name`, the same on server and browser.
    pub fn field_id(&self, name: &str) -> String {
        let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        self.id.with_value(|id| [id, "-", plain.trim_end_matches('-')].concat())
    }

    /// What was typed into `name`; nothing when the form is new.
    pub fn typed(&self, name: &str) -> Option<String> {
        self.typed_all(name)?.into_iter().next()
    }

    /// All that was sent for `name`; an empty list when the form was sent without it.
    pub fn typed_all(&self, name: &str) -> Option<Vec<String>> {
        self.typed.with_value(|typed| {
            let typed = typed.as_ref()?.iter().filter(|(typed, _)| typed == name);
            Some(typed.map(|(_, value)| value.clone()).collect())
        })
    }

    /// Everything that was typed; nothing when the form is new.
    pub fn typed_fields(&self) -> Option<Vec<(String, String)>> {
        self.typed.get_value()
    }

    /// The code of why it was refused.
    pub fn refusal(&self) -> Option<String> {
        self.refused.with(|refused| refused.as_ref().map(|refused| refused.code.clone()))
    }

    /// What was sent when it was refused last; nothing without script.
    pub fn sent(&self) -> Vec<(String, String)> {
        self.sent.get()
    }

    /// The numbers after `beginning` in the names that were typed, in order: `0, 2` for `stages[s0][…]` and `stages[s2][…]`.
    /// Nothing when the form is new.
    pub fn typed_numbers(&self, beginning: &str) -> Option<Vec<u32>> {
        self.typed.with_value(|typed| {
            let number = |(name, _): &(String, String)| name.strip_prefix(beginning)?.split(']').next()?.parse().ok();
            let mut numbers: Vec<u32> = typed.as_ref()?.iter().filter_map(number).collect();
            numbers.sort_unstable();
            numbers.dedup();
            Some(numbers)
        })
    }

    /// Why the value of `name` was refused.
    pub fn error(&self, name: &str) -> Option<String> {
        self.refused.with(|refused| {
            let refused = refused.as_ref()?;
            refused.field.as_ref().filter(|field| is_field(name, field)).map(|_| model::time::spelled(&refused.sentence))
        })
    }

    /// It is being sent by the button with this value.
    pub fn is_busy(&self, value: &str) -> bool {
        self.sending.with(|sending| sending.as_deref() == Some(value))
    }
}

/// Refusals name a question by its id alone, or with `answers[…]` around it; its control has a `q` before the id.
fn is_field(name: &str, field: &str) -> bool {
    fn inner(text: &str) -> &str {
        let text = text.strip_suffix("[]").unwrap_or(text);
        match text.strip_prefix("answers[").and_then(|text| text.strip_suffix(']')) {
            Some(question) => question.strip_prefix('q').unwrap_or(question),
            None => text,
        }
    }
    inner(name) == inner(field)
}

/// The state of the form around this field. Fields have to be written inside the form's tags: a field that is made
/// in front of them, and only put there, is made outside of the form.
pub fn use_form() -> FormState {
    use_context().unwrap_or_else(|| {
        leptos::logging::debug_warn!("a field was made outside of its form and does not know what was typed");
        FormState::new("page", None, None)
    })
}

/// A form of a server function. `call` is the function's `PATH`; refusals without script are matched by its name.
#[component]
pub fn PostForm(
    call: &'static str,
    #[prop(default = "form")] class: &'static str,
    /// Name and value of a hidden field that tells forms with the same `call` on one page apart.
    #[prop(default = None, into)]
    about: Option<(&'static str, String)>,
    /// A form that was kept as it was typed, with what was wrong about it.
    #[prop(optional_no_strip)]
    kept: Option<Typed>,
    children: Children,
) -> impl IntoView {
    let landing = use_landing();
    let id = form_name(call);
    let element_id = match &about {
        Some((_, value)) => [id, "-", value].concat(),
        None => id.to_owned(),
    };
    let flash = landing.flash_for(id, |flash| {
        about.as_ref().is_none_or(|(name, value)| flash.fields.iter().any(|(n, v)| n == name && v == value))
    });
    let (refused, typed) = match flash {
        Some(flash) => (flash.refused, Some(flash.fields)),
        None => kept.map(|Typed { fields, why }| (Some(why), Some(fields))).unwrap_or_default(),
    };
    let state = FormState::new(&element_id, refused, typed);
    let on_submit = submitter(call, state, landing, element_id.clone());
    let about = about.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form id=element_id class=class action=call method="post" novalidate on:submit=on_submit>
            {about}
            <FormMessage state/>
            <Provider value=state>{children()}</Provider>
        </form>
    }
    .into_any()
}

/// The last part of a server function's path: the name of its form.
pub fn form_name(call: &str) -> &str {
    call.rsplit('/').next().unwrap_or(call)
}

/// A form that the server itself answers, such as signing in: always a plain post.
#[component]
pub fn PlainForm(
    id: &'static str,
    action: &'static str,
    #[prop(default = "form")] class: &'static str,
    #[prop(default = None, into)] refused: Option<Refused>,
    /// What was typed before, never secrets.
    #[prop(optional)]
    typed: Vec<(String, String)>,
    children: Children,
) -> impl IntoView {
    let state = FormState::new(id, refused, (!typed.is_empty()).then_some(typed));
    view! {
        <form id=id class=class action=action method="post" novalidate>
            <FormMessage state/>
            <Provider value=state>{children()}</Provider>
        </form>
    }
    .into_any()
}

/// A form that asks and changes nothing: what is chosen goes into the address.
#[component]
pub fn AskForm(id: &'static str, #[prop(into)] action: String, class: &'static str, children: Children) -> impl IntoView {
    let state = FormState::new(id, None, None);
    view! {
        <form id=id class=class action=action method="get" role="search">
            <Provider value=state>{children()}</Provider>
        </form>
    }
    .into_any()
}

/// Why the form was not done, above its fields.
#[component]
fn FormMessage(state: FormState) -> impl IntoView {
    let first = state.refused.with_untracked(Option::is_some);
    let refused = move || state.refused.get().map(|refused| view! { <RefusedBar refused first/> }.into_any());
    let failed = move || state.failed.get().map(|error| failure(&error));
    view! { {refused}{failed} }
}

fn failure(error: &CallError) -> AnyView {
    let text = match error {
        CallError::SignIn => {
            "Your session has ended, and nothing was sent. What you typed is still here: sign in beside this page, then send it again."
                .to_owned()
        }
        error => error.to_string(),
    };
    let (code, link) = match error {
        CallError::SignIn => (String::new(), Some(("/signin".to_owned(), "Sign in in a new tab".to_owned()))),
        CallError::Broken { reference } => (["reference ", reference].concat(), None),
        CallError::NotFound(refused) | CallError::Refused(refused) => (refused.code.clone(), refused.link.clone()),
        CallError::Unreachable(_) => (String::new(), None),
    };
    let beside = matches!(error, CallError::SignIn);
    view! { <MessageBar tone="bad" role="alert" text code link beside/> }.into_any()
}

/// Sends the form in the background, where there is a background.
#[cfg(not(feature = "hydrate"))]
fn submitter(_call: &'static str, _state: FormState, _landing: Landing, _element_id: String) -> impl Fn(SubmitEvent) + 'static {
    |_event| {}
}

#[cfg(feature = "hydrate")]
fn submitter(call: &'static str, state: FormState, landing: Landing, element_id: String) -> impl Fn(SubmitEvent) + 'static {
    use crate::calls::wire::{Body, post};
    let settle = std::rc::Rc::new(settler(call, state, landing, element_id));
    move |event: SubmitEvent| {
        if web_form::leaves(&event) {
            return;
        }
        event.prevent_default();
        if state.sending.with_untracked(Option::is_some) {
            return;
        }
        match web_form::read(&event) {
            Ok((pressed, body)) => {
                landing.hush();
                landing.leave(None);
                state.refused.set(None);
                state.failed.set(None);
                state.sending.set(Some(pressed));
                let settle = std::rc::Rc::clone(&settle);
                let typed = web_form::fields(&body);
                leptos::task::spawn_local(async move { settle(post(call, Body::Form(body)).await, typed) });
            }
            Err(error) => state.failed.set(Some(CallError::Unreachable(error))),
        }
    }
}

/// What happens in the browser when the answer is there. By then the form may be gone with its page.
#[cfg(feature = "hydrate")]
fn settler(
    call: &'static str,
    state: FormState,
    landing: Landing,
    element_id: String,
) -> impl Fn(Call<Reply>, Vec<(String, String)>) + 'static {
    let navigate = leptos_router::hooks::use_navigate();
    let location = leptos_router::hooks::use_location();
    move |answer, typed| {
        let _ = state.sending.try_set(None);
        match answer {
            Ok(Reply::Done { message, go }) => {
                web_form::put_away(&element_id);
                landing.say(message.clone());
                let path = go.split('?').next().unwrap_or_default();
                let stays = location.pathname.try_with_untracked(|now| now == path).unwrap_or(false);
                landing.changed(stays);
                if !stays {
                    leave(&navigate, location.pathname, &go, &message);
                }
            }
            Ok(Reply::Refused(refused)) => {
                let _ = state.sent.try_set(typed);
                let _ = state.refused.try_set(Some(refused));
                web_form::show_error(&element_id);
            }
            Ok(Reply::Unfinished(unfinished)) => {
                let form = form_name(call).to_owned();
                let flash = Flash { form, fields: typed, unfinished: Some(unfinished), ..Flash::default() };
                landing.leave(Some(flash));
                landing.changed(true);
            }
            Err(error) => {
                let _ = state.failed.try_set(Some(error));
                web_form::show_error(&element_id);
            }
        }
    }
}

/// Goes to where the answer leads. In another area a new document is loaded, which has to be told what was done.
#[cfg(feature = "hydrate")]
fn leave(navigate: &impl Fn(&str, leptos_router::NavigateOptions), here: Memo<String>, go: &str, message: &str) {
    let path = go.split(['?', '#']).next().unwrap_or_default();
    let area = here.try_with_untracked(|path| crate::Area::of(path));
    if area.is_none_or(|area| area == crate::Area::of(path)) {
        return navigate(go, leptos_router::NavigateOptions::default());
    }
    super::landing::leave_for_another_area(message);
    drop(window().location().set_href(go));
}

/// The fields of the form around what was pressed, as they are now.
pub fn fields_around(event: &leptos::ev::MouseEvent) -> Vec<(String, String)> {
    #[cfg(feature = "hydrate")]
    {
        web_form::around(event).unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        Vec::new()
    }
}

/// What only a browser can do with a form.
#[cfg(feature = "hydrate")]
mod web_form {
    use leptos::ev::SubmitEvent;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, FormData, HtmlButtonElement, HtmlDialogElement, HtmlElement, HtmlFormElement, UrlSearchParams};

    /// The value of the pressed button, and everything in the form as it would be posted without script.
    pub fn read(event: &SubmitEvent) -> Result<(String, String), String> {
        let form: HtmlFormElement = event.target().and_then(|form| form.dyn_into().ok()).ok_or("no form")?;
        let data = FormData::new_with_form(&form).map_err(|_| "the form cannot be read")?;
        let button = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
        let (name, pressed) = button.map(|button| (button.name(), button.value())).unwrap_or_default();
        if !name.is_empty() {
            data.append_with_str(&name, &pressed).map_err(|_| "the button cannot be read")?;
        }
        let body = UrlSearchParams::new_with_str_sequence_sequence(data.as_ref()).map_err(|_| "the form cannot be read")?;
        Ok((pressed, String::from(body.to_string())))
    }

    /// The pressed button has an address of its own: the browser posts there and goes where that leads.
    pub fn leaves(event: &SubmitEvent) -> bool {
        event.submitter().is_some_and(|button| button.has_attribute("formaction"))
    }

    /// The fields of the form around what was pressed.
    pub fn around(event: &leptos::ev::MouseEvent) -> Option<Vec<(String, String)>> {
        let pressed: Element = event.current_target()?.dyn_into().ok()?;
        let form: HtmlFormElement = pressed.closest("form").ok()??.dyn_into().ok()?;
        let data = FormData::new_with_form(&form).ok()?;
        let body = UrlSearchParams::new_with_str_sequence_sequence(data.as_ref()).ok()?;
        Some(fields(&String::from(body.to_string())))
    }

    /// The fields of a form as it is posted.
    pub fn fields(body: &str) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        let Ok(parameters) = UrlSearchParams::new_with_str(body) else { return fields };
        for pair in parameters.entries().into_iter().flatten() {
            let pair = js_sys::Array::from(&pair);
            if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string())
                && !crate::calls::is_secret(&name)
            {
                fields.push((name, value));
            }
        }
        fields
    }

    /// Done: the dialog around the form closes and the form is empty again.
    pub fn put_away(id: &str) {
        let Some(form) = document().get_element_by_id(id) else { return };
        if let Ok(Some(dialog)) = form.closest("dialog")
            && let Ok(dialog) = dialog.dyn_into::<HtmlDialogElement>()
        {
            dialog.close();
        }
        if let Ok(form) = form.dyn_into::<HtmlFormElement>() {
            form.reset();
        }
    }

    /// Refused: the eye and the cursor go to the field, or to the message above the form.
    pub fn show_error(id: &str) {
        let id = id.to_owned();
        request_animation_frame(move || {
            let Some(form) = document().get_element_by_id(&id) else { return };
            let first = |selector: &str| -> Option<Element> { form.query_selector(selector).ok().flatten() };
            let found = first("[aria-invalid=true]").or_else(|| first("[role=alert]"));
            if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
                drop(found.focus());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::is_field;

    #[test]
    fn a_question_is_found_by_every_name_it_has() {
        for field in ["7", "answers[7]", "answers[7][]", "answers[q7][]"] {
            assert!(is_field("answers[q7][]", field));
        }
        assert!(is_field("words", "words") && !is_field("words", "word") && !is_field("answers[q7][]", "answers[8][]"));
    }
}
