//! Settings of roles that ask a webhook: activations wait for its answer, as requests do.

use crate::activation::{activates, asks};
use crate::privileged::{eligible, of, sets};
use engine::answering::Signed;
use model::answering::{Answered, Answering, AskedWebhook, Moment, Silence};
use model::command::{Command, Done, Secret};
use model::directory::PortalRole;
use model::role_settings::{Privileged, PrivilegedKind, RoleSettings};
use model::webhook::SaveWebhook;
use model::{AssignmentId, RequestId, Span, WebhookId, query};
use testkit::{Heard, Person, Receiver, TestDb, World, both, refused};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NAME: &str = "Duty roster";
const USERS: PortalRole = PortalRole::UserAdministrator;

fn roster(url: &str, silence: Silence) -> SaveWebhook {
    SaveWebhook {
        webhook: None,
        version: 0,
        name: NAME.to_owned(),
        url: url.to_owned(),
        kinds: Default::default(),
        answering: Some(Answering { minutes: 30, silence }),
        secret: Some(Secret(SECRET.to_owned())),
    }
}

/// Alex is eligible for *User Administrator*, whose settings ask a webhook.
struct Duty {
    world: World,
    receiver: Receiver,
    webhook: WebhookId,
    morgan: Person,
    alex: Person,
    assignment: AssignmentId,
}

impl Duty {
    async fn begins(test: TestDb, moment: Moment, silence: Silence) -> Self {
        let world = World::demo(test).await;
        let receiver = Receiver::start().await;
        let done = world.console(Command::SaveWebhook(roster(&receiver.url, silence))).await;
        let Done::WebhookSaved { webhook, .. } = done else { panic!("{done:?}") };
        let [morgan, alex] = world.people(["morgan", "alex"]).await;
        sets(&morgan, of(USERS), |settings| settings.asks = Some(AskedWebhook { webhook, moment })).await.unwrap();
        let assignment = eligible(&morgan, &alex, of(USERS), None).await;
        Self { world, receiver, webhook, morgan, alex, assignment }
    }

    /// Alex activates, and the webhook is asked.
    async fn activates(&self) -> (RequestId, Heard) {
        let (request, active) = activates(&self.alex, asks(self.assignment, 60)).await.unwrap();
        assert_eq!(active, None, "it is not in force before the webhook said so");
        self.world.settle().await;
        let mut heard = self.receiver.heard();
        assert_eq!(heard.len(), 1, "it is asked once");
        (request, heard.remove(0))
    }

    async fn says(&self, question: &Heard, body: &str) -> Result<Answered, engine::Problem> {
        let (_, rest) = question.body.split_once("/hooks/answers/").unwrap();
        let token = rest.split('"').next().unwrap();
        let id = question.headers["webhook-id"].clone();
        let time = self.world.now().0 / 1_000;
        let signature = auth::webhook::signature(&[SECRET], &id, time, body).unwrap();
        let signed = Signed { id: &id, timestamp: &time.to_string(), signatures: &signature };
        let said = self.world.engine().answer_question(token, signed, body.as_bytes()).await;
        self.world.settle().await;
        said
    }

    async fn holds(&self) -> bool {
        self.alex.holds("User Administrator").await
    }
}

async fn template(world: &World, who: &Person, asks: Option<AskedWebhook>) -> Result<Done, engine::Problem> {
    let kind = PrivilegedKind::DirectoryRole;
    let page = who.asks(query::RoleTemplate { kind }).await.unwrap();
    let settings = Box::new(RoleSettings { asks, ..page.settings });
    let done = who.submits(Command::EditRoleTemplate { kind, version: page.version, settings, seen_breaking: 0 }).await;
    world.settle().await;
    done
}

both! {
    async fn an_activation_is_in_force_only_after_the_webhook_let_it_go_on(test: TestDb) {
        let duty = Duty::begins(test, Moment::Submitted, Silence::Denies).await;
        let form = duty.alex.asks(query::Activating { assignments: vec![duty.assignment] }).await.unwrap();
        let plan = &form.items[0].plan;
        assert_eq!((plan.len(), plan[0].webhook.as_deref()), (1, Some(NAME)));
        assert!(plan[0].hint.contains("It has 30 minutes to answer"), "{plan:?}");
        let (request, question) = duty.activates().await;
        assert!(question.body.contains(r#""name":"User Administrator""#) && question.body.contains(r#""kind":"directory_role""#), "{}", question.body);
        assert!(question.body.contains("The incident."), "{}", question.body);
        assert!(!duty.holds().await);
        let waiting = duty.alex.asks(query::MyActivations {}).await.unwrap();
        assert_eq!(waiting[0].note, format!("Waits for the answer of {NAME}"));
        duty.says(&question, r#"{"decision":"allow"}"#).await.unwrap();
        assert!(duty.holds().await);
        assert_eq!(duty.alex.sees_request(request).await.unwrap().badge.word, "Activated");
        duty.world.passes(Span::minutes(60)).await;
        assert!(!duty.holds().await, "its hour is over");
    }

    async fn a_denial_and_a_silence_that_denies_activate_nothing_and_say_why(test: TestDb) {
        let duty = Duty::begins(test, Moment::Submitted, Silence::Denies).await;
        let (request, question) = duty.activates().await;
        duty.says(&question, r#"{"decision":"deny","reason":"Somebody else is on duty."}"#).await.unwrap();
        let seen = duty.alex.sees_request(request).await.unwrap();
        assert_eq!((seen.badge.word.as_str(), seen.summary), ("Denied", format!("{NAME} denied it.")));
        assert!(!duty.holds().await);
        let (request, _) = duty.activates().await;
        duty.world.passes(Span::minutes(30)).await;
        let seen = duty.alex.sees_request(request).await.unwrap();
        assert!(seen.summary.contains("did not answer in time"), "{}", seen.summary);
        assert!(!duty.holds().await);
    }

    async fn after_the_last_approval_a_silence_that_goes_on_activates(test: TestDb) {
        let duty = Duty::begins(test, Moment::Approved, Silence::GoesOn).await;
        let miriam = duty.world.person("miriam").await;
        sets(&duty.morgan, of(USERS), |settings| {
            settings.approval_required = true;
            settings.stages = vec![RoleSettings::default_stage(vec![(&miriam).into()])];
        })
        .await
        .unwrap();
        let (request, _) = activates(&duty.alex, asks(duty.assignment, 60)).await.unwrap();
        duty.world.settle().await;
        assert!(duty.receiver.heard().is_empty(), "the people come first");
        miriam.approves(request, "Go ahead.").await.unwrap();
        duty.world.settle().await;
        assert_eq!(duty.receiver.heard().len(), 1);
        assert!(!duty.holds().await);
        duty.world.passes(Span::minutes(30)).await;
        assert!(duty.holds().await);
    }

    async fn a_webhook_that_settings_name_is_kept_and_what_they_say_of_it_is_in_the_history(test: TestDb) {
        let duty = Duty::begins(test, Moment::Submitted, Silence::GoesOn).await;
        let unknown = sets(&duty.morgan, of(USERS), |settings| {
            settings.asks = Some(AskedWebhook { webhook: WebhookId::default(), moment: Moment::Submitted });
        });
        assert_eq!(refused(unknown.await).field(), Some("asks"));
        let page = duty.morgan.asks(query::RoleSettings { role: of(USERS) }).await.unwrap();
        assert_eq!(page.askable.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), [NAME]);
        assert_eq!(page.overridden, ["Webhook that is asked"]);
        let Privileged::DirectoryRole(id) = of(USERS) else { panic!("a directory role") };
        let told = format!("{:?}", duty.world.history_about(id.0).await);
        assert!(told.contains("Webhook that is asked") && told.contains("Duty roster. Before the approvals begin"), "{told}");
        template(&duty.world, &duty.morgan, Some(AskedWebhook { webhook: duty.webhook, moment: Moment::Approved })).await.unwrap();
        let delete = Command::DeleteWebhook { webhook: duty.webhook, seen: 9 };
        let kept = refused(duty.morgan.submits(delete.clone()).await).sentence();
        assert!(kept.contains("the template of directory roles, the settings of User Administrator"), "{kept}");
        sets(&duty.morgan, of(USERS), |settings| settings.asks = None).await.unwrap();
        let kept = refused(duty.morgan.submits(delete.clone()).await).sentence();
        assert!(!kept.contains("User Administrator"), "{kept}");
        // What other roles inherit, this one says otherwise.
        let (_, active) = activates(&duty.alex, asks(duty.assignment, 60)).await.unwrap();
        assert!(active.is_some(), "nobody is asked");
        template(&duty.world, &duty.morgan, None).await.unwrap();
        duty.morgan.submits(delete).await.unwrap();
    }

    async fn a_server_whose_silence_denies_does_not_become_the_only_way_in(test: TestDb) {
        let duty = Duty::begins(test, Moment::Submitted, Silence::Denies).await;
        let role = of(PortalRole::GlobalAdministrator);
        eligible(&duty.morgan, &duty.alex, role, None).await;
        let asked = Some(AskedWebhook { webhook: duty.webhook, moment: Moment::Submitted });
        assert_eq!(refused(sets(&duty.morgan, role, |settings| settings.asks = asked).await).code(), "nobody_could_activate");
        assert_eq!(refused(template(&duty.world, &duty.morgan, asked).await).code(), "nobody_could_activate");
        let goes_on = |silence, version| {
            let anew = roster(&duty.receiver.url, silence);
            Command::SaveWebhook(SaveWebhook { webhook: Some(duty.webhook), version, secret: None, ..anew })
        };
        duty.morgan.submits(goes_on(Silence::GoesOn, 1)).await.unwrap();
        sets(&duty.morgan, role, |settings| settings.asks = asked).await.unwrap();
        // What the silence means later does not lock anybody out either.
        assert_eq!(refused(duty.morgan.submits(goes_on(Silence::Denies, 2)).await).code(), "nobody_could_activate");
    }
}
