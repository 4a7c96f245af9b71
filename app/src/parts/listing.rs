//! Lists: search and filter above, a table that becomes cards where it is narrow, pages below.
//!
//! Search, filter and page are in the address, so that each list can be linked to and works without script.

use super::icon::{Icon, IconBox};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::location::Url;
use model::view::Paging;

/// A table in its container. Rows are `<tr>` with `<th scope="row">` first and `data-label` on other cells.
#[component]
pub fn Listing(
    /// What the table lists, read aloud.
    caption: &'static str,
    columns: Vec<&'static str>,
    /// Those of them that hold numbers. Their cells have the class `num`.
    #[prop(optional)]
    numbers: &'static [&'static str],
    /// The last column holds what can be done.
    #[prop(optional)]
    acts: bool,
    /// For administrators: narrow rows.
    #[prop(optional)]
    dense: bool,
    #[prop(default = None, into)] tools: Option<AnyView>,
    #[prop(default = None, into)] pager: Option<AnyView>,
    /// The box that selects all rows, before the name of the first column.
    #[prop(default = None, into)]
    all: Option<AnyView>,
    /// What can be done with the selected rows.
    #[prop(default = None, into)]
    bulk: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let mut all = all;
    let columns = columns
        .into_iter()
        .map(|name| match all.take() {
            Some(all) => view! { <th scope="col"><span class="picks">{all}{name}</span></th> }.into_any(),
            None => view! { <th scope="col" class=numbers.contains(&name).then_some("num")>{name}</th> }.into_any(),
        })
        .collect_view();
    let acts = acts.then(|| view! { <th scope="col" class="acts"><span class="sr">"Actions"</span></th> });
    view! {
        <div class="listing">
            {tools}
            <table class="table" data-density=dense.then_some("dense")>
                <caption class="sr">{caption}</caption>
                <thead><tr>{columns}{acts}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
            {bulk}
            {pager}
        </div>
    }
    .into_any()
}

/// A value of the address's query; empty when it is not there.
pub fn query_value(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get_str(name).unwrap_or_default().to_owned()))
}

/// The cursor in the address.
pub fn query_after() -> Memo<Option<String>> {
    let after = query_value("after");
    Memo::new(move |_| Some(after.get()).filter(|after| !after.is_empty()))
}

/// An address with a query, from which empty values are left out.
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut sign = '?';
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(sign);
        sign = '&';
        address.push_str(name);
        address.push('=');
        address.push_str(&Url::escape(value));
    }
    address
}

/// Search as you type; without script with Enter or the button.
#[component]
pub fn SearchTools(
    /// The list's address.
    #[prop(into)]
    path: String,
    label: &'static str,
    /// What the address says is searched for.
    #[prop(into)]
    value: Signal<String>,
    /// What else stays in the address, such as the tab.
    #[prop(default = Signal::stored(Vec::new()), into)]
    keep: Signal<Vec<(&'static str, String)>>,
    /// What stays has fields of its own among `more`, for whoever searches without script.
    #[prop(optional)]
    kept_beside: bool,
    /// Further tools beside the box, inside the same form.
    #[prop(default = None, into)]
    more: Option<AnyView>,
) -> impl IntoView {
    let id = [&path, "-search"].concat().replace('/', "-").trim_start_matches('-').to_owned();
    let hidden = move || {
        let keep = keep.get().into_iter().filter(|(_, value)| !kept_beside && !value.is_empty());
        keep.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()
    };
    let (navigate, location) = (use_navigate(), use_location());
    let action = path.clone();
    let turn = StoredValue::new(0_u32);
    let on_input = move |event| {
        let text = event_target_value(&event);
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        let keep = keep.get_untracked();
        let (navigate, path) = (navigate.clone(), path.clone());
        // Only the last of several quick strokes asks the server. The answer to an earlier one may have made this box anew
        // meanwhile: what was typed counts all the same, as long as the page is there.
        let go = move || {
            let last = turn.try_get_value().is_none_or(|turn| turn == mine);
            if last && location.pathname.try_get_untracked().is_some_and(|now| now == path) {
                let mut query: Vec<(&str, &str)> = keep.iter().map(|(name, value)| (*name, value.as_str())).collect();
                query.push(("search", text.trim()));
                navigate(&address(&path, &query), NavigateOptions { replace: true, scroll: false, ..Default::default() });
            }
        };
        set_timeout(go, std::time::Duration::from_millis(200));
    };
    let input = NodeRef::<leptos::html::Input>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        // Going back changes the address under the box; typing must not be disturbed by its own answer.
        let value = value.get();
        if let Some(input) = input.get()
            && !input.matches(":focus").unwrap_or(false)
            && input.value().trim() != value
        {
            input.set_value(&value);
        }
    });
    view! {
        <form class="tools" role="search" method="get" action=action>
            {hidden}
            <div class="search">
                <Icon name="search"/>
                <label class="sr" for=id.clone()>{label}</label>
                <input
                    class="input"
                    id=id
                    type="search"
                    name="search"
                    value=value.get_untracked()
                    placeholder=label
                    autocomplete="off"
                    node_ref=input
                    on:input=on_input
                />
            </div>
            {more}
            <button class="button no-script" type="submit">"Search"</button>
        </form>
    }
    .into_any()
}

/// One of a few values that narrow a list down, as `(value, words)`; the first is usually everything.
/// Stands in the form of [`SearchTools`] or in [`Tools`].
#[component]
pub fn FilterPick(
    #[prop(into)] path: String,
    label: &'static str,
    name: &'static str,
    /// What the address says is chosen.
    #[prop(into)]
    value: Signal<String>,
    options: Vec<(String, String)>,
    #[prop(default = Signal::stored(Vec::new()), into)] keep: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    let id = [&path, "-", name].concat().replace('/', "-").trim_start_matches('-').to_owned();
    let options = options
        .into_iter()
        .map(|(option, words)| {
            let this = option.clone();
            let selected = move || value.with(|value| *value == this);
            view! { <option value=option selected=selected.clone() prop:selected=selected>{words}</option> }
        })
        .collect_view();
    let navigate = use_navigate();
    let on_change = move |event| {
        let chosen = event_target_value(&event);
        let keep = keep.get_untracked();
        let mut query: Vec<(&str, &str)> = keep.iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.push((name, &chosen));
        navigate(&address(&path, &query), NavigateOptions { scroll: false, ..Default::default() });
    };
    view! {
        <label class="sr" for=id.clone()>{label}</label>
        <select class="input" id=id name=name on:change=on_change>{options}</select>
    }
    .into_any()
}

/// Tools without a search box.
#[component]
pub fn Tools(path: &'static str, children: Children) -> impl IntoView {
    view! {
        <form class="tools" method="get" action=path>
            {children()}
            <button class="button no-script" type="submit">"Show"</button>
        </form>
    }
    .into_any()
}

/// The way to the next page, and back to the first.
#[component]
pub fn Pager(#[prop(into)] path: String, paging: Paging, #[prop(optional)] keep: Vec<(&'static str, String)>) -> impl IntoView {
    let query: Vec<(&str, &str)> = keep.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let first = paging.further.then(|| view! { <a class="button small" href=address(&path, &query)>"First page"</a> });
    let next = paging.next.as_ref().map(|after| {
        let mut query = query.clone();
        query.push(("after", after));
        view! { <a class="button small" href=address(&path, &query) rel="next">"Next page"</a> }
    });
    (first.is_some() || next.is_some())
        .then(|| view! { <nav class="pager" aria-label="Pages"><div class="group">{first}{next}</div></nav> })
}

/// The first cell of a row: the name of the thing, and what is said under it.
#[component]
pub fn NameCell(
    icon: &'static str,
    #[prop(optional)] tone: &'static str,
    href: String,
    name: String,
    #[prop(optional)] under: String,
) -> impl IntoView {
    view! {
        <th scope="row">
            <span class="picks">
                <IconBox name=icon tone/>
                <span>
                    <a class="name" href=href>{name}</a>
                    {(!under.is_empty()).then(|| view! { <span class="under">{under}</span> })}
                </span>
            </span>
        </th>
    }
    .into_any()
}
