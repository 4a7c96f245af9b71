//! SCIM 2.0 servers of others (RFC 7643, RFC 7644), as far as access needs them: people, groups, and who is in them.
//!
//! What a server answers counts only as far as it says what was asked: an answer without a body is read back, and one that
//! says something else is refused. Nothing here decides who shall have what.

mod look;
mod pace;
mod replace;

pub use pace::Pace;

use crate::outgoing::{Answer, Ask, Client, Method, OutgoingFault, repeated};
use model::target::Reach;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt;
use url::Url;

const KIND: &str = "application/scim+json";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The members of one group; a member has about a hundred bytes.
const MEMBERS_MAX_BYTES: usize = 16 * 1024 * 1024;
/// Memberships that are looked for one by one rather than by reading the whole group.
const FEW: usize = 4;

/// A server, and how it is asked.
pub struct Scim<'a> {
    client: &'a Client,
    base: &'a str,
    token: &'a str,
    pace: &'a Pace,
}

/// What somebody is like at a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who they are here, for ever. Nothing: what the server has is left as it is.
    pub external_id: Option<String>,
    pub user_name: String,
    pub display_name: String,
    /// May be empty.
    pub mail: String,
    pub active: bool,
}

impl Person {
    fn json(&self) -> Value {
        let mut user = json!({
            "schemas": [USER],
            "userName": self.user_name,
            "displayName": self.display_name,
            "name": { "formatted": self.display_name },
            "active": self.active,
        });
        if let Some(fields) = user.as_object_mut() {
            if let Some(id) = &self.external_id {
                fields.insert("externalId".to_owned(), json!(id));
            }
            if !self.mail.is_empty() {
                fields.insert("emails".to_owned(), json!([{ "value": self.mail, "type": "work", "primary": true }]));
            }
        }
        user
    }
}

/// An account as a server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub user_name: String,
    pub external_id: Option<String>,
}

/// What a server says that it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Can {
    pub patch: bool,
    /// Groups can be looked for by who is in them.
    pub finds_members: bool,
}

/// A member of a group there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    /// May be empty.
    pub display: String,
}

/// Why it did not work. `Display` says it as a sentence that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScimFault {
    Outgoing(OutgoingFault),
    Refused {
        /// What was asked: `Making the account`.
        what: &'static str,
        status: u16,
        /// What the server said about it; may be empty.
        said: String,
        retry_after: Option<u64>,
    },
    /// It answered, but not what the standard asks for.
    Unreadable {
        what: &'static str,
    },
    /// It said that it was done, and it was not.
    NotSo {
        what: &'static str,
    },
}

impl fmt::Display for ScimFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outgoing(fault) => fault.fmt(f),
            Self::Refused { what, status: 401, .. } => write!(f, "{what} was refused: the target does not take the token (401)."),
            Self::Refused { what, status: 403, said, .. } if said.is_empty() => {
                write!(f, "{what} was refused: the token may not do this (403).")
            }
            Self::Refused { what, status: 429, .. } => write!(f, "{what} has to wait: the target is asked too often (429)."),
            Self::Refused { what, status, said, .. } if said.is_empty() => {
                write!(f, "{what} was refused: the target answered with status {status}.")
            }
            Self::Refused { what, status, said, .. } => {
                write!(f, "{what} was refused: the target answered “{said}” (status {status}).")
            }
            Self::Unreadable { what } => write!(f, "{what} was answered with something that is not SCIM."),
            Self::NotSo { what } => write!(f, "{what} was answered as done, but reading it back showed that it is not."),
        }
    }
}

impl ScimFault {
    /// How far it reaches: an account that may not be touched and a server that may touch none are answered alike.
    pub fn reach(&self) -> Reach {
        match self {
            Self::Outgoing(_) => Reach::Silence,
            Self::Refused { status: 401 | 407 | 429, .. } => Reach::Everybody,
            Self::Refused { status: 403 | 408 | 300..=399 | 500.., .. } => Reach::Doubtful,
            Self::Refused { .. } | Self::Unreadable { .. } | Self::NotSo { .. } => Reach::One,
        }
    }

    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Outgoing(_) | Self::Unreadable { .. } | Self::NotSo { .. } => None,
        }
    }

    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}

impl<'a> Scim<'a> {
    pub fn new(client: &'a Client, base: &'a str, token: &'a str, pace: &'a Pace) -> Self {
        Self { client, base, token, pace }
    }

    /// What the server says about itself.
    pub async fn config(&self) -> Result<Can, ScimFault> {
        let what = "Reading what the server can";
        let answer = self.ask(what, Ask::get(&self.url(&["ServiceProviderConfig"], &[])?)).await?;
        let config = object(what, &answer)?;
        let patch = config.get("patch").and_then(|patch| patch.get("supported")).and_then(Value::as_bool);
        let patch = patch.ok_or(ScimFault::Unreadable { what })?;
        // Whoever finds somebody who cannot be there does not look at what is asked.
        let nobody = self.search(what, "Groups", "members.value eq \"nobody-of-this-name\"", "displayName").await;
        let finds_members = match nobody {
            Ok((found, _)) => found.is_empty(),
            Err(fault) if fault.reach().is_of_everybody() => return Err(fault),
            Err(_) => false,
        };
        Ok(Can { patch, finds_members })
    }

    /// How many people there are, as the server says.
    pub async fn count_users(&self) -> Result<u64, ScimFault> {
        let what = "Reading the people";
        let answer = self.ask(what, Ask::get(&self.url(&["Users"], &[("count", "1"), ("attributes", "userName")])?)).await?;
        object(what, &answer)?.get("totalResults").and_then(Value::as_u64).ok_or(ScimFault::Unreadable { what })
    }

    /// The account with this value of an attribute.
    pub async fn find_user(&self, attribute: &str, value: &str) -> Result<Option<Account>, ScimFault> {
        let what = "Looking the account up";
        let filter = format!("{attribute} eq {}", quoted(value));
        let (found, _) = self.search(what, "Users", &filter, "userName,externalId").await?;
        let same = |account: &Account| match attribute {
            "userName" => account.user_name.to_lowercase() == value.to_lowercase(),
            _ => account.external_id.as_deref() == Some(value),
        };
        let accounts = found.iter().map(|one| account(what, one)).collect::<Result<Vec<_>, _>>()?;
        // A server that does not know filters answers with everybody.
        Ok(accounts.into_iter().find(same))
    }

    /// The account with this id; nothing when it is none, as a group within a group is none.
    pub async fn user(&self, id: &str) -> Result<Option<Account>, ScimFault> {
        let what = "Looking the account up";
        match self.ask(what, Ask::get(&self.url(&["Users", id], &[])?)).await {
            Err(fault) if fault.is_missing() => Ok(None),
            Err(fault) => Err(fault),
            Ok(answer) => Ok(Some(account(what, &object(what, &answer)?)?).filter(|found| found.id == id)),
        }
    }

    pub async fn create_user(&self, person: &Person) -> Result<Account, ScimFault> {
        let what = "Making the account";
        let answer = self.ask(what, Ask::json(Method::POST, &self.url(&["Users"], &[])?, KIND, person.json())).await?;
        let made = account(what, &object(what, &answer)?)?;
        if made.user_name.to_lowercase() != person.user_name.to_lowercase() {
            return Err(ScimFault::NotSo { what });
        }
        Ok(made)
    }

    /// Makes the account say what is known here.
    pub async fn update_user(&self, id: &str, person: &Person, can: Can) -> Result<(), ScimFault> {
        let what = "Changing the account";
        let url = self.url(&["Users", id], &[])?;
        let answer = if can.patch {
            let mut fields = person.json();
            if let Some(fields) = fields.as_object_mut() {
                fields.remove("schemas");
            }
            let patch = json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "value": fields }] });
            self.ask(what, Ask::json(Method::PATCH, &url, KIND, &patch)).await?
        } else {
            self.replace(what, &url, |whole| replace::lay_over(whole, person)).await?
        };
        let now =
            if answer.body.is_empty() { object(what, &self.ask(what, Ask::get(&url)).await?)? } else { object(what, &answer)? };
        let active = now.get("active").and_then(Value::as_bool).unwrap_or(true);
        let named = now.get("userName").and_then(Value::as_str).map(str::to_lowercase);
        if active == person.active && named == Some(person.user_name.to_lowercase()) {
            Ok(())
        } else {
            Err(ScimFault::NotSo { what })
        }
    }

    /// Deletes an account; one that is gone is fine.
    pub async fn delete_user(&self, id: &str) -> Result<(), ScimFault> {
        let what = "Deleting the account";
        let url = self.url(&["Users", id], &[])?;
        match self.ask(what, Ask::delete(&url)).await {
            Err(fault) if fault.is_missing() => return Ok(()),
            answered => answered?,
        };
        match self.ask(what, Ask::get(&url)).await {
            Err(fault) if fault.is_missing() => Ok(()),
            Err(fault) => Err(fault),
            Ok(_) => Err(ScimFault::NotSo { what }),
        }
    }

    /// The id of the group with this name.
    pub async fn find_group(&self, name: &str) -> Result<Option<String>, ScimFault> {
        let what = "Looking the group up";
        let (found, _) = self.search(what, "Groups", &format!("displayName eq {}", quoted(name)), "displayName").await?;
        let named = |group: &&Value| {
            group.get("displayName").and_then(Value::as_str).is_some_and(|there| there.to_lowercase() == name.to_lowercase())
        };
        found.iter().find(named).map(|group| id(what, group)).transpose()
    }

    pub async fn create_group(&self, name: &str) -> Result<String, ScimFault> {
        let what = "Making the group";
        let group = json!({ "schemas": [GROUP], "displayName": name });
        let answer = self.ask(what, Ask::json(Method::POST, &self.url(&["Groups"], &[])?, KIND, &group)).await?;
        id(what, &object(what, &answer)?)
    }

    /// Everybody in a group; nothing when it names no members at all.
    pub async fn members(&self, group: &str) -> Result<Option<Vec<Member>>, ScimFault> {
        let what = "Reading the members";
        let ask = Ask::get(&self.url(&["Groups", group], &[])?).at_most(MEMBERS_MAX_BYTES);
        let answer = self.ask(what, ask).await?;
        let found = object(what, &answer)?;
        if id(what, &found)? != group {
            return Err(ScimFault::Unreadable { what });
        }
        members_of(what, &found)
    }

    /// Changes who is in a group. When this returns, the server says that it is so.
    pub async fn change_members(&self, group: &str, add: &[&str], remove: &[&str], can: Can) -> Result<(), ScimFault> {
        let what = "Changing the members of the group";
        let url = self.url(&["Groups", group], &[])?;
        let value = |ids: &[&str]| ids.iter().map(|id| json!({ "value": id })).collect::<Vec<Value>>();
        if can.patch {
            let mut operations = Vec::new();
            if !add.is_empty() {
                operations.push(json!({ "op": "add", "path": "members", "value": value(add) }));
            }
            for id in remove {
                operations.push(json!({ "op": "remove", "path": format!("members[value eq {}]", quoted(id)) }));
            }
            let ask = Ask::json(Method::PATCH, &url, KIND, json!({ "schemas": [PATCH], "Operations": operations }));
            self.ask(what, ask.at_most(MEMBERS_MAX_BYTES)).await?;
        } else {
            self.replace(what, &url, |whole| replace::members(what, whole, add, remove)).await?;
        }
        // What it answers to a change is what it was told; what it holds is asked anew.
        if remove.is_empty() && add.len() <= FEW && can.finds_members && self.are_all(group, add, true).await? {
            return Ok(());
        }
        let right = match self.members(group).await? {
            Some(now) => {
                let now: BTreeSet<String> = now.into_iter().map(|member| member.id).collect();
                add.iter().all(|id| now.contains(*id)) && !remove.iter().any(|id| now.contains(*id))
            }
            // Nobody is in it, or it does not say who.
            None if can.finds_members => self.are_all(group, add, true).await? && self.are_all(group, remove, false).await?,
            // No members and an empty list are the same (RFC 7643, 2.5): its word for a removal is all that there is.
            None => add.is_empty(),
        };
        if right { Ok(()) } else { Err(ScimFault::NotSo { what }) }
    }

    /// Whether the server finds the group by somebody who is in it.
    pub async fn has_member(&self, group: &str, user: &str) -> Result<bool, ScimFault> {
        self.are_all(group, &[user], true).await
    }

    /// Whether the server finds the group by each of these, or by none. That it does not find it means nothing for who came.
    async fn are_all(&self, group: &str, users: &[&str], shall: bool) -> Result<bool, ScimFault> {
        let what = "Reading the membership back";
        for user in users {
            let filter = format!("members.value eq {}", quoted(user));
            let (found, cut_off) = match self.search(what, "Groups", &filter, "displayName").await {
                Ok(found) => found,
                Err(fault) if fault.reach() != Reach::One => return Err(fault),
                Err(_) => return Ok(false),
            };
            // What was cut off could be what is looked for.
            if !shall && cut_off {
                return Ok(false);
            }
            if found.iter().any(|one| one.get("id").and_then(Value::as_str) == Some(group)) != shall {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What the server finds, and whether there is more.
    async fn search(
        &self,
        what: &'static str,
        kind: &str,
        filter: &str,
        attributes: &str,
    ) -> Result<(Vec<Value>, bool), ScimFault> {
        let count = SEARCH_COUNT.to_string();
        let query = [("filter", filter), ("attributes", attributes), ("count", &count)];
        let answer = self.ask(what, Ask::get(&self.url(&[kind], &query)?).at_most(MEMBERS_MAX_BYTES)).await?;
        let list = object(what, &answer)?;
        let total = list.get("totalResults").and_then(Value::as_u64);
        match (list.get("Resources"), total) {
            (Some(Value::Array(found)), _) => {
                Ok((found.clone(), total.is_some_and(|total| total > u64::try_from(found.len()).unwrap_or(u64::MAX))))
            }
            (None, Some(0)) => Ok((Vec::new(), false)),
            _ => Err(ScimFault::Unreadable { what }),
        }
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<String, ScimFault> {
        let wrong = || ScimFault::Outgoing(OutgoingFault::NotAnAddress);
        let mut url = Url::parse(self.base).map_err(|_| wrong())?;
        // Ids are the server's own words: each is one part of the path, whatever is in it.
        url.path_segments_mut().map_err(|()| wrong())?.pop_if_empty().extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url.into())
    }

    async fn ask(&self, what: &'static str, ask: Ask) -> Result<Answer, ScimFault> {
        self.pace.wait().await;
        let ask = ask.authorized(format!("Bearer {}", self.token));
        let answer = self.client.ask(ask).await.map_err(ScimFault::Outgoing)?;
        if answer.is_good() {
            return Ok(answer);
        }
        let said = said(&answer, self.token);
        Err(ScimFault::Refused { what, status: answer.status, said, retry_after: answer.wait })
    }
}

/// Resources of one answer to a search.
const SEARCH_COUNT: usize = 100;

/// The words of an error: its detail, or its kind. The token is not repeated, whatever the server says.
fn said(answer: &Answer, token: &str) -> String {
    let Ok(Value::Object(error)) = serde_json::from_slice(&answer.body) else { return String::new() };
    let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let words = match (word("detail"), word("scimType")) {
        (detail, kind) if detail.is_empty() => kind,
        (detail, _) => detail,
    };
    repeated(&words, token)
}

fn object(what: &'static str, answer: &Answer) -> Result<Value, ScimFault> {
    let read: Value = serde_json::from_slice(&answer.body).map_err(|_| ScimFault::Unreadable { what })?;
    if read.is_object() { Ok(read) } else { Err(ScimFault::Unreadable { what }) }
}

fn id(what: &'static str, resource: &Value) -> Result<String, ScimFault> {
    let id = resource.get("id").and_then(Value::as_str).filter(|id| !id.is_empty() && id.len() <= 500);
    id.map(str::to_owned).ok_or(ScimFault::Unreadable { what })
}

fn account(what: &'static str, resource: &Value) -> Result<Account, ScimFault> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Account {
        id: id(what, resource)?,
        user_name: text("userName").ok_or(ScimFault::Unreadable { what })?,
        external_id: text("externalId"),
    })
}

fn members_of(what: &'static str, group: &Value) -> Result<Option<Vec<Member>>, ScimFault> {
    let member = |member: &Value| {
        let id = member.get("value").and_then(Value::as_str).ok_or(ScimFault::Unreadable { what })?;
        let display = member.get("display").and_then(Value::as_str).unwrap_or_default();
        Ok(Member { id: id.to_owned(), display: display.to_owned() })
    };
    match group.get("members") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(members)) => Ok(Some(members.iter().map(member).collect::<Result<_, _>>()?)),
        Some(_) => Err(ScimFault::Unreadable { what }),
    }
}

/// A text in a filter.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}
