//! A target that speaks SCIM 2.0 and does what a story wants: also what no honest one would.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;
use tokio::sync::oneshot;

/// What the target wants to be sent.
pub const TOKEN: &str = "a-token-of-the-target";

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Honest,
    /// Answers everything with this status.
    Fails(u16),
    /// The same, and wants to be left alone for so many seconds.
    Busy(u64),
    /// Says that it changed who is in a group, and did not.
    Lies,
    /// Does what is asked, and then answers that it failed.
    DoesAndFails,
    /// Breaks its answers off in the middle.
    Half,
    /// Refuses this one person by name.
    Refuses(&'static str),
    /// Answers with this status whenever an account whose name begins like this is to be made or changed.
    Spoils(&'static str, u16),
    /// Hangs up instead.
    HangsUpAt(&'static str),
    /// Answers with this status whatever is asked about one group, which is named.
    SpoilsGroup(&'static str, u16),
    /// Hangs up instead.
    HangsUpAtGroup(&'static str),
    /// Never answers questions with this in their address.
    KeepsSilentAt(&'static str),
    /// Answers with this status who this one person is.
    Hides(&'static str, u16),
    /// Answers with this status who all people are; each is told alone.
    ListsNobody(u16),
}

enum Spoiled {
    Status(u16),
    HangsUp,
}

#[derive(Debug)]
pub struct Inside {
    pub manner: Manner,
    /// Whether it knows PATCH.
    pub patch: bool,
    /// Whether a group that is read names its members; by whom they are it is found all the same.
    pub lists: bool,
    /// How many it names in one answer to a search.
    pub at_most: usize,
    /// By id.
    pub users: BTreeMap<String, Value>,
    /// Ids of accounts by their names in small letters, as every server has an index.
    names: BTreeMap<String, String>,
    /// By id: the name and the members.
    pub groups: BTreeMap<String, (String, BTreeSet<String>)>,
    /// What was asked: method and path.
    pub heard: Vec<String>,
    /// Who came into a group and who went out of it, and when: the id of the group, that of the account, and whether it came.
    pub moved: Vec<(Instant, String, String, bool)>,
    made: usize,
    /// The next question of this kind is not answered before the test says so.
    held: Option<(String, oneshot::Sender<()>, oneshot::Receiver<()>)>,
}

/// A question that a target keeps waiting.
#[derive(Debug)]
pub struct Held {
    asked: oneshot::Receiver<()>,
    answers: oneshot::Sender<()>,
}

impl Held {
    /// Waits until it is asked.
    pub async fn is_asked(&mut self) {
        (&mut self.asked).await.unwrap();
    }

    /// Lets it be answered.
    pub fn is_answered(self) {
        self.answers.send(()).unwrap();
    }
}

/// A running target; it ends with the test.
#[derive(Clone, Debug)]
pub struct Target {
    pub base_url: String,
    inside: Arc<Mutex<Inside>>,
}

impl Target {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let inside = Inside {
            manner: Manner::Honest,
            patch: true,
            lists: true,
            at_most: usize::MAX,
            users: BTreeMap::new(),
            names: BTreeMap::new(),
            groups: BTreeMap::new(),
            heard: Vec::new(),
            moved: Vec::new(),
            made: 0,
            held: None,
        };
        let target = Self { base_url, inside: Arc::new(Mutex::new(inside)) };
        let router = Router::new().fallback(answer).with_state(target.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        target
    }

    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    pub fn behaves(&self, manner: Manner) {
        self.inside().manner = manner;
    }

    /// Keeps the next question like `GET /Groups` waiting.
    pub fn holds(&self, question: &str) -> Held {
        let ((asks, asked), (answers, answered)) = (oneshot::channel(), oneshot::channel());
        self.inside().held = Some((question.to_owned(), asks, answered));
        Held { asked, answers }
    }

    async fn waits(&self, question: &str) {
        let held = self.inside().held.take_if(|(held, ..)| held == question);
        if let Some((_, asks, answered)) = held {
            asks.send(()).unwrap();
            answered.await.unwrap();
        }
    }

    /// The user names of those who are in a group, sorted.
    pub fn members(&self, group: &str) -> Vec<String> {
        let inside = self.inside();
        let members = inside.groups.values().filter(|(name, _)| name == group).flat_map(|(_, members)| members);
        let mut names: Vec<String> = members
            .map(|id| inside.users.get(id).map_or_else(|| id.clone(), |user| user["userName"].as_str().unwrap().to_owned()))
            .collect();
        names.sort();
        names
    }

    /// The user names of all accounts, sorted; those that are not active in brackets.
    pub fn accounts(&self) -> Vec<String> {
        let inside = self.inside();
        let named = |user: &Value| {
            let name = user["userName"].as_str().unwrap();
            if user["active"] == json!(false) { format!("({name})") } else { name.to_owned() }
        };
        let mut names: Vec<String> = inside.users.values().map(named).collect();
        names.sort();
        names
    }
}

impl Inside {
    /// Somebody at the target makes an account; its id.
    pub fn account(&mut self, user_name: &str, external_id: Option<&str>) -> String {
        self.made += 1;
        let id = format!("u{}", self.made);
        let mut user = json!({ "id": id, "userName": user_name, "active": true });
        if let Some(external_id) = external_id {
            user["externalId"] = json!(external_id);
        }
        self.keep(id.clone(), user);
        id
    }

    /// Somebody at the target changes an account.
    pub fn changes(&mut self, user_name: &str, field: &str, value: Value) {
        let id = self.names[&user_name.to_lowercase()].clone();
        let mut user = self.users[&id].clone();
        user[field] = value;
        self.keep(id, user);
    }

    /// Somebody at the target deletes an account, which groups go on naming; its id.
    pub fn deletes(&mut self, user_name: &str) -> String {
        let id = self.names.remove(&user_name.to_lowercase()).unwrap();
        self.users.remove(&id);
        id
    }

    fn keep(&mut self, id: String, user: Value) {
        if let Some(before) = self.users.get(&id) {
            self.names.remove(&folded(before));
        }
        self.names.insert(folded(&user), id.clone());
        self.users.insert(id, user);
    }

    /// Somebody at the target makes a group; its id.
    pub fn group(&mut self, name: &str) -> String {
        self.made += 1;
        let id = format!("g{}", self.made);
        self.groups.insert(id.clone(), (name.to_owned(), BTreeSet::new()));
        id
    }

    /// Whether a question is one that is spoiled.
    fn spoiled(&self, method: &Method, parts: &[&str], body: &Value) -> Option<Spoiled> {
        let account = || match (method.as_str(), parts) {
            ("POST", ["Users"]) => body["userName"].as_str(),
            ("PATCH" | "PUT" | "DELETE", ["Users", id]) => self.users.get(*id).and_then(|user| user["userName"].as_str()),
            _ => None,
        };
        let group = || match parts {
            ["Groups", id] => self.groups.get(*id).map(|(name, _)| name.as_str()),
            _ => None,
        };
        match self.manner {
            Manner::Spoils(name, status) => account()?.starts_with(name).then_some(Spoiled::Status(status)),
            Manner::HangsUpAt(name) => account()?.starts_with(name).then_some(Spoiled::HangsUp),
            Manner::SpoilsGroup(name, status) => (group()? == name).then_some(Spoiled::Status(status)),
            Manner::HangsUpAtGroup(name) => (group()? == name).then_some(Spoiled::HangsUp),
            _ => None,
        }
    }

    fn hides(&self, id: &str) -> Option<u16> {
        match self.manner {
            Manner::Hides(name, status) => self.users.get(id).filter(|user| user["userName"] == name).map(|_| status),
            _ => None,
        }
    }

    fn lists_nobody(&self) -> Option<u16> {
        match self.manner {
            Manner::ListsNobody(status) => Some(status),
            _ => None,
        }
    }

    fn shown(&self, id: &str) -> Option<Value> {
        if let Some(user) = self.users.get(id) {
            return Some(user.clone());
        }
        let (name, members) = self.groups.get(id)?;
        let meta = json!({ "resourceType": "Group", "version": version(members) });
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id, "type": "User", "display": id })).collect();
        let mut group = json!({ "id": id, "displayName": name, "members": members, "meta": meta });
        if !self.lists {
            group.as_object_mut().unwrap().remove("members");
        }
        Some(group)
    }
}

/// Another one whenever somebody came or went.
fn version(members: &BTreeSet<String>) -> String {
    format!("W/\"{}\"", members.iter().map(String::as_str).collect::<Vec<&str>>().join("."))
}

fn folded(user: &Value) -> String {
    user["userName"].as_str().unwrap().to_lowercase()
}

async fn answer(State(target): State<Target>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().strip_prefix("/scim/v2").unwrap_or_default().to_owned();
    let silent = matches!(target.inside().manner, Manner::KeepsSilentAt(at) if uri.to_string().contains(at));
    if silent {
        std::future::pending::<()>().await;
    }
    target.waits(&format!("{method} {path}")).await;
    let mut inside = target.inside();
    inside.heard.push(format!("{method} {path}"));
    let authorized = headers.get("authorization").is_some_and(|by| *by == format!("Bearer {TOKEN}"));
    if !authorized {
        return refused(401, "", "who is it?");
    }
    match inside.manner {
        Manner::Fails(status) => return refused(status, "", "not today"),
        Manner::Busy(seconds) => {
            let mut answer = refused(429, "", "too many");
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            return answer;
        }
        Manner::Half => {
            return ([(header::CONTENT_TYPE, "application/scim+json")], "{\"id\": \"u1\", \"userNa").into_response();
        }
        Manner::Honest | Manner::Lies | Manner::DoesAndFails | Manner::Refuses(_) | Manner::Hides(..) => {}
        Manner::Spoils(..) | Manner::HangsUpAt(_) | Manner::SpoilsGroup(..) | Manner::HangsUpAtGroup(_) => {}
        Manner::KeepsSilentAt(_) | Manner::ListsNobody(_) => {}
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match inside.spoiled(&method, &parts, &body) {
        None => {}
        Some(Spoiled::Status(status)) => return refused(status, "", "it fell over"),
        Some(Spoiled::HangsUp) => {
            drop(inside);
            // The task of the connection ends, and the connection with it.
            std::panic::resume_unwind(Box::new("it hangs up"));
        }
    }
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let answer = match (method.as_str(), parts.as_slice()) {
        ("GET", ["ServiceProviderConfig"]) => Json(json!({ "patch": { "supported": inside.patch } })).into_response(),
        ("GET", ["Users"]) if !query.contains_key("filter") && inside.lists_nobody().is_some() => {
            refused(inside.lists_nobody().unwrap(), "", "nobody is listed here")
        }
        ("GET", [kind @ ("Users" | "Groups")]) => list(&inside, kind, query.get("filter").map(String::as_str)),
        ("GET", ["Users", id]) if inside.hides(id).is_some() => refused(inside.hides(id).unwrap(), "", "not for you"),
        ("GET", [_, id]) => {
            inside.shown(id).map_or_else(|| refused(404, "", "no such thing"), |found| Json(found).into_response())
        }
        ("POST", ["Users"]) => create(&mut inside, body),
        ("POST", ["Groups"]) => {
            let id = inside.group(body["displayName"].as_str().unwrap());
            (StatusCode::CREATED, Json(inside.shown(&id))).into_response()
        }
        ("DELETE", ["Users", id]) => {
            if let Some(gone) = inside.users.remove(*id) {
                inside.names.remove(&folded(&gone));
            }
            for (_, members) in inside.groups.values_mut() {
                members.remove(*id);
            }
            StatusCode::NO_CONTENT.into_response()
        }
        ("PATCH", ["Users", _]) if !inside.patch => refused(501, "", "no PATCH here"),
        ("PATCH" | "PUT", ["Users", id]) if inside.users.contains_key(*id) => {
            // What is put there is all that is left (RFC 7644, 3.5.1).
            let patches = method == "PATCH";
            let fields = if patches { &body["Operations"][0]["value"] } else { &body };
            let mut user = if patches { inside.users[*id].clone() } else { json!({}) };
            for (name, value) in fields.as_object().unwrap() {
                user[name] = value.clone();
            }
            user["id"] = json!(id);
            inside.keep((*id).to_owned(), user);
            Json(inside.shown(id)).into_response()
        }
        ("PUT", ["Groups", id]) if headers.get("if-match").is_some_and(|read| *read != version(&inside.groups[*id].1)) => {
            refused(412, "", "somebody was faster")
        }
        ("PATCH" | "PUT", ["Groups", id]) if inside.groups.contains_key(*id) => change(&mut inside, id, &method, &body),
        _ => refused(404, "", "no such thing"),
    };
    if inside.manner == Manner::DoesAndFails && method != "GET" {
        return refused(503, "", "it fell over");
    }
    answer
}

fn create(inside: &mut Inside, mut user: Value) -> Response {
    let name = user["userName"].as_str().unwrap().to_owned();
    if inside.manner == Manner::Refuses("") || matches!(inside.manner, Manner::Refuses(other) if other == name) {
        return refused(400, "invalidValue", "this name is not liked here");
    }
    if inside.names.contains_key(&folded(&user)) {
        return refused(409, "uniqueness", "there is one of this name");
    }
    inside.made += 1;
    let id = format!("u{}", inside.made);
    user["id"] = json!(id);
    inside.keep(id, user.clone());
    (StatusCode::CREATED, Json(user)).into_response()
}

fn change(inside: &mut Inside, id: &str, method: &Method, body: &Value) -> Response {
    if method == "PATCH" && !inside.patch {
        return refused(501, "", "no PATCH here");
    }
    if inside.manner == Manner::Lies {
        return StatusCode::NO_CONTENT.into_response();
    }
    let ids = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
    };
    let Inside { users, groups, moved, .. } = inside;
    let members = &mut groups.get_mut(id).unwrap().1;
    if method == "PUT" {
        let bare = |member: &Value| members.contains(member["value"].as_str().unwrap()) && member["type"] != "User";
        if body["members"].as_array().unwrap().iter().any(bare) {
            return refused(400, "invalidValue", "a member lost what was said of them");
        }
        *members = ids(&body["members"]).into_iter().collect();
        return Json(inside.shown(id)).into_response();
    }
    for operation in body["Operations"].as_array().unwrap() {
        if operation["op"] == "add" {
            let added = ids(&operation["value"]);
            if added.iter().any(|id| !users.contains_key(id)) {
                return refused(400, "invalidValue", "one of them is unknown");
            }
            let now = Instant::now();
            moved.extend(added.iter().filter(|one| !members.contains(*one)).map(|one| (now, id.to_owned(), one.clone(), true)));
            members.extend(added);
        } else {
            let path = operation["path"].as_str().unwrap();
            let gone = path.split('"').nth(1).unwrap();
            if members.remove(gone) {
                moved.push((Instant::now(), id.to_owned(), gone.to_owned(), false));
            }
        }
    }
    StatusCode::NO_CONTENT.into_response()
}

fn list(inside: &Inside, kind: &str, filter: Option<&str>) -> Response {
    let filter = filter.and_then(|filter| filter.split_once(" eq ")).map(|(attribute, value)| {
        let value: String = serde_json::from_str(value).unwrap();
        (attribute, value)
    });
    let ids: Vec<&String> = match (&filter, kind) {
        (Some(("userName", value)), _) => inside.names.get(&value.to_lowercase()).into_iter().collect(),
        (_, "Users") => inside.users.keys().collect(),
        (_, _) => inside.groups.keys().collect(),
    };
    let is_meant = |id: &&String| {
        let Some((attribute, value)) = &filter else { return true };
        match (inside.users.get(*id), inside.groups.get(*id)) {
            (Some(user), _) => user.get(*attribute).and_then(Value::as_str) == Some(value),
            (None, Some((name, members))) => match *attribute {
                "members.value" => members.contains(value),
                _ => name == value,
            },
            (None, None) => false,
        }
    };
    let mut found: Vec<Value> = ids.into_iter().filter(is_meant).filter_map(|id| inside.shown(id)).collect();
    let total = found.len();
    found.truncate(inside.at_most);
    Json(json!({ "totalResults": total, "Resources": found })).into_response()
}

fn refused(status: u16, kind: &str, detail: &str) -> Response {
    let error = json!({ "status": status.to_string(), "scimType": kind, "detail": detail });
    (StatusCode::from_u16(status).unwrap(), Json(error)).into_response()
}
