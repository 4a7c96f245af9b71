//! Authentication contexts: what one may say, what activating under it demands, and when it may go.

use crate::form::text;
use crate::role_settings::demand_words;
use model::authentication_context::{AuthenticationContext, ContextUse, SaveAuthenticationContext};
use model::event::{Action, Change};
use model::limits::{CONTEXTS_MAX, DESCRIPTION_MAX_CHARS, FRESH_SIGN_IN_MAX_MINUTES, NAME_MAX_CHARS};
use model::proof::Demand;
use model::role_settings::RoleSettings;
use model::{AuthenticationContextId, Refusal, TermsId};

/// The context as it is from now on, with what is recorded of that; nothing changes when it is as it was. `all` is everything
/// there is, `called` what terms of use are called: nothing for those that are not there.
pub fn save(
    id: AuthenticationContextId,
    before: Option<&AuthenticationContext>,
    asked: &SaveAuthenticationContext,
    all: &[AuthenticationContext],
    called: impl Fn(TermsId) -> Option<String>,
) -> Result<Option<(AuthenticationContext, Action)>, Refusal> {
    let malformed = |field: &str, message: String| Err(Refusal::Malformed { field: field.to_owned(), message });
    if before.is_some_and(|before| before.version != asked.version) {
        return Err(Refusal::Stale);
    }
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    let description = text("description", "Description", &asked.description, false, DESCRIPTION_MAX_CHARS)?;
    let folded = crate::user::folded(&name);
    let same = |other: &&AuthenticationContext| crate::user::folded(&other.name) == folded && Some(other.id) != asked.context;
    if let Some(other) = all.iter().find(same) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    if !is_fresh(asked.minutes) {
        return malformed("minutes", TOO_OLD.to_owned());
    }
    if asked.terms.is_some_and(|terms| called(terms).is_none()) {
        return malformed("terms", "There are no such terms of use. Choose them from the list.".to_owned());
    }
    if before.is_none() && all.len() >= CONTEXTS_MAX {
        let message = format!("There can be {CONTEXTS_MAX} authentication contexts. Delete one that nothing uses.");
        return malformed("name", message);
    }
    let after = AuthenticationContext {
        id: before.map_or(id, |before| before.id),
        name: name.clone(),
        description,
        demand: Demand { strength: asked.strength, minutes: asked.minutes },
        terms: asked.terms,
        version: before.map_or(0, |before| before.version) + 1,
    };
    let changes = changes(before, &after, called);
    if changes.is_empty() {
        return Ok(None);
    }
    let context = after.id;
    let action = match before {
        None => Action::AuthenticationContextCreated { context, name, changes },
        Some(_) => Action::AuthenticationContextChanged { context, name, changes },
    };
    Ok(Some((after, action)))
}

/// How old a proof may be that settings or contexts demand.
pub fn is_fresh(minutes: u32) -> bool {
    (1..=FRESH_SIGN_IN_MAX_MINUTES).contains(&minutes)
}

/// What is said of any other number.
pub const TOO_OLD: &str = "A proof is at least one minute and at most 24 hours old. Write such a number.";

fn changes(
    before: Option<&AuthenticationContext>,
    after: &AuthenticationContext,
    called: impl Fn(TermsId) -> Option<String>,
) -> Vec<Change> {
    let said = |of: &AuthenticationContext| {
        let terms = of.terms.map_or_else(|| "None".to_owned(), |terms| called(terms).unwrap_or_default());
        [of.name.clone(), of.description.clone(), demand_words(of.demand), terms]
    };
    let was = before.map(said).unwrap_or_default();
    let pairs = ["Name", "Description", "Demands", "Terms of use"].into_iter().zip(was.into_iter().zip(said(after)));
    pairs
        .filter(|(_, (before, after))| before != after)
        .map(|(field, (before, after))| Change { field: field.to_owned(), before, after })
        .collect()
}

/// Nothing may name what is deleted. `uses` are the first of `count`, with what they are called.
pub fn may_delete(context: &AuthenticationContext, uses: Vec<(ContextUse, String)>, count: usize) -> Result<Action, Refusal> {
    if count > 0 {
        return Err(Refusal::ContextInUse { name: context.name.clone(), uses, count });
    }
    Ok(Action::AuthenticationContextDeleted { context: context.id, name: context.name.clone() })
}

/// What activating demands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Required {
    pub demand: Option<Demand>,
    /// The name of the context that demands it.
    pub context: Option<String>,
    /// The terms of use of the role, then those of the context.
    pub terms: Vec<TermsId>,
}

/// What settings demand, with the context that they name as it is now. Without that nothing is activated.
pub fn required(settings: &RoleSettings, contexts: &[AuthenticationContext]) -> Result<Required, Refusal> {
    let mut terms: Vec<TermsId> = settings.terms.into_iter().collect();
    let Some(id) = settings.activation_proof.context() else {
        return Ok(Required { demand: settings.activation_proof.own_demand(), context: None, terms });
    };
    let context = contexts.iter().find(|context| context.id == id);
    let context = context.ok_or(Refusal::NotFound { what: "authentication context" })?;
    terms.extend(context.terms.filter(|more| settings.terms != Some(*more)));
    Ok(Required { demand: Some(context.demand), context: Some(context.name.clone()), terms })
}

impl Required {
    /// `Authentication context “Privileged work”: a passkey within 15 minutes`; nothing when the session is enough.
    pub fn words(&self) -> String {
        let Some(demand) = self.demand.map(demand_words) else { return String::new() };
        match &self.context {
            None => demand,
            Some(name) => {
                let mut letters = demand.chars();
                let first = letters.next().map(|letter| letter.to_ascii_lowercase());
                let demand: String = first.into_iter().chain(letters).collect();
                format!("Authentication context “{name}”: {demand}")
            }
        }
    }

    /// What needs the proof, in a sentence.
    pub fn activating(&self, role: &str) -> String {
        match &self.context {
            None => format!("Activating “{role}”"),
            Some(context) => format!("Activating “{role}” (authentication context “{context}”)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::id;
    use model::proof::Strength;
    use model::role_settings::{Privileged, Proof};

    fn mine() -> AuthenticationContextId {
        AuthenticationContextId(id(1))
    }

    fn rules() -> TermsId {
        TermsId(id(5))
    }

    fn context() -> AuthenticationContext {
        AuthenticationContext {
            id: mine(),
            name: "Privileged work".into(),
            description: String::new(),
            demand: Demand { strength: Strength::Passkey, minutes: 5 },
            terms: Some(rules()),
            version: 3,
        }
    }

    fn asked() -> SaveAuthenticationContext {
        let AuthenticationContext { id, name, description, demand, terms, version } = context();
        let Demand { strength, minutes } = demand;
        SaveAuthenticationContext { context: Some(id), version, name, description, strength, minutes, terms }
    }

    fn called(terms: TermsId) -> Option<String> {
        (terms == rules()).then(|| "House rules".to_owned())
    }

    fn saved(asked: &SaveAuthenticationContext) -> Result<Option<(AuthenticationContext, Action)>, Refusal> {
        let other = AuthenticationContext { id: AuthenticationContextId(id(2)), name: "Office".into(), ..context() };
        let before = asked.context.map(|_| context());
        save(AuthenticationContextId(id(9)), before.as_ref(), asked, &[context(), other], called)
    }

    #[test]
    fn who_is_slower_a_name_that_is_taken_and_a_proof_without_bounds_are_refused() {
        assert_eq!(saved(&SaveAuthenticationContext { version: 2, name: String::new(), ..asked() }), Err(Refusal::Stale));
        let field = |asked: &SaveAuthenticationContext| saved(asked).unwrap_err().field().map(str::to_owned);
        assert_eq!(field(&SaveAuthenticationContext { name: " ".into(), ..asked() }).as_deref(), Some("name"));
        assert_eq!(field(&SaveAuthenticationContext { name: "OFFICE".into(), ..asked() }).as_deref(), Some("name"));
        for minutes in [0, FRESH_SIGN_IN_MAX_MINUTES + 1] {
            assert_eq!(field(&SaveAuthenticationContext { minutes, ..asked() }).as_deref(), Some("minutes"), "{minutes}");
        }
        let unknown = SaveAuthenticationContext { terms: Some(TermsId(id(6))), ..asked() };
        assert_eq!(field(&unknown).as_deref(), Some("terms"));
        let all: Vec<_> =
            (0..CONTEXTS_MAX).map(|n| AuthenticationContext { name: format!("Context {n}"), ..context() }).collect();
        let new = SaveAuthenticationContext { context: None, version: 0, ..asked() };
        assert_eq!(save(mine(), None, &new, &all, called).unwrap_err().field(), Some("name"), "there are enough");
    }

    #[test]
    fn what_changed_is_recorded_before_and_after_and_what_did_not_is_not_saved() {
        assert_eq!(saved(&asked()), Ok(None));
        let weaker = SaveAuthenticationContext { strength: Strength::Multifactor, minutes: 15, terms: None, ..asked() };
        let (after, action) = saved(&weaker).unwrap().unwrap();
        assert_eq!((after.id, after.version), (mine(), 4));
        let Action::AuthenticationContextChanged { changes, .. } = action else { panic!("{action:?}") };
        let said: Vec<_> = changes.iter().map(|one| format!("{}: {} → {}", one.field, one.before, one.after)).collect();
        assert_eq!(
            said,
            [
                "Demands: A passkey within 5 minutes → Multifactor authentication within 15 minutes",
                "Terms of use: House rules → None"
            ]
        );
        let new = SaveAuthenticationContext { context: None, version: 0, name: "New".into(), ..asked() };
        let (after, action) = saved(&new).unwrap().unwrap();
        assert_eq!((after.id, after.version), (AuthenticationContextId(id(9)), 1));
        assert!(matches!(action, Action::AuthenticationContextCreated { changes, .. } if changes.len() == 3));
    }

    #[test]
    fn what_is_in_use_stays_and_says_what_uses_it() {
        let role = ContextUse::Settings(Privileged::GroupOwner(model::GroupId(id(7))));
        let refusal = may_delete(&context(), vec![(role, "Oslo office, Owner".into())], 3).unwrap_err();
        assert_eq!(refusal.code(), "context_in_use");
        assert!(refusal.sentence().contains("“Oslo office, Owner” and 2 more"), "{}", refusal.sentence());
        assert!(refusal.link().is_some_and(|(href, _)| href.ends_with("/privileged/settings?role=owner")));
        assert!(may_delete(&context(), Vec::new(), 0).is_ok());
    }

    #[test]
    fn settings_demand_what_the_context_says_now_and_nothing_is_activated_without_it() {
        let by = |activation_proof, terms| RoleSettings { activation_proof, terms, ..RoleSettings::default() };
        let named = Proof::Context { context: mine() };
        assert_eq!(required(&by(named, None), &[]), Err(Refusal::NotFound { what: "authentication context" }));
        let under = required(&by(named, None), &[context()]).unwrap();
        assert_eq!((under.demand, under.terms.as_slice()), (Some(context().demand), [rules()].as_slice()));
        assert_eq!(under.words(), "Authentication context “Privileged work”: a passkey within 5 minutes");
        assert_eq!(required(&by(named, Some(rules())), &[context()]).unwrap().terms, [rules()], "the same are accepted once");
        let both = required(&by(named, Some(TermsId(id(4)))), &[context()]).unwrap();
        assert_eq!(both.terms, [TermsId(id(4)), rules()]);
        let own = required(&by(Proof::Multifactor { minutes: 9 }, None), &[context()]).unwrap();
        assert_eq!(own.words(), "Multifactor authentication within 9 minutes");
        assert_eq!(required(&by(Proof::Session, None), &[]).unwrap().words(), "");
    }
}
