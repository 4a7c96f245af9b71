//! `/my-roles/extend?assignment=…`: asks to keep an assignment for longer, or to have it again.

use super::super::my_access::parsed;
use crate::calls::my_roles::ExtendRole;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::my_roles::{Extending, Kind, Tab as Shown};

#[component]
pub fn ExtendPage() -> impl IntoView {
    let assignment = query_value("assignment");
    let form = page_resource(move || {
        let assignment = assignment.with(|id| parsed(id, "assignment"))?;
        Ok(query::Extending { assignment })
    });
    view! { <Loaded of=form view=|form| view! { <Whole form/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(form: Extending) -> impl IntoView {
    let called = form.called();
    let Extending { assignment, icon, name, via, assigned, renews, ends_at, days, at_most, permanent, plan, refused } = form;
    let title = [if renews { "Renew " } else { "Extend " }, &called].concat();
    let kind = if via.is_empty() { Kind::DirectoryRoles } else { Kind::Groups };
    let tab = match (renews, assigned.as_str()) {
        (true, _) => Shown::Expired,
        (false, "Active") => Shown::Active,
        (false, _) => Shown::Eligible,
    };
    let back = address("/my-roles", &[("kind", kind.key()), ("tab", tab.key())]);
    let to_list = back.clone();
    let crumbs = vec![(back.clone(), "My roles".to_owned())];
    let until = ends_at.map(|at| view! { " · "{if renews { "ended " } else { "until " }}<When at/> });
    let via = (!via.is_empty()).then(|| [via.as_str(), " · "].concat());
    let under = view! { {via}{assigned}{until} }.into_any();
    let line = view! { <Line picture=view! { <IconBox name=icon.symbol() tone="work"/> }.into_any() name under/> };
    let hint = match at_most.as_str() {
        "" => "Counted from the approval.".to_owned(),
        at_most => ["Counted from the approval; ", at_most, "."].concat(),
    };
    let asks = if refused.is_some() {
        None
    } else {
        Some(view! {
            <PostForm call=ExtendRole::PATH>
                <Hidden name="assignment" value=assignment.to_string()/>
                <TextField name="days" label="Days" hint kind="number" step="1" value=days.to_string() optional=permanent/>
                {permanent.then(|| view! { <CheckBox name="permanent" label="Permanent" hint="Leave the days empty then."/> })}
                <TextArea name="justification" label="Reason" hint="Whoever decides reads it. It stays in the history."/>
                <FormActs label=if renews { "Ask to renew" } else { "Ask to extend" } back=back.clone()/>
            </PostForm>
        })
    };
    let why = refused.map(|refused| {
        view! {
            <RefusedBar refused tone="work" role="status"/>
            <p><a class="button" href=to_list>"Back to my roles"</a></p>
        }
    });
    let plan = (asks.is_some() && !plan.is_empty())
        .then(|| view! { <Card title="Who will decide"><div class="body"><Plan stages=plan/></div></Card> });
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text="Whoever manages it decides, and may give another end or type."/>
            <div class="split">
                <div>{asks}{why}</div>
                <aside aria-label="What it is about">
                    <Card title="What you hold"><ul class="lines">{line}</ul></Card>
                    {plan}
                </aside>
            </div>
        </Page>
    }
    .into_any()
}
