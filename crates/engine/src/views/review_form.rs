//! Forms of access reviews: what may be chosen, and what a review with such settings would ask.

use super::review::nobody_decides;
use super::review::{NOT_FOUND, Subjects, UPCOMING};
use super::words::People;
use super::{Asking, user};
use crate::Problem;
use crate::commands::review_facts::{Of, Place, holders, last_resort, panel};
use model::review::{Counts, Decision, Review, ReviewState, Reviewed};
use model::view::Choice;
use model::view::review::{NewReview, Preview, PreviewOf, Subject};
use model::{GroupId, Refusal, ReviewRowId, UserId, query};
use rules::review::{manages, settings, time};
use std::collections::{BTreeMap, BTreeSet};
use store::search::Words;
use store::{catalogs, groups, package_editing};

/// What a picker offers of each kind.
const CHOICES: usize = 8;
/// Rows that a preview looks at.
const PREVIEWED: usize = 2_000;
/// People whom a preview names.
const PREVIEW_NAMES: usize = 5;

/// Whether the reader might make a review of something.
async fn may_create(asking: &mut Asking<'_>) -> Result<(), Problem> {
    let some_catalog = catalogs::any_role(&mut asking.link, asking.who.user, asking.now).await?;
    if rules::review::may_create_some(asking.visitor, some_catalog) {
        Ok(())
    } else {
        Err(Refusal::NotFound { what: "page" }.into())
    }
}

pub async fn find(asking: &mut Asking<'_>, of: Reviewed) -> Result<Option<Of>, Problem> {
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
    Choice { id: of.to_string(), name, under: of.words().to_owned() }
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
    let instances = time::planned(&asked, asking.now).take(UPCOMING).map(|at| (at, at + lasts)).collect();
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
        policy: None,
        owner,
        settings: settings.clone(),
        state: ReviewState::Starting { groups: Vec::new(), at: 0, after: None, changed: false },
        started_at: now,
        due_at: now,
        counts: Counts::default(),
        evidence: None,
        version: 0,
    };
    let stage = settings.stages.first().ok_or(NOT_FOUND)?;
    let last = last_resort(&mut asking.link, of.of, owner, now).await?;
    let sharing = panel(&mut asking.link, of.of, stage, &last, now).await?;
    let (mut places, mut groups): (Vec<Option<GroupId>>, BTreeSet<GroupId>) = (vec![None], BTreeSet::new());
    let (mut rows, mut more, mut shared) = (Vec::new(), false, 0_u64);
    let mut by: BTreeMap<UserId, u64> = BTreeMap::new();
    while let Some(through) = places.pop() {
        let left = PREVIEWED.saturating_sub(rows.len());
        if left == 0 {
            more = true;
            break;
        }
        let place = Place { of: of.of, policy: None, through, after: None };
        let part = holders(&mut asking.link, place, settings, now, left).await?;
        more |= part.next.is_some();
        for group in part.groups {
            if Reviewed::Group(group) != of.of && groups.insert(group) {
                places.push(Some(group));
            }
        }
        for found in part.found {
            let row = rules::review::row(ReviewRowId::default(), &review, (&sharing, &last), &found.subject, found.holding, now);
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
    let undecidable = rows.iter().filter(|row| rules::review::undecidable(row, &sharing)).count() as u64;
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
    if undecidable > 0 {
        warnings.push(nobody_decides(undecidable));
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
        undecidable,
        warnings,
    })
}
