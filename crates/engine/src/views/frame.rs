//! What surrounds every page.

use super::Asking;
use crate::Problem;
use model::AnyId;
use model::view::Persona;
use model::view::frame::{Frame, Live};
use store::inbox;

/// Beyond this the count on the navigation says no more than "many".
pub const COUNTED: usize = 99;

pub async fn frame(asking: &mut Asking<'_>) -> Result<Frame, Problem> {
    let who = asking.who;
    let approvals = waiting(asking).await?;
    let sees_catalogs = super::catalog::sees_list(asking).await?;
    let sees = rules::access::sees_directory(asking.visitor);
    let sees_roles = rules::access::sees_roles(asking.visitor);
    let alerts = if sees_roles { store::alerts::count(&mut asking.link).await? } else { 0 };
    Ok(Frame {
        me: Persona { id: who.user, name: who.display_name.clone(), under: who.user_name.clone() },
        user_name: who.user_name.clone(),
        now: asking.now,
        approvals,
        reviews: super::reviewing::waiting(asking).await?,
        sees_reviews: sees || sees_catalogs,
        has_reports: who.has_reports,
        sees_users: sees,
        sees_groups: sees,
        sees_roles,
        alerts: u32::try_from(alerts).unwrap_or(u32::MAX),
        sees_catalogs,
        sees_requests: rules::access::sees_all_requests(asking.visitor),
        sees_settings: rules::access::sees_settings(asking.visitor),
        sees_audit: rules::audit::sees_all(asking.visitor),
        demo_mail: asking.settings.demo_mail,
    })
}

/// So many events about a person are looked at: one that was begun before another and written after it is not the newest.
const NEWEST: usize = 20;

pub async fn live(asking: &mut Asking<'_>) -> Result<Live, Problem> {
    let (approvals, reviews) = (waiting(asking).await?, super::reviewing::waiting(asking).await?);
    let newest = store::audit::newest_about(&mut asking.link, asking.who.user.0, NEWEST).await?;
    let newest = AnyId::from_u128(newest.iter().fold(0, |all, id| all ^ id.0.as_u128()));
    Ok(Live { approvals, reviews, newest })
}

async fn waiting(asking: &mut Asking<'_>) -> Result<u32, Problem> {
    let count = inbox::count_waiting(&mut asking.link, asking.who.user, asking.now, COUNTED).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
