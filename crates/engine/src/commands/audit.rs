//! Taking the history away as a file is part of the history.

use super::allowed;
use crate::Problem;
use crate::change::Change;
use crate::views::history::may_read;
use model::Refusal;
use model::audit::{Filter, Format, Place};
use model::command::{Command, Done};
use model::event::Action;

pub async fn export(
    change: &mut Change<'_>,
    command: &Command,
    place: Place,
    filter: &Filter,
    format: Format,
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let me = change.person().ok_or(Refusal::SignInNeeded)?;
    let manages = may_read(&mut change.link, &change.visitor, me, place, change.now).await?;
    if !rules::audit::may_export(&change.visitor, place, manages) {
        return Err(Refusal::NotFound { what: "page" }.into());
    }
    change.record(None, [Action::AuditExported { place, format, filter: filter.clone() }]);
    Ok(Done::AuditExported)
}
