//! Administration of groups.

use super::{Call, Reply};
use leptos::prelude::*;
use model::GroupId;

/// One form makes and edits: without `group` it makes one. `membership` is `assigned` or `dynamic`.
#[server(prefix = "/api", endpoint = "save_group")]
pub async fn save_group(
    #[server(default)] group: Option<GroupId>,
    #[server(default)] version: i64,
    name: String,
    #[server(default)] description: String,
    #[server(default)] membership: String,
    #[server(default)] rule: String,
    #[server(default)] role_assignable: bool,
) -> Call<Reply> {
    use model::command::{Command, Done, GroupFields};
    use model::directory::Membership;
    let membership = if membership == "dynamic" { Membership::Dynamic { rule } } else { Membership::Assigned };
    let fields = GroupFields { name, description, membership, role_assignable };
    let command = match group {
        None => Command::CreateGroup(fields),
        Some(group) => Command::EditGroup { group, version, fields },
    };
    super::reply("save_group", Ok(command), |done| match done {
        Done::GroupCreated { group, name } => (format!("“{name}” was created."), format!("/admin/groups/{group}")),
        Done::GroupChanged { group, name, members } => (
            format!("“{name}” was changed. It has {} now.", model::time::count(i64::try_from(members).unwrap_or(0), "member")),
            format!("/admin/groups/{group}"),
        ),
        _ => super::elsewhere(),
    })
    .await
}

/// `user` is a user's id.
#[server(prefix = "/api", endpoint = "add_member")]
pub async fn add_member(group: GroupId, #[server(default)] user: String, #[server(default)] as_owner: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::directory::Principal;
    let command = super::id_or_none("user", &user).and_then(|id| match id {
        Some(id) => Ok(Command::AddMember { group, principal: Principal::User(id), as_owner }),
        None => Err(model::Refusal::Required { field: "user".to_owned(), label: "Person".to_owned() }),
    });
    super::reply("add_member", command, move |done| match done {
        Done::MemberAdded { group, name } => (format!("{name} was added."), members_of(group, as_owner)),
        _ => super::elsewhere(),
    })
    .await
}

/// `kind` is `user` or `group`, `id` the id of the member to remove.
#[server(prefix = "/api", endpoint = "remove_member")]
pub async fn remove_member(group: GroupId, kind: String, id: String, #[server(default)] as_owner: bool) -> Call<Reply> {
    use model::command::{Command, Done};
    use model::directory::Principal;
    let missing = || model::Refusal::Required { field: "id".to_owned(), label: "Member".to_owned() };
    let principal = match kind.as_str() {
        "group" => super::id_or_none("id", &id).and_then(|id| id.ok_or_else(missing)).map(Principal::Group),
        _ => super::id_or_none("id", &id).and_then(|id| id.ok_or_else(missing)).map(Principal::User),
    };
    let command = principal.map(|principal| Command::RemoveMember { group, principal, as_owner });
    super::reply("remove_member", command, move |done| match done {
        Done::MemberRemoved { group, name } => (format!("{name} was removed."), members_of(group, as_owner)),
        _ => super::elsewhere(),
    })
    .await
}

/// The list from which somebody came, so that a page without script shows it again.
#[cfg(feature = "ssr")]
fn members_of(group: GroupId, owners: bool) -> String {
    format!("/admin/groups/{group}{}", if owners { "?tab=owners" } else { "" })
}
