//! Small things that the tests of several topics make.

use model::access::{Assignment, AssignmentType, ResourceRole, Source};
use model::approval::{Approver, Stage};
use model::directory::Principal;
use model::package::Lasts;
use model::request::{Request, State, Terms, Wish};
use model::{AssignmentId, PackageId, PolicyId, RequestId, Ts, UserId};

/// The id of the n-th thing.
pub fn id(n: u128) -> model::AnyId {
    // Through a typed id, because `rules` itself needs no UUID library.
    format!("{n:032x}").parse::<UserId>().unwrap().0
}

pub fn user(n: u128) -> UserId {
    UserId(id(n))
}

/// A permanent active direct assignment.
pub fn assignment(n: u128, principal: Principal, role: ResourceRole) -> Assignment {
    Assignment {
        id: AssignmentId(id(n)),
        principal,
        role,
        assignment_type: AssignmentType::Active,
        source: Source::Direct,
        starts_at: Ts(0),
        ends_at: None,
        ended_at: None,
    }
}

/// A stage of this quorum with a window of 100 minutes.
pub fn stage(quorum: u32) -> Stage {
    Stage {
        approvers: vec![Approver::Manager { level: 1 }],
        quorum,
        window_minutes: 100,
        justification_required: true,
        multifactor: false,
        escalation: None,
        fallback: Vec::new(),
    }
}

/// A request of user 1 for package 2, in this state.
pub fn request(state: State) -> Request {
    Request {
        id: RequestId(id(1)),
        requestor: user(1),
        beneficiary: user(1),
        by_manager: false,
        wish: Wish::Package { package: PackageId(id(2)), policy: PolicyId(id(3)), extends: None },
        terms: Terms {
            name: "Ledger".into(),
            policy_name: String::new(),
            justification: String::new(),
            answers: Vec::new(),
            stages: Vec::new(),
            lasts: Lasts::Forever,
            starts_at: None,
            ends_at: None,
            ticket: Default::default(),
            emergency: false,
            asks: None,
        },
        submitted_at: Ts(1),
        state,
        asked_back: None,
        version: 0,
    }
}
