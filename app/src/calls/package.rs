//! Access packages.

use super::Call;
use leptos::prelude::*;
use model::PackageId;
use model::view::package::{Package, Packages, Tab};

#[server(prefix = "/api", endpoint = "list_packages")]
pub async fn list_packages(tab: Tab, search: String, after: Option<String>) -> Call<Packages> {
    super::ask(model::query::Packages { tab, search, after }).await
}

#[server(prefix = "/api", endpoint = "read_package")]
pub async fn read_package(package: PackageId) -> Call<Package> {
    super::ask(model::query::Package { package }).await
}
