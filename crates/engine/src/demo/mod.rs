//! The demo company, made from code with fixed ids: Harbour, about sixty people in a manager tree, groups with and
//! without rules, and access packages that show the main job.

mod packages;
mod people;
mod roles;

use crate::change::Change;
use crate::{By, Engine, Fault, Problem, commands};
use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::directory::{Membership, PortalRole, Principal};
use model::event::Action;
use model::{AnyId, AssignmentId, GroupId, UserId};
use rules::group::Group;
use store::{assignments, groups, sessions, users};

/// The fact that says that the demo company was made.
const MADE: &str = "demo";

/// Fixed ids: a kind and a number, so that addresses of demo things are the same on every server.
fn fixed(kind: u16, number: u16) -> AnyId {
    AnyId::from_u128((0x0de3_0000_0000_7000_8000_0000_0000_0000_u128) | (u128::from(kind) << 32) | u128::from(number))
}

/// A demo group.
struct DemoGroup {
    number: u16,
    name: &'static str,
    description: &'static str,
    rule: Option<&'static str>,
    role_assignable: bool,
    /// Under privileged access management.
    privileged: bool,
    members: &'static [&'static str],
    owners: &'static [&'static str],
}

const LEVEL_3: u16 = 1;
const JIT: u16 = 2;
const MIP: u16 = 3;
const FINANCE_APPROVERS: u16 = 4;
const SERVICE_DESK: u16 = 5;
const REPORTING: u16 = 6;
const PARTNERS: u16 = 9;
const FIREWALLS: u16 = 10;

const GROUPS: &[DemoGroup] = &[
    DemoGroup {
        number: LEVEL_3,
        name: "Level 3 IT Support",
        description: "Engineers who solve what nobody else could. By rule over department and job title.",
        rule: Some("(user.department -eq \"IT Operations\") -and (user.jobTitle -startsWith \"Level 3\")"),
        role_assignable: false,
        privileged: false,
        members: &[],
        owners: &["miriam"],
    },
    DemoGroup {
        number: JIT,
        name: "Global Admins JIT",
        description: "Holds Global Administrator. Nobody is in here for longer than the task takes.",
        rule: None,
        role_assignable: true,
        privileged: true,
        members: &[],
        owners: &["morgan"],
    },
    DemoGroup {
        number: MIP,
        name: "mem-app-u-mip-client",
        description: "Members get the MIP client from device management.",
        rule: None,
        role_assignable: false,
        privileged: false,
        members: &["priya"],
        owners: &["brandon"],
    },
    DemoGroup {
        number: FINANCE_APPROVERS,
        name: "Finance approvers",
        description: "Decide who reads the closed months.",
        rule: None,
        role_assignable: false,
        privileged: false,
        members: &["helga", "omar", "sofia"],
        owners: &["helga"],
    },
    DemoGroup {
        number: SERVICE_DESK,
        name: "Service desk operators",
        description: "Answer tickets and help remotely.",
        rule: None,
        role_assignable: false,
        privileged: false,
        members: &["tomas", "yuki"],
        owners: &["miriam"],
    },
    DemoGroup {
        number: REPORTING,
        name: "Finance reporting readers",
        description: "Read the closed months.",
        rule: None,
        role_assignable: false,
        privileged: false,
        members: &["helga"],
        owners: &["helga"],
    },
    DemoGroup {
        number: 7,
        name: "All guests",
        description: "Everybody who works for a partner. By rule.",
        rule: Some("user.userType -eq \"Guest\""),
        role_assignable: false,
        privileged: false,
        members: &[],
        owners: &[],
    },
    DemoGroup {
        number: 8,
        name: "Oslo office",
        description: "Everybody who works in Oslo. By rule.",
        rule: Some("user.city -eq \"Oslo\""),
        role_assignable: false,
        privileged: false,
        members: &[],
        owners: &[],
    },
    DemoGroup {
        number: PARTNERS,
        name: "Partner document room",
        description: "Read what is shared with partners.",
        rule: None,
        role_assignable: false,
        privileged: false,
        members: &[],
        owners: &["bianca"],
    },
    DemoGroup {
        number: FIREWALLS,
        name: "Firewall operators",
        description: "Change the rules of the firewalls, for as long as a change takes.",
        rule: None,
        role_assignable: false,
        privileged: true,
        members: &[],
        owners: &["erik"],
    },
];

fn group_id(number: u16) -> GroupId {
    GroupId(fixed(2, number))
}

impl Engine {
    /// Makes the demo company, once. A database that has people already is left alone.
    pub async fn make_demo(&self) -> Result<(), Fault> {
        match self.try_make_demo().await {
            Ok(()) => Ok(()),
            Err(Problem::Broken(fault)) => Err(fault),
            Err(Problem::Refused(refusal)) => Err(Fault::new("making the demo company", refusal.sentence())),
        }
    }

    /// Whether there are people who are not of the demo company: nobody may be them without a password.
    pub async fn has_real_people(&self) -> Result<bool, Fault> {
        let mut link = self.inner.db.read().await?;
        Ok(users::any(&mut link).await? && sessions::fact(&mut link, MADE).await?.is_none())
    }

    async fn try_make_demo(&self) -> Result<(), Problem> {
        let mut change = Change::begin(self, &By::Console).await?;
        let made = sessions::fact(&mut change.link, MADE).await?.is_some();
        if made || users::any(&mut change.link).await? {
            return Ok(());
        }
        people::make(&mut change).await?;
        for group in GROUPS {
            make_group(&mut change, group).await?;
        }
        for (who, role) in [
            ("morgan", PortalRole::GlobalAdministrator),
            ("brandon", PortalRole::PrivilegedRoleAdministrator),
            ("ingrid", PortalRole::IdentityGovernanceAdministrator),
            ("tomas", PortalRole::UserAdministrator),
            ("amara", PortalRole::CatalogCreator),
        ] {
            let holder = Principal::User(people::id(who));
            assign(&mut change, holder, ResourceRole::DirectoryRole(role.id()), AssignmentType::Active).await?;
        }
        roles::make(&mut change).await?;
        let administrator = ResourceRole::DirectoryRole(PortalRole::GlobalAdministrator.id());
        assign(&mut change, Principal::Group(group_id(JIT)), administrator, AssignmentType::Active).await?;
        packages::make(&mut change).await?;
        sessions::set_fact(&mut change.link, MADE, "1").await?;
        change.save().await?;
        self.wake();
        Ok(())
    }
}

async fn make_group(change: &mut Change<'_>, demo: &DemoGroup) -> Result<(), Problem> {
    let group = Group {
        id: group_id(demo.number),
        name: demo.name.to_owned(),
        description: demo.description.to_owned(),
        membership: demo.rule.map_or(Membership::Assigned, |rule| Membership::Dynamic { rule: rule.to_owned() }),
        role_assignable: demo.role_assignable,
        privileged: demo.privileged,
        created_at: change.now,
        version: 0,
    };
    groups::insert(&mut change.link, &group).await?;
    change.record(None, [Action::GroupCreated { group: group.id, name: group.name.clone() }]);
    for member in demo.members {
        let member = Principal::User(people::id(member));
        assign(change, member, ResourceRole::GroupMember(group.id), AssignmentType::Active).await?;
    }
    for owner in demo.owners {
        let owner = Principal::User(people::id(owner));
        assign(change, owner, ResourceRole::GroupOwner(group.id), AssignmentType::Active).await?;
    }
    commands::rule_changed(change, &group).await?;
    Ok(())
}

async fn assign(
    change: &mut Change<'_>,
    principal: Principal,
    role: ResourceRole,
    assignment_type: AssignmentType,
) -> Result<(), Problem> {
    let assignment = Assignment {
        id: AssignmentId(change.id()),
        principal,
        role,
        assignment_type,
        source: Source::Direct,
        starts_at: change.now,
        ends_at: None,
        ended_at: None,
    };
    assignments::insert(&mut change.link, &assignment, change.now).await?;
    change.record(None, [rules::request::started(&assignment)]);
    Ok(())
}

/// The id of a demo person by user name; the nil id for a name that is not in the list, which no foreign key accepts.
fn person(number: Option<usize>) -> UserId {
    number.and_then(|number| u16::try_from(number).ok()).map_or(UserId(AnyId::nil()), |number| UserId(fixed(1, number + 1)))
}
