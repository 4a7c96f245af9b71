//! Access reviews: making them, what administrators do with one, and what reviewers decide.

use super::{Call, Reply};
use leptos::prelude::*;
use model::review::{Decision, Reviewed};
use model::{CampaignId, ReviewId, ReviewSeriesId};

/// The address of a review in the administration.
pub fn series_path(series: ReviewSeriesId) -> String {
    ["/admin/reviews/", &series.to_string()].concat()
}

/// The address of reviews that one form made.
pub fn campaign_path(campaign: CampaignId) -> String {
    ["/admin/reviews/campaigns/", &campaign.to_string()].concat()
}

/// The address of the form of a new review of this.
pub fn new_path(of: Reviewed) -> String {
    crate::parts::listing::address("/admin/reviews/new", &[("of", &of.to_string())])
}

/// The address where a review is decided.
pub fn deciding_path(review: ReviewId) -> String {
    ["/my-access/reviews/", &review.to_string()].concat()
}

/// Makes a review of each thing that was chosen. The fields are those of [`super::review_form`]. A button that adds or takes
/// away a stage, or asks for a preview, sends `act`: then nothing is made, and the form comes back.
#[server(prefix = "/api", endpoint = "create_reviews")]
pub async fn create_reviews(#[server(default)] act: String) -> Call<Reply> {
    use super::review_form::{Fields, rework};
    use model::command::{Command, Done};
    if !act.is_empty() {
        return super::again("create_reviews", |fields| rework(fields, &act)).await;
    }
    let typed = server::typed();
    let command = || {
        let fields = Fields(&typed);
        Ok(Command::CreateReviews { of: fields.reviewed()?, settings: fields.settings()? })
    };
    super::reply_at(
        "create_reviews",
        command(),
        |refused| Fields(&typed).placed(refused),
        |done| match done {
            Done::ReviewsCreated { first, name, campaign: None, .. } => {
                (format!("The access review “{name}” was created."), series_path(first))
            }
            Done::ReviewsCreated { count, campaign: Some(campaign), .. } => {
                (format!("{count} access reviews were created."), campaign_path(campaign))
            }
            _ => super::elsewhere(),
        },
    )
    .await
}

/// What is set for later instances: the same fields.
#[server(prefix = "/api", endpoint = "edit_review_series")]
pub async fn edit_review_series(
    series: ReviewSeriesId,
    #[server(default)] version: i64,
    #[server(default)] act: String,
) -> Call<Reply> {
    use super::review_form::{Fields, rework};
    use model::command::{Command, Done};
    if !act.is_empty() {
        return super::again("edit_review_series", |fields| rework(fields, &act)).await;
    }
    let typed = server::typed();
    let settings = Fields(&typed).settings();
    let command = settings.map(|settings| Command::EditReviewSeries { series, version, settings });
    super::reply_at(
        "edit_review_series",
        command,
        |refused| Fields(&typed).placed(refused),
        |done| match done {
            Done::ReviewSaved { series, name } => {
                (format!("The settings of “{name}” were saved for later instances."), server::settings(series))
            }
            _ => super::elsewhere(),
        },
    )
    .await
}

/// What is set for the instance that runs. `stages[s0][users][]` and the like are who is asked, where `stages[s0][there]` says so;
/// `seen_until` is what the page showed.
#[server(prefix = "/api", endpoint = "edit_review")]
pub async fn edit_review(
    series: ReviewSeriesId,
    review: ReviewId,
    #[server(default)] seen: String,
    #[server(default)] auto_apply: bool,
    #[server(default)] recommendations: bool,
    #[server(default)] reason_on_approval: bool,
    #[server(default)] reason_on_denial: bool,
    #[server(default)] mails: bool,
    #[server(default)] reminders: bool,
    #[server(default)] extra: String,
) -> Call<Reply> {
    use super::review_form::Fields;
    use model::command::{Command, Done};
    use model::review::EditReview;
    let typed = server::typed();
    let command = || {
        let fields = Fields(&typed);
        Ok(Command::EditReview(EditReview {
            review,
            seen,
            until: fields.instant("until", "End of the stage")?,
            stages: fields.running_stages()?,
            silence: fields.silence()?,
            auto_apply,
            recommendations,
            reason_on_approval,
            reason_on_denial,
            mails,
            reminders,
            extra,
        }))
    };
    super::reply_at(
        "edit_review",
        command(),
        |mut refused| {
            // Here the numbers in the names are those of the stages.
            refused.field = refused.field.map(|field| field.replacen("stages[", "stages[s", 1));
            refused
        },
        |done| match done {
            Done::ReviewSaved { name, .. } => {
                (format!("The settings of “{name}” were saved for the instance that runs."), server::settings(series))
            }
            _ => super::elsewhere(),
        },
    )
    .await
}

#[server(prefix = "/api", endpoint = "stop_review_series")]
pub async fn stop_review_series(series: ReviewSeriesId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("stop_review_series", Ok(Command::StopReviewSeries { series }), |done| match done {
        Done::ReviewSeriesStopped { series, name } => (format!("“{name}” does not recur any more."), series_path(series)),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_review_series")]
pub async fn delete_review_series(series: ReviewSeriesId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_review_series", Ok(Command::DeleteReviewSeries { series }), |done| match done {
        Done::ReviewDeleted { name } => {
            (format!("The access review “{name}” was deleted. The history keeps it."), "/admin/reviews".to_owned())
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "stop_review")]
pub async fn stop_review(series: ReviewSeriesId, review: ReviewId, #[server(default)] stage_only: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("stop_review", Ok(Command::StopReview { review, stage_only }), |done| match done {
        Done::ReviewStopped { review, name, stage_only } => {
            let said = if stage_only { "The current stage of" } else { "The access review" };
            (format!("{said} “{name}” was stopped."), server::instance(series, review))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "reopen_review")]
pub async fn reopen_review(series: ReviewSeriesId, review: ReviewId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("reopen_review", Ok(Command::ReopenReview { review }), |done| match done {
        Done::ReviewReopened { review, name } => {
            (format!("The access review “{name}” is open again."), server::instance(series, review))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "reset_review")]
pub async fn reset_review(series: ReviewSeriesId, review: ReviewId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("reset_review", Ok(Command::ResetReview { review }), |done| match done {
        Done::ReviewReset { review, name, rows } => {
            (format!("“{name}” is being reset: {} to decide again.", server::rows(rows)), server::instance(series, review))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "apply_review")]
pub async fn apply_review(series: ReviewSeriesId, review: ReviewId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("apply_review", Ok(Command::ApplyReview { review }), |done| match done {
        Done::ReviewApplying { review, name } => {
            (format!("The results of “{name}” are being applied."), server::instance(series, review))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "try_review_again")]
pub async fn try_review_again(series: ReviewSeriesId, review: ReviewId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("try_review_again", Ok(Command::TryReviewAgain { review }), |done| match done {
        Done::ReviewApplying { review, name } => {
            (format!("What could not be removed of “{name}” is tried again."), server::instance(series, review))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "remind_reviewers")]
pub async fn remind_reviewers(series: ReviewSeriesId, review: ReviewId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("remind_reviewers", Ok(Command::RemindReviewers { review }), |done| match done {
        Done::ReviewersReminded { review, people, .. } => {
            let said = model::time::count(i64::try_from(people).unwrap_or(i64::MAX), "reviewer");
            (format!("A reminder was sent to {said}."), server::instance(series, review))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// One row, by a button of its own. `filter`, `search` and `after` are what the page showed, so that it stays; `own` when the
/// reviewer decides about themselves.
#[server(prefix = "/api", endpoint = "decide_row")]
pub async fn decide_row(
    review: ReviewId,
    row: String,
    decision: Decision,
    #[server(default)] reason: String,
    #[server(default)] own: bool,
    #[server(default)] filter: String,
    #[server(default)] search: String,
    #[server(default)] after: String,
) -> Call<Reply> {
    let go = server::page(review, &filter, &search, &after);
    server::decide("decide_row", (review, decision, reason), &[row], false, own, go).await
}

/// The selected rows, with the same reason; with [`HAND_ON`] as the decision they are handed to somebody else. Without `confirmed` the rule refuses those that have to be looked at one by one.
#[server(prefix = "/api", endpoint = "decide_rows")]
pub async fn decide_rows(
    review: ReviewId,
    #[server(default)] rows: Vec<String>,
    decision: String,
    #[server(default)] reason: String,
    #[server(default)] to: String,
    #[server(default)] confirmed: bool,
    #[server(default)] own: bool,
    #[server(default)] filter: String,
    #[server(default)] search: String,
    #[server(default)] after: String,
) -> Call<Reply> {
    let go = server::page(review, &filter, &search, &after);
    if decision == HAND_ON {
        return server::hand_on("decide_rows", review, &rows, &to, reason, go).await;
    }
    let Some(decision) = Decision::from_key(&decision) else {
        return super::reply("decide_rows", Err(server::not_a_decision()), |_| super::elsewhere()).await;
    };
    server::decide("decide_rows", (review, decision, reason), &rows, confirmed, own, go).await
}

/// What the button says that asks somebody else to decide the selected rows.
pub const HAND_ON: &str = "hand_on";

/// Hands rows to somebody else; to nobody: they are taken back.
#[server(prefix = "/api", endpoint = "hand_on_rows")]
pub async fn hand_on_rows(
    review: ReviewId,
    #[server(default)] rows: Vec<String>,
    #[server(default)] to: String,
    #[server(default)] reason: String,
    #[server(default)] filter: String,
    #[server(default)] search: String,
    #[server(default)] after: String,
) -> Call<Reply> {
    let go = server::page(review, &filter, &search, &after);
    if to.trim().is_empty() {
        return server::take_back("hand_on_rows", review, &rows, go).await;
    }
    server::hand_on("hand_on_rows", review, &rows, &to, reason, go).await
}

#[server(prefix = "/api", endpoint = "accept_recommendations")]
pub async fn accept_recommendations(review: ReviewId, #[server(default)] confirmed: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("accept_recommendations", Ok(Command::AcceptRecommendations { review, confirmed }), |done| match done {
        Done::RecommendationsAccepted { review, counts } => {
            let (approved, denied) = (server::rows(counts.approved), server::rows(counts.denied));
            (format!("You accepted the recommendations: {approved} approved, {denied} denied."), deciding_path(review))
        }
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
pub(super) mod server {
    use crate::calls::{Call, Reply};
    use crate::door::Posted;
    use crate::parts::listing::address;
    use leptos::prelude::use_context;
    use model::command::{Command, Done};
    use model::review::{DecideRows, Decision, HandOnRows};
    use model::{Refusal, ReviewId, ReviewSeriesId};

    /// The fields as they were sent.
    pub(in crate::calls) fn typed() -> Vec<(String, String)> {
        use_context::<Posted>().unwrap_or_default().fields
    }

    pub fn settings(series: ReviewSeriesId) -> String {
        address(&super::series_path(series), &[("tab", "settings")])
    }

    pub fn instance(series: ReviewSeriesId, review: ReviewId) -> String {
        address(&super::series_path(series), &[("instance", &review.to_string())])
    }

    /// The page of the reviewer as it was.
    pub fn page(review: ReviewId, filter: &str, search: &str, after: &str) -> String {
        address(&super::deciding_path(review), &[("decision", filter), ("search", search), ("after", after)])
    }

    pub fn rows(n: u64) -> String {
        model::time::count(i64::try_from(n).unwrap_or(i64::MAX), "row")
    }

    pub async fn decide(
        form: &'static str,
        (review, decision, reason): (ReviewId, Decision, String),
        rows: &[String],
        confirmed: bool,
        own: bool,
        go: String,
    ) -> Call<Reply> {
        let command = || Ok(Command::DecideRows(DecideRows { review, rows: read(rows)?, decision, reason, confirmed }));
        crate::calls::reply(form, command(), |done| match done {
            Done::RowsDecided { decision, rows, who, .. } => (said(decision, rows, who, own), go),
            _ => crate::calls::elsewhere(),
        })
        .await
    }

    pub async fn hand_on(
        form: &'static str,
        review: ReviewId,
        rows: &[String],
        to: &str,
        words: String,
        go: String,
    ) -> Call<Reply> {
        let command = || {
            let missing = || Refusal::Required { field: "to".to_owned(), label: "Who decides instead".to_owned() };
            let to = Some(crate::calls::id_or_none("to", to)?.ok_or_else(missing)?);
            Ok(Command::HandOnRows(HandOnRows { review, rows: read(rows)?, to, words }))
        };
        handed(form, command(), go).await
    }

    pub async fn take_back(form: &'static str, review: ReviewId, rows: &[String], go: String) -> Call<Reply> {
        let command = read(rows).map(|rows| Command::HandOnRows(HandOnRows { review, rows, to: None, words: String::new() }));
        handed(form, command, go).await
    }

    async fn handed(form: &'static str, command: Result<Command, Refusal>, go: String) -> Call<Reply> {
        let many = |count: usize| rows(u64::try_from(count).unwrap_or(u64::MAX));
        crate::calls::reply(form, command, |done| match done {
            Done::RowsHandedOn { rows, to: Some(name), .. } => {
                (format!("{name} was asked to decide {}. You may still decide yourself.", many(rows)), go)
            }
            Done::RowsHandedOn { rows, to: None, .. } => {
                (format!("{} went back to whoever handed it on.", if rows == 1 { "The row".to_owned() } else { many(rows) }), go)
            }
            _ => crate::calls::elsewhere(),
        })
        .await
    }

    fn read(rows: &[String]) -> Result<Vec<model::ReviewRowId>, Refusal> {
        rows.iter().map(|row| row.parse().map_err(|_| not_a_row())).collect()
    }

    pub fn not_a_decision() -> Refusal {
        let message = "What was sent is not a decision. Open the page again and press one of its buttons.";
        Refusal::Malformed { field: "decision".to_owned(), message: message.to_owned() }
    }

    fn not_a_row() -> Refusal {
        let message = "What was selected is not a list of rows. Open the page again and select there.";
        Refusal::Malformed { field: "rows".to_owned(), message: message.to_owned() }
    }

    /// `You denied Alex.`
    fn said(decision: Decision, count: usize, who: Option<String>, own: bool) -> String {
        let what = who.unwrap_or_else(|| rows(u64::try_from(count).unwrap_or(u64::MAX)));
        match (decision, own) {
            (Decision::Approve, true) => "Your answer was kept: you still need it.".to_owned(),
            (Decision::Deny, true) => "Your answer was kept: you no longer need it.".to_owned(),
            (Decision::DontKnow, true) => "Your answer was kept: you don’t know.".to_owned(),
            (Decision::Approve, false) => format!("You approved {what}."),
            (Decision::Deny, false) => format!("You denied {what}."),
            (Decision::DontKnow, false) => format!("You don’t know about {what}. Nothing is taken away for that."),
            (Decision::NotReviewed, _) => "Your decision was taken back, and is to be made again.".to_owned(),
        }
    }
}
