//! Activation profiles: what people activate together.

use crate::{Fault, Link};
use model::activation_profile::ActivationProfile;
use model::role_settings::Privileged;
use model::{ActivationProfileId, UserId};

type Row = (ActivationProfileId, UserId, String, String);

fn read((id, owner, name, roles): Row) -> Result<ActivationProfile, Fault> {
    let roles: Vec<Privileged> =
        serde_json::from_str(&roles).map_err(|error| Fault::impossible("activation_profiles", id, error))?;
    Ok(ActivationProfile { id, owner, name, roles })
}

/// Saves a new one, or in place of the one with this id.
pub async fn save(link: &mut Link, profile: &ActivationProfile) -> Result<(), Fault> {
    let roles = serde_json::to_string(&profile.roles).map_err(|error| Fault::new(format!("write a profile: {error}")))?;
    run!(
        link,
        "insert into activation_profiles (id, owner_id, name, name_key, roles) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set name = excluded.name, name_key = excluded.name_key, roles = excluded.roles",
        profile.id,
        profile.owner,
        profile.name.as_str(),
        rules::user::folded(&profile.name),
        roles,
    )?;
    Ok(())
}

/// What somebody saved, by name.
pub async fn of(link: &mut Link, owner: UserId) -> Result<Vec<ActivationProfile>, Fault> {
    let rows: Vec<Row> = rows!(
        link,
        "select id, owner_id, name, roles from activation_profiles where owner_id = $1 order by name_key, id",
        owner
    )?;
    rows.into_iter().map(read).collect()
}

/// Deletes one of somebody's own; whether it was there.
pub async fn delete(link: &mut Link, owner: UserId, id: ActivationProfileId) -> Result<bool, Fault> {
    Ok(run!(link, "delete from activation_profiles where id = $1 and owner_id = $2", id, owner)? == 1)
}
