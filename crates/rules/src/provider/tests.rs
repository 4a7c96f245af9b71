//! Tables about identity providers.

use super::*;
use crate::tests::{id, user};
use model::command::Secret;

fn provider() -> Provider {
    Provider {
        id: ProviderId(id(1)),
        name: "Harbour ID".into(),
        issuer: "https://id.harbour.example".into(),
        client_id: "vestibule".into(),
        scopes: SCOPES.into(),
        joining: Joining::Created,
        strengths: Strengths::default(),
        enabled: true,
        created_at: Ts(1),
        version: 3,
    }
}

fn asked() -> SaveProvider {
    SaveProvider {
        provider: Some(provider().id),
        version: 3,
        name: "Harbour ID".into(),
        issuer: "https://id.harbour.example".into(),
        client_id: "vestibule".into(),
        secret: NewSecret::Keep,
        scopes: String::new(),
        joining: Joining::Created,
        multifactor: String::new(),
        passkey: String::new(),
    }
}

fn saved(people: usize, change: impl FnOnce(&mut SaveProvider)) -> Result<Option<(Provider, Action)>, Refusal> {
    let mut asked = asked();
    change(&mut asked);
    let before = provider();
    save(before.id, Some(Before { provider: &before, has_secret: true, people }), &asked, std::slice::from_ref(&before), Ts(9))
}

fn known(n: u128) -> User {
    User {
        id: user(n),
        user_name: "alex@harbour.example".into(),
        display_name: "Alex".into(),
        mail: String::new(),
        kind: UserKind::Member,
        manager: None,
        enabled: true,
        profile: Profile::default(),
        created_at: Ts(0),
        last_sign_in_at: None,
        version: 0,
    }
}

fn newcomer() -> Newcomer {
    Newcomer {
        subject: "7".into(),
        verified_email: Some("alex@harbour.example".into()),
        user_name: Some("alex".into()),
        name: Some("Alex Winter".into()),
        given_name: Some("Alex".into()),
        family_name: Some("Winter".into()),
    }
}

#[test]
fn a_secret_is_never_sent_to_another_server_than_it_was_typed_for() {
    let elsewhere = |asked: &mut SaveProvider| asked.issuer = "https://evil.example".into();
    assert_eq!(saved(0, elsewhere).unwrap_err().field(), Some("client_secret"));
    let typed = saved(0, |asked| {
        elsewhere(asked);
        asked.secret = NewSecret::Set(Secret("other".into()));
    });
    assert_eq!(typed.unwrap().unwrap().0.issuer, "https://evil.example");
    assert!(
        saved(0, |asked| {
            elsewhere(asked);
            asked.secret = NewSecret::Without;
        })
        .is_ok()
    );
}

#[test]
fn people_who_are_linked_keep_the_issuer_that_they_were_linked_at() {
    let refused = saved(2, |asked| {
        asked.issuer = "https://id2.harbour.example".into();
        asked.secret = NewSecret::Set(Secret("other".into()));
    });
    assert_eq!(refused, Err(Refusal::ProviderKeepsIssuer { name: "Harbour ID".into(), people: 2 }));
    assert_eq!(may_delete(&provider(), 2, 1), Err(Refusal::ProviderHasPeople { name: "Harbour ID".into(), people: 2 }));
    assert_eq!(may_delete(&provider(), 2, 2), Ok(()));
    assert_eq!(may_delete(&provider(), 1, 2), Ok(()), "fewer than were shown");
}

#[test]
fn what_cannot_be_is_refused_with_its_field() {
    let field = |change: &dyn Fn(&mut SaveProvider)| saved(0, |asked| change(asked)).unwrap_err().field().map(str::to_owned);
    for wrong in [
        "",
        "id.example.com",
        "ftp://id.example.com",
        "https://",
        "https:///x",
        "https://a b",
        "https://a?b",
        "https://a#b",
        "https://u@a",
    ] {
        assert_eq!(field(&|asked| asked.issuer = wrong.into()).as_deref(), Some("issuer"), "{wrong}");
    }
    assert_eq!(field(&|asked| asked.name = " ".into()).as_deref(), Some("name"));
    assert_eq!(field(&|asked| asked.client_id = String::new()).as_deref(), Some("client_id"));
    assert_eq!(field(&|asked| asked.scopes = "profile email".into()).as_deref(), Some("scopes"));
    assert_eq!(field(&|asked| asked.secret = NewSecret::Set(Secret(" ".into()))).as_deref(), Some("client_secret"));
    assert_eq!(saved(0, |asked| asked.version = 2), Err(Refusal::Stale));
    let another = Provider { id: ProviderId(id(2)), name: "Other".into(), issuer: "https://o.example".into(), ..provider() };
    let new = |name: &str, issuer: &str| {
        let asked = SaveProvider { provider: None, name: name.into(), issuer: issuer.into(), ..asked() };
        save(ProviderId(id(3)), None, &asked, &[provider(), another.clone()], Ts(9))
            .map_err(|refusal| refusal.field().map(str::to_owned))
    };
    assert_eq!(new("OTHER", "https://n.example").unwrap_err().as_deref(), Some("name"));
    assert_eq!(new("New", "https://o.example").unwrap_err().as_deref(), Some("issuer"), "people are bound by it");
    let (made, action) = new("New", "https://n.example").unwrap().unwrap();
    assert!(made.enabled && made.version == 1 && made.scopes == SCOPES);
    assert!(matches!(action, Action::ProviderCreated { .. }));
}

#[test]
fn the_history_has_every_change_and_never_the_secret() {
    assert_eq!(saved(0, |_| {}), Ok(None));
    let (after, action) = saved(3, |asked| {
        asked.multifactor = "mfa, otp\nmfa2".into();
        asked.secret = NewSecret::Set(Secret("hush-hush".into()));
    })
    .unwrap()
    .unwrap();
    assert_eq!((after.version, after.strengths.multifactor.join("|").as_str()), (4, "mfa|otp|mfa2"));
    let Action::ProviderChanged { changes, .. } = &action else { panic!("{action:?}") };
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["Words for multifactor authentication", "Client secret"]);
    assert!(!serde_json::to_string(&action).unwrap().contains("hush"));
    let (off, action) = set_enabled(&provider(), false).unwrap();
    assert!(!off.enabled && matches!(action, Action::ProviderChanged { .. }));
    assert_eq!(set_enabled(&off, false), None);
    assert!(may_sign_in(&off).is_err() && may_sign_in(&provider()).is_ok());
}

#[test]
fn nobody_comes_in_as_somebody_else() {
    let with = |joining| Provider { joining, ..provider() };
    let code = |joining, newcomer: &Newcomer, named: Option<(&User, bool)>| {
        join(&with(joining), newcomer, named).map_err(|refusal| refusal.code())
    };
    let alex = known(1);
    assert_eq!(code(Joining::Bound, &newcomer(), Some((&alex, false))), Err("not_known_here"), "a name is no link");
    assert_eq!(code(Joining::Matched, &newcomer(), None), Err("not_known_here"));
    assert_eq!(code(Joining::Matched, &newcomer(), Some((&alex, true))), Err("linked_otherwise"), "the address moved on");
    assert_eq!(code(Joining::Created, &newcomer(), Some((&alex, false))), Err("user_name_of_another"));
    let nameless = Newcomer { subject: "7".into(), ..Newcomer::default() };
    assert_eq!(code(Joining::Created, &nameless, None), Err("no_user_name"));
    let blank = Newcomer { user_name: Some("two words".into()), ..nameless.clone() };
    assert_eq!(code(Joining::Created, &blank, None), Err("no_user_name"));
    assert_eq!(code(Joining::Matched, &newcomer(), Some((&alex, false))), Ok(Joins::As(user(1))));
    // What somebody calls themselves there is not verified: nobody is found by it.
    let claims = Newcomer { verified_email: None, ..newcomer() };
    assert_eq!(user_name(&with(Joining::Matched), &claims), None);
    assert_eq!(user_name(&with(Joining::Created), &claims).as_deref(), Some("alex"));
}

#[test]
fn whoever_is_created_is_a_member_with_what_the_provider_verified() {
    let Ok(Joins::New(fields)) = join(&provider(), &newcomer(), None) else { panic!("somebody new") };
    assert_eq!((fields.user_name.as_str(), fields.mail.as_str()), ("alex@harbour.example", "alex@harbour.example"));
    assert_eq!((fields.display_name.as_str(), fields.kind), ("Alex Winter", UserKind::Member));
    assert_eq!(fields.profile.get("surname"), Some("Winter"));
    assert!(crate::user::check(&fields).is_ok());
    let bare = Newcomer { subject: "7".into(), user_name: Some("alex".into()), ..Newcomer::default() };
    let Ok(Joins::New(fields)) = join(&provider(), &bare, None) else { panic!("somebody new") };
    assert_eq!((fields.user_name.as_str(), fields.display_name.as_str(), fields.mail.as_str()), ("alex", "alex", ""));
}

#[test]
fn only_words_that_were_set_make_a_sign_in_stronger() {
    let set = Strengths { multifactor: vec!["mfa".into(), "urn:two".into()], passkey: vec!["hwk".into()] };
    let of =
        |acr: Option<&str>, amr: &[&str]| strength(&set, acr, &amr.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    assert_eq!(of(None, &[]), Strength::SignIn);
    assert_eq!(of(Some("MFA"), &["pwd", "MFA"]), Strength::SignIn, "to the letter");
    assert_eq!(of(Some(""), &[""]), Strength::SignIn);
    assert_eq!(of(None, &["pwd", "mfa"]), Strength::Multifactor);
    assert_eq!(of(Some("urn:two"), &["pwd"]), Strength::Multifactor);
    assert_eq!(of(Some("urn:two"), &["hwk"]), Strength::Passkey);
    assert_eq!(strength(&Strengths::default(), Some("mfa"), &["mfa".into()]), Strength::SignIn, "nothing was set");
}

#[test]
fn a_proof_at_a_provider_is_as_old_as_it_says_and_no_fresh_one_when_it_does_not() {
    let at = Ts(1000);
    assert_eq!(vouched(Strength::Passkey, None), Proofs::default());
    assert_eq!(vouched(Strength::SignIn, Some(at)), Proofs { signed_in_at: Some(at), ..Proofs::default() });
    let two = vouched(Strength::Multifactor, Some(at));
    assert_eq!((two.signed_in_at, two.vouched.multifactor_at, two.vouched.passkey_at), (Some(at), Some(at), None));
    let strong = vouched(Strength::Passkey, Some(at));
    assert_eq!((strong.code_at, strong.passkey_at, strong.vouched.passkey_at), (None, None, Some(at)));
}

#[test]
fn a_word_proves_something_of_whoever_is_signed_in_and_only_as_much_as_was_asked_for() {
    use Strength::{Multifactor, Passkey, SignIn};
    let (me, other) = (user(1), user(2));
    let said = |linked, asked, said| proves(&provider(), me, (linked, "alex"), (asked, said)).map_err(|no| no.code());
    assert_eq!(said(Some(other), Multifactor, Passkey), Err("provider_other_account"), "however strong");
    assert_eq!(said(None, SignIn, Passkey), Err("provider_other_account"), "of nobody here");
    assert_eq!(said(Some(me), Multifactor, SignIn), Err("provider_proved_less"));
    assert_eq!(said(Some(me), Passkey, Multifactor), Err("provider_proved_less"));
    assert_eq!(said(Some(me), Passkey, Passkey), Ok(()));
    assert_eq!(said(Some(me), Multifactor, Passkey), Ok(()), "stronger than asked");
    assert_eq!(said(Some(me), SignIn, SignIn), Ok(()));
}

#[test]
fn a_provider_is_asked_for_what_its_words_are_set_for_and_for_nothing_else() {
    let with = |multifactor: &[&str], passkey: &[&str]| {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Provider { strengths: Strengths { multifactor: words(multifactor), passkey: words(passkey) }, ..provider() }
    };
    let most = |provider: &Provider| vouches_for(&provider.strengths);
    assert_eq!(most(&with(&[], &[])), Strength::SignIn);
    assert_eq!(most(&with(&["mfa"], &[])), Strength::Multifactor);
    assert_eq!(most(&with(&[], &["hwk"])), Strength::Passkey);
    let refused = |provider: &Provider, strength| may_ask_for(provider, strength).map_err(|no| no.code());
    assert_eq!(refused(&with(&[], &[]), Strength::Multifactor), Err("provider_proved_less"));
    assert_eq!(refused(&with(&["mfa"], &[]), Strength::Passkey), Err("provider_proved_less"));
    assert_eq!(refused(&with(&[], &["hwk"]), Strength::Multifactor), Ok(()));
    let off = Provider { enabled: false, ..with(&["mfa"], &["hwk"]) };
    assert_eq!(refused(&off, Strength::Multifactor), Err("provider_disabled"));
    let asked = |strength, known: &[&str]| {
        let known: Vec<String> = known.iter().map(|word| (*word).to_owned()).collect();
        asks_for(&with(&["mfa", "otp"], &["hwk"]).strengths, strength, &known).join(" ")
    };
    assert_eq!(asked(Strength::SignIn, &[]), "");
    assert_eq!(asked(Strength::Multifactor, &[]), "mfa otp hwk", "the weakest that suffices first");
    assert_eq!(asked(Strength::Passkey, &[]), "hwk");
    assert_eq!(asked(Strength::Multifactor, &["otp", "x"]), "otp", "only what it says it understands");
    assert_eq!(asked(Strength::Multifactor, &["x"]), "");
}

#[test]
fn an_account_there_is_of_one_person_and_a_person_has_one_there() {
    let (me, other) = (user(1), user(2));
    let may = |mine, linked| may_link(&provider(), mine, me, (linked, "alex")).map_err(|no| no.code());
    assert_eq!(may(false, Some(other)), Err("linked_to_another"));
    assert_eq!(may(true, Some(other)), Err("linked_to_another"));
    assert_eq!(may(true, None), Err("has_link"));
    assert_eq!(may(false, Some(me)), Err("has_link"), "another window was faster");
    assert_eq!(may(false, None), Ok(()));
    let off = Provider { enabled: false, ..provider() };
    assert_eq!(may_link(&off, false, me, (None, "")).map_err(|no| no.code()), Err("provider_disabled"));
}
