//! Asking targets: with which token, how fast, and what their tests say.
//!
//! **Test** and **Trial run** are the places where a person waits for a target. Nothing of the database is held meanwhile.

use crate::views::words::Contents;
use crate::{Engine, Fault, Problem, secrets};
use auth::seal::{Keys, Place};
use connect::scim::{self, Can, Pace};
use connect::target::{Remote, TargetFault, Whom};
use model::access::{AssignmentType, ResourceRole};
use model::command::Secret;
use model::directory::Principal;
use model::limits::TARGET_LINES_MAX;
use model::package::PackageRole;
use model::target::{Reach, Standing, Target};
use model::view::Badge;
use model::view::provider::Step;
use model::view::target::{TargetTest, TargetTrial, TrialLine};
use model::{AnyId, ApplicationId, ApplicationRoleId, GroupId, Refusal, TargetId, Ts, UserId};
use rules::delivery::{Member, Sighting};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use store::delivered::At;
use store::targets::{self, Stored};
use store::{Link, assignments, delivered, resources, users};

/// What is remembered of a target while the server runs.
#[derive(Default)]
pub struct Running {
    /// One turn at a time.
    pub turn: Arc<tokio::sync::Mutex<()>>,
    /// Under which id this server has it for itself, among servers on one database.
    lease: Mutex<Option<AnyId>>,
    pace: Mutex<Option<(u32, Arc<Pace>)>>,
    /// What it can, and for which version of its settings.
    can: Mutex<Option<(i64, Can)>>,
}

/// Every target, each with what is remembered of it.
#[derive(Default)]
pub struct Targets(Mutex<BTreeMap<TargetId, Arc<Running>>>);

impl Targets {
    pub fn of(&self, id: TargetId) -> Arc<Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone()
    }
}

impl Running {
    pub fn lease(&self) -> Option<AnyId> {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_lease(&self, lease: Option<AnyId>) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = lease;
    }

    /// How fast it may be asked; the same for everybody who asks it.
    pub fn pace(&self, per_second: u32) -> Arc<Pace> {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        match pace.as_ref() {
            Some((of, pace)) if *of == per_second => pace.clone(),
            _ => pace.insert((per_second, Arc::new(Pace::new(per_second)))).1.clone(),
        }
    }

    /// Something did not work: perhaps it can no longer what it could.
    pub fn forget(&self) {
        *self.can.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What it can; asked once for each version of its settings.
    pub async fn can(&self, remote: &Remote<'_>, version: i64) -> Result<Can, TargetFault> {
        let known = *self.can.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, can)) = known
            && of == version
        {
            return Ok(can);
        }
        let can = remote.config().await?;
        *self.can.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, can));
        Ok(can)
    }
}

impl Engine {
    pub(crate) async fn stored_target(&self, id: TargetId) -> Result<Stored, Problem> {
        let mut link = self.inner.db.read().await?;
        Ok(targets::get(&mut link, id).await?.ok_or(Refusal::NotFound { what: "target" })?)
    }

    pub(crate) fn token(&self, stored: &Stored) -> Result<Secret, Fault> {
        opened(&self.inner.keys, stored.target.id, &stored.token)
    }

    /// Asks a target for what is needed of it, and says what came back. Nothing is changed there.
    pub(crate) async fn test_target(&self, id: TargetId) -> Result<TargetTest, Problem> {
        let stored = self.stored_target(id).await?;
        let roles = {
            let mut link = self.inner.db.read().await?;
            resources::roles_of(&mut link, stored.target.application).await?.unwrap_or_default()
        };
        let target = &stored.target;
        let mut steps: Vec<Step> = Vec::new();
        let mut step = |what: String, said: Result<String, String>| {
            let good = said.is_ok();
            steps.push(Step { what, good, said: said.unwrap_or_else(|why| why) });
            good
        };
        match self.token(&stored) {
            Err(_) => {
                let what = format!("Opened the {}", target.kind.secret().to_lowercase());
                step(what, Err("It cannot be opened with this server's key. Type it again.".to_owned()));
            }
            Ok(token) => {
                let pace = self.inner.targets.of(id).pace(target.per_second);
                let remote = Remote::new(&self.inner.outgoing, target, &token.0, &pace);
                let can = remote.config().await;
                let said = can.map(|can| remote.can_words(can).to_owned()).map_err(|fault| fault.to_string());
                let mut on = step(remote.first_question(target), said);
                if on {
                    let what = format!("Read the people, with the {}", target.kind.secret().to_lowercase());
                    on = step(what, remote.people().await.map_err(|fault| fault.to_string()));
                }
                for (role, name) in &roles {
                    if !on {
                        break;
                    }
                    let group = target.group_of(*role, name);
                    let found = remote.find_group(group).await;
                    // Somebody waits: who falls silent is not asked about every other group, too.
                    on = !found.as_ref().is_err_and(|fault| fault.reach().is_of_everybody());
                    let said = match found {
                        Ok(Some(_)) => Ok("It is there.".to_owned()),
                        Ok(None) if target.creates_groups => Ok("It is not there, and is made when it is needed.".to_owned()),
                        Ok(None) => Err("It is not there. Make it at the target, or let Vestibule make it.".to_owned()),
                        Err(fault) => Err(fault.to_string()),
                    };
                    step(format!("Looked for the group “{group}”"), said);
                }
            }
        }
        let good = steps.iter().all(|step| step.good);
        Ok(TargetTest { target: id, name: stored.target.name, at: self.inner.clock.now(), good, steps })
    }

    /// Compares what shall be with what is there, and changes nothing.
    pub(crate) async fn try_target(&self, id: TargetId) -> Result<TargetTrial, Problem> {
        let stored = self.stored_target(id).await?;
        let (target, at) = (&stored.target, self.inner.clock.now());
        let mut trial =
            TargetTrial { target: id, name: target.name.clone(), at, failed: None, agree: 0, lines: Vec::new(), more: 0 };
        let (roles, mut known) = self.known_at(target).await?;
        let token = match self.token(&stored) {
            Ok(token) => token,
            Err(_) => {
                trial.failed = Some(TargetFault::Sealed(target.kind.secret()).to_string());
                return Ok(trial);
            }
        };
        let pace = self.inner.targets.of(id).pace(target.per_second);
        let remote = Remote::new(&self.inner.outgoing, target, &token.0, &pace);
        for (role, name) in &roles {
            match compare(&mut trial, &remote, target, (*role, name), &mut known).await {
                Ok(()) => {}
                Err(fault) if fault.reach().is_of_everybody() => {
                    trial.failed = Some(fault.to_string());
                    break;
                }
                // What is about one group alone says nothing about the others.
                Err(fault) => {
                    let (group, who) = (target.group_of(*role, name).to_owned(), fault.to_string());
                    trial.lines.push(TrialLine { what: "Cannot be told".to_owned(), tone: "warn".to_owned(), who, group });
                }
            }
        }
        Ok(trial)
    }

    /// The roles of a target's application, and everybody who shall have one or is known there.
    async fn known_at(&self, target: &Target) -> Result<(Vec<(ApplicationRoleId, String)>, Vec<Known>), Problem> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.read().await?;
        let roles = resources::roles_of(&mut link, target.application).await?.unwrap_or_default();
        let accounts = delivered::accounts(&mut link, target.id, target.application).await?;
        let mut known = Vec::new();
        for page in accounts.chunks(200) {
            let ids: Vec<UserId> = page.iter().map(|(user, _)| *user).collect();
            let reach = assignments::reach_of(&mut link, &ids, now).await?;
            for user in users::several(&mut link, &ids).await? {
                let desired = rules::delivery::desired(user.id, user.enabled, &reach, target.application, now);
                let remote = page.iter().find(|(id, _)| *id == user.id).and_then(|(_, remote)| remote.clone());
                let there = remote.map_or(There::NotAsked, There::Is);
                known.push(Known { name: user.display_name, user_name: user.user_name, mail: user.mail, there, desired });
            }
        }
        Ok((roles, known))
    }
}

/// Somebody who shall have something at a target, or is known there.
struct Known {
    name: String,
    user_name: String,
    mail: String,
    there: There,
    desired: BTreeSet<ApplicationRoleId>,
}

/// Who somebody is at a target.
enum There {
    /// An account that we do not know yet may be there.
    NotAsked,
    Nobody,
    Is(String),
    /// Why it cannot be told.
    Unclear(String),
}

impl Known {
    /// Asks the target who this is, once.
    async fn ask(&mut self, remote: &Remote<'_>) -> Result<(), TargetFault> {
        let whom = Whom { user_name: &self.user_name, mail: &self.mail, lasting: "" };
        self.there = match remote.person(&whom).await {
            Ok(Some(found)) => There::Is(found.id),
            Ok(None) => There::Nobody,
            Err(fault) if fault.reach() != Reach::One => return Err(fault),
            Err(fault) => There::Unclear(fault.to_string()),
        };
        Ok(())
    }
}

async fn compare(
    trial: &mut TargetTrial,
    remote: &Remote<'_>,
    target: &Target,
    (role, name): (ApplicationRoleId, &str),
    known: &mut [Known],
) -> Result<(), TargetFault> {
    let group = target.group_of(role, name).to_owned();
    let members = match remote.find_group(&group).await? {
        Some(id) => remote.members(&id).await?.unwrap_or_default(),
        None => Vec::new(),
    };
    let mut unknown: BTreeMap<String, &scim::Member> = members.iter().map(|member| (remote.key(&member.id), member)).collect();
    let mut line = |what: &str, tone: &str, who: &str| {
        if trial.lines.len() < TARGET_LINES_MAX {
            let (what, tone, who) = (what.to_owned(), tone.to_owned(), who.to_owned());
            trial.lines.push(TrialLine { what, tone, who, group: group.clone() });
        } else {
            trial.more += 1;
        }
    };
    let mut agree = 0;
    for person in known {
        let shall = person.desired.contains(&role);
        // An account that we do not know yet may be in the group, if anybody is.
        if shall && !unknown.is_empty() && matches!(person.there, There::NotAsked) {
            person.ask(remote).await?;
        }
        let is = match &person.there {
            There::Is(id) => unknown.remove(&remote.key(id)).is_some(),
            There::Unclear(why) if shall => {
                line("Cannot be told", "warn", &format!("{}: {why}", person.name));
                continue;
            }
            There::NotAsked | There::Nobody | There::Unclear(_) => false,
        };
        match (shall, is) {
            (true, true) => agree += 1,
            (true, false) => line("Add", "work", &person.name),
            (false, true) => line("Remove", "bad", &person.name),
            (false, false) => {}
        }
    }
    for scim::Member { id, display } in unknown.into_values() {
        let who = if display.is_empty() { id } else { display };
        match rules::delivery::member(Sighting::default(), target.drift) {
            Member::Remove => line("Remove, unknown here", "bad", who),
            Member::Adopt => line("Adopt or report, unknown here", "warn", who),
            Member::Report | Member::Known => line("Report, unknown here", "warn", who),
        }
    }
    trial.agree += agree;
    Ok(())
}

/// Seals a token for its row.
pub fn sealed(keys: &Keys, id: TargetId, token: &str) -> Result<Vec<u8>, Fault> {
    secrets::sealed(keys, place(&id), token)
}

fn opened(keys: &Keys, id: TargetId, sealed: &[u8]) -> Result<Secret, Fault> {
    secrets::opened(keys, place(&id), sealed)
}

fn place(id: &TargetId) -> Place<'_> {
    Place { table: "targets", column: "token", row: id.0.as_bytes() }
}

/// Seals anew what was sealed with another key; how many tokens.
pub async fn seal_anew(link: &mut Link, keys: &Keys) -> Result<usize, Fault> {
    let mut count = 0;
    for stored in targets::list(link).await? {
        if !keys.is_current(&stored.token) {
            // Without its key it is lost, and the page says so: a new one is typed there.
            let Ok(token) = opened(keys, stored.target.id, &stored.token) else {
                tracing::warn!(target = stored.target.name, "the token of a target cannot be opened with this server's keys");
                continue;
            };
            targets::set_token(link, stored.target.id, &sealed(keys, stored.target.id, &token.0)?).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Something that somebody was given, at the target that has to confirm it.
pub struct AtTarget {
    role: ResourceRole,
    /// What the target is called.
    name: String,
    standing: Standing,
    /// The cause, for those who see how targets are set.
    why: String,
    /// The same for everybody, without what the target said.
    plainly: &'static str,
    /// When it is tried again.
    again: Option<Ts>,
}

impl AtTarget {
    fn new(role: ResourceRole, at: At, now: Ts) -> Self {
        let works = at.confirmed_at.is_some();
        let since = if works { None } else { Some(at.since.unwrap_or(now)) };
        let again = at.due_at.map(|due| if at.target_fault.is_some() { due.max(at.next_try_at) } else { due });
        let plainly = match (&at.target_fault, &at.fault, at.refused) {
            (Some(_), _, _) => "The application does not answer as it should.",
            (None, _, Some(true)) => "The application refused it.",
            (None, Some(_), _) => "The application has not taken it.",
            (None, None, _) => "It has not been asked for yet.",
        };
        let why = at.fault.or(at.target_fault).unwrap_or_else(|| "It has not been asked for yet.".to_owned());
        Self {
            role,
            name: at.target_name,
            standing: rules::delivery::standing(since, at.refused == Some(true), now),
            why: if works { String::new() } else { why },
            plainly,
            again: again.filter(|at| *at > now),
        }
    }

    /// Why it waits. What a target answered names servers and addresses, so that only those read it who see how targets are set;
    /// whoever waits reads it in a few plain words, and what becomes of it.
    fn cause(&self, sees_settings: bool) -> String {
        match (self.standing, self.again) {
            (Standing::Works, _) => String::new(),
            (Standing::Pending | Standing::Overdue, _) if sees_settings => self.why.clone(),
            (Standing::Pending | Standing::Overdue, Some(at)) => {
                format!("{} It is tried again on {}.", self.plainly, at.in_sentence())
            }
            (Standing::Pending | Standing::Overdue, None) => format!("{} It is tried again by itself.", self.plainly),
        }
    }

    /// It is about this, and the target has not confirmed it.
    pub fn waits(&self, role: ResourceRole) -> bool {
        self.role == role && self.standing != Standing::Works
    }

    /// What the target is called, when it has not confirmed it.
    pub fn pending(&self) -> Option<&str> {
        (self.standing != Standing::Works).then_some(self.name.as_str())
    }

    /// As a list of one's own roles says it: `Being set up in Ledger. …`
    pub fn line(&self, sees_settings: bool) -> String {
        match self.standing {
            Standing::Works => format!("Works in {}.", self.name),
            Standing::Pending => format!("Being set up in {}. {}", self.name, self.cause(sees_settings)),
            Standing::Overdue => format!("Overdue in {}. {}", self.name, self.cause(sees_settings)),
        }
    }

    /// As the page of a request says it.
    pub fn view(&self, contents: &Contents, sees_settings: bool) -> model::view::request::AtTarget {
        model::view::request::AtTarget {
            what: contents.named.said(self.role),
            target: self.name.clone(),
            badge: Badge::new(self.standing.word(), self.standing.tone()),
            why: self.cause(sees_settings),
        }
    }
}

pub fn standings(all: &[AtTarget]) -> Vec<Standing> {
    all.iter().map(|at| at.standing).collect()
}

/// How what these roles give to somebody stands at targets; nothing where no target has to confirm anything. One statement for
/// what comes through groups, and one for roles of applications.
pub async fn at_targets(link: &mut Link, user: UserId, roles: &[PackageRole], now: Ts) -> Result<Vec<AtTarget>, Problem> {
    let (mut groups, mut applications): (Vec<GroupId>, Vec<ApplicationId>) = (Vec::new(), Vec::new());
    for given in roles.iter().filter(|given| given.assignment_type == AssignmentType::Active) {
        match given.role {
            ResourceRole::GroupMember(group) => groups.push(group),
            ResourceRole::ApplicationRole(application, _) => applications.push(application),
            ResourceRole::GroupOwner(_) | ResourceRole::DirectoryRole(_) => {}
        }
    }
    // Each is said as what was given: the membership, when it comes through a group.
    let mut all = Vec::new();
    for (one, at) in delivered::through_groups(link, user, &groups).await? {
        if let Principal::Group(group) = one.principal
            && rules::effective::in_force(&one, now)
        {
            all.push(AtTarget::new(ResourceRole::GroupMember(group), at, now));
        }
    }
    let found = delivered::in_applications(link, user, &applications).await?;
    for given in roles.iter().filter(|given| given.assignment_type == AssignmentType::Active) {
        if let ResourceRole::ApplicationRole(_, role) = given.role
            && let Some((_, at)) = found.iter().find(|(of, _)| *of == role)
        {
            all.push(AtTarget::new(given.role, at.clone(), now));
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}
