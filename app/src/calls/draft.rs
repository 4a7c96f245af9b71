//! The steps of describing a new package. Each form keeps what it says; `act` says where the page goes on: `next`, `back` or
//! `leave`.

use super::policy::{QuestionForm, StageForm};
use super::{Call, Reply};
use leptos::prelude::*;
use model::DraftId;
use std::collections::BTreeMap;

/// Without `draft` it begins one.
#[server(prefix = "/api", endpoint = "save_draft_basics")]
pub async fn save_draft_basics(
    #[server(default)] draft: Option<DraftId>,
    #[server(default)] version: i64,
    #[server(default)] catalog: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] hidden: bool,
    #[server(default)] act: String,
) -> Call<Reply> {
    use model::Refusal;
    use model::catalog::PackageFields;
    use model::command::Command;
    use model::draft::Filled;
    let command = match draft {
        Some(draft) => Ok(Command::SavePackageDraft { draft, version, filled: Filled::Basics { name, description, hidden } }),
        None => super::id_or_none("catalog", &catalog).and_then(|catalog| match catalog {
            Some(catalog) => Ok(Command::StartPackageDraft(PackageFields { catalog, name, description, hidden })),
            None => Err(Refusal::Required { field: "catalog".to_owned(), label: "Catalog".to_owned() }),
        }),
    };
    super::reply("save_draft_basics", command, |done| server::goes_on(&act, done)).await
}

#[server(prefix = "/api", endpoint = "save_draft_roles")]
pub async fn save_draft_roles(
    draft: DraftId,
    #[server(default)] version: i64,
    #[server(default)] roles: Vec<String>,
    #[server(default)] act: String,
) -> Call<Reply> {
    use model::draft::{Filled, Step};
    let roles: Result<Vec<_>, _> = roles.iter().map(|role| super::admin_package::read_role(role)).collect();
    let command = roles.map(|roles| server::save(draft, version, Filled::Roles(roles)));
    server::leave("save_draft_roles", (draft, version, Step::Roles), &act, command).await
}

#[server(prefix = "/api", endpoint = "save_draft_requests")]
pub async fn save_draft_requests(
    draft: DraftId,
    #[server(default)] version: i64,
    #[server(default)] name: String,
    #[server(default)] enabled: bool,
    #[server(default)] scope: String,
    #[server(default)] users: String,
    #[server(default)] groups: String,
    #[server(default)] rule: String,
    #[server(default)] grace: String,
    #[server(default)] grace_unit: String,
    #[server(default)] managers_may_request: bool,
    #[server(default)] stages: BTreeMap<String, StageForm>,
    #[server(default)] asks: String,
    #[server(default)] asks_moment: String,
    #[server(default)] act: String,
) -> Call<Reply> {
    use super::policy::server::{Requests, automatic, in_order, rework};
    use model::catalog::PolicyOf;
    use model::draft::{Filled, Step};
    if server::changes_the_form(&act) {
        return super::again("save_draft_requests", |fields| rework(fields, &act)).await;
    }
    let read = if scope == "automatic" {
        automatic(rule, &grace, &grace_unit).map(|settings| (settings.scope, settings.stages))
    } else {
        let requests = Requests { scope, users, groups, stages: in_order(stages, 's') };
        requests.read(PolicyOf::Draft(draft)).await?
    };
    let command = read.and_then(|(scope, stages)| {
        let asks = super::policy::server::asks(&asks, &asks_moment)?;
        Ok(server::save(draft, version, Filled::Requests { name, enabled, scope, managers_may_request, stages, asks }))
    });
    server::leave("save_draft_requests", (draft, version, Step::Requests), &act, command).await
}

#[server(prefix = "/api", endpoint = "save_draft_questions")]
pub async fn save_draft_questions(
    draft: DraftId,
    #[server(default)] version: i64,
    #[server(default)] justification_required: bool,
    #[server(default)] questions: BTreeMap<String, QuestionForm>,
    #[server(default)] act: String,
) -> Call<Reply> {
    use super::policy::server::rework;
    use super::policy_questions::read;
    use model::draft::{Filled, Step};
    if server::changes_the_form(&act) {
        return super::again("save_draft_questions", |fields| rework(fields, &act)).await;
    }
    let filled = Filled::Questions { justification_required, questions: read(questions) };
    let command = Ok(server::save(draft, version, filled));
    server::leave("save_draft_questions", (draft, version, Step::Questions), &act, command).await
}

#[server(prefix = "/api", endpoint = "save_draft_lifecycle")]
pub async fn save_draft_lifecycle(
    draft: DraftId,
    #[server(default)] version: i64,
    #[server(default)] lasts: String,
    #[server(default)] lasts_length: String,
    #[server(default)] lasts_until: String,
    #[server(default)] extension_allowed: bool,
    #[server(default)] extension_needs_approval: bool,
    #[server(default)] timeline_allowed: bool,
    #[server(default)] act: String,
) -> Call<Reply> {
    use model::catalog::PolicyOf;
    use model::draft::{Filled, Step};
    let reviews = super::policy::server::reviews(PolicyOf::Draft(draft)).await?;
    let lasts = super::policy::server::lasts(&lasts, &lasts_length, &lasts_until);
    let command = lasts.and_then(|lasts| {
        let reviews = reviews?;
        let filled = Filled::Lifecycle { lasts, extension_allowed, extension_needs_approval, timeline_allowed, reviews };
        Ok(server::save(draft, version, filled))
    });
    server::leave("save_draft_lifecycle", (draft, version, Step::Lifecycle), &act, command).await
}

#[server(prefix = "/api", endpoint = "create_drafted_package")]
pub async fn create_drafted_package(
    draft: DraftId,
    #[server(default)] version: i64,
    #[server(default)] seen_gain: String,
    #[server(default)] seen_lose: String,
) -> Call<Reply> {
    use model::command::{Command, Done};
    // The rule that was looked at is the one of this version.
    let seen = super::policy::server::effect(&seen_gain, &seen_lose);
    let command = Command::CreateDraftedPackage { draft, version, seen };
    super::reply("create_drafted_package", Ok(command), |done| match done {
        Done::PackageSaved { package, name } => (format!("“{name}” was created."), format!("/admin/packages/{package}")),
        _ => super::elsewhere(),
    })
    .await
}

#[server(prefix = "/api", endpoint = "delete_package_draft")]
pub async fn delete_package_draft(draft: DraftId) -> Call<Reply> {
    use model::command::{Command, Done};
    super::reply("delete_package_draft", Ok(Command::DeletePackageDraft { draft }), |done| match done {
        Done::PackageDraftDeleted { name } => (format!("The draft “{name}” was deleted."), "/admin/packages".to_owned()),
        _ => super::elsewhere(),
    })
    .await
}

#[cfg(feature = "ssr")]
mod server {
    use crate::calls::{Call, Reply, reply_or};
    use model::command::{Command, Done};
    use model::draft::{Filled, Step, Typed};
    use model::{DraftId, Refusal, Refused};

    pub fn save(draft: DraftId, version: i64, filled: Filled) -> Command {
        Command::SavePackageDraft { draft, version, filled }
    }

    /// A button that adds or takes away a stage or a question, or looks at what a rule would do.
    pub fn changes_the_form(act: &str) -> bool {
        act == "preview" || act.starts_with("add_") || act.starts_with("remove_")
    }

    /// Saves a step and goes on. Whoever goes back is not held up by what is wrong: it is kept as it was typed.
    pub async fn leave(
        form: &'static str,
        of: (DraftId, i64, Step),
        act: &str,
        command: Result<Command, Refusal>,
    ) -> Call<Reply> {
        let (draft, version, step) = of;
        let instead = |fields: Vec<(String, String)>, why: Refused| {
            let about_the_page = |name: &str| matches!(name, "draft" | "version" | "act");
            let fields = fields.into_iter().filter(|(name, _)| !about_the_page(name)).collect();
            (act == "back").then_some(Command::KeepPackageDraft { draft, version, step, typed: Typed { fields, why } })
        };
        reply_or(form, command, instead, |done| goes_on(act, done)).await
    }

    /// Where the page goes on after a step was saved.
    pub fn goes_on(act: &str, done: Done) -> (String, String) {
        let (draft, step, said) = match done {
            Done::PackageDraftSaved { draft, step } => (draft, step, format!("“{}” was saved.", step.name())),
            Done::PackageDraftKept { draft, step } => {
                (draft, step, format!("“{}” was kept as you typed it. Something in it is still to be put right.", step.name()))
            }
            _ => return crate::calls::elsewhere(),
        };
        let step = match act {
            "leave" => return (said, "/admin/packages".to_owned()),
            "back" => step.before(),
            _ => step.next(),
        };
        (said, format!("/admin/packages/new/{draft}/{}", step.key()))
    }
}
