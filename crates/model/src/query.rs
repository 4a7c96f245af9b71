//! Queries: everything that can be asked, each with the view it is answered by.

use crate::view::{admin, approval, frame, overview, package, request};
use crate::{GroupId, PackageId, RequestId, UserId};

/// A query whose answer is a `View`.
pub trait Question: Into<Query> {
    type View;
    /// Takes the view out of the answer; nothing when the answer belongs to another query.
    fn view(answer: Answer) -> Option<Self::View>;
}

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $kind:ty),* $(,)? } -> $view:ty;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $name { $(pub $field: $kind),* }

            impl From<$name> for Query {
                fn from(query: $name) -> Self { Self::$name(query) }
            }

            impl Question for $name {
                type View = $view;
                fn view(answer: Answer) -> Option<$view> {
                    match answer { Answer::$name(view) => Some(view), _ => None }
                }
            }
        )+

        /// Any query.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Query { $($name($name)),+ }

        /// The answer to the query of the same name.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Answer { $($name($view)),+ }

        impl Query {
            /// The query's name, for logs.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),+ }
            }
        }
    };
}

queries! {
    /// Who is signed in, what they may see, and what waits for them.
    Frame {} -> frame::Frame;
    /// `/my-access`
    Overview {} -> overview::Overview;
    /// `/my-access/packages`. `after` is the cursor of the page before.
    Packages { tab: package::Tab, search: String, after: Option<String> } -> package::Packages;
    /// `/my-access/packages/{id}`: the package and its request form.
    Package { package: PackageId } -> package::Package;
    /// `/my-access/requests`
    Requests { phase: Option<crate::request::Phase>, after: Option<String> } -> request::Requests;
    /// `/my-access/requests/{id}`
    Request { request: RequestId } -> request::Request;
    /// `/my-access/approvals`
    Approvals { tab: approval::Tab, after: Option<String> } -> approval::Approvals;
    /// `/my-access/approvals/{id}`
    Approval { request: RequestId } -> approval::Approval;
    /// `/admin/users`
    Users { search: String, filter: admin::UserFilter, after: Option<String> } -> admin::Users;
    /// `/admin/users/{id}`
    User { user: UserId } -> admin::User;
    /// `/admin/groups`
    Groups { search: String, filter: admin::GroupFilter, after: Option<String> } -> admin::Groups;
    /// `/admin/groups/{id}`
    Group { group: GroupId, after: Option<String> } -> admin::Group;
    /// People by name, for pickers.
    People { search: String } -> Vec<crate::view::Choice>;
    /// Who a membership rule would match.
    RulePreview { rule: String } -> admin::RulePreview;
}
