//! The evidence of finished reviews: sealed by the history, and whatever is altered in it afterwards is found.

use crate::reviews::{begins, says, settings, shown, team};
use engine::evidence::{Claim, EvidenceFault, read};
use model::command::Command;
use model::review::{Decision, Reviewed};
use model::{ReviewId, query};
use testkit::{Person, World, both, refused};

/// The file as somebody downloads it.
pub async fn file(who: &Person, review: ReviewId) -> Vec<String> {
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let mut piece = who.asks(query::ExportedEvidence { review, after }).await.unwrap();
        lines.append(&mut piece.lines);
        after = piece.next;
        if after.is_none() {
            return lines;
        }
    }
}

pub fn claim(lines: &[String]) -> Result<Claim, EvidenceFault> {
    read(lines.join("\n").as_bytes())
}

/// Whether the history knows it.
pub async fn is_known(world: &World, claim: &Claim) -> bool {
    let (report, sealed) = world.engine().verify_audit_with(None, Some(claim)).await.unwrap();
    assert!(report.is_sound(), "{report}");
    sealed.is_some()
}

async fn finished(world: &World) -> ReviewId {
    let [alex, lee, miriam, morgan] = world.people(["alex", "lee", "miriam", "morgan"]).await;
    let group = team(world, "Archive", &[&alex, &lee]).await;
    let (series, review) = begins(world, &morgan, Reviewed::Group(group), settings(&morgan, &[&miriam]).await).await;
    assert!(!shown(&morgan, series).await.sealed);
    assert_eq!(refused(morgan.asks(query::ExportedEvidence { review, after: None }).await).code(), "review_not_then");
    says(&miriam, review, &["Alex"], Decision::Approve, "At first.").await.unwrap();
    says(&miriam, review, &["Alex"], Decision::Deny, "Moved to “sales”.").await.unwrap();
    morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
    world.settle().await;
    assert!(shown(&morgan, series).await.sealed);
    review
}

both! {
    async fn whoever_manages_no_reviews_gets_no_evidence(test: TestDb) {
        let world = World::demo(test).await;
        let review = finished(&world).await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        for who in [alex, miriam] {
            assert_eq!(refused(who.asks(query::ExportedEvidence { review, after: None }).await).code(), "not_found");
        }
    }

    async fn evidence_says_everything_and_the_history_knows_it(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let review = finished(&world).await;
        let completed = file(&morgan, review).await;
        let seen = completed.join("\n");
        for words in ["At first.", "Moved to “sales”.", "\"deny\"", "\"name\":\"Alex\"", "\"name\":\"Miriam\"", "\"number\":1"] {
            assert!(seen.contains(words), "{words}: {seen}");
        }
        let before = claim(&completed).unwrap();
        assert_eq!(before.seal.rows, 2);
        assert!(is_known(&world, &before).await);
        // Once it is applied that is sealed as well, and what was sealed before stays true.
        morgan.submits(Command::ApplyReview { review }).await.unwrap();
        // In between a file would say what the seal does not.
        assert_eq!(refused(morgan.asks(query::ExportedEvidence { review, after: None }).await).code(), "review_not_then");
        world.settle().await;
        let applied = file(&morgan, review).await;
        assert_ne!(applied, completed);
        assert!(applied.join("\n").contains("\"outcome\":\"applied\""), "{applied:?}");
        let after = claim(&applied).unwrap();
        assert!(is_known(&world, &after).await && is_known(&world, &before).await);
    }

    async fn whoever_reads_the_history_reads_the_evidence_of_a_deleted_review_and_nobody_else_does(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, miriam] = world.people(["morgan", "miriam"]).await;
        let [keeper, auditor] = [world.hires("keeper").await, world.hires("auditor").await];
        world.appoints(&keeper, model::directory::PortalRole::UserAdministrator).await;
        world.appoints(&auditor, model::directory::PortalRole::GlobalReader).await;
        let review = finished(&world).await;
        let before = file(&morgan, review).await;
        let mut link = world.db().read().await.unwrap();
        let series = store::reviews::get(&mut link, review).await.unwrap().unwrap().series;
        drop(link);
        assert!(keeper.asks(query::ExportedEvidence { review, after: None }).await.is_ok(), "they manage reviews of groups");
        morgan.submits(Command::DeleteReviewSeries { series }).await.unwrap();
        for who in [&keeper, &miriam] {
            assert_eq!(refused(who.asks(query::ExportedEvidence { review, after: None }).await).code(), "not_found");
        }
        for who in [&morgan, &auditor] {
            let kept = file(who, review).await;
            assert_eq!(kept, before, "who decided what and why");
            assert!(is_known(&world, &claim(&kept).unwrap()).await);
        }
        assert_eq!(refused(morgan.asks(query::Review { series, review: None, before: None }).await).code(), "not_found");
    }

    async fn whatever_is_altered_in_a_file_is_found(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let review = finished(&world).await;
        let lines = file(&morgan, review).await;
        let sealed = |line: &String| !line.starts_with("{\"name\"");
        for place in (0..lines.len()).filter(|place| sealed(&lines[*place])) {
            let mut less = lines.clone();
            less.remove(place);
            assert!(claim(&less).is_err(), "without line {place}");
            let mut other = lines.clone();
            other[place] = other[place].replace("deny", "approve").replace("Archive", "Museum").replace('1', "2");
            if other[place] != lines[place] {
                assert!(claim(&other).is_err(), "another line {place}: {}", other[place]);
            }
        }
        let rows: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].starts_with("{\"row\"")).collect();
        let mut moved = lines.clone();
        moved.swap(rows[0], rows[1]);
        assert_eq!(claim(&moved), Err(EvidenceFault::Altered));
        assert_eq!(claim(&lines[..lines.len() - 1]), Err(EvidenceFault::NoSeal));
        assert_eq!(claim(&[]), Err(EvidenceFault::NoHead));
        assert_eq!(claim(&["{}".to_owned()]), Err(EvidenceFault::NotALine(1)));
        // Whoever makes the seal anew as well is not known to the history.
        let mut forged = claim(&lines).unwrap();
        forged.seal.digest = "0".repeat(64);
        assert!(!is_known(&world, &forged).await);
        forged = claim(&lines).unwrap();
        forged.seal.rows += 1;
        assert!(!is_known(&world, &forged).await);
    }

    async fn whatever_is_altered_in_the_database_makes_no_evidence(test: TestDb) {
        let world = World::demo(test).await;
        let morgan = world.person("morgan").await;
        let review = finished(&world).await;
        for sql in [
            "update review_rows set decision = 'approve'",
            "update review_rows set outcome_words = 'It was fine.'",
            "update review_decisions set reason = 'Never used it.'",
            "update review_decisions set at = at + 1",
            "delete from review_decisions",
        ] {
            let mut link = world.db().begin().await.unwrap();
            let kept = store::events::forge(&mut link, sql).await;
            assert!(kept.is_ok(), "{sql}");
            link.commit().await.unwrap();
            assert_eq!(claim(&file(&morgan, review).await), Err(EvidenceFault::Altered), "{sql}");
        }
    }
}
