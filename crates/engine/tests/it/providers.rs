//! Identity providers: who sets them, who comes in from them, and what is kept of their secrets.

use engine::By;
use model::command::{Command, Done, Secret};
use model::provider::{Joining, NewSecret, Newcomer, SaveProvider};
use model::{ProviderId, Refusal, Span, UserId, query};
use store::{providers, users};
use testkit::{Person, World, both, refused};

const SECRET: &str = "a-secret-of-the-client";

pub fn asked(name: &str, joining: Joining) -> SaveProvider {
    SaveProvider {
        provider: None,
        version: 0,
        name: name.to_owned(),
        issuer: format!("https://{}.example", name.to_lowercase()),
        client_id: "vestibule".to_owned(),
        secret: NewSecret::Set(Secret(SECRET.to_owned())),
        scopes: String::new(),
        joining,
        multifactor: "mfa".to_owned(),
        passkey: String::new(),
    }
}

async fn made(world: &World, name: &str, joining: Joining) -> ProviderId {
    match world.console(Command::SaveProvider(asked(name, joining))).await {
        Done::ProviderSaved { provider, .. } => provider,
        done => panic!("{done:?}"),
    }
}

fn newcomer(subject: &str, email: &str) -> Newcomer {
    Newcomer { subject: subject.to_owned(), verified_email: Some(email.to_owned()), ..Newcomer::default() }
}

async fn joins(world: &World, provider: ProviderId, newcomer: Newcomer) -> Result<UserId, Refusal> {
    match world.engine().submit(&By::System, Command::JoinFromProvider { provider, newcomer }).await {
        Ok(Done::JoinedFromProvider { user }) => Ok(user),
        Ok(done) => panic!("{done:?}"),
        Err(problem) => Err(refused(Err::<(), _>(problem))),
    }
}

async fn codes(world: &World, person: UserId) -> Vec<&'static str> {
    world.history_about(person.0).await.iter().map(|event| event.action.code()).collect()
}

/// Somebody of the company whose user name is an address.
async fn with_address(world: &World) -> Person {
    let emma = world.person("emma").await;
    let (version, mut fields) = world.form_of(emma.id).await;
    fields.user_name = "emma@harbour.example".to_owned();
    world.console(Command::EditUser { user: emma.id, version, fields }).await;
    world.person("emma@harbour.example").await
}

both! {
    async fn only_global_administrators_say_who_vouches_for_people(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, tomas, morgan] = world.people(["alex", "tomas", "morgan"]).await;
        let save = || Command::SaveProvider(asked("Harbour", Joining::Created));
        for nobody in [&alex, &tomas] {
            assert_eq!(refused(nobody.submits(save()).await).code(), "not_found");
            assert_eq!(refused(nobody.asks(query::Providers {}).await).code(), "not_found");
        }
        let Done::ProviderSaved { provider, .. } = morgan.submits(save()).await.unwrap() else { panic!("it was saved") };
        for command in [
            Command::SetProviderEnabled { provider, enabled: false },
            Command::DeleteProvider { provider, seen: 9 },
            Command::JoinFromProvider { provider, newcomer: newcomer("7", "mallory@harbour.example") },
        ] {
            assert_eq!(refused(tomas.submits(command).await).code(), "not_found");
        }
        let join = Command::JoinFromProvider { provider, newcomer: newcomer("7", "mallory@harbour.example") };
        assert_eq!(refused(morgan.submits(join).await).code(), "not_found", "only the server itself lets people in");
        assert_eq!(refused(tomas.asks(query::ProviderTest { provider }).await).code(), "not_found");
        let row = morgan.asks(query::Provider { provider }).await.unwrap().row;
        assert!(row.has_secret && row.people == 0 && row.provider.enabled);
    }

    async fn of_two_windows_at_once_one_makes_the_person_and_both_get_the_same(test: TestDb) {
        let world = World::demo(test).await;
        let provider = made(&world, "Harbour", Joining::Created).await;
        let come = || joins(&world, provider, newcomer("7", "nora@harbour.example"));
        let (one, other) = tokio::join!(come(), come());
        let user = one.unwrap();
        assert_eq!(other, Ok(user));
        assert_eq!(joins(&world, provider, newcomer("7", "renamed@harbour.example")).await, Ok(user), "by the subject alone");
        assert_eq!(codes(&world, user).await, ["provider_linked", "user_created"]);
        let nora = world.person("nora@harbour.example").await;
        assert!(nora.who().await.unwrap().roles.is_empty());
        let thief = joins(&world, provider, newcomer("8", "nora@harbour.example")).await;
        assert_eq!(thief.unwrap_err().code(), "user_name_of_another");
    }

    async fn an_address_opens_an_account_once_and_its_owner_is_told(test: TestDb) {
        let world = World::demo(test).await;
        let emma = with_address(&world).await;
        let bound = made(&world, "Bound", Joining::Bound).await;
        assert_eq!(joins(&world, bound, newcomer("7", "emma@harbour.example")).await.unwrap_err().code(), "not_known_here");
        let provider = made(&world, "Harbour", Joining::Matched).await;
        assert_eq!(joins(&world, provider, newcomer("7", "nobody@harbour.example")).await.unwrap_err().code(), "not_known_here");
        assert_eq!(joins(&world, provider, newcomer("7", "Emma@Harbour.example ")).await, Ok(emma.id));
        assert_eq!(joins(&world, provider, newcomer("8", "emma@harbour.example")).await.unwrap_err().code(), "linked_otherwise");
        world.settle().await;
        let letters = world.letters().await;
        assert_eq!(letters.iter().filter(|letter| letter.subject.contains("You sign in with Harbour")).count(), 1);
        world.console(Command::SetProviderEnabled { provider, enabled: false }).await;
        assert_eq!(joins(&world, provider, newcomer("7", "emma@harbour.example")).await.unwrap_err().code(), "provider_disabled");
    }

    async fn a_link_is_removed_by_whose_it_is_after_a_proof_or_by_who_may_reset_methods(test: TestDb) {
        let world = World::demo(test).await;
        let emma = with_address(&world).await;
        let [alex, tomas, brandon] = world.people(["alex", "tomas", "brandon"]).await;
        let provider = made(&world, "Harbour", Joining::Matched).await;
        let link = || joins(&world, provider, newcomer("7", "emma@harbour.example"));
        let unlink = || Command::UnlinkProvider { provider, user: emma.id };
        link().await.unwrap();
        assert_eq!(refused(alex.submits(unlink()).await).code(), "not_found");
        assert_eq!(refused(tomas.submits(Command::UnlinkProvider { provider, user: brandon.id }).await).code(), "not_allowed");
        emma.who().await.unwrap();
        world.time_goes_by(Span::minutes(16));
        assert_eq!(refused(emma.submits(unlink()).await).code(), "sign_in_again");
        emma.signs_in().await.unwrap();
        assert_eq!(emma.asks(query::Security {}).await.unwrap().linked.len(), 1);
        assert!(matches!(emma.submits(unlink()).await, Ok(Done::ProviderUnlinked { mine: true, .. })));
        assert_eq!(refused(emma.submits(unlink()).await).code(), "not_found");
        link().await.unwrap();
        assert_eq!(tomas.asks(query::User { user: emma.id }).await.unwrap().linked.len(), 1);
        assert!(matches!(tomas.submits(unlink()).await, Ok(Done::ProviderUnlinked { mine: false, .. })));
        let told = codes(&world, emma.id).await;
        assert_eq!(told.iter().filter(|code| **code == "provider_unlinked").count(), 2, "{told:?}");
        assert!(link().await.is_ok(), "an account that was made anew can be linked");
        let delete = |seen| Command::DeleteProvider { provider, seen };
        assert_eq!(refused(world.tries_on_console(delete(0)).await).code(), "provider_has_people");
        world.console(delete(1)).await;
        assert!(emma.asks(query::Security {}).await.unwrap().linked.is_empty());
    }

    async fn a_secret_is_stored_sealed_and_stands_in_no_event(test: TestDb) {
        let world = World::demo(test).await;
        let provider = made(&world, "Harbour", Joining::Created).await;
        let events = world.history_about(provider.0).await;
        assert_eq!(events.len(), 1);
        assert!(!format!("{events:?}").contains(SECRET), "{events:?}");
        let mut link = world.db().read().await.unwrap();
        let sealed = providers::get(&mut link, provider).await.unwrap().unwrap().secret.unwrap();
        assert!(!sealed.windows(8).any(|bytes| SECRET.as_bytes().windows(8).any(|part| part == bytes)));
        assert!(users::by_name(&mut link, "morgan").await.unwrap().is_some());
        drop(link);
        assert_eq!(world.engine().seal_anew().await.unwrap(), 0, "it is sealed with the first key already");
    }
}
