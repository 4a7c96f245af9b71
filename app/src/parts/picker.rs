//! A person of the directory, or a group where both will do, or one of very many catalogs: a box that offers names as one
//! types. Without script it is a list to choose from, which a search above the form narrows down.

use super::among::{Among, Said};
use super::field::{FieldError, Hint, Ids, Optional};
use super::form::use_form;
use super::icon::Icon;
use super::persona::{Face, GroupFace};
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;
use model::catalog::Holder;
use model::view::Choice;

/// As many as the directory answers with at once; then there may be more.
const MANY: usize = 20;

/// Sends the person's id as `name`, or nothing.
#[component]
pub fn PersonPicker(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// Who it is now.
    #[prop(optional_no_strip)]
    chosen: Option<Choice>,
    /// Whom to offer at first.
    people: Vec<Choice>,
    #[prop(optional)] among: Among,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let form = use_form();
    let ids = Ids::new(form, name, &hint);
    let mut people = people;
    if let Some(chosen) = chosen.as_ref().filter(|chosen| people.iter().all(|person| person.id != chosen.id)) {
        people.insert(0, chosen.clone());
    }
    let chosen = match form.typed(name) {
        Some(id) => people.iter().find(|person| person.id == id).cloned(),
        None => chosen,
    };
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let nobody = match among {
        _ if optional => "Nobody",
        Among::ForCatalog(_) | Among::ForRole(_) => "Choose a person or a group",
        Among::Everybody
        | Among::ForGroup(_)
        | Among::ForPackage(_)
        | Among::Delegates
        | Among::InPolicy { .. }
        | Among::Reviewers => "Choose a person",
        Among::ReviewerGroups => "Choose a group",
        Among::Reviewed => "Choose what to review",
        Among::CatalogsForPackages => "Choose a catalog",
    };
    let control_ids = ids.clone();
    let control = move || {
        let (ids, people, chosen) = (control_ids.clone(), people.clone(), chosen.clone());
        if live.get() {
            view! { <Combobox name=name.to_owned() ids state=State::new(people, chosen, among)/> }.into_any()
        } else {
            view! { <Options name ids people chosen nobody/> }.into_any()
        }
    };
    view! {
        <div class="field picker">
            <label for=ids.control.clone()>{label}<Optional optional/></label>
            <Hint ids=ids.clone() text=hint/>
            {control}
            <FieldError ids form name=name.to_owned()/>
        </div>
    }
    .into_any()
}

/// Narrows the list of a [`PersonPicker`] down without script. Stands in front of the form, because searching
/// loads the page again.
#[component]
pub fn PersonSearch(
    #[prop(into)] path: String,
    #[prop(into)] label: String,
    /// What it is called in the address.
    #[prop(default = "person")]
    name: &'static str,
    /// What the address says is searched for.
    #[prop(into)]
    value: String,
    /// How many are offered now.
    count: usize,
    #[prop(optional)] keep: Vec<(&'static str, String)>,
) -> impl IntoView {
    let keep = keep.into_iter().filter(|(_, value)| !value.is_empty());
    let keep = keep.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    (count >= MANY || !value.is_empty()).then(|| {
        view! {
            <form class="tools no-script" method="get" action=path role="search">
                {keep}
                <div class="search">
                    <Icon name="search"/>
                    <label class="sr" for="person-search">{label.clone()}</label>
                    <input class="input" id="person-search" type="search" name=name value=value placeholder=label autocomplete="off"/>
                </div>
                <button class="button" type="submit">"Search"</button>
                <span class="hint">"Search before you fill in the form: this loads the page again."</span>
            </form>
        }
    })
}

#[component]
fn Options(name: &'static str, ids: Ids, people: Vec<Choice>, chosen: Option<Choice>, nobody: &'static str) -> impl IntoView {
    let form = use_form();
    let invalid = move || form.error(name).is_some();
    let chosen = chosen.map(|chosen| chosen.id).unwrap_or_default();
    let options = people
        .into_iter()
        .map(|Choice { id, name, under }| {
            let selected = id == chosen;
            let words = if under.is_empty() { name } else { [name, under].join(", ") };
            view! { <option value=id selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <select
            class="input"
            id=ids.control.clone()
            name=name
            aria-invalid=move || invalid().then_some("true")
            aria-describedby=ids.described_by(Signal::derive(invalid))
        >
            <option value="" selected=chosen.is_empty()>{nobody}</option>
            {options}
        </select>
    }
}

/// The state of one box. Signals, so that it can be handed around.
#[derive(Clone, Copy)]
pub struct State {
    pub text: RwSignal<String>,
    pub chosen: RwSignal<Option<Choice>>,
    found: RwSignal<Vec<Choice>>,
    open: RwSignal<bool>,
    active: RwSignal<usize>,
    /// Said aloud after a search.
    said: RwSignal<String>,
    turn: StoredValue<u32>,
    /// The answer to a search is not there yet.
    looking: RwSignal<bool>,
    /// Somebody pressed Enter before the answer was there.
    hurries: StoredValue<bool>,
    among: Among,
    /// The box itself.
    control: NodeRef<Input>,
    /// What was typed and not chosen stays and is sent.
    keeps_text: bool,
}

impl State {
    pub fn new(people: Vec<Choice>, chosen: Option<Choice>, among: Among) -> Self {
        Self {
            text: RwSignal::new(chosen.as_ref().map(|chosen| chosen.name.clone()).unwrap_or_default()),
            chosen: RwSignal::new(chosen),
            found: RwSignal::new(people),
            open: RwSignal::new(false),
            active: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            turn: StoredValue::new(0),
            looking: RwSignal::new(false),
            hurries: StoredValue::new(false),
            among,
            control: NodeRef::new(),
            keeps_text: false,
        }
    }

    /// Nobody is offered before somebody looks, and what was typed and not chosen stays and is sent.
    pub fn of_names(among: Among) -> Self {
        Self { keeps_text: true, ..Self::new(Vec::new(), None, among) }
    }

    /// Says something aloud and puts the cursor into the box.
    pub fn goes_on(self, said: String) {
        self.said.set(said);
        if let Some(control) = self.control.get_untracked() {
            drop(control.focus());
        }
    }

    pub fn said_of(self) -> Said {
        self.among.said()
    }

    fn show(self) {
        self.open.set(true);
        if self.turn.get_value() == 0 && self.found.with_untracked(Vec::is_empty) {
            self.search(self.text.get_untracked());
        }
    }

    /// Only the last of several quick strokes asks the server, and only its answer is shown.
    pub fn search(self, text: String) {
        let among = self.among;
        self.turn.update_value(|turn| *turn += 1);
        self.looking.set(true);
        self.hurries.set_value(false);
        let mine = self.turn.get_value();
        let is_last = move || self.turn.try_get_value() == Some(mine);
        let ask = move || {
            if !is_last() {
                return;
            }
            leptos::task::spawn_local(async move {
                let found = among.search(text).await;
                if !is_last() {
                    return;
                }
                self.looking.set(false);
                let said = among.said();
                let words = match &found {
                    Ok(found) => match found.len() {
                        0 => said.none.to_owned(),
                        1 => said.one.to_owned(),
                        n => [n.to_string().as_str(), said.many].concat(),
                    },
                    Err(error) => error.to_string(),
                };
                // Nobody looks at a closed list, and something else may have been said meanwhile.
                if self.open.get_untracked() {
                    self.said.set(words);
                }
                self.found.set(found.unwrap_or_default());
                self.active.set(0);
                if self.hurries.get_value() && self.found.with_untracked(Vec::len) == 1 {
                    self.choose_active();
                }
            });
        };
        set_timeout(ask, std::time::Duration::from_millis(150));
    }

    fn type_in(self, text: String) {
        self.open.set(true);
        self.text.set(text.clone());
        self.search(text);
    }

    fn choose(self, choice: Choice) {
        self.text.set(choice.name.clone());
        self.chosen.set(Some(choice));
        self.open.set(false);
    }

    /// What is in the list is what was searched for before, as long as the answer is not there: nobody meant the first of it.
    fn choose_active(self) {
        if self.looking.get_untracked() {
            return self.hurries.set_value(true);
        }
        let choice = self.found.with_untracked(|found| found.get(self.active.get_untracked()).cloned());
        if let Some(choice) = choice {
            self.choose(choice);
        }
    }

    /// Text that is nobody's name must not look as if it were a choice, nor silently undo one.
    fn leave(self) {
        self.open.set(false);
        self.hurries.set_value(false);
        if self.keeps_text {
            return;
        }
        if self.text.with_untracked(|text| text.trim().is_empty()) {
            self.chosen.set(None);
        }
        self.text.set(self.chosen.with_untracked(|chosen| chosen.as_ref().map(|chosen| chosen.name.clone()).unwrap_or_default()));
    }

    fn step(self, by: isize) {
        let count = self.found.with_untracked(Vec::len);
        if !self.open.get_untracked() {
            self.show();
        } else if count > 0 {
            self.active.update(|active| *active = active.saturating_add_signed(by).min(count - 1));
        }
    }

    fn on_key(self, event: &KeyboardEvent) {
        let open = self.open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            "Enter" if open => self.choose_active(),
            "Escape" if open => self.leave(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The combobox of the WAI-ARIA patterns, with a list.
#[component]
pub fn Combobox(
    name: String,
    ids: Ids,
    state: State,
    /// What is chosen is kept and sent elsewhere.
    #[prop(optional)]
    sends_nothing: bool,
) -> impl IntoView {
    let form = use_form();
    let field = name.clone();
    let invalid = Signal::derive(move || form.error(&field).is_some());
    let said = state.among.said();
    let list_id = [&ids.control, "-list"].concat();
    let option_id = {
        let list_id = list_id.clone();
        move |n: usize| [list_id.as_str(), "-", &n.to_string()].concat()
    };
    let active_id = {
        let option_id = option_id.clone();
        move || (state.open.get() && state.found.with(|found| !found.is_empty())).then(|| option_id(state.active.get()))
    };
    #[cfg(feature = "hydrate")]
    keep_in_sight(active_id.clone());
    let among = state.among;
    let options = move || {
        let option_id = option_id.clone();
        let found = state.found.get();
        if found.is_empty() {
            // Before the first answer nothing is known.
            let words = if state.looking.get() { "Searching…" } else { said.nobody };
            return view! { <li class="none">{words}</li> }.into_any();
        }
        let options = found.into_iter().enumerate().map(move |(n, choice)| {
            let picked = choice.clone();
            view! {
                <li
                    role="option"
                    id=option_id(n)
                    aria-selected=move || if state.active.get() == n { "true" } else { "false" }
                    on:click=move |_| state.choose(picked.clone())
                >
                    <Named choice among/>
                </li>
            }
        });
        options.collect_view().into_any()
    };
    let id = move || state.chosen.with(|chosen| chosen.as_ref().map(|chosen| chosen.id.clone()).unwrap_or_default());
    view! {
        <div class="combo">
            {(!sends_nothing).then(|| view! { <input type="hidden" name=name value=id/> })}
            <input
                class="input"
                id=ids.control.clone()
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                placeholder="Type a name"
                aria-autocomplete="list"
                aria-controls=list_id.clone()
                aria-expanded=move || if state.open.get() { "true" } else { "false" }
                aria-activedescendant=active_id
                aria-invalid=move || invalid.get().then_some("true")
                aria-describedby=ids.described_by(invalid)
                node_ref=state.control
                prop:value=move || state.text.get()
                on:input=move |event| state.type_in(event_target_value(&event))
                on:click=move |_| state.show()
                on:keydown=move |event| state.on_key(&event)
                on:blur=move |_| state.leave()
            />
            // Pressing the mouse on a name must not take the cursor out of the box.
            <ul
                role="listbox"
                id=list_id
                aria-label=said.all
                hidden=move || !state.open.get()
                on:mousedown=|event| event.prevent_default()
            >
                {options}
            </ul>
            <span class="sr" aria-live="polite">{move || state.said.get()}</span>
        </div>
    }
}

/// The list shows only some of what it offers: what the arrow keys reach is scrolled to.
#[cfg(feature = "hydrate")]
fn keep_in_sight(active_id: impl Fn() -> Option<String> + 'static) {
    Effect::new(move |_| {
        if let Some(active) = active_id().and_then(|id| document().get_element_by_id(&id)) {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            active.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    });
}

#[component]
fn Named(choice: Choice, among: Among) -> impl IntoView {
    let Choice { id, name, under } = choice;
    let face = match (id.parse(), id.parse::<Holder>()) {
        _ if matches!(among, Among::CatalogsForPackages) => None,
        (Ok(_), _) if among.are_groups() => Some(view! { <GroupFace/> }.into_any()),
        (Ok(user), _) | (_, Ok(Holder::User(user))) => Some(view! { <Face name=name.clone() id=user/> }.into_any()),
        (_, Ok(Holder::Group { .. })) => Some(view! { <GroupFace/> }.into_any()),
        _ => None,
    };
    view! {
        <span class="persona">
            {face}
            <span>{name}{(!under.is_empty()).then(|| view! { " "<small>{under}</small> })}</span>
        </span>
    }
}
