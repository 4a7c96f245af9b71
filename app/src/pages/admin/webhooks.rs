//! `/admin/settings/webhooks/{id}`: servers of others that are told what is given, changed and taken away.

use super::answering::AnsweringFields;
use super::settings_parts::{Switches, crumbs, part, readonly, state, tested};
use super::{below, parsed, read_id};
use crate::calls::provider::SETTINGS;
use crate::calls::webhook::{DeleteWebhook, GiveUpMessage, ReplayWebhook, SaveWebhook, SetWebhookEnabled, TellMessage, WEBHOOKS};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::answering::Answering;
use model::query;
use model::view::webhook::{Message, MessageState, OfferedSecret, OneWebhook, Row, WebhookTest, Webhooks};
use model::view::{Badge, Choice, Fact};
use model::webhook::{MessageKind, Webhook};
use model::{EventId, Span, WebhookId};

const NEW: &str = "/admin/settings/webhooks/new";

/// `3 messages`
fn messages(count: u64) -> String {
    model::time::count(i64::try_from(count).unwrap_or(i64::MAX), "message")
}

/// `2 requests wait`, `no request waits`
fn requests_wait(count: u64) -> String {
    match count {
        0 => "no request waits".to_owned(),
        1 => "1 request waits".to_owned(),
        count => [&model::time::count(i64::try_from(count).unwrap_or(i64::MAX), "request"), " wait"].concat(),
    }
}

/// Whether it is told, and whether it takes what it is told.
fn badge(row: &Row) -> Badge {
    match (&row.fault, row.webhook.enabled) {
        (_, false) => state(false),
        (Some(_), true) => Badge::new("Takes nothing", "bad"),
        (None, true) => state(true),
    }
}

/// The part of the settings that lists them.
#[component]
pub fn WebhookList(webhooks: Webhooks) -> impl IntoView {
    let Webhooks { rows, may_change } = webhooks;
    let add = may_change.then(|| view! { <a class="button main-act" href=NEW><Icon name="plus"/>"New webhook"</a> });
    let list = if rows.is_empty() {
        let text = "A webhook tells another server what is given, changed and taken away here, within seconds and in order.";
        view! { <Empty title="There are no webhooks" text/> }.into_any()
    } else {
        let rows = rows.into_iter().map(|row| {
            let badge = badge(&row);
            let Row { webhook: Webhook { id, name, url, .. }, waiting, .. } = row;
            view! {
                <tr>
                    <th scope="row"><a class="name" href=below(WEBHOOKS, &id.to_string())>{name}</a></th>
                    <td data-label="Address">{url}</td>
                    <td data-label="Waiting" class="num">{waiting}</td>
                    <td data-label="State"><StateBadge badge/></td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        let columns = vec!["Name", "Address", "Waiting", "State"];
        view! { <Listing caption="Webhooks" columns numbers=&["Waiting"] dense=true>{rows}</Listing> }.into_any()
    };
    part("webhooks-h", "Webhooks", add, list)
}

#[component]
pub fn NewWebhookPage() -> impl IntoView {
    let offered = page_resource(|| Ok(query::OfferedSecret {}));
    let view = |OfferedSecret { secret }: OfferedSecret| {
        let title = "New webhook";
        view! { <Page title><PageHeader title crumbs=crumbs(None)/><Form row=None secret/></Page> }.into_any()
    };
    view! { <Loaded of=offered view/> }.into_any()
}

/// The form of a webhook that is there, with another secret.
#[component]
pub fn WebhookSecretPage() -> impl IntoView {
    let id = read_id();
    let both = page_resource(move || {
        Ok((query::OfferedSecret {}, query::Webhook { webhook: parsed(&id.get(), "webhook")?, after: None }))
    });
    let view = |(OfferedSecret { secret }, OneWebhook { row, .. })| {
        let Webhook { id, name, .. } = &row.webhook;
        let crumbs = crumbs(Some((below(WEBHOOKS, &id.to_string()), name.clone())));
        let title = ["New signing secret of ", name].concat();
        view! { <Page title=title.clone()><PageHeader title crumbs/><Form row=Some(row) secret/></Page> }.into_any()
    };
    view! { <Loaded of=both view/> }.into_any()
}

#[component]
pub fn WebhookPage() -> impl IntoView {
    let (id, after) = (read_id(), query_after());
    let webhook = page_resource(move || Ok(query::Webhook { webhook: parsed(&id.get(), "webhook")?, after: after.get() }));
    view! { <Loaded of=webhook view=|webhook| view! { <One webhook/> }.into_any()/> }.into_any()
}

#[component]
fn One(webhook: OneWebhook) -> impl IntoView {
    let OneWebhook { row, requests, may_change, messages: all, paging } = webhook;
    let asks = row.webhook.answering.is_some();
    let title = row.webhook.name.clone();
    let id = row.webhook.id;
    let path = below(WEBHOOKS, &id.to_string());
    let acts = may_change.then(|| view! { <Acts row=row.clone() requests/> }.into_any());
    let text = match requests {
        _ if !asks => [messages(row.waiting).as_str(), if row.waiting == 1 { " waits." } else { " wait." }].concat(),
        0 => "No request waits for its answer.".to_owned(),
        requests => [&requests_wait(requests), " for its answer."].concat(),
    };
    let fault = row.fault.clone().map(|(why, again_at)| {
        let meanwhile = if asks { "." } else { ", and what waits stays in order." };
        let text = [&why, " It is asked again at ", &again_at.in_sentence(), meanwhile].concat();
        view! { <MessageBar tone="warn" text/> }
    });
    let earlier = row.earlier_until.map(|until| {
        let text = ["The signing secret before this one signs too until ", &until.in_sentence(), "."].concat();
        view! { <MessageBar tone="plain" text/> }
    });
    let badge = Some(badge(&row));
    let form = if may_change {
        view! { <Form row=Some(row) secret=String::new()/> }.into_any()
    } else {
        view! { <Shown webhook=row.webhook/> }.into_any()
    };
    let list = if all.is_empty() {
        let text = if asks {
            "It is asked about each request of the policies and roles that name it."
        } else {
            "What happens from now on is told. What happened before can be told again."
        };
        view! { <Empty title="There are no messages" text/> }.into_any()
    } else {
        let rows = all.into_iter().map(|message| view! { <Line id message may_change/> }).collect_view();
        let columns = vec!["Message", "State", "What came back", "Happened"];
        let pager = Some(view! { <Pager path paging/> }.into_any());
        view! { <Listing caption="Messages" columns acts=may_change dense=true pager>{rows}</Listing> }.into_any()
    };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs=crumbs(None) badge text acts/>
            {fault}
            {earlier}
            {form}
            <section class="stack" aria-labelledby="messages-h">
                <h2 id="messages-h">"Messages"</h2>
                {list}
            </section>
        </Page>
    }
    .into_any()
}

#[component]
fn Line(id: WebhookId, message: Message, may_change: bool) -> impl IntoView {
    let Message { event, kind, at, state, answer } = message;
    let asks = kind == MessageKind::AnswerWanted;
    let (badge, when) = match state {
        MessageState::Told { at } if asks => (Badge::new("Asked", "good"), Some(at)),
        MessageState::Over { at } => (Badge::new("No longer asked", "plain"), Some(at)),
        MessageState::Told { at } => (Badge::new("Told", "good"), Some(at)),
        MessageState::Waiting { tries: 0, .. } => (Badge::new("Waiting", "work"), None),
        MessageState::Waiting { again_at, .. } => (Badge::new("Tried again", "warn"), Some(again_at)),
        MessageState::GivenUp => (Badge::new("Given up", "plain"), None),
    };
    let when = when.map(|at| view! { <span class="under"><When at/></span> });
    let acts = may_change.then(
        || view! { <td class="acts"><MessageActs id event asks waits=matches!(state, MessageState::Waiting { .. })/></td> },
    );
    view! {
        <tr>
            <th scope="row">{kind.name()}<span class="under">{event.to_string()}</span></th>
            <td data-label="State"><StateBadge badge/>{when}</td>
            <td data-label="What came back">{answer.unwrap_or_default()}</td>
            <td data-label="Happened"><When at/></td>
            {acts}
        </tr>
    }
    .into_any()
}

#[component]
fn MessageActs(id: WebhookId, event: EventId, asks: bool, waits: bool) -> impl IntoView {
    let about = ("event", event.to_string());
    let label = match (waits, asks) {
        (true, _) => "Try now",
        (false, true) => "Ask again",
        (false, false) => "Tell again",
    };
    let give_up = waits.then(|| {
        let dialog = ["give-up-", &event.to_string()].concat();
        let text = if asks {
            "It is not asked any more unless somebody chooses “Ask again”. The request waits on, and what was set for it follows when \
             its time is over."
        } else {
            "It is never told, and later messages about the same thing are told at once. Everything can be told again."
        };
        view! {
            <DialogButton id=dialog.clone() class="button small danger">"Give up"</DialogButton>
            <DialogForm id=dialog title="Give this message up?" call=GiveUpMessage::PATH about=about.clone() text label="Give up">
                <Hidden name="webhook" value=id.to_string()/>
            </DialogForm>
        }
    });
    view! {
        <PostForm call=TellMessage::PATH class="group" about=about.clone()>
            <Hidden name="webhook" value=id.to_string()/>
            <SubmitButton label kind="small"/>
        </PostForm>
        {give_up}
    }
    .into_any()
}

#[component]
fn Acts(row: Row, requests: u64) -> impl IntoView {
    let Row { webhook: Webhook { id, name, enabled, answering, .. }, waiting, .. } = row;
    let id = id.to_string();
    let path = below(WEBHOOKS, &id);
    let effects = match answering {
        Some(Answering { silence, .. }) => (
            [
                "It is asked nothing any more, and its answers are refused. Now ",
                &requests_wait(requests),
                " for it. When the time of a request is over, what was set when it was made follows. What is set now: ",
                silence.words(),
                ".",
            ]
            .concat(),
            "It is asked about requests that still wait for it, and about each new one.".to_owned(),
        ),
        None => (
            "It is told nothing any more. What happens meanwhile is told in order once it is enabled again.".to_owned(),
            "It is told what waits, in order, and everything from now on.".to_owned(),
        ),
    };
    let gone = match waiting {
        _ if answering.is_some() => {
            let waits = requests_wait(requests);
            ["Nobody is asked any more. Now ", &waits, " for its answer; what waits is denied when its time is over."].concat()
        }
        0 => "Nobody is told any more. Every message was told.".to_owned(),
        waiting => ["Nobody is told any more, not even of the ", &messages(waiting), " that still wait."].concat(),
    };
    let (again, seen) = (id.clone(), waiting.to_string());
    let (set_enabled, delete) = (SetWebhookEnabled::PATH, DeleteWebhook::PATH);
    let replay = if answering.is_some() {
        "Requests that began to wait since then and still do are asked about again."
    } else {
        "Everything that happened since then is sent again, in order and with the ids of the first time, so that whoever \
         keeps these knows what is new."
    };
    view! {
        <a class="button" href=[&path, "/test"].concat() rel="external">"Test"</a>
        <a class="button" href=[&path, "/secret"].concat()>"New signing secret"</a>
        <DialogButton id="replay" class="button">"Tell again"</DialogButton>
        <DialogForm id="replay" title="Tell again?" call=ReplayWebhook::PATH text=replay label="Tell again" kind="main-act">
            <Hidden name="webhook" value=again/>
            <TextField name="since" label="Since (UTC)" kind="datetime-local"/>
        </DialogForm>
        <Switches about=("webhook", id) name enabled effects set_enabled delete gone seen/>
    }
    .into_any()
}

/// The settings for those who may only read them.
#[component]
fn Shown(webhook: Webhook) -> impl IntoView {
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let kinds: Vec<&str> = webhook.kinds.iter().map(|kind| kind.name()).collect();
    let waits = webhook.answering.map_or_else(
        || "No".to_owned(),
        |asked| [&Span::minutes(i64::from(asked.minutes)).words(), ". Then: ", asked.silence.words()].concat(),
    );
    let facts = vec![
        fact("Address", webhook.url),
        fact("Messages", kinds.join(", ")),
        fact("Waits for an answer", waits),
        fact("Signing secret", "Kept, and shown never again".to_owned()),
    ];
    view! { {readonly("who is told of what happens here and change nothing of it")}<Facts facts/> }.into_any()
}

/// `secret` is a new one that is offered; empty where the one that is kept stays.
#[component]
fn Form(#[prop(optional_no_strip)] row: Option<Row>, secret: String) -> impl IntoView {
    let is_new = row.is_none();
    let webhook = row.map(|row| row.webhook);
    let label = if is_new { "Create webhook" } else { "Save" };
    let back = match &webhook {
        Some(webhook) if !secret.is_empty() => below(WEBHOOKS, &webhook.id.to_string()),
        _ => SETTINGS.to_owned(),
    };
    let there = webhook.as_ref().map(|webhook| (webhook.id.to_string(), webhook.version.to_string()));
    let chosen = webhook.as_ref().map_or_else(|| MessageKind::TOLD.into(), |webhook| webhook.kinds.clone());
    let values = chosen.iter().map(|kind| kind.key().to_owned()).collect();
    let options = MessageKind::TOLD.into_iter().map(|kind| Choice::new(kind.key(), kind.name(), kind.key())).collect();
    let answering = webhook.as_ref().and_then(|webhook| webhook.answering);
    let (name, url) = webhook.map_or_else(Default::default, |webhook| (webhook.name, webhook.url));
    let offers = !secret.is_empty();
    let hint = if is_new {
        "Copy it to the server that checks the signatures: it is made anew whenever this page is opened, and shown never again."
    } else {
        "Copy it to the server that checks the signatures: it is shown never again. The one before it signs too for 24 hours."
    };
    view! {
        <PostForm call=SaveWebhook::PATH class="form webhook-form">
            {there.map(|(id, version)| view! { <Hidden name="webhook" value=id/><Seen name="version" value=version/> })}
            <TextField name="name" label="Name" value=name/>
            <TextField name="url" label="Address" hint="Messages are sent there, such as https://hooks.example.com/access." value=url/>
            <AnsweringFields answering/>
            <div class="form only-tells"><CheckGroup name="kinds[]" legend="Messages" values options/></div>
            {offers.then(|| view! { <TextField name="secret" label="Signing secret" hint autocomplete="off" value=secret/> })}
            <FormActs label back/>
        </PostForm>
    }
    .into_any()
}

#[component]
pub fn WebhookTestPage() -> impl IntoView {
    let id = read_id();
    let test = page_resource(move || Ok(query::WebhookTest { webhook: parsed(&id.get(), "webhook")? }));
    let view = |test: WebhookTest| {
        let WebhookTest { webhook, name, at, good, steps } = test;
        tested(below(WEBHOOKS, &webhook.to_string()), name, at, (good, steps), "", ().into_any())
    };
    view! { <Loaded of=test view/> }.into_any()
}
