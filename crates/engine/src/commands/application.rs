//! Applications and their roles: making, changing, deleting.

use super::{NAME, allowed, taken, target};
use crate::Problem;
use crate::change::Change;
use model::application::{Application, SaveApplication, SaveApplicationRole};
use model::command::{Command, Done};
use model::{ApplicationId, ApplicationRoleId, Refusal};
use store::catalogs::Seen;
use store::{Saved, applications, package_editing, resources};

const NO_APPLICATION: Refusal = Refusal::NotFound { what: "application" };
const NO_ROLE: Refusal = Refusal::NotFound { what: "role" };

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveApplication) -> Result<Done, Problem> {
    allowed(change, command)?;
    let before = match asked.application {
        Some(id) => Some(there(change, id).await?),
        None => None,
    };
    let new = ApplicationId(change.id());
    let Some((after, action)) = rules::application::save(new, before.as_ref(), asked, change.now)? else {
        let (application, name) = before.map(|before| (before.id, before.name)).unwrap_or_default();
        return Ok(Done::ApplicationSaved { application, name });
    };
    match before {
        None => {
            let Application { id, name, description, .. } = &after;
            let inserted = resources::insert_application(&mut change.link, *id, name, description, &[], change.now).await;
            taken(inserted, NAME, name)?;
        }
        Some(before) => {
            if taken(applications::update(&mut change.link, &after).await, NAME, &after.name)? == Saved::Stale {
                return Err(Refusal::Stale.into());
            }
            if before.name != after.name {
                package_editing::index_all_with(&mut change.link, after.id.0).await?;
            }
        }
    }
    change.record(None, [action]);
    Ok(Done::ApplicationSaved { application: after.id, name: after.name })
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: ApplicationId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let application = there(change, id).await?;
    let reader = reader(change);
    let mut uses = applications::uses(&mut change.link, id, reader).await?;
    uses.target = rules::application::target(&change.visitor, uses.target);
    let action = rules::application::delete(&application, &uses)?;
    applications::delete(&mut change.link, id).await?;
    change.record(None, [action]);
    Ok(Done::ApplicationDeleted { name: application.name })
}

pub async fn save_role(change: &mut Change<'_>, command: &Command, asked: &SaveApplicationRole) -> Result<Done, Problem> {
    allowed(change, command)?;
    let application = there(change, asked.application).await?;
    let mut roles = roles(change, application.id).await?;
    let Some((name, action)) = rules::application::save_role(&application, &roles, asked)? else {
        return Ok(Done::ApplicationRoleSaved { application: application.id, name: asked.name.trim().to_owned() });
    };
    let (role, before) = match asked.role {
        Some(role) => {
            applications::rename_role(&mut change.link, role, &name).await?;
            let named = roles.iter_mut().find(|(known, _)| *known == role);
            (role, named.map(|(_, before)| std::mem::replace(before, name.clone())).unwrap_or_default())
        }
        None => {
            let role = ApplicationRoleId(change.id());
            applications::insert_role(&mut change.link, application.id, role, &name).await?;
            roles.push((role, name.clone()));
            (role, String::new())
        }
    };
    change.record(None, [action]);
    target::role_named(change, application.id, &roles, (role, &before)).await?;
    Ok(Done::ApplicationRoleSaved { application: application.id, name })
}

pub async fn delete_role(
    change: &mut Change<'_>,
    command: &Command,
    id: ApplicationId,
    role: ApplicationRoleId,
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let application = there(change, id).await?;
    let (_, name) = roles(change, id).await?.into_iter().find(|(known, _)| *known == role).ok_or(NO_ROLE)?;
    let reader = reader(change);
    let uses = applications::role_uses(&mut change.link, id, Some(role), reader).await?;
    let action = rules::application::delete_role(&application, &name, &uses)?;
    applications::delete_role(&mut change.link, role).await?;
    change.record(None, [action]);
    Ok(Done::ApplicationRoleDeleted { application: id, name })
}

/// Whoever acts reads the names of the catalogs that they see.
fn reader(change: &Change<'_>) -> applications::Reader {
    let seen = if rules::catalog::sees_all(&change.visitor) { Seen::All } else { Seen::By(change.person().unwrap_or_default()) };
    (seen, change.now)
}

/// The application, kept from others until this change is saved.
async fn there(change: &mut Change<'_>, id: ApplicationId) -> Result<Application, Problem> {
    Ok(applications::get_to_change(&mut change.link, id).await?.ok_or(NO_APPLICATION)?)
}

async fn roles(change: &mut Change<'_>, id: ApplicationId) -> Result<Vec<(ApplicationRoleId, String)>, Problem> {
    Ok(resources::roles_of(&mut change.link, id).await?.ok_or(NO_APPLICATION)?)
}
