//! `/admin/settings/mail`: how letters leave.

use super::settings_parts::{crumbs, part, readonly, tested};
use crate::calls::mail::{MAIL, SaveMail};
use crate::calls::provider::SETTINGS;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::mail::{MailServer, Security};
use model::query;
use model::view::mail::{FixedMail, MailPage, MailTest};
use model::view::{Badge, Choice, Fact};

const SERVER: &str = "server";
const KEPT: &str = "kept";

/// Whether letters reach anybody.
fn badge(page: &MailPage) -> Badge {
    match (&page.held_up, &page.server) {
        (Some(_), _) => Badge::new("Held up", "bad"),
        (None, Some(_)) => Badge::new("Sent", "good"),
        (None, None) => Badge::new("Kept as files", "warn"),
    }
}

/// Where letters go, in a few words.
fn place(page: &MailPage) -> String {
    match &page.server {
        Some(MailServer { host, port, .. }) => [host, ":", &port.to_string()].concat(),
        None => "Nobody gets letters: they are kept as files on this server.".to_owned(),
    }
}

/// The part of the settings that says it.
#[component]
pub fn MailSummary(page: MailPage) -> impl IntoView {
    let (badge, place) = (badge(&page), place(&page));
    let change = view! { <a class="button" href=MAIL>"Mail settings"</a> };
    part("mail-h", "Mail", change, view! { <p><StateBadge badge/>" "{place}</p> })
}

#[component]
pub fn MailSettingsPage() -> impl IntoView {
    let page = page_resource(|| Ok(query::Mail {}));
    view! { <Loaded of=page view=|page| view! { <One page/> }.into_any()/> }.into_any()
}

#[component]
fn One(page: MailPage) -> impl IntoView {
    let badge = Some(badge(&page));
    let acts = page.may_change.then(|| {
        let test = [MAIL, "/test"].concat();
        view! { <a class="button" href=test rel="external">"Send test mail"</a> }.into_any()
    });
    let held_up = page.held_up.clone().map(|(count, why)| {
        let again = if count == 1 { " and is tried again for ever. " } else { " and are tried again for ever. " };
        let text = [&model::mail::waiting(count), " that could not be sent so far,", again, &why].concat();
        view! { <MessageBar tone="warn" text/> }
    });
    let body = match (page.fixed, page.may_change) {
        (None, true) => view! { <Form page/> }.into_any(),
        (Some(fixed), _) => view! { <MessageBar tone="plain" text=fixed.why()/><Shown page/> }.into_any(),
        (None, false) => {
            let readonly = readonly("how letters leave and change nothing of it");
            view! { {readonly}<Shown page/> }.into_any()
        }
    };
    let text = "Whoever is asked, decided about or warned is told by mail.";
    view! {
        <Page title="Mail">
            <PageHeader title="Mail" crumbs=crumbs(None) badge text acts/>
            {held_up}
            {body}
        </Page>
    }
    .into_any()
}

/// The settings for those who may only read them.
#[component]
fn Shown(page: MailPage) -> impl IntoView {
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let kept = match page.fixed {
        Some(FixedMail::Demo) => "Kept, and shown by Demo mail",
        Some(FixedMail::Configured) | None => "Kept as files on this server",
    };
    let facts = match page.server {
        None => vec![fact("Letters", kept.to_owned())],
        Some(MailServer { host, port, security, user_name, sender }) => vec![
            fact("Mail server", host),
            fact("Port", port.to_string()),
            fact("Protection", security.name().to_owned()),
            fact("User name", if user_name.is_empty() { "None".to_owned() } else { user_name }),
            fact("Password", if page.has_password { "Kept, and shown never again" } else { "None" }.to_owned()),
            fact("Sender", sender),
        ],
    };
    view! { <Facts facts/> }.into_any()
}

#[component]
fn Form(page: MailPage) -> impl IntoView {
    let MailPage { server, has_password, sender, version, held_up, .. } = page;
    let waiting = held_up.map_or(0, |(count, _)| count);
    let sends = server.is_some();
    let ways = vec![
        Choice::new(SERVER, "Sent to a mail server", "Over SMTP. What a server does not take is tried again for ever."),
        Choice::new(KEPT, "Kept as files", "In the folder for data of this server. Nobody gets them."),
    ];
    let protections = Security::ALL.into_iter().map(|one| Choice::new(one.key(), one.name(), one.explained())).collect();
    let way = if server.is_some() { SERVER } else { KEPT };
    let (host, port, security, user_name) = server.map_or_else(
        || (String::new(), String::new(), Security::default(), String::new()),
        |server| (server.host, server.port.to_string(), server.security, server.user_name),
    );
    let hint = if has_password {
        "One is kept, sealed, and is shown never again. Leave this empty to keep it."
    } else {
        "Kept sealed, and shown never again."
    };
    view! {
        <PostForm call=SaveMail::PATH class="form mail-form">
            <Seen name="version" value=version.to_string()/>
            <RadioGroup name="way" legend="Letters" value=way options=ways/>
            <div class="form only-sent">
                <TextField name="host" label="Mail server" hint="A name such as mail.example.com. One inside your network is reached when the configuration allows it (outgoing.allow)." value=host/>
                <TextField name="port" label="Port" hint="Empty for the usual one." value=port optional=true/>
                <RadioGroup name="security" legend="Protection" value=security.key() options=protections/>
                <TextField name="user_name" label="User name" hint="Empty when the server does not ask who sends." value=user_name optional=true/>
                <TextField name="password" label="Password" hint kind="password" autocomplete="new-password" optional=true/>
                <TextField name="sender" label="Sender" hint="Such as Vestibule <vestibule@example.com>." value=sender/>
            </div>
            {sends.then(|| view! { <IntoFiles waiting/> })}
            <FormActs label="Save" back=SETTINGS/>
        </PostForm>
    }
    .into_any()
}

/// Letters that wait while they are sent to a server are not made files without a word. A part of its own: it is made inside
/// the form.
#[component]
fn IntoFiles(waiting: u64) -> impl IntoView {
    let hint = if waiting == 0 {
        "None waits now. Nobody gets what is kept as a file.".to_owned()
    } else {
        [&model::mail::waiting(waiting), ". Nobody gets what is kept as a file."].concat()
    };
    view! {
        <div class="form only-kept">
            <CheckBox name="into_files" label="Write the letters that wait into files, too" hint/>
            <Seen name="waiting" value=waiting.to_string()/>
        </div>
    }
    .into_any()
}

#[component]
pub fn MailTestPage() -> impl IntoView {
    let test = page_resource(|| Ok(query::MailTest {}));
    let view =
        |MailTest { at, good, steps }: MailTest| tested(MAIL.to_owned(), "Mail".to_owned(), at, (good, steps), "", ().into_any());
    view! { <Loaded of=test view/> }.into_any()
}
