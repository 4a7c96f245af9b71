//! What somebody signs in and proves themselves with, and taking one of these away.

use crate::calls::proof::TakeMethodAway;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::UserId;
use model::view::admin::Methods;
use model::view::security::Passkey;

/// One thing that may be taken away.
struct One {
    icon: &'static str,
    name: String,
    under: AnyView,
    /// Of its dialog.
    id: String,
    label: String,
    title: String,
    effect: &'static str,
    method: &'static str,
    passkey: Option<String>,
}

#[component]
pub fn SignInMethods(user: UserId, name: String, methods: Methods) -> impl IntoView {
    let Methods { password, authenticator, codes_left, passkeys, may_remove } = methods;
    let mut all = Vec::new();
    if password {
        all.push(One {
            icon: "key",
            name: "Password".to_owned(),
            under: "Signs in with the user name".into_any(),
            id: "take-password".to_owned(),
            label: "Remove password".to_owned(),
            title: ["Remove the password of ", &name, "?"].concat(),
            effect: "They are signed out everywhere at once, and from then on come in with a passkey or at an identity provider only; \
                     without either not at all, until a new password is set. They are told by letter.",
            method: "password",
            passkey: None,
        });
    }
    if let Some(since) = authenticator {
        let codes = codes_left.to_string();
        let left =
            if codes_left == 1 { ", 1 recovery code left".to_owned() } else { [", ", &codes, " recovery codes left"].concat() };
        all.push(One {
            icon: "shield",
            name: "Authenticator app".to_owned(),
            under: view! { "Since "<When at=since/>{left} }.into_any(),
            id: "take-authenticator".to_owned(),
            label: "Remove authenticator app".to_owned(),
            title: ["Remove the authenticator app of ", &name, "?"].concat(),
            effect: "Its codes and the recovery codes stop working at once, and they are signed out everywhere. They are told by \
                     letter.",
            method: "authenticator",
            passkey: None,
        });
    }
    for Passkey { id, name: called, added, used } in passkeys {
        let used = match used {
            Some(at) => view! { "used "<When at/> }.into_any(),
            None => "not used yet".into_any(),
        };
        all.push(One {
            icon: "key",
            under: view! { "Passkey, added "<When at=added/>", "{used} }.into_any(),
            id: ["take-", &id.to_string()].concat(),
            label: ["Remove ", &called].concat(),
            title: ["Remove the passkey “", &called, "” of ", &name, "?"].concat(),
            name: called,
            effect: "It neither signs in nor proves anything from then on, and they are signed out everywhere. They are told by letter.",
            method: "passkey",
            passkey: Some(id.to_string()),
        });
    }
    if all.is_empty() {
        let text = "Neither a password, nor an authenticator app, nor a passkey.";
        return view! { <Card title="Sign-in methods"><div class="body"><p class="muted">{text}</p></div></Card> }.into_any();
    }
    let rows = all.into_iter().map(|one| view! { <OneMethod user one may_remove/> }).collect_view();
    view! { <Card title="Sign-in methods"><ul class="lines">{rows}</ul></Card> }.into_any()
}

#[component]
fn OneMethod(user: UserId, one: One, may_remove: bool) -> impl IntoView {
    let One { icon, name, under, id, label, title, effect, method, passkey } = one;
    let ends = may_remove.then(|| {
        let opener = label.clone();
        let hidden = passkey.is_some().then(|| view! { <Hidden name="method" value=method/> });
        let about = passkey.map_or_else(|| ("method", method.to_owned()), |passkey| ("passkey", passkey));
        view! {
            <DialogButton id=id.clone() class="button small">{opener}</DialogButton>
            <DialogForm id title call=TakeMethodAway::PATH about text=effect label>
                <Hidden name="user" value=user.to_string()/>
                {hidden}
                <TextArea name="words" label="Reason" hint="It stays in the history, and in the letter."/>
            </DialogForm>
        }
        .into_any()
    });
    view! { <Line picture=view! { <IconBox name=icon tone="work"/> }.into_any() name under ends/> }.into_any()
}
