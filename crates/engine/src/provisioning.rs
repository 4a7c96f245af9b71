//! People and groups as identity providers read them.

use crate::{Bearer, By, Engine, Fault, Problem, Settings};
use model::directory::{Principal, UserKind};
use model::limits::SCIM_SCAN_MAX;
use model::provisioning::{Provided, Provisioned, ScimFault};
use model::{AnyId, GroupId, Refusal, Ts, UserId};
use rules::group::Group;
use rules::user::User;
use scim::{Filter, LookUp, PersonFacts, Search};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::provisioned::{self, Said};
use store::{Link, groups, users};

/// Resources that are looked through together.
const PAGE: usize = 200;
/// Hexadecimal digits of a version: enough that no two states of a resource share one.
const VERSION_DIGITS: usize = 32;

/// The beginning of all addresses.
pub fn base(settings: &Settings) -> String {
    format!("{}/scim/v2", settings.base_url)
}

/// A page of a list.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub total: usize,
    pub resources: Vec<Provided>,
}

impl Engine {
    /// One resource, for whoever shows a token.
    pub async fn provided(&self, bearer: &Bearer, kind: Provisioned, id: AnyId, part: &scim::Part) -> Result<Provided, Problem> {
        rules::access::may_read_provisioned(&By::Token(bearer.clone()).visitor())?;
        let mut link = self.inner.db.read().await?;
        let now = self.inner.clock.now();
        let mut loading = Loading { link: &mut link, kind, now, base: base(self.settings()), members: part.has(kind, "members") };
        Ok(loading.load(&[id]).await?.pop().ok_or(kind.nothing())?)
    }

    /// Resources as a search says; those of both kinds, where no kind is named.
    pub async fn search_provided(&self, bearer: &Bearer, kind: Option<Provisioned>, search: &Search) -> Result<Found, Problem> {
        rules::access::may_read_provisioned(&By::Token(bearer.clone()).visitor())?;
        if let Some(kind) = kind {
            return self.search_kind(kind, search).await;
        }
        let mut both = self.search_kind(Provisioned::User, search).await?;
        let rest = Search {
            start: search.start.saturating_sub(both.total).max(1),
            count: search.count.saturating_sub(both.resources.len()),
            ..search.clone()
        };
        let groups = self.search_kind(Provisioned::Group, &rest).await?;
        both.total += groups.total;
        both.resources.extend(groups.resources);
        Ok(both)
    }

    async fn search_kind(&self, kind: Provisioned, search: &Search) -> Result<Found, Problem> {
        let filter = search.filter.as_deref().map(|text| Filter::read(kind, text)).transpose()?;
        let mut link = self.inner.db.read().await?;
        let now = self.inner.clock.now();
        let members = filter.is_some() || search.part.has(kind, "members");
        let mut loading = Loading { link: &mut link, kind, now, base: base(self.settings()), members };
        let (skip, count) = (search.start.saturating_sub(1), search.count);
        let Some(filter) = filter else {
            let total = provisioned::count(loading.link, kind).await?;
            let ids = if count == 0 { Vec::new() } else { provisioned::page(loading.link, kind, skip, count).await? };
            return Ok(Found { total, resources: loading.load(&ids).await? });
        };
        let mut found = Found::default();
        let mut take = |resources: Vec<Provided>| {
            for resource in resources.into_iter().filter(|one| filter.matches(&one.resource)) {
                if found.total >= skip && found.resources.len() < count {
                    found.resources.push(resource);
                }
                found.total += 1;
            }
        };
        if let Some(look_up) = filter.look_up() {
            let ids = loading.looked_up(&look_up).await?;
            for ids in ids.chunks(PAGE) {
                take(loading.load(ids).await?);
            }
            return Ok(found);
        }
        // Nothing is left out silently: where it would be too much, the provider has to ask for less.
        if provisioned::count(loading.link, kind).await? > SCIM_SCAN_MAX {
            let message = format!(
                "More than {SCIM_SCAN_MAX} would have to be looked through for this filter. Filter with “eq” by id, externalId, userName or the displayName of a group."
            );
            return Err(Refusal::ScimWrong { fault: ScimFault::TooMany, message }.into());
        }
        let mut at = 0;
        loop {
            let ids = provisioned::page(loading.link, kind, at, PAGE).await?;
            at += ids.len();
            let last = ids.len() < PAGE;
            take(loading.load(&ids).await?);
            if last {
                return Ok(found);
            }
        }
    }
}

/// How resources are loaded.
pub struct Loading<'l> {
    pub link: &'l mut Link,
    pub kind: Provisioned,
    pub now: Ts,
    pub base: String,
    /// With the members of groups.
    pub members: bool,
}

impl Loading<'_> {
    async fn looked_up(&mut self, what: &LookUp) -> Result<Vec<AnyId>, Fault> {
        let link = &mut *self.link;
        Ok(match what {
            LookUp::Id(id) => id.parse().into_iter().collect(),
            LookUp::ExternalId(id) => provisioned::by_external_id(link, self.kind, id).await?,
            LookUp::UserName(name) => users::by_name(link, name).await?.map(|(user, _)| user.id.0).into_iter().collect(),
            LookUp::DisplayName(name) => groups::called(link, name).await?.map(|group| group.0).into_iter().collect(),
            LookUp::Member(id) => match id.parse() {
                Ok(id) => provisioned::groups_of(link, id, self.now).await?,
                Err(_) => Vec::new(),
            },
        })
    }

    /// These resources in their order; those that were removed, and those that never were, are left out.
    pub async fn load(&mut self, ids: &[AnyId]) -> Result<Vec<Provided>, Problem> {
        let said = provisioned::several(self.link, ids).await?;
        let mut found: BTreeMap<AnyId, (Map<String, Value>, Ts)> = match self.kind {
            Provisioned::User => {
                let ids: Vec<UserId> = ids.iter().copied().map(UserId).collect();
                let people = users::several(self.link, &ids).await?;
                people.into_iter().map(|user| (user.id.0, self.person(&user, said.get(&user.id.0)))).collect()
            }
            Provisioned::Group => {
                let names: Vec<GroupId> = ids.iter().copied().map(GroupId).collect();
                let all = groups::several(self.link, &names).await?;
                let members = if self.members { provisioned::members(self.link, ids, self.now).await? } else { BTreeMap::new() };
                let one = |group: &Group| self.group(group, said.get(&group.id.0), members.get(&group.id.0));
                all.iter().map(|group| (group.id.0, one(group))).collect()
            }
        };
        let removed = |id: &AnyId| said.get(id).is_some_and(|said| said.removed_at.is_some());
        let ids = ids.iter().filter(|id| !removed(id));
        Ok(ids.filter_map(|id| found.remove(id).map(|(resource, made)| self.finished(*id, resource, made))).collect())
    }

    fn person(&self, user: &User, said: Option<&Said>) -> (Map<String, Value>, Ts) {
        let document: Option<Value> = said.and_then(|said| serde_json::from_str(&said.said).ok()).filter(Value::is_object);
        let mut resource = scim::person(&facts(user), document.as_ref(), &self.base);
        if let Some(external_id) = said.and_then(|said| said.external_id.as_ref()) {
            resource.insert("externalId".to_owned(), json!(external_id));
        }
        (resource, user.created_at)
    }

    fn group(&self, group: &Group, said: Option<&Said>, members: Option<&Vec<Principal>>) -> (Map<String, Value>, Ts) {
        let external_id = said.and_then(|said| said.external_id.as_deref());
        let members: Vec<(AnyId, bool)> = members
            .into_iter()
            .flatten()
            .filter_map(|member| match member {
                Principal::User(id) => Some((id.0, true)),
                Principal::Group(id) => Some((id.0, false)),
                // SCIM knows no such members.
                Principal::ServicePrincipal(_) => None,
            })
            .collect();
        (scim::group(&group.name, external_id, &members, &self.base), group.created_at)
    }

    fn finished(&self, id: AnyId, mut resource: Map<String, Value>, made: Ts) -> Provided {
        let (name, place) = match self.kind {
            Provisioned::User => ("User", "Users"),
            Provisioned::Group => ("Group", "Groups"),
        };
        resource.insert("id".to_owned(), json!(id.to_string()));
        let whole = self.members || self.kind == Provisioned::User;
        let mut meta = json!({
            "resourceType": name,
            "created": made.iso(),
            "location": format!("{}/{place}/{id}", self.base),
        });
        let version = whole.then(|| version(&resource));
        if let (Some(version), Some(meta)) = (&version, meta.as_object_mut()) {
            meta.insert("version".to_owned(), json!(version));
        }
        resource.insert("meta".to_owned(), meta);
        Provided { id, version, resource: Value::Object(resource) }
    }
}

/// The weak version of a resource: another one for whatever else it says.
fn version(resource: &Map<String, Value>) -> String {
    // A map of values by name is always written; were it not, its version would be one that nothing has.
    let digest = Sha256::digest(serde_json::to_vec(resource).unwrap_or_default());
    let hex: String =
        digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|n| char::from_digit(n.into(), 16)).collect();
    let short: String = hex.chars().take(VERSION_DIGITS).collect();
    format!("W/\"{short}\"")
}

/// A person in the words of SCIM.
pub fn facts(user: &User) -> PersonFacts {
    PersonFacts {
        user_name: user.user_name.clone(),
        display_name: user.display_name.clone(),
        mail: user.mail.clone(),
        other_mails: user.profile.other_mails.clone(),
        guest: Some(user.kind == UserKind::Guest),
        enabled: user.enabled,
        manager: user.manager.map(|id| id.to_string()),
        attributes: user.profile.attributes.clone(),
    }
}
