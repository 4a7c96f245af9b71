//! Whom the settings of an access review name.

use crate::Problem;
use crate::change::Change;
use model::limits::REVIEW_PANEL_MAX;
use model::review::ReviewSettings;
use model::{Refusal, UserId};
use rules::review::{may_ask, may_ask_group, new_groups};
use std::collections::BTreeMap;
use store::{assignments, groups, users};

/// Everybody who is named has to exist; who was not named `before` has to be able to decide as well.
pub async fn everybody_is_there(
    change: &mut Change<'_>,
    settings: &ReviewSettings,
    before: Option<&ReviewSettings>,
) -> Result<(), Problem> {
    let (people, teams) = rules::review::settings::named(settings);
    let found = users::several(&mut change.link, &people).await?;
    let called = groups::names(&mut change.link, &teams).await?;
    if found.len() != people.len() || called.len() != teams.len() {
        let message = "Somebody who was chosen is not in the directory. Choose people and groups from the list.".to_owned();
        return Err(Refusal::Malformed { field: "stages[0][users]".to_owned(), message }.into());
    }
    let disabled = found.into_iter().filter(|user| !user.enabled);
    let disabled: BTreeMap<UserId, String> = disabled.map(|user| (user.id, user.display_name)).collect();
    may_ask(settings, before, &disabled)?;
    for (field, group) in new_groups(settings, before) {
        let members = assignments::members(&mut change.link, group, change.now, REVIEW_PANEL_MAX + 1).await?.len();
        may_ask_group(field, called.get(&group).map(String::as_str).unwrap_or_default(), members)?;
    }
    Ok(())
}
