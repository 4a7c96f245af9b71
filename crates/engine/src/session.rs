//! Sign-in and sessions.

use crate::logout::LeftBehind;
use crate::tries::Try;
use crate::{Engine, Fault, Problem};
use auth::Token;
use model::access::{Assignment, ResourceRole};
use model::command::Secret;
use model::directory::{BUILT_IN_ROLES, PortalRole};
use model::event::{Action, Actor, Event};
use model::limits::{
    FLASH_MINUTES, SESSION_REMEMBERED_DAYS, SESSION_TOUCH_SECONDS, SIGN_IN_FAILURES_REMEMBERED_HOURS, SIGN_IN_PLACE_KNOWN_DAYS,
};
use model::proof::{Proofs, Vouched};
use model::role_settings::Privileged;
use model::{EventId, ProviderId, Refusal, RoleId, Span, Ts, UserId};
use rules::sign_in::{comes_in, session_ends};
use rules::user::User;
use std::collections::BTreeSet;
use store::{Link, assignments, events, role_settings, sessions, users};

/// Who is signed in, as of the moment the session was read.
#[derive(Clone, Debug)]
pub struct Who {
    pub user: UserId,
    pub user_name: String,
    pub display_name: String,
    /// What this session proved, and when.
    pub proofs: Proofs,
    /// The identity provider with which the session was begun.
    pub provider: Option<ProviderId>,
    /// SHA-256 of the session's token; the token itself is known to the browser only.
    pub session: [u8; 32],
    /// Portal roles in force now, directly or through groups.
    pub roles: BTreeSet<PortalRole>,
    /// There are people who report to this one.
    pub has_reports: bool,
    /// The roles that hold this session back until more than a password is proved in it.
    pub asked_by: Vec<String>,
    /// Languages that this person reads, the best liked first, as in BCP 47. The session does not know them: whoever brings
    /// the person here says them.
    pub languages: Vec<String>,
}

/// A try to sign in.
#[derive(Clone, Debug)]
pub struct SigningIn {
    pub user_name: String,
    pub password: Secret,
    /// The visitor's network address, for throttling and the history.
    pub address: String,
    pub agent: String,
}

/// How somebody signed in.
#[derive(Clone, Copy)]
pub(crate) enum How<'a> {
    Password,
    Demo,
    Passkey,
    Provider(&'a There<'a>),
}

/// How somebody signed in at a provider. It has no `Debug`: the token stands in no log.
pub(crate) struct There<'a> {
    pub provider: ProviderId,
    pub proofs: Proofs,
    /// What the provider calls the sign-in.
    pub sid: Option<&'a str>,
    pub id_token: &'a str,
}

impl How<'_> {
    fn key(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Demo => "demo",
            Self::Passkey => "passkey",
            Self::Provider(_) => "provider",
        }
    }
}

/// Somebody who gave the right password, and is not let in yet: it took a while to check, and it may count no longer.
pub struct Proven {
    user: UserId,
    /// What the password was compared with.
    hash: String,
    tried: Try,
    address: String,
    agent: String,
}

/// Somebody who may be let in, read in the transaction that does it. Whoever disables them, takes a way to sign in from them or
/// sets a password waits for its end, and then ends the session with all others.
pub(crate) struct Present(User);

impl Present {
    /// Nothing when they are disabled by now, or have another password than the one with this hash.
    pub async fn read(link: &mut Link, user: UserId, hash: Option<&str>) -> Result<Option<Self>, Fault> {
        let found = users::guarded(link, user).await?;
        let still = |there: &(User, Option<String>)| comes_in(there.0.enabled, hash, there.1.as_deref());
        Ok(found.filter(still).map(|(user, _)| Self(user)))
    }
}

/// A new session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What the cookie holds.
    pub token: Secret,
    pub user: UserId,
    pub expires_at: Ts,
}

/// A session that ended by itself.
#[derive(Debug)]
pub struct EndedSession {
    id: [u8; 32],
    user: UserId,
    /// One was sent with it since.
    pub keeps_a_form: bool,
}

/// Longer texts of browsers about themselves say nothing more.
const AGENT_MAX_CHARS: usize = 300;

impl Engine {
    /// Signs somebody in with user name and password. Unknown users, wrong passwords and disabled accounts
    /// get the same answer after the same time.
    pub async fn sign_in(&self, asked: SigningIn) -> Result<SignedIn, Problem> {
        let proven = self.check_sign_in(asked).await?;
        self.let_in(proven).await
    }

    /// The first half: whether it is the password.
    pub async fn check_sign_in(&self, asked: SigningIn) -> Result<Proven, Problem> {
        let SigningIn { user_name, password, address, agent } = asked;
        let tried = self.begin_account_try(&user_name, &address).await?;
        let known = {
            let mut link = self.inner.db.read().await?;
            users::by_name(&mut link, &user_name).await?
        };
        let (user, hash) = known.map_or((None, None), |(user, hash)| (Some(user), hash));
        let right = self.inner.hashing.verify(password, hash.clone()).await?;
        match (user, hash) {
            (Some(user), Some(hash)) if right && comes_in(user.enabled, None, Some(&hash)) => {
                Ok(Proven { user: user.id, hash, tried, address, agent })
            }
            (user, _) => Err(self.sign_in_failed(user.map(|user| user.id), &tried, &address).await?),
        }
    }

    /// The second half: whoever gave the password comes in, if it is still theirs and they are still enabled.
    pub async fn let_in(&self, proven: Proven) -> Result<SignedIn, Problem> {
        let Proven { user, hash, tried, address, agent } = proven;
        let mut link = self.inner.db.begin().await?;
        match Present::read(&mut link, user, Some(&hash)).await? {
            Some(present) => {
                self.forgive(&mut link, &tried).await?;
                self.start_session(link, &present, How::Password, &address, &agent).await
            }
            None => {
                drop(link);
                Err(self.sign_in_failed(Some(user), &tried, &address).await?)
            }
        }
    }

    /// Signs a demo account in without a password. Only a demo server has a route to it.
    pub async fn sign_in_as(&self, user_name: &str, address: &str, agent: &str) -> Result<SignedIn, Problem> {
        if !self.inner.settings.demo {
            return Err(Refusal::NotFound { what: "page" }.into());
        }
        let mut link = self.inner.db.begin().await?;
        let present = match users::by_name(&mut link, user_name).await? {
            Some((user, _)) => Present::read(&mut link, user.id, None).await?,
            None => None,
        };
        let present = present.ok_or(Refusal::SignInFailed)?;
        self.start_session(link, &present, How::Demo, address, agent).await
    }

    pub(crate) async fn start_session(
        &self,
        mut link: Link,
        Present(user): &Present,
        how: How<'_>,
        address: &str,
        agent: &str,
    ) -> Result<SignedIn, Problem> {
        let now = self.inner.clock.now();
        let token = Token::new().map_err(|error| Fault::new("making a session token", error))?;
        let agent: String = agent.chars().take(AGENT_MAX_CHARS).collect();
        sessions::insert(&mut link, &token.hash(), user.id, how.key(), address, &agent, now).await?;
        match how {
            How::Password | How::Demo => {}
            How::Passkey => sessions::proved_by_passkey(&mut link, &token.hash(), now).await?,
            How::Provider(There { provider, proofs, sid, id_token }) => {
                let Proofs { signed_in_at, vouched: Vouched { multifactor_at, passkey_at }, .. } = *proofs;
                sessions::vouched(&mut link, &token.hash(), *provider, signed_in_at, multifactor_at, passkey_at).await?;
                let sealed = crate::logout::kept(&self.inner.keys, &token.hash(), id_token);
                sessions::set_there(&mut link, &token.hash(), *sid, sealed.as_deref()).await?;
            }
        }
        users::signed_in(&mut link, user.id, now).await?;
        sessions::signed_in_from(&mut link, user.id, address, now).await?;
        let action = Action::SignedIn { user: user.id, how: how.key().to_owned(), address: address.to_owned() };
        self.note(&mut link, Actor::User(user.id), action, now).await?;
        link.commit().await?;
        self.wake();
        Ok(SignedIn { token: Secret(token.expose().to_owned()), user: user.id, expires_at: session_ends(now, now) })
    }

    /// A failed try of an account that exists is part of its history. One of an unknown account is not, but costs
    /// a commit all the same: the time must not tell whether somebody exists.
    async fn sign_in_failed(&self, user: Option<UserId>, tried: &Try, from: &str) -> Result<Problem, Problem> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        self.leave_counted(&mut link, tried).await?;
        if let Some(user) = user {
            let action = Action::SignInFailed { user, address: from.to_owned() };
            self.note(&mut link, Actor::System, action, now).await?;
        }
        link.commit().await?;
        self.wake();
        Ok(Refusal::SignInFailed.into())
    }

    pub(crate) async fn note_all(&self, link: &mut Link, actor: Actor, actions: Vec<Action>, now: Ts) -> Result<(), Fault> {
        let event =
            |action| Event { id: EventId(self.inner.ids.next(now)), at: now, actor, request: None, about: Vec::new(), action };
        let events: Vec<Event> = actions.into_iter().map(event).collect();
        Ok(events::insert(link, &events).await?)
    }

    pub(crate) async fn note(&self, link: &mut Link, actor: Actor, action: Action, now: Ts) -> Result<(), Fault> {
        self.note_all(link, actor, vec![action], now).await
    }

    /// Who a session belongs to, with the roles in force now; nothing when it is unknown or over.
    pub async fn session(&self, token: &str) -> Result<Option<Who>, Fault> {
        let now = self.inner.clock.now();
        let Some((who, seen_at)) = self.found(token, now).await? else { return Ok(None) };
        if now.since(seen_at) > Span::seconds(SESSION_TOUCH_SECONDS) {
            let mut link = self.inner.db.begin().await?;
            sessions::seen(&mut link, &who.session, now).await?;
            sessions::forget(&mut link, now - Span::days(SESSION_REMEMBERED_DAYS)).await?;
            sessions::forget_failures(&mut link, now - Span::hours(SIGN_IN_FAILURES_REMEMBERED_HOURS)).await?;
            sessions::forget_places(&mut link, now - Span::days(SIGN_IN_PLACE_KNOWN_DAYS)).await?;
            link.commit().await?;
        }
        Ok(Some(who))
    }

    /// The same without using the session: a page that is open does not say that somebody is there.
    pub async fn session_unused(&self, token: &str) -> Result<Option<Who>, Fault> {
        Ok(self.found(token, self.inner.clock.now()).await?.map(|(who, _)| who))
    }

    /// Whose it is, and when it was used last.
    async fn found(&self, token: &str, now: Ts) -> Result<Option<(Who, Ts)>, Fault> {
        let Some(token) = Token::parse(token) else { return Ok(None) };
        let id = token.hash();
        let mut link = self.inner.db.read().await?;
        let Some(session) = sessions::get(&mut link, &id).await? else { return Ok(None) };
        if !session.enabled || now >= session_ends(session.created_at, session.seen_at) {
            return Ok(None);
        }
        // Who came from a provider signed in there, perhaps long before the session began.
        let here = session.provider_id.is_none();
        let begun = Proofs {
            signed_in_at: if here { Some(session.created_at) } else { session.vouched_at },
            code_at: session.code_at,
            passkey_at: session.passkey_at,
            vouched: Vouched { multifactor_at: session.vouched_multifactor_at, passkey_at: session.vouched_passkey_at },
        };
        let word = Proofs {
            signed_in_at: session.word_signed_in_at,
            vouched: Vouched { multifactor_at: session.word_multifactor_at, passkey_at: session.word_passkey_at },
            ..Proofs::default()
        };
        let proofs = rules::proof::with_word(begun, word);
        let reach = assignments::reach(&mut link, session.user_id, now).await?;
        let held_back = session.holders_asked && rules::proof::is_held_back(&proofs);
        let asked_by = if held_back { asking(&mut link, session.user_id, &reach, now).await? } else { Vec::new() };
        let roles = portal_roles(session.user_id, &reach, now);
        let (user, user_name, display_name) = (session.user_id, session.user_name, session.display_name);
        let has_reports = session.has_reports;
        let provider = session.provider_id;
        let languages = Vec::new();
        let who = Who { user, user_name, display_name, proofs, provider, session: id, roles, has_reports, asked_by, languages };
        Ok(Some((who, session.seen_at)))
    }

    /// Ends a session. The answer says where it came from, for signing out there, too.
    pub async fn sign_out(&self, who: &Who) -> Result<Option<LeftBehind>, Fault> {
        let now = self.inner.clock.now();
        let mut link = self.inner.db.begin().await?;
        let left = match who.provider {
            Some(provider) => {
                let id_token = sessions::id_token(&mut link, &who.session).await?;
                Some(LeftBehind::new(&self.inner.keys, provider, &who.session, id_token))
            }
            None => None,
        };
        if sessions::end(&mut link, &who.session).await? > 0 {
            self.note(&mut link, Actor::User(who.user), Action::SignedOut { user: who.user }, now).await?;
        }
        link.commit().await?;
        self.wake();
        Ok(left)
    }

    /// Ends the session that a browser had before somebody signed in there. What it keeps for its next page goes on when it
    /// is the same person: a form that asked for a fresh sign-in comes back as it was typed.
    pub async fn succeed(&self, before: &Who, after: &SignedIn) -> Result<(), Fault> {
        if before.user == after.user {
            let mut link = self.inner.db.begin().await?;
            self.hand_on(&mut link, &before.session, after).await?;
            link.commit().await?;
        }
        self.sign_out(before).await.map(drop)
    }

    /// The same of a session that had ended by itself: what goes on is what was sent with it too late.
    pub async fn succeed_ended(&self, before: &EndedSession, after: &SignedIn) -> Result<(), Fault> {
        let mut link = self.inner.db.begin().await?;
        if before.keeps_a_form && before.user == after.user {
            self.hand_on(&mut link, &before.id, after).await?;
        }
        sessions::end(&mut link, &before.id).await?;
        Ok(link.commit().await?)
    }

    async fn hand_on(&self, link: &mut Link, from: &[u8], to: &SignedIn) -> Result<(), Fault> {
        if let Some(token) = Token::parse(&to.token.0) {
            sessions::hand_flash_on(link, from, &token.hash(), self.inner.clock.now()).await?;
        }
        Ok(())
    }

    /// The session that ended by itself, if it is one of somebody who may sign in again and is remembered still.
    pub async fn ended_session(&self, token: &str) -> Result<Option<EndedSession>, Fault> {
        let Some(token) = Token::parse(token) else { return Ok(None) };
        let id = token.hash();
        let now = self.inner.clock.now();
        let mut link = self.inner.db.read().await?;
        let Some(session) = sessions::get(&mut link, &id).await?.filter(|session| session.enabled) else { return Ok(None) };
        let over = session_ends(session.created_at, session.seen_at);
        if now < over {
            return Ok(None);
        }
        let keeps_a_form = sessions::flash(&mut link, &id).await?.is_some_and(|(_, at)| over <= at);
        Ok(Some(EndedSession { id, user: session.user_id, keeps_a_form }))
    }

    /// Keeps what the next page of this session shall show.
    pub async fn put_flash(&self, who: &Who, json: String) -> Result<(), Fault> {
        self.keep(&who.session, json).await
    }

    /// Keeps a form that was sent with it, until its owner has signed in again.
    pub async fn keep_late(&self, ended: &EndedSession, json: String) -> Result<(), Fault> {
        self.keep(&ended.id, json).await
    }

    async fn keep(&self, session: &[u8], json: String) -> Result<(), Fault> {
        let mut link = self.inner.db.begin().await?;
        sessions::put_flash(&mut link, session, &json, self.inner.clock.now()).await?;
        Ok(link.commit().await?)
    }

    /// What was kept, and when; nothing when it is too old. It stays until [`Engine::forget_flash`].
    pub async fn flash(&self, who: &Who) -> Result<Option<(String, Ts)>, Fault> {
        let mut link = self.inner.db.read().await?;
        let found = sessions::flash(&mut link, &who.session).await?;
        let now = self.inner.clock.now();
        Ok(found.filter(|(_, at)| now.since(*at) <= Span::minutes(FLASH_MINUTES)))
    }

    /// Forgets what was kept at `at`: it was shown. What was kept since stays.
    pub async fn forget_flash(&self, who: &Who, at: Ts) -> Result<(), Fault> {
        let mut link = self.inner.db.begin().await?;
        sessions::clear_flash(&mut link, &who.session, at).await?;
        Ok(link.commit().await?)
    }
}

/// Refuses whoever's session ended since it was read, or who is disabled: what they sent may have taken a while to arrive. Whoever
/// disables them, sets a password, ends their other sessions or takes a way to sign in away waits until the transaction is over, or
/// is through before it.
pub(crate) async fn still_in(link: &mut Link, who: &Who) -> Result<(), Problem> {
    users::guard(link, who.user).await?;
    is_in(link, who).await
}

/// The same, and keeps nobody waiting.
pub(crate) async fn is_in(link: &mut Link, who: &Who) -> Result<(), Problem> {
    if sessions::is_of(link, &who.session, who.user).await? { Ok(()) } else { Err(Refusal::SignInNeeded.into()) }
}

/// The portal roles that an enabled user holds now, directly or through groups.
pub async fn roles(link: &mut Link, user: UserId, now: Ts) -> Result<BTreeSet<PortalRole>, Fault> {
    let reach = assignments::reach(link, user, now).await?;
    Ok(portal_roles(user, &reach, now))
}

fn portal_roles(user: UserId, reach: &[Assignment], now: Ts) -> BTreeSet<PortalRole> {
    let held = rules::effective::held(user, true, reach, now).into_iter();
    held.filter_map(|held| match held.role {
        ResourceRole::DirectoryRole(role) => PortalRole::of(role),
        ResourceRole::GroupMember(_) | ResourceRole::GroupOwner(_) | ResourceRole::ApplicationRole(..) => None,
    })
    .collect()
}

/// The names of those of somebody's roles that ask their holders for more than a password.
async fn asking(link: &mut Link, user: UserId, reach: &[Assignment], now: Ts) -> Result<Vec<String>, Fault> {
    let roles: Vec<_> = rules::proof::directory_roles(user, reach, now).into_iter().map(Privileged::DirectoryRole).collect();
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let settings = role_settings::several(link, &roles).await?;
    let asks =
        |role: &RoleId| settings.get(&Privileged::DirectoryRole(*role)).is_some_and(|stored| stored.settings.holder_multifactor);
    Ok(BUILT_IN_ROLES.iter().filter(|role| asks(&role.id)).map(|role| role.name.to_owned()).collect())
}
