//! An identity provider that says what a test wants, also what no honest one would.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING as ES256, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard};

/// What it says, and what it heard.
pub struct Says {
    pub header: Value,
    pub payload: Value,
    /// Which of its keys signs, and which it publishes.
    pub signs: usize,
    pub published: Vec<usize>,
    /// In place of a token.
    pub answers: Option<(u16, Value)>,
    /// Laid over what it says about itself.
    pub about: Value,
    /// The forms that reached its token endpoint, with the header that says who asks.
    pub heard: Vec<(String, String)>,
    /// How often its keys were asked for.
    pub keys_asked: usize,
}

/// A running provider; it ends with the test.
#[derive(Clone)]
pub struct Peer {
    pub issuer: String,
    says: Arc<Mutex<Says>>,
    keys: Arc<Vec<EcdsaKeyPair>>,
}

impl Peer {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let random = SystemRandom::new();
        let pair = |_| {
            let document = EcdsaKeyPair::generate_pkcs8(&ES256, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(&ES256, document.as_ref(), &random).unwrap()
        };
        let says = Says {
            header: json!({ "alg": "ES256", "kid": "0" }),
            payload: Value::Null,
            signs: 0,
            published: vec![0],
            answers: None,
            about: json!({}),
            heard: Vec::new(),
            keys_asked: 0,
        };
        let peer = Self { issuer, says: Arc::new(Mutex::new(says)), keys: Arc::new((0..2).map(pair).collect()) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(peer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        peer
    }

    pub fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().unwrap()
    }

    /// What an honest provider says of this person, at this second, for this sign-in.
    pub fn vouches(&self, subject: &str, now: i64, nonce: &str) {
        let email = format!("{subject}@harbour.example");
        self.says().payload = json!({
            "iss": self.issuer, "sub": subject, "aud": "vestibule", "exp": now + 300, "iat": now, "nonce": nonce,
            "auth_time": now, "email": email, "email_verified": true, "name": subject, "preferred_username": subject,
        });
    }

    /// A token with this payload, signed as its others.
    pub fn signs(&self, payload: &Value) -> String {
        let says = self.says();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&says.header), part(payload));
        let signature = self.keys[says.signs].sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn token(&self) -> String {
        let payload = self.says().payload.clone();
        self.signs(&payload)
    }
}

async fn about(State(peer): State<Peer>) -> Json<Value> {
    let issuer = &peer.issuer;
    let mut about = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?tenant=harbour"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "code_challenge_methods_supported": ["S256"],
    });
    for (name, value) in peer.says().about.as_object().unwrap() {
        about[name] = value.clone();
    }
    Json(about)
}

async fn keys(State(peer): State<Peer>) -> Json<Value> {
    let mut says = peer.says();
    says.keys_asked += 1;
    let keys = says.published.iter().map(|number| {
        let point = peer.keys[*number].public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": number.to_string(), "x": x, "y": y })
    });
    Json(json!({ "keys": keys.collect::<Vec<_>>() }))
}

async fn token(State(peer): State<Peer>, headers: HeaderMap, form: String) -> (StatusCode, Json<Value>) {
    let by = headers.get("authorization").map_or("", |by| by.to_str().unwrap()).to_owned();
    peer.says().heard.push((form, by));
    if let Some((status, answer)) = peer.says().answers.clone() {
        return (StatusCode::from_u16(status).unwrap(), Json(answer));
    }
    (StatusCode::OK, Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": peer.token() })))
}
