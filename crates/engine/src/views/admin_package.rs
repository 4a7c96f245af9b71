//! Administration: packages over all catalogs, one package, and where a new one may be made.

use super::catalog::{package_row, seen, standing};
use super::user::CHOICES;
use super::words::{Named, either, kind, whom};
use super::{Asking, cursor, page, read_cursor};
use crate::Problem;
use model::access::AssignmentType;
use model::directory::Resource;
use model::limits::{CATALOG_RESOURCES_OFFERED, PAGE_ROWS};
use model::package::{PackageRole, Scope};
use model::query;
use model::view::catalog::{GivenRole, NewPackage, Package, Packages, PolicyRow, RoleRemoval};
use model::view::{Choice, Fact};
use model::{CatalogId, GroupId, PackageId, PolicyId, Refusal};
use rules::catalog::Standing;
use rules::package::Policy;
use rules::package::priority::Place;
use store::catalogs::Seen;
use store::search::Words;
use store::{catalog_choice, catalogs, groups, package_editing, packages};

/// Catalogs that the form of a new package lists; where there are more, they are searched for.
const CATALOGS: usize = 500;

pub const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };

pub async fn list(asking: &mut Asking<'_>, query: query::AdminPackages) -> Result<Packages, Problem> {
    let seen = seen(asking).await?;
    let after = read_cursor::<String, PackageId>(query.after.as_deref());
    let (further, now) = (after.is_some(), asking.now);
    let mut found = package_editing::list(&mut asking.link, seen, &Words::of(&query.search), after, PAGE_ROWS + 1, now).await?;
    let paging = page(&mut found, PAGE_ROWS, further, |row| cursor(&row.name_key, row.id));
    let may_create = makes_somewhere(asking).await?;
    Ok(Packages { search: query.search, rows: found.into_iter().map(package_row).collect(), paging, may_create })
}

/// Everywhere, when the visitor may make packages in every catalog.
pub fn makes(asking: &Asking<'_>) -> Option<Seen> {
    rules::catalog::manages_packages(asking.visitor, Standing::default()).then_some(Seen::All)
}

/// Whether there is a catalog in which the visitor may make packages; whoever may in every catalog is not held up by there
/// being none.
async fn makes_somewhere(asking: &mut Asking<'_>) -> Result<bool, Problem> {
    let seen = makes(asking).unwrap_or(Seen::By(asking.who.user));
    Ok(seen == Seen::All || !catalog_choice::for_packages(&mut asking.link, seen, "", 1, asking.now).await?.is_empty())
}

/// The package, when this person sees it, and whether it may be changed.
pub async fn seen_package(asking: &mut Asking<'_>, id: PackageId) -> Result<(rules::catalog::Package, bool), Problem> {
    let (package, standing) = seen_standing(asking, id).await?;
    Ok((package, rules::catalog::manages_packages(asking.visitor, standing)))
}

/// The package, when this person sees it, and what they are in its catalog.
pub async fn seen_standing(asking: &mut Asking<'_>, id: PackageId) -> Result<(rules::catalog::Package, Standing), Problem> {
    let package = package_editing::get(&mut asking.link, id).await?.ok_or(NO_PACKAGE)?;
    let standing = standing(asking, package.catalog).await?;
    if !rules::catalog::sees(asking.visitor, standing) {
        return Err(NO_PACKAGE.into());
    }
    Ok((package, standing))
}

pub async fn one(asking: &mut Asking<'_>, id: PackageId) -> Result<Package, Problem> {
    let (package, standing) = seen_standing(asking, id).await?;
    let may_edit = rules::catalog::manages_packages(asking.visitor, standing);
    let now = asking.now;
    let given: Vec<PackageRole> = packages::roles(&mut asking.link, &[id]).await?.into_iter().map(|(_, role)| role).collect();
    let named = Named::load(asking, given.iter().map(|role| role.role).collect()).await?;
    let roles: Vec<GivenRole> = given
        .iter()
        .map(|role| {
            let (icon, name, via) = named.describe(role.role);
            GivenRole {
                key: role.to_string(),
                icon,
                called: role.called(name.clone()),
                name,
                via,
                kind: kind(role.role).to_owned(),
                assignment_type: role.assignment_type,
                privileged: named.privileged(role.role),
            }
        })
        .collect();
    let (offered, offered_of) = if may_edit { offered(asking, package.catalog, &given).await? } else { (Vec::new(), None) };
    let policies = packages::policies(&mut asking.link, id).await?;
    let in_use = package_editing::in_use(&mut asking.link, id, now).await?;
    let (held, open) = in_use.iter().fold((0, 0), |(held, open), (_, more, waiting)| (held + more, open + waiting));
    let rows = policy_rows(asking, &policies, &in_use).await?;
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let enabled = policies.iter().filter(|policy| policy.enabled).count();
    let facts = vec![
        fact("Catalog", package.catalog_name.clone()),
        fact(
            "Listed",
            if package.hidden { "No, only its link leads to it" } else { "For everybody who may request it" }.to_owned(),
        ),
        fact("Held by", model::time::people(held)),
        fact("Open requests", open.to_string()),
        fact("Resource roles", roles.len().to_string()),
        fact("Policies", format!("{} of {} enabled", enabled, policies.len())),
        fact("Created", package.created_at.in_sentence()),
    ];
    Ok(Package {
        package: id,
        link: format!("{}/my-access/packages/{id}", asking.settings.base_url),
        name: package.name,
        description: package.description,
        hidden: package.hidden,
        catalog: package.catalog,
        catalog_name: package.catalog_name,
        version: package.version,
        facts,
        holders: u32::try_from(held).unwrap_or(0),
        roles,
        offered,
        offered_of,
        policies: rows,
        may_edit,
        who_could: rules::catalog::may_ask_who_could(asking.visitor, standing).is_ok(),
    })
}

/// Whom it concerns when a role is taken out of a package; nothing when the package does not give it any more.
pub async fn removal(asking: &mut Asking<'_>, query: query::PackageRoleRemoval) -> Result<Option<RoleRemoval>, Problem> {
    let query::PackageRoleRemoval { package, role } = query;
    let (_, may_edit) = seen_package(asking, package).await?;
    let gives = packages::roles(&mut asking.link, &[package]).await?.iter().any(|(_, given)| *given == role);
    if !may_edit {
        return Err(Refusal::NotFound { what: "resource role" }.into());
    }
    if !gives {
        return Ok(None);
    }
    let (people, keep) = package_editing::given_count(&mut asking.link, package, role, asking.now).await?;
    let named = Named::load(asking, vec![role.role]).await?;
    let (_, name, _) = named.describe(role.role);
    let name = role.called(name);
    let count = |n: i64| u32::try_from(n).unwrap_or(0);
    Ok(Some(RoleRemoval { key: role.to_string(), name, people: count(people), keep: count(keep) }))
}

/// The roles of a catalog's resources that a package does not give yet, and of how many resources, when there are more.
pub async fn offered(
    asking: &mut Asking<'_>,
    catalog: CatalogId,
    given: &[PackageRole],
) -> Result<(Vec<Choice>, Option<u32>), Problem> {
    let mut brought = catalogs::resources(&mut asking.link, catalog, None, CATALOG_RESOURCES_OFFERED + 1).await?;
    let more = brought.len() > CATALOG_RESOURCES_OFFERED;
    brought.truncate(CATALOG_RESOURCES_OFFERED);
    let cut = more.then(|| u32::try_from(CATALOG_RESOURCES_OFFERED).unwrap_or(u32::MAX));
    let resources: Vec<Resource> = brought.iter().map(|row| row.resource).collect();
    let facts = crate::commands::catalog::facts(&mut asking.link, &resources).await?;
    let ways: Vec<PackageRole> = facts.iter().flat_map(rules::catalog::ways).filter(|way| !given.contains(way)).collect();
    let named = Named::load(asking, ways.iter().map(|way| way.role).collect()).await?;
    let mut choices: Vec<Choice> = ways
        .iter()
        .map(|way| {
            let (_, name, via) = named.describe(way.role);
            let eligible = way.assignment_type == AssignmentType::Eligible;
            let how = match (via.as_str(), eligible) {
                ("", true) => "Eligible".to_owned(),
                ("", false) => "Active".to_owned(),
                (via, true) => format!("Eligible {}", via.to_lowercase()),
                (via, false) => via.to_owned(),
            };
            Choice { id: way.to_string(), name: format!("{name}, {how}"), under: kind(way.role).to_owned() }
        })
        .collect();
    choices.sort_by_key(|choice| choice.name.to_lowercase());
    Ok((choices, cut))
}

pub async fn policy_rows(
    asking: &mut Asking<'_>,
    policies: &[Policy],
    in_use: &[(PolicyId, i64, i64)],
) -> Result<Vec<PolicyRow>, Problem> {
    let ids: Vec<GroupId> = policies
        .iter()
        .flat_map(|policy| match &policy.settings.scope {
            Scope::Specific { groups, .. } => groups.clone(),
            Scope::AllMembers | Scope::AllUsers | Scope::Nobody | Scope::Automatic { .. } => Vec::new(),
        })
        .collect();
    let names = groups::names(&mut asking.link, &ids).await?;
    let places = rules::package::priority::places(policies);
    Ok(places
        .iter()
        .map(|(policy, place)| {
            let (held, open) = in_use.iter().find(|(of, _, _)| *of == policy.id).map_or((0, 0), |(_, held, open)| (*held, *open));
            let stages = policy.settings.stages.len();
            PolicyRow {
                policy: policy.id,
                name: policy.name.clone(),
                enabled: policy.enabled,
                whom: whom(&policy.settings.scope, &names),
                place: place_words(policies, place),
                approval: match i64::try_from(stages).unwrap_or(0) {
                    0 if policy.settings.is_automatic() => "Assigned by a rule".to_owned(),
                    0 => "No approval".to_owned(),
                    n => model::time::count(n, "stage"),
                },
                lasts: if policy.settings.is_automatic() {
                    "As long as the rule matches".to_owned()
                } else {
                    policy.settings.lasts.in_sentence()
                },
                held: u32::try_from(held).unwrap_or(0),
                open: u32::try_from(open).unwrap_or(0),
            }
        })
        .collect())
}

/// For whom a policy is among these, as a sentence.
pub fn place_words(policies: &[Policy], place: &Place) -> String {
    let called = |ids: &[PolicyId]| {
        let found = policies.iter().filter(|policy| ids.contains(&policy.id));
        either(&found.map(|policy| format!("“{}”", policy.name)).collect::<Vec<_>>())
    };
    let (before, beside) = match place {
        Place::Disabled => return "Nobody, while it is disabled.".to_owned(),
        Place::Automatic => return "Whoever its rule matches; nobody asks.".to_owned(),
        Place::Assigned => return "Those to whom administrators assign it; nobody asks.".to_owned(),
        Place::Asked { before, beside } => (before, beside),
    };
    let mut said = "Whoever it covers".to_owned();
    if !before.is_empty() {
        said = format!("{said}, unless {} covers them too, which then counts alone", called(before));
    }
    if !beside.is_empty() {
        said = format!("{said}. Whoever {} covers as well chooses between them", called(beside));
    }
    format!("{said}.")
}

pub async fn new(asking: &mut Asking<'_>, query: query::NewPackage) -> Result<NewPackage, Problem> {
    let query::NewPackage { catalog, search } = query;
    let seen = makes(asking).unwrap_or(Seen::By(asking.who.user));
    let listed = if search.trim().is_empty() { CATALOGS } else { CHOICES };
    let mut all = catalog_choice::for_packages(&mut asking.link, seen, &search, listed + 1, asking.now).await?;
    if all.is_empty() && !makes_somewhere(asking).await? {
        return Err(Refusal::NotFound { what: "page" }.into());
    }
    let more = all.len() > listed;
    if more {
        // As many as any picker offers: the others are searched for.
        all.truncate(CHOICES);
    }
    if let Some(chosen) = catalog.filter(|chosen| !all.iter().any(|(id, _)| id == chosen)) {
        // One of those that are not shown.
        let named = catalog_choice::for_packages_among(&mut asking.link, seen, &[chosen], asking.now).await?;
        let name = named.get(&chosen).cloned().ok_or(Refusal::NotFound { what: "catalog" })?;
        all.insert(0, (chosen, name));
    }
    let catalogs = all.into_iter().map(|(id, name)| Choice { id: id.to_string(), name, under: String::new() }).collect();
    Ok(NewPackage { search, catalogs, catalog, more })
}
