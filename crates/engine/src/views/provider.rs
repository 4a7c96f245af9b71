//! Identity providers, as administrators set them, and who people are there.

use super::Asking;
use crate::Problem;
use model::proof::Strength;
use model::view::provider::{Linked, OneProvider, Providers, Row};
use model::view::security::Voucher;
use model::{ProviderId, Refusal};
use store::providers::{self, Account, Stored};

fn row(Stored { provider, secret, people }: Stored) -> Row {
    Row { provider, has_secret: secret.is_some(), people: u32::try_from(people).unwrap_or(u32::MAX) }
}

pub async fn list(asking: &mut Asking<'_>) -> Result<Providers, Problem> {
    let rows = providers::list(&mut asking.link).await?.into_iter().map(row).collect();
    let redirect = crate::provider::redirect(asking.settings);
    Ok(Providers { rows, may_change: rules::access::changes_settings(asking.visitor), redirect })
}

pub async fn one(asking: &mut Asking<'_>, id: ProviderId) -> Result<OneProvider, Problem> {
    let stored = providers::get(&mut asking.link, id).await?.ok_or(Refusal::NotFound { what: "identity provider" })?;
    let addresses = crate::provider::addresses(asking.settings, id);
    Ok(OneProvider { row: row(stored), may_change: rules::access::changes_settings(asking.visitor), addresses })
}

/// The accounts with which somebody signs in.
pub fn linked(accounts: Vec<Account>, may_remove: bool) -> Vec<Linked> {
    let one = |account: Account| Linked {
        provider: account.provider_id,
        name: account.name,
        called: account.called,
        since: account.linked_at,
        used: account.used_at,
        may_remove,
    };
    accounts.into_iter().map(one).collect()
}

/// Where somebody can prove more than a sign-in.
pub fn vouchers(accounts: &[Account]) -> Vec<Voucher> {
    let one = |account: &Account| {
        let strength = rules::provider::vouches_for(&account.strengths);
        (account.enabled && strength > Strength::SignIn).then(|| Voucher {
            provider: account.provider_id,
            name: account.name.clone(),
            strength,
        })
    };
    accounts.iter().filter_map(one).collect()
}
