//! `/my-access/reviews/{id}`: who holds what, what is known about it, and the decisions.

use super::review_rows::{ReasonDialog, ReviewLine, Shows, Together, TogetherOrHandedOn, words};
use super::reviews::PATH;
use super::{parsed, read_id};
use crate::calls::review::{AcceptRecommendations, deciding_path};
use crate::parts::keys::DecisionKeys;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::limits::REVIEW_ACCEPTED_TOGETHER_MAX;
use model::query;
use model::time::count;
use model::view::review::{Reviewing, RowFilter};

#[component]
pub fn ReviewPage() -> impl IntoView {
    let (id, decision, search, after) = (read_id(), query_value("decision"), query_value("search"), query_after());
    let reviewing = page_resource(move || {
        let filter = RowFilter::from_key(&decision.get()).unwrap_or_default();
        Ok(query::Reviewing { review: parsed(&id.get(), "access review")?, filter, search: search.get(), after: after.get() })
    });
    let view = move |reviewing| view! { <Whole reviewing decision search after=after.get_untracked()/> }.into_any();
    view! { <Loaded of=reviewing view/> }.into_any()
}

#[component]
fn Whole(reviewing: Reviewing, decision: Memo<String>, search: Memo<String>, after: Option<String>) -> impl IntoView {
    let path = deciding_path(reviewing.review);
    let Reviewing { name, description, badge, question, stage, due_at, open, note, in_place_of, done, total, acceptable, .. } =
        reviewing.clone();
    let crumbs = vec![(PATH.to_owned(), "Access reviews".to_owned())];
    let about = format_subject(&reviewing);
    let under = view! {
        <Sentence text=question/>
        {(!stage.is_empty()).then(|| view! { " " <span class="quiet">{stage}"."</span> })}
        {(!description.is_empty()).then(|| view! { <br/>{description} })}
        {(!in_place_of.is_empty()).then(|| view! { <br/>{in_place_of} })}
    }
    .into_any();
    let accept = acceptable.filter(|_| open).map(|counts| accept_dialog(&reviewing, counts));
    let accepts = accept.is_some();
    let acts = view! {
        <Progress label="Reviewed" done total/>
        {accepts.then(|| view! { <DialogButton id=ACCEPT>"Accept recommendations"</DialogButton> })}
    }
    .into_any();
    let note = note.map(|text| view! { <MessageBar tone="work" text/> });
    let options = RowFilter::ALL.map(|filter| (key(filter), filter.words().to_owned())).into();
    let keep_search = Signal::derive(move || vec![("search", search.get())]);
    let keep_decision = Signal::derive(move || vec![("decision", decision.get())]);
    let due = open.then(|| view! { <span class="ends quiet"><small>"Due "<Due at=due_at/></small></span> });
    let more = view! {
        <FilterPick path=path.clone() label="Decision" name="decision" value=decision options keep=keep_search/>
        {due}
    }
    .into_any();
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs badge under acts/>
            {note}
            <div>
                <p class="quiet review-of">{about}</p>
                <SearchTools path label="Search people" value=search keep=keep_decision kept_beside=true more/>
                <Rows reviewing after/>
            </div>
            {accept}
        </Page>
    }
    .into_any()
}

/// The plain address shows everything.
fn key(filter: RowFilter) -> String {
    if filter == RowFilter::All { String::new() } else { filter.key().to_owned() }
}

/// What is reviewed, with the way there for those who may go.
fn format_subject(reviewing: &Reviewing) -> AnyView {
    let subject = reviewing.subject.clone();
    let name = match subject.href {
        Some(href) => view! { <a href=href>{subject.name}</a> }.into_any(),
        None => view! { <b>{subject.name}</b> }.into_any(),
    };
    view! { {subject.kind}" "{name} }.into_any()
}

const ACCEPT: &str = "accept-recommendations";

fn accept_dialog(reviewing: &Reviewing, (approved, denied): (u64, u64)) -> AnyView {
    let of = |n: u64| count(i64::try_from(n).unwrap_or(i64::MAX), "row");
    let first = if approved + denied < REVIEW_ACCEPTED_TOGETHER_MAX as u64 {
        ""
    } else {
        " These are the first of them: what is open afterwards is accepted in the same way."
    };
    let label = ["Accept ", &count(i64::try_from(approved + denied).unwrap_or(i64::MAX), "recommendation")].concat();
    let text = [
        "This approves ",
        &of(approved),
        " and denies ",
        &of(denied),
        " that are still open, as recommended. Rows of which nothing is recommended stay open, and decisions that were made stay as they are. Each can be changed until ",
        &reviewing.due_at.in_sentence(),
        ".",
        first,
    ]
    .concat();
    let review = reviewing.review.to_string();
    view! {
        <DialogForm id=ACCEPT title="Accept the recommendations?" call=AcceptRecommendations::PATH text label kind="main-act">
            <Hidden name="review" value=review/>
            <CheckBox
                name="confirmed"
                label="I looked at each of them"
                hint="Needed for several rows of privileged access, or with a recommendation to deny."
            />
        </DialogForm>
    }
    .into_any()
}

/// The rows of this page.
#[component]
fn Rows(reviewing: Reviewing, after: Option<String>) -> impl IntoView {
    let Reviewing {
        review, open, own, rows, paging, filter, search, reason_on_approval, reason_on_denial, recommendations, ..
    } = reviewing;
    let path = deciding_path(review);
    if rows.is_empty() {
        return nothing(&path, filter, &search);
    }
    let hands_on = rows.iter().any(|row| row.may_hand_on);
    let shows = Shows {
        review,
        hands_on,
        own,
        open,
        reasons: (reason_on_approval, reason_on_denial),
        recommendations,
        filter: key(filter),
        search: search.clone(),
        after: after.unwrap_or_default(),
    };
    // One's own access is a row or two: nothing to select.
    let selection = (open && !own).then(|| Selection::new("decide_rows", "rows[]"));
    let all = selection.map(|selection| view! { <SelectAll selection rows=rows.len()/> }.into_any());
    let bulk = selection.map(|selection| {
        let shows = shows.clone();
        if hands_on {
            view! { <TogetherOrHandedOn selection shows/> }.into_any()
        } else {
            view! { <Together selection shows/> }.into_any()
        }
    });
    let tools = (open && !own).then(|| view! { <DecisionKeys unknown=true/> }.into_any());
    let mut columns = vec!["Name", "Last sign-in", "Source", "Ends"];
    if recommendations {
        columns.push("Recommendation");
    }
    columns.push("Decision");
    let keep = vec![("decision", shows.filter.clone()), ("search", search)];
    let pager = view! { <Pager path paging keep/> }.into_any();
    let caption = if own { "Your access" } else { "People to review" };
    let dialog = {
        let (shows, rows) = (shows.clone(), rows.clone());
        let asked = query_value("decide");
        move || {
            let (row, decision) = asked.with(|asked| words::asked(asked))?;
            let row = rows.iter().find(|one| one.row.to_string() == row && open)?.clone();
            Some(view! { <ReasonDialog row decision shows=shows.clone()/> })
        }
    };
    // A closure, so that rows that are read again are made anew: a tick or a half-typed form must not go over to somebody else.
    let lines = move || {
        let line = |row: &model::view::review::Row| {
            let row = row.clone();
            view! { <ReviewLine row selection shows=shows.clone()/> }
        };
        rows.iter().map(line).collect_view()
    };
    view! {
        <Listing caption columns tools pager all bulk>{lines}</Listing>
        {dialog}
    }
    .into_any()
}

fn nothing(path: &str, filter: RowFilter, search: &str) -> AnyView {
    let link = Some((path.to_owned(), "Show all".to_owned()));
    if !search.trim().is_empty() {
        let text = ["Nobody here has “", search, "” in their name. Try fewer or other letters."].concat();
        return view! { <Empty title="Nothing found" text link/> }.into_any();
    }
    match filter {
        RowFilter::All => {
            view! { <Empty title="Nobody to review" text="Nobody holds this in a way that you are asked about."/> }.into_any()
        }
        RowFilter::Open => {
            view! { <Empty title="Everything is decided" text="You can change your decisions until the review is due." link/> }
                .into_any()
        }
        RowFilter::Approved | RowFilter::Denied | RowFilter::DontKnow => {
            let text = ["No row is in “", filter.words(), "”."].concat();
            view! { <Empty title="Nothing found" text link/> }.into_any()
        }
    }
}
