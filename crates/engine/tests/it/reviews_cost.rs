//! What access reviews cost: pages the same number of statements however many rows there are, deciding and applying few for
//! many rows.

use crate::reviews::{begins, settings, team};
use engine::Who;
use model::command::Command;
use model::query::{self, Query};
use model::review::{DecideRows, Decision, Reviewed};
use model::view::review::RowFilter;
use model::{ReviewId, ReviewSeriesId};
use testkit::{Person, World, both};

/// Statements that a page may take at most.
const BOUNDS: &[(&str, u64)] = &[
    // Own ones, shared ones, those about oneself among them, those that were handed on, and the names of groups.
    ("My reviews", 6),
    // How far one is, whose rows, who holds them, what is known of each, and all names.
    ("Reviewing", 26),
    ("Reviewing, searched", 26),
    ("Reviews", 7),
    ("Reviews, searched", 7),
    // What it is, besides.
    ("Reviews of one thing", 10),
    // Roles, groups, applications and packages to choose from.
    ("New review", 12),
    ("Review subjects", 9),
    ("Review people", 4),
    // Who holds it in how many pieces, and who would be asked.
    ("Review preview", 16),
    // Instances, names, settings in words, and who is asked.
    ("Review", 18),
    ("Review results", 20),
    ("Exported review", 22),
    // Which instances, their rows, and all names.
    ("Review history", 10),
    // Everything that one was ever asked about, when the review is over.
    ("Reviewing, over", 26),
];

struct Pages {
    world: World,
    morgan: Who,
    miriam: Who,
    series: ReviewSeriesId,
    review: ReviewId,
    of: Reviewed,
    settings: model::review::ReviewSettings,
}

impl Pages {
    async fn cost(&self, who: &Who, query: impl Into<Query>) -> u64 {
        let before = self.world.db().statements();
        self.world.engine().ask(who, query.into()).await.unwrap();
        self.world.db().statements() - before
    }

    async fn costs(&self) -> Vec<(&'static str, u64)> {
        let Self { morgan, miriam, series, review, .. } = self;
        let (series, review) = (*series, *review);
        let one = |search: &str| query::Reviewing { review, filter: RowFilter::All, search: search.into(), after: None };
        let all = |search: &str| query::Reviews { search: search.into(), phase: None, after: None };
        let results = query::ReviewResults { review, filter: RowFilter::All, search: String::new(), after: None };
        let preview = query::ReviewPreview { of: vec![self.of], settings: Box::new(self.settings.clone()), series: None };
        let mut costs = vec![
            ("My reviews", self.cost(miriam, query::MyReviews { past: false, after: None }).await),
            ("Reviewing", self.cost(miriam, one("")).await),
            ("Reviewing, searched", self.cost(miriam, one("many")).await),
            ("Reviews", self.cost(morgan, all("")).await),
            ("Reviews, searched", self.cost(morgan, all("who needs")).await),
            ("Reviews of one thing", self.cost(morgan, query::ReviewsOf { of: self.of, after: None }).await),
            ("New review", self.cost(morgan, query::NewReview { of: vec![self.of] }).await),
            ("Review subjects", self.cost(morgan, query::ReviewSubjects { search: "a".into() }).await),
            ("Review people", self.cost(morgan, query::ReviewPeople { groups: false, search: "a".into() }).await),
            ("Review preview", self.cost(morgan, preview).await),
            ("Review", self.cost(morgan, query::Review { series, review: Some(review), before: None }).await),
            ("Review results", self.cost(morgan, results).await),
            ("Exported review", self.cost(morgan, query::ExportedReview { review, after: None }).await),
            ("Review history", self.cost(morgan, query::ReviewHistory { sought: Default::default(), after: None }).await),
        ];
        let [by] = self.world.people(["morgan"]).await;
        by.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        self.world.settle().await;
        costs.push(("Reviewing, over", self.cost(miriam, one("")).await));
        costs
    }
}

async fn hired(world: &World, from: usize, to: usize) -> Vec<Person> {
    let mut all = Vec::new();
    for number in from..to {
        all.push(world.hires(&format!("many-{number}")).await);
    }
    all
}

both! {
    async fn no_page_of_a_review_costs_more_however_many_are_reviewed(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, miriam] = world.people(["morgan", "miriam"]).await;
        let mut costs = Vec::new();
        for (from, to) in [(0, 3), (3, 43)] {
            let people = hired(&world, from, to).await;
            let all: Vec<&Person> = people.iter().collect();
            let group = team(&world, &format!("Archive {from}"), &all).await;
            let mut form = settings(&morgan, &[&miriam]).await;
            form.starts_at = world.now();
            let of = Reviewed::Group(group);
            let (series, review) = begins(&world, &morgan, of, form.clone()).await;
            let (who, whose) = (morgan.who().await.unwrap(), miriam.who().await.unwrap());
            let pages = Pages { world: world.clone(), morgan: who, miriam: whose, series, review, of, settings: form };
            costs.push(Box::pin(pages.costs()).await);
        }
        for (page, cost) in &costs[0] {
            println!("{cost:>3}  {page}");
        }
        assert_eq!(costs[0], costs[1], "the cost of a page does not depend on how much there is");
        let over: Vec<String> = costs[1]
            .iter()
            .zip(BOUNDS)
            .filter(|((page, cost), (bounded, bound))| page != bounded || cost > bound)
            .map(|((page, cost), (_, bound))| format!("{page} costs {cost} statements, more than {bound}"))
            .collect();
        assert!(over.is_empty() && costs[1].len() == BOUNDS.len(), "{}", over.join("\n"));
    }

    async fn a_thousand_rows_are_decided_and_applied_with_statements_for_many(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, miriam] = world.people(["morgan", "miriam"]).await;
        let people = hired(&world, 0, 400).await;
        let all: Vec<&Person> = people.iter().collect();
        let group = team(&world, "Archive", &all).await;
        let mut form = settings(&morgan, &[&miriam]).await;
        form.auto_apply = true;
        let before = world.db().statements();
        let (_, review) = begins(&world, &morgan, Reviewed::Group(group), form).await;
        let began = world.db().statements() - before;
        assert!(began <= 220, "{began} statements to begin with 400 rows");
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = miriam.asks(query::Reviewing { review, filter: RowFilter::All, search: String::new(), after }).await.unwrap();
            rows.extend(page.rows.iter().map(|row| row.row));
            after = page.paging.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(rows.len(), 400);
        let before = world.db().statements();
        let deny = DecideRows { review, rows, decision: Decision::Deny, reason: String::new(), confirmed: false };
        miriam.submits(Command::DecideRows(deny)).await.unwrap();
        let decided = world.db().statements() - before;
        assert!(decided <= 30, "{decided} statements to decide 400 rows");
        morgan.submits(Command::StopReview { review, stage_only: false }).await.unwrap();
        let before = world.db().statements();
        world.settle().await;
        let applied = world.db().statements() - before;
        assert!(applied <= 400, "{applied} statements to complete it and to take 400 memberships");
        assert!(morgan.sees_group(group).await.unwrap().members.is_empty());
    }
}
