//! Who reports to whom after a run.

use super::people::Deciding;
use super::plan::{Found, PlannedPerson};
use super::{Mapped, dn_key};
use crate::user::folded;
use model::Refusal;
use model::directory::Principal;
use model::event::Change;
use model::import::What;
use model::limits::IMPORT_MANAGERS_MAX;
use std::collections::BTreeMap;

impl<'a> Deciding<'a> {
    pub(super) fn managers(&mut self, found: &'a Found) {
        if self.settings.people.manager.is_empty() {
            return;
        }
        let mut wanted: BTreeMap<&'a str, Option<String>> = BTreeMap::new();
        for one in &found.people {
            let Some(id) = one.external_id.as_deref().filter(|id| self.fates.people.contains_key(*id)) else { continue };
            if one.keeps_manager {
                continue;
            }
            let manager = one.manager.as_ref().and_then(|dn| self.fates.by_dn.get(&dn_key(dn)));
            let manager = manager.filter(|manager| self.fates.people.contains_key(*manager)).cloned();
            if let (Some(dn), None) = (&one.manager, &manager) {
                self.refuse(one, format!("Their manager “{dn}” is nobody of this import, so that they have none here."));
            }
            // Whoever is at the top often names themselves.
            wanted.insert(id, manager.filter(|manager| manager != id));
        }
        let depths = depths(&wanted);
        let mut ordered: Vec<(usize, &'a Mapped, &'a str)> = Vec::new();
        for one in &found.people {
            let Some(id) = one.external_id.as_deref().filter(|id| wanted.contains_key(*id)) else { continue };
            match depths.get(id).copied().flatten() {
                // Whether theirs goes round through others is looked at no further up.
                Some(depth) if depth > IMPORT_MANAGERS_MAX => {
                    let why = format!("More than {IMPORT_MANAGERS_MAX} managers are above them, so that theirs stays as it is.");
                    self.refuse(one, why);
                }
                Some(depth) => ordered.push((depth, one, id)),
                None => self.refuse(one, "Their managers report to one another in a circle, so that theirs stays as it is."),
            }
        }
        ordered.sort_by_key(|(depth, ..)| *depth);
        for (_, one, id) in ordered {
            let manager = wanted.get(id).cloned().flatten();
            self.manager(id, one, manager);
        }
    }

    fn manager(&mut self, id: &'a str, one: &Mapped, manager: Option<String>) {
        let user = self.fates.people.get(id).and_then(|fate| fate.user);
        let linked = self.here.people.get(id).map(|linked| &linked.user);
        let there = linked.or_else(|| self.here.names.get(&folded(&one.wanted.user_name)).map(|(user, _)| user));
        let before = there.filter(|there| Some(there.id) == user).and_then(|user| user.manager);
        let after = manager.as_ref().and_then(|manager| self.fates.people.get(manager));
        let same = match (&before, after) {
            (None, None) => true,
            (Some(before), Some(after)) => after.user == Some(*before),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if same {
            return;
        }
        if let Some(there) = there.filter(|there| self.here.emergency.contains(&there.id)) {
            let why = Refusal::ImportedPersonKept { name: there.display_name.clone() }.sentence();
            return self.refuse(one, why);
        }
        let change = Change {
            field: "Manager".to_owned(),
            before: before.map(|before| self.here.called(Principal::User(before))).unwrap_or_default(),
            after: after.map(|after| after.name.clone()).unwrap_or_default(),
        };
        let at = self.lines.get(id).copied();
        if let Some(line) = at.and_then(|at| self.plan.lines.get_mut(at)) {
            line.changes.push(change);
        } else {
            self.plan.line(What::Change, (one.called(), &one.wanted.user_name), "");
            self.changes_of_last(vec![change]);
        }
        self.plan.managers.push(PlannedPerson { external_id: id.to_owned(), manager });
    }
}

/// How many are above each; nothing where it goes round. Everybody is looked at once.
fn depths<'a>(managers: &BTreeMap<&'a str, Option<String>>) -> BTreeMap<&'a str, Option<usize>> {
    let mut depths: BTreeMap<&'a str, Option<usize>> = BTreeMap::new();
    for first in managers.keys() {
        let (mut path, mut at): (Vec<&'a str>, &str) = (Vec::new(), first);
        let mut depth = loop {
            if let Some(known) = depths.get(at) {
                break known.map(|known| known + 1);
            }
            let Some((id, above)) = managers.get_key_value(at) else { break Some(1) };
            // Until it is known: whoever comes by here again goes round.
            depths.insert(id, None);
            path.push(id);
            let Some(above) = above else { break Some(0) };
            at = above;
        };
        for id in path.into_iter().rev() {
            depths.insert(id, depth);
            depth = depth.map(|depth| depth + 1);
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Upwards, one after the other.
    fn climbed(id: &str, managers: &BTreeMap<&str, Option<String>>) -> Option<usize> {
        let (mut seen, mut at, mut depth) = (BTreeSet::from([id]), id, 0);
        while let Some(above) = managers.get(at).and_then(Option::as_deref) {
            if !seen.insert(above) {
                return None;
            }
            depth += 1;
            at = above;
        }
        Some(depth)
    }

    proptest! {
        #[test]
        fn everybody_is_as_far_down_as_there_are_managers_above_them(above in proptest::collection::vec(0_usize..14, 12)) {
            let names: Vec<String> = (0..14).map(|n| format!("p{n}")).collect();
            // The last but one is nobody, and the last stands for none.
            let manager = |at: &usize| (*at < 13).then(|| names[*at].clone());
            let managers: BTreeMap<&str, Option<String>> =
                above.iter().enumerate().map(|(at, to)| (names[at].as_str(), manager(to))).collect();
            let one_by_one = managers.keys().map(|id| (*id, climbed(id, &managers))).collect();
            prop_assert_eq!(depths(&managers), one_by_one);
        }
    }
}
