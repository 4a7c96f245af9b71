//! What webhooks are told, and asking one whether it takes messages.

use crate::answering::Signed;
use crate::{Engine, Fault, Problem, secrets};
use auth::seal::Place;
use connect::outgoing::Ask;
use model::access::{Assignment, ResourceRole};
use model::command::Secret;
use model::directory::Principal;
use model::event::{Action, Actor, Event};
use model::request::PackageAssignment;
use model::view::provider::Step;
use model::view::webhook::WebhookTest;
use model::{AnyId, AssignmentId, EventId, PackageAssignmentId, PackageId, Refusal, Ts, UserId, WebhookId};
use rules::user::User;
use rules::webhook::Came;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::webhooks::{self, Stored};
use store::{Link, assignments, audit, events, packages, users};

use crate::secrets::Keys;
use crate::views::words::Named;

/// The `type` of the message that asks whether messages are taken.
const TEST: &str = "test";

/// Which of its two secrets.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    Now,
    Earlier,
}

fn at<'a>(id: &'a WebhookId, which: Which) -> Place<'a> {
    let column = match which {
        Which::Now => "secret",
        Which::Earlier => "earlier_secret",
    };
    Place { table: "webhooks", column, row: id.0.as_bytes() }
}

/// Seals a secret for its row.
pub fn sealed(keys: &Keys, id: WebhookId, which: Which, secret: &Secret) -> Result<Vec<u8>, Fault> {
    secrets::sealed(keys, at(&id, which), &secret.0)
}

pub fn opened(keys: &Keys, id: WebhookId, which: Which, sealed: &[u8]) -> Result<Secret, Fault> {
    secrets::opened(keys, at(&id, which), sealed)
}

/// Seals anew what was sealed with another key; how many secrets.
pub async fn seal_anew(link: &mut Link, keys: &Keys) -> Result<usize, Fault> {
    let mut count = 0;
    for Stored { webhook, secret, earlier, .. } in webhooks::list(link).await? {
        let anew = |which, sealed_before: &[u8]| -> Result<Vec<u8>, Fault> {
            sealed(keys, webhook.id, which, &opened(keys, webhook.id, which, sealed_before)?)
        };
        let old = |sealed: &[u8]| !keys.is_current(sealed);
        if !old(&secret) && !earlier.as_ref().is_some_and(|(earlier, _)| old(earlier)) {
            continue;
        }
        // Without its key it is lost, and the page says so: a new one is set there.
        let Ok(secret) = anew(Which::Now, &secret) else {
            tracing::warn!(webhook = webhook.name, "the secret of a webhook cannot be opened with this server's keys");
            continue;
        };
        let earlier = earlier.and_then(|(earlier, until)| Some((anew(Which::Earlier, &earlier).ok()?, until)));
        let earlier = earlier.as_ref().map(|(sealed, until)| (sealed.as_slice(), *until));
        webhooks::set_secret(link, webhook.id, &secret, earlier).await?;
        count += 1;
    }
    Ok(count)
}

/// What a webhook's messages are sent with.
pub struct Sender {
    url: String,
    secrets: Vec<Secret>,
}

impl Sender {
    pub fn new(keys: &Keys, stored: &Stored, now: Ts) -> Result<Self, Fault> {
        let id = stored.webhook.id;
        let mut secrets = vec![opened(keys, id, Which::Now, &stored.secret)?];
        if let Some((earlier, _)) = stored.earlier.as_ref().filter(|(_, until)| now < *until) {
            secrets.push(opened(keys, id, Which::Earlier, earlier)?);
        }
        Ok(Self { url: stored.webhook.url.clone(), secrets })
    }

    /// What a message about an event is called at the receiver.
    pub fn message_id(event: AnyId) -> String {
        format!("msg_{}", event.simple())
    }

    /// Whether whoever has one of the secrets signed this.
    pub fn signed(&self, said: Signed<'_>, body: &[u8]) -> bool {
        let secrets: Vec<&str> = self.secrets.iter().map(|secret| secret.0.as_str()).collect();
        auth::webhook::is_signed(&secrets, said.id, said.timestamp, body, said.signatures)
    }

    /// The message as a request. Its id is the same on every try, its time is that of the try.
    pub fn ask(&self, id: AnyId, body: String, now: Ts) -> Result<Ask, Fault> {
        let (id, time) = (Self::message_id(id), now.0.div_euclid(1_000));
        let secrets: Vec<&str> = self.secrets.iter().map(|secret| secret.0.as_str()).collect();
        let signature = auth::webhook::signature(&secrets, &id, time, &body)
            .ok_or_else(|| Fault::new("signing a message", "what is kept is no secret"))?;
        let ask = Ask::post_json(&self.url, &body).header("webhook-id", id).header("webhook-timestamp", time.to_string());
        Ok(ask.header("webhook-signature", signature))
    }
}

impl Engine {
    /// Sends a message, and says what came back, with its body.
    pub(crate) async fn send_message(&self, ask: Ask) -> (Came, Vec<u8>) {
        match self.inner.outgoing.ask(ask).await {
            Ok(answer) => (Came::Status(answer.status, answer.wait), answer.body),
            Err(fault) => (Came::Nothing(fault.to_string()), Vec::new()),
        }
    }

    /// Asks a webhook to take a message that tells nothing. Who may do so was asked.
    pub(crate) async fn test_webhook(&self, id: WebhookId) -> Result<WebhookTest, Problem> {
        let now = self.inner.clock.now();
        let stored = {
            let mut link = self.inner.db.read().await?;
            webhooks::get(&mut link, id).await?.ok_or(Refusal::NotFound { what: "webhook" })?
        };
        let mut steps = Vec::new();
        let mut step = |what: &str, said: Result<String, String>| {
            let good = said.is_ok();
            steps.push(Step { what: what.to_owned(), good, said: said.unwrap_or_else(|why| why) });
            good
        };
        let sender = Sender::new(&self.inner.keys, &stored, now);
        let opened = match &sender {
            Ok(sender) if sender.secrets.len() > 1 => Ok("The secret of now and the one before it both sign.".to_owned()),
            Ok(_) => Ok("It is kept sealed and can be opened.".to_owned()),
            Err(_) => Err("It cannot be opened with this server's key. Set a new one.".to_owned()),
        };
        let mut good = step("Opened the signing secret", opened);
        if let Ok(sender) = sender {
            let body = json!({ "type": TEST, "timestamp": now.iso_exact(), "data": { "webhook": stored.webhook.name } });
            let (came, _) = self.send_message(sender.ask(self.inner.ids.next(now), body.to_string(), now)?).await;
            let what = format!("Sent a message of type “{TEST}” to {}", rules::webhook::shown(&stored.webhook.url));
            let taken = matches!(came, Came::Status(200..=299, _));
            good &= step(&what, if taken { Ok(came.words()) } else { Err(came.words()) });
        }
        Ok(WebhookTest { webhook: id, name: stored.webhook.name, at: now, good, steps })
    }
}

/// Somebody, as messages name them.
pub fn person_json(id: UserId, user: Option<&User>) -> Value {
    match user {
        Some(user) => json!({
            "kind": "user",
            "id": id.to_string(),
            "user_name": user.user_name,
            "display_name": user.display_name,
            "mail": user.mail,
        }),
        None => json!({ "kind": "user", "id": id.to_string() }),
    }
}

/// What the bodies of messages name, loaded with one statement for each kind.
struct Known {
    users: BTreeMap<UserId, User>,
    named: Named,
    packages: BTreeMap<PackageId, String>,
    assignments: BTreeMap<AssignmentId, Assignment>,
    held: BTreeMap<PackageAssignmentId, PackageAssignment>,
}

/// The bodies of messages about these events, with the names of today.
pub async fn bodies(link: &mut Link, messages: &[(EventId, &'static str)]) -> Result<BTreeMap<EventId, String>, Problem> {
    let ids: Vec<AnyId> = messages.iter().map(|(event, _)| event.0).collect();
    let told = events::several(link, &ids).await?;
    let known = Known::load(link, &told).await?;
    let kinds: BTreeMap<EventId, &'static str> = messages.iter().copied().collect();
    Ok(told
        .iter()
        .map(|event| {
            let kind = kinds.get(&event.id).copied().unwrap_or(TEST);
            let body = json!({ "type": kind, "timestamp": event.at.iso_exact(), "data": known.data(event) });
            (event.id, body.to_string())
        })
        .collect())
}

impl Known {
    async fn load(link: &mut Link, told: &[Event]) -> Result<Self, Problem> {
        let (mut given, mut held) = (BTreeSet::new(), BTreeSet::new());
        for event in told {
            match object(&event.action) {
                Some(Object::Role(id)) => drop(given.insert(id)),
                Some(Object::Package(id)) => drop(held.insert(id)),
                None => {}
            }
        }
        let given: Vec<AssignmentId> = given.into_iter().collect();
        let held: Vec<PackageAssignmentId> = held.into_iter().collect();
        let given = assignments::several(link, &given).await?;
        let held = packages::several_held(link, &held).await?;
        let mut people: BTreeSet<UserId> = given.iter().filter_map(|one| one.principal.user()).collect();
        people.extend(held.iter().map(|one| one.holder));
        people.extend(told.iter().filter_map(|event| match event.actor {
            Actor::User(id) => Some(id),
            Actor::System | Actor::Console | Actor::Token(_) | Actor::Import(_) => None,
        }));
        let mut roles: Vec<ResourceRole> = given.iter().map(|one| one.role).collect();
        roles.extend(given.iter().filter_map(|one| match one.principal {
            Principal::Group(id) => Some(ResourceRole::GroupMember(id)),
            Principal::User(_) | Principal::ServicePrincipal(_) => None,
        }));
        let of: Vec<PackageId> = held.iter().map(|one| one.package).collect::<BTreeSet<_>>().into_iter().collect();
        let people: Vec<UserId> = people.into_iter().collect();
        Ok(Self {
            users: users::several(link, &people).await?.into_iter().map(|user| (user.id, user)).collect(),
            named: Named::of(link, roles).await?,
            packages: audit::package_names(link, &of).await?,
            assignments: given.into_iter().map(|one| (one.id, one)).collect(),
            held: held.into_iter().map(|one| (one.id, one)).collect(),
        })
    }

    fn user(&self, id: UserId) -> Value {
        person_json(id, self.users.get(&id))
    }

    fn principal(&self, principal: Principal) -> Value {
        let id = principal.id().to_string();
        match principal {
            Principal::User(id) => self.user(id),
            Principal::Group(group) => json!({ "kind": "group", "id": id, "display_name": self.named.groups.get(&group) }),
            Principal::ServicePrincipal(_) => json!({ "kind": "service_principal", "id": id }),
        }
    }

    fn role(&self, role: ResourceRole) -> Value {
        let resource = role.resource();
        let (_, name, _) = self.named.describe(role);
        let (kind, application_role) = match role {
            ResourceRole::GroupMember(_) => ("group_member", None),
            ResourceRole::GroupOwner(_) => ("group_owner", None),
            ResourceRole::DirectoryRole(_) => ("directory_role", None),
            ResourceRole::ApplicationRole(_, id) => {
                let name = self.named.application_roles.get(&id).map(|(_, name)| name.clone());
                ("application_role", Some(json!({ "id": id.to_string(), "name": name })))
            }
        };
        json!({ "kind": kind, "resource": { "id": resource.id().to_string(), "name": name }, "application_role": application_role })
    }

    /// What a message says besides what and when. Words that people wrote are not in it: they are for whoever decides.
    fn data(&self, event: &Event) -> Value {
        let actor = match event.actor {
            Actor::User(id) => self.user(id),
            Actor::System => json!({ "kind": "system" }),
            Actor::Console => json!({ "kind": "console" }),
            Actor::Token(id) => json!({ "kind": "access_token", "id": id }),
            Actor::Import(id) => json!({ "kind": "import", "id": id }),
        };
        let mut data = json!({
            "event": event.id.to_string(),
            "actor": actor,
            "request": event.request.map(|id| id.to_string()),
        });
        let more = match object(&event.action) {
            Some(Object::Role(id)) => self.assignments.get(&id).map(|one| {
                json!({
                    "assignment": id.to_string(),
                    "principal": self.principal(one.principal),
                    "role": self.role(one.role),
                    "assignment_type": one.assignment_type,
                    "source": one.source,
                    "starts_at": one.starts_at.iso_exact(),
                    "ends_at": one.ends_at.map(Ts::iso_exact),
                    "ended_at": one.ended_at.map(Ts::iso_exact),
                })
            }),
            Some(Object::Package(id)) => self.held.get(&id).map(|one| {
                json!({
                    "assignment": id.to_string(),
                    "principal": self.user(one.holder),
                    "package": { "id": one.package.to_string(), "name": self.packages.get(&one.package) },
                    "starts_at": one.starts_at.iso_exact(),
                    "ends_at": one.ends_at.map(Ts::iso_exact),
                    "ended_at": one.ended_at.map(Ts::iso_exact),
                })
            }),
            None => None,
        };
        if let (Some(data), Some(Value::Object(more))) = (data.as_object_mut(), more) {
            data.extend(more);
            if let Action::AssignmentEnded { reason, .. } | Action::PackageAssignmentEnded { reason, .. } = &event.action {
                data.insert("reason".to_owned(), json!(reason));
            }
        }
        data
    }
}

enum Object {
    Role(AssignmentId),
    Package(PackageAssignmentId),
}

/// What an event is told about; which events are told at all is a rule.
fn object(action: &Action) -> Option<Object> {
    use model::webhook::MessageKind::{
        AnswerWanted, PackageChanged, PackageGranted, PackageRemoved, RoleChanged, RoleGranted, RoleRemoved,
    };
    let (kind, id) = rules::webhook::told(action, false)?;
    match kind {
        PackageGranted | PackageChanged | PackageRemoved => Some(Object::Package(PackageAssignmentId(id))),
        RoleGranted | RoleChanged | RoleRemoved => Some(Object::Role(AssignmentId(id))),
        // Questions are written elsewhere.
        AnswerWanted => None,
    }
}
