//! Changing people, as administrators do.

use crate::{Person, World};
use engine::Problem;
use model::command::{Command, Done, GroupFields, Secret, UserFields};
use model::directory::Principal;
use model::query;
use model::{GroupId, UserId};

impl World {
    /// The form of a user as it is filled in now, with the version that the page shows.
    pub async fn form_of(&self, user: UserId) -> (i64, UserFields) {
        let mut link = self.db().read().await.unwrap();
        let user = store::users::get(&mut link, user).await.unwrap().unwrap();
        let sponsors = store::sponsors::of(&mut link, user.id).await.unwrap();
        let fields = UserFields {
            user_name: user.user_name,
            display_name: user.display_name,
            mail: user.mail,
            kind: user.kind,
            manager: user.manager,
            sponsors,
            profile: user.profile,
        };
        (user.version, fields)
    }

    /// The form of a group as it is filled in now, with the version that the page shows.
    pub async fn form_of_group(&self, group: GroupId) -> (i64, GroupFields) {
        let mut link = self.db().read().await.unwrap();
        let group = store::groups::get(&mut link, group).await.unwrap().unwrap();
        let fields = GroupFields {
            name: group.name,
            description: group.description,
            membership: group.membership,
            role_assignable: group.role_assignable,
        };
        (group.version, fields)
    }
}

impl Person {
    /// Opens somebody's form, changes it, and saves it.
    pub async fn edits(&self, user: &Person, change: impl FnOnce(&mut UserFields)) -> Result<Done, Problem> {
        let (version, mut fields) = self.world.form_of(user.id).await;
        change(&mut fields);
        self.submits(Command::EditUser { user: user.id, version, fields }).await
    }

    /// Opens a group's form, changes it, and saves it.
    pub async fn edits_group(&self, group: GroupId, change: impl FnOnce(&mut GroupFields)) -> Result<Done, Problem> {
        let (version, mut fields) = self.world.form_of_group(group).await;
        change(&mut fields);
        self.submits(Command::EditGroup { group, version, fields }).await
    }

    pub async fn disables(&self, user: &Person) -> Result<Done, Problem> {
        self.submits(Command::SetUserEnabled { user: user.id, enabled: false }).await
    }

    pub async fn enables(&self, user: &Person) -> Result<Done, Problem> {
        self.submits(Command::SetUserEnabled { user: user.id, enabled: true }).await
    }

    pub async fn sets_password(&self, user: &Person, password: &str) -> Result<Done, Problem> {
        self.submits(Command::SetPassword { user: user.id, password: Secret(password.into()) }).await
    }

    pub async fn adds(&self, group: GroupId, member: &Person) -> Result<Done, Problem> {
        self.submits(Command::AddMember { group, principal: Principal::User(member.id), as_owner: false }).await
    }

    pub async fn removes(&self, group: GroupId, member: &Person) -> Result<Done, Problem> {
        self.submits(Command::RemoveMember { group, principal: Principal::User(member.id), as_owner: false }).await
    }

    /// The page of a group.
    pub async fn sees_group(&self, group: GroupId) -> Result<model::view::admin::Group, Problem> {
        self.asks(query::Group { group, after: None, person: String::new() }).await
    }
}
