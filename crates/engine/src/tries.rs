//! Counting tries to prove who one is, before they are made: many guesses at the same moment are many guesses.

use crate::{Engine, Fault, Problem};
use model::UserId;
use model::limits::USER_NAME_MAX_CHARS;
use rules::sign_in::{Crowd, Failures, crowd_failed, crowd_succeeded, failed, is_known, may_try};
use rules::user::folded;
use store::{Link, sessions};

/// A try that was counted as a failure. It stays one until somebody forgives it.
pub(crate) struct Try {
    /// What it counts for, beside the address.
    subject: Option<String>,
    address: String,
}

/// Nobody has a longer name, also when folding it makes two letters of one; and PostgreSQL finds no text that is longer still.
const NAME_COUNTED_CHARS: usize = 2 * USER_NAME_MAX_CHARS;

impl Engine {
    /// A try to be somebody by user name. Where whoever has the name signed in before, what strangers do elsewhere does not
    /// count.
    pub(crate) async fn begin_account_try(&self, user_name: &str, from: &str) -> Result<Try, Problem> {
        let now = self.inner.clock.now();
        let name: String = folded(user_name).chars().take(NAME_COUNTED_CHARS).collect();
        let mut link = self.inner.db.begin().await?;
        let known = is_known(sessions::last_from(&mut link, &name, from).await?, now);
        let subject = if known { format!("known:{from} {name}") } else { format!("account:{name}") };
        self.begin(link, Some(subject), format!("address:{from}")).await
    }

    /// A try of somebody who is signed in to prove more.
    pub(crate) async fn begin_proof_try(&self, user: UserId, from: &str) -> Result<Try, Problem> {
        let link = self.inner.db.begin().await?;
        self.begin(link, Some(format!("proof:{user}")), format!("address:{from}")).await
    }

    /// A try that does not say first whom it is about.
    pub(crate) async fn begin_nameless_try(&self, from: &str) -> Result<Try, Problem> {
        let link = self.inner.db.begin().await?;
        self.begin(link, None, format!("address:{from}")).await
    }

    /// A token of another system that nobody made. These count by themselves: a system that was not told of its new token shall
    /// keep nobody from signing in who comes from the same address.
    pub(crate) async fn count_wrong_token(&self, from: &str) -> Result<(), Problem> {
        let link = self.inner.db.begin().await?;
        self.begin(link, None, format!("token:{from}")).await.map(drop)
    }

    async fn begin(&self, mut link: Link, subject: Option<String>, address: String) -> Result<Try, Problem> {
        let now = self.inner.clock.now();
        let of_subject = match &subject {
            Some(subject) => failures_to_change(&mut link, subject).await?,
            None => Failures::default(),
        };
        let of_address = crowd_to_change(&mut link, &address).await?;
        may_try(of_subject, of_address, now)?;
        if let Some(subject) = &subject {
            let after = failed(of_subject, now);
            sessions::set_failures(&mut link, subject, i64::from(after.count), after.last_at).await?;
        }
        set_crowd(&mut link, &address, crowd_failed(of_address, now)).await?;
        link.commit().await?;
        Ok(Try { subject, address })
    }

    /// The try was right: the account has no failures, and the address those that it had before.
    pub(crate) async fn forgive(&self, link: &mut Link, tried: &Try) -> Result<(), Fault> {
        if let Some(subject) = &tried.subject {
            sessions::clear_failures(link, subject).await?;
        }
        let of_address = crowd_to_change(link, &tried.address).await?;
        set_crowd(link, &tried.address, crowd_succeeded(of_address)).await
    }

    /// The try was wrong, which was counted. It is written down all the same as if it had not been: the time must not tell what
    /// became of it.
    pub(crate) async fn leave_counted(&self, link: &mut Link, tried: &Try) -> Result<(), Fault> {
        let of_address = crowd_to_change(link, &tried.address).await?;
        set_crowd(link, &tried.address, of_address).await
    }
}

async fn failures_to_change(link: &mut Link, subject: &str) -> Result<Failures, Fault> {
    let found = sessions::failures_to_change(link, subject).await?;
    Ok(found
        .map_or_else(Failures::default, |(count, last_at)| Failures { count: u32::try_from(count).unwrap_or(u32::MAX), last_at }))
}

/// An address has one number in the table of failures.
async fn crowd_to_change(link: &mut Link, address: &str) -> Result<Crowd, Fault> {
    let found = sessions::failures_to_change(link, address).await?;
    Ok(found.map_or_else(Crowd::default, |(_, forgotten_at)| Crowd { forgotten_at }))
}

async fn set_crowd(link: &mut Link, address: &str, crowd: Crowd) -> Result<(), Fault> {
    Ok(sessions::set_failures(link, address, 1, crowd.forgotten_at).await?)
}
