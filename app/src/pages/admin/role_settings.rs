//! `/admin/roles/{id}/settings` and `/admin/groups/{id}/privileged/settings`: what activating and assigning a role demands. One
//! form holds all tabs, so that nothing typed in one is lost by looking at another; without script all stand below each other.

use super::answering::AskedPick;
use super::lacking::{lacking_if_chosen, lacking_now};
use super::role_breaking::BreakingAssignments;
use super::role_mails::Notification;
use super::role_place::{Side, place};
use super::stage_fields::Stages;
use super::{GROUPS, ROLES, below, read_id};
use crate::calls::role::{SaveRoleSettings, TEMPLATE, assignments_path, settings_path, template_path};
use crate::parts::form::use_form;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::catalog::PolicyOf;
use model::limits::ASSIGNMENT_DAYS;
use model::query;
use model::role_settings::{LABELS, Mails, Privileged, PrivilegedKind, Proof, RoleSettings, days_words, label};
use model::time::count;
use model::view::Choice;
use model::view::my_roles::Tab as Shown;
use model::view::role::{Lacking, Settings, Template};

const TABS: [(&str, &str); 3] = [("", "Activation"), ("assignment", "Assignment"), ("notification", "Notification")];
/// The fields of the second tab: what is wrong in one brings it into sight.
const OF_ASSIGNMENT: [&str; 2] = ["eligible_days", "active_days"];
/// Minutes since the sign-in when nothing else was said.
const FRESH_MINUTES: u32 = 15;

#[component]
pub fn RoleSettingsPage() -> impl IntoView {
    page(Side::Roles)
}

#[component]
pub fn GroupSettingsPage() -> impl IntoView {
    page(Side::Groups)
}

fn page(side: Side) -> AnyView {
    let (id, role) = (read_id(), query_value("role"));
    let settings = page_resource(move || Ok(query::RoleSettings { role: side.read(&id.get(), &role.get())? }));
    view! { <Loaded of=settings view=|settings| view! { <Whole settings/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(settings: Settings) -> impl IntoView {
    let (role, name) = (settings.role, settings.name.clone());
    let assignments = assignments_path(role, Shown::Eligible);
    let back = assignments.clone();
    let crumbs = match role {
        Privileged::DirectoryRole(_) => vec![(ROLES.to_owned(), "Roles".to_owned()), (assignments.clone(), name.clone())],
        Privileged::GroupMember(id) | Privileged::GroupOwner(id) => {
            vec![(below(GROUPS, &id.to_string()), name.clone()), (assignments.clone(), "Privileged access".to_owned())]
        }
    };
    let title = match role {
        Privileged::DirectoryRole(_) => ["Settings of ", &name].concat(),
        Privileged::GroupMember(_) => ["Settings of members of ", &name].concat(),
        Privileged::GroupOwner(_) => ["Settings of owners of ", &name].concat(),
    };
    let text = if settings.overridden.is_empty() {
        "Everything is as the template says.".to_owned()
    } else {
        ["Differs from the template: ", &settings.overridden.join(", "), "."].concat()
    };
    let acts = view! { <a class="button" href=assignments>"Assignments"</a> }.into_any();
    let open = (settings.open > 0).then(|| {
        let text = [&count(i64::from(settings.open), "open request"), ": what is set here does not change them."].concat();
        view! { <MessageBar text/> }
    });
    let readonly = (!settings.may_edit).then(|| {
        let text = match role {
            Privileged::DirectoryRole(_) => {
                "You may see these settings and change nothing. Global Administrators and Privileged Role Administrators may."
            }
            Privileged::GroupMember(_) | Privileged::GroupOwner(_) => {
                "You may see these settings and change nothing. Owners of the group and administrators of groups may."
            }
        };
        view! { <MessageBar tone="warn" text/> }
    });
    let Settings { settings, names, terms, contexts, askable, lacking, overridden, version, may_edit, .. } = settings;
    let short = lacking_now(&lacking);
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text acts/>
            {place(role, |role| settings_path(role, ""))}
            {readonly}{open}{short}
            <Form of=PolicyOf::Role(role) settings names offered=Offered { terms, contexts, askable, lacking } overridden version may_edit back=back/>
        </Page>
    }
    .into_any()
}

/// What can be chosen: ids and names.
struct Offered {
    terms: Vec<(String, String)>,
    contexts: Vec<(String, String)>,
    /// Webhooks that are asked.
    askable: Vec<Choice>,
    /// Who could not prove what may be chosen.
    lacking: Lacking,
}

#[component]
fn Form(
    of: PolicyOf,
    settings: RoleSettings,
    names: Vec<(String, String)>,
    offered: Offered,
    /// The labels of what differs from what is inherited.
    overridden: Vec<String>,
    version: i64,
    may_edit: bool,
    /// Where **Cancel** leads.
    back: String,
) -> impl IntoView {
    let asked = query_value("tab");
    let chosen = Memo::new(move |_| {
        let asked = asked.get();
        TABS.iter().map(|(key, _)| *key).find(|key| *key == asked).unwrap_or_default().to_owned()
    });
    let path = |tab: &str| match of {
        PolicyOf::Role(role) => settings_path(role, tab),
        PolicyOf::Template(kind) => template_path(kind, tab),
        PolicyOf::Package(_) | PolicyOf::Draft(_) => String::new(),
    };
    let tabs = TABS.map(|(key, name)| Tab::new(key, name, path(key))).into();
    let about = match of {
        PolicyOf::Role(role) => role.to_string(),
        PolicyOf::Template(kind) => [TEMPLATE, kind.key()].concat(),
        PolicyOf::Package(_) | PolicyOf::Draft(_) => String::new(),
    };
    let (more, mails) = (settings.clone(), settings.mails.clone());
    let differs = Differs { labels: overridden };
    let (also, third) = (differs.clone(), differs.clone());
    view! {
        <div class="whole-form">
            <Tabs label="Role settings" tabs chosen>
                <PostForm call=SaveRoleSettings::PATH class="form policy-form settings-form">
                    // The first button of a form is pressed by Enter: it must not be one that takes something away.
                    {may_edit.then(|| view! { <button class="sr" type="submit" tabindex="-1" aria-hidden="true">"Update"</button> })}
                    <Hidden name="role" value=about/>
                    <Seen name="version" value=version.to_string()/>
                    <Section of="" chosen><Activation of settings names offered differs/></Section>
                    <Section of="assignment" chosen><Assignment of settings=more differs=also/></Section>
                    <Section of="notification" chosen><Notification mails differs=third/></Section>
                    <BreakingAssignments of/>
                    {may_edit.then(|| view! { <FormActs label="Update" back/> })}
                </PostForm>
            </Tabs>
        </div>
    }
    .into_any()
}

/// What is in one tab. With script it is in sight when the tab is chosen, and when something in it was refused.
#[component]
fn Section(of: &'static str, chosen: Memo<String>, children: Children) -> impl IntoView {
    let form = use_form();
    let refused = move || match of {
        "assignment" => OF_ASSIGNMENT.iter().any(|field| form.error(field).is_some()),
        "notification" => {
            let rows = Mails::default();
            rows.rows().iter().any(|(field, _)| form.error(&["mails[", field, "][additional]"].concat()).is_some())
        }
        _ => false,
    };
    let shown = move || chosen.with(|chosen| chosen == of) || refused();
    view! { <div class="form" class:other-tab=move || !shown()>{children()}</div> }.into_any()
}

/// `/admin/roles/template`: what directory roles, members and owners of groups inherit that say nothing else.
#[component]
pub fn RoleTemplatePage() -> impl IntoView {
    let of = query_value("of");
    let template = page_resource(move || {
        Ok(query::RoleTemplate { kind: PrivilegedKind::from_key(&of.get()).unwrap_or(PrivilegedKind::DirectoryRole) })
    });
    view! { <Loaded of=template view=|template| view! { <TemplateForm template/> }.into_any()/> }.into_any()
}

#[component]
fn TemplateForm(template: Template) -> impl IntoView {
    let Template {
        kind,
        settings,
        names,
        terms,
        contexts,
        askable,
        lacking,
        changed,
        version,
        open,
        open_of,
        open_of_all,
        may_edit,
    } = template;
    let short = lacking_now(&lacking);
    let crumbs = vec![(ROLES.to_owned(), "Roles".to_owned())];
    let heading = kind.of_what();
    let whom = match kind {
        PrivilegedKind::DirectoryRole => "Every directory role",
        PrivilegedKind::GroupMember => "Membership of every group under privileged access management",
        PrivilegedKind::GroupOwner => "Ownership of every group under privileged access management",
    };
    let differs = if changed.is_empty() { String::new() } else { [" Changed: ", &changed.join(", "), "."].concat() };
    let text = [
        whom,
        " has these settings, except for those that it has of its own. What is assigned already stays as it is.",
        &differs,
    ]
    .concat();
    let title = ["Template of ", heading].concat();
    let kinds = PrivilegedKind::ALL.map(|one| {
        let name = match one {
            PrivilegedKind::DirectoryRole => "Directory roles",
            PrivilegedKind::GroupMember => "Members of groups",
            PrivilegedKind::GroupOwner => "Owners of groups",
        };
        let current = (one == kind).then_some("true");
        view! { <a href=template_path(one, "") rel="external" aria-current=current>{name}</a> }
    });
    let readonly = (!may_edit).then(|| {
        let text = "You may see the template and change nothing. Global Administrators and Privileged Role Administrators may.";
        view! { <MessageBar tone="warn" text/> }
    });
    let goes_on = (open > 0).then(|| {
        let unnamed = usize::try_from(open_of_all).unwrap_or(usize::MAX).saturating_sub(open_of.len());
        let mut names = open_of;
        if unnamed > 0 {
            names.push([&unnamed.to_string(), " more"].concat());
        }
        let text =
            [&count(i64::from(open), "open request"), " (", &names.join(", "), "): what is set here does not change them."]
                .concat();
        view! { <MessageBar text/> }
    });
    view! {
        <Page title=title.clone()>
            <PageHeader title crumbs text/>
            <nav class="kinds" aria-label="Template of">{kinds.into_iter().collect_view()}</nav>
            {readonly}{goes_on}{short}
            <Form of=PolicyOf::Template(kind) settings names offered=Offered { terms, contexts, askable, lacking } overridden=Vec::new() version may_edit back=ROLES.to_owned()/>
        </Page>
    }
    .into_any()
}

/// Which settings a role has of its own.
#[derive(Clone)]
pub struct Differs {
    labels: Vec<String>,
}

impl Differs {
    /// The mark beside a setting, or beside several of which one differs.
    pub fn mark(&self, fields: &[&str]) -> Option<AnyView> {
        let own =
            LABELS.iter().filter(|(field, _)| fields.contains(field)).any(|(_, label)| self.labels.iter().any(|of| of == label));
        own.then(|| view! { " "<KindBadge word="Differs from the template"/> }.into_any())
    }
}

/// A heading with what it means, beside its fields.
#[component]
fn Setting(
    title: &'static str,
    #[prop(optional)] hint: &'static str,
    mark: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <div>
            <div>
                <h3>{title}{mark}</h3>
                {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            </div>
            <div class="form">{children()}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Activation(
    of: PolicyOf,
    settings: RoleSettings,
    names: Vec<(String, String)>,
    offered: Offered,
    differs: Differs,
) -> impl IntoView {
    let Offered { terms, contexts, askable, lacking } = offered;
    let demanded = settings.terms.map(|id| id.to_string()).unwrap_or_default();
    let offered: Vec<(String, String)> = std::iter::once((String::new(), "None".to_owned())).chain(terms).collect();
    let mut proofs = vec![
        Choice::new("session", "None", "Being signed in is enough."),
        Choice::new("multifactor", "Multifactor authentication", "A code of an authenticator app, or a passkey."),
        Choice::new("passkey", "A passkey", "Nothing else counts: it cannot be given to another site by mistake."),
        Choice::new("fresh_sign_in", "A fresh sign-in", "Who signed in longer ago signs in again."),
    ];
    let named = settings.activation_proof.context().map(|id| id.to_string()).unwrap_or_default();
    let context = (!contexts.is_empty()).then(|| {
        proofs.push(Choice::new("context", "Authentication context", "Whatever it says when somebody activates."));
        view! { <Pick name="context" label="Authentication context" value=named options=contexts/> }
    });
    let (proof, minutes) = match settings.activation_proof {
        Proof::Session => ("session", FRESH_MINUTES),
        Proof::FreshSignIn { minutes } => ("fresh_sign_in", minutes),
        Proof::Multifactor { minutes } => ("multifactor", minutes),
        Proof::Passkey { minutes } => ("passkey", minutes),
        Proof::Context { .. } => ("context", FRESH_MINUTES),
    };
    let lacking = lacking_if_chosen(lacking);
    let longest = hours(settings.activation_max_minutes);
    let longest_label = [label("activation_max_minutes"), " (hours)"].concat();
    let (justification, ticket) = (settings.activation_justification, settings.activation_ticket);
    let nobody = match of.role_kind() {
        Some(PrivilegedKind::DirectoryRole) => {
            "Nobody decides about their own activation. A stage that names nobody asks whoever is Privileged Role \
             Administrator or Global Administrator."
        }
        Some(PrivilegedKind::GroupMember | PrivilegedKind::GroupOwner) | None => {
            "Nobody decides about their own activation. Every stage names people or groups."
        }
    };
    let asks = settings.asks;
    let webhook = (asks.is_some() || !askable.is_empty()).then(|| {
        let hint = "A server that can hold or deny an activation. In an emergency nobody waits for it.";
        view! {
            <Setting title="Webhook" hint mark=differs.mark(&["asks"])>
                <AskedPick asks askable/>
            </Setting>
        }
    });
    view! {
        <h2>"Activation"</h2>
        <div class="settings">
            <Setting title="Duration" hint="Asking for more is refused, never shortened." mark=differs.mark(&["activation_max_minutes"])>
                <TextField name="activation_max" label=longest_label hint="From 0.5 to 24, in steps of 0.5." kind="number" step="0.5" value=longest/>
            </Setting>
            <Setting title="Proof" hint="That it is really this person, now." mark=differs.mark(&["activation_proof"])>
                <RadioGroup name="proof" legend=label("activation_proof") value=proof options=proofs/>
                <TextField name="fresh_minutes" label="Proof not older than (minutes)" kind="number" value=minutes.to_string() extra=true/>
                {context}
                {lacking}
            </Setting>
            <Setting
                title="Justification and ticket"
                hint="Kept with the activation."
                mark=differs.mark(&["activation_justification", "activation_ticket", "ticket_pattern"])
            >
                <CheckBox name="activation_justification" label=label("activation_justification") checked=justification/>
                <CheckBox name="activation_ticket" label=label("activation_ticket") checked=ticket/>
                <TextField
                    name="ticket_pattern"
                    label=label("ticket_pattern")
                    hint="A regular expression that the whole ticket number matches, such as CHG[0-9]{7}. Empty: any number."
                    value=settings.ticket_pattern
                    optional=true
                />
            </Setting>
            <Setting title="Terms of use" hint="Whoever activates accepts them first, and again when they change." mark=differs.mark(&["terms"])>
                <Pick name="terms" label=label("terms") value=demanded options=offered/>
            </Setting>
            <Setting title="Approval" hint=nobody mark=differs.mark(&["approval_required", "stages"])>
                <CheckBox name="approval_required" label=label("approval_required") checked=settings.approval_required/>
                <div class="form only-approved" id="stages">
                    <Stages of stages=settings.stages names/>
                </div>
            </Setting>
            {webhook}
        </div>
    }
    .into_any()
}

#[component]
fn Assignment(of: PolicyOf, settings: RoleSettings, differs: Differs) -> impl IntoView {
    let spans: Vec<(String, String)> = ASSIGNMENT_DAYS.map(|days| (days.to_string(), days_words(days))).into();
    let (eligible, active, again) = (settings.eligible, settings.active, spans.clone());
    let hint = "Whoever assigns for longer is refused. What is assigned already stays as it is.";
    let holders = (of.role_kind() == Some(PrivilegedKind::DirectoryRole)).then(|| {
        let hint = "Also of whoever is eligible, and from their next click on. Without it they reach nothing but “Security”, where \
            they set up what they verify with. Break-glass accounts are asked as well.";
        view! {
            <Setting title="Holders" hint mark=differs.mark(&["holder_multifactor"])>
                <CheckBox name="holder_multifactor" label=label("holder_multifactor") checked=settings.holder_multifactor/>
            </Setting>
        }
    });
    view! {
        <h2>"Assignment"</h2>
        <div class="settings">
            <Setting title="Eligible assignments" hint mark=differs.mark(&["eligible"])>
                <CheckBox name="eligible_permanent" label="Allow permanent eligible assignment" checked=eligible.permanent/>
                <Pick name="eligible_days" label=label("eligible") value=eligible.days.to_string() options=spans/>
            </Setting>
            <Setting title="Active assignments" mark=differs.mark(&["active"])>
                <CheckBox name="active_permanent" label="Allow permanent active assignment" checked=active.permanent/>
                <Pick name="active_days" label=label("active") value=active.days.to_string() options=again/>
            </Setting>
            <Setting title="Proof" hint="Asked of whoever assigns." mark=differs.mark(&["assignment_multifactor"])>
                <CheckBox name="assignment_multifactor" label=label("assignment_multifactor") checked=settings.assignment_multifactor/>
            </Setting>
            <Setting
                title="Justification and ticket"
                hint="Asked of whoever assigns."
                mark=differs.mark(&["assignment_justification", "assignment_ticket"])
            >
                <CheckBox
                    name="assignment_justification"
                    label=label("assignment_justification")
                    checked=settings.assignment_justification
                />
                <CheckBox name="assignment_ticket" label=label("assignment_ticket") checked=settings.assignment_ticket/>
            </Setting>
            {holders}
        </div>
    }
    .into_any()
}

/// `1.5` for 90 minutes, which are always a number of half hours.
fn hours(minutes: u32) -> String {
    let half = if minutes.is_multiple_of(60) { "" } else { ".5" };
    [&(minutes / 60).to_string(), half].concat()
}
