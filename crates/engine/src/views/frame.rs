//! What surrounds every page.

use super::Asking;
use crate::Problem;
use model::view::Persona;
use model::view::frame::Frame;
use store::inbox;

/// Beyond this the count on the navigation says no more than "many".
pub const COUNTED: usize = 99;

pub async fn frame(asking: &mut Asking<'_>) -> Result<Frame, Problem> {
    let who = asking.who;
    let waiting = inbox::count_waiting(&mut asking.link, who.user, asking.now, COUNTED).await?;
    let sees_catalogs = super::catalog::sees_list(asking).await?;
    let sees = rules::access::sees_directory(asking.visitor);
    let sees_roles = rules::access::sees_roles(asking.visitor);
    let alerts = if sees_roles { store::alerts::count(&mut asking.link).await? } else { 0 };
    Ok(Frame {
        me: Persona { id: who.user, name: who.display_name.clone(), under: who.user_name.clone() },
        user_name: who.user_name.clone(),
        now: asking.now,
        approvals: u32::try_from(waiting).unwrap_or(0),
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
