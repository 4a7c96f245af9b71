//! Asking webhooks about requests, and taking their answers: at once, in what comes back, or later, at an address of ours.

use crate::webhook::{Sender, person_json};
use crate::{By, Engine, Fault, Problem};
use connect::outgoing::Ask;
use model::answering::Answered;
use model::command::Command;
use model::event::Event;
use model::limits::ANSWER_ADDRESS_DAYS;
use model::request::{Request, Wish};
use model::role_settings::Privileged;
use model::webhook::MessageKind;
use model::{EventId, Refusal, RequestId, Span, Ts, UserId, WebhookId};
use rules::webhook::Came;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::answering::{self, Address};
use store::{Link, audit, events, requests, users, webhooks};

/// Below it are the addresses to which answers are sent.
pub const ANSWERS: &str = "/hooks/answers";
const NO_QUESTION: Refusal = Refusal::NotFound { what: "question that waits for an answer" };

/// What proves who sends an answer, as Standard Webhooks writes it.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The id of the message that asked.
    pub id: &'a str,
    /// Seconds, as they were written.
    pub timestamp: &'a str,
    pub signatures: &'a str,
}

impl Engine {
    /// An answer that was sent to the address with this token.
    pub async fn answer_question(&self, token: &str, signed: Signed<'_>, body: &[u8]) -> Result<Answered, Problem> {
        let token = auth::Token::parse(token).ok_or(NO_QUESTION)?;
        let now = self.inner.clock.now();
        let (address, stored) = {
            let mut link = self.inner.db.read().await?;
            let address = answering::get(&mut link, &token.hash()).await?.ok_or(NO_QUESTION)?;
            (address, webhooks::get(&mut link, address.webhook).await?.ok_or(NO_QUESTION)?)
        };
        let signed_at = signed.timestamp.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000)).map(Ts);
        rules::request::is_fresh(signed_at, now)?;
        let sender = Sender::new(&self.inner.keys, &stored, now)?;
        if signed.id != Sender::message_id(address.event.0) || !sender.signed(signed, body) {
            let why =
                "It is signed with the secret of the webhook, over the id of the message that asked, the time and the body.";
            return Err(Refusal::AnswerNotSigned { why }.into());
        }
        let answered = rules::request::read(body)?;
        self.take_answer(address.request, address.webhook, answered.clone()).await?;
        Ok(answered)
    }

    async fn take_answer(&self, request: RequestId, webhook: WebhookId, answered: Answered) -> Result<(), Problem> {
        self.submit(&By::System, Command::AnswerForRequest { request, webhook, answered }).await.map(|_| ())
    }

    /// Sends a question, and takes an answer that comes back at once: what came of it, and what whoever looks at the message
    /// reads of it besides.
    pub(crate) async fn ask_question(&self, ask: Ask, request: RequestId, webhook: WebhookId) -> (Came, Option<String>) {
        let (came, body) = self.send_message(ask).await;
        if !came.is_good() {
            return (came, None);
        }
        let unclear = |why: String| (Came::Unclear(format!("{} {why}", came.words())), None);
        let answered = match rules::request::read_at_once(&body) {
            Ok(Some(answered)) => answered,
            Ok(None) => return (came, Some("The answer comes later.".to_owned())),
            Err(expected) => return unclear(format!("What it said is no answer. {expected}")),
        };
        let said = format!("It said {}.", answered.said.key());
        match self.take_answer(request, webhook, answered).await {
            Ok(()) => (came, Some(said)),
            Err(Problem::Refused(refusal)) => {
                let words = format!("{said} {}", refusal.sentence_for_pages());
                if rules::request::settles_question(&refusal) { (came, Some(words)) } else { unclear(words) }
            }
            Err(problem) => {
                let fault = problem.into_fault("taking the answer of a webhook");
                tracing::error!(%fault, %request, "an answer of a webhook could not be taken, and it is asked again");
                unclear(format!("{said} Something broke here before that was kept."))
            }
        }
    }

    /// The question about which this event is, while it waits for an answer: its request and its body, which names an address
    /// that was not used before.
    pub(crate) async fn question(&self, webhook: WebhookId, event: EventId) -> Result<Option<(RequestId, String)>, Fault> {
        let wrong = |problem: Problem| problem.into_fault("writing a question");
        let mut link = self.inner.db.begin().await?;
        let Some(event) = events::several(&mut link, &[event.0]).await?.pop() else { return Ok(None) };
        let Some(request) = event.request else { return Ok(None) };
        // Kept from others, so that no address outlives the question.
        let Some(request) = requests::get_to_change(&mut link, request).await? else { return Ok(None) };
        let now = self.inner.clock.now();
        let Some(until) = rules::request::answer_by(&request, webhook, now) else { return Ok(None) };
        let known = Known::load(&mut link, &request).await.map_err(wrong)?;
        let token = auth::Token::new().map_err(|error| Fault::new("making an address for an answer", error))?;
        let address = Address { request: request.id, webhook, event: event.id };
        answering::forget_old(&mut link, now).await?;
        answering::insert(&mut link, &token.hash(), address, until + Span::days(ANSWER_ADDRESS_DAYS)).await?;
        link.commit().await?;
        let answer_to = [&self.inner.settings.base_url, ANSWERS, "/", token.expose()].concat();
        Ok(Some((request.id, known.question(&event, &request, &answer_to))))
    }
}

/// What a question names.
struct Known {
    users: BTreeMap<UserId, rules::user::User>,
    packages: BTreeMap<model::PackageId, String>,
}

impl Known {
    async fn load(link: &mut Link, request: &Request) -> Result<Self, Problem> {
        let packages: Vec<model::PackageId> = request.package().into_iter().collect();
        let users = users::several(link, &[request.requestor, request.beneficiary]).await?;
        Ok(Self {
            users: users.into_iter().map(|user| (user.id, user)).collect(),
            packages: audit::package_names(link, &packages).await?,
        })
    }

    /// Unlike what is told, a question holds what people wrote: whoever answers decides by it.
    fn question(&self, event: &Event, request: &Request, answer_to: &str) -> String {
        let user = |id: UserId| person_json(id, self.users.get(&id));
        let terms = &request.terms;
        let answers: Vec<Value> =
            terms.answers.iter().map(|one| json!({ "question": one.text, "answers": one.answers })).collect();
        let activated = match request.wish {
            Wish::Activation { role, .. } => {
                let resource = role.resource();
                let kind = Privileged::of(role).map(|role| role.kind().key());
                Some(json!({ "kind": kind, "resource": resource.id().to_string(), "name": terms.name }))
            }
            Wish::Package { .. } | Wish::Extension { .. } => None,
        };
        let ticket = (!terms.ticket.is_empty()).then(|| json!({ "system": terms.ticket.system, "number": terms.ticket.number }));
        let (moment, answer_by) = match (&terms.asks, &event.action) {
            (Some(asks), model::event::Action::WebhookAsked { answer_by, .. }) => (asks.moment.key(), Some(*answer_by)),
            _ => ("", None),
        };
        json!({
            "type": MessageKind::AnswerWanted.key(),
            "timestamp": event.at.iso_exact(),
            "data": {
                "event": event.id.to_string(),
                "answer_to": answer_to,
                "answer_by": answer_by.map(Ts::iso_exact),
                "moment": moment,
                "request": {
                    "id": request.id.to_string(),
                    "package": request.package().map(|id| json!({ "id": id.to_string(), "name": self.packages.get(&id) })),
                    "role": activated,
                    "policy": terms.policy_name,
                    "requestor": user(request.requestor),
                    "beneficiary": user(request.beneficiary),
                    "justification": terms.justification,
                    "answers": answers,
                    "ticket": ticket,
                    "extends": matches!(request.wish, Wish::Package { extends: Some(_), .. }),
                    "lasts": request.lasts_words(),
                    "starts_at": terms.starts_at.map(Ts::iso_exact),
                    "ends_at": terms.ends_at.map(Ts::iso_exact),
                    "submitted_at": request.submitted_at.iso_exact(),
                },
            },
        })
        .to_string()
    }
}
