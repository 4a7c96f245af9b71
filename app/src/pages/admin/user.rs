//! `/admin/users/{id}`: one person, what they hold and by which path.

use super::holders::moment;
use super::user_acts::UserActs;
use super::user_methods::SignInMethods;
use super::user_roles::{self, RolesOf};
use super::{USERS, below, parsed, read_id};
use crate::calls::provider::UnlinkProvider;
use crate::pages::audit::AuditTab;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::audit::Place;
use model::view::admin::User;
use model::view::my_roles::{self, Tab as Shown};
use model::view::provider::Linked;
use model::view::{Badge, Fact, Persona, why};
use model::{UserId, query};

#[component]
pub fn UserPage() -> impl IntoView {
    let id = read_id();
    let user = page_resource(move || Ok(query::User { user: parsed(&id.get(), "user")? }));
    let at = moment();
    // It lives as long as the page: what is inside of it is made anew after every change.
    let tab = tab();
    let held = page_resource(move || {
        let user = parsed(&id.get(), "user")?;
        // Other tabs do not show it, and all paths of somebody are much to look for.
        if tab.get() == ACCESS { Ok(Some(query::Held { user, at: at()? })) } else { Ok(None) }
    });
    let (state, after) = (query_value("state"), query_after());
    let roles = page_resource(move || {
        let (user, state) = (parsed(&id.get(), "user")?, Shown::from_key(&state.get()));
        Ok((tab.get() == user_roles::KEY).then_some(query::UserRoles { user, tab: state, after: after.get() }))
    });
    view! { <Loaded of=user view=move |user| view! { <Whole user held roles/> }.into_any()/> }.into_any()
}

const ACCESS: &str = "access";

/// The tab that is in front.
fn tab() -> Memo<String> {
    let asked = query_value("tab");
    Memo::new(move |_| match asked.get().as_str() {
        known @ (user_roles::KEY | "profile" | "audit") => known.to_owned(),
        _ => ACCESS.to_owned(),
    })
}

#[component]
fn Whole(user: User, held: PageResource<Option<why::Held>>, roles: PageResource<Option<my_roles::UserRoles>>) -> impl IntoView {
    let tab = tab();
    let name = user.who.name.clone();
    let path = below(USERS, &user.who.id.to_string());
    let crumbs = vec![(USERS.to_owned(), "Users".to_owned())];
    let picture = view! { <Face name=name.clone() id=user.who.id size="huge"/> }.into_any();
    let badge = match (user.enabled, user.guest) {
        (false, _) => Some(Badge::new("Disabled", "bad")),
        (true, true) => Some(Badge::new("Guest", "work")),
        (true, false) => None,
    };
    let acts = (user.may_edit || user.may_reset).then(|| view! { <UserActs user=user.clone()/> }.into_any());
    let disabled = (!user.enabled).then(|| {
        let text = "Nobody can sign in with this account, and nothing below is in force until it is enabled again.";
        view! { <MessageBar tone="warn" strong=[&name, " is disabled."].concat() text/> }
    });
    let mut tabs = vec![
        Tab::new(ACCESS, "Effective access", path.clone()),
        Tab::new(user_roles::KEY, "Role assignments", address(&path, &[("tab", user_roles::KEY)])),
        Tab::new("profile", "Profile", address(&path, &[("tab", "profile")])),
    ];
    if user.sees_audit {
        tabs.push(Tab::new("audit", "Audit", address(&path, &[("tab", "audit")])));
    }
    let under = under(&user);
    let user = StoredValue::new(user);
    let panel = move || {
        let user = user.get_value();
        match tab.get().as_str() {
            user_roles::KEY => {
                let list = move |roles: Option<_>| roles.map(|roles| view! { <RolesOf roles/> }).into_any();
                view! { <div class="stack"><Loaded of=roles view=list/></div> }.into_any()
            }
            "profile" => view! { <Profile user/> }.into_any(),
            "audit" => view! { <AuditTab place=Place::User(user.who.id)/> }.into_any(),
            _ => view! { <EffectiveAccess user=user.who.id held/> }.into_any(),
        }
    };
    view! {
        <Page title=name.clone()>
            <PageHeader title=name crumbs badge picture under acts/>
            {disabled}
            <Tabs label="User" tabs chosen=tab>{panel}</Tabs>
        </Page>
    }
    .into_any()
}

/// `Support engineer, level 3 · IT Operations · manager Miriam`
fn under(user: &User) -> Option<AnyView> {
    let mut words: Vec<AnyView> = Vec::new();
    let texts = [user.profile.get("jobTitle"), user.profile.get("department")].into_iter().flatten();
    for text in texts {
        words.push(text.to_owned().into_any());
    }
    if let Some(Persona { id, name, .. }) = user.manager.clone() {
        words.push(view! { "manager "<a href=below(USERS, &id.to_string())>{name}</a> }.into_any());
    }
    let words: Vec<AnyView> =
        words.into_iter().enumerate().map(|(n, words)| view! { {(n > 0).then_some(" · ")}{words} }.into_any()).collect();
    (!words.is_empty()).then(|| words.into_any())
}

/// What somebody holds, now or at a moment of the past.
#[component]
fn EffectiveAccess(user: UserId, held: PageResource<Option<why::Held>>) -> impl IntoView {
    let view =
        move |held: Option<why::Held>| held.map(|held| view! { <Held held path=below(USERS, &user.to_string())/> }).into_any();
    view! { <div><Loaded of=held view/></div> }.into_any()
}

#[component]
fn Held(held: why::Held, path: String) -> impl IntoView {
    let why::Held { at, notes, access } = held;
    let list = if access.is_empty() {
        let (title, text) = if at.is_some() {
            ("Held nothing", "No path led to anything at that moment.")
        } else {
            (
                "Holds nothing now",
                "What this person gets through packages, groups, rules or directly appears here, with the path by which it came.",
            )
        };
        view! { <Empty title text/> }.into_any()
    } else {
        let rows = access.into_iter().map(|access| view! { <AccessRow access/> }).collect_view();
        let columns = vec!["Access", "Path", "State", "Ends"];
        view! { <Listing caption="What this person holds, by which path and why" columns dense=true>{rows}</Listing> }.into_any()
    };
    view! {
        <div class="stack"><MomentBar at notes now=path.clone()/></div>
        <MomentForm action=path at/>
        {list}
    }
    .into_any()
}

/// Accounts at identity providers that sign somebody in.
#[component]
fn Accounts(user: UserId, name: String, linked: Vec<Linked>) -> impl IntoView {
    let rows = linked.into_iter().map(move |Linked { provider, name: of, called, since, used, may_remove }| {
        let used = match used {
            Some(at) => view! { "used "<When at/> }.into_any(),
            None => "not used yet".into_any(),
        };
        let under = view! { {called}", linked "<When at=since/>", "{used} }.into_any();
        let ends = may_remove.then(|| {
            let (id, provider) = (["unlink-", &provider.to_string()].concat(), provider.to_string());
            let title = ["Remove the link between ", &name, " and ", &of, "?"].concat();
            let text = [&name, " is signed out where they signed in with it. At the next sign-in there the settings of the provider decide whether they come in."].concat();
            let label = ["Remove ", &of].concat();
            let opener = label.clone();
            view! {
                <DialogButton id=id.clone() class="button small">{opener}</DialogButton>
                <DialogForm id title call=UnlinkProvider::PATH about=("provider", provider) text label>
                    <Hidden name="user" value=user.to_string()/>
                </DialogForm>
            }
            .into_any()
        });
        view! { <Line picture=view! { <IconBox name="key" tone="work"/> }.into_any() name=of.clone() under ends/> }
    });
    view! { <Card title="Accounts at identity providers"><ul class="lines">{rows.collect_view()}</ul></Card> }.into_any()
}

#[component]
fn Profile(user: User) -> impl IntoView {
    let User { who, linked, methods, user_name, mail, guest, manager, sponsors, profile, facts, last_sign_in, .. } = user;
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value };
    let set = |name: &str, value: String| (!value.is_empty()).then(|| fact(name, value));
    let account: Vec<Fact> = [
        Some(fact("User name", user_name)),
        set("E-mail", mail),
        set("Other e-mail addresses", profile.other_mails.join(", ")),
        Some(fact("Kind", if guest { "Guest" } else { "Member" }.to_owned())),
    ]
    .into_iter()
    .flatten()
    .collect();
    let last_sign_in = match last_sign_in {
        Some(at) => view! { <When at/> }.into_any(),
        None => "Never".into_any(),
    };
    let manager = match manager {
        Some(who) => {
            let href = below(USERS, &who.id.to_string());
            view! { <Person who=Persona { under: String::new(), ..who } href/> }.into_any()
        }
        None => "None".into_any(),
    };
    let last_sign_in = Some(view! { <dt>"Last sign-in"</dt><dd>{last_sign_in}</dd> }.into_any());
    let sponsors = (!sponsors.is_empty()).then(|| {
        let people = sponsors.into_iter().map(|who| {
            let href = below(USERS, &who.id.to_string());
            view! { <Person who=Persona { under: String::new(), ..who } href/> }
        });
        view! { <dt>"Sponsors"</dt><dd class="group">{people.collect_view()}</dd> }
    });
    let manager = Some(view! { <dt>"Manager"</dt><dd>{manager}</dd>{sponsors} }.into_any());
    view! {
        <div class="cards">
            <Card title="Account"><div class="body"><Facts facts=account after=last_sign_in/></div></Card>
            <Card title="Profile"><div class="body"><Facts facts before=manager/></div></Card>
            {methods.map(|methods| view! { <SignInMethods user=who.id name=who.name.clone() methods/> })}
            {(!linked.is_empty()).then(|| view! { <Accounts user=who.id name=who.name linked/> })}
        </div>
    }
    .into_any()
}
