//! Administration: one policy with its form.

use super::Asking;
use super::admin_package::{place_words, seen_package, seen_standing};
use super::answering::askable;
use super::user::CHOICES;
use super::words::People;
use crate::Problem;
use crate::commands::automatic::evaluated;
use model::approval::Stage;
use model::catalog::PolicyOf;
use model::limits::{ASKED_PEOPLE_MAX, NOTIFIED_PEOPLE_FLAGGED, PREVIEW_NAMES_MAX};
use model::package::{PolicySettings, Scope};
use model::query;
use model::view::Choice;
use model::view::Persona;
use model::view::catalog::{Policy, PolicyNames, PolicyPreview};
use model::{CatalogId, GroupId, PackageId, PolicyId, Refusal, UserId};
use rules::automatic::Automatic;
use rules::review::of_policy;
use store::approvals::Thing;
use store::search::Words;
use store::{approvals, groups, package_editing, packages, policies, users};

const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };

pub async fn one(asking: &mut Asking<'_>, package: PackageId, id: Option<PolicyId>) -> Result<Policy, Problem> {
    let (package, standing) = seen_standing(asking, package).await?;
    let may_edit = rules::catalog::manages_packages(asking.visitor, standing);
    let who_could = rules::catalog::may_ask_who_could(asking.visitor, standing).is_ok();
    let askable = askable(&mut asking.link).await?;
    let Some(id) = id else {
        return Ok(Policy {
            package: package.id,
            package_name: package.name,
            policy: None,
            version: 0,
            name: String::new(),
            enabled: true,
            settings: rules::draft::beginning(),
            names: Vec::new(),
            askable,
            warnings: Vec::new(),
            place: String::new(),
            reviews: of_policy::beginning(asking.now),
            open: 0,
            held: 0,
            may_edit,
            may_automate: rules::catalog::writes_rules(asking.visitor),
            who_could,
        });
    };
    let found = policies::get(&mut asking.link, package.id, id).await?;
    let (policy, version) = found.ok_or(Refusal::NotFound { what: "policy" })?;
    let may_edit = may_edit && rules::catalog::may_write_scope(asking.visitor, &policy.settings.scope).is_ok();
    let in_use = package_editing::in_use(&mut asking.link, package.id, asking.now).await?;
    let (held, open) = in_use.iter().find(|(of, _, _)| *of == id).map_or((0, 0), |(_, held, open)| (*held, *open));
    let names = names_of(asking, &policy.settings).await?;
    let warnings = warnings(asking, &policy.settings).await?;
    let all = packages::policies(&mut asking.link, package.id).await?;
    let places = rules::package::priority::places(&all);
    let place = places.iter().find(|(one, _)| one.id == id).map(|(_, place)| place_words(&all, place)).unwrap_or_default();
    Ok(Policy {
        package: package.id,
        package_name: package.name,
        policy: Some(id),
        version,
        name: policy.name,
        enabled: policy.enabled,
        reviews: policy.settings.reviews.clone().unwrap_or_else(|| of_policy::beginning(asking.now)),
        settings: policy.settings,
        names,
        askable,
        warnings,
        place,
        open: u32::try_from(open).unwrap_or(0),
        held: u32::try_from(held).unwrap_or(0),
        may_edit,
        may_automate: rules::catalog::writes_rules(asking.visitor),
        who_could,
    })
}

/// How the form writes the people and groups that are named: `user:…` or `group:…`, and the words.
pub async fn names_of(asking: &mut Asking<'_>, settings: &PolicySettings) -> Result<Vec<(String, String)>, Problem> {
    let (user_ids, group_ids) = settings.named();
    written_names(asking, user_ids, group_ids).await
}

/// The same for the stages of role settings.
pub async fn stage_names(asking: &mut Asking<'_>, stages: &[Stage]) -> Result<Vec<(String, String)>, Problem> {
    let (user_ids, group_ids) = model::approval::named(stages);
    written_names(asking, user_ids.into_iter().collect(), group_ids.into_iter().collect()).await
}

async fn written_names(
    asking: &mut Asking<'_>,
    user_ids: Vec<UserId>,
    group_ids: Vec<GroupId>,
) -> Result<Vec<(String, String)>, Problem> {
    let people = People::load(asking, &user_ids).await?;
    let group_names = groups::names(&mut asking.link, &group_ids).await?;
    let mut names: Vec<(String, String)> = user_ids
        .iter()
        .filter_map(|id| people.get(*id))
        .map(|user| (format!("user:{}", user.id), written(&user.display_name, &user.user_name)))
        .collect();
    names.extend(group_names.into_iter().map(|(id, name)| (format!("group:{id}"), name)));
    Ok(names)
}

/// Stages that nobody can decide any more, that ask a crowd, or that one person alone decides who may request as well.
pub async fn warnings(asking: &mut Asking<'_>, settings: &PolicySettings) -> Result<Vec<String>, Problem> {
    let nobody = UserId(model::AnyId::nil());
    let people = approvals::people(&mut asking.link, &settings.stages, nobody, (Thing::Nothing, &[]), asking.now).await?;
    let undecidable = rules::package::can_ever_be_decided(&settings.stages, &people).err();
    let mut warnings: Vec<String> = undecidable.map(|refusal| refusal.sentence_for_pages()).into_iter().collect();
    for (number, (stage, people)) in settings.stages.iter().zip(&people).enumerate() {
        if let Some(count) = rules::package::crowd(people) {
            let number = number + 1;
            let told = if count > ASKED_PEOPLE_MAX { ASKED_PEOPLE_MAX.to_string() } else { "all".to_owned() };
            warnings.push(format!(
                "Stage {number} asks {count} people about every request, and {told} of them get a letter. Name a smaller group, or the people who know the answer: more than {NOTIFIED_PEOPLE_FLAGGED} at once is noise."
            ));
        }
        let Some(only) = rules::package::lonely_approver(stage, people, |_| true) else { continue };
        let asker = crate::commands::request::asker(&mut asking.link, only, asking.now).await?;
        if rules::package::covers(&settings.scope, &asker) {
            let name = People::load(asking, &[only]).await?.name(only);
            warnings.push(format!(
                "Only {name} can decide stage {}, and may request under this policy too. Nobody decides about themselves, so a request of {name} would be refused. Name a second approver or a fallback approver.",
                number + 1
            ));
        }
    }
    Ok(warnings)
}

/// What saving a policy with this rule would do at once: what the command does and says, without doing it.
pub async fn preview(asking: &mut Asking<'_>, query: query::PolicyPreview) -> Result<PolicyPreview, Problem> {
    writes(asking, query.of).await?;
    let scope = Scope::Automatic { rule: query.rule.clone(), grace_minutes: 0 };
    rules::catalog::may_write_scope(asking.visitor, &scope)?;
    let package = match query.of {
        PolicyOf::Package(package) => package,
        // Nobody holds what is not made yet.
        PolicyOf::Draft(_) => PackageId(model::AnyId::nil()),
        // No rule gives roles.
        PolicyOf::Role(_) | PolicyOf::Template(_) => return Err(NO_PACKAGE.into()),
    };
    match effect_of(asking, package, query).await {
        Err(Problem::Refused(refusal)) => Ok(PolicyPreview { refused: Some(refusal.into()), ..PolicyPreview::default() }),
        answer => answer,
    }
}

async fn effect_of(asking: &mut Asking<'_>, package: PackageId, query: query::PolicyPreview) -> Result<PolicyPreview, Problem> {
    // How long they keep it afterwards changes nothing in who leaves.
    let settings = rules::automatic::check(&query.rule, 0)?;
    let id = query.policy.unwrap_or(PolicyId(model::AnyId::nil()));
    let policy = rules::package::Policy { id, name: String::new(), enabled: query.enabled, settings };
    rules::automatic::only_one(package, &policy, &packages::policies(&mut asking.link, package).await?)?;
    let Some(rule) = Automatic::of(&policy) else { return Err(NO_PACKAGE.into()) };
    let (matching, acts) = evaluated(&mut asking.link, package, &rule, asking.now).await?;
    let effect = rules::automatic::effect(acts.iter().map(|(_, act, _)| *act));
    rules::automatic::may_save(matching, effect, Some(effect))?;
    let some = |gains: bool| -> Vec<UserId> {
        let of = acts.iter().filter(|(_, act, _)| (act.effect().gain > 0) == gains && !act.effect().is_nothing());
        of.map(|(user, _, _)| *user).take(PREVIEW_NAMES_MAX).collect()
    };
    let (gain, lose) = (some(true), some(false));
    let people = People::load(asking, &[gain.as_slice(), &lose].concat()).await?;
    let named = |ids: &[UserId]| {
        let mut said: Vec<Persona> = ids.iter().map(|id| people.persona(*id)).collect();
        said.sort_by_key(|persona| persona.name.to_lowercase());
        said
    };
    Ok(PolicyPreview { matching, effect, gain: named(&gain), lose: named(&lose), refused: None })
}

/// Who is meant by names as they were typed: a user name, a full name that is only one person's, or both as the form
/// writes them, `Alex Berg (alex)`.
pub async fn names(asking: &mut Asking<'_>, query: query::PolicyNames) -> Result<PolicyNames, Problem> {
    writes(asking, query.of).await?;
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for name in &query.users {
        let inner = name.trim().strip_suffix(')').and_then(|name| name.rsplit_once('(')).map(|(_, inner)| inner.trim());
        users.push(policies::user_called(&mut asking.link, inner.unwrap_or(name.trim())).await?);
    }
    for name in &query.groups {
        groups.push(groups::called(&mut asking.link, name.trim()).await?);
    }
    Ok(PolicyNames { users, groups })
}

/// How the form writes somebody: [`names`] reads it again.
fn written(display_name: &str, user_name: &str) -> String {
    format!("{display_name} ({user_name})")
}

/// The catalog of a policy that the visitor may write, if it belongs to one; for others it does not exist.
pub async fn writes(asking: &mut Asking<'_>, of: PolicyOf) -> Result<Option<CatalogId>, Problem> {
    match of {
        PolicyOf::Package(package) => {
            let (package, may_edit) = seen_package(asking, package).await?;
            if may_edit { Ok(Some(package.catalog)) } else { Err(NO_PACKAGE.into()) }
        }
        PolicyOf::Draft(draft) => Ok(Some(super::draft::own(asking, draft).await?.catalog)),
        PolicyOf::Role(role) => super::role::managed(asking, role).await.map(|()| None),
        PolicyOf::Template(_) if rules::access::manages_roles(asking.visitor) => Ok(None),
        PolicyOf::Template(_) => Err(Refusal::NotFound { what: "page" }.into()),
    }
}

/// Whom the form can name. Groups are offered as for the roles of the catalog: whoever does not see the directory is
/// shown those of their own and those of the catalog.
pub async fn subjects(asking: &mut Asking<'_>, query: query::PolicySubjects) -> Result<Vec<Choice>, Problem> {
    let catalog = writes(asking, query.of).await?;
    if query.groups {
        let found = super::catalog::offered_groups(asking, catalog, &query.search).await?;
        return Ok(found.into_iter().map(|(_, name)| Choice { id: name.clone(), name, under: String::new() }).collect());
    }
    // Everybody has the domain of an address.
    let wanted = query.search.split('@').next().unwrap_or_default();
    let found = users::list(&mut asking.link, &Words::of(wanted), users::Filter::All, None, CHOICES).await?;
    let one = |user: rules::user::User| Choice {
        id: written(&user.display_name, &user.user_name),
        under: if user.mail.is_empty() { user.user_name } else { user.mail },
        name: user.display_name,
    };
    Ok(found.into_iter().filter(|user| user.enabled).map(one).collect())
}
