//! Identity providers provision people and groups with a token.

use super::support::{Answer, Server, Visitor, server, server_with_morgan};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use model::limits::{SCIM_BULK_OPERATIONS_MAX, SCIM_MAX_BYTES, SIGN_IN_FREE_FAILURES_PER_ADDRESS};
use model::{GroupId, UserId};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A provider with its token.
pub struct Provider {
    visitor: Visitor,
    pub token: String,
}

impl Provider {
    /// Morgan makes a token, and reads it from the page.
    pub async fn of(server: &Server, scope: &str, name: &str) -> Self {
        Self::made_by(server, server.morgan().await, scope, name).await
    }

    async fn made_by(server: &Server, mut morgan: Visitor, scope: &str, name: &str) -> Self {
        let fields = [("name", name), ("scope", scope), ("days", "30")];
        let answer = morgan.post("/admin/settings/tokens", &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let (_, rest) = answer.text.split_once("<input").expect(&answer.text);
        let (_, rest) = rest.split_once(" value=\"").expect(&answer.text);
        let token = rest.split('"').next().unwrap().to_owned();
        assert_eq!(token.len(), 43, "{}", answer.text);
        Self { visitor: server.visitor(), token }
    }

    pub async fn asks(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/scim/v2{path}"));
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            None => Body::empty(),
            Some(value) => {
                request = request.header(header::CONTENT_TYPE, "application/scim+json");
                Body::from(value.to_string())
            }
        };
        self.visitor.clone().send(request.body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.asks(Method::GET, path, &[], None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.asks(Method::POST, path, &[], Some(body)).await
    }

    async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.asks(Method::PATCH, path, &[], Some(&json!({ "Operations": operations }))).await
    }

    /// Makes a resource; its id.
    async fn makes(&self, path: &str, body: Value) -> String {
        let answer = self.post(path, &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        said(&answer)["id"].as_str().unwrap().to_owned()
    }
}

/// Somebody of the demo company.
async fn of_demo(server: &Server, name: &str) -> Visitor {
    let mut visitor = server.visitor();
    let answer = visitor.post("/demo/signin", &[("as", name)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    visitor
}

fn said(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// It is an error of SCIM with this status and kind.
fn is_wrong(answer: &Answer, status: u16, kind: Option<&str>) {
    let error = said(answer);
    assert_eq!(answer.status.as_u16(), status, "{error}");
    assert_eq!(answer.header("content-type"), "application/scim+json");
    assert_eq!(error["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert_eq!((error["status"].as_str(), error["scimType"].as_str()), (Some(status.to_string().as_str()), kind), "{error}");
    assert!(error["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{error}");
}

async fn user_id(server: &Server, name: &str) -> UserId {
    let mut link = server.engine.db().read().await.unwrap();
    store::users::by_name(&mut link, name).await.unwrap().unwrap().0.id
}

async fn is_enabled(server: &Server, id: &str) -> bool {
    let mut link = server.engine.db().read().await.unwrap();
    store::users::get(&mut link, id.parse().unwrap()).await.unwrap().unwrap().enabled
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_that_counts() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let mut morgan = server.morgan().await;
    for path in ["/Users", "/Groups", "/Schemas", "/ServiceProviderConfig", "/Me", "/Bulk", "/nothing", "", "/"] {
        // A session is of no use here, whoever has it.
        let request = Request::get(format!("/scim/v2{path}")).body(Body::empty()).unwrap();
        let answer = morgan.send(request).await;
        is_wrong(&answer, 401, None);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
    }
    for token in ["", "x", &"a".repeat(43), &provider.token.to_lowercase()] {
        let wrong = Provider { visitor: server.visitor(), token: token.to_owned() };
        is_wrong(&wrong.get("/Users").await, 401, None);
    }
    assert_eq!(provider.get("/Users").await.status, StatusCode::OK);
    server.engine.clock().set(model::Ts::parse("2026-02-04T08:00:00Z").unwrap());
    is_wrong(&provider.get("/Users").await, 401, None);
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_and_stands_nowhere_as_it_is() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    provider.makes("/Users", json!({ "userName": "alex" })).await;
    let mut morgan = server.morgan().await;
    let list = morgan.get("/admin/settings/tokens").await.text;
    assert!(list.contains("Entra") && list.contains("SCIM, read and write"), "{list}");
    for page in ["/admin/settings/tokens", "/admin/settings", "/admin/audit", "/admin/audit.jsonl", "/my-security/token"] {
        let answer = morgan.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        assert!(!answer.text.contains(&provider.token), "{page}");
    }
    let history = morgan.get("/admin/audit.csv").await.text;
    assert!(history.contains("The access token “Entra” created"), "{history}");
    let mut link = server.engine.db().read().await.unwrap();
    let token = store::access_tokens::list(&mut link, server.engine.clock().now(), 9).await.unwrap().remove(0);
    assert!(token.last_used_at.is_some());
    drop(link);
    let revoked = morgan.post("/api/revoke_access_token", &[("token", &token.id.to_string())]).await;
    assert_eq!(revoked.status, StatusCode::SEE_OTHER, "{}", revoked.text);
    is_wrong(&provider.get("/Users").await, 401, None);
    is_wrong(&provider.post("/Users", &json!({ "userName": "bea" })).await, 401, None);
}

#[tokio::test]
async fn who_guesses_tokens_has_to_wait_and_whoever_has_one_does_not() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let guess = Provider { visitor: server.visitor(), token: "a".repeat(43) };
    let mut answers = Vec::new();
    for _ in 0..=SIGN_IN_FREE_FAILURES_PER_ADDRESS {
        answers.push(guess.get("/Users").await.status);
    }
    assert_eq!(answers[0], StatusCode::UNAUTHORIZED);
    assert_eq!(*answers.last().unwrap(), StatusCode::TOO_MANY_REQUESTS);
    assert!(!guess.get("/Users").await.header("retry-after").is_empty());
    assert_eq!(provider.get("/Users").await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_global_administrators_make_tokens_and_those_for_reading_change_nothing() {
    let server = server(|settings| settings.demo = true).await;
    let mut alex = of_demo(&server, "alex").await;
    let fields = [("name", "Mine"), ("scope", "scim"), ("days", "30")];
    let answer = alex.post("/admin/settings/tokens", &fields).await;
    assert!(answer.status.is_redirection(), "{}", answer.text);
    assert_eq!(alex.get("/admin/settings/tokens").await.status, StatusCode::NOT_FOUND);
    let mut morgan = of_demo(&server, "morgan").await;
    let answer = morgan.post("/admin/settings/tokens", &[("name", "Long"), ("scope", "scim"), ("days", "366")]).await;
    assert_eq!(answer.goes_to(), "/admin/settings/tokens/new");
    let again = morgan.get("/admin/settings/tokens/new").await.text;
    assert!(again.contains("1 to 365 days") && again.contains("value=\"Long\""), "{again}");
    let reader = Provider::made_by(&server, morgan, "scim_read", "Reader").await;
    assert_eq!(reader.get("/Users").await.status, StatusCode::OK);
    is_wrong(&reader.post("/Users", &json!({ "userName": "bea" })).await, 403, None);
    let id = user_id(&server, "alex").await;
    is_wrong(&reader.asks(Method::DELETE, &format!("/Users/{id}"), &[], None).await, 403, None);
    assert!(is_enabled(&server, &id.to_string()).await);
}

#[tokio::test]
async fn somebody_is_made_changed_and_taken_away_and_their_history_stays() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let bea = provider.makes("/Users", json!({ "userName": "bea@x.example", "displayName": "Bea" })).await;
    let answer = provider
        .post(
            "/Users",
            &json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
                "userName": "alex@x.example", "externalId": "e-17", "nickName": "Al", "password": "secret of nobody",
                "name": { "givenName": "Alex", "familyName": "Moor" },
                "emails": [{ "value": "alex@x.example", "type": "work", "primary": true }],
                ENTERPRISE: { "department": "IT", "manager": { "value": bea } },
            }),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let alex = said(&answer);
    let id = alex["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), alex["meta"]["location"]);
    assert!(answer.header("location").ends_with(&format!("/scim/v2/Users/{id}")));
    assert_eq!(answer.header("etag"), alex["meta"]["version"]);
    assert_eq!((alex.get("nickName"), alex.get("password")), (None, None));
    {
        let mut link = server.engine.db().read().await.unwrap();
        let user = store::users::get(&mut link, id.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!((user.display_name.as_str(), user.mail.as_str()), ("Alex Moor", "alex@x.example"));
        assert_eq!(user.manager.map(|id| id.to_string()), Some(bea.clone()));
        assert_eq!(user.profile.get("department"), Some("IT"));
    }
    is_wrong(&provider.post("/Users", &json!({ "userName": "ALEX@x.example" })).await, 409, Some("uniqueness"));
    is_wrong(&provider.post("/Users", &json!({ "displayName": "Nobody" })).await, 400, Some("invalidValue"));
    let loops = json!([{ "op": "add", "path": format!("{ENTERPRISE}:manager"), "value": id }]);
    is_wrong(&provider.patch(&format!("/Users/{bea}"), loops).await, 400, Some("invalidValue"));

    let path = format!("/Users/{id}");
    let off = provider.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    assert_eq!((off.status, said(&off)["active"].clone()), (StatusCode::OK, json!(false)));
    assert!(!is_enabled(&server, &id).await);
    // Whoever sends a whole person and says nothing about it enables nobody.
    let whole = json!({ "userName": "alex@x.example", "displayName": "Alex" });
    let answer = provider.asks(Method::PUT, &path, &[], Some(&whole)).await;
    let after = said(&answer);
    assert_eq!((after["active"].clone(), after.get("externalId"), after.get(ENTERPRISE)), (json!(false), None, None), "{after}");

    assert_eq!(provider.asks(Method::DELETE, &path, &[], None).await.status, StatusCode::NO_CONTENT);
    is_wrong(&provider.get(&path).await, 404, None);
    is_wrong(&provider.asks(Method::DELETE, &path, &[], None).await, 404, None);
    let listed = said(&provider.get("/Users?filter=userName%20eq%20%22alex@x.example%22").await);
    assert_eq!(listed["totalResults"], json!(0));
    let back = provider.makes("/Users", json!({ "userName": "alex@x.example", "externalId": "e-18" })).await;
    assert_eq!(back, id, "whoever comes back is who they were");
    assert!(is_enabled(&server, &id).await);
    let history = server.morgan().await.get(&format!("/admin/audit?place=user&id={id}")).await;
    assert_eq!(history.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_makes_nobody_an_administrator_takes_no_last_one_and_leaves_accounts_for_emergencies_alone() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let morgan = user_id(&server, "morgan").await;
    let path = format!("/Users/{morgan}");
    let renamed = provider.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "mallory" }])).await;
    is_wrong(&renamed, 403, None);
    is_wrong(&provider.asks(Method::DELETE, &path, &[], None).await, 403, None);
    is_wrong(&provider.patch(&path, json!([{ "op": "remove", "path": "active" }])).await, 403, None);
    assert!(is_enabled(&server, &morgan.to_string()).await);
    // One for emergencies is left alone altogether.
    let glass = provider.makes("/Users", json!({ "userName": "glass" })).await;
    let mark = model::command::Command::MarkEmergencyAccount { user: glass.parse().unwrap(), reviewer: morgan };
    server.engine.submit(&engine::By::Console, mark).await.unwrap();
    let disabled = provider.patch(&format!("/Users/{glass}"), json!([{ "op": "remove", "path": "active" }])).await;
    is_wrong(&disabled, 403, None);
    assert!(disabled.text.contains("an account for emergencies"), "{}", disabled.text);
    is_wrong(&provider.asks(Method::DELETE, &format!("/Users/{glass}"), &[], None).await, 403, None);
    let titled = provider.patch(&path, json!([{ "op": "add", "path": "title", "value": "Head of IT" }])).await;
    assert_eq!(titled.status, StatusCode::OK, "{}", titled.text);

    let group = GroupId(server_group(&server, "Role holders", true).await);
    let bea = provider.makes("/Users", json!({ "userName": "bea" })).await;
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": bea }] }]);
    is_wrong(&provider.patch(&format!("/Groups/{group}"), add.clone()).await, 403, None);
    is_wrong(&provider.asks(Method::DELETE, &format!("/Groups/{group}"), &[], None).await, 403, None);
}

/// Morgan makes a group; its id.
async fn server_group(server: &Server, name: &str, role_assignable: bool) -> model::AnyId {
    let fields = model::command::GroupFields {
        name: name.to_owned(),
        description: String::new(),
        membership: model::directory::Membership::Assigned,
        role_assignable,
    };
    let done = server.engine.submit(&engine::By::Console, model::command::Command::CreateGroup(fields)).await.unwrap();
    match done {
        model::command::Done::GroupCreated { group, .. } => group.0,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn members_that_others_put_in_stay_and_the_answer_says_so() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let bea = provider.makes("/Users", json!({ "userName": "bea" })).await;
    let carl = provider.makes("/Users", json!({ "userName": "carl" })).await;
    let group = provider
        .makes("/Groups", json!({ "displayName": "Desk", "externalId": "g-1", "members": [{ "value": bea }, { "value": carl }] }))
        .await;
    let path = format!("/Groups/{group}");
    let by_hand = model::command::Command::AddMember {
        group: group.parse().unwrap(),
        principal: model::directory::Principal::User(bea.parse().unwrap()),
        as_owner: false,
    };
    server.engine.submit(&engine::By::Console, by_hand).await.unwrap();
    let members = |answer: &Answer| {
        let group = said(answer);
        let all = group["members"].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let left = provider.patch(&path, json!([{ "op": "remove", "path": "members" }])).await;
    assert_eq!(members(&left), std::slice::from_ref(&bea), "an administrator put her in");
    let again = provider.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": carl }] }])).await;
    assert_eq!(members(&again).len(), 2);
    is_wrong(
        &provider.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": group }] }])).await,
        400,
        Some("invalidValue"),
    );
    let nobody = json!([{ "op": "add", "path": "members", "value": [{ "value": uuid::Uuid::new_v4().to_string() }] }]);
    is_wrong(&provider.patch(&path, nobody).await, 400, Some("invalidValue"));
    // A whole group that says nothing about members leaves them.
    let named = provider.asks(Method::PUT, &path, &[], Some(&json!({ "displayName": "Service desk" }))).await;
    assert_eq!((members(&named).len(), said(&named)["displayName"].clone()), (2, json!("Service desk")));
    let found = said(&provider.get(&format!("/Groups?filter=members%20eq%20%22{carl}%22&excludedAttributes=members")).await);
    assert_eq!((found["totalResults"].clone(), found["Resources"][0].get("members")), (json!(1), None));
    // Whoever is taken away leaves what came with the provider.
    provider.asks(Method::DELETE, &format!("/Users/{carl}"), &[], None).await;
    assert_eq!(members(&provider.get(&path).await), std::slice::from_ref(&bea));
    assert_eq!(provider.asks(Method::DELETE, &path, &[], None).await.status, StatusCode::NO_CONTENT);
    is_wrong(&provider.get(&path).await, 404, None);
    let mut link = server.engine.db().read().await.unwrap();
    let now = server.engine.clock().now();
    let kept = store::assignments::members(&mut link, group.parse().unwrap(), now, 9).await.unwrap();
    assert_eq!(kept.len(), 1, "what an administrator gave stays");
    drop(link);
    assert_eq!(provider.makes("/Groups", json!({ "displayName": "Service desk" })).await, group);
}

#[tokio::test]
async fn a_change_of_something_else_meanwhile_is_refused_and_what_is_known_is_not_sent_again() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let id = provider.makes("/Users", json!({ "userName": "alex" })).await;
    let path = format!("/Users/{id}");
    let first = provider.get(&path).await;
    let version = first.header("etag").to_owned();
    let same = provider.asks(Method::GET, &path, &[("if-none-match", &version)], None).await;
    assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let operation = json!({ "Operations": [{ "op": "add", "path": "title", "value": "Clerk" }] });
    let headers = [("if-match", version.as_str())];
    let changed = provider.asks(Method::PATCH, &path, &headers, Some(&operation)).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_ne!(changed.header("etag"), version);
    is_wrong(&provider.asks(Method::PATCH, &path, &headers, Some(&operation)).await, 412, None);
    is_wrong(&provider.asks(Method::DELETE, &path, &headers, None).await, 412, None);
    let any = provider.asks(Method::PATCH, &path, &[("if-match", "*")], Some(&operation)).await;
    assert_eq!(any.status, StatusCode::OK);
}

#[tokio::test]
async fn lists_have_pages_and_filters_and_say_what_they_cannot() {
    let server = server(|settings| settings.demo = true).await;
    let provider = Provider::made_by(&server, of_demo(&server, "morgan").await, "scim", "Entra").await;
    let whole = said(&provider.get("/Users?count=500").await);
    let total = whole["totalResults"].as_u64().unwrap();
    assert!(total > 50 && whole["itemsPerPage"] == json!(total), "{total}");
    let page = said(&provider.get("/Users?startIndex=3&count=2&attributes=userName").await);
    assert_eq!((page["startIndex"].clone(), page["itemsPerPage"].clone()), (json!(3), json!(2)));
    assert_eq!(page["Resources"][0]["userName"], whole["Resources"][2]["userName"]);
    assert_eq!(page["Resources"][0].get("displayName"), None);
    let none = said(&provider.get("/Users?count=0").await);
    assert_eq!((none["totalResults"].as_u64(), none["Resources"].clone()), (Some(total), json!([])));
    let named = said(&provider.get("/Users?filter=userName%20eq%20%22ALEX%22").await);
    assert_eq!(named["totalResults"], json!(1));
    let scanned = said(&provider.get("/Users?filter=active%20eq%20true%20and%20displayName%20sw%20%22a%22&count=1").await);
    assert!(scanned["totalResults"].as_u64().unwrap() > 1 && scanned["Resources"].as_array().unwrap().len() == 1);
    is_wrong(&provider.get("/Users?filter=colour%20eq%20%22red%22").await, 400, Some("invalidFilter"));
    is_wrong(&provider.get("/Users?startIndex=x").await, 400, Some("invalidValue"));
    let search = json!({ "filter": "userName eq \"alex\"", "attributes": ["emails"] });
    let searched = said(&provider.post("/Users/.search", &search).await);
    assert!(searched["Resources"][0]["emails"].is_array());
    let both = said(&provider.post("/.search", &json!({ "count": 200 })).await);
    let kinds: Vec<&Value> = both["Resources"].as_array().unwrap().iter().map(|one| &one["meta"]["resourceType"]).collect();
    assert!(kinds.contains(&&json!("User")) && kinds.contains(&&json!("Group")));
}

#[tokio::test]
async fn many_changes_in_one_message_name_each_other_and_stop_after_errors() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    let message = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            { "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "displayName": "Desk", "members": [{ "value": "bulkId:a" }] } },
            { "method": "post", "path": "/Users", "bulkId": "a", "data": { "userName": "alex" } },
            { "method": "PATCH", "path": "/Users/bulkId:a", "data": { "Operations": [{ "op": "add", "path": "title", "value": "Clerk" }] } },
            { "method": "POST", "path": "/Users", "bulkId": "b", "data": { "userName": "ALEX" } },
            { "method": "POST", "path": "/Users", "bulkId": "c", "data": { "userName": "carl" } },
        ],
    });
    let answers = said(&provider.post("/Bulk", &message).await);
    let all = answers["Operations"].as_array().unwrap();
    let status: Vec<&str> = all.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["201", "201", "200", "409", "201"], "{answers}");
    assert_eq!((all[0]["bulkId"].clone(), all[3]["response"]["scimType"].clone()), (json!("g"), json!("uniqueness")));
    let group = said(&provider.get("/Groups?filter=displayName%20eq%20%22desk%22").await);
    assert_eq!(group["Resources"][0]["members"].as_array().unwrap().len(), 1);

    let circle = json!({ "failOnErrors": 1, "Operations": [
        { "method": "POST", "path": "/Groups", "bulkId": "x", "data": { "displayName": "X", "members": [{ "value": "bulkId:y" }] } },
        { "method": "POST", "path": "/Groups", "bulkId": "y", "data": { "displayName": "Y", "members": [{ "value": "bulkId:x" }] } },
        { "method": "POST", "path": "/Users", "bulkId": "d", "data": { "userName": "dora" } },
    ] });
    let answers = said(&provider.post("/Bulk", &circle).await);
    let failed = answers["Operations"].as_array().unwrap().iter().filter(|one| one["status"] == json!("400")).count();
    assert_eq!(failed, 1, "it stops after the first error: {answers}");
    let many: Vec<Value> = (0..=SCIM_BULK_OPERATIONS_MAX).map(|_| json!({ "method": "DELETE", "path": "/Users/x" })).collect();
    is_wrong(&provider.post("/Bulk", &json!({ "Operations": many })).await, 413, Some("tooMany"));
    is_wrong(&provider.post("/Bulk", &json!({})).await, 400, Some("invalidSyntax"));
}

#[tokio::test]
async fn whatever_is_sent_is_answered_in_the_words_of_scim() {
    let server = server_with_morgan(|_| {}).await;
    let provider = Provider::of(&server, "scim", "Entra").await;
    is_wrong(&provider.get("/Me").await, 501, None);
    is_wrong(&provider.get("/Nothing").await, 404, None);
    is_wrong(&provider.get("/Users/17").await, 404, None);
    is_wrong(&provider.get("/Users/17/more").await, 404, None);
    is_wrong(&provider.get("/Schemas?filter=id%20pr").await, 403, None);
    is_wrong(&provider.post("/Schemas", &json!({})).await, 405, None);
    is_wrong(&provider.asks(Method::DELETE, "/Users", &[], None).await, 405, None);
    let raw = async |kind: &str, body: String| {
        let request = Request::post("/scim/v2/Users")
            .header(header::AUTHORIZATION, format!("Bearer {}", provider.token))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        provider.visitor.clone().send(request).await
    };
    is_wrong(&raw("application/scim+json", "{".to_owned()).await, 400, Some("invalidSyntax"));
    is_wrong(&raw("application/json", "[".repeat(100_000)).await, 400, Some("invalidSyntax"));
    is_wrong(&raw("application/x-www-form-urlencoded", "userName=a".to_owned()).await, 415, None);
    is_wrong(&raw("application/scim+json", " ".repeat(SCIM_MAX_BYTES + 1)).await, 413, None);
    is_wrong(&raw("application/scim+json", "[]".to_owned()).await, 400, Some("invalidSyntax"));
    let config = said(&provider.get("/ServiceProviderConfig").await);
    assert_eq!((config["sort"]["supported"].clone(), config["bulk"]["supported"].clone()), (json!(false), json!(true)));
    let schema = provider.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User").await;
    assert_eq!(said(&schema)["name"], json!("User"));
}
