//! What was found at targets and nobody was given here.

use crate::given::{HOUR, NOW, attempt, id, person, team, users as given_users};
use crate::targets::{application, finding, held, role, target};
use model::access::{Assignment, EndReason, ResourceRole};
use model::directory::Principal;
use model::target::{Drift, Target};
use model::{ApplicationId, AssignmentId};
use store::findings::{self, Finding};
use store::{assignments, targets};
use testkit::both;

both! {
    async fn what_was_found_is_kept_with_who_it_is_and_what_is_to_become_of_it(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            let of = target(1).id;
            application(link, 1).await?;
            targets::insert(link, &Target { drift: Drift::Adopt, adopted_days: 7, ..target(1) }, b"sealed").await?;
            let found = targets::get(link, of).await?.unwrap().target;
            assert_eq!((found.drift, found.adopted_days), (Drift::Adopt, 7));
            let known = Finding { user_id: Some(person(1)), adoptable: true, why: String::new(), ..finding(1) };
            findings::set(link, of, std::slice::from_ref(&known)).await?;
            assert_eq!(findings::get(link, of, role(1), "u7").await?, Some(known.clone()));
            assert_eq!(findings::get(link, of, role(1), "u8").await?, None);
            assert!(findings::set_unwanted(link, of, role(1), "u7", "Nobody knows them.").await?);
            assert!(!findings::set_unwanted(link, of, role(1), "u8", "Nobody knows them.").await?, "it is not listed");
            let other = Finding { remote_id: "u9".to_owned(), ours: true, ..known.clone() };
            findings::set(link, of, &[known.clone(), other]).await?;
            assert!(findings::get(link, of, role(1), "u9").await?.unwrap().ours);
            findings::set(link, of, std::slice::from_ref(&known)).await?;
            assert_eq!(findings::of(link, of).await?.len(), 1, "what is found no longer goes");
            assert_eq!(findings::of(link, of).await?[0].unwanted.as_deref(), Some("Nobody knows them."));
            let held = held(1, person(1));
            assignments::insert(link, &held, NOW).await?;
            findings::adopted(link, of, held.id, "u7", Some(person(2)), NOW).await?;
            findings::forget(link, of, role(1), "u7").await?;
            assert!(findings::of(link, of).await?.is_empty());
            let adopted = findings::adoptions(link, of, 9).await?;
            assert_eq!((adopted.len(), adopted[0].user_id, adopted[0].adopted_by), (1, person(1), Some(person(2))));
            assert_eq!((adopted[0].ends_at, adopted[0].ended_at), (Some(NOW + HOUR), None));
            let (application, both) = (target(1).application, [person(1), person(2)]);
            assert!(findings::ended(link, application, &both).await?.is_empty());
            assignments::end(link, held.id, EndReason::Expired, NOW + HOUR).await?;
            let ended = findings::ended(link, application, &both).await?;
            assert_eq!(ended.into_iter().collect::<Vec<_>>(), [((person(1), role(1)), NOW + HOUR)]);
            // The same through a group, from which somebody went.
            let through = Assignment { id: AssignmentId(id(751_000)), principal: Principal::Group(team(1)), ..held.clone() };
            let member = Assignment {
                id: AssignmentId(id(751_001)),
                principal: Principal::User(person(2)),
                role: ResourceRole::GroupMember(team(1)),
                ..held.clone()
            };
            assignments::insert_all(link, &[through, member.clone()], NOW).await?;
            assert_eq!(findings::ended(link, application, &both).await?.len(), 1, "it goes on");
            assignments::end(link, member.id, EndReason::Removed, NOW).await?;
            assert_eq!(findings::ended(link, application, &both).await?[&(person(2), role(1))], NOW);
            assert!(findings::ended(link, ApplicationId(id(1)), &both).await?.is_empty(), "another application");
            Ok(())
        })
        .await
        .unwrap();
    }
}
