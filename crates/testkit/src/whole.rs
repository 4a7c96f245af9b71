//! What must hold of every request at every moment, read from the rows themselves.

use crate::{Person, World};
use model::RequestId;
use model::access::Source;
use model::approval::Verdict;
use model::directory::Principal;
use model::event::Action;
use model::request::{Decision, Given, Request, State, Wish};
use std::collections::BTreeSet;

impl World {
    /// The history is sound and complete: after the workers ran every event is sealed, and every seal is right.
    pub async fn history_is_sound(&self) {
        self.settle().await;
        let report = self.engine().verify_audit().await.unwrap();
        assert!(report.is_sound(), "{report}");
        assert_eq!(report.unsealed, 0, "everything is sealed");
        assert!(report.sound > 0);
    }

    /// Every request that these people made is whole: state, decisions, history and access fit each other.
    pub async fn is_whole(&self, people: &[&Person]) {
        for person in people {
            let requests = {
                let mut link = self.db().read().await.unwrap();
                store::requests::of(&mut link, person.id, None, None, 10_000).await.unwrap()
            };
            let mut open = BTreeSet::new();
            for request in &requests {
                self.parts_fit(request).await;
                let about = match request.wish {
                    Wish::Package { package, .. } => ("package", package.0),
                    Wish::Activation { eligible, .. } => ("activation", eligible.0),
                    Wish::Extension { assignment, .. } => ("extension", assignment.0),
                };
                if request.state.phase().is_open() {
                    assert!(open.insert(about), "one open request per person and thing");
                }
            }
        }
    }

    /// One request is whole.
    pub async fn request_is_whole(&self, request: RequestId) {
        let request = {
            let mut link = self.db().read().await.unwrap();
            store::requests::get(&mut link, request).await.unwrap().expect("the request is there")
        };
        self.parts_fit(&request).await;
    }

    async fn parts_fit(&self, request: &Request) {
        let decisions = {
            let mut link = self.db().read().await.unwrap();
            store::requests::decisions(&mut link, request.id).await.unwrap()
        };
        let history = self.history_of(request.id).await;
        let count = |test: fn(&Action) -> bool| history.iter().filter(|event| test(&event.action)).count();
        assert_eq!(
            count(|action| matches!(action, Action::RequestSubmitted { .. } | Action::PackageAssigned { .. })),
            1,
            "made once"
        );
        assert_eq!(count(|action| matches!(action, Action::StageDecided { .. })), decisions.len(), "each decision is told once");
        let delivered = count(|action| {
            matches!(action, Action::RequestDelivered { .. } | Action::RoleActivated { .. } | Action::RoleExtended { .. })
        });
        let approvers: BTreeSet<_> = decisions.iter().map(|decision| decision.approver).collect();
        assert_eq!(approvers.len(), decisions.len(), "nobody decides twice");
        assert!(!approvers.contains(&request.requestor) && !approvers.contains(&request.beneficiary), "nobody decides their own");
        let denied = decisions.iter().filter(|decision| decision.verdict == Verdict::Deny).count();
        match &request.state {
            State::PendingApproval { stage, .. } => {
                assert_eq!((denied, delivered), (0, 0));
                quorums(request, &decisions, *stage);
            }
            State::Answering { .. } | State::TurnedDown { .. } => assert_eq!((denied, delivered), (0, 0)),
            State::Scheduled { .. } | State::Delivering { .. } | State::DeliveryFailed { .. } => {
                assert_eq!((denied, delivered), (0, 0));
                quorums(request, &decisions, request.terms.stages.len());
            }
            State::Confirming { given: Given::Package(assignment), .. } => {
                assert_eq!((denied, delivered), (0, 0), "nothing is delivered before it is confirmed");
                quorums(request, &decisions, request.terms.stages.len());
                self.access_is_whole(request, *assignment).await;
            }
            State::Confirming { given: Given::Role(_), .. } => panic!("{:?}", request.state),
            State::Delivered { given, .. } => {
                assert_eq!((denied, delivered), (0, 1), "delivered once");
                quorums(request, &decisions, request.terms.stages.len());
                match given {
                    Given::Package(assignment) => self.access_is_whole(request, *assignment).await,
                    Given::Role(assignment) => self.activation_is_whole(request, *assignment).await,
                }
            }
            State::Denied { .. } => assert_eq!((denied, delivered), (1, 0)),
            State::Expired { .. } | State::Canceled { .. } => assert_eq!((denied, delivered), (0, 0)),
        }
    }

    /// What was delivered is there as a whole until its end, and gone as a whole after it.
    async fn access_is_whole(&self, request: &Request, id: model::PackageAssignmentId) {
        let mut link = self.db().begin().await.unwrap();
        let held = store::packages::get_held(&mut link, id).await.unwrap().expect("a delivered request has its assignment");
        let package = request.package().expect("a package was asked for");
        assert_eq!((held.request, held.package, held.holder), (Some(request.id), package, request.beneficiary));
        let given = store::assignments::of_source(&mut link, id.0).await.unwrap();
        let roles = store::packages::roles(&mut link, &[package]).await.unwrap();
        let ended = self.history_of(request.id).await;
        let ended = ended.iter().filter(|event| matches!(event.action, Action::PackageAssignmentEnded { .. })).count();
        if held.ended_at.is_some() {
            assert_eq!((given.len(), ended), (0, 1), "everything of the package ended with it, once");
        } else {
            assert_eq!((given.len(), ended), (roles.len(), 0), "everything of the package is there");
            assert!(given.iter().all(|assignment| assignment.ends_at == held.ends_at), "all ends at the same instant");
        }
    }
}

impl World {
    /// An activation rests on its eligible assignment, is the person's own, and never outlives what it rests on.
    async fn activation_is_whole(&self, request: &Request, id: model::AssignmentId) {
        let mut link = self.db().begin().await.unwrap();
        let active = store::assignments::get(&mut link, id).await.unwrap().expect("an activated request has its assignment");
        if let Wish::Extension { role, .. } = request.wish {
            assert_eq!((active.principal, active.role), (Principal::User(request.beneficiary), role));
            assert_eq!(active.source, Source::Direct);
            return;
        }
        let Wish::Activation { eligible, role } = request.wish else { panic!("{:?}", request.wish) };
        assert_eq!((active.principal, active.role), (Principal::User(request.beneficiary), role));
        assert_eq!(active.source, Source::Activation(eligible));
        let ends_at = active.ends_at.expect("every activation ends");
        let rests = store::assignments::get(&mut link, eligible).await.unwrap().expect("what it rests on is kept");
        assert!(rests.ends_at.is_none_or(|end| ends_at <= end), "it ends before what it rests on");
        if let Some(ended) = rests.ended_at {
            // What was over by then is over, also if a worker says so later.
            let over = active.ended_at.map_or(ends_at, |at| at.min(ends_at));
            assert!(over <= ended, "it ended with what it rests on");
        }
    }
}

/// Every stage before this one has the approvals it asks for.
fn quorums(request: &Request, decisions: &[Decision], before: usize) {
    for (number, stage) in request.terms.stages.iter().enumerate().take(before) {
        let approvals =
            decisions.iter().filter(|decision| decision.stage == number && decision.verdict == Verdict::Approve).count();
        assert_eq!(approvals, stage.quorum as usize, "stage {number} has its quorum");
    }
}
