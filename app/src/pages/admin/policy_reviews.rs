//! What a policy says about access reviews: whether it requires them, and then when, how often and by whom.

use super::policy_fields::lines;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::catalog::PolicyOf;
use model::review::{PolicyReviews, Reviewers};
use model::view::Choice;

#[component]
pub fn RequiredReviews(
    /// What the policy belongs to: people and groups are looked for there.
    of: PolicyOf,
    /// The policy requires them now.
    required: bool,
    /// Those it requires, or what they begin with.
    reviews: PolicyReviews,
    names: Vec<(String, String)>,
) -> impl IntoView {
    let PolicyReviews { starts_at, frequency, days, reviewers, fallback, silence, recommendations, reason_on_approval } = reviews;
    let frequencies = PolicyReviews::FREQUENCIES.map(|one| (one.key().to_owned(), one.words().to_owned())).into();
    let silences = PolicyReviews::SILENCES.map(|one| (one.key().to_owned(), one.words().to_owned())).into();
    let user = |id: &model::UserId| ["user:", &id.to_string()].concat();
    let (users, groups) = match &reviewers {
        Reviewers::Selected { users, groups } => {
            (lines(&names, users.iter().map(user)), lines(&names, groups.iter().map(|id| ["group:", &id.to_string()].concat())))
        }
        Reviewers::Members | Reviewers::Managers | Reviewers::Owners => Default::default(),
    };
    let fallback = lines(&names, fallback.iter().map(user));
    let kind = |of: Reviewers, name: &str, under: &str| Choice::new(of.key(), name, under);
    let nobody = Reviewers::Selected { users: Vec::new(), groups: Vec::new() };
    let kinds = vec![
        kind(Reviewers::Members, "Self-review", "“Do you still need it?”"),
        kind(nobody, "Specific reviewers", ""),
        kind(Reviewers::Managers, "Manager", ""),
        kind(Reviewers::Owners, "Owners of the catalog", ""),
    ];
    let (by_users, by_groups) = (Among::InPolicy { of, groups: false }, Among::InPolicy { of, groups: true });
    view! {
        <CheckBox
            name="review_required"
            label="Require access reviews"
            hint="Whoever holds the package under this policy is looked at again and again. What is denied is removed when a review closes."
            checked=required
        />
        <fieldset class="stage-editor only-reviewed">
            <legend>"Access reviews"</legend>
            <div class="row-of-fields">
                <div>
                    <InstantField name="review_starts" label="Starting on" extra=true value=Some(starts_at)/>
                    <Seen name="seen_review_starts" value=starts_at.0.to_string()/>
                </div>
                <Pick name="review_frequency" label="Review frequency" value=frequency.key() options=frequencies/>
                <TextField name="review_days" label="Duration (in days)" kind="number" value=days.to_string() extra=true/>
            </div>
            <RadioGroup name="review_by" legend="Reviewers" value=reviewers.key() options=kinds/>
            <div class="only-selected">
                <div class="row-of-fields">
                    <NamesPicker name="review_users" label="Reviewers: people" value=users among=by_users needed=true/>
                    <NamesPicker name="review_groups" label="Reviewers: groups" value=groups among=by_groups needed=true/>
                </div>
                <p class="hint">"At least one person or group is needed."</p>
            </div>
            <div class="only-fallback">
                <NamesPicker name="review_fallback" label="Fallback reviewers" value=fallback among=by_users needed=true/>
                <p class="hint">"Asked where there is no manager or owner. At least one is needed."</p>
            </div>
            <Pick name="review_silence" label="If reviewers don’t respond" value=silence.key() options=silences/>
            <div class="stack">
                <CheckBox
                    name="review_recommendations"
                    label="Show reviewer decision helpers"
                    hint="Recommends to approve whoever signed in within 30 days, and to deny whoever did not."
                    checked=recommendations
                />
                <CheckBox name="review_reason" label="Require reviewer justification" hint="For every approval." checked=reason_on_approval/>
            </div>
        </fieldset>
    }
    .into_any()
}
