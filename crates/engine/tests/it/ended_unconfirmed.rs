//! Access that is in force here before its target has confirmed it: whoever approved it takes it back, and what ended is not
//! given again.

use crate::targets::Stage;
use model::command::Command;
use model::{GroupId, RequestId, Span, query};
use testkit::target::Manner;
use testkit::{Offer, Person, both, refused, stage};

/// Alex has the role of the application, which the target has not confirmed; Miriam approved it.
async fn unconfirmed(there: &Stage) -> (Person, Person, RequestId) {
    let [alex, miriam] = there.world.people(["alex", "miriam"]).await;
    let mut offer = Offer::new("Ledger", GroupId::default(), [stage([(&miriam).into()])]);
    offer.gives = vec![there.role()];
    there.world.offers(offer).await;
    there.peer.behaves(Manner::Fails(503));
    let request = alex.requests("Ledger").because("Month end.").await.unwrap();
    miriam.approves(request, "Yes.").await.unwrap();
    there.world.settle().await;
    assert_eq!(alex.sees_request(request).await.unwrap().badge.word, "Delivering");
    (alex, miriam, request)
}

both! {
    async fn an_approval_is_taken_back_before_the_target_has_confirmed(test: TestDb) {
        let there = Stage::new(test).await;
        let (alex, miriam, request) = unconfirmed(&there).await;
        let held = miriam.sees_approval(request).await.unwrap().removable.unwrap();
        let bianca = there.world.person("bianca").await;
        assert_eq!(refused(bianca.ends(held, "Mine to say.").await).code(), "not_found", "she approved nothing");
        miriam.ends(held, "The wrong person.").await.unwrap();
        assert_eq!(miriam.sees_approval(request).await.unwrap().removable, None);
        there.world.settle().await;
        there.peer.behaves(Manner::Honest);
        there.world.passes(Span::minutes(5)).await;
        assert_eq!(there.there(), Vec::<String>::new(), "nothing of it is left there");
        there.world.is_whole(&[&alex]).await;
    }

    async fn what_ended_before_it_was_confirmed_is_not_given_back_by_reprocessing(test: TestDb) {
        let there = Stage::new(test).await;
        let (alex, _, request) = unconfirmed(&there).await;
        let again = || Command::ReprocessRequest { request };
        // Targets are asked again as long as it is held.
        there.morgan.submits(again()).await.unwrap();
        let assignment = there.held(&alex).await;
        there.morgan.submits(Command::EndPackageAssignment { assignment, words: "Revoked.".into() }).await.unwrap();
        there.world.settle().await;
        there.world.passes(Span::minutes(5)).await;
        let page = there.morgan.asks(query::AnyRequest { request }).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.reprocess), ("Delivery failed", false), "{page:?}");
        assert_eq!(refused(there.morgan.submits(again()).await).code(), "ended_since_given");
        there.world.settle().await;
        assert!(alex.packages(model::view::package::Tab::Active).await.is_empty());
        let told = there.world.subjects_to("morgan").await;
        assert!(!told.iter().any(|subject| subject.starts_with("Not delivered")), "there is nothing to put right: {told:?}");
        let told = there.world.subjects_to("alex").await;
        assert!(told.iter().any(|subject| subject.starts_with("Not delivered")), "{told:?}");
        there.world.history_is_sound().await;
    }
}
