//! What the history names: collected first, loaded with one statement for each kind, then said.

use crate::Problem;
use crate::views::Asking;
use crate::views::words::{Named, People};
use model::access::ResourceRole;
use model::request::Request;
use model::view::audit::Named as Target;
use model::{AccessTokenId, AnyId, CatalogId, ImportId, PackageId, PolicyId, RequestId, UserId};
use std::collections::{BTreeMap, BTreeSet};
use store::{access_tokens, audit, imports, requests};

/// What is to be loaded.
#[derive(Default)]
pub struct Wanted {
    pub users: BTreeSet<UserId>,
    pub roles: BTreeSet<ResourceRole>,
    pub packages: BTreeSet<PackageId>,
    pub policies: BTreeSet<PolicyId>,
    pub catalogs: BTreeSet<CatalogId>,
    pub requests: BTreeSet<RequestId>,
    pub tokens: BTreeSet<AccessTokenId>,
    pub imports: BTreeSet<ImportId>,
}

#[derive(Default)]
pub struct Names {
    pub people: People,
    pub named: Named,
    pub packages: BTreeMap<PackageId, String>,
    pub policies: BTreeMap<PolicyId, String>,
    pub catalogs: BTreeMap<CatalogId, String>,
    pub requests: BTreeMap<RequestId, Request>,
    pub tokens: BTreeMap<AccessTokenId, String>,
    pub imports: BTreeMap<ImportId, String>,
}

impl Names {
    pub async fn load(asking: &mut Asking<'_>, wanted: Wanted) -> Result<Self, Problem> {
        let Wanted { mut users, roles, mut packages, policies, catalogs, requests: wanted, tokens, imports } = wanted;
        let list = |ids: BTreeSet<_>| ids.into_iter().collect::<Vec<_>>();
        let requests: BTreeMap<RequestId, Request> = if wanted.is_empty() {
            BTreeMap::new()
        } else {
            let ids: Vec<RequestId> = wanted.into_iter().collect();
            requests::several(&mut asking.link, &ids).await?.into_iter().map(|request| (request.id, request)).collect()
        };
        users.extend(requests.values().map(|request| request.beneficiary));
        packages.extend(requests.values().filter_map(Request::package));
        let users: Vec<UserId> = users.into_iter().collect();
        let people = if users.is_empty() { People::default() } else { People::load(asking, &users).await? };
        let named = Named::load(asking, list(roles)).await?;
        let link = &mut asking.link;
        let packages: Vec<PackageId> = packages.into_iter().collect();
        let policies: Vec<PolicyId> = policies.into_iter().collect();
        let catalogs: Vec<CatalogId> = catalogs.into_iter().collect();
        let tokens: Vec<AccessTokenId> = tokens.into_iter().collect();
        // There are few, so that all are read at once.
        let imports = if imports.is_empty() { BTreeMap::new() } else { imports::names(link).await? };
        Ok(Self {
            imports,
            tokens: access_tokens::names(link, &tokens).await?,
            people,
            named,
            packages: audit::package_names(link, &packages).await?,
            policies: audit::policy_names(link, &policies).await?,
            catalogs: audit::catalog_names(link, &catalogs).await?,
            requests,
        })
    }

    /// A thing by its bare id, as a download names it.
    pub fn target(&self, id: AnyId) -> Target {
        let named = |kind: &str, name: &str| Target { kind: kind.to_owned(), id: id.to_string(), name: name.to_owned() };
        if let Some(user) = self.people.get(UserId(id)) {
            return named("user", &user.display_name);
        }
        if let Some(name) = self.named.groups.get(&model::GroupId(id)) {
            return named("group", name);
        }
        if let Some((name, _)) = self.named.roles.get(&model::RoleId(id)) {
            return named("directory_role", name);
        }
        if let Some(name) = self.packages.get(&PackageId(id)) {
            return named("access_package", name);
        }
        if let Some(name) = self.policies.get(&PolicyId(id)) {
            return named("policy", name);
        }
        if let Some(name) = self.catalogs.get(&CatalogId(id)) {
            return named("catalog", name);
        }
        if let Some(name) = self.tokens.get(&AccessTokenId(id)) {
            return named("access_token", name);
        }
        if let Some(name) = self.imports.get(&ImportId(id)) {
            return named("import", name);
        }
        named("other", "")
    }
}
