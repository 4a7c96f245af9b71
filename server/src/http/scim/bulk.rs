//! Many changes in one message (RFC 7644, 3.7). Each is a change of its own: what was done stays, whatever comes after.

use super::answer::{found, not_allowed, status, wrong};
use super::{Asked, kind, message, resource};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use engine::{By, Problem};
use model::command::{Command, Done};
use model::provisioning::{Provision, ProvisionAct, ScimFault};
use model::{AnyId, Refusal};
use scim::BulkOperation;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// `POST /Bulk`
pub async fn bulk(asked: &Asked, body: Body) -> Response {
    if asked.parts.method != Method::POST {
        return not_allowed("POST");
    }
    let message = match message(asked, body).await {
        Ok(message) => message,
        Err(response) => return response,
    };
    let (operations, fail_on) = match scim::bulk(&message) {
        Ok(read) => read,
        Err(Refusal::ScimWrong { fault: ScimFault::TooMany, message }) => {
            return wrong(StatusCode::PAYLOAD_TOO_LARGE, Some(ScimFault::TooMany.key()), &message);
        }
        Err(refusal) => return super::refused(&refusal),
    };
    let count = operations.len();
    let mut running = Running { asked, made: BTreeMap::new(), answers: BTreeMap::new(), errors: 0 };
    let mut waiting: VecDeque<(usize, BulkOperation)> = operations.into_iter().enumerate().collect();
    // What names something that is made later waits for it; where all wait for each other, none can begin.
    let mut waited = 0;
    while let Some((at, operation)) = waiting.pop_front() {
        let later: BTreeSet<&str> = waiting.iter().filter_map(|(_, later)| later.id.as_deref()).collect();
        if waited <= waiting.len() && names(&operation).iter().any(|name| later.contains(name.as_str())) {
            waited += 1;
            waiting.push_back((at, operation));
            continue;
        }
        waited = 0;
        running.run(at, operation).await;
        if fail_on.is_some_and(|limit| running.errors >= limit) {
            break;
        }
    }
    let answers = (0..count).filter_map(|at| running.answers.remove(&at)).collect();
    found(StatusCode::OK, &scim::bulk_answer(answers))
}

/// What an operation names that the same message makes.
fn names(operation: &BulkOperation) -> Vec<String> {
    fn within(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::String(text) => names.extend(scim::bulk_reference(text).map(str::to_owned)),
            Value::Array(all) => all.iter().for_each(|one| within(one, names)),
            Value::Object(all) => all.values().for_each(|one| within(one, names)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut names = Vec::new();
    within(&operation.data, &mut names);
    names.extend(operation.path.split('/').filter_map(scim::bulk_reference).map(str::to_owned));
    names
}

struct Running<'a> {
    asked: &'a Asked,
    /// Ids of what was made, by the names that the message gave them.
    made: BTreeMap<String, String>,
    answers: BTreeMap<usize, Value>,
    errors: usize,
}

impl Running<'_> {
    async fn run(&mut self, at: usize, operation: BulkOperation) {
        let BulkOperation { method, path, id, data, version } = operation;
        let mut answer = Map::new();
        answer.insert("method".to_owned(), json!(method));
        if let Some(id) = &id {
            answer.insert("bulkId".to_owned(), json!(id));
        }
        match self.submit(&method, &path, data, version).await {
            Ok((status, Some((resource, location, version)))) => {
                if let Some(id) = id {
                    self.made.insert(id, resource);
                }
                answer.insert("location".to_owned(), json!(location));
                answer.insert("version".to_owned(), json!(version));
                answer.insert("status".to_owned(), json!(status.as_str()));
            }
            Ok((status, None)) => {
                answer.insert("location".to_owned(), json!(format!("{}{path}", self.asked.base())));
                answer.insert("status".to_owned(), json!(status.as_str()));
            }
            Err(problem) => {
                self.errors += 1;
                let (status, kind, detail) = match problem {
                    Problem::Refused(refusal) => {
                        let (status, kind) = status(&refusal);
                        (status, kind, refusal.sentence())
                    }
                    Problem::Broken(broken) => {
                        tracing::error!("{broken}");
                        (StatusCode::INTERNAL_SERVER_ERROR, None, "Something went wrong on our side.".to_owned())
                    }
                };
                if method != "POST" {
                    answer.insert("location".to_owned(), json!(format!("{}{path}", self.asked.base())));
                }
                answer.insert("status".to_owned(), json!(status.as_str()));
                answer.insert("response".to_owned(), scim::error(status.as_u16(), kind, &detail));
            }
        }
        self.answers.insert(at, Value::Object(answer));
    }

    async fn submit(
        &self,
        method: &str,
        path: &str,
        mut data: Value,
        version: Option<String>,
    ) -> Result<(StatusCode, Option<(String, String, Option<String>)>), Problem> {
        let wrong = |message: &str| Refusal::ScimWrong { fault: ScimFault::InvalidValue, message: message.to_owned() };
        scim::resolve(&mut data, &self.made)?;
        let mut segments = path.split('/').filter(|part| !part.is_empty());
        let place = segments.next().unwrap_or_default();
        let kind =
            kind(place).ok_or_else(|| wrong("The path of an operation is /Users or /Groups, or one of them by its id."))?;
        let id = match segments.next() {
            None => None,
            Some(id) => {
                let mut id = Value::String(id.to_owned());
                scim::resolve(&mut id, &self.made)?;
                let id = id.as_str().and_then(|id| id.parse::<AnyId>().ok());
                Some(id.ok_or(Refusal::NotFound { what: "resource" })?)
            }
        };
        let (act, status) = match (method, id) {
            ("POST", None) => (ProvisionAct::Create { resource: data }, StatusCode::CREATED),
            ("PUT", Some(id)) => (ProvisionAct::Replace { id, resource: data }, StatusCode::OK),
            ("PATCH", Some(id)) => (ProvisionAct::Patch { id, operations: resource::operations(&data) }, StatusCode::OK),
            ("DELETE", Some(id)) => (ProvisionAct::Remove { id }, StatusCode::NO_CONTENT),
            _ => return Err(wrong("An operation is POST to a list, or PUT, PATCH or DELETE of one resource.").into()),
        };
        let command = Command::Provision(Provision { kind, act, if_match: version.into_iter().collect() });
        match self.asked.site.engine.submit(&By::Token(self.asked.bearer.clone()), command).await? {
            Done::Provisioned(provided) => {
                let location = provided.resource.pointer("/meta/location").and_then(Value::as_str).unwrap_or_default().to_owned();
                Ok((status, Some((provided.id.to_string(), location, provided.version))))
            }
            _ => Ok((status, None)),
        }
    }
}
