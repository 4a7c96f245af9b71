//! Two identity providers side by side: the word of one is none of the other's, whatever a lying one or a page in between
//! exchanges.

use super::peer::Peer;
use super::provider::{fields, now, query, refused, stage};
use super::support::{Answer, Server, Visitor};
use axum::http::StatusCode;
use model::{ProviderId, Span, Ts, UserId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// One of the providers of a server.
struct Side {
    peer: Peer,
    id: ProviderId,
}

/// A server with two of them, and Alex, who has an account at both.
struct Both {
    server: Server,
    one: Side,
    two: Side,
}

async fn both() -> Both {
    let first = stage("created").await;
    let peer = Peer::start().await;
    let mut asked = fields(&peer, "matched");
    asked[0].1 = "Quay ID";
    let answer = first.server.morgan().await.post("/api/save_provider", &asked).await;
    assert!(answer.goes_to().starts_with("/admin/settings/sign-in/"), "{}", answer.text);
    let all = first.server.engine.sign_in_providers().await.unwrap();
    let id = all.iter().find(|(_, name)| name == "Quay ID").unwrap().0;
    let (one, two) = (Side { peer: first.peer, id: first.provider }, Side { peer, id });
    let both = Both { server: first.server, one, two };
    // The address brings both accounts together at the first sign-in with each.
    both.comes_in(&both.one, "s-1").await;
    both.comes_in(&both.two, "t-1").await;
    both
}

impl Both {
    async fn goes(&self, side: &Side, visitor: &mut Visitor) -> BTreeMap<String, String> {
        let answer = visitor.get(&format!("/signin/with/{}", side.id)).await;
        assert!(answer.goes_to().starts_with(&format!("{}/authorize", side.peer.issuer)), "{}", answer.text);
        query(answer.goes_to())
    }

    /// Alex comes in with a provider, in a sign-in of this name.
    async fn comes_in(&self, side: &Side, sid: &str) -> Visitor {
        let mut visitor = self.server.visitor();
        let sent = self.goes(side, &mut visitor).await;
        side.vouches(&sent["nonce"]);
        side.peer.says().payload["sid"] = json!(sid);
        let answer = back(&mut visitor, &sent["state"], "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        visitor
    }

    async fn alex(&self) -> UserId {
        let mut link = self.server.engine.db().read().await.unwrap();
        store::users::by_name(&mut link, "alex@harbour.example").await.unwrap().unwrap().0.id
    }

    async fn accounts(&self) -> usize {
        let user = self.alex().await;
        let mut link = self.server.engine.db().read().await.unwrap();
        store::providers::of_user(&mut link, user).await.unwrap().len()
    }

    /// A provider says that Alex signed out of this sign-in there; `signs` signs it and `of` is the one that is told about.
    async fn says_over(&self, signs: &Side, of: &Side, issuer: &str, sid: &str, id: &str) -> StatusCode {
        let payload = json!({
            "iss": issuer, "aud": "vestibule", "iat": now(), "exp": now() + 120, "jti": id, "sub": "alex", "sid": sid,
            "events": { EVENT: {} },
        });
        let token = signs.peer.signs(&payload);
        let path = format!("/signin/backchannel/{}", of.id);
        self.server.visitor().post(&path, &[("logout_token", &token)]).await.status
    }

    async fn vouched(&self, visitor: &Visitor) -> Option<Ts> {
        self.server.engine.session(&visitor.cookies["vestibule"]).await.unwrap().unwrap().proofs.vouched.multifactor_at
    }

    /// Alex proves more at a provider in the middle of a session.
    async fn proves(&self, side: &Side, visitor: &mut Visitor, amr: Value) -> Answer {
        let answer = visitor.get(&format!("/my-security/prove/with/{}?next=%2Fmy-roles", side.id)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let sent = query(answer.goes_to());
        side.vouches(&sent["nonce"]);
        side.peer.says().payload["amr"] = amr;
        back(visitor, &sent["state"], "").await
    }
}

impl Side {
    fn vouches(&self, nonce: &str) {
        self.peer.vouches("alex", now(), nonce);
    }

    fn codes(&self) -> usize {
        self.peer.says().heard.len()
    }
}

async fn back(visitor: &mut Visitor, state: &str, more: &str) -> Answer {
    visitor.get(&format!("/signin/callback?code=c-1&state={state}{more}")).await
}

async fn is_in(visitor: &Visitor) -> bool {
    visitor.clone().get("/my-access").await.status == StatusCode::OK
}

#[tokio::test]
async fn the_sign_in_page_offers_both_and_both_lead_to_the_same_person() {
    let both = both().await;
    let page = both.server.visitor().get("/signin").await.text;
    for (name, side) in [("Harbour ID", &both.one), ("Quay ID", &both.two)] {
        assert!(page.contains(name) && page.contains(&format!("/signin/with/{}", side.id)), "{page}");
    }
    assert_eq!(both.accounts().await, 2);
    for side in [&both.one, &both.two] {
        let mut alex = both.comes_in(side, "again").await;
        assert!(alex.get("/my-access").await.text.contains("alex@harbour.example"));
    }
}

#[tokio::test]
async fn a_token_of_one_counts_for_nothing_at_the_other() {
    let both = both().await;
    let (one, two) = (&both.one, &both.two);
    type Lie<'a> = (&'a str, Value, &'static str);
    let lies: [Lie<'_>; 3] = [
        ("iss", json!(two.peer.issuer), "issued by somebody else"),
        ("aud", json!("client-at-quay"), "made for another application"),
        ("nonce", Value::Null, "belongs to another sign-in"),
    ];
    for (claim, value, said) in lies {
        let mut visitor = both.server.visitor();
        let (sent, other) = (both.goes(one, &mut visitor).await, both.goes(two, &mut visitor).await);
        one.vouches(&sent["nonce"]);
        // The other sign-in of the same browser waits meanwhile, and its words are no more right here.
        one.peer.says().payload[claim] = if claim == "nonce" { json!(other["nonce"]) } else { value };
        let answer = back(&mut visitor, &sent["state"], "").await;
        refused(&answer, &visitor, said);
    }
    // What the other one signed, in all honesty, is not signed by this one.
    let mut visitor = both.server.visitor();
    let (sent, other) = (both.goes(one, &mut visitor).await, both.goes(two, &mut visitor).await);
    two.vouches(&other["nonce"]);
    let payload = two.peer.says().payload.clone();
    let theirs = two.peer.signs(&payload);
    one.peer.says().answers = Some((200, json!({ "access_token": "a", "token_type": "Bearer", "id_token": theirs })));
    let answer = back(&mut visitor, &sent["state"], "").await;
    refused(&answer, &visitor, "is not right");
    one.peer.says().answers = None;
    assert_eq!(back(&mut visitor, &other["state"], "").await.status, StatusCode::SEE_OTHER, "where it belongs, it counts");
}

#[tokio::test]
async fn a_code_of_one_is_not_given_to_the_other() {
    let both = both().await;
    let (one, two) = (&both.one, &both.two);
    let heard = (one.codes(), two.codes());
    let mut visitor = both.server.visitor();
    let (sent, other) = (both.goes(one, &mut visitor).await, both.goes(two, &mut visitor).await);
    for (state, from) in [(&sent["state"], two), (&other["state"], one)] {
        let from = serde_urlencoded::to_string([("iss", from.peer.issuer.as_str())]).unwrap();
        let answer = back(&mut visitor, state, &format!("&{from}")).await;
        refused(&answer, &visitor, "it comes from somebody else");
        let answer = back(&mut visitor, state, "").await;
        refused(&answer, &visitor, "was finished already");
    }
    assert_eq!((one.codes(), two.codes()), heard, "nobody was asked");
}

#[tokio::test]
async fn who_signs_out_at_one_stays_with_the_other_and_loses_only_its_word() {
    let both = both().await;
    let (one, two) = (&both.one, &both.two);
    let here = both.comes_in(one, "s-2").await;
    let mut there = both.comes_in(two, "s-2").await;
    let at = Some(Ts(now() * 1000));
    assert_eq!(both.proves(one, &mut there, json!(["mfa"])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(both.vouched(&there).await, at);
    // The other one may say what it likes about this one's sign-ins, signed by itself or in this one's name.
    assert_eq!(both.says_over(two, one, &one.peer.issuer, "s-2", "a").await, StatusCode::BAD_REQUEST);
    assert_eq!(both.says_over(two, one, &two.peer.issuer, "s-2", "b").await, StatusCode::BAD_REQUEST);
    assert!(is_in(&here).await && is_in(&there).await);

    assert_eq!(both.says_over(one, one, &one.peer.issuer, "s-2", "c").await, StatusCode::OK);
    assert!(!is_in(&here).await, "what was begun with it");
    assert!(is_in(&there).await, "a sign-in of the same name at another provider is another one");
    assert_eq!(both.vouched(&there).await, None, "what it had vouched for counts no longer");
}

#[tokio::test]
async fn a_sign_in_that_is_over_by_its_name_alone_takes_back_what_was_proved_with_it() {
    let both = both().await;
    let (one, two) = (&both.one, &both.two);
    let mut there = both.comes_in(two, "t-2").await;
    for (name, in_front) in [("s-8", true), ("s-9", false)] {
        let answer = there.get(&format!("/my-security/prove/with/{}?next=%2Fmy-roles", one.id)).await;
        let sent = query(answer.goes_to());
        one.vouches(&sent["nonce"]);
        {
            let mut says = one.peer.says();
            (says.payload["amr"], says.payload["sid"]) = (json!(["mfa"]), json!(name));
        }
        assert_eq!(back(&mut there, &sent["state"], "").await.status, StatusCode::SEE_OTHER);
        assert!(both.vouched(&there).await.is_some());
        for sid in ["of another", name] {
            if in_front {
                let said = serde_urlencoded::to_string([("iss", one.peer.issuer.as_str()), ("sid", sid)]).unwrap();
                let path = format!("/signin/frontchannel/{}?{said}", one.id);
                assert_eq!(both.server.visitor().get(&path).await.status, StatusCode::OK);
            } else {
                let payload = json!({
                    "iss": one.peer.issuer, "aud": "vestibule", "iat": now(), "exp": now() + 120, "jti": sid, "sid": sid,
                    "events": { EVENT: {} },
                });
                let (token, path) = (one.peer.signs(&payload), format!("/signin/backchannel/{}", one.id));
                let answer = both.server.visitor().post(&path, &[("logout_token", &token)]).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            }
            assert_eq!(both.vouched(&there).await.is_some(), sid != name, "{sid}");
        }
        assert!(is_in(&there).await, "the session was begun otherwise");
    }
}

#[tokio::test]
async fn a_weaker_word_of_one_takes_nothing_from_the_stronger_one_of_the_other() {
    let both = both().await;
    let mut alex = both.comes_in(&both.one, "s-3").await;
    let at = Some(Ts(now() * 1000));
    assert_eq!(both.proves(&both.one, &mut alex, json!(["mfa"])).await.status, StatusCode::SEE_OTHER);
    let answer = both.proves(&both.two, &mut alex, json!(["pwd"])).await;
    assert!(answer.text.contains("did not say that more than a password was asked for"), "{}", answer.text);
    assert_eq!(both.vouched(&alex).await, at);
    // A later and stronger one of the other counts beside it, and going leaves the first as it was.
    both.server.engine.clock().advance(Span::minutes(1));
    let later = Some(Ts((now() + 60) * 1000));
    let answer = alex.get(&format!("/my-security/prove/with/{}?next=%2Fmy-roles", both.two.id)).await;
    let sent = query(answer.goes_to());
    both.two.peer.vouches("alex", now() + 60, &sent["nonce"]);
    both.two.peer.says().payload["amr"] = json!(["mfa"]);
    assert_eq!(back(&mut alex, &sent["state"], "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(both.vouched(&alex).await, later);
    let mut morgan = both.server.morgan().await;
    morgan.post("/api/set_provider_enabled", &[("provider", &both.two.id.to_string()), ("enabled", "false")]).await;
    assert!(is_in(&alex).await, "it was begun with the other one");
    assert_eq!(both.vouched(&alex).await, at, "the word of the other one is left");
}
