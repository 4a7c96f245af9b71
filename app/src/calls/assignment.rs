//! What people hold through packages: giving it to them, and ending it.

use super::{Call, Reply};
use leptos::prelude::*;
use model::{PackageAssignmentId, PackageId, PolicyId};
use std::collections::BTreeMap;

/// The form of a direct assignment. Answers come named as on the form of a request.
#[server(prefix = "/api", endpoint = "assign_package")]
pub async fn assign_package(
    package: PackageId,
    #[server(default)] policy: Option<PolicyId>,
    #[server(default)] people: Vec<String>,
    #[server(default)] justification: String,
    #[server(default)] answers: BTreeMap<String, Vec<String>>,
    #[server(default)] starts_at: String,
    #[server(default)] starts_at_zone: String,
    #[server(default)] ends_at: String,
    #[server(default)] ends_at_zone: String,
) -> Call<Reply> {
    use super::request::Typed;
    use model::UserId;
    use model::command::{AssignPackage, Command, Done};
    let typed = Typed { package, policy, justification, answers, starts_at, starts_at_zone, ends_at, ends_at_zone };
    let read = |person: &String| super::id_or_none::<UserId>("people", person).transpose();
    let people: Result<Vec<UserId>, _> = people.iter().filter_map(read).collect();
    let command = people.and_then(|people| typed.read().map(|asked| Command::AssignPackage(AssignPackage { people, asked })));
    super::reply("assign_package", command, |done| match done {
        Done::PackageAssigned { package, name, people, waits } => {
            let whom = match people.as_slice() {
                [only] => only.clone(),
                all => format!("{} people", all.len()),
            };
            let message = match &waits {
                Some(waits) => format!("“{name}” is assigned to {whom} as soon as {}.", waits.words()),
                None => format!("“{name}” was assigned to {whom}."),
            };
            // What waits is no assignment yet.
            let tab = if waits.is_some() { "requests" } else { "assignments" };
            (message, format!("/admin/packages/{package}?tab={tab}"))
        }
        _ => super::elsewhere(),
    })
    .await
}

/// Ends what somebody holds through a package. `at` says on which page the form was: `package` is the package's list
/// of assignments, `approvals` what one has decided, `team` what a report holds; otherwise it is among what one holds oneself.
#[server(prefix = "/api", endpoint = "end_package_assignment")]
pub async fn end_package_assignment(
    assignment: PackageAssignmentId,
    #[server(default)] words: String,
    #[server(default)] at: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("end_package_assignment", Ok(Command::EndPackageAssignment { assignment, words }), |done| match done {
        Done::PackageAssignmentEnded { package, name, who: of, holder, mine } => {
            let who = if mine { "You no longer hold".to_owned() } else { format!("{holder} no longer holds") };
            let go = match at.as_str() {
                "package" => format!("/admin/packages/{package}?tab=assignments"),
                "approvals" => "/my-access/approvals?tab=history".to_owned(),
                "team" => format!("/my-team/{of}"),
                _ => "/my-access/packages?tab=active".to_owned(),
            };
            (format!("{who} “{name}”."), go)
        }
        _ => super::elsewhere(),
    })
    .await
}

/// Ends what several people hold through a package, with the same reason. Each of `chosen` is an assignment and the name
/// that the page showed of its holder, `<assignment>.<name>`.
#[server(prefix = "/api", endpoint = "end_package_assignments")]
pub async fn end_package_assignments(
    package: PackageId,
    #[server(default)] chosen: Vec<String>,
    #[server(default)] words: String,
) -> Call<Reply> {
    use super::together::{Together, each, selected};
    use model::command::Command;
    let caller = super::caller()?;
    let chosen = selected(&chosen, "assignment", |text| {
        let (assignment, name) = text.split_once('.')?;
        Some((assignment.parse::<PackageAssignmentId>().ok()?, name.to_owned()))
    });
    let (form, go) = ("end_package_assignments", format!("/admin/packages/{package}?tab=assignments"));
    let together = Together { form, one: "assignment", did: "removed", undone: "removed", go };
    let end = |(assignment, _): &(PackageAssignmentId, String)| Command::EndPackageAssignment {
        assignment: *assignment,
        words: words.clone(),
    };
    each(&caller, together, chosen, end, |(_, name)| std::future::ready(name)).await
}
