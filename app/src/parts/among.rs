//! Among whom, or what, a picker looks, and what it says about those it finds.

use crate::calls::Call;
use crate::calls::asking::asked;
use model::catalog::PolicyOf;
use model::query;
use model::role_settings::Privileged;
use model::view::Choice;
use model::{CatalogId, GroupId, PackageId};

/// Among whom somebody is looked for.
#[derive(Clone, Copy, Default)]
pub enum Among {
    #[default]
    Everybody,
    /// To be put into this group: its owners may look people up for it.
    ForGroup(GroupId),
    /// To be given this package.
    ForPackage(PackageId),
    Delegates,
    /// To be given a role within this catalog: people and groups, whose ids say which they are.
    ForCatalog(CatalogId),
    /// To be assigned this role: people and groups as well.
    ForRole(Privileged),
    /// To be asked in an access review, or told about it.
    Reviewers,
    ReviewerGroups,
    /// What can be reviewed: roles, groups, applications and packages.
    Reviewed,
    /// Catalogs in which the visitor may make packages.
    CatalogsForPackages,
    /// To be named in a policy. The id of each is how its form writes the name.
    InPolicy {
        of: PolicyOf,
        groups: bool,
    },
}

/// What is said about those who are looked for.
pub struct Said {
    /// What they are called together.
    pub all: &'static str,
    pub chosen: &'static str,
    pub none: &'static str,
    pub one: &'static str,
    pub many: &'static str,
    pub nobody: &'static str,
}

impl Among {
    pub async fn search(self, search: String) -> Call<Vec<Choice>> {
        let people = |search, group, package| asked(query::People { search, group, package });
        match self {
            Self::Everybody => people(search, None, None).await,
            Self::ForGroup(group) => people(search, Some(group), None).await,
            Self::ForPackage(package) => people(search, None, Some(package)).await,
            Self::Delegates => asked(query::Delegates { search }).await,
            Self::ForCatalog(catalog) => asked(query::CatalogHolders { catalog, search }).await,
            Self::ForRole(role) => asked(query::RoleHolders { role, search }).await,
            Self::Reviewers => asked(query::ReviewPeople { groups: false, search }).await,
            Self::ReviewerGroups => asked(query::ReviewPeople { groups: true, search }).await,
            Self::Reviewed => asked(query::ReviewSubjects { search }).await,
            Self::CatalogsForPackages => asked(query::NewPackage { catalog: None, search }).await.map(|new| new.catalogs),
            Self::InPolicy { of, groups } => asked(query::PolicySubjects { of, groups, search }).await,
        }
    }

    pub fn are_groups(self) -> bool {
        matches!(self, Self::InPolicy { groups: true, .. } | Self::ReviewerGroups)
    }

    pub fn said(self) -> Said {
        let (all, chosen, none, one, many, nobody) = if self.are_groups() {
            ("Groups", "Chosen groups", "No group found", "1 group found", " groups found", "No group has this name.")
        } else if matches!(self, Self::Reviewed) {
            ("Resources", "Chosen resources", "Nothing found", "1 found", " found", "Nothing that you may review has this name.")
        } else if matches!(self, Self::CatalogsForPackages) {
            let nobody = "No catalog in which you may make packages has this name.";
            ("Catalogs", "Chosen catalogs", "No catalog found", "1 catalog found", " catalogs found", nobody)
        } else {
            ("People", "Chosen people", "Nobody found", "1 person found", " people found", "Nobody has this name.")
        };
        Said { all, chosen, none, one, many, nobody }
    }
}
