//! Imports: reading the directory, comparing it with what is here, and what tests and previews say.
//!
//! **Test** and **Preview** are places where a person waits for a directory. Nothing of the database is held meanwhile.

mod here;

use crate::{Engine, Fault, Problem, secrets};
use auth::seal::{Keys, Place};
use connect::ldap::{LdapFault, LdapServer, Scope, Session};
use model::command::Secret;
use model::directory::ATTRIBUTES;
use model::import::{Entry, Import, Line, PeopleMapping, What};
use model::limits::{IMPORT_ENTRIES_MAX, IMPORT_PAGE_LINES, IMPORT_SAMPLES};
use model::view::import::{ImportPreview, ImportTest, Sample};
use model::view::provider::Step;
use model::view::{Fact, Paging};
use model::{ImportId, Refusal, query};
use rules::import::{Found, Mapped, Plan, attributes_of_groups, attributes_of_people, map_group, map_person};
use std::collections::BTreeSet;
use store::Link;
use store::imports::{self, Stored};

const KEY_LOST: &str = "The password cannot be opened with this server's key. Type it again.";

/// What was read, before it is looked at.
#[derive(Default)]
pub struct Read {
    people: Vec<Entry>,
    disabled: BTreeSet<String>,
    groups: Vec<Entry>,
}

/// Reads, one thing after the other, and tells what came of each.
struct Reading<'a> {
    session: Session,
    import: &'a Import,
}

impl Reading<'_> {
    async fn search(
        &mut self,
        what: &'static str,
        base: &str,
        filter: &str,
        attributes: &[String],
    ) -> Result<Vec<Entry>, LdapFault> {
        let attributes: Vec<&str> = attributes.iter().map(String::as_str).collect();
        let found = self.session.search(what, base, Scope::Subtree, filter, &attributes, IMPORT_ENTRIES_MAX).await?;
        let entry = |entry: connect::ldap::Entry| Entry { dn: entry.dn, attributes: entry.attributes, unread: entry.unread };
        Ok(found.into_iter().map(entry).collect())
    }

    async fn people(&mut self) -> Result<Vec<Entry>, LdapFault> {
        let PeopleMapping { base, filter, .. } = &self.import.settings.people;
        let attributes = attributes_of_people(&self.import.settings.people);
        self.search("Reading the people", base, filter, &attributes).await
    }

    /// The names of those people who are disabled, as names are compared.
    async fn disabled(&mut self) -> Result<BTreeSet<String>, LdapFault> {
        let PeopleMapping { base, filter, disabled, id, .. } = &self.import.settings.people;
        if disabled.is_empty() {
            return Ok(BTreeSet::new());
        }
        let both = format!("(&{filter}{disabled})");
        let found = self.search("Reading who is disabled", base, &both, std::slice::from_ref(id)).await?;
        Ok(found.iter().map(|entry| rules::import::dn_key(&entry.dn)).collect())
    }

    async fn groups(&mut self) -> Result<Vec<Entry>, LdapFault> {
        let Some(groups) = &self.import.settings.groups else { return Ok(Vec::new()) };
        self.search("Reading the groups", &groups.base, &groups.filter, &attributes_of_groups(groups)).await
    }
}

/// What the entries mean. There may be many: nobody else waits meanwhile.
async fn mapped(read: Read, import: &Import) -> Result<Found, Fault> {
    let settings = import.settings.clone();
    let mapping = tokio::task::spawn_blocking(move || {
        let is_disabled = |entry: &Entry| read.disabled.contains(&rules::import::dn_key(&entry.dn));
        let person = |entry: &Entry| map_person(&settings.people, entry, is_disabled(entry));
        let groups = settings.groups.iter().flat_map(|groups| read.groups.iter().map(|entry| map_group(groups, entry)));
        Found { people: read.people.iter().map(person).collect(), groups: groups.collect() }
    });
    mapping.await.map_err(|gone| Fault::new("looking at entries of a directory", gone))
}

impl Engine {
    async fn stored_import(&self, id: ImportId) -> Result<Stored, Problem> {
        let mut link = self.inner.db.read().await?;
        Ok(imports::get(&mut link, id).await?.ok_or(Refusal::NotFound { what: "import" })?)
    }

    async fn reading<'a>(&self, import: &'a Import, password: &Secret) -> Result<Reading<'a>, LdapFault> {
        let server = LdapServer { url: &import.settings.address, bind_dn: &import.settings.bind_dn, password: &password.0 };
        Ok(Reading { session: Session::open(&self.inner.outgoing, &server).await?, import })
    }

    /// Everything that an import is about, or why it cannot be read.
    pub(crate) async fn read_directory(&self, stored: &Stored) -> Result<Read, String> {
        let password = opened(&self.inner.keys, stored.import.id, &stored.password).map_err(|_| KEY_LOST.to_owned())?;
        let read = async {
            let mut reading = self.reading(&stored.import, &password).await?;
            let people = reading.people().await?;
            Ok(Read { people, disabled: reading.disabled().await?, groups: reading.groups().await? })
        };
        let read: Result<Read, LdapFault> = read.await;
        read.map_err(|fault| fault.to_string())
    }

    /// What a run would do with what was read.
    pub(crate) async fn plan_import(&self, import: &Import, read: Read) -> Result<Plan, Fault> {
        let found = mapped(read, import).await?;
        let here = {
            let mut link = self.inner.db.read().await?;
            here::load(&mut link, self.inner.settings.demo, import, &found, self.inner.clock.now()).await?
        };
        let settings = import.settings.clone();
        let planning = tokio::task::spawn_blocking(move || rules::import::plan(&settings, &found, &here));
        planning.await.map_err(|gone| Fault::new("planning an import", gone))
    }

    /// Asks the directory for what is needed of it, and says what came back. Nothing is changed, here or there.
    pub(crate) async fn test_import(&self, id: ImportId) -> Result<ImportTest, Problem> {
        let stored = self.stored_import(id).await?;
        let import = &stored.import;
        let (mut steps, at) = (Vec::new(), self.inner.clock.now());
        let found = match self.tried(&stored, &mut steps).await {
            Some(read) => {
                let found = mapped(read, import).await?;
                looked_at(&found, import, &mut steps);
                found
            }
            None => Found::default(),
        };
        let good = steps.iter().all(|step| step.good);
        let people = found.people.iter().take(IMPORT_SAMPLES).map(|one| person_sample(one, import)).collect();
        let groups = found.groups.iter().take(IMPORT_SAMPLES).map(group_sample).collect();
        Ok(ImportTest { import: id, name: import.name.clone(), at, good, steps, people, groups })
    }

    /// What was read; nothing where the people could not be.
    async fn tried(&self, stored: &Stored, steps: &mut Vec<Step>) -> Option<Read> {
        let import = &stored.import;
        let mut read = Read::default();
        let mut step = |what: String, said: Result<String, String>| steps.push(done(what, said));
        let Ok(password) = opened(&self.inner.keys, import.id, &stored.password) else {
            step("Opened the password".to_owned(), Err(KEY_LOST.to_owned()));
            return None;
        };
        let settings = &import.settings;
        let asked = format!("Signed in at {} as {}", settings.address, settings.bind_dn);
        let mut reading = match self.reading(import, &password).await {
            Ok(reading) => {
                step(asked, Ok("The directory took the password, over TLS.".to_owned()));
                reading
            }
            Err(fault) => {
                step(asked, Err(fault.to_string()));
                return None;
            }
        };
        let entries = |found: &[Entry]| match found.len() {
            1 => "There is 1 entry.".to_owned(),
            many => format!("There are {many} entries."),
        };
        let asked = format!("Looked for people below {} with {}", settings.people.base, settings.people.filter);
        match reading.people().await {
            Ok(found) => {
                let nobody = "There is none. Look at the base DN and the filter, and at what this account may read.";
                step(asked, if found.is_empty() { Err(nobody.to_owned()) } else { Ok(entries(&found)) });
                read.people = found;
            }
            Err(fault) => {
                step(asked, Err(fault.to_string()));
                return None;
            }
        }
        if !settings.people.disabled.is_empty() {
            let asked = format!("Looked who of them is disabled with {}", settings.people.disabled);
            let disabled = reading.disabled().await;
            step(asked, disabled.as_ref().map(|found| format!("{} of them.", found.len())).map_err(ToString::to_string));
            read.disabled = disabled.unwrap_or_default();
        }
        if let Some(groups) = &settings.groups {
            let asked = format!("Looked for groups below {} with {}", groups.base, groups.filter);
            let found = reading.groups().await;
            step(asked, found.as_ref().map(|found| entries(found)).map_err(ToString::to_string));
            read.groups = found.unwrap_or_default();
        }
        Some(read)
    }

    /// What a run would do now. Nothing is done.
    pub(crate) async fn preview_import(&self, query: query::ImportPreview) -> Result<ImportPreview, Problem> {
        let stored = self.stored_import(query.import).await?;
        let what = What::from_key(&query.what);
        let mut shown = ImportPreview {
            import: query.import,
            name: stored.import.name.clone(),
            at: self.inner.clock.now(),
            failed: None,
            numbers: model::import::Numbers::default(),
            asks: None,
            what,
            lines: Vec::new(),
            paging: Paging { next: None, further: false },
        };
        let read = match self.read_directory(&stored).await {
            Ok(read) => read,
            Err(why) => {
                shown.failed = Some(why);
                return Ok(shown);
            }
        };
        let plan = self.plan_import(&stored.import, read).await?;
        shown.numbers = plan.numbers;
        shown.asks = asks(&stored, &plan);
        let from: usize = query.after.as_deref().and_then(|after| after.parse().ok()).unwrap_or(0);
        let lines: Vec<Line> = plan.lines.into_iter().filter(|line| what.is_none_or(|what| line.what == what)).collect();
        let next = from.saturating_add(IMPORT_PAGE_LINES);
        shown.paging = Paging { next: (lines.len() > next).then(|| next.to_string()), further: from > 0 };
        shown.lines = lines.into_iter().skip(from).take(IMPORT_PAGE_LINES).collect();
        Ok(shown)
    }
}

fn done(what: String, said: Result<String, String>) -> Step {
    let good = said.is_ok();
    Step { what, good, said: said.unwrap_or_else(|why| why) }
}

/// What is said of the entries as such.
fn looked_at(found: &Found, import: &Import, steps: &mut Vec<Step>) {
    let unknown = found.people.iter().chain(&found.groups).filter(|one| one.external_id.is_none()).count();
    let nameless = found.people.iter().chain(&found.groups).filter(|one| one.wrong.is_some()).count();
    let asked = format!("Looked for “{}” and for names", import.settings.people.id);
    let whole = found.people.len() + found.groups.len();
    let said = match (unknown, nameless) {
        (0, 0) => Ok(format!("All {whole} entries have them.")),
        _ => Err(format!(
            "{unknown} of {whole} entries have no such id, and {nameless} no name that can be taken. The preview names them."
        )),
    };
    steps.push(done(asked, said));
    let unread = found.groups.iter().filter(|one| one.members.is_none()).count();
    if unread > 0 {
        let said = format!(
            "Of {unread} of {} groups not all members can be read: they come in parts, or one is no text. Such a group stays as it is.",
            found.groups.len()
        );
        steps.push(done("Looked at the members".to_owned(), Err(said)));
    }
}

/// What a run asks before it does what is planned.
pub(crate) fn asks(stored: &Stored, plan: &Plan) -> Option<String> {
    let percent = stored.import.settings.percent;
    rules::import::asks(percent, &plan.numbers, plan.enabled_people, plan.memberships, stored.confirmed)
}

fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { name: name.to_owned(), value: value.into() }
}

fn person_sample(one: &Mapped, import: &Import) -> Sample {
    let wanted = &one.wanted;
    let mut facts = vec![
        fact("Name", wanted.display_name.as_str()),
        fact("User name", wanted.user_name.as_str()),
        fact("E-mail", wanted.mail.clone().unwrap_or_default()),
        fact("Manager", one.manager.clone().unwrap_or_default()),
        fact(&import.settings.people.id, one.external_id.clone().unwrap_or_default()),
        fact("State", if wanted.enabled { "Enabled" } else { "Disabled" }),
    ];
    let labels = ATTRIBUTES.iter().filter_map(|(name, label)| Some(fact(label, wanted.profile.get(*name)?.as_str())));
    facts.extend(labels);
    facts.retain(|fact| !fact.value.is_empty());
    Sample { dn: one.dn.clone(), facts }
}

fn group_sample(one: &Mapped) -> Sample {
    let members = one.members.as_ref().map_or_else(|| "Not all of them can be read".to_owned(), |all| all.len().to_string());
    let facts = vec![fact("Name", one.wanted.display_name.as_str()), fact("Members", members)];
    Sample { dn: one.dn.clone(), facts }
}

/// Seals a password for its row.
pub fn sealed(keys: &Keys, id: ImportId, password: &str) -> Result<Vec<u8>, Fault> {
    secrets::sealed(keys, place(&id), password)
}

fn opened(keys: &Keys, id: ImportId, sealed: &[u8]) -> Result<Secret, Fault> {
    secrets::opened(keys, place(&id), sealed)
}

fn place(id: &ImportId) -> Place<'_> {
    Place { table: "imports", column: "password", row: id.0.as_bytes() }
}

/// Seals anew what was sealed with another key; how many passwords.
pub async fn seal_anew(link: &mut Link, keys: &Keys) -> Result<usize, Fault> {
    let mut count = 0;
    for stored in imports::list(link).await? {
        if !keys.is_current(&stored.password) {
            // Without its key it is lost, and the page says so: a new one is typed there.
            let Ok(password) = opened(keys, stored.import.id, &stored.password) else {
                tracing::warn!(import = stored.import.name, "the password of an import cannot be opened with this server's keys");
                continue;
            };
            imports::set_password(link, stored.import.id, &sealed(keys, stored.import.id, &password.0)?).await?;
            count += 1;
        }
    }
    Ok(count)
}
