//! Several people or groups of the directory: the box of one person, and above it those who were chosen. Without script it is
//! a list of which several are marked, or a field in which their names are typed.

use super::among::Among;
use super::field::{FieldError, Hint, Ids, Optional, TextArea};
use super::form::use_form;
use super::icon::Icon;
use super::picker::{Combobox, State};
use leptos::prelude::*;
use model::view::Choice;

/// Entries of the list that are in sight without script.
const IN_SIGHT: &str = "8";

/// Sends the id of each person as `name`, which ends in `[]`.
#[component]
pub fn PeoplePicker(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// Whom to offer at first.
    people: Vec<Choice>,
    /// Who is chosen before anybody types.
    #[prop(optional)]
    chosen: Vec<Choice>,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] among: Among,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let form = use_form();
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let typed = form.typed_all(&name).unwrap_or_else(|| chosen.iter().map(|person| person.id.clone()).collect());
    // Whoever is chosen already may not be among those whom the search found.
    let others = people.iter().filter(|person| chosen.iter().all(|other| other.id != person.id)).cloned();
    let people: Vec<Choice> = chosen.iter().cloned().chain(others).collect();
    let chosen: Vec<Choice> = people.iter().filter(|person| typed.contains(&person.id)).cloned().collect();
    let chosen = RwSignal::new(chosen);
    // Without script several are marked with a key held down, which nobody guesses.
    let plain = hint.clone();
    let hint = [hint.as_str(), if hint.is_empty() { "" } else { " " }, "Hold the control key to mark several."].concat();
    let ids = Ids::new(form, &name, &plain);
    let hint_ids = Ids::new(form, &name, &hint);
    let sent = name.clone();
    let control_ids = ids.clone();
    let control = move || {
        let (ids, people) = (control_ids.clone(), people.clone());
        if live.get() {
            let plain = (!plain.is_empty()).then(|| view! { <Hint ids=ids.clone() text=plain.clone()/> });
            view! { {plain}<Several name=sent.clone() ids state=State::new(people, None, among) chosen/> }.into_any()
        } else {
            let ids = hint_ids.clone();
            let marked = chosen.get_untracked();
            let options = people
                .into_iter()
                .map(|Choice { id, name, under }| {
                    let selected = marked.iter().any(|choice| choice.id == id);
                    let words = if under.is_empty() { name } else { [name, under].join(", ") };
                    view! { <option value=id selected=selected>{words}</option> }
                })
                .collect_view();
            view! {
                <Hint ids=ids.clone() text=hint.clone()/>
                <select class="input" id=ids.control name=sent.clone() multiple size=IN_SIGHT aria-describedby=ids.hint>{options}</select>
            }
            .into_any()
        }
    };
    view! {
        <div class="field picker">
            <label for=ids.control.clone()>{label}<Optional optional/></label>
            {control}
            <FieldError ids form name/>
        </div>
    }
    .into_any()
}

/// Names as they are typed, one a line: each a choice whose id is the line. `Alex Berg (alex)` is called Alex Berg.
fn named(lines: &str, groups: bool) -> Vec<Choice> {
    let mut all: Vec<Choice> = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let split = line.strip_suffix(')').and_then(|line| line.rsplit_once(" (")).filter(|_| !groups);
        let name = split.map_or(line, |(name, _)| name);
        if all.iter().all(|other| other.id != line) {
            all.push(Choice { id: line.to_owned(), name: name.to_owned(), under: String::new() });
        }
    }
    all
}

/// People or groups that a policy names. Sends how its form writes them as `name`, one a line: the same that is typed without
/// script, so that what the browser of one wrote is shown to the other.
#[component]
pub fn NamesPicker(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// Who is chosen before anybody types, one a line.
    value: String,
    among: Among,
    /// Somebody is needed, here or in another one of these.
    #[prop(optional)]
    needed: bool,
) -> impl IntoView {
    let form = use_form();
    let live = RwSignal::new(false);
    let groups = among.are_groups();
    let ids = Ids::new(form, &name, "");
    let typed = form.typed(&name).unwrap_or(value);
    let chosen = RwSignal::new(named(&typed, groups));
    let control = ids.control.clone();
    Effect::new(move |_| {
        // Somebody may have been faster than the script.
        if let Some(text) = typed_meanwhile(&control) {
            chosen.set(named(&text, groups));
        }
        live.set(true);
    });
    let hint = if groups { "Names of groups, one a line." } else { "User names, one a line." };
    move || {
        let (name, label, ids) = (name.clone(), label.clone(), ids.clone());
        if !live.get() {
            return view! { <TextArea name label hint value=typed.clone() rows=2 optional=!needed extra=needed/> }.into_any();
        }
        let state = State::of_names(among);
        view! {
            <div class="field picker">
                <label for=ids.control.clone()>{label}<Optional optional=!needed/></label>
                <Several name=name.clone() ids=ids.clone() state chosen lines=true/>
                <FieldError ids form name/>
            </div>
        }
        .into_any()
    }
}

#[cfg(feature = "hydrate")]
fn typed_meanwhile(control: &str) -> Option<String> {
    use wasm_bindgen::JsCast;
    let field = document().get_element_by_id(control)?.dyn_into::<web_sys::HtmlTextAreaElement>().ok()?;
    Some(field.value())
}

#[cfg(not(feature = "hydrate"))]
fn typed_meanwhile(_control: &str) -> Option<String> {
    None
}

#[component]
fn Several(
    name: String,
    ids: Ids,
    state: State,
    chosen: RwSignal<Vec<Choice>>,
    /// The ids are sent together, one a line, with what is left in the box.
    #[prop(optional)]
    lines: bool,
) -> impl IntoView {
    Effect::new(move |_| {
        let Some(choice) = state.chosen.get() else { return };
        chosen.update(|all| {
            if all.iter().all(|other| other.id != choice.id) {
                all.push(choice);
            }
        });
        // The box is for the next one.
        state.chosen.set(None);
        state.text.set(String::new());
        state.search(String::new());
    });
    let together = lines.then(|| {
        let value = move || {
            let rest = state.text.get();
            let all = chosen.get().into_iter().map(|choice| choice.id);
            all.chain((!rest.trim().is_empty()).then_some(rest)).collect::<Vec<_>>().join("\n")
        };
        view! { <input type="hidden" name=name.clone() value=value/> }
    });
    let each = name.clone();
    let chips = move || {
        let (all, each) = (chosen.get(), each.clone());
        (!all.is_empty()).then(|| {
            let chips = all.into_iter().map(move |Choice { id, name: person, .. }| {
                let (out, gone) = (id.clone(), [&person, " is left out"].concat());
                let leave_out = move |_| {
                    chosen.update(|all| all.retain(|choice| choice.id != out));
                    state.goes_on(gone.clone());
                };
                // As it is written it says which of two people of the same name this is.
                let words = if lines { id.clone() } else { person.clone() };
                let sent = (!lines).then(|| view! { <input type="hidden" name=each.clone() value=id/> });
                view! {
                    <li class="chip">
                        {sent}
                        {words}
                        <button type="button" class="bare" aria-label=["Leave out ", &person].concat() on:click=leave_out>
                            <Icon name="x"/>
                        </button>
                    </li>
                }
            });
            view! { <ul class="group chips" aria-label=state.said_of().chosen>{chips.collect_view()}</ul> }
        })
    };
    view! { {together}{chips}<Combobox name ids state sends_nothing=true/> }.into_any()
}
