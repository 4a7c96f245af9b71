//! Looking again at people who were brought to a target: an account may have been deleted, switched off or renamed there since,
//! and nobody says so.

use super::turn::known;
use super::{Stop, Turn};
use connect::target::Known;
use model::limits::{TARGET_LOOKS_MAX, TARGET_RECONCILE_MINUTES};
use model::target::Reach;
use model::{Ts, UserId};
use store::delivery;

/// How many comparisons there were, so that others come first each time.
pub(super) fn turn_of(now: Ts) -> usize {
    usize::try_from(now.0 / (TARGET_RECONCILE_MINUTES * 60_000)).unwrap_or(0)
}

impl Turn<'_> {
    /// Whoever is gone or otherwise there is brought to it anew by the next turn.
    pub(super) async fn look_again(&mut self, uncompared: &mut Vec<String>) -> Result<(), Stop> {
        self.goes_on().await?;
        let mut all = {
            let mut link = self.engine.inner.db.read().await?;
            delivery::known(&mut link, self.target.id).await?
        };
        if all.len() > TARGET_LOOKS_MAX {
            // Not everybody may be asked about: each time others come first.
            let first = turn_of(self.now).wrapping_mul(TARGET_LOOKS_MAX) % all.len();
            all.rotate_left(first);
        }
        let makes = self.remote.makes_accounts();
        let likes: Vec<(String, bool)> =
            all.iter().map(|one| if makes { known(&one.account).unwrap_or_default() } else { (String::new(), true) }).collect();
        let people: Vec<Known<'_>> = all
            .iter()
            .zip(&likes)
            .map(|(one, (user_name, active))| Known {
                id: &one.remote_id,
                lasting: if makes { "" } else { &one.account },
                user_name,
                active: *active,
            })
            .collect();
        let changed = match self.remote.changed(&people, TARGET_LOOKS_MAX).await {
            Ok(changed) => changed,
            Err(fault) => {
                uncompared.push(format!("Whether people are there as they were could not be told. {fault}"));
                return if fault.reach() == Reach::One { Ok(()) } else { self.unanswered(&[], &fault).await };
            }
        };
        self.answered();
        let changed: Vec<UserId> = changed.iter().filter_map(|at| all.get(*at)).map(|one| one.user_id).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let mut link = self.engine.inner.db.begin().await?;
        if !self.engine.holds(&mut link, self.target, self.running).await? {
            return Err(Stop::Over);
        }
        if makes {
            delivery::unlike(&mut link, self.target.id, &changed).await?;
        } else {
            // What they have is asked for again under the name that they are found by now.
            let asked = delivery::asked(&mut link, self.target.id, &changed).await?;
            let items: Vec<_> = asked.iter().flat_map(|(user, roles)| roles.keys().map(|role| (*user, *role))).collect();
            delivery::ask(&mut link, self.target.id, &items).await?;
        }
        delivery::look_at(&mut link, self.target.id, &changed, self.now).await?;
        link.commit().await?;
        Ok(())
    }
}
