//! What others do at a target meanwhile: they delete and rename accounts, change groups at the same moment, and keep things of
//! their own there. What is ours comes back, and what is theirs stays.

use crate::targets::Stage;
use model::Span;
use model::command::{Command, Secret};
use model::target::Drift;
use serde_json::json;
use testkit::both;
use testkit::target::{Manner, TOKEN};

impl Stage {
    /// The account of this name there.
    fn account(&self, user_name: &str) -> serde_json::Value {
        let inside = self.peer.inside();
        inside.users.values().find(|user| user["userName"] == user_name).unwrap().clone()
    }

    /// Somebody there changes an account.
    fn meddles(&self, user_name: &str, field: &str, value: serde_json::Value) {
        self.peer.inside().changes(user_name, field, value);
    }

    /// It could once; that it no longer can is learned when it says so.
    async fn gets_without_patch(&self, user_name: &str) {
        self.peer.inside().patch = false;
        self.gets(user_name).await;
        self.world.passes(Span::seconds(5)).await;
    }
}

both! {
    async fn one_refused_person_keeps_no_stranger_in_and_their_own_account_is_not_taken_for_one(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.gets("first").await;
        stage.peer.behaves(Manner::Refuses("bad.name"));
        stage.gets("bad.name").await;
        // Of this one the account is there, and carries an id that is not ours.
        let doubted = stage.puts_in("zoe.new", Some("somebody-else"));
        stage.gets("zoe.new").await;
        let stranger = stage.puts_in("stranger", None);
        stage.reconciles().await;
        assert_eq!(stage.there(), ["first", "stranger", "zoe.new"]);
        for account in [&stranger, &doubted] {
            stage.morgan.submits(stage.removes(account, "Nobody knows them.")).await.unwrap();
        }
        stage.world.settle().await;
        assert_eq!(stage.there(), ["first", "zoe.new"]);
        let left = stage.found().await;
        assert!(left.len() == 1 && left[0].remote_id == doubted, "{left:?}");
        stage.puts_in("another", None);
        stage.sets(|asked| asked.drift = Drift::Remove).await;
        stage.world.settle().await;
        assert_eq!(stage.there(), ["first", "zoe.new"], "neither does it keep in whoever nobody asked about");
    }

    async fn a_target_without_patch_keeps_what_others_keep_there(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.peer.inside().account("alex.new", None);
        stage.meddles("alex.new", "title", json!("Purser"));
        stage.meddles("alex.new", "name", json!({ "givenName": "Alex", "formatted": "?" }));
        stage.meddles("alex.new", "emails", json!([
            { "value": "home@x.example", "type": "home", "primary": true },
            { "value": "old@x.example", "type": "work" },
        ]));
        stage.offers().await;
        stage.gets_without_patch("alex.new").await;
        assert_eq!(stage.stands("alex.new").await, Stage::works("Agent"));
        let account = stage.account("alex.new");
        assert_eq!(account["title"], "Purser", "{account}");
        assert_eq!(account["name"]["givenName"], "Alex");
        assert_ne!(account["name"]["formatted"], "?");
        assert!(!account.to_string().contains("old@x.example"), "{account}");
        let emails = account["emails"].as_array().unwrap();
        assert_eq!(emails.last(), Some(&json!({ "value": "home@x.example", "type": "home" })), "{account}");
        assert_eq!(account["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:User"]));
    }

    async fn who_comes_into_a_group_while_it_is_put_as_a_whole_stays_in_it(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.gets_without_patch("first").await;
        assert_eq!(stage.there(), ["first"]);
        let group = stage.peer.inside().groups.keys().next().unwrap().clone();
        let mut held = stage.peer.holds(&format!("PUT /Groups/{group}"));
        let joins = async {
            held.is_asked().await;
            stage.puts_in("stranger", None);
            held.is_answered();
        };
        let second = stage.world.hires("second").await;
        second.requests("Ledger").because("Month end.").await.unwrap();
        tokio::join!(stage.world.settle(), joins);
        assert_eq!(stage.there(), ["first", "second", "stranger"]);
        assert_eq!(stage.stands("second").await, Stage::works("Agent"));
    }

    async fn an_account_that_was_deleted_switched_off_or_renamed_there_is_put_right_within_the_hour(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        for name in ["deleted", "kept", "off", "renamed"] {
            stage.gets(name).await;
        }
        stage.meddles("off", "active", json!(false));
        stage.meddles("renamed", "userName", json!("somebody"));
        {
            let mut inside = stage.peer.inside();
            let id = inside.deletes("deleted");
            // The group still names the account that is gone.
            assert!(inside.groups.values().any(|(_, members)| members.contains(&id)));
        }
        stage.peer.inside().heard.clear();
        stage.world.passes(Span::hours(1)).await;
        assert_eq!(stage.peer.accounts(), ["deleted", "kept", "off", "renamed"]);
        for name in ["deleted", "kept", "off", "renamed"] {
            assert!(stage.there().contains(&name.to_owned()), "{name}: {:?}", stage.there());
            assert_eq!(stage.stands(name).await, Stage::works("Agent"), "{name}");
        }
        let kept = stage.account("kept")["id"].as_str().unwrap().to_owned();
        let heard = stage.peer.inside().heard.clone();
        assert!(!heard.iter().any(|asked| asked.ends_with(&format!("/Users/{kept}"))), "nobody asks about each alone: {heard:?}");
    }

    async fn a_role_that_is_given_to_whose_account_is_gone_makes_it_anew_without_waiting_for_the_hour(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let alex = stage.gets("alex.new").await;
        stage.sets(|asked| asked.leavers = model::target::Leavers::Keep).await;
        stage.gives_back(&alex).await;
        assert_eq!((stage.there(), stage.peer.accounts()), (vec![], vec!["alex.new".to_owned()]));
        stage.peer.inside().deletes("alex.new");
        alex.requests("Ledger").because("Month end.").await.unwrap();
        stage.world.settle().await;
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!((stage.there(), stage.stands("alex.new").await), (vec!["alex.new".to_owned()], Stage::works("Agent")));
    }

    async fn a_removal_is_not_believed_where_the_group_lists_nobody_but_is_found_by_its_member(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.inside().lists = false;
        let alex = stage.gets("alex.new").await;
        assert_eq!(stage.stands("alex.new").await, Stage::works("Agent"));
        stage.peer.behaves(Manner::Lies);
        stage.gives_back(&alex).await;
        assert_eq!(stage.there(), ["alex.new"]);
        let (word, why, _) = stage.stands("alex.new").await.unwrap();
        assert!(word == "Overdue" && why.contains("reading it back"), "{word} {why}");
        stage.peer.behaves(Manner::Honest);
        stage.world.passes(Span::minutes(1)).await;
        assert_eq!(stage.there(), Vec::<String>::new());
        assert_eq!(stage.page().await.row.pending, 0);
    }

    async fn a_group_that_lists_nobody_is_compared_by_looking_each_of_ours_up(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        stage.peer.inside().lists = false;
        for name in ["stays", "taken.out"] {
            stage.gets(name).await;
        }
        let out = stage.account("taken.out")["id"].as_str().unwrap().to_owned();
        for (_, members) in stage.peer.inside().groups.values_mut() {
            members.remove(&out);
        }
        stage.peer.inside().moved.clear();
        stage.peer.inside().heard.clear();
        stage.world.passes(Span::hours(1)).await;
        assert_eq!(stage.there(), ["stays", "taken.out"]);
        let moved: Vec<String> = stage.peer.inside().moved.iter().map(|(_, _, who, _)| who.clone()).collect();
        assert_eq!(moved, [out], "only who was out is put in again");
        let changes = || stage.peer.inside().heard.iter().filter(|asked| asked.starts_with("PATCH /Groups")).count();
        assert_eq!(changes(), 1);
        stage.world.passes(Span::hours(1)).await;
        assert_eq!(changes(), 1, "nothing is put right that is right");
        let said = stage.page().await.uncompared.unwrap();
        assert!(said.contains("“Agents” names no members") && said.contains("who else is in it is unknown"), "{said}");
        for name in ["stays", "taken.out"] {
            assert_eq!(stage.stands(name).await, Stage::works("Agent"), "{name}");
        }
    }

    async fn while_a_target_is_down_only_those_are_overdue_who_differ(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let leaver = stage.gets("leaver").await;
        stage.gets("stays").await;
        stage.peer.behaves(Manner::Fails(503));
        stage.world.passes(Span::hours(1)).await;
        stage.gives_back(&leaver).await;
        stage.world.hires("joiner").await.requests("Ledger").because("Month end.").await.unwrap();
        stage.world.passes(Span::hours(1)).await;
        stage.world.passes(Span::minutes(6)).await;
        assert_eq!(stage.stands("stays").await, Stage::works("Agent"), "nothing is to be done for them");
        for differs in ["leaver", "joiner"] {
            assert_eq!(stage.stands(differs).await.unwrap().0, "Overdue", "{differs}");
        }
    }

    async fn a_target_whose_token_cannot_be_opened_says_so_until_it_is_typed_again(test: TestDb) {
        let stage = Stage::new(test).await;
        stage.offers().await;
        let mut link = stage.world.db().begin().await.unwrap();
        store::targets::set_token(&mut link, stage.target, b"sealed with a key that is gone").await.unwrap();
        link.commit().await.unwrap();
        stage.gets("alex.new").await;
        let (why, again) = stage.page().await.trouble.unwrap();
        assert_eq!(why, "The token cannot be opened with this server's key. Type it again.");
        assert!(again > stage.world.now(), "it is not tried again and again");
        assert_eq!(stage.there(), Vec::<String>::new());
        let asked = model::target::SaveTarget { token: Some(Secret(TOKEN.into())), ..stage.asks_to_save().await };
        stage.morgan.submits(Command::SaveTarget(asked)).await.unwrap();
        stage.world.passes(Span::seconds(30)).await;
        assert_eq!(stage.there(), ["alex.new"]);
        assert!(stage.page().await.trouble.is_none());
    }
}
