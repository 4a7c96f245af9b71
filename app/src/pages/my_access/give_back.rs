//! Giving access back before its end: the button, and the question before it.

use crate::calls::assignment::EndPackageAssignment;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::PackageAssignmentId;

fn dialog_id(assignment: PackageAssignmentId) -> String {
    ["remove-", &assignment.to_string()].concat()
}

#[component]
pub fn GiveBackButton(assignment: PackageAssignmentId, name: String) -> impl IntoView {
    view! {
        <DialogButton id=dialog_id(assignment) class="button small bare danger">"Remove"<span class="sr">" "{name}</span></DialogButton>
    }
}

/// One for each assignment that a page has buttons for.
#[component]
pub fn GiveBack(assignment: PackageAssignmentId, name: String, resources: String) -> impl IntoView {
    let label = ["Remove ", &name].concat();
    let about = ("assignment", assignment.to_string());
    let effect =
        ["You lose what it gives at once: ", &resources, ". What you hold by other ways stays. You can request it again."]
            .concat();
    view! {
        <DialogForm
            id=dialog_id(assignment)
            title=[&label, "?"].concat()
            call=EndPackageAssignment::PATH
            about
            text=effect
            keep="Keep it"
            label
        >
            <TextArea name="words" label="Reason" hint="It stays in the history." rows=2 optional=true/>
        </DialogForm>
    }
    .into_any()
}
