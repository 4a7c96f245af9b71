//! Who and what somebody means who writes a name into a filter of the history.

use crate::Problem;
use crate::views::Asking;
use crate::views::words::Named;
use model::access::ResourceRole;
use model::directory::BUILT_IN_ROLES;
use model::view::Choice;
use model::view::audit::Picked;
use model::{AnyId, CatalogId, GroupId, PackageId, RoleId, UserId};
use rules::user::folded;
use store::catalogs::Seen;
use store::search::Words;
use store::{audit, catalogs, events, groups, package_editing, users};

/// Things of one kind that are offered when several are called so.
const OFFERED: usize = 5;

/// What was found, and how the filter shows it.
#[derive(Default)]
pub struct Picking {
    pub id: Option<AnyId>,
    pub shown: Picked,
}

impl Picking {
    fn found(id: AnyId, name: impl Into<String>) -> Self {
        Self { id: Some(id), shown: Picked { name: name.into(), ..Picked::default() } }
    }

    /// The one that is called so, or those that could be meant.
    fn of(text: &str, mut choices: Vec<(AnyId, Choice)>) -> Self {
        let exactly: Vec<usize> =
            choices.iter().enumerate().filter(|(_, (_, choice))| folded(&choice.name) == folded(text)).map(|(n, _)| n).collect();
        let only = match (choices.len(), exactly.as_slice()) {
            (1, _) => Some(0),
            (_, [one]) => Some(*one),
            _ => None,
        };
        if let Some((id, choice)) = only.map(|only| choices.swap_remove(only)) {
            return Self::found(id, choice.name);
        }
        let choices = choices.into_iter().map(|(_, choice)| choice).collect();
        Self { id: None, shown: Picked { name: text.to_owned(), open: true, choices } }
    }
}

fn choice(kind: &str, id: AnyId, name: String, under: &str) -> (AnyId, Choice) {
    (id, Choice { id: format!("{kind}:{id}"), name, under: under.to_owned() })
}

/// Who acted.
pub async fn actor(asking: &mut Asking<'_>, text: &str) -> Result<Picking, Problem> {
    let text = text.trim();
    match folded(text).as_str() {
        "" => return Ok(Picking::default()),
        "system" | "the system" => return Ok(Picking::found(events::SYSTEM, "system")),
        "console" => return Ok(Picking::found(events::CONSOLE, "console")),
        _ => {}
    }
    if let Some(found) = by_id(asking, text).await? {
        return Ok(found);
    }
    let people = people(asking, text).await?;
    Ok(Picking::of(text, people))
}

/// What it is about.
pub async fn target(asking: &mut Asking<'_>, text: &str) -> Result<Picking, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Picking::default());
    }
    if let Some(found) = by_id(asking, text).await? {
        return Ok(found);
    }
    let (words, now) = (Words::of(text), asking.now);
    let mut choices = people(asking, text).await?;
    let link = &mut asking.link;
    let found = groups::list(link, &words, groups::Filter::All, None, OFFERED, now).await?;
    choices.extend(found.into_iter().map(|(group, _)| choice("group", group.id.0, group.name, "Group")));
    let wanted: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let roles = BUILT_IN_ROLES.iter().filter(|role| {
        let name = role.name.to_lowercase();
        wanted.iter().all(|word| name.contains(word.as_str()))
    });
    choices.extend(roles.take(OFFERED).map(|role| choice("role", role.id.0, role.name.to_owned(), "Directory role")));
    let found = package_editing::list(link, Seen::All, &words, None, OFFERED, now).await?;
    choices.extend(found.into_iter().map(|package| choice("package", package.id.0, package.name, "Access package")));
    let found = catalogs::list(link, Seen::All, &words, None, OFFERED, now).await?;
    choices.extend(found.into_iter().map(|catalog| choice("catalog", catalog.id.0, catalog.name, "Catalog")));
    Ok(Picking::of(text, choices))
}

/// By user name, or by the beginnings of their names.
async fn people(asking: &mut Asking<'_>, text: &str) -> Result<Vec<(AnyId, Choice)>, Problem> {
    let link = &mut asking.link;
    if let Some((user, _)) = users::by_name(link, text).await? {
        return Ok(vec![choice("user", user.id.0, user.display_name, &user.user_name)]);
    }
    let words = Words::of(text);
    if words == Words::default() {
        return Ok(Vec::new());
    }
    let found = users::list(link, &words, users::Filter::All, None, OFFERED).await?;
    Ok(found.into_iter().map(|user| choice("user", user.id.0, user.display_name, &user.user_name)).collect())
}

/// What a link or a choice says: the kind and the id. What is gone keeps its id as its name.
async fn by_id(asking: &mut Asking<'_>, text: &str) -> Result<Option<Picking>, Problem> {
    let Some((kind, id)) = text.split_once(':') else { return Ok(None) };
    let Ok(id) = id.parse::<AnyId>() else { return Ok(None) };
    let link = &mut asking.link;
    let name = match kind {
        "user" => users::names(link, &[UserId(id)]).await?.remove(&UserId(id)),
        "group" => Named::of(link, vec![ResourceRole::GroupMember(GroupId(id))]).await?.groups.remove(&GroupId(id)),
        "role" => BUILT_IN_ROLES.iter().find(|role| role.id == RoleId(id)).map(|role| role.name.to_owned()),
        "package" => audit::package_names(link, &[PackageId(id)]).await?.remove(&PackageId(id)),
        "catalog" => audit::catalog_names(link, &[CatalogId(id)]).await?.remove(&CatalogId(id)),
        _ => return Ok(None),
    };
    Ok(Some(Picking::found(id, name.unwrap_or_else(|| id.to_string()))))
}
