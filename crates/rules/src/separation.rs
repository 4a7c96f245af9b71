//! Separation of duties: what somebody has that nobody may have together with a package, and who may say so.

use crate::access::{Visitor, sees_directory};
use crate::catalog::{self, Standing};
use model::limits::INCOMPATIBLE_MAX;
use model::separation::{Conflict, Incompatible};
use model::{CatalogId, GroupId, Refusal, Ts};
use std::collections::BTreeSet;

/// Things that a sentence names; whoever needs all of them opens the page of the package.
pub const NAMED: usize = 5;

/// Something that excludes a package, whichever of the two names the other: a package that the person was given, or a
/// group that they may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Against {
    pub with: Incompatible,
    pub name: String,
    /// Of a package.
    pub catalog: Option<CatalogId>,
    /// Until when they hold it; for a package.
    pub until: Option<Ts>,
}

/// What of it somebody has. What begins later counts: otherwise they would get both. `groups` are those to which they
/// belong, through others too.
pub fn conflicts(against: &[Against], groups: &BTreeSet<GroupId>, now: Ts) -> Vec<Against> {
    let has = |against: &&Against| match against.with {
        Incompatible::Package(_) => against.until.is_none_or(|until| now < until),
        Incompatible::Group(group) => groups.contains(&group),
    };
    against.iter().filter(has).cloned().collect()
}

/// Why a package is not for somebody who has all that. `known` says what the reader may know of it, `holder` names whose
/// it is when that is somebody else.
pub fn refusal(package: &str, found: &[Against], known: impl Fn(&Against) -> bool, holder: Option<&str>) -> Option<Refusal> {
    let said = |against: &Against| Conflict { with: against.with, name: against.name.clone() };
    let held: Vec<Conflict> = found.iter().filter(|against| known(against)).take(NAMED).map(said).collect();
    let more = held.len() < found.len();
    let holder = holder.map(str::to_owned);
    (!found.is_empty()).then(|| Refusal::Incompatible { package: package.to_owned(), held, more, holder })
}

/// What stands on the other side, with the facts about the visitor there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    Package {
        standing: Standing,
    },
    Group {
        owns: bool,
        /// It was brought into the catalog of the package: whoever makes packages there gives it to people anyway.
        in_catalog: bool,
    },
}

/// Whether the visitor may know what stands on the other side.
pub fn names(visitor: &Visitor, other: Other) -> bool {
    match other {
        Other::Package { standing } => catalog::sees(visitor, standing),
        Other::Group { owns, in_catalog } => owns || in_catalog || sees_directory(visitor),
    }
}

/// Whether the visitor, who may change the package, may also name this against it. The rule holds for both sides, and the
/// list of overlaps says who has what stands there, so it takes a word in both.
pub fn may_name(visitor: &Visitor, other: Other) -> Result<(), Refusal> {
    match other {
        _ if !names(visitor, other) => {
            Err(Refusal::NotFound { what: if matches!(other, Other::Group { .. }) { "group" } else { "access package" } })
        }
        Other::Package { standing } if !catalog::manages_packages(visitor, standing) => Err(Refusal::NotAllowed {
            what: "say what a package of the other catalog is incompatible with",
            who: "The owners and access package managers of both catalogs, Global Administrators and Identity Governance Administrators",
        }),
        Other::Package { .. } | Other::Group { .. } => Ok(()),
    }
}

/// Whether the visitor, who may change the package, may also take this away from it. A group has nobody who said that it
/// should stay apart, so the package alone counts.
pub fn may_take_away(visitor: &Visitor, other: Other) -> Result<(), Refusal> {
    match other {
        Other::Package { .. } => may_name(visitor, other),
        Other::Group { .. } => Ok(()),
    }
}

/// Two things of which nobody may have both, as far as there is room: each with its name and with how many it is
/// incompatible already. Groups have no limit: only packages are looked at with every request.
pub fn may_add(package: (&str, usize), other: (&str, usize), there: bool) -> Result<(), Refusal> {
    if there {
        return Err(Refusal::AlreadyIncompatible { name: other.0.to_owned(), package: package.0.to_owned() });
    }
    match [package, other].into_iter().find(|(_, with)| *with >= INCOMPATIBLE_MAX) {
        Some((name, _)) => Err(Refusal::TooManyIncompatible { name: name.to_owned(), limit: INCOMPATIBLE_MAX }),
        None => Ok(()),
    }
}

/// A package that makes people members of a group that it excludes: nobody could have it.
pub fn gives_itself(field: &str, package: &str, group: &str) -> Refusal {
    let message = format!(
        "“{package}” would make its holders members of “{group}”, with which it is incompatible, so nobody could have it. Leave one of the two out."
    );
    Refusal::Malformed { field: field.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{id, user};
    use model::PackageId;
    use model::catalog::CatalogRole;
    use model::directory::PortalRole;

    const NOW: Ts = Ts(1_000);

    fn package(n: u128, until: Option<Ts>) -> Against {
        Against { with: Incompatible::Package(PackageId(id(n))), name: format!("Package {n}"), catalog: None, until }
    }

    fn group(n: u128) -> Against {
        Against { with: Incompatible::Group(GroupId(id(n))), name: format!("Group {n}"), catalog: None, until: None }
    }

    #[test]
    fn what_is_held_and_to_what_one_belongs_stands_in_the_way_until_the_instant_it_ends() {
        let mine = BTreeSet::from([GroupId(id(7))]);
        let named = |against: &[Against]| -> Vec<String> {
            conflicts(against, &mine, NOW).into_iter().map(|conflict| conflict.name).collect()
        };
        assert_eq!(named(&[package(1, None), package(2, Some(Ts(1_001)))]), ["Package 1", "Package 2"]);
        assert_eq!(named(&[group(7)]), ["Group 7"]);
        assert_eq!(named(&[package(1, Some(NOW)), group(8)]), Vec::<String>::new(), "it ended this instant; not a member");
        assert_eq!(named(&[]), Vec::<String>::new());
    }

    #[test]
    fn the_sentence_names_only_what_its_reader_may_know() {
        let found = conflicts(&[package(1, None), package(2, None), group(7)], &BTreeSet::from([GroupId(id(7))]), NOW);
        let said = |known: &dyn Fn(&Against) -> bool, holder| refusal("Payroll", &found, known, holder).unwrap().sentence();
        let mine = said(&|_| true, None);
        assert_eq!(
            mine,
            "You hold “Package 1”, “Package 2” and are a member of “Group 7”, which are incompatible with “Payroll”: nobody may have both. Give “Package 1”, “Package 2” back and ask an owner of “Group 7” or an administrator to take you out first, then request “Payroll”."
        );
        let theirs = said(&|conflict| conflict.name == "Package 1", Some("Emma"));
        assert_eq!(
            theirs,
            "Emma holds “Package 1” and has other access, which are incompatible with “Payroll”: nobody may have both. It has to be given back or taken away first."
        );
        let nothing = said(&|_| false, Some("Emma"));
        assert!(nothing.starts_with("Emma has other access, which is incompatible with “Payroll”"), "{nothing}");
        assert_eq!(refusal("Payroll", &[], |_| true, None), None);
    }

    #[test]
    fn naming_a_package_takes_a_word_on_both_sides() {
        let nobody = Visitor::User { id: user(1), roles: BTreeSet::new() };
        let with = |role| Visitor::User { id: user(1), roles: BTreeSet::from([role]) };
        let there = |role: Option<CatalogRole>| Other::Package { standing: role.into_iter().collect() };
        let code = |done: Result<(), Refusal>| done.map_err(|refusal| refusal.code());
        for decides in [may_name, may_take_away] {
            assert_eq!(code(decides(&nobody, there(None))), Err("not_found"), "a guessed id tells nothing");
            assert_eq!(code(decides(&nobody, there(Some(CatalogRole::Reader)))), Err("not_allowed"));
            assert_eq!(code(decides(&with(PortalRole::GlobalReader), there(None))), Err("not_allowed"));
            assert_eq!(code(decides(&nobody, there(Some(CatalogRole::AssignmentManager)))), Err("not_allowed"));
            assert_eq!(code(decides(&nobody, there(Some(CatalogRole::PackageManager)))), Ok(()));
            assert_eq!(code(decides(&with(PortalRole::IdentityGovernanceAdministrator), there(None))), Ok(()));
        }
    }

    #[test]
    fn naming_a_group_takes_seeing_it_and_taking_it_away_does_not() {
        let nobody = Visitor::User { id: user(1), roles: BTreeSet::new() };
        let reader = Visitor::User { id: user(1), roles: BTreeSet::from([PortalRole::SecurityReader]) };
        let group = |owns, in_catalog| Other::Group { owns, in_catalog };
        assert_eq!(may_name(&nobody, group(false, false)), Err(Refusal::NotFound { what: "group" }));
        for (visitor, other) in [(&nobody, group(true, false)), (&nobody, group(false, true)), (&reader, group(false, false))] {
            assert_eq!(may_name(visitor, other), Ok(()));
        }
        assert_eq!(may_take_away(&nobody, group(false, false)), Ok(()));
    }

    #[test]
    fn a_pair_is_kept_once_and_neither_side_has_too_many() {
        let code = |done: Result<(), Refusal>| done.map_err(|refusal| refusal.code());
        assert_eq!(code(may_add(("A", INCOMPATIBLE_MAX), ("B", 1), true)), Err("already_incompatible"));
        assert_eq!(code(may_add(("A", INCOMPATIBLE_MAX), ("B", 1), false)), Err("too_many_incompatible"));
        let refused = may_add(("A", 0), ("B", INCOMPATIBLE_MAX), false).unwrap_err();
        assert!(refused.sentence().starts_with("“B” is incompatible with 100 others already"), "{}", refused.sentence());
        assert_eq!(may_add(("A", INCOMPATIBLE_MAX - 1), ("B", 0), false), Ok(()));
    }
}
