//! Who vouches for whom.

use crate::{Fault, Link};
use model::UserId;

/// The sponsors of somebody, disabled ones included.
pub async fn of(link: &mut Link, user: UserId) -> Result<Vec<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(link, "select sponsor_id from user_sponsors where user_id = $1 order by sponsor_id", user)?;
    Ok(rows.into_iter().map(|(sponsor,)| sponsor).collect())
}

/// Those of them who can be asked.
pub async fn enabled(link: &mut Link, user: UserId) -> Result<Vec<UserId>, Fault> {
    let rows: Vec<(UserId,)> = rows!(
        link,
        "select u.id from user_sponsors s cross join users u
         where s.user_id = $1 and u.id = s.sponsor_id and u.enabled order by u.display_name_key, u.id",
        user,
    )?;
    Ok(rows.into_iter().map(|(sponsor,)| sponsor).collect())
}

/// These and no others are the sponsors from now on.
pub async fn set(link: &mut Link, user: UserId, sponsors: &[UserId]) -> Result<(), Fault> {
    run!(link, "delete from user_sponsors where user_id = $1", user)?;
    run_many!(link, "insert into user_sponsors (user_id, sponsor_id) values ($1, $2)", sponsors, |sponsor| user, *sponsor)?;
    Ok(())
}
