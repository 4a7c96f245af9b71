//! An identity provider takes away nobody without whom a role that administrates all others could be activated by nobody.

use super::scim::Provider;
use super::support::{Answer, Server, server_with_morgan};
use axum::http::{Method as Verb, StatusCode};
use engine::{By, Problem};
use model::access::AssignmentType;
use model::approval::Approver;
use model::command::{Command, Secret};
use model::directory::{PortalRole, Principal};
use model::proof::SignInMethod;
use model::role_assignment::AssignRole;
use model::role_settings::{Privileged, RoleSettings, Ticket};
use model::{GroupId, Refusal, UserId};
use serde_json::{Value, json};

fn role() -> Privileged {
    Privileged::DirectoryRole(PortalRole::PrivilegedRoleAdministrator.id())
}

/// Makes a resource; its id.
async fn makes(provider: &Provider, path: &str, body: Value) -> String {
    let answer = provider.asks(Verb::POST, path, &[], Some(&body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let said: Value = serde_json::from_str(&answer.text).unwrap();
    said["id"].as_str().unwrap().to_owned()
}

async fn patches(provider: &Provider, path: &str, operations: Value) -> Answer {
    provider.asks(Verb::PATCH, path, &[], Some(&json!({ "Operations": operations }))).await
}

/// It is refused with the whole sentence.
fn is_refused(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    let said: Value = serde_json::from_str(&answer.text).unwrap();
    let detail = said["detail"].as_str().unwrap();
    assert!(detail.contains("nobody who is eligible for Privileged Role Administrator could activate it"), "{detail}");
    assert!(detail.contains("Name other approvers, or require no approval."), "{detail}");
}

/// Lee is eligible, and the members of a group approve.
async fn asks_group(server: &Server, lee: &str, group: &str) {
    let asked = AssignRole {
        role: role(),
        holder: Principal::User(lee.parse::<UserId>().unwrap()),
        assignment_type: AssignmentType::Eligible,
        starts_at: None,
        ends_at: None,
        justification: "On call.".into(),
        ticket: Ticket::default(),
    };
    server.engine.submit(&By::Console, Command::AssignRole(asked)).await.unwrap();
    let (version, settings) = {
        let mut link = server.engine.db().read().await.unwrap();
        let stored = store::role_settings::get(&mut link, role()).await.unwrap();
        (stored.seen(), stored.settings)
    };
    let approvers = vec![Approver::Group { id: group.parse::<GroupId>().unwrap() }];
    let settings = RoleSettings { approval_required: true, stages: vec![RoleSettings::default_stage(approvers)], ..settings };
    let save = Command::EditRoleSettings { role: role(), version, settings: Box::new(settings), seen_breaking: 0 };
    server.engine.submit(&By::Console, save).await.unwrap();
}

/// Lee is eligible, and a group decides of which Helga is the only member. Their ids and the group's.
async fn lee_asks_helga(server: &Server, provider: &Provider) -> [String; 3] {
    let lee = makes(provider, "/Users", json!({ "userName": "lee" })).await;
    let helga = makes(provider, "/Users", json!({ "userName": "helga" })).await;
    let group = makes(provider, "/Groups", json!({ "displayName": "Duty", "members": [{ "value": helga }] })).await;
    asks_group(server, &lee, &group).await;
    [lee, helga, group]
}

#[tokio::test]
async fn the_last_who_approves_is_neither_disabled_nor_taken_out_by_a_token() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let [_, helga, group] = lee_asks_helga(&server, &provider).await;
    let (user, members) = (format!("/Users/{helga}"), format!("/Groups/{group}"));

    is_refused(&patches(&provider, &user, json!([{ "op": "replace", "path": "active", "value": false }])).await);
    is_refused(&provider.asks(Verb::DELETE, &user, &[], None).await);
    is_refused(&patches(&provider, &members, json!([{ "op": "remove", "path": "members" }])).await);
    is_refused(&provider.asks(Verb::PUT, &members, &[], Some(&json!({ "displayName": "Duty", "members": [] }))).await);
    is_refused(&provider.asks(Verb::DELETE, &members, &[], None).await);
    let there = async || {
        let mut link = server.engine.db().read().await.unwrap();
        let now = server.engine.clock().now();
        store::assignments::members(&mut link, group.parse().unwrap(), now, 9).await.unwrap()
    };
    assert_eq!(there().await, [helga.parse::<UserId>().unwrap()], "nothing is half done");

    // One message that puts somebody else in her place is another matter.
    let bea = makes(&provider, "/Users", json!({ "userName": "bea" })).await;
    let other = json!([{ "op": "replace", "path": "members", "value": [{ "value": bea }] }]);
    let answer = patches(&provider, &members, other).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(there().await, [bea.parse::<UserId>().unwrap()]);
    let disabled = patches(&provider, &user, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    assert_eq!(disabled.status, StatusCode::OK, "{}", disabled.text);
    // Lee cannot approve for themselves: whoever is the only one who could ask stays as well.
    is_refused(
        &patches(&provider, &format!("/Users/{bea}"), json!([{ "op": "replace", "path": "active", "value": false }])).await,
    );
}

#[tokio::test]
async fn the_last_who_approves_or_could_ask_keeps_a_way_to_sign_in() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let [lee, helga, group] = lee_asks_helga(&server, &provider).await;
    let [lee, helga] = [&lee, &helga].map(|id| id.parse::<UserId>().unwrap());
    let submits = async |command: Command| server.engine.submit(&By::Console, command).await;
    let password = || Secret("another quiet harbour at dawn".to_owned());
    let forgets =
        |user| Command::TakeMethodAway { user, method: SignInMethod::Password, passkey: None, words: "Left a note.".to_owned() };
    let is_kept = async |user| match submits(forgets(user)).await {
        Err(Problem::Refused(refusal)) => {
            assert_eq!(refusal, Refusal::NobodyCouldReach { role: "Privileged Role Administrator" });
            assert!(refusal.sentence().contains("nobody would have a way to sign in"), "{}", refusal.sentence());
        }
        other => panic!("{:?}", other.map(|_| ())),
    };
    for user in [lee, helga] {
        submits(Command::SetPassword { user, password: password() }).await.unwrap();
    }
    for user in [helga, lee] {
        is_kept(user).await;
        let mut link = server.engine.db().read().await.unwrap();
        assert_eq!(
            store::providers::who_can_sign_in(&mut link, &[user], store::providers::Whom::Enabled).await.unwrap(),
            [user],
            "nothing is half done"
        );
    }
    // Another one approves, too, and has a way to sign in of their own.
    let bea = makes(&provider, "/Users", json!({ "userName": "bea" })).await;
    let added = json!([{ "op": "add", "path": "members", "value": [{ "value": bea }] }]);
    assert_eq!(patches(&provider, &format!("/Groups/{group}"), added).await.status, StatusCode::OK);
    is_kept(helga).await;
    submits(Command::SetPassword { user: bea.parse().unwrap(), password: password() }).await.unwrap();
    submits(forgets(helga)).await.unwrap();
    is_kept(lee).await;
}
