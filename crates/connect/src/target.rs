//! A target of either kind, as whoever brings access to it asks it: accounts or entries of people, groups, and who is in them.

use crate::ldap::{Groups, LdapFault};
use crate::outgoing::Client;
use crate::scim::{Account, Can, Member, Pace, Person, Scim, ScimFault};
use model::target::{Claim, Kind, PersonBy, Reach, Target};
use model::time::count;
use std::fmt;

/// A target, and how it is asked.
pub enum Remote<'a> {
    Scim(Scim<'a>),
    Ldap(Groups<'a>),
}

/// By what somebody is found at a target.
#[derive(Clone, Copy, Debug)]
pub struct Whom<'a> {
    pub user_name: &'a str,
    pub mail: &'a str,
    /// The id that stays, as far as it is known; may be empty.
    pub lasting: &'a str,
}

/// Somebody who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What groups call them.
    pub id: String,
    /// What they are found by whatever they are called; may be empty.
    pub lasting: String,
}

/// Somebody who is known at a target, as they were there.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub id: &'a str,
    /// What they are found by whatever they are called; may be empty.
    pub lasting: &'a str,
    pub user_name: &'a str,
    pub active: bool,
}

/// Why it did not work. `Display` says it as a sentence that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetFault {
    Scim(ScimFault),
    Ldap(LdapFault),
    /// What it is asked with was sealed with a key that is gone; what that is.
    Sealed(&'static str),
}

impl From<ScimFault> for TargetFault {
    fn from(fault: ScimFault) -> Self {
        Self::Scim(fault)
    }
}

impl From<LdapFault> for TargetFault {
    fn from(fault: LdapFault) -> Self {
        Self::Ldap(fault)
    }
}

impl fmt::Display for TargetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scim(fault) => fault.fmt(f),
            Self::Ldap(fault) => fault.fmt(f),
            Self::Sealed(secret) => {
                write!(f, "The {} cannot be opened with this server's key. Type it again.", secret.to_lowercase())
            }
        }
    }
}

impl TargetFault {
    /// How far it reaches.
    pub fn reach(&self) -> Reach {
        match self {
            Self::Scim(fault) => fault.reach(),
            Self::Ldap(fault) => fault.reach(),
            Self::Sealed(_) => Reach::Everybody,
        }
    }

    pub fn is_missing(&self) -> bool {
        match self {
            Self::Scim(fault) => fault.is_missing(),
            Self::Ldap(fault) => fault.is_missing(),
            Self::Sealed(_) => false,
        }
    }

    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Scim(fault) => fault.retry_after(),
            Self::Ldap(_) | Self::Sealed(_) => None,
        }
    }
}

impl<'a> Remote<'a> {
    pub fn new(client: &'a Client, target: &'a Target, secret: &'a str, pace: &'a Pace) -> Self {
        match &target.kind {
            Kind::Scim => Self::Scim(Scim::new(client, &target.base_url, secret, pace)),
            Kind::Ldap(directory) => Self::Ldap(Groups::new(client, &target.base_url, directory, secret, pace)),
        }
    }

    /// What is asked first, for people.
    pub fn first_question(&self, target: &Target) -> String {
        match &target.kind {
            Kind::Scim => format!("Asked {}/ServiceProviderConfig", target.base_url),
            Kind::Ldap(directory) => format!("Signed in at {} as {}", target.base_url, directory.bind_dn),
        }
    }

    /// What the target can; whether it can be asked at all.
    pub async fn config(&self) -> Result<Can, TargetFault> {
        match self {
            Self::Scim(scim) => Ok(scim.config().await?),
            Self::Ldap(groups) => {
                groups.check().await?;
                Ok(Can { patch: true, finds_members: true })
            }
        }
    }

    /// The same as a sentence.
    pub fn can_words(&self, can: Can) -> &'static str {
        match self {
            Self::Scim(_) if can.patch => "It changes groups by PATCH.",
            Self::Scim(_) => "It has no PATCH: groups are replaced as a whole.",
            Self::Ldap(_) => "The connection is secure, and people and groups are where they should be.",
        }
    }

    /// How many people there are: a sentence.
    pub async fn people(&self) -> Result<String, TargetFault> {
        match self {
            Self::Scim(scim) => {
                let many = i64::try_from(scim.count_users().await?).unwrap_or(i64::MAX);
                Ok(format!("It has {}.", count(many, "account")))
            }
            Self::Ldap(groups) => Ok(match groups.count_people().await? {
                Some(1) => "It has 1 entry.".to_owned(),
                Some(found) => format!("It has {found} entries."),
                None => "It has more entries than are counted here.".to_owned(),
            }),
        }
    }

    /// People get accounts from us; otherwise they have to be there.
    pub fn makes_accounts(&self) -> bool {
        match self {
            Self::Scim(_) => true,
            Self::Ldap(_) => false,
        }
    }

    /// Who somebody is there.
    pub async fn person(&self, whom: &Whom<'_>) -> Result<Option<Found>, TargetFault> {
        match self {
            Self::Scim(scim) => {
                let found = scim.find_user("userName", whom.user_name).await?;
                Ok(found.map(|account| Found { id: account.id, lasting: String::new() }))
            }
            Self::Ldap(groups) => Ok(groups.person(whom).await?),
        }
    }

    /// By what a member of a group is found here; nothing when the target does not say who it is.
    pub async fn claim(&self, id: &str) -> Result<Option<Claim>, TargetFault> {
        match self {
            Self::Scim(scim) => {
                let found = scim.user(id).await?;
                Ok(found.map(|account| Claim {
                    by: PersonBy::UserName,
                    values: vec![account.user_name],
                    external_id: account.external_id,
                }))
            }
            Self::Ldap(groups) => Ok(groups.claim(id).await?),
        }
    }

    /// The places of those among `known` who are gone there or are otherwise than they were, with a bounded number of questions.
    pub async fn changed(&self, known: &[Known<'_>], most: usize) -> Result<Vec<usize>, TargetFault> {
        match self {
            Self::Scim(scim) => Ok(scim.changed(known, most).await?),
            Self::Ldap(groups) => Ok(groups.changed(known, most).await?),
        }
    }

    /// Why somebody who is not there cannot be given anything: a sentence.
    pub fn nobody(&self, whom: &Whom<'_>) -> String {
        match self {
            Self::Scim(_) => format!("There is no account “{}”.", whom.user_name),
            Self::Ldap(groups) => groups.nobody(whom),
        }
    }

    /// How ids of people are compared.
    pub fn key(&self, id: &str) -> String {
        match self {
            Self::Scim(_) => id.to_owned(),
            Self::Ldap(groups) => groups.key(id),
        }
    }

    pub async fn find_account(&self, attribute: &str, value: &str) -> Result<Option<Account>, TargetFault> {
        Ok(self.accounts()?.find_user(attribute, value).await?)
    }

    pub async fn create_account(&self, person: &Person) -> Result<Account, TargetFault> {
        Ok(self.accounts()?.create_user(person).await?)
    }

    pub async fn update_account(&self, id: &str, person: &Person, can: Can) -> Result<(), TargetFault> {
        Ok(self.accounts()?.update_user(id, person, can).await?)
    }

    pub async fn delete_account(&self, id: &str) -> Result<(), TargetFault> {
        Ok(self.accounts()?.delete_user(id).await?)
    }

    fn accounts(&self) -> Result<&Scim<'a>, TargetFault> {
        match self {
            Self::Scim(scim) => Ok(scim),
            Self::Ldap(_) => Err(LdapFault::NoAccounts.into()),
        }
    }

    /// The id of the group with this name.
    pub async fn find_group(&self, name: &str) -> Result<Option<String>, TargetFault> {
        match self {
            Self::Scim(scim) => Ok(scim.find_group(name).await?),
            Self::Ldap(groups) => Ok(groups.find_group(name).await?),
        }
    }

    /// Makes a group; nothing when such a one cannot be made.
    pub async fn create_group(&self, name: &str) -> Result<Option<String>, TargetFault> {
        match self {
            Self::Scim(scim) => Ok(Some(scim.create_group(name).await?)),
            Self::Ldap(groups) => Ok(groups.create_group(name).await?),
        }
    }

    /// Who is in a group; nothing where it names no members, be it that there are none or that it never says who.
    pub async fn members(&self, group: &str) -> Result<Option<Vec<Member>>, TargetFault> {
        match self {
            Self::Scim(scim) => Ok(scim.members(group).await?),
            Self::Ldap(groups) => Ok(Some(groups.members(group).await?)),
        }
    }

    /// Whether a group that names no members is found by somebody who is in it.
    pub async fn has_member(&self, group: &str, id: &str) -> Result<bool, TargetFault> {
        match self {
            Self::Scim(scim) => Ok(scim.has_member(group, id).await?),
            Self::Ldap(groups) => {
                let members = groups.members(group).await?;
                Ok(members.iter().any(|member| groups.key(&member.id) == groups.key(id)))
            }
        }
    }

    /// Changes who is in a group. When this returns, the target says that it is so.
    pub async fn change_members(&self, group: &str, add: &[&str], remove: &[&str], can: Can) -> Result<(), TargetFault> {
        match self {
            Self::Scim(scim) => Ok(scim.change_members(group, add, remove, can).await?),
            Self::Ldap(groups) => Ok(groups.change_members(group, add, remove).await?),
        }
    }
}
