//! The access packages of the demo company; the first is the one of the product's main job.

use super::{FINANCE_APPROVERS, JIT, LEVEL_3, MIP, PARTNERS, REPORTING, SERVICE_DESK, fixed, group_id, people};
use crate::Problem;
use crate::change::Change;
use model::access::{AssignmentType, ResourceRole};
use model::approval::{Approver, Stage};
use model::event::Action;
use model::limits::STAGE_WINDOW_DEFAULT_MINUTES;
use model::package::{AnswerKind, Lasts, PackageRole, PolicySettings, Question, Scope, Translation};
use model::{ApplicationId, ApplicationRoleId, CatalogId, PackageId, PolicyId, QuestionId};
use rules::package::Policy;
use store::packages::{Catalog, Package};
use store::{catalogs, packages, resources};

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

fn stage(approvers: Vec<Approver>, window_minutes: u32, fallback: Vec<Approver>) -> Stage {
    Stage { approvers, quorum: 1, window_minutes, justification_required: true, multifactor: false, escalation: None, fallback }
}

fn user(name: &str) -> Approver {
    Approver::User { id: people::id(name) }
}

fn question(number: u16, text: &str, hint: Option<&str>, required: bool, answer: AnswerKind) -> Question {
    Question {
        id: QuestionId(fixed(7, number)),
        text: text.to_owned(),
        hint: hint.map(str::to_owned),
        required,
        answer,
        translations: Vec::new(),
    }
}

fn settings(scope: Scope, stages: Vec<Stage>, questions: Vec<Question>, lasts: Lasts) -> PolicySettings {
    PolicySettings {
        scope,
        stages,
        justification_required: true,
        questions,
        lasts,
        extension_allowed: false,
        extension_needs_approval: false,
        timeline_allowed: false,
        managers_may_request: false,
        reviews: None,
        asks: None,
    }
}

pub async fn make(change: &mut Change<'_>) -> Result<(), Problem> {
    let member = |group: u16| ResourceRole::GroupMember(group_id(group));
    let manager = Approver::Manager { level: 1 };
    for (number, name, description) in [
        (1, "IT Operations", "What runs the company."),
        (2, "Finance", "Months, budgets, payroll."),
        (3, "Collaboration", "Working together, also with partners."),
    ] {
        let catalog = Catalog {
            id: CatalogId(fixed(4, number)),
            name: name.to_owned(),
            description: description.to_owned(),
            enabled: true,
            created_at: change.now,
        };
        packages::insert_catalog(&mut change.link, &catalog).await?;
    }
    let ticketing = ApplicationId(fixed(3, 1));
    let agent = ApplicationRoleId(fixed(8, 1));
    let now = change.now;
    let roles = [(agent, "Agent"), (ApplicationRoleId(fixed(8, 2)), "Lead")];
    resources::insert_application(&mut change.link, ticketing, "Ticketing", "Where tickets are answered.", &roles, now).await?;
    let robot = model::ServicePrincipalId(fixed(9, 1));
    resources::insert_service_principal(&mut change.link, robot, "Backup robot", now).await?;

    let level_3 = Scope::Specific { users: Vec::new(), groups: vec![group_id(LEVEL_3)] };
    let stages =
        vec![stage(vec![manager], 2 * DAY, vec![user("morgan")]), stage(vec![user("bianca")], 2 * DAY, vec![user("brandon")])];
    let ticket = question(
        1,
        "Ticket or change number",
        Some("As in the change calendar, for example CHG0012345."),
        true,
        AnswerKind::ShortText { pattern: None },
    );
    let mut first = Made::new(
        1,
        1,
        "Global administrator access",
        "For work that needs the whole tenant. Ends by itself four hours after it is delivered.",
    );
    first.give(member(JIT));
    first.policy("Level 3 engineers", settings(level_3, stages, vec![ticket], Lasts::For { minutes: 4 * HOUR }));
    first.save(change).await?;

    let reasons = ["Classify documents", "Read protected mail", "Test the roll-out", "Something else"];
    let reason = AnswerKind::MultipleChoice { choices: reasons.iter().map(|reason| (*reason).to_owned()).collect() };
    let mut mip = Made::new(2, 1, "APP – MIP Client (requires approval)", "Installs the MIP client on your devices.");
    mip.give(member(MIP));
    let german = Translation {
        language: "de".to_owned(),
        text: "Wofür brauchen Sie es?".to_owned(),
        hint: Some("Wählen Sie alles, was zutrifft.".to_owned()),
        choices: ["Dokumente einstufen", "Geschützte Nachrichten lesen", "Die Einführung erproben", "Etwas anderes"]
            .map(str::to_owned)
            .to_vec(),
        message: None,
    };
    let purpose = question(2, "What will you use it for?", Some("Choose all that apply."), true, reason);
    let asked = vec![Question { translations: vec![german], ..purpose }];
    let stages = vec![stage(vec![user("brandon")], STAGE_WINDOW_DEFAULT_MINUTES, Vec::new())];
    let year = settings(Scope::AllMembers, stages, asked, Lasts::For { minutes: 365 * DAY });
    mip.policy("All members", PolicySettings { managers_may_request: true, ..year });
    mip.save(change).await?;

    let mut desk = Made::new(3, 1, "Service desk tools", "Ticketing and remote help for the service desk.");
    desk.give(member(SERVICE_DESK));
    desk.give(ResourceRole::ApplicationRole(ticketing, agent));
    let stages = vec![stage(vec![manager], 5 * DAY, vec![user("tomas")])];
    desk.policy("All members", settings(Scope::AllMembers, stages, Vec::new(), Lasts::For { minutes: 180 * DAY }));
    desk.save(change).await?;

    let mut reporting = Made::new(4, 2, "Finance reporting", "Read the closed months in the reporting workspace.");
    reporting.give(member(REPORTING));
    let approvers = vec![Approver::Group { id: group_id(FINANCE_APPROVERS) }];
    let stages = vec![stage(approvers, STAGE_WINDOW_DEFAULT_MINUTES, Vec::new())];
    let quarter = settings(Scope::AllMembers, stages, Vec::new(), Lasts::For { minutes: 90 * DAY });
    let extendable =
        PolicySettings { extension_allowed: true, extension_needs_approval: true, managers_may_request: true, ..quarter };
    reporting.policy("All members", extendable);
    reporting.save(change).await?;

    let mut room = Made::new(5, 3, "Partner document room", "Read what Harbour shares with its partners.");
    room.give(member(PARTNERS));
    let month = settings(Scope::AllUsers, Vec::new(), Vec::new(), Lasts::For { minutes: 30 * DAY });
    room.policy(
        "Everybody",
        PolicySettings { extension_allowed: true, timeline_allowed: true, managers_may_request: true, ..month },
    );
    room.save(change).await
}

/// A package in the making.
struct Made {
    package: Package,
    number: u16,
    roles: Vec<PackageRole>,
    policies: Vec<Policy>,
}

impl Made {
    fn new(number: u16, catalog: u16, name: &str, description: &str) -> Self {
        let package = Package {
            id: PackageId(fixed(5, number)),
            catalog_id: CatalogId(fixed(4, catalog)),
            catalog: String::new(),
            catalog_enabled: true,
            name: name.to_owned(),
            description: description.to_owned(),
            hidden: false,
            created_at: model::Ts(0),
        };
        Self { package, number, roles: Vec::new(), policies: Vec::new() }
    }

    fn give(&mut self, role: ResourceRole) {
        self.roles.push(PackageRole { role, assignment_type: AssignmentType::Active });
    }

    fn policy(&mut self, name: &str, settings: PolicySettings) {
        let id = PolicyId(fixed(6, self.number * 10 + u16::try_from(self.policies.len()).unwrap_or(9)));
        self.policies.push(Policy { id, name: name.to_owned(), enabled: true, settings });
    }

    async fn save(mut self, change: &mut Change<'_>) -> Result<(), Problem> {
        self.package.created_at = change.now;
        packages::insert(&mut change.link, &self.package, &self.roles).await?;
        for role in &self.roles {
            let resource = role.role.resource();
            if !catalogs::has_resource(&mut change.link, self.package.catalog_id, resource).await? {
                catalogs::insert_resource(&mut change.link, self.package.catalog_id, resource, change.now).await?;
            }
        }
        for (position, policy) in self.policies.iter().enumerate() {
            rules::package::check_settings(&policy.settings)?;
            let position = i64::try_from(position).unwrap_or(0);
            packages::insert_policy(&mut change.link, self.package.id, position, policy).await?;
        }
        change.record(None, [Action::PackageCreated { package: self.package.id, name: self.package.name }]);
        Ok(())
    }
}
