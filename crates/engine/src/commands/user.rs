//! Users: making, changing, disabling, passwords.

use super::{allowed, guarded, membership, naming, taken};
use crate::change::Change;
use crate::{Fault, Problem};
use model::access::{Assignment, ResourceRole};
use model::command::{Command, Done, UserFields};
use model::event::{Action, Actor};
use model::limits::MANAGER_LEVEL_MAX;
use model::{GroupId, Refusal, Ts, UserId};
use rules::access::About;
use rules::sign_in::were_open;
use rules::user::User;
use store::{Link, Saved, assignments, groups, import_links, sessions, sponsors, users};

const NO_USER: Refusal = Refusal::NotFound { what: "user" };

pub async fn create(change: &mut Change<'_>, command: &Command, fields: &UserFields) -> Result<Done, Problem> {
    allowed(change, command)?;
    let (user, name) = create_checked(change, rules::user::check(fields)?).await?;
    Ok(Done::UserCreated { user, name })
}

/// Adds somebody to the directory; the fields were checked, and so was that they may be added.
pub async fn create_checked(change: &mut Change<'_>, fields: UserFields) -> Result<(UserId, String), Problem> {
    let id = UserId(change.id());
    check_manager(change, id, &fields).await?;
    check_sponsors(change, id, &fields).await?;
    let user = User {
        id,
        user_name: fields.user_name,
        display_name: fields.display_name,
        mail: fields.mail,
        kind: fields.kind,
        manager: fields.manager,
        enabled: true,
        profile: fields.profile,
        created_at: change.now,
        last_sign_in_at: None,
        version: 0,
    };
    taken(users::insert(&mut change.link, &user, None).await, ("user_name", "User name"), &user.user_name)?;
    sponsors::set(&mut change.link, id, &fields.sponsors).await?;
    change.record(None, [Action::UserCreated { user: id, name: user.display_name.clone() }]);
    membership::attributes_changed(change, id).await?;
    Ok((id, user.display_name))
}

pub async fn edit(
    change: &mut Change<'_>,
    command: &Command,
    id: UserId,
    version: i64,
    fields: &UserFields,
) -> Result<Done, Problem> {
    let before = known(change, command, id).await?;
    let fields = rules::user::check(fields)?;
    if before.version != version {
        return Err(Refusal::Stale.into());
    }
    save(change, before, fields).await
}

/// Saves the fields of somebody; they were checked, and so was that they may be saved.
pub async fn save(change: &mut Change<'_>, before: User, fields: UserFields) -> Result<Done, Problem> {
    let id = before.id;
    check_manager(change, id, &fields).await?;
    check_sponsors(change, id, &fields).await?;
    let sponsored = sponsors::of(&mut change.link, id).await?;
    let managers = [before.manager, fields.manager].into_iter().flatten();
    let named: Vec<UserId> = managers.chain(sponsored.iter().chain(&fields.sponsors).copied()).collect();
    let names = users::names(&mut change.link, &named).await?;
    let changes = rules::user::changes((&before, &sponsored), &fields, &naming(&names));
    let name = fields.display_name.clone();
    if changes.is_empty() {
        return Ok(Done::UserChanged { user: id, name });
    }
    let user = User {
        user_name: fields.user_name,
        display_name: fields.display_name,
        mail: fields.mail,
        kind: fields.kind,
        manager: fields.manager,
        profile: fields.profile,
        ..before
    };
    if taken(users::update(&mut change.link, &user).await, ("user_name", "User name"), &user.user_name)? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    sponsors::set(&mut change.link, id, &fields.sponsors).await?;
    change.record(None, [Action::UserChanged { user: id, changes }]);
    membership::attributes_changed(change, id).await?;
    Ok(Done::UserChanged { user: id, name })
}

async fn check_sponsors(change: &mut Change<'_>, id: UserId, fields: &UserFields) -> Result<(), Problem> {
    let known = users::names(&mut change.link, &fields.sponsors).await?;
    Ok(rules::user::check_sponsors(id, &fields.sponsors, &known)?)
}

pub async fn set_enabled(change: &mut Change<'_>, command: &Command, id: UserId, enabled: bool) -> Result<Done, Problem> {
    let before = known(change, command, id).await?;
    switch(change, &before, enabled).await
}

/// Enables or disables somebody; that it may be done was checked, but for what the last administrator is needed for.
pub async fn switch(change: &mut Change<'_>, before: &User, enabled: bool) -> Result<Done, Problem> {
    let (id, name) = (before.id, before.display_name.clone());
    if before.enabled == enabled {
        return Ok(if enabled {
            Done::UserEnabled { user: id, name }
        } else {
            Done::UserDisabled { user: id, name, sessions_ended: 0 }
        });
    }
    if enabled {
        users::set_enabled(&mut change.link, id, true).await?;
        import_links::switched(&mut change.link, id.0, false).await?;
        change.record(None, [Action::UserEnabled { user: id }]);
        membership::attributes_changed(change, id).await?;
        return Ok(Done::UserEnabled { user: id, name });
    }
    rules::user::may_disable(change.person(), id)?;
    let guarded = guarded::before(change).await?;
    users::set_enabled(&mut change.link, id, false).await?;
    // Whom an import disabled it may enable again; nobody else.
    let by_import = matches!(change.actor, Actor::Import(_));
    import_links::switched(&mut change.link, id.0, by_import).await?;
    let ended = were_open(&sessions::end_all(&mut change.link, id).await?, change.now);
    change.record(None, [Action::UserDisabled { user: id }]);
    membership::attributes_changed(change, id).await?;
    guarded.and_after(change).await?;
    Ok(Done::UserDisabled { user: id, name, sessions_ended: usize::try_from(ended).unwrap_or(usize::MAX) })
}

/// Saves a password that was checked and hashed. Everybody who is signed in as this user has to sign in again.
pub async fn set_password(change: &mut Change<'_>, id: UserId, hash: &str) -> Result<Done, Problem> {
    let command = Command::SetPassword { user: id, password: model::command::Secret(String::new()) };
    let user = known(change, &command, id).await?;
    users::set_password_hash(&mut change.link, id, hash).await?;
    sessions::end_all(&mut change.link, id).await?;
    change.record(None, [Action::PasswordChanged { user: id }]);
    Ok(Done::PasswordChanged { user: id, name: user.display_name })
}

/// The user, if this visitor may change them.
pub async fn known(change: &mut Change<'_>, command: &Command, id: UserId) -> Result<User, Problem> {
    let user = users::get(&mut change.link, id).await?;
    let protected_user = match &user {
        Some(user) => {
            let reach = assignments::reach(&mut change.link, user.id, change.now).await?;
            is_protected(&mut change.link, &reach, change.now).await?
        }
        None => false,
    };
    rules::access::may_submit(&change.visitor, command, About { protected_user, ..About::default() })?;
    Ok(user.ok_or(NO_USER)?)
}

/// Whether only a Global Administrator may change this account. `reach` is everything that leads from it.
pub async fn is_protected(link: &mut Link, reach: &[Assignment], now: Ts) -> Result<bool, Fault> {
    let groups: Vec<GroupId> = reach
        .iter()
        .filter_map(|assignment| match assignment.role {
            ResourceRole::GroupMember(group) | ResourceRole::GroupOwner(group) => Some(group),
            ResourceRole::DirectoryRole(_) | ResourceRole::ApplicationRole(..) => None,
        })
        .collect();
    let role_assignable = groups::role_assignable(link, &groups).await?;
    Ok(rules::user::is_protected(reach, &role_assignable, now))
}

async fn check_manager(change: &mut Change<'_>, user: UserId, fields: &UserFields) -> Result<(), Problem> {
    let Some(manager) = fields.manager else { return Ok(()) };
    let Some(found) = users::get(&mut change.link, manager).await? else {
        return Err(Refusal::Malformed {
            field: "manager".into(),
            message: "There is no such manager. Choose a person from the list.".into(),
        }
        .into());
    };
    let mut chain = vec![(found.id, found.display_name)];
    let above = users::managers(&mut change.link, manager, i64::from(MANAGER_LEVEL_MAX) * 10).await?;
    chain.extend(above.into_iter().map(|(id, name, _)| (id, name)));
    rules::user::check_manager(user, &chain)?;
    Ok(())
}
