//! Terms of use: what may be written, and whether somebody has accepted them.

use crate::form::text;
use model::event::Action;
use model::limits::{NAME_MAX_CHARS, TERMS_MAX, TERMS_MAX_CHARS};
use model::terms::{SaveTerms, TermsOfUse};
use model::{Refusal, TermsId, Ts};

/// The terms as they are from now on, with what is recorded of that; nothing changes when they are as they were. A new text is a
/// new version, and everybody is asked again; a new name is none. `all` is everything there is.
pub fn save(
    id: TermsId,
    before: Option<&TermsOfUse>,
    asked: &SaveTerms,
    all: &[TermsOfUse],
    now: Ts,
) -> Result<Option<(TermsOfUse, Action)>, Refusal> {
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    let words = text("text", "Text", &asked.text, true, TERMS_MAX_CHARS)?.replace("\r\n", "\n");
    let same =
        |other: &&TermsOfUse| crate::user::folded(&other.name) == crate::user::folded(&name) && Some(other.id) != asked.terms;
    if let Some(other) = all.iter().find(same) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    let Some(before) = before else {
        if all.len() >= TERMS_MAX {
            return Err(Refusal::Malformed {
                field: "name".to_owned(),
                message: format!("There can be {TERMS_MAX} terms of use. Change some that are no longer needed."),
            });
        }
        let terms = TermsOfUse { id, name: name.clone(), text: words, version: 1, since: now };
        return Ok(Some((terms, Action::TermsCreated { terms: id, name })));
    };
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    if before.name == name && before.text == words {
        return Ok(None);
    }
    let newer = before.text != words;
    let version = before.version + i64::from(newer);
    let since = if newer { now } else { before.since };
    let action = Action::TermsChanged { terms: before.id, name: name.clone(), version };
    Ok(Some((TermsOfUse { id: before.id, name, text: words, version, since }, action)))
}

/// The terms that a role demands, and which version of them somebody accepted last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demanded {
    pub terms: TermsOfUse,
    pub accepted: Option<i64>,
}

impl Demanded {
    pub fn is_accepted(&self) -> bool {
        self.accepted == Some(self.terms.version)
    }
}

/// Whether the terms of now are accepted, before or with this form; what is recorded when it is by this form. `said` is what the
/// form accepts: whoever accepted a version that was replaced meanwhile has not read this one.
pub fn accept(demanded: &Demanded, said: &[(TermsId, i64)]) -> Result<Option<Action>, Refusal> {
    if demanded.is_accepted() {
        return Ok(None);
    }
    let TermsOfUse { id, name, version, .. } = &demanded.terms;
    if said.contains(&(*id, *version)) {
        return Ok(Some(Action::TermsAccepted { terms: *id, name: name.clone(), version: *version }));
    }
    let earlier = said.iter().any(|(of, _)| of == id);
    Err(Refusal::TermsNotAccepted { name: name.clone(), version: *version, earlier })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::id;

    fn terms(version: i64) -> TermsOfUse {
        TermsOfUse { id: TermsId(id(1)), name: "House rules".into(), text: "Lock the door.".into(), version, since: Ts(1) }
    }

    fn asked(version: i64, name: &str, text: &str) -> SaveTerms {
        SaveTerms { terms: Some(TermsId(id(1))), version, name: name.into(), text: text.into() }
    }

    #[test]
    fn only_the_version_of_now_counts_and_an_earlier_one_is_asked_again() {
        let demanded = |accepted| Demanded { terms: terms(2), accepted };
        let not = |earlier| Refusal::TermsNotAccepted { name: "House rules".into(), version: 2, earlier };
        let mine = TermsId(id(1));
        assert_eq!(accept(&demanded(None), &[]), Err(not(false)));
        assert_eq!(accept(&demanded(Some(1)), &[]), Err(not(false)), "of an earlier version");
        assert_eq!(accept(&demanded(None), &[(mine, 1)]), Err(not(true)), "replaced while it was read");
        assert_eq!(accept(&demanded(None), &[(TermsId(id(2)), 2)]), Err(not(false)), "others");
        assert!(matches!(accept(&demanded(Some(1)), &[(mine, 2)]), Ok(Some(Action::TermsAccepted { version: 2, .. }))));
        assert_eq!(accept(&demanded(Some(2)), &[]), Ok(None));
    }

    #[test]
    fn a_new_text_is_a_new_version_and_a_new_name_is_none() {
        let now = Ts(9);
        let (before, all) = (terms(3), [terms(3)]);
        let save = |asked: &SaveTerms| save(TermsId(id(7)), Some(&before), asked, &all, now);
        assert_eq!(save(&asked(2, "House rules", "Other.")), Err(Refusal::Stale));
        assert_eq!(save(&asked(3, "House rules", " Lock the door. ")), Ok(None));
        let (renamed, _) = save(&asked(3, "Rules", "Lock the door.")).unwrap().unwrap();
        assert_eq!((renamed.version, renamed.since), (3, Ts(1)));
        let (newer, action) = save(&asked(3, "House rules", "Lock both doors.")).unwrap().unwrap();
        assert_eq!((newer.version, newer.since), (4, now));
        assert!(matches!(action, Action::TermsChanged { version: 4, .. }));
        assert_eq!(save(&asked(3, "House rules", " ")).unwrap_err().field(), Some("text"));
        let new = SaveTerms { terms: None, version: 0, name: "HOUSE RULES".into(), text: "Mine.".into() };
        assert_eq!(super::save(TermsId(id(7)), None, &new, &all, now).unwrap_err().field(), Some("name"), "names are told apart");
    }
}
