//! What a run of an import does, step by step. Each asks anew what is here: since the plan was made, others may have changed it.

use super::provisioning::change_person;
use super::provisioning_group::{self, add, set_members};
use super::user::{create_checked, is_protected, save, switch};
use super::{allowed, group, membership};
use crate::Problem;
use crate::change::Change;
use model::command::{Command, Done, GroupFields, UserFields};
use model::directory::{Membership, Principal};
use model::event::Action;
use model::import::{Existing, Import, Numbers, Step, Wanted};
use model::limits::IMPORT_LEASE_SECONDS;
use model::provisioning::Provisioned;
use model::{AnyId, GroupId, ImportId, ImportRunId, Refusal, Span, UserId};
use rules::import::{enabled_after, fields, may_take_over};
use rules::provisioning::may_touch;
use rules::user::{User, folded};
use store::{assignments, emergency, groups, import_links, imports, provisioned, sponsors, users};

const NO_IMPORT: Refusal = Refusal::NotFound { what: "import" };

/// Does what it can of these; what is refused keeps no other from being done.
pub async fn carry_out(
    change: &mut Change<'_>,
    command: &Command,
    (import, run): (ImportId, ImportRunId),
    steps: &[Step],
) -> Result<Done, Problem> {
    allowed(change, command)?;
    let import = imports::get(&mut change.link, import).await?.ok_or(NO_IMPORT)?.import;
    let until = change.now + Span::seconds(IMPORT_LEASE_SECONDS);
    // Of two servers only the one whose run this is gets further, and nobody changes the settings meanwhile.
    if !imports::goes_on(&mut change.link, import.id, run, until).await? {
        return Err(Refusal::ImportRunOver { name: import.name }.into());
    }
    let mut refused = Vec::new();
    let mut taken_over = 0;
    for (at, step) in steps.iter().enumerate() {
        let tried = change.try_on().await?;
        match one(change, &import, step).await {
            Ok(over) => taken_over += usize::from(over),
            Err(Problem::Refused(refusal)) => {
                change.take_back(tried).await?;
                refused.push((at, refusal.sentence()));
            }
            Err(broken @ Problem::Broken(_)) => return Err(broken),
        }
    }
    let mut numbers = Numbers { taken_over, ..Numbers::default() };
    for action in change.recorded() {
        match action {
            Action::UserCreated { .. } => numbers.created += 1,
            Action::UserChanged { .. } => numbers.changed += 1,
            Action::UserEnabled { .. } => numbers.enabled += 1,
            Action::UserDisabled { .. } => numbers.disabled += 1,
            Action::GroupCreated { .. } => numbers.groups_created += 1,
            Action::GroupChanged { .. } => numbers.groups_changed += 1,
            Action::AssignmentStarted { source: model::access::Source::Import, .. } => numbers.added += 1,
            Action::AssignmentEnded { reason: model::access::EndReason::Removed, .. } => numbers.removed += 1,
            // What follows from these is told where it follows.
            _ => {}
        }
    }
    Ok(Done::ImportCarriedOut { refused, numbers })
}

/// Whether something that was here already was taken over.
async fn one(change: &mut Change<'_>, import: &Import, step: &Step) -> Result<bool, Problem> {
    match step {
        Step::Person { external_id, user, wanted } => return person(change, import, (external_id, *user), wanted).await,
        Step::Group { external_id, group, name } => return named_group(change, import, (external_id, *group), name).await,
        Step::Disable { user } => {
            let before = own(change, import, *user).await?;
            switch(change, &before, false).await?;
        }
        Step::Manager { user, manager } => {
            let before = own(change, import, *user).await?;
            let sponsors = sponsors::of(&mut change.link, *user).await?;
            let fields = UserFields {
                user_name: before.user_name.clone(),
                display_name: before.display_name.clone(),
                mail: before.mail.clone(),
                kind: before.kind,
                manager: *manager,
                sponsors,
                profile: before.profile.clone(),
            };
            save(change, before, fields).await?;
        }
        Step::Members { group, wanted } => {
            let group = own_group(change, import, *group).await?;
            set_members(change, &group, wanted.clone()).await?;
        }
        Step::Nest { group, inner } => {
            let group = own_group(change, import, *group).await?;
            let there = assignments::imported_members(&mut change.link, group.id).await?;
            let inner = Principal::Group(*inner);
            if !there.iter().any(|one| one.principal == inner) {
                let moved = add(change, &group, vec![inner]).await?;
                membership::all_changed(change, &moved).await?;
            }
        }
    }
    Ok(false)
}

async fn person(
    change: &mut Change<'_>,
    import: &Import,
    (external_id, planned): (&str, Option<UserId>),
    wanted: &Wanted,
) -> Result<bool, Problem> {
    let bound = import_links::get(&mut change.link, import.id, Provisioned::User, external_id).await?;
    let id = bound.as_ref().map(|bound| UserId(bound.id)).or(planned);
    let Some(id) = id else {
        let fields = rules::user::check(&fields(None, wanted))?;
        // Whoever is disabled there when they would begin here, begins later.
        if wanted.enabled {
            let (id, _) = create_checked(change, fields).await?;
            import_links::bind(&mut change.link, import.id, Provisioned::User, external_id, id.0).await?;
        }
        return Ok(false);
    };
    let before = users::get(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "user" })?;
    let over = bound.is_none();
    if over {
        take_over(change, import, &before, wanted).await?;
        import_links::bind(&mut change.link, import.id, Provisioned::User, external_id, id.0).await?;
    }
    let emergency = emergency::account(&mut change.link, id).await?.is_some();
    may_touch(&before, emergency)?;
    let enabled = enabled_after(wanted.enabled, before.enabled, bound.is_some_and(|bound| bound.disabled));
    let mut fields = fields(Some(&before), wanted);
    fields.sponsors = sponsors::of(&mut change.link, id).await?;
    change_person(change, before, &fields, enabled).await?;
    Ok(over)
}

/// An account that is here already becomes one of the import.
async fn take_over(change: &mut Change<'_>, import: &Import, user: &User, wanted: &Wanted) -> Result<(), Problem> {
    let name_taken = || Refusal::NameTaken { field: "user_name", label: "User name", name: user.user_name.clone() };
    let same = folded(&user.user_name) == folded(&wanted.user_name);
    if !same || is_anothers(change, import, user.id.0).await? {
        return Err(name_taken().into());
    }
    let reach = assignments::reach(&mut change.link, user.id, change.now).await?;
    let protected = is_protected(&mut change.link, &reach, change.now).await?;
    let emergency = emergency::account(&mut change.link, user.id).await?.is_some();
    Ok(may_take_over(user, protected, emergency)?)
}

/// Whether an account or a group comes from elsewhere, or may not be taken over.
async fn is_anothers(change: &mut Change<'_>, import: &Import, id: AnyId) -> Result<bool, Problem> {
    let bound = import_links::several(&mut change.link, &[id]).await?.remove(&id);
    let said = provisioned::get(&mut change.link, id).await?;
    let anothers = bound.is_some_and(|bound| bound.import != import.id);
    Ok(anothers || said.is_some_and(|said| said.removed_at.is_none()) || import.settings.existing == Existing::Skip)
}

async fn comes_from(change: &mut Change<'_>, import: &Import, id: AnyId) -> Result<bool, Problem> {
    Ok(import_links::several(&mut change.link, &[id]).await?.get(&id).is_some_and(|bound| bound.import == import.id))
}

/// Somebody who comes from this import and may be changed by it.
async fn own(change: &mut Change<'_>, import: &Import, id: UserId) -> Result<User, Problem> {
    if !comes_from(change, import, id.0).await? {
        return Err(Refusal::NotFound { what: "user" }.into());
    }
    let user = users::get(&mut change.link, id).await?.ok_or(Refusal::NotFound { what: "user" })?;
    may_touch(&user, emergency::account(&mut change.link, id).await?.is_some())?;
    Ok(user)
}

async fn own_group(change: &mut Change<'_>, import: &Import, id: GroupId) -> Result<rules::group::Group, Problem> {
    if !comes_from(change, import, id.0).await? {
        return Err(Refusal::NotFound { what: "group" }.into());
    }
    provisioning_group::known(change, id.0).await
}

async fn named_group(
    change: &mut Change<'_>,
    import: &Import,
    (external_id, planned): (&str, Option<GroupId>),
    name: &str,
) -> Result<bool, Problem> {
    let bound = import_links::get(&mut change.link, import.id, Provisioned::Group, external_id).await?;
    let id = bound.as_ref().map(|bound| GroupId(bound.id)).or(planned);
    let named = |membership, description| GroupFields { name: name.to_owned(), description, membership, role_assignable: false };
    let Some(id) = id else {
        let fields = rules::group::check_new(&named(Membership::Assigned, String::new()))?;
        let made = group::insert(change, fields).await?;
        import_links::bind(&mut change.link, import.id, Provisioned::Group, external_id, made.id.0).await?;
        return Ok(false);
    };
    let before = provisioning_group::known(change, id.0).await?;
    if before.membership.is_dynamic() {
        return Err(Refusal::DynamicMembership { group: before.name }.into());
    }
    if bound.is_none() {
        let is_it = groups::named(&mut change.link, &[name.to_owned()]).await?.iter().any(|group| group.id == id);
        if !is_it || is_anothers(change, import, id.0).await? {
            return Err(Refusal::NameTaken { field: "name", label: "Name", name: before.name }.into());
        }
        import_links::bind(&mut change.link, import.id, Provisioned::Group, external_id, id.0).await?;
    }
    if before.name != name {
        let fields = rules::group::check_edit(&before, &named(before.membership.clone(), before.description.clone()))?;
        group::save(change, before, fields).await?;
    }
    Ok(false)
}
