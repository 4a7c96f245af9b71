//! Access reviews as whoever manages them sees them.

use super::review_rows::{self as told, Shown as ShownRows};
use super::reviewing::{badge, due};
use super::words::{People, persona};
use super::{Asking, cursor, page, read_cursor, read_time_cursor, user};
use crate::Problem;
use crate::commands::review_facts::{Of, Place, holders, in_words, panel};
use model::limits::{EXPORT_ROWS, PAGE_ROWS, REVIEW_PAGE_ROWS};
use model::review::{Counts, Decision, Outcome, Phase, Review, ReviewState, Reviewed, Series};
use model::view::review::{
    Exported, Instance, NewReview, Preview, PreviewOf, ResultRow, Results, Review as ReviewView, ReviewListed, Reviewer, Reviews,
    RowFilter, Shown, Subject,
};
use model::view::{Badge, Choice, Fact, Icon};
use model::{ApplicationId, GroupId, PackageId, Refusal, ReviewRowId, ReviewSeriesId, RoleId, Ts, UserId, query};
use rules::review::{manages, settings, time};
use std::collections::{BTreeMap, BTreeSet};
use store::reviews::Visible;
use store::search::Words;
use store::{catalogs, groups, package_editing, resources, review_rows, reviews, users};

const NOT_FOUND: Refusal = Refusal::NotFound { what: "access review" };
/// What a picker offers of each kind.
const CHOICES: usize = 8;
/// Instances and starts that a page shows.
const INSTANCES: usize = 20;
const UPCOMING: usize = 5;
/// Reviewers that a page names.
const REVIEWERS: usize = 20;
/// Rows that a preview looks at.
const PREVIEWED: usize = 2_000;
/// People whom a preview names.
const PREVIEW_NAMES: usize = 5;

/// Names of what is reviewed, loaded together.
pub struct Subjects {
    roles: BTreeMap<RoleId, (String, bool)>,
    groups: BTreeMap<GroupId, String>,
    applications: BTreeMap<ApplicationId, String>,
    packages: BTreeMap<PackageId, String>,
    /// Pages of the administration that the reader has: of roles, and of the directory.
    sees: (bool, bool),
}

impl Subjects {
    /// One statement for each kind that occurs.
    pub async fn load(asking: &mut Asking<'_>, all: impl IntoIterator<Item = Reviewed>) -> Result<Self, Problem> {
        let (mut roles, mut teams, mut applications, mut packages) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for of in all {
            match of {
                Reviewed::DirectoryRole(id) => roles.push(id),
                Reviewed::Group(id) => teams.push(id),
                Reviewed::Application(id) => applications.push(id),
                Reviewed::Package(id) => packages.push(id),
            }
        }
        let sees = (rules::access::sees_roles(asking.visitor), rules::access::sees_directory(asking.visitor));
        let link = &mut asking.link;
        Ok(Self {
            roles: if roles.is_empty() { BTreeMap::new() } else { resources::role_names(link, &roles).await? },
            groups: if teams.is_empty() { BTreeMap::new() } else { groups::names(link, &teams).await? },
            applications: if applications.is_empty() {
                BTreeMap::new()
            } else {
                catalogs::applications(link, &applications).await?
            },
            packages: if packages.is_empty() { BTreeMap::new() } else { store::audit::package_names(link, &packages).await? },
            sees,
        })
    }

    pub fn subject(&self, of: Reviewed) -> Subject {
        let (roles, directory) = self.sees;
        let (icon, name, kind, href) = match of {
            Reviewed::DirectoryRole(id) => {
                let name = self.roles.get(&id).map(|(name, _)| name.clone());
                (Icon::Role, name, "Directory role", roles.then(|| format!("/admin/roles/{id}/assignments")))
            }
            Reviewed::Group(id) => {
                let name = self.groups.get(&id).cloned();
                (Icon::Group, name, "Group", directory.then(|| format!("/admin/groups/{id}")))
            }
            Reviewed::Application(id) => (Icon::Application, self.applications.get(&id).cloned(), "Application", None),
            Reviewed::Package(id) => {
                let name = self.packages.get(&id).cloned();
                (Icon::Package, name, "Access package", directory.then(|| format!("/admin/packages/{id}")))
            }
        };
        let name = name.unwrap_or_else(|| "what is no longer there".to_owned());
        Subject { of, icon, name, kind: kind.to_owned(), href }
    }
}

pub async fn list(asking: &mut Asking<'_>, query: query::Reviews) -> Result<Reviews, Problem> {
    let me = asking.who.user;
    let (roles, directory, packages) = rules::review::sees_all(asking.visitor);
    let some_catalog = catalogs::any_role(&mut asking.link, me, asking.now).await?;
    if !(roles || directory || packages || some_catalog) {
        return Err(Refusal::NotFound { what: "page" }.into());
    }
    let visible = Visible { me, roles, directory, packages };
    let after = read_time_cursor::<ReviewSeriesId>(query.after.as_deref());
    let (words, now) = (Words::of(&query.search), asking.now);
    let mut all = reviews::list(&mut asking.link, visible, &words, query.phase, after, now, PAGE_ROWS + 1).await?;
    let paging = page(&mut all, PAGE_ROWS, after.is_some(), |(series, _)| cursor(series.created_at.0, series.id));
    let subjects = Subjects::load(asking, all.iter().map(|(series, _)| series.of)).await?;
    let owners: Vec<UserId> = all.iter().map(|(series, _)| series.owner).collect();
    let people = People::load(asking, &owners).await?;
    let rows = all
        .iter()
        .map(|(series, last)| ReviewListed {
            series: series.id,
            name: series.settings.name.clone(),
            subject: subjects.subject(series.of),
            frequency: series.settings.frequency.words().to_owned(),
            badge: last.as_ref().map_or_else(|| Badge::new(Phase::NotStarted.words(), Phase::NotStarted.tone()), badge),
            due_at: last.as_ref().filter(|last| rules::review::keeps_waiting(last.state.phase())).map(due),
            next_at: series.next_at,
            counts: last.as_ref().map(|last| last.counts),
            owner: people.name(series.owner),
        })
        .collect();
    let may_create = rules::review::may_create_some(asking.visitor, some_catalog);
    Ok(Reviews { rows, paging, may_create })
}

/// Whether the reader might make a review of something.
async fn may_create(asking: &mut Asking<'_>) -> Result<(), Problem> {
    let some_catalog = catalogs::any_role(&mut asking.link, asking.who.user, asking.now).await?;
    if rules::review::may_create_some(asking.visitor, some_catalog) {
        Ok(())
    } else {
        Err(Refusal::NotFound { what: "page" }.into())
    }
}

async fn find(asking: &mut Asking<'_>, of: Reviewed) -> Result<Option<Of>, Problem> {
    Of::find(&mut asking.link, of, Some(asking.who.user), asking.now).await
}

pub async fn new(asking: &mut Asking<'_>, query: query::NewReview) -> Result<NewReview, Problem> {
    may_create(asking).await?;
    let mut chosen = Vec::new();
    for of in query.of.into_iter().take(model::limits::REVIEWED_TOGETHER_MAX) {
        if let Some(found) = find(asking, of).await?.filter(|found| manages(asking.visitor, of, found.about)) {
            chosen.push(choice(of, found.name));
        }
    }
    let settings = settings::defaults(asking.who.user, asking.now);
    Ok(NewReview { chosen, offered: subjects(asking, "").await?, settings })
}

fn choice(of: Reviewed, name: String) -> Choice {
    let kind = match of {
        Reviewed::DirectoryRole(_) => "Directory role",
        Reviewed::Group(_) => "Group",
        Reviewed::Application(_) => "Application",
        Reviewed::Package(_) => "Access package",
    };
    Choice { id: of.to_string(), name, under: kind.to_owned() }
}

/// What the reader could review, by name.
pub async fn subjects(asking: &mut Asking<'_>, search: &str) -> Result<Vec<Choice>, Problem> {
    may_create(asking).await?;
    let (words, now, me) = (Words::of(search), asking.now, asking.who.user);
    let wanted: Vec<String> = search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut found: Vec<(Reviewed, String)> = Vec::new();
    let roles = catalogs::directory_roles(&mut asking.link).await?.into_iter().filter(|(_, name)| {
        let name = name.to_lowercase();
        wanted.iter().all(|word| name.contains(word.as_str()))
    });
    found.extend(roles.take(CHOICES * 2).map(|(id, name)| (Reviewed::DirectoryRole(id), name)));
    let all = groups::list(&mut asking.link, &words, groups::Filter::All, None, CHOICES, now).await?;
    let assignable: BTreeSet<GroupId> =
        all.iter().filter(|(group, _)| group.role_assignable).map(|(group, _)| group.id).collect();
    found.extend(all.into_iter().map(|(group, _)| (Reviewed::Group(group.id), group.name)));
    let applications = catalogs::applications_called(&mut asking.link, search, CHOICES).await?;
    found.extend(applications.into_iter().map(|(id, name)| (Reviewed::Application(id), name)));
    let seen = if rules::catalog::sees_all(asking.visitor) { catalogs::Seen::All } else { catalogs::Seen::By(me) };
    let all = package_editing::list(&mut asking.link, seen, &words, None, CHOICES, now).await?;
    let mut standing: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (catalog, role) in catalogs::all_roles_of(&mut asking.link, me, now).await? {
        standing.entry(catalog).or_default().push(role);
    }
    let mut choices: Vec<Choice> = Vec::new();
    for (of, name) in found {
        let role_assignable_group = matches!(of, Reviewed::Group(id) if assignable.contains(&id));
        let about = rules::access::About { role_assignable_group, ..Default::default() };
        if manages(asking.visitor, of, about) {
            choices.push(choice(of, name));
        }
    }
    for package in all {
        let catalog = standing.get(&package.catalog_id).into_iter().flatten().copied().collect();
        let about = rules::access::About { catalog, ..Default::default() };
        let of = Reviewed::Package(package.id);
        if manages(asking.visitor, of, about) {
            choices.push(choice(of, package.name));
        }
    }
    Ok(choices)
}

/// People or groups who may be reviewers.
pub async fn people(asking: &mut Asking<'_>, query: query::ReviewPeople) -> Result<Vec<Choice>, Problem> {
    may_create(asking).await?;
    if query.groups {
        let (words, now) = (Words::of(&query.search), asking.now);
        let found = groups::list(&mut asking.link, &words, groups::Filter::All, None, CHOICES, now).await?;
        return Ok(found
            .into_iter()
            .map(|(group, _)| Choice { id: group.id.to_string(), name: group.name, under: String::new() })
            .collect());
    }
    user::choices(asking, &query.search).await
}

/// What such a review would ask, if it started now.
pub async fn preview(asking: &mut Asking<'_>, query: query::ReviewPreview) -> Result<Preview, Problem> {
    let query::ReviewPreview { of: all, settings: asked } = query;
    if all.is_empty() {
        return Err(Refusal::Required { field: "of".to_owned(), label: "What to review".to_owned() }.into());
    }
    let mut previews = Vec::new();
    let unique: BTreeSet<Reviewed> = all.into_iter().take(model::limits::REVIEWED_TOGETHER_MAX).collect();
    let subjects = Subjects::load(asking, unique.iter().copied()).await?;
    for of in unique {
        let found = find(asking, of).await?.filter(|found| manages(asking.visitor, of, found.about)).ok_or(NOT_FOUND)?;
        let settings = settings::check(&asked, of, false, asking.now)?;
        previews.push(preview_of(asking, found, &settings, subjects.subject(of)).await?);
    }
    let lasts = time::lasts(&asked);
    let instances = time::upcoming(&asked, 0, asking.now).take(UPCOMING).map(|at| (at, at + lasts)).collect();
    Ok(Preview { of: previews, instances })
}

async fn preview_of(
    asking: &mut Asking<'_>,
    of: Of,
    settings: &model::review::ReviewSettings,
    subject: Subject,
) -> Result<PreviewOf, Problem> {
    let owner = asking.who.user;
    let now = asking.now;
    let review = Review {
        id: Default::default(),
        series: Default::default(),
        number: 1,
        of: of.of,
        owner,
        settings: settings.clone(),
        state: ReviewState::Starting { groups: Vec::new(), at: 0, after: None },
        started_at: now,
        due_at: now,
        counts: Counts::default(),
        version: 0,
    };
    let stage = settings.stages.first().ok_or(NOT_FOUND)?;
    let sharing = panel(&mut asking.link, of.of, stage, owner, now).await?;
    let (mut places, mut groups): (Vec<Option<GroupId>>, BTreeSet<GroupId>) = (vec![None], BTreeSet::new());
    let (mut rows, mut more, mut shared) = (Vec::new(), false, 0_u64);
    let mut by: BTreeMap<UserId, u64> = BTreeMap::new();
    while let Some(through) = places.pop() {
        let left = PREVIEWED.saturating_sub(rows.len());
        if left == 0 {
            more = true;
            break;
        }
        let place = Place { of: of.of, through, after: None };
        let part = holders(&mut asking.link, place, settings, now, left).await?;
        more |= part.next.is_some();
        for group in part.groups {
            if Reviewed::Group(group) != of.of && groups.insert(group) {
                places.push(Some(group));
            }
        }
        for found in part.found {
            let row = rules::review::row(ReviewRowId::default(), &review, &sharing, &found.subject, found.holding, now);
            match row.reviewer {
                Some(reviewer) => *by.entry(reviewer).or_default() += 1,
                None => shared += 1,
            }
            rows.push(row);
        }
    }
    let removed_by_silence =
        rows.iter().filter(|row| rules::review::silence(settings, row.recommendation) == Some(Decision::Deny)).count() as u64;
    // Rows that fell back: theirs alone without being about their manager or themselves.
    let without_reviewer = rules::review::fell_back(settings, &review, &rows, &sharing);
    if shared > 0 {
        for user in &sharing {
            *by.entry(*user).or_default() += shared;
        }
    }
    let total = rows.len() as u64;
    let mut most: Vec<(UserId, u64)> = by.into_iter().collect();
    most.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
    let others = most.len().saturating_sub(PREVIEW_NAMES) as u64;
    most.truncate(PREVIEW_NAMES);
    let ids: Vec<UserId> = most.iter().map(|(id, _)| *id).collect();
    let people = People::load(asking, &ids).await?;
    let mut warnings = Vec::new();
    if total == 0 {
        warnings.push("Nobody would be reviewed. Look at the scope and the assignment type.".to_owned());
    }
    let limit = u64::from(settings.silence_limit_percent);
    if removed_by_silence * 100 > total * limit {
        warnings.push(format!(
            "If nobody decided, more than {limit} % would be removed. That would wait until an administrator applies it."
        ));
    }
    if let Some(owner_only) = most.first().filter(|(id, _)| *id == owner && most.len() == 1 && total > 0) {
        warnings.push(format!("You alone would decide {} of {total} rows.", owner_only.1));
    }
    Ok(PreviewOf {
        subject,
        rows: total,
        more,
        asked: most.into_iter().map(|(id, n)| (people.persona(id), n)).collect(),
        others,
        without_reviewer,
        removed_by_silence,
        warnings,
    })
}

/// The series, if the reader sees it, and whether they manage it.
async fn seen(asking: &mut Asking<'_>, id: ReviewSeriesId) -> Result<(Series, bool), Problem> {
    let series = reviews::series(&mut asking.link, id).await?.ok_or(NOT_FOUND)?;
    let about = find(asking, series.of)
        .await?
        .map_or_else(|| rules::access::About { reviewed: Some(series.of), ..Default::default() }, |found| found.about);
    if !rules::review::sees(asking.visitor, series.of, about) {
        return Err(NOT_FOUND.into());
    }
    let may_change = manages(asking.visitor, series.of, about);
    Ok((series, may_change))
}

fn instance(review: &Review) -> Instance {
    Instance {
        review: review.id,
        number: review.number,
        badge: badge(review),
        started_at: review.started_at,
        due_at: due(review),
        counts: review.counts,
    }
}

pub async fn one(asking: &mut Asking<'_>, query: query::Review) -> Result<ReviewView, Problem> {
    let (series, may_change) = seen(asking, query.series).await?;
    let instances = reviews::instances(&mut asking.link, series.id, INSTANCES).await?;
    let chosen = match query.review {
        None => instances.first().cloned(),
        Some(id) => match instances.iter().find(|review| review.id == id).cloned() {
            Some(review) => Some(review),
            None => {
                let review = reviews::get(&mut asking.link, id).await?.filter(|review| review.series == series.id);
                Some(review.ok_or(NOT_FOUND)?)
            }
        },
    };
    let (people_named, groups_named) = settings::named(&series.settings);
    let named = users::several(&mut asking.link, &people_named).await?;
    let groups_named = groups::names(&mut asking.link, &groups_named).await?;
    let facts = in_words(&mut asking.link, &series.settings).await?;
    let lasts = time::lasts(&series.settings);
    let mut starts: Vec<Ts> = match series.next_at {
        None => Vec::new(),
        Some(_) => time::upcoming(&series.settings, series.started, asking.now).take(UPCOMING).collect(),
    };
    if let (Some(first), Some(next)) = (starts.first_mut(), series.next_at) {
        // It may have been put off, because the last one is not over.
        *first = next;
    }
    let scheduled = starts.into_iter().map(|at| (at, at + lasts)).collect();
    let subjects = Subjects::load(asking, [series.of]).await?;
    let owner = People::load(asking, &[series.owner]).await?.persona(series.owner);
    let instance_shown = match chosen {
        Some(review) => Some(shown(asking, review, may_change).await?),
        None => None,
    };
    Ok(ReviewView {
        series: series.id,
        version: series.version,
        name: series.settings.name.clone(),
        description: series.settings.description.clone(),
        subject: subjects.subject(series.of),
        owner,
        facts: facts.into_iter().map(|(name, value)| Fact { name, value }).collect(),
        people: named
            .iter()
            .map(|user| {
                let persona = persona(user);
                Choice { id: user.id.to_string(), name: persona.name, under: persona.under }
            })
            .collect(),
        groups: groups_named.into_iter().map(|(id, name)| Choice { id: id.to_string(), name, under: String::new() }).collect(),
        recurs: series.settings.frequency != model::review::Frequency::Once,
        settings: series.settings,
        scheduled,
        instances: instances.iter().map(instance).collect(),
        instance: instance_shown,
        may_change,
    })
}

async fn shown(asking: &mut Asking<'_>, review: Review, may_change: bool) -> Result<Shown, Problem> {
    let stage = review.state.open_stage();
    let stages = review.settings.stages.len();
    let mut reviewers: BTreeMap<UserId, (u64, bool)> = BTreeMap::new();
    let mut more_reviewers = 0;
    if let Some(stage) = stage {
        let own = review_rows::reviewers(&mut asking.link, review.id, None, REVIEWERS + 1).await?;
        more_reviewers = u64::from(own.len() > REVIEWERS);
        reviewers.extend(own.into_iter().take(REVIEWERS).map(|(user, open)| (user, (open, false))));
        for user in reviews::panel(&mut asking.link, review.id, stage).await? {
            if reviewers.len() < REVIEWERS * 2 {
                reviewers.entry(user).or_default().1 = true;
            } else {
                more_reviewers += 1;
            }
        }
    }
    let ids: Vec<UserId> = reviewers.keys().copied().chain(by(&review)).collect();
    let people = People::load(asking, &ids).await?;
    let can = |answer: Result<(), Refusal>| may_change && answer.is_ok();
    let person = Some(asking.who.user);
    let counts = review.counts;
    Ok(Shown {
        instance: instance(&review),
        version: review.version,
        phase: review.state.phase(),
        stage: match stage {
            Some(stage) if stages > 1 => format!("Stage {} of {stages}", stage + 1),
            _ => String::new(),
        },
        stages,
        until: match review.state {
            ReviewState::InProgress { until, .. } => Some(until),
            _ => None,
        },
        notes: notes(&review, &people),
        reviewers: reviewers
            .into_iter()
            .map(|(user, (open, shares))| Reviewer {
                who: people.persona(user),
                user,
                own: (open > 0).then_some((open, open)),
                shares: shares && counts.shared > 0,
            })
            .collect(),
        more_reviewers,
        may_stop: can(rules::review::stop(&review, false, person).map(drop)),
        may_stop_stage: can(rules::review::stop(&review, true, person).map(drop)),
        may_reset: can(rules::review::may_reset(&review)),
        may_apply: can(rules::review::may_apply(&review)),
        may_remind: can(rules::review::may_remind(&review)),
        to_remove: counts.denied.saturating_sub(counts.removed + counts.not_removed),
        settings: review.settings,
    })
}

/// Who ended it before its time, or had it applied.
fn by(review: &Review) -> Option<UserId> {
    match review.state {
        ReviewState::Completing { by, .. }
        | ReviewState::Completed { by, .. }
        | ReviewState::Applying { by, .. }
        | ReviewState::Applied { by, .. } => by,
        ReviewState::Starting { .. } | ReviewState::Opening { .. } | ReviewState::InProgress { .. } => None,
    }
}

fn notes(review: &Review, people: &People) -> Vec<String> {
    let counts = review.counts;
    let mut notes = Vec::new();
    match &review.state {
        ReviewState::Starting { .. } => notes.push("It is being found out who holds it.".to_owned()),
        ReviewState::Opening { stage, .. } => notes.push(format!("Stage {} is about to begin.", stage + 1)),
        ReviewState::InProgress { .. } => {}
        ReviewState::Completing { by, .. } => notes.push(match by {
            Some(by) => format!("{} stopped it. What nobody decided is being dealt with.", people.name(*by)),
            None => "Its time is over. What nobody decided is being dealt with.".to_owned(),
        }),
        ReviewState::Completed { by, held_back, .. } => {
            if let Some(by) = by {
                notes.push(format!("{} stopped it before its time.", people.name(*by)));
            }
            notes.push(if *held_back {
                format!(
                    "{} of {} rows would be removed only because nobody decided, which is more than {} %. Look at the results, and apply them if they are right.",
                    counts.denied_by_silence, counts.total, review.settings.silence_limit_percent
                )
            } else {
                "Nothing was removed yet. Look at the results, and apply them.".to_owned()
            });
        }
        ReviewState::Applying { .. } => notes.push("What was denied is being removed.".to_owned()),
        ReviewState::Applied { at, by } => {
            let who = by.map_or_else(String::new, |by| format!(" by {}", people.name(by)));
            notes.push(if counts.denied == 0 {
                format!("It was over on {}, and nothing was denied.", at.in_sentence())
            } else {
                format!("The results were applied{who} on {}.", at.in_sentence())
            });
        }
    }
    if counts.removed + counts.not_removed > 0 {
        notes.push(format!("Removed: {}. Gone already or not removable: {}.", counts.removed, counts.not_removed));
    }
    notes
}

/// The instance, if the reader sees it.
async fn seen_instance(asking: &mut Asking<'_>, id: model::ReviewId) -> Result<Review, Problem> {
    let review = reviews::get(&mut asking.link, id).await?.ok_or(NOT_FOUND)?;
    seen(asking, review.series).await?;
    Ok(review)
}

pub async fn results(asking: &mut Asking<'_>, query: query::ReviewResults) -> Result<Results, Problem> {
    let review = seen_instance(asking, query.review).await?;
    let after = read_cursor::<String, ReviewRowId>(query.after.as_deref());
    let words = Words::of(&query.search);
    let further = after.is_some();
    let mut found = review_rows::list(&mut asking.link, review.id, query.filter, &words, after, REVIEW_PAGE_ROWS + 1).await?;
    let paging = page(&mut found, REVIEW_PAGE_ROWS, further, |(_, (name, id))| cursor(name, id));
    let rows = result_rows(asking, &review, found.into_iter().map(|(row, _)| row).collect()).await?;
    Ok(Results { rows, paging, filter: query.filter, search: query.search })
}

async fn result_rows(
    asking: &mut Asking<'_>,
    review: &Review,
    rows: Vec<model::review::ReviewRow>,
) -> Result<Vec<ResultRow>, Problem> {
    let outcomes: Vec<(Outcome, String, Option<Ts>)> =
        rows.iter().map(|row| (row.outcome, row.outcome_words.clone(), row.applied_at)).collect();
    let shown = ShownRows { recommendations: true, earlier: true, power: false };
    let rows = told::told(asking, review, rows, shown).await?;
    Ok(rows
        .into_iter()
        .zip(outcomes)
        .map(|(row, (outcome, outcome_because, applied_at))| {
            let (word, tone) = match outcome {
                Outcome::New => ("", "plain"),
                Outcome::Applied => (outcome.words(), "good"),
                Outcome::AlreadyGone => (outcome.words(), "plain"),
                Outcome::CannotApply => (outcome.words(), "bad"),
            };
            ResultRow { row, outcome: word.to_owned(), tone: tone.to_owned(), outcome_because, applied_at }
        })
        .collect())
}

/// The columns of a download, the first line of it.
pub const COLUMNS: &[&str] = &[
    "Name",
    "Details",
    "Holds",
    "Source",
    "Source name",
    "Ends",
    "Last sign-in",
    "Last activation",
    "Recommendation",
    "Decision",
    "Reviewed by",
    "Reviewed on",
    "Reason",
    "How",
    "Result",
    "Result details",
    "Applied on",
];

pub async fn exported(asking: &mut Asking<'_>, query: query::ExportedReview) -> Result<Exported, Problem> {
    let review = seen_instance(asking, query.review).await?;
    let after = read_cursor::<String, ReviewRowId>(query.after.as_deref());
    let first = after.is_none();
    let words = Words::default();
    let mut found = review_rows::list(&mut asking.link, review.id, RowFilter::All, &words, after, EXPORT_ROWS + 1).await?;
    let next = page(&mut found, EXPORT_ROWS, false, |(_, (name, id))| cursor(name, id)).next;
    let rows = result_rows(asking, &review, found.into_iter().map(|(row, _)| row).collect()).await?;
    let head = first.then(|| COLUMNS.iter().map(|name| (*name).to_owned()).collect());
    let iso = |at: Option<Ts>| at.map(Ts::iso).unwrap_or_default();
    let line = |one: ResultRow| {
        let ResultRow { row, outcome, outcome_because, applied_at, .. } = one;
        let decided = row.decided;
        let recommendation = match row.recommendation {
            Some(Decision::Approve) => "Approve",
            Some(Decision::Deny) => "Deny",
            _ => "No information",
        };
        vec![
            row.name,
            row.under,
            row.holds,
            row.source,
            row.source_under,
            iso(row.ends_at),
            iso(row.last_sign_in),
            iso(row.last_active),
            recommendation.to_owned(),
            row.decision.words().to_owned(),
            decided.as_ref().map(|one| one.by.clone()).unwrap_or_default(),
            iso(decided.as_ref().map(|one| one.at)),
            decided.as_ref().map(|one| one.reason.clone()).unwrap_or_default(),
            decided.map(|one| one.how).unwrap_or_default(),
            outcome,
            outcome_because,
            iso(applied_at),
        ]
    };
    let rows = head.into_iter().chain(rows.into_iter().map(line)).collect();
    Ok(Exported { name: review.settings.name, rows, next })
}
