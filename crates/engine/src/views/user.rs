//! Administration: users.

use super::words::{People, persona};
use super::{Asking, cursor, page, read_cursor};
use crate::{Problem, commands};
use model::audit::Place;
use model::command::Command;
use model::directory::{ATTRIBUTES, UserKind};
use model::limits::PAGE_ROWS;
use model::query;
use model::view::admin::{User, UserFilter, UserRow, Users};
use model::view::{Badge, Choice, Fact, Persona};
use model::{ProviderId, Refusal, UserId};
use rules::access::About;
use store::search::Words;
use store::users::Filter;
use store::{assignments, providers, sponsors, users};

/// Entries of a picker.
pub const CHOICES: usize = 20;

pub async fn list(asking: &mut Asking<'_>, query: query::Users) -> Result<Users, Problem> {
    let filter = match query.filter {
        UserFilter::All => Filter::All,
        UserFilter::Members => Filter::Members,
        UserFilter::Guests => Filter::Guests,
        UserFilter::Disabled => Filter::Disabled,
    };
    let after = read_cursor::<String, UserId>(query.after.as_deref());
    let further = after.is_some();
    let mut found = users::list(&mut asking.link, &Words::of(&query.search), filter, after, PAGE_ROWS + 1).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |user| cursor(rules::user::folded(&user.display_name), user.id));
    let managers: Vec<UserId> = found.iter().filter_map(|user| user.manager).collect();
    let names = users::names(&mut asking.link, &managers).await?;
    let rows = found
        .iter()
        .map(|user| UserRow {
            who: persona(user),
            user_name: user.user_name.clone(),
            department: user.profile.get("department").unwrap_or_default().to_owned(),
            manager: user.manager.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
            badge: badge(user),
        })
        .collect();
    Ok(Users { search: query.search, filter: query.filter, rows, paging, may_create: may_create(asking) })
}

fn badge(user: &rules::user::User) -> Badge {
    match (user.enabled, user.kind) {
        (false, _) => Badge::new("Disabled", "bad"),
        (true, UserKind::Member) => Badge::new("Member", "plain"),
        (true, UserKind::Guest) => Badge::new("Guest", "work"),
    }
}

fn may_create(asking: &Asking<'_>) -> bool {
    rules::access::may_change_users(asking.visitor)
}

pub async fn one(asking: &mut Asking<'_>, id: UserId) -> Result<User, Problem> {
    let user = users::get(&mut asking.link, id).await?.ok_or(Refusal::NotFound { what: "user" })?;
    let now = asking.now;
    let reach = assignments::reach(&mut asking.link, id, now).await?;
    let sponsors = sponsors::of(&mut asking.link, id).await?;
    let known: Vec<UserId> = user.manager.into_iter().chain(sponsors.iter().copied()).collect();
    let known = People::load(asking, &known).await?;
    let manager = user.manager.and_then(|manager| known.get(manager)).map(persona);
    let mut sponsors: Vec<Persona> = sponsors.into_iter().filter_map(|sponsor| known.get(sponsor)).map(persona).collect();
    sponsors.sort_by(|a, b| a.name.cmp(&b.name));
    let facts = ATTRIBUTES
        .iter()
        .filter_map(|(name, label)| {
            let value = user.profile.get(name)?.to_owned();
            Some(Fact { name: (*label).to_owned(), value })
        })
        .collect();
    let about = About { protected_user: commands::is_protected(&mut asking.link, &reach, now).await?, ..About::default() };
    let edit = Command::SetUserEnabled { user: id, enabled: user.enabled };
    let may_edit = rules::access::may_submit(asking.visitor, &edit, about).is_ok();
    let reset = Command::ResetMethods { user: id, words: String::new() };
    let resets = |has| rules::proof::may_reset(Some(asking.who.user), id, &user.display_name, has).is_ok();
    let methods = match rules::access::may_submit(asking.visitor, &reset, about) {
        Ok(()) => Some(super::security::methods(&mut asking.link, id, resets(true)).await?),
        Err(_) => None,
    };
    let has_method = methods.as_ref().is_some_and(|has| has.authenticator.is_some() || !has.passkeys.is_empty());
    let may_reset = methods.is_some() && resets(has_method);
    let unlink = Command::UnlinkProvider { provider: ProviderId::default(), user: id };
    let may_unlink = rules::access::may_submit(asking.visitor, &unlink, about).is_ok();
    let linked = super::provider::linked(providers::of_user(&mut asking.link, id).await?, may_unlink);
    Ok(User {
        linked,
        who: persona(&user),
        user_name: user.user_name.clone(),
        mail: user.mail.clone(),
        guest: user.kind == UserKind::Guest,
        enabled: user.enabled,
        manager,
        sponsors,
        version: user.version,
        facts,
        held: rules::effective::held(id, user.enabled, &reach, now).len(),
        may_edit,
        sees_audit: rules::audit::may_read(asking.visitor, Place::User(id), false),
        may_reset,
        methods,
        last_sign_in: user.last_sign_in_at,
        profile: user.profile,
    })
}

/// Enabled people by name, for pickers.
pub async fn people(asking: &mut Asking<'_>, query: query::People) -> Result<Vec<Choice>, Problem> {
    let changes_group = match query.group {
        Some(group) => super::group::is_changed_by(asking, group).await?,
        None => false,
    };
    let assigns = match query.package {
        Some(package) => {
            let standing = super::catalog::standing_at(asking, package).await?;
            rules::catalog::manages_assignments(asking.visitor, standing)
        }
        None => false,
    };
    rules::access::may_look_up(asking.visitor, changes_group || assigns)?;
    choices(asking, &query.search).await
}

/// Enabled people by name; the visitor was asked about.
pub async fn choices(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    enabled(asking, search, Filter::All).await
}

/// The same without guests.
pub async fn members(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    enabled(asking, search, Filter::Members).await
}

async fn enabled(asking: &mut Asking<'_>, search: &str, filter: Filter) -> Result<Vec<Choice>, Problem> {
    let found = users::list(&mut asking.link, &Words::of(search), filter, None, CHOICES).await?;
    Ok(found
        .into_iter()
        .filter(|user| user.enabled)
        .map(|user| Choice {
            id: user.id.to_string(),
            under: user.profile.get("jobTitle").unwrap_or(&user.user_name).to_owned(),
            name: user.display_name,
        })
        .collect())
}
