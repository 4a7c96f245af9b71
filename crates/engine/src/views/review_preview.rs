//! What reviews with such settings would ask and take away: the rules of the real ones, over everybody who holds it.

use super::Asking;
use super::review::{NOT_FOUND, Subjects, UPCOMING, seen};
use super::review_form::find;
use super::review_notes::{ONLY_THEMSELVES, nobody_decides};
use super::words::{People, either};
use crate::Problem;
use crate::commands::review_facts::{Found, Place, able, holders, last_resort, panel_of};
use crate::commands::review_of::Of;
use model::access::AssignmentType;
use model::limits::{REVIEW_STEP_ROWS, REVIEWED_TOGETHER_MAX};
use model::review::{Decision, ReviewSettings, ReviewStage, Reviewed, Reviewers, Series};
use model::view::review::{Preview, PreviewLine, PreviewOf, PreviewStage, Subject};
use model::{GroupId, PolicyId, Refusal, Ts, UserId, query};
use rules::review::{DryRun, Hands, IfSilent, LastResort, StageRun, hands, if_silent, manages, settings, time};
use std::collections::BTreeSet;

/// People whom a preview names for each stage.
const NAMES: usize = 5;
/// Rows that are shown of each thing; all are counted.
const LINES: usize = 20;
/// Of those who share rows, how many a line names.
const SHARING: usize = 2;

pub async fn preview(asking: &mut Asking<'_>, query: query::ReviewPreview) -> Result<Preview, Problem> {
    let query::ReviewPreview { of: asked_of, settings: asked, series } = query;
    let series = match series {
        None => None,
        Some(id) => match seen(asking, id).await? {
            (series, true, _) => Some(series),
            (_, false, _) => return Err(NOT_FOUND.into()),
        },
    };
    let all: BTreeSet<Reviewed> = match &series {
        Some(series) => BTreeSet::from([series.of]),
        None => asked_of.into_iter().collect(),
    };
    if all.is_empty() {
        return Err(Refusal::Required { field: "of".to_owned(), label: "What to review".to_owned() }.into());
    }
    if all.len() > REVIEWED_TOGETHER_MAX {
        let message = format!("Up to {REVIEWED_TOGETHER_MAX} reviews are made together. Choose fewer.");
        return Err(Refusal::Malformed { field: "of".to_owned(), message }.into());
    }
    let subjects = Subjects::load(asking, all.iter().copied().collect::<Vec<_>>()).await?;
    let begun = series.as_ref().is_some_and(|series| series.started > 0);
    let (owner, policy) = series.as_ref().map_or((asking.who.user, None), |series| (series.owner, series.policy));
    let mut previews = Vec::new();
    for of in all {
        let found = find(asking, of).await?.filter(|found| manages(asking.visitor, of, found.about)).ok_or(NOT_FOUND)?;
        let settings = settings::check(&asked, of, begun, asking.now)?;
        previews.push(preview_of(asking, found, &settings, (owner, policy), subjects.subject(of)).await?);
    }
    Ok(Preview { of: previews, instances: instances(series.as_ref(), &asked, asking.now) })
}

fn instances(series: Option<&Series>, asked: &ReviewSettings, now: Ts) -> Vec<(Ts, Ts)> {
    let lasts = time::lasts(asked);
    let mut starts: Vec<Ts> = match series.filter(|series| series.started > 0) {
        None => time::planned(asked, now).take(UPCOMING).collect(),
        Some(series) => time::upcoming(asked, series.started, now).take(UPCOMING).collect(),
    };
    if let (Some(first), Some(series)) = (starts.first_mut(), series)
        && let Some(next) = time::after_change(series, asked, now)
    {
        *first = next;
    }
    starts.into_iter().map(|at| (at, at + lasts)).collect()
}

/// Who shares the rows of a stage, and as what they are asked.
type Sharing = (BTreeSet<UserId>, Hands);

/// A row that is shown.
struct Line {
    name: String,
    holds: String,
    hands: Vec<(Option<UserId>, Hands)>,
    /// They are asked about themselves.
    own: Option<UserId>,
    silent: IfSilent,
}

async fn preview_of(
    asking: &mut Asking<'_>,
    of: Of,
    settings: &ReviewSettings,
    (owner, policy): (UserId, Option<PolicyId>),
    subject: Subject,
) -> Result<PreviewOf, Problem> {
    let now = asking.now;
    let last = last_resort(&mut asking.link, of.of, owner, now).await?;
    // As when it starts: fallback reviewers who cannot sign in are asked nothing.
    let mut settings = settings.clone();
    for stage in &mut settings.stages {
        able(&mut asking.link, stage, &BTreeSet::new()).await?;
    }
    let settings = &settings;
    let mut sharing: Vec<Sharing> = Vec::new();
    for stage in &settings.stages {
        sharing.push(panel_of(&mut asking.link, of.of, stage, &last, now).await?);
    }
    let (run, lines) = count(asking, (of.of, policy), settings, &sharing, &last).await?;
    let mut ids: BTreeSet<UserId> = BTreeSet::new();
    let most: Vec<(Vec<(UserId, u64)>, u64)> =
        run.stages.iter().zip(&sharing).map(|(stage, all)| asked_most(stage, all)).collect();
    ids.extend(most.iter().flat_map(|(most, _)| most.iter().map(|(id, _)| *id)));
    ids.extend(lines.iter().flat_map(|line| line.hands.iter().filter_map(|(alone, _)| *alone)));
    ids.extend(sharing.iter().flat_map(|(panel, _)| panel.iter().take(SHARING + 1).copied()));
    let people = People::load(asking, &ids.into_iter().collect::<Vec<_>>()).await?;
    let power = of.gives_power(&mut asking.link).await?;
    let warnings = warnings((settings, power), &run, &most, owner);
    let stages = settings.stages.iter().zip(&run.stages).zip(most).enumerate();
    let stages = stages.map(|(number, ((stage, run), (most, others)))| {
        let of = |hands| run.hands.get(&hands).copied().unwrap_or_default();
        PreviewStage {
            reviewers: stage.reviewers.words().to_owned(),
            days: stage.days,
            asked: most.into_iter().map(|(id, n)| (people.persona(id), n)).collect(),
            others,
            fallback: of(Hands::Fallback),
            owner: of(Hands::Owner),
            administrators: of(Hands::Administrators),
            undecidable: of(Hands::Nobody),
            comes: if number == 0 { String::new() } else { comes(settings) },
        }
    });
    let more = run.rows.saturating_sub(lines.len() as u64);
    Ok(PreviewOf {
        subject,
        rows: run.rows,
        stages: stages.collect(),
        removed_by_silence: run.removed,
        denied_only: run.denied_only,
        warnings,
        controls: settings.controls.len() as u64,
        lines: lines.iter().map(|line| shown(line, &settings.stages, &sharing, &people)).collect(),
        more,
    })
}

/// Goes through those who hold it, piece by piece, as far as somebody waits for it; a few rows are kept for showing.
async fn count(
    asking: &mut Asking<'_>,
    (of, policy): (Reviewed, Option<PolicyId>),
    settings: &ReviewSettings,
    sharing: &[Sharing],
    last: &LastResort,
) -> Result<(DryRun, Vec<Line>), Problem> {
    let now = asking.now;
    let mut run = DryRun::new(settings.stages.len());
    let (mut odd, mut plain): (Vec<Line>, Vec<Line>) = (Vec::new(), Vec::new());
    let (mut places, mut groups): (Vec<Option<GroupId>>, BTreeSet<GroupId>) = (vec![None], BTreeSet::new());
    while let Some(through) = places.pop() {
        let mut after = None;
        loop {
            if run.is_enough() {
                run.cut_short = true;
                places.clear();
                break;
            }
            let place = Place { of, policy, through, after };
            let part = holders(&mut asking.link, place, settings, now, REVIEW_STEP_ROWS).await?;
            for group in part.groups {
                if Reviewed::Group(group) != of && groups.insert(group) {
                    places.push(Some(group));
                }
            }
            for found in part.found {
                let in_hands = settings.stages.iter().zip(sharing);
                let in_hands: Vec<_> =
                    in_hands.map(|(stage, (panel, as_what))| hands(stage, (panel, *as_what), &found.subject, last)).collect();
                let silent = if_silent(settings, &found.subject, &found.holding, now);
                run.count(&in_hands, silent);
                let usual = in_hands.iter().all(|(_, hands)| *hands == Hands::Asked);
                let kept = if usual { &mut plain } else { &mut odd };
                if kept.len() < LINES {
                    kept.push(line(found, in_hands, silent));
                }
            }
            after = part.next;
            if after.is_none() {
                break;
            }
        }
    }
    odd.sort_by(|one, other| one.name.cmp(&other.name));
    plain.sort_by(|one, other| one.name.cmp(&other.name));
    odd.append(&mut plain);
    odd.truncate(LINES);
    Ok((run, odd))
}

fn line(found: Found, hands: Vec<(Option<UserId>, Hands)>, silent: IfSilent) -> Line {
    let Found { name, subject, holding } = found;
    let kind = match (holding.role, holding.assignment_type) {
        (None, _) => "",
        (Some(_), AssignmentType::Eligible) => "Eligible",
        (Some(_), AssignmentType::Active) => "Active",
    };
    let through = if holding.through.is_some() { ", through a group" } else { "" };
    Line { name, holds: [kind, through].concat(), hands, own: subject.principal.user(), silent }
}

/// Who is asked about the most rows, and how many others are asked.
fn asked_most(stage: &StageRun, (panel, _): &Sharing) -> (Vec<(UserId, u64)>, u64) {
    let mut all = stage.own.clone();
    if stage.shared > 0 {
        for user in panel {
            *all.entry(*user).or_default() += stage.shared;
        }
    }
    let mut most: Vec<(UserId, u64)> = all.into_iter().collect();
    most.sort_by_key(|(id, n)| (std::cmp::Reverse(*n), *id));
    let others = most.len().saturating_sub(NAMES) as u64;
    most.truncate(NAMES);
    (most, others)
}

/// Which rows come into a later stage.
fn comes(settings: &ReviewSettings) -> String {
    let words: Vec<String> = settings.carried.iter().map(|decision| format!("“{}”", decision.words())).collect();
    let silent = if settings.carried.contains(&Decision::NotReviewed) {
        "when nobody decides before, that is every row"
    } else {
        "when nobody decides before, that is none"
    };
    format!("It is asked about rows that are then {}: {silent}.", either(&words))
}

fn shown(line: &Line, stages: &[ReviewStage], sharing: &[Sharing], people: &People) -> PreviewLine {
    let asked = line.hands.iter().zip(stages).zip(sharing).map(|(((alone, hands), stage), (panel, _))| {
        let names = match alone {
            Some(user) if stage.reviewers == Reviewers::Members && line.own == Some(*user) => "Themselves".to_owned(),
            Some(user) => people.name(*user),
            None => several(panel, line.own, people),
        };
        match hands {
            Hands::Asked => names,
            Hands::Fallback => format!("{names}, as a fallback reviewer"),
            Hands::Owner => format!("{names}, who makes the review"),
            Hands::Administrators => format!("{names}, as an administrator"),
            Hands::Nobody => "Nobody can decide it".to_owned(),
        }
    });
    let silent = match line.silent {
        IfSilent::Stays => "Stays",
        IfSilent::Approved => "Approved",
        IfSilent::Removed => "Removed",
        IfSilent::DeniedOnly => "Denied, and has to be taken away elsewhere",
    };
    PreviewLine { name: line.name.clone(), holds: line.holds.clone(), asked: asked.collect(), silent: silent.to_owned() }
}

/// Who shares a row: nobody decides about themselves.
fn several(panel: &BTreeSet<UserId>, own: Option<UserId>, people: &People) -> String {
    let others = panel.len() - usize::from(own.is_some_and(|own| panel.contains(&own)));
    let named = panel.iter().filter(|user| Some(**user) != own).take(SHARING).map(|user| people.name(*user));
    let mut names: Vec<String> = named.collect();
    // The others are counted and not named.
    names.resize(others.max(names.len()), String::new());
    either(&names)
}

fn warnings(
    (settings, power): (&ReviewSettings, bool),
    run: &DryRun,
    most: &[(Vec<(UserId, u64)>, u64)],
    owner: UserId,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if run.cut_short {
        warnings.push(format!(
            "More hold it than a preview goes through: it looked at the first {} rows, and every number here is of these. The review itself asks about all.",
            run.rows
        ));
    }
    if run.rows == 0 {
        warnings.push("Nobody would be reviewed. Look at the scope and the assignment type.".to_owned());
    }
    let nobody = run.stages.iter().map(|stage| stage.hands.get(&Hands::Nobody).copied().unwrap_or_default()).max();
    if let Some(nobody) = nobody.filter(|nobody| *nobody > 0) {
        warnings.push(nobody_decides(nobody));
    }
    if power && rules::review::only_themselves(settings) {
        warnings.push(ONLY_THEMSELVES.to_owned());
    }
    if run.held_back(settings) {
        let limit = settings.silence_limit_percent;
        warnings.push(format!(
            "If nobody decided, more than {limit} % would be denied. That would wait until an administrator applies it."
        ));
    }
    let alone = most.first().and_then(|(most, _)| match most.as_slice() {
        [(id, rows)] if *id == owner && *rows > 0 => Some(*rows),
        _ => None,
    });
    if let Some(rows) = alone {
        warnings.push(format!("Whoever makes the review alone would decide {rows} of {} rows.", run.rows));
    }
    warnings
}
