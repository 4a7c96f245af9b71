//! What many stories begin with.

use model::RequestId;
use testkit::{Offer, Person, World, stage};

/// The package of the product's main job.
pub const ADMIN: &str = "Global administrator access";
pub const TICKET: &str = "Ticket or change number";
pub const ROLE: &str = "Global Administrator";
pub const GROUP: &str = "Global Admins JIT";
/// A package of one stage that any finance approver decides.
pub const REPORTING: &str = "Finance reporting";
pub const APPROVERS: &str = "Finance approvers";

/// Alex, or a colleague, asks for the package of the main job.
pub async fn asks_for_admin(who: &Person) -> RequestId {
    who.requests(ADMIN).because("Restore the tenant’s mail flow.").answering(TICKET, "CHG0012345").await.unwrap()
}

/// … and has it, after both stages.
pub async fn gets_admin(world: &World, who: &Person) -> RequestId {
    let [miriam, bianca] = world.people(["miriam", "bianca"]).await;
    let request = asks_for_admin(who).await;
    miriam.approves(request, "Known change.").await.unwrap();
    bianca.approves(request, "In the calendar.").await.unwrap();
    world.settle().await;
    request
}

/// A package that these people decide, all in one stage.
pub async fn one_stage(world: &World, name: &str, approvers: &[&Person]) {
    let group = world.makes_group(&format!("{name} group")).await;
    world.offers(Offer::new(name, group, [stage(approvers.iter().map(|person| (*person).into()))])).await;
}
