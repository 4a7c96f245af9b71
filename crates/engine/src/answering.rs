//! Asking webhooks about requests, and taking their answers: at once, in what comes back, or later, at an address of ours.

use crate::webhook::{Sender, person_json};
use crate::{By, Engine, Fault, Problem};
use model::answering::Answered;
use model::command::Command;
use model::event::Event;
use model::limits::ANSWER_BODY_MAX_BYTES;
use model::request::{Request, Wish};
use model::role_settings::Privileged;
use model::webhook::{MessageKind, Webhook};
use model::{AnyId, EventId, Refusal, RequestId, Ts, UserId, WebhookId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
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
        let malformed = |message| Refusal::Malformed { field: "decision".to_owned(), message };
        let answered = rules::request::read(body).map_err(malformed)?;
        self.take_answer(address.request, address.webhook, answered.clone()).await?;
        Ok(answered)
    }

    async fn take_answer(&self, request: RequestId, webhook: WebhookId, answered: Answered) -> Result<(), Problem> {
        self.submit(&By::System, Command::AnswerForRequest { request, webhook, answered }).await.map(|_| ())
    }

    /// What a webhook said at once when it was asked; what came of it, for whoever looks at the message.
    pub(crate) async fn answered_at_once(&self, request: RequestId, webhook: WebhookId, body: &[u8]) -> Result<String, Fault> {
        if body.len() > ANSWER_BODY_MAX_BYTES {
            return Ok("What it said is too long for an answer.".to_owned());
        }
        let answered = match rules::request::read_at_once(body) {
            Ok(Some(answered)) => answered,
            Ok(None) => return Ok("The answer comes later.".to_owned()),
            Err(expected) => return Ok(format!("What it said is no answer. {expected}")),
        };
        let said = answered.said;
        match self.take_answer(request, webhook, answered).await {
            Ok(()) => Ok(format!("It said {}.", said.key())),
            Err(Problem::Refused(refusal)) => Ok(format!("It said {}. {}", said.key(), refusal.sentence_for_pages())),
            Err(problem) => Err(problem.into_fault("taking the answer of a webhook")),
        }
    }

    /// The questions among these messages that still wait for an answer: each with its request and its body, which names an
    /// address that was not used before.
    pub(crate) async fn questions(
        &self,
        webhook: &Webhook,
        asked: &[EventId],
    ) -> Result<BTreeMap<EventId, (RequestId, String)>, Problem> {
        if asked.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut link = self.inner.db.begin().await?;
        let ids: Vec<AnyId> = asked.iter().map(|event| event.0).collect();
        let told = events::several(&mut link, &ids).await?;
        let known = Known::load(&mut link, &told).await?;
        let now = self.inner.clock.now();
        let (mut addresses, mut questions) = (Vec::new(), BTreeMap::new());
        for event in &told {
            let request = event.request.and_then(|id| known.requests.get(&id));
            let Some(request) = request.filter(|request| rules::request::waits_for(request, webhook.id, now)) else { continue };
            let token = auth::Token::new().map_err(|error| Fault::new("making an address for an answer", error))?;
            addresses.push((token.hash(), Address { request: request.id, webhook: webhook.id, event: event.id }));
            let answer_to = [&self.inner.settings.base_url, ANSWERS, "/", token.expose()].concat();
            questions.insert(event.id, (request.id, known.question(event, request, &answer_to)));
        }
        answering::insert(&mut link, &addresses).await?;
        link.commit().await?;
        Ok(questions)
    }
}

/// What questions name.
struct Known {
    requests: BTreeMap<RequestId, Request>,
    users: BTreeMap<UserId, rules::user::User>,
    packages: BTreeMap<model::PackageId, String>,
}

impl Known {
    async fn load(link: &mut Link, told: &[Event]) -> Result<Self, Problem> {
        let ids: Vec<RequestId> = told.iter().filter_map(|event| event.request).collect();
        let requests = requests::several(link, &ids).await?;
        let people: BTreeSet<UserId> = requests.iter().flat_map(|request| [request.requestor, request.beneficiary]).collect();
        let people: Vec<UserId> = people.into_iter().collect();
        let packages: Vec<model::PackageId> = requests.iter().filter_map(Request::package).collect();
        Ok(Self {
            users: users::several(link, &people).await?.into_iter().map(|user| (user.id, user)).collect(),
            packages: audit::package_names(link, &packages).await?,
            requests: requests.into_iter().map(|request| (request.id, request)).collect(),
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
