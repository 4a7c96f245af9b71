//! One's own security: what one proves oneself with, and where one is signed in.

use super::Asking;
use crate::Problem;
use model::limits::{SESSION_ABSOLUTE_HOURS, SESSION_IDLE_MINUTES, SESSIONS_SHOWN};
use model::view::admin::Methods;
use model::view::security::{Passkey, Security, Session};
use model::{Span, UserId};
use store::{Link, proofs, providers, sessions};

pub async fn security(asking: &mut Asking<'_>, passkeys_possible: bool) -> Result<Security, Problem> {
    let (me, now) = (asking.who.user, asking.now);
    let Methods { password, authenticator, codes_left, passkeys, .. } = methods(&mut asking.link, me, false).await?;
    let used_since = now - Span::minutes(SESSION_IDLE_MINUTES);
    let begun_after = now - Span::hours(SESSION_ABSOLUTE_HOURS);
    let open = sessions::list(&mut asking.link, me, used_since, begun_after, SESSIONS_SHOWN).await?;
    let sessions = open
        .into_iter()
        .map(|one| Session {
            here: one.id == asking.who.session,
            since: one.created_at,
            seen: one.seen_at,
            address: one.address,
            agent: browser(&one.agent),
        })
        .collect();
    let asked_by = asking.who.asked_by.clone();
    let (accounts, connectable) = providers::of_user_and_others(&mut asking.link, me).await?;
    let vouchers = super::provider::vouchers(&accounts);
    let linked = super::provider::linked(accounts, true);
    Ok(Security {
        me,
        asked_by,
        linked,
        vouchers,
        connectable,
        password,
        authenticator,
        codes_left,
        passkeys,
        passkeys_possible,
        sessions,
    })
}

/// What somebody signs in and proves themselves with.
pub async fn methods(link: &mut Link, id: UserId, may_remove: bool) -> Result<Methods, Problem> {
    let kept = proofs::methods(link, id).await?;
    let passkeys = proofs::passkeys(link, id).await?;
    let passkey = |one: proofs::Passkey| Passkey { id: one.id, name: one.name, added: one.created_at, used: one.used_at };
    Ok(Methods {
        password: kept.is_some_and(|kept| kept.password == 1),
        authenticator: kept.and_then(|kept| kept.authenticator),
        codes_left: kept.map_or(0, |kept| u32::try_from(kept.codes_left).unwrap_or(0)),
        passkeys: passkeys.into_iter().map(passkey).collect(),
        may_remove,
    })
}

/// `Firefox on Linux`, from what a browser calls itself.
fn browser(agent: &str) -> String {
    // Most of them call themselves by the names of the others, too; the first that fits is the right one.
    let known = |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let name = known(&[("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari")]);
    let system = known(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Mac OS", "a Mac"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} on {system}"),
        (Some(name), None) => name.to_owned(),
        (None, _) if agent.is_empty() => "An unknown browser".to_owned(),
        (None, _) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_called_as_people_call_them() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        let safari =
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15";
        assert_eq!(browser(firefox), "Firefox on Linux");
        assert_eq!(browser(edge), "Edge on Windows");
        assert_eq!(browser(safari), "Safari on a Mac");
        assert_eq!(browser("curl/8.0"), "curl/8.0");
        assert_eq!(browser(""), "An unknown browser");
    }
}
