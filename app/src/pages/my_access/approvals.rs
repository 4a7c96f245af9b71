//! `/my-access/approvals`: what waits for one's decision, the most urgent first, and what one decided.

use super::delegation::DelegationPanel;
use super::taking_back::{RemoveAccess, RemoveAccessDialog};
use crate::calls::approval::{DecideRequest, DecideRequests};
use crate::parts::keys::DecisionKeys;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::approval::{self, Approvals, Due, Filter, Kind, Row, Standing};

const PATH: &str = "/my-access/approvals";
/// The form that decides about the selected rows, by its id.
const TOGETHER: &str = "decide_requests";

#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let tab = query_value("tab");
    let tab = Memo::new(move |_| {
        let known = ["history", "delegation"].into_iter().find(|known| tab.with(|tab| tab == known));
        known.unwrap_or("pending").to_owned()
    });
    let below = |tab: &str| [PATH, "?tab=", tab].concat();
    let tabs = vec![
        Tab::new("pending", "Pending", PATH),
        Tab::new("history", "History", below("history")),
        Tab::new("delegation", "Delegation", below("delegation")),
    ];
    let header = move || {
        let text = match tab.get().as_str() {
            "history" => "What you decided, and what others decided in your place. The newest comes first.",
            "delegation" => "Who decides in your place for a time, and in whose place you decide.",
            _ => "Requests that wait for your decision. The most urgent comes first.",
        };
        view! { <PageHeader title="Approvals" text/> }
    };
    let panel = move || {
        if tab.with(|tab| tab == "delegation") {
            view! { <DelegationPanel/> }.into_any()
        } else {
            view! { <Inbox tab/> }.into_any()
        }
    };
    view! {
        <Page title="Approvals">
            {header}
            <Tabs label="Approvals" tabs chosen=tab>{panel}</Tabs>
        </Page>
    }
    .into_any()
}

/// What waits, or what was decided.
#[component]
fn Inbox(tab: Memo<String>) -> impl IntoView {
    let (search, kind, due, after) = (query_value("search"), query_value("kind"), query_value("due"), query_after());
    let history = Memo::new(move |_| tab.with(|tab| tab == "history"));
    let approvals = page_resource(move || {
        let tab = if history.get() { approval::Tab::History } else { approval::Tab::Pending };
        // What was decided is due no more.
        let due = Due::from_key(&due.get()).filter(|_| tab == approval::Tab::Pending);
        Ok(query::Approvals {
            tab,
            filter: Filter { search: search.get(), kind: Kind::from_key(&kind.get()), due },
            after: after.get(),
        })
    });
    let keep = move |but: &'static str| {
        Signal::derive(move || {
            let all = [("tab", kept(history.get())), ("search", search.get()), ("kind", kind.get()), ("due", due.get())];
            all.into_iter().filter(|(name, _)| *name != but).collect::<Vec<_>>()
        })
    };
    let all_kinds = std::iter::once((String::new(), "All kinds".to_owned()));
    let kinds = all_kinds.chain(Kind::ALL.map(|kind| (kind.key().to_owned(), kind.word().to_owned()))).collect();
    let dues = move || {
        let any = std::iter::once((String::new(), "Due at any time".to_owned()));
        let options = any.chain(Due::ALL.map(|due| (due.key().to_owned(), due.word().to_owned()))).collect();
        (!history.get()).then(|| view! { <FilterPick path=PATH label="Due" name="due" value=due options keep=keep("due")/> })
    };
    // Kind and due are kept by the boxes that pick them, which stand in the same form.
    let more = view! {
        {move || history.get().then(|| view! { <Hidden name="tab" value="history"/> })}
        <FilterPick path=PATH label="Kind" name="kind" value=kind options=kinds keep=keep("kind")/>
        {dues}
    }
    .into_any();
    view! {
        <SearchTools path=PATH label="Search by requestor, package or role" value=search keep=keep("search") kept_beside=true more/>
        <Loaded of=approvals view=|approvals| view! { <List approvals/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn List(approvals: Approvals) -> impl IntoView {
    let Approvals { tab, filter, rows, paging } = approvals;
    let history = tab == approval::Tab::History;
    let news = (!history).then(|| view! { <News/> }.into_any());
    if rows.is_empty() && filter != Filter::default() {
        let link = (address(PATH, &[("tab", &kept(history))]), "Show all".to_owned());
        return view! { {news}<UnfinishedBar form=TOGETHER/><Empty title="Nothing found" text=nothing(&filter) link/> }
            .into_any();
    }
    if rows.is_empty() {
        let (title, text) = if history {
            ("Nothing decided yet", "Requests that you approved or denied appear here, with what became of them.")
        } else {
            ("Nothing waits for you", "Requests that need your decision appear here and in your mail.")
        };
        return view! { {news}<UnfinishedBar form=TOGETHER/><Empty title text/> }.into_any();
    }
    let narrowed = filter.query();
    let keep: Vec<_> = std::iter::once(("tab", kept(history))).chain(narrowed.clone()).collect();
    let pager = view! { <Pager path=PATH paging keep/> }.into_any();
    if history {
        let dialogs: Vec<AnyView> = rows.iter().filter_map(take_back).collect();
        let acts = !dialogs.is_empty();
        let rows = rows.into_iter().map(|row| view! { <ApprovalRow row acts/> }).collect_view();
        let columns = vec!["Requestor", "What", "Submitted", "You decided", "State"];
        view! { <Listing caption="Requests you decided" columns acts pager>{rows}</Listing>{dialogs} }.into_any()
    } else {
        let selection = Selection::new(TOGETHER, "chosen[]");
        let words_required = rows.iter().any(|row| matches!(row.standing, Standing::Waiting { words_required: true, .. }));
        let all = view! { <SelectAll selection rows=rows.len()/> }.into_any();
        let bulk = view! { <Together selection words_required narrowed=narrowed.clone()/> }.into_any();
        let rows = rows.into_iter().map(|row| view! { <ApprovalRow row selection narrowed=narrowed.clone()/> }).collect_view();
        let columns = vec!["Requestor", "What", "Submitted", "Decide by"];
        let tools = view! { <DecisionKeys/> }.into_any();
        view! {
            {news}
            <UnfinishedBar form=TOGETHER/>
            <Listing caption="Requests waiting for you" columns acts=true tools pager all bulk>{rows}</Listing>
        }
        .into_any()
    }
}

/// How a list was narrowed down, as the address says it.
type Narrowed = [(&'static str, String); 3];

/// Forms that come back to the list keep it narrowed down.
fn kept_narrowed(narrowed: Narrowed) -> impl IntoView {
    let kept = narrowed.into_iter().filter(|(_, value)| !value.is_empty());
    kept.map(|(name, value)| view! { <Hidden name value=value/> }).collect_view()
}

/// What was looked for and not found.
fn nothing(filter: &Filter) -> String {
    let kind = match filter.kind {
        None => "No request here",
        Some(Kind::Package) => "No request for an access package here",
        Some(Kind::DirectoryRole) => "No request for a directory role here",
        Some(Kind::Group) => "No request for the membership or ownership of a group here",
    };
    let due = match filter.due {
        None => "",
        Some(Due::Day) => " is due within 24 hours",
        Some(Due::ThreeDays) => " is due within 3 days",
        Some(Due::Week) => " is due within 7 days",
    };
    let search = filter.search.trim();
    match (search.is_empty(), due.is_empty()) {
        (true, true) => kind.replacen("No request", "There is no request", 1) + ".",
        (true, false) => [kind, due, "."].concat(),
        (false, _) => {
            let and = if due.is_empty() { "" } else { " and" };
            let named = " in the name of its requestor, package or role. Try fewer or other letters.";
            [kind, due, and, " has “", search, "”", named].concat()
        }
    }
}

/// How the address says the tab.
fn kept(history: bool) -> String {
    if history { "history".to_owned() } else { String::new() }
}

/// Says that more waits than when the list was read. The list itself stays: somebody may be in the middle of it.
#[component]
fn News() -> impl IntoView {
    let landing = use_landing();
    // What the page that was loaded began with is heard after it was taken over. Of what waited then others may decide some.
    let first = StoredValue::new(u32::MAX);
    let more = move || {
        let now = landing.heard_waiting()?;
        let first = first.try_update_value(|first| {
            *first = now.min(*first);
            *first
        })?;
        (now > first).then(|| {
            let text = if now - first == 1 {
                "Another request waits for you. ".to_owned()
            } else {
                [&(now - first).to_string(), " more requests wait for you. "].concat()
            };
            view! {
                <p class="group">
                    {text}<button class="button small" type="button" on:click=move |_| landing.again()>"Show"</button>
                </p>
            }
        })
    };
    view! { <div aria-live="polite">{more}</div> }.into_any()
}

/// One decision for all selected requests.
#[component]
fn Together(selection: Selection, words_required: bool, narrowed: Narrowed) -> impl IntoView {
    view! {
        <div class="bulk" role="group" aria-label="Decide the selected requests">
            <PostForm call=DecideRequests::PATH class="bulk-form">
                <Verification form="decide_requests"/>
                <Selected selection/>
                {kept_narrowed(narrowed)}
                <TextArea name="words" label="Justification" rows=1 optional=!words_required/>
                <span class="group">
                    <SubmitButton label="Deny" kind="danger" icon="x" name="verdict" value="deny"/>
                    <SubmitButton label="Approve" icon="check" name="verdict" value="approve"/>
                </span>
            </PostForm>
        </div>
    }
    .into_any()
}

#[component]
fn ApprovalRow(
    row: Row,
    #[prop(optional)] selection: Option<Selection>,
    /// How the list was narrowed down.
    #[prop(optional)]
    narrowed: Narrowed,
    /// The last column holds what can be done about what was decided.
    #[prop(optional)]
    acts: bool,
) -> impl IntoView {
    let Row { request, requestor, name, under, submitted, standing } = row;
    let href = [PATH, "/", &request.to_string()].concat();
    let of = [requestor.name.as_str(), ", ", &name].concat();
    let pick = match (&standing, selection) {
        (Standing::Waiting { stage, .. }, Some(selection)) => {
            let value = [&request.to_string(), ".", &stage.to_string()].concat();
            Some(view! { <SelectRow selection value of=of.clone()/> })
        }
        (Standing::Waiting { .. } | Standing::Decided { .. }, _) => None,
    };
    let rest = match standing {
        Standing::Waiting { stage, decide_by, words_required, asked_back } => {
            let left = decide_by.map(|of| view! { <TimeLeft of suffix="to decide" quiet=true/> });
            let asked_back = asked_back.map(|badge| view! { <StateBadge badge/> });
            let of_row = of.clone();
            let decide = (!words_required).then(|| {
                view! {
                    <PostForm call=DecideRequest::PATH class="group" about=("request", request.to_string())>
                        <Verification form="decide_request"/>
                        <Hidden name="stage" value=stage.to_string()/>
                        {kept_narrowed(narrowed)}
                        <SubmitButton label="Approve" kind="small bare" name="verdict" value="approve" of=of_row.clone()/>
                        <SubmitButton label="Deny" kind="small bare danger" name="verdict" value="deny" of=of_row/>
                    </PostForm>
                }
            });
            view! {
                <td data-label="Decide by"><span class="group">{left}{asked_back}</span></td>
                <td class="acts">
                    <span class="group">
                        {decide}
                        <a class="button small" href=href.clone()>"Review"<span class="sr">" "{of}</span></a>
                    </span>
                </td>
            }
            .into_any()
        }
        Standing::Decided { mine, at, by, now, removable } => {
            let by = by.map(|by| view! { <span class="under">{["by ", &by, " for you"].concat()}</span> });
            let remove = removable.map(|assignment| view! { <RemoveAccess assignment of=of.clone() small=true/> });
            view! {
                <td data-label="You decided"><StateBadge badge=mine/>" "<span class="under"><When at/></span>{by}</td>
                <td data-label="State"><StateBadge badge=now/></td>
                {acts.then(|| view! { <td class="acts">{remove}</td> })}
            }
            .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row"><span class="picks">{pick}<Person who=requestor size="big" href/></span></th>
            <td data-label="What">{name}<span class="under"><Sentence text=under/></span></td>
            <td data-label="Submitted"><When at=submitted/></td>
            {rest}
        </tr>
    }
    .into_any()
}

/// The question before approved access is taken back.
fn take_back(row: &Row) -> Option<AnyView> {
    let Standing::Decided { removable: Some(assignment), .. } = row.standing else { return None };
    let (holder, name) = (row.requestor.name.clone(), row.name.clone());
    Some(view! { <RemoveAccessDialog assignment holder name/> }.into_any())
}
