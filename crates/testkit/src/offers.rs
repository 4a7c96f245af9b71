//! Packages, groups and people that a story needs besides those of the demo company.

use crate::{Person, World};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::approval::{Approver, Escalation, Stage};
use model::command::{Command, Done, GroupFields, UserFields};
use model::directory::{Membership, PortalRole, Principal, Profile, UserKind};
use model::package::{Lasts, PackageRole, PolicySettings, Question, Scope};
use model::{AnyId, AssignmentId, CatalogId, GroupId, PackageId, PolicyId, QuestionId};
use rules::package::Policy;
use store::packages::Package;

/// What stories call by name in a package.
#[derive(Clone, Default)]
pub(crate) struct Known {
    id: Option<PackageId>,
    questions: Vec<(String, QuestionId)>,
    policies: Vec<(String, PolicyId)>,
}

/// The fixed ids of the demo company: a kind and a number.
fn fixed(kind: u128, number: u128) -> AnyId {
    AnyId::from_u128(0x0de3_0000_0000_7000_8000_0000_0000_0000_u128 | (kind << 32) | number)
}

/// A stage of one list: one approval within two days, with words.
pub fn stage(approvers: impl IntoIterator<Item = Approver>) -> Stage {
    Stage {
        approvers: approvers.into_iter().collect(),
        quorum: 1,
        window_minutes: 2 * 24 * 60,
        justification_required: true,
        multifactor: false,
        escalation: None,
        fallback: Vec::new(),
    }
}

pub fn manager() -> Approver {
    Approver::Manager { level: 1 }
}

impl From<&Person> for Approver {
    fn from(person: &Person) -> Self {
        Self::User { id: person.id }
    }
}

/// What stages of a story are changed with.
pub trait Staged {
    fn quorum(self, quorum: u32) -> Self;
    fn fallback(self, approvers: impl IntoIterator<Item = Approver>) -> Self;
    fn escalating(self, after_minutes: u32, approvers: impl IntoIterator<Item = Approver>) -> Self;
}

impl Staged for Stage {
    fn quorum(self, quorum: u32) -> Self {
        Self { quorum, ..self }
    }

    fn fallback(self, approvers: impl IntoIterator<Item = Approver>) -> Self {
        Self { fallback: approvers.into_iter().collect(), ..self }
    }

    fn escalating(self, after_minutes: u32, approvers: impl IntoIterator<Item = Approver>) -> Self {
        Self { escalation: Some(Escalation { after_minutes, approvers: approvers.into_iter().collect() }), ..self }
    }
}

/// A package to be offered: for everybody, for four hours, without stages, unless the story says otherwise.
#[derive(Clone)]
pub struct Offer {
    pub name: String,
    pub hidden: bool,
    pub gives: Vec<ResourceRole>,
    pub policies: Vec<(String, PolicySettings)>,
}

impl Offer {
    pub fn new(name: &str, gives: GroupId, stages: impl IntoIterator<Item = Stage>) -> Self {
        let settings = PolicySettings {
            scope: Scope::AllUsers,
            stages: stages.into_iter().collect(),
            justification_required: true,
            questions: Vec::new(),
            lasts: Lasts::For { minutes: 4 * 60 },
            extension_allowed: false,
            extension_needs_approval: false,
            timeline_allowed: false,
            managers_may_request: false,
            reviews: None,
            asks: None,
        };
        Self {
            name: name.into(),
            hidden: false,
            gives: vec![ResourceRole::GroupMember(gives)],
            policies: vec![("Everybody".into(), settings)],
        }
    }

    /// Changes the settings of the first policy.
    pub fn with(mut self, change: impl FnOnce(&mut PolicySettings)) -> Self {
        change(&mut self.policies[0].1);
        self
    }

    /// Adds a policy like the first, changed.
    pub fn and_policy(mut self, name: &str, change: impl FnOnce(&mut PolicySettings)) -> Self {
        let mut settings = self.policies[0].1.clone();
        change(&mut settings);
        self.policies.push((name.into(), settings));
        self
    }

    pub fn lasting(self, lasts: Lasts) -> Self {
        self.with(|settings| settings.lasts = lasts)
    }

    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }
}

impl World {
    /// Reads the names of the demo company's packages, policies and questions.
    pub(crate) async fn learn_demo_packages(&self) {
        let ids: Vec<PackageId> = (1..=20).map(|number| PackageId(fixed(5, number))).collect();
        let mut link = self.db().read().await.unwrap();
        for listed in store::packages::several(&mut link, &ids).await.unwrap() {
            let policies = store::packages::policies(&mut link, listed.id).await.unwrap();
            self.learn(&listed.name, listed.id, &policies);
        }
    }

    fn learn(&self, name: &str, id: PackageId, policies: &[Policy]) {
        let questions: Vec<&Question> = policies.iter().flat_map(|policy| &policy.settings.questions).collect();
        let known = Known {
            id: Some(id),
            questions: questions.iter().map(|question| (question.text.clone(), question.id)).collect(),
            policies: policies.iter().map(|policy| (policy.name.clone(), policy.id)).collect(),
        };
        self.known().insert(name.to_owned(), known);
    }

    fn knows(&self, package: &str) -> Known {
        self.known().get(package).cloned().unwrap_or_else(|| panic!("there is no package {package}"))
    }

    pub fn package(&self, name: &str) -> PackageId {
        self.knows(name).id.unwrap()
    }

    pub fn question(&self, package: &str, text: &str) -> QuestionId {
        let found = self.knows(package).questions.into_iter().find(|(question, _)| question == text);
        found.unwrap_or_else(|| panic!("{package} does not ask {text}")).1
    }

    pub fn policy(&self, package: &str, name: &str) -> PolicyId {
        let found = self.knows(package).policies.into_iter().find(|(policy, _)| policy == name);
        found.unwrap_or_else(|| panic!("{package} has no policy {name}")).1
    }

    /// Offers a package, in the demo company's first catalog. There is no command for it yet.
    pub async fn offers(&self, offer: Offer) -> PackageId {
        let package = Package {
            id: PackageId(self.new_id()),
            catalog_id: CatalogId(fixed(4, 1)),
            catalog: String::new(),
            catalog_enabled: true,
            name: offer.name.clone(),
            description: format!("{}, for a story.", offer.name),
            hidden: offer.hidden,
            created_at: self.now(),
        };
        let roles: Vec<PackageRole> =
            offer.gives.iter().map(|role| PackageRole { role: *role, assignment_type: AssignmentType::Active }).collect();
        let policies: Vec<Policy> = offer
            .policies
            .into_iter()
            .map(|(name, settings)| Policy { id: PolicyId(self.new_id()), name, enabled: true, settings })
            .collect();
        let mut link = self.db().begin().await.unwrap();
        store::packages::insert(&mut link, &package, &roles).await.unwrap();
        for (position, policy) in policies.iter().enumerate() {
            rules::package::check_settings(&policy.settings).unwrap();
            let position = i64::try_from(position).unwrap();
            store::packages::insert_policy(&mut link, package.id, position, policy).await.unwrap();
        }
        link.commit().await.unwrap();
        self.learn(&offer.name, package.id, &policies);
        package.id
    }

    /// A group by its exact name.
    pub async fn group(&self, name: &str) -> GroupId {
        let mut link = self.db().read().await.unwrap();
        let words = store::search::Words::of(name);
        let found = store::groups::list(&mut link, &words, store::groups::Filter::All, None, 200, self.now()).await.unwrap();
        let group = found.into_iter().find(|(group, _)| group.name == name);
        group.unwrap_or_else(|| panic!("there is no group {name}")).0.id
    }

    /// Makes a group with assigned membership.
    pub async fn makes_group(&self, name: &str) -> GroupId {
        self.makes(name, false).await
    }

    /// One to which roles can be assigned.
    pub async fn makes_role_assignable(&self, name: &str) -> GroupId {
        self.makes(name, true).await
    }

    async fn makes(&self, name: &str, role_assignable: bool) -> GroupId {
        let fields =
            GroupFields { name: name.into(), description: String::new(), membership: Membership::Assigned, role_assignable };
        match self.console(Command::CreateGroup(fields)).await {
            Done::GroupCreated { group, .. } => group,
            other => panic!("making a group answered {other:?}"),
        }
    }

    /// Puts somebody into a group.
    pub async fn adds(&self, group: GroupId, principal: impl Into<Holder>) {
        let Holder(principal) = principal.into();
        self.console(Command::AddMember { group, principal, as_owner: false }).await;
    }

    /// Takes somebody out of a group.
    pub async fn removes(&self, group: GroupId, principal: impl Into<Holder>) {
        let Holder(principal) = principal.into();
        self.console(Command::RemoveMember { group, principal, as_owner: false }).await;
    }

    /// Somebody new, a member of the company without a manager.
    pub async fn hires(&self, user_name: &str) -> Person {
        let fields = UserFields {
            user_name: user_name.into(),
            display_name: user_name.into(),
            mail: format!("{user_name}@harbour.example"),
            kind: UserKind::Member,
            manager: None,
            sponsors: Vec::new(),
            profile: Profile::default(),
        };
        self.console(Command::CreateUser(fields)).await;
        self.person(user_name).await
    }

    /// Gives somebody an active directory role for good. There is no command for it yet.
    pub async fn appoints(&self, person: &Person, role: PortalRole) {
        let assignment = Assignment {
            id: AssignmentId(self.new_id()),
            principal: Principal::User(person.id),
            role: ResourceRole::DirectoryRole(role.id()),
            assignment_type: AssignmentType::Active,
            source: Source::Direct,
            starts_at: self.now(),
            ends_at: None,
            ended_at: None,
        };
        let mut link = self.db().begin().await.unwrap();
        store::assignments::insert(&mut link, &assignment, self.now()).await.unwrap();
        link.commit().await.unwrap();
    }
}

/// Whoever can be in a group.
pub struct Holder(pub Principal);

impl From<&Person> for Holder {
    fn from(person: &Person) -> Self {
        Self(Principal::User(person.id))
    }
}

impl From<GroupId> for Holder {
    fn from(group: GroupId) -> Self {
        Self(Principal::Group(group))
    }
}
