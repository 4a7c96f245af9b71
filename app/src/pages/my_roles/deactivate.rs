//! Ending what one activated before its time: the button, and the question before it.

use crate::calls::my_roles::DeactivateRole;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::AssignmentId;

fn dialog_id(assignment: AssignmentId) -> String {
    ["deactivate-", &assignment.to_string()].concat()
}

#[component]
pub fn DeactivateButton(assignment: AssignmentId, name: String) -> impl IntoView {
    view! {
        <DialogButton id=dialog_id(assignment) class="button small">"Deactivate"<span class="sr">" "{name}</span></DialogButton>
    }
}

/// One for each assignment that a page has buttons for.
#[component]
pub fn Deactivate(
    assignment: AssignmentId,
    name: String,
    /// The page, as the call knows it.
    at: &'static str,
) -> impl IntoView {
    let label = ["Deactivate ", &name].concat();
    let about = ("assignment", assignment.to_string());
    let text = "You lose what it gives at once. You stay eligible and can activate it again.";
    view! {
        <DialogForm
            id=dialog_id(assignment)
            title=[&label, "?"].concat()
            call=DeactivateRole::PATH
            about
            text
            keep="Keep it active"
            label
            kind="main-act"
        >
            <Hidden name="at" value=at/>
        </DialogForm>
    }
    .into_any()
}
