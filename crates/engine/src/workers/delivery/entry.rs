//! People at a target that gets no accounts from us: they are there, or have to wait until they are.

use super::{Case, Stop, Turn};
use connect::target::Whom;
use model::UserId;
use store::delivery::{self, Account};

impl Turn<'_> {
    /// Finds who somebody is there whose access changes.
    pub(super) async fn entry(&mut self, case: &mut Case) -> Result<(), Stop> {
        if case.plan.add.is_empty() && case.plan.remove.is_empty() {
            return Ok(());
        }
        let (user_name, mail, lasting) = (case.due.user_name.clone(), case.due.mail.clone(), case.account.account.clone());
        let whom = Whom { user_name: &user_name, mail: &mail, lasting: &lasting };
        let found = self.remote.person(&whom).await;
        let Some(found) = self.theirs(case, found).await? else { return Ok(()) };
        let Some(found) = found else {
            if case.plan.stays {
                case.refuse(self.remote.nobody(&whom));
            }
            // What they were given under the name that is known is taken away under it.
            return Ok(());
        };
        let before = case.account.remote_id.take();
        case.account = Account { remote_id: Some(found.id.clone()), made: false, account: found.lasting };
        if let Some(before) = before
            && self.remote.key(&before) != self.remote.key(&found.id)
        {
            // They are called otherwise now: everything is asked for under the new name, and taken away under both.
            case.former = Some(before);
            self.lost(case).await?;
        }
        Ok(())
    }

    /// Who somebody is there is written down before anything is given to them under that name.
    pub(super) async fn remember(&self, cases: &[Case]) -> Result<(), Stop> {
        let new = |case: &&Case| !self.remote.makes_accounts() && case.due.remote_id.is_none();
        let found: Vec<(UserId, &str)> =
            cases.iter().filter(new).filter_map(|case| Some((case.due.user_id, case.remote()?))).collect();
        if found.is_empty() {
            return Ok(());
        }
        let mut link = self.engine.inner.db.begin().await?;
        delivery::found(&mut link, self.target.id, &found).await?;
        link.commit().await?;
        Ok(())
    }
}
