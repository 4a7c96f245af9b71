//! Whoever is signed in proves more at an identity provider, or connects an account there.

use super::provider::{Stage, now, query, stage};
use super::support::{Answer, PASSWORD, Visitor};
use axum::http::StatusCode;
use engine::By;
use model::access::AssignmentType;
use model::command::Command;
use model::directory::{PortalRole, Principal};
use model::proof::Proofs;
use model::role_assignment::AssignRole;
use model::role_settings::{Privileged, Ticket};
use model::{Span, Ts, UserId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Stage {
    /// Goes to the provider to prove more; what was sent along.
    async fn goes_to_prove(&self, visitor: &mut Visitor, more: &str) -> BTreeMap<String, String> {
        let answer = visitor.get(&format!("/my-security/prove/with/{}?next=%2Fmy-roles{more}", self.provider)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        query(answer.goes_to())
    }

    async fn proves(&self, visitor: &mut Visitor, subject: &str, more: &str, change: impl FnOnce(&mut Value)) -> Answer {
        let sent = self.goes_to_prove(visitor, more).await;
        self.peer.vouches(subject, now(), &sent["nonce"]);
        self.peer.says().payload["amr"] = json!(["pwd", "mfa"]);
        change(&mut self.peer.says().payload);
        self.comes_back(visitor, &sent["state"]).await
    }

    async fn proofs(&self, visitor: &Visitor) -> Proofs {
        self.server.engine.session(&visitor.cookies["vestibule"]).await.unwrap().unwrap().proofs
    }

    /// Begins to connect an account; what is sent along to the provider.
    async fn connects(&self, visitor: &mut Visitor) -> BTreeMap<String, String> {
        let answer = visitor.post("/my-security/connect", &[("provider", &self.provider.to_string())]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let (_, link) = answer.text.split_once(&format!("href=\"{}/authorize", self.peer.issuer)).unwrap();
        let (link, _) = link.split_once('"').unwrap();
        query(&link.replace("&amp;", "&"))
    }

    async fn comes_back_connected(&self, visitor: &mut Visitor, subject: &str) -> String {
        let sent = self.connects(visitor).await;
        self.peer.vouches(subject, now(), &sent["nonce"]);
        let answer = self.comes_back(visitor, &sent["state"]).await;
        assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/my-security"), "{}", answer.text);
        visitor.get("/my-security").await.text
    }

    async fn id_of(&self, user_name: &str) -> UserId {
        let mut link = self.server.engine.db().read().await.unwrap();
        store::users::by_name(&mut link, user_name).await.unwrap().unwrap().0.id
    }

    async fn links_of(&self, user: UserId) -> usize {
        let mut link = self.server.engine.db().read().await.unwrap();
        store::providers::of_user(&mut link, user).await.unwrap().len()
    }
}

#[tokio::test]
async fn only_a_fresh_and_strong_word_about_the_same_person_adds_a_proof_to_the_session() {
    let stage = stage("created").await;
    let mut mallory = stage.server.visitor();
    assert_eq!(stage.signs_in(&mut mallory, "mallory", |_| {}).await.status, StatusCode::SEE_OTHER);
    let mut alex = stage.server.visitor();
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    let (session, before) = (alex.cookies["vestibule"].clone(), stage.proofs(&alex).await);
    let page = alex.get("/my-security/prove?next=%2Fmy-roles").await;
    let href = format!("/my-security/prove/with/{}?next=", stage.provider);
    assert!(page.text.contains("Verify with ") && page.text.contains(&href), "{}", page.text);
    let sent = stage.goes_to_prove(&mut alex, "").await;
    for (name, value) in
        [("acr_values", "mfa hwk"), ("max_age", "0"), ("prompt", "login"), ("login_hint", "alex@harbour.example")]
    {
        assert_eq!(sent[name], value);
    }
    assert_eq!(stage.goes_to_prove(&mut alex, "&by=passkey").await["acr_values"], "hwk");
    type Lie = (&'static str, Value, &'static str, &'static str);
    let lies: Vec<Lie> = vec![
        ("sub", json!("mallory"), "", "that is not an account of yours here"),
        ("sub", json!("nobody"), "", "that is not an account of yours here"),
        ("amr", json!(["pwd"]), "", "did not say that more than a password was asked for"),
        ("amr", Value::Null, "", "did not say that more than a password was asked for"),
        ("amr", json!(["pwd", "mfa"]), "&by=passkey", "did not say that a passkey was asked for"),
        ("auth_time", json!(now() - 61), "", "did not ask for the proof anew"),
        ("auth_time", Value::Null, "", "did not ask for the proof anew"),
        ("nonce", json!("of another"), "", "belongs to another sign-in"),
        ("aud", json!("another"), "", "made for another application"),
    ];
    for (claim, value, more, said) in lies {
        let answer = stage.proves(&mut alex, "alex", more, |payload| payload[claim] = value).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}: {}", answer.text);
        assert!(answer.text.contains(said), "“{said}” is missing in {}", answer.text);
        assert!(answer.text.contains("Verify with "), "and another try is offered: {}", answer.text);
        assert_eq!(alex.cookies["vestibule"], session);
        assert_eq!(stage.proofs(&alex).await, before, "{said}");
    }
    let sent = stage.goes_to_prove(&mut alex, "").await;
    let answer = alex.get(&format!("/signin/callback?error=access_denied&state={}", sent["state"])).await;
    assert!(answer.text.contains("or you stopped there"), "{}", answer.text);

    let answer = stage.proves(&mut alex, "alex", "", |_| {}).await;
    assert_eq!((answer.status, answer.goes_to()), (StatusCode::SEE_OTHER, "/my-roles"), "{}", answer.text);
    assert_eq!(alex.cookies["vestibule"], session, "the session goes on");
    assert_eq!(stage.proofs(&alex).await.vouched.multifactor_at, Some(Ts(now() * 1000)));
    assert_eq!(stage.proofs(&alex).await.vouched.passkey_at, None);
    let answer = stage.proves(&mut alex, "alex", "&by=passkey", |payload| payload["amr"] = json!(["hwk"])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(stage.proves(&mut alex, "alex", "", |_| {}).await.status, StatusCode::SEE_OTHER);
    let at = Some(Ts(now() * 1000));
    let vouched = stage.proofs(&alex).await.vouched;
    assert_eq!((vouched.multifactor_at, vouched.passkey_at), (at, at), "the weaker one took nothing from the stronger one");
    // What was begun in one session is not finished in another.
    let sent = stage.goes_to_prove(&mut alex, "").await;
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    stage.peer.vouches("alex", now(), &sent["nonce"]);
    stage.peer.says().payload["amr"] = json!(["mfa"]);
    let answer = stage.comes_back(&mut alex, &sent["state"]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(stage.proofs(&alex).await.vouched.multifactor_at, None);
    // Switched off, it takes back what it vouched for.
    assert_eq!(stage.proves(&mut alex, "alex", "", |_| {}).await.status, StatusCode::SEE_OTHER);
    let mut morgan = stage.server.morgan().await;
    morgan.post("/api/set_provider_enabled", &[("provider", &stage.provider.to_string()), ("enabled", "false")]).await;
    assert_eq!(alex.get("/my-access").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_takes_their_time_between_proving_there_and_coming_back_has_proved_it_all_the_same() {
    let stage = stage("created").await;
    let mut alex = stage.server.visitor();
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    for (proved, good) in [(-61, false), (30, true)] {
        let begun = stage.server.engine.clock().now().0 / 1000;
        let sent = stage.goes_to_prove(&mut alex, "").await;
        stage.server.engine.clock().advance(Span::minutes(5));
        stage.peer.vouches("alex", begun + 300, &sent["nonce"]);
        (stage.peer.says().payload["amr"], stage.peer.says().payload["auth_time"]) = (json!(["mfa"]), json!(begun + proved));
        let answer = stage.comes_back(&mut alex, &sent["state"]).await;
        let vouched = stage.proofs(&alex).await.vouched.multifactor_at;
        if good {
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
            assert_eq!(vouched, Some(Ts((begun + proved) * 1000)), "since then, and not since they came back");
        } else {
            assert!(answer.text.contains("did not ask for the proof anew"), "{}", answer.text);
            assert_eq!(vouched, None);
        }
    }
}

#[tokio::test]
async fn an_account_is_connected_by_whoever_signed_in_just_now_and_is_of_one_person() {
    let stage = stage("created").await;
    let (mut alex, mut morgan) = (stage.server.visitor(), stage.server.morgan().await);
    assert_eq!(stage.signs_in(&mut alex, "alex", |_| {}).await.status, StatusCode::SEE_OTHER);
    let id = stage.provider.to_string();
    // Somebody else's account.
    let page = stage.comes_back_connected(&mut morgan, "alex").await;
    assert!(page.contains("is linked to another person here"), "{page}");
    let morgans = stage.id_of("morgan").await;
    assert_eq!(stage.links_of(morgans).await, 0);
    // The state of somebody else.
    let sent = stage.connects(&mut morgan).await;
    stage.peer.vouches("morgan-there", now(), &sent["nonce"]);
    let answer = stage.comes_back(&mut alex, &sent["state"]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "begun in another browser");
    assert_eq!((stage.links_of(morgans).await, stage.links_of(stage.id_of("alex@harbour.example").await).await), (0, 1));
    let page = stage.comes_back_connected(&mut morgan, "morgan-there").await;
    assert!(page.contains("was connected"), "{page}");
    assert!(!page.contains("Connect "), "one is enough: {page}");
    assert_eq!(stage.links_of(morgans).await, 1);
    let again = morgan.post("/my-security/connect", &[("provider", &id)]).await;
    assert_eq!(again.goes_to(), "/my-security");
    let mut elsewhere = stage.server.visitor();
    assert_eq!(stage.signs_in(&mut elsewhere, "morgan-there", |_| {}).await.status, StatusCode::SEE_OTHER);
    assert_eq!(elsewhere.get("/admin/settings").await.status, StatusCode::OK, "they are Morgan");
    let unlink = [("provider", id.as_str()), ("user", &morgans.to_string())];
    assert_eq!(morgan.post("/api/unlink_provider", &unlink).await.goes_to(), "/my-security");
    assert_eq!(stage.links_of(morgans).await, 0, "the password is another way in");
    // Too long ago.
    stage.server.engine.clock().advance(Span::minutes(16));
    assert_eq!(morgan.post("/my-security/connect", &[("provider", &id)]).await.goes_to(), "/my-security");
    let page = morgan.get("/my-security").await.text;
    assert!(page.contains("Additional verification required"), "{page}");
}

#[tokio::test]
async fn nobody_takes_away_their_only_way_in_nor_that_of_the_last_administrator() {
    let stage = stage("created").await;
    let (mut root, mut morgan) = (stage.server.visitor(), stage.server.morgan().await);
    assert_eq!(stage.signs_in(&mut root, "root", |_| {}).await.status, StatusCode::SEE_OTHER);
    let (provider, roots) = (stage.provider.to_string(), stage.id_of("root@harbour.example").await);
    let unlink = [("provider", provider.as_str()), ("user", &roots.to_string())];
    let page = "http://127.0.0.1:8080/my-security";
    let answer = root.clone().says("referer", page).post("/api/unlink_provider", &unlink).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(root.get("/my-security").await.text.contains("This is the only way for you to sign in"));
    assert_eq!(stage.links_of(roots).await, 1);
    let gives = Command::AssignRole(AssignRole {
        role: Privileged::DirectoryRole(PortalRole::GlobalAdministrator.id()),
        holder: Principal::User(roots),
        assignment_type: AssignmentType::Active,
        starts_at: None,
        ends_at: None,
        justification: "Runs it.".to_owned(),
        ticket: Ticket::default(),
    });
    stage.server.engine.submit(&By::Console, gives).await.unwrap();
    // While Morgan has a password, the provider may go.
    let switch = |enabled: &'static str| [("provider", stage.provider.to_string()), ("enabled", enabled.to_owned())];
    let posts = async |visitor: &mut Visitor, fields: [(&str, String); 2]| {
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        visitor.clone().says("referer", "http://127.0.0.1:8080/admin/settings").post("/api/set_provider_enabled", &fields).await
    };
    posts(&mut morgan, switch("false")).await;
    assert!(stage.server.engine.sign_in_providers().await.unwrap().is_empty());
    posts(&mut morgan, switch("true")).await;
    assert_eq!(stage.signs_in(&mut root, "root", |_| {}).await.status, StatusCode::SEE_OTHER);
    let disable = Command::SetUserEnabled { user: stage.id_of("morgan").await, enabled: false };
    stage.server.engine.submit(&By::Console, disable).await.unwrap();
    assert_eq!(
        stage.server.visitor().post("/signin", &[("user_name", "morgan"), ("password", PASSWORD)]).await.status,
        StatusCode::UNAUTHORIZED
    );
    posts(&mut root, switch("false")).await;
    assert_eq!(stage.server.engine.sign_in_providers().await.unwrap().len(), 1, "it is the last way in");
    let said = root.get("/admin/settings").await.text;
    assert!(said.contains("With this nobody who holds Global Administrator for good could sign in"), "{said}");
    let delete = Command::DeleteProvider { provider: stage.provider, seen: 9 };
    assert!(stage.server.engine.submit(&By::Console, delete).await.is_err());
    assert_eq!(stage.links_of(roots).await, 1);
}
