//! What people do for those who report to them.

use crate::Person;
use engine::Problem;
use model::RequestId;
use model::command::{Command, Done, RequestForReport, SubmitRequest};
use model::query;
use model::view::team::{Report, Row};
use std::collections::BTreeMap;

impl Person {
    /// Asks for a package in place of somebody.
    pub async fn requests_for(&self, report: &Person, package: &str) -> Result<RequestId, Problem> {
        let asked = SubmitRequest {
            package: self.world.package(package),
            policy: None,
            justification: "They need it.".to_owned(),
            answers: BTreeMap::new(),
            starts_at: None,
            ends_at: None,
        };
        match self.submits(Command::RequestForReport(RequestForReport { report: report.id, asked })).await? {
            Done::RequestSubmitted { request, .. } => Ok(request),
            other => panic!("requesting for a report answered {other:?}"),
        }
    }

    /// Everybody who reports to this person.
    pub async fn team(&self) -> Result<Vec<Row>, Problem> {
        Ok(self.asks(query::Team { after: None }).await?.rows)
    }

    pub async fn sees_report(&self, report: &Person) -> Result<Report, Problem> {
        self.asks(query::Report { report: report.id }).await
    }

    /// What can be asked for in place of somebody, by name.
    pub async fn can_request_for(&self, report: &Person) -> Result<Vec<String>, Problem> {
        let query = query::ReportPackages { report: report.id, search: String::new(), after: None };
        Ok(self.asks(query).await?.rows.into_iter().map(|row| row.name).collect())
    }
}
