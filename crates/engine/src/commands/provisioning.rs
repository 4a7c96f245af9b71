//! What an identity provider changes: people here, groups in `provisioning_group.rs`.

use super::user::{create_checked, is_protected, save, switch};
use super::{allowed, group, membership, provisioning_group};
use crate::Problem;
use crate::change::Change;
use crate::provisioning::Loading;
use model::command::{Command, Done, UserFields};
use model::directory::{Profile, UserKind};
use model::event::{Action, Change as Changed};
use model::limits::EXTERNAL_ID_MAX_CHARS;
use model::provisioning::{Provided, Provision, ProvisionAct, Provisioned, ScimFault};
use model::{AnyId, Refusal, UserId};
use rules::user::User;
use serde_json::{Map, Value};
use store::provisioned::{self, Said};
use store::{assignments, emergency, sponsors, users};

pub async fn provision(change: &mut Change<'_>, command: &Command, asked: &Provision) -> Result<Done, Problem> {
    allowed(change, command)?;
    let Provision { kind, act, if_match } = asked;
    if let ProvisionAct::Replace { id, .. } | ProvisionAct::Patch { id, .. } | ProvisionAct::Remove { id } = act {
        // Whether it is there is asked in any case; whom it holds makes its version.
        let before = shown(change, *kind, *id, !if_match.is_empty()).await?;
        let fits = |version: &String| version == "*" || before.version.as_ref() == Some(version);
        if !if_match.is_empty() && !if_match.iter().any(fits) {
            return Err(Refusal::Stale.into());
        }
    }
    let id = match (kind, act) {
        (Provisioned::User, ProvisionAct::Create { resource }) => create(change, resource).await?,
        (Provisioned::User, ProvisionAct::Replace { id, resource }) => {
            let before = known(change, *id).await?;
            let mut said = scim::clean(Provisioned::User, resource)?;
            // Who says nothing about it neither enables nor disables anybody.
            said.entry("active").or_insert(Value::Bool(before.enabled));
            let asked = meant(&said);
            update(change, before, said, asked).await?
        }
        (Provisioned::User, ProvisionAct::Patch { id, operations }) => {
            let before = known(change, *id).await?;
            let now = shown(change, Provisioned::User, *id, false).await?;
            let now = scim::clean(Provisioned::User, &now.resource)?;
            let said = scim::patch(Provisioned::User, &now, operations)?;
            let mut asked = meant(&said);
            if asked.guest.is_none() && now.contains_key("userType") {
                // Whoever takes the word away says something: it was not left out.
                asked.guest = Some(false);
            }
            update(change, before, said, asked).await?
        }
        (Provisioned::User, ProvisionAct::Remove { id }) => {
            remove(change, *id).await?;
            return Ok(Done::ProvisioningEnded);
        }
        (Provisioned::Group, ProvisionAct::Create { resource }) => provisioning_group::create(change, resource).await?,
        (Provisioned::Group, ProvisionAct::Replace { id, resource }) => {
            provisioning_group::replace(change, *id, resource).await?
        }
        (Provisioned::Group, ProvisionAct::Patch { id, operations }) => {
            provisioning_group::patch(change, *id, operations).await?
        }
        (Provisioned::Group, ProvisionAct::Remove { id }) => {
            provisioning_group::remove(change, *id).await?;
            return Ok(Done::ProvisioningEnded);
        }
    };
    Ok(Done::Provisioned(shown(change, *kind, id, true).await?))
}

/// The resource as it is now; a group with its members, where they are asked for.
async fn shown(change: &mut Change<'_>, kind: Provisioned, id: AnyId, members: bool) -> Result<Provided, Problem> {
    let (base, now) = (change.scim_base(), change.now);
    let mut loading = Loading { link: &mut change.link, kind, now, base, members };
    Ok(loading.load(&[id]).await?.pop().ok_or(kind.nothing())?)
}

async fn known(change: &mut Change<'_>, id: AnyId) -> Result<User, Problem> {
    Ok(users::get(&mut change.link, UserId(id)).await?.ok_or(Provisioned::User.nothing())?)
}

async fn create(change: &mut Change<'_>, resource: &Value) -> Result<AnyId, Problem> {
    let mut said = scim::clean(Provisioned::User, resource)?;
    said.entry("active").or_insert(Value::Bool(true));
    let asked = meant(&said);
    if let Some((there, _)) = users::by_name(&mut change.link, &asked.user_name).await? {
        let before = provisioned::get(&mut change.link, there.id.0).await?;
        if before.is_none_or(|before| before.removed_at.is_none()) {
            return Err(Refusal::NameTaken { field: "userName", label: "User name", name: there.user_name }.into());
        }
        // Whoever comes back is who they were: their history goes on.
        return update(change, there, said, asked).await;
    }
    let enabled = asked.enabled;
    let fields = fields(asked, None)?;
    let (id, _) = create_checked(change, rules::user::check(&fields)?).await?;
    if !enabled && let Some(user) = users::get(&mut change.link, id).await? {
        switch(change, &user, false).await?;
    }
    keep(change, Provisioned::User, id.0, said).await?;
    Ok(id.0)
}

fn meant(said: &Map<String, Value>) -> scim::PersonFacts {
    scim::facts(&Value::Object(said.clone()))
}

/// `asked` is what `said` means.
async fn update(
    change: &mut Change<'_>,
    before: User,
    said: Map<String, Value>,
    asked: scim::PersonFacts,
) -> Result<AnyId, Problem> {
    let id = before.id;
    touchable(change, &before).await?;
    let enabled = asked.enabled;
    let mut fields = fields(asked, Some(&before))?;
    fields.sponsors = sponsors::of(&mut change.link, id).await?;
    change_person(change, before, &fields, enabled).await?;
    keep(change, Provisioned::User, id.0, said).await?;
    Ok(id.0)
}

async fn touchable(change: &mut Change<'_>, user: &User) -> Result<(), Problem> {
    let emergency = emergency::account(&mut change.link, user.id).await?.is_some();
    Ok(rules::provisioning::may_touch(user, emergency)?)
}

/// Changes somebody as another system says, whichever it is.
pub async fn change_person(change: &mut Change<'_>, before: User, fields: &UserFields, enabled: bool) -> Result<(), Problem> {
    let reach = assignments::reach(&mut change.link, before.id, change.now).await?;
    let protected = is_protected(&mut change.link, &reach, change.now).await?;
    let fields = rules::user::check(fields)?;
    rules::provisioning::may_change_person(&before, protected, &fields.user_name, enabled)?;
    if before.enabled && !enabled {
        // Before the person, as whoever takes ways to sign in away does.
        super::lock_out::keep(change).await?;
    }
    save(change, before.clone(), fields).await?;
    switch(change, &before, enabled).await?;
    Ok(())
}

/// What is said about somebody, as the form of a person has it. What SCIM has no place for stays.
fn fields(asked: scim::PersonFacts, before: Option<&User>) -> Result<UserFields, Refusal> {
    if asked.user_name.is_empty() {
        let message = "A person has a “userName”. Send one.".to_owned();
        return Err(Refusal::ScimWrong { fault: ScimFault::InvalidValue, message });
    }
    let manager = match &asked.manager {
        None => None,
        Some(id) => Some(id.parse::<UserId>().map_err(|_| Refusal::ScimWrong {
            fault: ScimFault::InvalidValue,
            message: format!("“{id}” is the id of nobody here. Name the manager by the id that this server gave them."),
        })?),
    };
    let mut attributes = asked.attributes;
    let kept = before.into_iter().flat_map(|user| &user.profile.attributes);
    for (name, value) in kept.filter(|(name, _)| !scim::PersonFacts::knows(name)) {
        attributes.insert(name.clone(), value.clone());
    }
    Ok(UserFields {
        user_name: asked.user_name,
        display_name: asked.display_name,
        mail: asked.mail,
        kind: match asked.guest {
            Some(true) => UserKind::Guest,
            Some(false) => UserKind::Member,
            // Whoever says nothing about it makes nobody another one.
            None => before.map_or(UserKind::Member, |user| user.kind),
        },
        manager,
        sponsors: Vec::new(),
        profile: Profile { attributes, other_mails: asked.other_mails },
    })
}

/// Keeps what was said, for the next answer, and writes down what only the provider knows.
pub async fn keep(change: &mut Change<'_>, kind: Provisioned, id: AnyId, mut said: Map<String, Value>) -> Result<(), Problem> {
    let external_id = match said.remove("externalId") {
        Some(Value::String(text)) => Some(rules::form::text("externalId", "externalId", &text, false, EXTERNAL_ID_MAX_CHARS)?),
        _ => None,
    };
    let external_id = external_id.filter(|text| !text.is_empty());
    let before = provisioned::get(&mut change.link, id).await?;
    let was = before.as_ref().and_then(|before| before.external_id.clone());
    let mut changes = Vec::new();
    if was != external_id {
        let (before, after) = (was.unwrap_or_default(), external_id.clone().unwrap_or_default());
        changes.push(Changed { field: "External id".to_owned(), before, after });
    }
    if before.is_some_and(|before| before.removed_at.is_some()) {
        changes.push(provisioning("Ended", "Provisioned"));
    }
    noted(change, kind, id, changes);
    let said = Value::Object(said).to_string();
    let said = Said { external_id, said, removed_at: None };
    Ok(provisioned::set(&mut change.link, kind, id, &said).await?)
}

fn provisioning(before: &str, after: &str) -> Changed {
    Changed { field: "Provisioning".to_owned(), before: before.to_owned(), after: after.to_owned() }
}

fn noted(change: &mut Change<'_>, kind: Provisioned, id: AnyId, changes: Vec<Changed>) {
    if changes.is_empty() {
        return;
    }
    let action = match kind {
        Provisioned::User => Action::UserChanged { user: UserId(id), changes },
        Provisioned::Group => Action::GroupChanged { group: model::GroupId(id), changes },
    };
    change.record(None, [action]);
}

/// Nobody is deleted: they are disabled, what came from the provider ends, and for the provider they are no more.
async fn remove(change: &mut Change<'_>, id: AnyId) -> Result<(), Problem> {
    let before = known(change, id).await?;
    touchable(change, &before).await?;
    switch(change, &before, false).await?;
    for assignment in assignments::imported_of(&mut change.link, before.id).await? {
        group::end(change, &assignment).await?;
    }
    membership::changed(change, before.id).await?;
    forget(change, Provisioned::User, id).await
}

/// The resource is no more, for whoever provisions it.
pub async fn forget(change: &mut Change<'_>, kind: Provisioned, id: AnyId) -> Result<(), Problem> {
    noted(change, kind, id, vec![provisioning("Provisioned", "Ended")]);
    let said = Said { external_id: None, said: "{}".to_owned(), removed_at: Some(change.now) };
    Ok(provisioned::set(&mut change.link, kind, id, &said).await?)
}
