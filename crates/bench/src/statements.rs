//! What a visit of the main pages costs in statements, which does not depend on how much there is. The server that is timed
//! counts in a process of its own; here the engine is asked what its pages ask.

use crate::Outcome;
use crate::entitlements::{FIRST, Sessions, WIDE};
use crate::scale::id;
use engine::Engine;
use model::query::{self, Query};
use model::view::{approval, assignment, package};
use model::{PackageId, RequestId};

/// Statements by page.
pub type Costs = Vec<(&'static str, u64)>;

/// What each page asks besides its frame, which is counted once. Pages have the names under which they are timed.
pub async fn count(engine: &Engine, sessions: &Sessions, request: RequestId) -> Outcome<Costs> {
    let (wide, some) = (PackageId(id(4, WIDE)), PackageId(id(4, FIRST + 1_500)));
    let mine = |tab| query::Packages { tab, search: String::new(), after: None };
    let inbox = || query::Approvals { tab: approval::Tab::Pending, filter: approval::Filter::default(), after: None };
    let listed = query::AdminPackages { search: String::new(), after: None };
    let active = assignment::Filter::Active;
    let held = query::PackageAssignments { package: wide, search: String::new(), filter: active, after: None };
    let apart = query::Separation { package: wide, search: String::new(), after: None };
    let requests = query::AllRequests { package: None, search: String::new(), phase: None, after: None };
    let pages: [(&'static str, &str, Vec<Query>); 12] = [
        ("frame of each page", "decider", vec![query::Frame {}.into()]),
        ("Available", "requestor", vec![mine(package::Tab::Available).into()]),
        ("Active", "requestor", vec![mine(package::Tab::Active).into()]),
        ("package with its form", "requestor", vec![query::Package { package: some, again: None }.into()]),
        ("inbox", "manager", vec![inbox().into()]),
        ("long inbox", "decider", vec![inbox().into()]),
        ("overview beside a long inbox", "decider", vec![query::Overview {}.into()]),
        ("request page", "requestor", vec![query::Request { request }.into()]),
        ("administration: packages", "administrator", vec![listed.into(), query::PackageDrafts {}.into()]),
        ("assignments of a package", "administrator", vec![query::AdminPackage { package: wide }.into(), held.into()]),
        ("separation of duties of a package", "administrator", vec![query::AdminPackage { package: wide }.into(), apart.into()]),
        ("requests of all", "administrator", vec![requests.into()]),
    ];
    let mut costs = Costs::new();
    for (page, who, asked) in pages {
        let who = &sessions.get(who).ok_or("a session that is not there")?.who;
        let before = engine.db().statements();
        for query in asked {
            // On the heap: what answers one of so many kinds of queries needs room for the largest.
            Box::pin(engine.ask(who, query)).await?;
        }
        costs.push((page, engine.db().statements() - before));
    }
    Ok(costs)
}

/// Says them side by side.
pub fn say(few: &[(&str, u64)], many: &[(&str, u64)]) {
    for ((page, few), (_, many)) in few.iter().zip(many) {
        println!("entitlements: {page:<34} {few:3} statements with a hundredth; {many:3} with all, without the session's two");
    }
}
