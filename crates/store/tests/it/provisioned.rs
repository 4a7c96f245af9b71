//! Access tokens, and what identity providers say about people and groups.

use crate::given::{HOUR, NOW, attempt, groups as given_groups, id, membership, person, team, users as given_users};
use model::AccessTokenId;
use model::access::{Assignment, Source};
use model::access_token::{AccessToken, Scope};
use model::directory::Principal;
use model::provisioning::Provisioned;
use store::provisioned::Said;
use store::{Fault, Link, access_tokens, assignments, groups, provisioned};
use testkit::both;

fn token(n: u128) -> AccessToken {
    AccessToken {
        id: AccessTokenId(id(800_000 + n)),
        name: format!("Token {n}"),
        scope: Scope::ScimRead,
        created_by: person(1),
        created_at: NOW,
        expires_at: NOW + HOUR,
        last_used_at: None,
        revoked_at: None,
    }
}

fn said(external_id: Option<&str>) -> Said {
    Said { external_id: external_id.map(str::to_owned), said: "{}".to_owned(), removed_at: None }
}

/// Every function of the topic once; this person is there.
pub async fn provisioned(link: &mut Link) -> Result<(), Fault> {
    let one = AccessToken { created_by: person(100_001), ..token(100_001) };
    access_tokens::insert(link, &one, b"hash").await?;
    access_tokens::list(link, NOW, 9).await?;
    access_tokens::get(link, one.id).await?;
    access_tokens::by_hash(link, b"hash").await?;
    access_tokens::names(link, &[one.id]).await?;
    access_tokens::used(link, one.id, NOW).await?;
    access_tokens::revoke(link, one.id, NOW).await?;
    provisioned::set(link, Provisioned::User, person(100_001).0, &said(Some("x"))).await?;
    provisioned::get(link, person(100_001).0).await?;
    provisioned::several(link, &[person(100_001).0]).await?;
    provisioned::by_external_id(link, Provisioned::User, "x").await?;
    groups::called(link, "x").await?;
    for kind in [Provisioned::User, Provisioned::Group] {
        provisioned::count(link, kind).await?;
        provisioned::page(link, kind, 1, 2).await?;
    }
    provisioned::members(link, &[team(1).0], NOW).await?;
    provisioned::groups_of(link, person(1).0, NOW).await?;
    assignments::imported_members(link, team(1)).await?;
    assignments::imported_of(link, person(1)).await?;
    groups::several(link, &[team(1)]).await?;
    Ok(())
}

both! {
    async fn a_token_is_found_by_its_hash_and_revoked_once(test: TestDb) {
        given_users(&test.db, 2).await;
        attempt(&test.db, async |link| {
            access_tokens::insert(link, &token(1), b"one").await?;
            access_tokens::insert(link, &token(2), b"two").await?;
            assert_eq!(access_tokens::by_hash(link, b"one").await?, Some(token(1)));
            assert_eq!(access_tokens::by_hash(link, b"three").await?, None);
            access_tokens::used(link, token(1).id, NOW).await?;
            assert!(access_tokens::revoke(link, token(1).id, NOW).await?);
            assert!(!access_tokens::revoke(link, token(1).id, NOW + HOUR).await?, "once");
            let revoked = AccessToken { last_used_at: Some(NOW), revoked_at: Some(NOW), ..token(1) };
            assert_eq!(access_tokens::get(link, token(1).id).await?, Some(revoked.clone()));
            assert_eq!(access_tokens::list(link, NOW, 9).await?, [token(2), revoked], "good ones first");
            assert_eq!(access_tokens::names(link, &[token(2).id]).await?.into_values().collect::<Vec<_>>(), ["Token 2"]);
            Ok(())
        })
        .await
        .unwrap();
        assert!(attempt(&test.db, async |link| access_tokens::insert(link, &token(3), b"two").await).await.unwrap_err().is_duplicate());
    }

    async fn whoever_was_removed_is_in_no_list_and_is_kept(test: TestDb) {
        given_users(&test.db, 3).await;
        attempt(&test.db, async |link| {
            let before = provisioned::count(link, Provisioned::User).await?;
            provisioned::set(link, Provisioned::User, person(1).0, &said(Some("ext-1"))).await?;
            assert_eq!(provisioned::by_external_id(link, Provisioned::User, "ext-1").await?, [person(1).0]);
            assert!(provisioned::by_external_id(link, Provisioned::Group, "ext-1").await?.is_empty());
            assert!(provisioned::by_external_id(link, Provisioned::User, "EXT-1").await?.is_empty(), "to the letter");
            provisioned::set(link, Provisioned::User, person(1).0, &Said { removed_at: Some(NOW), ..said(None) }).await?;
            assert_eq!(provisioned::count(link, Provisioned::User).await?, before - 1);
            let listed = provisioned::page(link, Provisioned::User, 0, 99).await?;
            assert!(!listed.contains(&person(1).0) && listed.contains(&person(2).0));
            assert_eq!(provisioned::page(link, Provisioned::User, 1, 1).await?, listed[1..2]);
            assert_eq!(provisioned::get(link, person(1).0).await?.unwrap().removed_at, Some(NOW));
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn members_are_told_once_whatever_made_them_members(test: TestDb) {
        given_users(&test.db, 3).await;
        given_groups(&test.db, 2).await;
        attempt(&test.db, async |link| {
            let direct = membership(1, 1, 1);
            let imported = Assignment { id: membership(2, 1, 1).id, source: Source::Import, ..direct.clone() };
            let other = Assignment { source: Source::Import, ..membership(3, 2, 1) };
            for one in [&direct, &imported, &other] {
                assignments::insert(link, one, NOW).await?;
            }
            let members = provisioned::members(link, &[team(1).0, team(2).0], NOW + HOUR).await?;
            assert_eq!(members[&team(1).0], [Principal::User(person(1)), Principal::User(person(2))]);
            assert!(!members.contains_key(&team(2).0));
            assert_eq!(provisioned::groups_of(link, person(1).0, NOW + HOUR).await?, [team(1).0]);
            let mut from_there = assignments::imported_members(link, team(1)).await?;
            from_there.sort_by_key(|one| one.id);
            assert_eq!(from_there, [imported.clone(), other]);
            assert_eq!(assignments::imported_of(link, person(1)).await?, [imported]);
            Ok(())
        })
        .await
        .unwrap();
    }
}
