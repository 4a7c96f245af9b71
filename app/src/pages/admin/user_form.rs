//! `/admin/users/new` and `/admin/users/{id}/edit`: one form for both.

use super::{USERS, below, parsed, read_id};
use crate::calls::user::SaveUser;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::directory::{ATTRIBUTES, Profile};
use model::query;
use model::view::admin::User;
use model::view::{Choice, Persona};

#[component]
pub fn NewUserPage() -> impl IntoView {
    let person = query_value("person");
    let people = page_resource(move || Ok(query::People { search: person.get(), group: None, package: None }));
    let view = move |people| {
        let crumbs = vec![(USERS.to_owned(), "Users".to_owned())];
        view! {
            <Page title="New user">
                <PageHeader title="New user" crumbs text="Set a password afterwards: until then nobody can sign in with the account."/>
                <Form user=None people searched=person.get_untracked() path="/admin/users/new"/>
            </Page>
        }
        .into_any()
    };
    view! { <Loaded of=people view/> }.into_any()
}

#[component]
pub fn EditUserPage() -> impl IntoView {
    let (id, person) = (read_id(), query_value("person"));
    let all = page_resource(move || {
        let user = query::User { user: parsed(&id.get(), "user")? };
        Ok((user, query::People { search: person.get(), group: None, package: None }))
    });
    let view = move |(user, people): (User, Vec<Choice>)| {
        let name = user.who.name.clone();
        let path = below(USERS, &user.who.id.to_string());
        let crumbs = vec![(USERS.to_owned(), "Users".to_owned()), (path.clone(), name.clone())];
        let form = if user.may_edit {
            let path = path + "/edit";
            view! { <Form user=Some(user) people searched=person.get_untracked() path/> }.into_any()
        } else {
            let text = "You may see this person and change nothing. People who hold directory roles are changed by Global \
                        Administrators, everybody else by User Administrators as well.";
            view! { <MessageBar tone="warn" text link=(path, "Back to the person".to_owned())/> }.into_any()
        };
        view! {
            <Page title=["Edit ", &name].concat()>
                <PageHeader title=["Edit ", &name].concat() crumbs/>
                {form}
            </Page>
        }
        .into_any()
    };
    view! { <Loaded of=all view/> }.into_any()
}

/// What the form shows at first.
struct Values {
    user_name: String,
    name: String,
    mail: String,
    kind: &'static str,
    manager: Option<Choice>,
    sponsors: Vec<Choice>,
    profile: Profile,
}

impl Values {
    fn of(user: Option<&User>) -> Self {
        match user {
            None => Self {
                user_name: String::new(),
                name: String::new(),
                mail: String::new(),
                kind: "member",
                manager: None,
                sponsors: Vec::new(),
                profile: Profile::default(),
            },
            Some(user) => Self {
                user_name: user.user_name.clone(),
                name: user.who.name.clone(),
                mail: user.mail.clone(),
                kind: if user.guest { "guest" } else { "member" },
                manager: user.manager.clone().map(chosen),
                sponsors: user.sponsors.iter().cloned().map(chosen).collect(),
                profile: user.profile.clone(),
            },
        }
    }
}

fn chosen(Persona { id, name, under }: Persona) -> Choice {
    Choice { id: id.to_string(), name, under }
}

#[component]
fn Form(
    #[prop(optional_no_strip)] user: Option<User>,
    people: Vec<Choice>,
    searched: String,
    #[prop(into)] path: String,
) -> impl IntoView {
    let Values { user_name, name, mail, kind, manager, sponsors, profile } = Values::of(user.as_ref());
    let other_mails = profile.other_mails.join("\n");
    let profile = StoredValue::new(profile);
    let count = people.len();
    let own = user.as_ref().map(|user| user.who.id.to_string());
    // Nobody is their own manager.
    let people: Vec<Choice> = people.into_iter().filter(|person| Some(&person.id) != own.as_ref()).collect();
    let back = own.as_ref().map_or_else(|| USERS.to_owned(), |id| below(USERS, id));
    let label = if own.is_some() { "Save" } else { "Create user" };
    let hidden = user.map(|user| (user.who.id.to_string(), user.version.to_string()));
    let kinds = vec![
        Choice::new("member", "Member", "Belongs to your organization."),
        Choice::new("guest", "Guest", "Comes from elsewhere. Policies may leave guests out."),
    ];
    view! {
        <PersonSearch path label="Search people" value=searched count/>
        <PostForm call=SaveUser::PATH>
            {hidden.map(|(user, version)| view! { <Hidden name="user" value=user/><Hidden name="version" value=version/> })}
            <h2>"Account"</h2>
            <div class="row-of-fields">
                <TextField name="user_name" label="User name" hint="For signing in; without blanks." value=user_name/>
                <TextField name="display_name" label="Name" hint="As pages and letters call them." value=name/>
            </div>
            <TextField name="mail" label="E-mail" hint="Where letters go. Without it nothing is sent." value=mail kind="email" optional=true/>
            <RadioGroup name="kind" legend="Kind" value=kind options=kinds shape="choice-cards"/>
            <h2>"Work"</h2>
            <PersonPicker
                name="manager"
                label="Manager"
                hint="Policies can ask the manager, and the manager’s manager, to approve."
                chosen=manager
                people=people.clone()
                optional=true
            />
            <PeoplePicker
                name="sponsors[]"
                label="Sponsors"
                hint="Up to five who vouch for this person, most of all for a guest. Policies can ask them to approve."
                chosen=sponsors
                people
                optional=true
            />
            <Attributes names=&WORK profile/>
            <h2>"Person and place"</h2>
            <Attributes names=&PERSON profile/>
            <TextArea
                name="other_mails"
                label="Other e-mail addresses"
                hint="One a line. Rules can look at them; no letters go there."
                value=other_mails
                rows=2
                optional=true
            />
            <MoreAttributes profile/>
            <FormActs label back/>
        </PostForm>
    }
    .into_any()
}

const WORK: [&str; 6] = ["jobTitle", "department", "companyName", "physicalDeliveryOfficeName", "employeeId", "employeeHireDate"];
const PERSON: [&str; 6] = ["givenName", "surname", "city", "country", "telephoneNumber", "mobile"];

#[component]
fn Attributes(names: &'static [&'static str], profile: StoredValue<Profile>) -> impl IntoView {
    let fields = names.iter().map(|name| view! { <Attribute name profile/> }).collect_view();
    view! { <div class="row-of-fields">{fields}</div> }.into_any()
}

/// What few organizations use. It stands open when something is in it.
#[component]
fn MoreAttributes(profile: StoredValue<Profile>) -> impl IntoView {
    let names = || ATTRIBUTES.iter().map(|(name, _)| *name).filter(|name| !WORK.contains(name) && !PERSON.contains(name));
    let used = names().any(|name| profile.with_value(|profile| profile.get(name).is_some()));
    let fields = names().map(|name| view! { <Attribute name profile/> }).collect_view();
    view! {
        <details class="fold" open=used>
            <summary>"More attributes"</summary>
            <div class="row-of-fields">{fields}</div>
        </details>
    }
    .into_any()
}

#[component]
fn Attribute(name: &'static str, profile: StoredValue<Profile>) -> impl IntoView {
    let label = ATTRIBUTES.iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| *label);
    let value = profile.with_value(|profile| profile.get(name).unwrap_or_default().to_owned());
    let kind = match name {
        "employeeHireDate" => "date",
        "telephoneNumber" | "mobile" => "tel",
        _ => "text",
    };
    view! { <TextField name=["attributes[", name, "]"].concat() label value kind extra=true/> }.into_any()
}
