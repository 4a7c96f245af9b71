//! Taking back what one has approved: the button and the question before it.

use crate::calls::assignment::EndPackageAssignment;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::PackageAssignmentId;

fn dialog_id(assignment: PackageAssignmentId) -> String {
    ["take-back-", &assignment.to_string()].concat()
}

#[component]
pub fn RemoveAccess(
    assignment: PackageAssignmentId,
    /// Read aloud: whose, and what.
    #[prop(optional, into)]
    of: String,
    /// In a row.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let class = if small { "button small bare danger" } else { "button danger" };
    let of = (!of.is_empty()).then(|| view! { <span class="sr">" "{of}</span> });
    view! { <DialogButton id=dialog_id(assignment) class>"Remove access"{of}</DialogButton> }
}

#[component]
pub fn RemoveAccessDialog(assignment: PackageAssignmentId, holder: String, name: String) -> impl IntoView {
    let title = ["Remove ", &name, " from ", &holder, "?"].concat();
    let text = [&holder, " loses everything that came with it at once, and is told so by mail with your name and your reason."];
    let label = ["Remove from ", &holder].concat();
    let about = ("assignment", assignment.to_string());
    view! {
        <DialogForm id=dialog_id(assignment) title call=EndPackageAssignment::PATH about text=text.concat() keep="Keep it" label>
            <Hidden name="at" value="approvals"/>
            <TextArea name="words" label="Reason" hint="It stays in the history." rows=2/>
        </DialogForm>
    }
}
