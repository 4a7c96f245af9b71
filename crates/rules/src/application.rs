//! Applications of others: what they and their roles are called, and when they may go.

use crate::access::{Visitor, sees_settings};
use crate::form::{malformed, text};
use crate::user::folded;
use model::application::{Application, Names, SaveApplication, SaveApplicationRole};
use model::event::{Action, Change};
use model::limits::{APPLICATION_ROLES_MAX, DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS};
use model::{ApplicationId, ApplicationRoleId, Refusal, Ts};

/// The application as it is from now on, with what is recorded of that; nothing when all stays as it was.
pub fn save(
    id: ApplicationId,
    before: Option<&Application>,
    asked: &SaveApplication,
    now: Ts,
) -> Result<Option<(Application, Action)>, Refusal> {
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    let description = text("description", "Description", &asked.description, false, DESCRIPTION_MAX_CHARS)?;
    let Some(before) = before else {
        let application = Application { id, name: name.clone(), description, created_at: now, version: 0 };
        return Ok(Some((application, Action::ApplicationCreated { application: id, name })));
    };
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    let rows = [("Name", &before.name, &name), ("Description", &before.description, &description)];
    let changes: Vec<Change> = rows
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before: before.clone(), after: after.clone() })
        .collect();
    if changes.is_empty() {
        return Ok(None);
    }
    let action = Action::ApplicationChanged { application: before.id, name: name.clone(), changes };
    Ok(Some((Application { name, description, version: before.version + 1, ..before.clone() }, action)))
}

/// The name of a role from now on, with what is recorded of that; nothing when it is called so already. `roles` are all of the
/// application.
pub fn save_role(
    application: &Application,
    roles: &[(ApplicationRoleId, String)],
    asked: &SaveApplicationRole,
) -> Result<Option<(String, Action)>, Refusal> {
    let name = text("name", "Name of the role", &asked.name, true, NAME_MAX_CHARS)?;
    let others = || roles.iter().filter(|(id, _)| Some(*id) != asked.role);
    if let Some((_, other)) = others().find(|(_, other)| folded(other) == folded(&name)) {
        return Err(Refusal::NameTaken { field: "name", label: "Name of the role", name: other.clone() });
    }
    let before = match asked.role {
        Some(id) => roles.iter().find(|(role, _)| *role == id).ok_or(Refusal::NotFound { what: "role" })?.1.clone(),
        None if roles.len() >= APPLICATION_ROLES_MAX => {
            let message = format!("An application has {APPLICATION_ROLES_MAX} roles at most. Delete one that nobody needs.");
            return Err(malformed("name", message));
        }
        None => String::new(),
    };
    if before == name {
        return Ok(None);
    }
    let action = changed(application, before, name.clone());
    Ok(Some((name, action)))
}

/// What is recorded when a role is added, renamed or deleted.
fn changed(application: &Application, before: String, after: String) -> Action {
    let changes = vec![Change { field: "Role".to_owned(), before, after }];
    Action::ApplicationChanged { application: application.id, name: application.name.clone(), changes }
}

/// Where a role is in use, or all roles of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleUses {
    /// Assignments that have not ended.
    pub assignments: u64,
    /// Packages that give it.
    pub packages: Names,
    /// Memberships that its target has, or may have.
    pub at_target: u64,
}

impl RoleUses {
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.assignments > 0 {
            words.push(many(self.assignments, "assignment"));
        }
        words.extend(named(&self.packages, "access package"));
        if self.at_target > 0 {
            words.push(format!("{} at its target", many(self.at_target, "membership")));
        }
        words
    }
}

/// `the catalog “Finance”`, and how many there are besides.
fn named(names: &Names, word: &str) -> Vec<String> {
    let mut words: Vec<String> = names.seen.iter().map(|name| format!("the {word} “{name}”")).collect();
    match names.others {
        0 => {}
        others if words.is_empty() => words.push(many(others, word)),
        others => words.push(format!("{others} more")),
    }
    words
}

fn many(count: u64, word: &str) -> String {
    model::time::count(i64::try_from(count).unwrap_or(i64::MAX), word)
}

/// Whether a role may be deleted, and what is recorded of it.
pub fn delete_role(application: &Application, role: &str, uses: &RoleUses) -> Result<Action, Refusal> {
    let by = uses.words();
    if by.is_empty() {
        return Ok(changed(application, role.to_owned(), String::new()));
    }
    Err(Refusal::ApplicationInUse { name: role.to_owned(), by })
}

/// Where an application is in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    pub roles: RoleUses,
    pub catalogs: Names,
    pub target: Names,
    pub reviews: u64,
    pub service_principals: u64,
}

/// A target as this visitor may know of it: its name is a setting.
pub fn target(visitor: &Visitor, names: Names) -> Names {
    if sees_settings(visitor) { names } else { Names::of(Vec::new(), names.others + names.seen.len() as u64) }
}

/// Whether an application may be deleted with its roles, and what is recorded of it.
pub fn delete(application: &Application, uses: &Uses) -> Result<Action, Refusal> {
    let mut by = uses.roles.words();
    by.extend(named(&uses.catalogs, "catalog"));
    by.extend(named(&uses.target, "target"));
    if uses.reviews > 0 {
        by.push(many(uses.reviews, "access review"));
    }
    if uses.service_principals > 0 {
        by.push(many(uses.service_principals, "service principal"));
    }
    if by.is_empty() {
        return Ok(Action::ApplicationDeleted { application: application.id, name: application.name.clone() });
    }
    Err(Refusal::ApplicationInUse { name: application.name.clone(), by })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::id;

    const NOW: Ts = Ts(5);

    fn asked(name: &str) -> SaveApplication {
        SaveApplication { application: None, version: 0, name: name.into(), description: " Where money is counted. ".into() }
    }

    fn ledger() -> Application {
        save(ApplicationId(id(1)), None, &asked(" Ledger "), NOW).unwrap().unwrap().0
    }

    fn roles() -> Vec<(ApplicationRoleId, String)> {
        vec![(ApplicationRoleId(id(2)), "Agent".into()), (ApplicationRoleId(id(3)), "Reader".into())]
    }

    fn role(role: Option<u128>, name: &str) -> SaveApplicationRole {
        let role = role.map(|n| ApplicationRoleId(id(n)));
        SaveApplicationRole { application: ApplicationId(id(1)), role, name: name.into() }
    }

    #[test]
    fn a_name_is_needed_and_what_somebody_else_saved_is_not_overwritten() {
        assert_eq!(save(ApplicationId(id(1)), None, &asked(" "), NOW).unwrap_err().code(), "required");
        let ledger = ledger();
        assert_eq!((ledger.name.as_str(), ledger.description.as_str()), ("Ledger", "Where money is counted."));
        let late = SaveApplication { version: 7, ..asked("Books") };
        assert_eq!(save(ledger.id, Some(&ledger), &late, NOW), Err(Refusal::Stale));
        assert_eq!(save(ledger.id, Some(&ledger), &asked("Ledger"), NOW), Ok(None), "nothing changes");
        let (books, action) = save(ledger.id, Some(&ledger), &asked("Books"), NOW).unwrap().unwrap();
        assert_eq!((books.version, action.code()), (1, "application_changed"));
    }

    #[test]
    fn a_role_has_a_name_of_its_own_within_the_application() {
        let ledger = ledger();
        let code = |asked: &SaveApplicationRole| save_role(&ledger, &roles(), asked).map_err(|refusal| refusal.code());
        assert_eq!(code(&role(None, " ")).unwrap_err(), "required");
        assert_eq!(code(&role(None, "AGENT")).unwrap_err(), "name_taken");
        assert_eq!(code(&role(Some(3), "agent")).unwrap_err(), "name_taken");
        assert_eq!(code(&role(Some(9), "Owner")).unwrap_err(), "not_found");
        let full: Vec<_> = (0..APPLICATION_ROLES_MAX as u128).map(|n| (ApplicationRoleId(id(n)), format!("Role {n}"))).collect();
        assert_eq!(save_role(&ledger, &full, &role(None, "One more")).unwrap_err().code(), "malformed");
        assert_eq!(code(&role(Some(2), "Agent")), Ok(None));
        let (name, _) = code(&role(Some(2), " agent ")).unwrap().unwrap();
        assert_eq!(name, "agent", "its own name may be written otherwise");
        assert!(code(&role(None, "Owner")).unwrap().is_some());
    }

    #[test]
    fn what_is_in_use_stays_and_it_is_said_where() {
        let ledger = ledger();
        let said = |result: Result<Action, Refusal>| result.unwrap_err().sentence();
        let books = Names::of(vec!["Books".into()], 3);
        let held = RoleUses { assignments: 2, packages: books, at_target: 1 };
        let sentence = said(delete_role(&ledger, "Agent", &held));
        for words in ["“Agent”", "2 assignments", "the access package “Books”, 2 more", "1 membership at its target"] {
            assert!(sentence.contains(words), "{words} is missing in {sentence}");
        }
        let uses = Uses {
            roles: held,
            catalogs: Names::of(vec!["Finance".into()], 1),
            target: Names::of(vec!["Ledger SCIM".into()], 1),
            reviews: 1,
            service_principals: 0,
        };
        let sentence = said(delete(&ledger, &uses));
        for words in ["the catalog “Finance”", "the target “Ledger SCIM”", "1 access review"] {
            assert!(sentence.contains(words), "{words} is missing in {sentence}");
        }
        let unseen = RoleUses { packages: Names::of(Vec::new(), 2), ..Default::default() };
        let uses = Uses { roles: unseen, catalogs: Names::of(Vec::new(), 1), target: Names::of(Vec::new(), 1), ..uses };
        let sentence = said(delete(&ledger, &uses));
        assert!(sentence.contains("2 access packages, 1 catalog, 1 target"), "what is not seen has no name: {sentence}");
        assert_eq!(delete_role(&ledger, "Agent", &RoleUses::default()).unwrap().code(), "application_changed");
        assert_eq!(delete(&ledger, &Uses::default()).unwrap().code(), "application_deleted");
    }
}
