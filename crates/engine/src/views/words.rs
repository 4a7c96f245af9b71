//! Names and small phrases that several views say.

use super::Asking;
use crate::Problem;
use crate::commands::subject;
use model::access::{AssignmentType, ResourceRole};
use model::package::{PackageRole, Scope};
use model::request::Request;
use model::view::{Countdown, Icon, MadeBy, Path, Persona, Stop};
use model::{ApplicationRoleId, GroupId, PackageId, RoleId, Ts, UserId};
use rules::user::User;
use std::collections::BTreeMap;
use store::{Link, assignments, groups, packages, resources, users};

/// Names of whatever roles are about, loaded together.
#[derive(Default)]
pub struct Named {
    pub groups: BTreeMap<GroupId, String>,
    pub roles: BTreeMap<RoleId, (String, bool)>,
    pub application_roles: BTreeMap<ApplicationRoleId, (String, String)>,
}

impl Named {
    /// Loads the names of everything in `roles`: one statement for each kind that occurs.
    pub async fn load(asking: &mut Asking<'_>, roles: Vec<ResourceRole>) -> Result<Self, Problem> {
        Self::of(&mut asking.link, roles).await
    }

    /// The same inside of a change.
    pub async fn of(link: &mut Link, roles: Vec<ResourceRole>) -> Result<Self, Problem> {
        let (mut group_ids, mut role_ids, mut application_role_ids) = (Vec::new(), Vec::new(), Vec::new());
        for role in roles {
            match role {
                ResourceRole::GroupMember(id) | ResourceRole::GroupOwner(id) => group_ids.push(id),
                ResourceRole::DirectoryRole(id) => role_ids.push(id),
                ResourceRole::ApplicationRole(_, id) => application_role_ids.push(id),
            }
        }
        let mut named = Self::default();
        if !group_ids.is_empty() {
            named.groups = groups::names(link, &group_ids).await?;
        }
        if !role_ids.is_empty() {
            named.roles = resources::role_names(link, &role_ids).await?;
        }
        if !application_role_ids.is_empty() {
            named.application_roles = resources::application_role_names(link, &application_role_ids).await?;
        }
        Ok(named)
    }

    /// The picture, the name and how it is held.
    pub fn describe(&self, role: ResourceRole) -> (Icon, String, String) {
        let group = |id| self.groups.get(&id).cloned().unwrap_or_else(|| "a deleted group".to_owned());
        match role {
            ResourceRole::GroupMember(id) => (Icon::Group, group(id), "Member".to_owned()),
            ResourceRole::GroupOwner(id) => (Icon::Group, group(id), "Owner".to_owned()),
            ResourceRole::DirectoryRole(id) => {
                let name = self.roles.get(&id).map_or_else(|| "a deleted role".to_owned(), |(name, _)| name.clone());
                (Icon::Role, name, String::new())
            }
            ResourceRole::ApplicationRole(_, id) => match self.application_roles.get(&id) {
                Some((application, role)) => (Icon::Application, application.clone(), role.clone()),
                None => (Icon::Application, "a deleted application".to_owned(), String::new()),
            },
        }
    }

    /// `Global Administrator`, `Oslo office, Member`
    pub fn said(&self, role: ResourceRole) -> String {
        let (_, name, via) = self.describe(role);
        if via.is_empty() { name } else { format!("{name}, {via}") }
    }

    pub fn privileged(&self, role: ResourceRole) -> bool {
        match role {
            ResourceRole::DirectoryRole(id) => self.roles.get(&id).is_some_and(|(_, privileged)| *privileged),
            ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) => false,
        }
    }

    pub fn stop(&self, role: ResourceRole) -> Stop {
        let (icon, name, via) = self.describe(role);
        Stop { icon, name, via }
    }

    /// The same of what a package gives, which may have to be activated first.
    pub fn describe_given(&self, given: &PackageRole) -> (Icon, String, String) {
        let (icon, name, via) = self.describe(given.role);
        let via = match (given.assignment_type, via.as_str()) {
            (AssignmentType::Active, _) => via,
            (AssignmentType::Eligible, "") => "to be activated".to_owned(),
            (AssignmentType::Eligible, via) => format!("{via}, to be activated"),
        };
        (icon, name, via)
    }
}

/// The kind of a resource role in words.
pub fn kind(role: ResourceRole) -> &'static str {
    match role {
        ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) => "Group",
        ResourceRole::DirectoryRole(_) => "Directory role",
        ResourceRole::ApplicationRole(..) => "Application role",
    }
}

/// What a package gives, directly and through its groups.
pub struct Contents {
    pub direct: Vec<PackageRole>,
    /// For each group of which one becomes a member: what it gives.
    pub through: Vec<(GroupId, ResourceRole)>,
    pub named: Named,
}

/// Loads what one package gives with all names.
pub async fn contents(asking: &mut Asking<'_>, package: PackageId) -> Result<Contents, Problem> {
    let direct = packages::roles(&mut asking.link, &[package]).await?.into_iter().map(|(_, role)| role).collect();
    through(asking, direct).await
}

/// The same for what a request is about.
pub async fn contents_of(asking: &mut Asking<'_>, request: &Request) -> Result<Contents, Problem> {
    let subject = subject::of(&mut asking.link, request).await?;
    through(asking, subject.roles).await
}

async fn through(asking: &mut Asking<'_>, direct: Vec<PackageRole>) -> Result<Contents, Problem> {
    let member_of: Vec<GroupId> = direct
        .iter()
        .filter_map(|given| match given.role {
            ResourceRole::GroupMember(group) => Some(group),
            ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
        })
        .collect();
    let now = asking.now;
    let through: Vec<(GroupId, ResourceRole)> = assignments::of_groups(&mut asking.link, &member_of)
        .await?
        .into_iter()
        .filter(|assignment| rules::effective::in_force(assignment, now))
        .filter_map(|assignment| match assignment.principal {
            model::directory::Principal::Group(group) => Some((group, assignment.role)),
            model::directory::Principal::User(_) | model::directory::Principal::ServicePrincipal(_) => None,
        })
        .collect();
    let all: Vec<ResourceRole> = direct.iter().map(|given| given.role).chain(through.iter().map(|(_, role)| *role)).collect();
    let named = Named::load(asking, all).await?;
    Ok(Contents { direct, through, named })
}

impl Contents {
    /// The paths from a person to everything that the package gives.
    pub fn paths(&self, person: &str) -> Vec<Path> {
        let me = Stop { icon: Icon::User, name: person.to_owned(), via: String::new() };
        let mut paths = Vec::new();
        for given in &self.direct {
            let (icon, name, via) = self.named.describe_given(given);
            let first = vec![me.clone(), Stop { icon, name, via }];
            let further: Vec<&(GroupId, ResourceRole)> = match given.role {
                ResourceRole::GroupMember(group) => self.through.iter().filter(|(through, _)| *through == group).collect(),
                ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => Vec::new(),
            };
            if further.is_empty() {
                paths.push(first);
            } else {
                paths.extend(further.into_iter().map(|(_, role)| {
                    let mut path = first.clone();
                    path.push(self.named.stop(*role));
                    path
                }));
            }
        }
        paths
    }
}

/// `1 group, 2 applications`, and whether a highly privileged role is among them, for several packages at once.
pub async fn resources_of(
    asking: &mut Asking<'_>,
    packages: &[PackageId],
) -> Result<BTreeMap<PackageId, (String, bool)>, Problem> {
    let given = packages::roles(&mut asking.link, packages).await?;
    let member_of: Vec<GroupId> = given
        .iter()
        .filter_map(|(_, given)| match given.role {
            ResourceRole::GroupMember(group) => Some(group),
            ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) | ResourceRole::DirectoryRole(_) => None,
        })
        .collect();
    let through = assignments::of_groups(&mut asking.link, &member_of).await?;
    let mut found: BTreeMap<PackageId, (BTreeMap<&'static str, i64>, bool)> = BTreeMap::new();
    for (package, given) in &given {
        let (counts, privileged) = found.entry(*package).or_default();
        let mut add = |role: ResourceRole| {
            let kind = match role {
                ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) => "group",
                ResourceRole::ApplicationRole(..) => "application",
                ResourceRole::DirectoryRole(id) => {
                    *privileged |= model::directory::BUILT_IN_ROLES.iter().any(|role| role.id == id && role.privileged);
                    "directory role"
                }
            };
            *counts.entry(kind).or_insert(0) += 1;
        };
        add(given.role);
        if let ResourceRole::GroupMember(group) = given.role {
            for assignment in &through {
                let inside = assignment.principal == model::directory::Principal::Group(group);
                if inside
                    && rules::effective::in_force(assignment, asking.now)
                    && !matches!(assignment.role, ResourceRole::GroupMember(_))
                {
                    add(assignment.role);
                }
            }
        }
    }
    Ok(found
        .into_iter()
        .map(|(package, (counts, privileged))| {
            let order = ["group", "application", "directory role"];
            let said: Vec<String> =
                order.iter().filter_map(|kind| counts.get(kind).map(|n| model::time::count(*n, kind))).collect();
            (package, (said.join(", "), privileged))
        })
        .collect())
}

/// A person with the job title under the name.
pub fn persona(user: &User) -> Persona {
    Persona { id: user.id, name: user.display_name.clone(), under: user.profile.get("jobTitle").unwrap_or_default().to_owned() }
}

/// People by id; somebody unknown is called so.
#[derive(Default)]
pub struct People(BTreeMap<UserId, User>);

impl People {
    pub async fn load(asking: &mut Asking<'_>, ids: &[UserId]) -> Result<Self, Problem> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        Ok(Self(users::several(&mut asking.link, &ids).await?.into_iter().map(|user| (user.id, user)).collect()))
    }

    pub fn get(&self, id: UserId) -> Option<&User> {
        self.0.get(&id)
    }

    pub fn name(&self, id: UserId) -> String {
        self.0.get(&id).map_or_else(|| "somebody who is no longer here".to_owned(), |user| user.display_name.clone())
    }

    pub fn persona(&self, id: UserId) -> Persona {
        self.0.get(&id).map_or_else(|| Persona { id, name: self.name(id), under: String::new() }, persona)
    }
}

/// Who made a request for somebody else.
pub fn made_by(request: &Request, people: &People) -> Option<MadeBy> {
    let did = request.made_for_another()?;
    Some(MadeBy { did: did.to_owned(), who: people.persona(request.requestor) })
}

/// `Bianca`, `Bianca or Brandon`, `Bianca, Brandon or 3 others`.
pub fn either(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one} or {two}"),
        [one, two, rest @ ..] => format!(
            "{one}, {two} or {}",
            match rest.len() {
                1 => "one other".to_owned(),
                n => format!("{n} others"),
            }
        ),
    }
}

/// `Bianca`, `Bianca and Brandon`, `Bianca, Brandon and 3 others`.
pub fn both(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!(
            "{one}, {two} and {}",
            match rest.len() {
                1 => "one other".to_owned(),
                n => format!("{n} others"),
            }
        ),
    }
}

/// A window that runs, when there is an end.
pub fn countdown(from: Ts, until: Option<Ts>) -> Option<Countdown> {
    until.map(|until| Countdown { from, until })
}

/// Whom a policy lets request. `names` are of its groups.
pub fn whom(scope: &Scope, names: &BTreeMap<GroupId, String>) -> String {
    match scope {
        Scope::Specific { users, groups } => {
            let mut said: Vec<String> = groups.iter().filter_map(|group| names.get(group).cloned()).collect();
            match users.len() {
                0 => {}
                1 => said.push("one person".to_owned()),
                n => said.push(format!("{n} people")),
            }
            said.join(", ")
        }
        Scope::AllMembers => "All members, no guests".to_owned(),
        Scope::AllUsers => "All users, guests too".to_owned(),
        Scope::Nobody => "Nobody; administrators assign it".to_owned(),
        Scope::Automatic { rule, .. } => format!("Nobody asks; assigned to whom the rule matches: {rule}"),
    }
}
