//! Rows of access reviews with everything that whoever decides needs: who it is, how they came to it, what they do with it.

use super::Asking;
use super::group::Principals;
use super::history::telling::Eyes;
use super::review_help::Help;
use super::why::gathered::Gathered;
use crate::Problem;
use crate::commands::review_later::given_through;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{Principal, UserKind};
use model::event::{Action, Actor};
use model::request::PackageAssignment;
use model::review::{Decided, Decision, How, Review, ReviewRow, Reviewed, Said};
use model::view::Icon;
use model::view::review::{Decided as DecidedView, Row};
use model::{AnyId, ApplicationRoleId, AssignmentId, GroupId, PackageAssignmentId, PackageId, RequestId, ReviewRowId, UserId};
use rules::access::sees_directory;
use rules::delegation::stood_names;
use rules::review::{Asked, Reader};
use std::collections::{BTreeMap, BTreeSet};
use store::{assignments, groups, packages, resources, review_rows, users};

/// What the reader is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    pub recommendations: bool,
    /// What was decided in earlier stages and by whom.
    pub earlier: bool,
    /// Whose own words are shown in any case, once they decide no more.
    pub own: Option<UserId>,
    /// It gives power over others.
    pub power: bool,
}

/// The rows in words.
///
/// `reader`: whoever decides them, and is helped to.
pub async fn told(
    asking: &mut Asking<'_>,
    review: &Review,
    rows: Vec<ReviewRow>,
    shown: Shown,
    reader: Option<&Reader>,
) -> Result<Vec<Row>, Problem> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let facts = Facts::load(asking, review, &rows).await?;
    let help = match reader {
        Some(_) => Help::load(asking, review, &rows, &facts.packages, &facts.people).await?,
        None => Help::default(),
    };
    let tell = |row: ReviewRow| {
        let helped = reader.map(|reader| Row {
            since: help.since(&row),
            then: help.then(&row),
            peers: help.peers(&row),
            may_hand_on: rules::review::may_hand_on(review, &row, reader),
            may_take_back: row.handed.is_some() && rules::review::asked_as(review, &row, reader) != Asked::No,
            ..facts.tell(review, row.clone(), shown)
        });
        helped.unwrap_or_else(|| facts.tell(review, row, shown))
    };
    Ok(rows.into_iter().map(tell).collect())
}

/// The assignment that a row is shown as: its own, or where nobody holds it that of somebody else.
fn shown_as(row: &ReviewRow) -> AnyId {
    row.like.unwrap_or(row.held)
}

struct Facts {
    principals: Principals,
    people: BTreeMap<UserId, rules::user::User>,
    held: BTreeMap<AssignmentId, Assignment>,
    packages: BTreeMap<PackageAssignmentId, PackageAssignment>,
    package_names: BTreeMap<PackageId, String>,
    groups: BTreeMap<GroupId, String>,
    roles: BTreeMap<ApplicationRoleId, (String, String)>,
    gathered: Gathered,
    decisions: BTreeMap<ReviewRowId, Vec<Said>>,
    /// What each group through which something is held gives of it now.
    through: BTreeMap<GroupId, BTreeSet<ResourceRole>>,
    directory: bool,
}

impl Facts {
    async fn load(asking: &mut Asking<'_>, review: &Review, rows: &[ReviewRow]) -> Result<Self, Problem> {
        let of_package = matches!(review.of, Reviewed::Package(_));
        let (mut held, mut packages_held) = (BTreeMap::new(), BTreeMap::new());
        if of_package {
            let ids: Vec<PackageAssignmentId> = rows.iter().map(|row| PackageAssignmentId(shown_as(row))).collect();
            let found = packages::several_held(&mut asking.link, &ids).await?;
            packages_held.extend(found.into_iter().map(|one| (one.id, one)));
        } else {
            let ids: Vec<AssignmentId> = rows.iter().map(|row| AssignmentId(shown_as(row))).collect();
            let found = assignments::several(&mut asking.link, &ids).await?;
            held.extend(found.into_iter().map(|one| (one.id, one)));
        }
        // Whoever decides has to know who gave it and why, whatever else they may see.
        let eyes = Eyes { me: asking.who.user, own: false, directory: true, roles: true, packages: true, group: None };
        let steps: Vec<&Assignment> = held.values().collect();
        let mut gathered = Gathered::load(&mut asking.link, eyes, &steps).await?;
        if of_package {
            gathered.add_requests(&mut asking.link, packages_held.values()).await?;
        }
        let names: BTreeSet<PackageId> = gathered.held.values().map(|held| held.package).collect();
        let names: Vec<PackageId> = names.into_iter().collect();
        let package_names =
            if names.is_empty() { BTreeMap::new() } else { store::audit::package_names(&mut asking.link, &names).await? };
        let mut teams: BTreeSet<GroupId> = rows.iter().filter_map(|row| row.through).collect();
        teams.extend(rows.iter().filter_map(|row| match row.source {
            Some(Source::Rule(group)) => Some(group),
            _ => None,
        }));
        let teams: Vec<GroupId> = teams.into_iter().collect();
        let groups = if teams.is_empty() { BTreeMap::new() } else { groups::names(&mut asking.link, &teams).await? };
        let through = given_through(&mut asking.link, review.of, rows, asking.now).await?;
        let roles: BTreeSet<ApplicationRoleId> = rows
            .iter()
            .filter_map(|row| row.role)
            .chain(through.values().flatten().copied())
            .filter_map(|role| match role {
                ResourceRole::ApplicationRole(_, role) => Some(role),
                ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) | ResourceRole::DirectoryRole(_) => None,
            })
            .collect();
        let roles: Vec<ApplicationRoleId> = roles.into_iter().collect();
        let roles =
            if roles.is_empty() { BTreeMap::new() } else { resources::application_role_names(&mut asking.link, &roles).await? };
        let ids: Vec<ReviewRowId> = rows.iter().map(|row| row.id).collect();
        let decisions = review_rows::decisions(&mut asking.link, &ids).await?;
        let principals: Vec<Principal> = rows.iter().map(|row| row.principal).collect();
        let mut ids: BTreeSet<UserId> = principals.iter().filter_map(|principal| principal.user()).collect();
        ids.extend(decisions.values().flatten().flat_map(|said| [said.decided.by, said.decided.other]).flatten());
        ids.extend(rows.iter().filter_map(|row| row.handed).flat_map(|handed| [handed.to, handed.by]));
        ids.extend(gathered.decisions.values().flatten().map(|decision| decision.approver));
        ids.extend(gathered.requests.values().map(|request| request.requestor));
        ids.extend(gathered.events.values().flatten().filter_map(|event| match event.actor {
            Actor::User(id) => Some(id),
            Actor::System | Actor::Console | Actor::Token(_) | Actor::Import(_) => None,
        }));
        let ids: Vec<UserId> = ids.into_iter().collect();
        let people = users::several(&mut asking.link, &ids).await?.into_iter().map(|user| (user.id, user)).collect();
        let principals = Principals::load(asking, &principals).await?;
        let directory = sees_directory(asking.visitor);
        Ok(Self {
            principals,
            people,
            held,
            packages: packages_held,
            package_names,
            groups,
            roles,
            gathered,
            decisions,
            through,
            directory,
        })
    }

    fn name(&self, id: UserId) -> String {
        self.people.get(&id).map_or_else(|| "somebody who is no longer here".to_owned(), |user| user.display_name.clone())
    }

    fn group(&self, id: GroupId) -> String {
        self.groups.get(&id).cloned().unwrap_or_else(|| "a deleted group".to_owned())
    }

    fn tell(&self, review: &Review, row: ReviewRow, shown: Shown) -> Row {
        let (_, _, name, mut under) = self.principals.describe(row.principal);
        let person = row.principal.user().and_then(|id| self.people.get(&id));
        let mut notes: Vec<&str> = Vec::new();
        if person.is_some_and(|user| user.kind == UserKind::Guest) {
            notes.push("guest");
        }
        if person.is_some_and(|user| !user.enabled) {
            notes.push("disabled");
        }
        for note in notes {
            under = if under.is_empty() { note.to_owned() } else { format!("{under}, {note}") };
        }
        let (source, source_under) = self.source(&row);
        // In a later stage whoever decides sees what came before only where that is set, also when they have decided.
        let hidden = !shown.earlier && row.open;
        let is_own = |said: &Said| shown.own.is_some() && said.decided.by == shown.own;
        let is_shown = |said: &&Said| shown.earlier || said.stage == row.stage || is_own(said);
        let said = self.decisions.get(&row.id).into_iter().flatten().filter(is_shown);
        let mut all: Vec<DecidedView> = said.map(|said| self.decided(said.decision, &said.decided)).collect();
        let decided = match &row.decided {
            Some(decided) if row.decision != Decision::NotReviewed => Some(self.decided(row.decision, decided)),
            _ => None,
        };
        if let Some(counts) = &decided
            && let Some(place) = all.iter().position(|said| said.at == counts.at && said.decision == counts.decision)
        {
            // The one that counts stands by itself.
            all.remove(place);
        }
        let recommendation = row.recommendation.decision().filter(|_| shown.recommendations);
        Row {
            row: row.id,
            icon: match row.principal {
                Principal::User(_) => Icon::User,
                Principal::Group(_) => Icon::Group,
                Principal::ServicePrincipal(_) => Icon::Application,
            },
            person: row.principal.user(),
            name,
            under,
            holds: self.holds(review, &row),
            last_sign_in: row.last_sign_in,
            last_active: row.last_active,
            why: self.why(&row),
            source,
            source_under,
            ends_at: row.ends_at,
            recommendation,
            recommended_because: if shown.recommendations { row.recommendation.words().to_owned() } else { String::new() },
            privileged: shown.power,
            decision: if hidden { Decision::NotReviewed } else { row.decision },
            open: row.open,
            decided: decided.filter(|_| !hidden),
            earlier: all,
            changed: self.changed(&row),
            since: String::new(),
            then: None,
            peers: String::new(),
            handed: row
                .handed
                .map_or_else(String::new, |handed| format!("Handed to {} by {}.", self.name(handed.to), self.name(handed.by))),
            may_hand_on: false,
            may_take_back: false,
            href: row.principal.user().filter(|_| self.directory).map(|id| format!("/admin/users/{id}?tab=access")),
        }
    }

    fn decided(&self, decision: Decision, decided: &Decided) -> DecidedView {
        decided_by(decision, decided, &|id| self.name(id))
    }

    /// What distinguishes it from what others hold.
    fn holds(&self, review: &Review, row: &ReviewRow) -> String {
        match (review.of, row.role) {
            (Reviewed::Application(_), Some(ResourceRole::ApplicationRole(_, role))) => {
                self.roles.get(&role).map(|(_, role)| role.clone()).unwrap_or_default()
            }
            (Reviewed::Application(_), Some(_)) => {
                let given = row.through.and_then(|group| self.through.get(&group)).into_iter().flatten();
                let names = given.filter_map(|role| match role {
                    ResourceRole::ApplicationRole(_, role) => self.roles.get(role).map(|(_, name)| name.clone()),
                    ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) | ResourceRole::DirectoryRole(_) => None,
                });
                names.collect::<Vec<_>>().join(", ")
            }
            (Reviewed::DirectoryRole(_) | Reviewed::Group(_), _) => match row.assignment_type {
                AssignmentType::Eligible => "Eligible".to_owned(),
                AssignmentType::Active => "Active".to_owned(),
            },
            (Reviewed::Application(_) | Reviewed::Package(_), _) => String::new(),
        }
    }

    /// How they came to it.
    fn source(&self, row: &ReviewRow) -> (String, String) {
        if let Some(group) = row.through {
            return ("Group".to_owned(), self.group(group));
        }
        match row.source {
            Some(Source::Package(id)) => {
                let package = self.gathered.held.get(&id).and_then(|held| self.package_names.get(&held.package));
                ("Package".to_owned(), package.cloned().unwrap_or_default())
            }
            Some(Source::Rule(group)) => ("Rule".to_owned(), self.group(group)),
            Some(Source::Import) => ("Another system".to_owned(), String::new()),
            Some(Source::Direct | Source::Activation(_)) => ("Direct".to_owned(), self.assigned_by(row).unwrap_or_default()),
            None => match self.packages.get(&PackageAssignmentId(shown_as(row))) {
                Some(held) => match self.request(held.request) {
                    Some(request) if request.requestor != held.holder => {
                        ("Assigned".to_owned(), format!("by {}", self.name(request.requestor)))
                    }
                    Some(_) => ("Requested".to_owned(), String::new()),
                    None => ("Automatic".to_owned(), "by the rule of a policy".to_owned()),
                },
                None => (String::new(), String::new()),
            },
        }
    }

    fn request(&self, id: Option<RequestId>) -> Option<&model::request::Request> {
        id.and_then(|id| self.gathered.requests.get(&id))
    }

    fn started(&self, row: &ReviewRow) -> Option<&model::event::Event> {
        let events = self.gathered.events.get(&AssignmentId(shown_as(row)))?;
        events.iter().find(|event| matches!(event.action, Action::AssignmentStarted { .. }))
    }

    fn assigned_by(&self, row: &ReviewRow) -> Option<String> {
        match self.started(row)?.actor {
            Actor::User(id) => Some(format!("by {}", self.name(id))),
            Actor::System | Actor::Console | Actor::Token(_) | Actor::Import(_) => None,
        }
    }

    /// What was said when they got it, and who approved.
    fn why(&self, row: &ReviewRow) -> Option<String> {
        if let Some(event) = self.started(row)
            && let Action::AssignmentStarted { words, .. } = &event.action
        {
            let by = match event.actor {
                Actor::User(id) => self.name(id),
                Actor::System => "the system".to_owned(),
                Actor::Console => "an administrator on the server".to_owned(),
                Actor::Token(_) => "an identity provider".to_owned(),
                Actor::Import(_) => "an import".to_owned(),
            };
            let said = if words.is_empty() { ".".to_owned() } else { format!(": “{words}”") };
            return Some(format!("Assigned by {by} on {}{said}", event.at.in_sentence()));
        }
        let held = match row.source {
            Some(Source::Package(id)) => self.gathered.held.get(&id),
            _ => self.packages.get(&PackageAssignmentId(shown_as(row))),
        }?;
        let request = self.request(held.request)?;
        let words = &request.terms.justification;
        let said = if words.is_empty() { ".".to_owned() } else { format!(": “{words}”.") };
        let verb = if request.requestor == held.holder { "Requested" } else { "Assigned" };
        // Whoever is shown without holding it would have asked for it themselves.
        let asked = row.principal.user().filter(|_| request.requestor == held.holder).unwrap_or(request.requestor);
        let mut all = vec![format!("{verb} by {} on {}{said}", self.name(asked), request.submitted_at.in_sentence())];
        for decision in self.gathered.decisions.get(&request.id).into_iter().flatten() {
            let words = if decision.words.is_empty() { String::new() } else { format!(": “{}”", decision.words) };
            all.push(format!("Approved by {}{words}.", self.name(decision.approver)));
        }
        Some(all.join(" "))
    }

    /// What became of it since the review began.
    fn changed(&self, row: &ReviewRow) -> Option<String> {
        let (ended_at, ends_at) = match row.role {
            Some(_) => self.held.get(&AssignmentId(shown_as(row))).map(|one| (one.ended_at, one.ends_at))?,
            None => self.packages.get(&PackageAssignmentId(shown_as(row))).map(|one| (one.ended_at, one.ends_at))?,
        };
        match (ended_at, ends_at) {
            (Some(at), _) => Some(format!("It ended on {}.", at.in_sentence())),
            _ if row.through.is_some_and(|group| self.through.get(&group).is_none_or(BTreeSet::is_empty)) => {
                Some("The group through which it was held no longer gives it.".to_owned())
            }
            (None, at) if at != row.ends_at => {
                let until =
                    at.map_or_else(|| "It is permanent now.".to_owned(), |at| format!("It ends on {} now.", at.in_sentence()));
                Some(until)
            }
            _ => None,
        }
    }
}

/// A decision with the names of whoever made it.
pub fn decided_by(decision: Decision, decided: &Decided, name: &dyn Fn(UserId) -> String) -> DecidedView {
    let handed = |what: &str| format!("{what} {}", decided.other.map(name).unwrap_or_default());
    let (what, in_place_of) = match decided.how {
        How::HandedOn => (handed("Handed to"), None),
        How::TakenBack => (handed("Taken back from"), None),
        How::PassedOn if decided.other.is_none() => ("Passed on to the other reviewers".to_owned(), None),
        How::PassedOn => (handed("Passed on to"), None),
        How::Reviewer | How::Accepted | How::Silence | How::Reset => (decision.words().to_owned(), decided.other),
    };
    let by = match (decided.by, decided.how) {
        (Some(by), _) => stood_names(by, in_place_of, name),
        (None, How::Silence) => "Nobody decided in time".to_owned(),
        (None, _) => "The system".to_owned(),
    };
    let how = match decided.how {
        How::Accepted | How::Reset => decided.how.words().to_owned(),
        How::Reviewer | How::Silence | How::HandedOn | How::TakenBack | How::PassedOn => String::new(),
    };
    DecidedView { decision, what, by, at: decided.at, reason: decided.reason.clone(), how }
}
