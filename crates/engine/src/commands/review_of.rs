//! What is reviewed in an access review: what it is called, and what decides who may manage its reviews.

use crate::Problem;
use model::access::ResourceRole;
use model::review::Reviewed;
use model::{ApplicationId, GroupId, PackageId, RoleId, Ts, UserId};
use rules::access::About;
use rules::group::Group;
use std::collections::BTreeMap;
use store::{Link, catalogs, groups, packages, resources};

/// Names of what is reviewed, loaded together. They are there after it is gone.
pub struct Names {
    roles: BTreeMap<RoleId, String>,
    groups: BTreeMap<GroupId, String>,
    applications: BTreeMap<ApplicationId, String>,
    packages: BTreeMap<PackageId, String>,
}

impl Names {
    /// One statement for each kind that occurs.
    pub async fn load(link: &mut Link, all: impl IntoIterator<Item = Reviewed>) -> Result<Self, Problem> {
        let (mut roles, mut teams, mut applications, mut packages) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for of in all {
            match of {
                Reviewed::DirectoryRole(id) => roles.push(id),
                Reviewed::Group(id) => teams.push(id),
                Reviewed::Application(id) => applications.push(id),
                Reviewed::Package(id) => packages.push(id),
            }
        }
        Ok(Self {
            roles: if roles.is_empty() { BTreeMap::new() } else { role_names(link, &roles).await? },
            groups: if teams.is_empty() { BTreeMap::new() } else { groups::names(link, &teams).await? },
            applications: if applications.is_empty() {
                BTreeMap::new()
            } else {
                catalogs::applications(link, &applications).await?
            },
            packages: if packages.is_empty() { BTreeMap::new() } else { store::audit::package_names(link, &packages).await? },
        })
    }

    pub fn name(&self, of: Reviewed) -> Option<String> {
        match of {
            Reviewed::DirectoryRole(id) => self.roles.get(&id).cloned(),
            Reviewed::Group(id) => self.groups.get(&id).cloned(),
            Reviewed::Application(id) => self.applications.get(&id).cloned(),
            Reviewed::Package(id) => self.packages.get(&id).cloned(),
        }
    }
}

async fn role_names(link: &mut Link, roles: &[RoleId]) -> Result<BTreeMap<RoleId, String>, Problem> {
    let found = resources::role_names(link, roles).await?;
    Ok(found.into_iter().map(|(id, (name, _))| (id, name)).collect())
}

/// What is reviewed, and what decides who may manage it.
pub struct Of {
    pub name: String,
    pub about: About,
    pub group: Option<Group>,
    pub of: Reviewed,
    /// It was not deleted.
    pub there: bool,
}

impl Of {
    /// What it is; nothing when there is no such thing.
    pub async fn find(link: &mut Link, of: Reviewed, person: Option<UserId>, now: Ts) -> Result<Option<Self>, Problem> {
        let mut about = About { reviewed: Some(of), ..About::default() };
        let mut group = None;
        let name = match of {
            Reviewed::DirectoryRole(_) => {
                about.directory_role = true;
                Names::load(link, [of]).await?.name(of)
            }
            Reviewed::Group(id) => {
                group = groups::get(link, id).await?;
                about.role_assignable_group = group.as_ref().is_some_and(|group| group.role_assignable);
                group.as_ref().map(|group| group.name.clone())
            }
            Reviewed::Application(_) => Names::load(link, [of]).await?.name(of),
            Reviewed::Package(id) => {
                if let Some(person) = person {
                    about.catalog = catalogs::roles_at(link, id, person, now).await?.into_iter().collect();
                }
                packages::get(link, id).await?.map(|package| package.name)
            }
        };
        Ok(name.map(|name| Self { name, about, group, of, there: true }))
    }

    /// The same also of what is no longer there: its reviews are still there for whoever manages all of the kind.
    pub async fn or_gone(link: &mut Link, of: Reviewed, person: Option<UserId>, now: Ts) -> Result<Self, Problem> {
        let gone = || Self {
            name: "what is no longer there".to_owned(),
            about: About { reviewed: Some(of), ..About::default() },
            group: None,
            of,
            there: false,
        };
        Ok(Self::find(link, of, person, now).await?.unwrap_or_else(gone))
    }

    /// Whether whoever holds it has power over others.
    pub async fn gives_power(&self, link: &mut Link) -> Result<bool, Problem> {
        let given = match self.of {
            Reviewed::DirectoryRole(id) => vec![ResourceRole::DirectoryRole(id)],
            Reviewed::Group(id) => vec![ResourceRole::GroupMember(id)],
            Reviewed::Application(_) => Vec::new(),
            Reviewed::Package(id) => packages::roles(link, &[id]).await?.into_iter().map(|(_, given)| given.role).collect(),
        };
        let (mut roles, mut teams) = (Vec::new(), Vec::new());
        for role in &given {
            match *role {
                ResourceRole::DirectoryRole(id) => roles.push(id),
                ResourceRole::GroupMember(id) | ResourceRole::GroupOwner(id) => teams.push(id),
                ResourceRole::ApplicationRole(..) => {}
            }
        }
        let roles = if roles.is_empty() { BTreeMap::new() } else { resources::role_names(link, &roles).await? };
        let privileged = roles.into_iter().filter(|(_, (_, privileged))| *privileged).map(|(id, _)| id).collect();
        let teams = match &self.group {
            Some(group) => vec![group.clone()],
            None if teams.is_empty() => Vec::new(),
            None => groups::several(link, &teams).await?,
        };
        Ok(rules::review::gives_power(&given, &privileged, &teams))
    }
}
