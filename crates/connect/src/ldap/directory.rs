//! Groups of a directory, as far as access needs them: who people are there, and who is in which group.
//!
//! Values come and go one by one, so that members whom others put in stay. What is so already is fine, and every change is
//! read back. Nothing here decides who shall have what.

use super::{Change, Entry, LdapFault, LdapServer, Scope, Session, in_dn, in_filter};
use crate::outgoing::Client;
use crate::scim::{Member, Pace};
use crate::target::{Found, Known, Whom};
use model::dn;
use model::target::{Claim, Directory, MemberAttribute, PersonBy, Reach};
use std::collections::BTreeMap;
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

/// People who are counted.
const COUNTED: usize = 1000;
/// People who are looked up with one question.
const TOGETHER: usize = 50;
/// Of a person; the second outlives every renaming.
const UID: &str = "uid";
const LASTING_ID: &str = "entryUUID";

/// A directory that is a target, asked over one session that begins with the first question.
pub struct Groups<'a> {
    client: &'a Client,
    url: &'a str,
    directory: &'a Directory,
    password: &'a str,
    pace: &'a Pace,
    session: Mutex<Option<Session>>,
}

impl<'a> Groups<'a> {
    pub fn new(client: &'a Client, url: &'a str, directory: &'a Directory, password: &'a str, pace: &'a Pace) -> Self {
        Self { client, url, directory, password, pace, session: Mutex::new(None) }
    }

    async fn ask(&self) -> Result<MappedMutexGuard<'_, Session>, LdapFault> {
        self.pace.wait().await;
        let mut session = self.session.lock().await;
        if session.is_none() {
            let server = LdapServer { url: self.url, bind_dn: &self.directory.bind_dn, password: self.password };
            *session = Some(Session::open(self.client, &server).await?);
        }
        MutexGuard::try_map(session, Option::as_mut).map_err(|_| LdapFault::Broken { what: "Connecting to the directory" })
    }

    /// Signs in anew, and looks whether people and groups are where they should be.
    pub async fn check(&self) -> Result<(), LdapFault> {
        *self.session.lock().await = None;
        for base in [&self.directory.people, &self.directory.groups] {
            let what = "Looking for the base of people and groups";
            if self.ask().await?.read(what, base, &["1.1"]).await?.is_none() {
                return Err(LdapFault::NoBase { dn: base.clone() });
            }
        }
        Ok(())
    }

    /// How many people can be found; nothing when there are more than are counted.
    pub async fn count_people(&self) -> Result<Option<usize>, LdapFault> {
        let filter = format!("({}=*)", self.directory.person_attribute);
        let people = &self.directory.people;
        let found = self.ask().await?.search("Reading the people", people, Scope::Subtree, &filter, &["1.1"], COUNTED).await;
        match found {
            Err(LdapFault::TooMany { .. }) => Ok(None),
            found => Ok(Some(found?.len())),
        }
    }

    /// What of a person is looked for.
    fn sought<'w>(&self, whom: &Whom<'w>) -> &'w str {
        match self.directory.person_by {
            PersonBy::UserName => whom.user_name,
            PersonBy::Mail => whom.mail,
        }
    }

    /// Why somebody cannot be given anything: a sentence.
    pub fn nobody(&self, whom: &Whom<'_>) -> String {
        let Directory { people, person_attribute, .. } = self.directory;
        match self.sought(whom) {
            "" => format!("Nothing is known by which to find this person there ({person_attribute})."),
            sought => format!(
                "Below {people} is nobody with {person_attribute} “{sought}”. People are never made in a directory: add this one there."
            ),
        }
    }

    /// Who a person is there: by the id that stays, once it is known, and by their attribute.
    pub async fn person(&self, whom: &Whom<'_>) -> Result<Option<Found>, LdapFault> {
        if !whom.lasting.is_empty() {
            let found = self.one_person(LASTING_ID, whom.lasting).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        match self.sought(whom) {
            "" => Ok(None),
            sought => self.one_person(&self.directory.person_attribute, sought).await,
        }
    }

    async fn one_person(&self, attribute: &str, value: &str) -> Result<Option<Found>, LdapFault> {
        let what = "Looking the person up";
        let filter = format!("({attribute}={})", in_filter(value));
        let found = self.one(what, &self.directory.people, &filter, &[UID, LASTING_ID]).await?;
        let Some(entry) = found else { return Ok(None) };
        let lasting = entry.first(LASTING_ID).unwrap_or_default().to_owned();
        let id = self.id_of(&entry).ok_or(LdapFault::NoUid { what })?;
        Ok(Some(Found { id, lasting }))
    }

    /// The places of those among `known` who are gone below the base of people, or are called otherwise than they were: many with
    /// one question. Where no id outlives a renaming, nothing can be told.
    pub async fn changed(&self, known: &[Known<'_>], most: usize) -> Result<Vec<usize>, LdapFault> {
        let what = "Looking the people up";
        let mut changed = Vec::new();
        let lasting: Vec<(usize, &Known<'_>)> = known.iter().enumerate().filter(|(_, one)| !one.lasting.is_empty()).collect();
        for some in lasting.chunks(TOGETHER).take(most) {
            let filters: String = some.iter().map(|(_, one)| format!("({LASTING_ID}={})", in_filter(one.lasting))).collect();
            let filter = format!("(|{filters})");
            let people = &self.directory.people;
            let found = self.ask().await?.search(what, people, Scope::Subtree, &filter, &[UID, LASTING_ID], some.len()).await?;
            let found: BTreeMap<String, String> =
                found.into_iter().filter_map(|one| Some((one.first(LASTING_ID)?.to_lowercase(), self.id_of(&one)?))).collect();
            let is_there =
                |one: &Known<'_>| found.get(&one.lasting.to_lowercase()).map(|id| self.key(id)) == Some(self.key(one.id));
            changed.extend(some.iter().filter(|(_, one)| !is_there(one)).map(|(at, _)| *at));
        }
        Ok(changed)
    }

    /// What groups call an entry.
    fn id_of(&self, entry: &Entry) -> Option<String> {
        match self.directory.member_attribute {
            MemberAttribute::Member | MemberAttribute::UniqueMember => Some(entry.dn.clone()),
            MemberAttribute::MemberUid => entry.first(UID).map(str::to_owned),
        }
    }

    /// By what a member of a group is found here; nothing when that is not one person below the base of people, found by the
    /// attribute of people alone.
    pub async fn claim(&self, id: &str) -> Result<Option<Claim>, LdapFault> {
        let what = "Looking the member up";
        let Directory { people, person_attribute, person_by, member_attribute, .. } = self.directory;
        let attributes = [person_attribute.as_str()];
        let entry = match member_attribute {
            MemberAttribute::Member | MemberAttribute::UniqueMember => self.ask().await?.read(what, id, &attributes).await?,
            MemberAttribute::MemberUid => self.one(what, people, &format!("({UID}={})", in_filter(id)), &attributes).await?,
        };
        let Some(entry) = entry else { return Ok(None) };
        let values = entry.values(person_attribute).to_vec();
        for value in &values {
            // Whoever is found by it has to be this very member, or access would go to somebody else.
            match self.one_person(person_attribute, value).await? {
                Some(found) if self.key(&found.id) == self.key(id) => {}
                Some(_) | None => return Ok(None),
            }
        }
        Ok(Some(Claim { by: *person_by, values, external_id: None }))
    }

    /// The one entry that fits. Several of them are nobody's.
    async fn one(&self, what: &'static str, base: &str, filter: &str, attributes: &[&str]) -> Result<Option<Entry>, LdapFault> {
        let found = self.ask().await?.search(what, base, Scope::Subtree, filter, attributes, 1).await;
        match found {
            Err(LdapFault::TooMany { .. }) => Err(LdapFault::Several { what, filter: filter.to_owned() }),
            found => Ok(found?.pop()),
        }
    }

    /// How ids are compared: names of entries are the same however they are written.
    pub fn key(&self, id: &str) -> String {
        match self.directory.member_attribute {
            MemberAttribute::Member | MemberAttribute::UniqueMember => dn::normal(id).unwrap_or_else(|| id.to_owned()),
            MemberAttribute::MemberUid => id.to_owned(),
        }
    }

    /// The class of groups with these members, and what a new one is.
    fn classes(&self) -> &'static [&'static str] {
        match self.directory.member_attribute {
            MemberAttribute::Member => &["groupOfNames", "group"],
            MemberAttribute::UniqueMember => &["groupOfUniqueNames"],
            MemberAttribute::MemberUid => &["posixGroup"],
        }
    }

    /// The name of the entry of a group; it may be given itself.
    pub async fn find_group(&self, name: &str) -> Result<Option<String>, LdapFault> {
        let what = "Looking the group up";
        if dn::is_whole(name) {
            return Ok(self.ask().await?.read(what, name, &["1.1"]).await?.map(|entry| entry.dn));
        }
        let classes: String = self.classes().iter().map(|class| format!("(objectClass={class})")).collect();
        let filter = format!("(&(cn={})(|{classes}))", in_filter(name));
        Ok(self.one(what, &self.directory.groups, &filter, &["1.1"]).await?.map(|entry| entry.dn))
    }

    /// Makes a group that has nobody but who stands in for nobody. One that is named by its whole name is not ours to make, and
    /// neither is one that needs a number.
    pub async fn create_group(&self, name: &str) -> Result<Option<String>, LdapFault> {
        let (Some(stand_in), Some(class)) = (self.directory.stand_in(), self.classes().first()) else { return Ok(None) };
        if dn::is_whole(name) {
            return Ok(None);
        }
        let group = format!("cn={},{}", in_dn(name), self.directory.groups);
        let attributes: [(&str, &[&str]); 3] =
            [("objectClass", &[class]), ("cn", &[name]), (self.directory.member_attribute.name(), &[stand_in])];
        match self.ask().await?.add("Making the group", &group, &attributes).await {
            Err(fault) if fault.exists_already() => self.find_group(name).await,
            made => made.map(|()| Some(group)),
        }
    }

    /// Everybody in a group, but for who stands in for nobody.
    pub async fn members(&self, group: &str) -> Result<Vec<Member>, LdapFault> {
        let what = "Reading the members";
        let attribute = self.directory.member_attribute.name();
        let entry = self.ask().await?.read(what, group, &[attribute]).await?;
        let entry = entry.ok_or_else(|| LdapFault::missing(what))?;
        let nobody = self.directory.stand_in().map(|stand_in| self.key(stand_in));
        let members = entry.whole(what, attribute)?.iter().filter(|value| Some(self.key(value)) != nobody);
        Ok(members.map(|value| Member { id: value.clone(), display: value.clone() }).collect())
    }

    /// Puts these into a group and takes those out. When this returns, the directory says that it is so.
    pub async fn change_members(&self, group: &str, add: &[&str], remove: &[&str]) -> Result<(), LdapFault> {
        for id in add {
            self.put_in(group, id).await?;
        }
        for id in remove {
            self.take_out(group, id).await?;
        }
        Ok(())
    }

    async fn put_in(&self, group: &str, id: &str) -> Result<(), LdapFault> {
        let what = "Putting the person into the group";
        let put = self.ask().await?.modify(what, group, &[self.adds(id)]).await;
        self.is_so(what, put, group, id, true).await?;
        match self.directory.stand_in() {
            // Nobody stands in for somebody who is there.
            Some(stand_in) if self.key(stand_in) != self.key(id) && self.has(group, stand_in).await? => {
                let taken = self.ask().await?.modify(what, group, &[self.deletes(stand_in)]).await;
                self.is_so(what, taken, group, stand_in, false).await
            }
            _ => Ok(()),
        }
    }

    async fn take_out(&self, group: &str, id: &str) -> Result<(), LdapFault> {
        let what = "Taking the person out of the group";
        let taken = self.ask().await?.modify(what, group, &[self.deletes(id)]).await;
        let taken = match (taken, self.directory.stand_in()) {
            // The last one of a group that must have somebody.
            (Err(fault), Some(stand_in)) if fault.breaks_class() && self.key(stand_in) != self.key(id) => {
                self.ask().await?.modify(what, group, &[self.adds(stand_in), self.deletes(id)]).await
            }
            (taken, _) => taken,
        };
        self.is_so(what, taken, group, id, false).await
    }

    /// What counts is what reading back says: that it was so already is answered with a code of its own by every directory.
    async fn is_so(
        &self,
        what: &'static str,
        changed: Result<(), LdapFault>,
        group: &str,
        id: &str,
        shall: bool,
    ) -> Result<(), LdapFault> {
        match changed {
            Err(fault) if fault.reach() != Reach::One => return Err(fault),
            _ if self.has(group, id).await? == shall => return Ok(()),
            changed => changed?,
        }
        Err(LdapFault::NotSo { what })
    }

    async fn has(&self, group: &str, id: &str) -> Result<bool, LdapFault> {
        self.ask().await?.has("Reading the membership back", group, self.directory.member_attribute.name(), id).await
    }

    fn adds(&self, id: &str) -> Change {
        Change::Add { attribute: self.directory.member_attribute.name().to_owned(), value: id.to_owned() }
    }

    fn deletes(&self, id: &str) -> Change {
        Change::Delete { attribute: self.directory.member_attribute.name().to_owned(), value: id.to_owned() }
    }
}
