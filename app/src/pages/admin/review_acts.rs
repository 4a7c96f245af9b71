//! What an administrator does with an access review, each with a question that says what happens.

use crate::calls::review::{
    ApplyReview, DeleteReviewSeries, RemindReviewers, ReopenReview, ResetReview, StopReview, StopReviewSeries, TryReviewAgain,
    series_path,
};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::time::count;
use model::view::review::{Review, Shown};

/// One thing that can be done: the id of its dialog, the words of its button, and the class of that.
type Act = (&'static str, &'static str, &'static str);

const REMIND: Act = ("remind-reviewers", "Send reminders", "button");
const STOP_STAGE: Act = ("stop-stage", "Stop current stage", "button");
const STOP: Act = ("stop-review", "Stop", "button");
const REOPEN: Act = ("reopen-review", "Reopen", "button");
const RESET: Act = ("reset-review", "Reset", "button");
const APPLY: Act = ("apply-review", "Apply", "button main-act");
const TRY_AGAIN: Act = ("try-again", "Try removals again", "button main-act");
const STOP_SERIES: Act = ("stop-series", "Stop recurrence", "button bare");
const DELETE: Act = ("delete-series", "Delete", "button bare danger");

/// What can be done now.
fn offered(review: &Review) -> Vec<Act> {
    let shown = review.instance.as_ref();
    let may = |may: fn(&Shown) -> bool| shown.is_some_and(may);
    // What a policy requires ends with that.
    let alone = review.may_change && !review.required_by.as_ref().is_some_and(|by| by.now);
    [
        (may(|shown| shown.may_apply), APPLY),
        (may(|shown| shown.try_again.is_some()), TRY_AGAIN),
        (may(|shown| shown.may_remind), REMIND),
        (may(|shown| shown.may_stop_stage), STOP_STAGE),
        (may(|shown| shown.may_stop), STOP),
        (may(|shown| shown.may_reopen), REOPEN),
        (may(|shown| shown.may_reset), RESET),
        (alone && review.recurs && !review.scheduled.is_empty(), STOP_SERIES),
        (alone, DELETE),
    ]
    .into_iter()
    .filter_map(|(may, act)| may.then_some(act))
    .collect()
}

#[component]
pub fn ActButtons(review: Review) -> impl IntoView {
    let files = review.instance.as_ref().map(|shown| {
        let file = |name: &'static str, words: &'static str| {
            let href = [&series_path(review.series), "/", &shown.instance.review.to_string(), "/", name].concat();
            view! { <a class="button" href=href download=name rel="external">{words}</a> }
        };
        let evidence = shown.sealed.then(|| file("evidence.jsonl", "Download evidence"));
        view! { {file("results.csv", "Download")}{evidence} }
    });
    // A closure, because what can be done changes while the page stays.
    let buttons = move || {
        let button = |(id, words, class): Act| view! { <DialogButton id class>{words}</DialogButton> };
        offered(&review).into_iter().map(button).collect_view()
    };
    view! { {files}{buttons} }.into_any()
}

#[component]
pub fn ActDialogs(review: Review) -> impl IntoView {
    move || offered(&review).into_iter().map(|act| dialog(act, &review)).collect_view()
}

fn rows(n: u64) -> String {
    count(i64::try_from(n).unwrap_or(i64::MAX), "row")
}

fn dialog((id, words, _): Act, review: &Review) -> AnyView {
    let name = &review.name;
    let series = review.series.to_string();
    let instance = review.instance.as_ref().map(|shown| shown.instance.review.to_string()).unwrap_or_default();
    let of_series = {
        let series = series.clone();
        view! { <input type="hidden" name="series" value=series/> }
    };
    let of_instance =
        view! { <input type="hidden" name="series" value=series/><input type="hidden" name="review" value=instance/> };
    let (text, title, label) = (text(id, review), [words, "?"].concat(), [words, " ", name].concat());
    match id {
        "remind-reviewers" => view! {
            <DialogForm id title call=RemindReviewers::PATH text label=words kind="main-act">{of_instance}</DialogForm>
        }
        .into_any(),
        "stop-stage" => view! {
            <DialogForm id title call=StopReview::PATH about=("stage_only", "true".to_owned()) text label=words>{of_instance}</DialogForm>
        }
        .into_any(),
        "stop-review" => view! {
            <DialogForm id title call=StopReview::PATH about=("stage_only", "false".to_owned()) text label>{of_instance}</DialogForm>
        }
        .into_any(),
        "reopen-review" => view! {
            <DialogForm id title call=ReopenReview::PATH text label kind="main-act">{of_instance}</DialogForm>
        }
        .into_any(),
        "reset-review" => {
            view! { <DialogForm id title call=ResetReview::PATH text label>{of_instance}</DialogForm> }.into_any()
        }
        "apply-review" => {
            let removes = review.instance.as_ref().map_or(0, |shown| shown.to_remove.saturating_sub(shown.approved_later));
            let label = ["Apply, and remove ", &rows(removes)].concat();
            view! { <DialogForm id title call=ApplyReview::PATH text label>{of_instance}</DialogForm> }.into_any()
        }
        "try-again" => {
            view! { <DialogForm id title call=TryReviewAgain::PATH text label=words kind="main-act">{of_instance}</DialogForm> }
                .into_any()
        }
        "stop-series" => {
            view! { <DialogForm id title call=StopReviewSeries::PATH text label=words>{of_series}</DialogForm> }.into_any()
        }
        _ => view! { <DialogForm id title call=DeleteReviewSeries::PATH text label>{of_series}</DialogForm> }.into_any(),
    }
}

/// What happens.
fn text(id: &str, review: &Review) -> String {
    let Some(shown) = review.instance.as_ref() else {
        return match id {
            "stop-series" => STOPS_SERIES.to_owned(),
            _ => DELETES.to_owned(),
        };
    };
    let counts = shown.instance.counts;
    let silence = shown.settings.silence.words();
    let then = if shown.settings.auto_apply {
        "Then the results are applied."
    } else {
        "Nothing is removed before somebody applies the results."
    };
    match id {
        "remind-reviewers" => {
            ["Everybody who has rows to decide gets a letter: ", &rows(counts.open), " in this stage."].concat()
        }
        "stop-stage" => [
            "The stage ends now. ",
            &rows(counts.open),
            " of it without a decision go on, or are completed, as the settings say. A stopped stage cannot be opened again.",
        ]
        .concat(),
        "stop-review" => [
            "Nobody can decide any more. What happens with the ",
            &rows(counts.not_reviewed()),
            " without a decision: “",
            silence,
            "”. ",
            then,
            " Until the review would have ended, it can be opened again as long as nothing is applied.",
        ]
        .concat(),
        "reopen-review" => {
            let told = if shown.settings.mails { " Those with open rows get a letter." } else { " Nobody is told by mail." };
            [
                "Reviewers decide until the time that was set at first. What nobody had decided is open again; what was decided stays and can be changed.",
                told,
            ]
            .concat()
        }
        "reset-review" => {
            let decided = counts.total - counts.not_reviewed();
            [
                "The decisions of ",
                &rows(decided),
                " are taken back, and everybody decides again. The history keeps what was decided.",
                if shown.settings.mails { " Those with rows to decide get a letter." } else { " Nobody is told by mail." },
                if shown.settings.reminders { " Who has not decided at half of the time that is left is reminded." } else { "" },
            ]
            .concat()
        }
        "apply-review" => [
            "Removes the access of ",
            &rows(shown.to_remove.saturating_sub(shown.approved_later)),
            ", and ends what was activated from it. What cannot be removed here stays, and the results say why.",
            &stays(shown.approved_later),
        ]
        .concat(),
        "try-again" => [
            &rows(shown.try_again.unwrap_or_default()),
            " could not be removed. Each is looked at again as it is now, and removed if nothing stands in the way any more. What still cannot be removed stays, and the results say why.",
        ]
        .concat(),
        "stop-series" => STOPS_SERIES.to_owned(),
        _ => DELETES.to_owned(),
    }
}

/// What a newer instance has the last word about.
fn stays(approved_later: u64) -> String {
    match approved_later {
        0 => String::new(),
        1 => " 1 row was approved in a later instance since, and stays.".to_owned(),
        n => [" ", &n.to_string(), " rows were approved in later instances since, and stay."].concat(),
    }
}

const STOPS_SERIES: &str = "No further instance starts. One that runs goes on until it is completed.";
const DELETES: &str = "The review and all its instances are gone from every list, and one that runs ends without a result. The history keeps what happened.";
