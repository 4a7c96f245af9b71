//! The tab *Notification* of a role's settings: three events, and for each who is told by mail.

use super::role_settings::Differs;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::role_settings::{Mail, Mails};

/// The field of a row, its label, and what its default recipients are called.
type Line = (&'static str, &'static str, &'static str);

/// What happens, with its rows: the field, what is sent, and to whom when nothing else is said.
const EVENTS: [(&str, [Line; 3]); 3] = [
    (
        "Members are assigned as eligible",
        [
            ("mail_eligible_alert", "Role assignment alert", "Admin"),
            ("mail_eligible_assignee", "Notification to the assigned user", "Assignee"),
            ("mail_eligible_approver", "Request to approve an extension", "Approver"),
        ],
    ),
    (
        "Members are assigned as active",
        [
            ("mail_active_alert", "Role assignment alert", "Admin"),
            ("mail_active_assignee", "Notification to the assigned user", "Assignee"),
            ("mail_active_approver", "Request to approve an extension", "Approver"),
        ],
    ),
    (
        "Eligible members activate this role",
        [
            ("mail_activated_alert", "Role activation alert", "Admin"),
            ("mail_activated_requestor", "Notification to activated user", "Requestor"),
            ("mail_activated_approver", "Request to approve an activation", "Approver"),
        ],
    ),
];

#[component]
pub fn Notification(mails: Mails, differs: Differs) -> impl IntoView {
    let of =
        |field: &str| mails.rows().into_iter().find(|(name, _)| *name == field).map(|(_, mail)| mail.clone()).unwrap_or_default();
    let tables = EVENTS.map(|(event, rows)| {
        let rows = rows.map(|(field, name, whom)| {
            let mark = differs.mark(&[field]);
            view! { <MailRow field name whom mail=of(field) mark/> }
        });
        view! {
            <div class="listing">
                <table class="table matrix">
                    <caption><h3>{event}</h3></caption>
                    <thead>
                        <tr>
                            <th scope="col">"Mail"</th>
                            <th scope="col">"Default recipients"</th>
                            <th scope="col">"Additional recipients"</th>
                            <th scope="col">"Critical only"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <h2>"Notification"</h2>
        <p class="hint">
            "Additional recipients are mail addresses with “;” between them. Critical only: sent when the recipient has to act."
        </p>
        {tables}
    }
    .into_any()
}

#[component]
fn MailRow(field: &'static str, name: &'static str, whom: &'static str, mail: Mail, mark: Option<AnyView>) -> impl IntoView {
    let named = |part: &str| ["mails[", field, "][", part, "]"].concat();
    let Mail { default_recipients, additional, critical_only } = mail;
    let label = ["Additional recipients, ", name].concat();
    view! {
        <tr>
            <th scope="row" class="name">{name}{mark}</th>
            <td data-label="Default recipients"><CheckBox name=named("default") label=whom checked=default_recipients/></td>
            <td data-label="Additional recipients">
                <TextField name=named("additional") label value=additional.join("; ") extra=true bare=true/>
            </td>
            <td data-label="Critical only"><CheckBox name=named("critical") label="Critical only" checked=critical_only/></td>
        </tr>
    }
    .into_any()
}
