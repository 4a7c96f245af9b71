//! Looking at a provider before anybody signs in with it: **Test** in its settings.

use super::opened;
use crate::{Engine, Problem};
use auth::id_token;
use model::ProviderId;
use model::view::provider::{ProviderTest, Step};
use store::providers::Stored;

impl Engine {
    /// Asks a provider for all that it publishes, and says what came back. Who may do so was asked.
    pub(crate) async fn test_provider(&self, id: ProviderId) -> Result<ProviderTest, Problem> {
        let Stored { provider, secret, .. } = self.stored(id).await?;
        let (tried, found) = self.inner.providers.look(&provider.issuer).await;
        let mut steps: Vec<Step> =
            tried.into_iter().map(|tried| Step { what: tried.what, good: tried.good, said: tried.said }).collect();
        let mut step = |what: &str, said: Result<String, String>| {
            steps.push(Step { what: what.to_owned(), good: said.is_ok(), said: said.unwrap_or_else(|why| why) });
        };
        if let Some((_, keys)) = found {
            step(
                "Read the keys",
                match id_token::Keys::parse(&keys) {
                    Some(keys) if !keys.is_empty() => Ok(format!(
                        "{} can sign tokens that count here.",
                        model::time::count(i64::try_from(keys.len()).unwrap_or(0), "key")
                    )),
                    Some(_) => Err("None of them can sign tokens that count here.".to_owned()),
                    None => Err("They are no list of keys.".to_owned()),
                },
            );
        }
        step(
            "Opened the client secret",
            match &secret {
                None => Ok("This client has none.".to_owned()),
                Some(sealed) => match opened(&self.inner.keys, id, sealed) {
                    Ok(_) => Ok("It is kept sealed and can be opened. Whether the provider takes it shows at the first sign-in."
                        .to_owned()),
                    Err(_) => Err("It cannot be opened with this server's key. Type it again.".to_owned()),
                },
            },
        );
        let good = steps.iter().all(|step| step.good);
        Ok(ProviderTest { provider: id, name: provider.name, at: self.inner.clock.now(), good, steps })
    }
}
