//! Runs of imports: when they begin, what they ask, and how they end.

use crate::imports::{Stage, code, settings};
use engine::By;
use model::command::{Command, Done};
use model::event::{Action, Event};
use model::import::{Confirmed, Ended, Every, Numbers, Outcome};
use model::limits::IMPORT_LEASE_SECONDS;
use model::{ImportRunId, Refusal, Span, query};
use testkit::both;
use testkit::slapd::GROUPS;

impl Stage {
    /// A server begins with a run, and nothing is heard of it.
    async fn claims(&self) -> ImportRunId {
        let (now, run) = (self.world.now(), ImportRunId(self.world.new_id()));
        let mut link = self.world.db().begin().await.unwrap();
        let until = now + Span::seconds(IMPORT_LEASE_SECONDS);
        assert!(store::imports::claim(&mut link, self.import, run, now, until).await.unwrap().is_some());
        link.commit().await.unwrap();
        run
    }

    /// That run says how it ended.
    async fn ends(&self, run: ImportRunId, ended: Ended) {
        let (import, numbers, why) = (self.import, Numbers::default(), String::new());
        let outcome = Outcome { import, run, ended, numbers, why, lines: Vec::new() };
        self.world.engine().submit(&By::System, Command::ImportEnded(Box::new(outcome))).await.unwrap();
    }

    /// How its runs ended, as the history has it.
    async fn told(&self) -> Vec<(Ended, String)> {
        let all = self.world.history_about(self.import.0).await.into_iter();
        let ran = |event: Event| match event.action {
            Action::ImportRan { ended, why, .. } => Some((ended, why)),
            _ => None,
        };
        all.filter_map(ran).collect()
    }
}

both! {
    async fn a_run_that_would_disable_too_many_does_nothing_until_somebody_looked(test: TestDb) {
        let stage = Stage::new(test).await;
        for uid in ["anna", "ben", "carl"] {
            stage.there(uid, "");
        }
        stage.done().await;
        stage.leaves("anna");
        let (word, why) = stage.runs().await;
        assert_eq!(word, "Asks first");
        assert!(why.contains("disable 1 of 3 people"), "{why}");
        assert!(stage.user("anna").await.unwrap().enabled);
        let (_, confirmed) = stage.page().await.asks.unwrap();
        stage.leaves("ben");
        assert_eq!(stage.runs_with(Some(confirmed)).await.0, "Asks first", "by now it would be more");
        let (_, confirmed) = stage.page().await.asks.unwrap();
        assert_eq!(stage.runs_with(Some(confirmed)).await.0, "Done");
        assert!(!stage.user("anna").await.unwrap().enabled && !stage.user("ben").await.unwrap().enabled);
        assert_eq!(stage.page().await.asks, None);
        stage.leaves("carl");
        assert_eq!(stage.runs().await.0, "Asks first", "a yes counts once");
    }

    async fn a_run_that_was_killed_anywhere_is_finished_by_the_next(test: TestDb) {
        let stage = Stage::with(test, |asked| asked.typed.percent = "100".into()).await;
        let mut people = Vec::new();
        for n in 0..4 {
            let manager = people.first().map(|boss| format!("manager: {boss}\n")).unwrap_or_default();
            people.push(stage.there(&format!("p{n}"), &manager));
        }
        let all: Vec<&str> = people.iter().map(String::as_str).collect();
        stage.slapd.group("Crew", &all);
        // Each time a little later.
        for statements in (5..).step_by(23) {
            stage.morgan.submits(Command::RunImport { import: stage.import, confirmed: None }).await.unwrap();
            stage.world.db().fail_after(Some(statements));
            let settled = stage.world.engine().settle().await;
            stage.world.restart();
            stage.world.time_goes_by(Span::minutes(5));
            if settled.is_ok() {
                break;
            }
        }
        stage.world.settle().await;
        stage.done().await;
        assert!(stage.preview().await.lines.is_empty());
        assert_eq!(stage.members("Crew").await, ["p0", "p1", "p2", "p3"]);
        let boss = stage.id("p0").await;
        assert_eq!(stage.user("p3").await.unwrap().manager, Some(boss));
    }

    async fn whoever_runs_an_import_while_it_runs_has_it_run_once_more(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.there("anna", "");
        stage.done().await;
        // A run that has read the directory already.
        stage.morgan.submits(Command::RunImport { import: stage.import, confirmed: None }).await.unwrap();
        let run = stage.claims().await;
        stage.changes("anna", "add: employeeType\nemployeeType: left");
        let confirmed = Some(Confirmed { disabled: 1, removed: 0 });
        stage.morgan.submits(Command::RunImport { import: stage.import, confirmed }).await.unwrap();
        stage.world.settle().await;
        assert!(stage.page().await.running && stage.user("anna").await.unwrap().enabled, "one after the other");
        stage.ends(run, Ended::Done).await;
        stage.world.settle().await;
        assert!(!stage.user("anna").await.unwrap().enabled);
        let runs = stage.page().await.runs;
        assert!(runs.iter().all(|run| run.badge.word == "Done" && !run.by.is_empty()), "{runs:?}");
        assert_eq!(runs.len(), 3);
    }

    async fn a_run_whose_server_stopped_is_gone_on_with_and_nobody_has_to_look_at_it_again(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.there("anna", "");
        stage.done().await;
        stage.leaves("anna");
        let confirmed = Some(Confirmed { disabled: 1, removed: 0 });
        stage.morgan.submits(Command::RunImport { import: stage.import, confirmed }).await.unwrap();
        stage.claims().await;
        stage.world.passes(Span::seconds(IMPORT_LEASE_SECONDS - 1)).await;
        assert!(stage.user("anna").await.unwrap().enabled);
        stage.world.passes(Span::seconds(1)).await;
        assert!(!stage.user("anna").await.unwrap().enabled);
        let runs = stage.page().await.runs;
        let words: Vec<&str> = runs.iter().map(|run| run.badge.word.as_str()).collect();
        assert_eq!(words, ["Done", "Failed", "Done"]);
        assert!(runs[1].why.contains("The server stopped"), "{}", runs[1].why);
    }

    async fn a_fault_ends_a_run_with_an_apology_and_the_next_import_runs(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.there("anna", "");
        let mut other = settings(stage.slapd.url());
        (other.name, other.typed.people_base, other.takes_groups) = ("Nobody".into(), GROUPS.into(), false);
        let saved = stage.morgan.submits(Command::SaveImport(Box::new(other))).await.unwrap();
        let Done::ImportSaved { import: second, .. } = saved else { panic!("{saved:?}") };
        let mut fell_over = false;
        // Each time a little later.
        for statements in (0..400).step_by(3) {
            for import in [stage.import, second] {
                stage.morgan.submits(Command::RunImport { import, confirmed: None }).await.unwrap();
            }
            let before = stage.page().await.runs.len();
            stage.world.db().fail_once_after(statements);
            let settled = stage.world.engine().settle().await;
            stage.world.restart();
            let page = stage.page().await;
            if settled.is_ok() && page.runs.len() > before && page.runs[0].badge.word == "Failed" {
                assert!(page.runs[0].why.contains(&format!("logged as {}", page.runs[0].id)), "{}", page.runs[0].why);
                assert!(!page.running);
                let beside = stage.morgan.asks(query::Import { import: second, after: None }).await.unwrap();
                assert_eq!((beside.runs[0].badge.word.as_str(), beside.runs[0].began), ("Done", page.runs[0].began));
                let told = stage.told().await;
                assert!(told.iter().any(|(ended, why)| *ended == Ended::Failed && *why == page.runs[0].why), "{told:?}");
                fell_over = true;
                break;
            }
            stage.world.passes(Span::minutes(5)).await;
        }
        assert!(fell_over, "no fault hit a run");
        // The newest run is the first of the page, and one that began at the same moment would be beside it.
        stage.world.passes(Span::minutes(5)).await;
        stage.done().await;
    }

    async fn what_a_run_says_that_is_no_longer_the_one_of_its_import_is_not_told(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.morgan.submits(Command::RunImport { import: stage.import, confirmed: None }).await.unwrap();
        let run = stage.claims().await;
        stage.sets(|asked| asked.typed.percent = "50".into()).await;
        stage.ends(run, Ended::Failed).await;
        assert_eq!(stage.told().await, []);
        assert_eq!(stage.page().await.runs[0].badge.word, "Failed", "the page has it");
        stage.world.time_goes_by(Span::minutes(1));
        stage.done().await;
        assert_eq!(stage.told().await, [(Ended::Done, String::new())]);
    }

    async fn an_import_runs_when_its_time_has_come_and_one_that_fails_is_tried_again(test: TestDb) {
        let mut stage = Stage::with(test, |asked| asked.every = Every::Hour).await;
        stage.there("anna", "");
        stage.world.settle().await;
        assert!(stage.user("anna").await.is_none(), "somebody looks at the preview first");
        stage.world.passes(Span::hours(1)).await;
        assert!(stage.user("anna").await.is_some());
        stage.slapd.stop();
        stage.world.passes(Span::hours(1)).await;
        assert_eq!(stage.page().await.runs[0].badge.word, "Failed");
        stage.slapd.start_again();
        stage.there("ben", "");
        stage.world.passes(Span::minutes(2)).await;
        assert!(stage.user("ben").await.is_some(), "it is tried again before its hour");
        stage.morgan.submits(Command::SetImportEnabled { import: stage.import, enabled: false }).await.unwrap();
        stage.there("carl", "");
        stage.world.passes(Span::hours(5)).await;
        assert!(stage.user("carl").await.is_none());
        assert_eq!(code(stage.morgan.submits(Command::RunImport { import: stage.import, confirmed: None }).await), "import_disabled");
        let deleted = |seen| Command::DeleteImport { import: stage.import, seen };
        assert_eq!(code(stage.morgan.submits(deleted(1)).await), "import_has_people");
        stage.morgan.submits(deleted(2)).await.unwrap();
        assert!(stage.user("anna").await.unwrap().enabled, "whoever came from it stays");
    }
}

#[test]
fn a_refusal_of_a_run_says_what_follows() {
    let over = Refusal::ImportRunOver { name: "Harbour".into() };
    assert!(over.sentence().contains("next one goes on"));
}
