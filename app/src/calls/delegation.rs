//! Delegation: somebody decides in one's place for a while.

use super::{Call, Reply};
use leptos::prelude::*;
use model::DelegationId;

/// `starts` and `ends` are days, `2026-11-24`, both of them included, counted in UTC; `scope` is `all` or `chosen`.
#[server(prefix = "/api", endpoint = "delegate_approvals")]
pub async fn delegate_approvals(
    #[server(default)] delegate: String,
    #[server(default)] starts: String,
    #[server(default)] ends: String,
    #[server(default)] scope: String,
    #[server(default)] packages: Vec<String>,
) -> Call<Reply> {
    use model::command::{Command, Delegate, Done};
    use model::delegation::Delegated;
    use model::{Refusal, Span};
    let command = || -> Result<Command, Refusal> {
        let missing = || Refusal::Required { field: "delegate".to_owned(), label: "Delegate".to_owned() };
        let to = super::id_or_none("delegate", &delegate)?.ok_or_else(missing)?;
        let starts_at = day("starts", "First day", &starts)?;
        let ends_at = day("ends", "Last day", &ends)? + Span::days(1);
        let delegated = if scope == "chosen" {
            let chosen = packages.iter().map(|id| super::id_or_none("packages[]", id));
            Delegated::Packages(chosen.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        } else {
            Delegated::All
        };
        Ok(Command::Delegate(Delegate { to, starts_at, ends_at, delegated }))
    };
    super::reply("delegate_approvals", command(), |done| match done {
        Done::Delegated { name } => (format!("{name} may decide in your place and was told."), BACK.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "end_delegation")]
pub async fn end_delegation(delegation: DelegationId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("end_delegation", Ok(Command::EndDelegation { delegation }), |done| match done {
        Done::DelegationEnded { name } => (format!("{name} no longer decides in your place."), BACK.to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
const BACK: &str = "/my-access/approvals?tab=delegation";

/// The beginning of a day.
#[cfg(feature = "ssr")]
fn day(field: &str, label: &str, text: &str) -> Result<model::Ts, model::Refusal> {
    use model::{Refusal, Ts};
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::Required { field: field.to_owned(), label: label.to_owned() });
    }
    let read = (text.len() == 10).then(|| Ts::parse(&[text, "T00:00:00Z"].concat())).flatten();
    // Ten characters leave no room for a year that the arithmetic could not hold.
    read.ok_or_else(|| Refusal::Malformed {
        field: field.to_owned(),
        message: format!("“{label}” is not a day. Write it like 2026-11-24."),
    })
}
