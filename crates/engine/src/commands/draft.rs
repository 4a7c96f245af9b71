//! Describing a new package step by step, and making it. A draft is its owner's alone; for others it does not exist.

use super::catalog::standing;
use super::{NAME, catalog, package, policy};
use crate::Problem;
use crate::change::Change;
use model::catalog::{Effect, PackageFields, PolicyFields};
use model::command::{Command, Done};
use model::draft::{Document, Filled, Step, Typed};
use model::limits::PACKAGE_DRAFTS_MAX;
use model::{CatalogId, DraftId, Refusal};
use rules::access::About;
use rules::draft::Draft;
use store::{Saved, catalogs, drafts, package_editing};

const NO_DRAFT: Refusal = Refusal::NotFound { what: "draft" };

pub async fn start(change: &mut Change<'_>, command: &Command, fields: &PackageFields) -> Result<Done, Problem> {
    let catalog = catalog::known(change, command, fields.catalog, About::default()).await?;
    let owner = change.person().ok_or(Refusal::SignInNeeded)?;
    let kept = drafts::of(&mut change.link, owner, PACKAGE_DRAFTS_MAX).await?.len();
    let document = rules::draft::start(fields, kept)?;
    free(change, catalog.id, &document.name).await?;
    let id = DraftId(change.id());
    let draft = Draft { id, owner, catalog: catalog.id, document, changed_at: change.now, version: 0 };
    drafts::insert(&mut change.link, &draft).await?;
    Ok(Done::PackageDraftSaved { draft: id, step: Step::Basics })
}

pub async fn save(
    change: &mut Change<'_>,
    command: &Command,
    id: DraftId,
    version: i64,
    filled: &Filled,
) -> Result<Done, Problem> {
    let draft = known(change, command, id, version).await?;
    if let Filled::Requests { scope, .. } = filled {
        rules::catalog::may_write_scope(&change.visitor, scope)?;
    }
    let document = rules::draft::fill(&draft, filled, change.now)?;
    match filled {
        Filled::Basics { .. } => free(change, draft.catalog, &document.name).await?,
        Filled::Roles(_) => {
            let catalog = catalogs::get(&mut change.link, draft.catalog).await?.ok_or(Refusal::NotFound { what: "catalog" })?;
            package::checked_roles(change, &document.roles, &document.name, &catalog).await?;
        }
        Filled::Requests { .. } => policy::decidable(change, &document.policy.settings).await?,
        Filled::Questions { .. } | Filled::Lifecycle { .. } => {}
    }
    replace(change, draft, document).await?;
    Ok(Done::PackageDraftSaved { draft: id, step: filled.step() })
}

/// Keeps a step as it was typed.
pub async fn keep(
    change: &mut Change<'_>,
    command: &Command,
    id: DraftId,
    version: i64,
    step: Step,
    typed: &Typed,
) -> Result<Done, Problem> {
    let draft = known(change, command, id, version).await?;
    let document = rules::draft::keep(&draft, step, typed);
    replace(change, draft, document).await?;
    Ok(Done::PackageDraftKept { draft: id, step })
}

async fn replace(change: &mut Change<'_>, draft: Draft, document: Document) -> Result<(), Problem> {
    let changed = Draft { document, changed_at: change.now, ..draft };
    match drafts::update(&mut change.link, &changed).await? {
        Saved::Yes => Ok(()),
        Saved::Stale => Err(Refusal::Stale.into()),
    }
}

pub async fn delete(change: &mut Change<'_>, command: &Command, id: DraftId) -> Result<Done, Problem> {
    super::allowed(change, command)?;
    let draft = own(change, id).await?;
    if drafts::delete(&mut change.link, &draft).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    Ok(Done::PackageDraftDeleted { name: draft.document.name })
}

/// Package, roles and first policy in one change: all of it, or nothing.
pub async fn create(
    change: &mut Change<'_>,
    command: &Command,
    id: DraftId,
    version: i64,
    seen: Option<Effect>,
) -> Result<Done, Problem> {
    let draft = known(change, command, id, version).await?;
    let (fields, roles, first) = rules::draft::ready(&draft)?;
    let first = PolicyFields { seen, ..first };
    // First, so that of two who press the button at once only one goes on.
    if drafts::delete(&mut change.link, &draft).await? == Saved::Stale {
        return Err(Refusal::Stale.into());
    }
    let done = package::create(change, command, &fields, &roles).await?;
    if let Done::PackageSaved { package, .. } = &done {
        policy::create(change, command, *package, &first).await?;
    }
    Ok(done)
}

/// The visitor's own draft.
async fn own(change: &mut Change<'_>, id: DraftId) -> Result<Draft, Problem> {
    let person = change.person().ok_or(Refusal::SignInNeeded)?;
    let draft = drafts::get(&mut change.link, id).await?;
    Ok(draft.filter(|draft| draft.owner == person).ok_or(NO_DRAFT)?)
}

/// The visitor's own draft as the page showed it, of a package that they may make.
async fn known(change: &mut Change<'_>, command: &Command, id: DraftId, version: i64) -> Result<Draft, Problem> {
    let draft = own(change, id).await?;
    let catalog = standing(change, draft.catalog).await?;
    rules::access::may_submit(&change.visitor, command, About { catalog, ..About::default() })?;
    if draft.version != version {
        return Err(Refusal::Stale.into());
    }
    Ok(draft)
}

/// Whether the catalog has no package of this name yet.
async fn free(change: &mut Change<'_>, catalog: CatalogId, name: &str) -> Result<(), Problem> {
    if package_editing::has_name(&mut change.link, catalog, name).await? {
        let (field, label) = NAME;
        return Err(Refusal::NameTaken { field, label, name: name.to_owned() }.into());
    }
    Ok(())
}
