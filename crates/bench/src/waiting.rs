//! An inbox in which thousands of requests wait for one person, as for somebody who decides the last stage of everything.

use crate::Outcome;
use crate::entitlements::{FIRST, WIDE, called};
use crate::http::Visitor;
use crate::process::Server;
use crate::scale::{id, terms, user};
use engine::Clock;
use model::approval::{Approver, Part, Verdict};
use model::request::{Decision, Request, State, Wish};
use model::{PackageId, PolicyId, RequestId, Span, Ts};
use store::{Db, Saved, inbox, requests, separation};

pub const INBOX: &str = "/my-access/approvals";
/// The number of the person for whom they wait.
pub const DECIDER: usize = 1;
/// Whoever asks begins here, beyond those who report to the decider.
const ASKING: usize = 100;

/// So many people ask for a package each. Their managers have approved, and the second stage waits for the decider.
pub async fn fill(db: &Db, count: usize, now: Ts) -> Outcome<()> {
    let mut link = db.begin().await?;
    for nth in 0..count {
        let request = waiting(nth, count, now)?;
        if requests::insert(&mut link, &request, rules::request::wakes_at(&request)).await? == Saved::Stale {
            return Err("two requests are open at once".into());
        }
        let decision = Decision {
            stage: 0,
            approver: user((ASKING + nth) / 20),
            stood_in_for: None,
            verdict: Verdict::Approve,
            words: "Fine.".to_owned(),
            at: request.submitted_at,
        };
        requests::insert_decision(&mut link, request.id, &decision).await?;
        let asks = [(Part::Approvers, Approver::User { id: user(DECIDER) })];
        requests::insert_asks(&mut link, &request, &asks, &[]).await?;
    }
    link.commit().await?;
    Ok(())
}

/// They are due one after another within two weeks, so that about half are within one; the first only after all is measured.
fn waiting(nth: usize, count: usize, now: Ts) -> Outcome<Request> {
    let apart = Span(Span::days(13).0 * i64::try_from(nth)? / i64::try_from(count)?);
    let decide_by = now + Span::hours(12) + apart;
    let opened_at = decide_by - Span::days(14);
    let requestor = user(ASKING + nth);
    Ok(Request {
        id: RequestId(id(13, nth)),
        requestor,
        beneficiary: requestor,
        by_manager: false,
        wish: Wish::Package { package: PackageId(id(4, FIRST + nth)), policy: PolicyId(id(5, FIRST + nth)), extends: None },
        terms: terms(called(FIRST + nth)),
        submitted_at: opened_at,
        state: State::PendingApproval {
            stage: 1,
            opened_at,
            decide_by,
            asked: vec![user(DECIDER)],
            fallback: false,
            escalated_at: None,
            // Or thousands of letters would be written while pages are measured.
            reminded_at: Some(now),
        },
        asked_back: None,
        version: 0,
    })
}

/// Lists that are short by mistake would be quick: as many wait, and as many have both packages, as shall.
pub async fn check(db: &Db, waiting: usize, both: usize) -> Outcome<()> {
    let now = Clock::system().now();
    let mut link = db.read().await?;
    let found = inbox::count_waiting(&mut link, user(DECIDER), now, waiting + 1).await?;
    if found != i64::try_from(waiting)? {
        return Err(format!("{found} requests wait instead of {waiting}").into());
    }
    let found = separation::count_overlapping(&mut link, PackageId(id(4, WIDE)), now).await?;
    if found != i64::try_from(both)? {
        return Err(format!("{found} people have both packages instead of {both}").into());
    }
    Ok(())
}

/// Where the pager of the inbox leads.
pub async fn second_page(server: &Server, cookie: &str) -> Outcome<String> {
    let mut visitor = Visitor::new(&server.address, cookie).await?;
    let page = visitor.get(INBOX, "identity").await?;
    let html = String::from_utf8_lossy(&page.body);
    let link = format!("{INBOX}?after=");
    let (_, rest) = html.split_once(&link).ok_or("the inbox has no second page")?;
    let cursor = rest.split('"').next().unwrap_or_default();
    Ok(format!("{link}{cursor}"))
}
