//! Activation profiles on `/my-roles`, and the form that saves one.

use crate::calls::activation_profile::{DeleteActivationProfile, SaveActivationProfile};
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::view::my_roles::Profile;

/// What one saved: one click to the form that activates all of it.
#[component]
pub fn Profiles(profiles: Vec<Profile>) -> impl IntoView {
    if profiles.is_empty() {
        return ().into_any();
    }
    let dialogs = profiles.iter().cloned().map(|profile| view! { <Delete profile/> }).collect_view();
    let lines = profiles.into_iter().map(line).collect_view();
    view! { <Card title="Activation profiles"><ul class="lines">{lines}</ul></Card>{dialogs} }.into_any()
}

fn dialog_id(profile: &Profile) -> String {
    ["delete-", &profile.profile.to_string()].concat()
}

fn line(profile: Profile) -> AnyView {
    let id = dialog_id(&profile);
    let Profile { profile: _, name, roles, lost, assignments } = profile;
    let pairs: Vec<(&str, String)> = assignments.iter().map(|id| ("assignment", id.to_string())).collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, id)| (*key, id.as_str())).collect();
    let href = address("/my-roles/activate", &pairs);
    let (of, other) = (name.clone(), name.clone());
    let lost = (lost > 0).then(|| {
        let words = if lost == 1 { " is no longer yours to activate" } else { " are no longer yours to activate" };
        [" · ", &lost.to_string(), words].concat()
    });
    let under = view! { {roles}{lost} }.into_any();
    let activate = (!assignments.is_empty()).then(|| {
        view! { <a class="button small" href=href>"Activate"<span class="sr">" the profile "{of}</span></a> }
    });
    let ends = view! {
        {activate}
        <DialogButton id class="button small bare danger">"Delete"<span class="sr">" the profile "{other}</span></DialogButton>
    }
    .into_any();
    view! { <Line picture=view! { <IconBox name="key" tone="work"/> }.into_any() name under ends/> }.into_any()
}

#[component]
fn Delete(profile: Profile) -> impl IntoView {
    let id = dialog_id(&profile);
    let title = ["Delete the profile ", &profile.name, "?"].concat();
    let about = ("profile", profile.profile.to_string());
    let text = "What you are eligible for stays. Only the set is forgotten.";
    view! {
        <DialogForm id title call=DeleteActivationProfile::PATH about text keep="Keep it" label="Delete profile"/>
    }
    .into_any()
}

/// Saves what the form activates as a profile.
#[component]
pub fn SaveProfile(chosen: Vec<String>) -> impl IntoView {
    let chosen = chosen.into_iter().map(|id| view! { <input type="hidden" name="chosen[]" value=id/> }).collect_view();
    view! {
        <Card title="Activation profile">
            <div class="body">
                <PostForm call=SaveActivationProfile::PATH class="stack">
                    {chosen}
                    <TextField name="profile" label="Profile name" hint="Save this set, and find it on “My roles” next time."/>
                    <div class="form-acts"><SubmitButton label="Save profile" kind=""/></div>
                </PostForm>
            </div>
        </Card>
    }
    .into_any()
}
