//! Which role a page is about, by its address: a directory role, or membership or ownership of a group.

use super::parsed;
use crate::calls::CallError;
use leptos::prelude::*;
use model::role_settings::Privileged;

/// The part of the administration to which a page belongs.
#[derive(Clone, Copy)]
pub enum Side {
    Roles,
    Groups,
}

impl Side {
    /// `role` is what the address says behind `?role=`.
    pub fn read(self, id: &str, role: &str) -> Result<Privileged, CallError> {
        Ok(match (self, role) {
            (Self::Roles, _) => Privileged::DirectoryRole(parsed(id, "role")?),
            (Self::Groups, "owner") => Privileged::GroupOwner(parsed(id, "group")?),
            (Self::Groups, _) => Privileged::GroupMember(parsed(id, "group")?),
        })
    }
}

/// *Member* and *Owner* of a group, each with a page of its own; nothing for directory roles.
pub fn place(role: Privileged, path: fn(Privileged) -> String) -> AnyView {
    let (Privileged::GroupMember(group) | Privileged::GroupOwner(group)) = role else { return ().into_any() };
    let both = [(Privileged::GroupMember(group), "Member"), (Privileged::GroupOwner(group), "Owner")];
    let links = both.map(|(one, name)| {
        view! { <a href=path(one) rel="external" aria-current=(one == role).then_some("true")>{name}</a> }
    });
    view! { <nav class="kinds" aria-label="Role in the group">{links.into_iter().collect_view()}</nav> }.into_any()
}
