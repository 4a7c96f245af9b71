//! Webhooks that are asked about requests and waited for: what they may say, when, and what becomes of silence.

use engine::answering::Signed;
use model::answering::{Answered, Answering, AskedWebhook, Moment, Said, Silence};
use model::command::{Command, Done, Secret};
use model::request::Phase;
use model::view::package::Form;
use model::view::webhook::{Message, MessageState};
use model::webhook::{MessageKind, SaveWebhook};
use model::{RequestId, Span, WebhookId, query};
use testkit::{Heard, Offer, Person, Receiver, World, both, refused, stage};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NAME: &str = "Licences";
const TOOLS: &str = "Tools";

fn asks(url: &str, silence: Silence) -> SaveWebhook {
    SaveWebhook {
        webhook: None,
        version: 0,
        name: NAME.to_owned(),
        url: url.to_owned(),
        kinds: Default::default(),
        answering: Some(Answering { minutes: 60, silence }),
        secret: Some(Secret(SECRET.to_owned())),
    }
}

/// A company where requests for *Tools* ask a webhook, and Miriam approves them.
struct Asking {
    world: World,
    receiver: Receiver,
    webhook: WebhookId,
    alex: Person,
    miriam: Person,
}

impl Asking {
    async fn begins(test: testkit::TestDb, moment: Moment, silence: Silence) -> Self {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let Done::WebhookSaved { webhook, .. } = world.console(Command::SaveWebhook(asks(&receiver.url, silence))).await else {
            panic!("it was saved")
        };
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let group = world.makes_group(TOOLS).await;
        let offer = Offer::new(TOOLS, group, [stage([(&miriam).into()])]);
        world.offers(offer.with(|settings| settings.asks = Some(AskedWebhook { webhook, moment }))).await;
        Self { world, receiver, webhook, alex, miriam }
    }

    /// Alex asks, and the webhook is asked.
    async fn requests(&self) -> (RequestId, Heard) {
        let request = self.alex.requests(TOOLS).because("For the move.").await.unwrap();
        self.world.settle().await;
        (request, self.question())
    }

    fn question(&self) -> Heard {
        let mut heard = self.receiver.heard();
        assert_eq!(heard.len(), 1, "it is asked once");
        heard.remove(0)
    }

    /// Sends a signed answer to the question.
    async fn says(&self, question: &Heard, body: &str) -> Result<Answered, engine::Problem> {
        self.sends(question, body, SECRET, Span::ZERO).await
    }

    async fn sends(&self, question: &Heard, body: &str, secret: &str, late: Span) -> Result<Answered, engine::Problem> {
        let id = question.headers["webhook-id"].clone();
        let time = (self.world.now() - late).0 / 1_000;
        let signature = auth::webhook::signature(&[secret], &id, time, body).unwrap();
        let signed = Signed { id: &id, timestamp: &time.to_string(), signatures: &signature };
        self.world.engine().answer_question(&token(question), signed, body.as_bytes()).await
    }

    /// The policy asks the webhook no more, and it is deleted.
    async fn deletes_the_webhook(&self) {
        let morgan = self.world.person("morgan").await;
        let (package, policy) = (self.world.package(TOOLS), self.world.policy(TOOLS, "Everybody"));
        let page = morgan.asks(query::Policy { package, policy: Some(policy) }).await.unwrap();
        let settings = model::package::PolicySettings { asks: None, ..page.settings };
        let fields = model::catalog::PolicyFields { name: page.name, enabled: true, settings, seen: None };
        morgan.submits(Command::EditPolicy { package, policy, version: page.version, fields }).await.unwrap();
        morgan.submits(Command::DeleteWebhook { webhook: self.webhook, seen: 9 }).await.unwrap();
    }

    /// The last message, as administrators see it.
    async fn message(&self) -> Message {
        let page = query::Webhook { webhook: self.webhook, after: None };
        self.world.person("morgan").await.asks(page).await.unwrap().messages.remove(0)
    }

    async fn timeline(&self, request: RequestId) -> String {
        let seen = self.alex.sees_request(request).await.unwrap();
        seen.timeline.iter().map(|entry| format!("{}\n{}\n", entry.title, entry.words)).collect()
    }

    /// The plan of the form and that of *Who could?* name the webhook at this place, and say nowhere where it is.
    async fn is_named(&self, place: usize, title: &str, hint: &str) {
        let form = self.alex.sees_package(TOOLS).await.unwrap().form;
        let Form::Open { policies, .. } = form else { panic!("{form:?}") };
        let who_could = query::WhoCould { package: self.world.package(TOOLS), search: String::new(), person: Some(self.alex.id) };
        let could = self.world.person("morgan").await.asks(who_could).await.unwrap().could.unwrap();
        for plan in [&policies[0].plan, could.policies[0].plan.as_ref().unwrap()] {
            assert_eq!((plan.len(), plan[place].title.as_str(), plan[place].webhook.as_deref()), (2, title, Some(NAME)));
            assert!(plan[place].hint.ends_with(hint), "{plan:?}");
            assert!(!format!("{plan:?}").contains(&self.receiver.url), "nobody learns where it is");
        }
    }

    async fn state(&self, request: RequestId) -> (String, String) {
        let seen = self.alex.sees_request(request).await.unwrap();
        (seen.badge.word, seen.summary)
    }
}

/// The last part of the address to which the answer goes.
fn token(question: &Heard) -> String {
    let (_, rest) = question.body.split_once("/hooks/answers/").unwrap_or_else(|| panic!("{}", question.body));
    rest.split('"').next().unwrap().to_owned()
}

const ALLOW: &str = r#"{"decision":"allow"}"#;
const DENY: &str = r#"{"decision":"deny","reason":"No licence is left."}"#;
const HOLD: &str = r#"{"decision":"hold","reason":"A person looks at it."}"#;

both! {
    async fn whoever_cannot_prove_who_they_are_or_answers_twice_or_too_late_changes_nothing(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        let (request, question) = asking.requests().await;
        let other = format!("whsec_{}", "QUJD".repeat(11));
        assert_eq!(refused(asking.sends(&question, ALLOW, &other, Span::ZERO).await).code(), "answer_not_signed");
        for late in [Span::minutes(6), Span::minutes(-6)] {
            assert_eq!(refused(asking.sends(&question, ALLOW, SECRET, late).await).code(), "answer_not_signed");
        }
        let engine = asking.world.engine();
        let unsigned = Signed { id: "", timestamp: "", signatures: "" };
        assert_eq!(refused(engine.answer_question(&token(&question), unsigned, ALLOW.as_bytes()).await).code(), "answer_not_signed");
        for token in ["", "x", &"A".repeat(43)] {
            assert_eq!(refused(engine.answer_question(token, unsigned, ALLOW.as_bytes()).await).code(), "not_found");
        }
        let mut another = question.clone();
        another.headers.insert("webhook-id".to_owned(), "msg_00000000000070008000000000000000".to_owned());
        assert_eq!(refused(asking.says(&another, ALLOW).await).code(), "answer_not_signed", "signed for another question");
        assert_eq!(refused(asking.says(&question, r#"{"decision":"deny"}"#).await).code(), "malformed", "a denial says why");
        assert_eq!(refused(asking.says(&question, &question.body).await).code(), "malformed", "our own message is no answer");
        let long = format!(r#"{{"decision":"deny","reason":"{}"}}"#, "x".repeat(2_001));
        assert_eq!(refused(asking.says(&question, &long).await).code(), "too_long", "nothing is cut silently");
        for person in [&asking.alex, &asking.miriam] {
            let answered = Answered { said: Said::Allow, words: String::new() };
            let forged = Command::AnswerForRequest { request, webhook: asking.webhook, answered };
            assert_eq!(refused(person.submits(forged).await).code(), "not_found", "only the webhook says so");
        }
        assert!(!asking.miriam.sees_in_inbox(request).await);
        asking.says(&question, DENY).await.unwrap();
        let again = refused(asking.says(&question, ALLOW).await);
        assert_eq!(again.code(), "not_waiting_for_answer");
        assert!(again.sentence().contains("first answer counts"), "{}", again.sentence());
        assert_eq!(asking.world.story_of(request).await, ["request_submitted", "webhook_asked", "webhook_answered"]);
    }

    async fn a_denial_ends_the_request_and_the_requestor_reads_why_and_by_whom(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::GoesOn).await;
        let (request, question) = asking.requests().await;
        for said in ["\"type\":\"request.answer_wanted\"", "For the move.", TOOLS, "\"moment\":\"submitted\"", &asking.alex.id.to_string()] {
            assert!(question.body.contains(said), "“{said}” is missing in {}", question.body);
        }
        let (badge, summary) = asking.state(request).await;
        assert_eq!(badge, "Pending approval");
        assert!(summary.starts_with("It waits for the answer of Licences, until "), "{summary}");
        assert_eq!(refused(asking.alex.requests(TOOLS).because("Again.").await).code(), "already_requested");
        asking.says(&question, HOLD).await.unwrap();
        assert_eq!(refused(asking.says(&question, HOLD).await).code(), "held_already");
        assert!(asking.state(request).await.1.starts_with("Licences holds it and answers later"));
        asking.says(&question, DENY).await.unwrap();
        asking.world.settle().await;
        assert_eq!(asking.state(request).await, ("Denied".to_owned(), "Licences denied it.".to_owned()));
        let seen = asking.alex.sees_request(request).await.unwrap();
        let told: Vec<_> = seen.timeline.iter().map(|entry| (entry.title.as_str(), entry.words.as_str())).collect();
        assert!(told.contains(&("Licences holds it, and answers later", "A person looks at it.")), "{told:?}");
        assert!(told.contains(&("Licences denied it", "No licence is left.")), "{told:?}");
        let letters = asking.world.letters().await;
        let letter = letters.iter().find(|letter| letter.subject == "Denied: Tools").unwrap();
        assert!(letter.text.contains("Licences denied your request") && letter.text.contains("No licence is left."), "{}", letter.text);
        assert!(!asking.alex.holds(TOOLS).await);
        asking.world.is_whole(&[&asking.alex, &asking.miriam]).await;
    }

    async fn what_is_allowed_goes_on_and_is_approved_as_without(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        let (request, question) = asking.requests().await;
        assert_eq!(refused(asking.miriam.approves(request, "Fine.").await).code(), "not_an_approver");
        asking.says(&question, ALLOW).await.unwrap();
        asking.world.settle().await;
        assert!(!asking.alex.holds(TOOLS).await, "nobody is given anything by it");
        assert!(asking.miriam.sees_in_inbox(request).await);
        asking.miriam.approves(request, "Fine.").await.unwrap();
        asking.world.settle().await;
        assert!(asking.alex.holds(TOOLS).await);
        assert!(asking.receiver.heard().is_empty(), "it is asked once");
        asking.world.is_whole(&[&asking.alex, &asking.miriam]).await;
    }

    async fn an_answer_in_what_comes_back_counts_at_once_and_what_is_none_waits(test: TestDb) {
        let asking = Asking::begins(test, Moment::Approved, Silence::Denies).await;
        let request = asking.alex.requests(TOOLS).because("For the move.").await.unwrap();
        asking.world.settle().await;
        assert!(asking.receiver.heard().is_empty(), "it is asked after the approvals");
        asking.receiver.says(r#"{"decision":"perhaps"}"#);
        asking.miriam.approves(request, "Fine.").await.unwrap();
        asking.world.settle().await;
        let question = asking.question();
        assert!(!asking.alex.holds(TOOLS).await);
        let message = asking.message().await;
        assert!(message.kind == MessageKind::AnswerWanted && message.answer.unwrap().contains("is no answer"));
        asking.says(&question, DENY).await.unwrap();
        assert_eq!(asking.state(request).await.0, "Denied");

        asking.receiver.says(ALLOW);
        let again = asking.alex.requests(TOOLS).because("Once more.").await.unwrap();
        asking.world.settle().await;
        asking.miriam.approves(again, "Fine.").await.unwrap();
        asking.world.settle().await;
        assert!(asking.alex.holds(TOOLS).await);
        let late = refused(asking.says(&asking.question(), DENY).await);
        assert_eq!(late.code(), "not_waiting_for_answer", "the first answer counts");
        asking.world.is_whole(&[&asking.alex, &asking.miriam]).await;
    }

    async fn silence_does_what_was_set_when_the_request_was_made_even_when_the_webhook_is_disabled(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        asking.receiver.answers(|_| (503, String::new()));
        let (request, question) = asking.requests().await;
        asking.world.console(Command::SetWebhookEnabled { webhook: asking.webhook, enabled: false }).await;
        assert_eq!(refused(asking.says(&question, ALLOW).await).code(), "webhook_disabled", "whoever disabled it does not trust it");
        let version = asking.world.person("morgan").await.asks(query::Webhook { webhook: asking.webhook, after: None }).await.unwrap().row.webhook.version;
        let anew = SaveWebhook { webhook: Some(asking.webhook), version, secret: None, ..asks(&asking.receiver.url, Silence::GoesOn) };
        asking.world.console(Command::SaveWebhook(anew)).await;
        asking.world.passes(Span::minutes(59)).await;
        assert_eq!(asking.state(request).await.0, "Pending approval");
        asking.world.passes(Span::minutes(1)).await;
        let (badge, summary) = asking.state(request).await;
        assert_eq!(badge, "Denied");
        assert_eq!(summary, "Licences did not answer in time, and without its answer the request is denied.");
        let letters = asking.world.letters().await;
        assert!(letters.iter().any(|letter| letter.text.contains("because Licences did not answer in time")), "{letters:?}");

        let later = asking.alex.requests(TOOLS).because("Again.").await.unwrap();
        asking.world.passes(Span::minutes(60)).await;
        assert!(asking.miriam.sees_in_inbox(later).await, "now silence lets it go on");
        assert_eq!(asking.world.story_of(later).await, ["request_submitted", "webhook_asked", "webhook_silent", "stage_opened"]);
        asking.receiver.heard();
        asking.receiver.answers(|_| (200, String::new()));
        asking.world.console(Command::SetWebhookEnabled { webhook: asking.webhook, enabled: true }).await;
        asking.world.passes(Span::minutes(1)).await;
        assert!(asking.receiver.heard().is_empty(), "nobody is asked about what waits no more");
        let page = asking.world.person("morgan").await.asks(query::Webhook { webhook: asking.webhook, after: None }).await.unwrap();
        assert_eq!((page.row.waiting, page.requests), (0, 0));
        assert!(page.messages.iter().all(|message| matches!(message.state, MessageState::Over { .. })), "{:?}", page.messages);
        asking.world.is_whole(&[&asking.alex, &asking.miriam]).await;
    }

    async fn an_answer_after_the_request_was_canceled_is_told_so(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        let (request, question) = asking.requests().await;
        asking.alex.cancels(request, "Not needed.").await.unwrap();
        assert_eq!(refused(asking.says(&question, ALLOW).await).code(), "not_waiting_for_answer");
        let (late, question) = asking.requests().await;
        asking.world.time_goes_by(Span::minutes(60));
        assert_eq!(refused(asking.says(&question, ALLOW).await).code(), "not_waiting_for_answer", "before any worker said so");
        let anew = asking.alex.requests(TOOLS).because("Anew.").await.unwrap();
        assert_ne!(anew, late, "the one before it is over");
        asking.world.is_whole(&[&asking.alex]).await;
    }

    async fn a_server_of_ours_that_vanishes_asks_again_and_takes_one_answer(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        let (request, question) = asking.requests().await;
        let mut link = asking.world.db().begin().await.unwrap();
        let event = store::webhooks::messages(&mut link, asking.webhook, i64::MAX, 1).await.unwrap()[0].event;
        store::webhooks::again(&mut link, asking.webhook, event, asking.world.now()).await.unwrap();
        let now = asking.world.now();
        store::webhooks::claim(&mut link, asking.webhook, now, now + Span::seconds(60), 5).await.unwrap();
        link.commit().await.unwrap();
        asking.world.restart();
        asking.receiver.says(ALLOW);
        asking.world.passes(Span::seconds(61)).await;
        let again = asking.question();
        assert_eq!(again.headers["webhook-id"], question.headers["webhook-id"], "the same question");
        assert_ne!(token(&again), token(&question), "at another address");
        assert!(asking.miriam.sees_in_inbox(request).await);
        for address in [&question, &again] {
            assert_eq!(refused(asking.says(address, DENY).await).code(), "not_waiting_for_answer");
        }
        assert_eq!(asking.world.story_of(request).await, ["request_submitted", "webhook_asked", "webhook_answered", "stage_opened"]);
    }

    async fn a_webhook_that_policies_ask_is_kept_and_one_that_only_tells_is_not_asked(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        let morgan = asking.world.person("morgan").await;
        let (request, question) = asking.requests().await;
        let delete = Command::DeleteWebhook { webhook: asking.webhook, seen: 9 };
        let kept = refused(morgan.submits(delete.clone()).await);
        assert_eq!(kept.code(), "webhook_is_asked");
        assert!(kept.sentence().contains("Tools · Everybody"), "{}", kept.sentence());
        let tells = SaveWebhook { webhook: Some(asking.webhook), version: 1, answering: None, kinds: MessageKind::TOLD.into(), secret: None, ..asks(&asking.receiver.url, Silence::Denies) };
        assert_eq!(refused(morgan.submits(Command::SaveWebhook(tells.clone())).await).code(), "webhook_is_asked");
        let other = SaveWebhook { webhook: None, name: "Clean-up".into(), secret: Some(Secret(SECRET.to_owned())), ..tells };
        let Done::WebhookSaved { webhook: told, .. } = morgan.submits(Command::SaveWebhook(other)).await.unwrap() else { panic!("saved") };
        let package = asking.world.package(TOOLS);
        let id = asking.world.policy(TOOLS, "Everybody");
        let page = morgan.asks(query::Policy { package, policy: Some(id) }).await.unwrap();
        assert_eq!(page.askable.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), [NAME]);
        let saves = |webhook: Option<WebhookId>, version| {
            let asks = webhook.map(|webhook| AskedWebhook { webhook, moment: Moment::Approved });
            let settings = model::package::PolicySettings { asks, ..page.settings.clone() };
            let fields = model::catalog::PolicyFields { name: page.name.clone(), enabled: true, settings, seen: None };
            Command::EditPolicy { package, policy: id, version, fields }
        };
        assert_eq!(refused(morgan.submits(saves(Some(told), page.version)).await).field(), Some("asks"));
        morgan.submits(saves(None, page.version)).await.unwrap();
        morgan.submits(delete).await.unwrap();
        assert_eq!(refused(asking.says(&question, ALLOW).await).code(), "not_found", "nothing proves who it is any more");
        asking.world.passes(Span::minutes(60)).await;
        let seen = asking.alex.sees_request(request).await.unwrap();
        assert_eq!(seen.badge, Phase::Denied.into(), "silence is silence");
    }

    async fn a_denial_at_once_that_cannot_be_read_is_asked_for_again_and_nothing_goes_on_meanwhile(test: TestDb) {
        let asking = Asking::begins(test, Moment::Approved, Silence::GoesOn).await;
        let request = asking.alex.requests(TOOLS).because("For the move.").await.unwrap();
        asking.receiver.says(r#"{"decision":"Deny","reason":"No licence is left."}"#);
        asking.miriam.approves(request, "Fine.").await.unwrap();
        asking.world.settle().await;
        asking.question();
        let message = asking.message().await;
        assert!(matches!(message.state, MessageState::Waiting { tries: 1, .. }), "it is not lost: {message:?}");
        assert!(message.answer.as_ref().unwrap().starts_with("It answered 200. What it said is no answer."), "{message:?}");
        let long = format!(r#"{{"decision":"Deny","reason":"{}"}}"#, "x".repeat(40_000));
        for unclear in ["deny", &long, r#"[{"decision":"deny"}]"#] {
            asking.receiver.says(unclear);
            asking.world.passes(Span::minutes(1)).await;
        }
        assert_eq!(asking.state(request).await.0, "Pending approval");
        asking.receiver.says("\u{feff}{\"decision\":\"deny\"}");
        asking.world.passes(Span::minutes(5)).await;
        assert_eq!(asking.state(request).await, ("Denied".to_owned(), "Licences denied it.".to_owned()));
        assert!(asking.timeline(request).await.contains("Licences denied it\nIt gave no reason.\n"));
        assert!(!asking.alex.holds(TOOLS).await);
        asking.world.is_whole(&[&asking.alex, &asking.miriam]).await;
    }

    async fn a_server_that_is_up_again_is_asked_in_time_and_one_that_is_not_was_not_asked(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::GoesOn).await;
        // For a day, says its head.
        asking.receiver.answers(|_| (429, "retry-after: 86400\r\n".to_owned()));
        let (request, _) = asking.requests().await;
        asking.receiver.answers(|_| (200, String::new()));
        asking.receiver.says(DENY);
        asking.world.passes(Span::minutes(14)).await;
        assert!(asking.receiver.heard().is_empty(), "it is left alone for a while");
        asking.world.passes(Span::minutes(1)).await;
        asking.question();
        assert_eq!(asking.state(request).await.0, "Denied");
        asking.world.letters().await;

        asking.receiver.answers(|_| (503, String::new()));
        let (later, _) = asking.requests().await;
        asking.world.passes(Span::minutes(60)).await;
        let told = asking.timeline(later).await;
        assert!(told.contains("Licences was to answer until ") && told.contains("Licences could not be asked in time"), "{told}");
        assert!(!told.contains("Licences was asked") && !told.contains("did not answer"), "nothing is said that is not so: {told}");
        assert!(asking.miriam.sees_in_inbox(later).await, "it goes on, as it was set");
        assert!(asking.world.subjects_to("morgan").await.contains(&"Not checked by Licences".to_owned()));
        asking.world.is_whole(&[&asking.alex, &asking.miriam]).await;
    }

    async fn a_webhook_that_is_deleted_meanwhile_lets_nothing_go_on_and_who_had_approved_is_told(test: TestDb) {
        let asking = Asking::begins(test, Moment::Approved, Silence::GoesOn).await;
        let request = asking.alex.requests(TOOLS).because("For the move.").await.unwrap();
        asking.world.settle().await;
        asking.deletes_the_webhook().await;
        asking.miriam.approves(request, "Fine.").await.unwrap();
        asking.world.settle().await;
        asking.world.subjects_to("miriam").await;
        asking.world.passes(Span::minutes(60)).await;
        assert_eq!(asking.state(request).await.0, "Denied");
        assert!(asking.timeline(request).await.contains("Licences is no longer there to be asked"));
        assert!(!asking.alex.holds(TOOLS).await);
        assert_eq!(asking.world.subjects_to("miriam").await.last().unwrap(), "Denied");
        asking.world.is_whole(&[&asking.alex, &asking.miriam]).await;
    }

    async fn each_answer_is_taken_when_it_is_there_and_addresses_are_made_for_what_is_sent(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::GoesOn).await;
        let mut requests = Vec::new();
        for n in 0..12 {
            let person = asking.world.hires(&format!("asker{n}")).await;
            requests.push(person.requests(TOOLS).because("For the move.").await.unwrap());
        }
        // The ninth is sent when one of the first eight was answered; from then on an answer is late.
        let (engine, mut heard) = (asking.world.engine(), 0);
        asking.receiver.says(DENY);
        asking.receiver.answers(move |_| {
            heard += 1;
            if heard == 9 {
                engine.clock().advance(Span::minutes(60));
            }
            (200, String::new())
        });
        asking.world.settle().await;
        let sent = asking.receiver.heard().len() as u64;
        let mut denied = 0;
        for request in requests {
            let story = asking.world.story_of(request).await;
            denied += usize::from(story.last() == Some(&"webhook_answered"));
        }
        assert!(denied > 0, "no answer waits for those of others");
        let mut link = asking.world.db().begin().await.unwrap();
        let forgotten = store::answering::forget_old(&mut link, asking.world.now() + Span::days(30)).await.unwrap();
        assert_eq!(forgotten, sent, "one address for each question that was sent");
    }

    async fn what_is_assigned_waits_for_the_webhook_and_it_is_said_so(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        let morgan = asking.world.person("morgan").await;
        let Done::PackageAssigned { waits: Some(waits), .. } = morgan.assigns(TOOLS, "Everybody", &[&asking.alex]).await.unwrap() else {
            panic!("it waits")
        };
        assert_eq!(waits.words(), "Licences lets it go on and it is approved");
        assert!(!asking.alex.holds(TOOLS).await);
    }

    async fn whoever_asks_and_whoever_looks_who_could_reads_which_webhook_is_asked_first_and_how_long_it_has(test: TestDb) {
        let asking = Asking::begins(test, Moment::Submitted, Silence::Denies).await;
        asking.is_named(0, "Before the approvals begin", "It has 1 hour to answer; without an answer the request is denied.").await;
    }

    async fn a_webhook_that_is_asked_last_stands_behind_the_approvals(test: TestDb) {
        let asking = Asking::begins(test, Moment::Approved, Silence::GoesOn).await;
        asking.is_named(1, "After the last approval", "It has 1 hour to answer; without an answer the request goes on.").await;
    }
}
