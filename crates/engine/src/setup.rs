//! The first administrator: by a one-time link from the log, or on the command line. There is no default password.

use crate::change::Change;
use crate::{By, Engine, Fault, Problem, commands};
use auth::Token;
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::command::{Secret, UserFields};
use model::directory::{PortalRole, Principal, Profile, UserKind};
use model::event::Action;
use model::limits::SETUP_LINK_HOURS;
use model::{AssignmentId, Refusal, Span, UserId};
use rules::user::User;
use store::{assignments, sessions, users};

/// What makes the first Global Administrator.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    /// From the link; nothing on the command line, whose user owns the server anyway.
    pub token: Option<Secret>,
    pub user_name: String,
    pub display_name: String,
    pub mail: String,
    pub password: Secret,
}

impl Engine {
    /// A fresh one-time token when there is no administrator yet; older ones stop working.
    pub async fn setup_token(&self) -> Result<Option<Secret>, Fault> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        if !assignments::role_holders(&mut link, PortalRole::GlobalAdministrator.id(), now).await?.is_empty() {
            return Ok(None);
        }
        let token = Token::new().map_err(|error| Fault::new("making a set-up token", error))?;
        sessions::put_setup_token(&mut link, &token.hash(), now + Span::hours(SETUP_LINK_HOURS)).await?;
        link.commit().await?;
        Ok(Some(Secret(token.expose().to_owned())))
    }

    /// Makes a Global Administrator. With a token only when there is none yet.
    pub async fn create_first_administrator(&self, first: FirstAdministrator) -> Result<UserId, Problem> {
        let fields = rules::user::check(&UserFields {
            user_name: first.user_name,
            display_name: first.display_name,
            mail: first.mail,
            kind: UserKind::Member,
            manager: None,
            sponsors: Vec::new(),
            profile: Profile::default(),
        })?;
        rules::user::check_password(&first.password.0)?;
        // Whoever has no token costs a look-up, and not a hash.
        if let Some(token) = &first.token {
            self.may_set_up(token).await?;
        }
        let hash = self.inner.hashing.hash(first.password).await?;
        let mut change = Change::begin(self, &By::Console).await?;
        let role = PortalRole::GlobalAdministrator.id();
        if let Some(token) = &first.token {
            assignments::guard(&mut change.link, role).await?;
            let token = Token::parse(&token.0).ok_or(Refusal::SetupLinkInvalid)?;
            let used = sessions::use_setup_token(&mut change.link, &token.hash(), change.now).await?;
            let nobody = assignments::role_holders(&mut change.link, role, change.now).await?.is_empty();
            if !used || !nobody {
                return Err(Refusal::SetupLinkInvalid.into());
            }
        }
        let id = UserId(change.id());
        let user = User {
            id,
            user_name: fields.user_name,
            display_name: fields.display_name,
            mail: fields.mail,
            kind: fields.kind,
            manager: None,
            enabled: true,
            profile: fields.profile,
            created_at: change.now,
            last_sign_in_at: None,
            version: 0,
        };
        commands::taken(users::insert(&mut change.link, &user, Some(&hash)).await, ("user_name", "User name"), &user.user_name)?;
        let assignment = Assignment {
            id: AssignmentId(change.id()),
            principal: Principal::User(id),
            role: ResourceRole::DirectoryRole(role),
            assignment_type: AssignmentType::Active,
            source: Source::Direct,
            starts_at: change.now,
            ends_at: None,
            ended_at: None,
        };
        assignments::insert(&mut change.link, &assignment, change.now).await?;
        change.record(None, [Action::UserCreated { user: id, name: user.display_name }, rules::request::started(&assignment)]);
        commands::attributes_changed(&mut change, id).await?;
        change.save().await?;
        self.wake();
        Ok(id)
    }

    async fn may_set_up(&self, token: &Secret) -> Result<(), Problem> {
        let token = Token::parse(&token.0).ok_or(Refusal::SetupLinkInvalid)?;
        let now = self.inner.clock.now();
        let mut link = self.inner.db.read().await?;
        let nobody = assignments::role_holders(&mut link, PortalRole::GlobalAdministrator.id(), now).await?.is_empty();
        if nobody && sessions::is_setup_token(&mut link, &token.hash(), now).await? {
            return Ok(());
        }
        Err(Refusal::SetupLinkInvalid.into())
    }
}
