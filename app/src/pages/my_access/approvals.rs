//! `/my-access/approvals`: what waits for one's decision, the most urgent first, and what one decided.

use crate::calls::approval::DecideRequest;
use crate::parts::keys::DecisionKeys;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::approval::{self, Approvals, Row, Standing};

const PATH: &str = "/my-access/approvals";

#[component]
pub fn ApprovalsPage() -> impl IntoView {
    let (tab, after) = (query_value("tab"), query_after());
    let tab = Memo::new(move |_| if tab.with(|tab| tab == "history") { "history".to_owned() } else { "pending".to_owned() });
    let approvals = page_resource(move || {
        let history = tab.with(|tab| tab == "history");
        let tab = if history { approval::Tab::History } else { approval::Tab::Pending };
        Ok(query::Approvals { tab, after: after.get() })
    });
    let tabs = vec![Tab::new("pending", "Pending", PATH), Tab::new("history", "History", [PATH, "?tab=history"].concat())];
    view! {
        <Page title="Approvals">
            <PageHeader title="Approvals" text="Requests that wait for your decision. The most urgent comes first."/>
            <Tabs label="Approvals" tabs chosen=tab>
                <Loaded of=approvals view=|approvals| view! { <List approvals/> }.into_any()/>
            </Tabs>
        </Page>
    }
    .into_any()
}

#[component]
fn List(approvals: Approvals) -> impl IntoView {
    let Approvals { tab, rows, paging } = approvals;
    let history = tab == approval::Tab::History;
    if rows.is_empty() {
        let (title, text) = if history {
            ("Nothing decided yet", "Requests that you approved or denied appear here, with what became of them.")
        } else {
            ("Nothing waits for you", "Requests that need your decision appear here and in your mail.")
        };
        return view! { <Empty title text/> }.into_any();
    }
    let keep = vec![("tab", if history { "history".to_owned() } else { String::new() })];
    let pager = view! { <Pager path=PATH paging keep/> }.into_any();
    if history {
        let rows = rows.into_iter().map(|row| view! { <ApprovalRow row/> }).collect_view();
        let columns = vec!["Requestor", "What", "Submitted", "You decided", "State"];
        view! { <Listing caption="Requests you decided" columns pager>{rows}</Listing> }.into_any()
    } else {
        let rows = rows.into_iter().map(|row| view! { <ApprovalRow row/> }).collect_view();
        let columns = vec!["Requestor", "What", "Submitted", "Decide by"];
        let tools = view! { <DecisionKeys/> }.into_any();
        view! { <Listing caption="Requests waiting for you" columns acts=true tools pager>{rows}</Listing> }.into_any()
    }
}

#[component]
fn ApprovalRow(row: Row) -> impl IntoView {
    let Row { request, requestor, name, under, submitted, standing } = row;
    let href = [PATH, "/", &request.to_string()].concat();
    let of = [requestor.name.as_str(), ", ", &name].concat();
    let rest = match standing {
        Standing::Waiting { stage, decide_by, words_required } => {
            let of_row = of.clone();
            let decide = (!words_required).then(|| {
                view! {
                    <PostForm call=DecideRequest::PATH class="group" about=("request", request.to_string())>
                        <Hidden name="stage" value=stage.to_string()/>
                        <SubmitButton label="Approve" kind="small bare" name="verdict" value="approve" of=of_row.clone()/>
                        <SubmitButton label="Deny" kind="small bare danger" name="verdict" value="deny" of=of_row/>
                    </PostForm>
                }
            });
            view! {
                <td data-label="Decide by"><TimeLeft of=decide_by suffix="to decide" quiet=true/></td>
                <td class="acts">
                    <span class="group">
                        {decide}
                        <a class="button small" href=href.clone()>"Review"<span class="sr">" "{of}</span></a>
                    </span>
                </td>
            }
            .into_any()
        }
        Standing::Decided { mine, at, now } => view! {
            <td data-label="You decided"><StateBadge badge=mine/>" "<span class="under"><When at/></span></td>
            <td data-label="State"><StateBadge badge=now/></td>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row"><Person who=requestor size="big" href/></th>
            <td data-label="What">{name}<span class="under">{under}</span></td>
            <td data-label="Submitted"><When at=submitted/></td>
            {rest}
        </tr>
    }
    .into_any()
}
