//! `/admin/roles/emergency`: the accounts that go without approval in an emergency, and how they were used.

use super::ROLES;
use crate::calls::emergency::{MarkEmergencyAccount, UnmarkEmergencyAccount};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::emergency::{Account, EmergencyAccess, Row};
use model::view::{Choice, Paging};

pub const PATH: &str = "/admin/roles/emergency";
const TITLE: &str = "Emergency access";

#[component]
pub fn EmergencyPage() -> impl IntoView {
    let (person, after) = (query_value("person"), query_after());
    let list = page_resource(move || Ok(query::EmergencyAccess { person: person.get(), after: after.get() }));
    let view = move |list| view! { <Whole list person=person.get_untracked()/> }.into_any();
    view! { <Loaded of=list view/> }.into_any()
}

#[component]
fn Whole(list: EmergencyAccess, person: String) -> impl IntoView {
    let EmergencyAccess { accounts, uses, paging, may_change, people } = list;
    let crumbs = vec![(ROLES.to_owned(), "Roles".to_owned())];
    let text = "A break-glass account activates what it is eligible for without approval. Everybody who would have been asked is \
                told at once, and each use is reviewed.";
    let dialogs = may_change.then(|| accounts.iter().map(|account| view! { <Unmark account=account.clone()/> }).collect_view());
    let form = may_change.then(|| view! { <Mark people person/> });
    let marked = if accounts.is_empty() {
        let text = "No account is marked. Whoever needs a role has to wait for approval, also at night.";
        view! { <Empty title="No accounts" text/> }.into_any()
    } else {
        let rows = accounts.into_iter().map(|account| view! { <AccountRow account may_change/> }).collect_view();
        view! {
            <Listing caption="Break-glass accounts" columns=vec!["Account", "Reviewer", "Marked"] acts=may_change>{rows}</Listing>
        }
        .into_any()
    };
    view! {
        <Page title=TITLE>
            <PageHeader title=TITLE crumbs text/>
            <div class="stack">
                <section class="stack" aria-labelledby="accounts-h"><h2 id="accounts-h">"Accounts"</h2>{marked}</section>
                <Uses uses paging/>
                {form}
            </div>
            {dialogs}
        </Page>
    }
    .into_any()
}

fn unmark_dialog(account: &Account) -> String {
    ["unmark-", &account.user.to_string()].concat()
}

#[component]
fn AccountRow(account: Account, may_change: bool) -> impl IntoView {
    let dialog = unmark_dialog(&account);
    let Account { user, who, reviewer, since } = account;
    let href = ["/admin/users/", &user.to_string()].concat();
    let of = who.name.clone();
    let act = may_change.then(|| {
        view! {
            <td class="acts">
                <DialogButton id=dialog class="button small bare danger">"Remove"<span class="sr">" "{of}</span></DialogButton>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row"><a class="name" href=href><Person who/></a></th>
            <td data-label="Reviewer"><Person who=reviewer/></td>
            <td data-label="Marked"><When at=since/></td>
            {act}
        </tr>
    }
}

#[component]
fn Unmark(account: Account) -> impl IntoView {
    let name = account.who.name.clone();
    let label = ["Remove ", &name].concat();
    let about = ("account", account.user.to_string());
    let text = [&name, " needs approval like everybody else from this moment on. What is active stays until its end, and what was used is still reviewed."].concat();
    view! {
        <DialogForm
            id=unmark_dialog(&account)
            title=[&label, "?"].concat()
            call=UnmarkEmergencyAccount::PATH
            about
            text
            keep="Keep it"
            label
        />
    }
    .into_any()
}

#[component]
fn Uses(uses: Vec<Row>, paging: Paging) -> impl IntoView {
    let nothing = uses.is_empty() && !paging.further;
    let list = if nothing {
        let text = "No account was used without approval yet. Each use appears here, with its review.";
        view! { <Empty title="Never used" text/> }.into_any()
    } else {
        let rows = uses.into_iter().map(use_row).collect_view();
        view! {
            <Listing caption="Uses" columns=vec!["What", "By", "Used", "Review by", "Reviewer", "State"]>{rows}</Listing>
            <Pager path=PATH paging/>
        }
        .into_any()
    };
    view! { <section class="stack" aria-labelledby="uses-h"><h2 id="uses-h">"Uses"</h2>{list}</section> }.into_any()
}

fn use_row(row: Row) -> impl IntoView {
    let Row { of, who, reviewer, name, used_at, review_by, badge } = row;
    let href = ["/my-access/emergency/", &of.to_string()].concat();
    view! {
        <tr>
            <th scope="row"><a class="name" href=href rel="external">{name}</a></th>
            <td data-label="By"><Person who/></td>
            <td data-label="Used"><When at=used_at/></td>
            <td data-label="Review by"><When at=review_by/></td>
            <td data-label="Reviewer">{reviewer.name}</td>
            <td data-label="State"><StateBadge badge/></td>
        </tr>
    }
}

#[component]
fn Mark(people: Vec<Choice>, person: String) -> impl IntoView {
    let count = people.len();
    view! {
        <section class="stack" aria-labelledby="mark-h">
            <h2 id="mark-h">"Add an account"</h2>
            <PersonSearch path=PATH label="Search people" value=person count/>
            <PostForm call=MarkEmergencyAccount::PATH class="form">
                <PersonPicker name="account" label="Account" hint="It has to be eligible for what it shall activate." people=people.clone()/>
                <PersonPicker name="reviewer" label="Reviewer" hint="Looks at each use within three days." people/>
                <div class="form-acts"><SubmitButton label="Add account"/></div>
            </PostForm>
        </section>
    }
    .into_any()
}
