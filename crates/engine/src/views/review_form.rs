//! Forms of access reviews: what may be chosen.

use super::{Asking, user};
use crate::Problem;
use crate::commands::review_of::Of;
use model::catalog::CatalogRole;
use model::review::Reviewed;
use model::view::Choice;
use model::view::review::NewReview;
use model::{CatalogId, GroupId, Refusal, query};
use rules::catalog::Standing;
use rules::review::{manages, settings, time};
use std::collections::{BTreeMap, BTreeSet};
use store::search::Words;
use store::{catalogs, groups, package_editing};

/// What a picker offers of each kind.
const CHOICES: usize = 8;

/// What the reader may do within each catalog where they have a role.
pub async fn standings(asking: &mut Asking<'_>) -> Result<BTreeMap<CatalogId, Standing>, Problem> {
    let mut all: BTreeMap<CatalogId, Vec<CatalogRole>> = BTreeMap::new();
    for (catalog, role) in catalogs::all_roles_of(&mut asking.link, asking.who.user, asking.now).await? {
        all.entry(catalog).or_default().push(role);
    }
    Ok(all.into_iter().map(|(catalog, roles)| (catalog, roles.into_iter().collect())).collect())
}

/// Whether the reader might make a review of something.
async fn may_create(asking: &mut Asking<'_>) -> Result<(), Problem> {
    let standings = standings(asking).await?;
    if rules::review::may_create_some(asking.visitor, standings.into_values()) {
        Ok(())
    } else {
        Err(Refusal::NotFound { what: "page" }.into())
    }
}

pub async fn find(asking: &mut Asking<'_>, of: Reviewed) -> Result<Option<Of>, Problem> {
    Of::find(&mut asking.link, of, Some(asking.who.user), asking.now).await
}

pub async fn new(asking: &mut Asking<'_>, query: query::NewReview) -> Result<NewReview, Problem> {
    may_create(asking).await?;
    let mut chosen = Vec::new();
    for of in query.of.into_iter().take(model::limits::REVIEWED_TOGETHER_MAX) {
        if let Some(found) = find(asking, of).await?.filter(|found| manages(asking.visitor, of, found.about)) {
            chosen.push(choice(of, found.name));
        }
    }
    let settings = settings::defaults(asking.who.user, asking.now);
    Ok(NewReview { chosen, offered: subjects(asking, "").await?, settings, bounds: time::bounds() })
}

fn choice(of: Reviewed, name: String) -> Choice {
    Choice { id: of.to_string(), name, under: of.words().to_owned() }
}

/// What the reader could review, by name.
pub async fn subjects(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    may_create(asking).await?;
    let (words, now, me) = (Words::of(search), asking.now, asking.who.user);
    let wanted: Vec<String> = search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut found: Vec<(Reviewed, String)> = Vec::new();
    let roles = catalogs::directory_roles(&mut asking.link).await?.into_iter().filter(|(_, name)| {
        let name = name.to_lowercase();
        wanted.iter().all(|word| name.contains(word.as_str()))
    });
    found.extend(roles.take(CHOICES * 2).map(|(id, name)| (Reviewed::DirectoryRole(id), name)));
    let all = groups::list(&mut asking.link, &words, groups::Filter::All, None, CHOICES, now).await?;
    let assignable: BTreeSet<GroupId> =
        all.iter().filter(|(group, _)| group.role_assignable).map(|(group, _)| group.id).collect();
    found.extend(all.into_iter().map(|(group, _)| (Reviewed::Group(group.id), group.name)));
    let applications = catalogs::applications_called(&mut asking.link, search, CHOICES).await?;
    found.extend(applications.into_iter().map(|(id, name)| (Reviewed::Application(id), name)));
    let seen = if rules::catalog::sees_all(asking.visitor) { catalogs::Seen::All } else { catalogs::Seen::By(me) };
    let all = package_editing::list(&mut asking.link, seen, &words, None, CHOICES, now).await?;
    let standings = standings(asking).await?;
    let mut choices: Vec<Choice> = Vec::new();
    for (of, name) in found {
        let role_assignable_group = matches!(of, Reviewed::Group(id) if assignable.contains(&id));
        let about = rules::access::About { role_assignable_group, ..Default::default() };
        if manages(asking.visitor, of, about) {
            choices.push(choice(of, name));
        }
    }
    for package in all {
        let catalog = standings.get(&package.catalog_id).copied().unwrap_or_default();
        let about = rules::access::About { catalog, ..Default::default() };
        let of = Reviewed::Package(package.id);
        if manages(asking.visitor, of, about) {
            choices.push(choice(of, package.name));
        }
    }
    Ok(choices)
}

/// People or groups who may be reviewers.
pub async fn people(asking: &mut Asking<'_>, query: query::ReviewPeople) -> Result<Vec<Choice>, Problem> {
    may_create(asking).await?;
    if query.groups {
        let (words, now) = (Words::of(&query.search), asking.now);
        let found = groups::list(&mut asking.link, &words, groups::Filter::All, None, CHOICES, now).await?;
        return Ok(found
            .into_iter()
            .map(|(group, _)| Choice { id: group.id.to_string(), name: group.name, under: String::new() })
            .collect());
    }
    user::choices(asking, &query.search).await
}
