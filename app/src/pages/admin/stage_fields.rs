//! Stages as the fields of a form: of a policy, and of what activating a role demands.

use super::policy_fields::{AddButton, DAY, RemoveButton, lines, numbers, pairs, position};
use crate::calls::relations::Relations;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::approval::{Approver, Stage};
use model::catalog::PolicyOf;
use model::role_settings::PrivilegedKind;

/// The stages of a policy, or of the settings of a role.
#[component]
pub fn Stages(of: PolicyOf, stages: Vec<Stage>, names: Vec<(String, String)>) -> impl IntoView {
    let numbers = numbers("stages[s", stages.len());
    let stages = StoredValue::new((stages, names));
    let none = move || numbers.with(Vec::is_empty).then(|| view! { <p class="quiet">{without(of)}</p> });
    let one = move |number: u32| {
        let (stage, names) = stages
            .with_value(|(stages, names)| (stages.get(usize::try_from(number).unwrap_or(usize::MAX)).cloned(), names.clone()));
        view! { <StageFields of number stage names numbers/> }.into_any()
    };
    view! {
        {none}
        <For each=move || numbers.get() key=|number| *number children=one/>
        <AddButton act="add_stage" words="Add stage" numbers/>
    }
    .into_any()
}

/// What happens without any stage.
fn without(of: PolicyOf) -> &'static str {
    match of.role_kind() {
        None => "Without stages every request is approved at once.",
        Some(PrivilegedKind::DirectoryRole) => {
            "Without a stage, whoever is Privileged Role Administrator or Global Administrator at that time is asked."
        }
        Some(PrivilegedKind::GroupMember | PrivilegedKind::GroupOwner) => {
            "Groups have no default approvers: add a stage, and name people or groups in it."
        }
    }
}

/// Names of people and groups, as lines of a field.
fn named(names: &[(String, String)], approvers: &[Approver], groups: bool) -> String {
    let keys = approvers.iter().filter_map(|approver| match approver {
        Approver::User { id } if !groups => Some(["user:", &id.to_string()].concat()),
        Approver::Group { id } if groups => Some(["group:", &id.to_string()].concat()),
        Approver::User { .. }
        | Approver::Group { .. }
        | Approver::Manager { .. }
        | Approver::Owners
        | Approver::Sponsors
        | Approver::RoleHolders { .. } => None,
    });
    lines(names, keys)
}

fn managers() -> Vec<(String, String)> {
    pairs(&[
        ("", "Nobody"),
        ("1", "The requestor’s manager"),
        ("2", "Manager, level 2"),
        ("3", "Manager, level 3"),
        ("4", "Manager, level 4"),
    ])
}

#[component]
fn StageFields(
    of: PolicyOf,
    number: u32,
    #[prop(optional_no_strip)] stage: Option<Stage>,
    names: Vec<(String, String)>,
    numbers: RwSignal<Vec<u32>>,
) -> impl IntoView {
    let role = of.role_kind();
    let stage = stage.unwrap_or_else(|| Stage {
        approvers: Vec::new(),
        quorum: 1,
        window_minutes: if role.is_some() { DAY } else { 14 * DAY },
        justification_required: true,
        multifactor: false,
        escalation: None,
        fallback: Vec::new(),
    });
    let name = move |field: &str| ["stages[s", &number.to_string(), "][", field, "]"].concat();
    let (window, window_unit) = number_and_unit(stage.window_minutes);
    let (after, after_unit, further) = match &stage.escalation {
        Some(escalation) => {
            let (after, unit) = number_and_unit(escalation.after_minutes);
            (after, unit, escalation.approvers.clone())
        }
        None => (String::new(), "days".to_owned(), Vec::new()),
    };
    let title = position(numbers, number, "Stage");
    // People beside groups; each pair is the field's name and its label.
    let people = |approvers: &[Approver], people: (&str, &'static str), groups: (&str, &'static str)| {
        let one = |(field, label): (&str, &'static str), groups: bool| {
            let (name, value) = (name(field), named(&names, approvers, groups));
            view! { <NamesPicker name label value among=Among::InPolicy { of, groups }/> }.into_any()
        };
        view! { <div class="row-of-fields">{one(people, false)}{one(groups, true)}</div> }.into_any()
    };
    let more = stage.escalation.is_some() || !stage.fallback.is_empty();
    let label = title.clone();
    // Whoever activates a role has people and groups decide about it, and nobody for being close to them.
    let related = |approvers: &[Approver], before: &str, labels: [&'static str; 3], hint: &'static str| {
        let Relations { manager, sponsors, owners } = Relations::of(approvers);
        let name = |field: &str| name(&[before, field].concat());
        let [managers_label, sponsors_label, owners_label] = labels;
        view! {
            <div class="row-of-fields">
                <Pick name=name("manager") label=managers_label hint value=manager options=managers()/>
                <div class="stack">
                    <CheckBox name=name("sponsors") label=sponsors_label checked=sponsors/>
                    <CheckBox name=name("owners") label=owners_label checked=owners/>
                </div>
            </div>
        }
        .into_any()
    };
    let relations = match role {
        None => related(
            &stage.approvers,
            "",
            ["Manager", "Sponsors of the requestor", "Owners of the groups in the package"],
            "",
        ),
        Some(PrivilegedKind::DirectoryRole) => view! {
            <p class="hint">"Name nobody to ask whoever is Privileged Role Administrator or Global Administrator at that time."</p>
        }
        .into_any(),
        Some(PrivilegedKind::GroupMember | PrivilegedKind::GroupOwner) => ().into_any(),
    };
    let further_related = role.is_none().then(|| {
        let labels = ["Further: manager", "Further: sponsors of the requestor", "Further: owners of the groups in the package"];
        related(&further, "escalate_", labels, "")
    });
    let fallback_related = role.is_none().then(|| {
        let labels =
            ["Fallback: manager", "Fallback: sponsors of the requestor", "Fallback: owners of the groups in the package"];
        related(&stage.fallback, "fallback_", labels, "Asked when the approvers cannot decide.")
    });
    view! {
        <fieldset class="stage-editor" id=["stage-", &number.to_string()].concat()>
            <legend>{title}</legend>
            {relations}
            {people(&stage.approvers, ("users", "Approvers: people"), ("groups", "Approvers: groups"))}
            <div class="row-of-fields">
                <TextField name=name("quorum") label="Approvals needed" kind="number" value=stage.quorum.to_string()/>
                <TextField name=name("window") label="Decide within" kind="number" value=window/>
                <Pick name=name("window_unit") label="Unit" value=window_unit options=span_units()/>
            </div>
            <CheckBox name=name("justification") label="Approvers must give a justification" checked=stage.justification_required/>
            <CheckBox
                name=name("multifactor")
                label="Approvers must use multifactor authentication"
                hint="A code of an authenticator app or a passkey, given within the last 15 minutes."
                checked=stage.multifactor
            />
            <details open=more>
                <summary>"Further approvers and fallback"</summary>
                <div class="stack">
                    <div class="row-of-fields">
                        <TextField name=name("escalate_after") label="Ask further people after" kind="number" value=after extra=true/>
                        <Pick name=name("escalate_unit") label="Unit of that time" value=after_unit options=span_units()/>
                    </div>
                    {further_related}
                    {people(&further, ("escalate_users", "Further people"), ("escalate_groups", "Further groups"))}
                    {fallback_related}
                    {people(&stage.fallback, ("fallback_users", "Fallback: people"), ("fallback_groups", "Fallback: groups"))}
                </div>
            </details>
            <RemoveButton act=["remove_stage_", &number.to_string()].concat() label number numbers/>
        </fieldset>
    }
    .into_any()
}
