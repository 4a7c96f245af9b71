//! Whom a form names to decide who was not named before: they can sign in, and are no more than anybody can ask. Who was named
//! and has left since keeps nobody from saving something else: they are left out when a stage begins.

use model::limits::REVIEW_PANEL_MAX;
use model::review::{ReviewSettings, Reviewers};
use model::{GroupId, Refusal, UserId};
use std::collections::{BTreeMap, BTreeSet};

/// A field of the form, and whom it names.
type Named<T> = Vec<(String, T)>;

fn people(settings: &ReviewSettings) -> Named<UserId> {
    let mut all = Vec::new();
    for (number, stage) in settings.stages.iter().enumerate() {
        if let Reviewers::Selected { users, .. } = &stage.reviewers {
            all.extend(users.iter().map(|user| (format!("stages[{number}][users]"), *user)));
        }
        all.extend(stage.fallback.iter().map(|user| (format!("stages[{number}][fallback]"), *user)));
    }
    all
}

fn groups(settings: &ReviewSettings) -> Named<GroupId> {
    let mut all = Vec::new();
    for (number, stage) in settings.stages.iter().enumerate() {
        if let Reviewers::Selected { groups, .. } = &stage.reviewers {
            all.extend(groups.iter().map(|group| (format!("stages[{number}][groups]"), *group)));
        }
    }
    all.extend(settings.notify_groups.iter().map(|group| ("notify_groups[]".to_owned(), *group)));
    all
}

fn newly<T: Copy + Ord>(now: Named<T>, before: Named<T>) -> Named<T> {
    let before: BTreeSet<T> = before.into_iter().map(|(_, one)| one).collect();
    now.into_iter().filter(|(_, one)| !before.contains(one)).collect()
}

/// Whether everybody can be asked whom these settings name and those before did not. `disabled`: who of all that are named cannot
/// sign in, with their names.
pub fn may_ask(
    settings: &ReviewSettings,
    before: Option<&ReviewSettings>,
    disabled: &BTreeMap<UserId, String>,
) -> Result<(), Refusal> {
    let new = newly(people(settings), before.map(people).unwrap_or_default());
    let gone = new.into_iter().find_map(|(field, user)| Some((field, disabled.get(&user)?)));
    let Some((field, name)) = gone else { return Ok(()) };
    let message = format!("{name} cannot sign in, and would decide nothing. Choose somebody else.");
    Err(Refusal::Malformed { field, message })
}

/// The groups whose members these settings ask or tell and those before did not, with the field of each.
pub fn new_groups(settings: &ReviewSettings, before: Option<&ReviewSettings>) -> Vec<(String, GroupId)> {
    newly(groups(settings), before.map(groups).unwrap_or_default())
}

/// Whether a group is small enough to be asked or told. `members`: how many of it were looked at, one more than may be.
pub fn may_ask_group(field: String, name: &str, members: usize) -> Result<(), Refusal> {
    if members <= REVIEW_PANEL_MAX {
        return Ok(());
    }
    let message = format!(
        "“{name}” has more than {REVIEW_PANEL_MAX} members, and nobody would feel asked. Choose a smaller group, or people by name."
    );
    Err(Refusal::Malformed { field, message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::settings::defaults;
    use crate::tests::user;
    use model::{AnyId, Ts};

    fn asking(users: &[u128], groups: &[u128], fallback: &[u128]) -> ReviewSettings {
        let mut settings = defaults(user(1), Ts(0));
        settings.stages[0].reviewers = Reviewers::Selected {
            users: users.iter().map(|n| user(*n)).collect(),
            groups: groups.iter().map(|n| GroupId(AnyId::from_u128(*n))).collect(),
        };
        settings.stages[0].fallback = fallback.iter().map(|n| user(*n)).collect();
        settings
    }

    #[test]
    fn somebody_disabled_is_refused_at_the_field_that_names_them_newly() {
        let gone = BTreeMap::from([(user(2), "Lee".to_owned())]);
        let field = |now: &ReviewSettings, before: Option<&ReviewSettings>| {
            may_ask(now, before, &gone).err().map(|refusal| (refusal.field().unwrap().to_owned(), refusal.sentence()))
        };
        let (at, words) = field(&asking(&[1, 2], &[], &[]), None).unwrap();
        assert_eq!((at.as_str(), words.contains("Lee cannot sign in")), ("stages[0][users]", true), "{words}");
        let (at, _) = field(&asking(&[1], &[], &[2]), Some(&asking(&[1], &[], &[]))).unwrap();
        assert_eq!(at, "stages[0][fallback]");
        assert_eq!(field(&asking(&[1, 2], &[], &[]), Some(&asking(&[2], &[], &[]))), None, "they were named before");
        assert_eq!(field(&asking(&[1], &[], &[]), None), None);
    }

    #[test]
    fn a_group_that_is_too_large_is_refused_and_those_named_before_are_not_looked_at() {
        let mut now = asking(&[], &[3, 4], &[]);
        now.notify_groups = vec![GroupId(AnyId::from_u128(5))];
        let fields = |before: Option<&ReviewSettings>| {
            new_groups(&now, before).into_iter().map(|(field, group)| (field, group.0.as_u128())).collect::<Vec<_>>()
        };
        let at = |field: &str, n: u128| (field.to_owned(), n);
        assert_eq!(fields(Some(&asking(&[], &[3], &[]))), [at("stages[0][groups]", 4), at("notify_groups[]", 5)]);
        assert_eq!(fields(None).len(), 3);
        assert!(may_ask_group("f".to_owned(), "All", REVIEW_PANEL_MAX).is_ok());
        let said = may_ask_group("f".to_owned(), "All", REVIEW_PANEL_MAX + 1).unwrap_err();
        assert!(said.field() == Some("f") && said.sentence().contains("“All” has more than 1000 members"), "{}", said.sentence());
    }
}
