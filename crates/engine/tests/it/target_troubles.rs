//! What is wrong with one account or one group at a target holds up nobody else there, least of all a removal.

use crate::targets::Stage;
use model::access::ResourceRole;
use model::command::Command;
use model::{GroupId, Span};
use testkit::target::Manner;
use testkit::{Offer, Person, both};

/// Everybody asks at once, so that one turn looks at all of them, in the order of their ids.
async fn all_get(stage: &Stage, names: &[&str]) -> Vec<Person> {
    let mut people = Vec::new();
    for name in names {
        let person = stage.world.hires(name).await;
        person.requests("Ledger").because("Month end.").await.unwrap();
        people.push(person);
    }
    stage.world.settle().await;
    people
}

/// *Lead* is offered, too, whose group at the target is called as the role is.
async fn offers_lead(stage: &Stage) {
    let mut offer = Offer::new("Leading", GroupId::default(), []);
    offer.gives = vec![ResourceRole::ApplicationRole(stage.application, stage.lead)];
    stage.world.offers(offer).await;
}

async fn leads(stage: &Stage, name: &str) -> Person {
    let person = stage.world.hires(name).await;
    person.requests("Leading").because("Month end.").await.unwrap();
    stage.world.settle().await;
    person
}

async fn leads_no_more(stage: &Stage, person: &Person) {
    let package = stage.world.package("Leading");
    let mut link = stage.world.db().begin().await.unwrap();
    let held = store::packages::held(&mut link, person.id, package).await.unwrap().unwrap();
    drop(link);
    person.submits(Command::EndPackageAssignment { assignment: held.id, words: String::new() }).await.unwrap();
    stage.world.settle().await;
}

both! {
    async fn an_account_that_a_target_cannot_change_holds_up_neither_who_gets_something_nor_who_loses_it(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let manners = [Manner::Spoils("bad", 500), Manner::Spoils("bad", 503), Manner::Spoils("bad", 403), Manner::HangsUpAt("bad")];
        for (at, manner) in manners.into_iter().enumerate() {
            let leaver = stage.gets(&format!("leaver.{at}")).await;
            stage.peer.behaves(manner);
            let bad = format!("bad.{at}");
            let joiner = format!("joiner.{at}");
            all_get(&stage, &[&bad, &joiner]).await;
            assert_eq!(stage.stands(&joiner).await, Stage::works("Agent"), "{manner:?}");
            let (word, why, has) = stage.stands(&bad).await.unwrap();
            assert!(word == "Overdue" && !why.is_empty() && has.is_empty(), "{manner:?}: {word} {why} {has}");
            assert!(stage.page().await.trouble.is_none(), "{manner:?}: the target answers everybody else");
            stage.gives_back(&leaver).await;
            assert!(!stage.there().contains(&format!("leaver.{at}")), "{manner:?}");
            stage.peer.behaves(Manner::Honest);
            stage.world.passes(Span::minutes(15)).await;
            assert_eq!(stage.stands(&bad).await, Stage::works("Agent"), "{manner:?}");
        }
    }

    async fn who_is_met_first_by_a_target_that_hangs_up_comes_last_the_next_time(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let leaver = stage.gets("leaver").await;
        stage.peer.behaves(Manner::HangsUpAt("bad"));
        // After the third silence in a row the target is left alone for a while, and nobody after that is asked about.
        all_get(&stage, &["bad.1", "bad.2", "bad.3", "joiner"]).await;
        stage.gives_back(&leaver).await;
        assert!(stage.page().await.trouble.is_some());
        assert_eq!(stage.stands("bad.1").await.unwrap().0, "Pending", "it may be about the target");
        stage.world.passes(Span::seconds(5)).await;
        assert_eq!(stage.there(), ["joiner"], "the others come first");
        for _ in 0..20 {
            stage.world.passes(Span::seconds(15)).await;
        }
        let late = stage.gets("late").await;
        stage.world.passes(Span::seconds(30)).await;
        assert_eq!(stage.there(), ["joiner", "late"]);
        stage.gives_back(&late).await;
        stage.world.passes(Span::seconds(30)).await;
        assert_eq!(stage.there(), ["joiner"]);
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(15)).await;
        assert_eq!(stage.there(), ["bad.1", "bad.2", "bad.3", "joiner"]);
        assert!(stage.page().await.trouble.is_none());
    }

    async fn whoever_needs_no_question_between_those_at_whom_a_target_hangs_up_is_no_answer(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        offers_lead(&stage).await;
        for name in ["bad.1", "known.1", "bad.2", "known.2", "bad.3", "known.3", "joiner"] {
            let person = stage.world.hires(name).await;
            if name.starts_with("known") {
                person.requests("Ledger").because("Month end.").await.unwrap();
            }
        }
        stage.world.settle().await;
        assert_eq!(stage.there(), ["known.1", "known.2", "known.3"]);
        stage.peer.behaves(Manner::HangsUpAt("bad"));
        for name in ["bad.1", "known.1", "bad.2", "known.2", "bad.3", "known.3", "joiner"] {
            let package = if name.starts_with("known") { "Leading" } else { "Ledger" };
            stage.world.person(name).await.requests(package).because("Month end.").await.unwrap();
        }
        stage.world.settle().await;
        assert!(stage.page().await.trouble.is_some(), "three in a row were not answered");
        assert_eq!(stage.there(), ["known.1", "known.2", "known.3"], "nobody after the third is asked about");
        stage.world.passes(Span::seconds(5)).await;
        assert_eq!(stage.there(), ["joiner", "known.1", "known.2", "known.3"]);
        assert_eq!(stage.peer.members("Lead").len(), 3);
        assert!(stage.page().await.trouble.is_none());
    }

    async fn a_group_that_a_target_cannot_change_holds_up_no_other_group(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        offers_lead(&stage).await;
        stage.gets("first").await;
        let manners = [
            Manner::SpoilsGroup("Agents", 500),
            Manner::SpoilsGroup("Agents", 403),
            Manner::HangsUpAtGroup("Agents"),
        ];
        for (at, manner) in manners.into_iter().enumerate() {
            let leaver = leads(&stage, &format!("leaver.{at}")).await;
            assert_eq!(stage.peer.members("Lead").len(), 1);
            stage.peer.behaves(manner);
            all_get(&stage, &[&format!("held.{at}"), &format!("up.{at}")]).await;
            leads_no_more(&stage, &leaver).await;
            assert_eq!(stage.peer.members("Lead"), Vec::<String>::new(), "{manner:?}");
            assert!(!stage.there().contains(&format!("up.{at}")), "{manner:?}");
            stage.peer.behaves(Manner::Honest);
            stage.world.passes(Span::minutes(15)).await;
            assert!(stage.there().contains(&format!("up.{at}")), "{manner:?}");
        }
    }

    async fn a_group_that_cannot_be_read_keeps_no_other_group_from_being_compared(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        offers_lead(&stage).await;
        stage.gets("first").await;
        leads(&stage, "second").await;
        {
            let mut inside = stage.peer.inside();
            let stranger = inside.account("stranger", None);
            for (_, members) in inside.groups.values_mut() {
                members.insert(stranger.clone());
            }
        }
        for manner in [Manner::SpoilsGroup("Agents", 503), Manner::HangsUpAtGroup("Agents")] {
            stage.peer.behaves(manner);
            stage.reconciles().await;
            let page = stage.page().await;
            assert_eq!(page.findings.len(), 1, "{manner:?}: {page:?}");
            assert!(page.trouble.is_none(), "{manner:?}: {:?}", page.trouble);
        }
        stage.peer.behaves(Manner::Honest);
        stage.reconciles().await;
        assert_eq!(stage.page().await.findings.len(), 2);
    }
}
