//! Before the settings of a role, or a template, are saved: which assignments they would leave outside.

use crate::calls::role::assignments_path;
use crate::parts::form::use_form;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::catalog::PolicyOf;
use model::limits::{BREAKING_LOOKED_MAX, INHERITING_LOOKED_MAX};
use model::query;
use model::role_settings::{Longest, Privileged, PrivilegedKind};
use model::time::count;
use model::view::my_roles::Tab as Shown;
use model::view::role::{Breaking, BreakingRow};

/// What would be outside of the settings that were typed, when saving them was refused for that.
#[component]
pub fn BreakingAssignments(of: PolicyOf) -> impl IntoView {
    let form = use_form();
    let is_about = |code: Option<String>| code.is_some_and(|code| code == "settings_break");
    let typed = form.typed_fields().filter(|_| is_about(untrack(|| form.refusal())));
    let asked = RwSignal::new(typed.map(|fields| bounds(&fields)));
    Effect::new(move |_| {
        if is_about(form.refusal()) {
            asked.set(Some(bounds(&form.sent())));
        }
    });
    let list = move || {
        let (eligible, active) = asked.get()?;
        match of {
            PolicyOf::Role(role) => {
                let answer = page_resource(move || Ok(query::RoleSettingsEffect { role, eligible, active }));
                Some(view! { <Loaded of=answer view=move |answer| of_role(answer, role)/> }.into_any())
            }
            PolicyOf::Template(kind) => {
                let answer = page_resource(move || Ok(query::RoleTemplateEffect { kind, eligible, active }));
                Some(view! { <Loaded of=answer view=move |answer| of_template(answer, kind)/> }.into_any())
            }
            PolicyOf::Package(_) | PolicyOf::Draft(_) => None,
        }
    };
    view! { <div aria-live="polite">{list}</div> }.into_any()
}

/// What to ask about a form with these fields.
fn bounds(fields: &[(String, String)]) -> (Longest, Longest) {
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let longest = |permanent: &str, days: &str| Longest {
        permanent: field(permanent).is_some(),
        days: field(days).and_then(|days| days.parse().ok()).unwrap_or_default(),
    };
    (longest("eligible_permanent", "eligible_days"), longest("active_permanent", "active_days"))
}

fn of_role(answer: Breaking, role: Privileged) -> AnyView {
    let path = assignments_path(role, Shown::Eligible);
    let more = answer.more().map(|more| {
        let more = ["and ", &more.to_string(), " more among "].concat();
        view! { <p class="hint">{more}<a href=path rel="external">"all assignments"</a>"."</p> }.into_any()
    });
    listed(answer, more, false)
}

/// Of a template: which role or group each is of.
fn of_template(answer: Breaking, kind: PrivilegedKind) -> AnyView {
    let (one, many) = match kind {
        PrivilegedKind::DirectoryRole => ("role", "roles"),
        PrivilegedKind::GroupMember | PrivilegedKind::GroupOwner => ("group", "groups"),
    };
    let text = [
        &count(i64::from(answer.count), "assignment"),
        " in ",
        &count(i64::from(answer.roles), one),
        ", which have these bounds from the template.",
        &answer.more().map(|more| [" ", &more.to_string(), " of them are not listed here."].concat()).unwrap_or_default(),
    ]
    .concat();
    let bounded = (!answer.all_roles_looked_at).then(|| {
        let text = ["Only the first ", &INHERITING_LOOKED_MAX.to_string(), " ", many, " were looked at."].concat();
        view! { <p class="hint">{text}</p> }
    });
    listed(answer, Some(view! { <p class="hint">{text}</p>{bounded} }.into_any()), true)
}

fn listed(answer: Breaking, more: Option<AnyView>, with_role: bool) -> AnyView {
    let Breaking { count: all, all_looked_at, rows, .. } = answer;
    if all == 0 {
        return ().into_any();
    }
    let rows = rows.into_iter().map(|BreakingRow { icon, name, under, href, of, badge, starts, ends }| {
        let of = of.map(|(name, href)| view! { <td data-label="Of"><a href=href rel="external">{name}</a></td> });
        let name = match href {
            Some(href) => view! { <a class="name" href=href rel="external">{name}</a> }.into_any(),
            None => view! { <span class="name">{name}</span> }.into_any(),
        };
        let end = match ends {
            Some(at) => view! { <When at/> }.into_any(),
            None => "Permanent".into_any(),
        };
        view! {
            <tr>
                <th scope="row">
                    <span class="picks"><IconBox name=icon.symbol()/><span>{name}<span class="under">{under}</span></span></span>
                </th>
                {of}
                <td data-label="State"><StateBadge badge/></td>
                <td data-label="Start"><When at=starts/></td>
                <td data-label="End">{end}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let bounded = (!all_looked_at).then(|| {
        let of_each = if with_role { " assignments were looked at." } else { " assignments of each type were looked at." };
        let text = ["Only the first ", &BREAKING_LOOKED_MAX.to_string(), of_each].concat();
        view! { <p class="hint">{text}</p> }
    });
    let columns = if with_role { vec!["Name", "Of", "State", "Start", "End"] } else { vec!["Name", "State", "Start", "End"] };
    view! {
        <div class="stack">
            <Hidden name="seen_breaking" value=all.to_string()/>
            <h2>"Outside of these settings"</h2>
            <Listing caption="Outside of these settings" columns dense=true>{rows}</Listing>
            {more}{bounded}
        </div>
    }
    .into_any()
}
