//! Identity providers: what may be set, who may come in from one, and what its word about a proof is worth.

use crate::form::{is_web_address, malformed, text};
use crate::user::{User, folded};
use model::command::UserFields;
use model::directory::{Profile, UserKind};
use model::event::{Action, Change};
use model::limits::{
    ATTRIBUTE_MAX_CHARS, CLIENT_ID_MAX_CHARS, CLIENT_SECRET_MAX_CHARS, ISSUER_MAX_CHARS, NAME_MAX_CHARS, PROVIDERS_MAX,
    STRENGTH_WORDS_MAX, USER_NAME_MAX_CHARS,
};
use model::proof::{Proofs, Strength, Vouched};
use model::provider::{Joining, NewSecret, Newcomer, Provider, SCOPES, SaveProvider, Strengths};
use model::{ProviderId, Refusal, Ts, UserId};

/// A provider as it was before it is saved.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    pub provider: &'a Provider,
    pub has_secret: bool,
    /// People who are linked.
    pub people: usize,
}

/// The provider as it is from now on, with what is recorded of that; nothing when all stays as it was. `all` is every
/// provider there is.
pub fn save(
    id: ProviderId,
    before: Option<Before<'_>>,
    asked: &SaveProvider,
    all: &[Provider],
    now: Ts,
) -> Result<Option<(Provider, Action)>, Refusal> {
    let name = text("name", "Name", &asked.name, true, NAME_MAX_CHARS)?;
    let issuer = issuer(&asked.issuer)?;
    let client_id = text("client_id", "Client ID", &asked.client_id, true, CLIENT_ID_MAX_CHARS)?;
    let scopes = scopes(&asked.scopes)?;
    let strengths = Strengths {
        multifactor: words("multifactor", "Words for multifactor authentication", &asked.multifactor)?,
        passkey: words("passkey", "Words for a passkey", &asked.passkey)?,
    };
    if let NewSecret::Set(secret) = &asked.secret {
        text("client_secret", "Client secret", &secret.0, true, CLIENT_SECRET_MAX_CHARS)?;
    }
    let others = || all.iter().filter(|other| Some(other.id) != asked.provider);
    if let Some(other) = others().find(|other| folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { field: "name", label: "Name", name: other.name.clone() });
    }
    if let Some(other) = others().find(|other| other.issuer == issuer) {
        return Err(malformed("issuer", format!("“{}” has this issuer already. Change that provider instead.", other.name)));
    }
    let joining = asked.joining;
    let Some(Before { provider: before, has_secret, people }) = before else {
        if all.len() >= PROVIDERS_MAX {
            return Err(malformed(
                "name",
                format!("There can be {PROVIDERS_MAX} providers. Change one that is no longer needed."),
            ));
        }
        let (created_at, name_of_event) = (now, name.clone());
        let provider =
            Provider { id, name, issuer, client_id, scopes, joining, strengths, enabled: true, created_at, version: 1 };
        let changes = changes(&blank(&provider), &provider, &asked.secret);
        return Ok(Some((provider, Action::ProviderCreated { provider: id, name: name_of_event, changes })));
    };
    if before.version != asked.version {
        return Err(Refusal::Stale);
    }
    if before.issuer != issuer {
        // Who somebody is there says nothing about who they are elsewhere.
        if people > 0 {
            return Err(Refusal::ProviderKeepsIssuer { name: before.name.clone(), people });
        }
        // Whoever may change the address must not learn the secret by having it sent to themselves.
        if has_secret && asked.secret == NewSecret::Keep {
            let message = "The issuer is another one now, so type the client secret again: the one that is kept is only sent to \
                           the server that it was typed for."
                .to_owned();
            return Err(malformed("client_secret", message));
        }
    }
    let after = Provider { name, issuer, client_id, scopes, joining, strengths, ..before.clone() };
    let changes = changes(before, &after, &asked.secret);
    if changes.is_empty() {
        return Ok(None);
    }
    let action = Action::ProviderChanged { provider: before.id, name: after.name.clone(), changes };
    Ok(Some((Provider { version: before.version + 1, ..after }, action)))
}

/// Switches a provider on or off; nothing when it is so already.
pub fn set_enabled(before: &Provider, enabled: bool) -> Option<(Provider, Action)> {
    if before.enabled == enabled {
        return None;
    }
    let word = |enabled: bool| if enabled { "Yes" } else { "No" }.to_owned();
    let changes = vec![Change { field: "Enabled".to_owned(), before: word(before.enabled), after: word(enabled) }];
    let action = Action::ProviderChanged { provider: before.id, name: before.name.clone(), changes };
    Some((Provider { enabled, version: before.version + 1, ..before.clone() }, action))
}

/// Whether a provider may be deleted, with the links to it. `seen` is how many people whoever deletes was shown.
pub fn may_delete(provider: &Provider, people: usize, seen: usize) -> Result<(), Refusal> {
    if people > seen { Err(Refusal::ProviderHasPeople { name: provider.name.clone(), people }) } else { Ok(()) }
}

fn blank(of: &Provider) -> Provider {
    Provider {
        name: String::new(),
        issuer: String::new(),
        client_id: String::new(),
        scopes: String::new(),
        strengths: Strengths::default(),
        ..of.clone()
    }
}

/// What is different, for the history. Of the secret only that it is another one.
fn changes(before: &Provider, after: &Provider, secret: &NewSecret) -> Vec<Change> {
    let list = |words: &[String]| words.join(", ");
    let rows = [
        ("Name", before.name.clone(), after.name.clone()),
        ("Issuer", before.issuer.clone(), after.issuer.clone()),
        ("Client ID", before.client_id.clone(), after.client_id.clone()),
        ("Scopes", before.scopes.clone(), after.scopes.clone()),
        ("Who may sign in", before.joining.name().to_owned(), after.joining.name().to_owned()),
        ("Words for multifactor authentication", list(&before.strengths.multifactor), list(&after.strengths.multifactor)),
        ("Words for a passkey", list(&before.strengths.passkey), list(&after.strengths.passkey)),
    ];
    let mut changes: Vec<Change> = rows
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change { field: field.to_owned(), before, after })
        .collect();
    let said = match secret {
        NewSecret::Keep => None,
        NewSecret::Set(_) => Some("Changed"),
        NewSecret::Without => Some("None"),
    };
    if let Some(said) = said {
        changes.push(Change { field: "Client secret".to_owned(), before: String::new(), after: said.to_owned() });
    }
    changes
}

/// The address as it is typed is what the provider has to call itself, to the letter.
fn issuer(typed: &str) -> Result<String, Refusal> {
    let issuer = text("issuer", "Issuer", typed, true, ISSUER_MAX_CHARS)?;
    if is_web_address(&issuer, &['?']) {
        return Ok(issuer);
    }
    Err(malformed(
        "issuer",
        format!("An issuer is an address like https://id.example.com, without ? and #. You wrote “{issuer}”."),
    ))
}

fn scopes(typed: &str) -> Result<String, Refusal> {
    let typed = text("scopes", "Scopes", typed, false, ISSUER_MAX_CHARS)?;
    if typed.is_empty() {
        return Ok(SCOPES.to_owned());
    }
    let scopes: Vec<&str> = typed.split_whitespace().collect();
    let fits = |scope: &&str| scope.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\'));
    if !scopes.iter().all(fits) || !scopes.contains(&"openid") {
        return Err(malformed(
            "scopes",
            format!("Scopes are words between blanks, and “openid” is one of them. You wrote “{typed}”."),
        ));
    }
    Ok(scopes.join(" "))
}

fn words(field: &str, label: &str, typed: &str) -> Result<Vec<String>, Refusal> {
    let typed = text(field, label, typed, false, ISSUER_MAX_CHARS)?;
    let mut words: Vec<String> =
        typed.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.dedup();
    if words.len() > STRENGTH_WORDS_MAX {
        return Err(malformed(field, format!("“{label}” holds at most {STRENGTH_WORDS_MAX} words.")));
    }
    Ok(words)
}

/// What a sign-in at the provider was, by the words (`acr`, `amr`) that it says about it.
pub fn strength(strengths: &Strengths, acr: Option<&str>, amr: &[String]) -> Strength {
    let says = |words: &[String]| words.iter().any(|word| acr == Some(word) || amr.contains(word));
    if says(&strengths.passkey) {
        Strength::Passkey
    } else if says(&strengths.multifactor) {
        Strength::Multifactor
    } else {
        Strength::SignIn
    }
}

/// The most that a provider can vouch for, as its words are set.
pub fn vouches_for(strengths: &Strengths) -> Strength {
    match (strengths.multifactor.is_empty(), strengths.passkey.is_empty()) {
        (_, false) => Strength::Passkey,
        (false, true) => Strength::Multifactor,
        (true, true) => Strength::SignIn,
    }
}

/// The words with which a provider is asked for a proof, the best liked first: as weak as suffices. `known` are those that it
/// says it understands; when it says nothing, it may understand all.
pub fn asks_for(strengths: &Strengths, strength: Strength, known: &[String]) -> Vec<String> {
    let words: Vec<&String> = match strength {
        Strength::SignIn => Vec::new(),
        Strength::Multifactor => strengths.multifactor.iter().chain(&strengths.passkey).collect(),
        Strength::Passkey => strengths.passkey.iter().collect(),
    };
    words.into_iter().filter(|word| known.is_empty() || known.contains(word)).cloned().collect()
}

/// Whether a provider can be asked for a proof so strong.
pub fn may_ask_for(provider: &Provider, strength: Strength) -> Result<(), Refusal> {
    may_sign_in(provider)?;
    let enough = vouches_for(&provider.strengths) >= strength;
    if enough { Ok(()) } else { Err(Refusal::ProviderProvedLess { name: provider.name.clone(), strength }) }
}

/// Whether what a provider says proves something of whoever is signed in: it has to be about an account of theirs, and as
/// strong as was asked for. `linked` is whose account it is here, `called` its name there.
pub fn proves(
    provider: &Provider,
    who: UserId,
    (linked, called): (Option<UserId>, &str),
    (asked, said): (Strength, Strength),
) -> Result<(), Refusal> {
    let name = || provider.name.clone();
    if linked != Some(who) {
        return Err(Refusal::ProviderOtherAccount { name: name(), called: called.to_owned() });
    }
    if said < asked { Err(Refusal::ProviderProvedLess { name: name(), strength: asked }) } else { Ok(()) }
}

/// Whether somebody may connect an account at a provider. `mine`: they have one there already. `linked` is whose it is.
pub fn may_link(provider: &Provider, mine: bool, who: UserId, (linked, called): (Option<UserId>, &str)) -> Result<(), Refusal> {
    may_sign_in(provider)?;
    let name = || provider.name.clone();
    if linked.is_some_and(|other| other != who) {
        return Err(Refusal::LinkedToAnother { name: name(), called: called.to_owned() });
    }
    if mine || linked.is_some() { Err(Refusal::HasLink { name: name() }) } else { Ok(()) }
}

/// What a session has proved when it was begun with a provider. Without a word about when somebody proved themselves there,
/// it may have been any time ago: that is a sign-in, and no fresh one.
pub fn vouched(strength: Strength, auth_time: Option<Ts>) -> Proofs {
    let mut vouched = Vouched::default();
    match strength {
        Strength::SignIn => {}
        Strength::Multifactor => vouched.multifactor_at = auth_time,
        Strength::Passkey => vouched.passkey_at = auth_time,
    }
    Proofs { signed_in_at: auth_time, vouched, ..Proofs::default() }
}

/// Whether whoever comes from it may come in at all.
pub fn may_sign_in(provider: &Provider) -> Result<(), Refusal> {
    if provider.enabled { Ok(()) } else { Err(Refusal::ProviderDisabled { name: provider.name.clone() }) }
}

/// Who somebody is who was never seen from this provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joins {
    /// The person whose user name is the verified address.
    As(UserId),
    New(UserFields),
}

/// The user name by which somebody new is looked for, or which they would get.
pub fn user_name(provider: &Provider, newcomer: &Newcomer) -> Option<String> {
    let own = newcomer.user_name.as_ref().filter(|_| provider.joining == Joining::Created);
    newcomer.verified_email.as_ref().or(own).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Whether somebody new comes in, and as whom. `named` is the person with that user name, and whether they are linked to
/// another account at this provider.
pub fn join(provider: &Provider, newcomer: &Newcomer, named: Option<(&User, bool)>) -> Result<Joins, Refusal> {
    let name = || provider.name.clone();
    let stranger = || Refusal::NotKnownHere { name: name(), called: newcomer.called() };
    match (provider.joining, named) {
        (Joining::Bound, _) => Err(stranger()),
        (Joining::Matched, None) => Err(stranger()),
        // The address may have been given to somebody else since; whom it means now is not ours to guess.
        (Joining::Matched, Some((_, true))) => Err(Refusal::LinkedOtherwise { name: name(), called: newcomer.called() }),
        (Joining::Matched, Some((user, false))) => Ok(Joins::As(user.id)),
        (Joining::Created, Some((user, _))) => {
            Err(Refusal::UserNameOfAnother { name: name(), user_name: user.user_name.clone() })
        }
        (Joining::Created, None) => fields(provider, newcomer).map(Joins::New),
    }
}

/// Whoever comes in holds nothing: what they may is given here, and not there.
fn fields(provider: &Provider, newcomer: &Newcomer) -> Result<UserFields, Refusal> {
    let user_name = user_name(provider, newcomer)
        .filter(|name| !name.chars().any(|c| c.is_whitespace() || c.is_control()) && name.chars().count() <= USER_NAME_MAX_CHARS);
    let Some(user_name) = user_name else {
        return Err(Refusal::NoUserName { name: provider.name.clone() });
    };
    let short = |text: &Option<String>, limit: usize| {
        let text = text.as_deref().unwrap_or_default().trim();
        text.chars().filter(|c| !c.is_control()).take(limit).collect::<String>()
    };
    let mut profile = Profile::default();
    for (attribute, value) in [("givenName", &newcomer.given_name), ("surname", &newcomer.family_name)] {
        let value = short(value, ATTRIBUTE_MAX_CHARS);
        if !value.is_empty() {
            profile.attributes.insert(attribute.to_owned(), value);
        }
    }
    let display_name = Some(short(&newcomer.name, NAME_MAX_CHARS)).filter(|name| !name.is_empty());
    let mail = newcomer.verified_email.clone().filter(|address| crate::user::mail("mail", address).is_ok()).unwrap_or_default();
    Ok(UserFields {
        display_name: display_name.unwrap_or_else(|| user_name.clone()),
        user_name,
        mail: mail.trim().to_owned(),
        kind: UserKind::Member,
        manager: None,
        sponsors: Vec::new(),
        profile,
    })
}

#[cfg(test)]
mod tests;
