//! Taking access away deliberately must leave somebody who could give it back: the last holder of a guarded role cannot
//! go, whichever command would do it, and neither can the last who could activate one or approve that. Whatever takes access
//! away looks before and after, in its own transaction.

use super::lock_out;
use crate::Problem;
use crate::change::Change;
use model::directory::PortalRole;
use rules::user::{GUARDED, Holders};
use store::assignments;

/// Who held each guarded role before, and how one could activate it.
#[must_use = "what is not looked at afterwards is not guarded"]
pub struct Before {
    held: Vec<(PortalRole, Holders)>,
    open: lock_out::Before,
}

/// Keeps others from changing who holds the guarded roles, and remembers who does.
pub async fn before(change: &mut Change<'_>) -> Result<Before, Problem> {
    lock_out::keep(change).await?;
    let mut all = Vec::new();
    for role in GUARDED {
        all.push((role, holders(change, role).await?));
    }
    let open = lock_out::before(change, &lasting(&all)).await?;
    Ok(Before { held: all, open })
}

impl Before {
    /// Refuses what was done since, and with it the whole change, when it took a guarded role from its last holder, or
    /// closed the last way to activate one.
    pub async fn and_after(self, change: &mut Change<'_>) -> Result<(), Problem> {
        let mut all = Vec::new();
        for (role, before) in self.held {
            let after = holders(change, role).await?;
            rules::user::somebody_is_left(role, &before, &after)?;
            if rules::lock_out::asks_who_comes_in(role, &before, &after) {
                lock_out::holders_come_in(change, &before.lasting, &after.lasting).await?;
            }
            all.push((role, after));
        }
        self.open.and_after(change, &lasting(&all)).await
    }
}

fn lasting(all: &[(PortalRole, Holders)]) -> lock_out::Lasting {
    all.iter().map(|(role, holders)| (role.id(), holders.lasting.clone())).collect()
}

async fn holders(change: &mut Change<'_>, role: PortalRole) -> Result<Holders, Problem> {
    Ok(Holders {
        active: assignments::role_holders(&mut change.link, role.id(), change.now).await?.into_iter().collect(),
        lasting: assignments::lasting_role_holders(&mut change.link, role.id(), change.now).await?.into_iter().collect(),
    })
}
