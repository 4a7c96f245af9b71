//! Reading the history: whatever is filtered, pages have the events that fit, all of them, the newest first.

use crate::events::all;
use crate::given::{NOW, attempt, person, team};
use model::event::{Actor, Event, Kind, Outcome};
use model::{AnyId, Span, Ts, UserId};
use store::audit::{Sought, list};
use store::events;
use testkit::both;

fn actor(event: &Event) -> AnyId {
    match event.actor {
        Actor::User(user) => user.0,
        Actor::System => events::SYSTEM,
        Actor::Console => events::CONSOLE,
        Actor::Token(token) => token.0,
        Actor::Import(import) => import.0,
    }
}

/// The same, said plainly.
fn fits(sought: &Sought, event: &Event) -> bool {
    let own = |me: UserId| actor(event) == me.0 || event.targets().contains(&me.0);
    sought.from.is_none_or(|from| event.at >= from)
        && sought.to.is_none_or(|to| event.at < to)
        && sought.action.is_none_or(|kind| event.action.kind() == kind)
        && sought.outcome.is_none_or(|outcome| event.action.outcome() == outcome)
        && sought.actor.is_none_or(|who| actor(event) == who)
        && sought.target.is_none_or(|target| event.targets().contains(&target))
        && sought.own.is_none_or(own)
}

/// Every way to filter, several at once too.
fn every_filter() -> Vec<Sought> {
    let mut all = Vec::new();
    let times =
        [(None, None), (Some(NOW + Span(3)), None), (None, Some(NOW + Span(9))), (Some(NOW + Span(2)), Some(NOW + Span(7)))];
    let whose = [
        Sought::default(),
        Sought { actor: Some(events::SYSTEM), ..Sought::default() },
        Sought { actor: Some(events::CONSOLE), ..Sought::default() },
        Sought { actor: Some(person(3).0), ..Sought::default() },
        Sought { target: Some(person(1).0), ..Sought::default() },
        Sought { target: Some(team(1).0), actor: Some(events::SYSTEM), ..Sought::default() },
        Sought { own: Some(person(1)), ..Sought::default() },
        Sought { own: Some(person(9)), ..Sought::default() },
    ];
    for (from, to) in times {
        for action in [None, Some(Kind::SignInFailed), Some(Kind::UserCreated)] {
            for outcome in [None, Some(Outcome::Success), Some(Outcome::Denied), Some(Outcome::Failure)] {
                all.extend(whose.map(|whose| Sought { from, to, action, outcome, ..whose }));
            }
        }
    }
    all
}

both! {
    async fn every_filter_finds_what_fits_in_pages_and_nothing_else(test: TestDb) {
        attempt(&test.db, async |link| events::insert(link, &all()).await).await.unwrap();
        let link = &mut test.db.read().await.unwrap();
        let mut found_any = 0;
        for sought in every_filter() {
            let mut expected: Vec<Event> = all().into_iter().filter(|event| fits(&sought, event)).collect();
            expected.sort_by_key(|event| std::cmp::Reverse((event.at, event.id)));
            let (mut found, mut before) = (Vec::new(), None);
            loop {
                let page = list(link, sought, before, 4).await.unwrap();
                let Some(last) = page.last() else { break };
                before = Some((last.event.at, last.event.id));
                found.extend(page.into_iter().map(|found| found.event));
            }
            assert_eq!(found, expected, "{sought:?}");
            found_any += usize::from(!expected.is_empty());
        }
        assert!(found_any > 40, "{found_any} filters found something");
    }

    async fn what_somebody_was_is_known_by_what_they_became_next(test: TestDb) {
        let mut happened = all();
        happened.retain(|event| matches!(event.action.kind(), Kind::UserEnabled | Kind::UserDisabled));
        let [disabled, enabled] = [Kind::UserDisabled, Kind::UserEnabled].map(|kind| {
            happened.iter().find(|event| event.action.kind() == kind).unwrap().clone()
        });
        let (early, late) = (NOW + Span::hours(1), NOW + Span::hours(2));
        let happened = [Event { at: early, ..disabled }, Event { at: late, ..enabled }];
        attempt(&test.db, async |link| events::insert(link, &happened).await).await.unwrap();
        let link = &mut test.db.read().await.unwrap();
        for (at, expected) in [(NOW, Some((false, early))), (early, Some((true, late))), (late, None)] {
            assert_eq!(store::audit::enabled_next(link, person(1), at).await.unwrap(), expected);
        }
        assert_eq!(store::audit::enabled_next(link, person(2), Ts(0)).await.unwrap(), None);
        let ids: Vec<_> = happened.iter().rev().map(|event| event.id).collect();
        for limit in [1, 2] {
            assert_eq!(store::audit::newest_about(link, person(1).0, limit).await.unwrap(), ids[..limit], "the newest first");
        }
        assert_eq!(store::audit::newest_about(link, person(2).0, 2).await.unwrap(), []);
    }
}
