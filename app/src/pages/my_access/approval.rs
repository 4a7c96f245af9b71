//! `/my-access/approvals/{id}`: who asks for what and why, and the decision.

use super::ask_back::{AskBackForms, AskedBackCard};
use super::taking_back::{RemoveAccess, RemoveAccessDialog};
use super::{parsed, read_id};
use crate::calls::approval::DecideRequest;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::access::AssignmentType;
use model::query;
use model::view::approval::{Approval, Earlier, GivesRole, Offered};
use model::view::{Choice, Persona};

#[component]
pub fn ApprovalPage() -> impl IntoView {
    let id = read_id();
    let approval = page_resource(move || Ok(query::Approval { request: parsed(&id.get(), "request")? }));
    view! { <Loaded of=approval view=|approval| view! { <Whole approval/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(approval: Approval) -> impl IntoView {
    let Approval {
        request,
        name,
        summary,
        badge,
        requestor,
        made_by,
        requestor_facts,
        submitted,
        justification,
        answers,
        earlier,
        gives,
        plan,
        asked_back,
        in_the_way,
        decision,
        gives_role,
        removable,
    } = approval;
    let title = match &made_by {
        Some(by) if by.did == "Assigned by" => [by.who.name.as_str(), " assigns ", &name, " to ", &requestor.name].concat(),
        Some(by) => [by.who.name.as_str(), " asks for ", &name, " for ", &requestor.name].concat(),
        None => [requestor.name.as_str(), " asks for ", &name].concat(),
    };
    let crumbs = vec![("/my-access/approvals".to_owned(), "Approvals".to_owned())];
    let asked_by = made_by.as_ref().map_or(&requestor, |by| &by.who).clone();
    let read_by = asked_by.name.clone();
    let acts = match &decision {
        Offered::Yes { decide_by, .. } => decide_by.map(|of| view! { <TimeLeft of suffix="to decide"/> }.into_any()),
        Offered::No { .. } => removable.map(|assignment| view! { <RemoveAccess assignment/> }.into_any()),
    };
    let dialog = removable.map(|assignment| {
        let holder = requestor.name.clone();
        view! { <RemoveAccessDialog assignment holder name=name.clone()/> }
    });
    let decision = match decision {
        Offered::Yes { stage, words_required, hint, ask_back, proof, .. } => {
            let requestor = read_by.clone();
            let ask_back = ask_back.map(|form| view! { <AskBackForms request=request.to_string() stage requestor form/> });
            view! { <Decide request=request.to_string() stage words_required hint asked_by=read_by gives_role proof/>{ask_back} }
                .into_any()
        }
        Offered::No { why } => view! { <RefusedBar refused=why tone="work" role="status"/> }.into_any(),
    };
    let asked_back = asked_back.map(|asked| view! { <AskedBackCard asked/> });
    let in_the_way = in_the_way.map(|text| {
        let text = ["Separation of duties: ", &text, " Until then you can deny it, and not approve it."].concat();
        view! { <MessageBar tone="warn" text/> }
    });
    let several = earlier.len() > 1;
    let earlier = (!earlier.is_empty()).then(|| {
        let said = earlier.into_iter().map(|Earlier { by, at, words }| view! { <Said by at words/> }).collect_view();
        let title = if several { "Earlier stages" } else { "Earlier stage" };
        view! { <Card title><div class="body stack">{said}</div></Card> }
    });
    let gives = (!gives.is_empty()).then(|| {
        let paths = gives.into_iter().map(|path| view! { <PathLine path/> }).collect_view();
        view! { <Card title="Gives"><div class="body stack">{paths}</div></Card> }
    });
    let plan = (!plan.is_empty()).then(|| view! { <Card title="Plan"><div class="body"><Plan stages=plan/></div></Card> });
    let by = Persona { under: String::new(), ..asked_by };
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs badge text=summary acts/>
            <div class="split">
                <div>
                    <Card title="Why">
                        <div class="body stack">
                            <Said by at=submitted words=justification/>
                            {(!answers.is_empty()).then(|| view! { <Facts facts=answers kind="over"/> })}
                        </div>
                    </Card>
                    {earlier}
                    {asked_back}
                    {in_the_way}
                    {decision}
                </div>
                <aside aria-label="About the requestor and the plan">
                    <section class="card pad stack" aria-label="Requestor">
                        <Person who=requestor size="huge"/>
                        <Facts facts=requestor_facts/>
                    </section>
                    {gives}
                    {plan}
                </aside>
            </div>
            {dialog}
        </Page>
    }
    .into_any()
}

/// Who said it, when, in their words.
#[component]
pub fn Said(by: Persona, at: model::Ts, words: String) -> impl IntoView {
    let Persona { id, name, under } = by;
    let under = (!under.is_empty()).then(|| view! { {under}", " });
    let words = if words.is_empty() {
        view! { <p class="quiet">"Without words"</p> }.into_any()
    } else {
        view! { <blockquote class="words">{words}</blockquote> }.into_any()
    };
    view! {
        <div>
            <span class="persona"><Face name=name.clone() id/><span>{name}<small>{under}<When at/></small></span></span>
            {words}
        </div>
    }
    .into_any()
}

#[component]
fn Decide(
    request: String,
    stage: usize,
    words_required: bool,
    hint: String,
    asked_by: String,
    gives_role: Option<GivesRole>,
    proof: Option<model::Refused>,
) -> impl IntoView {
    view! {
        <PostForm call=DecideRequest::PATH>
            <h2>"Your decision"</h2>
            <Verification form="decide_request" proof/>
            <Hidden name="request" value=request/>
            <Hidden name="stage" value=stage.to_string()/>
            {gives_role.map(|gives| view! { <GivesFields gives/> })}
            <TextArea
                name="words"
                label="Justification"
                hint=[asked_by.as_str(), " and the other approvers read it."].concat()
                optional=!words_required
            />
            <div class="form-acts">
                <SubmitButton label="Approve" icon="check" name="verdict" value="approve"/>
                <SubmitButton label="Deny" kind="danger" icon="x" name="verdict" value="deny"/>
                <span class="hint">{hint}</span>
            </div>
        </PostForm>
    }
    .into_any()
}

/// What approving the extension or renewal of a role gives: as it was asked for, unless it is changed here.
#[component]
fn GivesFields(gives: GivesRole) -> impl IntoView {
    let GivesRole { assignment_type, starts_at, ends_at, permanent, hint } = gives;
    let types = vec![
        Choice::new("eligible", "Eligible", "They activate it when they need it, and have it for a while."),
        Choice::new("active", "Active", "They have it all the time, without activating it."),
    ];
    let chosen = match assignment_type {
        AssignmentType::Eligible => "eligible",
        AssignmentType::Active => "active",
    };
    let starts = if starts_at.is_some() { "What has begun keeps its start." } else { "Leave it empty to start at once." };
    view! {
        <Hidden name="gives" value="true"/>
        {starts_at.map(|at| view! { <Seen name="seen_starts" value=at.0.to_string()/> })}
        {ends_at.map(|at| view! { <Seen name="seen_ends" value=at.0.to_string()/> })}
        <RadioGroup name="assignment_type" legend="Assignment type" value=chosen options=types shape="choice-cards"/>
        {permanent.then(|| view! { <CheckBox name="permanent" label="Permanent" checked=ends_at.is_none()/> })}
        <div class="row-of-fields">
            <InstantField name="starts" label="Start" hint=starts value=starts_at/>
            <InstantField name="ends" label="End" hint optional=permanent value=ends_at/>
        </div>
    }
    .into_any()
}
