//! Asking back: one question to the requestor, or a shorter time, while the window stands still.

use crate::given::{asks_for_admin, one_stage};
use model::ask_back::{Reply, ShorterTime};
use model::command::{Command, Delegate};
use model::delegation::Delegated;
use model::package::Lasts;
use model::query;
use model::view::approval::{Offered, Standing};
use model::view::request::Request;
use model::{Refusal, RequestId, Span, Ts};
use testkit::{Offer, Person, Staged, World, both, refused, stage};

const HOUR: Option<ShorterTime> = Some(ShorterTime::For { minutes: 60 });

/// What is said in the timeline, without times.
fn titles(request: &Request) -> Vec<&str> {
    request.timeline.iter().map(|entry| entry.title.as_str()).collect()
}

/// Until when the open stage is decided, as the inbox says; nothing while its window stands still.
async fn decide_by(person: &Person, request: RequestId) -> Option<Ts> {
    let row = person.inbox().await.into_iter().find(|row| row.request == request).unwrap();
    let Standing::Waiting { decide_by, .. } = row.standing else { panic!("{:?}", row.standing) };
    decide_by.map(|window| window.until)
}

async fn badge(person: &Person, request: RequestId) -> Option<String> {
    let row = person.inbox().await.into_iter().find(|row| row.request == request).unwrap();
    let Standing::Waiting { asked_back, .. } = row.standing else { panic!("{:?}", row.standing) };
    asked_back.map(|badge| badge.word)
}

both! {
    async fn nobody_asks_back_who_may_not_decide_and_nobody_else_answers(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, emma, miriam, bianca, ingrid] = world.people(["alex", "emma", "miriam", "bianca", "ingrid"]).await;
        let request = asks_for_admin(&alex).await;
        assert_eq!(refused(alex.asks_back(request, "Why do I?", None).await), Refusal::OwnRequest);
        assert_eq!(refused(emma.asks_back(request, "Why?", None).await), Refusal::NotFound { what: "request" });
        assert_eq!(refused(bianca.asks_back(request, "Not yet asked.", None).await), Refusal::NotAnApprover);
        assert_eq!(refused(ingrid.asks_back(request, "Sees all.", None).await), Refusal::NotAnApprover);
        assert_eq!(refused(alex.answers(request, Reply::Words, "To what?").await), Refusal::NothingAsked);
        assert_eq!(refused(miriam.asks_back(request, "  ", None).await).code(), "required");
        let page = alex.sees_request(request).await.unwrap();
        assert!(page.asked_back.is_none() && !page.answer);

        miriam.asks_back(request, "Which mailbox?", None).await.unwrap();
        assert_eq!(refused(miriam.asks_back(request, "And why?", None).await).code(), "already_asked_back");
        for nosy in [&emma, &miriam, &bianca, &ingrid] {
            let hidden = refused(nosy.answers(request, Reply::Words, "Mine.").await);
            assert_eq!(hidden, Refusal::NotFound { what: "request" });
        }
        let seen = ingrid.asks(query::AnyRequest { request }).await.unwrap();
        assert!(seen.asked_back.is_some() && !seen.answer, "who sees all requests reads it and answers nothing");
        world.is_whole(&[&alex]).await;
    }

    async fn a_question_stops_the_window_and_the_answer_lets_it_go_on_with_what_was_left(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee] = world.people(["emma", "helga", "lee"]).await;
        one_stage(&world, "Asked", &[&helga, &lee]).await;
        let request = emma.requests("Asked").because("Please.").await.unwrap();
        let first = decide_by(&helga, request).await.unwrap();
        world.passes(Span::hours(10)).await;
        helga.asks_back(request, "Which mailbox?", None).await.unwrap();
        world.settle().await;

        assert_eq!(decide_by(&lee, request).await, None, "no countdown runs");
        assert_eq!(badge(&lee, request).await.as_deref(), Some("Waiting for an answer"));
        assert!(world.subjects_to("emma").await.contains(&"A question for you".to_owned()));
        let page = emma.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Pending approval");
        assert_eq!(page.summary, "Helga asked you a question.");
        let asked = page.asked_back.unwrap();
        assert!(page.answer && asked.words == "Which mailbox?" && asked.standing.ends_with("Then 1 day 14 hours are left."), "{asked:?}");
        let overview = emma.asks(query::Overview {}).await.unwrap();
        assert_eq!(overview.questions.iter().map(|row| row.request).collect::<Vec<_>>(), [request]);
        assert_eq!(overview.questions[0].note, "Helga asked you a question");
        assert!(helga.asks(query::Overview {}).await.unwrap().questions.is_empty());

        // Past the first end of the window, and nobody was reminded.
        world.passes(Span::hours(40)).await;
        assert!(world.now() > first && lee.sees_in_inbox(request).await);
        assert_eq!(world.subjects_to("lee").await, ["Decide"]);
        emma.answers(request, Reply::Words, "Support’s.").await.unwrap();
        assert_eq!(decide_by(&lee, request).await, Some(first + Span::hours(40)));
        assert_eq!(badge(&lee, request).await.as_deref(), Some("Answered"));
        assert_eq!(refused(emma.answers(request, Reply::Words, "Or sales’.").await).code(), "already_answered");
        world.settle().await;
        for who in ["helga", "lee"] {
            assert_eq!(world.subjects_to(who).await.last().unwrap(), "Answered", "{who}");
        }
        let seen = lee.sees_approval(request).await.unwrap().asked_back.unwrap();
        assert_eq!((seen.words.as_str(), seen.answer.unwrap().words.as_str()), ("Which mailbox?", "Support’s."));
        assert!(emma.asks(query::Overview {}).await.unwrap().questions.is_empty());

        // The reminder is 40 hours later than it would have been, and so is the end.
        world.passes(Span(Span::hours(14).0 - 1)).await;
        assert!(!world.subjects_to("lee").await.contains(&"Reminder".to_owned()));
        world.passes(Span(1)).await;
        assert!(world.subjects_to("lee").await.contains(&"Reminder".to_owned()));
        lee.approves(request, "Fine.").await.unwrap();
        world.settle().await;
        let page = emma.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Delivered");
        let said = titles(&page);
        assert!(said.contains(&"Helga asked a question") && said.contains(&"Emma answered"), "{said:?}");
        world.is_whole(&[&emma]).await;
    }

    async fn a_question_that_nobody_answers_lets_the_window_go_on_and_then_run_out(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee] = world.people(["emma", "helga", "lee"]).await;
        let group = world.makes_group("Silent").await;
        world.offers(Offer::new("Silent", group, [stage([(&helga).into()]).escalating(12 * 60, [(&lee).into()])])).await;
        let request = emma.requests("Silent").because("Please.").await.unwrap();
        world.passes(Span::hours(8)).await;
        helga.asks_back(request, "Which one?", None).await.unwrap();
        let resumes = world.now() + Span::days(2);
        world.passes(Span(Span::days(2).0 - 1)).await;
        assert!(!lee.sees_in_inbox(request).await, "the escalation waits, too");
        world.passes(Span(1)).await;
        let story = world.story_of(request).await;
        assert_eq!(story.last(), Some(&"stage_resumed"), "{story:?}");
        assert_eq!(decide_by(&helga, request).await, Some(resumes + Span::hours(40)));
        assert_eq!(badge(&helga, request).await.as_deref(), Some("Not answered"));
        world.passes(Span::hours(4)).await;
        assert!(lee.sees_in_inbox(request).await, "12 hours of window after it opened");
        assert!(emma.sees_request(request).await.unwrap().answer, "a late answer is still read");
        world.passes(Span(Span::hours(36).0 - 1)).await;
        assert_eq!(emma.sees_request(request).await.unwrap().badge.word, "Pending approval");
        world.passes(Span(1)).await;
        let page = emma.sees_request(request).await.unwrap();
        assert_eq!((page.badge.word.as_str(), page.answer), ("Expired", false));
        assert_eq!(refused(emma.answers(request, Reply::Words, "Late.").await).code(), "already_settled");
        world.is_whole(&[&emma]).await;
    }

    async fn an_accepted_shorter_time_is_what_is_approved_and_delivered(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lee] = world.people(["emma", "helga", "lee"]).await;
        let group = world.makes_group("Shorter").await;
        world.offers(Offer::new("Shorter", group, [stage([(&helga).into()]), stage([(&lee).into()])])).await;
        let request = emma.requests("Shorter").because("Please.").await.unwrap();
        helga.approves(request, "Four hours are fine.").await.unwrap();
        let longer = Some(ShorterTime::For { minutes: 240 });
        assert_eq!(refused(lee.asks_back(request, "More?", longer).await).code(), "not_shorter");
        lee.asks_back(request, "One hour is enough.", HOUR).await.unwrap();
        world.settle().await;
        assert!(world.subjects_to("emma").await.contains(&"A shorter time is proposed".to_owned()));
        let page = emma.sees_request(request).await.unwrap();
        let proposed = page.asked_back.unwrap().proposed.unwrap();
        assert_eq!((proposed.asked.as_str(), proposed.shorter.as_str()), ("4 hours from delivery", "1 hour"));
        assert_eq!(refused(emma.answers(request, Reply::Words, "Hm.").await).code(), "malformed");
        emma.answers(request, Reply::Accept, "").await.unwrap();
        let page = lee.sees_approval(request).await.unwrap();
        assert!(page.summary.contains("1 hour from delivery"), "{}", page.summary);
        assert_eq!(page.earlier.len(), 1, "what was approved for longer stays approved");
        lee.approves(request, "Thank you.").await.unwrap();
        world.settle().await;
        let page = emma.sees_request(request).await.unwrap();
        assert_eq!(page.badge.word, "Delivered");
        let accepted = page.timeline.iter().find(|entry| entry.title == "Emma accepted the shorter time").unwrap();
        assert_eq!(accepted.more, ["Before: 4 hours from delivery. Now: 1 hour from delivery."]);
        world.passes(Span(Span::hours(1).0 - 1)).await;
        assert!(emma.holds("Shorter").await);
        world.passes(Span(1)).await;
        assert!(!emma.holds("Shorter").await);
        world.is_whole(&[&emma]).await;
    }

    async fn without_the_requestors_yes_it_stays_as_it_was_asked(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, clara, helga] = world.people(["emma", "clara", "helga"]).await;
        one_stage(&world, "Kept", &[&helga]).await;
        let kept = emma.requests("Kept").because("Please.").await.unwrap();
        helga.asks_back(kept, "One hour?", HOUR).await.unwrap();
        emma.answers(kept, Reply::Keep, "It takes three.").await.unwrap();
        helga.approves(kept, "Then four.").await.unwrap();
        let unanswered = clara.requests("Kept").because("Please.").await.unwrap();
        helga.asks_back(unanswered, "One hour?", HOUR).await.unwrap();
        helga.approves(unanswered, "No time to wait.").await.unwrap();
        assert_eq!(refused(clara.answers(unanswered, Reply::Accept, "").await).code(), "already_decided");
        world.settle().await;
        world.passes(Span::hours(3)).await;
        assert!(emma.holds("Kept group").await && clara.holds("Kept group").await, "for four hours, as asked");
        let page = clara.sees_request(unanswered).await.unwrap();
        assert!(!page.answer);
        assert_eq!(page.asked_back.unwrap().standing, "Stage 1 was approved without waiting for an answer.");
        world.is_whole(&[&emma, &clara]).await;
    }

    async fn an_extension_is_proposed_shorter_and_never_to_end_before_what_is_held(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        let group = world.makes_group("Longer").await;
        let offer = Offer::new("Longer", group, [stage([(&helga).into()])]).lasting(Lasts::For { minutes: 10 * 24 * 60 });
        world.offers(offer.with(|settings| (settings.extension_allowed, settings.extension_needs_approval) = (true, true))).await;
        let first = emma.requests("Longer").because("First.").await.unwrap();
        helga.approves(first, "Yes.").await.unwrap();
        world.settle().await;
        let end = world.now() + Span::days(10);
        let extension = emma.requests("Longer").because("More.").await.unwrap();
        let until = Some(ShorterTime::Until { at: end + Span::days(1) });
        assert_eq!(refused(helga.asks_back(extension, "Until then?", until).await).code(), "malformed");
        helga.asks_back(extension, "Three days?", Some(ShorterTime::For { minutes: 3 * 24 * 60 })).await.unwrap();
        emma.answers(extension, Reply::Accept, "Fine.").await.unwrap();
        helga.approves(extension, "Fine.").await.unwrap();
        world.settle().await;
        world.passes(Span(Span::days(13).0 - 1)).await;
        assert!(emma.holds("Longer").await);
        world.passes(Span(1)).await;
        assert!(!emma.holds("Longer").await);
        world.history_is_sound().await;
    }

    async fn a_delegate_asks_back_in_somebodys_place_and_both_are_named(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga, lena] = world.people(["emma", "helga", "lena"]).await;
        one_stage(&world, "Stood in", &[&helga]).await;
        let (starts_at, ends_at) = (world.now(), world.now() + Span::days(2));
        let delegate = Delegate { to: lena.id, starts_at, ends_at, delegated: Delegated::All };
        helga.submits(Command::Delegate(delegate)).await.unwrap();
        let request = emma.requests("Stood in").because("Please.").await.unwrap();
        lena.asks_back(request, "Which one?", None).await.unwrap();
        let page = emma.sees_request(request).await.unwrap();
        assert!(titles(&page).contains(&"Lena for Helga asked a question"), "{:?}", titles(&page));
        assert_eq!(page.asked_back.unwrap().by.under, "asked for Helga");
        let Offered::Yes { ask_back: None, .. } = helga.sees_approval(request).await.unwrap().decision else { panic!("once") };
        emma.answers(request, Reply::Words, "The red one.").await.unwrap();
        world.settle().await;
        for who in ["lena", "helga"] {
            assert!(world.subjects_to(who).await.contains(&"Answered".to_owned()), "{who}");
        }
        helga.approves(request, "Myself.").await.unwrap();
        world.is_whole(&[&emma]).await;
    }

    async fn answering_and_deciding_at_once_is_one_outcome_after_the_other(test: TestDb) {
        let world = World::demo(test).await;
        let [emma, helga] = world.people(["emma", "helga"]).await;
        one_stage(&world, "Raced", &[&helga]).await;
        for round in 0..5 {
            let request = emma.requests("Raced").because(&format!("Round {round}.")).await.unwrap();
            helga.asks_back(request, "One hour?", HOUR).await.unwrap();
            let accept = {
                let emma = emma.clone();
                tokio::spawn(async move { emma.answers(request, Reply::Accept, "").await })
            };
            let approve = {
                let helga = helga.clone();
                tokio::spawn(async move { helga.approves(request, "Yes.").await })
            };
            let (accepted, approved) = (accept.await.unwrap().is_ok(), approve.await.unwrap());
            approved.unwrap();
            world.settle().await;
            assert!(emma.holds("Raced group").await);
            world.passes(Span::minutes(61)).await;
            assert_eq!(emma.holds("Raced group").await, !accepted, "what was accepted before the approval, and nothing else");
            world.passes(Span::hours(5)).await;
        }
        world.is_whole(&[&emma]).await;
    }
}
