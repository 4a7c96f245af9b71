//! Targets: setting them, and who has to be looked at there after a change.

use super::{NAME, allowed, taken};
use crate::Problem;
use crate::change::Change;
use crate::target::sealed;
use model::access::ResourceRole;
use model::command::{Command, Done};
use model::directory::Principal;
use model::event::Action;
use model::target::{SaveTarget, Target};
use model::{ApplicationId, ApplicationRoleId, GroupId, Refusal, TargetId, Ts, UserId};
use rules::form::malformed;
use rules::target::{Facts, Told};
use std::collections::{BTreeMap, BTreeSet};
use store::delivery::{Mark, Subject};
use store::targets::{self, Stored};
use store::{Saved, applications, delivered, delivery, resources};

const NO_TARGET: Refusal = Refusal::NotFound { what: "target" };

pub async fn save(change: &mut Change<'_>, command: &Command, asked: &SaveTarget) -> Result<Done, Problem> {
    allowed(change, command)?;
    // In the order of whoever changes an application: its row, then the groups of all.
    let application = match asked.target {
        Some(id) => targets::get(&mut change.link, id).await?.map(|stored| stored.target.application),
        None => asked.application,
    };
    if let Some(application) = application {
        applications::get_to_change(&mut change.link, application).await?;
    }
    targets::guard_groups(&mut change.link).await?;
    if let Some(id) = asked.target {
        // A turn that writes down whom it brings there comes before this change, and counts in it, or after it, and ends.
        targets::guard(&mut change.link, id).await?;
    }
    let all: Vec<_> = targets::list(&mut change.link).await?.into_iter().map(|stored| stored.target).collect();
    let before = match asked.target {
        Some(id) => Some(all.iter().find(|target| target.id == id).ok_or(NO_TARGET)?),
        None => None,
    };
    let roles = match before.map(|before| before.application).or(asked.application) {
        Some(application) => resources::roles_of(&mut change.link, application).await?,
        None => None,
    };
    let others = others(change, &all, before.map(|before| before.id)).await?;
    let held = match before {
        Some(before) => delivered::roles_there(&mut change.link, before.id).await?,
        None => BTreeSet::new(),
    };
    let facts = Facts { all: &all, roles: roles.as_deref(), others: &others, held: &held };
    let Some((after, action)) = rules::target::save(TargetId(change.id()), before, asked, facts, change.now)? else {
        let (target, name) = before.map(|target| (target.id, target.name.clone())).unwrap_or_default();
        return Ok(Done::TargetSaved { target, name });
    };
    let token = match &asked.token {
        Some(token) => Some(sealed(change.keys(), after.id, token.0.trim())?),
        None => None,
    };
    match (before, token) {
        (None, Some(token)) => taken(targets::insert(&mut change.link, &after, &token).await, NAME, &after.name)?,
        (None, None) => {
            return Err(Refusal::Required { field: "secret".to_owned(), label: after.kind.secret().to_owned() }.into());
        }
        (Some(before), token) => {
            let saved = targets::update(&mut change.link, &after, before.version, change.now).await;
            if taken(saved, NAME, &after.name)? == Saved::Stale {
                return Err(Refusal::Stale.into());
            }
            for role in rules::target::regrouped(before, &after, roles.as_deref().unwrap_or_default()) {
                targets::forget_group(&mut change.link, after.id, role).await?;
            }
            if let Some(token) = token {
                targets::set_token(&mut change.link, after.id, &token).await?;
            }
        }
    }
    change.record(None, [action]);
    Ok(Done::TargetSaved { target: after.id, name: after.name })
}

/// Switched off, nothing is changed there any more; whatever happens meanwhile is made up for when it is switched on.
pub async fn set_enabled(change: &mut Change<'_>, command: &Command, id: TargetId, enabled: bool) -> Result<Done, Problem> {
    allowed(change, command)?;
    let before = known(change, id).await?.target;
    let done = Done::TargetEnabled { target: id, name: before.name.clone(), enabled };
    let Some((after, action)) = rules::target::set_enabled(&before, enabled) else { return Ok(done) };
    if targets::update(&mut change.link, &after, before.version, change.now).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    change.record(None, [action]);
    Ok(done)
}

/// What people have there stays there, and is no longer looked after.
pub async fn delete(change: &mut Change<'_>, command: &Command, id: TargetId, seen: usize) -> Result<Done, Problem> {
    allowed(change, command)?;
    let target = known(change, id).await?.target;
    let people = delivered::counts(&mut change.link).await?.get(&id).map_or(0, |(there, _)| *there);
    rules::target::may_delete(&target, people, seen)?;
    targets::delete(&mut change.link, id).await?;
    change.record(None, [Action::TargetDeleted { target: id, name: target.name.clone(), people }]);
    Ok(Done::TargetDeleted { name: target.name })
}

/// Everybody is looked at again, and the members there are compared after that.
pub async fn reconcile(change: &mut Change<'_>, command: &Command, id: TargetId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let target = known(change, id).await?.target;
    targets::ask_again(&mut change.link, id, change.now).await?;
    targets::reconcile_at(&mut change.link, id, change.now, false).await?;
    Ok(Done::TargetAsked { target: id, name: target.name })
}

pub async fn retry(change: &mut Change<'_>, command: &Command, id: TargetId, user: UserId) -> Result<Done, Problem> {
    allowed(change, command)?;
    let target = known(change, id).await?.target;
    targets::ask_again(&mut change.link, id, change.now).await?;
    delivery::try_again(&mut change.link, id, user, change.now).await?;
    Ok(Done::TargetAsked { target: id, name: target.name })
}

/// The targets but this one, each with the roles of its application.
async fn others(change: &mut Change<'_>, all: &[Target], but: Option<TargetId>) -> Result<Vec<Told>, Problem> {
    let mut roles = targets::roles(&mut change.link).await?;
    let others = all.iter().filter(|target| Some(target.id) != but);
    Ok(others.map(|target| (target.clone(), roles.remove(&target.id).unwrap_or_default())).collect())
}

/// What a role of an application being called otherwise, or being added, means for its target: the group stays the same, and is
/// that of no other role. `roles` are those from now on, and `before` is what this one was called; nothing for a new one.
pub async fn role_named(
    change: &mut Change<'_>,
    application: ApplicationId,
    roles: &[(ApplicationRoleId, String)],
    (role, before): (ApplicationRoleId, &str),
) -> Result<(), Problem> {
    targets::guard_groups(&mut change.link).await?;
    let all: Vec<Target> = targets::list(&mut change.link).await?.into_iter().map(|stored| stored.target).collect();
    let Some(target) = all.iter().find(|target| target.application == application) else { return Ok(()) };
    let kept = rules::target::keeps_group(target, role, before);
    let after = kept.as_ref().map_or(target, |(after, _)| after);
    let others = others(change, &all, Some(target.id)).await?;
    rules::target::apart(after, roles, &others).map_err(|message| malformed("name", message))?;
    if let Some((after, action)) = kept {
        if targets::update(&mut change.link, &after, target.version, change.now).await? == Saved::Stale {
            return Err(Refusal::Stale.into());
        }
        change.record(None, [action]);
    }
    Ok(())
}

async fn known(change: &mut Change<'_>, id: TargetId) -> Result<Stored, Problem> {
    Ok(targets::get(&mut change.link, id).await?.ok_or(NO_TARGET)?)
}

/// What of a change may concern targets.
#[derive(Default)]
struct Touched {
    /// From when on who is to be looked at, for an application.
    roles: BTreeSet<(ApplicationId, Subject, Ts)>,
    members: BTreeSet<(GroupId, UserId, Ts)>,
    /// Whoever they are and whatever they hold.
    people: BTreeSet<UserId>,
}

impl Touched {
    fn by(&mut self, action: &Action, now: Ts) {
        let (principal, role, from) = match action {
            Action::AssignmentStarted { principal, role, starts_at, .. } => (principal, role, *starts_at),
            // Later, and now, if it had begun already.
            Action::AssignmentChanged { principal, role, to: (starts_at, _), .. } => {
                self.assignment(principal, role, now);
                (principal, role, *starts_at)
            }
            Action::AssignmentEnded { principal, role, .. } | Action::AssignmentExtended { principal, role, .. } => {
                (principal, role, now)
            }
            Action::UserChanged { user, .. } | Action::UserDisabled { user } | Action::UserEnabled { user } => {
                self.people.insert(*user);
                return;
            }
            // Nothing else makes anybody hold something, or be somebody else.
            _ => return,
        };
        self.assignment(principal, role, from.max(now));
    }

    fn assignment(&mut self, principal: &Principal, role: &ResourceRole, from: Ts) {
        match (role, principal) {
            (ResourceRole::ApplicationRole(application, _), Principal::User(user)) => {
                self.roles.insert((*application, Subject::User(*user), from));
            }
            (ResourceRole::ApplicationRole(application, _), Principal::Group(group)) => {
                self.roles.insert((*application, Subject::Group(*group), from));
            }
            (ResourceRole::GroupMember(group), Principal::User(user)) => {
                self.members.insert((*group, *user, from));
            }
            // Roles of applications come through direct membership only.
            (ResourceRole::GroupMember(_), Principal::Group(_) | Principal::ServicePrincipal(_))
            | (ResourceRole::ApplicationRole(..), Principal::ServicePrincipal(_))
            | (ResourceRole::GroupOwner(_) | ResourceRole::DirectoryRole(_), _) => {}
        }
    }

    fn is_empty(&self) -> bool {
        self.roles.is_empty() && self.members.is_empty() && self.people.is_empty()
    }
}

/// Marks whoever may have to have something else at a target after this change, in its transaction: no command can forget it.
/// Access that begins later is marked for its beginning.
pub async fn follow(change: &mut Change<'_>) -> Result<(), Problem> {
    let mut touched = Touched::default();
    for action in change.recorded() {
        touched.by(action, change.now);
    }
    if touched.is_empty() {
        return Ok(());
    }
    if !change.follows().await?.targets {
        return Ok(());
    }
    let all: BTreeMap<ApplicationId, TargetId> = targets::enabled(&mut change.link).await?;
    let groups: BTreeSet<GroupId> = touched.members.iter().map(|(group, ..)| *group).collect();
    let groups: Vec<GroupId> = groups.into_iter().collect();
    // Also what a group had once: it may have lost it in this very change.
    for (group, application) in targets::applications_of_groups(&mut change.link, &groups).await? {
        let of = touched.members.iter().filter(|(in_it, ..)| *in_it == group);
        touched.roles.extend(of.map(|(_, user, from)| (application, Subject::User(*user), *from)));
    }
    let mut marks: BTreeSet<(TargetId, Subject, Ts)> = BTreeSet::new();
    for (application, subject, from) in touched.roles {
        if let Some(target) = all.get(&application) {
            marks.insert((*target, subject, from));
        }
    }
    for user in touched.people {
        marks.extend(all.values().map(|target| (*target, Subject::User(user), change.now)));
    }
    let marks: Vec<Mark> =
        marks.into_iter().map(|(target, subject, due_at)| Mark { id: change.id(), target, subject, due_at }).collect();
    Ok(delivery::mark(&mut change.link, &marks).await?)
}
