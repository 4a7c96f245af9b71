//! Who is in a group or owns it: the list, taking somebody out, putting somebody in.

use super::{GROUPS, USERS, below};
use crate::calls::group::{AddMember, RemoveMember};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::UserId;
use model::view::admin::MemberRow;
use model::view::{Choice, Persona};

#[component]
pub fn Members(
    /// The group's id.
    group: String,
    /// The group's name.
    of: String,
    rows: Vec<MemberRow>,
    /// What taking somebody out does.
    effect: String,
    #[prop(default = None, into)] pager: Option<AnyView>,
    as_owner: bool,
) -> impl IntoView {
    let dialogs: Vec<AnyView> = rows
        .iter()
        .filter(|row| row.removable)
        .map(|row| {
            let (row, group, of, effect) = (row.clone(), group.clone(), of.clone(), effect.clone());
            view! { <RemoveDialog row group of effect as_owner/> }.into_any()
        })
        .collect();
    let acts = !dialogs.is_empty();
    let rows = rows.into_iter().map(|row| view! { <Row row acts/> }).collect_view();
    let caption = if as_owner { "Owners of the group" } else { "Members of the group" };
    view! {
        <Listing caption columns=vec!["Name", "Source", "Since", "Ends"] acts dense=true pager>{rows}</Listing>
        {dialogs}
    }
    .into_any()
}

#[component]
fn Row(row: MemberRow, acts: bool) -> impl IntoView {
    let MemberRow { kind, id, name, under, source, since, ends, removable } = row;
    let who = match (kind.as_str(), id.parse::<UserId>()) {
        ("user", Ok(user)) => {
            let href = below(USERS, &id);
            view! { <Person who=Persona { id: user, name: name.clone(), under } href/> }.into_any()
        }
        ("group", _) => {
            let href = below(GROUPS, &id);
            view! { <Team name=name.clone() href under/> }.into_any()
        }
        _ => view! { {name.clone()}<span class="under">{under}</span> }.into_any(),
    };
    let ends = match ends {
        Some(of) => view! { <TimeLeft of quiet=true/> }.into_any(),
        None => "Permanent".into_any(),
    };
    let remove = removable.then(|| {
        view! {
            <DialogButton id=dialog_id(&id) class="button small bare danger">"Remove"<span class="sr">" "{name}</span></DialogButton>
        }
    });
    view! {
        <tr>
            <th scope="row">{who}</th>
            <td data-label="Source">{source}</td>
            <td data-label="Since"><When at=since/></td>
            <td data-label="Ends">{ends}</td>
            {acts.then(|| view! { <td class="acts">{remove}</td> })}
        </tr>
    }
    .into_any()
}

fn dialog_id(member: &str) -> String {
    ["remove-", member].concat()
}

#[component]
fn RemoveDialog(row: MemberRow, group: String, of: String, effect: String, as_owner: bool) -> impl IntoView {
    let MemberRow { kind, id, name, .. } = row;
    let dialog = dialog_id(&id);
    let what = if as_owner { " is no longer an owner of “" } else { " is no longer a member of “" };
    let label = ["Remove ", &name].concat();
    let about = ("id", id);
    view! {
        <DialogForm id=dialog title=[&label, "?"].concat() call=RemoveMember::PATH about text=[&name, what, &of, "”. ", &effect].concat() label>
                <Hidden name="group" value=group/>
                <Hidden name="kind" value=kind/>
                <Hidden name="as_owner" value=as_owner.to_string()/>
</DialogForm>
    }
    .into_any()
}

/// One line above the list.
#[component]
pub fn AddMemberForm(group: String, people: Vec<Choice>, path: String, searched: String, as_owner: bool) -> impl IntoView {
    let label = if as_owner { "Add owner" } else { "Add member" };
    let keep = vec![("tab", if as_owner { "owners".to_owned() } else { String::new() })];
    let count = people.len();
    let among = group.parse().map(Among::ForGroup).unwrap_or_default();
    view! {
        <div>
            <PersonSearch path label="Search people" value=searched count keep/>
            <PostForm call=AddMember::PATH class="add-line">
                <Hidden name="group" value=group/>
                <Hidden name="as_owner" value=as_owner.to_string()/>
                <PersonPicker name="user" label="Person" people among/>
                <SubmitButton label kind="" icon="plus"/>
            </PostForm>
        </div>
    }
    .into_any()
}
