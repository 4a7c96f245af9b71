//! What was found at targets: it becomes an assignment, or goes; and direct assignments of applications end.

use super::allowed;
use super::role_assignment::end_what_is_over;
use crate::Problem;
use crate::change::Change;
use model::access::{Assignment, EndReason, ResourceRole, Source};
use model::command::{Command, Done};
use model::directory::Principal;
use model::target::{NotAdopted, Target, Unknown};
use model::{ApplicationId, ApplicationRoleId, AssignmentId, Refusal, Ts};
use rules::adoption::Found;
use rules::user::User;
use store::findings::{self, Finding};
use store::{Link, assignments, delivery, emergency, resources, targets, users};

const NOTHING_FOUND: Refusal = Refusal::NotFound { what: "finding" };

/// What was found, with its target and what the role is called.
async fn found(change: &mut Change<'_>, of: &Unknown) -> Result<(Target, String, Finding), Problem> {
    let link = &mut change.link;
    // A comparison that goes on writes down what it found before this or after it, and leaves what is said here alone.
    targets::guard(link, of.target).await?;
    let target = targets::get(link, of.target).await?.ok_or(Refusal::NotFound { what: "target" })?.target;
    let found = findings::get(link, of.target, of.role, &of.remote_id).await?.ok_or(NOTHING_FOUND)?;
    let roles = resources::roles_of(link, target.application).await?.unwrap_or_default();
    let (_, name) = roles.into_iter().find(|(id, _)| *id == of.role).ok_or(NOTHING_FOUND)?;
    Ok((target, name, found))
}

/// Makes it an assignment, of whoever it was found to be; the mark of this change brings it to the target as any other.
pub async fn adopt(change: &mut Change<'_>, command: &Command, of: &Unknown, words: &str) -> Result<Done, Problem> {
    allowed(change, command)?;
    let (target, name, found) = found(change, of).await?;
    let user = match found.user_id {
        Some(user) => {
            // What is given to the same person this very moment counts, and that they are disabled.
            users::guard(&mut change.link, user).await?;
            users::get(&mut change.link, user).await?
        }
        None => None,
    };
    let unsaid = || Refusal::NotAdopted { name: found.called.clone(), why: NotAdopted::Unsaid };
    let user = user.ok_or_else(unsaid)?;
    let by = change.person();
    let known = Known::of(&mut change.link, target.application, of.role, user, change.now).await?;
    let what = Found { target: &target, role: of.role, name: &name, called: &found.called };
    let id = AssignmentId(change.id());
    let (assignment, actions) = rules::adoption::adopt(id, &what, &known.facts(), by, words, change.now)?;
    end_what_is_over(change, known.over.as_ref()).await?;
    match assignments::insert(&mut change.link, &assignment, change.now).await {
        Ok(()) => {}
        // Somebody gave the same this very moment.
        Err(fault) if fault.is_duplicate() => return Err(Refusal::Stale.into()),
        Err(fault) => return Err(fault.into()),
    }
    // It is there already, under this name: so it is known from the beginning, and taken away also when nobody could be asked until
    // it ended.
    let user = known.user.id;
    delivery::look_at(&mut change.link, target.id, &[user], change.now).await?;
    if findings::known_at(&mut change.link, target.id, user).await?.is_none() {
        // An account that was there before is never touched at the end, whatever was about to be made when nobody knew of it.
        delivery::adopted(&mut change.link, target.id, user, &found.remote_id, found.ours).await?;
    }
    delivery::ask(&mut change.link, target.id, &[(user, of.role)]).await?;
    findings::adopted(&mut change.link, target.id, id, &found.called, by, change.now).await?;
    findings::forget(&mut change.link, target.id, of.role, &of.remote_id).await?;
    change.record(None, actions);
    let until = assignment.ends_at.unwrap_or(change.now);
    Ok(Done::AccessAdopted { target: target.id, holder: known.user.display_name, role: name, until })
}

/// Has it taken away there with the next comparison, which begins at once.
pub async fn remove(change: &mut Change<'_>, command: &Command, of: &Unknown, words: &str) -> Result<Done, Problem> {
    allowed(change, command)?;
    let (target, name, found) = found(change, of).await?;
    let what = Found { target: &target, role: of.role, name: &name, called: &found.called };
    let (words, action) = rules::adoption::remove(&what, words)?;
    if !findings::set_unwanted(&mut change.link, target.id, of.role, &of.remote_id, &words).await? {
        return Err(NOTHING_FOUND.into());
    }
    targets::ask_again(&mut change.link, target.id, change.now).await?;
    targets::reconcile_at(&mut change.link, target.id, change.now, false).await?;
    change.record(None, [action]);
    Ok(Done::AccessRemovalAsked { target: target.id, name: target.name.clone(), called: found.called })
}

/// Ends what somebody holds of an application directly.
pub async fn end(change: &mut Change<'_>, command: &Command, id: AssignmentId, words: &str) -> Result<Done, Problem> {
    allowed(change, command)?;
    let not_found = Refusal::NotFound { what: "assignment" };
    let assignment = assignments::get(&mut change.link, id).await?.ok_or(not_found.clone())?;
    let ResourceRole::ApplicationRole(application, role) = assignment.role else { return Err(not_found.into()) };
    let action = rules::role_assignment::end(&assignment, words, change.now)?;
    if !assignments::end(&mut change.link, id, EndReason::Removed, change.now).await? {
        return Err(not_found.into());
    }
    change.record(None, [action]);
    let (holder, _, _) = super::role_assignment::holder(&mut change.link, assignment.principal).await?;
    let name = super::said(&mut change.link, assignment.role).await?;
    Ok(Done::ApplicationAssignmentEnded { application, role, name, holder })
}

/// What decides whether somebody may hold what was found, as it is loaded.
pub struct Known {
    pub user: User,
    emergency: bool,
    holds: bool,
    ended: Option<Ts>,
    /// Given directly, and its time is over, of which no worker has said so yet.
    over: Option<Assignment>,
}

impl Known {
    pub async fn of(
        link: &mut Link,
        application: ApplicationId,
        role: ApplicationRoleId,
        user: User,
        now: Ts,
    ) -> Result<Self, store::Fault> {
        let reach = assignments::reach_of(link, &[user.id], now).await?;
        let held = rules::delivery::desired(user.id, true, &reach, application, now).contains(&role);
        let what = (Principal::User(user.id), ResourceRole::ApplicationRole(application, role));
        let (there, over): (Vec<_>, Vec<_>) = reach
            .into_iter()
            .filter(|one| (one.principal, one.role) == what)
            .partition(|one| rules::role_assignment::is_there(one, now));
        let ended = findings::ended(link, application, &[user.id]).await?.get(&(user.id, role)).copied();
        let ended = over.iter().filter_map(|one| one.ends_at).chain(ended).max();
        let emergency = emergency::account(link, user.id).await?.is_some();
        let over = over.into_iter().find(|one| one.source == Source::Direct);
        Ok(Self { user, emergency, holds: held || !there.is_empty(), ended, over })
    }

    pub fn facts(&self) -> rules::adoption::Facts<'_> {
        rules::adoption::Facts { user: &self.user, emergency: self.emergency, holds: self.holds, ended: self.ended }
    }
}
