//! The packages that the reader is still describing, above the list of those that are there.

use super::package_draft::step_address;
use crate::calls::draft::DeletePackageDraft;
use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::draft::DraftRow;

#[component]
pub fn Drafts() -> impl IntoView {
    let drafts = page_resource(|| Ok(query::PackageDrafts {}));
    awaited(false, move || {
        let waited = drafts.wait();
        Box::pin(async move {
            let rows = drafts.open(waited.await).unwrap_or_default();
            let shows: Shows = Box::new(move || (!rows.is_empty()).then(|| shown(rows)).into_any());
            shows
        })
    })
}

fn shown(rows: Vec<DraftRow>) -> AnyView {
    let dialogs = rows.iter().map(|DraftRow { draft, name, .. }| {
        let title = ["Delete the draft “", name, "”?"].concat();
        let about = Some(("draft", draft.to_string()));
        let text = "What was filled in is gone for good. Nothing was made of it yet.";
        view! { <DialogForm id=dialog_of(&draft.to_string()) title call=DeletePackageDraft::PATH about text label="Delete draft"/> }
    });
    let dialogs = dialogs.collect_view();
    let lines = rows
        .into_iter()
        .map(|DraftRow { draft, name, catalog_name, step, changed_at }| {
            let id = draft.to_string();
            let (href, under) = match &catalog_name {
                Some(catalog) => (step_address(&id, step), ["In ", catalog, ", goes on with ", step.name()].concat()),
                None => (String::new(), "You may not make packages in its catalog any more".to_owned()),
            };
            let under = view! { {under}", changed "<When at=changed_at/> }.into_any();
            let of = name.clone();
            let ends = view! {
                <DialogButton id=dialog_of(&id) class="button small bare danger">"Delete"<span class="sr">" the draft "{of}</span></DialogButton>
            }
            .into_any();
            let picture = view! { <IconBox name="box"/> }.into_any();
            view! { <Line picture name href under=Some(under) ends=Some(ends)/> }
        })
        .collect_view();
    view! {
        <Card title="Drafts"><ul class="lines">{lines}</ul></Card>
        {dialogs}
    }
    .into_any()
}

fn dialog_of(draft: &str) -> String {
    ["delete-draft-", draft].concat()
}
