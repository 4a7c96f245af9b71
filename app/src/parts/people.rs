//! Several people of the directory: the box of one person, and above it those who were chosen. Without script it is a
//! list of which several are marked.

use super::field::{FieldError, Hint, Ids, Optional};
use super::form::use_form;
use super::icon::Icon;
use super::picker::{Among, Combobox, State};
use leptos::prelude::*;
use model::view::Choice;

/// Entries of the list that are in sight without script.
const IN_SIGHT: &str = "8";

/// Sends the id of each person as `name`, which ends in `[]`.
#[component]
pub fn PeoplePicker(
    name: &'static str,
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
    let typed = form.typed_all(name).unwrap_or_else(|| chosen.iter().map(|person| person.id.clone()).collect());
    // Whoever is chosen already may not be among those whom the search found.
    let others = people.iter().filter(|person| chosen.iter().all(|other| other.id != person.id)).cloned();
    let people: Vec<Choice> = chosen.iter().cloned().chain(others).collect();
    let chosen: Vec<Choice> = people.iter().filter(|person| typed.contains(&person.id)).cloned().collect();
    let chosen = RwSignal::new(chosen);
    // Without script several are marked with a key held down, which nobody guesses.
    let plain = hint.clone();
    let hint = [hint.as_str(), if hint.is_empty() { "" } else { " " }, "Hold the control key to mark several."].concat();
    let ids = Ids::new(form, name, &plain);
    let hint_ids = Ids::new(form, name, &hint);
    let control_ids = ids.clone();
    let control = move || {
        let (ids, people) = (control_ids.clone(), people.clone());
        if live.get() {
            let plain = (!plain.is_empty()).then(|| view! { <Hint ids=ids.clone() text=plain.clone()/> });
            view! { {plain}<Several name ids people chosen among/> }.into_any()
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
                <select class="input" id=ids.control name=name multiple size=IN_SIGHT aria-describedby=ids.hint>{options}</select>
            }
            .into_any()
        }
    };
    view! {
        <div class="field picker">
            <label for=ids.control.clone()>{label}<Optional optional/></label>
            {control}
            <FieldError ids form name=name.to_owned()/>
        </div>
    }
    .into_any()
}

#[component]
fn Several(name: &'static str, ids: Ids, people: Vec<Choice>, chosen: RwSignal<Vec<Choice>>, among: Among) -> impl IntoView {
    let state = State::new(people, None, among);
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
    let chips = move || {
        let all = chosen.get();
        (!all.is_empty()).then(|| {
            let chips = all.into_iter().map(|Choice { id, name: person, .. }| {
                let out = id.clone();
                let leave_out = move |_| chosen.update(|all| all.retain(|choice| choice.id != out));
                view! {
                    <li class="chip">
                        <input type="hidden" name=name value=id/>
                        {person.clone()}
                        <button type="button" class="bare" aria-label=["Leave out ", &person].concat() on:click=leave_out>
                            <Icon name="x"/>
                        </button>
                    </li>
                }
            });
            view! { <ul class="group chips" aria-label="Chosen people">{chips.collect_view()}</ul> }
        })
    };
    view! { {chips}<Combobox name ids state sends_nothing=true/> }.into_any()
}
