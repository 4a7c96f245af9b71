//! The fields of an access review, in the order of the reference system: what its form asks when it is made, and when what is
//! set for later instances is changed.

use super::policy_fields::{AddButton, RemoveButton, numbers, pairs, position};
use crate::calls::review_form::stage_field;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::limits::REVIEW_STAGES_MAX;
use model::review::{Decision, Frequency, ReviewSettings, ReviewStage, Reviewers, Scope, SeriesEnd, Silence, Types};
use model::view::Choice;
use model::{GroupId, UserId};

/// How long a further stage lasts at first.
const DAYS: u32 = 14;

/// Whom the pickers offer at first, and the names of everybody whom the settings name already.
#[derive(Clone, Default)]
pub struct Known {
    pub people: Vec<Choice>,
    pub groups: Vec<Choice>,
    /// Offered without anybody having been looked for.
    pub offered_people: Vec<Choice>,
    pub offered_groups: Vec<Choice>,
}

impl Known {
    /// Those with these ids; who is not known by name any more is left as they are written.
    fn chosen(all: &[Choice], ids: impl Iterator<Item = String>) -> Vec<Choice> {
        let one = |id: String| {
            let known = all.iter().find(|choice| choice.id == id).cloned();
            known.unwrap_or_else(|| Choice { name: id.clone(), id, under: String::new() })
        };
        ids.map(one).collect()
    }

    pub fn groups(&self, ids: &[GroupId]) -> Vec<Choice> {
        Self::chosen(&self.groups, ids.iter().map(ToString::to_string))
    }

    pub fn users(&self, ids: &[UserId]) -> Vec<Choice> {
        Self::chosen(&self.people, ids.iter().map(ToString::to_string))
    }
}

/// Everything but what is reviewed, and the buttons.
#[component]
pub fn ReviewFields(
    settings: ReviewSettings,
    known: Known,
    /// How many days an instance may last at most.
    bounds: Vec<(Frequency, u32)>,
    /// What is reviewed, where that is still to be chosen.
    #[prop(default = None, into)]
    subjects: Option<AnyView>,
) -> impl IntoView {
    let more = settings.clone();
    let numbers = numbers("stages[s", settings.stages.len());
    let (stages, names, told) = (settings.stages.clone(), known.clone(), known.clone());
    let carried = carried(&settings);
    let types = Types::ALL.iter().map(|types| (types.key().to_owned(), types.words().to_owned())).collect();
    let scopes = vec![
        Choice::new(Scope::Everyone.key(), Scope::Everyone.words(), "Members, guests, and groups that hold it."),
        Choice::new(Scope::Guests.key(), Scope::Guests.words(), ""),
        Choice::new(Scope::ServicePrincipals.key(), Scope::ServicePrincipals.words(), "Only selected reviewers can review them."),
    ];
    let (inactive, inactive_days) = (settings.inactive_days.is_some(), settings.inactive_days.unwrap_or(30));
    view! {
        <TextField name="name" label="Name" hint="Reviewers read it." value=settings.name.clone()/>
        <TextArea name="description" label="Description" hint="Reviewers read it." value=settings.description.clone() rows=2 optional=true/>
        <h2>"What is reviewed"</h2>
        {subjects}
        <RadioGroup name="scope" legend="Scope" value=settings.scope.key() options=scopes shape="choice-cards"/>
        <Pick
            name="types"
            label="Assignment type"
            hint="What somebody activated for a while counts as eligible."
            value=settings.types.key()
            options=types
        />
        <div class="stack">
            <CheckBox name="inactive_only" label="Inactive users only" hint="Whoever was created within these days is left out." checked=inactive/>
            <div class="only-inactive">
                <TextField name="inactive_days" label="Days inactive" hint="730 at most." kind="number" value=inactive_days.to_string() extra=true/>
            </div>
        </div>
        <Schedule settings numbers bounds/>
        <h2 id="stages">"Reviewers"</h2>
        <Stages stages known=names numbers/>
        {carried}
        <Completion settings=more.clone() known=told/>
        <Advanced settings=more known/>
    }
    .into_any()
}

/// When it starts, how often, and when that ends.
#[component]
fn Schedule(settings: ReviewSettings, numbers: RwSignal<Vec<u32>>, bounds: Vec<(Frequency, u32)>) -> impl IntoView {
    let days = StoredValue::new(settings.stages.iter().map(|stage| stage.days).collect::<Vec<_>>());
    let duration = move |number: u32| {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        let days = days.with_value(|days| days.get(place).copied()).unwrap_or(DAYS);
        let title = position(numbers, number, "stage");
        let of = view! { <span class="only-staged">", "{title}</span> }.into_any();
        view! { <TextField name=stage_field(number, "days") label="Duration (in days)" kind="number" value=days.to_string() of=Some(of)/> }
            .into_any()
    };
    let bounds = bounds
        .into_iter()
        .map(|(frequency, days)| {
            let (of, days) = (frequency.key(), days.to_string());
            let text = [frequency.words(), ": at most ", &days, " days, all stages together"].concat();
            let why =
                if frequency == Frequency::Once { "." } else { ", so that the next one never begins before this one is over." };
            view! { <p class="hint bound" data-of=of>{text}{why}</p> }
        })
        .collect_view();
    let frequencies = Frequency::ALL.iter().map(|one| (one.key().to_owned(), one.words().to_owned())).collect();
    let (end, on, count) = match settings.series_end {
        SeriesEnd::Never => ("never", None, 4),
        SeriesEnd::On { at } => ("on", Some(at), 4),
        SeriesEnd::After { count } => ("after", None, count),
    };
    let ends = vec![
        Choice::new("never", "Never", ""),
        Choice::new("on", "On a date", ""),
        Choice::new("after", "After a number of times", ""),
    ];
    view! {
        <h2>"Schedule"</h2>
        <div class="row-of-fields">
            <div>
                <InstantField name="starts" label="Start date" optional=false value=Some(settings.starts_at)/>
                <Seen name="seen_starts" value=settings.starts_at.0.to_string()/>
            </div>
            <Pick name="frequency" label="Frequency" value=settings.frequency.key() options=frequencies/>
        </div>
        <div class="stack">
            <For each=move || numbers.get() key=|number| *number children=duration/>
            <div>{bounds}</div>
        </div>
        <div class="stack only-recurring">
            <RadioGroup name="series_end" legend="End" value=end options=ends/>
            <div class="only-on">
                <InstantField name="series_end_on" label="End date" hint="No instance starts after it." extra=true value=on/>
                {on.map(|at| view! { <Seen name="seen_series_end_on" value=at.0.to_string()/> })}
            </div>
            <div class="only-after">
                <TextField name="series_end_after" label="Number of times" kind="number" value=count.to_string() extra=true/>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Stages(stages: Vec<ReviewStage>, known: Known, numbers: RwSignal<Vec<u32>>) -> impl IntoView {
    let stages = StoredValue::new((stages, known));
    let one = move |number: u32| {
        let (stage, known) = stages
            .with_value(|(stages, known)| (stages.get(usize::try_from(number).unwrap_or(usize::MAX)).cloned(), known.clone()));
        view! { <StageFields number stage known numbers/> }.into_any()
    };
    let add = move || {
        let room = numbers.with(|all| all.len() < REVIEW_STAGES_MAX);
        room.then(|| view! { <AddButton act="add_stage" words="Add stage" numbers/> })
    };
    view! {
        <For each=move || numbers.get() key=|number| *number children=one/>
        {add}
    }
    .into_any()
}

#[component]
fn StageFields(
    number: u32,
    #[prop(optional_no_strip)] stage: Option<ReviewStage>,
    known: Known,
    numbers: RwSignal<Vec<u32>>,
) -> impl IntoView {
    let stage = stage.unwrap_or_else(|| ReviewStage {
        reviewers: Reviewers::Selected { users: Vec::new(), groups: Vec::new() },
        fallback: Vec::new(),
        days: DAYS,
    });
    let name = move |field: &str| stage_field(number, field);
    let title = position(numbers, number, "Stage");
    let label = title.clone();
    let kind = |of: Reviewers, under: &str| Choice::new(of.key(), of.words(), under);
    let nobody = Reviewers::Selected { users: Vec::new(), groups: Vec::new() };
    let kinds = vec![
        kind(nobody, ""),
        kind(Reviewers::Members, "“Do you still need it?” Groups that hold it are left out."),
        kind(Reviewers::Managers, ""),
        kind(Reviewers::Owners, "Of the group, and of the catalog of a package."),
    ];
    let (users, groups) = match &stage.reviewers {
        Reviewers::Selected { users, groups } => {
            (known.users(users), Known::chosen(&known.groups, groups.iter().map(ToString::to_string)))
        }
        Reviewers::Members | Reviewers::Managers | Reviewers::Owners => (Vec::new(), Vec::new()),
    };
    let fallback = known.users(&stage.fallback);
    let Known { offered_people: people, offered_groups, .. } = known;
    let others = people.clone();
    let several = move || numbers.with(|all| all.len() > 1);
    let remove = move || {
        let label = label.clone();
        several().then(|| view! { <RemoveButton act=["remove_stage_", &number.to_string()].concat() label number numbers/> })
    };
    view! {
        <fieldset class="stage-editor" id=["stage-", &number.to_string()].concat()>
            <legend>{title}</legend>
            <RadioGroup name=name("reviewers") legend="Select reviewers" value=stage.reviewers.key() options=kinds/>
            <div class="stack only-selected">
                <PeoplePicker name=name("users][") label="Reviewers: people" people chosen=users among=Among::Reviewers/>
                <PeoplePicker
                    name=name("groups][")
                    label="Reviewers: groups"
                    hint="Whoever is a member when the stage begins."
                    people=offered_groups
                    chosen=groups
                    among=Among::ReviewerGroups
                />
            </div>
            <div class="only-fallback">
                <PeoplePicker
                    name=name("fallback][")
                    label="Fallback reviewers"
                    hint="Asked where there is no manager or owner."
                    people=others
                    chosen=fallback
                    among=Among::Reviewers
                    optional=true
                />
            </div>
            {remove}
        </fieldset>
    }
    .into_any()
}

/// Which rows a later stage is asked about: of no interest while there is one stage.
fn carried(settings: &ReviewSettings) -> AnyView {
    let options = Decision::ALL.iter().map(|decision| Choice::new(decision.key(), decision.words(), "")).collect();
    let values = settings.carried.iter().map(|decision| decision.key().to_owned()).collect();
    view! {
        <div class="only-staged">
            <CheckGroup
                name="carried[]"
                legend="Which rows go on to the next stage"
                hint="The others keep the decision that they have."
                values
                options
                optional=true
            />
        </div>
    }
    .into_any()
}

#[component]
fn Completion(settings: ReviewSettings, known: Known) -> impl IntoView {
    let notify = known.users(&settings.notify);
    let groups = Known::chosen(&known.groups, settings.notify_groups.iter().map(ToString::to_string));
    view! {
        <h2>"Upon completion"</h2>
        <CheckBox
            name="auto_apply"
            label="Auto apply results to resource"
            hint="Otherwise an administrator looks at the results and applies them."
            checked=settings.auto_apply
        />
        <SilenceField silence=settings.silence/>
        <TextField
            name="silence_limit"
            label="Limit for silence (%)"
            hint="When more than this share of all rows would be removed only because nobody answered, that waits for an administrator."
            kind="number"
            value=settings.silence_limit_percent.to_string()
        />
        <PeoplePicker
            name="notify[]"
            label="At end of review, send notification to"
            hint="Besides whoever makes the review."
            people=known.offered_people
            chosen=notify
            among=Among::Reviewers
            optional=true
        />
        <PeoplePicker
            name="notify_groups[]"
            label="Groups to notify"
            hint="Whoever is a member at the end."
            people=known.offered_groups
            chosen=groups
            among=Among::ReviewerGroups
            optional=true
        />
    }
    .into_any()
}

/// What becomes of rows that nobody decided.
#[component]
pub fn SilenceField(silence: Silence) -> impl IntoView {
    let keys: Vec<(&str, &str)> = Silence::ALL.iter().map(|one| (one.key(), one.words())).collect();
    view! { <Pick name="silence" label="If reviewers don’t respond" value=silence.key() options=pairs(&keys)/> }.into_any()
}

/// What stands in letters to reviewers besides what is always in them.
#[component]
pub fn ExtraField(extra: String) -> impl IntoView {
    view! {
        <TextArea
            name="extra"
            label="Additional content for reviewer email"
            hint="Whom to ask, and what to look at. It stands in invitations and reminders."
            value=extra
            rows=3
            optional=true
        />
    }
    .into_any()
}

#[component]
pub fn RemindersBox(checked: bool) -> impl IntoView {
    view! { <CheckBox name="reminders" label="Reminders" hint="At half time, to reviewers who have not finished." checked/> }
        .into_any()
}

#[component]
fn Advanced(settings: ReviewSettings, known: Known) -> impl IntoView {
    let controls = known.users(&settings.controls);
    view! {
        <h2>"Advanced settings"</h2>
        <CheckBox
            name="recommendations"
            label="Show recommendations"
            hint="Approve whoever signed in lately, deny whoever did not."
            checked=settings.recommendations
        />
        <TextField name="look_back" label="Days to look back" hint="How old the last sign-in may be." kind="number" value=settings.look_back_days.to_string()/>
        <div class="stack">
            <CheckBox name="reason_on_approval" label="Require reason on approval" checked=settings.reason_on_approval/>
            <CheckBox name="reason_on_denial" label="Require reason on denial" checked=settings.reason_on_denial/>
            <CheckBox
                name="mails"
                label="Mail notifications"
                hint="To reviewers when it starts, and to administrators when it is completed."
                checked=settings.mails
            />
            <RemindersBox checked=settings.reminders/>
            <CheckBox
                name="ends_when_decided"
                label="End a stage as soon as every row is decided"
                checked=settings.ends_when_decided
            />
            <div class="only-recurring">
                <CheckBox
                    name="skip_unchanged"
                    label="Skip when nothing changed"
                    hint="When everything is as it was approved the last time, and of no risk, nobody is asked and you are told. Never twice in a row."
                    checked=settings.skip_unchanged
                />
            </div>
            <div class="only-staged">
                <CheckBox name="earlier_shown" label="Show later reviewers what earlier ones decided" checked=settings.earlier_shown/>
            </div>
        </div>
        <PeoplePicker
            name="controls[]"
            label="Control rows"
            hint="People who do not hold it. Reviewers see them like everybody else; only you see in the results who was caught. Nothing is ever taken from them."
            people=known.offered_people
            chosen=controls
            among=Among::Reviewers
            optional=true
        />
        <ExtraField extra=settings.extra/>
    }
    .into_any()
}
