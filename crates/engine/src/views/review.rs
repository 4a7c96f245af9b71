//! Access reviews as whoever manages them sees them.

use super::review_form::find;
use super::review_notes::{GONE, ONLY_THEMSELVES, notes, only_themselves, still_failing};
use super::reviewing::{badge, due};
use super::words::{People, persona};
use super::{Asking, cursor, page, read_time_cursor};
use crate::Problem;
use crate::commands::review::seen as seen_form;
use crate::commands::review_facts::in_words;
use crate::commands::review_later::approved_later;
use crate::commands::review_of::{Names, Of};
use model::limits::PAGE_ROWS;
use model::review::{Evidence, Phase, Review, ReviewState, Reviewed, Series};
use model::view::review::{
    InCampaign, Instance, RequiredBy, Review as ReviewView, ReviewListed, Reviewer, Reviews, Shown, Subject,
};
use model::view::{Badge, Choice, Fact, Icon, Paging};
use model::{CampaignId, PolicyId, Refusal, ReviewSeriesId, Ts, UserId, query};
use rules::review::{manages, settings, time};
use std::collections::{BTreeMap, BTreeSet};
use store::review_lists::{Listed, Sought, Visible};
use store::{catalogs, groups, packages, review_campaigns, review_lists, review_rows, reviews, users};

pub const NOT_FOUND: Refusal = Refusal::NotFound { what: "access review" };
/// Instances and starts that a page shows.
const INSTANCES: usize = 20;
pub const UPCOMING: usize = 5;
/// Reviewers that a page names.
const REVIEWERS: usize = 20;

/// What is reviewed, as pages show it.
pub struct Subjects {
    names: Names,
    /// Pages of the administration that the reader has: of roles, and of the directory.
    sees: (bool, bool),
}

impl Subjects {
    pub async fn load(asking: &mut Asking<'_>, all: impl IntoIterator<Item = Reviewed>) -> Result<Self, Problem> {
        let sees = (rules::access::sees_roles(asking.visitor), rules::access::sees_directory(asking.visitor));
        Ok(Self { names: Names::load(&mut asking.link, all).await?, sees })
    }

    pub fn subject(&self, of: Reviewed) -> Subject {
        let (roles, directory) = self.sees;
        let (icon, href) = match of {
            Reviewed::DirectoryRole(id) => (Icon::Role, roles.then(|| format!("/admin/roles/{id}/assignments"))),
            Reviewed::Group(id) => (Icon::Group, directory.then(|| format!("/admin/groups/{id}"))),
            Reviewed::Application(id) => (Icon::Application, directory.then(|| format!("/admin/applications/{id}"))),
            Reviewed::Package(id) => (Icon::Package, directory.then(|| format!("/admin/packages/{id}"))),
        };
        let name = self.names.name(of).unwrap_or_else(|| "what is no longer there".to_owned());
        Subject { of, icon, name, kind: of.words().to_owned(), href }
    }
}

/// Which reviews the reader sees.
pub async fn visible(asking: &mut Asking<'_>) -> Result<Visible, Problem> {
    let me = asking.who.user;
    let (roles, directory, packages) = rules::review::sees_all(asking.visitor);
    let some_catalog = catalogs::any_role(&mut asking.link, me, asking.now).await?;
    if !(roles || directory || packages || some_catalog) {
        return Err(Refusal::NotFound { what: "page" }.into());
    }
    Ok(Visible { me, roles, directory, packages })
}

/// Those of one thing, and of the policies of a package.
pub async fn of(asking: &mut Asking<'_>, query: query::ReviewsOf) -> Result<Reviews, Problem> {
    let found = find(asking, query.of).await?.filter(|found| rules::review::sees(asking.visitor, query.of, found.about));
    let may_create = manages(asking.visitor, query.of, found.ok_or(NOT_FOUND)?.about);
    let visible = visible(asking).await?;
    let (all, paging) = page_of(asking, visible, Sought::Of(query.of), query.after).await?;
    Ok(Reviews { rows: lines(asking, &all).await?, paging, may_create })
}

/// A page of series with their last instances.
pub async fn page_of(
    asking: &mut Asking<'_>,
    visible: Visible,
    sought: Sought<'_>,
    after: Option<String>,
) -> Result<(Vec<Listed>, Paging), Problem> {
    let after = read_time_cursor::<ReviewSeriesId>(after.as_deref());
    let now = asking.now;
    let mut all = review_lists::list(&mut asking.link, visible, sought, after, now, PAGE_ROWS + 1).await?;
    let paging = page(&mut all, PAGE_ROWS, after.is_some(), |(series, _)| cursor(series.created_at.0, series.id));
    Ok((all, paging))
}

/// The same as lists show them.
pub async fn lines(asking: &mut Asking<'_>, all: &[Listed]) -> Result<Vec<ReviewListed>, Problem> {
    let subjects = Subjects::load(asking, all.iter().map(|(series, _)| series.of)).await?;
    let owners: Vec<UserId> = all.iter().map(|(series, _)| series.owner).collect();
    let people = People::load(asking, &owners).await?;
    let policies = policies(asking, all.iter().map(|(series, _)| series)).await?;
    let campaigns = campaigns(asking, all.iter().map(|(series, _)| series)).await?;
    let line = |(series, last): &Listed| ReviewListed {
        series: series.id,
        name: series.settings.name.clone(),
        subject: subjects.subject(series.of),
        required_by: required_by(asking, series, &policies),
        campaign: series.campaign.and_then(|id| campaigns.get(&id).cloned()),
        frequency: series.settings.frequency.words().to_owned(),
        badge: last.as_ref().map_or_else(|| Badge::new(Phase::NotStarted.words(), Phase::NotStarted.tone()), badge),
        due_at: last.as_ref().filter(|last| rules::review::keeps_waiting(last.state.phase())).map(due),
        next_at: series.next_at,
        counts: last.as_ref().map(|last| last.counts.without_controls()),
        owner: people.name(series.owner),
    };
    Ok(all.iter().map(line).collect())
}

/// The campaigns of these series, by name.
async fn campaigns<'a>(
    asking: &mut Asking<'_>,
    all: impl Iterator<Item = &'a Series>,
) -> Result<BTreeMap<CampaignId, InCampaign>, Problem> {
    let ids: BTreeSet<CampaignId> = all.filter_map(|series| series.campaign).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found = review_campaigns::several(&mut asking.link, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(found.into_iter().map(|(id, one)| (id, InCampaign { campaign: id, name: one.name })).collect())
}

/// What the policies are called that require some of these; those that are deleted have no name any more.
async fn policies<'a>(
    asking: &mut Asking<'_>,
    all: impl Iterator<Item = &'a Series>,
) -> Result<BTreeMap<PolicyId, String>, Problem> {
    let ids: BTreeSet<PolicyId> = all.filter_map(|series| series.policy).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<PolicyId> = ids.into_iter().collect();
    let found = packages::policies_by_id(&mut asking.link, &ids).await?;
    Ok(found.into_iter().map(|policy| (policy.id, policy.name)).collect())
}

fn required_by(asking: &Asking<'_>, series: &Series, policies: &BTreeMap<PolicyId, String>) -> Option<RequiredBy> {
    let (Some(policy), Reviewed::Package(package)) = (series.policy, series.of) else { return None };
    let now = rules::review::of_policy::required(series);
    Some(match policies.get(&policy) {
        Some(name) => {
            let directory = rules::access::sees_directory(asking.visitor);
            let href = directory.then(|| format!("/admin/packages/{package}/policies/{policy}"));
            RequiredBy { name: name.clone(), href, now }
        }
        None => RequiredBy { name: "a deleted policy".to_owned(), href: None, now },
    })
}

/// The series, if the reader sees it, whether they manage it, and whether what it is about is still there.
pub async fn seen(asking: &mut Asking<'_>, id: ReviewSeriesId) -> Result<(Series, bool, bool), Problem> {
    let series = reviews::series(&mut asking.link, id).await?.ok_or(NOT_FOUND)?;
    let Of { about, there, .. } = Of::or_gone(&mut asking.link, series.of, Some(asking.who.user), asking.now).await?;
    if !rules::review::sees(asking.visitor, series.of, about) {
        return Err(NOT_FOUND.into());
    }
    let may_change = manages(asking.visitor, series.of, about);
    Ok((series, may_change, there))
}

fn instance(review: &Review) -> Instance {
    Instance {
        review: review.id,
        number: review.number,
        badge: badge(review),
        started_at: review.started_at,
        due_at: due(review),
        counts: review.counts.without_controls(),
    }
}

pub async fn one(asking: &mut Asking<'_>, query: query::Review) -> Result<ReviewView, Problem> {
    let (mut series, may_change, there) = seen(asking, query.series).await?;
    let facts = in_words(&mut asking.link, &series.settings).await?;
    let facts = facts.into_iter().filter(|(name, _)| may_change || name != settings::CONTROL_ROWS);
    if !may_change {
        series.settings.controls.clear();
    }
    let mut instances = review_lists::instances_before(&mut asking.link, series.id, query.before, INSTANCES + 1).await?;
    let more = instances.len() > INSTANCES;
    instances.truncate(INSTANCES);
    let older = instances.last().filter(|_| more).map(|review| review.number);
    let last = match query.before {
        None => instances.first().cloned(),
        Some(_) => reviews::instances(&mut asking.link, series.id, 1).await?.pop(),
    };
    let further = last.as_ref().map(|last| last.number) != instances.first().map(|first| first.number);
    let chosen = match query.review {
        None => last.clone(),
        Some(id) => match instances.iter().chain(&last).find(|review| review.id == id).cloned() {
            Some(review) => Some(review),
            None => {
                let review = reviews::get(&mut asking.link, id).await?.filter(|review| review.series == series.id);
                Some(review.ok_or(NOT_FOUND)?)
            }
        },
    };
    let (mut people_named, mut groups_named) = settings::named(&series.settings);
    if let Some(review) = &chosen {
        let (people, groups) = settings::named(&review.settings);
        people_named.extend(people.into_iter().filter(|one| !people_named.contains(one)).collect::<Vec<_>>());
        groups_named.extend(groups.into_iter().filter(|one| !groups_named.contains(one)).collect::<Vec<_>>());
    }
    let named = users::several(&mut asking.link, &people_named).await?;
    let groups_named = groups::names(&mut asking.link, &groups_named).await?;
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
    let policies = policies(asking, std::iter::once(&series)).await?;
    let campaign = campaigns(asking, std::iter::once(&series)).await?.into_values().next();
    let owner = People::load(asking, &[series.owner]).await?.persona(series.owner);
    let warning = only_themselves(asking, &series, chosen.as_ref()).await?.then(|| ONLY_THEMSELVES.to_owned());
    let instance_shown = match chosen {
        Some(review) => {
            let later = last.is_some_and(|last| last.number > review.number);
            let mut shown = shown(asking, review, (may_change, later)).await?;
            if !there {
                shown.notes.insert(0, GONE.to_owned());
                shown.may_reopen = false;
            }
            Some(shown)
        }
        None => None,
    };
    Ok(ReviewView {
        series: series.id,
        version: series.version,
        name: series.settings.name.clone(),
        description: series.settings.description.clone(),
        subject: subjects.subject(series.of),
        required_by: required_by(asking, &series, &policies),
        campaign,
        owner,
        warning,
        bounds: time::bounds(),
        facts: facts.map(|(name, value)| Fact { name, value }).collect(),
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
        further,
        older,
        instance: instance_shown,
        may_change,
    })
}

async fn shown(asking: &mut Asking<'_>, review: Review, (may_change, later): (bool, bool)) -> Result<Shown, Problem> {
    let stage = review.state.open_stage();
    let stages = review.settings.stages.len();
    let mut reviewers: BTreeMap<UserId, (u64, bool)> = BTreeMap::new();
    let mut more_reviewers = false;
    if let Some(stage) = stage {
        let own = review_rows::reviewers(&mut asking.link, review.id, None, REVIEWERS + 1).await?;
        more_reviewers = own.len() > REVIEWERS;
        reviewers.extend(own.into_iter().take(REVIEWERS).map(|(user, open)| (user, (open, false))));
        let panel = reviews::panel(&mut asking.link, review.id, stage).await?;
        let alone = panel.len() == 1;
        for user in panel {
            if reviewers.len() < REVIEWERS * 2 {
                let one = reviewers.entry(user).or_default();
                if alone {
                    // What nobody shares with them is theirs.
                    one.0 += review.counts.shared_open;
                } else {
                    one.1 = true;
                }
            } else {
                more_reviewers = true;
            }
        }
    }
    let mut failing = None;
    if review.state.phase() == Phase::Applying {
        let (rows, again_at) = review_rows::failing(&mut asking.link, review.id).await?;
        failing = again_at.map(|at| still_failing(rows, at));
    }
    let ids: Vec<UserId> = reviewers.keys().copied().chain(review.state.by()).collect();
    let people = People::load(asking, &ids).await?;
    let may_apply = may_change && rules::review::may_apply(&review).is_ok();
    let approved_later = if may_apply { approved_later(&mut asking.link, &review).await? } else { 0 };
    let can = |answer: Result<(), Refusal>| may_change && answer.is_ok();
    let person = Some(asking.who.user);
    let counts = review.counts;
    Ok(Shown {
        instance: instance(&review),
        seen: seen_form(&review)?,
        phase: review.state.phase(),
        stage: match stage {
            Some(stage) if stages > 1 => format!("Stage {} of {stages}", stage + 1),
            _ => String::new(),
        },
        stages,
        open_stage: stage.unwrap_or_default(),
        until: match review.state {
            ReviewState::InProgress { until, .. } => Some(until),
            _ => None,
        },
        notes: notes(&review, &people, may_change).into_iter().chain(failing).collect(),
        reviewers: reviewers
            .into_iter()
            .map(|(user, (open, shares))| Reviewer { who: people.persona(user), user, open, shares: shares && counts.shared > 0 })
            .collect(),
        more_reviewers,
        may_stop: can(rules::review::stop(&review, false, person).map(drop)),
        may_stop_stage: can(rules::review::stop(&review, true, person).map(drop)),
        may_reopen: can(rules::review::reopen(&review, later, asking.now).map(drop)),
        may_reset: can(rules::review::may_reset(&review)),
        may_apply,
        try_again: can(rules::review::may_try_again(&review)).then(|| counts.not_applied()),
        approved_later,
        may_remind: can(rules::review::may_remind(&review)),
        to_remove: counts.held().denied.saturating_sub(counts.removed + counts.not_removed),
        sealed: matches!(review.evidence, Some(Evidence::Sealed { .. }))
            && rules::review::may_read_evidence(&review, may_change).is_ok(),
        settings: if may_change {
            review.settings
        } else {
            model::review::ReviewSettings { controls: Vec::new(), ..review.settings }
        },
    })
}

/// The instance, if the reader sees it, and whether they manage it.
pub async fn seen_instance(asking: &mut Asking<'_>, id: model::ReviewId) -> Result<(Review, bool), Problem> {
    let review = reviews::get(&mut asking.link, id).await?.ok_or(NOT_FOUND)?;
    let (_, may_change, _) = seen(asking, review.series).await?;
    Ok((review, may_change))
}
