//! Before the settings of a role are saved: which assignments they would leave outside.

use crate::calls::role::assignments_path;
use crate::parts::form::use_form;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::limits::BREAKING_LOOKED_MAX;
use model::query;
use model::role_settings::{Longest, Privileged};
use model::view::my_roles::Tab as Shown;
use model::view::role::{Breaking, BreakingRow};

/// What would be outside of the settings that were typed, when saving them was refused for that.
#[component]
pub fn BreakingAssignments(role: Privileged) -> impl IntoView {
    let form = use_form();
    let is_about = |code: Option<String>| code.is_some_and(|code| code == "settings_break");
    let typed = form.typed_fields().filter(|_| is_about(untrack(|| form.refusal())));
    let asked = RwSignal::new(typed.map(|fields| effect(role, &fields)));
    Effect::new(move |_| {
        if is_about(form.refusal()) {
            asked.set(Some(effect(role, &form.sent())));
        }
    });
    let list = move || {
        asked.get().map(|question| {
            let answer = page_resource(move || Ok(question.clone()));
            view! { <Loaded of=answer view=move |answer| breaking(answer, role)/> }.into_any()
        })
    };
    view! { <div aria-live="polite">{list}</div> }.into_any()
}

/// What to ask about a form with these fields.
fn effect(role: Privileged, fields: &[(String, String)]) -> query::RoleSettingsEffect {
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let longest = |permanent: &str, days: &str| Longest {
        permanent: field(permanent).is_some(),
        days: field(days).and_then(|days| days.parse().ok()).unwrap_or_default(),
    };
    let (eligible, active) = (longest("eligible_permanent", "eligible_days"), longest("active_permanent", "active_days"));
    query::RoleSettingsEffect { role, eligible, active }
}

fn breaking(answer: Breaking, role: Privileged) -> AnyView {
    let Breaking { count: all, all_looked_at, rows } = answer;
    if all == 0 {
        return ().into_any();
    }
    let more = usize::try_from(all).unwrap_or(usize::MAX).saturating_sub(rows.len());
    let rows = rows.into_iter().map(|BreakingRow { icon, name, under, href, badge, starts, ends }| {
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
                <td data-label="State"><StateBadge badge/></td>
                <td data-label="Start"><When at=starts/></td>
                <td data-label="End">{end}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let path = assignments_path(role, Shown::Eligible);
    let more = (more > 0).then(|| {
        let more = ["and ", &more.to_string(), " more among "].concat();
        view! { <p class="hint">{more}<a href=path rel="external">"all assignments"</a>"."</p> }
    });
    let bounded = (!all_looked_at).then(|| {
        let text = ["Only the first ", &BREAKING_LOOKED_MAX.to_string(), " assignments of each type were looked at."].concat();
        view! { <p class="hint">{text}</p> }
    });
    view! {
        <div class="stack">
            <Hidden name="seen_breaking" value=all.to_string()/>
            <h2>"Outside of these settings"</h2>
            <Listing caption="Outside of these settings" columns=vec!["Name", "State", "Start", "End"] dense=true>{rows}</Listing>
            {more}{bounded}
        </div>
    }
    .into_any()
}
