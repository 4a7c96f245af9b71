//! My roles: what one is eligible for, active in, and was; and the form that activates.

use super::words::{Named, both, countdown};
use super::{Asking, plan, request as request_rows};
use crate::Problem;
use crate::commands::activation::{active, reach};
use crate::commands::answering::to_ask;
use crate::target::{AtTarget, at_targets};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::activation_profile::ActivationProfile;
use model::directory::Principal;
use model::limits::ACTIVATED_TOGETHER_MAX;
use model::package::PackageRole;
use model::proof::Demand;
use model::request::{Request, Wish};
use model::role_settings::{Privileged, PrivilegedKind};
use model::view::Badge;
use model::view::my_roles::{Activating, Emergency, Extend, Item, Kind, MyRoles, Profile, Row, Tab, UserRoles};
use model::view::request::Row as RequestRow;
use model::view::terms::ToAccept;
use model::{AssignmentId, Refusal, Span, Ts, UserId, query};
use rules::approval::barred;
use rules::authentication_context::{Required, required};
use rules::effective::{Held, held};
use rules::request::{Activation, Eligible, eligible, may_activate, proved};
use store::approvals::{self, Thing};
use store::{activation_profiles, assignments, requests, role_assignments, role_settings, users};

/// Ended assignments that are shown; older ones are in the history.
const ENDED: usize = 100;

fn is_of(kind: Kind, role: ResourceRole) -> bool {
    match Privileged::of(role).map(Privileged::kind) {
        Some(PrivilegedKind::DirectoryRole) => kind == Kind::DirectoryRoles,
        Some(PrivilegedKind::GroupMember | PrivilegedKind::GroupOwner) => kind == Kind::Groups,
        None => false,
    }
}

/// Requests of one's own about roles that wait.
async fn waiting(asking: &mut Asking<'_>) -> Result<Vec<Request>, Problem> {
    let mut open = requests::open_of(&mut asking.link, asking.who.user).await?;
    open.retain(|request| request.role().is_some() && !rules::request::is_over(request, asking.now));
    Ok(open)
}

pub async fn list(asking: &mut Asking<'_>, query: query::MyRoles) -> Result<MyRoles, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let (enabled, reach) = reach(&mut asking.link, me, now).await?;
    let waiting = waiting(asking).await?;
    let of_kind = |role: ResourceRole| is_of(query.kind, role);
    let (mut rows, mut ended, mut saved) = (Vec::new(), Vec::new(), Vec::new());
    match query.tab {
        Tab::Eligible => {
            let mut all: Vec<Eligible<'_>> = eligible(me, enabled, &reach, now);
            let profiles = activation_profiles::of(&mut asking.link, me).await?;
            let mut roles = roles_of(all.iter().map(|one| (one.assignment, one.through)));
            roles.extend(profiles.iter().flat_map(|profile| profile.roles.iter().map(|role| role.role())));
            let named = Named::load(asking, roles).await?;
            saved.extend(profiles.iter().map(|one| profile(one, &all, &named)));
            all.retain(|one| of_kind(one.assignment.role));
            let activated = all.iter().filter(|one| active(&reach, me, one.assignment.id, now).is_some());
            let at = waits(asking, activated.map(|one| one.assignment.role).collect()).await?;
            rows.extend(all.iter().map(|one| {
                let mut row = eligible_row(one, &reach, &waiting, &named, asking);
                if active(&reach, me, one.assignment.id, now).is_some() {
                    row.waits = lines(&at, one.assignment.role, asking);
                }
                row
            }));
        }
        Tab::Active => {
            let all = held(me, enabled, &reach, now);
            // Membership of a group that comes through another group is none that somebody was given.
            let all: Vec<_> = all
                .iter()
                .filter(|held| {
                    of_kind(held.role) && (held.path.len() == 1 || matches!(held.role, ResourceRole::DirectoryRole(_)))
                })
                .collect();
            let steps = all.iter().flat_map(|held| held.path.iter().copied());
            let named = Named::load(asking, steps.map(|step| step.role).collect()).await?;
            let at = waits(asking, all.iter().map(|held| held.role).collect()).await?;
            rows.extend(all.iter().filter_map(|held| {
                let mut row = active_row(held, &named, me)?;
                row.waits = lines(&at, held.role, asking);
                row.extend = held.path.first().filter(|_| held.path.len() == 1).and_then(|one| extend(one, &waiting, asking));
                Some(row)
            }));
            // What one can end comes first.
            rows.sort_by_key(|row| !row.deactivate);
        }
        Tab::Expired => {
            ended.extend(role_assignments::ended_of(&mut asking.link, Principal::User(me), ENDED, now).await?);
            ended.retain(|one| of_kind(one.role));
            let named = Named::load(asking, ended.iter().map(|one| one.role).collect()).await?;
            let again = |one: &Assignment| {
                let same =
                    |other: &&Assignment| (other.principal, other.role, other.source) == (one.principal, one.role, one.source);
                let there = reach.iter().filter(same).any(|other| other.assignment_type == one.assignment_type);
                // Of several that ended, the last is renewed.
                let later = ended.iter().filter(same).find(|other| other.assignment_type == one.assignment_type);
                there || later.is_some_and(|other| other.id != one.id)
            };
            rows.extend(ended.iter().map(|one| {
                let mut row = row(one, None, &named);
                row.badge = over(one);
                row.ended = one.ended_at;
                row.ends = None;
                row.extend = if again(one) { None } else { extend(one, &waiting, asking) };
                row
            }));
        }
    }
    let waiting = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    Ok(MyRoles { kind: query.kind, tab: query.tab, rows, waiting, profiles: saved })
}

/// The targets that have not confirmed what these give; one statement, where groups are among them.
async fn waits(asking: &mut Asking<'_>, roles: Vec<ResourceRole>) -> Result<Vec<AtTarget>, Problem> {
    let assignment_type = AssignmentType::Active;
    let roles: Vec<PackageRole> = roles.into_iter().map(|role| PackageRole { role, assignment_type }).collect();
    at_targets(&mut asking.link, asking.who.user, &roles, asking.now).await
}

fn lines(at: &[AtTarget], role: ResourceRole, asking: &Asking<'_>) -> Vec<String> {
    let sees_settings = rules::access::sees_settings(asking.visitor);
    at.iter().filter(|at| at.waits(role)).map(|at| at.line(sees_settings)).collect()
}

/// What somebody else is eligible for, active in, or was: as they see it themselves, with nothing to be done about it.
pub async fn of_user(asking: &mut Asking<'_>, query: query::UserRoles) -> Result<UserRoles, Problem> {
    let query::UserRoles { user, tab } = query;
    let now = asking.now;
    if users::get(&mut asking.link, user).await?.is_none() {
        return Err(Refusal::NotFound { what: "user" }.into());
    }
    let (enabled, reach) = reach(&mut asking.link, user, now).await?;
    let sees_roles = rules::access::sees_roles(asking.visitor);
    let href = |role: ResourceRole| match Privileged::of(role)? {
        Privileged::DirectoryRole(id) => sees_roles.then(|| format!("/admin/roles/{id}/assignments")),
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => Some(format!("/admin/groups/{id}")),
    };
    let mut rows: Vec<(Row, Option<String>)> = Vec::new();
    match tab {
        Tab::Eligible => {
            let all = eligible(user, enabled, &reach, now);
            let named = Named::load(asking, roles_of(all.iter().map(|one| (one.assignment, one.through)))).await?;
            rows.extend(all.iter().map(|one| {
                let mut row = row(one.assignment, one.through, &named);
                row.ends = countdown(one.assignment.starts_at, one.until());
                if active(&reach, user, one.assignment.id, now).is_some() {
                    row.badge = Badge::new("Active", "good");
                }
                (row, href(one.assignment.role))
            }));
        }
        Tab::Active => {
            let mut all = held(user, enabled, &reach, now);
            all.retain(|held| {
                Privileged::of(held.role).is_some()
                    && (held.path.len() == 1 || matches!(held.role, ResourceRole::DirectoryRole(_)))
            });
            let steps = all.iter().flat_map(|held| held.path.iter().copied());
            let named = Named::load(asking, steps.map(|step| step.role).collect()).await?;
            rows.extend(all.iter().filter_map(|held| {
                let row = active_row(held, &named, user)?;
                Some((Row { deactivate: false, request: None, ..row }, href(held.role)))
            }));
        }
        Tab::Expired => {
            let all = role_assignments::ended_of(&mut asking.link, Principal::User(user), ENDED, now).await?;
            let named = Named::load(asking, all.iter().map(|one| one.role).collect()).await?;
            rows.extend(all.iter().map(|one| {
                let row = row(one, None, &named);
                (Row { badge: over(one), ended: one.ended_at, ends: None, ..row }, href(one.role))
            }));
        }
    }
    Ok(UserRoles { user, tab, rows })
}

/// A saved set, as far as one is still eligible for it.
fn profile(profile: &ActivationProfile, all: &[Eligible<'_>], named: &Named) -> Profile {
    let eligible = |role: &Privileged| {
        let on = all.iter().find(|one| one.assignment.role == role.role())?;
        Some((on.assignment.id, named.said(role.role())))
    };
    let (assignments, names): (Vec<AssignmentId>, Vec<String>) = profile.roles.iter().filter_map(eligible).unzip();
    let lost = profile.roles.len() - assignments.len();
    Profile {
        profile: profile.id,
        name: profile.name.clone(),
        roles: both(&names),
        lost: u32::try_from(lost).unwrap_or(u32::MAX),
        assignments,
    }
}

/// What one activated oneself and is active in now, of every kind; what ends first comes first.
pub async fn activated(asking: &mut Asking<'_>) -> Result<Vec<Row>, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    // Whoever reads their overview is enabled.
    let reach = assignments::reach(&mut asking.link, me, now).await?;
    let mut all = held(me, true, &reach, now);
    all.retain(|held| matches!(held.path.as_slice(), [only] if only.activated_by().is_some()));
    all.sort_by_key(Held::ends_at);
    let named = Named::load(asking, all.iter().map(|held| held.role).collect()).await?;
    let at = waits(asking, all.iter().map(|held| held.role).collect()).await?;
    let row = |held: &Held<'_>| active_row(held, &named, me).map(|row| Row { waits: lines(&at, held.role, asking), ..row });
    Ok(all.iter().filter_map(row).collect())
}

fn active_row(held: &Held<'_>, named: &Named, me: UserId) -> Option<Row> {
    let (first, last) = (held.path.first().copied()?, held.path.last().copied()?);
    let through = (held.path.len() > 1).then_some(first);
    let mut row = row(last, through, named);
    let activated = last.activated_by().is_some();
    row.badge = if activated { Badge::new("Activated", "good") } else { Badge::new("Assigned", "plain") };
    row.ends = countdown(last.starts_at, held.ends_at());
    row.request = last.activated_by().filter(|_| last.principal == Principal::User(me));
    row.deactivate = row.request.is_some();
    Some(row)
}

/// What an assignment that is over was, in a word.
pub fn over(one: &Assignment) -> Badge {
    let by_itself = one.ends_at.zip(one.ended_at).is_some_and(|(end, ended)| end <= ended);
    let word = match (one.assignment_type, one.source, by_itself) {
        (_, Source::Activation(_), false) => "Deactivated",
        (_, _, true) => "Expired",
        (_, _, false) => "Removed",
    };
    Badge::new(word, "plain")
}

fn roles_of<'a>(all: impl Iterator<Item = (&'a Assignment, Option<&'a Assignment>)>) -> Vec<ResourceRole> {
    all.flat_map(|(one, through)| std::iter::once(one.role).chain(through.map(|through| through.role))).collect()
}

fn row(one: &Assignment, through: Option<&Assignment>, named: &Named) -> Row {
    let (icon, name, via) = named.describe(one.role);
    Row {
        assignment: one.id,
        icon,
        name,
        via,
        membership: through.map_or_else(|| "Direct".to_owned(), |through| named.describe(through.role).1),
        path: through.map_or_else(String::new, |through| path(through, one, named)),
        badge: Badge::new("Eligible", "plain"),
        waits: Vec::new(),
        starts: one.starts_at,
        ends: None,
        ended: None,
        activate: false,
        request: None,
        deactivate: false,
        extend: None,
    }
}

/// `Activated member of On call → User Administrator`
fn path(through: &Assignment, one: &Assignment, named: &Named) -> String {
    let (_, group, _) = named.describe(through.role);
    let how = match through.source {
        Source::Direct => "Member",
        Source::Activation(_) => "Activated member",
        Source::Package(_) => "Member with an access package",
        Source::Rule(_) => "Member by rule",
        Source::Import => "Imported member",
    };
    [how, " of ", &group, " → ", &named.said(one.role)].concat()
}

/// How asking for more time stands: as the rule answers whoever asks.
fn extend(one: &Assignment, waiting: &[Request], asking: &Asking<'_>) -> Option<Extend> {
    let asked = |request: &&Request| matches!(request.wish, Wish::Extension { assignment, .. } if assignment == one.id);
    if let Some(request) = waiting.iter().find(asked) {
        return Some(Extend::Asked(request.id));
    }
    match rules::request::may_extend_role(one, asking.who.user, "", asking.now) {
        Ok(true) => Some(Extend::Renew),
        Ok(false) => Some(Extend::Extend),
        Err(Refusal::RoleExtensionTooEarly { from, .. }) => Some(Extend::From(from)),
        Err(_) => None,
    }
}

fn eligible_row(one: &Eligible<'_>, reach: &[Assignment], waiting: &[Request], named: &Named, asking: &Asking<'_>) -> Row {
    let mut row = row(one.assignment, one.through, named);
    row.ends = countdown(one.assignment.starts_at, one.until());
    let on = one.assignment.id;
    let open = waiting.iter().find(|request| matches!(request.wish, Wish::Activation { eligible, .. } if eligible == on));
    if one.through.is_none() {
        row.extend = extend(one.assignment, waiting, asking);
    }
    if let Some(request) = open {
        row.badge = request.state.phase().into();
        row.request = Some(request.id);
    } else if active(reach, asking.who.user, on, asking.now).is_some() {
        row.badge = Badge::new("Active", "good");
    } else {
        row.activate = true;
    }
    row
}

/// The form that activates one or several.
pub async fn activating(asking: &mut Asking<'_>, assignments: &[AssignmentId]) -> Result<Activating, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let not_found = Refusal::NotFound { what: "eligible assignment" };
    if assignments.is_empty() {
        return Err(Refusal::NothingSelected { one: "role".to_owned() }.into());
    }
    if assignments.len() > ACTIVATED_TOGETHER_MAX {
        return Err(Refusal::TooManySelected {
            one: "role".to_owned(),
            limit: ACTIVATED_TOGETHER_MAX,
            selected: assignments.len(),
        }
        .into());
    }
    let (enabled, reach) = reach(&mut asking.link, me, now).await?;
    let all = eligible(me, enabled, &reach, now);
    let found: Option<Vec<&Eligible<'_>>> =
        assignments.iter().map(|id| all.iter().find(|one| one.assignment.id == *id)).collect();
    let found = found.ok_or(not_found.clone())?;
    let roles: Option<Vec<Privileged>> = found.iter().map(|one| Privileged::of(one.assignment.role)).collect();
    let roles = roles.ok_or(not_found)?;
    let settings = role_settings::several(&mut asking.link, &roles).await?;
    let named = Named::load(asking, found.iter().map(|one| one.assignment.role).collect()).await?;
    let waiting = waiting(asking).await?;
    let mut form = Activating {
        items: Vec::new(),
        max_minutes: u32::MAX,
        minutes: 0,
        strictest: None,
        justification_required: false,
        ticket_required: false,
        proof: None,
        terms: Vec::new(),
        emergency: Emergency::No,
    };
    let all: Vec<&model::role_settings::RoleSettings> =
        roles.iter().filter_map(|role| settings.get(role)).map(|stored| &stored.settings).collect();
    let contexts = crate::commands::authentication_context::named(&mut asking.link, &all).await?;
    let demands: Vec<Required> = all.iter().map(|settings| required(settings, &contexts)).collect::<Result<_, _>>()?;
    let terms: Vec<_> = demands.iter().flat_map(|required| required.terms.iter().copied()).collect();
    let demanded = crate::commands::terms::demanded(&mut asking.link, me, &terms).await?;
    form.terms.extend(demanded.iter().filter(|one| !one.is_accepted()).map(|one| ToAccept {
        terms: one.terms.id,
        name: one.terms.name.clone(),
        version: one.terms.version,
        text: one.terms.text.clone(),
        again: one.accepted.is_some(),
    }));
    // Those about which nobody could decide now.
    let mut undecided: Vec<usize> = Vec::new();
    let mut unproved: Vec<(Demand, Refusal)> = Vec::new();
    for ((one, role), required) in found.into_iter().zip(roles).zip(&demands) {
        let Some(stored) = settings.get(&role) else { continue };
        let (icon, name, via) = named.describe(role.role());
        let stages = rules::role_settings::stages(role.kind(), &stored.settings);
        let gives = [PackageRole { role: role.role(), assignment_type: AssignmentType::Active }];
        let people = approvals::people(&mut asking.link, &stages, me, (Thing::Role, &gives), now).await?;
        let on = one.assignment.id;
        let open = waiting.iter().find(|request| matches!(request.wish, Wish::Activation { eligible, .. } if eligible == on));
        let asks = to_ask(&mut asking.link, stored.settings.asks).await?;
        let facts = Activation {
            asks: asks.as_ref(),
            eligible: one.clone(),
            name: &name,
            settings: &stored.settings,
            stages: &stages,
            people: &people,
            open: open.map(|request| (request.id, request.submitted_at)),
            active: active(&reach, me, on, now),
            proofs: asking.who.proofs,
            required,
            terms: &demanded,
            emergency: None,
        };
        let undecidable = || rules::approval::can_be_decided(&stages, &people, &barred(me, me));
        let undecidable = undecidable().err();
        if undecidable.is_some() {
            undecided.push(form.items.len());
        }
        let refused = may_activate(&facts).err().or(undecidable).map(Into::into);
        unproved.extend(required.demand.zip(proved(&facts, now).err()));
        let most = stored.settings.activation_max_minutes;
        if most < form.max_minutes {
            form.max_minutes = most;
            form.strictest = Some(name.clone());
        }
        form.justification_required |= stored.settings.activation_justification;
        form.ticket_required |= stored.settings.activation_ticket;
        let mut plan = plan::plan(asking, &stages, &people, &barred(me, me), &[]).await?;
        plan::add_webhook(&mut plan, asks.as_ref());
        let at_most = format!("{} at most", Span::minutes(i64::from(most)).words());
        let until: Option<Ts> = one.until();
        form.items.push(Item { assignment: on, icon, name, via, at_most, proof: required.words(), until, plan, refused });
    }
    form.proof = rules::proof::strictest(unproved).map(Into::into);
    if form.items.len() < 2 {
        form.strictest = None;
    }
    let decided = form.items.iter().any(|item| item.refused.is_none() && !item.plan.is_empty());
    if decided || !undecided.is_empty() {
        form.emergency = super::emergency::offered(asking).await?;
    }
    if matches!(form.emergency, Emergency::Yes { .. }) {
        // In an emergency nobody has to.
        for number in undecided {
            let item =
                form.items.get_mut(number).filter(|item| item.refused.as_ref().is_some_and(|why| why.code == "no_approver"));
            if let Some(item) = item {
                item.refused = None;
            }
        }
    }
    let until = form.items.iter().filter_map(|item| item.until).min();
    form.minutes = rules::request::longest(form.max_minutes, until, now);
    Ok(form)
}

/// One's own requests about roles that wait.
pub async fn mine_waiting(asking: &mut Asking<'_>) -> Result<Vec<RequestRow>, Problem> {
    let open = waiting(asking).await?;
    request_rows::rows(asking, &open).await
}
