//! `/my-access/reviews`: the access reviews in which one is asked, or was. The one that is due first comes first.

use crate::calls::review::deciding_path;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::review::{MyReview, MyReviews};

pub const PATH: &str = "/my-access/reviews";

#[component]
pub fn ReviewsPage() -> impl IntoView {
    let (asked, after) = (query_value("tab"), query_after());
    let tab = Memo::new(move |_| if asked.with(|tab| tab == "past") { "past" } else { "open" }.to_owned());
    let is_past = move || tab.with(|tab| tab == "past");
    let reviews = page_resource(move || Ok(query::MyReviews { past: is_past(), after: after.get() }));
    let tabs = vec![Tab::new("open", "Open", PATH), Tab::new("past", "Past", [PATH, "?tab=past"].concat())];
    let view = move |reviews| view! { <List reviews past=untrack(is_past)/> }.into_any();
    view! {
        <Page title="Access reviews">
            <PageHeader title="Access reviews" text="You are asked whether people still need what they have. What is due first comes first."/>
            <div><Tabs label="Access reviews" tabs chosen=tab><Loaded of=reviews view/></Tabs></div>
        </Page>
    }
    .into_any()
}

#[component]
fn List(reviews: MyReviews, past: bool) -> impl IntoView {
    let MyReviews { rows, paging } = reviews;
    if rows.is_empty() && !paging.further {
        let (title, text) = if past {
            ("Nothing reviewed yet", "Access reviews in which you were asked appear here when their time is over.")
        } else {
            ("Nothing to review", "When you are asked whether people still need their access, it appears here and in your mail.")
        };
        return view! { <Empty title text/> }.into_any();
    }
    let rows = rows.into_iter().map(|row| line(row, past)).collect_view();
    let keep = vec![("tab", if past { "past".to_owned() } else { String::new() })];
    let pager = view! { <Pager path=PATH paging keep/> }.into_any();
    view! {
        <Listing caption="Access reviews" columns=vec!["Name", "Resource", "Due", "Progress", "State"] pager>{rows}</Listing>
    }
    .into_any()
}

fn line(review: MyReview, past: bool) -> AnyView {
    let MyReview { review, name, subject, due_at, done, total, badge } = review;
    let due = if past { view! { <When at=due_at/> }.into_any() } else { view! { <Due at=due_at/> }.into_any() };
    view! {
        <tr>
            <NameCell icon="review" href=deciding_path(review) name/>
            <td data-label="Resource">{subject.name}<span class="under">{subject.kind}</span></td>
            <td data-label="Due">{due}</td>
            <td data-label="Progress"><Progress label="Reviewed" done total/></td>
            <td data-label="State"><StateBadge badge/></td>
        </tr>
    }
    .into_any()
}
