//! Values at the edges: the first and the last instant, empty text, text of every kind, and NUL.

use crate::given::{
    NOW, assign, attempt, group, held, id, membership, packages as given_packages, pending, person, policy, request, team, user,
    users as given_users, wish,
};
use model::access::{Assignment, EndReason, ResourceRole};
use model::approval::{Approver, Part, Verdict};
use model::command::{GroupFields, UserFields};
use model::directory::{Membership, Profile};
use model::notice::{About, Letter, Notice};
use model::package::Scope;
use model::request::{Decision, PackageAssignment, Request, State};
use model::{GroupId, LetterId, PackageId, Ts, UserId};
use rules::group::Group;
use rules::user::User;
use store::search::Words;
use store::users::Filter;
use store::{Saved, assignments, groups, inbox, letters, packages, requests, sessions, users};
use testkit::both;

const FIRST: Ts = Ts(i64::MIN);
const LAST: Ts = Ts(i64::MAX);

/// Text that has broken programs: quotes, comments, patterns, every length of UTF-8, marks that join, both directions.
const TEXTS: [&str; 9] = [
    "",
    "'; drop table users; --",
    "\"double\" `back` \\ $1 ? :a {ids}",
    "50% _under",
    "é ß Ж 李 🦆 𝒳",
    "e\u{301} \u{200d} \u{feff}",
    "שלום ‏مرحبا",
    "\u{10ffff}\u{fffd}",
    "tab\tline\nend",
];

both! {
    async fn the_first_and_the_last_instant_survive(test: TestDb) {
        given_users(&test.db, 2).await;
        given_packages(&test.db, 2).await;
        let State::PendingApproval { stage, asked, fallback, escalated_at, reminded_at, .. } = pending() else { unreachable!() };
        let ever = State::PendingApproval { stage, opened_at: FIRST, decide_by: LAST, asked, fallback, escalated_at, reminded_at };
        let late = Request { submitted_at: LAST, ..request(1, 1, 1, ever) };
        let early = Request { submitted_at: FIRST, ..request(2, 1, 2, pending()) };
        let old = User { created_at: FIRST, last_sign_in_at: Some(LAST), ..user(3) };
        let always = Assignment { starts_at: FIRST, ends_at: Some(LAST), ..membership(1, 1, 1) };
        let mut link = test.db.begin().await.unwrap();
        let link = &mut link;
        users::insert(link, &old, None).await.unwrap();
        assert_eq!(users::get(link, old.id).await.unwrap(), Some(old));
        for request in [&late, &early] {
            assert_eq!(requests::insert(link, request, Some(request.submitted_at)).await.unwrap(), Saved::Yes);
            assert_eq!(requests::get(link, request.id).await.unwrap().as_ref(), Some(request));
            let asks = [(Part::Approvers, Approver::User { id: person(2) })];
            requests::set_asks(link, request, &asks, &[]).await.unwrap();
        }
        assert_eq!(requests::of(link, person(1), None, None, 9).await.unwrap(), [late.clone(), early]);
        assert_eq!(requests::next_due(link).await.unwrap(), Some(FIRST));
        let waiting = inbox::waiting(link, person(2), &inbox::Sought::default(), None, 9, LAST - model::Span(1)).await.unwrap();
        assert_eq!(waiting, [(LAST, late)]);
        assert!(inbox::waiting(link, person(2), &inbox::Sought::default(), None, 9, LAST).await.unwrap().is_empty());
        let decision = Decision { stage: 0, approver: person(2), stood_in_for: None, verdict: Verdict::Deny, words: String::new(), at: LAST };
        requests::insert_decision(link, wish(1), &decision).await.unwrap();
        assert_eq!(inbox::decided(link, person(2), &inbox::Sought::default(), None, 9).await.unwrap().len(), 1);
        assert_eq!(requests::decisions(link, wish(1)).await.unwrap(), [decision]);
        assignments::insert(link, &always, FIRST).await.unwrap();
        let role = ResourceRole::GroupMember(team(1));
        assert_eq!(assignments::of_role(link, role, None, 9).await.unwrap(), [(always.clone(), FIRST)]);
        for (now, count) in [(FIRST, 1), (NOW, 1), (LAST - model::Span(1), 1), (LAST, 0)] {
            assert_eq!(assignments::count(link, role, now).await.unwrap(), count, "{now:?}");
        }
        assert_eq!(assignments::due(link, LAST, 9).await.unwrap(), [always.id]);
        let held = PackageAssignment { starts_at: FIRST, ends_at: Some(LAST), ..held(1, 1, 1) };
        packages::insert_held(link, &held, None).await.unwrap();
        assert_eq!(packages::end_held(link, &held, EndReason::Expired, LAST).await.unwrap(), Saved::Yes);
        assert_eq!(packages::ended(link, person(1), &Words::default(), None, 9).await.unwrap()[0].ended_at, Some(LAST), "the first page has the last instant");
    }

    async fn every_kind_of_text_survives_and_is_found(test: TestDb) {
        for (n, text) in (1..).zip(TEXTS) {
            attempt(&test.db, async |link| {
                let saved = User {
                    user_name: format!("{n}{text}"),
                    display_name: text.into(),
                    mail: text.into(),
                    profile: Profile { attributes: [(text.to_owned(), text.to_owned())].into(), other_mails: vec![text.into()] },
                    ..user(n)
                };
                users::insert(link, &saved, Some(text)).await?;
                assert_eq!(users::get(link, saved.id).await?, Some(saved.clone()));
                assert_eq!(users::by_name(link, &saved.user_name).await?, Some((saved, Some(text.to_owned()))));
                let named = Group {
                    name: format!("{n}{text}"),
                    description: text.into(),
                    membership: Membership::Dynamic { rule: text.into() },
                    ..group(n)
                };
                groups::insert(link, &named).await?;
                assert_eq!(groups::get(link, named.id).await?, Some(named));
                sessions::set_fact(link, text, text).await?;
                assert_eq!(sessions::fact(link, text).await?.as_deref(), Some(text));
                Ok(())
            })
            .await
            .unwrap();
        }
        let link = &mut test.db.read().await.unwrap();
        let all = users::list(link, &Words::of(""), Filter::All, None, 99).await.unwrap();
        assert_eq!(all.len(), TEXTS.len(), "an empty name is in the list too");
        for text in TEXTS.into_iter().filter(|text| Words::of(text) != Words::default()) {
            let found = users::list(link, &Words::of(text), Filter::All, None, 99).await.unwrap();
            assert!(found.iter().any(|user| user.display_name == text), "{text}");
        }
    }

    async fn nul_in_what_people_send_is_nothing_to_stumble_over(test: TestDb) {
        given_users(&test.db, 1).await;
        given_packages(&test.db, 1).await;
        let notice = Notice::AccessGranted {
            about: About {
                request: wish(1),
                thing: "a\0b".into(),
                requestor: String::new(),
                beneficiary: None,
                justification: "\0".into(),
                answers: Vec::new(),
                asked_back: None,
                lasts: String::new().into(),
                submitted_at: NOW,
                is_role: false,
            },
            ends_at: None,
        };
        attempt(&test.db, async |link| {
            // Sign-in and addresses: asked before any form is checked.
            assert_eq!(users::by_name(link, "user1@harbour.example\0").await?, None);
            assert_eq!(sessions::failures_to_change(link, "account:\0").await?, None);
            sessions::set_failures(link, "account:\0", 1, 1).await?;
            assert_eq!(sessions::failures_to_change(link, "account:\0").await?, Some((1, 1)));
            sessions::clear_failures(link, "account:\0").await?;
            assert_eq!(sessions::failures_to_change(link, "account:\0").await?, None);
            sessions::insert(link, b"\0a", person(1), "password", "::1\0", "Browser\0", NOW).await?;
            assert!(sessions::get(link, b"\0a").await?.is_some(), "ids are bytes");
            sessions::put_flash(link, b"\0a", "typed\0", NOW).await?;
            assert_eq!(sessions::flash(link, b"\0a").await?, Some(("typed\u{fffd}".to_owned(), NOW)));
            // Searches and cursors.
            let words = Words::of("us\0er");
            assert_eq!(words, Words::of("us er"));
            let (user, group, package) = (UserId(id(0)), GroupId(id(0)), PackageId(id(0)));
            assert_eq!(users::list(link, &words, Filter::All, Some(("\0".into(), user)), 9).await?.len(), 0);
            groups::list(link, &words, groups::Filter::All, Some(("\0".into(), group)), 9, NOW).await?;
            packages::available(link, person(1), crate::given::user(1).kind, &words, Some(("\0".into(), package)), 9, NOW).await?;
            // Documents keep it, escaped.
            letters::insert(link, &[(LetterId(id(1)), Letter { to: person(1).into(), notice: notice.clone() })], NOW).await?;
            let claimed = letters::claim(link, NOW, NOW, 9).await?;
            assert_eq!(claimed[0].notice, Ok(notice));
            letters::again(link, LetterId(id(1)), NOW, "451 \0").await?;
            letters::settle(link, &[(LetterId(id(1)), "refused", Some("550 \0".to_owned()))]).await?;
            let denied = State::Denied { stage: 0, by: person(1), at: NOW, words: "\0".into() };
            assert_eq!(requests::insert(link, &request(1, 1, 1, denied.clone()), None).await?, Saved::Yes);
            assert_eq!(requests::get(link, wish(1)).await?.unwrap().state, denied);
            packages::insert_policy(link, crate::given::offer(1), 9, &policy(9, Scope::Nobody)).await
        })
        .await
        .unwrap();
    }

    async fn a_page_of_any_size_is_answered(test: TestDb) {
        given_users(&test.db, 3).await;
        assign(&test.db, &[membership(1, 1, 1)]).await;
        let link = &mut test.db.read().await.unwrap();
        assert!(users::list(link, &Words::of(""), Filter::All, None, 0).await.unwrap().is_empty());
        assert_eq!(users::list(link, &Words::of(""), Filter::All, None, usize::MAX).await.unwrap().len(), 3);
        assert_eq!(assignments::members(link, team(1), NOW, usize::MAX).await.unwrap(), [person(1)]);
    }
}

/// PostgreSQL cannot hold NUL in text, so no form may let it through.
#[test]
fn forms_refuse_nul_in_every_text_that_has_a_column_of_its_own() {
    let fields = |change: &dyn Fn(&mut UserFields)| {
        let mut fields = UserFields {
            user_name: "alex".into(),
            display_name: "Alex".into(),
            mail: "alex@harbour.example".into(),
            kind: model::directory::UserKind::Member,
            manager: None,
            sponsors: Vec::new(),
            profile: Profile::default(),
        };
        change(&mut fields);
        rules::user::check(&fields)
    };
    assert!(fields(&|_| ()).is_ok());
    assert!(fields(&|fields| fields.user_name = "a\0b".into()).is_err());
    assert!(fields(&|fields| fields.display_name = "a\0b".into()).is_err());
    assert!(fields(&|fields| fields.mail = "a\0b@harbour.example".into()).is_err());
    let group = |name: &str, description: &str, rule: &str| {
        let membership = Membership::Dynamic { rule: rule.into() };
        rules::group::check_new(&GroupFields {
            name: name.into(),
            description: description.into(),
            membership,
            role_assignable: false,
        })
    };
    assert!(group("Pilots", "d", "user.city -eq \"Oslo\"").is_ok());
    assert!(group("Pi\0lots", "d", "user.city -eq \"Oslo\"").is_err());
    assert!(group("Pilots", "d\0", "user.city -eq \"Oslo\"").is_err());
    assert!(group("Pilots", "d", "user.city -eq \"Os\0lo\"").is_err());
    assert!(rules::form::justification("words", "Words", "so\0", true).is_err());
}
